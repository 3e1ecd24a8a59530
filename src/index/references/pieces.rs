//! Pieces of numbers. A typing error touches no more than two neighbours: either the last characters of a number are left, or
//! all but its last ones. So of many numbers only those are compared with a run of which a piece is one of the run's.

use crate::model::key::KeyHash;

/// Last characters that are left where an error stands before them: about half of those that differ within a series.
const LAST: usize = 2;
/// Characters that are lacking at the end of what is left where an error stands behind it: one more, because two neighbours may
/// be swapped.
const LACKS: usize = LAST + 1;
/// Last characters by which a number is known whose beginning is missing.
const END: usize = 3;
/// Characters of the piece at the beginning, by which a number is known whose end is missing.
const BEGINNING: usize = 6;
/// Slots for pieces, a power of two.
const SLOTS: usize = 1 << 10;
/// Runs that can be marked at once: one bit for each.
pub(super) const MOST: usize = 64;

/// Where a piece stands in a number.
#[derive(Clone, Copy)]
enum Place {
    Front,
    Last,
    Beginning,
    End,
}

/// The slot of a piece, where it matters that of a number of this length.
fn slot(place: Place, length: usize, piece: KeyHash) -> u16 {
    let hash = piece.with_bytes(&[place as u8, length as u8]).finish();
    (hash >> (64 - SLOTS.ilog2())) as u16
}

/// The last characters of a string, hashed.
fn last(text: &[u8], count: usize) -> KeyHash {
    KeyHash::new().with_bytes(&text[text.len().saturating_sub(count)..])
}

/// The slots of the pieces of a number of four characters or more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pieces {
    front: u16,
    last: u16,
    beginning: u16,
    end: u16,
}

impl Pieces {
    pub(super) fn of(number: &[u8]) -> Self {
        let hash = |piece: &[u8]| KeyHash::new().with_bytes(piece);
        let length = number.len();
        Self {
            front: slot(Place::Front, length, hash(&number[..length.saturating_sub(LACKS)])),
            last: slot(Place::Last, length, last(number, LAST)),
            beginning: slot(Place::Beginning, 0, hash(&number[..length.min(BEGINNING)])),
            end: slot(Place::End, 0, last(number, END)),
        }
    }
}

/// Runs by the pieces that a number has which they may mean.
pub(super) struct Suspects {
    /// For each slot the runs, one bit each.
    slots: [u64; SLOTS],
    /// Runs that any number may be compared with.
    any: u64,
}

impl Suspects {
    pub(super) fn new() -> Self {
        Self { slots: [0; SLOTS], any: 0 }
    }

    fn mark(&mut self, run: usize, place: Place, length: usize, piece: KeyHash) {
        self.slots[usize::from(slot(place, length, piece))] |= 1 << run;
    }

    /// A run that may be one typing error away from a number, which is as long or has a character more, or less.
    pub(super) fn mark_wrong(&mut self, run: usize, text: &[u8]) {
        for length in text.len().saturating_sub(1)..=text.len() + 1 {
            let front = KeyHash::new().with_bytes(&text[..length.saturating_sub(LACKS)]);
            self.mark(run, Place::Front, length, front);
            self.mark(run, Place::Last, length, last(text, LAST));
        }
    }

    /// A run that is a number, but for letters that are read as these digits.
    pub(super) fn mark_read(&mut self, run: usize, text: &[u8]) {
        self.mark(run, Place::Last, text.len(), last(text, LAST));
    }

    /// A run that may be the end of a number.
    pub(super) fn mark_end(&mut self, run: usize, text: &[u8]) {
        self.mark(run, Place::End, 0, last(text, END));
    }

    /// A run that may be the beginning of a number.
    pub(super) fn mark_beginning(&mut self, run: usize, text: &[u8]) {
        match text.get(..BEGINNING) {
            Some(piece) => self.mark(run, Place::Beginning, 0, KeyHash::new().with_bytes(piece)),
            None => self.any |= 1 << run,
        }
    }

    /// The runs that may mean a number: one bit each.
    pub(super) fn of(&self, pieces: &Pieces) -> u64 {
        let Pieces { front, last, beginning, end } = *pieces;
        let runs = |slot: u16| self.slots[usize::from(slot) % SLOTS];
        runs(front) | runs(last) | runs(beginning) | runs(end) | self.any
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::edits::{distance, each_edit};
    use super::*;

    fn is_suspect(mark: impl Fn(&mut Suspects), number: &[u8]) -> bool {
        let mut suspects = Suspects::new();
        mark(&mut suspects);
        suspects.of(&Pieces::of(number)) == 1 << 7
    }

    #[test]
    fn other_numbers_of_a_series_are_no_suspects() {
        for other in ["252772478", "251872379", "251912378", "25187237", "2518723780"] {
            assert!(!is_suspect(|s| s.mark_wrong(7, b"251781139"), other.as_bytes()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_one_error_away_is_suspect(text in "[0-9A-Z]{3,20}") {
            let mut all = vec![text.clone().into_bytes()];
            each_edit(text.as_bytes(), |head, middle, tail| all.push([head, middle, tail].concat()));
            for number in all.iter().filter(|number| number.len() >= 4) {
                prop_assert!(is_suspect(|s| s.mark_wrong(7, text.as_bytes()), number));
                prop_assert!(text.len() < 4 || is_suspect(|s| s.mark_wrong(7, number), text.as_bytes()));
            }
        }

        #[test]
        fn what_is_alike_is_suspect(a in "[0-2A]{3,9}", b in "[0-2A]{4,9}") {
            let alike = distance(a.as_bytes(), b.as_bytes()).is_some();
            prop_assert!(!alike || is_suspect(|s| s.mark_wrong(7, a.as_bytes()), b.as_bytes()));
        }

        #[test]
        fn either_end_of_a_number_is_suspect(number in "[0-9A-Z]{4,20}", length in 3usize..20) {
            let number = number.as_bytes();
            let length = length.min(number.len());
            prop_assert!(is_suspect(|s| s.mark_beginning(7, &number[..length]), number));
            prop_assert!(is_suspect(|s| s.mark_end(7, &number[number.len() - length..]), number));
        }
    }
}
