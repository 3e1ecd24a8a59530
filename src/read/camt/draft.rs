//! What stands in an entry, as it is found: borrowed texts and amounts, before anything is concluded from them.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::tag::Tag::{self, *};
use crate::model::{Currency, Money};

/// A text of the file, borrowed where it stands in one piece.
pub(super) type Field<'a> = Cow<'a, str>;

/// An account as the standard can name it: an IBAN, or another identification.
#[derive(Debug, Default)]
pub(super) struct Account<'a> {
    pub(super) iban: Field<'a>,
    pub(super) other: Field<'a>,
}

impl<'a> Account<'a> {
    /// The IBAN, or what there is instead.
    pub(super) fn number(&self) -> &str {
        if self.iban.is_empty() { &self.other } else { &self.iban }
    }

    /// Takes one element below `Acct`, `DbtrAcct` or `CdtrAcct`. The four old choices are those of version .01.
    pub(super) fn leaf(&mut self, path: &[Tag], text: impl FnOnce() -> Field<'a>) {
        match path {
            [Id, IBAN] => self.iban = text(),
            [Id, Othr, Id] | [Id, BBAN] | [Id, UPIC] | [Id, PrtryAcct, Id] => self.other = text(),
            // A proxy (telephone number, e-mail address) is the last resort.
            [Prxy, Id] if self.other.is_empty() => self.other = text(),
            _ => {}
        }
    }
}

/// Debtor or creditor.
#[derive(Debug, Default)]
pub(super) struct Party<'a> {
    pub(super) name: Field<'a>,
    pub(super) ultimate: Field<'a>,
    pub(super) account: Account<'a>,
}

impl Party<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.name.is_empty() && self.account.number().is_empty()
    }
}

/// A charge that the bank names beside an amount.
#[derive(Clone, Copy, Debug)]
pub(super) struct Charge {
    pub(super) amount: Money,
    /// `CdtDbtInd`; a charge without one is taken from the customer.
    pub(super) credit: bool,
}

/// The parts that an entry and a transaction have in common.
#[derive(Debug, Default)]
pub(super) struct Common<'a> {
    pub(super) bank_reference: Field<'a>,
    pub(super) sub_family: Field<'a>,
    pub(super) additional: Field<'a>,
    /// Charges one by one (`Rcrd`, or `Chrgs` itself in .02).
    pub(super) charges: Vec<Charge>,
    /// Their total, where the file gives only that.
    pub(super) charges_total: Option<Money>,
    /// `AmtDtls/TxAmt`, in the entry's currency or another.
    pub(super) transaction_amount: Option<Money>,
    /// `AmtDtls/CntrValAmt`.
    pub(super) counter_value: Option<Money>,
    /// `AmtDtls/InstdAmt`.
    pub(super) instructed: Option<Money>,
    pub(super) credit: Option<bool>,
}

impl Common<'_> {
    /// What the bank's charges change in `currency`, signed: taken is negative. `None` where they are in another currency.
    pub(super) fn charges_in(&self, currency: Currency) -> Option<i64> {
        if self.charges.is_empty() {
            let total = self.charges_total?;
            return (total.currency == currency).then_some(-total.minor);
        }
        self.charges.iter().try_fold(0i64, |sum, charge| {
            let signed = if charge.credit { charge.amount.minor } else { -charge.amount.minor };
            (charge.amount.currency == currency).then(|| sum.checked_add(signed)).flatten()
        })
    }
}

/// One `TxDtls`.
#[derive(Debug, Default)]
pub(super) struct Transaction<'a> {
    pub(super) common: Common<'a>,
    /// `TxDtls/Amt`, from .03 on.
    pub(super) amount: Option<Money>,
    pub(super) end_to_end_id: Field<'a>,
    pub(super) debtor: Party<'a>,
    pub(super) creditor: Party<'a>,
    /// `RmtInf/Ustrd`, untrimmed: their lengths tell how the bank cut them.
    pub(super) unstructured: Vec<Field<'a>>,
    /// `RmtInf/Strd/AddtlRmtInf`.
    pub(super) additional_remittance: Vec<Field<'a>>,
    pub(super) references: Vec<Field<'a>>,
    pub(super) is_return: bool,
    pub(super) return_reason: Field<'a>,
}

/// One `Ntry`.
#[derive(Debug, Default)]
pub(super) struct Entry<'a> {
    pub(super) common: Common<'a>,
    /// Byte offset of its start tag.
    pub(super) at: usize,
    pub(super) amount: Option<Money>,
    /// True when something in it was refused: the error is noted, and more would only repeat it.
    pub(super) is_refused: bool,
    pub(super) is_reversal: bool,
    pub(super) status: Field<'a>,
    pub(super) booked: Option<NaiveDate>,
    pub(super) value: Option<NaiveDate>,
    /// Numbers of transactions that batches claim, added up.
    pub(super) batch_size: u64,
    pub(super) transactions: Vec<Transaction<'a>>,
}

/// Trims a text; a line break inside it, with the blanks around it, becomes one blank.
pub(super) fn tidy(text: Field<'_>) -> Field<'_> {
    if text.bytes().any(|b| matches!(b, b'\n' | b'\r')) {
        let mut out = String::with_capacity(text.len());
        for line in text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(line);
        }
        return Cow::Owned(out);
    }
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_string()),
    }
}

/// Reads an ISO date, alone or in front of a time; the day stays the one that is written, whatever the zone.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let b = date.as_bytes();
    let digits = |range: std::ops::Range<usize>| date.get(range).filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    if b[4] != b'-' || b[7] != b'-' || !(rest.is_empty() || rest.starts_with(['T', 't', ' ', '+', '-', 'Z'])) {
        return None;
    }
    let (year, month, day) = (digits(0..4)?.parse().ok()?, digits(5..7)?.parse().ok()?, digits(8..10)?.parse().ok()?);
    NaiveDate::from_ymd_opt(year, month, day)
}

/// Joins the pieces of a free text. A bank that cuts one text does so at 35, 70 or 140 characters: nothing is put between
/// such pieces. Pieces of other lengths are texts of their own and are separated by a blank.
pub(super) fn join(pieces: &[Field<'_>]) -> String {
    let mut out = String::new();
    let mut glue = true;
    for piece in pieces {
        let cut = matches!(piece.chars().count(), 35 | 70 | 140) && !piece.contains(['\n', '\r']);
        let tidied = tidy(Cow::Borrowed(piece));
        if tidied.is_empty() {
            continue;
        }
        if !glue && !out.is_empty() {
            out.push(' ');
        }
        // A cut piece keeps its own blanks at the cut.
        out.push_str(if cut { piece } else { &tidied });
        glue = cut;
    }
    out.truncate(out.trim_end().len());
    let start = out.len() - out.trim_start().len();
    out.drain(..start);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stay_as_written() {
        let expected = NaiveDate::from_ymd_opt(2024, 3, 7);
        for text in
            ["2024-03-07", " 2024-03-07\n", "2024-03-07T23:59:59+02:00", "2024-03-07Z", "2024-03-07T00:00:00.000000000"]
        {
            assert_eq!(day(text), expected, "{text}");
        }
        for text in ["", "2024-3-7", "20240307", "2024-02-30", "2024-03-07x", "2024/03/07", "2024-03-+7", "éééééééééé"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn texts_are_tidied_once() {
        assert_eq!(tidy(Cow::Borrowed("  a  b ")), "a  b");
        assert_eq!(tidy(Cow::Borrowed("\n    Invoice\r\n      17\n")), "Invoice 17");
    }

    #[test]
    fn pieces_of_one_text_are_joined_without_a_blank() {
        let cut: String = "x".repeat(35);
        assert_eq!(join(&[Cow::Borrowed(&cut), "2026-0412".into()]), format!("{cut}2026-0412"));
        let at_blank = format!("{} ", "x".repeat(34));
        assert_eq!(join(&[Cow::Borrowed(&at_blank), "2026".into()]), format!("{}2026", at_blank));
        assert_eq!(join(&["FAC 1".into(), " FAC 2".into()]), "FAC 1 FAC 2");
        assert_eq!(join(&["".into(), "a".into(), "".into()]), "a");
        assert_eq!(join(&[]), "");
    }
}
