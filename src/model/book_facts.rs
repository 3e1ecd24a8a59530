//! What an auditor re-computes a book from: plain rows, nothing that was summed up before.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{Author, Check, Currency, DecisionKind, Difference, Month, Standing, Statement};

/// A payment of a book, as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentFact {
    /// Its identifier.
    pub id: Box<str>,
    /// Bank account.
    pub account: Arc<str>,
    /// Day on which the bank booked it.
    pub booked: NaiveDate,
    /// Currency.
    pub currency: Currency,
    /// Signed amount in minor units.
    pub minor: i64,
    /// Where the book says that it stands.
    pub standing: Standing,
    /// The standing decision.
    pub decision: Option<DecisionFact>,
}

/// A standing decision, as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionFact {
    /// What was decided.
    pub kind: DecisionKind,
    /// Who decided; `by` is the name, `at` the time, `run` the run that it rests on (empty without one).
    pub author: Author,
    /// The person's name, or the rule's or the run's identifier.
    pub by: Box<str>,
    /// When.
    pub at: Box<str>,
    /// The run.
    pub run: Box<str>,
    /// Number of the operation.
    pub op: u64,
    /// What it takes off items.
    pub applications: Vec<ApplicationFact>,
    /// Typed differences.
    pub differences: Vec<Difference>,
    /// The receipt that it takes back: index into the payments.
    pub returns: Option<u32>,
    /// Ledger account for money outside the receivables.
    pub account: Box<str>,
    /// Why, or the short reason.
    pub reason: Box<str>,
    /// Until when it is held.
    pub until: Option<NaiveDate>,
}

/// What a decision takes off an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationFact {
    /// Index into the items.
    pub item: u32,
    /// Minor units, with the item's sign; of a return, with the opposite one.
    pub minor: i64,
    /// Whether the accounting ledger has booked it: it is in the item's listed amount already.
    pub taken_over: bool,
}

/// An item of a book, as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFact {
    /// Its identifier.
    pub id: Box<str>,
    /// Currency.
    pub currency: Currency,
    /// Amount of the document.
    pub amount: i64,
    /// What the last list says is open.
    pub listed: i64,
    /// What the book says is open now.
    pub open: i64,
    /// Date of the document.
    pub issued: Option<NaiveDate>,
    /// Whether the last list does not have it any more: it is not in what was listed.
    pub missing: bool,
    /// Whether that has no reason that the book knows: a person must say.
    pub asked: bool,
    /// A decision about the item itself: settled without a payment, or held.
    pub decision: Option<DecisionFact>,
}

/// A line of the general ledger, on an account that mirrors a bank account or holds receivables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerFact {
    /// Journal and number of the entry, or where it stands.
    pub name: Box<str>,
    /// Ledger account.
    pub account: Box<str>,
    /// Accounting date.
    pub date: NaiveDate,
    /// Debit positive, credit negative, in minor units.
    pub minor: i64,
    /// Currency.
    pub currency: Currency,
    /// Label.
    pub text: Box<str>,
    /// Whether it brings forward a balance.
    pub opening: bool,
}

/// A ledger account that mirrors a bank account, and what is known of its balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLedger {
    /// Ledger account, such as `512100`.
    pub account: Box<str>,
    /// The bank account, as the statements name it.
    pub bank: Arc<str>,
    /// Currency.
    pub currency: Currency,
    /// Balance that a person or the configuration gives, with its day, in minor units. Lines, where there are any, go first.
    pub stated: Option<(NaiveDate, i64)>,
    /// Bank lines up to this day are in the stated balance.
    pub booked_until: Option<NaiveDate>,
}

/// An open payment or item at the start of the period, as the last seal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningFact {
    /// Identifier.
    pub id: Box<str>,
    /// Whether it is a payment; otherwise an item.
    pub is_payment: bool,
    /// Currency.
    pub currency: Currency,
    /// Bank account, for payments.
    pub account: Box<str>,
    /// What was open, in minor units.
    pub minor: i64,
}

/// Everything that a proof of a book is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookFacts {
    /// The month that is proved; `None`: everything that the book has.
    pub month: Option<Month>,
    /// Statements that create money, with what they claim; their payments are in [`BookFacts::payments`].
    pub statements: Vec<Statement>,
    /// Checks of the statements, and of what lies between them.
    pub checks: Vec<Check>,
    /// Every payment.
    pub payments: Vec<PaymentFact>,
    /// Every item that is listed, missing or settled here.
    pub items: Vec<ItemFact>,
    /// General-ledger lines that were imported.
    pub ledger: Vec<LedgerFact>,
    /// Ledger accounts that mirror bank accounts.
    pub banks: Vec<BankLedger>,
    /// Prefix of the receivable accounts in the ledger.
    pub receivable: Box<str>,
    /// The day on which the last list of items was extracted, as far as it is known.
    pub extracted: Option<NaiveDate>,
    /// Balance of the receivable accounts by currency when the items were listed, where it is known.
    pub receivable_balance: Vec<(Currency, i64)>,
    /// What was open when the month began; `None` before the first close.
    pub opening: Option<Vec<OpeningFact>>,
    /// The closed month whose seal the opening is of: what was booked up to its end and is not in it was decided.
    pub opened_after: Option<Month>,
}
