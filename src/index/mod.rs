//! Three look-ups over items: what is cited, what has this amount, who pays. Built once, in parallel; never a loop over pairs.

mod agreement;
mod alike;
pub mod amounts;
pub mod customers;
pub mod likeness;
pub mod references;

pub use amounts::AmountIndex;
pub use customers::{CustomerIndex, CustomerNames, Hint};
pub use likeness::{NameHit, NameScratch};
pub use references::{Edits, Likeness, NearFound, NumberIndex, Reading, ReferenceIndex, Scratch, Search, place_of};
