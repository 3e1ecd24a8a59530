//! `lettrage score`: Holds a run against known truth

use super::Outcome;

/// Holds a run against known truth
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args) -> Outcome {
    Ok(0)
}
