//! Caps on what is read, so that a hostile or broken file ends in a clear error and not in a full memory.

use serde::{Deserialize, Serialize};

/// Caps on inputs. Reaching one is an error that names the limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of one file, unpacked. Default 2 GiB: a year of statements of a large company is some hundred megabytes.
    pub file_bytes: u64,
    /// How many times larger than its container a member may be. Default 1,032: more than DEFLATE can honestly do is an attack.
    pub inflate_ratio: u64,
    /// Members of a container. Default 10,000.
    pub members: u32,
    /// Nested elements. Default 64: camt needs about 15.
    pub depth: u32,
    /// Attributes of one element. Default 64: camt needs 1, an envelope a few.
    pub attributes: u32,
    /// Bytes of one element's text. Default 100,000: camt's longest legal text is 20,000 characters (`InstrCpy`).
    pub text_bytes: u32,
    /// Characters of one CSV field. Default 100,000.
    pub field_bytes: u32,
    /// Entries or rows of one file. Default 50 million.
    pub records: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 2 << 30,
            inflate_ratio: 1032,
            members: 10_000,
            depth: 64,
            attributes: 64,
            text_bytes: 100_000,
            field_bytes: 100_000,
            records: 50_000_000,
        }
    }
}
