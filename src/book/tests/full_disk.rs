//! A disk that is full: SQLite may take no page more than so many. Whatever the operation, the book is as it was, the error says why,
//! and with room the same operation goes through.

use chrono::NaiveDate;
use tempfile::TempDir;

use crate::book::Book;
use crate::book::decide::{Act, Resolve};
use crate::book::import::{Content, Import, Original, Scope, Together};
use crate::book::log::Heading;
use crate::book::runs::{Finished, Ran};
use crate::config::{Policy, Weights};
use crate::engine::{Request, reconcile};
use crate::error::Errors;
use crate::model::{Currency, InputFile, InputRole, ItemFile, Known, Statement, StatementFile};
use crate::normalise::ledger;
use crate::read::sha256;
use crate::synth::{Dataset, Profile, generate};

fn heading(kind: &'static str) -> Heading {
    Heading { at: "2026-07-02T08:51:07Z".into(), who: "anna".into(), kind, ..Heading::default() }
}

fn input(role: InputRole, name: &str, records: usize) -> InputFile {
    InputFile {
        path: name.into(),
        role,
        format: "csv".into(),
        version: Box::default(),
        sha256: sha256(name.as_bytes()),
        bytes: 0,
        records: records as u64,
        notes: Vec::new(),
    }
}

/// A generated company: one file of its payments in euros, one list of its items.
fn import(data: &Dataset) -> Import {
    let mut payments: Vec<_> = data.payments.iter().filter(|p| p.amount.currency == Currency::EUR).cloned().collect();
    payments.iter_mut().for_each(|p| p.account = "DE89370400440532013000".into());
    let statement = Statement {
        account: "DE89370400440532013000".into(),
        currency: Some(Currency::EUR),
        booked_minor: payments.iter().map(|p| i128::from(p.amount.minor)).sum(),
        payments,
        ..Statement::default()
    };
    let records = statement.payments.len();
    let file = StatementFile { file: input(InputRole::Statement, "payments", records), statements: vec![statement] };
    let list = ItemFile { file: input(InputRole::Items, "items", data.items.len()), items: data.items.clone() };
    // Bytes that do not shrink when they are packed.
    let bytes: Vec<u8> = (0u32..64).flat_map(|n| blake3::hash(&n.to_le_bytes()).as_bytes().to_vec()).collect();
    let original = |name: &str| Original { sha256: sha256(name.as_bytes()).to_string(), bytes: bytes.clone() };
    Import {
        originals: vec![original("payments"), original("items")],
        together: Some(together(vec![file.clone()])),
        contents: vec![(0, Content::Statements(file)), (1, Content::Items(list, Some(Scope::Full)))],
        extracted: NaiveDate::from_ymd_opt(2026, 6, 30),
    }
}

fn together(files: Vec<StatementFile>) -> Together {
    let ledger::Ledger { files, statements, payments, ends, checks, notes } = ledger::gather(files).unwrap();
    Together { files, statements, ends, payments, checks, notes }
}

fn run(book: &mut Book) -> Result<Ran, Errors> {
    let input = book.run_input()?;
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
            decided: &input.decided,
            objections: &input.objections,
            only_propose: &input.only_propose,
            ..Known::default()
        },
    });
    let finished = Finished {
        input: &input,
        reconciliation: &reconciliation,
        ruled: &[],
        wanted: &vec![true; input.payments.len()],
        id: "7f3a9c",
        as_of: reconciliation.as_of,
        configuration: "{}",
        weights: "{}",
        inputs: "[]",
        learned: &[],
    };
    book.record_run(&finished, heading("run"), false)
}

/// Tries an operation on a disk that has room for no page more, then for 1, 2, 3, 5, 8 … more, until it goes through: how often it was full.
fn squeezed(book: &mut Book, what: &str, mut operation: impl FnMut(&mut Book) -> Result<(), Errors>) -> usize {
    // What was free inside the file is used up first.
    book.db.execute_batch("VACUUM").unwrap();
    let pages: i64 = book.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let (state, entries) = (book.state().unwrap(), book.verify_log().unwrap());
    let (mut full, mut room, mut next) = (0, 0, 1);
    loop {
        book.db.pragma_update(None, "max_page_count", pages + room).unwrap();
        let Err(errors) = operation(book) else { break };
        let error = errors.iter().next().unwrap();
        assert_eq!((error.code(), error.message()), ("E0706", "the disk is full"), "{what}");
        assert!(error.to_string().contains("the book is as it was before"), "{error}");
        assert!(book.state().unwrap() == state, "{what}: the state changed with room for {room} pages");
        assert_eq!(book.verify_log().unwrap(), entries, "{what}");
        assert_eq!(book.wrong_figures().unwrap(), Vec::<String>::new(), "{what}");
        full += 1;
        (room, next) = (next, room + next);
    }
    book.db.pragma_update(None, "max_page_count", 1_000_000).unwrap();
    assert_eq!(book.integrity().unwrap(), Vec::<String>::new(), "{what}");
    assert!(book.state().unwrap() != state && book.verify_log().unwrap() == entries + 1, "{what}: nothing was done");
    full
}

fn new_book() -> (TempDir, Book) {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::begin_in(folder.path(), heading("init")).unwrap();
    (folder, book)
}

#[test]
fn a_full_disk_changes_nothing_and_with_room_it_goes_through() {
    let data = generate(&Profile::new(300, 5));
    let import = import(&data);
    let hold = |book: &mut Book| {
        let until = NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
        let all = book.items(&crate::book::query::Selection::default(), true)?.rows;
        let holds: Vec<Resolve> = (all.iter())
            .map(|i| Resolve {
                id: i.item.id.to_string(),
                act: Act::Hold(until),
                account: String::new(),
                reason: "the customer was asked when he pays, and has not answered".into(),
            })
            .collect();
        book.resolve(&holds, heading("hold"), false).map(drop)
    };
    let undo = |book: &mut Book, operations: &[u64]| {
        let together = book.statement_files_without(operations)?.map(|stay| (together(Vec::new()), stay));
        book.undo(operations, together.as_ref().map(|(t, f)| (t, f.as_slice())), heading("undo")).map(drop)
    };
    // The same without a limit.
    let (_kept, mut free) = new_book();
    let first = free.state().unwrap();
    free.import(import.clone(), heading("import"), false).unwrap();
    let (_folder, mut book) = new_book();
    let full = squeezed(&mut book, "import", |book| book.import(import.clone(), heading("import"), false).map(drop));
    assert!(full >= 6, "the import was full {full} times");
    assert_eq!(book.state().unwrap(), free.state().unwrap());
    run(&mut free).unwrap();
    let full = squeezed(&mut book, "run", |book| run(book).map(drop));
    assert!(full >= 4, "the run was full {full} times");
    assert_eq!(book.state().unwrap(), free.state().unwrap());
    hold(&mut free).unwrap();
    let full = squeezed(&mut book, "hold", hold);
    assert!(full >= 3, "the holds were full {full} times");
    assert_eq!(book.state().unwrap(), free.state().unwrap());
    undo(&mut free, &[4]).unwrap();
    let full = squeezed(&mut book, "undo of decisions", |book| undo(book, &[4]));
    assert!(full >= 1, "the undo was full {full} times");
    assert_eq!(book.state().unwrap(), free.state().unwrap());
    let full = squeezed(&mut book, "undo of everything", |book| undo(book, &[3, 2]));
    assert!(full >= 1, "the undo of everything was full {full} times");
    assert_eq!(book.state().unwrap(), first);
}
