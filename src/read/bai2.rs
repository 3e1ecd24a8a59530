//! BAI2.

use super::Settings;
use crate::error::Errors;
use crate::model::StatementFile;

/// Reads a BAI2.
pub fn read(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    Err(crate::error::Error::new(crate::error::ErrorKind::Input, super::NO_STATEMENT, "a BAI2, which is not read yet")
        .in_file(path)
        .into())
}
