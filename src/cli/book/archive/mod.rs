//! `lettrage archive`: one file that stands for a month.

mod contents;

use std::path::{Path, PathBuf};

use super::At;
use super::parts::{month, put_file};
use super::proofs::{Balances, current_month};
use super::verify::examine;
use crate::archive::{self, Entry, MANIFEST, Manifest, pack};
use crate::book::{Book, store};
use crate::cli::temporary::Temporary;
use crate::cli::{Outcome, Talk};
use crate::error::{Error, ErrorKind, Errors, printable};
use crate::model::Month;
use crate::report::Lang;

pub(super) use contents::{Head, contents, received_as};

/// Writes one file with everything that a month rests on: inputs, configuration, rules, weights, log, proofs, report
///
/// The file needs nothing else: lettrage verify computes chain, totals and report again from it. A month that is not closed is archived
/// as a draft. An archive that is there already with other content is not overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage close 2026-06 && lettrage archive 2026-06\n\
Exit codes: 0 written, or there already; 1 written, and it does not verify; 2 wrong use; 3 another archive is there.")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Month [default: the last closed one]
    #[arg(value_name = "YYYY-MM", value_parser = month)]
    month: Option<Month>,
    /// File to write to [default: archive/MONTH.zip in the folder of the book]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite an archive that has another content
    #[arg(long)]
    replace: bool,
    /// Language of the report
    #[arg(long, value_enum, default_value_t = Lang::En)]
    lang: Lang,
    #[command(flatten)]
    balances: Balances,
}

/// A copy of the book in a folder of its own.
pub(super) struct Copy {
    pub(super) book: Book,
    /// The bytes of its database, before it was opened.
    pub(super) db: Vec<u8>,
    /// Goes when the book is closed.
    _folder: Temporary,
}

impl Copy {
    /// Opens bytes as a book. Errors: E0002, and those of [`Book::open`].
    pub(super) fn open(folder: Temporary, db: Vec<u8>) -> Result<Self, Error> {
        let book = Book::open(folder.path())?;
        Ok(Self { book, db, _folder: folder })
    }

    fn of(book: &Book) -> Result<Self, Error> {
        let folder = Temporary::new()?;
        let path = folder.path().join(store::FILE);
        book.snapshot_into(&path)?;
        let db = std::fs::read(&path).map_err(|e| unreadable(&path, &e))?;
        Self::open(folder, db)
    }
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let book = args.at.open()?;
    let month = wanted(&book, args.month)?;
    let head = head(args, &book, month)?;
    let copy = Copy::of(&book)?;
    drop(book);
    let entries = contents(&copy.book, &copy.db, &head)?;
    let bytes = pack(&entries)?;
    let path = match &args.output {
        Some(path) => path.clone(),
        None => args.at.folder.join("archive").join(format!("{month}.zip")),
    };
    if let Some(there) = already_there(&path, &bytes, &copy, &head, args.replace)? {
        return said(&there, talk);
    }
    if args.output.is_none()
        && let Some(folder) = path.parent()
    {
        std::fs::create_dir_all(folder).map_err(|e| unreadable(folder, &e))?;
    }
    put_file(&path, &bytes)?;
    drop(copy);
    let examined = examine(&bytes)?;
    said(&written(&path, &entries, &bytes), talk)?;
    match examined.wrong().next() {
        None => Ok(0),
        Some((step, says)) => {
            let error = Error::new(ErrorKind::CheckFailed, "E0755", "the archive was written, and it does not verify");
            let error = error.in_file(path.display().to_string()).label(format!("{step}: {says}"));
            Err(error.help("lettrage verify  names everything; lettrage doctor  looks at the book").into())
        }
    }
}

/// The month: as asked, or the last closed one, or the first open one.
fn wanted(book: &Book, asked: Option<Month>) -> Result<Month, Error> {
    let Some(month) = asked.map_or_else(|| Ok(book.closed_through()?.or(current_month(book)?)), |m| Ok(Some(m)))?
    else {
        let error = Error::new(ErrorKind::Usage, "E0750", "there is nothing to archive: the book has no payments");
        return Err(error.help("lettrage import  statements and open items first"));
    };
    let within = |day: Option<chrono::NaiveDate>| day.map(Month::of);
    let known = within(book.first_booking()?).is_some_and(|first| first <= month)
        && within(book.last_booking()?).is_some_and(|last| month <= last);
    if !known && !book.periods()?.iter().any(|p| p.month == month) {
        let error = Error::new(ErrorKind::Usage, "E0751", format!("the book has nothing of {month}"));
        return Err(error.help("lettrage status  says which months it has"));
    }
    Ok(month)
}

fn head(args: &Args, book: &Book, month: Month) -> Result<Head, Error> {
    // The configuration is read once as the other commands read it, so that what is wrong with it is said of its own path.
    let config = args.balances.over(args.at.config()?, Some(month.last()))?;
    let path = args.at.config.clone().unwrap_or_else(|| args.at.folder.join(store::CONFIGURATION));
    let toml = match path.exists() {
        true => Some(std::fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?),
        false => None,
    };
    let facts = book.facts(Some(month), &config.ledger)?;
    let company = super::report::company(book, &facts, None);
    let balances = args.balances.texts().to_vec();
    Ok(Head { month, lang: args.lang, at: super::now()?, by: args.at.who()?, company, balances, toml })
}

/// What is said when the archive is there already; an error when another one is. `None`: it is to be written.
fn already_there(path: &Path, bytes: &[u8], copy: &Copy, head: &Head, replace: bool) -> Result<Option<String>, Errors> {
    let there = match std::fs::read(path) {
        Ok(there) => there,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(unreadable(path, &e).into()),
    };
    let mut opened = archive::open(&there);
    let manifest = archive::check(&mut opened).filter(|_| opened.findings.is_empty());
    // Made at another time or by another person, the same book is the same archive.
    let same = match &manifest {
        _ if there == bytes => true,
        Some(m) => {
            let earlier = Head {
                at: m.made.at.clone(),
                by: m.made.by.clone(),
                toml: head.toml.clone(),
                company: head.company.clone(),
                balances: head.balances.clone(),
                ..*head
            };
            pack(&contents(&copy.book, &copy.db, &earlier)?)? == there
        }
        None => false,
    };
    let shown = path.display();
    let made =
        |m: &Manifest| format!("made {} by {}, log of {} entries", m.made.at, printable(&m.made.by), m.log_entries);
    if same {
        let made = manifest.as_ref().map_or_else(String::new, made);
        return Ok(Some(format!(
            "{shown} is there already, {made}: the book has not changed since\nsha256 {}\n",
            crate::model::digest::sha256(&there)
        )));
    }
    if replace {
        return Ok(None);
    }
    let what = manifest.as_ref().map_or_else(|| "it is no sound archive of lettrage".to_string(), made);
    Err(Error::new(ErrorKind::Refused, "C0019", format!("{shown} is there already, with another content"))
        .label(what)
        .help("--replace  overwrites it; -o FILE  writes another one beside it")
        .into())
}

/// What an archive has, and its digest.
fn written(path: &Path, entries: &[Entry], bytes: &[u8]) -> String {
    let manifest = entries.iter().find(|e| e.path == MANIFEST).and_then(|e| Manifest::read(&e.bytes).ok());
    let Some(manifest) = manifest else { return String::new() };
    let shown = path.display().to_string().replace('\\', "/");
    let shown = shown.strip_prefix("./").unwrap_or(&shown);
    let state = match manifest.closed {
        true => "sealed.".to_string(),
        false => format!("DRAFT: {} is not closed.", manifest.month),
    };
    let count = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    let rules = manifest.counts.get("rules").copied().unwrap_or_default() as usize;
    format!(
        "{state} {shown}: {}, {}, log, report, manifest\nsha256 {}\n\
         note the sha256 elsewhere; with it  lettrage verify {shown} --sha256 …  shows that this very file was not exchanged\n",
        count(manifest.inputs.len(), "input"),
        count(rules, "rule"),
        crate::model::digest::sha256(bytes)
    )
}

fn said(text: &str, talk: Talk) -> Outcome {
    if !talk.quiet {
        crate::cli::print(text)?;
    }
    Ok(0)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "E0002", format!("cannot be read or written: {error}"))
        .in_file(path.display().to_string())
}
