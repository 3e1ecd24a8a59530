//! Text to records and fields, with the place of each.
//!
//! Written by hand because bank files need what RFC 4180 readers do not give: the right line for every line ending, quotes that
//! were not doubled inside quoted fields, `="…"` wrappers, and an unclosed quote as an error with its place.

use std::borrow::Cow;

/// One field: where its content is, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// First byte of the content.
    pub start: usize,
    /// Byte after the content.
    pub end: usize,
    /// True when doubled quotes inside must be made single.
    escaped: bool,
}

/// One record; its buffers are used again for the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Line on which it begins, counted from 1.
    pub line: u32,
    /// First byte of the record.
    pub start: usize,
    /// Its fields.
    pub fields: Vec<Field>,
    /// True when a quote inside a quoted field was not doubled.
    pub loose: bool,
}

impl Row {
    /// A field's content, trimmed; empty when the record is too short to have it.
    pub fn get<'t>(&self, text: &'t str, column: usize) -> Cow<'t, str> {
        let Some(field) = self.fields.get(column) else { return Cow::Borrowed("") };
        let raw = text[field.start..field.end].trim();
        if field.escaped {
            let whole = raw.replace("\"\"", "\"");
            return Cow::Owned(unwrapped(&whole).to_string());
        }
        Cow::Borrowed(unwrapped(raw))
    }

    /// True when no field holds anything.
    pub fn is_blank(&self, text: &str) -> bool {
        self.fields.iter().all(|f| text[f.start..f.end].trim().is_empty())
    }

    /// How many fields there are up to the last that holds something.
    pub fn used(&self, text: &str) -> usize {
        self.fields.iter().rposition(|f| !text[f.start..f.end].trim().is_empty()).map_or(0, |n| n + 1)
    }
}

/// Spreadsheets' way to keep a text a text: `="0042"`.
fn unwrapped(raw: &str) -> &str {
    raw.strip_prefix("=\"").and_then(|r| r.strip_suffix('"')).map_or(raw, str::trim)
}

/// A quote that is opened and never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unclosed {
    /// Byte of the opening quote.
    pub at: usize,
    /// Line on which its record begins.
    pub line: u32,
    /// First byte of its record.
    pub start: usize,
}

/// Walks the records of a text.
#[derive(Clone, Debug)]
pub(super) struct Records<'t> {
    text: &'t str,
    position: usize,
    line: u32,
    delimiter: u8,
}

impl<'t> Records<'t> {
    /// From the beginning of a text. The delimiter is ASCII.
    pub fn new(text: &'t str, delimiter: u8) -> Self {
        Self { text, position: 0, line: 1, delimiter }
    }

    /// Passes over lines, whatever is in them.
    pub fn skip_lines(&mut self, lines: u32) {
        for _ in 0..lines {
            let rest = &self.text.as_bytes()[self.position..];
            match rest.iter().position(|b| matches!(b, b'\n' | b'\r')) {
                Some(end) => {
                    self.position += end;
                    self.end_of_line();
                }
                None => self.position = self.text.len(),
            }
        }
    }

    /// Reads the next record that is not an empty line; false at the end.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, Unclosed> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.position), Some(b'\n' | b'\r')) {
            self.end_of_line();
        }
        row.fields.clear();
        row.loose = false;
        row.line = self.line;
        row.start = self.position;
        if self.position >= bytes.len() {
            return Ok(false);
        }
        loop {
            let field = match self.opening_quote() {
                Some(quote) => self.quoted(quote, row)?,
                None => self.bare(),
            };
            row.fields.push(field);
            match bytes.get(self.position) {
                Some(b) if *b == self.delimiter => self.position += 1,
                Some(_) => {
                    self.end_of_line();
                    return Ok(true);
                }
                None => return Ok(true),
            }
        }
    }

    /// Steps over one line ending: `\n`, `\r\n`, or a lone `\r` of old exports.
    fn end_of_line(&mut self) {
        let bytes = self.text.as_bytes();
        let crlf = bytes[self.position] == b'\r' && bytes.get(self.position + 1) == Some(&b'\n');
        self.position += if crlf { 2 } else { 1 };
        self.line += 1;
    }

    /// Where a quoted field begins, blanks before the quote passed over.
    fn opening_quote(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.position;
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        (bytes.get(at) == Some(&b'"')).then_some(at)
    }

    fn is_end(&self, at: usize) -> bool {
        match self.text.as_bytes().get(at) {
            None | Some(b'\n' | b'\r') => true,
            Some(b) => *b == self.delimiter,
        }
    }

    fn bare(&mut self) -> Field {
        let start = self.position;
        let rest = &self.text.as_bytes()[start..];
        let delimiter = self.delimiter;
        let length = rest.iter().position(|b| *b == delimiter || *b == b'\n' || *b == b'\r').unwrap_or(rest.len());
        self.position += length;
        Field { start, end: self.position, escaped: false }
    }

    fn quoted(&mut self, quote: usize, row: &mut Row) -> Result<Field, Unclosed> {
        let bytes = self.text.as_bytes();
        let start = quote + 1;
        let mut at = start;
        let mut lines = 0;
        let (mut escaped, mut loose) = (false, false);
        loop {
            match bytes.get(at) {
                None => return Err(Unclosed { at: quote, line: row.line, start: row.start }),
                Some(b'"') => {
                    let doubled = bytes.get(at + 1) == Some(&b'"');
                    if doubled && !(loose && self.is_end(at + 2)) {
                        escaped = true;
                        at += 2;
                        continue;
                    }
                    // A quote that was not doubled has gone before: the first of these two is text, the second closes.
                    let close = if doubled { at + 1 } else { at };
                    let mut after = close + 1;
                    while bytes.get(after) == Some(&b' ') {
                        after += 1;
                    }
                    if self.is_end(after) {
                        self.position = after;
                        self.line += lines;
                        row.loose |= loose;
                        return Ok(Field { start, end: close, escaped });
                    }
                    loose = true;
                    at += 1;
                }
                Some(b'\n') => {
                    lines += 1;
                    at += 1;
                }
                Some(b'\r') => {
                    lines += u32::from(bytes.get(at + 1) != Some(&b'\n'));
                    at += 1;
                }
                Some(_) => at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, delimiter: u8) -> Vec<(u32, Vec<String>)> {
        let mut records = Records::new(text, delimiter);
        let (mut row, mut out) = (Row::default(), Vec::new());
        while records.next(&mut row).unwrap() {
            out.push((row.line, (0..row.fields.len()).map(|n| row.get(text, n).into_owned()).collect()));
        }
        out
    }

    fn row(line: u32, fields: &[&str]) -> (u32, Vec<String>) {
        (line, fields.iter().map(|f| f.to_string()).collect())
    }

    #[test]
    fn lines_are_counted_for_every_line_ending() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "\"x", "y\",z", "1,2"].join(end);
            let expected = [row(1, &["a", "b"]), row(3, &[&format!("x{end}y"), "z"]), row(5, &["1", "2"])];
            assert_eq!(all(&text, b','), expected, "{end:?}");
        }
    }

    #[test]
    fn doubled_and_undoubled_quotes() {
        assert_eq!(all("\"say \"\"hi\"\", ok\",2", b','), [row(1, &["say \"hi\", ok", "2"])]);
        let loose = "\"UAB \"Naktida\"\",\"12.20\"\n";
        assert_eq!(all(loose, b','), [row(1, &["UAB \"Naktida\"", "12.20"])]);
        assert_eq!(all("=\"0042\";\"=\"\"7\"\"\"", b';'), [row(1, &["0042", "7"])]);
        assert_eq!(all("5\" disk,2", b','), [row(1, &["5\" disk", "2"])]);
    }

    #[test]
    fn a_quote_never_closed_has_its_place() {
        let mut records = Records::new("a,b\n1,\"x\n2,3\n", b',');
        let mut row = Row::default();
        assert_eq!(records.next(&mut row), Ok(true));
        assert_eq!(records.next(&mut row), Err(Unclosed { at: 6, line: 2, start: 4 }));
    }

    #[test]
    fn a_trailing_delimiter_gives_an_empty_field() {
        assert_eq!(all("a;b;\n;\n", b';'), [row(1, &["a", "b", ""]), row(2, &["", ""])]);
    }
}
