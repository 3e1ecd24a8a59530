//! `lettrage prove`: the identities P1 to P6 with their figures.

use std::io::IsTerminal as _;

use chrono::NaiveDate;

use super::At;
use super::parts::{Form, month};
use super::proofs::{Balances, prove};
use crate::cli::{Outcome, Talk};
use crate::model::{BookProofs, Month, ProofId};
use crate::report::{Lang, book};

/// Proves the book: statements, coverage, bank and ledger, sub-ledger, roll-forward, decisions
///
/// P1 statements add up and follow each other. P2 every bank line is in one place. P3 the bank and the ledger agree, with what each
/// has and the other not yet. P4 the items are those of the ledger. P5 open at start − cleared + new = open at end. P6 all decisions
/// have an author. What is missing for a proof is said.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage prove --period 2026-06\nExit codes: 0 every proof holds; 1 one is false; 2 wrong use."
)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Month [default: the whole book]
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Option<Month>,
    /// The month of this day, which is its last
    #[arg(long, value_name = "DATE", conflicts_with = "period")]
    as_of: Option<NaiveDate>,
    /// Only the proofs of this bank or ledger account: its number, or the end of it
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    #[command(flatten)]
    balances: Balances,
    /// Language
    #[arg(long, value_enum, default_value_t = Lang::En)]
    lang: Lang,
    /// What to print
    #[arg(short = 'O', long = "output-format", value_enum, default_value_t = Form::Table)]
    form: Form,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let period = args.period.or(args.as_of.map(Month::of));
    if let Some(day) = args.as_of.filter(|day| Month::of(*day).last() != *day) {
        let message = format!("{day} is not the last day of a month");
        return Err(super::import::usage(message, "proofs are made month by month:  --period YYYY-MM").into());
    }
    let config = args.balances.over(args.at.config()?, period.map(Month::last))?;
    let book = args.at.open()?;
    let (_, mut made) = prove(&book, &config, period)?;
    if let Some(account) = &args.account {
        narrow(&mut made, account);
    }
    match args.form {
        Form::Json => crate::cli::print(&(text(&document(&made, period))))?,
        Form::Table if talk.quiet => {}
        Form::Table => {
            let width = std::io::stdout().is_terminal().then(crate::cli::terminal_width).flatten();
            crate::cli::print(&book::proofs(&made, args.lang, width))?;
        }
    }
    Ok(u8::from(!made.hold()))
}

/// Keeps what is of one account.
fn narrow(made: &mut BookProofs, account: &str) {
    let wanted = |name: &str| name.ends_with(account);
    let bank: Vec<Box<str>> =
        made.bridges.iter().filter(|b| wanted(&b.account) || wanted(&b.bank)).map(|b| b.bank.clone()).collect();
    made.bridges.retain(|b| bank.contains(&b.bank));
    made.proofs.retain(|p| wanted(&p.account) || bank.contains(&p.account));
    made.not_possible.retain(|(_, why)| why.contains(account));
}

/// The proofs as one JSON document: amounts are decimal texts of their currency, counts are numbers as texts.
pub(super) fn document(made: &BookProofs, month: Option<Month>) -> serde_json::Value {
    let figure = |minor: i128, currency: Option<crate::model::Currency>| {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = match currency {
            Some(currency) => crate::model::money::write_minor(&mut text, minor, currency),
            None => std::fmt::Write::write_fmt(&mut text, format_args!("{minor}")),
        };
        text
    };
    let proofs: Vec<serde_json::Value> = (made.proofs.iter())
        .map(|p| {
            let right: Vec<serde_json::Value> = (p.right.iter())
                .map(|(name, minor)| serde_json::json!({ "part": name, "figure": figure(*minor, p.currency) }))
                .collect();
            serde_json::json!({
                "id": p.id.code(), "account": p.account, "currency": p.currency.map(|c| c.code().to_string()),
                "holds": p.holds, "left": figure(p.left, p.currency), "right": right, "failures": p.failures
            })
        })
        .collect();
    let missing: Vec<serde_json::Value> = (made.not_possible.iter())
        .map(|(id, why): &(ProofId, Box<str>)| serde_json::json!({ "id": id.code(), "why": why }))
        .collect();
    serde_json::json!({
        "schema": "lettrage.proofs/1", "month": month.map(|m| m.to_string()), "holds": made.hold(), "proofs": proofs,
        "not_possible": missing
    })
}

/// A document as text. Texts and lists of texts can always be written as JSON.
pub(super) fn text(document: &serde_json::Value) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}
