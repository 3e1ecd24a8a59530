//! What a run learns of its own data: habits of paying, and the probabilities behind the weights. On little or odd data nothing
//! may drift, and what a run wrote must give the same run again.

use lettrage::config::Weights;
use lettrage::model::{Bucket, Flag};
use lettrage::synth::{Profile, generate};

use super::books::{Books, NAMES, Run};

/// A customer of the tests' own, beside the usual ones.
const STEADY: &str = "Zwingli Sutter";

fn usual_and(customer: &str) -> Books {
    let mut books = Books::usual();
    books.customer("C90", &format!("{customer} SARL"));
    books
}

/// Payments that were applied automatically, with what they were applied to.
fn automatic<'a>(run: &'a Run<'_>) -> Vec<(&'a str, Vec<(&'a str, i64)>)> {
    (run.books.payments.iter().zip(&run.reconciliation.verdicts))
        .filter(|(_, v)| v.bucket == Bucket::Auto)
        .map(|(p, v)| (&*p.id, v.chosen.iter().flat_map(|c| run.applied(c)).collect()))
        .collect()
}

#[test]
fn a_subscription_is_told_by_its_sequence() {
    let mut books = usual_and(STEADY);
    for month in 0..5 {
        books.item(&format!("2026-9{month:03}"), "C90", 48_037, 40 + 30 * month);
    }
    // The last invoice is not paid yet, and nothing was ever cited.
    for month in 0..4 {
        books.pay(&format!("M{month}"), 48_037, 43 + 30 * month + month % 2, STEADY, "");
    }
    let run = books.run();
    for month in 0..4 {
        let (payment, item) = (format!("M{month}"), format!("2026-9{month:03}"));
        assert_eq!(run.says(&payment).3, [(&*item, 48_037)], "{payment}");
        // In so small a ledger the last one is left to a person: it could be early for the invoice that is still open.
        assert!(month == 3 || run.verdict(&payment).bucket == Bucket::Auto, "{:?}", run.verdict(&payment));
    }
}

#[test]
fn a_payment_between_two_months_is_for_a_person() {
    let mut books = usual_and(STEADY);
    books.item("2026-9001", "C90", 48_037, 60);
    books.item("2026-9002", "C90", 48_037, 90);
    books.pay("M", 48_037, 79, STEADY, "");
    assert_ne!(books.run().verdict("M").bucket, Bucket::Auto);
}

#[test]
fn a_day_or_two_is_a_tie_however_steady_the_payer() {
    for apart in 1..=2 {
        let mut books = usual_and(STEADY);
        for n in 0..12 {
            books.item(&format!("2026-8{n:03}"), "C90", 70_037 + n as i64, 20 + 8 * n);
            books.pay(&format!("S{n}"), 70_037 + n as i64, 23 + 8 * n, STEADY, &format!("2026-8{n:03}"));
        }
        books.item("2026-9001", "C90", 48_037, 60).terms = "net 30".into();
        books.item("2026-9002", "C90", 48_037, 60 + apart).terms = "net 30 eom".into();
        books.pay("T", 48_037, 63, STEADY, "");
        let run = books.run();
        let verdict = run.verdict("T");
        assert_eq!(verdict.bucket, Bucket::Review);
        assert!(verdict.flags.has(Flag::Ambiguous), "{apart}: {verdict:?}");
    }
}

#[test]
fn what_a_run_wrote_gives_the_same_run_again() {
    let data = generate(&Profile::new(1500, 4));
    let mut books = Books { payments: data.payments, items: data.items, customers: data.customers, ..Books::default() };
    let first = books.run().reconciliation;
    assert!(first.frequencies.estimated.len() > 10, "there is enough to estimate");
    let used = Weights::default().used(first.frequencies.clone());
    books.weights = Weights::from_json(&serde_json::to_string(&used).unwrap(), "run.json").unwrap();
    assert_eq!(used, books.weights);
    let again = books.run().reconciliation;
    assert_eq!((&first.verdicts, &first.items), (&again.verdicts, &again.items));
    assert_eq!(used, books.weights.clone().used(again.frequencies));
    // Frozen weights are not estimated anew, whatever comes.
    books.payments.truncate(700);
    assert_eq!(used, books.weights.clone().used(books.run().reconciliation.frequencies));
}

#[test]
fn without_estimates_the_assumed_weights_stand() {
    let mut books = Books::usual();
    books.policy.estimate = false;
    assert!(books.run().reconciliation.frequencies.estimated.is_empty());
}

/// Books of so many payments, and what is odd about them.
fn odd() -> Vec<(&'static str, Books)> {
    let mut one = Books::default();
    one.customer("C00", NAMES[0]);
    one.item("2026-0001", "C00", 10_037, 40);
    one.pay("P", 10_037, 41, NAMES[0], "2026-0001");
    let mut no_item = Books::usual();
    no_item.payments.clear();
    for n in 0..50 {
        no_item.pay(&format!("N{n}"), 555_501 + n * 7, 60, STEADY, "merci");
    }
    let mut identical = Books::usual();
    for n in 0..600 {
        identical.pay(&format!("I{n:03}"), 10_037, 70, NAMES[0], "2026-0101");
    }
    let mut nothing_matches = Books::usual();
    nothing_matches.payments.clear();
    for n in 0..600u64 {
        nothing_matches.pay(
            &format!("X{n:03}"),
            555_501 + 7 * n as i64,
            40 + n % 90,
            NAMES[n as usize % 20],
            "acompte",
        );
    }
    let mut nothing_cited = Books::default();
    for (n, name) in (0..).zip(NAMES) {
        nothing_cited.customer(&format!("C{n:02}"), &format!("{name} SARL"));
    }
    for n in 0..600u64 {
        let (customer, amount) = ((n % 20) as usize, 10_037 + 100 * (n as i64 * 7919 % 8999));
        nothing_cited.item(&format!("2026-{:04}", 1000 + n), &format!("C{customer:02}"), amount, 40 + n % 90);
        nothing_cited.pay(&format!("2026-{:04}", 1000 + n), amount, 45 + n % 90, NAMES[customer], "");
    }
    vec![
        ("one payment", one),
        ("payments for none of the items", no_item),
        ("identical payments", identical),
        ("a ledger where nothing matches", nothing_matches),
        ("payments that cite nothing", nothing_cited),
    ]
}

#[test]
fn estimates_do_not_drift_on_little_or_odd_data() {
    for (what, books) in odd() {
        let mut assumed = books.clone();
        assumed.policy.estimate = false;
        let (run, before) = (books.run(), assumed.run());
        let estimated = &run.reconciliation.frequencies.estimated;
        let mut given = Weights::default();
        for (name, place) in given.estimable() {
            for p in estimated.get(name).into_iter().flatten() {
                assert!(*p <= 1.0 && *p > *place / 8.1 && *p < *place * 8.1, "{what}: {name} {place} -> {p}");
            }
        }
        assert!(Weights::default().take(estimated).is_ok(), "{what}");
        // Nothing becomes automatic by it, but what is right: there a payment bears the number of its invoice.
        let known = automatic(&before);
        for (payment, applied) in automatic(&run) {
            let right = applied.iter().map(|a| a.0).eq([payment]);
            assert!(right || known.contains(&(payment, applied.clone())), "{what}: {payment} {applied:?}");
        }
    }
}
