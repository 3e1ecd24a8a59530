//! The stages in order: one pure function from values to a value.

use chrono::NaiveDate;

use crate::config::{Policy, Weights};
use crate::model::{Customer, OpenItem, Payment, Reconciliation};

/// What a reconciliation is made of. Nothing else influences it: no file, no clock, no environment.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Booked transactions, in any order; identifiers are unique.
    pub payments: &'a [Payment],
    /// Invoices and credit notes, in any order; identifiers are unique.
    pub items: &'a [OpenItem],
    /// Master data; may be empty.
    pub customers: &'a [Customer],
    /// How to decide.
    pub policy: &'a Policy,
    /// How to weigh.
    pub weights: &'a Weights,
    /// Date on which ages are counted; `None` takes the latest booking date, never today.
    pub as_of: Option<NaiveDate>,
    /// Keep rivals and terms for automatic decisions too.
    pub all_evidence: bool,
}

/// Pairs payments with the open items they settle, or says why not.
pub fn reconcile(request: &Request<'_>) -> Reconciliation {
    let as_of =
        request.as_of.or_else(|| request.payments.iter().map(|p| p.booking_date).max()).unwrap_or(NaiveDate::MIN);
    Reconciliation { as_of, verdicts: Vec::new(), items: Vec::new(), payers: Vec::new(), item_payers: Vec::new() }
}
