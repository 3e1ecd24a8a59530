//! `lettrage explain`: Shows one payment with its weights and its rivals

use super::Outcome;

/// Shows one payment with its weights and its rivals
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args) -> Outcome {
    Ok(0)
}
