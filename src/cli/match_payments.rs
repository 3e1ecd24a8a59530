//! `lettrage match`: Matches payments with open invoices

use super::Outcome;

/// Matches payments with open invoices
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args) -> Outcome {
    Ok(0)
}
