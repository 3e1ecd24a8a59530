//! `lettrage inspect`: Shows what statement files hold, their checks, and what was assumed

use super::Outcome;

/// Shows what statement files hold, their checks, and what was assumed
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args) -> Outcome {
    Ok(0)
}
