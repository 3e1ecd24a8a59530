//! Electronic invoices.

use super::Settings;
use crate::error::Errors;
use crate::model::ItemFile;

/// Reads an electronic invoice.
pub fn read(path: &str, _bytes: &[u8], _kind: &super::Kind, _settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    Err(crate::error::Error::new(
        crate::error::ErrorKind::Input,
        super::NO_STATEMENT,
        "an electronic invoice, not read yet",
    )
    .in_file(path)
    .into())
}
