//! Checks of the input, and proofs of the result.

use serde::{Deserialize, Serialize};

use super::Currency;

/// What a check holds against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CheckKind {
    /// Opening balance + booked entries = closing balance.
    Balance,
    /// Opening balance = closing balance of the statement before, sequence numbers without a gap.
    Continuity,
    /// The statement's own totals = what its entries add up to.
    ControlTotal,
    /// The details of a batch = its entry.
    Batch,
}

impl CheckKind {
    /// The word in reports: `balance`, `continuity`, `control_total`, `batch`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Continuity => "continuity",
            Self::ControlTotal => "control_total",
            Self::Batch => "batch",
        }
    }
}

/// One check of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was held against what.
    pub kind: CheckKind,
    /// The statement or file concerned: path, and account or statement id.
    pub scope: Box<str>,
    /// `None`: cannot be made, because the file lacks what it needs.
    pub holds: Option<bool>,
    /// What was found and what was expected, with figures, in English.
    pub text: Box<str>,
}

/// Which identity a proof shows. The names are those of the reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProofId {
    /// P1: each statement adds up, and follows the one before.
    Statement,
    /// P2: every payment is in exactly one bucket, and the buckets add up to the statements.
    Coverage,
    /// P3: bank statement ± in the books and not at the bank = ledger ± at the bank and not in the books.
    BookToBank,
    /// P4: items loaded = settled + paid in part + rest of those + untouched.
    Items,
    /// P5: open at start − cleared + new = open at end.
    RollForward,
    /// P6: decided by the engine + by people + by rules = all that is settled, each with author, time and run.
    Decisions,
    /// Each payment's equation holds to the minor unit.
    Equation,
    /// No item is applied beyond what was open.
    Application,
}

impl ProofId {
    /// Stable code in `run.json` and reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Statement => "P1",
            Self::Coverage => "P2",
            Self::BookToBank => "P3",
            Self::Items => "P4",
            Self::RollForward => "P5",
            Self::Decisions => "P6",
            Self::Equation => "EQ",
            Self::Application => "AP",
        }
    }
}

/// One proof, with its figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Which identity.
    pub id: ProofId,
    /// Bank account that it is of; empty where it is of all of them.
    pub account: Box<str>,
    /// Currency it is made in; `None` for counts.
    pub currency: Option<Currency>,
    /// Whether it holds.
    pub holds: bool,
    /// Left-hand side in minor units (or a count).
    pub left: i128,
    /// Named parts of the right-hand side.
    pub right: Vec<(Box<str>, i128)>,
    /// What is wrong, when something is: at most a few places.
    pub failures: Vec<Box<str>>,
}
