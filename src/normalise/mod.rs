//! Records to model values: identity, repeats, folded text, keys, names.

pub mod continuity;
pub mod identity;
pub mod items;
pub mod keys;
pub mod ledger;
pub mod names;
pub mod otherwise;
pub mod periods;
pub mod remittance;
pub mod rules;
pub mod schemes;
pub mod terms;
pub mod text;
