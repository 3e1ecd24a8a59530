//! Several items of the payer that add up to the cent: what is due, the oldest, a run, or any set; with what is cited as a part
//! of it, and with credit notes.
//!
//! One solution alone proves little: twenty-four items have over a million subsets of two to eight. So every solution is
//! proposed, and each is weighed as one of all the sets of its size that the payer could have paid (`score/start.rs`).

use crate::model::stage::{Cite, CiteClass, Draft, Fit, ItemFacts, NO_CLASS, NamedPeriod, Pattern, Searched};
use crate::model::{Flag, HypothesisKind};

use super::{Proposals, push_new};

mod search;

/// Customers whose items are searched for one payment.
const PAYERS: usize = 3;
/// Least probability of a payer whose items are searched.
const LIKELY: f64 = 0.05;
/// Items of one payer that are searched.
const POOL: usize = 200;
/// Customers of a group whose items are searched together.
const GROUP: usize = 8;
/// Days before its document on which an item may be paid.
const EARLY: i32 = 3;
/// Days that an item which is paid with what is due may have left.
const SOON: [i32; 3] = [0, 7, 31];
/// Sets that are proposed for one payer.
const KEPT: usize = 24;

/// Proposes sets of items that add up, unless what is cited explains the amount and nothing else is cited.
pub fn propose(p: &mut Proposals<'_>) {
    let explained = |d: &Draft| {
        let items = items_of(d);
        d.kind == HypothesisKind::Cited
            && matches!(p.fit(&items), Some(Fit::Equal | Fit::Discount { .. }))
            && !leaves_out(p, &items)
    };
    if p.facts.amount <= 0 || p.drafts.iter().any(explained) {
        return;
    }
    let pools = pools(p);
    p.searched = pools.iter().map(|customers| of_pool(p, customers)).min().unwrap_or_default();
    p.capped |= p.searched < Searched::AllSets && !pools.is_empty();
}

/// Whether a place of the text means an open item of the same customers, and none of these items: an invoice may be cited together
/// with one that a credit note eats up, so that the amount is explained without both.
fn leaves_out(p: &Proposals<'_>, items: &[u32]) -> bool {
    let customers: Vec<u32> = items.iter().map(|n| p.ledger.item(*n).customer).collect();
    p.facts.cites.chunk_by(|a, b| a.place == b.place).any(|place| {
        let means = |c: &&Cite| {
            let item = p.ledger.item(c.item);
            c.class != CiteClass::Tail && item.open != 0 && item.currency == p.facts.currency
        };
        let of_theirs = |c: &Cite| customers.contains(&p.ledger.item(c.item).customer);
        place.iter().filter(means).any(of_theirs) && !place.iter().any(|c| items.contains(&c.item))
    })
}

fn items_of(draft: &Draft) -> Vec<u32> {
    draft.applications.iter().map(|a| a.item).collect()
}

/// The customers whose items may have been paid together: those whose numbers are cited, then likely payers, and, apart, each with
/// those he pays for.
fn pools(p: &Proposals<'_>) -> Vec<Vec<u32>> {
    let telling = |c: &&Cite| c.sharing == 1 && c.class <= CiteClass::Core;
    let cited = p.facts.cites.iter().filter(telling).filter_map(|c| p.ledger.item(c.item).owner());
    let candidates = p.facts.payer.candidates.iter().filter(|c| c.probability >= LIKELY).map(|c| c.customer);
    let mut likely = Vec::new();
    cited.chain(candidates).for_each(|customer| push_new(&mut likely, customer));
    likely.truncate(PAYERS);
    let mut pools: Vec<Vec<u32>> = likely.iter().map(|c| vec![*c]).collect();
    for payer in &likely {
        let others = &p.ledger.pays_for[*payer as usize];
        if !others.is_empty() && others.len() < GROUP {
            let mut together: Vec<u32> = others.iter().copied().chain([*payer]).collect();
            together.sort_unstable();
            if !pools.contains(&together) {
                pools.push(together);
            }
        }
    }
    pools
}

/// Searches the items of some customers; says which sets were looked at.
fn of_pool(p: &mut Proposals<'_>, customers: &[u32]) -> Searched {
    let day = p.facts.day;
    let payable = |n: &u32| {
        let item = p.ledger.item(*n);
        item.currency == p.facts.currency && item.issue.is_none_or(|issue| issue <= day + EARLY)
    };
    let mut pool: Vec<u32> =
        customers.iter().flat_map(|c| &p.ledger.open_items[*c as usize]).copied().filter(payable).collect();
    if customers.len() > 1 {
        pool.sort_by_key(|n| (p.ledger.item(*n).due, *n));
    }
    let mut searched = Searched::AllSets;
    if pool.len() > POOL {
        searched = Searched::Little;
        keep_nearest(p, &mut pool);
    }
    let open: Vec<i64> = pool.iter().map(|n| p.ledger.item(*n).open).collect();
    let sum = |of: &[i64]| of.iter().map(|v| i128::from(*v)).sum::<i128>();
    let owed = open.iter().filter(|v| **v > 0).map(|v| i128::from(*v)).sum::<i128>();
    // Amounts that do not add up in 64 bits with room to spare are nobody's.
    if pool.len() < 2
        || owed < i128::from(p.facts.amount)
        || owed - sum(&open) > i128::from(i64::MAX / 4)
        || owed > i128::from(i64::MAX / 4)
    {
        return searched;
    }
    patterns(p, &pool, &open);
    let named: Vec<bool> = pool
        .iter()
        .map(|n| p.facts.cites.iter().any(|c| c.item == *n && c.sharing == 1 && c.class <= CiteClass::Core))
        .collect();
    let mut found = Vec::new();
    if named.contains(&true) {
        let base: i64 = open.iter().zip(&named).filter(|(_, named)| **named).map(|(v, _)| v).sum();
        searched = searched.min(search_for(p, &pool, &open, &named, p.facts.amount - base, &mut found));
    }
    if found.is_empty() {
        searched = searched.min(search_for(p, &pool, &open, &vec![false; pool.len()], p.facts.amount, &mut found));
    }
    found.retain(|set: &Vec<u32>| set.len() > 1);
    // Small sets first, then those that are due about now.
    let distance = |set: &[u32]| -> i64 {
        set.iter().map(|n| p.ledger.item(*n).due.map_or(0, |due| i64::from((day - due).abs()))).sum::<i64>()
            / set.len().max(1) as i64
    };
    found.sort_by_cached_key(|set| (set.len(), distance(set), set.clone()));
    if found.len() > KEPT {
        searched = Searched::Little;
    }
    for set in found.into_iter().take(KEPT) {
        push(p, HypothesisKind::ExactSum, &set, Pattern::Any);
    }
    searched
}

/// Leaves the items that are due nearest to the day of the payment, in their order.
fn keep_nearest(p: &Proposals<'_>, pool: &mut Vec<u32>) {
    let distance = |n: &u32| p.ledger.item(*n).due.map_or(i32::MAX, |due| (p.facts.day - due).abs());
    let mut nearest: Vec<u32> = pool.clone();
    nearest.select_nth_unstable_by_key(POOL, |n| (distance(n), *n));
    nearest.truncate(POOL);
    nearest.sort_unstable();
    pool.retain(|n| nearest.binary_search(n).is_ok());
}

fn push(p: &mut Proposals<'_>, kind: HypothesisKind, items: &[u32], pattern: Pattern) {
    let Some(mut draft) = p.equation(kind, items, Fit::Equal) else { return };
    draft.pattern = pattern;
    // Of interchangeable items that are not cited any would do; the set holds the first ones.
    let more = |n: &u32| {
        let class = p.ledger.item(*n).class;
        class != NO_CLASS
            && !p.facts.cites.iter().any(|c| c.item == *n)
            && p.ledger.classes[class as usize].iter().any(|member| !items.contains(member))
    };
    if items.iter().any(more) {
        draft.flags = draft.flags.with(Flag::Interchangeable);
    }
    p.push(draft);
}

/// Sets that are no accident: everything open or due, the oldest, a run of neighbours; with and without credit notes.
fn patterns(p: &mut Proposals<'_>, pool: &[u32], open: &[i64]) {
    let amount = p.facts.amount;
    let day = p.facts.day;
    let item = |n: usize| *p.ledger.item(pool[n]);
    let mut sets: Vec<(Pattern, Vec<usize>)> = named(p, pool);
    sets.push((Pattern::AllOpen, (0..pool.len()).collect()));
    for soon in SOON {
        let due = |n: &usize| item(*n).due.is_none_or(|due| due <= day + soon);
        sets.push((Pattern::AllDue, (0..pool.len()).filter(due).collect()));
    }
    let mut found: Vec<(Pattern, Vec<u32>)> = Vec::new();
    let mut keep = |pattern: Pattern, set: Vec<usize>| {
        let of = |credits: bool| set.iter().copied().filter(move |n| credits || open[*n] > 0);
        for credits in [true, false] {
            let sum: i128 = of(credits).map(|n| i128::from(open[n])).sum();
            let items: Vec<u32> = of(credits).map(|n| pool[n]).collect();
            if sum == i128::from(amount) && items.len() > 1 && !found.iter().any(|f| f.1 == items) {
                found.push((pattern, items));
            }
        }
    };
    for (pattern, set) in sets {
        keep(pattern, set);
    }
    let mut by_issue: Vec<usize> = (0..pool.len()).collect();
    by_issue.sort_by_key(|n| (item(*n).issue, pool[*n]));
    for (order, by_due) in [((0..pool.len()).collect(), true), (by_issue, false)] {
        for (from, to) in runs(&order, open, amount) {
            let oldest = by_due && order[..from].iter().all(|n| open[*n] < 0);
            keep(if oldest { Pattern::Oldest } else { Pattern::Run }, order[from..=to].to_vec());
        }
    }
    for (pattern, mut items) in found {
        items.sort_unstable();
        push(p, HypothesisKind::Due, &items, pattern);
    }
}

/// What lies in the periods that the text names: by the documents' dates, by the due dates, by both; each period, and all of them.
fn named(p: &Proposals<'_>, pool: &[u32]) -> Vec<(Pattern, Vec<usize>)> {
    let named = &p.facts.named;
    let each = named.iter().map(std::slice::from_ref);
    let all = (named.len() > 1).then_some(&named[..]);
    let mut sets = Vec::new();
    for periods in each.chain(all) {
        let tests: [fn(&NamedPeriod, &ItemFacts) -> bool; 3] =
            [NamedPeriod::has_issue, NamedPeriod::has_due, NamedPeriod::fits];
        for fits in tests {
            let lies = |n: &usize| periods.iter().any(|period| fits(period, p.ledger.item(pool[*n])));
            let set: Vec<usize> = (0..pool.len()).filter(lies).collect();
            // Where everything lies in it, the period does not say which.
            if set.len() > 1 && set.len() < pool.len() {
                sets.push((Pattern::Named, set));
            }
        }
    }
    sets
}

/// Runs of neighbours whose invoices add up to an amount: first and last place. Credit notes between them do not count.
fn runs(order: &[usize], open: &[i64], amount: i64) -> Vec<(usize, usize)> {
    let invoice = |at: usize| i128::from(open[order[at]].max(0));
    let (mut found, mut sum, mut from) = (Vec::new(), 0i128, 0);
    for to in 0..order.len() {
        sum += invoice(to);
        while sum > i128::from(amount) {
            sum -= invoice(from);
            from += 1;
        }
        if sum == i128::from(amount) && invoice(to) > 0 {
            found.push((from, to));
        }
    }
    found
}

/// Finds sets with a sum; `named` items are in every set. Says which were looked at.
fn search_for(
    p: &Proposals<'_>,
    pool: &[u32],
    open: &[i64],
    named: &[bool],
    target: i64,
    found: &mut Vec<Vec<u32>>,
) -> Searched {
    let free: Vec<usize> = (0..pool.len()).filter(|n| !named[*n]).collect();
    let credits = free.iter().any(|n| open[*n] < 0);
    // Without credit notes nothing larger than the target can be part of it.
    let free: Vec<usize> = free.into_iter().filter(|n| credits || open[*n] <= target).collect();
    let nearness = |n: usize| p.ledger.item(pool[n]).due.map_or(i32::MAX, |due| (p.facts.day - due).abs());
    let class = |n: usize| Some(p.ledger.item(pool[n]).class).filter(|class| *class != NO_CLASS);
    let mut sets: Vec<Vec<usize>> = Vec::new();
    let values: Vec<search::Value> =
        free.iter().map(|n| search::Value { amount: open[*n], class: class(*n), distance: nearness(*n) }).collect();
    let searched = search::sums(&values, target, p.policy.sum_steps as usize, &mut sets);
    for set in sets {
        let mut items: Vec<u32> = set
            .into_iter()
            .map(|at| pool[free[at]])
            .chain((0..pool.len()).filter(|n| named[*n]).map(|n| pool[n]))
            .collect();
        items.sort_unstable();
        found.push(items);
    }
    searched
}
