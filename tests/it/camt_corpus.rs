//! Every camt.053 file of the shared corpus, against the figures that another program found in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lettrage::config::Limits;
use lettrage::model::{Balance, CheckKind, Statement, StatementFile};
use lettrage::read::{self, Settings};
use rust_decimal::Decimal;

/// Files that do not load, and why. Each must end in an error with a place.
const NOT_LOADED: [(&str, &str); 2] = [
    (
        "camt.053/svapnil__iso20022.js__abn_amro_example_camt.xml",
        "not well-formed: two <Rsn> are opened and never closed",
    ),
    (
        "camt.053/svapnil__iso20022.js__mercury_camt053_v2_1.excerpt.xml",
        "not well-formed: a JSON-escaped string, with attributes like Ccy=\\\"DKK\\\"",
    ),
];

/// Figures of the manifest that are not ours, and why.
const OTHER_FIGURES: [(&str, &str, &str); 2] = [
    (
        "camt.053/OCA__bank-statement-import__test-camt053.zip",
        "balances",
        "the manifest gives none for an archive; its members have them",
    ),
    (
        "camt.053/OCA__bank-statement-import__test-camt053-wrong-amount",
        "details",
        "its entry has no amount, and the manifest does not count the transaction in it",
    ),
];

/// The shared corpus, when it is there.
pub fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("LETTRAGE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    path.is_dir().then_some(path)
}

/// Transactions by a count of tags that shares nothing with the reader: an entry has as many as it has `TxDtls`, at least one.
fn counted(text: &str) -> (u64, u64) {
    let (mut transactions, mut details, mut open) = (0, 0, 0);
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with("!--") {
            rest = rest.find("-->").map_or("", |n| &rest[n..]);
            continue;
        }
        let name = rest.split([' ', '>', '\n', '\t', '\r']).next().unwrap_or_default();
        let (closing, name) = name.strip_prefix('/').map_or((false, name), |n| (true, n));
        match (closing, name.rsplit(':').next().unwrap_or_default()) {
            (false, "Ntry") => open = 0,
            (true, "Ntry") => transactions += open.max(1),
            (false, "TxDtls") => {
                open += 1;
                details += 1;
            }
            _ => {}
        }
    }
    (transactions, details)
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
fn differences(row: &BTreeMap<String, String>, files: &[StatementFile], text: Option<&str>) -> Vec<String> {
    let statements: Vec<&Statement> = files.iter().flat_map(|f| &f.statements).collect();
    let mut wrong = Vec::new();
    let mut hold = |what: &str, expected: String, found: String| {
        let excused = OTHER_FIGURES.iter().any(|(path, field, _)| *path == row["local_path"] && *field == what);
        if expected != found && !excused {
            wrong.push(format!("{}: {what} {found}, expected {expected}", row["local_path"]));
        }
    };
    let sum = |f: fn(&Statement) -> u32| statements.iter().map(|s| u64::from(f(s))).sum::<u64>().to_string();
    hold("statements", row["n_statements"].clone(), statements.len().to_string());
    hold("entries", row["n_entries"].clone(), sum(|s| s.entries));
    if let Some(text) = text {
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

#[test]
fn every_well_formed_file_loads_with_the_figures_of_the_manifest() {
    let Some(shared) = shared() else {
        eprintln!("skipped: no shared corpus (set LETTRAGE_SHARED)");
        return;
    };
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let mut manifest = csv::Reader::from_path(shared.join("corpus/manifest.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = manifest.deserialize().map(Result::unwrap).collect();
    let (mut loaded, mut wrong) = (0, Vec::new());
    let rows: Vec<_> = rows.into_iter().filter(|row| row["format"] == "camt.053").collect();
    for row in &rows {
        let path = &row["local_path"];
        let bytes = std::fs::read(shared.join("corpus").join(path)).unwrap();
        let reason = NOT_LOADED.iter().find(|(name, _)| name == path).map(|(_, why)| why);
        match (read::statements(path, &bytes, &settings), reason) {
            (Ok(files), None) => {
                loaded += 1;
                wrong.extend(differences(row, &files, std::str::from_utf8(&bytes).ok().filter(|t| t.contains('<'))));
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
    println!("{loaded} of {} camt.053 files load", rows.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(loaded + NOT_LOADED.len(), rows.len());
}
