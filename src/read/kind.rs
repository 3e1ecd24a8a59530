//! What a file is, by its content. Names lie; bytes do not.

use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::{camt, csv};
use crate::model::columns;

/// How much of a file is looked at. Envelopes are shorter, and a table shows itself in fewer lines.
pub(super) const HEAD: usize = 64 << 10;

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bank's statement in XML.
    Camt053,
    /// An intraday report in XML.
    Camt052,
    /// A debit and credit notification in XML.
    Camt054,
    /// SWIFT MT940, the statement before camt.053, or MT942, its interim report.
    Mt940,
    /// The French statement of 120 characters a record.
    Cfonb120,
    /// The French remittance of 240 characters a record: bills or transfers that were handed in, no statement.
    Cfonb240,
    /// The Belgian statement of 128 characters a record.
    Coda,
    /// The Spanish statement of 80 characters a record (Norma 43).
    Norma43,
    /// Open Financial Exchange, of both generations.
    Ofx,
    /// Quicken's interchange format.
    Qif,
    /// The American cash management statement.
    Bai2,
    /// Swiss slips with reference that were paid in (ESR/ISR, `.v11`).
    Esr,
    /// A text of rows and columns.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// A workbook of Excel.
    Xlsx,
    /// The French file of accounting entries (FEC).
    Fec,
    /// A text of rows and columns that is surely lines of a general ledger. One that may be something else is [`Kind::Csv`].
    Ledger,
    /// An invoice or credit note of UBL 2.1.
    Ubl,
    /// An invoice of UN/CEFACT, Cross Industry Invoice.
    Cii,
    /// A PDF, which may carry an invoice (Factur-X, ZUGFeRD).
    Pdf,
    /// A table of columns, Apache Parquet.
    Parquet,
    /// XML with some other root, which is named.
    OtherXml(String),
    /// A ZIP archive.
    Zip,
    /// Something compressed with gzip.
    Gzip,
    /// None of these; what it looks like, for messages.
    Unknown(&'static str),
}

impl Kind {
    /// What it is called in messages, with its article.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Camt053 => "a camt.053",
            Self::Camt052 => "a camt.052",
            Self::Camt054 => "a camt.054",
            Self::Mt940 => "an MT940",
            Self::Cfonb120 => "a CFONB 120",
            Self::Cfonb240 => "a CFONB 240, a remittance of bills or transfers,",
            Self::Coda => "a CODA",
            Self::Norma43 => "a Norma 43",
            Self::Ofx => "an OFX",
            Self::Qif => "a QIF",
            Self::Bai2 => "a BAI2",
            Self::Esr => "an ESR file",
            Self::Csv => "a CSV",
            Self::JsonLines => "a JSON Lines file",
            Self::Xlsx => "an Excel workbook",
            Self::Fec => "a FEC",
            Self::Ledger => "a table of ledger lines",
            Self::Ubl => "an UBL invoice",
            Self::Cii => "a CII invoice",
            Self::Pdf => "a PDF",
            Self::Parquet => "a Parquet file",
            Self::OtherXml(_) => "an XML document",
            Self::Zip => "a ZIP archive",
            Self::Gzip => "a gzip file",
            Self::Unknown(_) => "of no known kind",
        }
    }

    /// Whether it packs other files.
    pub fn is_container(&self) -> bool {
        matches!(self, Self::Zip | Self::Gzip)
    }

    /// Whether a bank's statement can be of this kind, and nothing else.
    pub fn is_bank_format(&self) -> bool {
        matches!(
            self,
            Self::Camt053
                | Self::Camt052
                | Self::Camt054
                | Self::Mt940
                | Self::Cfonb120
                | Self::Coda
                | Self::Norma43
                | Self::Ofx
                | Self::Qif
                | Self::Bai2
                | Self::Esr
        )
    }

    /// Whether a table can be of this kind: statements, open items and customers alike.
    pub fn is_table(&self) -> bool {
        matches!(self, Self::Csv | Self::JsonLines | Self::Xlsx | Self::Parquet)
    }

    /// Whether an invoice, or the ledger that invoices are in, can be of this kind, and nothing else.
    pub fn is_invoice_format(&self) -> bool {
        matches!(self, Self::Fec | Self::Ubl | Self::Cii | Self::Pdf)
    }
}

/// First bytes that settle what a file is.
const SIGNATURES: [(&[u8], &str); 8] = [
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive"),
    (b"Rar!", "it is a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "it is an old Excel or Word file (save it as XLSX or CSV)"),
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
        return archive(bytes);
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return Kind::Gzip;
    }
    if bytes.starts_with(b"%PDF") {
        return Kind::Pdf;
    }
    if bytes.starts_with(b"PAR1") {
        return Kind::Parquet;
    }
    if is_locked(bytes) {
        return Kind::Unknown("it is protected by a password (save it without one, as XLSX or CSV)");
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

/// An office document behind a password: a compound file (MS-CFB) with the stream `EncryptedPackage` (MS-OFFCRYPTO 2.3.4.4).
fn is_locked(bytes: &[u8]) -> bool {
    const NAME: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
    bytes.starts_with(b"\xd0\xcf\x11\xe0") && bytes.windows(NAME.len()).any(|part| part == NAME)
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

/// Office documents are ZIP archives: their members tell.
fn archive(bytes: &[u8]) -> Kind {
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else { return Kind::Zip };
    if archive.index_for_name("xl/workbook.xml").is_some() {
        return Kind::Xlsx;
    }
    let office = ["word/document.xml", "ppt/presentation.xml", "xl/workbook.bin", "content.xml"];
    match office.iter().any(|name| archive.index_for_name(name).is_some()) {
        true => Kind::Unknown("it is a document of an office program (save it as CSV or XLSX)"),
        false => Kind::Zip,
    }
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
                    "OFX" => Kind::Ofx,
                    "Invoice" | "CreditNote" => Kind::Ubl,
                    "CrossIndustryInvoice" | "CrossIndustryDocument" => Kind::Cii,
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
    // A text in a cell may look like the beginning of anything.
    if columns::is_header(first, &columns::PAYMENT) || columns::is_header(first, &columns::ITEM) {
        return Kind::Csv;
    }
    let begins = |start: &str| first.get(..start.len()).is_some_and(|f| f.eq_ignore_ascii_case(start));
    // SWIFT blocks begin with a brace as JSON does.
    let has_tag = |tag: &str| text.starts_with(tag) || text.contains(&format!("\n{tag}"));
    if has_tag(":61:") || has_tag(":20:") || text.starts_with("{1:F") {
        return Kind::Mt940;
    }
    // XML before 2.0 is SGML, and its header stands on one line at times.
    if begins("OFXHEADER") || first.contains("DATA:OFXSGML") {
        return Kind::Ofx;
    }
    if text.starts_with('{') {
        return Kind::JsonLines;
    }
    if text.starts_with('[') || text.starts_with("\"<") || text.starts_with("\"{") {
        return Kind::Unknown("it is JSON (one object a line can be read)");
    }
    if ["!type:", "!account", "!option:", "!clear:"].iter().any(|start| begins(start)) {
        return Kind::Qif;
    }
    if begins("JournalCode\t") || begins("JournalCode|") {
        return Kind::Fec;
    }
    if is_cfonb(first) {
        return Kind::Cfonb120;
    }
    if is_cfonb_240(first) {
        return Kind::Cfonb240;
    }
    let bare = !first.contains([';', '\t']);
    // 0, five zeros, creation date, bank, application 05 (CODA 2.x, header record).
    let coda = |line: &str| line.starts_with("00000") && line.get(14..16) == Some("05") && line.len() >= 100;
    if bare && coda(first) {
        return Kind::Coda;
    }
    if bare && is_norma43(text) {
        return Kind::Norma43;
    }
    if first.starts_with("01,") && text.contains("\n02,") {
        return Kind::Bai2;
    }
    if is_esr(first) {
        return Kind::Esr;
    }
    match is_table(text) {
        true if csv::is_ledger(text) => Kind::Ledger,
        true => Kind::Csv,
        false => Kind::Unknown("it is a text without columns"),
    }
}

/// A first line of CFONB 120, alone or with the records behind it on the same line: kind of record, bank, currency or none, and
/// day where they must be, and blanks or letters where a slip of ESR has digits.
fn is_cfonb(first: &str) -> bool {
    let digits =
        |from: usize, to: usize| first.get(from..to).is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let currency = first.get(16..19).is_some_and(|c| c == "   " || c.bytes().all(|b| b.is_ascii_alphabetic()));
    first.len() >= 104
        && matches!(first.get(..2), Some("01" | "04" | "07"))
        && digits(2, 7)
        && currency
        && digits(34, 40)
}

/// A first line of CFONB 240: its kind of record, number, code and day, then E for euros.
fn is_cfonb_240(first: &str) -> bool {
    let digits = first.get(..14).is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()));
    digits
        && first.starts_with("31")
        && first.len() >= 200
        && first.get(14..17).is_some_and(|c| c.ends_with(['E', 'F']))
}

/// A first line of Norma 43: 11, bank, branch and account, two days, the sign, the balance and a currency by number.
fn is_norma43(text: &str) -> bool {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().trim_end();
    let next = lines.next().unwrap_or_default();
    let digits = first.get(..50).is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()));
    first.starts_with("11") && digits && first.len() <= 80 && (next.starts_with("22") || next.starts_with("33"))
}

/// A slip that was paid in: kind of transaction, customer and reference in digits, then the amount (type 3, 100 characters) or a
/// currency and the amount (type 4, 126 characters).
fn is_esr(first: &str) -> bool {
    let line = first.trim_end();
    let digits =
        |from: usize, to: usize| line.get(from..to).is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()));
    match line.len() {
        80..=100 => digits(0, 49),
        116..=200 => digits(0, 42) && line.get(42..45).is_some_and(|c| matches!(c, "CHF" | "EUR")) && digits(45, 57),
        _ => false,
    }
}

/// Whether most lines of a text have separators, and many the same number of them. Prose has commas too, but not that evenly.
fn is_table(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(200).collect();
    // Two columns divided by commas: one comma in every line.
    if lines.len() > 1 && lines.iter().all(|line| outside_quotes(line, ',') == 1) {
        return true;
    }
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
        assert_eq!(recognise(b"\x1f\x8b\x08"), Kind::Gzip);
        assert_eq!(recognise(b"%PDF-1.4"), Kind::Pdf);
        assert_eq!(recognise(b"{\"a\":1}\n{\"a\":2}"), Kind::JsonLines);
        assert_eq!(recognise(b":20:X\n:61:1\n"), Kind::Mt940);
        assert_eq!(recognise(b"{1:F01X}{4:\n:20:A\n"), Kind::Mt940);
        assert_eq!(recognise(b"OFXHEADER:100\nDATA:OFXSGML\n"), Kind::Ofx);
        assert_eq!(recognise(b"<?xml version='1.0'?><OFX/>"), Kind::Ofx);
        assert_eq!(recognise(b"!Type:Bank\nD1\n"), Kind::Qif);
        assert_eq!(recognise(b"JournalCode\tJournalLib\tEcritureNum\n"), Kind::Fec);
        assert_eq!(recognise(b"<a:CrossIndustryInvoice xmlns:a='b'/>"), Kind::Cii);
        assert_eq!(recognise(b"Date;Amount\n1;2\n"), Kind::Csv);
        assert_eq!(recognise(b"Date,Amount\n2026-06-17,2.50\n"), Kind::Csv);
        assert_eq!(recognise(b"a,b,c\n1,2,3\n\n4,5,6"), Kind::Csv);
        assert_eq!(recognise(b"payment_id,booking_date,amount,currency\n"), Kind::Csv);
        let below_a_form =
            b"\"From\",\n\"To\",\n\"Text\",\n\"Note\",\n\"Other\",\n\"Date\",\"A\",\"B\",\"C\"\n1,2,3,4\n";
        assert_eq!(recognise(below_a_form), Kind::Csv);
        for unknown in [
            &b""[..],
            b"  \n",
            b"[{\"a\":1}]",
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
