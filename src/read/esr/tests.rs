//! Whole files, small.

use std::collections::BTreeMap;

use super::*;
use crate::config::Limits;

const REFERENCE: &str = "210000000003139471430009017";

fn slip(code: &str, reference: &str, amount: u64, days: &str) -> String {
    format!("{code}010999999{reference}{amount:010}0100  0100{days}0000100860{:09}0000", 0)
}

fn total(code: &str, amount: u64, count: u64) -> String {
    format!("{code}010999999{}{amount:012}{count:012}260606{:018}", "9".repeat(27), 0)
}

fn read_lines(lines: &[String]) -> Result<StatementFile, Errors> {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    read("f", lines.join("\n").as_bytes(), &Settings { limits: &limits, mappings: &mappings })
}

#[test]
fn references_are_checked() {
    let is = |text: &str| is_reference(text, "010999999");
    assert!(is(REFERENCE) && is("000000000000000000000123457") && is("123456789012345678901234567"));
    assert!(!is("000000000000000000000000000"), "27 zeros pass the check and are none");
    for (at, digit) in REFERENCE.char_indices() {
        let other = if digit == '9' { "0".to_string() } else { char::from(digit as u8 + 1).to_string() };
        assert!(!is(&format!("{}{other}{}", &REFERENCE[..at], &REFERENCE[at + 1..])), "{at}");
    }
    assert!(is_reference("000000000000123456789012346", "000012345"), "no check digit with old customer numbers");
}

#[test]
fn reversals_are_taken_off() {
    let days = "260601260602260603";
    let lines = [
        slip("002", REFERENCE, 10_000, days),
        slip("005", REFERENCE, 4_000, days),
        slip("008", REFERENCE, 1_000, days),
    ];
    let net = [&lines[..], &[total("999", 7_000, 3)]].concat();
    let file = read_lines(&net).unwrap();
    let statement = &file.statements[0];
    assert_eq!((statement.kind, statement.booked_minor), (StatementKind::Notification, 7_000));
    assert_eq!(statement.checks.last().unwrap().holds, Some(true));
    assert_eq!(statement.payments[1].nature, Nature::Reversal);
    assert_eq!(statement.payments[0].booking_date.to_string(), "2026-06-03");
    let apart = [&lines[..], &[total("999", 11_000, 2), total("995", 4_000, 1)]].concat();
    assert_eq!(read_lines(&apart).unwrap().statements[0].checks.last().unwrap().holds, Some(true));
    let wrong = [&lines[..], &[total("999", 700, 3)]].concat();
    let check = read_lines(&wrong).unwrap().statements[0].checks.last().unwrap().clone();
    assert_eq!((check.holds, &*check.text), (Some(false), "net 7.00 where the entries have 70.00"));
}

#[test]
fn a_reference_with_a_wrong_digit_stays_text() {
    let wrong = format!("{}8", &REFERENCE[..26]);
    let file = read_lines(&[slip("002", &wrong, 10_000, "260601260602260603")]).unwrap();
    let payment = &file.statements[0].payments[0];
    assert_eq!((payment.structured_references.len(), &*payment.remittance), (0, &*wrong));
    assert!(file.file.notes.iter().any(|n| n.kind == NoteKind::Warning));
}

#[test]
fn the_first_day_that_is_filled_counts() {
    let file = read_lines(&[slip("002", REFERENCE, 10_000, "260601260602000000")]).unwrap();
    assert_eq!(file.statements[0].payments[0].booking_date.to_string(), "2026-06-02");
    let errors = read_lines(&[slip("002", REFERENCE, 10_000, "000000000000000000")]).unwrap_err();
    assert_eq!(errors.iter().next().map(|e| (e.code(), e.column())), Some(("E0242", Some(72))));
}

#[test]
fn type_4_says_currency_and_delivery() {
    let line = |kind: &str, delivery: &str| {
        let day = "20260604";
        format!("21{kind}04{delivery}030999999{REFERENCE}EUR{:012}{:35}{day}{day}{day}0EUR000000", 9_995, "REF")
    };
    let file = read_lines(&[line("1", "1"), line("2", "1"), line("1", "3")]).unwrap();
    let statement = &file.statements[0];
    assert_eq!((statement.currency, statement.booked_minor, statement.not_booked), (Some(Currency::EUR), 0, 1));
    assert_eq!(&*statement.account, "03-99999-9");
    assert_eq!(statement.payments[1].amount.to_string(), "-99.95");
}
