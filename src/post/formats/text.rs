//! Texts and numbers as files hold them: hostile texts on one line, plain decimals, cells that no spreadsheet runs.

use chrono::NaiveDate;

use super::PostFormat;
use crate::error::{Error, ErrorKind};
use crate::model::Currency;
use crate::model::columns::is_formula;
use crate::model::money::write_minor;

/// A text on one line: control characters, line separators and marks that turn the direction of writing become blanks; blanks in a
/// row become one, and none stands at an end.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || is_unseen(c)).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Characters that no reader sees, and that change what he sees.
fn is_unseen(c: char) -> bool {
    let marks = matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    c.is_control() || marks || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The first of some texts that says anything, on one line; empty where none does.
pub(super) fn first_of(texts: &[&str]) -> String {
    texts.iter().map(|text| one_line(text)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// A plain decimal with the currency's own number of decimals, and a point.
pub(super) fn decimal(minor: i128, currency: Currency) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_minor(&mut text, minor, currency);
    text
}

/// Debit and credit of a line, both without a sign; `none` stands where there is neither.
pub(super) fn debit_credit(minor: i64, currency: Currency, none: &str) -> [String; 2] {
    let size = decimal(i128::from(minor).abs(), currency);
    if minor < 0 { [none.to_string(), size] } else { [size, none.to_string()] }
}

/// A text that no spreadsheet runs as a formula: where it would, it gets a leading `'` (CWE-1236).
pub(super) fn inert(text: String) -> String {
    if is_formula(&text) { format!("'{text}") } else { text }
}

/// The first characters of a text: at most so many, without a blank at the end.
pub(super) fn cut(text: &str, most: usize) -> String {
    let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    text[..end].trim_end().to_string()
}

/// An identifier that a format limits: longer, it would be another one, so it is refused and not cut.
///
/// # Errors
/// `E0743` when it has more characters than the format takes.
pub(super) fn whole(text: &str, most: usize, what: &str, format: PostFormat, entry: &str) -> Result<String, Error> {
    let text = one_line(text);
    let found = text.chars().count();
    if found <= most {
        return Ok(text);
    }
    let format = format.word();
    let message =
        format!("{what} \"{text}\" of entry {entry} is too long for {format}: {found} characters, {most} are taken");
    Err(Error::new(ErrorKind::Input, "E0743", message)
        .help("cut, it would name another document: write another format, or shorten it where it comes from"))
}

/// A text of the code page 1252 ("ANSI"): what it has stays, anything else is spelt in ASCII.
pub(super) fn ansi(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in one_line(text).chars() {
        let mut buffer = [0; 4];
        let (encoded, _, unknown) = encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
        if unknown {
            bytes.extend(deunicode::deunicode_char(c).unwrap_or("?").bytes().filter(|b| !b.is_ascii_control()));
        } else {
            bytes.extend_from_slice(&encoded);
        }
    }
    bytes
}

/// Rows of cells with a separator, quoted where RFC 4180 asks for it.
#[derive(Debug)]
pub(super) struct Table {
    text: String,
    end: &'static str,
    begun: bool,
}

impl Table {
    /// A table with `,`, beginning with a row of names.
    pub(super) fn new(header: &[&str], end: &'static str) -> Self {
        let mut table = Self { text: String::new(), end, begun: false };
        for name in header {
            table.word(name);
        }
        table.end();
        table
    }

    /// A cell of our own: begins no formula, except as a negative number does by right.
    pub(super) fn word(&mut self, word: &str) -> &mut Self {
        if self.begun {
            self.text.push(',');
        }
        self.begun = true;
        if word.contains([',', '"', '\r', '\n']) {
            self.text.push('"');
            self.text.push_str(&word.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(word);
        }
        self
    }

    /// A text from a file or a person: on one line, and no formula.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.word(&inert(one_line(text)))
    }

    /// A day; empty where there is none.
    pub(super) fn day(&mut self, day: Option<NaiveDate>, shape: &str) -> &mut Self {
        self.word(&day.map(|d| d.format(shape).to_string()).unwrap_or_default())
    }

    /// Ends a row.
    pub(super) fn end(&mut self) {
        self.text.push_str(self.end);
        self.begun = false;
    }

    /// The table as written.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// ISO 8601.
pub(super) const ISO: &str = "%Y-%m-%d";
