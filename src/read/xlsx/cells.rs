//! A sheet's cells written out as a table of texts.
//!
//! One line a row, so that a line's number is the row's. A text is quoted and what is typed is not: that is how the reader of tables knows
//! that a number's mark and a date's order are beyond doubt ([`Grid`](super::super::csv::Grid)).
//!
//! A sheet whose first row is the canonical header has every text to the last blank, line breaks too. There a row may take several lines,
//! so the numbers of its rows are listed.

use std::collections::BTreeMap;

use calamine::{Cell, DataRef, Style, XlsxError};

use super::guard::Package;
use super::{Workbook, damaged, number, unreadable};
use crate::error::{Error, ErrorKind};
use crate::read::csv::SHEET_DELIMITER;

/// A table may be so many times as large as the unpacked workbook: a text that many cells share stands once in the file.
const GROWTH: u64 = 16;
/// A small workbook's table may have so many bytes in any case.
const SMALL: u64 = 1 << 20;

/// A sheet as a table.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Its rows; empty when no cell holds anything.
    pub text: String,
    /// Cells below the first of merged ones that were given its text.
    pub spread: u32,
    /// Where the sheet has the canonical header: the numbers of the rows that hold anything, which are the only ones written.
    pub exact: Option<Vec<u32>>,
}

/// Why a sheet cannot be written out.
pub(super) enum Fault {
    Syntax(XlsxError),
    /// A row or cell that stands behind a later one.
    Order {
        row: u32,
    },
    /// The table is larger than the cap, which is given.
    Size(u64),
}

impl From<XlsxError> for Fault {
    fn from(error: XlsxError) -> Self {
        Self::Syntax(error)
    }
}

impl Fault {
    pub fn error(&self, path: &str, sheet: &str) -> Error {
        match self {
            Self::Syntax(error) => unreadable(path, error).context(format!("sheet \"{sheet}\"")),
            Self::Order { row } => damaged(path, &format!("the cells of row {row} are not in their order"))
                .context(format!("sheet \"{sheet}\"")),
            Self::Size(most) => Error::new(
                ErrorKind::Input,
                "E0015",
                format!("the texts of its cells have more than the {most} bytes that the workbook's size allows"),
            )
            .in_file(path)
            .context(format!("sheet \"{sheet}\""))
            .help("many cells share a long text: save the sheet as CSV if that is meant"),
        }
    }
}

/// How a number's format changes what its reader sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    AsIs,
    Percent,
    /// With zeros in front, up to so many digits.
    Padded(usize),
}

/// Writes a sheet out. Its rows and columns are within Excel's limits (`guard`). `canonical` are the names that make its first row the
/// header of exact records, if there may be such.
pub(super) fn read(
    workbook: &mut Workbook<'_>,
    name: &str,
    package: &Package,
    canonical: Option<&[&str]>,
) -> Result<Cells, Fault> {
    let from_1904 = workbook.has_1904_epoch();
    let merged = match package.merged {
        true => tall(workbook.merge_cells_by_sheet_name(name)?),
        false => BTreeMap::new(),
    };
    let mut cells = workbook.worksheet_cells_reader(name)?;
    let shown: Vec<Shown> = cells.styles().iter().map(shown).collect();
    let most = package.bytes.saturating_mul(GROWTH).saturating_add(SMALL);
    let canonical = canonical.unwrap_or_default();
    let mut out = Writer { merged, line: 1, canonical, ..Writer::default() };
    while let Some((cell, style)) = cells.next_cell_with_style_id()? {
        let shown = shown.get(style).copied().unwrap_or(Shown::AsIs);
        out.cell(&cell, shown, from_1904)?;
        if out.cells.text.len() as u64 > most {
            return Err(Fault::Size(most));
        }
    }
    out.end_row();
    Ok(out.cells)
}

/// Merged cells of several rows: the first row, the column, and the last row.
fn tall(merged: Vec<calamine::Dimensions>) -> BTreeMap<(u32, u32), u32> {
    merged.into_iter().filter(|m| m.end.0 > m.start.0).map(|m| (m.start, m.end.0)).collect()
}

/// A text that goes on in the rows below.
struct Spread {
    column: u32,
    last: u32,
    text: String,
}

/// Writes rows.
#[derive(Default)]
struct Writer<'n> {
    cells: Cells,
    /// The row whose cells are being written, from 0, when it has any.
    row: Option<u32>,
    /// The next column of it.
    column: u32,
    /// The line that is being written, from 1.
    line: u32,
    merged: BTreeMap<(u32, u32), u32>,
    /// In the order of their columns.
    spreads: Vec<Spread>,
    /// The canonical header; empty where none is looked for.
    canonical: &'n [&'n str],
}

impl Writer<'_> {
    fn cell(&mut self, cell: &Cell<DataRef<'_>>, shown: Shown, from_1904: bool) -> Result<(), Fault> {
        let (row, column) = cell.get_position();
        let typed = match cell.get_value() {
            DataRef::Empty => return Ok(()),
            DataRef::String(text) => return self.text(row, column, text),
            DataRef::SharedString(text) => return self.text(row, column, text),
            DataRef::Float(value) => match shown {
                Shown::AsIs => number::plain(*value),
                Shown::Percent => number::percent(*value),
                Shown::Padded(width) => number::padded(*value, width),
            },
            DataRef::Int(value) => value.to_string(),
            DataRef::DateTime(value) => number::day(value.as_f64(), from_1904),
            // `2026-06-17T00:00:00`
            DataRef::DateTimeIso(text) => cleaned(text.split('T').next().unwrap_or_default()),
            DataRef::DurationIso(text) => cleaned(text),
            DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_string(),
            DataRef::Error(error) => error.to_string(),
        };
        self.go_to(row, column)?;
        self.cells.text.push_str(&typed);
        self.end_cell();
        Ok(())
    }

    fn text(&mut self, row: u32, column: u32, text: &str) -> Result<(), Fault> {
        // What the first row says counts from the second on.
        if self.row != Some(row) {
            self.end_row();
        }
        let text = match self.cells.exact {
            Some(_) => text.to_string(),
            None => cleaned(text),
        };
        let is_empty = if self.cells.exact.is_some() { text.is_empty() } else { text.trim().is_empty() };
        if is_empty {
            return Ok(());
        }
        self.go_to(row, column)?;
        self.quote(&text);
        self.end_cell();
        // Letters only: an amount that stands once is not several.
        if let Some(last) = self.merged.remove(&(row, column)).filter(|_| text.contains(char::is_alphabetic)) {
            let at = self.spreads.partition_point(|s| s.column < column);
            // Merged cells do not overlap; where a damaged file says so, the later ones count.
            if self.spreads.get(at).is_some_and(|s| s.column == column) {
                self.spreads.remove(at);
            }
            self.spreads.insert(at, Spread { column, last, text });
        }
        Ok(())
    }

    fn quote(&mut self, text: &str) {
        let out = &mut self.cells.text;
        out.push('"');
        for (n, part) in text.split('"').enumerate() {
            if n > 0 {
                out.push_str("\"\"");
            }
            out.push_str(part);
        }
        out.push('"');
    }

    /// Writes what stands between the last cell and the next one: ends of rows, empty cells, texts of merged cells.
    fn go_to(&mut self, row: u32, column: u32) -> Result<(), Fault> {
        let line = row + 1;
        if self.row != Some(row) {
            self.end_row();
            if line < self.line {
                return Err(Fault::Order { row: line });
            }
            match &mut self.cells.exact {
                Some(rows) => {
                    rows.push(line);
                    self.line = line;
                }
                None => {
                    let empty = (line - self.line) as usize;
                    self.cells.text.extend(std::iter::repeat_n('\n', empty));
                    self.line = line;
                }
            }
            (self.row, self.column) = (Some(row), 0);
            self.spreads.retain(|s| s.last >= row);
        }
        if column < self.column {
            return Err(Fault::Order { row: line });
        }
        self.fill(column);
        Ok(())
    }

    /// Writes the cells before a column: empty ones, and those that merged cells give a text to.
    fn fill(&mut self, column: u32) {
        let from = self.spreads.partition_point(|s| s.column < self.column);
        let to = self.spreads.partition_point(|s| s.column < column);
        for n in from..to {
            self.leave_empty(self.spreads[n].column);
            let text = std::mem::take(&mut self.spreads[n].text);
            self.quote(&text);
            self.spreads[n].text = text;
            self.end_cell();
            self.cells.spread += 1;
        }
        self.leave_empty(column);
    }

    fn leave_empty(&mut self, column: u32) {
        while self.column < column {
            self.end_cell();
        }
    }

    /// Every cell ends with a delimiter, the last one too: so a row of a single cell is known for one of a sheet.
    fn end_cell(&mut self) {
        self.cells.text.push(char::from(SHEET_DELIMITER));
        self.column += 1;
    }

    fn end_row(&mut self) {
        let Some(row) = self.row.take() else { return };
        if let Some(last) = self.spreads.last().map(|s| s.column + 1).filter(|last| *last > self.column) {
            self.fill(last);
        }
        if row == 0 && self.is_canonical() {
            self.cells.exact = Some(vec![1]);
        }
        self.cells.text.push('\n');
        self.line += 1;
    }

    /// Whether the row that was written, the first, is the canonical header: all names as texts, in their order, and nothing else.
    fn is_canonical(&self) -> bool {
        let mut found = self.cells.text.split_terminator(char::from(SHEET_DELIMITER));
        let quoted = |cell: &str| cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')).map(str::to_string);
        !self.canonical.is_empty()
            && self.canonical.iter().all(|name| found.next().and_then(quoted).as_deref() == Some(name))
            && found.next().is_none()
    }
}

/// A cell's text on one line: line breaks and control characters become blanks.
fn cleaned(text: &str) -> String {
    match text.contains(char::is_control) {
        true => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        false => text.to_string(),
    }
}

/// What a number format does: `0.00%`, `00000`. Text in quotes is no part of it, and only the format of positive numbers counts.
fn shown(style: &Style) -> Shown {
    let Some(format) = style.number_format.as_ref().map(|f| &*f.format_code) else { return Shown::AsIs };
    let mut quoted = false;
    let code: String = format
        .chars()
        .filter(|c| {
            quoted ^= *c == '"';
            !quoted && *c != '"'
        })
        .take_while(|c| *c != ';')
        .collect();
    match code.contains('%') && !code.contains("\\%") {
        true => Shown::Percent,
        false if code.len() > 1 && code.len() <= 20 && code.bytes().all(|b| b == b'0') => Shown::Padded(code.len()),
        false => Shown::AsIs,
    }
}
