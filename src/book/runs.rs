//! What the matcher is given, and what it said.
//!
//! A run looks at every payment of the book and decides only those that nobody has decided. Decisions that stand, and refusals of
//! people, are evidence for it; it overturns none.

use std::collections::HashMap;

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use rayon::prelude::*;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::codec;
use super::log::{Draft, Entry, Heading, Subject};
use super::rows::{self, ITEM, PAYMENT, Shared};
use super::store::{Book, Told as _};
use crate::error::{Error, Errors};
use crate::model::known::Decided;
use crate::model::learned::FactUse;
use crate::model::{
    Application, Author, Bucket, Customer, DecisionKind, Difference, DifferenceKind, Hypothesis, InputFile, InputRole,
    Objection, Obstacle, OpenItem, Payment, Reconciliation, Search, Verdict, Weight,
};

/// What the matcher is given: the whole book, and what is known.
#[derive(Clone, Debug, Default)]
pub struct RunInput {
    /// Every payment.
    pub payments: Vec<Payment>,
    /// Their numbers in the book.
    pub payment_numbers: Vec<i64>,
    /// Every item; open is what is open in the book now.
    pub items: Vec<OpenItem>,
    /// Their numbers in the book.
    pub item_numbers: Vec<i64>,
    /// Customers.
    pub customers: Vec<Customer>,
    /// Decisions that stand.
    pub decided: Vec<Decided>,
    /// Equations that people refused.
    pub objections: Vec<Objection>,
    /// Payments about which a person has refused something.
    pub only_propose: Vec<u32>,
    /// For each payment, whether a run may decide it.
    pub undecided: Vec<bool>,
    /// Files of the book.
    pub files: Vec<InputFile>,
}

/// A decision of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruled {
    /// The payment: index into the input's.
    pub payment: u32,
    /// The rule's identifier.
    pub rule: String,
    /// Ledger account.
    pub account: String,
    /// Why.
    pub reason: String,
}

/// A finished run, to be recorded.
#[derive(Clone, Debug)]
pub struct Finished<'a> {
    /// What it was given.
    pub input: &'a RunInput,
    /// What came of it.
    pub reconciliation: &'a Reconciliation,
    /// Decisions of rules; the matcher was given them as decided.
    pub ruled: &'a [Ruled],
    /// For each payment, whether it is in the account and period that were asked for.
    pub wanted: &'a [bool],
    /// Identifier of the run.
    pub id: &'a str,
    /// Date on which ages were counted.
    pub as_of: NaiveDate,
    /// The configuration, as JSON.
    pub configuration: &'a str,
    /// The weights in use, as JSON.
    pub weights: &'a str,
    /// What was looked at, as JSON: files with their hashes.
    pub inputs: &'a str,
    /// Learned facts that bear on what was said of payments: indices into the input's, rising.
    pub learned: &'a [(u32, Vec<FactUse>)],
}

/// How many payments a run put where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Number of the operation.
    pub op: u64,
    /// Payments that it looked at.
    pub looked_at: u64,
    /// Equations that it applied.
    pub applied: u64,
    /// Payments that rules took.
    pub by_rule: u64,
    /// Payments that are no customer's money.
    pub outside: u64,
    /// Payments with a proposal.
    pub review: u64,
    /// Payments without one.
    pub unmatched: u64,
}

/// By decision: items with what it takes off each.
type Standing = HashMap<i64, Vec<(i64, i64)>, RandomState>;

/// What a run said of a payment, as it is kept: numbers are those of the book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Customers that the hypotheses name: number and name.
    pub(super) payers: Vec<(Box<str>, Box<str>)>,
    pub(super) payer: Option<u32>,
    pub(super) chosen: Option<Hypothesis>,
    pub(super) rivals: Vec<Hypothesis>,
    pub(super) margin: Weight,
    pub(super) search: Search,
    pub(super) examined: u32,
    pub(super) returns: Option<u32>,
    /// Learned facts that bear on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) learned: Vec<FactUse>,
}

impl Book {
    /// Everything that a run is given. Errors: E0705, E0706.
    pub fn run_input(&self) -> Result<RunInput, Error> {
        let mut input =
            RunInput { files: self.files()?.into_iter().map(|(_, file)| file).collect(), ..RunInput::default() };
        let mut shared = Shared::default();
        let sql = format!("SELECT {ITEM} FROM item i WHERE i.present = 1 ORDER BY i.n");
        let mut select = self.db.prepare(&sql).told()?;
        let mut found = select.query([]).told()?;
        while let Some(row) = found.next().told()? {
            let (n, item) = rows::item(row, &mut shared)?;
            input.items.push(item);
            input.item_numbers.push(n);
        }
        let standing = self.standing_applications()?;
        let items: HashMap<i64, u32, RandomState> = input.item_numbers.iter().copied().zip(0..).collect();
        let sql = format!(
            "SELECT {PAYMENT}, d.n, d.kind, d.returns, d.differences FROM payment p LEFT JOIN decision d ON d.n = p.decision \
             WHERE p.present = 1 ORDER BY p.n"
        );
        let mut select = self.db.prepare(&sql).told()?;
        let mut found = select.query([]).told()?;
        let mut returns: Vec<(usize, i64)> = Vec::new();
        while let Some(row) = found.next().told()? {
            let (n, payment) = rows::payment(row, &mut shared)?;
            let at = |column: usize| rows::PAYMENT_COLUMNS + column;
            let decision: Option<i64> = row.get(at(0)).told()?;
            let kind: Option<String> = row.get(at(1)).told()?;
            let kind = kind.as_deref().and_then(DecisionKind::parse);
            let open = matches!(kind, None | Some(DecisionKind::Reject));
            if let (Some(decision), false) = (decision, open) {
                if let Some(receipt) = row.get::<_, Option<i64>>(at(2)).told()? {
                    returns.push((input.decided.len(), receipt));
                }
                let differences: String = row.get(at(3)).told()?;
                let applications = standing.get(&decision).into_iter().flatten();
                input.decided.push(Decided {
                    payment: input.payments.len() as u32,
                    applications: applications
                        .filter_map(|(item, minor)| Some(Application { item: *items.get(item)?, applied: *minor }))
                        .collect(),
                    differences: codec::from_differences(&differences)?,
                    returns: None,
                    outside: kind == Some(DecisionKind::Outside),
                });
            }
            input.payments.push(payment);
            input.payment_numbers.push(n);
            input.undecided.push(open);
        }
        let payments: HashMap<i64, u32, RandomState> = input.payment_numbers.iter().copied().zip(0..).collect();
        for (at, receipt) in returns {
            input.decided[at].returns = payments.get(&receipt).copied();
        }
        self.objections(&mut input, &payments, &items)?;
        input.customers = self.customers()?;
        Ok(input)
    }

    /// Applications of the decisions that stand on payments, by decision.
    fn standing_applications(&self) -> Result<Standing, Error> {
        let sql = "SELECT a.decision, a.item, a.minor FROM payment p JOIN application a ON a.decision = p.decision WHERE p.present = 1";
        let mut select = self.db.prepare(sql).told()?;
        let mut found = select.query([]).told()?;
        let mut standing = Standing::default();
        while let Some(row) = found.next().told()? {
            let decision: i64 = row.get(0).told()?;
            standing.entry(decision).or_default().push((row.get(1).told()?, row.get(2).told()?));
        }
        Ok(standing)
    }

    /// What people refused and did not take back.
    fn objections(
        &self,
        input: &mut RunInput,
        payments: &HashMap<i64, u32, RandomState>,
        items: &HashMap<i64, u32, RandomState>,
    ) -> Result<(), Error> {
        let sql = "SELECT d.payment, d.refused FROM decision d JOIN operation o ON o.seq = d.op \
                   WHERE d.kind = 'reject' AND o.undone_by IS NULL AND d.payment IS NOT NULL ORDER BY d.n";
        let mut select = self.db.prepare(sql).told()?;
        let mut found = select.query([]).told()?;
        while let Some(row) = found.next().told()? {
            let Some(payment) = payments.get(&row.get::<_, i64>(0).told()?).copied() else { continue };
            let refused: String = row.get(1).told()?;
            let numbers = refused.split('|').filter_map(|n| n.parse::<i64>().ok());
            let applications: Vec<Application> =
                numbers.filter_map(|n| Some(Application { item: *items.get(&n)?, applied: 0 })).collect();
            input.only_propose.push(payment);
            if !applications.is_empty() {
                input.objections.push(Objection { payment, applications });
            }
        }
        input.only_propose.sort_unstable();
        input.only_propose.dedup();
        Ok(())
    }

    /// Customers of the book. Errors: E0705, E0706.
    pub fn customers(&self) -> Result<Vec<Customer>, Error> {
        let mut select = self.db.prepare("SELECT body FROM customer ORDER BY id").told()?;
        let bodies = select
            .query_map([], |row| row.get::<_, String>(0))
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .told()?;
        bodies.iter().map(|body| codec::from_json(body, "a customer")).collect()
    }

    /// The files of the book that are in force, with their numbers. Errors: E0705, E0706.
    pub fn files(&self) -> Result<Vec<(i64, InputFile)>, Error> {
        let sql =
            "SELECT n, path, role, format, version, sha256, size, records, notes FROM file WHERE active = 1 ORDER BY n";
        let mut select = self.db.prepare(sql).told()?;
        let mut found = select.query([]).told()?;
        let mut files = Vec::new();
        while let Some(row) = found.next().told()? {
            let text = |n: usize| row.get::<_, String>(n).told();
            let role = text(2)?;
            let roles = [InputRole::Statement, InputRole::Items, InputRole::Customers, InputRole::Ledger];
            let role =
                roles.into_iter().find(|r| r.word() == role).ok_or_else(|| codec::broken("what a file is", &role))?;
            let file = InputFile {
                path: text(1)?.into(),
                role,
                format: text(3)?.into(),
                version: text(4)?.into(),
                sha256: text(5)?.into(),
                bytes: row.get::<_, i64>(6).told()?.unsigned_abs(),
                records: row.get::<_, i64>(7).told()?.unsigned_abs(),
                notes: codec::from_json(&text(8)?, "notes")?,
            };
            files.push((row.get(0).told()?, file));
        }
        Ok(files)
    }

    /// Records a run: its verdicts, and its decisions. With `dry`, the book stays as it is.
    ///
    /// Errors: C0006 when a decision would settle an item beyond what is open, E0706.
    pub fn record_run(&mut self, run: &Finished<'_>, heading: Heading, dry: bool) -> Result<Ran, Errors> {
        let looked_at = |n: usize| run.wanted[n] && run.input.undecided[n];
        let kept: Vec<Option<String>> = (0..run.input.payments.len())
            .into_par_iter()
            .map(|n| if looked_at(n) { keep(run, n).map(Some) } else { Ok(None) })
            .collect::<Result<_, Error>>()?;
        let tx = self.begin()?;
        let mut entry = Entry::begin(&tx)?;
        let values = params![
            entry.seq,
            run.id,
            run.as_of.to_string(),
            env!("CARGO_PKG_VERSION"),
            run.configuration,
            run.weights,
            run.inputs,
            kept.iter().flatten().count() as i64
        ];
        tx.execute(
            "INSERT INTO run (op, id, as_of, version, configuration, weights, inputs, open_before) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            values,
        )
        .told()?;
        let mut ran = Ran::default();
        let ruled: HashMap<u32, &Ruled, RandomState> = run.ruled.iter().map(|r| (r.payment, r)).collect();
        let recorded = Recorded::of(run, &looked_at);
        for (n, body) in kept.iter().enumerate() {
            let Some(body) = body else { continue };
            ran.looked_at += 1;
            if let Some(rule) = ruled.get(&(n as u32)) {
                decide_by_rule(&mut entry, run, n, rule)?;
                ran.by_rule += 1;
                continue;
            }
            let verdict = &run.reconciliation.verdicts[n];
            put_verdict(&entry, run.input.payment_numbers[n], verdict, body)?;
            let decides = matches!(verdict.bucket, Bucket::Auto | Bucket::NotReceivable) && recorded.can_stand(run, n);
            if decides {
                decide_by_engine(&mut entry, run, n, verdict)?;
            }
            // What is sure and cannot stand is a proposal.
            let left = verdict.bucket == Bucket::Auto && !decides;
            count(&mut ran, if left { Bucket::Review } else { verdict.bucket });
        }
        let summary = format!(
            "{} payments: {} applied, {} by rule, {} to review, {} unmatched, {} not receivable",
            ran.looked_at, ran.applied, ran.by_rule, ran.review, ran.unmatched, ran.outside
        );
        let mut payload = serde_json::json!({ "as_of": run.as_of.to_string() });
        // What the caller keeps of the run besides: on what it was calibrated.
        if let (Some(payload), Some(more)) = (payload.as_object_mut(), heading.payload.as_object()) {
            payload.extend(more.clone());
        }
        let summary = match heading.summary.as_str() {
            "" => summary,
            more => format!("{summary}; {more}"),
        };
        ran.op = entry.finish(&Heading { summary, payload, ..heading })?;
        if dry {
            tx.rollback().told()?;
        } else {
            tx.commit().told()?;
        }
        Ok(ran)
    }
}

fn count(ran: &mut Ran, bucket: Bucket) {
    match bucket {
        Bucket::Auto => ran.applied += 1,
        Bucket::Review => ran.review += 1,
        Bucket::Unmatched => ran.unmatched += 1,
        Bucket::NotReceivable => ran.outside += 1,
    }
}

/// Which payments are decided once the run is recorded.
struct Recorded(Vec<bool>);

impl Recorded {
    fn of(run: &Finished<'_>, looked_at: &dyn Fn(usize) -> bool) -> Self {
        let verdicts = &run.reconciliation.verdicts;
        // What is held is given to the matcher as taken, and is decided about nothing.
        let settles =
            |d: &Decided| d.outside || d.returns.is_some() || !d.applications.is_empty() || !d.differences.is_empty();
        let mut decided: Vec<bool> =
            (0..run.input.payments.len()).map(|n| looked_at(n) && verdicts[n].bucket == Bucket::Auto).collect();
        // Where a person has refused something, a run proposes.
        run.input.only_propose.iter().for_each(|n| decided[*n as usize] = false);
        run.input.decided.iter().for_each(|d| decided[d.payment as usize] = settles(d));
        let mut recorded = Self(decided);
        // What is left to a person may be what something else rests on.
        while recorded.leave_to_people(run, looked_at) {}
        recorded
    }

    /// Leaves decisions to people that cannot stand: a return of a receipt that is not decided, and whatever takes more off an item
    /// than is open, or opens more than the document has, such as a return after a list that opened the item again. Whether there was
    /// any.
    fn leave_to_people(&mut self, run: &Finished<'_>, looked_at: &dyn Fn(usize) -> bool) -> bool {
        let verdicts = &run.reconciliation.verdicts;
        let new = |n: usize, decided: &[bool]| decided[n] && looked_at(n);
        let mut open: Vec<i128> = run.input.items.iter().map(|i| i128::from(i.open_minor)).collect();
        for n in (0..verdicts.len()).filter(|n| new(*n, &self.0)) {
            for a in verdicts[n].chosen.iter().flat_map(|c| &c.applications) {
                open[a.item as usize] -= i128::from(a.applied);
            }
        }
        let within = |item: u32| {
            let of = &run.input.items[item as usize];
            let (amount, was) = (i128::from(of.amount.minor), i128::from(of.open_minor));
            (amount.min(was).min(0)..=amount.max(was).max(0)).contains(&open[item as usize])
        };
        let stands = |n: usize, decided: &[bool]| {
            verdicts[n].returns.is_none_or(|receipt| decided[receipt as usize])
                && verdicts[n].chosen.iter().flat_map(|c| &c.applications).all(|a| a.applied == 0 || within(a.item))
        };
        let left: Vec<usize> = (0..verdicts.len()).filter(|n| new(*n, &self.0) && !stands(*n, &self.0)).collect();
        left.iter().for_each(|n| self.0[*n] = false);
        !left.is_empty()
    }

    /// Whether a decision of the engine about a payment is recorded. Money that is no customer's takes from no item.
    fn can_stand(&self, run: &Finished<'_>, n: usize) -> bool {
        match run.reconciliation.verdicts[n].bucket {
            Bucket::Auto => self.0[n],
            _ => run.input.only_propose.binary_search(&(n as u32)).is_err(),
        }
    }
}

fn decide_by_rule(entry: &mut Entry<'_>, run: &Finished<'_>, n: usize, rule: &Ruled) -> Result<(), Error> {
    let subject = Subject::Payment(run.input.payment_numbers[n]);
    let id = &run.input.payments[n].id;
    entry.decide(&Draft {
        account: &rule.account,
        reason: &rule.reason,
        ..Draft::new(subject, id, DecisionKind::Outside, Author::Rule, &rule.rule)
    })
}

fn decide_by_engine(entry: &mut Entry<'_>, run: &Finished<'_>, n: usize, verdict: &Verdict) -> Result<(), Error> {
    let number = |item: u32| run.input.item_numbers[item as usize];
    let chosen = verdict.chosen.as_ref();
    let kind = match (verdict.bucket, verdict.returns) {
        (Bucket::NotReceivable, _) => DecisionKind::Outside,
        (_, Some(_)) => DecisionKind::Return,
        _ => DecisionKind::Apply,
    };
    // What stays open of an item is no term of the equation, and changes with every payment.
    let differences: Vec<Difference> = chosen
        .map(|c| c.differences.iter().filter(|d| d.kind != DifferenceKind::OpenRest).copied().collect())
        .unwrap_or_default();
    let applications = chosen.map(|c| c.applications.iter().filter(|a| a.applied != 0)).into_iter().flatten();
    let draft = Draft {
        reason: if kind == DecisionKind::Outside { verdict.reason.map_or("", |r| r.code()) } else { "" },
        returns: verdict.returns.map(|receipt| run.input.payment_numbers[receipt as usize]),
        probability: Some(verdict.probability.0),
        differences: &differences,
        applications: applications.map(|a| (number(a.item), a.applied)).collect(),
        ..Draft::new(
            Subject::Payment(run.input.payment_numbers[n]),
            &run.input.payments[n].id,
            kind,
            Author::Engine,
            run.id,
        )
    };
    entry.decide_first(&draft)
}

fn put_verdict(entry: &Entry<'_>, payment: i64, verdict: &Verdict, body: &str) -> Result<(), Error> {
    let flags: i64 = verdict.flags.iter().map(|flag| 1i64 << (flag as u8)).sum();
    let shown = verdict.chosen.as_ref().or(verdict.rivals.first());
    let values = params![
        payment,
        entry.seq,
        verdict.bucket.word(),
        verdict.reason.map_or("", |r| r.code()),
        flags,
        verdict.probability.0,
        shown.map_or(0, |h| h.weight.0)
    ];
    entry
        .tx
        .prepare_cached(
            "INSERT INTO verdict (payment, run, bucket, reason, flags, probability, weight) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .and_then(|mut put| put.execute(values))
        .told()?;
    entry
        .tx
        .prepare_cached("INSERT INTO evidence (payment, run, body) VALUES (?1, ?2, ?3)")
        .and_then(|mut put| put.execute(params![payment, entry.seq, body]))
        .told()?;
    Ok(())
}

/// What is kept of a verdict, with the book's numbers in it.
fn keep(run: &Finished<'_>, n: usize) -> Result<String, Error> {
    let verdict = &run.reconciliation.verdicts[n];
    let mut payers: Vec<u32> = Vec::new();
    let mut local = |payer: u32| {
        let known = payers.iter().position(|p| *p == payer);
        known.unwrap_or_else(|| {
            payers.push(payer);
            payers.len() - 1
        }) as u32
    };
    // Numbers of a book stay far below 32 bits: one that does not would be another's.
    let item = |n: u32| u32::try_from(run.input.item_numbers[n as usize]).unwrap_or(u32::MAX);
    let payment = |n: u32| u32::try_from(run.input.payment_numbers[n as usize]).unwrap_or(u32::MAX);
    let mut of = |hypothesis: &Hypothesis| {
        let mut hypothesis = hypothesis.clone();
        hypothesis.payer = hypothesis.payer.map(&mut local);
        hypothesis.applications.iter_mut().for_each(|a| a.item = item(a.item));
        hypothesis.obstacle = hypothesis.obstacle.map(|o| match o {
            Obstacle::OtherDocumentCited(n) => Obstacle::OtherDocumentCited(item(n)),
            Obstacle::AlreadySettled(by) => Obstacle::AlreadySettled(by.map(payment)),
            other => other,
        });
        hypothesis
    };
    let chosen = verdict.chosen.as_ref().map(&mut of);
    let rivals = verdict.rivals.iter().map(&mut of).collect();
    let payer = verdict.payer.map(&mut local);
    let learned = run.learned.binary_search_by_key(&(n as u32), |(payment, _)| *payment).ok();
    let names = |payer: &u32| {
        let payer = &run.reconciliation.payers[*payer as usize];
        (payer.id.clone(), payer.name.clone())
    };
    codec::json(&Kept {
        payers: payers.iter().map(names).collect(),
        payer,
        chosen,
        rivals,
        margin: verdict.margin,
        search: verdict.search,
        examined: verdict.examined,
        returns: verdict.returns.map(payment),
        learned: learned.map_or_else(Vec::new, |at| run.learned[at].1.clone()),
    })
}

/// A run as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// Number of its operation.
    pub op: u64,
    /// Its identifier.
    pub id: String,
    /// Date on which ages were counted.
    pub as_of: String,
    /// Version of the program.
    pub version: String,
    /// The configuration, as JSON.
    pub configuration: String,
    /// The weights, as JSON.
    pub weights: String,
    /// Files that it looked at, as JSON.
    pub inputs: String,
}

impl Book {
    /// A run by its identifier, the beginning of it, or the number of its operation; the last one for an empty text.
    ///
    /// Errors: E0711 for none, or several, E0706.
    pub fn run_record(&self, name: &str) -> Result<RunRecord, Error> {
        let op = name.parse::<i64>().ok().filter(|_| name.len() < 8);
        let sql = "SELECT op, id, as_of, version, configuration, weights, inputs FROM run \
                   WHERE op = ?1 OR (?1 IS NULL AND id LIKE ?2 || '%') ORDER BY op DESC";
        let mut select = self.db.prepare(sql).told()?;
        let rows = select.query_map(params![op, name], |row| {
            Ok(RunRecord {
                op: row.get::<_, i64>(0)?.unsigned_abs(),
                id: row.get(1)?,
                as_of: row.get(2)?,
                version: row.get(3)?,
                configuration: row.get(4)?,
                weights: row.get(5)?,
                inputs: row.get(6)?,
            })
        });
        let mut found: Vec<RunRecord> = rows.and_then(Iterator::collect).told()?;
        let unknown = |what: String| {
            Error::new(crate::error::ErrorKind::Usage, "E0711", what).help("lettrage log  lists the runs")
        };
        match found.len() {
            0 => Err(unknown(if name.is_empty() {
                "there is no run yet".into()
            } else {
                format!("there is no run {name}")
            })),
            1 => Ok(found.remove(0)),
            _ if name.is_empty() => Ok(found.remove(0)),
            n => Err(unknown(format!("{n} runs begin with {name}"))),
        }
    }

    /// What a run said of each payment that it looked at, in words that can be compared: by identifier. Errors: E0705, E0706.
    pub fn run_outcomes(&self, op: u64) -> Result<std::collections::BTreeMap<String, String>, Error> {
        let op = i64::try_from(op).unwrap_or(i64::MAX);
        let mut outcomes = std::collections::BTreeMap::new();
        let numbers = "SELECT n, id FROM item";
        let mut select = self.db.prepare(numbers).told()?;
        let rows = select.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        let items: HashMap<i64, String, RandomState> = rows.and_then(Iterator::collect).told()?;
        let sql = "SELECT p.id, v.bucket, v.reason, e.body FROM verdict v JOIN evidence e ON e.payment = v.payment AND e.run = v.run \
             JOIN payment p ON p.n = v.payment WHERE v.run = ?1";
        let mut select = self.db.prepare(sql).told()?;
        let mut found = select.query([op]).told()?;
        while let Some(row) = found.next().told()? {
            let (id, bucket, reason): (String, String, String) =
                (row.get(0).told()?, row.get(1).told()?, row.get(2).told()?);
            let kept: Kept = codec::from_json(&row.get::<_, String>(3).told()?, "a verdict")?;
            let taken = kept.chosen.iter().flat_map(|c| &c.applications);
            let taken: Vec<&str> = taken.filter_map(|a| items.get(&i64::from(a.item))).map(String::as_str).collect();
            let reason = if reason.is_empty() { String::new() } else { format!(" {reason}") };
            let arrow = if taken.is_empty() { String::new() } else { format!(" → {}", taken.join(" + ")) };
            outcomes.insert(id, format!("{bucket}{reason}{arrow}"));
        }
        let sql = "SELECT p.id, d.by, d.account FROM decision d JOIN payment p ON p.n = d.payment WHERE d.op = ?1 AND d.author = 'rule'";
        let mut select = self.db.prepare(sql).told()?;
        let mut found = select.query([op]).told()?;
        while let Some(row) = found.next().told()? {
            let (id, rule, account): (String, String, String) =
                (row.get(0).told()?, row.get(1).told()?, row.get(2).told()?);
            outcomes.insert(id, format!("rule {rule} → {account}"));
        }
        Ok(outcomes)
    }

    /// Files by their number: the place of a payment or an item counts in this list. Errors: E0705, E0706.
    pub fn file_table(&self) -> Result<Vec<InputFile>, Error> {
        let empty = || InputFile {
            path: Box::default(),
            role: InputRole::Statement,
            format: Box::default(),
            version: Box::default(),
            sha256: Box::default(),
            bytes: 0,
            records: 0,
            notes: Vec::new(),
        };
        let mut table: Vec<InputFile> = Vec::new();
        for (n, file) in self.files()? {
            let n = usize::try_from(n).unwrap_or(0);
            table.resize_with((n + 1).max(table.len()), empty);
            table[n] = file;
        }
        Ok(table)
    }
}
