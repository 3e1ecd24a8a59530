//! `lettrage match`: files in, decisions and reports out; nothing is kept, nothing is posted.

use std::io::IsTerminal;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::pipeline::{self, Options, Sources};
use super::timings::Clock;
use super::{Outcome, Talk, progress};
use crate::error::{Error, ErrorKind};
use crate::report::{self, Format, Lang};

/// Matches payments with open invoices
///
/// Statements are camt.053, .052 and .054, MT940, CFONB 120, CODA, OFX, BAI2, ESR, Norma 43, QIF, or tables (CSV, XLSX, JSON
/// Lines), also in ZIP or gzip; kinds are recognised by content. Folders and - (standard input) work. With --out, the run is written there: applications.csv, payments.csv, items.csv, unmatched.csv, run.json and
/// report.html.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage match statements/ --invoices open_items.csv --out june\n\
Exit codes: 0 done; 1 --strict and a check is false; 2 wrong use or unreadable input; 130 interrupted.")]
pub(super) struct Args {
    /// Bank statements: files, folders, or - for standard input
    #[arg(required = true, value_name = "STATEMENT")]
    statements: Vec<PathBuf>,
    /// Open invoices and credit notes: lists (CSV, XLSX, JSON Lines), electronic invoices (UBL, CII, Factur-X), a FEC; files or folders
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    invoices: Vec<PathBuf>,
    /// Customer master data (CSV or XLSX)
    #[arg(long, value_name = "FILE")]
    customers: Option<PathBuf>,
    /// Folder to write the run to
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Date on which ages are counted [default: the latest booking date]
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// Configuration (TOML)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Weights of an earlier run (its run.json), instead of measuring chance in this data
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Threads [default: one for each core]; the result is the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// End with exit code 1 when a check of a statement or a proof is false
    #[arg(long)]
    strict: bool,
    /// Keep evidence for what a person looks at, or for every payment (evidence.jsonl)
    #[arg(long, value_enum, default_value_t = Evidence::Review)]
    evidence: Evidence,
    /// What to print
    #[arg(short = 'O', long = "output-format", value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Language of what people read
    #[arg(long, value_enum, default_value_t = Lang::En)]
    lang: Lang,
    /// Write what each stage took, and the memory: for `lettrage bench`
    #[arg(long, value_name = "FILE", hide = true)]
    timings: Option<PathBuf>,
}

/// For which payments evidence is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Evidence {
    /// For payments in review and unmatched
    Review,
    /// For every payment
    All,
}

pub(super) fn run(args: &Args, talk: Talk) -> Outcome {
    let options = Options {
        config: pipeline::load_config(args.config.as_deref())?,
        weights: pipeline::load_weights(args.weights.as_deref())?,
        as_of: args.as_of,
        all_evidence: args.evidence == Evidence::All,
    };
    let sources = Sources {
        statements: args.statements.clone(),
        invoices: args.invoices.clone(),
        customers: args.customers.clone(),
    };
    let progress = progress::Progress::start(talk.progress());
    let threads = args.threads.map(usize::from);
    let clock = Clock::default();
    let begins = |phase: &str| {
        clock.begins(phase);
        progress.phase(phase);
    };
    let finished = pipeline::run(&sources, options, threads, &begins)?;
    let out = args.out.as_ref().map(|dir| dir.display().to_string());
    let view = finished.view(args.lang, out.as_deref());
    if let Some(dir) = &args.out {
        begins("writing");
        pipeline::in_pool(threads, || report::write_all(&view, dir))??;
    }
    progress.finish();
    if let Some(path) = &args.timings {
        clock.write(path)?;
    }
    match args.format {
        Format::Table if talk.quiet => {}
        Format::Table => {
            let width = std::io::stdout().is_terminal().then(super::terminal_width).flatten();
            super::print(&report::summary(&view, width, talk.colour()))?;
        }
        format => super::print_with(|out| report::listing(&view, format, out))?,
    }
    if args.strict && !finished.holds() {
        let error = Error::new(ErrorKind::CheckFailed, "E0401", "a check of the statements or a proof is false")
            .help("the first lines of the summary name it; without --strict it is reported and the run ends with 0");
        return Err(error.into());
    }
    // The process is about to end: the system takes its memory back at once, millions of values need not be freed one by one.
    std::mem::forget(finished);
    Ok(0)
}
