//! The bars of the waterfall: rounded so that what is printed still adds up, and drawn around one axis.

use std::io::Write as _;

use super::rows::{push_minor, push_number};
use crate::model::{Currency, Level, Weight};

/// Thousandths of a bit as tenths, such that the tenths of the terms add up to the tenth of their sum.
///
/// The method of largest remainders: each term is rounded down, and the tenths that are missing go to those that lost most
/// (the first of equals). The sum is rounded half away from zero. No term moves by a whole tenth.
pub fn tenths(terms: &[Weight]) -> (Vec<i64>, i64) {
    let exact: i64 = terms.iter().map(|w| i64::from(w.0)).sum();
    let total = (exact.abs() + 50) / 100 * exact.signum();
    let mut parts: Vec<i64> = terms.iter().map(|w| i64::from(w.0).div_euclid(100)).collect();
    let missing = total - parts.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&n| std::cmp::Reverse(i64::from(terms[n].0).rem_euclid(100)));
    // 0 ≤ missing ≤ number of terms, because each term lost less than a whole tenth.
    for &n in order.iter().take(usize::try_from(missing).unwrap_or(0)) {
        parts[n] += 1;
    }
    (parts, total)
}

/// Tenths with their sign: `+13.6`, `−11.2`; `mark` is the decimal mark.
pub(super) fn signed(tenths: i64, mark: &str) -> String {
    let sign = if tenths < 0 { '−' } else { '+' };
    format!("{sign}{}{mark}{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// How many characters each side of the axis needs, and how many tenths of a bit one character stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    left: usize,
    per_character: i64,
}

impl Scale {
    /// At most this many characters on either side.
    const SIDE: i64 = 24;
    /// Bars are never squeezed below so many characters, both sides together.
    const LEAST: usize = 8;

    /// `room`: characters for bars and axis.
    pub(super) fn of(values: &[i64], room: usize) -> Self {
        let lowest = values.iter().copied().min().unwrap_or(0).min(0);
        let highest = values.iter().copied().max().unwrap_or(0).max(0);
        // Two characters for what rounding adds on either side, one for the axis.
        let both = i64::try_from(room.saturating_sub(3).max(Self::LEAST)).unwrap_or(i64::MAX);
        let squeezed = |size: i64, characters: i64| (size + characters - 1).div_euclid(characters);
        let per_character = squeezed(highest.max(-lowest), Self::SIDE).max(squeezed(highest - lowest, both)).max(10);
        Self { left: Self::characters(lowest, per_character), per_character }
    }

    /// A bar for anything that is not nothing, so that small evidence is seen too.
    fn characters(value: i64, per_character: i64) -> usize {
        if value == 0 {
            return 0;
        }
        usize::try_from((value.abs() + per_character / 2) / per_character).unwrap_or(0).max(1)
    }

    /// `███│` or `   │██`: against on the left, for on the right.
    pub(super) fn bar(self, value: i64) -> String {
        let size = Self::characters(value, self.per_character);
        if value < 0 {
            format!("{}{}│", " ".repeat(self.left.saturating_sub(size)), "█".repeat(size))
        } else {
            format!("{}│{}", " ".repeat(self.left), "█".repeat(size))
        }
    }
}

/// The figure behind the word of a level.
enum Figure {
    None,
    Count(i64),
    Money(i64),
}

/// Appends a level as a stable word for programs, with its figures in parentheses.
pub(super) fn push_level_word(text: &mut Vec<u8>, level: Level, currency: Currency) {
    let (word, figure) = match level {
        Level::SetOf { pattern, items, of, accidents } => {
            // Writing to a Vec cannot fail.
            let _ = write!(text, "set_of({}, {items} of {of}", pattern.word());
            if let Some(thousandths) = accidents {
                let _ = write!(text, ", {}.{:03} by accident", thousandths / 1000, thousandths % 1000);
            }
            return text.push(b')');
        }
        Level::OneOf(n) => ("one_of", Figure::Count(i64::from(n))),
        Level::NoItem => ("no_item", Figure::None),
        Level::NotListed => ("not_listed", Figure::None),
        Level::CitedStructured(n) => ("cited_structured", Figure::Count(i64::from(n))),
        Level::CitedWhole(n) => ("cited_whole", Figure::Count(i64::from(n))),
        Level::CitedCore(n) => ("cited_core", Figure::Count(i64::from(n))),
        Level::CitedTail(n) => ("cited_tail", Figure::Count(i64::from(n))),
        Level::CitedOrder(n) => ("cited_order", Figure::Count(i64::from(n))),
        Level::CitedFuzzy(n) => ("cited_fuzzy", Figure::Count(i64::from(n))),
        Level::NothingCited => ("nothing_cited", Figure::None),
        Level::OthersCited(n) => ("others_cited", Figure::Count(i64::from(n))),
        Level::CitedAmongOthers(n) => ("cited_among_others", Figure::Count(i64::from(n))),
        Level::PayerIban => ("payer_iban", Figure::None),
        Level::PayerName => ("payer_name", Figure::None),
        Level::PayerIbanAndName => ("payer_iban_and_name", Figure::None),
        Level::PayerInText => ("payer_in_text", Figure::None),
        Level::PayerBefore => ("payer_before", Figure::None),
        Level::PayerForOther => ("payer_for_other", Figure::None),
        Level::PayerUnknown => ("payer_unknown", Figure::None),
        Level::PayerOther => ("payer_other", Figure::None),
        Level::AmountEqual => ("amount_equal", Figure::None),
        Level::AmountLessDiscount(off) => ("amount_less_discount", Figure::Money(off)),
        Level::AmountLessFee(off) => ("amount_less_fee", Figure::Money(off)),
        Level::AmountShort(off) => ("amount_short", Figure::Money(off)),
        Level::AmountCompletes(n) => ("amount_completes", Figure::Count(i64::from(n))),
        Level::AmountOver(off) => ("amount_over", Figure::Money(off)),
        Level::AmountFree => ("amount_free", Figure::None),
        Level::DaysFromDue(days) => ("days_from_due", Figure::Count(i64::from(days))),
        Level::BeforeIssue(days) => ("before_issue", Figure::Count(i64::from(days))),
        Level::DateUnknown => ("date_unknown", Figure::None),
        Level::DateNamed(n) => ("date_named", Figure::Count(i64::from(n))),
        Level::OtherDateNamed => ("other_date_named", Figure::None),
    };
    text.extend_from_slice(word.as_bytes());
    match figure {
        Figure::None => return,
        Figure::Count(count) => {
            text.extend_from_slice(if count < 0 { b"(-" } else { b"(" });
            push_number(text, count.unsigned_abs());
        }
        Figure::Money(minor) => {
            text.push(b'(');
            push_minor(text, i128::from(minor), currency);
        }
    }
    text.push(b')');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn printed_bars_add_up_where_plain_rounding_would_not() {
        let (parts, total) = tenths(&[Weight(40), Weight(40), Weight(40)]);
        assert_eq!((parts, total), (vec![1, 0, 0], 1));
        let (parts, total) = tenths(&[Weight(-11_240), Weight(13_640), Weight(11_060), Weight(-3_420), Weight(1_230)]);
        assert_eq!(parts.iter().sum::<i64>(), total);
        assert_eq!(total, 113);
        assert_eq!(tenths(&[]), (vec![], 0));
    }

    proptest! {
        #[test]
        fn bars_always_add_up_and_never_move_by_a_tenth(values in prop::collection::vec(-1_000_000i32..1_000_000, 0..12)) {
            let terms: Vec<Weight> = values.iter().copied().map(Weight).collect();
            let (parts, total) = tenths(&terms);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            for (part, value) in parts.iter().zip(&values) {
                prop_assert!((part * 100 - i64::from(*value)).abs() < 100);
            }
        }
    }

    #[test]
    fn bars_stand_on_one_axis() {
        let scale = Scale::of(&[-112, 136, 1, 0], 60);
        assert_eq!(scale.bar(-112), "███████████│");
        assert_eq!(scale.bar(136), "           │██████████████");
        assert_eq!(scale.bar(1), "           │█");
        assert_eq!(scale.bar(0), "           │");
        assert_eq!(signed(-112, "."), "−11.2");
        for values in [[-315, 468, 56], [-10_000, 9_999, 3], [0, 7_000, -5]] {
            let scale = Scale::of(&values, 21);
            assert!(values.iter().all(|v| scale.bar(*v).chars().count() <= 21), "{values:?}");
        }
    }
}
