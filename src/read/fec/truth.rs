//! Known truth: which payment settled which item, in the columns that `lettrage score --truth` reads.

use std::io;

use crate::model::{Flags, Money};

/// A payment settled an item, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The payment, as [`super::payments`] names it.
    pub payment_id: Box<str>,
    /// The item, as [`super::read_items`] names it; empty for a payment that belongs to none (a return).
    pub item_id: Box<str>,
    /// How much of the item it settled, with the item's sign.
    pub applied: Option<Money>,
    /// How many payments and items were lettered together: `one payment, several items`.
    pub kind: &'static str,
    /// `ambiguous` where the lettering does not say which payment of the group paid this item; `returned`.
    pub flags: Flags,
}

/// Writes links as CSV with the columns payment_id, item_id, applied, kind, flags.
pub fn write_truth(links: &[Link], to: impl io::Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(["payment_id", "item_id", "applied", "kind", "flags"])?;
    for link in links {
        let applied = link.applied.map_or_else(String::new, |amount| amount.to_string());
        let flags = link.flags.iter().map(|flag| flag.word()).collect::<Vec<_>>().join("|");
        writer.write_record([&*link.payment_id, &*link.item_id, &applied, link.kind, &flags])?;
    }
    writer.flush()
}
