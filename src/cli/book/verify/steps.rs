//! The steps of a verification, each with what it found.

use std::collections::BTreeMap;

use super::{approvals, inputs};
use crate::archive::{
    self, BOOK, CONFIGURATION, EFFECTIVE, LOG, MANIFEST, Manifest, Opened, PROOFS, chain, first_difference,
};
use crate::book::{Book, snapshot, store};
use crate::cli::book::archive::{Copy, Head, contents};
use crate::cli::book::proofs::prove;
use crate::cli::temporary::Temporary;
use crate::config::Config;
use crate::error::{Error, Errors};
use crate::model::Month;
use crate::report::Lang;

/// Findings of one step that are named; the rest is counted.
const NAMED: usize = 12;

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::book) enum State {
    /// It holds.
    Holds,
    /// It does not.
    Wrong,
    /// It was not made, and the reason is said.
    NotDone,
}

/// A step.
#[derive(Clone, Debug)]
pub(in crate::cli::book) struct Step {
    pub(in crate::cli::book) name: &'static str,
    pub(in crate::cli::book) state: State,
    /// What holds, or each finding.
    pub(in crate::cli::book) says: Vec<String>,
}

impl Step {
    pub(super) fn holds(name: &'static str, says: impl Into<String>) -> Self {
        Self { name, state: State::Holds, says: vec![says.into()] }
    }

    pub(super) fn not_done(name: &'static str, why: impl Into<String>) -> Self {
        Self { name, state: State::NotDone, says: vec![why.into()] }
    }

    /// Wrong, when anything was found.
    pub(super) fn of(name: &'static str, mut found: Vec<String>, sound: impl Into<String>) -> Self {
        if found.is_empty() {
            return Self::holds(name, sound);
        }
        let more = found.len().saturating_sub(NAMED);
        found.truncate(NAMED);
        if more > 0 {
            found.push(format!("and {more} more"));
        }
        Self { name, state: State::Wrong, says: found }
    }
}

/// A verification.
pub(in crate::cli::book) struct Examined {
    pub(in crate::cli::book) steps: Vec<Step>,
    pub(in crate::cli::book) manifest: Option<Manifest>,
    /// Parts of the last line, when all holds.
    sums: Vec<String>,
}

impl Examined {
    /// Whether nothing is wrong.
    pub(super) fn holds(&self) -> bool {
        self.wrong().next().is_none()
    }

    /// Every finding with the name of its step.
    pub(in crate::cli::book) fn wrong(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let wrong = self.steps.iter().filter(|s| s.state == State::Wrong);
        wrong.flat_map(|s| s.says.iter().map(|says| (s.name, says.as_str())))
    }

    /// Holds the whole file against a digest that was noted.
    pub(super) fn against(&mut self, noted: Option<&str>, bytes: &[u8]) {
        let Some(noted) = noted else { return };
        let found = crate::model::digest::sha256(bytes);
        let wrong =
            (found != noted).then(|| format!("the file is another: its SHA-256 is {found}, and {noted} was noted"));
        let step = Step::of("sha256", wrong.into_iter().collect(), "it is the file whose SHA-256 was noted");
        self.steps.insert(0, step);
    }

    /// The last line.
    pub(super) fn amounts_to(&self) -> String {
        let found = self.wrong().count();
        if found > 0 {
            return format!("refused: {found} {}", if found == 1 { "finding" } else { "findings" });
        }
        let draft = self.manifest.as_ref().filter(|m| !m.closed);
        let state = draft.map_or("ok".to_string(), |m| format!("ok, but a DRAFT: {} is not closed", m.month));
        format!("{state}: {}", self.sums.join(", "))
    }
}

/// Verifies the bytes of an archive. Only what has nothing to do with the archive is an error: no room for temporary files.
pub(in crate::cli::book) fn examine(bytes: &[u8]) -> Result<Examined, Errors> {
    let mut opened = archive::open(bytes);
    let manifest = archive::check(&mut opened);
    let found: Vec<String> = opened.findings.iter().map(|f| format!("{}: {}", f.of, f.says)).collect();
    let sound = format!("{} bytes in {} entries; every byte is as it was written", bytes.len(), opened.entries.len());
    let mut steps = vec![Step::of("file", found, sound)];
    let Some(manifest) = manifest else {
        return Ok(Examined { steps, manifest: None, sums: Vec::new() });
    };
    steps.push(whose(&manifest));
    let same_version = manifest.version == env!("CARGO_PKG_VERSION");
    steps.push(log(&opened, &manifest));
    let copy = match copy(&opened)? {
        Ok(copy) => copy,
        Err(why) => {
            steps.push(Step::of("book", vec![why], ""));
            let why = format!("not made: {BOOK} cannot be used");
            steps.extend(["inputs", "totals", "seal", "report"].map(|name| Step::not_done(name, why.clone())));
            return Ok(Examined { steps, manifest: Some(manifest), sums: Vec::new() });
        }
    };
    let book = &copy.book;
    steps.push(self::book(book, &opened, &manifest));
    let config = configuration(&opened, &manifest, same_version);
    let (month, read) = (Month::parse(&manifest.month), config.as_ref().ok());
    steps.push(inputs::step(book, &opened, &manifest, read.filter(|_| same_version)));
    steps.push(totals(book, &opened, read, month));
    steps.push(seal(book, &manifest, month));
    let file = config.as_ref().ok().filter(|_| same_version).and_then(|_| head(&opened, &manifest).ok()?.file().ok());
    let remade = remade(&copy, &opened, &manifest, config, month, same_version);
    let report = match remade.state {
        State::Holds => "report re-made byte for byte".to_string(),
        _ => format!("report made by version {}: not compared", manifest.version),
    };
    steps.push(remade);
    let (approved, says) = approvals::step(book, file.as_ref(), month, manifest.closed);
    steps.push(approved);
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let rules = manifest.counts.get("rules").copied().unwrap_or_default() as usize;
    let sums = vec![
        count(manifest.inputs.len(), "input", "inputs"),
        count(rules, "rule", "rules"),
        count(manifest.log_entries as usize, "log entry in chain", "log entries in chain"),
        report,
        says,
    ];
    Ok(Examined { steps, manifest: Some(manifest), sums })
}

/// Whose month it is, as the manifest says.
fn whose(manifest: &Manifest) -> Step {
    let m = manifest;
    let state = match (&m.seal, m.closed) {
        (Some(seal), true) => format!("closed with seal {}", seal.chars().take(12).collect::<String>()),
        _ => "a DRAFT: the month is not closed".to_string(),
    };
    let says = format!(
        "{} of {}, {state}; made {} by {} with {} {}",
        m.month, m.company, m.made.at, m.made.by, m.program, m.version
    );
    Step::holds("archive", says)
}

/// The chain, computed from the text alone.
fn log(opened: &Opened, manifest: &Manifest) -> Step {
    let Some(entry) = opened.entries.iter().find(|e| e.path == LOG) else {
        return Step::of("log", vec![format!("{LOG} is missing")], "");
    };
    match chain::check(&entry.bytes) {
        Err(findings) => Step::of("log", findings.into_iter().map(|f| format!("{LOG} {}", f.says)).collect(), ""),
        Ok(chain) => {
            let mut found = Vec::new();
            if chain.head != manifest.log_head || chain.entries != manifest.log_entries {
                found.push(format!(
                    "{LOG} has {} entries up to {}, and the manifest says {} up to {}",
                    chain.entries, chain.head, manifest.log_entries, manifest.log_head
                ));
            }
            let head: String = chain.head.chars().take(12).collect();
            Step::of(
                "log",
                found,
                format!("{} entries in chain, computed from {LOG} alone; head {head}", chain.entries),
            )
        }
    }
}

/// Opens the database in a temporary folder; otherwise why not, in one line.
fn copy(opened: &Opened) -> Result<Result<Copy, String>, Error> {
    let Some(db) = opened.entry(BOOK) else {
        return Ok(Err(format!("{BOOK} is missing or damaged")));
    };
    let folder = Temporary::new()?;
    let path = folder.put(store::FILE, db)?;
    let told = |error: Error| format!("{BOOK} cannot be opened: {}", one_line(&error));
    Ok(match snapshot::strangeness(&path) {
        Err(error) => Err(told(error)),
        Ok(strange) if !strange.is_empty() => Err(format!("{BOOK}: {}", strange.join("; "))),
        Ok(_) => Copy::open(folder, db.to_vec()).map_err(told),
    })
}

/// An error in one line, without its code.
pub(super) fn one_line(error: &Error) -> String {
    let label = error.label_text().map_or(String::new(), |label| format!(" ({label})"));
    format!("{}{label}", error.message())
}

/// The database: sound in itself, and with the same log.
fn book(book: &Book, opened: &Opened, manifest: &Manifest) -> Step {
    let mut found = Vec::new();
    let mut tell = |what: Result<Vec<String>, Error>| match what {
        Ok(wrong) => found.extend(wrong.into_iter().map(|says| format!("{BOOK}: {says}"))),
        Err(error) => found.push(format!("{BOOK}: {}", one_line(&error))),
    };
    tell(book.integrity());
    tell(book.wrong_figures());
    tell(book.verify_log().map(|count| {
        let other = count != manifest.log_entries;
        other
            .then(|| format!("its log has {count} entries, and the manifest says {}", manifest.log_entries))
            .into_iter()
            .collect()
    }));
    let log = opened.entries.iter().find(|e| e.path == LOG).map_or(&[][..], |e| &e.bytes);
    tell(book.log_lines().map(|own| {
        let difference = first_difference(own.as_bytes(), log);
        difference.map(|d| format!("its log and {LOG} differ in {d}")).into_iter().collect()
    }));
    Step::of("book", found, "database sound; its log is the same, and what stands follows from it")
}

/// The configuration that held; otherwise why it cannot be used.
fn configuration(opened: &Opened, manifest: &Manifest, same_version: bool) -> Result<Config, String> {
    let bytes = opened.entry(EFFECTIVE).ok_or_else(|| format!("{EFFECTIVE} is missing or damaged"))?;
    let config: Config = serde_json::from_slice(bytes).map_err(|e| format!("{EFFECTIVE} cannot be read: {e}"))?;
    let digest = crate::model::digest::sha256(bytes);
    if digest != manifest.configuration_sha256 {
        return Err(format!(
            "{EFFECTIVE} has SHA-256 {digest}, and the manifest says {}",
            manifest.configuration_sha256
        ));
    }
    if !same_version {
        return Ok(config);
    }
    // By the same version the file is read as it was: what it gives must be what held.
    let of_file = head(opened, manifest)?.config().map_err(|e| format!("{CONFIGURATION}: {}", one_line(&e)))?;
    if serde_json::to_vec(&of_file).unwrap_or_default() != bytes {
        return Err(format!("{EFFECTIVE} is not what {CONFIGURATION} gives"));
    }
    Ok(of_file)
}

/// What the archive was made from, as the manifest says.
fn head(opened: &Opened, manifest: &Manifest) -> Result<Head, String> {
    let month = Month::parse(&manifest.month).ok_or_else(|| format!("{MANIFEST}: {:?} is no month", manifest.month))?;
    let of_tag = |lang: &Lang| lang.tag() == manifest.made.language;
    let lang = [Lang::En, Lang::Fr].into_iter().find(of_tag);
    let lang = lang.ok_or_else(|| format!("{MANIFEST}: {:?} is no language", manifest.made.language))?;
    let listed = manifest.entries.iter().any(|e| e.path == CONFIGURATION);
    let toml = match opened.entry(CONFIGURATION) {
        Some(bytes) => {
            Some(String::from_utf8(bytes.to_vec()).map_err(|_| format!("{CONFIGURATION} is no UTF-8 text"))?)
        }
        None if listed => return Err(format!("{CONFIGURATION} is missing or damaged")),
        None => None,
    };
    Ok(Head {
        month,
        lang,
        at: manifest.made.at.clone(),
        by: manifest.made.by.clone(),
        company: manifest.company.clone(),
        balances: manifest.ledger_balances.clone(),
        toml,
    })
}

/// A proof as two versions can compare it: what it is of, whether it holds, and its left side.
type Proved = BTreeMap<String, String>;

/// The totals, re-computed by the auditor from the rows of the database.
fn totals(book: &Book, opened: &Opened, config: Option<&Config>, month: Option<Month>) -> Step {
    let (Some(config), Some(month)) = (config, month) else {
        return Step::not_done("totals", "not made: the configuration cannot be used");
    };
    let made = match prove(book, config, Some(month)) {
        Ok((_, made)) => made,
        Err(errors) => return Step::of("totals", errors.iter().map(one_line).collect(), ""),
    };
    let again = crate::cli::book::prove::document(&made, Some(month));
    let kept = opened.entry(PROOFS).and_then(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok());
    let Some(kept) = kept else {
        return Step::of("totals", vec![format!("{PROOFS} is missing or damaged")], "");
    };
    let (kept, again) = (proved(&kept), proved(&again));
    let mut found = Vec::new();
    for (name, figures) in &again {
        match kept.get(name) {
            Some(was) if was == figures => {}
            Some(was) => found.push(format!("{name}: {was} in {PROOFS}, and {figures} re-computed")),
            None => found.push(format!("{name}: not in {PROOFS}, and {figures} re-computed")),
        }
    }
    found.extend(
        kept.keys().filter(|k| !again.contains_key(*k)).map(|k| format!("{k}: in {PROOFS}, and not re-computed")),
    );
    let closed = book.periods().is_ok_and(|all| all.iter().any(|p| p.month == month));
    let fails = made.proofs.iter().filter(|p| !p.holds);
    let mut failed: Vec<String> =
        fails.map(|p| format!("{} is false: {}", p.id.code(), p.failures.join("; "))).collect();
    let held = made.proofs.iter().filter(|p| p.holds).count();
    let open = made.not_possible.len();
    let open = if open == 0 { String::new() } else { format!("; {open} cannot be made") };
    if closed {
        found.append(&mut failed);
    }
    let mut step =
        Step::of("totals", found, format!("{held} proofs hold, re-computed by the auditor from the rows{open}"));
    step.says.extend(failed);
    step
}

fn proved(document: &serde_json::Value) -> Proved {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_string();
    let mut proved = Proved::new();
    for proof in document["proofs"].as_array().into_iter().flatten() {
        let name = [text(&proof["id"]), text(&proof["account"]), text(&proof["currency"])].join(" ");
        let figures = format!("{} {}", text(&proof["left"]), if proof["holds"] == true { "holds" } else { "false" });
        let same = proved.entry(name.trim().to_string()).or_default();
        *same = if same.is_empty() { figures } else { format!("{same}, {figures}") };
    }
    proved
}

/// The seal of the month: what was closed is what the rows give now.
fn seal(book: &Book, manifest: &Manifest, month: Option<Month>) -> Step {
    let periods = match book.periods() {
        Ok(periods) => periods,
        Err(error) => return Step::of("seal", vec![one_line(&error)], ""),
    };
    let period = periods.iter().find(|p| Some(p.month) == month);
    let mut found = Vec::new();
    if period.map(|p| &*p.seal) != manifest.seal.as_deref() || period.is_some() != manifest.closed {
        let said = |seal: Option<&str>| seal.map_or("open".to_string(), |s| format!("closed with seal {s}"));
        found.push(format!(
            "the manifest says {}, and the book {}",
            said(manifest.seal.as_deref()),
            said(period.map(|p| &*p.seal))
        ));
    }
    match book.drift() {
        Err(error) => found.push(one_line(&error)),
        Ok(drift) => found.extend(drift.iter().map(|d| {
            let side = |text: &Option<Box<str>>| text.clone().unwrap_or_else(|| "nothing".into());
            format!("sealed {} is another: {} {} was {}, is {}", d.month, d.kind, d.key, side(&d.was), side(&d.is))
        })),
    }
    match (period, found.is_empty()) {
        (None, true) => Step::not_done("seal", format!("none: {} is not closed", manifest.month)),
        _ => {
            let short: String = manifest.seal.iter().flat_map(|s| s.chars().take(12)).collect();
            Step::of(
                "seal",
                found,
                format!("{} is as it was sealed, {short}, re-computed line by line", manifest.month),
            )
        }
    }
}

/// Everything that is made from the book, made again and compared byte for byte.
fn remade(
    copy: &Copy,
    opened: &Opened,
    manifest: &Manifest,
    config: Result<Config, String>,
    month: Option<Month>,
    same_version: bool,
) -> Step {
    if !same_version {
        let (made, this) = (&manifest.version, env!("CARGO_PKG_VERSION"));
        return Step::not_done("report", format!("made by version {made}, this is {this}: not compared byte for byte"));
    }
    if month.is_none() {
        return Step::of("report", vec![format!("{MANIFEST}: {:?} is no month", manifest.month)], "");
    }
    let again = match config.and_then(|_| head(opened, manifest)) {
        Ok(head) => contents(&copy.book, &copy.db, &head),
        Err(why) => return Step::of("report", vec![why], ""),
    };
    let again = match again {
        Ok(again) => again,
        Err(errors) => {
            let why = errors.iter().map(one_line).collect::<Vec<_>>().join("; ");
            return Step::of("report", vec![format!("it cannot be made again: {why}")], "");
        }
    };
    let mut found = Vec::new();
    for entry in &again {
        match opened.entries.iter().find(|e| e.path == entry.path) {
            None => found.push(format!("{}: the book gives it, and it is not in the archive", entry.path)),
            Some(kept) => {
                if let Some(difference) = first_difference(&entry.bytes, &kept.bytes) {
                    found.push(format!("{}: made again it is another, {difference}", entry.path));
                }
            }
        }
    }
    let others = opened.entries.iter().filter(|e| !again.iter().any(|a| a.path == e.path));
    found.extend(others.map(|e| format!("{}: the book does not give it", e.path)));
    Step::of("report", found, "made again byte for byte, and with it everything that is made from the book")
}
