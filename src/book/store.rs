//! The database file: opening, locking, migrations, transactions.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::log::Heading;
use crate::error::{Error, ErrorKind};

/// Name of the database in the folder of a book.
pub const FILE: &str = "book.db";
/// Name of the configuration in the folder of a book.
pub const CONFIGURATION: &str = "lettrage.toml";
/// Name of the file whose lock says that somebody works in the book.
const LOCK: &str = "book.lock";

/// Marks the file as a book (`PRAGMA application_id`): "ltrg".
const APPLICATION: i64 = 0x6c74_7267;

/// Each step from one version of the schema to the next: the first makes version 1.
pub const MIGRATIONS: &[&str] = &[include_str!("migrations/0001.sql"), include_str!("migrations/0002.sql")];

/// How long to wait for another program that reads the file, such as a database browser.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often, and after which pause, the lock of a book is tried for again.
const LOCK_TRIES: usize = 15;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// A book that is open, and locked for this process.
#[derive(Debug)]
pub struct Book {
    folder: PathBuf,
    pub(super) db: Connection,
    /// Held as long as the book is open.
    _lock: File,
}

impl Book {
    /// Makes the database of a new book in a folder that exists, with the first entry of its log.
    ///
    /// Errors: E0702 when there is one already, C0005 when another process works in the folder, E0706.
    pub fn begin_in(folder: &Path, heading: Heading) -> Result<Self, Error> {
        Self::make(folder, Some(heading))
    }

    /// Makes the database of a new book in a folder that exists; its log is empty.
    ///
    /// Errors: as for [`Book::begin_in`].
    pub fn create(folder: &Path) -> Result<Self, Error> {
        Self::make(folder, None)
    }

    fn make(folder: &Path, heading: Option<Heading>) -> Result<Self, Error> {
        let path = folder.join(FILE);
        if path.exists() {
            let error = Error::new(ErrorKind::Usage, "E0702", "there is a book in this folder already");
            return Err(error.in_file(path.display().to_string()).help("lettrage status  says what is in it"));
        }
        let lock = lock(folder)?;
        // Made beside and moved in place: a book is there as a whole or not at all.
        let unfinished = folder.join("book.db.new");
        let failed = |e: &std::io::Error| io_error(&unfinished, e);
        for leftover in [&unfinished, &folder.join("book.db.new-wal"), &folder.join("book.db.new-shm")] {
            match std::fs::remove_file(leftover) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(&e)),
                _ => {}
            }
        }
        let mut db = Connection::open(&unfinished).map_err(|e| failure(&e))?;
        configure(&db)?;
        migrate(&mut db, 0)?;
        let mut book = Self { folder: folder.to_path_buf(), db, _lock: lock };
        if let Some(heading) = heading {
            book.begin_log(heading)?;
        }
        let Self { folder, db, _lock } = book;
        db.close().map_err(|(_, e)| failure(&e))?;
        std::fs::rename(&unfinished, &path).map_err(|e| failed(&e))?;
        let db = Connection::open_with_flags(&path, flags()).map_err(|e| failure(&e))?;
        configure(&db)?;
        Ok(Self { folder, db, _lock })
    }

    /// Opens the book of a folder, and brings it to this program's version of the schema.
    ///
    /// Errors: E0701 without a book, C0005 when another process works in it, E0704 for a newer schema, E0705 for a file that is
    /// damaged or no book, E0706.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(FILE);
        if !path.is_file() {
            let error = Error::new(ErrorKind::Usage, "E0701", "there is no book in this folder");
            return Err(error
                .in_file(path.display().to_string())
                .help("lettrage init  makes one here; -C DIR names the folder of another"));
        }
        let lock = lock(folder)?;
        let mut db = Connection::open_with_flags(&path, flags()).map_err(|e| damaged(&path, &e))?;
        let version = version_of(&db, &path)?;
        configure(&db).map_err(|e| e.in_file(path.display().to_string()))?;
        migrate(&mut db, version)?;
        Ok(Self { folder: folder.to_path_buf(), db, _lock: lock })
    }

    /// The folder of the book.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Begins what must happen as a whole or not at all.
    pub(super) fn begin(&mut self) -> Result<Transaction<'_>, Error> {
        self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| failure(&e))
    }

    /// What SQLite itself finds wrong with the file: broken pages, rows that break a constraint, references to nothing.
    /// Empty when it is sound. Error: E0706.
    pub fn integrity(&self) -> Result<Vec<String>, Error> {
        let list = |sql: &str| -> rusqlite::Result<Vec<String>> {
            let mut statement = self.db.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            rows.collect()
        };
        let mut found = list("PRAGMA integrity_check").map_err(|e| failure(&e))?;
        found.retain(|line| line != "ok");
        let dangling = list(
            "SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' refers to nothing in ' || parent FROM pragma_foreign_key_check",
        );
        found.extend(dangling.map_err(|e| failure(&e))?);
        Ok(found)
    }

    /// The version of the schema.
    pub fn schema_version(&self) -> usize {
        MIGRATIONS.len()
    }
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Takes the lock of a folder, or says that another process has it.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK);
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| io_error(&path, &e))?;
    // A command that has just ended may still be letting go.
    for tries_left in (0..LOCK_TRIES).rev() {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if tries_left > 0 => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => break,
            Err(TryLockError::Error(e)) => return Err(io_error(&path, &e)),
        }
    }
    let error = Error::new(ErrorKind::Refused, "C0005", "another process works in this book");
    Err(error.in_file(folder.display().to_string()).help("wait until it has ended, or end it; then try again"))
}

fn configure(db: &Connection) -> Result<(), Error> {
    let set = || -> rusqlite::Result<()> {
        db.busy_timeout(PATIENCE)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "trusted_schema", false)?;

        db.pragma_update(None, "cache_size", -65_536)?;
        db.pragma_update(None, "temp_store", "MEMORY")?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(())
    };
    set().map_err(|e| failure(&e))
}

/// The schema's version of a file that is a book. Errors: E0704, E0705.
pub(super) fn version_of(db: &Connection, path: &Path) -> Result<usize, Error> {
    let number = |pragma: &str| db.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let application = number("PRAGMA application_id").map_err(|e| damaged(path, &e))?;
    let version = number("PRAGMA user_version").map_err(|e| damaged(path, &e))?;
    let shown = path.display().to_string();
    if application != APPLICATION {
        let error = Error::new(ErrorKind::Input, "E0705", "this is no book of lettrage");
        return Err(error.in_file(shown).label("its database carries another mark, or none"));
    }
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    if version > MIGRATIONS.len() {
        let known = MIGRATIONS.len();
        let error = Error::new(ErrorKind::Input, "E0704", "this book was written by a newer version of lettrage");
        let label = format!(
            "its schema has version {version}; this program ({}) knows up to {known}",
            env!("CARGO_PKG_VERSION")
        );
        return Err(error.in_file(shown).label(label).help("open it with that version; nothing was changed"));
    }
    Ok(version)
}

/// Makes every step that is missing, each as a whole.
fn migrate(db: &mut Connection, version: usize) -> Result<(), Error> {
    for (step, sql) in MIGRATIONS.iter().enumerate().skip(version) {
        let mut apply = || -> rusqlite::Result<()> {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(sql)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", step as i64 + 1)?;
            transaction.commit()
        };
        apply().map_err(|e| failure(&e))?;
    }
    Ok(())
}

fn io_error(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "E0706", format!("cannot be written: {error}")).in_file(path.display().to_string())
}

pub(super) fn damaged(path: &Path, error: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    // A full disk has no room for the file beside it that SQLite needs for reading: nothing is wrong with the book then.
    if !matches!(error.sqlite_error_code(), None | Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)) {
        return failure(error).in_file(path.display().to_string());
    }
    Error::new(ErrorKind::Input, "E0705", "the book cannot be read")
        .in_file(path.display().to_string())
        .label(error.to_string())
        .help("put back a copy of book.db; what was imported can be imported again")
}

/// An error of the database, as people can act on it. A full disk or a locked file leaves the book as it was.
pub(super) fn failure(error: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Error::new(ErrorKind::Input, "E0705", "the book is damaged")
                .label(error.to_string())
                .help("lettrage doctor  says what is wrong; put back a copy of book.db")
        }
        Some(ErrorCode::DiskFull) => Error::new(ErrorKind::Io, "E0706", "the disk is full")
            .help("make room and try again; the book is as it was before"),
        Some(ErrorCode::SystemIoFailure) => {
            Error::new(ErrorKind::Io, "E0706", format!("the book cannot be read or written: {error}"))
                .help("is there room on the disk, and may its files grow? the book is as it was before")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::new(ErrorKind::Refused, "C0005", "another program writes to book.db").help("close it and try again")
        }
        _ => Error::new(ErrorKind::Io, "E0706", format!("the book cannot be read or written: {error}"))
            .help("the book is as it was before; lettrage doctor  looks at the file"),
    }
}

/// Turns errors of the database into ours.
pub(super) trait Told<T> {
    /// The value, or the error as people can act on it.
    fn told(self) -> Result<T, Error>;
}

impl<T> Told<T> for rusqlite::Result<T> {
    fn told(self) -> Result<T, Error> {
        self.map_err(|e| failure(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_made_once_and_opened_by_one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Book::open(folder.path()).unwrap_err().code(), "E0701");
        let book = Book::create(folder.path()).unwrap();
        assert_eq!(book.integrity().unwrap(), Vec::<String>::new());
        let strict: i64 =
            book.db.query_row("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'", [], |r| r.get(0)).unwrap();
        assert_eq!(strict, 0, "every table is strict");
        assert_eq!(Book::open(folder.path()).unwrap_err().code(), "C0005");
        drop(book);
        assert_eq!(Book::create(folder.path()).unwrap_err().code(), "E0702");
        Book::open(folder.path()).unwrap();
    }

    #[test]
    fn a_newer_schema_a_stranger_and_a_damaged_file_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        drop(Book::create(folder.path()).unwrap());
        let path = folder.path().join(FILE);
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
        drop(db);
        let error = Book::open(folder.path()).unwrap_err();
        assert_eq!(error.code(), "E0704");
        assert!(error.to_string().contains("version 99"), "{error}");
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "application_id", 1).unwrap();
        drop(db);
        assert_eq!(Book::open(folder.path()).unwrap_err().code(), "E0705");
        std::fs::write(&path, b"this is a text and not a database, long enough to be looked at as one").unwrap();
        assert_eq!(Book::open(folder.path()).unwrap_err().code(), "E0705");
    }

    #[test]
    fn a_book_of_the_first_schema_is_brought_to_this_one_with_its_ledger() {
        let folder = tempfile::tempdir().unwrap();
        let db = Connection::open(folder.path().join(FILE)).unwrap();
        db.execute_batch(MIGRATIONS[0]).unwrap();
        db.pragma_update(None, "application_id", APPLICATION).unwrap();
        db.pragma_update(None, "user_version", 1).unwrap();
        db.execute_batch(
            "INSERT INTO operation VALUES (1, '', '', 'init', '', '', '', '', '{}', '', '', 'x', NULL); INSERT INTO original VALUES ('s', 0, x''); \
             INSERT INTO file VALUES (1, 1, 's', 's', 'gl.csv', 'ledger', 'csv', '', 0, 1, '', NULL, '[]', x'', 1); \
             INSERT INTO ledger_line VALUES (1, 1, '411000', '2026-06-01', 5, 'EUR', 'BQ/1', 't', 0);",
        )
        .unwrap();
        drop(db);
        let book = Book::open(folder.path()).unwrap();
        let sql = "SELECT account || auxiliary || lettering FROM current_ledger_line";
        assert_eq!(book.db.query_row(sql, [], |r| r.get::<_, String>(0)).unwrap(), "411000");
        let version: i64 = book.db.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
        assert_eq!((version as usize, book.integrity().unwrap()), (MIGRATIONS.len(), Vec::<String>::new()));
    }
}
