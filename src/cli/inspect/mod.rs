//! `lettrage inspect`: what files hold, their checks, what was assumed; or the bytes of one payment as they were received.

mod items;
mod json;
mod raw;
mod table;

use std::path::PathBuf;

use clap::ValueEnum;

use super::inputs::{As, Content, Loaded, load_any};
use super::{Outcome, Talk, pipeline};
use crate::model::money::write_minor;
use crate::model::{Check, CheckKind, Currency, InputFile, Statement};
use crate::normalise::{continuity, terms};
use crate::read::Settings;

/// Shows what files hold, their checks, and what was assumed
///
/// Statements with their balances; lists of invoices, electronic invoices and ledgers with what is open and when it is due.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
lettrage inspect statements/\n  \
lettrage inspect june.sta --raw 20260630-5f1c0a9b7d3e\n\
Exit codes: 0 done; 2 wrong use or unreadable input; 130 interrupted.")]
pub(super) struct Args {
    /// Statements or invoices: files, folders, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Form of the output
    #[arg(short = 'O', long = "output", value_name = "FORM", value_enum, default_value_t = Form::Table)]
    form: Form,

    /// Print the bytes of this payment as they were received; its id is that of match, explain and convert on the same files
    #[arg(long, value_name = "PAYMENT", conflicts_with = "form")]
    raw: Option<String>,

    /// What to take files for that may be either
    #[arg(long = "as", value_enum, value_name = "KIND")]
    wanted: Option<As>,

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

pub(super) fn run(args: &Args, talk: Talk) -> Outcome {
    let config = pipeline::load_config(args.config.as_deref())?;
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    if let Some(id) = &args.raw {
        return raw::print(id, &args.files, &settings, talk);
    }
    let mut loaded = load_any(&args.files, &settings, args.wanted, false)?;
    for content in &mut loaded.files {
        if let Content::Invoices(list) = content {
            terms::apply(&mut list.items, std::slice::from_mut(&mut list.file), config.terms.end_of_month);
        }
    }
    let text = match args.form {
        Form::Table => table::text(&loaded),
        Form::Json => json::text(&loaded)?,
    };
    super::print(&text)?;
    Ok(0)
}

fn file_of(content: &Content) -> &InputFile {
    match content {
        Content::Payments(read) => &read.file,
        Content::Invoices(read) => &read.file,
    }
}

fn statements_of(content: &Content) -> &[Statement] {
    match content {
        Content::Payments(read) => &read.statements,
        Content::Invoices(_) => &[],
    }
}

/// What the reader found; it knows of entries whose amount is missing, which the figures alone do not show.
fn balances_ok(statement: &Statement) -> Option<bool> {
    match statement.checks.iter().find(|c| c.kind == CheckKind::Balance) {
        Some(check) => check.holds,
        None => statement.balances_ok(),
    }
}

fn booked(statement: &Statement) -> Option<String> {
    statement.currency.map(|currency| decimal(statement.booked_minor, currency))
}

/// Minor units as a decimal.
fn decimal(minor: i128, currency: Currency) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_minor(&mut text, minor, currency);
    text
}

fn continuity_of(loaded: &Loaded<Content>) -> Vec<Check> {
    continuity::checks(loaded.files.iter().flat_map(statements_of))
}
