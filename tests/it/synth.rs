//! Generated worlds have the truth that they claim, and scores count what they say.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use lettrage::model::Flag;
use lettrage::synth::{Dataset, Profile, TruthRow, generate};

fn lettrage(args: &[&str]) -> std::process::Output {
    Command::cargo_bin("lettrage").unwrap().args(args).output().unwrap()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// The share of payments, in per cent, of which something is true.
fn share(data: &Dataset, is: impl Fn(&[&TruthRow]) -> bool) -> f64 {
    let mut cases: HashMap<&str, Vec<&TruthRow>> = HashMap::new();
    for row in &data.truth {
        cases.entry(&row.payment_id).or_default().push(row);
    }
    assert_eq!(cases.len(), data.payments.len(), "every payment has its truth");
    100.0 * cases.values().filter(|rows| is(rows)).count() as f64 / cases.len() as f64
}

#[test]
fn the_shares_that_are_promised_hold() {
    for seed in [1, 2, 3] {
        let data = generate(&Profile::new(10_000, seed));
        assert_eq!(data.payments.len(), 10_000);
        let lumps = share(&data, |rows| (2..=40).contains(&rows.len()));
        let stray = share(&data, |rows| rows[0].item_id.is_empty());
        let ties = share(&data, |rows| rows[0].kind == "tie" && rows[0].flags.has(Flag::Ambiguous));
        let typos = share(&data, |rows| rows[0].flags.has(Flag::FuzzyReference));
        assert!(lumps >= 10.0 && stray >= 5.0 && ties >= 3.0 && typos >= 10.0, "{lumps} {stray} {ties} {typos}");
        assert_eq!(share(&data, |rows| rows.len() > 40), 0.0);
        for flag in Flag::ALL {
            let flagged = share(&data, |rows| rows[0].flags.has(flag));
            assert!(flagged >= 1.0, "{} {flagged}", flag.word());
        }
        let silent =
            data.payments.iter().filter(|p| p.remittance.is_empty() && p.structured_references.is_empty()).count();
        assert!(silent >= 1000, "{silent}");
        let items = data.items.len();
        assert!((12_000..15_000).contains(&items), "{items}");
    }
}

#[test]
fn the_traps_that_ledgers_hold_are_there() {
    let data = generate(&Profile::new(10_000, 2));
    let items: HashMap<&str, _> = data.items.iter().map(|item| (&*item.number, item)).collect();
    let of_customer = data.customers.iter().filter(|c| items.contains_key(&c.id[1..])).count();
    assert!(of_customer >= 10, "{of_customer} customer numbers are invoice numbers");
    let dates = items.iter().filter(|(n, i)| **n == i.issue_date.unwrap().format("%Y%m%d").to_string()).count();
    assert!(dates >= 10, "{dates} invoice numbers read as dates");
    let longer = items.keys().filter(|n| items.contains_key(&n[..n.len() - 1])).count();
    assert!(longer >= 10, "{longer} numbers hold another");
    // One amount at several customers, again and again.
    let mut owed: HashMap<i64, HashSet<&str>> = HashMap::new();
    for item in data.items.iter().filter(|i| i.open_minor > 0) {
        owed.entry(item.open_minor).or_default().insert(&item.customer_id);
    }
    let common = owed.values().filter(|customers| customers.len() >= 3).count();
    assert!(common >= 20, "{common} amounts are owed by three customers or more");
    // Credit notes that are taken off without a word.
    let items: HashMap<&str, _> = data.items.iter().map(|item| (&*item.id, item)).collect();
    let payments: HashMap<&str, _> = data.payments.iter().map(|p| (&*p.id, p)).collect();
    let silent = data.truth.iter().filter(|row| row.kind == "credit_note_netted");
    let silent = silent.filter(|row| {
        let item = items[&*row.item_id];
        item.open_minor < 0 && !payments[&*row.payment_id].remittance.contains(&*item.number)
    });
    let silent = silent.count();
    assert!(silent >= 30, "{silent} credit notes are not named");
    // Subscriptions: months that were paid before these statements, of the same amount.
    let subscribed: HashSet<(&str, i64)> = (data.truth.iter().filter(|row| row.kind == "subscription"))
        .map(|row| (&*items[&*row.item_id].customer_id, items[&*row.item_id].amount.minor))
        .collect();
    let before = |s: &&(&str, i64)| {
        let same = |i: &&lettrage::model::OpenItem| i.is_settled() && (&*i.customer_id, i.amount.minor) == **s;
        data.items.iter().filter(same).count() >= 2
    };
    assert!(subscribed.iter().all(|s| before(&s)), "{} subscriptions", subscribed.len());
}

#[test]
fn truth_ties_with_the_ledger() {
    let data = generate(&Profile::new(20_000, 11));
    let items: HashMap<&str, _> = data.items.iter().map(|item| (&*item.id, item)).collect();
    let payments: HashMap<&str, _> = data.payments.iter().map(|payment| (&*payment.id, payment)).collect();
    assert_eq!(items.len(), data.items.len(), "item ids are unique");
    let numbers: HashSet<&str> = data.items.iter().map(|item| &*item.number).collect();
    assert_eq!(numbers.len(), data.items.len(), "numbers are unique");
    let customers: HashSet<&str> = data.customers.iter().map(|customer| &*customer.id).collect();
    assert_eq!(customers.len(), data.customers.len());
    let (mut taken, mut arrived) = (BTreeMap::<&str, i64>::new(), HashMap::<&str, i64>::new());
    for row in data.truth.iter().filter(|row| !row.item_id.is_empty()) {
        let (item, payment) = (items[&*row.item_id], payments[&*row.payment_id]);
        let applied = row.applied.unwrap();
        assert_eq!(applied.currency, payment.amount.currency);
        assert_eq!(applied.currency, item.amount.currency);
        assert!(item.issue_date.unwrap() <= payment.booking_date, "{row:?}");
        assert!(customers.contains(&*item.customer_id));
        *arrived.entry(&row.payment_id).or_default() += applied.minor;
        // What was returned is open again, and paid once more.
        if row.kind != "repaid" {
            *taken.entry(&row.item_id).or_default() += applied.minor;
        }
    }
    for (id, applied) in taken {
        let open = items[id].open_minor;
        assert!(applied.signum() == open.signum() && applied.abs() <= open.abs(), "{id}: {applied} of {open}");
    }
    for row in &data.truth {
        let Some(&applied) = arrived.get(&*row.payment_id) else { continue };
        let amount = payments[&*row.payment_id].amount.minor;
        match row.kind {
            "overpaid" => assert!(amount > applied, "{row:?}"),
            "discount_taken" => assert!(amount < applied, "{row:?}"),
            _ => assert_eq!(amount, applied, "{row:?}"),
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_bytes_and_another_seed_others() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, seed: &str| {
        let out = folder.path().join(name);
        assert!(lettrage(&["generate", "--payments", "700", "--seed", seed, "--out", &text(&out)]).status.success());
        ["payments.csv", "invoices.csv", "customers.csv", "truth.csv"]
            .map(|file| fs::read_to_string(out.join(file)).unwrap())
    };
    let first = make("a", "5");
    assert_eq!(first, make("b", "5"));
    assert_ne!(first, make("c", "6"));
    assert_eq!(first[0].lines().count(), 701);
    let days: Vec<&str> = first[0].lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    assert!(days.is_sorted(), "payments stand in the order of time");
}

#[test]
fn a_tiny_world_has_exactly_so_many_payments() {
    for payments in 1..30 {
        let data = generate(&Profile::new(payments, payments * 31));
        assert_eq!(data.payments.len() as u64, payments);
    }
}

#[test]
fn statements_hold_the_same_payments_and_their_balances_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    let made = lettrage(&["generate", "--payments", "400", "--seed", "9", "--format", "camt053", "--out", &text(out)]);
    assert!(made.status.success());
    let data = generate(&Profile::new(400, 9));
    let mut references = HashSet::new();
    for file in fs::read_dir(out.join("statements")).unwrap() {
        let xml = fs::read_to_string(file.unwrap().path()).unwrap();
        let mut closing = None;
        for statement in xml.split("<Stmt>").skip(1) {
            let amounts: Vec<i64> = statement.split("<Amt Ccy=").skip(1).map(signed).collect();
            // Two balances, then each amount twice: of the entry, and of its transaction.
            let entries: i64 = amounts[2..].iter().step_by(2).sum();
            assert_eq!(amounts[0] + entries, amounts[1]);
            assert!(closing.is_none_or(|closing| closing == amounts[0]), "a statement follows the one before");
            closing = Some(amounts[1]);
            references.extend(
                statement.split("</BookgDt>").skip(1).map(|entry| between(entry, "<AcctSvcrRef>", "<").to_owned()),
            );
        }
    }
    let ids: HashSet<String> = data.payments.iter().map(|payment| payment.id.to_string()).collect();
    assert_eq!(references, ids);
    assert_eq!(fs::read_to_string(out.join("positions.csv")).unwrap().lines().count(), 401);
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split(before).nth(1).unwrap().split(after).next().unwrap()
}

/// Cents, from what follows `<Amt Ccy=`.
fn signed(text: &str) -> i64 {
    let cents: i64 = between(text, ">", "<").replace('.', "").parse().unwrap();
    if between(text, "<CdtDbtInd>", "<") == "DBIT" { -cents } else { cents }
}

/// A run folder that says exactly what truth says.
fn perfect_run(truth: &[(String, String, String, String)], run: &Path) {
    let mut applications =
        String::from("payment_id,item_id,item_number,customer_id,applied,currency,decision,probability,weight\n");
    let mut payments = String::from(PAYMENTS);
    let mut seen = HashSet::new();
    for (payment, item, applied, flags) in truth {
        if seen.insert(payment.clone()) {
            let _ = writeln!(payments, "{payment},s.csv,line 1,,,1,EUR,,,,auto,,{flags},,,,0.999900,1.0,complete,");
        }
        if !item.is_empty() {
            let applied = if applied.is_empty() { "1.00" } else { applied };
            let _ = writeln!(applications, "{payment},{item},,,{applied},EUR,auto,0.999900,+9.000");
        }
    }
    fs::create_dir_all(run).unwrap();
    fs::write(run.join("applications.csv"), applications).unwrap();
    fs::write(run.join("payments.csv"), payments).unwrap();
}

const PAYMENTS: &str = "payment_id,source,position,booking_date,value_date,amount,currency,payer_name,payer_iban,remittance,bucket,reason,flags,\
customer_id,applied,differences,probability,margin,search,returns_payment_id\n";

fn json(args: &[&str]) -> serde_json::Value {
    let output = lettrage(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn read_truth(path: &Path) -> Vec<(String, String, String, String)> {
    let field = |row: &csv::StringRecord, n: usize| row[n].to_owned();
    let mut rows = csv::Reader::from_path(path).unwrap();
    rows.records()
        .map(Result::unwrap)
        .map(|row| (field(&row, 0), field(&row, 1), field(&row, 2), field(&row, 4)))
        .collect()
}

#[test]
fn a_run_that_repeats_truth_scores_one_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("world");
    assert!(lettrage(&["generate", "--payments", "2000", "--seed", "4", "--out", &text(&out)]).status.success());
    let run = folder.path().join("run");
    perfect_run(&read_truth(&out.join("truth.csv")), &run);
    let truth = text(&out.join("truth.csv"));
    let args = ["score", "--truth", &truth, "--run", &text(&run), "--invoices", &text(&out.join("invoices.csv"))];
    let score = json(&[&args[..], &["-O", "json"]].concat());
    assert_eq!(score["schema"], "lettrage.score/1");
    for measure in ["precision", "coverage", "proposal"] {
        assert_eq!(score["all"][measure]["rate"], 1.0, "{measure}");
    }
    assert_eq!(score["all"]["false_matches"]["rate"], 0.0);
    for flag in score["flags"].as_array().unwrap() {
        assert_eq!((&flag["recall"]["rate"], &flag["precision"]["rate"]), (&1.0.into(), &1.0.into()), "{flag}");
    }
    assert!(score["interchangeable"].as_u64().unwrap() > 20);
    let table = String::from_utf8(lettrage(&args).stdout).unwrap();
    assert!(table.contains("automatic precision        1.0000"), "{table}");
}

#[test]
fn a_run_by_hand_is_counted_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("truth.csv"), "payment_id,item_id,applied,kind,flags\np1,A,10.00,single,\np2,B,5.00,partial,partial\np3,,,stranger,\np4,D,,single,\n").unwrap();
    fs::write(path("invoices.csv"), INVOICES).unwrap();
    fs::write(
        path("run.json"),
        format!(
            r#"{{"schema":"lettrage.run/1","inputs":[{{"path":{:?},"role":"invoices"}}],"payments":[]}}"#,
            text(&path("invoices.csv"))
        ),
    )
    .unwrap();
    fs::write(
        path("applications.csv"),
        "payment_id,item_id,item_number,customer_id,applied,currency,decision,probability,weight\n\
         p1,A2,,,10.0,EUR,auto,0.99,1\np2,B,,,6.00,EUR,auto,0.9,1\np3,C,,,7,EUR,auto,0.9,1\np4,D,,,1,EUR,review,0.6,1\n",
    )
    .unwrap();
    let rows = [
        "p1,s,1,,,1,EUR,,,,auto,,,,,,0.990000,,complete,",
        "p2,s,2,,,1,EUR,,,,auto,,partial|overpaid,,,,0.900000,,complete,",
    ];
    let more = ["p3,s,3,,,1,EUR,,,,auto,,,,,,0.900000,,complete,", "p4,s,4,,,1,EUR,,,,review,,,,,,0.600000,,complete,"];
    fs::write(path("payments.csv"), format!("{PAYMENTS}{}\n{}\n", rows.join("\n"), more.join("\n"))).unwrap();
    let score = json(&["score", "--truth", &text(&path("truth.csv")), "--run", &text(folder.path()), "-O", "json"]);
    let counts = |measure: &str| {
        (score["all"][measure]["hits"].as_u64().unwrap(), score["all"][measure]["of"].as_u64().unwrap())
    };
    assert_eq!(counts("precision"), (1, 3), "A2 stands for A; 6.00 is not 5.00; p3 has no item");
    assert_eq!(counts("coverage"), (1, 3));
    assert_eq!(counts("proposal"), (2, 4));
    assert_eq!(counts("false_matches"), (1, 1));
    assert_eq!(score["wrong_amounts"]["EUR"], "13.00");
}

const INVOICES: &str = "item_id,number,customer_id,due_date,open_amount,currency,type,terms\n\
A,1,c,2025-01-01,10.00,EUR,invoice,net 30\nA2,2,c,2025-01-01,10.0,EUR,invoice,net 30\nA3,3,c,2025-01-01,10.00,EUR,invoice,net 60\n";

#[test]
fn what_cannot_be_scored_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let truth = folder.path().join("truth.csv");
    for (content, code, place) in [
        ("payment_id,item_id,applied,kind\n", "E0611", "truth.csv:1:1"),
        ("payment_id,item_id,applied,kind,flags\np,A,12..3,k,\n", "E0613", "truth.csv:2:1"),
        ("payment_id,item_id,applied,kind,flags\np,A,1,k,\np,A,1,k,shiny\n", "E0613", "truth.csv:3:1"),
        ("payment_id,item_id,applied,kind,flags\np,A\n", "E0612", "truth.csv:2:1"),
    ] {
        fs::write(&truth, content).unwrap();
        let output = lettrage(&["score", "--truth", &text(&truth), "--run", &text(folder.path())]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(code) && said.contains(place), "{said}");
    }
}

/// Data of another maker, when it is at hand.
fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("LETTRAGE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn truth_of_another_maker_is_scored_by_links_alone() {
    let Some(truth) = shared("truth/payments-to-invoices/truth.csv") else { return };
    let folder = tempfile::tempdir().unwrap();
    perfect_run(&read_truth(&truth), folder.path());
    let score = json(&["score", "--truth", &text(&truth), "--run", &text(folder.path()), "-O", "json"]);
    assert_eq!((&score["all"]["payments"], &score["all"]["right"]), (&12_262.into(), &17_789.into()));
    assert_eq!(score["all"]["coverage"]["rate"], 1.0);
}
