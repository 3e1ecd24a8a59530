//! Entries to one file.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use rayon::prelude::*;

use super::LARGEST;
use super::records::{DEFLATED, Record, STORED, comment, end_record};
use crate::error::{Error, ErrorKind};
use crate::model::digest::sha256;

/// Entries that an archive may have: what two bytes of the end record can count, with room to spare.
pub(super) const MOST_ENTRIES: usize = 65_000;

/// What is compressed better than this is not what accounting files are like; it is kept as it is, and refused when it is read.
pub(super) const MOST_RATIO: u64 = 200;
/// Up to this size any ratio is harmless.
pub(super) const HARMLESS: u64 = 16 << 20;

/// Characters of an input's name that are kept.
const NAME: usize = 80;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path: ASCII, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Entry {
    /// An entry.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into() }
    }
}

/// Packs entries in their order into one file that ends with the SHA-256 of itself.
///
/// Error: E0752 when they are too many or too large.
pub fn pack(entries: &[Entry]) -> Result<Vec<u8>, Error> {
    let size: u64 = entries.iter().map(|e| e.bytes.len() as u64).sum();
    if size > LARGEST || entries.len() > MOST_ENTRIES {
        let message = format!("an archive of {size} bytes in {} entries is too large", entries.len());
        return Err(Error::new(ErrorKind::Usage, "E0752", message)
            .label(format!("at most {LARGEST} bytes in {MOST_ENTRIES} entries are written"))
            .help("keep the folder of the book itself; lettrage doctor checks it"));
    }
    let packed: Vec<(u16, Vec<u8>)> = entries.par_iter().with_max_len(1).map(|e| deflate(&e.bytes)).collect();
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (entry, (method, data)) in entries.iter().zip(&packed) {
        let record = Record {
            name: entry.path.as_bytes().to_vec(),
            method: *method,
            crc: crc(&entry.bytes),
            packed: data.len() as u32,
            size: entry.bytes.len() as u32,
            at: out.len() as u32,
        };
        out.extend(record.local());
        out.extend(data);
        directory.extend(record.central());
    }
    let at = out.len();
    out.extend(&directory);
    out.extend(end_record(entries.len(), directory.len(), at));
    let digest = sha256(&out);
    out.extend(comment(&digest).as_bytes());
    Ok(out)
}

/// CRC-32 of the format.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Compresses; what gets no smaller, or suspiciously small, stays as it is.
pub(super) fn deflate(bytes: &[u8]) -> (u16, Vec<u8>) {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::default());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    match packed {
        Ok(packed) if packed.len() < bytes.len() && !is_bomb(bytes.len() as u64, packed.len() as u64) => {
            (DEFLATED, packed)
        }
        // Writing to memory cannot fail; were it to, the bytes as they are would be as good.
        _ => (STORED, bytes.to_vec()),
    }
}

/// Whether data unpack to far more than accounting files do.
pub(super) fn is_bomb(size: u64, packed: u64) -> bool {
    size > HARMLESS && size > packed.saturating_mul(MOST_RATIO)
}

/// Name of an input in an archive: its number, and what can stand in the name of a file on every system.
pub fn entry_name(number: usize, received_as: &str) -> String {
    let last = received_as.rsplit(['/', '\\']).next().unwrap_or(received_as);
    let plain: String = deunicode::deunicode(last)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .collect();
    let (stem, ending) = plain.rsplit_once('.').map_or((&*plain, ""), |(stem, ending)| (stem, ending));
    let ending: String = ending.chars().take(16).collect();
    let stem: String = stem.trim_matches('.').chars().take(NAME).collect();
    let stem = if stem.is_empty() { "file" } else { &stem };
    let name = if ending.is_empty() { stem.to_string() } else { format!("{stem}.{ending}") };
    format!("{}{number:02}-{name}", super::INPUTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_files_on_every_system() {
        let name = |text| entry_name(1, text);
        assert_eq!(name("inbox/BNP_2026-06.xml"), "inputs/01-BNP_2026-06.xml");
        assert_eq!(name("C:\\Reçus été\\juin 2026.CSV"), "inputs/01-juin_2026.CSV");
        assert_eq!(name("relevé.csv"), "inputs/01-releve.csv");
        for hostile in ["../../etc/passwd", "..", "", "-", "a\u{0}b", "x/\u{202e}gpj.exe", "CON", "a:b"] {
            let name = name(hostile);
            let rest = name.strip_prefix("inputs/01-").unwrap();
            assert!(!rest.is_empty() && !rest.contains("..") && !rest.contains(['/', '\\', ':', '\0']), "{name}");
            assert!(name.is_ascii(), "{name}");
        }
        assert!(name(&"long".repeat(1000)).len() < 120);
    }

    #[test]
    fn too_many_entries_are_refused() {
        let many: Vec<Entry> = (0..=MOST_ENTRIES).map(|n| Entry::new(n.to_string(), "")).collect();
        assert_eq!(pack(&many).unwrap_err().code(), "E0752");
    }

    #[test]
    fn what_shrinks_too_much_is_kept_as_it_is() {
        let zeros = vec![0; HARMLESS as usize + 1];
        assert_eq!(deflate(&zeros).0, STORED);
        assert_eq!(deflate(&zeros[..1000]).0, DEFLATED);
        assert_eq!(deflate(b"").0, STORED);
    }
}
