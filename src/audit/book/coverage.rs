//! P2: every payment stands in exactly one place, and the places add up to what the statements booked.

use std::collections::{BTreeMap, HashSet};

use foldhash::fast::RandomState;

use super::accounts::{Key, Window};
use super::{account_name, money, part, proof};
use crate::model::{Author, BookFacts, BookProofs, DecisionKind, PaymentFact, ProofId, Standing, Sum};

pub(super) fn prove(facts: &BookFacts, windows: &[(Key<'_>, Window<'_>)], made: &mut BookProofs) {
    let mut counts: BTreeMap<&str, ([Sum; 7], Vec<String>)> = BTreeMap::new();
    misplaced(facts, |account, says| counts.entry(account).or_default().1.push(says));
    let mut amounts = Vec::new();
    for ((account, currency), window) in windows.iter().filter(|(_, w)| !w.is_empty()) {
        let mut sums = [Sum::default(); 7];
        let (all, _) = counts.entry(account).or_default();
        for payment in &window.payments {
            let at = place(payment.standing);
            sums[at].add(payment.minor);
            all[at].add(payment.minor);
        }
        if window.statements.is_empty() {
            let says = format!("{} {currency}: no statement says what was booked", account_name(account));
            made.not_possible.push((ProofId::Coverage, says.into()));
            continue;
        }
        let mut parts = Vec::new();
        for (standing, sum) in Standing::ALL.into_iter().zip(&sums).filter(|(_, sum)| sum.count > 0) {
            for (way, figure) in [("in", sum.credit), ("out", sum.debit)] {
                if figure != 0 {
                    parts.push(part(&format!("{} {way}", standing.word()), figure));
                }
            }
        }
        let (stated, paid) = (window.stated(), window.paid());
        let mut failures = Vec::new();
        if stated != paid {
            failures.push(format!(
                "{}: the statements booked {}, the book holds {}: {} differs",
                account_name(account),
                money(stated, *currency),
                money(paid, *currency),
                money(stated - paid, *currency)
            ));
        }
        amounts.push(proof(ProofId::Coverage, account, Some(*currency), stated, parts, failures));
    }
    for (account, (sums, failures)) in counts {
        let total = sums.iter().map(|s| i128::from(s.count)).sum();
        let parts = Standing::ALL.into_iter().zip(&sums).map(|(s, sum)| part(s.word(), i128::from(sum.count)));
        made.proofs.push(proof(ProofId::Coverage, account, None, total, parts.collect(), failures));
    }
    made.proofs.append(&mut amounts);
}

fn place(standing: Standing) -> usize {
    Standing::ALL.into_iter().position(|s| s == standing).unwrap_or_default()
}

/// Payments that are in the book twice, or stand where their decision does not put them, whatever their month.
fn misplaced<'a>(facts: &'a BookFacts, mut tell: impl FnMut(&'a str, String)) {
    let mut seen: HashSet<&str, RandomState> = HashSet::default();
    for payment in &facts.payments {
        if !seen.insert(&payment.id) {
            tell(&payment.account, format!("{} is in the book twice", payment.id));
        }
        if !fits(payment) {
            let says = format!("{} stands as {}, and {}", payment.id, payment.standing.word(), decided(payment));
            tell(&payment.account, says);
        }
    }
}

/// Whether a payment stands where its decision puts it.
fn fits(payment: &PaymentFact) -> bool {
    let Some(decision) = &payment.decision else {
        return matches!(payment.standing, Standing::Review | Standing::Unmatched | Standing::New);
    };
    match decision.kind {
        DecisionKind::Apply | DecisionKind::Return => payment.standing == Standing::Matched,
        DecisionKind::Outside if decision.author == Author::Rule => payment.standing == Standing::ByRule,
        DecisionKind::Outside => payment.standing == Standing::Outside,
        DecisionKind::Hold => payment.standing == Standing::Held,
        // What was refused may be proposed otherwise by a later run.
        DecisionKind::Reject => matches!(payment.standing, Standing::Review | Standing::Unmatched | Standing::New),
        DecisionKind::Settle => false,
    }
}

fn decided(payment: &PaymentFact) -> String {
    match &payment.decision {
        None => "nobody has decided".to_string(),
        Some(d) => format!("its decision is {} by {}", d.kind.word(), d.author.word()),
    }
}
