//! The bytes of one payment as they were received: found again from its position, so that reading keeps nothing of them.
//!
//! Each format has a rule for where a record ends; where it begins, its position says. The file is decoded to find them, and the
//! place in the text is turned back into one in the bytes.

use std::ops::Range;

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::encoding::{Decoded, decode_text, decode_xml};
use super::{Kind, Settings, container, csv, recognise, within_cap};
use crate::error::{Error, Errors};
use crate::model::Position;

/// A record as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// Its bytes, line endings among them.
    pub bytes: Vec<u8>,
    /// The encoding that its file was read in.
    pub encoding: Box<str>,
}

/// Finds the bytes of a record. `shown` is the path that the record's file is shown as: `path` itself, or a member of it.
///
/// `None`: the file has no such record, or its format keeps no bytes that stand together.
///
/// Errors: those of containers and of encodings.
pub fn raw(
    path: &str,
    bytes: &[u8],
    shown: &str,
    position: Position,
    settings: &Settings<'_>,
) -> Result<Option<Raw>, Errors> {
    within_cap(path, bytes, settings)?;
    let kind = recognise(bytes);
    if !kind.is_container() {
        return Ok(record(path, bytes, &kind, position, settings)?);
    }
    let mut found = Ok(None);
    container::each_member(path, bytes, settings, |member, _, content| {
        // Two members may have one name: the first that has the record.
        if member == shown && matches!(found, Ok(None)) {
            found = record(member, content, &recognise(content), position, settings);
        }
    })?;
    Ok(found?)
}

fn record(
    path: &str,
    bytes: &[u8],
    kind: &Kind,
    position: Position,
    settings: &Settings<'_>,
) -> Result<Option<Raw>, Error> {
    let forced = csv::encoding_of(path, kind, settings);
    let is_xml = matches!(kind, Kind::Camt052 | Kind::Camt053 | Kind::Camt054);
    let decoded = match is_xml {
        true => decode_xml(path, bytes)?,
        false if matches!(kind, Kind::Xlsx | Kind::Pdf | Kind::Parquet) => return Ok(None),
        false => decode_text(path, bytes, forced)?,
    };
    let text = &*decoded.text;
    let range = match position {
        Position::Entry { statement, entry, .. } => element(text, statement, entry),
        Position::Line(line) if matches!(kind, Kind::Csv | Kind::Ledger) => {
            csv::record_at(path, &decoded, line, settings)
        }
        Position::Line(line) => lines_of(text, line, kind),
        Position::Record(number) => fixed(text, number, kind),
        Position::Row { .. } | Position::None => None,
    };
    Ok(range.map(|range| Raw {
        bytes: bytes[in_bytes(&decoded, bytes, range)].to_vec(),
        encoding: decoded.encoding.into(),
    }))
}

/// A range of the text as one of the bytes that it was decoded from.
fn in_bytes(decoded: &Decoded<'_>, bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let text = &*decoded.text;
    let encoding = Encoding::for_label(decoded.encoding.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let mark = match decoded.bom {
        true => Encoding::for_bom(bytes).map_or(0, |(_, length)| length),
        false => 0,
    };
    let length = |part: &str| match encoding {
        e if e == encoding_rs::UTF_8 => part.len(),
        e if e == encoding_rs::UTF_16LE || e == encoding_rs::UTF_16BE => 2 * part.encode_utf16().count(),
        e if e.is_single_byte() => part.chars().count(),
        // Others have no state between characters, so that a part is as long as it is in the whole.
        e => e.encode(part).0.len(),
    };
    let start = (mark + length(&text[..range.start])).min(bytes.len());
    let end = (start + length(&text[range])).min(bytes.len());
    start..end
}

/// An entry of an XML statement: the element with everything in it.
fn element(text: &str, statement: u32, entry: u32) -> Option<Range<usize>> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let (mut statements, mut entries) = (0u32, 0u32);
    // Depth of the elements that are open, and that of the statement.
    let (mut depth, mut inside): (u32, Option<u32>) = (0, None);
    let mut start = None;
    loop {
        let before = reader.buffer_position() as usize;
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                let name = tag.local_name();
                match name.as_ref() {
                    "Stmt" | "Rpt" | "Ntfctn" if inside.is_none() => {
                        statements += 1;
                        (inside, entries) = (Some(depth), 0);
                    }
                    "Ntry" if inside == depth.checked_sub(1) && inside.is_some() => {
                        entries += 1;
                        if (statements, entries) == (statement, entry) {
                            start = Some(before);
                        }
                    }
                    _ => {}
                }
                depth += 1;
            }
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                match inside {
                    Some(at) if at == depth => inside = None,
                    Some(at) if at + 1 == depth && start.is_some() => {
                        return start.map(|start| start..reader.buffer_position() as usize);
                    }
                    _ => {}
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The lines of a text with the range of each, its line ending with it.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let end = match rest.find(['\n', '\r']) {
            Some(end) if rest[end..].starts_with("\r\n") => end + 2,
            Some(end) => end + 1,
            None => rest.len(),
        };
        let range = at..at + end;
        at += end;
        Some(range)
    })
}

/// A record that begins with a line, and the lines that continue it.
fn lines_of(text: &str, number: u32, kind: &Kind) -> Option<Range<usize>> {
    if *kind == Kind::Ofx {
        return transaction(text, number);
    }
    let mut lines = lines(text).skip((number as usize).checked_sub(1)?);
    let mut range = lines.next()?;
    if *kind == Kind::Qif {
        // Up to the mark of its end.
        for line in lines {
            range.end = line.end;
            if text[line].starts_with('^') {
                break;
            }
        }
        return Some(range);
    }
    for line in lines {
        if !continues(kind, &text[line.clone()]) {
            break;
        }
        range.end = line.end;
    }
    Some(range)
}

/// Whether a line belongs to the record above it.
fn continues(kind: &Kind, line: &str) -> bool {
    let begins = |starts: &[&str]| starts.iter().any(|start| line.starts_with(start));
    match kind {
        // Everything up to the next tag but `:86:`; `-` ends a message.
        Kind::Mt940 => begins(&[":86:"]) || !(is_tag(line) || begins(&["-\n", "-\r", "-}", "{"]) || line == "-"),
        Kind::Cfonb120 => begins(&["05"]),
        Kind::Coda => begins(&["22", "23", "31", "32", "33"]),
        Kind::Norma43 => begins(&["23", "24"]),
        Kind::Bai2 => begins(&["88,"]),
        _ => false,
    }
}

/// `:61:`, `:62F:`.
fn is_tag(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(':') else { return false };
    let Some((tag, _)) = rest.split_once(':') else { return false };
    matches!(tag.len(), 2 | 3) && tag.as_bytes()[..2].iter().all(u8::is_ascii_digit)
}

/// A record of fixed length in a file without line endings, and the records that continue it.
fn fixed(text: &str, number: u32, kind: &Kind) -> Option<Range<usize>> {
    let size = match kind {
        Kind::Cfonb120 => 120,
        Kind::Coda => 128,
        Kind::Norma43 => 80,
        Kind::Esr => 100,
        _ => return None,
    };
    // Sizes are in characters: a text may hold others than ASCII.
    let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]).step_by(size);
    let mut range = starts.nth((number as usize).checked_sub(1)?)?..text.len();
    for start in starts {
        range.end = start;
        if !continues(kind, &text[start..]) {
            break;
        }
    }
    Some(range)
}

/// A transaction of OFX that begins on a line: with its closing tag, or up to what comes next where there is none (SGML).
fn transaction(text: &str, number: u32) -> Option<Range<usize>> {
    const TAG: &str = "<STMTTRN>";
    let line = lines(text).nth((number as usize).checked_sub(1)?)?;
    let upper = text.to_ascii_uppercase();
    // Of several on one line, the position does not say which.
    let start = line.start + upper[line.clone()].find(TAG).filter(|_| upper[line.clone()].matches(TAG).count() == 1)?;
    let rest = &upper[start + TAG.len()..];
    let ends = [("</STMTTRN>", "</STMTTRN>".len()), (TAG, 0), ("</BANKTRANLIST>", 0)];
    let length = ends.iter().filter_map(|(end, with)| Some(rest.find(end)? + with)).min()?;
    Some(start..start + TAG.len() + length)
}
