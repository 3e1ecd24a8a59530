//! What entries for the ledger are made from: the rows of a book with their texts, what the ledger has already, and what was written
//! before.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{BookFacts, EntryKind, ItemKind, JournalEntry, LetteringChange, Month, VatPart};

/// What entries say of a payment, beside its row in the facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentText {
    /// The other side.
    pub payer: Box<str>,
    /// Text of the payer or the bank.
    pub remittance: Box<str>,
    /// The bank's reference; empty without one.
    pub reference: Box<str>,
}

/// What entries say of an item, beside its row in the facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemText {
    /// Number of the document.
    pub number: Box<str>,
    /// Customer's number; empty where the list has none.
    pub customer: Arc<str>,
    /// Customer's name.
    pub name: Arc<str>,
    /// Invoice or credit note.
    pub kind: ItemKind,
    /// When it is due.
    pub due: Option<NaiveDate>,
    /// VAT by rate; empty where the list has none.
    pub vat: Box<[VatPart]>,
    /// Whether a cash discount was agreed on it.
    pub has_discount: bool,
}

/// Where the ledger has a payment's bank line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InLedger {
    /// Nowhere.
    #[default]
    No,
    /// In its balance; no line of it was imported.
    Balance,
    /// A line of the ledger that was imported: index into [`BookFacts::ledger`].
    Line(u32),
}

/// An entry that a batch in force has written, and the ledger has not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Number of the operation that wrote it.
    pub op: u64,
    /// Its key.
    pub key: Box<str>,
    /// Why it is there.
    pub kind: EntryKind,
    /// Whether the money waits on the suspense account: nothing was decided when it was written.
    pub suspense: bool,
    /// Identifier of the payment or item that it is about.
    pub subject: Box<str>,
    /// Key of the entry that it takes back, or empty.
    pub reverses: Box<str>,
    /// The entry itself, where the decision that it books does not stand any more, or nothing was decided.
    pub entry: Option<JournalEntry>,
}

/// Everything that a posting is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostFacts {
    /// Every row of the book. Its ledger has the lines of all accounts that were imported.
    pub book: BookFacts,
    /// For each payment its texts.
    pub payments: Vec<PaymentText>,
    /// For each item its texts.
    pub items: Vec<ItemText>,
    /// For each payment where the ledger has it. The book leaves it empty; the auditor's pairs fill it.
    pub in_ledger: Vec<InLedger>,
    /// Months that are closed, in their order, with the operation that closed each.
    pub closed: Vec<(Month, u64)>,
    /// What batches in force have written, oldest first.
    pub written: Vec<Written>,
    /// The codes of these batches, oldest first: of the lines of one item and key the last one counts.
    pub letters: Vec<LetteringChange>,
    /// Codes that the ledger has: account, customer (empty where it says none), code.
    pub ledger_letters: Vec<(Box<str>, Box<str>, Box<str>)>,
    /// Number of the next entry.
    pub next_number: u64,
}

/// What the ledger said about an entry that was sent to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The entry's key.
    pub key: Box<str>,
    /// Whether it was taken.
    pub taken: bool,
    /// What the ledger said, or empty.
    pub message: Box<str>,
    /// Where it says so: `ack_erp.csv:22`.
    pub place: Box<str>,
    /// The amount that it took, in minor units and without a sign, where it says one.
    pub minor: Option<i64>,
}
