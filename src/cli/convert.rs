//! `lettrage convert`: what was read, written in the canonical columns.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::inputs::{As, Content, load_any};
use super::{Outcome, Talk, pipeline};
use crate::error::{Error, ErrorKind, Errors, printable};
use crate::model::{InputFile, ItemFile, Reading, StatementFile};
use crate::normalise::{items, ledger, terms};
use crate::read::Settings;
use crate::report::{self, RecordForm, Records};

/// Writes what is in files in the canonical columns
///
/// Statements become payments, each movement once and with an identifier; lists, electronic invoices and ledgers become
/// invoices. Reading the result gives what was read. JSON Lines keeps the statements too: balances, periods, totals.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
lettrage convert statements/ -o payments.csv\n  \
lettrage convert invoices.zip -o invoices.xlsx\n  \
lettrage convert june.xml -o - -O jsonl | jq .amount\n\
Exit codes: 0 done; 2 wrong use or unreadable input; 3 the output is there already, or cannot hold the records; 130 interrupted.")]
pub(super) struct Args {
    /// Statements or invoices: files, folders, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// File to write: .csv, .jsonl or .xlsx; - for standard output
    #[arg(short = 'o', long = "output", required = true, value_name = "FILE")]
    output: PathBuf,
    /// Form of the output [default: as the name of the output ends]
    #[arg(short = 'O', long = "output-format", value_enum, value_name = "FORM")]
    form: Option<RecordForm>,
    /// What to take files for that may be either
    #[arg(long = "as", value_enum, value_name = "KIND")]
    wanted: Option<As>,
    /// Replace the output if it is there already
    #[arg(long)]
    force: bool,
    /// Configuration with limits and CSV mappings
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(args: &Args, talk: Talk) -> Outcome {
    let form = form(args)?;
    let to_stdout = args.output.as_os_str() == "-";
    if !to_stdout {
        check_output(args)?;
    }
    let config = pipeline::load_config(args.config.as_deref())?;
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let loaded = load_any(&args.files, &settings, args.wanted, true)?;
    let mut said: Vec<String> =
        loaded.passed_over.iter().map(|(path, why)| format!("passed over: {path}: {why}")).collect();
    let (statements, lists) = sort(loaded.files)?;
    let written = if lists.is_empty() {
        payments(args, form, statements, &mut said)?
    } else {
        invoices(args, form, lists, config.terms.end_of_month, &mut said)?
    };
    if !talk.quiet {
        for line in said {
            eprintln!("note: {}", printable(&line));
        }
        if !to_stdout {
            eprintln!("{written} written to {}", printable(&args.output.display().to_string()));
        }
    }
    Ok(0)
}

/// The form that is asked for, or that the name of the output says. Error: E0004.
fn form(args: &Args) -> Result<RecordForm, Error> {
    if let Some(form) = args.form {
        return Ok(form);
    }
    let ending = args.output.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match &*ending {
        "csv" => Ok(RecordForm::Csv),
        "jsonl" | "ndjson" => Ok(RecordForm::Jsonl),
        "xlsx" => Ok(RecordForm::Xlsx),
        _ => Err(Error::new(ErrorKind::Usage, "E0004", "the name of the output does not say its form")
            .in_file(args.output.display().to_string())
            .help("end it with .csv, .jsonl or .xlsx, or say  -O csv|jsonl|xlsx")),
    }
}

/// An input is never written over, and another file only when that is asked for. Errors: E0002, E0004, E0407.
fn check_output(args: &Args) -> Result<(), Error> {
    let output = args.output.display().to_string();
    if args.output.is_dir() {
        return Err(Error::new(ErrorKind::Usage, "E0004", "the output is a folder")
            .in_file(output)
            .help("name a file in it"));
    }
    let Ok(there) = args.output.canonicalize() else { return Ok(()) };
    let is_input = |path: &PathBuf| path.canonicalize().is_ok_and(|p| p == there || (p.is_dir() && holds(&p, &there)));
    if let Some(input) = args.files.iter().find(|p| is_input(p)) {
        let message = "the output is one of the inputs, or stands in a folder of inputs";
        let error = Error::new(ErrorKind::Refused, "E0407", message).in_file(output);
        return Err(error.label(format!("input {}", input.display())).help("give another name with -o"));
    }
    if !args.force {
        let error = Error::new(ErrorKind::Refused, "E0407", "the output is there already").in_file(output);
        return Err(error.help("give another name with -o, or replace it with --force"));
    }
    Ok(())
}

fn holds(folder: &Path, file: &Path) -> bool {
    file.starts_with(folder)
}

/// Statements and lists apart; only one of the two. Error: E0406.
fn sort(files: Vec<Content>) -> Result<(Vec<StatementFile>, Vec<ItemFile>), Error> {
    let (mut statements, mut lists) = (Vec::new(), Vec::new());
    for file in files {
        match file {
            Content::Payments(file) => statements.push(file),
            Content::Invoices(file) => lists.push(file),
        }
    }
    if statements.is_empty() || lists.is_empty() {
        return Ok((statements, lists));
    }
    let named = |files: Vec<&InputFile>| {
        let few: Vec<&str> = files.iter().take(5).map(|f| &*f.path).collect();
        let more =
            if files.len() > few.len() { format!(" and {} more", files.len() - few.len()) } else { String::new() };
        format!("{}{more}", few.join(", "))
    };
    Err(Error::new(ErrorKind::Usage, "E0406", "payments and invoices cannot be written to one file")
        .help(format!("payments: {}", named(statements.iter().map(|f| &f.file).collect())))
        .help(format!("invoices: {}", named(lists.iter().map(|f| &f.file).collect())))
        .help("convert them one after the other, or say what all of them are with --as"))
}

fn payments(
    args: &Args,
    form: RecordForm,
    files: Vec<StatementFile>,
    said: &mut Vec<String>,
) -> Result<String, Errors> {
    let ledger = ledger::gather(files)?;
    say(&ledger.files, said);
    said.extend(ledger.notes.iter().map(|note| note.text.to_string()));
    let records = Records::Payments { statements: &ledger.statements, ends: &ledger.ends, payments: &ledger.payments };
    write(args, form, &records, said)?;
    Ok(counted(ledger.payments.len(), "payment"))
}

fn invoices(
    args: &Args,
    form: RecordForm,
    files: Vec<ItemFile>,
    reading: Reading,
    said: &mut Vec<String>,
) -> Result<String, Errors> {
    let (mut files, mut items, notes) = items::gather_items(files, 0)?;
    terms::apply(&mut items, &mut files, reading);
    say(&files, said);
    said.extend(notes.iter().map(|note| note.text.to_string()));
    write(args, form, &Records::Items(&items), said)?;
    Ok(counted(items.len(), "invoice"))
}

/// What was said of the files while they were read.
fn say(files: &[InputFile], said: &mut Vec<String>) {
    for file in files {
        said.extend(file.notes.iter().map(|note| format!("{}: {}: {}", file.path, note.kind.word(), note.text)));
    }
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn write(args: &Args, form: RecordForm, records: &Records<'_>, said: &mut Vec<String>) -> Result<(), Errors> {
    if args.output.as_os_str() == "-" {
        let write = |out: &mut dyn Write| report::write_records(records, form, out).map(|more| said.extend(more));
        return super::print_with(write);
    }
    said.extend(report::write_one(&args.output, |out| report::write_records(records, form, out))?);
    Ok(())
}
