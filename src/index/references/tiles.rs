//! Numbers that are written together without anything between: `91274758301052811545` is two references of ten digits.

use crate::model::stage::CiteClass;

use super::LONGEST_JOIN;
use super::edits::distance;
use super::near::{Found, Likeness, Look};

/// Shortest run of digits that may hold several numbers.
const SHORTEST: usize = 12;
/// Longest run that is looked at.
const LONGEST: usize = 160;
/// Shortest number that may be a piece.
const PIECE: usize = 6;

/// What a piece tells, in digits: a run that comes out even says much, whatever the pieces.
const TELLING: u8 = 8;

/// The best way to the end of a beginning: errors, pieces, where the last piece begins, and which entry it is.
#[derive(Clone, Copy)]
struct Way {
    errors: u8,
    pieces: u8,
    from: usize,
    item: u32,
}

/// Whether a text may begin with a number of at least [`PIECE`] digits in which one typing error was made: its first two digits
/// are there, or the error is among them and its fifth and sixth are, moved by one at most.
fn may_begin(text: &[u8], number: &[u8]) -> bool {
    text.get(..2) == Some(&number[..2]) || (3..=5).any(|at| text.get(at..at + 2) == Some(&number[4..6]))
}

impl Look<'_> {
    /// Takes runs of digits apart that consist of nothing but numbers of items, each with one typing error at most.
    pub(super) fn tiled(&mut self, fits: &impl Fn(u32) -> bool, found: &mut Vec<Found>) {
        let atoms = self.search.reading.atoms.len();
        let mut first = 0;
        while first < atoms {
            // A blank may stand anywhere within what is written together: first the atom alone, then with those that follow.
            let last = (first..atoms).take_while(|n| self.belongs(first, *n)).last();
            let ends = [Some(first), last.filter(|last| *last > first)];
            let Some((last, pieces)) =
                ends.into_iter().flatten().find_map(|last| Some((last, self.pieces(first, last, fits)?)))
            else {
                first += 1;
                continue;
            };
            for (piece, item) in (0u32..).zip(pieces) {
                let (class, likeness, digits) = (CiteClass::Near, Likeness::OneError, TELLING);
                found.push(Found { first, last, item, class, digits, likeness, missing: 0, meanings: 1, piece });
            }
            first = last + 1;
        }
    }

    /// Whether an atom continues a run of digits that begins with another.
    fn belongs(&self, first: usize, atom: usize) -> bool {
        let atoms = self.search.reading.atoms;
        atoms[atom].digits
            && self.is_free(atom)
            && !self.search.exact[atom]
            && (atom == first || &self.search.reading.folded[atoms[atom - 1].end..atoms[atom].start] == " ")
            && atom - first < LONGEST_JOIN
    }

    fn pieces(&mut self, first: usize, last: usize, fits: &impl Fn(u32) -> bool) -> Option<Vec<u32>> {
        let reading = self.search.reading;
        if !self.belongs(first, first) {
            return None;
        }
        let run: Vec<u8> = (first..=last).flat_map(|n| reading.text(n).bytes()).collect();
        let pieces = if (SHORTEST..=LONGEST).contains(&run.len()) { self.tile(&run, fits) } else { Vec::new() };
        (!pieces.is_empty()).then_some(pieces)
    }

    /// The items of the pieces; none when the run cannot be taken apart wholly into two or more.
    fn tile(&mut self, text: &[u8], fits: &impl Fn(u32) -> bool) -> Vec<u32> {
        let mut ways: Vec<Option<Way>> = vec![None; text.len() + 1];
        ways[0] = Some(Way { errors: 0, pieces: 0, from: 0, item: 0 });
        for from in 0..text.len() {
            let Some(way) = ways[from] else { continue };
            for customer in self.search.customers {
                let entries = self.index.of(*customer);
                if !self.may_step(3 * entries.len() as u64) {
                    return Vec::new();
                }
                for entry in entries.iter().filter(|e| e.digits) {
                    let number = self.index.text(entry);
                    if number.len() < PIECE || !may_begin(&text[from..], number) || !fits(entry.item) {
                        continue;
                    }
                    for to in (from + number.len() - 1)..=(from + number.len() + 1).min(text.len()) {
                        let Some(errors) = distance(&text[from..to], number) else { continue };
                        let next = Way { errors: way.errors + errors, pieces: way.pieces + 1, from, item: entry.item };
                        let better = |old: &Way| {
                            (next.errors, next.pieces, next.from, next.item)
                                < (old.errors, old.pieces, old.from, old.item)
                        };
                        if ways[to].as_ref().is_none_or(better) {
                            ways[to] = Some(next);
                        }
                    }
                }
            }
        }
        let mut items = Vec::new();
        let mut at = text.len();
        while let Some(way) = ways[at].filter(|_| at > 0) {
            items.push(way.item);
            at = way.from;
        }
        items.reverse();
        let mut distinct = items.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if items.len() < 2 || distinct.len() < items.len() { Vec::new() } else { items }
    }
}
