//! `lettrage schema`: Prints the JSON Schema of an output

use super::Outcome;

/// Prints the JSON Schema of an output
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args) -> Outcome {
    Ok(0)
}
