//! What stands above the first tag: version and character set.

use encoding_rs::{Encoding, UTF_8};

use super::super::source::Source;
use crate::error::Error;

/// How much of a file is searched for its header. Real ones have some 200 bytes.
const HEAD: usize = 2048;

/// Keys of the OFX 1 header. They stand on lines of their own, on one line, or glued together without anything between them.
const KEYS: [&str; 9] = [
    "OFXHEADER:",
    "DATA:",
    "VERSION:",
    "SECURITY:",
    "ENCODING:",
    "CHARSET:",
    "COMPRESSION:",
    "OLDFILEUID:",
    "NEWFILEUID:",
];

/// What a file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// `102`, `211`; empty where it is not said.
    pub(super) version: String,
    /// `USASCII`, `UTF-8`, or the encoding of the XML declaration.
    encoding: String,
    /// `1252`, `ISO-8859-1`, `NONE`.
    charset: String,
}

/// Reads the header. It is ASCII in every encoding that occurs.
pub(super) fn read(bytes: &[u8]) -> Header {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    if let Some(start) = head.find("<?OFX") {
        let instruction = head[start..].split('>').next().unwrap_or_default();
        let xml = head[..start].rfind("<?xml").map_or("", |n| &head[n..start]);
        return Header {
            version: attribute(instruction, "VERSION"),
            encoding: attribute(xml, "encoding"),
            charset: String::new(),
        };
    }
    let end = head.find('<').unwrap_or(head.len());
    if head[end..].starts_with("<?xml") {
        let encoding = attribute(head[end..].split('>').next().unwrap_or_default(), "encoding");
        return Header { encoding, ..Header::default() };
    }
    let value = |key: &str| value(&head[..end], key).to_string();
    Header { version: value("VERSION:"), encoding: value("ENCODING:"), charset: value("CHARSET:") }
}

fn value<'t>(head: &'t str, key: &str) -> &'t str {
    let Some(start) = head.find(key) else { return "" };
    let rest = &head[start + key.len()..];
    let line = rest.split(['\n', '\r']).next().unwrap_or_default().trim_start();
    let word = line.split_whitespace().next().unwrap_or_default();
    let next = KEYS.iter().filter_map(|k| word.find(k)).min();
    &word[..next.unwrap_or(word.len())]
}

fn attribute(tag: &str, name: &str) -> String {
    // `OFXHEADER` and `VERSION` end differently, so a blank before the name is enough to tell them apart.
    let Some(start) = tag.find(&format!(" {name}")) else { return String::new() };
    let rest = tag[start + 1 + name.len()..].trim_start().strip_prefix('=').unwrap_or_default().trim_start();
    match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().unwrap_or_default().to_string(),
        _ => String::new(),
    }
}

impl Header {
    /// The encoding that the header names, if it is one that holds more than ASCII. OFX 1 names a code page by its number
    /// (OFX 1.6, section 2.2: `1252`, `ISO-8859-1`, `NONE`).
    pub(super) fn charset(&self) -> Option<&'static Encoding> {
        let named = [&self.charset, &self.encoding].into_iter().find_map(|label| {
            let label = label.trim().to_ascii_lowercase();
            let label = match label.as_str() {
                "" | "none" | "usascii" | "us-ascii" | "ascii" => return None,
                "unicode" | "utf8" => "utf-8".to_string(),
                number if number.len() == 4 && number.starts_with("125") => format!("windows-{number}"),
                other if other.starts_with("8859-") => format!("iso-{other}"),
                other => other.to_string(),
            };
            Encoding::for_label(label.as_bytes())
        })?;
        (named != UTF_8).then_some(named)
    }

    /// Decodes a file. Bytes that are valid UTF-8 are that, whatever the header says: text of another encoding hardly ever is.
    ///
    /// Errors: E0021 to E0023.
    pub(super) fn decode<'a>(&self, path: &'a str, bytes: &'a [u8]) -> Result<Source<'a>, Error> {
        // Where even the declared encoding does not fit, the bytes are looked at instead.
        let fits = |e: &&'static Encoding| e.decode_without_bom_handling_and_without_replacement(bytes).is_some();
        match self.charset() {
            Some(encoding) if std::str::from_utf8(bytes).is_err() && fits(&encoding) => {
                Source::decode(path, bytes, Some(encoding.name()))
            }
            _ => Source::decode(path, bytes, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_three_shapes_say_the_same() {
        let lines = b"OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\nCOMPRESSION:NONE\r\n\r\n<OFX>";
        let one = b"OFXHEADER:100 DATA:OFXSGML VERSION:102 ENCODING:USASCII CHARSET:1252 COMPRESSION:NONE <OFX>";
        let glued = b"OFXHEADER:100DATA:OFXSGMLVERSION:102ENCODING:USASCIICHARSET:1252COMPRESSION:NONE<OFX>";
        for bytes in [&lines[..], one, glued] {
            let header = read(bytes);
            assert_eq!((&*header.version, &*header.charset), ("102", "1252"));
            assert_eq!(header.charset().map(Encoding::name), Some("windows-1252"));
        }
        let xml = read(b"<?xml version=\"1.0\" encoding='ISO-8859-15'?>\n<?OFX OFXHEADER=\"200\" VERSION=\"211\"?>");
        assert_eq!((&*xml.version, xml.charset().map(Encoding::name)), ("211", Some("ISO-8859-15")));
        assert_eq!(read(b"<OFX>"), Header::default());
    }

    #[test]
    fn bytes_win_over_what_is_declared() {
        let header = read(b"OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\n<OFX>");
        assert_eq!(header.decode("f", "é".as_bytes()).unwrap().text, "é");
        assert_eq!(header.decode("f", b"\xe9\x80").unwrap().text, "é€");
        let none = read(b"OFXHEADER:100\nENCODING:USASCII\nCHARSET:NONE\n<OFX>");
        assert_eq!(none.decode("f", b"Soci\xe9t\xe9").unwrap().text, "Société");
    }
}
