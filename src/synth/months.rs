//! A world told month by month, as its company lives it: statements of the month, and what is open in its accounting at the end.

use std::collections::HashMap;

use chrono::{Days, Months as Span, NaiveDate};

use super::lasting::WRITTEN_OFF;
use super::{Dataset, Profile, TruthRow, World};
use crate::model::{Customer, Flag, OpenItem, Payment};

/// Months of a world, all in memory.
#[derive(Debug)]
pub struct Months {
    /// Master data.
    pub customers: Vec<Customer>,
    /// By day and identifier.
    payments: Vec<Payment>,
    truth: HashMap<Box<str>, Vec<TruthRow>>,
    /// By date of issue and identifier.
    items: Vec<OpenItem>,
    /// By item, in the order of days: what is taken off it, as the accounting books it.
    taken: HashMap<Box<str>, Vec<(NaiveDate, i64)>>,
    start: NaiveDate,
    count: u32,
}

/// One month.
#[derive(Debug)]
pub struct MonthsAt<'a> {
    /// Its first and its last day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// Its payments in the order of booking.
    pub payments: &'a [Payment],
    /// What the accounting has open at its end: what was issued by then, less what payments of earlier months settled. Those of this
    /// month are not booked yet. What is overdue for 90 days and nobody will pay has been written off.
    pub open: Vec<OpenItem>,
}

impl Months {
    /// Makes a world that was [asked for in months](Profile::of_months). Payments behind the last month are not told; what they would
    /// pay is open.
    pub fn new(profile: &Profile) -> Self {
        let start = World::new(profile).window().0;
        let mut this = Self {
            customers: Vec::new(),
            payments: Vec::new(),
            truth: HashMap::new(),
            items: Vec::new(),
            taken: HashMap::new(),
            start,
            count: profile.months,
        };
        let end = this.bounds(profile.months).0;
        for part in World::new(profile) {
            this.add(part, end);
        }
        this.payments.sort_unstable_by(|a, b| (a.booking_date, &a.id).cmp(&(b.booking_date, &b.id)));
        this.items.sort_unstable_by(|a, b| (a.issue_date, &a.id).cmp(&(b.issue_date, &b.id)));
        this.taken.values_mut().for_each(|taken| taken.sort_unstable());
        this
    }

    fn add(&mut self, part: Dataset, end: NaiveDate) {
        let Dataset { payments, items, customers, truth } = part;
        let days: HashMap<&str, NaiveDate> = payments.iter().map(|p| (&*p.id, p.booking_date)).collect();
        let whole: HashMap<&str, i64> = items.iter().map(|item| (&*item.id, item.open_minor)).collect();
        let mut before: Vec<(Box<str>, i64)> = Vec::new();
        for row in &truth {
            let Some(day) = days.get(&*row.payment_id).copied() else { continue };
            if row.kind == "returned" {
                // A return is told right after the receipt that it takes back.
                for (item, minor) in before.drain(..) {
                    self.taken.entry(item).or_default().push((day, -minor));
                }
                continue;
            }
            before.clear();
            if let Some(applied) = row.applied {
                // The accounting books a fee as a fee: nothing of the invoice stays open.
                let booked = if row.flags.has(Flag::FeeWithheld) { whole.get(&*row.item_id).copied() } else { None };
                let minor = booked.unwrap_or(applied.minor);
                self.taken.entry(row.item_id.clone()).or_default().push((day, minor));
                before.push((row.item_id.clone(), minor));
            }
        }
        for row in truth {
            if days.get(&*row.payment_id).is_some_and(|day| *day < end) {
                self.truth.entry(row.payment_id.clone()).or_default().push(row);
            }
        }
        self.payments.extend(payments.into_iter().filter(|p| p.booking_date < end));
        self.items.extend(items);
        self.customers.extend(customers);
    }

    /// The first day of a month, counted from 0, and its last.
    fn bounds(&self, n: u32) -> (NaiveDate, NaiveDate) {
        let first = |n: u32| self.start.checked_add_months(Span::new(n)).unwrap_or(self.start);
        (first(n), first(n + 1).pred_opt().unwrap_or(self.start))
    }

    /// How many they are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// A month, counted from 0.
    pub fn month(&self, n: u32) -> MonthsAt<'_> {
        let (first, last) = self.bounds(n);
        let at = |day: NaiveDate| self.payments.partition_point(|p| p.booking_date < day);
        let payments = &self.payments[at(first)..at(last + chrono::TimeDelta::days(1))];
        let issued = self.items.partition_point(|item| item.issue_date.is_none_or(|day| day <= last));
        let open = self.items[..issued].iter().filter_map(|item| self.open_before(item, first)).collect();
        MonthsAt { first, last, payments, open }
    }

    /// An item as it is open before a day; `None` where it is settled.
    fn open_before(&self, item: &OpenItem, day: NaiveDate) -> Option<OpenItem> {
        let taken = self.taken.get(&item.id).map_or(&[][..], Vec::as_slice);
        let before = taken.partition_point(|(on, _)| *on < day);
        let open_minor = item.open_minor - taken[..before].iter().map(|(_, minor)| minor).sum::<i64>();
        let old = item.due_date.is_some_and(|due| due + Days::new(WRITTEN_OFF) < day);
        let written_off = old && before == taken.len();
        (open_minor != 0 && !written_off).then(|| OpenItem { open_minor, ..item.clone() })
    }

    /// What is true of a payment.
    pub fn truth(&self, payment: &str) -> &[TruthRow] {
        self.truth.get(payment).map_or(&[], Vec::as_slice)
    }

    /// How many payments, and items that are ever open, there are.
    pub fn sizes(&self) -> (usize, usize) {
        (self.payments.len(), self.items.iter().filter(|item| item.open_minor != 0).count())
    }
}
