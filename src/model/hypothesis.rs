//! An hypothesis: one equation of open items that would explain a payment, with typed terms and nothing left over.
//!
//! ```text
//! payment = Σ applied(item) − discount − fee − write-off + on_account ± fx
//! |applied(item)| ≤ |open(item)|, same sign; applied = what is taken off the item, settled differences included
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Flags;
use super::stage::Pattern;

/// Which generator proposed an hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum HypothesisKind {
    /// The items that the payment cites.
    Cited,
    /// One item of the payer with exactly this amount.
    PayerAmount,
    /// One item with exactly this amount, payer unknown.
    AmountOnly,
    /// Several items of the payer add up to it.
    ExactSum,
    /// Everything due up to a date, a month, oldest first.
    Due,
    /// Part of an item that is not cited.
    Part,
    /// The same again: what it cites was settled by an earlier payment.
    Duplicate,
    /// Money for the customer without any item: prepayment, on account.
    OnAccount,
    /// An earlier receipt comes back.
    Return,
    /// Own transfer between two accounts.
    OwnTransfer,
    /// Not a customer's money: fee, salary, tax.
    NotReceivable,
    /// None of the loaded items: an invoice not loaded, an unknown payer.
    None,
    /// Some set, part or sum that no generator produced.
    Unlisted,
}

impl HypothesisKind {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cited => "cited",
            Self::PayerAmount => "payer_amount",
            Self::AmountOnly => "amount_only",
            Self::ExactSum => "exact_sum",
            Self::Due => "due",
            Self::Part => "part",
            Self::Duplicate => "duplicate",
            Self::OnAccount => "on_account",
            Self::Return => "return",
            Self::OwnTransfer => "own_transfer",
            Self::NotReceivable => "not_receivable",
            Self::None => "none",
            Self::Unlisted => "unlisted",
        }
    }
}

/// What an hypothesis takes off one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Application {
    /// Index of the item in the run's input.
    pub item: u32,
    /// Minor units taken off it, settled differences included; same sign as what is open.
    pub applied: i64,
}

/// The type of a difference. "Within tolerance" is not a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DifferenceKind {
    /// The rest of a short-paid item stays open. Not a term of the equation.
    OpenRest,
    /// Surplus on the customer's account.
    OnAccount,
    /// Cash discount, settled.
    Discount,
    /// Bank fee, settled.
    Fee,
    /// Written off by a person or an explicit policy.
    WriteOff,
    /// Exchange difference.
    Fx,
}

impl DifferenceKind {
    /// Every type.
    pub const ALL: [Self; 6] = [Self::OpenRest, Self::OnAccount, Self::Discount, Self::Fee, Self::WriteOff, Self::Fx];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::OpenRest => "open_rest",
            Self::OnAccount => "on_account",
            Self::Discount => "discount",
            Self::Fee => "fee",
            Self::WriteOff => "write_off",
            Self::Fx => "fx",
        }
    }

    /// How the difference enters the equation: payment = Σ applied + Σ factor × amount.
    pub fn factor(self) -> i64 {
        match self {
            Self::OpenRest => 0,
            Self::OnAccount | Self::Fx => 1,
            Self::Discount | Self::Fee | Self::WriteOff => -1,
        }
    }
}

/// A typed difference between a payment and the items it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Difference {
    /// Its type.
    pub kind: DifferenceKind,
    /// Minor units of the payment's currency; positive, but for `Fx`.
    pub minor: i64,
}

/// Thousandths of a bit. Integers, quantised once, so that printed bars add up and no thread order can change a sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Weight(pub i32);

impl Weight {
    /// Quantises log2 odds. Not-a-number and infinities saturate.
    pub fn from_bits(bits: f64) -> Self {
        let thousandths = (bits * 1000.0).clamp(-1_000_000.0, 1_000_000.0);
        // Rounded half away from zero. The conversion cuts off, and makes nothing of not-a-number.
        let whole = thousandths as i32;
        let rest = thousandths - f64::from(whole);
        Self(whole + i32::from(rest >= 0.5) - i32::from(rest <= -0.5))
    }

    /// The weight in bits.
    pub fn bits(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl std::ops::Add for Weight {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Weight {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self(0), |sum, term| sum + term)
    }
}

impl fmt::Display for Weight {
    /// Bits with three decimals and a sign: `+13.600`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        write!(f, "{}{}.{:03}", if self.0 < 0 { '-' } else { '+' }, size / 1000, size % 1000)
    }
}

/// A probability in millionths, rounded down: it never claims more than was computed, and never certainty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Probability(pub u32);

impl Probability {
    /// The highest that is ever claimed.
    pub const MAX: Self = Self(999_999);

    /// From a fraction; anything outside 0..1 saturates.
    pub fn from_fraction(p: f64) -> Self {
        // The tiny addition keeps exact fractions such as 0.5 from falling below themselves.
        Self(((p * 1e6 + 1e-6).floor().clamp(0.0, 999_999.0)) as u32)
    }

    /// As a fraction of one.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

impl fmt::Display for Probability {
    /// Six decimals: `0.999600`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0.{:06}", self.0.min(999_999))
    }
}

/// A kind of evidence: one bar of the waterfall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// How likely such an equation is before anything is looked at.
    Start,
    /// What the payment cites.
    Reference,
    /// Who paid.
    Payer,
    /// How the amounts compare.
    Amount,
    /// When it was paid.
    Date,
}

impl Field {
    /// Every field, in the order in which bars are drawn.
    pub const ALL: [Self; 5] = [Self::Start, Self::Reference, Self::Payer, Self::Amount, Self::Date];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Reference => "reference",
            Self::Payer => "payer",
            Self::Amount => "amount",
            Self::Date => "date",
        }
    }
}

/// What was observed in a field. Figures are for display; the weight is in the [`Term`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// One equation out of so many open items.
    OneOf(u32),
    /// Several items that add up, as one of all the sets that could have been paid.
    SetOf {
        /// What the set is among all that its customers owe.
        pattern: Pattern,
        /// Invoices in it.
        items: u32,
        /// Items that its customers owe.
        of: u32,
        /// For a set of no pattern: how many sets of its size add up to this amount by accident, in thousandths.
        accidents: Option<u32>,
    },
    /// Money for none of the loaded items.
    NoItem,
    /// An equation that no generator listed.
    NotListed,
    /// Cites so many of the equation's items by a structured reference.
    CitedStructured(u32),
    /// Cites so many of them by their whole number or payment reference.
    CitedWhole(u32),
    /// Cites so many of them by the number without prefix, year or leading zeros.
    CitedCore(u32),
    /// Cites so many of them by last digits.
    CitedTail(u32),
    /// Cites so many of them by the customer's order number.
    CitedOrder(u32),
    /// Cites so many of them with one typing error.
    CitedFuzzy(u32),
    /// Cites nothing that is known.
    NothingCited,
    /// Cites so many of the equation's items, and so many others that it would leave out.
    OthersCited(u32),
    /// Cites so many items that an equation which is not listed holds besides others, or less a deduction.
    CitedAmongOthers(u32),
    /// Payer's account is the customer's.
    PayerIban,
    /// Payer's name is the customer's.
    PayerName,
    /// Payer's account and name are the customer's: one fact seen twice.
    PayerIbanAndName,
    /// The text gives the customer's number, or names it as the one that is paid for.
    PayerInText,
    /// Earlier receipts from this account or under this name were the customer's.
    PayerBefore,
    /// Payer belongs to the customer's group or is known to pay for it.
    PayerForOther,
    /// Payer is not known.
    PayerUnknown,
    /// Payer is somebody else.
    PayerOther,
    /// To the cent.
    AmountEqual,
    /// Equal after the cash discount, in minor units.
    AmountLessDiscount(i64),
    /// Short by what looks like a bank fee.
    AmountLessFee(i64),
    /// Short by so many minor units.
    AmountShort(i64),
    /// Part of it, and so many payments that cite it add up to the whole.
    AmountCompletes(u32),
    /// More than is open by so many minor units.
    AmountOver(i64),
    /// Amount says nothing here.
    AmountFree,
    /// Days from the due date to the payment (negative: early).
    DaysFromDue(i32),
    /// So many days before the document was issued.
    BeforeIssue(i32),
    /// Dates are not known.
    DateUnknown,
    /// The text names the dates of so many of the equation's items, or a period in which they lie.
    DateNamed(u32),
    /// The text names a date of another item of the customer.
    OtherDateNamed,
}

/// One bar: a field, what was observed, and what it weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Term {
    /// Kind of evidence.
    pub field: Field,
    /// What was observed.
    pub level: Level,
    /// What it weighs: log2 of how much likelier the observation is if the hypothesis is true.
    pub weight: Weight,
}

/// The named reason why a rival was not taken. Figures are for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Obstacle {
    /// The payment cites another document: this item of the input.
    OtherDocumentCited(u32),
    /// Amount differs by so many minor units (payment − expected).
    AmountOff(i64),
    /// The item was settled before: by this payment of the input, or before the run.
    AlreadySettled(Option<u32>),
    /// The payer is somebody else.
    OtherPayer,
    /// So many days outside what is usual.
    DateOutside(i32),
    /// Another currency.
    Currency,
    /// The wrong sign.
    Sign,
    /// Part of a group of items that explains the payment better.
    PartOfBetterGroup,
    /// So close to its rival that nobody can tell: the margin between them.
    RivalTooClose(Weight),
    /// A rule of the policy objects.
    Rule,
    /// Too weak on its own: the probability is below what is needed.
    BelowLevel(Probability),
    /// A limit ended the search before it was examined.
    NotExamined,
}

impl Obstacle {
    /// The word in files; figures follow in parentheses where the report can name them.
    pub fn word(self) -> &'static str {
        match self {
            Self::OtherDocumentCited(_) => "other_document_cited",
            Self::AmountOff(_) => "amount_off",
            Self::AlreadySettled(_) => "already_settled",
            Self::OtherPayer => "other_payer",
            Self::DateOutside(_) => "date_outside",
            Self::Currency => "currency",
            Self::Sign => "sign",
            Self::PartOfBetterGroup => "part_of_better_group",
            Self::RivalTooClose(_) => "rival_too_close",
            Self::Rule => "rule",
            Self::BelowLevel(_) => "below_level",
            Self::NotExamined => "not_examined",
        }
    }
}

/// One equation, weighed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hypothesis {
    /// Which generator proposed it.
    pub kind: HypothesisKind,
    /// Whose items: index into the payers of the [`Reconciliation`](super::Reconciliation).
    pub payer: Option<u32>,
    /// What it takes off which item, in the order of items.
    pub applications: Vec<Application>,
    /// Typed differences.
    pub differences: Vec<Difference>,
    /// What speaks for and against it; the weights add up to [`Hypothesis::weight`].
    pub terms: Vec<Term>,
    /// Sum of the terms.
    pub weight: Weight,
    /// Probability within its component: competition and ties are in it.
    pub probability: Probability,
    /// Flags that it would put on the payment.
    pub flags: Flags,
    /// Why it was not applied automatically; none for what was applied.
    pub obstacle: Option<Obstacle>,
}

impl Hypothesis {
    /// An hypothesis of which only the kind is known: it takes nothing off anything and is not weighed yet.
    pub fn unweighed(kind: HypothesisKind) -> Self {
        Self {
            kind,
            payer: None,
            applications: Vec::new(),
            differences: Vec::new(),
            terms: Vec::new(),
            weight: Weight(0),
            probability: Probability(0),
            flags: Flags::NONE,
            obstacle: None,
        }
    }

    /// Whether payment = Σ applied + Σ factor × difference, to the minor unit.
    pub fn equation_holds(&self, payment_minor: i64) -> bool {
        let applied: i128 = self.applications.iter().map(|a| i128::from(a.applied)).sum();
        let differences: i128 =
            self.differences.iter().map(|d| i128::from(d.kind.factor()) * i128::from(d.minor)).sum();
        applied + differences == i128::from(payment_minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_round_down_and_never_claim_certainty() {
        assert_eq!(Probability::from_fraction(1.0).to_string(), "0.999999");
        assert_eq!(Probability::from_fraction(0.5).to_string(), "0.500000");
        assert_eq!(Probability::from_fraction(0.9996).to_string(), "0.999600");
        assert_eq!(Probability::from_fraction(f64::NAN).to_string(), "0.000000");
    }

    #[test]
    fn weights_print_with_sign_and_add_up() {
        let terms = [Weight::from_bits(13.6), Weight::from_bits(-3.4004)];
        assert_eq!(terms[0].to_string(), "+13.600");
        assert_eq!(terms[1].to_string(), "-3.400");
        assert_eq!(terms.into_iter().sum::<Weight>(), Weight(10_200));
        for bits in [0.0, 0.0005, -0.0005, 0.000_499_999, 2.0, -7.1235, 1e9, -1e9, f64::INFINITY, f64::NEG_INFINITY] {
            let rounded = (bits * 1000.0).round().clamp(-1e6, 1e6) as i32;
            assert_eq!(Weight::from_bits(bits), Weight(rounded), "{bits}");
        }
        assert_eq!(Weight::from_bits(f64::NAN), Weight(0));
    }
}
