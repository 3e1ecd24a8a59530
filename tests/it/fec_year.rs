//! A year of a company's ledger, matched against itself by the program, and scored with its own lettering.

use std::collections::BTreeMap;
use std::fs;

use assert_cmd::Command;
use lettrage::config::Limits;
use lettrage::read::{self, Settings, fec};

const NAME: &str = "999999999FEC20251231.txt";

fn year() -> Vec<u8> {
    fs::read(format!("{}/fixtures/formats/fec/{NAME}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn lettrage(folder: &tempfile::TempDir, arguments: &[&str]) -> String {
    let run = Command::cargo_bin("lettrage").unwrap().args(arguments).current_dir(folder.path()).assert().success();
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

#[test]
fn a_year_matched_against_itself_is_scored_with_its_lettering() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(NAME), year()).unwrap();
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let links = fec::links(NAME, &year(), &settings).unwrap();
    fec::write_truth(&links, fs::File::create(folder.path().join("truth.csv")).unwrap()).unwrap();
    lettrage(&folder, &["match", NAME, "--invoices", NAME, "--out", "run"]);
    let score = lettrage(&folder, &["score", "--truth", "truth.csv", "--run", "run", "-O", "json"]);
    let score: serde_json::Value = serde_json::from_str(&score).unwrap();
    println!("{}", serde_json::to_string_pretty(&score["all"]).unwrap());
    // Every payment of the truth is in the run, under the same identifier.
    assert_eq!(score["missing"], 0, "{score}");
    assert_eq!(score["all"]["wrong"], 0, "{score}");
    let hits =
        |what: &str| score["all"][what]["hits"].as_u64().unwrap() * 100 / score["all"][what]["of"].as_u64().unwrap();
    assert!(hits("coverage") >= 70 && hits("proposal") >= 85, "{score}");
}

/// Without its payments in the run, what the ledger settled stays settled.
#[test]
fn alone_the_ledger_says_what_is_still_open() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(NAME), year()).unwrap();
    let bank = "payment_id,booking_date,amount,currency,remittance\nP1,2026-01-10,10.00,EUR,FA2025-0001\n";
    fs::write(folder.path().join("bank.csv"), bank).unwrap();
    lettrage(&folder, &["match", "bank.csv", "--invoices", NAME, "--out", "run"]);
    let items = fs::read_to_string(folder.path().join("run/items.csv")).unwrap();
    let first = items.lines().find(|line| line.contains("FA2025-0001")).unwrap();
    assert!(first.contains("0.00"), "{first}");
}

#[test]
fn a_named_ledger_is_a_statement_and_one_in_a_folder_is_not() {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let files = read::statements(NAME, &year(), &settings).unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(&*files[0].file.format, "fec");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(NAME), year()).unwrap();
    let bank = "payment_id,booking_date,amount,currency\nP1,2026-01-10,10.00,EUR\n";
    fs::write(folder.path().join("bank.csv"), bank).unwrap();
    let items = "item_id,number,amount,currency\n1,1,10.00,EUR\n";
    let lists = tempfile::tempdir().unwrap();
    let list = lists.path().join("items.csv");
    fs::write(&list, items).unwrap();
    let text = lettrage(&folder, &["match", ".", "--invoices", &list.display().to_string()]);
    assert!(!text.contains("5 000"), "{text}");
    let run =
        Command::cargo_bin("lettrage").unwrap().args(["inspect", NAME]).current_dir(folder.path()).assert().success();
    let text = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(text.contains("fec"), "{text}");
}
