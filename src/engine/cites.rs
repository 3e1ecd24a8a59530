//! What a payment cites: in structured fields, in its text, in the payer's own reference.

use crate::index::place_of;
use crate::model::Payment;
use crate::model::key::Atom;
use crate::model::stage::{Cite, CiteClass};
use crate::normalise::{keys, otherwise, schemes, text};

use super::facts::{Buffers, Indices};

/// Longest reference with check digits.
const LONGEST_REFERENCE: usize = 27;

/// Everything that a payment cites: in structured fields, in its text, in the payer's own reference.
pub(super) fn cite(payment: &Payment, index: &Indices, buffers: &mut Buffers, cites: &mut Vec<Cite>) {
    for reference in &payment.structured_references {
        let (canonical, before) = (keys::canonical(reference), cites.len());
        index.references.cite_structured(&canonical, cites);
        if let Some(inside) = schemes::payload(&canonical).filter(|_| cites.len() == before) {
            index.references.cite_inside(inside, None, cites);
        }
    }
    let structured = cites.len();
    let folded = read(payment, buffers);
    let mut found = Vec::new();
    buffers.scan(&folded, &index.references, &mut found);
    cite_inside(&folded, index, buffers, &mut found);
    let known = |cites: &[Cite], c: &Cite| cites[..structured].iter().any(|k| k.item == c.item);
    found.retain(|c| !known(cites, c));
    // The text comes first: places rise.
    found.append(cites);
    *cites = found;
}

/// Adds what references with check digits carry that stand in the text and are nobody's as a whole.
fn cite_inside(folded: &str, index: &Indices, buffers: &Buffers, cites: &mut Vec<Cite>) {
    let atoms = &buffers.atoms;
    let mut first = 0;
    while first < atoms.len() {
        let end = reference_end(folded, atoms, first);
        let served = buffers.scratch.served();
        let free = served.get(served.partition_point(|s| s.1 < first)).is_none_or(|s| s.0 >= end);
        if end > first && free {
            let reference: String = atoms[first..end].iter().map(|a| a.text(folded)).collect();
            if let Some(inside) = schemes::payload(&reference) {
                index.references.cite_inside(inside, Some(place_of(first)), cites);
            }
        }
        first = end.max(first + 1);
    }
    cites.sort_by_key(|c| (c.place, c.item));
}

/// One past the last atom of a reference whose check leaves little to chance: RF, 12 digits of Belgium, 27 of Switzerland. The
/// atom itself where none begins with it.
fn reference_end(folded: &str, atoms: &[Atom], first: usize) -> usize {
    let starts = atoms[first].digits || atoms[first].text(folded) == "RF";
    if !starts || (first > 0 && atoms[first].glued) {
        return first;
    }
    let mut reference = String::new();
    let mut end = first;
    for at in first..atoms.len() {
        if (at > first && atoms[at].start - atoms[at - 1].end > 1) || reference.len() > LONGEST_REFERENCE {
            break;
        }
        reference.push_str(atoms[at].text(folded));
        if schemes::is_strict(&reference) {
            end = at + 1;
        }
    }
    end
}

/// The texts in which a payment may cite something, folded; their atoms are in the buffers then.
pub(super) fn read(payment: &Payment, buffers: &mut Buffers) -> String {
    let mut texts = payment.remittance.to_string();
    for more in payment.structured_references.iter().chain([&payment.end_to_end_id]) {
        // A line break keeps numbers of different fields apart.
        texts.push_str("\n \n ");
        texts.push_str(more);
    }
    let folded = text::fold(&texts).into_owned();
    text::atoms_into(&folded, &mut buffers.atoms);
    otherwise::mark(&folded, &buffers.atoms, payment, &mut buffers.otherwise);
    folded
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
