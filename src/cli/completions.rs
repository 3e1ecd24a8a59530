//! `lettrage completions`: Prints a completion script for a shell

use clap::CommandFactory;

use super::{Cli, Outcome};

/// Prints a completion script for a shell
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Args) -> Outcome {
    // The generator panics on an output that fails, so it gets one that cannot.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "lettrage", &mut script);
    super::print_with(|out| out.write_all(&script).map_err(|e| super::output_error(&e)))?;
    Ok(0)
}
