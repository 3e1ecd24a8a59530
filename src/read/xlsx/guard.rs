//! A workbook held against the caps before its syntax is read.
//!
//! A workbook is a ZIP archive of XML. Every member is unpacked once against a budget of bytes, whatever the headers claim, and thrown away
//! while its tags are looked at: the reader of the syntax unpacks without a cap, expands what a tag promises, and copies each format
//! that a style names.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::damaged;
use crate::config::Limits;
use crate::error::{Error, ErrorKind};

/// Bytes that are unpacked at a time.
const CHUNK: usize = 64 << 10;
/// Rows and columns of a sheet (Excel's limits, ECMA-376 part 1 leaves them open).
const ROWS: u64 = 1_048_576;
const COLUMNS: u64 = 16_384;
/// Bytes of one tag that are looked at; the longest that matters, a number format, has 255 characters.
const TAG: usize = 2048;
/// What all styles of a workbook together may take: as many formats as Excel allows (65,490), of a kilobyte each.
const STYLES: u64 = 64 << 20;

/// What is known of a workbook that was unpacked once.
#[derive(Debug, Default)]
pub(super) struct Package {
    /// Bytes of all its members, unpacked.
    pub bytes: u64,
    /// Whether a sheet has merged cells.
    pub merged: bool,
}

/// Unpacks every member once and looks at its tags. Errors: E0013, E0015, E0381.
pub(super) fn check(path: &str, bytes: &[u8], limits: &Limits) -> Result<Package, Error> {
    let broken = |e: &dyn std::fmt::Display| {
        Error::new(ErrorKind::Input, "E0013", format!("the workbook cannot be unpacked: {e}"))
            .in_file(path)
            .help("it is damaged or cut off: fetch it again, or open it in a spreadsheet program and save it again")
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
    if archive.len() > limits.members as usize {
        let message = format!("the workbook has {} parts, more than the {} allowed", archive.len(), limits.members);
        return Err(cap(path, message, "members"));
    }
    let budget = limits.file_bytes.min((bytes.len() as u64).saturating_mul(limits.inflate_ratio));
    let mut package = Package::default();
    let mut chunk = vec![0; CHUNK];
    for n in 0..archive.len() {
        let mut member = archive.by_index(n).map_err(|e| broken(&e))?;
        let name = member.name().map_err(|e| broken(&e))?.to_lowercase();
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        let mut look = Look { file: name.rsplit(['/', '\\']).next().unwrap_or(&name).to_string(), ..Look::default() };
        loop {
            let read = member.read(&mut chunk).map_err(|e| broken(&e))?;
            if read == 0 {
                break;
            }
            package.bytes += read as u64;
            look.bytes += read as u64;
            if package.bytes > budget {
                let key = if budget == limits.file_bytes { "file_bytes" } else { "inflate_ratio" };
                let message = format!("the workbook unpacks to more than the {budget} bytes allowed");
                return Err(cap(path, message, key));
            }
            if is_xml {
                look.at(&chunk[..read]).map_err(|what| strange(path, &name, what))?;
            }
        }
        look.end().map_err(|what| strange(path, &name, what))?;
        package.merged |= look.merged;
    }
    Ok(package)
}

fn cap(path: &str, message: String, key: &str) -> Error {
    Error::new(ErrorKind::Input, "E0015", message).in_file(path).help(format!(
        "no program writes such a workbook; if yours does, raise  {key}  under [limits] in the configuration"
    ))
}

fn strange(path: &str, member: &str, what: &'static str) -> Error {
    damaged(path, &format!("{what} (in its part {member})"))
}

/// The tags of one member while it is unpacked.
#[derive(Default)]
struct Look {
    /// Name of the member, without folders, in lower case.
    file: String,
    /// Bytes unpacked so far.
    bytes: u64,
    /// Whether a tag is open, and its first bytes.
    open: bool,
    tag: Vec<u8>,
    /// Entries that a tag promises.
    promised: u64,
    /// Styles, and the longest tag among them.
    styles: u64,
    longest: u64,
    merged: bool,
}

impl Look {
    /// The next bytes.
    fn at(&mut self, mut bytes: &[u8]) -> Result<(), &'static str> {
        // Every program writes UTF-8; sixteen bits a character would hide the tags from this look.
        if bytes.contains(&0) {
            return Err("it is not UTF-8");
        }
        while !bytes.is_empty() {
            if !self.open {
                let Some(start) = bytes.iter().position(|b| *b == b'<') else { return Ok(()) };
                bytes = &bytes[start + 1..];
                self.open = true;
                self.tag.clear();
                self.longest = self.longest.max(1);
                continue;
            }
            let end = bytes.iter().position(|b| *b == b'>');
            let part = &bytes[..end.unwrap_or(bytes.len())];
            let room = TAG.saturating_sub(self.tag.len());
            self.tag.extend_from_slice(&part[..part.len().min(room)]);
            if self.file == "styles.xml" && part.len() > room {
                return Err("a style is longer than any program writes");
            }
            let Some(end) = end else { return Ok(()) };
            bytes = &bytes[end + 1..];
            self.open = false;
            self.tag()?;
        }
        Ok(())
    }

    /// A tag is complete.
    fn tag(&mut self) -> Result<(), &'static str> {
        self.longest = self.longest.max(self.tag.len() as u64);
        if self.tag.starts_with(b"!DOCTYPE") || self.tag.starts_with(b"!ENTITY") {
            return Err("it declares a document type, which no workbook needs");
        }
        let name = local_name(&self.tag);
        match name {
            b"c" | b"row" if attribute(&self.tag, b"r").is_some_and(|r| !is_cell(r)) => {
                Err("the number of a row or cell is none that a sheet can have")
            }
            b"dimension" | b"mergeCell" if attribute(&self.tag, b"ref").is_some_and(|r| !is_range(r)) => {
                Err("a range of cells is none that a sheet can have")
            }
            b"mergeCell" => {
                self.merged = true;
                Ok(())
            }
            b"sst" => {
                self.promised = attribute(&self.tag, b"uniqueCount").and_then(number).unwrap_or(0);
                Ok(())
            }
            b"xf" => {
                self.styles += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The member is complete.
    fn end(&self) -> Result<(), &'static str> {
        // Each text takes at least a few bytes: one that is promised and not there cannot be meant.
        if self.promised > self.bytes {
            return Err("it promises more texts than it has");
        }
        if self.file == "styles.xml" && self.styles.saturating_mul(self.longest) > STYLES {
            return Err("it has more styles than any program writes");
        }
        Ok(())
    }
}

/// The name of an element, without the prefix of its namespace.
fn local_name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').unwrap_or(tag.len());
    let name = &tag[..end];
    name.iter().position(|b| *b == b':').map_or(name, |colon| &name[colon + 1..])
}

/// The raw value of an attribute.
fn attribute<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut rest = tag;
    while let Some(equals) = rest.iter().position(|b| *b == b'=') {
        let before = rest[..equals].trim_ascii_end();
        let start = before.iter().rposition(u8::is_ascii_whitespace).map_or(0, |n| n + 1);
        let after = rest[equals + 1..].trim_ascii_start();
        let quote = *after.first()?;
        let value = after.get(1..)?;
        let end = value.iter().position(|b| *b == quote)?;
        if before[start..] == *name {
            return Some(&value[..end]);
        }
        rest = &value[end + 1..];
    }
    None
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.trim().parse().ok()
}

/// Column and row of a reference such as `AB12` or `12`; 0 where there is no column.
fn cell(reference: &[u8]) -> Option<(u64, u64)> {
    let letters = reference.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (column, row) = reference.split_at(letters);
    if letters > 3 || row.is_empty() || row.len() > 7 {
        return None;
    }
    let column = column.iter().fold(0, |n, b| n * 26 + u64::from(b.to_ascii_uppercase() - b'A') + 1);
    let row = row.iter().all(u8::is_ascii_digit).then(|| number(row)).flatten()?;
    ((1..=ROWS).contains(&row) && column <= COLUMNS).then_some((column, row))
}

fn is_cell(reference: &[u8]) -> bool {
    cell(reference).is_some()
}

/// A cell, or two of which the second is not above or left of the first.
fn is_range(reference: &[u8]) -> bool {
    let mut ends = reference.split(|b| *b == b':');
    match (ends.next().map(cell), ends.next().map(cell), ends.next()) {
        (Some(Some(_)), None, None) => true,
        (Some(Some(first)), Some(Some(last)), None) => first.0 <= last.0 && first.1 <= last.1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(file: &str, text: &str) -> Result<bool, &'static str> {
        // Whatever the chunks are, the result is the same.
        let whole = |size: usize| {
            let mut look = Look { file: file.into(), bytes: text.len() as u64, ..Look::default() };
            text.as_bytes().chunks(size).try_for_each(|part| look.at(part))?;
            look.end()?;
            Ok(look.merged)
        };
        let result = whole(text.len().max(1));
        for size in 1..10 {
            assert_eq!(whole(size), result, "{text}");
        }
        result
    }

    #[test]
    fn tags_that_no_program_writes_are_refused() {
        assert_eq!(look("a.xml", "<a:c r = 'AB12'/> > <row r=\"7\" s=\"1\"><c r=\"XFD1048576\"/>"), Ok(false));
        assert_eq!(look("a.xml", "<mergeCell ref=\"A1:B2\"/><dimension ref=\"C3\"/>"), Ok(true));
        for bad in [
            "<!DOCTYPE a>",
            "<x:row r=\"99999999999\">",
            "<c\nr=\"AAAAAAA1\">",
            "<c r=\"A0\"/>",
            "<c r=\"A-1\"/>",
            "<c r=\"\"/>",
            "<dimension ref=\"B2:A1\"/>",
            "<mergeCell ref=\"A1:B2:C3\"/>",
            "<sst uniqueCount=\"99999999999\">",
            "a\0b",
        ] {
            assert!(look("a.xml", bad).is_err(), "{bad}");
        }
        let styles = format!("<font><name val=\"{}\"/></font>{}", "x".repeat(2000), "<xf/>".repeat(40_000));
        assert!(look("styles.xml", &styles).is_err() && look("other.xml", &styles).is_ok());
        assert!(look("styles.xml", &"<xf numFmtId=\"0\"/>".repeat(65_490)).is_ok());
    }
}
