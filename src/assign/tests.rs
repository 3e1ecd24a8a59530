//! The joint choice against brute force: every joint choice of small components is enumerated.

use proptest::prelude::*;

use super::{Choice, Outcome, bounded, component, exact, yielding};
use crate::model::{Few, Search};

const RESOURCES: u32 = 4;
const CAPACITY: [i64; RESOURCES as usize] = [100, 100, 60, 30];

fn capacity(resource: u32) -> i64 {
    CAPACITY[resource as usize]
}

fn choice(weight: i32, uses: &[(u32, i64)]) -> Choice {
    Choice { draft: 0, weight, uses: uses.to_vec().into(), holds: Few::default(), after: None }
}

/// What every joint choice adds up to.
#[derive(Default)]
struct Brute {
    /// Sum of 2^weight over all, on the scale of the best.
    all: f64,
    /// The same for each option of each receipt.
    given: Vec<Vec<f64>>,
    /// Greatest weight of a joint choice.
    best: i64,
    /// The same for each option of each receipt; `None` where no consistent choice has it.
    best_with: Vec<Vec<Option<i64>>>,
}

fn joint_choices(receipts: &[Vec<Choice>]) -> Vec<(Vec<usize>, i64)> {
    let mut all = vec![(Vec::new(), 0i64, [0i64; RESOURCES as usize])];
    for options in receipts {
        let mut next = Vec::new();
        for (picked, weight, used) in &all {
            for (n, option) in options.iter().enumerate() {
                // An option that follows another needs its item used up by receipts before it.
                if option.after.is_some_and(|r| used[r as usize] < capacity(r)) {
                    continue;
                }
                let mut used = *used;
                option.uses.iter().for_each(|(r, amount)| used[*r as usize] += amount);
                if (0..RESOURCES).all(|r| used[r as usize] <= capacity(r)) {
                    let mut picked: Vec<usize> = picked.clone();
                    picked.push(n);
                    next.push((picked, weight + i64::from(option.weight), used));
                }
            }
        }
        all = next;
    }
    all.into_iter().map(|(picked, weight, _)| (picked, weight)).collect()
}

fn brute(receipts: &[Vec<Choice>]) -> Brute {
    let joint = joint_choices(receipts);
    let best = joint.iter().map(|j| j.1).max().unwrap();
    let mut brute = Brute {
        best,
        given: receipts.iter().map(|o| vec![0.0; o.len()]).collect(),
        best_with: receipts.iter().map(|o| vec![None; o.len()]).collect(),
        ..Brute::default()
    };
    for (picked, weight) in joint {
        let value = ((weight - best) as f64 / 1000.0).exp2();
        brute.all += value;
        for (n, at) in picked.into_iter().enumerate() {
            brute.given[n][at] += value;
            brute.best_with[n][at] = brute.best_with[n][at].max(Some(weight));
        }
    }
    brute
}

impl Brute {
    fn probability(&self, receipt: usize, option: usize) -> f64 {
        self.given[receipt][option] / self.all
    }
}

fn uses() -> impl Strategy<Value = Vec<(u32, i64)>> {
    prop::collection::btree_map(0..RESOURCES, prop_oneof![3 => Just(0i64), 1 => 1..100i64], 0..=2).prop_map(|uses| {
        // Nothing stands for the whole.
        let of = |(r, amount): (u32, i64)| (r, if amount == 0 { capacity(r) } else { amount.min(capacity(r)) });
        uses.into_iter().map(of).collect()
    })
}

/// Receipts with a few options each; the last is always possible. `after`: some options follow an earlier receipt.
fn component(after: bool, weights: i32) -> impl Strategy<Value = Vec<Vec<Choice>>> {
    let follows = if after { 0.15 } else { 0.0 };
    let option = (-weights..weights, uses(), prop::bool::weighted(follows), 0..RESOURCES).prop_map(
        |(weight, uses, follows, resource)| match follows {
            true => Choice { draft: 0, weight, uses: Few::default(), holds: Few::default(), after: Some(resource) },
            false => Choice { draft: 0, weight, uses: uses.into(), holds: Few::default(), after: None },
        },
    );
    let receipt = (prop::collection::vec(option, 1..4), -weights..weights).prop_map(|(mut options, weight)| {
        options.push(choice(weight, &[]));
        (0u32..).zip(&mut options).for_each(|(n, o)| o.draft = n);
        options
    });
    prop::collection::vec(receipt, 1..6)
}

fn slices(receipts: &[Vec<Choice>]) -> Vec<&[Choice]> {
    receipts.iter().map(Vec::as_slice).collect()
}

fn total(receipts: &[Vec<Choice>], outcomes: &[Outcome]) -> i64 {
    receipts.iter().zip(outcomes).map(|(options, o)| i64::from(options[o.chosen].weight)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn exact_is_what_brute_force_finds(receipts in component(true, 25_000)) {
        let outcomes = exact::solve(&slices(&receipts), capacity, 1_000_000).unwrap();
        let brute = brute(&receipts);
        prop_assert_eq!(total(&receipts, &outcomes), brute.best);
        for (n, outcome) in outcomes.iter().enumerate() {
            prop_assert_eq!(outcome.search, Search::Complete);
            for (at, p) in outcome.probabilities.iter().enumerate() {
                prop_assert!((p - brute.probability(n, at)).abs() < 1e-9, "{p} {}", brute.probability(n, at));
            }
            let rival = (0..receipts[n].len()).filter(|at| *at != outcome.chosen);
            let rival = rival.filter_map(|at| brute.best_with[n][at]).max();
            let margin = rival.map_or(i64::from(i32::MAX), |rival| brute.best - rival);
            prop_assert_eq!(i64::from(outcome.margin), margin);
        }
    }

    #[test]
    fn exact_stops_rather_than_take_longer(receipts in component(true, 25_000)) {
        let least: usize = receipts.iter().map(Vec::len).sum();
        prop_assert!(exact::solve(&slices(&receipts), capacity, least as u32 - 1).is_none());
    }

    #[test]
    fn bounded_claims_no_more_than_is_true(receipts in component(false, 25_000)) {
        let outcomes = bounded::solve(&slices(&receipts), u32::MAX, capacity);
        let brute = brute(&receipts);
        let mut used = [0; RESOURCES as usize];
        for (n, outcome) in outcomes.iter().enumerate() {
            prop_assert_eq!(outcome.search, Search::Stopped);
            for (at, p) in outcome.bounds.iter().flatten().enumerate() {
                let exact = brute.probability(n, at);
                prop_assert!(*p <= exact + 1e-9, "receipt {n}, option {at}: {p} claimed, {exact} true");
            }
            receipts[n][outcome.chosen].uses.iter().for_each(|(r, amount)| used[*r as usize] += amount);
        }
        prop_assert!((0..RESOURCES).all(|r| used[r as usize] <= capacity(r)), "the choice is consistent");
    }

    #[test]
    fn upper_bounds_are_above_what_is_true(receipts in component(false, 40_000)) {
        let bounds = yielding::upper_bounds(&slices(&receipts), u32::MAX, &capacity);
        let brute = brute(&receipts);
        for (n, bounds) in bounds.iter().enumerate() {
            for (at, bound) in bounds.iter().enumerate() {
                let exact = brute.probability(n, at);
                prop_assert!(*bound >= exact - 1e-9, "receipt {n}, option {at}: at most {bound} claimed, {exact} true");
            }
        }
    }

    #[test]
    fn nothing_that_matters_is_dropped(receipts in component(false, 40_000)) {
        let mut kept = receipts.clone();
        yielding::drop_hopeless(&mut kept, u32::MAX, capacity);
        let brute = brute(&receipts);
        for (n, options) in receipts.iter().enumerate() {
            for (at, option) in options.iter().enumerate() {
                let exact = brute.probability(n, at);
                prop_assert!(exact < 1e-5 || kept[n].contains(option), "receipt {n}, option {at} dropped at {exact}");
            }
        }
    }
}

#[test]
fn two_strong_claims_of_one_item_share_it() {
    // Each is a million times likelier than nothing; neither may be dropped because of the other.
    let receipt = || vec![choice(21_000, &[(0, 100)]), choice(0, &[])];
    let receipts = vec![receipt(), receipt()];
    let mut kept = receipts.clone();
    yielding::drop_hopeless(&mut kept, u32::MAX, capacity);
    assert_eq!(kept, receipts);
    let outcomes = exact::solve(&slices(&receipts), capacity, 1000).unwrap();
    for outcome in &outcomes {
        assert!((outcome.probabilities[0] - 0.5).abs() < 1e-6, "{outcome:?}");
        assert_eq!(outcome.margin, 0);
    }
}

#[test]
fn receipts_that_share_nothing_are_apart() {
    let receipts = vec![
        vec![choice(0, &[(0, 1)]), choice(0, &[])],
        vec![choice(0, &[(1, 1)]), choice(0, &[])],
        vec![choice(0, &[(2, 1)]), choice(0, &[(0, 1)])],
        vec![Choice { after: Some(1), ..choice(0, &[]) }],
    ];
    assert_eq!(component::split(RESOURCES as usize, &receipts), vec![vec![0, 2], vec![1, 3]]);
}
