//! Statements that name no account, beside statements of an account with the same rows.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::Table;
use super::delivered::{Booking, Delivered};
use super::note::counted;
use super::repeats::Ends;
use super::reworded::TELLING;
use crate::model::{Currency, InputFile, Note, NoteKind, StatementKind};

/// From so many hundredths of its rows on, an account is probably the one.
const PROBABLE: usize = 80;

/// What bookings are compared by.
type Key = (NaiveDate, Currency, i128);

/// Takes out statements without an account of which all rows are found, by day and amount, in those of exactly one account.
pub(super) fn settle(delivered: &mut [Delivered], files: &mut [InputFile]) {
    let is_open = |d: &Delivered| d.kind() == StatementKind::Statement && !d.is_superseded;
    let is_nameless = |d: &Delivered| is_open(d) && d.account.is_none() && !d.is_empty();
    let nameless: Vec<usize> = (0..delivered.len()).filter(|n| is_nameless(&delivered[*n])).collect();
    if nameless.is_empty() || !delivered.iter().any(|d| is_open(d) && d.account.is_some()) {
        return;
    }
    let mut named: Vec<Booking> = Vec::new();
    for (at, one) in delivered.iter().enumerate().filter(|(_, d)| is_open(d) && d.account.is_some()) {
        named.extend(one.bookings(at));
    }
    named.sort_by_key(|b| (key(b), b.at, b.rows.start));
    let ends: Vec<Ends> = delivered.iter().map(|d| Ends::of(&d.statement)).collect();
    let mut used = Used { file: None, times: HashMap::default() };
    for at in nameless {
        let rows = delivered[at].bookings(at);
        if rows.len() < TELLING {
            continue;
        }
        used.begin(delivered[at].file);
        let found = found(delivered, &ends, &named, &rows, at, &used);
        let Some((account, most)) = found.iter().map(|(account, keys)| (*account, keys.len())).max_by_key(|f| f.1)
        else {
            continue;
        };
        let is_only = found.values().filter(|keys| keys.len() == rows.len()).count() == 1;
        let example = named.iter().find(|b| delivered[b.at].account == Some(account));
        let Some(example) = example.map(|b| &delivered[b.at]) else { continue };
        let (name, path) = (&example.statement.account, files[example.file as usize].path.clone());
        let note = if is_only {
            let count = counted(rows.len() as u64, "row", "rows");
            let text = format!(
                "no account is named, and all {count} have day and amount of rows of {name} in {path}: taken to be the same, counted once, as there"
            );
            Note::new(NoteKind::Assumed, text)
        } else if most * 100 >= rows.len() * PROBABLE {
            let text = format!(
                "no account is named, and {most} of {} have day and amount of rows of {name} in {path}: probable duplicates, all count; name the account to have them compared",
                counted(rows.len() as u64, "row", "rows")
            );
            Note::new(NoteKind::Warning, text)
        } else {
            continue;
        };
        files[delivered[at].file as usize].notes.push(note);
        if is_only {
            for key in &found[&account] {
                *used.times.entry((account, *key)).or_default() += 1;
            }
            let one = &mut delivered[at];
            one.drop_rows(0..one.statement.payments.len());
            one.is_superseded = true;
        }
    }
}

fn key(booking: &Booking) -> Key {
    (booking.day, booking.currency, booking.minor)
}

/// What earlier statements of a file have taken: rows of one file are always different ones.
struct Used {
    file: Option<u32>,
    times: Table<(u32, Key), usize>,
}

impl Used {
    fn begin(&mut self, file: u32) {
        if self.file.replace(file) != Some(file) {
            self.times.clear();
        }
    }
}

/// For each account, the rows of a statement that its statements have: of equal ones, the k-th is the k-th. Those of the same
/// file, and those that follow by their balances, are others.
fn found(
    delivered: &[Delivered],
    ends: &[Ends],
    named: &[Booking],
    rows: &[Booking],
    at: usize,
    used: &Used,
) -> BTreeMap<u32, Vec<Key>> {
    let mut wanted: BTreeMap<Key, usize> = BTreeMap::new();
    rows.iter().for_each(|row| *wanted.entry(key(row)).or_default() += 1);
    let mut found: BTreeMap<u32, Vec<Key>> = BTreeMap::new();
    for (wanted, times) in wanted {
        let first = named.partition_point(|b| key(b) < wanted);
        let equal = named[first..].iter().take_while(|b| key(b) == wanted);
        let mut has: BTreeMap<u32, usize> = BTreeMap::new();
        for other in equal.filter(|b| delivered[b.at].file != delivered[at].file && !ends[b.at].chain(ends[at])) {
            if let Some(account) = delivered[other.at].account {
                *has.entry(account).or_default() += 1;
            }
        }
        for (account, has) in has {
            let free = has.saturating_sub(used.times.get(&(account, wanted)).copied().unwrap_or(0));
            found.entry(account).or_default().extend(std::iter::repeat_n(wanted, times.min(free)));
        }
    }
    found
}
