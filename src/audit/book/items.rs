//! P4: the items that were listed are what the ledger says, and what is open of them follows from what was decided since.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{money, part, proof};
use crate::model::{BookFacts, BookProofs, Currency, DecisionFact, DifferenceKind, LedgerFact, ProofId};

pub(super) fn prove(facts: &BookFacts, made: &mut BookProofs) {
    let (taken, strays) = taken(facts);
    let on_account = on_account(facts);
    let receivable = receivable(facts);
    let of_items = facts.items.iter().map(|i| i.currency);
    let currencies: BTreeSet<Currency> =
        of_items.chain(receivable.keys().copied()).chain(on_account.keys().copied()).collect();
    for currency in &currencies {
        at_extraction(facts, *currency, &receivable, made);
    }
    for (n, currency) in currencies.into_iter().enumerate() {
        let strays = if n == 0 { strays.clone() } else { Vec::new() };
        since(facts, currency, &taken, on_account.get(&currency).copied().unwrap_or(0), strays, made);
    }
}

/// Every standing decision, of payments and of items, with whose it is.
pub(super) fn decisions(facts: &BookFacts) -> impl Iterator<Item = (&str, &DecisionFact, Currency)> {
    let of_payments = facts.payments.iter().filter_map(|p| Some((&*p.id, p.decision.as_ref()?, p.currency)));
    of_payments.chain(facts.items.iter().filter_map(|i| Some((&*i.id, i.decision.as_ref()?, i.currency))))
}

/// What standing decisions take off each item and the ledger has not booked yet; and decisions that take from an item that is not
/// there.
fn taken(facts: &BookFacts) -> (Vec<i128>, Vec<String>) {
    let mut taken = vec![0; facts.items.len()];
    let mut strays = Vec::new();
    for (of, decision, _) in decisions(facts) {
        for applied in &decision.applications {
            match taken.get_mut(applied.item as usize) {
                Some(_) if applied.taken_over => {}
                Some(sum) => *sum += i128::from(applied.minor),
                None => strays.push(format!("{of} takes from an item that the book does not have")),
            }
        }
    }
    (taken, strays)
}

/// Money on account of decisions that the ledger has not booked yet, by currency.
fn on_account(facts: &BookFacts) -> BTreeMap<Currency, i128> {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for (_, decision, currency) in decisions(facts) {
        let booked = !decision.applications.is_empty() && decision.applications.iter().all(|a| a.taken_over);
        for difference in decision.differences.iter().filter(|d| d.kind == DifferenceKind::OnAccount && !booked) {
            *sums.entry(currency).or_default() += i128::from(difference.minor);
        }
    }
    sums
}

/// Balance of the receivable accounts when the items were listed: from the ledger's lines, else as it was stated.
fn receivable(facts: &BookFacts) -> BTreeMap<Currency, i128> {
    let until = |l: &&LedgerFact| facts.extracted.is_none_or(|day| l.date <= day);
    let is_receivable = |l: &&LedgerFact| !facts.receivable.is_empty() && l.account.starts_with(&*facts.receivable);
    let mut accounts: BTreeMap<(&str, Currency), Vec<&LedgerFact>> = BTreeMap::new();
    for line in facts.ledger.iter().filter(is_receivable).filter(until) {
        accounts.entry((&line.account, line.currency)).or_default().push(line);
    }
    if accounts.is_empty() {
        return facts.receivable_balance.iter().map(|(currency, minor)| (*currency, i128::from(*minor))).collect();
    }
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for ((_, currency), lines) in accounts {
        // A balance brought forward holds all that was before.
        let brought: Option<NaiveDate> = lines.iter().filter(|l| l.opening).map(|l| l.date).max();
        let counts = |l: &&&LedgerFact| match brought {
            Some(day) if l.opening => l.date == day,
            Some(day) => l.date >= day,
            None => true,
        };
        *sums.entry(currency).or_default() += lines.iter().filter(counts).map(|l| i128::from(l.minor)).sum::<i128>();
    }
    sums
}

/// What was listed = the ledger's receivables. An item that is in no list any more was not listed.
fn at_extraction(facts: &BookFacts, currency: Currency, receivable: &BTreeMap<Currency, i128>, made: &mut BookProofs) {
    let of_currency = facts.items.iter().filter(|i| i.currency == currency && !i.missing);
    let listed: i128 = of_currency.map(|i| i128::from(i.listed)).sum();
    let Some(ledger) = receivable.get(&currency).copied() else {
        let says =
            format!("{currency}: neither lines nor a balance of the ledger's {}… accounts are given", facts.receivable);
        made.not_possible.push((ProofId::Items, says.into()));
        return;
    };
    let mut failures = Vec::new();
    if ledger != listed {
        let when = facts.extracted.map_or_else(String::new, |day| format!(" on {day}"));
        failures.push(format!(
            "the ledger's {}… accounts hold {}{when}, the items listed {}: {} differs",
            facts.receivable,
            money(ledger, currency),
            money(listed, currency),
            money(ledger - listed, currency)
        ));
    }
    made.proofs.push(proof(ProofId::Items, "", Some(currency), ledger, vec![part("listed", listed)], failures));
}

/// Listed − settled since − on account = open as the book states it − on account, item by item.
fn since(
    facts: &BookFacts,
    currency: Currency,
    taken: &[i128],
    on_account: i128,
    mut failures: Vec<String>,
    made: &mut BookProofs,
) {
    let (mut listed, mut settled, mut open) = (0i128, 0i128, 0i128);
    for (item, taken) in facts.items.iter().zip(taken).filter(|(i, _)| i.currency == currency) {
        let (said, is) = (i128::from(item.listed), i128::from(item.open));
        listed += said;
        settled += taken;
        open += is;
        if said - taken != is {
            failures.push(format!(
                "{}: listed {} − settled since {} is not {} open",
                item.id,
                money(said, currency),
                money(*taken, currency),
                money(is, currency)
            ));
        }
        let amount = i128::from(item.amount);
        // Neither more than the document, nor, settled twice, less than nothing.
        if !(amount.min(said).min(0)..=amount.max(said).max(0)).contains(&is) {
            failures.push(format!("{}: {} open of {}", item.id, money(is, currency), money(amount, currency)));
        }
    }
    let parts = vec![part("listed", listed), part("settled since", -settled), part("on account", -on_account)];
    made.proofs.push(proof(ProofId::Items, "", Some(currency), open - on_account, parts, failures));
}
