//! `lettrage post --confirm`: what the ledger has taken of what was written.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use foldhash::fast::RandomState;

use crate::book::posting::Sent;
use crate::cli::book::At;
use crate::cli::{Outcome, Talk};
use crate::error::{Error, ErrorKind, printable};
use crate::model::{Answer, Currency, LineRole, Money};
use crate::post::ack;

/// Lines of one sort that are named; the rest is counted.
const SHOWN: usize = 20;

/// What an answer says of what was written.
#[derive(Default)]
struct Compared {
    /// Answers with their batch.
    answers: Vec<(u64, Answer)>,
    taken: usize,
    refused: Vec<String>,
    differ: Vec<String>,
    unknown: Vec<String>,
    silent: Vec<String>,
}

pub(super) fn run(at: &At, path: &Path, talk: Talk) -> Outcome {
    let shown = path.display().to_string();
    let config = at.config()?;
    let failed =
        |e: &std::io::Error| Error::new(ErrorKind::Io, "E0001", format!("cannot read: {e}")).in_file(shown.clone());
    let size = std::fs::metadata(path).map_err(|e| failed(&e))?.len();
    if size > config.limits.file_bytes {
        return Err(crate::read::too_large(&shown, size, &config.limits).into());
    }
    let bytes = std::fs::read(path).map_err(|e| failed(&e))?;
    let currency = Currency::parse(&config.post.currency).unwrap_or(Currency::EUR);
    let answers = ack::read(&shown, &super::file_name(path), &bytes, currency)?;
    let mut book = at.open()?;
    let compared = compare(&book.sent()?, answers);
    let all = compared.taken + compared.refused.len() + compared.silent.len();
    if compared.answers.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "E0735", "none of its keys is of an entry that was written")
            .in_file(shown)
            .label(format!("{} unknown keys", compared.unknown.len()))
            .help("is it the answer to another book? lettrage log  lists what was posted")
            .into());
    }
    let heading = crate::book::log::Heading { why: super::file_name(path), ..at.heading("confirm")? };
    let op = book.record_answers(&compared.answers, heading)?;
    if !talk.quiet {
        crate::cli::print(&text(&compared, all, op))?;
    }
    let whole = compared.taken == all && compared.differ.is_empty() && compared.unknown.is_empty();
    Ok(u8::from(!whole))
}

/// Holds answers against what was written: the last entry of a key that waits for an answer, or else the last one.
fn compare(sent: &[Sent], answers: Vec<Answer>) -> Compared {
    let mut of_key: HashMap<&str, &Sent, RandomState> = HashMap::default();
    for one in sent {
        of_key.insert(&one.entry.key, one);
    }
    let mut compared = Compared::default();
    let mut answered: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for answer in answers {
        let Some(one) = of_key.get(&*answer.key) else {
            compared.unknown.push(format!("{} ({})", printable(&answer.key), answer.place));
            continue;
        };
        answered.entry(one.op).or_default().push(&one.entry.key);
        if answer.taken {
            compared.taken += 1;
        } else {
            let why = if answer.message.is_empty() { "no reason given".into() } else { printable(&answer.message) };
            compared.refused.push(format!("{}, {why} ({})", printable(&answer.key), answer.place));
        }
        if let Some(minor) = answer.minor.filter(|minor| !is_of(one, *minor)) {
            let money = |minor| Money::new(minor, one.entry.currency);
            let (sent, took) = (money(total(one)), money(minor));
            compared.differ.push(format!(
                "{}: {sent} was sent, {took} is said ({})",
                printable(&answer.key),
                answer.place
            ));
        }
        compared.answers.push((one.op, answer));
    }
    // Of the batches that it answers, entries of which it says nothing and nothing was said before.
    for (op, keys) in answered {
        let known: std::collections::HashSet<&str> = keys.into_iter().collect();
        let of_batch = sent.iter().filter(|s| s.op == op && s.answer.is_none() && !known.contains(&*s.entry.key));
        compared.silent.extend(of_batch.map(|s| s.entry.key.to_string()));
    }
    compared
}

/// Sum of the debits of an entry.
fn total(sent: &Sent) -> i64 {
    sent.entry.lines.iter().filter(|l| l.minor > 0).fold(0, |sum, l| sum.saturating_add(l.minor))
}

/// Whether an amount is what was sent: the sum of the entry, or the money that moved.
fn is_of(sent: &Sent, minor: i64) -> bool {
    let money = sent.entry.lines.iter().find(|l| l.role == LineRole::Bank).map(|l| l.minor.saturating_abs());
    minor == total(sent) || Some(minor) == money
}

fn text(compared: &Compared, all: usize, op: u64) -> String {
    let mut text = format!("{} of {all} taken by the ERP", compared.taken);
    if let [one] = &*compared.refused {
        text.push_str(&format!("; refused: {one}"));
    }
    text.push('\n');
    if compared.refused.len() > 1 {
        list(&mut text, "refused", &compared.refused);
    }
    list(&mut text, "no answer", &compared.silent);
    list(&mut text, "another amount", &compared.differ);
    list(&mut text, "unknown key", &compared.unknown);
    if !compared.refused.is_empty() {
        text.push_str("what was refused is due again, with the same key: lettrage post --write\n");
    }
    text.push_str(&format!("op {op:04}    undo: lettrage undo {op:04}\n"));
    text
}

fn list(text: &mut String, what: &str, lines: &[String]) {
    for line in lines.iter().take(SHOWN) {
        text.push_str(&format!("{what}: {line}\n"));
    }
    if let Some(more) = lines.len().checked_sub(SHOWN).filter(|n| *n > 0) {
        text.push_str(&format!("{what}: … and {more} more\n"));
    }
}
