//! Statements of several files become one ledger: every booking once, each with an identifier.
//!
//! What is delivered twice counts once and is said. Three cases, in this order:
//!
//! 1. a whole statement again (same account, identifier, number, balances, period and content);
//! 2. a row with its own identifier again, with the same content, in another file;
//! 3. a row without one again: the k-th among identical rows of a file is the k-th among those of another file, unless the two
//!    statements chain (one closes with what the other opens with), for then they tell of different bookings.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::continuity;
use super::identity::Content;
use crate::error::{Collector, Error, ErrorKind, Errors};
use crate::model::{Check, InputFile, Note, NoteKind, Payment, Place, Position, Statement, StatementFile, distinct};

/// How many repeated rows are named one by one.
const NAMED: usize = 3;

/// All statements of a run, as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The files, in the order in which they were given; `place.file` counts in them.
    pub files: Vec<InputFile>,
    /// The statements that create money, in the order of the files; their payments are in [`Ledger::payments`].
    ///
    /// Where rows were dropped as repeats, `booked_minor` and the opening balance are those of what was kept.
    pub statements: Vec<Statement>,
    /// Every booked transaction once, in the order of the files, each with a unique identifier.
    pub payments: Vec<Payment>,
    /// For each of [`Ledger::statements`], the index behind its last payment in [`Ledger::payments`]: those of a statement stand
    /// together.
    pub ends: Vec<usize>,
    /// The checks of all statements as they were delivered, and the continuity between them.
    pub checks: Vec<Check>,
    /// What is said of the run as a whole; notes on single files are with the files.
    pub notes: Vec<Note>,
}

/// A statement with the file it is from and the fingerprints of its payments.
struct Delivered {
    file: u32,
    statement: Statement,
    /// Made when they are first asked for: payments with identifiers of their own seldom need them.
    contents: OnceLock<Vec<Content>>,
}

impl Delivered {
    fn contents(&self) -> &[Content] {
        self.contents.get_or_init(|| self.statement.payments.par_iter().map(Content::of).collect())
    }
}

/// A table by identifiers or fingerprints, which come from files.
type Table<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Puts the statements of several files together.
///
/// Errors: E0231 for an identifier that occurs twice in one file, or in two files with different content.
pub fn gather(files: Vec<StatementFile>) -> Result<Ledger, Errors> {
    let mut ledger = Ledger::default();
    let mut delivered = Vec::new();
    for (n, file) in (0u32..).zip(files) {
        ledger.files.push(file.file);
        delivered.extend(file.statements.into_iter().map(|statement| deliver(n, statement)));
    }
    let delivered = drop_repeated_statements(delivered, &mut ledger.files);
    let mut errors = Collector::default();
    let mut rows = Rows::default();
    if may_meet(&delivered) {
        rows.own = own_identifiers(&delivered, &ledger.files, &mut errors);
    }
    for statement in &delivered {
        ledger.checks.extend(statement.statement.checks.iter().cloned());
    }
    // Before repeats are taken out: what counts here is what the banks delivered.
    let as_delivered: Vec<Statement> = delivered.iter().map(|d| without_payments(&d.statement)).collect();
    ledger.checks.extend(continuity::checks(&as_delivered));
    for (n, one) in delivered.into_iter().enumerate() {
        rows.keep_new(n, one, &as_delivered, &mut ledger);
    }
    rows.say(&mut ledger);
    for file in &mut ledger.files {
        file.records = 0;
    }
    for payment in &ledger.payments {
        ledger.files[payment.place.file as usize].records += 1;
    }
    errors.finish(ledger)
}

fn deliver(file: u32, mut statement: Statement) -> Delivered {
    statement.payments.par_iter_mut().for_each(|payment| payment.place.file = file);
    Delivered { file, statement, contents: OnceLock::new() }
}

fn without_payments(statement: &Statement) -> Statement {
    Statement {
        id: statement.id.clone(),
        sequence: statement.sequence.clone(),
        account: statement.account.clone(),
        owner: statement.owner.clone(),
        balances: Vec::new(),
        payments: Vec::new(),
        checks: Vec::new(),
        ..*statement
    }
}

/// Takes out copies, which create no money, and statements that were delivered before.
fn drop_repeated_statements(delivered: Vec<Delivered>, files: &mut [InputFile]) -> Vec<Delivered> {
    let mut kept: Vec<Delivered> = Vec::with_capacity(delivered.len());
    // Positions in `kept` by what a bank identifies a statement with.
    type Key = (Box<str>, Box<str>, Box<str>);
    let mut known: HashMap<Key, Vec<usize>> = HashMap::new();
    for one in delivered {
        let s = &one.statement;
        if s.is_copy {
            // The reader said so already.
            continue;
        }
        let earlier = known.entry((s.account.clone(), s.id.clone(), s.sequence.clone())).or_default();
        // Without an identifier it cannot be told from another one that happens to say the same.
        let repeated = earlier.iter().map(|n| &kept[*n]).find(|k| !s.id.is_empty() && is_same_statement(k, &one));
        if let Some(first) = repeated {
            let from = &files[first.file as usize].path;
            let text = format!("statement {} of {} repeats that of {from}: it counts once", s.id, s.account);
            files[one.file as usize].notes.push(Note::new(NoteKind::Said, text));
            continue;
        }
        earlier.push(kept.len());
        kept.push(one);
    }
    kept
}

fn is_same_statement(a: &Delivered, b: &Delivered) -> bool {
    let claims = |d: &Delivered| (d.statement.opening, d.statement.closing, d.statement.from, d.statement.to);
    claims(a) == claims(b) && a.contents() == b.contents()
}

/// Where a payment with its own identifier was first met.
#[derive(Clone, Copy)]
struct Owned {
    place: Place,
    content: Content,
}

/// Whether an identifier that a file gives may be met again: in another row, or as one that is derived for a row without any.
fn may_meet(delivered: &[Delivered]) -> bool {
    let ids = || delivered.par_iter().flat_map(|d| d.statement.payments.par_iter()).map(|p| &*p.id);
    let derived = || ids().any(str::is_empty) && ids().any(|id| !id.is_empty());
    derived() || !distinct::all_differ(ids().filter(|id| !id.is_empty()))
}

/// Every identifier that the files themselves give. The same one twice is refused, unless it is the same row in another file.
fn own_identifiers(delivered: &[Delivered], files: &[InputFile], errors: &mut Collector) -> Table<Box<str>, Owned> {
    let mut own: Table<Box<str>, Owned> = HashMap::default();
    let rows = delivered.iter().flat_map(|d| d.statement.payments.iter().zip(d.contents()));
    for (payment, content) in rows.filter(|(p, _)| !p.id.is_empty()) {
        let here = Owned { place: payment.place, content: *content };
        let Some(first) = own.get(&payment.id) else {
            own.insert(payment.id.clone(), here);
            continue;
        };
        if first.place.file == here.place.file {
            let message = format!("payment \"{}\" occurs twice in this file", payment.id);
            errors.push(twice(message, files, first.place, here.place));
        } else if first.content != here.content {
            let message = format!("payment \"{}\" occurs in two files with different content", payment.id);
            errors.push(twice(message, files, first.place, here.place));
        }
    }
    own
}

fn twice(message: String, files: &[InputFile], first: Place, here: Place) -> Error {
    let path = |place: Place| files[place.file as usize].path.clone();
    let error = Error::new(ErrorKind::Input, "E0231", message).in_file(path(here));
    let error = match here.position {
        Position::Line(line) => error.at(u64::from(line), 1),
        other => error.context(other.to_string()),
    };
    let error = match first.position {
        Position::Line(line) => error.also_at(path(first), u64::from(line)),
        other => error.label(format!("first in {} {other}", path(first))),
    };
    error.help(
        "identifiers must be unique: correct the file, or leave the column out and they are derived from the content",
    )
}

/// Where a row was met, for finding it again in other files.
#[derive(Clone, Copy)]
struct Met {
    file: u32,
    /// Position among the delivered statements.
    statement: usize,
    /// How often in that statement.
    times: usize,
}

/// What is known while rows are gone through.
#[derive(Default)]
struct Rows {
    /// Identifiers of the files; empty where none can be met again.
    own: Table<Box<str>, Owned>,
    met: Table<Content, Vec<Met>>,
    /// How many payments have each derived identifier, its rank aside.
    ranks: Table<(Content, NaiveDate), u32>,
    taken: HashSet<Box<str>, foldhash::fast::RandomState>,
    /// Repeats by later and earlier file: how many, and the first of them.
    repeats: BTreeMap<(u32, u32), (u64, Vec<Position>)>,
}

impl Rows {
    /// Moves the payments of a statement that are not repeats into the ledger.
    fn keep_new(&mut self, n: usize, one: Delivered, all: &[Statement], ledger: &mut Ledger) {
        if one.statement.payments.iter().any(|p| p.id.is_empty()) {
            one.contents();
        }
        let Delivered { file, mut statement, contents } = one;
        let contents = contents.into_inner().unwrap_or_default();
        let payments = std::mem::take(&mut statement.payments);
        if self.own.is_empty() && contents.is_empty() {
            // Nothing can repeat: the whole statement is new.
            add(&mut ledger.payments, payments);
            ledger.ends.push(ledger.payments.len());
            ledger.statements.push(statement);
            return;
        }
        let mut dropped: i128 = 0;
        ledger.payments.reserve(payments.len());
        for (at, mut payment) in payments.into_iter().enumerate() {
            let earlier = if payment.id.is_empty() {
                self.repeated_content(file, n, contents[at], all)
            } else {
                self.own.get(&payment.id).map(|o| o.place.file).filter(|first| *first != file)
            };
            if let Some(earlier) = earlier {
                let (count, first) = self.repeats.entry((file, earlier)).or_default();
                *count += 1;
                if first.len() < NAMED {
                    first.push(payment.place.position);
                }
                if Some(payment.amount.currency) == statement.currency {
                    dropped += i128::from(payment.amount.minor);
                }
                continue;
            }
            if payment.id.is_empty() {
                payment.id = self.derive(&payment, contents[at]);
            }
            ledger.payments.push(payment);
        }
        statement.booked_minor -= dropped;
        if let Some(opening) = &mut statement.opening {
            // The part that is new begins behind what was known. Saturation would need balances beyond 64 bits.
            opening.amount.minor = opening.amount.minor.saturating_add(i64::try_from(dropped).unwrap_or(0));
        }
        ledger.ends.push(ledger.payments.len());
        ledger.statements.push(statement);
    }

    /// The earlier file that has this row already. Its rank among identical rows decides, file against file.
    fn repeated_content(&mut self, file: u32, statement: usize, content: Content, all: &[Statement]) -> Option<u32> {
        let met = self.met.entry(content).or_default();
        match met.last_mut().filter(|m| m.statement == statement) {
            Some(here) => here.times += 1,
            None => met.push(Met { file, statement, times: 1 }),
        }
        let rank: usize = met.iter().filter(|m| m.file == file).map(|m| m.times).sum();
        let mut elsewhere: BTreeMap<u32, usize> = BTreeMap::new();
        for m in met.iter().filter(|m| m.file != file && !chain(&all[m.statement], &all[statement])) {
            *elsewhere.entry(m.file).or_default() += m.times;
        }
        elsewhere.into_iter().find(|(_, times)| *times >= rank).map(|(file, _)| file)
    }

    /// The identifier of a payment that has none: from its content, with its rank from the second on.
    fn derive(&mut self, payment: &Payment, content: Content) -> Box<str> {
        let base = content.identifier(payment);
        let rank = self.ranks.entry((content, payment.booking_date)).or_default();
        loop {
            *rank += 1;
            let id: Box<str> = if *rank == 1 { base.clone().into() } else { format!("{base}-{rank}").into() };
            // A file may use such an identifier itself, and 48 bits may collide: the next rank is free.
            if !self.own.contains_key(&id) && self.taken.insert(id.clone()) {
                return id;
            }
        }
    }

    fn say(&self, ledger: &mut Ledger) {
        let mut total = 0;
        for ((later, earlier), (count, first)) in &self.repeats {
            total += count;
            let places: Vec<String> = first.iter().map(Position::to_string).collect();
            let more = if *count > places.len() as u64 { ", …" } else { "" };
            let (rows, once) = if *count == 1 { ("row repeats one", "counts") } else { ("rows repeat some", "count") };
            let from = &ledger.files[*earlier as usize].path;
            let text = format!("{count} {rows} of {from} and {once} once ({}{more})", places.join(", "));
            ledger.files[*later as usize].notes.push(Note::new(NoteKind::Said, text));
        }
        if total > 0 {
            let rows =
                if total == 1 { "row was delivered again and counts" } else { "rows were delivered again and count" };
            let text = format!("{total} {rows} once; the openings of their statements are moved by them");
            ledger.notes.push(Note::new(NoteKind::Said, text));
        }
    }
}

/// Puts records behind others, without moving them where there are no others.
fn add<T>(to: &mut Vec<T>, mut more: Vec<T>) {
    if to.is_empty() {
        *to = more;
    } else {
        to.append(&mut more);
    }
}

/// Whether two statements of an account follow each other: one closes with what the other opens with.
fn chain(a: &Statement, b: &Statement) -> bool {
    let follows = |first: &Statement, then: &Statement| {
        first.closing.zip(then.opening).is_some_and(|(closing, opening)| closing.amount == opening.amount)
    };
    let together = a.opening.zip(b.opening).is_some_and(|(x, y)| x.amount == y.amount);
    !together && (follows(a, b) || follows(b, a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Balance, BalanceKind, Currency, InputRole, Money};

    fn balance(kind: BalanceKind, minor: i64) -> Option<Balance> {
        Some(Balance { kind, amount: Money::new(minor, Currency::EUR), date: None })
    }

    /// A statement of account A with rows (identifier, minor units, text).
    fn statement(id: &str, opening: Option<i64>, rows: &[(&str, i64, &str)]) -> Statement {
        let day = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        let payments: Vec<Payment> = (1u32..)
            .zip(rows)
            .map(|(line, (id, minor, text))| {
                let mut p = Payment::new(*id, day, Money::new(*minor, Currency::EUR));
                p.account = "A".into();
                p.remittance = (*text).into();
                p.place.position = Position::Line(line);
                p
            })
            .collect();
        let sum: i64 = rows.iter().map(|r| r.1).sum();
        Statement {
            id: id.into(),
            account: "A".into(),
            currency: Some(Currency::EUR),
            opening: opening.and_then(|o| balance(BalanceKind::Opening, o)),
            closing: opening.and_then(|o| balance(BalanceKind::Closing, o + sum)),
            entries: rows.len() as u32,
            transactions: rows.len() as u32,
            booked_minor: i128::from(sum),
            payments,
            ..Statement::default()
        }
    }

    fn file(path: &str, statements: Vec<Statement>) -> StatementFile {
        let file = InputFile {
            path: path.into(),
            role: InputRole::Statement,
            format: "csv".into(),
            version: Box::default(),
            sha256: Box::default(),
            bytes: 0,
            records: 0,
            notes: Vec::new(),
        };
        StatementFile { file, statements }
    }

    fn rows(path: &str, rows: &[(&str, i64, &str)]) -> StatementFile {
        file(path, vec![statement("", None, rows)])
    }

    fn sums_agree(ledger: &Ledger) {
        let booked: i128 = ledger.statements.iter().map(|s| s.booked_minor).sum();
        assert_eq!(booked, ledger.payments.iter().map(|p| i128::from(p.amount.minor)).sum());
        assert!(ledger.statements.iter().all(|s| s.balances_ok() != Some(false)));
        let mut ids: Vec<&str> = ledger.payments.iter().map(|p| &*p.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ledger.payments.len());
    }

    #[test]
    fn identifiers_of_files_and_derived_ones_stay_apart() {
        let derived = gather(vec![file("a.csv", vec![statement("", None, &[("", 5, "x")])])]).unwrap();
        let taken = derived.payments[0].id.clone();
        // A file that uses for another row what would be derived: the derived one takes the next rank.
        let rows = [("", 5, "x"), (&*taken, 7, "y")];
        let ledger = gather(vec![file("a.csv", vec![statement("", None, &rows)])]).unwrap();
        let ids: Vec<&str> = ledger.payments.iter().map(|p| &*p.id).collect();
        assert_eq!(ids, [format!("{taken}-2").as_str(), &*taken]);
    }

    #[test]
    fn identical_rows_of_one_file_are_two_and_the_same_file_again_adds_none() {
        let twins = [("", 500, "card"), ("", 500, "card")];
        let once = gather(vec![rows("a", &twins)]).unwrap();
        assert_eq!(once.payments.len(), 2);
        assert_eq!(*once.payments[1].id, format!("{}-2", once.payments[0].id));
        let again = gather(vec![rows("a", &twins), rows("b", &twins)]).unwrap();
        assert_eq!(again.payments, once.payments);
        assert_eq!(again.files[1].notes[0].text, "2 rows repeat some of a and count once (line 1, line 2)".into());
        sums_agree(&again);
        // A third one in the second file is new.
        let third = gather(vec![rows("a", &twins), rows("b", &[twins[0], twins[0], twins[0]])]).unwrap();
        assert_eq!(third.payments.len(), 3);
        assert!(third.payments[2].id.ends_with("-3"));
        sums_agree(&third);
    }

    #[test]
    fn statements_that_chain_have_their_own_rows() {
        let row = [("", 500, "rent")];
        let ledger = gather(vec![
            file("june", vec![statement("6", Some(100), &row)]),
            file("july", vec![statement("7", Some(600), &row)]),
        ])
        .unwrap();
        assert_eq!(ledger.payments.len(), 2);
        assert!(ledger.checks.iter().any(|c| c.holds == Some(true)), "{:?}", ledger.checks);
        sums_agree(&ledger);
    }

    #[test]
    fn a_statement_delivered_twice_counts_once() {
        let one = || statement("6", Some(100), &[("", 500, "rent")]);
        let ledger = gather(vec![file("a", vec![one()]), file("b", vec![one()])]).unwrap();
        assert_eq!((ledger.payments.len(), ledger.statements.len()), (1, 1));
        assert!(ledger.files[1].notes[0].text.contains("repeats that of a"));
        let same_file = gather(vec![file("a", vec![one(), one()])]).unwrap();
        assert_eq!(same_file.payments.len(), 1);
        sums_agree(&ledger);
    }

    #[test]
    fn overlapping_statements_keep_their_equation() {
        let ledger = gather(vec![
            file("a", vec![statement("6", Some(100), &[("", 500, "x"), ("", 700, "y")])]),
            file("b", vec![statement("7", Some(600), &[("", 700, "y"), ("", 900, "z")])]),
        ])
        .unwrap();
        assert_eq!(ledger.payments.len(), 3);
        sums_agree(&ledger);
        assert!(ledger.checks.iter().any(|c| c.holds == Some(false)), "the openings do not follow");
    }

    #[test]
    fn copies_create_nothing() {
        let mut copy = statement("6", Some(100), &[]);
        copy.is_copy = true;
        copy.booked_minor = 500;
        let ledger = gather(vec![file("a", vec![copy])]).unwrap();
        assert!(ledger.statements.is_empty() && ledger.payments.is_empty());
    }

    #[test]
    fn own_identifiers_are_unique_or_refused_with_both_places() {
        let first = [("P1", 500, "x"), ("P2", 500, "x")];
        let ledger = gather(vec![rows("a", &first), rows("b", &[first[0]])]).unwrap();
        assert_eq!((ledger.payments.len(), ledger.files[1].records), (2, 0));
        sums_agree(&ledger);
        for files in [
            vec![rows("a", &[first[0], first[0]])],
            vec![rows("a", &first), rows("b", &[("P9", 1, "n"), ("P1", 501, "x")])],
        ] {
            let errors = gather(files).unwrap_err();
            let error = errors.iter().next().unwrap();
            assert_eq!((error.code(), error.line()), ("E0231", Some(2)));
            assert!(error.to_string().contains("also: a:1"), "{error}");
        }
    }

    #[test]
    fn a_derived_identifier_gives_way_to_one_of_a_file() {
        let derived = gather(vec![rows("a", &[("", 500, "x")])]).unwrap().payments.remove(0).id;
        let ledger = gather(vec![rows("a", &[("", 500, "x"), (&derived, 1, "other")])]).unwrap();
        sums_agree(&ledger);
    }

    #[test]
    fn gaps_are_alerts() {
        let (mut a, mut b) = (statement("6", Some(100), &[("", 500, "x")]), statement("8", Some(700), &[("", 1, "y")]));
        a.sequence = "6".into();
        b.sequence = "8".into();
        let ledger = gather(vec![file("a", vec![a, b])]).unwrap();
        let check = ledger.checks.last().unwrap();
        assert_eq!(check.holds, Some(false));
        assert!(
            check.text.contains("closes with 6.00") && check.text.contains("number 6 is followed by 8"),
            "{}",
            check.text
        );
    }
}
