//! What goes wrong with a book is told well, and nothing panics: damaged files, a newer schema, another process, a log that somebody
//! changed, a disk that is full.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use lettrage::book::Book;
use lettrage::book::query::Selection;
use lettrage::book::store::MIGRATIONS;
use lettrage::config::LedgerPolicy;
use rusqlite::Connection;
use tempfile::TempDir;

use super::book_kill::at_rest;

fn lettrage(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("lettrage").unwrap();
    command.current_dir(folder).env("SOURCE_DATE_EPOCH", "1783000000").env("USER", "anna");
    command
}

fn done(folder: &Path, args: &str) {
    lettrage(folder).args(args.split_whitespace()).assert().success();
}

/// The sample book: imported, run, with decisions of a person and an undo.
struct Sample {
    folder: TempDir,
    payment: String,
}

impl Sample {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        done(folder.path(), "init --demo .");
        done(folder.path(), "import inbox");
        done(folder.path(), "run");
        let book = Book::open(folder.path()).unwrap();
        let undecided = book.payments(&Selection::default()).unwrap().rows;
        let payment = undecided.iter().find(|p| p.decision.is_none()).unwrap().payment.id.to_string();
        let item = book.items(&Selection::default(), false).unwrap().rows.remove(0).item.id.to_string();
        drop(book);
        at_rest(folder.path());
        done(folder.path(), &format!("hold {payment} --until 2030-01-01 --why asked"));
        done(folder.path(), &format!("settle {item} --reason cancelled"));
        done(folder.path(), &format!("note {payment} remember"));
        done(folder.path(), "undo 4");
        done(folder.path(), &format!("hold {payment} --until 2030-02-01 --why again"));
        Self { folder, payment }
    }

    fn db(&self) -> PathBuf {
        self.folder.path().join("book.db")
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.db()).unwrap()
    }
}

/// Everything that reads a book, until something says no: the code of that.
fn walk(folder: &Path) -> Option<&'static str> {
    let all = || -> Result<(), lettrage::Errors> {
        let book = Book::open(folder)?;
        book.state()?;
        book.operations(0)?;
        book.verify_log()?;
        for payment in book.payments(&Selection::default())?.rows {
            book.payment(&payment.payment.id)?;
        }
        for item in book.items(&Selection::default(), true)?.rows {
            book.item(&item.item.id)?;
        }
        book.run_input()?;
        book.statement_files()?;
        book.facts(None, &LedgerPolicy::default())?;
        for sha256 in book.original_hashes()? {
            book.original(&sha256)?;
        }
        book.wrong_figures()?;
        book.integrity()?;
        Ok(())
    };
    let code = all().err().map(|errors| errors.iter().next().unwrap().code());
    at_rest(folder);
    code
}

#[test]
fn a_damaged_file_is_an_error_that_says_so_and_never_a_panic() {
    let sample = Sample::new();
    let whole = sample.bytes();
    assert_eq!(walk(sample.folder.path()), None);
    let put = |bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("book.db"), bytes).unwrap();
        folder
    };
    // Cut off: in the header, behind it, at a page, in a page, before the last one.
    for length in [1, 15, 16, 99, 100, 512, 4095, 4096, 4097, 10_000, whole.len() / 2, whole.len() - 4096] {
        let folder = put(&whole[..length]);
        let code = walk(folder.path());
        assert!(matches!(code, Some("E0705" | "E0706")), "cut to {length} bytes: {code:?}");
        let output = lettrage(folder.path()).arg("doctor").output().unwrap();
        assert!(matches!(output.status.code(), Some(1 | 2)), "cut to {length} bytes: {output:?}");
    }
    for (name, bytes) in [("empty", &b""[..]), ("a text", b"payment_id,amount\nP1,100.00\n"), ("zeros", &[0; 8192])] {
        let folder = put(bytes);
        assert_eq!(walk(folder.path()), Some("E0705"), "{name}");
        lettrage(folder.path()).arg("status").assert().code(2);
        assert_eq!(fs::read(folder.path().join("book.db")).unwrap(), bytes, "{name}: it stays as it was");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("book.db")).unwrap();
    assert_eq!(walk(folder.path()), Some("E0701"));
}

/// Bytes turned over at random places: whatever they are in, the book is read, or it is said what is wrong.
#[test]
fn flipped_bytes_never_panic_and_most_are_found() {
    let sample = Sample::new();
    let whole = sample.bytes();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |n: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % n as u64) as usize
    };
    let folder = tempfile::tempdir().unwrap();
    let (mut told, mut tried) = (0, 0);
    for round in 0..150 {
        let mut bytes = whole.clone();
        // One byte, or many beside each other: a broken sector.
        let at = next(bytes.len());
        let width = if round % 3 == 0 { 512 } else { 1 };
        for byte in bytes.iter_mut().skip(at).take(width) {
            *byte ^= 1 + next(255) as u8;
        }
        for leftover in ["book.db-wal", "book.db-shm"] {
            let _ = fs::remove_file(folder.path().join(leftover));
        }
        fs::write(folder.path().join("book.db"), &bytes).unwrap();
        tried += 1;
        let code = walk(folder.path());
        told += usize::from(code.is_some() || wrong(folder.path()));
        let is_told = |c: &str| ["E0704", "E0705", "E0706", "E0715", "C0005"].contains(&c);
        // An index that is damaged does not find a payment any more: SQLite looks at indices only when it is asked to.
        let not_found = |c: &str| c == "E0711" && wrong(folder.path());
        assert!(code.is_none_or(|c| is_told(c) || not_found(c)), "byte {at}: {code:?}");
    }
    println!("{told} of {tried} damages were told");
    assert!(told * 4 >= tried, "only {told} of {tried} were told");
}

/// What `doctor` looks at beyond reading.
fn wrong(folder: &Path) -> bool {
    at_rest(folder);
    let Ok(book) = Book::open(folder) else { return true };
    let found = |lines: Result<Vec<String>, lettrage::Error>| lines.map_or(true, |l| !l.is_empty());
    found(book.integrity()) || found(book.wrong_figures()) || book.verify_log().is_err()
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let sample = Sample::new();
    fs::set_permissions(sample.db(), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(sample.db()).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    let code = walk(sample.folder.path());
    assert!(matches!(code, Some("E0705" | "E0706")), "{code:?}");
    lettrage(sample.folder.path()).arg("status").assert().code(2);
}

#[test]
fn a_newer_schema_and_another_process_are_told() {
    let sample = Sample::new();
    let open = Book::open(sample.folder.path()).unwrap();
    let output = lettrage(sample.folder.path()).args(["note", &sample.payment, "x"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("C0005") && said.contains("another process works in this book"), "{said}");
    drop(open);
    at_rest(sample.folder.path());
    // A program that only reads the database, such as a browser, disturbs nobody; one that writes is waited for and then named.
    let other = Connection::open(sample.db()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let output = lettrage(sample.folder.path()).args(["note", &sample.payment, "x"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(3) && said.contains("C0005"), "{said}");
    other.execute_batch("ROLLBACK").unwrap();
    other.pragma_update(None, "user_version", MIGRATIONS.len() as i64 + 1).unwrap();
    drop(other);
    let before = sample.bytes();
    let output = lettrage(sample.folder.path()).arg("status").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code() == Some(2) && said.contains("E0704") && said.contains("nothing was changed"),
        "{said}"
    );
    assert_eq!(sample.bytes(), before);
}

/// Every column of the log, changed by SQL in one row: the verification names the entry.
#[test]
fn whoever_changes_the_log_is_found_at_the_entry() {
    let sample = Sample::new();
    let whole = sample.bytes();
    let mut columns = 0;
    for table in ["operation", "decision", "application", "change"] {
        let db = Connection::open(sample.db()).unwrap();
        let list: Vec<(String, String)> = db
            .prepare("SELECT name, type FROM pragma_table_info(?1)")
            .unwrap()
            .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        drop(db);
        for (column, kind) in list {
            fs::write(sample.db(), &whole).unwrap();
            let entry = tamper(&sample.db(), table, &column, &kind);
            let book = Book::open(sample.folder.path()).unwrap();
            let error = book.verify_log().expect_err(&format!("{table}.{column} was changed, and nobody said so"));
            assert_eq!(error.code(), "E0715", "{table}.{column}: {error}");
            let named = format!("entry {entry:04}");
            assert!(error.to_string().contains(&named), "{table}.{column} of {named}: {error}");
            drop(book);
            at_rest(sample.folder.path());
            columns += 1;
        }
    }
    assert!(columns >= 13 + 15 + 3 + 4, "{columns} columns");
    // As people see it.
    fs::write(sample.db(), &whole).unwrap();
    tamper(&sample.db(), "operation", "who", "TEXT");
    let output = lettrage(sample.folder.path()).args(["log", "--verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("E0715") && said.contains("at entry 000"), "{said}");
    lettrage(sample.folder.path()).arg("doctor").assert().code(1);
}

/// Changes a column in the last row that has it, triggers and references aside: the entry that is no more what it was.
fn tamper(path: &Path, table: &str, column: &str, kind: &str) -> i64 {
    let db = Connection::open(path).unwrap();
    db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;").unwrap();
    let triggers: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(triggers.len() >= 8, "the log has its triggers");
    triggers.iter().for_each(|name| db.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    let (key, entry) = match table {
        "operation" => ("seq", "seq"),
        "decision" => ("n", "op"),
        "application" => ("decision", "(SELECT op FROM decision d WHERE d.n = application.decision)"),
        _ => ("op", "op"),
    };
    let (row, entry): (i64, i64) = db
        .query_row(&format!("SELECT {key}, {entry} FROM {table} ORDER BY {key} DESC LIMIT 1"), [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    let value =
        if kind == "INTEGER" { format!("coalesce({column}, 0) + 7") } else { format!("coalesce({column}, '') || '7'") };
    let changed = db.execute(&format!("UPDATE {table} SET {column} = {value} WHERE {key} = ?1"), [row]).unwrap();
    assert!(changed >= 1, "{table}.{column}");
    entry
}

/// Rows that are added, taken away or pointed elsewhere.
#[test]
fn whoever_adds_or_removes_rows_of_the_log_is_found() {
    let sample = Sample::new();
    let whole = sample.bytes();
    let last = Book::open(sample.folder.path()).unwrap().verify_log().unwrap();
    let drop_all = "DROP TRIGGER operation_stays; DROP TRIGGER operation_is_final; DROP TRIGGER decision_stays; DROP TRIGGER decision_is_final; \
                    DROP TRIGGER application_stays; DROP TRIGGER application_is_final; DROP TRIGGER change_stays; DROP TRIGGER change_is_final; \
                    PRAGMA foreign_keys = OFF;";
    let frauds = [
        ("DELETE FROM operation WHERE seq = 2", Some(2)),
        ("DELETE FROM decision WHERE n = (SELECT max(n) FROM decision WHERE op = 3)", Some(3)),
        ("DELETE FROM application WHERE decision = (SELECT max(decision) FROM application)", None),
        ("DELETE FROM change", Some(7)),
        ("INSERT INTO application SELECT decision, (SELECT max(n) FROM item) + 1, 1 FROM application LIMIT 1", Some(3)),
        (
            "UPDATE payment SET decision = NULL WHERE decision = (SELECT max(n) FROM decision WHERE payment IS NOT NULL)",
            Some(8),
        ),
        ("UPDATE item SET decision = NULL WHERE decision IS NOT NULL", Some(5)),
        ("UPDATE operation SET undone_by = NULL", Some(4)),
        ("UPDATE operation SET undone_by = 8 WHERE seq = 3", Some(3)),
    ];
    for (sql, entry) in frauds {
        fs::write(sample.db(), &whole).unwrap();
        let db = Connection::open(sample.db()).unwrap();
        db.execute_batch(drop_all).unwrap();
        assert!(db.execute(sql, []).unwrap() > 0, "{sql}");
        drop(db);
        let error = Book::open(sample.folder.path()).unwrap().verify_log().expect_err(sql);
        at_rest(sample.folder.path());
        assert_eq!(error.code(), "E0715", "{sql}");
        let named = entry.map_or("entry".to_string(), |n: i64| format!("entry {n:04}"));
        assert!(error.to_string().contains(&named), "{sql}: {error}");
    }
    // With the triggers in place nothing of it can be done.
    fs::write(sample.db(), &whole).unwrap();
    let db = Connection::open(sample.db()).unwrap();
    for table in ["operation", "decision", "application", "change"] {
        let error = db.execute(&format!("DELETE FROM {table}"), []).unwrap_err();
        assert!(error.to_string().contains("append-only"), "{table}: {error}");
    }
    assert!(db.execute("UPDATE decision SET reason = 'x'", []).unwrap_err().to_string().contains("append-only"));
    drop(db);
    assert_eq!(Book::open(sample.folder.path()).unwrap().verify_log().unwrap(), last);
}

/// A book of every earlier version of the schema, with rows in it, opens and keeps what it says.
#[test]
fn books_of_every_earlier_version_open_and_keep_their_state() {
    let sample = Sample::new();
    let book = Book::open(sample.folder.path()).unwrap();
    let (state, entries) = (book.state().unwrap(), book.verify_log().unwrap());
    drop(book);
    for steps in 1..=MIGRATIONS.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.db");
        let db = Connection::open(&path).unwrap();
        MIGRATIONS[..steps].iter().for_each(|sql| db.execute_batch(sql).unwrap());
        db.pragma_update(None, "application_id", 0x6c74_7267).unwrap();
        db.pragma_update(None, "user_version", steps as i64).unwrap();
        fill(&db, &sample.db());
        drop(db);
        let book = Book::open(folder.path()).unwrap();
        assert_eq!(book.integrity().unwrap(), Vec::<String>::new(), "after {steps} steps");
        assert!(book.state().unwrap() == state, "after {steps} steps the state is another");
        assert_eq!(book.verify_log().unwrap(), entries);
        assert_eq!(book.schema_version(), MIGRATIONS.len());
        drop(book);
        assert_eq!(walk(folder.path()), None);
    }
}

/// Takes the rows of another book, as far as this version has their columns.
fn fill(db: &Connection, from: &Path) {
    db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    db.execute("ATTACH ?1 AS full", [from.to_str().unwrap()]).unwrap();
    let tables = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let names: Vec<String> =
        db.prepare(tables).unwrap().query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let mut filled = 0;
    for table in names {
        let columns: Vec<String> = db
            .prepare("SELECT a.name FROM pragma_table_info(?1, 'main') a JOIN pragma_table_info(?1, 'full') b ON b.name = a.name")
            .unwrap()
            .query_map([&table], |r| r.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let columns = columns.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ");
        let copied = db
            .execute(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM full.{table}"), [])
            .unwrap();
        filled += usize::from(copied > 0);
    }
    assert!(filled >= 10, "{filled} tables have rows");
    db.execute_batch("DETACH full").unwrap();
}

/// A disk that is full in earnest: no file may grow beyond a limit that the system enforces.
#[test]
#[cfg(unix)]
fn a_file_that_may_not_grow_changes_nothing() {
    let sample = Sample::new();
    let program = assert_cmd::cargo::cargo_bin("lettrage");
    let state = |folder: &Path| {
        let state = Book::open(folder).unwrap().state().unwrap();
        at_rest(folder);
        state
    };
    let before = state(sample.folder.path());
    done(sample.folder.path(), "import --full july/open_items_2026-07-31.csv july/BNP_2026-07.xml");
    let after = state(sample.folder.path());
    done(sample.folder.path(), "undo");
    assert_eq!(state(sample.folder.path()), before);
    let size = sample.bytes().len() as u64 / 512;
    let (mut refused, mut went) = (0, 0);
    for blocks in [8, 16, 32, 64, 96, size / 2, size, size + 64, size * 4] {
        // The signal would end the process; without it the system says that the file is too large.
        let line = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let output = std::process::Command::new("sh")
            .args(["-c", &line])
            .arg(&program)
            .args(["import", "--full", "july/open_items_2026-07-31.csv", "july/BNP_2026-07.xml"])
            .current_dir(sample.folder.path())
            .env("SOURCE_DATE_EPOCH", "1783000000")
            .env("USER", "anna")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let found = state(sample.folder.path());
        let book = Book::open(sample.folder.path()).unwrap();
        assert_eq!(
            (book.integrity().unwrap(), book.wrong_figures().unwrap()),
            (Vec::new(), Vec::new()),
            "{blocks} blocks"
        );
        book.verify_log().unwrap();
        drop(book);
        if output.status.success() {
            assert!(found == after, "{blocks} blocks: it ended well, and the state is another");
            went += 1;
            done(sample.folder.path(), "undo");
            continue;
        }
        assert!(output.status.code() == Some(2) && said.contains("E0706"), "{blocks} blocks: {output:?}");
        assert!(found == before, "{blocks} blocks: the state changed: {said}");
        refused += 1;
    }
    assert!(refused >= 2 && went >= 1, "{refused} refused, {went} went through");
}

/// The state of a book, read in a copy: there may be no room to open it where it is.
fn elsewhere(folder: &Path) -> String {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    Book::open(copy.path()).unwrap().state().unwrap()
}

/// The same on a small file system: `LETTRAGE_SMALL_DISK` names an empty folder on it, of 1 to 8 MB.
#[test]
fn a_full_file_system_changes_nothing() {
    let Some(disk) = std::env::var_os("LETTRAGE_SMALL_DISK").map(PathBuf::from) else {
        println!("skipped: LETTRAGE_SMALL_DISK names no small file system");
        return;
    };
    let (folder, data) = (disk.join("book"), tempfile::tempdir().unwrap());
    done(data.path(), "generate --payments 2000 --seed 3 --out .");
    done(&disk, "init book");
    let files: Vec<String> =
        ["payments.csv", "invoices.csv", "customers.csv"].map(|f| data.path().join(f).display().to_string()).into();
    let import = |folder: &Path| lettrage(folder).arg("import").args(&files).output().unwrap();
    let roomy = data.path().join("roomy");
    done(data.path(), "init roomy");
    assert!(import(&roomy).status.success());
    let after = Book::open(&roomy).unwrap().state().unwrap();
    let before = Book::open(&folder).unwrap().state().unwrap();
    at_rest(&folder);
    // All room is taken, and given back little by little until it is enough.
    let mut blocks = 0;
    while fs::write(disk.join(format!("block{blocks}")), vec![7u8; 64 * 1024]).is_ok() {
        blocks += 1;
    }
    let _ = fs::remove_file(disk.join(format!("block{blocks}")));
    let (mut full, mut named) = (0, 0);
    loop {
        let output = import(&folder);
        let state = elsewhere(&folder);
        if output.status.success() {
            assert!(state == after, "the state is not that of a book with room");
            break;
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains("E0706"), "{said}");
        assert!(state == before, "the state changed: {said}");
        // With no room at all the book cannot even be opened: SQLite needs a small file beside it.
        named += usize::from(said.contains("the disk is full"));
        full += 1;
        assert!(blocks > 0, "the file system is too small: {said}");
        for _ in 0..4.min(blocks) {
            blocks -= 1;
            fs::remove_file(disk.join(format!("block{blocks}"))).unwrap();
        }
    }
    println!("full {full} times, then it went through");
    assert!(full >= 2 && named >= 1, "the disk was full {full} times, and said so {named} times");
    let book = Book::open(&folder).unwrap();
    assert_eq!((book.integrity().unwrap(), book.wrong_figures().unwrap()), (Vec::new(), Vec::new()));
    book.verify_log().unwrap();
    fs::remove_dir_all(&folder).unwrap();
}
