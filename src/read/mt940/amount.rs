//! Amounts: digits with a comma, which some banks leave out, write as a point, or put blanks around.

use std::borrow::Cow;

use super::notes::{Notes, Oddity};
use crate::model::money::MoneyError;
use crate::model::{Currency, Money};

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wrong(MoneyError);

impl Wrong {
    pub(super) fn code(self) -> &'static str {
        if self.0 == MoneyError::TooLarge { "E0248" } else { "E0241" }
    }

    pub(super) fn message(self, text: &str, currency: Currency) -> String {
        match self.0 {
            MoneyError::NotANumber if text.is_empty() => "no amount".into(),
            MoneyError::NotANumber => format!("\"{text}\" is not an amount"),
            MoneyError::TooManyDecimals { allowed: 0 } => format!("{currency} has no decimals"),
            MoneyError::TooManyDecimals { allowed } => format!("more decimals than the {allowed} of {currency}"),
            MoneyError::TooLarge => "an amount that is too large".into(),
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self.0 {
            MoneyError::NotANumber => "expected digits and a decimal comma, as in 1250,00",
            MoneyError::TooManyDecimals { .. } => "it is never rounded",
            MoneyError::TooLarge => "more than 92,233,720,368,547,758.07",
        }
    }
}

/// Reads an unsigned amount: `1250,00`, `100,`, `500`, `1250.00`, `1 250,00`, `1.250,00`.
pub(super) fn read(text: &str, currency: Currency, line: u32, notes: &mut Notes) -> Result<Money, Wrong> {
    let mut text = Cow::Borrowed(text.trim());
    if text.contains(' ') {
        notes.add(Oddity::BlankInAmount, line);
        text = text.replace(' ', "").into();
    }
    if !text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return Err(Wrong(MoneyError::NotANumber));
    }
    let plain = match (text.rsplit_once(','), text.contains('.')) {
        (Some((whole, fraction)), true) => {
            format!("{}.{fraction}", ungrouped(whole).ok_or(Wrong(MoneyError::NotANumber))?)
        }
        (Some((whole, fraction)), false) => format!("{whole}.{fraction}"),
        (None, true) => {
            notes.add(Oddity::PointForComma, line);
            text.into_owned()
        }
        (None, false) => text.into_owned(),
    };
    Money::parse(&plain, currency).map_err(Wrong)
}

/// `1.250` as `1250`, if the points group the digits by three.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split('.');
    let first = groups.next()?;
    ((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)).then(|| whole.replace('.', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str) -> Result<i64, &'static str> {
        read(text, Currency::EUR, 1, &mut Notes::default()).map(|m| m.minor).map_err(Wrong::code)
    }

    #[test]
    fn every_way_in_which_banks_write_an_amount() {
        for (text, expected) in [
            ("1250,00", 125_000),
            ("100,", 10_000),
            ("500", 50_000),
            ("2145.00", 214_500),
            ("1.234.567,89", 123_456_789),
            ("12 345,6", 1_234_560),
            ("000000001213,28", 121_328),
            ("0,01000", 1),
        ] {
            assert_eq!(minor(text), Ok(expected), "{text}");
        }
        for text in ["", ",", ",50", "1,2,3", "1.23,45", "O0,00", "1,234", "-5,00", "1..5"] {
            assert_eq!(minor(text), Err("E0241"), "{text}");
        }
        assert_eq!(minor("99999999999999999999,00"), Err("E0248"));
    }

    #[test]
    fn currencies_without_decimals() {
        let yen = Currency::parse("JPY").unwrap();
        assert_eq!(read("3000,", yen, 1, &mut Notes::default()).map(|m| m.minor), Ok(3000));
        assert!(read("3000,50", yen, 1, &mut Notes::default()).is_err());
    }

    #[test]
    fn oddities_are_counted() {
        let mut notes = Notes::default();
        read("1 2.50", Currency::EUR, 7, &mut notes).unwrap();
        assert_eq!((notes.count(Oddity::BlankInAmount), notes.count(Oddity::PointForComma)), (1, 1));
    }
}
