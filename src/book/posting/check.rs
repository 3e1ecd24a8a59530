//! Whether what was written is still what the log says, and whether a batch may be withdrawn or brought back.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, Transaction};

use super::digest;
use crate::book::codec;
use crate::book::store::{Book, Told as _};
use crate::error::{Error, ErrorKind};
use crate::model::JournalEntry;

impl Book {
    /// What is wrong with the batches, with the operation of each: entries that are not those of the log, do not balance, stand twice, or leave a gap in the
    /// numbers. Errors: E0705, E0706.
    pub fn wrong_batches(&self) -> Result<Vec<(i64, String)>, Error> {
        let mut wrong = Vec::new();
        let sql = "SELECT o.seq, o.payload FROM operation o WHERE o.kind = 'post' ORDER BY o.seq";
        let mut select = self.db.prepare_cached(sql).told()?;
        let rows = select.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)));
        let batches: Vec<(i64, String)> = rows.and_then(Iterator::collect).told()?;
        for (op, payload) in batches {
            let payload: serde_json::Value = codec::from_json(&payload, "an entry of the log")?;
            let entries = self.texts("SELECT entry FROM posting WHERE op = ?1 ORDER BY n", op)?;
            let changes = self.texts("SELECT change FROM lettering WHERE op = ?1 ORDER BY n", op)?;
            if payload["journal"].as_str() != Some(&digest(&entries, &changes)) {
                wrong.push((op, format!("the entries of operation {op:04} are not those that were written")));
            }
            for text in &entries {
                let entry: JournalEntry = codec::from_json(text, "an entry")?;
                if entry.imbalance() != 0 {
                    wrong.push((op, format!("entry {} of operation {op:04} does not balance", entry.key)));
                }
            }
            for file in payload["files"].as_array().into_iter().flatten() {
                let (name, sha256) = (file["name"].as_str().unwrap_or(""), file["sha256"].as_str().unwrap_or(""));
                let packed: Option<Vec<u8>> = self
                    .db
                    .query_row("SELECT bytes FROM posting_file WHERE op = ?1 AND name = ?2", (op, name), |r| r.get(0))
                    .optional()
                    .told()?;
                let bytes = packed.map(|p| codec::unpack(&p)).transpose()?;
                if bytes.is_none_or(|b| crate::model::digest::sha256(&b) != sha256) {
                    wrong.push((op, format!("the file {name} of operation {op:04} is not the one that was written")));
                }
            }
        }
        wrong.extend(self.list(
            "SELECT max(w.op), 'key ' || w.key || ' stands in ' || count(*) || ' batches' FROM posting w JOIN operation o ON o.seq = w.op \
             AND o.undone_by IS NULL WHERE NOT EXISTS (SELECT 1 FROM posting_answer a WHERE a.batch = w.op AND a.key = w.key AND a.taken = 0) \
             GROUP BY w.key HAVING count(*) > 1",
        )?);
        wrong.extend(self.list(
            "SELECT max(w.op), 'numbers of entries go up to ' || max(w.number) || ', and there are ' || count(*) FROM posting w \
             JOIN operation o ON o.seq = w.op AND o.undone_by IS NULL HAVING count(*) > 0 AND (max(w.number) <> count(*) \
             OR count(DISTINCT w.number) <> count(*))",
        )?);
        Ok(wrong)
    }

    pub(super) fn texts(&self, sql: &str, op: i64) -> Result<Vec<String>, Error> {
        let mut select = self.db.prepare_cached(sql).told()?;
        let rows = select.query_map([op], |r| r.get(0));
        rows.and_then(Iterator::collect).told()
    }

    fn list(&self, sql: &str) -> Result<Vec<(i64, String)>, Error> {
        let mut select = self.db.prepare_cached(sql).told()?;
        let rows = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?)));
        rows.and_then(Iterator::collect).told()
    }
}

/// Batches and answers that are in force.
pub(in crate::book) fn batches_in_force(tx: &Transaction<'_>) -> Result<BTreeSet<i64>, Error> {
    let sql = "SELECT seq FROM operation WHERE kind IN ('post', 'confirm') AND undone_by IS NULL";
    let mut select = tx.prepare_cached(sql).told()?;
    let rows = select.query_map([], |r| r.get(0));
    rows.and_then(Iterator::collect).told()
}

/// Refuses an undo that withdraws or brings back what others rest on. `before` is what was in force before the log got its marks.
///
/// Errors: C0018 for a batch of which the ledger has taken something, C0009 for one behind which another was written.
pub(in crate::book) fn may_change(tx: &Transaction<'_>, before: &BTreeSet<i64>) -> Result<(), Error> {
    let now = batches_in_force(tx)?;
    before.difference(&now).try_for_each(|op| may_move(tx, *op, true))?;
    now.difference(before).try_for_each(|op| may_move(tx, *op, false))
}

fn may_move(tx: &Transaction<'_>, op: i64, withdrawn: bool) -> Result<(), Error> {
    let one = |sql: &str| -> Result<Option<i64>, Error> {
        tx.prepare_cached(sql).and_then(|mut get| get.query_row([op], |r| r.get(0)).optional()).told()
    };
    if withdrawn {
        let taken =
            one("SELECT count(*) FROM posting_answer a JOIN operation o ON o.seq = a.op AND o.undone_by IS NULL \
                         WHERE a.batch = ?1 AND a.taken = 1")?;
        if let Some(taken) = taken.filter(|n| *n > 0) {
            let message = format!("operation {op:04} cannot be withdrawn: the ledger has taken {taken} of its entries");
            return Err(Error::new(ErrorKind::Refused, "C0018", message).help(
                "undo the decisions instead: the next  lettrage post --write  takes their entries back by entries of their own",
            ));
        }
    }
    let later = one(
        "SELECT b.op FROM posting_batch b JOIN operation o ON o.seq = b.op AND o.undone_by IS NULL WHERE b.op > ?1 \
                     ORDER BY b.op LIMIT 1",
    )?;
    let Some(later) = later else { return Ok(()) };
    let what = if withdrawn { "undone" } else { "brought back" };
    Err(Error::new(
        ErrorKind::Refused,
        "C0009",
        format!("operation {op:04} cannot be {what}: operation {later:04} has posted behind it"),
    )
    .help(format!("numbers and codes go on from one batch to the next; undo {later:04} first")))
}
