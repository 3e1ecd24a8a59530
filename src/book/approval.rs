//! Approvals: operations of the log that stand as long as what they approved is the same.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};
use serde_json::json;

use super::content::{MonthContent, Scope};
use super::log::{Entry, Heading};
use super::store::{Book, Told as _};
use super::{codec, log};
use crate::error::{Error, ErrorKind};
use crate::model::{Approval, Month, PublicKey, Signature, VoidCause};

/// The kind of the operation.
pub const KIND: &str = "approve";

impl Book {
    /// An approval as it would be written next, without a signature. `configuration` is the SHA-256 of the one that holds now.
    /// Errors: E0705, E0706.
    pub fn draft_approval(
        &self,
        content: &MonthContent,
        month: Month,
        scope: Scope<'_>,
        configuration: &str,
        heading: &Heading,
    ) -> Result<Approval, Error> {
        let last = self.operations(1)?.first().map_or((0, "".into()), |o| (o.seq, o.hash.clone()));
        Ok(Approval {
            op: last.0 + 1,
            who: heading.who.as_str().into(),
            at: heading.at.as_str().into(),
            month,
            account: scope.account.into(),
            ledger: scope.ledger.into(),
            content: content.hash(scope, configuration, &[]).into(),
            configuration: content.configuration(configuration).into(),
            note: heading.why.as_str().into(),
            signed: None,
            broken: "".into(),
            book: self.first_hash()?,
            after: last.1,
            undone_by: None,
        })
    }

    /// Writes an approval. The heading gives what the draft was made of: time, person and note.
    ///
    /// Errors: C0005 when something was written since the draft was made, E0706.
    pub fn approve(&mut self, draft: &Approval, summary: String, heading: Heading) -> Result<u64, Error> {
        let tx = self.begin()?;
        let entry = Entry::begin(&tx)?;
        if log::head_before(&tx, entry.seq)? != *draft.after {
            let error = Error::new(ErrorKind::Refused, "C0005", "the book has changed since the approval was made out");
            return Err(error.help("try again"));
        }
        let mut payload = json!({
            "month": draft.month.to_string(), "account": draft.account, "ledger": draft.ledger, "content": draft.content,
            "configuration": draft.configuration,
        });
        if let Some((key, signature)) = &draft.signed {
            payload["key"] = json!(key.to_string());
            payload["signature"] = json!(signature.to_string());
        }
        let op = entry.finish(&Heading { kind: KIND, summary, payload, ..heading })?;
        tx.commit().told()?;
        Ok(op)
    }

    /// Every approval of the log, withdrawn ones as well, oldest first. Errors: E0705, E0706.
    pub fn approvals(&self) -> Result<Vec<Approval>, Error> {
        let book = self.first_hash()?;
        let mut select = self
            .db
            .prepare_cached(
                "SELECT seq, at, who, why, rules, payload, previous, undone_by FROM operation WHERE kind = ?1 ORDER BY seq",
            )
            .told()?;
        let mut rows = select.query([KIND]).told()?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().told()? {
            let payload: String = row.get(5).told()?;
            let payload: serde_json::Value = codec::from_json(&payload, "an approval")?;
            let text = |name: &str| payload[name].as_str().unwrap_or_default();
            let month = Month::parse(text("month")).ok_or_else(|| codec::broken("a month", text("month")))?;
            let (signed, broken) = signed(text("key"), text("signature"));
            found.push(Approval {
                op: row.get::<_, i64>(0).told()?.unsigned_abs(),
                at: row.get(1).told()?,
                who: row.get(2).told()?,
                month,
                account: text("account").into(),
                ledger: text("ledger").into(),
                content: text("content").into(),
                configuration: text("configuration").into(),
                note: row.get(3).told()?,
                signed,
                broken: broken.into(),
                book: book.clone(),
                after: row.get(6).told()?,
                undone_by: row.get::<_, Option<i64>>(7).told()?.map(i64::unsigned_abs),
            });
        }
        Ok(found)
    }

    /// The operations behind an approval that are in force and can have changed what it approved: decisions about it, imports, and
    /// what took back something of before it. Of a closed month, those before its close. Errors: E0705, E0706.
    pub fn changes_since(&self, approval: &Approval) -> Result<Vec<VoidCause>, Error> {
        let until: i64 = self
            .db
            .query_row(
                "SELECT coalesce((SELECT op FROM period WHERE month = ?1), 9223372036854775807)",
                [approval.month.to_string()],
                |row| row.get(0),
            )
            .told()?;
        let mut select = self
            .db
            .prepare_cached(
                "WITH moved (op, subject) AS (SELECT op, coalesce(payment, -item) FROM decision UNION ALL SELECT op, subject FROM change) \
                 SELECT o.seq, o.kind, o.who FROM operation o WHERE o.seq > ?1 AND o.seq < ?2 AND o.undone_by IS NULL \
                 AND (o.kind <> 'undo' OR EXISTS (SELECT 1 FROM operation u WHERE u.undone_by = o.seq AND u.seq < ?1)) AND ( \
                 EXISTS (SELECT 1 FROM moved m JOIN payment p ON p.n = m.subject WHERE m.op = o.seq AND p.booked <= ?3 AND (?4 = '' OR p.account = ?4)) \
                 OR ?4 = '' AND EXISTS (SELECT 1 FROM moved m WHERE m.op = o.seq AND m.subject < 0) \
                 OR EXISTS (SELECT 1 FROM file f WHERE f.op = o.seq) \
                 OR EXISTS (SELECT 1 FROM operation u JOIN file f ON f.op = u.seq WHERE u.undone_by = o.seq)) ORDER BY o.seq",
            )
            .told()?;
        let op = i64::try_from(approval.op).unwrap_or(i64::MAX);
        let rows = select.query_map(params![op, until, approval.month.last().to_string(), approval.account], |row| {
            Ok(VoidCause::Operation { op: row.get::<_, i64>(0)?.unsigned_abs(), kind: row.get(1)?, who: row.get(2)? })
        });
        rows.and_then(Iterator::collect).told()
    }

    /// Hash of the first entry of the log: it names the book.
    fn first_hash(&self) -> Result<Box<str>, Error> {
        self.db.query_row("SELECT hash FROM operation WHERE seq = 1", [], |row| row.get(0)).told()
    }
}

/// A key with its signature; or what is there and cannot be read.
fn signed(key: &str, signature: &str) -> (Option<(PublicKey, Signature)>, String) {
    match (PublicKey::parse(key), Signature::parse(signature)) {
        (Some(key), Some(signature)) => (Some((key, signature)), String::new()),
        _ => (None, format!("{key} {signature}").trim().to_string()),
    }
}

/// Approvals in force on which a closed month rests: they were given before it was closed.
pub(super) fn rested_on(tx: &Transaction<'_>) -> Result<BTreeSet<(i64, String)>, Error> {
    let mut select = tx
        .prepare_cached(
            "SELECT o.seq, p.month FROM operation o JOIN period p ON p.month = json_extract(o.payload, '$.month') \
             WHERE o.kind = ?1 AND o.undone_by IS NULL AND o.seq < p.op",
        )
        .told()?;
    let rows = select.query_map([KIND], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.and_then(Iterator::collect).told()
}

/// Refuses to withdraw the approval of a month that was closed since. Error: C0001.
pub(super) fn still_rests(tx: &Transaction<'_>, before: &BTreeSet<(i64, String)>) -> Result<(), Error> {
    let after = rested_on(tx)?;
    let Some((op, month)) = before.difference(&after).next() else { return Ok(()) };
    let message = format!("{month} is closed, and was approved before that: operation {op:04} stays");
    Err(Error::new(ErrorKind::Refused, "C0001", message)
        .label("nothing was changed")
        .help(format!("if the month must change:  lettrage reopen {month} --why …")))
}
