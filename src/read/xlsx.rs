//! XLSX.

use super::Settings;
use crate::error::Errors;
use crate::model::{CustomerFile, ItemFile, StatementFile};

/// Reads a workbook with a statement.
pub fn read_statement(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    Err(crate::error::Error::new(
        crate::error::ErrorKind::Input,
        super::NO_STATEMENT,
        "a workbook with a statement, not read yet",
    )
    .in_file(path)
    .into())
}

/// Reads a workbook with open items.
pub fn read_items(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    Err(crate::error::Error::new(
        crate::error::ErrorKind::Input,
        super::NO_STATEMENT,
        "a workbook with open items, not read yet",
    )
    .in_file(path)
    .into())
}

/// Reads a workbook with customers.
pub fn read_customers(path: &str, _bytes: &[u8], _settings: &Settings<'_>) -> Result<CustomerFile, Errors> {
    Err(crate::error::Error::new(
        crate::error::ErrorKind::Input,
        super::NO_STATEMENT,
        "a workbook with customers, not read yet",
    )
    .in_file(path)
    .into())
}
