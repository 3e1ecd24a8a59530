//! Whether the statements of an account follow each other: opening = closing of the one before, numbers without a gap.
//!
//! A break is an alert, never an error: statements are read in whatever selection they are given.

use std::collections::BTreeMap;

use crate::model::{BalanceKind, Check, CheckKind, Currency, Statement};

/// One check for each account and currency with at least two statements that can be put in order.
pub fn checks<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> Vec<Check> {
    let mut accounts: BTreeMap<(&str, Option<Currency>), Vec<&Statement>> = BTreeMap::new();
    let usable = |s: &&Statement| !s.is_copy && (s.opening.is_some() || s.closing.is_some());
    for statement in statements.into_iter().filter(usable) {
        accounts.entry((&statement.account, statement.currency)).or_default().push(statement);
    }
    accounts.into_iter().filter_map(|((account, currency), chain)| of_account(account, currency, chain)).collect()
}

fn of_account(account: &str, currency: Option<Currency>, mut chain: Vec<&Statement>) -> Option<Check> {
    if chain.len() < 2 {
        return None;
    }
    chain.sort_by_key(|s| (first_day(s), s.to, number(s)));
    let breaks: Vec<String> = chain.windows(2).flat_map(|pair| between(pair[0], pair[1])).collect();
    let currency = currency.map_or_else(String::new, |c| format!(" {c}"));
    let holds = breaks.is_empty();
    let text = if holds {
        format!("{} statements follow each other", chain.len())
    } else {
        let more = breaks.len().saturating_sub(3);
        let shown = breaks[..breaks.len().min(3)].join("; ");
        if more == 0 { shown } else { format!("{shown}; and {more} more") }
    };
    Some(Check {
        kind: CheckKind::Continuity,
        scope: format!("account {account}{currency}").into(),
        holds: Some(holds),
        text: text.into(),
    })
}

/// The first day of a statement: that of its period, else of its balances.
fn first_day(statement: &Statement) -> Option<chrono::NaiveDate> {
    statement.from.or(statement.opening.and_then(|b| b.date)).or(statement.closing.and_then(|b| b.date))
}

fn number(statement: &Statement) -> Option<u64> {
    statement.sequence.parse().ok()
}

/// What does not follow between two statements.
fn between(earlier: &Statement, later: &Statement) -> Vec<String> {
    let mut breaks = Vec::new();
    let name = |s: &Statement| match (&*s.sequence, &*s.id, s.from, s.to) {
        ("", "", Some(from), Some(to)) => format!("{from} to {to}"),
        ("", id, ..) => id.to_string(),
        (number, ..) => number.to_string(),
    };
    if let (Some(closing), Some(opening)) = (earlier.closing, later.opening)
        && closing.amount != opening.amount
    {
        let before = if opening.kind == BalanceKind::PreviousClosing { "previous closing" } else { "opening" };
        breaks.push(format!(
            "statement {} closes with {}, the next ({}) has {before} {}",
            name(earlier),
            closing.amount,
            name(later),
            opening.amount
        ));
    }
    // Numbering may start again with the year; a step back is no gap.
    if let (Some(a), Some(b)) = (number(earlier), number(later))
        && b > a + 1
        && first_day(earlier).map(year) == first_day(later).map(year)
    {
        breaks.push(format!("number {a} is followed by {b}"));
    }
    breaks
}

fn year(date: chrono::NaiveDate) -> i32 {
    use chrono::Datelike as _;
    date.year()
}
