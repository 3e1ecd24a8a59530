//! A payment: one booked transaction of a bank statement.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Money, Place};

/// What the bank itself says a transaction is, as far as it concerns receivables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Nature {
    /// A transfer, collection, card or cheque; the direction is the sign of the amount.
    #[default]
    Ordinary,
    /// Something earlier comes back: a return, a refund or a reject (ISO 20022 `RtrInf`, codes `RRTN`, `UPDD`).
    Return,
    /// The bank takes an earlier booking of its own back (`RvslInd`). The sign is already final.
    Reversal,
    /// Bank charges or interest.
    Charge,
    /// The other side is the account's owner: money moved between accounts of the company.
    OwnTransfer,
}

/// One booked transaction, signed: money that arrived is positive, money that left is negative.
///
/// Texts are as the bank wrote them; an empty text means that the statement does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The transaction's own identifier, or one derived from account, content and rank among identical ones.
    pub id: Box<str>,
    /// The account that the statement is of: an IBAN, or the bank's own number. The payments of a statement can share it.
    pub account: Arc<str>,
    /// The day on which the bank booked it.
    pub booking_date: NaiveDate,
    /// The day from which it bears interest, where the statement says.
    pub value_date: Option<NaiveDate>,
    /// Signed amount.
    pub amount: Money,
    /// The other side: debtor of a receipt, creditor of a payment made.
    pub payer_name: Box<str>,
    /// On whose behalf the other side acted (`UltmtDbtr`, `UltmtCdtr`).
    pub ultimate_name: Box<str>,
    /// Account of the other side.
    pub payer_iban: Box<str>,
    /// Free text of the payer, or of the bank where there is none.
    pub remittance: Box<str>,
    /// References that came in a structured field: creditor reference, document numbers.
    pub structured_references: Box<[Box<str>]>,
    /// The payer's own reference (`EndToEndId`); empty for `NOTPROVIDED`.
    pub end_to_end_id: Box<str>,
    /// The bank's reference of the booking (`AcctSvcrRef`).
    pub bank_reference: Box<str>,
    /// What the bank says that it is.
    pub nature: Nature,
    /// The bank's reason code of a return, such as `AC04`.
    pub return_reason: Box<str>,
    /// Where it was read.
    pub place: Place,
}

impl Payment {
    /// A payment of which only identity, date and amount are known. The other fields are public and can be set.
    pub fn new(id: impl Into<Box<str>>, booking_date: NaiveDate, amount: Money) -> Self {
        Self {
            id: id.into(),
            account: Arc::default(),
            booking_date,
            value_date: None,
            amount,
            payer_name: Box::default(),
            ultimate_name: Box::default(),
            payer_iban: Box::default(),
            remittance: Box::default(),
            structured_references: Box::default(),
            end_to_end_id: Box::default(),
            bank_reference: Box::default(),
            nature: Nature::Ordinary,
            return_reason: Box::default(),
            place: Place::default(),
        }
    }

    /// The value date, or the booking date where the statement has none.
    pub fn effective_date(&self) -> NaiveDate {
        self.value_date.unwrap_or(self.booking_date)
    }
}
