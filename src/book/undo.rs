//! Taking operations back.
//!
//! An undo is an operation of its own: it puts back the decisions that stood before. What other operations rest on is refused by
//! name, so that undoing never guesses. Undoing an undo brings its decisions back.

use rusqlite::{OptionalExtension as _, Transaction, params};
use serde_json::json;

use super::closed::refuse_day;
use super::decide::{closed_since, item_closed_since, returned_by};
use super::force::{self, Undos};
use super::import::{Imported, Together, put_customers, put_together};
use super::lists::Image;
use super::log::{Entry, Heading, Subject};
use super::posting::check::{batches_in_force, may_change};
use super::rows;
use super::store::{Book, Told as _};
use super::{approval, codec};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{CustomerFile, DecisionKind, InputRole};

/// One decision that an operation changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Move {
    subject: Subject,
    before: Option<i64>,
    after: Option<i64>,
}

/// An operation, as undoing it needs it.
struct Target {
    seq: i64,
    kind: String,
}

impl Book {
    /// The last operation that is in force and can be undone. Errors: C0017 when it closed a month, E0706.
    pub fn last_operation(&self) -> Result<Option<u64>, Error> {
        let sql = "SELECT seq, kind FROM operation WHERE undone_by IS NULL AND kind NOT IN ('init', 'undo', 'reopen') \
                   AND (kind <> 'close' OR seq IN (SELECT op FROM period)) ORDER BY seq DESC LIMIT 1";
        let last: Option<(i64, String)> =
            self.db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional().told()?;
        match last {
            // What is before it is what the closed month rests on: to take that back needs to be said.
            Some((seq, kind)) if kind == "close" => Err(closed(seq)),
            last => Ok(last.map(|(seq, _)| seq.unsigned_abs())),
        }
    }

    /// Numbers of the statement files that stay in force when operations are undone; `None` when none of them brought one: then
    /// nothing has to be put together again. Error: E0706.
    pub fn statement_files_without(&self, operations: &[u64]) -> Result<Option<Vec<i64>>, Error> {
        let mut select =
            self.db.prepare("SELECT n, op FROM file WHERE role = 'statement' AND active = 1 ORDER BY n").told()?;
        let rows = select.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
        let all: Vec<(i64, i64)> = rows.and_then(Iterator::collect).told()?;
        let stays = |(_, op): &&(i64, i64)| !operations.contains(&op.unsigned_abs());
        let left: Vec<i64> = all.iter().filter(stays).map(|(n, _)| *n).collect();
        Ok((left.len() != all.len()).then_some(left))
    }

    /// Undoes operations as one: the last first. `together` is what the statement files that stay give, when any goes.
    ///
    /// Errors: E0711 for an operation that is not there, E0716 for one that is undone already or cannot be, C0001, C0009 for one that
    /// later ones rest on, E0706.
    pub fn undo(
        &mut self,
        operations: &[u64],
        together: Option<(&Together, &[i64])>,
        heading: Heading,
    ) -> Result<u64, Errors> {
        let tx = self.begin()?;
        let mut entry = Entry::begin(&tx)?;
        let mut moves: Vec<Move> = Vec::new();
        let mut imports = false;
        let mut undos = Undos::read(&tx)?;
        let approved = approval::rested_on(&tx)?;
        let mut named: Vec<i64> = Vec::new();
        for seq in operations {
            let target = target(&tx, *seq, &undos, entry.seq)?;
            imports |= target.kind == "import";
            collect(&tx, &target, &mut moves)?;
            named.push(target.seq);
            undos.put(entry.seq, &named);
        }
        let posted = batches_in_force(&tx)?;
        no_import_again(&force::mark(&tx, &undos, entry.seq)?)?;
        may_change(&tx, &posted)?;
        approval::still_rests(&tx, &approved)?;
        moves.retain(|one| one.before != one.after);
        moves.sort_unstable_by_key(|one| one.subject.number());
        for one in &moves {
            may_go(&tx, one)?;
        }
        for one in &moves {
            entry.put_back(one.subject, one.after, one.before)?;
        }
        for one in &moves {
            rests_on(&tx, one)?;
        }
        if imports {
            undo_imports(&mut entry, operations, together)?;
        }
        let numbers: Vec<String> = operations.iter().map(|seq| format!("{seq:04}")).collect();
        let summary = format!("op {}", numbers.join(", "));
        let op = entry.finish(&Heading { summary, payload: json!({ "undoes": operations }), ..heading })?;
        tx.commit().told()?;
        Ok(op)
    }
}

/// Closing a month is not undone in passing.
fn closed(seq: i64) -> Error {
    let message = format!("operation {seq:04} closed a month, which is not undone");
    Error::new(ErrorKind::Refused, "C0017", message).help("lettrage reopen MONTH --why …  opens it again")
}

/// An operation that can be undone, after those that the undo `by` names already.
fn target(tx: &Transaction<'_>, seq: u64, undos: &Undos, by: i64) -> Result<Target, Error> {
    let number = i64::try_from(seq).unwrap_or(i64::MAX);
    let row: Option<(String, Option<i64>)> = tx
        .query_row("SELECT kind, undone_by FROM operation WHERE seq = ?1", [number], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
        .told()?;
    let Some((kind, undone_by)) = row else {
        let error = Error::new(ErrorKind::Usage, "E0711", format!("there is no operation {seq:04}"));
        return Err(error.help("lettrage log  lists them"));
    };
    let target = Target { seq: number, kind };
    // What an undo had taken back is in force once that undo is taken back.
    let undone_by = undone_by.and_then(|_| undos.undone(by).get(&number).copied());
    let cannot =
        |why: String| Error::new(ErrorKind::Usage, "E0716", format!("operation {seq:04} cannot be undone: {why}"));
    if let Some(by) = undone_by {
        return Err(
            cannot(format!("operation {by:04} has undone it")).help(format!("lettrage undo {by:04}  brings it back"))
        );
    }
    match &*target.kind {
        "init" => Err(cannot("it made the book".into())),
        "close" => Err(closed(target.seq)),
        "reopen" => Err(cannot("it opened a month again".into()).help("lettrage close MONTH")),
        _ => Ok(target),
    }
}

/// The moves of an operation, put before those of later ones: what stood before the first, what stands after the last. Of several
/// decisions of one operation about the same payment the last comes first.
fn collect(tx: &Transaction<'_>, target: &Target, moves: &mut Vec<Move>) -> Result<(), Error> {
    let sql = "SELECT coalesce(payment, -item), before, n FROM decision WHERE op = ?1 \
               UNION ALL SELECT subject, before, after FROM change WHERE op = ?1 ORDER BY 3 DESC";
    let mut select = tx.prepare_cached(sql).told()?;
    let rows = select.query_map([target.seq], |row| {
        Ok(Move { subject: Subject::of_number(row.get(0)?), before: row.get(1)?, after: row.get(2)? })
    });
    let found: Vec<Move> = rows.and_then(Iterator::collect).told()?;
    let mut known: std::collections::HashMap<Subject, usize> =
        moves.iter().enumerate().map(|(n, one)| (one.subject, n)).collect();
    for one in found {
        match known.get(&one.subject) {
            None => {
                let now = super::log::standing(tx, one.subject)?;
                if now != one.after {
                    return Err(later(tx, target.seq, now)?);
                }
                known.insert(one.subject, moves.len());
                moves.push(one);
            }
            Some(n) if moves[*n].before == one.after => moves[*n].before = one.before,
            Some(n) => return Err(later(tx, target.seq, moves[*n].before)?),
        }
    }
    Ok(())
}

/// What stands now is of a later operation.
fn later(tx: &Transaction<'_>, seq: i64, now: Option<i64>) -> Result<Error, Error> {
    let by: Option<i64> = match now {
        Some(decision) => {
            tx.query_row("SELECT op FROM decision WHERE n = ?1", [decision], |r| r.get(0)).optional().told()?
        }
        None => None,
    };
    let by = by.map_or_else(|| "a later operation".to_string(), |op| format!("operation {op:04}"));
    Ok(Error::new(
        ErrorKind::Refused,
        "C0009",
        format!("operation {seq:04} cannot be undone: {by} has decided the same since"),
    )
    .help(format!("undo the later ones first, or go back to a point:  lettrage undo --to {}", seq - 1)))
}

/// What was decided in a month before it was closed stays.
fn may_go(tx: &Transaction<'_>, one: &Move) -> Result<(), Error> {
    for decision in [one.before, one.after].into_iter().flatten() {
        let (op, kind): (i64, String) = tx
            .query_row("SELECT op, kind FROM decision WHERE n = ?1", [decision], |r| Ok((r.get(0)?, r.get(1)?)))
            .told()?;
        if !DecisionKind::parse(&kind).is_some_and(DecisionKind::settles) {
            continue;
        }
        match one.subject {
            Subject::Payment(n) => {
                let (id, booked): (String, String) = tx
                    .query_row("SELECT id, booked FROM payment WHERE n = ?1", [n], |r| Ok((r.get(0)?, r.get(1)?)))
                    .told()?;
                let booked = codec::day(&booked)?;
                if closed_since(tx, op, booked)? {
                    refuse_day(tx, &id, booked, "it was decided before that")?;
                }
            }
            Subject::Item(_) => item_closed_since(tx, op)?,
        }
    }
    Ok(())
}

/// A return rests on the decision of its receipt: where it stands, that decision stands, too, and is what it takes back.
fn rests_on(tx: &Transaction<'_>, one: &Move) -> Result<(), Error> {
    let Subject::Payment(n) = one.subject else { return Ok(()) };
    let mirrored: Option<bool> = tx
        .prepare_cached(
            "SELECT coalesce(s.kind = 'apply', 0) AND NOT EXISTS (\
                 SELECT item, minor FROM application WHERE decision = s.n \
                 EXCEPT SELECT item, -minor FROM application WHERE decision = d.n) \
             FROM decision d CROSS JOIN payment p ON p.n = d.payment JOIN payment r ON r.n = d.returns \
             LEFT JOIN decision s ON s.n = r.decision \
             WHERE d.returns = ?1 AND d.kind = 'return' AND p.decision = d.n AND p.present = 1",
        )
        .and_then(|mut get| get.query_row([n], |row| row.get(0)).optional())
        .told()?;
    if mirrored != Some(false) {
        return Ok(());
    }
    let id: String = tx.query_row("SELECT id FROM payment WHERE n = ?1", [n], |row| row.get(0)).told()?;
    returned_by(tx, n, &id)
}

/// What an import brought is not kept for it to come back. Error: E0716.
fn no_import_again(again: &[(i64, String)]) -> Result<(), Error> {
    let Some((seq, _)) = again.iter().find(|(_, kind)| kind == "import") else { return Ok(()) };
    let message = format!("the import of operation {seq:04} was undone, and cannot be brought back like that");
    Err(Error::new(ErrorKind::Usage, "E0716", message).help("import the file again"))
}

/// Takes files out of force, and with them what only they gave.
fn undo_imports(entry: &mut Entry<'_>, operations: &[u64], together: Option<(&Together, &[i64])>) -> Result<(), Error> {
    let tx = entry.tx;
    let mut customers = false;
    for seq in operations {
        let seq = i64::try_from(*seq).unwrap_or(i64::MAX);
        let mut select = tx.prepare("SELECT n, role FROM file WHERE op = ?1 AND active = 1 ORDER BY n DESC").told()?;
        let rows = select.query_map([seq], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        let files: Vec<(i64, String)> = rows.and_then(Iterator::collect).told()?;
        for (file, role) in files {
            if role == InputRole::Items.word() {
                undo_list(entry, file)?;
            }
            customers |= role == InputRole::Customers.word();
            tx.execute("UPDATE file SET active = 0 WHERE n = ?1", [file]).told()?;
        }
    }
    if customers {
        tx.execute("DELETE FROM customer", []).told()?;
        let mut select =
            tx.prepare("SELECT n, content FROM file WHERE role = 'customers' AND active = 1 ORDER BY n").told()?;
        let rows = select.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
        let left: Vec<(i64, Vec<u8>)> = rows.and_then(Iterator::collect).told()?;
        for (file, content) in left {
            put_customers(tx, file, &codec::unpack_json::<CustomerFile>(&content)?.customers)?;
        }
    }
    if let Some((together, files)) = together {
        put_together(tx, together, files, &mut Imported::default())?;
    }
    Ok(())
}

/// Puts the items of a list back to what they were before it.
fn undo_list(entry: &mut Entry<'_>, file: i64) -> Result<(), Error> {
    let tx = entry.tx;
    let later: Option<i64> = tx
        .query_row("SELECT min(op) FROM file WHERE role = 'invoices' AND active = 1 AND n > ?1", [file], |row| {
            row.get(0)
        })
        .told()?;
    if let Some(later) = later {
        let error =
            Error::new(ErrorKind::Refused, "C0009", format!("operation {later:04} has imported a later list of items"));
        return Err(error.help("undo that one first"));
    }
    let mut select = tx.prepare("SELECT item, body FROM item_image WHERE file = ?1 ORDER BY item").told()?;
    let rows = select.query_map([file], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
    let images: Vec<(i64, String)> = rows.and_then(Iterator::collect).told()?;
    tx.execute("DELETE FROM taken_over WHERE file = ?1", [file]).told()?;
    for (item, body) in images {
        if body.is_empty() {
            in_use(tx, item)?;
            tx.execute("UPDATE item SET present = 0, open = 0, listed = 0 WHERE n = ?1", [item]).told()?;
            continue;
        }
        let image: Image = codec::from_json(&body, "an item as it was")?;
        rows::put_item(tx, Some(item), &crate::model::OpenItem { open_minor: image.listed, ..image.item }, image.file)?;
        tx.execute("UPDATE item SET missing = ?1 WHERE n = ?2", params![image.missing, item]).told()?;
        reckon(tx, item)?;
        // Decisions that only the later list allowed would take more than the earlier one has.
        entry.touch(item);
    }
    tx.execute("DELETE FROM item_image WHERE file = ?1", [file]).told()?;
    Ok(())
}

/// Refuses to take an item away on which a decision stands. Error: C0009.
fn in_use(tx: &Transaction<'_>, item: i64) -> Result<(), Error> {
    let sql = "SELECT i.id, d.op FROM item i JOIN application a ON a.item = i.n JOIN decision d ON d.n = a.decision \
               JOIN payment p ON p.decision = d.n WHERE i.n = ?1 UNION ALL \
               SELECT i.id, d.op FROM item i JOIN decision d ON d.n = i.decision WHERE i.n = ?1 LIMIT 1";
    let used: Option<(String, i64)> = tx
        .prepare_cached(sql)
        .and_then(|mut get| get.query_row([item], |r| Ok((r.get(0)?, r.get(1)?))).optional())
        .told()?;
    let Some((id, op)) = used else { return Ok(()) };
    Err(Error::new(ErrorKind::Refused, "C0009", format!("operation {op:04} has decided about item {id} of this list"))
        .help("undo that one first"))
}

/// Computes anew what is open of an item.
fn reckon(tx: &Transaction<'_>, item: i64) -> Result<(), Error> {
    let sql = "UPDATE item SET open = listed - (SELECT coalesce(sum(a.minor), 0) FROM application a JOIN decision d ON d.n = a.decision \
               LEFT JOIN payment p ON p.n = d.payment WHERE a.item = item.n AND (p.decision = d.n OR item.decision = d.n) AND NOT EXISTS \
               (SELECT 1 FROM taken_over t WHERE t.decision = a.decision AND t.item = a.item)) WHERE n = ?1";
    tx.prepare_cached(sql).and_then(|mut update| update.execute([item])).told()?;
    Ok(())
}
