//! How the amount compares, against the chance that a payment has just this amount.

use crate::model::stage::{Draft, Fit, Instalment, ROUND_STEP, ReceiptFacts};
use crate::model::{DifferenceKind, Field, Flag, Level, Term};

use super::chance::zeros_of;
use super::{Memo, Scorer, UNSEEN, term};

/// Natural logarithm of the range in which amounts lie: four powers of ten (ln 10,000).
const RANGE: f64 = 9.21;
/// Share of the discounts that are taken after their last day.
const LATE: f64 = 0.25;
/// Share of the short payments that are a usual percentage without known terms, spread over the usual percentages.
const LOOKS_LIKE_DISCOUNT: f64 = 0.01 / 6.0;
/// Share of short-paying fees that are so round; the others lie anywhere below the limit.
const ROUND_FEE: f64 = 0.8;
/// Share of the overpayments that are more than the double: mostly other items are paid with it.
const FAR_TOO_MUCH: f64 = 0.05;
/// Minor units over which fees are taken to spread when they are weighed: fifty units of a currency with cents.
const FEE_SPREAD: f64 = 5000.0;

impl Scorer<'_> {
    /// Probability that a payment which has nothing to do with an item has exactly this amount: amounts spread evenly over
    /// their logarithm, more of them on round figures, as the receipts at hand show.
    fn chance_of(&self, amount: i64) -> f64 {
        let least = 10f64.powi(zeros_of(amount) as i32);
        (self.grain(amount) / (RANGE * (amount as f64).max(least))).clamp(1e-12, 1.0)
    }

    /// How much denser payments are on amounts that end in as many zeros as this one than if they were spread over all minor
    /// units. Somebody who pays a part, or rounds up, chooses a round figure as everybody does.
    fn grain(&self, amount: i64) -> f64 {
        let zeros = zeros_of(amount);
        let share = self.chance.zeros.get(zeros).copied().unwrap_or(UNSEEN);
        // Nine of ten multiples of a power of ten are multiples of no higher one.
        share * 10f64.powi(zeros as i32) / 0.9
    }

    /// Log2 of [`Scorer::chance_of`]; `memo` is of the receipt that has this amount.
    fn log2_of_chance(&self, amount: i64, memo: &mut Memo) -> f64 {
        *memo.amount.get_or_insert_with(|| self.chance_of(amount).log2())
    }

    /// The amount's term of an equation.
    pub(super) fn amount(&self, facts: &ReceiptFacts, draft: &Draft, memo: &mut Memo) -> Term {
        let fit = self.fit_of(draft);
        if let (Fit::Part { .. } | Fit::Fee { .. } | Fit::LooksLikeDiscount { .. }, Some(plan)) =
            (fit, facts.instalment)
            && matches!(draft.applications[..], [one] if one.item == plan.item)
        {
            return self.weigh_instalment(plan, self.log2_of_chance(facts.amount, memo));
        }
        let has_terms = draft.applications.iter().any(|a| self.ledger.item(a.item).discount.is_some());
        self.weigh_fit(facts.amount, fit, has_terms, memo)
    }

    /// The fit that an equation was made from: read back from its differences and flags.
    fn fit_of(&self, draft: &Draft) -> Fit {
        let amount_of = |kind| draft.difference.filter(|d| d.kind == kind).map(|d| d.minor);
        if let Some(surplus) = amount_of(DifferenceKind::OnAccount) {
            Fit::Over { surplus }
        } else if let Some(off) = amount_of(DifferenceKind::Discount) {
            Fit::Discount { off, in_time: true }
        } else if let Some(short) = amount_of(DifferenceKind::OpenRest).or(amount_of(DifferenceKind::WriteOff)) {
            let known =
                draft.applications.iter().filter_map(|a| self.ledger.item(a.item).discount).map(|d| d.1).sum::<i64>();
            match (draft.flags.has(Flag::DiscountTaken), draft.flags.has(Flag::FeeWithheld)) {
                (true, _) if known == short => Fit::Discount { off: short, in_time: false },
                (true, _) => Fit::LooksLikeDiscount { short },
                (_, true) => Fit::Fee { short },
                _ => Fit::Part { short },
            }
        } else {
            Fit::Equal
        }
    }

    /// The amount's term of a duplicate: the item that it repeats was of this amount.
    pub(super) fn amount_of_repeat(&self, facts: &ReceiptFacts, item_amount: i64, memo: &mut Memo) -> Term {
        let fit = match facts.amount - item_amount {
            0 => Fit::Equal,
            over if over > 0 => Fit::Over { surplus: over },
            short => Fit::Part { short: -short },
        };
        self.weigh_fit(facts.amount, fit, false, memo)
    }

    /// The amount that completes what others paid is as telling as an equal amount, or as one less a fee.
    fn weigh_instalment(&self, plan: Instalment, chance: f64) -> Term {
        let probability = if plan.rest == 0 {
            self.weights.amount_part
        } else {
            self.weights.amount_part * self.weights.amount_fee / FEE_SPREAD
        };
        term(Field::Amount, Level::AmountCompletes(plan.receipts), probability.log2() - chance)
    }

    /// The term of an amount that fits so. `has_terms`: a discount was offered, so that the whole amount is no matter of course.
    fn weigh_fit(&self, amount: i64, fit: Fit, has_terms: bool, memo: &mut Memo) -> Term {
        let chance = self.log2_of_chance(amount, memo);
        if fit == Fit::Equal && !has_terms {
            return term(Field::Amount, Level::AmountEqual, self.logs(memo).amount_equal - chance);
        }
        let w = self.weights;
        let total = |short: i64| (amount + short).max(1) as f64;
        let (probability, level) = match fit {
            Fit::Equal => (w.amount_equal * (1.0 - w.amount_discount), Level::AmountEqual),
            Fit::Discount { off, in_time: true } => (w.amount_discount, Level::AmountLessDiscount(off)),
            Fit::Discount { off, in_time: false } => (w.amount_discount * LATE, Level::AmountLessDiscount(off)),
            Fit::LooksLikeDiscount { short } => (LOOKS_LIKE_DISCOUNT, Level::AmountLessDiscount(short)),
            Fit::Fee { short } => {
                let round = if short % ROUND_STEP == 0 { ROUND_FEE * ROUND_STEP as f64 } else { 1.0 - ROUND_FEE };
                let part = w.amount_part * self.grain(amount) / total(short);
                (w.amount_fee * round / FEE_SPREAD + part, Level::AmountLessFee(short))
            }
            Fit::Part { short } => (w.amount_part * self.grain(amount) / total(short), Level::AmountShort(short)),
            Fit::Over { surplus } => {
                let open = (amount - surplus).max(1) as f64;
                let beyond = if surplus as f64 > open { FAR_TOO_MUCH } else { 1.0 };
                (w.amount_over * beyond * self.grain(amount) / open.max(surplus as f64), Level::AmountOver(surplus))
            }
        };
        term(Field::Amount, level, probability.log2() - chance)
    }
}
