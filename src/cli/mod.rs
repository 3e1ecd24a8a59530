//! The command line: one command, one file. Results go to stdout, talk to stderr.

mod completions;
mod explain;
mod generate;
pub mod inputs;
mod inspect;
mod man;
mod match_payments;
mod schema;
mod score;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Errors;

/// What a command ends with: the exit code, or errors that fix it.
pub type Outcome = Result<u8, Errors>;

/// Ties bank payments to the invoices they settle: explained, proved, and never by guessing.
#[derive(Debug, Parser)]
#[command(name = "lettrage", version, about, after_help = EXIT_CODES, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 a check that was asked for is false; 2 wrong use or unreadable input; \
3 refused by a control; 130 interrupted.";

#[derive(Debug, Subcommand)]
enum Command {
    Match(match_payments::Args),
    Explain(explain::Args),
    Inspect(inspect::Args),
    Generate(generate::Args),
    Score(score::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match &cli.command {
        Command::Match(args) => match_payments::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Generate(args) => generate::run(args),
        Command::Score(args) => score::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(errors) => {
            eprintln!("{errors}");
            ExitCode::from(errors.exit_code())
        }
    }
}
