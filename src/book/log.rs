//! Operations, chained by hash, and what stands after each.
//!
//! An entry's hash covers everything in it, the rows that belong to it, and the hash of the entry before. Whoever changes an old entry
//! has to change all later ones, too; the seal of a month, a report or an archive then shows it.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::codec;
use super::store::{Book, Told as _};
use crate::error::{Error, ErrorKind};
use crate::model::digest::put;
use crate::model::{Author, DecisionKind, Difference, Operation};

/// What the first entry follows: the hash of an empty chain.
fn beginning() -> String {
    blake3::hash(b"lettrage book").to_hex().to_string()
}

/// What a decision is about: a payment or an item, by its number in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A payment.
    Payment(i64),
    /// An item.
    Item(i64),
}

impl Subject {
    /// One number for both: that of an item is negative.
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Payment(n) => n,
            Self::Item(n) => -n,
        }
    }

    pub(super) fn of_number(number: i64) -> Self {
        if number < 0 { Self::Item(-number) } else { Self::Payment(number) }
    }
}

/// A decision that is about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft<'a> {
    /// What it is about.
    pub subject: Subject,
    /// Identifier of the payment or item.
    pub id: &'a str,
    /// What is decided.
    pub kind: DecisionKind,
    /// Who decides.
    pub author: Author,
    /// The person, the rule's identifier, or the run's.
    pub by: &'a str,
    /// Ledger account, or empty.
    pub account: &'a str,
    /// Short reason, or empty.
    pub reason: &'a str,
    /// Until when it is held.
    pub until: Option<chrono::NaiveDate>,
    /// The receipt that it takes back.
    pub returns: Option<i64>,
    /// Probability in millionths.
    pub probability: Option<u32>,
    /// Typed differences.
    pub differences: &'a [Difference],
    /// Items with what is taken off each, in minor units.
    pub applications: Vec<(i64, i64)>,
    /// Of a refusal: the items of the equation that is refused.
    pub refused: Vec<i64>,
}

impl<'a> Draft<'a> {
    /// A decision of which only the subject, the kind and the author are known.
    pub fn new(subject: Subject, id: &'a str, kind: DecisionKind, author: Author, by: &'a str) -> Self {
        Self {
            subject,
            id,
            kind,
            author,
            by,
            account: "",
            reason: "",
            until: None,
            returns: None,
            probability: None,
            differences: &[],
            applications: Vec::new(),
            refused: Vec::new(),
        }
    }
}

/// The words of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// When, in UTC: `2026-07-02T08:51:07Z`.
    pub at: String,
    /// Who.
    pub who: String,
    /// What: `import`, `run`, `accept`, …
    pub kind: &'static str,
    /// In one line.
    pub summary: String,
    /// Why, or empty.
    pub why: String,
    /// Identifier of a run, or empty.
    pub run: String,
    /// SHA-256 of the configuration, or empty.
    pub rules: String,
    /// What was asked for.
    pub payload: serde_json::Value,
}

/// An entry that is being written, inside a transaction.
pub(super) struct Entry<'t> {
    pub(super) tx: &'t Transaction<'t>,
    /// Its number.
    pub(super) seq: i64,
    next_decision: i64,
    details: blake3::Hasher,
    touched: Vec<i64>,
}

impl<'t> Entry<'t> {
    /// Begins the next entry: its row is there from now on, so that others can refer to it, and is filled when it ends.
    ///
    /// Putting off the check of references instead would make the database look for them at every row that is added.
    pub(super) fn begin(tx: &'t Transaction<'t>) -> Result<Self, Error> {
        let next = |sql| tx.query_row(sql, [], |row| row.get::<_, i64>(0)).told();
        let seq = next("SELECT coalesce(max(seq), 0) + 1 FROM operation")?;
        let next_decision = next("SELECT coalesce(max(n), 0) + 1 FROM decision")?;
        tx.execute(
            "INSERT INTO operation (seq, at, who, kind, summary, why, run, rules, payload, details, previous, hash) \
             VALUES (?1, '', '', '', '', '', '', '', '', '', '', '')",
            [seq],
        )
        .told()?;
        Ok(Self { tx, seq, next_decision, details: blake3::Hasher::new(), touched: Vec::new() })
    }

    /// Makes a decision: it stands instead of the one before, if any.
    pub(super) fn decide(&mut self, draft: &Draft<'_>) -> Result<(), Error> {
        let before = standing(self.tx, draft.subject)?;
        let n = self.record(draft, before)?;
        self.stand(draft.subject, before, Some(n))
    }

    /// Makes a decision about what has none: the same, with fewer questions. Runs make many.
    pub(super) fn decide_first(&mut self, draft: &Draft<'_>) -> Result<(), Error> {
        let n = self.record(draft, None)?;
        for (item, minor) in &draft.applications {
            self.take(*item, -minor)?;
        }
        self.point(draft.subject, Some(n))
    }

    fn record(&mut self, draft: &Draft<'_>, before: Option<i64>) -> Result<i64, Error> {
        let n = self.next_decision;
        self.next_decision += 1;
        let (payment, item) = match draft.subject {
            Subject::Payment(n) => (Some(n), None),
            Subject::Item(n) => (None, Some(n)),
        };
        let refused: Vec<String> = draft.refused.iter().map(i64::to_string).collect();
        let row = DecisionRow {
            n,
            payment,
            item,
            before,
            kind: draft.kind.word().into(),
            author: draft.author.word().into(),
            by: draft.by.into(),
            account: draft.account.into(),
            reason: draft.reason.into(),
            until: draft.until.map(|day| day.to_string()),
            returns: draft.returns,
            probability: draft.probability.map(i64::from),
            differences: codec::differences(draft.differences),
            refused: refused.join("|"),
        };
        self.tx
            .prepare_cached(
                "INSERT INTO decision (n, op, payment, item, before, kind, author, by, account, reason, until, returns, probability, \
                 differences, refused) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )
            .and_then(|mut insert| {
                insert.execute(params![
                    n, self.seq, payment, item, before, row.kind, row.author, row.by, row.account, row.reason, row.until,
                    row.returns, row.probability, row.differences, row.refused
                ])
            })
            .told()?;
        for (item, minor) in &draft.applications {
            self.tx
                .prepare_cached("INSERT INTO application (decision, item, minor) VALUES (?1, ?2, ?3)")
                .and_then(|mut insert| insert.execute(params![n, item, minor]))
                .told()?;
        }
        row.hash(draft.id, &draft.applications, &mut self.details);
        Ok(n)
    }

    /// Puts back what stood before, or what an undone operation had put back.
    pub(super) fn put_back(&mut self, subject: Subject, before: Option<i64>, after: Option<i64>) -> Result<(), Error> {
        self.tx
            .prepare_cached("INSERT INTO change (op, subject, before, after) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut insert| insert.execute(params![self.seq, subject.number(), before, after]))
            .told()?;
        hash_change(subject.number(), before, after, &mut self.details);
        self.stand(subject, before, after)
    }

    /// Moves the pointer, and what is open of the items of both decisions.
    fn stand(&mut self, subject: Subject, before: Option<i64>, after: Option<i64>) -> Result<(), Error> {
        for (decision, sign) in [(before, 1), (after, -1)] {
            let Some(decision) = decision else { continue };
            self.move_open(decision, sign)?;
        }
        self.point(subject, after)
    }

    fn point(&self, subject: Subject, after: Option<i64>) -> Result<(), Error> {
        let (sql, n) = match subject {
            Subject::Payment(n) => ("UPDATE payment SET decision = ?1 WHERE n = ?2", n),
            Subject::Item(n) => ("UPDATE item SET decision = ?1 WHERE n = ?2", n),
        };
        self.tx.prepare_cached(sql).and_then(|mut update| update.execute(params![after, n])).told()?;
        Ok(())
    }

    /// Gives back (`sign` 1) or takes (−1) what a decision takes off items and the ledger has not booked yet.
    fn move_open(&mut self, decision: i64, sign: i64) -> Result<(), Error> {
        let mut pending = self
            .tx
            .prepare_cached(
                "SELECT a.item, a.minor FROM application a WHERE a.decision = ?1 AND NOT EXISTS \
                 (SELECT 1 FROM taken_over t WHERE t.decision = a.decision AND t.item = a.item)",
            )
            .told()?;
        let rows: Vec<(i64, i64)> =
            pending.query_map([decision], |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect).told()?;
        rows.into_iter().try_for_each(|(item, minor)| self.take(item, sign * minor))
    }

    /// Moves what is open of an item.
    fn take(&mut self, item: i64, minor: i64) -> Result<(), Error> {
        self.tx
            .prepare_cached("UPDATE item SET open = open + ?1 WHERE n = ?2")
            .and_then(|mut update| update.execute(params![minor, item]))
            .told()?;
        self.touched.push(item);
        Ok(())
    }

    /// Says that what is open of an item has moved, so that it is checked in the end.
    pub(super) fn touch(&mut self, item: i64) {
        self.touched.push(item);
    }

    /// Writes the entry. Nothing of an item may be taken twice.
    ///
    /// Error: E0713 when an item would be settled beyond what is open.
    pub(super) fn finish(mut self, heading: &Heading) -> Result<u64, Error> {
        self.touched.sort_unstable();
        self.touched.dedup();
        for item in &self.touched {
            beyond(self.tx, *item)?;
        }
        let row = OperationRow {
            seq: self.seq,
            at: heading.at.clone(),
            who: heading.who.clone(),
            kind: heading.kind.into(),
            summary: heading.summary.clone(),
            why: heading.why.clone(),
            run: heading.run.clone(),
            rules: heading.rules.clone(),
            payload: heading.payload.to_string(),
            details: self.details.finalize().to_hex().to_string(),
            previous: head_before(self.tx, self.seq)?,
        };
        self.tx
            .execute(
                "UPDATE operation SET at = ?2, who = ?3, kind = ?4, summary = ?5, why = ?6, run = ?7, rules = ?8, payload = ?9, \
                 details = ?10, previous = ?11, hash = ?12 WHERE seq = ?1",
                params![
                    row.seq, row.at, row.who, row.kind, row.summary, row.why, row.run, row.rules, row.payload, row.details,
                    row.previous, row.hash()
                ],
            )
            .told()?;
        Ok(self.seq.unsigned_abs())
    }
}

/// The hash that an entry follows.
pub(super) fn head_before(tx: &Transaction<'_>, seq: i64) -> Result<String, Error> {
    let previous: Option<String> =
        tx.query_row("SELECT hash FROM operation WHERE seq = ?1 - 1", [seq], |row| row.get(0)).optional().told()?;
    Ok(previous.unwrap_or_else(beginning))
}

/// Refuses an item of which more than all is taken, or less than nothing.
fn beyond(tx: &Transaction<'_>, item: i64) -> Result<(), Error> {
    let (id, minor, listed, open, currency): (String, i64, i64, i64, String) = tx
        .prepare_cached("SELECT id, minor, listed, open, currency FROM item WHERE n = ?1")
        .and_then(|mut get| get.query_row([item], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?))))
        .told()?;
    let (least, most) = (minor.min(listed).min(0), minor.max(listed).max(0));
    if (least..=most).contains(&open) {
        return Ok(());
    }
    let money = |minor| codec::money(minor, &currency);
    let error = Error::new(ErrorKind::Refused, "C0006", format!("{id} would be settled beyond what is open of it"));
    Err(error
        .label(format!("its amount is {} {currency}, and {} would be open", money(minor), money(open)))
        .help("another decision has taken it in the meantime: lettrage explain  with the item says which"))
}

/// The decision that stands on a payment or an item.
pub(super) fn standing(tx: &Transaction<'_>, subject: Subject) -> Result<Option<i64>, Error> {
    let (sql, n) = match subject {
        Subject::Payment(n) => ("SELECT decision FROM payment WHERE n = ?1", n),
        Subject::Item(n) => ("SELECT decision FROM item WHERE n = ?1", n),
    };
    tx.prepare_cached(sql).and_then(|mut get| get.query_row([n], |row| row.get(0))).told()
}

/// An entry as it is hashed: all columns but the hash itself, in their order.
struct OperationRow {
    seq: i64,
    at: String,
    who: String,
    kind: String,
    summary: String,
    why: String,
    run: String,
    rules: String,
    payload: String,
    details: String,
    previous: String,
}

impl OperationRow {
    fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let seq = self.seq.to_string();
        let parts = [
            &seq,
            &self.at,
            &self.who,
            &self.kind,
            &self.summary,
            &self.why,
            &self.run,
            &self.rules,
            &self.payload,
            &self.details,
            &self.previous,
        ];
        parts.iter().for_each(|part| put(&mut hasher, part));
        hasher.finalize().to_hex().to_string()
    }
}

/// A decision as it is hashed.
struct DecisionRow {
    n: i64,
    payment: Option<i64>,
    item: Option<i64>,
    before: Option<i64>,
    kind: String,
    author: String,
    by: String,
    account: String,
    reason: String,
    until: Option<String>,
    returns: Option<i64>,
    probability: Option<i64>,
    differences: String,
    refused: String,
}

impl DecisionRow {
    /// `id` is the name of the payment or item: the number alone would say nothing once rows were exchanged.
    fn hash(&self, id: &str, applications: &[(i64, i64)], hasher: &mut blake3::Hasher) {
        let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
        let numbers = [Some(self.n), self.payment, self.item, self.before, self.returns, self.probability];
        put(hasher, id);
        numbers.into_iter().for_each(|n| put(hasher, &number(n)));
        for text in [&self.kind, &self.author, &self.by, &self.account, &self.reason, &self.differences, &self.refused]
        {
            put(hasher, text);
        }
        put(hasher, self.until.as_deref().unwrap_or_default());
        let mut applications = applications.to_vec();
        applications.sort_unstable();
        for (item, minor) in applications {
            put(hasher, &format!("{item}:{minor}"));
        }
    }
}

fn hash_change(subject: i64, before: Option<i64>, after: Option<i64>, hasher: &mut blake3::Hasher) {
    put(hasher, &format!("{subject}: {before:?} -> {after:?}"));
}

impl Book {
    /// The log, newest first; `limit` 0 gives all of it. Error: E0706.
    pub fn operations(&self, limit: u64) -> Result<Vec<Operation>, Error> {
        let limit = if limit == 0 { -1 } else { i64::try_from(limit).unwrap_or(-1) };
        let mut select = self
            .db
            .prepare_cached(
                "SELECT seq, at, who, kind, summary, why, run, rules, undone_by, hash FROM operation ORDER BY seq DESC LIMIT ?1",
            )
            .told()?;
        let rows = select.query_map([limit], |row| {
            Ok(Operation {
                seq: row.get::<_, i64>(0)?.unsigned_abs(),
                at: row.get(1)?,
                who: row.get(2)?,
                kind: row.get(3)?,
                summary: row.get(4)?,
                why: row.get(5)?,
                run: row.get(6)?,
                rules: row.get(7)?,
                undone_by: row.get::<_, Option<i64>>(8)?.map(i64::unsigned_abs),
                hash: row.get(9)?,
            })
        });
        rows.and_then(Iterator::collect).told()
    }

    /// Computes the chain again: the number of entries that hold, or the first that does not.
    ///
    /// Errors: E0715 for an entry that was changed, is missing, or whose decisions were, or that says otherwise than the book what is
    /// undone or stands; E0705, E0706.
    pub fn verify_log(&self) -> Result<u64, Error> {
        let mut select = self
            .db
            .prepare(
                "SELECT seq, at, who, kind, summary, why, run, rules, payload, details, previous, hash FROM operation ORDER BY seq",
            )
            .told()?;
        let mut rows = select.query([]).told()?;
        let mut previous = beginning();
        let mut count = 0;
        while let Some(row) = rows.next().told()? {
            let text = |n: usize| row.get::<_, String>(n).told();
            let entry = OperationRow {
                seq: row.get(0).told()?,
                at: text(1)?,
                who: text(2)?,
                kind: text(3)?,
                summary: text(4)?,
                why: text(5)?,
                run: text(6)?,
                rules: text(7)?,
                payload: text(8)?,
                details: text(9)?,
                previous: text(10)?,
            };
            count += 1;
            let broken = |why: &str| super::force::broken(count, why);
            if entry.seq != count {
                return Err(broken("an entry is missing"));
            }
            if entry.previous != previous {
                return Err(broken("it does not follow the entry before"));
            }
            let hash = entry.hash();
            if hash != text(11)? {
                return Err(broken("its words are not those that were written"));
            }
            if self.details_of(entry.seq)? != entry.details {
                return Err(broken("its decisions are not those that were made"));
            }
            previous = hash;
        }
        self.verify_standing(count)?;
        match self.wrong_batches()?.first() {
            None => Ok(count.unsigned_abs()),
            Some((op, why)) => Err(super::force::broken(*op, why)),
        }
    }

    /// The hash over the rows that belong to an entry, in the order in which they were written.
    fn details_of(&self, op: i64) -> Result<String, Error> {
        let mut hasher = blake3::Hasher::new();
        let mut decisions = self
            .db
            .prepare_cached(
                "SELECT d.n, d.payment, d.item, d.before, d.kind, d.author, d.by, d.account, d.reason, d.until, d.returns, \
                 d.probability, d.differences, d.refused, coalesce(p.id, i.id, '') FROM decision d LEFT JOIN payment p ON p.n = d.payment \
                 LEFT JOIN item i ON i.n = d.item WHERE d.op = ?1 ORDER BY d.n",
            )
            .told()?;
        let mut rows = decisions.query([op]).told()?;
        while let Some(row) = rows.next().told()? {
            let decision = decision_row(row).told()?;
            let id: String = row.get(14).told()?;
            let mut select =
                self.db.prepare_cached("SELECT item, minor FROM application WHERE decision = ?1").told()?;
            let applications: Vec<(i64, i64)> = select
                .query_map([decision.n], |row| Ok((row.get(0)?, row.get(1)?)))
                .and_then(Iterator::collect)
                .told()?;
            decision.hash(&id, &applications, &mut hasher);
        }
        // Changes are written in the order of their subjects within an operation that makes no decisions.
        let mut changes = self
            .db
            .prepare_cached("SELECT subject, before, after FROM change WHERE op = ?1 ORDER BY subject")
            .told()?;
        let mut rows = changes.query([op]).told()?;
        while let Some(row) = rows.next().told()? {
            hash_change(row.get(0).told()?, row.get(1).told()?, row.get(2).told()?, &mut hasher);
        }
        Ok(hasher.finalize().to_hex().to_string())
    }
}

fn decision_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<DecisionRow> {
    Ok(DecisionRow {
        n: row.get(0)?,
        payment: row.get(1)?,
        item: row.get(2)?,
        before: row.get(3)?,
        kind: row.get(4)?,
        author: row.get(5)?,
        by: row.get(6)?,
        account: row.get(7)?,
        reason: row.get(8)?,
        until: row.get(9)?,
        returns: row.get(10)?,
        probability: row.get(11)?,
        differences: row.get(12)?,
        refused: row.get(13)?,
    })
}

impl Book {
    /// Writes the first entry of the log: the book was made. Error: E0706.
    pub fn begin_log(&mut self, heading: Heading) -> Result<u64, Error> {
        let tx = self.begin()?;
        let entry = Entry::begin(&tx)?;
        let heading = Heading { payload: serde_json::json!({ "version": env!("CARGO_PKG_VERSION") }), ..heading };
        let op = entry.finish(&heading)?;
        tx.commit().told()?;
        Ok(op)
    }
}
