//! What was read in a tolerant way or passed over: counted, and said with the first lines.

use std::collections::BTreeMap;

use crate::model::{Note, NoteKind};

/// Lines named before "…".
const SHOWN: usize = 5;

/// Lines of one sort.
#[derive(Clone, Debug, Default)]
struct Lines {
    first: Vec<u32>,
    count: u32,
}

impl Lines {
    fn push(&mut self, line: u32) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(line);
        }
    }

    /// Adds the lines of another part of the file.
    fn absorb(&mut self, other: Self) {
        self.count += other.count;
        self.first.extend(other.first);
        self.first.sort_unstable();
        self.first.truncate(SHOWN);
    }

    fn say(&self, kind: NoteKind, what: &str, place: &str, notes: &mut Vec<Note>) {
        if self.count == 0 {
            return;
        }
        let list: Vec<String> = self.first.iter().map(u32::to_string).collect();
        let more = if self.count as usize > SHOWN { ", …" } else { "" };
        let s = if self.count == 1 { "" } else { "s" };
        notes.push(Note::new(kind, format!("{} row{s} {what} ({place}{s} {}{more})", self.count, list.join(", "))));
    }
}

/// Everything of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Skips {
    loose: Lines,
    balance: Lines,
    header: Lines,
    other: Lines,
    detail: Lines,
    pending: Lines,
    unread_balance: Lines,
    overpaid: Lines,
    states: BTreeMap<Box<str>, u32>,
}

impl Skips {
    /// A quote inside a quoted field that was not doubled.
    pub fn loose(&mut self, line: u32) {
        self.loose.push(line);
    }

    /// A balance or total among the bookings.
    pub fn balance(&mut self, line: u32) {
        self.balance.push(line);
    }

    /// The header once more.
    pub fn header(&mut self, line: u32) {
        self.header.push(line);
    }

    /// A row of another shape.
    pub fn other(&mut self, line: u32) {
        self.other.push(line);
    }

    /// Text that belongs to the booking above.
    pub fn detail(&mut self, line: u32) {
        self.detail.push(line);
    }

    /// A row that has not moved money.
    pub fn pending(&mut self, line: u32) {
        self.pending.push(line);
    }

    /// An item of which more is open than its amount.
    pub fn overpaid(&mut self, line: u32) {
        self.overpaid.push(line);
    }

    /// A state that is in no list.
    pub fn unknown_state(&mut self, state: &str) {
        match self.states.get_mut(state) {
            Some(count) => *count += 1,
            None => {
                self.states.insert(state.into(), 1);
            }
        }
    }

    /// A balance that is not written as the amounts are.
    pub fn unread_balance(&mut self, line: u32) {
        self.unread_balance.push(line);
    }

    /// Whether the header was there again among the rows.
    pub fn has_headers(&self) -> bool {
        self.header.count > 0
    }

    /// Adds what another part of the file has.
    pub fn absorb(&mut self, other: Self) {
        let Self { loose, balance, header, other: of_another_shape, detail, pending, unread_balance, overpaid, states } =
            other;
        self.loose.absorb(loose);
        self.balance.absorb(balance);
        self.header.absorb(header);
        self.other.absorb(of_another_shape);
        self.detail.absorb(detail);
        self.pending.absorb(pending);
        self.unread_balance.absorb(unread_balance);
        self.overpaid.absorb(overpaid);
        for (state, count) in states {
            *self.states.entry(state).or_default() += count;
        }
    }

    /// Says it all; `place` is the word for where a row is, `line` or `row`.
    pub fn say(&self, place: &str, notes: &mut Vec<Note>) {
        self.pending.say(NoteKind::Said, "not booked, left out", place, notes);
        self.detail.say(NoteKind::Said, "without date and amount, their text added to the booking above", place, notes);
        self.balance.say(NoteKind::Said, "with a balance or total, no booking, passed over", place, notes);
        self.header.say(NoteKind::Said, "repeating the header, passed over", place, notes);
        self.other.say(NoteKind::Said, "of another shape, no booking, passed over", place, notes);
        self.loose.say(NoteKind::Said, "with a quote that is not doubled, read as text", place, notes);
        self.unread_balance.say(
            NoteKind::Warning,
            "with a balance that does not read as the amounts do, not used",
            place,
            notes,
        );
        self.overpaid.say(NoteKind::Warning, "with more open than the amount, kept as they are", place, notes);
        for (state, count) in &self.states {
            let rows = if *count == 1 { "row" } else { "rows" };
            notes.push(Note::new(
                NoteKind::Warning,
                format!("state \"{state}\" is not known: {count} {rows} read as booked"),
            ));
        }
    }
}
