//! What holds for a whole file: its decimal mark and the order of day and month.

use crate::error::{Error, ErrorKind};
use crate::model::Currency;

use super::amount::{self, Mark, NumberFormat, Vote};
use super::columns::Role;
use super::date::{self, DateOrder, Written};
use super::mapping;
use super::records::Row;
use super::table::{SAMPLE, Table};

/// How many cells want which mark.
#[derive(Clone, Copy, Debug, Default)]
struct Votes {
    dot: usize,
    comma: usize,
    unclear: usize,
}

fn count(table: &Table<'_>, columns: &[usize], most: usize) -> (Votes, Option<(Row, usize)>) {
    let (mut votes, mut first) = (Votes::default(), None);
    table.walk(most, |row| {
        for column in columns {
            let cell = table.cell(row, *column);
            let Some(parts) = amount::parts(&cell).filter(|_| !table.is_typed(row, *column)) else { continue };
            match amount::vote(parts.body) {
                Vote::For(Mark::Dot) => votes.dot += 1,
                Vote::For(Mark::Comma) => votes.comma += 1,
                // Three decimals are a thousandth where the currency in the cell has such.
                Vote::Unclear(mark) if parts.currency.is_some_and(|c| c.decimals() == 3) => match mark {
                    Mark::Dot => votes.dot += 1,
                    Mark::Comma => votes.comma += 1,
                },
                Vote::Unclear(_) => {
                    votes.unclear += 1;
                    first.get_or_insert_with(|| (row.clone(), *column));
                }
                Vote::Silent => {}
            }
        }
    });
    (votes, first)
}

/// The file's decimal mark. Errors: E0108 where every amount reads both ways, E0115.
pub(super) fn number_format(table: &mut Table<'_>, roles: &[Role]) -> Result<NumberFormat, Error> {
    let mut format = NumberFormat::new(Mark::Dot);
    if let Some((name, mapping)) = table.mapping {
        format.grouping = mapping.grouping;
        format.round_to = mapping.decimals.or(mapping.repair_float.then_some(u32::MAX));
        match mapping.decimal {
            Some('.') => return Ok(format),
            Some(',') => return Ok(NumberFormat { mark: Mark::Comma, ..format }),
            Some(other) => {
                return Err(Error::new(
                    ErrorKind::Input,
                    "E0115",
                    format!("the mapping [csv.{name}] has decimal = \"{other}\""),
                )
                .help("the decimal mark is  \".\"  or  \",\""));
            }
            None => {}
        }
    }
    let columns = |with_balance: bool| -> Vec<usize> {
        let wanted = roles.iter().filter(|r| with_balance || **r != Role::Balance);
        wanted.filter_map(|r| table.columns.get(*r)).collect()
    };
    // Some banks write their balances in another way than the amounts: these decide where they can.
    let (mut votes, mut first) = count(table, &columns(false), SAMPLE);
    if votes.dot + votes.comma == 0 {
        (votes, first) = count(table, &columns(true), SAMPLE);
    }
    if votes.dot + votes.comma == 0 && votes.unclear > 0 {
        (votes, first) = count(table, &columns(true), usize::MAX);
    }
    match (votes.dot + votes.comma, first) {
        (0, Some((row, column))) => {
            let cell = table.cell(&row, column);
            let plain: String = cell.chars().filter(|c| !matches!(c, '.' | ',')).collect();
            return Err(table
                .fault(&row, column, "E0108", "the file's decimal mark cannot be told")
                .label(format!("{cell} may be {plain} or have three decimals, and no other row decides it"))
                .help("say it in a mapping for this file:  decimal = \".\"  or  decimal = \",\""));
        }
        (0, None) => {}
        _ => {
            format.mark = if votes.comma > votes.dot { Mark::Comma } else { Mark::Dot };
            let name = if format.mark == Mark::Comma { "comma" } else { "point" };
            table.assume(format!("decimal {name}"));
        }
    }
    Ok(format)
}

/// How many cells of a column agree with the file's decimal mark: for the message about one that does not.
pub(super) fn agreeing(table: &Table<'_>, column: usize, mark: Mark) -> usize {
    table.agreeing(column, || {
        let votes = count(table, &[column], usize::MAX).0;
        if mark == Mark::Dot { votes.dot } else { votes.comma }
    })
}

/// What the dates of a file say about their order.
#[derive(Debug, Default)]
struct Orders {
    day_first: usize,
    month_first: usize,
    both: usize,
    dotted: usize,
    days: [Vec<chrono::NaiveDate>; 2],
}

fn orders(table: &Table<'_>, columns: &[usize], most: usize) -> Orders {
    let mut out = Orders::default();
    table.walk(most, |row| {
        for (n, column) in columns.iter().enumerate() {
            let Some(Written::Open { first, second, separator, .. }) = date::written(&table.cell(row, *column)) else {
                continue;
            };
            out.dotted += usize::from(separator == b'.');
            match (first <= 12 && second <= 31, second <= 12 && first <= 31) {
                // Equal numbers read the same both ways.
                (true, true) if first != second => out.both += 1,
                (false, true) => out.day_first += 1,
                (true, false) => out.month_first += 1,
                _ => {}
            }
            if n == 0 {
                let cell = table.cell(row, *column);
                for (slot, order) in [DateOrder::DayMonthYear, DateOrder::MonthDayYear].into_iter().enumerate() {
                    out.days[slot].extend(date::parse(&cell, order));
                }
            }
        }
    });
    out
}

/// The order of day and month in a file. Errors: E0115 for a mapping's pattern.
pub(super) fn date_order(table: &mut Table<'_>, roles: &[Role], format: NumberFormat) -> Result<DateOrder, Error> {
    if let Some((name, pattern)) = table.mapping.and_then(|(name, m)| Some((name, m.date.as_deref()?))) {
        return mapping::date_order(name, pattern);
    }
    let columns: Vec<usize> = roles.iter().filter_map(|r| table.columns.get(*r)).collect();
    let mut seen = orders(table, &columns, SAMPLE);
    if seen.day_first + seen.month_first == 0 && seen.both > 0 {
        seen = orders(table, &columns, usize::MAX);
    }
    let decided = seen.day_first + seen.month_first;
    if decided == 0 && seen.both == 0 {
        return Ok(DateOrder::DayMonthYear);
    }
    let order = match decided {
        0 => undecided(table, &seen, format),
        _ if seen.day_first >= seen.month_first => (DateOrder::DayMonthYear, None),
        _ => (DateOrder::MonthDayYear, None),
    };
    let name = if order.0 == DateOrder::DayMonthYear { "day first (DD/MM/YYYY)" } else { "month first (MM/DD/YYYY)" };
    let other = if order.0 == DateOrder::DayMonthYear { "MM/DD" } else { "DD/MM" };
    match order.1 {
        None if seen.both == 0 || seen.dotted > 0 => table.assume(format!("dates {name}")),
        None => table.assume(format!("dates {name}: {decided} can only be that, {} would also read as {other}", seen.both)),
        Some(why) if why.is_empty() => table.warn(format!(
            "dates taken {name}, but all {} that matter also read as {other}: say  date = \"…\"  in a mapping to be sure",
            seen.both
        )),
        Some(why) => table.assume(format!("dates {name}, because {why}; all {} that matter would also read as {other}", seen.both)),
    }
    Ok(order.0)
}

/// No date decides: what lies beside them does. An empty reason is a guess, and becomes a warning.
fn undecided(table: &Table<'_>, seen: &Orders, format: NumberFormat) -> (DateOrder, Option<String>) {
    if seen.dotted > 0 {
        return (DateOrder::DayMonthYear, None);
    }
    let sorted = |days: &[chrono::NaiveDate]| {
        let (up, down) = (days.is_sorted(), days.iter().rev().is_sorted());
        days.len() > 2 && (up || down) && days.first() != days.last()
    };
    match (sorted(&seen.days[0]), sorted(&seen.days[1])) {
        (true, false) => return (DateOrder::DayMonthYear, Some("the rows are then in order".into())),
        (false, true) => return (DateOrder::MonthDayYear, Some("the rows are then in order".into())),
        _ => {}
    }
    if format.mark == Mark::Comma || table.delimiter == b';' {
        return (DateOrder::DayMonthYear, Some("numbers and delimiter are European".into()));
    }
    if american(table) {
        return (DateOrder::MonthDayYear, Some("amounts are in dollars".into()));
    }
    (DateOrder::DayMonthYear, Some(String::new()))
}

/// Whether the first rows name US dollars.
fn american(table: &Table<'_>) -> bool {
    let usd = Currency::parse("USD");
    let columns: Vec<usize> =
        [Role::Amount, Role::Debit, Role::Credit, Role::Balance].iter().filter_map(|r| table.columns.get(*r)).collect();
    let mut found = columns.iter().any(|c| table.currencies[*c].is_some() && table.currencies[*c] == usd);
    table.walk(50, |row| {
        found |= columns.iter().any(|c| table.cell(row, *c).contains('$'));
        found |= table.cell_of(row, table.columns.get(Role::Currency)).eq_ignore_ascii_case("USD");
    });
    found
}
