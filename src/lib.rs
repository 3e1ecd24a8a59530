//! Lettrage ties bank payments to the invoices they settle: explained, proved, and never by guessing.
//!
//! A *payment* is money that arrived on a bank account. An *open item* is an invoice (positive) or a credit note (negative)
//! that is not settled yet. For every payment the crate answers three questions: which equation of open items explains this
//! amount, how sure is that, and what else could it be?
//!
//! ```text
//! payment = what is applied to items − discount − fee − write-off + what stays on the customer's account ± exchange difference
//! ```
//!
//! Nothing is left over and every difference has a type: there is no tolerance. What is sure enough is applied by itself
//! (`auto`). Everything else waits for a person (`review`), or is listed with what was looked at (`unmatched`,
//! `not_receivable`).
//!
//! # A first run
//!
//! The matcher is [`reconcile`]: values in, a value out. It opens no file and reads no clock, environment or terminal.
//!
//! ```
//! use chrono::NaiveDate;
//! use lettrage::config::{Policy, Weights};
//! use lettrage::model::{Bucket, Currency, Flag, Known, Money, OpenItem, Payment, Reason};
//! use lettrage::{Request, reconcile};
//!
//! let euros = |minor| Money::new(minor, Currency::EUR); // minor units: cents
//! let day = NaiveDate::from_ymd_opt(2026, 6, 1).ok_or("no such day")?;
//!
//! let items = [
//!     OpenItem::new("F0412", "2026-0412", euros(124_800)),
//!     OpenItem::new("F0413", "2026-0413", euros(350_000)),
//! ];
//! let mut cited = Payment::new("P1", day, euros(124_800));
//! cited.remittance = "REGLEMENT FA 2026 0412".into(); // blanks instead of a hyphen
//! let silent = Payment::new("P2", day, euros(350_000)); // says nothing: only the amount fits
//!
//! let result = reconcile(&Request {
//!     payments: &[cited, silent],
//!     items: &items,
//!     customers: &[],
//!     policy: &Policy::default(),
//!     weights: &Weights::default(),
//!     as_of: None,
//!     all_evidence: false,
//!     known: Known::default(),
//! });
//!
//! // The first is applied: its equation names the item and what is taken off it.
//! let first = &result.verdicts[0];
//! assert_eq!(first.bucket, Bucket::Auto);
//! let equation = first.chosen.as_ref().ok_or("no equation")?;
//! assert_eq!((equation.applications[0].item, equation.applications[0].applied), (0, 124_800));
//!
//! // The second is proposed, never applied: an equal amount alone proves nothing.
//! let second = &result.verdicts[1];
//! assert_eq!((second.bucket, second.reason), (Bucket::Review, Some(Reason::AmountOnly)));
//! assert!(second.flags.has(Flag::AmountOnly));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it decides
//!
//! Evidence is weighed in bits: what a payment cites, who paid, how the amount compares, when it came, which dates it names.
//! An observation counts by how much likelier it is if the equation is true than by chance, and chance is measured in the data
//! at hand. Items that add up to the cent count as one of all the sets that the payer could have paid: one exact sum proves
//! little. What receipts leave no doubt about teaches who pays from where, and how late.
//!
//! Payments that want the same items are decided together, so that two payments for one invoice cannot both be sure. The
//! probability of an equation is its share among all consistent joint choices, with room for "none of these" and for
//! "something that was not listed". Where the joint choices are too many to be summed up, only what is proved decides.
//! `docs/matching.md` tells it in full.
//!
//! # What always holds
//!
//! Every payment is in exactly one bucket. Its equation holds to the minor unit; no item is applied beyond what is open. Any
//! number of threads and any order of the input give the same decisions. A limit that was reached is reported. The module
//! [`audit`] re-checks a finished run, and shares no code with what it checks.
//!
//! # Where things are
//!
//! - [`model`]: the vocabulary. Payments, items, money, hypotheses, verdicts.
//! - [`config`]: the policy (what may be decided without a person), the weights, the limits; each default with its reason.
//! - [`read`]: camt.053 and CSV to values. [`normalise`]: texts, names, references; several files to one ledger.
//! - [`engine`]: the stages in order. [`audit`]: the proofs. [`report`]: tables, JSON and pages of a run.
//! - [`book`]: the memory from month to month: imports, a chained log of decisions, undo, closed months, in one SQLite file.
//! - [`learn`]: what decisions teach: facts about payers, each with where it comes from, and how far probabilities can be trusted.
//! - [`post`]: what was decided as entries for the accounting ledger, and each file format that takes them.
//! - [`sign`]: keys, and what an approval signs.
//! - [`synth`]: payments whose true invoices are known, and the measure of a run against them. [`mod@bench`]: time and quality together.
//! - [`cli`]: the program. [`error`]: errors that say where, what, and how to go on.

pub mod archive;
pub mod audit;
pub mod bench;
pub mod book;
pub mod cli;
pub mod config;
pub mod engine;
pub mod error;
pub mod learn;
pub mod model;
pub mod normalise;
pub mod post;
pub mod read;
pub mod report;
pub mod sign;
pub mod synth;

mod assign;
mod classify;
mod index;
mod propose;
mod score;

pub use engine::{Request, reconcile, reconcile_in_stages};
pub use error::{Error, ErrorKind, Errors};

/// The README's example, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
