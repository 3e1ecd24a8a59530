//! Pennylane: its import of entries in the columns of a FEC (Saisie, Imports, FEC).
//!
//! What the ledger has already is left out, or it would be booked a second time. The codes are left out, too: a code whose invoice is
//! not in the file would not add up. They are in `lettrage.csv`.

use super::{PostFile, booked, csv, fec};
use crate::error::Error;
use crate::model::Posting;

pub(super) fn write(posting: &Posting) -> Result<Vec<PostFile>, Error> {
    let mut text = fec::header();
    for entry in booked(posting) {
        fec::push_entry(&mut text, entry, &fec::number(entry), posting.made, fec::Purpose::Import)?;
    }
    let name = format!("pennylane_FEC_{}_{}.txt", posting.from.format("%Y%m%d"), posting.to.format("%Y%m%d"));
    Ok(vec![PostFile::new(name, text), csv::lettering(posting)])
}
