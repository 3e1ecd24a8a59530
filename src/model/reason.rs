//! Reason codes: stable, documented, one primary code for each payment that is unmatched or waits for review.

use serde::{Deserialize, Serialize};

/// Why a payment was not simply applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// Searched completely: nothing within the gates.
    NoCandidate,
    /// Not searched completely: a limit was hit.
    SearchLimit,
    /// Two or more candidates too close to call.
    Ambiguous,
    /// An equal amount is the only evidence.
    AmountOnly,
    /// One clear document, and less money than is open.
    ShortPay,
    /// One clear document, and more money than is open.
    OverPay,
    /// The difference equals a cash discount.
    DiscountTaken,
    /// The difference looks like a bank fee.
    FeeWithheld,
    /// A card, provider or cheque batch, net of fees.
    BatchNet,
    /// Several documents add up, and they are not cited.
    MultiDoc,
    /// Documents of several parties.
    MultiParty,
    /// The document cited is already settled.
    DuplicatePayment,
    /// The same line may be in two files.
    DuplicateLine,
    /// The payer was not identified.
    UnknownPayer,
    /// A return of an earlier receipt.
    Returned,
    /// Cited document belongs to another customer.
    OtherParty,
    /// Own transfer whose other leg is missing.
    TransferOneSided,
    /// Own transfer between two loaded accounts: both legs found.
    OwnTransfer,
    /// Bank charge or interest, not in the books.
    NotInBooksFee,
    /// A bank line that is no receipt, not in the books.
    NotInBooks,
    /// The only candidate is outside the window of dates.
    OutOfPeriod,
    /// Fits only in another currency.
    Currency,
    /// The amounts differ as a typing error would make them.
    TypingError,
    /// A candidate that is weak on all sides: a person must judge.
    WeakEvidence,
}

impl Reason {
    /// Every reason, in the order of the documentation.
    pub const ALL: [Self; 24] = [
        Self::NoCandidate,
        Self::SearchLimit,
        Self::Ambiguous,
        Self::AmountOnly,
        Self::ShortPay,
        Self::OverPay,
        Self::DiscountTaken,
        Self::FeeWithheld,
        Self::BatchNet,
        Self::MultiDoc,
        Self::MultiParty,
        Self::DuplicatePayment,
        Self::DuplicateLine,
        Self::UnknownPayer,
        Self::Returned,
        Self::OtherParty,
        Self::TransferOneSided,
        Self::OwnTransfer,
        Self::NotInBooksFee,
        Self::NotInBooks,
        Self::OutOfPeriod,
        Self::Currency,
        Self::TypingError,
        Self::WeakEvidence,
    ];

    /// The stable code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoCandidate => "NO_CANDIDATE",
            Self::SearchLimit => "SEARCH_LIMIT",
            Self::Ambiguous => "AMBIGUOUS",
            Self::AmountOnly => "AMOUNT_ONLY",
            Self::ShortPay => "SHORT_PAY",
            Self::OverPay => "OVER_PAY",
            Self::DiscountTaken => "DISCOUNT_TAKEN",
            Self::FeeWithheld => "FEE_WITHHELD",
            Self::BatchNet => "BATCH_NET",
            Self::MultiDoc => "MULTI_DOC",
            Self::MultiParty => "MULTI_PARTY",
            Self::DuplicatePayment => "DUPLICATE_PAYMENT",
            Self::DuplicateLine => "DUPLICATE_LINE",
            Self::UnknownPayer => "UNKNOWN_PAYER",
            Self::Returned => "RETURNED",
            Self::OtherParty => "OTHER_PARTY",
            Self::TransferOneSided => "TRANSFER_ONE_SIDED",
            Self::OwnTransfer => "OWN_TRANSFER",
            Self::NotInBooksFee => "NOT_IN_BOOKS_FEE",
            Self::NotInBooks => "NOT_IN_BOOKS",
            Self::OutOfPeriod => "OUT_OF_PERIOD",
            Self::Currency => "CURRENCY",
            Self::TypingError => "TYPING_ERROR",
            Self::WeakEvidence => "WEAK_EVIDENCE",
        }
    }
}
