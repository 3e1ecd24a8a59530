//! `lettrage list`: payments and items by where they stand.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::At;
use super::parts::Filter;
use crate::book::Book;
use crate::cli::Outcome;
use crate::error::{Error, ErrorKind};
use crate::model::{BookItem, BookPayment, InputFile, Standing};
use crate::report::Lang;
use crate::report::book::{List, ListFormat, ListOptions, write_list};

/// Rows that a terminal is shown; the last line says how to see all.
const SHOWN: usize = 50;

/// Lists payments by where they stand, or open items
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage list unmatched --account 7781 -o unmatched.csv\nExit codes: 0 done; 2 wrong use."
)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// What to list
    #[arg(value_enum, default_value_t = What::Open)]
    what: What,
    #[command(flatten)]
    filter: Filter,
    /// Items that are settled, too
    #[arg(long)]
    settled: bool,
    /// Rows to show; 0 for all [default: 50 for a table on a terminal, else all]
    #[arg(short, value_name = "N")]
    n: Option<usize>,
    /// Form
    #[arg(short = 'O', long = "output-format", value_enum)]
    format: Option<ListFormat>,
    /// File to write to; its ending says the form
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// CSV for the Excel of this language
    #[arg(long, value_enum, value_name = "LANG")]
    excel: Option<Lang>,
    /// Date on which ages are counted [default: that of the last run]
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// Language of what people read
    #[arg(long, value_enum, default_value_t = Lang::En)]
    lang: Lang,
}

/// What to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Payments that nobody has decided
    Open,
    /// Those without a proposal
    Unmatched,
    /// Those with one
    Review,
    /// Payments that are decided
    Matched,
    /// Payments that somebody set aside
    Held,
    /// Open items
    Items,
}

impl What {
    fn standings(self) -> Vec<Standing> {
        match self {
            Self::Open => vec![Standing::Review, Standing::Unmatched, Standing::Held, Standing::New],
            Self::Unmatched => vec![Standing::Unmatched, Standing::New],
            Self::Review => vec![Standing::Review],
            Self::Matched => vec![Standing::Matched, Standing::ByRule, Standing::Outside],
            Self::Held => vec![Standing::Held],
            Self::Items => Vec::new(),
        }
    }
}

pub(in crate::cli) fn run(args: &Args) -> Outcome {
    let book = args.at.open()?;
    let format = form(args)?;
    let terminal = args.output.is_none() && std::io::stdout().is_terminal();
    let limit = args.n.unwrap_or(if format == ListFormat::Table && terminal { SHOWN } else { 0 });
    let mut selection = args.filter.selection(limit)?;
    selection.standings = args.what.standings();
    let files = book.file_table()?;
    let rules = crate::report::digest(&args.at.config()?);
    let as_of = as_of(&book, args.as_of)?;
    let width = if terminal { crate::cli::terminal_width() } else { None };
    if args.what == What::Items {
        let found = book.items(&selection, args.settled)?;
        let options = options(args, &files, &rules, as_of, width, &found.sums);
        return write(args, List::Items(&found.rows as &[BookItem]), format, &options);
    }
    let found = book.payments(&selection)?;
    let options = options(args, &files, &rules, as_of, width, &found.sums);
    write(args, List::Payments(&found.rows as &[BookPayment]), format, &options)
}

fn options<'a>(
    args: &Args,
    files: &'a [InputFile],
    rules_sha256: &'a str,
    as_of: NaiveDate,
    width: Option<usize>,
    totals: &'a [(crate::model::Currency, crate::model::Sum)],
) -> ListOptions<'a> {
    ListOptions {
        lang: args.lang,
        width,
        as_of,
        files,
        rules_sha256,
        totals: Some(totals),
        all: "-n 0",
        excel: args.excel,
    }
}

fn write(args: &Args, list: List<'_>, format: ListFormat, options: &ListOptions<'_>) -> Outcome {
    match &args.output {
        None => crate::cli::print_with(|out| write_list(list, format, options, out))?,
        Some(path) => {
            let mut bytes = Vec::new();
            write_list(list, format, options, &mut bytes)?;
            super::parts::put_file(path, &bytes)?;
        }
    }
    Ok(0)
}

/// The form: as asked for, or by the ending of the file.
fn form(args: &Args) -> Result<ListFormat, Error> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    let Some(path) = &args.output else { return Ok(ListFormat::Table) };
    match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("csv") => Ok(ListFormat::Csv),
        Some("json") => Ok(ListFormat::Json),
        Some("jsonl") => Ok(ListFormat::Jsonl),
        Some("md") => Ok(ListFormat::Md),
        Some("txt") => Ok(ListFormat::Table),
        _ => {
            let error = Error::new(ErrorKind::Usage, "E0718", "the ending of the file says no form");
            Err(error.in_file(path.display().to_string()).help("csv, json, jsonl, md or txt; or say it with -O"))
        }
    }
}

/// The day on which ages are counted: as given, that of the last run, or the last booking.
pub(super) fn as_of(book: &Book, given: Option<NaiveDate>) -> Result<NaiveDate, Error> {
    if let Some(day) = given {
        return Ok(day);
    }
    let run = book.run_record("").ok().and_then(|run| run.as_of.parse().ok());
    Ok(run.or(book.last_booking()?).unwrap_or_default())
}
