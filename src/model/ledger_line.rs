//! Lines of the general ledger: what the company's own books say about an account.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{InputFile, Money, Place};

/// One line of an account of the general ledger.
///
/// Texts are as the accounting program wrote them; an empty text means that the file does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// Number of the account. The lines below one heading share it.
    pub account: Arc<str>,
    /// Name of the account, shared likewise.
    pub label: Arc<str>,
    /// The accounting date. Of a balance brought forward without a day: that of the first line of its account.
    pub date: NaiveDate,
    /// Signed amount: a debit is positive, a credit negative. On a bank's account, debit is money that arrived.
    pub amount: Money,
    /// What the line says.
    pub text: Box<str>,
    /// Reference of the document (`PieceRef`).
    pub reference: Box<str>,
    /// Journal and number of the entry, with `/` between them.
    pub entry: Box<str>,
    /// The customer's or supplier's number in the auxiliary ledger (`CompAuxNum`); empty without one.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub auxiliary: Box<str>,
    /// The code that it is lettered with (`EcritureLet`); empty without one.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub lettering: Box<str>,
    /// Whether it brings a balance forward, and records nothing that happened.
    pub opening: bool,
    /// Where it was read; `place.file` is 0 until the run numbers its inputs.
    pub place: Place,
}

/// A general ledger, or a part of one, as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerFile {
    /// What is known of the file itself.
    pub file: InputFile,
    /// Its lines, in the order of the file, of every account that it has.
    pub lines: Vec<LedgerLine>,
}
