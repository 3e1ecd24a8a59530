//! From files to a finished run: what `match` and `explain` share.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::{inputs, reopen};
use crate::audit::{self, Books};
use crate::config::{Config, Weights};
use crate::engine::{self, Request};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{Check, Customer, InputFile, Known, Note, OpenItem, Payment, Proof, Reconciliation, Statement};
use crate::normalise::{items, ledger, terms};
use crate::read::Settings;
use crate::report::{self, Lang};

/// What to run on.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    /// Statement files, folders, or `-`.
    pub(super) statements: Vec<PathBuf>,
    /// Invoice files.
    pub(super) invoices: Vec<PathBuf>,
    /// The customer master file.
    pub(super) customers: Option<PathBuf>,
}

/// How to run.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) config: Config,
    pub(super) weights: Weights,
    pub(super) as_of: Option<NaiveDate>,
    pub(super) all_evidence: bool,
}

/// A finished run that owns its values.
pub(super) struct Finished {
    files: Vec<InputFile>,
    statements: Vec<Statement>,
    pub(super) checks: Vec<Check>,
    notes: Vec<Note>,
    passed_over: Vec<String>,
    pub(super) payments: Vec<Payment>,
    items: Vec<OpenItem>,
    reconciliation: Reconciliation,
    pub(super) proofs: Vec<Proof>,
    config: Config,
    /// The weights in use, their chance part measured.
    weights: Weights,
    id: String,
    all_evidence: bool,
    names: Names,
}

/// Inputs as the user named them.
struct Names {
    statements: Vec<String>,
    invoices: Vec<String>,
    customers: Option<String>,
}

/// What was read, before anything is decided.
struct Read {
    files: Vec<InputFile>,
    statements: Vec<Statement>,
    checks: Vec<Check>,
    notes: Vec<Note>,
    passed_over: Vec<String>,
    payments: Vec<Payment>,
    items: Vec<OpenItem>,
    customers: Vec<Customer>,
}

/// Runs everything on a pool of so many threads (`None`: one a core). `phase` is told what begins.
pub(super) fn run(
    sources: &Sources,
    options: Options,
    threads: Option<usize>,
    phase: &(dyn Fn(&str) + Sync),
) -> Result<Finished, Errors> {
    in_pool(threads, || {
        phase("reading");
        let read = read_all(sources, &options.config)?;
        phase("matching");
        let request = Request {
            payments: &read.payments,
            items: &read.items,
            customers: &read.customers,
            policy: &options.config.matching,
            weights: &options.weights,
            as_of: options.as_of,
            all_evidence: options.all_evidence,
            known: Known::default(),
        };
        let reconciliation = engine::reconcile_in_stages(&request, phase);
        phase("proving");
        let proofs = audit::prove(&Books {
            statements: &read.statements,
            checks: &read.checks,
            payments: &read.payments,
            items: &read.items,
            reconciliation: &reconciliation,
        });
        let weights = options.weights.used(reconciliation.frequencies.clone());
        let version = env!("CARGO_PKG_VERSION");
        let id = report::run_id(&read.files, &options.config, &weights, reconciliation.as_of, version);
        let text = |path: &PathBuf| path.display().to_string();
        Ok(Finished {
            files: read.files,
            statements: read.statements,
            checks: read.checks,
            notes: read.notes,
            passed_over: read.passed_over,
            payments: read.payments,
            items: read.items,
            reconciliation,
            proofs,
            config: options.config,
            weights,
            id,
            all_evidence: options.all_evidence,
            names: Names {
                statements: sources.statements.iter().map(text).collect(),
                invoices: sources.invoices.iter().map(text).collect(),
                customers: sources.customers.as_ref().map(text),
            },
        })
    })?
}

/// Runs something on a pool of its own.
pub(super) fn in_pool<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> Result<T, Errors> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build().map_err(|e| {
        Errors::from(Error::new(ErrorKind::Io, "E0003", format!("cannot start threads: {e}")).help("try --threads 1"))
    })?;
    Ok(pool.install(work))
}

fn read_all(sources: &Sources, config: &Config) -> Result<Read, Errors> {
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let (statements, tables) = rayon::join(
        || inputs::load_statements(&sources.statements, &settings),
        || {
            let invoices = inputs::load_items(&sources.invoices, &settings)?;
            let paths: Vec<PathBuf> = sources.customers.iter().cloned().collect();
            let customers = inputs::load_customers(&paths, &settings)?;
            Ok((invoices, customers))
        },
    );
    let mut errors = crate::error::Collector::default();
    let (loaded, (mut invoices, customers)) = match (statements, tables) {
        (Ok(loaded), Ok(tables)) => (loaded, tables),
        (statements, tables) => {
            statements.err().into_iter().chain(tables.err()).for_each(|e| errors.extend(e));
            return Err(errors.finish(()).err().unwrap_or_else(unreachable_errors));
        }
    };
    reopen::reopen(&loaded.files, &mut invoices, &settings)?;
    let passed_over = loaded.passed_over.iter().map(|(path, why)| format!("{path}: {why}")).collect();
    let ledger = ledger::gather(loaded.files)?;
    let mut files = ledger.files;
    let mut notes = ledger.notes;
    let (item_files, mut items, item_notes) = items::gather_items(invoices, files.len() as u32)?;
    files.extend(item_files);
    terms::apply(&mut items, &mut files, config.terms.end_of_month);
    let (customer_files, customers, customer_notes) = items::gather_customers(customers, files.len() as u32)?;
    files.extend(customer_files);
    notes.extend(item_notes);
    notes.extend(customer_notes);
    Ok(Read {
        files,
        statements: ledger.statements,
        checks: ledger.checks,
        notes,
        passed_over,
        payments: ledger.payments,
        items,
        customers,
    })
}

/// Stands where a collector that holds errors is finished.
fn unreachable_errors() -> Errors {
    Error::new(ErrorKind::Io, "E0002", "reading failed without saying why").into()
}

impl Finished {
    /// The run as reports see it.
    pub(super) fn view<'a>(&'a self, lang: Lang, out: Option<&'a str>) -> report::Run<'a> {
        report::Run {
            version: env!("CARGO_PKG_VERSION"),
            as_of: self.reconciliation.as_of,
            id: &self.id,
            command: report::Inputs {
                statements: &self.names.statements,
                invoices: &self.names.invoices,
                customers: self.names.customers.as_deref(),
            },
            files: &self.files,
            statements: &self.statements,
            checks: &self.checks,
            notes: &self.notes,
            passed_over: &self.passed_over,
            payments: &self.payments,
            items: &self.items,
            reconciliation: &self.reconciliation,
            proofs: &self.proofs,
            config: &self.config,
            weights: &self.weights,
            lang,
            all_evidence: self.all_evidence,
            out,
        }
    }

    /// Whether every check of the statements and every proof holds.
    pub(super) fn holds(&self) -> bool {
        self.checks.iter().all(|c| c.holds != Some(false)) && self.proofs.iter().all(|p| p.holds)
    }
}

/// Reads a file that must be text.
pub(super) fn read_text(path: &Path, what: &str) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|e| {
        Error::new(ErrorKind::Io, "E0004", format!("cannot read {what}: {e}")).in_file(path.display().to_string())
    })
}

/// The configuration of a file, or the defaults.
pub(super) fn load_config(path: Option<&Path>) -> Result<Config, Error> {
    match path {
        Some(path) => Config::from_toml(&read_text(path, "the configuration")?, &path.display().to_string()),
        None => Ok(Config::default()),
    }
}

/// The weights of a file, or the defaults.
pub(super) fn load_weights(path: Option<&Path>) -> Result<Weights, Error> {
    match path {
        Some(path) => Weights::from_json(&read_text(path, "the weights")?, &path.display().to_string()),
        None => Ok(Weights::default()),
    }
}
