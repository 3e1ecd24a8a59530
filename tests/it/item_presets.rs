//! Lists of open items as accounting programs export them. What a human finds in `fixtures/formats/items` is what is read.

use std::fs;
use std::path::Path;

use lettrage::config::Config;
use lettrage::model::{ItemFile, ItemKind, NoteKind, Position};
use lettrage::read::{self, Settings};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn read_bytes(name: &str, bytes: &[u8]) -> ItemFile {
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    read::items(name, bytes, &settings).unwrap_or_else(|e| panic!("{e}")).remove(0)
}

fn fixture(name: &str) -> ItemFile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/items").join(name);
    read_bytes(name, &fs::read(path).unwrap())
}

/// Number, customer, amount, what is open, due date; a credit note is one by its sign.
type Expected = (&'static str, &'static str, i64, i64, &'static str);

fn check(file: &ItemFile, preset: &str, expected: &[Expected], notes: &[&str]) {
    assert_eq!(&*file.file.version, preset);
    let due: Vec<String> = file.items.iter().map(|i| i.due_date.map_or_else(String::new, |d| d.to_string())).collect();
    let read: Vec<(&str, &str, i64, i64, &str)> = file
        .items
        .iter()
        .zip(&due)
        .map(|(i, due)| (&*i.number, &*i.customer_name, i.amount.minor, i.open_minor, due.as_str()))
        .collect();
    assert_eq!(read, expected, "{preset}: {:#?}", file.file.notes);
    for item in &file.items {
        assert_eq!(item.kind == ItemKind::CreditNote, item.amount.minor < 0, "{preset} {}", item.number);
    }
    let said: Vec<&str> = file.file.notes.iter().map(|n| &*n.text).collect();
    for note in notes {
        assert!(said.iter().any(|s| s.contains(note)), "{note}: {said:#?}");
    }
}

const ON_ACCOUNT: &str = "1 row with payments or refunds that are on account, -500.00 EUR in all, left out";

#[test]
fn erpnext() {
    let file = fixture("erpnext.csv");
    check(
        &file,
        "ERPNext accounts receivable",
        &[
            ("ACC-SINV-2026-00412", "Dupont SARL", 125_000, 100_000, "2026-06-03"),
            ("ACC-SINV-2026-00415", "Martin Frères", -6000, -6000, "2026-06-10"),
        ],
        &[ON_ACCOUNT, "balance or total"],
    );
    assert_eq!((&*file.items[0].customer_id, &*file.items[0].order_number), ("CUST-0007", "PO-77"));
    let warning = file.file.notes.iter().find(|n| n.text.contains("on account")).unwrap();
    assert!(warning.kind == NoteKind::Warning && warning.text.contains("(first: line 4)"), "{warning:?}");
}

#[test]
fn business_central() {
    let file = fixture("business_central.csv");
    check(
        &file,
        "Business Central customer ledger entries",
        &[
            ("PSINV-103021", "Dupont SARL", 125_000, 100_000, "2026-06-03"),
            ("PSCRM-104002", "Martin Frères", -6000, -6000, "2026-05-11"),
            ("ISSFCM-12", "Martin Frères", 1500, 1500, "2026-06-24"),
        ],
        &[ON_ACCOUNT],
    );
    let (first, third) = (&file.items[0], &file.items[2]);
    assert_eq!((&*first.id, &*first.customer_id, first.amount.currency.code()), ("2871", "10000", "EUR"));
    assert_eq!(third.amount.currency.code(), "USD");
    check(
        &fixture("business_central_de.csv"),
        "Business Central customer ledger entries",
        &[
            ("VRE-1021", "Müller GmbH", 125_000, 100_000, "2026-06-03"),
            ("VGU-1002", "Schulz AG", -6000, -6000, "2026-05-11"),
        ],
        &[ON_ACCOUNT],
    );
}

#[test]
fn odoo_lists_of_invoices() {
    check(
        &fixture("odoo_invoices.csv"),
        "Odoo invoices",
        &[
            ("INV/2026/00012", "Dupont SARL", 125_000, 100_000, "2026-06-03"),
            ("RINV/2026/00003", "Martin Frères", -6000, -6000, "2026-05-11"),
        ],
        &["1 row with the state \"draft\" left out", "1 row with the state \"cancelled\" left out"],
    );
    check(
        &fixture("odoo_factures.csv"),
        "Odoo invoices",
        &[
            ("FAC/2026/00012", "Dupont SARL", 125_000, 100_000, "2026-06-03"),
            ("RFAC/2026/00003", "Martin Frères", -6000, -6000, "2026-05-11"),
        ],
        &["1 row with the state \"brouillon\" left out"],
    );
}

/// The report as a workbook: a customer's row has the sums, and its documents are below it.
#[test]
fn odoo_aged_receivable() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Aged Receivable").unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (n, name) in
        ["", "Invoice Date", "Amount Currency", "Currency", "Account", "At Date", "1-30", "31-60", "Older", "Total"]
            .iter()
            .enumerate()
    {
        sheet.write_string(0, n as u16, *name).unwrap();
    }
    let rows: [(&str, Option<u8>, f64); 8] = [
        ("Dupont SARL", None, 1000.0),
        ("INV/2026/00012", Some(4), 1000.0),
        ("Total Energies", None, -547.5),
        ("RINV/2026/00003", Some(11), -60.0),
        ("INV/2026/00015", Some(20), 0.1 + 12.4),
        ("PBNK1/2026/00031", Some(25), -500.0),
        ("Total Total Energies", None, -547.5),
        ("Total Aged Receivable", None, 452.5),
    ];
    for (n, (name, date, total)) in rows.into_iter().enumerate() {
        let n = n as u32 + 1;
        sheet.write_string(n, 0, name).unwrap();
        if let Some(date) = date {
            sheet.write_datetime_with_format(n, 1, ExcelDateTime::from_ymd(2026, 5, date).unwrap(), &day).unwrap();
        }
        sheet.write_number(n, 6, total).unwrap();
        sheet.write_number(n, 9, total).unwrap();
    }
    let file = read_bytes("aged.xlsx", &book.save_to_buffer().unwrap());
    check(
        &file,
        "Odoo aged receivable",
        &[
            ("INV/2026/00012", "Dupont SARL", 100_000, 100_000, ""),
            ("RINV/2026/00003", "Total Energies", -6000, -6000, ""),
            ("INV/2026/00015", "Total Energies", 1250, 1250, ""),
        ],
        &[ON_ACCOUNT, "2 rows with a customer's name alone", "(first: row 7)", "2 rows with a balance or total"],
    );
    assert_eq!(file.items[0].place.position, Position::Row { sheet: 1, row: 3 });
    assert_eq!(file.items[0].issue_date.unwrap().to_string(), "2026-05-04");
}

#[test]
fn quickbooks() {
    check(
        &fixture("quickbooks_aging.csv"),
        "QuickBooks Online",
        &[
            ("1041", "Dupont SARL", 125_000, 100_000, "2026-06-03"),
            ("1044", "Martin Frères", -6000, -6000, "2026-05-21"),
            ("1050", "Total Energies", 1250, 1250, "2026-07-20"),
        ],
        &[ON_ACCOUNT, "3 rows with a balance or total"],
    );
    check(
        &fixture("quickbooks_open_invoices.csv"),
        "QuickBooks Online",
        &[
            ("1041", "Dupont SARL", 100_000, 100_000, "2026-06-03"),
            ("1044", "Total Energies", -6000, -6000, "2026-05-21"),
            ("1050", "Total Energies", 1250, 1250, "2026-07-20"),
        ],
        &["2 rows with a customer's name alone", "3 rows with a balance or total"],
    );
}

#[test]
fn xero() {
    check(
        &fixture("xero_aged.csv"),
        "Xero aged receivables",
        &[
            ("INV-0012", "Dupont SARL", 100_000, 100_000, "2026-06-03"),
            ("CN-0003", "Martin Frères", -6000, -6000, ""),
            ("INV-0015", "Martin Frères", 1250, 1250, "2026-07-20"),
        ],
        &["2 rows with a customer's name alone"],
    );
    check(
        &fixture("xero_invoices.csv"),
        "Xero invoices",
        &[("INV-0012", "Dupont SARL", 125_000, 100_000, "2026-06-03"), ("CN-0003", "Martin Frères", -6000, -6000, "")],
        &["1 row with further lines of the invoice above", "1 row with the state \"voided\" left out"],
    );
}

#[test]
fn sage() {
    check(
        &fixture("sage_intacct.csv"),
        "Sage Intacct open invoices",
        &[
            ("SI-0412", "Dupont SARL", 125_000, 100_000, "2026-06-03"),
            ("SI-0414", "Martin Frères", 1250, 1250, "2026-06-27"),
        ],
        &["1 row with the state \"draft\" left out"],
    );
    let file = fixture("sage_100.tsv");
    check(
        &file,
        "Sage 100 accounts of third parties",
        &[("FA00412", "Dupont SARL", 125_000, 125_000, "2026-06-03"), ("AV00007", "Martin Frères", -6000, -6000, "")],
        &[ON_ACCOUNT, "1 row with a letter of lettrage", "1 row with a balance or total"],
    );
    assert_eq!(&*file.items[1].customer_id, "MARTIN");
}

#[test]
fn pennylane() {
    check(
        &fixture("pennylane.csv"),
        "Pennylane customer invoices",
        &[
            ("F-2026-0412", "Dupont SARL", 125_000, 100_000, "2026-06-03"),
            ("AV-2026-0003", "Martin Frères", -6000, -6000, ""),
        ],
        &["1 row with the state \"brouillon\" left out"],
    );
}

/// Payments among the rows of any list are told by their type, and a list of no known program keeps its columns.
#[test]
fn a_list_of_no_known_program() {
    let file = read_bytes(
        "list.csv",
        b"number,customer,amount,type\nA-1,Dupont,12.50,Invoice\nP-1,Dupont,-5.00,Payment\nC-1,Dupont,3.00,Credit memo\n",
    );
    check(
        &file,
        "",
        &[("A-1", "Dupont", 1250, 1250, ""), ("C-1", "Dupont", -300, -300, "")],
        &["1 row with payments or refunds that are on account, -5.00 EUR in all, left out (first: line 3)"],
    );
}
