//! What a book remembers: operations, the decisions that they made, periods, and where every payment stands.
//!
//! A *book* is the memory of a company's receivables from month to month. Nothing in it is ever overwritten: a decision belongs to an
//! operation of the log, and what undoes it is an operation, too (domain rule: evidence is append-only, corrected by counter-entries).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Bucket, Check, Currency, Difference, Money, OpenItem, Payment, Probability, Proof, Reason};

/// Who made a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The matcher, in a run.
    Engine,
    /// A `[[rule]]` of the configuration, in a run.
    Rule,
    /// A person.
    Person,
}

impl Author {
    /// Every author, in the order of the reports.
    pub const ALL: [Self; 3] = [Self::Engine, Self::Rule, Self::Person];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Rule => "rule",
            Self::Person => "person",
        }
    }

    /// Reads a word that [`Author::word`] wrote.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.word() == word)
    }
}

/// What was decided about a payment or an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Payment: its equation. It takes from items, settles differences, puts money on account.
    Apply,
    /// Payment: no customer's money, or money with a known home; [`Decision::account`] says where it goes.
    Outside,
    /// Payment: an earlier receipt comes back; its items are open again.
    Return,
    /// Payment or item: set aside until a day, with a reason. It stays open.
    Hold,
    /// Payment: what was proposed is refused; nothing else is decided.
    Reject,
    /// Item: settled without a payment of the book (paid elsewhere, cancelled, written off); `applied` is what was open.
    Settle,
}

impl DecisionKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Apply, Self::Outside, Self::Return, Self::Hold, Self::Reject, Self::Settle];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Outside => "outside",
            Self::Return => "return",
            Self::Hold => "hold",
            Self::Reject => "reject",
            Self::Settle => "settle",
        }
    }

    /// Reads a word that [`DecisionKind::word`] wrote.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }

    /// Whether the payment or item is decided by it: a hold and a refusal leave it open.
    pub fn settles(self) -> bool {
        !matches!(self, Self::Hold | Self::Reject)
    }
}

/// What a decision takes off one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The item's identifier.
    pub item: Box<str>,
    /// Minor units, with the item's sign; of a return, with the opposite one.
    pub minor: i64,
    /// Whether the accounting ledger has booked it: the list of items has taken it off since.
    pub taken_over: bool,
}

/// A decision about one payment or one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Number of the operation that made it.
    pub op: u64,
    /// The payment's identifier; empty where it is about an item.
    pub payment: Box<str>,
    /// The item's identifier, where it is about an item and not about a payment.
    pub item: Box<str>,
    /// What was decided.
    pub kind: DecisionKind,
    /// Who decided.
    pub author: Author,
    /// The person's name, the rule's identifier, or the run's.
    pub by: Box<str>,
    /// When: `2026-07-02T08:51:07Z`.
    pub at: Box<str>,
    /// The run that proposed or decided it; empty without one.
    pub run: Box<str>,
    /// Why, in the words of who decided.
    pub why: Box<str>,
    /// What it takes off which item.
    pub applications: Vec<Applied>,
    /// Typed differences.
    pub differences: Vec<Difference>,
    /// Ledger account that the money, or the difference, goes to; empty where the defaults of the ledger hold.
    pub account: Box<str>,
    /// Short reason: `bank-fee`, `small-difference`, the reason of a rule.
    pub reason: Box<str>,
    /// The receipt that a return takes back: its payment identifier.
    pub returns: Box<str>,
    /// Until when it is held.
    pub until: Option<NaiveDate>,
    /// Probability that the matcher gave to this equation; none where a person wrote it.
    pub probability: Option<Probability>,
}

/// Where a payment stands in a book; every payment is in exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Decided: an equation, or a return.
    Matched,
    /// Decided by a rule: no receipt, or money with a known home.
    ByRule,
    /// Decided as no customer's money, by the matcher or by a person: not in the receivables.
    Outside,
    /// Open, with a proposal.
    Review,
    /// Open, without a proposal.
    Unmatched,
    /// Open, and set aside by a person until a day.
    Held,
    /// Open, and not looked at by any run yet.
    New,
}

impl Standing {
    /// Every standing, in the order of the reports.
    pub const ALL: [Self; 7] =
        [Self::Matched, Self::ByRule, Self::Outside, Self::Review, Self::Unmatched, Self::Held, Self::New];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::ByRule => "by_rule",
            Self::Outside => "outside",
            Self::Review => "review",
            Self::Unmatched => "unmatched",
            Self::Held => "held",
            Self::New => "new",
        }
    }

    /// Whether somebody or something decided.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Matched | Self::ByRule | Self::Outside)
    }
}

/// What the last run that looked at a payment said of it, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Identifier of the run.
    pub run: Box<str>,
    /// Its bucket.
    pub bucket: Bucket,
    /// Primary reason.
    pub reason: Option<Reason>,
    /// Flags, separated by `|`.
    pub flags: Box<str>,
    /// Probability of the first hypothesis, or that no loaded item is meant.
    pub probability: Probability,
    /// Weight of the first hypothesis in thousandths of a bit.
    pub weight: i32,
    /// Item identifiers of the first hypothesis; of the nearest candidate where nothing is proposed.
    pub nearest: Vec<Box<str>>,
    /// What the first hypothesis takes off these items; empty where nothing is proposed.
    pub applications: Vec<Applied>,
    /// Its differences.
    pub differences: Vec<Difference>,
    /// The named obstacle of the nearest candidate; empty without one.
    pub obstacle: Box<str>,
    /// Whether the search was complete.
    pub complete: bool,
}

/// A payment of a book, with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookPayment {
    /// The payment; `place.file` counts in the files of the book.
    pub payment: Payment,
    /// Where it stands.
    pub standing: Standing,
    /// The standing decision: also a hold or a refusal.
    pub decision: Option<Decision>,
    /// What the last run said; none for what no run has looked at.
    pub proposal: Option<Proposal>,
    /// Notes of people, oldest first.
    pub notes: Vec<BookNote>,
}

/// An item of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookItem {
    /// The item; its `open_minor` is what is open in the book now.
    pub item: OpenItem,
    /// What the last list says is open, in minor units.
    pub listed_minor: i64,
    /// The day of the last list that has it: when the list was extracted, as far as it is known.
    pub listed_at: Option<NaiveDate>,
    /// It was in an earlier list and is in none since: the path of the list that does not have it any more. Empty: it is listed.
    pub missing_from: Box<str>,
    /// A decision about the item itself: settled without a payment, or held.
    pub decision: Option<Decision>,
    /// Notes of people, oldest first.
    pub notes: Vec<BookNote>,
}

/// What a person noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookNote {
    /// Number of the operation.
    pub op: u64,
    /// Who.
    pub who: Box<str>,
    /// When.
    pub at: Box<str>,
    /// The note.
    pub text: Box<str>,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its number, from 1 without a gap.
    pub seq: u64,
    /// When: `2026-07-02T08:51:07Z`.
    pub at: Box<str>,
    /// Who.
    pub who: Box<str>,
    /// What: `import`, `run`, `accept`, `reject`, `settle`, `split`, `hold`, `note`, `undo`, `close`, `reopen`, …
    pub kind: Box<str>,
    /// In one line: `31 payments`, `L0412 ↔ 2026-0412`.
    pub summary: Box<str>,
    /// Why, in the words of who did it.
    pub why: Box<str>,
    /// The run that it belongs to or refers to; empty without one.
    pub run: Box<str>,
    /// SHA-256 of the configuration (with its rules) that held; empty where it plays no part.
    pub rules: Box<str>,
    /// The operation that undid it, as far as one did.
    pub undone_by: Option<u64>,
    /// BLAKE3 of the entry with that of the one before, in hexadecimal.
    pub hash: Box<str>,
}

/// A month: `2026-06`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Year.
    pub year: i32,
    /// Month, from 1.
    pub month: u32,
}

impl Month {
    /// Reads `2026-06`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |t: &str, n| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let month = Self { year: year.parse().ok()?, month: month.parse().ok()? };
        (1..=12).contains(&month.month).then_some(month)
    }

    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        use chrono::Datelike as _;
        Self { year: day.year(), month: day.month() }
    }

    /// Its first day.
    pub fn first(self) -> NaiveDate {
        // Invariant: the month is one of twelve, and years of four digits are in the calendar.
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default()
    }

    /// Its last day.
    pub fn last(self) -> NaiveDate {
        self.next().first().pred_opt().unwrap_or_default()
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        if self.month == 12 { Self { year: self.year + 1, month: 1 } } else { Self { month: self.month + 1, ..self } }
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        if self.month == 1 { Self { year: self.year - 1, month: 12 } } else { Self { month: self.month - 1, ..self } }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A closed month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Which month.
    pub month: Month,
    /// The operation that closed it.
    pub op: u64,
    /// BLAKE3 over its sealed lines, in hexadecimal.
    pub seal: Box<str>,
}

/// One line of a seal, or of what the book holds now: a fact with a name, so that a later change is named and not only noticed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SealLine {
    /// What it is of: `statement`, `payment`, `item`, `ledger`.
    pub kind: Box<str>,
    /// Its name within the kind.
    pub key: Box<str>,
    /// What is sealed of it, in words and figures.
    pub text: Box<str>,
}

/// What one account and currency holds of payments in one standing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Number of payments.
    pub count: u64,
    /// Sum of what came in, in minor units.
    pub credit: i128,
    /// Sum of what went out: zero or negative.
    pub debit: i128,
}

impl Sum {
    /// With one more.
    pub fn add(&mut self, minor: i64) {
        self.count += 1;
        if minor < 0 {
            self.debit += i128::from(minor);
        } else {
            self.credit += i128::from(minor);
        }
    }
}

/// How much of an account stands where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStatus {
    /// Bank account.
    pub account: Box<str>,
    /// Currency.
    pub currency: Currency,
    /// One sum for each of [`Standing::ALL`].
    pub sums: [Sum; 7],
    /// Closing balance of its last statement within the period.
    pub closing: Option<(NaiveDate, Money)>,
    /// Whether what its statements claim holds.
    pub checks: Vec<Check>,
    /// Proofs of this account and currency.
    pub proofs: Vec<Proof>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_read_write_and_follow_each_other() {
        let december = Month::parse("2026-12").unwrap();
        assert_eq!(december.to_string(), "2026-12");
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.next().previous(), december);
        assert_eq!(december.last().to_string(), "2026-12-31");
        assert_eq!(Month::of(december.first()), december);
        for wrong in ["2026", "2026-13", "2026-00", "26-06", "2026-6", "2026-06-01", "+026-06"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn words_read_back() {
        assert!(Author::ALL.into_iter().all(|a| Author::parse(a.word()) == Some(a)));
        assert!(DecisionKind::ALL.into_iter().all(|k| DecisionKind::parse(k.word()) == Some(k)));
    }
}
