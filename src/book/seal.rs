//! What a closed month is held to: one line for each statement, payment, open item and line of the ledger.
//!
//! | kind | key | text |
//! |---|---|---|
//! | `statement` | account, currency, last day | `closing 11617.14` |
//! | `payment` | identifier | `open 2026-06-26 980.00 EUR FR76…`, or what was decided: `apply 2026-06-02 …` |
//! | `item` | identifier | `open 1250.00 of 1250.00 EUR` |
//! | `ledger` | account, entry, and a number where the entry has several lines | `2026-06-03 1250.00 EUR …` |
//!
//! Payments are those of the month, and those of earlier months that are still open: the next month begins with what is open here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rayon::prelude::*;
use rusqlite::{Connection, params};

use super::codec;
use super::store::Told as _;
use crate::error::Error;
use crate::model::digest;
use crate::model::{BookFacts, Currency, ItemFact, Money, Month, OpeningFact, PaymentFact, SealLine};

/// The word with which the line of something open begins.
pub(super) const OPEN: &str = "open ";

/// The lines of a month, by kind and key.
pub(super) fn lines(facts: &BookFacts, month: Month) -> Vec<SealLine> {
    let line = |kind: &str, key: &str, text: String| SealLine { kind: kind.into(), key: key.into(), text: text.into() };
    let of_month = |p: &&PaymentFact| {
        let booked = Month::of(p.booked);
        booked == month || booked < month && !p.standing.is_decided()
    };
    let payments = facts.payments.par_iter().filter(of_month);
    let mut lines: Vec<SealLine> = payments.map(|p| line("payment", &p.id, payment(facts, p))).collect();
    let open = open_at(facts, month.last());
    let items = facts
        .items
        .par_iter()
        .zip(open)
        .filter(|(item, open)| *open != 0 && item.issued.is_none_or(|issued| issued <= month.last()));
    let text = |item: &ItemFact, open| format!("{OPEN}{} {}", codec::money(open, item.currency.code()), document(item));
    lines.par_extend(items.map(|(item, open)| line("item", &item.id, text(item, open))));
    lines.extend(statements(facts, month).into_iter().map(|(key, text)| line("statement", &key, text)));
    lines.extend(ledger(facts, month).into_iter().map(|(key, text)| line("ledger", &key, text)));
    lines.par_sort_unstable();
    lines
}

/// The closing balances of the statements that end in the month. Two statements of one day are one line: which file keeps the rows
/// of both can change without the money changing.
fn statements(facts: &BookFacts, month: Month) -> BTreeMap<String, String> {
    let mut closings: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for statement in facts.statements.iter().filter(|s| !s.is_copy) {
        let closing = statement.closing.filter(|b| Some(b.amount.currency) == statement.currency);
        let day = statement.to.max(closing.and_then(|b| b.date));
        let (Some(currency), Some(day)) = (statement.currency, day) else { continue };
        if Month::of(day) == month {
            let of_day = closings.entry(format!("{} {currency} {day}", statement.account)).or_default();
            of_day.extend(closing.map(|b| b.amount.minor));
        }
    }
    let text = |key: &str, closings: BTreeSet<i64>| {
        let currency = key.rsplit(' ').nth(1).unwrap_or_default();
        let shown: Vec<String> = closings.into_iter().map(|minor| codec::money(minor, currency)).collect();
        if shown.is_empty() { "no closing balance".to_string() } else { format!("closing {}", shown.join(", ")) }
    };
    closings.into_iter().map(|(key, of_day)| (key.clone(), text(&key, of_day))).collect()
}

/// What no decision changes of a payment.
pub(super) fn money_of(payment: &PaymentFact) -> String {
    let amount = codec::money(payment.minor, payment.currency.code());
    format!("{} {amount} {} {}", payment.booked, payment.currency, payment.account)
}

/// What no settlement changes of an item.
pub(super) fn document(item: &ItemFact) -> String {
    format!("of {} {}", codec::money(item.amount, item.currency.code()), item.currency)
}

fn payment(facts: &BookFacts, payment: &PaymentFact) -> String {
    let Some(decision) = payment.decision.as_ref().filter(|_| payment.standing.is_decided()) else {
        return format!("{OPEN}{}", money_of(payment));
    };
    let mut text =
        format!("{} {}, by {} {}", decision.kind.word(), money_of(payment), decision.author.word(), decision.by);
    let mut parts: Vec<String> = Vec::new();
    for applied in &decision.applications {
        let item = facts.items.get(applied.item as usize);
        let (id, currency) = item.map_or(("?", payment.currency), |i| (&*i.id, i.currency));
        parts.push(format!("{id} {}", codec::money(applied.minor, currency.code())));
    }
    parts.sort_unstable();
    let mut more = |name: &str, text: &str| {
        if !text.is_empty() {
            parts.push(format!("{name} {text}"));
        }
    };
    more("differences", &codec::differences(&decision.differences));
    more("account", &decision.account);
    more("reason", &decision.reason);
    more("returns", decision.returns.and_then(|n| facts.payments.get(n as usize)).map_or("", |p| &p.id));
    for part in parts {
        text.push_str("; ");
        text.push_str(&part);
    }
    text
}

/// What was open of each item at the end of a day, in minor units: what later payments took is given back.
fn open_at(facts: &BookFacts, day: NaiveDate) -> Vec<i64> {
    let mut open: Vec<i64> = facts.items.iter().map(|i| i.open).collect();
    for payment in facts.payments.iter().filter(|p| p.booked > day) {
        for applied in payment.decision.iter().flat_map(|d| &d.applications) {
            if let Some(open) = open.get_mut(applied.item as usize) {
                *open = open.saturating_add(applied.minor);
            }
        }
    }
    open
}

fn ledger(facts: &BookFacts, month: Month) -> BTreeMap<String, String> {
    let mut entries: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in facts.ledger.iter().filter(|l| Month::of(l.date) == month) {
        let amount = codec::money(line.minor, line.currency.code());
        let opening = if line.opening { "brought forward, " } else { "" };
        let text = format!("{opening}{} {amount} {} {}", line.date, line.currency, line.text);
        entries.entry(format!("{} {}", line.account, line.name)).or_default().push(text);
    }
    let mut lines = BTreeMap::new();
    for (entry, mut texts) in entries {
        texts.sort_unstable();
        for (n, text) in texts.into_iter().enumerate() {
            let key = if n == 0 { entry.clone() } else { format!("{entry} #{}", n + 1) };
            lines.insert(key, text);
        }
    }
    lines
}

/// BLAKE3 over a month and its lines, each with its length, so that no two lists of lines read the same.
pub(super) fn hash(month: Month, lines: &[SealLine]) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut put = |text: &str| digest::put(&mut hasher, text);
    put(&month.to_string());
    for line in lines {
        [&line.kind, &line.key, &line.text].into_iter().for_each(|part| put(part));
    }
    hasher.finalize().to_hex().to_string()
}

/// Writes the lines of a closed month.
pub(super) fn put(db: &Connection, month: Month, lines: &[SealLine]) -> Result<(), Error> {
    let month = month.to_string();
    let mut insert =
        db.prepare_cached("INSERT INTO seal_line (month, kind, key, text) VALUES (?1, ?2, ?3, ?4)").told()?;
    for line in lines {
        insert.execute(params![month, &*line.kind, &*line.key, &*line.text]).told()?;
    }
    Ok(())
}

/// The lines of a closed month, by kind and key.
pub(super) fn read(db: &Connection, month: Month) -> Result<Vec<SealLine>, Error> {
    let sql = "SELECT kind, key, text FROM seal_line WHERE month = ?1 ORDER BY kind, key";
    let mut select = db.prepare_cached(sql).told()?;
    let rows = select
        .query_map([month.to_string()], |row| Ok(SealLine { kind: row.get(0)?, key: row.get(1)?, text: row.get(2)? }));
    rows.and_then(Iterator::collect).told()
}

/// The last closed month before another. Errors: E0705, E0706.
pub(super) fn last_before(db: &Connection, month: Month) -> Result<Option<Month>, Error> {
    let sql = "SELECT max(month) FROM period WHERE month < ?1";
    let before: Option<String> = db.query_row(sql, [month.to_string()], |row| row.get(0)).told()?;
    before.map(|text| Month::parse(&text).ok_or_else(|| codec::broken("a month", &text))).transpose()
}

/// What was open at the end of a closed month, as its seal has it.
pub(super) fn opening(db: &Connection, closed: Month) -> Result<Vec<OpeningFact>, Error> {
    let sealed = read(db, closed)?;
    let open = sealed.iter().filter(|line| line.text.starts_with(OPEN));
    open.map(|line| opened(line).ok_or_else(|| codec::broken("a sealed line", &line.text))).collect()
}

/// Reads the line of a payment or item that was open.
fn opened(line: &SealLine) -> Option<OpeningFact> {
    let is_payment = &*line.kind == "payment";
    let mut words = line.text.strip_prefix(OPEN)?.splitn(4, ' ');
    let (amount, currency, account) = if is_payment {
        let _booked = words.next()?;
        (words.next()?, words.next()?, words.next()?)
    } else {
        let amount = words.next()?;
        let (_of, _document) = (words.next()?, words.next()?);
        (amount, words.next()?, "")
    };
    let currency = Currency::parse(currency)?;
    let minor = Money::parse(amount, currency).ok()?.minor;
    Some(OpeningFact { id: line.key.clone(), is_payment, currency, account: account.into(), minor })
}
