//! Dates and periods that the text names, against how many of the customer's items have such a date anyway.

use crate::model::stage::{ItemFacts, LedgerFacts, NamedPeriod, Pattern, ReceiptFacts};
use crate::model::{Field, HypothesisKind, Level, Term};

use super::{Memo, Scorer, Settled, remembered, term};

/// Items of a customer that are looked at: a sample of them tells a share as well.
const LOOKED_AT: usize = 500;
/// Days before its document on which an item may be paid.
const EARLY: i32 = 3;
/// The most that named dates say, in bits: several items that all lie in the named period.
const MOST_BITS: f64 = 12.0;
/// How much less likely than by chance it is that only some of what is paid lies in a period that is named.
const PARTLY: f64 = 0.1;

/// Whether the documents' dates are named, or the due dates.
type Has = fn(&NamedPeriod, &ItemFacts) -> bool;

/// The items of which one would be paid by chance: how many, and how many have a date that is named.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chance {
    /// All of them.
    pub items: f64,
    /// Those whose document's date is named.
    pub issue: f64,
    /// Those whose due date is named.
    pub due: f64,
    /// Those of which either is.
    pub either: f64,
}

impl Chance {
    /// Counts what these customers owe and could be paying, and what of this amount was settled before: its month may be what
    /// is named.
    pub fn of(facts: &ReceiptFacts, ledger: LedgerFacts<'_>, customers: &[u32]) -> Self {
        let mut chance = Self::default();
        for customer in customers {
            let open = ledger.owed.by(*customer);
            let step = open.len() / LOOKED_AT + 1;
            let of_sample = open.iter().step_by(step).map(|e| ledger.item(e.item));
            let payable = of_sample.filter(|item| is_payable(facts, item));
            payable.for_each(|item| chance.count(facts, item, step as f64));
        }
        let settled = facts.settled_equal.iter().filter(|n| customers.contains(&ledger.item(**n).customer));
        settled.for_each(|n| chance.count(facts, ledger.item(*n), 1.0));
        chance
    }

    fn count(&mut self, facts: &ReceiptFacts, item: &ItemFacts, weight: f64) {
        let (issue, due) = (lies(facts, NamedPeriod::has_issue, item), lies(facts, NamedPeriod::has_due, item));
        self.items += weight;
        self.issue += if issue { weight } else { 0.0 };
        self.due += if due { weight } else { 0.0 };
        self.either += if issue || due { weight } else { 0.0 };
    }
}

/// Whether a date of an item is one of those that the text names.
fn lies(facts: &ReceiptFacts, has: Has, item: &ItemFacts) -> bool {
    facts.named.iter().any(|named| has(named, item))
}

/// Whether an item could be what a receipt pays: of its currency, and issued by then.
fn is_payable(facts: &ReceiptFacts, item: &ItemFacts) -> bool {
    item.currency == facts.currency && item.issue.is_none_or(|issue| issue <= facts.day + EARLY)
}

/// Whether a text names days, and no period.
pub fn names_days(facts: &ReceiptFacts) -> bool {
    facts.named.iter().all(NamedPeriod::is_day)
}

impl Scorer<'_> {
    /// The term of the dates that the text names; none where they say nothing: no date is named, or none that an item of the
    /// customer has, or one that all have.
    ///
    /// A date that is one of a customer's singles his item out as far as few others of his have it: one of six monthly invoices
    /// by log2(6) bits, one of thirty that were issued on the same day by none.
    pub(super) fn named(
        &self,
        facts: &ReceiptFacts,
        settled: Settled<'_>,
        kind: HypothesisKind,
        pattern: Pattern,
        memo: &mut Memo,
    ) -> Option<Term> {
        if facts.named.is_empty() {
            return None;
        }
        let items = settled.items;
        let chance = self.chance_of_names(facts, settled, kind, memo);
        let days = names_days(facts);
        let reliable = if days { self.weights.names_day } else { self.weights.names_period };
        // Which date of the document is named, as far as any item has it.
        let issue = match (chance.issue > 0.0, chance.due > 0.0) {
            (true, true) => self.weights.names_issue,
            (true, false) => 1.0,
            (false, true) => 0.0,
            (false, false) => return None,
        };
        let having = |has: Has| items.iter().filter(|n| lies(facts, has, self.ledger.item(**n))).count();
        let ratio_of = |has: Has, of_all: f64| match having(has) {
            have if have == 0 || have < items.len() => 0.0,
            // One of the periods that the customer could have named.
            _ if pattern == Pattern::Named => chance.items / of_all.max(1.0),
            // All of so many items: one of the sets of that size.
            _ => (0..items.len())
                .map(|n| n as f64)
                .fold(1.0, |ratio, n| ratio * (chance.items - n).max(1.0) / (of_all - n).max(1.0)),
        };
        let (by_issue, by_due): (Has, Has) = (NamedPeriod::has_issue, NamedPeriod::has_due);
        let ratio = issue * ratio_of(by_issue, chance.issue) + (1.0 - issue) * ratio_of(by_due, chance.due);
        let fitting = having(NamedPeriod::fits);
        let ratio = match fitting {
            // A date beside a list may be that of one of its items.
            some if ratio == 0.0 && some > 0 && days => 1.0,
            some if ratio == 0.0 && some > 0 => PARTLY,
            _ => ratio,
        };
        let bits = (reliable * ratio + 1.0 - reliable).log2().min(MOST_BITS);
        let level = if fitting == 0 { Level::OtherDateNamed } else { Level::DateNamed(fitting as u32) };
        Some(term(Field::Date, level, bits)).filter(|term| term.weight.0 != 0)
    }

    /// The items of which one would be paid by chance: those of their customers; where the amount is all there is, those of that
    /// amount.
    fn chance_of_names(
        &self,
        facts: &ReceiptFacts,
        settled: Settled<'_>,
        kind: HypothesisKind,
        memo: &mut Memo,
    ) -> Chance {
        let (items, customers) = (settled.items, settled.owners());
        if kind == HypothesisKind::AmountOnly || customers.is_empty() {
            let mut chance = Chance::default();
            facts.equal.iter().for_each(|n| chance.count(facts, self.ledger.item(*n), 1.0));
            return chance;
        }
        let mut chance = match *customers {
            [one] => remembered(&mut memo.named, one, || Chance::of(facts, self.ledger, customers)),
            _ => Chance::of(facts, self.ledger, customers),
        };
        // What is weighed is one of them, though it was settled, or is paid before it is issued.
        for item in items {
            let known = self.ledger.item(*item);
            let counted = known.open != 0 && is_payable(facts, known) || facts.settled_equal.contains(item);
            if !counted {
                chance.count(facts, known, 1.0);
            }
        }
        chance
    }
}
