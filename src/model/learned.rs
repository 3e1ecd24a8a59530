//! What decisions teach about payers: facts, each with the decisions that it comes from.
//!
//! A fact is no row of its own: it follows from the decisions that stand. What a person says of it (forget it, recall it) is an
//! operation of the log.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Author, Currency};

/// What a fact says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Money from an account is one customer's.
    Iban,
    /// Money under a name is one customer's.
    Name,
    /// Somebody pays for others: a customer for another one, or an account or a name for several.
    ThirdParty,
    /// A customer's payments arrive short by an amount.
    Fee,
}

impl FactKind {
    /// Every kind, in the order of the listing.
    pub const ALL: [Self; 4] = [Self::Iban, Self::Name, Self::ThirdParty, Self::Fee];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Iban => "iban",
            Self::Name => "name",
            Self::ThirdParty => "third_party",
            Self::Fee => "fee",
        }
    }
}

/// What [`FactKey::key`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactBy {
    /// An account, as letters and digits.
    Account,
    /// A name, as folded words with a blank between.
    Name,
    /// A customer's number.
    Customer,
    /// An amount with its currency: `15.00 EUR`.
    Fee,
}

impl FactBy {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Name => "name",
            Self::Customer => "customer",
            Self::Fee => "fee",
        }
    }
}

/// What makes a fact the same fact: whether it is an alias or a third party may change with a further decision, this does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FactKey {
    /// What the key is.
    pub by: FactBy,
    /// Account, name, customer number or fee.
    pub key: Box<str>,
    /// The customer that it is about: his number, or for items without one the name that they carry.
    pub customer: Box<str>,
}

/// A decision that a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FactSource {
    /// Booking date of the payment.
    pub day: NaiveDate,
    /// Identifier of the payment.
    pub payment: Box<str>,
    /// Number of the operation that decided it.
    pub op: u64,
    /// Who decided.
    pub author: Author,
    /// The person's name, or the identifier of the rule or the run.
    pub by: Box<str>,
}

/// Where a fact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactState {
    /// A person has decided so: a run takes it for master data.
    Confirmed,
    /// A person has decided so, and something speaks against using it; [`Fact::why`] says what.
    Doubtful,
    /// Only the matcher itself has decided so: it hints, and is no master data.
    Seen,
    /// A person said to forget it: no run knows it.
    Forgotten,
}

impl FactState {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Doubtful => "doubtful",
            Self::Seen => "seen",
            Self::Forgotten => "forgotten",
        }
    }
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Twelve hexadecimal digits of a hash over the key.
    pub id: Box<str>,
    /// What it says.
    pub kind: FactKind,
    /// What makes it this fact.
    #[serde(flatten)]
    pub key: FactKey,
    /// The customer's name, as far as it is known.
    pub customer_name: Box<str>,
    /// The account, name or number as it was written; of a customer who pays for another, his name.
    pub shown: Box<str>,
    /// Where it stands.
    pub state: FactState,
    /// Why it is not used, or empty.
    pub why: Box<str>,
    /// The decisions that it comes from, by day.
    pub sources: Vec<FactSource>,
    /// Other customers for whom the same account or name paid, and how often.
    pub against: Vec<(Box<str>, u32)>,
}

impl Fact {
    /// Whether a run takes it for master data.
    pub fn in_use(&self) -> bool {
        self.state == FactState::Confirmed
    }

    /// Decisions of people among its sources.
    pub fn confirmed_by(&self) -> impl Iterator<Item = &FactSource> {
        self.sources.iter().filter(|s| s.author == Author::Person)
    }

    /// The first and the last day on which it was so; `None` where no decision teaches it any more.
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        Some((self.sources.first()?.day, self.sources.last()?.day))
    }
}

/// A fact that bears on what a run said of a payment, as it is kept with that run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactUse {
    /// The fact's identifier.
    pub id: Box<str>,
    /// What it says.
    pub kind: FactKind,
    /// What makes it this fact.
    pub key: FactKey,
    /// The last decisions of people that it came from then, at most [`FactUse::SOURCES`].
    pub sources: Vec<FactSource>,
    /// How many decisions there were.
    pub count: u64,
}

impl FactUse {
    /// Decisions that are kept with a run, for each fact and payment.
    pub const SOURCES: usize = 3;

    /// A fact as it is kept.
    pub fn of(fact: &Fact) -> Self {
        let confirmed: Vec<&FactSource> = fact.confirmed_by().collect();
        let last = confirmed.len().saturating_sub(Self::SOURCES);
        Self {
            id: fact.id.clone(),
            kind: fact.kind,
            key: fact.key.clone(),
            sources: confirmed[last..].iter().map(|s| (*s).clone()).collect(),
            count: fact.sources.len() as u64,
        }
    }
}

/// A decided receipt, as it teaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teaching {
    /// The decision.
    pub source: FactSource,
    /// The payer's account, as the bank writes it.
    pub account: Box<str>,
    /// The payer's name, as the bank writes it.
    pub name: Box<str>,
    /// The customers whose items it pays: indices into [`Teachings::customers`], rising.
    pub customers: Vec<u32>,
}

/// A fee that was withheld from a customer's payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaughtFee {
    /// The decision that called it a fee: about the payment, or about what it left open of an item.
    pub source: FactSource,
    /// The customer: index into [`Teachings::customers`].
    pub customer: u32,
    /// Minor units, positive.
    pub minor: i64,
    /// The payment's currency.
    pub currency: Currency,
}

/// A customer, as the items tell of him.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaughtCustomer {
    /// Number, or for items without one the name that they carry.
    pub id: Box<str>,
    /// Names that items carry, sorted.
    pub names: Vec<Box<str>>,
    /// Accounts that items carry, sorted.
    pub ibans: Vec<Box<str>>,
}

/// Everything that a book teaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Teachings {
    /// Decided receipts, in any order.
    pub receipts: Vec<Teaching>,
    /// Fees, in any order.
    pub fees: Vec<TaughtFee>,
    /// Every customer whose items the book has.
    pub customers: Vec<TaughtCustomer>,
    /// What people said to forget, sorted.
    pub forgotten: Vec<FactKey>,
}
