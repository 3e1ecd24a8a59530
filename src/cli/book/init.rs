//! `lettrage init`: a folder with a configuration and an empty book.

use std::path::{Path, PathBuf};

use crate::book::{Book, store};
use crate::cli::{Outcome, Talk};
use crate::error::{Error, ErrorKind};

/// The configuration of a new book: every setting that people change, as a comment.
const CONFIGURATION: &str = include_str!("lettrage.toml");
/// The sample: its configuration, and the files of two months.
const DEMO: &[(&str, &[u8])] = &[
    ("lettrage.toml", include_bytes!("../../../fixtures/demo/book/lettrage.toml")),
    ("inbox/BNP_2026-06.xml", include_bytes!("../../../fixtures/demo/statements/BNP_2026-06.xml")),
    ("inbox/SG_juin_2026.csv", include_bytes!("../../../fixtures/demo/book/SG_juin_2026.csv")),
    ("inbox/open_items_2026-06-30.csv", include_bytes!("../../../fixtures/demo/invoices.csv")),
    ("inbox/customers.csv", include_bytes!("../../../fixtures/demo/customers.csv")),
    ("inbox/ledger_2026-06.csv", include_bytes!("../../../fixtures/demo/book/ledger_2026-06.csv")),
    ("july/BNP_2026-07.xml", include_bytes!("../../../fixtures/demo/book/BNP_2026-07.xml")),
    ("july/SG_juillet_2026.csv", include_bytes!("../../../fixtures/demo/book/SG_juillet_2026.csv")),
    ("july/ledger_2026-07.csv", include_bytes!("../../../fixtures/demo/book/ledger_2026-07.csv")),
    ("july/open_items_2026-07-31.csv", include_bytes!("../../../fixtures/demo/book/open_items_2026-07-31.csv")),
];

/// Makes a book: a folder with lettrage.toml and book.db
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage init --demo acme && cd acme && lettrage import inbox\n\
Exit codes: 0 done; 2 there is a book already, or the folder cannot be written.")]
pub(in crate::cli) struct Args {
    /// Folder; it is made where there is none
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// Put sample files of two months into it
    #[arg(long)]
    demo: bool,
    /// Who does it [default: the user of the system]
    #[arg(long = "as", value_name = "USER")]
    who: Option<String>,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let at = super::At { folder: args.folder.clone(), who: args.who.clone(), config: None };
    let heading = at.heading("init")?;
    std::fs::create_dir_all(&args.folder).map_err(|e| failed(&args.folder, &e))?;
    let files: &[(&str, &[u8])] = if args.demo { DEMO } else { &[(store::CONFIGURATION, CONFIGURATION.as_bytes())] };
    if args.folder.join(store::FILE).exists() {
        // Said before anything is written.
        Book::create(&args.folder)?;
    }
    for (name, bytes) in files {
        put(&args.folder.join(name), bytes)?;
    }
    Book::begin_in(&args.folder, heading)?;
    if !talk.quiet {
        let shown = args.folder.display();
        let samples = if args.demo { ", inbox/ (5 sample files of June 2026), july/ (4 of July)" } else { "" };
        let inbox = if args.demo { "inbox" } else { "FILE…" };
        crate::cli::print(&format!(
            "created {shown}/lettrage.toml (commented), book.db{samples}\n\
             next: cd {shown} && lettrage import {inbox}      everything stays in this folder; nothing leaves this machine\n"
        ))?;
    }
    Ok(0)
}

/// Writes a file that is not there; one that is there stays as it is.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
    }
    // Whole or not at all: half a file would be taken for one of the user's, and stay.
    super::parts::put_file(path, bytes)
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "E0706", format!("cannot be written: {error}")).in_file(path.display().to_string())
}
