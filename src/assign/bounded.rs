//! A component that is too large for the exact sum: a consistent choice, and a lower bound of each probability.
//!
//! Whatever the others choose, an option's share among the options of its own receipt is at least its share among all of
//! them, as long as nobody has used up what it needs. So P(option) ≥ share × (1 − Σ P(somebody else uses it)), and the
//! probability that another receipt takes an option is at most the option's odds against what is always possible for it.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::Search;

use super::yielding::upper_bounds;
use super::{Choice, Outcome, odds_of};
use super::{estimate, exchange};

/// Times that the upper bounds are sharpened with one another.
const ROUNDS: usize = 3;

/// Chooses greedily, surest first, and bounds every probability from below.
pub(super) fn solve(receipts: &[&[Choice]], items: u32, capacity: impl Fn(u32) -> i64 + Sync) -> Vec<Outcome> {
    crate::model::steps::count(receipts.iter().map(|options| options.len()).sum());
    let mut bounds = lower_bounds(receipts, items, &capacity);
    for (bounds, (top, bound)) in bounds.iter_mut().zip(exchange::lower_bounds(receipts, items, &capacity)) {
        bounds[top] = bounds[top].max(bound);
    }
    let estimates = estimate::probabilities(receipts, &capacity);
    let mut order: Vec<usize> = (0..receipts.len()).collect();
    let surest = |n: usize| bounds[n].iter().copied().fold(0.0, f64::max);
    order.sort_by(|a, b| surest(*b).total_cmp(&surest(*a)).then(a.cmp(b)));
    let mut used: HashMap<u32, i64, FixedState> = HashMap::default();
    let mut chosen = vec![0; receipts.len()];
    for n in order {
        let fits = |c: &Choice| {
            c.after.is_none()
                && c.uses.iter().all(|(r, amount)| used.get(r).copied().unwrap_or(0) + amount <= capacity(*r))
        };
        let best = (receipts[n].iter().enumerate())
            .filter(|(_, c)| fits(c))
            .max_by_key(|(at, c)| (c.weight, std::cmp::Reverse(*at)));
        // Invariant: what is always possible fits whatever was chosen before.
        let Some((at, choice)) = best else { continue };
        chosen[n] = at;
        for (resource, amount) in &choice.uses {
            *used.entry(*resource).or_default() += amount;
        }
    }
    (0..receipts.len())
        .map(|n| {
            let own = receipts[n][chosen[n]].weight;
            let rival = receipts[n].iter().enumerate().filter(|(at, _)| *at != chosen[n]).map(|(_, c)| c.weight).max();
            Outcome {
                chosen: chosen[n],
                // What is proved is known better than what is estimated.
                probabilities: estimates[n].iter().zip(&bounds[n]).map(|(e, bound)| e.max(*bound)).collect(),
                bounds: Some(bounds[n].clone()),
                margin: rival.map_or(i32::MAX, |rival| (own - rival).max(0)),
                search: Search::Stopped,
            }
        })
        .collect()
}

fn lower_bounds(receipts: &[&[Choice]], items: u32, capacity: &(impl Fn(u32) -> i64 + Sync)) -> Vec<Vec<f64>> {
    let shares: Vec<Vec<f64>> = receipts.iter().map(|options| estimate::share(odds_of(options))).collect();
    let mut upper = upper_bounds(receipts, items, capacity);
    let mut lower = Vec::new();
    for _ in 0..ROUNDS {
        let demand = demand(receipts, &upper);
        let mut own = Own::default();
        lower = (0..receipts.len())
            .map(|n| {
                own.take(receipts[n], &upper[n]);
                let left = |option: &Choice| (1.0 - blocked(option, &own, &demand, capacity, items)).max(0.0);
                receipts[n].iter().zip(&shares[n]).map(|(option, share)| share * left(option)).collect()
            })
            .collect::<Vec<Vec<f64>>>();
        // Sharper: no option is likelier than what the lower bounds of its fellows leave.
        for (upper, lower) in upper.iter_mut().zip(&lower) {
            let all: f64 = lower.iter().sum();
            for (u, l) in upper.iter_mut().zip(lower) {
                *u = u.min(1.0 - (all - l)).max(0.0);
            }
        }
    }
    lower
}

/// What is expected, at most, to be used of a resource.
#[derive(Clone, Copy, Debug, Default)]
struct Demand {
    /// Number of users.
    users: f64,
    /// Number of users that name no item, but take any member of a class.
    of_any: f64,
    /// Minor units.
    amount: f64,
    /// Minor units that the largest option of a receipt asks for.
    most: f64,
}

type Demands = HashMap<u32, Demand, FixedState>;

/// What one receipt uses of each resource, at most: it takes one of its options, and no more than the largest asks for.
#[derive(Debug, Default)]
struct Own(Vec<(u32, Demand)>);

impl Own {
    /// Takes the place of what was known of another receipt.
    fn take(&mut self, options: &[Choice], upper: &[f64]) {
        self.0.clear();
        self.0.extend(options.iter().flat_map(|c| c.uses.iter().map(|used| (used.0, Demand::default()))));
        self.0.sort_unstable_by_key(|of| of.0);
        self.0.dedup_by_key(|of| of.0);
        for (option, u) in options.iter().zip(upper) {
            for (resource, amount) in &option.uses {
                // Invariant: the resources of all options were collected above.
                let Ok(at) = self.0.binary_search_by_key(resource, |of| of.0) else { continue };
                let sum = &mut self.0[at].1;
                sum.users += u;
                sum.of_any += if option.uses.len() == 1 { *u } else { 0.0 };
                sum.amount += u * *amount as f64;
                sum.most = sum.most.max(*amount as f64);
            }
        }
        for (_, sum) in &mut self.0 {
            (sum.users, sum.of_any, sum.amount) = (sum.users.min(1.0), sum.of_any.min(1.0), sum.amount.min(sum.most));
        }
    }

    fn of(&self, resource: u32) -> Demand {
        self.0.binary_search_by_key(&resource, |of| of.0).map_or_else(|_| Demand::default(), |at| self.0[at].1)
    }
}

/// For each resource, the sums over all receipts that may use it.
fn demand(receipts: &[&[Choice]], upper: &[Vec<f64>]) -> Demands {
    let mut demand = Demands::default();
    let mut own = Own::default();
    for (options, upper) in receipts.iter().zip(upper) {
        own.take(options, upper);
        for (resource, of) in &own.0 {
            let sum = demand.entry(*resource).or_default();
            sum.users += of.users;
            sum.of_any += of.of_any;
            sum.amount += of.amount;
        }
    }
    demand
}

/// The probability, at most, that others leave too little for an option: that there is any other user, or, where there is
/// room, that more than the room is used (Markov's inequality). Who names a member of a class cannot be in the way of another
/// member: for an option that names its own, only those count that take any. `own` is what the option's receipt uses itself.
fn blocked(option: &Choice, own: &Own, demand: &Demands, capacity: &impl Fn(u32) -> i64, items: u32) -> f64 {
    let names_items = option.uses.iter().any(|(resource, _)| *resource < items);
    let of_one = |(resource, amount): &(u32, i64)| {
        let all = demand.get(resource).copied().unwrap_or_default();
        let own = own.of(*resource);
        let room = (capacity(*resource) - amount) as f64;
        let any = if names_items && *resource >= items { all.of_any - own.of_any } else { all.users - own.users };
        any.min((all.amount - own.amount) / (room + 1.0)).max(0.0)
    };
    option.uses.iter().map(of_one).sum::<f64>().min(1.0)
}
