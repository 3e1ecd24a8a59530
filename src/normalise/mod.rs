//! Records to model values: identity, repeats, folded text.

pub mod continuity;
pub mod identity;
pub mod items;
pub mod ledger;
