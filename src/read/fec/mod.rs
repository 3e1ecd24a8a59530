//! FEC, the French file of accounting entries (*fichier des écritures comptables*, LPF art. A47 A-1): its customers' invoices as open
//! items, their payments as a statement, its lettering as the known truth between the two, and all of its lines as the general ledger.
//!
//! | code | error |
//! |---|---|
//! | E0241 | not an amount |
//! | E0242 | no such date, or a year outside of 1900 to 2099 |
//! | E0247 | a limit is reached |
//! | E0521 | the header lacks a column |
//! | E0522 | a line has another number of fields than the header |
//! | E0523 | both debit and credit, or neither |
//! | E0524 | an entry whose debits are not its credits |
//! | E0525 | a field that must not be empty is |

mod customers;
mod entries;
mod ledger;
mod lettering;
mod statement;
mod table;
mod truth;

use self::customers::Ledger;
use super::Settings;
use super::source::Source;
use crate::error::Errors;
use crate::model::{InputFile, InputRole, ItemFile, LedgerFile, Note, NoteKind, StatementFile};

pub use truth::{Link, write_truth};

/// What the file is called in reports.
pub const FORMAT: &str = "fec";

/// Reads the invoices and credit notes of customers (accounts 411) as items: what the lettering settles is settled.
///
/// Errors: see the list above; they are collected.
pub fn read_items(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    let source = source(path, bytes)?;
    let (ledger, mut notes) = ledger(&source, settings)?;
    let (items, more) = ledger.items();
    notes.extend(more);
    let records = items.len() as u64;
    Ok(ItemFile { file: file(&source, InputRole::Items, records, notes), items })
}

/// Reads what customers paid (accounts 411 against those of class 5) as statements, one for each bank account.
///
/// Identifiers are made of journal and number of the entry: the same as those of [`links`]. Errors: see the list above.
pub fn payments(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let source = source(path, bytes)?;
    let (ledger, mut notes) = ledger(&source, settings)?;
    let (statements, more) = statement::statements(&ledger, path);
    notes.extend(more);
    let records = statements.iter().map(|s| s.payments.len() as u64).sum();
    Ok(StatementFile { file: file(&source, InputRole::Statement, records, notes), statements })
}

/// Reads every line of every account, for the balances of the ledger. Lines of an entry that carries balances over are marked: one of a
/// journal of à nouveaux, or the first entry where it holds a balance sheet with capital (the law puts the opening balances first).
///
/// Errors: see the list above; they are collected.
pub fn ledger_lines(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<LedgerFile, Errors> {
    let source = source(path, bytes)?;
    let (lines, notes) = ledger::lines(&source, settings)?;
    Ok(LedgerFile { file: file(&source, InputRole::Ledger, lines.len() as u64, notes), lines })
}

/// Reads which payment settled which item, as people lettered them (`EcritureLet`): the known truth for learning and scoring.
///
/// Payments have the identifiers of [`payments`], items those of [`read_items`]. Payments that nobody lettered are not told. Errors: see
/// the list above.
pub fn links(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Vec<Link>, Errors> {
    let source = source(path, bytes)?;
    ledger(&source, settings).map(|(ledger, _)| ledger.links())
}

/// Decodes the file: UTF-8 where it is that, else ISO 8859-15, as the law has it, else what its bytes look like.
fn source<'a>(path: &'a str, bytes: &'a [u8]) -> Result<Source<'a>, Errors> {
    // The letters of windows-1252 are control characters in ISO 8859-15, which no text has.
    let latin_9 = std::str::from_utf8(bytes).is_err() && !bytes.iter().any(|b| matches!(b, 0 | 0x80..=0x9f));
    Ok(Source::decode(path, bytes, latin_9.then_some("iso-8859-15"))?)
}

fn file(source: &Source<'_>, role: InputRole, records: u64, notes: Vec<Note>) -> InputFile {
    source.file(role, FORMAT, "", records, notes)
}

/// Reads, checks and sorts everything.
fn ledger<'s>(source: &'s Source<'_>, settings: &Settings<'_>) -> Result<(Ledger<'s>, Vec<Note>), Errors> {
    let table = table::read(source, settings)?;
    let entries = entries::gather(source, &table.rows)?;
    let mut notes = table.oddities.notes();
    let (ledger, more) = customers::sort(table.rows, &entries);
    notes.extend(more);
    let text = "amounts are taken as euros, the currency of a FEC; it has no due dates, no terms and no VAT rates";
    notes.push(Note::new(NoteKind::Assumed, text));
    Ok((ledger, notes))
}

#[cfg(test)]
mod tests;
