//! hledger and Beancount themselves read what is exported for them, and come to the balances of the book, to the cent.
//!
//! Where a tool is absent it is fetched (`tools`); where it cannot be had, the test says so on standard error, and is passed over.

mod balances;
pub mod tools;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lettrage::model::{BookFacts, Currency, Money};
use rust_decimal::Decimal;

use crate::posted_books::{Posted, demo, generated, is_suspense, on_account, settled};
use balances::{Balances, Said, of_beancount, of_hledger, total};

/// A tool: its word, the ending of its files, and how it is asked.
type Tool = (&'static str, fn(&Path) -> Said);

const TOOLS: [Tool; 2] = [("hledger", of_hledger), ("beancount", of_beancount)];

fn golden(folder: &str, file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/post").join(folder).join(file)
}

/// The posting made by hand, with texts that want to be syntax: as a journal of its own, and as a part of a larger one.
#[test]
fn hostile_texts_are_read_and_nothing_else_is() {
    for (word, ask) in TOOLS {
        for (folder, file) in
            [(format!("{word}-whole"), "journal"), (word.to_string(), "check"), (word.to_string(), "journal")]
        {
            let path = golden(&folder, &format!("{file}.{word}"));
            let Some(said) = ask(&path) else { continue };
            let balances = said.unwrap_or_else(|why| panic!("{}: {why}", path.display()));
            let whole = folder.ends_with("whole");
            let euros = |account| total(&balances, account, "EUR");
            assert_eq!(euros("512100"), Decimal::new(if whole { 1_128_334 } else { 128_334 }, 2), "{}", path.display());
            assert_eq!(euros("411000"), Decimal::new(if whole { 80_000 } else { -150_000 }, 2));
            assert_eq!(euros("419100"), Decimal::new(-12_500, 2));
            assert_eq!(total(&balances, "512300", "CHF"), Decimal::new(104_252, 2));
            assert_eq!(balances.values().sum::<Decimal>(), Decimal::ZERO);
        }
    }
}

/// The asserted balances are no decoration: with one of them a cent wrong, the tools refuse the file.
#[test]
fn a_cent_that_is_wrong_is_refused_by_the_tools() {
    let folder = tempfile::tempdir().unwrap();
    for (word, ask) in TOOLS {
        let text = std::fs::read_to_string(golden(&format!("{word}-whole"), &format!("journal.{word}"))).unwrap();
        let at = text.rfind("11283.34").unwrap();
        let wrong = format!("{}11283.35{}", &text[..at], &text[at + 8..]);
        let path = folder.path().join(format!("wrong.{word}"));
        std::fs::write(&path, wrong).unwrap();
        if let Some(said) = ask(&path) {
            assert!(said.is_err(), "{word} takes a balance that is a cent wrong");
        }
    }
}

#[test]
fn the_demo_month_comes_to_the_balances_of_the_book() {
    let book = demo();
    let expected = expected(&book.facts());
    // As the two banks print them on their statements.
    assert_eq!(expected[&("512100".to_string(), Currency::EUR)], 10_316_443);
    assert_eq!(expected[&("512200".to_string(), Currency::EUR)], 1_742_364);
    compare(&book, &expected);
}

#[test]
fn a_generated_book_comes_to_its_balances_in_four_currencies() {
    let book = generated();
    let expected = expected(&book.facts());
    assert_eq!(expected.keys().filter(|(account, _)| account.starts_with("512")).count(), 4);
    compare(&book, &expected);
}

/// Balances in minor units, from the book: the statements' closing balances, what is open, what is on account, what nobody knows.
fn expected(facts: &BookFacts) -> BTreeMap<(String, Currency), i64> {
    let mut expected: BTreeMap<(String, Currency), i64> = BTreeMap::new();
    for bank in &facts.banks {
        let of = facts.statements.iter().filter(|s| *s.account == *bank.bank && s.currency == Some(bank.currency));
        let last = of.filter_map(|s| s.closing).max_by_key(|closing| closing.date).unwrap();
        expected.insert((bank.account.to_string(), bank.currency), last.amount.minor);
    }
    let mut add = |account: &str, currency, minor| *expected.entry((account.into(), currency)).or_default() += minor;
    for item in &facts.items {
        add("411000", item.currency, item.open);
    }
    for payment in &facts.payments {
        match settled(payment) {
            _ if is_suspense(payment) => add("471", payment.currency, -payment.minor),
            Some(decision) => add("4191", payment.currency, -on_account(decision)),
            None => {}
        }
    }
    expected
}

/// Both tools, the whole month: every balance that the book knows, and every other one the same in both.
fn compare(book: &Posted, expected: &BTreeMap<(String, Currency), i64>) {
    let mut read: Vec<BTreeMap<(String, String), Decimal>> = Vec::new();
    for (word, ask) in TOOLS {
        let path = book.post(word, &["--whole"]).join(format!("journal.{word}"));
        let Some(said) = ask(&path) else { continue };
        let balances = said.unwrap_or_else(|why| panic!("{word}: {why}"));
        for ((account, currency), minor) in expected {
            let found = total_below(&balances, account, currency.code());
            let is = Money::new(*minor, *currency).to_decimal();
            assert_eq!(found, is, "{word}: {account} {currency}");
        }
        read.push(without_classes(&balances));
    }
    if let [hledger, beancount] = &read[..] {
        assert_eq!(hledger, beancount);
    }
    // What is exported for a larger journal stands the same test: it includes itself, and asserts what it adds.
    for (word, ask) in TOOLS {
        let path = book.post(word, &[]).join(format!("check.{word}"));
        crate::posted_books::lettrage(&book.book, &["undo"]);
        if let Some(said) = ask(&path) {
            said.unwrap_or_else(|why| panic!("{word}: {why}"));
        }
    }
}

/// The sum of all accounts that begin with a number: `471` and `471000` are the same place, as the configuration spells it.
fn total_below(balances: &Balances, account: &str, currency: &str) -> Decimal {
    let numbers = balances.keys().flat_map(|(name, _)| name.split(':').nth(2));
    let numbers: std::collections::BTreeSet<&str> = numbers.filter(|number| number.starts_with(account)).collect();
    numbers.into_iter().map(|number| total(balances, number, currency)).sum()
}

/// Accounts by number and customer alone: the two tools spell the classes in other letters. What comes to nothing is left out.
fn without_classes(balances: &Balances) -> BTreeMap<(String, String), Decimal> {
    let number = |name: &str| name.split(':').skip(2).collect::<Vec<_>>().join(":");
    let some = balances.iter().filter(|(_, sum)| !sum.is_zero());
    some.map(|((name, currency), sum)| ((number(name), currency.clone()), sum.normalize())).collect()
}
