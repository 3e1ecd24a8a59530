//! The proofs of a book, and the picture that leads from the bank's balance to the ledger's.

use chrono::NaiveDate;

use super::{Currency, Proof, ProofId};

/// The proofs of a book, with what could not be proved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookProofs {
    /// Every proof that could be made, in the order P1 to P6; within one, by account and currency.
    pub proofs: Vec<Proof>,
    /// For each ledger account that mirrors a bank account: how the two balances hang together.
    pub bridges: Vec<Bridge>,
    /// What could not be made, and what is missing for it. It is neither true nor false.
    pub not_possible: Vec<(ProofId, Box<str>)>,
}

impl BookProofs {
    /// Whether no proof is false. What cannot be made does not count.
    pub fn hold(&self) -> bool {
        self.proofs.iter().all(|p| p.holds)
    }

    /// The proofs that are false.
    pub fn failed(&self) -> impl Iterator<Item = &Proof> {
        self.proofs.iter().filter(|p| !p.holds)
    }
}

/// Why a line stands on one side only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BridgeKind {
    /// A receipt in the ledger that the bank does not have yet.
    NotAtBank,
    /// A payment made in the ledger that the bank has not debited yet.
    NotDebited,
    /// At the bank and matched in the book; the ledger has not booked it.
    ToPost,
    /// A receipt at the bank that nobody has decided about and the ledger does not have.
    ReceiptNotInBooks,
    /// The same of money that left.
    PaymentNotInBooks,
    /// At the bank and decided as no customer's money; the ledger has not booked it.
    Outside,
    /// At the bank and decided by a rule; the ledger has not booked it.
    ByRule,
}

impl BridgeKind {
    /// Every kind, in the order of the picture: those of the bank's column, then those of the ledger's.
    pub const ALL: [Self; 7] = [
        Self::NotAtBank,
        Self::NotDebited,
        Self::ToPost,
        Self::ReceiptNotInBooks,
        Self::PaymentNotInBooks,
        Self::Outside,
        Self::ByRule,
    ];

    /// The words in proofs.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotAtBank => "in books, not yet at bank",
            Self::NotDebited => "paid in books, not debited",
            Self::ToPost => "matched, to post",
            Self::ReceiptNotInBooks => "receipts not in books",
            Self::PaymentNotInBooks => "payments not in books",
            Self::Outside => "no customer’s money",
            Self::ByRule => "bank charges and others, by rule",
        }
    }

    /// The key of its name in the reports of every language.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotAtBank => "not_yet_at_bank",
            Self::NotDebited => "not_yet_debited",
            Self::ToPost => "to_post",
            Self::ReceiptNotInBooks => "receipts_not_in_ledger",
            Self::PaymentNotInBooks => "payments_not_in_ledger",
            Self::Outside => "outside",
            Self::ByRule => "by_rule",
        }
    }

    /// Whether it adjusts the bank's balance; otherwise it adjusts the ledger's.
    pub fn is_left(self) -> bool {
        matches!(self, Self::NotAtBank | Self::NotDebited)
    }
}

/// A line that one side has and the other has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgeLine {
    /// The payment's identifier, or the name of the ledger's entry.
    pub name: Box<str>,
    /// Day on which the bank, or the ledger, booked it.
    pub day: NaiveDate,
    /// Signed, in minor units: money that arrived is positive.
    pub minor: i64,
}

/// Lines that stand on one side only for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgeGroup {
    /// The reason.
    pub kind: BridgeKind,
    /// How many lines.
    pub count: u64,
    /// Their sum, in minor units.
    pub sum: i128,
    /// The first of them by day and name: at most [`BridgeGroup::LISTED`].
    pub lines: Vec<BridgeLine>,
}

impl BridgeGroup {
    /// Lines of a group that are listed one by one; `count` and `sum` are of all of them.
    pub const LISTED: usize = 1000;
}

/// How a bank account's balance and that of its ledger account hang together (P3).
///
/// ```text
/// bank balance + what only the ledger has = ledger balance + what only the bank has + unexplained
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// Ledger account, such as `512100`.
    pub account: Box<str>,
    /// The bank account, as the statements name it.
    pub bank: Box<str>,
    /// Currency of all amounts.
    pub currency: Currency,
    /// The bank's balance and its day, in minor units.
    pub at_bank: (NaiveDate, i128),
    /// The ledger's balance and its day.
    pub in_ledger: (NaiveDate, i128),
    /// Whether the ledger's balance was stated by a person or the configuration, without lines to pair.
    pub stated: bool,
    /// How many lines of both sides are the same.
    pub pairs: u64,
    /// What stands on one side only: each kind that occurs, in the order of [`BridgeKind::ALL`].
    pub groups: Vec<BridgeGroup>,
    /// The bank's balance with what only the ledger has.
    pub adjusted_left: i128,
    /// The ledger's balance with what only the bank has.
    pub adjusted_right: i128,
    /// The left side less the right one: zero, or the proof is false.
    pub unexplained: i128,
}
