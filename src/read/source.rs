//! A text file that is read line by line: its lines with their numbers, and errors that show the place in them.
//!
//! What every reader of lines needs and none should do its own way. Codes that they share:
//!
//! | code | error |
//! |---|---|
//! | E0241 | not an amount, or one with more decimals than its currency has |
//! | E0242 | no such date, or none where one is needed |
//! | E0243 | not a currency |
//! | E0244 | a record, field or tag where none of its kind may stand, or a needed one is missing |
//! | E0245 | the file is cut off, or a record has the wrong length |
//! | E0246 | the direction of the money cannot be told |
//! | E0247 | a limit is reached |
//! | E0248 | an amount that is too large |

use std::borrow::Cow;

use super::encoding::{Decoded, decode_text, place_of};
use crate::config::Limits;
use crate::error::{Error, ErrorKind};
use crate::model::{InputFile, InputRole, Note, NoteKind};

/// A decoded text file.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) path: &'a str,
    pub(super) text: Cow<'a, str>,
    encoding: &'static str,
    guessed: bool,
    bytes: &'a [u8],
}

/// One line of a file, without its line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// From 1.
    pub(super) number: u32,
    pub(super) text: &'t str,
}

impl<'a> Source<'a> {
    /// Decodes a file. Errors: E0021 to E0023.
    pub(super) fn decode(path: &'a str, bytes: &'a [u8], encoding: Option<&str>) -> Result<Self, Error> {
        let Decoded { text, encoding, guessed, .. } = decode_text(path, bytes, encoding)?;
        Ok(Self { path, text, encoding, guessed, bytes })
    }

    /// A text that its reader decoded itself, since no label of the WHATWG Encoding Standard names what it is in.
    pub(super) fn decoded(path: &'a str, bytes: &'a [u8], text: String, encoding: &'static str, guessed: bool) -> Self {
        Self { path, text: Cow::Owned(text), encoding, guessed, bytes }
    }

    /// The lines, from the first. A line ends with LF, CR LF or CR.
    pub(super) fn lines(&self) -> Lines<'_> {
        Lines { rest: Some(&self.text), number: 0 }
    }

    /// An error in a line: `start` and `width` in characters, `start` from 0.
    pub(super) fn fault(
        &self,
        line: Line<'_>,
        start: usize,
        width: usize,
        code: &'static str,
        message: impl Into<Box<str>>,
    ) -> Error {
        Error::new(ErrorKind::Input, code, message)
            .in_file(self.path)
            .at(u64::from(line.number), start as u64 + 1)
            .excerpt(line.text, start, width)
    }

    /// An error at the end of the file.
    pub(super) fn fault_at_end(&self, code: &'static str, message: impl Into<Box<str>>) -> Error {
        let (line, column) = place_of(self.text.trim_end());
        Error::new(ErrorKind::Input, code, message).in_file(self.path).at(line, column)
    }

    /// The error for more records than are allowed. Error: E0247.
    pub(super) fn too_many(&self, line: Line<'_>, limits: &Limits) -> Error {
        let message = format!("more than {} entries in one file", limits.records);
        self.fault(line, 0, 1, "E0247", message)
            .help("raise  records  under [limits] in the configuration if the file is genuine")
    }

    /// What is known of the file; `notes` follow what is to be said of its encoding.
    pub(super) fn file(
        &self,
        role: InputRole,
        format: &str,
        version: &str,
        records: u64,
        notes: Vec<Note>,
    ) -> InputFile {
        let mut all = Vec::with_capacity(notes.len() + 1);
        if self.guessed {
            all.push(Note::new(NoteKind::Assumed, format!("encoding {} (guessed from the bytes)", self.encoding)));
        } else if self.encoding != "UTF-8" {
            all.push(Note::new(NoteKind::Said, format!("encoding {}", self.encoding)));
        }
        all.extend(notes);
        InputFile {
            path: self.path.into(),
            role,
            format: format.into(),
            version: version.into(),
            sha256: super::sha256(self.bytes),
            bytes: self.bytes.len() as u64,
            records,
            notes: all,
        }
    }
}

/// Walks through lines.
#[derive(Clone, Debug)]
pub(super) struct Lines<'t> {
    rest: Option<&'t str>,
    number: u32,
}

impl<'t> Lines<'t> {
    /// The lines of a part of a text, counted from 1 within it.
    pub(super) fn of(text: &'t str) -> Self {
        Self { rest: Some(text), number: 0 }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let rest = self.rest.filter(|rest| !rest.is_empty())?;
        self.number = self.number.saturating_add(1);
        let (text, rest) = match rest.find(['\n', '\r']) {
            Some(end) => {
                let after = &rest[end..];
                (&rest[..end], Some(after.strip_prefix("\r\n").unwrap_or(&after[1..])))
            }
            None => (rest, None),
        };
        self.rest = rest;
        Some(Line { number: self.number, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways_and_keep_their_numbers() {
        let source = Source::decode("a", b"one\r\ntwo\n\nfour\rfive", None).unwrap();
        let found: Vec<(u32, &str)> = source.lines().map(|l| (l.number, l.text)).collect();
        assert_eq!(found, [(1, "one"), (2, "two"), (3, ""), (4, "four"), (5, "five")]);
        let error = source.fault(Line { number: 4, text: "four" }, 1, 2, "E0244", "x");
        assert_eq!((error.line(), error.column()), (Some(4), Some(2)));
        assert_eq!(source.fault_at_end("E0245", "x").line(), Some(4));
    }

    #[test]
    fn what_was_guessed_is_said() {
        let source = Source::decode("a", b"Soci\xe9t\xe9 G\xe9n\xe9rale", None).unwrap();
        let file = source.file(InputRole::Statement, "x", "", 0, Vec::new());
        assert_eq!((file.notes[0].kind, file.bytes), (NoteKind::Assumed, 16));
    }
}
