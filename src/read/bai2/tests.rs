//! Whole files, small.

use std::collections::BTreeMap;

use super::*;
use crate::config::Limits;
use crate::model::{CheckKind, NoteKind, StatementKind};

fn read_text(text: &str) -> Result<StatementFile, Errors> {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    read("f", text.as_bytes(), &Settings { limits: &limits, mappings: &mappings })
}

/// A file with one group and one account.
fn file(group: &str, account: &str, transactions: &str) -> String {
    format!(
        "01,A,B,260630,2315,1,80,10,2/\n02,A,B,{group}/\n03,{account}/\n{transactions}49,0,0/\n98,0,1,0/\n99,0,1,0/\n"
    )
}

fn first(text: &str) -> (&'static str, Option<u64>, Option<u64>) {
    let errors = read_text(text).unwrap_err();
    let error = errors.iter().next().unwrap();
    (error.code(), error.line(), error.column())
}

#[test]
fn types_give_the_direction() {
    let text = file(
        "1,260630,2400,USD,2",
        "99,,010,1000,,,015,+1000,,",
        "16,100,5,Z,,,A/\n16,399,5,0,,,B/\n16,400,4,1,,,C/\n16,699,6,2,,,D/\n",
    );
    let read = read_text(&text).unwrap();
    let statement = &read.statements[0];
    let amounts: Vec<i64> = statement.payments.iter().map(|p| p.amount.minor).collect();
    assert_eq!((amounts, statement.balances_ok()), (vec![5, 5, -4, -6], Some(true)));
    assert_eq!(statement.payments[0].booking_date.to_string(), "2026-06-30", "2400 is midnight of that day");
    for code in ["720", "099", "", "9a0"] {
        let text = file("1,260630,,USD,2", "99,USD", &format!("16,{code},5,Z,,,A/\n"));
        assert_eq!(first(&text), ("E0246", Some(4), Some(4)), "{code}");
    }
}

#[test]
fn what_is_no_money_is_said() {
    let text = file("1,260630,9999,USD,2", "99,USD", "16,890,,,,,NEWS/\n16,195,5,Z,,,A/\n");
    let statement = read_text(&text).unwrap().statements.remove(0);
    assert_eq!((statement.entries, statement.not_booked, statement.payments.len()), (2, 1, 1));
    for status in ["2", "4"] {
        let read = read_text(&file(&format!("{status},260630,,USD,2"), "99,USD", "16,195,5,Z,,,A/\n")).unwrap();
        let statement = &read.statements[0];
        assert_eq!((statement.payments.len(), statement.not_booked, statement.booked_minor), (0, 1, 0));
        assert!(read.file.notes.iter().any(|n| n.kind == NoteKind::Said && n.text.contains("no money")));
    }
    let read = read_text(&file("1,260630,,USD,3", "99,USD", "16,195,5,Z,,,A/\n")).unwrap();
    assert_eq!(read.statements[0].kind, StatementKind::Interim);
}

#[test]
fn decimals_follow_the_currency() {
    let amount = |group: &str, account: &str| {
        let read = read_text(&file(group, account, "16,195,12345,Z,,,A/\n")).unwrap();
        let payment = &read.statements[0].payments[0];
        format!("{} {}", payment.amount, payment.amount.currency)
    };
    assert_eq!(amount("1,260630,,JPY,2", "99,"), "12345 JPY");
    assert_eq!(amount("1,260630,,JPY,2", "99,TND"), "12.345 TND");
    assert_eq!(amount("1,260630,,,2", "99,"), "123.45 USD");
}

#[test]
fn funds_types_are_stepped_over() {
    let transactions = "16,195,100,V,260702,0930,BANK,CUST,A/\n16,195,100,S,50,30,20,BANK,CUST,B/\n16,195,100,D,2,0,60,1,40,BANK,CUST,C/\n";
    let read = read_text(&file("1,260630,,USD,2", "99,USD", transactions)).unwrap();
    for (payment, text) in read.statements[0].payments.iter().zip(["A", "B", "C"]) {
        assert_eq!((&*payment.bank_reference, &*payment.end_to_end_id, &*payment.remittance), ("BANK", "CUST", text));
    }
    assert_eq!(read.statements[0].payments[0].value_date.map(|d| d.to_string()).as_deref(), Some("2026-07-02"));
}

#[test]
fn trailers_are_held_against_the_records() {
    let right = "01,A,B,260630,2315,1,80,10,2/\n02,A,B,1,260630,,USD,2/\n03,99,USD,010,1000,,/\n16,195,200,Z,,,A\n88,B/\n16,495,50,Z,,,C/\n49,1250,5/\n98,1250,1,7/\n99,1250,1,9/\n";
    let controls = |text: &str| -> Vec<(Option<bool>, String)> {
        let checks = &read_text(text).unwrap().statements[0].checks;
        checks.iter().filter(|c| c.kind == CheckKind::ControlTotal).map(|c| (c.holds, c.text.to_string())).collect()
    };
    assert_eq!(controls(right).iter().map(|c| c.0).collect::<Vec<_>>(), [Some(true); 3], "{:?}", controls(right));
    let wrong = right.replace("49,1250,5", "49,1251,4");
    assert_eq!(controls(&wrong)[0].1, "sum 12.51 where the records have 12.50; 4 records where there are 5");
}

#[test]
fn wrong_fields_have_their_place() {
    let with = |transactions: &str| first(&file("1,260630,,USD,2", "99,USD", transactions));
    assert_eq!(with("16,195,-5,Z,,,A/\n"), ("E0241", Some(4), Some(8)));
    assert_eq!(with("16,195,,Z,,,A/\n"), ("E0241", Some(4), Some(8)));
    assert_eq!(with("16,195,99999999999999999999,Z,,,A/\n"), ("E0248", Some(4), Some(8)));
    assert_eq!(with("16,195,5,V,261399,,A/\n"), ("E0242", Some(4), Some(12)));
    assert_eq!(with("17,195,5/\n"), ("E0244", Some(4), Some(1)));
    assert_eq!(first("01,A,B/\n16,195,5/\n02,"), ("E0244", Some(2), Some(1)));
}
