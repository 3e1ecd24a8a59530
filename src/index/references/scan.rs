//! The scan of a text for keys of the index.

use std::cmp::Reverse;

use crate::model::key::{KeyHash, stripped};
use crate::model::stage::{Cite, CiteClass};

use super::{Found, LONGEST_JOIN, Reading, ReferenceIndex, SHARING, Scratch, place_of};

/// What a number is worth that reads as something else, too (a date, an amount, an account): as much as last digits, and no
/// more than so many.
const DOUBTFUL_DIGITS: u8 = 4;

/// Characters of the shortest key: a letter and a digit.
const SHORTEST_KEY: usize = 2;

impl ReferenceIndex {
    /// Adds what a folded text cites. Every character serves one citation: the most telling one wins it.
    pub fn scan(&self, reading: Reading<'_>, scratch: &mut Scratch, cites: &mut Vec<Cite>) {
        let Scratch { found, taken, joined, served } = scratch;
        found.clear();
        for first in 0..reading.atoms.len() {
            self.keys_from(reading, first, found);
        }
        // The more it tells, the earlier it is served; the position decides between equals.
        found.sort_unstable_by_key(|f| (Reverse(f.digits), f.class, f.first));
        taken.clear();
        taken.resize(reading.atoms.len(), false);
        served.clear();
        let first_new = cites.len();
        for f in found.iter().filter(|f| f.class != CiteClass::Tail) {
            if self.serve(f, taken, cites) {
                served.push((f.first, f.last));
            }
        }
        served.sort_unstable();
        for pair in served.windows(2) {
            self.between(reading, pair[0], pair[1], cites);
        }
        for n in 0..served.len() {
            let end = self.expand(reading, served[n], taken, joined, cites);
            served.extend((served[n].1 + 1..end).filter(|atom| taken[*atom]).map(|atom| (atom, atom)));
        }
        for f in found.iter().filter(|f| f.class == CiteClass::Tail) {
            if self.serve(f, taken, cites) {
                served.push((f.first, f.last));
            }
        }
        served.sort_unstable();
        served.dedup();
        // In the order of the text: a list is paid in the order in which it is written.
        cites[first_new..].sort_by_key(|c| (c.place, c.item));
    }

    /// Every key that begins with one atom.
    fn keys_from(&self, reading: Reading<'_>, first: usize, found: &mut Vec<Found>) {
        let lengths = self.table.lengths();
        let start = reading.text(first);
        let zeros = if reading.atoms[first].digits { start.len() - stripped(start).len() } else { 0 };
        let (mut whole, mut bare) = (KeyHash::new(), KeyHash::new());
        let mut doubtful = false;
        let (mut has_digits, mut has_letters, mut length) = (false, false, 0);
        for last in first..reading.atoms.len().min(first + LONGEST_JOIN) {
            if last > first && !reading.continues(last) {
                break;
            }
            let text = reading.text(last);
            crate::model::steps::count(1);
            doubtful |= reading.otherwise[last];
            length += text.len();
            if !lengths.reach(length - zeros) {
                break;
            }
            whole = whole.with(text);
            if zeros > 0 {
                bare = bare.with(if last == first { stripped(text) } else { text });
            }
            // Every key has a digit, and something beside it.
            (has_digits, has_letters) =
                (has_digits || reading.atoms[last].digits, has_letters || !reading.atoms[last].digits);
            if !has_digits || length < SHORTEST_KEY {
                continue;
            }
            let find =
                |hash: KeyHash, length| lengths.has(length, has_letters).then(|| self.find(hash.finish())).flatten();
            let without_zeros = || if zeros > 0 { find(bare, length - zeros) } else { None };
            let Some(at) = find(whole, length).or_else(without_zeros).filter(|at| at.1 <= SHARING) else { continue };
            let Some((class, digits)) = self.postings(at).iter().map(|p| (p.class, p.digits)).min() else { continue };
            if !doubtful {
                found.push(Found { first, last, at, class, digits, doubtful });
            } else if class <= CiteClass::Core {
                // An item does bear this number. Last digits that read as a day or a year, however, are just that.
                let digits = digits.min(DOUBTFUL_DIGITS);
                found.push(Found { first, last, at, class: CiteClass::Tail, digits, doubtful });
            }
        }
    }

    /// Gives a run of atoms to a citation, if they are still free.
    fn serve(&self, f: &Found, taken: &mut [bool], cites: &mut Vec<Cite>) -> bool {
        if taken[f.first..=f.last].contains(&true) {
            return false;
        }
        taken[f.first..=f.last].fill(true);
        for p in self.postings(f.at).iter().filter(|p| !f.doubtful || p.class <= CiteClass::Core) {
            let (class, digits) = if f.doubtful { (f.class, f.digits) } else { (p.class, p.digits) };
            cites.push(Cite { item: p.item, class, digits, sharing: f.at.1, place: place_of(f.first) });
        }
        true
    }
}
