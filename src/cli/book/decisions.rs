//! `lettrage accept`, `reject`, `settle`, `split`, `hold`, `note`: decisions of people.

use std::fmt::Write as _;

use chrono::NaiveDate;
use serde_json::json;

use super::At;
use super::import::usage;
use super::parts::{difference, part};
use crate::book::Book;
use crate::book::decide::{Act, Part, Resolve, Rest};
use crate::book::log::Heading;
use crate::cli::{Outcome, Talk};
use crate::error::{Error, printable};
use crate::model::{DecisionKind, DifferenceKind};

/// Takes proposals of the last run
///
/// Names payments, or with --above all whose proposal is at least so likely. A bulk is shown before it is taken: how many, how much, how
/// many are expected to be wrong, and a few to look at first. Nothing is accepted by --above without --yes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage accept --above 0.95, look, then lettrage accept --above 0.95 --yes\n\
Exit codes: 0 done; 2 wrong use, or no proposal; 3 refused: a closed month, an item that is settled already.")]
pub(in crate::cli) struct Accept {
    #[command(flatten)]
    at: At,
    /// Payments
    #[arg(value_name = "PAYMENT", required_unless_present = "above")]
    payments: Vec<String>,
    /// Every proposal of at least this probability
    #[arg(long, value_name = "P", conflicts_with = "payments")]
    above: Option<f64>,
    /// Take what --above has shown
    #[arg(long, requires = "above", conflicts_with = "dry_run")]
    yes: bool,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
    /// Say what would be accepted, and leave the book as it is
    #[arg(long)]
    dry_run: bool,
}

/// Refuses a proposal, or what the matcher has decided
///
/// The same equation is not proposed for the payment again, and no run decides about it by itself any more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage reject 20260629-0f3a9c2b77d1 --why \"other Dupont\"")]
pub(in crate::cli) struct Reject {
    #[command(flatten)]
    at: At,
    /// Payments
    #[arg(required = true, value_name = "PAYMENT")]
    payments: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
}

/// Decides by hand: a payment for items, no customer's money, a return, or an item without a payment
///
/// With items: what is left between the payment and the items needs a reason: keep-open (the last item stays open with the rest),
/// on-account, bank-fee, discount, write-off or exchange. Without items: on-account puts the payment on the customer's account, and
/// --account says where money goes that is no customer's. --returns takes an earlier receipt back. An item alone is settled without a
/// payment (paid-elsewhere, cancelled, write-off).
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  lettrage settle 20260629-0f3a9c2b77d1 2026-0412 --reason bank-fee --why \"as in May\"\n  \
lettrage settle 20260617-88ab01c2d3e4 --account 627100 --reason bank-charges\n  \
lettrage settle 20260630-9d1e2f3a4b5c --returns 20260612-01c2d3e4f5a6\n  \
lettrage settle 2026-0398 --reason cancelled --why \"credit note 88 in the ledger\""
)]
pub(in crate::cli) struct Settle {
    #[command(flatten)]
    at: At,
    /// Payment, or an item that is settled without one
    #[arg(value_name = "PAYMENT|ITEM")]
    id: String,
    /// Items that the payment is for, by identifier or number
    #[arg(value_name = "ITEM")]
    items: Vec<String>,
    /// What the difference is, or why an item is settled
    #[arg(long, value_name = "REASON", default_value = "")]
    reason: String,
    /// The receipt that this payment takes back
    #[arg(long, value_name = "PAYMENT", conflicts_with = "items")]
    returns: Option<String>,
    /// Ledger account of the difference, or of money that is no customer's
    #[arg(long, value_name = "ACCOUNT", default_value = "")]
    account: String,
    /// Why, in words
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
    /// Check it, and leave the book as it is
    #[arg(long)]
    dry_run: bool,
}

/// Splits a payment over items and differences with amounts that must add up
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage split 20260629-0f3a9c2b77d1 2026-0412=1000 2026-0398=240 on-account=10")]
pub(in crate::cli) struct Split {
    #[command(flatten)]
    at: At,
    /// Payment
    payment: String,
    /// ITEM=AMOUNT, or on-account=, fee=, discount=, write-off=, fx=AMOUNT
    #[arg(required = true, value_name = "PART")]
    parts: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
}

/// Sets payments or items aside until a day
///
/// They stay open. No run decides about them, and a month can be closed with them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage hold 20260629-0f3a9c2b77d1 --until 2026-07-10 --why \"asked the bank\"")]
pub(in crate::cli) struct Hold {
    #[command(flatten)]
    at: At,
    /// Payments or items
    #[arg(required = true, value_name = "PAYMENT|ITEM")]
    ids: Vec<String>,
    /// The day on which somebody looks at it again
    #[arg(long, value_name = "DATE")]
    until: NaiveDate,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: String,
}

/// Adds a note to a payment or an item
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Note {
    #[command(flatten)]
    at: At,
    /// Payment or item
    #[arg(value_name = "PAYMENT|ITEM")]
    id: String,
    /// The note
    text: String,
}

pub(in crate::cli) fn accept(args: &Accept, talk: Talk) -> Outcome {
    let mut book = args.at.open()?;
    let (ids, preview) = match args.above {
        None => (args.payments.clone(), String::new()),
        Some(p) => super::bulk::above(&book, &args.at.config()?, p)?,
    };
    if ids.is_empty() {
        crate::cli::print("nothing to accept\n")?;
        return Ok(0);
    }
    // A bulk that nobody has said yes to is checked and shown, no more.
    let acts = !args.dry_run && (args.above.is_none() || args.yes);
    let decisions: Vec<Resolve> = ids.iter().map(|id| resolve(id, Act::Accept)).collect();
    let summary = counted(&ids);
    let heading = heading(&args.at, "accept", summary, &args.why, json!({ "payments": ids, "above": args.above }))?;
    let op = book.resolve(&decisions, heading, !acts)?;
    if !acts {
        let waits = if args.dry_run { "" } else { "nothing accepted yet: add --yes\n" };
        crate::cli::print(&format!("would accept {}\n{preview}{waits}", counted(&ids)))?;
        return Ok(0);
    }
    if !talk.quiet {
        crate::cli::print(&preview)?;
    }
    say(&book, talk, op, &ids)
}

pub(in crate::cli) fn reject(args: &Reject, talk: Talk) -> Outcome {
    let mut book = args.at.open()?;
    let decisions: Vec<Resolve> = args.payments.iter().map(|id| resolve(id, Act::Reject)).collect();
    let heading =
        heading(&args.at, "reject", counted(&args.payments), &args.why, json!({ "payments": args.payments }))?;
    let op = book.resolve(&decisions, heading, false)?;
    say(&book, talk, op, &args.payments)
}

pub(in crate::cli) fn settle(args: &Settle, talk: Talk) -> Outcome {
    let mut book = args.at.open()?;
    let act = act(&book, args)?;
    let items = args.items.join(" + ");
    let arrow = if items.is_empty() { String::new() } else { format!(" ↔ {items}") };
    let reason = if args.reason.is_empty() { String::new() } else { format!(", {}", args.reason) };
    let payload = json!({
        "id": args.id, "items": args.items, "reason": args.reason, "returns": args.returns, "account": args.account
    });
    let heading = heading(&args.at, "settle", format!("{}{arrow}{reason}", args.id), &args.why, payload)?;
    let decision = Resolve { account: args.account.clone(), reason: args.reason.clone(), ..resolve(&args.id, act) };
    let op = book.resolve(&[decision], heading, args.dry_run)?;
    if args.dry_run {
        crate::cli::print("it would hold; nothing was changed\n")?;
        return Ok(0);
    }
    say(&book, talk, op, std::slice::from_ref(&args.id))
}

/// What `settle` means by its arguments.
fn act(book: &Book, args: &Settle) -> Result<Act, Error> {
    if let Some(receipt) = &args.returns {
        return Ok(Act::Returns(receipt.clone()));
    }
    let payment = match book.payment(&args.id) {
        Ok(payment) => payment,
        Err(error) if args.items.is_empty() => {
            let (item, _) = book.item(&args.id).map_err(|_| error)?;
            if args.reason.is_empty() {
                let id = printable(&item.item.id);
                return Err(usage(
                    format!("why is item {id} settled without a payment?"),
                    "--reason paid-elsewhere, cancelled or write-off",
                ));
            }
            return Ok(Act::SettleItem);
        }
        Err(error) => return Err(error),
    };
    let currency = payment.payment.amount.currency;
    let parts: Vec<Part> = args.items.iter().map(|text| part(text, currency)).collect::<Result<_, _>>()?;
    let rest = match (&*args.reason, difference(&args.reason)) {
        ("keep-open", _) => Some(Rest::KeepOpen),
        (_, Some(kind)) => Some(Rest::As(kind)),
        _ => None,
    };
    if parts.is_empty() && rest != Some(Rest::As(DifferenceKind::OnAccount)) {
        if args.account.is_empty() || args.reason.is_empty() {
            return Err(usage(
                "what is this payment for?".into(),
                "name items, or --reason on-account, or --account with --reason for money that is no customer's",
            ));
        }
        return Ok(Act::Outside);
    }
    if !parts.is_empty() && rest.is_none() && !args.reason.is_empty() {
        return Err(usage(
            format!("{:?} is no reason for a difference", args.reason),
            "keep-open, on-account, bank-fee, discount, write-off or exchange",
        ));
    }
    Ok(Act::Apply { parts, rest })
}

pub(in crate::cli) fn split(args: &Split, talk: Talk) -> Outcome {
    let mut book = args.at.open()?;
    let currency = book.payment(&args.payment)?.payment.amount.currency;
    let parts: Vec<Part> = args.parts.iter().map(|text| part(text, currency)).collect::<Result<_, _>>()?;
    let payload = json!({ "payment": args.payment, "parts": args.parts });
    let summary = format!("{} = {}", args.payment, args.parts.join(" + "));
    let heading = heading(&args.at, "split", summary, &args.why, payload)?;
    let op = book.resolve(&[resolve(&args.payment, Act::Apply { parts, rest: None })], heading, false)?;
    say(&book, talk, op, std::slice::from_ref(&args.payment))
}

pub(in crate::cli) fn hold(args: &Hold, talk: Talk) -> Outcome {
    if args.why.trim().is_empty() {
        return Err(usage("a hold needs a reason".into(), "--why TEXT").into());
    }
    let today = super::now()?;
    if args.until.to_string().as_str() < today.get(..10).unwrap_or_default() {
        return Err(usage(
            format!("{} is past", args.until),
            "--until DATE: the day on which somebody looks at it again",
        )
        .into());
    }
    let mut book = args.at.open()?;
    let decisions: Vec<Resolve> = args.ids.iter().map(|id| resolve(id, Act::Hold(args.until))).collect();
    let payload = json!({ "ids": args.ids, "until": args.until.to_string() });
    let summary = format!("{} until {}", counted(&args.ids), args.until);
    let op = book.resolve(&decisions, heading(&args.at, "hold", summary, &args.why, payload)?, false)?;
    say(&book, talk, op, &args.ids)
}

pub(in crate::cli) fn note(args: &Note, talk: Talk) -> Outcome {
    if args.text.trim().is_empty() {
        return Err(usage("the note is empty".into(), "lettrage note PAYMENT \"what to remember\"").into());
    }
    let mut book = args.at.open()?;
    let payload = json!({ "id": args.id, "text": args.text });
    let heading = heading(&args.at, "note", args.id.clone(), &args.text, payload)?;
    let op = book.note(&args.id, &args.text, &heading)?;
    if !talk.quiet {
        crate::cli::print(&format!("noted, op {op:04}\n"))?;
    }
    Ok(0)
}

fn resolve(id: &str, act: Act) -> Resolve {
    Resolve { id: id.to_string(), act, account: String::new(), reason: String::new() }
}

fn heading(
    at: &At,
    kind: &'static str,
    summary: String,
    why: &str,
    payload: serde_json::Value,
) -> Result<Heading, Error> {
    Ok(Heading { summary, why: why.to_string(), payload, ..at.heading(kind)? })
}

fn counted(ids: &[String]) -> String {
    match ids {
        [one] => one.clone(),
        many => format!("{} payments", many.len()),
    }
}

/// Says what stands now, and how to take it back.
fn say(book: &Book, talk: Talk, op: u64, ids: &[String]) -> Outcome {
    if talk.quiet {
        return Ok(0);
    }
    let mut text = String::new();
    if let [id] = ids
        && let Ok(payment) = book.payment(id)
        && let Some(decision) = &payment.decision
    {
        let amount = payment.payment.amount;
        let _ = write!(text, "{} {amount} {}", printable(id), amount.currency);
        match decision.kind {
            DecisionKind::Hold => {
                let until = decision.until.map_or_else(String::new, |day| format!(" until {day}"));
                let _ = write!(text, " held{until}");
            }
            DecisionKind::Reject => text.push_str(" rejected: no run decides about it by itself any more"),
            DecisionKind::Outside => {
                let (account, reason) = (printable(&decision.account), printable(&decision.reason));
                let _ = write!(text, " is no customer’s money: {account} {reason}");
            }
            DecisionKind::Settle => text.push_str(" settled"),
            DecisionKind::Apply | DecisionKind::Return => {
                let money = |minor| crate::model::Money::new(minor, amount.currency);
                let parts =
                    decision.applications.iter().map(|a| format!(" + {} {}", printable(&a.item), money(a.minor)));
                let others = decision.differences.iter().map(|d| {
                    let sign = if d.kind.factor() < 0 { '−' } else { '+' };
                    format!(" {sign} {} {}", d.kind.word().replace('_', " "), money(d.minor))
                });
                let equation: String = parts.chain(others).collect();
                let _ = write!(text, " = {} ✓", equation.trim_start_matches(" + "));
            }
        }
        text.push_str("   ");
    } else if let [id] = ids
        && let Ok((item, _)) = book.item(id)
        && let Some(decision) = &item.decision
    {
        let until = decision.until.map_or_else(String::new, |day| format!(" until {day}"));
        let what = if decision.kind == DecisionKind::Hold { "held" } else { "settled without a payment" };
        let _ = write!(text, "{} {} {what}{until}   ", printable(id), item.item.amount);
    } else {
        let _ = write!(text, "{}   ", counted(ids));
    }
    let _ = writeln!(text, "op {op:04}    undo: lettrage undo {op:04}");
    crate::cli::print(&text)?;
    Ok(0)
}
