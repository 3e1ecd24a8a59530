//! The reader as a whole, on the fixtures and on small files of its own.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::config::Limits;
use crate::error::Errors;
use crate::model::{BalanceKind, Nature, Position, StatementFile};
use crate::read::{Settings, statements};

const BANK: &[u8] = include_bytes!("../../../fixtures/formats/ofx/bank.ofx");
const SEVERAL: &[u8] = include_bytes!("../../../fixtures/formats/ofx/several.ofx");

fn read_with(bytes: &[u8], limits: &Limits) -> Result<StatementFile, Errors> {
    let mappings = BTreeMap::new();
    let settings = Settings { limits, mappings: &mappings };
    statements("f.ofx", bytes, &settings).map(|mut files| files.remove(0))
}

fn read(bytes: &[u8]) -> StatementFile {
    read_with(bytes, &Limits::default()).unwrap()
}

fn notes(file: &StatementFile) -> Vec<&str> {
    file.file.notes.iter().map(|n| &*n.text).collect()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A statement in euro with these transactions.
fn with(transactions: &str) -> String {
    format!(
        "OFXHEADER:100\nDATA:OFXSGML\n<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST>{transactions}</BANKTRANLIST></STMTRS></OFX>"
    )
}

#[test]
fn a_french_statement_in_sgml_is_read_as_a_person_reads_it() {
    let file = read(BANK);
    assert_eq!((&*file.file.format, &*file.file.version, file.file.records), ("ofx", "102", 4));
    assert_eq!(notes(&file), ["encoding windows-1252", "decimal comma"]);
    let statement = &file.statements[0];
    assert_eq!(&*statement.account, "FR9899999000010500013M02677");
    assert_eq!((statement.from, statement.to), (Some(day(2026, 6, 1)), Some(day(2026, 6, 30))));
    assert_eq!((statement.entries, statement.booked_minor, statement.opening), (4, -44_360, None));
    let closing = statement.closing.unwrap();
    assert_eq!((closing.amount.minor, closing.date), (855_640, Some(day(2026, 6, 30))));
    assert_eq!(statement.balances[1].kind, BalanceKind::Other);
    assert_eq!(statement.checks[0].holds, None);
    let payments = &statement.payments;
    assert_eq!((payments[0].booking_date, payments[0].value_date), (day(2026, 6, 2), Some(day(2026, 6, 3))));
    assert_eq!(
        (&*payments[0].payer_name, &*payments[0].remittance),
        ("Société Dupont & Fils", "Règlement facture 2026-0412")
    );
    assert_eq!((payments[0].amount.minor, &*payments[0].bank_reference, &*payments[0].id), (125_000, "A1", ""));
    assert_eq!(payments[0].place.position, Position::Line(27));
    assert_eq!(&*payments[1].remittance, "REM CHQ 7700123");
    assert_eq!((&*payments[2].payer_iban, payments[2].amount.minor), ("FR7699999000021234567890137", -200_000));
    // The same FITID twice is two bookings.
    assert_eq!((payments[3].nature, &*payments[3].bank_reference), (Nature::Charge, "A2"));
}

#[test]
fn several_statements_and_what_is_left_out() {
    let file = read(SEVERAL);
    let shown: Vec<(&str, &str, u32, i128)> = file
        .statements
        .iter()
        .map(|s| (&*s.account, s.currency.as_ref().map_or("", |c| c.code()), s.entries, s.booked_minor))
        .collect();
    assert_eq!(shown, [("000123", "USD", 3, 41_000), ("000123", "EUR", 1, 50_000), ("411111******1111", "USD", 0, 0)]);
    assert_eq!(file.statements[0].not_booked, 1);
    assert_eq!(file.statements[2].closing.unwrap().amount.minor, -56_200);
    let first = &file.statements[0].payments[0];
    assert_eq!((&*first.payer_name, &*first.remittance), ("Lake & Sons", "INV <77>"));
    assert_eq!(
        notes(&file),
        [
            "transactions in another currency than the account, put into a statement of their own: 1 (first in line 15)",
            "amounts that the bank has converted from another currency (ORIGCURRENCY): 1 (first in line 16)",
            "pending transactions, which are no money yet: 1 (first in line 21)",
            "statements of investment accounts left out: 1 (first in line 38)",
            "transactions in securities left out: 1 (first in line 41)",
            "cash transactions of investment accounts left out: 1 (first in line 42)",
        ]
    );
}

#[test]
fn a_file_on_one_line_says_the_same_as_on_many() {
    let many = String::from_utf8_lossy(SEVERAL).into_owned();
    let one: String = many.lines().map(str::trim).collect();
    let (a, b) = (read(SEVERAL), read(one.as_bytes()));
    let shown = |f: &StatementFile| {
        f.statements
            .iter()
            .flat_map(|s| s.payments.iter().map(|p| (p.booking_date, p.amount, p.remittance.clone())))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(&a), shown(&b));
}

#[test]
fn elements_that_are_never_closed_are_ended_and_said() {
    let transaction = "<STMTTRN><DTPOSTED>20260601<TRNAMT>5.00<FITID>1<NAME>A";
    let file = read(with(&transaction.repeat(3)).as_bytes());
    assert_eq!(file.statements[0].entries, 3);
    assert_eq!(file.file.notes.len(), 2);
    // An empty leaf that is not closed is no element around what follows.
    let file = read(with("<STMTTRN><CHECKNUM><X><DTPOSTED>20260601<TRNAMT>5.00<MEMO>m</STMTTRN></Y>").as_bytes());
    assert_eq!(&*file.statements[0].payments[0].remittance, "m");
    assert_eq!(notes(&file), ["closing tags without an opening one passed over: 1 (first in line 3)"]);
}

#[test]
fn corrections_and_contradictions_are_said() {
    let of = |more: &str, amount: &str| {
        format!(
            "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260601<TRNAMT>{amount}<FITID>2<CORRECTFITID>1<CORRECTACTION>{more}</STMTTRN>"
        )
    };
    let file = read(with(&(of("DELETE", "-5.00") + &of("REPLACE", "6.00"))).as_bytes());
    let statement = &file.statements[0];
    assert_eq!((statement.not_booked, statement.booked_minor, statement.payments.len()), (1, 600, 1));
    assert_eq!(file.file.notes.len(), 3);
}

#[test]
fn hostile_markup_ends_in_an_error_or_in_time() {
    let limits = Limits { records: 10, depth: 8, text_bytes: 100, ..Limits::default() };
    let code = |text: &str| read_with(text.as_bytes(), &limits).unwrap_err().iter().next().unwrap().code();
    let transaction = "<STMTTRN><DTPOSTED>20260601<TRNAMT>5.00</STMTTRN>";
    assert_eq!(code(&with(&transaction.repeat(11))), "E0247");
    assert_eq!(code(&with(&format!("<STMTTRN><MEMO>{}", "x".repeat(200)))), "E0247");
    assert_eq!(code(&format!("<OFX>{}{}</OFX>", "<A>".repeat(9), "</A>".repeat(9))), "E0247");
    assert_eq!(code("<OFX><!DOCTYPE x></OFX>"), "E0244");
    // Each of these would be quadratic if a search went past the next tag, or if every error looked for its line.
    for piece in ["<a b=\"", "<a  ", "<", "&", "<a:", "</a", "<STMTTRN>", "<STMTTRN><DTPOSTED>x<TRNAMT>y</STMTTRN>"] {
        let text = with(&piece.repeat(200_000 / piece.len()));
        let _ = read_with(text.as_bytes(), &Limits::default());
    }
}
