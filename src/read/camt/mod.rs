//! ISO 20022 cash reporting of every version from .01 to .14: camt.053, the bank's statement of an account
//! (*BankToCustomerStatement*), camt.052, its intraday report, and camt.054, its notification of debits and credits.
//!
//! Elements are read by what they mean, not by version: banks put newer structures into older namespaces and the reverse.
//! The message may stand anywhere in the document (envelopes with an `AppHdr` are usual) and may occur several times.
//!
//! The three share everything below their message element: `Stmt`, `Rpt` and `Ntfctn` are read alike, and differ in what the
//! ledger makes of them ([`StatementKind`]), because the same movement can be told of in all three.

mod draft;
mod entry;
mod fields;
mod header;
mod statement;
mod tag;
mod xml;

use quick_xml::Reader;
use quick_xml::events::Event;

use self::draft::{Entry, Transaction};
use self::fields::Leaf;
use self::header::Header;
use self::statement::Draft;
use self::tag::Tag;
use self::xml::{Step, Xml, message_name};
use super::encoding::decode_xml;
use super::{Settings, sha256};
use crate::error::{Collector, Error, Errors};
use crate::model::{InputFile, InputRole, Note, NoteKind, StatementFile, StatementKind};

/// XML events that are looked at to find the message. Envelopes have some dozens of elements in front of it.
const EVENTS_BEFORE_MESSAGE: usize = 2_000;

/// Which message of ISO 20022 cash reporting a document holds: `camt.053.001.08`, or as much as it says of it (`camt.053`).
///
/// Decided by a namespace, else by the message element. `None`: it is no such message, or not XML.
pub fn recognise(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    for _ in 0..EVENTS_BEFORE_MESSAGE {
        let start = match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => start,
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => continue,
        };
        for attribute in start.attributes().take(64).flatten() {
            if attribute.key.as_ref().starts_with("xmlns")
                && let Some(name) = message_name(&attribute.value)
            {
                return Some(name.to_string());
            }
        }
        if let Some(name) = message_of(start.local_name().as_ref()) {
            return Some(name.to_string());
        }
    }
    None
}

/// The message of a message element. Only version .01 has its number in there.
fn message_of(element: &str) -> Option<&'static str> {
    Some(match element {
        "BkToCstmrStmt" => "camt.053",
        "BkToCstmrStmtV01" => "camt.053.001.01",
        "BkToCstmrAcctRpt" | "BkToCstmrAcctRptV01" => "camt.052",
        "BkToCstmrDbtCdtNtfctn" | "BkToCstmrDbtCdtNtfctnV01" => "camt.054",
        _ => return None,
    })
}

/// What a message is, from the local name of its element.
fn kind_of(element: &str) -> StatementKind {
    match message_of(element) {
        Some(name) if name.starts_with("camt.052") => StatementKind::Interim,
        Some(name) if name.starts_with("camt.054") => StatementKind::Notification,
        _ => StatementKind::Statement,
    }
}

/// The name of the message that a kind of statement comes in, and of the element that holds one of them.
fn names_of(kind: StatementKind) -> (&'static str, &'static str) {
    match kind {
        StatementKind::Statement => ("camt.053", "Stmt"),
        StatementKind::Interim => ("camt.052", "Rpt"),
        StatementKind::Notification => ("camt.054", "Ntfctn"),
    }
}

/// Reads a camt.053, camt.052 or camt.054 document. `path` is for messages and provenance; identifiers of payments stay empty.
///
/// Errors: not XML (E0201–E0204), a cap reached (E0205), amounts, currencies, dates, directions and
/// accounts that cannot be read (E0221–E0225). The latter are collected, so that one run shows many of them.
pub fn read(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let (document, sha256) = rayon::join(|| document(path, bytes, settings), || sha256(bytes));
    let mut document = document?;
    document.file.sha256 = sha256;
    Ok(document)
}

/// All of a document but its hash.
fn document(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let decoded = decode_xml(path, bytes)?;
    let mut reading = Reading::new(Xml::new(path, &decoded.text, settings.limits), settings);
    reading.run()?;
    let (format, version) = (reading.format(), reading.version());
    let Reading { mut statements, mut notes, errors, .. } = reading;
    if decoded.guessed {
        let text = format!("encoding {}: the declared one cannot be meant", decoded.encoding);
        notes.insert(0, Note::new(NoteKind::Assumed, text));
    } else if decoded.encoding != "UTF-8" {
        notes.insert(0, Note::new(NoteKind::Said, format!("encoding {}", decoded.encoding)));
    }
    if statements.is_empty() {
        let what = if format == "camt.053" { "statement" } else { "report" };
        notes.push(Note::new(NoteKind::Warning, format!("the message holds no {what}")));
    }
    let records = statements.iter().map(|s| s.payments.len() as u64).sum();
    statements.shrink_to_fit();
    let file = InputFile {
        path: path.into(),
        role: InputRole::Statement,
        format: format.into(),
        version: version.into(),
        sha256: Box::default(),
        bytes: bytes.len() as u64,
        records,
        notes,
    };
    errors.finish(StatementFile { file, statements })
}

/// Which part of the message is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Outside,
    Message,
    Statement,
    Balance,
    Entry,
    Transaction,
}

/// The state of reading one document.
struct Reading<'a> {
    xml: Xml<'a>,
    settings: Settings<'a>,
    section: Section,
    /// Depths of the elements that the open sections began with, innermost last.
    bases: Vec<(Section, usize)>,
    header: Header,
    /// What the message is that is being read, and what the first one is.
    kind: StatementKind,
    first: Option<StatementKind>,
    draft: Draft<'a>,
    entry: Entry<'a>,
    transaction: Transaction<'a>,
    records: u64,
    is_v01: bool,
    statements: Vec<crate::model::Statement>,
    notes: Vec<Note>,
    errors: Collector,
}

impl<'a> Reading<'a> {
    fn new(xml: Xml<'a>, settings: &Settings<'a>) -> Self {
        Self {
            xml,
            settings: *settings,
            section: Section::Outside,
            bases: Vec::with_capacity(6),
            header: Header::default(),
            kind: StatementKind::Statement,
            first: None,
            draft: Draft::default(),
            entry: Entry::default(),
            transaction: Transaction::default(),
            records: 0,
            is_v01: false,
            statements: Vec::new(),
            notes: Vec::new(),
            errors: Collector::default(),
        }
    }

    fn run(&mut self) -> Result<(), Errors> {
        loop {
            let step = match self.xml.next() {
                Ok(step) => step,
                // What was found before is still of use.
                Err(fatal) => return Err(self.give_up(fatal)),
            };
            match step {
                Step::Open(tag) => {
                    if let Err(fatal) = self.open(tag) {
                        return Err(self.give_up(fatal));
                    }
                }
                Step::Close { tag, leaf } => self.close(tag, leaf),
                Step::End => return Ok(()),
            }
        }
    }

    fn give_up(&mut self, fatal: Error) -> Errors {
        let mut errors = std::mem::take(&mut self.errors);
        errors.push(fatal.clone());
        match errors.finish(()) {
            Err(errors) => errors,
            // Cannot happen: one was just added.
            Ok(()) => fatal.into(),
        }
    }

    /// The name of the first message in the file.
    fn format(&self) -> &'static str {
        names_of(self.first.unwrap_or_default()).0
    }

    /// What the file says about its version.
    fn version(&self) -> String {
        let format = self.format();
        match self.xml.message {
            Some(name) if name.starts_with(format) => name.to_string(),
            _ if self.is_v01 => format!("{format}.001.01"),
            _ => format.to_string(),
        }
    }

    fn open(&mut self, tag: Tag) -> Result<(), Error> {
        let tags = self.xml.tags();
        let parent = tags.len().checked_sub(2).map(|n| tags[n]);
        match (self.section, tag, parent) {
            (Section::Outside, Tag::BkToCstmrStmt, _) => {
                self.is_v01 |= self.xml.name().ends_with("V01");
                self.kind = kind_of(self.xml.name());
                self.first.get_or_insert(self.kind);
                self.header = Header::default();
                self.enter(Section::Message);
            }
            (Section::Message, Tag::Stmt, Some(Tag::BkToCstmrStmt)) => {
                let counters = &mut self.xml.counters;
                counters.statement += 1;
                (counters.balance, counters.entry) = (0, 0);
                self.draft = Draft::new(self.kind, counters.statement);
                self.enter(Section::Statement);
            }
            (Section::Statement, Tag::Bal, Some(Tag::Stmt)) => {
                self.xml.counters.balance += 1;
                self.enter(Section::Balance);
            }
            (Section::Statement, Tag::Ntry, Some(Tag::Stmt)) => {
                self.count_record()?;
                let counters = &mut self.xml.counters;
                counters.entry += 1;
                (counters.details, counters.transaction) = (0, 0);
                self.entry = Entry { at: self.xml.opened_at(), ..Entry::default() };
                self.enter(Section::Entry);
            }
            (Section::Entry, Tag::NtryDtls, Some(Tag::Ntry)) => {
                let counters = &mut self.xml.counters;
                counters.details += 1;
                counters.transaction = 0;
            }
            // Directly in the entry in .01.
            (Section::Entry, Tag::TxDtls, Some(Tag::NtryDtls | Tag::Ntry)) => {
                self.count_record()?;
                self.xml.counters.transaction += 1;
                self.transaction = Transaction::default();
                self.enter(Section::Transaction);
            }
            (Section::Transaction, Tag::RtrInf, Some(Tag::TxDtls)) => self.transaction.is_return = true,
            _ => {}
        }
        Ok(())
    }

    fn enter(&mut self, section: Section) {
        self.section = section;
        self.bases.push((section, self.xml.tags().len()));
    }

    fn close(&mut self, _tag: Tag, is_leaf: bool) {
        let Some(&(_, base)) = self.bases.last() else { return };
        if self.xml.tags().len() == base {
            self.leave();
            return;
        }
        if !is_leaf {
            return;
        }
        let mut leaf =
            Leaf { xml: &self.xml, errors: &mut self.errors, currency: self.draft.currency(), refused: false };
        let path = &self.xml.tags()[base..];
        match self.section {
            Section::Outside => {}
            Section::Message => self.header.leaf(path, &leaf),
            Section::Statement => self.draft.leaf(path, &mut leaf),
            Section::Balance => self.draft.balance_leaf(path, &mut leaf),
            Section::Entry => leaf.entry(path, &mut self.entry),
            Section::Transaction => leaf.transaction(path, &mut self.transaction, self.entry.amount),
        }
        self.entry.is_refused |= leaf.refused;
    }

    /// The element that the innermost section began with ends.
    fn leave(&mut self) {
        match self.section {
            Section::Outside => {}
            Section::Message => self.header.say(&mut self.notes),
            Section::Balance => {
                self.draft.balance_ends();
            }
            Section::Transaction => {
                let transaction = std::mem::take(&mut self.transaction);
                self.entry.transactions.push(transaction);
            }
            Section::Entry => {
                let entry = std::mem::take(&mut self.entry);
                self.draft.entry_ends(&entry, &self.xml, &mut self.errors);
            }
            Section::Statement => self.statement_ends(),
        }
        self.bases.pop();
        self.section = self.bases.last().map_or(Section::Outside, |(section, _)| *section);
    }

    fn statement_ends(&mut self) {
        let draft = std::mem::take(&mut self.draft);
        if draft.account.number().is_empty() {
            let error = self.xml.error("E0225", "the statement does not say which account it is of");
            let path = self.xml.element_path("Acct/Id");
            self.errors.push(
                self.xml
                    .at(error, self.xml.opened_at(), 1)
                    .context(path)
                    .label("no account number up to here")
                    .help("Acct/Id may be absent from version .09 on, but without it statements cannot be told apart: ask the bank for it"),
            );
        }
        let statement = draft.finish(self.xml.path(), self.header.page(), &mut self.notes);
        self.statements.push(statement);
    }

    fn count_record(&mut self) -> Result<(), Error> {
        self.records += 1;
        if self.records <= self.settings.limits.records {
            return Ok(());
        }
        let message = format!("more than {} entries and transactions in one file", self.settings.limits.records);
        Err(self.xml.limit(message, self.xml.opened_at(), "records"))
    }
}

#[cfg(test)]
mod tests;
