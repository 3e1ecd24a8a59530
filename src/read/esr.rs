//! ESR.

use super::Settings;
use crate::error::Errors;
use crate::model::StatementFile;

/// Reads an ESR file.
pub fn read(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    Err(crate::error::Error::new(
        crate::error::ErrorKind::Input,
        super::NO_STATEMENT,
        "an ESR file, which is not read yet",
    )
    .in_file(path)
    .into())
}
