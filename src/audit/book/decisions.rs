//! P6: what the engine, rules and people decided is all that is settled; each decision says who, when and by which run, and its
//! equation holds to the minor unit.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use super::items::decisions;
use super::{end, money, part, proof};
use crate::model::{
    Author, BookFacts, BookProofs, Currency, DecisionFact, DecisionKind, DifferenceKind, PaymentFact, ProofId,
};

/// Characters of `2026-07-02T08:51:07Z`.
const TIME: &str = "0000-00-00T00:00:00Z";

pub(super) fn prove(facts: &BookFacts, made: &mut BookProofs) {
    let start = facts.month.map(|month| month.first());
    let within =
        |p: &&PaymentFact| start.is_none_or(|start| p.booked >= start) && end(facts).is_none_or(|end| p.booked <= end);
    let mut count = ([0i128; 3], 0i128);
    let mut amounts: BTreeMap<Currency, ([i128; 3], i128)> = BTreeMap::new();
    for payment in facts.payments.iter().filter(within) {
        let (of, all) = amounts.entry(payment.currency).or_default();
        if payment.standing.is_decided() {
            count.1 += 1;
            *all += i128::from(payment.minor);
        }
        if let Some(decision) = payment.decision.as_ref().filter(|d| d.kind.settles()) {
            count.0[place(decision.author)] += 1;
            of[place(decision.author)] += i128::from(payment.minor);
        }
    }
    let mut failures = Vec::new();
    for (of, decision, _) in decisions(facts) {
        accounted(of, decision, &mut failures);
    }
    for payment in &facts.payments {
        equation(facts, payment, &mut failures);
    }
    returns(facts, &mut failures);
    settlements(facts, &mut failures);
    if count.0.iter().sum::<i128>() != count.1 {
        failures.push(format!("{} payments are settled, {} were decided", count.1, count.0.iter().sum::<i128>()));
    }
    let parts = |sums: [i128; 3]| Author::ALL.into_iter().zip(sums).map(|(a, n)| part(by(a), n)).collect();
    made.proofs.push(proof(ProofId::Decisions, "", None, count.1, parts(count.0), failures));
    for (currency, (sums, all)) in amounts {
        let decided: i128 = sums.iter().sum();
        let failures = if decided == all {
            Vec::new()
        } else {
            vec![format!("{} are settled, {} were decided", money(all, currency), money(decided, currency))]
        };
        made.proofs.push(proof(ProofId::Decisions, "", Some(currency), all, parts(sums), failures));
    }
}

fn place(author: Author) -> usize {
    Author::ALL.into_iter().position(|a| a == author).unwrap_or_default()
}

fn by(author: Author) -> &'static str {
    match author {
        Author::Engine => "by engine",
        Author::Rule => "by rule",
        Author::Person => "by person",
    }
}

/// Who, when, in which operation; and the run of what no person decided.
fn accounted(of: &str, decision: &DecisionFact, failures: &mut Vec<String>) {
    let shape = |at: &str| {
        at.len() == TIME.len()
            && at
                .bytes()
                .zip(TIME.bytes())
                .all(|(is, like)| if like == b'0' { is.is_ascii_digit() } else { is == like })
    };
    let mut fail = |what: &str| failures.push(format!("{of}: the decision ({}) has no {what}", decision.kind.word()));
    if decision.by.is_empty() {
        fail("name of who made it");
    }
    if !shape(&decision.at) {
        fail("time");
    }
    if decision.op == 0 {
        fail("operation");
    }
    if decision.author != Author::Person && decision.run.is_empty() {
        fail("run, although no person made it");
    }
}

/// What a decision's differences add to what it applies, written out anew: a discount, a fee or a write-off settles more than was
/// paid; what goes on account was paid and settles nothing; an open rest is no term.
fn differences(decision: &DecisionFact) -> i128 {
    let term = |kind, minor: i64| match kind {
        DifferenceKind::OpenRest => 0,
        DifferenceKind::Discount | DifferenceKind::Fee | DifferenceKind::WriteOff => -i128::from(minor),
        DifferenceKind::OnAccount | DifferenceKind::Fx => i128::from(minor),
    };
    decision.differences.iter().map(|d| term(d.kind, d.minor)).sum()
}

/// Payment = what is applied − what was settled besides + what stays on account.
fn equation(facts: &BookFacts, payment: &PaymentFact, failures: &mut Vec<String>) {
    let Some(decision) = &payment.decision else { return };
    let applied: i128 = decision.applications.iter().map(|a| i128::from(a.minor)).sum();
    if !matches!(decision.kind, DecisionKind::Apply | DecisionKind::Return) {
        if !decision.applications.is_empty() {
            failures.push(format!("{}: {} takes from items", payment.id, decision.kind.word()));
        }
        return;
    }
    let explained = applied + differences(decision);
    if explained != i128::from(payment.minor) {
        let show = |minor| money(minor, payment.currency);
        failures.push(format!(
            "{}: {} is explained as {}",
            payment.id,
            show(i128::from(payment.minor)),
            show(explained)
        ));
    }
    for applied in decision.applications.iter().filter(|a| a.minor != 0) {
        let item = facts.items.get(applied.item as usize);
        if item.is_some_and(|item| item.currency != payment.currency) {
            failures.push(format!("{} takes from an item of another currency", payment.id));
        }
    }
}

/// A return takes back what its receipt had taken off items, and no receipt comes back more than once.
fn returns(facts: &BookFacts, failures: &mut Vec<String>) {
    let mut left: HashMap<(u32, u32), i128, RandomState> = HashMap::default();
    let mut came_back: HashMap<u32, i128, RandomState> = HashMap::default();
    for payment in &facts.payments {
        let Some(decision) = payment.decision.as_ref().filter(|d| d.kind == DecisionKind::Return) else { continue };
        let receipt = decision.returns.and_then(|n| Some((n, facts.payments.get(n as usize)?)));
        let Some((n, receipt)) = receipt else {
            failures.push(format!("{} returns no receipt of the book", payment.id));
            continue;
        };
        if receipt.minor.signum() != -payment.minor.signum() || receipt.currency != payment.currency {
            failures.push(format!("{} cannot be the return of {}", payment.id, receipt.id));
            continue;
        }
        let fees: i128 = (decision.differences.iter())
            .filter(|d| d.kind == DifferenceKind::Fee && receipt.minor.signum() == d.minor.signum())
            .map(|d| i128::from(d.minor))
            .sum();
        let back = came_back.entry(n).or_default();
        *back += i128::from(payment.minor) + fees;
        if (*back + i128::from(receipt.minor)) * i128::from(receipt.minor.signum()) < 0 {
            failures.push(format!("{} comes back twice: again with {}", receipt.id, payment.id));
        }
        for applied in &decision.applications {
            let of_receipt = receipt.decision.iter().filter(|d| d.kind == DecisionKind::Apply);
            let mut of_item = of_receipt.flat_map(|d| &d.applications).filter(|a| a.item == applied.item);
            let had: i128 = of_item.next().map_or(0, |a| i128::from(a.minor));
            let left = left.entry((n, applied.item)).or_insert(had);
            *left += i128::from(applied.minor);
            let is_less = applied.minor == 0 || (i128::from(applied.minor) < 0) == (had > 0);
            if !is_less || *left * had.signum() < 0 || had == 0 {
                failures.push(format!("{} takes back what {} never took", payment.id, receipt.id));
            }
        }
    }
}

/// What is settled without a payment is settled of the item itself.
fn settlements(facts: &BookFacts, failures: &mut Vec<String>) {
    for (n, item) in facts.items.iter().enumerate() {
        let Some(decision) = &item.decision else { continue };
        match decision.kind {
            DecisionKind::Settle if decision.applications.iter().any(|a| a.item as usize != n) => {
                failures.push(format!("{} is settled with another item", item.id));
            }
            DecisionKind::Settle if decision.applications.is_empty() => {
                failures.push(format!("{} is settled, and nothing was taken off it", item.id));
            }
            DecisionKind::Settle | DecisionKind::Hold => {}
            other => failures.push(format!("{}: {} is no decision about an item", item.id, other.word())),
        }
    }
}
