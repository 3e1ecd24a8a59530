//! `lettrage rule`: the rules of the configuration, and their rehearsal on the past.

use std::fmt::Write as _;

use chrono::{Months, NaiveDate};

use super::At;
use super::import::usage;
use crate::book::Book;
use crate::cli::Outcome;
use crate::config::{Config, Rule};
use crate::error::{Error, printable};
use crate::model::{Author, BookPayment, DecisionKind};
use crate::normalise::rules::{RuleMatch, Rules};

/// Lists rules, or rehearses them on what was decided before
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists the rules of the configuration
    List(List),
    /// Says what each rule would have done, and names every line on which it contradicts a person
    Test(Test),
}

#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    at: At,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage rule test --months 6\nExit codes: 0 no contradiction; 1 a rule contradicts a person; 2 wrong use."
)]
struct Test {
    #[command(flatten)]
    at: At,
    /// Months back from the last booking date
    #[arg(long, value_name = "N", default_value_t = 6)]
    months: u32,
    /// Only this rule
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
}

pub(in crate::cli) fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::List(args) => list(&args.at.config()?),
        Command::Test(args) => test(args),
    }
}

fn list(config: &Config) -> Outcome {
    let mut text = String::new();
    for rule in &config.rule {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:<8} {:<10} {}   {}",
            printable(&rule.id),
            printable(&rule.account),
            printable(&rule.reason),
            conditions(rule)
        );
    }
    if config.rule.is_empty() {
        text.push_str("no rules: [[rule]] in lettrage.toml makes one\n");
    }
    crate::cli::print(&text)?;
    Ok(0)
}

/// The conditions of a rule as they stand in the configuration.
pub(super) fn conditions(rule: &Rule) -> String {
    let value = serde_json::to_value(&rule.when).unwrap_or_default();
    let parts = value.as_object().into_iter().flatten().filter(|(_, v)| !v.is_null());
    let words: Vec<String> = parts
        .map(|(key, v)| format!("{key} = {}", v.as_str().map_or_else(|| v.to_string(), |s| format!("\"{s}\""))))
        .collect();
    printable(&words.join(", "))
}

/// What a rule would have done.
#[derive(Default)]
struct Rehearsal {
    fits: usize,
    as_decided: usize,
    by_matcher: Vec<String>,
    undecided: usize,
    against: Vec<String>,
}

fn test(args: &Test) -> Outcome {
    let config = args.at.config()?;
    let rules: Vec<Rule> =
        config.rule.iter().filter(|r| args.rule.as_ref().is_none_or(|id| *id == r.id)).cloned().collect();
    if rules.is_empty() {
        let error = match &args.rule {
            Some(id) => usage(format!("there is no rule {id}"), "lettrage rule list  shows them"),
            None => usage("there is no rule to test".into(), "[[rule]] in lettrage.toml makes one"),
        };
        return Err(error.into());
    }
    let book = args.at.open()?;
    let (rehearsals, conflicts, since) = rehearse(&book, &rules, args.months)?;
    let width = rules.iter().map(|r| printable(&r.id).chars().count()).max().unwrap_or(0).max("rule".len());
    let mut text = format!(
        "rehearsed on the payments since {since}\n\
         {:<width$}  lines  as decided  never decided  matched with items  AGAINST a person\n",
        "rule"
    );
    let mut contradicts = false;
    for (rule, found) in rules.iter().zip(&rehearsals) {
        contradicts |= !found.against.is_empty();
        let _ = writeln!(
            text,
            "{:<width$}  {:>5}  {:>10}  {:>13}  {:>18}  {:>16}",
            printable(&rule.id),
            found.fits,
            found.as_decided,
            found.undecided,
            found.by_matcher.len(),
            found.against.len()
        );
        found.against.iter().for_each(|line| {
            let _ = writeln!(text, "    AGAINST  {line}");
        });
        found.by_matcher.iter().for_each(|line| {
            let _ = writeln!(text, "    matched  {line}");
        });
    }
    conflicts.iter().for_each(|line| {
        let _ = writeln!(text, "conflict  {line}");
    });
    crate::cli::print(&text)?;
    Ok(u8::from(contradicts))
}

type Rehearsed = (Vec<Rehearsal>, Vec<String>, NaiveDate);

fn rehearse(book: &Book, rules: &[Rule], months: u32) -> Result<Rehearsed, Error> {
    let input = book.run_input()?;
    let last = input.payments.iter().map(|p| p.booking_date).max().unwrap_or_default();
    let since = last.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN);
    let compiled = Rules::compile(rules);
    let mut rehearsals: Vec<Rehearsal> = rules.iter().map(|_| Rehearsal::default()).collect();
    let mut conflicts = Vec::new();
    for payment in input.payments.iter().filter(|p| p.booking_date > since) {
        match compiled.of(payment) {
            RuleMatch::None => {}
            RuleMatch::One(n) => tell(&mut rehearsals[n], &rules[n], &book.payment(&payment.id)?),
            RuleMatch::Conflict(all) => {
                let ids: Vec<&str> = all.iter().map(|n| &*rules[*n].id).collect();
                conflicts.push(format!("{} is claimed by {}", printable(&payment.id), ids.join(", ")));
            }
        }
    }
    Ok((rehearsals, conflicts, since))
}

/// Holds a rule against what stands on a payment.
fn tell(rehearsal: &mut Rehearsal, rule: &Rule, line: &BookPayment) {
    rehearsal.fits += 1;
    let Some(decision) = line.decision.as_ref().filter(|d| d.kind.settles()) else {
        rehearsal.undecided += 1;
        return;
    };
    let amount = line.payment.amount;
    let what = match decision.kind {
        DecisionKind::Outside if decision.account.is_empty() => "no customer's money".to_string(),
        DecisionKind::Outside => format!("put to {}", decision.account),
        _ => {
            let items: Vec<&str> = decision.applications.iter().map(|a| &*a.item).collect();
            format!("applied to {}", items.join(" + "))
        }
    };
    let shown = printable(&format!(
        "{}, {}, {amount} {}: {what} by {} (op {:04})",
        line.payment.id, line.payment.booking_date, amount.currency, decision.by, decision.op
    ));
    let same_home = decision.kind == DecisionKind::Outside && *decision.account == *rule.account;
    match decision.author {
        Author::Person if same_home => rehearsal.as_decided += 1,
        Author::Person => rehearsal.against.push(shown),
        Author::Rule => rehearsal.as_decided += 1,
        // The matcher says that it is no customer's money, and not where it goes: the rule adds that.
        Author::Engine if decision.kind == DecisionKind::Outside => rehearsal.undecided += 1,
        Author::Engine => rehearsal.by_matcher.push(shown),
    }
}
