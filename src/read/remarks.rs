//! Oddities of a file while it is read: each kind is counted and becomes one note with its first place, never one a row.

use crate::model::{Note, NoteKind};

/// What was found odd, in the order in which it was met first.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    found: Vec<Remark>,
}

#[derive(Debug)]
struct Remark {
    kind: NoteKind,
    what: &'static str,
    count: u64,
    first: u32,
}

impl Remarks {
    /// Counts one. `what` is the plural of the thing and what became of it: `transactions without FITID`.
    pub(super) fn add(&mut self, kind: NoteKind, what: &'static str, line: u32) {
        match self.found.iter_mut().find(|r| r.what == what) {
            Some(remark) => remark.count += 1,
            None => self.found.push(Remark { kind, what, count: 1, first: line }),
        }
    }

    /// One note a kind.
    pub(super) fn notes(&self) -> impl Iterator<Item = Note> {
        self.found.iter().map(|r| Note::new(r.kind, format!("{}: {} (first in line {})", r.what, r.count, r.first)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_said_once_with_its_count_and_first_place() {
        let mut remarks = Remarks::default();
        for line in [4, 9, 12] {
            remarks.add(NoteKind::Said, "rows of text", line);
        }
        remarks.add(NoteKind::Warning, "rows of noise", 10);
        let texts: Vec<String> = remarks.notes().map(|n| n.text.into()).collect();
        assert_eq!(texts, ["rows of text: 3 (first in line 4)", "rows of noise: 1 (first in line 10)"]);
    }
}
