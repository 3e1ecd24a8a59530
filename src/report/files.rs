//! The folder of a run. All files are written under temporary names first and renamed at the end, so that no reader meets half a run.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::view::View;
use super::{Run, csv, html, json};
use crate::error::{Error, ErrorKind};

/// Evidence of every payment; only with [`Run::all_evidence`].
const EVIDENCE: &str = "evidence.jsonl";

/// Bytes that are gathered before they are written; the chunks of many rows are larger, and go to the file as they are.
const BUFFER: usize = 1 << 16;

/// What writes one file.
type Writer = fn(&View<'_>, &mut dyn Write) -> io::Result<()>;

/// Temporary files that are being written, so that an interrupted process can take them away.
struct Unfinished(Mutex<Vec<PathBuf>>);

static UNFINISHED: Unfinished = Unfinished(Mutex::new(Vec::new()));

impl Unfinished {
    /// A list of paths is never half-changed: what a panicking thread left is usable.
    fn lock(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn discard(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        let mut paths = self.lock();
        for path in paths.drain(..) {
            // It may not have been made yet.
            let _ = fs::remove_file(path);
        }
        paths
    }
}

/// Removes every temporary file of this process; for a process that is about to end.
///
/// Waits while a run's finished files are given their names. As long as the value is held, no new file is begun and none is
/// renamed.
#[must_use]
pub fn discard_unfinished() -> impl Sized {
    UNFINISHED.discard()
}

/// A file under its temporary name. Dropped before it is kept, it vanishes.
struct Pending {
    temporary: PathBuf,
    target: PathBuf,
    kept: bool,
}

impl Pending {
    fn create(temporary: PathBuf, target: PathBuf) -> io::Result<(Self, File)> {
        let mut unfinished = UNFINISHED.lock();
        let file = File::create(&temporary)?;
        unfinished.push(temporary.clone());
        Ok((Self { temporary, target, kept: false }, file))
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.kept {
            UNFINISHED.lock().retain(|path| *path != self.temporary);
            // What led here has its own error.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Gives all files their names, as one step for [`discard_unfinished`].
fn keep(mut pending: Vec<Pending>) -> Result<(), Error> {
    // What would stop a rename half-way is looked for first; and run.json comes last, so that a folder that has it is whole.
    if let Some(file) = pending.iter().find(|file| file.target.is_dir()) {
        let error = io::Error::new(io::ErrorKind::IsADirectory, "a folder of this name is in the way");
        return Err(cannot_write(&file.target, &error));
    }
    pending.sort_by_key(|file| file.target.ends_with(json::FILE));
    let mut unfinished = UNFINISHED.lock();
    let mut renamed = Ok(());
    for file in &mut pending {
        renamed = fs::rename(&file.temporary, &file.target).map_err(|e| cannot_write(&file.target, &e));
        if renamed.is_err() {
            break;
        }
        file.kept = true;
        unfinished.retain(|path| *path != file.temporary);
    }
    // Files that are not kept take themselves off the list when they are dropped.
    drop(unfinished);
    renamed
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, "E0002", format!("cannot write: {error}"))
        .in_file(path.display().to_string())
        .help("nothing of this run was left half-written; give another folder with --out, or free space and run again")
}

fn prepare(dir: &Path, name: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Pending, Error> {
    let target = dir.join(name);
    let temporary = dir.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = Pending::create(temporary, target.clone()).and_then(|(pending, file)| {
        let mut out = BufWriter::with_capacity(BUFFER, file);
        write(&mut out)?;
        out.flush()?;
        Ok(pending)
    });
    written.map_err(|e| cannot_write(&target, &e))
}

/// Writes every file of a run into `dir`, which is made if it is not there.
///
/// Files of an earlier run are replaced. An `evidence.jsonl` of an earlier run is removed when this one writes none: it would
/// speak of other decisions.
///
/// # Errors
/// `E0002` names the file that cannot be written. Files are renamed only after all of them are complete.
pub fn write_all(run: &Run<'_>, dir: &Path) -> Result<(), Error> {
    fs::create_dir_all(dir).map_err(|e| cannot_write(dir, &e))?;
    let view = View::new(run);
    // Made before the files, which are written side by side: none of them waits for another's order.
    view.order_to_look_at();
    // The largest first: the others are written beside it.
    let mut writers: Vec<(&str, Writer)> = vec![
        (json::FILE, json::write_run),
        ("payments.csv", csv::write_payments),
        ("unmatched.csv", csv::write_unmatched),
        ("items.csv", csv::write_items),
        ("applications.csv", csv::write_applications),
        ("report.html", html::write),
    ];
    if run.all_evidence {
        writers.push((EVIDENCE, json::write_payments));
    }
    let prepared: Vec<Result<Pending, Error>> =
        writers.par_iter().with_max_len(1).map(|(name, write)| prepare(dir, name, |out| write(&view, out))).collect();
    keep(prepared.into_iter().collect::<Result<Vec<Pending>, Error>>()?)?;
    if !run.all_evidence {
        match fs::remove_file(dir.join(EVIDENCE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(cannot_write(&dir.join(EVIDENCE), &error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes files into `dir`, which is made if it is not there: all of them, or none.
///
/// # Errors
/// `E0002` names the file that cannot be written. Files are renamed only after all of them are complete.
pub fn write_files(dir: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Error> {
    fs::create_dir_all(dir).map_err(|e| cannot_write(dir, &e))?;
    let prepared = files.iter().map(|(name, bytes)| prepare(dir, name, |out| out.write_all(bytes)));
    keep(prepared.collect::<Result<Vec<Pending>, Error>>()?)
}

/// Writes one file, under a temporary name until it is whole.
///
/// # Errors
/// Those of `write`, and `E0002` when the file cannot be written.
pub fn write_one<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<T, Error>) -> Result<T, Error> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let failed = |e: &io::Error| {
        Error::new(ErrorKind::Io, "E0002", format!("cannot write: {e}")).in_file(path.display().to_string())
    };
    let (pending, file) = Pending::create(temporary, path.to_path_buf()).map_err(|e| failed(&e))?;
    let mut out = BufWriter::with_capacity(BUFFER, file);
    let value = write(&mut out)?;
    out.flush().map_err(|e| failed(&e))?;
    drop(out);
    keep(vec![pending])?;
    Ok(value)
}

/// Names of the files that [`write_all`] writes, in the order in which they are named to people.
pub(super) fn names(all_evidence: bool) -> Vec<&'static str> {
    let mut names = vec!["report.html", "applications.csv", "payments.csv", "items.csv", "unmatched.csv", "run.json"];
    if all_evidence {
        names.push(EVIDENCE);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfinished_is_taken_away_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let unfinished = Unfinished(Mutex::new(Vec::new()));
        for name in ["a.tmp", "b.tmp", "run.json"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        unfinished.lock().extend(["a.tmp", "b.tmp", "not made yet"].map(|name| folder.path().join(name)));
        assert!(unfinished.discard().is_empty());
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["run.json"]);
    }
}
