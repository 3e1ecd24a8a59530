//! What a file is, by its content. Names lie; bytes do not.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::camt;

/// How much of a file is looked at. Envelopes are shorter, and a table shows itself in fewer lines.
const HEAD: usize = 64 << 10;

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bank's statement in XML.
    Camt053,
    /// An intraday report in XML.
    Camt052,
    /// A debit and credit notification in XML.
    Camt054,
    /// XML with some other root, which is named.
    OtherXml(String),
    /// A text of rows and columns.
    Csv,
    /// A ZIP archive.
    Zip,
    /// None of these; what it looks like, for messages.
    Unknown(&'static str),
}

/// First bytes that settle what a file is.
const SIGNATURES: [(&[u8], &str); 10] = [
    (b"%PDF", "it is a PDF"),
    (b"\x1f\x8b", "it is compressed with gzip"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive"),
    (b"Rar!", "it is a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "it is an old Excel or Word file (save it as CSV)"),
    (b"\x89PNG", "it is a picture"),
    (b"\xff\xd8\xff", "it is a picture"),
    (b"{\\rtf", "it is an RTF text"),
    (b"SQLite format 3", "it is a database"),
    (b"\x7fELF", "it is a program"),
];

/// Says what a file is from its first bytes.
pub fn recognise(bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind::Unknown("it is empty");
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return if is_office(bytes) {
            Kind::Unknown("it is an Excel or Word file (save it as CSV)")
        } else {
            Kind::Zip
        };
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Kind::Unknown(what);
    }
    let text = head(bytes);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.starts_with('<') {
        return xml(text);
    }
    if text.is_empty() {
        return Kind::Unknown("it holds nothing but blanks");
    }
    if text.contains('\0') {
        return Kind::Unknown("it is not a text");
    }
    plain(text)
}

/// The first part of a file as text. What does not decode is of no interest here.
fn head(bytes: &[u8]) -> String {
    let part = &bytes[..bytes.len().min(HEAD)];
    match part {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => encoding_rs::UTF_16LE.decode(part).0.into_owned(),
        [0xfe, 0xff, ..] | [0, b'<', ..] => encoding_rs::UTF_16BE.decode(part).0.into_owned(),
        _ => String::from_utf8_lossy(part).into_owned(),
    }
}

/// Office documents are ZIP archives that begin with one of these members.
fn is_office(bytes: &[u8]) -> bool {
    let name = bytes.get(30..).unwrap_or_default();
    [&b"[Content_Types].xml"[..], b"_rels/", b"xl/", b"word/", b"docProps/", b"mimetypeapplication/vnd."]
        .iter()
        .any(|start| name.starts_with(start))
}

fn xml(text: &str) -> Kind {
    if let Some(name) = camt::recognise(text) {
        match name.get(..8) {
            Some("camt.053") => return Kind::Camt053,
            Some("camt.052") => return Kind::Camt052,
            Some("camt.054") => return Kind::Camt054,
            _ => {}
        }
    }
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                return match start.local_name().as_ref() {
                    "html" | "HTML" => Kind::Unknown("it is a web page"),
                    "OFX" => Kind::Unknown("it is an OFX file, which is not read yet"),
                    name => Kind::OtherXml(name.chars().take(60).collect()),
                };
            }
            Ok(Event::Eof) | Err(_) => return Kind::Unknown("it begins like XML, but holds no element"),
            Ok(_) => {}
        }
    }
}

fn plain(text: &str) -> Kind {
    let first = text.lines().next().unwrap_or_default();
    // SWIFT blocks begin with a brace as JSON does.
    if text.contains("\n:61:") || text.starts_with(":20:") || text.contains("\n:20:") || text.starts_with("{1:F") {
        return Kind::Unknown("it is an MT940 statement, which is not read yet");
    }
    if text.starts_with(['{', '[']) || text.starts_with("\"<") || text.starts_with("\"{") {
        return Kind::Unknown("it is JSON");
    }
    if ["OFXHEADER", "DATA:OFXSGML"].iter().any(|start| first.contains(start)) {
        return Kind::Unknown("it is an OFX file, which is not read yet");
    }
    if ["!type:", "!account", "!option:"].iter().any(|start| first.to_lowercase().starts_with(start)) {
        return Kind::Unknown("it is a QIF file, which is not read yet");
    }
    if matches!(first.len(), 119 | 120 | 240) && first.starts_with("01") && !first.contains([';', ',', '\t']) {
        return Kind::Unknown("it is a CFONB file, which is not read yet");
    }
    if first.len() == 128 && first.starts_with('0') && !first.contains([';', '\t']) {
        return Kind::Unknown("it is a CODA file, which is not read yet");
    }
    if first.starts_with("01,") && text.contains("\n02,") {
        return Kind::Unknown("it is a BAI2 file, which is not read yet");
    }
    if is_table(text) { Kind::Csv } else { Kind::Unknown("it is a text without columns") }
}

/// Whether most lines of a text have separators, and many the same number of them. Prose has commas too, but not that evenly.
fn is_table(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(200).collect();
    [(';', 1), ('\t', 1), (',', 2), ('|', 2)].into_iter().any(|(separator, least)| {
        let mut counts: Vec<usize> = lines.iter().map(|line| outside_quotes(line, separator)).collect();
        if lines.len() == 1 {
            return counts[0] >= 3;
        }
        // Two rows alike with several columns, whatever stands above them.
        if counts.windows(2).any(|pair| pair[0] == pair[1] && pair[0] >= 3) {
            return true;
        }
        let with = counts.iter().filter(|n| **n >= least).count();
        counts.retain(|n| *n >= least);
        counts.sort_unstable();
        let most = counts.chunk_by(|a, b| a == b).map(<[usize]>::len).max().unwrap_or(0);
        most >= 2 && with * 2 >= lines.len() && most * 3 >= lines.len()
    })
}

/// Separators of a line outside of quotes. A comma in front of a blank is punctuation.
fn outside_quotes(line: &str, separator: char) -> usize {
    let mut quoted = false;
    line.char_indices()
        .filter(|(at, c)| {
            quoted ^= *c == '"';
            *c == separator && !quoted && !(separator == ',' && line[at + 1..].starts_with(' '))
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_content() {
        let camt =
            |n: &str| format!("<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.{n}\"/>");
        assert_eq!(recognise(camt("053.001.08").as_bytes()), Kind::Camt053);
        assert_eq!(recognise(camt("052.001.02").as_bytes()), Kind::Camt052);
        assert_eq!(recognise(camt("054.001.13").as_bytes()), Kind::Camt054);
        assert_eq!(recognise(b"\xef\xbb\xbf \n<a:X><BkToCstmrStmt>"), Kind::Camt053);
        assert_eq!(recognise(b"<a><b/></a>"), Kind::OtherXml("a".into()));
        assert_eq!(recognise(b"PK\x03\x04\0\0"), Kind::Zip);
        assert_eq!(recognise(b"Date;Amount\n1;2\n"), Kind::Csv);
        assert_eq!(recognise(b"a,b,c\n1,2,3\n\n4,5,6"), Kind::Csv);
        assert_eq!(recognise(b"payment_id,booking_date,amount,currency\n"), Kind::Csv);
        let below_a_form =
            b"\"From\",\n\"To\",\n\"Text\",\n\"Note\",\n\"Other\",\n\"Date\",\"A\",\"B\",\"C\"\n1,2,3,4\n";
        assert_eq!(recognise(below_a_form), Kind::Csv);
        for unknown in [
            &b""[..],
            b"  \n",
            b"%PDF-1.4",
            b"{\"a\":1}",
            b":20:X\n:61:1\n",
            b"{1:F01X}{4:\n:20:A\n",
            b"OFXHEADER:100\nDATA:OFXSGML\n",
            b"!Type:Bank\nD1\n",
            b"<html><body/></html>",
            b"Dear all,\n\nplease find, as agreed, the list.\nRegards, and so on, me\n",
            b"a\0b",
        ] {
            assert!(matches!(recognise(unknown), Kind::Unknown(_)), "{:?}", recognise(unknown));
        }
    }

    #[test]
    fn utf16_is_looked_into() {
        let text = "\u{feff}<Document><BkToCstmrStmt/></Document>";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(recognise(&bytes), Kind::Camt053);
    }
}
