//! What the book knows, in canonical numbers: decisions that stand, refused equations, payments that are proposed at best.
//!
//! A payment whose decision stands is evidence and nothing else: it teaches who pays from where and how late, a debit may return
//! it, and what it settled cannot be settled again. It is never proposed for, and never competes.

use std::collections::{HashMap, HashSet};

use chrono::Datelike;
use foldhash::fast::FixedState;

use crate::model::stage::{Day, NO_CUSTOMER, Refusal};
use crate::model::{Application, Decided};

use super::Request;
use super::facts::{Facts, payment};
use super::movements::Movements;
use super::order::inverse;

/// Stands for "not decided".
const UNDECIDED: u32 = u32::MAX;

/// What is known, by the canonical numbers of payments and items.
pub(super) struct Standings<'r> {
    decided: &'r [Decided],
    /// For each payment the place of its decision, or [`UNDECIDED`]; no entries where nothing is decided.
    of: Vec<u32>,
    /// Canonical numbers of the input's items and payments; empty where nothing is known.
    items: Vec<u32>,
    payments: Vec<u32>,
    refused: HashMap<u32, Vec<Refusal>, FixedState>,
    only_propose: HashSet<u32, FixedState>,
}

/// What a decision that stands teaches: a receipt for items of one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taught {
    /// The payment, in canonical order.
    pub(super) payment: u32,
    /// Its value date, or booking date.
    pub(super) day: Day,
    /// The customer whose items it pays.
    pub(super) customer: u32,
    /// Those of its items that no receipt before it paid, in canonical order: a further part does not say when the customer pays.
    pub(super) items: Vec<u32>,
    /// Whether it pays several items.
    pub(super) is_list: bool,
}

impl<'r> Standings<'r> {
    /// Sorts what is known. Indices that point nowhere are passed over.
    pub(super) fn gather(request: &Request<'r>, facts: &Facts) -> Self {
        let known = request.known;
        let mut this = Self {
            decided: known.decided,
            of: Vec::new(),
            items: Vec::new(),
            payments: Vec::new(),
            refused: HashMap::default(),
            only_propose: HashSet::default(),
        };
        if known.is_empty() {
            return this;
        }
        this.items = inverse(&facts.item_order);
        this.payments = inverse(&facts.payment_order);
        if !known.decided.is_empty() {
            this.of = vec![UNDECIDED; request.payments.len()];
        }
        for (n, standing) in (0u32..).zip(known.decided) {
            if let Some(payment) = this.payment(standing.payment) {
                this.of[payment as usize] = n;
            }
        }
        for objection in known.objections {
            let Some(payment) = this.payment(objection.payment) else { continue };
            let applications = this.canonical(&objection.applications);
            this.refused.entry(payment).or_default().push(Refusal::of(&applications));
        }
        this.only_propose = known.only_propose.iter().filter_map(|n| this.payment(*n)).collect();
        // Nothing in this run would take back what such a receipt applied.
        let brought_nothing: Vec<u32> = this.taken_back().filter(|receipt| !this.is_decided(*receipt)).collect();
        this.only_propose.extend(brought_nothing);
        this
    }

    fn payment(&self, input: u32) -> Option<u32> {
        self.payments.get(input as usize).copied()
    }

    fn canonical(&self, applications: &[Application]) -> Vec<Application> {
        let item = |a: &Application| self.items.get(a.item as usize).map(|n| Application { item: *n, ..*a });
        let mut applications: Vec<Application> = applications.iter().filter_map(item).collect();
        applications.sort_unstable();
        applications
    }

    /// The decision about a payment, if one stands.
    pub(super) fn decision(&self, payment: u32) -> Option<&'r Decided> {
        self.of.get(payment as usize).and_then(|n| self.decided.get(*n as usize))
    }

    /// Whether the decision about a payment stands.
    pub(super) fn is_decided(&self, payment: u32) -> bool {
        self.decision(payment).is_some()
    }

    /// What the decision about a payment took off which items, in canonical order.
    pub(super) fn applied(&self, payment: u32) -> Vec<Application> {
        self.decision(payment).map_or_else(Vec::new, |standing| self.canonical(&standing.applications))
    }

    /// Whether a debit may return this payment: not where it is no customer's money, or a return itself.
    pub(super) fn may_be_returned(&self, payment: u32) -> bool {
        self.decision(payment).is_none_or(|standing| !standing.outside && standing.returns.is_none())
    }

    /// The receipts that decisions take back.
    pub(super) fn taken_back(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.of).filter(|(_, n)| **n != UNDECIDED).filter_map(|(payment, _)| {
            let returned = self.decision(payment)?.returns?;
            self.payment(returned).filter(|receipt| *receipt != payment)
        })
    }

    /// The equations that a person refused for a payment.
    pub(super) fn refused(&self, payment: u32) -> &[Refusal] {
        self.refused.get(&payment).map_or(&[], Vec::as_slice)
    }

    /// Whether a person refused to take back with a debit what the decision about a receipt applied.
    pub(super) fn refuses_return(&self, debit: u32, receipt: u32) -> bool {
        let refused = self.refused(debit);
        !refused.is_empty() && self.is_decided(receipt) && means(refused, &self.applied(receipt))
    }

    /// Whether a person refused an equation for a payment.
    pub(super) fn refuses(&self, payment: u32, applications: &[Application]) -> bool {
        means(self.refused(payment), applications)
    }

    /// Whether a person has said no to an automatic decision about a payment, or a decision took it back before it was decided.
    pub(super) fn is_only_proposed(&self, payment: u32) -> bool {
        self.only_propose.contains(&payment)
    }

    /// Whether a person has said no to anything about a payment: what it seems to say teaches nothing.
    pub(super) fn is_disputed(&self, payment: u32) -> bool {
        self.is_only_proposed(payment) || self.refused.contains_key(&payment)
    }

    /// Receipts of a customer's money whose decisions stand, from one payment on, with what they applied.
    fn receipts_from(
        &self,
        request: &Request<'_>,
        facts: &Facts,
        first: u32,
    ) -> impl Iterator<Item = (u32, Vec<Application>)> {
        (first..self.of.len() as u32).filter_map(move |n| {
            let standing = self.decision(n).filter(|s| !s.outside && s.returns.is_none())?;
            let receipt = payment(request, facts.payment_order[n as usize]).amount.minor > 0;
            (receipt && !standing.applications.is_empty()).then(|| (n, self.applied(n)))
        })
    }

    /// The same, but for those that brought nothing in the end.
    fn receipts(
        &self,
        request: &Request<'_>,
        facts: &Facts,
        movements: &Movements,
    ) -> impl Iterator<Item = (u32, Vec<Application>)> {
        self.receipts_from(request, facts, 0).filter(|(n, _)| !movements.is_returned(*n))
    }

    /// Items that are settled by decisions about what came since the first receipt that is not decided: they were open when it came.
    pub(super) fn settled_since(&self, request: &Request<'_>, facts: &Facts) -> Vec<u32> {
        let is_receipt = |n: u32| payment(request, facts.payment_order[n as usize]).amount.minor > 0;
        let first = (0..self.of.len() as u32).find(|n| !self.is_decided(*n) && is_receipt(*n));
        let Some(first) = first else { return Vec::new() };
        let applied = self.receipts_from(request, facts, first).flat_map(|(_, applications)| applications);
        let mut settled: Vec<u32> = applied.map(|a| a.item).filter(|n| facts.items[*n as usize].open == 0).collect();
        settled.sort_unstable();
        settled.dedup();
        settled
    }

    /// Settled items with the receipts that took something off them by decisions that stand, in the order of receipts.
    pub(super) fn settled_by(
        &self,
        request: &Request<'_>,
        facts: &Facts,
        movements: &Movements,
    ) -> Vec<(u32, (u32, Day))> {
        let settled = |a: &Application| a.applied != 0 && facts.items[a.item as usize].open == 0;
        let receipts = self.receipts(request, facts, movements);
        let each = |(n, applications): (u32, Vec<Application>)| {
            let day = payment(request, facts.payment_order[n as usize]).effective_date().num_days_from_ce();
            applications.into_iter().filter(settled).map(move |a| (a.item, (n, day))).collect::<Vec<_>>()
        };
        receipts.flat_map(each).collect()
    }

    /// What the decisions teach, in canonical order. What was returned teaches nothing.
    pub(super) fn taught(&self, request: &Request<'_>, facts: &Facts, movements: &Movements) -> Vec<Taught> {
        let mut paid = vec![false; if self.of.is_empty() { 0 } else { facts.items.len() }];
        let mut taught = Vec::new();
        for (n, applications) in self.receipts(request, facts, movements) {
            let mut items: Vec<u32> = applications.iter().filter(|a| a.applied != 0).map(|a| a.item).collect();
            items.dedup();
            let customer = |item: &u32| facts.items[*item as usize].customer;
            let first = items.first().map_or(NO_CUSTOMER, customer);
            let is_list = items.len() > 1;
            let of_one = first != NO_CUSTOMER && items.iter().all(|item| customer(item) == first);
            items.retain(|item| !std::mem::replace(&mut paid[*item as usize], true));
            if of_one {
                let day = payment(request, facts.payment_order[n as usize]).effective_date().num_days_from_ce();
                taught.push(Taught { payment: n, day, customer: first, items, is_list });
            }
        }
        taught
    }
}

fn means(refused: &[Refusal], applications: &[Application]) -> bool {
    let takes = applications.iter().any(|a| a.applied != 0);
    refused.iter().any(|refusal| refusal.means(applications.iter().map(|a| a.item), takes))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::config::{Policy, Weights};
    use crate::model::{Currency, Known, Money, Objection, OpenItem, Payment};

    fn euros(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    /// Receipts of 1.00, 2.00 ... on one day after the other, given in the opposite order; the last is a debit.
    fn payments() -> Vec<Payment> {
        let payment = |n: u32| {
            let day = NaiveDate::from_ymd_opt(2026, 6, n + 1).unwrap();
            Payment::new(format!("P{n}"), day, euros(if n == 4 { -300 } else { 100 * i64::from(n + 1) }))
        };
        (0..5).rev().map(payment).collect()
    }

    /// Items of customers A, A, B, in the opposite order of their identifiers; the last of the three is open.
    fn items() -> Vec<OpenItem> {
        let item = |(id, customer, open): (&str, &str, i64)| {
            let mut item = OpenItem::new(id, id, euros(1_000));
            (item.customer_id, item.open_minor) = (customer.into(), open);
            item
        };
        [("I2", "B", 1_000), ("I1", "A", 0), ("I0", "A", 0)].into_iter().map(item).collect()
    }

    fn with<T>(known: Known<'_>, look: impl FnOnce(&Request<'_>, &Facts, &Standings<'_>) -> T) -> T {
        let (payments, items, policy, weights) = (payments(), items(), Policy::default(), Weights::default());
        let request = Request {
            payments: &payments,
            items: &items,
            customers: &[],
            policy: &policy,
            weights: &weights,
            as_of: None,
            all_evidence: false,
            known,
        };
        let facts = Facts::gather(&request);
        look(&request, &facts, &Standings::gather(&request, &facts))
    }

    /// A decision about a payment of the input, for items of the input.
    fn paid(payment: u32, items: &[u32]) -> Decided {
        let applications = items.iter().map(|item| Application { item: *item, applied: 500 }).collect();
        Decided { payment, applications, ..Decided::default() }
    }

    #[test]
    fn what_is_known_is_numbered_in_canonical_order() {
        // P0 pays I0 and I2, the debit P4 returns P2, and P1 is nobody's.
        let returns = Decided { payment: 0, returns: Some(2), ..Decided::default() };
        let outside = Decided { payment: 3, outside: true, ..Decided::default() };
        let refused = Objection { payment: 1, applications: paid(1, &[2, 0, 2]).applications };
        let decided = [paid(4, &[0, 2]), returns, outside];
        let known = Known { decided: &decided, objections: &[refused], only_propose: &[2], ..Known::default() };
        with(known, |_, _, standing| {
            let applied: Vec<u32> = standing.applied(0).iter().map(|a| a.item).collect();
            assert_eq!(applied, [0, 2]);
            assert_eq!([0, 1, 2, 3, 4].map(|n| standing.is_decided(n)), [true, true, false, false, true]);
            assert_eq!([0, 1, 4].map(|n| standing.may_be_returned(n)), [true, false, false]);
            assert_eq!(standing.taken_back().collect::<Vec<_>>(), [2]);
            assert!(standing.refused(3)[0].means([2, 0].into_iter(), true));
            assert!(!standing.refused(3)[0].means([2, 0].into_iter(), false), "a repeat is another equation");
            assert!(!standing.refused(3)[0].means([0].into_iter(), true));
            assert_eq!(
                [2, 3].map(|n| (standing.is_only_proposed(n), standing.is_disputed(n))),
                [(true, true), (false, true)]
            );
        });
        with(Known::default(), |request, facts, standing| {
            assert!(!standing.is_decided(0) && standing.settled_since(request, facts).is_empty());
        });
    }

    #[test]
    fn what_came_since_the_first_undecided_receipt_still_counts() {
        let of = |decided: &[Decided]| {
            with(Known { decided, ..Known::default() }, |request, facts, s| s.settled_since(request, facts))
        };
        // P0 and P2 are decided, P1 is not: what P2 settled was open when P1 came.
        assert_eq!(of(&[paid(4, &[1]), paid(2, &[2])]), [0]);
        assert_eq!(of(&[paid(4, &[1]), paid(3, &[2])]), [0u32; 0]);
        assert_eq!(of(&[paid(1, &[0])]), [0u32; 0], "an open item counts anyway");
    }
}
