//! `lettrage inspect`, as a user runs it.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

/// One statement of three entries: a receipt, a batch of two, and one that is pending.
const STATEMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S-6</Id><ElctrncSeqNb>6</ElctrncSeqNb>
<Acct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1150.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-30</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">120.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-06-10</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-06-11</Dt></BookgDt><NtryDtls>
<TxDtls><Amt Ccy="EUR">10.00</Amt></TxDtls><TxDtls><Amt Ccy="EUR">20.00</Amt></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>
"#;

fn lettrage(arguments: &[&str], folder: &Path) -> assert_cmd::assert::Assert {
    Command::cargo_bin("lettrage").unwrap().args(arguments).current_dir(folder).assert()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn json_says_what_a_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    // The name says nothing; the content does.
    fs::write(folder.path().join("in/june.dat"), STATEMENT).unwrap();
    fs::write(folder.path().join("in/notes.txt"), "call the bank").unwrap();
    let run = lettrage(&["inspect", "in", "-O", "json"], folder.path()).success();
    let document: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    assert_eq!(document["schema"], "lettrage.inspect/1");
    let file = &document["files"][0];
    assert_eq!(
        (&file["path"], &file["format"], &file["version"]),
        (&json!("in/june.dat"), &json!("camt.053"), &json!("camt.053.001.08"))
    );
    assert_eq!(file["sha256"].as_str().unwrap().len(), 64);
    let expected = json!({
        "account": "FR1420041010050500013M02606", "currency": "EUR", "opening": "1000.00", "closing": "1150.50",
        "entries": 3, "transactions": 4, "booked": "150.50", "not_booked": 1, "balances_ok": true,
        "from": "2026-06-10", "to": "2026-06-11",
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&file["statements"][0][field], value, "{field}");
    }
    assert_eq!(document["passed_over"][0]["path"], "in/notes.txt");
}

#[test]
fn the_table_stands_on_the_decimal_point() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("june.xml"), STATEMENT).unwrap();
    let yen = STATEMENT
        .replace("EUR\">30.00", "EUR\">30")
        .replace("EUR", "JPY")
        .replace(".50<", ".00<")
        .replace("1150.00", "1151");
    fs::write(folder.path().join("yen.xml"), &yen).unwrap();
    let run = lettrage(&["inspect", "june.xml", "yen.xml"], folder.path()).success();
    let shown = text(&run.get_output().stdout);
    assert!(shown.contains("1000.00  150.50  1150.50  ✓        3             4"), "{shown}");
    assert!(
        shown.contains("✗ balance: opening 1000 + booked entries 150 = 1150, closing 1151: difference 1 JPY"),
        "{shown}"
    );
    assert!(shown.contains("note: 1 entry not booked"), "{shown}");
}

#[test]
fn standard_input_works_and_a_missing_balance_is_null() {
    let folder = tempfile::tempdir().unwrap();
    let run = Command::cargo_bin("lettrage")
        .unwrap()
        .args(["inspect", "-", "-O", "json"])
        .write_stdin(STATEMENT.replace("CLBD", "CLAV"))
        .current_dir(folder.path())
        .assert()
        .success();
    let document: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let statement = &document["files"][0]["statements"][0];
    assert_eq!((&statement["closing"], &statement["balances_ok"]), (&Value::Null, &Value::Null));
}

#[test]
fn bad_input_ends_with_2_and_nothing_on_stdout() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("june.xml"), STATEMENT).unwrap();
    fs::write(folder.path().join("cut.xml"), &STATEMENT[..700]).unwrap();
    fs::write(folder.path().join("notes.txt"), "call the bank").unwrap();
    for (arguments, code) in
        [(["inspect", "."], "E0201"), (["inspect", "notes.txt"], "E0012"), (["inspect", "junne.xml"], "E0002")]
    {
        let run = lettrage(&arguments, folder.path()).code(2);
        let output = run.get_output();
        assert!(output.stdout.is_empty());
        assert!(text(&output.stderr).contains(&format!("error[{code}]")), "{}", text(&output.stderr));
    }
    lettrage(&["inspect"], folder.path()).code(2);
}

#[test]
fn invoices_are_shown_with_what_is_open_and_when_it_is_due() {
    let folder = tempfile::tempdir().unwrap();
    let list = "item_id,number,due_date,amount,open_amount,currency\n1,A,2026-06-30,100.00,40.00,EUR\n2,B,2026-05-31,-7.00,-7.00,EUR\n\
        3,C,2026-01-31,5,0,JPY\n4,D,,9.00,9.00,CHF\n";
    fs::write(folder.path().join("list.csv"), list).unwrap();
    fs::write(folder.path().join("june.xml"), STATEMENT).unwrap();
    let run = lettrage(&["inspect", "list.csv", "june.xml"], folder.path()).success();
    let shown = text(&run.get_output().stdout);
    for part in [
        "3 invoices, 1 credit note, 1 settled",
        "EUR  2 items: amount 93.00, open 33.00",
        "JPY  1 item: amount 5, open 0",
        "open items are due from 2026-05-31 to 2026-06-30",
        "1 open item without a due date",
        "1000.00  150.50  1150.50  ✓",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let run = lettrage(&["inspect", ".", "-O", "json"], folder.path()).success();
    let document: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let (statement, list) = (&document["files"][0], &document["files"][1]);
    assert_eq!((&statement["role"], &statement["statements"][0]["kind"]), (&json!("statement"), &json!("statement")));
    assert_eq!((&list["role"], &list["invoices"]["items"]), (&json!("invoices"), &json!(4)));
    assert_eq!(
        list["invoices"]["sums"][1],
        json!({"currency": "EUR", "items": 2, "amount": "93.00", "open_amount": "33.00"})
    );
    assert_eq!(
        (&list["invoices"]["due_from"], &list["invoices"]["without_due_date"]),
        (&json!("2026-05-31"), &json!(1))
    );
}
