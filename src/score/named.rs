//! Dates and periods that the text names, against how many of the customer's items have such a date anyway.

use crate::config::Weights;
use crate::model::stage::{ItemFacts, NamedPeriod, Pattern, ReceiptFacts};
use crate::model::{Field, HypothesisKind, Level, Term};

use super::{Scorer, term};

/// Items of a customer that are looked at: a sample of them tells a share as well.
const LOOKED_AT: usize = 500;
/// Days before its document on which an item may be paid.
const EARLY: i32 = 3;
/// The most that a named date says, in bits: several items that all lie in the named period.
const MOST_BITS: f64 = 12.0;

/// What dates of a text say of one item: nothing, or how likely they are if this item is paid.
#[derive(Clone, Copy, Debug)]
pub struct Naming {
    /// Share of the named dates that are the paid item's, where any item of the customer has such a date.
    pub reliable: f64,
    /// Share of them that are the document's, and not the due date.
    pub issue: f64,
}

impl Naming {
    /// What holds for the dates of a text: a period is hardly ever anything else than what is paid; a day may be.
    pub fn of(weights: &Weights, named: &[NamedPeriod]) -> Self {
        let days = named.iter().all(NamedPeriod::is_day);
        Self { reliable: if days { weights.names_day } else { weights.names_period }, issue: weights.names_issue }
    }

    /// How well the dates of a text fit an item: 1 when both of its dates are named, 0 when neither is.
    pub fn fit(&self, named: &[NamedPeriod], item: &ItemFacts) -> f64 {
        let of = |n: &NamedPeriod| match (n.has_issue(item), n.has_due(item)) {
            (true, true) => 1.0,
            (true, false) => self.issue,
            (false, true) => 1.0 - self.issue,
            (false, false) => 0.0,
        };
        named.iter().map(of).fold(0.0, f64::max)
    }
}

/// Whether an item could be what a receipt pays: of its currency, and issued by then.
pub fn is_payable(facts: &ReceiptFacts, item: &ItemFacts) -> bool {
    item.currency == facts.currency && item.issue.is_none_or(|issue| issue <= facts.day + EARLY)
}

/// How the items fit of which one would be paid by chance.
struct Chance {
    items: f64,
    fitting: f64,
    mean: f64,
}

impl Scorer<'_> {
    /// The term of the dates that the text names; none where they say nothing: no date is named, or it is nobody's of them.
    ///
    /// A date that is one of a customer's singles his item out as far as few others of his have it: one of six monthly invoices
    /// by log2(6) bits, one of thirty that were issued on the same day by none.
    pub(super) fn named(
        &self,
        facts: &ReceiptFacts,
        items: &[u32],
        kind: HypothesisKind,
        pattern: Pattern,
    ) -> Option<Term> {
        if facts.named.is_empty() {
            return None;
        }
        let naming = Naming::of(self.weights, &facts.named);
        let chance = self.chance_of_fit(facts, items, kind, &naming);
        if chance.fitting == 0.0 || chance.mean >= 1.0 {
            return None;
        }
        let fits: Vec<f64> = items.iter().map(|n| naming.fit(&facts.named, self.ledger.item(*n))).collect();
        let fitting = fits.iter().filter(|fit| **fit > 0.0).count();
        let ratio = match (items.len(), fitting) {
            (_, 0) => 0.0,
            (1, _) => fits[0] / chance.mean,
            (all, fitting) if fitting < all => return None,
            // One of the periods that the customer could have named.
            _ if pattern == Pattern::Named => chance.items / chance.fitting,
            // All of so many items in the period: one of the sets of that size.
            (all, _) => (0..all)
                .map(|n| n as f64)
                .fold(1.0, |ratio, n| ratio * (chance.items - n).max(1.0) / (chance.fitting - n).max(1.0)),
        };
        let bits = (naming.reliable * ratio + 1.0 - naming.reliable).log2().min(MOST_BITS);
        let level = if fitting == 0 { Level::OtherDateNamed } else { Level::DateNamed(fitting as u32) };
        Some(term(Field::Date, level, bits))
    }

    /// How the dates fit the items that the customers of some items could be paying; where the amount is all there is, those of
    /// that amount. What was settled before and is equal is among them: its month may be what is named.
    fn chance_of_fit(&self, facts: &ReceiptFacts, items: &[u32], kind: HypothesisKind, naming: &Naming) -> Chance {
        let mut customers: Vec<u32> = items.iter().filter_map(|n| self.ledger.item(*n).owner()).collect();
        customers.sort_unstable();
        customers.dedup();
        let mut chance = Chance { items: 0.0, fitting: 0.0, mean: 0.0 };
        let mut count = |n: u32, weight: f64| {
            let item = self.ledger.item(n);
            if is_payable(facts, item) {
                let fit = naming.fit(&facts.named, item);
                chance.items += weight;
                chance.mean += weight * fit;
                chance.fitting += if fit > 0.0 { weight } else { 0.0 };
            }
        };
        if kind == HypothesisKind::AmountOnly || customers.is_empty() {
            facts.equal.iter().for_each(|n| count(*n, 1.0));
        } else {
            for customer in &customers {
                let open = &self.ledger.open_items[*customer as usize];
                let step = open.len() / LOOKED_AT + 1;
                open.iter().step_by(step).for_each(|n| count(*n, step as f64));
            }
            let settled = facts.settled_equal.iter().filter(|n| customers.contains(&self.ledger.item(**n).customer));
            settled.for_each(|n| count(*n, 1.0));
            // What is paid is one of them, whatever the sample took.
            for n in
                items.iter().filter(|n| !is_payable(facts, self.ledger.item(**n)) || chance_lacks(self, **n, facts))
            {
                let fit = naming.fit(&facts.named, self.ledger.item(*n));
                chance.items += 1.0;
                chance.mean += fit;
                chance.fitting += if fit > 0.0 { 1.0 } else { 0.0 };
            }
        }
        chance.mean /= chance.items.max(1.0);
        chance
    }
}

/// Whether an item is not among those that were counted: settled, and of another amount.
fn chance_lacks(scorer: &Scorer<'_>, item: u32, facts: &ReceiptFacts) -> bool {
    scorer.ledger.item(item).open == 0 && !facts.settled_equal.contains(&item)
}
