//! Errors: opaque, with a kind that fixes the exit code, a stable number, a place, what was found, what was expected and how to go on.
//!
//! A message reads like this:
//!
//! ```text
//! error[E0107]: amount does not fit this file's decimal mark
//!   --> inbox/SG_juin.csv:214:28   column "Montant"
//!     |
//! 214 | 17/06/2026;VIR DUPONT SARL;1,250.00;EUR;2026-0412
//!     |                            ^^^^^^^^ decimal mark here is ',' (562 other rows agree)
//!     |
//!     = help: fix the row, or set  decimal = "."  for this file
//! ```

use std::fmt;

/// How many errors are shown one by one; the rest is counted.
pub const SHOWN: usize = 20;

/// What sort of error it is. The exit code of the program follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A check that was asked for is false: exit code 1.
    CheckFailed,
    /// The command was used wrongly: exit code 2.
    Usage,
    /// A file could not be opened, read or written: exit code 2.
    Io,
    /// The content of an input is not what it should be: exit code 2.
    Input,
    /// A control refuses: exit code 3.
    Refused,
    /// The run was interrupted: exit code 130.
    Interrupted,
}

impl ErrorKind {
    /// The exit code of the program.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::CheckFailed => 1,
            Self::Usage | Self::Io | Self::Input => 2,
            Self::Refused => 3,
            Self::Interrupted => 130,
        }
    }
}

/// The offending line, and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Excerpt {
    line: Box<str>,
    /// Characters before the caret, and under it.
    start: usize,
    width: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    code: &'static str,
    message: Box<str>,
    path: Box<str>,
    line: Option<u64>,
    column: Option<u64>,
    context: Box<str>,
    excerpt: Option<Excerpt>,
    label: Box<str>,
    help: Vec<Box<str>>,
    others: Vec<(Box<str>, u64)>,
}

/// An error, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

impl Error {
    /// An error without a place. `code` is stable and documented: `E0107`.
    pub fn new(kind: ErrorKind, code: &'static str, message: impl Into<Box<str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            code,
            message: message.into(),
            path: Box::default(),
            line: None,
            column: None,
            context: Box::default(),
            excerpt: None,
            label: Box::default(),
            help: Vec::new(),
            others: Vec::new(),
        }))
    }

    /// The file it is in, as the user named it.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<Box<str>>) -> Self {
        self.0.path = path.into();
        self
    }

    /// Line and column, both counted from 1; columns in characters.
    #[must_use]
    pub fn at(mut self, line: u64, column: u64) -> Self {
        self.0.line = Some(line);
        self.0.column = Some(column);
        self
    }

    /// More of the place: a column's name, an element path.
    #[must_use]
    pub fn context(mut self, context: impl Into<Box<str>>) -> Self {
        self.0.context = context.into();
        self
    }

    /// The offending line and the characters of it that are meant (`start` from 0). Long lines are cut around them.
    #[must_use]
    pub fn excerpt(mut self, line: &str, start: usize, width: usize) -> Self {
        const BEFORE: usize = 60;
        const WHOLE: usize = 110;
        let characters = line.chars().count();
        let (skipped, cut) = if characters <= WHOLE { (0, false) } else { (start.saturating_sub(BEFORE), true) };
        let mut text: String =
            line.chars().skip(skipped).take(WHOLE).map(|c| if is_printable(c) { c } else { '\u{fffd}' }).collect();
        let mut start = start.saturating_sub(skipped).min(WHOLE);
        if skipped > 0 {
            text.insert(0, '…');
            start += 1;
        }
        if cut && skipped + WHOLE < characters {
            text.push('…');
        }
        let width = width.clamp(1, WHOLE.saturating_sub(start).max(1));
        self.0.excerpt = Some(Excerpt { line: text.into(), start, width });
        self
    }

    /// What stands beside the caret: what was found or expected there.
    #[must_use]
    pub fn label(mut self, label: impl Into<Box<str>>) -> Self {
        self.0.label = label.into();
        self
    }

    /// The larger place that its place is in, before it: `sheet "Balance", row 12`.
    #[must_use]
    pub fn inside(mut self, outer: &str) -> Self {
        let inner = &self.0.context;
        self.0.context = if inner.is_empty() { outer.into() } else { format!("{outer}, {inner}").into() };
        self
    }

    /// How to go on. Several may be added.
    #[must_use]
    pub fn help(mut self, help: impl Into<Box<str>>) -> Self {
        self.0.help.push(help.into());
        self
    }

    /// A second place that belongs to it, as "also here".
    #[must_use]
    pub fn also_at(mut self, path: impl Into<Box<str>>, line: u64) -> Self {
        self.0.others.push((path.into(), line));
        self
    }

    /// What sort of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Its stable number, such as `E0107`.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The message, without place and help.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What stands beside its caret, or below its message; when there is anything.
    pub fn label_text(&self) -> Option<&str> {
        (!self.0.label.is_empty()).then_some(&*self.0.label)
    }

    /// The file it is in, when there is one.
    pub fn path(&self) -> Option<&str> {
        (!self.0.path.is_empty()).then_some(&*self.0.path)
    }

    /// Its line, counted from 1.
    pub fn line(&self) -> Option<u64> {
        self.0.line
    }

    /// Its column in characters, counted from 1.
    pub fn column(&self) -> Option<u64> {
        self.0.column
    }
}

/// Text of a bank file is hostile: nothing that a terminal would obey reaches it.
fn is_printable(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    // Line and paragraph separators begin a line that is none of ours.
    c == '\t' || !(c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// A text with everything that a terminal would obey replaced.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_printable(c) { c } else { '\u{fffd}' }).collect()
}

/// Characters of one text of a message that are shown. A name in a hostile file may be as long as the file.
const SHOWN_CHARACTERS: usize = 1000;

/// A text as a message shows it: nothing that a terminal would obey, and not without end.
fn bounded(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => printable(&text[..end]) + "…",
        None => printable(text),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &self.0;
        let what = if e.kind == ErrorKind::Refused { "refused" } else { "error" };
        write!(f, "{what}[{}]: {}", e.code, bounded(&e.message))?;
        let gutter = e.line.map_or(1, |line| line.to_string().len());
        if !e.path.is_empty() {
            write!(f, "\n{:gutter$} --> {}", "", bounded(&e.path))?;
            if let Some(line) = e.line {
                write!(f, ":{line}")?;
                if let Some(column) = e.column {
                    write!(f, ":{column}")?;
                }
            }
            if !e.context.is_empty() {
                write!(f, "   {}", bounded(&e.context))?;
            }
        }
        if let (Some(excerpt), Some(line)) = (&e.excerpt, e.line) {
            // Tabs count as one character in columns; as one they are drawn.
            let shown = excerpt.line.replace('\t', " ");
            write!(f, "\n{:gutter$} |\n{line} | {shown}\n{:gutter$} | ", "", "")?;
            write!(f, "{:start$}{}", "", "^".repeat(excerpt.width), start = excerpt.start)?;
            if !e.label.is_empty() {
                write!(f, " {}", bounded(&e.label))?;
            }
            write!(f, "\n{:gutter$} |", "")?;
        } else if !e.label.is_empty() {
            write!(f, "\n{:gutter$} = {}", "", bounded(&e.label))?;
        }
        for (path, line) in &e.others {
            write!(f, "\n{:gutter$} = also: {}:{line}", "", bounded(path))?;
        }
        for help in &e.help {
            write!(f, "\n{:gutter$} = help: {}", "", bounded(help))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// One or more errors of the same input; never empty. At most [`SHOWN`] are kept, the others counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors {
    shown: Vec<Error>,
    more: usize,
}

impl Errors {
    /// The errors that are shown, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Error> {
        self.shown.iter()
    }

    /// How many errors there are, shown or not.
    pub fn count(&self) -> usize {
        self.shown.len() + self.more
    }

    /// The same errors; the first of them says one thing more about how to go on.
    #[must_use]
    pub fn help(mut self, help: impl Into<Box<str>>) -> Self {
        if !self.shown.is_empty() {
            let first = self.shown.remove(0).help(help);
            self.shown.insert(0, first);
        }
        self
    }

    /// The same errors, each with the larger place that its place is in.
    #[must_use]
    pub fn inside(mut self, outer: &str) -> Self {
        self.shown = self.shown.into_iter().map(|error| error.inside(outer)).collect();
        self
    }

    /// The exit code: that of the gravest kind, which is the largest.
    pub fn exit_code(&self) -> u8 {
        self.shown.iter().map(|e| e.kind().exit_code()).max().unwrap_or(2)
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self { shown: vec![error], more: 0 }
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.shown.iter().enumerate() {
            if n > 0 {
                f.write_str("\n\n")?;
            }
            error.fmt(f)?;
        }
        if self.more > 0 {
            write!(f, "\n\n… and {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

/// Gathers errors while reading goes on, so that one run shows up to [`SHOWN`] of them.
#[derive(Debug, Default)]
pub struct Collector {
    shown: Vec<Error>,
    more: usize,
}

impl Collector {
    /// Keeps or counts an error.
    pub fn push(&mut self, error: Error) {
        if self.shown.len() < SHOWN {
            self.shown.push(error);
        } else {
            self.more += 1;
        }
    }

    /// Takes over what another reader found.
    pub fn extend(&mut self, errors: Errors) {
        self.absorb(Self { shown: errors.shown, more: errors.more });
    }

    /// Takes over what another collector has.
    pub fn absorb(&mut self, other: Self) {
        for error in other.shown {
            self.push(error);
        }
        self.more += other.more;
    }

    /// Whether nothing was gathered.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// The value if nothing was gathered, the errors otherwise.
    pub fn finish<T>(self, value: T) -> Result<T, Errors> {
        if self.shown.is_empty() { Ok(value) } else { Err(Errors { shown: self.shown, more: self.more }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_place_excerpt_caret_and_help() {
        let line = "17/06/2026;VIR DUPONT SARL;1,250.00;EUR;2026-0412";
        let error = Error::new(ErrorKind::Input, "E0107", "amount does not fit this file's decimal mark")
            .in_file("inbox/SG_juin.csv")
            .at(214, 28)
            .context("column \"Montant\"")
            .excerpt(line, 27, 8)
            .label("decimal mark here is ',' (562 other rows agree)")
            .help("fix the row, or set  decimal = \".\"  for this file");
        let expected = "\
error[E0107]: amount does not fit this file's decimal mark
    --> inbox/SG_juin.csv:214:28   column \"Montant\"
    |
214 | 17/06/2026;VIR DUPONT SARL;1,250.00;EUR;2026-0412
    |                            ^^^^^^^^ decimal mark here is ',' (562 other rows agree)
    |
    = help: fix the row, or set  decimal = \".\"  for this file";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn terminal_escapes_of_the_input_are_not_obeyed() {
        let error = Error::new(ErrorKind::Input, "E0100", "bad\u{1b}[31m")
            .in_file("a\u{202e}b")
            .at(1, 1)
            .excerpt("x\u{7}y", 1, 1);
        assert!(!error.to_string().contains(['\u{1b}', '\u{7}', '\u{202e}']));
    }

    #[test]
    fn a_name_as_long_as_its_file_is_cut() {
        let error = Error::new(ErrorKind::Input, "E0100", "é".repeat(50_000)).in_file("a").label("x".repeat(50_000));
        assert!(error.to_string().chars().count() < 3 * SHOWN_CHARACTERS);
    }

    #[test]
    fn twenty_are_shown_and_the_rest_counted() {
        let mut collector = Collector::default();
        for _ in 0..25 {
            collector.push(Error::new(ErrorKind::Input, "E0100", "x"));
        }
        let errors = collector.finish(()).unwrap_err();
        assert_eq!((errors.iter().count(), errors.count()), (20, 25));
        assert!(errors.to_string().ends_with("… and 5 more"));
    }
}
