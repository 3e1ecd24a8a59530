//! What a run is given of learned facts, and which of them bear on what it said.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use crate::book::Book;
use crate::book::runs::RunInput;
use crate::error::Error;
use crate::learn::facts::{self, Folding};
use crate::model::learned::{Fact, FactBy, FactKey, FactUse};
use crate::model::{Bucket, Customer, DifferenceKind, Hypothesis, Money, Reconciliation, Verdict};
use crate::normalise::{keys, names};

/// The facts of a book.
#[derive(Debug, Default)]
pub(in crate::cli::book) struct Learnt {
    /// All of them.
    pub(in crate::cli::book) facts: Vec<Fact>,
    /// What no run may know.
    pub(in crate::cli::book) forgotten: Vec<FactKey>,
}

/// Facts that bear on payments: indices into the payments of a run, rising.
pub(in crate::cli::book) type Bearing = Vec<(u32, Vec<FactUse>)>;

/// How many facts a run used, and on how many payments they bear.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub(in crate::cli::book) struct Used {
    pub(in crate::cli::book) facts: usize,
    pub(in crate::cli::book) forgotten: usize,
    pub(in crate::cli::book) decided: usize,
    pub(in crate::cli::book) proposed: usize,
}

impl Used {
    /// What the run's entry in the log says of it; nothing where nothing was learned.
    pub(in crate::cli::book) fn payload(self, digest: &str) -> serde_json::Value {
        if digest.is_empty() {
            return serde_json::Value::Null;
        }
        serde_json::json!({ "learned": { "facts": self.facts, "forgotten": self.forgotten, "sha256": digest } })
    }

    /// One line for people; none where nothing was learned.
    pub(in crate::cli::book) fn sentence(self) -> String {
        let Self { facts, forgotten, decided, proposed } = self;
        let without = if forgotten > 0 { format!(", {forgotten} forgotten") } else { String::new() };
        match (facts, forgotten) {
            (0, 0) => String::new(),
            _ => format!(
                "learned facts in use: {facts}{without}; {decided} of the decided and {proposed} of the proposed payments rest on one: \
                 lettrage learned\n"
            ),
        }
    }
}

/// Facts in use, by what a payment is held against.
struct ByKey<'f>(HashMap<(FactBy, &'f str), Vec<&'f Fact>, RandomState>);

impl Learnt {
    /// What a book has learned beyond these customers. Errors: E0705, E0706.
    pub(in crate::cli::book) fn of(book: &Book, customers: &[Customer]) -> Result<Self, Error> {
        let teachings = book.teachings()?;
        let folding = Folding { account: keys::canonical, name: names::folded_words };
        let facts = facts::facts(&teachings, customers, folding);
        Ok(Self { facts, forgotten: teachings.forgotten })
    }

    /// Adds the facts in use to the customers of a run.
    pub(in crate::cli::book) fn merge(&self, customers: &mut Vec<Customer>) {
        facts::merge(&self.facts, customers);
    }

    /// SHA-256 over what a run takes from here; empty where that is nothing.
    pub(in crate::cli::book) fn digest(&self) -> String {
        let used: Vec<&FactKey> = self.in_use().map(|fact| &fact.key).collect();
        if used.is_empty() && self.forgotten.is_empty() {
            return String::new();
        }
        crate::read::sha256(serde_json::json!([used, self.forgotten]).to_string().as_bytes()).into()
    }

    fn in_use(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(|fact| fact.in_use())
    }

    /// The facts that bear on what was said of each undecided payment.
    pub(in crate::cli::book) fn bearing(&self, input: &RunInput, said: &Reconciliation, wanted: &[bool]) -> Bearing {
        let mut by_key = ByKey(HashMap::default());
        for fact in self.in_use() {
            by_key.0.entry((fact.key.by, &*fact.key.key)).or_default().push(fact);
        }
        if by_key.0.is_empty() {
            return Vec::new();
        }
        let of = |n: usize| {
            let facts = by_key.of(input, n, &said.verdicts[n], said);
            (!facts.is_empty()).then(|| (n as u32, facts.into_iter().map(FactUse::of).collect()))
        };
        (0..said.verdicts.len()).into_par_iter().filter(|n| wanted[*n] && input.undecided[*n]).filter_map(of).collect()
    }

    /// Counts what was used.
    pub(in crate::cli::book) fn used(&self, bearing: &Bearing, said: &Reconciliation) -> Used {
        let decided = |(n, _): &&(u32, Vec<FactUse>)| said.verdicts[*n as usize].bucket == Bucket::Auto;
        let auto = bearing.iter().filter(decided).count();
        Used {
            facts: self.in_use().count(),
            forgotten: self.forgotten.len(),
            decided: auto,
            proposed: bearing.len() - auto,
        }
    }
}

impl<'f> ByKey<'f> {
    /// The facts that say that this payment is for the customers of its first equation.
    fn of(&self, input: &RunInput, n: usize, verdict: &Verdict, said: &Reconciliation) -> Vec<&'f Fact> {
        let Some(chosen) = &verdict.chosen else { return Vec::new() };
        let payment = &input.payments[n];
        let account = keys::canonical(&payment.payer_iban);
        let name = names::folded_words(&payment.payer_name);
        let payer = verdict.payer.and_then(|payer| said.payers.get(payer as usize));
        let customers = customers(chosen, said);
        let mut facts: Vec<&Fact> = Vec::new();
        let keys =
            [(FactBy::Account, &*account), (FactBy::Name, &*name), (FactBy::Customer, payer.map_or("", |p| &p.id))];
        for key in keys.into_iter().filter(|(_, key)| !key.is_empty()) {
            facts.extend(self.about(key, &customers));
        }
        let short =
            chosen.differences.iter().filter(|d| matches!(d.kind, DifferenceKind::OpenRest | DifferenceKind::Fee));
        for difference in short {
            let fee = Money::new(difference.minor, payment.amount.currency);
            facts.extend(self.about((FactBy::Fee, &format!("{fee} {}", fee.currency)), &customers));
        }
        facts
    }

    fn about(&self, key: (FactBy, &str), customers: &[&str]) -> Vec<&'f Fact> {
        let facts = self.0.get(&key).into_iter().flatten();
        facts.filter(|fact| customers.contains(&&*fact.key.customer)).copied().collect()
    }
}

/// The customers of an equation's items.
fn customers<'s>(chosen: &Hypothesis, said: &'s Reconciliation) -> Vec<&'s str> {
    let of = |item: u32| said.item_payers.get(item as usize).copied().flatten();
    let payers = chosen.applications.iter().filter_map(|a| of(a.item));
    payers.filter_map(|payer| said.payers.get(payer as usize)).map(|payer| &*payer.id).collect()
}
