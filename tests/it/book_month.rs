//! A book from its first import to the second month's close, with the auditor looking on: what the program did is what he finds.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use chrono::NaiveDate;
use lettrage::audit::prove_book;
use lettrage::book::Book;
use lettrage::book::decide::{Act, Resolve};
use lettrage::book::log::Heading;
use lettrage::config::{BankLedger, LedgerPolicy};
use lettrage::model::{BookProofs, Month, ProofId, Standing};
use rust_decimal::Decimal;

const IBAN: &str = "FR7630004000031234567890143";

/// Runs the program in the folder of the book, early in July.
fn lettrage(folder: &Path, arguments: &[&str]) {
    let mut command = Command::cargo_bin("lettrage").unwrap();
    command.args(arguments).current_dir(folder).env("SOURCE_DATE_EPOCH", "1782982800").env("USER", "amc");
    command.assert().success();
}

/// A statement with both balances, in minor units, and its entries: reference, day, amount, text.
fn camt(id: &str, days: [&str; 2], opening: i64, entries: &[(&str, &str, i64, &str)]) -> String {
    let amount = |minor: i64| format!("<Amt Ccy=\"EUR\">{}.{:02}</Amt>", minor.abs() / 100, minor.abs() % 100);
    let side = |minor: i64| format!("<CdtDbtInd>{}</CdtDbtInd>", if minor < 0 { "DBIT" } else { "CRDT" });
    let balance = |code: &str, minor: i64, day: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{}{}<Dt><Dt>{day}</Dt></Dt></Bal>",
            amount(minor),
            side(minor)
        )
    };
    let closing = opening + entries.iter().map(|e| e.2).sum::<i64>();
    let mut text = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>{id}</Id>\
         <FrToDt><FrDtTm>{}T00:00:00</FrDtTm><ToDtTm>{}T23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}",
        days[0],
        days[1],
        balance("OPBD", opening, days[0]),
        balance("CLBD", closing, days[1])
    );
    for (reference, day, minor, remittance) in entries {
        let _ = write!(
            text,
            "<Ntry>{}{}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls>\
             <RmtInf><Ustrd>{remittance}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>",
            amount(*minor),
            side(*minor)
        );
    }
    text + "</Stmt></BkToCstmrStmt></Document>"
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn heading(kind: &'static str, why: &str) -> Heading {
    Heading { at: "2026-08-03T09:00:00Z".into(), who: "amc".into(), kind, why: why.into(), ..Heading::default() }
}

/// The ledger has everything that the bank booked up to the end of a month; the items were listed at the end of June.
fn ledger(month: Month, minor: i64) -> LedgerPolicy {
    let bank = BankLedger {
        account: "512100".into(),
        bank: IBAN.into(),
        balance: Some(Decimal::new(minor, 2)),
        at: Some(month.last()),
        booked_until: None,
    };
    LedgerPolicy { bank: vec![bank], receivable_balance: Some(Decimal::new(400_000, 2)), ..LedgerPolicy::default() }
}

/// Proofs of a month, all of which must hold.
fn sound(book: &Book, month: Option<Month>, policy: &LedgerPolicy) -> BookProofs {
    let made = prove_book(&book.facts(month, policy).unwrap());
    assert!(made.hold(), "{month:?}: {:#?}", made.failed().collect::<Vec<_>>());
    made
}

/// Sets aside what nobody has decided.
fn hold(book: &mut Book, month: Month) -> usize {
    let facts = book.facts(Some(month), &LedgerPolicy::default()).unwrap();
    let open = facts
        .payments
        .iter()
        .filter(|p| Month::of(p.booked) <= month && !p.standing.is_decided() && p.standing != Standing::Held);
    let until = NaiveDate::from_ymd_opt(2026, 9, 30).unwrap();
    let act =
        |id: &str| Resolve { id: id.into(), act: Act::Hold(until), account: String::new(), reason: String::new() };
    let decisions: Vec<Resolve> = open.map(|p| act(&p.id)).collect();
    book.resolve(&decisions, heading("hold", "the customer was asked"), false).unwrap();
    decisions.len()
}

#[test]
fn two_months_are_proved_closed_and_stay_what_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let may = [("M1", "2026-05-04", 100_000, "FACTURE 2026-0401"), ("M2", "2026-05-20", 7_777, "VIREMENT")];
    let june = [
        ("J1", "2026-06-02", 150_000, "REGLEMENT FA 2026-0402"),
        ("J2", "2026-06-10", -1_486, "COMMISSION MVT"),
        ("J3", "2026-06-28", 3_333, "VIREMENT"),
    ];
    fs::write(at.join("may.xml"), camt("5", ["2026-05-01", "2026-05-31"], 50_000, &may)).unwrap();
    fs::write(at.join("june.xml"), camt("6", ["2026-06-01", "2026-06-30"], 157_777, &june)).unwrap();
    let invoices = "item_id,number,customer_name,issue_date,due_date,amount,currency\n\
                    F1,2026-0401,Dupont,2026-04-01,2026-05-01,1000.00,EUR\nF2,2026-0402,Martin,2026-05-01,2026-06-01,1500.00,EUR\n\
                    F3,2026-0403,Petit,2026-05-02,2026-07-01,1500.00,EUR\n";
    fs::write(at.join("invoices.csv"), invoices).unwrap();
    lettrage(at, &["init"]);
    lettrage(at, &["import", "may.xml", "june.xml", "invoices.csv"]);
    let mut book = Book::open(at).unwrap();
    // Before any run nothing is decided, and everything is proved.
    let (may, june) = (month("2026-05"), month("2026-06"));
    sound(&book, None, &LedgerPolicy::default());
    sound(&book, Some(may), &ledger(may, 157_777));
    drop(book);
    lettrage(at, &["run"]);
    book = Book::open(at).unwrap();
    let proofs = sound(&book, Some(may), &ledger(may, 157_777));
    assert_eq!(book.close(may, &proofs, heading("close", "")).unwrap_err().code(), "C0011");
    assert_eq!(hold(&mut book, may), 1);
    book.close(may, &sound(&book, Some(may), &ledger(may, 157_777)), heading("close", "")).unwrap();

    // A cent in the ledger that the bank does not have.
    let wrong = prove_book(&book.facts(Some(june), &ledger(june, 309_625)).unwrap());
    assert_eq!(wrong.failed().map(|p| p.id).collect::<Vec<_>>(), [ProofId::BookToBank]);
    assert_eq!((wrong.bridges[0].unexplained, wrong.bridges[0].at_bank.1), (-1, 309_624));
    hold(&mut book, june);
    assert_eq!(book.close(june, &wrong, heading("close", "")).unwrap_err().code(), "C0010");
    book.close(june, &sound(&book, Some(june), &ledger(june, 309_624)), heading("close", "")).unwrap();
    assert_eq!(book.drift().unwrap(), []);

    // July's export begins in June: nothing is new there, the chain holds, and the sealed months are what they were.
    drop(book);
    let july = [("J3", "2026-06-28", 3_333, "VIREMENT"), ("L1", "2026-07-03", 150_000, "FACTURE 2026-0403")];
    fs::write(at.join("july.xml"), camt("7", ["2026-06-25", "2026-07-31"], 306_291, &july)).unwrap();
    lettrage(at, &["import", "july.xml"]);
    lettrage(at, &["run"]);
    let mut book = Book::open(at).unwrap();
    assert_eq!(book.drift().unwrap(), []);
    let july = month("2026-07");
    hold(&mut book, july);
    let proofs = sound(&book, Some(july), &ledger(july, 459_624));
    let carried =
        proofs.proofs.iter().find(|p| p.id == ProofId::RollForward && &*p.account == IBAN && p.currency.is_none());
    let start = carried.and_then(|p| p.right.first()).map(|(name, n)| (&**name, *n));
    assert_eq!(start, Some(("open at start", 2)), "{proofs:#?}");
    book.close(july, &proofs, heading("close", "")).unwrap();
    assert_eq!(book.closed_through().unwrap(), Some(july));
    book.verify_log().unwrap();
    assert_eq!(book.drift().unwrap(), []);
}
