//! Closing a month, opening it again, and what changed since.
//!
//! A month is closed when its proofs hold and nothing in it waits without a reason. What it held is kept line by line, with a hash
//! over all lines that the log has, too. So a later change is not only noticed: it is named.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

use super::log::{Entry, Heading};
use super::store::{Book, Told as _};
use super::{codec, facts, seal};
use crate::error::{Error, ErrorKind};
use crate::model::{BookFacts, BookProofs, DecisionKind, Month, OpeningFact, Period, SealLine, Standing};

/// Payments, items or proofs that a refusal names one by one.
const NAMED: usize = 5;

/// A line of a closed month that is another now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The closed month.
    pub month: Month,
    /// `statement`, `payment`, `item`, `ledger`; `seal` when the sealed lines themselves were changed.
    pub kind: Box<str>,
    /// Its name within the kind.
    pub key: Box<str>,
    /// What was sealed; none for what was not there.
    pub was: Option<Box<str>>,
    /// What the book holds now; none for what is gone.
    pub is: Option<Box<str>>,
}

impl Book {
    /// Closes a month: seals what it holds. `configuration` of the heading's payload, where it is given, is the SHA-256 of the
    /// configuration that approvals of the month are held against.
    ///
    /// Errors: C0010 when a proof is false, C0011 when a payment waits without a hold that has a day and a reason, C0012 when an item
    /// is in no list any more and nobody has said why, C0013 when the month is not over or has nothing in it, C0014 when it is
    /// closed already, C0015 when an earlier month is open, E0705, E0706.
    pub fn close(&mut self, month: Month, proofs: &BookProofs, heading: Heading) -> Result<Period, Error> {
        let tx = self.begin()?;
        let facts = ready(&tx, month, proofs, &heading.at)?;
        let lines = seal::lines(&facts, month);
        let hash = seal::hash(month, &lines);
        let entry = Entry::begin(&tx)?;
        let values = params![month.to_string(), entry.seq, hash];
        tx.execute("INSERT INTO period (month, op, seal) VALUES (?1, ?2, ?3)", values).told()?;
        seal::put(&tx, month, &lines)?;
        let of = |kind: &str| lines.iter().filter(|l| &*l.kind == kind).count();
        let open = lines.iter().filter(|l| &*l.kind == "payment" && l.text.starts_with(seal::OPEN)).count();
        let heading = Heading {
            kind: "close",
            summary: format!("{month}: {} payments, {open} of them open, {} open items", of("payment"), of("item")),
            payload: json!({
                "month": month.to_string(), "seal": hash, "lines": lines.len(), "configuration": heading.payload["configuration"]
            }),
            ..heading
        };
        let op = entry.finish(&heading)?;
        tx.commit().told()?;
        Ok(Period { month, op, seal: hash.into() })
    }

    /// Whether a month could be closed, with the errors of [`Book::close`]. `at` is the time of the close.
    pub fn may_close(&self, month: Month, proofs: &BookProofs, at: &str) -> Result<(), Error> {
        ready(&self.db, month, proofs, at).map(|_| ())
    }

    /// Opens the last closed month again. Its seal stays in the log.
    ///
    /// Errors: E0720 without a reason, C0016 for a month that is not the last closed one, E0706.
    pub fn reopen(&mut self, month: Month, heading: Heading) -> Result<u64, Error> {
        if heading.why.trim().is_empty() {
            let error = Error::new(ErrorKind::Usage, "E0720", "a closed month is opened again for a reason only");
            return Err(error.help(format!("lettrage reopen {month} --why \"…\"")));
        }
        let last = self.closed_through()?;
        if last != Some(month) {
            let error = Error::new(ErrorKind::Refused, "C0016", format!("{month} is not the last closed month"));
            return Err(match last {
                Some(last) => error.label(format!("the last one is {last}")).help(format!("open {last} first")),
                None => error.label("no month is closed"),
            });
        }
        let tx = self.begin()?;
        let name = month.to_string();
        let sealed: String = tx.query_row("SELECT seal FROM period WHERE month = ?1", [&name], |r| r.get(0)).told()?;
        tx.execute("DELETE FROM seal_line WHERE month = ?1", [&name]).told()?;
        tx.execute("DELETE FROM period WHERE month = ?1", [&name]).told()?;
        let heading = Heading {
            kind: "reopen",
            summary: name.clone(),
            payload: json!({ "month": name, "seal": sealed }),
            ..heading
        };
        let op = Entry::begin(&tx)?.finish(&heading)?;
        tx.commit().told()?;
        Ok(op)
    }

    /// The closed months, oldest first. Errors: E0705, E0706.
    pub fn periods(&self) -> Result<Vec<Period>, Error> {
        closed(&self.db)
    }

    /// What was open when a month began: what the seal of the last closed month before it has; none before the first close.
    /// Errors: E0705, E0706.
    pub fn opening(&self, month: Month) -> Result<Option<Vec<OpeningFact>>, Error> {
        seal::last_before(&self.db, month)?.map(|closed| seal::opening(&self.db, closed)).transpose()
    }

    /// Every line of a closed month that is another now. Deciding later about what was open is no change; neither is a list that
    /// says that less is open. Errors: E0705, E0706.
    pub fn drift(&self) -> Result<Vec<Drift>, Error> {
        let periods = closed(&self.db)?;
        let mut drift = Vec::new();
        if periods.is_empty() {
            return Ok(drift);
        }
        let facts = facts::read(&self.db, None)?;
        let mut accounts: BTreeSet<Box<str>> = BTreeSet::new();
        for period in &periods {
            let sealed = seal::read(&self.db, period.month)?;
            accounts.extend(sealed.iter().filter(|l| &*l.kind == "ledger").map(|l| ledger_account(&l.key).into()));
            drift.extend(self.broken(period, &sealed)?);
            drift.extend(compare(&facts, period.month, sealed, &accounts));
        }
        Ok(drift)
    }

    /// Whether the sealed lines are those that were sealed: by their hash, and by what the log says of it.
    fn broken(&self, period: &Period, sealed: &[SealLine]) -> Result<Option<Drift>, Error> {
        let sql = "SELECT payload FROM operation WHERE seq = ?1";
        let op = i64::try_from(period.op).unwrap_or(i64::MAX);
        let payload: Option<String> = self.db.query_row(sql, [op], |row| row.get(0)).optional().told()?;
        let payload: serde_json::Value = codec::from_json(payload.as_deref().unwrap_or("null"), "what closed a month")?;
        let logged = payload.get("seal").and_then(|seal| seal.as_str()).unwrap_or_default();
        let hash = seal::hash(period.month, sealed);
        if hash == logged && *hash == *period.seal {
            return Ok(None);
        }
        let key: Box<str> = period.month.to_string().into();
        Ok(Some(Drift {
            month: period.month,
            kind: "seal".into(),
            key,
            was: Some(logged.into()),
            is: Some(hash.into()),
        }))
    }
}

/// What a month holds that can be closed.
fn ready(db: &rusqlite::Connection, month: Month, proofs: &BookProofs, at: &str) -> Result<BookFacts, Error> {
    let facts = facts::read(db, Some(month))?;
    in_order(&closed(db)?, &facts, month, at)?;
    proved(month, proofs)?;
    answered(&facts, month)?;
    Ok(facts)
}

fn closed(db: &rusqlite::Connection) -> Result<Vec<Period>, Error> {
    let mut select = db.prepare_cached("SELECT month, op, seal FROM period ORDER BY month").told()?;
    let mut found = select.query([]).told()?;
    let mut periods = Vec::new();
    while let Some(row) = found.next().told()? {
        let (month, seal): (String, String) = (row.get(0).told()?, row.get(2).told()?);
        let month = Month::parse(&month).ok_or_else(|| codec::broken("a month", &month))?;
        periods.push(Period { month, op: row.get::<_, i64>(1).told()?.unsigned_abs(), seal: seal.into() });
    }
    Ok(periods)
}

fn refused(code: &'static str, message: String) -> Error {
    Error::new(ErrorKind::Refused, code, message)
}

/// The first names of a list, and how many there are.
fn shown(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let text = names[..names.len().min(NAMED)].join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

/// Months are closed once, one after the other, when they are over. `at` is the time of the operation.
fn in_order(closed: &[Period], facts: &BookFacts, month: Month, at: &str) -> Result<(), Error> {
    let last = closed.last().map(|period| period.month);
    if last.is_some_and(|last| month <= last) {
        let help = format!("lettrage reopen {month} --why …");
        return Err(refused("C0014", format!("{month} is closed already")).help(help));
    }
    let today: Option<NaiveDate> = at.get(..10).and_then(|day| day.parse().ok());
    if today.is_some_and(|today| today <= month.last()) {
        let help = format!("close it from {} on", month.next().first());
        return Err(refused("C0013", format!("{month} is not over")).help(help));
    }
    let mut days = facts.payments.iter().map(|p| p.booked).chain(facts.statements.iter().filter_map(|s| s.to));
    if !days.any(|day| Month::of(day) == month) {
        let help = "lettrage import  the statements of the month";
        return Err(refused("C0013", format!("the book has no statement of {month}")).help(help));
    }
    let open = facts.payments.iter().map(|p| Month::of(p.booked)).filter(|m| last.is_none_or(|last| *m > last)).min();
    match open.filter(|open| *open < month) {
        Some(open) => Err(refused("C0015", format!("{open} comes before {month}, and is open"))
            .help(format!("lettrage close {open}"))),
        None => Ok(()),
    }
}

fn proved(month: Month, proofs: &BookProofs) -> Result<(), Error> {
    let failed: Vec<String> = proofs
        .failed()
        .map(|p| format!("{} {}", p.id.code(), p.failures.first().map_or("does not hold", |f| f)))
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let count = match failed.len() {
        1 => "a proof is false".to_string(),
        n => format!("{n} proofs are false"),
    };
    Err(refused("C0010", format!("{month} cannot be closed: {count}"))
        .label(shown(&failed))
        .help("lettrage prove  shows every figure"))
}

/// Whether everything that is open waits for a reason.
fn answered(facts: &BookFacts, month: Month) -> Result<(), Error> {
    // A day that has come within the month asks for an answer, not for a closed month.
    let waits = |d: &crate::model::DecisionFact| {
        d.kind == DecisionKind::Hold && d.until.is_some_and(|day| day > month.last()) && !d.reason.trim().is_empty()
    };
    let undecided: Vec<String> = (facts.payments.iter())
        .filter(|p| Month::of(p.booked) <= month && !p.standing.is_decided())
        .filter(|p| p.standing != Standing::Held || !p.decision.as_ref().is_some_and(waits))
        .map(|p| p.id.to_string())
        .collect();
    if !undecided.is_empty() {
        let n = undecided.len();
        let what = if n == 1 { "1 payment is".to_string() } else { format!("{n} payments are") };
        return Err(refused("C0011", format!("{month} cannot be closed: {what} undecided"))
            .label(shown(&undecided))
            .help(format!(
                "decide, or set aside with a reason and a day after the month:  lettrage hold {} --until DAY --why …",
                undecided[0]
            )));
    }
    let asked: Vec<String> = facts.items.iter().filter(|i| i.asked).map(|i| i.id.to_string()).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let n = asked.len();
    let what = if n == 1 { "1 item is".to_string() } else { format!("{n} items are") };
    Err(refused("C0012", format!("{month} cannot be closed: {what} in no list any more, and nobody has said why"))
        .label(shown(&asked))
        .help(format!(
            "lettrage settle {} --reason …  says that it is settled; lettrage hold  keeps it open",
            asked[0]
        )))
}

/// The account of a sealed ledger line.
fn ledger_account(key: &str) -> &str {
    key.split(' ').next().unwrap_or_default()
}

/// What the book holds now against what was sealed. Lines of ledger accounts that no seal had before are not new: that ledger was imported later.
fn compare(facts: &BookFacts, month: Month, sealed: Vec<SealLine>, accounts: &BTreeSet<Box<str>>) -> Vec<Drift> {
    let lines = seal::lines(facts, month);
    let mut now = lines.into_iter().peekable();
    let payments: HashMap<&str, usize, RandomState> =
        facts.payments.iter().enumerate().map(|(n, p)| (&*p.id, n)).collect();
    let items: HashMap<&str, usize, RandomState> = facts.items.iter().enumerate().map(|(n, i)| (&*i.id, n)).collect();
    let mut drift = Vec::new();
    let mut tell = |(kind, key): (Box<str>, Box<str>), was: Option<Box<str>>, is: Option<Box<str>>| {
        drift.push(Drift { month, kind, key, was, is });
    };
    let is_new = |line: &SealLine| match &*line.kind {
        // An item that was listed later, and a payment of an earlier month that is open again, are no lines of this month.
        "item" => false,
        "payment" => payments.get(&*line.key).is_some_and(|n| Month::of(facts.payments[*n].booked) == month),
        "ledger" => accounts.contains(ledger_account(&line.key)),
        _ => true,
    };
    // Both lists are in the same order.
    let name = |line: &SealLine| (line.kind.clone(), line.key.clone());
    for line in sealed {
        while let Some(new) = now.next_if(|new| (&new.kind, &new.key) < (&line.kind, &line.key)) {
            if is_new(&new) {
                tell(name(&new), None, Some(new.text));
            }
        }
        let is = now.next_if(|new| (&new.kind, &new.key) == (&line.kind, &line.key)).map(|new| new.text);
        // Of what was open, the decision may come later: the money and the document stay.
        let (same, is) = match (&*line.kind, line.text.strip_prefix(seal::OPEN)) {
            _ if is.as_ref() == Some(&line.text) => continue,
            ("payment", Some(was)) => {
                let money = payments.get(&*line.key).map(|n| seal::money_of(&facts.payments[*n]));
                (money.as_deref() == Some(was), is.or(money.map(Into::into)))
            }
            ("item", Some(was)) => {
                let document = items.get(&*line.key).map(|n| seal::document(&facts.items[*n]));
                (document.as_deref().is_some_and(|is| was.ends_with(is)), is.or(document.map(Into::into)))
            }
            _ => (false, is),
        };
        if !same {
            tell(name(&line), Some(line.text), is);
        }
    }
    for new in now.filter(|new| is_new(new)) {
        tell(name(&new), None, Some(new.text));
    }
    drift
}

#[cfg(test)]
mod tests;
