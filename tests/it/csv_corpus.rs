//! Every CSV statement of the corpus, read without configuration and held against the corpus' manifest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lettrage::config::Limits;
use lettrage::error::Errors;
use lettrage::model::{NoteKind, StatementFile};
use lettrage::read::{Settings, csv};

/// The shared folder, if this machine has it.
pub fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("LETTRAGE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    path.join("corpus/manifest.csv").is_file().then_some(path)
}

pub fn read(path: &str, bytes: &[u8]) -> Result<StatementFile, Errors> {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    csv::read_statement(path, bytes, &Settings { limits: &limits, mappings: &mappings })
}

/// Path below `corpus`, and number of entries, of each CSV file.
fn manifest(shared: &Path) -> Vec<(String, u32)> {
    let mut reader = ::csv::Reader::from_path(shared.join("corpus/manifest.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    rows.into_iter()
        .filter(|r| r["format"] == "csv")
        .map(|r| (r["local_path"].clone(), r["n_entries"].parse().unwrap_or(0)))
        .collect()
}

#[test]
fn list() {
    let Some(shared) = shared() else { return };
    for (path, expected) in manifest(&shared) {
        let bytes = std::fs::read(shared.join("corpus").join(&path)).unwrap();
        match read(&path, &bytes) {
            Ok(file) => {
                let n: u32 = file.statements.iter().map(|s| s.entries).sum();
                println!("{} {path} {n} of {expected}", if n == expected { "ok  " } else { "DIFF" });
                if std::env::var_os("V").is_some() {
                    for s in &file.statements {
                        println!(
                            "    [{}] {:?} open {:?} close {:?} pending {}",
                            s.account,
                            s.currency,
                            s.opening.map(|b| b.amount),
                            s.closing.map(|b| b.amount),
                            s.not_booked
                        );
                        for p in s.payments.iter().take(4) {
                            println!(
                                "      {} {:?} {:?} | {} | {} | {} | {:?}",
                                p.booking_date,
                                p.value_date,
                                p.amount,
                                p.payer_name,
                                p.payer_iban,
                                p.remittance,
                                p.structured_references
                            );
                        }
                    }
                    for n in &file.file.notes {
                        println!("    {:?} {}", n.kind, n.text);
                    }
                }
                let _ = NoteKind::Said;
            }
            Err(e) => println!("ERR  {path} {expected}\n{e}"),
        }
    }
}
