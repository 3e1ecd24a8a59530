//! Every statement file of the shared corpus, format by format, against the figures that another program found in it.
//!
//! What a format cannot load, and which figures of the manifest are not ours, is a list with a reason each in the module of the format.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lettrage::config::Limits;
use lettrage::model::{Balance, CheckKind, Statement, StatementFile};
use lettrage::read::{self, Settings};
use rust_decimal::Decimal;

/// A row of the manifest, by column.
pub type Row = BTreeMap<String, String>;

/// Counts transactions and details in a text.
pub type Count = fn(&str) -> (u64, u64);

/// What is known of a format's files beforehand.
#[derive(Clone, Copy, Default)]
pub struct Known {
    /// The manifest's name of the format.
    pub format: &'static str,
    /// Files that do not load, and why. Each must end in an error with a place.
    pub not_loaded: &'static [(&'static str, &'static str)],
    /// Figures of the manifest that are not ours: path, figure (`statements`, `entries`, `details`, `balances`), reason.
    pub other_figures: &'static [(&'static str, &'static str, &'static str)],
    /// A format's own count of transactions and of details, by means that share nothing with the reader.
    pub counted: Option<Count>,
}

/// The shared corpus, when it is there.
pub fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("LETTRAGE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    path.is_dir().then_some(path)
}

/// The rows of the manifest for one format.
pub fn rows(shared: &Path, format: &str) -> Vec<Row> {
    let mut manifest = csv::Reader::from_path(shared.join("corpus/manifest.csv")).unwrap();
    manifest.deserialize().map(Result::unwrap).filter(|row: &Row| row["format"] == format).collect()
}

fn shown(balances: impl Iterator<Item = Option<Balance>>) -> Vec<Option<Decimal>> {
    balances.map(|b| b.map(|b| b.amount.to_decimal().normalize())).collect()
}

fn listed(cell: &str) -> Vec<Option<Decimal>> {
    cell.split(';').map(|t| (!t.is_empty()).then(|| t.parse::<Decimal>().unwrap().normalize())).collect()
}

fn balance_check(statement: &Statement) -> Option<bool> {
    statement.checks.iter().find(|c| c.kind == CheckKind::Balance).and_then(|c| c.holds)
}

/// Holds the files read from one path against a row of the manifest; what differs is listed.
fn differences(row: &Row, files: &[StatementFile], known: &Known, text: Option<&str>) -> Vec<String> {
    let statements: Vec<&Statement> = files.iter().flat_map(|f| &f.statements).collect();
    let mut wrong = Vec::new();
    let mut hold = |what: &str, expected: String, found: String| {
        let excused = known.other_figures.iter().any(|(path, field, _)| *path == row["local_path"] && *field == what);
        if expected != found && !excused {
            wrong.push(format!("{}: {what} {found}, expected {expected}", row["local_path"]));
        }
    };
    let sum = |f: fn(&Statement) -> u32| statements.iter().map(|s| u64::from(f(s))).sum::<u64>().to_string();
    hold("statements", row["n_statements"].clone(), statements.len().to_string());
    hold("entries", row["n_entries"].clone(), sum(|s| s.entries));
    if let (Some(text), Some(counted)) = (text, known.counted) {
        let (transactions, details) = counted(text);
        hold("details", row["n_txdetails"].clone(), details.to_string());
        hold("transactions", transactions.to_string(), sum(|s| s.transactions));
    }
    if !statements.is_empty() {
        let none = vec![None; statements.len()];
        for (column, found) in [
            ("opening_balance", shown(statements.iter().map(|s| s.opening))),
            ("closing_balance", shown(statements.iter().map(|s| s.closing))),
        ] {
            let mut expected = listed(&row[column]);
            if expected == [None] {
                expected.clone_from(&none);
            }
            hold("balances", format!("{expected:?}"), format!("{found:?}"));
        }
    }
    let checks: Vec<Option<bool>> = statements.iter().map(|s| balance_check(s)).collect();
    let expected = row["balances_ok"].as_str();
    let fits = match expected {
        "yes" => checks.iter().all(|c| *c == Some(true)),
        "n/a" => checks.iter().all(Option::is_none),
        other => other.starts_with("no") && checks.contains(&Some(false)),
    };
    hold("balances", true.to_string(), if fits { "true".into() } else { format!("{checks:?} for {expected}") });
    // Whatever a file is, no money may appear or vanish between its entries and its payments.
    for statement in statements.iter().filter(|s| !s.is_copy) {
        let paid: i128 = statement
            .payments
            .iter()
            .filter(|p| Some(p.amount.currency) == statement.currency)
            .map(|p| i128::from(p.amount.minor))
            .sum();
        hold("booked sum", statement.booked_minor.to_string(), paid.to_string());
    }
    wrong
}

/// Reads every file of a format and holds it against the manifest. Nothing is done where there is no corpus.
pub fn walk(known: &Known) {
    let Some(shared) = shared() else {
        eprintln!("skipped: no shared corpus (set LETTRAGE_SHARED)");
        return;
    };
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let (mut loaded, mut wrong) = (0, Vec::new());
    let rows = rows(&shared, known.format);
    for row in &rows {
        let path = &row["local_path"];
        let bytes = std::fs::read(shared.join("corpus").join(path)).unwrap();
        let reason = known.not_loaded.iter().find(|(name, _)| name == path).map(|(_, why)| why);
        match (read::statements(path, &bytes, &settings), reason) {
            (Ok(files), None) => {
                loaded += 1;
                let text = std::str::from_utf8(&bytes).ok().filter(|t| t.contains('<'));
                wrong.extend(differences(row, &files, known, text));
            }
            (Ok(_), Some(why)) => wrong.push(format!("{path}: loads, although it is {why}")),
            (Err(errors), None) => wrong.push(format!("{path}:\n{errors}")),
            (Err(errors), Some(_)) => {
                if !errors.iter().all(|e| e.line().is_some() && e.column().is_some()) {
                    wrong.push(format!("{path}: an error without a place:\n{errors}"));
                }
            }
        }
    }
    println!("{loaded} of {} {} files load", rows.len(), known.format);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(loaded + known.not_loaded.len(), rows.len());
}

/// The files of a format that load, with their paths in the corpus; `None` where there is no corpus.
pub fn loaded(format: &str) -> Option<Vec<(String, StatementFile)>> {
    let Some(shared) = shared() else {
        eprintln!("skipped: no shared corpus (set LETTRAGE_SHARED)");
        return None;
    };
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let mut files = Vec::new();
    for row in rows(&shared, format) {
        let path = &row["local_path"];
        let bytes = std::fs::read(shared.join("corpus").join(path)).unwrap();
        files.extend(read::statements(path, &bytes, &settings).into_iter().flatten().map(|file| (path.clone(), file)));
    }
    Some(files)
}

/// A statement of our own, by its path below `fixtures/formats`.
pub fn example(path: &str) -> StatementFile {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats").join(path)).unwrap();
    read::statements(path, &bytes, &settings).unwrap().remove(0)
}
