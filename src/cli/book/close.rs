//! `lettrage close` and `lettrage reopen`: the end of a month.

use super::At;
use super::parts::month;
use super::proofs::{Balances, prove};
use crate::cli::{Outcome, Talk};
use crate::error::{Error, ErrorKind};
use crate::model::Month;

/// Closes a month: everything proved and decided, then sealed
///
/// Refused while a proof is false, while a payment is neither decided nor held with a reason and a day after the month, or while an item that vanished
/// from the list is unanswered. A closed month does not change; lettrage check names what was changed all the same.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage close 2026-06\nExit codes: 0 closed; 2 wrong use; 3 refused, with the reason."
)]
pub(in crate::cli) struct Close {
    #[command(flatten)]
    at: At,
    /// Month
    #[arg(value_name = "YYYY-MM", value_parser = month)]
    month: Month,
    #[command(flatten)]
    balances: Balances,
    /// Why, or what was agreed
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
}

/// Opens the last closed month again
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage reopen 2026-06 --why \"bank corrected its statement\"\nExit codes: 0 open; 2 wrong use; 3 refused."
)]
pub(in crate::cli) struct Reopen {
    #[command(flatten)]
    at: At,
    /// Month
    #[arg(value_name = "YYYY-MM", value_parser = month)]
    month: Month,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: String,
}

pub(in crate::cli) fn close(args: &Close, talk: Talk) -> Outcome {
    let file = args.at.config()?;
    let config = args.balances.over(file.clone(), Some(args.month.last()))?;
    let mut book = args.at.open()?;
    if let Some(first) = book.drift()?.first() {
        let message = format!("sealed {} no longer agrees with the book", first.month);
        return Err(Error::new(ErrorKind::Refused, "C0003", message)
            .help("lettrage check --only drift -v  shows what was changed")
            .into());
    }
    let (_, proofs) = prove(&book, &config, Some(args.month))?;
    let heading = crate::book::log::Heading {
        why: args.why.clone(),
        rules: crate::report::digest(&config),
        payload: serde_json::json!({ "configuration": crate::report::digest(&file) }),
        ..args.at.heading("close")?
    };
    if file.control.four_eyes {
        // What else is missing is said first: to mend it would void the approval.
        book.may_close(args.month, &proofs, &heading.at)?;
        super::approve::require_approval(&book, &file, args.month)?;
    }
    let period = book.close(args.month, &proofs, heading)?;
    if !talk.quiet {
        let missing: String =
            proofs.not_possible.iter().map(|(id, why)| format!("not proved: {} {why}\n", id.code())).collect();
        crate::cli::print(&format!(
            "{missing}{} closed and sealed, op {:04}, seal {}\nnext month: import its statements and list of items\n",
            period.month,
            period.op,
            period.seal.chars().take(12).collect::<String>()
        ))?;
    }
    Ok(0)
}

pub(in crate::cli) fn reopen(args: &Reopen, talk: Talk) -> Outcome {
    let mut book = args.at.open()?;
    let heading = crate::book::log::Heading { why: args.why.clone(), ..args.at.heading("reopen")? };
    let op = book.reopen(args.month, heading)?;
    if !talk.quiet {
        crate::cli::print(&format!("{} is open again, op {op:04}\n", args.month))?;
    }
    Ok(0)
}
