//! The demo, run with and without the customer master file, against what an accountant expects of it payment by payment.
//!
//! `fixtures/demo/decisions.golden.csv` is what the program decides today, for a person to read; `LETTRAGE_BLESS=1` rewrites it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

type Row = BTreeMap<String, String>;

/// The demo's two accounts, one in each statement.
const BNP: &str = "FR7630004999990001014357207";
const SG: &str = "FR7630003999990002007781050";

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo")
}

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    reader.deserialize().map(|row| row.unwrap_or_else(|e| panic!("{}: {e}", path.display()))).collect()
}

/// One payment as decided, or as expected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Decided {
    key: Key,
    bucket: String,
    reason: String,
    flags: String,
    /// Applications, automatic or proposed, sorted.
    items: Vec<String>,
    /// It returns an earlier receipt: what that had applied is taken back, and listed there only.
    returns: bool,
}

/// What a payment is recognised by in both files: account, date, amount, and the payer in letters alone.
type Key = (String, String, String, String);

fn key(account: &str, date: &str, amount: &str, payer: &str) -> Key {
    let letters = payer.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    (account.to_owned(), date.to_owned(), amount.to_owned(), letters)
}

/// Runs `match` on the demo.
fn run(customers: bool) -> Vec<Decided> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut command = Command::cargo_bin("lettrage").unwrap();
    command.arg("match").arg(demo().join("statements")).arg("--invoices").arg(demo().join("invoices.csv"));
    if customers {
        command.arg("--customers").arg(demo().join("customers.csv"));
    }
    command.arg("--out").arg(&out).arg("--strict").assert().success();
    let mut items: HashMap<String, Vec<String>> = HashMap::new();
    for row in rows(&out.join("applications.csv")) {
        let (id, applied) = (&row["item_id"], &row["applied"]);
        if !id.is_empty() {
            items.entry(row["payment_id"].clone()).or_default().push(format!("{id}:{applied}"));
        }
    }
    let mut decided: Vec<Decided> = rows(&out.join("payments.csv"))
        .into_iter()
        .map(|row| {
            let mut items = items.remove(&row["payment_id"]).unwrap_or_default();
            items.sort();
            let account = if row["source"].contains("BNP") { BNP } else { SG };
            Decided {
                key: key(account, &row["booking_date"], &row["amount"], &row["payer_name"]),
                bucket: row["bucket"].clone(),
                reason: row["reason"].clone(),
                flags: row["flags"].clone(),
                items,
                returns: !row["returns_payment_id"].is_empty(),
            }
        })
        .collect();
    decided.sort();
    decided
}

/// Of several equally good answers, all.
fn answers(items: &str) -> Vec<Vec<String>> {
    items
        .split(" or ")
        .map(|answer| {
            let mut parts: Vec<String> = answer.split('|').filter(|p| !p.is_empty()).map(str::to_owned).collect();
            parts.sort();
            parts
        })
        .collect()
}

fn flags(text: &str) -> BTreeSet<&str> {
    text.split('|').filter(|f| !f.is_empty()).collect()
}

/// Expected rows with what was decided about each, in the order of the expectation.
fn pairs(decided: &[Decided]) -> Vec<(Row, Decided)> {
    let mut left: Vec<&Decided> = decided.iter().collect();
    rows(&demo().join("expected.csv"))
        .into_iter()
        .map(|row| {
            let wanted = key(&row["account"], &row["booking_date"], &row["amount"], &row["payer_name"]);
            // Names are written differently in places: account, date and amount are enough where they are unique.
            let at = (left.iter().position(|d| d.key == wanted)).or_else(|| {
                left.iter().position(|d| (&d.key.0, &d.key.1, &d.key.2) == (&wanted.0, &wanted.1, &wanted.2))
            });
            let at = at.unwrap_or_else(|| panic!("no payment {}", row["payment_key"]));
            (row, left.remove(at).clone())
        })
        .collect()
}

/// Compares with the expectation: how many decisions are met wholly, and what is different, in words.
fn compare(pairs: &[(Row, Decided)]) -> (usize, String) {
    let (mut met, mut text) = (0, String::new());
    for (row, decided) in pairs {
        let good_items = answers(&row["items"]).contains(&decided.items)
            || decided.returns
            // What is proposed beside an expectation of nothing is a person's business, what is applied is not.
            || (row["items"].is_empty() && decided.bucket != "auto");
        if row["bucket"] == decided.bucket && flags(&row["flags"]) == flags(&decided.flags) && good_items {
            met += 1;
        } else {
            let _ = writeln!(
                text,
                "  {}: expected {} [{}] {}\n    got {} {} [{}] {}",
                row["payment_key"],
                row["bucket"],
                row["flags"],
                row["items"],
                decided.bucket,
                decided.reason,
                decided.flags,
                decided.items.join("|")
            );
        }
    }
    (met, text)
}

/// No automatic application may contradict the accountant.
fn check_automatic(pairs: &[(Row, Decided)]) {
    for (row, decided) in pairs.iter().filter(|(_, d)| d.bucket == "auto" && !d.returns) {
        let key = &row["payment_key"];
        let right = answers(&row["items"]);
        assert!(!right[0].is_empty(), "{key}: {:?} applied, and nothing is expected", decided.items);
        assert!(right.contains(&decided.items), "{key}: {:?} applied, {right:?} expected", decided.items);
    }
}

/// Decisions met today. Raise them when more are met; a fall needs a reason.
const FLOOR: usize = 53;
const FLOOR_WITHOUT_CUSTOMERS: usize = 50;

#[test]
fn decisions_are_those_of_an_accountant() {
    for (customers, floor) in [(true, FLOOR), (false, FLOOR_WITHOUT_CUSTOMERS)] {
        let decided = run(customers);
        let pairs = pairs(&decided);
        assert_eq!(pairs.len(), decided.len(), "every payment is expected");
        let (met, text) = compare(&pairs);
        println!("customers {customers}: {met} of {} decisions are met; the others:\n{text}", pairs.len());
        if customers {
            check_automatic(&pairs);
        }
        assert!(met >= floor, "{met} decisions are met, {floor} were\n{text}");
    }
}

#[test]
fn the_golden_decisions_are_those_of_today() {
    let mut text = String::from("booking_date,amount,payer,bucket,reason,flags,items\n");
    let mut decided = run(true);
    decided.sort_by(|a, b| (&a.key.1, &a.key.2, &a.key.3).cmp(&(&b.key.1, &b.key.2, &b.key.3)));
    for d in &decided {
        let (_, date, amount, payer) = &d.key;
        let _ = writeln!(text, "{date},{amount},{payer},{},{},{},{}", d.bucket, d.reason, d.flags, d.items.join("|"));
    }
    let path = demo().join("decisions.golden.csv");
    if std::env::var_os("LETTRAGE_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let differ: Vec<String> = (golden.lines().filter(|l| !text.lines().any(|t| t == *l)).map(|l| format!("- {l}")))
        .chain(text.lines().filter(|l| !golden.lines().any(|g| g == *l)).map(|l| format!("+ {l}")))
        .collect();
    assert!(
        golden == text,
        "decisions changed; LETTRAGE_BLESS=1 writes them, if they are right:\n{}",
        differ.join("\n")
    );
}
