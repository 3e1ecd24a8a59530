//! Numbers with one typing error, or cut at an end, among the open items of a few customers.

use rayon::prelude::*;

use crate::model::key::telling;
use crate::model::stage::{CiteClass, ItemFacts};

use super::edits::distance;
use super::{LONGEST_JOIN, Reading, ReferenceIndex, SHARING};

/// The least that a number must tell to be looked for with an error.
const LEAST_TELLING: u8 = 5;
/// Digits that must be left of a number that was cut at its beginning or its end.
const LEAST_LEFT: usize = 6;
/// The same where the bank cut the text right behind it.
const LEAST_LEFT_AT_CUT: usize = 4;
/// Last digits that are looked for.
const LAST_DIGITS: std::ops::RangeInclusive<usize> = 3..=8;
/// Longest number that is looked for.
const LONGEST: usize = 40;
/// Items that one place of the text may mean before it says nothing.
const MEANINGS: usize = 48;
/// Comparisons for one text. Ten numbers against a thousand items are some ten thousand.
const STEPS: u64 = 400_000;

/// A string under which an open item may be cited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    customer: u32,
    length: u8,
    pub(super) item: u32,
    digits: bool,
    start: usize,
}

/// The strings of the open items of each customer.
#[derive(Debug, Default)]
pub struct NumberIndex {
    text: Vec<u8>,
    entries: Vec<Entry>,
    /// First entry of each customer, and the end.
    of: Vec<usize>,
}

/// What is looked for, and where.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// The text.
    pub reading: Reading<'a>,
    /// For each atom, whether it serves an exact citation: then it may be misspelt, but it is not several numbers.
    pub exact: &'a [bool],
    /// Customers among whose items is searched, likeliest first.
    pub customers: &'a [u32],
    /// The atom at whose end the bank cut the text, if it did.
    pub cut: Option<usize>,
}

/// An item that a run of atoms nearly names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// First atom.
    pub first: usize,
    /// Last atom.
    pub last: usize,
    /// The item.
    pub item: u32,
    /// How: nearly, or by last digits.
    pub class: CiteClass,
    /// What the run tells, in digits.
    pub digits: u8,
    /// In what way the run differs.
    pub likeness: Likeness,
    /// Characters that it lacks.
    pub missing: u8,
    /// Items of these customers that it may mean as well, itself counted.
    pub meanings: u32,
    /// Number of the piece within a run of several references written together.
    pub piece: u32,
}

/// How a run names an item, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Without any difference.
    Same,
    /// By one typing error.
    OneError,
    /// Its beginning is missing.
    NoBeginning,
    /// Its end is missing.
    NoEnd,
    /// All but its last digits are missing.
    LastDigits,
}

#[derive(Clone, Copy, Debug)]
struct Hit {
    first: usize,
    last: usize,
    item: u32,
    likeness: Likeness,
    digits: u8,
    missing: u8,
}

impl NumberIndex {
    /// Builds the index of the open items; `texts_of` pushes the canonical strings of an item.
    pub fn build(customers: usize, items: &[ItemFacts], texts_of: impl Fn(u32, &mut Vec<String>) + Sync) -> Self {
        let mut strings: Vec<(Entry, String)> = (0..items.len() as u32)
            .into_par_iter()
            .filter(|n| items[*n as usize].open != 0)
            .filter_map(|n| Some((n, items[n as usize].owner()?)))
            .map_init(Vec::new, |texts, (item, customer)| {
                texts.clear();
                texts_of(item, texts);
                texts.retain(|text| text.len() >= LEAST_LEFT_AT_CUT && text.len() <= LONGEST);
                let entry = |text: &str| Entry {
                    customer,
                    length: text.len() as u8,
                    item,
                    digits: text.bytes().all(|b| b.is_ascii_digit()),
                    start: 0,
                };
                texts.drain(..).map(|text| (entry(&text), text)).collect::<Vec<_>>()
            })
            .flatten_iter()
            .collect();
        strings.par_sort_unstable();
        strings.dedup();
        let mut index = Self { of: vec![0; customers + 1], ..Self::default() };
        for (entry, text) in strings {
            index.of[entry.customer as usize + 1] += 1;
            index.entries.push(Entry { start: index.text.len(), ..entry });
            index.text.extend_from_slice(text.as_bytes());
        }
        for n in 0..customers {
            index.of[n + 1] += index.of[n];
        }
        index
    }

    /// The strings of a customer, shortest first.
    pub(super) fn of(&self, customer: u32) -> &[Entry] {
        let at = customer as usize;
        if at + 1 < self.of.len() { &self.entries[self.of[at]..self.of[at + 1]] } else { &[] }
    }

    pub(super) fn text(&self, entry: &Entry) -> &[u8] {
        &self.text[entry.start..entry.start + usize::from(entry.length)]
    }

    /// What the free atoms of a text nearly name among the items that `fits` lets pass, each run of atoms once. Says whether
    /// the bound on the work cut the search.
    pub fn find(&self, search: Search<'_>, fits: impl Fn(u32) -> bool, found: &mut Vec<Found>) -> bool {
        let mut look = Look { index: self, search, steps: 0, hits: Vec::new(), run: Vec::new() };
        for first in 0..search.reading.atoms.len() {
            look.runs_from(first, &fits);
        }
        look.tiled(&fits, found);
        let mut taken = vec![false; search.reading.atoms.len()];
        found.iter().for_each(|f| taken[f.first..=f.last].fill(true));
        serve(look.hits, &mut taken, found);
        found.sort_unstable_by_key(|f| (f.first, f.piece, f.item));
        look.steps >= STEPS
    }
}

/// One search on its way.
pub(super) struct Look<'a> {
    pub(super) index: &'a NumberIndex,
    pub(super) search: Search<'a>,
    steps: u64,
    hits: Vec<Hit>,
    run: Vec<u8>,
}

impl Look<'_> {
    /// Counts work; says whether any is left.
    pub(super) fn may_step(&mut self, steps: u64) -> bool {
        self.steps = self.steps.saturating_add(steps);
        self.steps < STEPS
    }

    pub(super) fn is_free(&self, atom: usize) -> bool {
        !self.search.reading.otherwise[atom]
    }

    /// Every run of free atoms that begins with one.
    fn runs_from(&mut self, first: usize, fits: &impl Fn(u32) -> bool) {
        let reading = self.search.reading;
        let mut run = std::mem::take(&mut self.run);
        run.clear();
        for last in first..reading.atoms.len().min(first + LONGEST_JOIN) {
            if !self.is_free(last) || (last > first && !reading.continues(last)) {
                break;
            }
            run.extend_from_slice(reading.text(last).as_bytes());
            if run.len() > LONGEST {
                break;
            }
            // A run that ends in a word is that of the run before, but for a letter that was taken for a digit.
            if reading.atoms[last].digits || reading.text(last).len() == 1 {
                self.compare(first, last, &run, fits);
            }
        }
        self.run = run;
    }

    fn compare(&mut self, first: usize, last: usize, run: &[u8], fits: &impl Fn(u32) -> bool) {
        let (index, search) = (self.index, self.search);
        let tells = telling(std::str::from_utf8(run).unwrap_or_default());
        let digits = run.iter().all(u8::is_ascii_digit);
        let alone = first == last && digits;
        let at_cut = search.cut == Some(last);
        let left = if at_cut { LEAST_LEFT_AT_CUT } else { LEAST_LEFT };
        for customer in search.customers {
            let entries = index.of(*customer);
            let from = entries.partition_point(|e| usize::from(e.length) + 1 < run.len());
            if !self.may_step((entries.len() - from) as u64) {
                return;
            }
            for entry in entries[from..].iter().filter(|e| fits(e.item)) {
                let text = index.text(entry);
                let likeness = match distance(run, text).filter(|_| tells >= LEAST_TELLING) {
                    Some(0) => Likeness::Same,
                    Some(_) => Likeness::OneError,
                    None if text.len() <= run.len() => continue,
                    None if run.len() >= left
                        && text.starts_with(run)
                        && (digits && run.len() >= LEAST_LEFT || at_cut) =>
                    {
                        Likeness::NoEnd
                    }
                    None if digits && entry.digits && run.len() >= LEAST_LEFT && text.ends_with(run) => {
                        Likeness::NoBeginning
                    }
                    None if alone && LAST_DIGITS.contains(&run.len()) && text.ends_with(run) => Likeness::LastDigits,
                    None => continue,
                };
                let digits = tells.min(entry.length + 3 * u8::from(!entry.digits));
                let missing = entry.length.saturating_sub(run.len() as u8);
                self.hits.push(Hit { first, last, item: entry.item, likeness, digits, missing });
            }
        }
    }
}

/// Gives each run of atoms to what it names best: the most telling run first, and the fewest errors.
fn serve(mut hits: Vec<Hit>, taken: &mut [bool], found: &mut Vec<Found>) {
    let weak = |likeness| likeness == Likeness::LastDigits;
    hits.sort_unstable_by_key(|h| {
        (weak(h.likeness), std::cmp::Reverse(h.digits), h.likeness, h.last - h.first, h.first, h.item)
    });
    // The best likeness of a run decides: who is named without an error is not confounded with who is named with one.
    for run in hits.chunk_by(|a, b| (a.first, a.last, a.likeness, a.digits) == (b.first, b.last, b.likeness, b.digits))
    {
        let Hit { first, last, likeness, digits, missing, .. } = run[0];
        if taken[first..=last].contains(&true) {
            continue;
        }
        taken[first..=last].fill(true);
        let mut items: Vec<u32> = run.iter().map(|h| h.item).collect();
        items.dedup();
        if items.len() > MEANINGS {
            continue;
        }
        let class = match likeness {
            Likeness::Same => CiteClass::Core,
            Likeness::LastDigits => CiteClass::Tail,
            Likeness::OneError | Likeness::NoBeginning | Likeness::NoEnd => CiteClass::Near,
        };
        let meanings = items.len() as u32;
        let of = |item| Found { first, last, item, class, digits, likeness, missing, meanings, piece: 0 };
        found.extend(items.into_iter().map(of));
    }
}

impl ReferenceIndex {
    /// The items, at most [`SHARING`] of each key, whose number or reference is one typing error away from a string of letters
    /// and digits, with the digits that agree. `buffer` is used again.
    pub fn one_error_away(&self, canonical: &[u8], buffer: &mut Vec<u8>, items: &mut Vec<u32>) {
        items.clear();
        super::edits::each_edit(canonical, buffer, |edit| {
            let Ok(edit) = std::str::from_utf8(edit) else { return };
            let Some(at) = self.find(crate::model::key::key_of(edit)).filter(|at| at.1 <= SHARING) else { return };
            items.extend(self.postings(at).iter().filter(|p| p.class <= CiteClass::Core).map(|p| p.item));
        });
        items.sort_unstable();
        items.dedup();
    }
}
