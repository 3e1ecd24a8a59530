//! OFX as a sequence of tags with the text behind each: one tolerant tokenizer for SGML (OFX 1) and XML (OFX 2).
//!
//! OFX has no mixed content and no attributes, so a tag and the text up to the next tag say everything; whether a leaf is closed
//! does not matter. No tree is built. Every byte is looked at a fixed number of times, whatever stands there.
//!
//! A document type declaration is refused: no statement needs one, and it is the door to entity expansion. Only the five
//! entities of XML and numeric ones are known; anything else behind `&` stays as written, since banks write `AT&T` in SGML.

use std::borrow::Cow;

/// An opening tag with the text behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Open<'t> {
    /// Without a namespace prefix, as written.
    pub(super) name: &'t str,
    /// Trimmed, entities replaced, a line break inside it turned into one blank.
    pub(super) value: Cow<'t, str>,
    /// Byte offset of the `<`.
    pub(super) at: usize,
    /// Byte offset of the first character of the value.
    pub(super) value_at: usize,
    /// Line of the `<`, from 1.
    pub(super) line: u32,
    /// `<TAG/>`.
    pub(super) is_closed: bool,
}

/// One step through a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Open(Open<'t>),
    /// `stray` is true when text follows it that belongs to no leaf.
    Close {
        name: &'t str,
        line: u32,
        stray: bool,
    },
}

/// Why a document cannot be read on. With byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// `<!DOCTYPE` and its kin.
    Declaration(usize),
    /// A comment, a CDATA section or an instruction that never ends.
    Unclosed(usize, &'static str),
    /// The text of one element is longer than allowed.
    LongText(usize),
}

/// Walks through a document.
#[derive(Clone, Debug)]
pub(super) struct Markup<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    /// Up to where lines are counted.
    counted: usize,
    longest: usize,
    started: bool,
}

/// What stands at a `<`.
enum Mark<'t> {
    Tag(Tag<'t>),
    /// Nothing of markup: the character itself.
    Text,
}

#[derive(Clone, Copy)]
struct Tag<'t> {
    name: &'t str,
    closes: bool,
    is_empty: bool,
    end: usize,
}

impl<'t> Markup<'t> {
    /// `longest` is the cap on the text of one element, in bytes.
    pub(super) fn new(text: &'t str, longest: usize) -> Self {
        Self { text, at: 0, line: 1, counted: 0, longest, started: false }
    }

    /// The next tag; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Token<'t>>, Broken> {
        if !self.started {
            self.started = true;
            // The header of OFX 1 and the declarations of OFX 2 are read elsewhere.
            self.content(usize::MAX)?;
        }
        if self.at >= self.text.len() {
            return Ok(None);
        }
        // Invariant: `content` ends at a tag or at the end.
        let Mark::Tag(tag) = self.mark(self.at) else { return Ok(None) };
        let at = self.at;
        let line = self.line_at(at);
        self.at = tag.end;
        let raw = self.content(self.longest)?;
        if tag.closes {
            return Ok(Some(Token::Close { name: tag.name, line, stray: !raw.trim().is_empty() }));
        }
        let lead = self.text[tag.end..].len() - self.text[tag.end..].trim_start().len();
        Ok(Some(Token::Open(Open {
            name: tag.name,
            value: tidy(raw),
            at,
            value_at: tag.end + lead,
            line,
            is_closed: tag.is_empty,
        })))
    }

    /// The line of a place that lies behind all earlier ones. A line ends with LF, CR LF or CR.
    fn line_at(&mut self, at: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let breaks = |n: &usize| bytes[*n] == b'\n' || (bytes[*n] == b'\r' && bytes.get(n + 1) != Some(&b'\n'));
        self.line = self.line.saturating_add((self.counted..at).filter(breaks).count() as u32);
        self.counted = at;
        self.line
    }

    /// The text from here to the next tag, which becomes the current place.
    fn content(&mut self, longest: usize) -> Result<Cow<'t, str>, Broken> {
        let begin = self.at;
        let mut out: Option<String> = None;
        let mut from = begin;
        let mut search = begin;
        loop {
            let Some(found) = self.text[search..].find('<').map(|n| n + search) else {
                self.at = self.text.len();
                break;
            };
            let rest = &self.text[found..];
            // What an instruction or a comment holds is no text; what a CDATA section holds is, as it stands.
            let (skipped, kept) = if rest.starts_with("<!--") {
                (self.past(found, 4, "-->", "comment")?, None)
            } else if let Some(inner) = rest.strip_prefix("<![CDATA[") {
                let end = self.past(found, 9, "]]>", "CDATA section")?;
                (end, Some(&inner[..end - found - 12]))
            } else if rest.starts_with("<?") {
                (self.past(found, 2, "?>", "instruction")?, None)
            } else if rest.strip_prefix("<!").is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphabetic())) {
                return Err(Broken::Declaration(found));
            } else if let Mark::Tag(_) = self.mark(found) {
                self.at = found;
                break;
            } else {
                search = found + 1;
                continue;
            };
            let out = out.get_or_insert_default();
            push(out, &self.text[from..found]);
            out.push_str(kept.unwrap_or_default());
            if out.len() > longest {
                return Err(Broken::LongText(begin));
            }
            (from, search) = (skipped, skipped);
        }
        if self.at - from > longest {
            return Err(Broken::LongText(begin));
        }
        let last = &self.text[from..self.at];
        match out {
            Some(mut out) => {
                push(&mut out, last);
                if out.len() > longest { Err(Broken::LongText(begin)) } else { Ok(Cow::Owned(out)) }
            }
            None if last.contains('&') => {
                let mut out = String::with_capacity(last.len());
                push(&mut out, last);
                Ok(Cow::Owned(out))
            }
            None => Ok(Cow::Borrowed(last)),
        }
    }

    /// The place behind the next `end`.
    fn past(&self, at: usize, skip: usize, end: &str, what: &'static str) -> Result<usize, Broken> {
        let from = at + skip;
        let found = self.text[from..].find(end).ok_or(Broken::Unclosed(at, what))?;
        Ok(from + found + end.len())
    }

    /// What stands at a `<`: a tag only if it ends in time, so that `A < B` and `<3` remain text.
    fn mark(&self, at: usize) -> Mark<'t> {
        let bytes = self.text.as_bytes();
        let closes = bytes.get(at + 1) == Some(&b'/');
        let start = at + 1 + usize::from(closes);
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b':');
        if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
            return Mark::Text;
        }
        let end = start + bytes[start..].iter().position(|b| !is_name(b)).unwrap_or(bytes.len() - start);
        let name = &self.text[start..end];
        let name = name.rsplit(':').next().unwrap_or(name);
        let Some(last) = end_of_tag(bytes, end) else { return Mark::Text };
        let is_empty = !closes && bytes[last - 1] == b'/';
        Mark::Tag(Tag { name, closes, is_empty, end: last + 1 })
    }
}

/// The `>` of a tag whose name ends at `at`: blanks, attributes in quotes (`xmlns` is all that occurs) and a slash may come
/// before it. A `<` never may, so the search is over at the next tag at the latest.
fn end_of_tag(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut spaced = false;
    loop {
        match *bytes.get(at)? {
            b'>' => return Some(at),
            b'/' if bytes.get(at + 1) == Some(&b'>') => return Some(at + 1),
            b if b.is_ascii_whitespace() => {
                spaced = true;
                at += 1;
            }
            b if spaced && (b.is_ascii_alphabetic() || b == b'_') => {
                at += bytes[at..].iter().position(|b| matches!(b, b'=' | b'<' | b'>') || b.is_ascii_whitespace())?;
                let quote = *bytes[at..].strip_prefix(b"=")?.first().filter(|q| matches!(q, b'"' | b'\''))?;
                at += 2;
                at += bytes[at..].iter().position(|b| matches!(b, b'<' | b'>') || *b == quote)?;
                if bytes[at] != quote {
                    return None;
                }
                at += 1;
                spaced = false;
            }
            _ => return None,
        }
    }
}

/// Adds a text with its entities replaced.
fn push(out: &mut String, mut text: &str) {
    /// Longer than any numeric character reference.
    const LONGEST: usize = 12;
    while let Some(start) = text.find('&') {
        out.push_str(&text[..start]);
        let rest = &text[start + 1..];
        let end = rest.bytes().take(LONGEST).position(|b| b == b';');
        match end.and_then(|end| Some((entity(&rest[..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                text = &rest[end + 1..];
            }
            None => {
                out.push('&');
                text = rest;
            }
        }
    }
    out.push_str(text);
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))?
        }
    })
}

/// Trims a text; a line break inside it, with the blanks around it, becomes one blank.
fn tidy(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.trim().contains(['\n', '\r']) {
        let lines: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
        return Cow::Owned(lines.join(" "));
    }
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `NAME=value` for an opening tag, `/NAME` for a closing one.
    fn tokens(text: &str) -> Result<Vec<String>, Broken> {
        let mut markup = Markup::new(text, 1000);
        let mut out = Vec::new();
        while let Some(token) = markup.next()? {
            out.push(match token {
                Token::Open(open) => format!("{}={}", open.name, open.value),
                Token::Close { name, .. } => format!("/{name}"),
            });
        }
        Ok(out)
    }

    #[test]
    fn both_generations_give_the_same_values() {
        let sgml = "OFXHEADER:100\n<A>\n<B>x y\n<C>1\n</A>";
        let xml = "<?xml version=\"1.0\"?><?OFX OFXHEADER=\"200\"?><A xmlns=\"urn:x\"><B>x y</B><C>1</C></A>";
        let values = |t: &str| {
            tokens(t).unwrap().into_iter().filter(|t| !t.starts_with('/') || t == "/A").collect::<Vec<String>>()
        };
        assert_eq!(values(sgml), ["A=", "B=x y", "C=1", "/A"]);
        assert_eq!(values(sgml), values(xml));
        assert_eq!(tokens("<O:A><B/><C />").unwrap(), ["A=", "B=", "C="]);
    }

    #[test]
    fn text_that_looks_like_markup_stays_text() {
        assert_eq!(tokens("<A>1 < 2 <3 <b c <B>x").unwrap(), ["A=1 < 2 <3 <b c", "B=x"]);
        assert_eq!(
            tokens("<A>a &amp; b &lt;x&gt; &#233;&#xe9; AT&T &eacute; &;").unwrap(),
            ["A=a & b <x> éé AT&T &eacute; &;"]
        );
        assert_eq!(tokens("<A><![CDATA[<b> &amp;]]> c<!-- no -->\n d</A>").unwrap(), ["A=<b> &amp; c d", "/A"]);
    }

    #[test]
    fn what_is_dangerous_is_refused() {
        assert_eq!(tokens("<!DOCTYPE x [<!ENTITY a \"b\">]><A>"), Err(Broken::Declaration(0)));
        assert_eq!(tokens("<A>x<!ENTITY a>"), Err(Broken::Declaration(4)));
        assert_eq!(tokens("<A>x<!-- y"), Err(Broken::Unclosed(4, "comment")));
        assert_eq!(tokens(&format!("<A>{}", "x".repeat(1001))), Err(Broken::LongText(3)));
        let cut = format!("<A>{}<!-- -->{}", "x".repeat(600), "y".repeat(600));
        assert_eq!(tokens(&cut), Err(Broken::LongText(3)));
    }

    #[test]
    fn lines_are_counted_once_for_each_sort_of_end() {
        let mut markup = Markup::new("<A>\r\n<B>1\r<C>2\n\n<D>3", 10);
        let mut lines = Vec::new();
        while let Ok(Some(Token::Open(open))) = markup.next() {
            lines.push((open.line, open.value_at - open.at));
        }
        assert_eq!(lines.iter().map(|l| l.0).collect::<Vec<_>>(), [1, 2, 3, 5]);
    }
}
