//! One finished run, as files and text: CSV, JSON, HTML, the terminal's summary and the waterfall of one payment.
//!
//! Everything is drawn from one value, [`Run`]; nothing is computed twice, and nothing is decided here. Order of rows, and so the
//! bytes, depend on the content alone: payments stand by booking date and identifier, items by identifier.

mod ageing;
mod bars;
pub mod book;
mod csv;
mod files;
mod html;
pub mod i18n;
mod json;
mod json_rows;
mod picture;
mod records;
mod rows;
mod sheet;
mod stored;
mod summary;
mod table;
mod view;
mod waterfall;

use std::io::Write;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::config::{Config, Weights};
use crate::error::{Error, ErrorKind};
use crate::model::digest::{hexadecimal, sha256};
use crate::model::{Check, InputFile, Note, OpenItem, Payment, Proof, Reconciliation, Statement};

pub use bars::tenths;
pub use files::{discard_unfinished, write_all, write_files, write_one};
pub use i18n::Lang;
pub use json::{
    ApplicationEntry, BalanceEntry, CheckEntry, CommandEntry, CountEntry, DifferenceEntry, Document, HypothesisEntry,
    InputEntry, NoteEntry, PartEntry, PaymentEntry, ProgramEntry, ProofEntry, RUN_SCHEMA, StatementEntry, TermEntry,
    TotalEntry, schema,
};
pub use records::{RecordForm, Records, write_records};
pub use stored::explain_stored;
pub use summary::{proof_line, summary};
pub use waterfall::explain;

/// The inputs as the user named them; [`explain`]'s command reads them again from `run.json`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inputs<'a> {
    /// Statement files and folders.
    pub statements: &'a [String],
    /// Invoice files.
    pub invoices: &'a [String],
    /// The customer master file.
    pub customers: Option<&'a str>,
}

/// A finished run: everything that a report needs, as values.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Version of the program.
    pub version: &'a str,
    /// The date on which ages are counted.
    pub as_of: NaiveDate,
    /// The run's identifier; see [`run_id`].
    pub id: &'a str,
    /// Inputs as given.
    pub command: Inputs<'a>,
    /// Input files as they were found; `Place::file` of payments and items counts in this list.
    pub files: &'a [InputFile],
    /// Statements; their payments may have been moved out.
    pub statements: &'a [Statement],
    /// Checks of the statements, of all files.
    pub checks: &'a [Check],
    /// What is said about the inputs together, such as a row that stands in two files.
    pub notes: &'a [Note],
    /// Files of a folder that are of no known kind.
    pub passed_over: &'a [String],
    /// Every booked transaction, once.
    pub payments: &'a [Payment],
    /// Every item.
    pub items: &'a [OpenItem],
    /// What was decided.
    pub reconciliation: &'a Reconciliation,
    /// The auditor's proofs.
    pub proofs: &'a [Proof],
    /// The effective configuration.
    pub config: &'a Config,
    /// The weights in use.
    pub weights: &'a Weights,
    /// Language of what people read.
    pub lang: Lang,
    /// Whether evidence is written for every payment (`evidence.jsonl`).
    pub all_evidence: bool,
    /// The folder that files go to, for the summary; `None` when nothing is written.
    pub out: Option<&'a str>,
}

/// How a run is listed on standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// The summary, for people.
    #[default]
    Table,
    /// The whole run as one JSON document, as in `run.json`.
    Json,
    /// One payment a line, each with its decision, as JSON.
    Jsonl,
    /// One payment a row, as in `payments.csv`.
    Csv,
}

/// The identifier of a run: the first twelve hexadecimal digits of a SHA-256 over the inputs, the configuration, the weights,
/// the as-of date and the program's version. File names and their order do not enter: the same content is the same run.
pub fn run_id(files: &[InputFile], config: &Config, weights: &Weights, as_of: NaiveDate, version: &str) -> String {
    let mut inputs: Vec<(&str, &str)> = files.iter().map(|f| (f.role.word(), &*f.sha256)).collect();
    inputs.sort_unstable();
    let mut hash = Sha256::new();
    for (role, sha256) in inputs {
        hash.update(format!("{role} {sha256}\n"));
    }
    hash.update(format!("config {}\nweights {}\nas_of {as_of}\nversion {version}\n", digest(config), digest(weights)));
    let mut id = hexadecimal(&hash.finalize());
    id.truncate(12);
    id
}

/// SHA-256 of a configuration or of weights in their JSON form.
pub(crate) fn digest(value: &impl serde::Serialize) -> String {
    // Invariant: configuration and weights are plain structs with text keys, which JSON can always hold.
    let text = serde_json::to_string(value).unwrap_or_default();
    sha256(text.as_bytes())
}

/// Writes a run to `out` in one format.
///
/// A reader that stops early (`| head`) is no error.
///
/// # Errors
/// `E0002` when `out` cannot be written.
pub fn listing(run: &Run<'_>, format: Format, out: &mut dyn Write) -> Result<(), Error> {
    let view = view::View::new(run);
    let written = match format {
        Format::Table => out.write_all(summary(run, None, false).as_bytes()),
        Format::Json => json::write_run(&view, &mut *out),
        Format::Jsonl => json::write_payments(&view, &mut *out),
        Format::Csv => csv::write_payments(&view, &mut *out),
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorKind::Io, "E0002", format!("cannot write the result: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::InputRole;

    fn file(path: &str, sha256: &str) -> InputFile {
        InputFile {
            path: path.into(),
            role: InputRole::Statement,
            format: "csv".into(),
            version: "".into(),
            sha256: sha256.into(),
            bytes: 1,
            records: 1,
            notes: Vec::new(),
        }
    }

    #[test]
    fn the_run_id_follows_content_and_nothing_else() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        let (config, weights) = (Config::default(), Weights::default());
        let id = |files: &[InputFile], config: &Config, version| run_id(files, config, &weights, day, version);
        let one = id(&[file("a", "11"), file("b", "22")], &config, "0.1.0");
        assert_eq!(one.len(), 12);
        assert_eq!(one, id(&[file("x", "22"), file("y", "11")], &config, "0.1.0"));
        assert_ne!(one, id(&[file("a", "11"), file("b", "23")], &config, "0.1.0"));
        assert_ne!(one, id(&[file("a", "11"), file("b", "22")], &config, "0.1.1"));
        let mut other = Config::default();
        other.matching.auto_level = 0.9;
        assert_ne!(one, id(&[file("a", "11"), file("b", "22")], &other, "0.1.0"));
    }
}
