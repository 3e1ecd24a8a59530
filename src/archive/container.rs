//! A file to its entries, with everything in it that is not as [`pack`](super::pack::pack) writes it.
//!
//! The digest in the comment says whether any byte was changed; the rest of this file says which. Every record is made again from
//! what it says and held against the bytes, header against directory; every entry is unpacked against what it claims, within limits.
//! Nothing that a hostile file claims is believed before it is checked, and nothing is written anywhere.

use crate::model::digest::sha256;
use std::collections::BTreeSet;
use std::io::Read as _;

use flate2::bufread::DeflateDecoder;

use super::pack::{MOST_ENTRIES, crc, deflate, is_bomb};
use super::records::{
    CENTRAL, COMMENT_BYTES, DEFLATED, END, END_BYTES, LOCAL, Record, STORED, central_faults, end_faults, end_record,
    local_faults, stated_digest,
};
use super::{Finding, LARGEST};

/// Characters of a path that are shown or accepted.
const LONGEST_PATH: usize = 160;

/// An entry that was unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// Its path.
    pub path: String,
    /// Its bytes, as far as they could be unpacked.
    pub bytes: Vec<u8>,
    /// Whether size and CRC are those that its header says.
    pub whole: bool,
}

/// A file, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// What is not as it was written. Empty: every byte is accounted for.
    pub findings: Vec<Finding>,
    /// The entries, in their order.
    pub entries: Vec<Unpacked>,
}

impl Opened {
    /// The bytes of an entry, when it is there as a whole and once.
    pub fn entry(&self, path: &str) -> Option<&[u8]> {
        self.entries.iter().find(|e| e.path == path && e.whole).map(|e| &*e.bytes)
    }

    fn finds(&mut self, of: impl Into<String>, says: impl Into<String>) {
        self.findings.push(Finding::new(of, says));
    }
}

/// Takes a file apart. Never fails: what cannot be read is a finding.
pub fn open(bytes: &[u8]) -> Opened {
    let mut opened = Opened::default();
    if bytes.is_empty() {
        opened.finds("file", "it is empty");
        return opened;
    }
    let Some((bytes, end)) = ending(bytes, &mut opened) else {
        cut_off(bytes, &mut opened);
        return opened;
    };
    let (bytes, end) = without_prefix(bytes, end, &mut opened);
    let stated = stated_digest(&bytes[(end + END_BYTES).min(bytes.len())..]);
    let found = sha256(&bytes[..(end + END_BYTES).min(bytes.len())]);
    let changed = stated.is_some_and(|stated| stated != found);
    if let Some(stated) = stated.filter(|_| changed) {
        opened.finds(
            "file",
            format!(
                "it is not what was written: SHA-256 of all before the comment is {found}, the comment has {stated}"
            ),
        );
    }
    let before = opened.findings.len();
    let records = layout(bytes, end, &mut opened);
    unpack_all(bytes, end, &records, &mut opened);
    if changed && opened.findings.len() == before {
        last_resort(bytes, &records, &mut opened);
    }
    opened
}

/// The file without what was put behind it, and where its end record begins.
fn ending<'a>(bytes: &'a [u8], opened: &mut Opened) -> Option<(&'a [u8], usize)> {
    let is_end = |at: usize| bytes[at..].starts_with(&END);
    let comment_at = |at: usize| bytes.get(at..).and_then(|rest| rest.get(..COMMENT_BYTES));
    // As it is written: a comment that reads as one at the very end, and the record before it.
    if let Some(at) = bytes.len().checked_sub(COMMENT_BYTES + END_BYTES)
        && (is_end(at) || comment_at(at + END_BYTES).and_then(stated_digest).is_some())
    {
        if stated_digest(&bytes[at + END_BYTES..]).is_none() {
            opened.finds("comment", "it was changed: it does not read as this program writes it");
        }
        return Some((bytes, at));
    }
    let last = (0..bytes.len().saturating_sub(END_BYTES - 1)).rev().find(|at| is_end(*at))?;
    match comment_at(last + END_BYTES) {
        Some(comment) if stated_digest(comment).is_some() => {
            let whole = last + END_BYTES + COMMENT_BYTES;
            opened.finds("file", format!("{} bytes were put behind its end", bytes.len() - whole));
            Some((&bytes[..whole], last))
        }
        Some(_) => {
            opened.finds("comment", "it was changed: it does not read as this program writes it");
            Some((&bytes[..last + END_BYTES + COMMENT_BYTES], last))
        }
        None => {
            let left = bytes.len() - last - END_BYTES;
            let what = if left == 0 { "it is missing".to_string() } else { format!("it has {left} bytes") };
            let says =
                format!("{what}, and should have {COMMENT_BYTES}: the file was cut off, or another program wrote it");
            opened.finds("comment", says);
            Some((bytes, last))
        }
    }
}

/// Takes away what was put in front of an archive.
fn without_prefix<'a>(bytes: &'a [u8], end: usize, opened: &mut Opened) -> (&'a [u8], usize) {
    let long = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let of_record = || {
        let directory = end.checked_sub(long(end + 12)? as usize)?;
        let base = directory.checked_sub(long(end + 16)? as usize)?;
        (base > 0 && bytes[directory..].starts_with(&CENTRAL) && bytes[base..].starts_with(&LOCAL)).then_some(base)
    };
    match of_record() {
        Some(base) if !bytes.starts_with(&LOCAL) || Record::read_local(bytes, 0).is_none() => {
            opened.finds("file", format!("{base} bytes were put in front of it"));
            (&bytes[base..], end - base)
        }
        _ => (bytes, end),
    }
}

/// What a file without an end record is.
fn cut_off(bytes: &[u8], opened: &mut Opened) {
    if !bytes.starts_with(&LOCAL) && !LOCAL.starts_with(bytes) {
        return opened
            .finds("file", "it is no archive of lettrage: it does not begin as a ZIP file, and has no end record");
    }
    let (records, end) = walk(bytes, bytes.len());
    let place = match records.last().filter(|_| end > bytes.len()) {
        Some(last) => format!("within {}", last.shown()),
        None if records.is_empty() => "within its first header".to_string(),
        None if bytes[end..].starts_with(&LOCAL) => {
            format!("within the header after {}", records[records.len() - 1].shown())
        }
        None => format!("after {}, its last entry", records[records.len() - 1].shown()),
    };
    opened.finds("file", format!("it is cut off after {} bytes, {place}: there is no end record", bytes.len()));
}

/// The headers from the first byte on, each behind the data of the one before, and where they end. Of the last one the data may end
/// beyond the bytes.
fn walk(bytes: &[u8], until: usize) -> (Vec<Record>, usize) {
    let (mut records, mut at) = (Vec::new(), 0);
    while at < until && records.len() <= MOST_ENTRIES {
        let Some(record) = Record::read_local(bytes, at) else { break };
        at = record.end();
        records.push(record);
    }
    (records, at)
}

/// Holds headers, directory and end record against each other, and against what this program writes. The records to unpack by.
fn layout(bytes: &[u8], end: usize, opened: &mut Opened) -> Vec<Record> {
    let (walked, walk_end) = walk(bytes, end);
    let Some(start) = directory_at(bytes, end, walk_end) else {
        opened.finds("directory", "it cannot be found: no record of it begins where one should");
        return if walk_end <= end { walked } else { Vec::new() };
    };
    let (listed, complete) = directory(bytes, start, end, opened);
    let mut expected_at = 0;
    for record in &listed {
        held_against_header(bytes, start, record, expected_at, opened);
        expected_at = record.end();
    }
    if complete && expected_at != start && walk_end != start {
        let says = "bytes between the last entry and the directory belong to no entry, or an entry's size was changed";
        opened.finds("directory", says);
    }
    if complete && walk_end == start && walked.len() != listed.len() {
        opened.finds("directory", format!("it names {} entries, and there are {}", listed.len(), walked.len()));
    }
    let count = if complete { listed.len() } else { walked.len() };
    let found = &bytes[end..(end + END_BYTES).min(bytes.len())];
    let faults = end_faults(&end_record(count, end - start, start), found);
    if !faults.is_empty() {
        opened.finds("end record", format!("not as it was written: {}", faults.join(", ")));
    }
    if walk_end == start { walked } else { listed }
}

/// Where the directory begins: behind the last entry's data, or where the end record says.
fn directory_at(bytes: &[u8], end: usize, walk_end: usize) -> Option<usize> {
    let is_record = |at: &usize| *at < end && bytes[*at..].starts_with(&CENTRAL);
    let long =
        |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(|b| u32::from_le_bytes(b) as usize);
    let stated = [Some(walk_end), long(end + 16), long(end + 12).and_then(|size| end.checked_sub(size))];
    if let Some(at) = stated.into_iter().flatten().find(is_record) {
        return Some(at);
    }
    // The signature of its first record was changed: then a header ends there, and the second record follows.
    let second = |at: usize| Record::read_local(bytes, at).is_none() && bytes[at..end].windows(4).any(|w| w == CENTRAL);
    (walk_end > 0 && walk_end < end && second(walk_end)).then_some(walk_end)
}

/// The records of the directory, and whether they reach to the end record.
fn directory(bytes: &[u8], start: usize, end: usize, opened: &mut Opened) -> (Vec<Record>, bool) {
    let (mut records, mut at) = (Vec::new(), start);
    while at < end {
        let number = records.len() + 1;
        let Some(record) = Record::read_central(&bytes[..end], at).filter(|_| number <= MOST_ENTRIES) else {
            let before = records.last().map_or(String::new(), |r: &Record| format!(", behind that of {}", r.shown()));
            opened.finds("directory", format!("its record {number} at byte {at}{before} cannot be read"));
            return (records, false);
        };
        let wanted = record.central();
        let faults = central_faults(&wanted, &bytes[at..at + wanted.len()]);
        if !faults.is_empty() {
            let says = format!("the directory's record of it is not as it was written: {}", faults.join(", "));
            opened.finds(record.shown(), says);
        }
        at += wanted.len();
        records.push(record);
    }
    (records, true)
}

/// Holds the record of an entry in the directory against its header.
fn held_against_header(bytes: &[u8], start: usize, record: &Record, expected_at: usize, opened: &mut Opened) {
    let at = record.at as usize;
    if at != expected_at {
        let says = format!("the directory has its header at byte {at}, and the entry before it ends at {expected_at}");
        opened.finds(record.shown(), says);
    }
    let wanted = record.local();
    let Some(found) = bytes[..start].get(at..).and_then(|rest| rest.get(..wanted.len())) else {
        return opened.finds(record.shown(), "its header lies outside the entries");
    };
    let faults = local_faults(&wanted, found);
    if faults.is_empty() {
        return;
    }
    let other = Record::read_local(bytes, at).filter(|header| header.name != record.name);
    let other = other.map_or(String::new(), |header| format!(" (its header calls it {})", shown_path(&header.name)));
    let says =
        format!("header and directory do not agree, or are not as they were written: {}{other}", faults.join(", "));
    opened.finds(record.shown(), says);
}

/// Unpacks every entry, within limits, where its data lie behind those of the one before.
fn unpack_all(bytes: &[u8], end: usize, records: &[Record], opened: &mut Opened) {
    let claimed: u64 = records.iter().map(|r| u64::from(r.size)).sum();
    if claimed > LARGEST {
        let says = format!(
            "it claims to unpack to {claimed} bytes, more than the {LARGEST} that are read: nothing is unpacked"
        );
        return opened.finds("file", says);
    }
    let (mut names, mut free_from) = (BTreeSet::new(), 0);
    for record in records {
        let shown = shown_path(&record.name);
        if let Some(why) = strange(&record.name) {
            opened.finds(&shown, format!("its name {why}: not unpacked"));
            continue;
        }
        if !names.insert(record.name.clone()) {
            opened.finds(&shown, "it is there twice");
            continue;
        }
        if record.data_at() < free_from || record.end() > end {
            opened.finds(&shown, "its data lie within those of another entry, or beyond the end: not unpacked");
            continue;
        }
        free_from = record.end();
        match unpack(&bytes[record.data_at()..record.end()], record) {
            Ok((content, None)) => opened.entries.push(Unpacked { path: shown, bytes: content, whole: true }),
            Ok((content, Some(why))) => {
                opened.finds(&shown, why);
                opened.entries.push(Unpacked { path: shown, bytes: content, whole: false });
            }
            Err(why) => opened.finds(&shown, why),
        }
    }
}

/// Unpacks data; with what is wrong, when they can be unpacked and are not those of the header.
fn unpack(data: &[u8], record: &Record) -> Result<(Vec<u8>, Option<String>), String> {
    let claimed = u64::from(record.size);
    if is_bomb(claimed, u64::from(record.packed)) && record.method == DEFLATED {
        return Err(format!("it claims to unpack from {} to {claimed} bytes: not unpacked", record.packed));
    }
    let content = match record.method {
        STORED => data.to_vec(),
        DEFLATED => {
            let mut content = Vec::with_capacity(record.size.min(1 << 20) as usize);
            let mut decoder = DeflateDecoder::new(data);
            let read = (&mut decoder).take(claimed + 1).read_to_end(&mut content);
            if let Err(error) = read {
                let says = format!("its compressed data are damaged after {} bytes of content: {error}", content.len());
                return Ok((content, Some(says)));
            }
            if content.len() as u64 > claimed {
                // What fits is kept: it shows the line in which the content begins to be another.
                content.truncate(record.size as usize);
                return Ok((content, Some(format!("it unpacks to more than the {claimed} bytes that it claims"))));
            }
            let left = data.len() as u64 - decoder.total_in();
            if left > 0 {
                return Ok((content, Some(format!("{left} bytes behind the end of its compressed data"))));
            }
            content
        }
        other => return Err(format!("it is compressed by method {other}, which this program does not write")),
    };
    if content.len() as u64 != claimed {
        let says = format!("it has {} bytes, and its header says {claimed}", content.len());
        return Ok((content, Some(says)));
    }
    let found = crc(&content);
    let wrong = (found != record.crc)
        .then(|| format!("its content was changed: CRC {found:08x}, and its header says {:08x}", record.crc));
    Ok((content, wrong))
}

/// Why a name is none that this program writes, where it could do harm.
fn strange(name: &[u8]) -> Option<&'static str> {
    let harmless = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/');
    if name.is_empty() {
        return Some("is empty");
    }
    if name.len() > LONGEST_PATH {
        return Some("is too long");
    }
    if name.split(|b| matches!(b, b'/' | b'\\')).any(|part| part == b"..") {
        return Some("leads out of the folder (..)");
    }
    if matches!(name[0], b'/' | b'\\') || name.get(1) == Some(&b':') {
        return Some("is an absolute path");
    }
    (!name.iter().all(harmless)).then_some("has characters that this program does not write")
}

fn shown_path(name: &[u8]) -> String {
    String::from_utf8_lossy(name).chars().take(LONGEST_PATH).collect()
}

/// The digest is another, and no record and no content is: a bit that the compressed form does not use, or the digest itself.
fn last_resort(bytes: &[u8], records: &[Record], opened: &mut Opened) {
    let other: Vec<String> = records
        .iter()
        .filter(|record| {
            let content = opened.entries.iter().find(|e| e.path.as_bytes() == record.name);
            let again = content.map(|e| deflate(&e.bytes).1);
            again.as_deref() != bytes.get(record.data_at()..record.end())
        })
        .map(Record::shown)
        .collect();
    if other.is_empty() {
        opened.finds("comment", "no entry and no record is another: the digest in the comment itself was changed");
    } else if other.len() < records.len() || records.len() == 1 {
        for path in other {
            opened.finds(
                path,
                "its compressed data are not those that its content gives; the content is as its CRC says",
            );
        }
    } else {
        let says = "the digest or compressed data were changed; the contents are as their CRCs say, and were compressed by another version";
        opened.finds("comment", says);
    }
}
