//! An hypothesis to its terms: log-odds that add up.
//!
//! A term weighs `log2(P(observation | hypothesis) / P(observation | chance))`. An hypothesis' weight is the sum of its terms;
//! two hypotheses of one payment compare by two to the power of the difference.

mod amount;
mod chance;
mod date;
pub mod estimate;
pub mod habit;
pub mod named;
mod payer;
mod reference;
mod start;
#[cfg(test)]
mod tests;

pub use chance::measure;
pub use date::delay_of;
pub use habit::Habits;

use crate::config::Weights;
use crate::model::stage::{Draft, LedgerFacts, ReceiptFacts, Searched};
use crate::model::{Application, DifferenceKind, Field, Frequencies, HypothesisKind, Level, Term, Weight};

/// Share of the unlisted equations that would make a cited item look paid in part: hidden credit notes and deductions.
const HIDDEN_DEDUCTION: f64 = 0.008;
/// Share of the unlisted equations that would hold a cited item and others that nobody names.
const OTHERS_UNNAMED: f64 = 0.07;
/// The same where the text may have been cut off.
const CUT_OFF: f64 = 0.3;
/// Open items of the payer, in powers of two, that make an unlisted equation twice as likely.
const UNLISTED_DOUBLES: f64 = 4.0;
/// Share of the unlisted equations that are left when every set of the payer's items was looked at, or every small one: payers and
/// documents that are not loaded, deductions that nobody knows.
const NOT_IN_ANY_SET: f64 = 0.2;
const NOT_IN_SMALL_SETS: f64 = 0.4;
/// Share of a class that frozen frequencies do not hold.
const UNSEEN: f64 = 1e-3;

/// Weighs drafts against the ledger and against chance.
#[derive(Clone, Copy, Debug)]
pub struct Scorer<'a> {
    /// What is assumed of true pairs.
    pub weights: &'a Weights,
    /// What chance does.
    pub chance: &'a Frequencies,
    /// When each customer pays.
    pub habits: &'a Habits,
    /// The ledger.
    pub ledger: LedgerFacts<'a>,
    /// Open items of each customer.
    pub open_of: &'a [u32],
    /// The smallest open amount of each customer, in minor units of whatever currency; `i64::MAX` where nothing is open.
    pub least_open: &'a [i64],
}

impl Scorer<'_> {
    /// Fills terms and weights of all drafts of one receipt. `searched`: which sets of the likely payers' items were looked at.
    pub fn weigh(&self, facts: &ReceiptFacts, drafts: &mut Vec<Draft>, searched: Searched) {
        for draft in drafts.iter_mut() {
            let terms = match draft.hypothesis.kind {
                HypothesisKind::None => self.none(facts),
                // Needs the weights of the others: below.
                HypothesisKind::Unlisted => continue,
                HypothesisKind::Duplicate => self.duplicate(facts, draft),
                _ => self.equation(facts, draft),
            };
            set(draft, terms);
        }
        let plain = self.unlisted(facts, searched);
        let with_cited = self.unlisted_with_cited(facts, drafts, searched);
        if let Some(draft) = drafts.iter_mut().find(|d| d.hypothesis.kind == HypothesisKind::Unlisted) {
            set(draft, plain);
            if let Some((terms, holds)) = with_cited {
                let mut draft = Draft { holds, ..draft.clone() };
                set(&mut draft, terms);
                drafts.push(draft);
            }
        }
    }

    fn equation(&self, facts: &ReceiptFacts, draft: &Draft) -> Vec<Term> {
        let items: Vec<u32> = draft.hypothesis.applications.iter().map(|a| a.item).collect();
        let kind = draft.hypothesis.kind;
        let mut terms = vec![
            self.start_of_payer(facts, &items, draft),
            self.cited(facts, &items),
            self.paid_by(facts, &items),
            self.amount(facts, draft),
            match kind {
                HypothesisKind::AmountOnly => self.date_of_amount(facts, &items),
                _ => self.date(facts, &items),
            },
        ];
        terms.extend(self.named(facts, &items, kind, draft.pattern));
        terms
    }

    fn duplicate(&self, facts: &ReceiptFacts, draft: &Draft) -> Vec<Term> {
        let items: Vec<u32> = draft.hypothesis.applications.iter().map(|a| a.item).collect();
        let start = self.weights.prior_duplicate.log2() - self.chance.open_items.max(1.0).log2();
        let mut terms = vec![
            term(Field::Start, Level::OneOf(self.chance.open_items as u32), start),
            self.cited(facts, &items),
            self.paid_by(facts, &items),
            self.amount_of_repeat(facts, items.first().map_or(0, |n| self.ledger.item(*n).amount)),
        ];
        terms.extend(self.named(facts, &items, draft.hypothesis.kind, draft.pattern));
        terms
    }

    fn none(&self, facts: &ReceiptFacts) -> Vec<Term> {
        vec![term(Field::Start, Level::NoItem, self.weights.prior_none.log2()), self.paid_by_nobody(facts)]
    }

    /// The start of an equation, corrected by whether its customer pays single items or lists.
    fn start_of_payer(&self, facts: &ReceiptFacts, items: &[u32], draft: &Draft) -> Term {
        let start = self.start(facts, items, draft);
        let Some(first) = items.first() else { return start };
        let own = self.habits.lists(self.ledger.item(*first).customer, facts.payment);
        let anybody = self.habits.lists_of_anybody();
        let bits = if items.len() > 1 { own / anybody } else { (1.0 - own) / (1.0 - anybody) }.log2();
        Term { weight: start.weight + Weight::from_bits(bits), ..start }
    }

    /// Prior of an equation that no generator listed: the likelier, the more open items the payer has.
    fn prior_unlisted(&self, facts: &ReceiptFacts, searched: Searched) -> f64 {
        let payer = facts.payer.candidates.first();
        let open = payer.map_or(0, |c| self.open_of.get(c.customer as usize).copied().unwrap_or(0));
        let left = match searched {
            Searched::AllSets => NOT_IN_ANY_SET,
            Searched::SmallSets => NOT_IN_SMALL_SETS,
            Searched::Little => 1.0,
        };
        (self.weights.prior_unlisted * left * (1.0 + f64::from(1 + open).log2() / UNLISTED_DOUBLES)).log2()
    }

    /// An equation that no generator listed, of other items than those cited.
    fn unlisted(&self, facts: &ReceiptFacts, searched: Searched) -> Vec<Term> {
        vec![
            term(Field::Start, Level::NotListed, self.prior_unlisted(facts, searched)),
            term(Field::Reference, Level::NothingCited, self.weights.cites_nothing.log2()),
            self.unlisted_payer(facts),
            term(Field::Amount, Level::AmountFree, 0.0),
        ]
    }

    /// An equation that no generator listed and in which what is cited has a part: with other items of the customer, or less a
    /// deduction. It keeps what speaks for the cited items, and needs them as much as the listed ones do.
    fn unlisted_with_cited(
        &self,
        facts: &ReceiptFacts,
        drafts: &[Draft],
        searched: Searched,
    ) -> Option<(Vec<Term>, Vec<Application>)> {
        let part = |d: &Draft, field: Field| {
            d.hypothesis.terms.iter().filter(|t| t.field == field).map(|t| t.weight.bits()).sum::<f64>()
        };
        let best = (drafts.iter())
            .filter(|d| d.hypothesis.kind == HypothesisKind::Cited)
            .max_by_key(|d| (d.hypothesis.weight, std::cmp::Reverse(d.hypothesis.applications.clone())))?;
        let has = |kind| best.hypothesis.differences.iter().find(|d| d.kind == kind).map(|d| d.minor);
        let deduction = has(DifferenceKind::OpenRest).or(has(DifferenceKind::WriteOff)).is_some();
        // A surplus smaller than anything else that is open leaves no room for another item beside the cited ones.
        let no_room = has(DifferenceKind::OnAccount).is_some_and(|surplus| surplus < self.least_open_beside(best));
        let share = match deduction || no_room {
            _ if facts.cut_off => CUT_OFF,
            true => HIDDEN_DEDUCTION,
            false => OTHERS_UNNAMED,
        };
        let start = self.prior_unlisted(facts, searched) + share.log2();
        let reference = part(best, Field::Start) - self.weights.prior_one.log2() + part(best, Field::Reference);
        let items = best.hypothesis.applications.len() as u32;
        let mut terms = vec![
            term(Field::Start, Level::NotListed, start),
            term(Field::Reference, Level::CitedAmongOthers(items), reference),
            term(Field::Payer, self.unlisted_payer(facts).level, part(best, Field::Payer)),
            term(Field::Amount, Level::AmountFree, 0.0),
        ];
        // The cited items were paid on this day, and their dates are named, whatever else was paid.
        terms.extend(best.hypothesis.terms.iter().filter(|t| t.field == Field::Date));
        Some((terms, best.hypothesis.applications.clone()))
    }

    /// The smallest open amount of the customer whose items a draft settles; nothing, where that is not known.
    fn least_open_beside(&self, draft: &Draft) -> i64 {
        let customer = draft.hypothesis.applications.first().map(|a| self.ledger.item(a.item).customer);
        customer.and_then(|c| self.least_open.get(c as usize).copied()).unwrap_or(0)
    }
}

fn set(draft: &mut Draft, terms: Vec<Term>) {
    draft.hypothesis.weight = terms.iter().map(|t| t.weight).sum();
    draft.hypothesis.terms = terms;
}

fn term(field: Field, level: Level, bits: f64) -> Term {
    Term { field, level, weight: Weight::from_bits(bits) }
}
