//! Every message about a bad XML statement: `fixtures/errors/camt-*.xml` with the golden text beside it.
//!
//! `LETTRAGE_BLESS=1 cargo test` rewrites the golden texts; look at the difference before you commit it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lettrage::config::Limits;
use lettrage::read::{self, Settings};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/errors");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with("camt-") && name.ends_with(".xml")
        })
        .collect();
    cases.sort();
    cases
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
        let Err(errors) = read::statements(&name, &bytes, &settings) else {
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
