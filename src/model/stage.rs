//! What one stage of the matcher hands to the next: facts of items and payments, folded and indexed.
//!
//! Items and payments are numbered here in *canonical order* (items by identifier, payments by booking date and identifier),
//! so that no result depends on the order of the input.

use serde::{Deserialize, Serialize};

use super::{
    Application, Currency, Difference, Few, Flags, Hypothesis, HypothesisKind, Owed, Probability, Term, Weight,
};

/// Stands for "no class" in [`ItemFacts::class`] and [`Draft::class`].
pub const NO_CLASS: u32 = u32::MAX;

/// Stands for "no customer" in [`ItemFacts::customer`].
pub const NO_CUSTOMER: u32 = u32::MAX;

/// Stands for "settled before the run" in [`Draft::after`].
pub const BEFORE_THE_RUN: u32 = u32::MAX;

/// Items of anybody that are looked at when the amount is all there is.
pub const OF_ANYBODY: usize = 6;

/// Share of payers whom nobody knows, as the probabilities of a [`PayerView`] suppose before anything is seen.
pub const UNKNOWN_PRIOR: f64 = 0.1;

/// Days since the common epoch of `chrono` (1 January of year 1).
pub type Day = i32;

/// What the matcher knows of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemFacts {
    /// Customer: index into the run's payers; [`NO_CUSTOMER`] where the list names none.
    pub customer: u32,
    /// Currency.
    pub currency: Currency,
    /// Open amount in minor units, signed; 0 is settled.
    pub open: i64,
    /// Whole amount in minor units, signed.
    pub amount: i64,
    /// Day of the document.
    pub issue: Option<Day>,
    /// Day on which it is due.
    pub due: Option<Day>,
    /// Cash discount: the last day, and what it takes off.
    pub discount: Option<(Day, i64)>,
    /// Payment terms, as a hash of their folded text: items of other terms are not interchangeable.
    pub terms: u64,
    /// Interchangeable class, or [`NO_CLASS`].
    pub class: u32,
    /// The receipt (in canonical order) that settled it by a decision that stands, the last if there were several, and its day.
    pub settled_by: Option<(u32, Day)>,
}

impl ItemFacts {
    /// The customer, where the list names one.
    pub fn owner(&self) -> Option<u32> {
        (self.customer != NO_CUSTOMER).then_some(self.customer)
    }
}

/// How an item is cited, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum CiteClass {
    /// By a reference that came in a structured field.
    Structured,
    /// By its whole number or payment reference.
    Whole,
    /// By the number without prefix, year or leading zeros.
    Core,
    /// By the customer's order number.
    Order,
    /// By last digits.
    Tail,
    /// By a number with one typing error, or one that was cut.
    Near,
}

/// An item that a payment's text cites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cite {
    /// The item.
    pub item: u32,
    /// How.
    pub class: CiteClass,
    /// Digits of the key that was found.
    pub digits: u8,
    /// How many items share that key.
    pub sharing: u32,
    /// Number of the place in the text: cites of one place exclude one another.
    pub place: u32,
}

/// How a payer was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PayerMark {
    /// By account and name: one fact seen twice.
    IbanAndName,
    /// By account.
    Iban,
    /// By earlier receipts of the run, from the same account or under the same name, that cited this customer's items.
    Before,
    /// By name.
    Name,
    /// By the text, which gives the customer's number, or names it as the one that is paid for.
    Text,
}

/// A customer that the payer may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PayerCandidate {
    /// The customer.
    pub customer: u32,
    /// By what.
    pub mark: PayerMark,
    /// Likeness of the names, 0 to 1; 1 when recognised by account.
    pub likeness: f64,
    /// Probability that it is this one, among the candidates and nobody known.
    pub probability: f64,
}

/// Who may have paid, likeliest first. Empty: nobody known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PayerView {
    /// Candidates.
    pub candidates: Vec<PayerCandidate>,
}

impl PayerView {
    /// The payer, when one is clearly likelier than all others together.
    pub fn identified(&self) -> Option<PayerCandidate> {
        self.candidates.first().copied().filter(|c| c.probability >= 0.9)
    }

    /// Probability that the payer is anybody whom the ledger knows.
    pub fn recognised(&self) -> f64 {
        self.candidates.iter().map(|c| c.probability).sum::<f64>().min(1.0)
    }

    /// Whether the payer is almost certainly one whom the ledger knows, though perhaps not which one.
    pub fn is_known(&self) -> bool {
        self.recognised() >= 0.9
    }

    /// Whether the payer is rather nobody whom the ledger knows.
    pub fn is_unknown(&self) -> bool {
        self.recognised() < 0.5
    }

    /// The candidate that is this customer.
    pub fn candidate(&self, customer: u32) -> Option<&PayerCandidate> {
        self.candidates.iter().find(|c| c.customer == customer)
    }
}

/// What a date in a text is the date of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateRole {
    /// The text does not say.
    Any,
    /// The day of the document.
    Issue,
    /// The day on which it is due.
    Due,
}

/// A day or a period that a payment's text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedPeriod {
    /// The first day.
    pub from: Day,
    /// The last day; the same where a day is named.
    pub to: Day,
    /// What it is the date of.
    pub role: DateRole,
}

impl NamedPeriod {
    /// Whether it is one day.
    pub fn is_day(&self) -> bool {
        self.from == self.to
    }

    /// Whether the document was issued then, and the text does not mean another date.
    pub fn has_issue(&self, item: &ItemFacts) -> bool {
        self.role != DateRole::Due && item.issue.is_some_and(|day| (self.from..=self.to).contains(&day))
    }

    /// Whether the document is due then, and the text does not mean another date.
    pub fn has_due(&self, item: &ItemFacts) -> bool {
        self.role != DateRole::Issue && item.due.is_some_and(|day| (self.from..=self.to).contains(&day))
    }

    /// Whether it may be a date of the document.
    pub fn fits(&self, item: &ItemFacts) -> bool {
        self.has_issue(item) || self.has_due(item)
    }
}

/// What the matcher knows of a receipt before it proposes anything.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiptFacts {
    /// The payment, in canonical order.
    pub payment: u32,
    /// Currency.
    pub currency: Currency,
    /// Amount in minor units.
    pub amount: i64,
    /// Value date, or booking date.
    pub day: Day,
    /// What it cites, in the order of the text.
    pub cites: Vec<Cite>,
    /// Who may have paid.
    pub payer: PayerView,
    /// Open items with exactly this amount, those of likely payers first; of strangers a few where nothing tells them apart. Capped.
    pub equal: Vec<u32>,
    /// How many open items have exactly this amount and currency.
    pub equal_count: u32,
    /// Settled items of a candidate payer with exactly this amount, capped.
    pub settled_equal: Vec<u32>,
    /// How many open credit notes the customers have whose items are cited, and the likeliest payer; capped.
    pub credit_notes: u32,
    /// The text is as long as a bank lets it be: what else was cited may have been cut off.
    pub cut_off: bool,
    /// Days and periods that the text names, in its order.
    pub named: Vec<NamedPeriod>,
    /// Set when this receipt and others that cite the same item add up to it.
    pub instalment: Option<Instalment>,
    /// Whether a bound on the work cut the search for what it cites.
    pub capped: bool,
    /// Equations that a person refused for it.
    pub refused: Box<[Refusal]>,
    /// A person has said no to an automatic decision about it: it is proposed at best.
    pub only_propose: bool,
}

impl ReceiptFacts {
    /// Whether a person refused to pay these items, each named once, with it.
    pub fn refuses(&self, items: &[u32]) -> bool {
        self.refused.iter().any(|refusal| refusal.means(items.iter().copied(), true))
    }

    /// Whether a person refused an equation. A repeat takes nothing off its item.
    pub fn refuses_equation(&self, applications: &[Application]) -> bool {
        let takes = applications.iter().any(|a| a.applied != 0);
        self.refused.iter().any(|refusal| refusal.means(applications.iter().map(|a| a.item), takes))
    }
}

/// An equation that a person refused for a payment. Amounts do not matter, but a repeat, which takes nothing off its item, is not
/// the same as a payment of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its items, sorted.
    items: Box<[u32]>,
    /// Whether it takes something off them.
    takes: bool,
}

impl Refusal {
    /// The equation that applies this; items in canonical order.
    pub fn of(applications: &[Application]) -> Self {
        let mut items: Vec<u32> = applications.iter().map(|a| a.item).collect();
        items.sort_unstable();
        items.dedup();
        Self { items: items.into(), takes: applications.iter().any(|a| a.applied != 0) }
    }

    /// Whether an equation that takes something off these items, or repeats them, is the refused one.
    pub fn means(&self, items: impl ExactSizeIterator<Item = u32> + Clone, takes: bool) -> bool {
        self.takes == takes && self.items.len() == items.len() && items.clone().all(|n| self.items.contains(&n))
    }
}

/// Several receipts that cite one item and add up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instalment {
    /// The item.
    pub item: u32,
    /// How many receipts.
    pub receipts: u32,
    /// What they leave open together, in minor units: nothing, or a small deduction.
    pub rest: i64,
}

/// An hypothesis on its way, with what the assignment needs besides. All drafts of all receipts are held until the joint choice is
/// made, so it is small: what speaks for it is told again of those that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Which generator proposed it.
    pub kind: HypothesisKind,
    /// What it takes off which item, in the order of items; items in canonical order.
    pub applications: Few<Application>,
    /// What is left of the equation. No generator proposes more than one difference.
    pub difference: Option<Difference>,
    /// Flags that it would put on the payment.
    pub flags: Flags,
    /// Sum of its terms.
    pub weight: Weight,
    /// Set when any member of an interchangeable class will do.
    pub class: u32,
    /// What the set of items is among those that its customers owe.
    pub pattern: Pattern,
    /// For an unlisted equation that would use cited items besides others: the position of the draft that settles those.
    pub holds: Option<u32>,
    /// For a duplicate: the item that must have been settled by an earlier payment of this run; [`BEFORE_THE_RUN`] where the
    /// list says that it was settled before.
    pub after: u32,
}

impl Draft {
    /// A draft of which only the kind is known: it takes nothing off anything and is not weighed yet.
    pub fn unweighed(kind: HypothesisKind) -> Self {
        Self {
            kind,
            applications: Few::default(),
            difference: None,
            flags: Flags::NONE,
            weight: Weight(0),
            class: NO_CLASS,
            pattern: Pattern::Any,
            holds: None,
            after: BEFORE_THE_RUN,
        }
    }

    /// The draft as people see it, with its terms.
    pub fn hypothesis(&self, payer: Option<u32>, terms: Vec<Term>, probability: Probability) -> Hypothesis {
        Hypothesis {
            kind: self.kind,
            payer,
            applications: self.applications.to_vec(),
            differences: self.difference.into_iter().collect(),
            terms,
            weight: self.weight,
            probability,
            flags: self.flags,
            obstacle: None,
        }
    }
}

/// What a set of items is among all that its customers owe: people pay what is due, or a month, more often than any other set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pattern {
    /// One of all sets of its size.
    #[default]
    Any,
    /// Everything that was issued by then.
    AllOpen,
    /// Everything that was due by then, or a few days later.
    AllDue,
    /// The oldest, one after the other.
    Oldest,
    /// Neighbours in the order of their due dates, or of their documents' dates: a month, a delivery.
    Run,
    /// Everything of a period that the text names.
    Named,
}

impl Pattern {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::AllOpen => "all_open",
            Self::AllDue => "all_due",
            Self::Oldest => "oldest",
            Self::Run => "run",
            Self::Named => "named",
        }
    }
}

/// How far the sets of a payer's items were searched for the amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Searched {
    /// Not, or in part only.
    #[default]
    Little,
    /// Every single item, pair and triple.
    SmallSets,
    /// Every set.
    AllSets,
}

/// Fees are mostly round: whole halves of a unit of the currency, in minor units.
pub const ROUND_STEP: i64 = 50;

/// How an amount compares with the sum of the items it would settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fit {
    /// To the minor unit.
    Equal,
    /// Short by the cash discount whose terms are known.
    Discount {
        /// What it takes off.
        off: i64,
        /// Taken on or before its last day.
        in_time: bool,
    },
    /// Short by a whole percentage that looks like a discount, without known terms.
    LooksLikeDiscount {
        /// What is missing.
        short: i64,
    },
    /// Short by what looks like a bank fee.
    Fee {
        /// What is missing.
        short: i64,
    },
    /// Part of it.
    Part {
        /// What is missing.
        short: i64,
    },
    /// More than is open.
    Over {
        /// What is too much.
        surplus: i64,
    },
}

/// The ledger as the stages see it.
#[derive(Clone, Copy, Debug)]
pub struct LedgerFacts<'a> {
    /// Items in canonical order.
    pub items: &'a [ItemFacts],
    /// For each customer, the customers whose items he may pay besides his own: group members, known third parties. Sorted.
    pub pays_for: &'a [Vec<u32>],
    /// For each customer, the fee that is usually withheld from his transfers, in minor units of the ledger's main currency; 0: none.
    pub usual_fee: &'a [i64],
    /// Interchangeable classes: their members, in canonical order.
    pub classes: &'a [Vec<u32>],
    /// For each item, how many receipts of its amount cite it by more than last digits.
    pub citing: &'a [u32],
    /// What each customer owes.
    pub owed: &'a Owed,
}

impl LedgerFacts<'_> {
    /// The facts of an item.
    pub fn item(&self, item: u32) -> &ItemFacts {
        &self.items[item as usize]
    }

    /// Whether a payer belongs to a customer's group or is known to pay for it.
    pub fn may_pay_for(&self, payer: u32, customer: u32) -> bool {
        self.pays_for.get(payer as usize).is_some_and(|others| others.binary_search(&customer).is_ok())
    }
}

/// A booked transaction as the search for returns sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovementFacts {
    /// The payment, in canonical order.
    pub payment: u32,
    /// Currency.
    pub currency: Currency,
    /// Signed amount in minor units.
    pub amount: i64,
    /// Booking day.
    pub day: Day,
    /// The bank says that it is a return or a reversal.
    pub marked: bool,
    /// Its words speak of a return.
    pub worded: bool,
    /// Account of the other side, canonical.
    pub iban: Box<str>,
    /// Name of the other side, folded.
    pub name: Box<str>,
    /// The payer's own reference.
    pub end_to_end_id: Box<str>,
    /// The bank's reference.
    pub bank_reference: Box<str>,
    /// Items cited by their whole number or a structured reference.
    pub cited: Vec<u32>,
    /// Text of a debit, folded; of receipts it does not matter.
    pub text: Box<str>,
}

/// A debit that returns an earlier receipt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReturnLink {
    /// The receipt, in canonical order.
    pub receipt: u32,
    /// What was taken beyond the receipt: the fee of the return.
    pub fee: i64,
    /// Probability that it is this one.
    pub probability: f64,
}
