//! `inspect` for people: a block a file, amounts on the decimal point.

use std::fmt::Write as _;

use super::super::inputs::{Content, Loaded};
use super::items::Summary;
use super::{balances_ok, booked, continuity_of, decimal, file_of, statements_of};
use crate::error::printable;
use crate::model::{Balance, CheckKind, OpenItem, Statement, StatementKind};

/// How a column stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
    /// On the decimal point: currencies differ in decimals.
    Point,
}

const COLUMNS: [(&str, Align); 11] = [
    ("statement", Align::Left),
    ("account", Align::Left),
    ("", Align::Left),
    ("from", Align::Left),
    ("to", Align::Left),
    ("opening", Align::Point),
    ("booked", Align::Point),
    ("closing", Align::Point),
    ("", Align::Left),
    ("entries", Align::Right),
    ("transactions", Align::Right),
];

pub(super) fn text(loaded: &Loaded<Content>) -> String {
    let mut out = String::new();
    for read in &loaded.files {
        let file = file_of(read);
        let version = if file.version.is_empty() { &file.format } else { &file.version };
        line(&mut out, &format!("{}   {version}, {} bytes, sha256 {}", file.path, file.bytes, short(&file.sha256)));
        let rows: Vec<[String; COLUMNS.len()]> = statements_of(read).iter().map(row).collect();
        if !rows.is_empty() {
            write_rows(&mut out, &rows);
        }
        if let Content::Invoices(list) = read {
            write_items(&mut out, &list.items);
        }
        for statement in statements_of(read) {
            for check in statement.checks.iter().filter(|c| c.holds != Some(true)) {
                let place = match check.kind {
                    CheckKind::Batch => check.scope.rsplit(": ").next().map_or_else(String::new, |p| format!(" {p}")),
                    _ => String::new(),
                };
                line(&mut out, &format!("  {} {}{place}: {}", mark(check.holds), check.kind.word(), check.text));
            }
        }
        for note in &file.notes {
            line(&mut out, &format!("  {}: {}", note.kind.word(), note.text));
        }
        out.push('\n');
    }
    for check in continuity_of(loaded) {
        line(&mut out, &format!("{} {}, {}: {}", mark(check.holds), check.kind.word(), check.scope, check.text));
    }
    for (path, reason) in &loaded.passed_over {
        line(&mut out, &format!("passed over: {path}: {reason}"));
    }
    out
}

/// How many items, what they come to, and when what is open is due.
fn write_items(out: &mut String, items: &[OpenItem]) {
    let found = Summary::of(items);
    let counted = |n: u64, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    let mut parts = vec![counted(found.invoices, "invoice"), counted(found.credit_notes, "credit note")];
    if found.settled > 0 {
        parts.push(format!("{} settled", found.settled));
    }
    line(out, &format!("  {}", parts.join(", ")));
    for (currency, sum) in &found.by_currency {
        let (amount, open) = (decimal(sum.amount, *currency), decimal(sum.open, *currency));
        line(out, &format!("  {currency}  {}: amount {amount}, open {open}", counted(sum.items, "item")));
    }
    if let Some((first, last)) = found.due {
        line(out, &format!("  open items are due from {first} to {last}"));
    }
    if found.without_due > 0 {
        line(out, &format!("  {} without a due date", counted(found.without_due, "open item")));
    }
}

fn row(statement: &Statement) -> [String; COLUMNS.len()] {
    let money = |balance: Option<Balance>| balance.map_or_else(|| "–".to_string(), |b| b.amount.to_string());
    let name = if statement.sequence.is_empty() { &statement.id } else { &statement.sequence };
    let day = |d: Option<chrono::NaiveDate>| d.map_or_else(|| "–".to_string(), |d| d.to_string());
    [
        match (&**name, statement.kind) {
            ("", StatementKind::Statement) => "–".into(),
            ("", kind) => kind.word().into(),
            (name, StatementKind::Statement) => name.into(),
            (name, kind) => format!("{name} ({})", kind.word()),
        },
        if statement.account.is_empty() { "–".into() } else { statement.account.to_string() },
        statement.currency.map_or_else(String::new, |c| c.to_string()),
        day(statement.from),
        day(statement.to),
        money(statement.opening),
        booked(statement).unwrap_or_else(|| "–".into()),
        money(statement.closing),
        mark(balances_ok(statement)).into(),
        statement.entries.to_string(),
        statement.transactions.to_string(),
    ]
}

fn mark(holds: Option<bool>) -> &'static str {
    match holds {
        Some(true) => "✓",
        Some(false) => "✗",
        None => "?",
    }
}

fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

/// Writes rows under their headings, two blanks in front and between.
fn write_rows(out: &mut String, rows: &[[String; COLUMNS.len()]]) {
    let length = |text: &str| text.chars().count();
    // Before and behind the decimal point, or all of it.
    let split = |text: &str| text.find('.').map_or((length(text), 0), |n| (n, length(text) - n));
    let mut widths = [(0, 0); COLUMNS.len()];
    for row in rows {
        for ((cell, width), (_, align)) in row.iter().zip(&mut widths).zip(COLUMNS) {
            let (before, behind) = if align == Align::Point { split(cell) } else { (length(cell), 0) };
            *width = (width.0.max(before), width.1.max(behind));
        }
    }
    for (width, (heading, _)) in widths.iter_mut().zip(COLUMNS) {
        width.0 = width.0.max(length(heading).saturating_sub(width.1));
    }
    let mut write = |cells: [&str; COLUMNS.len()], is_heading: bool| {
        let mut text = String::new();
        for ((cell, (before, behind)), (_, align)) in cells.iter().zip(widths).zip(COLUMNS) {
            let cell = printable(cell);
            let all = before + behind;
            // Writing to a string cannot fail.
            let _ = match align {
                Align::Left => write!(text, "  {cell:<all$}"),
                Align::Right => write!(text, "  {cell:>all$}"),
                Align::Point if is_heading => write!(text, "  {cell:>all$}"),
                Align::Point => {
                    let (b, a) = split(&cell);
                    write!(text, "  {:>start$}{cell}{:>end$}", "", "", start = before - b, end = behind - a)
                }
            };
        }
        line(out, text.trim_end());
    };
    write(COLUMNS.map(|(heading, _)| heading), true);
    for row in rows {
        write(row.each_ref().map(String::as_str), false);
    }
}

/// Adds a line; nothing in it can be a command for the terminal.
fn line(out: &mut String, text: &str) {
    out.push_str(&printable(text));
    out.push('\n');
}
