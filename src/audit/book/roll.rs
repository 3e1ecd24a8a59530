//! P5: what was open when the month began − what was cleared + what is new = what is open at its end.

use std::collections::{BTreeMap, HashMap, HashSet};

use foldhash::fast::RandomState;

use super::{end, money, part, proof};
use crate::model::{BookFacts, BookProofs, Currency, OpeningFact, ProofId};

/// The terms of one roll-forward, in counts or in minor units.
#[derive(Clone, Copy, Debug, Default)]
struct Terms {
    start: i128,
    cleared: i128,
    raised: i128,
    new: i128,
    end: i128,
}

/// Roll-forwards of one kind: counts by account, amounts by account and currency.
#[derive(Debug, Default)]
struct Rolls<'a> {
    counts: BTreeMap<&'a str, (Terms, Vec<String>)>,
    amounts: BTreeMap<(&'a str, Currency), Terms>,
}

impl<'a> Rolls<'a> {
    fn count(&mut self, account: &'a str) -> &mut Terms {
        &mut self.counts.entry(account).or_default().0
    }

    fn amount(&mut self, account: &'a str, currency: Currency) -> &mut Terms {
        self.amounts.entry((account, currency)).or_default()
    }

    fn fail(&mut self, account: &'a str, says: String) {
        self.counts.entry(account).or_default().1.push(says);
    }

    /// One proof for each count and each amount.
    fn prove(self, what: &str, made: &mut BookProofs) {
        for (account, (terms, failures)) in self.counts {
            made.proofs.push(terms.prove(what, account, None, failures));
        }
        for ((account, currency), terms) in self.amounts {
            made.proofs.push(terms.prove(what, account, Some(currency), Vec::new()));
        }
    }
}

impl Terms {
    fn prove(
        self,
        what: &str,
        account: &str,
        currency: Option<Currency>,
        mut failures: Vec<String>,
    ) -> crate::model::Proof {
        let expected = self.start - self.cleared + self.raised + self.new;
        if expected != self.end {
            let show = |n: i128| currency.map_or_else(|| n.to_string(), |c| money(n, c));
            failures.push(format!(
                "{what}: {} open at the start − {} cleared + {} raised + {} new is not {} open at the end",
                show(self.start),
                show(self.cleared),
                show(self.raised),
                show(self.new),
                show(self.end)
            ));
        }
        let mut parts = vec![part("open at start", self.start), part("cleared", -self.cleared)];
        if self.raised != 0 {
            parts.push(part("raised", self.raised));
        }
        parts.push(part("new", self.new));
        proof(ProofId::RollForward, account, currency, self.end, parts, failures)
    }
}

type Opening<'a> = HashMap<&'a str, &'a OpeningFact, RandomState>;

pub(super) fn prove(facts: &BookFacts, made: &mut BookProofs) {
    let opening = |payments: bool| -> Opening<'_> {
        let all = facts.opening.iter().flatten().filter(|o| o.is_payment == payments);
        all.map(|o| (&*o.id, o)).collect()
    };
    payments(facts, &opening(true)).prove("payments", made);
    items(facts, &opening(false)).prove("items", made);
}

/// What the opening list has, in its order: the map has none.
fn begin<'a>(rolls: &mut Rolls<'a>, facts: &'a BookFacts, payments: bool) {
    let mut seen: HashSet<&str, RandomState> = HashSet::default();
    for one in facts.opening.iter().flatten().filter(|o| o.is_payment == payments) {
        if !seen.insert(&one.id) {
            rolls.fail(&one.account, format!("{} is in the opening list twice", one.id));
        }
        rolls.count(&one.account).start += 1;
        rolls.amount(&one.account, one.currency).start += i128::from(one.minor);
    }
}

/// What nothing was found of at the end.
fn vanished<'a>(rolls: &mut Rolls<'a>, facts: &'a BookFacts, payments: bool, found: &HashSet<&str, RandomState>) {
    for one in facts.opening.iter().flatten().filter(|o| o.is_payment == payments && !found.contains(&*o.id)) {
        let open = money(i128::from(one.minor), one.currency);
        rolls.fail(&one.account, format!("{} was open at the start with {open}, and is gone", one.id));
    }
}

fn payments<'a>(facts: &'a BookFacts, opening: &Opening<'a>) -> Rolls<'a> {
    let mut rolls = Rolls::default();
    let mut found: HashSet<&str, RandomState> = HashSet::default();
    begin(&mut rolls, facts, true);
    let sealed = facts.opened_after.map(|month| month.last());
    for payment in facts.payments.iter().filter(|p| end(facts).is_none_or(|end| p.booked <= end)) {
        let (account, minor) = (&*payment.account, i128::from(payment.minor));
        let open = !payment.standing.is_decided();
        if open {
            rolls.count(account).end += 1;
            rolls.amount(account, payment.currency).end += minor;
        }
        let Some(before) = opening.get(&*payment.id) else {
            if open {
                rolls.count(account).new += 1;
                rolls.amount(account, payment.currency).new += minor;
                if sealed.is_some_and(|sealed| payment.booked <= sealed) {
                    let says = format!("{} of {} is open, and was not at the start", payment.id, payment.booked);
                    rolls.fail(account, says);
                }
            }
            continue;
        };
        found.insert(&payment.id);
        if (before.minor, before.currency, &*before.account) != (payment.minor, payment.currency, account) {
            let was = money(i128::from(before.minor), before.currency);
            let is = money(minor, payment.currency);
            rolls.fail(account, format!("{} was {was} on {} and is {is} on {account}", payment.id, before.account));
        }
        if !open {
            rolls.count(&before.account).cleared += 1;
            rolls.amount(&before.account, before.currency).cleared += i128::from(before.minor);
        }
    }
    vanished(&mut rolls, facts, true, &found);
    rolls
}

/// What is open of each item at the end: what later payments took is given back.
fn open_at_end(facts: &BookFacts) -> Vec<i128> {
    let mut open: Vec<i128> = facts.items.iter().map(|i| i128::from(i.open)).collect();
    let Some(end) = end(facts) else { return open };
    for payment in facts.payments.iter().filter(|p| p.booked > end) {
        for applied in payment.decision.iter().flat_map(|d| &d.applications) {
            if let Some(open) = open.get_mut(applied.item as usize) {
                *open += i128::from(applied.minor);
            }
        }
    }
    open
}

fn items<'a>(facts: &'a BookFacts, opening: &Opening<'a>) -> Rolls<'a> {
    let mut rolls = Rolls::default();
    let mut found: HashSet<&str, RandomState> = HashSet::default();
    begin(&mut rolls, facts, false);
    for (item, open) in facts.items.iter().zip(open_at_end(facts)) {
        let before = opening.get(&*item.id);
        let later = end(facts).is_some_and(|end| item.issued.is_some_and(|issued| issued > end));
        if before.is_none() && (later || open == 0) {
            continue;
        }
        rolls.count("").end += i128::from(open != 0);
        rolls.amount("", item.currency).end += open;
        let Some(before) = before else {
            rolls.count("").new += 1;
            rolls.amount("", item.currency).new += open;
            continue;
        };
        found.insert(&item.id);
        if before.currency != item.currency {
            rolls.fail("", format!("{} was of {} and is of {}", item.id, before.currency, item.currency));
        }
        let was = i128::from(before.minor);
        let amount = rolls.amount("", before.currency);
        if (open - was) * was.signum() > 0 {
            amount.raised += open - was;
        } else {
            amount.cleared += was - open;
        }
        rolls.count("").cleared += i128::from(open == 0);
    }
    vanished(&mut rolls, facts, false, &found);
    rolls
}
