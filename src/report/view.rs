//! What several reports need of a run: its order, its sums, and names for candidates and obstacles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;

use chrono::Datelike;
use rayon::prelude::*;

use super::Run;
use super::rows::push_minor;
use crate::model::money::write_minor;
use crate::model::{
    Bucket, Currency, DifferenceKind, Flag, Hypothesis, HypothesisKind, ItemOutcome, Obstacle, OpenItem, Payment,
    Place, Reason, Search, Verdict,
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
    order: OnceLock<Vec<u32>>,
    /// Payments of review and unmatched, in the same order.
    to_look_at: OnceLock<Vec<u32>>,
    sums: Sums<'a>,
}

/// Payments with their verdicts, in the order of the reports.
pub(super) type Decided<'a> = (&'a Payment, &'a Verdict);

/// What the payments of a run add up to.
#[derive(Default)]
pub(super) struct Sums<'a> {
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
    /// Files with payments that name no account.
    without_account: BTreeSet<u32>,
}

impl<'a> std::ops::Deref for View<'a> {
    type Target = Sums<'a>;

    fn deref(&self) -> &Sums<'a> {
        &self.sums
    }
}

impl<'a> View<'a> {
    pub(super) fn new(run: &'a Run<'a>) -> Self {
        let sums = (run.payments.par_iter().zip(&run.reconciliation.verdicts))
            .fold(Sums::default, |mut sums, (payment, verdict)| {
                sums.add(payment, verdict);
                sums
            })
            .reduce(Sums::default, Sums::plus);
        Self { run, order: OnceLock::new(), to_look_at: OnceLock::new(), sums }
    }

    /// A payment with its verdict.
    pub(super) fn one(&self, n: u32) -> Decided<'a> {
        (&self.run.payments[n as usize], &self.run.reconciliation.verdicts[n as usize])
    }

    /// Payments that have a verdict, in the order of the reports.
    pub(super) fn order(&self) -> &[u32] {
        self.order.get_or_init(|| {
            let run = self.run;
            let decided = run.payments.len().min(run.reconciliation.verdicts.len());
            let payments = &run.payments[..decided];
            sorted(payments, |payment| payment.booking_date.num_days_from_ce(), |payment| &payment.id)
        })
    }

    /// Payments of review and unmatched, in the same order.
    pub(super) fn order_to_look_at(&self) -> &[u32] {
        self.to_look_at.get_or_init(|| {
            let to_look_at = |n: &&u32| matches!(self.one(**n).1.bucket, Bucket::Review | Bucket::Unmatched);
            self.order().par_iter().filter(to_look_at).copied().collect()
        })
    }

    /// Payments of review and unmatched with their verdicts, in the order of the reports.
    pub(super) fn to_look_at(&self) -> impl Iterator<Item = Decided<'a>> + '_ {
        self.order_to_look_at().iter().map(|n| self.one(*n))
    }

    /// The files whose payments name no account, by name.
    pub(super) fn files_without_account(&self) -> BTreeSet<&'a str> {
        let files = self.without_account.iter().filter_map(|n| self.run.files.get(*n as usize));
        files.map(|file| file_name(&file.path)).filter(|name| !name.is_empty()).collect()
    }

    /// Items by identifier.
    pub(super) fn items(&self) -> Vec<u32> {
        sorted(self.run.items, |_| 0, |item| &item.id)
    }

    /// An item with what was done to it.
    pub(super) fn item(&self, n: u32) -> (&'a OpenItem, ItemOutcome) {
        (&self.run.items[n as usize], self.run.reconciliation.items.get(n as usize).copied().unwrap_or_default())
    }

    /// All buckets of a list together.
    pub(super) fn sum(buckets: &Buckets) -> Tally {
        buckets.iter().fold(Tally::default(), |sum, tally| sum.plus(*tally))
    }
}

impl<'a> Sums<'a> {
    fn add(&mut self, payment: &'a Payment, verdict: &Verdict) {
        let (minor, currency) = (payment.amount.minor, payment.amount.currency);
        let bucket = position(verdict.bucket);
        self.accounts.entry((&*payment.account, currency)).or_default()[bucket].add(minor);
        self.currencies.entry(currency).or_default()[bucket].add(minor);
        if verdict.bucket != Bucket::Auto {
            self.reasons.entry((verdict.bucket, verdict.reason, currency)).or_default().add(minor);
        }
        for (count, flag) in self.flags.iter_mut().zip(Flag::ALL) {
            *count += u64::from(verdict.flags.has(flag));
        }
        let alone = verdict.chosen.as_ref().is_some_and(|h| h.kind == HypothesisKind::AmountOnly)
            || verdict.flags.has(Flag::AmountOnly);
        self.amount_alone += u64::from(verdict.bucket == Bucket::Auto && alone);
        self.searches[usize::from(verdict.search == Search::Stopped)] += 1;
        if payment.account.is_empty() {
            self.without_account.insert(payment.place.file);
        }
    }

    fn plus(mut self, other: Self) -> Self {
        let add = |buckets: &mut Buckets, more: Buckets| {
            buckets.iter_mut().zip(more).for_each(|(tally, more)| *tally = tally.plus(more));
        };
        other.accounts.into_iter().for_each(|(key, more)| add(self.accounts.entry(key).or_default(), more));
        other.currencies.into_iter().for_each(|(key, more)| add(self.currencies.entry(key).or_default(), more));
        for (key, more) in other.reasons {
            let tally = self.reasons.entry(key).or_default();
            *tally = tally.plus(more);
        }
        self.flags.iter_mut().zip(other.flags).for_each(|(count, more)| *count += more);
        self.amount_alone += other.amount_alone;
        self.searches.iter_mut().zip(other.searches).for_each(|(count, more)| *count += more);
        self.without_account.extend(other.without_account);
        self
    }
}

/// Positions in a list, by a day and by an identifier; equal ones in the order of the list.
///
/// Most pairs are told apart by the day and by eight characters of the identifier behind what all identifiers begin with.
/// These lie side by side, the identifiers themselves all over the memory.
fn sorted<T: Sync>(list: &[T], day: impl Fn(&T) -> i32 + Sync, id: impl Fn(&T) -> &str + Sync) -> Vec<u32> {
    let common = |a: &[u8], b: &[u8]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let first = list.first().map_or(&[] as &[u8], |one| id(one).as_bytes());
    let shared = list.par_iter().map(|one| common(first, id(one).as_bytes())).min().unwrap_or(0);
    let mut keys: Vec<(i32, u64, u32)> = (list.par_iter().zip(0..list.len() as u32))
        .map(|(one, n)| {
            let mut begins = [0; 8];
            let rest = &id(one).as_bytes()[shared..];
            let length = rest.len().min(begins.len());
            begins[..length].copy_from_slice(&rest[..length]);
            (day(one), u64::from_be_bytes(begins), n)
        })
        .collect();
    keys.par_sort_unstable_by(|a, b| {
        let ids = || id(&list[a.2 as usize]).cmp(id(&list[b.2 as usize]));
        (a.0, a.1).cmp(&(b.0, b.1)).then_with(ids).then(a.2.cmp(&b.2))
    });
    keys.into_iter().map(|key| key.2).collect()
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
    let mut text = String::new();
    push_candidate(run, hypothesis, &mut text);
    text
}

/// The same, appended.
pub(super) fn push_candidate(run: &Run<'_>, hypothesis: &Hypothesis, text: &mut String) {
    const SHOWN: usize = 12;
    if hypothesis.applications.is_empty() {
        text.push_str(hypothesis.kind.word());
    }
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
}

/// The number of an item, or its identifier where it has no number.
pub(super) fn item_name<'a>(run: &Run<'a>, item: u32) -> &'a str {
    run.items.get(item as usize).map_or("?", |i| if i.number.is_empty() { &*i.id } else { &*i.number })
}

/// An obstacle as it stands in files: its word, with figures in parentheses.
pub(super) fn obstacle(run: &Run<'_>, payment: &Payment, obstacle: Obstacle) -> String {
    let mut text = String::new();
    push_obstacle(run, payment, obstacle, &mut text);
    text
}

/// The same, appended. Writing to a String cannot fail.
pub(super) fn push_obstacle(run: &Run<'_>, payment: &Payment, obstacle: Obstacle, text: &mut String) {
    text.push_str(obstacle.word());
    match obstacle {
        Obstacle::OtherDocumentCited(item) => {
            text.push('(');
            text.push_str(item_name(run, item));
            text.push(')');
        }
        Obstacle::AmountOff(off) => {
            text.push('(');
            let _ = write_minor(text, i128::from(off), payment.amount.currency);
            let expected = (i128::from(payment.amount.minor) - i128::from(off)).unsigned_abs();
            if let Some(tenths) = (u128::from(off.unsigned_abs()) * 1000).checked_div(expected) {
                let _ = write!(text, ", {}.{}%", tenths / 10, tenths % 10);
            }
            text.push(')');
        }
        Obstacle::AlreadySettled(by) => {
            if let Some(earlier) = at(run.payments, by) {
                text.push_str("_by(");
                text.push_str(&earlier.id);
                text.push(')');
            }
        }
        Obstacle::DateOutside(days) => drop(write!(text, "({days}d)")),
        Obstacle::RivalTooClose(margin) => {
            let size = (margin.0.unsigned_abs() + 50) / 100;
            let _ = write!(text, "(margin {}.{})", size / 10, size % 10);
        }
        Obstacle::BelowLevel(probability) => drop(write!(text, "({probability})")),
        Obstacle::OtherPayer
        | Obstacle::Currency
        | Obstacle::Sign
        | Obstacle::PartOfBetterGroup
        | Obstacle::Rule
        | Obstacle::NotExamined => {}
    }
}

/// Appends typed differences as in files: `fee:25.00|discount:12.40`.
pub(super) fn push_differences(hypothesis: &Hypothesis, currency: Currency, text: &mut Vec<u8>) {
    for (n, difference) in hypothesis.differences.iter().enumerate() {
        text.extend_from_slice(if n > 0 { b"|" } else { b"" });
        text.extend_from_slice(difference.kind.word().as_bytes());
        text.push(b':');
        push_minor(text, i128::from(difference.minor), currency);
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

/// The last part of a path, whichever way its separators lean.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The path of the file that a payment was read from.
pub(super) fn source<'a>(run: &Run<'a>, payment: &Payment) -> &'a str {
    path(run, payment.place)
}

/// The path of the file that a place is in.
pub(super) fn path<'a>(run: &Run<'a>, place: Place) -> &'a str {
    run.files.get(place.file as usize).map_or("", |f| &*f.path)
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
