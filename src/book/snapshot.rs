//! A copy of the database at one moment, and whether a copy that somebody hands over is a book at all.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::store::{self, Book, MIGRATIONS, Told as _};
use crate::error::Error;

/// A table, index, trigger or view: type, name, table, statement.
type Part = (String, String, String, String);

impl Book {
    /// Writes a copy of the database as it is now to a file that is not there yet.
    ///
    /// The copy is written row by row without free pages: the same rows give the same bytes, and nothing of what was deleted is in
    /// it. Error: E0706.
    pub fn snapshot_into(&self, path: &Path) -> Result<(), Error> {
        self.db.execute("VACUUM INTO ?1", [path.to_string_lossy()]).told()?;
        Ok(())
    }
}

/// What is strange about a database file before it is opened as a book: tables, triggers or views that this program would not have
/// made. A file from elsewhere could otherwise bring views that never end, or have lost the triggers that keep the log.
///
/// Errors: E0704 for a newer schema, E0705 for a file that is damaged or no book, E0706.
pub fn strangeness(path: &Path) -> Result<Vec<String>, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|e| store::damaged(path, &e))?;
    db.pragma_update(None, "trusted_schema", false).told()?;
    let version = store::version_of(&db, path)?;
    let found = parts(&db).map_err(|e| store::damaged(path, &e))?;
    let made = Connection::open_in_memory().told()?;
    for sql in &MIGRATIONS[..version] {
        made.execute_batch(sql).told()?;
    }
    let wanted = parts(&made).told()?;
    let mut strange = Vec::new();
    for part in wanted.iter().filter(|part| !found.contains(part)) {
        strange.push(format!("its {} {} is missing or another than this program makes", part.0, part.1));
    }
    for part in found.iter().filter(|part| !wanted.iter().any(|w| (&w.0, &w.1) == (&part.0, &part.1))) {
        strange.push(format!("it has a {} {} that this program does not make", part.0, part.1));
    }
    Ok(strange)
}

fn parts(db: &Connection) -> rusqlite::Result<Vec<Part>> {
    let mut select =
        db.prepare("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy");
        std::fs::create_dir(&copy).unwrap();
        let book = Book::create(folder.path()).unwrap();
        let path = copy.join(store::FILE);
        book.snapshot_into(&path).unwrap();
        assert_eq!(book.snapshot_into(&path).unwrap_err().code(), "E0706", "a copy replaces nothing");
        (folder, path)
    }

    #[test]
    fn a_copy_is_a_book_and_the_same_bytes_each_time() {
        let (folder, path) = made();
        assert_eq!(strangeness(&path).unwrap(), Vec::<String>::new());
        let again = folder.path().join("again.db");
        Book::open(folder.path()).unwrap().snapshot_into(&again).unwrap();
        assert_eq!(std::fs::read(&again).unwrap(), std::fs::read(&path).unwrap());
        assert!(Book::open(path.parent().unwrap()).unwrap().integrity().unwrap().is_empty());
    }

    #[test]
    fn triggers_that_are_gone_and_views_that_never_end_are_told() {
        let (_folder, path) = made();
        let db = Connection::open(&path).unwrap();
        db.execute_batch(
            "DROP TRIGGER decision_stays; DROP VIEW current_ledger_line; CREATE VIEW current_ledger_line AS \
             WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n; CREATE TABLE more (a INTEGER);",
        )
        .unwrap();
        drop(db);
        let strange = strangeness(&path).unwrap().join("\n");
        for part in
            ["trigger decision_stays is missing", "view current_ledger_line is missing or another", "a table more"]
        {
            assert!(strange.contains(part), "{part}: {strange}");
        }
        std::fs::write(&path, b"no database").unwrap();
        assert_eq!(strangeness(&path).unwrap_err().code(), "E0705");
    }
}
