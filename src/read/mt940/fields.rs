//! Lines to fields: a tag, and its text with the lines that continue it.
//!
//! The text of a field is free, so a line of it can look like the beginning of another: times (`T13` `:20:11`) and lone hyphens are
//! cut to the beginning of a line. What the next tag is tells them apart.

use super::super::source::{Line, Lines};
use super::notes::{Notes, Oddity};

/// What a field holds (SWIFT user handbook, MT940 and MT942; `:NS:` is a German and Hungarian addition).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `:20:` transaction reference: a message begins.
    Reference,
    /// `:21:` related reference.
    Related,
    /// `:25:` account.
    Account,
    /// `:28:`, `:28C:` number of statement and page.
    Number,
    /// `:60F:`, `:60M:` opening balance.
    Opening,
    /// `:61:` movement.
    Entry,
    /// `:86:` information to the owner.
    Info,
    /// `:62F:`, `:62M:` closing balance.
    Closing,
    /// `:64:`, `:65:` available balances.
    Available,
    /// `:34F:` floor limit.
    Floor,
    /// `:13D:` time of an interim report.
    Moment,
    /// `:90D:` number and sum of the debits.
    Debits,
    /// `:90C:` number and sum of the credits.
    Credits,
    /// `:NS:` lines that begin with two digits each.
    Numbered,
    /// Anything else.
    Other,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "20" => Self::Reference,
            "21" => Self::Related,
            "25" | "25P" => Self::Account,
            "28" | "28C" => Self::Number,
            "60" | "60F" | "60M" => Self::Opening,
            "61" => Self::Entry,
            "86" => Self::Info,
            "62" | "62F" | "62M" => Self::Closing,
            "64" | "65" => Self::Available,
            "34F" => Self::Floor,
            "13" | "13D" => Self::Moment,
            "90D" => Self::Debits,
            "90C" => Self::Credits,
            "NS" => Self::Numbered,
            _ => Self::Other,
        }
    }

    /// Whether it stands in front of the movements.
    fn is_header(self) -> bool {
        matches!(
            self,
            Self::Reference
                | Self::Related
                | Self::Account
                | Self::Number
                | Self::Opening
                | Self::Floor
                | Self::Moment
                | Self::Numbered
        )
    }
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'t> {
    pub(super) tag: Tag,
    /// `M`: a balance between two pages.
    pub(super) is_intermediate: bool,
    /// Its first line, for messages.
    pub(super) line: Line<'t>,
    /// Characters of that line before the text.
    pub(super) column: usize,
    /// Its text: the rest of the first line and the lines that continue it, with their line breaks.
    pub(super) text: &'t str,
    /// It begins a message whose SWIFT header names MT942.
    pub(super) is_942: bool,
}

impl<'t> Field<'t> {
    /// Its lines, without line breaks and bytes of control around them.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        Lines::of(self.text).map(|line| bare(line.text))
    }

    /// The first line of the text, without blanks around it.
    pub(super) fn first(&self) -> &'t str {
        self.lines().next().unwrap_or_default().trim()
    }
}

/// Walks through the fields of a file.
pub(super) struct Fields<'t> {
    text: &'t str,
    lines: Lines<'t>,
    waiting: Option<Start<'t>>,
    /// A movement or balance of the message was seen, and its closing balance.
    state: State,
    /// The first line that begins like a field from some line on, remembered so that no line is looked at for ever.
    next_tag: Option<(u32, Next)>,
    is_942: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Header,
    Entries,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Field(Tag),
    /// A block of SWIFT's envelope, or the end of the file.
    Border,
}

/// The first line of a field.
#[derive(Clone, Copy)]
struct Start<'t> {
    tag: Tag,
    is_intermediate: bool,
    line: Line<'t>,
    column: usize,
    text: &'t str,
}

impl<'t> Fields<'t> {
    pub(super) fn new(text: &'t str, lines: Lines<'t>) -> Self {
        Self { text, lines, waiting: None, state: State::Outside, next_tag: None, is_942: false }
    }

    /// The next field; what stands between messages is noted.
    pub(super) fn next(&mut self, notes: &mut Notes) -> Option<Field<'t>> {
        let start = match self.waiting.take() {
            Some(start) => start,
            None => self.find_start(notes)?,
        };
        self.state = match start.tag {
            Tag::Entry => State::Entries,
            Tag::Closing => State::Closed,
            Tag::Info | Tag::Available | Tag::Other => self.state,
            _ => State::Header,
        };
        let begin = offset(self.text, start.text);
        let mut end = begin + start.text.len();
        while let Some(line) = self.lines.next() {
            let text = bare(line.text);
            if let Some(next) = begins(line, text, notes).filter(|next| self.is_start(next, start.tag, line)) {
                self.waiting = Some(next);
                break;
            }
            if self.ends(text, start.tag, line) {
                self.envelope(text);
                self.waiting = after_envelope(line, text);
                break;
            }
            end = offset(self.text, line.text) + line.text.len();
        }
        Some(Field {
            tag: start.tag,
            is_intermediate: start.is_intermediate,
            line: start.line,
            column: start.column,
            text: &self.text[begin..end],
            is_942: start.tag == Tag::Reference && std::mem::take(&mut self.is_942),
        })
    }

    fn find_start(&mut self, notes: &mut Notes) -> Option<Start<'t>> {
        while let Some(line) = self.lines.next() {
            let text = bare(line.text);
            if let Some(start) = begins(line, text, notes) {
                return Some(start);
            }
            if is_envelope(text) {
                self.envelope(text);
                if let Some(start) = after_envelope(line, text) {
                    return Some(start);
                }
            } else if !text.trim().is_empty() && !matches!(text.trim(), "-" | "}") {
                notes.add(Oddity::OutsideMessages, line.number);
            }
        }
        None
    }

    fn envelope(&mut self, text: &str) {
        self.is_942 |= text.contains("{2:O942") || text.contains("{2:I942");
    }

    /// Whether a line that looks like the beginning of a field is one. In free text it may be a time: `:20:11`.
    fn is_start(&mut self, start: &Start<'t>, open: Tag, line: Line<'t>) -> bool {
        let is_free = matches!(open, Tag::Info | Tag::Entry);
        let is_time = start.column == 4 && start.line.text.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        match start.tag {
            _ if !is_free || !is_time => true,
            Tag::Entry | Tag::Opening | Tag::Closing | Tag::Info | Tag::Available => true,
            Tag::Reference | Tag::Related | Tag::Account | Tag::Number | Tag::Moment => {
                // `:25:` among movements stands there alone; in the text of one it is a time.
                open == Tag::Entry || self.header_follows(line)
            }
            _ => false,
        }
    }

    /// Whether a line ends the message: the trailer, or a block of SWIFT's envelope.
    fn ends(&mut self, text: &str, open: Tag, line: Line<'t>) -> bool {
        if is_envelope(text) {
            return true;
        }
        let text = text.trim_end();
        let is_hyphen = text == "-" || text == "-XXX";
        let is_free = matches!(open, Tag::Info | Tag::Entry);
        is_hyphen && (!is_free || self.state == State::Closed || self.header_follows(line))
    }

    /// Whether the next field below a line is one of a message's header, or there is none.
    fn header_follows(&mut self, line: Line<'t>) -> bool {
        let found = match self.next_tag {
            Some((at, next)) if at > line.number => next,
            _ => {
                let (at, next) = self
                    .lines
                    .clone()
                    .find_map(|l| {
                        let text = bare(l.text);
                        if is_envelope(text) {
                            return Some((l.number, Next::Border));
                        }
                        tag_of(text)
                            .filter(|(tag, ..)| *tag != Tag::Other)
                            .map(|(tag, ..)| (l.number, Next::Field(tag)))
                    })
                    .unwrap_or((u32::MAX, Next::Border));
                self.next_tag = Some((at, next));
                next
            }
        };
        match found {
            Next::Field(tag) => tag.is_header(),
            Next::Border => true,
        }
    }
}

/// A line without the bytes of control that stand around messages (SOH, ETX) and a byte-order mark.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| (c.is_control() && c != '\t') || c == '\u{feff}')
}

/// Where a part of a text begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// A block of SWIFT's envelope: `{1:F01…}{2:…}{4:`, or the end of one, `-}{5:…}`.
fn is_envelope(text: &str) -> bool {
    let is_block =
        |t: &str| t.starts_with('{') && t.as_bytes().get(2) == Some(&b':') && t.as_bytes()[1].is_ascii_digit();
    is_block(text) || text.starts_with("-}")
}

/// A field that begins on the same line as the text block: `{4::20:`.
fn after_envelope<'t>(line: Line<'t>, text: &'t str) -> Option<Start<'t>> {
    let rest = text.split_once("{4:")?.1;
    let (tag, is_intermediate, length) = tag_of(rest)?;
    let column = line.text.chars().count() - rest.chars().count() + length;
    Some(Start { tag, is_intermediate, line, column, text: &rest[length..] })
}

fn begins<'t>(line: Line<'t>, text: &'t str, notes: &mut Notes) -> Option<Start<'t>> {
    let (tag, is_intermediate, length) = match tag_of(text) {
        Some(found) => found,
        None => {
            let found = without_colon(text)?;
            notes.add(Oddity::TagWithoutColon, line.number);
            found
        }
    };
    let before = offset(line.text, text);
    let column = line.text[..before].chars().count() + length;
    Some(Start { tag, is_intermediate, line, column, text: &text[length..] })
}

/// Tag, whether it is one of pages, and its length, where a line begins with one: `:61:`, `:60F:`, `:NS:`, `:940:`.
fn tag_of(text: &str) -> Option<(Tag, bool, usize)> {
    let rest = text.strip_prefix(':')?;
    let end = rest.bytes().take(5).position(|b| b == b':')?;
    let name = &rest[..end];
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let letters = name.len() - digits;
    let is_tag = (digits >= 2 && letters <= 1 || name == "NS")
        && name.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    is_tag.then(|| (Tag::of(name), name.ends_with('M'), end + 2))
}

/// A balance whose tag lacks its second colon: `:62FC221018…`.
fn without_colon(text: &str) -> Option<(Tag, bool, usize)> {
    let bytes = text.as_bytes();
    let is_tag = matches!(text.get(..4)?, ":60F" | ":60M" | ":62F" | ":62M");
    let is_balance =
        is_tag && matches!(bytes.get(4), Some(b'C' | b'D')) && bytes.get(5..11)?.iter().all(u8::is_ascii_digit);
    is_balance.then(|| (Tag::of(&text[1..4]), bytes[3] == b'M', 4))
}
