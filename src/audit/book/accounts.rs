//! What belongs to one account and currency, and the stretch of days over which it is proved.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::{BookFacts, Currency, Month, PaymentFact, Statement, StatementKind};

/// Account and currency.
pub(super) type Key<'a> = (&'a str, Currency);

/// Everything of one account and currency.
#[derive(Debug, Default)]
pub(super) struct Account<'a> {
    /// Statements that create money, by their days.
    pub(super) statements: Vec<&'a Statement>,
    /// Payments, in the order of the facts.
    pub(super) payments: Vec<&'a PaymentFact>,
}

/// Every account and currency, in order.
pub(super) fn of(facts: &BookFacts) -> BTreeMap<Key<'_>, Account<'_>> {
    let mut accounts: BTreeMap<Key<'_>, Account<'_>> = BTreeMap::new();
    for statement in facts.statements.iter().filter(|s| !s.is_copy) {
        if let Some(currency) = statement.currency {
            accounts.entry((&statement.account, currency)).or_default().statements.push(statement);
        }
    }
    for payment in &facts.payments {
        accounts.entry((&payment.account, payment.currency)).or_default().payments.push(payment);
    }
    for account in accounts.values_mut() {
        account.statements.sort_by_key(|s| (last_day(s), first_day(s), number(s)));
    }
    accounts
}

/// The first day of a statement: that of its period, else of its balances.
pub(super) fn first_day(statement: &Statement) -> Option<NaiveDate> {
    statement.from.or(statement.opening.and_then(|b| b.date)).or_else(|| last_day(statement))
}

/// Its last day: a closing balance may be of a later day than the last entry.
pub(super) fn last_day(statement: &Statement) -> Option<NaiveDate> {
    statement.to.max(statement.closing.and_then(|b| b.date))
}

/// The balance that it closes with, in minor units. An intraday report says nothing of the end of a day.
pub(super) fn closing(statement: &Statement) -> Option<i128> {
    let is_final = statement.kind == StatementKind::Statement;
    let closing = statement.closing.filter(|b| is_final && Some(b.amount.currency) == statement.currency)?;
    Some(i128::from(closing.amount.minor))
}

/// Its sequence number.
pub(super) fn number(statement: &Statement) -> Option<u64> {
    statement.sequence.parse().ok()
}

/// The statements and payments that are proved together.
#[derive(Debug, Default)]
pub(super) struct Window<'a> {
    /// Statements before it, by their days.
    pub(super) before: Vec<&'a Statement>,
    /// Its statements, by their days.
    pub(super) statements: Vec<&'a Statement>,
    /// Its payments.
    pub(super) payments: Vec<&'a PaymentFact>,
}

impl<'a> Window<'a> {
    /// The month. Where its statements reach over its ends, whole statements; where banks book outside the days that they
    /// state, everything: what a statement claims cannot be split.
    pub(super) fn of(account: &Account<'a>, month: Option<Month>) -> Self {
        let whole =
            || Self { before: Vec::new(), statements: account.statements.clone(), payments: account.payments.clone() };
        let Some(month) = month else { return whole() };
        let exact = Self::between(account, month.first(), month.last());
        if exact.adds_up() {
            return exact;
        }
        let (first, last) = reach(account, month);
        let wider = Self::between(account, first, last);
        if wider.adds_up() {
            return wider;
        }
        let whole = whole();
        if whole.adds_up() { whole } else { exact }
    }

    /// Statements that end within these days, and payments that were booked within.
    fn between(account: &Account<'a>, first: NaiveDate, last: NaiveDate) -> Self {
        let days = first..=last;
        let ends = |s: &&&Statement| last_day(s).is_some_and(|day| days.contains(&day));
        Self {
            before: account.statements.iter().filter(|s| last_day(s).is_some_and(|d| d < first)).copied().collect(),
            statements: account.statements.iter().filter(ends).copied().collect(),
            payments: account.payments.iter().filter(|p| days.contains(&p.booked)).copied().collect(),
        }
    }

    /// Whether there is nothing to prove.
    pub(super) fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.payments.is_empty()
    }

    /// What the statements say was booked.
    pub(super) fn stated(&self) -> i128 {
        self.statements.iter().map(|s| s.booked_minor).sum()
    }

    /// What the payments add up to.
    pub(super) fn paid(&self) -> i128 {
        self.payments.iter().map(|p| i128::from(p.minor)).sum()
    }

    fn adds_up(&self) -> bool {
        self.stated() == self.paid()
    }
}

/// The days of a month, widened until no statement reaches over their ends.
fn reach(account: &Account<'_>, month: Month) -> (NaiveDate, NaiveDate) {
    let (mut first, mut last) = (month.first(), month.last());
    loop {
        let before = (first, last);
        for statement in &account.statements {
            if let (Some(from), Some(to)) = (first_day(statement), last_day(statement))
                && from <= last
                && to >= first
            {
                first = first.min(from);
                last = last.max(to);
            }
        }
        if before == (first, last) {
            return before;
        }
    }
}
