//! Reading what a posting is made of: one pass over each table, whatever the number of payments.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use rusqlite::Connection;

use crate::book::rows::Shared;
use crate::book::store::{Book, Told as _};
use crate::book::{codec, facts};
use crate::config::LedgerPolicy;
use crate::error::Error;
use crate::model::{EntryKind, ItemKind, ItemText, LetteringChange, PaymentText, PostFacts, VatPart, Written};

/// Entries of batches in force that the ledger refused, by batch and key: the last answer counts.
const REFUSED: &str = "SELECT a.batch, a.key FROM posting_answer a JOIN operation o ON o.seq = a.op AND o.undone_by IS NULL \
     WHERE a.taken = 0 AND NOT EXISTS (SELECT 1 FROM posting_answer b JOIN operation p ON p.seq = b.op AND p.undone_by IS NULL \
     WHERE b.batch = a.batch AND b.key = a.key AND b.op > a.op)";

impl Book {
    /// Everything that a posting is made of, but for the auditor's pairs. Errors: E0301, E0705, E0706.
    pub fn post_facts(&self, ledger: &LedgerPolicy) -> Result<PostFacts, Error> {
        let mut book = facts::read(&self.db, None)?;
        book.receivable = ledger.receivable.as_str().into();
        book.banks = facts::banks(&book, ledger)?;
        let payments = payments(&self.db)?;
        let items = items(&self.db)?;
        let refused = refused(&self.db)?;
        let text = |id: &str| payments.get(id).cloned().unwrap_or_default();
        let of_item = |id: &str| items.get(id).cloned().unwrap_or_default();
        Ok(PostFacts {
            payments: book.payments.iter().map(|p| text(&p.id)).collect(),
            items: book.items.iter().map(|i| of_item(&i.id)).collect(),
            in_ledger: Vec::new(),
            closed: self.periods()?.into_iter().map(|p| (p.month, p.op)).collect(),
            written: written(&self.db, &refused)?,
            letters: letters(&self.db, &refused)?,
            ledger_letters: ledger_letters(&self.db)?,
            next_number: next_number(&self.db)?,
            book,
        })
    }
}

type Texts<T> = HashMap<Box<str>, T, RandomState>;

/// Account, customer, code.
type LedgerLetter = (Box<str>, Box<str>, Box<str>);

/// Batch and key.
type Keys = HashSet<(i64, Box<str>), RandomState>;

fn payments(db: &Connection) -> Result<Texts<PaymentText>, Error> {
    let sql = "SELECT id, payer_name, remittance, bank_reference FROM payment WHERE present = 1";
    let mut select = db.prepare_cached(sql).told()?;
    let rows = select.query_map([], |r| {
        Ok((r.get(0)?, PaymentText { payer: r.get(1)?, remittance: r.get(2)?, reference: r.get(3)? }))
    });
    rows.and_then(Iterator::collect).told()
}

fn items(db: &Connection) -> Result<Texts<ItemText>, Error> {
    let sql =
        "SELECT id, number, customer_id, customer_name, kind, due, vat, discount <> '' FROM item WHERE present = 1";
    let mut select = db.prepare_cached(sql).told()?;
    let mut found = select.query([]).told()?;
    let (mut shared, mut items) = (Shared::default(), Texts::default());
    while let Some(row) = found.next().told()? {
        let text = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str()?)).told();
        let vat = match text(6)? {
            "" => Vec::new(),
            json => codec::from_json::<Vec<VatPart>>(json, "VAT")?,
        };
        let item = ItemText {
            number: text(1)?.into(),
            customer: shared.text(text(2)?),
            name: shared.text(text(3)?),
            kind: if text(4)? == ItemKind::CreditNote.word() { ItemKind::CreditNote } else { ItemKind::Invoice },
            due: codec::optional_day(row.get_ref(5).and_then(|v| Ok(v.as_str_or_null()?)).told()?)?,
            vat: vat.into(),
            has_discount: row.get(7).told()?,
        };
        items.insert(text(0)?.into(), item);
    }
    Ok(items)
}

fn refused(db: &Connection) -> Result<Keys, Error> {
    let mut select = db.prepare_cached(REFUSED).told()?;
    let rows = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?)));
    rows.and_then(Iterator::collect).told()
}

/// What is written and was not refused. The entry itself is read only where it may have to be taken back.
fn written(db: &Connection, refused: &Keys) -> Result<Vec<Written>, Error> {
    let sql = "SELECT w.op, w.key, w.kind, w.decision IS NULL AND w.reverses = '', w.subject, w.reverses, \
         CASE WHEN w.reverses = '' AND (w.decision IS NULL OR w.decision IS NOT coalesce(p.decision, i.decision) \
         OR w.key IN (SELECT reverses FROM posting WHERE reverses <> '')) THEN w.entry END \
         FROM posting w JOIN operation o ON o.seq = w.op AND o.undone_by IS NULL \
         LEFT JOIN payment p ON p.id = w.subject AND p.present = 1 LEFT JOIN item i ON i.id = w.subject AND w.kind = 'settlement' \
         ORDER BY w.op, w.n";
    let mut select = db.prepare_cached(sql).told()?;
    let mut found = select.query([]).told()?;
    let mut written = Vec::new();
    while let Some(row) = found.next().told()? {
        let text = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str()?)).told();
        let (op, key, kind): (i64, Box<str>, &str) = (row.get(0).told()?, text(1)?.into(), text(2)?);
        if refused.contains(&(op, key.clone())) {
            continue;
        }
        let entry = row.get_ref(6).and_then(|v| Ok(v.as_str_or_null()?)).told()?;
        written.push(Written {
            op: op.unsigned_abs(),
            key,
            kind: EntryKind::parse(kind).ok_or_else(|| codec::broken("an entry", kind))?,
            suspense: row.get(3).told()?,
            subject: text(4)?.into(),
            reverses: text(5)?.into(),
            entry: entry.map(|json| codec::from_json(json, "an entry")).transpose()?,
        });
    }
    Ok(written)
}

fn letters(db: &Connection, refused: &Keys) -> Result<Vec<LetteringChange>, Error> {
    let sql = "SELECT l.op, l.change FROM lettering l JOIN operation o ON o.seq = l.op AND o.undone_by IS NULL ORDER BY l.op, l.n";
    let mut select = db.prepare_cached(sql).told()?;
    let mut found = select.query([]).told()?;
    let mut letters = Vec::new();
    while let Some(row) = found.next().told()? {
        let op: i64 = row.get(0).told()?;
        let change: LetteringChange = codec::from_json(row.get_ref(1).and_then(|v| Ok(v.as_str()?)).told()?, "a code")?;
        if change.key.is_empty() || !refused.contains(&(op, change.key.clone())) {
            letters.push(change);
        }
    }
    Ok(letters)
}

/// Codes of the ledger's lines, also of those that a later file says otherwise: a code is not used twice.
fn ledger_letters(db: &Connection) -> Result<Vec<LedgerLetter>, Error> {
    let sql = "SELECT DISTINCT l.account, l.auxiliary, l.lettering FROM ledger_line l JOIN file f ON f.n = l.file AND f.active = 1 \
               WHERE l.lettering <> '' ORDER BY 1, 2, 3";
    let mut select = db.prepare_cached(sql).told()?;
    let rows = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)));
    rows.and_then(Iterator::collect).told()
}

fn next_number(db: &Connection) -> Result<u64, Error> {
    let sql =
        "SELECT coalesce(max(w.number), 0) + 1 FROM posting w JOIN operation o ON o.seq = w.op AND o.undone_by IS NULL";
    let number: i64 = db.query_row(sql, [], |r| r.get(0)).told()?;
    Ok(number.unsigned_abs())
}
