//! Who would have to give way: options that cannot be likely because somebody else's claim is far stronger.
//!
//! Let option g of one receipt need the whole of an item, and options h of another the whole of it and nothing else. Given
//! whatever all others choose, either the item is gone for both, or the two receipts share the weights g × A (g taken, the other
//! receipt falls back on the options that do not need the item, A), and at least N × (h + A) where the first takes what is always possible, N.
//! So P(g) ≤ r / (r + N) with r = g × A / (h + A). Two claims of equal strength leave each other up to one half. Without this
//! bound, a round amount would tie thousands of payments into one component, although each item has an owner that nobody can
//! dispute.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::{Choice, HOPELESS, best_weight, odds, odds_of};

/// The receipt that would give way least, and the least after it: how likely each leaves the item.
#[derive(Clone, Copy, Debug)]
struct Claims {
    first: (u32, f64),
    second: f64,
}

/// Drops the options whose probability is bounded far below anything that matters.
pub(super) fn drop_hopeless(choices: &mut [Vec<Choice>], items: u32, capacity: impl Fn(u32) -> i64 + Sync) {
    let of: Vec<&[Choice]> = choices.iter().map(Vec::as_slice).collect();
    let claims = ClaimsOf::all(&of, items, &capacity);
    (choices.par_iter_mut().enumerate()).for_each_init(Vec::new, |bounds, (receipt, options)| {
        claims.bounds(receipt, options, bounds);
        let mut bound = bounds.iter();
        // What uses nothing up is always kept: it is what everybody can fall back on.
        options.retain(|c| bound.next().is_some_and(|bound| c.uses.is_empty() || *bound >= HOPELESS));
    });
}

/// How likely each option is at most: its odds against what is always possible, and, where it would bar the claim of another
/// receipt, how likely that one gives way.
///
/// Resources below `items` are items, the others interchangeable classes.
pub(super) fn upper_bounds(
    receipts: &[&[Choice]],
    items: u32,
    capacity: &(impl Fn(u32) -> i64 + Sync),
) -> Vec<Vec<f64>> {
    let claims = ClaimsOf::all(receipts, items, capacity);
    (receipts.par_iter().enumerate())
        .map(|(receipt, options)| {
            let mut bounds = Vec::new();
            claims.bounds(receipt, options, &mut bounds);
            bounds
        })
        .collect()
}

/// The claims of some receipts on items and on classes.
struct ClaimsOf<C> {
    items: u32,
    capacity: C,
    of_items: HashMap<u32, Claims, FixedState>,
    of_classes: HashMap<u32, Vec<(u32, i64)>, FixedState>,
}

impl<'c, C: Fn(u32) -> i64 + Sync> ClaimsOf<&'c C> {
    fn all(receipts: &[&[Choice]], items: u32, capacity: &'c C) -> Self {
        let claimed: Vec<(u32, u32, f64)> = (receipts.par_iter().enumerate())
            .flat_map_iter(|(receipt, options)| {
                let claims = |option: &&Choice| match sole_item(option, items) {
                    Some((item, amount)) => (amount == capacity(item) && option.after.is_none()).then_some(item),
                    None => None,
                };
                let claimed: Vec<u32> = options.iter().filter_map(|o| claims(&o)).collect();
                let odds = if claimed.is_empty() { Vec::new() } else { odds_of(options) };
                claimed.into_iter().map(move |item| (item, receipt as u32, yields(options, &odds, item, items)))
            })
            .collect();
        let mut of_items = HashMap::with_capacity_and_hasher(claimed.len(), FixedState::default());
        claimed.into_iter().for_each(|(item, receipt, yields)| claim(&mut of_items, item, receipt, yields));
        Self { items, capacity, of_items, of_classes: claimed_classes(receipts, items, capacity) }
    }

    /// How likely each option of one receipt is at most.
    fn bounds(&self, receipt: usize, options: &[Choice], bounds: &mut Vec<f64>) {
        let (items, capacity) = (self.items, self.capacity);
        let best = best_weight(options);
        let mut against = None;
        let claim_on = |item: u32| {
            self.of_items.get(&item).map(|c| if c.first.0 == receipt as u32 { c.second } else { c.first.1 })
        };
        let bound = |option: &Choice| {
            // Only who needs the whole stands against a claim of the whole; a part may fit beside another part.
            let whole = option.uses.iter().filter(|(resource, amount)| *amount == capacity(*resource));
            let least = match option.uses[..] {
                // Any member will do: one of those who claim them all gives way.
                [(class, _)] if class >= items => self.of_classes.get(&class).map_or(1.0, |members| {
                    members.iter().map(|(item, _)| claim_on(*item).unwrap_or(1.0)).sum::<f64>().min(1.0)
                }),
                _ => whole.filter_map(|(resource, _)| claim_on(*resource)).fold(1.0, f64::min),
            };
            let odds = odds(option.weight, best) * least;
            // What is always possible is itself part of N.
            let own = if option.uses.is_empty() && option.after.is_none() { 0.0 } else { odds };
            if odds > 0.0 { odds / (own + *against.get_or_insert_with(|| always(options))) } else { 0.0 }
        };
        bounds.clear();
        bounds.extend(options.iter().map(bound));
    }
}

/// Interchangeable classes each of whose members somebody claims for himself, with the members and their amounts.
fn claimed_classes(
    receipts: &[&[Choice]],
    items: u32,
    capacity: &(impl Fn(u32) -> i64 + Sync),
) -> HashMap<u32, Vec<(u32, i64)>, FixedState> {
    let claimed: Vec<(u32, (u32, i64))> = (receipts.par_iter())
        .flat_map_iter(|options| options.iter().filter(|o| o.after.is_none()))
        .filter_map(|option| match option.uses[..] {
            [(item, amount), (class, _)] if item < items && class >= items && amount == capacity(item) => {
                Some((class, (item, amount)))
            }
            _ => None,
        })
        .collect();
    let mut members: HashMap<u32, Vec<(u32, i64)>, FixedState> = HashMap::default();
    claimed.into_iter().for_each(|(class, member)| members.entry(class).or_default().push(member));
    members.retain(|class, of| {
        of.sort_unstable();
        of.dedup();
        super::total(of.iter().map(|m| m.1)) == capacity(*class)
    });
    members
}

/// The one item that an option needs, if it needs no other. Its class goes with it: whoever else needs the item needs the class
/// as well, so that both are gone for either or for neither.
pub(super) fn sole_item(option: &Choice, items: u32) -> Option<(u32, i64)> {
    match option.uses[..] {
        [(item, amount)] if item < items => Some((item, amount)),
        [(item, amount), (class, _)] if item < items && class >= items => Some((item, amount)),
        _ => None,
    }
}

/// The odds of what is possible whatever the others choose, on the scale of the best option.
fn always(options: &[Choice]) -> f64 {
    let best = best_weight(options);
    options.iter().filter(|c| c.uses.is_empty() && c.after.is_none()).map(|c| odds(c.weight, best)).sum()
}

/// How likely, at most, a receipt leaves an item that it could have to itself: the odds of the options that do not need it
/// against those that need nothing else.
fn yields(options: &[Choice], odds: &[f64], item: u32, items: u32) -> f64 {
    let needs = |c: &Choice| c.uses.iter().chain(&c.holds).any(|used| used.0 == item);
    let (mut own, mut rest) = (0.0, 0.0);
    for (option, odds) in options.iter().zip(odds) {
        if !needs(option) {
            rest += odds;
        } else if option.after.is_none() && sole_item(option, items).is_some() {
            own += odds;
        }
    }
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
