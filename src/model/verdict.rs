//! What was decided about one payment.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Hypothesis, Probability, Reason, Weight};

/// Every payment is in exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Bucket {
    /// Applied automatically.
    Auto,
    /// There is a proposal for a person.
    Review,
    /// No proposal; with reason and nearest candidates.
    Unmatched,
    /// Not a customer's money.
    NotReceivable,
}

impl Bucket {
    /// Every bucket, in the order of the reports.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Review, Self::Unmatched, Self::NotReceivable];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Review => "review",
            Self::Unmatched => "unmatched",
            Self::NotReceivable => "not_receivable",
        }
    }
}

/// Whether everything within the gates was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Search {
    /// It was.
    #[default]
    Complete,
    /// A limit ended it.
    Stopped,
}

impl Search {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Stopped => "stopped",
        }
    }
}

/// One flag of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Flag {
    /// Less than the item's open amount; the rest stays open.
    Partial,
    /// A further part of an item that was paid in part before.
    Instalment,
    /// More than is open; the surplus is on account.
    Overpaid,
    /// Short by the cash discount.
    DiscountTaken,
    /// Short by what looks like a bank fee.
    FeeWithheld,
    /// Pays what was already settled.
    Duplicate,
    /// Cites an item of a customer who is not the payer.
    Misapplied,
    /// Returns an earlier receipt.
    Returned,
    /// Paid before there was an invoice.
    Prepayment,
    /// For items of several customers.
    MultiCustomer,
    /// Payer not identified.
    UnknownPayer,
    /// The equal amount is the only evidence.
    AmountOnly,
    /// Rivals too close to tell.
    Ambiguous,
    /// One of several items that nothing tells apart.
    Interchangeable,
    /// A credit note was netted.
    CreditNoteNetted,
    /// The reference was found with a typing error.
    FuzzyReference,
}

impl Flag {
    /// Every flag, in the order in which they are written.
    pub const ALL: [Self; 16] = [
        Self::Partial,
        Self::Instalment,
        Self::Overpaid,
        Self::DiscountTaken,
        Self::FeeWithheld,
        Self::Duplicate,
        Self::Misapplied,
        Self::Returned,
        Self::Prepayment,
        Self::MultiCustomer,
        Self::UnknownPayer,
        Self::AmountOnly,
        Self::Ambiguous,
        Self::Interchangeable,
        Self::CreditNoteNetted,
        Self::FuzzyReference,
    ];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Partial => "partial",
            Self::Instalment => "instalment",
            Self::Overpaid => "overpaid",
            Self::DiscountTaken => "discount_taken",
            Self::FeeWithheld => "fee_withheld",
            Self::Duplicate => "duplicate",
            Self::Misapplied => "misapplied",
            Self::Returned => "returned",
            Self::Prepayment => "prepayment",
            Self::MultiCustomer => "multi_customer",
            Self::UnknownPayer => "unknown_payer",
            Self::AmountOnly => "amount_only",
            Self::Ambiguous => "ambiguous",
            Self::Interchangeable => "interchangeable",
            Self::CreditNoteNetted => "credit_note_netted",
            Self::FuzzyReference => "fuzzy_reference",
        }
    }
}

/// A set of flags.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Flags(u16);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);

    /// This set with one more.
    #[must_use]
    pub fn with(self, flag: Flag) -> Self {
        Self(self.0 | (1 << flag as u8))
    }

    /// This set without one.
    #[must_use]
    pub fn without(self, flag: Flag) -> Self {
        Self(self.0 & !(1 << flag as u8))
    }

    /// Both sets together.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a flag is set.
    pub fn has(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u8) != 0
    }

    /// Whether none is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The flags that are set, in the order in which they are written.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().filter(move |flag| self.has(*flag))
    }
}

impl From<Flag> for Flags {
    fn from(flag: Flag) -> Self {
        Self::NONE.with(flag)
    }
}

impl fmt::Display for Flags {
    /// Separated by `|`, as in files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, flag) in self.iter().enumerate() {
            if n > 0 {
                f.write_str("|")?;
            }
            f.write_str(flag.word())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

/// What was decided about one payment, and what was thought of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its bucket.
    pub bucket: Bucket,
    /// Primary reason; always there in review and unmatched, and for money that is not receivable.
    pub reason: Option<Reason>,
    /// Flags.
    pub flags: Flags,
    /// The payer, when identified: index into [`Reconciliation::payers`](super::Reconciliation::payers).
    pub payer: Option<u32>,
    /// Auto: the equation that was applied. Review: the first proposal. Otherwise none.
    pub chosen: Option<Hypothesis>,
    /// Other hypotheses, likeliest first, each with its obstacle. Empty for automatic decisions unless all evidence was asked for.
    pub rivals: Vec<Hypothesis>,
    /// Probability of the chosen hypothesis; without one, that no loaded item is meant.
    pub probability: Probability,
    /// What is lost when the chosen joint choice is forbidden here.
    pub margin: Weight,
    /// Whether the search was complete.
    pub search: Search,
    /// Hypotheses that were weighed.
    pub examined: u32,
    /// The earlier receipt that this payment returns: index into the input's payments.
    pub returns: Option<u32>,
}

impl Verdict {
    /// What stands in a result for a payment whose decision [stands](super::Known::decided): the run has decided nothing about it,
    /// and callers keep the decision that they have. It names no equation, and takes nothing off anything.
    pub fn standing() -> Self {
        Self {
            bucket: Bucket::NotReceivable,
            reason: Some(Reason::NotInBooks),
            flags: Flags::NONE,
            payer: None,
            chosen: None,
            rivals: Vec::new(),
            probability: Probability(0),
            margin: Weight(0),
            search: Search::Complete,
            examined: 0,
            returns: None,
        }
    }
}
