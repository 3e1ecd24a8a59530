//! Lettering: lines of one customer that carry the same code settle each other (PCG practice; codes are scoped to one account).
//!
//! A group that adds up to nothing is settled. Of one that does not (lower-case codes by a convention of vendors, or none at all), the
//! credits go to the oldest debits. Which payment paid which item of a group is only known where it has one of either, or where
//! amounts or document numbers say so: the rest is told as ambiguous.

use std::collections::HashMap;

use super::customers::{Owed, Paid};
use super::truth::Link;
use crate::model::{Currency, Flag, Flags, Money};

/// One group, settled.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// Payment, item, cents with the sign of the item, whether another pairing would do as well.
    applied: Vec<(usize, usize, i64, bool)>,
    /// Payments that came back: the payment, and its return.
    returned: Vec<(usize, usize)>,
}

/// Lines of a group that still wait.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    index: usize,
    left: i64,
}

/// Settles the lettered groups: sets what is open of each item. Returns the groups, and how many of them do not balance.
pub(super) fn apply(owed: &mut [Owed<'_>], paid: &[Paid<'_>]) -> (Vec<Group>, usize) {
    let mut numbers: HashMap<(&str, &str), usize, foldhash::fast::RandomState> = HashMap::default();
    let mut lines: Vec<(Vec<Waiting>, Vec<Waiting>)> = Vec::new();
    let mut group = |customer, lettering| {
        *numbers.entry((customer, lettering)).or_insert_with(|| {
            lines.push(Default::default());
            lines.len() - 1
        })
    };
    let mut members: Vec<(usize, bool, Waiting)> = Vec::new();
    for (index, one) in owed.iter().enumerate().filter(|(_, one)| !one.row.lettering.is_empty()) {
        members.push((group(one.customer, one.row.lettering), true, Waiting { index, left: one.row.minor }));
    }
    for (index, one) in paid.iter().enumerate() {
        for part in one.parts.iter().filter(|part| !part.lettering.is_empty()) {
            members.push((group(one.customer, part.lettering), false, Waiting { index, left: part.minor }));
        }
    }
    for (n, is_item, waiting) in members {
        let (items, payments) = &mut lines[n];
        match (is_item, payments.last_mut()) {
            (true, _) => items.push(waiting),
            // Two lines of one payment in one group are one part of it.
            (false, Some(last)) if last.index == waiting.index => last.left = last.left.saturating_add(waiting.left),
            (false, _) => payments.push(waiting),
        }
    }
    let mut partly = 0;
    let mut groups = Vec::with_capacity(lines.len());
    for (mut items, mut payments) in lines {
        let sum = |list: &[Waiting]| list.iter().map(|one| i128::from(one.left)).sum::<i128>();
        let balances = sum(&items) == sum(&payments);
        partly += usize::from(!balances);
        items.sort_by_key(|one| (owed[one.index].row.piece_date.unwrap_or(owed[one.index].row.date), one.index));
        payments.sort_by_key(|one| (paid[one.index].row.date, one.index));
        let group = Group::settle(&mut items, &mut payments, owed, paid);
        for item in items {
            owed[item.index].open = if balances { 0 } else { item.left };
        }
        groups.push(group);
    }
    (groups, partly)
}

impl Group {
    /// Pairs payments with items, oldest first; what is left of each stays in the lists.
    fn settle(items: &mut [Waiting], payments: &mut [Waiting], owed: &[Owed<'_>], paid: &[Paid<'_>]) -> Self {
        let mut group = Self::default();
        group.returns(payments);
        for payment in payments.iter_mut().filter(|payment| payment.left != 0) {
            let fits = |item: &&mut Waiting| item.left == payment.left;
            let cited = |item: &&mut Waiting| cites(&paid[payment.index], &owed[item.index]);
            let by_number = items.iter_mut().filter(fits).find(cited);
            let found = match by_number {
                Some(item) => Some(item),
                None => items.iter_mut().find(fits),
            };
            if let Some(item) = found {
                group.applied.push((payment.index, item.index, item.left, false));
                (item.left, payment.left) = (0, 0);
            }
        }
        let waiting = |list: &[Waiting]| list.iter().filter(|one| one.left != 0).count();
        let is_open = waiting(payments) > 1 && waiting(items) > 1;
        for payment in payments.iter_mut().filter(|payment| payment.left != 0) {
            group.pay(payment, items, is_open);
        }
        offset(items);
        group
    }

    /// Money that came back cancels the payment of the same size before it.
    fn returns(&mut self, payments: &mut [Waiting]) {
        for n in 0..payments.len() {
            if payments[n].left >= 0 {
                continue;
            }
            let back = payments[n];
            let Some(first) = payments[..n].iter_mut().rev().find(|first| first.left == -back.left) else { continue };
            self.returned.push((first.index, back.index));
            first.left = 0;
            payments[n].left = 0;
        }
    }

    /// One payment pays what it can, the oldest first. Items of the other sign add to what it can pay: they were netted.
    fn pay(&mut self, payment: &mut Waiting, items: &mut [Waiting], is_open: bool) {
        let sign = payment.left.signum();
        for item in items.iter_mut().filter(|item| item.left.signum() == -sign) {
            self.applied.push((payment.index, item.index, item.left, is_open));
            payment.left = payment.left.saturating_sub(item.left);
            item.left = 0;
        }
        for item in items.iter_mut().filter(|item| item.left.signum() == sign) {
            if payment.left == 0 {
                break;
            }
            let applied = if item.left.abs() <= payment.left.abs() { item.left } else { payment.left };
            self.applied.push((payment.index, item.index, applied, is_open));
            item.left -= applied;
            payment.left -= applied;
        }
    }

    /// The links of the group, by payment.
    pub(super) fn links(&self, owed: &[Owed<'_>], paid: &[Paid<'_>]) -> Vec<Link> {
        let count = |by: fn(&(usize, usize, i64, bool)) -> usize| {
            let mut indices: Vec<usize> = self.applied.iter().map(by).collect();
            indices.sort_unstable();
            indices.dedup();
            indices.len()
        };
        let kind = match (count(|a| a.0), count(|a| a.1)) {
            (0 | 1, 0 | 1) => "one payment, one item",
            (0 | 1, _) => "one payment, several items",
            (_, 0 | 1) => "several payments, one item",
            _ => "several payments, several items",
        };
        let link = |payment: usize, item: Option<(usize, i64)>, flags: Flags| Link {
            payment_id: paid[payment].id.clone(),
            item_id: item.map_or_else(Box::default, |(item, _)| owed[item].id.clone()),
            applied: item.map(|(_, minor)| Money::new(minor, Currency::EUR)),
            kind,
            flags,
        };
        let mut links: Vec<Link> = self
            .applied
            .iter()
            .map(|(payment, item, minor, is_open)| {
                let flags = if *is_open { Flag::Ambiguous.into() } else { Flags::NONE };
                link(*payment, Some((*item, *minor)), flags)
            })
            .collect();
        links.extend(
            self.returned.iter().map(|(_, back)| Link { kind: "returned", ..link(*back, None, Flag::Returned.into()) }),
        );
        links
    }
}

/// Whether a payment's entry names the document of an item.
fn cites(paid: &Paid<'_>, owed: &Owed<'_>) -> bool {
    let number = owed.row.piece;
    number.len() >= 3 && (paid.row.piece == number || paid.row.label.contains(number))
}

/// Credit notes that no payment used go to the oldest invoices.
fn offset(items: &mut [Waiting]) {
    for n in 0..items.len() {
        while items[n].left < 0 {
            let Some(other) = items.iter().position(|other| other.left > 0) else { break };
            let size = items[other].left.min(items[n].left.saturating_neg());
            items[other].left -= size;
            items[n].left += size;
        }
    }
}
