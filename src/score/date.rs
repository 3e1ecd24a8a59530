//! When it was paid, against when items of this ledger would be paid by chance.

use crate::model::stage::{Day, ItemFacts, ReceiptFacts};
use crate::model::{Field, Level, Term, Weight};

use super::habit::{Habits, Scatters};
use super::{Memo, Scorer, term};

/// The least density that is believed, per day: one day must not weigh without bound.
const LEAST: f64 = 1e-9;

/// Items of one amount that are all looked at when nobody is recognised.
const FEW: u32 = 6;
/// Candidates whose habits are looked at, the likeliest first.
const PAYERS: usize = 4;
/// Probability of a payer that is not worth a look.
const NEGLIGIBLE: f64 = 1e-3;

/// Days from an item's dates to a receipt.
pub struct Delay {
    /// From the due date; where it is unknown, from the document.
    pub from_due: i32,
    /// Before the document; 0 when after it.
    pub before_issue: i32,
}

/// The delay of a receipt against an item; `None` when the item has no date.
pub fn delay_of(day: Day, item: &ItemFacts) -> Option<Delay> {
    let due = item.due.or(item.issue)?;
    let before_issue = item.issue.map_or(0, |issue| (issue - day).max(0));
    Some(Delay { from_due: day - due, before_issue })
}

/// The density of a delay if anybody paid, per day.
pub(super) fn by_anybody(habits: &Habits, delay: &Delay) -> f64 {
    if delay.before_issue > 0 { habits.before_issue(delay.before_issue) } else { habits.of_anybody(delay.from_due) }
}

impl Scorer<'_> {
    /// The date's term: the mean over the items, because they were chosen together.
    ///
    /// A delay weighs by its density for this customer, against the mean density over random pairs of receipt and item: if
    /// each item of the ledger were paid after the same habit, that is how much likelier this one is than one of them. Where
    /// every open item is due about the same day, the date says nothing.
    pub(super) fn date(&self, facts: &ReceiptFacts, items: &[u32], memo: &mut Memo) -> Term {
        let mut bits = 0.0;
        let mut dated = 0;
        let mut level = Level::DateUnknown;
        for item in items.iter().copied() {
            let Some(delay) = delay_of(facts.day, self.ledger.item(item)) else { continue };
            dated += 1;
            let density = if delay.before_issue > 0 {
                level = Level::BeforeIssue(delay.before_issue);
                self.habits.before_issue(delay.before_issue)
            } else {
                level = match level {
                    Level::DaysFromDue(days) => Level::DaysFromDue(days.min(delay.from_due)),
                    Level::DateUnknown => Level::DaysFromDue(delay.from_due),
                    other => other,
                };
                self.habit_of_payer(facts, item, delay.from_due, &mut memo.scatters)
            };
            bits += (density.max(LEAST) / self.chance.dates.max(LEAST)).log2();
        }
        term(Field::Date, level, if dated == 0 { 0.0 } else { bits / f64::from(dated) })
    }

    /// The date's term where the amount is all there is: among many items of that amount, others may be due nearer.
    pub(super) fn date_of_amount(&self, facts: &ReceiptFacts, items: &[u32], memo: &mut Memo) -> Term {
        let term = self.date(facts, items, memo);
        if facts.equal_count > FEW { Term { weight: term.weight.min(Weight(0)), ..term } } else { term }
    }

    /// Density of a delay for whoever pays: the mean over those who may be it. Members of a group that share an account must not
    /// be told apart by their habits alone, so it does not matter whose the item is, unless nobody was recognised.
    fn habit_of_payer(&self, facts: &ReceiptFacts, item: u32, delay: i32, memo: &mut Scatters) -> f64 {
        let mut of = |customer| self.habits.density(customer, delay, facts.payment, item, memo);
        let likeliest = &facts.payer.candidates[..facts.payer.candidates.len().min(PAYERS)];
        let known: f64 = likeliest.iter().map(|c| c.probability).sum();
        let of_payer: f64 = likeliest.iter().map(|c| c.probability * of(c.customer)).sum();
        let rest = (1.0 - known).max(0.0);
        if rest < NEGLIGIBLE {
            return of_payer;
        }
        of_payer + rest * of(self.ledger.item(item).customer)
    }
}
