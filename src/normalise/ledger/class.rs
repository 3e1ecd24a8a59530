//! Formats by how much they say of a payment.

use std::cmp::Reverse;

use crate::model::InputFile;

/// Formats from the richest to the poorest, by how their names begin.
const RICHEST_FIRST: [&str; 14] =
    ["camt", "coda", "mt9", "cfonb", "norma", "aeb", "ofx", "bai", "esr", "csv", "xlsx", "json", "parquet", "qif"];

/// A format with all that makes two files tell of the same in other words: a version, the layout of a table.
///
/// Ordered from the one that says most of a payment to the one that says least.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Class {
    rank: usize,
    layout: Reverse<Box<str>>,
}

impl Class {
    pub(super) fn of(file: &InputFile) -> Self {
        let rank = RICHEST_FIRST.iter().position(|name| file.format.starts_with(name)).unwrap_or(RICHEST_FIRST.len());
        // camt.053.001.02 and .08 of one day are worded differently, and so are two layouts of tables.
        let layout = match file.version.rsplit_once('.') {
            Some((_, number)) if file.format.starts_with("camt") => number,
            _ => &*file.version,
        };
        Self { rank, layout: Reverse(layout.into()) }
    }
}
