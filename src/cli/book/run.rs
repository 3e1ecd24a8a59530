//! `lettrage run`: matches what nobody has decided, and records it.

use std::fmt::Write as _;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::At;
use super::import::pooled;
use super::learned::{Bearing, Learnt, Used};
use crate::book::Book;
use crate::book::runs::{Finished, Ran, Ruled, RunInput};
use crate::cli::{Outcome, Talk, pipeline, progress};
use crate::config::Config;
use crate::engine::{self, Request};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::known::Decided;
use crate::model::{Known, Month, Standing};
use crate::normalise::rules::{RuleMatch, Rules};
use crate::report;

/// Matches the payments of the book that nobody has decided
///
/// What is sure is applied, what a rule claims goes where the rule says, the rest is proposed or listed with the reason. Decisions of
/// people stand: a run overturns none. Nothing is posted. lettrage undo takes a run back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage run --period 2026-06\n\
Exit codes: 0 done; 1 --exit-code and something is left to review or unmatched; 2 wrong use; 130 interrupted.")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Date on which ages are counted [default: the latest booking date]
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// Decide only payments of this bank account: its number, or the end of it
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// Decide only payments booked in this month
    #[arg(long, value_name = "YYYY-MM", value_parser = super::parts::month)]
    period: Option<Month>,
    /// Weights of an earlier run (its run.json), instead of measuring chance in this data
    #[arg(long, value_name = "FILE")]
    weights: Option<std::path::PathBuf>,
    /// Threads [default: one for each core]; the result is the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// File for the run as JSON: its inputs, counts and proofs
    #[arg(long, value_name = "FILE")]
    out: Option<std::path::PathBuf>,
    /// End with exit code 1 when something is left to review or unmatched
    #[arg(long)]
    exit_code: bool,
    /// Say what would be decided, and leave the book as it is
    #[arg(long)]
    dry_run: bool,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let config = args.at.config()?;
    let mut book = args.at.open()?;
    let progress = progress::Progress::start(talk.progress());
    let (ran, used) = pooled(args.threads, || make(&mut book, args, &config, &|phase| progress.phase(phase)))??;
    progress.finish();
    if let Some(path) = args.out.as_ref().filter(|_| !args.dry_run && ran.looked_at > 0) {
        super::parts::put_file(path, super::prove::text(&document(&book, args, &config, (&ran, used))?).as_bytes())?;
    }
    if ran.looked_at == 0 {
        if !talk.quiet {
            crate::cli::print("nothing to decide: every payment is decided or held\n")?;
        }
        return Ok(0);
    }
    if !talk.quiet {
        let level = level(&book, args, &config, &ran)?;
        crate::cli::print(&describe(&book, args, (&ran, used), &level)?)?;
    }
    Ok(u8::from(args.exit_code && ran.review + ran.unmatched > 0))
}

fn make(book: &mut Book, args: &Args, config: &Config, phase: &(dyn Fn(&str) + Sync)) -> Result<(Ran, Used), Errors> {
    phase("reading");
    let mut input = book.run_input()?;
    let wanted = wanted(&input, args);
    if !wanted.iter().any(|w| *w) {
        let error = Error::new(ErrorKind::Usage, "E0719", "the book has no payment to look at");
        return Err(error.help("lettrage import FILE…  brings some; lettrage list  shows what it has").into());
    }
    if !wanted.iter().zip(&input.undecided).any(|(wanted, open)| *wanted && *open) {
        return Ok(Default::default());
    }
    // Decisions of people may have moved the level of what is automatic: the run uses it, and keeps it in its configuration.
    let rules = crate::report::digest(config);
    let (config, learned) = super::calibration::applied(book, config)?;
    let config = &config;
    let learnt = Learnt::of(book, &input.customers)?;
    learnt.merge(&mut input.customers);
    let (ruled, conflicts) = by_rule(&input, config, &wanted);
    for (payment, rules) in &conflicts {
        eprintln!(
            "note: payment {} is claimed by several rules ({rules}): none of them decides",
            input.payments[*payment].id
        );
    }
    let mut decided: Vec<Decided> = input.decided.clone();
    let of_rule = |r: &Ruled| Decided { payment: r.payment, outside: true, ..Decided::default() };
    decided.extend(ruled.iter().map(of_rule));
    let weights = pipeline::load_weights(args.weights.as_deref())?;
    phase("matching");
    let request = Request {
        payments: &input.payments,
        items: &input.items,
        customers: &input.customers,
        policy: &config.matching,
        weights: &weights,
        as_of: args.as_of,
        all_evidence: false,
        known: Known {
            decided: &decided,
            objections: &input.objections,
            only_propose: &input.only_propose,
            forgotten: &learnt.forgotten,
        },
    };
    let reconciliation = engine::reconcile_in_stages(&request, phase);
    phase("recording");
    let bearing: Bearing = learnt.bearing(&input, &reconciliation, &wanted);
    let used = learnt.used(&bearing, &reconciliation);
    let weights = weights.used(reconciliation.frequencies.clone());
    let version = env!("CARGO_PKG_VERSION");
    let before = book.operations(1)?.first().map(|o| o.hash.to_string()).unwrap_or_default();
    let before = [before, learnt.digest()].concat();
    let id = run_id(&input, config, &weights, &reconciliation, version, &before);
    let text = |value: serde_json::Result<String>| {
        value.map_err(|e| Error::new(ErrorKind::Input, "E0301", format!("the configuration cannot be kept: {e}")))
    };
    let configuration = text(serde_json::to_string(config))?;
    let weights = text(serde_json::to_string(&weights))?;
    let files: Vec<serde_json::Value> = (input.files.iter())
        .map(|f| serde_json::json!({ "path": &*f.path, "sha256": &*f.sha256, "role": f.role.word() }))
        .collect();
    let level = report::book::level_words(report::Lang::En, &learned.level);
    let mut payload = used.payload(&learnt.digest());
    payload["calibration"] = serde_json::json!(learned.record());
    let heading = crate::book::log::Heading {
        run: id.clone(),
        rules,
        summary: if learned.level.moved() { level } else { String::new() },
        payload,
        ..args.at.heading("run")?
    };
    let finished = Finished {
        input: &input,
        reconciliation: &reconciliation,
        ruled: &ruled,
        wanted: &wanted,
        id: &id,
        as_of: reconciliation.as_of,
        configuration: &configuration,
        weights: &weights,
        inputs: &serde_json::Value::from(files).to_string(),
        learned: &bearing,
    };
    Ok((book.record_run(&finished, heading, args.dry_run)?, used))
}

/// Identifier of a run: inputs, configuration, weights and version as for `match`, and what the book knew.
fn run_id(
    input: &RunInput,
    config: &Config,
    weights: &crate::config::Weights,
    reconciliation: &crate::model::Reconciliation,
    version: &str,
    head: &str,
) -> String {
    let id = report::run_id(&input.files, config, weights, reconciliation.as_of, version);
    super::parts::short_hash(&[&id, head])
}

/// Which payments are in the account and month that were asked for.
fn wanted(input: &RunInput, args: &Args) -> Vec<bool> {
    let account = args.account.as_deref().map(crate::book::query::compact_account);
    let of = |p: &crate::model::Payment| {
        account.as_ref().is_none_or(|a| p.account.ends_with(a.as_str()))
            && args.period.is_none_or(|month| Month::of(p.booking_date) == month)
    };
    input.payments.iter().map(of).collect()
}

/// What rules claim of the undecided payments, and which several rules claim.
fn by_rule(input: &RunInput, config: &Config, wanted: &[bool]) -> (Vec<Ruled>, Vec<(usize, String)>) {
    if config.rule.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let rules = Rules::compile(&config.rule);
    let open = |n: &usize| wanted[*n] && input.undecided[*n] && input.only_propose.binary_search(&(*n as u32)).is_err();
    let matches: Vec<(usize, RuleMatch)> = (0..input.payments.len())
        .into_par_iter()
        .filter(open)
        .map(|n| (n, rules.of(&input.payments[n])))
        .filter(|(_, found)| *found != RuleMatch::None)
        .collect();
    let (mut ruled, mut conflicts) = (Vec::new(), Vec::new());
    for (n, found) in matches {
        match found {
            RuleMatch::None => {}
            RuleMatch::One(at) => {
                let rule = &config.rule[at];
                let (account, reason) = (rule.account.clone(), rule.reason.clone());
                ruled.push(Ruled { payment: n as u32, rule: rule.id.clone(), account, reason });
            }
            RuleMatch::Conflict(all) => {
                let ids: Vec<&str> = all.iter().map(|at| &*config.rule[*at].id).collect();
                conflicts.push((n, ids.join(", ")));
            }
        }
    }
    (ruled, conflicts)
}

/// The run for programs: what it looked at, how many payments it put where, and the proofs of the book as it stands now.
fn document(book: &Book, args: &Args, config: &Config, (ran, used): (&Ran, Used)) -> Result<serde_json::Value, Errors> {
    let record = book.run_record("")?;
    let (_, made) = super::proofs::prove(book, config, args.period)?;
    let inputs: serde_json::Value = serde_json::from_str(&record.inputs).unwrap_or_default();
    let proofs = super::prove::document(&made, args.period);
    Ok(serde_json::json!({
        "schema": "lettrage.book-run/1", "run_id": record.id, "operation": ran.op, "as_of": record.as_of,
        "version": record.version, "rules_sha256": crate::report::digest(config), "inputs": inputs,
        "payments": {
            "looked_at": ran.looked_at, "applied": ran.applied, "by_rule": ran.by_rule, "outside": ran.outside,
            "review": ran.review, "unmatched": ran.unmatched
        },
        "learned": used,
        "proofs": proofs["proofs"], "not_possible": proofs["not_possible"]
    }))
}

/// What people's decisions have done to the level, where they have moved it.
fn level(book: &Book, args: &Args, config: &Config, ran: &Ran) -> Result<String, Error> {
    let choice = match args.dry_run {
        true => Some(super::calibration::learned(book, config)?.0.level),
        false => book.calibration_of_operation(ran.op)?.map(|record| record.level),
    };
    let moved = choice.filter(crate::model::LevelChoice::moved);
    Ok(moved.map_or_else(String::new, |choice| report::book::level_words(report::Lang::En, &choice)))
}

fn describe(book: &Book, args: &Args, (ran, used): (&Ran, Used), level: &str) -> Result<String, Error> {
    let mut text = String::new();
    let accounts = book.status(args.period)?;
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{:<32} {:>8} {:>14} {:>8} {:>8} {:>10} {:>10} {:>6} {:>14}",
        "account", "lines", "matched", "by rule", "outside", "to review", "unmatched", "held", "unmatched sum"
    );
    for account in &accounts {
        let sum = |standing: Standing| account.sums[Standing::ALL.iter().position(|s| *s == standing).unwrap_or(0)];
        let lines: u64 = account.sums.iter().map(|s| s.count).sum();
        let matched = sum(Standing::Matched).count;
        let share = (matched * 1000).checked_div(lines).unwrap_or(0);
        let left = sum(Standing::Unmatched);
        let mut gross = String::new();
        let _ = crate::model::money::write_minor(&mut gross, left.credit - left.debit, account.currency);
        let _ = writeln!(
            text,
            "{:<32} {lines:>8} {matched:>8} {:>3}.{}% {:>8} {:>8} {:>10} {:>10} {:>6} {gross:>14}",
            format!("{} {}", account.account, account.currency),
            share / 10,
            share % 10,
            sum(Standing::ByRule).count,
            sum(Standing::Outside).count,
            sum(Standing::Review).count,
            left.count,
            sum(Standing::Held).count
        );
    }
    let would = if args.dry_run { "would decide" } else { "decided" };
    let _ = writeln!(
        text,
        "\nlooked at {} payments: {would} {} by matching, {} by rule, {} as no customer's money; {} to review, {} unmatched",
        ran.looked_at, ran.applied, ran.by_rule, ran.outside, ran.review, ran.unmatched
    );
    if !level.is_empty() {
        let _ = writeln!(text, "{level}");
    }
    text.push_str(&used.sentence());
    let operation = if args.dry_run { "nothing was changed".to_string() } else { format!("op {:04}", ran.op) };
    let next = match (ran.review, ran.unmatched) {
        (0, 0) => "prove",
        (0, _) => "list unmatched",
        _ => "list review",
    };
    let _ = writeln!(text, "{operation}; nothing was posted                  next: lettrage {next}");
    Ok(text)
}
