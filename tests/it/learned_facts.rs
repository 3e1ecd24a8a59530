//! Facts from decisions, by hand and in any order.

use std::collections::HashSet;

use chrono::NaiveDate;
use lettrage::learn::facts::{Folding, facts, merge};
use lettrage::model::learned::{
    Fact, FactBy, FactKey, FactSource, FactState, TaughtCustomer, TaughtFee, Teaching, Teachings,
};
use lettrage::model::{Author, Currency, Customer};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn folding() -> Folding {
    Folding { account: |text| text.replace(' ', ""), name: |text| text.to_uppercase() }
}

/// Who decided, as the number of the operation tells it: odd ones are of a person.
fn source(n: u32) -> FactSource {
    let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap() + chrono::Days::new(u64::from(n));
    let (author, by) = if n % 2 == 1 { (Author::Person, "amc") } else { (Author::Engine, "run") };
    FactSource { day, payment: format!("P{n}").into(), op: u64::from(n), author, by: by.into() }
}

fn paid(n: u32, account: &str, name: &str, customers: &[u32]) -> Teaching {
    Teaching { source: source(n), account: account.into(), name: name.into(), customers: customers.to_vec() }
}

/// Customers C0 to C19: C0 is "Alpha Bois" with the account FR0, C1 "Beta Vins" and so on without one.
fn world(receipts: Vec<Teaching>) -> Teachings {
    let names = ["Alpha Bois", "Beta Vins", "Gamma Toiture", "Delta Metal"];
    let customer = |n: usize| TaughtCustomer {
        id: format!("C{n}").into(),
        names: names.get(n).map(|name| Box::from(*name)).into_iter().collect(),
        ibans: if n == 0 { vec!["FR000000".into()] } else { Vec::new() },
    };
    Teachings { receipts, customers: (0..20).map(customer).collect(), ..Teachings::default() }
}

fn told(teachings: &Teachings) -> Vec<String> {
    let all = facts(teachings, &[], folding());
    let line = |f: &Fact| {
        let why = if f.why.is_empty() { String::new() } else { format!(": {}", f.why) };
        format!("{} {} {} {} {}{why}", f.kind.word(), f.key.key, f.key.customer, f.state.word(), f.sources.len())
    };
    all.iter().map(line).collect()
}

#[test]
fn what_a_person_decided_is_confirmed_and_what_the_matcher_decided_is_seen() {
    let seen = world(vec![paid(2, "FR 900000", "Omega Finance", &[1])]);
    assert_eq!(told(&seen), ["iban FR900000 C1 seen 1", "name OMEGA FINANCE C1 seen 1"]);
    let confirmed =
        world(vec![paid(2, "FR 900000", "Omega Finance", &[1]), paid(3, "FR900000", "Omega Finance", &[1])]);
    assert_eq!(told(&confirmed), ["iban FR900000 C1 confirmed 2", "name OMEGA FINANCE C1 confirmed 2"]);
}

#[test]
fn what_the_master_file_has_is_no_news() {
    let own = paid(1, "FR000000", "Alpha Bois", &[0]);
    let printed = paid(3, "FR000000", "Bois Alp", &[0]);
    assert!(told(&world(vec![own, printed])).is_empty());
    let master = Customer { id: "C1".into(), ibans: Box::from([Box::from("FR 900000")]), ..Customer::default() };
    let teachings = world(vec![paid(1, "FR900000", "Beta Vins", &[1])]);
    assert_eq!(told(&teachings), ["iban FR900000 C1 confirmed 1"]);
    assert!(facts(&teachings, &[master], folding()).is_empty());
}

#[test]
fn an_account_that_pays_for_several_is_a_third_party_and_a_name_is_none() {
    let pool = world(vec![paid(1, "FR900000", "Omega Finance", &[1]), paid(3, "FR900000", "Omega Finance", &[2])]);
    assert_eq!(
        told(&pool),
        [
            "third_party FR900000 C1 confirmed 1",
            "third_party OMEGA FINANCE C1 doubtful 1: the name also paid for C2",
            "third_party FR900000 C2 confirmed 1",
            "third_party OMEGA FINANCE C2 doubtful 1: the name also paid for C1",
        ]
    );
    let many = (0..=8).map(|n| paid(2 * n + 1, "FR900000", "", &[n + 2])).collect();
    assert!(told(&world(many)).iter().all(|line| line.ends_with("doubtful 1: the account pays for 9 customers")));
}

#[test]
fn a_customer_who_pays_for_another_keeps_account_and_name() {
    let by_account = world(vec![paid(1, "FR000000", "Somebody Else", &[1])]);
    assert_eq!(told(&by_account), ["third_party C0 C1 confirmed 1"]);
    let by_name = world(vec![paid(1, "FR700000", "Alpha Bois", &[1])]);
    assert_eq!(told(&by_name), ["third_party C0 C1 confirmed 1"]);
    let known = Customer { id: "C0".into(), pays_for: Box::from([Box::from("C1")]), ..Customer::default() };
    assert!(facts(&by_account, &[known], folding()).is_empty());
    let group = |id: &str| Customer { id: id.into(), group: "G".into(), ..Customer::default() };
    assert!(facts(&by_account, &[group("C0"), group("C1")], folding()).is_empty());
}

#[test]
fn what_stands_for_no_account_is_none() {
    assert!(told(&world(vec![paid(1, "NOTPROVIDED", "", &[1]), paid(3, "12345", "", &[2])])).is_empty());
}

#[test]
fn a_single_word_is_nobodys_name() {
    let one = world(vec![paid(1, "", "Omega", &[1])]);
    assert_eq!(told(&one), ["name OMEGA C1 doubtful 1: a single word may be anybody's name"]);
}

#[test]
fn a_fee_is_usual_when_people_decided_so_twice() {
    let fee = |n, minor| TaughtFee { source: source(n), customer: 1, minor, currency: Currency::EUR };
    let fees = |fees: Vec<TaughtFee>| told(&Teachings { fees, ..world(Vec::new()) });
    let once = "once is not usual: 2 decisions are needed";
    assert_eq!(fees(vec![fee(1, 1500)]), [format!("fee 15.00 EUR C1 doubtful 1: {once}")]);
    assert_eq!(fees(vec![fee(1, 1500), fee(2, 1500)]), [format!("fee 15.00 EUR C1 doubtful 2: {once}")]);
    assert_eq!(fees(vec![fee(1, 1500), fee(3, 1500)]), ["fee 15.00 EUR C1 confirmed 2"]);
    let mut two = vec![fee(1, 1500), fee(3, 1500), fee(5, 1000), fee(7, 1000)];
    assert!(fees(two.clone()).iter().all(|line| line.ends_with("doubtful 2: another fee is as usual")));
    two.push(fee(9, 1000));
    assert_eq!(fees(two), ["fee 10.00 EUR C1 confirmed 3", "fee 15.00 EUR C1 doubtful 2: another fee is as usual"]);
    let master = Customer { id: "C1".into(), usual_fee: Some(Decimal::ONE), ..Customer::default() };
    let taught = Teachings { fees: vec![fee(1, 1500), fee(3, 1500)], ..world(Vec::new()) };
    assert!(facts(&taught, &[master], folding()).is_empty());
}

#[test]
fn what_is_in_use_is_merged_once() {
    let receipts = vec![
        paid(1, "FR900000", "Omega Finance", &[1]),
        paid(3, "FR000000", "Alpha Bois", &[2]),
        paid(2, "FR800000", "", &[3]),
    ];
    let fee = |n| TaughtFee { source: source(n), customer: 3, minor: 1500, currency: Currency::EUR };
    let all = facts(&Teachings { fees: vec![fee(1), fee(5)], ..world(receipts) }, &[], folding());
    let mut customers =
        vec![Customer { id: "C1".into(), ibans: Box::from([Box::from("FR500000")]), ..Customer::default() }];
    merge(&all, &mut customers);
    let once = customers.clone();
    merge(&all, &mut customers);
    assert_eq!(customers, once);
    let of = |id: &str| customers.iter().find(|c| &*c.id == id).unwrap();
    assert_eq!(
        (&*of("C1").ibans, &*of("C1").other_names),
        (&["FR500000".into(), "FR900000".into()][..], &["Omega Finance".into()][..])
    );
    assert_eq!((&*of("C0").pays_for, &*of("C0").name), (&["C2".into()][..], "Alpha Bois"));
    assert_eq!(
        (of("C3").usual_fee, of("C3").ibans.len()),
        (Some(Decimal::new(1500, 2)), 0),
        "what is seen is not merged"
    );
}

#[test]
fn what_is_forgotten_stays_listed_and_is_not_used() {
    let mut teachings = world(vec![paid(1, "FR900000", "Omega Finance", &[1])]);
    let key = |by, key: &str| FactKey { by, key: key.into(), customer: "C1".into() };
    teachings.forgotten = vec![key(FactBy::Account, "FR900000"), key(FactBy::Account, "GONE")];
    assert_eq!(
        told(&teachings),
        ["iban FR900000 C1 forgotten 1", "iban GONE C1 forgotten 0", "name OMEGA FINANCE C1 confirmed 1"]
    );
    let mut customers = Vec::new();
    merge(&facts(&teachings, &[], folding()), &mut customers);
    assert!(customers.iter().all(|c| c.ibans.is_empty()));
    // A second customer makes a third party of the account: the fact that was forgotten is the same.
    teachings.receipts.push(paid(3, "FR900000", "Omega Finance", &[2]));
    assert!(told(&teachings).contains(&"third_party FR900000 C1 forgotten 1".to_string()));
}

proptest! {
    #[test]
    fn the_order_of_decisions_does_not_matter(
        drawn in prop::collection::vec((0u32..4, 0u32..4, prop::collection::vec(0u32..6, 1..3)), 1..20).prop_shuffle(),
        turn in 0usize..20,
    ) {
        let receipt = |(n, (account, name, of)): (usize, &(u32, u32, Vec<u32>))| {
            let mut of = of.clone();
            of.sort_unstable();
            of.dedup();
            let account = if *account == 0 { String::new() } else { format!("FR{}00000", account - 1) };
            paid(n as u32, &account, ["", "Alpha Bois", "Omega Finance", "Nobody At All"][*name as usize], &of)
        };
        let receipts: Vec<Teaching> = drawn.iter().enumerate().map(receipt).collect();
        let mut turned = receipts.clone();
        turned.rotate_left(turn % receipts.len());
        turned.reverse();
        let (first, second) = (world(receipts), world(turned));
        let all = facts(&first, &[], folding());
        prop_assert_eq!(&all, &facts(&second, &[], folding()));
        // Each fact is there once, and none is in use that no person confirmed.
        let ids: HashSet<&str> = all.iter().map(|f| &*f.id).collect();
        prop_assert_eq!(ids.len(), all.len());
        prop_assert!(all.iter().all(|f| !f.in_use() || f.confirmed_by().count() > 0));
        // Forgetting everything leaves nothing in use; recalling it is as before.
        let forgotten: Vec<FactKey> = all.iter().map(|f| f.key.clone()).collect();
        let without = facts(&Teachings { forgotten, ..first.clone() }, &[], folding());
        prop_assert!(without.iter().all(|f| f.state == FactState::Forgotten));
        prop_assert_eq!(all, facts(&Teachings { forgotten: Vec::new(), ..first }, &[], folding()));
    }
}
