//! The gallery of CSV errors: each input of `fixtures/errors/csv-*` beside the message that a user sees.
//!
//! `csv-KIND-NAME.csv` is the input, `.toml` its configuration, `.second.csv` a second file of the same kind, `.err` the message.
//! `LETTRAGE_BLESS=1` writes the messages anew.

use std::path::{Path, PathBuf};

use lettrage::config::Config;
use lettrage::error::Errors;
use lettrage::normalise::items::{gather_customers, gather_items};
use lettrage::read::{Settings, csv};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/errors")
}

fn inputs() -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|p| {
            let name = p.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("csv-") && name.ends_with(".csv") && !name.ends_with(".second.csv")
        })
        .collect();
    out.sort();
    out
}

/// Reads a case as its name says, and its second file with it.
fn message(input: &Path) -> Result<(), Errors> {
    let name = input.file_name().unwrap().to_string_lossy().into_owned();
    let config = match std::fs::read_to_string(input.with_extension("toml")) {
        Ok(text) => Config::from_toml(&text, "lettrage.toml").unwrap(),
        Err(_) => Config::default(),
    };
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let mut files = vec![(name.clone(), std::fs::read(input).unwrap())];
    let second = input.with_extension("second.csv");
    if second.is_file() {
        files.push((second.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&second).unwrap()));
    }
    if name.starts_with("csv-payments-") {
        files.iter().try_for_each(|(path, bytes)| csv::read_statement(path, bytes, &settings).map(|_| ()))
    } else if name.starts_with("csv-invoices-") {
        let read = files.iter().map(|(path, bytes)| csv::read_items(path, bytes, &settings));
        gather_items(read.collect::<Result<Vec<_>, _>>()?, 0).map(|_| ())
    } else {
        let read = files.iter().map(|(path, bytes)| csv::read_customers(path, bytes, &settings));
        gather_customers(read.collect::<Result<Vec<_>, _>>()?, 0).map(|_| ())
    }
}

#[test]
fn each_message_is_as_it_was_agreed() {
    let bless = std::env::var_os("LETTRAGE_BLESS").is_some();
    let (mut wrong, mut codes) = (Vec::new(), std::collections::BTreeSet::new());
    let inputs = inputs();
    assert!(inputs.len() > 40, "only {} cases", inputs.len());
    for input in &inputs {
        let errors = match message(input) {
            Err(errors) => errors,
            Ok(()) => {
                wrong.push(format!("{}: read without an error", input.display()));
                continue;
            }
        };
        assert_eq!(errors.exit_code(), 2, "{}", input.display());
        codes.extend(errors.iter().map(|e| e.code()));
        let found = format!("{errors}\n");
        let golden = input.with_extension("err");
        if bless {
            std::fs::write(&golden, &found).unwrap();
        }
        if std::fs::read_to_string(&golden).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", input.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The table of codes in src/read/csv/mod.rs: each has a case. Limits (E0124) have a test of their own.
    let expected = (100..=126).filter(|n| *n != 124).map(|n| format!("E0{n}")).filter(|c| !codes.contains(c.as_str()));
    assert_eq!(expected.collect::<Vec<_>>(), Vec::<String>::new(), "codes without a case");
}

#[test]
fn a_limit_that_is_reached_is_named() {
    let mut config = Config::default();
    config.limits.records = 1;
    config.limits.field_bytes = 20;
    let text = "item_id,number,amount\n1,A,1.00\n2,B,2.00\n";
    let long = format!("item_id,number,amount\n1,{},1.00\n", "A".repeat(21));
    let read = |config: &Config, text: &str| {
        let settings = Settings { limits: &config.limits, mappings: &config.csv };
        csv::read_items("list.csv", text.as_bytes(), &settings).unwrap_err().to_string()
    };
    assert!(read(&config, text).contains("error[E0124]: more than 1 rows"));
    assert!(read(&config, &long).contains("error[E0124]: a field longer than 20 bytes"));
    config.limits.file_bytes = 10;
    assert!(read(&config, text).contains("error[E0124]: the file is larger than 10 bytes"));
}
