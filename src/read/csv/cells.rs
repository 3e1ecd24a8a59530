//! Cells to values, with an error that says what is wrong, where, and how to go on.

use std::cell::Cell;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::error::Error;
use crate::model::Currency;

use super::amount::{self, AmountError, NumberFormat};
use super::date::{self, DateOrder};
use super::records::Row;
use super::table::Table;
use super::{detect, words};

/// How the cells of one file are read.
#[derive(Debug)]
pub(super) struct Reader<'a, 't> {
    pub table: &'a Table<'t>,
    pub format: NumberFormat,
    pub order: DateOrder,
    /// Amounts that had to be rounded, as a mapping allows.
    pub rounded: Cell<u64>,
    /// The currency that was read last: nearly always that of the next row too, and looking one up is dear.
    last: Cell<Currency>,
}

/// An amount cell read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// Signed minor units.
    pub minor: i64,
    /// `CR` or `DR` in the cell: true is credit.
    pub credit: Option<bool>,
}

impl<'a, 't> Reader<'a, 't> {
    pub fn new(table: &'a Table<'t>, format: NumberFormat, order: DateOrder) -> Self {
        Self { table, format, order, rounded: Cell::new(0), last: Cell::new(Currency::EUR) }
    }

    /// A number, without asking what the row's currency is: whether a row holds money at all.
    pub fn is_number(&self, cell: &str) -> bool {
        amount::parts(cell)
            .is_some_and(|p| amount::vote(p.body) != amount::Vote::Silent || p.body.bytes().all(|b| b.is_ascii_digit()))
    }

    /// Reads an amount. Errors: E0106, E0107, E0109, E0110, E0123.
    pub fn amount(&self, row: &Row, column: usize, currency: Currency) -> Result<Read, Error> {
        let cell = self.table.cell(row, column);
        let decimals = currency.decimals();
        let format = self.table.format_of(row, column, self.format);
        if let Some(minor) = amount::plain(&cell, format.mark, decimals) {
            return Ok(Read { minor, credit: None });
        }
        let Some(parts) = amount::parts(&cell) else {
            return Err(self.no_amount(row, column, AmountError::NotANumber, currency));
        };
        if let Some(other) = parts.currency.filter(|c| *c != currency && c.code() != "USD") {
            return Err(self
                .table
                .fault(row, column, "E0110", format!("the amount is in {other}, the row in {currency}"))
                .label(format!("{other} here"))
                .help("name the right currency column in a mapping:  columns = { currency = \"…\" }"));
        }
        match amount::minor(parts.body, format, decimals) {
            Ok((minor, rounded)) => {
                self.rounded.set(self.rounded.get() + u64::from(rounded));
                Ok(Read { minor: if parts.negative { -minor } else { minor }, credit: parts.credit })
            }
            Err(error) => Err(self.no_amount(row, column, error, currency)),
        }
    }

    fn no_amount(&self, row: &Row, column: usize, error: AmountError, currency: Currency) -> Error {
        let cell = self.table.cell(row, column).into_owned();
        let mark = self.format.mark.char();
        match error {
            AmountError::NotANumber => self
                .table
                .fault(row, column, "E0106", format!("not an amount: \"{cell}\""))
                .label(format!("a decimal number is expected, such as 1250{mark}00"))
                .help("correct the row; if another column holds the amount, name it in a mapping:  columns = { amount = \"…\" }"),
            AmountError::OtherMark => {
                let others = detect::agreeing(self.table, column, self.format.mark);
                let agree = if others == 1 { "1 other row agrees".into() } else { format!("{others} other rows agree") };
                let other = if mark == '.' { ',' } else { '.' };
                self.table
                    .fault(row, column, "E0107", "amount does not fit this file's decimal mark")
                    .label(format!("decimal mark here is '{mark}' ({agree})"))
                    .help(format!("correct the row; if it is the others that are wrong, say  decimal = \"{other}\"  in a mapping for this file"))
            }
            AmountError::TooManyDecimals { allowed } => self
                .table
                .fault(row, column, "E0109", format!("more decimals than {currency} has"))
                .label(format!("{allowed} decimals are allowed; only zeros may follow them"))
                .help("amounts are never rounded in silence: correct the row, or allow it with  repair_float = true  in a mapping"),
            AmountError::TooLarge => self
                .table
                .fault(row, column, "E0123", "the amount is too large")
                .label("more than 18 digits")
                .help("correct the row; it may be an account number in the wrong column"),
        }
    }

    /// Reads a date that must be there. Error: E0105.
    pub fn date(&self, row: &Row, column: usize) -> Result<NaiveDate, Error> {
        date::parse(&self.table.cell(row, column), self.order).ok_or_else(|| self.no_date(row, column))
    }

    /// Reads a date that may be absent. Error: E0105.
    pub fn optional_date(&self, row: &Row, column: Option<usize>) -> Result<Option<NaiveDate>, Error> {
        match column {
            Some(column) if !self.table.cell(row, column).is_empty() => self.date(row, column).map(Some),
            _ => Ok(None),
        }
    }

    pub fn no_date(&self, row: &Row, column: usize) -> Error {
        let cell = self.table.cell(row, column).into_owned();
        let expected = match self.order {
            DateOrder::DayMonthYear => "YYYY-MM-DD, or day before month",
            DateOrder::MonthDayYear => "YYYY-MM-DD, or month before day",
            DateOrder::YearMonthDay => "YYYY-MM-DD",
        };
        let message =
            if cell.is_empty() { "no date in this row".into() } else { format!("there is no such date: \"{cell}\"") };
        let fault = self.table.fault(row, column, "E0105", message);
        if self.table.is_typed(row, column) && self.is_number(&cell) {
            return fault
                .label("this cell holds a number that is not shown as a date")
                .help("give the cell the format of a date in the spreadsheet program, or type the date");
        }
        let other = match self.order {
            DateOrder::DayMonthYear => (DateOrder::MonthDayYear, "MM/DD/YYYY"),
            _ => (DateOrder::DayMonthYear, "DD/MM/YYYY"),
        };
        let help = if cell.is_empty() {
            "fill in the day, or delete the row if it is nothing to be read".to_string()
        } else if date::parse(&cell, other.0).is_some() {
            format!("correct the row, or say the order of all dates in a mapping:  date = \"{}\"", other.1)
        } else {
            "correct the row; if another column holds this date, name that one in a mapping".into()
        };
        fault.label(format!("dates here are {expected}")).help(help)
    }

    /// Reads a currency code that must be there. Error: E0110.
    pub fn currency(&self, row: &Row, column: usize) -> Result<Currency, Error> {
        let cell = self.table.cell(row, column);
        if *cell == *self.last.get().code() {
            return Ok(self.last.get());
        }
        // What a statement says is what counts: a code that ISO 4217 no longer lists is kept (model::Currency).
        let found = words::currency(&cell).or_else(|| Currency::parse(&cell));
        self.last.set(found.unwrap_or(Currency::EUR));
        found.ok_or_else(|| {
            self.table
                .fault(row, column, "E0110", format!("not a currency: \"{cell}\""))
                .label("a code of three letters is expected, such as EUR")
                .help("correct the row; to read all rows in one currency say in a mapping:  currency = \"EUR\"  and  columns = { currency = [] }")
        })
    }

    /// A plain decimal: a percentage, a rate, a fee. Error: E0125.
    pub fn decimal(&self, row: &Row, column: usize, text: &str) -> Result<Decimal, Error> {
        let number = || {
            let body = text.trim().trim_end_matches('%').trim_end();
            let (whole, fraction) =
                body.split_once(self.format.mark.char()).or_else(|| body.split_once('.')).unwrap_or((body, ""));
            let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
            if whole.is_empty() || !digits(whole) || !digits(fraction) || whole.len() + fraction.len() > 18 {
                return None;
            }
            // 18 digits fit 64 bits whatever they are.
            let mantissa = whole.bytes().chain(fraction.bytes()).fold(0, |n: i64, b| n * 10 + i64::from(b - b'0'));
            Some(Decimal::new(mantissa, fraction.len() as u32))
        };
        number().ok_or_else(|| {
            self.table
                .fault(row, column, "E0125", format!("not a number: \"{}\"", text.trim()))
                .label(format!("a number without sign is expected, such as 2{}5", self.format.mark.char()))
        })
    }
}
