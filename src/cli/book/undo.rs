//! `lettrage undo`: takes operations back.

use super::At;
use super::import::usage;
use crate::book::import::Together;
use crate::cli::{Outcome, Talk};
use crate::error::Errors;
use crate::model::StatementFile;

/// Takes back the last operation, one of the log, or all of them back to a point
///
/// An undo is an operation of the log, too: undoing it brings the decisions back. What later decisions rest on is refused by name.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage undo --to 0190\n\
Exit codes: 0 done; 2 wrong use; 3 refused: a closed month, a later decision rests on it.")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Number of the operation [default: the last one]
    #[arg(value_name = "OP", conflicts_with = "to")]
    op: Option<u64>,
    /// Take back everything behind this operation
    #[arg(long, value_name = "OP")]
    to: Option<u64>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let mut book = args.at.open()?;
    let operations: Vec<u64> = match (args.op, args.to) {
        (Some(op), _) => vec![op],
        (None, Some(to)) => book.operations_after(to)?,
        (None, None) => book.last_operation()?.into_iter().collect(),
    };
    if operations.is_empty() {
        return Err(usage("there is nothing to undo".into(), "lettrage log  lists what was done").into());
    }
    let together = match book.statement_files_without(&operations)? {
        None => None,
        Some(stay) => Some((remaining(&book, &stay)?, stay)),
    };
    let heading = crate::book::log::Heading { why: args.why.clone(), ..args.at.heading("undo")? };
    let op = book.undo(&operations, together.as_ref().map(|(t, f)| (t, f.as_slice())), heading)?;
    if !talk.quiet {
        let undone: Vec<String> = operations.iter().map(|op| format!("{op:04}")).collect();
        crate::cli::print(&format!("undone op {}. back again: lettrage undo {op:04}\n", undone.join(", ")))?;
    }
    Ok(0)
}

/// What the files that stay give together.
fn remaining(book: &crate::book::Book, stay: &[i64]) -> Result<Together, Errors> {
    let all = book.statement_files()?;
    let files: Vec<StatementFile> = all.into_iter().filter(|(n, _)| stay.contains(n)).map(|(_, file)| file).collect();
    super::import::together(files)
}
