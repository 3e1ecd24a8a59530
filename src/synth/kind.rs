//! What can happen to a payment, and how often.

/// A story that the generator tells: one payment or several that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Story {
    Single,
    Lump,
    CreditNoteNetted,
    Partial,
    Instalments,
    Overpaid,
    FeeWithheld,
    Discount,
    DiscountLate,
    Duplicate,
    DuplicateOfSettled,
    WrongReference,
    PaidForOther,
    Returned,
    Repaid,
    Prepayment,
    MultiCustomer,
    GroupPayer,
    ThirdParty,
    AmountOnly,
    Tie,
    Interchangeable,
    Subscription,
    Stranger,
    NotLoaded,
    NotReceivable,
    Debit,
}

/// What a story needs of the customers at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    /// At least two customers that belong together.
    Group,
    /// Customers seen before, with unpaid invoices.
    Others,
}

/// How often a story is told: times in 10,000 payments; the most payments that it makes; what it needs.
///
/// The shares keep a margin above the floors: 10 % lump sums, 5 % of no item, 3 % ties, 1 % of each flag.
pub(super) const STORIES: [(Story, u64, u64, Needs); 27] = [
    (Story::Single, 5200, 1, Needs::Nothing),
    (Story::Lump, 820, 1, Needs::Nothing),
    (Story::CreditNoteNetted, 150, 1, Needs::Nothing),
    (Story::Partial, 120, 1, Needs::Nothing),
    (Story::Instalments, 85, 4, Needs::Nothing),
    (Story::Overpaid, 150, 1, Needs::Nothing),
    (Story::FeeWithheld, 160, 1, Needs::Nothing),
    (Story::Discount, 210, 1, Needs::Nothing),
    (Story::DiscountLate, 30, 1, Needs::Nothing),
    (Story::Duplicate, 120, 2, Needs::Nothing),
    (Story::DuplicateOfSettled, 45, 1, Needs::Nothing),
    (Story::WrongReference, 90, 1, Needs::Others),
    (Story::PaidForOther, 50, 1, Needs::Others),
    (Story::Returned, 130, 2, Needs::Nothing),
    (Story::Repaid, 20, 3, Needs::Nothing),
    (Story::Prepayment, 140, 1, Needs::Nothing),
    (Story::MultiCustomer, 140, 1, Needs::Group),
    (Story::GroupPayer, 150, 1, Needs::Group),
    (Story::ThirdParty, 110, 1, Needs::Nothing),
    (Story::AmountOnly, 130, 1, Needs::Nothing),
    (Story::Tie, 340, 1, Needs::Nothing),
    (Story::Interchangeable, 160, 1, Needs::Nothing),
    (Story::Subscription, 55, 5, Needs::Nothing),
    (Story::Stranger, 160, 1, Needs::Nothing),
    (Story::NotLoaded, 160, 1, Needs::Nothing),
    (Story::NotReceivable, 80, 1, Needs::Nothing),
    (Story::Debit, 200, 1, Needs::Nothing),
];
