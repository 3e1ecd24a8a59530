//! Values with their own rules, and nothing else: no input, no output, no clock.
//!
//! What crosses the boundary between two stages of the matcher lives here, so that no stage has to import another.

pub mod approval;
pub mod book;
pub mod book_facts;
pub mod bridge;
pub mod calibration;
pub mod check;
pub mod columns;
pub mod customer;
pub mod digest;
pub(crate) mod distinct;
pub mod few;
pub mod frequencies;
pub mod hypothesis;
pub mod input;
pub mod item;
pub mod journal;
pub mod key;
pub mod known;
pub mod learned;
pub mod ledger_line;
pub mod luhn;
pub mod money;
pub mod owed;
pub mod payment;
pub mod person;
pub mod place;
pub mod posting;
pub mod reason;
pub mod reconciliation;
#[cfg(test)]
pub(crate) mod sample;
pub mod stage;
pub mod statement;
pub(crate) mod steps;
pub mod terms;
pub mod verdict;

pub use approval::{
    Approval, ApprovalState, ApprovalStatus, ApprovalView, BadSignature, Preparer, PublicKey, Signature,
    SignatureState, VoidCause,
};
pub use book::{
    AccountStatus, Applied, Author, BookItem, BookNote, BookPayment, Decision, DecisionKind, Month, Operation, Period,
    Proposal, SealLine, Standing, Sum,
};
pub use book_facts::{
    ApplicationFact, BankLedger, BookFacts, DecisionFact, ItemFact, LedgerFact, OpeningFact, PaymentFact,
};
pub use bridge::{BookProofs, Bridge, BridgeGroup, BridgeKind, BridgeLine};
pub use calibration::{
    AutomaticFact, Band, Calibration, CalibrationEvidence, CalibrationRecord, DrawFact, EvidenceCounts, LevelChoice,
    LevelReason, LevelStep, ProposalFact,
};
pub use check::{Check, CheckKind, Proof, ProofId};
pub use customer::Customer;
pub use few::Few;
pub use frequencies::Frequencies;
pub use hypothesis::{
    Application, Difference, DifferenceKind, Field, Hypothesis, HypothesisKind, Level, Obstacle, Probability, Term,
    Weight,
};
pub use input::{CustomerFile, InputFile, InputRole, ItemFile, Note, NoteKind};
pub use item::{Discount, ItemKind, OpenItem, VatPart};
pub use journal::{EntryKind, HeldEntry, JournalEntry, JournalLine, LetterCode, LetteringChange, LineRole, Posting};
pub use known::{Decided, Known, Objection};
pub use ledger_line::{LedgerFile, LedgerLine};
pub use money::{Currency, Money, MoneyError};
pub use owed::{Owed, OwedItem};
pub use payment::{Nature, Payment};
pub use person::same_person;
pub use place::{Place, Position};
pub use posting::{Answer, InLedger, ItemText, PaymentText, PostFacts, Written};
pub use reason::Reason;
pub use reconciliation::{ItemOutcome, Payer, Reconciliation};
pub use statement::{Balance, BalanceKind, ControlTotals, Page, Statement, StatementFile, StatementKind};
pub use terms::{DueRule, EarlyPayment, EndOfMonth, Reading, Terms};
pub use verdict::{Bucket, Flag, Flags, Search, Verdict};
