//! What an approval is given to: everything that a close seals of a month, and who prepared it.
//!
//! | kind | key | text |
//! |---|---|---|
//! | `statement`, `payment`, `item`, `ledger` | as in a seal | as in a seal |
//! | `waiting` | payment or item | what a person said of something that stays open: `hold until 2026-07-10, by amc: asked the payer` |
//! | `settled` | item | settled without a payment since the month before was closed: `1250.00, by amc: cancelled` |
//!
//! With them counts the configuration, and each proof that is false: none, when an approval is given. Notes are talk about the month
//! and no part of it. Of a closed month the lines are those that were sealed, and decisions are those that stood when it was closed: so
//! nothing that happens later to what was open changes what was approved.

use std::collections::{BTreeMap, HashMap, HashSet};

use foldhash::fast::RandomState;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::store::{Book, Told as _};
use super::{codec, facts, seal};
use crate::error::Error;
use crate::model::digest;
use crate::model::{Month, Preparer, ProofId, SealLine};

/// What the hash begins with: its way of counting, should it ever be another.
const VERSION: &str = "lettrage content 1";

/// The part of a month that is approved: all of it, or one bank account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The bank account, as its statements name it; empty: the whole month.
    pub account: &'a str,
    /// The account of the ledger that mirrors it; empty without one.
    pub ledger: &'a str,
}

/// One line of the content, with the bank account that it is of, if any.
#[derive(Debug)]
struct Line {
    line: SealLine,
    account: Box<str>,
}

/// What somebody did to the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Decided,
    ByRun,
    TookBack,
    Imported,
}

/// The content of a month: its lines, and who made them what they are.
#[derive(Debug)]
pub struct MonthContent {
    month: Month,
    /// The configuration that held when the month was closed; none while it is open.
    closed_with: Option<Box<str>>,
    lines: Vec<Line>,
    /// Deeds by person, and by bank account where they are of one.
    deeds: Vec<(Box<str>, Box<str>, Deed)>,
}

impl MonthContent {
    /// Whether the month is closed.
    pub fn is_closed(&self) -> bool {
        self.closed_with.is_some()
    }

    /// The configuration that counts: of a closed month, that of its close; else the one that holds now.
    pub fn configuration<'a>(&'a self, now: &'a str) -> &'a str {
        self.closed_with.as_deref().unwrap_or(now)
    }

    /// The hash of a part of it: BLAKE3 in hexadecimal, over texts with their lengths. `failed` are the proofs that are false, with
    /// the bank accounts that they are of.
    pub fn hash(&self, scope: Scope<'_>, configuration: &str, failed: &[(ProofId, Box<str>)]) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut put = |text: &str| digest::put(&mut hasher, text);
        put(VERSION);
        put(&self.month.to_string());
        put(scope.account);
        put(self.configuration(configuration));
        for (id, account) in failed.iter().filter(|(_, account)| concerns(scope, account)) {
            put(&format!("false {}", id.code()));
            put(account);
        }
        for line in self.of(scope) {
            [&line.kind, &line.key, &line.text].into_iter().for_each(|part| put(part));
        }
        hasher.finalize().to_hex().to_string()
    }

    /// How many lines a part of it has.
    pub fn count(&self, scope: Scope<'_>) -> usize {
        self.of(scope).count()
    }

    /// Payments of a part of it that nobody has decided about, and that nobody has set aside.
    pub fn undecided(&self, scope: Scope<'_>) -> usize {
        let waiting: HashSet<&str, RandomState> =
            self.of(scope).filter(|l| &*l.kind == "waiting" && l.text.starts_with("hold")).map(|l| &*l.key).collect();
        let open = self.of(scope).filter(|l| &*l.kind == "payment" && l.text.starts_with(seal::OPEN));
        open.filter(|l| !waiting.contains(&*l.key)).count()
    }

    fn of<'a>(&'a self, scope: Scope<'a>) -> impl Iterator<Item = &'a SealLine> {
        let within = move |one: &&Line| {
            scope.account.is_empty()
                || match &*one.line.kind {
                    "ledger" => !scope.ledger.is_empty() && one.line.key.split(' ').next() == Some(scope.ledger),
                    _ => &*one.account == scope.account,
                }
        };
        self.lines.iter().filter(within).map(|one| &one.line)
    }

    /// Who prepared a part of it, those with the most decisions first.
    pub fn preparers(&self, scope: Scope<'_>) -> Vec<Preparer> {
        let mut found: BTreeMap<&str, Preparer> = BTreeMap::new();
        for (who, account, deed) in &self.deeds {
            // Lists of items, ledgers and what was settled without a payment belong to no account: they are in every part for imports,
            // and in the whole only for decisions.
            let counts = concerns(scope, account) || account.is_empty() && *deed == Deed::Imported;
            if !counts {
                continue;
            }
            let one = found.entry(who).or_insert_with(|| Preparer { who: who.clone(), ..Preparer::default() });
            *match deed {
                Deed::Decided => &mut one.decisions,
                Deed::ByRun => &mut one.by_runs,
                Deed::TookBack => &mut one.taken_back,
                Deed::Imported => &mut one.imports,
            } += 1;
        }
        let mut found: Vec<Preparer> = found.into_values().collect();
        found.sort_by_key(|p| std::cmp::Reverse((p.decisions + p.taken_back, p.by_runs, p.imports)));
        found
    }
}

/// Whether something of a bank account belongs to a part.
fn concerns(scope: Scope<'_>, account: &str) -> bool {
    scope.account.is_empty() || scope.account == account
}

impl Book {
    /// What a month holds, and who prepared it. Errors: E0705, E0706.
    pub fn month_content(&self, month: Month) -> Result<MonthContent, Error> {
        let db = &self.db;
        let span = Span::of(db, month)?;
        let sealed = match span.closed_with {
            Some(_) => seal::read(db, month)?,
            None => seal::lines(&facts::read(db, Some(month))?, month),
        };
        let log = Log::read(db, span.until)?;
        let subjects = Subjects::read(db, month)?;
        let mut content =
            MonthContent { month, closed_with: span.closed_with.clone(), lines: Vec::new(), deeds: Vec::new() };
        let mut files: HashSet<(i64, Box<str>), RandomState> = HashSet::default();
        for line in sealed {
            let account = account_of(&line, &subjects);
            if &*line.kind == "payment"
                && let Some((n, _, file)) = subjects.payments.get(&line.key)
            {
                files.insert((*file, account.clone()));
                content.stands(&line, &account, *n, &log);
            } else if &*line.kind == "item"
                && let Some(n) = subjects.items.get(&line.key)
            {
                content.stands(&line, &account, -*n, &log);
            }
            content.lines.push(Line { line, account });
        }
        content.settled(db, &span, &log, &subjects)?;
        content.imported(db, &span, &files)?;
        content.lines.sort_unstable_by(|a, b| a.line.cmp(&b.line));
        Ok(content)
    }
}

impl MonthContent {
    /// Who left something standing on a payment or an item; what a person said of what stays open becomes a line.
    fn stands(&mut self, line: &SealLine, account: &str, subject: i64, log: &Log) {
        let Some(stands) = log.stands.get(&subject) else { return };
        // What was settled without a payment has a line of its own.
        if stands.decision.as_ref().is_some_and(|d| &*d.kind == "settle") {
            return;
        }
        let is_open = line.text.starts_with(seal::OPEN);
        if let Some(who) = &stands.put_back_by {
            self.deeds.push((who.clone(), account.into(), Deed::TookBack));
        }
        let Some(decision) = &stands.decision else { return };
        self.deeds.push((decision.by.clone(), account.into(), decision.deed()));
        if is_open && matches!(&*decision.kind, "hold" | "reject") {
            let until = decision.until.as_ref().map_or_else(String::new, |day| format!(" until {day}"));
            let text = format!("{}{until}, by {}: {}", decision.kind, decision.by, decision.said);
            let line = SealLine { kind: "waiting".into(), key: line.key.clone(), text: text.into() };
            self.lines.push(Line { line, account: account.into() });
        }
    }

    /// Items that were settled without a payment since the month before was closed.
    fn settled(&mut self, db: &Connection, span: &Span, log: &Log, subjects: &Subjects) -> Result<(), Error> {
        for (id, n) in &subjects.items {
            let Some(stands) = log.stands.get(&-n) else { continue };
            let Some(decision) = stands.decision.as_ref().filter(|d| d.op > span.since && &*d.kind == "settle") else {
                continue;
            };
            let minor: Option<(i64, String)> = db
                .prepare_cached(
                    "SELECT sum(a.minor), i.currency FROM application a JOIN item i ON i.n = a.item WHERE a.decision = ?1 GROUP BY a.decision",
                )
                .and_then(|mut get| get.query_row([decision.n], |r| Ok((r.get(0)?, r.get(1)?))).optional())
                .told()?;
            let amount = minor.map_or_else(String::new, |(minor, currency)| codec::money(minor, &currency));
            let text = format!("{amount}, by {}: {} {}", decision.by, decision.account, decision.said);
            let line = SealLine { kind: "settled".into(), key: id.clone(), text: text.into() };
            self.lines.push(Line { line, account: "".into() });
            self.deeds.push((decision.by.clone(), "".into(), decision.deed()));
            self.deeds.extend(stands.put_back_by.iter().map(|who| (who.clone(), "".into(), Deed::TookBack)));
        }
        Ok(())
    }

    /// Who imported the statements of the payments, and the lists, ledgers and customers since the month before was closed.
    fn imported(
        &mut self,
        db: &Connection,
        span: &Span,
        files: &HashSet<(i64, Box<str>), RandomState>,
    ) -> Result<(), Error> {
        let mut select = db
            .prepare_cached(
                "SELECT f.n, f.role, o.who, o.seq FROM file f JOIN operation o ON o.seq = f.op WHERE f.active = 1 AND o.seq <= ?1 \
                 ORDER BY f.n",
            )
            .told()?;
        let mut rows = select.query([span.until]).told()?;
        while let Some(row) = rows.next().told()? {
            let (n, role): (i64, String) = (row.get(0).told()?, row.get(1).told()?);
            let (who, seq): (Box<str>, i64) = (row.get(2).told()?, row.get(3).told()?);
            if role == crate::model::InputRole::Statement.word() {
                let mut accounts: Vec<&Box<str>> =
                    files.iter().filter(|(file, _)| *file == n).map(|(_, a)| a).collect();
                accounts.sort_unstable();
                self.deeds.extend(accounts.into_iter().map(|a| (who.clone(), a.clone(), Deed::Imported)));
            } else if seq > span.since {
                self.deeds.push((who, "".into(), Deed::Imported));
            }
        }
        Ok(())
    }
}

/// The bank account that a line is of; empty for items and lines of the ledger.
fn account_of(line: &SealLine, subjects: &Subjects) -> Box<str> {
    match &*line.kind {
        "payment" => subjects.payments.get(&line.key).map_or_else(|| "".into(), |(_, account, _)| account.clone()),
        // Account, currency, day: only the account may hold a blank.
        "statement" => line.key.rsplitn(3, ' ').nth(2).unwrap_or_default().into(),
        _ => "".into(),
    }
}

/// The operations that a month is of.
struct Span {
    /// Closed the month before; 0 without one.
    since: i64,
    /// Closed the month; the largest number while it is open.
    until: i64,
    closed_with: Option<Box<str>>,
}

impl Span {
    fn of(db: &Connection, month: Month) -> Result<Self, Error> {
        let name = month.to_string();
        let since = db
            .query_row("SELECT coalesce(max(op), 0) FROM period WHERE month < ?1", [&name], |row| row.get(0))
            .told()?;
        let closed: Option<(i64, String, String)> = db
            .query_row(
                "SELECT p.op, o.rules, o.payload FROM period p JOIN operation o ON o.seq = p.op WHERE p.month = ?1",
                [&name],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()
            .told()?;
        let Some((until, rules, payload)) = closed else {
            return Ok(Self { since, until: i64::MAX, closed_with: None });
        };
        let payload: serde_json::Value = codec::from_json(&payload, "what closed a month")?;
        // Balances that were given on the command line are in the one, and not in the other.
        let configuration = payload["configuration"].as_str().unwrap_or(&rules);
        Ok(Self { since, until, closed_with: Some(configuration.into()) })
    }
}

/// A decision, as far as it is approved or names who prepared.
struct Decided {
    n: i64,
    op: i64,
    kind: Box<str>,
    is_person: bool,
    /// The person; of the engine and of rules, whoever started the run.
    by: Box<str>,
    account: Box<str>,
    until: Option<Box<str>>,
    /// The reason, or why.
    said: Box<str>,
}

impl Decided {
    fn deed(&self) -> Deed {
        if self.is_person { Deed::Decided } else { Deed::ByRun }
    }
}

/// What an operation left on a payment or an item.
#[derive(Default)]
struct Stands {
    decision: Option<Decided>,
    /// Who took something back, where that left it so.
    put_back_by: Option<Box<str>>,
}

/// The decision that the last operation left, and who took something back to leave it.
type LastMove = (Option<i64>, Option<Box<str>>);

/// What stood after an operation, by payment or item (a negative number).
struct Log {
    stands: HashMap<i64, Stands, RandomState>,
}

impl Log {
    fn read(db: &Connection, until: i64) -> Result<Self, Error> {
        let mut last: HashMap<i64, LastMove, RandomState> = HashMap::default();
        let mut select = db
            .prepare_cached(
                "SELECT m.subject, m.after, m.n = 0, o.who FROM (SELECT coalesce(payment, -item) AS subject, op, n AS after, n FROM decision \
                 UNION ALL SELECT subject, op, after, 0 FROM change) m JOIN operation o ON o.seq = m.op WHERE m.op <= ?1 ORDER BY m.op, m.n",
            )
            .told()?;
        let mut rows = select.query([until]).told()?;
        while let Some(row) = rows.next().told()? {
            let put_back: bool = row.get(2).told()?;
            let who: Option<Box<str>> = if put_back { Some(row.get(3).told()?) } else { None };
            last.insert(row.get(0).told()?, (row.get(1).told()?, who));
        }
        let mut decisions = decisions(db, until)?;
        let mut stands = HashMap::default();
        for (subject, (after, put_back_by)) in last {
            let decision = after.and_then(|n| decisions.remove(&n));
            stands.insert(subject, Stands { decision, put_back_by });
        }
        Ok(Self { stands })
    }
}

fn decisions(db: &Connection, until: i64) -> Result<HashMap<i64, Decided, RandomState>, Error> {
    let mut select = db
        .prepare_cached(
            "SELECT d.n, d.op, d.kind, d.author = 'person', CASE d.author WHEN 'person' THEN d.by ELSE o.who END, d.account, d.until, \
             CASE d.reason WHEN '' THEN o.why ELSE d.reason END FROM decision d JOIN operation o ON o.seq = d.op WHERE d.op <= ?1",
        )
        .told()?;
    let rows = select.query_map([until], |row| {
        Ok(Decided {
            n: row.get(0)?,
            op: row.get(1)?,
            kind: row.get(2)?,
            is_person: row.get(3)?,
            by: row.get(4)?,
            account: row.get(5)?,
            until: row.get(6)?,
            said: row.get(7)?,
        })
    });
    let all: Vec<Decided> = rows.and_then(Iterator::collect).told()?;
    Ok(all.into_iter().map(|one| (one.n, one)).collect())
}

/// Payments up to the month and items, by identifier.
struct Subjects {
    /// Number, bank account, file.
    payments: HashMap<Box<str>, (i64, Box<str>, i64), RandomState>,
    /// Number.
    items: BTreeMap<Box<str>, i64>,
}

impl Subjects {
    fn read(db: &Connection, month: Month) -> Result<Self, Error> {
        let mut select = db.prepare_cached("SELECT id, n, account, file FROM payment WHERE booked <= ?1").told()?;
        let rows =
            select.query_map(params![month.last().to_string()], |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?, r.get(3)?))));
        let payments = rows.and_then(Iterator::collect).told()?;
        let mut select = db.prepare_cached("SELECT id, n FROM item").told()?;
        let items = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).and_then(Iterator::collect).told()?;
        Ok(Self { payments, items })
    }
}
