//! One item with exactly this amount: of a likely payer, of somebody he pays for, or of anybody.

use crate::model::stage::{Fit, NO_CLASS, OF_ANYBODY};
use crate::model::{Flag, HypothesisKind};

use super::Proposals;

/// Proposes single items of equal amount.
pub fn propose(p: &mut Proposals<'_>) {
    for item in p.facts.equal.iter().copied() {
        let customer = p.ledger.item(item).customer;
        let candidates = &p.facts.payer.candidates;
        let likely = candidates.iter().any(|c| c.customer == customer || p.ledger.may_pay_for(c.customer, customer));
        if likely {
            push(p, item, HypothesisKind::PayerAmount);
        }
    }
    let anybody: Vec<u32> = p.facts.equal.iter().copied().take(OF_ANYBODY).collect();
    // Where something better was proposed, more items of an equal amount would not have mattered.
    if p.drafts.is_empty() && p.facts.payer.identified().is_none() && p.facts.equal_count as usize > OF_ANYBODY {
        p.capped = true;
    }
    for item in anybody {
        // A class that was proposed speaks for its other members, too.
        let class = p.ledger.item(item).class;
        if class == NO_CLASS || !p.drafts.iter().any(|d| d.class == class) {
            push(p, item, HypothesisKind::AmountOnly);
        }
    }
}

fn push(p: &mut Proposals<'_>, item: u32, kind: HypothesisKind) {
    let Some(fit @ (Fit::Equal | Fit::Discount { .. })) = p.fit(&[item]) else { return };
    let class = p.ledger.item(item).class;
    let cited = |n: &u32| p.facts.cites.iter().any(|c| c.item == *n);
    let whole_class = fit == Fit::Equal
        && kind == HypothesisKind::PayerAmount
        && class != NO_CLASS
        && !p.ledger.classes[class as usize].iter().any(cited)
        && !p.ledger.classes[class as usize].iter().any(|member| p.facts.refuses(&[*member]))
        && !told_apart(p, class);
    if whole_class && p.drafts.iter().any(|d| d.class == class) {
        return;
    }
    let Some(mut draft) = p.equation(kind, &[item], fit) else { return };
    if whole_class {
        // Any member will do; which one is decided when all payments are known.
        draft.class = class;
        draft.flags = draft.flags.with(Flag::Interchangeable);
    }
    if kind == HypothesisKind::AmountOnly {
        draft.flags = draft.flags.with(Flag::AmountOnly);
    }
    p.push(draft);
}

/// Whether a date that the text names is that of some members of a class, and not of others.
fn told_apart(p: &Proposals<'_>, class: u32) -> bool {
    let members = &p.ledger.classes[class as usize];
    p.facts.named.iter().any(|named| {
        let mut fits = members.iter().map(|n| named.fits(p.ledger.item(*n)));
        fits.next().is_some_and(|first| fits.any(|other| other != first))
    })
}
