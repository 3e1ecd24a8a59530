//! A walk through the XML of an invoice: local names, caps, places, well-formedness.
//!
//! It insists on what the reader of camt statements insists on, for elements that are not known beforehand: there, paths are a few bytes
//! that the statement's elements have as numbers, which a year of entries needs and an invoice does not.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::Error as XmlError;
use quick_xml::events::{BytesStart, Event};

use crate::config::Limits;
use crate::error::{Error, ErrorKind};
use crate::read::encoding::place_of;
use crate::read::xml::{character, not_well_formed};

/// Help for what is not XML as the invoicing program wrote it.
const DAMAGED: &str = "the file is not as it was issued: fetch it again, and leave it unedited";

/// What comes next in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An element begins; it is on the path.
    Open,
    /// An element ends; it is still on the path. `leaf`: it holds no other element, and [`Xml::value`] is its text.
    Close {
        /// Whether it holds no other element.
        leaf: bool,
    },
    /// The document is over, and every element is closed.
    End,
}

/// The attributes of the current element that invoices use.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// `currencyID` of an amount.
    pub(super) currency: String,
    /// `schemeID` of an identifier.
    pub(super) scheme: String,
    /// `unitCode` of a measure.
    pub(super) unit: String,
}

impl Attributes {
    fn clear(&mut self) {
        let Self { currency, scheme, unit } = self;
        for text in [currency, scheme, unit] {
            text.clear();
        }
    }

    fn slot(&mut self, key: &str) -> Option<&mut String> {
        Some(match key {
            "currencyID" => &mut self.currency,
            "schemeID" => &mut self.scheme,
            "unitCode" => &mut self.unit,
            _ => return None,
        })
    }
}

/// A walk through a document.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    path: &'a str,
    limits: &'a Limits,
    /// Local names of the open elements, outermost first.
    names: Vec<&'a str>,
    value: String,
    /// Byte offset of the first piece of the text.
    value_at: usize,
    /// Whether the text of the current element is passed over: a document inside the document, which may be long.
    is_binary: bool,
    leaf: bool,
    closed: bool,
    opened_at: usize,
    pub(super) attributes: Attributes,
    /// The namespace of the root element, as far as it is declared there.
    pub(super) namespace: Option<String>,
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
            names: Vec::with_capacity(16),
            value: String::new(),
            value_at: 0,
            is_binary: false,
            leaf: false,
            closed: false,
            opened_at: 0,
            attributes: Attributes::default(),
            namespace: None,
        }
    }

    /// The open elements, outermost first.
    pub(super) fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// Byte offset of the tag that was opened last.
    pub(super) fn opened_at(&self) -> usize {
        self.opened_at
    }

    /// The current element's text, trimmed.
    pub(super) fn value(&self) -> &str {
        self.value.trim()
    }

    /// Byte offset of the current element's text, behind its blanks; that of its tag where it has none.
    pub(super) fn value_at(&self) -> usize {
        match self.value().is_empty() {
            true => self.opened_at,
            false => self.value_at + (self.value.len() - self.value.trim_start().len()),
        }
    }

    /// Goes on to the next element boundary. An error ends the walk.
    pub(super) fn next(&mut self) -> Result<Step, Error> {
        if self.closed {
            self.names.pop();
            self.closed = false;
            self.value.clear();
        }
        loop {
            let before = self.position();
            match self.reader.read_event() {
                Ok(Event::Start(ref start) | Event::Empty(ref start)) => {
                    return self.open(start, before).map(|()| Step::Open);
                }
                Ok(Event::End(_)) => return Ok(self.close()),
                Ok(Event::Text(text)) => self.add(&text.into_inner(), before)?,
                Ok(Event::CData(data)) => self.add(&data.into_inner(), before + "<![CDATA[".len())?,
                Ok(Event::GeneralRef(reference)) => self.resolve(&reference, before)?,
                Ok(Event::DocType(_)) => return Err(self.has_dtd(before)),
                Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => {}
                Ok(Event::Eof) if self.names.is_empty() => return Ok(Step::End),
                Ok(Event::Eof) => return Err(self.cut_off()),
                Err(error) => return Err(self.not_well_formed(&error)),
            }
        }
    }

    fn position(&self) -> usize {
        // Invariant: positions are offsets into `text`, which is in memory.
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len()).min(self.text.len())
    }

    fn open(&mut self, start: &BytesStart<'a>, at: usize) -> Result<(), Error> {
        self.opened_at = at;
        let length = start.name().as_ref().len();
        let name = self.text.get(at + 1..at + 1 + length).unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or(name);
        if !local.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()) {
            return Err(self
                .at(self.error("E0201", "not well-formed XML: '<' without a name"), at, 1)
                .help("a '<' inside a text must be written &lt;"));
        }
        if self.names.len() >= self.limits.depth as usize {
            let message = format!("elements are nested deeper than {}", self.limits.depth);
            return Err(self.limit(message, at, "depth"));
        }
        self.attributes.clear();
        self.read_attributes(start, name, at)?;
        self.names.push(local);
        self.is_binary = local.ends_with("BinaryObject");
        self.leaf = true;
        self.value.clear();
        Ok(())
    }

    fn read_attributes(&mut self, start: &BytesStart<'a>, name: &str, at: usize) -> Result<(), Error> {
        let prefix = name.rsplit_once(':').map_or("", |(prefix, _)| prefix);
        for (n, attribute) in start.attributes().enumerate() {
            if n >= self.limits.attributes as usize {
                let message = format!("an element has more than {} attributes", self.limits.attributes);
                return Err(self.limit(message, at, "attributes"));
            }
            let attribute = attribute.map_err(|_| self.bad_attribute(start, at))?;
            let key: &str = attribute.key.as_ref();
            if let Some(slot) = self.attributes.slot(key) {
                slot.push_str(attribute.value.trim());
            } else if self.names.is_empty() {
                let declared = key.strip_prefix("xmlns:").or(if key == "xmlns" { Some("") } else { None });
                if declared == Some(prefix) {
                    self.namespace = Some(attribute.value.trim().to_string());
                }
            }
        }
        Ok(())
    }

    fn close(&mut self) -> Step {
        let leaf = std::mem::replace(&mut self.leaf, false);
        self.closed = true;
        Step::Close { leaf }
    }

    fn add(&mut self, text: &str, at: usize) -> Result<(), Error> {
        if self.names.is_empty() {
            let Some(offset) = text.find(|c: char| !c.is_whitespace() && c != '\u{feff}') else { return Ok(()) };
            let error = self.error("E0202", "text outside of any element");
            return Err(self.at(error, at + offset, 1).help(DAMAGED));
        }
        if let Some(offset) = text.bytes().position(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) {
            let byte = text.as_bytes()[offset];
            let error = self.error("E0201", format!("not well-formed XML: control character U+{byte:04X}"));
            return Err(self.at(error, at + offset, 1).help(DAMAGED));
        }
        if self.is_binary {
            return Ok(());
        }
        self.fits(text.len())?;
        if self.value.is_empty() {
            self.value_at = at;
        }
        self.value.push_str(text);
        Ok(())
    }

    fn fits(&self, more: usize) -> Result<(), Error> {
        if self.value.len() + more <= self.limits.text_bytes as usize {
            return Ok(());
        }
        let message = format!("a text is longer than {} bytes", self.limits.text_bytes);
        Err(self.limit(message, self.opened_at, "text_bytes"))
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
        if self.names.is_empty() {
            return Err(self.at(self.error("E0202", "text outside of any element"), at, 1).help(DAMAGED));
        }
        self.fits(1)?;
        if self.value.is_empty() {
            self.value_at = at;
        }
        self.value.push(c);
        Ok(())
    }

    /// An error of the input in this file, without a place yet.
    pub(super) fn error(&self, code: &'static str, message: impl Into<Box<str>>) -> Error {
        Error::new(ErrorKind::Input, code, message).in_file(self.path)
    }

    /// Adds the place at a byte offset, its line, and the element path.
    pub(super) fn at(&self, error: Error, offset: usize, width: usize) -> Error {
        let error = self.place(error, offset, width);
        let path = self.element_path();
        if path.is_empty() { error } else { error.context(path) }
    }

    /// Adds the place at a byte offset and its line.
    pub(super) fn place(&self, error: Error, offset: usize, width: usize) -> Error {
        let offset = (0..=offset.min(self.text.len())).rev().find(|n| self.text.is_char_boundary(*n)).unwrap_or(0);
        let before = &self.text[..offset];
        let (line, column) = place_of(before);
        let start = before.rfind('\n').map_or(0, |n| n + 1);
        let end = self.text[offset..].find('\n').map_or(self.text.len(), |n| offset + n);
        let shown = self.text[start..end].trim_end_matches('\r');
        error.at(line, column).excerpt(shown, (column - 1) as usize, width.max(1))
    }

    /// Byte offset of the last character.
    pub(super) fn end(&self) -> usize {
        self.text.trim_end().len().saturating_sub(1)
    }

    /// The line of a byte offset, from 1.
    pub(super) fn line(&self, offset: usize) -> u32 {
        let lines = self.text.as_bytes()[..offset.min(self.text.len())].iter().filter(|b| **b == b'\n').count();
        u32::try_from(lines + 1).unwrap_or(u32::MAX)
    }

    /// The path of the open elements.
    pub(super) fn element_path(&self) -> String {
        let mut path = String::new();
        // A hostile depth is not spelled out.
        for name in self.names.iter().take(24) {
            path.push('/');
            path.extend(name.chars().take(60));
        }
        if self.names.len() > 24 {
            path.push_str("/…");
        }
        path
    }

    /// Reaching a cap of the configuration.
    pub(super) fn limit(&self, message: String, at: usize, key: &str) -> Error {
        let error = self.error("E0205", message);
        self.at(error, at, 1)
            .help(format!("no invoice needs this; if yours does, raise  {key}  under [limits] in the configuration"))
    }

    fn bad_attribute(&self, start: &BytesStart<'_>, at: usize) -> Error {
        let error = self.error("E0201", "not well-formed XML: an attribute without quotes, cut off, or given twice");
        self.at(error, at, start.len() + 2).label("expected attributes as  name=\"value\"").help(DAMAGED)
    }

    fn has_dtd(&self, at: usize) -> Error {
        let error = self.error("E0204", "a document type definition (<!DOCTYPE) is refused");
        self.at(error, at, "<!DOCTYPE".len())
            .label("a DTD can make a small file huge, or read other files")
            .help("no invoice needs one: find out where this file comes from")
    }

    fn cut_off(&self) -> Error {
        let open = self.names.last().copied().unwrap_or_default();
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

/// A text in one line: runs of blanks and line breaks become one blank.
pub(super) fn in_one_line(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| c.is_whitespace() && c != ' ') || text.contains("  ") {
        return Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    Cow::Borrowed(text.trim())
}
