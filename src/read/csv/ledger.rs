//! A table of ledger lines: an account's own page, or a general ledger with a heading above the lines of each account.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::error::{Collector, Error, Errors};
use crate::model::{Currency, InputRole, LedgerFile, LedgerLine, Money, Note, NoteKind, Place};

use super::cells::Reader;
use super::columns::Role;
use super::ledger_words::{self, Says};
use super::records::Row;
use super::skips::Skips;
use super::table::{self, Table};
use super::{date, detect, mapping, sign};

/// The number of the error for a line whose account nothing names.
const NO_ACCOUNT: &str = "E0531";

/// The columns of a ledger, looked up once.
struct Columns {
    date: Option<usize>,
    account: Option<usize>,
    label: Option<usize>,
    debit: Option<usize>,
    credit: Option<usize>,
    amount: Option<usize>,
    sign: Option<usize>,
    currency: Option<usize>,
    reference: Option<usize>,
    journal: Option<usize>,
    entry: Option<usize>,
    balance: Option<usize>,
    auxiliary: Option<usize>,
    lettering: Option<usize>,
}

impl Columns {
    fn of(table: &Table<'_>) -> Self {
        let get = |role| table.columns.get(role);
        // Beside an amount in a foreign currency, the currency is that amount's.
        let is_foreign = table.columns.has(Role::Open);
        Self {
            date: get(Role::Booking),
            account: get(Role::Account),
            label: get(Role::Name),
            debit: get(Role::Debit),
            credit: get(Role::Credit),
            amount: get(Role::Amount),
            sign: get(Role::Sign),
            currency: get(Role::Currency).filter(|_| !is_foreign),
            reference: get(Role::Number),
            journal: get(Role::Kind),
            entry: get(Role::Id),
            balance: get(Role::Balance),
            auxiliary: get(Role::CustomerId),
            lettering: get(Role::Group),
        }
    }
}

/// Reads lines from an opened table.
pub(super) fn read(mut table: Table<'_>) -> Result<LedgerFile, Errors> {
    let format = detect::number_format(&mut table, &[Role::Debit, Role::Credit, Role::Amount, Role::Balance])?;
    let order = detect::date_order(&mut table, &[Role::Booking], format)?;
    let columns = Columns::of(&table);
    let constant = table.mapping.map(|(_, m)| mapping::currency(m)).transpose()?.flatten();
    let header = columns.debit.or(columns.amount).and_then(|c| table.currencies[c]);
    let common = columns.currency.and_then(|_| table.common_currency());
    let default = constant.or(header).or(common).unwrap_or(Currency::EUR);
    if columns.currency.is_none() && constant.is_none() {
        let how = if header.is_some() { "from the header of the amounts" } else { "assumed: the file names none" };
        table.assume(format!("currency {default} ({how})"));
    }
    if table.columns.has(Role::Open) {
        table.assume("amounts in a foreign currency are not read, nor is their currency");
    }
    let mut file = table.input_file(InputRole::Ledger);
    let mut errors = Collector::default();
    let start = Pass {
        reader: Reader::new(&table, format, order),
        columns: &columns,
        default,
        negate: table.mapping.is_some_and(|(_, m)| m.negate),
        account: table.mapping.and_then(|(_, m)| m.account.as_deref()).unwrap_or("").into(),
        label: Arc::default(),
        headings: 0,
        skips: Skips::default(),
        lines: Vec::new(),
        unnamed: false,
        undated: Vec::new(),
    };
    // A heading holds for the rows below it, so they are read in their order.
    let mut pass = table.each_in_one(&mut errors, start, |pass, row, rows| {
        table::check_row(&table, row, rows)?;
        pass.row(row)
    });
    pass.date_openings(&mut errors);
    pass.skips.say(table.place_word(), &mut file.notes);
    if pass.headings > 0 {
        let text = format!("{} name the account of the lines below", table::rows(pass.headings));
        file.notes.push(Note::new(NoteKind::Assumed, text));
    }
    let lines = std::mem::take(&mut pass.lines);
    errors.finish(LedgerFile { file, lines })
}

/// What is known of the rows so far.
struct Pass<'a, 't> {
    reader: Reader<'a, 't>,
    columns: &'a Columns,
    default: Currency,
    negate: bool,
    /// The account that a heading, or the mapping, names for rows that name none.
    account: Arc<str>,
    label: Arc<str>,
    headings: u32,
    skips: Skips,
    lines: Vec<LedgerLine>,
    /// Whether a line without an account was refused.
    unnamed: bool,
    /// Balances brought forward whose row has no day, by their place among the lines, with their row.
    undated: Vec<(usize, Row)>,
}

impl Pass<'_, '_> {
    /// One row. Errors: E0105, E0106, E0531, E0532, and those of an amount.
    fn row(&mut self, row: &Row) -> Result<(), Error> {
        let (table, c) = (self.reader.table, self.columns);
        if row.is_blank(table.text) {
            return Ok(());
        }
        if row.loose {
            self.skips.loose(row.line);
        }
        if self.repeats_header(row) {
            self.skips.header(row.line);
            return Ok(());
        }
        let moved = [c.debit, c.credit, c.amount].iter().any(|column| !table.cell_of(row, *column).is_empty());
        let is_dated = self.is_dated(row, moved);
        let says = self.says(row, is_dated);
        match says {
            Says::Total => {
                self.skips.balance(row.line);
                return Ok(());
            }
            // A balance of nothing is brought forward as an empty row.
            Says::Opening if !moved && table.cell_of(row, c.balance).is_empty() => {
                self.skips.balance(row.line);
                return Ok(());
            }
            Says::Opening => {}
            Says::Nothing if !is_dated && !moved => {
                self.heading(row);
                return Ok(());
            }
            Says::Nothing => {}
        }
        let opening = says == Says::Opening || ledger_words::opens(&table.cell_of(row, c.journal));
        let line = match self.line(row, opening, moved, is_dated) {
            // Where no column can name an account, one row that lacks it says it for all.
            Err(error) if error.code() == NO_ACCOUNT && c.account.is_none() && self.unnamed => return Ok(()),
            Err(error) => {
                self.unnamed |= error.code() == NO_ACCOUNT;
                return Err(error);
            }
            Ok(line) => line,
        };
        if opening && !is_dated {
            self.undated.push((self.lines.len(), row.clone()));
        }
        self.lines.push(line);
        Ok(())
    }

    fn line(&self, row: &Row, opening: bool, moved: bool, is_dated: bool) -> Result<LedgerLine, Error> {
        let (table, c) = (self.reader.table, self.columns);
        let currency = match c.currency {
            Some(column) if !table.cell(row, column).is_empty() => self.reader.currency(row, column)?,
            _ => self.default,
        };
        let date = match c.date {
            _ if opening && !is_dated => NaiveDate::MIN,
            column => self.reader.date(row, column.unwrap_or_default())?,
        };
        let minor = match opening && !moved {
            true => self.balance(row, currency)?,
            false => self.minor(row, currency)?,
        };
        let (account, label) = self.account(row)?;
        Ok(LedgerLine {
            account,
            label,
            date,
            amount: Money::new(if self.negate { -minor } else { minor }, currency),
            text: self.text(row),
            reference: table.cell_of(row, c.reference).into(),
            entry: joined(&table.cell_of(row, c.journal), &table.cell_of(row, c.entry)),
            auxiliary: table.cell_of(row, c.auxiliary).into(),
            lettering: table.cell_of(row, c.lettering).into(),
            opening,
            place: Place { file: 0, position: table.position(row) },
        })
    }

    /// Whether a row has a day. Headings and totals may stand in the column of days; without an amount, digits alone are an account.
    fn is_dated(&self, row: &Row, moved: bool) -> bool {
        let cell = self.reader.table.cell_of(row, self.columns.date);
        date::written(&cell).is_some() && (moved || !cell.bytes().all(|b| b.is_ascii_digit()))
    }

    /// Debit less credit. Errors: E0106, E0126, E0532, and those of an amount.
    fn minor(&self, row: &Row, currency: Currency) -> Result<i64, Error> {
        let (table, c) = (self.reader.table, self.columns);
        let read = |column: Option<usize>| match column.filter(|c| !table.cell(row, *c).is_empty()) {
            Some(c) => self.reader.amount(row, c, currency).map(|read| Some((read, c))),
            None => Ok(None),
        };
        match (read(c.debit)?, read(c.credit)?) {
            (Some((debit, _)), Some((credit, at))) if debit.minor != 0 && credit.minor != 0 => Err(table
                .fault(row, at, "E0532", "both debit and credit in one line")
                .label(format!("the debit is {}", Money::new(debit.minor, currency)))
                .help("a line is one of the two: correct the row, or delete it if it is a total")),
            (None, None) => self.signed(row, currency),
            // Both are within 18 digits.
            (debit, credit) => Ok(debit.map_or(0, |d| d.0.minor) - credit.map_or(0, |c| c.0.minor)),
        }
    }

    /// One column of amounts: signed, or with a word for the side.
    fn signed(&self, row: &Row, currency: Currency) -> Result<i64, Error> {
        let (table, c) = (self.reader.table, self.columns);
        let Some(column) = c.amount.filter(|column| !table.cell(row, *column).is_empty()) else {
            let at = c.amount.or(c.debit).or(c.credit).unwrap_or_default();
            return Err(table
                .fault(row, at, "E0106", "no amount in this line")
                .label("a debit or a credit is expected here")
                .help("fill in the amount, or delete the row if it is no line of the ledger"));
        };
        let read = self.reader.amount(row, column, currency)?;
        let Some(side) = c.sign else {
            return Ok(if read.credit == Some(true) { -read.minor } else { read.minor });
        };
        let word = table.cell(row, side);
        match sign::direction(&word, table.mapping.map(|(_, m)| m)) {
            Some(true) => Ok(-read.minor),
            Some(false) => Ok(read.minor),
            None => Err(table
                .fault(row, side, "E0126", format!("not a word for debit or credit: \"{word}\""))
                .label("D or C is expected")
                .help("correct the row; words of your own may be given in a mapping:  debit_words = [\"…\"]")),
        }
    }

    /// A balance brought forward that stands in the column of balances: positive, or marked D, is a debit.
    fn balance(&self, row: &Row, currency: Currency) -> Result<i64, Error> {
        let read = self.reader.amount(row, self.columns.balance.unwrap_or_default(), currency)?;
        Ok(if read.credit == Some(true) { -read.minor } else { read.minor })
    }

    /// Number and name of the row's account: from its own cells, else from the heading above. Error: E0531.
    fn account(&self, row: &Row) -> Result<(Arc<str>, Arc<str>), Error> {
        let (table, c) = (self.reader.table, self.columns);
        let (cell, label) = (table.cell_of(row, c.account), table.cell_of(row, c.label));
        if !cell.is_empty() {
            let (number, rest) = ledger_words::account(&cell).unwrap_or((&cell, ""));
            return Ok((number.into(), if label.is_empty() { rest.into() } else { label.into() }));
        }
        if !self.account.is_empty() {
            return Ok((Arc::clone(&self.account), Arc::clone(&self.label)));
        }
        let fault = match c.account {
            Some(column) => table.fault(row, column, NO_ACCOUNT, "the line names no account"),
            None => table.row_fault(row, NO_ACCOUNT, "nothing names the account of this line"),
        };
        Err(fault.label("neither a column nor a heading above says it").help(
            "add a column account; for a page of one account say in a mapping:  kind = \"ledger\"  account = \"512100\"",
        ))
    }

    fn text(&self, row: &Row) -> Box<str> {
        let mut text = String::new();
        for column in self.reader.table.columns.all(Role::Text) {
            let cell = self.reader.table.cell(row, *column);
            if !text.is_empty() && !cell.is_empty() {
                text.push(' ');
            }
            text.push_str(&cell);
        }
        text.into()
    }

    /// What a row says it is, by its text or, where that is empty, by its first cell.
    fn says(&self, row: &Row, is_dated: bool) -> Says {
        let table = self.reader.table;
        let text = self.text(row);
        let first = || (0..row.fields.len()).map(|n| table.cell(row, n)).find(|cell| !cell.is_empty());
        let says = match (ledger_words::says(&text, is_dated), is_dated) {
            (Says::Nothing, false) => first().map_or(Says::Nothing, |cell| ledger_words::says(&cell, false)),
            (says, _) => says,
        };
        // What has a document or a number of its own is a line, whatever its words: `TOTAL ENERGIES`.
        let is_entry = [self.columns.entry, self.columns.reference].iter().any(|c| !table.cell_of(row, *c).is_empty());
        if says == Says::Total && is_entry { Says::Nothing } else { says }
    }

    /// A row without day and amount: the account of the rows below, or a remark.
    fn heading(&mut self, row: &Row) {
        let table = self.reader.table;
        let cells: Vec<_> = (0..row.fields.len()).map(|n| table.cell(row, n)).filter(|cell| !cell.is_empty()).collect();
        let named = cells.iter().enumerate().find_map(|(n, cell)| Some((n, ledger_words::heading(cell)?)));
        let Some((n, (number, rest))) = named else { return self.skips.other(row.line) };
        let label = if rest.is_empty() { cells.get(n + 1).map_or("", |cell| cell) } else { rest };
        (self.account, self.label) = (number.into(), label.into());
        self.headings += 1;
    }

    fn repeats_header(&self, row: &Row) -> bool {
        let table = self.reader.table;
        let Some(date) = self.columns.date.filter(|_| table.header_line.is_some()) else { return false };
        let same = |n: usize| *table.cell(row, n) == *table.names[n];
        same(date) && (0..table.names.len()).all(same)
    }

    /// Gives balances brought forward without a day that of the first line of their account. Error: E0105 where there is none.
    fn date_openings(&mut self, errors: &mut Collector) {
        let mut first: BTreeMap<Arc<str>, NaiveDate> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.date != NaiveDate::MIN) {
            let day = first.entry(Arc::clone(&line.account)).or_insert(line.date);
            *day = line.date.min(*day);
        }
        for (n, row) in &self.undated {
            let line = &mut self.lines[*n];
            match first.get(&line.account) {
                Some(day) => line.date = *day,
                None => errors.push(self.reader.no_date(row, self.columns.date.unwrap_or_default())),
            }
        }
    }
}

/// Journal and number with `/` between them; one alone where the other is empty.
fn joined(journal: &str, number: &str) -> Box<str> {
    match (journal, number) {
        ("", one) | (one, "") => one.into(),
        (journal, number) => format!("{journal}/{number}").into(),
    }
}

#[cfg(test)]
mod tests;
