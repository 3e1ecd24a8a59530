//! Quality must not fall silently: floors a little under what is measured today, on generated payments and on published ones.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use lettrage::model::{Bucket, OpenItem};
use lettrage::synth::measure::{Measure, Ratio, Score};
use lettrage::synth::{Profile, generate};
use rust_decimal::Decimal;
use serde_json::Value;

use super::books::Books;

fn decimal(minor: i64, decimals: u32) -> Decimal {
    Decimal::new(minor, decimals)
}

/// Items of which any is right.
fn class(item: &OpenItem) -> String {
    let (currency, kind) = (item.amount.currency, item.kind.word());
    format!("{}|{}|{currency}|{kind}|{:?}|{}", item.customer_id, item.open_minor, item.due_date, item.terms)
}

/// Runs the matcher on a generated world and holds it against the truth.
fn score(payments: u64, seed: u64) -> Score {
    let data = generate(&Profile::new(payments, seed));
    let mut measure = Measure::default();
    for row in &data.truth {
        let applied = row.applied.map(|m| decimal(m.minor, m.currency.decimals()));
        measure.truth(&row.payment_id, &row.item_id, applied, row.kind, row.flags);
    }
    for item in data.items.iter().filter(|i| i.open_minor != 0) {
        measure.class(&item.id, &class(item));
    }
    let books = Books { payments: data.payments, items: data.items, customers: data.customers, ..Books::default() };
    let run = books.run();
    for (payment, verdict) in books.payments.iter().zip(&run.reconciliation.verdicts) {
        let probability = verdict.chosen.as_ref().map(|_| verdict.probability.fraction());
        measure.payment(&payment.id, verdict.flags, probability);
        // What a return takes back is listed with its receipt.
        let chosen = verdict.chosen.iter().filter(|_| verdict.returns.is_none());
        for a in chosen.flat_map(|c| &c.applications) {
            let currency = payment.amount.currency;
            let applied = decimal(a.applied, currency.decimals());
            let automatic = verdict.bucket == Bucket::Auto;
            measure.application(&payment.id, &books.items[a.item as usize].id, applied, currency.code(), automatic);
        }
    }
    measure.score()
}

fn rate(ratio: Ratio) -> f64 {
    ratio.rate().unwrap_or(0.0)
}

#[test]
fn generated_payments_are_matched_as_well_as_before() {
    // What each must at least reach: precision, coverage, proposals. Measured values stand in the message of a failure.
    let floors = [(1, 0.999, 0.94, 0.95), (2, 0.999, 0.93, 0.955), (3, 0.999, 0.95, 0.955)];
    for (seed, precision, coverage, proposal) in floors {
        let all = score(2_000, seed).all;
        let measured = format!(
            "seed {seed}: precision {:.4}, coverage {:.4}, proposals {:.4}, false matches {:.4}",
            rate(all.precision),
            rate(all.coverage),
            rate(all.proposal),
            rate(all.false_matches)
        );
        println!("{measured}");
        assert!(rate(all.precision) >= precision, "{measured}");
        assert!(rate(all.coverage) >= coverage, "{measured}");
        assert!(rate(all.proposal) >= proposal, "{measured}");
    }
}

/// Published payments with known invoices; they are not part of this project.
fn truth() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("LETTRAGE_SHARED").map_or(beside, PathBuf::from);
    Some(shared.join("truth/payments-to-invoices")).filter(|folder| folder.is_dir())
}

#[test]
fn published_payments_are_matched_as_well_as_before() {
    let Some(truth) = truth() else {
        eprintln!("SKIPPED: the published payments are not on this machine (LETTRAGE_SHARED)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let lettrage = || Command::cargo_bin("lettrage").unwrap();
    let invoices = truth.join("invoices.csv");
    lettrage()
        .arg("match")
        .arg(truth.join("payments.csv"))
        .arg("--invoices")
        .arg(&invoices)
        .arg("--out")
        .arg(&out)
        .assert()
        .success();
    let mut command = lettrage();
    command.arg("score").arg("--truth").arg(truth.join("truth.csv")).arg("--run").arg(&out).args(["-O", "json"]);
    let stdout = command.assert().success().get_output().stdout.clone();
    let score: Value = serde_json::from_slice(&stdout).unwrap();
    let names = ["precision", "coverage", "proposal"];
    let rates: HashMap<&str, f64> = names.into_iter().map(|n| (n, json_rate(&score["all"][n]))).collect();
    println!("published payments: {rates:?}");
    for (name, floor) in [("precision", 0.999), ("coverage", 0.98), ("proposal", 0.99)] {
        assert!(rates[name] >= floor, "{name} is {}, {floor} is the floor: {rates:?}", rates[name]);
    }
}

fn json_rate(ratio: &Value) -> f64 {
    ratio["rate"].as_f64().unwrap_or_else(|| panic!("no rate: {ratio}"))
}
