//! What is in an archive, and whose month it is.

use crate::model::digest::sha256;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Entry, Finding, MANIFEST, Opened, SCHEMA};

/// The first entry of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// The program that made it.
    pub program: String,
    /// Its version: the report can be made again byte for byte by the same one.
    pub version: String,
    /// Whose book it is.
    pub company: String,
    /// The month: `2026-06`.
    pub month: String,
    /// Whether the month is closed; otherwise this is a draft.
    pub closed: bool,
    /// Of a closed month: BLAKE3 over its sealed lines.
    pub seal: Option<String>,
    /// Who made the archive, when, in which language.
    pub made: Made,
    /// Entries of the log.
    pub log_entries: u64,
    /// BLAKE3 of the last one.
    pub log_head: String,
    /// SHA-256 of `configuration.json`, as entries of the log carry it.
    pub configuration_sha256: String,
    /// Balances of ledger accounts that were given on the command line, as `ACCOUNT=AMOUNT@DATE`.
    pub ledger_balances: Vec<String>,
    /// How many payments, items and rules the book has.
    pub counts: BTreeMap<String, u64>,
    /// The imported files.
    pub inputs: Vec<Input>,
    /// Every other entry, in the order of the file.
    pub entries: Vec<Listed>,
}

/// Who made an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// When, in UTC: `2026-07-02T09:00:00Z`.
    pub at: String,
    /// Who.
    pub by: String,
    /// Language of the report: `en`, `fr`.
    pub language: String,
}

/// A file as it was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The entry that has its bytes.
    pub path: String,
    /// The path under which it was imported.
    pub received_as: String,
    /// The operation of the log that imported it.
    pub op: u64,
    /// What it is: `statement`, `invoices`, `customers`, `ledger`; several, separated by a comma.
    pub roles: String,
    /// Whether its import is in force.
    pub in_force: bool,
}

/// An entry as the manifest lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl Listed {
    /// What the manifest says of an entry.
    pub fn of(entry: &Entry) -> Self {
        Self { path: entry.path.clone(), size: entry.bytes.len() as u64, sha256: sha256(&entry.bytes) }
    }
}

impl Manifest {
    /// The manifest as the entry's bytes. Texts, numbers and lists of them can always be written as JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text.into_bytes()
    }

    /// Reads a manifest; otherwise what is wrong with it, in one line.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Schema {
            schema: String,
        }
        let wrong = |e: serde_json::Error| format!("it cannot be read as a manifest: {e}");
        let Schema { schema } = serde_json::from_slice(bytes).map_err(wrong)?;
        if schema != SCHEMA {
            return Err(format!("its schema is {schema:?}, and this program reads {SCHEMA:?}"));
        }
        serde_json::from_slice(bytes).map_err(wrong)
    }
}

/// Reads the manifest of an archive and holds its entries against it: missing, additional, of another size or content.
///
/// What is found is added to the archive's findings.
pub fn check(opened: &mut Opened) -> Option<Manifest> {
    let read = match opened.entry(MANIFEST) {
        Some(bytes) => Manifest::read(bytes),
        None => Err("it is missing, or damaged".into()),
    };
    let manifest = match read {
        Ok(manifest) => manifest,
        Err(why) => {
            opened.findings.push(Finding::new(MANIFEST, why));
            return None;
        }
    };
    if opened.entries.first().is_some_and(|e| e.path != MANIFEST) {
        opened.findings.push(Finding::new(MANIFEST, "it is not the first entry"));
    }
    let mut findings = Vec::new();
    let mut listed = BTreeSet::from([MANIFEST]);
    for one in &manifest.entries {
        if !listed.insert(&one.path) {
            findings.push(Finding::new(&one.path, "the manifest lists it twice"));
        }
        let Some(entry) = opened.entries.iter().find(|e| e.path == one.path) else {
            if !opened.findings.iter().any(|f| f.of == one.path) {
                findings.push(Finding::new(&one.path, "it is missing: the manifest lists it"));
            }
            continue;
        };
        let found = sha256(&entry.bytes);
        if found != one.sha256 || entry.bytes.len() as u64 != one.size {
            let says = format!(
                "its content is not that of the manifest: expected {} bytes with SHA-256 {}, found {} with {found}",
                one.size,
                one.sha256,
                entry.bytes.len()
            );
            findings.push(Finding::new(&one.path, says));
        }
    }
    for entry in opened.entries.iter().filter(|e| !listed.contains(&*e.path)) {
        findings.push(Finding::new(&entry.path, "it is additional: the manifest does not list it"));
    }
    opened.findings.extend(findings);
    Some(manifest)
}
