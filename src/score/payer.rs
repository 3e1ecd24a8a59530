//! Who paid, against how often this customer pays at all.

use crate::model::stage::{PayerMark, ReceiptFacts, UNKNOWN_PRIOR};
use crate::model::{Field, Level, Term};

use super::{Memo, Scorer, remembered, term};

/// The least that a ratio of probabilities may be: a logarithm of nothing is no weight.
const LEAST: f64 = 1e-9;

impl Scorer<'_> {
    /// Share of the open items that are a customer's.
    fn share_of(&self, customer: u32) -> f64 {
        let open = self.open_of.get(customer as usize).copied().unwrap_or(0).max(1);
        (f64::from(open) / self.chance.open_items.max(1.0)).min(1.0)
    }

    /// The payer's term of an equation: the likeliest of the customers whose items it settles.
    pub(super) fn paid_by(&self, facts: &ReceiptFacts, customers: &[u32], memo: &mut Memo) -> Term {
        let mut paid_for = |customer: u32| remembered(&mut memo.paid_for, customer, || self.paid_for(facts, customer));
        let best = customers.iter().map(|c| paid_for(*c)).max_by(|a, b| a.1.total_cmp(&b.1));
        let (level, bits) = best.unwrap_or((Level::PayerUnknown, 0.0));
        term(Field::Payer, level, bits)
    }

    /// Who pays for a customer is the customer, somebody who is known to pay for it, somebody unknown, or another customer: the
    /// four add up, each as probable as the payer is that one. The level is the one that is shown.
    fn paid_for(&self, facts: &ReceiptFacts, customer: u32) -> (Level, f64) {
        let w = self.weights;
        let (payer, seen) = (&facts.payer, self.seen(facts));
        let own = payer.candidate(customer);
        let itself =
            own.map_or(0.0, |c| (w.payer_iban + w.payer_name) * seen.known * c.probability / self.share_of(customer));
        let (mut for_other, mut of_others) = (0.0, own.map_or(0.0, |c| c.probability));
        for other in payer.candidates.iter().filter(|c| c.customer != customer) {
            if self.ledger.may_pay_for(other.customer, customer) {
                for_other += w.payer_for_other * seen.known * other.probability / self.share_of(other.customer);
                of_others += other.probability;
            }
        }
        let unknown = seen.unknown * self.unknown_share();
        let somebody_else = w.payer_other * seen.known * (payer.recognised() - of_others).max(0.0);
        let level = match own {
            Some(own) if itself >= for_other.max(unknown + somebody_else) => level_of(own.mark),
            _ if for_other > unknown + somebody_else => Level::PayerForOther,
            _ if payer.is_known() => Level::PayerOther,
            _ => Level::PayerUnknown,
        };
        (level, (itself + for_other + unknown + somebody_else).max(LEAST).log2())
    }

    /// What account, name and text say against chance. The probabilities of candidates suppose that [`UNKNOWN_PRIOR`] of all
    /// payers are unknown; the receipts at hand tell how many are.
    fn seen(&self, facts: &ReceiptFacts) -> Seen {
        let (recognised, of_all) = (facts.payer.recognised(), self.chance.unknown_payers);
        let (unknown, known) = ((1.0 - recognised) / UNKNOWN_PRIOR, 1.0 / (1.0 - UNKNOWN_PRIOR));
        let chance = (of_all * unknown + (1.0 - of_all) * known * recognised).max(LEAST);
        Seen { unknown: unknown / chance, known: known / chance }
    }

    /// How often somebody unknown pays for a customer's items: as the receipts show that certainly pay what they cite, or as
    /// assumed. No more often than among all receipts: that nobody recognises the payer speaks for no item.
    fn unknown_share(&self) -> f64 {
        self.chance.unknown_of_confirmed.unwrap_or(self.weights.payer_unknown).min(self.chance.unknown_payers)
    }

    /// The payer's term of "none of the loaded items".
    pub(super) fn paid_by_nobody(&self, facts: &ReceiptFacts) -> Term {
        let (seen, unknown) = (self.seen(facts), self.weights.none_unknown);
        let ratio = unknown * seen.unknown + (1.0 - unknown) * seen.known * facts.payer.recognised();
        let level = if facts.payer.is_unknown() { Level::PayerUnknown } else { Level::PayerName };
        term(Field::Payer, level, ratio.max(LEAST).log2())
    }

    /// The payer's term of an unlisted equation: some customer's, each as likely as it has open items.
    pub(super) fn unlisted_payer(&self, facts: &ReceiptFacts) -> Term {
        let seen = self.seen(facts);
        let known = (self.weights.payer_iban + self.weights.payer_name) * seen.known * facts.payer.recognised();
        let level = match facts.payer.candidates.first() {
            Some(c) if !facts.payer.is_unknown() => level_of(c.mark),
            _ => Level::PayerUnknown,
        };
        term(Field::Payer, level, (known + seen.unknown * self.unknown_share()).max(LEAST).log2())
    }
}

/// How much likelier what is seen of a payer is than by chance, if he is unknown; and if he is known, for each unit of the
/// probability that he is a certain one.
struct Seen {
    unknown: f64,
    known: f64,
}

/// By what the payer was recognised. It is shown, and does not weigh: an account or a name alone is as usual for this customer as
/// for any other, and what it says of who paid is in the probability already.
fn level_of(mark: PayerMark) -> Level {
    match mark {
        PayerMark::Iban => Level::PayerIban,
        PayerMark::Name => Level::PayerName,
        PayerMark::IbanAndName => Level::PayerIbanAndName,
        PayerMark::Before => Level::PayerBefore,
        PayerMark::Text => Level::PayerInText,
    }
}
