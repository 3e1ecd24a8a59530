//! Bytes to records with positions: one format a folder, all giving the same model values. No file is opened here.

mod amounts;
pub mod bai2;
pub mod camt;
mod canonical;
pub mod cfonb;
mod checks;
pub mod coda;
pub mod container;
pub mod csv;
pub mod einvoice;
pub mod encoding;
pub mod esr;
pub mod fec;
mod fixed;
pub mod general_ledger;
mod iban;
pub mod json_lines;
mod kind;
pub mod mt940;
pub mod norma43;
pub mod ofx;
pub mod qif;
pub mod raw;
mod remarks;
mod sheet;
mod source;
pub mod xlsx;
mod xml;

use std::collections::BTreeMap;

use crate::config::csv::CsvKind;
use crate::config::{CsvMapping, Limits};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{CustomerFile, ItemFile, StatementFile};

pub use general_ledger::{ledger, ledgers};
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
    crate::model::digest::sha256(bytes).into()
}

/// Reads whatever statements a file holds: one document, a table, or a container of several of them (one result a member).
///
/// The kind is recognised from the content; `path` is for messages and provenance only.
///
/// Errors: E0011 for a file that is too large, E0012 for what is no statement; else those of the readers.
pub fn statements(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Vec<StatementFile>, Errors> {
    within_cap(path, bytes, settings)?;
    match recognise(bytes) {
        kind if kind.is_container() => {
            container::read(path, bytes, settings, &container::Wanted::STATEMENTS, statement)
        }
        kind => statement(path, bytes, kind, settings).map(|file| vec![file]),
    }
}

/// Reads whatever invoices and credit notes a file holds: a list, an electronic invoice, or a container of several of them.
///
/// Errors: E0011 for a file that is too large, E0012 for what holds no invoices; else those of the readers.
pub fn items(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Vec<ItemFile>, Errors> {
    within_cap(path, bytes, settings)?;
    match recognise(bytes) {
        kind if kind.is_container() => container::read(path, bytes, settings, &container::Wanted::ITEMS, items_of),
        kind => items_of(path, bytes, kind, settings).map(|file| vec![file]),
    }
}

/// Reads a list of customers. Errors: E0011 for a file that is too large, E0012 for what is no table; else those of the readers.
pub fn customers(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<CustomerFile, Errors> {
    within_cap(path, bytes, settings)?;
    match recognise(bytes) {
        Kind::Xlsx => xlsx::read_customers(path, bytes, settings),
        kind if is_text(&kind) => csv::read_customers(path, bytes, settings),
        kind => Err(stranger(path, &kind, EXPECTED_TABLE)),
    }
}

/// Reads one document or table of a kind that is known.
fn statement(path: &str, bytes: &[u8], kind: Kind, settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    match kind {
        Kind::Camt053 | Kind::Camt052 | Kind::Camt054 => camt::read(path, bytes, settings),
        Kind::Mt940 => mt940::read(path, bytes, settings),
        Kind::Cfonb120 => cfonb::read(path, bytes, settings),
        Kind::Cfonb240 => Err(cfonb::refuse_remittance(path, bytes)),
        Kind::Coda => coda::read(path, bytes, settings),
        Kind::Norma43 => norma43::read(path, bytes, settings),
        Kind::Ofx => ofx::read(path, bytes, settings),
        Kind::Qif => qif::read(path, bytes, settings),
        Kind::Bai2 => bai2::read(path, bytes, settings),
        Kind::Esr => esr::read(path, bytes, settings),
        Kind::Csv => csv::read_statement(path, bytes, settings),
        Kind::Ledger if csv::is_mapped(path, CsvKind::Payments, settings) => csv::read_statement(path, bytes, settings),
        // The payments that a ledger holds, when it is named as a statement.
        Kind::Fec => fec::payments(path, bytes, settings),
        Kind::JsonLines => json_lines::read_statement(path, bytes, settings),
        Kind::Xlsx => xlsx::read_statement(path, bytes, settings),
        kind => Err(stranger(path, &kind, EXPECTED)),
    }
}

fn items_of(path: &str, bytes: &[u8], kind: Kind, settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    match kind {
        Kind::Fec => fec::read_items(path, bytes, settings),
        Kind::Ubl | Kind::Cii | Kind::Pdf => einvoice::read(path, bytes, &kind, settings),
        Kind::JsonLines => json_lines::read_items(path, bytes, settings),
        Kind::Xlsx => xlsx::read_items(path, bytes, settings),
        Kind::Ledger if csv::is_mapped(path, CsvKind::Invoices, settings) => csv::read_items(path, bytes, settings),
        kind if is_text(&kind) => csv::read_items(path, bytes, settings),
        kind => Err(stranger(path, &kind, EXPECTED_ITEMS)),
    }
}

/// Whether the reader of tables says best what is wrong with a file: it is one, or a text that should be one.
fn is_text(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Csv
            | Kind::Unknown(
                "it is empty" | "it is not a text" | "it is a text without columns" | "it holds nothing but blanks"
            )
    )
}

/// The error for a container inside a container. Error: E0014.
fn stranger_inside(path: &str, kind: &Kind) -> Errors {
    Error::new(ErrorKind::Input, "E0014", format!("{} inside an archive", kind.name()))
        .in_file(path)
        .help("unpack it first")
        .into()
}

/// The error for a file that is of another kind than what is read there.
fn stranger(path: &str, kind: &Kind, expected: &'static str) -> Errors {
    let message = match kind {
        Kind::Unknown(what) => format!("not a file that can be read here: {what}"),
        Kind::OtherXml(root) => format!("XML that is of no use here: its root is <{root}>"),
        kind => format!("{} cannot be read here", kind.name()),
    };
    let error = Error::new(ErrorKind::Input, NO_STATEMENT, message).in_file(path);
    let error = match kind {
        kind if kind.is_container() => error.help("unpack it first"),
        kind if kind.is_bank_format() => error.help("statements are named before the options"),
        kind if kind.is_invoice_format() => error.help("give it with --invoices"),
        Kind::Ledger => error.help(
            "it is what your own books say; a mapping whose  files = [\"…\"]  name it reads it as something else",
        ),
        _ => error,
    };
    error.help(expected).into()
}

/// The number of the error for what is nothing that is read at its place.
pub const NO_STATEMENT: &str = "E0012";

/// What a statement may be.
const EXPECTED: &str =
    "expected a bank's statement: camt.053, MT940, CFONB 120, CODA, OFX, BAI2 or a CSV or XLSX export, also in a ZIP";

/// What a list of open items may be.
const EXPECTED_ITEMS: &str =
    "expected open items: CSV, XLSX, JSON Lines, a FEC, or electronic invoices (UBL, CII, Factur-X), also in a ZIP";

/// What a list of customers may be.
const EXPECTED_TABLE: &str = "expected a list of customers: CSV or XLSX";

fn within_cap(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<(), Errors> {
    match bytes.len() as u64 {
        length if length > settings.limits.file_bytes => Err(too_large(path, length, settings.limits).into()),
        _ => Ok(()),
    }
}

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
