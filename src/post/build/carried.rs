//! Lines that the ledger has, repeated in a file so that each code of lettering adds up within it: the item's own line, and what took
//! something off it earlier.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use foldhash::fast::RandomState;

use super::accounts::Accounts;
use super::entry::{cut, negative};
use super::key;
use crate::model::{EntryKind, JournalEntry, JournalLine, LetteringChange, LineRole, Month, PostFacts};

/// One entry for each item whose code stands in the file, at the first day of the month.
pub(super) fn entries(
    facts: &PostFacts,
    accounts: Accounts<'_>,
    changes: &[LetteringChange],
    new: &[JournalEntry],
    month: Month,
) -> Vec<JournalEntry> {
    let in_file: HashSet<&str, RandomState> = new.iter().map(|e| &*e.key).collect();
    let lettered = |c: &&LetteringChange| c.letter.is_some() && !in_file.contains(&*c.key);
    let mut by_item: BTreeMap<&str, Vec<&LetteringChange>> = BTreeMap::new();
    for change in changes.iter().filter(lettered) {
        by_item.entry(&change.item).or_default().push(change);
    }
    let items: HashMap<&str, usize, RandomState> =
        facts.book.items.iter().enumerate().map(|(n, i)| (&*i.id, n)).collect();
    let mut entries = Vec::new();
    for (number, (item, lines)) in (1u64..).zip(by_item) {
        let n = items.get(item).copied();
        let issued = n.and_then(|n| facts.book.items[n].issued);
        let text = n.map(|n| facts.items[n].clone()).unwrap_or_default();
        let label = cut(&format!("Report {} {}", text.name, lines[0].document));
        let of = |change: &LetteringChange| JournalLine {
            account: change.account.clone(),
            auxiliary: change.auxiliary.clone(),
            letter: change.letter.clone(),
            document: change.document.clone(),
            ..accounts.receivable(item, &text, change.minor, &label)
        };
        let currency = lines[0].currency;
        let lines: Vec<JournalLine> = lines.into_iter().filter(|c| c.minor != 0).map(of).collect();
        let date = issued.unwrap_or(month.first()).clamp(month.first(), month.last());
        entries.extend(entry(accounts, "item", item, lines, number, date, issued, currency, &label));
    }
    entries
}

/// An entry of lines that are brought forward, balanced by the opening account; none where nothing is.
#[expect(clippy::too_many_arguments, reason = "each is a field of the entry")]
pub(super) fn entry(
    accounts: Accounts<'_>,
    what: &str,
    of: &str,
    mut lines: Vec<JournalLine>,
    number: u64,
    date: NaiveDate,
    issued: Option<NaiveDate>,
    currency: crate::model::Currency,
    label: &str,
) -> Option<JournalEntry> {
    let sum = lines.iter().fold(0i64, |sum, l| sum.saturating_add(l.minor));
    if lines.is_empty() {
        return None;
    }
    if sum != 0 {
        lines.push(accounts.line(LineRole::Opening, &accounts.post.opening, negative(sum).ok()?, label));
    }
    let document: Box<str> = lines[0].document.clone();
    for line in lines.iter_mut().filter(|l| l.document.is_empty()) {
        line.document = if document.is_empty() { of.into() } else { document.clone() };
    }
    Some(JournalEntry {
        key: key::of_carried(what, &format!("{of} {date}")),
        kind: EntryKind::Carried,
        journal: accounts.post.opening_journal.as_str().into(),
        journal_name: accounts.post.opening_journal_name.as_str().into(),
        number,
        date,
        document: if document.is_empty() { of.into() } else { document },
        document_date: issued.unwrap_or(date),
        label: label.into(),
        currency,
        payment: Box::default(),
        reverses: Box::default(),
        lines,
    })
}
