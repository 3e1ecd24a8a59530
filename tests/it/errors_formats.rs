//! Every message about a bad file that is no CSV: `fixtures/errors/FORMAT-CASE.EXT` with the golden text beside it, as `.err`.
//!
//! `LETTRAGE_BLESS=1 cargo test` rewrites the golden texts; look at the difference before you commit it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lettrage::config::Limits;
use lettrage::read::{self, Settings};

/// Formats of invoices; `ledger` is one, and what begins with another word is a statement.
const INVOICES: [&str; 6] = ["fec", "ubl", "cii", "pdf", "xlsx", "items"];

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/errors");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| format_of(path) != "csv" && path.extension().is_some_and(|e| e != "err"))
        .collect();
    cases.sort();
    cases
}

fn format_of(path: &Path) -> String {
    let name = path.file_name().unwrap().to_string_lossy();
    name.split('-').next().unwrap_or_default().to_string()
}

#[test]
fn every_message_is_the_golden_one() {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let bless = std::env::var_os("LETTRAGE_BLESS").is_some();
    let cases = cases();
    assert!(cases.len() >= 15, "the gallery is there");
    let mut wrong = Vec::new();
    for path in cases {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let errors = match &*format_of(&path) {
            "ledger" => read::ledger(&name, &bytes, &settings).err(),
            format if INVOICES.contains(&format) => read::items(&name, &bytes, &settings).err(),
            _ => read::statements(&name, &bytes, &settings).err(),
        };
        let Some(errors) = errors else {
            wrong.push(format!("{name}: no error"));
            continue;
        };
        assert_eq!(errors.exit_code(), 2, "{name}");
        let found = format!("{errors}\n");
        let golden = path.with_extension("err");
        if bless {
            fs::write(&golden, &found).unwrap();
        } else if fs::read_to_string(&golden).ok().as_deref() != Some(&found) {
            wrong.push(format!("{name}: the message is now\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
