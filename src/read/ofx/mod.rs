//! OFX (Open Financial Exchange): the SGML of versions 1.x and the XML of 2.x, as banks and personal finance programs export it.
//!
//! Statements of banks (`STMTRS`) and cards (`CCSTMTRS`) are read, any number of them in a file. What else a file may hold
//! (investments, orders, bills) is left out, counted and said. The format has no opening balance, so whether the entries of a
//! statement are complete cannot be checked.
//!
//! Errors are those of the module `source`.

mod account;
mod header;
mod markup;
mod reading;
mod sheets;
mod tag;
mod transaction;

use std::collections::HashSet;

use self::header::Header;
use self::markup::{Broken, Markup, Token};
use self::reading::Reading;
use super::Settings;
use super::amounts::Marks;
use super::csv::amount::Mark;
use super::source::{Line, Source};
use crate::error::{Error, Errors};
use crate::model::{InputRole, Note, NoteKind, StatementFile};

/// Reads an OFX file. `path` is for messages and provenance; identifiers of payments stay empty.
///
/// Errors: E0021 to E0023 for what is no text; E0241 to E0248. Those of transactions are collected, so that one run shows many.
pub fn read(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let header = header::read(bytes);
    let source = header.decode(path, bytes)?;
    let document = Document { source: &source, settings };
    let survey = document.survey()?;
    let mut notes = Vec::new();
    say(&header, bytes, &survey, &mut notes);
    let mark = survey.mark;
    let mut reading = Reading::new(&document, survey);
    reading.run()?;
    let (statements, found) = reading.finish()?;
    notes.extend(found);
    if mark == Some(Mark::Comma) {
        notes.push(Note::new(NoteKind::Assumed, "decimal comma"));
    }
    if statements.is_empty() {
        notes.push(Note::new(NoteKind::Warning, "the file holds no statement of a bank account or card"));
    }
    let records = statements.iter().map(|s| s.payments.len() as u64).sum();
    let file = source.file(InputRole::Statement, "ofx", &header.version, records, notes);
    Ok(StatementFile { file, statements })
}

/// What is known before the first statement is read.
fn say(header: &Header, bytes: &[u8], survey: &Survey<'_>, notes: &mut Vec<Note>) {
    if !bytes.is_ascii()
        && std::str::from_utf8(bytes).is_ok()
        && let Some(declared) = header.charset()
    {
        notes.push(Note::new(
            NoteKind::Assumed,
            format!("encoding UTF-8: the declared {} cannot be meant", declared.name()),
        ));
    }
    if survey.stray > 0 {
        notes.push(Note::new(NoteKind::Said, format!("text behind closing tags passed over: {} times", survey.stray)));
    }
}

/// What holds for a whole file, found by walking through it once.
#[derive(Debug, Default)]
struct Survey<'t> {
    /// Names that occur in closing tags: an empty element of another name is an unclosed leaf.
    closed: HashSet<&'t str>,
    /// The decimal mark; `None` where no amount decides it.
    mark: Option<Mark>,
    /// Closing tags with text behind them.
    stray: u64,
}

/// A decoded file and how errors in it are shown.
#[derive(Clone, Copy, Debug)]
struct Document<'a> {
    source: &'a Source<'a>,
    settings: &'a Settings<'a>,
}

impl<'a> Document<'a> {
    fn markup(&self) -> Markup<'a> {
        Markup::new(&self.source.text, self.settings.limits.text_bytes as usize)
    }

    /// Walks through the file. Errors: E0244, E0245, E0247 for markup that cannot be read.
    fn survey(&self) -> Result<Survey<'a>, Error> {
        let mut survey = Survey::default();
        let mut marks = Marks::default();
        let mut markup = self.markup();
        while let Some(token) = markup.next().map_err(|broken| self.broken(broken))? {
            match token {
                Token::Close { name, stray, .. } => {
                    survey.closed.insert(name);
                    survey.stray += u64::from(stray);
                }
                Token::Open(open) if ["TRNAMT", "BALAMT"].iter().any(|n| open.name.eq_ignore_ascii_case(n)) => {
                    marks.see(&open.value);
                }
                Token::Open(_) => {}
            }
        }
        survey.mark = marks.mark();
        Ok(survey)
    }

    fn broken(&self, broken: Broken) -> Error {
        match broken {
            Broken::Declaration(at) => self
                .fault(at, 9, "E0244", "the file has a document type declaration, which is refused")
                .label("no bank's file needs one")
                .help("export the file again from the bank's own site"),
            Broken::Unclosed(at, what) => self
                .fault(at, 2, "E0245", format!("a {what} begins here and never ends"))
                .help("the file may be cut off: fetch it again"),
            Broken::LongText(at) => self
                .fault(at, 1, "E0247", format!("a text of more than {} bytes", self.settings.limits.text_bytes))
                .label("it begins here")
                .help("raise  text_bytes  under [limits] in the configuration if it is genuine"),
        }
    }

    /// An error at a byte offset of the text, `width` characters wide.
    fn fault(&self, at: usize, width: usize, code: &'static str, message: impl Into<Box<str>>) -> Error {
        let text: &str = &self.source.text;
        let before = &text[..at];
        let start = before.rfind(['\n', '\r']).map_or(0, |n| n + 1);
        let end = text[at..].find(['\n', '\r']).map_or(text.len(), |n| n + at);
        let bytes = before.as_bytes();
        let breaks =
            (0..start).filter(|n| bytes[*n] == b'\n' || (bytes[*n] == b'\r' && bytes.get(n + 1) != Some(&b'\n')));
        let line = Line { number: u32::try_from(breaks.count() + 1).unwrap_or(u32::MAX), text: &text[start..end] };
        self.source.fault(line, before[start..].chars().count(), width, code, message)
    }
}

#[cfg(test)]
mod tests;
