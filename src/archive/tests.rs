//! Every byte of a small archive, and every way in which a file can pretend to be one.

use std::collections::BTreeMap;

use super::manifest::Listed;
use super::records::{COMMENT_BYTES, END_BYTES, Record, comment, end_record};
use super::*;

fn manifest(entries: &[Entry]) -> Manifest {
    Manifest {
        schema: SCHEMA.into(),
        program: "lettrage".into(),
        version: "0.1.0".into(),
        company: "Ateliers Nord".into(),
        month: "2026-06".into(),
        closed: true,
        seal: Some("641f".into()),
        made: Made { at: "2026-07-02T09:00:00Z".into(), by: "amc".into(), language: "en".into() },
        log_entries: 1,
        log_head: "d684".into(),
        configuration_sha256: "00".into(),
        ledger_balances: Vec::new(),
        counts: BTreeMap::new(),
        inputs: Vec::new(),
        entries: entries.iter().map(Listed::of).collect(),
    }
}

fn contents() -> Vec<Entry> {
    let text: String = (0..40).map(|n| format!("line {n}, {}\n", n * n * 7919 % 1000)).collect();
    let entries = vec![
        Entry::new("inputs/01-bank.csv", text),
        Entry::new(RULES, "[]"),
        Entry::new(README, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Entry::new(LOG, ""),
    ];
    let mut all = vec![Entry::new(MANIFEST, manifest(&entries).to_bytes())];
    all.extend(entries);
    all
}

fn sound() -> Vec<u8> {
    pack(&contents()).unwrap()
}

/// What is found in a file, with its manifest.
fn found(bytes: &[u8]) -> Vec<Finding> {
    let mut opened = open(bytes);
    check(&mut opened);
    opened.findings
}

fn says(bytes: &[u8]) -> String {
    found(bytes).iter().map(|f| format!("{}: {}\n", f.of, f.says)).collect()
}

/// A file of records that need not be sound, with a right digest.
fn forged(records: &[(Record, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (record, data) in records {
        let record = Record { at: out.len() as u32, ..record.clone() };
        out.extend(record.local());
        out.extend(data);
        directory.extend(record.central());
    }
    let at = out.len();
    out.extend(&directory);
    out.extend(end_record(records.len(), directory.len(), at));
    let digest = crate::model::digest::sha256(&out);
    out.extend(comment(&digest).as_bytes());
    out
}

fn stored(name: &str, data: &[u8]) -> (Record, Vec<u8>) {
    let size = data.len() as u32;
    let record = Record { name: name.into(), method: 0, crc: super::pack::crc(data), packed: size, size, at: 0 };
    (record, data.to_vec())
}

#[test]
fn what_is_packed_opens_again_here_and_elsewhere() {
    let bytes = sound();
    assert_eq!(found(&bytes), []);
    let opened = open(&bytes);
    let back: Vec<Entry> = opened.entries.into_iter().map(|e| Entry::new(e.path, e.bytes)).collect();
    assert_eq!(back, contents());
    assert_eq!(sound(), bytes, "the same entries, the same bytes");
    let mut other = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    for (n, entry) in contents().iter().enumerate() {
        let mut read = Vec::new();
        let mut file = other.by_index(n).unwrap();
        std::io::Read::read_to_end(&mut file, &mut read).unwrap();
        assert_eq!((file.name().unwrap().as_ref(), &read), (entry.path.as_str(), &entry.bytes));
    }
    let text = include_str!("../cli/book/archive/README.txt");
    assert!(text.contains(&format!("head -c -{COMMENT_BYTES} ")) && text.contains(&format!("{COMMENT_BYTES} bytes")));
}

#[test]
fn every_byte_that_changes_is_found_and_named() {
    let bytes = sound();
    let names: Vec<String> = contents().iter().map(|e| e.path.clone()).collect();
    let parts = ["comment", "directory", "end record", "file"];
    for at in 0..bytes.len() {
        for change in [0x01u8, 0x80, 0xff] {
            let mut other = bytes.clone();
            other[at] ^= change;
            let found = found(&other);
            assert!(!found.is_empty(), "byte {at} ^ {change:#x} is not found");
            // Apart from the digest of the whole, something says where: an entry, or a part of the container.
            let placed = found.iter().filter(|f| !f.says.starts_with("it is not what was written"));
            let named = placed.clone().any(|f| {
                let of = |name: &String| f.of == *name || f.says.contains(&format!("calls it {name}"));
                names.iter().any(of) || parts.contains(&&*f.of)
            });
            assert!(named, "byte {at} ^ {change:#x}: {found:?}");
        }
    }
}

#[test]
fn a_changed_comment_is_told_from_a_changed_entry() {
    let bytes = sound();
    let mut digest = bytes.clone();
    let last = digest.len() - 1;
    digest[last] = if digest[last] == b'0' { b'1' } else { b'0' };
    assert!(says(&digest).contains("comment: no entry and no record is another: the digest in the comment itself"));
    digest[last] = b'X';
    assert!(says(&digest).contains("comment: it was changed"), "{}", says(&digest));
    let mut word = bytes.clone();
    word[last - 80] ^= 1;
    assert!(says(&word).contains("comment: it was changed"), "{}", says(&word));
}

#[test]
fn every_end_that_is_cut_off_is_found() {
    let bytes = sound();
    for length in 0..bytes.len() {
        let said = says(&bytes[..length]);
        let wanted = match length {
            0 => "file: it is empty",
            n if n < bytes.len() - COMMENT_BYTES => "file: it is cut off after",
            _ => "comment: it ",
        };
        assert!(said.contains(wanted), "{length} of {} bytes: {said}", bytes.len());
    }
    let within = says(&bytes[..bytes.len() / 2]);
    assert!(within.contains("within ") || within.contains("after "), "{within}");
}

#[test]
fn what_is_put_in_front_behind_or_between_is_told() {
    let bytes = sound();
    let behind = [&bytes[..], b"more"].concat();
    assert_eq!(says(&behind), "file: 4 bytes were put behind its end\n");
    let front = [b"MZ stub".as_slice(), &bytes].concat();
    assert_eq!(says(&front), "file: 7 bytes were put in front of it\n");
    let twice = [&bytes[..], &bytes].concat();
    assert!(!says(&twice).is_empty());
    // Between the last entry and the directory, with a right digest.
    let mut entries: Vec<(Record, Vec<u8>)> = contents().iter().map(|e| stored(&e.path, &e.bytes)).collect();
    let sound = forged(&entries);
    assert_eq!(says(&sound), "", "stored entries are as good");
    entries[1].1.extend(b"hidden");
    let said = says(&forged(&entries));
    assert!(said.contains("the entry before it ends at"), "{said}");
}

#[test]
fn entries_that_are_missing_additional_or_twice_are_told() {
    let mut entries: Vec<(Record, Vec<u8>)> = contents().iter().map(|e| stored(&e.path, &e.bytes)).collect();
    let more = |one: (Record, Vec<u8>)| says(&forged(&[&entries[..], &[one]].concat()));
    assert_eq!(more(stored("virus.exe", b"x")), "virus.exe: it is additional: the manifest does not list it\n");
    assert_eq!(more(stored(RULES, b"[]")), "rules.json: it is there twice\n");
    for (name, why) in [
        ("../../etc/cron.d/x", "leads out of the folder"),
        ("..\\x", "leads out of the folder"),
        ("/etc/passwd", "is an absolute path"),
        ("C:x", "is an absolute path"),
        ("a\u{0}b", "has characters"),
        ("\u{1b}[2J", "has characters"),
        ("", "is empty"),
    ] {
        let said = more(stored(name, b"x"));
        assert!(said.contains(why) && said.contains("not unpacked"), "{name:?}: {said}");
    }
    assert!(more(stored(&"x".repeat(500), b"x")).contains("too long"));
    entries.remove(2);
    assert_eq!(says(&forged(&entries)), "rules.json: it is missing: the manifest lists it\n");
    entries.remove(0);
    assert!(says(&forged(&entries)).contains("manifest.json: it is missing"));
    assert!(says(&forged(&[])).contains("manifest.json: it is missing"));
}

#[test]
fn an_entry_exchanged_with_a_right_digest_is_told_by_its_hash() {
    let mut entries = contents();
    entries[1].bytes[3] ^= 1;
    let said = says(&pack(&entries).unwrap());
    assert!(said.starts_with("inputs/01-bank.csv: its content is not that of the manifest: expected 5"), "{said}");
    entries = contents();
    entries[0].bytes = b"{}".to_vec();
    assert!(says(&pack(&entries).unwrap()).contains("manifest.json: it cannot be read as a manifest"));
    entries[0].bytes = b"{\"schema\":\"lettrage.archive/9\"}".to_vec();
    assert!(says(&pack(&entries).unwrap()).contains("its schema is \"lettrage.archive/9\""));
    entries = contents();
    entries.swap(0, 1);
    assert!(says(&pack(&entries).unwrap()).contains("manifest.json: it is not the first entry"));
}

#[test]
fn claims_are_not_believed() {
    let zeros = vec![0u8; 64 << 20];
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &zeros).unwrap();
    let packed = encoder.finish().unwrap();
    let bomb = |size: u32| {
        let record = Record {
            name: b"bomb".to_vec(),
            method: 8,
            crc: super::pack::crc(&zeros),
            packed: packed.len() as u32,
            size,
            at: 0,
        };
        says(&forged(&[(record, packed.clone())]))
    };
    assert!(bomb(64 << 20).contains("bomb: it claims to unpack from"));
    assert!(bomb(100).contains("bomb: it unpacks to more than the 100 bytes that it claims"));
    assert!(bomb(u32::MAX).contains("file: it claims to unpack to 4294967295 bytes"));
    let (mut record, data) = stored("a", b"abc");
    record.method = 12;
    assert!(says(&forged(&[(record.clone(), data.clone())])).contains("method 12"));
    record.method = 0;
    record.size = 9;
    assert!(says(&forged(&[(record.clone(), data.clone())])).contains("a: it has 3 bytes, and its header says 9"));
    record.packed = u32::MAX;
    assert!(!says(&forged(&[(record, data)])).is_empty());
}

#[test]
fn what_is_no_archive_is_told_without_a_panic() {
    assert_eq!(says(b""), "file: it is empty\nmanifest.json: it is missing, or damaged\n");
    for text in [&b"hello, this is a letter"[..], &[0; 5000], b"%PDF-1.7", &[0xff; 100]] {
        assert!(says(text).contains("it is no archive of lettrage"), "{}", says(text));
    }
    // Records that lie about their lengths, at every place.
    let mut state = 0x9e37_79b9u32;
    let bytes = sound();
    for _ in 0..2000 {
        let mut other = bytes.clone();
        for _ in 0..8 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % other.len();
            other[at] = (state >> 24) as u8;
        }
        let start = (state >> 8) as usize % 3 * 7;
        assert!(!found(&other[start..]).is_empty() || other == bytes);
    }
    let mut other = Vec::new();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(&mut other));
    writer.start_file("manifest.json", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut writer, b"{}").unwrap();
    writer.finish().unwrap();
    let said = says(&other);
    assert!(said.contains("comment: it is missing") && said.contains("another program wrote it"), "{said}");
    assert!(END_BYTES < other.len());
}

#[test]
fn a_chain_is_computed_and_each_break_has_its_line() {
    use super::chain::{LogChange, LogEntry, LogLine, check};
    let entry = |seq, previous: &str, hash: &str, details: &str| {
        LogLine::Entry(LogEntry {
            seq,
            at: "2026-07-02T09:00:00Z".into(),
            who: "amc".into(),
            kind: "note".into(),
            summary: String::new(),
            why: String::new(),
            run: String::new(),
            rules: String::new(),
            payload: "null".into(),
            details: details.into(),
            previous: previous.into(),
            hash: hash.into(),
        })
    };
    let text = |lines: &[LogLine]| -> Vec<u8> {
        lines.iter().map(|l| serde_json::to_string(l).unwrap() + "\n").collect::<String>().into_bytes()
    };
    let told = |bytes: &[u8]| check(bytes).unwrap_err().iter().map(|f| f.says.clone()).collect::<Vec<_>>().join("\n");
    let empty = blake3::hash(b"").to_hex().to_string();
    let said = told(&text(&[entry(2, "x", "y", &empty)]));
    for part in ["line 1, entry 2: it should be entry 1", "does not follow", "its words are not"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("its decisions"), "{said}");
    let change = LogLine::Change(LogChange { subject: -3, before: None, after: Some(2) });
    assert!(told(&text(std::slice::from_ref(&change))).contains("line 1: it belongs to no entry"));
    assert!(
        told(&text(&[entry(1, "x", "y", &empty), change])).contains("line 1, entry 1: its decisions, in the lines")
    );
    assert!(told(b"").contains("cannot be read") && told(b"\n\n").contains("line 2 cannot be read"));
    assert!(told(b"{\"entry\":{\"seq\":1,\"seq\":1}}").contains("duplicate field"));
}
