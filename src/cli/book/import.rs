//! `lettrage import`: statements, lists of items, customers and ledgers into the book.

use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::At;
use crate::book::Book;
use crate::book::import::{Content, FileReport, Import, Imported, Original, Scope, Together};
use crate::cli::inputs::{self, BookAs, Delivery};
use crate::cli::{Outcome, Talk, pipeline};
use crate::config::Config;
use crate::error::{Error, ErrorKind, Errors, printable};
use crate::model::{ItemFile, Note, NoteKind, StatementFile};
use crate::normalise::{items, ledger, terms};
use crate::read::Settings;

/// Items that are named one by one; the rest is counted.
const NAMED: usize = 8;

/// Imports bank statements, open items, customers and the general ledger
///
/// Kinds are recognised by content. All files of one command are imported, or none. What the book has already (the same file, rows of
/// an overlapping export, the same statement in another format) is not added twice; genuine twins stay. A list of items that is
/// imported again updates what is open; an item that is open and in the list no more is asked about.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage import inbox/*\n\
Exit codes: 0 done; 2 wrong use or unreadable input, nothing is imported; 3 refused: a closed month, a decided payment; 130 interrupted.")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Files or folders, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the files are, where content does not say
    #[arg(long = "kind", value_enum, value_name = "KIND")]
    kind: Option<BookAs>,
    /// The list of items has everything that is open: what it does not have is asked about
    #[arg(long, conflicts_with = "added")]
    full: bool,
    /// The list has further items, beside those of earlier lists
    #[arg(long)]
    added: bool,
    /// Day on which the list was extracted
    #[arg(long, value_name = "DATE")]
    at_date: Option<NaiveDate>,
    /// Say what would be imported, and leave the book as it is
    #[arg(long)]
    dry_run: bool,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let config = args.at.config()?;
    let mut book = args.at.open()?;
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let loaded = inputs::load_deliveries(&args.files, &settings, args.kind)?;
    let (known, new) = split(&book, loaded.files)?;
    let mut text = String::new();
    for (path, op) in &known {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}: imported already, op {op:04}", printable(path));
    }
    for (path, why) in &loaded.passed_over {
        let _ = writeln!(text, "{}: passed over, {why}", printable(path));
    }
    if new.is_empty() {
        text.push_str("nothing new\n");
        return finish(&text, talk);
    }
    let scope = match (args.full, args.added) {
        (true, _) => Some(Scope::Full),
        (_, true) => Some(Scope::Added),
        _ => None,
    };
    let import = Import { extracted: args.at_date, ..gather(&book, new, scope, &config)? };
    let notes: Vec<(String, Vec<Note>)> = import_notes(&import);
    let together_notes = import.together.as_ref().map(|t| t.notes.clone()).unwrap_or_default();
    let heading = args.at.heading("import")?;
    let imported = book.import(import, heading, args.dry_run)?;
    describe(&imported, &notes, &together_notes, args.dry_run, &mut text);
    finish(&text, talk)
}

fn finish(text: &str, talk: Talk) -> Outcome {
    if !talk.quiet {
        crate::cli::print(text)?;
    }
    Ok(0)
}

/// Path of a file, and the operation that imported it.
type Known = (String, u64);

/// Deliveries that the book has already, with the operation that brought them, and the others.
fn split(book: &Book, deliveries: Vec<Delivery>) -> Result<(Vec<Known>, Vec<Delivery>), Error> {
    let (mut known, mut new): (Vec<Known>, Vec<Delivery>) = (Vec::new(), Vec::new());
    for delivery in deliveries {
        if let Some(op) = book.imported_by(&delivery.sha256)? {
            known.push((delivery.path, op));
        } else if !new.iter().any(|other| other.sha256 == delivery.sha256) {
            new.push(delivery);
        }
    }
    Ok((known, new))
}

/// Puts new files beside those of the book, so that everything counts once.
fn gather(book: &Book, new: Vec<Delivery>, scope: Option<Scope>, config: &Config) -> Result<Import, Errors> {
    let mut import = Import::default();
    let mut statements: Vec<StatementFile> = Vec::new();
    let mut lists = Vec::new();
    for (n, delivery) in new.into_iter().enumerate() {
        import.originals.push(Original { sha256: delivery.sha256, bytes: delivery.bytes });
        for content in delivery.contents {
            match content {
                Content::Items(list, _) => lists.push((n, list)),
                Content::Statements(file) => {
                    statements.push(file.clone());
                    import.contents.push((n, Content::Statements(file)));
                }
                other => import.contents.push((n, other)),
            }
        }
    }
    let (of, files): (Vec<usize>, Vec<_>) = lists.into_iter().unzip();
    for (n, list) in of.into_iter().zip(lists_together(files, config)?) {
        import.contents.push((n, Content::Items(list, scope)));
    }
    if !statements.is_empty() {
        let stored = book.statement_files()?.into_iter().map(|(_, file)| file);
        import.together = Some(together(stored.chain(statements).collect())?);
    }
    Ok(import)
}

/// Lists of items that are imported at once: each item with one identifier, due dates from terms where no date is given.
pub(super) fn lists_together(files: Vec<ItemFile>, config: &Config) -> Result<Vec<ItemFile>, Errors> {
    let (mut files, mut all, _) = items::gather_items(files, 0)?;
    terms::apply(&mut all, &mut files, config.terms.end_of_month);
    let mut by_file: Vec<Vec<_>> = files.iter().map(|_| Vec::new()).collect();
    for item in all {
        by_file[item.place.file as usize].push(item);
    }
    Ok(files.into_iter().zip(by_file).map(|(file, items)| ItemFile { file, items }).collect())
}

/// What statement files together give.
pub(super) fn together(files: Vec<StatementFile>) -> Result<Together, Errors> {
    let ledger = ledger::gather(files)?;
    let ledger::Ledger { files, statements, payments, ends, checks, notes } = ledger;
    Ok(Together { files, statements, ends, payments, checks, notes })
}

/// What is said of each content, in their order.
fn import_notes(import: &Import) -> Vec<(String, Vec<Note>)> {
    let mut notes: Vec<(String, Vec<Note>)> =
        import.contents.iter().map(|(_, c)| (c.file().path.to_string(), c.file().notes.clone())).collect();
    // What was found when the statements were put together stands with the last files, which are the new ones.
    if let Some(together) = &import.together {
        let new = import.contents.iter().filter(|(_, c)| matches!(c, Content::Statements(_))).count();
        let from = together.files.len() - new;
        let statements = import.contents.iter().enumerate().filter(|(_, (_, c))| matches!(c, Content::Statements(_)));
        for ((n, _), file) in statements.zip(&together.files[from..]) {
            notes[n].1 = file.notes.clone();
        }
    }
    notes
}

fn describe(imported: &Imported, notes: &[(String, Vec<Note>)], together: &[Note], dry: bool, text: &mut String) {
    let width = imported.files.iter().map(|f| shown(&f.path).chars().count()).max().unwrap_or(0);
    for (file, (_, notes)) in imported.files.iter().zip(notes) {
        let repeats = file.records.saturating_sub(file.new);
        let what = match file.role {
            "statement" => "payments",
            "invoices" => "items",
            "customers" => "customers",
            _ => "ledger lines",
        };
        let known = if repeats > 0 { format!("   {repeats} known") } else { String::new() };
        let _ = writeln!(text, "{:<width$}  {:<18}  {:>6} new {what}{known}", shown(&file.path), file.format, file.new);
        changes(file, text);
        for note in notes.iter().filter(|note| note.kind != NoteKind::Assumed) {
            let _ = writeln!(text, "  {}: {}", note.kind.word(), printable(&note.text));
        }
    }
    for note in together {
        let _ = writeln!(text, "{}: {}", note.kind.word(), printable(&note.text));
    }
    for check in &imported.failed_checks {
        let _ = writeln!(text, "false: {}: {}", printable(&check.scope), printable(&check.text));
    }
    let _ = match (imported.changed_payments, imported.gone_payments) {
        (0, 0) => Ok(()),
        (changed, gone) => writeln!(text, "{changed} payments are told better now, {gone} count elsewhere now"),
    };
    let items: u64 = imported.files.iter().filter(|f| f.scope.is_some()).map(|f| f.new).sum();
    if dry {
        let _ =
            writeln!(text, "would import {} payments and {items} items; nothing was changed", imported.new_payments);
    } else {
        let _ = writeln!(
            text,
            "imported {} payments and {items} items, op {:04}                  next: lettrage check",
            imported.new_payments, imported.op
        );
    }
}

/// What a list changed, with the first of them by name.
fn changes(file: &FileReport, text: &mut String) {
    let Some(scope) = file.scope else { return };
    let of = &file.changes;
    let what = if scope == Scope::Full { "a full list" } else { "an addition" };
    if !of.assumed.is_empty() {
        let _ = writeln!(text, "  taken for {what}: {}", of.assumed);
    }
    if of.taken_over > 0 {
        let items = if of.taken_over == 1 { "item" } else { "items" };
        let _ = writeln!(text, "  {} {items}: the ledger has booked what was decided here", of.taken_over);
    }
    if of.changed > 0 {
        let items = if of.changed == 1 { "item" } else { "items" };
        let _ = writeln!(text, "  {} {items} changed:", of.changed);
        for change in of.changes.iter().take(NAMED) {
            let _ = writeln!(
                text,
                "    {} {}: {} -> {}",
                printable(&change.id),
                change.field,
                printable(&change.was),
                printable(&change.is)
            );
        }
        if of.changes.len() > NAMED {
            text.push_str("    …\n");
        }
    }
    if of.missing > 0 {
        let named: Vec<String> = of.missing_ids.iter().take(NAMED).map(|id| printable(id)).collect();
        let more = if of.missing as usize > named.len() { ", …" } else { "" };
        let _ = writeln!(
            text,
            "  ask: {} not in this list: {}{more}\n  they stay open; say what became of each:  lettrage settle ITEM --reason paid-elsewhere|cancelled --why …",
            if of.missing == 1 { "1 open item is".to_string() } else { format!("{} open items are", of.missing) },
            named.join(", ")
        );
    }
}

fn shown(path: &str) -> String {
    printable(path.rsplit(['/', '\\']).next().unwrap_or(path))
}

/// Threads for work that a command does in parallel.
pub(super) fn pooled<T: Send>(threads: Option<u16>, work: impl FnOnce() -> T + Send) -> Result<T, Errors> {
    pipeline::in_pool(threads.map(usize::from), work)
}

/// An error for an option that a command does not understand.
pub(super) fn usage(message: String, help: &str) -> Error {
    Error::new(ErrorKind::Usage, "E0718", message).help(help.to_string())
}
