//! Signed amounts of formats that allow point and comma: the decimal mark is one for the whole file, as in the tables of banks.

use super::csv::amount::{self, AmountError, Mark, NumberFormat, Vote};
use crate::model::{Currency, Money};

/// How many amounts of a file want which decimal mark.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    dot: u64,
    comma: u64,
}

impl Marks {
    /// Counts one amount.
    pub(super) fn see(&mut self, text: &str) {
        match amount::parts(text).map(|parts| amount::vote(parts.body)) {
            Some(Vote::For(Mark::Dot)) => self.dot += 1,
            Some(Vote::For(Mark::Comma)) => self.comma += 1,
            _ => {}
        }
    }

    /// The file's mark; `None` where no amount decides it.
    pub(super) fn mark(self) -> Option<Mark> {
        match (self.dot, self.comma) {
            (0, 0) => None,
            (dot, comma) if comma > dot => Some(Mark::Comma),
            _ => Some(Mark::Dot),
        }
    }
}

/// Why a text is no amount of the file: code, message, and what stands beside the caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) code: &'static str,
    pub(super) message: &'static str,
    pub(super) label: String,
    /// How to go on, where the text alone does not say it.
    pub(super) help: Option<&'static str>,
}

/// Reads an amount with its sign, thousands perhaps grouped. What may be a grouped thousand or have three decimals is decided by
/// the other amounts of the file, else refused.
pub(super) fn money(text: &str, mark: Option<Mark>, currency: Currency) -> Result<Money, Refused> {
    let refused = |code, message, label: String| Err(Refused { code, message, label, help: None });
    let no_amount = || refused("E0241", "not an amount", "expected a number such as -1250.00 or 1250,00".into());
    let parts = amount::parts(text).filter(|p| p.credit.is_none() && p.currency.is_none_or(|c| c == currency));
    let Some(parts) = parts else { return no_amount() };
    let mark = match (mark, amount::vote(parts.body)) {
        (Some(mark), _) | (None, Vote::For(mark)) => mark,
        (None, Vote::Unclear(mark)) if currency.decimals() == 3 => mark,
        (None, Vote::Unclear(_)) => {
            let plain: String = parts.body.chars().filter(char::is_ascii_digit).collect();
            let label = format!("this may be {plain} or have three decimals, and no other amount decides it");
            let message = "the decimal mark of this file cannot be told";
            let help = Some("write the amount with its decimals: 1000.00 if it is a thousand");
            return Err(Refused { code: "E0241", message, label, help });
        }
        (None, Vote::Silent) => Mark::Dot,
    };
    match amount::minor(parts.body, NumberFormat::new(mark), currency.decimals()) {
        Ok((minor, _)) => Ok(Money::new(if parts.negative { -minor } else { minor }, currency)),
        Err(AmountError::OtherMark) => {
            let label = format!("the decimal mark of the file's other amounts is '{}'", mark.char());
            refused("E0241", "the amount does not fit this file's decimal mark", label)
        }
        Err(AmountError::TooManyDecimals { allowed }) => {
            refused("E0241", "more decimals than the currency has", format!("{currency} has {allowed}"))
        }
        Err(AmountError::TooLarge) => {
            refused("E0248", "the amount is too large", "beyond 64 bits of minor units".into())
        }
        Err(AmountError::NotANumber) => no_amount(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_is_told_from_three_decimals_by_the_other_amounts() {
        let mut marks = Marks::default();
        assert_eq!(marks.mark(), None);
        let read = |text: &str, mark| money(text, mark, Currency::EUR).map(|m| m.minor).map_err(|e| e.code);
        assert_eq!(read("-1,000", None), Err("E0241"));
        assert_eq!(read("+80", None), Ok(8000));
        marks.see("-12.50");
        assert_eq!(read("-1,000", marks.mark()), Ok(-100_000));
        assert_eq!(read("12,50", marks.mark()), Err("E0241"));
        assert_eq!(read("1.005", marks.mark()), Err("E0241"));
        assert_eq!(read("99999999999999999999", None), Err("E0248"));
        assert_eq!(read("5 CR", None), Err("E0241"));
        marks.see("1,50");
        marks.see("2,50");
        assert_eq!(read("1.000,5", marks.mark()), Ok(100_050));
        let dinar = Currency::parse("TND").unwrap();
        assert_eq!(money("1.234", None, dinar).map(|m| m.minor), Ok(1234));
    }
}
