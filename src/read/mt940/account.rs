//! Accounts: `:25:`, and those that stand in references.

use crate::model::Currency;

/// Two letters, two digits, and enough of either: samples mask the check digits.
pub(super) fn looks_like_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(u8::is_ascii_alphanumeric)
}

/// An IBAN whose check digits hold (ISO 13616, modulo 97), for places where anything else may stand.
pub(super) fn is_iban(text: &str) -> bool {
    looks_like_iban(text)
        && text.bytes().cycle().skip(4).take(text.len()).fold(0, |sum, b| match char::from(b).to_digit(36) {
            Some(digit @ 0..=9) => (sum * 10 + digit) % 97,
            Some(letter) => (sum * 100 + letter) % 97,
            None => sum,
        }) == 1
}

/// The account of `:25:`, without the bank in front of an IBAN and the currency behind it, and that currency.
///
/// `NL77INGB0574908765EUR`, `NL34RABO0142623393 EUR`, `BILLLULLXXX/LU540026121160200600`, `12345678/0123456789EUR`.
/// `expected` is the currency of the balances: three letters that are another are a part of the number.
pub(super) fn of_statement(text: &str, expected: Option<Currency>) -> (&str, Option<Currency>) {
    let text = text.trim().trim_matches('/');
    let whole = text.rsplit('/').next().unwrap_or(text);
    if is_iban(whole) {
        return (whole, None);
    }
    let (number, currency) = split_currency(text, expected).map_or((text, None), |(n, c)| (n, Some(c)));
    let last = number.rsplit('/').next().unwrap_or(number);
    (if looks_like_iban(last) { last } else { number }, currency)
}

fn split_currency(text: &str, expected: Option<Currency>) -> Option<(&str, Currency)> {
    let (number, code) = text.split_at_checked(text.len().checked_sub(3)?)?;
    let currency = Currency::parse(code).filter(|c| c.code() == code)?;
    let is_one = match expected {
        Some(expected) => expected == currency,
        None => iso_currency::Currency::from_code(code).is_some(),
    };
    let ends = number.ends_with(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '/' | '*'));
    (is_one && ends).then(|| (number.trim_end_matches([' ', '/']), currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_loses_what_is_not_of_it() {
        let eur = Some(Currency::EUR);
        for (text, account, currency) in [
            ("NL77INGB0574908765EUR", "NL77INGB0574908765", eur),
            ("NL34RABO0142623393 EUR", "NL34RABO0142623393", eur),
            ("1291.99.348EUR", "1291.99.348", eur),
            ("12345678/0123456789EUR", "12345678/0123456789", eur),
            ("//AT39364/12345678912/EUR", "AT39364/12345678912", eur),
            ("BILLLULLXXX/LU540026121160200600", "LU540026121160200600", None),
            ("51230800/0000007055", "51230800/0000007055", None),
            ("1234567890HUF", "1234567890HUF", None),
        ] {
            assert_eq!(of_statement(text, eur), (account, currency), "{text}");
        }
        assert_eq!(of_statement("1234567890HUF", None), ("1234567890", Currency::parse("HUF")));
        assert_eq!(of_statement("é€", None), ("é€", None));
    }

    #[test]
    fn an_iban_has_its_check_digits() {
        assert!(is_iban("DE89370400440532013000") && is_iban("NL91ABNA0417164300"));
        assert!(!is_iban("DE89370400440532013001") && !is_iban("MB17011901205812") && !is_iban(""));
    }
}
