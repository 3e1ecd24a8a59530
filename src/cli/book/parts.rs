//! Values of command lines: months, amounts, parts of a payment.

use std::path::Path;

use crate::book::decide::Part;
use crate::book::query::Selection;
use crate::error::{Error, ErrorKind};
use crate::model::{Currency, DifferenceKind, Money, Month};

use super::import::usage;

/// How proofs and findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// For people
    Table,
    /// For programs
    Json,
}

/// Reads `2026-06`.
pub(super) fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "a month such as 2026-06 is expected".to_string())
}

/// Reads `ITEM=AMOUNT`, `on-account=AMOUNT`, `fee=AMOUNT`, `discount=AMOUNT`, `write-off=AMOUNT`, `fx=AMOUNT`, or `ITEM` for all that
/// is open of it.
pub(super) fn part(text: &str, currency: Currency) -> Result<Part, Error> {
    // An identifier may hold the sign: the last one divides.
    let Some((name, amount)) = text.rsplit_once('=') else { return Ok(Part::Item(text.to_string(), None)) };
    let minor = amount_of(amount, currency)?;
    Ok(match difference(name) {
        Some(kind) => Part::Difference(kind, minor),
        None => Part::Item(name.to_string(), Some(minor)),
    })
}

/// The type of a difference by the word that people write.
pub(super) fn difference(word: &str) -> Option<DifferenceKind> {
    Some(match word {
        "on-account" => DifferenceKind::OnAccount,
        "fee" | "bank-fee" => DifferenceKind::Fee,
        "discount" => DifferenceKind::Discount,
        "write-off" | "small-difference" => DifferenceKind::WriteOff,
        "fx" | "exchange" => DifferenceKind::Fx,
        _ => return None,
    })
}

/// An amount as people write it, without blanks and with a decimal point.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect()
}

/// An amount of a currency, as people write it: `1250.00`, `1 250,00`.
pub(super) fn amount_of(text: &str, currency: Currency) -> Result<i64, Error> {
    let read = Money::parse(&plain(text), currency).map(|money| money.minor);
    read.map_err(|_| usage(format!("{text:?} is no amount in {currency}"), "an amount such as 1250.00 is expected"))
}

/// The first twelve hexadecimal digits of a hash over texts.
pub(super) fn short_hash(texts: &[&str]) -> String {
    crate::read::sha256(texts.join("\n").as_bytes()).chars().take(12).collect()
}

/// Writes a file whole or not at all.
pub(super) fn put_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    crate::report::write_one(path, |out| {
        out.write_all(bytes).map_err(|e| {
            Error::new(ErrorKind::Io, "E0002", format!("cannot write: {e}")).in_file(path.display().to_string())
        })
    })
}

/// What narrows a listing.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Filter {
    /// Bank account: its number, or the end of it
    #[arg(long, value_name = "ACCOUNT")]
    pub(super) account: Option<String>,
    /// Month in which the bank booked it
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub(super) period: Option<Month>,
    /// Words of the payer's or customer's name, the text, or an identifier
    #[arg(long = "with", value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// Reason code, such as UNKNOWN_PAYER
    #[arg(long, value_name = "CODE")]
    pub(super) reason: Option<String>,
    /// Smallest amount, without its sign
    #[arg(long, value_name = "AMOUNT")]
    pub(super) min: Option<String>,
}

impl Filter {
    /// The selection that it makes.
    pub(super) fn selection(&self, limit: usize) -> Result<Selection, Error> {
        let least = self.min.as_ref().map(|text| amount_of(text, Currency::EUR)).transpose()?;
        Ok(Selection {
            standings: Vec::new(),
            account: self.account.clone(),
            month: self.period,
            text: self.text.clone(),
            reason: self.reason.clone(),
            least,
            limit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_items_and_differences() {
        let eur = |text: &str| part(text, Currency::EUR).unwrap();
        assert_eq!(eur("2026-0412"), Part::Item("2026-0412".into(), None));
        assert_eq!(eur("2026-0412=1 250,50"), Part::Item("2026-0412".into(), Some(125_050)));
        assert_eq!(eur("bank-fee=25"), Part::Difference(DifferenceKind::Fee, 2_500));
        assert_eq!(eur("a=b=1.00"), Part::Item("a=b".into(), Some(100)));
        assert!(part("F1=1.005", Currency::EUR).is_err());
        assert!(part("F1=x", Currency::EUR).is_err());
    }
}
