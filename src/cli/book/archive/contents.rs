//! Everything that is in an archive, made from a copy of the book. `verify` makes it a second time.

use crate::archive::{
    BOOK, CONFIGURATION, EFFECTIVE, Entry, Input, LARGEST, LOG, MANIFEST, Made, Manifest, PROOFS, README, REPORT,
    REPORT_JSON, RULES, SCHEMA, WEIGHTS, entry_name, manifest::Listed,
};
use crate::book::Book;
use crate::book::export::Source;
use crate::cli::book::proofs::{Balances, prove};
use crate::cli::book::{prove as proofs_json, report};
use crate::config::Config;
use crate::error::{Error, Errors};
use crate::model::{BookFacts, Month};
use crate::report::Lang;

/// What an archive is made from, apart from the book: with the same book it gives the same bytes.
pub(in crate::cli::book) struct Head {
    pub(in crate::cli::book) month: Month,
    pub(in crate::cli::book) lang: Lang,
    /// When it is made, in UTC, and by whom.
    pub(in crate::cli::book) at: String,
    pub(in crate::cli::book) by: String,
    /// Whose book it is, where its statements do not say.
    pub(in crate::cli::book) company: String,
    /// Balances that were given on the command line.
    pub(in crate::cli::book) balances: Vec<String>,
    /// The configuration as a person wrote it; none where the defaults hold.
    pub(in crate::cli::book) toml: Option<String>,
}

impl Head {
    /// The configuration of the file, or the defaults. Error: E0301.
    pub(in crate::cli::book) fn file(&self) -> Result<Config, Error> {
        match &self.toml {
            Some(text) => Config::from_toml(text, CONFIGURATION),
            None => Ok(Config::default()),
        }
    }

    /// The configuration that holds: that of the file, with the balances that were given. Errors: E0301, E0718.
    pub(in crate::cli::book) fn config(&self) -> Result<Config, Error> {
        Balances::given(self.balances.clone()).over(self.file()?, Some(self.month.last()))
    }
}

/// All entries, the manifest first. `db` is the database of `book`, before it was opened.
pub(in crate::cli::book) fn contents(book: &Book, db: &[u8], head: &Head) -> Result<Vec<Entry>, Errors> {
    let (file, config) = (head.file()?, head.config()?);
    let (inputs, originals) = inputs(book)?;
    let (facts, proofs) = prove(book, &config, Some(head.month))?;
    let made = |form| {
        let asked = report::Asked {
            period: Some(head.month),
            form,
            excel: None,
            lang: head.lang,
            sample: report::SAMPLE,
            seed: None,
            as_of: None,
            made_at: &head.at,
            company: Some(&head.company),
        };
        report::made(book, (&file, &config), &asked)
    };
    let mut entries = originals;
    entries.extend(head.toml.as_ref().map(|text| Entry::new(CONFIGURATION, text.as_bytes())));
    entries.push(Entry::new(EFFECTIVE, json(&config)));
    entries.push(Entry::new(RULES, lines(&json(&config.rule))));
    entries.extend(book.run_record("").ok().map(|run| Entry::new(WEIGHTS, run.weights)));
    entries.push(Entry::new(LOG, book.log_lines()?));
    entries.push(Entry::new(BOOK, db));
    entries.push(Entry::new(PROOFS, proofs_json::text(&proofs_json::document(&proofs, Some(head.month)))));
    entries.push(Entry::new(REPORT, made(report::Form::Html)?));
    entries.push(Entry::new(REPORT_JSON, made(report::Form::Json)?));
    entries.push(Entry::new(README, include_str!("README.txt")));
    let manifest = manifest(book, head, &config, &facts, inputs, &entries)?;
    entries.insert(0, Entry::new(MANIFEST, manifest.to_bytes()));
    Ok(entries)
}

/// What the archive says of itself, and of every entry.
fn manifest(
    book: &Book,
    head: &Head,
    config: &Config,
    facts: &BookFacts,
    inputs: Vec<Input>,
    entries: &[Entry],
) -> Result<Manifest, Error> {
    let closed = book.periods()?.into_iter().find(|p| p.month == head.month);
    let last = book.operations(1)?.into_iter().next();
    let counts = [
        ("inputs", inputs.len()),
        ("rules", config.rule.len()),
        ("payments", facts.payments.len()),
        ("items", facts.items.len()),
    ];
    Ok(Manifest {
        schema: SCHEMA.into(),
        program: "lettrage".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        company: report::company(book, facts, Some(&head.company)),
        month: head.month.to_string(),
        closed: closed.is_some(),
        seal: closed.map(|p| p.seal.to_string()),
        made: Made { at: head.at.clone(), by: head.by.clone(), language: head.lang.tag().into() },
        log_entries: last.as_ref().map_or(0, |o| o.seq),
        log_head: last.map(|o| o.hash.to_string()).unwrap_or_default(),
        configuration_sha256: crate::model::digest::sha256(&json(config)),
        ledger_balances: head.balances.clone(),
        counts: counts.map(|(name, count)| (name.to_string(), count as u64)).into(),
        inputs,
        entries: entries.iter().map(Listed::of).collect(),
    })
}

/// The imported files as they were received, in the order of their imports; also those of imports that were undone.
fn inputs(book: &Book) -> Result<(Vec<Input>, Vec<Entry>), Error> {
    let sources = book.sources()?;
    let mut order: Vec<&str> = Vec::new();
    for source in &sources {
        if !order.contains(&&*source.original) {
            order.push(&source.original);
        }
    }
    let (mut inputs, mut entries) = (Vec::new(), Vec::new());
    for (n, original) in order.into_iter().enumerate() {
        let of: Vec<&Source> = sources.iter().filter(|s| s.original == original).collect();
        let mut roles: Vec<&str> = of.iter().map(|s| &*s.role).collect();
        roles.dedup();
        let received_as = received_as(of[0]);
        let path = entry_name(n + 1, received_as);
        let bytes = book.original_within(original, LARGEST)?.unwrap_or_default();
        inputs.push(Input {
            path: path.clone(),
            received_as: received_as.to_string(),
            op: of[0].op,
            roles: roles.join(","),
            in_force: of.iter().any(|s| s.active),
        });
        entries.push(Entry::new(path, bytes));
    }
    Ok((inputs, entries))
}

/// The path of the file that a source is, or is a member of.
pub(in crate::cli::book) fn received_as(source: &Source) -> &str {
    if source.sha256 == source.original {
        return &source.path;
    }
    source.path.split_once('!').map_or(&*source.path, |(container, _)| container)
}

/// A value as JSON without blanks: what its digest is made of.
fn json(value: &impl serde::Serialize) -> Vec<u8> {
    // Invariant: the configuration is made of plain structs with text keys, which JSON can always hold.
    serde_json::to_vec(value).unwrap_or_default()
}

/// A JSON list with one element a line, so that a change has a line.
fn lines(list: &[u8]) -> Vec<u8> {
    let read: Vec<serde_json::Value> = serde_json::from_slice(list).unwrap_or_default();
    let text: Vec<String> = read.iter().map(ToString::to_string).collect();
    format!("[\n{}\n]\n", text.join(",\n")).into_bytes()
}
