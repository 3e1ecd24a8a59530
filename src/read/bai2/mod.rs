//! BAI2: the American cash management statement.
//!
//! "Cash Management Balance Reporting Specifications, Version 2", Bank Administration Institute; BTRS (version 3) in its later form.
//! Records begin with two digits and a comma, fields end with a comma, records with a slash:
//!
//! | record | fields |
//! |---|---|
//! | 01 file | sender, receiver, day, time, number, length of lines, block size, version |
//! | 02 group | receiver, originator, status (1 update, 2 delete, 3 correct, 4 test), day, time, currency, modifier (1 and 3 interim) |
//! | 03 account | account, currency, then type, signed amount, count and funds type for each balance and summary |
//! | 16 transaction | type, amount, funds type, bank's reference, customer's reference, text |
//! | 88 | goes on with the record above, in the middle of a word at times |
//! | 49, 98, 99 | sum of everything, and the number of records, of an account, a group, the file |

mod fields;
mod reader;
#[cfg(test)]
mod tests;

use super::Settings;
use super::source::{Line, Source};
use crate::error::Errors;
use crate::model::StatementFile;

/// Reads a BAI2. One account of one group is one statement.
///
/// Errors: E0241 to E0248 (see `source`), all that are found.
pub fn read(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let source = Source::decode(path, bytes, None)?;
    let mut reader = reader::Reader::new(&source, settings.limits);
    let mut lines = source.lines().filter_map(trimmed).peekable();
    while let Some(first) = lines.next() {
        let mut record = vec![first];
        while let Some(next) = lines.next_if(|line| line.text.starts_with("88,")) {
            record.push(next);
        }
        if !reader.take(&record) {
            return Err(source.too_many(first, settings.limits).into());
        }
    }
    reader.finish()
}

/// A line without the blanks at its end; `None` for an empty one.
fn trimmed(line: Line<'_>) -> Option<Line<'_>> {
    let text = line.text.trim_end_matches([' ', '\t', '\u{1a}']);
    (!text.is_empty()).then_some(Line { text, ..line })
}
