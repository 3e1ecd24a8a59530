//! Where payments and items stand.
//!
//! A listing first finds which rows it has, with as few columns as that takes, and then reads the ones that are shown.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Row, params};

use super::codec;
use super::rows::{self, ITEM, PAYMENT, Shared};
use super::runs::Kept;
use super::store::{Book, Told as _};
use crate::error::{Error, ErrorKind};
use crate::model::learned::FactUse;
use crate::model::{
    AccountStatus, Applied, Author, BookItem, BookNote, BookPayment, Bucket, Currency, Decision, DecisionKind, Flag,
    Month, OpenItem, Payment, Probability, Proposal, Reason, Search, Standing, Sum, Verdict,
};

/// The verdict of the last run that looked at a payment and is in force.
pub(super) const LAST_RUN: &str = "(SELECT max(w.run) FROM verdict w WHERE w.payment = p.n AND w.run NOT IN (SELECT seq FROM operation WHERE kind = 'run' AND undone_by IS NOT NULL))";

/// Bucket, run and reason of the last verdict, for a payment `p` whose decision `d` leaves it open: the fourth column of [`standing_of`].
pub(super) fn last_verdict() -> String {
    format!(
        "CASE WHEN d.kind IS NULL OR d.kind = 'reject' THEN (SELECT v.bucket || ' ' || v.run || ' ' || v.reason FROM verdict v \
         WHERE v.payment = p.n AND v.run = {LAST_RUN}) END"
    )
}

/// The columns that an item of the book is read from, without a condition.
fn select_item() -> String {
    format!(
        "SELECT {ITEM}, i.listed, f.extracted, m.path, i.decision FROM item i JOIN file f ON f.n = i.file \
         LEFT JOIN file m ON m.n = i.missing"
    )
}

/// An account as statements name it: without the blanks and signs that people put into it.
pub fn compact_account(account: &str) -> String {
    account.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What to list. Everything is optional; what is given must all hold.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Where payments stand; empty: anywhere.
    pub standings: Vec<Standing>,
    /// Bank account: whole, or its ending.
    pub account: Option<String>,
    /// Month in which the bank booked it.
    pub month: Option<Month>,
    /// Words of the payer's name, the text, an identifier; of an item the customer, the number.
    pub text: Option<String>,
    /// Reason code.
    pub reason: Option<String>,
    /// Smallest amount without its sign, in minor units.
    pub least: Option<i64>,
    /// Rows that are read; 0: all. The sums are of all of them.
    pub limit: usize,
}

/// What a listing found.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The rows that were read, by date (items: by due date) and identifier.
    pub rows: Vec<T>,
    /// How many there are.
    pub count: u64,
    /// Sums by currency: what came in and is owed, and what went out and is credited.
    pub sums: Vec<(Currency, Sum)>,
}

/// A payment of a listing before it is read.
struct Light {
    n: i64,
    minor: i64,
    currency: String,
}

/// A payment as a run saw it, for explaining it: numbers of items and payments are indices into the lists.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The payment and where it stands.
    pub payment: BookPayment,
    /// What the run said; none for what no run has looked at.
    pub verdict: Option<Verdict>,
    /// Customers that the verdict names.
    pub payers: Vec<(Box<str>, Box<str>)>,
    /// Items that the verdict or the decision names.
    pub items: Vec<OpenItem>,
    /// Other payments that the verdict names, behind the payment itself, which is the first.
    pub others: Vec<Payment>,
    /// Date on which the run counted ages.
    pub as_of: Option<NaiveDate>,
    /// The run's weights, as JSON.
    pub weights: String,
    /// The run's configuration, as JSON.
    pub configuration: String,
    /// Learned facts that bore on it when the run was made.
    pub learned: Vec<FactUse>,
}

impl Book {
    /// Payments of a selection. Errors: E0705, E0706.
    pub fn payments(&self, selection: &Selection) -> Result<Found<BookPayment>, Error> {
        let lights = self.lights(selection)?;
        let mut found = Found { rows: Vec::new(), count: lights.len() as u64, sums: Vec::new() };
        for light in &lights {
            add(&mut found.sums, codec::currency(&light.currency)?, light.minor);
        }
        let shown = if selection.limit == 0 { lights.len() } else { selection.limit.min(lights.len()) };
        let mut shared = Shared::default();
        for light in &lights[..shown] {
            found.rows.push(self.payment_of(light.n, &mut shared)?);
        }
        Ok(found)
    }

    /// One payment. Errors: E0711 when there is none, E0705, E0706.
    pub fn payment(&self, id: &str) -> Result<BookPayment, Error> {
        let n = self.number_of("SELECT n FROM payment WHERE id = ?1 AND present = 1", id)?;
        let Some(n) = n else {
            return Err(Error::new(ErrorKind::Usage, "E0711", format!("the book has no payment {id}"))
                .help("lettrage list  shows their identifiers"));
        };
        self.payment_of(n, &mut Shared::default())
    }

    fn number_of(&self, sql: &str, id: &str) -> Result<Option<i64>, Error> {
        self.db.prepare_cached(sql).and_then(|mut get| get.query_row([id], |row| row.get(0)).optional()).told()
    }

    fn lights(&self, selection: &Selection) -> Result<Vec<Light>, Error> {
        let open_only = !selection.standings.is_empty() && selection.standings.iter().all(|s| !s.is_decided());
        let from = if open_only {
            "(SELECT n FROM payment WHERE present = 1 AND decision IS NULL UNION ALL \
             SELECT q.n FROM decision e JOIN payment q ON q.decision = e.n WHERE e.kind IN ('hold', 'reject') AND q.present = 1) k \
             JOIN payment p ON p.n = k.n"
        } else {
            "payment p"
        };
        let verdict = last_verdict();
        let sql = format!(
            "SELECT p.n, p.minor, p.currency, d.kind, d.author, d.op, {verdict} FROM {from} LEFT JOIN decision d ON d.n = p.decision \
             WHERE p.present = 1 AND (?1 IS NULL OR p.account LIKE '%' || ?1) AND (?2 IS NULL OR p.booked BETWEEN ?2 AND ?3) \
             AND (?4 IS NULL OR abs(p.minor) >= ?4) AND (?5 IS NULL OR p.id LIKE ?5 OR p.payer_name LIKE ?5 OR p.remittance LIKE ?5) \
             ORDER BY p.booked, p.id"
        );
        let mut select = self.db.prepare_cached(&sql).told()?;
        let account: Option<String> = selection.account.as_deref().map(compact_account);
        let first = selection.month.map(|m| m.first().to_string());
        let last = selection.month.map(|m| m.last().to_string());
        let text = selection.text.as_ref().map(|t| format!("%{t}%"));
        let mut found = select.query(params![account, first, last, selection.least, text]).told()?;
        let mut lights = Vec::new();
        while let Some(row) = found.next().told()? {
            let (standing, reason) = standing_of(row, 3)?;
            let wanted = selection.standings.is_empty() || selection.standings.contains(&standing);
            let reason_fits = selection.reason.as_ref().is_none_or(|code| code.eq_ignore_ascii_case(&reason));
            if wanted && reason_fits {
                let (n, minor) = (row.get(0).told()?, row.get(1).told()?);
                lights.push(Light { n, minor, currency: row.get(2).told()? });
            }
        }
        Ok(lights)
    }

    fn payment_of(&self, n: i64, shared: &mut Shared) -> Result<BookPayment, Error> {
        let sql = format!(
            "SELECT {PAYMENT}, d.kind, d.author, d.op, {}, p.decision FROM payment p LEFT JOIN decision d ON d.n = p.decision WHERE p.n = ?1",
            last_verdict()
        );
        let mut select = self.db.prepare_cached(&sql).told()?;
        let mut found = select.query([n]).told()?;
        let Some(row) = found.next().told()? else { return Err(codec::broken("a payment", &n.to_string())) };
        let (_, payment) = rows::payment(row, shared)?;
        let (standing, _) = standing_of(row, rows::PAYMENT_COLUMNS)?;
        let decision: Option<i64> = row.get(rows::PAYMENT_COLUMNS + 4).told()?;
        Ok(BookPayment {
            payment,
            standing,
            decision: decision.map(|d| self.decision(d)).transpose()?,
            proposal: self.proposal(n)?,
            notes: self.notes("payment", n)?,
        })
    }

    /// A decision by its number.
    pub(super) fn decision(&self, n: i64) -> Result<Decision, Error> {
        let sql = "SELECT d.op, coalesce(p.id, ''), coalesce(i.id, ''), d.kind, d.author, d.by, o.at, o.run, o.why, d.differences, \
                   d.account, d.reason, coalesce(r.id, ''), d.until, d.probability FROM decision d JOIN operation o ON o.seq = d.op \
                   LEFT JOIN payment p ON p.n = d.payment LEFT JOIN item i ON i.n = d.item LEFT JOIN payment r ON r.n = d.returns \
                   WHERE d.n = ?1";
        let mut select = self.db.prepare_cached(sql).told()?;
        let mut found = select.query([n]).told()?;
        let Some(row) = found.next().told()? else { return Err(codec::broken("a decision", &n.to_string())) };
        let text = |column: usize| row.get::<_, String>(column).told();
        let (kind, author) = (text(3)?, text(4)?);
        let until: Option<String> = row.get(13).told()?;
        Ok(Decision {
            op: row.get::<_, i64>(0).told()?.unsigned_abs(),
            payment: text(1)?.into(),
            item: text(2)?.into(),
            kind: DecisionKind::parse(&kind).ok_or_else(|| codec::broken("a decision", &kind))?,
            author: Author::parse(&author).ok_or_else(|| codec::broken("an author", &author))?,
            by: text(5)?.into(),
            at: text(6)?.into(),
            run: text(7)?.into(),
            why: text(8)?.into(),
            applications: self.applications(n)?,
            differences: codec::from_differences(&text(9)?)?,
            account: text(10)?.into(),
            reason: text(11)?.into(),
            returns: text(12)?.into(),
            until: codec::optional_day(until.as_deref())?,
            probability: row.get::<_, Option<u32>>(14).told()?.map(Probability),
        })
    }

    fn applications(&self, decision: i64) -> Result<Vec<Applied>, Error> {
        let sql = "SELECT i.id, a.minor, t.decision IS NOT NULL FROM application a JOIN item i ON i.n = a.item \
                   LEFT JOIN taken_over t ON t.decision = a.decision AND t.item = a.item WHERE a.decision = ?1 ORDER BY i.id";
        let mut select = self.db.prepare_cached(sql).told()?;
        let rows = select.query_map([decision], |row| {
            Ok(Applied { item: row.get::<_, String>(0)?.into(), minor: row.get(1)?, taken_over: row.get(2)? })
        });
        rows.and_then(Iterator::collect).told()
    }

    fn notes(&self, of: &str, n: i64) -> Result<Vec<BookNote>, Error> {
        let sql = match of {
            "payment" => {
                "SELECT n.op, o.who, o.at, n.text FROM note n JOIN operation o ON o.seq = n.op WHERE n.payment = ?1 AND o.undone_by IS NULL ORDER BY n.op"
            }
            _ => {
                "SELECT n.op, o.who, o.at, n.text FROM note n JOIN operation o ON o.seq = n.op WHERE n.item = ?1 AND o.undone_by IS NULL ORDER BY n.op"
            }
        };
        let mut select = self.db.prepare_cached(sql).told()?;
        let rows = select.query_map([n], |row| {
            Ok(BookNote {
                op: row.get::<_, i64>(0)?.unsigned_abs(),
                who: row.get::<_, String>(1)?.into(),
                at: row.get::<_, String>(2)?.into(),
                text: row.get::<_, String>(3)?.into(),
            })
        });
        rows.and_then(Iterator::collect).told()
    }

    fn proposal(&self, payment: i64) -> Result<Option<Proposal>, Error> {
        let sql = format!(
            "SELECT r.id, v.bucket, v.reason, v.flags, v.probability, v.weight, e.body FROM payment p JOIN verdict v ON v.payment = p.n \
             AND v.run = {LAST_RUN} JOIN evidence e ON e.payment = v.payment AND e.run = v.run JOIN run r ON r.op = v.run WHERE p.n = ?1"
        );
        let mut select = self.db.prepare_cached(&sql).told()?;
        let mut found = select.query([payment]).told()?;
        let Some(row) = found.next().told()? else { return Ok(None) };
        let text = |column: usize| row.get::<_, String>(column).told();
        let (bucket, reason, flags): (String, String, i64) = (text(1)?, text(2)?, row.get(3).told()?);
        let kept: Kept = codec::from_json(&text(6)?, "a verdict")?;
        let flags: Vec<&str> = Flag::ALL.into_iter().filter(|f| flags & (1 << *f as u8) != 0).map(Flag::word).collect();
        let nearest = kept.chosen.as_ref().or(kept.rivals.first());
        let mut ids = Vec::new();
        for a in nearest.into_iter().flat_map(|h| &h.applications) {
            ids.push(self.item_id(i64::from(a.item))?);
        }
        let chosen = kept.chosen.as_ref();
        let applications = chosen.into_iter().flat_map(|c| &c.applications).zip(&ids);
        Ok(Some(Proposal {
            run: text(0)?.into(),
            bucket: Bucket::ALL
                .into_iter()
                .find(|b| b.word() == bucket)
                .ok_or_else(|| codec::broken("a bucket", &bucket))?,
            reason: Reason::ALL.into_iter().find(|r| r.code() == reason),
            flags: flags.join("|").into(),
            probability: Probability(row.get(4).told()?),
            weight: row.get(5).told()?,
            applications: applications
                .map(|(a, id)| Applied { item: id.clone(), minor: a.applied, taken_over: false })
                .collect(),
            differences: chosen.map(|c| c.differences.clone()).unwrap_or_default(),
            obstacle: nearest.and_then(|h| h.obstacle).map_or("", |o| o.word()).into(),
            complete: kept.search == Search::Complete,
            nearest: ids,
        }))
    }

    fn item_id(&self, n: i64) -> Result<Box<str>, Error> {
        let get = self.db.prepare_cached("SELECT id FROM item WHERE n = ?1");
        let id: String = get.and_then(|mut get| get.query_row([n], |row| row.get(0))).told()?;
        Ok(id.into())
    }

    /// Open items of a selection, by due date; `settled` gives those with nothing open as well. Errors: E0705, E0706.
    pub fn items(&self, selection: &Selection, settled: bool) -> Result<Found<BookItem>, Error> {
        let open = if settled { "" } else { "AND i.open <> 0" };
        let wanted = format!(
            "i.present = 1 {open} AND (?1 IS NULL OR abs(i.open) >= ?1) AND \
             (?2 IS NULL OR i.id LIKE ?2 OR i.number LIKE ?2 OR i.customer_name LIKE ?2 OR i.customer_id LIKE ?2)"
        );
        let text = selection.text.as_ref().map(|t| format!("%{t}%"));
        let mut found = Found { rows: Vec::new(), count: 0, sums: Vec::new() };
        let sql = format!("SELECT i.open, i.currency FROM item i WHERE {wanted}");
        let mut select = self.db.prepare_cached(&sql).told()?;
        let mut all = select.query(params![selection.least, text]).told()?;
        while let Some(row) = all.next().told()? {
            found.count += 1;
            let currency = codec::currency(row.get_ref(1).and_then(|v| Ok(v.as_str()?)).told()?)?;
            add(&mut found.sums, currency, row.get(0).told()?);
        }
        let limit = if selection.limit == 0 { -1 } else { selection.limit as i64 };
        let sql = format!("{} WHERE {wanted} ORDER BY i.due, i.id LIMIT ?3", select_item());
        let mut select = self.db.prepare_cached(&sql).told()?;
        let mut shown = select.query(params![selection.least, text, limit]).told()?;
        let mut shared = Shared::default();
        while let Some(row) = shown.next().told()? {
            found.rows.push(self.item_of(row, &mut shared)?);
        }
        Ok(found)
    }

    /// One item by its identifier or, where only one has it, its number; with the payments that took from it. Errors: E0711, E0705,
    /// E0706.
    pub fn item(&self, id: &str) -> Result<(BookItem, Vec<Decision>), Error> {
        let by_id = self.number_of("SELECT n FROM item WHERE id = ?1 AND present = 1", id)?;
        let by_number = "SELECT n FROM item WHERE number = ?1 AND present = 1 GROUP BY number HAVING count(*) = 1";
        let n = match by_id {
            Some(n) => Some(n),
            None => self.number_of(by_number, id)?,
        };
        let Some(n) = n else {
            return Err(Error::new(ErrorKind::Usage, "E0711", format!("the book has no payment and no item {id}"))
                .help("lettrage list  and  lettrage list items  show their identifiers"));
        };
        let sql = format!("{} WHERE i.n = ?1", select_item());
        let mut select = self.db.prepare_cached(&sql).told()?;
        let mut found = select.query([n]).told()?;
        let Some(row) = found.next().told()? else { return Err(codec::broken("an item", id)) };
        let item = self.item_of(row, &mut Shared::default())?;
        let sql = "SELECT d.n FROM application a JOIN decision d ON d.n = a.decision JOIN payment p ON p.decision = d.n \
                   WHERE a.item = ?1 ORDER BY d.n";
        let mut select = self.db.prepare_cached(sql).told()?;
        let numbers: Vec<i64> = select.query_map([n], |row| row.get(0)).and_then(Iterator::collect).told()?;
        let decisions = numbers.into_iter().map(|d| self.decision(d)).collect::<Result<_, _>>()?;
        Ok((item, decisions))
    }

    fn item_of(&self, row: &Row<'_>, shared: &mut Shared) -> Result<BookItem, Error> {
        let (n, item) = rows::item(row, shared)?;
        let at = |column: usize| rows::ITEM_COLUMNS + column;
        let decision: Option<i64> = row.get(at(3)).told()?;
        Ok(BookItem {
            listed_minor: row.get(at(0)).told()?,
            listed_at: codec::optional_day(row.get::<_, Option<String>>(at(1)).told()?.as_deref())?,
            missing_from: row.get::<_, Option<String>>(at(2)).told()?.unwrap_or_default().into(),
            decision: decision.map(|d| self.decision(d)).transpose()?,
            notes: self.notes("item", n)?,
            item,
        })
    }

    /// The last day on which a bank booked something. Errors: E0705, E0706.
    pub fn last_booking(&self) -> Result<Option<NaiveDate>, Error> {
        let sql = "SELECT max(booked) FROM payment WHERE present = 1";
        let day: Option<String> = self.db.query_row(sql, [], |row| row.get(0)).told()?;
        codec::optional_day(day.as_deref())
    }

    /// The first day on which a bank booked something. Errors: E0705, E0706.
    pub fn first_booking(&self) -> Result<Option<NaiveDate>, Error> {
        let sql = "SELECT min(booked) FROM payment WHERE present = 1";
        let day: Option<String> = self.db.query_row(sql, [], |row| row.get(0)).told()?;
        codec::optional_day(day.as_deref())
    }

    /// Whether a list of items was imported after an operation. Error: E0706.
    pub fn has_list_since(&self, op: u64) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM file WHERE role = 'invoices' AND active = 1 AND op > ?1";
        let op = i64::try_from(op).unwrap_or(i64::MAX);
        self.db.prepare_cached(sql).and_then(|mut get| get.exists([op])).told()
    }

    /// Open items that are in no list any more and about which nobody has said anything. Errors: E0705, E0706.
    pub fn asked(&self) -> Result<Vec<BookItem>, Error> {
        let sql = format!(
            "{} WHERE i.missing IS NOT NULL AND i.present = 1 AND i.open <> 0 AND i.decision IS NULL ORDER BY i.id",
            select_item()
        );
        let mut select = self.db.prepare(&sql).told()?;
        let mut found = select.query([]).told()?;
        let (mut shared, mut asked) = (Shared::default(), Vec::new());
        while let Some(row) = found.next().told()? {
            asked.push(self.item_of(row, &mut shared)?);
        }
        Ok(asked)
    }

    /// Where the payments of each account stand: of a month, or of all. Errors: E0705, E0706.
    pub fn status(&self, month: Option<Month>) -> Result<Vec<AccountStatus>, Error> {
        let sql = format!(
            "SELECT p.account, p.minor, p.currency, d.kind, d.author, d.op, {} FROM payment p LEFT JOIN decision d ON d.n = p.decision \
             WHERE p.present = 1 AND (?1 IS NULL OR p.booked BETWEEN ?1 AND ?2)",
            last_verdict()
        );
        let mut select = self.db.prepare_cached(&sql).told()?;
        let (first, last) = (month.map(|m| m.first().to_string()), month.map(|m| m.last().to_string()));
        let mut found = select.query(params![first, last]).told()?;
        let mut accounts: Vec<AccountStatus> = Vec::new();
        while let Some(row) = found.next().told()? {
            let account = row.get_ref(0).and_then(|v| Ok(v.as_str()?)).told()?;
            let currency = codec::currency(row.get_ref(2).and_then(|v| Ok(v.as_str()?)).told()?)?;
            let (standing, _) = standing_of(row, 3)?;
            let at = accounts.iter().position(|a| &*a.account == account && a.currency == currency);
            let at = at.unwrap_or_else(|| {
                accounts.push(AccountStatus {
                    account: account.into(),
                    currency,
                    sums: [Sum::default(); 7],
                    closing: None,
                    checks: Vec::new(),
                    proofs: Vec::new(),
                });
                accounts.len() - 1
            });
            accounts[at].sums[position(standing)].add(row.get(1).told()?);
        }
        accounts.sort_by(|a, b| (&a.account, a.currency).cmp(&(&b.account, b.currency)));
        Ok(accounts)
    }

    /// A payment with what the last run, or the one that decided it, said. Errors: E0711, E0705, E0706.
    pub fn explained(&self, id: &str) -> Result<Explained, Error> {
        let payment = self.payment(id)?;
        let sql = "SELECT v.bucket, v.reason, v.flags, v.probability, e.body, r.as_of, r.weights, r.configuration FROM payment p \
                   JOIN verdict v ON v.payment = p.n JOIN evidence e ON e.payment = v.payment AND e.run = v.run \
                   JOIN run r ON r.op = v.run JOIN operation o ON o.seq = v.run \
                   WHERE p.id = ?1 AND o.undone_by IS NULL ORDER BY v.run DESC LIMIT 1";
        let mut select = self.db.prepare_cached(sql).told()?;
        let mut found = select.query([id]).told()?;
        let mut explained = Explained {
            payment,
            verdict: None,
            payers: Vec::new(),
            items: Vec::new(),
            others: Vec::new(),
            as_of: None,
            weights: String::new(),
            configuration: String::new(),
            learned: Vec::new(),
        };
        let Some(row) = found.next().told()? else { return Ok(explained) };
        let text = |column: usize| row.get::<_, String>(column).told();
        let kept: Kept = codec::from_json(&text(4)?, "a verdict")?;
        explained.as_of = Some(codec::day(&text(5)?)?);
        explained.weights = text(6)?;
        explained.configuration = text(7)?;
        let (bucket, reason, flags): (String, String, i64) = (text(0)?, text(1)?, row.get(2).told()?);
        let probability = Probability(row.get(3).told()?);
        let mut names = Names { book: self, items: Vec::new(), payments: Vec::new(), read: &mut explained };
        let chosen = kept.chosen.map(|h| names.local(h)).transpose()?;
        let rivals = kept.rivals.into_iter().map(|h| names.local(h)).collect::<Result<Vec<_>, _>>()?;
        let returns = kept.returns.map(|n| names.payment(n)).transpose()?;
        explained.payers = kept.payers;
        explained.learned = kept.learned;
        let mut set = crate::model::Flags::NONE;
        for flag in Flag::ALL.into_iter().filter(|f| flags & (1 << *f as u8) != 0) {
            set = set.with(flag);
        }
        explained.verdict = Some(Verdict {
            bucket: Bucket::ALL
                .into_iter()
                .find(|b| b.word() == bucket)
                .ok_or_else(|| codec::broken("a bucket", &bucket))?,
            reason: Reason::ALL.into_iter().find(|r| r.code() == reason),
            flags: set,
            payer: kept.payer,
            chosen,
            rivals,
            probability,
            margin: kept.margin,
            search: kept.search,
            examined: kept.examined,
            returns,
        });
        Ok(explained)
    }

    fn item_by_number(&self, n: u32) -> Result<OpenItem, Error> {
        let mut select = self.db.prepare_cached(&format!("SELECT {ITEM} FROM item i WHERE i.n = ?1")).told()?;
        let mut found = select.query([n]).told()?;
        let Some(row) = found.next().told()? else { return Err(codec::broken("an item", &n.to_string())) };
        Ok(rows::item(row, &mut Shared::default())?.1)
    }

    fn payment_by_number(&self, n: u32) -> Result<Payment, Error> {
        let mut select = self.db.prepare_cached(&format!("SELECT {PAYMENT} FROM payment p WHERE p.n = ?1")).told()?;
        let mut found = select.query([n]).told()?;
        let Some(row) = found.next().told()? else { return Err(codec::broken("a payment", &n.to_string())) };
        Ok(rows::payment(row, &mut Shared::default())?.1)
    }
}

/// Numbers of the book become indices into short lists.
struct Names<'b> {
    book: &'b Book,
    items: Vec<u32>,
    payments: Vec<u32>,
    read: &'b mut Explained,
}

impl Names<'_> {
    fn item(&mut self, n: u32) -> Result<u32, Error> {
        if let Some(at) = self.items.iter().position(|known| *known == n) {
            return Ok(at as u32);
        }
        self.read.items.push(self.book.item_by_number(n)?);
        self.items.push(n);
        Ok(self.items.len() as u32 - 1)
    }

    /// The first payment is the one that is explained.
    fn payment(&mut self, n: u32) -> Result<u32, Error> {
        if let Some(at) = self.payments.iter().position(|known| *known == n) {
            return Ok(at as u32 + 1);
        }
        self.read.others.push(self.book.payment_by_number(n)?);
        self.payments.push(n);
        Ok(self.payments.len() as u32)
    }

    fn local(&mut self, mut hypothesis: crate::model::Hypothesis) -> Result<crate::model::Hypothesis, Error> {
        use crate::model::Obstacle;
        for a in &mut hypothesis.applications {
            a.item = self.item(a.item)?;
        }
        hypothesis.obstacle = match hypothesis.obstacle {
            Some(Obstacle::OtherDocumentCited(n)) => Some(Obstacle::OtherDocumentCited(self.item(n)?)),
            Some(Obstacle::AlreadySettled(Some(n))) => Some(Obstacle::AlreadySettled(Some(self.payment(n)?))),
            other => other,
        };
        Ok(hypothesis)
    }
}

/// Where a payment stands, and its reason code, from four columns: kind, author and operation of its decision, and its last verdict.
pub(super) fn standing_of(row: &Row<'_>, from: usize) -> Result<(Standing, String), Error> {
    let optional = |n: usize| row.get_ref(from + n).and_then(|v| Ok(v.as_str_or_null()?)).told();
    let kind = optional(0)?.and_then(DecisionKind::parse);
    let standing = match kind {
        Some(DecisionKind::Apply | DecisionKind::Return | DecisionKind::Settle) => Standing::Matched,
        Some(DecisionKind::Outside) if optional(1)? == Some(Author::Rule.word()) => Standing::ByRule,
        Some(DecisionKind::Outside) => Standing::Outside,
        Some(DecisionKind::Hold) => Standing::Held,
        None | Some(DecisionKind::Reject) => {
            let Some(verdict) = optional(3)? else { return Ok((Standing::New, String::new())) };
            let mut parts = verdict.splitn(3, ' ');
            let (bucket, run) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let reason = parts.next().unwrap_or_default().to_string();
            let refused: Option<i64> = row.get(from + 2).told()?;
            // A refusal is of what was proposed before it; a later run may propose something else.
            let stale = refused.is_some_and(|op| run.parse::<i64>().is_ok_and(|run| run < op));
            let review = matches!(bucket, "review" | "auto") && !stale;
            return Ok((if review { Standing::Review } else { Standing::Unmatched }, reason));
        }
    };
    Ok((standing, String::new()))
}

fn position(standing: Standing) -> usize {
    Standing::ALL.iter().position(|s| *s == standing).unwrap_or_default()
}

fn add(sums: &mut Vec<(Currency, Sum)>, currency: Currency, minor: i64) {
    match sums.iter_mut().find(|(c, _)| *c == currency) {
        Some((_, sum)) => sum.add(minor),
        None => {
            let mut sum = Sum::default();
            sum.add(minor);
            sums.push((currency, sum));
        }
    }
}
