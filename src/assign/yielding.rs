//! Who would have to give way: options that cannot be likely because somebody else's claim is far stronger.
//!
//! Let options g of one receipt and h of another each need the whole of one item, and h nothing else. Given whatever all
//! others choose, either the item is gone for both, or the two receipts share the weights g × A (g taken, the other receipt
//! falls back on the rest of its options, A), and at least N × (h + A) where the first takes what is always possible, N.
//! So P(g) ≤ r / (r + N) with r = g × A / (h + A). Two claims of equal strength leave each other up to one half. Without this
//! bound, a round amount would tie thousands of payments into one component, although each item has an owner that nobody can
//! dispute.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::{Choice, HOPELESS};

/// The receipt that would give way least, and the least after it: how likely each leaves the item.
#[derive(Clone, Copy, Debug)]
struct Claims {
    first: (u32, f64),
    second: f64,
}

/// Drops the options whose probability is bounded far below anything that matters.
pub(super) fn drop_hopeless(choices: Vec<Vec<Choice>>, capacity: impl Fn(u32) -> i64 + Sync) -> Vec<Vec<Choice>> {
    let of: Vec<&[Choice]> = choices.iter().map(Vec::as_slice).collect();
    let bounds = upper_bounds(&of, &capacity);
    (choices.into_par_iter().zip(bounds))
        .map(|(options, bounds)| {
            // What uses nothing up is always kept: it is what everybody can fall back on.
            let kept = |c: &Choice, bound: f64| c.uses.is_empty() || bound >= HOPELESS;
            options.into_iter().zip(bounds).filter(|(c, bound)| kept(c, *bound)).map(|(c, _)| c).collect()
        })
        .collect()
}

/// How likely each option is at most: its odds against what is always possible, and, where it would bar the claim of another
/// receipt, how likely that one gives way.
pub(super) fn upper_bounds(receipts: &[&[Choice]], capacity: &(impl Fn(u32) -> i64 + Sync)) -> Vec<Vec<f64>> {
    let mut claims: HashMap<u32, Claims, FixedState> = HashMap::default();
    for (receipt, options) in (0u32..).zip(receipts) {
        for (at, option) in options.iter().enumerate() {
            let [(resource, amount)] = option.uses[..] else { continue };
            if amount == capacity(resource) && option.after.is_none() {
                claim(&mut claims, resource, receipt, yields(options, at));
            }
        }
    }
    (receipts.par_iter().enumerate())
        .map(|(receipt, options)| {
            let against = always(options);
            let best = options.iter().map(|c| c.weight).max().unwrap_or(0);
            let bound = |option: &Choice| {
                // Only who needs the whole stands against a claim of the whole; a part may fit beside another part.
                let whole = option.uses.iter().filter(|(resource, amount)| *amount == capacity(*resource));
                let least = whole
                    .filter_map(|(resource, _)| claims.get(resource))
                    .map(|c| if c.first.0 == receipt as u32 { c.second } else { c.first.1 })
                    .fold(1.0, f64::min);
                let odds = odds(option.weight, best) * least;
                // What is always possible is itself part of N.
                let own = if option.uses.is_empty() && option.after.is_none() { 0.0 } else { odds };
                if odds > 0.0 { odds / (own + against) } else { 0.0 }
            };
            options.iter().map(bound).collect()
        })
        .collect()
}

fn odds(weight: i32, best: i32) -> f64 {
    (f64::from(weight - best) / 1000.0).exp2()
}

/// The odds of what is possible whatever the others choose, on the scale of the best option.
fn always(options: &[Choice]) -> f64 {
    let best = options.iter().map(|c| c.weight).max().unwrap_or(0);
    options.iter().filter(|c| c.uses.is_empty() && c.after.is_none()).map(|c| odds(c.weight, best)).sum()
}

/// How likely a receipt leaves an option for the rest of its options, at most.
fn yields(options: &[Choice], at: usize) -> f64 {
    let best = options.iter().map(|c| c.weight).max().unwrap_or(0);
    let own = odds(options[at].weight, best);
    let rest: f64 = options.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, c)| odds(c.weight, best)).sum();
    rest / (own + rest)
}

fn claim(claims: &mut HashMap<u32, Claims, FixedState>, resource: u32, receipt: u32, yields: f64) {
    let known = claims.entry(resource).or_insert(Claims { first: (receipt, 1.0), second: 1.0 });
    if known.first.0 == receipt {
        known.first.1 = known.first.1.min(yields);
    } else if yields < known.first.1 {
        known.second = known.first.1;
        known.first = (receipt, yields);
    } else {
        known.second = known.second.min(yields);
    }
}
