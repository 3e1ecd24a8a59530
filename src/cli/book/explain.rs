//! `lettrage explain` in a book: a payment with what the run said and what was decided, or an item with what settled it.

use std::fmt::Write as _;
use std::path::Path;

use super::super::pipeline;
use super::learned::{decision, sentence};
use crate::book::query::Explained;
use crate::book::{Book, store};
use crate::config::{Config, Weights};
use crate::error::{Error, ErrorKind, printable};
use crate::model::learned::FactUse;
use crate::model::{
    BookItem, BookNote, Decision, DecisionKind, Frequencies, Money, Payer, Probability, Proof, Reconciliation, Standing,
};
use crate::report::{self, Inputs, Lang};

/// The explanation of a payment or an item.
pub(in crate::cli) fn explain(folder: &Path, id: &str, verbose: bool, lang: Lang) -> Result<String, Error> {
    let book = Book::open(folder)?;
    match book.explained(id) {
        Ok(explained) => {
            let calibrated = calibrated(&book, folder, &explained)?;
            Ok(payment(&book, explained, verbose, lang)? + &calibrated)
        }
        Err(error) if error.code() == "E0711" => {
            let (found, decisions) = book.item(id)?;
            Ok(item(&found, &decisions))
        }
        Err(error) => Err(error),
    }
}

/// What is to be expected of a proposal by what people decided about others like it; nothing where nobody decided any.
fn calibrated(book: &Book, folder: &Path, explained: &Explained) -> Result<String, Error> {
    let Some(proposal) = explained.payment.proposal.as_ref().filter(|_| explained.payment.standing == Standing::Review)
    else {
        return Ok(String::new());
    };
    let path = folder.join(store::CONFIGURATION);
    let config = pipeline::load_config(path.exists().then_some(path.as_path()))?;
    let (learned, map) = super::calibration::learned(book, &config)?;
    if learned.counts.decided == 0 {
        return Ok(String::new());
    }
    let expected = Probability::from_fraction(map.calibrated(proposal.probability));
    let (decided, right) = (learned.counts.decided, learned.counts.right);
    Ok(format!(
        "calibrated {expected}, by {decided} proposals that people decided one by one, {right} of them as proposed\n"
    ))
}

/// The text of a payment: the run's waterfall, then what stands and who decided it.
pub(super) fn payment(book: &Book, explained: Explained, verbose: bool, lang: Lang) -> Result<String, Error> {
    let Explained { payment, verdict, payers, items, others, as_of, weights, configuration, learned } = explained;
    let mut text = String::new();
    if let (Some(verdict), Some(as_of)) = (verdict, as_of) {
        let broken = |what: &str, e: serde_json::Error| {
            Error::new(ErrorKind::Input, "E0705", format!("the {what} of a run cannot be read: {e}"))
        };
        let config: Config = serde_json::from_str(&configuration).map_err(|e| broken("configuration", e))?;
        let weights: Weights = serde_json::from_str(&weights).map_err(|e| broken("weights", e))?;
        let mut all = vec![payment.payment.clone()];
        all.extend(others);
        let payers: Vec<Payer> = payers.into_iter().map(|(id, name)| Payer { id, name }).collect();
        let owner = |customer: &str| payers.iter().position(|p| *p.id == *customer).map(|n| n as u32);
        let reconciliation = Reconciliation {
            as_of,
            verdicts: vec![verdict],
            items: vec![crate::model::ItemOutcome::default(); items.len()],
            item_payers: items.iter().map(|i| owner(&i.customer_id)).collect(),
            payers,
            frequencies: Frequencies::default(),
        };
        let files = book.file_table()?;
        let proofs: [Proof; 0] = [];
        let run = report::Run {
            version: env!("CARGO_PKG_VERSION"),
            as_of,
            id: payment.proposal.as_ref().map_or("", |p| &p.run),
            command: Inputs::default(),
            files: &files,
            statements: &[],
            checks: &[],
            notes: &[],
            passed_over: &[],
            payments: &all,
            items: &items,
            reconciliation: &reconciliation,
            proofs: &proofs,
            config: &config,
            weights: &weights,
            lang,
            all_evidence: false,
            out: None,
        };
        text = report::explain(&run, 0, verbose);
    } else {
        let p = &payment.payment;
        let _ = writeln!(
            text,
            "{}   {} {}   {}\n   {}\nno run has looked at it yet",
            p.booking_date,
            p.amount,
            p.amount.currency,
            printable(&p.payer_name),
            printable(&p.remittance)
        );
    }
    rests_on(&learned, &mut text);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\nstands    {}", payment.standing.word().replace('_', " "));
    if let Some(run) = payment.proposal.as_ref().map(|p| &*p.run)
        && let Some(record) = book.calibration_of_run(run)?
        && record.level.moved()
    {
        let _ = writeln!(text, "level     {}", report::book::level_words(lang, &record.level));
    }
    if let Some(decision) = &payment.decision {
        told(decision, payment.payment.amount, &mut text);
    }
    notes(&payment.notes, &mut text);
    Ok(text)
}

/// The learned facts behind it, each with the decisions that it came from.
fn rests_on(learned: &[FactUse], text: &mut String) {
    for (n, fact) in learned.iter().enumerate() {
        let gap = if n == 0 { "\n" } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{gap}learned   {}   fact {}", printable(&sentence(fact)), fact.id);
        for source in &fact.sources {
            let _ = writeln!(text, "          {}", printable(&decision(source)));
        }
        let more = fact.count.saturating_sub(fact.sources.len() as u64);
        if more > 0 {
            let _ = writeln!(text, "          and {more} more:  lettrage learned");
        }
    }
}

/// Who decided what, when and why.
fn told(decision: &Decision, amount: Money, text: &mut String) {
    let money = |minor: i64| Money::new(minor, amount.currency).to_string();
    let by = match decision.author {
        crate::model::Author::Engine => format!("the matcher, run {}", decision.run),
        crate::model::Author::Rule => format!("rule {}, run {}", decision.by, decision.run),
        crate::model::Author::Person => decision.by.to_string(),
    };
    let _ = writeln!(
        text,
        "decided   {} by {}, {}, op {:04}",
        decision.kind.word(),
        printable(&by),
        decision.at,
        decision.op
    );
    for a in &decision.applications {
        let booked = if a.taken_over { "   booked by the ledger" } else { "" };
        let _ = writeln!(text, "          {:>14}  {}{booked}", money(a.minor), printable(&a.item));
    }
    for d in &decision.differences {
        let _ = writeln!(text, "          {:>14}  {}", money(d.kind.factor() * d.minor), d.kind.word());
    }
    if !decision.returns.is_empty() {
        let _ = writeln!(text, "          takes back {}", printable(&decision.returns));
    }
    if let Some(until) = decision.until {
        let _ = writeln!(text, "          until {until}");
    }
    if !decision.account.is_empty() || !decision.reason.is_empty() {
        let _ = writeln!(text, "          {} {}", printable(&decision.account), printable(&decision.reason));
    }
    if !decision.why.is_empty() {
        let _ = writeln!(text, "          “{}”", printable(&decision.why));
    }
}

fn notes(notes: &[BookNote], text: &mut String) {
    for note in notes {
        let _ = writeln!(text, "note      {} {}: {}", note.at, printable(&note.who), printable(&note.text));
    }
}

/// The text of an item: what the list says, what settled it.
fn item(found: &BookItem, decisions: &[Decision]) -> String {
    let item = &found.item;
    let money = |minor: i64| Money::new(minor, item.amount.currency).to_string();
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "–".to_string(), |d| d.to_string());
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}   {}   {} {}\n   {} {}   issued {}   due {}",
        printable(&item.id),
        item.kind.word(),
        item.amount,
        item.amount.currency,
        printable(&item.customer_id),
        printable(&item.customer_name),
        day(item.issue_date),
        day(item.due_date)
    );
    let _ = writeln!(text, "\nlisted    {:>14}  open, as the last list says", money(found.listed_minor));
    for decision in decisions {
        for a in decision.applications.iter().filter(|a| *a.item == *item.id) {
            let booked = if a.taken_over { ", booked by the ledger: no longer in the list" } else { "" };
            let _ = writeln!(
                text,
                "taken     {:>14}  by payment {}, {}, op {:04}{booked}",
                money(-a.minor),
                printable(&decision.payment),
                printable(&decision.by),
                decision.op
            );
        }
    }
    if let Some(decision) = &found.decision {
        let taken: i64 = decision.applications.iter().map(|a| a.minor).sum();
        if decision.kind == DecisionKind::Settle {
            let _ = writeln!(
                text,
                "settled   {:>14}  without a payment: {}, {}, op {:04} “{}”",
                money(-taken),
                printable(&decision.reason),
                printable(&decision.by),
                decision.op,
                printable(&decision.why)
            );
        } else {
            told(decision, item.amount, &mut text);
        }
    }
    let _ = writeln!(text, "open      {:>14}", money(item.open_minor));
    if !found.missing_from.is_empty() {
        let _ = writeln!(text, "asked     the list {} does not have it any more", printable(&found.missing_from));
    }
    notes(&found.notes, &mut text);
    text
}
