//! How people of a language write numbers and dates. Files for programs never use this.

use chrono::{Datelike, NaiveDate};

use super::Lang;
use crate::model::Currency;

/// Between groups of three digits: a narrow no-break space, as French typography and ISO 80000 ask.
const GROUP: char = '\u{202f}';
/// The minus sign of typography, as wide as a digit.
const MINUS: char = '\u{2212}';

/// A whole number in groups of three digits: `1 204`.
pub fn group(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    if number < 0 {
        text.push(MINUS);
    }
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    text
}

/// Minor units as people write them: `198 384.63`, in French `198 384,63`.
pub fn minor(lang: Lang, minor: i128, currency: Currency) -> String {
    let decimals = currency.decimals();
    let unit = 10u128.pow(decimals);
    let size = minor.unsigned_abs();
    let sign = if minor < 0 { String::from(MINUS) } else { String::new() };
    // Invariant: 2^127 minor units in whole units of at least one fit an i128.
    let whole = group(i128::try_from(size / unit).unwrap_or(i128::MAX));
    if decimals == 0 {
        return format!("{sign}{whole}");
    }
    let mark = lang.pick(".", ",");
    format!("{sign}{whole}{mark}{:0width$}", size % unit, width = decimals as usize)
}

/// A share in percent with one decimal: `92.5%`, in French `92,5 %`. Rounded down, so that 100 % means all.
pub fn percent(lang: Lang, part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::from("–");
    }
    let tenths = u128::from(part) * 1000 / u128::from(whole);
    match lang {
        Lang::En => format!("{}.{}%", tenths / 10, tenths % 10),
        Lang::Fr => format!("{},{}{GROUP}%", tenths / 10, tenths % 10),
    }
}

/// A date: `29 Jun 2026`, in French `29/06/2026`.
pub fn date(lang: Lang, date: NaiveDate) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, month, year) = (date.day(), date.month(), date.year());
    match lang {
        Lang::En => format!("{day} {} {year}", MONTHS[date.month0() as usize % 12]),
        Lang::Fr => format!("{day:02}/{month:02}/{year}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_its_own_numbers() {
        assert_eq!(minor(Lang::En, 19_838_463, Currency::EUR), "198\u{202f}384.63");
        assert_eq!(minor(Lang::Fr, -19_838_463, Currency::EUR), "−198\u{202f}384,63");
        assert_eq!(minor(Lang::Fr, 3000, Currency::parse("JPY").unwrap()), "3\u{202f}000");
        assert_eq!(
            minor(Lang::En, i128::from(i64::MIN), Currency::EUR),
            "−92\u{202f}233\u{202f}720\u{202f}368\u{202f}547\u{202f}758.08"
        );
        assert_eq!(percent(Lang::En, 1999, 2000), "99.9%");
        assert_eq!(percent(Lang::Fr, 0, 0), "–");
        let day = NaiveDate::from_ymd_opt(2026, 6, 9).unwrap();
        assert_eq!((date(Lang::En, day), date(Lang::Fr, day)), ("9 Jun 2026".into(), "09/06/2026".into()));
    }
}
