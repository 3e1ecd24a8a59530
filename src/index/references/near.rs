//! Numbers with one typing error, or cut at an end, among the open items of a few customers.

use std::ops::{Range, RangeInclusive};

use rayon::prelude::*;

use crate::model::key::{KeyHash, start_of, telling};
use crate::model::stage::CiteClass;
use crate::model::{Owed, OwedItem};

use super::edits::{distance, look_alike, share_enough};
use super::pieces::{self, Pieces, Suspects};
use super::{LONGEST_JOIN, Reading, ReferenceIndex, SHARING};

/// The least that a number must tell to be looked for with an error.
const LEAST_TELLING: u8 = 5;
/// Digits that must be left of a number that was cut at its beginning or its end.
const LEAST_LEFT: usize = 6;
/// The same where the bank cut the text right behind it.
const LEAST_LEFT_AT_CUT: usize = 4;
/// Last digits that are looked for.
const LAST_DIGITS: RangeInclusive<usize> = 3..=8;
/// Longest number that is looked for.
const LONGEST: usize = 40;
/// Letters that a number may begin with.
const LONGEST_PREFIX: usize = 8;
/// Items that one place of the text may mean before it says nothing.
const MEANINGS: usize = 48;
/// Comparisons for one text. Ten numbers against a thousand items are some ten thousand.
const STEPS: u64 = 400_000;
/// Customers whose strings are gathered at once.
const CUSTOMERS_AT_ONCE: usize = 512;

/// A string under which an open item may be cited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) item: u32,
    start: u32,
    length: u8,
    /// It has no letters.
    pub(super) digits: bool,
}

/// The strings of one length of a customer.
#[derive(Clone, Copy, Debug)]
struct OfLength {
    length: u32,
    start: u32,
    end: u32,
}

impl OfLength {
    fn count(&self) -> u32 {
        self.end - self.start
    }
}

/// The strings of the open items of each customer.
#[derive(Debug, Default)]
pub struct NumberIndex {
    text: Vec<u8>,
    /// By customer, length and item.
    entries: Vec<Entry>,
    /// For each entry the pieces of its string: most are compared with nothing else.
    pieces: Vec<Pieces>,
    lengths: Vec<OfLength>,
    /// First of the lengths of each customer, and the end.
    of: Vec<u32>,
    /// Share of the strings beside which the same customer has another one.
    beside: f64,
}

/// Numbers that lie so near that they may have been given to one customer on one day.
const BESIDE: u32 = 10;

/// Whether two numbers of one series lie beside one another: of one length, and but for the last two digits the same.
fn are_beside(a: &[u8], b: &[u8]) -> bool {
    let Some(head) = a.len().checked_sub(2).filter(|_| a.len() == b.len()) else { return false };
    let tail = |text: &[u8]| {
        let digits = text[head..].iter().all(u8::is_ascii_digit);
        digits.then(|| text[head..].iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')))
    };
    let near = |(x, y): (u32, u32)| x != y && x.abs_diff(y) <= BESIDE;
    a[..head] == b[..head] && tail(a).zip(tail(b)).is_some_and(near)
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
    /// Builds the index of the open items of each customer; `texts_of` gives the canonical strings of an item, in any order.
    pub fn build(owed: &Owed, texts_of: impl Fn(u32, &mut dyn FnMut(&str)) + Sync) -> Self {
        let blocks: Vec<Self> = (0..owed.customers().div_ceil(CUSTOMERS_AT_ONCE))
            .into_par_iter()
            .map(|block_of| {
                let mut block = Self::default();
                let first = block_of * CUSTOMERS_AT_ONCE;
                let customers = first..owed.customers().min(first + CUSTOMERS_AT_ONCE);
                customers.for_each(|customer| block.add_customer(owed.by(customer as u32), &texts_of));
                block
            })
            .collect();
        let entries = blocks.iter().map(|b| b.entries.len()).sum();
        let mut index = Self {
            text: Vec::with_capacity(blocks.iter().map(|b| b.text.len()).sum()),
            entries: Vec::with_capacity(entries),
            pieces: Vec::with_capacity(entries),
            ..Self::default()
        };
        blocks.into_iter().for_each(|block| index.append(&block));
        index.of.push(index.lengths.len() as u32);
        index.beside = index.share_beside(owed.customers());
        index
    }

    fn add_customer(&mut self, items: &[OwedItem], texts_of: &impl Fn(u32, &mut dyn FnMut(&str))) {
        self.of.push(self.lengths.len() as u32);
        let first = self.entries.len();
        for OwedItem { item, .. } in items {
            texts_of(*item, &mut |text| {
                if (LEAST_LEFT_AT_CUT..=LONGEST).contains(&text.len()) {
                    let text = text.as_bytes();
                    let (start, length) = (self.text.len() as u32, text.len() as u8);
                    let digits = text.iter().all(u8::is_ascii_digit);
                    self.entries.push(Entry { item: *item, start, length, digits });
                    self.text.extend_from_slice(text);
                }
            });
        }
        let text = &self.text;
        let key = |e: &Entry| (e.length, e.item, e.digits, &text[e.start as usize..][..usize::from(e.length)]);
        self.entries[first..].sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        let mut kept = first;
        for n in first..self.entries.len() {
            if n == first || key(&self.entries[n]) != key(&self.entries[kept - 1]) {
                self.entries[kept] = self.entries[n];
                kept += 1;
            }
        }
        self.entries.truncate(kept);
        let pieces = |e: &Entry| Pieces::of(&text[e.start as usize..][..usize::from(e.length)]);
        self.pieces.extend(self.entries[first..].iter().map(pieces));
        let mut start = first as u32;
        for of_length in self.entries[first..].chunk_by(|a, b| a.length == b.length) {
            let end = start + of_length.len() as u32;
            self.lengths.push(OfLength { length: u32::from(of_length[0].length), start, end });
            start = end;
        }
    }

    /// Adds the customers of another index behind those of this one.
    fn append(&mut self, other: &Self) {
        let (text, entries, lengths) = (self.text.len() as u32, self.entries.len() as u32, self.lengths.len() as u32);
        self.text.extend_from_slice(&other.text);
        self.entries.extend(other.entries.iter().map(|e| Entry { start: text + e.start, ..*e }));
        self.pieces.extend_from_slice(&other.pieces);
        let moved = |l: &OfLength| OfLength { start: entries + l.start, end: entries + l.end, ..*l };
        self.lengths.extend(other.lengths.iter().map(moved));
        self.of.extend(other.of.iter().map(|first| lengths + first));
    }

    fn share_beside(&self, customers: usize) -> f64 {
        let pairs: usize = (0..customers as u32)
            .into_par_iter()
            .map_init(Vec::new, |texts: &mut Vec<&[u8]>, customer| {
                let pairs = |of_length: &OfLength| {
                    texts.clear();
                    texts.extend(
                        self.entries[of_length.start as usize..of_length.end as usize].iter().map(|e| self.text(e)),
                    );
                    texts.sort_unstable();
                    texts.windows(2).filter(|pair| are_beside(pair[0], pair[1])).count()
                };
                self.lengths_of(customer).iter().map(pairs).sum::<usize>()
            })
            .sum();
        pairs as f64 / self.entries.len().max(1) as f64
    }

    /// How likely a number of a customer that is not loaded lies beside a given one of his that is: numbers of one day run on.
    /// Nothing, where a string does not lie beside that of the item.
    pub fn chance_beside(&self, customer: u32, item: u32, run: &[u8]) -> f64 {
        let is = self.of(customer).iter().any(|e| e.item == item && are_beside(self.text(e), run));
        if is {
            self.beside / f64::from(self.lengths_of(customer).iter().map(OfLength::count).max().unwrap_or(1))
        } else {
            0.0
        }
    }

    fn lengths_of(&self, customer: u32) -> &[OfLength] {
        let at = customer as usize;
        if at + 1 < self.of.len() { &self.lengths[self.of[at] as usize..self.of[at + 1] as usize] } else { &[] }
    }

    /// Where the strings of a customer stand.
    fn range_of(&self, customer: u32) -> Range<usize> {
        match self.lengths_of(customer) {
            [first, .., last] => first.start as usize..last.end as usize,
            [one] => one.start as usize..one.end as usize,
            [] => 0..0,
        }
    }

    /// The strings of a customer, shortest first.
    pub(super) fn of(&self, customer: u32) -> &[Entry] {
        &self.entries[self.range_of(customer)]
    }

    pub(super) fn text(&self, entry: &Entry) -> &[u8] {
        &self.text[entry.start as usize..][..usize::from(entry.length)]
    }

    /// What the free atoms of a text nearly name among the items that `fits` lets pass, each run of atoms once. Says whether
    /// the bound on the work cut the search.
    pub fn find(&self, search: Search<'_>, fits: impl Fn(u32) -> bool, found: &mut Vec<Found>) -> bool {
        let mut look = Look { index: self, search, steps: 0, hits: Vec::new() };
        look.all_runs(&fits);
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
}

/// A run of atoms: the first, the last, and where its text stands among those that are gathered.
type Place = (usize, usize, Range<usize>);

impl Look<'_> {
    /// Counts work; says whether any is left.
    pub(super) fn may_step(&mut self, steps: u64) -> bool {
        self.steps = self.steps.saturating_add(steps);
        crate::model::steps::count(steps as usize);
        self.steps < STEPS
    }

    pub(super) fn is_free(&self, atom: usize) -> bool {
        !self.search.reading.otherwise[atom]
    }

    /// Compares every run of free atoms with the numbers of the customers, so many at a time as can be marked at once.
    fn all_runs(&mut self, fits: &impl Fn(u32) -> bool) {
        let atoms = self.search.reading.atoms.len();
        let counts = Counts::of(self.index, self.search.customers);
        let (mut texts, mut places) = (String::new(), Vec::with_capacity(pieces::MOST));
        for first in 0..atoms {
            self.runs_from(first, &mut texts, &mut places);
            if first + 1 < atoms && places.len() + LONGEST_JOIN <= pieces::MOST {
                continue;
            }
            let run = |(first, last, text): &Place| Run::of(self.search, *first, *last, &texts[text.clone()]);
            let runs: Vec<Run<'_>> = places.iter().map(run).collect();
            self.compare(&runs, &counts, fits);
            if self.steps >= STEPS {
                return;
            }
            texts.clear();
            places.clear();
        }
    }

    /// Every run of free atoms that begins with one.
    fn runs_from(&self, first: usize, texts: &mut String, places: &mut Vec<Place>) {
        let reading = self.search.reading;
        // A word is no prefix.
        if !reading.atoms[first].digits && reading.text(first).len() > LONGEST_PREFIX {
            return;
        }
        let start = texts.len();
        let mut length = 0;
        for last in first..reading.atoms.len().min(first + LONGEST_JOIN) {
            if !self.is_free(last) || (last > first && !reading.continues(last)) {
                break;
            }
            let text = reading.text(last);
            length += text.len();
            if length > LONGEST {
                break;
            }
            texts.push_str(text);
            // A run that ends in a word is that of the run before, but for a letter that was taken for a digit.
            if reading.atoms[last].digits || (last > first && text.len() == 1) {
                places.push((first, last, start..texts.len()));
            }
        }
    }

    /// Compares some runs with the numbers of the customers, as far as the bound on the work lets it.
    fn compare(&mut self, runs: &[Run<'_>], counts: &Counts, fits: &impl Fn(u32) -> bool) {
        let mut suspects = Suspects::new();
        runs.iter().enumerate().for_each(|(n, run)| run.mark(n, &mut suspects));
        let (whole, of_next) = self.within_bound(runs, counts);
        let known = self.hits.len();
        let (index, search) = (self.index, self.search);
        for (n, customer) in search.customers.iter().enumerate() {
            let some = whole + usize::from(n < of_next);
            let within = u64::MAX.checked_shr((pieces::MOST - some) as u32).unwrap_or_default();
            let range = index.range_of(*customer);
            for (at, pieces) in range.clone().zip(&index.pieces[range]) {
                let mut left = suspects.of(pieces) & within;
                while left != 0 {
                    self.compare_with(&runs[left.trailing_zeros() as usize], &index.entries[at], fits);
                    left &= left - 1;
                }
            }
        }
        // One run after the other.
        self.hits[known..].sort_by_key(|h| (h.first, h.last));
    }

    /// How many of some runs the bound on the work lets be compared with all customers, and with how many customers the next one.
    fn within_bound(&mut self, runs: &[Run<'_>], counts: &Counts) -> (usize, usize) {
        for (n, run) in runs.iter().enumerate() {
            let lengths = run.lengths();
            let steps = counts.within(&lengths);
            if self.steps + steps < STEPS {
                self.may_step(steps);
                continue;
            }
            let (index, customers) = (self.index, self.search.customers);
            let steps_of = |customer: &u32| {
                let lengths = index.lengths_of(*customer).iter().filter(|l| lengths.contains(&(l.length as usize)));
                lengths.map(|l| u64::from(l.count())).sum()
            };
            return (n, customers.iter().take_while(|c| self.may_step(steps_of(c))).count());
        }
        (runs.len(), 0)
    }

    /// Compares a run with a number.
    fn compare_with(&mut self, run: &Run<'_>, entry: &Entry, fits: &impl Fn(u32) -> bool) {
        let length = usize::from(entry.length);
        if !run.lengths().contains(&length) || !run.may_mean(length) {
            return;
        }
        let number = self.index.text(entry);
        if !run.looks_otherwise && !share_enough(run.text, number) {
            return;
        }
        let Some(likeness) = run.likeness(number, entry.digits).filter(|_| fits(entry.item)) else { return };
        let digits = run.tells.min(entry.length + 3 * u8::from(!entry.digits));
        let missing = entry.length.saturating_sub(run.text.len() as u8);
        self.hits.push(Hit { first: run.first, last: run.last, item: entry.item, likeness, digits, missing });
    }
}

/// How many numbers of some customers have which length.
struct Counts {
    /// For each length how many numbers are shorter.
    shorter: [u64; LONGEST + 2],
}

impl Counts {
    fn of(index: &NumberIndex, customers: &[u32]) -> Self {
        let mut shorter = [0; LONGEST + 2];
        for of_length in customers.iter().flat_map(|c| index.lengths_of(*c)) {
            shorter[of_length.length as usize + 1] += u64::from(of_length.count());
        }
        for n in 1..shorter.len() {
            shorter[n] += shorter[n - 1];
        }
        Self { shorter }
    }

    /// Numbers whose length is within these bounds.
    fn within(&self, lengths: &RangeInclusive<usize>) -> u64 {
        self.shorter[lengths.end() + 1] - self.shorter[*lengths.start()]
    }
}

/// A run of atoms that is compared with numbers.
struct Run<'r> {
    first: usize,
    last: usize,
    text: &'r [u8],
    /// It has letters that look like digits.
    looks_otherwise: bool,
    tells: u8,
    digits: bool,
    /// It stands alone: last digits are looked for.
    alone: bool,
    at_cut: bool,
    /// The longest number that it may mean.
    longest: usize,
}

impl<'r> Run<'r> {
    fn of(search: Search<'_>, first: usize, last: usize, text: &'r str) -> Self {
        let tells = telling(text);
        let text = text.as_bytes();
        let digits = text.iter().all(u8::is_ascii_digit);
        let atoms = search.reading.atoms;
        let glued = atoms[first].glued || atoms.get(last + 1).is_some_and(|next| next.glued);
        let at_cut = search.cut == Some(last);
        Self {
            first,
            last,
            text,
            looks_otherwise: !digits && read_as_digits(text).zip(text).any(|(read, c)| read != *c),
            tells,
            digits,
            alone: first == last && digits && !glued && LAST_DIGITS.contains(&text.len()),
            at_cut,
            // Only digits may be a part of something longer, or what the bank cut.
            longest: if digits || at_cut { LONGEST } else { LONGEST.min(text.len() + 1) },
        }
    }

    /// The lengths of numbers that it is compared with.
    fn lengths(&self) -> RangeInclusive<usize> {
        self.text.len().saturating_sub(1)..=self.longest
    }

    /// Marks the pieces that a number has which the run may mean.
    fn mark(&self, run: usize, suspects: &mut Suspects) {
        if self.tells >= LEAST_TELLING {
            suspects.mark_wrong(run, self.text);
            if self.looks_otherwise {
                suspects.mark_read(run, &read_as_digits(self.text).collect::<Vec<u8>>());
            }
        }
        let (beginning, end) = self.may_be_part();
        if beginning {
            suspects.mark_beginning(run, self.text);
        }
        if end || self.alone {
            suspects.mark_end(run, self.text);
        }
    }

    /// Whether the run may be the beginning of a number, or its end.
    fn may_be_part(&self) -> (bool, bool) {
        let left = if self.at_cut { LEAST_LEFT_AT_CUT } else { LEAST_LEFT };
        let long = self.digits && self.text.len() >= LEAST_LEFT;
        (long || self.at_cut && self.text.len() >= left, long)
    }

    /// Whether it may mean a number of a length at all.
    fn may_mean(&self, length: usize) -> bool {
        let (beginning, end) = self.may_be_part();
        let part = length > self.text.len() && (beginning || end || self.alone);
        part || self.tells >= LEAST_TELLING && length <= self.text.len() + 1
    }

    fn likeness(&self, number: &[u8], digits: bool) -> Option<Likeness> {
        let is_habit = || self.looks_otherwise && read_as_digits(self.text).eq(number.iter().copied());
        let one_habit = || is_habit().then_some(1);
        match distance(self.text, number).or_else(one_habit).filter(|_| self.tells >= LEAST_TELLING) {
            Some(0) => return Some(Likeness::Same),
            Some(_) => return Some(Likeness::OneError),
            None if number.len() <= self.text.len() => return None,
            None => {}
        }
        let (beginning, end) = self.may_be_part();
        if beginning && number.starts_with(self.text) {
            Some(Likeness::NoEnd)
        } else if end && digits && number.ends_with(self.text) {
            Some(Likeness::NoBeginning)
        } else {
            (self.alone && number.ends_with(self.text)).then_some(Likeness::LastDigits)
        }
    }
}

/// A run whose letters behind its first digit are taken for the digits that they look like: who writes O for 0 once does so each
/// time, and it is one error.
fn read_as_digits(run: &[u8]) -> impl Iterator<Item = u8> {
    let first = run.iter().position(u8::is_ascii_digit).unwrap_or(run.len());
    run.iter().enumerate().map(move |(n, c)| if n > first { look_alike(*c) } else { *c })
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
    /// and digits, with the digits that agree.
    pub fn one_error_away(&self, canonical: &[u8], edits: &mut Edits, items: &mut Vec<u32>) {
        let Edits { heads, hashes } = edits;
        let own_start = first_four(canonical.iter());
        heads.clear();
        heads.push(KeyHash::new());
        heads.extend(canonical.iter().scan(KeyHash::new(), |hash, c| {
            *hash = hash.with_bytes(&[*c]);
            Some(*hash)
        }));
        hashes.clear();
        super::edits::each_edit(canonical, |head, middle, tail| {
            // Nearly all begin as no number does, which costs less to see than what they are.
            let first = if head.len() >= 4 { own_start } else { first_four(head.iter().chain(middle).chain(tail)) };
            if self.table.may_begin(start_of(first, head.len() + middle.len() + tail.len())) {
                hashes.push(heads[head.len()].with_bytes(middle).with_bytes(tail).finish());
            }
        });
        // Each look goes to another place in memory: one after the other they need not wait for one another.
        hashes.retain(|hash| self.table.may_be_whole(*hash));
        items.clear();
        for at in hashes.iter().filter_map(|hash| self.find(*hash)).filter(|at| at.1 <= SHARING) {
            items.extend(self.postings(at).iter().filter(|p| p.class <= CiteClass::Core).map(|p| p.item));
        }
        items.sort_unstable();
        items.dedup();
    }
}

/// Buffers for the strings that are one typing error away from another.
#[derive(Debug, Default)]
pub struct Edits {
    /// Hashes of the beginnings.
    heads: Vec<KeyHash>,
    /// Hashes of the strings.
    hashes: Vec<u64>,
}

/// The first four characters of a string, with zeros behind the last one.
fn first_four<'t>(mut text: impl Iterator<Item = &'t u8>) -> [u8; 4] {
    std::array::from_fn(|_| text.next().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::atoms;
    use super::*;
    use crate::model::sample::item;

    /// An index over open items of customer 0 with one number each.
    fn index(numbers: &[&str]) -> NumberIndex {
        let items = vec![item(0, 10_000); numbers.len()];
        NumberIndex::build(&Owed::of(&items, 1), |n, add| add(numbers[n as usize]))
    }

    fn search(index: &NumberIndex, text: &str, cut: bool) -> (Vec<Found>, bool) {
        let atoms = atoms(text);
        let no = vec![false; atoms.len()];
        let reading = Reading { folded: text, atoms: &atoms, otherwise: &no };
        let cut = (cut && !atoms.is_empty()).then(|| atoms.len() - 1);
        let mut found = Vec::new();
        let capped = index.find(Search { reading, exact: &no, customers: &[0], cut }, |_| true, &mut found);
        (found, capped)
    }

    fn found(numbers: &[&str], text: &str) -> Vec<u32> {
        search(&index(numbers), text, false).0.iter().map(|f| f.item).collect()
    }

    #[test]
    fn one_error_is_found_however_it_came_about() {
        let numbers = ["F202500123", "2528912", "8398059713"];
        for text in [
            "FAC F2O25-00123",
            "F2O25-OO123",
            "F2025-0123",
            "F2025-001233",
            "F2025-01023",
            "F2025-00128",
            "F 2025 00I23",
        ] {
            assert_eq!(found(&numbers, text), [0], "{text}");
        }
        for text in ["25-2B912", "PAYMENT25-228912", "25-28921 20250526", "25-2891"] {
            assert_eq!(found(&numbers, text), [1], "{text}");
        }
        for text in ["+ 98059713 ", "REF 839805971REF 2", "98398059713", "83980597", "8398O59713"] {
            assert_eq!(found(&numbers, text), [2], "{text}");
        }
    }

    #[test]
    fn two_errors_or_too_little_find_nothing() {
        let numbers = ["F202500123", "8398059713"];
        for text in ["F2025-99123", "MERCI", "", "12", "8398", "059", "F2025", "1111111111"] {
            assert_eq!(found(&numbers, text), [] as [u32; 0], "{text}");
        }
    }

    #[test]
    fn the_bank_may_have_cut_the_last_number() {
        let index = index(&["MNT2025076", "MNT2025089", "MNT2026001"]);
        let items = |text, cut| search(&index, text, cut).0.iter().map(|f| f.item).collect::<Vec<_>>();
        assert_eq!(items("LOYER MNT/2025/0", true), [0, 1]);
        assert_eq!(items("LOYER MNT/2025/0", false), [] as [u32; 0]);
    }

    #[test]
    fn last_digits_of_the_payers_items_count_as_such() {
        let (found, _) = search(&index(&["20260178", "20260299"]), "RE 178", false);
        assert_eq!(found.iter().map(|f| (f.item, f.class, f.digits)).collect::<Vec<_>>(), [(0, CiteClass::Tail, 3)]);
    }

    #[test]
    fn what_may_mean_several_excludes_one_another() {
        let (found, _) = search(&index(&["2528912", "2528913", "2528914"]), "25-28915", false);
        assert_eq!(
            found.iter().map(|f| (f.item, f.first, f.meanings)).collect::<Vec<_>>(),
            [(0, 0, 3), (1, 0, 3), (2, 0, 3)]
        );
        // Who is named without an error is not confounded with who is named with one.
        assert_eq!(self::found(&["2528912", "2528913"], "25-28913"), [1]);
    }

    #[test]
    fn numbers_of_one_customer_run_on() {
        let run_on = index(&["2528912", "2528913", "2528914", "2539001"]);
        // Two of the four have another one behind them; a number beside one of them is one of four.
        assert!((run_on.chance_beside(0, 2, b"2528915") - 0.5 / 4.0).abs() < 1e-9);
        assert_eq!(run_on.chance_beside(0, 2, b"2528924"), run_on.chance_beside(0, 2, b"2528915"));
        assert_eq!(run_on.chance_beside(0, 2, b"2528925"), 0.0, "too far");
        assert_eq!(run_on.chance_beside(0, 2, b"2538914"), 0.0, "another digit");
        assert_eq!(index(&["9127475830", "1052811545"]).chance_beside(0, 0, b"9127475831"), 0.0, "they are spread");
    }

    #[test]
    fn numbers_written_together_come_apart() {
        let numbers = ["9127475830", "1052811545", "2083189418", "7700000001"];
        // The first whole; the second lacks its last digit's neighbour; the third is whole.
        assert_eq!(found(&numbers, "ORDER OF 912747583010528115452083189418"), [0, 1, 2]);
        assert_eq!(found(&numbers, "91274758301052811452083189418"), [0, 1, 2]);
        assert_eq!(found(&numbers, "9127475830105 28115452083189418"), [0, 1, 2]);
        assert_eq!(found(&numbers, "912747583010528115459999999"), [] as [u32; 0], "a rest is left");
    }

    #[test]
    fn the_work_on_a_hostile_text_is_bounded() {
        let numbers: Vec<String> = (0..4000).map(|n| format!("{}", 1_000_000_000u64 + n * 7919)).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let index = index(&numbers);
        assert_eq!(search(&index, &"7".repeat(10_000), false), (Vec::new(), false));
        assert!(search(&index, &"1000007 ".repeat(2_000), false).1, "the bound is reported");
    }

    proptest! {
        #[test]
        fn every_single_error_is_found(number in "[A-Z]{0,3}[1-9][0-9]{5,11}", at in 0usize..20, digit in 0u8..10, kind in 0u8..4) {
            let first = number.bytes().position(|b| b.is_ascii_digit()).unwrap();
            let at = first + at % (number.len() - first);
            let mut wrong = number.clone().into_bytes();
            match kind {
                0 => { wrong.remove(at); }
                1 => wrong.insert(at, b'0' + digit),
                2 => wrong[at] = b'0' + digit,
                _ => if at + 1 < wrong.len() { wrong.swap(at, at + 1) },
            }
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(found(&[&number], &format!("FACTURE {wrong} MERCI")), [0]);
        }

        #[test]
        fn a_text_without_digits_cites_nothing(text in "[A-Z .,/+-]{0,60}") {
            prop_assert_eq!(found(&["F202500123", "8398059713"], &text), [] as [u32; 0]);
        }
    }
}
