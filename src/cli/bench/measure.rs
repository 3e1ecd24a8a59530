//! Runs of the program, each in a process of its own: so that its memory is its own, and its time is what a user waits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::data::{self, Made};
use super::{Args, Recipe, empty_row};
use crate::bench::{Row, Timings, grouped};
use crate::cli::progress::Progress;
use crate::cli::score;
use crate::error::{Error, ErrorKind, Errors};

/// Measures every recipe.
pub(super) fn rows(args: &Args, recipes: &[Recipe], folder: &Path, progress: &Progress) -> Result<Vec<Row>, Errors> {
    let mut rows = Vec::with_capacity(recipes.len());
    for recipe in recipes {
        let name = recipe.shape.map_or("", |shape| shape.word());
        let name = format!("{} payments {name}", grouped(recipe.profile.payments));
        progress.phase(&format!("{name}: data"));
        let made = data::prepare(recipe, folder, &|why| eprintln!("note: {why}"))?;
        // Always of this name: what an interrupted sitting left there is removed by the next one.
        let scratch = Scratch::new(folder.join("run"))?;
        let mut runs = Vec::with_capacity(args.runs as usize);
        for n in 0..args.warmup + args.runs {
            progress.phase(&format!("{name}: run {} of {}", n + 1, args.warmup + args.runs));
            scratch.empty()?;
            let run = once(&made, &scratch.0, args.threads)?;
            if n >= args.warmup {
                runs.push(run);
            }
        }
        progress.phase(&format!("{name}: score"));
        let mut row = empty_row(recipe, &made);
        row.set_times(&runs);
        row.output_bytes = bytes_of(&scratch.out())?;
        let invoices = [made.folder.join("invoices.csv")];
        row.quality = (&score::measure(&made.folder.join("truth.csv"), &scratch.out(), &invoices, None)?).into();
        rows.push(row);
    }
    Ok(rows)
}

/// A folder for the outputs, removed when it is no longer needed.
struct Scratch(PathBuf);

impl Scratch {
    fn new(path: PathBuf) -> Result<Self, Error> {
        fs::create_dir_all(&path).map_err(|e| failed(&path, &e))?;
        Ok(Self(path))
    }

    fn out(&self) -> PathBuf {
        self.0.join("out")
    }

    /// Removes what an earlier run wrote: writing over files is not the same work as writing them.
    fn empty(&self) -> Result<(), Error> {
        let out = self.out();
        if out.exists() { fs::remove_dir_all(&out).map_err(|e| failed(&out, &e)) } else { Ok(()) }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is in a folder for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn failed(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Io, "E0001", format!("cannot write: {reason}")).in_file(path.display().to_string())
}

/// One run: seconds from the start of the process to its end, and what it told of itself.
fn once(made: &Made, scratch: &Path, threads: Option<u16>) -> Result<(f64, Timings), Error> {
    let program = std::env::current_exe()
        .map_err(|e| Error::new(ErrorKind::Io, "E0622", format!("cannot find this program: {e}")))?;
    let told = scratch.join("timings.json");
    let mut command = Command::new(program);
    command.args(["match", "--quiet", "--no-progress"]);
    command.arg(made.folder.join("payments.csv"));
    command.arg("--invoices").arg(made.folder.join("invoices.csv"));
    command.arg("--customers").arg(made.folder.join("customers.csv"));
    command.arg("--out").arg(scratch.join("out")).arg("--timings").arg(&told);
    if let Some(threads) = threads {
        command.arg("--threads").arg(threads.to_string());
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let began = Instant::now();
    let ended = command.output();
    let seconds = began.elapsed().as_secs_f64();
    let wrong = |message: String| Error::new(ErrorKind::Io, "E0620", message);
    let ended = ended.map_err(|e| wrong(format!("cannot start a run: {e}")))?;
    if ended.status.code() == Some(130) {
        return Err(Error::new(ErrorKind::Interrupted, "E0620", "interrupted"));
    }
    if !ended.status.success() {
        let said = String::from_utf8_lossy(&ended.stderr);
        let first = said.lines().next().unwrap_or("it said nothing").to_string();
        return Err(wrong(format!("a run failed ({})", ended.status)).label(first));
    }
    let text = fs::read_to_string(&told).map_err(|e| wrong(format!("a run did not say what it took: {e}")))?;
    let mut told: Timings =
        serde_json::from_str(&text).map_err(|e| wrong(format!("a run did not say what it took: {e}")))?;
    // "matching" is said for those who watch; the stages of it follow at once.
    told.stages.retain(|(name, _)| name != "matching");
    Ok((seconds, told))
}

/// Bytes of the files in a folder.
fn bytes_of(folder: &Path) -> Result<u64, Error> {
    let sum = || fs::read_dir(folder)?.map(|entry| Ok(entry?.metadata()?.len())).sum::<std::io::Result<u64>>();
    sum().map_err(|e| failed(folder, &e))
}
