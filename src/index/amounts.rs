//! Items by the amount that would settle them.

use rayon::prelude::*;

use crate::model::Currency;
use crate::model::stage::ItemFacts;

/// Amount, currency, customer, item. The amount stands first because it tells most entries apart.
type Entry = (i64, Currency, u32, u32);

/// Open items by currency, amount and customer: the open amount, and the amount less the cash discount. Settled items apart.
#[derive(Debug, Default)]
pub struct AmountIndex {
    open: Vec<Entry>,
    settled: Vec<Entry>,
    /// Open credit notes by currency, customer and item.
    credits: Vec<(Currency, u32, u32)>,
}

impl AmountIndex {
    /// Builds the index over items in canonical order.
    pub fn build(items: &[ItemFacts]) -> Self {
        let of = |n: usize| (n as u32, &items[n]);
        let mut open: Vec<Entry> = (0..items.len())
            .into_par_iter()
            .map(of)
            .filter(|(_, i)| i.open > 0)
            .flat_map_iter(|(n, i)| {
                let discounted = i.discount.map(|(_, off)| i.open - off).filter(|less| *less > 0 && *less < i.open);
                std::iter::once(i.open).chain(discounted).map(move |amount| (amount, i.currency, i.customer, n))
            })
            .collect();
        open.par_sort_unstable();
        let mut settled: Vec<Entry> = (0..items.len())
            .into_par_iter()
            .map(of)
            .filter(|(_, i)| i.open == 0 && i.amount > 0)
            .map(|(n, i)| (i.amount, i.currency, i.customer, n))
            .collect();
        settled.par_sort_unstable();
        let mut credits: Vec<(Currency, u32, u32)> =
            (0..items.len()).map(of).filter(|(_, i)| i.open < 0).map(|(n, i)| (i.currency, i.customer, n)).collect();
        credits.par_sort_unstable();
        Self { open, settled, credits }
    }

    /// Open items that this amount would settle.
    pub fn open(&self, currency: Currency, amount: i64) -> OfAmount<'_> {
        OfAmount(run(&self.open, currency, amount))
    }

    /// Open credit notes of one customer.
    pub fn credits_of(&self, currency: Currency, customer: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.credits.partition_point(|e| *e < (currency, customer, 0));
        self.credits[start..].iter().take_while(move |e| (e.0, e.1) == (currency, customer)).map(|e| e.2)
    }

    /// Settled items that were of this amount.
    pub fn settled(&self, currency: Currency, amount: i64) -> OfAmount<'_> {
        OfAmount(run(&self.settled, currency, amount))
    }
}

/// Items of one amount, sorted by customer and item.
#[derive(Clone, Copy, Debug)]
pub struct OfAmount<'a>(&'a [Entry]);

impl<'a> OfAmount<'a> {
    /// How many there are.
    pub fn count(self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn all(self) -> impl Iterator<Item = u32> + 'a {
        self.0.iter().map(|e| e.3)
    }

    /// Those of one customer.
    pub fn of(self, customer: u32) -> impl Iterator<Item = u32> + 'a {
        let start = self.0.partition_point(|e| e.2 < customer);
        self.0[start..].iter().take_while(move |e| e.2 == customer).map(|e| e.3)
    }
}

/// The entries of one amount.
fn run(entries: &[Entry], currency: Currency, amount: i64) -> &[Entry] {
    let start = entries.partition_point(|e| (e.0, e.1) < (amount, currency));
    let length = entries[start..].partition_point(|e| (e.0, e.1) <= (amount, currency));
    &entries[start..start + length]
}
