//! A book made by hand: May with a payment that is set aside, June with a decision of each kind.

use rusqlite::params;
use rust_decimal::Decimal;
use tempfile::TempDir;

use super::*;
use crate::book::log::{Draft, Subject};
use crate::config::{BankLedger, LedgerPolicy};
use crate::model::{
    Author, Balance, BalanceKind, Check, CheckKind, Currency, Difference, DifferenceKind, Money, Proof, ProofId,
    Statement,
};

const BNP: &str = "FR7630004000031234567890143";

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn may() -> Month {
    Month::parse("2026-05").unwrap()
}

fn june() -> Month {
    may().next()
}

fn heading(kind: &'static str, why: &str) -> Heading {
    let (at, who) = ("2026-07-02T08:51:07Z".to_string(), "amc".to_string());
    Heading { at, who, kind, why: why.into(), run: "7f3a9c".into(), ..Heading::default() }
}

/// A book with its files, and nothing else.
fn empty() -> (TempDir, Book) {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Book::create(folder.path()).unwrap();
    book.begin_log(heading("init", "")).unwrap();
    book.db.execute_batch("INSERT INTO original VALUES ('aa', 1, x'00')").unwrap();
    for (n, role, scope, extracted) in [
        (1, "statement", "", None),
        (2, "invoices", "full", Some("2026-06-30")),
        (3, "ledger", "", None),
        (4, "ledger", "", None),
    ] {
        let sql =
            "INSERT INTO file VALUES (?1, 1, 'aa', 'aa', ?2 || '.csv', ?2, 'csv', '', 1, 1, ?3, ?4, '[]', x'00', 1)";
        book.db.execute(sql, params![n, role, scope, extracted]).unwrap();
    }
    (folder, book)
}

fn statement(book: &Book, from: NaiveDate, to: NaiveDate, opening: i64, closing: i64) {
    let balance =
        |kind, minor, date| Some(Balance { kind, amount: Money::new(minor, Currency::EUR), date: Some(date) });
    let scope = format!("{to}.xml: statement of {BNP}");
    let check = Check { kind: CheckKind::Balance, scope: scope.into(), holds: Some(true), text: "fits".into() };
    let body = Statement {
        account: BNP.into(),
        currency: Some(Currency::EUR),
        from: Some(from),
        to: Some(to),
        opening: balance(BalanceKind::Opening, opening, from),
        closing: balance(BalanceKind::Closing, closing, to),
        booked_minor: i128::from(closing - opening),
        checks: vec![check.clone()],
        ..Statement::default()
    };
    let values = params![BNP, from.to_string(), to.to_string(), codec::json(&body).unwrap()];
    let sql =
        "INSERT INTO statement (file, account, currency, first_day, last_day, body) VALUES (1, ?1, 'EUR', ?2, ?3, ?4)";
    book.db.execute(sql, values).unwrap();
    let values = params![check.kind.word(), &*check.scope, check.holds, &*check.text];
    book.db.execute("INSERT INTO finding (kind, scope, holds, text) VALUES (?1, ?2, ?3, ?4)", values).unwrap();
}

fn payment(book: &Book, n: i64, id: &str, booked: NaiveDate, minor: i64) {
    let sql = "INSERT INTO payment VALUES (?1, ?2, ?3, ?4, NULL, ?5, 'EUR', '', '', '', '', '', '', '', 'ordinary', '', 1, '', 1, NULL)";
    book.db.execute(sql, params![n, id, BNP, booked.to_string(), minor]).unwrap();
}

fn item(book: &Book, n: i64, id: &str, minor: i64) {
    let sql = "INSERT INTO item VALUES (?1, ?2, ?2, '', '', '', '', '', '', '2026-05-10', NULL, ?3, ?3, ?3, 'EUR', 'invoice', '', '', '', '', 2, '', NULL, 1, NULL)";
    book.db.execute(sql, params![n, id, minor]).unwrap();
}

fn line(book: &Book, file: i64, account: &str, name: &str, booked: NaiveDate, minor: i64) {
    let sql = "INSERT INTO ledger_line (file, account, booked, minor, currency, name, text, opening) VALUES (?1, ?2, ?3, ?4, 'EUR', ?5, '', ?5 = 'AN')";
    book.db.execute(sql, params![file, account, booked.to_string(), minor, name]).unwrap();
}

/// One operation with these decisions.
fn decide(book: &mut Book, why: &str, drafts: &[Draft<'_>]) {
    let tx = book.begin().unwrap();
    let mut entry = Entry::begin(&tx).unwrap();
    drafts.iter().for_each(|draft| entry.decide(draft).unwrap());
    entry.finish(&heading("settle", why)).unwrap();
    tx.commit().unwrap();
}

fn of<'a>(n: i64, id: &'a str, kind: DecisionKind, author: Author) -> Draft<'a> {
    Draft::new(Subject::Payment(n), id, kind, author, "amc")
}

/// The two months. P0 is set aside in May; P1 pays an invoice; P2 brings it back; P3 is a charge, by a rule.
fn book() -> (TempDir, Book) {
    let (folder, mut book) = empty();
    statement(&book, day(5, 1), day(5, 31), 100_000, 130_000);
    statement(&book, day(6, 1), day(6, 30), 130_000, 128_514);
    for (n, id, booked, minor) in [
        (1, "P0", day(5, 20), 30_000),
        (2, "P1", day(6, 2), 125_000),
        (3, "P2", day(6, 20), -125_000),
        (4, "P3", day(6, 10), -1_486),
    ] {
        payment(&book, n, id, booked, minor);
    }
    item(&book, 1, "2026-0401", 127_500);
    item(&book, 2, "2026-0402", 30_000);
    line(&book, 3, "512100", "AN", day(5, 1), 100_000);
    line(&book, 3, "512100", "BQ 1", day(5, 21), 30_000);
    line(&book, 3, "411000", "VE 1", day(6, 1), 157_500);
    let fee = [Difference { kind: DifferenceKind::Fee, minor: 2_500 }];
    let back = [Difference { kind: DifferenceKind::Fee, minor: -2_500 }];
    let hold = Draft { until: Some(day(7, 15)), ..of(1, "P0", DecisionKind::Hold, Author::Person) };
    decide(&mut book, "the customer was asked", &[hold]);
    let pays = Draft {
        differences: &fee,
        applications: vec![(1, 127_500)],
        ..of(2, "P1", DecisionKind::Apply, Author::Engine)
    };
    let returns = Draft {
        differences: &back,
        applications: vec![(1, -127_500)],
        returns: Some(2),
        ..of(3, "P2", DecisionKind::Return, Author::Engine)
    };
    let charge = Draft { account: "627100", ..of(4, "P3", DecisionKind::Outside, Author::Rule) };
    decide(&mut book, "", &[pays, returns, charge]);
    (folder, book)
}

fn proofs() -> BookProofs {
    BookProofs::default()
}

/// The book with May closed, and June as well.
fn closed_book() -> (TempDir, Book) {
    let (folder, mut book) = book();
    book.close(may(), &proofs(), heading("close", "")).unwrap();
    book.close(june(), &proofs(), heading("close", "")).unwrap();
    (folder, book)
}

#[test]
fn the_facts_are_the_rows_of_the_book() {
    let (_folder, book) = book();
    // The second file replaces what the first said of the account in May.
    line(&book, 4, "512100", "AN", day(5, 1), 100_001);
    book.db.execute("UPDATE item SET missing = 2 WHERE id = '2026-0402'", []).unwrap();
    let bank = BankLedger {
        account: "512100".into(),
        bank: "67890143".into(),
        balance: Some(Decimal::new(128_514, 2)),
        at: Some(day(6, 30)),
        booked_until: None,
    };
    let policy =
        LedgerPolicy { bank: vec![bank], receivable_balance: Some(Decimal::new(1_575, 0)), ..LedgerPolicy::default() };
    let facts = book.facts(Some(june()), &policy).unwrap();
    let payments: Vec<(&str, &str, Standing)> =
        facts.payments.iter().map(|p| (&*p.id, &*p.account, p.standing)).collect();
    use Standing::{ByRule, Held, Matched};
    assert_eq!(payments, [("P0", BNP, Held), ("P1", BNP, Matched), ("P3", BNP, ByRule), ("P2", BNP, Matched)]);
    let held = facts.payments[0].decision.as_ref().unwrap();
    assert_eq!((held.until, &*held.reason), (Some(day(7, 15)), "the customer was asked"));
    let back = facts.payments[3].decision.as_ref().unwrap();
    assert_eq!((back.kind, back.author, &*back.run, back.op), (DecisionKind::Return, Author::Engine, "7f3a9c", 3));
    assert_eq!((back.returns, &*back.at), (Some(1), "2026-07-02T08:51:07Z"));
    assert_eq!(back.differences, [Difference { kind: DifferenceKind::Fee, minor: -2_500 }]);
    let applied: Vec<(u32, i64, bool)> = back.applications.iter().map(|a| (a.item, a.minor, a.taken_over)).collect();
    assert_eq!(applied, [(0, -127_500, false)]);
    let items: Vec<(i64, i64, i64, bool, bool)> =
        facts.items.iter().map(|i| (i.amount, i.listed, i.open, i.missing, i.asked)).collect();
    assert_eq!(items, [(127_500, 127_500, 127_500, false, false), (30_000, 30_000, 30_000, true, true)]);
    let ledger: Vec<(&str, i64, bool)> = facts.ledger.iter().map(|l| (&*l.account, l.minor, l.opening)).collect();
    assert_eq!(ledger, [("411000", 157_500, false), ("512100", 100_001, true)]);
    let bank = &facts.banks[0];
    assert_eq!((&*bank.account, &*bank.bank, bank.stated), ("512100", BNP, Some((day(6, 30), 128_514))));
    assert_eq!(facts.receivable_balance, [(Currency::EUR, 157_500)]);
    assert_eq!((facts.statements.len(), facts.checks.len(), facts.extracted), (2, 2, Some(day(6, 30))));
    assert_eq!(facts.opening, None);
    let wrong = LedgerPolicy { receivable_balance: Some(Decimal::new(1, 3)), ..policy };
    assert_eq!(book.facts(None, &wrong).unwrap_err().code(), "E0301");
}

#[test]
fn a_month_is_closed_once_in_order_and_when_it_is_over() {
    let (_folder, mut book) = book();
    let code = |book: &mut Book, month: &str, at: &str| {
        let heading = Heading { at: at.into(), ..heading("close", "") };
        let error = book.close(Month::parse(month).unwrap(), &proofs(), heading).unwrap_err();
        assert_eq!((error.kind(), book.closed_through().unwrap()), (ErrorKind::Refused, None), "{error}");
        error.code()
    };
    assert_eq!(code(&mut book, "2026-06", "2026-07-02T08:51:07Z"), "C0015");
    assert_eq!(code(&mut book, "2026-05", "2026-05-31T23:59:59Z"), "C0013");
    assert_eq!(code(&mut book, "2026-04", "2026-07-02T08:51:07Z"), "C0013");
    let period = book.close(may(), &proofs(), heading("close", "")).unwrap();
    assert_eq!((period.month, period.op, period.seal.len()), (may(), 4, 64));
    assert_eq!(book.close(may(), &proofs(), heading("close", "")).unwrap_err().code(), "C0014");
    let last = &book.operations(1).unwrap()[0];
    assert_eq!((&*last.kind, &*last.summary), ("close", "2026-05: 1 payments, 1 of them open, 2 open items"));
    assert_eq!(book.verify_log().unwrap(), 4);
    assert_eq!(book.periods().unwrap(), [period]);
}

#[test]
fn nothing_is_closed_while_something_waits_or_is_false() {
    let (_folder, mut book) = book();
    let refused = |book: &mut Book, proofs: &BookProofs| {
        let error = book.close(may(), proofs, heading("close", "")).unwrap_err();
        assert_eq!(book.periods().unwrap(), [], "nothing was written");
        (error.code(), error.to_string())
    };
    let mut wrong = proofs();
    wrong.proofs.push(Proof {
        id: ProofId::BookToBank,
        account: BNP.into(),
        currency: Some(Currency::EUR),
        holds: false,
        left: 1,
        right: Vec::new(),
        failures: vec!["0.01 EUR unexplained".into()],
    });
    let (code, text) = refused(&mut book, &wrong);
    assert!(code == "C0010" && text.contains("P3 0.01 EUR unexplained"), "{text}");
    book.db.execute("UPDATE item SET missing = 2 WHERE id = '2026-0402'", []).unwrap();
    let (code, text) = refused(&mut book, &proofs());
    assert!(code == "C0012" && text.contains("2026-0402"), "{text}");
    // A hold without a reason is no answer; neither is no hold at all.
    decide(&mut book, "", &[Draft { until: Some(day(7, 15)), ..of(1, "P0", DecisionKind::Hold, Author::Person) }]);
    assert_eq!(refused(&mut book, &proofs()).0, "C0011");
    book.db.execute("UPDATE payment SET decision = NULL WHERE n = 1", []).unwrap();
    for n in 10..17 {
        payment(&book, n, &format!("X{n}"), day(5, 22), 5);
    }
    let (code, text) = refused(&mut book, &proofs());
    assert!(code == "C0011" && text.contains("8 payments are undecided"), "{text}");
    assert!(text.contains("P0, X10, X11, X12, X13 and 3 more") && text.contains("lettrage hold P0"), "{text}");
}

#[test]
fn the_next_month_begins_with_what_was_open() {
    let (_folder, mut book) = book();
    assert_eq!(book.opening(june()).unwrap(), None);
    book.close(may(), &proofs(), heading("close", "")).unwrap();
    // The payments of June had taken from an item: at the end of May all of it was open.
    let opening = book.opening(june()).unwrap().unwrap();
    let found: Vec<(&str, bool, &str, i64)> =
        opening.iter().map(|o| (&*o.id, o.is_payment, &*o.account, o.minor)).collect();
    assert_eq!(found, [("2026-0401", false, "", 127_500), ("2026-0402", false, "", 30_000), ("P0", true, BNP, 30_000)]);
    let facts = book.facts(Some(june()), &LedgerPolicy::default()).unwrap();
    assert_eq!((facts.opening, facts.opened_after), (Some(opening), Some(may())));
    assert_eq!(book.opening(may()).unwrap(), None);
}

#[test]
fn what_was_open_is_decided_later_without_a_change_of_the_sealed_month() {
    let (_folder, mut book) = closed_book();
    assert_eq!(book.drift().unwrap(), []);
    let pays = Draft { applications: vec![(2, 30_000)], ..of(1, "P0", DecisionKind::Apply, Author::Person) };
    decide(&mut book, "he answered", &[pays]);
    assert_eq!(book.drift().unwrap(), []);
    // The item's list says less later, and a new item comes: neither was sealed.
    book.db.execute("UPDATE item SET listed = 0, open = 0 WHERE n = 1", []).unwrap();
    item(&book, 3, "2026-0403", 5_000);
    payment(&book, 9, "P9", day(7, 1), 5_000);
    statement(&book, day(7, 1), day(7, 31), 128_514, 133_514);
    assert_eq!(book.drift().unwrap(), []);
}

#[test]
fn each_later_change_of_a_sealed_month_is_named() {
    let changes: [(&str, &str, Option<&str>, Option<&str>); 9] = [
        (
            "UPDATE payment SET minor = 30001 WHERE id = 'P0'",
            "payment P0",
            Some("open 2026-05-20 300.00 EUR FR7630004000031234567890143"),
            Some("open 2026-05-20 300.01 EUR FR7630004000031234567890143"),
        ),
        (
            "UPDATE payment SET decision = NULL WHERE id = 'P3'",
            "payment P3",
            Some("outside 2026-06-10 -14.86 EUR FR7630004000031234567890143, by rule amc; account 627100"),
            Some("open 2026-06-10 -14.86 EUR FR7630004000031234567890143"),
        ),
        ("UPDATE payment SET booked = '2026-07-01' WHERE id = 'P3'", "payment P3", Some("outside"), None),
        (
            "UPDATE item SET minor = 30001 WHERE n = 2",
            "item 2026-0402",
            Some("open 300.00 of 300.00 EUR"),
            Some("of 300.01 EUR"),
        ),
        ("UPDATE item SET present = 0 WHERE n = 2", "item 2026-0402", Some("open 300.00 of 300.00 EUR"), None),
        (
            "UPDATE ledger_line SET minor = 30001 WHERE name = 'BQ 1'",
            "ledger 512100 BQ 1",
            Some("2026-05-21 300.00 EUR "),
            Some("2026-05-21 300.01 EUR "),
        ),
        ("DELETE FROM ledger_line WHERE name = 'VE 1'", "ledger 411000 VE 1", Some("2026-06-01 1575.00 EUR "), None),
        (
            "UPDATE statement SET body = replace(body, '130000', '130001') WHERE last_day = '2026-05-31'",
            "statement FR7630004000031234567890143 EUR 2026-05-31",
            Some("closing 1300.00"),
            Some("closing 1300.01"),
        ),
        (
            "UPDATE seal_line SET text = 'open 2026-05-20 1.00 EUR X' WHERE key = 'P0' AND month = '2026-06'",
            "seal 2026-06",
            None,
            None,
        ),
    ];
    for (sql, name, was, is) in changes {
        let (_folder, book) = closed_book();
        assert!(book.db.execute(sql, []).unwrap() > 0, "{sql}");
        let drift = book.drift().unwrap();
        let found = drift.iter().find(|d| format!("{} {}", d.kind, d.key) == name);
        let Some(found) = found else { panic!("{sql}: {drift:?}") };
        if name.starts_with("seal") {
            assert!(found.was != found.is, "{found:?}");
            continue;
        }
        let begins = |text: &Option<Box<str>>, with: Option<&str>| match (text, with) {
            (Some(text), Some(with)) => text.starts_with(with) || text.ends_with(with),
            (text, with) => text.is_none() && with.is_none(),
        };
        assert!(begins(&found.was, was) && begins(&found.is, is), "{sql}: {found:?}");
    }
}

#[test]
fn what_is_new_in_a_sealed_month_is_named() {
    let (_folder, book) = closed_book();
    payment(&book, 9, "P9", day(6, 30), 1);
    line(&book, 3, "512100", "OD 7", day(6, 30), 1);
    // No line of this account was sealed.
    line(&book, 3, "607000", "AC 7", day(6, 30), 1);
    let found: Vec<String> =
        book.drift().unwrap().iter().map(|d| format!("{} {} {:?}", d.month, d.key, d.was)).collect();
    assert_eq!(found, ["2026-06 512100 OD 7 None", "2026-06 P9 None"]);
}

#[test]
fn the_last_month_is_opened_again_for_a_reason() {
    let (_folder, mut book) = closed_book();
    assert_eq!(book.reopen(june(), heading("reopen", " ")).unwrap_err().code(), "E0720");
    assert_eq!(book.reopen(may(), heading("reopen", "a late charge")).unwrap_err().code(), "C0016");
    let seal = book.periods().unwrap()[1].seal.clone();
    assert_eq!(book.reopen(june(), heading("reopen", "a late charge")).unwrap(), 6);
    assert_eq!(book.closed_through().unwrap(), Some(may()));
    let count: i64 =
        book.db.query_row("SELECT count(*) FROM seal_line WHERE month = '2026-06'", [], |r| r.get(0)).unwrap();
    assert_eq!(count, 0);
    // Nothing was changed, so it closes with the same seal.
    assert_eq!(book.close(june(), &proofs(), heading("close", "")).unwrap().seal, seal);
    assert_eq!(book.verify_log().unwrap(), 7);
}
