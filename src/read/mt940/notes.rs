//! What is odd in a file: one note for each kind of oddity, with its number and the first place.

use std::collections::BTreeMap;

use crate::model::{Note, NoteKind};

/// A kind of oddity, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Oddity {
    EntryAfterClosing,
    SecondAccount,
    UnreadableBalance,
    FloorLimit,
    EntryDateMissing,
    DayMoved,
    BalanceCurrencyMissing,
    PointForComma,
    BlankInAmount,
    TagWithoutColon,
    Expected,
    OutsideMessages,
    InfoWithoutEntry,
    OtherTag,
}

impl Oddity {
    fn note(self, count: u64, line: u32) -> Note {
        use NoteKind::{Assumed, Said, Warning};
        let (kind, text) = match self {
            Self::EntryAfterClosing => (
                Warning,
                "{} behind the closing balance of their statement: they count, and the balances cannot hold them",
            ),
            Self::SecondAccount => (Warning, "{} with a second :25: among the entries: the account stays the first"),
            Self::UnreadableBalance => (
                Warning,
                "{} with a balance that cannot be read: whether the entries are complete cannot be checked there",
            ),
            Self::FloorLimit => {
                (Warning, "{} with a floor limit (:34F:) above zero: smaller movements are not in the report")
            }
            Self::EntryDateMissing => (Assumed, "{} without entry date: the value date is taken as the day of booking"),
            Self::DayMoved => (Assumed, "{} with a day that February does not have: its last day is taken"),
            Self::BalanceCurrencyMissing => {
                (Assumed, "{} with a balance without currency: that of the statement is taken")
            }
            Self::PointForComma => (Said, "{} with a point as decimal mark"),
            Self::BlankInAmount => (Said, "{} with blanks inside an amount"),
            Self::TagWithoutColon => (Said, "{} with a tag that lacks its second colon"),
            Self::Expected => (Said, "{} expected (marks EC, ED): they move no money"),
            Self::OutsideMessages => (Said, "{} outside the messages: not read"),
            Self::InfoWithoutEntry => (Said, "{} with information (:86:) that belongs to no entry: not read"),
            Self::OtherTag => (Said, "{} with a field that is not read"),
        };
        let (one, many) = match self {
            Self::Expected => ("entry", "entries"),
            _ => ("line", "lines"),
        };
        let what = if count == 1 { format!("1 {one}") } else { format!("{count} {many}") };
        Note::new(kind, format!("{} (first: line {line})", text.replacen("{}", &what, 1)))
    }
}

/// Counts oddities.
#[derive(Debug, Default)]
pub(super) struct Notes {
    found: BTreeMap<Oddity, (u64, u32)>,
    /// What is told once and in its own words.
    said: Vec<Note>,
}

impl Notes {
    pub(super) fn add(&mut self, oddity: Oddity, line: u32) {
        self.found.entry(oddity).or_insert((0, line)).0 += 1;
    }

    pub(super) fn say(&mut self, kind: NoteKind, text: impl Into<Box<str>>) {
        self.said.push(Note::new(kind, text));
    }

    /// How often something was found.
    #[cfg(test)]
    pub(super) fn count(&self, oddity: Oddity) -> u64 {
        self.found.get(&oddity).map_or(0, |(count, _)| *count)
    }

    pub(super) fn finish(self) -> Vec<Note> {
        let mut notes = self.said;
        notes.extend(self.found.into_iter().map(|(oddity, (count, line))| oddity.note(count, line)));
        notes
    }
}
