//! Workbooks of Excel (XLSX, ECMA-376) with a bank statement, open items, customers or lines of a ledger.
//!
//! A sheet is written out as rows of texts, one line a row, and read as every other table: header, columns, checks and mappings are
//! those of [`super::csv`]. What is typed in the cells is not guessed: a number is a number and a date a date, whatever the cells with text
//! look like. A sheet with the canonical header is read exactly, as the CSV file with this header is. A number is a float in the file; it is read with the 15 digits that Excel itself keeps (module `number`), exactly from there on.
//!
//! | code | error |
//! |---|---|
//! | E0013 | the archive that a workbook is cannot be unpacked |
//! | E0015 | a cap on what is unpacked is reached |
//! | E0381 | the workbook is damaged, or has what no spreadsheet program writes |
//! | E0382 | no sheet to read, or not the one that a mapping names |
//! | E0383 | a formula has failed in a cell that is needed |

mod cells;
mod guard;
mod number;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::csv::{self, Grid};
use super::{Settings, sha256};
use crate::config::csv::CsvKind;
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{CustomerFile, InputFile, ItemFile, LedgerFile, Note, NoteKind, StatementFile};

/// A workbook as the reader of its syntax has it.
type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// The workbook is damaged, or has what no spreadsheet program writes.
const DAMAGED: &str = "E0381";
/// No sheet to read.
const NO_SHEET: &str = "E0382";

/// Reads a workbook with a statement. Errors: those of this module, and of [`csv::read_statement`].
pub fn read_statement(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    with_sheet(path, bytes, CsvKind::Payments, settings, csv::sheet_statement, |f| &mut f.file)
}

/// Reads a workbook with open items. Errors: those of this module, and of [`csv::read_items`].
pub fn read_items(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    with_sheet(path, bytes, CsvKind::Invoices, settings, csv::sheet_items, |f| &mut f.file)
}

/// Reads a workbook with customers. Errors: those of this module, and of [`csv::read_customers`].
pub fn read_customers(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<CustomerFile, Errors> {
    with_sheet(path, bytes, CsvKind::Customers, settings, csv::sheet_customers, |f| &mut f.file)
}

/// Reads a workbook with lines of a ledger. Errors: those of this module, and of [`csv::read_ledger`].
pub fn read_ledger(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<LedgerFile, Errors> {
    with_sheet(path, bytes, CsvKind::Ledger, settings, csv::sheet_ledger, |f| &mut f.file)
}

fn with_sheet<T>(
    path: &str,
    bytes: &[u8],
    kind: CsvKind,
    settings: &Settings<'_>,
    read: fn(&str, &Grid, &Settings<'_>) -> Result<T, Errors>,
    file: impl FnOnce(&mut T) -> &mut InputFile,
) -> Result<T, Errors> {
    let package = guard::check(path, bytes, settings.limits)?;
    // The reader of the syntax is not ours. What it is known to stumble over is refused before (`guard`); should a damaged workbook
    // still make it panic, that is an error of this file and not the end of the run.
    let sheet = catch_unwind(AssertUnwindSafe(|| open(path, bytes, kind, settings, &package)))
        .unwrap_or_else(|_| Err(damaged(path, "its parts contradict each other")))?;
    let Opened { grid, notes } = sheet;
    let mut read = read(path, &grid, settings)
        .map_err(|errors| errors.inside(&format!("sheet \"{}\"", csv::clipped(&grid.name))))?;
    let about = file(&mut read);
    (about.sha256, about.bytes) = (sha256(bytes), bytes.len() as u64);
    about.notes.splice(0..0, notes);
    Ok(read)
}

/// The sheet that is read, and what is to be said of the workbook.
struct Opened {
    grid: Grid,
    notes: Vec<Note>,
}

/// A sheet of the workbook.
struct Sheet {
    name: String,
    visible: bool,
}

fn open(
    path: &str,
    bytes: &[u8],
    kind: CsvKind,
    settings: &Settings<'_>,
    package: &guard::Package,
) -> Result<Opened, Error> {
    let mut workbook: Workbook<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| unreadable(path, &e))?;
    let sheets: Vec<Sheet> = workbook
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet)
        .map(|s| Sheet { name: s.name.clone(), visible: s.visible == SheetVisible::Visible })
        .collect();
    let names: Vec<&str> = sheets.iter().map(|s| &*s.name).collect();
    let wanted = csv::sheet_wanted(path, kind, settings, &names);
    let canonical = csv::canonical_names(path, kind, settings).filter(|_| wanted.is_none());
    let candidates: Vec<usize> = match wanted {
        Some((mapping, wanted)) => {
            let at = sheets.iter().position(|s| s.name == wanted);
            let folded = || sheets.iter().position(|s| s.name.trim().eq_ignore_ascii_case(wanted.trim()));
            vec![at.or_else(folded).ok_or_else(|| lacks(path, mapping, wanted, &sheets))?]
        }
        None => (0..sheets.len()).filter(|n| sheets[*n].visible).collect(),
    };
    for at in &candidates {
        let cells = cells::read(&mut workbook, &sheets[*at].name, package, canonical)
            .map_err(|fault| fault.error(path, &sheets[*at].name))?;
        if cells.text.is_empty() {
            continue;
        }
        let mut notes = vec![said(&sheets, *at, &candidates)];
        if cells.spread > 0 {
            let text = format!("the text of merged cells counts for each of their rows ({} cells)", cells.spread);
            notes.push(Note::new(NoteKind::Assumed, text));
        }
        // A workbook has no more sheets than 32 bits count.
        let sheet = *at as u32 + 1;
        let grid = Grid { text: cells.text, sheet, name: sheets[*at].name.clone(), exact: cells.exact };
        return Ok(Opened { grid, notes });
    }
    let message = match candidates.is_empty() {
        true => "the workbook has no visible sheet with cells",
        false => "the workbook's sheets are empty",
    };
    Err(Error::new(ErrorKind::Input, NO_SHEET, message)
        .in_file(path)
        .label(format!("its sheets: {}", listed(&sheets, None)))
        .help("a hidden sheet is read when a mapping names it:  sheet = \"…\""))
}

/// Which sheet is read, and which others there are.
fn said(sheets: &[Sheet], at: usize, candidates: &[usize]) -> Note {
    let name = csv::clipped(&sheets[at].name);
    if sheets.len() == 1 {
        return Note::new(NoteKind::Assumed, format!("sheet \"{name}\""));
    }
    let why = match candidates {
        [one] if *one == at => "",
        [first, ..] if *first == at => ", the first that is visible",
        _ => ", the first visible one that is not empty",
    };
    let others = listed(sheets, Some(at));
    Note::new(NoteKind::Said, format!("sheet \"{name}\" read{why}; not read: {others}"))
}

/// The names of sheets, without one of them.
fn listed(sheets: &[Sheet], without: Option<usize>) -> String {
    const FEW: usize = 5;
    let names: Vec<String> = (sheets.iter().enumerate())
        .filter(|(n, _)| Some(*n) != without)
        .map(|(_, s)| format!("\"{}\"{}", csv::clipped(&s.name), if s.visible { "" } else { " (hidden)" }))
        .collect();
    match names.len() {
        0 => "none".to_string(),
        n if n <= FEW => names.join(", "),
        n => format!("{} and {} more", names[..FEW].join(", "), n - FEW),
    }
}

fn lacks(path: &str, mapping: &str, wanted: &str, sheets: &[Sheet]) -> Error {
    Error::new(
        ErrorKind::Input,
        NO_SHEET,
        format!("the mapping [csv.{mapping}] names a sheet that the workbook lacks: \"{wanted}\""),
    )
    .in_file(path)
    .label(format!("its sheets: {}", listed(sheets, None)))
    .help("correct  sheet = \"…\"  in the mapping; without it the first visible sheet is read")
}

fn damaged(path: &str, what: &str) -> Error {
    Error::new(ErrorKind::Input, DAMAGED, format!("the workbook cannot be read: {what}"))
        .in_file(path)
        .help("open it in a spreadsheet program and save it again as XLSX, or as CSV")
}

/// What the reader of the syntax says, in words for a person.
fn unreadable(path: &str, error: &XlsxError) -> Error {
    match error {
        XlsxError::FileNotFound(part) => damaged(path, &format!("its part {part} is missing")),
        XlsxError::RelationshipNotFound => damaged(path, "it does not say where its sheets are"),
        XlsxError::Xml(_) | XlsxError::XmlAttr(_) | XlsxError::XmlEof(_) => {
            damaged(path, &format!("it is cut off or damaged ({error})"))
        }
        other => damaged(path, &other.to_string()),
    }
}
