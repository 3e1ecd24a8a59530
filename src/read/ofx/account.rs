//! The account of a statement or of the other side, as an IBAN where that is certain.

use std::borrow::Cow;

/// `BANKACCTFROM`, `BANKACCTTO`, `CCACCTFROM`, `CCACCTTO`.
#[derive(Clone, Debug, Default)]
pub(super) struct Account<'t> {
    bank: Cow<'t, str>,
    branch: Cow<'t, str>,
    number: Cow<'t, str>,
    key: Cow<'t, str>,
}

impl<'t> Account<'t> {
    /// Takes a leaf. `name` is in capitals.
    pub(super) fn leaf(&mut self, name: &str, value: Cow<'t, str>) {
        match name {
            "BANKID" => self.bank = value,
            "BRANCHID" => self.branch = value,
            "ACCTID" => self.number = value,
            "ACCTKEY" => self.key = value,
            _ => {}
        }
    }

    /// An IBAN if the number is one, or if bank, branch, account and key are a valid French RIB; else the number as written.
    pub(super) fn name(&self) -> Box<str> {
        let compact: String = self.number.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        if is_iban(&compact) {
            return compact.into();
        }
        french_iban(&self.bank, &self.branch, &compact, &self.key).map_or_else(|| (&*self.number).into(), Into::into)
    }
}

/// Shape and check digits of ISO 13616: mod 97 of the text, its first four characters at the end, is 1.
fn is_iban(text: &str) -> bool {
    let b = text.as_bytes();
    (15..=34).contains(&b.len())
        && b[..2].iter().all(u8::is_ascii_uppercase)
        && b[2..4].iter().all(u8::is_ascii_digit)
        && b.iter().all(u8::is_ascii_alphanumeric)
        && mod_97(b[4..].iter().chain(&b[..4])) == 1
}

/// Letters count as 10 to 35.
fn mod_97<'b>(text: impl Iterator<Item = &'b u8>) -> u32 {
    text.fold(0, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        _ => (rest * 100 + u32::from(b.to_ascii_uppercase().saturating_sub(b'A')) + 10) % 97,
    })
}

/// The IBAN of a French RIB whose key is right: key = 97 − ((89·bank + 15·branch + 3·account) mod 97), where letters count as
/// A, J → 1; B, K, S → 2; … I, R, Z → 9.
fn french_iban(bank: &str, branch: &str, account: &str, key: &str) -> Option<String> {
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let fits = !account.is_empty() && account.len() <= 11 && account.bytes().all(|b| b.is_ascii_alphanumeric());
    if !(digits(bank, 5) && digits(branch, 5) && digits(key, 2) && fits) {
        return None;
    }
    let account = format!("{account:0>11}");
    let number = |text: &str| text.bytes().fold(0u64, |n, b| n * 10 + rib_digit(b));
    let expected = 97 - (89 * number(bank) + 15 * number(branch) + 3 * number(&account)) % 97;
    if key.parse() != Ok(expected) {
        return None;
    }
    let bban = format!("{bank}{branch}{account}{key}");
    let check = 98 - mod_97(bban.bytes().chain(*b"FR00").collect::<Vec<u8>>().iter());
    Some(format!("FR{check:02}{bban}"))
}

fn rib_digit(b: u8) -> u64 {
    u64::from(match b {
        b'A'..=b'I' => b - b'A' + 1,
        b'J'..=b'R' => b - b'J' + 1,
        b'S'..=b'Z' => b - b'S' + 2,
        _ => b.saturating_sub(b'0'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bank: &str, branch: &str, number: &str, key: &str) -> String {
        let mut account = Account::default();
        for (leaf, value) in [("BANKID", bank), ("BRANCHID", branch), ("ACCTID", number), ("ACCTKEY", key)] {
            account.leaf(leaf, value.to_string().into());
        }
        account.name().into()
    }

    #[test]
    fn a_french_key_makes_an_iban_only_when_it_is_right() {
        assert_eq!(name("20041", "01005", "0500013M026", "06"), "FR1420041010050500013M02606");
        assert_eq!(name("30006", "00001", "12345678901", "89"), "FR7630006000011234567890189");
        assert_eq!(name("30006", "00001", "12345678901", "88"), "12345678901");
        assert_eq!(name("30006", "00001", "12345678901", ""), "12345678901");
        assert_eq!(name("", "", "FR76 3000 6000 0112 3456 7890 189", ""), "FR7630006000011234567890189");
        assert_eq!(name("", "", "FR76 3000 6000 0112 3456 7890 188", ""), "FR76 3000 6000 0112 3456 7890 188");
        assert_eq!(name("123", "", "Checking é", ""), "Checking é");
    }
}
