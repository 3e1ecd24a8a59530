//! A CSV file opened: decoded, its delimiter and header found, its columns known, and errors with places built from it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::OnceLock;

use crate::config::csv::{CsvKind, CsvMapping};
use crate::error::{Collector, Error, ErrorKind};
use crate::model::{Currency, InputFile, InputRole, Note, NoteKind, Position};
use crate::read::{Settings, encoding::Decoded};

use super::amount::{Mark, NumberFormat};
use super::columns::{self, Columns, Role};
use super::item_presets::{self, Preset};
use super::records::{Records, Row, Unclosed};
use super::{Grid, SHEET_DELIMITER};
use super::{content, mapping, parts, presets, sign};

/// Records among which a header is looked for. The longest preamble known has about 30 lines.
const HEADER_WITHIN: usize = 80;
/// Records that are looked at to understand a file; everything is checked again when it is read.
pub(super) const SAMPLE: usize = 2000;
/// Columns that a line may have.
const MOST_COLUMNS: usize = 2000;
const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// A file with known columns.
#[derive(Debug)]
pub(super) struct Table<'t> {
    pub path: &'t str,
    pub text: &'t str,
    pub kind: CsvKind,
    pub delimiter: u8,
    /// Header texts; `column 3` where there is no header.
    pub names: Vec<Box<str>>,
    /// The currency that a header names.
    pub currencies: Vec<Option<Currency>>,
    pub header_line: Option<u32>,
    pub columns: Columns,
    pub mapping: Option<(&'t str, &'t CsvMapping)>,
    pub notes: Vec<Note>,
    /// Text before the header.
    pub preamble: &'t str,
    pub limits: &'t crate::config::Limits,
    body: Records<'t>,
    /// The sheet of a workbook that this is, from 1.
    sheet: Option<u32>,
    /// The program whose list of open items this is.
    pub preset: Option<&'static Preset>,
    /// Bytes of the text that are read at a time.
    pub part: usize,
    /// Cells of each column that agree with the file's decimal mark, counted when a message first needs them.
    agreeing: Vec<OnceLock<usize>>,
}

/// What came of a part of the records.
struct Part<P> {
    state: P,
    rows: u64,
    errors: Collector,
}

impl<P> Part<P> {
    fn new(state: P) -> Self {
        Self { state, rows: 0, errors: Collector::default() }
    }
}

/// A header that was found.
struct Header<'t> {
    names: Vec<Box<str>>,
    line: Option<u32>,
    start: usize,
    columns: Columns,
    body: Records<'t>,
    preset: Option<&'static Preset>,
}

impl<'t> Table<'t> {
    /// Opens a decoded text. Errors: E0100 to E0103, E0114, E0115.
    pub fn open(
        path: &'t str,
        decoded: &'t Decoded<'_>,
        kind: CsvKind,
        settings: &Settings<'t>,
        named: Option<(&'t str, &'t CsvMapping)>,
    ) -> Result<Self, Error> {
        let text: &'t str = &decoded.text;
        if text.trim().is_empty() {
            return Err(Error::new(ErrorKind::Input, "E0100", "the file is empty")
                .in_file(path)
                .help("a header line at least is needed; a statement without entries has a header and nothing else"));
        }
        Self::of_text(path, text, None, kind, settings, named, vec![encoding_note(decoded)])
    }

    /// Opens a sheet that was written out. Errors: E0102, E0114, E0115.
    pub fn of_sheet(
        path: &'t str,
        grid: &'t Grid,
        kind: CsvKind,
        settings: &Settings<'t>,
        named: Option<(&'t str, &'t CsvMapping)>,
    ) -> Result<Self, Error> {
        Self::of_text(path, &grid.text, Some(grid), kind, settings, named, Vec::new())
    }

    fn of_text(
        path: &'t str,
        text: &'t str,
        grid: Option<&'t Grid>,
        kind: CsvKind,
        settings: &Settings<'t>,
        named: Option<(&'t str, &'t CsvMapping)>,
        mut notes: Vec<Note>,
    ) -> Result<Self, Error> {
        let (chosen, delimiter, header) = find_layout(path, text, grid, kind, settings, named, &mut notes)?;
        let agreeing = header.names.iter().map(|_| OnceLock::new()).collect();
        let mut table = Self {
            path,
            text,
            kind,
            delimiter,
            currencies: header.names.iter().map(|n| columns::key(n).1).collect(),
            names: header.names,
            header_line: header.line,
            columns: header.columns,
            mapping: chosen,
            notes,
            preamble: &text[..header.start],
            limits: settings.limits,
            body: header.body,
            sheet: grid.map(|g| g.sheet),
            preset: header.preset,
            part: parts::PART,
            agreeing,
        };
        table.say_layout();
        Ok(table)
    }

    /// The records below the header, from the first.
    pub fn records(&self) -> Records<'t> {
        self.body.clone()
    }

    /// Hands over every record with its number, counted from 1, and gathers the errors. Text that cannot be split ends it.
    ///
    /// A long text is read in parts at the same time: each has a state of its own, made by `start`. `join` adds the states to the
    /// first, in the order of the text, and is told how many parts are still to come.
    pub fn each<P: Send>(
        &self,
        errors: &mut Collector,
        start: impl Fn() -> P + Sync,
        take: impl Fn(&mut P, &Row, u64) -> Result<(), Error> + Sync,
        mut join: impl FnMut(&mut P, P, usize),
    ) -> P {
        let read = |records: &mut Records<'_>| {
            let mut part = Part::new(start());
            self.read_part(records, &mut part, &take);
            part
        };
        let mut whole = Part::new(start());
        parts::read(&self.body, self.part, read, |part, left| {
            whole.rows += part.rows;
            whole.errors.absorb(part.errors);
            join(&mut whole.state, part.state, left);
        });
        if whole.rows > self.limits.records {
            // A row above the limit is known by its number, and that is known only where the text is read in one go.
            let mut state = start();
            join(&mut state, self.each_in_one(errors, start(), take), 0);
            return state;
        }
        errors.absorb(whole.errors);
        whole.state
    }

    /// As [`Table::each`], in one go from the first record to the last.
    pub fn each_in_one<P>(
        &self,
        errors: &mut Collector,
        state: P,
        take: impl Fn(&mut P, &Row, u64) -> Result<(), Error>,
    ) -> P {
        let mut part = Part::new(state);
        self.read_part(&mut self.records(), &mut part, &take);
        errors.absorb(part.errors);
        part.state
    }

    fn read_part<P>(
        &self,
        records: &mut Records<'_>,
        part: &mut Part<P>,
        take: &impl Fn(&mut P, &Row, u64) -> Result<(), Error>,
    ) {
        let mut row = Row::default();
        loop {
            match records.next(&mut row) {
                Ok(true) => {}
                Ok(false) => return,
                Err(unclosed) => return part.errors.push(self.unclosed(unclosed)),
            }
            part.rows += 1;
            if let Err(error) = take(&mut part.state, &row, part.rows) {
                part.errors.push(error);
            }
        }
    }

    /// How many cells of a column agree with the file's decimal mark: `count` says it, and is asked once however many errors need it.
    pub fn agreeing(&self, column: usize, count: impl FnOnce() -> usize) -> usize {
        match self.agreeing.get(column) {
            Some(known) => *known.get_or_init(count),
            None => count(),
        }
    }

    /// Looks at the first records that have something in them; stops where the text cannot be split.
    pub fn sample(&self, mut look: impl FnMut(&Row)) {
        self.walk(SAMPLE, &mut look);
    }

    /// Looks at up to `most` records.
    pub fn walk(&self, most: usize, mut look: impl FnMut(&Row)) {
        let (mut records, mut row) = (self.records(), Row::default());
        for _ in 0..most {
            if !records.next(&mut row).unwrap_or(false) {
                return;
            }
            look(&row);
        }
    }

    /// The currency that the first rows of the currency's column agree on: that of the few rows which leave it empty. Where most do,
    /// empty means the currency of the books, and the others are the foreign ones.
    pub fn common_currency(&self) -> Option<Currency> {
        /// Rows that are looked at.
        const ENOUGH: usize = 200;
        let column = self.columns.get(Role::Currency).filter(|_| self.preset.is_none())?;
        let (mut found, mut filled, mut empty): (Vec<Currency>, _, _) = (Vec::new(), 0, 0);
        self.walk(ENOUGH, |row| {
            let cell = self.cell(row, column);
            match super::words::currency(&cell).or_else(|| Currency::parse(&cell)) {
                Some(currency) => {
                    filled += 1;
                    found.extend((!found.contains(&currency)).then_some(currency));
                }
                None => empty += 1,
            }
        });
        <[Currency; 1]>::try_from(found).ok().filter(|_| filled > empty).map(|[one]| one)
    }

    /// A cell, trimmed; empty when the record is too short.
    pub fn cell(&self, row: &Row, column: usize) -> Cow<'t, str> {
        row.get(self.text, column)
    }

    /// A cell of an optional column.
    pub fn cell_of(&self, row: &Row, column: Option<usize>) -> Cow<'t, str> {
        column.map_or(Cow::Borrowed(""), |c| self.cell(row, c))
    }

    /// Where a record begins: its line, or its row in its sheet.
    pub fn position(&self, row: &Row) -> Position {
        self.sheet.map_or(Position::Line(row.line), |sheet| Position::Row { sheet, row: row.line })
    }

    /// What a record's place is called: `line` or `row`.
    pub fn place_word(&self) -> &'static str {
        if self.sheet.is_some() { "row" } else { "line" }
    }

    /// Whether a cell is typed: a number with a point as its mark, a day as `YYYY-MM-DD`, a truth value. Only sheets have such.
    pub fn is_typed(&self, row: &Row, column: usize) -> bool {
        let quoted = |start: usize| start > 0 && self.text.as_bytes()[start - 1] == b'"';
        self.sheet.is_some() && row.fields.get(column).is_some_and(|f| f.end > f.start && !quoted(f.start))
    }

    /// How a number in a cell is written: as all texts of the file are, or as typed ones are.
    pub fn format_of(&self, row: &Row, column: usize, format: NumberFormat) -> NumberFormat {
        match self.is_typed(row, column) {
            true => NumberFormat { mark: Mark::Dot, grouping: None, ..format },
            false => format,
        }
    }

    /// An error about one cell, with line, column and excerpt.
    pub fn fault(&self, row: &Row, column: usize, code: &'static str, message: impl Into<Box<str>>) -> Error {
        let error = match row.fields.get(column) {
            Some(field) => {
                let raw = &self.text[field.start..field.end];
                let start = field.start + (raw.len() - raw.trim_start().len());
                let width = raw.trim().lines().next().unwrap_or("").chars().count();
                self.place(row, start, width, code, message)
            }
            // The record is too short: the place is its end.
            None => {
                let end = row.fields.last().map_or(row.start, |f| f.end);
                self.place(row, end, 1, code, message)
            }
        };
        if self.sheet.is_some() {
            let name = self.names.get(column).filter(|n| self.header_line.is_some() && !n.is_empty());
            let name = name.map_or(String::new(), |n| format!(" \"{n}\""));
            return error.context(format!("row {}, column {}{name}", row.line, letters(column)));
        }
        match self.names.get(column) {
            Some(name) if self.header_line.is_some() => error.context(format!("column \"{name}\"")),
            Some(name) => error.context(name.clone()),
            None => error,
        }
    }

    /// An error about a whole record.
    pub fn row_fault(&self, row: &Row, code: &'static str, message: impl Into<Box<str>>) -> Error {
        let width = self.text[row.start..].lines().next().unwrap_or("").chars().count();
        self.place(row, row.start, width, code, message)
    }

    fn place(&self, row: &Row, start: usize, width: usize, code: &'static str, message: impl Into<Box<str>>) -> Error {
        error_at(self.path, self.text, (row.start, row.line), start, width, code, message)
    }

    /// An error about the file's header.
    pub fn header_fault(&self, column: usize, code: &'static str, message: impl Into<Box<str>>) -> Error {
        let mut row = Row::default();
        let mut records = Records::new(self.text, self.delimiter);
        while records.next(&mut row).unwrap_or(false) {
            if Some(row.line) == self.header_line {
                return self.fault(&row, column, code, message);
            }
        }
        Error::new(ErrorKind::Input, code, message).in_file(self.path)
    }

    /// The error of a quote that is never closed.
    pub fn unclosed(&self, unclosed: Unclosed) -> Error {
        unclosed_error(self.path, self.text, unclosed)
    }

    /// What is known of the file; hash, size, records and further notes are filled in by the readers.
    pub fn input_file(&mut self, role: InputRole) -> InputFile {
        InputFile {
            path: self.path.into(),
            role,
            format: if self.sheet.is_some() { "xlsx" } else { "csv" }.into(),
            version: self.mapping.map_or_else(|| self.preset.map_or("", |p| p.name), |(name, _)| name).into(),
            sha256: Box::default(),
            bytes: 0,
            records: 0,
            notes: std::mem::take(&mut self.notes),
        }
    }

    pub fn assume(&mut self, text: impl Into<Box<str>>) {
        self.notes.push(Note::new(NoteKind::Assumed, text));
    }

    pub fn warn(&mut self, text: impl Into<Box<str>>) {
        self.notes.push(Note::new(NoteKind::Warning, text));
    }

    fn say_layout(&mut self) {
        let name = match self.delimiter {
            b'\t' => "tab".to_string(),
            other => format!("'{}'", char::from(other)),
        };
        if self.sheet.is_none() {
            self.assume(format!("delimiter {name}"));
        }
        match self.header_line {
            Some(line) if self.sheet.is_some() => self.assume(format!("header in row {line}")),
            Some(1) => self.assume("header on line 1"),
            Some(line) => self.assume(format!("header on line {line}, {} passed over before it", lines(line - 1))),
            None if self.mapping.is_some_and(|(_, m)| m.header == Some(false)) => {}
            None => self.assume("no header, columns recognised by their content"),
        }
        if let Some(preset) = self.preset {
            self.assume(format!("columns as {} has them", preset.name));
        }
        let kind = self.kind;
        // Columns of one name and one use are said once.
        let mut said = HashSet::new();
        let notes: Vec<Box<str>> = self
            .columns
            .iter()
            .flat_map(|(role, list)| list.iter().map(move |n| (columns::canonical(kind, role), *n)))
            .filter(|(canonical, n)| self.names[*n].as_ref() != *canonical)
            .map(|(canonical, n)| match self.header_line {
                Some(_) => format!("column \"{}\" read as {canonical}", self.names[n]).into(),
                None => format!("{} read as {canonical}", self.names[n]).into(),
            })
            .collect();
        notes.into_iter().filter(|n| said.insert(n.clone())).for_each(|n| self.assume(n));
    }
}

/// Holds a record against the caps and against the header. Errors: E0104, E0124.
pub(super) fn check_row(table: &Table<'_>, row: &Row, rows: u64) -> Result<(), Error> {
    if rows > table.limits.records {
        return Err(table
            .row_fault(row, "E0124", format!("more than {} rows", table.limits.records))
            .help("raise  limits.records  in the configuration if the file is what it should be"));
    }
    let cap = table.limits.field_bytes as usize;
    let whole = row.fields.last().map_or(0, |f| f.end - row.start);
    if whole > cap
        && let Some(column) = row.fields.iter().position(|f| f.end - f.start > cap)
    {
        return Err(table
            .fault(row, column, "E0124", format!("a field longer than {cap} bytes"))
            .help("a quote may be missing above; otherwise raise  limits.field_bytes  in the configuration"));
    }
    // Beside the table of a sheet stand remarks: they are no field too many.
    if table.sheet.is_some() {
        return check_cells(table, row);
    }
    if row.fields.len() > table.names.len() && row.used(table.text) > table.names.len() {
        return Err(table
            .fault(row, table.names.len(), "E0104", "the row has more fields than the header")
            .label(format!(
                "field {} of {}, and the header names {}",
                table.names.len() + 1,
                row.used(table.text),
                table.names.len()
            ))
            .help("quote the field that holds a delimiter, or remove the one too many"));
    }
    Ok(())
}

/// Cells of a sheet in which a formula has failed, where a value is needed. Beside the table they do not matter. Error: E0383.
fn check_cells(table: &Table<'_>, row: &Row) -> Result<(), Error> {
    for column in table.columns.iter().flat_map(|(_, columns)| columns) {
        let failed = |f: &super::records::Field| table.text.as_bytes().get(f.start) == Some(&b'#');
        if row.fields.get(*column).is_some_and(failed) && table.is_typed(row, *column) {
            let cell = table.cell(row, *column);
            return Err(table
                .fault(row, *column, "E0383", format!("a formula has failed in this cell: {cell}"))
                .label("a value is expected here")
                .help("correct the formula, or replace it by its value, and save the workbook again"));
        }
    }
    Ok(())
}

/// The letters of a column that is counted from 0: `A`, `Z`, `AA`.
pub(super) fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut out = Vec::new();
    while rest > 0 {
        rest -= 1;
        out.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    out.iter().rev().collect()
}

/// Adds the records of a part to those before it. `left` parts are still to come, and are taken to be like this one.
pub(super) fn add<T>(to: &mut Vec<T>, mut more: Vec<T>, left: usize) {
    if to.capacity() - to.len() < more.len() {
        // Growing twofold would need three times the memory for a moment.
        to.reserve_exact(more.len() + left * (more.len() + more.len() / 16));
    }
    to.append(&mut more);
}

/// `1 row`, `3 rows`.
pub(super) fn rows(n: u32) -> String {
    if n == 1 { "1 row".into() } else { format!("{n} rows") }
}

/// `1 line`, `3 lines`.
pub(super) fn lines(n: u32) -> String {
    if n == 1 { "1 line".into() } else { format!("{n} lines") }
}

/// Says that a file holds the tables of several accounts.
pub(super) fn say_sections(count: usize, notes: &mut Vec<Note>) {
    let text = format!("{count} tables, one below the other: the account of each stands in the lines above it");
    notes.push(Note::new(NoteKind::Assumed, text));
}

fn encoding_note(decoded: &Decoded<'_>) -> Note {
    let how = if decoded.guessed {
        " (guessed)"
    } else if decoded.bom {
        " (byte-order mark)"
    } else {
        ""
    };
    Note::new(NoteKind::Assumed, format!("encoding {}{how}", decoded.encoding))
}

/// An error at a byte of a text. `record` is the first byte and the line of the record that it is in.
pub(super) fn error_at(
    path: &str,
    text: &str,
    record: (usize, u32),
    start: usize,
    width: usize,
    code: &'static str,
    message: impl Into<Box<str>>,
) -> Error {
    let breaks = |part: &str| part.matches('\n').count() + part.matches('\r').count() - part.matches("\r\n").count();
    let line_start = text[..start].rfind(['\n', '\r']).map_or(0, |n| n + 1);
    let line_number = record.1 as u64 + breaks(&text[record.0..start]) as u64;
    let line = text[line_start..].split(['\n', '\r']).next().unwrap_or("");
    let column = text[line_start..start].chars().count();
    if line.contains(char::from(SHEET_DELIMITER)) {
        let cell = text[line_start..start].matches(char::from(SHEET_DELIMITER)).count();
        let (shown, at, of_cell) = sheet_row(line, cell);
        let whole = width + 1 >= line.chars().count();
        let (at, width) = if whole { (0, shown.chars().count()) } else { (at, of_cell) };
        return Error::new(ErrorKind::Input, code, message)
            .in_file(path)
            .at(line_number, cell as u64 + 1)
            .context(if whole {
                format!("row {line_number}")
            } else {
                format!("row {line_number}, column {}", letters(cell))
            })
            .excerpt(&shown, at, width);
    }
    Error::new(ErrorKind::Input, code, message)
        .in_file(path)
        .at(line_number, column as u64 + 1)
        .excerpt(line, column, width)
}

/// A row of a sheet as it is shown: its cells parted by bars. And one cell's place in that, in characters.
fn sheet_row(line: &str, cell: usize) -> (String, usize, usize) {
    let (mut shown, mut at, mut width) = (String::new(), 0, 1);
    for (n, text) in line.trim_end_matches(char::from(SHEET_DELIMITER)).split(char::from(SHEET_DELIMITER)).enumerate() {
        if n > 0 {
            shown.push_str(" | ");
        }
        let text = text.trim_matches('"').replace("\"\"", "\"");
        if n == cell {
            (at, width) = (shown.chars().count(), text.chars().count().max(1));
        }
        shown.push_str(&text);
    }
    (shown, at, width)
}

pub(super) fn unclosed_error(path: &str, text: &str, unclosed: Unclosed) -> Error {
    error_at(path, text, (unclosed.start, unclosed.line), unclosed.at, 1, "E0103", "a quoted field is never closed")
        .label("opened here, no closing '\"' up to the end of the file")
        .help("close the quote, or double it if it belongs to the text; the file may also be cut off")
}

type Layout<'t> = (Option<(&'t str, &'t CsvMapping)>, u8, Header<'t>);

/// Tries each delimiter; the one whose header knows most columns wins.
fn find_layout<'t>(
    path: &'t str,
    text: &'t str,
    grid: Option<&'t Grid>,
    kind: CsvKind,
    settings: &Settings<'t>,
    named: Option<(&'t str, &'t CsvMapping)>,
    notes: &mut Vec<Note>,
) -> Result<Layout<'t>, Error> {
    let forced = match grid {
        Some(_) => Some(SHEET_DELIMITER),
        None => named.and_then(|(_, m)| m.delimiter).map(mapping::delimiter).transpose()?,
    };
    let candidates: Vec<u8> = forced.map_or(DELIMITERS.to_vec(), |d| vec![d]);
    if grid.is_none()
        && let Some((start, line)) = too_wide(text, &candidates)
    {
        let message = format!("more than {MOST_COLUMNS} columns");
        return Err(error_at(path, text, (start, line), start, 1, "E0124", message)
            .help("no list has so many: the file may be damaged"));
    }
    if let Some((name, mapping)) = named {
        let delimiter = forced.unwrap_or_else(|| consistent_delimiter(text).unwrap_or(b','));
        let header = mapping::header(path, text, delimiter, name, mapping)?;
        let (names, line, start, columns, body) = header;
        return Ok((named, delimiter, Header { names, line, start, columns, body, preset: None }));
    }
    if let Some(found) = by_names(path, text, grid, kind, settings, &candidates)? {
        return Ok(found);
    }
    if let Some(error) = of_another_kind(path, text, kind, &candidates) {
        return Err(error);
    }
    if let Some(((name, preset), delimiter)) = presets::find(text, kind, &candidates) {
        let (names, line, start, columns, body) = mapping::header(path, text, delimiter, name, &preset.mapping)?;
        notes.push(Note::new(NoteKind::Assumed, format!("preset {name}: an export of {}", preset.bank)));
        if let Some(currency) = &preset.mapping.currency {
            notes
                .push(Note::new(NoteKind::Assumed, format!("currency {currency} (the preset's: the file names none)")));
        }
        let header = Header { names, line, start, columns, body, preset: None };
        return Ok((Some((name, &preset.mapping)), delimiter, header));
    }
    let mut best: Option<(u8, Header<'t>)> = None;
    for delimiter in &candidates {
        let Some(header) = find_header(text, *delimiter, kind) else { continue };
        if best.as_ref().is_none_or(|(_, b)| header.columns.count() > b.columns.count()) {
            best = Some((*delimiter, header));
        }
    }
    if let Some((delimiter, header)) = best {
        return Ok((None, delimiter, header));
    }
    let Some(delimiter) = forced.filter(|_| grid.is_some()).or_else(|| consistent_delimiter(text)) else {
        let first = text.lines().next().unwrap_or("");
        return Err(error_at(path, text, (0, 1), 0, first.chars().count(), "E0101", "this is not a CSV file")
            .label("no ';', ',', tab or '|' divides its lines into columns")
            .help("if another character does, name it in a mapping:  delimiter = \"…\""));
    };
    let found = if kind == CsvKind::Payments { content::recognise(text, delimiter, notes) } else { None };
    if let Some(content::Found { names, start, columns, body }) = found {
        return Ok((None, delimiter, Header { names, line: None, start, columns, body, preset: None }));
    }
    Err(unrecognised(path, text, delimiter, kind))
}

/// Where a line begins that has more columns than are allowed, and its number. Linear, and before anything else is detected.
fn too_wide(text: &str, delimiters: &[u8]) -> Option<(usize, u32)> {
    let (mut start, mut line) = (0, 1);
    for part in text.split_inclusive('\n') {
        let divides = |d: &u8| part.bytes().filter(|b| b == d).count() >= MOST_COLUMNS;
        if part.len() > MOST_COLUMNS && delimiters.iter().any(divides) {
            return Some((start, line));
        }
        start += part.len();
        line += 1;
    }
    None
}

/// The error of a table whose header is that of something else: an output of this program, or a program's list of open items where a
/// statement is expected. Error: E0102.
fn of_another_kind(path: &str, text: &str, kind: CsvKind, delimiters: &[u8]) -> Option<Error> {
    for delimiter in delimiters {
        let (mut records, mut row) = (Records::new(text, *delimiter), Row::default());
        for _ in 0..HEADER_WITHIN {
            if !records.next(&mut row).unwrap_or(false) {
                break;
            }
            if row.fields.len() < 2 {
                continue;
            }
            let keys: Vec<String> = (0..row.fields.len()).map(|n| columns::key(&row.get(text, n)).0).collect();
            let has = |word: &str| keys.iter().any(|k| k == word);
            let width = text[row.start..].lines().next().unwrap_or("").chars().count();
            let error =
                |message: String| error_at(path, text, (row.start, row.line), row.start, width, "E0102", message);
            if has("bucket") && (has("payment id") || has("payment key")) || has("decision") && has("item id") {
                let what = "this is an output of lettrage: neither a statement nor a list".to_string();
                return Some(
                    error(what).help("give the files that came from the bank and from the accounting program"),
                );
            }
            if kind == CsvKind::Payments
                && let Some((preset, _)) = item_presets::find(&keys, &Columns::default())
            {
                return Some(
                    error(format!("this is a list of open items of {}, and no statement", preset.name))
                        .help("give it with --invoices"),
                );
            }
        }
    }
    None
}

/// A mapping without file patterns whose every column is in the header. Error: E0115 for a mapping that is wrong in itself.
fn by_names<'t>(
    path: &str,
    text: &'t str,
    grid: Option<&'t Grid>,
    kind: CsvKind,
    settings: &Settings<'t>,
    delimiters: &[u8],
) -> Result<Option<Layout<'t>>, Error> {
    for (name, mapping) in settings.mappings.iter().filter(|(_, m)| m.kind == kind && m.files.is_empty()) {
        // One that names no column says nothing about which files it is for.
        if mapping.columns.is_empty() && mapping.sign_column.is_none() && mapping.status_column.is_none() {
            continue;
        }
        // One that is for a sheet is for no other, and for no file without sheets.
        if mapping.sheet.as_deref().is_some_and(|sheet| grid.is_none_or(|g| g.name != sheet)) {
            continue;
        }
        let fits = |d: &u8| grid.is_some() || mapping.delimiter.is_none_or(|c| c == char::from(*d));
        for delimiter in delimiters.iter().filter(|d| fits(d)) {
            match mapping::header(path, text, *delimiter, name, mapping) {
                Ok((names, line, start, columns, body)) => {
                    let header = Header { names, line, start, columns, body, preset: None };
                    return Ok(Some((Some((name, mapping)), *delimiter, header)));
                }
                Err(error) if error.code() == "E0115" => return Err(error),
                Err(_) => {}
            }
        }
    }
    Ok(None)
}

/// The first record whose words make a complete header.
fn find_header<'t>(text: &'t str, delimiter: u8, kind: CsvKind) -> Option<Header<'t>> {
    let (mut records, mut row) = (Records::new(text, delimiter), Row::default());
    for _ in 0..HEADER_WITHIN {
        if !records.next(&mut row).ok()? {
            return None;
        }
        if row.fields.len() < 2 {
            continue;
        }
        let names: Vec<Box<str>> = (0..row.fields.len()).map(|n| row.get(text, n).into()).collect();
        let keys: Vec<String> = names.iter().map(|n| columns::key(n).0).collect();
        let body = records.clone();
        let accept = |role, column: usize| accepts(text, &body, role, (column, &names[column]));
        let columns = columns::by_header(kind, &keys, accept);
        let preset = if kind == CsvKind::Invoices { item_presets::find(&keys, &columns) } else { None };
        let (preset, columns) = preset.map_or((None, columns), |(preset, own)| (Some(preset), own));
        if preset.is_some() || columns.missing(kind).is_empty() {
            return Some(Header { names, line: Some(row.line), start: row.start, columns, body, preset });
        }
    }
    None
}

/// Whether a column's content fits a role that its header alone does not settle.
pub(super) fn accepts(text: &str, body: &Records<'_>, role: Role, column: (usize, &str)) -> bool {
    match role {
        Role::Sign => sign::is_direction_column(text, body, column),
        Role::Status => sign::is_status_column(text, body, column),
        // The account itself is the same in every row; one that changes is the other side's.
        Role::Account if column.1.trim_end_matches([' ', ':']).eq_ignore_ascii_case("kontonummer") => {
            sign::is_constant_column(text, body, column)
        }
        // The value date in German and Dutch, the currency in the Nordic languages.
        Role::Value if column.1.trim().eq_ignore_ascii_case("valuta") => !sign::is_currency_column(text, body, column),
        _ => true,
    }
}

/// The delimiter that divides most lines into the same number of columns.
fn consistent_delimiter(text: &str) -> Option<u8> {
    let mut best: Option<(usize, u8)> = None;
    for delimiter in DELIMITERS {
        let (mut records, mut row) = (Records::new(text, delimiter), Row::default());
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..200 {
            match records.next(&mut row) {
                Ok(true) => *counts.entry(row.fields.len()).or_insert(0usize) += 1,
                Ok(false) | Err(_) => break,
            }
        }
        // Lines that agree, weighted with the columns that they agree on.
        let score =
            counts.iter().filter(|(n, _)| **n > 1).map(|(n, rows)| rows * rows * (n - 1).min(8)).max().unwrap_or(0);
        if score > 0 && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, delimiter));
        }
    }
    best.map(|(_, delimiter)| delimiter)
}

/// Whether a text looks like CSV: at least two lines (or its only line) divided alike, or a line that names the columns of a
/// statement: a quiet month has one booking.
pub(super) fn looks_divided(text: &str) -> bool {
    too_wide(text, &DELIMITERS).is_some()
        || consistent_delimiter(text).is_some()
        || DELIMITERS.iter().any(|delimiter| find_header(text, *delimiter, CsvKind::Payments).is_some())
}

/// Whether a text is a table of ledger lines and nothing else: a header with a journal or an entry, an account, and debit and credit, and
/// numbers of accounts below it. A program's list of open items, which may come from a ledger, is none.
pub(super) fn is_ledger(text: &str) -> bool {
    DELIMITERS.iter().any(|delimiter| {
        let Some(header) = find_header(text, *delimiter, CsvKind::Ledger) else { return false };
        let keys: Vec<String> = header.names.iter().map(|n| columns::key(n).0).collect();
        let has = |role| header.columns.has(role);
        let Some(account) = header.columns.get(Role::Account) else { return false };
        (has(Role::Kind) || has(Role::Id))
            && has(Role::Debit)
            && has(Role::Credit)
            && !keys.iter().any(|key| key.contains("echeance") || key.contains("due") || key.contains("iban"))
            && item_presets::find(&keys, &Columns::default()).is_none()
            && has_ledger_accounts(text, header.body, account)
    })
}

/// Whether a column has numbers of ledger accounts: digits first, fewer than banks have.
fn has_ledger_accounts(text: &str, mut records: Records<'_>, column: usize) -> bool {
    let (mut row, mut some) = (Row::default(), false);
    for _ in 0..SAMPLE {
        if !records.next(&mut row).unwrap_or(false) {
            break;
        }
        let cell = row.get(text, column);
        let number = super::ledger_words::account(&cell).map(|(number, _)| number);
        match number.filter(|n| n.len() <= 10) {
            Some(_) => some = true,
            None if cell.is_empty() => {}
            None => return false,
        }
    }
    some
}

/// The error of a file whose columns are not known: what was found, what is missing, how a mapping would look.
fn unrecognised(path: &str, text: &str, delimiter: u8, kind: CsvKind) -> Error {
    let (mut records, mut row) = (Records::new(text, delimiter), Row::default());
    let mut best: Option<(usize, usize, Row, Columns)> = None;
    for _ in 0..HEADER_WITHIN {
        if !records.next(&mut row).unwrap_or(false) {
            break;
        }
        let keys: Vec<String> = (0..row.fields.len()).map(|n| columns::key(&row.get(text, n)).0).collect();
        let columns = columns::by_header(kind, &keys, |role, _| !matches!(role, Role::Sign | Role::Status));
        let score = (columns.count(), row.used(text));
        if best.as_ref().is_none_or(|(c, u, ..)| score > (*c, *u)) {
            best = Some((score.0, score.1, row.clone(), columns));
        }
    }
    let what = match kind {
        CsvKind::Payments => "a bank statement",
        CsvKind::Invoices => "an invoice list",
        CsvKind::Customers => "a customer list",
        CsvKind::Ledger => "a general ledger",
    };
    let message = format!("the columns of {what} are not recognised");
    let Some((_, _, row, columns)) = best else {
        return Error::new(ErrorKind::Input, "E0102", message).in_file(path);
    };
    let names: Vec<String> = (0..row.fields.len()).map(|n| row.get(text, n).into_owned()).collect();
    let missing = columns.missing(kind);
    let width = text[row.start..].lines().next().unwrap_or("").chars().count();
    let label = match columns.count() {
        0 => format!("no line names columns: {} needed", missing.join(" and ")),
        _ => format!("the best header found lacks {}", missing.join(" and ")),
    };
    let shown: Vec<String> =
        names.iter().filter(|n| !n.is_empty()).map(|n| format!("\"{}\"", clipped(n))).take(12).collect();
    let example: Vec<String> = missing.iter().map(|m| format!("{m} = \"…\"")).collect();
    let word = match kind {
        CsvKind::Payments => "payments",
        CsvKind::Invoices => "invoices",
        CsvKind::Customers => "customers",
        CsvKind::Ledger => "ledger",
    };
    error_at(path, text, (row.start, row.line), row.start, width, "E0102", message)
        .label(label)
        .help(format!("columns found: {}", shown.join(", ")))
        .help(format!(
            "say which is which in the configuration:  [csv.mine]  kind = \"{word}\"  columns = {{ {} }}",
            example.join(", ")
        ))
        .help("columns may be given by header or by number, from 1; without a header add  header = false")
}

/// A name that is cut when it is long.
pub(in crate::read) fn clipped(text: &str) -> String {
    if text.chars().count() <= 30 { text.to_string() } else { text.chars().take(29).chain(['…']).collect() }
}
