//! What is known of an input file, and what was assumed to read it.

use serde::{Deserialize, Serialize};

/// What a file was loaded as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum InputRole {
    /// A bank statement.
    Statement,
    /// A list of invoices and credit notes.
    Items,
    /// The customer master file.
    Customers,
    /// The general ledger.
    Ledger,
}

impl InputRole {
    /// The word in reports: `statement`, `invoices`, `customers`, `ledger`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Items => "invoices",
            Self::Customers => "customers",
            Self::Ledger => "ledger",
        }
    }
}

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NoteKind {
    /// Guessed from the content: delimiter, encoding, decimal mark, date order, header.
    Assumed,
    /// Read on purpose in a tolerant way, or left out with a reason (a pending entry, a repeated row).
    Said,
    /// Something a person should look at; never swallowed.
    Warning,
}

impl NoteKind {
    /// The word in reports: `assumed`, `note`, `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Assumed => "assumed",
            Self::Said => "note",
            Self::Warning => "warning",
        }
    }
}

/// Something that the program says about an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// How much it matters.
    pub kind: NoteKind,
    /// One English sentence part, lower case, without a full stop: `delimiter ';'`.
    pub text: Box<str>,
}

impl Note {
    /// A note.
    pub fn new(kind: NoteKind, text: impl Into<Box<str>>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// An input file as it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// The path as given, `-` for standard input; a member of a container is `container!member`.
    pub path: Box<str>,
    /// What it was loaded as.
    pub role: InputRole,
    /// Kind of file: `camt.053`, `csv`.
    pub format: Box<str>,
    /// Version of the kind: `camt.053.001.08`; for CSV the mapping's name, or empty when columns were detected.
    pub version: Box<str>,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: Box<str>,
    /// Size in bytes.
    pub bytes: u64,
    /// Records that became payments, items or customers.
    pub records: u64,
    /// What was assumed, left out, or is odd.
    pub notes: Vec<Note>,
}

/// A list of open items, as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFile {
    /// What is known of the file itself.
    pub file: InputFile,
    /// Its items, in the order of the file; `place.file` is 0 until the run numbers its inputs.
    pub items: Vec<super::OpenItem>,
}

/// A customer master file, as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFile {
    /// What is known of the file itself.
    pub file: InputFile,
    /// Its customers, in the order of the file.
    pub customers: Vec<super::Customer>,
}
