//! Any sequence of operations on a book: money is conserved, every figure follows from lists and decisions, the proofs are true, what is
//! refused changes nothing, and undoing back to a point gives the state of that point to the byte.
//!
//! `LETTRAGE_SEQUENCES` sets how many sequences are tried.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use lettrage::audit::{in_ledger, prove_book};
use lettrage::book::Book;
use lettrage::book::decide::{Act, Part, Resolve, Rest};
use lettrage::book::import::{Content, Import, Original, Scope, Together};
use lettrage::book::log::Heading;
use lettrage::book::posting::{Batch, Sent};
use lettrage::book::query::Selection;
use lettrage::book::runs::{Finished, Ruled};
use lettrage::config::{BankLedger, LedgerPolicy, Policy, PostPolicy, UnknownVat, Weights};
use lettrage::engine::reconcile;
use lettrage::model::{
    Answer, Balance, BalanceKind, BookFacts, BookProofs, Bucket, Currency, Customer, CustomerFile, Decided,
    DecisionKind, DifferenceKind, InputFile, InputRole, ItemFile, Known, Money, Month, Nature, OpenItem, Payment,
    Place, Position, ProofId, Standing, Statement, StatementFile,
};
use lettrage::normalise::ledger;
use lettrage::post::build;
use lettrage::{Errors, Request, read};
use proptest::prelude::*;
use tempfile::TempDir;

const ACCOUNT: &str = "DE89370400440532013000";
/// Names of two rare words each.
const NAMES: [&str; 6] = [
    "Albrecht Normand",
    "Bonnard Aubrac",
    "Castelli Bressan",
    "Duvivier Cordier",
    "Eggers Dorval",
    "Fontanel Estienne",
];
const ITEMS: usize = 18;
const DAYS: u32 = 28;
/// Days that statements cover: months in parts, overlapping, and as a whole.
const WINDOWS: [(u32, u32); 6] = [(1, 9), (10, 19), (20, 28), (6, 14), (1, 28), (12, 28)];

/// One thing that somebody does. The numbers choose among what the book has by then, so that a sequence means something whatever
/// was taken out of it.
#[derive(Clone, Debug)]
enum Step {
    Statements(u8),
    List {
        version: u8,
        scope: u8,
    },
    /// A list of what the book has open: the ledger has booked every decision.
    ListAfterBook,
    Customers(u8),
    Run,
    RunWithRule(u16),
    Accept(u16),
    AcceptMany(u16),
    Reject(u16),
    Settle {
        payment: u16,
        item: u16,
        rest: u8,
    },
    Split {
        payment: u16,
        first: u16,
        second: u16,
        cut: u8,
    },
    OnAccount(u16),
    Outside(u16),
    Returns {
        payment: u16,
        receipt: u16,
    },
    Hold(u16),
    HoldTwice(u16),
    HoldItem(u16),
    SettleItem(u16),
    Note(u16),
    NoteItem(u16),
    Undo(u16),
    UndoLast,
    UndoTo(u16),
    UndoAndBack(u16),
    Close,
    Reopen,
    Post,
    PostWithSuspense,
    /// The ledger answers: it takes all but one entry, or all.
    Answer(u16),
}

fn step() -> impl Strategy<Value = Step> {
    let n = any::<u16>;
    prop_oneof![
        6 => (0..12u8).prop_map(Step::Statements),
        4 => (0..6u8, 0..3u8).prop_map(|(version, scope)| Step::List { version, scope }),
        2 => Just(Step::ListAfterBook),
        1 => (0..2u8).prop_map(Step::Customers),
        5 => Just(Step::Run),
        2 => n().prop_map(Step::RunWithRule),
        3 => n().prop_map(Step::Accept),
        1 => n().prop_map(Step::AcceptMany),
        3 => n().prop_map(Step::Reject),
        5 => (n(), n(), 0..7u8).prop_map(|(payment, item, rest)| Step::Settle { payment, item, rest }),
        3 => (n(), n(), n(), any::<u8>()).prop_map(|(payment, first, second, cut)| Step::Split { payment, first, second, cut }),
        1 => n().prop_map(Step::OnAccount),
        1 => n().prop_map(Step::Outside),
        4 => (n(), n()).prop_map(|(payment, receipt)| Step::Returns { payment, receipt }),
        1 => n().prop_map(Step::Hold),
        1 => n().prop_map(Step::HoldTwice),
        1 => n().prop_map(Step::HoldItem),
        2 => n().prop_map(Step::SettleItem),
        1 => n().prop_map(Step::Note),
        1 => n().prop_map(Step::NoteItem),
        4 => n().prop_map(Step::Undo),
        2 => Just(Step::UndoLast),
        2 => n().prop_map(Step::UndoTo),
        2 => n().prop_map(Step::UndoAndBack),
        1 => Just(Step::Close),
        1 => Just(Step::Reopen),
        4 => Just(Step::Post),
        2 => Just(Step::PostWithSuspense),
        2 => n().prop_map(Step::Answer),
    ]
}

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, n).unwrap()
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn item_amount(n: usize) -> i64 {
    // Two credit notes among them.
    let minor = 10_037 + 100 * ((n as i64 * 7919) % 977);
    if n % 9 == 8 { -minor / 10 } else { minor }
}

fn number(n: usize) -> String {
    format!("2026-{:04}", 101 + n)
}

/// Everything that the bank ever books: receipts that name an item, whole and in part, for two items, by nobody, and returns.
fn booked() -> Vec<Payment> {
    let mut booked: Vec<Payment> = Vec::new();
    for n in 0..30usize {
        let item = n * 5 % ITEMS;
        let whole = item_amount(item).abs();
        let (minor, text) = match n % 6 {
            0 | 1 => (whole, format!("FACTURE {}", number(item))),
            2 => (whole / 2, format!("ACOMPTE {}", number(item))),
            3 => (whole + item_amount((item + 1) % ITEMS).abs(), "SELON RELEVE".to_string()),
            4 => (12_345 + n as i64, "DIVERS".to_string()),
            _ => (-1_500 - n as i64, "FRAIS".to_string()),
        };
        let mut payment = Payment::new("", day(1 + n as u32 * 9 % DAYS), euros(minor));
        payment.payer_name = NAMES[item % NAMES.len()].to_uppercase().into();
        payment.remittance = text.into();
        payment.end_to_end_id = format!("E2E{n}").into();
        booked.push(payment);
    }
    // Returns of three receipts, one of them with the bank's fee, and one that comes back twice.
    for (n, receipt, fee) in [(0u32, 0usize, 0), (1, 6, 350), (2, 1, 0), (3, 1, 0), (4, 2, 0)] {
        let of = booked[receipt].clone();
        let mut payment = Payment { amount: euros(-of.amount.minor - fee), nature: Nature::Return, ..of };
        payment.booking_date = day((15 + 3 * n).min(DAYS));
        payment.return_reason = "AC04".into();
        booked.push(payment);
    }
    for (n, payment) in booked.iter_mut().enumerate() {
        payment.account = ACCOUNT.into();
        payment.bank_reference = format!("REF{n}").into();
    }
    booked.sort_by_key(|p| p.booking_date);
    booked
}

fn input(role: InputRole, format: &str, name: &str, records: usize) -> InputFile {
    InputFile {
        path: name.into(),
        role,
        format: format.into(),
        version: if format == "camt.053" { "camt.053.001.08".into() } else { "".into() },
        sha256: read::sha256(name.as_bytes()),
        bytes: name.len() as u64,
        records: records as u64,
        notes: Vec::new(),
    }
}

/// The statement of a window of days: as camt with balances, or as a table without, which does not know references.
fn statement(window: u8) -> StatementFile {
    let (from, to) = WINDOWS[window as usize % WINDOWS.len()];
    let camt = (window as usize) < WINDOWS.len();
    let all = booked();
    let within = |p: &&Payment| (day(from)..=day(to)).contains(&p.booking_date);
    let payments: Vec<Payment> = (1u32..)
        .zip(all.iter().filter(within))
        .map(|(n, p)| {
            let mut payment = p.clone();
            payment.place.position = if camt {
                Position::Entry { statement: 1, entry: n, detail: 0 }
            } else {
                payment.bank_reference = Box::default();
                payment.end_to_end_id = Box::default();
                Position::Line(n + 1)
            };
            payment
        })
        .collect();
    let before =
        |d: u32| 1_000_000 + all.iter().filter(|p| p.booking_date < day(d)).map(|p| p.amount.minor).sum::<i64>();
    let balance = |kind, minor, date| camt.then_some(Balance { kind, amount: euros(minor), date: Some(date) });
    let format = if camt { "camt.053" } else { "csv" };
    let statement = Statement {
        account: ACCOUNT.into(),
        currency: Some(Currency::EUR),
        from: Some(day(from)),
        to: Some(day(to)),
        id: if camt { format!("S{from}-{to}").into() } else { Box::default() },
        opening: balance(BalanceKind::Opening, before(from), day(from)),
        closing: balance(
            BalanceKind::Closing,
            before(to) + all.iter().filter(|p| p.booking_date == day(to)).map(|p| p.amount.minor).sum::<i64>(),
            day(to),
        ),
        booked_minor: payments.iter().map(|p| i128::from(p.amount.minor)).sum(),
        payments,
        ..Statement::default()
    };
    let name = format!("{format}-{from}-{to}");
    StatementFile {
        file: input(InputRole::Statement, format, &name, statement.payments.len()),
        statements: vec![statement],
    }
}

/// A list of items as a ledger gives it: later versions have settled, changed, new and vanished items.
fn list(version: u8) -> ItemFile {
    let version = usize::from(version);
    let mut items = Vec::new();
    for n in 0..ITEMS {
        // What happened to an item in a version follows from both numbers alone.
        let fate = if version == 0 { 0 } else { (n * 31 + version * 17) % 11 };
        if fate == 9 || (version < 2 && n >= 14) {
            continue;
        }
        let amount = item_amount(n);
        let mut item = OpenItem::new(number(n), number(n), euros(amount));
        match fate {
            7 => item.open_minor = amount / 2,
            8 => item.open_minor = 0,
            10 => (item.amount, item.open_minor) = (euros(amount * 2), amount * 2),
            _ => {}
        }
        item.customer_id = format!("C{}", n % NAMES.len()).into();
        item.customer_name = NAMES[n % NAMES.len()].into();
        item.due_date = Some(day(1 + (n as u32 * 3 + u32::from(fate == 6)) % DAYS));
        item.issue_date = NaiveDate::from_ymd_opt(2026, 5, 2);
        item.place = Place { file: 0, position: Position::Line(n as u32 + 2) };
        items.push(item);
    }
    ItemFile { file: input(InputRole::Items, "csv", &format!("items-{version}"), items.len()), items }
}

fn customers(version: u8) -> CustomerFile {
    let named = NAMES.iter().enumerate().skip(usize::from(version));
    let customers: Vec<Customer> = named
        .map(|(n, name)| Customer {
            id: format!("C{n}").into(),
            name: format!("{name} v{version}").into(),
            ..Customer::default()
        })
        .collect();
    CustomerFile {
        file: input(InputRole::Customers, "csv", &format!("customers-{version}"), customers.len()),
        customers,
    }
}

/// A book under test, and what it was after each of its operations.
struct Tried {
    _folder: TempDir,
    book: Book,
    states: BTreeMap<u64, String>,
    /// Names of lists that were made of the book's own state must differ.
    lists: usize,
    done: usize,
    refused: usize,
}

fn heading(kind: &'static str) -> Heading {
    Heading { at: "2026-07-02T08:51:07Z".into(), who: "anna".into(), kind, run: String::new(), ..Heading::default() }
}

fn together(files: Vec<StatementFile>) -> Result<Together, Errors> {
    let ledger::Ledger { files, statements, payments, ends, checks, notes } = ledger::gather(files)?;
    Ok(Together { files, statements, ends, payments, checks, notes })
}

/// Somewhere without a disk, where there is such a place: nothing here is about what survives a loss of power.
fn folder() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

fn pick<T: Clone>(all: &[T], n: u16) -> Option<T> {
    (!all.is_empty()).then(|| all[usize::from(n) % all.len()].clone())
}

fn resolve(id: &str, act: Act) -> Resolve {
    Resolve { id: id.into(), act, account: String::new(), reason: String::new() }
}

/// What a step gave: nothing to do, the number of the operation, or why it was refused.
type Outcome = Option<Result<u64, Errors>>;

impl Tried {
    fn new() -> Self {
        let folder = folder();
        let mut book = Book::create(folder.path()).unwrap();
        let op = book.begin_log(heading("init")).unwrap();
        let states = BTreeMap::from([(op, book.state().unwrap())]);
        Self { _folder: folder, book, states, lists: 0, done: 0, refused: 0 }
    }

    fn payments(&self, standings: &[Standing]) -> Vec<Payment> {
        let selection = Selection { standings: standings.to_vec(), ..Selection::default() };
        self.book.payments(&selection).unwrap().rows.into_iter().map(|p| p.payment).collect()
    }

    fn payment(&self, n: u16) -> Option<String> {
        pick(&self.payments(&[]), n).map(|p| p.id.into())
    }

    fn item(&self, n: u16) -> Option<OpenItem> {
        let found = self.book.items(&Selection::default(), true).unwrap();
        pick(&found.rows, n).map(|i| i.item)
    }

    fn import(&mut self, name: &str, content: Content) -> Outcome {
        let sha256 = read::sha256(name.as_bytes()).to_string();
        if self.book.imported_by(&sha256).unwrap().is_some() {
            return None;
        }
        let mut import =
            Import { originals: vec![Original { sha256, bytes: name.as_bytes().to_vec() }], ..Import::default() };
        if let Content::Statements(file) = &content {
            let stored = self.book.statement_files().unwrap().into_iter().map(|(_, file)| file);
            import.together = match together(stored.chain([file.clone()]).collect()) {
                Ok(together) => Some(together),
                Err(errors) => return Some(Err(errors)),
            };
        }
        import.contents.push((0, content));
        Some(self.book.import(import, heading("import"), false).map(|done| done.op))
    }

    fn list_after_book(&mut self) -> Outcome {
        let found = self.book.items(&Selection::default(), false).unwrap();
        let items: Vec<OpenItem> = found.rows.into_iter().map(|i| i.item).collect();
        self.lists += 1;
        let name = format!("items-after-{}", self.lists);
        let list = ItemFile { file: input(InputRole::Items, "csv", &name, items.len()), items };
        self.import(&name, Content::Items(list, Some(Scope::Full)))
    }

    fn run(&mut self, rule: Option<u16>) -> Outcome {
        let input = self.book.run_input().unwrap();
        if input.payments.is_empty() {
            return None;
        }
        let free: Vec<u32> = (0u32..)
            .zip(&input.undecided)
            .filter(|(n, open)| **open && input.only_propose.binary_search(n).is_err())
            .map(|(n, _)| n)
            .collect();
        let ruled: Vec<Ruled> = rule
            .and_then(|n| pick(&free, n))
            .map(|payment| Ruled {
                payment,
                rule: "fees".into(),
                account: "627000".into(),
                reason: "bank charges".into(),
            })
            .into_iter()
            .collect();
        let mut decided = input.decided.clone();
        decided.extend(ruled.iter().map(|r| Decided { payment: r.payment, outside: true, ..Decided::default() }));
        let (policy, weights) = (Policy::default(), Weights::default());
        let reconciliation = reconcile(&Request {
            payments: &input.payments,
            items: &input.items,
            customers: &input.customers,
            policy: &policy,
            weights: &weights,
            as_of: None,
            all_evidence: false,
            known: Known {
                decided: &decided,
                objections: &input.objections,
                only_propose: &input.only_propose,
                ..Known::default()
            },
        });
        let id = format!("run{}", self.book.operations(1).unwrap()[0].seq);
        let wanted = vec![true; input.payments.len()];
        let finished = Finished {
            input: &input,
            reconciliation: &reconciliation,
            ruled: &ruled,
            wanted: &wanted,
            id: &id,
            as_of: reconciliation.as_of,
            configuration: "{}",
            weights: "{}",
            inputs: "[]",
            learned: &[],
        };
        let before: BTreeMap<Box<str>, u64> = self.persons();
        let ran = self.book.record_run(&finished, Heading { run: id.clone(), ..heading("run") }, false);
        assert_eq!(before, self.persons(), "a run overturned a person");
        Some(ran.map(|ran| ran.op))
    }

    /// Payments that people have decided, with the operation of each.
    fn persons(&self) -> BTreeMap<Box<str>, u64> {
        let all = self.book.payments(&Selection::default()).unwrap().rows;
        let by_person = all.into_iter().filter_map(|p| Some((p.payment.id, p.decision?)));
        by_person.filter(|(_, d)| d.author == lettrage::model::Author::Person).map(|(id, d)| (id, d.op)).collect()
    }

    fn decide(&mut self, kind: &'static str, decisions: &[Resolve]) -> Outcome {
        Some(self.book.resolve(decisions, heading(kind), false))
    }

    fn note(&mut self, id: &str) -> Outcome {
        let payload = serde_json::json!({ "id": id, "text": "asked" });
        Some(self.book.note(id, "asked", &Heading { payload, ..heading("note") }))
    }

    fn undo(&mut self, operations: &[u64]) -> Outcome {
        if operations.is_empty() {
            return None;
        }
        let stay = self.book.statement_files_without(operations).unwrap();
        let left = stay.map(|stay| {
            let files = self.book.statement_files().unwrap();
            let files = files.into_iter().filter(|(n, _)| stay.contains(n)).map(|(_, file)| file).collect();
            (together(files).unwrap(), stay)
        });
        Some(self.book.undo(operations, left.as_ref().map(|(t, f)| (t, f.as_slice())), heading("undo")))
    }

    /// Undoes back to a point: then the state is that of the point.
    fn undo_to(&mut self, point: u64) -> Outcome {
        let operations = self.book.operations_after(point).unwrap();
        let outcome = self.undo(&operations);
        if !matches!(outcome, Some(Err(_))) {
            same(
                &self.states[&point],
                &self.book.state().unwrap(),
                &format!("undone back to {point} by {operations:?}"),
            );
        }
        outcome
    }

    fn attempt(&mut self, step: &Step) -> Outcome {
        match *step {
            Step::Statements(window) => {
                let file = statement(window);
                self.import(&file.file.path.clone(), Content::Statements(file))
            }
            Step::List { version, scope } => {
                let scope = [None, Some(Scope::Full), Some(Scope::Added)][usize::from(scope)];
                self.import(&format!("items-{version}"), Content::Items(list(version), scope))
            }
            Step::ListAfterBook => self.list_after_book(),
            Step::Customers(version) => {
                self.import(&format!("customers-{version}"), Content::Customers(customers(version)))
            }
            Step::Run => self.run(None),
            Step::RunWithRule(n) => self.run(Some(n)),
            Step::Accept(n) => {
                let payment = pick(&self.payments(&[Standing::Review]), n)?;
                self.decide("accept", &[resolve(&payment.id, Act::Accept)])
            }
            Step::AcceptMany(n) => {
                let proposed = self.book.proposed_above(u32::from(n) * 10).unwrap();
                let all: Vec<Resolve> = proposed.iter().map(|(id, _)| resolve(id, Act::Accept)).collect();
                if all.is_empty() { None } else { self.decide("accept", &all) }
            }
            Step::Reject(n) => {
                let id = self.payment(n)?;
                self.decide("reject", &[resolve(&id, Act::Reject)])
            }
            Step::Settle { payment, item, rest } => self.settle(payment, item, rest),
            Step::Split { payment, first, second, cut } => self.split(payment, first, second, cut),
            Step::OnAccount(n) => {
                let act = Act::Apply { parts: Vec::new(), rest: Some(Rest::As(DifferenceKind::OnAccount)) };
                let id = self.payment(n)?;
                self.decide("settle", &[resolve(&id, act)])
            }
            Step::Outside(n) => {
                let id = self.payment(n)?;
                let one = Resolve { account: "627000".into(), reason: "fees".into(), ..resolve(&id, Act::Outside) };
                self.decide("settle", &[one])
            }
            Step::Returns { payment, receipt } => {
                let all = self.payments(&[]);
                let debits: Vec<&Payment> = all.iter().filter(|p| p.nature == Nature::Return).collect();
                let debit = pick(&debits, payment)?;
                // Mostly the receipt itself, at times any.
                let own = all.iter().find(|p| p.amount.minor > 0 && p.end_to_end_id == debit.end_to_end_id);
                let receipt = own
                    .filter(|_| receipt % 4 != 0)
                    .or(pick(&all, receipt).and_then(|p| all.iter().find(|q| q.id == p.id)))?;
                self.decide("settle", &[resolve(&debit.id, Act::Returns(receipt.id.to_string()))])
            }
            Step::Hold(n) => {
                let id = self.payment(n)?;
                self.decide("hold", &[resolve(&id, Act::Hold(day(30)))])
            }
            Step::HoldTwice(n) => {
                let id = self.payment(n)?;
                let (first, second) = (resolve(&id, Act::Hold(day(29))), resolve(&id, Act::Hold(day(30))));
                self.decide("hold", &[first, second])
            }
            Step::HoldItem(n) => {
                let id = self.item(n)?.id;
                self.decide("hold", &[resolve(&id, Act::Hold(day(30)))])
            }
            Step::SettleItem(n) => {
                let id = self.item(n)?.id;
                self.decide("settle", &[Resolve { reason: "cancelled".into(), ..resolve(&id, Act::SettleItem) }])
            }
            Step::Note(n) => {
                let id = self.payment(n)?;
                self.note(&id)
            }
            Step::NoteItem(n) => {
                let id = self.item(n)?.id;
                self.note(&id)
            }
            Step::Undo(n) => {
                let all = self.book.operations(0).unwrap();
                self.undo(&[pick(&all, n)?.seq])
            }
            Step::UndoLast => {
                let last = self.book.last_operation().unwrap()?;
                self.undo(&[last])
            }
            Step::UndoTo(n) => {
                let all = self.book.operations(0).unwrap();
                self.undo_to(pick(&all, n)?.seq)
            }
            Step::UndoAndBack(n) => self.undo_and_back(n),
            Step::Close => {
                let waiting = self.payments(&[Standing::Review, Standing::Unmatched, Standing::New]);
                let holds: Vec<Resolve> = (waiting.iter())
                    .map(|p| Resolve { reason: "asked".into(), ..resolve(&p.id, Act::Hold(day(30))) })
                    .collect();
                if !holds.is_empty() {
                    return self.decide("hold", &holds);
                }
                let month = Month::of(day(1));
                Some(
                    self.book
                        .close(month, &BookProofs::default(), heading("close"))
                        .map(|p| p.op)
                        .map_err(Errors::from),
                )
            }
            Step::Post => self.post(false),
            Step::PostWithSuspense => self.post(true),
            Step::Answer(n) => self.answer(n),
            Step::Reopen => {
                let heading = Heading { why: "a late charge".into(), ..heading("reopen") };
                Some(self.book.reopen(Month::of(day(1)), heading).map_err(Errors::from))
            }
        }
    }

    /// What is due of June, and of July where June is closed.
    fn due(&self, suspense: bool) -> build::Built {
        let bank =
            BankLedger { account: "512100".into(), bank: ACCOUNT.into(), balance: None, at: None, booked_until: None };
        let ledger = LedgerPolicy { bank: vec![bank], ..LedgerPolicy::default() };
        let mut facts = self.book.post_facts(&ledger).unwrap();
        facts.in_ledger = in_ledger(&facts.book);
        let june = Month::of(day(1));
        let asked = build::Asked {
            month: if facts.closed.is_empty() { june } else { june.next() },
            account: None,
            suspense,
            takes_currencies: true,
            carried: false,
            made: day(30),
            company: "Ateliers Nord SARL",
        };
        let policy = PostPolicy { unknown_vat: UnknownVat::Gross, ..PostPolicy::default() };
        build::build(&facts, &policy, &ledger, &asked).unwrap()
    }

    fn post(&mut self, suspense: bool) -> Outcome {
        let built = self.due(suspense);
        if built.posting.entries.is_empty() && built.posting.lettering.is_empty() {
            return None;
        }
        let bytes = serde_json::to_vec(&built.posting).unwrap();
        let files = [("journal.json".to_string(), bytes.clone(), read::sha256(&bytes).to_string())];
        let batch = Batch { format: "csv", period: "2026-06", posting: &built.posting, files: &files };
        let op = self.book.record_posting(batch, heading("post"), || Ok(())).unwrap();
        let again = self.due(suspense);
        assert_eq!((again.posting.entries, again.posting.lettering), (vec![], vec![]), "nothing is posted twice");
        assert_eq!(self.book.posting_files(op).unwrap(), [("journal.json".to_string(), bytes)]);
        Some(Ok(op))
    }

    /// An answer to the last batch; every other time one entry is refused.
    fn answer(&mut self, n: u16) -> Outcome {
        let sent = self.book.sent().unwrap();
        let last = sent.iter().map(|s| s.op).max()?;
        let of_batch: Vec<_> = sent.iter().filter(|s| s.op == last).collect();
        let refused = usize::from(n) / 2 % of_batch.len();
        let answer = |(at, sent): (usize, &&Sent)| {
            let answer = Answer {
                key: sent.entry.key.clone(),
                taken: n.is_multiple_of(2) || at != refused,
                message: "".into(),
                place: "ack.csv:2".into(),
                minor: None,
            };
            (sent.op, answer)
        };
        let answers: Vec<(u64, Answer)> = of_batch.iter().enumerate().map(answer).collect();
        Some(Ok(self.book.record_answers(&answers, heading("confirm")).unwrap()))
    }

    fn settle(&mut self, payment: u16, item: u16, rest: u8) -> Outcome {
        let rest = match rest {
            0 => Some(Rest::KeepOpen),
            1 => Some(Rest::As(DifferenceKind::OnAccount)),
            2 => Some(Rest::As(DifferenceKind::Fee)),
            3 => Some(Rest::As(DifferenceKind::WriteOff)),
            4 => Some(Rest::As(DifferenceKind::Fx)),
            5 => Some(Rest::As(DifferenceKind::Discount)),
            _ => None,
        };
        let (id, item) = (self.payment(payment)?, self.item(item)?);
        let parts = vec![Part::Item(item.id.to_string(), None)];
        self.decide("settle", &[resolve(&id, Act::Apply { parts, rest })])
    }

    fn split(&mut self, payment: u16, first: u16, second: u16, cut: u8) -> Outcome {
        let payment = pick(&self.payments(&[]), payment)?;
        let (first, second) = (self.item(first)?, self.item(second)?);
        let amount = payment.amount.minor;
        // What the first item takes, what the second, and the rest on account; some of these do not add up or are too much.
        let one = (amount * i64::from(cut) / 256).min(first.open_minor.max(1));
        let two = ((amount - one) / 2).min(second.open_minor.max(1));
        let rest = amount - one - two + i64::from(cut == 255);
        let parts = vec![
            Part::Item(first.id.to_string(), Some(one)),
            Part::Item(second.id.to_string(), Some(two)),
            Part::Difference(DifferenceKind::OnAccount, rest),
        ];
        self.decide("split", &[resolve(&payment.id, Act::Apply { parts, rest: None })])
    }

    /// Undoing an undo gives the state before it, unless it had taken an import back.
    fn undo_and_back(&mut self, n: u16) -> Outcome {
        let all = self.book.operations(0).unwrap();
        let before = self.book.state().unwrap();
        let op = match self.undo(&[pick(&all, n)?.seq])? {
            Ok(op) => op,
            Err(errors) => return Some(Err(errors)),
        };
        self.states.insert(op, self.book.state().unwrap());
        let outcome = self.undo(&[op])?;
        match &outcome {
            Ok(_) => same(&before, &self.book.state().unwrap(), &format!("op {op} undone")),
            Err(errors) => {
                assert!(errors.to_string().contains("E0716") && errors.to_string().contains("import"), "{errors}");
                // The first undo stands, then.
                return Some(Ok(op));
            }
        }
        Some(outcome)
    }

    fn step(&mut self, step: &Step) {
        let before = self.book.state().unwrap();
        let count = self.book.operations(1).unwrap()[0].seq;
        match self.attempt(step) {
            None => same(&before, &self.book.state().unwrap(), "nothing was done"),
            Some(Ok(op)) => {
                assert!(op > count);
                self.done += 1;
                self.states.insert(op, self.book.state().unwrap());
            }
            Some(Err(errors)) => {
                self.refused += 1;
                legal(step, &errors);
                same(&before, &self.book.state().unwrap(), &format!("refused: {errors}"));
                assert_eq!(self.book.operations(1).unwrap()[0].seq, count, "a refusal is in the log");
            }
        }
        self.check();
    }

    /// What holds of every book at any time.
    fn check(&self) {
        let book = &self.book;
        assert_eq!(book.wrong_figures().unwrap(), Vec::<String>::new());
        assert_eq!(book.wrong_batches().unwrap(), vec![]);
        let operations = book.operations(1).unwrap()[0].seq;
        assert_eq!(book.verify_log().unwrap(), operations);
        let facts = book.facts(None, &LedgerPolicy::default()).unwrap();
        conserved(&facts);
        let of_state = self.payments(&[]).len();
        let one_by_one: usize = Standing::ALL.iter().map(|s| self.payments(&[*s]).len()).sum();
        assert_eq!(
            (of_state, one_by_one),
            (facts.payments.len(), facts.payments.len()),
            "every payment in one standing"
        );
        for proof in prove_book(&facts).failed() {
            let promised = matches!(
                proof.id,
                ProofId::Coverage
                    | ProofId::Items
                    | ProofId::RollForward
                    | ProofId::Decisions
                    | ProofId::Equation
                    | ProofId::Application
            );
            assert!(!promised, "{proof:?}");
        }
    }

    /// Undoes everything: the first state, to the byte. Where a month was closed, what came after that.
    fn undo_everything(&mut self) {
        let fixed = |kind: &str| matches!(kind, "init" | "close" | "reopen");
        let last = self.book.operations(0).unwrap().into_iter().find(|o| fixed(&o.kind)).unwrap();
        if let Some(Err(errors)) = self.undo_to(last.seq) {
            // What was imported before the close and undone after it cannot come back.
            assert!(&*last.kind != "init" && errors.to_string().contains("import"), "{errors}");
        }
        self.check();
    }
}

/// Refusals that a control or a wrong use explains; anything else is a failure of the program.
fn legal(step: &Step, errors: &Errors) {
    for error in errors.iter() {
        let code = error.code();
        let known = code.starts_with("C00") || ["E0711", "E0712", "E0714", "E0716", "E0720"].contains(&code);
        assert!(known, "{step:?}: {error}");
        let whole = matches!(step, Step::Run | Step::RunWithRule(_));
        if whole || matches!(step, Step::Note(_) | Step::NoteItem(_)) {
            panic!("{step:?}: {error}");
        }
    }
}

fn conserved(facts: &BookFacts) {
    let told: i128 = facts.statements.iter().filter(|s| !s.is_copy).map(|s| s.booked_minor).sum();
    let kept: i128 = facts.payments.iter().map(|p| i128::from(p.minor)).sum();
    assert_eq!(told, kept, "payments are the statements");
    let mut taken = vec![0i128; facts.items.len()];
    for (subject, decision) in (facts.payments.iter())
        .filter_map(|p| Some((Some(p), p.decision.as_ref()?)))
        .chain(facts.items.iter().filter_map(|i| Some((None, i.decision.as_ref()?))))
    {
        let applied: i128 = decision.applications.iter().map(|a| i128::from(a.minor)).sum();
        let settled: i128 =
            decision.differences.iter().map(|d| i128::from(d.kind.factor()) * i128::from(d.minor)).sum();
        if let (Some(payment), DecisionKind::Apply | DecisionKind::Return) = (subject, decision.kind) {
            assert_eq!(applied + settled, i128::from(payment.minor), "the equation of {}", payment.id);
        }
        for a in decision.applications.iter().filter(|a| !a.taken_over) {
            taken[a.item as usize] += i128::from(a.minor);
        }
    }
    for (item, taken) in facts.items.iter().zip(taken) {
        assert_eq!(i128::from(item.open), i128::from(item.listed) - taken, "{}", item.id);
        let most = if item.amount < 0 { item.amount.min(item.listed)..=0 } else { 0..=item.amount.max(item.listed) };
        assert!(most.contains(&item.open), "{} is open by {} of {}", item.id, item.open, item.amount);
    }
    // A receipt comes back once, and what it paid with it.
    let returns = facts.payments.iter().filter_map(|p| p.decision.as_ref()).filter(|d| d.kind == DecisionKind::Return);
    let mut receipts: Vec<u32> = returns.map(|d| d.returns.expect("a return names its receipt")).collect();
    let count = receipts.len();
    receipts.sort_unstable();
    receipts.dedup();
    assert_eq!(receipts.len(), count, "a receipt was taken back twice");
    for receipt in receipts {
        let receipt = &facts.payments[receipt as usize];
        let decision = receipt.decision.as_ref();
        assert!(
            decision.is_some_and(|d| d.kind == DecisionKind::Apply),
            "the return of {} rests on nothing",
            receipt.id
        );
    }
}

/// Compares states, and shows the lines that differ.
fn same(expected: &str, found: &str, what: &str) {
    if expected == found {
        return;
    }
    let gone = expected.lines().filter(|l| !found.lines().any(|f| f == *l)).take(6);
    let new = found.lines().filter(|l| !expected.lines().any(|e| e == *l)).take(6);
    let shown: Vec<String> = gone.map(|l| format!("- {l}")).chain(new.map(|l| format!("+ {l}"))).collect();
    panic!("{what}: the state is another\n{}", shown.join("\n"));
}

fn sequences() -> u32 {
    std::env::var("LETTRAGE_SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(96)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: sequences(), max_shrink_iters: 600, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_conserves_money_and_can_be_undone(steps in prop::collection::vec(step(), 1..28)) {
        let mut tried = Tried::new();
        // A book of the first day, so that most sequences have something to decide.
        for first in [Step::Statements(0), Step::List { version: 0, scope: 0 }] {
            tried.step(&first);
        }
        for step in &steps {
            tried.step(step);
        }
        tried.undo_everything();
    }
}

/// The sequences do what they are for: each sort of step is done many times, not only refused.
#[test]
fn a_month_of_the_property_test_has_every_sort_of_decision() {
    let mut tried = Tried::new();
    for window in 0..3 {
        tried.step(&Step::Statements(window));
    }
    tried.step(&Step::List { version: 0, scope: 1 });
    tried.step(&Step::Customers(0));
    tried.step(&Step::Run);
    let counts: BTreeMap<&str, usize> = Standing::ALL.iter().map(|s| (s.word(), tried.payments(&[*s]).len())).collect();
    assert!(counts["matched"] >= 5 && counts["review"] >= 1 && counts["unmatched"] >= 2, "{counts:?}");
    let all = tried.book.payments(&Selection::default()).unwrap().rows;
    let returns = all.iter().filter(|p| p.decision.as_ref().is_some_and(|d| d.kind == DecisionKind::Return)).count();
    let proposed = all.iter().filter(|p| p.proposal.as_ref().is_some_and(|o| o.bucket == Bucket::Review)).count();
    assert!(returns >= 1 && proposed >= 1, "{returns} returns, {proposed} proposals");
    for n in 0..40 {
        tried.step(&Step::Settle { payment: n * 7, item: n * 3, rest: (n % 7) as u8 });
        tried.step(&Step::Split { payment: n * 5, first: n, second: n + 1, cut: (n * 37 % 256) as u8 });
        tried.step(&Step::Returns { payment: n, receipt: n });
        tried.step(&Step::Undo(n * 3));
    }
    assert!(tried.done > 30 && tried.refused > 20, "{} done, {} refused", tried.done, tried.refused);
    tried.undo_everything();
}
