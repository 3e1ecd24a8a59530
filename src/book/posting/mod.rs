//! What was written for the accounting ledger, and what the ledger said of it.
//!
//! A batch is an operation: its entries, the codes that it gives and its files are kept with it, so that the same files can be made
//! again byte for byte, and so that the next batch begins where this one ended. Taking the operation back withdraws the batch.

pub(super) mod check;
mod read;

use rusqlite::{OptionalExtension as _, Transaction, params};
use serde_json::json;

use super::codec;
use super::log::{Entry, Heading};
use super::store::{Book, Told as _};
use crate::error::{Error, ErrorKind};
use crate::model::digest::hexadecimal;
use crate::model::{Answer, JournalEntry, LetteringChange, Month, Posting};

/// A batch that is about to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// Format of its files.
    pub format: &'a str,
    /// Its period: `2026-06`.
    pub period: &'a str,
    /// What was written. Entries that are only carried are not recorded.
    pub posting: &'a Posting,
    /// Its files: name, bytes, SHA-256.
    pub files: &'a [(String, Vec<u8>, String)],
}

/// A batch that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Number of its operation.
    pub op: u64,
    /// Format of its files.
    pub format: String,
    /// Its period.
    pub period: String,
    /// Number of its entries.
    pub entries: u64,
    /// When it was written.
    pub at: String,
    /// The operation that withdrew it, if one did.
    pub undone_by: Option<u64>,
}

/// An entry as the answer of the ledger is held against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The batch.
    pub op: u64,
    /// The entry.
    pub entry: JournalEntry,
    /// What the ledger has said of it so far: taken, or refused.
    pub answer: Option<bool>,
}

/// SHA-256 over the entries and codes of a batch: what its operation has in the log.
fn digest(entries: &[String], changes: &[String]) -> String {
    use sha2::{Digest as _, Sha256};
    let mut hasher = Sha256::new();
    for text in entries.iter().chain(changes) {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hexadecimal(&hasher.finalize())
}

/// Entries of a posting that the ledger is to take.
fn own(posting: &Posting) -> impl Iterator<Item = &JournalEntry> {
    posting.entries.iter().filter(|e| e.kind != crate::model::EntryKind::Carried)
}

impl Book {
    /// Records a batch as one operation. Its files are written by the caller, `write`, before the operation is final: both are done, or
    /// neither. Errors: E0730 for an entry that does not balance, E0706, and those of `write`.
    pub fn record_posting(
        &mut self,
        batch: Batch<'_>,
        heading: Heading,
        write: impl FnOnce() -> Result<(), Error>,
    ) -> Result<u64, Error> {
        if let Some(entry) = own(batch.posting).find(|e| e.imbalance() != 0 || e.lines.len() < 2) {
            return Err(Error::new(ErrorKind::CheckFailed, "E0730", format!("entry {} does not balance", entry.key))
                .label("nothing was written")
                .help("this is a mistake of the program: please report it with the output of  lettrage post"));
        }
        let tx = self.begin()?;
        let entry = Entry::begin(&tx)?;
        let entries = own(batch.posting).map(codec::json).collect::<Result<Vec<_>, _>>()?;
        let changes = batch.posting.lettering.iter().map(codec::json).collect::<Result<Vec<_>, _>>()?;
        put(&tx, entry.seq, batch, &entries, &changes)?;
        let files: Vec<_> =
            batch.files.iter().map(|(name, _, sha256)| json!({ "name": name, "sha256": sha256 })).collect();
        let lines = changes.len();
        let heading = Heading {
            kind: "post",
            summary: format!("{}: {} entries, {lines} lines lettered, {}", batch.period, entries.len(), batch.format),
            payload: json!({
                "format": batch.format, "period": batch.period, "entries": entries.len(), "journal": digest(&entries, &changes), "files": files
            }),
            ..heading
        };
        let op = entry.finish(&heading)?;
        write()?;
        tx.commit().told()?;
        Ok(op)
    }

    /// Batches, the last first. Error: E0706.
    pub fn posting_batches(&self) -> Result<Vec<Recorded>, Error> {
        let sql = "SELECT b.op, b.format, b.period, (SELECT count(*) FROM posting w WHERE w.op = b.op), o.at, o.undone_by \
                   FROM posting_batch b JOIN operation o ON o.seq = b.op ORDER BY b.op DESC";
        let mut select = self.db.prepare_cached(sql).told()?;
        let rows = select.query_map([], |r| {
            Ok(Recorded {
                op: r.get::<_, i64>(0)?.unsigned_abs(),
                format: r.get(1)?,
                period: r.get(2)?,
                entries: r.get::<_, i64>(3)?.unsigned_abs(),
                at: r.get(4)?,
                undone_by: r.get::<_, Option<i64>>(5)?.map(i64::unsigned_abs),
            })
        });
        rows.and_then(Iterator::collect).told()
    }

    /// The files of a batch, as they were written. Errors: E0711 without such a batch, E0716 for one that was withdrawn, E0705, E0706.
    pub fn posting_files(&self, op: u64) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let seq = i64::try_from(op).unwrap_or(i64::MAX);
        let sql = "SELECT b.files, o.undone_by FROM posting_batch b JOIN operation o ON o.seq = b.op WHERE b.op = ?1";
        let found: Option<(String, Option<i64>)> =
            self.db.query_row(sql, [seq], |r| Ok((r.get(0)?, r.get(1)?))).optional().told()?;
        let Some((names, undone_by)) = found else {
            return Err(Error::new(ErrorKind::Usage, "E0711", format!("operation {op:04} has posted nothing"))
                .help("lettrage log  lists the operations: those of kind post"));
        };
        if let Some(by) = undone_by {
            let error = Error::new(ErrorKind::Usage, "E0716", format!("operation {op:04} was withdrawn by {by:04}"));
            return Err(error.help("lettrage post --write  writes what is due now"));
        }
        let names: Vec<String> = codec::from_json(&names, "the files of a batch")?;
        let get = |name: String| -> Result<(String, Vec<u8>), Error> {
            let sql = "SELECT bytes FROM posting_file WHERE op = ?1 AND name = ?2";
            let packed: Vec<u8> = self.db.query_row(sql, params![seq, name], |r| r.get(0)).told()?;
            Ok((name, codec::unpack(&packed)?))
        };
        names.into_iter().map(get).collect()
    }

    /// What a batch wrote, as values. Errors: E0711 without such a batch, E0716 for one that was withdrawn, E0705, E0706.
    pub fn posting(&self, op: u64) -> Result<Posting, Error> {
        self.posting_files(op)?;
        let seq = i64::try_from(op).unwrap_or(i64::MAX);
        let header: String =
            self.db.query_row("SELECT header FROM posting_batch WHERE op = ?1", [seq], |r| r.get(0)).told()?;
        let mut posting: Posting = codec::from_json(&header, "a batch")?;
        for text in self.texts("SELECT entry FROM posting WHERE op = ?1 ORDER BY n", seq)? {
            posting.entries.push(codec::from_json(&text, "an entry")?);
        }
        for text in self.texts("SELECT change FROM lettering WHERE op = ?1 ORDER BY n", seq)? {
            posting.lettering.push(codec::from_json(&text, "a code")?);
        }
        posting.month = Some(Month::of(posting.from));
        Ok(posting)
    }

    /// Every entry of the batches in force, oldest first, with what the ledger has said of it. Errors: E0705, E0706.
    pub fn sent(&self) -> Result<Vec<Sent>, Error> {
        let sql = "SELECT w.op, w.entry, (SELECT a.taken FROM posting_answer a JOIN operation p ON p.seq = a.op AND p.undone_by IS NULL \
                   WHERE a.batch = w.op AND a.key = w.key ORDER BY a.op DESC LIMIT 1) \
                   FROM posting w JOIN operation o ON o.seq = w.op AND o.undone_by IS NULL ORDER BY w.op, w.n";
        let mut select = self.db.prepare_cached(sql).told()?;
        let mut found = select.query([]).told()?;
        let mut sent = Vec::new();
        while let Some(row) = found.next().told()? {
            let entry = codec::from_json(row.get_ref(1).and_then(|v| Ok(v.as_str()?)).told()?, "an entry")?;
            sent.push(Sent { op: row.get::<_, i64>(0).told()?.unsigned_abs(), entry, answer: row.get(2).told()? });
        }
        Ok(sent)
    }

    /// Records what the ledger said: answers with the batch of each. Error: E0706.
    pub fn record_answers(&mut self, answers: &[(u64, Answer)], heading: Heading) -> Result<u64, Error> {
        let tx = self.begin()?;
        let entry = Entry::begin(&tx)?;
        let taken = answers.iter().filter(|(_, a)| a.taken).count();
        for (batch, answer) in answers {
            let batch = i64::try_from(*batch).unwrap_or(i64::MAX);
            let values = params![entry.seq, &*answer.key, batch, answer.taken, &*answer.message, &*answer.place];
            tx.prepare_cached(
                "INSERT INTO posting_answer (op, key, batch, taken, message, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .and_then(|mut put| put.execute(values))
            .told()?;
        }
        let payload: Vec<serde_json::Value> = (answers.iter())
            .map(|(batch, a)| json!({ "batch": batch, "key": &*a.key, "taken": a.taken, "message": &*a.message, "place": &*a.place }))
            .collect();
        let heading = Heading {
            kind: "confirm",
            summary: format!("{taken} of {} entries taken by the ledger", answers.len()),
            payload: json!({ "answers": payload }),
            ..heading
        };
        let op = entry.finish(&heading)?;
        tx.commit().told()?;
        Ok(op)
    }
}

fn put(tx: &Transaction<'_>, op: i64, batch: Batch<'_>, entries: &[String], changes: &[String]) -> Result<(), Error> {
    let header = Posting { entries: Vec::new(), lettering: Vec::new(), ..batch.posting.clone() };
    let names: Vec<&String> = batch.files.iter().map(|(name, ..)| name).collect();
    tx.execute(
        "INSERT INTO posting_batch (op, format, period, header, files) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![op, batch.format, batch.period, codec::json(&header)?, codec::json(&names)?],
    )
    .told()?;
    for (name, bytes, _) in batch.files {
        let packed = codec::pack(bytes)?;
        tx.execute("INSERT INTO posting_file (op, name, bytes) VALUES (?1, ?2, ?3)", params![op, name, packed])
            .told()?;
    }
    for (n, (entry, json)) in (0i64..).zip(own(batch.posting).zip(entries)) {
        put_entry(tx, op, n, entry, json)?;
    }
    for (n, (change, json)) in (0i64..).zip(batch.posting.lettering.iter().zip(changes)) {
        put_change(tx, op, n, change, json)?;
    }
    Ok(())
}

/// The decision is the one that stands now: what is posted is what stands.
fn put_entry(tx: &Transaction<'_>, op: i64, n: i64, entry: &JournalEntry, json: &str) -> Result<(), Error> {
    use crate::model::{EntryKind, LineRole};
    let item = entry.lines.iter().find(|l| !l.item.is_empty()).map_or("", |l| &*l.item);
    let subject = if entry.payment.is_empty() { item } else { &*entry.payment };
    let waits = entry.kind == EntryKind::Reversal || entry.lines.iter().any(|l| l.role == LineRole::Suspense);
    let sql = match (waits, entry.kind) {
        (true, _) => "SELECT NULL WHERE ?1 <> ''",
        (false, EntryKind::Settlement) => "SELECT decision FROM item WHERE id = ?1",
        (false, _) => "SELECT decision FROM payment WHERE id = ?1",
    };
    let decision: Option<Option<i64>> =
        tx.prepare_cached(sql).and_then(|mut get| get.query_row([subject], |r| r.get(0)).optional()).told()?;
    let number = i64::try_from(entry.number).unwrap_or(i64::MAX);
    let values =
        params![op, n, &*entry.key, number, entry.kind.word(), subject, decision.flatten(), &*entry.reverses, json];
    tx.prepare_cached(
        "INSERT INTO posting (op, n, key, number, kind, subject, decision, reverses, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )
    .and_then(|mut put| put.execute(values))
    .told()?;
    Ok(())
}

fn put_change(tx: &Transaction<'_>, op: i64, n: i64, change: &LetteringChange, json: &str) -> Result<(), Error> {
    tx.prepare_cached("INSERT INTO lettering (op, n, item, change) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut put| put.execute(params![op, n, &*change.item, json]))
        .told()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Currency, EntryKind, JournalLine, LineRole};

    fn line(role: LineRole, account: &str, minor: i64) -> JournalLine {
        JournalLine {
            role,
            account: account.into(),
            account_name: account.into(),
            auxiliary: "".into(),
            auxiliary_name: "".into(),
            minor,
            label: "x".into(),
            document: "d".into(),
            item: "".into(),
            item_kind: None,
            due: None,
            letter: None,
        }
    }

    /// A posting of one entry that moves 12.00 one way and so much the other.
    fn posting(back: i64) -> Posting {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 6, 3).unwrap();
        let entry = JournalEntry {
            key: "L1".into(),
            kind: EntryKind::Payment,
            journal: "BQ".into(),
            journal_name: "Banque".into(),
            number: 1,
            date: day,
            document: "d".into(),
            document_date: day,
            label: "x".into(),
            currency: Currency::EUR,
            payment: "P1".into(),
            reverses: "".into(),
            lines: vec![line(LineRole::Bank, "512100", 1_200), line(LineRole::Outside, "758000", back)],
        };
        Posting {
            company: "c".into(),
            siren: "".into(),
            from: Month::of(day).first(),
            to: Month::of(day).last(),
            month: Some(Month::of(day)),
            made: day,
            currency: Currency::EUR,
            entries: vec![entry],
            lettering: Vec::new(),
            held: Vec::new(),
        }
    }

    fn record(book: &mut Book, posting: &Posting, write: Result<(), Error>) -> Result<u64, Error> {
        let files = [("j.csv".to_string(), b"x".to_vec(), crate::model::digest::sha256(b"x"))];
        let batch = Batch { format: "csv", period: "2026-06", posting, files: &files };
        book.record_posting(batch, Heading { kind: "post", ..Heading::default() }, || write)
    }

    #[test]
    fn what_does_not_balance_or_cannot_be_written_is_not_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let mut book = Book::create(folder.path()).unwrap();
        assert_eq!(record(&mut book, &posting(-1_199), Ok(())).unwrap_err().code(), "E0730");
        let full = Err(Error::new(ErrorKind::Io, "E0002", "no room"));
        assert_eq!(record(&mut book, &posting(-1_200), full).unwrap_err().code(), "E0002");
        assert_eq!((book.operations(0).unwrap().len(), book.posting_batches().unwrap().len()), (0, 0));
        assert_eq!(record(&mut book, &posting(-1_200), Ok(())).unwrap(), 1);
        assert_eq!(book.posting(1).unwrap(), posting(-1_200));
        assert_eq!(book.posting_files(1).unwrap(), [("j.csv".to_string(), b"x".to_vec())]);
        assert_eq!(book.posting_files(2).unwrap_err().code(), "E0711");
        assert_eq!(book.wrong_batches().unwrap(), []);
    }
}
