//! Open items: invoices and credit notes that are not yet settled.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{DueRule, Money, Place};

/// What an open item is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ItemKind {
    /// The customer owes: positive.
    #[default]
    Invoice,
    /// We owe the customer: negative, everywhere.
    CreditNote,
}

impl ItemKind {
    /// The word in files: `invoice`, `credit_note`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
        }
    }
}

/// A reduction for early payment (escompte): known terms only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// Percent of the gross amount.
    pub percent: Decimal,
    /// The last day on which it may be taken.
    pub until: NaiveDate,
}

/// The VAT contained in an item, for one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatPart {
    /// Rate in percent.
    pub rate: Decimal,
    /// Tax in minor units of the item's currency, with the item's sign.
    pub tax_minor: i64,
}

/// An invoice (positive) or a credit note (negative). With nothing open it is a settled item: evidence, never matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenItem {
    /// Identifier in the system it came from; unique in a run.
    pub id: Box<str>,
    /// Document number, as printed.
    pub number: Box<str>,
    /// Who issued it, where the document itself says (VAT number, else registration, else name); empty for lists. Two sellers may use
    /// the same number.
    pub seller: Arc<str>,
    /// References that the customer was asked to quote, as printed.
    pub payment_references: Box<[Box<str>]>,
    /// The customer's order number.
    pub order_number: Box<str>,
    /// Customer number; empty if the list has none. Items of one customer can share it, as they can the next two.
    pub customer_id: Arc<str>,
    /// Customer name.
    pub customer_name: Arc<str>,
    /// Accounts that the customer is known to pay from.
    pub customer_ibans: Arc<[Box<str>]>,
    /// Date of the document.
    pub issue_date: Option<NaiveDate>,
    /// Date on which it is due.
    pub due_date: Option<NaiveDate>,
    /// Amount of the document, signed.
    pub amount: Money,
    /// What is still open of it, in minor units of the same currency and with the same sign; 0 is settled.
    pub open_minor: i64,
    /// Invoice or credit note.
    pub kind: ItemKind,
    /// Payment terms, as written. A list has few of them: items can share them.
    pub terms: Arc<str>,
    /// The terms as a rule, where they are understood and the due date is what they give; see [`DueRule`].
    pub due_rule: Option<DueRule>,
    /// Cash discount, when its terms are known.
    pub discount: Option<Discount>,
    /// VAT by rate, when the list has it.
    pub vat: Box<[VatPart]>,
    /// Where it was read.
    pub place: Place,
}

impl OpenItem {
    /// An item of which only identity, number and amount are known, wholly open. The other fields are public and can be set.
    pub fn new(id: impl Into<Box<str>>, number: impl Into<Box<str>>, amount: Money) -> Self {
        Self {
            id: id.into(),
            number: number.into(),
            seller: Arc::default(),
            payment_references: Box::default(),
            order_number: Box::default(),
            customer_id: Arc::default(),
            customer_name: Arc::default(),
            customer_ibans: Arc::default(),
            issue_date: None,
            due_date: None,
            amount,
            open_minor: amount.minor,
            kind: if amount.minor < 0 { ItemKind::CreditNote } else { ItemKind::Invoice },
            terms: Arc::default(),
            due_rule: None,
            discount: None,
            vat: Box::default(),
            place: Place::default(),
        }
    }

    /// What is still open.
    pub fn open(&self) -> Money {
        Money::new(self.open_minor, self.amount.currency)
    }

    /// True when nothing is open.
    pub fn is_settled(&self) -> bool {
        self.open_minor == 0
    }
}
