//! Facts for people and for programs.

use std::fmt::Write as _;

use crate::error::{Error, ErrorKind, printable};
use crate::model::Author;
use crate::model::columns::is_formula;
use crate::model::learned::{Fact, FactBy, FactSource, FactUse};

/// Name and version of the format in JSON.
const SCHEMA: &str = "lettrage.learned/1";
/// Decisions of a fact that the table names; the other forms have all.
const NAMED: usize = 5;
const COLUMNS: [&str; 14] = [
    "fact",
    "kind",
    "by",
    "key",
    "shown",
    "customer",
    "customer_name",
    "state",
    "in_use",
    "why",
    "decisions",
    "by_people",
    "first_day",
    "last_day",
];

/// The form of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// One row for each fact, its decisions in the last column
    Csv,
}

/// What a fact says, in words.
pub(super) fn sentence(fact: &Fact) -> String {
    let customer = named(&fact.key.customer, &fact.customer_name);
    match fact.key.by {
        FactBy::Account => format!("account {} pays for {customer}", fact.key.key),
        FactBy::Name => format!("name “{}” pays for {customer}", fact.shown),
        FactBy::Customer => format!("{} pays for {customer}", named(&fact.key.key, &fact.shown)),
        FactBy::Fee => format!("payments of {customer} arrive short by {}", fact.key.key),
    }
}

/// The same, of a fact that was kept with a run.
pub(in crate::cli::book) fn kept(fact: &FactUse) -> String {
    let (key, customer) = (&fact.key.key, &fact.key.customer);
    match fact.key.by {
        FactBy::Account => format!("account {key} pays for {customer}"),
        FactBy::Name => format!("name “{key}” pays for {customer}"),
        FactBy::Customer => format!("{key} pays for {customer}"),
        FactBy::Fee => format!("payments of {customer} arrive short by {key}"),
    }
}

fn named(id: &str, name: &str) -> String {
    if name.is_empty() || name == id { id.to_string() } else { format!("{id} {name}") }
}

/// Who made a decision: `op 0007 amc`.
pub(in crate::cli::book) fn decision(source: &FactSource) -> String {
    let by = match source.author {
        Author::Engine => "the matcher".to_string(),
        Author::Rule => format!("rule {}", source.by),
        Author::Person => source.by.to_string(),
    };
    format!("{}  {}  op {:04}  {by}", source.payment, source.day, source.op)
}

/// The list. `hidden` facts are only seen, and not in it.
pub(super) fn text(facts: &[&Fact], hidden: usize, form: Form) -> Result<String, Error> {
    match form {
        Form::Table => Ok(table(facts, hidden)),
        Form::Json => json(facts),
        Form::Csv => csv(facts),
    }
}

fn table(facts: &[&Fact], hidden: usize) -> String {
    let mut text = String::new();
    for fact in facts {
        let used = if fact.in_use() { ", in use" } else { "" };
        let why = if fact.why.is_empty() { String::new() } else { format!(": {}", printable(&fact.why)) };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}  {:<11}  {}   {}{used}{why}",
            fact.id,
            fact.kind.word(),
            printable(&sentence(fact)),
            fact.state.word()
        );
        for source in fact.sources.iter().rev().take(NAMED) {
            let _ = writeln!(text, "              {}", printable(&decision(source)));
        }
        if fact.sources.len() > NAMED {
            let _ = writeln!(text, "              and {} earlier ones", fact.sources.len() - NAMED);
        }
        if fact.sources.is_empty() {
            text.push_str("              no decision teaches it any more\n");
        }
    }
    let in_use = facts.iter().filter(|fact| fact.in_use()).count();
    let seen = match hidden {
        0 => String::new(),
        n => format!("; {n} that only the matcher has decided: --all"),
    };
    let plural = if facts.len() == 1 { "" } else { "s" };
    let _ = writeln!(text, "{} fact{plural}, {in_use} in use{seen}", facts.len());
    text
}

fn json(facts: &[&Fact]) -> Result<String, Error> {
    let rows: Vec<serde_json::Value> = (facts.iter())
        .map(|fact| {
            let mut row = serde_json::json!(fact);
            row["in_use"] = fact.in_use().into();
            row["says"] = sentence(fact).into();
            row
        })
        .collect();
    let document = serde_json::json!({ "schema": SCHEMA, "facts": rows });
    let text = serde_json::to_string_pretty(&document).map_err(|e| unwritable(&e.to_string()))?;
    Ok(text + "\n")
}

fn csv(facts: &[&Fact]) -> Result<String, Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| unwritable(&e.to_string());
    out.write_record(COLUMNS.iter().chain(&["sources"])).map_err(failed)?;
    for fact in facts {
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let sources: Vec<String> = fact.sources.iter().map(|s| format!("{}@{}", s.payment, s.op)).collect();
        let row = [
            fact.id.to_string(),
            fact.kind.word().into(),
            fact.key.by.word().into(),
            guarded(&fact.key.key),
            guarded(&fact.shown),
            guarded(&fact.key.customer),
            guarded(&fact.customer_name),
            fact.state.word().into(),
            fact.in_use().to_string(),
            guarded(&fact.why),
            fact.sources.len().to_string(),
            fact.confirmed_by().count().to_string(),
            day(fact.days().map(|days| days.0)),
            day(fact.days().map(|days| days.1)),
            guarded(&sources.join("|")),
        ];
        out.write_record(&row).map_err(failed)?;
    }
    let bytes = out.into_inner().map_err(|e| unwritable(&e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| unwritable(&e.to_string()))
}

/// A text that a spreadsheet does not run as a formula (CWE-1236).
fn guarded(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_string() }
}

fn unwritable(why: &str) -> Error {
    Error::new(ErrorKind::Io, "E0002", format!("cannot write the list: {why}"))
}
