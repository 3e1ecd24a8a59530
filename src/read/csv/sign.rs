//! Which way money went: signed amounts, debit and credit columns, words for a direction. Where a file contradicts itself, only its
//! own running balance may decide; otherwise it is refused.

use crate::config::csv::CsvMapping;
use crate::error::Error;

use super::amount::{self, NumberFormat};
use super::balance::{self, Running};
use super::columns::{Role, fold};
use super::records::{Records, Row};
use super::table::{SAMPLE, Table};
use super::words;

/// How a file says the direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Convention {
    /// One signed column.
    Signed,
    /// One signed column and a word that must agree with its sign.
    SignedAndWord,
    /// Unsigned amounts; the word decides.
    Word,
    /// The word decides, whatever the sign. Only if the running balance proves it.
    WordOverSign,
    /// Debit and credit columns.
    TwoColumns {
        /// Debits carry a minus already.
        negative: bool,
        /// Either sign is taken as it comes. Only if the running balance proves it.
        either: bool,
    },
    /// Debit and credit columns whose signs say nothing. Only if the running balance proves it.
    Sizes {
        /// A ledger's debit and credit: debit is money that arrived.
        ledger: bool,
    },
}

/// The conventions that a file may follow.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// One, or several of which exactly one must be proven.
    pub candidates: Vec<Convention>,
    /// The running balance must confirm the one that is taken; `None` where the file is clear by itself.
    pub proof: Option<Error>,
    /// What a row without a direction word means; `None` refuses it.
    pub blank_is_credit: Option<bool>,
}

/// What a word says: true is credit.
pub(super) fn direction(cell: &str, mapping: Option<&CsvMapping>) -> Option<bool> {
    if let Some(mapping) = mapping.filter(|m| !m.debit_words.is_empty()) {
        return (!cell.is_empty()).then(|| !mapping.debit_words.iter().any(|w| w.eq_ignore_ascii_case(cell)));
    }
    match cell {
        "+" => return Some(true),
        "-" => return Some(false),
        // Flags of one letter are the common case of large files.
        "D" | "d" | "S" => return Some(false),
        "C" | "c" | "H" | "K" => return Some(true),
        _ => {}
    }
    let word = fold(cell);
    if words::CREDIT_WORDS.contains(&word.as_str()) {
        Some(true)
    } else {
        words::DEBIT_WORDS.contains(&word.as_str()).then_some(false)
    }
}

/// What a row's state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Booked,
    Pending,
    Unknown,
}

/// Reads a state.
pub(super) fn state(cell: &str, mapping: Option<&CsvMapping>) -> State {
    if let Some(mapping) = mapping.filter(|m| !m.booked_words.is_empty()) {
        let booked = mapping.booked_words.iter().any(|w| w.eq_ignore_ascii_case(cell));
        return if booked { State::Booked } else { State::Pending };
    }
    let word = fold(cell);
    if words::BOOKED_WORDS.contains(&word.as_str()) {
        State::Booked
    } else if words::PENDING_WORDS.contains(&word.as_str()) {
        State::Pending
    } else {
        State::Unknown
    }
}

/// Whether every cell of a column passes; `header` repeated among the rows is no cell.
fn every(text: &str, body: &Records<'_>, (column, header): (usize, &str), mut see: impl FnMut(&str) -> bool) -> bool {
    let (mut records, mut row) = (body.clone(), Row::default());
    for _ in 0..SAMPLE {
        if !records.next(&mut row).unwrap_or(false) {
            break;
        }
        let cell = row.get(text, column);
        if !cell.is_empty() && *cell != *header && !see(&cell) {
            return false;
        }
    }
    true
}

/// Whether a column holds words for a direction and nothing else.
pub(super) fn is_direction_column(text: &str, body: &Records<'_>, column: (usize, &str)) -> bool {
    let mut some = false;
    every(text, body, column, |cell| {
        some = true;
        direction(cell, None).is_some()
    }) && some
}

/// Whether a column holds codes of currencies and nothing else.
pub(super) fn is_currency_column(text: &str, body: &Records<'_>, column: (usize, &str)) -> bool {
    let mut some = false;
    every(text, body, column, |cell| {
        some = true;
        cell.len() == 3 && words::currency(cell).is_some()
    }) && some
}

/// Whether every row that has something in a column has the same.
pub(super) fn is_constant_column(text: &str, body: &Records<'_>, column: (usize, &str)) -> bool {
    let mut first: Option<String> = None;
    every(text, body, column, |cell| first.get_or_insert_with(|| cell.to_string()) == cell)
}

/// Whether a column holds a state in some row.
pub(super) fn is_status_column(text: &str, body: &Records<'_>, column: (usize, &str)) -> bool {
    !every(text, body, column, |cell| state(cell, None) == State::Unknown)
}

/// Signs seen in a sample.
#[derive(Default)]
struct Seen {
    positive: bool,
    negative: Option<(Row, usize)>,
    contradiction: Option<(Row, usize)>,
    suffixed: bool,
    bare: Option<(Row, usize)>,
}

/// Decides how a file says the direction. Errors: E0102, E0111, E0112.
pub(super) fn plan(table: &mut Table<'_>, format: NumberFormat) -> Result<Plan, Error> {
    part_rivals(table, format)?;
    let blank_is_credit = take_unnamed_direction(table);
    drop_repetition(table, format)?;
    let clear = |convention| Plan { candidates: vec![convention], proof: None, blank_is_credit };
    let columns = [Role::Amount, Role::Debit, Role::Credit].map(|r| table.columns.get(r));
    match columns {
        [Some(amount), ..] => one_column(table, amount, format).map(|plan| Plan { blank_is_credit, ..plan }),
        [None, Some(debit), Some(_)] => Ok(two_columns(table, debit, format)),
        [None, debit, credit] => {
            let column = debit.or(credit).unwrap_or_default();
            // One column called `Inflow` that holds both signs is an amount with an odd name.
            if credit.is_some() && seen(table, column, None, format).negative.is_some() {
                table.columns.set(Role::Amount, vec![column]);
                table.assume(format!("column \"{}\" holds both signs: read as a signed amount", table.names[column]));
                return Ok(clear(Convention::Signed));
            }
            Err(one_sided(table, column, debit.is_some()))
        }
    }
}

/// Takes a column without a header, with `CR` or `DR` in some rows, for the direction; returns what a blank in it means.
fn take_unnamed_direction(table: &mut Table<'_>) -> Option<bool> {
    if table.columns.has(Role::Sign) || !table.columns.has(Role::Amount) {
        return None;
    }
    let (column, credit) = unnamed_direction(table)?;
    table.columns.set(Role::Sign, vec![column]);
    let word = if credit { "CR" } else { "DR" };
    let number = column + 1;
    table.assume(format!("column {number} without a name: rows marked {word} go one way, all others the other way"));
    Some(!credit)
}

/// An amount beside debit and credit columns says the same twice: only one of the two is read. Error: E0111 if it does not.
fn drop_repetition(table: &mut Table<'_>, format: NumberFormat) -> Result<(), Error> {
    let all = [Role::Amount, Role::Debit, Role::Credit].iter().all(|r| table.columns.has(*r));
    if !all || table.columns.has(Role::Sign) {
        return Ok(());
    }
    if amount_repeats_columns(table, format)? {
        table.columns.remove(Role::Debit);
        table.columns.remove(Role::Credit);
        table.assume("debit and credit columns repeat the signed amount: not read");
    } else {
        table.columns.remove(Role::Amount);
        table.assume("the amount says no more than the debit and credit columns: not read");
    }
    Ok(())
}

fn one_column(table: &mut Table<'_>, column: usize, format: NumberFormat) -> Result<Plan, Error> {
    let seen = seen(table, column, table.columns.get(Role::Sign), format);
    if let Some((row, column)) = seen.bare.filter(|_| seen.suffixed) {
        return Err(ambiguous(table, &row, column, "some amounts carry CR or DR and this one does not"));
    }
    let clear = |convention| Ok(Plan { candidates: vec![convention], proof: None, blank_is_credit: None });
    if !table.columns.has(Role::Sign) {
        if seen.negative.is_none() && seen.positive && !seen.suffixed {
            refuse_half_directions(table)?;
            // The canonical amount is signed by definition: a list of receipts has no negative one.
            if table.names[column].as_ref() != "amount" || !table.columns.has(Role::Id) {
                table.warn("every amount is positive and no column says the direction: all read as money that arrived");
            }
        }
        return clear(Convention::Signed);
    }
    match (seen.negative, seen.contradiction) {
        (None, _) => clear(Convention::Word),
        (Some(_), None) => clear(Convention::SignedAndWord),
        (Some(_), Some((row, column))) => {
            let label = "the sign says one direction, the word beside it the other";
            Ok(Plan {
                candidates: vec![Convention::WordOverSign, Convention::Signed],
                proof: Some(ambiguous(table, &row, column, label)),
                blank_is_credit: None,
            })
        }
    }
}

fn two_columns(table: &Table<'_>, debit: usize, format: NumberFormat) -> Plan {
    let seen = seen(table, debit, None, format);
    match (seen.positive, seen.negative) {
        (true, Some((row, column))) => Plan {
            candidates: vec![
                Convention::TwoColumns { negative: false, either: true },
                Convention::TwoColumns { negative: true, either: true },
                Convention::Sizes { ledger: false },
                Convention::Sizes { ledger: true },
            ],
            proof: Some(ambiguous(table, &row, column, "negative here, positive in other rows")),
            blank_is_credit: None,
        },
        (_, negative) => Plan {
            candidates: vec![Convention::TwoColumns { negative: negative.is_some(), either: false }],
            proof: None,
            blank_is_credit: None,
        },
    }
}

fn one_sided(table: &Table<'_>, column: usize, debit: bool) -> Error {
    let (has, lacks) = if debit { ("debit", "credit") } else { ("credit", "debit") };
    table
        .header_fault(column, "E0102", format!("the file has a {has} column and no {lacks} column"))
        .label("without the other, the direction of its rows is not known")
        .help(format!(
            "name it in a mapping:  columns = {{ {lacks} = \"…\" }},  or  amount = \"…\"  if this is the signed amount"
        ))
}

fn ambiguous(table: &Table<'_>, row: &Row, column: usize, label: &str) -> Error {
    table
        .fault(row, column, "E0111", "the direction of the amounts is ambiguous")
        .label(label)
        .help("no running balance in the file decides it")
        .help("say it in a mapping: sign_column and debit_words, or the columns debit and credit, or amount alone")
}

fn value(table: &Table<'_>, row: &Row, column: usize, format: NumberFormat) -> Option<(i64, Option<bool>)> {
    let cell = table.cell(row, column);
    let parts = amount::parts(&cell)?;
    // Four decimals are enough to compare cells of one file with each other.
    let format = NumberFormat { round_to: Some(4), ..table.format_of(row, column, format) };
    let (minor, _) = amount::minor(parts.body, format, 4).ok()?;
    Some((if parts.negative { -minor } else { minor }, parts.credit))
}

fn seen(table: &Table<'_>, column: usize, word: Option<usize>, format: NumberFormat) -> Seen {
    let mapping = table.mapping.map(|(_, m)| m);
    let mut out = Seen::default();
    table.sample(|row| {
        let Some((value, suffix)) = value(table, row, column, format) else { return };
        let place = || (row.clone(), column);
        out.suffixed |= suffix.is_some();
        if suffix.is_none() {
            out.bare.get_or_insert_with(place);
        }
        out.positive |= value > 0;
        if value < 0 {
            out.negative.get_or_insert_with(place);
        }
        let credit = word.and_then(|w| direction(&table.cell(row, w), mapping));
        if value != 0 && credit.is_some_and(|c| c != (value > 0)) {
            out.contradiction.get_or_insert_with(place);
        }
    });
    out
}

/// An amount beside debit and credit columns: true if it says the same with a sign, false if it says it without. E0111 otherwise.
fn amount_repeats_columns(table: &Table<'_>, format: NumberFormat) -> Result<bool, Error> {
    let at = |row: &Row, role| table.columns.get(role).and_then(|c| value(table, row, c, format)).map_or(0, |v| v.0);
    let (mut signed, mut unsigned, mut odd) = (true, true, None);
    let mut blank = true;
    table.sample(|row| {
        blank &= at_is_blank(table, row);
        let (amount, debit, credit) = (at(row, Role::Amount), at(row, Role::Debit), at(row, Role::Credit));
        let moved = credit - debit.abs();
        signed &= amount == moved;
        unsigned &= amount == moved.abs();
        if !signed && !unsigned && odd.is_none() {
            odd = Some(row.clone());
        }
    });
    match odd {
        // A column for another amount, such as that of a cheque in another currency: nothing in it where money moved.
        _ if blank => Ok(false),
        Some(row) => {
            let column = table.columns.get(Role::Amount).unwrap_or_default();
            Err(ambiguous(table, &row, column, "does not agree with the debit and credit columns beside it"))
        }
        None => Ok(signed),
    }
}

/// Whether the amount's cell is empty.
fn at_is_blank(table: &Table<'_>, row: &Row) -> bool {
    table.cell_of(row, table.columns.get(Role::Amount)).is_empty()
}

/// A column without a header in which some rows say `CR` (or `DR`) and the others nothing.
fn unnamed_direction(table: &Table<'_>) -> Option<(usize, bool)> {
    table.header_line?;
    let body = table.records();
    (0..table.names.len()).filter(|c| table.names[*c].is_empty()).find_map(|column| {
        let mut kinds = [false, false];
        let only = every(table.text, &body, (column, ""), |cell| {
            let credit = cell.eq_ignore_ascii_case("cr");
            kinds[usize::from(credit)] = true;
            credit || cell.eq_ignore_ascii_case("dr")
        });
        (only && kinds[0] != kinds[1]).then_some((column, kinds[1]))
    })
}

/// Unsigned amounts beside a column in which some words are directions and others are not. Error: E0111.
fn refuse_half_directions(table: &Table<'_>) -> Result<(), Error> {
    let Some((_, names)) = words::PAYMENTS.iter().find(|(role, _)| *role == Role::Sign) else { return Ok(()) };
    let mapped = table.mapping.is_some_and(|(_, m)| m.sign_column.is_some() || m.columns.contains_key("amount"));
    for column in (0..table.names.len()).filter(|_| !mapped) {
        let (key, _) = super::columns::key(&table.names[column]);
        if !names.contains(&key.as_str()) {
            continue;
        }
        let (mut known, mut odd) = (false, None);
        table.sample(|row| {
            let cell = table.cell(row, column);
            match direction(&cell, None) {
                Some(_) => known = true,
                None if !cell.is_empty() && odd.is_none() => odd = Some(row.clone()),
                None => {}
            }
        });
        if let Some(row) = odd.filter(|_| known) {
            return Err(ambiguous(
                table,
                &row,
                column,
                "other rows say debit or credit here, and every amount is positive",
            ));
        }
    }
    Ok(())
}

/// A second column called like the amount (`Amount2`) with money in it: debit and credit where the running balance tells which is
/// which. Error: E0112 where nobody can tell which one moved.
fn part_rivals(table: &mut Table<'_>, format: NumberFormat) -> Result<(), Error> {
    let Some(amount) = table.columns.get(Role::Amount) else { return Ok(()) };
    if table.mapping.is_some() || table.header_line.is_none() {
        return Ok(());
    }
    let base = |name: &str| fold(name).trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ').to_string();
    let wanted = base(&table.names[amount]);
    let known = |column: usize| table.columns.iter().any(|(_, list)| list.contains(&column));
    for column in (0..table.names.len()).filter(|c| *c != amount && !known(*c) && base(&table.names[*c]) == wanted) {
        let mut rival = None;
        table.sample(|row| {
            if rival.is_none()
                && value(table, row, column, NumberFormat::new(amount::Mark::Dot)).is_some_and(|v| v.0 != 0)
            {
                rival = Some(row.clone());
            }
        });
        let Some(row) = rival else { continue };
        if let Some((debit, credit)) = balance_parts(table, amount, column, format) {
            table.columns.remove(Role::Amount);
            table.columns.set(Role::Debit, vec![debit]);
            table.columns.set(Role::Credit, vec![credit]);
            let (debit, credit) = (&table.names[debit], &table.names[credit]);
            table.warn(format!(
                "each row has one amount, in \"{credit}\" or in \"{debit}\": the balance adds up if the first is money in and the second money out"
            ));
            return Ok(());
        }
        let name = &table.names[amount];
        return Err(table
            .fault(&row, column, "E0112", "two columns may be the amount")
            .label(format!("this one holds money too, beside \"{name}\""))
            .help(
                "say which is which in a mapping:  columns = { amount = \"…\" }  or  { debit = \"…\", credit = \"…\" }",
            ));
    }
    Ok(())
}

/// Debit and credit among two columns without signs, of which each row fills one: the order in which the running balance adds up, if it
/// does so in one order only.
fn balance_parts(table: &Table<'_>, one: usize, other: usize, format: NumberFormat) -> Option<(usize, usize)> {
    let balance = table.columns.get(Role::Balance)?;
    // Several accounts have several balances.
    if table.columns.has(Role::Account) || table.columns.has(Role::Currency) {
        return None;
    }
    let (mut moved, mut balances, mut parted) = (Vec::new(), Vec::new(), true);
    table.walk(usize::MAX, |row| {
        let at = |column| value(table, row, column, format).map_or(0, |v| v.0);
        let (first, second) = (at(one), at(other));
        parted &= first >= 0 && second >= 0 && (first == 0 || second == 0);
        moved.push(first.saturating_sub(second));
        balances.push(value(table, row, balance, format).map(|v| v.0));
    });
    let adds_up = |amounts: &[i64]| balance::running(amounts, &balances) != Running::No;
    let turned: Vec<i64> = moved.iter().map(|a| a.saturating_neg()).collect();
    match (parted && adds_up(&moved), parted && adds_up(&turned)) {
        (true, false) => Some((other, one)),
        (false, true) => Some((one, other)),
        _ => None,
    }
}
