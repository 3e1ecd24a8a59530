//! Records to model values: identity, repeats, folded text.

pub mod items;
pub mod ledger;
