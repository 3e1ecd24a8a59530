//! `lettrage learned`: what decisions have taught about payers, and taking it back.

mod known;
mod list;

pub(super) use known::{Bearing, Learnt, Used};
pub(super) use list::{decision, kept as sentence};

use super::At;
use crate::book::log::Heading;
use crate::cli::{Outcome, Talk};
use crate::error::{Error, ErrorKind, Errors, printable};
use crate::model::learned::{Fact, FactState};

/// Lists what decisions have taught about payers, each fact with the decisions that it comes from
///
/// Accounts and names that pay for a customer, who pays for whom, usual fees. What a person has confirmed by a decision counts in the
/// next run as if the customer file had said it. What only the matcher has decided is seen, and hints: --all shows it, too.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example: lettrage learned --customer C0012\nExit codes: 0 done; 2 wrong use."
)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    list: List,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    at: At,
    /// Only what is about this customer, or what he does for others
    #[arg(long, value_name = "C")]
    customer: Option<String>,
    /// What only the matcher has decided, too
    #[arg(long)]
    all: bool,
    /// Form
    #[arg(short = 'O', long = "output-format", value_enum, default_value_t = list::Form::Table)]
    form: list::Form,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Takes facts away: no run knows them any more, whatever decisions say
    Forget(Name),
    /// Lets facts that were forgotten count again
    Recall(Name),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage learned forget 4f1c09ab22d7 --why \"the account was closed\"\n\
Exit codes: 0 done; 2 wrong use, or no such fact.")]
struct Name {
    #[command(flatten)]
    at: At,
    /// Identifiers of facts, or the beginnings of them
    #[arg(required = true, value_name = "FACT")]
    facts: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    match &args.command {
        None => list(&args.list),
        Some(Command::Forget(name)) => put(name, talk, FactState::Forgotten),
        Some(Command::Recall(name)) => put(name, talk, FactState::Confirmed),
    }
}

fn list(args: &List) -> Outcome {
    let book = args.at.open()?;
    let learnt = Learnt::of(&book, &book.customers()?)?;
    let about = |fact: &&Fact| {
        let concerns = |c: &String| *fact.key.customer == **c || *fact.key.key == **c;
        args.customer.as_ref().is_none_or(concerns)
    };
    let wanted: Vec<&Fact> = learnt.facts.iter().filter(about).collect();
    let seen = |fact: &&Fact| fact.state == FactState::Seen;
    let hidden = if args.all { 0 } else { wanted.iter().copied().filter(|f| seen(f)).count() };
    let shown: Vec<&Fact> = wanted.into_iter().filter(|f| args.all || !seen(f)).collect();
    crate::cli::print(&list::text(&shown, hidden, args.form)?)?;
    Ok(0)
}

/// Forgets facts, or recalls them.
fn put(args: &Name, talk: Talk, to: FactState) -> Outcome {
    let mut book = args.at.open()?;
    let learnt = Learnt::of(&book, &book.customers()?)?;
    let mut chosen: Vec<&Fact> = Vec::new();
    for name in &args.facts {
        let fact = find(&learnt.facts, name)?;
        refuse(fact, to)?;
        if !chosen.iter().any(|known| known.id == fact.id) {
            chosen.push(fact);
        }
    }
    let keys: Vec<_> = chosen.iter().map(|fact| fact.key.clone()).collect();
    let said: Vec<String> = chosen.iter().map(|fact| format!("{} {}", fact.id, list::sentence(fact))).collect();
    let summary = match &*said {
        [one] => one.clone(),
        many => format!("{} facts", many.len()),
    };
    let forget = to == FactState::Forgotten;
    let heading = args.at.heading(if forget { "forget" } else { "recall" })?;
    let heading = Heading { summary, why: args.why.clone(), ..heading };
    let op = if forget { book.forget(&keys, heading)? } else { book.recall(&keys, heading)? };
    if !talk.quiet {
        let word = if forget { "forgotten" } else { "recalled" };
        let lines: String = said.iter().map(|text| format!("{word} {}\n", printable(text))).collect();
        crate::cli::print(&format!("{lines}op {op:04}    undo: lettrage undo {op:04}\n"))?;
    }
    Ok(0)
}

/// The fact of an identifier, or of the beginning of one. Error: E0770.
fn find<'f>(facts: &'f [Fact], name: &str) -> Result<&'f Fact, Error> {
    let name = name.to_ascii_lowercase();
    let found: Vec<&Fact> = facts.iter().filter(|fact| !name.is_empty() && fact.id.starts_with(&name)).collect();
    let unknown = |what: String| {
        Error::new(ErrorKind::Usage, "E0770", what)
            .help("lettrage learned --all  lists the facts with their identifiers")
    };
    match *found {
        [one] => Ok(one),
        [] => Err(unknown(format!("there is no learned fact {name}"))),
        _ => Err(unknown(format!("{} learned facts begin with {name}", found.len()))),
    }
}

/// Refuses to forget what is forgotten, and to recall what is not. Errors: E0771, E0772.
fn refuse(fact: &Fact, to: FactState) -> Result<(), Errors> {
    let id = &fact.id;
    let (code, message, help) = match (to, fact.state) {
        (FactState::Forgotten, FactState::Forgotten) => (
            "E0771",
            format!("fact {id} is forgotten already"),
            format!("lettrage learned recall {id}  brings it back"),
        ),
        (FactState::Forgotten, _) | (_, FactState::Forgotten) => return Ok(()),
        _ => ("E0772", format!("fact {id} is not forgotten"), "lettrage learned  says which are".to_string()),
    };
    Err(Error::new(ErrorKind::Usage, code, message).help(help).into())
}
