//! The records of a ZIP file as this program writes them, and no others (PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16).
//!
//! No time, no host, no permissions, no extra fields: the same entries give the same records on every machine.

/// First bytes of the header in front of an entry's data.
pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// First bytes of a record of the directory.
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
/// First bytes of the end record.
pub(super) const END: [u8; 4] = *b"PK\x05\x06";
/// Bytes of a header without its name.
pub(super) const LOCAL_BYTES: usize = 30;
/// Bytes of a directory's record without its name.
pub(super) const CENTRAL_BYTES: usize = 46;
/// Bytes of the end record without its comment.
pub(super) const END_BYTES: usize = 22;

/// Data as they are.
pub(super) const STORED: u16 = 0;
/// Compressed data.
pub(super) const DEFLATED: u16 = 8;

/// What the comment says before the digest.
const COMMENT: &str = "lettrage.archive/1, SHA-256 of every byte before this comment: ";
/// Bytes of the comment.
pub(super) const COMMENT_BYTES: usize = COMMENT.len() + 64;

/// 1 January 1980: the first day that the format can say.
const DAY: u16 = 0x0021;
/// Version 2.0 of the format, needed for compressed entries; made on no system in particular.
const VERSION: u16 = 20;

/// The comment with a digest.
pub(super) fn comment(digest: &str) -> String {
    format!("{COMMENT}{digest}")
}

/// The digest of a comment that reads as one.
pub(super) fn stated_digest(comment: &[u8]) -> Option<&str> {
    let digest = std::str::from_utf8(comment).ok()?.strip_prefix(COMMENT)?;
    let is_digest = digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_digest.then_some(digest)
}

/// What the records of an entry say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) name: Vec<u8>,
    pub(super) method: u16,
    pub(super) crc: u32,
    /// Bytes in the file.
    pub(super) packed: u32,
    /// Bytes when unpacked.
    pub(super) size: u32,
    /// Where its header begins.
    pub(super) at: u32,
}

/// A field of a record: its name and its bytes.
type Field = (&'static str, usize);

const LOCAL_FIELDS: &[Field] = &[
    ("signature", 4),
    ("version", 2),
    ("flags", 2),
    ("method", 2),
    ("time", 2),
    ("date", 2),
    ("CRC", 4),
    ("compressed size", 4),
    ("size", 4),
    ("length of the name", 2),
    ("length of extra fields", 2),
    ("name", usize::MAX),
];

const CENTRAL_FIELDS: &[Field] = &[
    ("signature", 4),
    ("version of the maker", 2),
    ("version", 2),
    ("flags", 2),
    ("method", 2),
    ("time", 2),
    ("date", 2),
    ("CRC", 4),
    ("compressed size", 4),
    ("size", 4),
    ("length of the name", 2),
    ("length of extra fields", 2),
    ("length of a comment", 2),
    ("disk", 2),
    ("internal attributes", 2),
    ("external attributes", 4),
    ("place of the header", 4),
    ("name", usize::MAX),
];

const END_FIELDS: &[Field] = &[
    ("signature", 4),
    ("disk", 2),
    ("disk of the directory", 2),
    ("number of entries on this disk", 2),
    ("number of entries", 2),
    ("size of the directory", 4),
    ("place of the directory", 4),
    ("length of the comment", 2),
];

impl Record {
    /// The header in front of the data.
    pub(super) fn local(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(LOCAL_BYTES + self.name.len());
        out.extend(LOCAL);
        self.common(&mut out);
        out.extend(&self.name);
        out
    }

    /// The record of the directory.
    pub(super) fn central(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(CENTRAL_BYTES + self.name.len());
        out.extend(CENTRAL);
        out.extend(VERSION.to_le_bytes());
        self.common(&mut out);
        // No comment, disk 0, no attributes.
        out.extend([0; 10]);
        out.extend(self.at.to_le_bytes());
        out.extend(&self.name);
        out
    }

    /// What both have, from the version on.
    fn common(&self, out: &mut Vec<u8>) {
        out.extend(VERSION.to_le_bytes());
        out.extend([0; 2]);
        out.extend(self.method.to_le_bytes());
        out.extend([0; 2]);
        out.extend(DAY.to_le_bytes());
        out.extend(self.crc.to_le_bytes());
        out.extend(self.packed.to_le_bytes());
        out.extend(self.size.to_le_bytes());
        out.extend((self.name.len() as u16).to_le_bytes());
        out.extend([0; 2]);
    }

    /// Reads a header; none where there is none, or where its name runs beyond the bytes.
    pub(super) fn read_local(bytes: &[u8], at: usize) -> Option<Self> {
        let head = bytes.get(at..)?.get(..LOCAL_BYTES)?;
        let record = Self::read(head, LOCAL, 8, at)?;
        Some(Self { name: name_after(bytes, at + LOCAL_BYTES, head, 26)?, ..record })
    }

    /// Reads a record of the directory.
    pub(super) fn read_central(bytes: &[u8], at: usize) -> Option<Self> {
        let head = bytes.get(at..)?.get(..CENTRAL_BYTES)?;
        let record = Self::read(head, CENTRAL, 10, long(head, 42)? as usize)?;
        Some(Self { name: name_after(bytes, at + CENTRAL_BYTES, head, 28)?, ..record })
    }

    /// `method` is where the method stands; the fields behind it are in the same order in both records.
    fn read(head: &[u8], signature: [u8; 4], method: usize, at: usize) -> Option<Self> {
        head.starts_with(&signature).then_some(())?;
        Some(Self {
            name: Vec::new(),
            method: short(head, method)?,
            crc: long(head, method + 6)?,
            packed: long(head, method + 10)?,
            size: long(head, method + 14)?,
            at: u32::try_from(at).ok()?,
        })
    }

    /// Where its data begin.
    pub(super) fn data_at(&self) -> usize {
        self.at as usize + LOCAL_BYTES + self.name.len()
    }

    /// Where they end.
    pub(super) fn end(&self) -> usize {
        self.data_at().saturating_add(self.packed as usize)
    }

    /// Its name as messages show it.
    pub(super) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }
}

/// The end record, without its comment.
pub(super) fn end_record(entries: usize, directory: usize, at: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(END_BYTES);
    out.extend(END);
    out.extend([0; 4]);
    out.extend((entries as u16).to_le_bytes());
    out.extend((entries as u16).to_le_bytes());
    out.extend((directory as u32).to_le_bytes());
    out.extend((at as u32).to_le_bytes());
    out.extend((COMMENT_BYTES as u16).to_le_bytes());
    out
}

/// The fields of a header that are not as they should be.
pub(super) fn local_faults(wanted: &[u8], found: &[u8]) -> Vec<&'static str> {
    faults(LOCAL_FIELDS, wanted, found)
}

/// The fields of a record of the directory that are not as they should be.
pub(super) fn central_faults(wanted: &[u8], found: &[u8]) -> Vec<&'static str> {
    faults(CENTRAL_FIELDS, wanted, found)
}

/// The fields of an end record that are not as they should be.
pub(super) fn end_faults(wanted: &[u8], found: &[u8]) -> Vec<&'static str> {
    faults(END_FIELDS, wanted, found)
}

fn faults(fields: &[Field], wanted: &[u8], found: &[u8]) -> Vec<&'static str> {
    let (mut at, mut faults) = (0usize, Vec::new());
    for (name, bytes) in fields {
        let end = at.saturating_add(*bytes);
        let of = |text: &[u8]| text.get(at.min(text.len())..end.min(text.len())).map(<[u8]>::to_vec);
        if of(wanted) != of(found) {
            faults.push(*name);
        }
        at = end;
    }
    faults
}

fn name_after(bytes: &[u8], at: usize, head: &[u8], length: usize) -> Option<Vec<u8>> {
    let length = short(head, length)? as usize;
    bytes.get(at..)?.get(..length).map(<[u8]>::to_vec)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}
