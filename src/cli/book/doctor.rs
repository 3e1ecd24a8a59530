//! `lettrage doctor`: whether book, log and configuration are sound.

use crate::book::store;
use crate::cli::{Outcome, Talk};
use crate::error::{Error, printable};

use super::At;

/// Checks the book: its file, its log, the figures that it keeps, its configuration
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 sound; 1 something is wrong; 2 no book, or it cannot be read.")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let mut lines: Vec<(&str, bool, String)> = Vec::new();
    lines.push(("lettrage", true, format!("{}; no network is ever used", env!("CARGO_PKG_VERSION"))));
    let path = args.at.folder.join(store::CONFIGURATION);
    match args.at.config() {
        Ok(config) => {
            let of = if path.exists() { path.display().to_string() } else { "none: the defaults hold".into() };
            lines.push(("configuration", true, format!("{of}; {} rules", config.rule.len())));
        }
        Err(error) => lines.push(("configuration", false, error.to_string())),
    }
    let book = args.at.open()?;
    lines.push(("schema", true, format!("version {}", book.schema_version())));
    lines.push(found("file", book.integrity()?, "pages, constraints and references hold"));
    lines.push(found(
        "open amounts",
        book.wrong_figures()?,
        "what is open of each item is what lists and decisions give",
    ));
    match book.verify_log() {
        Ok(count) => lines.push(("log", true, format!("{count} entries in chain"))),
        Err(error) => lines.push(("log", false, error.to_string())),
    }
    lines.push(found(
        "posted",
        book.wrong_batches()?.into_iter().map(|(_, why)| why).collect(),
        "what was written for the ledger is what the log says",
    ));
    lines.push(originals(&book)?);
    let sound = lines.iter().all(|(_, ok, _)| *ok);
    if !talk.quiet || !sound {
        let mut text = String::new();
        for (what, ok, say) in &lines {
            text.push_str(&format!(
                "{what:<14} {:<6} {}\n",
                if *ok { "ok" } else { "WRONG" },
                printable(say).replace('\u{fffd}', " ")
            ));
        }
        crate::cli::print(&text)?;
    }
    Ok(u8::from(!sound))
}

fn found(what: &'static str, wrong: Vec<String>, sound: &str) -> (&'static str, bool, String) {
    if wrong.is_empty() {
        return (what, true, sound.to_string());
    }
    let more = wrong.len().saturating_sub(5);
    let mut text = wrong[..wrong.len().min(5)].join("; ");
    if more > 0 {
        text.push_str(&format!("; and {more} more"));
    }
    (what, false, text)
}

/// Whether every imported file still has the bytes that its hash says.
fn originals(book: &crate::book::Book) -> Result<(&'static str, bool, String), Error> {
    let files = book.original_hashes()?;
    let mut wrong = Vec::new();
    for sha256 in &files {
        let bytes = book.original(sha256)?.unwrap_or_default();
        if *crate::read::sha256(&bytes) != **sha256 {
            wrong.push(format!("the original {} is not what was imported", &sha256[..12.min(sha256.len())]));
        }
    }
    Ok(found("originals", wrong, &format!("{} imported files are kept as they were received", files.len())))
}
