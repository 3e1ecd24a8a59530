//! A folder for what a program needs on disk for a moment: only its user may look into it, and it goes when the command ends,
//! also when it is interrupted.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, ErrorKind};

/// Folders of this process that are there.
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A list of paths is never half-changed: what a panicking thread left is usable.
fn folders() -> MutexGuard<'static, Vec<PathBuf>> {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many names are tried; each is new, so that more than one is needed only beside what a crash left.
const TRIES: u32 = 100;

/// A temporary folder. Dropped, it vanishes with what is in it.
#[derive(Debug)]
pub(super) struct Temporary(PathBuf);

impl Temporary {
    /// Makes a folder that was not there. Error: E0002.
    pub(super) fn new() -> Result<Self, Error> {
        let parent = std::env::temp_dir();
        let mut kept = folders();
        for n in 0..TRIES {
            let path = parent.join(format!("lettrage-{}-{}", std::process::id(), kept.len() as u32 + n));
            match private(&path) {
                Ok(()) => {
                    kept.push(path.clone());
                    return Ok(Self(path));
                }
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(failed(&path, &e)),
            }
        }
        Err(failed(&parent, &std::io::ErrorKind::AlreadyExists.into()))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into it. Error: E0002.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Error> {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).map_err(|e| failed(&path, &e))?;
        Ok(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        folders().retain(|path| *path != self.0);
        // What cannot be removed is left to the system, which clears its temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Removes every temporary folder of this process; for a process that is about to end.
pub(super) fn discard_all() {
    for path in folders().drain(..) {
        let _ = std::fs::remove_dir_all(path);
    }
}

fn private(path: &Path) -> std::io::Result<()> {
    #[allow(unused_mut)]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "E0002", format!("the temporary folder cannot be written: {error}"))
        .in_file(path.display().to_string())
        .help("make room there, or name another with TMPDIR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_apart_and_vanish() {
        let (one, two) = (Temporary::new().unwrap(), Temporary::new().unwrap());
        assert_ne!(one.path(), two.path());
        let file = one.put("a", b"b").unwrap();
        assert!(file.is_file());
        let (path, other) = (one.path().to_path_buf(), two.path().to_path_buf());
        drop(one);
        assert!(!path.exists() && other.exists());
    }
}
