//! The data of a bench: made once, kept, and used again while every byte is as it was made.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::generate::{self, Recipe};
use super::machine::hash;
use crate::error::{Error, ErrorKind};
use crate::synth::{Profile, Table};

/// The files that a run reads, and the truth.
const FILES: [&str; 4] = ["payments.csv", "invoices.csv", "customers.csv", "truth.csv"];
/// What was made, beside it.
const MANIFEST: &str = "bench-data.json";

/// Data on disk.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) folder: PathBuf,
    pub(super) items: u64,
    /// Bytes of what a run reads: not of the truth.
    pub(super) input_bytes: u64,
    /// Over names and contents of all files.
    pub(super) sha256: String,
    pub(super) reused: bool,
}

/// What stands in the manifest: how the data was made, and what came out.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    schema: String,
    /// Another generator makes other data of the same seed: the hash of a small world says which it was.
    generator: String,
    payments: u64,
    items: u64,
    sha256: String,
}

/// The data of a recipe in its folder: what is there, or made anew. `say` is told why, where something was not as it should be.
pub(super) fn prepare(recipe: &Recipe, folder: &Path, say: &dyn Fn(&str)) -> Result<Made, Error> {
    let shape = recipe.shape.map_or("normal", |shape| shape.word());
    let folder = folder.join(format!("{shape}-{}-seed{}", recipe.profile.payments, recipe.profile.seed));
    let generator = generator(recipe)?;
    match found(&folder, recipe, &generator) {
        Ok(Some(made)) => return Ok(made),
        Ok(None) => {}
        Err(why) => say(&format!("{}: {why}; made anew", folder.display())),
    }
    // Without its manifest, data that is half written is never taken for whole.
    let manifest = folder.join(MANIFEST);
    if manifest.exists() {
        fs::remove_file(&manifest).map_err(|e| unwritable(&manifest, &e))?;
    }
    let counts = generate::write(recipe, &folder, generate::Format::Csv)?;
    let (sha256, input_bytes) = contents(&folder).map_err(|(path, e)| unwritable(&path, &e))?;
    let told = Manifest {
        schema: "lettrage.bench-data/1".into(),
        generator,
        payments: recipe.profile.payments,
        items: counts.items,
        sha256: sha256.clone(),
    };
    let text = serde_json::to_string_pretty(&told).map_err(|e| unwritable(&manifest, &e))?;
    fs::write(&manifest, text + "\n").map_err(|e| unwritable(&manifest, &e))?;
    Ok(Made { folder, items: counts.items, input_bytes, sha256, reused: false })
}

fn unwritable(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Io, "E0001", format!("cannot write: {reason}"))
        .in_file(path.display().to_string())
        .help("--data DIR names another folder for the data")
}

/// The data that is there, if it is the recipe's and nobody touched it; why not, where there is any.
fn found(folder: &Path, recipe: &Recipe, generator: &str) -> Result<Option<Made>, String> {
    let path = folder.join(MANIFEST);
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let told: Manifest = serde_json::from_str(&text).map_err(|e| format!("{MANIFEST} is not readable ({e})"))?;
    if told.generator != generator || told.payments != recipe.profile.payments {
        return Err("the data there is of another version of the generator".into());
    }
    let (sha256, input_bytes) =
        contents(folder).map_err(|(path, e)| format!("{} is not readable ({e})", path.display()))?;
    if sha256 != told.sha256 {
        return Err("the data there was changed since it was made".into());
    }
    Ok(Some(Made { folder: folder.to_owned(), items: told.items, input_bytes, sha256, reused: true }))
}

/// The hash over all files, and the bytes of those that a run reads.
fn contents(folder: &Path) -> Result<(String, u64), (PathBuf, std::io::Error)> {
    let mut all = Sha256::new();
    let mut bytes = 0;
    for name in FILES {
        let path = folder.join(name);
        let read = File::open(&path).and_then(|file| Ok((file.metadata()?.len(), hash(file)?)));
        let (length, sha256) = read.map_err(|e| (path, e))?;
        all.update(format!("{name} {sha256}\n"));
        bytes += if name == "truth.csv" { 0 } else { length };
    }
    Ok((all.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), bytes))
}

/// What the generator makes of a small world of the same kind and seed, as a hash.
fn generator(recipe: &Recipe) -> Result<String, Error> {
    const SMALL: u64 = 60;
    let data = match recipe.shape {
        Some(shape) => shape.generate(SMALL, recipe.profile.seed),
        None => crate::synth::generate(&Profile::new(SMALL, recipe.profile.seed)),
    };
    let mut tables = Vec::new();
    let written = (|| {
        let mut payments = Table::payments(&mut tables)?;
        data.payments.iter().try_for_each(|payment| payments.payment(payment))?;
        payments.finish()?;
        let mut items = Table::items(&mut tables)?;
        data.items.iter().try_for_each(|item| items.item(item))?;
        items.finish()?;
        let mut truth = Table::truth(&mut tables)?;
        data.truth.iter().try_for_each(|row| truth.truth_row(row))?;
        truth.finish()
    })();
    let failed = |e: std::io::Error| Error::new(ErrorKind::Io, "E0001", format!("cannot write: {e}"));
    written.map_err(failed)?;
    hash(tables.as_slice()).map_err(failed)
}
