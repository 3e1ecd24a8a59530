//! What a book holds, as it can be looked at without it: the log as text, the files as they were received, and the rows that were
//! read from them.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use rusqlite::{OptionalExtension as _, Row};
use serde_json::json;

use super::codec;
use super::rows::{self, ITEM, PAYMENT, Shared};
use super::store::{Book, Told as _};
use crate::error::Error;
use crate::model::{OpenItem, Payment};

/// A file, or a member of a container, that was read from an original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its number in the book.
    pub n: i64,
    /// The operation that imported it.
    pub op: u64,
    /// SHA-256 of the original that it is, or is in.
    pub original: String,
    /// SHA-256 of its own bytes.
    pub sha256: String,
    /// Its path, as given; of a member `container!member`.
    pub path: String,
    /// `statement`, `invoices`, `customers`, `ledger`.
    pub role: String,
    /// Whether its import is in force.
    pub active: bool,
}

/// An item as the last list that changed it has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedItem {
    /// The item; `place.file` is the number of the list, `open_minor` what is open in the book now.
    pub item: OpenItem,
    /// What the list says is open.
    pub listed: i64,
    /// Whether a later list does not have it any more.
    pub missing: bool,
}

/// A line of the general ledger as a row: account, day, minor units, currency, entry, text, whether it brings a balance forward.
pub type LedgerRow = (String, String, i64, String, String, String, bool);

impl Book {
    /// The log as text, one JSON object a line, in the order in which it is hashed: each entry, then its decisions and changes.
    ///
    /// Nothing that follows from the entries is in it, such as which of them are undone. Error: E0706.
    pub fn log_lines(&self) -> Result<String, Error> {
        let mut text = String::new();
        let mut line = |value: serde_json::Value| {
            text.push_str(&value.to_string());
            text.push('\n');
        };
        let sql = "SELECT seq, at, who, kind, summary, why, run, rules, payload, details, previous, hash FROM operation ORDER BY seq";
        let mut select = self.db.prepare(sql).told()?;
        let mut found = select.query([]).told()?;
        while let Some(row) = found.next().told()? {
            let seq: i64 = row.get(0).told()?;
            line(json!({ "entry": entry(row).told()? }));
            self.decision_lines(seq, &mut line)?;
            self.change_lines(seq, &mut line)?;
        }
        Ok(text)
    }

    fn decision_lines(&self, op: i64, line: &mut dyn FnMut(serde_json::Value)) -> Result<(), Error> {
        let sql = "SELECT d.n, d.payment, d.item, d.before, d.kind, d.author, d.by, d.account, d.reason, d.until, d.returns, \
                   d.probability, d.differences, d.refused, coalesce(p.id, i.id, '') FROM decision d \
                   LEFT JOIN payment p ON p.n = d.payment LEFT JOIN item i ON i.n = d.item WHERE d.op = ?1 ORDER BY d.n";
        let mut select = self.db.prepare_cached(sql).told()?;
        let mut found = select.query([op]).told()?;
        while let Some(row) = found.next().told()? {
            let of = "SELECT item, minor FROM application WHERE decision = ?1 ORDER BY item, minor";
            let mut select = self.db.prepare_cached(of).told()?;
            let taken = select.query_map([row.get::<_, i64>(0).told()?], |r| Ok((r.get(0)?, r.get(1)?)));
            let taken: Vec<(i64, i64)> = taken.and_then(Iterator::collect).told()?;
            line(json!({ "decision": decision(row, &taken).told()? }));
        }
        Ok(())
    }

    fn change_lines(&self, op: i64, line: &mut dyn FnMut(serde_json::Value)) -> Result<(), Error> {
        let sql = "SELECT subject, before, after FROM change WHERE op = ?1 ORDER BY subject";
        let mut select = self.db.prepare_cached(sql).told()?;
        let mut found = select.query([op]).told()?;
        while let Some(row) = found.next().told()? {
            let number = |n: usize| row.get::<_, Option<i64>>(n).told();
            line(json!({ "change": { "subject": number(0)?, "before": number(1)?, "after": number(2)? } }));
        }
        Ok(())
    }

    /// Every file that was read, in the order of their imports; also those of imports that were undone. Error: E0706.
    pub fn sources(&self) -> Result<Vec<Source>, Error> {
        let sql = "SELECT n, op, original, sha256, path, role, active FROM file ORDER BY n";
        let mut select = self.db.prepare(sql).told()?;
        let rows = select.query_map([], |row| {
            Ok(Source {
                n: row.get(0)?,
                op: row.get::<_, i64>(1)?.unsigned_abs(),
                original: row.get(2)?,
                sha256: row.get(3)?,
                path: row.get(4)?,
                role: row.get(5)?,
                active: row.get(6)?,
            })
        });
        rows.and_then(Iterator::collect).told()
    }

    /// The bytes of an original, unpacked up to a size; none for an unknown one. Errors: E0705, also when there is more, E0706.
    pub fn original_within(&self, sha256: &str, most: u64) -> Result<Option<Vec<u8>>, Error> {
        let sql = "SELECT bytes FROM original WHERE sha256 = ?1";
        self.unpacked(sql, &sha256, most)
    }

    /// What was read from a statement or a list of customers, as JSON, unpacked up to a size. Errors: as above.
    pub fn content_within(&self, file: i64, most: u64) -> Result<Option<Vec<u8>>, Error> {
        self.unpacked("SELECT content FROM file WHERE n = ?1", &file, most)
    }

    fn unpacked(&self, sql: &str, key: &dyn rusqlite::ToSql, most: u64) -> Result<Option<Vec<u8>>, Error> {
        let packed: Option<Vec<u8>> = self.db.query_row(sql, [key], |row| row.get(0)).optional().told()?;
        let Some(packed) = packed else { return Ok(None) };
        let mut bytes = Vec::new();
        let read = ZlibDecoder::new(&*packed).take(most.saturating_add(1)).read_to_end(&mut bytes);
        match read {
            Ok(_) if bytes.len() as u64 <= most => Ok(Some(bytes)),
            Ok(_) => Err(codec::broken("a compressed value", &format!("more than {most} bytes"))),
            Err(e) => Err(codec::broken("a compressed value", &e.to_string())),
        }
    }

    /// Every payment that counts; `place.file` is the number of its file. Errors: E0705, E0706.
    pub fn payment_rows(&self) -> Result<Vec<Payment>, Error> {
        let sql = format!("SELECT {PAYMENT} FROM payment p WHERE p.present = 1 ORDER BY p.id");
        let mut select = self.db.prepare(&sql).told()?;
        let mut found = select.query([]).told()?;
        let (mut shared, mut payments) = (Shared::default(), Vec::new());
        while let Some(row) = found.next().told()? {
            payments.push(rows::payment(row, &mut shared)?.1);
        }
        Ok(payments)
    }

    /// Every item that counts. Errors: E0705, E0706.
    pub fn item_rows(&self) -> Result<Vec<ListedItem>, Error> {
        let sql =
            format!("SELECT {ITEM}, i.listed, i.missing IS NOT NULL FROM item i WHERE i.present = 1 ORDER BY i.id");
        let mut select = self.db.prepare(&sql).told()?;
        let mut found = select.query([]).told()?;
        let (mut shared, mut items) = (Shared::default(), Vec::new());
        while let Some(row) = found.next().told()? {
            let (_, item) = rows::item(row, &mut shared)?;
            let listed = row.get(rows::ITEM_COLUMNS).told()?;
            let missing = row.get(rows::ITEM_COLUMNS + 1).told()?;
            items.push(ListedItem { item, listed, missing });
        }
        Ok(items)
    }

    /// The lines of one file of the general ledger, in its order. Error: E0706.
    pub fn ledger_rows(&self, file: i64) -> Result<Vec<LedgerRow>, Error> {
        let sql =
            "SELECT account, booked, minor, currency, name, text, opening FROM ledger_line WHERE file = ?1 ORDER BY n";
        let mut select = self.db.prepare_cached(sql).told()?;
        let rows = select
            .query_map([file], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?)));
        rows.and_then(Iterator::collect).told()
    }

    /// The configurations of the runs, newest first, each once, as JSON. Error: E0706.
    pub fn run_configurations(&self) -> Result<Vec<String>, Error> {
        let mut select =
            self.db.prepare("SELECT configuration FROM run GROUP BY configuration ORDER BY max(op) DESC").told()?;
        let rows = select.query_map([], |row| row.get(0));
        rows.and_then(Iterator::collect).told()
    }

    /// What an operation was asked for, as JSON; none for an unknown one. Error: E0706.
    pub fn payload(&self, op: u64) -> Result<Option<String>, Error> {
        let op = i64::try_from(op).unwrap_or(i64::MAX);
        self.db.query_row("SELECT payload FROM operation WHERE seq = ?1", [op], |row| row.get(0)).optional().told()
    }
}

/// An entry, all columns in their order.
fn entry(row: &Row<'_>) -> rusqlite::Result<serde_json::Value> {
    let text = |n: usize| row.get::<_, String>(n);
    Ok(json!({
        "seq": row.get::<_, i64>(0)?, "at": text(1)?, "who": text(2)?, "kind": text(3)?, "summary": text(4)?, "why": text(5)?,
        "run": text(6)?, "rules": text(7)?, "payload": text(8)?, "details": text(9)?, "previous": text(10)?, "hash": text(11)?
    }))
}

/// A decision with the name of what it is about, and what it takes off items.
fn decision(row: &Row<'_>, taken: &[(i64, i64)]) -> rusqlite::Result<serde_json::Value> {
    let text = |n: usize| row.get::<_, String>(n);
    let number = |n: usize| row.get::<_, Option<i64>>(n);
    Ok(json!({
        "id": text(14)?, "n": row.get::<_, i64>(0)?, "payment": number(1)?, "item": number(2)?, "before": number(3)?,
        "returns": number(10)?, "probability": number(11)?, "kind": text(4)?, "author": text(5)?, "by": text(6)?,
        "account": text(7)?, "reason": text(8)?, "differences": text(12)?, "refused": text(13)?,
        "until": row.get::<_, Option<String>>(9)?, "applications": taken
    }))
}
