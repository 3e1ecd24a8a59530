//! A statement from its rows, held against its running balance and against the balances that the file states.

use chrono::NaiveDate;

use crate::error::Error;
use crate::model::{
    Balance, BalanceKind, Check, CheckKind, ControlTotals, Money, Note, NoteKind, Statement, StatementKind,
};
use crate::read::checks;

use super::balance::{self, Running};
use super::frame::{End, Frame, Stated};
use super::statement::{Building, Columns};
use super::table::Table;

/// First and last day.
type Days = (NaiveDate, NaiveDate);

/// Makes a statement of its rows. Error: E0113.
pub(super) fn finish(
    table: &Table<'_>,
    building: Building,
    columns: &Columns,
    frame: &Frame,
    notes: &mut Vec<Note>,
) -> Result<Statement, Error> {
    let Building { account, currency, payments, balances, not_booked } = building;
    let amounts: Vec<i64> = payments.iter().map(|p| p.amount.minor).collect();
    let order = balance::running(&amounts, &balances);
    let known = balances.iter().filter(|b| b.is_some()).count();
    let scope = if account.is_empty() { table.path.to_string() } else { format!("{} {account}", table.path) };
    let booked = payments.iter().map(|p| p.booking_date);
    let days: Option<Days> = booked.clone().min().zip(booked.max());
    // A period that the bookings contradict is that of something else.
    let period = frame.period.filter(|p| days.is_none_or(|d| p.0 <= d.0 && d.1 <= p.1));
    let entries = payments.len() as u32 + not_booked;
    let mut statement = Statement {
        kind: StatementKind::Statement,
        account: (&*account).into(),
        currency: Some(currency),
        from: period.or(days).map(|d| d.0),
        to: period.or(days).map(|d| d.1),
        totals: ControlTotals::default(),
        entries,
        transactions: entries,
        not_booked,
        booked_minor: amounts.iter().map(|a| i128::from(*a)).sum(),
        payments,
        ..Statement::default()
    };
    let (first, last) = stated_ends(&frame.balances, days, period);
    let balance = |kind, minor, date| Balance { kind, amount: Money::new(minor, currency), date };
    let unknown =
        |text: String| Check { kind: CheckKind::Balance, scope: scope.as_str().into(), holds: None, text: text.into() };
    if let Some((opening, closing)) = balance::ends(&amounts, &balances, order) {
        statement.opening = Some(balance(BalanceKind::Opening, opening, None));
        statement.closing = Some(balance(BalanceKind::Closing, closing, None));
        let way = if order == Running::NewestFirst { "newest first" } else { "oldest first" };
        let (from, to) = (Money::new(opening, currency), Money::new(closing, currency));
        let text = format!("the running balance adds up over {known} rows, {way}: {from} to {to}");
        statement.checks.push(Check { holds: Some(true), ..unknown(text) });
        for (name, stated, found) in [("opening", first, opening), ("closing", last, closing)] {
            if let Some(stated) = stated.filter(|s| s.minor != found) {
                let (stated, found) = (Money::new(stated.minor, currency), Money::new(found, currency));
                let text = format!(
                    "the file states a balance of {stated} as {name}, its running balance says {found}: the latter is taken"
                );
                notes.push(Note::new(NoteKind::Warning, text));
            }
        }
    } else {
        if known > 1 {
            let turned: Vec<i64> = amounts.iter().map(|a| a.saturating_neg()).collect();
            if known > 2 && balance::running(&turned, &balances) != Running::No {
                return Err(reversed(table, columns));
            }
            let text = format!("the running balance does not add up row by row ({known} rows): not used");
            notes.push(Note::new(NoteKind::Warning, text));
        }
        statement.opening = first.map(|s| balance(BalanceKind::Opening, s.minor, s.date));
        statement.closing = last.map(|s| balance(BalanceKind::Closing, s.minor, s.date));
        let check = match (first.or(last), known) {
            (Some(_), _) => checks::balance(&statement, &scope, true),
            (None, 2..) => unknown(format!("the running balance does not add up row by row ({known} rows): not used")),
            (None, n) => {
                let text = if n == 1 { "one balance only in the file" } else { "no balances in the file" };
                unknown(format!("{text}: opening + entries = closing cannot be checked"))
            }
        };
        statement.checks.push(check);
    }
    statement.balances = statement.opening.into_iter().chain(statement.closing).collect();
    Ok(statement)
}

/// Opening and closing balance among those that the file states. One without a word for either is opening if its day is before the first
/// booking, closing if it is on the last day of the period, or, where no period is named, not before the last booking.
fn stated_ends(stated: &[Stated], days: Option<Days>, period: Option<Days>) -> (Option<Stated>, Option<Stated>) {
    let side = |balance: &Stated| match (balance.end, balance.date) {
        (End::OnDay, Some(day)) => {
            let is_last = match (period, days) {
                (Some((_, to)), _) => day == to,
                (None, Some((_, last))) => day >= last,
                (None, None) => false,
            };
            let is_first = days.is_some_and(|(first, _)| day < first);
            match (is_first, is_last) {
                (true, false) => Some(End::Opening),
                (false, true) => Some(End::Closing),
                _ => None,
            }
        }
        (End::OnDay, None) => None,
        (end, _) => Some(end),
    };
    let of = |wanted| stated.iter().filter(move |s| side(s) == Some(wanted));
    // Several of them are those of several months: the earliest opening, the latest closing.
    let opening = of(End::Opening).min_by_key(|s| s.date);
    let closing = of(End::Closing).rev().max_by_key(|s| s.date);
    (opening.copied(), closing.copied())
}

fn reversed(table: &Table<'_>, columns: &Columns) -> Error {
    let column = columns.money().into_iter().flatten().next().unwrap_or_default();
    let error = table
        .header_fault(column, "E0113", "the running balance says that the signs are the other way round")
        .label("with every sign turned, the balance adds up")
        .help("if the balance is right, set  negate = true  in a mapping for this file");
    if columns.is_paired() {
        error
            .help("in an export of your own ledger the balance is right: debit is money in there")
            .help("on a card account the balance may be a debt: then leave it out, with  columns = { balance = [] }  in a mapping")
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_balance_on_a_day_is_closing_only_where_the_bookings_end_there() {
        let days = Some((day("2026-06-17"), day("2026-06-19")));
        let june = Some((day("2026-06-01"), day("2026-06-30")));
        let on = |text: &str| [Stated { end: End::OnDay, minor: 1, date: Some(day(text)) }];
        for (date, period, expected) in [
            ("2026-06-30", june, (false, true)),
            ("2026-07-15", june, (false, false)),
            ("2026-07-15", None, (false, true)),
            ("2026-06-19", None, (false, true)),
            ("2026-06-18", None, (false, false)),
            ("2026-05-31", june, (true, false)),
        ] {
            let (opening, closing) = stated_ends(&on(date), days, period);
            assert_eq!((opening.is_some(), closing.is_some()), expected, "{date} {period:?}");
        }
        let undated = [Stated { end: End::OnDay, minor: 1, date: None }];
        assert_eq!(stated_ends(&undated, days, june), (None, None));
    }

    #[test]
    fn of_several_months_the_first_opening_and_the_last_closing_count() {
        let at = |end, minor, date: &str| Stated { end, minor, date: Some(day(date)) };
        let months = [
            at(End::Opening, 1, "2026-05-01"),
            at(End::Closing, 2, "2026-05-31"),
            at(End::Opening, 3, "2026-06-01"),
            at(End::Closing, 4, "2026-06-30"),
        ];
        let (opening, closing) = stated_ends(&months, None, None);
        assert_eq!((opening.map(|s| s.minor), closing.map(|s| s.minor)), (Some(1), Some(4)));
    }
}
