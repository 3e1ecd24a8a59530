//! Entries for the accounting ledger: what a book has decided, in the words of double-entry bookkeeping.
//!
//! An entry balances to the minor unit in one currency. On the receivable accounts each line is about one item, so that each item is
//! lettered by itself: its group is the item's own line and every line that took something off it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Currency, ItemKind, Month};

/// What a line of an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineRole {
    /// The account that mirrors the bank account, or the one through which the ledger has entered the bank's line already.
    Bank,
    /// Cheques and bills on their way to the bank (511).
    Collection,
    /// A customer's account, about one item (411).
    Receivable,
    /// Money on a customer's account that pays no item (4191).
    OnAccount,
    /// Money of which nobody knows whose it is (471).
    Suspense,
    /// Bank charges (627).
    Fee,
    /// Cash discount granted, without its VAT (665).
    Discount,
    /// VAT taken back with a discount (44571).
    Vat,
    /// A small difference (658, 758).
    WriteOff,
    /// An exchange difference on receivables (656, 756).
    Exchange,
    /// Money that is no customer's, with the account that a rule or a person gave.
    Outside,
    /// What balances lines that are brought forward (890).
    Opening,
}

impl LineRole {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Collection => "collection",
            Self::Receivable => "receivable",
            Self::OnAccount => "on_account",
            Self::Suspense => "suspense",
            Self::Fee => "fee",
            Self::Discount => "discount",
            Self::Vat => "vat",
            Self::WriteOff => "write_off",
            Self::Exchange => "exchange",
            Self::Outside => "outside",
            Self::Opening => "opening",
        }
    }
}

/// The code that ties the lines of a settled item together, within one customer's account.
///
/// `AAA`, `AAB`, …: upper case where the lines add up to zero, lower case where something is open (a convention of accounting
/// programs; no law knows it).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LetterCode {
    /// The code.
    pub code: Box<str>,
    /// Day of the lettering.
    pub day: NaiveDate,
}

/// One line of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalLine {
    /// What it is for.
    pub role: LineRole,
    /// Account of the ledger: `411000`.
    pub account: Box<str>,
    /// Its name.
    pub account_name: Box<str>,
    /// The customer's number on accounts of customers; empty elsewhere.
    pub auxiliary: Box<str>,
    /// The customer's name; empty elsewhere.
    pub auxiliary_name: Box<str>,
    /// Minor units of the entry's currency: debit positive, credit negative, never zero.
    pub minor: i64,
    /// What the line says.
    pub label: Box<str>,
    /// Number of the document that the line is about: of the invoice on receivable accounts, else the entry's.
    pub document: Box<str>,
    /// Identifier of the item, where the line is about one; else empty.
    pub item: Box<str>,
    /// Whether that item is an invoice or a credit note.
    pub item_kind: Option<ItemKind>,
    /// When that item is due.
    pub due: Option<NaiveDate>,
    /// The code that it carries.
    pub letter: Option<LetterCode>,
}

/// Why an entry is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Lines that the ledger has already, repeated so that codes and balances add up within the file. Not to be booked again.
    Carried,
    /// A bank line with what was decided about it.
    Payment,
    /// An item that was settled without a payment.
    Settlement,
    /// Takes back an entry that was written earlier, because what it booked does not stand any more.
    Reversal,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Carried, Self::Payment, Self::Settlement, Self::Reversal];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Payment => "payment",
            Self::Settlement => "settlement",
            Self::Reversal => "reversal",
        }
    }

    /// Reads a word that [`EntryKind::word`] wrote.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// One entry: it balances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Names the entry wherever it goes, the same each time it is written: who imports it twice can tell.
    pub key: Box<str>,
    /// Why it is there.
    pub kind: EntryKind,
    /// Code of the journal: `BQ`.
    pub journal: Box<str>,
    /// Name of the journal.
    pub journal_name: Box<str>,
    /// Number of the entry in a sequence without gaps, over all that was ever written of a book.
    pub number: u64,
    /// Accounting date.
    pub date: NaiveDate,
    /// Reference of its document: the bank's reference, or the payment's identifier.
    pub document: Box<str>,
    /// Date of that document.
    pub document_date: NaiveDate,
    /// What the entry says.
    pub label: Box<str>,
    /// Currency of all its lines.
    pub currency: Currency,
    /// The payment that it is about; empty for what has none.
    pub payment: Box<str>,
    /// Key of the entry that it takes back; empty for all but reversals.
    pub reverses: Box<str>,
    /// Its lines: at least two, their sum is zero.
    pub lines: Vec<JournalLine>,
}

impl JournalEntry {
    /// What is left when debits and credits are added: zero.
    pub fn imbalance(&self) -> i128 {
        self.lines.iter().map(|l| i128::from(l.minor)).sum()
    }
}

/// A line of the ledger whose lettering changes: one that was there before, or one of an entry that is written now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetteringChange {
    /// Account of the ledger.
    pub account: Box<str>,
    /// The customer's number.
    pub auxiliary: Box<str>,
    /// Number of the document of the line: the invoice's.
    pub document: Box<str>,
    /// Identifier of the item.
    pub item: Box<str>,
    /// Key of the entry that the line is of; empty: the item's own line, which the ledger has.
    pub key: Box<str>,
    /// Minor units of the line: debit positive.
    pub minor: i64,
    /// Its currency.
    pub currency: Currency,
    /// What it carries now; `None`: its code was taken off, because a return opened the item again.
    pub letter: Option<LetterCode>,
    /// What it carried before.
    pub before: Option<LetterCode>,
}

/// A decision that cannot be booked yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldEntry {
    /// Identifier of the payment or item.
    pub id: Box<str>,
    /// Day on which the bank booked it.
    pub day: NaiveDate,
    /// Minor units.
    pub minor: i64,
    /// Currency.
    pub currency: Currency,
    /// What is missing, and how to go on, in one line.
    pub why: Box<str>,
}

/// What is posted of a book: the entries, what is lettered, and what has to wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Whose books they are.
    pub company: Box<str>,
    /// Number of the company in the register: nine digits of the French SIREN; empty where nothing says it.
    pub siren: Box<str>,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period: the file's closing date.
    pub to: NaiveDate,
    /// Month, where the period is one.
    #[serde(skip)]
    pub month: Option<Month>,
    /// When it was made, as a day: the date of validation.
    pub made: NaiveDate,
    /// Currency in which the ledger is kept.
    pub currency: Currency,
    /// Entries by number.
    pub entries: Vec<JournalEntry>,
    /// Lettering, by account, customer and document.
    pub lettering: Vec<LetteringChange>,
    /// What has to wait.
    pub held: Vec<HeldEntry>,
}
