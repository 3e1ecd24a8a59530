//! Whole files, small.

use std::collections::BTreeMap;

use super::*;
use crate::config::Limits;
use crate::model::{Nature, NoteKind};

fn header(mark: &str) -> String {
    format!("{:16}{mark:1}{:110}2", "0000030062699905", "")
}

fn balance(sign: u8, amount: u64) -> String {
    format!("12118{:34}EUR{sign}{amount:015}310526{:26}{:35}118", "BE62510007547061", "ATELIERS NORD SA", "")
}

/// A record 21: number, detail, sign, amount in thousandths, first digit of the code, kind of communication and its text.
fn movement(number: u32, detail: u32, sign: u8, amount: u64, code: u8, structured: u8, text: &str) -> String {
    format!(
        "21{number:04}{detail:04}{:21}{sign}{amount:015}020626{code}0150000{structured}{text:53}02062611800 0",
        "REF"
    )
}

fn second(number: u32, detail: u32, text: &str, reference: &str, reason: &str) -> String {
    let kind = if reason.is_empty() { "" } else { "1" };
    format!("22{number:04}{detail:04}{text:53}{reference:35}{:11}   {kind:1}{reason:4}{:8}0 0", "", "")
}

fn third(number: u32, detail: u32, account: &str, name: &str, text: &str) -> String {
    format!("23{number:04}{detail:04}{account:34}EUR{name:35}{text:43}0 0")
}

fn closing(sign: u8, amount: u64) -> String {
    format!("8118{:34}EUR{sign}{amount:015}300626{:64}0", "BE62510007547061", "")
}

fn trailer(records: u64, debits: u64, credits: u64) -> String {
    format!("9{:15}{records:06}{debits:015}{credits:015}{:75}2", "", "")
}

fn with(middle: &[String], records: u64, closes: u64) -> Vec<String> {
    let mut lines = vec![header(""), balance(0, 1_000_000)];
    lines.extend_from_slice(middle);
    lines.extend([closing(0, closes), trailer(records, 0, closes - 1_000_000)]);
    lines
}

fn read_lines(lines: &[String]) -> Result<StatementFile, Errors> {
    lines.iter().for_each(|line| assert_eq!(line.len(), LENGTH, "{line}"));
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    read("f", lines.join("\n").as_bytes(), &Settings { limits: &limits, mappings: &mappings })
}

fn first(lines: &[String]) -> (&'static str, Option<u64>, Option<u64>) {
    let errors = read_lines(lines).unwrap_err();
    let error = errors.iter().next().unwrap();
    (error.code(), error.line(), error.column())
}

fn warnings(file: &StatementFile) -> Vec<&str> {
    file.file.notes.iter().filter(|n| n.kind == NoteKind::Warning).map(|n| &*n.text).collect()
}

#[test]
fn a_structured_communication_is_a_reference() {
    let lines = with(&[movement(1, 0, 0, 410_000, 0, 1, "101010806817183")], 3, 1_410_000);
    let file = read_lines(&lines).unwrap();
    let payment = &file.statements[0].payments[0];
    assert_eq!(
        (payment.structured_references[..].to_vec(), &*payment.remittance),
        (vec!["+++010/8068/17183+++".into()], "")
    );
    assert!(file.statements[0].checks.iter().all(|c| c.holds == Some(true)), "{:?}", file.statements[0].checks);
    assert!(warnings(&file).is_empty(), "{:?}", file.file.notes);
    let lines = with(&[movement(1, 0, 0, 410_000, 0, 1, "101010806817184")], 3, 1_410_000);
    let file = read_lines(&lines).unwrap();
    let payment = &file.statements[0].payments[0];
    assert_eq!((payment.structured_references.len(), &*payment.remittance), (0, "010806817184"));
    assert_eq!(warnings(&file).len(), 1);
}

#[test]
fn a_communication_goes_on_in_the_middle_of_a_word() {
    let text = "FACTUREN ".repeat(20);
    let lines = with(
        &[
            movement(1, 0, 0, 410_000, 0, 0, &text[..53]),
            second(1, 0, &text[53..106], "NOTPROVIDED", ""),
            third(1, 0, "BE68539007547034", "PEETERS BVBA", &text[106..149]),
        ],
        5,
        1_410_000,
    );
    let file = read_lines(&lines).unwrap();
    let payment = &file.statements[0].payments[0];
    assert_eq!((&*payment.remittance, &*payment.end_to_end_id), (text[..149].trim(), ""));
    assert_eq!((&*payment.payer_iban, &*payment.payer_name), ("BE68539007547034", "PEETERS BVBA"));
}

#[test]
fn the_money_of_a_batch_counts_once() {
    let batch = |second_amount| {
        with(
            &[
                movement(1, 0, 0, 500_000, 2, 0, "VERZAMEL"),
                movement(1, 1, 0, 200_000, 6, 0, "A"),
                movement(1, 2, 0, second_amount, 6, 0, "B"),
            ],
            5,
            1_500_000,
        )
    };
    let file = read_lines(&batch(300_000)).unwrap();
    let statement = &file.statements[0];
    assert_eq!((statement.entries, statement.transactions, statement.booked_minor), (1, 2, 50_000));
    assert!(statement.checks.iter().all(|c| c.holds == Some(true)));
    let file = read_lines(&batch(300_010)).unwrap();
    let statement = &file.statements[0];
    assert_eq!((statement.payments.len(), statement.booked_minor), (1, 50_000));
    let wrong: Vec<&str> = statement.checks.iter().filter(|c| c.holds == Some(false)).map(|c| &*c.text).collect();
    assert_eq!(wrong, ["its 2 details add up to 500.01, the movement is 500.00: it counts whole"]);
}

#[test]
fn parts_of_one_amount_are_no_payments() {
    let lines = with(
        &[
            movement(1, 0, 0, 97_000, 3, 0, "NET"),
            movement(1, 1, 0, 100_000, 8, 0, "GROSS"),
            movement(1, 2, 1, 3_000, 8, 0, "FEE"),
        ],
        5,
        1_097_000,
    );
    let file = read_lines(&lines).unwrap();
    assert_eq!(file.statements[0].payments.len(), 1);
    assert!(
        file.file
            .notes
            .iter()
            .any(|n| n.text.contains("how a single amount is composed") && n.text.contains("2 times"))
    );
}

#[test]
fn direct_debits_that_come_back_are_returns() {
    let text = format!("127010626100{:35}{:35}{:62}1AM04", "BE05ZZZ0123456789", "MANDATE-7", "FACTUUR 17")
        .replacen("100", "104", 1);
    let lines = with(
        &[
            movement(1, 0, 0, 410_000, 0, 1, &text[..53]),
            second(1, 0, &text[53..106], "", ""),
            third(1, 0, "", "PEETERS", &text[106..]),
        ],
        5,
        1_410_000,
    );
    let file = read_lines(&lines).unwrap();
    let payment = &file.statements[0].payments[0];
    assert_eq!((payment.nature, &*payment.return_reason, &*payment.remittance), (Nature::Return, "AM04", "FACTUUR 17"));
    let lines = with(&[movement(1, 0, 0, 410_000, 0, 0, "TERUG"), second(1, 0, "", "", "AC04")], 4, 1_410_000);
    let payment = read_lines(&lines).unwrap().statements.remove(0).payments.remove(0);
    assert_eq!((payment.nature, &*payment.return_reason), (Nature::Return, "AC04"));
}

#[test]
fn a_duplicate_creates_no_payments() {
    let mut lines = with(&[movement(1, 0, 0, 410_000, 0, 0, "A")], 3, 1_410_000);
    lines[0] = header("D");
    let file = read_lines(&lines).unwrap();
    let statement = &file.statements[0];
    assert_eq!((statement.is_copy, statement.payments.len(), statement.entries), (true, 0, 1));
}

#[test]
fn the_third_decimal_must_be_zero() {
    let lines = with(&[movement(1, 0, 0, 410_001, 0, 0, "A")], 3, 1_410_000);
    assert_eq!(first(&lines), ("E0241", Some(3), Some(33)));
}

#[test]
fn records_out_of_order_have_their_place() {
    let detail = movement(1, 1, 0, 410_000, 6, 0, "A");
    assert_eq!(first(&with(std::slice::from_ref(&detail), 3, 1_410_000)), ("E0244", Some(3), Some(3)));
    let other = [movement(1, 0, 0, 410_000, 0, 0, "A"), second(2, 0, "B", "", "")];
    assert_eq!(first(&with(&other, 4, 1_410_000)), ("E0244", Some(4), Some(3)));
    let lines = with(&[movement(1, 0, 0, 410_000, 0, 0, "A")], 3, 1_410_000);
    assert_eq!(first(&lines[..1]), ("E0245", Some(1), Some(129)));
    let file = read_lines(&lines[..3]).unwrap();
    assert_eq!(warnings(&file).len(), 1);
}

#[test]
fn a_trailer_that_disagrees_is_said() {
    let mut lines = with(&[movement(1, 0, 0, 410_000, 0, 0, "A")], 9, 1_410_000);
    lines[4] = trailer(9, 0, 400_000);
    let file = read_lines(&lines).unwrap();
    assert_eq!(warnings(&file).len(), 1);
    let check = file.statements[0].checks.last().unwrap();
    assert_eq!(&*check.text, "sum of credits 400.00 where the entries have 410.00");
}
