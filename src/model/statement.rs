//! Bank statements, and what they claim about themselves.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Check, Currency, InputFile, Money, Payment, Place};

/// Which balance it is (ISO 20022 external code set `BalanceType`, as far as it is used).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BalanceKind {
    /// `OPBD`: opening booked.
    Opening,
    /// `PRCD`: closing booked of the previous statement.
    PreviousClosing,
    /// `CLBD`: closing booked.
    Closing,
    /// `ITBD`: interim booked.
    Interim,
    /// Any other: available, forward, information.
    Other,
}

/// A balance of the account, signed: overdrawn is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Which one.
    pub kind: BalanceKind,
    /// Signed amount.
    pub amount: Money,
    /// Its date, where the statement says.
    pub date: Option<NaiveDate>,
}

/// Totals that a statement claims for itself, in minor units of the account's currency (camt `TxsSummry`). Absent parts are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlTotals {
    /// Number of entries.
    pub entries: Option<u64>,
    /// Sum of all entries without sign.
    pub sum: Option<i64>,
    /// Sum with signs.
    pub net: Option<i64>,
    /// Number of credit entries.
    pub credit_entries: Option<u64>,
    /// Sum of the credit entries.
    pub credit_sum: Option<i64>,
    /// Number of debit entries.
    pub debit_entries: Option<u64>,
    /// Sum of the debit entries, without sign.
    pub debit_sum: Option<i64>,
}

/// What a bank's message is, when several of them tell of the same movement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StatementKind {
    /// The statement of a period: its entries are the money (camt.053, MT940, CFONB 120, CODA, a CSV export).
    #[default]
    Statement,
    /// An intraday report: provisional, and never money beside the statement of the same days (camt.052, MT942).
    Interim,
    /// A notification: the details of entries that the statement holds (camt.054, ESR).
    Notification,
}

impl StatementKind {
    /// The word in reports: `statement`, `interim`, `notification`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Interim => "interim",
            Self::Notification => "notification",
        }
    }
}

/// Which part of a statement it is, when a bank delivers one in several (camt `StmtPgntn`, `MsgPgntn`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Page {
    /// Its number, from 1.
    pub number: u32,
    /// Whether no other follows.
    pub is_last: bool,
}

/// One statement of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Statement, interim report or notification.
    pub kind: StatementKind,
    /// The bank's identifier of the statement; not globally unique. Empty for CSV.
    pub id: Box<str>,
    /// Sequence number, as written.
    pub sequence: Box<str>,
    /// The account: IBAN or the bank's own number; empty if the file does not say.
    pub account: Box<str>,
    /// `None`: the statement is whole.
    pub page: Option<Page>,
    /// Name of the account's owner, where given.
    pub owner: Box<str>,
    /// Currency of the account: stated, or that of its balances or entries.
    pub currency: Option<Currency>,
    /// True for a copy or duplicate (`CpyDplctInd`): it must not create new money.
    pub is_copy: bool,
    /// First day, where the file says or its entries show.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Booked opening balance: `OPBD`, else `PRCD`.
    pub opening: Option<Balance>,
    /// Booked closing balance: `CLBD`.
    pub closing: Option<Balance>,
    /// Every balance in the statement, in the order of the file.
    pub balances: Vec<Balance>,
    /// Totals it claims.
    pub totals: ControlTotals,
    /// Entries in the file, whatever their status.
    pub entries: u32,
    /// Transactions in the file, whatever their status: an entry without details is one.
    pub transactions: u32,
    /// Entries that move no money: pending, information, future.
    pub not_booked: u32,
    /// Sum of the booked entries, signed, in minor units; the statement's side of the proofs.
    pub booked_minor: i128,
    /// The booked transactions, in the order of the file.
    pub payments: Vec<Payment>,
    /// The bank's references of entries whose transactions have others: where the entry stands, and its reference.
    pub entry_references: Vec<(Place, Box<str>)>,
    /// What was found when the statement was held against its own claims.
    pub checks: Vec<Check>,
}

impl Statement {
    /// Whether opening + booked entries = closing; `None` where a balance is missing.
    pub fn balances_ok(&self) -> Option<bool> {
        let (opening, closing) = (self.opening?, self.closing?);
        (opening.amount.currency == closing.amount.currency)
            .then(|| i128::from(opening.amount.minor) + self.booked_minor == i128::from(closing.amount.minor))
    }
}

/// A file of statements, as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementFile {
    /// What is known of the file itself.
    pub file: InputFile,
    /// Its statements, in the order of the file.
    pub statements: Vec<Statement>,
}
