//! Mappings: how to read a CSV file whose columns are not found by themselves.

use serde::{Deserialize, Serialize};

/// How to read one kind of CSV file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CsvMapping {}
