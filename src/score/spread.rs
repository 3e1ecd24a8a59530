//! How the amounts of a customer's invoices scatter, and so how many sets of them have a sum by accident. It is shown to people, and
//! weighs nothing.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use crate::model::{Currency, Owed, OwedItem};

/// Open items from which the figures of a customer are kept: each of many payments would go through all of them.
const MANY: usize = 200;

/// The figures of large customers, by currency.
#[derive(Clone, Debug, Default)]
pub struct Spreads(HashMap<(u32, Currency), Spread, FixedState>);

impl Spreads {
    /// Computes the figures of large customers.
    pub fn large(owed: &Owed) -> Self {
        let of = |customer: u32| {
            let items = owed.by(customer);
            let mut currencies: Vec<Currency> = items.iter().map(|e| e.currency).collect();
            currencies.sort_unstable();
            currencies.dedup();
            currencies.into_iter().map(|c| ((customer, c), Spread::of(invoices(items, c)))).collect::<Vec<_>>()
        };
        let customers = (0..owed.customers() as u32).into_par_iter();
        Self(customers.filter(|c| owed.by(*c).len() > MANY).flat_map_iter(of).collect())
    }

    /// The figures of what some customers owe in a currency.
    pub(super) fn of(&self, owed: &Owed, customers: &[u32], currency: Currency) -> Spread {
        let known = match *customers {
            [one] => self.0.get(&(one, currency)).copied(),
            _ => None,
        };
        let all = || customers.iter().flat_map(|c| invoices(owed.by(*c), currency));
        known.unwrap_or_else(|| Spread::of(all()))
    }
}

fn invoices(items: &[OwedItem], currency: Currency) -> impl Iterator<Item = i64> + Clone {
    items.iter().filter(move |e| e.currency == currency && e.open > 0).map(|e| e.open)
}

/// How some amounts scatter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    amounts: usize,
    mean: f64,
    variance: f64,
    /// What divides all of them.
    step: f64,
}

impl Spread {
    fn of(amounts: impl Iterator<Item = i64> + Clone) -> Self {
        let many = amounts.clone().count();
        crate::model::steps::count(many);
        let mean = amounts.clone().map(|v| v as f64).sum::<f64>() / many as f64;
        let variance = amounts.clone().map(|v| (v as f64 - mean).powi(2)).sum::<f64>() / many as f64;
        Self { amounts: many, mean, variance, step: amounts.fold(0, divisor) as f64 }
    }

    /// How many amounts there are.
    pub(super) fn amounts(&self) -> usize {
        self.amounts
    }

    /// How many sets of `size` of the amounts are expected to have this sum if it has nothing to do with them: sums of sets lie
    /// around their mean as a normal distribution does, on multiples of what divides all amounts.
    pub(super) fn accidents(&self, size: usize, sum: f64) -> f64 {
        let (n, k) = (self.amounts as f64, size as f64);
        if size == 0 || size > self.amounts {
            return 0.0;
        }
        let sets = choices(n, size).exp2();
        // Drawn without putting back: the more of all are in it, the less a sum scatters.
        let spread = (k * self.variance * (n - k) / (n - 1.0).max(1.0)).sqrt();
        if spread < self.step {
            return sets;
        }
        let off = (sum - k * self.mean) / spread;
        (sets * self.step / spread * (-off * off / 2.0).exp() / std::f64::consts::TAU.sqrt()).min(sets)
    }
}

/// The number of sets of so many things out of `n`, in bits.
pub(super) fn choices(n: f64, of: usize) -> f64 {
    (0..of).map(|taken| ((n - taken as f64).max(1.0) / (taken + 1) as f64).log2()).sum::<f64>().max(0.0)
}

/// The greatest common divisor.
fn divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accidents(amounts: &[i64], size: usize, sum: f64) -> f64 {
        Spread::of(amounts.iter().copied()).accidents(size, sum)
    }

    #[test]
    fn accidents_are_as_many_as_there_are() {
        // Eighteen amounts of whole units: every set of five is counted, and what falls on one sum is held against the estimate.
        let amounts: Vec<i64> = (0..18).map(|n| 1_000 + (n * 7_919) % 4_000 / 10 * 10).collect();
        let mut sums = std::collections::BTreeMap::new();
        for set in 0u32..1 << 18 {
            if set.count_ones() == 5 {
                let sum: i64 = (0..18).filter(|n| set & (1 << n) != 0).map(|n| amounts[n]).sum();
                *sums.entry(sum).or_insert(0.0) += 1.0;
            }
        }
        let about = |sum: i64| (-20..=20).filter_map(|n| sums.get(&(sum + 10 * n))).sum::<f64>() / 41.0;
        let middle = amounts.iter().sum::<i64>() * 5 / 18 / 10 * 10;
        for sum in [middle, middle - 2_000, middle + 2_000] {
            let (counted, estimated) = (about(sum), accidents(&amounts, 5, sum as f64));
            assert!((counted / estimated).ln().abs() < 0.35, "{sum}: {counted} {estimated}");
        }
        assert_eq!(accidents(&[500; 24], 2, 1_000.0), choices(24.0, 2).exp2(), "all are equal: any set will do");
        assert_eq!(accidents(&[500], 2, 1_000.0), 0.0);
    }

    #[test]
    fn the_figures_of_large_customers_are_those_of_their_items() {
        use crate::model::sample::item;
        let items: Vec<_> = (0..300).map(|n| item(0, 1_000 + 37 * n)).chain([item(1, 500)]).collect();
        let owed = Owed::of(&items, 2);
        let large = Spreads::large(&owed);
        assert_eq!(large.0.len(), 1);
        for customers in [&[0][..], &[1], &[0, 1]] {
            let (kept, anew) = (large.of(&owed, customers, Currency::EUR), Spreads::default());
            assert_eq!(kept, anew.of(&owed, customers, Currency::EUR));
        }
    }
}
