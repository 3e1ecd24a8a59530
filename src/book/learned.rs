//! What the decisions of a book teach about payers, and what people said to forget.
//!
//! Nothing of it is stored: the teaching decisions are read anew each time, in a few passes over the tables, and forgetting is an
//! operation whose payload names the facts. So undoing a decision takes its facts away, and undoing a `forget` brings them back.

use std::collections::{BTreeSet, HashMap, HashSet};

use foldhash::fast::RandomState;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::codec;
use super::log::{Entry, Heading};
use super::store::{Book, Told as _};
use crate::error::{Error, Errors};
use crate::model::learned::{FactKey, FactSource, TaughtCustomer, TaughtFee, Teaching, Teachings};
use crate::model::{Author, Currency, DifferenceKind};

/// Reasons under which people settle what a bank fee left open of an item.
const FEE_REASONS: [&str; 2] = ["bank-fee", "fee"];
/// Kinds of the operations that forget and recall.
const FORGET: &str = "forget";
const RECALL: &str = "recall";

type Map<K, V> = HashMap<K, V, RandomState>;

/// The payload of `forget` and `recall`.
#[derive(Debug, Serialize, Deserialize)]
struct Named {
    facts: Vec<FactKey>,
}

/// A decided receipt before its items are known.
struct Receipt {
    teaching: Teaching,
    currency: Currency,
    /// What the decision itself calls a fee.
    fee: i64,
}

impl Book {
    /// Everything that decisions about receipts teach, with what is forgotten. What came back teaches nothing. Errors: E0705, E0706.
    pub fn teachings(&self) -> Result<Teachings, Error> {
        let mut teachings = Teachings { forgotten: self.forgotten()?, ..Teachings::default() };
        let of_item = customers(&self.db, &mut teachings.customers)?;
        let (mut receipts, at) = receipts(&self.db)?;
        let payers = applied(&self.db, &at, &of_item, &mut receipts)?;
        for receipt in receipts {
            let Receipt { teaching, currency, fee } = receipt;
            if let ([customer], true) = (&*teaching.customers, fee > 0) {
                let (source, customer) = (teaching.source.clone(), *customer);
                teachings.fees.push(TaughtFee { source, customer, minor: fee, currency });
            }
            teachings.receipts.push(teaching);
        }
        settled_fees(&self.db, &of_item, &payers, &mut teachings)?;
        teachings.receipts.retain(|t| !t.customers.is_empty());
        Ok(teachings)
    }

    /// The facts that people said to forget and did not recall, sorted. Errors: E0705, E0706.
    pub fn forgotten(&self) -> Result<Vec<FactKey>, Error> {
        let sql = "SELECT kind, payload FROM operation WHERE kind IN (?1, ?2) AND undone_by IS NULL ORDER BY seq";
        let mut select = self.db.prepare_cached(sql).told()?;
        let mut found = select.query([FORGET, RECALL]).told()?;
        let mut forgotten: BTreeSet<FactKey> = BTreeSet::new();
        while let Some(row) = found.next().told()? {
            let (kind, payload): (String, String) = (row.get(0).told()?, row.get(1).told()?);
            for fact in codec::from_json::<Named>(&payload, "an entry of the log")?.facts {
                if kind == FORGET {
                    forgotten.insert(fact);
                } else {
                    forgotten.remove(&fact);
                }
            }
        }
        Ok(forgotten.into_iter().collect())
    }

    /// Writes that facts are forgotten: one operation. Error: E0706.
    pub fn forget(&mut self, facts: &[FactKey], heading: Heading) -> Result<u64, Errors> {
        self.put_facts(FORGET, facts, heading)
    }

    /// Writes that facts are known again: one operation. Error: E0706.
    pub fn recall(&mut self, facts: &[FactKey], heading: Heading) -> Result<u64, Errors> {
        self.put_facts(RECALL, facts, heading)
    }

    fn put_facts(&mut self, kind: &'static str, facts: &[FactKey], heading: Heading) -> Result<u64, Errors> {
        let payload = serde_json::to_value(Named { facts: facts.to_vec() })
            .map_err(|e| codec::broken("facts to store", &e.to_string()))?;
        let tx = self.begin()?;
        let entry = Entry::begin(&tx)?;
        let op = entry.finish(&Heading { kind, payload, ..heading })?;
        tx.commit().told()?;
        Ok(op)
    }
}

/// The customers of all items, and by item the place of its customer.
fn customers(db: &Connection, customers: &mut Vec<TaughtCustomer>) -> Result<Map<i64, u32>, Error> {
    let mut at: Map<Box<str>, u32> = Map::default();
    let mut of_item: Map<i64, u32> = Map::default();
    let mut select = db
        .prepare_cached("SELECT n, customer_id, customer_name, customer_ibans FROM item WHERE present = 1 ORDER BY n")
        .told()?;
    let mut found = select.query([]).told()?;
    while let Some(row) = found.next().told()? {
        let text = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str()?)).told();
        let (id, name, ibans) = (text(1)?, text(2)?, text(3)?);
        let id = if id.is_empty() { name } else { id };
        if id.is_empty() {
            continue;
        }
        let n = match at.get(id) {
            Some(n) => *n,
            None => {
                at.insert(id.into(), customers.len() as u32);
                customers.push(TaughtCustomer { id: id.into(), ..TaughtCustomer::default() });
                customers.len() as u32 - 1
            }
        };
        of_item.insert(row.get(0).told()?, n);
        let customer = &mut customers[n as usize];
        // The items of a customer mostly say the same.
        if !name.is_empty() && !customer.names.iter().any(|known| **known == *name) {
            customer.names.push(name.into());
        }
        if !ibans.is_empty() {
            for iban in codec::from_list(ibans)? {
                if !customer.ibans.contains(&iban) {
                    customer.ibans.push(iban);
                }
            }
        }
    }
    for customer in customers {
        customer.names.sort_unstable();
        customer.ibans.sort_unstable();
    }
    Ok(of_item)
}

/// Receipts that are applied by a decision that stands and were not returned; and by decision, which of them.
fn receipts(db: &Connection) -> Result<(Vec<Receipt>, Map<i64, usize>), Error> {
    let sql = "SELECT d.returns FROM payment p JOIN decision d ON d.n = p.decision WHERE p.present = 1 AND d.returns IS NOT NULL";
    let mut select = db.prepare_cached(sql).told()?;
    let returned: HashSet<i64, RandomState> =
        select.query_map([], |row| row.get(0)).and_then(Iterator::collect).told()?;
    let sql = "SELECT p.n, d.n, p.id, p.booked, p.payer_iban, p.payer_name, p.currency, d.op, d.author, d.by, d.differences \
               FROM payment p JOIN decision d ON d.n = p.decision WHERE p.present = 1 AND p.minor > 0 AND d.kind = 'apply'";
    let mut select = db.prepare_cached(sql).told()?;
    let mut found = select.query([]).told()?;
    let (mut receipts, mut at) = (Vec::new(), Map::default());
    while let Some(row) = found.next().told()? {
        if returned.contains(&row.get::<_, i64>(0).told()?) {
            continue;
        }
        let text = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str()?)).told();
        let author = Author::parse(text(8)?).ok_or_else(|| codec::broken("an author", "of a decision"))?;
        let source = FactSource {
            day: codec::day(text(3)?)?,
            payment: text(2)?.into(),
            op: row.get::<_, i64>(7).told()?.unsigned_abs(),
            author,
            by: text(9)?.into(),
        };
        let differences = text(10)?;
        let fee: i64 = if differences.is_empty() {
            0
        } else {
            let of_fee = codec::from_differences(differences)?;
            of_fee.iter().filter(|d| d.kind == DifferenceKind::Fee).map(|d| d.minor).sum()
        };
        at.insert(row.get(1).told()?, receipts.len());
        let teaching = Teaching { source, account: text(4)?.into(), name: text(5)?.into(), customers: Vec::new() };
        receipts.push(Receipt { teaching, currency: codec::currency(text(6)?)?, fee });
    }
    Ok((receipts, at))
}

/// Who alone paid an item, as an index into the receipts; `None` where several did.
type Payers = Map<i64, Option<usize>>;

/// Gives each receipt its customers. By item, the receipt that paid it.
fn applied(
    db: &Connection,
    at: &Map<i64, usize>,
    of_item: &Map<i64, u32>,
    receipts: &mut [Receipt],
) -> Result<Payers, Error> {
    let mut payers = Payers::default();
    let mut select = db.prepare_cached("SELECT decision, item FROM application WHERE minor <> 0").told()?;
    let mut found = select.query([]).told()?;
    while let Some(row) = found.next().told()? {
        let (decision, item): (i64, i64) = (row.get(0).told()?, row.get(1).told()?);
        let Some(receipt) = at.get(&decision).copied() else { continue };
        payers.entry(item).and_modify(|known| *known = None).or_insert(Some(receipt));
        let Some(customer) = of_item.get(&item) else {
            // Whose it is nobody knows: its payer is nobody's alias.
            let teaching = &mut receipts[receipt].teaching;
            (teaching.account, teaching.name) = (Box::default(), Box::default());
            continue;
        };
        let customers = &mut receipts[receipt].teaching.customers;
        if let Err(place) = customers.binary_search(customer) {
            customers.insert(place, *customer);
        }
    }
    Ok(payers)
}

/// What people settled of items as a bank fee, after one payment that arrived short by it.
fn settled_fees(
    db: &Connection,
    of_item: &Map<i64, u32>,
    payers: &Payers,
    teachings: &mut Teachings,
) -> Result<(), Error> {
    let sql = "SELECT i.n, a.minor, i.currency, d.op, d.by FROM item i JOIN decision d ON d.n = i.decision \
               JOIN application a ON a.decision = d.n AND a.item = i.n \
               WHERE i.present = 1 AND d.kind = 'settle' AND d.author = 'person' AND d.reason IN (?1, ?2) AND a.minor > 0";
    let mut select = db.prepare_cached(sql).told()?;
    let mut found = select.query(FEE_REASONS).told()?;
    while let Some(row) = found.next().told()? {
        let item: i64 = row.get(0).told()?;
        let (Some(customer), Some(Some(receipt))) = (of_item.get(&item), payers.get(&item)) else { continue };
        let Some(paid) = teachings.receipts.get(*receipt) else { continue };
        let source = FactSource {
            op: row.get::<_, i64>(3).told()?.unsigned_abs(),
            author: Author::Person,
            by: row.get_ref(4).and_then(|v| Ok(v.as_str()?)).told()?.into(),
            ..paid.source.clone()
        };
        let currency = codec::currency(row.get_ref(2).and_then(|v| Ok(v.as_str()?)).told()?)?;
        teachings.fees.push(TaughtFee { source, customer: *customer, minor: row.get(1).told()?, currency });
    }
    Ok(())
}
