//! One file that stands for a closed month: inputs, configuration, rules, weights, log, proofs, report, and the hashes of all of them.
//!
//! An archive is a ZIP file that any program opens. This room writes and reads it byte by byte: what is not exactly as it is written
//! here is named, so that no byte of the file can change unseen. What the entries say is for `lettrage verify` to compute again.
//!
//! ```text
//! header, data | header, data | … | directory | end record | comment: SHA-256 of every byte before it
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | [`manifest`] | what is in an archive, and whose month it is; entries held against it |
//! | [`pack`](mod@pack) | entries to one file |
//! | `records` | the records of a ZIP file, as this program writes them |
//! | [`container`] | a file to its entries, with everything in it that is not as it was written |
//! | [`chain`] | the log as text, and its chain computed again without the book |
//! | [`difference`] | the first line in which two texts differ |

pub mod chain;
pub mod container;
pub mod difference;
pub mod manifest;
pub mod pack;
mod records;
#[cfg(test)]
mod tests;

pub use container::{Opened, Unpacked, open};
pub use difference::{Difference, first_difference};
pub use manifest::{Input, Made, Manifest, check};
pub use pack::{Entry, entry_name, pack};

/// What an archive says of itself first.
pub const SCHEMA: &str = "lettrage.archive/1";

/// Bytes that the entries of an archive may have together: what is read into memory.
pub const LARGEST: u64 = 2 << 30;

/// Path of the manifest: the first entry.
pub const MANIFEST: &str = "manifest.json";
/// Path of the book's database.
pub const BOOK: &str = "book.db";
/// Path of the log as text, one fact a line.
pub const LOG: &str = "log.jsonl";
/// Path of the configuration as the person wrote it.
pub const CONFIGURATION: &str = "configuration.toml";
/// Path of the configuration that held, with every default. Its SHA-256 is the one that entries of the log carry as `rules`.
pub const EFFECTIVE: &str = "configuration.json";
/// Path of the rules.
pub const RULES: &str = "rules.json";
/// Path of the last run's weights.
pub const WEIGHTS: &str = "weights.json";
/// Path of the proofs with their figures.
pub const PROOFS: &str = "proofs.json";
/// Path of the report for people.
pub const REPORT: &str = "report.html";
/// Path of the report for programs.
pub const REPORT_JSON: &str = "report.json";
/// Path of the text that says what all this is.
pub const README: &str = "README.txt";
/// Folder of the files that were imported, as they were received.
pub const INPUTS: &str = "inputs/";

/// What is not as it should be, and of what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The entry's path, or the part of the container: `directory`, `comment`, `file`.
    pub of: String,
    /// What is wrong, in one line.
    pub says: String,
}

impl Finding {
    /// A finding.
    pub fn new(of: impl Into<String>, says: impl Into<String>) -> Self {
        Self { of: of.into(), says: says.into() }
    }
}
