//! Pieces of numbers. A typing error touches no more than two neighbours: either the last characters of a number are left, or
//! all but its last ones. So of many numbers only those are compared with a run of which a piece is one of the run's.

use crate::model::key::KeyHash;

/// Characters of the piece at the end.
const LAST: usize = 3;
/// Characters that the piece before it lacks at the end of a number: one more, because two neighbours may be swapped.
const LACKS: usize = LAST + 1;
/// Characters of the piece at the beginning, by which a number is known whose end is missing.
pub(super) const BEGINNING: usize = 6;
/// Slots for pieces, a power of two: the pieces of [`MOST`] runs fill a quarter of them.
const SLOTS: usize = 1 << 10;
/// Runs that can be marked at once: one bit for each.
pub(super) const MOST: usize = 64;

/// Where a piece stands in a number.
#[derive(Clone, Copy)]
enum Place {
    Front = 1,
    Last = 2,
    Beginning = 3,
}

/// The slot of a piece.
fn slot(place: Place, piece: KeyHash) -> u16 {
    let hash = piece.with_bytes(&[place as u8]).finish();
    (hash >> (64 - SLOTS.ilog2())) as u16
}

/// The slots of the pieces of a number of four characters or more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pieces {
    front: u16,
    last: u16,
    beginning: u16,
}

impl Pieces {
    pub(super) fn of(number: &[u8]) -> Self {
        let hash = |piece: &[u8]| KeyHash::new().with_bytes(piece);
        let length = number.len();
        Self {
            front: slot(Place::Front, hash(&number[..length.saturating_sub(LACKS)])),
            last: slot(Place::Last, hash(&number[length.saturating_sub(LAST)..])),
            beginning: slot(Place::Beginning, hash(&number[..length.min(BEGINNING)])),
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

    fn mark(&mut self, run: usize, place: Place, piece: KeyHash) {
        self.slots[usize::from(slot(place, piece))] |= 1 << run;
    }

    /// A run that may be one typing error away from a number, which is as long or has a character more, or less.
    pub(super) fn mark_wrong(&mut self, run: usize, text: &[u8]) {
        self.mark_end(run, text);
        let mut front = KeyHash::new();
        let longest = (text.len() + 1).saturating_sub(LACKS);
        for length in 0..=longest {
            if length + 2 >= longest {
                self.mark(run, Place::Front, front);
            }
            front = front.with_bytes(text.get(length..=length).unwrap_or_default());
        }
    }

    /// A run that may be the end of a number.
    pub(super) fn mark_end(&mut self, run: usize, text: &[u8]) {
        self.mark(run, Place::Last, KeyHash::new().with_bytes(&text[text.len().saturating_sub(LAST)..]));
    }

    /// A run that may be the beginning of a number.
    pub(super) fn mark_beginning(&mut self, run: usize, text: &[u8]) {
        match text.get(..BEGINNING) {
            Some(piece) => self.mark(run, Place::Beginning, KeyHash::new().with_bytes(piece)),
            None => self.any |= 1 << run,
        }
    }

    /// The runs that may mean a number: one bit each.
    pub(super) fn of(&self, pieces: &Pieces) -> u64 {
        let Pieces { front, last, beginning } = *pieces;
        let runs = |slot: u16| self.slots[usize::from(slot) % SLOTS];
        runs(front) | runs(last) | runs(beginning) | self.any
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
            for number in all.iter().filter(|number| number.len() > LAST) {
                prop_assert!(is_suspect(|s| s.mark_wrong(7, text.as_bytes()), number));
                prop_assert!(text.len() <= LAST || is_suspect(|s| s.mark_wrong(7, number), text.as_bytes()));
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
