//! Money is counted once, whatever files tell of it: a generated month, delivered in all kinds of ways.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use chrono::NaiveDate;
use lettrage::config::Limits;
use lettrage::model::{
    Balance, BalanceKind, Currency, InputFile, InputRole, Money, NoteKind, Payment, Place, Position, Statement,
    StatementFile, StatementKind,
};
use lettrage::normalise::ledger::{Ledger, gather};
use lettrage::read::{self, Settings};
use proptest::prelude::*;

/// Days of the generated month.
const DAYS: u32 = 12;

/// One entry of an account: its day and what is inside it, amount and payer.
#[derive(Clone, Debug)]
struct Entry {
    day: u32,
    inside: Vec<(i64, u32)>,
}

impl Entry {
    fn sum(&self) -> i64 {
        self.inside.iter().map(|(minor, _)| minor).sum()
    }
}

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, day).unwrap()
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// A month, and how it is told.
#[derive(Clone, Debug)]
struct Month {
    entries: Vec<Entry>,
    /// Whether the bank gives each entry a reference of its own.
    has_references: bool,
}

impl Month {
    fn on(&self, from: u32, to: u32) -> impl Iterator<Item = (usize, &Entry)> {
        self.entries.iter().enumerate().filter(move |(_, e)| (from..=to).contains(&e.day))
    }

    fn balance_before(&self, day: u32) -> i64 {
        1_000_000 + self.entries.iter().filter(|e| e.day < day).map(Entry::sum).sum::<i64>()
    }

    /// An entry in a camt message: whole, or with what is inside.
    fn camt(&self, n: usize, number: u32, with_details: bool) -> Vec<Payment> {
        let entry = &self.entries[n];
        let reference = if self.has_references { format!("R{n}") } else { String::new() };
        let payment = |detail: u32, minor: i64| {
            let mut payment = Payment::new("", date(entry.day), euros(minor));
            payment.account = "DE89370400440532013000".into();
            payment.bank_reference = reference.as_str().into();
            payment.place = Place { file: 0, position: Position::Entry { statement: 1, entry: number, detail } };
            payment
        };
        if !with_details {
            return vec![payment(0, entry.sum())];
        }
        let detailed = (1..).zip(&entry.inside).map(|(detail, (minor, payer))| {
            let mut payment = payment(detail, *minor);
            payment.payer_name = format!("Payer {payer}").into();
            payment.end_to_end_id = format!("E{n}-{detail}").into();
            payment
        });
        detailed.collect()
    }

    fn message(&self, kind: StatementKind, entries: &[usize], with_details: bool) -> Statement {
        let numbered = (1u32..).zip(entries);
        let payments: Vec<Payment> = numbered.flat_map(|(number, n)| self.camt(*n, number, with_details)).collect();
        statement(kind, payments)
    }

    /// The statement of some days. Batches come whole; what is inside them is told by notifications.
    fn statement(&self, from: u32, to: u32) -> StatementFile {
        let single = |n: usize| self.entries[n].inside.len() == 1;
        let payments = (1u32..).zip(self.on(from, to)).flat_map(|(number, (n, _))| self.camt(n, number, single(n)));
        let mut s = statement(StatementKind::Statement, payments.collect());
        let balance = |kind, minor, day| Some(Balance { kind, amount: euros(minor), date: Some(date(day)) });
        s.id = format!("S{from}-{to}").into();
        (s.from, s.to) = (Some(date(from)), Some(date(to)));
        s.opening = balance(BalanceKind::Opening, self.balance_before(from), from);
        s.closing = balance(BalanceKind::Closing, self.balance_before(to + 1), to);
        file("camt.053", "camt.053.001.08", s)
    }

    /// A table of some days: a row an entry, in other words, without balances.
    fn table(&self, from: u32, to: u32) -> StatementFile {
        let rows = (2u32..).zip(self.on(from, to)).map(|(line, (_, entry))| {
            let mut payment = Payment::new("", date(entry.day), euros(entry.sum()));
            payment.account = "DE89 3704 0044 0532 0130 00".into();
            payment.remittance = format!("PAYER {}", entry.inside[0].1).into();
            payment.place.position = Position::Line(line);
            payment
        });
        file("csv", "", statement(StatementKind::Statement, rows.collect()))
    }

    /// What was really booked, transaction by transaction.
    fn truth(&self) -> BTreeMap<(u32, i64), usize> {
        let mut truth = BTreeMap::new();
        for (entry, (minor, _)) in self.entries.iter().flat_map(|e| e.inside.iter().map(move |i| (e, i))) {
            *truth.entry((entry.day, *minor)).or_default() += 1;
        }
        truth
    }

    fn sums(&self) -> BTreeMap<u32, i64> {
        let mut sums = BTreeMap::new();
        self.entries.iter().for_each(|e| *sums.entry(e.day).or_default() += e.sum());
        sums
    }
}

fn statement(kind: StatementKind, payments: Vec<Payment>) -> Statement {
    Statement {
        kind,
        account: payments.first().map_or("DE89370400440532013000".into(), |p| (&*p.account).into()),
        currency: Some(Currency::EUR),
        from: payments.iter().map(|p| p.booking_date).min(),
        to: payments.iter().map(|p| p.booking_date).max(),
        booked_minor: payments.iter().map(|p| i128::from(p.amount.minor)).sum(),
        payments,
        ..Statement::default()
    }
}

fn file(format: &str, version: &str, statement: Statement) -> StatementFile {
    let file = InputFile {
        path: format!("{format}-{:?}", statement.from).into(),
        role: InputRole::Statement,
        format: format.into(),
        version: version.into(),
        sha256: Box::default(),
        bytes: 0,
        records: 0,
        notes: Vec::new(),
    };
    StatementFile { file, statements: vec![statement] }
}

fn day_of(payment: &Payment) -> u32 {
    use chrono::Datelike as _;
    payment.booking_date.day()
}

fn counted(ledger: &Ledger) -> BTreeMap<(u32, i64), usize> {
    let mut counts = BTreeMap::new();
    ledger.payments.iter().for_each(|p| *counts.entry((day_of(p), p.amount.minor)).or_default() += 1);
    counts
}

fn sums(ledger: &Ledger) -> BTreeMap<u32, i64> {
    let mut sums = BTreeMap::new();
    ledger.payments.iter().for_each(|p| *sums.entry(day_of(p)).or_default() += p.amount.minor);
    sums
}

/// What the proofs need: the statements' sums are those of the payments, balances fit, identifiers differ.
fn holds_together(ledger: &Ledger) {
    let booked: i128 = ledger.statements.iter().map(|s| s.booked_minor).sum();
    assert_eq!(booked, ledger.payments.iter().map(|p| i128::from(p.amount.minor)).sum());
    assert!(ledger.statements.iter().all(|s| s.balances_ok() != Some(false)));
    let mut ids: Vec<&str> = ledger.payments.iter().map(|p| &*p.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ledger.payments.len());
}

/// A fixed shuffle: a linear congruential generator.
fn shuffled<T>(mut list: Vec<T>, seed: u64) -> Vec<T> {
    let mut state = seed | 1;
    for n in (1..list.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        list.swap(n, (state >> 33) as usize % (n + 1));
    }
    list
}

fn month() -> impl Strategy<Value = Month> {
    // Few amounts and payers, so that much is alike; one negative that no sum of the others undoes.
    let amount = prop::sample::select(vec![10_000i64, 20_000, 30_000, 55_055, -703]);
    let entry =
        (1..=DAYS, prop::collection::vec((amount, 0..3u32), 1..4)).prop_map(|(day, inside)| Entry { day, inside });
    (prop::collection::vec(entry, 0..14), any::<bool>()).prop_map(|(mut entries, has_references)| {
        entries.sort_by_key(|e| e.day);
        Month { entries, has_references }
    })
}

/// First and last day of something that is delivered.
fn days() -> impl Strategy<Value = (u32, u32)> {
    (1..=DAYS, 0..DAYS).prop_map(|(from, more)| (from, (from + more).min(DAYS)))
}

/// Cuts days 1 to `last` into statements that follow each other.
fn cut(last: u32, ends: &[u32]) -> Vec<(u32, u32)> {
    let mut ends: Vec<u32> = ends.iter().copied().filter(|end| *end < last).chain([last]).collect();
    ends.sort_unstable();
    ends.dedup();
    ends.iter().scan(1, |from, to| Some((std::mem::replace(from, to + 1), *to))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn statements_reports_and_notifications_tell_of_the_same_money(
        month in month(), ends in prop::collection::vec(1..DAYS, 0..4), again in days(), hole in 0..3u32,
        reported in any::<u16>(), notified in any::<u16>(), tables in prop::collection::vec(days(), 0..3), seed in any::<u64>(),
    ) {
        let last = DAYS - hole;
        let mut files: Vec<StatementFile> = cut(last, &ends).iter().map(|(from, to)| month.statement(*from, *to)).collect();
        // Delivered twice, and once more in other days.
        files.push(files[0].clone());
        files.push(month.statement(again.0.min(last), again.1.min(last)));
        // Reports: whole for the days that have no statement yet, in part for others.
        let all: Vec<usize> = (0..month.entries.len()).collect();
        let some = |mask: u16| all.iter().copied().filter(|n| mask >> (n % 16) & 1 == 1).collect::<Vec<_>>();
        let late: Vec<usize> = month.on(last + 1, DAYS).map(|(n, _)| n).collect();
        for entries in [some(reported), late] {
            files.push(file("camt.052", "camt.052.001.08", month.message(StatementKind::Interim, &entries, false)));
        }
        // Notifications: of all batches, and of some entries.
        let batches = all.iter().copied().filter(|n| month.entries[*n].inside.len() > 1).collect::<Vec<_>>();
        for entries in [batches, some(notified)] {
            files.push(file("camt.054", "camt.054.001.08", month.message(StatementKind::Notification, &entries, true)));
        }
        files.extend(tables.iter().map(|(from, to)| month.table(*from, *to)));
        let ledger = gather(shuffled(files, seed)).unwrap();
        holds_together(&ledger);
        prop_assert_eq!(sums(&ledger), month.sums());
        // Without references, two batches of one sum and day cannot be told apart and stay whole.
        if month.has_references && tables.is_empty() {
            prop_assert_eq!(counted(&ledger), month.truth());
        }
    }

    #[test]
    fn overlapping_tables_count_once(
        month in month(), ends in prop::collection::vec(1..DAYS, 0..4), more in prop::collection::vec(days(), 0..4), seed in any::<u64>(),
    ) {
        let spans = cut(DAYS, &ends).into_iter().chain(more);
        let files: Vec<StatementFile> = spans.map(|(from, to)| month.table(from, to)).collect();
        let ledger = gather(shuffled(files, seed)).unwrap();
        holds_together(&ledger);
        let whole = gather(vec![month.table(1, DAYS)]).unwrap();
        prop_assert_eq!(counted(&ledger), counted(&whole));
        prop_assert_eq!(sums(&ledger), month.sums());
    }

    #[test]
    fn other_words_and_no_account_add_no_money(
        month in month(), part in days(), identified in any::<bool>(), seed in any::<u64>(),
    ) {
        let mut reworded = month.table(part.0, part.1);
        for (n, payment) in reworded.statements[0].payments.iter_mut().enumerate() {
            payment.remittance = format!("VIR {}", payment.remittance).into();
            payment.id = if identified { format!("P{n}").into() } else { Box::default() };
        }
        let mut nameless = month.table(part.0, part.1);
        nameless.statements[0].account = Box::default();
        nameless.statements[0].payments.iter_mut().for_each(|p| p.account = "".into());
        // Fewer rows are no sign that the files are the same.
        let tells = reworded.statements[0].payments.len() >= 3;
        for other in [reworded, nameless] {
            let ledger = gather(shuffled(vec![month.table(1, DAYS), other.clone()], seed)).unwrap();
            holds_together(&ledger);
            if tells {
                prop_assert_eq!(sums(&ledger), month.sums());
            } else {
                prop_assert_eq!(ledger.payments.len(), month.entries.len() + other.statements[0].payments.len());
            }
        }
    }
}

#[test]
fn a_table_and_its_canonical_form_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/statements/SG_juin_2026.csv");
    let lettrage = || Command::cargo_bin("lettrage").unwrap();
    let canonical = folder.path().join("sg.csv");
    lettrage().arg("convert").arg(&original).arg("-o").arg(&canonical).assert().success();
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let read = |path: &Path| {
        read::statements(&path.display().to_string(), &fs::read(path).unwrap(), &settings).unwrap().remove(0)
    };
    let alone = gather(vec![read(&original)]).unwrap();
    for order in [[&original, &canonical], [&canonical, &original]] {
        let ledger = gather(order.map(|path| read(path)).into()).unwrap();
        holds_together(&ledger);
        assert_eq!(counted(&ledger), counted(&alone));
        let ids = |ledger: &Ledger| ledger.payments.iter().map(|p| p.id.clone()).collect::<BTreeSet<_>>();
        assert_eq!(ids(&ledger), ids(&alone));
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/camt").join(name)
}

#[test]
fn one_day_in_three_messages() {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let read = |name: &str| read::statements(name, &fs::read(fixture(name)).unwrap(), &settings).unwrap().remove(0);
    for order in [
        ["statement.053.xml", "details.054.xml", "intraday.052.xml"],
        ["intraday.052.xml", "details.054.xml", "statement.053.xml"],
    ] {
        let ledger = gather(order.into_iter().map(read).collect()).unwrap();
        holds_together(&ledger);
        let found: Vec<(i64, &str)> = ledger.payments.iter().map(|p| (p.amount.minor, &*p.payer_name)).collect();
        let expected = [
            (10_000, "Huber Bau AG"),
            (20_000, "Frei Transporte GmbH"),
            (30_000, "Wyss Garten AG"),
            (15_000, "Baumann Holz AG"),
            (5_500, "Keller Druck AG"),
        ];
        assert_eq!(found, expected);
        assert_eq!(ledger.statements.len(), 1);
        let said = |name: &str, kind, text: &str| {
            let file = ledger.files.iter().find(|f| &*f.path == name).unwrap();
            assert!(file.notes.iter().any(|n| n.kind == kind && n.text.contains(text)), "{text}: {:?}", file.notes);
        };
        said("details.054.xml", NoteKind::Said, "2 entries give their details to the statement in statement.053.xml");
        said("details.054.xml", NoteKind::Said, "1 entry repeats what the statement in statement.053.xml says already");
        said(
            "details.054.xml",
            NoteKind::Warning,
            "1 entry fits no entry of the statement that covers the day: no money",
        );
        said("intraday.052.xml", NoteKind::Said, "2 interim entries of days that a statement covers");
    }
}

#[test]
fn a_run_over_the_three_messages_proves_its_sums() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::cargo_bin("lettrage").unwrap();
    for name in ["details.054.xml", "intraday.052.xml", "statement.053.xml"] {
        fs::copy(fixture(name), folder.path().join(name)).unwrap();
    }
    fs::copy(fixture("invoices.csv"), folder.path().join("invoices.csv")).unwrap();
    command.args(["match", "details.054.xml", "intraday.052.xml", "statement.053.xml", "--invoices", "invoices.csv"]);
    command.args(["--out", "out", "--strict"]).current_dir(folder.path()).assert().success();
    let mut rows = csv::Reader::from_path(folder.path().join("out/payments.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = rows.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 5);
    let applied = fs::read_to_string(folder.path().join("out/applications.csv")).unwrap();
    assert!(["F1", "F2", "F5"].iter().all(|item| applied.contains(item)), "{applied}");
}
