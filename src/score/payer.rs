//! Who paid, against how often this customer pays at all.

use crate::model::stage::{PayerMark, ReceiptFacts};
use crate::model::{Field, Level, Term};

use super::{Scorer, term};

impl Scorer<'_> {
    /// Share of the open items that are a customer's.
    fn share_of(&self, customer: u32) -> f64 {
        let open = self.open_of.get(customer as usize).copied().unwrap_or(0).max(1);
        (f64::from(open) / self.chance.open_items.max(1.0)).min(1.0)
    }

    /// The payer's term of an equation: the likeliest of its items' customers.
    pub(super) fn paid_by(&self, facts: &ReceiptFacts, items: &[u32]) -> Term {
        let mut customers: Vec<u32> = items.iter().map(|n| self.ledger.item(*n).customer).collect();
        customers.sort_unstable();
        customers.dedup();
        let best = customers.iter().map(|c| self.paid_for(facts, *c)).max_by(|a, b| a.1.total_cmp(&b.1));
        let (level, bits) = best.unwrap_or((Level::PayerUnknown, 0.0));
        term(Field::Payer, level, bits)
    }

    fn paid_for(&self, facts: &ReceiptFacts, customer: u32) -> (Level, f64) {
        let w = self.weights;
        let share = self.share_of(customer);
        let payer = &facts.payer;
        if let Some(candidate) = payer.candidate(customer) {
            let level = level_of(candidate.mark);
            let known = w.payer_iban + w.payer_name;
            return (level, (known * candidate.probability / share).log2());
        }
        let other = payer.candidates.iter().find(|c| self.ledger.may_pay_for(c.customer, customer));
        if let Some(other) = other {
            return (Level::PayerForOther, (w.payer_for_other * other.probability / share).log2());
        }
        match payer.identified() {
            Some(_) => (Level::PayerOther, w.payer_other.log2()),
            None => (Level::PayerUnknown, (w.payer_unknown / self.chance.unknown_payers).log2().min(0.0)),
        }
    }

    /// The payer's term of "none of the loaded items".
    pub(super) fn paid_by_nobody(&self, facts: &ReceiptFacts) -> Term {
        let (unknown, of_all) = (self.weights.none_unknown, self.chance.unknown_payers);
        if facts.payer.candidates.is_empty() {
            term(Field::Payer, Level::PayerUnknown, (unknown / of_all).log2())
        } else {
            term(Field::Payer, Level::PayerName, ((1.0 - unknown) / (1.0 - of_all)).log2())
        }
    }

    /// The payer's term of an unlisted equation: some customer's, each as likely as it has open items.
    pub(super) fn unlisted_payer(&self, facts: &ReceiptFacts) -> Term {
        let w = self.weights;
        match facts.payer.candidates.first() {
            Some(c) => term(Field::Payer, level_of(c.mark), (w.payer_iban + w.payer_name).log2()),
            None => {
                let bits = (w.payer_unknown / self.chance.unknown_payers).log2().min(0.0);
                term(Field::Payer, Level::PayerUnknown, bits)
            }
        }
    }
}

/// By what the payer was recognised. It is shown, and does not weigh: an account or a name alone is as usual for this customer as
/// for any other, and what it says of who paid is in the probability already.
fn level_of(mark: PayerMark) -> Level {
    match mark {
        PayerMark::Iban => Level::PayerIban,
        PayerMark::Name => Level::PayerName,
        PayerMark::IbanAndName => Level::PayerIbanAndName,
    }
}
