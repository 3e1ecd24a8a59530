//! CFONB 120: the French account statement, records of 120 characters.
//!
//! "Relevé de compte sur support informatique", CFONB, July 2004, with the details of SEPA transfers of August 2007. Records:
//! 01 old balance, 04 movement, 05 detail of the movement above, 07 new balance. One 01…07 is one [`Statement`]; a file has as
//! many as the bank sent. Columns are those of the standard, counted from 1:
//!
//! | columns | 01, 07 | 04 | 05 |
//! |---|---|---|---|
//! | 3–7, 12–16, 22–32 | bank, branch, account | = | = |
//! | 17–19, 20 | currency, decimals of the amounts | = | = |
//! | 35–40 | day of the balance | day of booking | = |
//! | 41–42 | | reason of a reject | |
//! | 43–48 | | day of value | 46–48: qualifier |
//! | 49–79 | | label | 49–118: text |
//! | 82–88 | | number of the entry | |
//! | 91–104 | amount | amount | |
//! | 105–120 | | zone of reference | |
//!
//! [`Statement`]: crate::model::Statement

mod amount;
mod detail;
mod reader;
mod remittance;
mod rib;
#[cfg(test)]
mod tests;

use super::Settings;
use super::fixed::Records;
use super::source::Source;
use crate::error::Errors;
use crate::model::StatementFile;

pub(super) use remittance::refuse as refuse_remittance;

/// Characters of a record.
const LENGTH: usize = 120;

/// Reads a CFONB 120.
///
/// Errors: E0241 to E0248 (see `source`), all that are found; a movement on another account than the balance above it is one.
pub fn read(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let source = Source::decode(path, bytes, None)?;
    let mut reader = reader::Reader::new(&source, settings.limits);
    let begins = |rest: &str| matches!(rest.get(..2), Some("01" | "04" | "05" | "07"));
    let mut records = Records::new(&source, LENGTH, begins);
    while let Some(record) = records.next() {
        if !reader.take(record, &records) {
            return Err(source.too_many(record.line(), settings.limits).into());
        }
    }
    reader.finish()
}
