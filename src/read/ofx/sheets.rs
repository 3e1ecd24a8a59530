//! One `STMTRS` while it is read: its account, its balances, and a sheet for each currency that its transactions are in.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::super::sheet::Sheet;
use super::account::Account;
use super::transaction::Field;
use crate::model::{Balance, BalanceKind, Currency, Money, Payment, Statement, StatementKind};

/// A balance as it is found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found<'t> {
    pub(super) amount: Field<'t>,
    pub(super) date: Field<'t>,
}

/// A statement of one account.
#[derive(Debug, Default)]
pub(super) struct Draft<'t> {
    pub(super) line: u32,
    pub(super) account: Account<'t>,
    pub(super) from: Option<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
    pub(super) balance: Found<'t>,
    /// `CURDEF`, once it is read.
    pub(super) currency: Option<Currency>,
    /// Whether the error that it has no currency was given already.
    pub(super) lacks_currency: bool,
    /// The currency of the account first. OFX lets a transaction name another (`CURRENCY`), and its amount is then in that.
    sheets: Vec<(Currency, Sheet)>,
}

impl<'t> Draft<'t> {
    pub(super) fn new(line: u32) -> Self {
        Self { line, ..Self::default() }
    }

    fn sheet(&mut self, currency: Currency) -> &mut Sheet {
        let at = match self.sheets.iter().position(|(c, _)| *c == currency) {
            Some(at) => at,
            None => {
                let mut sheet = Sheet::new(StatementKind::Statement);
                sheet.statement.currency = Some(currency);
                self.sheets.push((currency, sheet));
                self.sheets.len() - 1
            }
        };
        &mut self.sheets[at].1
    }

    pub(super) fn book(&mut self, payment: Payment) {
        self.sheet(payment.amount.currency).book(payment);
    }

    pub(super) fn not_booked(&mut self, amount: Money) {
        self.sheet(amount.currency).not_booked(amount);
    }

    pub(super) fn add_balance(&mut self, kind: BalanceKind, amount: Money, date: Option<NaiveDate>) {
        self.sheet(amount.currency).balance(Balance { kind, amount, date });
    }

    /// Takes a leaf of `LEDGERBAL` or `AVAILBAL`.
    pub(super) fn balance_leaf(&mut self, name: &str, text: Cow<'t, str>, at: usize) {
        match name {
            "BALAMT" => self.balance.amount = Field { text, at },
            "DTASOF" => self.balance.date = Field { text, at },
            _ => {}
        }
    }

    /// The statements: that of the account's own currency, and one for each other currency.
    pub(super) fn finish(mut self, path: &str, statements: &mut Vec<Statement>) {
        if let Some(currency) = self.currency {
            self.sheet(currency);
        } else if self.sheets.is_empty() {
            // An account without currency, transactions and balances is still a statement.
            statements.push(self.account_of(Sheet::new(StatementKind::Statement)).finish(path));
        }
        let own = self.currency;
        let mut sheets = std::mem::take(&mut self.sheets);
        sheets.sort_by_key(|(currency, _)| Some(*currency) != own);
        for (_, sheet) in sheets {
            statements.push(self.account_of(sheet).finish(path));
        }
    }

    fn account_of(&self, mut sheet: Sheet) -> Sheet {
        sheet.statement.account = self.account.name();
        (sheet.statement.from, sheet.statement.to) = (self.from, self.to);
        sheet
    }
}
