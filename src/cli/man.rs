//! `lettrage man`: Prints the manual page

use clap::CommandFactory;

use super::{Cli, Outcome};
use crate::error::{Error, ErrorKind};

/// Prints the manual page (read it with: lettrage man | man -l -)
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args) -> Outcome {
    clap_mangen::Man::new(Cli::command())
        .render(&mut std::io::stdout())
        .map_err(|e| Error::new(ErrorKind::Io, "E0001", format!("cannot write the manual page: {e}")))?;
    Ok(0)
}
