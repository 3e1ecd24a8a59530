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
    clap_complete::generate(args.shell, &mut Cli::command(), "lettrage", &mut std::io::stdout());
    Ok(0)
}
