//! The independent auditor: re-checks a finished run, or a book, from its values alone. It shares no code with what it checks.

mod book;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::model::{
    Bucket, Check, CheckKind, Currency, DifferenceKind, OpenItem, Payment, Proof, ProofId, Reconciliation, Statement,
};

pub use book::{in_ledger, prove_book};

/// Failures that a proof names one by one.
const NAMED: usize = 5;

/// What is audited.
#[derive(Clone, Copy, Debug)]
pub struct Books<'a> {
    /// Statements, as far as money came from statements.
    pub statements: &'a [Statement],
    /// Checks of the statements.
    pub checks: &'a [Check],
    /// Every booked transaction.
    pub payments: &'a [Payment],
    /// Every item.
    pub items: &'a [OpenItem],
    /// The result.
    pub reconciliation: &'a Reconciliation,
}

/// Proves the identities of a run, currency by currency, or names where they fail.
pub fn prove(books: &Books<'_>) -> Vec<Proof> {
    let stated = books.statements.iter().filter_map(|s| s.currency);
    let booked = books.payments.iter().map(|p| p.amount.currency);
    let currencies = distinct(stated.chain(booked).chain(books.items.iter().map(|i| i.amount.currency)));
    let prove_currencies = || -> Vec<[Proof; 2]> {
        currencies.par_iter().map(|currency| [coverage(books, *currency), items(books, *currency)]).collect()
    };
    let (of_currencies, (equations, applications)) =
        rayon::join(prove_currencies, || rayon::join(|| equations(books), || applications(books)));
    let mut proofs = vec![statements_add_up(books)];
    proofs.extend(of_currencies.into_iter().flatten());
    proofs.extend([equations, applications]);
    proofs
}

/// Each currency once, in order, without a list of millions.
fn distinct(currencies: impl Iterator<Item = Currency>) -> BTreeSet<Currency> {
    let (mut distinct, mut last) = (BTreeSet::new(), None);
    for currency in currencies {
        if last.replace(currency) != Some(currency) {
            distinct.insert(currency);
        }
    }
    distinct
}

fn named(failures: Vec<String>) -> Vec<Box<str>> {
    let more = failures.len().saturating_sub(NAMED);
    let mut named: Vec<Box<str>> = failures.into_iter().take(NAMED).map(Into::into).collect();
    if more > 0 {
        named.push(format!("and {more} more").into());
    }
    named
}

/// P1: every check of the statements holds. What cannot be made (a missing balance) is not counted as held.
fn statements_add_up(books: &Books<'_>) -> Proof {
    let of = |holds: Option<bool>| {
        books.checks.iter().filter(|c| c.kind != CheckKind::Batch && c.holds == holds).count() as i128
    };
    let failures =
        books.checks.iter().filter(|c| c.holds == Some(false)).map(|c| format!("{}: {}", c.scope, c.text)).collect();
    Proof {
        id: ProofId::Statement,
        account: Box::default(),
        currency: None,
        holds: books.checks.iter().all(|c| c.holds != Some(false)),
        left: books.checks.iter().filter(|c| c.kind != CheckKind::Batch).count() as i128,
        right: vec![
            ("held".into(), of(Some(true))),
            ("failed".into(), of(Some(false))),
            ("not possible".into(), of(None)),
        ],
        failures: named(failures),
    }
}

/// P2: every payment has exactly one verdict, and the buckets add up to what the statements booked.
fn coverage(books: &Books<'_>, currency: Currency) -> Proof {
    let verdicts = &books.reconciliation.verdicts;
    let mut sums: BTreeMap<Bucket, i128> = Bucket::ALL.into_iter().map(|b| (b, 0)).collect();
    for (payment, verdict) in books.payments.iter().zip(verdicts).filter(|(p, _)| p.amount.currency == currency) {
        *sums.entry(verdict.bucket).or_default() += i128::from(payment.amount.minor);
    }
    let mut failures = Vec::new();
    if verdicts.len() != books.payments.len() {
        failures.push(format!("{} payments have {} verdicts", books.payments.len(), verdicts.len()));
    }
    let total: i128 = sums.values().sum();
    let paid: i128 =
        books.payments.iter().filter(|p| p.amount.currency == currency).map(|p| i128::from(p.amount.minor)).sum();
    let of_currency = |s: &&Statement| !s.is_copy && s.currency == Some(currency);
    let booked: i128 = books.statements.iter().filter(of_currency).map(|s| s.booked_minor).sum();
    let left = if books.statements.is_empty() { paid } else { booked + outside(books, currency) };
    if left != total {
        failures.push(format!("the statements booked {left} minor units of {currency}, the buckets hold {total}"));
    }
    Proof {
        id: ProofId::Coverage,
        account: Box::default(),
        currency: Some(currency),
        holds: failures.is_empty(),
        left,
        right: sums.into_iter().map(|(b, sum)| (b.word().into(), sum)).collect(),
        failures: named(failures),
    }
}

/// What statements of other currencies hold in this one: entries that are in no equation of balances, so that nothing but the
/// entries themselves says what was booked. The readers warn of each.
fn outside(books: &Books<'_>, currency: Currency) -> i128 {
    let mut accounts: BTreeMap<&str, bool> = BTreeMap::new();
    for statement in books.statements.iter().filter(|s| !s.is_copy) {
        *accounts.entry(&statement.account).or_default() |= statement.currency == Some(currency);
    }
    let foreign = |p: &&Payment| p.amount.currency == currency && accounts.get(&*p.account) == Some(&false);
    books.payments.iter().filter(foreign).map(|p| i128::from(p.amount.minor)).sum()
}

/// P4: items loaded = settled + paid in part + rest of those + untouched.
fn items(books: &Books<'_>, currency: Currency) -> Proof {
    let (mut loaded, mut settled, mut part, mut rest, mut untouched) = (0i128, 0i128, 0i128, 0i128, 0i128);
    let mut failures = Vec::new();
    if books.reconciliation.items.len() != books.items.len() {
        failures.push(format!("{} items have {} outcomes", books.items.len(), books.reconciliation.items.len()));
    }
    let of_currency =
        books.items.iter().zip(&books.reconciliation.items).filter(|(i, _)| i.amount.currency == currency);
    for (item, outcome) in of_currency {
        let (open, applied) = (i128::from(item.open_minor), i128::from(outcome.applied));
        loaded += open;
        match (applied, open - applied) {
            (0, _) => untouched += open,
            (_, 0) => settled += applied,
            (_, left) => {
                part += applied;
                rest += left;
            }
        }
    }
    if loaded != settled + part + rest + untouched {
        failures.push("the parts do not add up to what was loaded".to_string());
    }
    Proof {
        id: ProofId::Items,
        account: Box::default(),
        currency: Some(currency),
        holds: failures.is_empty(),
        left: loaded,
        right: vec![
            ("settled".into(), settled),
            ("paid in part".into(), part),
            ("rest of those".into(), rest),
            ("untouched".into(), untouched),
        ],
        failures: named(failures),
    }
}

/// Every equation that was applied or proposed holds to the minor unit.
fn equations(books: &Books<'_>) -> Proof {
    let mut failures = Vec::new();
    let mut count = 0;
    for (payment, verdict) in books.payments.iter().zip(&books.reconciliation.verdicts) {
        let Some(chosen) = &verdict.chosen else {
            if verdict.bucket == Bucket::Auto {
                failures.push(format!("{} is automatic without an equation", payment.id));
            }
            continue;
        };
        count += 1;
        let applied: i128 = chosen.applications.iter().map(|a| i128::from(a.applied)).sum();
        let settled: i128 = (chosen.differences.iter())
            .map(|d| match d.kind {
                DifferenceKind::OpenRest => 0,
                DifferenceKind::OnAccount | DifferenceKind::Fx => i128::from(d.minor),
                DifferenceKind::Discount | DifferenceKind::Fee | DifferenceKind::WriteOff => -i128::from(d.minor),
            })
            .sum();
        if applied + settled != i128::from(payment.amount.minor) {
            failures.push(format!(
                "{}: {} minor units explained as {}",
                payment.id,
                payment.amount.minor,
                applied + settled
            ));
        }
        let foreign =
            chosen.applications.iter().any(|a| books.items[a.item as usize].amount.currency != payment.amount.currency);
        if foreign && chosen.applications.iter().any(|a| a.applied != 0) {
            failures.push(format!("{} takes from an item of another currency", payment.id));
        }
    }
    Proof {
        id: ProofId::Equation,
        account: Box::default(),
        currency: None,
        holds: failures.is_empty(),
        left: count,
        right: vec![("equations".into(), count)],
        failures: named(failures),
    }
}

/// No item is applied beyond what was open, and each outcome is the sum of the automatic applications.
fn applications(books: &Books<'_>) -> Proof {
    let mut sums = vec![0i128; books.items.len()];
    let mut count = 0;
    for verdict in books.reconciliation.verdicts.iter().filter(|v| v.bucket == Bucket::Auto) {
        for a in verdict.chosen.iter().flat_map(|c| &c.applications) {
            sums[a.item as usize] += i128::from(a.applied);
            count += 1;
        }
    }
    let mut failures = Vec::new();
    for ((item, outcome), sum) in books.items.iter().zip(&books.reconciliation.items).zip(sums) {
        let open = i128::from(item.open_minor);
        if sum != i128::from(outcome.applied) {
            failures.push(format!("{}: {} stated as applied, {sum} applied", item.id, outcome.applied));
        }
        if sum.abs() > open.abs() || (sum != 0 && sum.signum() != open.signum()) {
            failures.push(format!("{}: {sum} applied, {open} open", item.id));
        }
    }
    Proof {
        id: ProofId::Application,
        account: Box::default(),
        currency: None,
        holds: failures.is_empty(),
        left: count,
        right: vec![("applications".into(), count)],
        failures: named(failures),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::model::{
        Application, Difference, Flags, Frequencies, Hypothesis, HypothesisKind, ItemOutcome, Money, Probability,
        Search, Verdict, Weight,
    };

    /// One payment of 100.00, one item of 100.00, one automatic application.
    fn books() -> (Vec<Payment>, Vec<OpenItem>, Reconciliation) {
        let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let money = Money::new(10_000, Currency::EUR);
        let hypothesis = Hypothesis {
            kind: HypothesisKind::Cited,
            payer: None,
            applications: vec![Application { item: 0, applied: 10_000 }],
            differences: Vec::new(),
            terms: Vec::new(),
            weight: Weight(0),
            probability: Probability::MAX,
            flags: Flags::NONE,
            obstacle: None,
        };
        let verdict = Verdict {
            bucket: Bucket::Auto,
            reason: None,
            flags: Flags::NONE,
            payer: None,
            chosen: Some(hypothesis),
            rivals: Vec::new(),
            probability: Probability::MAX,
            margin: Weight(0),
            search: Search::Complete,
            examined: 1,
            returns: None,
        };
        let reconciliation = Reconciliation {
            as_of: day,
            verdicts: vec![verdict],
            items: vec![ItemOutcome { applied: 10_000, reopened: 0, payments: 1 }],
            payers: Vec::new(),
            item_payers: vec![None],
            frequencies: Frequencies::default(),
        };
        (vec![Payment::new("P", day, money)], vec![OpenItem::new("F", "F", money)], reconciliation)
    }

    type Change = fn(&mut Vec<Payment>, &mut Vec<OpenItem>, &mut Reconciliation);

    /// The proofs that fail after a change.
    fn failing(change: Change) -> Vec<ProofId> {
        let (mut payments, mut items, mut reconciliation) = books();
        change(&mut payments, &mut items, &mut reconciliation);
        let proofs = prove(&Books {
            statements: &[],
            checks: &[],
            payments: &payments,
            items: &items,
            reconciliation: &reconciliation,
        });
        for proof in &proofs {
            assert_eq!(proof.holds, proof.failures.is_empty(), "what fails is named: {proof:?}");
        }
        proofs.into_iter().filter(|p| !p.holds).map(|p| p.id).collect()
    }

    fn chosen(r: &mut Reconciliation) -> &mut Hypothesis {
        r.verdicts[0].chosen.as_mut().unwrap()
    }

    #[test]
    fn sound_books_are_proved() {
        assert_eq!(failing(|_, _, _| {}), []);
        // A difference that is named is no difference.
        let change = |p: &mut Vec<Payment>, _: &mut Vec<OpenItem>, r: &mut Reconciliation| {
            p[0].amount.minor = 10_500;
            chosen(r).differences.push(Difference { kind: DifferenceKind::OnAccount, minor: 500 });
        };
        assert_eq!(failing(change), []);
    }

    #[test]
    fn each_fraud_is_found_by_its_proof() {
        use ProofId::{Application as Applied, Coverage, Equation, Items};
        let frauds: [(Change, &[ProofId]); 7] = [
            // A cent is missing.
            (|p, _, _| p[0].amount.minor += 1, &[Equation]),
            // An open rest settles nothing.
            (
                |p, _, r| {
                    p[0].amount.minor += 1;
                    chosen(r).differences.push(Difference { kind: DifferenceKind::OpenRest, minor: 1 });
                },
                &[Equation],
            ),
            (|_, i, _| i[0].open_minor = 9_999, &[Applied]),
            (|_, _, r| r.items[0].applied = 9_999, &[Applied]),
            (|_, i, _| i[0].amount.currency = Currency::parse("CHF").unwrap(), &[Equation]),
            (|_, _, r| r.verdicts[0].chosen = None, &[Equation, Applied]),
            (|_, _, r| r.verdicts.clear(), &[Coverage, Applied]),
        ];
        for (n, (change, expected)) in frauds.into_iter().enumerate() {
            assert_eq!(failing(change), expected, "fraud {n}");
        }
        assert_eq!(failing(|_, _, r| r.items.clear()), [Items]);
    }
}
