//! `lettrage explain`: one payment of a run, with its weights, its rivals and what stood in their way.
//!
//! The run keeps evidence for what people look at. To show any payment whole, the run is made again from its own inputs, with
//! its own configuration and frozen weights; that takes seconds, and gives the same decisions. Where the inputs have changed or
//! are gone, the kept evidence is shown, and what was not kept is refused.

use std::path::{Path, PathBuf};

use super::Outcome;
use super::pipeline::{self, Options, Sources};
use crate::config::Weights;
use crate::error::{Error, ErrorKind, Errors};
use crate::report::{self, Document, Lang};

/// Shows one payment with its weights and its rivals, or an item with what settled it
///
/// Without --run, in the book: what the last run said, and what was decided by whom.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The payment, as lists name it; in a book also an item
    #[arg(value_name = "PAYMENT|ITEM")]
    payment_id: String,
    /// Folder that lettrage match --out wrote, instead of a book
    #[arg(long, value_name = "DIR")]
    run: Option<PathBuf>,
    /// Folder of the book
    #[arg(short = 'C', long = "book", value_name = "DIR", default_value = ".", conflicts_with = "run")]
    book: PathBuf,
    /// Show every rival, each with its own bars
    #[arg(short, long)]
    verbose: bool,
    /// Language [default: that of the run]
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let Some(folder) = &args.run else {
        let text = super::book::explain(&args.book, &args.payment_id, args.verbose, args.lang.unwrap_or_default())?;
        super::print(&text)?;
        return Ok(0);
    };
    let path = folder.join("run.json");
    let text = pipeline::read_text(&path, "the run")?;
    let document: Document<'_> = serde_json::from_str(&text).map_err(|e| {
        Error::new(ErrorKind::Input, "E0402", format!("not a run of this program: {e}"))
            .in_file(path.display().to_string())
            .at(e.line() as u64, e.column() as u64)
            .help("name the folder that lettrage match --out wrote")
    })?;
    if document.schema != report::RUN_SCHEMA {
        let error = Error::new(ErrorKind::Input, "E0402", format!("the run has schema {:?}", document.schema));
        return Err(error
            .in_file(path.display().to_string())
            .label(format!("expected {:?}", report::RUN_SCHEMA))
            .into());
    }
    let lang = args.lang.unwrap_or(document.lang);
    let finished = match pipeline::run(&sources(&document), options(&document, &path)?, None, &|_| {}) {
        Ok(finished) => finished,
        Err(errors) => return from_evidence(&document, &args.payment_id, lang, errors),
    };
    let view = finished.view(lang, None);
    if view.id != document.run_id {
        return from_evidence(&document, &args.payment_id, lang, changed(&document, &view, &path).into());
    }
    let Some(index) = view.payments.iter().position(|p| *p.id == *args.payment_id) else {
        return Err(unknown(&args.payment_id, &view, &path).into());
    };
    super::print(&report::explain(&view, index, args.verbose))?;
    Ok(0)
}

/// What the run kept of a payment, when its inputs are no longer what they were; the reason why not, when it kept nothing.
fn from_evidence(document: &Document<'_>, payment: &str, lang: Lang, reason: Errors) -> Outcome {
    let Some(entry) = document.payments.iter().find(|p| p.payment_id == payment) else { return Err(reason) };
    let why = reason.iter().next().map(Error::message).unwrap_or_default();
    eprintln!("note: {why}: shown is what the run kept");
    super::print(&report::explain_stored(entry, lang))?;
    Ok(0)
}

fn sources(document: &Document<'_>) -> Sources {
    let paths = |names: &[std::borrow::Cow<'_, str>]| names.iter().map(|n| PathBuf::from(&**n)).collect();
    Sources {
        statements: paths(&document.command.statements),
        invoices: paths(&document.command.invoices),
        customers: document.command.customers.as_ref().map(|n| PathBuf::from(&**n)),
    }
}

fn options(document: &Document<'_>, path: &Path) -> Result<Options, Error> {
    let wrong = |what: &str, e: serde_json::Error| {
        Error::new(ErrorKind::Input, "E0402", format!("the {what} of the run cannot be read: {e}"))
            .in_file(path.display().to_string())
    };
    Ok(Options {
        config: serde_json::from_value(document.config.clone()).map_err(|e| wrong("configuration", e))?,
        weights: serde_json::from_value::<Weights>(document.weights.clone()).map_err(|e| wrong("weights", e))?,
        as_of: Some(document.as_of),
        all_evidence: true,
    })
}

/// The inputs are not what they were: what is shown would not be what was decided.
fn changed(document: &Document<'_>, view: &report::Run<'_>, path: &Path) -> Error {
    let mut error = Error::new(ErrorKind::Refused, "E0403", "the run cannot be made again as it was")
        .in_file(path.display().to_string());
    for (was, is) in document.inputs.iter().zip(view.files) {
        if *was.sha256 != *is.sha256 {
            error = error.help(format!("{} has changed since the run", was.path));
        }
    }
    if document.program.version != view.version {
        error =
            error.help(format!("the run was made by version {}, this is {}", document.program.version, view.version));
    }
    error.help("run lettrage match again, then explain that run")
}

fn unknown(id: &str, view: &report::Run<'_>, path: &Path) -> Error {
    let near = (view.payments.iter())
        .map(|p| (strsim::damerau_levenshtein(id, &p.id), &p.id))
        .min()
        .filter(|(distance, _)| *distance <= 3);
    let error = Error::new(ErrorKind::Usage, "E0404", format!("the run has no payment {id:?}"))
        .in_file(path.display().to_string());
    match near {
        Some((_, near)) => error.help(format!("did you mean {near}?")),
        None => error.help("payments.csv of the run lists them all"),
    }
}
