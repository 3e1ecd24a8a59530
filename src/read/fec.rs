//! FEC.

use super::Settings;
use crate::error::Errors;
use crate::model::ItemFile;

/// Reads a FEC.
pub fn read_items(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    Err(crate::error::Error::new(crate::error::ErrorKind::Input, super::NO_STATEMENT, "a FEC, not read yet")
        .in_file(path)
        .into())
}
