//! `lettrage approve`: a second person says yes to a month, or to one account of it.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::At;
use super::approvals::{KeyOf, has_prepared, key_of_another, views};
use super::import::usage;
use super::keygen::read_key;
use super::parts::month;
use super::proofs::{Balances, current_month, prove};
use crate::book::Book;
use crate::book::content::{MonthContent, Scope};
use crate::cli::{Outcome, Talk};
use crate::config::{Config, ControlPolicy, is_account};
use crate::error::{Error, ErrorKind, printable};
use crate::model::{
    Approval, ApprovalState, ApprovalView, BookProofs, Month, Preparer, PublicKey, SignatureState, same_person,
};
use crate::report::book::{approval_lines, approval_subject, short_moment};
use crate::report::{Lang, digest};
use crate::sign::{self, SecretKey};

pub(in crate::cli) use super::approvals::{check_approvals, require_approval};

/// Characters of a note.
const LONGEST_NOTE: usize = 500;
/// Digits of a hash that people compare.
const SHOWN_DIGITS: usize = 12;

/// Approves a month, or one account of it, as it is now
///
/// Bound to what the month holds: any later decision, import or change of the configuration voids it. Refused for whoever prepared: made
/// decisions, started runs, took something back, imported. Without --key it proves only that somebody typed a name. It is an operation
/// of the log: lettrage undo withdraws it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage approve --as hleroy --key ~/hleroy.key --note \"two held items agreed with AR\"\n\
Exit codes: 0 approved; 2 wrong use; 3 refused, with the reason."
)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Month [default: the first that is not closed]
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Option<Month>,
    /// Only this account: of the bank, its number or the end of it, or the one of the ledger that mirrors it [default: the whole month]
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// What the approver remarks
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
    /// Private key to sign with: a file of lettrage keygen
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    balances: Balances,
    /// List the approvals of the book, and approve nothing
    #[arg(long, conflicts_with_all = ["account", "note", "key", "show"])]
    list: bool,
    /// Print the text that the approval of this operation signs, byte for byte, and approve nothing
    #[arg(long, value_name = "OP", conflicts_with_all = ["account", "note", "key", "period"])]
    show: Option<u64>,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let config = args.at.config()?;
    let mut book = args.at.open()?;
    if args.list {
        return list(&book, &config, args.period);
    }
    if let Some(op) = args.show {
        return show(&book, op);
    }
    let heading = crate::book::log::Heading {
        why: note(&args.note)?,
        rules: digest(&config),
        ..args.at.heading(crate::book::approval::KIND)?
    };
    let Some(month) = (match args.period {
        Some(month) => Some(month),
        None => current_month(&book)?,
    }) else {
        return Err(usage("the book has no month to approve yet".into(), "lettrage import FILE…").into());
    };
    let account = args.account.as_ref().map(|named| account(&book, &config, named)).transpose()?;
    let (bank, ledger) = account.unwrap_or_default();
    let scope = Scope { account: &bank, ledger: &ledger };
    let content = book.month_content(month)?;
    if content.count(scope) == 0 {
        let error = Error::new(ErrorKind::Usage, "E0764", format!("the book has nothing of {month} to approve"));
        return Err(error.help("lettrage status  says what is in it; --period YYYY-MM names another month").into());
    }
    let with_balances = args.balances.over(config.clone(), Some(month.last()))?;
    let (_, proofs) = prove(&book, &with_balances, Some(month))?;
    let draft = book.draft_approval(&content, month, scope, &digest(&config), &heading)?;
    let key = args.key.as_ref().map(|path| read_key(path)).transpose()?;
    allowed(&book, &config.control, &draft, &content, key.as_ref())?;
    provable(&book, &content, scope, month, &proofs)?;
    let draft = Approval { signed: key.map(|key| sign::sign(&draft, &key)), ..draft };
    if let Some(op) = again(&book, &config, &draft, &proofs)? {
        crate::cli::print(&format!(
            "{} has approved this already, op {op:04}, and it stands\n",
            printable(&draft.who)
        ))?;
        return Ok(0);
    }
    let shown: String = draft.content.chars().take(SHOWN_DIGITS).collect();
    let summary = format!("{}, content {shown}", approval_subject(Lang::En, &draft));
    let op = book.approve(&draft, summary, heading)?;
    if !talk.quiet {
        crate::cli::print(&said(&draft, op, content.undecided(scope), &config.control))?;
    }
    Ok(0)
}

/// What was approved, and what that is worth.
fn said(approval: &Approval, op: u64, undecided: usize, control: &ControlPolicy) -> String {
    let content: String = approval.content.chars().take(SHOWN_DIGITS).collect();
    let moment = short_moment(Lang::En, &approval.at);
    let subject = printable(&approval_subject(Lang::En, approval));
    let mut text = format!("approved {subject}, content {content}, {moment}. Any later change voids this.\n");
    let signature = match &approval.signed {
        Some((key, _)) => {
            let listed = control.owner(key).is_some();
            let state = SignatureState::Good { key: *key, listed };
            crate::report::book::approval_signature(Lang::En, &approval.who, &state)
        }
        None => crate::report::book::approval_signature(Lang::En, &approval.who, &SignatureState::None),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", printable(&signature));
    if undecided > 0 {
        let what = if undecided == 1 { "1 payment is".to_string() } else { format!("{undecided} payments are") };
        let _ = writeln!(
            text,
            "note: {what} undecided; deciding, or setting aside, voids this, and lettrage close wants it"
        );
    }
    let _ = writeln!(text, "op {op:04}    undo: lettrage undo {op:04}");
    text
}

/// A remark on one line: line feeds would make two texts of what is signed.
fn note(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        let error =
            Error::new(ErrorKind::Usage, "E0765", "the note has a character that is no text, such as a line end");
        return Err(error.help("--note TEXT  on one line; longer remarks belong into  lettrage note"));
    }
    let characters = text.chars().count();
    if characters > LONGEST_NOTE {
        let error = Error::new(ErrorKind::Usage, "E0765", format!("the note has {characters} characters"));
        return Err(error
            .label(format!("{LONGEST_NOTE} are the most"))
            .help("longer remarks belong into  lettrage note"));
    }
    Ok(text.to_string())
}

/// The bank account that is meant, and the account of the ledger that mirrors it, if any. Error: E0763.
fn account(book: &Book, config: &Config, named: &str) -> Result<(String, String), Error> {
    let mut accounts: Vec<Box<str>> =
        book.status(None)?.into_iter().map(|a| a.account).filter(|a| !a.is_empty()).collect();
    accounts.dedup();
    let mirrors = |account: &str| config.ledger.bank_of(account).map(|bank| bank.account.clone()).unwrap_or_default();
    let mut meant: Vec<&Box<str>> = accounts.iter().filter(|a| mirrors(a) == named.trim()).collect();
    if meant.is_empty() {
        meant = accounts.iter().filter(|a| is_account(named, a)).collect();
    }
    if let [account] = *meant {
        return Ok((account.to_string(), mirrors(account)));
    }
    let says = if meant.is_empty() { "no account" } else { "more than one account" };
    let known: Vec<String> = (accounts.iter())
        .map(|a| match mirrors(a) {
            ledger if ledger.is_empty() => printable(a),
            ledger => format!("{} ({ledger})", printable(a)),
        })
        .collect();
    let error = Error::new(ErrorKind::Usage, "E0763", format!("{says} of the book is called {named:?}"));
    Err(error.label(format!("it has {}", if known.is_empty() { "none".to_string() } else { known.join(", ") })).help(
        "--account takes the number of a bank account, its last four characters, or the account of [[ledger.bank]]",
    ))
}

/// Whether the person may approve this, and with this key. Errors: C0002, C0020, C0021, C0022.
fn allowed(
    book: &Book,
    control: &ControlPolicy,
    draft: &Approval,
    content: &MonthContent,
    key: Option<&SecretKey>,
) -> Result<(), Error> {
    let scope = Scope { account: &draft.account, ledger: &draft.ledger };
    if let Some(did) = has_prepared(&content.preparers(scope), &draft.who, control) {
        return Err(prepared(&did, draft));
    }
    let refused = |code, message: String| Error::new(ErrorKind::Refused, code, message);
    let who = printable(&draft.who);
    let listed = control.approver(&draft.who);
    if listed.is_none() && !control.approver.is_empty() {
        let names: Vec<String> = control.approver.iter().map(|one| printable(&one.name)).collect();
        return Err(refused("C0021", format!("{who} is no approver of this book"))
            .label(format!("[[control.approver]] of lettrage.toml lists {}", names.join(", "))));
    }
    let known = book.approvals()?;
    let good = known.iter().filter_map(|one| match sign::verify(one) {
        SignatureState::Good { key, .. } => Some((key, &*one.who)),
        _ => None,
    });
    let earlier: Vec<(PublicKey, &str)> = good.collect();
    match (key.map(SecretKey::public), listed.and_then(|one| one.key)) {
        (None, Some(_)) => Err(refused("C0022", format!("an approval by {who} needs a signature"))
            .label("lettrage.toml has a public key for this name: without its private key anybody could type it")
            .help("--key FILE: the private key of lettrage keygen")),
        (Some(key), Some(listed)) if key != listed => Err(refused(
            "C0020",
            format!("this is not the key that lettrage.toml has for {who}"),
        )
        .label(format!("the file's is {}, and the listed one {}", key.short(), listed.short()))),
        (Some(key), _) => match key_of_another(control, &key, &draft.who, &earlier) {
            Some(how) => Err(refused("C0020", format!("this key is another person's, not {who}'s"))
                .label(whose(how, &key, control, &earlier, &draft.who))
                .help("each person needs their own:  lettrage keygen")),
            None => Ok(()),
        },
        (None, None) => Ok(()),
    }
}

/// How it is known that a key is another person's.
fn whose(how: KeyOf, key: &PublicKey, control: &ControlPolicy, earlier: &[(PublicKey, &str)], who: &str) -> String {
    match how {
        KeyOf::Listed => {
            let owner = control.owner(key).map(|one| one.name.as_str()).unwrap_or_default();
            format!("lettrage.toml gives {} to {}", key.short(), printable(owner))
        }
        KeyOf::Signer => {
            let signer = earlier.iter().find(|(known, name)| known == key && !same_person(name, who));
            format!("{} has signed with {}", printable(signer.map_or("", |(_, name)| name)), key.short())
        }
    }
}

/// The refusal of whoever prepared, with what they did.
fn prepared(did: &Preparer, draft: &Approval) -> Error {
    let counted = |n: u64, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let mut deeds: Vec<String> = [
        counted(did.decisions, "decision", "decisions").map(|n| format!("made {n}")),
        counted(did.by_runs, "decision", "decisions").map(|n| format!("started the runs that made {n}")),
        counted(did.taken_back, "decision", "decisions").map(|n| format!("took back {n}")),
        counted(did.imports, "file", "files").map(|n| format!("imported {n}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let who = printable(&draft.who);
    let subject = printable(&approval_subject(Lang::En, draft));
    let gravest = deeds.remove(0);
    let message = format!("{who} {gravest} of {subject}; the approver must be another person");
    let error = Error::new(ErrorKind::Refused, "C0002", message);
    if deeds.is_empty() { error } else { error.label(format!("{who} also {}", deeds.join(", "))) }
}

/// Whether what is approved is proved, or sealed and unchanged. Errors: C0023, C0003.
fn provable(
    book: &Book,
    content: &MonthContent,
    scope: Scope<'_>,
    month: Month,
    proofs: &BookProofs,
) -> Result<(), Error> {
    if content.is_closed() {
        return match book.drift()?.iter().find(|drift| drift.month == month) {
            Some(_) => {
                Err(Error::new(ErrorKind::Refused, "C0003", format!("sealed {month} no longer agrees with the book"))
                    .help("lettrage check --only drift -v  shows what was changed"))
            }
            None => Ok(()),
        };
    }
    let concerns = |account: &str| scope.account.is_empty() || scope.account == account;
    let failed: Vec<String> = (proofs.failed().filter(|p| concerns(&p.account)))
        .map(|p| format!("{} {}", p.id.code(), p.failures.first().map_or("does not hold", |f| f)))
        .collect();
    let Some(one) = failed.first() else { return Ok(()) };
    let count =
        if failed.len() == 1 { "a proof is false".into() } else { format!("{} proofs are false", failed.len()) };
    Err(Error::new(ErrorKind::Refused, "C0023", format!("{month} cannot be approved: {count}"))
        .label(one.clone())
        .help("lettrage prove  shows every figure"))
}

/// The same person's approval of the same content, when it stands and is worth as much.
fn again(book: &Book, config: &Config, draft: &Approval, proofs: &BookProofs) -> Result<Option<u64>, Error> {
    if book.approvals()?.iter().all(|one| one.content != draft.content) {
        return Ok(None);
    }
    let views = views(book, config, draft.month, Some(proofs))?;
    let same = |v: &&ApprovalView| {
        let a = &v.approval;
        let key = |signed: &Option<(PublicKey, _)>| signed.as_ref().map(|(key, _)| *key);
        v.state == ApprovalState::Standing
            && a.content == draft.content
            && a.account == draft.account
            && same_person(&a.who, &draft.who)
            && (draft.signed.is_none() || key(&a.signed) == key(&draft.signed))
    };
    Ok(views.iter().find(same).map(|v| v.approval.op))
}

fn list(book: &Book, config: &Config, period: Option<Month>) -> Outcome {
    let views = match period {
        Some(month) => views(book, config, month, None)?,
        None => check_approvals(book, config)?,
    };
    let mut text = String::new();
    for view in &views {
        for (n, line) in approval_lines(Lang::En, view).iter().enumerate() {
            let lead = if n == 0 { format!("{:04}", view.approval.op) } else { "    ".to_string() };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{lead}  {}", printable(line));
        }
        if let Some((key, signature)) = &view.approval.signed {
            let _ = writeln!(text, "      key        {key}\n      signature  {signature}");
        }
    }
    if views.is_empty() {
        text.push_str("nothing is approved\n");
    }
    crate::cli::print(&text)?;
    Ok(0)
}

fn show(book: &Book, op: u64) -> Outcome {
    let found = book.approvals()?.into_iter().find(|one| one.op == op);
    let Some(approval) = found else {
        let error = Error::new(ErrorKind::Usage, "E0764", format!("operation {op:04} is no approval"));
        return Err(error.help("lettrage approve --list").into());
    };
    crate::cli::print(&sign::text(&approval))?;
    Ok(0)
}
