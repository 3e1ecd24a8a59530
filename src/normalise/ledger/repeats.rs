//! What was delivered before, word by word: whole statements, and rows of one format.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::Table;
use super::delivered::Delivered;
use super::note::{Tally, places};
use crate::error::{Collector, Error, ErrorKind};
use crate::model::{InputFile, Money, Note, NoteKind, Place, Position, Statement, StatementKind, distinct};
use crate::normalise::identity::Content;

/// Takes out copies, which create no money, and statements that were delivered before.
pub(super) fn drop_repeated_statements(delivered: Vec<Delivered>, files: &mut [InputFile]) -> Vec<Delivered> {
    let mut kept: Vec<Delivered> = Vec::with_capacity(delivered.len());
    // Positions in `kept` by what a bank identifies a statement with.
    type Key = (Box<str>, Box<str>, Box<str>);
    let mut known: HashMap<Key, Vec<usize>> = HashMap::new();
    for one in delivered {
        let s = &one.statement;
        if s.is_copy {
            // The reader said so already.
            continue;
        }
        let earlier = known.entry((s.account.clone(), s.id.clone(), s.sequence.clone())).or_default();
        // Without an identifier it cannot be told from another one that happens to say the same.
        let repeated = earlier.iter().map(|n| &kept[*n]).find(|k| !s.id.is_empty() && is_same_statement(k, &one));
        if let Some(first) = repeated {
            let from = &files[first.file as usize].path;
            let text = format!("{} {} of {} repeats that of {from}: it counts once", s.kind.word(), s.id, s.account);
            files[one.file as usize].notes.push(Note::new(NoteKind::Said, text));
            continue;
        }
        earlier.push(kept.len());
        kept.push(one);
    }
    kept
}

fn is_same_statement(a: &Delivered, b: &Delivered) -> bool {
    let claims = |d: &Delivered| {
        let s = &d.statement;
        (s.kind, s.page, s.opening, s.closing, s.from, s.to)
    };
    claims(a) == claims(b) && a.contents() == b.contents()
}

/// Opening and closing balance of a statement.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ends(Option<Money>, Option<Money>);

impl Ends {
    pub(super) fn of(s: &Statement) -> Self {
        Self(s.opening.map(|b| b.amount), s.closing.map(|b| b.amount))
    }

    /// Whether two statements of an account follow each other: one closes with what the other opens with. What they tell of
    /// are different bookings, however alike.
    pub(super) fn chain(self, other: Self) -> bool {
        let follows = |first: Self, then: Self| first.1.is_some() && first.1 == then.0;
        let together = self.0.is_some() && self.0 == other.0;
        !together && (follows(self, other) || follows(other, self))
    }
}

/// Where a payment with its own identifier was first met.
#[derive(Clone, Copy)]
struct Owned {
    place: Place,
    content: Content,
}

/// Where a row was met, for finding it again in other files.
#[derive(Clone, Copy)]
struct Met {
    file: u32,
    /// Position among the delivered statements.
    statement: usize,
    /// How often in that statement.
    times: usize,
    /// Statement, report or notification, and the format: rows are compared word by word with their like only.
    like: (StatementKind, usize),
}

/// What is known of the rows of all files.
#[derive(Default)]
pub(super) struct Rows {
    /// Identifiers of the files; empty where none can be met again.
    own: Table<Box<str>, Owned>,
    met: Table<Content, Vec<Met>>,
    /// Repeats by later and earlier file.
    repeats: BTreeMap<(u32, u32), Tally>,
}

impl Rows {
    /// Looks at every identifier that the files themselves give. The same one twice is refused (E0231), unless it is the same
    /// row in another file.
    pub(super) fn of(delivered: &[Delivered], files: &[InputFile], errors: &mut Collector) -> Self {
        let mut rows = Self::default();
        if may_meet(delivered) {
            rows.own = own_identifiers(delivered, files, errors);
        }
        rows
    }

    /// Whether a file gives this identifier to a payment.
    pub(super) fn has(&self, id: &str) -> bool {
        self.own.contains_key(id)
    }

    /// Takes out what an earlier file has already.
    pub(super) fn drop_repeats(&mut self, delivered: &mut [Delivered]) {
        let ends: Vec<Ends> = delivered.iter().map(|d| Ends::of(&d.statement)).collect();
        for (n, one) in delivered.iter_mut().enumerate() {
            let derived = one.statement.payments.iter().any(|p| p.id.is_empty());
            if !derived && self.own.is_empty() {
                // Nothing can repeat: the whole statement is new.
                continue;
            }
            let like = (one.kind(), one.class);
            for row in 0..one.statement.payments.len() {
                let payment = &one.statement.payments[row];
                let earlier = if payment.id.is_empty() {
                    self.repeated_content(
                        Met { file: one.file, statement: n, times: 1, like },
                        one.contents()[row],
                        &ends,
                    )
                } else {
                    self.own.get(&payment.id).map(|o| o.place.file).filter(|first| *first != payment.place.file)
                };
                if let Some(earlier) = earlier {
                    self.repeats.entry((one.file, earlier)).or_default().add(payment.place.position);
                    one.drop_row(row);
                }
            }
        }
    }

    /// The earlier file that has this row already. Its rank among identical rows decides, file against file.
    fn repeated_content(&mut self, here: Met, content: Content, ends: &[Ends]) -> Option<u32> {
        let met = self.met.entry(content).or_default();
        match met.last_mut().filter(|m| m.statement == here.statement) {
            Some(known) => known.times += 1,
            None => met.push(here),
        }
        let rank: usize = met.iter().filter(|m| m.file == here.file && m.like == here.like).map(|m| m.times).sum();
        let mut elsewhere: BTreeMap<u32, usize> = BTreeMap::new();
        let comparable =
            |m: &&Met| m.file != here.file && m.like == here.like && !ends[m.statement].chain(ends[here.statement]);
        for m in met.iter().filter(comparable) {
            *elsewhere.entry(m.file).or_default() += m.times;
        }
        elsewhere.into_iter().find(|(_, times)| *times >= rank).map(|(file, _)| file)
    }

    /// Says what was taken out.
    pub(super) fn say(&self, files: &mut [InputFile], notes: &mut Vec<Note>) {
        let mut total = 0;
        for ((later, earlier), rows) in &self.repeats {
            total += rows.count;
            let (what, once) =
                if rows.count == 1 { ("row repeats one", "counts") } else { ("rows repeat some", "count") };
            let from = &files[*earlier as usize].path;
            let text = format!("{} {what} of {from} and {once} once ({})", rows.count, places(rows));
            files[*later as usize].notes.push(Note::new(NoteKind::Said, text));
        }
        if total > 0 {
            let rows =
                if total == 1 { "row was delivered again and counts" } else { "rows were delivered again and count" };
            let text = format!("{total} {rows} once; the openings of their statements are moved by them");
            notes.push(Note::new(NoteKind::Said, text));
        }
    }
}

/// Whether an identifier that a file gives may be met again: in another row, or as one that is derived for a row without any.
fn may_meet(delivered: &[Delivered]) -> bool {
    let ids = || delivered.par_iter().flat_map(|d| d.statement.payments.par_iter()).map(|p| &*p.id);
    let derived = || ids().any(str::is_empty) && ids().any(|id| !id.is_empty());
    derived() || !distinct::all_differ(ids().filter(|id| !id.is_empty()))
}

fn own_identifiers(delivered: &[Delivered], files: &[InputFile], errors: &mut Collector) -> Table<Box<str>, Owned> {
    let mut own: Table<Box<str>, Owned> = HashMap::default();
    let rows = delivered.iter().flat_map(|d| d.statement.payments.iter().zip(d.contents()));
    for (payment, content) in rows.filter(|(p, _)| !p.id.is_empty()) {
        let here = Owned { place: payment.place, content: *content };
        let Some(first) = own.get(&payment.id) else {
            own.insert(payment.id.clone(), here);
            continue;
        };
        if first.place.file == here.place.file {
            let message = format!("payment \"{}\" occurs twice in this file", payment.id);
            errors.push(twice(message, files, first.place, here.place));
        } else if first.content != here.content {
            let message = format!("payment \"{}\" occurs in two files with different content", payment.id);
            errors.push(twice(message, files, first.place, here.place));
        }
    }
    own
}

fn twice(message: String, files: &[InputFile], first: Place, here: Place) -> Error {
    let path = |place: Place| files[place.file as usize].path.clone();
    let error = Error::new(ErrorKind::Input, "E0231", message).in_file(path(here));
    let error = match here.position {
        Position::Line(line) => error.at(u64::from(line), 1),
        other => error.context(other.to_string()),
    };
    let error = match first.position {
        Position::Line(line) => error.also_at(path(first), u64::from(line)),
        other => error.label(format!("first in {} {other}", path(first))),
    };
    error.help(
        "identifiers must be unique: correct the file, or leave the column out and they are derived from the content",
    )
}
