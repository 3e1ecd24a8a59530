//! CODA 2: the Belgian account statement, records of 128 characters.
//!
//! "Coded statement of account", Febelfin, version 2.6. One 0…9 is one statement; a file may have several. Columns, from 1:
//!
//! | record | columns |
//! |---|---|
//! | 0 header | 6–11 day of creation, 17 `D` for a duplicate, 128 version |
//! | 1 old balance | 2 form of the account, 3–5 number on paper, 6–42 account and currency, 43 sign, 44–58 amount, 59–64 day, 65–90 owner, 126–128 number |
//! | 21 movement | 3–6 number, 7–10 detail, 11–31 reference, 32 sign, 33–47 amount, 48–53 day of value, 54–61 code, 62 structured, 63–115 communication, 116–121 day of booking |
//! | 22 | 11–63 communication, 64–98 reference of the customer, 113 kind of return, 114–117 its reason |
//! | 23 | 11–47 account of the other side, 48–82 its name, 83–125 communication |
//! | 31, 32, 33 information | 40 structured, 41–113, 11–115, 11–100 communication |
//! | 8 new balance | 2–4 number on paper, 5–41 account and currency, 42 sign, 43–57 amount, 58–63 day |
//! | 4 free message | 33–112 |
//! | 9 trailer | 17–22 records, 23–37 sum of debits, 38–52 sum of credits |
//!
//! Amounts have 15 digits, three of them decimals; sign 0 is credit, 1 is debit.

mod entry;
mod item;
mod reader;
#[cfg(test)]
mod tests;

use super::Settings;
use super::fixed::Records;
use super::source::Source;
use crate::error::Errors;
use crate::model::StatementFile;

/// Characters of a record.
const LENGTH: usize = 128;

/// Reads a CODA. Errors: E0241 to E0248 (see `source`), all that are found.
pub fn read(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let source = Source::decode(path, bytes, None)?;
    let mut reader = reader::Reader::new(&source, settings.limits);
    let begins = |rest: &str| rest.starts_with(['0', '1', '2', '3', '4', '8', '9']);
    for record in Records::new(&source, LENGTH, begins) {
        if !reader.take(record) {
            return Err(source.too_many(record.line(), settings.limits).into());
        }
    }
    reader.finish()
}
