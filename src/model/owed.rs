//! What each customer owes: the open items of one customer side by side, because a search goes through all of them.

use super::Currency;
use super::stage::{Day, ItemFacts};

/// Customers that one thread sorts at a time.
const AT_ONCE: usize = 1024;

/// An open item, with what a search among a customer's items looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwedItem {
    /// The item.
    pub item: u32,
    /// Interchangeable class, or [`NO_CLASS`](super::stage::NO_CLASS).
    pub class: u32,
    /// Open amount in minor units, signed.
    pub open: i64,
    /// Day of the document.
    pub issue: Option<Day>,
    /// Day on which it is due.
    pub due: Option<Day>,
    /// Currency.
    pub currency: Currency,
}

impl OwedItem {
    fn of(item: u32, facts: &ItemFacts) -> Self {
        let ItemFacts { class, open, issue, due, currency, .. } = *facts;
        Self { item, class, open, issue, due, currency }
    }

    /// Days between the due date and a day; without a due date, as far away as can be.
    pub fn distance(&self, day: Day) -> i32 {
        self.due.map_or(i32::MAX, |due| (day - due).abs())
    }
}

/// The open items of every customer, in one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// Where the items of each customer begin, and where the last ones end.
    starts: Vec<u32>,
    items: Vec<OwedItem>,
}

impl Owed {
    /// Sorts items in canonical order by customer.
    pub fn of(items: &[ItemFacts], customers: usize) -> Self {
        let owned = || (0u32..).zip(items).filter(|(_, i)| i.open != 0).filter_map(|(n, i)| Some((i.owner()?, n, i)));
        let mut starts = vec![0u32; customers + 1];
        owned().for_each(|(customer, ..)| starts[customer as usize + 1] += 1);
        (0..customers).for_each(|n| starts[n + 1] += starts[n]);
        let mut next = starts.clone();
        let nothing = OwedItem { item: 0, class: 0, open: 0, issue: None, due: None, currency: Currency::EUR };
        let mut owed = vec![nothing; starts[customers] as usize];
        for (customer, n, facts) in owned() {
            let place = &mut next[customer as usize];
            owed[*place as usize] = OwedItem::of(n, facts);
            *place += 1;
        }
        let mut owed = Self { starts, items: owed };
        sort_each(&owed.starts, &mut owed.items);
        owed
    }

    /// Takes over the interchangeable classes, which are found among the items of each customer.
    pub fn set_classes(&mut self, items: &[ItemFacts]) {
        self.items.iter_mut().for_each(|e| e.class = items[e.item as usize].class);
    }

    fn range(&self, customer: usize) -> std::ops::Range<usize> {
        self.starts[customer] as usize..self.starts[customer + 1] as usize
    }

    /// How many customers there are, with those that owe nothing.
    pub fn customers(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// What a customer owes, by due date and then by item; those without a due date first. Nothing for who is no customer.
    pub fn by(&self, customer: u32) -> &[OwedItem] {
        if (customer as usize) < self.customers() { &self.items[self.range(customer as usize)] } else { &[] }
    }
}

/// Sorts what each customer owes by due date and item. `starts` are the places of the customers in the whole table.
fn sort_each(starts: &[u32], items: &mut [OwedItem]) {
    match starts.len() - 1 {
        0 => {}
        1 => items.sort_unstable_by_key(|e| (e.due, e.item)),
        customers => {
            let half = customers / 2;
            let (left, right) = items.split_at_mut((starts[half] - starts[0]) as usize);
            let mut sort_left = || sort_each(&starts[..=half], left);
            let mut sort_right = || sort_each(&starts[half..], right);
            if customers < AT_ONCE {
                sort_left();
                sort_right();
            } else {
                rayon::join(sort_left, sort_right);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::{TODAY, item};
    use crate::model::stage::NO_CUSTOMER;

    #[test]
    fn items_stand_by_customer_and_due_date() {
        let due = |customer, due| ItemFacts { due, ..item(customer, 100) };
        let items = [
            due(1, Some(TODAY + 9)),
            due(0, Some(TODAY)),
            due(1, None),
            due(NO_CUSTOMER, Some(TODAY)),
            ItemFacts { open: 0, ..item(1, 5) },
            due(1, Some(TODAY)),
        ];
        let owed = Owed::of(&items, 3);
        let numbers = |customer| owed.by(customer).iter().map(|e| e.item).collect::<Vec<_>>();
        assert_eq!([0, 1, 2, 3, NO_CUSTOMER].map(numbers), [vec![1], vec![2, 5, 0], vec![], vec![], vec![]]);
        assert_eq!(owed.by(1).iter().map(|e| e.distance(TODAY)).collect::<Vec<_>>(), [i32::MAX, 0, 9]);
        assert!(Owed::default().by(0).is_empty() && owed.customers() == 3);
    }
}
