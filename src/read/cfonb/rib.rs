//! The account of a French bank: from bank, branch and number to the key (clé RIB) and the IBAN.

/// The IBAN of an account: `FR`, check digits, bank, branch, number and key. `None` where one of the parts has not the form that
/// it must have: five digits, five digits, eleven digits or letters.
pub(super) fn iban(bank: &str, branch: &str, number: &str) -> Option<String> {
    let key = key(bank, branch, number)?;
    let national = format!("{bank}{branch}{}{key:02}", number.to_ascii_uppercase());
    let check = 98 - mod_97(&format!("{national}FR00"))?;
    Some(format!("FR{check:02}{national}"))
}

/// The key: 97 − ((89·bank + 15·branch + 3·number) mod 97), letters of the number replaced by digits.
fn key(bank: &str, branch: &str, number: &str) -> Option<u64> {
    let five =
        |text: &str| (text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u64>().ok());
    let (bank, branch) = (five(bank)??, five(branch)??);
    if number.len() != 11 {
        return None;
    }
    let number = number.bytes().try_fold(0u64, |value, b| Some(value * 10 + u64::from(digit(b)?)))?;
    Some(97 - (89 * bank + 15 * branch + 3 * number) % 97)
}

/// The digit that stands for a letter in the key: A and J are 1, B, K and S are 2, and so on to I, R and Z, which are 9.
fn digit(byte: u8) -> Option<u8> {
    match byte.to_ascii_uppercase() {
        b @ b'0'..=b'9' => Some(b - b'0'),
        b @ b'A'..=b'I' => Some(b - b'A' + 1),
        b @ b'J'..=b'R' => Some(b - b'J' + 1),
        b @ b'S'..=b'Z' => Some(b - b'S' + 2),
        _ => None,
    }
}

/// Whether a text is an IBAN with valid check digits, written without blanks (ISO 13616: 15 to 34 characters).
pub(super) fn is_iban(text: &str) -> bool {
    let b = text.as_bytes();
    (15..=34).contains(&b.len())
        && b[..2].iter().all(u8::is_ascii_uppercase)
        && b[2..4].iter().all(u8::is_ascii_digit)
        && mod_97(&format!("{}{}", &text[4..], &text[..4])) == Some(1)
}

/// A text of digits and letters (A = 10 … Z = 35) modulo 97 (ISO 7064).
fn mod_97(text: &str) -> Option<u64> {
    text.chars().try_fold(0u64, |rest, c| {
        let value = u64::from(c.to_digit(36)?);
        Some((if value < 10 { rest * 10 } else { rest * 100 } + value) % 97)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_accounts_have_their_key() {
        assert_eq!(key("20041", "01005", "0500013M026"), Some(6));
        assert_eq!(iban("20041", "01005", "0500013M026").as_deref(), Some("FR1420041010050500013M02606"));
        assert_eq!(key("30006", "00001", "12345678901"), Some(89));
        assert_eq!(iban("30006", "00001", "12345678901").as_deref(), Some("FR7630006000011234567890189"));
    }

    #[test]
    fn what_is_no_account_has_no_iban() {
        assert_eq!(iban("3000", "00001", "12345678901"), None);
        assert_eq!(iban("30006", "0000A", "12345678901"), None);
        assert_eq!(iban("30006", "00001", "1234567890"), None);
        assert_eq!(iban("30006", "00001", "1234567é90"), None);
        assert_eq!(iban("30006", "00001", "1234567 901"), None);
    }

    #[test]
    fn ibans_are_told_by_their_check_digits() {
        assert!(is_iban("FR7630006000011234567890189"));
        for text in [
            "FR7630006000011234567890188",
            "FR76",
            "DUPONT SARL LYON",
            "fr7630006000011234567890189",
            "éFR763000600001",
        ] {
            assert!(!is_iban(text), "{text}");
        }
    }
}
