//! How an amount compares with a set of items, and the equation that follows.

use crate::config::DifferencePolicy;
use crate::model::money::zeros_of;
use crate::model::stage::{Draft, Fit, ItemFacts, ROUND_STEP};
use crate::model::{Application, Difference, DifferenceKind, Flag, Flags, HypothesisKind};

use super::Proposals;

/// Percentages that are usual as cash discounts, in tenths of a percent.
const USUAL_DISCOUNTS: [i64; 6] = [10, 15, 20, 25, 30, 40];
/// A fee is at most this share of the amount: one in so many.
const FEE_SHARE: i64 = 10;
/// A round fee off an amount that leaves nothing round may be more: one in so many. Who pays a part pays a round part.
const ROUND_FEE_SHARE: i64 = 3;

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
        let at_most = |share: i64| short.saturating_mul(share) <= total;
        let round = short % ROUND_STEP == 0 && zeros_of(short) > zeros_of(amount);
        let fee = short <= self.limits.fee && (at_most(FEE_SHARE) || (round && at_most(ROUND_FEE_SHARE)));
        Some(if fee { Fit::Fee { short } } else { Fit::Part { short } })
    }

    /// The fee that is usually withheld from this customer's transfers, in minor units.
    fn usual_fee(&self, item: &ItemFacts) -> Option<i64> {
        let customer = item.owner()?;
        Some(self.ledger.usual_fee[customer as usize]).filter(|fee| *fee > 0)
    }

    /// The equation of some items with a known fit. `None` when it would leave an item untouched.
    pub(super) fn equation(&self, kind: HypothesisKind, items: &[u32], fit: Fit) -> Option<Draft> {
        let mut draft = Draft::unweighed(kind);
        let settle = self.policy.discount == DifferencePolicy::Auto;
        let (short, difference, flags) = match fit {
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
        // A small shortfall of what is cited is settled where the policy says so; what it looks like is still flagged.
        let (short, difference, flags) = match difference {
            Some((DifferenceKind::OpenRest, off)) if kind == HypothesisKind::Cited && off <= self.limits.write_off => {
                (0, Some((DifferenceKind::WriteOff, off)), flags.without(Flag::Partial))
            }
            _ => (short, difference, flags),
        };
        draft.difference = difference.map(|(kind, minor)| Difference { kind, minor });
        draft.flags = flags;
        draft.applications = self.applications(items, short)?.into();
        let customer = |n: &u32| self.ledger.item(*n).customer;
        if items.iter().any(|n| self.ledger.item(*n).open < 0) {
            draft.flags = draft.flags.with(Flag::CreditNoteNetted);
        }
        if items.iter().any(|n| customer(n) != customer(&items[0])) {
            draft.flags = draft.flags.with(Flag::MultiCustomer);
        }
        Some(draft)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Policy;
    use crate::model::Probability;
    use crate::model::sample::{Ledger, TODAY, item, receipt};
    use crate::model::stage::ReceiptFacts;
    use crate::model::stage::Searched;
    use crate::propose::Limits;

    /// Looks at a receipt of an amount on a ledger; a fee is 50.00 at most.
    fn with<T>(ledger: &Ledger, amount: i64, look: impl FnOnce(&Proposals<'_>) -> T) -> T {
        let (facts, policy): (ReceiptFacts, _) = (receipt(amount), Policy::default());
        look(&Proposals {
            facts: &facts,
            ledger: ledger.facts(),
            policy: &policy,
            limits: Limits { fee: 5_000, write_off: 0 },
            drafts: Vec::new(),
            capped: false,
            searched: Searched::Little,
        })
    }

    fn fit(items: &[ItemFacts], amount: i64) -> Option<Fit> {
        let all: Vec<u32> = (0..items.len() as u32).collect();
        with(&Ledger::of(items), amount, |p| p.fit(&all))
    }

    /// What the equation of all items takes off each, its differences and its flags.
    type Parts = (Vec<i64>, Vec<(DifferenceKind, i64)>, Flags);

    fn equation(items: &[ItemFacts], amount: i64) -> Option<Parts> {
        let all: Vec<u32> = (0..items.len() as u32).collect();
        with(&Ledger::of(items), amount, |p| {
            let h = p.equation(HypothesisKind::Cited, &all, p.fit(&all)?)?.hypothesis(None, Vec::new(), Probability(0));
            assert!(h.equation_holds(amount), "{h:?}");
            Some((
                h.applications.iter().map(|a| a.applied).collect(),
                h.differences.iter().map(|d| (d.kind, d.minor)).collect(),
                h.flags,
            ))
        })
    }

    #[test]
    fn equal_more_and_nothing() {
        assert_eq!(fit(&[item(0, 100_037)], 100_037), Some(Fit::Equal));
        assert_eq!(fit(&[item(0, 60_000), item(0, 40_037)], 100_037), Some(Fit::Equal));
        assert_eq!(fit(&[item(0, 100_037)], 100_038), Some(Fit::Over { surplus: 1 }));
        assert_eq!(fit(&[item(0, 100), item(0, -100)], 50), None, "they add up to nothing");
        assert_eq!(fit(&[item(0, i64::MAX), item(0, i64::MAX)], 50), None, "they do not add up in 64 bits");
    }

    #[test]
    fn a_discount_of_known_terms_is_in_time_or_late() {
        let until = |day| ItemFacts { discount: Some((day, 3_001)), ..item(0, 100_037) };
        assert_eq!(fit(&[until(TODAY)], 97_036), Some(Fit::Discount { off: 3_001, in_time: true }));
        assert_eq!(fit(&[until(TODAY - 1)], 97_036), Some(Fit::Discount { off: 3_001, in_time: false }));
        // One of two is late: the discount as a whole was not granted.
        assert_eq!(fit(&[until(TODAY), until(TODAY - 1)], 194_072), Some(Fit::Discount { off: 6_002, in_time: false }));
    }

    #[test]
    fn a_usual_percentage_looks_like_a_discount() {
        // Two percent of 1,000.37 is 20.007, rounded to 20.01.
        assert_eq!(fit(&[item(0, 100_037)], 98_036), Some(Fit::LooksLikeDiscount { short: 2_001 }));
    }

    #[test]
    fn a_small_shortfall_is_a_fee_and_a_large_one_a_part() {
        assert_eq!(fit(&[item(0, 100_037)], 98_537), Some(Fit::Fee { short: 1_500 }));
        assert_eq!(fit(&[item(0, 100_037)], 95_036), Some(Fit::Part { short: 5_001 }), "above the limit");
        assert_eq!(fit(&[item(0, 10_037)], 8_647), Some(Fit::Part { short: 1_390 }), "more than a tenth");
        assert_eq!(fit(&[item(0, 4_990)], 3_990), Some(Fit::Fee { short: 1_000 }), "what is left is not round");
        assert_eq!(fit(&[item(0, 10_000)], 8_500), Some(Fit::Part { short: 1_500 }), "what is paid is as round");
        // What is usual for this customer needs no limit, and is no discount either.
        let mut ledger = Ledger::of(&[item(0, 10_000)]);
        ledger.usual_fee[0] = 200;
        assert_eq!(with(&ledger, 9_800, |p| p.fit(&[0])), Some(Fit::Fee { short: 200 }));
        ledger.usual_fee[0] = 0;
        assert_eq!(with(&ledger, 9_800, |p| p.fit(&[0])), Some(Fit::LooksLikeDiscount { short: 200 }));
    }

    #[test]
    fn each_fit_has_its_difference_and_its_flag() {
        use DifferenceKind::{Discount, OnAccount, OpenRest};
        let one = [item(0, 100_037)];
        let terms = |day| [ItemFacts { discount: Some((day, 3_001)), ..one[0] }];
        let off = |flag: Flag| -> Flags { flag.into() };
        assert_eq!(equation(&one, 100_037), Some((vec![100_037], vec![], Flags::NONE)));
        assert_eq!(equation(&one, 100_137), Some((vec![100_037], vec![(OnAccount, 100)], off(Flag::Overpaid))));
        assert_eq!(equation(&one, 98_537), Some((vec![98_537], vec![(OpenRest, 1_500)], off(Flag::FeeWithheld))));
        assert_eq!(equation(&one, 60_000), Some((vec![60_000], vec![(OpenRest, 40_037)], off(Flag::Partial))));
        // In time it is settled; late, its amount stays open.
        let taken = off(Flag::DiscountTaken);
        assert_eq!(equation(&terms(TODAY), 97_036), Some((vec![100_037], vec![(Discount, 3_001)], taken)));
        assert_eq!(equation(&terms(TODAY - 1), 97_036), Some((vec![97_036], vec![(OpenRest, 3_001)], taken)));
    }

    #[test]
    fn what_is_missing_stays_open_on_what_is_due_last() {
        let due = |day, open| ItemFacts { due: Some(day), ..item(0, open) };
        let (applied, ..) = equation(&[due(TODAY, 50_000), due(TODAY - 9, 50_000)], 70_000).unwrap();
        assert_eq!(applied, [20_000, 50_000]);
        assert_eq!(
            equation(&[due(TODAY, 50_000), due(TODAY - 9, 50_000)], 40_000),
            None,
            "one would be left untouched"
        );
    }

    #[test]
    fn credit_notes_are_netted_and_strangers_named() {
        let (applied, differences, flags) = equation(&[item(0, 100_000), item(0, -20_000)], 80_000).unwrap();
        assert_eq!((applied, differences, flags), (vec![100_000, -20_000], vec![], Flag::CreditNoteNetted.into()));
        let (.., flags) = equation(&[item(0, 100_000), item(1, 20_000)], 120_000).unwrap();
        assert_eq!(flags, Flag::MultiCustomer.into());
    }
}
