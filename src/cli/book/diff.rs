//! `lettrage diff`: what changed between two runs, and because of what.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::At;
use crate::book::Book;
use crate::book::runs::RunRecord;
use crate::cli::Outcome;
use crate::error::{Error, ErrorKind, printable};

/// Differences that are named one by one without -v; the rest is counted.
const NAMED: usize = 20;

/// Compares two runs: which payments they see otherwise, and which input, rule or weight changed between them
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage diff 7f3a9c b81e04\nExit codes: 0 nothing differs; 1 something does; 2 wrong use."
)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// The earlier run: the beginning of its identifier, or the number of its operation
    a: String,
    /// The later run
    b: String,
    /// Name every difference
    #[arg(short, long)]
    verbose: bool,
}

pub(in crate::cli) fn run(args: &Args) -> Outcome {
    let book = args.at.open()?;
    let (a, b) = (book.run_record(&args.a)?, book.run_record(&args.b)?);
    let mut text = String::new();
    causes(&book, &a, &b, &mut text)?;
    let (before, after) = (book.run_outcomes(a.op)?, book.run_outcomes(b.op)?);
    let differ = outcomes(&before, &after, args.verbose, &mut text);
    crate::cli::print(&text)?;
    Ok(u8::from(differ))
}

/// Inputs, configuration, weights, version and decisions between two runs.
fn causes(book: &Book, a: &RunRecord, b: &RunRecord, text: &mut String) -> Result<(), Error> {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "run {} (op {:04}) → run {} (op {:04})", a.id, a.op, b.id, b.op);
    let from = text.len();
    let files = |run: &RunRecord| -> Result<BTreeSet<String>, Error> {
        let list: Value = json(&run.inputs)?;
        let name = |file: &Value| {
            format!("{} {}", file["role"].as_str().unwrap_or_default(), file["path"].as_str().unwrap_or_default())
        };
        Ok(list.as_array().into_iter().flatten().map(name).collect())
    };
    let (before, after) = (files(a)?, files(b)?);
    before.difference(&after).for_each(|f| {
        let _ = writeln!(text, "input   − {}", printable(f));
    });
    after.difference(&before).for_each(|f| {
        let _ = writeln!(text, "input   + {}", printable(f));
    });
    for (what, before, after) in
        [("rule    ", &a.configuration, &b.configuration), ("weight  ", &a.weights, &b.weights)]
    {
        let (before, after) = (flat(&json(before)?), flat(&json(after)?));
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let none = "–".to_string();
        for key in keys.into_iter().filter(|k| before.get(*k) != after.get(*k)) {
            let (was, is) = (before.get(key).unwrap_or(&none), after.get(key).unwrap_or(&none));
            let _ = writeln!(text, "{what}{}: {} → {}", printable(key), printable(was), printable(is));
        }
    }
    for (what, was, is) in [("as of   ", &a.as_of, &b.as_of), ("version ", &a.version, &b.version)] {
        if was != is {
            let _ = writeln!(text, "{what}{was} → {is}");
        }
    }
    let between: Vec<String> = (book.operations(0)?.iter().rev())
        .filter(|o| o.seq > a.op && o.seq < b.op && !matches!(&*o.kind, "run" | "import" | "note"))
        .map(|o| format!("{:04} {}", o.seq, o.kind))
        .collect();
    if !between.is_empty() {
        let _ = writeln!(text, "decided {}", between.join(", "));
    }
    if text.len() == from {
        text.push_str("nothing changed between them: inputs, rules, weights and version are the same\n");
    }
    Ok(())
}

fn json(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text)
        .map_err(|e| Error::new(ErrorKind::Input, "E0705", format!("a run of the book cannot be read: {e}")))
}

/// Every value of a document by its path: `matching.auto_level`.
fn flat(value: &Value) -> BTreeMap<String, String> {
    fn walk(path: &str, value: &Value, into: &mut BTreeMap<String, String>) {
        let below = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| walk(&below(key), value, into)),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(n, value)| walk(&below(&(n + 1).to_string()), value, into))
            }
            value => {
                drop(into.insert(path.to_string(), value.as_str().map_or_else(|| value.to_string(), str::to_string)))
            }
        }
    }
    let mut into = BTreeMap::new();
    walk("", value, &mut into);
    into
}

/// Payments that the runs see otherwise; whether there is any.
fn outcomes(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    verbose: bool,
    text: &mut String,
) -> bool {
    let both: Vec<&String> = before.keys().filter(|id| after.contains_key(*id)).collect();
    let differ: Vec<&&String> = both.iter().filter(|id| before[**id] != after[**id]).collect();
    let shown = if verbose { differ.len() } else { differ.len().min(NAMED) };
    let _ = writeln!(text, "{} of {} payments that both looked at differ", differ.len(), both.len());
    for id in &differ[..shown] {
        let _ = writeln!(text, "{}  {}  →  {}", printable(id), printable(&before[**id]), printable(&after[**id]));
    }
    if shown < differ.len() {
        let _ = writeln!(text, "… and {} more: -v", differ.len() - shown);
    }
    let only =
        |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| a.keys().filter(|id| !b.contains_key(*id)).count();
    let (first, second) = (only(before, after), only(after, before));
    if first + second > 0 {
        let _ = writeln!(
            text,
            "{first} only the first looked at (decided since, or gone), {second} only the second (new, or open again)"
        );
    }
    !differ.is_empty() || first + second > 0
}
