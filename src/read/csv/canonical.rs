//! CSV that this program wrote: known by its header, which has every canonical column in its order, and read without any guess.
//!
//! Whatever a person changes in the header makes it a file like any other, which is read with detection.

use std::borrow::Cow;

use crate::config::csv::CsvKind;
use crate::error::{Collector, Error, Errors};
use crate::model::columns::{ITEM, PAYMENT, is_formula, is_header};
use crate::model::{InputFile, InputRole, ItemFile, Note, NoteKind, Position, StatementFile};
use crate::read::Settings;
use crate::read::canonical::{Fields, Items, Statements, split_list};

use super::mapping;
use super::records::{Records, Row};
use super::table::{error_at, unclosed_error};

const DELIMITER: u8 = b',';

/// The text of a file that has the canonical header of its kind; `None` where a mapping is meant for it, or for any other file.
pub(super) fn of<'b>(path: &str, bytes: &'b [u8], kind: CsvKind, settings: &Settings<'_>) -> Option<&'b str> {
    let names: &[&str] = match kind {
        CsvKind::Payments => &PAYMENT,
        CsvKind::Invoices => &ITEM,
        CsvKind::Customers => return None,
    };
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let line = body.split(|b| matches!(b, b'\n' | b'\r')).next().and_then(|line| std::str::from_utf8(line).ok())?;
    if !is_header(line, names) || bytes.contains(&0) || mapping::for_file(path, kind, settings).is_some() {
        return None;
    }
    std::str::from_utf8(body).ok()
}

/// Reads payments. Errors: E0103, E0241 to E0244, E0247, E0248.
pub(super) fn read_statement(
    path: &str,
    bytes: &[u8],
    text: &str,
    settings: &Settings<'_>,
) -> Result<StatementFile, Errors> {
    let mut statements = Statements::default();
    let mut errors = Collector::default();
    each(path, text, &PAYMENT, settings, &mut errors, |record| statements.read(record));
    let mut file = file(path, bytes, InputRole::Statement);
    file.records = statements.payments();
    let statements = statements.finish(path, &mut file.notes);
    errors.finish(StatementFile { file, statements })
}

/// Reads items. Errors: E0103, E0241 to E0244, E0247, E0248.
pub(super) fn read_items(path: &str, bytes: &[u8], text: &str, settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    let mut items = Items::default();
    let mut errors = Collector::default();
    each(path, text, &ITEM, settings, &mut errors, |record| items.read(record));
    items.repeats(&mut errors, |again, first| {
        let line = |position| match position {
            Position::Line(line) => u64::from(line),
            _ => 0,
        };
        Error::new(crate::error::ErrorKind::Input, "E0121", format!("the item \"{}\" is in the file twice", again.id))
            .in_file(path)
            .at(line(again.place.position), 1)
            .also_at(path, line(first.place.position))
            .help("an item_id is unique: remove one of the two, or give each its own")
    });
    let mut file = file(path, bytes, InputRole::Items);
    file.records = items.items.len() as u64;
    items.absent.say(&mut file.notes);
    errors.finish(ItemFile { file, items: items.items })
}

fn file(path: &str, bytes: &[u8], role: InputRole) -> InputFile {
    let note = Note::new(NoteKind::Said, "canonical columns: read as written, nothing detected");
    InputFile {
        path: path.into(),
        role,
        format: "csv".into(),
        version: Box::default(),
        sha256: crate::read::sha256(bytes),
        bytes: bytes.len() as u64,
        records: 0,
        notes: vec![note],
    }
}

/// Hands over every record below the header, gathering errors.
fn each(
    path: &str,
    text: &str,
    names: &'static [&'static str],
    settings: &Settings<'_>,
    errors: &mut Collector,
    mut take: impl FnMut(&Record<'_>) -> Result<(), Error>,
) {
    let (mut records, mut row) = (Records::new(text, DELIMITER), Row::default());
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
        let record = Record { path, text, row: &row, names };
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
}

impl Record<'_> {
    fn column(&self, name: &str) -> usize {
        self.names.iter().position(|n| *n == name).unwrap_or(usize::MAX)
    }

    /// The cell as it was before it was made harmless for spreadsheets.
    fn cell(&self, name: &str) -> Cow<'_, str> {
        let cell = self.row.exact(self.text, self.column(name));
        if !cell.starts_with('\'') || !is_formula(&cell) {
            return cell;
        }
        match cell {
            Cow::Borrowed(text) => Cow::Borrowed(&text[1..]),
            Cow::Owned(text) => Cow::Owned(text[1..].to_string()),
        }
    }

    fn place(&self, column: usize, code: &'static str, message: String) -> Error {
        let row = self.row;
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
        let (found, wanted) = (self.row.fields.len(), self.names.len());
        if found != wanted {
            let error = self.place(wanted, "E0104", format!("the row has {found} fields, the header {wanted}"));
            return Err(error.help("a comma inside a text is quoted; an empty field still has its comma"));
        }
        Ok(())
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
        Position::Line(self.row.line)
    }
}
