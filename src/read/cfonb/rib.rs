//! The account of a French bank: from bank, branch and number to the key (clé RIB) and the IBAN.

use crate::read::iban::compose;

/// The IBAN of an account: `FR`, check digits, bank, branch, number and key. `None` where one of the parts has not the form that
/// it must have: five digits, five digits, eleven digits or letters.
pub(super) fn iban(bank: &str, branch: &str, number: &str) -> Option<String> {
    let key = key(bank, branch, number)?;
    let national = format!("{bank}{branch}{}{key:02}", number.to_ascii_uppercase());
    compose("FR", &national)
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
}
