//! Bytes to records with positions: one format a folder, all giving the same model values. No file is opened here.

pub mod camt;
pub mod container;
pub mod csv;
pub mod encoding;
mod kind;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::config::{CsvMapping, Limits};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::StatementFile;

pub use kind::{Kind, recognise};

/// What readers need besides the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Caps.
    pub limits: &'a Limits,
    /// CSV mappings of the configuration, by name.
    pub mappings: &'a BTreeMap<String, CsvMapping>,
}

/// SHA-256 of bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> Box<str> {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.into()
}

/// Reads whatever statements a file holds: one document, a table, or a ZIP of several of them (one result a member).
///
/// The kind is recognised from the content; `path` is for messages and provenance only.
///
/// Errors: E0011 for a file that is too large, E0012 for what is no statement, E0210 for camt.052 and camt.054; else those of
/// the readers.
pub fn statements(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Vec<StatementFile>, Errors> {
    if bytes.len() as u64 > settings.limits.file_bytes {
        return Err(too_large(path, bytes.len() as u64, settings.limits).into());
    }
    match recognise(bytes) {
        Kind::Zip => container::statements(path, bytes, settings),
        kind => statement(path, bytes, kind, settings).map(|file| vec![file]),
    }
}

/// Reads one document or table of a kind that is known.
fn statement(path: &str, bytes: &[u8], kind: Kind, settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let input = |code, message: String| Error::new(ErrorKind::Input, code, message).in_file(path);
    Err(match kind {
        Kind::Camt053 => return camt::read(path, bytes, settings),
        Kind::Csv => return csv::read_statement(path, bytes, settings),
        Kind::Camt052 => camt::other_message(input("E0210", "this is a camt.052, not a camt.053".into()), "camt.052"),
        Kind::Camt054 => camt::other_message(input("E0210", "this is a camt.054, not a camt.053".into()), "camt.054"),
        Kind::OtherXml(root) => {
            input(NO_STATEMENT, format!("XML, but no bank statement: its root is <{root}>")).help(EXPECTED)
        }
        Kind::Zip => input("E0014", "a ZIP archive inside a ZIP archive".into()).help("unpack it first"),
        Kind::Unknown(what) => input(NO_STATEMENT, format!("not a statement that can be read: {what}")).help(EXPECTED),
    }
    .into())
}

/// The number of the error for what is no statement at all.
pub const NO_STATEMENT: &str = "E0012";

/// What a statement may be.
const EXPECTED: &str = "expected a camt.053 (XML, or several in a ZIP) or a CSV export of the bank";

/// A file above the cap on its size.
pub(crate) fn too_large(path: &str, bytes: u64, limits: &Limits) -> Error {
    Error::new(
        ErrorKind::Input,
        "E0011",
        format!("the file has {bytes} bytes, more than the {} allowed", limits.file_bytes),
    )
    .in_file(path)
    .help("raise  file_bytes  under [limits] in the configuration if it is genuine")
}
