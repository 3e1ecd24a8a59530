//! CFONB 240: a remittance of bills or transfers of 240 characters a record. It is an order to the bank or its acknowledgement,
//! says nothing of what was booked, and is refused.

use crate::error::{Error, Errors};
use crate::read::source::Source;

/// The error for a CFONB 240. Error: E0012.
pub(in crate::read) fn refuse(path: &str, bytes: &[u8]) -> Errors {
    let refused = |source: Source<'_>| -> Error {
        let first = source.lines().find(|line| !line.text.trim().is_empty());
        let message = "a CFONB 240, which is a remittance of bills or transfers and no statement";
        match first {
            Some(line) => source.fault(line, 0, 2, crate::read::NO_STATEMENT, message),
            None => source.fault_at_end(crate::read::NO_STATEMENT, message),
        }
        .label("begins a remittance of 240 characters a record")
        .help("it tells what was handed in, not what was booked: ask the bank for the account statement (CFONB 120 or camt.053)")
    };
    Source::decode(path, bytes, None).map_or_else(Errors::from, |source| refused(source).into())
}
