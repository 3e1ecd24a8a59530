//! The items that the payment cites: all of them, those that add up, or one.

use crate::model::HypothesisKind;
use crate::model::stage::{Cite, CiteClass, Fit};

use super::Proposals;

/// Cited items among which subsets are tried.
const SUBSETS: usize = 14;
/// Subsets that are proposed.
const SUBSETS_KEPT: usize = 4;
/// Items that one place of the text may mean before they are left to the amount.
const MEANINGS: usize = 8;

/// Proposes equations of cited items.
pub fn propose(p: &mut Proposals<'_>) {
    let cites = &p.facts.cites;
    let mut strong: Vec<u32> = Vec::new();
    let mut weak: Vec<u32> = Vec::new();
    let mut open_meanings: Vec<u32> = Vec::new();
    for place in cites.chunk_by(|a, b| a.place == b.place) {
        let meanings = meanings(p, place);
        match meanings[..] {
            // Last digits alone may be any number: what is cited by more comes first.
            [one] if place[0].class == CiteClass::Tail => push_new(&mut weak, one),
            [one] => push_new(&mut strong, one),
            _ => open_meanings.extend(meanings.iter().take(MEANINGS)),
        }
    }
    let all: Vec<u32> = strong.iter().copied().chain(weak.iter().copied().filter(|n| !strong.contains(n))).collect();
    let exact = push_set(p, &strong) | push_set(p, &all);
    if !exact {
        subsets(p, &all);
        for item in all.iter().copied().chain(open_meanings) {
            let by_more_than_a_tail = cites.iter().any(|c| c.item == item && c.class != CiteClass::Tail);
            push_single(p, item, all.len() <= 1 && by_more_than_a_tail);
        }
    }
}

/// What one place of the text may mean: open items in the payment's currency, those of a likely payer if there are any.
fn meanings(p: &Proposals<'_>, place: &[Cite]) -> Vec<u32> {
    let open = |c: &&Cite| {
        let item = p.ledger.item(c.item);
        item.open != 0 && item.currency == p.facts.currency
    };
    let likely = |n: &u32| p.facts.payer.candidate(p.ledger.item(*n).customer).is_some();
    let mut all: Vec<u32> = place.iter().filter(open).map(|c| c.item).collect();
    all.dedup();
    let of_payer: Vec<u32> = all.iter().copied().filter(likely).collect();
    if of_payer.is_empty() { all } else { of_payer }
}

fn push_new(items: &mut Vec<u32>, item: u32) {
    if !items.contains(&item) {
        items.push(item);
    }
}

/// Proposes a set; says whether it explains the amount to the cent.
fn push_set(p: &mut Proposals<'_>, items: &[u32]) -> bool {
    let Some(fit) = p.fit(items).filter(|_| !items.is_empty()) else { return false };
    if let Some(draft) = p.equation(HypothesisKind::Cited, items, fit) {
        p.push(draft);
    }
    if let Fit::Part { short } | Fit::Fee { short } | Fit::LooksLikeDiscount { short } = fit {
        push_with_credit(p, items, short);
    }
    matches!(fit, Fit::Equal | Fit::Discount { .. })
}

/// What is missing may be a credit note that nobody cites.
fn push_with_credit(p: &mut Proposals<'_>, items: &[u32], short: i64) {
    let facts = p.facts;
    let customer = p.ledger.item(items[0]).customer;
    let fits =
        |n: &&u32| p.ledger.item(**n).open == -short && p.ledger.item(**n).customer == customer && !items.contains(n);
    let credits: Vec<u32> = facts.credits.iter().filter(fits).copied().take(MEANINGS).collect();
    for credit in credits {
        let set: Vec<u32> = items.iter().copied().chain([credit]).collect();
        if let Some(draft) = p.equation(HypothesisKind::Cited, &set, Fit::Equal) {
            p.push(draft);
        }
    }
}

/// One of several cited items is proposed only where it explains the amount; `whatever` proposes it in any case.
fn push_single(p: &mut Proposals<'_>, item: u32, whatever: bool) {
    let Some(fit) = p.fit(&[item]) else { return };
    if !whatever && !matches!(fit, Fit::Equal | Fit::Discount { .. } | Fit::LooksLikeDiscount { .. } | Fit::Fee { .. })
    {
        return;
    }
    push_set(p, &[item]);
}

/// Some of the cited items add up: the others were cited for another reason.
fn subsets(p: &mut Proposals<'_>, items: &[u32]) {
    if items.len() < 3 {
        return;
    }
    if items.len() > SUBSETS {
        p.capped = true;
        return;
    }
    let open: Vec<i64> = items.iter().map(|n| p.ledger.item(*n).open).collect();
    let mut kept = 0;
    for set in 1u32..1 << items.len() {
        let members = || (0..items.len()).filter(|n| set & (1 << n) != 0);
        if set.count_ones() < 2 || members().map(|n| i128::from(open[n])).sum::<i128>() != i128::from(p.facts.amount) {
            continue;
        }
        let chosen: Vec<u32> = members().map(|n| items[n]).collect();
        push_set(p, &chosen);
        kept += 1;
        if kept == SUBSETS_KEPT {
            p.capped = true;
            return;
        }
    }
}
