//! The same bookings twice in one format, in other words: two layouts of a table, an export and its canonical form.
//!
//! Two files of an account are compared by day and amount, *k*-th against *k*-th. They tell of the same bookings when they agree
//! on every day that both tell of whole, or when all of one is in the other. When only some rows agree, all count, and it is said.
//! Rows of one file are never compared, nor statements that follow each other by their balances. A row gives way only to an
//! earlier file, as in `repeats`: so nothing is dropped in favour of what is dropped for it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Table;
use super::delivered::Delivered;
use super::note::{Tally, counted, places};
use super::repeats::Ends;
use crate::model::{Currency, InputFile, Note, NoteKind, Payment, StatementKind};

/// So many rows must agree before two files are the same in other words.
pub(super) const TELLING: usize = 3;

/// What rows are compared by.
type Key = (NaiveDate, Currency, i64);

/// A row of a file: its day and amount, the position of its statement, its own position there.
type Row = (Key, usize, usize);

/// Takes out what a file repeats of an earlier one of its format in other words.
pub(super) fn settle(delivered: &mut [Delivered], files: &mut [InputFile]) {
    let ends: Vec<Ends> = delivered.iter().map(|d| Ends::of(&d.statement)).collect();
    for group in groups(delivered) {
        let told: Vec<Told> = group.iter().map(|statements| Told::of(delivered, statements)).collect();
        let mut left = None;
        for (n, later) in told.iter().enumerate() {
            for earlier in &told[..n] {
                let is_done = |t: &Told| t.statements.iter().all(|at| delivered[*at].is_empty());
                if earlier.meets(later) && !is_done(later) && !is_done(earlier) {
                    let Some(common) = common(delivered, &ends, earlier, later) else { continue };
                    let left = left.get_or_insert_with(|| Left::of(delivered, &told));
                    take_out(delivered, (earlier, later), common, left, files);
                }
            }
            for at in &later.statements {
                let one = &mut delivered[*at];
                one.is_superseded = one.is_superseded || n > 0 && !one.is_complete() && one.is_empty();
            }
        }
    }
}

/// The statements of each file, for the accounts and formats of which there are several files. Mostly there are none.
fn groups(delivered: &[Delivered]) -> Vec<Vec<Vec<usize>>> {
    let mut of: BTreeMap<(u32, usize), BTreeMap<u32, Vec<usize>>> = BTreeMap::new();
    for (at, one) in delivered.iter().enumerate() {
        if let (Some(account), StatementKind::Statement, false) = (one.account, one.kind(), one.is_superseded) {
            of.entry((account, one.class)).or_default().entry(one.file).or_default().push(at);
        }
    }
    let has_derived = |at: &usize| delivered[*at].statement.payments.iter().any(|p| p.id.is_empty());
    let several = of.into_values().filter(|files| files.len() > 1);
    // Identifiers that the files give tell their payments apart.
    several.filter(|files| files.values().flatten().any(has_derived)).map(|f| f.into_values().collect()).collect()
}

/// What a file tells of an account.
struct Told {
    file: u32,
    statements: Vec<usize>,
    /// In order.
    rows: Vec<Row>,
    /// Stretches of days that are told whole.
    whole: Vec<(NaiveDate, NaiveDate)>,
}

impl Told {
    fn of(delivered: &[Delivered], statements: &[usize]) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for at in statements {
            let payments = delivered[*at].statement.payments.iter().enumerate();
            rows.extend(payments.map(|(row, p)| ((p.booking_date, p.amount.currency, p.amount.minor), *at, row)));
        }
        rows.sort_unstable();
        let whole = statements.iter().filter_map(|at| delivered[*at].whole_days()).collect();
        Self { file: delivered[statements[0]].file, statements: statements.to_vec(), rows, whole }
    }

    /// First and last day of the rows.
    fn span(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.rows.first().zip(self.rows.last()).map(|(first, last)| (first.0.0, last.0.0))
    }

    fn meets(&self, other: &Self) -> bool {
        self.span().zip(other.span()).is_some_and(|(a, b)| a.0 <= b.1 && b.0 <= a.1)
    }

    /// The rows of some days.
    fn within(&self, from: NaiveDate, to: NaiveDate) -> &[Row] {
        let first = self.rows.partition_point(|(key, ..)| key.0 < from);
        let behind = self.rows.partition_point(|(key, ..)| key.0 <= to);
        &self.rows[first..behind]
    }

    fn has_whole(&self, day: NaiveDate) -> bool {
        self.whole.iter().any(|(from, to)| (*from..=*to).contains(&day))
    }
}

/// Rows that agree: statement and row in the earlier file, the same in the later one.
type Pair = ((usize, usize), (usize, usize));

/// What two files have in common.
#[derive(Default)]
struct Common {
    /// Word by word; those without identifiers are dropped before.
    equal: Vec<Pair>,
    reworded: Vec<Pair>,
    /// Days of rows that only one of them has.
    unpaired: Vec<NaiveDate>,
}

/// How many rows of a day and amount count, and how many the file has that has most. No file has its own rows merged, whatever
/// other files say of them.
struct Left(Table<Key, (usize, usize)>);

impl Left {
    fn of(delivered: &[Delivered], told: &[Told]) -> Self {
        let mut left: Table<Key, (usize, usize)> = Table::default();
        for equal in told.iter().flat_map(|t| t.rows.chunk_by(|x, y| x.0 == y.0)) {
            let (count, most) = left.entry(equal[0].0).or_default();
            *count += equal.iter().filter(|(_, at, row)| !delivered[*at].is_dropped(*row)).count();
            *most = (*most).max(equal.len());
        }
        Self(left)
    }

    /// Whether one can go.
    fn take(&mut self, payment: &Payment) -> bool {
        let key = (payment.booking_date, payment.amount.currency, payment.amount.minor);
        let Some((count, _)) = self.0.get_mut(&key).filter(|(count, most)| *count > *most) else { return false };
        *count -= 1;
        true
    }
}

/// Takes out the rows of the later file that the earlier one has, or says that they may be the same.
fn take_out(
    delivered: &mut [Delivered],
    (earlier, later): (&Told, &Told),
    common: Common,
    left: &mut Left,
    files: &mut [InputFile],
) {
    let paired = common.equal.len() + common.reworded.len();
    let is_within = |told: &Told| told.rows.len() == paired;
    let both_whole = |day: NaiveDate| earlier.has_whole(day) && later.has_whole(day);
    let on_whole = |pairs: &[Pair]| {
        let day = |p: &Pair| delivered[p.1.0].statement.payments[p.1.1].booking_date;
        pairs.iter().filter(|p| both_whole(day(p))).count()
    };
    let agree = on_whole(&common.equal) + on_whole(&common.reworded) >= TELLING
        && !common.unpaired.iter().any(|day| both_whole(*day));
    let is_same = paired >= TELLING && (is_within(earlier) || is_within(later) || agree);
    for pair in &common.equal {
        give_way(delivered, *pair, left);
    }
    let mut rows = Tally::default();
    for ((from, row), (at, here)) in common.reworded {
        if delivered[at].is_dropped(here) {
            continue;
        }
        let position = delivered[at].statement.payments[here].place.position;
        if !is_same || give_way(delivered, ((from, row), (at, here)), left) {
            rows.add(position);
        }
    }
    if rows.count == 0 {
        return;
    }
    let (count, path) = (counted(rows.count, "row", "rows"), &files[earlier.file as usize].path);
    let note = if is_same {
        let what =
            format!("of the same account, days and amounts as in {path}, in other words: counted once, as there");
        Note::new(NoteKind::Said, format!("{count} {what} ({})", places(&rows)))
    } else {
        let what = format!("with account, day and amount of rows in {path}, in other words");
        let text =
            format!("{count} {what}: probable duplicates, but the files differ, and all count ({})", places(&rows));
        Note::new(NoteKind::Warning, text)
    };
    files[later.file as usize].notes.push(note);
}

/// Takes the row of the later file out, if it can go. The one that counts takes its identifier over: so the order of the files
/// does not change it.
fn give_way(delivered: &mut [Delivered], ((from, row), (at, here)): Pair, left: &mut Left) -> bool {
    if delivered[at].is_dropped(here) || !left.take(&delivered[at].statement.payments[here]) {
        return false;
    }
    let id = delivered[at].statement.payments[here].id.clone();
    delivered[at].drop_row(here);
    let kept = &mut delivered[from];
    if !kept.is_dropped(row) && kept.statement.payments[row].id.is_empty() {
        kept.statement.payments[row].id = id;
    }
    true
}

/// Pairs the rows of two files in the days that both tell of. `None`: they have no day in common.
fn common(delivered: &[Delivered], ends: &[Ends], earlier: &Told, later: &Told) -> Option<Common> {
    let (a, b) = earlier.span().zip(later.span())?;
    let (from, to) = (a.0.max(b.0), a.1.min(b.1));
    let mut common = Common::default();
    let mut known = earlier.within(from, to).chunk_by(|x, y| x.0 == y.0).peekable();
    let mut new = later.within(from, to).chunk_by(|x, y| x.0 == y.0).peekable();
    loop {
        let order = match (known.peek(), new.peek()) {
            (None, None) => return Some(common),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(known), Some(new)) => known[0].0.cmp(&new[0].0),
        };
        let known = if order.is_le() { known.next().unwrap_or_default() } else { &[] };
        let new = if order.is_ge() { new.next().unwrap_or_default() } else { &[] };
        pair(delivered, ends, (known, new), &mut common);
    }
}

/// Pairs rows of one day and amount: first those that say the same, then the others in their order.
fn pair(delivered: &[Delivered], ends: &[Ends], (known, new): (&[Row], &[Row]), to: &mut Common) {
    let content = |row: &Row| delivered[row.1].contents()[row.2];
    let payment = |row: &Row| -> &Payment { &delivered[row.1].statement.payments[row.2] };
    let at = |row: &Row| (row.1, row.2);
    let mut left: Vec<&Row> = new.iter().collect();
    // By statement and by whether the file gives an identifier: two of those are two payments.
    let mut free: BTreeMap<(usize, bool), Vec<&Row>> = BTreeMap::new();
    if known.is_empty() || new.is_empty() {
        free.entry((0, false)).or_default().extend(known);
    } else {
        let mut said: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
        for row in known.iter().rev() {
            said.entry((content(row), row.1, !payment(row).id.is_empty())).or_default().push(row);
        }
        let is_same = |a: &Row, b: &Row, known_own: bool, own: bool| {
            !ends[a.1].chain(ends[b.1]) && (!(known_own && own) || payment(a).id == payment(b).id)
        };
        left.retain(|row| {
            let (what, own) = (content(row), !payment(row).id.is_empty());
            let mut alike = said.range_mut((what, 0, false)..=(what, usize::MAX, true));
            let fits = |((_, _, known_own), list): &(&_, &mut Vec<&Row>)| {
                list.last().is_some_and(|first| is_same(first, row, *known_own, own))
            };
            let found = alike.find(fits).and_then(|(_, list)| list.pop());
            to.equal.extend(found.map(|first| (at(first), at(row))));
            found.is_none()
        });
        for ((_, statement, own), list) in said {
            free.entry((statement, own)).or_default().extend(list);
        }
        free.values_mut().for_each(|list| list.sort_unstable_by(|a, b| b.cmp(a)));
        left.retain(|row| {
            let own = !payment(row).id.is_empty();
            let fits = |((statement, known_own), list): &(&(usize, bool), &mut Vec<&Row>)| {
                !(list.is_empty() || *known_own && own || ends[*statement].chain(ends[row.1]))
            };
            let found = free.iter_mut().find(fits).and_then(|(_, list)| list.pop());
            to.reworded.extend(found.map(|first| (at(first), at(row))));
            found.is_none()
        });
    }
    to.unpaired.extend(free.values().flatten().chain(&left).map(|row| row.0.0));
}
