//! `lettrage inspect`: Shows what statement files hold, their checks, and what was assumed

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;

use super::Outcome;
use super::inputs::{Loaded, load_statements};
use crate::config::Config;
use crate::error::{Error, ErrorKind, Errors, printable};
use crate::model::money::write_minor;
use crate::model::{Balance, Check, CheckKind, Currency, Note, Statement, StatementFile};
use crate::normalise::continuity;
use crate::read::Settings;

/// Shows what statement files hold, their checks, and what was assumed
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Statements: files, folders, or - for standard input
    #[arg(required = true, value_name = "STATEMENT")]
    statements: Vec<PathBuf>,

    /// Form of the output
    #[arg(short = 'O', long = "output", value_name = "FORM", value_enum, default_value_t = Form::Table)]
    form: Form,

    /// Configuration with limits and CSV mappings
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Aligned columns for people
    Table,
    /// One JSON document
    Json,
}

pub(super) fn run(args: &Args) -> Outcome {
    let config = args.config.as_deref().map(read_config).transpose()?.unwrap_or_default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let loaded = load_statements(&args.statements, &settings)?;
    let text = match args.form {
        Form::Table => table(&loaded),
        Form::Json => json(&loaded)?,
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(0),
        Err(error) => Err(Error::new(ErrorKind::Io, "E0001", format!("cannot write the result: {error}")).into()),
        Ok(()) => Ok(0),
    }
}

fn read_config(path: &Path) -> Result<Config, Errors> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        Error::new(ErrorKind::Io, "E0002", format!("the configuration cannot be read: {e}")).in_file(shown.clone())
    })?;
    Ok(Config::from_toml(&text, &shown)?)
}

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
    statements: Vec<StatementView<'a>>,
    notes: Vec<NoteView<'a>>,
}

#[derive(Serialize)]
struct StatementView<'a> {
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

fn json(loaded: &Loaded<StatementFile>) -> Result<String, Errors> {
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

fn file_view(read: &StatementFile) -> FileView<'_> {
    let file = &read.file;
    FileView {
        path: &file.path,
        format: &file.format,
        version: &file.version,
        sha256: &file.sha256,
        bytes: file.bytes,
        statements: read.statements.iter().map(statement_view).collect(),
        notes: file.notes.iter().map(|Note { kind, text }| NoteView { kind: kind.word(), text }).collect(),
    }
}

fn statement_view(statement: &Statement) -> StatementView<'_> {
    let decimal = |balance: Option<Balance>| balance.map(|b| b.amount.to_string());
    StatementView {
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

/// What the reader found; it knows of entries whose amount is missing, which the figures alone do not show.
fn balances_ok(statement: &Statement) -> Option<bool> {
    match statement.checks.iter().find(|c| c.kind == CheckKind::Balance) {
        Some(check) => check.holds,
        None => statement.balances_ok(),
    }
}

fn booked(statement: &Statement) -> Option<String> {
    statement.currency.map(|currency| {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write_minor(&mut text, statement.booked_minor, currency);
        text
    })
}

fn continuity_of(loaded: &Loaded<StatementFile>) -> Vec<Check> {
    continuity::checks(loaded.files.iter().flat_map(|f| &f.statements))
}

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

fn table(loaded: &Loaded<StatementFile>) -> String {
    let mut out = String::new();
    for read in &loaded.files {
        let file = &read.file;
        let version = if file.version.is_empty() { &file.format } else { &file.version };
        line(&mut out, &format!("{}   {version}, {} bytes, sha256 {}", file.path, file.bytes, short(&file.sha256)));
        let rows: Vec<[String; COLUMNS.len()]> = read.statements.iter().map(row).collect();
        if !rows.is_empty() {
            write_rows(&mut out, &rows);
        }
        for statement in &read.statements {
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

fn row(statement: &Statement) -> [String; COLUMNS.len()] {
    let money = |balance: Option<Balance>| balance.map_or_else(|| "–".to_string(), |b| b.amount.to_string());
    let name = if statement.sequence.is_empty() { &statement.id } else { &statement.sequence };
    let day = |d: Option<chrono::NaiveDate>| d.map_or_else(|| "–".to_string(), |d| d.to_string());
    [
        if name.is_empty() { "–".into() } else { name.to_string() },
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
