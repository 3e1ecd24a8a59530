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

use std::collections::{BTreeMap, HashMap, HashSet};

use foldhash::fast::FixedState;

use super::yielding::sole_item;
use super::{Choice, best_weight, odds};

/// Relative error of a difference, at most.
const ROUNDING: f64 = 1e-12;
/// Receipts on one item that are gone through to exchange items with the strongest option.
const EXCHANGED: usize = 256;

/// What the options of one receipt on one resource amount to.
#[derive(Clone, Copy, Debug, Default)]
struct Own {
    /// Their odds against what is always possible for the receipt.
    all: f64,
    /// The same where the resource is used up by an earlier receipt, so that the payment may be its duplicate.
    if_used_up: f64,
    /// The part of `all` that takes any member of a class and names none.
    of_any: f64,
    /// The part of `all` that takes the whole item and nothing else.
    sole: f64,
    /// The least and the most that any of them takes.
    least: i64,
    most: i64,
}

/// The receipts on one resource, in their order, with sums from either end.
#[derive(Debug, Default)]
struct Users {
    receipts: Vec<(usize, Own)>,
    /// For each place: `all` and `of_any` of the receipts before it.
    before: Vec<(f64, f64)>,
    /// For each place: `all`, `if_used_up` and `of_any` of the receipts from it on.
    from: Vec<(f64, f64, f64)>,
    least: i64,
    /// What all take at most: each takes one of its options.
    most: i128,
}

impl Users {
    fn of(receipts: Vec<(usize, Own)>) -> Self {
        let mut before = vec![(0.0, 0.0)];
        for (n, (_, own)) in receipts.iter().enumerate() {
            before.push((before[n].0 + own.all, before[n].1 + own.of_any));
        }
        let mut from = vec![(0.0, 0.0, 0.0); receipts.len() + 1];
        for (n, (_, own)) in receipts.iter().enumerate().rev() {
            let next = from[n + 1];
            from[n] = (next.0 + own.all, next.1 + own.if_used_up, next.2 + own.of_any);
        }
        let least = receipts.iter().map(|(_, own)| own.least).min().unwrap_or(1).max(1);
        let most = receipts.iter().map(|(_, own)| i128::from(own.most)).sum();
        Self { receipts, before, from, least, most }
    }

    /// The odds of all receipts but one; `used_up`: they have to make room for it wholly, and those behind it find the
    /// resource used up. Sums from either end, so that no large claim drowns small ones.
    fn without(&self, receipt: usize, used_up: bool) -> f64 {
        let (first, behind) = self.around(receipt);
        self.before[first].0 + if used_up { self.from[behind].1 } else { self.from[behind].0 }
    }

    /// The odds of those that take any member of a class.
    fn of_any_without(&self, receipt: usize) -> f64 {
        let (first, behind) = self.around(receipt);
        self.before[first].1 + self.from[behind].2
    }

    /// The odds of the receipts before one.
    fn before(&self, receipt: usize) -> f64 {
        self.before[self.around(receipt).0].0
    }

    /// What all receipts but one take at most.
    fn most_without(&self, receipt: usize) -> i128 {
        let own = self.receipts.binary_search_by_key(&receipt, |u| u.0).map_or(0, |at| self.receipts[at].1.most);
        self.most - i128::from(own)
    }

    /// The number of receipts before one, and the place of the first behind it.
    fn around(&self, receipt: usize) -> (usize, usize) {
        (self.receipts.partition_point(|u| u.0 < receipt), self.receipts.partition_point(|u| u.0 <= receipt))
    }
}

/// The strongest option of each receipt, and the least probability that it has.
pub(super) fn lower_bounds(receipts: &[&[Choice]], items: u32, capacity: &impl Fn(u32) -> i64) -> Vec<(usize, f64)> {
    let shared = shared(receipts);
    let mut on: BTreeMap<u32, Vec<(usize, Own)>> = BTreeMap::new();
    for (n, options) in receipts.iter().enumerate() {
        for (resource, own) in own_odds(options, &shared, items, capacity) {
            on.entry(resource).or_default().push((n, own));
        }
    }
    let users: HashMap<u32, Users, FixedState> = on.into_iter().map(|(r, of)| (r, Users::of(of))).collect();
    let bounds = Bounds { users, items, capacity };
    (receipts.iter().enumerate()).map(|(n, options)| bounds.of_receipt(n, options)).collect()
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

/// What the options of one receipt on each resource amount to, against what is always possible for it: what needs nothing, or
/// nothing that anybody else wants.
fn own_odds(
    options: &[Choice],
    shared: &HashSet<u32, FixedState>,
    items: u32,
    capacity: &impl Fn(u32) -> i64,
) -> Vec<(u32, Own)> {
    let best = best_weight(options);
    let odds_of = |c: &Choice| odds(c.weight, best);
    let is_always =
        |c: &&Choice| c.after.is_none() && c.uses.iter().chain(&c.holds).all(|used| !shared.contains(&used.0));
    let always = options.iter().filter(is_always).map(odds_of).sum::<f64>().max(f64::MIN_POSITIVE);
    let repeats = |resource: u32| options.iter().filter(|c| c.after == Some(resource)).map(odds_of).sum::<f64>();
    let mut uses: Vec<(u32, Own)> = Vec::new();
    for option in options {
        let of_any = if names_items(option, items) { 0.0 } else { odds_of(option) / always };
        for (resource, amount) in &option.uses {
            let all = odds_of(option) / always;
            let whole = sole_item(option, items) == Some((*resource, capacity(*resource)));
            let sole = if whole && option.after.is_none() { all } else { 0.0 };
            uses.push((*resource, Own { all, if_used_up: 0.0, of_any, sole, least: *amount, most: *amount }));
        }
    }
    uses.sort_by_key(|used| used.0);
    uses.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1.all += next.1.all;
            kept.1.of_any += next.1.of_any;
            kept.1.sole += next.1.sole;
            kept.1.least = kept.1.least.min(next.1.least);
            kept.1.most = kept.1.most.max(next.1.most);
        }
        same
    });
    for (resource, own) in &mut uses {
        own.if_used_up = own.all * always / (always + repeats(*resource));
    }
    uses
}

struct Bounds<'c, C> {
    users: HashMap<u32, Users, FixedState>,
    items: u32,
    capacity: &'c C,
}

impl<C: Fn(u32) -> i64> Bounds<'_, C> {
    fn of_receipt(&self, receipt: usize, options: &[Choice]) -> (usize, f64) {
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
        let unit = self.unit(strongest);
        let others: f64 = strongest.uses.iter().map(|used| self.ways(receipt, strongest, *used)).product();
        let mut against = 0.0;
        for option in options.iter().enumerate().filter(|(at, _)| *at != top).map(|(_, option)| option) {
            let odds = odds(option.weight, best);
            against += odds
                * match (option.after, unit) {
                    _ if same(option) => 1.0,
                    // It repeats an earlier payment of just this item: one before it must have taken the item.
                    (Some(after), Some(item)) if after == item => {
                        self.users.get(&item).map_or(0.0, |users| users.before(receipt))
                    }
                    (None, Some(unit)) => others.min(self.exchanges(receipt, strongest, option, unit)),
                    _ => others,
                };
        }
        (top, 1.0 / (1.0 + against))
    }

    /// In how many ways, weighed, others may stand in the way of the strongest option on one resource.
    fn ways(&self, receipt: usize, strongest: &Choice, (resource, amount): (u32, i64)) -> f64 {
        let Some(users) = self.users.get(&resource) else { return 1.0 };
        if users.most_without(receipt).saturating_add(i128::from(amount)) <= i128::from((self.capacity)(resource)) {
            return 1.0;
        }
        // Who names a member of a class stands in the way of another member only by way of that item.
        let others = match names_items(strongest, self.items) && resource >= self.items {
            true => users.of_any_without(receipt),
            false => users.without(receipt, amount == (self.capacity)(resource) && resource < self.items),
        };
        let leave = amount.unsigned_abs().div_ceil(users.least.unsigned_abs()).min(1000) as i32;
        (1.0 + others).powi(leave)
    }

    /// What an option takes, if it is one thing: the whole of an item, or any member of a class.
    fn unit(&self, option: &Choice) -> Option<u32> {
        match option.uses[..] {
            [(class, _)] if class >= self.items => Some(class),
            _ => sole_item(option, self.items).filter(|(item, amount)| *amount == (self.capacity)(*item)).map(|u| u.0),
        }
    }

    /// The odds of a receipt's options that take just one unit.
    fn of_unit(&self, unit: u32, own: &Own) -> f64 {
        if unit >= self.items { own.of_any } else { own.sole }
    }

    /// The same where the receipt takes another single item instead: who has its item may have had that one, and the two change
    /// places, instead of the other being left with what is always possible.
    fn exchanges(&self, receipt: usize, strongest: &Choice, option: &Choice, unit: u32) -> f64 {
        let (Some(users), Some(other)) = (self.users.get(&unit), self.unit(option)) else { return f64::INFINITY };
        // One who leaves must be enough: two who take parts could both stand in the way.
        let needed = strongest.uses.iter().find(|used| used.0 == unit).map_or(i64::MAX, |used| used.1);
        let only_one = unit < self.items && users.least.saturating_mul(2) > (self.capacity)(unit);
        if users.receipts.len() > EXCHANGED || !(only_one || users.least >= needed) {
            return f64::INFINITY;
        }
        let on_other = self.users.get(&other);
        let of_other = |n: usize| {
            let on = on_other?;
            on.receipts.binary_search_by_key(&n, |u| u.0).ok().map(|at| self.of_unit(other, &on.receipts[at].1))
        };
        // Who takes any member of the item's class has not to change with anybody, but to leave.
        let classes = strongest.uses.iter().filter(|used| used.0 >= self.items && used.0 != unit);
        let of_any: f64 = classes.filter_map(|used| self.users.get(&used.0)).map(|u| u.of_any_without(receipt)).sum();
        let mut ways = 1.0 + of_any;
        for (n, own) in users.receipts.iter().filter(|(n, _)| *n != receipt) {
            let of_unit = self.of_unit(unit, own);
            let changed = of_other(*n).filter(|odds| *odds > 0.0).map_or(f64::INFINITY, |odds| of_unit / odds);
            // What takes more than the unit cannot change places.
            let rest = (own.all - of_unit).max(0.0) + own.all * ROUNDING;
            ways += own.all.min(changed + rest);
        }
        ways
    }
}
