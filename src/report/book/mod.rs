//! What people read of a book: the report of a month, listings for the terminal, and both as files for programs.
//!
//! Everything is drawn from values that the caller collects; nothing is decided here, and no database, clock or terminal is known.
//! The report is made once as sections of typed cells (`page`), and each form writes these cells in its own way. What the list of
//! open lines and items holds is named once, in `lines`.

mod ageing;
mod aligned;
mod approvals;
mod calibration;
mod check;
mod csv;
mod html;
mod json;
mod lines;
mod list;
mod log;
mod markdown;
mod page;
mod posting;
mod proofs;
mod sample;
mod sections;
mod status;
mod views;
mod xlsx;

pub use self::csv::write_csv;
pub use approvals::{approval_lines, approval_signature, approval_state, approval_subject, short_moment};
pub use calibration::{calibrated_on, level, level_words};
pub use html::write_html;
pub use json::{BOOK_SCHEMA, write_json};
pub use list::{LIST_SCHEMA, List, ListFormat, ListOptions, list_items, list_payments, write_list};
pub use log::log;
pub use markdown::write_md;
pub use posting::{posting_sum, posting_tables};
pub use proofs::proofs;
pub use sample::draw_sample;
pub use status::{StatusOptions, status};
pub use views::{BookReport, CarriedView, ControlView, RuleView, SampleView, Sampled};
pub use xlsx::write_xlsx;

use std::io;

use crate::error::{Error, ErrorKind};

/// What could not be written; a reader that stops early (`| head`) is no error.
fn written(result: io::Result<()>) -> Result<(), Error> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorKind::Io, "E0002", format!("cannot write the report: {error}")))
        }
        _ => Ok(()),
    }
}
