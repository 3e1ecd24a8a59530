//! Several items of the payer that add up to the cent: what is due, the oldest, a run, or any set; with what is cited as a part
//! of it, and with credit notes.
//!
//! One solution alone proves little: twenty-four items have over a million subsets of two to eight. So every solution is
//! proposed, and each is weighed as one of all the sets of its size that the payer could have paid (`score/start.rs`).

use crate::model::stage::{Cite, CiteClass, Day, Draft, Fit, ItemFacts, NO_CLASS, NamedPeriod, Pattern, Searched};
use crate::model::{Flag, HypothesisKind, OwedItem};

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

/// Buffers of one thread, used again for each receipt.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    pool: Vec<OwedItem>,
    by_issue: Vec<OwedItem>,
    free: Vec<u32>,
    values: Vec<search::Value>,
    search: search::Buffers,
}

/// Proposes sets of items that add up, unless what is cited explains the amount and nothing else is cited.
pub fn propose(p: &mut Proposals<'_>, buffers: &mut Buffers) {
    let explained = |d: &Draft| {
        d.kind == HypothesisKind::Cited && {
            let items: Vec<u32> = d.applications.iter().map(|a| a.item).collect();
            matches!(p.fit(&items), Some(Fit::Equal | Fit::Discount { .. })) && !leaves_out(p, &items)
        }
    };
    if p.facts.amount <= 0 || p.drafts.iter().any(explained) {
        return;
    }
    let pools = pools(p);
    p.searched = pools.iter().map(|customers| of_pool(p, customers, buffers)).min().unwrap_or_default();
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
fn of_pool(p: &mut Proposals<'_>, customers: &[u32], buffers: &mut Buffers) -> Searched {
    let mut searched = if gather(p, customers, &mut buffers.pool) { Searched::AllSets } else { Searched::Little };
    let pool = &buffers.pool[..];
    let (mut owed, mut credits) = (0i128, 0i128);
    for entry in pool {
        *if entry.open > 0 { &mut owed } else { &mut credits } += i128::from(entry.open);
    }
    // Amounts that do not add up in 64 bits with room to spare are nobody's.
    let most = i128::from(i64::MAX / 4);
    if pool.len() < 2 || owed < i128::from(p.facts.amount) || -credits > most || owed > most {
        return searched;
    }
    patterns(p, pool, &mut buffers.by_issue);
    let is_named = |n: &u32| p.facts.cites.iter().any(|c| c.item == *n && c.sharing == 1 && c.class <= CiteClass::Core);
    let named: Vec<u32> = pool.iter().map(|e| e.item).filter(is_named).collect();
    let Buffers { free, values, search, .. } = buffers;
    let mut search = Search { p, pool, free, values, search };
    let mut found = Vec::new();
    if !named.is_empty() {
        searched = searched.min(search.sets_with(&named, &mut found));
    }
    if found.is_empty() {
        searched = searched.min(search.sets_with(&[], &mut found));
    }
    found.retain(|set: &Vec<u32>| set.len() > 1);
    // Small sets first, then those that are due about now.
    let day = p.facts.day;
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

/// The open items of some customers that the receipt could pay, by due date. Of too many the nearest are taken: then it says no.
fn gather(p: &Proposals<'_>, customers: &[u32], pool: &mut Vec<OwedItem>) -> bool {
    let day = p.facts.day;
    let payable = |e: &&OwedItem| {
        e.currency == p.facts.currency && e.issue.is_none_or(|issue| issue <= day.saturating_add(EARLY))
    };
    pool.clear();
    let in_order = match *customers {
        [one] if p.ledger.owed.by(one).len() > POOL => {
            take_nearest(p.ledger.owed.by(one), day, payable, pool);
            false
        }
        _ => {
            pool.extend(customers.iter().flat_map(|c| p.ledger.owed.by(*c)).filter(payable));
            customers.len() == 1
        }
    };
    crate::model::steps::count(pool.len());
    let all = pool.len() <= POOL;
    if !all {
        pool.select_nth_unstable_by_key(POOL, |e| (e.distance(day), e.item));
        pool.truncate(POOL);
    }
    if !all || !in_order {
        pool.sort_unstable_by_key(|e| (e.due, e.item));
    }
    all
}

/// Takes the payable items that are due nearest to a day, until there are more than enough: all of one distance, or none. A customer
/// may owe tens of thousands, and most of them are far away.
fn take_nearest(owed: &[OwedItem], day: Day, payable: impl Fn(&&OwedItem) -> bool, pool: &mut Vec<OwedItem>) {
    let (undated, dated) = owed.split_at(owed.partition_point(|e| e.due.is_none()));
    let (mut before, mut after) = dated.split_at(dated.partition_point(|e| e.due < Some(day)));
    while pool.len() <= POOL {
        let distance = |e: Option<&OwedItem>| e.map(|e| e.distance(day));
        let Some(nearest) = distance(before.last()).into_iter().chain(distance(after.first())).min() else { break };
        let is_near = |e: &OwedItem| e.distance(day) == nearest;
        let (left, near) = before.split_at(before.partition_point(|e| !is_near(e)));
        let (near_after, right) = after.split_at(after.partition_point(is_near));
        pool.extend(near.iter().chain(near_after).filter(&payable));
        (before, after) = (left, right);
    }
    if pool.len() <= POOL {
        pool.extend(undated.iter().filter(&payable));
    }
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
fn patterns(p: &mut Proposals<'_>, pool: &[OwedItem], by_issue: &mut Vec<OwedItem>) {
    let (amount, day) = (p.facts.amount, p.facts.day);
    let mut found: Vec<(Pattern, Vec<u32>)> = Vec::new();
    named(p, pool, |lies| keep(pool, amount, Pattern::Named, lies, &mut found));
    keep(pool, amount, Pattern::AllOpen, |_| true, &mut found);
    // The pool stands in the order of due dates.
    let mut due_by = |soon: i32| pool.partition_point(|e| e.due.is_none_or(|due| due <= day + soon));
    let mut looked_at = pool.len();
    for due in SOON.map(&mut due_by) {
        if due != looked_at {
            keep(&pool[..due], amount, Pattern::AllDue, |_| true, &mut found);
            looked_at = due;
        }
    }
    let oldest = |from: usize| pool[..from].iter().all(|e| e.open < 0);
    each_run(pool, amount, |from, to| {
        let pattern = if oldest(from) { Pattern::Oldest } else { Pattern::Run };
        keep(&pool[from..=to], amount, pattern, |_| true, &mut found);
    });
    let key = |e: &OwedItem| (e.issue, e.item);
    // In the same order the same neighbours stand together.
    if !pool.is_sorted_by_key(key) {
        by_issue.clear();
        by_issue.extend_from_slice(pool);
        by_issue.sort_unstable_by_key(key);
        each_run(by_issue, amount, |from, to| {
            keep(&by_issue[from..=to], amount, Pattern::Run, |_| true, &mut found);
        });
    }
    for (pattern, mut items) in found {
        items.sort_unstable();
        push(p, HypothesisKind::Due, &items, pattern);
    }
}

/// Keeps the entries that are meant, and those without the credit notes among them, where they add up to the amount. No sum of any
/// of them leaves 64 bits.
fn keep(
    pool: &[OwedItem],
    amount: i64,
    pattern: Pattern,
    meant: impl Fn(&OwedItem) -> bool,
    found: &mut Vec<(Pattern, Vec<u32>)>,
) {
    let (mut all, mut invoices) = (0, 0);
    for entry in pool.iter().filter(|e| meant(e)) {
        all += entry.open;
        invoices += entry.open.max(0);
    }
    for (credits, sum) in [(true, all), (false, invoices)] {
        if sum != amount {
            continue;
        }
        let items: Vec<u32> = pool.iter().filter(|e| meant(e) && (credits || e.open > 0)).map(|e| e.item).collect();
        if items.len() > 1 && !found.iter().any(|f| f.1 == items) {
            found.push((pattern, items));
        }
    }
}

/// Calls `look` with each test of what lies in the periods that the text names: by the documents' dates, by the due dates, by both;
/// for each period, and for all of them.
fn named(p: &Proposals<'_>, pool: &[OwedItem], mut look: impl FnMut(&dyn Fn(&OwedItem) -> bool)) {
    let named = &p.facts.named;
    let each = named.iter().map(std::slice::from_ref);
    let all = (named.len() > 1).then_some(&named[..]);
    for periods in each.chain(all) {
        let tests: [fn(&NamedPeriod, &ItemFacts) -> bool; 3] =
            [NamedPeriod::has_issue, NamedPeriod::has_due, NamedPeriod::fits];
        for fits in tests {
            let lies = |e: &OwedItem| periods.iter().any(|period| fits(period, p.ledger.item(e.item)));
            let many = pool.iter().filter(|e| lies(e)).count();
            // Where everything lies in it, the period does not say which.
            if many > 1 && many < pool.len() {
                look(&lies);
            }
        }
    }
}

/// Calls `look` with the runs of neighbours whose invoices add up to an amount: first and last place. Credit notes between them do
/// not count.
fn each_run(order: &[OwedItem], amount: i64, mut look: impl FnMut(usize, usize)) {
    let invoice = |at: usize| order[at].open.max(0);
    let (mut sum, mut from) = (0, 0);
    for to in 0..order.len() {
        sum += invoice(to);
        while sum > amount {
            sum -= invoice(from);
            from += 1;
        }
        if sum == amount && invoice(to) > 0 {
            look(from, to);
        }
    }
}

/// The search for sets of one pool.
struct Search<'a, 'p> {
    p: &'a Proposals<'p>,
    pool: &'a [OwedItem],
    free: &'a mut Vec<u32>,
    values: &'a mut Vec<search::Value>,
    search: &'a mut search::Buffers,
}

impl Search<'_, '_> {
    /// Finds sets that add up to the amount; `named` items are in every set. Says which were looked at.
    fn sets_with(&mut self, named: &[u32], found: &mut Vec<Vec<u32>>) -> Searched {
        let Self { p, pool, .. } = *self;
        let is_free = |e: &&OwedItem| !named.contains(&e.item);
        let of_named: i64 = pool.iter().filter(|e| !is_free(e)).map(|e| e.open).sum();
        let target = p.facts.amount - of_named;
        let credits = pool.iter().filter(is_free).any(|e| e.open < 0);
        self.free.clear();
        self.values.clear();
        // Without credit notes nothing larger than the target can be part of it.
        for entry in pool.iter().filter(is_free).filter(|e| credits || e.open <= target) {
            self.free.push(entry.item);
            self.values.push(search::Value {
                amount: entry.open,
                class: Some(entry.class).filter(|class| *class != NO_CLASS),
                distance: entry.distance(p.facts.day),
            });
        }
        let mut sets: Vec<Vec<usize>> = Vec::new();
        let searched = search::sums(self.values, target, p.policy.sum_steps as usize, self.search, &mut sets);
        for set in sets {
            let mut items: Vec<u32> = set.into_iter().map(|at| self.free[at]).chain(named.iter().copied()).collect();
            items.sort_unstable();
            found.push(items);
        }
        searched
    }
}
