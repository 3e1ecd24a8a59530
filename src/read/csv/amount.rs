//! Amounts as banks write them: decimal marks, grouping, signs, currency signs. Integers only; the mark is one for the whole file.

use crate::model::Currency;

use super::words;

/// The character between units and their fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Mark {
    /// `1250.00`
    Dot,
    /// `1250,00`
    Comma,
}

impl Mark {
    pub fn char(self) -> char {
        if self == Self::Dot { '.' } else { ',' }
    }

    fn other(self) -> Self {
        if self == Self::Dot { Self::Comma } else { Self::Dot }
    }
}

/// How a file writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) struct NumberFormat {
    /// Decimal mark.
    pub mark: Mark,
    /// The only grouping character, when a mapping names one.
    pub grouping: Option<char>,
    /// Decimals to round to, when a mapping allows that; refused otherwise.
    pub round_to: Option<u32>,
}

impl NumberFormat {
    pub fn new(mark: Mark) -> Self {
        Self { mark, grouping: None, round_to: None }
    }
}

/// Why a cell is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum AmountError {
    /// Not a number in any reading.
    NotANumber,
    /// A number, but with the other decimal mark.
    OtherMark,
    /// More decimals than the currency has, and not only zeros.
    TooManyDecimals { allowed: u32 },
    /// Beyond 64 bits of minor units.
    TooLarge,
}

/// An amount cell taken apart, before its marks are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) struct Parts<'t> {
    /// Digits, marks and grouping.
    pub body: &'t str,
    /// A minus in any of its forms, or parentheses.
    pub negative: bool,
    /// `CR` or `DR` behind the number, or one letter of these or of *Haben* and *Soll* behind a blank: true is credit.
    pub credit: Option<bool>,
    /// Currency code or sign in the cell.
    pub currency: Option<Currency>,
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}')
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2212}' | '\u{2013}' | '\u{2012}' | '\u{2010}' | '\u{2011}')
}

/// Takes a cell apart; `None` when what is left cannot be a number.
pub(in crate::read) fn parts(cell: &str) -> Option<Parts<'_>> {
    let mut out = Parts { body: cell.trim_matches(is_space), negative: false, credit: None, currency: None };
    let mut signs = 0;
    if let Some(inner) = out.body.strip_prefix('(').and_then(|b| b.strip_suffix(')')) {
        (out.body, out.negative, signs) = (inner.trim_matches(is_space), true, 1);
    }
    // Signs, currency and CR/DR may stand on either side, in any order; each at most once.
    loop {
        let body = out.body;
        let first = body.chars().next()?;
        let last = body.chars().next_back()?;
        if is_minus(first) || first == '+' {
            (out.body, out.negative) = (&body[first.len_utf8()..], is_minus(first) || out.negative);
            signs += 1;
        } else if is_minus(last) || last == '+' {
            (out.body, out.negative) = (&body[..body.len() - last.len_utf8()], is_minus(last) || out.negative);
            signs += 1;
        } else if let Some((rest, credit)) = credit_suffix(body).filter(|_| out.credit.is_none()) {
            (out.body, out.credit) = (rest, Some(credit));
        } else if let Some((rest, currency)) = words::currency_at_edge(body).filter(|_| out.currency.is_none()) {
            (out.body, out.currency) = (rest, Some(currency));
        } else {
            break;
        }
        out.body = out.body.trim_matches(is_space);
        if signs > 1 {
            return None;
        }
    }
    out.body.contains(|c: char| c.is_ascii_digit()).then_some(out)
}

fn credit_suffix(body: &str) -> Option<(&str, bool)> {
    // `1 250,00 C`; a flat number such as `12 C` is none of money.
    if let Some((rest, letter)) = body.rsplit_once(is_space)
        && matches!(letter, "C" | "D" | "H" | "S")
        && rest.contains(['.', ','])
        && rest.ends_with(|c: char| c.is_ascii_digit())
    {
        return Some((rest, matches!(letter, "C" | "H")));
    }
    let cut = body.len().checked_sub(2)?;
    let (rest, suffix) = (body.get(..cut)?, body.get(cut..)?);
    let credit = suffix.eq_ignore_ascii_case("cr");
    // `CR` alone has no number before it.
    ((credit || suffix.eq_ignore_ascii_case("dr")) && rest.ends_with(|c: char| c.is_ascii_digit() || is_space(c)))
        .then_some((rest, credit))
}

/// What a cell says about the file's decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Vote {
    /// Only this mark makes it a number.
    For(Mark),
    /// `1.234`: three decimals, or a grouped thousand.
    Unclear(Mark),
    /// No mark, or no number.
    Silent,
}

/// What a cell says about the decimal mark. `body` is that of [`Parts`].
pub(in crate::read) fn vote(body: &str) -> Vote {
    let as_dot = split(body, NumberFormat::new(Mark::Dot)).is_some();
    let as_comma = split(body, NumberFormat::new(Mark::Comma)).is_some();
    match (as_dot, as_comma) {
        (true, false) => Vote::For(Mark::Dot),
        (false, true) => Vote::For(Mark::Comma),
        (false, false) => Vote::Silent,
        (true, true) if body.contains('.') => Vote::Unclear(Mark::Dot),
        (true, true) if body.contains(',') => Vote::Unclear(Mark::Comma),
        (true, true) => Vote::Silent,
    }
}

/// Whole part (grouping still inside) and decimals, if the body is a number in this format.
fn split(body: &str, format: NumberFormat) -> Option<(&str, &str)> {
    let (whole, fraction) = body.split_once(format.mark.char()).unwrap_or((body, ""));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    grouped(whole, format).then_some((whole, fraction))
}

/// Whether a whole part is digits alone, or groups of three with one sort of separator.
fn grouped(whole: &str, format: NumberFormat) -> bool {
    let Some(separator) = whole.chars().find(|c| !c.is_ascii_digit()) else { return true };
    let allowed = match format.grouping {
        Some(named) => separator == named || (named == ' ' && is_space(separator)),
        None => {
            is_space(separator) || matches!(separator, '\'' | '\u{2019}') || separator == format.mark.other().char()
        }
    };
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or("");
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    allowed && (1..=3).contains(&first.len()) && digits(first) && groups.all(|g| g.len() == 3 && digits(g))
}

/// A number's minor units, and whether it had to be rounded. The sign of [`Parts`] is not applied.
pub(in crate::read) fn minor(body: &str, format: NumberFormat, decimals: u32) -> Result<(i64, bool), AmountError> {
    let Some((whole, fraction)) = split(body, format) else {
        let other = NumberFormat { mark: format.mark.other(), ..format };
        return Err(if split(body, other).is_some() { AmountError::OtherMark } else { AmountError::NotANumber });
    };
    let kept = fraction.len().min(decimals as usize);
    let limit = format.round_to.map_or(kept, |n| kept.min(n as usize));
    let excess = fraction.bytes().skip(limit).any(|b| b != b'0');
    if excess && format.round_to.is_none() {
        return Err(AmountError::TooManyDecimals { allowed: decimals });
    }
    let mut value: i64 = 0;
    let digits = whole.bytes().filter(u8::is_ascii_digit).chain(fraction.bytes().take(limit));
    for digit in digits {
        value = push(value, digit).ok_or(AmountError::TooLarge)?;
    }
    // Half away from zero: the digit after the last that is kept decides.
    if excess && fraction.as_bytes().get(limit).is_some_and(|b| *b >= b'5') {
        value = value.checked_add(1).ok_or(AmountError::TooLarge)?;
    }
    for _ in limit..decimals as usize {
        value = push(value, b'0').ok_or(AmountError::TooLarge)?;
    }
    Ok((value, excess))
}

fn push(value: i64, digit: u8) -> Option<i64> {
    value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
}

/// The common case without allocation or search: optional minus, digits, `.` and at most `decimals` digits.
pub(super) fn plain(cell: &str, mark: Mark, decimals: u32) -> Option<i64> {
    let (negative, digits) = match cell.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mark = if mark == Mark::Dot { b'.' } else { b',' };
    // 17 digits fit 64 bits whatever they are.
    if digits.is_empty() || digits.len() > 17 || !digits[0].is_ascii_digit() {
        return None;
    }
    let mut value: i64 = 0;
    let mut seen: Option<u32> = None;
    for b in digits {
        if b.is_ascii_digit() {
            value = value * 10 + i64::from(b - b'0');
            seen = seen.map(|n| n + 1);
        } else if *b == mark && seen.is_none() {
            seen = Some(0);
        } else {
            return None;
        }
    }
    let missing = decimals.checked_sub(seen.unwrap_or(0))?;
    if seen == Some(0) || digits.len() + missing as usize > 18 {
        return None;
    }
    value *= 10_i64.pow(missing);
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(cell: &str, mark: Mark) -> Result<i64, AmountError> {
        let parts = parts(cell).ok_or(AmountError::NotANumber)?;
        let (value, _) = minor(parts.body, NumberFormat::new(mark), 2)?;
        Ok(if parts.negative { -value } else { value })
    }

    #[test]
    fn reads_what_banks_write() {
        for (cell, mark, expected) in [
            ("1.500,00", Mark::Comma, 150_000),
            ("20'827.00", Mark::Dot, 2_082_700),
            ("1 234,56", Mark::Comma, 123_456),
            ("1\u{a0}234,56", Mark::Comma, 123_456),
            ("1\u{202f}234,56", Mark::Comma, 123_456),
            ("+5257,28", Mark::Comma, 525_728),
            ("-123,45 €", Mark::Comma, -12_345),
            ("100.00-", Mark::Dot, -10_000),
            ("(12.50)", Mark::Dot, -1250),
            ("\u{2212}7", Mark::Dot, -700),
            ("-$1.46", Mark::Dot, -146),
            ("+ £1,100.00", Mark::Dot, 110_000),
            ("CHF 12.00", Mark::Dot, 1200),
            ("573.190000", Mark::Dot, 57_319),
            ("0,5", Mark::Comma, 50),
        ] {
            assert_eq!(read(cell, mark), Ok(expected), "{cell}");
        }
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for cell in ["12..34", "1,2,3.4", "--5", "X.XX", "1e5", "", "-", "12.34.56", "1 23", "=1+1", "5 apples"] {
            assert_eq!(read(cell, Mark::Dot), Err(AmountError::NotANumber), "{cell}");
        }
        assert_eq!(read("1,250.00", Mark::Comma), Err(AmountError::OtherMark));
        assert_eq!(read("12,34", Mark::Dot), Err(AmountError::OtherMark));
        assert_eq!(read("1.005", Mark::Dot), Err(AmountError::TooManyDecimals { allowed: 2 }));
        assert_eq!(read("99999999999999999999", Mark::Dot), Err(AmountError::TooLarge));
    }

    #[test]
    fn rounding_happens_only_when_asked_for() {
        let format = NumberFormat { round_to: Some(2), ..NumberFormat::new(Mark::Dot) };
        assert_eq!(minor("19.989999999999998", format, 2), Ok((1999, true)));
        assert_eq!(minor("0.30000000000000004", format, 2), Ok((30, true)));
        assert_eq!(minor("9.995", format, 2), Ok((1000, true)));
        assert_eq!(minor("10.5", format, 2), Ok((1050, false)));
    }

    #[test]
    fn a_thousand_or_three_decimals_is_not_decided_by_one_cell() {
        assert_eq!(vote("1.234"), Vote::Unclear(Mark::Dot));
        assert_eq!(vote("1,234"), Vote::Unclear(Mark::Comma));
        assert_eq!(vote("1.234,5"), Vote::For(Mark::Comma));
        assert_eq!(vote("1.234.567"), Vote::For(Mark::Comma));
        assert_eq!(vote("1234.567"), Vote::For(Mark::Dot));
        assert_eq!(vote("20'827.000"), Vote::For(Mark::Dot));
        assert_eq!(vote("12..34"), Vote::Silent);
        assert_eq!(vote("50"), Vote::Silent);
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(minor_units in -1_000_000_000_000i64..1_000_000_000_000, style in 0usize..6) {
            let (mark, group) = [(".", ""), (",", ""), (".", ","), (",", "."), (",", "\u{a0}"), (".", "'")][style];
            let digits = (minor_units.unsigned_abs() / 100).to_string();
            let mut whole = String::new();
            for (n, c) in digits.chars().enumerate() {
                if n > 0 && (digits.len() - n).is_multiple_of(3) {
                    whole.push_str(group);
                }
                whole.push(c);
            }
            let sign = if minor_units < 0 { "-" } else { "" };
            let text = format!("{sign}{whole}{mark}{:02}", minor_units.unsigned_abs() % 100);
            let expected = if mark == "." { Mark::Dot } else { Mark::Comma };
            // Two decimals always decide the mark, so detection and reading must agree with the writer.
            prop_assert_eq!(vote(parts(&text).unwrap().body), Vote::For(expected));
            prop_assert_eq!(read(&text, expected), Ok(minor_units));
            if let Some(value) = plain(&text, expected, 2) {
                prop_assert_eq!(value, minor_units);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}") {
            if let Some(parts) = parts(&text) {
                let _ = vote(parts.body);
                let _ = minor(parts.body, NumberFormat::new(Mark::Dot), 2);
                let _ = plain(parts.body, Mark::Comma, 3);
            }
        }
    }
}
