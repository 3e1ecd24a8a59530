//! SWIFT MT940 and MT942.

use super::Settings;
use crate::error::Errors;
use crate::model::StatementFile;

/// Reads an MT940.
pub fn read(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    Err(crate::error::Error::new(
        crate::error::ErrorKind::Input,
        super::NO_STATEMENT,
        "an MT940, which is not read yet",
    )
    .in_file(path)
    .into())
}
