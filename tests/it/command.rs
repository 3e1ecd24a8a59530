//! `lettrage match` and its neighbours as a user runs them: what a first look found wrong once.

use std::fs;

use assert_cmd::Command;

fn lettrage(folder: &tempfile::TempDir, arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("lettrage").unwrap().args(arguments).current_dir(folder.path()).assert()
}

const INVOICES: &str =
    "item_id,number,customer_name,due_date,amount,currency\nF1,2026-0412,Dupont,2026-06-30,125.00,EUR\n";

/// An account in Swiss francs with one entry in euro: the bank's balances do not hold it, so that it stands on both sides.
#[test]
fn an_entry_in_another_currency_than_the_account_is_in_the_proof() {
    let folder = tempfile::tempdir().unwrap();
    let statement = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>S</Id>\
        <Acct><Id><IBAN>CH9300762011623852957</IBAN></Id><Ccy>CHF</Ccy></Acct>\
        <Ntry><Amt Ccy=\"EUR\">8.85</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
        <BookgDt><Dt>2026-06-10</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>";
    fs::write(folder.path().join("june.xml"), statement).unwrap();
    fs::write(folder.path().join("invoices.csv"), INVOICES).unwrap();
    let run = lettrage(&folder, &["match", "june.xml", "--invoices", "invoices.csv", "--strict"]).success();
    let text = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(text.contains("8.85 EUR") && text.contains("1 entry in another currency"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_no_panic() {
    for arguments in [&["completions", "bash"][..], &["man"], &["schema", "run"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("lettrage"));
        let output = command.args(arguments).stdout(full).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.starts_with("error[E"), "{text}");
    }
}

#[test]
fn explain_refuses_inputs_that_have_changed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("bank.csv"),
        "payment_id,booking_date,amount,remittance\nP1,2026-06-30,125.00,2026-0412\n",
    )
    .unwrap();
    fs::write(folder.path().join("invoices.csv"), INVOICES).unwrap();
    lettrage(&folder, &["match", "bank.csv", "--invoices", "invoices.csv", "--out", "run"]).success();
    lettrage(&folder, &["explain", "P1", "--run", "run"]).success();
    let unknown = lettrage(&folder, &["explain", "P2", "--run", "run"]).code(2).get_output().stderr.clone();
    assert!(String::from_utf8(unknown).unwrap().contains("did you mean P1?"));
    fs::write(folder.path().join("invoices.csv"), INVOICES.replace("125.00", "126.00")).unwrap();
    let changed = lettrage(&folder, &["explain", "P1", "--run", "run"]).code(3).get_output().stderr.clone();
    assert!(String::from_utf8(changed).unwrap().contains("invoices.csv has changed"));
}

/// What the run kept can be shown when its inputs are gone: weights that add up, and the obstacle.
#[test]
fn kept_evidence_is_shown_without_the_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let statement = "payment_id,booking_date,amount,remittance\nP1,2026-06-30,125.00,\nP2,2026-06-30,9.00,2026-0412\n";
    fs::write(folder.path().join("bank.csv"), statement).unwrap();
    fs::write(folder.path().join("invoices.csv"), INVOICES).unwrap();
    lettrage(&folder, &["match", "bank.csv", "--invoices", "invoices.csv", "--out", "run"]).success();
    fs::remove_file(folder.path().join("bank.csv")).unwrap();
    let shown = lettrage(&folder, &["explain", "P1", "--run", "run"]).success();
    let text = String::from_utf8(shown.get_output().stdout.clone()).unwrap();
    assert!(text.contains("AMOUNT_ONLY") && text.contains("equal to the cent") && text.contains("✗ rule"), "{text}");
    lettrage(&folder, &["explain", "P3", "--run", "run"]).code(2);
}

/// Colour is asked for, or it stays away from pipes; quiet leaves only what was asked for.
#[test]
fn colour_and_silence_are_the_users_choice() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("june.csv"), "payment_id,booking_date,amount,currency\nP1,2026-06-10,125.00,EUR\n")
        .unwrap();
    fs::write(folder.path().join("invoices.csv"), INVOICES).unwrap();
    let arguments = ["match", "june.csv", "--invoices", "invoices.csv"];
    let printed = |more: &[&str]| {
        let run = lettrage(&folder, &[&arguments[..], more].concat()).success();
        String::from_utf8(run.get_output().stdout.clone()).unwrap()
    };
    assert!(!printed(&[]).contains('\u{1b}'));
    assert!(printed(&["--color", "always"]).contains('\u{1b}'));
    assert_eq!(printed(&["--quiet"]), "");
    assert!(printed(&["--quiet", "-O", "csv"]).starts_with("payment_id,"));
}
