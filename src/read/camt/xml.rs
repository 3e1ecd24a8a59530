//! XML events with everything that a reader of hostile files has to insist on: well-formedness, caps, places.
//!
//! No document is built. Text is borrowed from the input; it is copied only where references or CDATA interrupt it.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::Error as XmlError;
use quick_xml::events::{BytesStart, Event};

use super::tag::Tag;
use crate::config::Limits;
use crate::error::{Error, ErrorKind};
use crate::read::encoding::place_of;
use crate::read::xml::{character, not_well_formed};

/// Help for everything that is not XML as it left the bank.
const DAMAGED: &str = "the file is not as its bank wrote it: fetch it again, and leave it unedited";

/// What comes next in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An element begins; it is on the path.
    Open(Tag),
    /// An element ends; it is still on the path. `leaf`: it holds no other element, and [`Xml::value`] is its text.
    Close {
        /// Which one.
        tag: Tag,
        /// Whether it holds no other element.
        leaf: bool,
    },
    /// The document is over, and every element is closed.
    End,
}

/// Indices in element paths: which statement, which entry in it, and so on. All from 1; 0 is "not inside one".
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counters {
    pub(super) statement: u32,
    pub(super) balance: u32,
    pub(super) entry: u32,
    pub(super) details: u32,
    pub(super) transaction: u32,
}

/// The text of an element: one borrowed piece, or several that had to be put together.
#[derive(Debug, Default)]
struct Value<'a> {
    piece: &'a str,
    joined: String,
    is_joined: bool,
    /// Byte offset of its first piece.
    at: usize,
}

impl<'a> Value<'a> {
    fn clear(&mut self) {
        self.piece = "";
        self.is_joined = false;
    }

    fn len(&self) -> usize {
        if self.is_joined { self.joined.len() } else { self.piece.len() }
    }

    fn push(&mut self, text: &'a str, at: usize) {
        if self.len() == 0 {
            self.at = at;
            self.piece = text;
            self.is_joined = false;
        } else {
            self.join(text);
        }
    }

    fn push_char(&mut self, c: char, at: usize) {
        if self.len() == 0 {
            self.at = at;
        }
        self.join(c.encode_utf8(&mut [0; 4]));
    }

    fn join(&mut self, text: &str) {
        if !self.is_joined {
            self.joined.clear();
            self.joined.push_str(self.piece);
            self.is_joined = true;
        }
        self.joined.push_str(text);
    }
}

/// A walk through a document.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    path: &'a str,
    limits: &'a Limits,
    /// The open elements, outermost first, in two forms: for reading and for messages.
    tags: Vec<Tag>,
    names: Vec<&'a str>,
    value: Value<'a>,
    /// Whether nothing was opened since the last element was.
    leaf: bool,
    /// Whether the element on top has ended and leaves the path with the next step.
    closed: bool,
    /// Where the current start tag is.
    opened_at: usize,
    /// The `Ccy` attribute of the current element, as written; the text is kept between elements to spare allocations.
    currency: String,
    has_currency: bool,
    /// The newest namespace that names a message (`camt.053.001.08`), as found in any `xmlns` attribute.
    pub(super) message: Option<&'a str>,
    /// For element paths in messages.
    pub(super) counters: Counters,
}

impl<'a> Xml<'a> {
    pub(super) fn new(path: &'a str, text: &'a str, limits: &'a Limits) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        Self {
            reader,
            text,
            path,
            limits,
            tags: Vec::with_capacity(32),
            names: Vec::with_capacity(32),
            value: Value::default(),
            leaf: false,
            closed: false,
            opened_at: 0,
            currency: String::new(),
            has_currency: false,
            message: None,
            counters: Counters::default(),
        }
    }

    /// The open elements, outermost first.
    pub(super) fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// The file, as messages name it.
    pub(super) fn path(&self) -> &'a str {
        self.path
    }

    /// Local name of the innermost element that is open.
    pub(super) fn name(&self) -> &'a str {
        self.names.last().copied().unwrap_or_default()
    }

    /// Byte offset of the tag that was opened last.
    pub(super) fn opened_at(&self) -> usize {
        self.opened_at
    }

    /// The tag that was opened last, as written.
    pub(super) fn start_tag(&self) -> &'a str {
        let rest = self.text.get(self.opened_at..).unwrap_or_default();
        rest.find('>').map_or("", |end| &rest[..=end])
    }

    /// Byte offset of the current element's text.
    pub(super) fn value_at(&self) -> usize {
        if self.value.len() == 0 { self.opened_at } else { self.value.at }
    }

    /// The current element's text as it stands in the file, not trimmed.
    pub(super) fn raw(&self) -> Cow<'a, str> {
        if self.value.is_joined { Cow::Owned(self.value.joined.clone()) } else { Cow::Borrowed(self.value.piece) }
    }

    /// The current element's text, trimmed, for comparing and parsing.
    pub(super) fn value(&self) -> &str {
        let text = if self.value.is_joined { &self.value.joined } else { self.value.piece };
        text.trim()
    }

    /// The `Ccy` attribute of the current element.
    pub(super) fn currency(&self) -> Option<&str> {
        self.has_currency.then_some(&*self.currency)
    }

    /// Goes on to the next element boundary. An error ends the walk.
    pub(super) fn next(&mut self) -> Result<Step, Error> {
        if self.closed {
            self.tags.pop();
            self.names.pop();
            self.closed = false;
            self.value.clear();
        }
        loop {
            let before = self.position();
            // Matched where it lies: an event is large, and moving it takes longer than most of what is done with it.
            match self.reader.read_event() {
                // `expand_empty_elements` makes two events of empty ones.
                Ok(Event::Start(ref start) | Event::Empty(ref start)) => {
                    return self.open(start, before).map(Step::Open);
                }
                Ok(Event::End(_)) => return Ok(self.close()),
                Ok(Event::Text(text)) => self.add(text.into_inner(), before)?,
                Ok(Event::CData(data)) => self.add(data.into_inner(), before + "<![CDATA[".len())?,
                Ok(Event::GeneralRef(reference)) => self.resolve(&reference, before)?,
                Ok(Event::DocType(_)) => return Err(self.has_dtd(before)),
                Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => {}
                Ok(Event::Eof) if self.tags.is_empty() => return Ok(Step::End),
                Ok(Event::Eof) => return Err(self.cut_off()),
                Err(error) => return Err(self.not_well_formed(&error)),
            }
        }
    }

    fn position(&self) -> usize {
        // Invariant: positions are offsets into `text`, which is in memory.
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len()).min(self.text.len())
    }

    fn open(&mut self, start: &BytesStart<'a>, at: usize) -> Result<Tag, Error> {
        self.opened_at = at;
        let length = start.name().as_ref().len();
        let name = self.text.get(at + 1..at + 1 + length).unwrap_or_default();
        let local = name.bytes().rposition(|b| b == b':').map_or(name, |colon| &name[colon + 1..]);
        if !local.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()) {
            return Err(self
                .at(self.error("E0201", "not well-formed XML: '<' without a name"), at, 1)
                .help("a '<' inside a text must be written &lt;"));
        }
        if self.tags.len() >= self.limits.depth as usize {
            let message = format!("elements are nested deeper than {}", self.limits.depth);
            return Err(self.limit(message, at, "depth"));
        }
        let tag = Tag::of(local);
        self.tags.push(tag);
        self.names.push(local);
        self.has_currency = false;
        if !start.attributes_raw().is_empty() {
            self.attributes(start, at)?;
        }
        self.leaf = true;
        self.value.clear();
        Ok(tag)
    }

    fn attributes(&mut self, start: &BytesStart<'a>, at: usize) -> Result<(), Error> {
        for (n, attribute) in start.attributes().enumerate() {
            if n >= self.limits.attributes as usize {
                let message = format!("an element has more than {} attributes", self.limits.attributes);
                return Err(self.limit(message, at, "attributes"));
            }
            let attribute = attribute.map_err(|_| self.bad_attribute(start, at))?;
            match attribute.key.as_ref() {
                "Ccy" => {
                    self.currency.clear();
                    self.currency.push_str(attribute.value.trim());
                    self.has_currency = true;
                }
                key if (key == "xmlns" || key.starts_with("xmlns:")) && attribute.value.contains("camt.") => {
                    self.message = message_name(self.start_tag()).or(self.message);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn close(&mut self) -> Step {
        let tag = self.tags.last().copied().unwrap_or(Tag::Other);
        let leaf = std::mem::replace(&mut self.leaf, false);
        self.closed = true;
        Step::Close { tag, leaf }
    }

    fn add(&mut self, text: Cow<'a, str>, at: usize) -> Result<(), Error> {
        if self.tags.is_empty() {
            let Some(offset) = text.find(|c: char| !c.is_whitespace() && c != '\u{feff}') else { return Ok(()) };
            let error = self.error("E0202", "text outside of any element");
            return Err(self.at(error, at + offset, 1).help(DAMAGED));
        }
        // The smallest byte is found many at a time; most texts have none that must be looked at.
        let smallest = text.bytes().fold(u8::MAX, u8::min);
        if smallest < 0x20
            && let Some(offset) = text.bytes().position(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'))
        {
            let byte = text.as_bytes()[offset];
            let error = self.error("E0201", format!("not well-formed XML: control character U+{byte:04X}"));
            return Err(self.at(error, at + offset, 1).help(DAMAGED));
        }
        if self.value.len() + text.len() > self.limits.text_bytes as usize {
            let message = format!("a text is longer than {} bytes", self.limits.text_bytes);
            return Err(self.limit(message, self.opened_at, "text_bytes"));
        }
        match text {
            Cow::Borrowed(text) => self.value.push(text, at),
            Cow::Owned(text) => {
                if self.value.len() == 0 {
                    self.value.at = at;
                }
                self.value.join(&text);
            }
        }
        Ok(())
    }

    /// A reference: one of the five that XML predefines, or a character by its number. There are no others without a DTD.
    fn resolve(&mut self, reference: &str, at: usize) -> Result<(), Error> {
        let known = match reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => character(reference),
        };
        let Some(c) = known else {
            let error = self.error("E0203", format!("reference &{reference}; is not known"));
            return Err(self
                .at(error, at, reference.chars().count() + 2)
                .label("only &amp; &lt; &gt; &quot; &apos; and numbers are allowed here")
                .help("an '&' inside a text must be written &amp;"));
        };
        if self.tags.is_empty() {
            return Err(self.at(self.error("E0202", "text outside of any element"), at, 1).help(DAMAGED));
        }
        if self.value.len() >= self.limits.text_bytes as usize {
            let message = format!("a text is longer than {} bytes", self.limits.text_bytes);
            return Err(self.limit(message, self.opened_at, "text_bytes"));
        }
        self.value.push_char(c, at);
        Ok(())
    }

    /// An error of the input in this file, without a place yet.
    pub(super) fn error(&self, code: &'static str, message: impl Into<Box<str>>) -> Error {
        Error::new(ErrorKind::Input, code, message).in_file(self.path)
    }

    /// Adds the place at a byte offset, its line, and the element path.
    pub(super) fn at(&self, error: Error, offset: usize, width: usize) -> Error {
        let offset = (0..=offset.min(self.text.len())).rev().find(|n| self.text.is_char_boundary(*n)).unwrap_or(0);
        let before = &self.text[..offset];
        let (line, column) = place_of(before);
        let start = before.rfind('\n').map_or(0, |n| n + 1);
        let end = self.text[offset..].find('\n').map_or(self.text.len(), |n| offset + n);
        let shown = self.text[start..end].trim_end_matches('\r');
        let error = error.at(line, column).excerpt(shown, (column - 1) as usize, width.max(1));
        let path = self.element_path("");
        if path.is_empty() { error } else { error.context(path) }
    }

    /// The path of the open elements, with indices where there can be several, and `more` behind it.
    pub(super) fn element_path(&self, more: &str) -> String {
        use std::fmt::Write as _;
        let mut path = String::new();
        // A hostile depth is not spelled out.
        for (tag, name) in self.tags.iter().zip(&self.names).take(24) {
            let shown: String = name.chars().take(60).collect();
            let index = match tag {
                Tag::Stmt => self.counters.statement,
                Tag::Bal => self.counters.balance,
                Tag::Ntry => self.counters.entry,
                Tag::NtryDtls => self.counters.details,
                Tag::TxDtls => self.counters.transaction,
                _ => 0,
            };
            // Writing to a string cannot fail.
            let _ = if index > 0 { write!(path, "/{shown}[{index}]") } else { write!(path, "/{shown}") };
        }
        if self.tags.len() > 24 {
            path.push_str("/…");
        }
        if !more.is_empty() {
            path.push('/');
            path.push_str(more);
        }
        path
    }

    /// Reaching a cap of the configuration.
    pub(super) fn limit(&self, message: String, at: usize, key: &str) -> Error {
        let error = self.error("E0205", message);
        self.at(error, at, 1).help(format!(
            "no bank statement needs this; if yours does, raise  {key}  under [limits] in the configuration"
        ))
    }

    fn bad_attribute(&self, start: &BytesStart<'_>, at: usize) -> Error {
        let written = start.attributes_raw();
        let error = self.error("E0201", "not well-formed XML: an attribute without quotes, cut off, or given twice");
        let help = if written.contains("\\\"") {
            "the quotes are escaped as in JSON: the document was stored as a JSON string, unescape it first"
        } else {
            DAMAGED
        };
        self.at(error, at, start.len() + 2).label("expected attributes as  name=\"value\"").help(help)
    }

    fn has_dtd(&self, at: usize) -> Error {
        let error = self.error("E0204", "a document type definition (<!DOCTYPE) is refused");
        self.at(error, at, "<!DOCTYPE".len())
            .label("a DTD can make a small file huge, or read other files")
            .help("no bank writes one in a statement: find out where this file comes from")
    }

    fn cut_off(&self) -> Error {
        let open = self.name();
        let error = self.error("E0201", format!("the file ends inside <{open}>"));
        self.at(error, self.text.trim_end().len(), 1)
            .label(format!("expected </{open}>, found the end of the file"))
            .help("the file is cut off: fetch it again, whole")
    }

    fn not_well_formed(&self, error: &XmlError) -> Error {
        let at = usize::try_from(self.reader.error_position()).unwrap_or(self.text.len());
        not_well_formed(error, DAMAGED, |code, message, width| self.at(self.error(code, message), at, width))
    }
}

/// The message that a text names: `camt.053.001.08` inside a namespace, as much of it as is there.
pub(super) fn message_name(text: &str) -> Option<&str> {
    let start = text.find("camt.05")?;
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches('.'))
}
