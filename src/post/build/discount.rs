//! Cash discounts: the part without tax goes to 665, the tax in it is taken back on 44571 (a discount is computed without tax, and the
//! tax follows).

use rust_decimal::Decimal;

use crate::model::ItemText;

/// An item that a discount is taken on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Discounted<'a> {
    pub(super) text: &'a ItemText,
    /// Amount of the document.
    pub(super) amount: i64,
    /// What is taken off it.
    pub(super) applied: i64,
}

/// What a discount is made of, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Split {
    /// Without tax.
    pub(super) net: i64,
    /// Tax by rate, in the order of the rates.
    pub(super) vat: Vec<(Decimal, i64)>,
}

/// Splits a discount over the items and their rates; none where the tax of an item is not known.
///
/// The tax of a rate is the same share of the item's tax as the discount is of its gross amount, rounded to the minor unit; what is left
/// is without tax. So both always add up to the discount.
pub(super) fn split(discount: i64, items: &[Discounted<'_>]) -> Option<Split> {
    let agreed = items.iter().any(|i| i.text.has_discount);
    let items: Vec<&Discounted<'_>> =
        items.iter().filter(|i| i.applied != 0 && i.amount != 0 && (!agreed || i.text.has_discount)).collect();
    if items.is_empty() || items.iter().any(|i| i.text.vat.is_empty()) {
        return None;
    }
    let mut vat: Vec<(Decimal, i64)> = Vec::new();
    for (item, share) in items.iter().zip(shares(discount, &items)) {
        for part in item.text.vat.iter().filter(|part| part.tax_minor != 0) {
            let tax = scaled(share, part.tax_minor, item.amount);
            match vat.iter_mut().find(|(rate, _)| *rate == part.rate) {
                Some((_, sum)) => *sum += tax,
                None => vat.push((part.rate, tax)),
            }
        }
    }
    vat.retain(|(_, tax)| *tax != 0);
    vat.sort_unstable();
    let net = discount - vat.iter().map(|(_, tax)| tax).sum::<i64>();
    Some(Split { net, vat })
}

/// Parts of a discount by what is taken off each item; the rest to the largest.
fn shares(discount: i64, items: &[&Discounted<'_>]) -> Vec<i64> {
    let size = |i: &Discounted<'_>| i.applied.unsigned_abs();
    let total: u128 = items.iter().map(|i| u128::from(size(i))).sum();
    let part = |i: &&&Discounted<'_>| {
        let part = i128::from(discount) * i128::from(size(i)) / i128::try_from(total).unwrap_or(i128::MAX).max(1);
        // No part is larger than the whole.
        i64::try_from(part).unwrap_or(discount)
    };
    let mut parts: Vec<i64> = items.iter().map(|i| part(&i)).collect();
    let largest = (0..items.len()).max_by_key(|n| (size(items[*n]), std::cmp::Reverse(*n)));
    if let Some(n) = largest {
        parts[n] += discount - parts.iter().sum::<i64>();
    }
    parts
}

/// `amount × part ÷ whole`, rounded half away from zero.
fn scaled(amount: i64, part: i64, whole: i64) -> i64 {
    let (product, whole) = (i128::from(amount) * i128::from(part), i128::from(whole));
    let sign = product.signum() * whole.signum();
    let size = (2 * product.abs() + whole.abs()) / (2 * whole.abs()).max(1);
    // A part of an item's tax is not larger than its amount in any list that was read; what is, is cut.
    i64::try_from(sign * size).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::VatPart;

    fn item(vat: &[(i64, i64)], has_discount: bool) -> ItemText {
        let part = |(rate, tax): &(i64, i64)| VatPart { rate: Decimal::from(*rate), tax_minor: *tax };
        ItemText { vat: vat.iter().map(part).collect(), has_discount, ..ItemText::default() }
    }

    #[test]
    fn two_percent_of_1200_are_20_and_4_of_tax() {
        let text = item(&[(20, 20_000)], true);
        let of = Discounted { text: &text, amount: 120_000, applied: 120_000 };
        assert_eq!(split(2_400, &[of]), Some(Split { net: 2_000, vat: vec![(Decimal::from(20), 400)] }));
        // Taken back by a return.
        assert_eq!(split(-2_400, &[of]), Some(Split { net: -2_000, vat: vec![(Decimal::from(20), -400)] }));
    }

    #[test]
    fn rates_share_and_always_add_up() {
        let text = item(&[(20, 10_000), (10, 4_000), (0, 0)], true);
        for discount in [1, 7, 333, 1_999, 54_321] {
            let of = Discounted { text: &text, amount: 114_000, applied: 114_000 };
            let split = split(discount, &[of]).unwrap();
            assert_eq!(split.net + split.vat.iter().map(|(_, v)| v).sum::<i64>(), discount);
        }
    }

    #[test]
    fn items_without_the_terms_bear_nothing_and_unknown_tax_is_told() {
        let (with, without) = (item(&[(20, 2_000)], true), item(&[], false));
        let items = [
            Discounted { text: &with, amount: 12_000, applied: 12_000 },
            Discounted { text: &without, amount: 50_000, applied: 50_000 },
        ];
        assert_eq!(split(240, &items), Some(Split { net: 200, vat: vec![(Decimal::from(20), 40)] }));
        assert_eq!(split(240, &items[1..]), None);
        assert_eq!(split(240, &[]), None);
        let exempt = item(&[(0, 0)], false);
        let items = [Discounted { text: &exempt, amount: 12_000, applied: 12_000 }];
        assert_eq!(split(240, &items), Some(Split { net: 240, vat: vec![] }));
    }

    #[test]
    fn the_rest_goes_to_the_largest() {
        let text = item(&[(0, 0)], false);
        let of = |applied| Discounted { text: &text, amount: applied, applied };
        let items = [of(100), of(300), of(100)];
        let refs: Vec<&Discounted<'_>> = items.iter().collect();
        assert_eq!(shares(7, &refs), [1, 5, 1]);
    }
}
