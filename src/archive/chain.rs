//! The log as text, and its chain computed again: without the book, and without the code that wrote it.
//!
//! Each line of `log.jsonl` is one JSON object with one key: `entry` for an operation, then a `decision` for each that it made and a
//! `change` for each that it put back. The hash of an entry is BLAKE3 over its eleven fields, each with its length in bytes in front as
//! 64 bits, little-endian; `details` is BLAKE3 over its decisions and changes in the same way.

use serde::{Deserialize, Serialize};

use super::{Finding, LOG};

/// Breaks that are named; what lies behind them is not read.
const NAMED: usize = 20;

/// An operation as it is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// Number, from 1 without a gap.
    pub seq: i64,
    /// When, in UTC.
    pub at: String,
    /// Who.
    pub who: String,
    /// What.
    pub kind: String,
    /// In one line.
    pub summary: String,
    /// Why.
    pub why: String,
    /// The run, or empty.
    pub run: String,
    /// SHA-256 of the configuration, or empty.
    pub rules: String,
    /// What was asked for: JSON as a text, exactly as it was hashed.
    pub payload: String,
    /// BLAKE3 over decisions and changes.
    pub details: String,
    /// Hash of the entry before.
    pub previous: String,
    /// Hash of this one.
    pub hash: String,
}

/// A decision as it is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogDecision {
    /// Name of the payment or item that it is about.
    pub id: String,
    /// Number.
    pub n: i64,
    /// Number of the payment.
    pub payment: Option<i64>,
    /// Number of the item.
    pub item: Option<i64>,
    /// The decision that stood before.
    pub before: Option<i64>,
    /// The receipt that it returns.
    pub returns: Option<i64>,
    /// Millionths.
    pub probability: Option<i64>,
    /// What was decided.
    pub kind: String,
    /// Who decided: `engine`, `rule`, `person`.
    pub author: String,
    /// By name.
    pub by: String,
    /// Ledger account.
    pub account: String,
    /// Short reason.
    pub reason: String,
    /// Typed differences.
    pub differences: String,
    /// Items of an equation that was refused.
    pub refused: String,
    /// Until when it is held.
    pub until: Option<String>,
    /// Items by number, with what is taken off each in minor units; in the order of their numbers.
    pub applications: Vec<(i64, i64)>,
}

/// A decision that was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogChange {
    /// Number of the payment; of an item as a negative one.
    pub subject: i64,
    /// The decision that stood before.
    pub before: Option<i64>,
    /// The one that stands after.
    pub after: Option<i64>,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLine {
    /// An operation; what follows belongs to it.
    Entry(LogEntry),
    /// A decision that it made.
    Decision(LogDecision),
    /// A decision that it put back.
    Change(LogChange),
}

/// A chain that holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// Entries.
    pub entries: u64,
    /// Hash of the last one.
    pub head: String,
}

/// What the first entry follows.
fn beginning() -> String {
    blake3::hash(b"lettrage book").to_hex().to_string()
}

/// An entry whose decisions and changes are being read.
struct Current {
    line: usize,
    entry: LogEntry,
    details: blake3::Hasher,
}

/// Computes the chain of a log again.
///
/// What does not hold is named with its line; the chain is followed on from the hash that stands there, so that a single change is
/// a single finding.
pub fn check(text: &[u8]) -> Result<Chain, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut chain = Chain { entries: 0, head: beginning() };
    let mut current: Option<Current> = None;
    let lines = text.strip_suffix(b"\n").unwrap_or(text).split(|b| *b == b'\n');
    for (n, line) in lines.enumerate() {
        if findings.len() >= NAMED {
            break;
        }
        let place = n + 1;
        match (serde_json::from_slice(line), current.as_mut()) {
            (Ok(LogLine::Entry(entry)), _) => {
                if let Some(done) = current.take() {
                    finish(done, &mut chain, &mut findings);
                }
                current = Some(Current { line: place, entry, details: blake3::Hasher::new() });
            }
            (Ok(LogLine::Decision(decision)), Some(of)) => put_decision(&decision, &mut of.details),
            (Ok(LogLine::Change(change)), Some(of)) => put_change(&change, &mut of.details),
            (Ok(_), None) => findings.push(Finding::new(LOG, format!("line {place}: it belongs to no entry"))),
            (Err(error), _) => findings.push(Finding::new(LOG, format!("line {place} cannot be read: {error}"))),
        }
    }
    if let Some(done) = current.take() {
        finish(done, &mut chain, &mut findings);
    }
    if chain.entries == 0 {
        findings.push(Finding::new(LOG, "it has no entry"));
    }
    if findings.is_empty() { Ok(chain) } else { Err(findings) }
}

fn finish(of: Current, chain: &mut Chain, findings: &mut Vec<Finding>) {
    let Current { line, entry, details } = of;
    let mut wrong = |what: &str| findings.push(Finding::new(LOG, format!("line {line}, entry {}: {what}", entry.seq)));
    chain.entries += 1;
    if entry.seq != i64::try_from(chain.entries).unwrap_or(-1) {
        wrong(&format!("it should be entry {}: one is missing, or one too many", chain.entries));
        chain.entries = entry.seq.unsigned_abs();
    }
    if entry.previous != chain.head {
        wrong("it does not follow the entry before");
    }
    if *details.finalize().to_hex() != *entry.details {
        wrong("its decisions, in the lines behind it, are not those that were made");
    }
    if hash(&entry) != entry.hash {
        wrong("its words are not those that were written");
    }
    chain.head = entry.hash;
}

fn hash(entry: &LogEntry) -> String {
    let mut hasher = blake3::Hasher::new();
    let e = entry;
    let seq = e.seq.to_string();
    let fields =
        [&seq, &e.at, &e.who, &e.kind, &e.summary, &e.why, &e.run, &e.rules, &e.payload, &e.details, &e.previous];
    fields.into_iter().for_each(|field| put(&mut hasher, field));
    hasher.finalize().to_hex().to_string()
}

fn put_decision(decision: &LogDecision, hasher: &mut blake3::Hasher) {
    let d = decision;
    put(hasher, &d.id);
    for number in [Some(d.n), d.payment, d.item, d.before, d.returns, d.probability] {
        put(hasher, &number.map_or_else(String::new, |n| n.to_string()));
    }
    for text in [&d.kind, &d.author, &d.by, &d.account, &d.reason, &d.differences, &d.refused] {
        put(hasher, text);
    }
    put(hasher, d.until.as_deref().unwrap_or_default());
    for (item, minor) in &d.applications {
        put(hasher, &format!("{item}:{minor}"));
    }
}

fn put_change(change: &LogChange, hasher: &mut blake3::Hasher) {
    let number = |n: Option<i64>| n.map_or("None".to_string(), |n| format!("Some({n})"));
    put(hasher, &format!("{}: {} -> {}", change.subject, number(change.before), number(change.after)));
}

fn put(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}
