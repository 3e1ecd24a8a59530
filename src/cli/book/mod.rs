//! Commands on a book: the folder, who works in it, and when.

pub(super) mod approve;
pub(super) mod archive;
pub(super) mod audit;
pub(super) mod calibration;
pub(super) mod check;
pub(super) mod close;
pub(super) mod decisions;
pub(super) mod diff;
pub(super) mod doctor;
pub(super) mod import;
pub(super) mod init;
pub(super) mod keygen;
pub(super) mod learned;
pub(super) mod list;
pub(super) mod log;
pub(super) mod post;
pub(super) mod prove;
pub(super) mod report;
pub(super) mod rule;
pub(super) mod run;
pub(super) mod status;
pub(super) mod undo;
pub(super) mod verify;

mod approvals;
mod bulk;
mod explain;
mod parts;
mod proofs;

pub(super) use explain::explain;

use std::path::PathBuf;

use chrono::DateTime;

use crate::book::log::Heading;
use crate::book::{Book, store};
use crate::config::Config;
use crate::error::{Error, ErrorKind};

use super::pipeline;

/// Where the book is, and who works in it.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct At {
    /// Folder of the book
    #[arg(short = 'C', long = "book", value_name = "DIR", default_value = ".")]
    pub(super) folder: PathBuf,
    /// Who does it [default: the user of the system]
    #[arg(long = "as", value_name = "USER")]
    pub(super) who: Option<String>,
    /// Configuration [default: lettrage.toml of the book]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

impl At {
    /// Opens the book. Errors: E0701 and the following, C0005.
    pub(super) fn open(&self) -> Result<Book, Error> {
        Book::open(&self.folder)
    }

    /// The configuration of the book: its file, or the defaults where somebody has taken the file away.
    pub(super) fn config(&self) -> Result<Config, Error> {
        if let Some(path) = &self.config {
            return pipeline::load_config(Some(path));
        }
        let path = self.folder.join(store::CONFIGURATION);
        pipeline::load_config(path.exists().then_some(path.as_path()))
    }

    /// The words of an operation that begins now.
    pub(super) fn heading(&self, kind: &'static str) -> Result<Heading, Error> {
        Ok(Heading { at: now()?, who: self.who()?, kind, ..Heading::default() })
    }

    /// Who works: as given, or the user of the system.
    pub(super) fn who(&self) -> Result<String, Error> {
        let named = self.who.clone();
        let of_system = || ["USER", "USERNAME", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
        let who = named.or_else(of_system).unwrap_or_else(|| "unknown".to_string());
        let who = who.trim().to_string();
        if who.is_empty() || who.chars().any(char::is_control) || who.chars().count() > 64 {
            let error = Error::new(ErrorKind::Usage, "E0717", "a name of 1 to 64 characters is needed");
            return Err(error.help("--as USER  says who does it"));
        }
        Ok(who)
    }
}

/// The time in UTC to the second. `SOURCE_DATE_EPOCH` sets it, so that a whole month can be made again byte for byte
/// (reproducible-builds.org, specification of 2017).
pub(super) fn now() -> Result<String, Error> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.trim().parse::<i64>().map_err(|_| {
            let error = Error::new(ErrorKind::Usage, "E0717", "SOURCE_DATE_EPOCH is no number of seconds");
            error.label(format!("found {text:?}"))
        })?,
        Err(_) => {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            since.map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(0))
        }
    };
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    Ok(time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
