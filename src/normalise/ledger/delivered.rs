//! A statement as it was delivered, and which of its rows count.

use std::ops::Range;
use std::sync::OnceLock;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::model::{Currency, Payment, Position, Statement, StatementKind};
use crate::normalise::identity::Content;

/// A statement with the file it is from, the fingerprints of its payments, and what is known of them so far.
#[derive(Debug, Default)]
pub(super) struct Delivered {
    /// The file; that of its first page where it came in several.
    pub(super) file: u32,
    /// Which format it is in: an index into the run's formats, the richest first.
    pub(super) class: usize,
    /// The account, by number: the same for every way of writing it. `None` where the file does not say.
    pub(super) account: Option<u32>,
    pub(super) statement: Statement,
    /// Made when they are first asked for: payments with identifiers of their own seldom need them.
    pub(super) contents: OnceLock<Vec<Content>>,
    /// Rows that do not count, by index; empty where all do.
    dropped: Vec<bool>,
    /// Other statements hold all of it: it creates no money, and is no link between others.
    pub(super) is_superseded: bool,
}

impl Delivered {
    pub(super) fn new(file: u32, class: usize, mut statement: Statement) -> Self {
        statement.payments.par_iter_mut().for_each(|payment| payment.place.file = file);
        for (place, _) in &mut statement.entry_references {
            place.file = file;
        }
        Self { file, class, statement, ..Self::default() }
    }

    pub(super) fn kind(&self) -> StatementKind {
        self.statement.kind
    }

    pub(super) fn contents(&self) -> &[Content] {
        self.contents.get_or_init(|| self.statement.payments.par_iter().map(Content::of).collect())
    }

    /// Takes a row out: it does not count.
    pub(super) fn drop_row(&mut self, row: usize) {
        self.dropped.resize(self.statement.payments.len(), false);
        self.dropped[row] = true;
    }

    pub(super) fn drop_rows(&mut self, rows: Range<usize>) {
        rows.for_each(|row| self.drop_row(row));
    }

    pub(super) fn is_dropped(&self, row: usize) -> bool {
        self.dropped.get(row).copied().unwrap_or(false)
    }

    /// Sum of the rows that count elsewhere, in minor units of the statement's currency.
    pub(super) fn dropped_minor(&self) -> i128 {
        let rows = self.statement.payments.iter().enumerate().filter(|(row, _)| self.is_dropped(*row));
        let own = rows.filter(|(_, p)| Some(p.amount.currency) == self.statement.currency);
        own.map(|(_, p)| i128::from(p.amount.minor)).sum()
    }

    /// Day of the first row that counts.
    pub(super) fn first_kept(&self) -> Option<NaiveDate> {
        let rows = self.statement.payments.iter().enumerate().filter(|(row, _)| !self.is_dropped(*row));
        rows.map(|(_, p)| p.booking_date).min()
    }

    /// Whether every row counts.
    pub(super) fn is_complete(&self) -> bool {
        self.dropped.is_empty()
    }

    /// Whether no row is left.
    pub(super) fn is_empty(&self) -> bool {
        (0..self.statement.payments.len()).all(|row| self.is_dropped(row))
    }

    /// Puts other payments in the place of rows, each time of the same sum. The ranges are in order and apart.
    pub(super) fn replace(&mut self, with: Vec<(Range<usize>, Vec<Payment>)>) {
        let old = std::mem::take(&mut self.statement.payments);
        let old_contents = self.contents.take();
        let old_dropped = std::mem::take(&mut self.dropped);
        let mut contents: Option<Vec<Content>> = old_contents.as_ref().map(|_| Vec::with_capacity(old.len()));
        let mut with = with.into_iter().peekable();
        let mut behind = 0;
        for (row, payment) in old.into_iter().enumerate() {
            if let Some((range, new)) = with.next_if(|(range, _)| range.start == row) {
                behind = range.end;
                if let (Some(to), Some(from)) = (&mut contents, &old_contents) {
                    // A payment that only says more now stays the same.
                    match (range.len(), new.len()) {
                        (1, 1) => to.push(from[row]),
                        _ => to.extend(new.iter().map(Content::of)),
                    }
                }
                self.statement.payments.extend(new);
            }
            if row < behind {
                continue;
            }
            if let (Some(to), Some(from)) = (&mut contents, &old_contents) {
                to.push(from[row]);
            }
            self.statement.payments.push(payment);
            if old_dropped.get(row).copied().unwrap_or(false) {
                self.drop_row(self.statement.payments.len() - 1);
            }
        }
        if !self.dropped.is_empty() {
            self.dropped.resize(self.statement.payments.len(), false);
        }
        if let Some(contents) = contents {
            self.contents = OnceLock::from(contents);
        }
    }

    /// The entries of the statement of which at least one row counts. Rows of one entry are one booking: formats differ in
    /// whether they show what is inside it. `at` is the position of the statement among those delivered.
    pub(super) fn bookings(&self, at: usize) -> Vec<Booking> {
        let mut out: Vec<Booking> = Vec::new();
        let mut open: Option<(u32, u32, u32)> = None;
        for (row, payment) in self.statement.payments.iter().enumerate().filter(|(row, _)| !self.is_dropped(*row)) {
            let entry = match payment.place.position {
                Position::Entry { statement, entry, .. } => Some((payment.place.file, statement, entry)),
                _ => None,
            };
            if let (Some(last), true) = (out.last_mut(), entry.is_some() && entry == open) {
                last.rows.end = row + 1;
                last.payments += 1;
                last.minor += i128::from(payment.amount.minor);
                continue;
            }
            open = entry;
            out.push(Booking {
                at,
                rows: row..row + 1,
                payments: 1,
                day: payment.booking_date,
                minor: i128::from(payment.amount.minor),
                currency: payment.amount.currency,
            });
        }
        out
    }

    /// The days that the statement tells of whole, first and last, where that is certain.
    ///
    /// Banks date an opening balance with the day before as often as with the first day: then that day is not certain. A
    /// table without balances may begin and end within a day.
    pub(super) fn whole_days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let s = &self.statement;
        let (mut from, mut to) = (s.from?, s.to?);
        if let Some(closed) = s.closing.and_then(|b| b.date) {
            to = to.min(closed);
        }
        let has = |day: NaiveDate| s.payments.iter().any(|p| p.booking_date == day);
        let may_be_day_before = s.opening.and_then(|b| b.date) == Some(from) && to > from && !has(from);
        let is_open_ended = s.opening.is_none() && s.closing.is_none();
        if may_be_day_before || is_open_ended {
            from = from.succ_opt()?;
        }
        if is_open_ended {
            to = to.pred_opt()?;
        }
        (from <= to).then_some((from, to))
    }
}

/// One entry as the bank booked it: a row, or several rows that are what is inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Booking {
    /// Position among the delivered statements.
    pub(super) at: usize,
    /// Its rows; those that do not count are among them.
    pub(super) rows: Range<usize>,
    /// How many rows count.
    pub(super) payments: usize,
    pub(super) day: NaiveDate,
    /// Signed sum, in minor units.
    pub(super) minor: i128,
    pub(super) currency: Currency,
}
