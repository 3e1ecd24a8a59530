//! `lettrage schema`: Prints the JSON Schema of an output

use std::io::Write;

use super::Outcome;
use crate::error::{Error, ErrorKind};
use crate::report;

/// Prints the JSON Schema of an output
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The output
    #[arg(value_enum)]
    name: Name,
}

/// The outputs that have a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Name {
    /// run.json; a line of evidence.jsonl is one of its payments
    Run,
}

pub(super) fn run(args: &Args) -> Outcome {
    let schema = match args.name {
        Name::Run => report::schema(),
    };
    match writeln!(std::io::stdout(), "{schema}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorKind::Io, "E0002", format!("cannot write the schema: {error}")).into())
        }
        _ => Ok(0),
    }
}
