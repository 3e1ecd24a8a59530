//! The demo's golden holds together: what an accountant would decide fits the invoices to the cent, and every flag occurs.
//! (That the program decides so is another test's business.)

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lettrage::model::{Bucket, Currency, Flag, Money};

/// The rows of a CSV file of the demo, by column name.
fn rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo").join(name);
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    reader.deserialize().map(|row| row.unwrap_or_else(|e| panic!("{}: {e}", path.display()))).collect()
}

fn minor(text: &str) -> i64 {
    Money::parse(text, Currency::EUR).unwrap_or_else(|e| panic!("{text}: {e:?}")).minor
}

/// `F0405:1020.00|F0406:348.00` as item and minor units; of several equally good answers, all.
fn answers(items: &str) -> Vec<Vec<(&str, i64)>> {
    let part = |text| -> (&str, i64) {
        let (item, applied) = str::split_once(text, ':').unwrap_or_else(|| panic!("{text}: no amount"));
        (item, minor(applied))
    };
    items.split(" or ").map(|answer| answer.split('|').filter(|text| !text.is_empty()).map(part).collect()).collect()
}

#[test]
fn every_flag_and_bucket_occurs_and_no_other_word() {
    let expected = rows("expected.csv");
    let flags: BTreeSet<&str> =
        expected.iter().flat_map(|row| row["flags"].split('|')).filter(|f| !f.is_empty()).collect();
    assert_eq!(flags, Flag::ALL.iter().map(|flag| flag.word()).collect());
    let buckets: BTreeSet<&str> = expected.iter().map(|row| row["bucket"].as_str()).collect();
    assert_eq!(buckets, Bucket::ALL.iter().map(|bucket| bucket.word()).collect());
    let keys: BTreeSet<&str> = expected.iter().map(|row| row["payment_key"].as_str()).collect();
    assert_eq!(keys.len(), expected.len(), "a key names one payment");
}

#[test]
fn expected_applications_fit_the_payments_and_the_items() {
    let invoices = rows("invoices.csv");
    let open: BTreeMap<&str, i64> =
        invoices.iter().map(|row| (row["item_id"].as_str(), minor(&row["open_amount"]))).collect();
    assert_eq!(open.len(), invoices.len(), "an item_id names one item");
    let mut applied: BTreeMap<&str, i64> = BTreeMap::new();
    let expected = rows("expected.csv");
    for row in &expected {
        let key = &row["payment_key"];
        let has = |flag: Flag| row["flags"].split('|').any(|word| word == flag.word());
        for answer in answers(&row["items"]).into_iter().filter(|answer| !answer.is_empty()) {
            for (item, _) in &answer {
                assert!(open.get(item).is_some_and(|open| *open != 0), "{key}: {item} is not open");
            }
            let surplus = minor(&row["amount"]) - answer.iter().map(|(_, minor)| minor).sum::<i64>();
            assert!(
                surplus == 0 || surplus > 0 && has(Flag::Overpaid) || surplus < 0 && has(Flag::DiscountTaken),
                "{key}"
            );
        }
        if row["bucket"] == Bucket::Auto.word() {
            for (item, minor) in answers(&row["items"]).swap_remove(0) {
                *applied.entry(item).or_default() += minor;
            }
        }
    }
    for (item, applied) in applied {
        let open = open[item];
        assert!(
            applied.signum() == open.signum() && applied.abs() <= open.abs(),
            "{item}: {applied} of {open} applied"
        );
    }
}

#[test]
fn the_french_statement_is_not_utf8_and_has_every_expected_row() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/statements/SG_juin_2026.csv");
    let bytes = std::fs::read(path).unwrap();
    assert!(
        std::str::from_utf8(&bytes).is_err(),
        "the file is Windows-1252 on purpose; did an editor or git convert it?"
    );
    let (text, _, broken) = encoding_rs::WINDOWS_1252.decode(&bytes);
    assert!(!broken && text.contains("Libellé;Détail de l'écriture"));
    let mut found: Vec<(String, i64)> = text.lines().skip(2).map(statement_row).collect();
    let mut expected: Vec<(String, i64)> = rows("expected.csv")
        .iter()
        .filter(|row| row["account"].starts_with("FR7630003"))
        .map(|row| (row["booking_date"].clone(), minor(&row["amount"])))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

/// Date and amount of a row such as `02/06/2026;VIR RECU …;…;261,60;EUR`.
fn statement_row(line: &str) -> (String, i64) {
    let fields: Vec<&str> = line.split(';').collect();
    let date: Vec<&str> = fields[0].rsplit('/').collect();
    (date.join("-"), minor(&fields[3].replace(',', ".")))
}
