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
mod distinct;
mod facts;
mod finish;
mod habits;
mod instalments;
mod learned;
mod movements;
mod named;
mod near;
mod order;
mod own;
mod payers;
mod standing;
mod sure;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::assign;
use crate::config::{Policy, Weights};
use crate::model::stage::{Draft, ReceiptFacts, Searched};
use crate::model::{Customer, Frequencies, Known, OpenItem, Payment, Reconciliation};
use crate::propose::{self, Proposed};
use crate::score::{self, Habits, Scorer, Scratch, Spreads, estimate};

use confirmed::Confirmed;
use facts::{Facts, minor};
use order::WorkOrder;
use payers::Recognised;
use standing::{Standings, Taught};
use sure::Shown;

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
    /// Decisions that stand, and what people refused; empty for a run that stands for itself.
    pub known: Known<'a>,
}

/// A receipt with everything that was proposed for it.
pub(crate) struct Weighed {
    pub(crate) facts: ReceiptFacts,
    pub(crate) drafts: Vec<Draft>,
    /// Whether a cap cut the drafts.
    pub(crate) capped: bool,
    /// Which sets of the likely payers' items were looked at.
    pub(crate) searched: Searched,
}

/// Pairs payments with the open items they settle, or says why not. Runs on the current thread pool.
pub fn reconcile(request: &Request<'_>) -> Reconciliation {
    reconcile_in_stages(request, &|_| {})
}

/// The stages that [`reconcile_in_stages`] names, in order.
pub const STAGES: [&str; 11] = [
    "facts",
    "index",
    "movements",
    "citations",
    "payers",
    "evidence",
    "propose",
    "estimate",
    "score",
    "assign",
    "decide",
];

/// The day of the last payment; without any, that of the newest item.
fn last_day(request: &Request<'_>) -> Option<NaiveDate> {
    let booked = request.payments.iter().map(|p| p.booking_date).max();
    booked.or_else(|| request.items.iter().filter_map(|item| item.issue_date).max())
}

/// The same; `begins` is told the name of each of the [`STAGES`] as it begins, so that a program with a clock can measure them.
pub fn reconcile_in_stages(request: &Request<'_>, begins: &(dyn Fn(&'static str) + Sync)) -> Reconciliation {
    begins("facts");
    let as_of = request.as_of.or_else(|| last_day(request)).unwrap_or_default();
    let mut facts = Facts::gather(request);
    begins("index");
    let standing = Standings::gather(request, &facts);
    let settled = standing.settled_since(request, &facts);
    if !settled.is_empty() {
        facts.count(&settled);
    }
    let mut index = facts.index(request);
    begins("movements");
    let movements = movements::sort_out(request, &facts, &index, &standing);
    let taken_back = movements.taken_back(&standing);
    if !taken_back.is_empty() {
        facts.reopen(request, &taken_back, &settled);
        facts.renew(request, &mut index);
    }
    for (item, by) in standing.settled_by(request, &facts, &movements) {
        facts.items[item as usize].settled_by = Some(by);
    }
    begins("citations");
    let cited = facts.cited(request, &index, &movements.receipts);
    begins("payers");
    let is_out = |payment: u32| movements.is_returned(payment) || standing.is_disputed(payment);
    let confirmed = confirmed::find(&facts.items, &cited, is_out);
    let taught = standing.taught(request, &facts, &movements);
    let sample = sure::sample(request, taught.len());
    let recognised = payers::recognise(request, &facts, &index, &cited, (&confirmed, &taught, &sample));
    let Recognised { payers, learned, sampled } = recognised;
    facts.add_pays_for(&learned.pays_for);
    begins("evidence");
    let order = WorkOrder::by_payer(&payers);
    let receipts = facts.receipts(request, &index, &standing, (order.arrange(cited), order.arrange(payers)));
    let mut receipts = order.restore(receipts);
    facts.count_citing(&receipts);
    instalments::find(
        &facts.items,
        &mut receipts,
        |payment| movements.is_returned(payment),
        |currency| minor(request.policy.fee_limit, currency),
    );
    let look_at = (&facts, &index, &standing);
    let shown = sure::look(request, look_at, (&taught, receipts.len()), &sample, &sampled);
    // Nothing is looked up any more, and what is proposed needs the room.
    drop(index);
    begins("propose");
    let ledger = facts.ledger();
    let proposed: Vec<Proposed> = (order.receipts().par_iter())
        .map_init(propose::Buffers::default, |buffers, n| {
            let receipt = &receipts[*n as usize];
            let limit = |amount| minor(amount, receipt.currency);
            let limits = propose::Limits {
                fee: limit(request.policy.fee_limit),
                write_off: limit(request.policy.write_off_limit),
            };
            propose::propose(receipt, ledger, request.policy, limits, buffers)
        })
        .collect();
    begins("estimate");
    let unknown = learned.unknown_payers(request.weights.payer_unknown);
    let of = |n: usize| &proposed[order.place(n)];
    let certain = Certain { confirmed: &confirmed, taught: &taught, shown: &shown };
    let prepared = prepare(request, &facts, certain, unknown, (&receipts, &of), is_out);
    drop((confirmed, taught, learned));
    begins("score");
    let scorer = prepared.scorer(&facts);
    let proposed: Vec<Proposed> = (proposed.into_par_iter().zip(order.receipts()))
        .map_init(Scratch::default, |scratch, (mut proposed, n)| {
            scorer.weigh(&receipts[*n as usize], &mut proposed.drafts, proposed.searched, scratch);
            proposed
        })
        .collect();
    let weighed: Vec<Weighed> = (receipts.into_iter().zip(order.restore(proposed)))
        .map(|(facts, Proposed { drafts, capped, searched })| Weighed { facts, drafts, capped, searched })
        .collect();
    begins("assign");
    let drafts: Vec<&[Draft]> = weighed.iter().map(|w| w.drafts.as_slice()).collect();
    let free: Vec<bool> = weighed.iter().map(|w| movements.is_returned(w.facts.payment)).collect();
    let assigned = assign::assign(ledger, &drafts, &free, request.policy.component_steps);
    drop(drafts);
    begins("decide");
    finish::finish(request, as_of, &facts, (movements, &standing), &scorer, weighed, assigned)
}

/// What is certain before anything is weighed: what to learn from.
#[derive(Clone, Copy)]
struct Certain<'a> {
    /// Receipts whose citations leave no doubt.
    confirmed: &'a [Confirmed],
    /// Receipts whose decisions stand.
    taught: &'a [Taught],
    /// What those show of how people pay.
    shown: &'a Shown,
}

/// What receipts are weighed with.
struct Prepared {
    weights: Weights,
    frequencies: Frequencies,
    habits: Habits,
    spreads: Spreads,
}

impl Prepared {
    fn scorer<'a>(&'a self, facts: &'a Facts) -> Scorer<'a> {
        Scorer {
            weights: &self.weights,
            chance: &self.frequencies,
            habits: &self.habits,
            spreads: &self.spreads,
            ledger: facts.ledger(),
            open_of: &facts.open_of,
            least_open: &facts.least_open,
        }
    }
}

/// Measures chance, learns the habits of paying, and estimates the probabilities behind the weights; what is frozen stands.
/// Each customer's own habit is learned in every run from that customer's payments: it is no weight.
fn prepare<'p>(
    request: &Request<'_>,
    facts: &Facts,
    certain: Certain<'_>,
    unknown_of_confirmed: f64,
    (receipts, proposed): (&[ReceiptFacts], &(dyn Fn(usize) -> &'p Proposed + Sync)),
    is_out: impl Fn(u32) -> bool + Sync,
) -> Prepared {
    let mut weights = request.weights.clone();
    let frozen = weights.frequencies.take();
    // Invariant: what is frozen has names and shape of the weights; both a run and the reader of its file see to that.
    frozen.iter().for_each(|f| drop(weights.take(&f.estimated)));
    let estimates = frozen.is_none() && request.policy.estimate;
    let mut observations = habits::observe(&facts.items, certain, receipts, facts.payers.len());
    let mut estimated = BTreeMap::new();
    if estimates {
        estimated = habits::estimate(&weights, &observations);
        estimated.extend(named::estimate(&weights, facts.ledger(), certain.confirmed, receipts));
        let _ = weights.take(&estimated);
    }
    let habits = Habits::of(&weights, &observations.of);
    habits::learn_from_runs(&habits, &facts.items, certain.confirmed, receipts, is_out, &mut observations);
    let habits = Habits::of(&weights, &observations.of);
    let frequencies = frozen.unwrap_or_else(|| Frequencies {
        unknown_of_confirmed: Some(unknown_of_confirmed),
        ..score::measure(&habits, &facts.items, |n| facts.counts(n), receipts, &certain.shown.decided)
    });
    let mut prepared = Prepared { weights, frequencies, habits, spreads: Spreads::large(&facts.owed) };
    if estimates && receipts.len() + certain.taught.len() >= estimate::ENOUGH {
        let Shown { sure, weight, .. } = certain.shown;
        let mut sample = sample(receipts, proposed, estimate::SAMPLE - certain.shown.of_sample());
        let more = estimate::estimate(&prepared.scorer(facts), &mut sample, (sure, *weight));
        let _ = prepared.weights.take(&more);
        estimated.extend(more);
    }
    if estimates {
        prepared.frequencies.estimated = estimated;
    }
    prepared
}

/// Receipts spread evenly over all, so many at most, with what is proposed for them.
fn sample<'a, 'p>(
    receipts: &'a [ReceiptFacts],
    proposed: &(dyn Fn(usize) -> &'p Proposed + Sync),
    most: usize,
) -> Vec<estimate::Sample<'a>> {
    let size = receipts.len().min(most);
    (0..size)
        .into_par_iter()
        .map(|n| {
            let at = n * receipts.len() / size;
            let (facts, proposed) = (&receipts[at], proposed(at));
            estimate::Sample { facts, drafts: proposed.drafts.clone(), searched: proposed.searched }
        })
        .collect()
}
