//! The stages in order: one pure function from values to a value.
//!
//! ```text
//! facts → index → sort out → who pays, what is cited, instalments → propose → score → assign → decide → settle → translate
//! ```
//!
//! Everything between the first step and the last works in canonical order (items by identifier, payments by booking date and
//! identifier), so that shuffled rows and split files give the same decisions; every parallel step keeps that order, so that
//! any number of threads gives the same bytes.

mod cites;
mod confirmed;
mod facts;
mod finish;
mod instalments;
mod movements;
mod near;
mod own;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::config::{Policy, Weights};
use crate::model::stage::{Draft, ReceiptFacts};
use crate::model::{Customer, OpenItem, Payment, Reconciliation};
use crate::score::{self, Scorer};
use crate::{assign, propose};

use facts::{Facts, minor};

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

/// A receipt with everything that was proposed for it.
pub(crate) struct Weighed {
    pub(crate) facts: ReceiptFacts,
    pub(crate) drafts: Vec<Draft>,
    /// Whether a cap cut the drafts.
    pub(crate) capped: bool,
}

/// Pairs payments with the open items they settle, or says why not. Runs on the current thread pool.
pub fn reconcile(request: &Request<'_>) -> Reconciliation {
    let as_of =
        request.as_of.or_else(|| request.payments.iter().map(|p| p.booking_date).max()).unwrap_or(NaiveDate::MIN);
    let facts = Facts::gather(request);
    let index = facts.index(request);
    let movements = movements::sort_out(request, &facts, &index);
    let cited = facts.cited(request, &index, &movements.receipts);
    let _confirmed = confirmed::find(&facts.items, &cited, |payment| movements.is_returned(payment));
    let mut receipts = facts.receipts(request, &index, cited);
    instalments::find(
        &facts.items,
        &mut receipts,
        |payment| movements.is_returned(payment),
        |currency| minor(request.policy.fee_limit, currency),
    );
    let frequencies = (request.weights.frequencies.clone())
        .unwrap_or_else(|| score::measure(request.weights, &facts.items, &receipts));
    let ledger = facts.ledger();
    let scorer = Scorer {
        weights: request.weights,
        chance: &frequencies,
        ledger,
        open_of: &facts.open_of,
        least_open: &facts.least_open,
    };
    let weighed: Vec<Weighed> = (receipts.into_par_iter())
        .map(|receipt| {
            let fee_limit = minor(request.policy.fee_limit, receipt.currency);
            let (mut drafts, capped) = propose::propose(&receipt, ledger, request.policy, fee_limit);
            scorer.weigh(&receipt, &mut drafts);
            // All of them are held until the joint choice is made: room that a list has left over would add up.
            drafts.shrink_to_fit();
            Weighed { facts: receipt, drafts, capped }
        })
        .collect();
    let drafts: Vec<&[Draft]> = weighed.iter().map(|w| w.drafts.as_slice()).collect();
    let free: Vec<bool> = weighed.iter().map(|w| movements.is_returned(w.facts.payment)).collect();
    let assigned = assign::assign(ledger, &drafts, &free, request.policy.component_steps);
    drop(drafts);
    finish::finish(request, as_of, &facts, movements, weighed, assigned, frequencies)
}
