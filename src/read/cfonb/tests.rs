//! Whole files, small.

use std::collections::BTreeMap;

use super::*;
use crate::config::Limits;
use crate::model::{Nature, NoteKind, Position};

const ACCOUNT: &str = "EUR2 00012345678";

/// A balance; the amount with its last character overpunched.
fn balance(kind: &str, currency: &str, day: &str, amount: &str) -> String {
    format!("{kind}99999    00001{currency} 00012345678  {day}{:50}{amount:0>14}{:16}", "", "")
}

/// A movement; `reject` has two characters.
fn movement(day: &str, reject: &str, label: &str, amount: &str, zone: &str) -> String {
    format!("0499999123400001{ACCOUNT}06{day}{reject}{day}{label:31}  {:7}  {amount:0>14}{zone:16}", "0000000")
}

fn detail(day: &str, qualifier: &str, text: &str) -> String {
    format!("0599999123400001{ACCOUNT}06{day}     {qualifier}{text:70}  ")
}

fn read_bytes(bytes: &[u8]) -> Result<StatementFile, Errors> {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    read("f", bytes, &Settings { limits: &limits, mappings: &mappings })
}

fn read_lines(lines: &[String]) -> Result<StatementFile, Errors> {
    lines.iter().for_each(|line| assert_eq!(line.chars().count(), LENGTH, "{line}"));
    read_bytes(lines.join("\n").as_bytes())
}

fn first_code(lines: &[String]) -> (&'static str, Option<u64>, Option<u64>) {
    let errors = read_lines(lines).unwrap_err();
    let error = errors.iter().next().unwrap();
    (error.code(), error.line(), error.column())
}

fn notes(file: &StatementFile) -> String {
    file.file.notes.iter().map(|n| format!("{}: {}\n", n.kind.word(), n.text)).collect()
}

/// The example of the reference: −190.40, three debits, −241.21.
fn example() -> Vec<String> {
    vec![
        balance("01", "EUR2", "010626", "1904}"),
        movement("020626", "  ", "CARTE A", "322J", ""),
        movement("020626", "  ", "CARTE B", "107}", ""),
        movement("030626", "  ", "CARTE C", "79}", ""),
        balance("07", "EUR2", "030626", "2412J"),
    ]
}

#[test]
fn the_published_example_adds_up() {
    let file = read_lines(&example()).unwrap();
    let statement = &file.statements[0];
    assert_eq!(statement.balances_ok(), Some(true));
    assert_eq!(statement.opening.unwrap().amount.to_string(), "-190.40");
    assert_eq!(statement.closing.unwrap().amount.to_string(), "-241.21");
    let amounts: Vec<String> = statement.payments.iter().map(|p| p.amount.to_string()).collect();
    assert_eq!(amounts, ["-32.21", "-10.70", "-7.90"]);
    assert_eq!(&*statement.account, "FR7699999000010001234567809");
    assert_eq!(statement.payments[2].place.position, Position::Line(4));
    assert_eq!((file.file.records, file.statements.len()), (3, 1));
}

#[test]
fn a_file_without_line_breaks_has_records() {
    let broken = read_lines(&example()).unwrap();
    let file = read_bytes(example().concat().as_bytes()).unwrap();
    let positions: Vec<Position> = file.statements[0].payments.iter().map(|p| p.place.position).collect();
    assert_eq!(positions, [Position::Record(2), Position::Record(3), Position::Record(4)]);
    assert_eq!(file.statements[0].booked_minor, broken.statements[0].booked_minor);
    let mut lines = example();
    lines[2].replace_range(103..104, "0");
    let errors = read_bytes(lines.concat().as_bytes()).unwrap_err();
    let error = errors.iter().next().unwrap();
    assert_eq!((error.code(), error.line(), error.column()), ("E0241", Some(1), Some(2 * 120 + 104)));
    assert!(error.to_string().contains("record 3"), "{error}");
}

#[test]
fn details_belong_to_the_movement_above() {
    let mut lines = example();
    lines.insert(3, detail("020626", "NBE", "PAPETERIE DU CENTRE"));
    lines.insert(3, detail("020626", "LCC", "VOTRE FACTURE 12"));
    lines.insert(3, detail("020626", "LCC", "VOTRE FACTURE 12"));
    lines.insert(3, detail("020626", "QQQ", "SUITE"));
    let file = read_lines(&lines).unwrap();
    let payments = &file.statements[0].payments;
    assert_eq!((&*payments[1].payer_name, &*payments[1].remittance), ("PAPETERIE DU CENTRE", "VOTRE FACTURE 12"));
    assert_eq!((&*payments[0].remittance, &*payments[2].remittance), ("CARTE A", "CARTE C"));
    let said = notes(&file);
    assert!(said.contains("repeats the one above it, taken once (line 6)"), "{said}");
    assert!(said.contains("qualifier that is not known, kept as text of the bank (line 4)"), "{said}");
}

#[test]
fn what_stands_out_of_order_is_read_and_said() {
    let mut lines = example();
    lines.insert(1, detail("020626", "LIB", "TROP TOT"));
    lines.pop();
    lines.extend(example());
    lines.remove(lines.len() - 1);
    let file = read_lines(&lines).unwrap();
    assert_eq!(&*file.statements[0].payments[0].remittance, "CARTE A TROP TOT");
    assert!(file.statements.iter().all(|s| s.closing.is_none() && s.payments.len() == 3));
    let said = notes(&file);
    assert!(said.contains("warning: a statement without a new balance (07) (2 times, first: line 6)"), "{said}");
    assert!(said.contains("warning: a detail (05) in front of the first movement"), "{said}");
}

#[test]
fn movements_alone_are_a_statement_without_balances() {
    let lines = example();
    let file = read_lines(&lines[1..4]).unwrap();
    let statement = &file.statements[0];
    assert_eq!((statement.payments.len(), statement.opening, statement.closing), (3, None, None));
    assert!(notes(&file).contains("movements without an old balance (01) above them (line 1)"));
}

#[test]
fn a_currency_left_out_is_that_of_the_statement_or_euro() {
    let mut lines = example();
    lines[0].replace_range(16..20, "    ");
    lines[4].replace_range(16..20, "    ");
    let file = read_lines(&lines).unwrap();
    assert_eq!(file.statements[0].balances_ok(), Some(true));
    assert!(notes(&file).contains("assumed: a record without currency and decimals"));
    for line in &mut lines {
        line.replace_range(16..20, "    ");
    }
    let file = read_lines(&lines).unwrap();
    assert_eq!(file.statements[0].balances_ok(), Some(true));
    assert!(notes(&file).contains("taken as EUR with 2 decimals (line 1)"));
    for line in &mut lines[1..4] {
        line.replace_range(16..20, "XPF0");
    }
    let file = read_lines(&lines).unwrap();
    assert_eq!(file.statements[0].opening.unwrap().amount.to_string(), "-19040", "the balances follow the movements");
    lines[2].replace_range(16..20, "USD2");
    assert_eq!(first_code(&lines), ("E0243", Some(3), Some(17)));
}

#[test]
fn the_digit_of_decimals_counts() {
    let mut lines = example();
    for line in &mut lines {
        line.replace_range(16..20, "EUR3");
    }
    assert_eq!(first_code(&lines), ("E0241", Some(2), Some(91)), "3.221 is no amount of euros");
    lines[1] = movement("020626", "  ", "A", "32210}", "").replace("EUR2", "EUR3");
    let errors = read_lines(&lines).unwrap_err();
    assert_eq!(
        errors.iter().map(|e| e.line().unwrap()).collect::<Vec<_>>(),
        [5],
        "zeros beyond the decimals are no excess"
    );
}

#[test]
fn a_record_of_another_account_is_refused_at_its_line() {
    for (line, column, with) in [(2, 22, "99912345678"), (4, 22, "99912345678")] {
        let mut lines = example();
        lines[line].replace_range(column - 1..column + 10, with);
        assert_eq!(first_code(&lines), ("E0244", Some(line as u64 + 1), Some(column as u64)));
    }
    let mut lines = example();
    lines[2].replace_range(11..16, "00002");
    assert_eq!(first_code(&lines), ("E0244", Some(3), Some(12)));
    lines[2] = example()[2].clone();
    lines[2].replace_range(2..7, "88888");
    let file = read_lines(&lines).unwrap();
    assert!(notes(&file).contains("another bank code"), "{}", notes(&file));
}

#[test]
fn rejects_are_returns_with_the_banks_reason() {
    let mut lines = example();
    lines[2] = movement("020626", "52", "IMPAYE", "107}", "REF-123");
    let file = read_lines(&lines).unwrap();
    let payment = &file.statements[0].payments[1];
    assert_eq!((payment.nature, &*payment.return_reason), (Nature::Return, "52"));
    assert_eq!(&*payment.bank_reference, "REF-123");
    assert_eq!(&*file.statements[0].payments[0].bank_reference, "", "a number of zeros is none");
}

#[test]
fn days_are_bent_or_refused() {
    let mut lines = example();
    lines[1] = movement("300226", "  ", "A", "322J", "");
    let file = read_lines(&lines).unwrap();
    assert_eq!(file.statements[0].payments[0].booking_date.to_string(), "2026-02-28");
    assert!(file.file.notes.iter().any(|n| n.kind == NoteKind::Assumed && n.text.contains("calendar")));
    lines[1] = movement("320226", "  ", "A", "322J", "");
    assert_eq!(first_code(&lines), ("E0242", Some(2), Some(35)));
    lines[1] = movement("      ", "  ", "A", "322J", "");
    assert_eq!(first_code(&lines), ("E0242", Some(2), Some(35)));
    lines[1] = movement("020626", "  ", "A", "322J", "");
    lines[1].replace_range(42..48, "000000");
    assert_eq!(read_lines(&lines).unwrap().statements[0].payments[0].value_date, None);
}

#[test]
fn latin_1_keeps_its_columns() {
    let mut lines = example();
    lines[1] = movement("020626", "  ", "PRÉLÈVEMENT ÉLECTRICITÉ", "322J", "");
    let text = lines.join("\r\n").replace('}', "è");
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let file = read_bytes(&bytes).unwrap();
    assert_eq!(&*file.statements[0].payments[0].remittance, "PRÉLÈVEMENT ÉLECTRICITÉ");
    assert_eq!(file.statements[0].balances_ok(), Some(true));
    assert!(notes(&file).contains("ends in é or è"), "{}", notes(&file));
}

#[test]
fn lengths_are_checked() {
    let mut lines = example();
    lines[2].truncate(100);
    let errors = read_bytes(lines.join("\n").as_bytes()).unwrap_err();
    assert_eq!(errors.iter().next().map(|e| (e.code(), e.line(), e.column())), Some(("E0245", Some(3), Some(101))));
    lines[2] = format!("{}XYZ", example()[2]);
    let errors = read_bytes(lines.join("\n").as_bytes()).unwrap_err();
    assert_eq!(errors.iter().next().map(|e| (e.code(), e.line(), e.column())), Some(("E0245", Some(3), Some(121))));
}

#[test]
fn limits_are_kept() {
    let lines = example();
    let limits = Limits { records: 2, ..Limits::default() };
    let mappings = BTreeMap::new();
    let bytes = lines.join("\n").into_bytes();
    let errors = read("f", &bytes, &Settings { limits: &limits, mappings: &mappings }).unwrap_err();
    assert_eq!(errors.iter().next().map(|e| (e.code(), e.line())), Some(("E0247", Some(4))));
    let limits = Limits { text_bytes: 200, ..Limits::default() };
    let mut lines = example();
    (0..9).for_each(|n| lines.insert(2, detail("020626", "LIB", &n.to_string())));
    let bytes = lines.join("\n").into_bytes();
    let errors = read("f", &bytes, &Settings { limits: &limits, mappings: &mappings }).unwrap_err();
    assert_eq!(errors.count(), 1);
    assert_eq!(errors.iter().next().map(|e| (e.code(), e.line())), Some(("E0247", Some(7))));
}

#[test]
fn a_remittance_is_no_statement() {
    let line = format!("3100000120181220E{:223}", "");
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let errors = crate::read::statements("f", line.as_bytes(), &settings).unwrap_err();
    let error = errors.iter().next().unwrap();
    assert_eq!((error.code(), error.line(), error.column()), ("E0012", Some(1), Some(1)));
}
