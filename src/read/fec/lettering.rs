//! Lettering: lines of one customer that carry the same code settle each other (PCG practice; codes are scoped to one account).
//!
//! A group that adds up to nothing is settled. Of one that does not (lower-case codes by a convention of vendors, or none at all), the
//! credits go to the oldest debits. Which payment paid which item of a group is only known where it has one of either, or where
//! amounts or document numbers say so: the rest is told as ambiguous.

use std::collections::HashMap;

use super::customers::{Owed, Paid};
use super::truth::Link;
use crate::model::{Currency, Flag, Flags, Money};

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Items of one amount among which a payment's text may name one: more are not gone through.
const NEAR: usize = 64;

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
    let mut numbers: Map<(&str, &str), usize> = Map::default();
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
        group.equal(items, payments, |payment, item| cites(&paid[payment], &owed[item]));
        let waiting = |list: &[Waiting]| list.iter().filter(|one| one.left != 0).count();
        let is_open = waiting(payments) > 1 && waiting(items) > 1;
        let mut next = Next::default();
        for payment in payments.iter_mut().filter(|payment| payment.left != 0) {
            group.pay(payment, items, &mut next, is_open);
        }
        offset(items, &mut next);
        group
    }

    /// Money that came back cancels the payment of the same size before it.
    fn returns(&mut self, payments: &mut [Waiting]) {
        let mut before: Map<i64, Vec<usize>> = Map::default();
        for n in 0..payments.len() {
            let back = payments[n];
            if back.left > 0 {
                before.entry(back.left).or_default().push(n);
            } else if let Some(first) = before.get_mut(&-back.left).and_then(Vec::pop) {
                self.returned.push((payments[first].index, back.index));
                (payments[first].left, payments[n].left) = (0, 0);
            }
        }
    }

    /// Payments and items of the same amount: those whose document is named, else the oldest.
    fn equal(&mut self, items: &mut [Waiting], payments: &mut [Waiting], cites: impl Fn(usize, usize) -> bool) {
        // The oldest last, where it is taken from.
        let mut places: Map<i64, Vec<usize>> = Map::default();
        for (n, item) in items.iter().enumerate().rev() {
            places.entry(item.left).or_default().push(n);
        }
        for payment in payments.iter_mut().filter(|payment| payment.left != 0) {
            let Some(same) = places.get_mut(&payment.left).filter(|same| !same.is_empty()) else { continue };
            let near = same.len().saturating_sub(NEAR);
            let named = same[near..].iter().rposition(|n| cites(payment.index, items[*n].index));
            let n = same.remove(named.map_or(same.len() - 1, |at| near + at));
            self.applied.push((payment.index, items[n].index, items[n].left, false));
            (items[n].left, payment.left) = (0, 0);
        }
    }

    /// One payment pays what it can, the oldest first. Items of the other sign add to what it can pay: they were netted.
    fn pay(&mut self, payment: &mut Waiting, items: &mut [Waiting], next: &mut Next, is_open: bool) {
        let sign = payment.left.signum();
        while let Some(item) = next.of(-sign, items) {
            self.applied.push((payment.index, item.index, item.left, is_open));
            payment.left = payment.left.saturating_sub(item.left);
            item.left = 0;
        }
        while payment.left != 0 {
            let Some(item) = next.of(sign, items) else { break };
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
fn offset(items: &mut [Waiting], next: &mut Next) {
    loop {
        let Some(size) = next.of(-1, items).map(|item| item.left.saturating_neg()) else { return };
        let Some(invoice) = next.of(1, items) else { return };
        let size = size.min(invoice.left);
        invoice.left -= size;
        if let Some(credit) = next.of(-1, items) {
            credit.left += size;
        }
    }
}

/// Where the next item of each sign is looked for. What is left of an item never changes its sign, so that this only goes on.
#[derive(Debug, Default)]
struct Next {
    positive: usize,
    negative: usize,
}

impl Next {
    fn of<'i>(&mut self, sign: i64, items: &'i mut [Waiting]) -> Option<&'i mut Waiting> {
        let at = if sign > 0 { &mut self.positive } else { &mut self.negative };
        while items.get(*at)?.left.signum() != sign {
            *at += 1;
        }
        items.get_mut(*at)
    }
}
