//! How single values of the configuration are read: texts that must say something, exact decimals, days.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

/// The shortest end of an account's number that stands for it.
const SHORTEST_END: usize = 4;

/// A text that is not blank, without blanks around it.
pub(super) fn filled<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    match text.trim() {
        "" => Err(D::Error::custom("it is empty: a text is expected")),
        trimmed => Ok(trimmed.to_string()),
    }
}

/// A number of an account or the beginning of one: letters and digits, at least one.
pub(super) fn account<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = filled(from)?;
    match text.bytes().any(|b| b.is_ascii_alphanumeric()) && !text.contains(char::is_whitespace) {
        true => Ok(text),
        false => Err(D::Error::custom(format!("\"{text}\" is not the number of a ledger account, such as 512100"))),
    }
}

/// An account of a bank: its number or IBAN, or the end of it.
pub(super) fn bank_account<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = filled(from)?;
    match text.bytes().filter(u8::is_ascii_alphanumeric).count() {
        0..SHORTEST_END => Err(D::Error::custom(format!(
            "\"{text}\" is not enough of a bank account: an IBAN or a number is expected, or its last four characters"
        ))),
        _ => Ok(text),
    }
}

/// An exact decimal, written as a text: the numbers of TOML are floats as soon as they have a fraction.
pub(super) fn optional_decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
    exact(&String::deserialize(from)?).map(Some).map_err(D::Error::custom)
}

/// A plain decimal: sign, digits, perhaps a point and more digits. Never rounded.
pub(super) fn exact(text: &str) -> Result<Decimal, String> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(fraction) {
        return Err(format!("\"{text}\" is not an amount: digits with a decimal point are expected, such as 1250.00"));
    }
    Decimal::from_str_exact(text).map_err(|_| format!("\"{text}\" has too many digits"))
}

/// A day, as TOML's own date or as a text: `2026-06-30`.
pub(super) fn optional_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    from.deserialize_any(Day).map(Some)
}

struct Day;

impl Day {
    fn read<E: serde::de::Error>(text: &str) -> Result<NaiveDate, E> {
        let shaped = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        (shaped.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()).ok_or_else(|| {
            E::custom(format!("\"{text}\" is not a day: year, month and day are expected, as 2026-06-30"))
        })
    }
}

impl<'de> Visitor<'de> for Day {
    type Value = NaiveDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day, such as 2026-06-30")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<NaiveDate, E> {
        Self::read(text)
    }

    /// TOML's own dates arrive as a map with one secret key.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<NaiveDate, A::Error> {
        let written = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
        Self::read(&written.to_string())
    }
}

/// Whether a name that the configuration gives to one of our bank accounts means this one: an IBAN or a number, in any case and without
/// blanks, or the end of it, of at least four characters.
pub fn is_account(named: &str, account: &str) -> bool {
    let mut wanted = letters_from_behind(named);
    let mut found = letters_from_behind(account);
    let mut same = 0;
    loop {
        match (wanted.next(), found.next()) {
            (Some(a), Some(b)) if a == b => same += 1,
            (None, None) => return same > 0,
            (None, Some(_)) => return same >= SHORTEST_END,
            _ => return false,
        }
    }
}

fn letters_from_behind(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().rev().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_or_refused() {
        assert_eq!(exact("1482907.33"), Ok(Decimal::new(148_290_733, 2)));
        assert_eq!(exact(" -0.10 "), Ok(Decimal::new(-10, 2)));
        for wrong in ["", "-", "1,250.00", "1e3", "12.", ".5", "1_000", "1 000", "--1", "9".repeat(40).as_str()] {
            assert!(exact(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_account_is_named_whole_or_by_its_end() {
        let iban = "FR7630004000031234567890143";
        for (named, is_meant) in [
            ("FR76 3000 4000 0312 3456 7890 143", true),
            ("fr7630004000031234567890143", true),
            ("0143", true),
            ("··0143", true),
            ("143", false),
            ("0142", false),
            ("XX FR7630004000031234567890143", false),
            ("", false),
        ] {
            assert_eq!(is_account(named, iban), is_meant, "{named}");
        }
        assert!(is_account("12", "12"));
        assert!(!is_account("", ""));
    }
}
