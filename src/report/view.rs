//! What several reports need of a run: its order, its sums, and names for candidates and obstacles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Run;
use crate::model::money::write_minor;
use crate::model::{
    Bucket, Currency, DifferenceKind, Flag, Hypothesis, HypothesisKind, ItemOutcome, Obstacle, OpenItem, Payment,
    Reason, Search, Verdict,
};

/// A number of payments and their money, by direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub count: u64,
    /// Sum of the positive amounts.
    pub credit: i128,
    /// Sum of the negative amounts: zero or negative.
    pub debit: i128,
}

impl Tally {
    fn add(&mut self, minor: i64) {
        self.count += 1;
        if minor < 0 {
            self.debit += i128::from(minor);
        } else {
            self.credit += i128::from(minor);
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { count: self.count + other.count, credit: self.credit + other.credit, debit: self.debit + other.debit }
    }

    pub(super) fn net(self) -> i128 {
        self.credit + self.debit
    }

    /// Money moved, whatever its direction.
    pub(super) fn gross(self) -> i128 {
        self.credit - self.debit
    }
}

/// The buckets of one account in one currency, in the order of [`Bucket::ALL`].
pub(super) type Buckets = [Tally; 4];

/// A run with its order and its sums, computed once.
pub(super) struct View<'a> {
    pub run: &'a Run<'a>,
    /// Payments by booking date, then identifier.
    order: Vec<u32>,
    /// By account and currency.
    pub accounts: BTreeMap<(&'a str, Currency), Buckets>,
    /// By currency.
    pub currencies: BTreeMap<Currency, Buckets>,
    /// Review and unmatched, by reason and currency; and what is not receivable.
    pub reasons: BTreeMap<(Bucket, Option<Reason>, Currency), Tally>,
    /// Payments with each flag, in the order of [`Flag::ALL`].
    pub flags: [u64; 16],
    /// Automatic decisions on the amount alone: must be none.
    pub amount_alone: u64,
    /// Payments whose search was complete, and stopped.
    pub searches: [u64; 2],
}

impl<'a> View<'a> {
    pub(super) fn new(run: &'a Run<'a>) -> Self {
        let decided = run.payments.len().min(run.reconciliation.verdicts.len());
        let mut order: Vec<u32> = (0..u32::try_from(decided).unwrap_or(u32::MAX)).collect();
        order.sort_unstable_by_key(|&n| {
            let payment = &run.payments[n as usize];
            (payment.booking_date, &*payment.id, n)
        });
        let mut view = Self {
            run,
            order,
            accounts: BTreeMap::new(),
            currencies: BTreeMap::new(),
            reasons: BTreeMap::new(),
            flags: [0; 16],
            amount_alone: 0,
            searches: [0; 2],
        };
        view.add_up();
        view
    }

    fn add_up(&mut self) {
        for (payment, verdict) in self.run.payments.iter().zip(&self.run.reconciliation.verdicts) {
            let (minor, currency) = (payment.amount.minor, payment.amount.currency);
            let bucket = position(verdict.bucket);
            self.accounts.entry((&*payment.account, currency)).or_default()[bucket].add(minor);
            self.currencies.entry(currency).or_default()[bucket].add(minor);
            if verdict.bucket != Bucket::Auto {
                self.reasons.entry((verdict.bucket, verdict.reason, currency)).or_default().add(minor);
            }
            for (n, flag) in Flag::ALL.into_iter().enumerate() {
                self.flags[n] += u64::from(verdict.flags.has(flag));
            }
            let alone = verdict.chosen.as_ref().is_some_and(|h| h.kind == HypothesisKind::AmountOnly)
                || verdict.flags.has(Flag::AmountOnly);
            self.amount_alone += u64::from(verdict.bucket == Bucket::Auto && alone);
            self.searches[usize::from(verdict.search == Search::Stopped)] += 1;
        }
    }

    /// Payments with their verdicts, in the order of the reports.
    pub(super) fn decided(&self) -> impl Iterator<Item = (usize, &'a Payment, &'a Verdict)> + '_ {
        let run = self.run;
        // Invariant: the order holds positions of both lists only.
        self.order
            .iter()
            .map(move |&n| (n as usize, &run.payments[n as usize], &run.reconciliation.verdicts[n as usize]))
    }

    /// Payments of review and unmatched, in the same order.
    pub(super) fn to_look_at(&self) -> impl Iterator<Item = (usize, &'a Payment, &'a Verdict)> + '_ {
        self.decided().filter(|(_, _, v)| matches!(v.bucket, Bucket::Review | Bucket::Unmatched))
    }

    /// Items with what was done to them, by identifier.
    pub(super) fn items(&self) -> Vec<(&'a OpenItem, ItemOutcome)> {
        let outcomes = &self.run.reconciliation.items;
        let mut items: Vec<_> =
            self.run.items.iter().enumerate().map(|(n, i)| (i, outcomes.get(n).copied().unwrap_or_default())).collect();
        items.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        items
    }

    /// All buckets of a list together.
    pub(super) fn sum(buckets: &Buckets) -> Tally {
        buckets.iter().fold(Tally::default(), |sum, tally| sum.plus(*tally))
    }
}

/// Where a bucket stands in [`Bucket::ALL`].
pub(super) fn position(bucket: Bucket) -> usize {
    match bucket {
        Bucket::Auto => 0,
        Bucket::Review => 1,
        Bucket::Unmatched => 2,
        Bucket::NotReceivable => 3,
    }
}

/// An index of the model into a list.
pub(super) fn at<T>(list: &[T], index: Option<u32>) -> Option<&T> {
    list.get(index? as usize)
}

/// The hypotheses of a payment, likeliest first: the chosen one, then its rivals.
pub(super) fn hypotheses(verdict: &Verdict) -> impl Iterator<Item = &Hypothesis> {
    verdict.chosen.iter().chain(&verdict.rivals)
}

/// The hypotheses that name items a person can look at, and the proposal even where it names none: money on account.
pub(super) fn candidates(verdict: &Verdict) -> impl Iterator<Item = &Hypothesis> {
    let proposed = verdict
        .chosen
        .iter()
        .filter(|h| !matches!(h.kind, HypothesisKind::None | HypothesisKind::Unlisted | HypothesisKind::NotReceivable));
    proposed.chain(verdict.rivals.iter().filter(|h| !h.applications.is_empty()))
}

/// Σ applied automatically, in minor units of the payment's currency.
pub(super) fn applied(verdict: &Verdict) -> i128 {
    match (&verdict.chosen, verdict.bucket) {
        (Some(chosen), Bucket::Auto) => chosen.applications.iter().map(|a| i128::from(a.applied)).sum(),
        _ => 0,
    }
}

/// Numbers of a candidate's items joined by `+`; the word of its kind where it has none.
pub(super) fn candidate(run: &Run<'_>, hypothesis: &Hypothesis) -> String {
    const SHOWN: usize = 12;
    if hypothesis.applications.is_empty() {
        return hypothesis.kind.word().to_string();
    }
    let mut text = String::new();
    for (n, application) in hypothesis.applications.iter().enumerate() {
        if n == SHOWN {
            let _ = write!(text, "+{} more", hypothesis.applications.len() - SHOWN);
            break;
        }
        if n > 0 {
            text.push('+');
        }
        text.push_str(item_name(run, application.item));
    }
    text
}

/// The number of an item, or its identifier where it has no number.
pub(super) fn item_name<'a>(run: &Run<'a>, item: u32) -> &'a str {
    run.items.get(item as usize).map_or("?", |i| if i.number.is_empty() { &*i.id } else { &*i.number })
}

/// An obstacle as it stands in files: its word, with figures in parentheses.
pub(super) fn obstacle(run: &Run<'_>, payment: &Payment, obstacle: Obstacle) -> String {
    let word = obstacle.word();
    match obstacle {
        Obstacle::OtherDocumentCited(item) => format!("{word}({})", item_name(run, item)),
        Obstacle::AmountOff(off) => {
            let mut text = format!("{word}(");
            // Writing to a String cannot fail.
            let _ = write_minor(&mut text, i128::from(off), payment.amount.currency);
            let expected = (i128::from(payment.amount.minor) - i128::from(off)).unsigned_abs();
            if let Some(tenths) = (u128::from(off.unsigned_abs()) * 1000).checked_div(expected) {
                let _ = write!(text, ", {}.{}%", tenths / 10, tenths % 10);
            }
            text.push(')');
            text
        }
        Obstacle::AlreadySettled(by) => match at(run.payments, by) {
            Some(earlier) => format!("already_settled_by({})", earlier.id),
            None => word.to_string(),
        },
        Obstacle::DateOutside(days) => format!("{word}({days}d)"),
        Obstacle::RivalTooClose(margin) => {
            let size = (margin.0.unsigned_abs() + 50) / 100;
            format!("{word}(margin {}.{})", size / 10, size % 10)
        }
        Obstacle::BelowLevel(probability) => format!("{word}({probability})"),
        Obstacle::OtherPayer
        | Obstacle::Currency
        | Obstacle::Sign
        | Obstacle::PartOfBetterGroup
        | Obstacle::Rule
        | Obstacle::NotExamined => word.to_string(),
    }
}

/// Typed differences as in files: `fee:25.00|discount:12.40`.
pub(super) fn differences(hypothesis: &Hypothesis, currency: Currency, text: &mut String) {
    for (n, difference) in hypothesis.differences.iter().enumerate() {
        if n > 0 {
            text.push('|');
        }
        text.push_str(difference.kind.word());
        text.push(':');
        let _ = write_minor(text, i128::from(difference.minor), currency);
    }
}

/// Surplus that automatic decisions put on customers' accounts, by currency.
pub(super) fn on_account(run: &Run<'_>) -> BTreeMap<Currency, i128> {
    let mut sums = BTreeMap::new();
    for (payment, verdict) in run.payments.iter().zip(&run.reconciliation.verdicts) {
        let (Some(chosen), Bucket::Auto) = (&verdict.chosen, verdict.bucket) else { continue };
        for difference in chosen.differences.iter().filter(|d| d.kind == DifferenceKind::OnAccount) {
            *sums.entry(payment.amount.currency).or_default() += i128::from(difference.minor);
        }
    }
    sums
}

/// The files whose payments name no account, by name.
pub(super) fn files_without_account<'a>(run: &Run<'a>) -> BTreeSet<&'a str> {
    let payments = run.payments.iter().filter(|p| p.account.is_empty());
    payments.map(|p| file_name(source(run, p))).filter(|name| !name.is_empty()).collect()
}

/// The last part of a path, whichever way its separators lean.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The path of the file that a payment was read from.
pub(super) fn source<'a>(run: &Run<'a>, payment: &Payment) -> &'a str {
    run.files.get(payment.place.file as usize).map_or("", |f| &*f.path)
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemStatus {
    Settled,
    PartlySettled,
    Open,
    Reopened,
    AlreadySettled,
}

impl ItemStatus {
    pub(super) fn of(item: &OpenItem, outcome: ItemOutcome) -> Self {
        let after = i128::from(item.open_minor) - i128::from(outcome.applied);
        match (item.open_minor, outcome.applied, outcome.reopened) {
            _ if after != 0 && outcome.reopened != 0 => Self::Reopened,
            (0, 0, _) => Self::AlreadySettled,
            _ if after == 0 => Self::Settled,
            (_, 0, _) => Self::Open,
            _ => Self::PartlySettled,
        }
    }

    /// The word in files.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::PartlySettled => "partly_settled",
            Self::Open => "open",
            Self::Reopened => "reopened",
            Self::AlreadySettled => "already_settled",
        }
    }
}
