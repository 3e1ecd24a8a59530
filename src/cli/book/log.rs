//! `lettrage log`: what was done, by whom, and whether the chain holds.

use crate::cli::{Outcome, Talk};
use crate::error::printable;

use super::At;

/// Lists the operations of the book, or computes their chain again
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage log -n 3\nExit codes: 0 done; 1 --verify and the chain does not hold; 2 wrong use."
)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// How many, the newest first [default: all]
    #[arg(short, value_name = "N", default_value_t = 0)]
    n: u64,
    /// Only those of this person
    #[arg(long, value_name = "USER")]
    author: Option<String>,
    /// Compute the chain of hashes again, and say whether it holds
    #[arg(long)]
    verify: bool,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let book = args.at.open()?;
    if args.verify {
        let count = book.verify_log()?;
        if !talk.quiet {
            let head = book.operations(1)?.first().map(|o| o.hash.to_string()).unwrap_or_default();
            crate::cli::print(&format!("{count} entries in chain ✓   head {head}\n"))?;
        }
        return Ok(0);
    }
    let mut operations = book.operations(if args.author.is_some() { 0 } else { args.n })?;
    if let Some(author) = &args.author {
        operations.retain(|o| *o.who == **author);
        operations.truncate(if args.n == 0 { usize::MAX } else { args.n as usize });
    }
    let mut text = String::new();
    let width = operations.iter().map(|o| o.who.chars().count()).max().unwrap_or(0);
    for o in &operations {
        let undone = o.undone_by.map_or_else(String::new, |by| format!("   undone by {by:04}"));
        let why = if o.why.is_empty() || &*o.kind == "note" {
            String::new()
        } else {
            format!("   “{}”", printable(&o.why))
        };
        text.push_str(&format!(
            "{:04}  {}  {:<width$}  {:<7}  {}{why}{undone}\n",
            o.seq,
            o.at,
            printable(&o.who),
            o.kind,
            printable(&o.summary)
        ));
    }
    crate::cli::print(&text)?;
    Ok(0)
}
