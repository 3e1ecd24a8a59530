//! P1: each statement adds up, and follows the one before; and the book's own lines lead from balance to balance.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use super::accounts::{Key, Window, closing, first_day, last_day, number};
use super::{account_name, money, part, proof};
use crate::model::{BookFacts, BookProofs, Check, CheckKind, Currency, ProofId, Statement};

/// Checks of one account, counted.
#[derive(Debug, Default)]
struct Tally {
    held: i128,
    open: i128,
    failures: Vec<String>,
}

impl Tally {
    fn add(&mut self, holds: Option<bool>, says: impl FnOnce() -> String) {
        match holds {
            Some(true) => self.held += 1,
            Some(false) => self.failures.push(says()),
            None => self.open += 1,
        }
    }
}

pub(super) fn prove(facts: &BookFacts, windows: &[(Key<'_>, Window<'_>)], made: &mut BookProofs) {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for ((account, currency), window) in windows.iter().filter(|(_, w)| !w.is_empty()) {
        let tally = tallies.entry(account).or_default();
        for statement in &window.statements {
            tally.add(statement.balances_ok(), || broken(statement, *currency));
        }
        follow(window, *currency, tally);
    }
    findings(facts, windows, &mut tallies);
    for (account, tally) in tallies {
        let failed = tally.failures.len() as i128;
        let parts = vec![part("held", tally.held), part("failed", failed), part("not possible", tally.open)];
        let all = tally.held + failed + tally.open;
        made.proofs.push(proof(ProofId::Statement, account, None, all, parts, tally.failures));
    }
    for ((account, currency), window) in windows.iter().filter(|(_, w)| !w.statements.is_empty()) {
        lead(account, *currency, window, made);
    }
}

fn name(statement: &Statement) -> &str {
    if statement.sequence.is_empty() { &statement.id } else { &statement.sequence }
}

fn broken(statement: &Statement, currency: Currency) -> String {
    let minor = |balance: Option<crate::model::Balance>| balance.map_or(0, |b| i128::from(b.amount.minor));
    let (opening, closing) = (minor(statement.opening), minor(statement.closing));
    format!(
        "statement {} of {}: opening {} + lines {} is not its closing {}",
        name(statement),
        account_name(&statement.account),
        money(opening, currency),
        money(statement.booked_minor, currency),
        money(closing, currency)
    )
}

/// Whether a statement shares days with the next: rows that both had count once, in either of them, so that only the end of both
/// tells. Banks begin a period on the last day of the one before as often as on the next.
fn overlaps(one: &Statement, next: Option<&&Statement>) -> bool {
    match (last_day(one), next.and_then(|n| first_day(n))) {
        (Some(last), Some(first)) => first <= last,
        _ => false,
    }
}

/// The balance that a chain of statements ends with, as far as one of them states any: its closing and what came after.
fn carried(statements: &[&Statement]) -> Option<i128> {
    let stated = statements.iter().rposition(|s| closing(s).is_some())?;
    let after: i128 = statements[stated + 1..].iter().map(|s| s.booked_minor).sum();
    Some(closing(statements[stated])? + after)
}

/// Closing of one + lines of the next = closing of the next; numbers count where balances are missing.
fn follow(window: &Window<'_>, currency: Currency, tally: &mut Tally) {
    let mut balance = carried(&window.before);
    let mut lines: i128 = 0;
    let mut before = window.before.last().copied();
    for (n, statement) in window.statements.iter().copied().enumerate() {
        let next = window.statements.get(n + 1);
        lines += statement.booked_minor;
        let Some(stated) = closing(statement) else {
            if let Some(before) = before {
                let gap = gap(before, statement);
                tally.add(gap.is_some().then_some(false), || gap.unwrap_or_default());
            }
            before = Some(statement);
            continue;
        };
        match balance.map(|balance| balance + lines) {
            Some(expected) if expected == stated => tally.held += 1,
            // Its rows may count in the one that it shares days with: the end of both decides.
            _ if overlaps(statement, next) => continue,
            Some(expected) => tally.failures.push(format!(
                "{}: after statement {} the balance is {} with the lines of statement {}, which closes with {}: {} is missing",
                account_name(&statement.account),
                before.map_or("before", |b| name(b)),
                money(expected, currency),
                name(statement),
                money(stated, currency),
                money(stated - expected, currency)
            )),
            None => {}
        }
        (balance, lines, before) = (Some(stated), 0, Some(statement));
    }
}

/// A gap in the numbers of one year.
fn gap(earlier: &Statement, later: &Statement) -> Option<String> {
    use chrono::Datelike as _;
    let (a, b) = (number(earlier)?, number(later)?);
    let year = |s| first_day(s).map(|day| day.year());
    (b > a + 1 && year(earlier) == year(later))
        .then(|| format!("{}: statement {a} is followed by {b}", account_name(&later.account)))
}

/// What the readers found when they held each statement against its own claims. What lies between statements is made anew.
fn findings<'a>(facts: &'a BookFacts, windows: &[(Key<'a>, Window<'a>)], tallies: &mut BTreeMap<&'a str, Tally>) {
    // A check of a statement that is not looked at now belongs to another month.
    let mut owners: HashMap<(&str, &str), (&str, bool), RandomState> = HashMap::default();
    for statement in &facts.statements {
        for check in &statement.checks {
            owners.entry((&check.scope, &check.text)).or_insert((&statement.account, false));
        }
    }
    for ((account, _), window) in windows {
        for check in window.statements.iter().flat_map(|s| &s.checks) {
            owners.insert((&check.scope, &check.text), (account, true));
        }
    }
    let mut names: Vec<&str> = windows.iter().map(|((account, _), _)| *account).filter(|a| !a.is_empty()).collect();
    names.dedup();
    let named = |check: &Check| names.iter().copied().find(|name| check.scope.contains(name)).unwrap_or_default();
    for check in facts.checks.iter().filter(|c| c.kind != CheckKind::Continuity) {
        let account = match owners.get(&(&*check.scope, &*check.text)) {
            Some((_, false)) => continue,
            Some((account, true)) => account,
            None => named(check),
        };
        tallies.entry(account).or_default().add(check.holds, || format!("{}: {}", check.scope, check.text));
    }
}

/// Opening + the book's lines = closing, from the first balance of the window to its last.
fn lead(account: &str, currency: Currency, window: &Window<'_>, made: &mut BookProofs) {
    let mut statements = window.statements.iter().enumerate().rev();
    let last = statements.find_map(|(n, s)| closing(s).map(|minor| (n, minor)));
    let first = window.statements.first().filter(|s| !overlaps(s, window.statements.get(1)));
    let opening = first.and_then(|s| s.opening).filter(|b| b.amount.currency == currency);
    let opening = carried(&window.before).or(opening.map(|b| i128::from(b.amount.minor)));
    let (Some(opening), Some((n, stated))) = (opening, last) else {
        let says = format!("{} {currency}: its statements state no balances", account_name(account));
        made.not_possible.push((ProofId::Statement, says.into()));
        return;
    };
    // Statements without a balance at the end of the window: their lines are behind the last balance that is known.
    let behind: i128 = window.statements[n + 1..].iter().map(|s| s.booked_minor).sum();
    let end = stated + behind;
    let side = |credit: bool| -> i128 {
        window.payments.iter().map(|p| i128::from(p.minor)).filter(|minor| (*minor > 0) == credit).sum()
    };
    let (credits, debits) = (side(true), side(false));
    let mut failures = Vec::new();
    if opening + credits + debits != end {
        failures.push(format!(
            "{}: opening {} + lines of the book {} is not {}: {} differs",
            account_name(account),
            money(opening, currency),
            money(credits + debits, currency),
            money(end, currency),
            money(end - opening - credits - debits, currency)
        ));
    }
    let parts = vec![part("opening", opening), part("in", credits), part("out", debits)];
    made.proofs.push(proof(ProofId::Statement, account, Some(currency), end, parts, failures));
}
