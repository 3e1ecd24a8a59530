//! Statements of several files become one ledger: every booking once, each with an identifier.
//!
//! The same movement can come in many ways; each step below takes out what another one tells already, and says so:
//!
//! 1. `accounts`: which statements are of the same account, however it is written;
//! 2. `repeats`: a whole statement again, or a row of the same format again, word by word;
//! 3. `pages`: a statement in several pages becomes one;
//! 4. `reworded`: the same bookings in the same format, in other words;
//! 5. `formats`: the same bookings in another format, told by account, day and amount;
//! 6. `nameless`: a statement that names no account, with the rows of one that does;
//! 7. `interim`: intraday reports of days that a statement covers;
//! 8. `details`: notifications, which say what is inside an entry of a statement.
//!
//! Two rows of one file are always two bookings. What is left counts, and its sum is that of its statements.

mod accounts;
mod class;
mod coverage;
mod delivered;
mod details;
mod formats;
mod interim;
mod nameless;
mod note;
mod pages;
mod repeats;
mod reworded;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use self::class::Class;
use self::delivered::Delivered;
use self::repeats::Rows;
use super::continuity;
use super::identity::Content;
use crate::error::{Collector, Errors};
use crate::model::{Check, InputFile, Note, Payment, Statement, StatementFile, StatementKind};

/// All statements of a run, as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The files, in the order in which they were given; `place.file` counts in them.
    pub files: Vec<InputFile>,
    /// The statements that create money, in the order of the files; their payments are in [`Ledger::payments`].
    ///
    /// Where rows were dropped because they count elsewhere, `booked_minor` and the opening balance are those of what was kept.
    pub statements: Vec<Statement>,
    /// Every booked transaction once, in the order of the files, each with a unique identifier.
    pub payments: Vec<Payment>,
    /// For each of [`Ledger::statements`], the index behind its last payment in [`Ledger::payments`]: those of a statement stand
    /// together.
    pub ends: Vec<usize>,
    /// The checks of all statements as they were delivered, and the continuity between them.
    pub checks: Vec<Check>,
    /// What is said of the run as a whole; notes on single files are with the files.
    pub notes: Vec<Note>,
}

/// A table by identifiers or fingerprints, which come from files.
type Table<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Puts the statements of several files together.
///
/// Errors: E0231 for an identifier that occurs twice in one file, or in two files with different content.
pub fn gather(files: Vec<StatementFile>) -> Result<Ledger, Errors> {
    let mut ledger = Ledger::default();
    let mut delivered = deliver(files, &mut ledger.files);
    accounts::unify(&mut delivered, &mut ledger.files);
    let delivered = repeats::drop_repeated_statements(delivered, &mut ledger.files);
    let mut checks = Vec::new();
    let mut delivered = pages::join(delivered, &mut ledger.files, &mut checks);
    let mut errors = Collector::default();
    let mut rows = Rows::of(&delivered, &ledger.files, &mut errors);
    rows.drop_repeats(&mut delivered);
    rows.say(&mut ledger.files, &mut ledger.notes);
    reworded::settle(&mut delivered, &mut ledger.files);
    formats::settle(&mut delivered, &mut ledger);
    nameless::settle(&mut delivered, &mut ledger.files);
    interim::settle(&mut delivered, &mut ledger);
    details::attach(&mut delivered, &mut ledger);
    // As they were delivered: before what is dropped moves sums and openings.
    for one in delivered.iter().filter(|d| !d.is_superseded || d.kind() == StatementKind::Statement) {
        ledger.checks.extend(one.statement.checks.iter().cloned());
    }
    ledger.checks.append(&mut checks);
    ledger.checks.extend(continuity::checks(&linked(&mut delivered)));
    let mut identifiers = Identifiers { rows: &rows, ranks: HashMap::default(), taken: HashSet::default() };
    for one in delivered.into_iter().filter(|d| !d.is_superseded) {
        identifiers.keep(one, &mut ledger);
        ledger.ends.push(ledger.payments.len());
    }
    for file in &mut ledger.files {
        file.records = 0;
    }
    for payment in &ledger.payments {
        ledger.files[payment.place.file as usize].records += 1;
    }
    errors.finish(ledger)
}

/// The statements that must follow each other, without their payments. Where rows of one were delivered before, it begins behind
/// them: an export that reaches back into the month before still follows it.
fn linked(delivered: &mut [Delivered]) -> Vec<Statement> {
    let linked = delivered.iter_mut().filter(|d| !d.is_superseded && d.kind() == StatementKind::Statement);
    let link = |one: &mut Delivered| {
        let known = if one.is_empty() { 0 } else { one.dropped_minor() };
        // The clone is to be small: what is large stays behind for a moment.
        let payments = std::mem::take(&mut one.statement.payments);
        let references = std::mem::take(&mut one.statement.entry_references);
        let mut link = one.statement.clone();
        (one.statement.payments, one.statement.entry_references) = (payments, references);
        if known != 0 {
            link.from = one.first_kept().or(link.from);
            move_opening(&mut link, known);
        }
        link
    };
    linked.map(link).collect()
}

/// Lets a statement begin behind rows that count elsewhere. Saturation would need balances beyond 64 bits.
fn move_opening(statement: &mut Statement, known: i128) {
    if let Some(opening) = &mut statement.opening {
        opening.amount.minor = opening.amount.minor.saturating_add(i64::try_from(known).unwrap_or(0));
    }
}

/// Numbers the files and their formats.
fn deliver(files: Vec<StatementFile>, to: &mut Vec<InputFile>) -> Vec<Delivered> {
    let mut classes: Vec<Class> = files.iter().map(|f| Class::of(&f.file)).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut delivered = Vec::new();
    for (n, file) in (0u32..).zip(files) {
        let class = classes.binary_search(&Class::of(&file.file)).unwrap_or_default();
        to.push(file.file);
        delivered.extend(file.statements.into_iter().map(|statement| Delivered::new(n, class, statement)));
    }
    delivered
}

/// The identifiers that are derived for payments without one.
struct Identifiers<'r> {
    rows: &'r Rows,
    /// How many payments have each derived identifier, its rank aside.
    ranks: Table<(Content, NaiveDate), u32>,
    taken: HashSet<Box<str>, foldhash::fast::RandomState>,
}

impl Identifiers<'_> {
    /// Moves the payments of a statement that count into the ledger.
    fn keep(&mut self, one: Delivered, ledger: &mut Ledger) {
        let derived = one.statement.payments.iter().any(|p| p.id.is_empty());
        if derived {
            one.contents();
        }
        let is_complete = one.is_complete();
        let dropped_rows: Vec<bool> = if is_complete {
            Vec::new()
        } else {
            (0..one.statement.payments.len()).map(|n| one.is_dropped(n)).collect()
        };
        let Delivered { mut statement, contents, .. } = one;
        let payments = std::mem::take(&mut statement.payments);
        if is_complete && !derived {
            add(&mut ledger.payments, payments);
            ledger.statements.push(statement);
            return;
        }
        let contents = contents.into_inner().unwrap_or_default();
        let mut dropped: i128 = 0;
        ledger.payments.reserve(payments.len());
        for (row, mut payment) in payments.into_iter().enumerate() {
            if dropped_rows.get(row).copied().unwrap_or(false) {
                if Some(payment.amount.currency) == statement.currency {
                    dropped += i128::from(payment.amount.minor);
                }
                continue;
            }
            if payment.id.is_empty() {
                payment.id = self.derive(&payment, contents[row]);
            }
            ledger.payments.push(payment);
        }
        statement.booked_minor -= dropped;
        move_opening(&mut statement, dropped);
        ledger.statements.push(statement);
    }

    /// The identifier of a payment that has none: from its content, with its rank from the second on.
    fn derive(&mut self, payment: &Payment, content: Content) -> Box<str> {
        let base = content.identifier(payment);
        let rank = self.ranks.entry((content, payment.booking_date)).or_default();
        loop {
            *rank += 1;
            let id: Box<str> = if *rank == 1 { base.clone().into() } else { format!("{base}-{rank}").into() };
            // A file may use such an identifier itself, and 48 bits may collide: the next rank is free.
            if !self.rows.has(&id) && self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Puts records behind others, without moving them where there are no others.
fn add<T>(to: &mut Vec<T>, mut more: Vec<T>) {
    if to.is_empty() {
        *to = more;
    } else {
        to.append(&mut more);
    }
}

#[cfg(test)]
mod tests;
