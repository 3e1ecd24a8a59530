//! Data that the benches share: made once for each size, and kept as long as the program runs.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};
use lettrage::config::{Config, Policy, Weights};
use lettrage::model::{Known, Reconciliation};
use lettrage::read::Settings;
use lettrage::synth::{Dataset, Profile, Table, generate};
use lettrage::{Request, reconcile_in_stages};

/// The seed of every bench, so that figures can be compared.
pub const SEED: u64 = 1;

/// Payments: what fits into the caches, what does not, and a large run.
pub const SIZES: [u64; 3] = [1_000, 10_000, 100_000];

/// A generated world, as values and as the canonical tables.
pub struct Data {
    pub values: Dataset,
    pub payments: Vec<u8>,
    pub invoices: Vec<u8>,
    pub customers: Vec<u8>,
}

impl Data {
    fn new(values: Dataset) -> Self {
        let payments = table(|out| {
            let mut table = Table::payments(out)?;
            values.payments.iter().try_for_each(|payment| table.payment(payment))?;
            table.finish()
        });
        let invoices = table(|out| {
            let mut table = Table::items(out)?;
            values.items.iter().try_for_each(|item| table.item(item))?;
            table.finish()
        });
        let customers = table(|out| {
            let mut table = Table::customers(out)?;
            values.customers.iter().try_for_each(|customer| table.customer(customer))?;
            table.finish()
        });
        Self { values, payments, invoices, customers }
    }

    /// Bytes of the three tables.
    pub fn bytes(&self) -> u64 {
        (self.payments.len() + self.invoices.len() + self.customers.len()) as u64
    }

    /// What to reconcile.
    pub fn request<'a>(&'a self, policy: &'a Policy, weights: &'a Weights) -> Request<'a> {
        request(&self.values, policy, weights)
    }
}

/// A table in memory.
fn table(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("writing to memory cannot fail");
    bytes
}

/// The world of so many payments.
pub fn data(payments: u64) -> &'static Data {
    static KEPT: OnceLock<Mutex<BTreeMap<u64, &'static Data>>> = OnceLock::new();
    let mut kept = KEPT.get_or_init(Mutex::default).lock().expect("no bench panics while it makes data");
    // Leaked on purpose: each size is made once, and needed to the end.
    kept.entry(payments).or_insert_with(|| Box::leak(Box::new(Data::new(generate(&Profile::new(payments, SEED))))))
}

/// Settings and configuration as they are without a file.
pub fn config() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(Config::default)
}

/// How files are read without a configuration.
pub fn settings() -> Settings<'static> {
    Settings { limits: &config().limits, mappings: &config().csv }
}

/// A group whose samples are few: what is measured takes milliseconds to seconds.
pub fn group<'a>(c: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = c.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat).sample_size(10).warm_up_time(Duration::from_secs(1));
    group
}

/// Payments, and the bytes that they are.
pub fn payments_and_bytes(payments: u64, bytes: u64) -> Throughput {
    Throughput::ElementsAndBytes { elements: payments, bytes }
}

/// What to reconcile.
pub fn request<'a>(data: &'a Dataset, policy: &'a Policy, weights: &'a Weights) -> Request<'a> {
    Request {
        payments: &data.payments,
        items: &data.items,
        customers: &data.customers,
        policy,
        weights,
        as_of: None,
        all_evidence: false,
        known: Known::default(),
    }
}

/// Reconciles and says how long one of the stages took.
pub fn time_of(stage: &str, request: &Request<'_>) -> (Duration, Reconciliation) {
    let begun = Mutex::new(Vec::new());
    let note =
        |name: &'static str| begun.lock().expect("nobody panics in between").push((name, std::time::Instant::now()));
    let result = reconcile_in_stages(request, &note);
    note("end");
    let begun = begun.into_inner().expect("nobody panics in between");
    let spent = begun.windows(2).filter(|pair| pair[0].0 == stage).map(|pair| pair[1].1 - pair[0].1).sum();
    (spent, result)
}
