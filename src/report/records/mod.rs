//! What was read, written out in the canonical columns: CSV, JSON Lines, XLSX.
//!
//! Each record becomes cells that know what they are; the three forms write the same cells in their own way. What a form cannot
//! hold is said, never dropped in silence. Reading such a file gives the same records, and writing them again the same bytes.

mod csv;
mod json_lines;
mod xlsx;

use std::io::{self, Write};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::error::{Error, ErrorKind};
use crate::model::columns::{self, ITEM, NATURES, PAYMENT};
use crate::model::{Currency, OpenItem, Payment, Statement, VatPart};

/// The form of a file of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum RecordForm {
    /// Comma, UTF-8, LF, RFC 4180
    Csv,
    /// One JSON object a line
    Jsonl,
    /// A workbook of Excel
    Xlsx,
}

/// What is written.
#[derive(Clone, Copy, Debug)]
pub enum Records<'a> {
    /// Statements with their payments, which may have been moved out of them.
    Payments {
        /// The statements.
        statements: &'a [Statement],
        /// For each statement, the index behind its last payment.
        ends: &'a [usize],
        /// The payments, those of a statement together.
        payments: &'a [Payment],
    },
    /// Invoices and credit notes.
    Items(&'a [OpenItem]),
}

/// Writes records in a form. Gives what is to be said about it: what this form could not hold, or holds in another way.
///
/// # Errors
/// `E0002` when `out` cannot be written, `E0405` when the records are too many or too long for a workbook.
pub fn write_records(records: &Records<'_>, form: RecordForm, out: &mut dyn Write) -> Result<Vec<String>, Error> {
    let rows = Rows::of(records);
    let mut said = rows.said(form);
    match form {
        RecordForm::Csv => csv::write(&rows, out).map_err(|e| cannot_write(&e))?,
        RecordForm::Jsonl => json_lines::write(&rows, out).map_err(|e| cannot_write(&e))?,
        RecordForm::Xlsx => said.extend(xlsx::write(&rows, out)?),
    }
    out.flush().map_err(|e| cannot_write(&e))?;
    Ok(said)
}

fn cannot_write(error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, "E0002", format!("cannot write the result: {error}"))
}

/// One value, with what it is.
#[derive(Clone, Copy, Debug)]
enum Cell<'a> {
    Nothing,
    /// A text from a file.
    Text(&'a str),
    /// A word of our own.
    Word(&'static str),
    /// Several texts; in one cell they are parted by `|`.
    List(&'a [Box<str>]),
    Date(NaiveDate),
    /// Signed minor units.
    Money(i64, Currency),
    Currency(Currency),
    Decimal(Decimal),
    Vat(&'a [VatPart], Currency),
}

impl<'a> Cell<'a> {
    fn date(date: Option<NaiveDate>) -> Self {
        date.map_or(Self::Nothing, Self::Date)
    }

    fn text(text: &'a str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }

    fn list(list: &'a [Box<str>]) -> Self {
        if list.is_empty() { Self::Nothing } else { Self::List(list) }
    }

    /// A cell of several values as one text: `|` between them; one that is part of a value, and a `\`, get a `\` in front.
    fn joined(list: &[Box<str>]) -> String {
        let mut out = String::new();
        for (n, text) in list.iter().enumerate() {
            if n > 0 {
                out.push('|');
            }
            for c in text.chars() {
                if matches!(c, '|' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
        }
        out
    }

    /// `20.00:4.00|10.00:1.20`: rate and tax, which is signed.
    fn vat(parts: &[VatPart], currency: Currency) -> String {
        let one = |p: &VatPart| format!("{}:{}", p.rate, crate::model::Money::new(p.tax_minor, currency));
        parts.iter().map(one).collect::<Vec<_>>().join("|")
    }
}

/// The records, and what is known of all of them before the first is written.
struct Rows<'a> {
    records: Records<'a>,
    /// The running balance behind each payment, where it is known.
    balances: Vec<Option<i64>>,
    /// Statements with a balance whose entries do not add up to it, or not to the payments.
    unproven: usize,
}

impl<'a> Rows<'a> {
    fn of(records: &Records<'a>) -> Self {
        let mut rows = Self { records: *records, balances: Vec::new(), unproven: 0 };
        if let Records::Payments { statements, payments, .. } = *records {
            rows.balances.reserve_exact(payments.len());
            for (statement, payments) in rows.statements().collect::<Vec<_>>() {
                let running = running(statement, payments);
                rows.unproven += usize::from(running.is_none() && statement.opening.is_some() && !payments.is_empty());
                rows.balances.extend(running.unwrap_or_else(|| vec![None; payments.len()]));
            }
            debug_assert_eq!(rows.balances.len(), payments.len(), "{} statements", statements.len());
        }
        rows
    }

    /// Each statement with its payments; none where items are written.
    fn statements(&self) -> impl Iterator<Item = (&'a Statement, &'a [Payment])> + use<'a> {
        let (statements, ends, payments) = match self.records {
            Records::Payments { statements, ends, payments } => (statements, ends, payments),
            Records::Items(_) => (&[][..], &[][..], &[][..]),
        };
        let mut start = 0;
        statements.iter().zip(ends).map(move |(statement, end)| {
            let part = payments.get(start..*end).unwrap_or_default();
            start = *end;
            (statement, part)
        })
    }

    fn names(&self) -> &'static [&'static str] {
        match self.records {
            Records::Payments { .. } => &PAYMENT,
            Records::Items(_) => &ITEM,
        }
    }

    /// What a form leaves out.
    fn said(&self, form: RecordForm) -> Vec<String> {
        let mut said = Vec::new();
        if form == RecordForm::Jsonl {
            return said;
        }
        let plural = |n: usize| if n == 1 { "1 statement".to_string() } else { format!("{n} statements") };
        let silent = self.statements().filter(|(_, payments)| payments.is_empty()).count();
        if silent > 0 {
            said.push(format!("{} without payments left out: JSON Lines holds statements too", plural(silent)));
        }
        if self.unproven > 0 {
            let statements = plural(self.unproven);
            said.push(format!("no running balance for {statements}: the payments do not add up to the balances"));
        }
        said
    }

    /// Each record's cells, in order.
    fn each<E>(&self, mut row: impl FnMut(&[Cell<'a>]) -> Result<(), E>) -> Result<(), E> {
        if let Records::Items(items) = self.records {
            return items.iter().try_for_each(|one| row(&item(one)));
        }
        let mut balances = self.balances.iter();
        for (statement, payments) in self.statements() {
            for one in payments {
                row(&payment(one, Some(statement), balances.next().copied().flatten()))?;
            }
        }
        Ok(())
    }
}

/// The balance behind each payment of a statement, where opening, payments and closing prove it.
fn running(statement: &Statement, payments: &[Payment]) -> Option<Vec<Option<i64>>> {
    let opening = statement.opening?.amount;
    let own = |p: &&Payment| p.amount.currency == opening.currency;
    let sum: i128 = payments.iter().filter(own).map(|p| i128::from(p.amount.minor)).sum();
    let closes = statement.closing.is_none_or(|c| {
        c.amount.currency == opening.currency && i128::from(c.amount.minor) == i128::from(opening.minor) + sum
    });
    if sum != statement.booked_minor || !closes {
        return None;
    }
    let mut balance = opening.minor;
    let mut out = Vec::with_capacity(payments.len());
    for payment in payments {
        let is_own = own(&payment);
        if is_own {
            balance = balance.checked_add(payment.amount.minor)?;
        }
        out.push(is_own.then_some(balance));
    }
    Some(out)
}

/// A payment's cells, in the order of [`PAYMENT`].
fn payment<'a>(p: &'a Payment, statement: Option<&'a Statement>, balance: Option<i64>) -> [Cell<'a>; PAYMENT.len()] {
    let currency = p.amount.currency;
    [
        Cell::text(&p.id),
        Cell::text(&p.account),
        Cell::Date(p.booking_date),
        Cell::date(p.value_date),
        Cell::Money(p.amount.minor, currency),
        Cell::Currency(currency),
        Cell::text(&p.payer_name),
        Cell::text(&p.ultimate_name),
        Cell::text(&p.payer_iban),
        Cell::text(&p.remittance),
        Cell::list(&p.structured_references),
        Cell::text(&p.end_to_end_id),
        Cell::text(&p.bank_reference),
        Cell::Word(columns::word(&NATURES, p.nature)),
        Cell::text(&p.return_reason),
        balance.map_or(Cell::Nothing, |minor| Cell::Money(minor, currency)),
        statement.map_or(Cell::Nothing, |s| Cell::Word(s.kind.word())),
        statement.map_or(Cell::Nothing, |s| Cell::text(&s.id)),
        statement.map_or(Cell::Nothing, |s| Cell::text(&s.sequence)),
    ]
}

/// An item's cells, in the order of [`ITEM`].
fn item(i: &OpenItem) -> [Cell<'_>; ITEM.len()] {
    let currency = i.amount.currency;
    [
        Cell::text(&i.id),
        Cell::text(&i.number),
        Cell::list(&i.payment_references),
        Cell::text(&i.order_number),
        Cell::text(&i.customer_id),
        Cell::text(&i.customer_name),
        Cell::list(&i.customer_ibans),
        Cell::date(i.issue_date),
        Cell::date(i.due_date),
        Cell::Money(i.amount.minor, currency),
        Cell::Money(i.open_minor, currency),
        Cell::Currency(currency),
        Cell::Word(i.kind.word()),
        Cell::text(&i.terms),
        i.discount.map_or(Cell::Nothing, |d| Cell::Decimal(d.percent)),
        i.discount.map_or(Cell::Nothing, |d| Cell::Date(d.until)),
        if i.vat.is_empty() { Cell::Nothing } else { Cell::Vat(&i.vat, currency) },
        Cell::text(&i.seller),
    ]
}
