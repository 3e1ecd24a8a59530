//! The same bookings in several formats: the texts differ, so account, day and amount tell.
//!
//! The richer format counts. A whole statement is the same when both balances, the sum and the period agree. Else day by day:
//! of equal amounts, the k-th of one format is the k-th of the other, and only what is beyond counts beside. So an amount
//! counts as often as the format that has it most often says: money is neither doubled nor lost.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;

use super::Ledger;
use super::delivered::{Booking, Delivered};
use super::note::{Tally, counted, places};
use super::repeats::Ends;
use crate::model::{Currency, InputFile, Note, NoteKind, Payment, StatementKind};

/// Above so many comparisons of bookings of one amount and day, which of them are alike is not asked.
const COMPARED: usize = 4_096;

/// Takes out what statements of poorer formats repeat of richer ones.
pub(super) fn settle(delivered: &mut [Delivered], ledger: &mut Ledger) {
    let classes: BTreeSet<usize> =
        delivered.iter().filter(|d| d.kind() == StatementKind::Statement).map(|d| d.class).collect();
    if classes.len() < 2 {
        return;
    }
    drop_whole_statements(delivered, &mut ledger.files);
    among(delivered, &[StatementKind::Statement], &mut ledger.files);
    drop_empty_statements(delivered);
}

/// Statements of another format with the same balances, sum and period. The k-th of one format is the k-th of the other.
fn drop_whole_statements(delivered: &mut [Delivered], files: &mut [InputFile]) {
    let mut alike: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (n, one) in delivered.iter().enumerate().filter(|(_, d)| d.kind() == StatementKind::Statement) {
        let s = &one.statement;
        // A sum of zero is no sign: then the days decide.
        if let (Some(opening), Some(closing), true) = (s.opening, s.closing, s.booked_minor != 0) {
            let key = (opening.amount.currency, opening.amount.minor, closing.amount.minor, s.booked_minor);
            alike.entry(key).or_default().push(n);
        }
    }
    for mut group in alike.into_values().filter(|group| group.len() > 1) {
        group.sort_by_key(|n| delivered[*n].class);
        let mut taken: HashSet<(usize, usize)> = HashSet::new();
        for (at, n) in group.iter().enumerate() {
            let poor = &delivered[*n];
            let same = |rich: &&usize| {
                let rich_one = &delivered[**rich];
                rich_one.class < poor.class
                    && !rich_one.is_superseded
                    && (rich_one.account == poor.account || rich_one.account.is_none() || poor.account.is_none())
                    && overlap(rich_one, poor)
                    && !taken.contains(&(**rich, poor.class))
            };
            let Some(rich) = group[..at].iter().find(same).copied() else { continue };
            taken.insert((rich, poor.class));
            let (from, to) = (delivered[rich].file as usize, poor.file as usize);
            let rows = poor.statement.payments.len();
            let text = format!(
                "the statement of {} with {} is that of {} in another format (same balances, sum and period): it counts once",
                poor.statement.account,
                counted(rows as u64, "row", "rows"),
                files[from].path
            );
            files[to].notes.push(Note::new(NoteKind::Said, text));
            let poor = &mut delivered[*n];
            poor.drop_rows(0..rows);
            poor.is_superseded = true;
        }
    }
}

fn overlap(a: &Delivered, b: &Delivered) -> bool {
    let days = |d: &Delivered| d.statement.from.zip(d.statement.to);
    days(a).zip(days(b)).is_some_and(|(a, b)| a.0 <= b.1 && b.0 <= a.1)
}

/// The format of a statement, its first and its last day.
type Period = (usize, Option<NaiveDate>, Option<NaiveDate>);

/// First and last day of the bookings of each kind and format.
type Spans = BTreeMap<(StatementKind, usize), (NaiveDate, NaiveDate)>;

/// Statements of which nothing is left, and those without entries beside a richer one of the same days, link no others.
fn drop_empty_statements(delivered: &mut [Delivered]) {
    let mut of: BTreeMap<u32, Vec<Period>> = BTreeMap::new();
    for one in delivered.iter().filter(|d| d.kind() == StatementKind::Statement && !d.is_superseded) {
        if let Some(account) = one.account {
            of.entry(account).or_default().push((one.class, one.statement.from, one.statement.to));
        }
    }
    for one in delivered.iter_mut().filter(|d| d.kind() == StatementKind::Statement && !d.is_superseded) {
        let richer =
            |(class, from, to): &Period| *class < one.class && *from <= one.statement.to && one.statement.from <= *to;
        let beside = one.account.and_then(|a| of.get(&a)).is_some_and(|others| others.iter().any(richer));
        if beside && one.is_empty() {
            one.is_superseded = true;
        }
    }
}

/// What happened between two files.
#[derive(Default)]
struct Between {
    /// Rows of days on which both files say the same.
    same: Tally,
    /// Rows of days on which one of them says more.
    probable: Tally,
    /// Rows that only add up to the same.
    divided: Tally,
    /// Rows that count, on days where the other file has rows too.
    beside: Tally,
}

/// Takes out bookings that a richer format, or a kind of more authority, has on the same day. Kinds are in the order of their
/// authority; where there are several, those of the first are settled among themselves.
pub(super) fn among(delivered: &mut [Delivered], kinds: &[StatementKind], files: &mut [InputFile]) {
    let bookings = meeting(delivered, kinds);
    if bookings.is_empty() {
        return;
    }
    let ends: Vec<Ends> = delivered.iter().map(|d| Ends::of(&d.statement)).collect();
    let settled = (kinds.len() > 1).then(|| kinds[0]);
    let like = |b: &Booking| (delivered[b.at].kind(), delivered[b.at].class);
    let of_day = |b: &Booking| (delivered[b.at].account, b.currency, b.day);
    let mut order: Vec<usize> = (0..bookings.len()).collect();
    order.sort_by_key(|n| (of_day(&bookings[*n]), like(&bookings[*n]), bookings[*n].minor, *n));
    let mut day = Day { delivered, bookings: &bookings, ends: &ends, between: BTreeMap::new(), dropped: Vec::new() };
    for rows in order.chunk_by(|a, b| of_day(&bookings[*a]) == of_day(&bookings[*b])) {
        day.settle(rows, settled);
    }
    let Day { between, dropped, .. } = day;
    for n in dropped {
        delivered[bookings[n].at].drop_rows(bookings[n].rows.clone());
    }
    say(&between, files);
}

/// The bookings of accounts that several formats or kinds tell of, in days that overlap. Mostly there are none.
fn meeting(delivered: &[Delivered], kinds: &[StatementKind]) -> Vec<Booking> {
    let takes_part = |d: &&Delivered| kinds.contains(&d.kind()) && !d.is_superseded && d.account.is_some();
    let mut spans: BTreeMap<Option<u32>, Spans> = BTreeMap::new();
    let like: BTreeSet<_> = delivered.iter().filter(takes_part).map(|d| (d.account, d.kind(), d.class)).collect();
    let accounts: BTreeMap<Option<u32>, usize> = like.iter().fold(BTreeMap::new(), |mut counts, (account, ..)| {
        *counts.entry(*account).or_default() += 1;
        counts
    });
    for one in delivered.iter().filter(takes_part).filter(|d| accounts[&d.account] > 1) {
        let days = || one.statement.payments.iter().map(|p| p.booking_date);
        if let (Some(first), Some(last)) = (days().min(), days().max()) {
            let span = spans.entry(one.account).or_default().entry((one.kind(), one.class)).or_insert((first, last));
            *span = (span.0.min(first), span.1.max(last));
        }
    }
    spans.retain(|_, spans| {
        let spans: Vec<_> = spans.values().collect();
        spans.iter().enumerate().any(|(n, a)| spans[..n].iter().any(|b| a.0 <= b.1 && b.0 <= a.1))
    });
    if spans.is_empty() {
        return Vec::new();
    }
    let of_meeting = |d: &&Delivered| spans.contains_key(&d.account);
    let all = delivered.iter().enumerate();
    all.filter(|(_, d)| takes_part(d) && of_meeting(d)).flat_map(|(n, d)| d.bookings(n)).collect()
}

/// The bookings of one account and day, while they are settled.
struct Day<'d> {
    delivered: &'d [Delivered],
    bookings: &'d [Booking],
    ends: &'d [Ends],
    between: BTreeMap<(u32, u32), Between>,
    /// Bookings that do not count.
    dropped: Vec<usize>,
}

impl Day<'_> {
    /// Settles a day. `rows` are sorted by format, then amount; bookings of the kind `settled` count in any case.
    fn settle(&mut self, rows: &[usize], settled: Option<StatementKind>) {
        let of = |n: &usize| &self.delivered[self.bookings[*n].at];
        let mut kept: BTreeMap<(Currency, i128), Vec<usize>> = BTreeMap::new();
        let formats: Vec<&[usize]> =
            rows.chunk_by(|a, b| (of(a).kind(), of(a).class) == (of(b).kind(), of(b).class)).collect();
        for rows in formats {
            let counts = self.delivered[self.bookings[rows[0]].at].kind();
            let new = if kept.is_empty() || settled == Some(counts) { rows.to_vec() } else { self.pair(&kept, rows) };
            for n in new {
                kept.entry((self.bookings[n].currency, self.bookings[n].minor)).or_default().push(n);
            }
        }
    }

    /// Pairs the bookings of a format with those that count; gives those that count beside.
    fn pair(&mut self, kept: &BTreeMap<(Currency, i128), Vec<usize>>, rows: &[usize]) -> Vec<usize> {
        let (mut pairs, mut rest, mut used) = (Vec::new(), Vec::new(), HashSet::new());
        for equal in rows.chunk_by(|a, b| self.bookings[*a].minor == self.bookings[*b].minor) {
            let first = &self.bookings[equal[0]];
            let partners = self.partners(kept.get(&(first.currency, first.minor)).map_or(&[], Vec::as_slice), equal);
            for (n, partner) in equal.iter().zip(partners) {
                match partner {
                    Some(partner) => {
                        used.insert(partner);
                        pairs.push((*n, partner));
                    }
                    None => rest.push(*n),
                }
            }
        }
        let strangers = |n: &usize| rows.iter().all(|row| self.chain(*n, *row));
        let others: Vec<usize> =
            kept.values().flatten().copied().filter(|n| !used.contains(n) && !strangers(n)).collect();
        let is_same = rest.is_empty() && others.is_empty();
        for (n, partner) in pairs {
            let between = self.between(n, partner);
            let position = self.position(n);
            let entry = self.between.entry(between).or_default();
            if is_same { &mut entry.same } else { &mut entry.probable }.add(position);
            self.dropped.push(n);
        }
        let Some(partner) = others.first().copied().or_else(|| used.iter().copied().min()) else { return rest };
        let is_divided = self.is_divided(&others, &rest);
        for n in &rest {
            let (between, position) = (self.between(*n, partner), self.position(*n));
            let entry = self.between.entry(between).or_default();
            if is_divided { &mut entry.divided } else { &mut entry.beside }.add(position);
        }
        if is_divided {
            self.dropped.append(&mut rest);
        }
        rest
    }

    /// Whether two lists without an amount in common are the same money, divided in another way: a batch as a whole and its
    /// transactions.
    fn is_divided(&self, others: &[usize], rest: &[usize]) -> bool {
        let sum = |list: &[usize]| list.iter().map(|n| self.bookings[*n].minor).sum::<i128>();
        let apart = || others.iter().any(|a| rest.iter().any(|b| self.chain(*a, *b)));
        !others.is_empty() && !rest.is_empty() && sum(rest) != 0 && sum(others) == sum(rest) && !apart()
    }

    /// For each booking of an amount, the one of a richer format that it is. Those with the same payer find each other first.
    fn partners(&self, kept: &[usize], equal: &[usize]) -> Vec<Option<usize>> {
        let mut partners = vec![None; equal.len()];
        if kept.len() * equal.len() > COMPARED {
            let mut free: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for n in kept.iter().rev() {
                free.entry(self.bookings[*n].at).or_default().push(*n);
            }
            for (partner, n) in partners.iter_mut().zip(equal) {
                let at = self.bookings[*n].at;
                let source = free.iter_mut().find(|(k, list)| !list.is_empty() && !self.ends[**k].chain(self.ends[at]));
                *partner = source.and_then(|(_, list)| list.pop());
            }
            return partners;
        }
        let mut free: Vec<usize> = kept.to_vec();
        for by_payer in [true, false] {
            for (partner, n) in partners.iter_mut().zip(equal).filter(|(partner, _)| partner.is_none()) {
                let fits = |k: &usize| !self.chain(*k, *n) && (!by_payer || alike(self.first(*k), self.first(*n)));
                if let Some(at) = free.iter().position(fits) {
                    *partner = Some(free.remove(at));
                }
            }
        }
        partners
    }

    fn chain(&self, a: usize, b: usize) -> bool {
        self.ends[self.bookings[a].at].chain(self.ends[self.bookings[b].at])
    }

    fn first(&self, n: usize) -> &Payment {
        let booking = &self.bookings[n];
        &self.delivered[booking.at].statement.payments[booking.rows.start]
    }

    fn position(&self, n: usize) -> crate::model::Position {
        self.first(n).place.position
    }

    /// The files of two bookings, the poorer first.
    fn between(&self, poor: usize, rich: usize) -> (u32, u32) {
        (self.first(poor).place.file, self.first(rich).place.file)
    }
}

/// Whether two payments name the same payer or the same reference.
pub(super) fn alike(a: &Payment, b: &Payment) -> bool {
    let same = |x: &str, y: &str| !x.is_empty() && letters(x).eq(letters(y));
    same(&a.payer_iban, &b.payer_iban) || same(&a.end_to_end_id, &b.end_to_end_id) || same(&a.payer_name, &b.payer_name)
}

/// The letters and digits of a text, in lower case.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

fn say(between: &BTreeMap<(u32, u32), Between>, files: &mut [InputFile]) {
    for ((poor, rich), rows) in between {
        let path = files[*rich as usize].path.clone();
        let notes = &mut files[*poor as usize].notes;
        let mut say = |kind, tally: &Tally, text: &str| {
            if tally.count > 0 {
                let count = counted(tally.count, "row", "rows");
                notes.push(Note::new(kind, format!("{count} {text} ({})", places(tally)).replace("{path}", &path)));
            }
        };
        say(NoteKind::Said, &rows.same, "of the same account, days and amounts as in {path}: counted once, as there");
        say(
            NoteKind::Warning,
            &rows.probable,
            "with account, day and amount of rows in {path}, of days on which the files differ: probable duplicates, counted once, as there",
        );
        say(
            NoteKind::Warning,
            &rows.divided,
            "that add up to what {path} has on the same day in other parts: counted once, as there",
        );
        say(NoteKind::Warning, &rows.beside, "of days that {path} tells of, but not of these: they count beside it");
    }
}
