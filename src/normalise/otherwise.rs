//! What only looks like a reference: dates, amounts, accounts, telephone and tax numbers.

use crate::model::Payment;
use crate::model::key::Atom;

/// Marks the atoms of a folded text that read as something else than a reference, into a buffer that is used again.
pub fn mark(_folded: &str, atoms: &[Atom], _payment: &Payment, otherwise: &mut Vec<bool>) {
    otherwise.clear();
    otherwise.resize(atoms.len(), false);
}
