//! What every reader owes to any bytes at all: no panic, no lost money, errors that say where. The fuzz targets of `fuzz/` and the
//! mutations of `cargo test` call the same [`Target::check`]; this file is part of both, and knows neither.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use chrono::Datelike as _;
use lettrage::config::Limits;
use lettrage::error::{Errors, SHOWN};
use lettrage::model::{
    InputFile, ItemFile, LedgerFile, LedgerLine, OpenItem, Payment, Position, Statement, StatementFile,
};
use lettrage::read::{self, Kind, Settings};
use zip::write::SimpleFileOptions;

/// What the readers return.
pub enum Loaded {
    /// Statements of one file or of several in a container.
    Statements(Vec<StatementFile>),
    /// Open items, likewise.
    Items(Vec<ItemFile>),
    /// How many customers a list has.
    Customers(usize),
    /// Lines of the general ledger.
    Ledger(LedgerFile),
}

/// One reader under test.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of the fuzz target, and of the folder of found inputs.
    pub name: &'static str,
    /// Parts of the paths of fixtures that are seeds.
    pub seeds: &'static [&'static str],
    /// Calls the reader, whatever the content looks like: a mutated header must not lead elsewhere.
    pub read: fn(&[u8], &Settings<'_>) -> Result<Loaded, Errors>,
}

/// The path that inputs are said to have.
const PATH: &str = "in/input";

macro_rules! statement {
    ($read:path) => {
        |bytes, settings| $read(PATH, bytes, settings).map(|file| Loaded::Statements(vec![file]))
    };
}

macro_rules! items {
    ($read:path) => {
        |bytes, settings| $read(PATH, bytes, settings).map(|file| Loaded::Items(vec![file]))
    };
}

macro_rules! invoice {
    ($kind:expr) => {
        |bytes, settings| read::einvoice::read(PATH, bytes, &$kind, settings).map(|file| Loaded::Items(vec![file]))
    };
}

/// Every reader.
pub const TARGETS: &[Target] = &[
    Target { name: "camt", seeds: &["/camt", "demo/statements/BNP"], read: statement!(read::camt::read) },
    Target { name: "mt940", seeds: &["/mt94"], read: statement!(read::mt940::read) },
    Target { name: "cfonb", seeds: &["/cfonb"], read: statement!(read::cfonb::read) },
    Target { name: "coda", seeds: &["/coda"], read: statement!(read::coda::read) },
    Target { name: "norma43", seeds: &["/norma43"], read: statement!(read::norma43::read) },
    Target { name: "ofx", seeds: &["/ofx"], read: statement!(read::ofx::read) },
    Target { name: "qif", seeds: &["/qif"], read: statement!(read::qif::read) },
    Target { name: "bai2", seeds: &["/bai2"], read: statement!(read::bai2::read) },
    Target { name: "esr", seeds: &["/esr"], read: statement!(read::esr::read) },
    Target {
        name: "csv_statement",
        seeds: &["errors/csv-payments", "formats/csv", "demo/statements/SG"],
        read: statement!(read::csv::read_statement),
    },
    Target {
        name: "csv_items",
        seeds: &["errors/csv-invoices", "formats/items", "demo/invoices"],
        read: items!(read::csv::read_items),
    },
    Target {
        name: "csv_customers",
        seeds: &["errors/csv-customers", "demo/customers"],
        read: |bytes, settings| {
            read::csv::read_customers(PATH, bytes, settings).map(|f| Loaded::Customers(f.customers.len()))
        },
    },
    Target {
        name: "ledger",
        seeds: &["formats/ledger", "errors/ledger"],
        read: |bytes, settings| {
            let read = match bytes.starts_with(b"JournalCode") {
                true => read::fec::ledger_lines(PATH, bytes, settings),
                false => read::csv::read_ledger(PATH, bytes, settings),
            };
            read.map(Loaded::Ledger)
        },
    },
    Target { name: "xlsx", seeds: &["/xlsx"], read: workbook },
    Target { name: "fec", seeds: &["/fec"], read: items!(read::fec::read_items) },
    Target { name: "ubl", seeds: &[".ubl.", "/ubl"], read: invoice!(Kind::Ubl) },
    Target { name: "cii", seeds: &[".cii.", "/cii"], read: invoice!(Kind::Cii) },
    Target { name: "pdf", seeds: &["/pdf", ".pdf"], read: invoice!(Kind::Pdf) },
    Target {
        name: "json_lines",
        seeds: &["/json", ".jsonl"],
        read: |bytes, settings| match bytes.first() {
            // Both sorts of lines, told apart by the input itself.
            Some(b'!') => read::json_lines::read_items(PATH, &bytes[1..], settings).map(|f| Loaded::Items(vec![f])),
            _ => read::json_lines::read_statement(PATH, bytes, settings).map(|f| Loaded::Statements(vec![f])),
        },
    },
    Target {
        name: "container",
        seeds: &["/container", "formats/ofx", "formats/cfonb", "formats/csv"],
        read: container,
    },
];

/// A workbook: the bytes themselves where they are one, else a small one with the bytes as its first sheet.
fn workbook(bytes: &[u8], settings: &Settings<'_>) -> Result<Loaded, Errors> {
    let made;
    let book = match bytes.starts_with(b"PK") {
        true => bytes,
        false => {
            made = packed(&[
                ("[Content_Types].xml", CONTENT_TYPES.as_bytes()),
                ("_rels/.rels", RELATIONS.as_bytes()),
                ("xl/workbook.xml", WORKBOOK.as_bytes()),
                ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS.as_bytes()),
                ("xl/worksheets/sheet1.xml", bytes),
            ]);
            &made
        }
    };
    match bytes.len() % 4 {
        0 => read::xlsx::read_items(PATH, book, settings).map(|f| Loaded::Items(vec![f])),
        1 => read::xlsx::read_customers(PATH, book, settings).map(|f| Loaded::Customers(f.customers.len())),
        2 => read::xlsx::read_ledger(PATH, book, settings).map(Loaded::Ledger),
        _ => read::xlsx::read_statement(PATH, book, settings).map(|f| Loaded::Statements(vec![f])),
    }
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const WORKBOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A container: the bytes themselves where they are one, else an archive with the bytes as its members. Recognition is under test
/// here too.
fn container(bytes: &[u8], settings: &Settings<'_>) -> Result<Loaded, Errors> {
    let made;
    let archive = match bytes.starts_with(b"PK") || bytes.starts_with(b"\x1f\x8b") {
        true => bytes,
        false => {
            let half = bytes.len() / 2;
            made = packed(&[("a.xml", bytes), ("b/../../c", &bytes[..half]), ("d", &bytes[half..])]);
            &made
        }
    };
    match bytes.len() % 2 {
        0 => read::items(PATH, archive, settings).map(Loaded::Items),
        _ => read::statements(PATH, archive, settings).map(Loaded::Statements),
    }
}

/// A ZIP archive of these members.
pub fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Limits small enough for each to be reached by a small input.
pub fn limits() -> Limits {
    Limits {
        file_bytes: 4 << 20,
        inflate_ratio: 1032,
        members: 20,
        depth: 48,
        attributes: 32,
        text_bytes: 20_000,
        field_bytes: 20_000,
        records: 20_000,
    }
}

/// Bytes of a payment or an item with its texts that an input of some bytes may lead to. A record of eight bytes is the shortest
/// that any format has, and costs the struct that it is read into.
const BYTES_FOR_A_BYTE: usize = 64;

/// Notes of one file: one for each kind of oddity, never one for each row.
const NOTES: usize = 120;

impl Target {
    /// The target of a name.
    pub fn named(name: &str) -> &'static Self {
        TARGETS.iter().find(|t| t.name == name).unwrap_or_else(|| panic!("no target {name}"))
    }

    /// Reads the bytes and panics where the reader breaks a promise. True where it could read them.
    pub fn check(&self, bytes: &[u8]) -> bool {
        let (limits, mappings) = (limits(), BTreeMap::new());
        let settings = Settings { limits: &limits, mappings: &mappings };
        let _ = read::recognise(bytes);
        match (self.read)(bytes, &settings) {
            Err(errors) => {
                check_errors(&errors);
                false
            }
            Ok(Loaded::Statements(files)) => {
                for file in &files {
                    check_statements(file, bytes.len());
                    check_raw(file, bytes, &settings);
                }
                true
            }
            Ok(Loaded::Items(files)) => {
                files.iter().for_each(|file| check_items(file, bytes.len()));
                true
            }
            Ok(Loaded::Customers(count)) => {
                assert!(count <= bytes.len(), "{count} customers in {} bytes", bytes.len());
                true
            }
            Ok(Loaded::Ledger(file)) => {
                check_ledger(&file, bytes.len());
                true
            }
        }
    }
}

/// An error has a number, a file and a message that a terminal can show.
fn check_errors(errors: &Errors) {
    assert!((1..=SHOWN).contains(&errors.iter().count()), "{} errors", errors.iter().count());
    for error in errors.iter() {
        let code = error.code().as_bytes();
        assert!(code.len() == 5 && code[0] == b'E' && code[1..].iter().all(u8::is_ascii_digit), "{error}");
        assert!(error.path().is_some_and(|path| path.starts_with(PATH)), "{} has no file: {error}", error.code());
        assert!(!error.message().is_empty(), "{} has no message", error.code());
        assert!(error.line() != Some(0) && error.column() != Some(0), "{error}");
        let shown = error.to_string();
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{shown:?}");
        assert!(
            shown.len() < 20_000,
            "a message of {} bytes: {}",
            shown.len(),
            error.message().chars().take(60).collect::<String>()
        );
    }
    assert!(matches!(errors.exit_code(), 2 | 3), "exit code {}", errors.exit_code());
}

/// `parts`: statements in the file, of which each may be odd in ways of its own.
fn check_file(file: &InputFile, parts: usize) {
    assert!(file.path.starts_with(PATH), "{}", file.path);
    // A table says of each of its columns what it is read as.
    let odd: Vec<&str> = file.notes.iter().map(|n| &*n.text).filter(|n| !n.contains(" read as ")).collect();
    assert!(odd.len() <= NOTES + 4 * parts, "{} notes, such as {}", odd.len(), odd[0]);
    assert!(file.notes.iter().all(|n| !n.text.is_empty()), "an empty note");
    assert_eq!(file.sha256.len(), 64);
}

fn check_statements(file: &StatementFile, size: usize) {
    check_file(&file.file, file.statements.len());
    let held: usize = file.statements.iter().flat_map(|s| &s.payments).map(size_of_payment).sum();
    assert!(held <= BYTES_FOR_A_BYTE * size + (64 << 10), "{held} bytes of payments from {size}");
    for statement in &file.statements {
        check_statement(statement);
    }
}

fn check_statement(s: &Statement) {
    let booked: i128 =
        s.payments.iter().filter(|p| Some(p.amount.currency) == s.currency).map(|p| i128::from(p.amount.minor)).sum();
    assert!(s.is_copy || booked == s.booked_minor, "payments {booked}, booked {} in {}", s.booked_minor, s.account);
    assert!(
        s.not_booked <= s.entries && s.entries <= s.transactions,
        "{} {} {}",
        s.not_booked,
        s.entries,
        s.transactions
    );
    assert!(
        s.payments.len() <= s.transactions as usize,
        "{} payments, {} transactions",
        s.payments.len(),
        s.transactions
    );
    assert!(!s.checks.is_empty(), "no check");
    for p in &s.payments {
        let year = p.booking_date.year();
        assert!((0..=9999).contains(&year), "booked in the year {year}");
        assert!(p.place.position != Position::None, "a payment without a place");
        assert_eq!(*p.account, *s.account, "the payments are of another account");
    }
}

fn check_items(file: &ItemFile, size: usize) {
    check_file(&file.file, 1);
    let held: usize = file.items.iter().map(size_of_item).sum();
    assert!(held <= BYTES_FOR_A_BYTE * size + (64 << 10), "{held} bytes of items from {size}");
    for item in &file.items {
        assert!(!item.id.is_empty(), "an item without an identifier");
        // What is open has the sign of the amount, or is nothing.
        assert!(item.open_minor == 0 || (item.open_minor < 0) == (item.amount.minor < 0), "{item:?}");
    }
}

/// The bytes of the first and the last payment can be found again.
fn check_raw(file: &StatementFile, bytes: &[u8], settings: &Settings<'_>) {
    let mut payments = file.statements.iter().flat_map(|s| &s.payments);
    let (first, last) = (payments.next(), payments.next_back());
    for payment in [first, last].into_iter().flatten() {
        if let Ok(Some(raw)) = read::raw::raw(PATH, bytes, &file.file.path, payment.place.position, settings) {
            assert!(raw.bytes.len() <= bytes.len().max(limits().file_bytes as usize), "more bytes than there are");
        }
    }
}

fn check_ledger(file: &LedgerFile, size: usize) {
    check_file(&file.file, 1);
    let held: usize = file.lines.iter().map(size_of_line).sum();
    assert!(held <= BYTES_FOR_A_BYTE * size + (64 << 10), "{held} bytes of lines from {size}");
    for line in &file.lines {
        assert!(!line.account.is_empty() && line.place.position != Position::None, "{line:?}");
        assert!(line.date > chrono::NaiveDate::MIN, "a line without a day: {line:?}");
        // Two amounts of 18 digits at most.
        assert!(line.amount.minor.unsigned_abs() < 2_000_000_000_000_000_000, "{line:?}");
    }
}

/// Account and label are shared by the lines below a heading.
fn size_of_line(line: &LedgerLine) -> usize {
    size_of::<LedgerLine>() + line.text.len() + line.reference.len() + line.entry.len()
}

fn size_of_payment(p: &Payment) -> usize {
    let texts = [
        &p.id,
        &p.payer_name,
        &p.ultimate_name,
        &p.payer_iban,
        &p.remittance,
        &p.end_to_end_id,
        &p.bank_reference,
        &p.return_reason,
    ];
    let references: usize = p.structured_references.iter().map(|r| r.len() + size_of::<Box<str>>()).sum();
    size_of::<Payment>() + texts.iter().map(|t| t.len()).sum::<usize>() + references
}

fn size_of_item(item: &OpenItem) -> usize {
    let references: usize = item.payment_references.iter().map(|r| r.len() + size_of::<Box<str>>()).sum();
    size_of::<OpenItem>() + item.id.len() + item.number.len() + item.order_number.len() + references
}
