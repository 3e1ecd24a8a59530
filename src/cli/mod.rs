//! The command line: one command, one file. Results go to stdout, talk to stderr.

mod bench;
mod book;
mod completions;
mod convert;
mod explain;
mod generate;
mod inputs;
mod inspect;
mod interrupt;
mod man;
mod match_payments;
mod pipeline;
mod progress;
mod reopen;
mod schema;
mod score;
mod temporary;
mod timings;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::{Error, ErrorKind, Errors};

/// What a command ends with: the exit code, or errors that fix it.
pub type Outcome = Result<u8, Errors>;

/// Ties bank payments to the invoices they settle: explained, proved, and never by guessing.
#[derive(Debug, Parser)]
#[command(name = "lettrage", version, about, after_help = EXIT_CODES, max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    command: Command,
}

/// How the program talks; the same for every command.
#[derive(Clone, Copy, Debug, clap::Args)]
struct Talk {
    /// Colour; it never says anything alone
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Show no progress
    #[arg(long, global = true)]
    no_progress: bool,
    /// Print nothing but errors and what was asked for with -O
    #[arg(short, long, global = true)]
    quiet: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Colour {
    /// On a terminal, unless NO_COLOR or TERM=dumb says otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 a check that was asked for is false; 2 wrong use or unreadable input; \
3 refused by a control; 130 interrupted.";

#[derive(Debug, Subcommand)]
enum Command {
    Init(book::init::Args),
    Import(book::import::Args),
    Run(book::run::Args),
    Check(book::check::Args),
    Status(book::status::Args),
    List(book::list::Args),
    Accept(book::decisions::Accept),
    Reject(book::decisions::Reject),
    Settle(book::decisions::Settle),
    Split(book::decisions::Split),
    Hold(book::decisions::Hold),
    Note(book::decisions::Note),
    Undo(book::undo::Args),
    Log(book::log::Args),
    Prove(book::prove::Args),
    Report(book::report::Args),
    Approve(book::approve::Args),
    Keygen(book::keygen::Args),
    Close(book::close::Close),
    Reopen(book::close::Reopen),
    Post(book::post::Args),
    Archive(book::archive::Args),
    Verify(book::verify::Args),
    Diff(book::diff::Args),
    Rule(book::rule::Args),
    Calibration(book::calibration::Args),
    Audit(book::audit::Args),
    Learned(book::learned::Args),
    Doctor(book::doctor::Args),
    Match(match_payments::Args),
    Explain(explain::Args),
    Inspect(inspect::Args),
    Convert(convert::Args),
    Generate(generate::Args),
    Score(score::Args),
    Bench(bench::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// The width that the terminal says in `COLUMNS`, where the shell exports it.
fn terminal_width() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|w| *w >= 40)
}

/// Prints text to standard output. A reader that went away (`| head`) is no error.
fn print(text: &str) -> Result<(), Errors> {
    print_with(|out| std::io::Write::write_all(out, text.as_bytes()).map_err(|e| output_error(&e)))
}

/// Writes to standard output through a buffer.
fn print_with(write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), Error>) -> Result<(), Errors> {
    let mut out = Forgiving(std::io::BufWriter::new(std::io::stdout().lock()));
    write(&mut out)?;
    std::io::Write::flush(&mut out).map_err(|e| output_error(&e))?;
    Ok(())
}

fn output_error(error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "E0002", format!("cannot write to standard output: {error}"))
}

/// A writer for which a closed pipe is the end of interest, not an error.
struct Forgiving<W>(W);

impl<W: std::io::Write> std::io::Write for Forgiving<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.0.write(bytes) {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self.0.flush() {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

impl Talk {
    /// Whether standard output takes colour. `NO_COLOR` wins over `FORCE_COLOR`, and what is asked for wins over both.
    fn colour(self) -> bool {
        use std::io::IsTerminal;
        let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto if set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|v| v == "dumb") => false,
            Colour::Auto => set("FORCE_COLOR") || std::io::stdout().is_terminal(),
        }
    }

    /// Whether progress may be shown at all.
    fn progress(self) -> bool {
        !self.no_progress && !self.quiet && std::env::var_os("LETTRAGE_NO_PROGRESS").is_none()
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    interrupt::install();
    let outcome = match &cli.command {
        Command::Init(args) => book::init::run(args, cli.talk),
        Command::Import(args) => book::import::run(args, cli.talk),
        Command::Run(args) => book::run::run(args, cli.talk),
        Command::Check(args) => book::check::run(args, cli.talk),
        Command::Status(args) => book::status::run(args),
        Command::List(args) => book::list::run(args),
        Command::Accept(args) => book::decisions::accept(args, cli.talk),
        Command::Reject(args) => book::decisions::reject(args, cli.talk),
        Command::Settle(args) => book::decisions::settle(args, cli.talk),
        Command::Split(args) => book::decisions::split(args, cli.talk),
        Command::Hold(args) => book::decisions::hold(args, cli.talk),
        Command::Note(args) => book::decisions::note(args, cli.talk),
        Command::Undo(args) => book::undo::run(args, cli.talk),
        Command::Log(args) => book::log::run(args, cli.talk),
        Command::Prove(args) => book::prove::run(args, cli.talk),
        Command::Report(args) => book::report::run(args, cli.talk),
        Command::Approve(args) => book::approve::run(args, cli.talk),
        Command::Keygen(args) => book::keygen::run(args, cli.talk),
        Command::Close(args) => book::close::close(args, cli.talk),
        Command::Reopen(args) => book::close::reopen(args, cli.talk),
        Command::Post(args) => book::post::run(args, cli.talk),
        Command::Archive(args) => book::archive::run(args, cli.talk),
        Command::Verify(args) => book::verify::run(args, cli.talk),
        Command::Diff(args) => book::diff::run(args),
        Command::Rule(args) => book::rule::run(args),
        Command::Calibration(args) => book::calibration::run(args),
        Command::Audit(args) => book::audit::run(args, cli.talk),
        Command::Learned(args) => book::learned::run(args, cli.talk),
        Command::Doctor(args) => book::doctor::run(args, cli.talk),
        Command::Match(args) => match_payments::run(args, cli.talk),
        Command::Explain(args) => explain::run(args),
        Command::Inspect(args) => inspect::run(args, cli.talk),
        Command::Convert(args) => convert::run(args, cli.talk),
        Command::Generate(args) => generate::run(args),
        Command::Score(args) => score::run(args),
        Command::Bench(args) => bench::run(args, cli.talk),
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
