//! Money: an integer of minor units with its currency. Decimals exist only where people and files are.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An ISO 4217 currency code: three upper-case ASCII letters.
///
/// Codes that ISO 4217 does not list (`XBT`, a bank's own code) are kept: what a statement says is what counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");
    /// The US dollar.
    pub const USD: Self = Self(*b"USD");
    /// The Swiss franc.
    pub const CHF: Self = Self(*b"CHF");

    /// Reads a code of three ASCII letters, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Self(bytes.map(|b| b.to_ascii_uppercase())))
    }

    /// The code, in upper case.
    pub fn code(&self) -> &str {
        // Invariant: `parse` and the constants admit ASCII letters only.
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// The letters of the code.
    pub fn letters(&self) -> [u8; 3] {
        self.0
    }

    /// How many decimals the minor unit has (ISO 4217, column "minor unit"); 2 where the list has none.
    pub fn decimals(&self) -> u32 {
        match &self.0 {
            // The common case first: this is asked once for each amount that is read or written.
            b"EUR" | b"USD" | b"GBP" | b"CHF" => 2,
            _ => iso_currency::Currency::from_code(self.code()).and_then(|c| c.exponent()).map_or(2, u32::from),
        }
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<str>::deserialize(from)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom(format!("{code} is no currency")))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a text is not an amount of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// Not a decimal number at all.
    NotANumber,
    /// More decimals than the currency has, and not only zeros beyond them.
    TooManyDecimals {
        /// Decimals that the currency allows.
        allowed: u32,
    },
    /// Outside what 64 bits of minor units hold.
    TooLarge,
}

/// An amount: signed minor units (cents for EUR, yen for JPY) and the currency they are of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units, signed.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount of minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a plain decimal: optional sign, digits, optionally `.` and more digits. No grouping, no exponent, no blanks inside.
    ///
    /// Zeros beyond the currency's decimals are accepted (`3294.00000`); anything else beyond them is refused, never rounded.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        if let Some(minor) = plain(text.as_bytes(), currency.decimals()) {
            return Ok(Self::new(minor, currency));
        }
        let text = text.trim();
        let (negative, digits) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if (whole.is_empty() && fraction.is_empty())
            || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
        {
            return Err(MoneyError::NotANumber);
        }
        let decimals = currency.decimals();
        let kept = fraction.len().min(decimals as usize);
        if fraction.bytes().skip(kept).any(|b| b != b'0') {
            return Err(MoneyError::TooManyDecimals { allowed: decimals });
        }
        let padding = std::iter::repeat_n(b'0', decimals as usize - kept);
        let mut minor: i64 = 0;
        for digit in whole.bytes().chain(fraction.bytes().take(kept)).chain(padding) {
            minor = minor
                .checked_mul(10)
                .and_then(|m| m.checked_add(i64::from(digit - b'0')))
                .ok_or(MoneyError::TooLarge)?;
        }
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The same amount as a decimal of major units.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.decimals())
    }

    /// The amount of a decimal of major units; refused as by [`Money::parse`].
    pub fn from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let decimals = currency.decimals();
        let mut scaled = value.normalize();
        if scaled.scale() > decimals {
            return Err(MoneyError::TooManyDecimals { allowed: decimals });
        }
        scaled.rescale(decimals);
        let minor = i64::try_from(scaled.mantissa()).map_err(|_| MoneyError::TooLarge)?;
        // A rescale that ran out of digits leaves a smaller scale behind.
        if scaled.scale() == decimals { Ok(Self::new(minor, currency)) } else { Err(MoneyError::TooLarge) }
    }

    /// The sum, when both are of one currency and it fits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| self.minor.checked_add(other.minor))
            .flatten()
            .map(|m| Self::new(m, self.currency))
    }

    /// True for nothing at all.
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }
}

impl std::ops::Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.minor, self.currency)
    }
}

/// The usual case in one go: digits, a point, and as many digits again as the currency has decimals.
fn plain(text: &[u8], decimals: u32) -> Option<i64> {
    let (whole, fraction) = text.split_at_checked(text.len().checked_sub(decimals as usize)?)?;
    let whole = if decimals == 0 { whole } else { whole.strip_suffix(b".")? };
    // 18 digits fit 64 bits whatever they are.
    if whole.is_empty() || text.len() > 18 {
        return None;
    }
    whole.iter().chain(fraction).try_fold(0i64, |minor, b| b.is_ascii_digit().then(|| minor * 10 + i64::from(b - b'0')))
}

/// Writes minor units as a plain decimal with the currency's own number of decimals: `-1250.00`, `3000` for JPY.
pub fn write_minor(f: &mut impl fmt::Write, minor: i128, currency: Currency) -> fmt::Result {
    let decimals = currency.decimals();
    let unit = 10u128.pow(decimals);
    let size = minor.unsigned_abs();
    if minor < 0 {
        f.write_char('-')?;
    }
    write!(f, "{}", size / unit)?;
    if decimals > 0 {
        write!(f, ".{:0width$}", size % unit, width = decimals as usize)?;
    }
    Ok(())
}

impl fmt::Display for Money {
    /// The plain decimal, without the currency: `-1250.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_minor(f, i128::from(self.minor), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.currency)
    }
}

/// Zeros at the end of an amount of minor units: how round it is. Nothing has none.
pub fn zeros_of(minor: i64) -> usize {
    let mut rest = minor.unsigned_abs();
    let mut zeros = 0;
    while rest != 0 && rest.is_multiple_of(10) {
        rest /= 10;
        zeros += 1;
    }
    zeros
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(text: &str) -> Result<i64, MoneyError> {
        Money::parse(text, Currency::EUR).map(|m| m.minor)
    }

    #[test]
    fn reads_plain_decimals_exactly() {
        assert_eq!(eur("1250.00"), Ok(125_000));
        assert_eq!(eur("-0.01"), Ok(-1));
        assert_eq!(eur("+7"), Ok(700));
        assert_eq!(eur(".5"), Ok(50));
        assert_eq!(eur("3294.00000"), Ok(329_400));
        assert_eq!(Money::parse("3000.00", Currency::parse("JPY").unwrap()).map(|m| m.minor), Ok(3000));
        assert_eq!(Money::parse("1.234", Currency::parse("TND").unwrap()).map(|m| m.minor), Ok(1234));
    }

    #[test]
    fn refuses_instead_of_rounding() {
        assert_eq!(eur("1.23456"), Err(MoneyError::TooManyDecimals { allowed: 2 }));
        assert_eq!(eur("12..34"), Err(MoneyError::NotANumber));
        assert_eq!(eur("1,234.00"), Err(MoneyError::NotANumber));
        assert_eq!(eur("1e3"), Err(MoneyError::NotANumber));
        assert_eq!(eur("--1"), Err(MoneyError::NotANumber));
        assert_eq!(eur("."), Err(MoneyError::NotANumber));
        assert_eq!(eur(""), Err(MoneyError::NotANumber));
        assert_eq!(eur("99999999999999999999"), Err(MoneyError::TooLarge));
    }

    #[test]
    fn writes_what_it_read() {
        for text in ["0.00", "-0.01", "1250.00", "-92233720368547758.07"] {
            assert_eq!(Money::parse(text, Currency::EUR).unwrap().to_string(), text);
        }
        let yen = Money::new(3000, Currency::parse("jpy").unwrap());
        assert_eq!(yen.to_string(), "3000");
        assert_eq!(Money::from_decimal(yen.to_decimal(), yen.currency), Ok(yen));
    }
}
