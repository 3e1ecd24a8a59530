//! `lettrage check`: what can be known to be wrong before anything is matched, and what changed in closed months.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use super::At;
use super::proofs::{Balances, prove};
use crate::book::query::Selection;
use crate::cli::{Outcome, Talk};
use crate::error::printable;
use crate::model::{BookProofs, ProofId};
use crate::normalise::rules::{RuleMatch, Rules};
use crate::report::{Lang, book};

/// Lines that are named one by one without -v; the rest is counted.
const NAMED: usize = 10;

/// Checks statements, open items, rules and closed months
///
/// Statements add up, follow each other and have no gap; the items are those of the ledger; no two rules claim the same line; no sealed
/// month has changed. Silent with -q when all is good.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 good; 1 a check is false, or --strict and something is to be looked at; 3 a sealed month has changed."
)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Only these
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<What>,
    /// What is asked about counts as wrong
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    balances: Balances,
    /// Name every change
    #[arg(short, long)]
    verbose: bool,
}

/// What to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// P1: statements
    Statements,
    /// P4: open items and the ledger; items that vanished
    Openitems,
    /// Rules that claim the same line
    Rules,
    /// Sealed months
    Drift,
}

/// What was found.
#[derive(Default)]
struct Report {
    text: String,
    wrong: u64,
    asked: u64,
    drift: u64,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let config = args.balances.over(args.at.config()?, None)?;
    let book = args.at.open()?;
    let wanted = |what| args.only.is_empty() || args.only.contains(&what);
    let mut report = Report::default();
    let (_, made) = prove(&book, &config, None)?;
    if wanted(What::Statements) {
        told(&made, ProofId::Statement, &mut report);
    }
    if wanted(What::Openitems) {
        told(&made, ProofId::Items, &mut report);
        vanished(&book, &mut report)?;
    }
    if wanted(What::Rules) {
        conflicts(&book, &config.rule, &mut report)?;
    }
    if wanted(What::Drift) {
        drift(&book, args.verbose, &mut report)?;
    }
    let Report { mut text, wrong, asked, drift } = report;
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{wrong} wrong, {asked} to be looked at, {drift} changes in sealed months");
    let bad = wrong > 0 || drift > 0 || (args.strict && asked > 0);
    if bad || !talk.quiet {
        crate::cli::print(&text)?;
    }
    Ok(if drift > 0 { 3 } else { u8::from(bad) })
}

/// Proofs of one kind as `prove` prints them, with what fails.
fn told(made: &BookProofs, id: ProofId, report: &mut Report) {
    let part = BookProofs {
        proofs: made.proofs.iter().filter(|p| p.id == id).cloned().collect(),
        bridges: Vec::new(),
        not_possible: made.not_possible.iter().filter(|(of, _)| *of == id).cloned().collect(),
    };
    report.wrong += part.failed().count() as u64;
    let width = std::io::stdout().is_terminal().then(crate::cli::terminal_width).flatten();
    report.text.push_str(&book::proofs(&part, Lang::En, width));
    report.text.push('\n');
}

/// Open items that are in no list any more.
fn vanished(book: &crate::book::Book, report: &mut Report) -> Result<(), crate::error::Error> {
    let asked = book.asked()?;
    report.asked += asked.len() as u64;
    for item in asked.iter().take(NAMED) {
        let _ = writeln!(
            report.text,
            "open items  ? {} {} {} of {}: the list {} does not have it any more",
            printable(&item.item.id),
            item.item.open(),
            item.item.amount.currency,
            printable(&item.item.customer_name),
            printable(&item.missing_from)
        );
    }
    more(asked.len(), report);
    if !asked.is_empty() {
        report.text.push_str("            = help: lettrage settle ITEM --reason paid-elsewhere|cancelled --why …, or lettrage hold ITEM\n");
    }
    Ok(())
}

fn conflicts(
    book: &crate::book::Book,
    rules: &[crate::config::Rule],
    report: &mut Report,
) -> Result<(), crate::error::Error> {
    let compiled = Rules::compile(rules);
    let standings = vec![
        crate::model::Standing::Review,
        crate::model::Standing::Unmatched,
        crate::model::Standing::Held,
        crate::model::Standing::New,
    ];
    let open = book.payments(&Selection { standings, ..Selection::default() })?;
    let mut count = 0;
    for line in &open.rows {
        let RuleMatch::Conflict(all) = compiled.of(&line.payment) else { continue };
        count += 1;
        if count <= NAMED {
            let ids: Vec<&str> = all.iter().map(|n| &*rules[*n].id).collect();
            let _ =
                writeln!(report.text, "rules       ? {} is claimed by {}", printable(&line.payment.id), ids.join(", "));
        }
    }
    more(count, report);
    report.asked += count as u64;
    let _ = writeln!(report.text, "rules       {} rules, {count} conflicts", rules.len());
    Ok(())
}

fn drift(book: &crate::book::Book, verbose: bool, report: &mut Report) -> Result<(), crate::error::Error> {
    let drift = book.drift()?;
    report.drift = drift.len() as u64;
    let shown = if verbose { drift.len() } else { drift.len().min(NAMED) };
    for one in &drift[..shown] {
        let said = |text: &Option<Box<str>>| text.as_ref().map_or_else(|| "nothing".to_string(), |t| printable(t));
        let _ = writeln!(
            report.text,
            "drift       {}, sealed  {} {}\n            was {}\n            is  {}",
            one.month,
            one.kind,
            printable(&one.key),
            said(&one.was),
            said(&one.is)
        );
    }
    if shown < drift.len() {
        let _ = writeln!(report.text, "            … and {} more: -v", drift.len() - shown);
    }
    if let Some(first) = drift.first() {
        let _ = writeln!(
            report.text,
            "refused[C0003]: sealed {} no longer agrees with the book\n  = help: correct what was changed, or  lettrage reopen {0} --why …",
            first.month
        );
    } else {
        let months = book.periods()?.len();
        let _ = writeln!(report.text, "drift       {months} sealed months, unchanged ✓");
    }
    Ok(())
}

fn more(count: usize, report: &mut Report) {
    if count > NAMED {
        let _ = writeln!(report.text, "            … and {} more", count - NAMED);
    }
}
