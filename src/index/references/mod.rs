//! Items by every key under which they may be cited, and the scan of a text for what the index knows.
//!
//! [`ReferenceIndex::scan`] finds what is cited exactly, anywhere in the ledger; [`NumberIndex`] finds numbers with one typing
//! error, or cut, among the items of a few customers.

mod edits;
mod lists;
mod near;
mod pieces;
mod scan;
mod table;
mod tiles;

use crate::model::key::{Atom, Key, key_of, stripped};
use crate::model::stage::{Cite, CiteClass};

pub use near::{Edits, Found as NearFound, Likeness, NumberIndex, Search};
use table::{At, Posting, Table};

/// Atoms that one citation may be made of: `FAC - 2026 / 001 234 B`.
const LONGEST_JOIN: usize = 6;
/// Characters between two atoms of one citation.
const WIDEST_GAP: usize = 3;
/// Items that may share a key before a citation by it says nothing.
const SHARING: u32 = 64;
/// Digits that a number needs to be found inside a reference.
const LEAST_INSIDE: usize = 5;
/// Digits of a number that is known again within a longer run of digits, and of the longest such run.
const PIECES: std::ops::RangeInclusive<usize> = 9..=16;
const LONGEST_RUN: usize = 160;
/// Places of one atom: itself, and the members of a range that ends behind it.
const PLACES_PER_ATOM: u32 = 64;
/// First place of structured references.
const STRUCTURED_PLACES: u32 = 1 << 31;

/// A folded text with its atoms.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'t> {
    /// The text.
    pub folded: &'t str,
    /// Its runs of letters and of digits.
    pub atoms: &'t [Atom],
    /// For each atom, whether it reads as something else: a date, an amount, an account, a telephone number.
    pub otherwise: &'t [bool],
}

impl<'t> Reading<'t> {
    fn text(&self, atom: usize) -> &'t str {
        self.atoms[atom].text(self.folded)
    }

    /// Whether an atom continues the one before: nothing but a separator stands between.
    fn continues(&self, atom: usize) -> bool {
        self.atoms[atom].start - self.atoms[atom - 1].end <= WIDEST_GAP
    }
}

/// Keys of items, with how many items share each.
#[derive(Debug)]
pub struct ReferenceIndex {
    table: Table,
}

/// Buffers of one thread, used again for each text.
#[derive(Debug, Default)]
pub struct Scratch {
    found: Vec<Found>,
    taken: Vec<bool>,
    joined: String,
    /// Runs of atoms that were given to a citation, first and last of each.
    served: Vec<(usize, usize)>,
}

impl Scratch {
    /// Runs of atoms to which the last scan gave a citation: first atom, last atom.
    pub fn served(&self) -> &[(usize, usize)] {
        &self.served
    }
}

/// A run of atoms that is a key.
#[derive(Clone, Copy, Debug)]
struct Found {
    first: usize,
    last: usize,
    at: At,
    class: CiteClass,
    digits: u8,
    /// It reads as something else, too.
    doubtful: bool,
}

impl ReferenceIndex {
    /// Builds the index from the keys of each item, in canonical order of items.
    pub fn build(items: usize, keys_of: impl Fn(u32, &mut Vec<Key>) + Sync) -> Self {
        Self { table: Table::build(items, keys_of) }
    }

    fn find(&self, hash: u64) -> Option<At> {
        self.table.find(hash)
    }

    fn postings(&self, at: At) -> &[Posting] {
        self.table.postings(at)
    }

    /// Adds what a structured reference cites: by the whole number or payment reference only.
    pub fn cite_structured(&self, canonical: &str, cites: &mut Vec<Cite>) {
        let place = next_place(cites);
        let digits = canonical.bytes().all(|b| b.is_ascii_digit());
        let hashes = [key_of(canonical), key_of(if digits { stripped(canonical) } else { canonical })];
        let Some(at) = hashes.into_iter().find_map(|h| self.find(h)) else { return };
        for p in self.postings(at).iter().filter(|p| p.class <= CiteClass::Core && at.1 <= SHARING) {
            let class = if p.class == CiteClass::Whole { CiteClass::Structured } else { p.class };
            cites.push(Cite { item: p.item, class, digits: p.digits, sharing: at.1, place });
        }
    }

    /// The items whose whole numbers stand somewhere in a long run of digits, as when several are written together.
    pub fn inside_run(&self, run: &str, items: &mut Vec<u32>) {
        if run.len() > LONGEST_RUN || !run.is_ascii() {
            return;
        }
        for start in 0..run.len() {
            for end in (start + *PIECES.start())..=(start + *PIECES.end()).min(run.len()) {
                let Some(at) = self.find(key_of(&run[start..end])).filter(|at| at.1 == 1) else { continue };
                items.extend(self.postings(at).iter().filter(|p| p.class == CiteClass::Whole).map(|p| p.item));
            }
        }
    }

    /// Adds what the inside of a reference cites: the number that was put into it, alone or behind a customer number, perhaps
    /// filled with zeros. The longest number counts.
    pub fn cite_inside(&self, payload: &str, place: Option<u32>, cites: &mut Vec<Cite>) {
        let place = place.unwrap_or_else(|| next_place(cites));
        let ends = (0..payload.len()).filter(|start| payload.is_char_boundary(*start)).map(|start| &payload[start..]);
        for end in ends.take_while(|end| end.len() >= LEAST_INSIDE) {
            let Some(at) = self.find(key_of(end)).filter(|at| at.1 <= SHARING) else { continue };
            let mut inside = self.postings(at).iter().filter(|p| p.class <= CiteClass::Core).peekable();
            if inside.peek().is_some() {
                let of =
                    |p: &Posting| Cite { item: p.item, class: CiteClass::Tail, digits: p.digits, sharing: at.1, place };
                cites.extend(inside.map(of));
                return;
            }
        }
    }
}

/// Structured references come before the text; their places stand beyond those of any text.
fn next_place(cites: &[Cite]) -> u32 {
    cites.iter().filter(|c| c.place >= STRUCTURED_PLACES).map(|c| c.place + 1).max().unwrap_or(STRUCTURED_PLACES)
}

/// The place of what begins with an atom.
pub fn place_of(atom: usize) -> u32 {
    atom as u32 * PLACES_PER_ATOM
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runs of letters and of digits of a text that is folded already.
    pub(super) fn atoms(text: &str) -> Vec<Atom> {
        let mut atoms: Vec<Atom> = Vec::new();
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()) {
            let digits = c.is_ascii_digit();
            match atoms.last_mut() {
                Some(last) if last.end == at && last.digits == digits => last.end = at + 1,
                last => {
                    let glued = last.is_some_and(|last| last.end == at);
                    atoms.push(Atom { start: at, end: at + 1, digits, glued });
                }
            }
        }
        atoms
    }

    /// An index over items with one whole number each.
    fn index(numbers: &[&str]) -> ReferenceIndex {
        ReferenceIndex::build(numbers.len(), |n, keys| {
            keys.push(Key::of(&[numbers[n as usize]], CiteClass::Whole));
        })
    }

    fn scan(index: &ReferenceIndex, text: &str, cites: &mut Vec<Cite>) {
        let atoms = atoms(text);
        let otherwise = vec![false; atoms.len()];
        index.scan(Reading { folded: text, atoms: &atoms, otherwise: &otherwise }, &mut Scratch::default(), cites);
    }

    /// The items that a text cites.
    fn cited(numbers: &[&str], text: &str) -> Vec<u32> {
        let mut cites = Vec::new();
        scan(&index(numbers), text, &mut cites);
        cites.into_iter().map(|c| c.item).collect()
    }

    #[test]
    fn a_number_is_found_however_it_is_spaced() {
        let numbers = ["INV202600123", "INV202600124"];
        for text in ["INV202600123", "INV 2026 00123", "FACTURE INV/2026/00123 MERCI", "INV-2026 - 00123"] {
            assert_eq!(cited(&numbers, text), [0], "{text}");
        }
    }

    #[test]
    fn a_number_inside_another_is_not_found() {
        assert_eq!(cited(&["F12345", "F123456"], "F123456"), [1]);
        assert_eq!(cited(&["F12345"], "F123456"), [] as [u32; 0]);
        assert_eq!(cited(&["F12345"], "XF12345"), [] as [u32; 0]);
    }

    #[test]
    fn every_character_serves_one_citation() {
        // The longer one tells more; what it used up is gone.
        assert_eq!(cited(&["20260412", "0412"], "2026-0412"), [0]);
        assert_eq!(cited(&["20260412", "0412"], "2026-0412 0412"), [0, 1]);
    }

    #[test]
    fn ranges_and_lists_are_expanded() {
        let numbers = ["20260101", "20260102", "20260103", "20260104", "20260105"];
        assert_eq!(cited(&numbers, "2026-0101 A 0104"), [0, 1, 2, 3]);
        assert_eq!(cited(&numbers, "2026-0101, 0103 ET 0105"), [0, 2, 4]);
    }

    #[test]
    fn lists_share_a_prefix_with_every_separator() {
        let numbers = ["INV202600123", "INV202600124", "INV202600130"];
        for text in [
            "INV/2026/00123, 124 ET 130",
            "INV/2026/00123;00124;00130",
            "INV/2026/00123/124/130",
            "INV/2026/00123 + 124 + 130",
            "INV/2026/00123 124 130",
            "INV-2026-00123-124-130",
            "REF 0: INV202600123REF 1: INV202600124REF 2: INV202600130",
        ] {
            assert_eq!(cited(&numbers, text), [0, 1, 2], "{text}");
        }
    }

    #[test]
    fn ranges_are_written_in_many_ways() {
        let numbers = ["AB202510112", "AB202510113", "AB202510114", "AB202510115"];
        for text in [
            "AB2025-10112 TO 10115",
            "AB2025-10112 BIS AB2025-10115",
            "AB2025-10112 - 10115",
            "AB2025-10112-10115",
            "AB2025-10112 .. AB2025-10115",
            "AB2025-10112 AU 115",
        ] {
            assert_eq!(cited(&numbers, text), [0, 1, 2, 3], "{text}");
        }
        assert_eq!(cited(&numbers, "AB2025-10112 ET 10115"), [0, 3], "no range");
        assert_eq!(cited(&numbers, "AB2025-10115 A 10112"), [3, 0], "it does not rise");
    }

    #[test]
    fn a_dash_names_the_numbers_between_only_faintly() {
        let index = index(&["2514569", "2514570", "2514571"]);
        let mut cites = Vec::new();
        scan(&index, "25-14569-14571", &mut cites);
        let classes: Vec<_> = cites.iter().map(|c| (c.item, c.class)).collect();
        assert_eq!(classes, [(0, CiteClass::Whole), (1, CiteClass::Tail), (2, CiteClass::Whole)]);
    }

    #[test]
    fn what_reads_as_something_else_is_worth_little() {
        let index = index(&["20250904"]);
        let text = "20250904";
        let atoms = atoms(text);
        let mut cites = Vec::new();
        let reading = Reading { folded: text, atoms: &atoms, otherwise: &[true] };
        index.scan(reading, &mut Scratch::default(), &mut cites);
        assert_eq!(cites.iter().map(|c| (c.item, c.class, c.digits)).collect::<Vec<_>>(), [(0, CiteClass::Tail, 4)]);
    }

    #[test]
    fn the_inside_of_a_reference_cites_its_longest_number() {
        let index = index(&["20250412", "250412"]);
        let inside = |payload: &str| {
            let mut cites = Vec::new();
            index.cite_inside(payload, Some(7), &mut cites);
            cites.iter().map(|c| (c.item, c.class)).collect::<Vec<_>>()
        };
        assert_eq!(inside("20250412"), [(0, CiteClass::Tail)]);
        assert_eq!(inside("00000000000000000020250412"), [(0, CiteClass::Tail)]);
        assert_eq!(inside("210000007458300000250412"), [(1, CiteClass::Tail)]);
        assert_eq!(inside("99999999"), []);
    }

    #[test]
    fn what_items_share_is_counted() {
        let index = index(&["77112233", "77112233", "88112233"]);
        let mut cites = Vec::new();
        scan(&index, "77112233", &mut cites);
        assert_eq!(cites.iter().map(|c| (c.item, c.sharing)).collect::<Vec<_>>(), [(0, 2), (1, 2)]);
        assert_eq!(cites[0].place, cites[1].place, "they exclude one another");
    }
}
