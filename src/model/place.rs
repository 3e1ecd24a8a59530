//! Where a record came from. Provenance, never identity.

use serde::{Deserialize, Serialize};

use std::fmt;

/// A position inside an input file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Position {
    /// The value was given by a program, not read from a file.
    #[default]
    None,
    /// A record of a text file: its first line, counted from 1.
    Line(u32),
    /// An entry of an XML statement, all counted from 1 within the file and the parent; `detail` 0 is the entry itself.
    Entry {
        /// The statement in the file.
        statement: u32,
        /// The entry in the statement.
        entry: u32,
        /// The transaction in the entry.
        detail: u32,
    },
    /// A record of a file whose records have a fixed length and no line breaks, counted from 1.
    Record(u32),
    /// A row of a spreadsheet, both counted from 1.
    Row {
        /// The sheet in the workbook.
        sheet: u32,
        /// The row in the sheet, as the spreadsheet numbers it.
        row: u32,
    },
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::None => Ok(()),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Entry { statement, entry, detail: 0 } => write!(f, "Stmt[{statement}]/Ntry[{entry}]"),
            Self::Record(record) => write!(f, "record {record}"),
            Self::Row { sheet, row } => write!(f, "sheet {sheet}, row {row}"),
            Self::Entry { statement, entry, detail } => write!(f, "Stmt[{statement}]/Ntry[{entry}]/TxDtls[{detail}]"),
        }
    }
}

/// A position in one of the run's input files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Index into the run's list of input files.
    pub file: u32,
    /// Where in that file.
    pub position: Position,
}
