//! What a payment cites: in structured fields, in its text, in the payer's own reference.

use crate::index::{Reading, ReferenceIndex, place_of};
use crate::model::Payment;
use crate::model::key::Atom;
use crate::model::stage::{Cite, CiteClass};
use crate::normalise::{keys, otherwise, schemes, text};

use super::facts::{Buffers, Indices};

/// Longest reference with check digits.
const LONGEST_REFERENCE: usize = 27;

/// A run of atoms that serves a citation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Served {
    /// First atom.
    pub(super) first: usize,
    /// Last atom.
    pub(super) last: usize,
    /// It says more than last digits.
    pub(super) telling: bool,
}

/// Everything that a payment cites: in structured fields, in its text, in the payer's own reference. Gives the runs of its text
/// that serve a citation, in their order.
pub(super) fn cite(payment: &Payment, index: &Indices, buffers: &mut Buffers, cites: &mut Vec<Cite>) -> Vec<Served> {
    for reference in &payment.structured_references {
        let (canonical, before) = (keys::as_canonical(reference), cites.len());
        index.references.cite_structured(&canonical, cites);
        if let Some(inside) = schemes::payload(&canonical).filter(|_| cites.len() == before) {
            index.references.cite_inside(inside, None, cites);
        }
    }
    let structured = cites.len();
    buffers.read(payment);
    buffers.mark(payment);
    let mut found = Vec::new();
    let served = buffers.scan(&index.references, usize::MAX, &mut found);
    cite_inside(index, buffers, &mut found);
    let known = |cites: &[Cite], c: &Cite| cites[..structured].iter().any(|k| k.item == c.item);
    found.retain(|c| !known(cites, c));
    // The text comes first: places rise.
    found.append(cites);
    *cites = found;
    served
}

/// Adds what references with check digits carry that stand in the text and are nobody's as a whole.
fn cite_inside(index: &Indices, buffers: &mut Buffers, cites: &mut Vec<Cite>) {
    let Buffers { scratch, folded, atoms, joined: reference, .. } = buffers;
    let served = scratch.served();
    let before = cites.len();
    let mut first = 0;
    while first < atoms.len() {
        let end = reference_end(folded, atoms, first, reference);
        let free = || served.get(served.partition_point(|s| s.1 < first)).is_none_or(|s| s.0 >= end);
        if end > first && free() {
            reference.clear();
            reference.extend(atoms[first..end].iter().map(|a| a.text(folded)));
            if let Some(inside) = schemes::payload(reference) {
                index.references.cite_inside(inside, Some(place_of(first)), cites);
            }
        }
        first = end.max(first + 1);
    }
    if cites.len() > before {
        cites.sort_by_key(|c| (c.place, c.item));
    }
}

/// One past the last atom of a reference whose check leaves little to chance: RF, 12 digits of Belgium, 27 of Switzerland. The
/// atom itself where none begins with it. `reference` is a buffer.
fn reference_end(folded: &str, atoms: &[Atom], first: usize, reference: &mut String) -> usize {
    let digits = atoms[first].digits;
    if !(digits || atoms[first].text(folded) == "RF") || (first > 0 && atoms[first].glued) {
        return first;
    }
    let (mut end, mut length) = (first, 0);
    for at in first..atoms.len() {
        let apart = at > first && atoms[at].start - atoms[at - 1].end > 1;
        // Without a prefix it is of digits only.
        if apart || length > LONGEST_REFERENCE || digits && !atoms[at].digits {
            break;
        }
        length += atoms[at].end - atoms[at].start;
        if digits && !schemes::NATIONAL_LENGTHS.contains(&length) {
            continue;
        }
        reference.clear();
        reference.extend(atoms[first..=at].iter().map(|a| a.text(folded)));
        if schemes::is_strict(reference) {
            end = at + 1;
        }
    }
    end
}

impl Buffers {
    /// Reads the texts in which a payment may cite something: folds them and takes them apart. The remittance text comes first.
    pub(super) fn read(&mut self, payment: &Payment) {
        self.folded.clear();
        text::fold_into(&payment.remittance, &mut self.folded);
        self.remittance = self.folded.len();
        for more in payment.structured_references.iter().chain([&payment.end_to_end_id]) {
            // A line break keeps numbers of different fields apart.
            self.folded.push_str("\n \n ");
            text::fold_into(more, &mut self.folded);
        }
        text::atoms_into(&self.folded, &mut self.atoms);
    }

    /// Marks what reads as something else in what was read.
    pub(super) fn mark(&mut self, payment: &Payment) {
        otherwise::mark(&self.folded, &self.atoms, payment, &mut self.otherwise);
    }

    /// The remittance text that was read, with its atoms.
    pub(super) fn remittance(&self) -> (&str, &[Atom]) {
        let atoms = self.atoms.partition_point(|a| a.end <= self.remittance);
        (&self.folded[..self.remittance], &self.atoms[..atoms])
    }

    /// So many first atoms, at most, of what was read and marked.
    pub(super) fn reading(&self, most: usize) -> Reading<'_> {
        let atoms = self.atoms.len().min(most);
        Reading { folded: &self.folded, atoms: &self.atoms[..atoms], otherwise: &self.otherwise[..atoms] }
    }

    /// Scans so many first atoms, at most, of what was read and marked.
    pub(super) fn scan(&mut self, references: &ReferenceIndex, most: usize, cites: &mut Vec<Cite>) -> Vec<Served> {
        let Self { scratch, folded, atoms, otherwise, .. } = self;
        let count = atoms.len().min(most);
        let reading = Reading { folded, atoms: &atoms[..count], otherwise: &otherwise[..count] };
        references.scan(reading, scratch, cites);
        let of = |&(first, last): &(usize, usize)| {
            let place = cites.partition_point(|c| c.place < place_of(first));
            let mut here = cites[place..].iter().take_while(|c| c.place == place_of(first));
            Served { first, last, telling: here.any(|c| c.class <= CiteClass::Core) }
        };
        scratch.served().iter().map(of).collect()
    }
}

/// Whether what cites an item by this number is as well the payer's customer number: the whole of both, or their digits.
pub(super) fn is_own_number(id: &str, number: &str, class: CiteClass) -> bool {
    // Nearly all differ in the end already.
    let last = |text: &str| text.bytes().rev().find(u8::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase());
    if last(id) != last(number) {
        return false;
    }
    let (id, number) = (keys::canonical(id), keys::canonical(number));
    let digits = id.trim_start_matches(|c: char| !c.is_ascii_digit());
    !digits.is_empty() && (id == number || (class == CiteClass::Core && number.ends_with(digits)))
}
