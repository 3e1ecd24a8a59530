//! One statement while a reader fills it, and what every reader concludes in the same way: counts, days, checks.

use std::sync::Arc;

use super::checks::{self, Tally};
use crate::model::{Balance, BalanceKind, Money, Payment, Statement, StatementKind};

/// A statement that is being read. Fields of [`Sheet::statement`] that the format knows are set by the reader; the others are
/// concluded by [`Sheet::finish`].
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) statement: Statement,
    all: Tally,
    booked: Tally,
}

impl Sheet {
    pub(super) fn new(kind: StatementKind) -> Self {
        Self { statement: Statement { kind, ..Statement::default() }, ..Self::default() }
    }

    /// Adds a balance; the first opening and the last closing one become those of the statement.
    pub(super) fn balance(&mut self, balance: Balance) {
        let s = &mut self.statement;
        match balance.kind {
            BalanceKind::Opening if s.opening.is_none() => s.opening = Some(balance),
            BalanceKind::Closing => s.closing = Some(balance),
            _ => {}
        }
        s.currency.get_or_insert(balance.amount.currency);
        s.balances.push(balance);
    }

    /// A booked entry of one transaction.
    pub(super) fn book(&mut self, payment: Payment) {
        let amount = payment.amount;
        self.book_entry(amount, [payment]);
    }

    /// A booked entry with its transactions, which add up to `total`.
    pub(super) fn book_entry(&mut self, total: Money, payments: impl IntoIterator<Item = Payment>) {
        self.statement.entries += 1;
        let before = self.statement.payments.len();
        self.statement.payments.extend(payments);
        self.statement.transactions += (self.statement.payments.len() - before) as u32;
        self.all.add(total);
        self.booked.add(total);
        self.statement.currency.get_or_insert(total.currency);
    }

    /// An entry that moves no money: pending, expected, information.
    pub(super) fn not_booked(&mut self, total: Money) {
        self.statement.entries += 1;
        self.statement.transactions += 1;
        self.statement.not_booked += 1;
        self.all.add(total);
    }

    /// The statement is complete: adds account, days, sum and checks. `path` is the file's, for the scope of the checks.
    pub(super) fn finish(self, path: &str) -> Statement {
        let Self { mut statement, all, booked } = self;
        let shared: Arc<str> = (&*statement.account).into();
        for payment in &mut statement.payments {
            payment.account = Arc::clone(&shared);
        }
        let days = || statement.payments.iter().map(|p| p.booking_date);
        let (first, last) = (days().min(), days().max());
        statement.from = statement.from.or(statement.opening.and_then(|b| b.date)).or(first);
        statement.to = statement.to.or(statement.closing.and_then(|b| b.date)).or(last);
        statement.booked_minor = booked.net();
        let name = match (&*statement.id, &*statement.sequence) {
            ("", "") => "statement".to_string(),
            ("", sequence) => format!("statement {sequence}"),
            (id, _) => format!("statement {id}"),
        };
        let scope = format!("{path}: {name} of {}", statement.account);
        let balance = checks::balance(&statement, &scope, true);
        statement.checks.insert(0, balance);
        let totals = checks::totals(&statement, &scope, &all, &booked);
        statement.checks.extend(totals);
        statement.payments.shrink_to_fit();
        statement
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::model::Currency;

    #[test]
    fn what_a_statement_claims_is_held_against_its_entries() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        let euros = |minor| Money::new(minor, Currency::EUR);
        let read = |closing| {
            let mut sheet = Sheet::new(StatementKind::Statement);
            sheet.statement.account = "FR76".into();
            sheet.balance(Balance { kind: BalanceKind::Opening, amount: euros(100), date: None });
            sheet.book(Payment::new("", day, euros(50)));
            sheet.book_entry(euros(-20), [Payment::new("", day, euros(-15)), Payment::new("", day, euros(-5))]);
            sheet.not_booked(euros(1));
            sheet.balance(Balance { kind: BalanceKind::Closing, amount: euros(closing), date: Some(day) });
            sheet.statement.totals.entries = Some(3);
            sheet.finish("f")
        };
        let statement = read(130);
        assert_eq!((statement.entries, statement.transactions, statement.not_booked), (3, 4, 1));
        assert_eq!((statement.booked_minor, statement.from, statement.to), (30, Some(day), Some(day)));
        assert_eq!(&*statement.payments[2].account, "FR76");
        assert!(statement.checks.iter().all(|c| c.holds == Some(true)), "{:?}", statement.checks);
        assert_eq!(read(131).checks[0].holds, Some(false));
    }
}
