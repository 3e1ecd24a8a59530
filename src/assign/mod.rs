//! One consistent choice for all payments that compete for items, and how probable each part of it is.
//!
//! A consistent joint choice gives every receipt one option and no item more than its open amount. With Z the sum of
//! 2^weight over the consistent joint choices, P(option) = Z(given the option) / Z. Competition and ties are in it by
//! themselves: two identical payments for one invoice cannot both be sure.

mod bounded;
mod component;
mod estimate;
mod exact;
mod exchange;
mod states;
#[cfg(test)]
mod tests;
mod yielding;

use rayon::prelude::*;

use crate::model::stage::{BEFORE_THE_RUN, Draft, LedgerFacts, NO_CLASS};
use crate::model::{Application, Few, HypothesisKind, Search, Weight};

/// Options so many thousandths of a bit below what is always possible are not weighed in the joint choice: one in 130,000.
const BELOW_ALWAYS: i32 = 17_000;
/// Options so far below the best are not weighed either: one in 30 million.
const BELOW_BEST: i32 = 25_000;
/// Options that are less likely than this whatever the others choose are not weighed: one in a million.
const HOPELESS: f64 = 1e-6;

/// What one receipt may be, as the joint choice sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Position among the receipt's drafts.
    draft: u32,
    weight: i32,
    /// What it takes from which resource: items first, then interchangeable classes.
    uses: Few<(u32, i64)>,
    /// What an unlisted equation of cited items needs besides. The exact sum and the exchange bound mind it; the bound by shares lets
    /// it stand whatever the others choose, which gives it more weight than it has.
    holds: Few<(u32, i64)>,
    /// The resource that must have been used up by an earlier receipt.
    after: Option<u32>,
}

/// What was chosen for one receipt.
#[derive(Clone, Debug, PartialEq)]
pub struct Assigned {
    /// Position of the chosen draft.
    pub chosen: u32,
    /// Probability of each draft, in their order; an estimate where the search was stopped.
    pub probabilities: Vec<f64>,
    /// What each probability is at least, where they are estimates.
    pub bounds: Option<Vec<f64>>,
    /// What is lost when the choice is forbidden.
    pub margin: Weight,
    /// Whether the joint choice was computed exactly.
    pub search: Search,
}

/// Chooses for all receipts, which come in canonical order. `free` marks those that use nothing up, because what they brought
/// was returned. `steps` bounds the work on one component.
pub fn assign(ledger: LedgerFacts<'_>, receipts: &[&[Draft]], free: &[bool], steps: u32) -> Vec<Assigned> {
    let mut choices: Vec<Vec<Choice>> =
        (receipts.par_iter().zip(free)).map(|(drafts, free)| choices_of(ledger, drafts, *free)).collect();
    let items = ledger.items.len() as u32;
    let capacity = |resource: u32| capacity_of(ledger, resource);
    yielding::drop_hopeless(&mut choices, items, capacity);
    let components = component::split(ledger.items.len() + ledger.classes.len(), &choices);
    // Nearly all receipts compete with nobody: they need no look at the others.
    let mut assigned: Vec<Assigned> = (choices.par_iter().zip(receipts))
        .map(|(choices, drafts)| widen(on_its_own(choices), choices, drafts.len()))
        .collect();
    let competing: Vec<Vec<(u32, Assigned)>> = (components.into_par_iter())
        .map(|members| {
            let of: Vec<&[Choice]> = members.iter().map(|r| choices[*r as usize].as_slice()).collect();
            let outcomes = exact::solve(&of, capacity, steps).unwrap_or_else(|| bounded::solve(&of, items, capacity));
            let widen = |(receipt, outcome): (u32, Outcome)| {
                (receipt, widen(outcome, &choices[receipt as usize], receipts[receipt as usize].len()))
            };
            members.into_iter().zip(outcomes).map(widen).collect()
        })
        .collect();
    choices.into_par_iter().for_each(drop);
    for (receipt, outcome) in competing.into_iter().flatten() {
        assigned[receipt as usize] = outcome;
    }
    assigned
}

/// The outcome of one receipt over its choices.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    chosen: usize,
    probabilities: Vec<f64>,
    /// What is proved of each probability, where they are estimates.
    bounds: Option<Vec<f64>>,
    margin: i32,
    search: Search,
}

/// Translates an outcome over choices into one over drafts; drafts that were not weighed have no probability to speak of.
fn widen(outcome: Outcome, choices: &[Choice], drafts: usize) -> Assigned {
    let widen = |of_choices: &[f64]| {
        let mut of_drafts = vec![0.0; drafts];
        for (choice, p) in choices.iter().zip(of_choices) {
            of_drafts[choice.draft as usize] = *p;
        }
        of_drafts
    };
    Assigned {
        bounds: outcome.bounds.as_deref().map(widen),
        probabilities: widen(&outcome.probabilities),
        chosen: choices[outcome.chosen].draft,
        margin: Weight(outcome.margin),
        search: outcome.search,
    }
}

/// The drafts that are worth a place in the joint choice. What is always possible is among them.
fn choices_of(ledger: LedgerFacts<'_>, drafts: &[Draft], free: bool) -> Vec<Choice> {
    let always = |d: &Draft| matches!(d.kind, HypothesisKind::None | HypothesisKind::Unlisted);
    let weight = |d: &Draft| d.weight.0;
    let fallback = drafts.iter().filter(|d| always(d)).map(weight).max().unwrap_or(0);
    let best = drafts.iter().map(weight).max().unwrap_or(0);
    let kept = |d: &Draft| always(d) || (weight(d) >= fallback - BELOW_ALWAYS && weight(d) >= best - BELOW_BEST);
    let choice = |(n, d): (u32, &Draft)| Choice {
        draft: n,
        weight: weight(d),
        // An equal amount alone never takes an item from anybody: it is a hint for a person, and would tie all payments
        // of a round amount into one knot.
        uses: match d.kind {
            HypothesisKind::AmountOnly => Few::default(),
            _ if free => Few::default(),
            _ => uses_of(ledger, d, &d.applications),
        },
        holds: match d.holds {
            Some(settling) if !free => uses_of(ledger, d, &drafts[settling as usize].applications),
            _ => Few::default(),
        },
        after: (d.kind == HypothesisKind::Duplicate && d.after != BEFORE_THE_RUN).then_some(d.after),
    };
    // The choices of all receipts are held at once: no more room than they need.
    let mut choices = Vec::with_capacity(drafts.iter().filter(|d| kept(d)).count());
    choices.extend((0u32..).zip(drafts).filter(|(_, d)| kept(d)).map(choice));
    choices
}

/// What a draft uses up: items, and the class of an interchangeable item, so that both ways of naming it compete.
fn uses_of(ledger: LedgerFacts<'_>, draft: &Draft, applications: &[Application]) -> Few<(u32, i64)> {
    let items = ledger.items.len() as u32;
    if let [one] = applications
        && one.applied != 0
        && ledger.item(one.item).class == NO_CLASS
    {
        return Few::one((one.item, one.applied.abs()));
    }
    let mut uses = Vec::with_capacity(applications.len());
    for a in applications.iter().filter(|a| a.applied != 0) {
        let item = ledger.item(a.item);
        if draft.class == NO_CLASS {
            uses.push((a.item, a.applied.abs()));
        }
        if item.class != NO_CLASS {
            // The class hands out whole members. Where parts of several members leave none whole, a person decides in the end.
            uses.push((items + item.class, a.applied.abs()));
        }
    }
    uses.sort_unstable();
    uses.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, total(run.iter().map(|u| u.1)))).collect()
}

/// A sum that stays at the end of its range: ledgers may hold amounts that do not add up in 64 bits.
fn total(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}

/// What a resource has to give.
fn capacity_of(ledger: LedgerFacts<'_>, resource: u32) -> i64 {
    let items = ledger.items.len() as u32;
    if resource < items {
        ledger.item(resource).open.abs()
    } else {
        total(ledger.classes[(resource - items) as usize].iter().map(|n| ledger.item(*n).open.abs()))
    }
}

/// The greatest weight among some options; the scale of their odds.
fn best_weight(options: &[Choice]) -> i32 {
    options.iter().map(|c| c.weight).max().unwrap_or(0)
}

/// Two to the power of a weight, on the scale of the best one.
fn odds(weight: i32, best: i32) -> f64 {
    (f64::from(weight - best) / 1000.0).exp2()
}

/// The odds of each option, on the scale of the best one.
fn odds_of(options: &[Choice]) -> Vec<f64> {
    let best = best_weight(options);
    options.iter().map(|c| odds(c.weight, best)).collect()
}

/// A receipt with which nobody competes.
fn on_its_own(choices: &[Choice]) -> Outcome {
    let possible = || (0..choices.len()).filter(|n| choices[*n].after.is_none());
    let weight = |n: usize| choices[n].weight;
    // Invariant: what is always possible is among the choices, so one of them is the first.
    let first = possible().min_by_key(|n| (std::cmp::Reverse(weight(*n)), *n)).unwrap_or_default();
    let best = weight(first);
    let second = possible().filter(|n| *n != first).map(weight).max();
    let mut probabilities = vec![0.0; choices.len()];
    possible().for_each(|n| probabilities[n] = odds(weight(n), best));
    let total: f64 = possible().map(|n| probabilities[n]).sum();
    probabilities.iter_mut().for_each(|p| *p /= total);
    let margin = second.map_or(i32::MAX, |second| best - second);
    Outcome { chosen: first, probabilities, bounds: None, margin, search: Search::Complete }
}
