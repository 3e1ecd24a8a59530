//! The probabilities of a large component as nearly as they can be told: each receipt against what it must expect of the others.
//!
//! A mean field: every option's odds times the share of its resources that the others are expected to leave, repeated until the
//! expectations agree. It proves nothing, so nothing is decided by it; it is what a person is told, and `bounded` is what counts.

use super::component::resources;
use super::{Choice, odds_of};

/// Rounds in which the expectations are brought to agree.
const ROUNDS: usize = 24;

/// An option with its resources numbered within the component.
struct Needs {
    /// What it takes, and what it needs besides: resource and amount.
    all: Vec<(usize, f64)>,
    /// How many of them it takes.
    uses: usize,
    /// The resource that must have been used up before.
    after: Option<usize>,
}

impl Needs {
    fn uses(&self) -> &[(usize, f64)] {
        &self.all[..self.uses]
    }
}

/// Numbers the resources of some receipts: the options of each with their needs, and what each resource has to give.
fn number(receipts: &[&[Choice]], capacity: &impl Fn(u32) -> i64) -> (Vec<Vec<Needs>>, Vec<f64>) {
    let resources = resources(receipts);
    // Invariant: every resource of an option was collected above, so the search finds it.
    let local = |resource: u32| resources.binary_search(&resource).unwrap_or_default();
    let needs = |c: &Choice| Needs {
        all: c.uses.iter().chain(&c.holds).map(|(resource, amount)| (local(*resource), *amount as f64)).collect(),
        uses: c.uses.len(),
        after: c.after.map(local),
    };
    let needs = receipts.iter().map(|options| options.iter().map(needs).collect()).collect();
    (needs, resources.iter().map(|resource| capacity(*resource) as f64).collect())
}

/// Estimates the probability of every option of every receipt.
pub(super) fn probabilities(receipts: &[&[Choice]], capacity: &impl Fn(u32) -> i64) -> Vec<Vec<f64>> {
    let (needs, capacity) = number(receipts, capacity);
    let odds: Vec<Vec<f64>> = receipts.iter().map(|options| odds_of(options)).collect();
    let mut current: Vec<Vec<f64>> = odds.iter().map(|odds| share(odds.clone())).collect();
    // What is expected to be used of each resource: by all, and by the receipt that is looked at.
    let (mut used, mut own) = (vec![0.0; capacity.len()], vec![0.0; capacity.len()]);
    for _ in 0..ROUNDS {
        used.fill(0.0);
        for (option, p) in needs.iter().zip(&current).flat_map(|(options, p)| options.iter().zip(p)) {
            option.uses().iter().for_each(|(resource, amount)| used[*resource] += p * amount);
        }
        for ((options, odds), current) in needs.iter().zip(&odds).zip(&mut current) {
            for (option, p) in options.iter().zip(current.iter()) {
                option.uses().iter().for_each(|(resource, amount)| own[*resource] += p * amount);
            }
            let others = |resource: usize| f64::max(used[resource] - own[resource], 0.0);
            let left = |option: &Needs| -> f64 {
                let room = |(resource, amount): &(usize, f64)| {
                    ((capacity[*resource] - others(*resource)) / amount.max(1.0)).clamp(0.0, 1.0)
                };
                let paid = option.after.map_or(1.0, |r| (others(r) / capacity[r].max(1.0)).min(1.0));
                paid * option.all.iter().map(room).product::<f64>()
            };
            let next = share(options.iter().zip(odds).map(|(option, odds)| odds * left(option)).collect());
            // Half of each step: two who want the same would else swap their expectations for ever.
            for (p, next) in current.iter_mut().zip(next) {
                *p = (*p + next) / 2.0;
            }
            options.iter().flat_map(Needs::uses).for_each(|(resource, _)| own[*resource] = 0.0);
        }
    }
    current
}

/// Each part of the whole that they make up.
pub(super) fn share(odds: Vec<f64>) -> Vec<f64> {
    let total: f64 = odds.iter().sum();
    if total > 0.0 { odds.into_iter().map(|o| o / total).collect() } else { odds }
}
