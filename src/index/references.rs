//! Items by every key under which they may be cited, and the scan of a text for what the index knows.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use crate::model::key::{Atom, Key, KeyHash, key_of, stripped, telling};
use crate::model::stage::{Cite, CiteClass};

/// Atoms that one citation may be made of: `FAC - 2026 / 001 234 B`.
const LONGEST_JOIN: usize = 6;
/// Characters between two atoms of one citation.
const WIDEST_GAP: usize = 3;
/// Items that may share a key before a citation by it says nothing.
const SHARING: u32 = 64;
/// Items that a range such as `0101 à 0104` may name.
const LONGEST_RANGE: u64 = 60;
/// Places of one atom: itself, and the members of a range that ends behind it.
const PLACES_PER_ATOM: u32 = 64;
/// First place of structured references.
const STRUCTURED_PLACES: u32 = 1 << 31;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Posting {
    hash: u64,
    item: u32,
    class: CiteClass,
    digits: u8,
}

/// Keys of items, with how many items share each.
#[derive(Debug, Default)]
pub struct ReferenceIndex {
    postings: Vec<Posting>,
    places: HashMap<u64, (u32, u32), FixedState>,
}

/// Buffers of one thread, used again for each text.
#[derive(Debug, Default)]
pub struct Scratch {
    found: Vec<Found>,
    taken: Vec<bool>,
    joined: String,
}

/// A run of atoms that is a key.
#[derive(Clone, Copy, Debug)]
struct Found {
    first: usize,
    last: usize,
    at: (u32, u32),
    class: CiteClass,
    digits: u8,
}

impl ReferenceIndex {
    /// Builds the index from the keys of each item, in canonical order of items.
    pub fn build(items: usize, keys_of: impl Fn(u32, &mut Vec<Key>) + Sync) -> Self {
        let mut postings: Vec<Posting> = (0..items as u32)
            .into_par_iter()
            .map_init(Vec::new, |keys, item| {
                keys.clear();
                keys_of(item, keys);
                keys.iter()
                    .map(|k| Posting { hash: k.hash, item, class: k.class, digits: k.digits })
                    .collect::<Vec<_>>()
            })
            .flatten_iter()
            .collect();
        postings.par_sort_unstable();
        postings.dedup_by_key(|p| (p.hash, p.item));
        let mut places = HashMap::with_capacity_and_hasher(postings.len(), FixedState::default());
        let mut start = 0;
        for run in postings.chunk_by(|a, b| a.hash == b.hash) {
            places.insert(run[0].hash, (start, run.len() as u32));
            start += run.len() as u32;
        }
        Self { postings, places }
    }

    fn find(&self, hash: u64) -> Option<(u32, u32)> {
        self.places.get(&hash).copied()
    }

    fn postings(&self, at: (u32, u32)) -> &[Posting] {
        &self.postings[at.0 as usize..(at.0 + at.1) as usize]
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

    /// Adds what a folded text cites. Every character serves one citation: the most telling one wins it.
    pub fn scan(&self, folded: &str, atoms: &[Atom], scratch: &mut Scratch, cites: &mut Vec<Cite>) {
        let Scratch { found, taken, joined } = scratch;
        found.clear();
        for first in 0..atoms.len() {
            self.keys_from(folded, atoms, first, found);
        }
        // The more it tells, the earlier it is served; the position decides between equals.
        found.sort_unstable_by_key(|f| (std::cmp::Reverse(f.digits), f.class, f.first));
        taken.clear();
        taken.resize(atoms.len(), false);
        let strong = |f: &Found| f.class != CiteClass::Tail;
        let first_new = cites.len();
        let mut served: Vec<(usize, usize)> = Vec::new();
        for f in found.iter().filter(|f| strong(f)) {
            if self.serve(f, taken, cites) {
                served.push((f.first, f.last));
            }
        }
        served.sort_unstable();
        for pair in served.windows(2) {
            self.between(folded, atoms, pair[0], pair[1], cites);
        }
        for (first, last) in served {
            self.expand(folded, atoms, (first, last), taken, joined, cites);
        }
        for f in found.iter().filter(|f| !strong(f)) {
            self.serve(f, taken, cites);
        }
        // In the order of the text: a list is paid in the order in which it is written.
        cites[first_new..].sort_by_key(|c| (c.place, c.item));
    }

    /// Every key that begins with one atom.
    fn keys_from(&self, folded: &str, atoms: &[Atom], first: usize, found: &mut Vec<Found>) {
        let mut whole = KeyHash::new();
        let mut bare = KeyHash::new();
        for last in first..atoms.len().min(first + LONGEST_JOIN) {
            let atom = &atoms[last];
            if last > first && atom.start - atoms[last - 1].end > WIDEST_GAP {
                break;
            }
            let text = atom.text(folded);
            whole = whole.with(text);
            bare = bare.with(if last == first && atom.digits { stripped(text) } else { text });
            let Some(at) = self.find(whole.finish()).or_else(|| self.find(bare.finish())) else { continue };
            let best = self.postings(at).iter().map(|p| (p.class, p.digits)).min();
            if let Some((class, digits)) = best {
                found.push(Found { first, last, at, class, digits });
            }
        }
    }

    /// Gives a run of atoms to a citation, if they are still free.
    fn serve(&self, f: &Found, taken: &mut [bool], cites: &mut Vec<Cite>) -> bool {
        if f.at.1 > SHARING || taken[f.first..=f.last].contains(&true) {
            return false;
        }
        taken[f.first..=f.last].fill(true);
        for p in self.postings(f.at) {
            let cite =
                Cite { item: p.item, class: p.class, digits: p.digits, sharing: f.at.1, place: place_of(f.first) };
            cites.push(cite);
        }
        true
    }

    /// A range whose two ends are whole numbers: `2026-0431 à 2026-0434`.
    fn between(&self, folded: &str, atoms: &[Atom], from: (usize, usize), to: (usize, usize), cites: &mut Vec<Cite>) {
        let word = (to.0 == from.1 + 2).then(|| atoms[from.1 + 1].text(folded));
        if !word.is_some_and(is_range) || !atoms[from.1].digits || !atoms[to.1].digits {
            return;
        }
        let prefix = |run: (usize, usize)| atoms[run.0..run.1].iter().map(|a| a.text(folded)).collect::<String>();
        let (low, high) = (atoms[from.1].text(folded), atoms[to.1].text(folded));
        if prefix(from) == prefix(to) && low.len() == high.len() {
            self.serve_range(&prefix(from), low, high, to.0, cites);
        }
    }

    /// A list that shares a prefix (`INV/2026/00123, 124 et 130`) and ranges (`2026-0101 à 0104`).
    fn expand(
        &self,
        folded: &str,
        atoms: &[Atom],
        (first, last): (usize, usize),
        taken: &mut [bool],
        joined: &mut String,
        cites: &mut Vec<Cite>,
    ) {
        if !atoms[last].digits {
            return;
        }
        joined.clear();
        joined.extend(atoms[first..=last].iter().map(|a| a.text(folded)));
        let mut previous = atoms[last].text(folded).to_string();
        let mut at = last + 1;
        let mut range = false;
        while let Some(atom) = atoms.get(at) {
            if taken[at] || atom.start - atoms[at - 1].end > WIDEST_GAP + 1 || atom.glued {
                return;
            }
            let text = atom.text(folded);
            if !atom.digits {
                match text {
                    "ET" | "AND" | "UND" | "EN" | "Y" | "E" | "U" | "AINSI" | "QUE" => {}
                    word if is_range(word) => range = true,
                    _ => return,
                }
                at += 1;
                continue;
            }
            if text.len() > previous.len() || text.len() < 2 {
                return;
            }
            let keep = previous[..previous.len() - text.len()].to_string();
            let prefix = joined[..joined.len() - previous.len()].to_string();
            let end = format!("{keep}{text}");
            if range {
                self.serve_range(&prefix, &previous, &end, at, cites);
            }
            let Some(posting) = self.find(key_of(&format!("{prefix}{end}"))).filter(|p| p.1 <= SHARING) else { return };
            taken[at] = true;
            self.push_member(posting, &format!("{prefix}{end}"), place_of(at), cites);
            joined.truncate(prefix.len());
            joined.push_str(&end);
            previous = end;
            range = false;
            at += 1;
        }
    }

    /// The members of a range between its two ends, both excluded.
    fn serve_range(&self, prefix: &str, from: &str, to: &str, at: usize, cites: &mut Vec<Cite>) {
        let (Ok(low), Ok(high)) = (from.parse::<u64>(), to.parse::<u64>()) else { return };
        if high <= low || high - low > LONGEST_RANGE {
            return;
        }
        for value in low + 1..high {
            let key = format!("{prefix}{value:0width$}", width = from.len());
            if let Some(found) = self.find(key_of(&key)).filter(|p| p.1 <= SHARING) {
                // Each member is a place of its own, before the end of the range.
                self.push_member(found, &key, place_of(at - 1) + (value - low) as u32, cites);
            }
        }
    }

    fn push_member(&self, at: (u32, u32), key: &str, place: u32, cites: &mut Vec<Cite>) {
        for p in self.postings(at).iter().filter(|p| p.class <= CiteClass::Core) {
            let cite = Cite { item: p.item, class: p.class, digits: telling(key), sharing: at.1, place };
            if !cites.iter().any(|c| c.item == cite.item) {
                cites.push(cite);
            }
        }
    }
}

/// Structured references come before the text; their places stand beyond those of any text.
fn next_place(cites: &[Cite]) -> u32 {
    cites.iter().filter(|c| c.place >= STRUCTURED_PLACES).map(|c| c.place + 1).max().unwrap_or(STRUCTURED_PLACES)
}

fn place_of(atom: usize) -> u32 {
    atom as u32 * PLACES_PER_ATOM
}

/// Words that stand between the two ends of a range.
fn is_range(word: &str) -> bool {
    matches!(word, "A" | "AU" | "TO" | "BIS" | "TOT" | "AL" | "TM" | "THRU" | "THROUGH")
}
