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
    /// How many open credit notes a customer has in a currency.
    credits: HashMap<(Currency, u32), usize, FixedState>,
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
        let mut credits = HashMap::default();
        for note in items.iter().filter(|i| i.open < 0) {
            *credits.entry((note.currency, note.customer)).or_default() += 1;
        }
        Self { open: Amounts::of(open), settled: Amounts::of(settled), credits }
    }

    /// Open items that this amount would settle.
    pub fn open(&self, currency: Currency, amount: i64) -> OfAmount<'_> {
        self.open.get(currency, amount)
    }

    /// How many open credit notes a customer has.
    pub fn credits_of(&self, currency: Currency, customer: u32) -> usize {
        self.credits.get(&(currency, customer)).copied().unwrap_or_default()
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
    /// A bit for each pair of amount and customer: most customers have no item of an amount that many have.
    owners: Vec<u64>,
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
        let mut owners = vec![0u64; (entries.len() / ENTRIES_OF_WORD).next_power_of_two()];
        for (amount, _, customer, _) in &entries {
            let (word, bit) = owner_bit(*amount, *customer, owners.len());
            owners[word] |= bit;
        }
        Self { members: entries.into_iter().map(|e| (e.2, e.3)).collect(), places, owners }
    }

    fn get(&self, currency: Currency, amount: i64) -> OfAmount<'_> {
        let (start, length) = self.places.get(&(amount, currency)).copied().unwrap_or_default();
        let members = &self.members[start as usize..(start + length) as usize];
        OfAmount { members, amount, owners: &self.owners }
    }
}

/// Entries that share a word of the filter of owners.
const ENTRIES_OF_WORD: usize = 8;
/// Members of an amount that are searched without asking the filter first.
const FEW: usize = 4;

/// Word and bit of an amount and a customer in a filter of so many words, which are a power of two.
fn owner_bit(amount: i64, customer: u32, words: usize) -> (usize, u64) {
    let hash = (amount.cast_unsigned() << 32 ^ amount.cast_unsigned() >> 32 ^ u64::from(customer))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((hash >> 32) as usize & (words - 1), 1 << (hash >> 26 & 63))
}

/// Items of one amount.
#[derive(Clone, Copy, Debug)]
pub struct OfAmount<'a> {
    /// Customer and item of each, sorted.
    members: &'a [(u32, u32)],
    amount: i64,
    owners: &'a [u64],
}

impl<'a> OfAmount<'a> {
    /// How many there are.
    pub fn count(self) -> usize {
        self.members.len()
    }

    /// All of them: customer and item.
    pub fn all(self) -> impl Iterator<Item = (u32, u32)> + 'a {
        self.members.iter().copied()
    }

    /// Those of one customer.
    pub fn of(self, customer: u32) -> impl Iterator<Item = u32> + 'a {
        let may_have = || {
            let (word, bit) = owner_bit(self.amount, customer, self.owners.len());
            self.owners[word] & bit != 0
        };
        let members = if self.members.len() <= FEW || may_have() { self.members } else { &[] };
        let start = members.partition_point(|e| e.0 < customer);
        members[start..].iter().take_while(move |e| e.0 == customer).map(|e| e.1)
    }
}
