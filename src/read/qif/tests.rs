//! The reader as a whole, on the fixtures and on small files of its own.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::config::{CsvMapping, Limits};
use crate::error::Errors;
use crate::model::StatementFile;
use crate::read::{Settings, statements};

const TWO: &[u8] = include_bytes!("../../../fixtures/formats/qif/two_accounts.qif");
const AMERICAN: &[u8] = include_bytes!("../../../fixtures/formats/qif/quicken_us.qif");

fn read_with(bytes: &[u8], mapping: Option<CsvMapping>) -> Result<StatementFile, Errors> {
    let mappings: BTreeMap<String, CsvMapping> = mapping.map(|m| ("quicken".to_string(), m)).into_iter().collect();
    let limits = Limits { records: 100, field_bytes: 1000, ..Limits::default() };
    let settings = Settings { limits: &limits, mappings: &mappings };
    statements("in/f.qif", bytes, &settings).map(|mut files| files.remove(0))
}

fn notes(file: &StatementFile) -> Vec<&str> {
    file.file.notes.iter().map(|n| &*n.text).collect()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

#[test]
fn two_accounts_with_splits_are_read_as_a_person_reads_them() {
    let file = read_with(TWO, None).unwrap();
    assert_eq!(
        notes(&file),
        [
            "dates day first (DD/MM/YYYY)",
            "decimal comma",
            "currency EUR (assumed: the format names none)",
            "opening balances, taken as such and not as payments: 1 (first in line 21)",
        ]
    );
    let [bank, cash] = &file.statements[..] else { panic!("two statements") };
    assert_eq!((&*bank.account, bank.entries, bank.booked_minor), ("Compte courant", 2, 95_050));
    assert_eq!(bank.opening.unwrap().amount.minor, 100_000);
    let first = &bank.payments[0];
    assert_eq!((first.booking_date, first.amount.minor), (day(2026, 6, 15), 125_050));
    assert_eq!((&*first.payer_name, &*first.remittance), ("Dupont SARL", "Facture 2026-0412"));
    assert_eq!(&*bank.payments[1].remittance, "Axiale 77 bureau 1 bureau 2");
    assert_eq!((&*cash.account, cash.entries, cash.booked_minor), ("Caisse", 1, 2500));
}

#[test]
fn quicken_pads_days_and_marks_its_century() {
    let file = read_with(AMERICAN, None).unwrap();
    let payments = &file.statements[0].payments;
    assert_eq!((payments[0].booking_date, payments[0].amount.minor), (day(2025, 12, 5), -100_000));
    assert_eq!((payments[1].booking_date, &*payments[1].remittance), (day(2025, 12, 13), "Order 5512"));
    assert!(notes(&file).iter().any(|n| n.starts_with("accounts without a name")), "{:?}", notes(&file));
}

#[test]
fn a_mapping_says_what_the_file_does_not() {
    let unclear = b"!Type:Bank\nD06/03/26\nT1,000\n^\n";
    assert_eq!(read_with(unclear, None).unwrap_err().iter().next().unwrap().code(), "E0242");
    let mapping = |date: &str| CsvMapping {
        files: vec!["f.*".into()],
        date: Some(date.into()),
        decimal: Some('.'),
        currency: Some("USD".into()),
        account: Some("4711".into()),
        ..CsvMapping::default()
    };
    for (order, expected) in
        [("DD/MM/YYYY", day(2026, 3, 6)), ("MM/DD/YYYY", day(2026, 6, 3)), ("YY/MM/DD", day(2006, 3, 26))]
    {
        let file = read_with(unclear, Some(mapping(order))).unwrap();
        let payment = &file.statements[0].payments[0];
        assert_eq!((payment.booking_date, payment.amount.minor), (expected, 100_000));
        assert_eq!((payment.amount.currency.code(), &*payment.account), ("USD", "4711"));
    }
    let errors = read_with(unclear, Some(mapping("often"))).unwrap_err();
    assert_eq!(
        (errors.iter().next().unwrap().code(), errors.iter().next().unwrap().path()),
        ("E0115", Some("in/f.qif"))
    );
}

#[test]
fn splits_are_held_against_the_total_and_stand_in_for_it() {
    let text = b"!Type:Bank\nD25/03/2026\nT10.00\n$3.00\n$4.00\n^\nD26/03/2026\n$3.00\n$4.00\n^\n";
    let file = read_with(text, None).unwrap();
    let minor: Vec<i64> = file.statements[0].payments.iter().map(|p| p.amount.minor).collect();
    assert_eq!(minor, [1000, 700]);
    assert!(
        notes(&file).contains(
            &"transactions whose parts do not add up to their total, taken by the total: 1 (first in line 2)"
        )
    );
    assert!(
        notes(&file).contains(&"transactions without a total, taken by the sum of their parts: 1 (first in line 7)")
    );
}

#[test]
fn sections_that_are_no_bookings_are_said() {
    let text = b"!Type:Cat\nNFood\n^\n!Type:Invst\nD1/2/2026\nNBuy\n^\n!Type:Invoice\nD1/2/2026\n^\n!Type:Bank\nQ5\nD25/3/2026\nT1\n^\n";
    let file = read_with(text, None).unwrap();
    assert_eq!((file.statements.len(), file.statements[0].entries), (1, 1));
    let said = notes(&file).join("\n");
    for part in [
        "lists of the program",
        "investment accounts left out: 1",
        "unknown type left out: 1",
        "unknown sections left out: 1",
        "unknown letter passed over: 1",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
}

#[test]
fn limits_are_kept() {
    let code = |text: &str| read_with(text.as_bytes(), None).unwrap_err().iter().next().unwrap().code();
    assert_eq!(code(&format!("!Type:Bank\n{}", "D25/3/2026\nT1\n^\n".repeat(101))), "E0247");
    assert_eq!(code(&format!("!Type:Bank\nM{}\n", "x".repeat(2000))), "E0247");
}
