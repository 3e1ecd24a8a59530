//! When it was paid, against when a random item would have been due.

use crate::model::stage::{Day, ItemFacts, ReceiptFacts};
use crate::model::{Field, Level, Term};

use super::{Scorer, UNSEEN, term};

/// The least chance that is believed: a class that random pairs never met must not weigh without bound.
const LEAST: f64 = 1e-6;

/// Share of random pairs from which a class of delay counts as one that the ledger has.
const SELDOM: f64 = 0.02;

/// Days from an item's dates to a receipt.
pub(super) struct Delay {
    /// From the due date; where it is unknown, from the document.
    pub(super) from_due: i32,
    /// Before the document; 0 when after it.
    pub(super) before_issue: i32,
}

/// The delay of a receipt against an item; `None` when the item has no date.
pub(super) fn delay_of(day: Day, item: &ItemFacts) -> Option<Delay> {
    let due = item.due.or(item.issue)?;
    let before_issue = item.issue.map_or(0, |issue| (issue - day).max(0));
    Some(Delay { from_due: day - due, before_issue })
}

/// The class of a delay: the first bound that is not below it.
pub(super) fn delay_class(bounds: &[i32], days: i32) -> usize {
    bounds.iter().position(|bound| days <= *bound).unwrap_or(bounds.len())
}

impl Scorer<'_> {
    /// The date's term: the mean over the items, because they were chosen together.
    pub(super) fn date(&self, facts: &ReceiptFacts, items: &[u32]) -> Term {
        let w = self.weights;
        let mut bits = 0.0;
        let mut dated = 0;
        let mut level = Level::DateUnknown;
        for item in items {
            let Some(delay) = delay_of(facts.day, self.ledger.item(*item)) else { continue };
            dated += 1;
            if delay.before_issue > 0 {
                bits += self.date_bits(w.before_issue, self.chance.before_issue);
                level = Level::BeforeIssue(delay.before_issue);
            } else {
                let class = delay_class(&w.delay_bounds, delay.from_due);
                let (true_part, chance) = (w.delay.get(class), self.chance.delay.get(class));
                bits += self.date_bits(true_part.copied().unwrap_or(UNSEEN), chance.copied().unwrap_or(UNSEEN));
                level = match level {
                    Level::DaysFromDue(days) => Level::DaysFromDue(days.min(delay.from_due)),
                    Level::DateUnknown => Level::DaysFromDue(delay.from_due),
                    other => other,
                };
            }
        }
        term(Field::Date, level, if dated == 0 { 0.0 } else { bits / f64::from(dated) })
    }

    /// What a class of delay says. Only classes that the ledger has at all can be chosen: where every open item is due about
    /// the same day, the date says nothing.
    fn date_bits(&self, true_part: f64, chance: f64) -> f64 {
        let there = |chance: f64| (chance / SELDOM).min(1.0);
        let classes = self.weights.delay.iter().zip(&self.chance.delay);
        let possible: f64 = classes.map(|(part, chance)| part * there(*chance)).sum::<f64>()
            + self.weights.before_issue * there(self.chance.before_issue);
        let true_part = true_part * there(chance) / possible.max(LEAST);
        (true_part / chance.max(LEAST)).max(LEAST).log2()
    }
}
