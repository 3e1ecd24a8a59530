//! Why not: one named obstacle for every rival.

use crate::model::stage::{CiteClass, Draft};
use crate::model::{DifferenceKind, Hypothesis, HypothesisKind, Level, Obstacle, Weight};

use super::{Case, hypothesis, names_items};

/// Rivals that are kept for one payment.
const KEPT: usize = 8;

/// The other hypotheses, likeliest first, each with its obstacle.
pub(super) fn rivals(case: &Case<'_>, chosen_at: Option<usize>, chosen: Option<&Hypothesis>) -> Vec<Hypothesis> {
    // A repeat of what nobody else paid in this run is no rival: it was only a thought for the joint choice.
    let impossible = |draft: &Draft| {
        let repeats = draft.kind == HypothesisKind::Duplicate && draft.after != u32::MAX;
        repeats && (case.taken_by)(draft.after).is_none_or(|by| by == case.facts.payment)
    };
    let mut order: Vec<usize> =
        (0..case.drafts.len()).filter(|n| Some(*n) != chosen_at && !impossible(&case.drafts[*n])).collect();
    order.sort_by(|a, b| {
        let weight = |n: &usize| case.drafts[*n].weight;
        case.probabilities[*b].total_cmp(&case.probabilities[*a]).then(weight(b).cmp(&weight(a))).then(a.cmp(b))
    });
    (order.into_iter())
        .take(KEPT)
        .map(|n| {
            let mut rival = hypothesis(case, n);
            if names_items(&case.drafts[n]) {
                rival.obstacle = Some(obstacle(case, &case.drafts[n], &rival, chosen));
            }
            rival
        })
        .collect()
}

fn obstacle(case: &Case<'_>, draft: &Draft, rival: &Hypothesis, chosen: Option<&Hypothesis>) -> Obstacle {
    let items = || rival.applications.iter().map(|a| a.item);
    if rival.kind == HypothesisKind::Duplicate {
        let by = items().next().and_then(|n| (case.taken_by)(n));
        return Obstacle::AlreadySettled(by.filter(|p| *p != case.facts.payment));
    }
    let taken = items().find_map(|n| (case.taken_by)(n).filter(|p| *p != case.facts.payment));
    if let Some(by) = taken {
        return Obstacle::AlreadySettled(Some(by));
    }
    let cited_elsewhere = (case.facts.cites.iter())
        .filter(|c| c.class <= CiteClass::Whole && case.ledger.item(c.item).open != 0)
        .find(|c| !items().any(|n| n == c.item));
    if let Some(cite) = cited_elsewhere.filter(|_| !items().any(|n| case.facts.cites.iter().any(|c| c.item == n))) {
        return Obstacle::OtherDocumentCited(cite.item);
    }
    if rival.terms.iter().any(|t| t.level == Level::PayerOther) {
        return Obstacle::OtherPayer;
    }
    if let Some(chosen) = chosen {
        let held = |n: u32| chosen.applications.iter().any(|a| a.item == n);
        if rival.applications.len() < chosen.applications.len() && items().all(held) {
            return Obstacle::PartOfBetterGroup;
        }
    }
    let off = rival.differences.iter().find_map(|d| match d.kind {
        DifferenceKind::OpenRest | DifferenceKind::WriteOff => Some(-d.minor),
        DifferenceKind::OnAccount => Some(d.minor),
        _ => None,
    });
    if let Some(off) = off {
        return Obstacle::AmountOff(off);
    }
    if let Some(days) = rival.terms.iter().find_map(|t| match t.level {
        Level::BeforeIssue(days) => Some(-days),
        _ => None,
    }) {
        return Obstacle::DateOutside(days);
    }
    match chosen {
        Some(chosen) => Obstacle::RivalTooClose(Weight(chosen.weight.0.saturating_sub(draft.weight.0))),
        None => Obstacle::BelowLevel(rival.probability),
    }
}
