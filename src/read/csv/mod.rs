//! Bank exports, lists of open items and master data as CSV (being built)

use super::Settings;
use crate::error::{Error, ErrorKind, Errors};
use crate::model::StatementFile;

/// Reads a bank's CSV export.
pub fn read_statement(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    Err(Error::new(ErrorKind::Input, "E0012", "CSV is not read yet").in_file(path).into())
}
