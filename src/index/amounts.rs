//! Items by the amount that would settle them.

use rayon::prelude::*;

use crate::model::Currency;
use crate::model::stage::ItemFacts;

type Entry = (Currency, i64, u32, u32);

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
                std::iter::once(i.open).chain(discounted).map(move |amount| (i.currency, amount, i.customer, n))
            })
            .collect();
        open.par_sort_unstable();
        let mut settled: Vec<Entry> = (0..items.len())
            .into_par_iter()
            .map(of)
            .filter(|(_, i)| i.open == 0 && i.amount > 0)
            .map(|(n, i)| (i.currency, i.amount, i.customer, n))
            .collect();
        settled.par_sort_unstable();
        let mut credits: Vec<(Currency, u32, u32)> =
            (0..items.len()).map(of).filter(|(_, i)| i.open < 0).map(|(n, i)| (i.currency, i.customer, n)).collect();
        credits.par_sort_unstable();
        Self { open, settled, credits }
    }

    /// Open items that this amount would settle, sorted by customer and item.
    pub fn open(&self, currency: Currency, amount: i64) -> impl ExactSizeIterator<Item = u32> + '_ {
        run(&self.open, (currency, amount, 0, 0), (currency, amount, u32::MAX, u32::MAX)).iter().map(|e| e.3)
    }

    /// The same, of one customer.
    pub fn open_of(&self, currency: Currency, amount: i64, customer: u32) -> impl ExactSizeIterator<Item = u32> + '_ {
        run(&self.open, (currency, amount, customer, 0), (currency, amount, customer, u32::MAX)).iter().map(|e| e.3)
    }

    /// Open credit notes of one customer.
    pub fn credits_of(&self, currency: Currency, customer: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.credits.partition_point(|e| *e < (currency, customer, 0));
        self.credits[start..].iter().take_while(move |e| (e.0, e.1) == (currency, customer)).map(|e| e.2)
    }

    /// Settled items of one customer that were of this amount.
    pub fn settled_of(&self, currency: Currency, amount: i64, customer: u32) -> impl Iterator<Item = u32> + '_ {
        run(&self.settled, (currency, amount, customer, 0), (currency, amount, customer, u32::MAX)).iter().map(|e| e.3)
    }
}

/// The entries from `low` to `high`, both included.
fn run(entries: &[Entry], low: Entry, high: Entry) -> &[Entry] {
    let start = entries.partition_point(|e| *e < low);
    let length = entries[start..].partition_point(|e| *e <= high);
    &entries[start..start + length]
}
