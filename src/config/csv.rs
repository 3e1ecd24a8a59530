//! Mappings: how to read a CSV file whose columns are not found by themselves.
//!
//! ```toml
//! [csv.sg]
//! kind = "payments"
//! files = ["SG_*.csv"]
//! skip_lines = 2
//! decimal = ","
//! date = "DD/MM/YYYY"
//! columns = { booking_date = "Date", amount = "Montant", remittance = ["Libellé", "Détail"] }
//! ```
//!
//! What a mapping leaves out is detected as if there were none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CsvKind {
    /// Transactions of a bank statement.
    #[default]
    Payments,
    /// Invoices and credit notes.
    Invoices,
    /// Customer master data.
    Customers,
    /// Lines of the general ledger.
    Ledger,
}

/// Where a value is: a header, a column number counted from 1, or several of them, joined by a blank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ColumnRef {
    /// Counted from 1.
    Number(u32),
    /// As in the header, letter case and accents aside.
    Name(String),
    /// Texts of several columns, joined by a blank. An empty list: no column, whatever the header says.
    Several(Vec<ColumnRef>),
}

/// How to read one kind of CSV file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CsvMapping {
    /// What the rows are. Default `payments`.
    pub kind: CsvKind,
    /// File names that it is for, with `*` and `?`. Default none: every file of this kind whose header has all columns named here.
    pub files: Vec<String>,
    /// Sheet of a workbook, by its name. Default: the first that is visible and not empty. Files that are no workbook have none.
    pub sheet: Option<String>,
    /// Character between fields: `;`, `,`, `|` or a tab. Default: detected.
    pub delimiter: Option<char>,
    /// Encoding, by its WHATWG label, such as `windows-1252`. Default: detected.
    pub encoding: Option<String>,
    /// Lines before the header (or before the first row when there is none). Default: detected.
    pub skip_lines: Option<u32>,
    /// Whether there is a header. Default: detected. Without one, columns are named by number.
    pub header: Option<bool>,
    /// Decimal mark: `.` or `,`. Default: detected.
    pub decimal: Option<char>,
    /// The only character that may group thousands. Default: any of blank, apostrophe and the other mark, in groups of three.
    pub grouping: Option<char>,
    /// Order of a date's parts, as in `DD/MM/YYYY`, `MM/DD/YYYY` or `YYYY-MM-DD`; separators do not matter. Default: detected.
    pub date: Option<String>,
    /// Currency of rows that name none.
    pub currency: Option<String>,
    /// The account that the statement is of; for a ledger, that of lines which name none.
    pub account: Option<String>,
    /// Canonical column name to the file's column. Payments know also `debit`, `credit` (unsigned or already negative), `balance`.
    pub columns: BTreeMap<String, ColumnRef>,
    /// Column whose words give the direction of the amount.
    pub sign_column: Option<ColumnRef>,
    /// Words in it that mean that money left. Default: the usual ones of several languages.
    pub debit_words: Vec<String>,
    /// Column that says whether a row is booked.
    pub status_column: Option<ColumnRef>,
    /// Words in it that mean booked; every other word is then pending. Default: the usual ones of several languages.
    pub booked_words: Vec<String>,
    /// Turns every sign round: for exports where money that arrives is negative.
    pub negate: bool,
    /// Rounds amounts to the currency's decimals where a program wrote `19.989999999999998`; counted and said. Default no: refused.
    pub repair_float: bool,
    /// Rounds amounts to so many decimals; counted and said. Default none: an excess of decimals is refused.
    pub decimals: Option<u32>,
}
