//! Lines of the general ledger.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{InputFile, Money, Place};

/// A line of an entry in the general ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// Account, such as `512100`.
    pub account: Box<str>,
    /// Label of the account.
    pub label: Box<str>,
    /// Accounting date.
    pub date: NaiveDate,
    /// Debit positive, credit negative.
    pub amount: Money,
    /// Label of the entry.
    pub text: Box<str>,
    /// Reference of the document.
    pub reference: Box<str>,
    /// Journal and number of the entry.
    pub entry: Box<str>,
    /// Whether it brings forward a balance.
    pub opening: bool,
    /// Where it was read.
    pub place: Place,
}

/// A general ledger, as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerFile {
    /// What is known of the file itself.
    pub file: InputFile,
    /// Its lines, in the order of the file.
    pub lines: Vec<LedgerLine>,
}
