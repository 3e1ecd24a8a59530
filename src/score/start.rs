//! How likely an equation is before anything is looked at: how many items payments are for, and which of all that could be paid.

use crate::model::stage::{Draft, NO_CLASS, Pattern, ReceiptFacts};
use crate::model::{Field, HypothesisKind, Level, Term};

use super::spread::choices;
use super::{Memo, Scorer, Settled, term};

/// Of the payments for several items, the share that is for n of them falls with n to this power: most are for two or three, and
/// a few for forty.
const THINNING: f64 = 2.2;
/// The sum of n^-2.2 over all n from 2 on.
const ALL_SIZES: f64 = 0.4905;
/// Of the payments for several items, the share that is for all that is open, all that is due, the oldest, neighbours.
const ALL_OPEN: f64 = 0.10;
const ALL_DUE: f64 = 0.15;
const OLDEST: f64 = 0.10;
const RUN: f64 = 0.30;
/// The share that is for all of a month, of whichever.
const PERIOD: f64 = 0.15;
/// The rest: any set.
const ANY: f64 = 0.35;
/// Payments off which credit notes are taken.
const NETTED: f64 = 0.06;
/// Customers that belong together are paid together so often, where there are several.
const TOGETHER: f64 = 0.1;

impl Scorer<'_> {
    /// How likely an equation of these items is: its number of items, and one choice among the sets that its customers owe.
    /// `shown`: what a set is among all is counted for people.
    pub(super) fn start(
        &self,
        facts: &ReceiptFacts,
        settled: Settled<'_>,
        draft: &Draft,
        shown: bool,
        memo: &mut Memo,
    ) -> Term {
        let logs = self.logs(memo);
        let Settled { items, customers } = settled;
        let w = self.weights;
        let all = self.chance.open_items.max(1.0);
        let owed: f64 = customers.iter().map(|c| self.open_items_of(*c)).sum();
        let credits = items.iter().filter(|n| self.ledger.item(**n).open < 0).count();
        let invoices = items.len() - credits.min(items.len());
        let size = invoices as f64;
        // Which customer it is, and which item the first: the payer's term takes the customer's share back.
        let mut bits = -logs.open_items;
        if credits > 0 {
            // Credit notes are netted with whatever is paid: one choice of those that the customer has.
            let notes = f64::from(facts.credit_notes).max(credits as f64);
            bits += NETTED.log2() - choices(notes, credits);
        }
        if invoices < 2 {
            bits += logs.prior_one;
        } else {
            // One of the sets of a size: the first item is in `all` already, and any of them may be the first.
            let any = ANY * size.powf(-THINNING) / ALL_SIZES * size / choices(owed - 1.0, invoices - 1).exp2();
            let structured = match draft.pattern {
                Pattern::Any => 0.0,
                Pattern::AllOpen => ALL_OPEN,
                Pattern::AllDue => ALL_DUE / 3.0,
                Pattern::Oldest => OLDEST / owed,
                Pattern::Run => RUN / (owed * owed),
                // One of as many periods as such sets fill; which one it is, the text names.
                Pattern::Named => PERIOD / (owed / size).max(1.0) / owed,
            };
            bits += (w.prior_several * (any + structured * owed)).log2();
        }
        bits += self.several_customers(facts, customers);
        if draft.class != NO_CLASS {
            // Any member will do: their chances add up.
            bits += (self.ledger.classes[draft.class as usize].len() as f64).log2();
        }
        let sums = matches!(draft.kind, HypothesisKind::ExactSum | HypothesisKind::Due);
        let level = match shown && sums && invoices > 1 {
            true => self.set_of(facts, items, customers, draft.pattern),
            false => Level::OneOf(all as u32),
        };
        term(Field::Start, level, bits)
    }

    /// What a set is among all that its customers owe, for people: it shows why one solution alone proves little.
    fn set_of(&self, facts: &ReceiptFacts, items: &[u32], customers: &[u32], pattern: Pattern) -> Level {
        let open = |n: &u32| self.ledger.item(*n).open;
        let invoices: Vec<i64> = items.iter().map(open).filter(|open| *open > 0).collect();
        let spread = self.spreads.of(self.ledger.owed, customers, facts.currency);
        let total: f64 = invoices.iter().map(|v| *v as f64).sum();
        let by_accident = spread.accidents(invoices.len(), total);
        Level::SetOf {
            pattern,
            items: invoices.len() as u32,
            of: spread.amounts().max(invoices.len()) as u32,
            // The conversion saturates.
            accidents: (pattern == Pattern::Any).then_some((by_accident * 1000.0).round() as u32),
        }
    }

    fn open_items_of(&self, customer: u32) -> f64 {
        f64::from(self.open_of.get(customer as usize).copied().unwrap_or(1).max(1))
    }

    /// What it costs that items of several customers are paid at once.
    fn several_customers(&self, facts: &ReceiptFacts, customers: &[u32]) -> f64 {
        if customers.len() < 2 {
            return 0.0;
        }
        let together = |payer: u32| customers.iter().all(|c| *c == payer || self.ledger.may_pay_for(payer, *c));
        if facts.payer.candidates.iter().any(|c| together(c.customer)) || customers.iter().any(|c| together(*c)) {
            return TOGETHER.log2();
        }
        let all = self.chance.open_items.max(1.0);
        let further = customers[1..].iter().map(|c| (self.open_items_of(*c) / all).min(1.0).log2()).sum::<f64>();
        self.weights.several_customers.log2() + further
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_counted_in_bits() {
        assert!((choices(24.0, 2) - 276f64.log2()).abs() < 1e-9);
        assert_eq!((choices(5.0, 0), choices(5.0, 5)), (0.0, 0.0));
        assert!(choices(3.0, 9) >= 0.0);
    }
}
