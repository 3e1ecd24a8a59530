//! Decisions of people.
//!
//! Each is checked before it is written: the equation holds to the cent, every item is open by what is taken off it, the month is not
//! closed. Several decisions can be one operation: all of them are made, or none.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::closed::refuse_day;
use super::codec;
use super::log::{Draft, Entry, Heading, Subject};
use super::query::LAST_RUN;
use super::runs::Kept;
use super::store::{Book, Told as _};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{Author, Bucket, DecisionKind, Difference, DifferenceKind, Money};

/// Part of a payment, or of what settles an item beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Off an item, in minor units; `None`: all that is open of it.
    Item(String, Option<i64>),
    /// A typed difference, in minor units as in the equation of the model.
    Difference(DifferenceKind, i64),
}

/// What a person decides about one payment or item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Take the proposal of the last run.
    Accept,
    /// Refuse the proposal of the last run, or what the engine has decided.
    Reject,
    /// Apply to items; what differs has a type, or is left open on the last item, or is refused.
    Apply {
        /// Items and differences.
        parts: Vec<Part>,
        /// What the rest is, when the parts do not add up: `None` refuses it.
        rest: Option<Rest>,
    },
    /// No customer's money, or money with a known home.
    Outside,
    /// The payment takes an earlier receipt back.
    Returns(String),
    /// Set aside until a day.
    Hold(NaiveDate),
    /// An item is settled without a payment of the book.
    SettleItem,
}

/// What becomes of the difference between a payment and the items it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Less came: the last item stays open with the rest.
    KeepOpen,
    /// It is settled, or put on account, as this.
    As(DifferenceKind),
}

/// A decision that a person makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolve {
    /// Identifier of the payment, or of the item.
    pub id: String,
    /// What is decided.
    pub act: Act,
    /// Ledger account, or empty.
    pub account: String,
    /// Short reason, or empty.
    pub reason: String,
}

/// A payment as decisions need it.
struct Paid {
    n: i64,
    id: String,
    booked: NaiveDate,
    amount: Money,
    decision: Option<i64>,
}

impl Book {
    /// Makes decisions of a person as one operation. With `dry`, only checks them.
    ///
    /// Errors: E0711 for what the book does not have, E0712 for an equation that does not hold, E0714 without a proposal, C0001,
    /// C0006, E0706.
    pub fn resolve(&mut self, decisions: &[Resolve], heading: Heading, dry: bool) -> Result<u64, Errors> {
        let tx = self.begin()?;
        let mut entry = Entry::begin(&tx)?;
        let who = heading.who.clone();
        for one in decisions {
            decide(&mut entry, one, &who)?;
        }
        let op = entry.finish(&heading)?;
        if dry {
            tx.rollback().told()?;
        } else {
            tx.commit().told()?;
        }
        Ok(op)
    }

    /// Adds a note to a payment or an item. Errors: E0711, E0706.
    pub fn note(&mut self, id: &str, text: &str, heading: &Heading) -> Result<u64, Errors> {
        let tx = self.begin()?;
        let entry = Entry::begin(&tx)?;
        let (payment, item) = match subject(&tx, id)? {
            Subject::Payment(n) => (Some(n), None),
            Subject::Item(n) => (None, Some(n)),
        };
        let values = params![entry.seq, payment, item, text];
        tx.execute("INSERT INTO note (op, payment, item, text) VALUES (?1, ?2, ?3, ?4)", values).told()?;
        let op = entry.finish(heading)?;
        tx.commit().told()?;
        Ok(op)
    }

    /// Payments in review whose proposal is at least so likely (millionths), by date: identifiers with their probabilities.
    /// Error: E0706.
    pub fn proposed_above(&self, probability: u32) -> Result<Vec<(String, u32)>, Error> {
        let sql = format!(
            "SELECT p.id, v.probability FROM payment p JOIN verdict v ON v.payment = p.n AND v.run = {LAST_RUN} \
             WHERE p.present = 1 AND p.decision IS NULL AND v.bucket = 'review' AND v.probability >= ?1 ORDER BY p.booked, p.id"
        );
        let mut select = self.db.prepare(&sql).told()?;
        let rows = select.query_map([probability], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.and_then(Iterator::collect).told()
    }
}

/// The payment or item of an identifier. Error: E0711.
pub(super) fn subject(tx: &Transaction<'_>, id: &str) -> Result<Subject, Error> {
    let find = |sql: &str| tx.query_row(sql, [id], |row| row.get::<_, i64>(0)).optional().told();
    if let Some(n) = find("SELECT n FROM payment WHERE id = ?1 AND present = 1")? {
        return Ok(Subject::Payment(n));
    }
    if let Some(n) = find("SELECT n FROM item WHERE id = ?1 AND present = 1")? {
        return Ok(Subject::Item(n));
    }
    Ok(Subject::Item(item_number(tx, id)?))
}

/// The item of an identifier or, where only one has it, of a document number. Error: E0711.
fn item_number(tx: &Transaction<'_>, id: &str) -> Result<i64, Error> {
    let find = |sql: &str| -> Result<Vec<i64>, Error> {
        let mut select = tx.prepare_cached(sql).told()?;
        let rows = select.query_map([id], |row| row.get(0));
        rows.and_then(Iterator::collect).told()
    };
    let by_id = find("SELECT n FROM item WHERE id = ?1 AND present = 1")?;
    let found =
        if by_id.is_empty() { find("SELECT n FROM item WHERE number = ?1 AND present = 1 LIMIT 2")? } else { by_id };
    match *found {
        [n] => Ok(n),
        [] => Err(unknown(id)),
        _ => Err(Error::new(ErrorKind::Usage, "E0711", format!("several items have the number {id}"))
            .help("give the identifier:  lettrage list items")),
    }
}

fn unknown(id: &str) -> Error {
    Error::new(ErrorKind::Usage, "E0711", format!("the book has no payment and no item {id}"))
        .help("lettrage list  and  lettrage list items  show their identifiers")
}

fn paid(tx: &Transaction<'_>, id: &str) -> Result<Paid, Error> {
    let row = tx
        .prepare_cached("SELECT n, booked, minor, currency, decision FROM payment WHERE id = ?1 AND present = 1")
        .and_then(|mut get| {
            get.query_row([id], |row| {
                Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get::<_, String>(3)?, row.get(4)?))
            })
            .optional()
        })
        .told()?;
    let Some((n, booked, minor, currency, decision)) = row else {
        return Err(match item_number(tx, id) {
            Ok(_) => Error::new(ErrorKind::Usage, "E0711", format!("{id} is an item and no payment"))
                .help("lettrage settle ITEM --reason …  settles an item without a payment"),
            Err(error) => error,
        });
    };
    let amount = Money::new(minor, codec::currency(&currency)?);
    Ok(Paid { n, id: id.to_string(), booked: codec::day(&booked)?, amount, decision })
}

fn decide(entry: &mut Entry<'_>, one: &Resolve, who: &str) -> Result<(), Error> {
    if one.act == Act::SettleItem {
        return settle_item(entry, one, who);
    }
    if let (Act::Hold(until), Subject::Item(n)) = (&one.act, subject(entry.tx, &one.id)?) {
        may_change_item(entry.tx, n)?;
        let draft = Draft {
            until: Some(*until),
            reason: &one.reason,
            ..Draft::new(Subject::Item(n), &one.id, DecisionKind::Hold, Author::Person, who)
        };
        return entry.decide(&draft);
    }
    let paid = paid(entry.tx, &one.id)?;
    may_change(entry.tx, &paid)?;
    let subject = Subject::Payment(paid.n);
    let of = |kind| Draft {
        account: &one.account,
        reason: &one.reason,
        ..Draft::new(subject, &paid.id, kind, Author::Person, who)
    };
    match &one.act {
        Act::Accept => accept(entry, &paid, one, who),
        Act::Reject => {
            let refused = refused(entry.tx, &paid)?;
            entry.decide(&Draft { refused, ..of(DecisionKind::Reject) })
        }
        Act::Outside => entry.decide(&of(DecisionKind::Outside)),
        Act::Hold(until) => entry.decide(&Draft { until: Some(*until), ..of(DecisionKind::Hold) }),
        Act::Apply { parts, rest } => {
            let (applications, differences) = equation(entry.tx, &paid, parts, *rest)?;
            entry.decide(&Draft { applications, differences: &differences, ..of(DecisionKind::Apply) })
        }
        Act::Returns(receipt) => {
            let (receipt, applications, differences) = taken_back(entry.tx, &paid, receipt)?;
            let draft =
                Draft { applications, differences: &differences, returns: Some(receipt), ..of(DecisionKind::Return) };
            entry.decide(&draft)
        }
        // Both were dealt with above.
        Act::SettleItem => Ok(()),
    }
}

/// What was decided in a month before it was closed does not change, and a receipt that a decided return took back stays.
fn may_change(tx: &Transaction<'_>, paid: &Paid) -> Result<(), Error> {
    let Some(decision) = paid.decision else { return Ok(()) };
    let (op, kind): (i64, String) = tx
        .query_row("SELECT op, kind FROM decision WHERE n = ?1", [decision], |row| Ok((row.get(0)?, row.get(1)?)))
        .told()?;
    if DecisionKind::parse(&kind).is_some_and(DecisionKind::settles) && closed_since(tx, op, paid.booked)? {
        refuse_day(tx, &paid.id, paid.booked, "it was decided before that")?;
    }
    returned_by(tx, paid.n, &paid.id)
}

/// Whether the month of a day was closed after an operation.
pub(super) fn closed_since(tx: &Transaction<'_>, op: i64, booked: NaiveDate) -> Result<bool, Error> {
    let month = crate::model::Month::of(booked).to_string();
    tx.prepare_cached("SELECT 1 FROM period WHERE month >= ?1 AND op > ?2 LIMIT 1")
        .and_then(|mut get| get.exists(params![month, op]))
        .told()
}

/// Refuses to change a receipt that a standing return takes back. Error: C0009.
pub(super) fn returned_by(tx: &Transaction<'_>, receipt: i64, id: &str) -> Result<(), Error> {
    let by: Option<String> = tx
        .prepare_cached(
            // The few returns first: all payments would be gone through for each decision otherwise.
            "SELECT p.id FROM decision d CROSS JOIN payment p ON p.n = d.payment WHERE d.returns = ?1 AND d.kind = 'return' \
             AND p.decision = d.n AND p.present = 1",
        )
        .and_then(|mut get| get.query_row([receipt], |row| row.get(0)).optional())
        .told()?;
    let Some(by) = by else { return Ok(()) };
    Err(Error::new(ErrorKind::Refused, "C0009", format!("{id} was returned by {by}, and that decision rests on it"))
        .help(format!("undo the decision on {by} first")))
}

/// The verdict of the last run that looked at a payment, as far as it is in force.
fn last_verdict(tx: &Transaction<'_>, payment: i64) -> Result<Option<(i64, String, u32, Kept)>, Error> {
    let row = tx
        .prepare_cached(
            "SELECT v.run, v.bucket, v.probability, e.body FROM verdict v JOIN evidence e ON e.payment = v.payment AND e.run = v.run \
             JOIN operation o ON o.seq = v.run \
             WHERE v.payment = ?1 AND o.undone_by IS NULL ORDER BY v.run DESC LIMIT 1",
        )
        .and_then(|mut get| {
            get.query_row([payment], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get::<_, String>(3)?))).optional()
        })
        .told()?;
    row.map(|(run, bucket, probability, body)| Ok((run, bucket, probability, codec::from_json(&body, "a verdict")?)))
        .transpose()
}

fn accept(entry: &mut Entry<'_>, paid: &Paid, one: &Resolve, who: &str) -> Result<(), Error> {
    let none = |why: &str| {
        Error::new(ErrorKind::Usage, "E0714", format!("there is no proposal for {} to accept", paid.id))
            .label(why.to_string())
            .help(format!(
                "lettrage explain {}  shows what was looked at; lettrage settle {0} ITEM…  decides by hand",
                paid.id
            ))
    };
    let Some((_, bucket, probability, kept)) = last_verdict(entry.tx, paid.n)? else {
        return Err(none("no run has looked at it").help("lettrage run"));
    };
    if bucket != Bucket::Review.word() && bucket != Bucket::Auto.word() {
        return Err(none("the last run found none"));
    }
    let Some(chosen) = &kept.chosen else { return Err(none("the last run found none")) };
    let applications: Vec<(i64, i64)> =
        chosen.applications.iter().filter(|a| a.applied != 0).map(|a| (i64::from(a.item), a.applied)).collect();
    let differences: Vec<Difference> =
        chosen.differences.iter().filter(|d| d.kind != DifferenceKind::OpenRest).copied().collect();
    let kind = if kept.returns.is_some() { DecisionKind::Return } else { DecisionKind::Apply };
    if let Some(receipt) = kept.returns {
        still_there(entry.tx, paid, i64::from(receipt), &applications)?;
    }
    holds(paid, &applications, &differences)?;
    entry.decide(&Draft {
        account: &one.account,
        reason: &one.reason,
        applications,
        differences: &differences,
        returns: kept.returns.map(i64::from),
        probability: Some(probability),
        ..Draft::new(Subject::Payment(paid.n), &paid.id, kind, Author::Person, who)
    })
}

/// Refuses a proposed return of a receipt that was decided otherwise since the run, or has come back by another payment.
/// Errors: E0714, C0009.
fn still_there(tx: &Transaction<'_>, paid: &Paid, receipt: i64, applications: &[(i64, i64)]) -> Result<(), Error> {
    let (id, decision, kind): (String, Option<i64>, Option<String>) = tx
        .query_row(
            "SELECT p.id, d.n, d.kind FROM payment p LEFT JOIN decision d ON d.n = p.decision WHERE p.n = ?1",
            [receipt],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .told()?;
    if kind.as_deref() != Some(DecisionKind::Apply.word()) {
        return Err(Error::new(
            ErrorKind::Usage,
            "E0714",
            format!("{} takes {id} back, which has paid nothing yet", paid.id),
        )
        .help(format!("decide {id} first; the return then takes that back")));
    }
    let by_another = tx
        .prepare_cached(
            "SELECT 1 FROM decision d JOIN payment p ON p.decision = d.n \
             WHERE d.returns = ?1 AND d.kind = 'return' AND p.present = 1 AND p.n <> ?2",
        )
        .and_then(|mut get| get.exists([receipt, paid.n]))
        .told()?;
    if by_another {
        returned_by(tx, receipt, &id)?;
    }
    let mut select = tx.prepare_cached("SELECT item, -minor FROM application WHERE decision = ?1").told()?;
    let mut taken: Vec<(i64, i64)> =
        select.query_map([decision], |r| Ok((r.get(0)?, r.get(1)?))).and_then(Iterator::collect).told()?;
    let mut back = applications.to_vec();
    taken.sort_unstable();
    back.sort_unstable();
    if taken == back {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, "E0714", format!("the proposal for {} has become void", paid.id))
        .label(format!("it takes {id} back, which was decided otherwise since"))
        .help("lettrage run  makes another proposal"))
}

/// The items of what is refused: of the decision that stands, else of the proposal.
fn refused(tx: &Transaction<'_>, paid: &Paid) -> Result<Vec<i64>, Error> {
    if let Some(decision) = paid.decision {
        let mut select = tx.prepare_cached("SELECT item FROM application WHERE decision = ?1 ORDER BY item").told()?;
        let rows = select.query_map([decision], |row| row.get(0));
        return rows.and_then(Iterator::collect).told();
    }
    let kept = last_verdict(tx, paid.n)?;
    let chosen = kept.and_then(|(.., kept)| kept.chosen);
    Ok(chosen.map(|c| c.applications.iter().map(|a| i64::from(a.item)).collect()).unwrap_or_default())
}

/// Applications and differences of parts that a person named; the equation holds.
type Equation = (Applications, Vec<Difference>);

/// Items with what is taken off each, in minor units.
type Applications = Vec<(i64, i64)>;

fn equation(tx: &Transaction<'_>, paid: &Paid, parts: &[Part], rest: Option<Rest>) -> Result<Equation, Error> {
    let mut applications: Vec<(i64, i64)> = Vec::new();
    let mut differences: Vec<Difference> = Vec::new();
    for part in parts {
        match part {
            Part::Item(id, minor) => {
                let n = item_number(tx, id)?;
                let minor = off_item(tx, paid, n, id, *minor)?;
                if applications.iter().any(|(item, _)| *item == n) {
                    return Err(Error::new(ErrorKind::Usage, "E0712", format!("item {id} is named twice")));
                }
                applications.push((n, minor));
            }
            Part::Difference(kind, minor) => differences.push(Difference { kind: *kind, minor: *minor }),
        }
    }
    let missing = i128::from(paid.amount.minor) - sum(&applications, &differences);
    let missing = i64::try_from(missing).map_err(|_| unequal(paid, &applications, &differences))?;
    match rest {
        _ if missing == 0 => {}
        Some(Rest::KeepOpen) if missing < 0 => shorten(&mut applications, missing)
            .ok_or_else(|| unequal(paid, &applications, &differences).help("the rest is more than the last item"))?,
        Some(Rest::As(kind)) => {
            let minor = if kind == DifferenceKind::Fx { missing } else { missing * kind.factor() };
            if minor < 0 && kind != DifferenceKind::Fx {
                let wrong = unequal(paid, &applications, &differences);
                return Err(wrong.help(format!("a difference of this direction is no {}", kind.word())));
            }
            differences.push(Difference { kind, minor });
        }
        _ => return Err(unequal(paid, &applications, &differences)),
    }
    holds(paid, &applications, &differences)?;
    Ok((applications, differences))
}

/// Leaves the rest open on the last item.
fn shorten(applications: &mut [(i64, i64)], missing: i64) -> Option<()> {
    let (_, last) = applications.last_mut()?;
    let left = last.checked_add(missing)?;
    // Something of the item is paid, and with its own sign.
    (left != 0 && left.signum() == last.signum()).then(|| *last = left)
}

/// What is taken off an item: no more than is open of it, with its sign.
fn off_item(tx: &Transaction<'_>, paid: &Paid, item: i64, id: &str, minor: Option<i64>) -> Result<i64, Error> {
    let (open, currency, decision): (i64, String, Option<i64>) = tx
        .query_row("SELECT open, currency, decision FROM item WHERE n = ?1", [item], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })
        .told()?;
    // What the payment itself has taken so far is free again.
    let own: i64 = match paid.decision {
        Some(decision) => tx
            .query_row(
                "SELECT coalesce(sum(a.minor), 0) FROM application a WHERE a.decision = ?1 AND a.item = ?2 AND NOT EXISTS \
                 (SELECT 1 FROM taken_over t WHERE t.decision = a.decision AND t.item = a.item)",
                [decision, item],
                |row| row.get(0),
            )
            .told()?,
        None => 0,
    };
    let open = open + own;
    if currency != paid.amount.currency.code() {
        return Err(Error::new(
            ErrorKind::Usage,
            "E0712",
            format!("item {id} is in {currency}, the payment in {}", paid.amount.currency),
        )
        .help("a payment in another currency cannot be applied here yet"));
    }
    let held = decision.is_some()
        && tx.query_row("SELECT kind = 'settle' FROM decision WHERE n = ?1", [decision], |row| row.get(0)).told()?;
    let minor = minor.unwrap_or(open);
    let within = minor != 0 && minor.signum() == open.signum() && minor.abs() <= open.abs();
    if within && !held {
        return Ok(minor);
    }
    let money = |minor| codec::money(minor, &currency);
    let error = Error::new(ErrorKind::Refused, "C0006", format!("{} cannot be taken off item {id}", money(minor)));
    Err(error
        .label(format!("{} {currency} is open of it", money(open)))
        .help(format!("lettrage explain {id}  shows what has settled it")))
}

fn sum(applications: &[(i64, i64)], differences: &[Difference]) -> i128 {
    let applied: i128 = applications.iter().map(|(_, minor)| i128::from(*minor)).sum();
    let settled: i128 = differences.iter().map(|d| i128::from(d.kind.factor()) * i128::from(d.minor)).sum();
    applied + settled
}

/// Refuses an equation that does not hold to the minor unit.
fn holds(paid: &Paid, applications: &[(i64, i64)], differences: &[Difference]) -> Result<(), Error> {
    if sum(applications, differences) == i128::from(paid.amount.minor) {
        return Ok(());
    }
    Err(unequal(paid, applications, differences))
}

fn unequal(paid: &Paid, applications: &[(i64, i64)], differences: &[Difference]) -> Error {
    let explained = sum(applications, differences);
    let mut shown = String::new();
    let mut missing = String::new();
    // Writing to a string cannot fail.
    let _ = crate::model::money::write_minor(&mut shown, explained, paid.amount.currency);
    let rest = i128::from(paid.amount.minor) - explained;
    let _ = crate::model::money::write_minor(&mut missing, rest, paid.amount.currency);
    Error::new(ErrorKind::Usage, "E0712", format!("the parts do not add up to payment {}", paid.id))
        .label(format!("{} {} came, {shown} is explained, {missing} is left", paid.amount, paid.amount.currency))
        .help("say what the rest is:  --reason keep-open, on-account, bank-fee, discount, write-off or exchange")
}

/// What a return takes back: the equation of its receipt with the opposite sign, and what the bank kept besides as a fee.
fn taken_back(tx: &Transaction<'_>, paid: &Paid, receipt: &str) -> Result<(i64, Applications, Vec<Difference>), Error> {
    let of = self::paid(tx, receipt)?;
    returned_by(tx, of.n, receipt)?;
    let Some(decision) = of.decision else {
        return Err(Error::new(ErrorKind::Usage, "E0712", format!("{receipt} has paid nothing yet"))
            .help("decide the receipt first; the return then takes that back"));
    };
    let (kind, differences): (String, String) = tx
        .query_row("SELECT kind, differences FROM decision WHERE n = ?1", [decision], |r| Ok((r.get(0)?, r.get(1)?)))
        .told()?;
    if kind != DecisionKind::Apply.word() {
        return Err(Error::new(
            ErrorKind::Usage,
            "E0712",
            format!("{receipt} was not applied to items: there is nothing to take back"),
        ));
    }
    let mut select = tx.prepare_cached("SELECT item, -minor FROM application WHERE decision = ?1").told()?;
    let applications: Vec<(i64, i64)> =
        select.query_map([decision], |r| Ok((r.get(0)?, r.get(1)?))).and_then(Iterator::collect).told()?;
    let mut back: Vec<Difference> =
        codec::from_differences(&differences)?.into_iter().map(|d| Difference { minor: -d.minor, ..d }).collect();
    let fee = sum(&applications, &back) - i128::from(paid.amount.minor);
    if fee > 0 {
        let minor = i64::try_from(fee).map_err(|_| unequal(paid, &applications, &back))?;
        back.push(Difference { kind: DifferenceKind::Fee, minor });
    }
    holds(paid, &applications, &back)?;
    Ok((of.n, applications, back))
}

fn settle_item(entry: &mut Entry<'_>, one: &Resolve, who: &str) -> Result<(), Error> {
    let n = item_number(entry.tx, &one.id)?;
    may_change_item(entry.tx, n)?;
    // What an earlier settlement of the same item has taken is free again.
    let (id, open): (String, i64) = entry
        .tx
        .query_row(
            "SELECT i.id, i.open + coalesce((SELECT a.minor FROM application a WHERE a.decision = i.decision AND a.item = i.n AND NOT EXISTS \
             (SELECT 1 FROM taken_over t WHERE t.decision = a.decision AND t.item = a.item)), 0) FROM item i WHERE i.n = ?1",
            [n],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .told()?;
    if open == 0 {
        return Err(Error::new(ErrorKind::Usage, "E0712", format!("nothing is open of item {id}"))
            .help(format!("lettrage explain {id}  shows what has settled it")));
    }
    entry.decide(&Draft {
        account: &one.account,
        reason: &one.reason,
        applications: vec![(n, open)],
        ..Draft::new(Subject::Item(n), &id, DecisionKind::Settle, Author::Person, who)
    })
}

/// What settled an item before a month was closed does not change. Error: C0001.
fn may_change_item(tx: &Transaction<'_>, item: i64) -> Result<(), Error> {
    let op: Option<i64> = tx
        .prepare_cached(
            "SELECT d.op FROM item i JOIN decision d ON d.n = i.decision WHERE i.n = ?1 AND d.kind = 'settle'",
        )
        .and_then(|mut get| get.query_row([item], |row| row.get(0)).optional())
        .told()?;
    op.map_or(Ok(()), |op| item_closed_since(tx, op))
}

/// Refuses to change what an operation settled before a month was closed. Error: C0001.
pub(super) fn item_closed_since(tx: &Transaction<'_>, op: i64) -> Result<(), Error> {
    let closed =
        tx.prepare_cached("SELECT 1 FROM period WHERE op > ?1 LIMIT 1").and_then(|mut g| g.exists([op])).told()?;
    if !closed {
        return Ok(());
    }
    let message = format!("a month was closed since operation {op:04} settled an item");
    Err(Error::new(ErrorKind::Refused, "C0001", message).help("lettrage reopen MONTH --why …"))
}
