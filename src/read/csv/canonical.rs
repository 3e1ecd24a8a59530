//! CSV and sheets that this program wrote: known by their header, which has every canonical column in its order, and read without any
//! guess.
//!
//! Whatever a person changes in the header makes it a file like any other, which is read with detection.

use std::borrow::Cow;

use crate::config::csv::CsvKind;
use crate::error::{Collector, Error, ErrorKind, Errors};
use crate::model::columns::{ITEM, PAYMENT, is_formula, is_header};
use crate::model::{InputFile, InputRole, ItemFile, Note, NoteKind, Position, StatementFile};
use crate::read::Settings;
use crate::read::canonical::{Fields, Items, Statements, split_list};

use super::mapping;
use super::records::{Field, Records, Row};
use super::table::{error_at, letters, unclosed_error};
use super::{Grid, SHEET_DELIMITER};

const DELIMITER: u8 = b',';

/// The text of a file that has the canonical header of its kind; `None` where a mapping is meant for it, or for any other file.
pub(super) fn of<'b>(path: &str, bytes: &'b [u8], kind: CsvKind, settings: &Settings<'_>) -> Option<&'b str> {
    let names = names(kind)?;
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let line = body.split(|b| matches!(b, b'\n' | b'\r')).next().and_then(|line| std::str::from_utf8(line).ok())?;
    if !is_header(line, names) || bytes.contains(&0) || mapping::for_file(path, kind, settings).is_some() {
        return None;
    }
    std::str::from_utf8(body).ok()
}

/// The canonical header of a kind; customers have none.
pub(super) fn names(kind: CsvKind) -> Option<&'static [&'static str]> {
    match kind {
        CsvKind::Payments => Some(&PAYMENT),
        CsvKind::Invoices => Some(&ITEM),
        CsvKind::Customers | CsvKind::Ledger => None,
    }
}

/// What is read: the text of a file, or a sheet that was written out.
pub(super) struct Source<'a> {
    path: &'a str,
    text: &'a str,
    /// The number of the sheet, from 1, and its row of each record, the header's first.
    sheet: Option<(u32, &'a [u32])>,
}

impl<'a> Source<'a> {
    pub fn of_text(path: &'a str, text: &'a str) -> Self {
        Self { path, text, sheet: None }
    }

    /// `None` where the sheet's header is another.
    pub fn of_grid(path: &'a str, grid: &'a Grid) -> Option<Self> {
        let rows = grid.exact.as_deref()?;
        Some(Self { path, text: &grid.text, sheet: Some((grid.sheet, rows)) })
    }

    /// What is known of the file; hash and size are the caller's.
    fn file(&self, role: InputRole) -> InputFile {
        let note = Note::new(NoteKind::Said, "canonical columns: read as written, nothing detected");
        InputFile {
            path: self.path.into(),
            role,
            format: if self.sheet.is_some() { "xlsx" } else { "csv" }.into(),
            version: Box::default(),
            sha256: Box::default(),
            bytes: 0,
            records: 0,
            notes: vec![note],
        }
    }
}

/// Reads payments. Errors: E0103, E0241 to E0244, E0247, E0248.
pub(super) fn read_statement(source: &Source<'_>, settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let mut statements = Statements::default();
    let mut errors = Collector::default();
    each(source, &PAYMENT, settings, &mut errors, |record| statements.read(record));
    let mut file = source.file(InputRole::Statement);
    file.records = statements.payments();
    let statements = statements.finish(source.path, &mut file.notes);
    errors.finish(StatementFile { file, statements })
}

/// Reads items. Errors: E0103, E0241 to E0244, E0247, E0248.
pub(super) fn read_items(source: &Source<'_>, settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    let mut items = Items::default();
    let mut errors = Collector::default();
    each(source, &ITEM, settings, &mut errors, |record| items.read(record));
    items.repeats(&mut errors, |again, first| {
        let line = |position| match position {
            Position::Line(line) | Position::Row { row: line, .. } => u64::from(line),
            _ => 0,
        };
        Error::new(ErrorKind::Input, "E0121", format!("the item \"{}\" is in the file twice", again.id))
            .in_file(source.path)
            .at(line(again.place.position), 1)
            .also_at(source.path, line(first.place.position))
            .help("an item_id is unique: remove one of the two, or give each its own")
    });
    let mut file = source.file(InputRole::Items);
    file.records = items.items.len() as u64;
    items.absent.say(&mut file.notes);
    errors.finish(ItemFile { file, items: items.items })
}

/// Hands over every record below the header, gathering errors.
fn each(
    source: &Source<'_>,
    names: &'static [&'static str],
    settings: &Settings<'_>,
    errors: &mut Collector,
    mut take: impl FnMut(&Record<'_>) -> Result<(), Error>,
) {
    let Source { path, text, sheet } = *source;
    let delimiter = if sheet.is_some() { SHEET_DELIMITER } else { DELIMITER };
    let (mut records, mut row) = (Records::new(text, delimiter), Row::default());
    let mut rows: u64 = 0;
    loop {
        match records.next(&mut row) {
            Ok(true) => {}
            Ok(false) => return,
            Err(unclosed) => return errors.push(unclosed_error(path, text, unclosed)),
        }
        rows += 1;
        if rows == 1 {
            continue;
        }
        // There are no more rows than a sheet has.
        let position = match sheet {
            Some((sheet, of)) => {
                let row = of.get(rows as usize - 1).copied().unwrap_or_default();
                Position::Row { sheet, row }
            }
            None => Position::Line(row.line),
        };
        let record = Record { path, text, row: &row, names, position };
        match record.check(rows - 1, settings).and_then(|()| take(&record)) {
            Err(error) if error.code() == "E0247" => return errors.push(error),
            Err(error) => errors.push(error),
            Ok(()) => {}
        }
    }
}

/// One record, by the names of the header.
struct Record<'a> {
    path: &'a str,
    text: &'a str,
    row: &'a Row,
    names: &'static [&'static str],
    position: Position,
}

impl Record<'_> {
    fn column(&self, name: &str) -> usize {
        self.names.iter().position(|n| *n == name).unwrap_or(usize::MAX)
    }

    fn in_sheet(&self) -> bool {
        matches!(self.position, Position::Row { .. })
    }

    /// The cell as it was before it was made harmless for spreadsheets; in a sheet a text is never a formula.
    fn cell(&self, name: &str) -> Cow<'_, str> {
        let cell = self.row.exact(self.text, self.column(name));
        if self.in_sheet() || !cell.starts_with('\'') || !is_formula(&cell) {
            return cell;
        }
        match cell {
            Cow::Borrowed(text) => Cow::Borrowed(&text[1..]),
            Cow::Owned(text) => Cow::Owned(text[1..].to_string()),
        }
    }

    fn place(&self, column: usize, code: &'static str, message: String) -> Error {
        let row = self.row;
        if let Position::Row { row: number, .. } = self.position {
            return self.place_in_sheet(number, column, code, message);
        }
        let (start, width) = match row.fields.get(column) {
            Some(field) => {
                (field.start, self.text[field.start..field.end].lines().next().unwrap_or("").chars().count())
            }
            None => (row.fields.last().map_or(row.start, |f| f.end), 1),
        };
        let error = error_at(self.path, self.text, (row.start, row.line), start, width, code, message);
        match self.names.get(column) {
            Some(name) => error.context(format!("column \"{name}\"")),
            None => error,
        }
    }

    /// The place of a cell in a sheet. The excerpt is the row up to it, its cells parted by bars.
    fn place_in_sheet(&self, number: u32, column: usize, code: &'static str, message: String) -> Error {
        let one_line = |n| self.row.exact(self.text, n).replace(['\n', '\r'], " ");
        let cells: Vec<String> =
            (0..self.row.used(self.text).max(column.min(self.names.len()) + 1)).map(one_line).collect();
        let before: usize = cells.iter().take(column).map(|c| c.chars().count() + 3).sum();
        let width = cells.get(column).map_or(1, |c| c.chars().count().max(1));
        let name = self.names.get(column).map_or(String::new(), |n| format!(" \"{n}\""));
        Error::new(ErrorKind::Input, code, message)
            .in_file(self.path)
            .at(u64::from(number), column as u64 + 1)
            .context(format!("row {number}, column {}{name}", letters(column)))
            .excerpt(&cells.join(" | "), before, width)
    }

    fn check(&self, rows: u64, settings: &Settings<'_>) -> Result<(), Error> {
        let limits = settings.limits;
        if rows > limits.records {
            let error = self.place(0, "E0247", format!("more than {} entries in one file", limits.records));
            return Err(error.help("raise  records  under [limits] in the configuration if the file is genuine"));
        }
        let cap = limits.field_bytes as usize;
        if let Some(column) = self.row.fields.iter().position(|f| f.end - f.start > cap) {
            let error = self.place(column, "E0124", format!("a field longer than {cap} bytes"));
            return Err(
                error.help("a quote may be missing above; otherwise raise  limits.field_bytes  in the configuration")
            );
        }
        if self.row.loose {
            let error = self.place(0, "E0244", "a quote inside a quoted field is not doubled".to_string());
            return Err(error.help("write it twice"));
        }
        let wanted = self.names.len();
        if self.in_sheet() {
            return self.check_cells();
        }
        let found = self.row.fields.len();
        if found != wanted {
            let error = self.place(wanted, "E0104", format!("the row has {found} fields, the header {wanted}"));
            return Err(error.help("a comma inside a text is quoted; an empty field still has its comma"));
        }
        Ok(())
    }

    /// A row of a sheet ends with its last cell that holds anything. Errors: E0104, E0383.
    fn check_cells(&self) -> Result<(), Error> {
        let wanted = self.names.len();
        if self.row.used(self.text) > wanted {
            let error = self.place(wanted, "E0104", "a cell beside the columns that the header names".to_string());
            return Err(error.help("remove it, or give its column a name: then the columns are detected"));
        }
        let bytes = self.text.as_bytes();
        // A text is quoted; no number and no day begins so.
        let failed =
            |f: &Field| bytes.get(f.start) == Some(&b'#') && f.start.checked_sub(1).map(|n| bytes[n]) != Some(b'"');
        match self.row.fields.iter().position(failed) {
            None => Ok(()),
            Some(column) => {
                let cell = self.row.exact(self.text, column);
                let error = self.place(column, "E0383", format!("a formula has failed in this cell: {cell}"));
                Err(error
                    .label("a value is expected here")
                    .help("correct the formula, or replace it by its value, and save the workbook again"))
            }
        }
    }
}

impl Fields for Record<'_> {
    fn text(&self, name: &'static str) -> Result<Cow<'_, str>, Error> {
        Ok(self.cell(name))
    }

    fn list(&self, name: &'static str) -> Result<Box<[Box<str>]>, Error> {
        Ok(split_list(&self.cell(name)))
    }

    fn vat(&self, name: &'static str) -> Result<Vec<(String, String)>, Error> {
        let cell = self.cell(name);
        let parts = cell.split('|').filter(|part| !part.is_empty());
        let read = |part: &str| match part.split_once(':') {
            Some((rate, tax)) => Ok((rate.to_string(), tax.to_string())),
            None => Err(self
                .fault(name, "E0241", format!("VAT that cannot be read: \"{part}\""))
                .label("rate and tax are expected, such as 20.00:4.00|10.00:1.20")),
        };
        parts.map(read).collect()
    }

    fn fault(&self, name: &'static str, code: &'static str, message: String) -> Error {
        self.place(self.column(name), code, message)
    }

    fn position(&self) -> Position {
        self.position
    }
}
