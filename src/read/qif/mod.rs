//! QIF (Quicken Interchange Format), as personal finance programs and some banks export it.
//!
//! The format says neither its currency nor the order of its dates. The currency is assumed and said; the order is decided for
//! the whole file from its dates, and a file whose dates can be read in two ways is refused. A mapping of the configuration
//! whose `files` fit the file's name says either: its keys `date`, `currency`, `decimal`, `encoding` and `account` count here too.
//!
//! Errors are those of the module `source`, and E0115 for a mapping that is wrong in itself.

mod accounts;
mod date;
mod record;
mod walk;

use self::accounts::Accounts;
use self::date::{Order, Orders};
use self::record::Record;
use self::walk::{Section, Step, walk};
use super::Settings;
use super::amounts::Marks;
use super::csv::amount::{self, Mark};
use super::csv::mapping;
use super::remarks::Remarks;
use super::source::{Line, Source};
use crate::config::csv::{CsvKind, CsvMapping};
use crate::error::{Collector, Error, ErrorKind, Errors};
use crate::model::{Currency, InputRole, Note, NoteKind, StatementFile};

/// Reads a QIF file. `path` is for messages, provenance and mappings; identifiers of payments stay empty.
///
/// Errors: E0021 to E0023 for what is no text; E0241 to E0248; E0115. Those of records are collected, so that one run shows many.
pub fn read(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let mapping = mapping::for_file(path, CsvKind::Payments, settings);
    let source = Source::decode(path, bytes, mapping.and_then(|(_, m)| m.encoding.as_deref()))?;
    let mut notes = Vec::new();
    let rules = Rules::of(&source, mapping, &mut notes)?;
    let mut reading = Reading {
        source: &source,
        settings,
        rules,
        accounts: Accounts::new(mapping.and_then(|(_, m)| m.account.as_deref()).unwrap_or_default()),
        record: Record::default(),
        remarks: Remarks::default(),
        errors: Collector::default(),
        records: 0,
    };
    reading.run()?;
    let Reading { accounts, remarks, errors, .. } = reading;
    notes.extend(remarks.notes());
    let statements = accounts.finish(path);
    if statements.is_empty() {
        notes.push(Note::new(NoteKind::Warning, "the file holds no transactions of a bank account, card or cash"));
    }
    let records = statements.iter().map(|s| s.payments.len() as u64).sum();
    let file = source.file(InputRole::Statement, "qif", "", records, notes);
    errors.finish(StatementFile { file, statements })
}

/// What holds for a whole file.
#[derive(Clone, Copy, Debug)]
struct Rules {
    order: Order,
    mark: Option<Mark>,
    currency: Currency,
}

impl Rules {
    /// Finds them by walking through the file once; what a mapping says comes first.
    fn of(source: &Source<'_>, mapping: Option<(&str, &CsvMapping)>, notes: &mut Vec<Note>) -> Result<Self, Error> {
        let said = |error: Error| error.in_file(source.path);
        let pattern = mapping.and_then(|(name, m)| Some((name, m.date.as_deref()?)));
        let forced_order = pattern.map(|(name, p)| mapping::date_order(name, p)).transpose().map_err(said)?;
        let forced_currency = mapping.map(|(_, m)| mapping::currency(m)).transpose().map_err(said)?.flatten();
        let (mut orders, mut marks, mut sign) = (Orders::default(), Marks::default(), None);
        let mut section = Section::None;
        for step in walk(source.lines()) {
            match step {
                Step::Section(next, _) => section = next,
                Step::End(_) if section == Section::Account => orders.next_account(),
                Step::Field { letter: 'D', text, line } if section == Section::Transactions => {
                    if let Some(date) = date::written(text) {
                        orders.see(date, line.number);
                    }
                }
                Step::Field { letter: 'T' | 'U' | '$', text, .. } if section == Section::Transactions => {
                    marks.see(text);
                    sign = sign.or_else(|| amount::parts(text).and_then(|p| p.currency));
                }
                _ => {}
            }
        }
        let mark = match mapping.and_then(|(_, m)| m.decimal) {
            Some('.') => Some(Mark::Dot),
            Some(',') => Some(Mark::Comma),
            Some(other) => {
                let message = format!("a mapping's decimal mark cannot be {other:?}");
                return Err(
                    said(Error::new(ErrorKind::Input, "E0115", message)).help("the decimal mark is  \".\"  or  \",\"")
                );
            }
            None => marks.mark(),
        };
        let comma = mark == Some(Mark::Comma);
        let order = match forced_order {
            Some(order) => order.into(),
            None => {
                let (order, note) = orders.decide(comma).ok_or_else(|| undecided(source, &orders))?;
                notes.extend(note);
                order
            }
        };
        if comma && mapping.is_none_or(|(_, m)| m.decimal.is_none()) {
            notes.push(Note::new(NoteKind::Assumed, "decimal comma"));
        }
        let currency = match (forced_currency, sign) {
            (Some(currency), _) => currency,
            (None, Some(currency)) => {
                notes.push(Note::new(
                    NoteKind::Assumed,
                    format!("currency {currency} (from the sign beside an amount)"),
                ));
                currency
            }
            (None, None) => {
                notes.push(Note::new(NoteKind::Assumed, "currency EUR (assumed: the format names none)"));
                Currency::EUR
            }
        };
        Ok(Self { order, mark, currency })
    }
}

/// The error for dates that can be read in two ways.
fn undecided(source: &Source<'_>, orders: &Orders) -> Error {
    let message = "the order of day and month in this file cannot be told";
    let mut places = orders.open.iter();
    let first = places.next().copied().unwrap_or(1);
    let Some(line) = source.lines().find(|l| l.number == first) else {
        return source.fault_at_end("E0242", message);
    };
    let text = line.text.trim();
    let name = source.path.rsplit(['/', '\\', '!']).next().unwrap_or(source.path);
    let mut error = source
        .fault(line, 1, text.chars().count().saturating_sub(1), "E0242", message)
        .label("this can be read in two ways, and no other date decides it");
    for place in places {
        error = error.also_at(source.path, u64::from(*place));
    }
    error
        .help(format!("say it in the configuration:  [csv.quicken]  files = [\"{name}\"]  date = \"DD/MM/YYYY\"  or  \"MM/DD/YYYY\""))
        .help("or export the account in another format: OFX and CSV say more")
}

/// The state of reading one file.
struct Reading<'a> {
    source: &'a Source<'a>,
    settings: &'a Settings<'a>,
    rules: Rules,
    accounts: Accounts,
    record: Record<'a>,
    remarks: Remarks,
    errors: Collector,
    records: u64,
}

impl<'a> Reading<'a> {
    /// Reads the whole file. An error returned ends the reading; others are collected.
    fn run(&mut self) -> Result<(), Errors> {
        let mut section = Section::None;
        let source = self.source;
        for step in walk(source.lines()) {
            if let Err(fatal) = self.step(step, &mut section) {
                let mut errors = std::mem::take(&mut self.errors);
                errors.push(fatal);
                return errors.finish(());
            }
        }
        self.unended(section);
        Ok(())
    }

    fn step(&mut self, step: Step<'a>, section: &mut Section) -> Result<(), Error> {
        match step {
            Step::Section(next, line) => {
                self.unended(*section);
                *section = next;
                self.enter(next, line);
            }
            Step::Field { letter, text, line } => {
                let longest = self.settings.limits.field_bytes as usize;
                if text.len() > longest {
                    let message = format!("a text of more than {longest} bytes");
                    let error = self.source.fault(line, 0, 1, "E0247", message);
                    return Err(error.help("raise  field_bytes  under [limits] in the configuration if it is genuine"));
                }
                match section {
                    Section::Transactions => self.field(letter, text, line),
                    Section::Account => self.record.set(letter, text, line),
                    Section::None => {
                        self.remarks.add(NoteKind::Warning, "lines above the first header passed over", line.number);
                    }
                    Section::Investment | Section::List | Section::Unknown => {}
                }
            }
            Step::End(line) => match section {
                Section::Transactions => self.transaction(line)?,
                Section::Account => self.account(),
                Section::Investment => {
                    self.remarks.add(NoteKind::Warning, "transactions of investment accounts left out", line.number);
                }
                Section::Unknown => {
                    self.remarks.add(NoteKind::Warning, "records of unknown sections left out", line.number);
                }
                Section::None | Section::List => {}
            },
        }
        Ok(())
    }

    fn enter(&mut self, section: Section, line: Line<'a>) {
        match section {
            Section::Transactions => self.accounts.open(self.rules.currency),
            Section::List => {
                let what = "lists of the program (categories, securities, templates) passed over";
                self.remarks.add(NoteKind::Said, what, line.number);
            }
            Section::Unknown => {
                self.remarks.add(NoteKind::Warning, "sections of an unknown type left out", line.number)
            }
            Section::None | Section::Account | Section::Investment => {}
        }
    }

    /// A field of a transaction. A second date or total means that the end of a record is missing.
    fn field(&mut self, letter: char, text: &'a str, line: Line<'a>) {
        if let Some(earlier) = self.record.twice(letter) {
            let name = if letter == 'D' { "date" } else { "total" };
            let error = self
                .source
                .fault(line, 0, line.text.chars().count(), "E0244", format!("a second {name} in one transaction"))
                .label("a line with  ^  ends a transaction, and is missing above")
                .also_at(self.source.path, u64::from(earlier))
                .help("add the line if these are two transactions, or take one of the two out");
            self.errors.push(error);
            self.record = Record::default();
        }
        if !self.record.set_transaction(letter, text, line) {
            self.remarks.add(NoteKind::Said, "fields with an unknown letter passed over", line.number);
        }
    }

    /// A record that is not ended by `^` has perhaps lost a part.
    fn unended(&mut self, section: Section) {
        let record = std::mem::take(&mut self.record);
        let Some(line) = record.line() else { return };
        match section {
            Section::Transactions => {
                let error = self
                    .source
                    .fault(line, 0, line.text.chars().count(), "E0245", "this transaction is not ended")
                    .label("no line with  ^  follows")
                    .help("the file may be cut off: export it again, or add the line if the transaction is complete");
                self.errors.push(error);
            }
            Section::Account => {
                self.record = record;
                self.account();
            }
            _ => {}
        }
    }

    /// An account ends: it is that of the sections below.
    fn account(&mut self) {
        let record = std::mem::take(&mut self.record);
        let name = record.text('N').unwrap_or_default();
        self.accounts.select(name);
        if let (Some(text), Some(line)) = (record.text('$'), record.line())
            && !text.is_empty()
        {
            let what = "balances of accounts (!Account) passed over: they are of the day of the export";
            self.remarks.add(NoteKind::Said, what, line.number);
        }
    }

    fn transaction(&mut self, end: Line<'a>) -> Result<(), Error> {
        let record = std::mem::take(&mut self.record);
        if record.line().is_none() {
            return Ok(());
        }
        self.records += 1;
        if self.records > self.settings.limits.records {
            return Err(self.source.too_many(end, self.settings.limits));
        }
        match record.read(self.source, &self.rules, &mut self.remarks) {
            Ok(found) => {
                if self.accounts.is_unnamed() && self.accounts.is_first() {
                    let what = "accounts without a name: the transactions do not say which account they are of";
                    self.remarks.add(NoteKind::Warning, what, end.number);
                }
                let is_opening = record.is_opening() && self.accounts.is_first();
                self.accounts.book(found, is_opening);
                if is_opening {
                    self.remarks.add(NoteKind::Said, "opening balances, taken as such and not as payments", end.number);
                }
            }
            Err(errors) => errors.into_iter().for_each(|error| self.errors.push(error)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
