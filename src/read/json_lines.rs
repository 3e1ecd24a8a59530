//! JSON Lines.

use super::Settings;
use crate::error::Errors;
use crate::model::{ItemFile, StatementFile};

/// Reads JSON Lines with payments.
pub fn read_statement(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    Err(crate::error::Error::new(
        crate::error::ErrorKind::Input,
        super::NO_STATEMENT,
        "JSON Lines with payments, not read yet",
    )
    .in_file(path)
    .into())
}

/// Reads JSON Lines with open items.
pub fn read_items(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    Err(crate::error::Error::new(
        crate::error::ErrorKind::Input,
        super::NO_STATEMENT,
        "JSON Lines with open items, not read yet",
    )
    .in_file(path)
    .into())
}
