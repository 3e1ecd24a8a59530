//! The rules of the ledger, each with the smallest files that show it.

use super::*;
use crate::model::{Balance, BalanceKind, Currency, InputRole, Money, Position};

fn balance(kind: BalanceKind, minor: i64) -> Option<Balance> {
    Some(Balance { kind, amount: Money::new(minor, Currency::EUR), date: None })
}

/// A statement of account A with rows (identifier, minor units, text).
fn statement(id: &str, opening: Option<i64>, rows: &[(&str, i64, &str)]) -> Statement {
    let day = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
    let payments: Vec<Payment> = (1u32..)
        .zip(rows)
        .map(|(line, (id, minor, text))| {
            let mut p = Payment::new(*id, day, Money::new(*minor, Currency::EUR));
            p.account = "A".into();
            p.remittance = (*text).into();
            p.place.position = Position::Line(line);
            p
        })
        .collect();
    let sum: i64 = rows.iter().map(|r| r.1).sum();
    Statement {
        id: id.into(),
        account: "A".into(),
        currency: Some(Currency::EUR),
        opening: opening.and_then(|o| balance(BalanceKind::Opening, o)),
        closing: opening.and_then(|o| balance(BalanceKind::Closing, o + sum)),
        entries: rows.len() as u32,
        transactions: rows.len() as u32,
        booked_minor: i128::from(sum),
        payments,
        ..Statement::default()
    }
}

fn file(path: &str, statements: Vec<Statement>) -> StatementFile {
    let file = InputFile {
        path: path.into(),
        role: InputRole::Statement,
        format: "csv".into(),
        version: Box::default(),
        sha256: Box::default(),
        bytes: 0,
        records: 0,
        notes: Vec::new(),
    };
    StatementFile { file, statements }
}

fn rows(path: &str, rows: &[(&str, i64, &str)]) -> StatementFile {
    file(path, vec![statement("", None, rows)])
}

fn sums_agree(ledger: &Ledger) {
    let booked: i128 = ledger.statements.iter().map(|s| s.booked_minor).sum();
    assert_eq!(booked, ledger.payments.iter().map(|p| i128::from(p.amount.minor)).sum());
    assert!(ledger.statements.iter().all(|s| s.balances_ok() != Some(false)));
    let mut ids: Vec<&str> = ledger.payments.iter().map(|p| &*p.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ledger.payments.len());
}

#[test]
fn identifiers_of_files_and_derived_ones_stay_apart() {
    let derived = gather(vec![file("a.csv", vec![statement("", None, &[("", 5, "x")])])]).unwrap();
    let taken = derived.payments[0].id.clone();
    // A file that uses for another row what would be derived: the derived one takes the next rank.
    let rows = [("", 5, "x"), (&*taken, 7, "y")];
    let ledger = gather(vec![file("a.csv", vec![statement("", None, &rows)])]).unwrap();
    let ids: Vec<&str> = ledger.payments.iter().map(|p| &*p.id).collect();
    assert_eq!(ids, [format!("{taken}-2").as_str(), &*taken]);
}

#[test]
fn identical_rows_of_one_file_are_two_and_the_same_file_again_adds_none() {
    let twins = [("", 500, "card"), ("", 500, "card")];
    let once = gather(vec![rows("a", &twins)]).unwrap();
    assert_eq!(once.payments.len(), 2);
    assert_eq!(*once.payments[1].id, format!("{}-2", once.payments[0].id));
    let again = gather(vec![rows("a", &twins), rows("b", &twins)]).unwrap();
    assert_eq!(again.payments, once.payments);
    assert_eq!(again.files[1].notes[0].text, "2 rows repeat some of a and count once (line 1, line 2)".into());
    sums_agree(&again);
    // A third one in the second file is new.
    let third = gather(vec![rows("a", &twins), rows("b", &[twins[0], twins[0], twins[0]])]).unwrap();
    assert_eq!(third.payments.len(), 3);
    assert!(third.payments[2].id.ends_with("-3"));
    sums_agree(&third);
}

#[test]
fn statements_that_chain_have_their_own_rows() {
    let row = [("", 500, "rent")];
    let ledger = gather(vec![
        file("june", vec![statement("6", Some(100), &row)]),
        file("july", vec![statement("7", Some(600), &row)]),
    ])
    .unwrap();
    assert_eq!(ledger.payments.len(), 2);
    assert!(ledger.checks.iter().any(|c| c.holds == Some(true)), "{:?}", ledger.checks);
    sums_agree(&ledger);
}

#[test]
fn a_statement_delivered_twice_counts_once() {
    let one = || statement("6", Some(100), &[("", 500, "rent")]);
    let ledger = gather(vec![file("a", vec![one()]), file("b", vec![one()])]).unwrap();
    assert_eq!((ledger.payments.len(), ledger.statements.len()), (1, 1));
    assert!(ledger.files[1].notes[0].text.contains("repeats that of a"));
    let same_file = gather(vec![file("a", vec![one(), one()])]).unwrap();
    assert_eq!(same_file.payments.len(), 1);
    sums_agree(&ledger);
}

#[test]
fn overlapping_statements_keep_their_equation() {
    let ledger = gather(vec![
        file("a", vec![statement("6", Some(100), &[("", 500, "x"), ("", 700, "y")])]),
        file("b", vec![statement("7", Some(600), &[("", 700, "y"), ("", 900, "z")])]),
    ])
    .unwrap();
    assert_eq!(ledger.payments.len(), 3);
    sums_agree(&ledger);
    assert!(ledger.checks.iter().any(|c| c.holds == Some(false)), "the openings do not follow");
}

#[test]
fn copies_create_nothing() {
    let mut copy = statement("6", Some(100), &[]);
    copy.is_copy = true;
    copy.booked_minor = 500;
    let ledger = gather(vec![file("a", vec![copy])]).unwrap();
    assert!(ledger.statements.is_empty() && ledger.payments.is_empty());
}

#[test]
fn own_identifiers_are_unique_or_refused_with_both_places() {
    let first = [("P1", 500, "x"), ("P2", 500, "x")];
    let ledger = gather(vec![rows("a", &first), rows("b", &[first[0]])]).unwrap();
    assert_eq!((ledger.payments.len(), ledger.files[1].records), (2, 0));
    sums_agree(&ledger);
    for files in [
        vec![rows("a", &[first[0], first[0]])],
        vec![rows("a", &first), rows("b", &[("P9", 1, "n"), ("P1", 501, "x")])],
    ] {
        let errors = gather(files).unwrap_err();
        let error = errors.iter().next().unwrap();
        assert_eq!((error.code(), error.line()), ("E0231", Some(2)));
        assert!(error.to_string().contains("also: a:1"), "{error}");
    }
}

#[test]
fn a_derived_identifier_gives_way_to_one_of_a_file() {
    let derived = gather(vec![rows("a", &[("", 500, "x")])]).unwrap().payments.remove(0).id;
    let ledger = gather(vec![rows("a", &[("", 500, "x"), (&derived, 1, "other")])]).unwrap();
    sums_agree(&ledger);
}

#[test]
fn gaps_are_alerts() {
    let (mut a, mut b) = (statement("6", Some(100), &[("", 500, "x")]), statement("8", Some(700), &[("", 1, "y")]));
    a.sequence = "6".into();
    b.sequence = "8".into();
    let ledger = gather(vec![file("a", vec![a, b])]).unwrap();
    let check = ledger.checks.last().unwrap();
    assert_eq!(check.holds, Some(false));
    assert!(
        check.text.contains("closes with 6.00") && check.text.contains("number 6 is followed by 8"),
        "{}",
        check.text
    );
}
