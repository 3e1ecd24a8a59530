//! Payments and invoices whose true links are known, and the measure of a run against such truth.
//!
//! A [`World`] is made from a seed, one family of customers after the other, so that a million payments need no more
//! memory than a thousand. [`generate`] gathers a small world whole, for tests and benches.
//!
//! ```
//! use lettrage::synth::{Profile, generate};
//!
//! let data = generate(&Profile::new(500, 7));
//! assert_eq!(data.payments.len(), 500);
//! assert_eq!(data, generate(&Profile::new(500, 7)));
//! ```

mod camt;
mod codes;
mod kind;
mod lasting;
pub mod measure;
mod months;
mod names;
mod numbering;
mod remittance;
mod rng;
mod shapes;
mod stories;
mod world;
mod write;

pub use camt::Camt;
pub use months::{Months, MonthsAt};
pub use rng::Rng;
pub use shapes::Shape;
pub use world::World;
pub use write::{Table, slices};

use crate::model::{Customer, Flags, Money, OpenItem, Payment};

/// What to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Number of payments, exactly.
    pub payments: u64,
    /// The same seed makes the same world.
    pub seed: u64,
    /// Months that are told, from January 2025 on, in a world whose habits last; 0: the second half of 2025, in one heap.
    pub months: u32,
}

impl Profile {
    /// So many payments from a seed.
    pub fn new(payments: u64, seed: u64) -> Self {
        Self { payments, seed, months: 0 }
    }

    /// So many months with about so many payments each. The world goes on for two months more, so that the last month is like the
    /// others: what is paid later is open in it.
    pub fn of_months(months: u32, payments_each: u64, seed: u64) -> Self {
        Self { payments: payments_each * u64::from(months + lasting::AFTER), seed, months }
    }
}

/// One true link of a payment; several rows share a payment that is for several items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthRow {
    /// The payment.
    pub payment_id: Box<str>,
    /// The item; empty: the payment belongs to no item.
    pub item_id: Box<str>,
    /// What the payment takes off the item, settled differences included, with the item's sign.
    pub applied: Option<Money>,
    /// The sort of case, for scores by kind.
    pub kind: &'static str,
    /// The flags that a perfect run would give.
    pub flags: Flags,
}

/// A world, or a part of one: complete for the customers that it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// Payments.
    pub payments: Vec<Payment>,
    /// Invoices and credit notes, settled ones too.
    pub items: Vec<OpenItem>,
    /// Master data.
    pub customers: Vec<Customer>,
    /// What is true of each payment: at least one row each.
    pub truth: Vec<TruthRow>,
}

/// A whole world in memory, its payments in the order of their booking.
pub fn generate(profile: &Profile) -> Dataset {
    let mut whole = Dataset::default();
    for mut part in World::new(profile) {
        whole.payments.append(&mut part.payments);
        whole.items.append(&mut part.items);
        whole.customers.append(&mut part.customers);
        whole.truth.append(&mut part.truth);
    }
    whole.payments.sort_by(|a, b| (a.booking_date, &a.id).cmp(&(b.booking_date, &b.id)));
    whole
}
