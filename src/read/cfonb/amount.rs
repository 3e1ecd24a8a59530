//! Amounts whose last character is a digit and the sign in one (overpunched, as on punched cards).

use crate::model::{Currency, Money, MoneyError};
use crate::read::fixed::implied;

/// What a last character says: its digit, whether money left, and whether it is a stand-in of a national character set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Punch {
    pub(super) digit: char,
    pub(super) is_debit: bool,
    pub(super) is_national: bool,
}

/// Reads a last character: `{` and A to I are 0 to 9 in favour of the account, `}` and J to R against it. French tables from
/// EBCDIC to ASCII have `é` and `è` where the braces are.
pub(super) fn punch(last: char) -> Option<Punch> {
    let (base, is_debit) = match last {
        '{' | 'é' => ('{', false),
        'A'..='I' => ('A', false),
        '}' | 'è' => ('}', true),
        'J'..='R' => ('J', true),
        _ => return None,
    };
    let value = if matches!(base, 'A' | 'J') { last as u32 - base as u32 + 1 } else { 0 };
    Some(Punch { digit: char::from_digit(value, 10)?, is_debit, is_national: matches!(last, 'é' | 'è') })
}

/// Why a field is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// Nothing stands there.
    Empty,
    /// The last character has no sign in it.
    NoSign,
    /// The digits are none, or do not fit the currency.
    Money(MoneyError),
}

/// Reads an amount of `decimals` implied decimals. Blanks in front stand for zeros. The flag is [`Punch::is_national`].
pub(super) fn signed(field: &str, decimals: u32, currency: Currency) -> Result<(Money, bool), Bad> {
    let mut characters = field.chars();
    let last = characters.next_back().ok_or(Bad::Empty)?;
    let front = characters.as_str();
    if last == ' ' && front.trim().is_empty() {
        return Err(Bad::Empty);
    }
    let punched = punch(last).ok_or(Bad::NoSign)?;
    let mut digits = String::with_capacity(front.len() + 1);
    digits.push_str(front.trim_start());
    digits.push(punched.digit);
    let amount = implied(&digits, decimals, currency).map_err(Bad::Money)?;
    Ok((if punched.is_debit { -amount } else { amount }, punched.is_national))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(field: &str) -> Result<i64, Bad> {
        signed(field, 2, Currency::EUR).map(|(amount, _)| amount.minor)
    }

    #[test]
    fn the_last_character_has_digit_and_sign() {
        for (at, (credit, debit)) in "{ABCDEFGHI".chars().zip("}JKLMNOPQR".chars()).enumerate() {
            let value = 12_340 + at as i64;
            assert_eq!(euros(&format!("0000000001234{credit}")), Ok(value), "{credit}");
            assert_eq!(euros(&format!("0000000001234{debit}")), Ok(-value), "{debit}");
        }
        assert_eq!(euros("0000000000000}"), Ok(0));
    }

    #[test]
    fn the_balances_of_the_published_example() {
        let all = ["0000000001904}", "0000000000322J", "0000000000107}", "0000000000079}"];
        let sum: i64 = all.iter().map(|field| euros(field).unwrap()).sum();
        assert_eq!(sum, -24_121);
        assert_eq!(euros("0000000002412J"), Ok(-24_121));
    }

    #[test]
    fn accented_letters_stand_for_braces() {
        assert_eq!(signed("0000000001904é", 2, Currency::EUR), Ok((Money::new(19_040, Currency::EUR), true)));
        assert_eq!(signed("0000000001904è", 2, Currency::EUR), Ok((Money::new(-19_040, Currency::EUR), true)));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        assert_eq!(euros("00000000019040"), Err(Bad::NoSign));
        assert_eq!(euros("0000000001904S"), Err(Bad::NoSign));
        assert_eq!(euros("              "), Err(Bad::Empty));
        assert_eq!(euros(""), Err(Bad::Empty));
        assert_eq!(euros("00000 0001904A"), Err(Bad::Money(MoneyError::NotANumber)));
        assert_eq!(euros("          190A"), Ok(1901));
    }
}
