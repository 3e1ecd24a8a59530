//! Intraday reports (camt.052, MT942): provisional, and nothing beside the statement of the day.

use std::collections::HashMap;

use super::coverage::Coverage;
use super::delivered::Delivered;
use super::formats;
use super::note::{Tally, counted, places};
use super::{Ledger, Table};
use crate::model::{Note, NoteKind, StatementKind};

/// Takes out what statements tell; what is left counts as provisional, and is said.
pub(super) fn settle(delivered: &mut [Delivered], ledger: &mut Ledger) {
    let is_interim = |d: &&Delivered| d.kind() == StatementKind::Interim;
    if !delivered.iter().any(|d| is_interim(&d)) {
        return;
    }
    let coverage = Coverage::of(delivered);
    let mut booked = booked_beside(delivered);
    for (n, one) in delivered.iter_mut().enumerate().filter(|(_, d)| d.kind() == StatementKind::Interim) {
        let (mut known, mut unknown) = (Tally::default(), Tally::default());
        for booking in one.bookings(n) {
            if !coverage.has(one.account, booking.day) {
                continue;
            }
            let left = booked.get_mut(&(one.account, booking.currency, booking.day, booking.minor));
            let position = one.statement.payments[booking.rows.start].place.position;
            match left.filter(|left| **left > 0) {
                Some(left) => {
                    *left -= 1;
                    known.add(position);
                }
                None => unknown.add(position),
            }
            one.drop_rows(booking.rows);
        }
        let notes = &mut ledger.files[one.file as usize].notes;
        if known.count > 0 {
            let count = counted(known.count, "interim entry", "interim entries");
            let text = format!("{count} of days that a statement covers: the statement counts ({})", places(&known));
            notes.push(Note::new(NoteKind::Said, text));
        }
        if unknown.count > 0 {
            let count = counted(unknown.count, "interim entry", "interim entries");
            let text = format!(
                "{count} of days that a statement covers, but not in it: no money, the statement counts ({})",
                places(&unknown)
            );
            notes.push(Note::new(NoteKind::Warning, text));
        }
    }
    formats::among(delivered, &[StatementKind::Statement, StatementKind::Interim], &mut ledger.files);
    for one in delivered.iter_mut().filter(|d| d.kind() == StatementKind::Interim) {
        let mut left = Tally::default();
        for (row, payment) in one.statement.payments.iter().enumerate() {
            if !one.is_dropped(row) {
                left.add(payment.place.position);
            }
        }
        one.is_superseded = left.count == 0;
        if left.count > 0 {
            let count = counted(left.count, "payment", "payments");
            let text =
                format!("{count} from an interim report, of days without a statement: provisional ({})", places(&left));
            ledger.files[one.file as usize].notes.push(Note::new(NoteKind::Warning, text));
        }
    }
}

/// How often statements book an amount on a day, for the accounts of interim reports.
fn booked_beside(delivered: &[Delivered]) -> Table<super::details::Key, usize> {
    let mut booked: Table<super::details::Key, usize> = HashMap::default();
    let accounts: std::collections::BTreeSet<Option<u32>> =
        delivered.iter().filter(|d| d.kind() == StatementKind::Interim).map(|d| d.account).collect();
    let statements = delivered.iter().enumerate();
    for (n, one) in statements.filter(|(_, d)| d.kind() == StatementKind::Statement && accounts.contains(&d.account)) {
        for booking in one.bookings(n) {
            *booked.entry((one.account, booking.currency, booking.day, booking.minor)).or_default() += 1;
        }
    }
    booked
}
