//! From the joint choice to verdicts: which member of a class, what is left of each item, and back to the order of the input.

use std::cell::RefCell;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::assign::Assigned;
use crate::classify::{self, Case, Movement, Returned};
use crate::model::stage::NO_CLASS;
use crate::model::{
    Bucket, DifferenceKind, Flag, Frequencies, Hypothesis, HypothesisKind, ItemOutcome, Obstacle, Reason,
    Reconciliation, Search, Verdict,
};
use crate::normalise::keys;
use crate::score::{Scorer, Scratch};

use super::facts::{Facts, item, payment};
use super::movements::Movements;
use super::order::inverse;
use super::standing::Standings;
use super::{Request, Weighed};

/// Decides every receipt, settles what is automatic, takes back what returns undo, and puts all in the order of the input.
pub(super) fn finish(
    request: &Request<'_>,
    as_of: NaiveDate,
    facts: &Facts,
    (mut movements, standing): (Movements, &Standings<'_>),
    scorer: &Scorer<'_>,
    weighed: Vec<Weighed>,
    assigned: Vec<Assigned>,
) -> Reconciliation {
    let decided = decide(request, facts, &movements, scorer, weighed, assigned);
    let mut verdicts: Vec<Option<Verdict>> = vec![None; request.payments.len()];
    let mut classed: Vec<(u32, u32)> = Vec::with_capacity(decided.len());
    for Decided { payment, class, verdict } in decided {
        classed.push((payment, class));
        verdicts[payment as usize] = Some(verdict);
    }
    for (n, verdict) in std::mem::take(&mut movements.others) {
        verdicts[n as usize] = Some(verdict);
    }
    for n in (0..verdicts.len() as u32).filter(|n| standing.is_decided(*n)) {
        verdicts[n as usize] = Some(Verdict::standing());
    }
    hand_out(facts, &classed, &mut verdicts, &movements);
    part_rivals(facts, &movements, &mut verdicts);
    let mut outcomes = settle(facts, &movements, &mut verdicts);
    take_back(request, facts, (&movements, standing), &mut verdicts, &mut outcomes);
    translate(as_of, facts, verdicts, outcomes, scorer.chance.clone())
}

/// A receipt that was decided on its own.
struct Decided {
    payment: u32,
    /// The interchangeable class that its equation takes a member of, or [`NO_CLASS`].
    class: u32,
    verdict: Verdict,
}

/// Decides every receipt from its drafts and the joint choice.
fn decide(
    request: &Request<'_>,
    facts: &Facts,
    movements: &Movements,
    scorer: &Scorer<'_>,
    weighed: Vec<Weighed>,
    assigned: Vec<Assigned>,
) -> Vec<Decided> {
    let taken = taken_by(facts, &weighed, &assigned);
    let taken_by = |item: u32| taken[item as usize];
    let number = |n: u32| keys::canonical(&item(request, facts.item_order[n as usize]).number);
    let near_numbers = |a: u32, b: u32| strsim::osa_distance(&number(a), &number(b)) <= 1;
    let day_in_number = |n: u32| keys::day_in_number(&number(n));
    // What was proposed for a receipt is let go as soon as it is decided: proposals are most of what a run holds in memory.
    (weighed.into_par_iter().zip(assigned))
        .map_init(RefCell::<Scratch>::default, |scratch, (weighed, assigned)| {
            scratch.borrow_mut().next_receipt();
            let words = movements.words[weighed.facts.payment as usize];
            let stopped = weighed.capped || assigned.search == Search::Stopped;
            let payer = weighed.facts.payer.candidates.first();
            let terms = |n: usize| {
                scorer.terms(&weighed.facts, &weighed.drafts, n, weighed.searched, &mut scratch.borrow_mut())
            };
            let verdict = classify::decide(&Case {
                facts: &weighed.facts,
                drafts: &weighed.drafts,
                terms: &terms,
                chosen: assigned.chosen,
                probabilities: &assigned.probabilities,
                proved: assigned.bounds.as_ref().unwrap_or(&assigned.probabilities),
                margin: assigned.margin,
                search: if stopped { Search::Stopped } else { Search::Complete },
                ledger: facts.ledger(),
                policy: request.policy,
                taken_by: &taken_by,
                near_numbers: &near_numbers,
                day_in_number: &day_in_number,
                batch: words.batch,
                prepayment: words.prepayment,
                nothing_open: payer.is_none_or(|c| facts.owed.by(c.customer).is_empty()),
                all_evidence: request.all_evidence,
            });
            let class = class_of(&weighed, &verdict);
            Decided { payment: weighed.facts.payment, class, verdict }
        })
        .collect()
}

/// For each item, the first receipt whose choice uses it up, or the one that settled it before.
fn taken_by(facts: &Facts, weighed: &[Weighed], assigned: &[Assigned]) -> Vec<Option<u32>> {
    let mut taken: Vec<Option<u32>> = facts.items.iter().map(|item| item.settled_by.map(|by| by.0)).collect();
    for (weighed, assigned) in weighed.iter().zip(assigned) {
        let draft = &weighed.drafts[assigned.chosen as usize];
        if draft.class != NO_CLASS || draft.kind == HypothesisKind::AmountOnly {
            continue;
        }
        for a in &draft.applications {
            if a.applied != 0 && a.applied == facts.items[a.item as usize].open {
                taken[a.item as usize].get_or_insert(weighed.facts.payment);
            }
        }
    }
    taken
}

/// The interchangeable class of which the chosen equation takes any member, or [`NO_CLASS`].
fn class_of(weighed: &Weighed, verdict: &Verdict) -> u32 {
    let Some(chosen) = verdict.chosen.as_ref().filter(|c| c.flags.has(Flag::Interchangeable)) else { return NO_CLASS };
    (weighed.drafts.iter())
        .find(|d| d.class != NO_CLASS && *d.applications == *chosen.applications)
        .map_or(NO_CLASS, |d| d.class)
}

/// Gives every automatic application of an interchangeable class a member of its own, and then every proposal. Where none is left
/// whole for an application, a person decides. `classed` holds the receipts with their classes.
fn hand_out(facts: &Facts, classed: &[(u32, u32)], verdicts: &mut [Option<Verdict>], movements: &Movements) {
    let mut used = vec![false; facts.items.len()];
    let counts = |receipt: &&(u32, u32)| !movements.is_returned(receipt.0);
    for bucket in [Bucket::Auto, Bucket::Review] {
        for (payment, _) in classed.iter().filter(counts).filter(|(_, class)| *class == NO_CLASS) {
            let verdict = verdicts[*payment as usize].as_ref().filter(|v| v.bucket == bucket);
            let items = verdict.and_then(|v| v.chosen.as_ref()).into_iter().flat_map(|chosen| &chosen.applications);
            items.for_each(|a| used[a.item as usize] = true);
        }
        for (payment, class) in classed.iter().filter(counts).filter(|(_, class)| *class != NO_CLASS) {
            let Some(verdict) = verdicts[*payment as usize].as_mut().filter(|v| v.bucket == bucket) else { continue };
            let Some(chosen) = verdict.chosen.as_mut() else { continue };
            // All are due on one day, so the habit of paying does not tell them apart: the oldest document goes first.
            let free = facts.classes[*class as usize].iter().filter(|n| !used[**n as usize]);
            match free.min_by_key(|n| (facts.items[**n as usize].issue, **n)) {
                Some(member) => {
                    used[*member as usize] = true;
                    chosen.applications[0].item = *member;
                }
                None if bucket == Bucket::Auto => {
                    chosen.obstacle = Some(Obstacle::AlreadySettled(None));
                    verdict.bucket = Bucket::Review;
                    verdict.reason = Some(Reason::Ambiguous);
                }
                None => {}
            }
        }
    }
}

/// Gives to a person what would take more off an item than is open of it.
///
/// Where the joint choice of a large component was stopped, its members were decided one by one, each by what is proved of it; two of
/// them may have taken the same item. Neither is sure then.
fn part_rivals(facts: &Facts, movements: &Movements, verdicts: &mut [Option<Verdict>]) {
    let mut sums = vec![0i128; facts.items.len()];
    let automatic = |n: u32, verdict: &Verdict| verdict.bucket == Bucket::Auto && !movements.is_returned(n);
    for (n, verdict) in (0u32..).zip(verdicts.iter()) {
        let Some(verdict) = verdict.as_ref().filter(|v| automatic(n, v)) else { continue };
        for a in verdict.chosen.iter().flat_map(|chosen| &chosen.applications) {
            sums[a.item as usize] += i128::from(a.applied);
        }
    }
    let beyond = |item: u32| sums[item as usize].abs() > i128::from(facts.items[item as usize].open).abs();
    for (n, verdict) in (0u32..).zip(verdicts.iter_mut()) {
        let Some(verdict) = verdict.as_mut().filter(|v| automatic(n, v)) else { continue };
        let Some(chosen) = verdict.chosen.as_mut() else { continue };
        if chosen.applications.iter().any(|a| a.applied != 0 && beyond(a.item)) {
            chosen.obstacle = Some(Obstacle::AlreadySettled(None));
            verdict.bucket = Bucket::Review;
            verdict.reason = Some(Reason::Ambiguous);
        }
    }
}

/// Takes the automatic applications off the items, in the order of booking: what is left open is known only then.
fn settle(facts: &Facts, movements: &Movements, verdicts: &mut [Option<Verdict>]) -> Vec<ItemOutcome> {
    let mut outcomes = vec![ItemOutcome::default(); facts.items.len()];
    // What stays: a returned receipt brings nothing in the end, and the item is open for whoever pays next.
    let mut stays = vec![0i64; facts.items.len()];
    for (n, verdict) in (0u32..).zip(verdicts.iter_mut()) {
        let Some(verdict) = verdict.as_mut().filter(|v| v.bucket == Bucket::Auto) else { continue };
        let Some(chosen) = verdict.chosen.as_mut() else { continue };
        let returned = movements.is_returned(n);
        let mut rest = 0;
        let mut further = false;
        for a in &chosen.applications {
            let (item, outcome) = (&facts.items[a.item as usize], &mut outcomes[a.item as usize]);
            outcome.applied += a.applied;
            if !returned {
                let stays = &mut stays[a.item as usize];
                // A part was paid before: by an earlier payment of this run, or before it.
                further |= *stays != 0 || (item.open != item.amount && item.open != 0);
                *stays += a.applied;
                outcome.payments += 1;
                rest += item.open - *stays;
            }
        }
        if further && chosen.applications.len() == 1 {
            verdict.flags = verdict.flags.with(Flag::Instalment);
        }
        let open_rest = chosen.differences.iter().position(|d| d.kind == DifferenceKind::OpenRest);
        if let Some(at) = open_rest.filter(|_| !returned) {
            if rest == 0 {
                chosen.differences.remove(at);
                verdict.flags =
                    verdict.flags.without(Flag::Partial).without(Flag::FeeWithheld).without(Flag::DiscountTaken);
            } else {
                chosen.differences[at].minor = rest;
            }
        }
        chosen.flags = verdict.flags;
    }
    outcomes
}

/// Takes back what returned receipts had applied: their items are open again.
fn take_back(
    request: &Request<'_>,
    facts: &Facts,
    (movements, standing): (&Movements, &Standings<'_>),
    verdicts: &mut [Option<Verdict>],
    outcomes: &mut [ItemOutcome],
) {
    for (n, link, sure) in &movements.returns {
        let debit = payment(request, facts.payment_order[*n as usize]);
        let amount = debit.amount.minor;
        let verdict = if let Some(decision) = standing.decision(link.receipt) {
            let applications = standing.applied(link.receipt);
            let payer = applications.first().and_then(|a| facts.items[a.item as usize].owner());
            let receipt = Returned { payer, applications: &applications, differences: &decision.differences };
            classify::returned(*link, amount, receipt, *sure)
        } else {
            // Invariant: what is returned is a receipt, and every receipt was decided.
            let Some(receipt) = verdicts[link.receipt as usize].as_ref() else { continue };
            classify::returned(*link, amount, receipt.into(), *sure)
        };
        let refused = verdict.chosen.as_ref().is_some_and(|chosen| standing.refuses(*n, &chosen.applications));
        let movement = Movement { debit: true, nature: debit.nature, ..Movement::default() };
        let verdict = classify::not_receivable(movement).filter(|_| refused).unwrap_or(verdict);
        if verdict.bucket == Bucket::Auto {
            for a in verdict.chosen.iter().flat_map(|c| &c.applications) {
                outcomes[a.item as usize].applied += a.applied;
                outcomes[a.item as usize].reopened -= a.applied;
            }
        }
        verdicts[*n as usize] = Some(verdict);
    }
}

/// Back to the order of the input.
fn translate(
    as_of: NaiveDate,
    facts: &Facts,
    mut verdicts: Vec<Option<Verdict>>,
    outcomes: Vec<ItemOutcome>,
    frequencies: Frequencies,
) -> Reconciliation {
    let item = |n: u32| facts.item_order[n as usize];
    let payment = |n: u32| facts.payment_order[n as usize];
    let back = |h: &mut Hypothesis| {
        h.applications.iter_mut().for_each(|a| a.item = item(a.item));
        h.obstacle = h.obstacle.map(|o| match o {
            Obstacle::OtherDocumentCited(n) => Obstacle::OtherDocumentCited(item(n)),
            Obstacle::AlreadySettled(by) => Obstacle::AlreadySettled(by.map(payment)),
            other => other,
        });
    };
    verdicts.par_iter_mut().flatten().for_each(|verdict| {
        verdict.chosen.iter_mut().chain(&mut verdict.rivals).for_each(back);
        verdict.returns = verdict.returns.map(payment);
    });
    let in_order = (inverse(&facts.payment_order).into_iter()).filter_map(|n| verdicts[n as usize].take()).collect();
    let mut items = vec![ItemOutcome::default(); outcomes.len()];
    let mut item_payers = vec![None; outcomes.len()];
    for (n, outcome) in (0u32..).zip(outcomes) {
        items[item(n) as usize] = outcome;
        item_payers[item(n) as usize] = facts.items[n as usize].owner();
    }
    Reconciliation {
        as_of,
        // Invariant: every payment is decided, a receipt, a return or neither, and each of the four got a verdict.
        verdicts: in_order,
        items,
        payers: facts.payers.clone(),
        item_payers,
        frequencies,
    }
}
