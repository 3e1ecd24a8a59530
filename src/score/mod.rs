//! An hypothesis to its terms: log-odds that add up.
//!
//! A term weighs `log2(P(observation | hypothesis) / P(observation | chance))`. An hypothesis' weight is the sum of its terms;
//! two hypotheses of one payment compare by two to the power of the difference.

mod amount;
mod chance;
mod date;
mod payer;
mod reference;
#[cfg(test)]
mod tests;

pub use chance::measure;

use crate::config::Weights;
use crate::model::stage::{Draft, LedgerFacts, NO_CLASS, ReceiptFacts};
use crate::model::{DifferenceKind, Field, Frequencies, HypothesisKind, Level, Term, Weight};

/// Share of the unlisted equations that would make a cited item look paid in part: hidden credit notes and deductions.
const HIDDEN_DEDUCTION: f64 = 0.15;
/// Of the payments for several items, the share that is for n + 1 items against n: sets thin out with their size.
const ONE_MORE: f64 = 0.6;
/// Open items of the payer, in powers of two, that make an unlisted equation twice as likely.
const UNLISTED_DOUBLES: f64 = 4.0;
/// Share of a class that frozen frequencies do not hold.
const UNSEEN: f64 = 1e-3;

/// Weighs drafts against the ledger and against chance.
#[derive(Clone, Copy, Debug)]
pub struct Scorer<'a> {
    /// What is assumed of true pairs.
    pub weights: &'a Weights,
    /// What chance does.
    pub chance: &'a Frequencies,
    /// The ledger.
    pub ledger: LedgerFacts<'a>,
    /// Open items of each customer.
    pub open_of: &'a [u32],
}

impl Scorer<'_> {
    /// Fills terms and weights of all drafts of one receipt.
    pub fn weigh(&self, facts: &ReceiptFacts, drafts: &mut [Draft]) {
        for draft in drafts.iter_mut() {
            let terms = match draft.hypothesis.kind {
                HypothesisKind::None => self.none(facts),
                // Needs the others' weights: below.
                HypothesisKind::Unlisted => continue,
                HypothesisKind::Duplicate => self.duplicate(facts, draft),
                _ => self.equation(facts, draft),
            };
            set(draft, terms);
        }
        let terms = self.unlisted(facts, drafts);
        if let Some(draft) = drafts.iter_mut().find(|d| d.hypothesis.kind == HypothesisKind::Unlisted) {
            set(draft, terms);
        }
    }

    fn equation(&self, facts: &ReceiptFacts, draft: &Draft) -> Vec<Term> {
        let items: Vec<u32> = draft.hypothesis.applications.iter().map(|a| a.item).collect();
        vec![
            self.start(&items, draft.class),
            self.cited(facts, &items),
            self.paid_by(facts, &items),
            self.amount(facts, draft),
            self.date(facts, &items),
        ]
    }

    fn duplicate(&self, facts: &ReceiptFacts, draft: &Draft) -> Vec<Term> {
        let items: Vec<u32> = draft.hypothesis.applications.iter().map(|a| a.item).collect();
        let start = self.weights.prior_duplicate.log2() - self.chance.open_items.max(1.0).log2();
        vec![
            term(Field::Start, Level::OneOf(self.chance.open_items as u32), start),
            self.cited(facts, &items),
            self.paid_by(facts, &items),
            self.amount_of_repeat(facts, items.first().map_or(0, |n| self.ledger.item(*n).amount)),
        ]
    }

    fn none(&self, facts: &ReceiptFacts) -> Vec<Term> {
        vec![term(Field::Start, Level::NoItem, self.weights.prior_none.log2()), self.paid_by_nobody(facts)]
    }

    /// How likely an equation of so many items is before anything is looked at: how many items payments are for, and one
    /// choice out of the ledger for the first item, out of the customer's items for each further one.
    fn start(&self, items: &[u32], class: u32) -> Term {
        let w = self.weights;
        let all = self.chance.open_items.max(1.0);
        let prior = match items.len() {
            0 | 1 => w.prior_one,
            n => w.prior_several * (1.0 - ONE_MORE) * ONE_MORE.powi(n.min(30) as i32 - 2),
        };
        let mut bits = prior.log2() - all.log2();
        let customer = |n: &u32| self.ledger.item(*n).customer;
        for (n, item) in items.iter().enumerate().skip(1) {
            let known = items[..n].iter().any(|before| customer(before) == customer(item));
            bits -= if known {
                f64::from(self.open_of.get(customer(item) as usize).copied().unwrap_or(1).max(2) - 1).log2()
            } else {
                all.log2() - w.several_customers.log2()
            };
        }
        if class != NO_CLASS {
            // Any member will do: their chances add up.
            bits += (self.ledger.classes[class as usize].len() as f64).log2();
        }
        term(Field::Start, Level::OneOf(all as u32), bits)
    }

    /// The equation that no generator listed. It keeps what speaks for the items cited, because they may be part of it, and it
    /// is likelier the more open items the payer has.
    fn unlisted(&self, facts: &ReceiptFacts, drafts: &[Draft]) -> Vec<Term> {
        let w = self.weights;
        let part = |d: &Draft, field: Field| {
            d.hypothesis.terms.iter().filter(|t| t.field == field).map(|t| t.weight.bits()).sum::<f64>()
        };
        let best = (drafts.iter())
            .filter(|d| d.hypothesis.kind == HypothesisKind::Cited)
            .max_by_key(|d| (d.hypothesis.weight, std::cmp::Reverse(d.hypothesis.applications.clone())));
        let payer = facts.payer.candidates.first();
        let open = payer.map_or(0, |c| self.open_of.get(c.customer as usize).copied().unwrap_or(0));
        let growth = 1.0 + f64::from(1 + open).log2() / UNLISTED_DOUBLES;
        let mut start = (w.prior_unlisted * growth).log2();
        let (mut reference, mut level) = (w.cites_nothing.log2(), Level::NothingCited);
        let mut paid_by = self.unlisted_payer(facts);
        if let Some(best) = best {
            let credit = part(best, Field::Start) - w.prior_one.log2() + part(best, Field::Reference);
            let credited = credit + part(best, Field::Payer);
            if credited > reference + paid_by.weight.bits() {
                (reference, level) = (credit, Level::OthersCited(best.hypothesis.applications.len() as u32));
                paid_by = term(Field::Payer, paid_by.level, part(best, Field::Payer));
                if best.hypothesis.differences.iter().any(|d| d.kind == DifferenceKind::OpenRest) {
                    start += HIDDEN_DEDUCTION.log2();
                }
            }
        }
        vec![
            term(Field::Start, Level::NotListed, start),
            term(Field::Reference, level, reference),
            paid_by,
            term(Field::Amount, Level::AmountFree, 0.0),
        ]
    }
}

fn set(draft: &mut Draft, terms: Vec<Term>) {
    draft.hypothesis.weight = terms.iter().map(|t| t.weight).sum();
    draft.hypothesis.terms = terms;
}

fn term(field: Field, level: Level, bits: f64) -> Term {
    Term { field, level, weight: Weight::from_bits(bits) }
}
