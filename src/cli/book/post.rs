//! `lettrage post`: entries for the accounting ledger.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use super::At;
use super::import::usage;
use super::parts::month;
use super::proofs::current_month;
use crate::book::Book;
use crate::book::posting::Batch;
use crate::cli::{Outcome, Talk};
use crate::config::Config;
use crate::error::{Error, ErrorKind, Errors, printable};
use crate::model::{EntryKind, Month, PostFacts, Posting};
use crate::post::build::{self, Asked, Built};
use crate::post::formats::{self, PostFile, PostFormat};
use crate::report::book::{posting_sum, posting_tables};
use crate::{audit, read, report};

mod confirm;

/// Writes what was decided as entries for the accounting ledger, with its lettering
///
/// Says what would be written; --write writes it, and remembers it: nothing is written twice. A decision that was undone since is taken
/// back by an entry of its own. What the ledger has booked already, by its list of items or by an entry of its own, is left out.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  lettrage post --period 2026-06\n  lettrage post --period 2026-06 --format fec --write\n  \
lettrage post --confirm ack_erp.csv\n\
Exit codes: 0 done; 1 the ledger has not taken everything (--confirm); 2 wrong use; 3 refused by a control."
)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Month [default: the first that is not closed]
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Option<Month>,
    /// Only this bank account or ledger account: its number, or the end of it
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// csv, fec, hledger, beancount, odoo, bc, sage-pnm, pennylane, quickbooks or xero [default: csv]
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<PostFormat>,
    /// Folder to write to [default: post/YYYY-MM of the book]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write the files, and remember what was written
    #[arg(long)]
    write: bool,
    /// Enter money of which nothing is decided on the suspense account
    #[arg(long)]
    suspense: bool,
    /// The whole month as one journal, with balances brought forward: for control, not for the ledger
    #[arg(long, conflicts_with = "suspense")]
    whole: bool,
    /// Leave out of a FEC the lines that the ledger has, which are there so that each code adds up
    #[arg(long)]
    without_carried: bool,
    /// Write the files of an earlier post again, byte for byte; with --format, the same entries in another format
    #[arg(long, value_name = "OP", conflicts_with_all = ["period", "account", "suspense", "whole"])]
    again: Option<u64>,
    /// Read what the ledger has taken, and what it has refused
    #[arg(long, value_name = "ACK", conflicts_with_all = ["period", "account", "suspense", "whole", "without_carried", "write", "again", "out", "format"])]
    confirm: Option<PathBuf>,
}

impl Args {
    fn format(&self) -> PostFormat {
        self.format.unwrap_or(PostFormat::Csv)
    }
}

fn format(word: &str) -> Result<PostFormat, String> {
    PostFormat::parse(word).ok_or_else(|| {
        let words: Vec<&str> = PostFormat::ALL.into_iter().map(PostFormat::word).collect();
        format!("one of {} is expected", words.join(", "))
    })
}

/// A batch that is ready to be written.
struct Ready {
    posting: Posting,
    files: Vec<(String, Vec<u8>)>,
    folder: PathBuf,
    shown: String,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    if let Some(path) = &args.confirm {
        return confirm::run(&args.at, path, talk);
    }
    let mut book = args.at.open()?;
    if let Some(op) = args.again {
        return again(&book, args, &args.at.config()?, op, talk);
    }
    let config = args.at.config()?;
    let Some(period) = args.period.map_or_else(|| current_month(&book), |m| Ok(Some(m)))? else {
        return Err(usage("the book has no payments".into(), "lettrage import  the statements of a month").into());
    };
    let mut facts = book.post_facts(&config.ledger)?;
    facts.in_ledger = audit::in_ledger(&facts.book);
    let given = build::give_default_banks(&mut facts, &config.post);
    if !given.is_empty() && !talk.quiet {
        let named = |bank: &str| {
            if bank.is_empty() { "a bank account that its statements do not name".into() } else { printable(bank) }
        };
        let banks: Vec<String> = given.iter().map(|bank| named(bank)).collect();
        eprintln!("note: {} stands for {}: no [[ledger.bank]] names it", config.post.bank, banks.join(", "));
    }
    if args.whole {
        return whole(&book, args, &config, &facts, period, talk);
    }
    let built = built(&book, args, &config, &facts, period)?;
    if built.posting.entries.is_empty() && built.posting.lettering.is_empty() {
        return nothing(&book, &built, period, talk);
    }
    let ready = ready(args, &config, built.posting.clone(), period, &book)?;
    if !args.write {
        return told(
            &ready,
            &built,
            args,
            talk,
            "would write",
            "nothing written: add --write. Writing twice is safe: each entry has a key.\n",
        );
    }
    let op = write(&mut book, args, &config, &ready, period)?;
    let done = format!("op {op:04}    again: lettrage post --again {op:04}    withdraw: lettrage undo {op:04}\n");
    told(&ready, &built, args, talk, "wrote", &done)
}

fn asked<'a>(args: &'a Args, company: &'a str, period: Month) -> Result<Asked<'a>, Error> {
    let now = super::now()?;
    Ok(Asked {
        month: period,
        account: args.account.as_deref(),
        suspense: args.suspense,
        takes_currencies: args.format().takes_currencies(),
        carried: args.format().carries_items() && !args.without_carried,
        made: now.get(..10).and_then(|day| day.parse().ok()).unwrap_or(period.last()),
        company,
    })
}

fn company(book: &Book, config: &Config, facts: &PostFacts) -> String {
    match config.post.company.trim() {
        "" => super::report::company(book, &facts.book, None),
        name => name.to_string(),
    }
}

fn built(book: &Book, args: &Args, config: &Config, facts: &PostFacts, period: Month) -> Result<Built, Error> {
    let company = company(book, config, facts);
    build::build(facts, &config.post, &config.ledger, &asked(args, &company, period)?)
}

/// The files of a posting, and where they go.
fn ready(args: &Args, config: &Config, posting: Posting, period: Month, book: &Book) -> Result<Ready, Errors> {
    let files = named(formats::write(args.format(), &posting, &config.post)?);
    let (folder, shown) = free_folder(args, book, &format!("post/{period}"), &files);
    Ok(Ready { posting, files, folder, shown })
}

fn named(files: Vec<PostFile>) -> Vec<(String, Vec<u8>)> {
    files.into_iter().map(|file| (file.name, file.bytes)).collect()
}

/// The folder to write to, and how it is shown.
fn folder(args: &Args, book: &Book, default: &str) -> (PathBuf, String) {
    match &args.out {
        Some(folder) => (folder.clone(), format!("{}/", folder.display()).replace("//", "/")),
        None => (book.folder().join(default), format!("{default}/")),
    }
}

/// The folder of a batch: where an earlier one of the month lies already, the first numbered one beside it that is free.
fn free_folder(args: &Args, book: &Book, default: &str, files: &[(String, Vec<u8>)]) -> (PathBuf, String) {
    let first = folder(args, book, default);
    if args.out.is_some() || in_the_way(&first.0, files).is_none() {
        return first;
    }
    let numbered = (2u32..).map(|n| folder(args, book, &format!("{default}/{n}")));
    numbered.into_iter().find(|(folder, _)| in_the_way(folder, files).is_none()).unwrap_or(first)
}

/// A file that is there already, with other bytes.
fn in_the_way<'f>(folder: &Path, files: &'f [(String, Vec<u8>)]) -> Option<&'f str> {
    let taken = |(name, bytes): &&(String, Vec<u8>)| {
        let path = folder.join(name);
        path.exists() && std::fs::read(&path).map_or(true, |there| there != *bytes)
    };
    files.iter().find(taken).map(|(name, _)| name.as_str())
}

/// Writes and records a batch.
fn write(book: &mut Book, args: &Args, config: &Config, ready: &Ready, period: Month) -> Result<u64, Errors> {
    may_write(book, config, period)?;
    may_overwrite(ready)?;
    let with_hash: Vec<(String, Vec<u8>, String)> =
        (ready.files.iter()).map(|(name, bytes)| (name.clone(), bytes.clone(), read::sha256(bytes).into())).collect();
    let period = period.to_string();
    let batch = Batch { format: args.format().word(), period: &period, posting: &ready.posting, files: &with_hash };
    let heading = crate::book::log::Heading { rules: report::digest(config), ..args.at.heading("post")? };
    Ok(book.record_posting(batch, heading, || report::write_files(&ready.folder, &ready.files))?)
}

/// Whether a control allows that the ledger gets something of this month: four eyes are checked here, and nowhere else.
fn may_write(book: &Book, config: &Config, period: Month) -> Result<(), Error> {
    super::approvals::require_approval(book, config, period)
}

/// Refuses to overwrite what an earlier batch, or somebody else, wrote. Error: E0731.
fn may_overwrite(ready: &Ready) -> Result<(), Error> {
    match in_the_way(&ready.folder, &ready.files) {
        None => Ok(()),
        Some(name) => Err(in_use(&ready.folder, name)),
    }
}

fn in_use(folder: &Path, name: &str) -> Error {
    Error::new(ErrorKind::Usage, "E0731", "there is a file of this name already, with other content")
        .in_file(folder.join(name).display().to_string())
        .label("nothing was written")
        .help("an earlier post wrote it, or somebody else: move it away, or give another folder with --out DIR")
}

/// Says what was done, or would be.
fn told(ready: &Ready, built: &Built, args: &Args, talk: Talk, done: &str, end: &str) -> Outcome {
    if talk.quiet {
        return Ok(0);
    }
    let of = |kind: EntryKind| ready.posting.entries.iter().filter(|e| e.kind == kind).count();
    let carried = of(EntryKind::Carried);
    let entries = ready.posting.entries.len() - carried;
    let mut text = format!(
        "{done} {}, {}, and the lettering of {} to {}\n",
        count(entries, "entry", "entries"),
        posting_sum(&ready.posting),
        count(ready.posting.lettering.len(), "line", "lines"),
        ready.shown
    );
    let width = std::io::stdout().is_terminal().then(crate::cli::terminal_width).flatten();
    text.push_str(&posting_tables(&ready.posting, false, width));
    if of(EntryKind::Reversal) > 0 {
        let n = of(EntryKind::Reversal);
        text.push_str(&format!(
            "{} back what was written for decisions that do not stand any more\n",
            count(n, "entry takes", "entries take")
        ));
    }
    if carried > 0 {
        text.push_str(&format!(
            "journal {} of the file repeats lines that the ledger has ({}), so that each code adds up: leave it out with --without-carried\n",
            ready.posting.entries[0].journal,
            count(carried, "entry", "entries")
        ));
    }
    text.push_str(&notes(built));
    if args.write && !ready.files.is_empty() {
        let names: Vec<&str> = ready.files.iter().map(|(name, _)| name.as_str()).collect();
        text.push_str(&format!("{}{}\n", ready.shown, names.join(&format!(", {}", ready.shown))));
    }
    text.push_str(end);
    crate::cli::print(&text)?;
    Ok(0)
}

/// What is not written, and why.
fn notes(built: &Built) -> String {
    let mut text = String::new();
    let mut note = |n: u64, one: &str, more: &str| {
        if n > 0 {
            text.push_str(&format!("{}\n", count(usize::try_from(n).unwrap_or(usize::MAX), one, more)));
        }
    };
    note(
        built.booked,
        "decision the ledger has booked already: left out",
        "decisions the ledger has booked already: left out",
    );
    note(built.written, "decision was written before: left out", "decisions were written before: left out");
    note(
        built.elsewhere,
        "item is settled in the ledger itself, as its list says",
        "items are settled in the ledger itself, as its list says",
    );
    note(
        built.undecided,
        "payment is undecided: decide it, or --suspense enters it on the suspense account",
        "payments are undecided: decide them, or --suspense enters them on the suspense account",
    );
    for (month, n) in &built.earlier {
        let n = count(usize::try_from(*n).unwrap_or(usize::MAX), "decision", "decisions");
        text.push_str(&format!("{n} of {month} not written: lettrage post --period {month}\n"));
    }
    text
}

fn count(n: usize, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

/// There is nothing to write.
fn nothing(book: &Book, built: &Built, period: Month, talk: Talk) -> Outcome {
    if talk.quiet {
        return Ok(0);
    }
    let batches = book.posting_batches()?;
    let earlier = batches.iter().find(|b| b.undone_by.is_none() && b.period == period.to_string());
    let mut text = match earlier {
        Some(batch) => format!(
            "nothing new to write of {period}: op {:04} wrote {} on {} ({})    again: lettrage post --again {:04}\n",
            batch.op,
            count(usize::try_from(batch.entries).unwrap_or(usize::MAX), "entry", "entries"),
            batch.at.get(..10).unwrap_or_default(),
            batch.format,
            batch.op
        ),
        None => format!("nothing to write of {period}\n"),
    };
    let width = std::io::stdout().is_terminal().then(crate::cli::terminal_width).flatten();
    text.push_str(&posting_tables(&built.posting, false, width));
    text.push_str(&notes(built));
    crate::cli::print(&text)?;
    Ok(0)
}

/// The whole month as one journal. It is no batch: nothing is remembered.
fn whole(book: &Book, args: &Args, config: &Config, facts: &PostFacts, period: Month, talk: Talk) -> Outcome {
    let company = company(book, config, facts);
    let posting = build::whole(facts, &config.post, &config.ledger, &asked(args, &company, period)?)?;
    let files = named(formats::write(args.format(), &posting, &config.post)?);
    let (folder, shown) = folder(args, book, &format!("post/{period}/whole"));
    if args.write {
        report::write_files(&folder, &files)?;
    }
    if talk.quiet {
        return Ok(0);
    }
    let carried = posting.entries.iter().filter(|e| e.kind == EntryKind::Carried).count();
    let mut text = format!(
        "{} the whole of {period} as a journal for control: {} brought forward, {}, {}, to {shown}\n",
        if args.write { "wrote" } else { "would write" },
        count(carried, "balance or item", "balances and items"),
        count(posting.entries.len() - carried, "entry", "entries"),
        posting_sum(&posting)
    );
    let width = std::io::stdout().is_terminal().then(crate::cli::terminal_width).flatten();
    text.push_str(&posting_tables(&posting, true, width));
    if args.write {
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        text.push_str(&format!("{shown}{}\n", names.join(&format!(", {shown}"))));
        text.push_str("not for the ledger: it repeats what the ledger has\n");
    } else {
        text.push_str("nothing written: add --write. Not for the ledger: it repeats what the ledger has.\n");
    }
    crate::cli::print(&text)?;
    Ok(0)
}

/// Writes the files of a batch once more, or its entries in another format.
fn again(book: &Book, args: &Args, config: &Config, op: u64, talk: Talk) -> Outcome {
    let batches = book.posting_batches()?;
    let batch = batches.iter().find(|b| b.op == op);
    let files = match (batch, args.format) {
        (Some(batch), Some(format)) if format.word() != batch.format => {
            named(formats::write(format, &stored(book, args, config, op, format)?, &config.post)?)
        }
        _ => book.posting_files(op)?,
    };
    let period = batch.map(|b| b.period.clone()).unwrap_or_default();
    let (folder, shown) = free_folder(args, book, &format!("post/{period}"), &files);
    if let Some(name) = in_the_way(&folder, &files) {
        return Err(in_use(&folder, name).into());
    }
    report::write_files(&folder, &files)?;
    if !talk.quiet {
        let names: Vec<String> = files.iter().map(|(name, _)| format!("{shown}{name}")).collect();
        crate::cli::print(&format!("wrote again what op {op:04} wrote: {}\n", names.join(", ")))?;
    }
    Ok(0)
}

/// The entries of a batch, with what a format repeats of the ledger.
fn stored(book: &Book, args: &Args, config: &Config, op: u64, format: PostFormat) -> Result<Posting, Error> {
    let posting = book.posting(op)?;
    if !format.carries_items() || args.without_carried {
        return Ok(posting);
    }
    Ok(build::with_carried(&book.post_facts(&config.ledger)?, &config.post, &config.ledger, posting))
}

/// The name of a file as people gave it.
fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
