//! The result of a run: one value, from which every report is drawn.

use chrono::NaiveDate;

use super::{Frequencies, Verdict};

/// A customer as the run knows it: from the master file, or from the items alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    /// Customer number; for items without one, the name they carry.
    pub id: Box<str>,
    /// Name.
    pub name: Box<str>,
}

/// What the run did to one item, in minor units of its currency and with its sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ItemOutcome {
    /// Taken off by automatic applications, net of what was returned. Less than nothing where a return took back what a decision
    /// that stands had taken off, and nobody paid the item again.
    pub applied: i64,
    /// Of the money that had been applied, what a return took back.
    pub reopened: i64,
    /// Number of payments applied to it automatically.
    pub payments: u32,
}

/// The result of [`reconcile`](crate::reconcile). Verdicts and outcomes stand in the order of the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Reconciliation {
    /// The date on which ages are counted.
    pub as_of: NaiveDate,
    /// One verdict for each payment, in the order of the input's payments. For a payment whose decision stands it is a placeholder
    /// ([`Verdict::standing`]), not a decision.
    pub verdicts: Vec<Verdict>,
    /// One outcome for each item, in the order of the input's items.
    pub items: Vec<ItemOutcome>,
    /// Customers, sorted by number.
    pub payers: Vec<Payer>,
    /// For each item, its customer: index into `payers`.
    pub item_payers: Vec<Option<u32>>,
    /// The chance part of the weights that were used.
    pub frequencies: Frequencies,
}
