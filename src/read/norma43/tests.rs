//! Whole files, small.

use std::collections::BTreeMap;

use super::*;
use crate::config::Limits;

fn account(sign: char, amount: u64) -> String {
    format!("11210004180200051332260601260630{sign}{amount:014}9783{:26}   ", "TALLERES SUR SL")
}

fn movement(sign: char, amount: u64, reference: &str) -> String {
    format!("22    0418260602260603{}{sign}{amount:014}{:010}{:012}{reference:16}", "04204", 0, 0)
}

fn concept(first: &str, second: &str) -> String {
    format!("2301{first:38}{second:38}")
}

fn end(debits: (u64, u64), credits: (u64, u64), sign: char, amount: u64) -> String {
    let ((n, debit), (m, credit)) = (debits, credits);
    format!("33210004180200051332{n:05}{debit:014}{m:05}{credit:014}{sign}{amount:014}978    ")
}

fn file_end(records: u64) -> String {
    format!("88{}{records:06}{:54}", "9".repeat(18), "")
}

fn example() -> Vec<String> {
    vec![
        account('2', 100_000),
        movement('2', 12_500, ""),
        concept("TRANSFERENCIA DE DUPONT SARL FACTURA 2", "026-0412"),
        movement('1', 1_235, "5540"),
        end((1, 1_235), (1, 12_500), '2', 111_265),
        file_end(5),
    ]
}

fn read_lines(lines: &[String]) -> Result<StatementFile, Errors> {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    read("f", lines.join("\n").as_bytes(), &Settings { limits: &limits, mappings: &mappings })
}

fn first(lines: &[String]) -> (&'static str, Option<u64>, Option<u64>) {
    let errors = read_lines(lines).unwrap_err();
    let error = errors.iter().next().unwrap();
    (error.code(), error.line(), error.column())
}

#[test]
fn ibans_have_both_check_digits() {
    assert_eq!(iban("210004180200051332").as_deref(), Some("ES9121000418450200051332"));
    assert_eq!(iban("21000418020005133x"), None);
}

#[test]
fn a_statement_is_read() {
    let lines = example();
    lines.iter().for_each(|line| assert_eq!(line.len(), LENGTH, "{line}"));
    let file = read_lines(&lines).unwrap();
    let statement = &file.statements[0];
    assert_eq!(statement.checks.len(), 2);
    assert!(statement.checks.iter().all(|c| c.holds == Some(true)), "{:?}", statement.checks);
    assert_eq!((&*statement.account, &*statement.owner), ("ES9121000418450200051332", "TALLERES SUR SL"));
    let amounts: Vec<String> = statement.payments.iter().map(|p| p.amount.to_string()).collect();
    assert_eq!(amounts, ["125.00", "-12.35"]);
    assert_eq!(&*statement.payments[0].remittance, "TRANSFERENCIA DE DUPONT SARL FACTURA 2026-0412");
    assert_eq!((&*statement.payments[1].bank_reference, &*statement.payments[1].remittance), ("5540", "5540"));
    assert_eq!(statement.payments[0].value_date.map(|d| d.to_string()).as_deref(), Some("2026-06-03"));
    assert!(!file.file.notes.iter().any(|n| n.kind == NoteKind::Warning), "{:?}", file.file.notes);
}

#[test]
fn a_file_without_line_breaks_is_read() {
    let file = read_lines(&[example().concat()]).unwrap();
    assert_eq!(file.statements[0].balances_ok(), Some(true));
    assert_eq!(file.statements[0].payments[1].place.position, Position::Record(4));
}

#[test]
fn totals_that_disagree_are_a_failing_check() {
    let mut lines = example();
    lines[4] = end((2, 1_235), (1, 12_501), '2', 111_265);
    let file = read_lines(&lines).unwrap();
    let check = file.statements[0].checks.last().unwrap();
    assert_eq!(check.holds, Some(false));
    assert!(check.text.contains("number of debits 2 where the entries have 1"), "{}", check.text);
    assert!(check.text.contains("sum of credits 125.01 where the entries have 125.00"), "{}", check.text);
}

#[test]
fn wrong_records_have_their_place() {
    let with = |at: usize, line: String| {
        let mut lines = example();
        lines[at] = line;
        first(&lines)
    };
    assert_eq!(with(1, movement('3', 12_500, "")), ("E0246", Some(2), Some(28)));
    assert_eq!(with(1, movement('2', 12_500, "").replace("260602", "261302")), ("E0242", Some(2), Some(11)));
    assert_eq!(with(1, movement('2', 12_500, "")[..40].to_string()), ("E0245", Some(2), Some(41)));
    assert_eq!(with(0, account('2', 1).replace("9783", "0003")), ("E0243", Some(1), Some(48)));
    assert_eq!(
        with(4, end((1, 1_235), (1, 12_500), '2', 1).replace("00051332", "00051333")),
        ("E0244", Some(5), Some(3))
    );
    assert_eq!(with(2, "99".to_string()), ("E0244", Some(3), Some(1)));
    assert_eq!(first(&example()[1..]), ("E0244", Some(1), Some(1)));
}

#[test]
fn a_file_that_is_cut_off_is_said() {
    let file = read_lines(&example()[..4]).unwrap();
    let warnings = file.file.notes.iter().filter(|n| n.kind == NoteKind::Warning).count();
    assert_eq!((warnings, file.statements[0].closing), (2, None));
}
