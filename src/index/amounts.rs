//! Items by the amount that would settle them.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use crate::model::Currency;
use crate::model::stage::ItemFacts;

/// Amount, currency, customer, item. The amount stands first because it tells most entries apart.
type Entry = (i64, Currency, u32, u32);

/// Open items by currency, amount and customer: the open amount, and the amount less the cash discount. Settled items apart.
#[derive(Debug, Default)]
pub struct AmountIndex {
    open: Amounts,
    settled: Amounts,
    /// Open credit notes by currency, customer and item.
    credits: Vec<(Currency, u32, u32)>,
}

impl AmountIndex {
    /// Builds the index over items in canonical order.
    pub fn build(items: &[ItemFacts]) -> Self {
        let of = |n: usize| (n as u32, &items[n]);
        let open: Vec<Entry> = (0..items.len())
            .into_par_iter()
            .map(of)
            .filter(|(_, i)| i.open > 0)
            .flat_map_iter(|(n, i)| {
                let discounted = i.discount.map(|(_, off)| i.open - off).filter(|less| *less > 0 && *less < i.open);
                std::iter::once(i.open).chain(discounted).map(move |amount| (amount, i.currency, i.customer, n))
            })
            .collect();
        let settled: Vec<Entry> = (0..items.len())
            .into_par_iter()
            .map(of)
            .filter(|(_, i)| i.open == 0 && i.amount > 0)
            .map(|(n, i)| (i.amount, i.currency, i.customer, n))
            .collect();
        let mut credits: Vec<(Currency, u32, u32)> =
            (0..items.len()).map(of).filter(|(_, i)| i.open < 0).map(|(n, i)| (i.currency, i.customer, n)).collect();
        credits.par_sort_unstable();
        Self { open: Amounts::of(open), settled: Amounts::of(settled), credits }
    }

    /// Open items that this amount would settle.
    pub fn open(&self, currency: Currency, amount: i64) -> OfAmount<'_> {
        self.open.get(currency, amount)
    }

    /// Open credit notes of one customer.
    pub fn credits_of(&self, currency: Currency, customer: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.credits.partition_point(|e| *e < (currency, customer, 0));
        self.credits[start..].iter().take_while(move |e| (e.0, e.1) == (currency, customer)).map(|e| e.2)
    }

    /// Settled items that were of this amount.
    pub fn settled(&self, currency: Currency, amount: i64) -> OfAmount<'_> {
        self.settled.get(currency, amount)
    }
}

/// Customers and items by amount.
#[derive(Debug, Default)]
struct Amounts {
    /// Customer and item, sorted within each amount.
    members: Vec<(u32, u32)>,
    /// Where the members of an amount stand: the first, and how many.
    places: HashMap<(i64, Currency), (u32, u32), FixedState>,
}

impl Amounts {
    fn of(mut entries: Vec<Entry>) -> Self {
        entries.par_sort_unstable();
        let mut places = HashMap::default();
        let mut start = 0;
        for run in entries.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            places.insert((run[0].0, run[0].1), (start, run.len() as u32));
            start += run.len() as u32;
        }
        Self { members: entries.into_iter().map(|e| (e.2, e.3)).collect(), places }
    }

    fn get(&self, currency: Currency, amount: i64) -> OfAmount<'_> {
        let (start, length) = self.places.get(&(amount, currency)).copied().unwrap_or_default();
        OfAmount(&self.members[start as usize..(start + length) as usize])
    }
}

/// Items of one amount, sorted by customer and item: customer and item of each.
#[derive(Clone, Copy, Debug)]
pub struct OfAmount<'a>(&'a [(u32, u32)]);

impl<'a> OfAmount<'a> {
    /// How many there are.
    pub fn count(self) -> usize {
        self.0.len()
    }

    /// All of them: customer and item.
    pub fn all(self) -> impl Iterator<Item = (u32, u32)> + 'a {
        self.0.iter().copied()
    }

    /// Those of one customer.
    pub fn of(self, customer: u32) -> impl Iterator<Item = u32> + 'a {
        let start = self.0.partition_point(|e| e.0 < customer);
        self.0[start..].iter().take_while(move |e| e.0 == customer).map(|e| e.1)
    }
}
