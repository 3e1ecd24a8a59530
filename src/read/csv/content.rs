//! Files without a header: columns recognised by what is in them, and only when there is one way to understand them.

use crate::model::{Note, NoteKind};

use super::amount::{self, Mark, NumberFormat, Vote};
use super::balance::{self, Running};
use super::columns::{Columns, Role, fold};
use super::date;
use super::records::{Records, Row};
use super::{sign, words};

/// What was recognised.
pub(super) struct Found<'t> {
    pub names: Vec<Box<str>>,
    pub start: usize,
    pub columns: Columns,
    pub body: Records<'t>,
}

/// What every row has in one column.
#[derive(Clone, Debug)]
struct Column {
    cells: Vec<String>,
}

impl Column {
    fn all(&self, test: impl Fn(&str) -> bool) -> bool {
        self.cells.iter().all(|c| test(c))
    }

    fn filled(&self) -> bool {
        self.all(|c| !c.is_empty())
    }

    fn is_date(&self) -> bool {
        self.all(|c| date::written(c).is_some() && !c.bytes().all(|b| b.is_ascii_digit()))
    }

    fn is_currency(&self) -> bool {
        self.all(|c| c.len() == 3 && words::currency(c).is_some())
    }

    /// Numbers in every row, and a mark or sign in some: a column of plain integers is a number of something else.
    fn is_amount(&self) -> bool {
        self.all(|c| amount::parts(c).is_some_and(|p| amount::minor(p.body, self.format(), 4).is_ok()))
            && self.cells.iter().any(|c| c.contains(['.', ',', '-', '+']))
    }

    /// The direction is in the numbers themselves.
    fn is_signed(&self) -> bool {
        self.cells.iter().any(|c| amount::parts(c).is_some_and(|p| p.negative || p.credit.is_some()))
    }

    fn format(&self) -> NumberFormat {
        let wants = |mark| {
            self.cells
                .iter()
                .filter(|c| amount::parts(c).is_some_and(|p| amount::vote(p.body) == Vote::For(mark)))
                .count()
        };
        NumberFormat {
            round_to: Some(4),
            ..NumberFormat::new(if wants(Mark::Comma) > wants(Mark::Dot) { Mark::Comma } else { Mark::Dot })
        }
    }

    /// Its cells that hold something.
    fn without_blanks(&self) -> Self {
        Self { cells: self.cells.iter().filter(|c| !c.is_empty()).cloned().collect() }
    }

    /// Nine cells of ten are words for a direction.
    fn mostly_directions(&self) -> bool {
        let known = self.cells.iter().filter(|c| sign::direction(c, None).is_some()).count();
        known > 0 && known * 10 >= self.cells.len() * 9
    }

    /// Its numbers, row by row; a blank is none.
    fn amounts(&self) -> Vec<i64> {
        let format = self.format();
        let value = |c: &String| {
            let parts = amount::parts(c)?;
            let (minor, _) = amount::minor(parts.body, format, 4).ok()?;
            Some(if parts.negative { -minor } else { minor })
        };
        self.cells.iter().map(|c| value(c).unwrap_or(0)).collect()
    }

    /// Whether it is the running balance of another column, whatever that one's sign.
    fn adds_up_from(&self, moved: &Self) -> bool {
        let known: Vec<Option<i64>> = self.amounts().into_iter().map(Some).collect();
        let moved = moved.amounts();
        let turned: Vec<i64> = moved.iter().map(|a| -a).collect();
        [moved, turned].iter().any(|amounts| balance::running(amounts, &known) != Running::No)
    }

    fn is_iban(&self) -> bool {
        self.cells.first().is_some_and(|c| looks_like_iban(c)) && self.all(|c| c == self.cells[0])
    }
}

/// Two letters, two digits, and enough of either: check digits are not looked at, since exports mask them.
pub(super) fn looks_like_iban(text: &str) -> bool {
    let bytes: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(u8::is_ascii_alphanumeric)
}

/// Recognises a statement without header: a date, one amount (signed, or with words for the direction), perhaps a running balance.
///
/// `None`: not recognised, or in more than one way.
pub(super) fn recognise<'t>(text: &'t str, delimiter: u8, notes: &mut Vec<Note>) -> Option<Found<'t>> {
    let (start, body, width, columns) = shape(text, delimiter)?;
    let is = |test: fn(&Column) -> bool| {
        (0..width).filter(|n| columns[*n].filled() && test(&columns[*n])).collect::<Vec<_>>()
    };
    let dates = is(Column::is_date);
    let amounts = is(Column::is_amount);
    let flags: Vec<usize> =
        (0..width).filter(|n| columns[*n].filled() && sign::is_direction_column(text, &body, (*n, ""))).collect();
    // A column of numbers in some rows only may be one of a debit and credit pair.
    let partial: Vec<usize> =
        (0..width).filter(|n| !columns[*n].filled() && columns[*n].without_blanks().is_amount()).collect();
    let first_date = dates.first()?;
    let mut out = Columns::default();
    match (amounts.as_slice(), flags.as_slice(), partial.as_slice()) {
        ([amount], [], []) if columns[*amount].is_signed() => out.set(Role::Amount, vec![*amount]),
        ([amount], [flag], []) => {
            out.set(Role::Amount, vec![*amount]);
            out.set(Role::Sign, vec![*flag]);
        }
        // Most rows say a direction: those that do not are errors, with a place each.
        ([amount], [], []) => {
            let flag = (0..width).find(|n| columns[*n].mostly_directions())?;
            out.set(Role::Amount, vec![*amount]);
            out.set(Role::Sign, vec![flag]);
        }
        ([a, b], [], []) => {
            let pairs: Vec<(usize, usize)> = [(*a, *b), (*b, *a)]
                .into_iter()
                .filter(|(amount, balance)| {
                    let known: Vec<Option<i64>> = columns[*balance].amounts().into_iter().map(Some).collect();
                    balance::running(&columns[*amount].amounts(), &known) != Running::No
                        && columns[*amount].cells.len() > 2
                })
                .collect();
            let [(amount, balance)] = pairs.as_slice() else { return None };
            out.set(Role::Amount, vec![*amount]);
            out.set(Role::Balance, vec![*balance]);
            notes.push(Note::new(
                NoteKind::Assumed,
                format!("column {} adds up to column {}, so it is the amount", amount + 1, balance + 1),
            ));
        }
        (balances, [], [a, b]) if complementary(&columns[*a], &columns[*b]) => {
            let (debit, credit) = match balances {
                [] => told_by_words(&columns, *a, *b, notes)?,
                [balance] => told_by_balance(&columns, *a, *b, *balance, notes)?,
                _ => return None,
            };
            out.set(Role::Debit, vec![debit]);
            out.set(Role::Credit, vec![credit]);
            if let [balance] = balances {
                out.set(Role::Balance, vec![*balance]);
            }
        }
        ([amount], [], [extra]) if columns[*amount].is_signed() && !columns[*amount].adds_up_from(&columns[*extra]) => {
            out.set(Role::Amount, vec![*amount]);
            let text = format!(
                "column {} is signed and filled in every row: read as the amount; column {}, with numbers in some rows, is not read",
                amount + 1,
                extra + 1
            );
            notes.push(Note::new(NoteKind::Warning, text));
        }
        _ => return None,
    }
    out.set(Role::Booking, vec![*first_date]);
    if let Some(second) = dates.get(1) {
        out.set(Role::Value, vec![*second]);
    }
    if let Some(currency) = is(Column::is_currency).first() {
        out.set(Role::Currency, vec![*currency]);
    }
    if let Some(account) = is(Column::is_iban).first().filter(|_| columns[0].cells.len() > 1) {
        out.set(Role::Account, vec![*account]);
    }
    let known: Vec<usize> = out.iter().flat_map(|(_, c)| c.to_vec()).collect();
    let texts: Vec<usize> = (0..width)
        .filter(|n| !known.contains(n) && !columns[*n].is_currency() && !dates.contains(n))
        .filter(|n| columns[*n].cells.iter().any(|c| c.contains(char::is_alphabetic)))
        .collect();
    if texts.is_empty() {
        return None;
    }
    out.set(Role::Text, texts);
    let names = (1..=width).map(|n| format!("column {n}").into()).collect();
    Some(Found { names, start, columns: out, body })
}

/// Whether each row has something in one of two columns and nothing in the other.
fn complementary(one: &Column, other: &Column) -> bool {
    one.cells.iter().zip(&other.cells).all(|(a, b)| a.is_empty() != b.is_empty())
}

/// Debit and credit of two columns, told by texts that leave no doubt (`BANKOMAT`, `Habenzinsen`): at least two rows for it, none
/// against it.
fn told_by_words(columns: &[Column], a: usize, b: usize, notes: &mut Vec<Note>) -> Option<(usize, usize)> {
    let says = |row: usize, words: &[&str]| {
        columns.iter().filter_map(|c| c.cells.get(row)).any(|cell| {
            let text = format!(" {} ", fold(cell));
            words.iter().any(|w| text.contains(&format!(" {w} ")))
        })
    };
    let (mut a_out, mut b_out) = (0, 0);
    for (row, cell) in columns[a].cells.iter().enumerate() {
        let in_a = !cell.is_empty();
        match (says(row, words::ALWAYS_OUT), says(row, words::ALWAYS_IN)) {
            (true, false) if in_a => a_out += 1,
            (false, true) if !in_a => a_out += 1,
            (true, false) | (false, true) => b_out += 1,
            _ => {}
        }
    }
    let (debit, credit, rows) = match (a_out, b_out) {
        (2.., 0) => (a, b, a_out),
        (0, 2..) => (b, a, b_out),
        _ => return None,
    };
    let text = format!(
        "no header: column {} read as debit and column {} as credit, because of the texts of {rows} rows (cash taken out, bank charges, \
         interest); none speaks against it",
        debit + 1,
        credit + 1
    );
    notes.push(Note::new(NoteKind::Warning, text));
    Some((debit, credit))
}

/// Debit and credit of two columns, told by the running balance beside them.
fn told_by_balance(
    columns: &[Column],
    a: usize,
    b: usize,
    balance: usize,
    notes: &mut Vec<Note>,
) -> Option<(usize, usize)> {
    let (first, second) = (columns[a].amounts(), columns[b].amounts());
    if first.iter().chain(&second).any(|v| *v < 0) || first.len() < 3 {
        return None;
    }
    let known: Vec<Option<i64>> = columns[balance].amounts().into_iter().map(Some).collect();
    let adds_up = |credit: &[i64], debit: &[i64]| {
        let moved: Vec<i64> = credit.iter().zip(debit).map(|(c, d)| c.saturating_sub(*d)).collect();
        balance::running(&moved, &known) != Running::No
    };
    let (debit, credit) = match (adds_up(&first, &second), adds_up(&second, &first)) {
        (true, false) => (b, a),
        (false, true) => (a, b),
        _ => return None,
    };
    let text = format!(
        "column {} less column {} adds up to column {}, so they are credit and debit",
        credit + 1,
        debit + 1,
        balance + 1
    );
    notes.push(Note::new(NoteKind::Assumed, text));
    Some((debit, credit))
}

/// The rows of one shape from the first on: where they begin, and their cells by column.
fn shape(text: &str, delimiter: u8) -> Option<(usize, Records<'_>, usize, Vec<Column>)> {
    let (mut records, mut row) = (Records::new(text, delimiter), Row::default());
    let mut before = Vec::new();
    loop {
        let body = records.clone();
        if !records.next(&mut row).ok()? {
            return None;
        }
        let has_date = (0..row.fields.len()).any(|n| date::written(&row.get(text, n)).is_some());
        if row.fields.len() < 3 || !has_date {
            before.push(row.fields.len());
            continue;
        }
        // A line of the same shape above is a header in words that are not known: what it says must not be passed over.
        if before.contains(&row.fields.len()) {
            return None;
        }
        let (start, width) = (row.start, row.fields.len());
        let mut columns = vec![Column { cells: Vec::new() }; width];
        let mut rows = body.clone();
        for _ in 0..500 {
            if !rows.next(&mut row).ok()? {
                break;
            }
            // A remark with one filled cell is no booking; the reader passes over it and says so.
            let filled = row.fields.iter().filter(|f| !text[f.start..f.end].trim().is_empty()).count();
            if filled < 2 {
                continue;
            }
            for (n, column) in columns.iter_mut().enumerate() {
                column.cells.push(row.get(text, n).into_owned());
            }
        }
        return Some((start, body, width, columns));
    }
}
