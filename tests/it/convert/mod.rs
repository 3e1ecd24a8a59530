//! `lettrage convert`: what was read, converted and read again is equal, and converting it once more gives the same bytes.

mod generated;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use lettrage::config::Limits;
use lettrage::model::{InputFile, InputRole, ItemFile, OpenItem, Payment, Place, Statement, StatementFile};
use lettrage::normalise::items::gather_items;
use lettrage::normalise::ledger::{Ledger, gather};
use lettrage::read::{self, Settings};
use lettrage::report::{RecordForm, Records, write_records};
use proptest::prelude::*;

fn with_settings<T>(work: impl FnOnce(&Settings<'_>) -> T) -> T {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    work(&Settings { limits: &limits, mappings: &mappings })
}

fn statements(path: &str, bytes: &[u8]) -> Ledger {
    with_settings(|settings| {
        let files = read::statements(path, bytes, settings).unwrap_or_else(|e| panic!("{e}\n{}", shown(bytes)));
        gather(files).unwrap_or_else(|e| panic!("{e}\n{}", shown(bytes)))
    })
}

fn items(path: &str, bytes: &[u8]) -> Vec<OpenItem> {
    with_settings(|settings| {
        let files = read::items(path, bytes, settings).unwrap_or_else(|e| panic!("{e}\n{}", shown(bytes)));
        gather_items(files, 0).unwrap().1
    })
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(4000).collect()
}

fn write(ledger: &Ledger, form: RecordForm) -> Vec<u8> {
    let mut out = Vec::new();
    let records = Records::Payments { statements: &ledger.statements, ends: &ledger.ends, payments: &ledger.payments };
    write_records(&records, form, &mut out).unwrap();
    out
}

fn write_items(items: &[OpenItem], form: RecordForm) -> Vec<u8> {
    let mut out = Vec::new();
    write_records(&Records::Items(items), form, &mut out).unwrap();
    out
}

/// Where a record was read is no part of it.
fn nowhere(payments: &[Payment]) -> Vec<Payment> {
    payments.iter().map(|p| Payment { place: Place::default(), ..p.clone() }).collect()
}

fn items_nowhere(items: &[OpenItem]) -> Vec<OpenItem> {
    items.iter().map(|i| OpenItem { place: Place::default(), ..i.clone() }).collect()
}

/// What JSON Lines keeps of a statement: everything but the checks, whose scope names the file.
fn unchecked(statements: &[Statement]) -> Vec<Statement> {
    statements.iter().map(|s| Statement { checks: Vec::new(), ..s.clone() }).collect()
}

fn file(path: &str, role: InputRole) -> InputFile {
    InputFile {
        path: path.into(),
        role,
        format: "generated".into(),
        version: Box::default(),
        sha256: Box::default(),
        bytes: 0,
        records: 0,
        notes: Vec::new(),
    }
}

/// Everything that must hold of a ledger that is written in a form and read again.
fn survives(ledger: &Ledger, form: RecordForm, name: &str) -> Result<(), TestCaseError> {
    let bytes = write(ledger, form);
    if ledger.payments.is_empty() && form != RecordForm::Jsonl {
        return Ok(());
    }
    if ledger.statements.is_empty() {
        return Ok(());
    }
    let again = statements(name, &bytes);
    prop_assert_eq!(nowhere(&again.payments), nowhere(&ledger.payments), "{}", shown(&bytes));
    if form == RecordForm::Jsonl {
        prop_assert_eq!(unchecked(&again.statements), unchecked(&ledger.statements), "{}", shown(&bytes));
    }
    let same = write(&again, form);
    prop_assert!(same == bytes, "{}\n----\n{}", shown(&bytes), shown(&same));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn camt_survives(made in prop::collection::vec(generated::statement(), 1..4)) {
        let ledger = statements("june.xml", generated::camt(&made).as_bytes());
        survives(&ledger, RecordForm::Csv, "june.csv")?;
        survives(&ledger, RecordForm::Jsonl, "june.jsonl")?;
        survives(&ledger, RecordForm::Xlsx, "june.xlsx")?;
    }

    #[test]
    fn whatever_a_reader_may_give_survives(made in prop::collection::vec(generated::statement(), 1..4)) {
        let whole = StatementFile { file: file("x", InputRole::Statement), statements: made };
        let ledger = gather(vec![whole]).unwrap();
        survives(&ledger, RecordForm::Csv, "june.csv")?;
        survives(&ledger, RecordForm::Jsonl, "june.jsonl")?;
        survives(&ledger, RecordForm::Xlsx, "june.xlsx")?;
    }

    #[test]
    fn items_survive(made in prop::collection::vec(generated::item(), 0..8)) {
        let mut made = made;
        for (n, item) in made.iter_mut().enumerate() {
            item.id = format!("{}{n}", item.id).into();
        }
        let list = ItemFile { file: file("x", InputRole::Items), items: made };
        let (_, made, _) = gather_items(vec![list], 0).unwrap();
        for (form, name) in [(RecordForm::Csv, "i.csv"), (RecordForm::Jsonl, "i.jsonl"), (RecordForm::Xlsx, "i.xlsx")] {
            let bytes = write_items(&made, form);
            if bytes.is_empty() {
                continue;
            }
            let again = items(name, &bytes);
            prop_assert_eq!(items_nowhere(&again), items_nowhere(&made), "{}", shown(&bytes));
            prop_assert!(write_items(&again, form) == bytes);
        }
    }
}

fn lettrage(arguments: &[&str], folder: &Path) -> assert_cmd::assert::Assert {
    Command::cargo_bin("lettrage").unwrap().args(arguments).current_dir(folder).assert()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const BANK: &str = "Date;Libellé;Montant\n02/06/2026;=cmd|' /C calc'!A0;1.250,00\n03/06/2026;VIR \"DUPONT\";-3,50\n";
const LIST: &str = "item_id,number,customer_name,due_date,amount,currency\nF1,2026-0412,Dupont,2026-06-30,125.00,EUR\n";

#[test]
fn a_banks_csv_becomes_canonical_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bank.csv"), BANK).unwrap();
    let run = lettrage(&["convert", "bank.csv", "-o", "payments.csv"], folder.path()).success();
    assert!(run.get_output().stdout.is_empty());
    let said = text(&run.get_output().stderr);
    assert!(said.contains("2 payments written to payments.csv") && said.contains("decimal comma"), "{said}");
    let written = fs::read_to_string(folder.path().join("payments.csv")).unwrap();
    assert!(written.starts_with("payment_id,account,booking_date,value_date,amount,currency,payer_name,"), "{written}");
    assert!(written.contains(",2026-06-02,,1250.00,EUR,,,,'=cmd|' /C calc'!A0,"), "{written}");
    for (form, name) in [("jsonl", "p.jsonl"), ("csv", "again.csv")] {
        lettrage(&["convert", "payments.csv", "-o", name], folder.path()).success();
        let back = lettrage(&["convert", name, "-o", "-", "-O", "csv"], folder.path()).success();
        assert_eq!(text(&back.get_output().stdout), written, "{form}");
    }
    let json = fs::read_to_string(folder.path().join("p.jsonl")).unwrap();
    assert!(json.contains(r#""remittance":"=cmd|' /C calc'!A0""#) && json.contains(r#""amount":"1250.00""#), "{json}");
    let list = lettrage(&["match", "p.jsonl", "--invoices", "payments.csv"], folder.path()).code(2);
    assert!(text(&list.get_output().stderr).contains("E0102"));
}

#[test]
fn lists_become_invoices_and_a_mixture_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bank.csv"), BANK).unwrap();
    fs::write(folder.path().join("list.csv"), LIST).unwrap();
    let run = lettrage(&["convert", "list.csv", "-o", "-", "-O", "jsonl"], folder.path()).success();
    assert_eq!(
        text(&run.get_output().stdout),
        "{\"schema\":\"lettrage.invoice/1\",\"item_id\":\"F1\",\"number\":\"2026-0412\",\"customer_name\":\"Dupont\",\
         \"due_date\":\"2026-06-30\",\"amount\":\"125.00\",\"open_amount\":\"125.00\",\"currency\":\"EUR\",\"type\":\"invoice\"}\n"
    );
    let run = lettrage(&["convert", "bank.csv", "list.csv", "-o", "all.csv"], folder.path()).code(2);
    let said = text(&run.get_output().stderr);
    assert!(
        said.contains("E0406") && said.contains("payments: bank.csv") && said.contains("invoices: list.csv"),
        "{said}"
    );
    assert!(!folder.path().join("all.csv").exists());
    // A table that may be either is no guess.
    fs::write(folder.path().join("either.csv"), "date,number,amount\n2026-06-01,A1,5.00\n2026-06-02,A2,-6.00\n")
        .unwrap();
    let run = lettrage(&["convert", "either.csv", "-o", "x.csv"], folder.path()).code(2);
    assert!(text(&run.get_output().stderr).contains("--as payments"));
    lettrage(&["convert", "either.csv", "-o", "x.csv", "--as", "invoices"], folder.path()).success();
    assert!(fs::read_to_string(folder.path().join("x.csv")).unwrap().starts_with("item_id,"));
}

#[test]
fn nothing_is_overwritten_unless_asked_for_and_an_input_never() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/bank.csv"), BANK).unwrap();
    fs::write(folder.path().join("there.csv"), "mine").unwrap();
    let refused = |output: &str, more: &[&str]| {
        let arguments = [&["convert", "in", "-o", output], more].concat();
        text(&lettrage(&arguments, folder.path()).code(3).get_output().stderr)
    };
    assert!(refused("there.csv", &[]).contains("--force"));
    assert!(refused("in/bank.csv", &["--force"]).contains("one of the inputs"));
    assert_eq!(fs::read_to_string(folder.path().join("there.csv")).unwrap(), "mine");
    lettrage(&["convert", "in", "-o", "there.csv", "--force"], folder.path()).success();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
    let no_form = lettrage(&["convert", "in", "-o", "payments"], folder.path()).code(2);
    assert!(text(&no_form.get_output().stderr).contains("-O csv|jsonl|xlsx"));
    lettrage(&["convert", "in", "-o", "payments", "-O", "xlsx"], folder.path()).success();
    assert!(fs::read(folder.path().join("payments")).unwrap().starts_with(b"PK"));
}

#[test]
fn a_balance_that_does_not_add_up_is_left_out_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let bank =
        "payment_id,booking_date,amount,currency,balance\nA,2026-06-01,5.00,EUR,105.00\nB,2026-06-02,-6.00,EUR,99.00\n";
    fs::write(folder.path().join("bank.csv"), bank).unwrap();
    let run = lettrage(&["convert", "bank.csv", "-o", "-", "-O", "csv"], folder.path()).success();
    let written = text(&run.get_output().stdout);
    assert!(written.contains(",105.00,statement,,\n") && written.contains(",99.00,statement,,\n"), "{written}");
    // Payments of one statement stand together: a break in its balance is a gap between two.
    fs::write(folder.path().join("gap.csv"), written.replace(",99.00,", ",98.00,")).unwrap();
    let run = lettrage(&["inspect", "gap.csv"], folder.path()).success();
    let shown = text(&run.get_output().stdout);
    assert!(shown.contains("✗ continuity") && shown.contains("105.00") && shown.contains("104.00"), "{shown}");
    // A file that does not say which statement a payment is of has one an account.
    let loose = written.replace(",statement,,", ",,,").replace(",99.00,", ",98.00,");
    fs::write(folder.path().join("loose.csv"), loose).unwrap();
    let run = lettrage(&["convert", "loose.csv", "-o", "-", "-O", "csv"], folder.path()).success();
    assert!(text(&run.get_output().stderr).contains("running balance does not add up"));
    assert!(!text(&run.get_output().stdout).contains("105.00"));
}

#[test]
fn a_workbook_is_read_back_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let bank = format!(
        "{}\n,FR76,2026-06-02,,12345678901234567.89,EUR,\" Dupont  \",,,\"line 1\nline 2 \",a\\|b|c,'=1+1,,return, ,,,,\n\
         ,FR76,1899-12-31,,-0.05,EUR,0042,,,<r>,,,,ordinary,,,,,\n",
        lettrage::model::columns::PAYMENT.join(",")
    );
    fs::write(folder.path().join("p.csv"), &bank).unwrap();
    let run = lettrage(&["convert", "p.csv", "-o", "p.xlsx"], folder.path()).success();
    assert!(text(&run.get_output().stderr).contains("1 amount has more than 15 digits"));
    let bytes = fs::read(folder.path().join("p.xlsx")).unwrap();
    let (first, again) = (statements("p.csv", bank.as_bytes()), statements("p.xlsx", &bytes));
    assert_eq!(nowhere(&again.payments), nowhere(&first.payments));
    assert_eq!(again.payments[0].amount.minor, 1_234_567_890_123_456_789);
    assert_eq!((&*again.payments[0].payer_name, &*again.payments[0].remittance), (" Dupont  ", "line 1\nline 2 "));
    // A text of two lines does not move the rows below it.
    let rows: Vec<String> = again.payments.iter().map(|p| p.place.position.to_string()).collect();
    assert_eq!(rows, ["sheet 1, row 2", "sheet 1, row 3"]);
    assert_eq!((&*again.files[0].format, again.files[0].bytes), ("xlsx", bytes.len() as u64));
    lettrage(&["convert", "p.xlsx", "-o", "again.xlsx"], folder.path()).success();
    assert!(fs::read(folder.path().join("again.xlsx")).unwrap() == bytes);
    fs::write(folder.path().join("list.csv"), LIST).unwrap();
    lettrage(&["convert", "list.csv", "-o", "list.xlsx"], folder.path()).success();
    let back =
        |name| text(&lettrage(&["convert", name, "-o", "-", "-O", "csv"], folder.path()).success().get_output().stdout);
    assert_eq!(back("list.xlsx"), back("list.csv"));
}

/// A sheet with the canonical header of items and one row below an empty one.
fn edited(cells: &[(u16, &str)]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(lettrage::model::columns::ITEM) {
        sheet.write_string(0, column, name).unwrap();
    }
    for (column, text) in cells {
        sheet.write_string(2, *column, *text).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn what_is_wrong_in_such_a_workbook_has_its_cell() {
    let error = |cells: &[(u16, &str)]| {
        with_settings(|settings| read::items("i.xlsx", &edited(cells), settings).unwrap_err().to_string())
    };
    let amount = error(&[(0, "two\nlines"), (9, "1,50")]);
    assert!(amount.contains("E0241") && amount.contains("row 3, column J \"amount\""), "{amount}");
    assert!(amount.contains("two lines | "), "{amount}");
    let beside = error(&[(0, "A"), (9, "1.50"), (18, "remark")]);
    assert!(beside.contains("E0104") && beside.contains("row 3, column S"), "{beside}");
    let missing = error(&[(0, "A")]);
    assert!(missing.contains("E0244") && missing.contains("row 3, column J"), "{missing}");
}
