//! The same again: money for what was settled before, or by an earlier payment of this run.

use crate::model::stage::{BEFORE_THE_RUN, Cite, CiteClass, Draft, NO_CLASS};
use crate::model::{Application, Difference, DifferenceKind, Few, Flag, HypothesisKind};

use super::Proposals;

/// Proposes duplicates.
pub fn propose(p: &mut Proposals<'_>) {
    let cites = &p.facts.cites;
    let settled: Vec<u32> = (cites.chunk_by(|a, b| a.place == b.place))
        .filter_map(|place| sole(p, place))
        .filter(|item| p.ledger.item(*item).open == 0)
        .collect();
    for item in settled {
        push(p, item, BEFORE_THE_RUN);
    }
    // What this payment would settle to the cent may have been settled by an earlier one.
    let exact: Vec<u32> = (p.drafts.iter())
        .filter(|d| d.class == NO_CLASS && d.kind != HypothesisKind::AmountOnly)
        .filter(|d| d.difference.is_none() && d.applications.len() == 1)
        .map(|d| d.applications[0].item)
        .filter(|item| may_have_been_paid(p, *item))
        .collect();
    for item in exact {
        push(p, item, item);
    }
    for item in &p.facts.settled_equal {
        push(p, *item, BEFORE_THE_RUN);
    }
}

/// Whether another payment of this run may be for the same item: it cites it, or no other item of the customer has this amount.
/// Among many of one amount, a payment that names none is for one that nobody names.
fn may_have_been_paid(p: &Proposals<'_>, item: u32) -> bool {
    let own = u32::from(p.facts.cites.iter().any(|c| c.item == item && c.class != CiteClass::Tail));
    let customer = p.ledger.item(item).customer;
    let alike = p.facts.equal.iter().filter(|n| p.ledger.item(**n).customer == customer).count();
    p.ledger.citing[item as usize] > own || alike <= 1
}

/// The one item that a place of the text means.
fn sole(p: &Proposals<'_>, place: &[Cite]) -> Option<u32> {
    let likely = |c: &&Cite| p.facts.payer.candidate(p.ledger.item(c.item).customer).is_some();
    match place {
        [one] => Some(one.item),
        _ => {
            let mut of_payer = place.iter().filter(likely);
            of_payer.next().filter(|_| of_payer.next().is_none()).map(|c| c.item)
        }
    }
}

/// Proposes that an item is paid once more. `after` is as in [`Draft::after`].
fn push(p: &mut Proposals<'_>, item: u32, after: u32) {
    let facts = p.ledger.item(item);
    if facts.currency != p.facts.currency || facts.amount <= 0 {
        return;
    }
    p.push(Draft {
        // Nothing is taken off the item: it is named, and the money stays on the customer's account.
        applications: Few::one(Application { item, applied: 0 }),
        difference: Some(Difference { kind: DifferenceKind::OnAccount, minor: p.facts.amount }),
        flags: Flag::Duplicate.into(),
        after,
        ..Draft::unweighed(HypothesisKind::Duplicate)
    });
}
