//! What an auditor is given: every row of the book that a proof needs, read in one pass over each table.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension as _, Row};
use rust_decimal::Decimal;

use super::query::{last_verdict, standing_of};
use super::rows::Shared;
use super::store::{Book, Told as _};
use super::{codec, seal};
use crate::config::LedgerPolicy;
use crate::error::{Error, ErrorKind};
use crate::model::{
    ApplicationFact, Author, BankLedger, BookFacts, Check, CheckKind, Currency, DecisionFact, DecisionKind, ItemFact,
    LedgerFact, Money, Month, PaymentFact,
};

/// Stands for an item or a payment that the book does not have: the auditor finds no row there.
const NOWHERE: u32 = u32::MAX;

/// The columns of a decision, in the order in which [`Operations::decision`] reads them; the fourth is a payment's last verdict.
const DECISION: [&str; 2] =
    ["d.kind, d.author, d.op,", "d.by, d.differences, d.account, d.reason, d.until, d.n, d.returns"];

impl Book {
    /// Everything that a proof is made of: of a month, or of all that the book has.
    ///
    /// Errors: E0301 for a balance of the configuration that its currency cannot have, E0705, E0706.
    pub fn facts(&self, month: Option<Month>, ledger: &LedgerPolicy) -> Result<BookFacts, Error> {
        let mut facts = read(&self.db, month)?;
        let wanted =
            |l: &LedgerFact| ledger.is_receivable(&l.account) || ledger.bank.iter().any(|b| b.account == *l.account);
        facts.ledger.retain(wanted);
        facts.receivable = ledger.receivable.as_str().into();
        facts.extracted = facts.extracted.or(ledger.receivable_at).or(month.map(|m| m.last()));
        facts.banks = banks(&facts, ledger)?;
        facts.receivable_balance = receivable_balance(&facts, ledger)?;
        if let Some(month) = month
            && let Some(before) = seal::last_before(&self.db, month)?
        {
            facts.opening = Some(seal::opening(&self.db, before)?);
            facts.opened_after = Some(before);
        }
        Ok(facts)
    }
}

/// All rows; nothing that the configuration says, and no opening.
pub(super) fn read(db: &Connection, month: Option<Month>) -> Result<BookFacts, Error> {
    let operations = Operations::read(db)?;
    let mut decided = Decided::default();
    let mut facts = BookFacts {
        month,
        statements: statements(db)?,
        checks: checks(db)?,
        payments: payments(db, &operations, &mut decided)?,
        items: items(db, &operations, &mut decided)?,
        ledger: ledger(db)?,
        extracted: extracted(db)?,
        ..BookFacts::default()
    };
    applications(db, &decided, &mut facts)?;
    Ok(facts)
}

/// Row numbers of the database to indices.
#[derive(Debug, Default)]
struct Places(HashMap<i64, u32, RandomState>);

impl Places {
    fn put(&mut self, n: i64, at: usize) {
        self.0.insert(n, u32::try_from(at).unwrap_or(NOWHERE));
    }

    fn get(&self, n: i64) -> Option<u32> {
        self.0.get(&n).copied()
    }
}

/// Where the standing decisions and the items are.
#[derive(Debug, Default)]
struct Decided {
    /// Decisions of payments, and of items, by their number.
    payments: Places,
    items: Places,
    /// Items by their number.
    rows: Places,
}

/// Days as texts: rows that follow one another often have the same.
#[derive(Debug, Default)]
struct Days {
    text: String,
    day: NaiveDate,
}

impl Days {
    fn read(&mut self, text: &str) -> Result<NaiveDate, Error> {
        if self.text != text {
            self.day = codec::day(text)?;
            self.text.clear();
            self.text.push_str(text);
        }
        Ok(self.day)
    }
}

/// What the log says of each operation: when, by which run, why.
struct Operations(HashMap<i64, Said, RandomState>);

/// Time, run and reason.
type Said = (Box<str>, Box<str>, Box<str>);

/// A payment's number, its decision with the receipt that it returns, and the row.
type PaymentRow = (i64, Option<(i64, Option<i64>)>, PaymentFact);

impl Operations {
    fn read(db: &Connection) -> Result<Self, Error> {
        let mut select = db.prepare_cached("SELECT seq, at, run, why FROM operation").told()?;
        let rows = select.query_map([], |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?, r.get(3)?))));
        Ok(Self(rows.and_then(Iterator::collect).told()?))
    }

    /// Reads the decision of a row, if it has one, and the number of what it returns.
    fn decision(&self, row: &Row<'_>, from: usize) -> Result<Option<(i64, Option<i64>, DecisionFact)>, Error> {
        let text = |n: usize| row.get_ref(from + n).and_then(|v| Ok(v.as_str()?)).told();
        let Some(n) = row.get::<_, Option<i64>>(from + 9).told()? else { return Ok(None) };
        let op: i64 = row.get(from + 2).told()?;
        let Some((at, run, why)) = self.0.get(&op) else {
            return Err(codec::broken("the operation of a decision", &op.to_string()));
        };
        let reason = text(7)?;
        let decision = DecisionFact {
            kind: DecisionKind::parse(text(0)?).ok_or_else(|| codec::broken("a decision", &n.to_string()))?,
            author: Author::parse(text(1)?).ok_or_else(|| codec::broken("an author", &n.to_string()))?,
            by: text(4)?.into(),
            at: at.clone(),
            run: run.clone(),
            op: op.unsigned_abs(),
            applications: Vec::new(),
            differences: codec::from_differences(text(5)?)?,
            returns: None,
            account: text(6)?.into(),
            reason: if reason.is_empty() { why.clone() } else { reason.into() },
            until: codec::optional_day(row.get_ref(from + 8).and_then(|v| Ok(v.as_str_or_null()?)).told()?)?,
        };
        Ok(Some((n, row.get(from + 10).told()?, decision)))
    }
}

fn payments(db: &Connection, operations: &Operations, decided: &mut Decided) -> Result<Vec<PaymentFact>, Error> {
    let [first, second] = DECISION;
    let sql = format!(
        "SELECT p.n, p.id, p.account, p.booked, p.currency, p.minor, {first} {}, {second} FROM payment p \
         LEFT JOIN decision d ON d.n = p.decision WHERE p.present = 1",
        last_verdict()
    );
    let mut select = db.prepare_cached(&sql).told()?;
    let mut found = select.query([]).told()?;
    let (mut shared, mut days) = (Shared::default(), Days::default());
    let mut rows: Vec<PaymentRow> = Vec::new();
    while let Some(row) = found.next().told()? {
        let text = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str()?)).told();
        let decision = operations.decision(row, 6)?;
        let numbers = decision.as_ref().map(|(n, returns, _)| (*n, *returns));
        let payment = PaymentFact {
            id: text(1)?.into(),
            account: shared.text(text(2)?),
            booked: days.read(text(3)?)?,
            currency: codec::currency(text(4)?)?,
            minor: row.get(5).told()?,
            standing: standing_of(row, 6)?.0,
            decision: decision.map(|(.., decision)| decision),
        };
        rows.push((row.get(0).told()?, numbers, payment));
    }
    rows.par_sort_unstable_by(|(.., a), (.., b)| (a.booked, &a.id).cmp(&(b.booked, &b.id)));
    let mut places = Places::default();
    for (at, (n, numbers, _)) in rows.iter().enumerate() {
        places.put(*n, at);
        if let Some((decision, _)) = numbers {
            decided.payments.put(*decision, at);
        }
    }
    let read = |(_, numbers, mut payment): (i64, Option<(i64, Option<i64>)>, PaymentFact)| {
        if let (Some(decision), Some((_, Some(receipt)))) = (&mut payment.decision, numbers) {
            decision.returns = Some(places.get(receipt).unwrap_or(NOWHERE));
        }
        payment
    };
    Ok(rows.into_iter().map(read).collect())
}

fn items(db: &Connection, operations: &Operations, decided: &mut Decided) -> Result<Vec<ItemFact>, Error> {
    let [first, second] = DECISION;
    let sql = format!(
        "SELECT i.n, i.id, i.currency, i.minor, i.listed, i.open, i.issued, i.missing IS NOT NULL, {first} NULL, {second} \
         FROM item i LEFT JOIN decision d ON d.n = i.decision WHERE i.present = 1"
    );
    let mut select = db.prepare_cached(&sql).told()?;
    let mut found = select.query([]).told()?;
    let mut days = Days::default();
    let mut rows: Vec<(i64, Option<i64>, ItemFact)> = Vec::new();
    while let Some(row) = found.next().told()? {
        let text = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str()?)).told();
        let decision = operations.decision(row, 8)?;
        let issued = row.get_ref(6).and_then(|v| Ok(v.as_str_or_null()?)).told()?;
        let (missing, open): (bool, i64) = (row.get(7).told()?, row.get(5).told()?);
        let item = ItemFact {
            id: text(1)?.into(),
            currency: codec::currency(text(2)?)?,
            amount: row.get(3).told()?,
            listed: row.get(4).told()?,
            open,
            issued: issued.map(|text| days.read(text)).transpose()?,
            missing,
            asked: missing && open != 0 && decision.is_none(),
            decision: None,
        };
        let number = decision.as_ref().map(|(n, ..)| *n);
        rows.push((row.get(0).told()?, number, ItemFact { decision: decision.map(|(.., d)| d), ..item }));
    }
    rows.par_sort_unstable_by(|(.., a), (.., b)| a.id.cmp(&b.id));
    for (at, (n, decision, _)) in rows.iter().enumerate() {
        decided.rows.put(*n, at);
        if let Some(decision) = decision {
            decided.items.put(*decision, at);
        }
    }
    Ok(rows.into_iter().map(|(.., item)| item).collect())
}

/// Gives each standing decision what it takes off items. Those of decisions that stand no more are passed over.
fn applications(db: &Connection, decided: &Decided, facts: &mut BookFacts) -> Result<(), Error> {
    let sql = "SELECT a.decision, a.item, a.minor, t.decision IS NOT NULL FROM application a LEFT JOIN taken_over t \
               ON t.decision = a.decision AND t.item = a.item ORDER BY a.decision, a.item";
    let mut select = db.prepare_cached(sql).told()?;
    let mut found = select.query([]).told()?;
    while let Some(row) = found.next().told()? {
        let n: i64 = row.get(0).told()?;
        let decision = match (decided.payments.get(n), decided.items.get(n)) {
            (Some(at), _) => facts.payments[at as usize].decision.as_mut(),
            (_, Some(at)) => facts.items[at as usize].decision.as_mut(),
            _ => None,
        };
        let Some(decision) = decision else { continue };
        let item = decided.rows.get(row.get(1).told()?).unwrap_or(NOWHERE);
        let (minor, taken_over) = (row.get(2).told()?, row.get(3).told()?);
        decision.applications.push(ApplicationFact { item, minor, taken_over });
    }
    Ok(())
}

fn statements(db: &Connection) -> Result<Vec<crate::model::Statement>, Error> {
    let mut select = db.prepare_cached("SELECT body FROM statement ORDER BY n").told()?;
    let mut found = select.query([]).told()?;
    let mut statements = Vec::new();
    while let Some(row) = found.next().told()? {
        statements.push(codec::from_json(row.get_ref(0).and_then(|v| Ok(v.as_str()?)).told()?, "a statement")?);
    }
    Ok(statements)
}

fn checks(db: &Connection) -> Result<Vec<Check>, Error> {
    let kinds = [CheckKind::Balance, CheckKind::Continuity, CheckKind::ControlTotal, CheckKind::Batch];
    let mut select = db.prepare_cached("SELECT kind, scope, holds, text FROM finding ORDER BY n").told()?;
    let mut found = select.query([]).told()?;
    let mut checks = Vec::new();
    while let Some(row) = found.next().told()? {
        let word: String = row.get(0).told()?;
        let (scope, text): (String, String) = (row.get(1).told()?, row.get(3).told()?);
        let kind = kinds.into_iter().find(|k| k.word() == word).ok_or_else(|| codec::broken("a check", &word))?;
        checks.push(Check { kind, scope: scope.into(), holds: row.get(2).told()?, text: text.into() });
    }
    Ok(checks)
}

/// Every line of the general ledger that counts: a later file replaces what earlier ones say of the same account and month.
fn ledger(db: &Connection) -> Result<Vec<LedgerFact>, Error> {
    let sql = "SELECT l.file, l.account, l.booked, l.minor, l.currency, l.name, l.text, l.opening FROM ledger_line l \
               JOIN file f ON f.n = l.file WHERE f.active = 1 ORDER BY l.n";
    let mut select = db.prepare_cached(sql).told()?;
    let mut found = select.query([]).told()?;
    let mut days = Days::default();
    let mut lines: Vec<(i64, LedgerFact)> = Vec::new();
    while let Some(row) = found.next().told()? {
        let text = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str()?)).told();
        let line = LedgerFact {
            account: text(1)?.into(),
            date: days.read(text(2)?)?,
            minor: row.get(3).told()?,
            currency: codec::currency(text(4)?)?,
            name: text(5)?.into(),
            text: text(6)?.into(),
            opening: row.get(7).told()?,
        };
        lines.push((row.get(0).told()?, line));
    }
    let mut newest: HashMap<(&str, Month), i64, RandomState> = HashMap::default();
    for (file, line) in &lines {
        let of_month = newest.entry((&line.account, Month::of(line.date))).or_insert(*file);
        *of_month = (*of_month).max(*file);
    }
    let mut counts = Vec::with_capacity(lines.len());
    counts.extend(lines.iter().map(|(file, line)| newest.get(&(&*line.account, Month::of(line.date))) == Some(file)));
    Ok(lines.into_iter().zip(counts).filter(|(_, counts)| *counts).map(|((_, line), _)| line).collect())
}

/// The day of the last list of everything that is open.
fn extracted(db: &Connection) -> Result<Option<NaiveDate>, Error> {
    let sql = "SELECT extracted FROM file WHERE active = 1 AND scope = 'full' ORDER BY n DESC LIMIT 1";
    let day: Option<Option<String>> = db.query_row(sql, [], |row| row.get(0)).optional().told()?;
    codec::optional_day(day.flatten().as_deref())
}

/// The ledger accounts of the configuration, each with the bank account and currency that the book has for it.
pub(super) fn banks(facts: &BookFacts, ledger: &LedgerPolicy) -> Result<Vec<BankLedger>, Error> {
    let mut accounts: BTreeMap<(&str, Currency), ()> = BTreeMap::new();
    for statement in &facts.statements {
        if let Some(currency) = statement.currency {
            accounts.insert((&statement.account, currency), ());
        }
    }
    for payment in &facts.payments {
        accounts.insert((&payment.account, payment.currency), ());
    }
    let mut banks = Vec::new();
    for (account, currency) in accounts.into_keys() {
        let Some(bank) = ledger.bank_of(account) else { continue };
        let minor = bank.balance.map(|balance| minor(balance, currency, &bank.account)).transpose()?;
        banks.push(BankLedger {
            account: bank.account.as_str().into(),
            bank: account.into(),
            currency,
            stated: bank.at.zip(minor),
            booked_until: bank.booked_until,
        });
    }
    Ok(banks)
}

/// The stated balance of the receivable accounts: of the currency of the items, where there is only one.
fn receivable_balance(facts: &BookFacts, ledger: &LedgerPolicy) -> Result<Vec<(Currency, i64)>, Error> {
    let Some(balance) = ledger.receivable_balance else { return Ok(Vec::new()) };
    let mut currencies: Vec<Currency> = facts.items.iter().map(|i| i.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let [currency] = *currencies else { return Ok(Vec::new()) };
    Ok(vec![(currency, minor(balance, currency, &ledger.receivable)?)])
}

fn minor(balance: Decimal, currency: Currency, account: &str) -> Result<i64, Error> {
    Money::from_decimal(balance, currency).map(|m| m.minor).map_err(|_| {
        let message = format!("the balance of {account} is no amount of {currency}");
        Error::new(ErrorKind::Input, "E0301", message)
            .label(format!("found {balance}; {currency} has {} decimals", currency.decimals()))
            .help("[ledger] of lettrage.toml, or --ledger-balance")
    })
}
