//! Lettering: each item with the lines that took something off it, and each receipt with what took it back.
//!
//! An item keeps its code from the first part to the last: lower case while something is open of it, upper case when nothing is. What is
//! taken back leaves the item's group, and is lettered with its counterpart under a code of its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use foldhash::fast::RandomState;

use super::letters::Codes;
use crate::model::{JournalEntry, LetterCode, LetteringChange, LineRole};

/// What is known of an item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// What is open of it once everything that was written, and is written now, is booked; in minor units.
    pub(super) left: i64,
}

/// A receipt that the ledger booked by itself, about one item.
#[derive(Clone, Debug)]
pub(super) struct OfLedger {
    /// The line as it will be lettered, without its code; its key is the entry's name.
    pub(super) line: LetteringChange,
    /// Day of the entry.
    pub(super) day: NaiveDate,
}

/// What letters a batch gives.
pub(super) struct Lettering<'a> {
    pub(super) letters: &'a [LetteringChange],
    pub(super) codes: Codes,
    /// By the key of an entry the one that it takes back.
    pub(super) counterparts: HashMap<Box<str>, Box<str>, RandomState>,
    /// Entries of returns: their lines reopen items.
    pub(super) reopening: HashSet<Box<str>, RandomState>,
    pub(super) of_ledger: Vec<OfLedger>,
    pub(super) open: HashMap<Box<str>, Open, RandomState>,
}

/// A line of an item.
#[derive(Clone, Debug)]
struct Line {
    /// As it is now; `letter` is what it carries.
    change: LetteringChange,
    day: NaiveDate,
    is_new: bool,
}

/// By item its lines, by the key of their entry; the item's own has an empty one.
type Lines = HashMap<Box<str>, BTreeMap<Box<str>, Line>, RandomState>;

impl Lettering<'_> {
    /// Gives codes to the lines of new entries, and says what changes on others.
    pub(super) fn give(mut self, entries: &mut [JournalEntry]) -> Vec<LetteringChange> {
        let (order, mut lines) = self.lines(entries);
        let mut changes: Vec<LetteringChange> = Vec::new();
        for item in &order {
            let of_item = lines.remove(item).unwrap_or_default();
            self.item(item, of_item, &mut changes);
        }
        put(entries, &changes);
        changes.sort_by(|a, b| {
            let key = |c: &LetteringChange| {
                (c.account.clone(), c.auxiliary.clone(), c.document.clone(), c.item.clone(), c.key.clone())
            };
            key(a).cmp(&key(b))
        });
        changes
    }

    /// Items that entries touch, in the order of the entries, and all their lines.
    fn lines(&self, entries: &[JournalEntry]) -> (Vec<Box<str>>, Lines) {
        let (mut order, mut lines) = (Vec::new(), Lines::default());
        let mut touch = |change: LetteringChange, day, order: &mut Vec<Box<str>>| {
            let of_item = lines.entry(change.item.clone()).or_insert_with(|| {
                order.push(change.item.clone());
                BTreeMap::new()
            });
            of_item.insert(change.key.clone(), Line { change, day, is_new: true });
        };
        for entry in entries {
            for line in entry.lines.iter().filter(|l| l.role == LineRole::Receivable && !l.item.is_empty()) {
                let change = LetteringChange {
                    account: line.account.clone(),
                    auxiliary: line.auxiliary.clone(),
                    document: line.document.clone(),
                    item: line.item.clone(),
                    key: entry.key.clone(),
                    minor: line.minor,
                    currency: entry.currency,
                    letter: None,
                    before: None,
                };
                touch(change, entry.date, &mut order);
            }
        }
        for one in &self.of_ledger {
            touch(one.line.clone(), one.day, &mut order);
        }
        for known in self.letters {
            let Some(of_item) = lines.get_mut(&known.item) else { continue };
            let day = known.letter.as_ref().map_or(NaiveDate::MIN, |l| l.day);
            if !of_item.get(&known.key).is_some_and(|l| l.is_new) {
                of_item.insert(known.key.clone(), Line { change: known.clone(), day, is_new: false });
            }
        }
        (order, lines)
    }

    fn item(&mut self, item: &str, mut lines: BTreeMap<Box<str>, Line>, changes: &mut Vec<LetteringChange>) {
        let own = lines.remove("");
        let model = lines.values().find(|l| l.is_new).or(lines.values().next()).map(|l| l.change.clone());
        let Some(model) = model else { return };
        self.pairs(&mut lines, changes);
        let code = own.as_ref().and_then(|own| own.change.letter.as_ref()).map(|l| l.code.to_ascii_uppercase());
        // Of earlier lines those of the item's own code; of new ones all that take something off it.
        let of_group = |line: &Line| match line.is_new {
            true => !self.reopening.contains(&line.change.key),
            false => line.change.letter.as_ref().is_some_and(|l| Some(l.code.to_ascii_uppercase()) == code),
        };
        let group: Vec<Line> = lines.into_values().filter(of_group).collect();
        let own_line = |minor, before: Option<LetterCode>, letter| LetteringChange {
            key: Box::default(),
            minor,
            letter,
            before,
            ..model.clone()
        };
        let before = own.as_ref().and_then(|own| own.change.letter.clone());
        if group.is_empty() {
            if let (Some(own), Some(_)) = (&own, &before) {
                changes.push(own_line(own.change.minor, before, None));
            }
            return;
        }
        let left = self.open.get(item).map_or(0, |o| o.left);
        let minor = group.iter().fold(left, |sum, l| sum.saturating_sub(l.change.minor));
        let code = code.unwrap_or_else(|| self.codes.next(&model.account, &model.auxiliary).into());
        let code: Box<str> = if left == 0 { code.into() } else { code.to_ascii_lowercase().into() };
        let day = group.iter().map(|l| l.day).chain(own.iter().map(|o| o.day)).max().unwrap_or_default();
        let letter = Some(LetterCode { code, day });
        let mut tell = |change: LetteringChange| {
            if change.letter != change.before {
                changes.push(change);
            }
        };
        tell(own_line(minor, before, letter.clone()));
        for line in group {
            tell(LetteringChange { before: line.change.letter.clone(), letter: letter.clone(), ..line.change });
        }
    }

    /// Takes what takes each other back out of the lines, and letters it together.
    fn pairs(&mut self, lines: &mut BTreeMap<Box<str>, Line>, changes: &mut Vec<LetteringChange>) {
        let new: Vec<Box<str>> = lines.iter().filter(|(_, l)| l.is_new).map(|(key, _)| key.clone()).collect();
        for key in new {
            let Some(other) = self.counterparts.get(&key) else { continue };
            let opposite = lines.get(other).zip(lines.get(&key));
            if opposite.is_none_or(|(a, b)| i128::from(a.change.minor) != -i128::from(b.change.minor)) {
                continue;
            }
            let (Some(first), Some(second)) = (lines.remove(other), lines.remove(&key)) else { continue };
            let code = self.codes.next(&second.change.account, &second.change.auxiliary);
            let letter = Some(LetterCode { code, day: first.day.max(second.day) });
            for line in [first, second] {
                changes.push(LetteringChange {
                    before: line.change.letter.clone(),
                    letter: letter.clone(),
                    ..line.change
                });
            }
        }
    }
}

/// Writes the codes into the lines of the entries.
fn put(entries: &mut [JournalEntry], changes: &[LetteringChange]) {
    let by: HashMap<(&str, &str), &LetterCode, RandomState> = (changes.iter())
        .filter(|c| !c.key.is_empty())
        .filter_map(|c| Some(((&*c.key, &*c.item), c.letter.as_ref()?)))
        .collect();
    for entry in entries {
        for line in entry.lines.iter_mut().filter(|l| l.role == LineRole::Receivable) {
            line.letter = by.get(&(&*entry.key, &*line.item)).map(|l| (*l).clone());
        }
    }
}
