//! What a book knows before a run: decisions that stand, and what people refused.

use super::learned::FactKey;
use super::{Application, Difference};

/// What is known beside payments, items and customers. Empty: nothing was ever decided.
///
/// Indices that point nowhere, and what is said of them, are passed over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Decisions that stand, at most one for a payment (of several, the last counts). What is open of the items is what is open
    /// after all of them. These payments are evidence only: they take nothing, and their verdicts are
    /// [placeholders](super::Verdict::standing).
    pub decided: &'a [Decided],
    /// Equations that are never proposed again.
    pub objections: &'a [Objection],
    /// Payments about which a person has said no to an automatic decision (undone or rejected), as indices into the request's
    /// payments. They are proposed at best, and what they cite teaches nothing.
    pub only_propose: &'a [u32],
    /// Facts about payers that a person said to forget: no receipt of this run and no decision teaches them.
    pub forgotten: &'a [FactKey],
}

impl Known<'_> {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.decided.is_empty() && self.objections.is_empty() && self.only_propose.is_empty()
    }
}

/// A decision that stands: of a person, of a rule or of an earlier run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// The payment: index into the request's payments.
    pub payment: u32,
    /// What it took off which items (indices into the request's items), settled differences included. Empty for a payment that is
    /// held, rejected, or wholly on account.
    pub applications: Vec<Application>,
    /// The typed differences of its equation: a return takes them back together with the applications.
    pub differences: Vec<Difference>,
    /// For the return of a receipt, that receipt: index into the request's payments.
    pub returns: Option<u32>,
    /// It is no customer's money.
    pub outside: bool,
}

/// An equation that a person refused for a payment: it is not proposed for it again.
///
/// Equations are compared by their items; amounts do not matter, because what is open changes. That an item is paid, and that a
/// payment repeats what is settled already (it takes nothing off the item), are two statements: refusing one leaves the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objection {
    /// The payment: index into the request's payments.
    pub payment: u32,
    /// The equation's items, in any order.
    pub applications: Vec<Application>,
}
