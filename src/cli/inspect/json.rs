//! `inspect -O json`: the document `lettrage.inspect/1`.

use serde::Serialize;

use super::super::inputs::{Content, Loaded};
use super::items::Summary;
use super::{balances_ok, booked, continuity_of, decimal, file_of, statements_of};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{Balance, Check, Currency, Note, Statement};

/// The document of `-O json`; `lettrage.inspect/1`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    files: Vec<FileView<'a>>,
    /// Continuity between the statements of each account.
    checks: Vec<CheckView<'a>>,
    passed_over: Vec<PassedOver<'a>>,
}

#[derive(Serialize)]
struct FileView<'a> {
    path: &'a str,
    format: &'a str,
    version: &'a str,
    sha256: &'a str,
    bytes: u64,
    /// `statement` or `invoices`.
    role: &'static str,
    statements: Vec<StatementView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoices: Option<ItemsView>,
    notes: Vec<NoteView<'a>>,
}

#[derive(Serialize)]
struct ItemsView {
    items: u64,
    invoices: u64,
    credit_notes: u64,
    settled: u64,
    sums: Vec<SumView>,
    /// Of what is open.
    due_from: Option<String>,
    due_to: Option<String>,
    without_due_date: u64,
}

#[derive(Serialize)]
struct SumView {
    currency: String,
    items: u64,
    amount: String,
    open_amount: String,
}

#[derive(Serialize)]
struct StatementView<'a> {
    /// `statement`, `interim` or `notification`.
    kind: &'static str,
    id: &'a str,
    sequence: &'a str,
    account: &'a str,
    owner: &'a str,
    currency: Option<&'a str>,
    /// Decimals as strings: a JSON number would pass through a float in most readers.
    opening: Option<String>,
    closing: Option<String>,
    entries: u32,
    transactions: u32,
    booked: Option<String>,
    not_booked: u32,
    balances_ok: Option<bool>,
    from: Option<String>,
    to: Option<String>,
    copy: bool,
    checks: Vec<CheckView<'a>>,
}

#[derive(Serialize)]
struct CheckView<'a> {
    kind: &'static str,
    scope: &'a str,
    holds: Option<bool>,
    text: &'a str,
}

#[derive(Serialize)]
struct NoteView<'a> {
    kind: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct PassedOver<'a> {
    path: &'a str,
    reason: &'a str,
}

pub(super) fn text(loaded: &Loaded<Content>) -> Result<String, Errors> {
    let continuity = continuity_of(loaded);
    let document = Document {
        schema: "lettrage.inspect/1",
        files: loaded.files.iter().map(file_view).collect(),
        checks: continuity.iter().map(check_view).collect(),
        passed_over: loaded.passed_over.iter().map(|(path, reason)| PassedOver { path, reason }).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)
        .map_err(|e| Error::new(ErrorKind::Io, "E0001", format!("cannot write the result: {e}")))?;
    text.push('\n');
    Ok(text)
}

fn file_view(read: &Content) -> FileView<'_> {
    let file = file_of(read);
    FileView {
        path: &file.path,
        format: &file.format,
        version: &file.version,
        sha256: &file.sha256,
        bytes: file.bytes,
        role: file.role.word(),
        statements: statements_of(read).iter().map(statement_view).collect(),
        invoices: match read {
            Content::Payments(_) => None,
            Content::Invoices(list) => Some(items_view(&Summary::of(&list.items))),
        },
        notes: file.notes.iter().map(|Note { kind, text }| NoteView { kind: kind.word(), text }).collect(),
    }
}

fn items_view(summary: &Summary) -> ItemsView {
    let sums = summary.by_currency.iter().map(|(currency, sum)| SumView {
        currency: currency.to_string(),
        items: sum.items,
        amount: decimal(sum.amount, *currency),
        open_amount: decimal(sum.open, *currency),
    });
    ItemsView {
        items: summary.invoices + summary.credit_notes,
        invoices: summary.invoices,
        credit_notes: summary.credit_notes,
        settled: summary.settled,
        sums: sums.collect(),
        due_from: summary.due.map(|(first, _)| first.to_string()),
        due_to: summary.due.map(|(_, last)| last.to_string()),
        without_due_date: summary.without_due,
    }
}

fn statement_view(statement: &Statement) -> StatementView<'_> {
    let decimal = |balance: Option<Balance>| balance.map(|b| b.amount.to_string());
    StatementView {
        kind: statement.kind.word(),
        id: &statement.id,
        sequence: &statement.sequence,
        account: &statement.account,
        owner: &statement.owner,
        currency: statement.currency.as_ref().map(Currency::code),
        opening: decimal(statement.opening),
        closing: decimal(statement.closing),
        entries: statement.entries,
        transactions: statement.transactions,
        booked: booked(statement),
        not_booked: statement.not_booked,
        balances_ok: balances_ok(statement),
        from: statement.from.map(|d| d.to_string()),
        to: statement.to.map(|d| d.to_string()),
        copy: statement.is_copy,
        checks: statement.checks.iter().map(check_view).collect(),
    }
}

fn check_view(check: &Check) -> CheckView<'_> {
    CheckView { kind: check.kind.word(), scope: &check.scope, holds: check.holds, text: &check.text }
}
