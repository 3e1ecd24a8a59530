//! `lettrage status`: where the month stands, on one screen.

use std::io::IsTerminal as _;

use super::At;
use super::parts::month;
use super::proofs::{current_month, prove};
use crate::book::query::Selection;
use crate::cli::Outcome;
use crate::model::{AccountStatus, ApprovalStatus, BookFacts, BookProofs, Month, Standing};
use crate::report::{Lang, book};

/// Says where the month stands: counts, proofs, what comes next
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 done; 2 wrong use.")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Month [default: the first that is not closed]
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Option<Month>,
    /// The whole book
    #[arg(long, conflicts_with = "period")]
    all: bool,
    /// Language
    #[arg(long, value_enum, default_value_t = Lang::En)]
    lang: Lang,
}

pub(in crate::cli) fn run(args: &Args) -> Outcome {
    let config = args.at.config()?;
    let book = args.at.open()?;
    let period = if args.all { None } else { args.period.map_or_else(|| current_month(&book), |m| Ok(Some(m)))? };
    let (facts, made) = prove(&book, &config, period)?;
    let accounts = accounts(&book, period, &facts, &made)?;
    let as_of = super::list::as_of(&book, period.map(Month::last))?;
    let standings = vec![Standing::Review, Standing::Unmatched, Standing::New];
    let open = book.payments(&Selection { standings, limit: 1, ..Selection::default() })?;
    let oldest_days = open.rows.first().map(|p| (as_of - p.payment.effective_date()).num_days());
    let seal = match period {
        Some(month) => book.periods()?.into_iter().find(|p| p.month == month).map(|p| p.seal),
        None => None,
    };
    let run = book.run_record("").ok();
    let approvals = match period {
        Some(month) => super::approvals::views(&book, &config, month, Some(&made))?,
        None => Vec::new(),
    };
    let unapproved = config.control.four_eyes && ApprovalStatus::of(&approvals, "") != ApprovalStatus::Approved;
    let next = next(&accounts, run.is_some(), seal.is_some(), unapproved);
    let options = book::StatusOptions {
        lang: args.lang,
        width: std::io::stdout().is_terminal().then(crate::cli::terminal_width).flatten(),
        month: period,
        seal: seal.as_deref(),
        run: run.as_ref().map(|r| r.id.as_str()),
        oldest_days,
        approvals: &approvals,
        next: &next,
    };
    crate::cli::print(&book::status(&accounts, &options))?;
    Ok(0)
}

/// Each account with its statements, checks and proofs.
pub(super) fn accounts(
    book: &crate::book::Book,
    period: Option<Month>,
    facts: &BookFacts,
    made: &BookProofs,
) -> Result<Vec<AccountStatus>, crate::error::Error> {
    let mut accounts = book.status(period)?;
    for one in &mut accounts {
        let of = facts.statements.iter().filter(|s| s.account == one.account && s.currency == Some(one.currency));
        let closing = of.filter_map(|s| Some((s.closing?.date.or(s.to)?, s.closing?.amount)));
        let within = closing.filter(|(day, _)| period.is_none_or(|month| *day <= month.last()));
        one.closing = within.max_by_key(|(day, _)| *day);
        one.checks = facts.checks.iter().filter(|c| c.scope.contains(&*one.account)).cloned().collect();
        let is_of = |p: &&crate::model::Proof| p.account == one.account && p.currency.is_none_or(|c| c == one.currency);
        one.proofs = made.proofs.iter().filter(is_of).cloned().collect();
    }
    Ok(accounts)
}

/// The command that comes next.
fn next(accounts: &[AccountStatus], has_run: bool, closed: bool, unapproved: bool) -> String {
    let count = |standing: Standing| -> u64 {
        let at = Standing::ALL.iter().position(|s| *s == standing).unwrap_or_default();
        accounts.iter().map(|a| a.sums[at].count).sum()
    };
    let next = if accounts.is_empty() {
        "lettrage import FILE…"
    } else if closed {
        "lettrage report"
    } else if count(Standing::New) > 0 || !has_run {
        "lettrage run"
    } else if count(Standing::Review) > 0 {
        "lettrage list review"
    } else if count(Standing::Unmatched) > 0 {
        "lettrage list unmatched"
    } else if unapproved {
        "lettrage prove, then lettrage approve by another person"
    } else {
        "lettrage prove, then lettrage close"
    };
    next.to_string()
}
