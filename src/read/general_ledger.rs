//! The general ledger: lines of accounts from a FEC, or from a table (CSV, TSV, XLSX) with a date, an account and amounts.
//!
//! Debits are positive. A line that brings a balance forward is marked, so that nobody takes it for something that happened.
//!
//! | code | error |
//! |---|---|
//! | E0531 | a line of a table whose account nothing names |
//! | E0532 | both debit and credit in one line of a table |
//!
//! The other errors are those of [`super::fec`] and of [`super::csv`].

use super::{Kind, Settings, container, csv, fec, is_text, recognise, stranger, within_cap, xlsx};
use crate::error::Errors;
use crate::model::{LedgerFile, LedgerLine, Note, NoteKind};

/// What a ledger may be.
pub(super) const EXPECTED: &str =
    "expected lines of a general ledger: a FEC, or a CSV or XLSX with date, account, debit and credit";

/// Reads the lines of every account that a file has.
///
/// Errors: E0011 for a file that is too large, E0012 for what is neither table nor FEC; else those of the readers.
pub fn ledger(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<LedgerFile, Errors> {
    within_cap(path, bytes, settings)?;
    one(path, bytes, recognise(bytes), settings)
}

/// Reads a ledger, or every one that a container has. Errors: those of [`ledger`], and of [`container::read`].
pub fn ledgers(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Vec<LedgerFile>, Errors> {
    within_cap(path, bytes, settings)?;
    match recognise(bytes) {
        kind if kind.is_container() => container::read(path, bytes, settings, &container::Wanted::LEDGERS, one),
        kind => one(path, bytes, kind, settings).map(|file| vec![file]),
    }
}

fn one(path: &str, bytes: &[u8], kind: Kind, settings: &Settings<'_>) -> Result<LedgerFile, Errors> {
    let mut read = match kind {
        Kind::Fec => fec::ledger_lines(path, bytes, settings),
        Kind::Xlsx => xlsx::read_ledger(path, bytes, settings),
        kind if kind == Kind::Ledger || is_text(&kind) => csv::read_ledger(path, bytes, settings),
        kind => Err(stranger(path, &kind, EXPECTED)),
    }?;
    read.file.records = read.lines.len() as u64;
    read.file.notes.extend(summary(&read.lines));
    Ok(read)
}

/// What was read, in one line: accounts, days, balances brought forward.
fn summary(lines: &[LedgerLine]) -> Option<Note> {
    let mut accounts: Vec<&str> = lines.iter().map(|line| &*line.account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let moved = || lines.iter().filter(|line| !line.opening).map(|line| line.date);
    let opening = lines.iter().filter(|line| line.opening).count();
    let (first, last) = (moved().min().or(lines.first().map(|l| l.date))?, moved().max().unwrap_or(lines[0].date));
    let of = match accounts.as_slice() {
        [one] => format!("account {one}"),
        several => format!("{} accounts", several.len()),
    };
    let brought = match opening {
        0 => "no balance brought forward".to_string(),
        1 => "1 line brings a balance forward".to_string(),
        n => format!("{n} lines bring balances forward"),
    };
    Some(Note::new(NoteKind::Said, format!("{of}, {first} to {last}; {brought}")))
}
