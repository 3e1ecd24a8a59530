//! The probabilities of a large component as nearly as they can be told: each receipt against what it must expect of the others.
//!
//! A mean field: every option's odds times the share of its resources that the others are expected to leave, repeated until the
//! expectations agree. It proves nothing, so nothing is decided by it; it is what a person is told, and `bounded` is what counts.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::{Choice, odds_of};

/// Rounds in which the expectations are brought to agree.
const ROUNDS: usize = 24;

/// Estimates the probability of every option of every receipt.
pub(super) fn probabilities(receipts: &[&[Choice]], capacity: &impl Fn(u32) -> i64) -> Vec<Vec<f64>> {
    let odds: Vec<Vec<f64>> = receipts.iter().map(|options| odds_of(options)).collect();
    let mut current: Vec<Vec<f64>> = odds.iter().map(|odds| share(odds.clone())).collect();
    for _ in 0..ROUNDS {
        let used = expected(receipts, &current);
        for (n, options) in receipts.iter().enumerate() {
            let left = |option: &Choice| -> f64 {
                let own = |resource: u32| -> f64 {
                    let uses =
                        |c: &Choice| c.uses.iter().filter(move |u| u.0 == resource).map(|u| u.1 as f64).sum::<f64>();
                    options.iter().zip(&current[n]).map(|(c, p)| p * uses(c)).sum()
                };
                let others = |resource: u32| (used.get(&resource).copied().unwrap_or(0.0) - own(resource)).max(0.0);
                let room = |(resource, amount): &(u32, i64)| {
                    ((capacity(*resource) as f64 - others(*resource)) / (*amount as f64).max(1.0)).clamp(0.0, 1.0)
                };
                let paid = option.after.map_or(1.0, |r| (others(r) / (capacity(r) as f64).max(1.0)).min(1.0));
                paid * option.uses.iter().chain(&option.holds).map(room).product::<f64>()
            };
            let next = share(options.iter().zip(&odds[n]).map(|(option, odds)| odds * left(option)).collect());
            // Half of each step: two who want the same would else swap their expectations for ever.
            for (p, next) in current[n].iter_mut().zip(next) {
                *p = (*p + next) / 2.0;
            }
        }
    }
    current
}

/// What is expected to be used of each resource.
fn expected(receipts: &[&[Choice]], current: &[Vec<f64>]) -> HashMap<u32, f64, FixedState> {
    let mut used: HashMap<u32, f64, FixedState> = HashMap::default();
    for (option, p) in receipts.iter().zip(current).flat_map(|(options, p)| options.iter().zip(p)) {
        for (resource, amount) in &option.uses {
            *used.entry(*resource).or_default() += p * *amount as f64;
        }
    }
    used
}

/// Each part of the whole that they make up.
pub(super) fn share(odds: Vec<f64>) -> Vec<f64> {
    let total: f64 = odds.iter().sum();
    if total > 0.0 { odds.into_iter().map(|o| o / total).collect() } else { odds }
}
