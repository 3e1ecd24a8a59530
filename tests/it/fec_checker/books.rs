//! The FEC of whole books, as the program writes it: by the rules, and read back by the program itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lettrage::config::Limits;
use lettrage::model::DecisionKind;
use lettrage::read::{Settings, fec};

use super::rules::faults;
use crate::posted_books::{Posted, demo, generated, lettrage, settled};

/// What a payment took off a document: payment, number of the document, minor units.
type Links = BTreeMap<(String, String), i128>;

#[test]
fn the_fec_of_the_demo_month_keeps_the_rules_and_reads_back() {
    let book = demo();
    let links = check(&book);
    assert!(links > 35, "{links} links");
}

#[test]
fn the_fec_of_a_generated_month_keeps_the_rules_and_reads_back() {
    let book = generated();
    let links = check(&book);
    assert!(links > 60, "{links} links");
}

/// Also the whole month as one journal is a FEC that keeps the rules.
#[test]
fn a_whole_month_as_fec_keeps_the_rules() {
    let book = demo();
    let (name, bytes) = file(&book.post("fec", &["--whole"]));
    assert_eq!(faults(&name, &bytes), Vec::<String>::new());
}

fn file(folder: &Path) -> (String, Vec<u8>) {
    let names = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().to_string_lossy().into_owned());
    let name = names.into_iter().find(|name| name.contains("FEC") && !name.contains("description")).unwrap();
    let bytes = std::fs::read(folder.join(&name)).unwrap();
    (name, bytes)
}

/// Writes the FEC of a book, holds it against the rules, reads it back; how many links came back.
fn check(book: &Posted) -> usize {
    let (name, bytes) = file(&book.post("fec", &[]));
    assert_eq!(faults(&name, &bytes), Vec::<String>::new());
    lettrage(&book.book, &["undo"]);
    let payments = payments(book, &bytes);
    let found = read_back(&name, &bytes, &payments);
    let expected = decided(book, payments.values().cloned().collect());
    assert_eq!(found, expected);
    found.len()
}

/// By number of the entry in the FEC the payment that it is about: the CSV of the same month says it, entry by entry.
fn payments(book: &Posted, fec: &[u8]) -> BTreeMap<String, String> {
    let folder = book.post("csv", &[]);
    lettrage(&book.book, &["undo"]);
    let mut reader = csv::Reader::from_path(folder.join("journal.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let mut entries: Vec<(String, String, String)> = Vec::new();
    let mut keys = BTreeSet::new();
    for row in reader.records().map(|row| row.unwrap()) {
        // The FEC has euros only.
        if &row[at("currency")] == "EUR" && keys.insert(row[at("key")].to_string()) {
            let sum = format!("{}{}", &row[at("debit")], &row[at("credit")]).replace('.', ",");
            entries.push((row[at("date")].replace('-', ""), sum, row[at("payment")].to_string()));
        }
    }
    let text = String::from_utf8(fec.to_vec()).unwrap();
    let mut numbers: Vec<(String, String, String)> = Vec::new();
    for row in text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()) {
        if row[0] != "AN" && numbers.last().is_none_or(|(number, ..)| number != row[2]) {
            let sum = if row[11] == "0,00" { row[12] } else { row[11] };
            numbers.push((row[2].into(), row[3].into(), sum.into()));
        }
    }
    assert_eq!(numbers.len(), entries.len());
    let pairs = numbers.into_iter().zip(entries);
    let one = |((number, day, sum), (date, amount, payment)): ((String, String, String), (String, String, String))| {
        assert_eq!((&day, &sum), (&date, &amount), "entry {number}");
        (number, payment)
    };
    pairs.map(one).collect()
}

/// The links that the program reads out of the FEC.
fn read_back(name: &str, bytes: &[u8], payments: &BTreeMap<String, String>) -> Links {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let mut found = Links::new();
    for link in fec::links(name, bytes, &settings).unwrap() {
        // A receipt that came back settles nothing; the book says the same of it.
        let Some(applied) = link.applied else { continue };
        assert!(link.flags.is_empty(), "{link:?}: nothing is left to guess");
        // Journal, number of the entry; journal, number, rank, document.
        let number = link.payment_id.split('/').nth(1).unwrap();
        let document = link.item_id.splitn(4, '/').nth(3).unwrap();
        *found.entry((payments[number].clone(), document.to_string())).or_default() += i128::from(applied.minor);
    }
    found.retain(|_, minor| *minor != 0);
    found
}

/// The links that the book decided, of payments that stand in the file. A receipt that came back has none any more.
fn decided(book: &Posted, in_file: BTreeSet<String>) -> Links {
    let facts = book.facts();
    let numbers = numbers(book);
    let returned: BTreeSet<usize> = (facts.payments.iter().filter_map(settled))
        .filter(|d| d.kind == DecisionKind::Return)
        .filter_map(|d| d.returns)
        .map(|n| n as usize)
        .collect();
    let mut links = Links::new();
    for (n, payment) in facts.payments.iter().enumerate() {
        let Some(decision) = settled(payment).filter(|d| d.kind == DecisionKind::Apply) else { continue };
        if returned.contains(&n) || !in_file.contains(&*payment.id) {
            continue;
        }
        for applied in &decision.applications {
            let item = &facts.items[applied.item as usize];
            let number = numbers[&*item.id].clone();
            *links.entry((payment.id.to_string(), number)).or_default() += i128::from(applied.minor);
        }
    }
    links.retain(|_, minor| *minor != 0);
    links
}

/// By identifier of an item the number of its document.
fn numbers(book: &Posted) -> BTreeMap<String, String> {
    let opened = lettrage::book::Book::open(&book.book).unwrap();
    let selection = lettrage::book::query::Selection::default();
    let found = opened.items(&selection, true).unwrap();
    found.rows.into_iter().map(|item| (item.item.id.to_string(), item.item.number.to_string())).collect()
}
