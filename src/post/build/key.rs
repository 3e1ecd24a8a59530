//! Keys of entries: the same decision gives the same key, whenever and however often it is written.

use crate::model::digest;
use crate::model::{BookFacts, DecisionFact};

/// Hexadecimal digits of a key: 64 bits tell millions of entries apart.
const DIGITS: usize = 16;

/// The key of what is decided about a payment or item. `again` counts how often an entry of the same content was taken back before: what
/// is booked anew is another entry.
pub(super) fn of_decision(facts: &BookFacts, subject: &str, decision: &DecisionFact, again: usize) -> Box<str> {
    let mut applied: Vec<(&str, i64)> = decision
        .applications
        .iter()
        .map(|a| (facts.items.get(a.item as usize).map_or("", |i| &*i.id), a.minor))
        .collect();
    applied.sort_unstable();
    let mut differences: Vec<(&str, i64)> = decision.differences.iter().map(|d| (d.kind.word(), d.minor)).collect();
    differences.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    let mut put = |text: &str| digest::put(&mut hasher, text);
    for text in ["decision", subject, decision.kind.word(), &decision.account, &again.to_string()] {
        put(text);
    }
    for (name, minor) in applied.into_iter().chain(differences) {
        put(name);
        put(&minor.to_string());
    }
    short(&hasher)
}

/// The key of money that waits.
pub(super) fn of_suspense(payment: &str, minor: i64, again: usize) -> Box<str> {
    of_texts(&["suspense", payment, &minor.to_string(), &again.to_string()])
}

/// The key of the entry that takes another back.
pub(super) fn of_reversal(key: &str) -> Box<str> {
    of_texts(&["reversal", key])
}

/// The key of what is brought forward.
pub(super) fn of_carried(what: &str, of: &str) -> Box<str> {
    of_texts(&["carried", what, of])
}

fn of_texts(texts: &[&str]) -> Box<str> {
    let mut hasher = blake3::Hasher::new();
    texts.iter().for_each(|text| digest::put(&mut hasher, text));
    short(&hasher)
}

fn short(hasher: &blake3::Hasher) -> Box<str> {
    format!("L{}", &hasher.finalize().to_hex().as_str()[..DIGITS]).into()
}
