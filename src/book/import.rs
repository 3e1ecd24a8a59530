//! Imports: files as they were received, what each says, and what all of them together give.
//!
//! An import is one transaction: it is in the book as a whole or not at all. A file of which every byte is known is not imported
//! again. Which of a file's rows are new is decided by what all statement files together give, so that an overlapping export or the
//! same statement in another format adds nothing twice, and genuine twins stay.

use std::collections::HashMap;

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use rusqlite::{Transaction, params};
use serde_json::json;

use super::closed::refuse_if_closed;
use super::codec;
use super::lists::{self, ListChanges};
use super::log::{Entry, Heading};
use super::rows::{self, PAYMENT, Shared};
use super::store::{Book, Told as _};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{
    Check, Customer, CustomerFile, InputFile, InputRole, ItemFile, LedgerFile, Payment, Statement, StatementFile,
};

/// A file as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a list of items is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything that is open: what an earlier list had and this one does not have is missing.
    Full,
    /// Further items beside those of earlier lists.
    Added,
}

/// What was read from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Bank statements.
    Statements(StatementFile),
    /// Open items; the scope that a person gave, if any.
    Items(ItemFile, Option<Scope>),
    /// Customers.
    Customers(CustomerFile),
    /// The general ledger.
    Ledger(LedgerFile),
}

impl Content {
    /// What is known of the file.
    pub fn file(&self) -> &InputFile {
        match self {
            Self::Statements(f) => &f.file,
            Self::Items(f, _) => &f.file,
            Self::Customers(f) => &f.file,
            Self::Ledger(f) => &f.file,
        }
    }
}

/// What all statement files together give: those of the book in the order of [`Book::statement_files`], then the new ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// The files, with their notes; `place.file` of payments counts in them.
    pub files: Vec<InputFile>,
    /// Statements that create money.
    pub statements: Vec<Statement>,
    /// For each statement, the index behind its last payment.
    pub ends: Vec<usize>,
    /// Every payment once.
    pub payments: Vec<Payment>,
    /// Checks of the statements.
    pub checks: Vec<Check>,
    /// What is said of all of them together.
    pub notes: Vec<crate::model::Note>,
}

/// What is imported at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The files as received.
    pub originals: Vec<Original>,
    /// What was read from each: the index of the original, and the content. In the order in which they were given.
    pub contents: Vec<(usize, Content)>,
    /// What all statement files together give; `None` when no statement is among the new files.
    pub together: Option<Together>,
    /// Day on which lists were extracted, where a person says.
    pub extracted: Option<NaiveDate>,
}

/// What an import did to one file's records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReport {
    /// Path, format, notes.
    pub path: String,
    /// Format.
    pub format: String,
    /// Role: statement, invoices, customers, ledger.
    pub role: &'static str,
    /// Records in the file.
    pub records: u64,
    /// Records that the book did not have.
    pub new: u64,
    /// For a list: what it is.
    pub scope: Option<Scope>,
    /// For a list: what it changed.
    pub changes: ListChanges,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Number of the operation.
    pub op: u64,
    /// One report for each content, in their order.
    pub files: Vec<FileReport>,
    /// Payments that were not in the book.
    pub new_payments: u64,
    /// Payments of which a file says more than was known.
    pub changed_payments: u64,
    /// Undecided payments that count elsewhere now, such as provisional rows that a statement replaces.
    pub gone_payments: u64,
    /// What was found when the statements were checked, and is false.
    pub failed_checks: Vec<Check>,
}

impl Book {
    /// The operation that imported a file with these bytes, when it is in force. Error: E0706.
    pub fn imported_by(&self, sha256: &str) -> Result<Option<u64>, Error> {
        let sql = "SELECT min(op) FROM file WHERE original = ?1 AND active = 1";
        let op: Option<i64> = self.db.query_row(sql, [sha256], |row| row.get(0)).told()?;
        Ok(op.map(i64::unsigned_abs))
    }

    /// Every statement file of the book, as it was delivered, with its number. Errors: E0705, E0706.
    pub fn statement_files(&self) -> Result<Vec<(i64, StatementFile)>, Error> {
        let packed = self.contents(InputRole::Statement)?;
        use rayon::prelude::*;
        packed.par_iter().map(|(n, bytes)| Ok((*n, codec::unpack_json(bytes)?))).collect()
    }

    /// The bytes of an imported file, as received; none for an unknown one. Errors: E0705, E0706.
    pub fn original(&self, sha256: &str) -> Result<Option<Vec<u8>>, Error> {
        use rusqlite::OptionalExtension as _;
        let sql = "SELECT bytes FROM original WHERE sha256 = ?1";
        let packed: Option<Vec<u8>> = self.db.query_row(sql, [sha256], |row| row.get(0)).optional().told()?;
        packed.map(|bytes| codec::unpack(&bytes)).transpose()
    }

    /// Hashes of all files that were received. Error: E0706.
    pub fn original_hashes(&self) -> Result<Vec<String>, Error> {
        let mut select = self.db.prepare("SELECT sha256 FROM original ORDER BY sha256").told()?;
        let rows = select.query_map([], |row| row.get(0));
        rows.and_then(Iterator::collect).told()
    }

    fn contents(&self, role: InputRole) -> Result<Vec<(i64, Vec<u8>)>, Error> {
        let sql = "SELECT n, content FROM file WHERE role = ?1 AND active = 1 ORDER BY n";
        let mut select = self.db.prepare(sql).told()?;
        let rows = select.query_map([role.word()], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.and_then(Iterator::collect).told()
    }

    /// Imports files as one operation. With `dry`, says what would happen and leaves the book as it is.
    ///
    /// Errors: C0001 for a payment in a closed month, C0007 for a decided payment that would go or change, E0706.
    pub fn import(&mut self, import: Import, heading: Heading, dry: bool) -> Result<Imported, Errors> {
        let stored: Vec<i64> = match &import.together {
            Some(_) => self.contents_numbers()?,
            None => Vec::new(),
        };
        let packed = pack_all(&import)?;
        let tx = self.begin()?;
        let mut entry = Entry::begin(&tx)?;
        let numbers = put_files(&entry, &import, packed)?;
        let mut done = Imported::default();
        let mut counts: HashMap<i64, u64, RandomState> = HashMap::default();
        if let Some(together) = &import.together {
            let new = import.contents.iter().zip(&numbers).filter(|((_, c), _)| matches!(c, Content::Statements(_)));
            let files: Vec<i64> = stored.into_iter().chain(new.map(|(_, n)| *n)).collect();
            counts = put_together(&tx, together, &files, &mut done)?;
        }
        for ((_, content), n) in import.contents.iter().zip(&numbers) {
            let mut report = FileReport {
                path: content.file().path.to_string(),
                format: content.file().format.to_string(),
                role: content.file().role.word(),
                records: content.file().records,
                ..FileReport::default()
            };
            match content {
                Content::Statements(_) => report.new = counts.get(n).copied().unwrap_or(0),
                Content::Items(list, scope) => {
                    let (scope, changes) = lists::put_list(&mut entry, *n, list, *scope)?;
                    report.new = changes.new;
                    report.scope = Some(scope);
                    report.changes = changes;
                }
                Content::Customers(list) => report.new = put_customers(&tx, *n, &list.customers)?,
                Content::Ledger(list) => {
                    put_ledger(&tx, *n, list)?;
                    report.new = list.lines.len() as u64;
                }
            }
            done.files.push(report);
        }
        let heading = Heading { summary: summary(&done), payload: payload(&import), ..heading };
        done.op = entry.finish(&heading)?;
        if dry {
            tx.rollback().told()?;
        } else {
            tx.commit().told()?;
        }
        Ok(done)
    }

    /// Numbers of the active statement files, in their order.
    pub(super) fn contents_numbers(&self) -> Result<Vec<i64>, Error> {
        let sql = "SELECT n FROM file WHERE role = 'statement' AND active = 1 ORDER BY n";
        let mut select = self.db.prepare(sql).told()?;
        let rows = select.query_map([], |row| row.get(0));
        rows.and_then(Iterator::collect).told()
    }
}

/// Compressed originals and contents: made before the transaction begins, on all threads.
struct Packed {
    originals: Vec<Vec<u8>>,
    contents: Vec<Vec<u8>>,
}

fn pack_all(import: &Import) -> Result<Packed, Error> {
    use rayon::prelude::*;
    let (originals, contents) = rayon::join(
        || import.originals.par_iter().map(|o| codec::pack(&o.bytes)).collect::<Result<Vec<_>, Error>>(),
        || {
            (import.contents.par_iter())
                .map(|(_, content)| match content {
                    Content::Statements(file) => codec::pack_json(file),
                    Content::Customers(file) => codec::pack_json(file),
                    // Their records are rows, and the original is there.
                    Content::Items(..) | Content::Ledger(_) => Ok(Vec::new()),
                })
                .collect::<Result<Vec<_>, Error>>()
        },
    );
    Ok(Packed { originals: originals?, contents: contents? })
}

fn put_files(entry: &Entry<'_>, import: &Import, packed: Packed) -> Result<Vec<i64>, Error> {
    let tx = entry.tx;
    for (original, bytes) in import.originals.iter().zip(packed.originals) {
        let values = params![original.sha256, original.bytes.len() as i64, bytes];
        tx.execute("INSERT OR IGNORE INTO original (sha256, size, bytes) VALUES (?1, ?2, ?3)", values).told()?;
    }
    let mut numbers = Vec::new();
    let extracted = import.extracted.map(|day| day.to_string());
    for ((original, content), bytes) in import.contents.iter().zip(packed.contents) {
        let file = content.file();
        let of = &import.originals[*original].sha256;
        let list = matches!(content, Content::Items(..));
        let values = params![
            entry.seq,
            of,
            &*file.sha256,
            &*file.path,
            file.role.word(),
            &*file.format,
            &*file.version,
            file.bytes as i64,
            file.records as i64,
            codec::json(&file.notes)?,
            bytes,
            extracted.as_deref().filter(|_| list)
        ];
        tx.execute(
            "INSERT INTO file (op, original, sha256, path, role, format, version, size, records, notes, content, extracted, scope, active) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, '', 1)",
            values,
        )
        .told()?;
        numbers.push(tx.last_insert_rowid());
    }
    Ok(numbers)
}

/// Makes the payments, statements and findings of the book those that all files together give. How many of each file are new.
pub(super) fn put_together(
    tx: &Transaction<'_>,
    together: &Together,
    files: &[i64],
    done: &mut Imported,
) -> Result<HashMap<i64, u64, RandomState>, Error> {
    let mut counts: HashMap<i64, u64, RandomState> = HashMap::default();
    let number = |file: u32| files.get(file as usize).copied().unwrap_or_default();
    let mut known = known_payments(tx)?;
    for payment in &together.payments {
        let file = number(payment.place.file);
        match known.remove(&payment.id) {
            None => {
                refuse_if_closed(tx, payment, "it would be new")?;
                rows::put_payment(tx, gone(tx, &payment.id)?, payment, file)?;
                *counts.entry(file).or_default() += 1;
                done.new_payments += 1;
            }
            Some(old) if same(&old.payment, payment, file) => {}
            Some(old) => {
                if moves(&old.payment, payment) {
                    old.refuse(tx, "a file tells it otherwise now")?;
                }
                done.changed_payments += u64::from(!says_the_same(&old.payment, payment));
                rows::put_payment(tx, Some(old.n), payment, file)?;
            }
        }
    }
    let mut left: Vec<Known> = known.into_values().collect();
    left.sort_unstable_by_key(|old| old.n);
    for old in left {
        old.refuse(tx, "no file gives it any more")?;
        tx.execute("UPDATE payment SET present = 0 WHERE n = ?1", [old.n]).told()?;
        done.gone_payments += 1;
    }
    for (file, n) in together.files.iter().zip(files) {
        let values = params![n, codec::json(&file.notes)?, file.records as i64];
        tx.execute("UPDATE file SET notes = ?2, records = ?3 WHERE n = ?1", values).told()?;
    }
    put_statements(tx, together, &number)?;
    done.failed_checks = together.checks.iter().filter(|c| c.holds == Some(false)).cloned().collect();
    Ok(counts)
}

/// A payment that the book has.
struct Known {
    n: i64,
    payment: Payment,
    decided: bool,
}

impl Known {
    /// Refuses what would take a decided payment away, or change one of a closed month.
    fn refuse(&self, tx: &Transaction<'_>, why: &str) -> Result<(), Error> {
        refuse_if_closed(tx, &self.payment, why)?;
        if !self.decided {
            return Ok(());
        }
        let id = &self.payment.id;
        Err(Error::new(ErrorKind::Refused, "C0007", format!("payment {id} is decided, and {why}"))
            .label("nothing was imported")
            .help(format!("lettrage explain {id}  shows the decision; undo it, import, and decide again")))
    }
}

fn known_payments(tx: &Transaction<'_>) -> Result<HashMap<Box<str>, Known, RandomState>, Error> {
    let sql = format!("SELECT {PAYMENT}, p.decision IS NOT NULL FROM payment p WHERE p.present = 1");
    let mut select = tx.prepare(&sql).told()?;
    let mut rows = select.query([]).told()?;
    let mut shared = Shared::default();
    let mut known = HashMap::default();
    while let Some(row) = rows.next().told()? {
        let (n, payment) = rows::payment(row, &mut shared)?;
        let decided = row.get(rows::PAYMENT_COLUMNS).told()?;
        known.insert(payment.id.clone(), Known { n, payment, decided });
    }
    Ok(known)
}

/// The row of a payment that an undone import had brought.
fn gone(tx: &Transaction<'_>, id: &str) -> Result<Option<i64>, Error> {
    use rusqlite::OptionalExtension as _;
    tx.prepare_cached("SELECT n FROM payment WHERE id = ?1 AND present = 0")
        .and_then(|mut get| get.query_row([id], |row| row.get(0)).optional())
        .told()
}

/// Whether nothing of a row would change.
fn same(old: &Payment, new: &Payment, file: i64) -> bool {
    i64::from(old.place.file) == file && old.place.position == new.place.position && says_the_same(old, new)
}

/// Whether two say the same, wherever they stand.
fn says_the_same(old: &Payment, new: &Payment) -> bool {
    let new = Payment { place: old.place, ..new.clone() };
    *old == new
}

/// Whether the money is another.
fn moves(old: &Payment, new: &Payment) -> bool {
    old.amount != new.amount || old.account != new.account || old.booking_date != new.booking_date
}

fn put_statements(tx: &Transaction<'_>, together: &Together, number: &dyn Fn(u32) -> i64) -> Result<(), Error> {
    tx.execute("DELETE FROM statement", []).told()?;
    tx.execute("DELETE FROM finding", []).told()?;
    for (n, statement) in together.statements.iter().enumerate() {
        let first = n.checked_sub(1).and_then(|before| together.ends.get(before)).copied().unwrap_or(0);
        // A statement without payments stands in the file of its neighbours; only its payments name theirs.
        let file = together.payments.get(first).map_or(0, |p| p.place.file);
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let currency = statement.currency.map_or("", |_| "");
        let code = statement.currency.map(|c| c.code().to_string()).unwrap_or_else(|| currency.to_string());
        let values = params![
            number(file),
            &*statement.account,
            code,
            day(statement.from),
            day(statement.to),
            codec::json(statement)?
        ];
        tx.execute(
            "INSERT INTO statement (file, account, currency, first_day, last_day, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            values,
        )
        .told()?;
    }
    for check in &together.checks {
        let values = params![check.kind.word(), &*check.scope, check.holds, &*check.text];
        tx.execute("INSERT INTO finding (kind, scope, holds, text) VALUES (?1, ?2, ?3, ?4)", values).told()?;
    }
    Ok(())
}

/// Takes customers over: a customer of a later file replaces the one of an earlier. How many are new.
pub(super) fn put_customers(tx: &Transaction<'_>, file: i64, customers: &[Customer]) -> Result<u64, Error> {
    let mut new = 0;
    for customer in customers {
        let known = tx
            .prepare_cached("SELECT 1 FROM customer WHERE id = ?1")
            .and_then(|mut get| get.exists([&*customer.id]))
            .told()?;
        new += u64::from(!known);
        tx.prepare_cached("INSERT OR REPLACE INTO customer (id, file, body) VALUES (?1, ?2, ?3)")
            .and_then(|mut put| {
                put.execute(params![&*customer.id, file, serde_json::to_string(customer).unwrap_or_default()])
            })
            .told()?;
    }
    Ok(new)
}

/// Takes lines of the general ledger over; the view `current_ledger_line` says which ones count.
pub(super) fn put_ledger(tx: &Transaction<'_>, file: i64, ledger: &LedgerFile) -> Result<(), Error> {
    for line in &ledger.lines {
        let name = if line.entry.is_empty() { line.place.position.to_string() } else { line.entry.to_string() };
        let text = if line.text.is_empty() { &line.reference } else { &line.text };
        let values = params![
            file,
            &*line.account,
            line.date.to_string(),
            line.amount.minor,
            line.amount.currency.code(),
            name,
            &**text,
            line.opening,
            &*line.auxiliary,
            &*line.lettering
        ];
        tx.prepare_cached(
            "INSERT INTO ledger_line (file, account, booked, minor, currency, name, text, opening, auxiliary, lettering) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .and_then(|mut put| put.execute(values))
        .told()?;
    }
    Ok(())
}

fn summary(done: &Imported) -> String {
    let names: Vec<&str> = done.files.iter().map(|f| f.path.rsplit(['/', '\\']).next().unwrap_or(&f.path)).collect();
    let shown = names[..names.len().min(3)].join(", ");
    let more = names.len().saturating_sub(3);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let items: u64 = done.files.iter().filter(|f| f.scope.is_some()).map(|f| f.new).sum();
    format!("{shown}{more}: {} payments, {items} items", done.new_payments)
}

fn payload(import: &Import) -> serde_json::Value {
    let files: Vec<serde_json::Value> = (import.contents.iter())
        .map(|(_, c)| json!({ "path": &*c.file().path, "sha256": &*c.file().sha256, "role": c.file().role.word() }))
        .collect();
    json!({ "files": files })
}
