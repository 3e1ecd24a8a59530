//! From paths on the command line to what is in the files: the only place where inputs are opened.
//!
//! Files are read in parallel; everything that is said or returned keeps the order in which they were given.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::config::Limits;
use crate::error::{Collector, Error, ErrorKind, Errors};
use crate::model::{CustomerFile, ItemFile, StatementFile};
use crate::read::{self, Kind, Settings};

/// How deep folders are searched: the folder itself and those inside it.
const FOLDER_LEVELS: u32 = 2;

/// Statement files that were read, and the files in folders that are none.
#[derive(Debug)]
pub struct Loaded<T> {
    /// What was read, in the order of the arguments and, in folders, of the names.
    pub files: Vec<T>,
    /// Files in folders that are of no known kind: the path, and what each looks like.
    pub passed_over: Vec<(String, &'static str)>,
}

/// A file to read: as the user named it or as a folder has it.
struct Input {
    path: PathBuf,
    /// Whether the user named it, so that being of another kind is an error.
    named: bool,
}

/// Reads statements from files, folders and, for `-`, standard input.
///
/// In a folder, files of no known kind are passed over; a recognised but broken one is an error, as is a named file that is no
/// statement. The errors of all files are collected.
pub fn load_statements(paths: &[PathBuf], settings: &Settings<'_>) -> Result<Loaded<StatementFile>, Errors> {
    load(paths, settings.limits, |path, bytes, named| {
        let kind = read::recognise(bytes);
        // A mapping may say of a table of any columns that it is a statement.
        let takes = |k: &Kind| k.is_bank_format() || k.is_table() || *k == Kind::Ledger;
        if !named && let Some(why) = stranger(&kind, takes) {
            return Ok(Outcome::PassedOver(why));
        }
        match read::statements(path, bytes, settings) {
            Err(errors) if !named && errors.iter().all(|e| e.code() == read::NO_STATEMENT) => {
                Ok(Outcome::PassedOver(match kind {
                    Kind::Ledger => LEDGER,
                    _ => "it is a ZIP archive without a statement",
                }))
            }
            Err(errors) if errors.iter().any(|e| e.code() == read::csv::COLUMNS_UNKNOWN) => {
                match (table_of_another_kind(path, bytes, settings), named) {
                    (Some((what, _)), false) => Ok(Outcome::PassedOver(what)),
                    // The reader knew it, and has said it.
                    (Some(_), true) if errors.to_string().contains("--invoices") => Err(errors),
                    (Some((what, how)), true) => Err(errors.help(format!("{what}: {how}"))),
                    (None, false) if is_output(&errors) => Ok(Outcome::PassedOver(OUTPUT)),
                    (None, _) => Err(errors),
                }
            }
            read => read.map(Outcome::Read),
        }
    })
}

/// Why a table of ledger lines is passed over.
const LEDGER: &str = "it is a table of ledger lines";

/// Why what this program has written is passed over.
const OUTPUT: &str = "it is an output of lettrage";

/// Whether errors say that a table is what this program has written.
fn is_output(errors: &Errors) -> bool {
    errors.iter().all(|e| e.code() == read::csv::COLUMNS_UNKNOWN)
        && errors.to_string().contains("an output of lettrage")
}

/// What a table is that is no statement, and where it is given: folders hold the lists beside the statements.
fn table_of_another_kind(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Option<(&'static str, &'static str)> {
    if read::items(path, bytes, settings).is_ok() {
        return Some(("it is a list of invoices", "give it with --invoices"));
    }
    let customers = read::customers(path, bytes, settings).is_ok();
    customers.then_some(("it is a list of customers", "give it with --customers"))
}

/// The bytes of the file that something was read from: itself, or the container that it is a member of. Errors: E0002, E0011.
pub fn source_of(shown: &str, paths: &[PathBuf], limits: &Limits) -> Result<(String, Vec<u8>), Errors> {
    for input in expand(paths)? {
        let path = input.path.display().to_string();
        let is_member = || shown.strip_prefix(&path).is_some_and(|rest| rest.starts_with('!'));
        if path == shown || is_member() {
            return Ok((path, bytes_of(&input.path, limits)?));
        }
    }
    Err(Error::new(ErrorKind::Io, "E0002", "the file is no longer there").in_file(shown).into())
}

/// Why a file of a folder is none of what is looked for there.
fn stranger(kind: &Kind, takes: fn(&Kind) -> bool) -> Option<&'static str> {
    match kind {
        kind if takes(kind) || kind.is_container() => None,
        Kind::Unknown(what) => Some(what),
        Kind::OtherXml(_) => Some("it is XML of no use here"),
        kind if kind.is_invoice_format() => Some("it is an invoice or a ledger: give it with --invoices"),
        kind if kind.is_bank_format() => Some("it is a bank's statement"),
        Kind::Ledger => Some(LEDGER),
        _ => Some("it is no table"),
    }
}

/// Reads open items from lists, electronic invoices and ledgers: files, folders and, for `-`, standard input.
pub fn load_items(paths: &[PathBuf], settings: &Settings<'_>) -> Result<Vec<ItemFile>, Errors> {
    let loaded = load(paths, settings.limits, |path, bytes, named| {
        if !named && let Some(why) = stranger(&read::recognise(bytes), |k| k.is_invoice_format() || k.is_table()) {
            return Ok(Outcome::PassedOver(why));
        }
        read::items(path, bytes, settings).map(Outcome::Read)
    })?;
    Ok(loaded.files)
}

/// What a file holds.
#[derive(Debug)]
pub enum Content {
    /// Statements, with their payments.
    Payments(StatementFile),
    /// Invoices and credit notes.
    Invoices(ItemFile),
}

/// What to take a file for that may be either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum As {
    /// Statements, with their payments
    Payments,
    /// Invoices and credit notes
    Invoices,
}

/// Reads whatever files, folders and, for `-`, standard input hold: statements or invoices, as each of them shows, or all of them
/// as one of the two.
///
/// A table that reads as both is an error where `refuse_both` is set, and else a statement. Error: E0406.
pub fn load_any(
    paths: &[PathBuf],
    settings: &Settings<'_>,
    wanted: Option<As>,
    refuse_both: bool,
) -> Result<Loaded<Content>, Errors> {
    load(paths, settings.limits, |path, bytes, named| {
        let kind = read::recognise(bytes);
        let takes = |k: &Kind| k.is_bank_format() || k.is_invoice_format() || k.is_table();
        if !named && let Some(why) = stranger(&kind, takes) {
            return Ok(Outcome::PassedOver(why));
        }
        let payments = || {
            let read = read::statements(path, bytes, settings);
            read.map(|files| files.into_iter().map(Content::Payments).collect::<Vec<_>>())
        };
        let invoices = || {
            let read = read::items(path, bytes, settings);
            read.map(|files| files.into_iter().map(Content::Invoices).collect::<Vec<_>>())
        };
        match wanted {
            Some(As::Payments) => payments(),
            Some(As::Invoices) => invoices(),
            None if kind.is_invoice_format() => invoices(),
            None if kind.is_bank_format() => payments(),
            None if !kind.is_table() && !kind.is_container() => payments(),
            None => match payments() {
                Ok(_) if refuse_both && kind.is_table() && invoices().is_ok() => Err(both(path)),
                Ok(found) => Ok(found),
                Err(errors) if !is_of_another_kind(&errors) => Err(errors),
                Err(errors) if !named && is_output(&errors) => return Ok(Outcome::PassedOver(OUTPUT)),
                Err(errors) => match (invoices(), named) {
                    (Ok(found), _) => Ok(found),
                    (Err(other), _) if !is_of_another_kind(&other) => Err(other),
                    (Err(_), false) if kind.is_container() => return Ok(Outcome::PassedOver(NOTHING_IN_IT)),
                    (Err(_), _) => match (read::customers(path, bytes, settings).is_ok(), named) {
                        (true, false) => return Ok(Outcome::PassedOver("it is a list of customers")),
                        (true, true) => Err(errors.help("it is a list of customers")),
                        (false, _) => Err(errors),
                    },
                },
            },
        }
        .map(Outcome::Read)
    })
}

/// What a file is in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum BookAs {
    /// Statements, with their payments
    Payments,
    /// Invoices and credit notes
    Invoices,
    /// Customer master data
    Customers,
    /// The general ledger: lines of bank and receivable accounts
    Ledger,
}

/// A file for a book: its bytes, and what they hold.
#[derive(Debug)]
pub struct Delivery {
    /// The path as given.
    pub path: String,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What was read from them.
    pub contents: Vec<crate::book::import::Content>,
}

/// Reads whatever files and folders hold, with their bytes. A FEC is both open items and the ledger.
pub fn load_deliveries(
    paths: &[PathBuf],
    settings: &Settings<'_>,
    wanted: Option<BookAs>,
) -> Result<Loaded<Delivery>, Errors> {
    load(paths, settings.limits, |path, bytes, named| {
        let kind = read::recognise(bytes);
        let takes = |k: &Kind| k.is_bank_format() || k.is_invoice_format() || k.is_table() || *k == Kind::Ledger;
        if !named && let Some(why) = stranger(&kind, takes) {
            return Ok(Outcome::PassedOver(why));
        }
        let contents = match wanted {
            Some(wanted) => read_as(wanted, path, bytes, settings)?,
            None => match read_by_content(&kind, path, bytes, settings) {
                Err(errors) if !named && is_output(&errors) => return Ok(Outcome::PassedOver(OUTPUT)),
                Err(errors) if !named && kind.is_container() && is_of_another_kind(&errors) => {
                    return Ok(Outcome::PassedOver(NOTHING_IN_IT));
                }
                read => read?,
            },
        };
        let sha256 = read::sha256(bytes).to_string();
        Ok(Outcome::Read(vec![Delivery { path: path.to_string(), sha256, bytes: bytes.to_vec(), contents }]))
    })
}

type Contents = Vec<crate::book::import::Content>;

/// Reads bytes as what a person, or a book, says that they are.
pub(super) fn read_as(wanted: BookAs, path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Contents, Errors> {
    use crate::book::import::Content;
    Ok(match wanted {
        BookAs::Payments => read::statements(path, bytes, settings)?.into_iter().map(Content::Statements).collect(),
        BookAs::Invoices => {
            read::items(path, bytes, settings)?.into_iter().map(|list| Content::Items(list, None)).collect()
        }
        BookAs::Customers => vec![Content::Customers(read::customers(path, bytes, settings)?)],
        BookAs::Ledger => read::ledgers(path, bytes, settings)?.into_iter().map(Content::Ledger).collect(),
    })
}

/// Statements before items before customers before ledgers: the first reader that knows the columns. What none knows is told as a
/// statement, unless it is recognised as something else.
fn read_by_content(kind: &Kind, path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Contents, Errors> {
    let read = |wanted| read_as(wanted, path, bytes, settings);
    if matches!(kind, Kind::Ledger) {
        return read(BookAs::Ledger);
    }
    if matches!(kind, Kind::Fec) {
        let mut contents = read(BookAs::Invoices)?;
        contents.extend(read(BookAs::Ledger)?);
        return Ok(contents);
    }
    if kind.is_invoice_format() {
        return read(BookAs::Invoices);
    }
    if !kind.is_table() && !kind.is_container() {
        return read(BookAs::Payments);
    }
    let first = match read(BookAs::Payments) {
        Err(errors) if is_of_another_kind(&errors) => errors,
        read => return read,
    };
    for wanted in [BookAs::Invoices, BookAs::Customers, BookAs::Ledger] {
        match read(wanted) {
            Err(errors) if is_of_another_kind(&errors) => {}
            read => return read,
        }
    }
    Err(first.help("say what it is:  --kind payments, invoices, customers or ledger"))
}

/// Why an archive in a folder is passed over.
const NOTHING_IN_IT: &str = "it is an archive without a statement or an invoice";

/// Whether errors say that a file is none of what was looked for, and not that something in it is wrong.
fn is_of_another_kind(errors: &Errors) -> bool {
    errors.iter().all(|e| e.code() == read::NO_STATEMENT || e.code() == read::csv::COLUMNS_UNKNOWN)
}

fn both(path: &str) -> Errors {
    Error::new(ErrorKind::Usage, "E0406", "the file may be read as payments and as invoices")
        .in_file(path)
        .help("say which:  --as payments  or  --as invoices")
        .into()
}

/// Reads customer master files.
pub fn load_customers(paths: &[PathBuf], settings: &Settings<'_>) -> Result<Vec<CustomerFile>, Errors> {
    let loaded = load(paths, settings.limits, |path, bytes, named| {
        if !named && let Some(why) = stranger(&read::recognise(bytes), Kind::is_table) {
            return Ok(Outcome::PassedOver(why));
        }
        read::customers(path, bytes, settings).map(|file| Outcome::Read(vec![file]))
    })?;
    Ok(loaded.files)
}

/// What came of one file.
enum Outcome<T> {
    Read(Vec<T>),
    PassedOver(&'static str),
}

fn load<T: Send>(
    paths: &[PathBuf],
    limits: &Limits,
    read: impl Fn(&str, &[u8], bool) -> Result<Outcome<T>, Errors> + Sync,
) -> Result<Loaded<T>, Errors> {
    let inputs = expand(paths)?;
    let outcomes: Vec<(String, Result<Outcome<T>, Errors>)> = inputs
        .par_iter()
        .map(|input| {
            let shown = input.path.display().to_string();
            let outcome =
                bytes_of(&input.path, limits).map_err(Errors::from).and_then(|b| read(&shown, &b, input.named));
            (shown, outcome)
        })
        .collect();
    let mut loaded = Loaded { files: Vec::new(), passed_over: Vec::new() };
    let mut errors = Collector::default();
    for (shown, outcome) in outcomes {
        match outcome {
            Ok(Outcome::Read(files)) => loaded.files.extend(files),
            Ok(Outcome::PassedOver(what)) => loaded.passed_over.push((shown, what)),
            Err(found) => errors.extend(found),
        }
    }
    errors.finish(loaded)
}

/// Turns arguments into files: folders become what is in them, by name, without hidden files.
fn expand(paths: &[PathBuf]) -> Result<Vec<Input>, Errors> {
    let (mut inputs, mut errors) = (Vec::new(), Collector::default());
    let mut stdin = false;
    for path in paths {
        if path.as_os_str() == "-" {
            if std::mem::replace(&mut stdin, true) {
                let error = Error::new(ErrorKind::Usage, "E0004", "standard input (-) is given twice");
                errors.push(error.help("it can be read only once"));
            }
            inputs.push(Input { path: path.clone(), named: true });
            continue;
        }
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                let before = inputs.len();
                if let Err(error) = list(path, FOLDER_LEVELS, &mut inputs) {
                    errors.push(error);
                } else if inputs.len() == before {
                    let error = Error::new(ErrorKind::Io, "E0003", "there is no file in this folder");
                    errors.push(error.in_file(path.display().to_string()));
                }
            }
            Ok(_) => inputs.push(Input { path: path.clone(), named: true }),
            Err(error) => errors.push(cannot_open(path, &error)),
        }
    }
    errors.finish(inputs)
}

fn list(folder: &Path, levels: u32, inputs: &mut Vec<Input>) -> Result<(), Error> {
    let failed = |e: &std::io::Error| cannot_open(folder, e);
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).and_then(|all| all.map(|e| e.map(|e| e.path())).collect()).map_err(|e| failed(&e))?;
    entries.sort();
    for path in entries {
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => {
                if levels > 1 {
                    list(&path, levels - 1, inputs)?;
                }
            }
            Ok(found) if found.is_file() => inputs.push(Input { path, named: false }),
            // Sockets, devices and links to nothing are not statements.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

/// The bytes of a file or, for `-`, of standard input. Errors: E0002, E0011.
pub(super) fn bytes_of(path: &Path, limits: &Limits) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    // One byte more than is allowed shows that there is too much, without reading all of it.
    let most = limits.file_bytes.saturating_add(1);
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| {
            bytes.reserve(file.metadata().map_or(0, |m| m.len().min(most) as usize));
            file.take(most).read_to_end(&mut bytes)
        })
    };
    read.map_err(|e| cannot_open(path, &e))?;
    if bytes.len() as u64 > limits.file_bytes {
        return Err(read::too_large(&path.display().to_string(), bytes.len() as u64, limits));
    }
    Ok(bytes)
}

fn cannot_open(path: &Path, error: &std::io::Error) -> Error {
    let shown = path.display().to_string();
    if error.kind() != std::io::ErrorKind::NotFound {
        return Error::new(ErrorKind::Io, "E0002", format!("cannot be read: {error}")).in_file(shown);
    }
    let missing = Error::new(ErrorKind::Io, "E0002", "there is no such file or folder").in_file(shown);
    match near_name(path) {
        Some(near) => missing.help(format!("did you mean {}?", near.display())),
        None => missing,
    }
}

/// The name in the same folder that is nearest to one that does not exist.
fn near_name(path: &Path) -> Option<PathBuf> {
    const NEAR: f64 = 0.85;
    /// More names than these are not gone through for a hint.
    const MOST: usize = 10_000;
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut best: Option<(f64, PathBuf)> = None;
    for entry in fs::read_dir(folder).ok()?.take(MOST).flatten() {
        let other = entry.file_name();
        let near = strsim::jaro_winkler(&name, &other.to_string_lossy().to_lowercase());
        if near >= NEAR && best.as_ref().is_none_or(|(b, p)| near > *b || (near == *b && entry.path() < *p)) {
            best = Some((near, path.with_file_name(other)));
        }
    }
    best.map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const STATEMENT: &str =
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt/></Document>";

    fn load_from(paths: &[PathBuf]) -> Result<Loaded<StatementFile>, Errors> {
        load_statements(paths, &Settings { limits: &Limits::default(), mappings: &BTreeMap::new() })
    }

    #[test]
    fn folders_are_read_by_name_and_strangers_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("b.dat", STATEMENT);
        put("a/x", STATEMENT);
        put("a/deep/x", STATEMENT);
        put(".hidden", STATEMENT);
        put("readme.md", "hello");
        put("bill.xml", "<Invoice/>");
        let loaded = load_from(&[folder.path().to_path_buf()]).unwrap();
        let names: Vec<String> =
            loaded.files.iter().map(|f| f.file.path.replace(&folder.path().display().to_string(), "")).collect();
        assert_eq!(names, ["/a/x", "/b.dat"]);
        assert_eq!(loaded.passed_over.len(), 2);
        // The same file is an error when it is named.
        let errors = load_from(&[folder.path().join("readme.md")]).unwrap_err();
        assert_eq!(errors.iter().next().unwrap().code(), "E0012");
        // A broken one is an error wherever it is, and all of them are shown.
        put("c.xml", &STATEMENT[..80]);
        put("d.xml", &STATEMENT[..81]);
        assert_eq!(load_from(&[folder.path().to_path_buf()]).unwrap_err().count(), 2);
    }

    #[test]
    fn lists_beside_statements_are_passed_over_and_named_ones_get_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("june.xml"), STATEMENT).unwrap();
        fs::write(path("invoices.csv"), "item_id,number,amount\n1,2026-1,5.00\n").unwrap();
        fs::write(path("customers.csv"), "customer_id,name\nC1,Dupont\n").unwrap();
        let loaded = load_from(&[folder.path().to_path_buf()]).unwrap();
        assert_eq!((loaded.files.len(), loaded.passed_over.len()), (1, 2));
        assert_eq!(loaded.passed_over[1].1, "it is a list of invoices");
        let text = load_from(&[path("invoices.csv")]).unwrap_err().to_string();
        assert!(text.contains("E0102") && text.contains("give it with --invoices"), "{text}");
        // A table of neither kind may be a statement with strange columns: money is not passed over.
        fs::write(path("bank.csv"), "wann,wie viel,was\n1,5.00,x\n2,6.00,y\n3,7.00,z\n").unwrap();
        assert!(load_from(&[folder.path().to_path_buf()]).is_err());
        let settings = Settings { limits: &Limits::default(), mappings: &BTreeMap::new() };
        let text = load_items(&[path("june.xml")], &settings).unwrap_err().to_string();
        assert!(text.contains("statements are named before the options"), "{text}");
    }

    #[test]
    fn open_items_of_every_program_and_outputs_are_no_money() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("june.xml"), STATEMENT).unwrap();
        let lists = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/items");
        let mut count = 0;
        for entry in fs::read_dir(lists).unwrap() {
            let path = entry.unwrap().path();
            let text = load_from(std::slice::from_ref(&path)).unwrap_err().to_string();
            assert!(text.contains("E0102") && text.contains("list of open items of"), "{}: {text}", path.display());
            assert_eq!(text.matches("give it with --invoices").count(), 1, "{text}");
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
            count += 1;
        }
        let run =
            "payment_id,account,booking_date,amount,currency,remittance,bucket\np1,DE1,2026-06-01,5.00,EUR,x,certain\n";
        fs::write(folder.path().join("payments.csv"), run).unwrap();
        let loaded = load_from(&[folder.path().to_path_buf()]).unwrap();
        assert_eq!((loaded.files.len(), loaded.passed_over.len()), (1, count + 1));
        assert!(loaded.passed_over.iter().any(|(path, why)| path.ends_with("payments.csv") && *why == OUTPUT));
    }

    #[test]
    fn ledgers_are_found_beside_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let gl = "Date;Journal;Compte;Libellé;Débit;Crédit\n02/06/2026;BQ;512100;VIR;12,00;\n02/06/2026;BQ;411000;VIR;;12,00\n";
        fs::write(folder.path().join("gl.csv"), gl).unwrap();
        fs::write(folder.path().join("june.xml"), STATEMENT).unwrap();
        fs::write(folder.path().join("customers.csv"), "customer_id,name\nC1,Dupont\n").unwrap();
        let settings = Settings { limits: &Limits::default(), mappings: &BTreeMap::new() };
        let here = [folder.path().to_path_buf()];
        let roles = |paths: &[PathBuf], wanted| -> Result<Vec<&'static str>, Errors> {
            let loaded = load_deliveries(paths, &settings, wanted)?;
            Ok(loaded.files.iter().flat_map(|d| &d.contents).map(|c| c.file().role.word()).collect())
        };
        assert_eq!(roles(&here, None).unwrap(), ["customers", "ledger", "statement"]);
        assert_eq!(roles(&[folder.path().join("gl.csv")], Some(BookAs::Ledger)).unwrap(), ["ledger"]);
        // For those who look for statements it is a stranger, named or not.
        let loaded = load_from(&here).unwrap();
        assert_eq!((loaded.files.len(), loaded.passed_over.len()), (1, 2));
        let text = load_from(&[folder.path().join("gl.csv")]).unwrap_err().to_string();
        assert!(text.contains("E0012") && text.contains("a table of ledger lines"), "{text}");
        assert!(loaded.passed_over.iter().any(|(path, why)| path.ends_with("gl.csv") && *why == LEDGER));
        let mapped = "[csv.own]\nfiles = [\"gl*.csv\"]\n";
        let config = crate::config::Config::from_toml(mapped, "c.toml").unwrap();
        let own = Settings { limits: &config.limits, mappings: &config.csv };
        assert_eq!(load_statements(&here, &own).unwrap().files.len(), 2);
        let text = roles(&[folder.path().join("customers.csv")], Some(BookAs::Ledger)).unwrap_err().to_string();
        assert!(text.contains("E0102") && text.contains("a general ledger"), "{text}");
    }

    #[test]
    fn a_line_with_too_many_columns_ends_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wide.csv");
        fs::write(&path, ";".repeat(1 << 20)).unwrap();
        let text = load_from(&[path]).unwrap_err().to_string();
        assert!(text.contains("E0124") && text.contains("more than 2000 columns"), "{text}");
    }

    #[test]
    fn a_missing_file_has_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("june.xml"), STATEMENT).unwrap();
        let errors = load_from(&[folder.path().join("jume.xml"), folder.path().join("zzzz")]).unwrap_err();
        let text = errors.to_string();
        assert_eq!(errors.count(), 2);
        assert!(text.contains("did you mean") && text.contains("june.xml"), "{text}");
        assert!(load_from(&["-".into(), "-".into()]).is_err());
    }
}
