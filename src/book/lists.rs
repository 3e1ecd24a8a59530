//! What a further list of items changes.
//!
//! A list says what is open in the accounting ledger. The book knows what its own decisions have taken off since. Where the list has
//! become smaller by exactly that, the ledger has booked these decisions (they are *taken over*), and nothing is taken off twice. Where
//! it has not changed, the ledger has not booked them yet. What a list changes otherwise is said; what it does not have any more, and no
//! decision explains, is asked about and stays open.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::codec;
use super::import::Scope;
use super::log::Entry;
use super::rows::{self, ITEM, Shared};
use super::store::Told as _;
use crate::error::{Error, ErrorKind};
use crate::model::{ItemFile, OpenItem};

/// Items that are named one by one; the rest is counted.
const NAMED: usize = 20;
/// Pending applications of one item among which every sum is tried.
const TRIED: usize = 12;

/// A field of an item that a list changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemChange {
    /// The item.
    pub id: String,
    /// What changed: `open`, `amount`, `due date`, …
    pub field: &'static str,
    /// What it was.
    pub was: String,
    /// What it is.
    pub is: String,
}

/// What a list changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListChanges {
    /// Items that no list had.
    pub new: u64,
    /// Items of which the list says the same.
    pub unchanged: u64,
    /// Items that the ledger has settled, wholly or in part, as the book had decided.
    pub taken_over: u64,
    /// How many were changed otherwise; the first of them are in [`ListChanges::changes`].
    pub changed: u64,
    /// The first changes that no decision explains.
    pub changes: Vec<ItemChange>,
    /// How many are in no list any more, although they are open.
    pub missing: u64,
    /// The first of them.
    pub missing_ids: Vec<String>,
    /// Why a list is taken for full or added, where nobody said.
    pub assumed: String,
}

/// By item: decisions with what each takes off it.
type Pending = HashMap<i64, Vec<(i64, i64)>, RandomState>;

/// An item that the book has.
struct Known {
    n: i64,
    item: OpenItem,
    listed: i64,
    missing: Option<i64>,
}

/// What undoing an import puts back of an item.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Image {
    pub(super) item: OpenItem,
    pub(super) listed: i64,
    pub(super) file: i64,
    pub(super) missing: Option<i64>,
}

/// Takes a list over.
pub(super) fn put_list(
    entry: &mut Entry<'_>,
    file: i64,
    list: &ItemFile,
    scope: Option<Scope>,
) -> Result<(Scope, ListChanges), Error> {
    let known = known_items(entry)?;
    let mut changes = ListChanges::default();
    let scope = match scope {
        Some(scope) => scope,
        None => guess(list, &known, &mut changes),
    };
    let word = if scope == Scope::Full { "full" } else { "added" };
    entry.tx.execute("UPDATE file SET scope = ?1 WHERE n = ?2", params![word, file]).told()?;
    let mut pending = pending(entry)?;
    let mut listed: HashSet<&str, RandomState> = HashSet::default();
    for item in &list.items {
        listed.insert(&item.id);
        match known.get(&item.id) {
            None => {
                let gone = gone(entry, &item.id)?;
                rows::put_item(entry.tx, gone, item, file)?;
                if let Some(n) = gone {
                    set_open(entry, n, item.open_minor)?;
                }
                image(entry, file, &item.id, None)?;
                changes.new += 1;
            }
            Some(old) => {
                let applied = pending.remove(&old.n).unwrap_or_default();
                again(entry, file, old, item, &applied, &mut changes)?;
            }
        }
    }
    if scope == Scope::Full {
        let mut left: Vec<&Known> = known.values().filter(|old| !listed.contains(&*old.item.id)).collect();
        left.sort_unstable_by_key(|old| old.n);
        for old in left {
            let applied = pending.remove(&old.n).unwrap_or_default();
            vanished(entry, file, old, &applied, &mut changes)?;
        }
    }
    Ok((scope, changes))
}

fn known_items(entry: &Entry<'_>) -> Result<HashMap<Box<str>, Known, RandomState>, Error> {
    let sql = format!("SELECT {ITEM}, i.listed, i.missing FROM item i WHERE i.present = 1");
    let mut select = entry.tx.prepare(&sql).told()?;
    let mut found = select.query([]).told()?;
    let mut shared = Shared::default();
    let mut known = HashMap::default();
    while let Some(row) = found.next().told()? {
        let (n, item) = rows::item(row, &mut shared)?;
        let listed = row.get(rows::ITEM_COLUMNS).told()?;
        let missing = row.get(rows::ITEM_COLUMNS + 1).told()?;
        known.insert(item.id.clone(), Known { n, item, listed, missing });
    }
    Ok(known)
}

/// The row of an item that an undone import had brought.
fn gone(entry: &Entry<'_>, id: &str) -> Result<Option<i64>, Error> {
    use rusqlite::OptionalExtension as _;
    let sql = "SELECT n FROM item WHERE id = ?1 AND present = 0";
    entry.tx.prepare_cached(sql).and_then(|mut get| get.query_row([id], |row| row.get(0)).optional()).told()
}

/// What standing decisions took off items and the ledger has not booked: by item, decisions in their order.
fn pending(entry: &Entry<'_>) -> Result<Pending, Error> {
    let mut select = entry
        .tx
        .prepare(
            "SELECT a.item, a.decision, a.minor FROM application a JOIN decision d ON d.n = a.decision \
             LEFT JOIN payment p ON p.n = d.payment LEFT JOIN item i ON i.n = d.item \
             WHERE (p.decision = d.n OR i.decision = d.n) AND NOT EXISTS \
             (SELECT 1 FROM taken_over t WHERE t.decision = a.decision AND t.item = a.item) ORDER BY a.decision",
        )
        .told()?;
    let mut found = select.query([]).told()?;
    let mut pending = Pending::default();
    while let Some(row) = found.next().told()? {
        let item: i64 = row.get(0).told()?;
        pending.entry(item).or_default().push((row.get(1).told()?, row.get(2).told()?));
    }
    Ok(pending)
}

/// A list of which most is known is the same list again; one that knows none of the open items has others.
fn guess(list: &ItemFile, known: &HashMap<Box<str>, Known, RandomState>, changes: &mut ListChanges) -> Scope {
    let listed: Vec<&Known> = known.values().filter(|old| old.listed != 0 && old.missing.is_none()).collect();
    if listed.is_empty() {
        changes.assumed = "the first list: everything that is open".into();
        return Scope::Full;
    }
    // What the book has settled is rightly not in the next list; it says nothing about what that list is.
    let open: Vec<&Known> = listed.iter().filter(|old| old.item.open_minor != 0).copied().collect();
    let open = if open.is_empty() { listed } else { open };
    let ids: HashSet<&str, RandomState> = list.items.iter().map(|item| &*item.id).collect();
    let again = open.iter().filter(|old| ids.contains(&*old.item.id)).count();
    let (scope, what) = if is_document(list) {
        (Scope::Added, "documents beside the lists".to_string())
    } else if again * 2 >= open.len() {
        (Scope::Full, format!("{again} of {} open items are in it: a list of everything that is open", open.len()))
    } else {
        (
            Scope::Added,
            format!(
                "{again} of {} open items are in it: further items, say --full if it is all that is open",
                open.len()
            ),
        )
    };
    changes.assumed = what;
    scope
}

/// Electronic invoices are documents, never lists.
fn is_document(list: &ItemFile) -> bool {
    !matches!(&*list.file.format, "csv" | "tsv" | "xlsx" | "jsonl" | "json lines" | "fec" | "FEC")
        && list.items.iter().any(|item| !item.seller.is_empty())
}

/// An item that the book has and the list has, too.
fn again(
    entry: &mut Entry<'_>,
    file: i64,
    old: &Known,
    item: &OpenItem,
    applied: &[(i64, i64)],
    changes: &mut ListChanges,
) -> Result<(), Error> {
    let now = item.open_minor;
    let same_open = old.listed == now;
    let others = differences(&old.item, item);
    if same_open && others.is_empty() && old.missing.is_none() {
        changes.unchanged += 1;
        return Ok(());
    }
    if old.item.amount.currency != item.amount.currency {
        let (was, is) = (old.item.amount.currency, item.amount.currency);
        let error = Error::new(
            ErrorKind::Refused,
            "C0008",
            format!("item {} was of {was} and is of {is} in this list", item.id),
        );
        return Err(error.help("two items need two identifiers; nothing was imported"));
    }
    image(entry, file, &item.id, Some(old))?;
    let booked = if same_open { Some(Vec::new()) } else { explained(applied, old.listed.saturating_sub(now)) };
    let unexplained = booked.is_none();
    // What no decision explains was booked otherwise; the ledger is right about the ledger, and with it goes what was pending.
    let booked = booked.unwrap_or_else(|| applied.iter().map(|(decision, _)| *decision).collect());
    take_over(entry, file, old.n, &booked)?;
    rows::put_item(entry.tx, Some(old.n), item, file)?;
    let rest: i64 = applied.iter().filter(|(d, _)| !booked.contains(d)).map(|(_, minor)| minor).sum();
    set_open(entry, old.n, now.saturating_sub(rest))?;
    changes.taken_over += u64::from(!booked.is_empty() && !unexplained);
    if unexplained {
        let money = |minor: i64| codec::money(minor, item.amount.currency.code());
        let settled: i64 = applied.iter().map(|(_, minor)| minor).sum();
        let was = if settled == 0 {
            money(old.listed)
        } else {
            format!("{} less {} settled here", money(old.listed), money(settled))
        };
        note(changes, ItemChange { id: item.id.to_string(), field: "open", was, is: money(now) });
    }
    changes.changed += u64::from(unexplained || !others.is_empty());
    for (field, was, is) in others {
        note(changes, ItemChange { id: item.id.to_string(), field, was, is });
    }
    Ok(())
}

fn note(changes: &mut ListChanges, change: ItemChange) {
    if changes.changes.len() < NAMED {
        changes.changes.push(change);
    }
}

/// An item that the book has and a full list has not.
fn vanished(
    entry: &mut Entry<'_>,
    file: i64,
    old: &Known,
    applied: &[(i64, i64)],
    changes: &mut ListChanges,
) -> Result<(), Error> {
    if old.listed == 0 || old.missing.is_some() {
        return Ok(());
    }
    image(entry, file, &old.item.id, Some(old))?;
    let sum: i64 = applied.iter().map(|(_, minor)| minor).sum();
    if sum == old.listed {
        let booked: Vec<i64> = applied.iter().map(|(decision, _)| *decision).collect();
        take_over(entry, file, old.n, &booked)?;
        entry.tx.execute("UPDATE item SET listed = 0, open = 0 WHERE n = ?1", [old.n]).told()?;
        changes.taken_over += 1;
        return Ok(());
    }
    entry.tx.execute("UPDATE item SET missing = ?1 WHERE n = ?2", params![file, old.n]).told()?;
    changes.missing += 1;
    if changes.missing_ids.len() < NAMED {
        changes.missing_ids.push(old.item.id.to_string());
    }
    Ok(())
}

/// The decisions that explain by how much a list has become smaller: all of them, the first ones, or the only set that adds up.
fn explained(applied: &[(i64, i64)], smaller: i64) -> Option<Vec<i64>> {
    if smaller == 0 {
        return Some(Vec::new());
    }
    let mut sum = 0i64;
    for (n, (_, minor)) in applied.iter().enumerate() {
        sum = sum.saturating_add(*minor);
        if sum == smaller {
            return Some(applied[..=n].iter().map(|(decision, _)| *decision).collect());
        }
    }
    if applied.len() > TRIED {
        return None;
    }
    let sets = (1u32..1 << applied.len()).filter(|set| {
        let of = applied.iter().enumerate().filter(|(n, _)| set & (1 << n) != 0);
        of.map(|(_, (_, minor))| i128::from(*minor)).sum::<i128>() == i128::from(smaller)
    });
    let found: Vec<u32> = sets.take(2).collect();
    let [only] = *found else { return None };
    let members = applied.iter().enumerate().filter(|(n, _)| only & (1 << n) != 0);
    Some(members.map(|(_, (decision, _))| *decision).collect())
}

fn take_over(entry: &mut Entry<'_>, file: i64, item: i64, decisions: &[i64]) -> Result<(), Error> {
    for decision in decisions {
        entry
            .tx
            .prepare_cached("INSERT INTO taken_over (decision, item, file) VALUES (?1, ?2, ?3)")
            .and_then(|mut put| put.execute(params![decision, item, file]))
            .told()?;
    }
    Ok(())
}

fn set_open(entry: &Entry<'_>, item: i64, open: i64) -> Result<(), Error> {
    entry
        .tx
        .prepare_cached("UPDATE item SET open = ?1 WHERE n = ?2")
        .and_then(|mut put| put.execute(params![open, item]))
        .told()?;
    Ok(())
}

/// Keeps an item as it is before a list changes it; `None`: the list brings it.
fn image(entry: &Entry<'_>, file: i64, id: &str, old: Option<&Known>) -> Result<(), Error> {
    let body = match old {
        None => String::new(),
        Some(old) => codec::json(&Image {
            item: old.item.clone(),
            listed: old.listed,
            file: i64::from(old.item.place.file),
            missing: old.missing,
        })?,
    };
    entry
        .tx
        .prepare_cached("INSERT INTO item_image (file, item, body) SELECT ?1, n, ?3 FROM item WHERE id = ?2")
        .and_then(|mut put| put.execute(params![file, id, body]))
        .told()?;
    Ok(())
}

/// What a list says otherwise of an item, its open amount aside.
fn differences(old: &OpenItem, new: &OpenItem) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    let mut compare = |field: &'static str, was: String, is: String| {
        if was != is {
            found.push((field, was, is));
        }
    };
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |d| d.to_string());
    compare("number", old.number.to_string(), new.number.to_string());
    compare("amount", old.amount.to_string(), new.amount.to_string());
    compare("kind", old.kind.word().into(), new.kind.word().into());
    compare("customer", old.customer_id.to_string(), new.customer_id.to_string());
    compare("customer name", old.customer_name.to_string(), new.customer_name.to_string());
    compare("accounts", old.customer_ibans.join("|"), new.customer_ibans.join("|"));
    compare("issue date", day(old.issue_date), day(new.issue_date));
    compare("due date", day(old.due_date), day(new.due_date));
    compare("payment references", old.payment_references.join("|"), new.payment_references.join("|"));
    compare("order number", old.order_number.to_string(), new.order_number.to_string());
    compare("terms", old.terms.to_string(), new.terms.to_string());
    let discount =
        |item: &OpenItem| item.discount.map_or_else(String::new, |d| format!("{} % until {}", d.percent, d.until));
    compare("discount", discount(old), discount(new));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_list_is_explained_by_decisions_in_order_or_by_the_only_set() {
        let applied = [(1, 100), (2, 250), (3, 70)];
        assert_eq!(explained(&applied, 0), Some(vec![]));
        assert_eq!(explained(&applied, 100), Some(vec![1]));
        assert_eq!(explained(&applied, 420), Some(vec![1, 2, 3]));
        assert_eq!(explained(&applied, 320), Some(vec![2, 3]));
        assert_eq!(explained(&applied, 70), Some(vec![3]));
        assert_eq!(explained(&applied, 99), None);
        assert_eq!(explained(&applied, -100), None);
        // Two sets that add up say nothing.
        assert_eq!(explained(&[(1, 5), (2, 33), (3, 20), (4, 13)], 33), None);
        // A receipt and its return cancel out: credit notes are negative.
        assert_eq!(explained(&[(1, -50)], -50), Some(vec![1]));
    }
}
