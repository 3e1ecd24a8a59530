//! Where in the file something stands that no single value shows: two rules of one name, a balance without its day.

use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::{Config, control, ledger, rules};

/// What is wrong, where, and the other place that belongs to it; places in bytes.
pub(super) struct Fault {
    pub says: String,
    pub span: Option<Range<usize>>,
    pub other: Option<Range<usize>>,
}

/// The first fault of values that are well formed each for itself.
pub(super) fn fault(config: &Config, text: &str) -> Option<Fault> {
    if let Some(found) = rules::fault(&config.rule) {
        let places = Places::read(text);
        let at = |n: usize| places.rule.get(n).map(|rule| rule.id.span());
        return Some(Fault { says: found.says, span: at(found.rule), other: found.other.and_then(at) });
    }
    if let Some(found) = control::fault(&config.control) {
        let places = Places::read(text).control;
        let at = |n: usize| places.approver.get(n).map(|one| one.name.span());
        return Some(Fault { says: found.says, span: at(found.approver), other: at(found.other) });
    }
    let found = ledger::fault(&config.ledger)?;
    let places = Places::read(text).ledger;
    let at = |n: usize| places.bank.get(n).map(|bank| bank.account.span());
    let span = match found.bank {
        Some(n) => at(n),
        None => (places.receivable_balance.as_ref()).or(places.receivable_at.as_ref()).map(Spanned::span),
    };
    Some(Fault { says: found.says, span, other: found.other.and_then(at) })
}

/// Line from 1, characters before the place in it, and the line itself.
pub(super) fn of(text: &str, byte: usize) -> (u64, usize, &str) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    let line = text[line_start..].lines().next().unwrap_or("");
    (before.matches('\n').count() as u64 + 1, before[line_start..].chars().count(), line)
}

/// The file once more, for the places of what has a name in it. It was read before: what cannot be read here has no place.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Places {
    rule: Vec<RulePlace>,
    ledger: LedgerPlaces,
    control: ControlPlaces,
}

#[derive(Deserialize)]
struct RulePlace {
    id: Spanned<IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ControlPlaces {
    approver: Vec<ApproverPlace>,
}

#[derive(Deserialize)]
struct ApproverPlace {
    name: Spanned<IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LedgerPlaces {
    receivable_balance: Option<Spanned<IgnoredAny>>,
    receivable_at: Option<Spanned<IgnoredAny>>,
    bank: Vec<BankPlace>,
}

#[derive(Deserialize)]
struct BankPlace {
    account: Spanned<IgnoredAny>,
}

impl Places {
    fn read(text: &str) -> Self {
        toml::from_str(text).unwrap_or_default()
    }
}
