//! Books for the tests of what is posted: the demo month with a person's decisions, and a company that is generated.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use lettrage::book::Book;
use lettrage::config::Config;
use lettrage::model::{BookFacts, DecisionFact, DecisionKind, DifferenceKind, Month, PaymentFact};

/// A book in a folder of its own, with the month that is posted.
pub(crate) struct Posted {
    _folder: tempfile::TempDir,
    pub(crate) book: PathBuf,
    pub(crate) month: &'static str,
}

/// Runs the program in a folder, on 2 July 2026; what it prints.
pub(crate) fn lettrage(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("lettrage").unwrap();
    command.args(arguments).current_dir(folder).env("SOURCE_DATE_EPOCH", "1782982800").env("USER", "amc");
    let run = command.assert().success();
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

fn append(path: &Path, text: &str) {
    let before = std::fs::read_to_string(path).unwrap();
    std::fs::write(path, before + text).unwrap();
}

/// June 2026 of the demo company, matched, with some decisions of a person. A dozen lines are left undecided.
pub(crate) fn demo() -> Posted {
    let folder = tempfile::tempdir().unwrap();
    lettrage(folder.path(), &["init", "--demo", "acme"]);
    let book = folder.path().join("acme");
    let configuration = book.join("lettrage.toml");
    let text = std::fs::read_to_string(&configuration).unwrap();
    assert!(text.contains("[post]\n"));
    if !text.contains("\nsiren") {
        std::fs::write(&configuration, text.replace("[post]\n", "[post]\nsiren = \"732829320\"\n")).unwrap();
    }
    lettrage(&book, &["import", "inbox"]);
    lettrage(&book, &["run"]);
    for arguments in [
        ["settle", "20260605-572d77006a21", "F0408=486.00", "F0404=522.00", "--why", "paying-in slip"],
        ["settle", "20260608-e5c19e05e0be", "2026-0424", "--reason", "bank-fee", "--why=as in May"],
        ["settle", "20260612-543a9a02aeef", "--reason", "on-account", "--why", "advance"],
    ] {
        lettrage(&book, &arguments);
    }
    Posted { _folder: folder, book, month: "2026-06" }
}

/// Half a year of a generated company with four accounts in four currencies; the last month is posted.
pub(crate) fn generated() -> Posted {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    lettrage(at, &["generate", "--payments", "500", "--seed", "7", "--format", "camt053", "--out", "data"]);
    lettrage(at, &["init", "book"]);
    let book = at.join("book");
    lettrage(&book, &["import", "../data/statements", "../data/invoices.csv", "../data/customers.csv"]);
    let known = Book::open(&book).unwrap().facts(None, &Config::default().ledger).unwrap();
    let mut banks: Vec<String> = known.statements.iter().map(|s| s.account.to_string()).collect();
    banks.sort();
    banks.dedup();
    let mut text = String::from("\n[post]\nsiren = \"732829320\"\n");
    for (n, bank) in banks.iter().enumerate() {
        text.push_str(&format!("[[ledger.bank]]\naccount = \"512{}00\"\nbank = \"{bank}\"\n", n + 1));
    }
    append(&book.join("lettrage.toml"), &text);
    lettrage(&book, &["run"]);
    Posted { _folder: folder, book, month: "2025-12" }
}

impl Posted {
    /// Writes a format of the month to a folder, with more arguments; the folder.
    pub(crate) fn post(&self, format: &str, more: &[&str]) -> PathBuf {
        let out = self.book.join(format!("out-{format}{}", more.concat()));
        let fixed = ["post", "--period", self.month, "--format", format, "--write", "--out", out.to_str().unwrap()];
        lettrage(&self.book, &[&fixed[..], more].concat());
        out
    }

    /// Everything that the book has, read by the library: nothing of this comes from what is exported.
    pub(crate) fn facts(&self) -> BookFacts {
        let path = self.book.join("lettrage.toml");
        let config = Config::from_toml(&std::fs::read_to_string(&path).unwrap(), "lettrage.toml").unwrap();
        let facts = Book::open(&self.book).unwrap().facts(None, &config.ledger).unwrap();
        let last = Month::parse(self.month).unwrap();
        assert!(facts.payments.iter().all(|p| Month::of(p.booked) <= last), "the last month of the book is posted");
        facts
    }
}

/// The decision about a payment, where it settles what the payment is.
pub(crate) fn settled(payment: &PaymentFact) -> Option<&DecisionFact> {
    payment.decision.as_ref().filter(|d| d.kind.settles())
}

/// Whether the money of a payment is on the suspense account of a month's journal: nothing is decided, or it is no customer's and nobody
/// said where it goes.
pub(crate) fn is_suspense(payment: &PaymentFact) -> bool {
    settled(payment).is_none_or(|d| d.kind == DecisionKind::Outside && d.account.is_empty())
}

/// What a decision leaves on the customer's account.
pub(crate) fn on_account(decision: &DecisionFact) -> i64 {
    decision.differences.iter().filter(|d| d.kind == DifferenceKind::OnAccount).map(|d| d.minor).sum()
}
