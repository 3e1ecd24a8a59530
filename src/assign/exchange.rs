//! A lower bound for who would lose much: options that win every exchange.
//!
//! Let t be the option of one receipt c, with odds h. Take any consistent joint choice in which c does not take t. Give t to c, and
//! let everybody who stands in its way take what is always possible for him: the result is consistent, and contains t. Going back,
//! each resource r of t is in somebody else's hands in at most (1 + R)^k ways, where R is the sum over all others of the odds of
//! their options on r against what is always possible for them, and k is how many of them have to leave r so that t has room. So
//!
//!   P(not t) / P(t) ≤ held / h + rest / h × Π (1 + R)^k
//!
//! with `held` the odds of c's options that need as much of the same resources as t, and `rest` those of all its others. A receipt that
//! cites its item loses so many bits without it that no crowd of uncited payments of the same amount can take it away.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::{Choice, best_weight, odds};

/// Relative error of a sum, at most: some ten thousand terms of double precision.
const ROUNDING: f64 = 1e-12;

/// Odds on a resource, summed by receipt. The largest stands apart: it is mostly the one against which the others are wanted, and
/// nothing would be left of them in its digits.
#[derive(Clone, Copy, Debug, Default)]
struct Odds {
    largest: (usize, f64),
    rest: f64,
}

impl Odds {
    /// Adds the odds of one receipt.
    fn add(&mut self, receipt: usize, odds: f64) {
        if odds > self.largest.1 {
            self.rest += self.largest.1;
            self.largest = (receipt, odds);
        } else {
            self.rest += odds;
        }
    }

    /// The odds of all receipts but one, at least.
    fn without(&self, receipt: usize, own: f64) -> f64 {
        if self.largest.0 == receipt && self.largest.1 > 0.0 {
            return self.rest;
        }
        // What the sum of many terms may have lost by rounding is given to the others.
        self.largest.1 + (self.rest - own).max(0.0) + self.rest * ROUNDING
    }
}

/// Who may use a resource.
#[derive(Clone, Copy, Debug)]
struct Users {
    /// The odds of options on it, each against what is always possible for its receipt.
    all: Odds,
    /// The same, of options that take any member of a class and name none.
    of_any: Odds,
    /// The least that any option takes of it.
    least: i64,
}

/// What one receipt's options on a resource amount to.
#[derive(Clone, Copy, Debug, Default)]
struct Own {
    all: f64,
    of_any: f64,
    least: i64,
}

/// The odds of one receipt's options on each resource, in the order of the resources.
fn own_odds(options: &[Choice], ratios: &[f64], items: u32) -> Vec<(u32, Own)> {
    let mut uses: Vec<(u32, Own)> = (options.iter().zip(ratios))
        .flat_map(|(option, ratio)| {
            let of_any = if names_items(option, items) { 0.0 } else { *ratio };
            option.uses.iter().map(move |(resource, amount)| (*resource, Own { all: *ratio, of_any, least: *amount }))
        })
        .collect();
    uses.sort_by_key(|used| used.0);
    uses.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1.all += next.1.all;
            kept.1.of_any += next.1.of_any;
            kept.1.least = kept.1.least.min(next.1.least);
        }
        same
    });
    uses
}

/// The strongest option of each receipt, and the least probability that it has.
pub(super) fn lower_bounds(receipts: &[&[Choice]], items: u32) -> Vec<(usize, f64)> {
    let shared = shared(receipts);
    let own: Vec<Vec<(u32, Own)>> =
        receipts.iter().map(|options| own_odds(options, &ratios(options, &shared), items)).collect();
    let mut users: HashMap<u32, Users, FixedState> = HashMap::default();
    for (receipt, (resource, own)) in own.iter().enumerate().flat_map(|(n, own)| own.iter().map(move |o| (n, o))) {
        let none = Users { all: Odds::default(), of_any: Odds::default(), least: i64::MAX };
        let sum = users.entry(*resource).or_insert(none);
        sum.all.add(receipt, own.all);
        sum.of_any.add(receipt, own.of_any);
        sum.least = sum.least.min(own.least.max(1));
    }
    (receipts.iter().enumerate()).map(|(n, options)| of_receipt((n, options), &own[n], &users, items)).collect()
}

fn names_items(option: &Choice, items: u32) -> bool {
    option.uses.iter().any(|(resource, _)| *resource < items)
}

/// Resources that several receipts may use.
fn shared(receipts: &[&[Choice]]) -> HashSet<u32, FixedState> {
    let mut first: HashMap<u32, usize, FixedState> = HashMap::default();
    let mut shared: HashSet<u32, FixedState> = HashSet::default();
    for (n, option) in receipts.iter().enumerate().flat_map(|(n, options)| options.iter().map(move |o| (n, o))) {
        let named = option.uses.iter().chain(&option.holds).map(|used| used.0).chain(option.after);
        shared.extend(named.filter(|resource| *first.entry(*resource).or_insert(n) != n));
    }
    shared
}

/// The odds of each option against what is always possible for the receipt: what needs nothing, or nothing that anybody else wants.
fn ratios(options: &[Choice], shared: &HashSet<u32, FixedState>) -> Vec<f64> {
    let best = best_weight(options);
    let is_always =
        |c: &Choice| c.after.is_none() && c.uses.iter().chain(&c.holds).all(|used| !shared.contains(&used.0));
    let always: f64 = options.iter().filter(|c| is_always(c)).map(|c| odds(c.weight, best)).sum();
    options.iter().map(|c| odds(c.weight, best) / always.max(f64::MIN_POSITIVE)).collect()
}

fn of_receipt(
    (receipt, options): (usize, &[Choice]),
    own: &[(u32, Own)],
    users: &HashMap<u32, Users, FixedState>,
    items: u32,
) -> (usize, f64) {
    // The first of equals, in canonical order.
    let top = (0..options.len()).rev().max_by_key(|at| options[*at].weight).unwrap_or(0);
    let strongest = &options[top];
    if strongest.after.is_some() {
        return (top, 0.0);
    }
    let needs = |c: &Choice, (resource, amount): (u32, i64)| {
        c.uses.iter().chain(&c.holds).any(|(r, a)| *r == resource && *a >= amount)
    };
    let same = |c: &Choice| c.after.is_none() && strongest.uses.iter().all(|used| needs(c, *used));
    let best = strongest.weight;
    let (mut held, mut rest) = (0.0, 0.0);
    for option in options.iter().enumerate().filter(|(at, _)| *at != top).map(|(_, option)| option) {
        *(if same(option) { &mut held } else { &mut rest }) += odds(option.weight, best);
    }
    let mut ways = 1.0f64;
    for (resource, amount) in &strongest.uses {
        let Some(of) = users.get(resource) else { continue };
        // Who names a member of a class stands in the way of another member only by way of that item.
        let any = names_items(strongest, items) && *resource >= items;
        let of_itself = own.binary_search_by_key(resource, |o| o.0).map_or(Own::default(), |at| own[at].1);
        let others = match any {
            true => of.of_any.without(receipt, of_itself.of_any),
            false => of.all.without(receipt, of_itself.all),
        };
        let leave = amount.unsigned_abs().div_ceil(of.least.unsigned_abs().max(1)).min(1000) as i32;
        ways *= (1.0 + others).powi(leave);
    }
    let against = held + if rest > 0.0 { rest * ways } else { 0.0 };
    (top, 1.0 / (1.0 + against))
}
