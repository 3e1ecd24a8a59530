//! The accounts of a file: one statement each, however many sections its transactions are spread over.

use std::collections::HashMap;

use super::super::sheet::Sheet;
use crate::model::{Balance, BalanceKind, Currency, Payment, Statement, StatementKind};

/// The accounts whose transactions were met, in the order of the file.
#[derive(Debug)]
pub(super) struct Accounts {
    sheets: Vec<Sheet>,
    by_name: HashMap<Box<str>, usize>,
    /// The name of the account that sections now belong to.
    name: Box<str>,
    current: usize,
}

impl Accounts {
    /// `name` is that of transactions before any `!Account`.
    pub(super) fn new(name: &str) -> Self {
        Self { sheets: Vec::new(), by_name: HashMap::new(), name: name.into(), current: 0 }
    }

    /// An account was described: the sections below are of it.
    pub(super) fn select(&mut self, name: &str) {
        self.name = name.into();
    }

    /// A section of transactions begins.
    pub(super) fn open(&mut self, currency: Currency) {
        self.current = match self.by_name.get(&self.name) {
            Some(at) => *at,
            None => {
                let mut sheet = Sheet::new(StatementKind::Statement);
                sheet.statement.account = self.name.clone();
                sheet.statement.currency = Some(currency);
                self.sheets.push(sheet);
                self.by_name.insert(self.name.clone(), self.sheets.len() - 1);
                self.sheets.len() - 1
            }
        };
    }

    /// Whether the current account has no name.
    pub(super) fn is_unnamed(&self) -> bool {
        self.sheets.get(self.current).is_some_and(|s| s.statement.account.is_empty())
    }

    /// Whether nothing was booked on the current account yet.
    pub(super) fn is_first(&self) -> bool {
        self.sheets.get(self.current).is_some_and(|s| s.statement.entries == 0 && s.statement.opening.is_none())
    }

    /// Books a transaction on the current account, or takes it as its opening balance.
    pub(super) fn book(&mut self, payment: Payment, is_opening: bool) {
        // Invariant: a section of transactions was opened before its first record.
        let Some(sheet) = self.sheets.get_mut(self.current) else { return };
        if is_opening {
            let (amount, date) = (payment.amount, Some(payment.booking_date));
            sheet.balance(Balance { kind: BalanceKind::Opening, amount, date });
        } else {
            sheet.book(payment);
        }
    }

    pub(super) fn finish(self, path: &str) -> Vec<Statement> {
        self.sheets.into_iter().map(|sheet| sheet.finish(path)).collect()
    }
}
