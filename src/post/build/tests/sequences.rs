//! Any sequence of decisions, undos and posts: every entry balances, nothing is posted twice, and codes add up.

use std::collections::{BTreeMap, HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use DifferenceKind::{Discount, Fee, OnAccount};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Payment, item, and how it is paid.
    Decide(usize, usize, u8),
    Return(usize),
    Outside(usize),
    Undo(usize),
    WriteOff(usize),
    Post {
        suspense: bool,
    },
}

const ITEMS: usize = 6;
const PAYMENTS: usize = 8;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..PAYMENTS, 0..ITEMS, 0..5u8).prop_map(|(p, i, how)| Step::Decide(p, i, how)),
        2 => (0..PAYMENTS).prop_map(Step::Return),
        1 => (0..PAYMENTS).prop_map(Step::Outside),
        2 => (0..PAYMENTS).prop_map(Step::Undo),
        1 => (0..ITEMS).prop_map(Step::WriteOff),
        4 => any::<bool>().prop_map(|suspense| Step::Post { suspense }),
    ]
}

fn shop() -> Shop {
    let mut shop = Shop::new();
    for n in 0..ITEMS {
        shop.item(&format!("F{n}"), &format!("C{}", n % 2), if n == 5 { -600 } else { 6_000 * (1 + n as i64) });
    }
    for n in 0..PAYMENTS {
        shop.pay(&format!("P{n}"), 1 + n as u32, 1_200 * (1 + n as i64));
    }
    shop
}

fn returns_of(shop: &Shop, receipt: usize) -> bool {
    let is = |p: &PaymentFact| p.decision.as_ref().is_some_and(|d| d.returns == Some(receipt as u32));
    shop.facts.book.payments.iter().any(is)
}

/// Does a step as far as a book would allow it.
fn take(shop: &mut Shop, step: Step) {
    let free = |shop: &Shop, p: usize| !returns_of(shop, p) && shop.facts.book.payments[p].minor > 0;
    match step {
        Step::Decide(p, i, how) if free(shop, p) => {
            shop.undo(p);
            let (minor, open) = (shop.facts.book.payments[p].minor, shop.facts.book.items[i].open);
            let item = i as u32;
            let decision = match how {
                0 if open >= minor => applied(&[(item, minor)], &[]),
                1 if open > 0 && open <= minor => applied(&[(item, open)], &[(OnAccount, minor - open)]),
                2 if open >= minor + 60 => applied(&[(item, minor + 60)], &[(Fee, 60)]),
                3 if open >= minor + 120 => applied(&[(item, minor + 120)], &[(Discount, 120)]),
                4 => applied(&[], &[(OnAccount, minor)]),
                _ => return,
            };
            shop.decide(p, decision);
        }
        Step::Return(p) if free(shop, p) => {
            let of = shop.facts.book.payments[p].clone();
            let Some(decision) = of.decision.filter(|d| d.kind == DecisionKind::Apply) else { return };
            let back = DecisionFact {
                kind: DecisionKind::Return,
                returns: Some(p as u32),
                applications: decision.applications.iter().map(|a| ApplicationFact { minor: -a.minor, ..*a }).collect(),
                differences: decision.differences.iter().map(|d| Difference { minor: -d.minor, ..*d }).collect(),
                ..decision
            };
            let n = shop.facts.payments.len();
            if n < 25 {
                shop.paid(&format!("P{n}"), 26, -of.minor, back);
            }
        }
        Step::Outside(p) if free(shop, p) => shop.decide(p, outside("758000")),
        Step::Undo(p) if !returns_of(shop, p) => shop.undo(p),
        Step::WriteOff(i) => write_off(shop, i),
        Step::Post { suspense } => {
            shop.suspense = suspense;
            let built = shop.post();
            check(shop, &built);
            let again = shop.build();
            assert_eq!((again.posting.entries.len(), again.posting.lettering.len()), (0, 0), "{:?}", again.posting);
        }
        _ => {}
    }
}

fn write_off(shop: &mut Shop, i: usize) {
    let item = &mut shop.facts.book.items[i];
    if let Some(decision) = item.decision.take() {
        item.open += decision.applications[0].minor;
    } else if item.open != 0 {
        let decision = DecisionFact {
            kind: DecisionKind::Settle,
            reason: "write-off".into(),
            ..applied(&[(i as u32, item.open)], &[])
        };
        item.open = 0;
        item.decision = Some(decision);
    }
}

/// What must hold after every post.
fn check(shop: &Shop, built: &Built) {
    let entries: Vec<&JournalEntry> = shop.facts.written.iter().filter_map(|w| w.entry.as_ref()).collect();
    let keys: HashSet<&str> = entries.iter().map(|e| &*e.key).collect();
    assert_eq!(keys.len(), entries.len(), "every key once");
    let numbers: Vec<u64> = entries.iter().map(|e| e.number).collect();
    assert_eq!(numbers, (1..=entries.len() as u64).collect::<Vec<_>>(), "no gap in the numbers");
    assert_eq!(built.posting.held, []);
    balances(shop, &entries);
    codes(shop);
}

/// The books say of each account what the decisions say.
fn balances(shop: &Shop, entries: &[&JournalEntry]) {
    let (mut bank, mut of_item) = (0, HashMap::<&str, i64>::new());
    for line in entries.iter().flat_map(|e| &e.lines) {
        bank += if *line.account == *"512100" { line.minor } else { 0 };
        *of_item.entry(&line.item).or_default() += line.minor;
    }
    let decided = |p: &&PaymentFact| p.decision.is_some() || waits(shop, p);
    let expected: i64 = shop.facts.book.payments.iter().filter(decided).map(|p| p.minor).sum();
    assert_eq!(bank, expected, "what is on the bank's account");
    for item in &shop.facts.book.items {
        assert_eq!(
            item.amount + of_item.get(&*item.id).copied().unwrap_or(0),
            item.open,
            "what is open of {}",
            item.id
        );
    }
}

fn waits(shop: &Shop, payment: &PaymentFact) -> bool {
    shop.facts.written.iter().any(|w| w.suspense && w.subject == payment.id)
}

/// A code is one group's; upper case comes to nothing, lower case does not.
fn codes(shop: &Shop) {
    let mut now = BTreeMap::new();
    for change in &shop.facts.letters {
        now.insert((&change.item, &change.key), change);
    }
    let mut groups: BTreeMap<(&str, String), (i64, bool, HashSet<&str>)> = BTreeMap::new();
    for change in now.values() {
        let Some(letter) = &change.letter else { continue };
        let upper = letter.code.chars().all(|c| c.is_ascii_uppercase());
        let group = groups.entry((&change.auxiliary, letter.code.to_uppercase())).or_insert((0, upper, HashSet::new()));
        assert_eq!(group.1, upper, "one code, one case");
        group.0 += change.minor;
        group.2.insert(&change.item);
    }
    for ((customer, code), (sum, upper, items)) in groups {
        assert_eq!(sum == 0, upper, "{customer} {code}: {sum}");
        assert_eq!(items.len(), 1, "{customer} {code} is of {items:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]
    #[test]
    fn any_sequence_is_booked_once_and_balances(steps in prop::collection::vec(step(), 1..40)) {
        let mut shop = shop();
        for one in steps {
            take(&mut shop, one);
        }
        take(&mut shop, Step::Post { suspense: true });
    }
}
