//! Bytes to records with positions: one format a folder, all giving the same model values. No file is opened here.

pub mod camt;
pub mod csv;
pub mod encoding;

use std::collections::BTreeMap;

use crate::config::{CsvMapping, Limits};

/// What readers need besides the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Caps.
    pub limits: &'a Limits,
    /// CSV mappings of the configuration, by name.
    pub mappings: &'a BTreeMap<String, CsvMapping>,
}
