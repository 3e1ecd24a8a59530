//! How an amount compares with a set of items, and the equation that follows.

use crate::config::DifferencePolicy;
use crate::model::stage::{BEFORE_THE_RUN, Draft, Fit, ItemFacts, NO_CLASS};
use crate::model::{Application, Difference, DifferenceKind, Flag, Flags, HypothesisKind};

use super::{Proposals, unweighed};

/// Percentages that are usual as cash discounts, in tenths of a percent.
const USUAL_DISCOUNTS: [i64; 6] = [10, 15, 20, 25, 30, 40];
/// A fee is at most this share of the amount: one in so many.
const FEE_SHARE: i64 = 10;

impl Proposals<'_> {
    /// How the receipt's amount compares with the open amounts of some items; `None` when they add up to nothing.
    pub(super) fn fit(&self, items: &[u32]) -> Option<Fit> {
        let of = |n: &u32| self.ledger.item(*n);
        let total = i64::try_from(items.iter().map(|n| i128::from(of(n).open)).sum::<i128>()).ok()?;
        let amount = self.facts.amount;
        if total <= 0 {
            return None;
        }
        if amount >= total {
            return Some(if amount == total { Fit::Equal } else { Fit::Over { surplus: amount - total } });
        }
        let short = total - amount;
        let off: i64 = items.iter().filter_map(|n| of(n).discount).map(|(_, off)| off).sum();
        if off == short {
            let in_time = items.iter().filter_map(|n| of(n).discount).all(|(until, _)| self.facts.day <= until);
            return Some(Fit::Discount { off, in_time });
        }
        if items.iter().any(|n| self.usual_fee(of(n)) == Some(short)) {
            return Some(Fit::Fee { short });
        }
        if USUAL_DISCOUNTS
            .iter()
            .any(|tenths| (i128::from(total) * i128::from(*tenths) + 500) / 1000 == i128::from(short))
        {
            return Some(Fit::LooksLikeDiscount { short });
        }
        let small = short <= self.fee_limit && short.saturating_mul(FEE_SHARE) <= total;
        Some(if small { Fit::Fee { short } } else { Fit::Part { short } })
    }

    /// The fee that is usually withheld from this customer's transfers, in minor units.
    fn usual_fee(&self, item: &ItemFacts) -> Option<i64> {
        let customer = item.owner()?;
        Some(self.ledger.usual_fee[customer as usize]).filter(|fee| *fee > 0)
    }

    /// The equation of some items with a known fit. `None` when it would leave an item untouched.
    pub(super) fn equation(&self, kind: HypothesisKind, items: &[u32], fit: Fit) -> Option<Draft> {
        let mut hypothesis = unweighed(kind);
        let settle = self.policy.discount == DifferencePolicy::Auto;
        let (short, differences, flags) = match fit {
            Fit::Equal => (0, None, Flags::NONE),
            Fit::Discount { off, in_time: true } if settle => {
                (0, Some((DifferenceKind::Discount, off)), Flag::DiscountTaken.into())
            }
            Fit::Discount { off: short, .. } | Fit::LooksLikeDiscount { short } => {
                (short, Some((DifferenceKind::OpenRest, short)), Flag::DiscountTaken.into())
            }
            Fit::Fee { short } => (short, Some((DifferenceKind::OpenRest, short)), Flag::FeeWithheld.into()),
            Fit::Part { short } => (short, Some((DifferenceKind::OpenRest, short)), Flag::Partial.into()),
            Fit::Over { surplus } => (0, Some((DifferenceKind::OnAccount, surplus)), Flag::Overpaid.into()),
        };
        hypothesis.differences = differences.map(|(kind, minor)| Difference { kind, minor }).into_iter().collect();
        hypothesis.flags = flags;
        hypothesis.applications = self.applications(items, short)?;
        let customer = |n: &u32| self.ledger.item(*n).customer;
        if items.iter().any(|n| self.ledger.item(*n).open < 0) {
            hypothesis.flags = hypothesis.flags.with(Flag::CreditNoteNetted);
        }
        if items.iter().any(|n| customer(n) != customer(&items[0])) {
            hypothesis.flags = hypothesis.flags.with(Flag::MultiCustomer);
        }
        Some(Draft { hypothesis, class: NO_CLASS, after: BEFORE_THE_RUN })
    }

    /// What is taken off each item when the sum falls short by so much: the oldest due are settled first (code civil, art.
    /// 1342-10), credit notes wholly, and the rest stays open on the last.
    fn applications(&self, items: &[u32], mut short: i64) -> Option<Vec<Application>> {
        let mut order: Vec<u32> = items.to_vec();
        order.sort_unstable_by_key(|n| (self.ledger.item(*n).due, *n));
        let mut applications = Vec::with_capacity(items.len());
        for item in order.into_iter().rev() {
            let open = self.ledger.item(item).open;
            let rest = short.min(open.max(0));
            short -= rest;
            applications.push(Application { item, applied: open - rest });
        }
        applications.sort_unstable();
        (short == 0 && applications.iter().all(|a| a.applied != 0)).then_some(applications)
    }
}
