//! Which operations are in force, and which decisions stand: both follow from the entries of the log alone.
//!
//! An operation is in force unless an undo that is in force itself names it. An undo names only earlier operations, so one pass from
//! the last entry to the first tells it of all. The column `operation.undone_by` and the pointers of payments and items keep the
//! answers for speed; [`Book::verify_log`] holds them against the log.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use rusqlite::{Connection, params};

use super::codec;
use super::log::Subject;
use super::store::{Book, Told as _};
use crate::error::{Error, ErrorKind};

/// By payment or item (a negative number): the last entry that decided it, and what it left standing.
type LastMoves = HashMap<i64, (i64, Option<i64>), RandomState>;

/// The undos of a log, by their number: what each names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Undos(BTreeMap<i64, Vec<i64>>);

impl Undos {
    /// Reads them. Errors: E0705, E0706.
    pub(super) fn read(db: &Connection) -> Result<Self, Error> {
        let mut select =
            db.prepare_cached("SELECT seq, payload FROM operation WHERE kind = 'undo' ORDER BY seq").told()?;
        let mut rows = select.query([]).told()?;
        let mut undos = Self::default();
        while let Some(row) = rows.next().told()? {
            let payload: String = row.get(1).told()?;
            let payload: serde_json::Value = codec::from_json(&payload, "an entry of the log")?;
            let named = payload["undoes"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_i64);
            undos.0.insert(row.get(0).told()?, named.collect());
        }
        Ok(undos)
    }

    /// Adds an undo that is about to be written.
    pub(super) fn put(&mut self, seq: i64, named: &[i64]) {
        self.0.insert(seq, named.to_vec());
    }

    /// What the entries up to one say: each operation that is out of force, with the undo that took it out.
    pub(super) fn undone(&self, until: i64) -> HashMap<i64, i64, RandomState> {
        let mut undone: HashMap<i64, i64, RandomState> = HashMap::default();
        for (seq, named) in self.0.range(..=until).rev() {
            if undone.contains_key(seq) {
                continue;
            }
            for earlier in named.iter().filter(|n| *n < seq) {
                undone.entry(*earlier).or_insert(*seq);
            }
        }
        undone
    }

    fn named_by(&self, seq: i64) -> &[i64] {
        self.0.get(&seq).map_or(&[], Vec::as_slice)
    }
}

/// Marks operations as the log says once the undo `seq` is in it. Those that are in force again, with their kinds.
pub(super) fn mark(db: &Connection, undos: &Undos, seq: i64) -> Result<Vec<(i64, String)>, Error> {
    let undone = undos.undone(seq);
    let mut select = db.prepare_cached("SELECT seq, kind, undone_by FROM operation ORDER BY seq").told()?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let all: Vec<(i64, String, Option<i64>)> = rows.and_then(Iterator::collect).told()?;
    let mut again = Vec::new();
    for (operation, kind, was) in all {
        let is = undone.get(&operation).copied();
        if is == was {
            continue;
        }
        db.prepare_cached("UPDATE operation SET undone_by = ?1 WHERE seq = ?2")
            .and_then(|mut update| update.execute(params![is, operation]))
            .told()?;
        if is.is_none() {
            again.push((operation, kind));
        }
    }
    Ok(again)
}

impl Book {
    /// The operations that undoing back to a point takes back, the last first: what is behind `seq` and in force, and the undos behind
    /// it that took something of before the point out of force. Errors: E0705, E0706.
    pub fn operations_after(&self, seq: u64) -> Result<Vec<u64>, Error> {
        let point = i64::try_from(seq).unwrap_or(i64::MAX);
        let mut select = self.db.prepare("SELECT seq, kind FROM operation WHERE seq > ?1 ORDER BY seq DESC").told()?;
        let rows = select.query_map([point], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        let behind: Vec<(i64, String)> = rows.and_then(Iterator::collect).told()?;
        let mut undos = Undos::read(&self.db)?;
        let next = behind.first().map_or(1, |(last, _)| last + 1);
        let mut undone = undos.undone(next);
        let mut taken: Vec<i64> = Vec::new();
        for (operation, kind) in behind {
            let is_undo = kind == "undo";
            // An undo of what is behind the point as well can stay: what it took back stays taken back.
            let stays = is_undo && undos.named_by(operation).iter().all(|named| *named > point);
            if stays || undone.contains_key(&operation) {
                continue;
            }
            taken.push(operation);
            if is_undo {
                undos.put(next, &taken);
                undone = undos.undone(next);
            }
        }
        Ok(taken.into_iter().map(i64::unsigned_abs).collect())
    }

    /// Holds what is kept for speed against the log of `count` entries: which operations are undone, and which decisions stand.
    ///
    /// Errors: E0715 with the entry that says otherwise, E0705, E0706.
    pub(super) fn verify_standing(&self, count: i64) -> Result<(), Error> {
        let undone = Undos::read(&self.db)?.undone(count);
        let mut select = self.db.prepare("SELECT seq, undone_by FROM operation ORDER BY seq").told()?;
        let mut rows = select.query([]).told()?;
        while let Some(row) = rows.next().told()? {
            let (seq, kept): (i64, Option<i64>) = (row.get(0).told()?, row.get(1).told()?);
            if kept != undone.get(&seq).copied() {
                return Err(broken(seq, "it is marked as undone, or as in force, and the log says otherwise"));
            }
        }
        let last = self.last_moves(count)?;
        let sql = "SELECT n, decision, id FROM payment UNION ALL SELECT -n, decision, id FROM item";
        let mut select = self.db.prepare(sql).told()?;
        let mut rows = select.query([]).told()?;
        while let Some(row) = rows.next().told()? {
            let subject: i64 = row.get(0).told()?;
            let kept: Option<i64> = row.get(1).told()?;
            let (op, stands) = last.get(&subject).copied().unwrap_or((count, None));
            if kept != stands {
                let what = if matches!(Subject::of_number(subject), Subject::Payment(_)) { "payment" } else { "item" };
                let id: String = row.get(2).told()?;
                return Err(broken(op, &format!("what it left standing on {what} {id} does not stand any more")));
            }
        }
        Ok(())
    }

    /// For each payment and item (a negative number) the last entry that decided it, and what it left standing.
    fn last_moves(&self, count: i64) -> Result<LastMoves, Error> {
        let sql = "SELECT coalesce(payment, -item), op, n, n FROM decision \
                   UNION ALL SELECT subject, op, after, 0 FROM change ORDER BY 2, 4";
        let mut select = self.db.prepare(sql).told()?;
        let mut rows = select.query([]).told()?;
        let mut last = HashMap::default();
        while let Some(row) = rows.next().told()? {
            let op: i64 = row.get(1).told()?;
            if !(1..=count).contains(&op) {
                return Err(broken(op, "it is not there, and has made a decision"));
            }
            last.insert(row.get(0).told()?, (op, row.get(2).told()?));
        }
        Ok(last)
    }
}

/// The error for an entry with which something does not agree.
pub(super) fn broken(seq: i64, why: &str) -> Error {
    Error::new(ErrorKind::CheckFailed, "E0715", format!("the log does not hold at entry {seq:04}"))
        .label(why.to_string())
        .help("somebody or something changed the book outside the program: compare it with a copy")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(undos: &[(i64, &[i64])], until: i64) -> Vec<(i64, i64)> {
        let mut all = Undos::default();
        undos.iter().for_each(|(seq, named)| all.put(*seq, named));
        let mut found: Vec<(i64, i64)> = all.undone(until).into_iter().collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn an_undone_undo_takes_nothing_back() {
        let chain: &[(i64, &[i64])] = &[(3, &[2]), (4, &[3]), (5, &[4])];
        assert_eq!(undone(chain, 3), [(2, 3)]);
        assert_eq!(undone(chain, 4), [(3, 4)]);
        assert_eq!(undone(chain, 5), [(2, 3), (4, 5)]);
        // One undo names an undo and what that had taken back.
        assert_eq!(undone(&[(3, &[2]), (4, &[3, 2])], 4), [(2, 4), (3, 4)]);
        // An entry that names itself or a later one is none that this program writes.
        assert_eq!(undone(&[(3, &[3, 4])], 4), []);
    }
}
