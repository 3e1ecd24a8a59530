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
    #[inline]
    pub fn get<'t>(&self, text: &'t str, column: usize) -> Cow<'t, str> {
        let Some(field) = self.fields.get(column) else { return Cow::Borrowed("") };
        let raw = &text[field.start..field.end];
        match raw.as_bytes() {
            [] => Cow::Borrowed(""),
            // Nothing to trim, nothing to unwrap: nearly every field.
            [first, .., last]
                if first.is_ascii_graphic() && last.is_ascii_graphic() && *first != b'=' && !field.escaped =>
            {
                Cow::Borrowed(raw)
            }
            _ => Self::cleaned(raw.trim(), field.escaped),
        }
    }

    /// A field's content to the last blank, its doubled quotes made single.
    pub fn exact<'t>(&self, text: &'t str, column: usize) -> Cow<'t, str> {
        let Some(field) = self.fields.get(column) else { return Cow::Borrowed("") };
        let raw = &text[field.start..field.end];
        if field.escaped { Cow::Owned(raw.replace("\"\"", "\"")) } else { Cow::Borrowed(raw) }
    }

    fn cleaned(raw: &str, escaped: bool) -> Cow<'_, str> {
        if escaped {
            let whole = raw.replace("\"\"", "\"");
            return Cow::Owned(unwrapped(&whole).to_string());
        }
        Cow::Borrowed(unwrapped(raw))
    }

    /// True when no field holds anything.
    pub fn is_blank(&self, text: &str) -> bool {
        let first = self.fields.first().and_then(|f| text.as_bytes()[f.start..f.end].first());
        !first.is_some_and(u8::is_ascii_graphic) && self.fields.iter().all(|f| text[f.start..f.end].trim().is_empty())
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

/// Walks the records of a text, or of a part of it.
#[derive(Clone, Debug)]
pub(super) struct Records<'t> {
    text: &'t str,
    position: usize,
    line: u32,
    delimiter: u8,
    /// No record begins here or behind. One that begins before may end behind.
    stop: usize,
    /// A quote is open up to the end of the text: there is no next record.
    broken: bool,
}

impl<'t> Records<'t> {
    /// From the beginning of a text. The delimiter is ASCII.
    pub fn new(text: &'t str, delimiter: u8) -> Self {
        Self { text, position: 0, line: 1, delimiter, stop: text.len(), broken: false }
    }

    /// The records that begin in a part of the text. The part begins and ends where a record does, and nothing behind `seen` is
    /// looked at.
    pub fn part(&self, position: usize, line: u32, stop: usize, seen: usize) -> Self {
        Self { text: &self.text[..seen], position, line, delimiter: self.delimiter, stop, broken: false }
    }

    /// The text, as far as it is looked at.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Where the next record begins: its first byte (blank lines before it left aside) and its line.
    pub fn position(&self) -> (usize, u32) {
        (self.position, self.line)
    }

    /// Whether a quote was met that is never closed.
    pub fn is_broken(&self) -> bool {
        self.broken
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
        while self.position < self.stop && matches!(bytes.get(self.position), Some(b'\n' | b'\r')) {
            self.end_of_line();
        }
        row.fields.clear();
        row.loose = false;
        row.line = self.line;
        row.start = self.position;
        if self.position >= self.stop {
            return Ok(false);
        }
        loop {
            let field = match self.opening_quote() {
                Some(quote) => self.quoted(quote, row).inspect_err(|_| self.broken = true)?,
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
        self.position += end_of_field(&self.text.as_bytes()[start..], self.delimiter);
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

/// Bytes before the first delimiter, line feed or carriage return. Eight bytes are looked at together.
fn end_of_field(bytes: &[u8], delimiter: u8) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let delimiters = ONES * u64::from(delimiter);
    let (feeds, returns) = (ONES * u64::from(b'\n'), ONES * u64::from(b'\r'));
    // The high bit of each zero byte; bytes above a zero byte may be marked too, so only the lowest mark counts.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (words, rest) = bytes.as_chunks::<8>();
    for (n, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = (zero(word ^ delimiters) | zero(word ^ feeds) | zero(word ^ returns)) & HIGH;
        if found != 0 {
            return n * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let ends = |b: &u8| *b == delimiter || matches!(b, b'\n' | b'\r');
    words.len() * 8 + rest.iter().position(ends).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_where_a_search_byte_by_byte_says() {
        for length in 0..20 {
            for (at, mark) in (0..=length).flat_map(|at| [b';', b'\n', b'\r'].map(|mark| (at, mark))) {
                // Neighbours of the marks, bytes above 127, and a second mark behind the first.
                let mut bytes: Vec<u8> =
                    (0..length).map(|n| [b':', b'<', 0x8d, 0xbb, 0x0b, 0x09, 0xff][n % 7]).collect();
                bytes.insert(at, mark);
                bytes.extend([mark + 1, b'\n']);
                assert_eq!(end_of_field(&bytes, b';'), at, "{bytes:?}");
            }
        }
        assert_eq!(end_of_field(b"abcdefghij", b','), 10);
    }

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
