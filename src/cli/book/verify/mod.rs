//! `lettrage verify`: an archive, held against itself. It needs the file and nothing else.

mod approvals;
mod inputs;
mod steps;

use std::path::PathBuf;

use super::parts::Form;
use crate::archive::{self, Manifest};
use crate::cli::{Outcome, Talk, inputs as files};
use crate::config::Limits;
use crate::error::{Error, ErrorKind, printable};

pub(super) use steps::{Examined, State, examine};

/// Checks an archive: hashes, log, inputs, totals, report, approvals
///
/// Nothing but the file is needed: no book, no configuration, no network. The chain of the log is computed again, the inputs are read
/// again, the totals are proved again, and the report is made again byte for byte when this is the version that made it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage verify archive/2026-06.zip\n\
Exit codes: 0 everything holds; 1 something does not, and is named; 2 the file cannot be opened, or wrong use.")]
pub(in crate::cli) struct Args {
    /// Archive, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// SHA-256 of the whole file, as it was noted when it was made
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    /// What to print
    #[arg(short = 'O', long = "output-format", value_enum, default_value_t = Form::Table)]
    form: Form,
}

/// Bytes that a file may have: its entries, and the records around them.
const LARGEST_FILE: u64 = archive::LARGEST + (64 << 20);

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let noted = args.sha256.as_deref().map(digest).transpose()?;
    let shown = args.file.display().to_string();
    let limits = Limits { file_bytes: LARGEST_FILE, ..Limits::default() };
    if std::fs::metadata(&args.file).is_ok_and(|m| m.is_file() && m.len() > LARGEST_FILE) {
        let error = Error::new(ErrorKind::Input, "E0753", "the file is larger than any archive of lettrage");
        return Err(error.in_file(shown).label(format!("at most {LARGEST_FILE} bytes are read")).into());
    }
    let bytes = files::bytes_of(&args.file, &limits)?;
    let mut examined = examine(&bytes)?;
    examined.against(noted.as_deref(), &bytes);
    match args.form {
        Form::Json => crate::cli::print(&json(&examined, &shown, &bytes))?,
        Form::Table if talk.quiet && examined.holds() => {}
        Form::Table => crate::cli::print(&table(&examined))?,
    }
    Ok(u8::from(!examined.holds()))
}

/// A digest as people note it.
fn digest(text: &str) -> Result<String, Error> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    if plain.len() == 64 && plain.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(plain);
    }
    let error = Error::new(ErrorKind::Usage, "E0754", "--sha256 needs the 64 hexadecimal digits of a SHA-256");
    Err(error.label(format!("found {} characters", plain.chars().count())).help("lettrage archive  prints it"))
}

/// One line for each step, one more for each further finding, and what they amount to.
fn table(examined: &Examined) -> String {
    let mut text = String::new();
    for step in &examined.steps {
        let state = match step.state {
            State::Holds => "ok",
            State::Wrong => "WRONG",
            State::NotDone => "–",
        };
        for (n, say) in step.says.iter().enumerate() {
            let (name, state) = if n == 0 || step.state == State::Wrong { (step.name, state) } else { ("", "") };
            text.push_str(&format!("{name:<14} {state:<6} {}\n", printable(say).replace('\u{fffd}', "?")));
        }
    }
    text.push_str(&examined.amounts_to());
    text.push('\n');
    text
}

fn json(examined: &Examined, file: &str, bytes: &[u8]) -> String {
    let steps: Vec<serde_json::Value> = (examined.steps.iter())
        .map(|step| {
            let state = match step.state {
                State::Holds => "ok",
                State::Wrong => "wrong",
                State::NotDone => "not_done",
            };
            serde_json::json!({ "step": step.name, "state": state, "says": step.says })
        })
        .collect();
    let of = |get: fn(&Manifest) -> serde_json::Value| examined.manifest.as_ref().map(get);
    super::prove::text(&serde_json::json!({
        "schema": "lettrage.verify/1", "file": file, "bytes": bytes.len(), "sha256": crate::model::digest::sha256(bytes), "holds": examined.holds(),
        "month": of(|m| m.month.as_str().into()), "closed": of(|m| m.closed.into()), "version": of(|m| m.version.as_str().into()),
        "steps": steps
    }))
}
