//! Bank statements, invoice lists, customer lists and lines of the general ledger as CSV.
//!
//! Nothing about such a file is certain, so everything is detected and said: encoding, delimiter, header, columns, decimal mark, date
//! order, direction. What is decided for a file holds for the whole file; a cell that contradicts it is an error, never an
//! exception. What cannot be told is refused. A mapping of the configuration overrides each of these.
//!
//! | code | error |
//! |---|---|
//! | E0100 | the file is empty |
//! | E0101 | not a CSV file: nothing divides its lines |
//! | E0102 | columns not recognised, or one that is needed is missing |
//! | E0103 | a quoted field is never closed |
//! | E0104 | a row has more fields than the header |
//! | E0105 | no such date, or none where one is needed |
//! | E0106 | not an amount, or none where one is needed |
//! | E0107 | an amount with the other decimal mark than the file's |
//! | E0108 | the decimal mark cannot be told |
//! | E0109 | more decimals than the currency has |
//! | E0110 | not a currency, or not the row's |
//! | E0111 | the direction of the money is ambiguous |
//! | E0112 | two columns may be the amount |
//! | E0113 | the running balance says that the signs are the other way round |
//! | E0114 | a mapping names a column that the file lacks |
//! | E0115 | a mapping is wrong in itself |
//! | E0116 | not a type of document |
//! | E0117 | an identifier is needed and empty |
//! | E0118 | sign of the amount, of what is open, or of the type contradict each other |
//! | E0119 | a discount without its date or its percentage |
//! | E0120 | VAT that cannot be read |
//! | E0121 | the same identifier twice in one file |
//! | E0122 | the same identifier with other content in another file |
//! | E0123 | an amount that is too large |
//! | E0124 | a limit is reached |
//! | E0125 | not a number |
//! | E0126 | not a word for a direction |

pub(super) mod amount;
mod balance;
mod canonical;
mod cells;
mod columns;
mod content;
mod customers;
pub(super) mod date;
mod detect;
mod finish;
mod frame;
mod item_presets;
mod items;
mod ledger;
mod ledger_words;
pub(super) mod mapping;
mod parts;
mod presets;
mod records;
mod sign;
mod skips;
mod statement;
mod table;
mod words;

use std::ops::Range;

use crate::config::csv::{CsvKind, CsvMapping};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{CustomerFile, InputFile, ItemFile, LedgerFile, StatementFile};
use crate::read::encoding::{Decoded, decode_text};

use super::{Kind, Settings};
use records::{Records, Row};
use table::Table;
pub(super) use table::clipped;

/// Bytes that recognition looks at.
const RECOGNISED_WITHIN: usize = 64 << 10;

/// Whether bytes look like CSV: text whose lines a delimiter divides. A cheap look at the beginning, for recognition by content.
pub fn looks_like_csv(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(RECOGNISED_WITHIN)];
    // UTF-16 has zero bytes and a mark; any other zero byte is no text.
    let marked = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    if head.contains(&0) && !marked {
        return false;
    }
    let text = if marked {
        let Ok(decoded) = decode_text("", head.get(..head.len() & !1).unwrap_or(head), None) else { return false };
        decoded.text.into_owned()
    } else {
        String::from_utf8_lossy(head).into_owned()
    };
    let start = text.trim_start_matches('\u{feff}').trim_start();
    // XML and JSON have commas too.
    !start.starts_with(['<', '{', '[']) && table::looks_divided(start)
}

/// Reads a bank statement.
///
/// One [`crate::model::Statement`] for each pair of account and currency. Payment identifiers are those of a `payment_id` column, and
/// empty where there is none. Errors: E0021 to E0023 of the encoding, E0100 to E0115, E0123, E0124, E0126.
pub fn read_statement(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    if let Some(text) = canonical::of(path, bytes, CsvKind::Payments, settings) {
        let mut read = canonical::read_statement(&canonical::Source::of_text(path, text), settings)?;
        (read.file.sha256, read.file.bytes) = (super::sha256(bytes), bytes.len() as u64);
        return Ok(read);
    }
    with_table(path, bytes, CsvKind::Payments, settings, statement::read, |f| &mut f.file)
}

/// The number of the error for columns that are not recognised.
pub const COLUMNS_UNKNOWN: &str = "E0102";

/// Reads a list of invoices and credit notes. Errors: E0021 to E0023 of the encoding, E0100 to E0125.
pub fn read_items(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    if let Some(text) = canonical::of(path, bytes, CsvKind::Invoices, settings) {
        let mut read = canonical::read_items(&canonical::Source::of_text(path, text), settings)?;
        (read.file.sha256, read.file.bytes) = (super::sha256(bytes), bytes.len() as u64);
        return Ok(read);
    }
    with_table(path, bytes, CsvKind::Invoices, settings, items::read, |f| &mut f.file)
}

/// Reads a customer list. Errors: E0021 to E0023 of the encoding, E0100 to E0104, E0114, E0115, E0117, E0121, E0124, E0125.
pub fn read_customers(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<CustomerFile, Errors> {
    with_table(path, bytes, CsvKind::Customers, settings, customers::read, |f| &mut f.file)
}

/// Reads lines of the general ledger. Errors: E0021 to E0023 of the encoding, E0100 to E0110, E0114, E0115, E0123, E0124, E0126, E0531,
/// E0532.
pub fn read_ledger(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<LedgerFile, Errors> {
    with_table(path, bytes, CsvKind::Ledger, settings, ledger::read, |f| &mut f.file)
}

/// Whether a text is surely a table of ledger lines: nothing else has such columns.
pub(super) fn is_ledger(text: &str) -> bool {
    table::is_ledger(text)
}

/// Whether the configuration says by a file's name how to read it as one of a kind.
pub(super) fn is_mapped(path: &str, kind: CsvKind, settings: &Settings<'_>) -> bool {
    mapping::for_file(path, kind, settings).is_some()
}

/// The encoding that a mapping gives to a statement of this name.
pub(super) fn encoding_of<'s>(path: &str, kind: &Kind, settings: &Settings<'s>) -> Option<&'s str> {
    let mapping =
        mapping::for_file(path, CsvKind::Payments, settings).filter(|_| matches!(kind, Kind::Csv | Kind::Ledger));
    mapping.and_then(|(_, mapping)| mapping.encoding.as_deref())
}

/// The record of a statement that begins on a line, quotes considered, with its line ending.
pub(super) fn record_at(path: &str, decoded: &Decoded<'_>, line: u32, settings: &Settings<'_>) -> Option<Range<usize>> {
    let text = &*decoded.text;
    let mut records = match canonical::of(path, text.as_bytes(), CsvKind::Payments, settings) {
        Some(_) => Records::new(text, b','),
        None => {
            let mapping = mapping::for_file(path, CsvKind::Payments, settings);
            Table::open(path, decoded, CsvKind::Payments, settings, mapping).ok()?.records()
        }
    };
    let mut row = Row::default();
    while records.next(&mut row).ok()? {
        if row.line == line {
            return Some(row.start..records.position().0);
        }
    }
    None
}

fn with_table<T: Send>(
    path: &str,
    bytes: &[u8],
    kind: CsvKind,
    settings: &Settings<'_>,
    read: impl FnOnce(Table<'_>) -> Result<T, Errors> + Send,
    file: impl FnOnce(&mut T) -> &mut InputFile,
) -> Result<T, Errors> {
    if bytes.len() as u64 > settings.limits.file_bytes {
        let message = format!("the file is larger than {} bytes", settings.limits.file_bytes);
        let error = Error::new(ErrorKind::Input, "E0124", message).in_file(path);
        return Err(error
            .help("raise  limits.file_bytes  in the configuration if the file is what it should be")
            .into());
    }
    let table = || {
        let mapping: Option<(&str, &CsvMapping)> = mapping::for_file(path, kind, settings);
        let decoded = decode_text(path, bytes, mapping.and_then(|(_, m)| m.encoding.as_deref()))?;
        read(Table::open(path, &decoded, kind, settings, mapping)?)
    };
    let (table, sha256) = rayon::join(table, || super::sha256(bytes));
    let mut table = table?;
    let about = file(&mut table);
    (about.sha256, about.bytes) = (sha256, bytes.len() as u64);
    Ok(table)
}

/// What divides the cells of a sheet that is written out as a text. Outside of quotes no cell has it.
pub(super) const SHEET_DELIMITER: u8 = 0x1f;

/// A sheet of a workbook, written out for the reader of tables: a line a row, each cell ended by [`SHEET_DELIMITER`].
///
/// A text is quoted, and what is typed as a number, a day or a truth value is not. Numbers have a point as their mark and dates are
/// `YYYY-MM-DD`, so nothing is to be detected in such cells.
#[derive(Debug)]
pub(super) struct Grid {
    pub text: String,
    /// Its number in the workbook, from 1.
    pub sheet: u32,
    pub name: String,
    /// Where its first row is the canonical header: the sheet's row of each record. Then a text may go over several lines.
    pub exact: Option<Vec<u32>>,
}

/// The header that makes a file of this kind one of canonical columns; none where a mapping is meant for it.
pub(super) fn canonical_names(path: &str, kind: CsvKind, settings: &Settings<'_>) -> Option<&'static [&'static str]> {
    canonical::names(kind).filter(|_| mapping::for_file(path, kind, settings).is_none())
}

/// The sheet that a mapping names for a workbook, with the mapping's name: one that is for the file, else one without file patterns
/// whose sheet the workbook has.
pub(super) fn sheet_wanted<'s>(
    path: &str,
    kind: CsvKind,
    settings: &Settings<'s>,
    sheets: &[&str],
) -> Option<(&'s str, &'s str)> {
    if let Some((name, mapping)) = mapping::for_file(path, kind, settings) {
        return mapping.sheet.as_deref().map(|sheet| (name, sheet));
    }
    let mut open = settings.mappings.iter().filter(|(_, m)| m.kind == kind && m.files.is_empty());
    open.find_map(|(name, m)| m.sheet.as_deref().filter(|s| sheets.contains(s)).map(|sheet| (name.as_str(), sheet)))
}

/// Reads a sheet with a statement, as [`read_statement`] does a file. Hash and size are the caller's.
pub(super) fn sheet_statement(path: &str, grid: &Grid, settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    match canonical::Source::of_grid(path, grid) {
        Some(source) => canonical::read_statement(&source, settings),
        None => with_grid(path, grid, CsvKind::Payments, settings, statement::read),
    }
}

/// Reads a sheet with items, as [`read_items`] does a file. Hash and size are the caller's.
pub(super) fn sheet_items(path: &str, grid: &Grid, settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    match canonical::Source::of_grid(path, grid) {
        Some(source) => canonical::read_items(&source, settings),
        None => with_grid(path, grid, CsvKind::Invoices, settings, items::read),
    }
}

/// Reads a sheet with customers, as [`read_customers`] does a file. Hash and size are the caller's.
pub(super) fn sheet_customers(path: &str, grid: &Grid, settings: &Settings<'_>) -> Result<CustomerFile, Errors> {
    with_grid(path, grid, CsvKind::Customers, settings, customers::read)
}

/// Reads a sheet with lines of a ledger, as [`read_ledger`] does a file. Hash and size are the caller's.
pub(super) fn sheet_ledger(path: &str, grid: &Grid, settings: &Settings<'_>) -> Result<LedgerFile, Errors> {
    with_grid(path, grid, CsvKind::Ledger, settings, ledger::read)
}

fn with_grid<T>(
    path: &str,
    grid: &Grid,
    kind: CsvKind,
    settings: &Settings<'_>,
    read: fn(Table<'_>) -> Result<T, Errors>,
) -> Result<T, Errors> {
    let mapping = mapping::for_file(path, kind, settings);
    read(Table::of_sheet(path, grid, kind, settings, mapping)?)
}
