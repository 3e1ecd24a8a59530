//! A finished run to its files, on all threads.

use std::path::Path;

use criterion::{BenchmarkId, Criterion};
use lettrage::audit::{self, Books};
use lettrage::config::Weights;
use lettrage::model::{Check, InputFile, Proof, Reconciliation, Statement};
use lettrage::reconcile;
use lettrage::report::{self, Inputs, Lang, Run};
use lettrage::synth::Dataset;

use super::common::{SIZES, config, data, group, payments_and_bytes};

pub fn bench(c: &mut Criterion) {
    let weights = Weights::default();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut group = group(c, "write");
    for size in SIZES {
        let data = data(size);
        let done = Done::new(&data.values, &weights, &[], Vec::new());
        done.write(folder.path());
        group.throughput(payments_and_bytes(size, bytes_of(folder.path())));
        group
            .bench_with_input(BenchmarkId::from_parameter(size), &done, |b, done| b.iter(|| done.write(folder.path())));
    }
    group.finish();
}

/// Bytes of the files in a folder.
pub fn bytes_of(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("the folder of the run");
    files.map(|file| file.and_then(|file| file.metadata()).expect("a file of the run").len()).sum()
}

/// A run, proved, with what belongs to it.
pub struct Done<'a> {
    data: &'a Dataset,
    weights: &'a Weights,
    files: &'a [InputFile],
    statements: Vec<Statement>,
    checks: Vec<Check>,
    reconciliation: Reconciliation,
    proofs: Vec<Proof>,
}

impl<'a> Done<'a> {
    /// Reconciles and proves.
    pub fn new(data: &'a Dataset, weights: &'a Weights, files: &'a [InputFile], statements: Vec<Statement>) -> Self {
        let reconciliation = reconcile(&super::common::request(data, &config().matching, weights));
        let checks: Vec<Check> = statements.iter().flat_map(|s| s.checks.iter().cloned()).collect();
        let proofs = audit::prove(&Books {
            statements: &statements,
            checks: &checks,
            payments: &data.payments,
            items: &data.items,
            reconciliation: &reconciliation,
        });
        Self { data, weights, files, statements, checks, reconciliation, proofs }
    }

    /// Writes every file of the run.
    pub fn write(&self, out: &Path) {
        let run = Run {
            version: "bench",
            as_of: self.reconciliation.as_of,
            id: "bench",
            command: Inputs::default(),
            files: self.files,
            statements: &self.statements,
            checks: &self.checks,
            notes: &[],
            passed_over: &[],
            payments: &self.data.payments,
            items: &self.data.items,
            reconciliation: &self.reconciliation,
            proofs: &self.proofs,
            config: config(),
            weights: self.weights,
            lang: Lang::En,
            all_evidence: false,
            out: None,
        };
        report::write_all(&run, out).expect("a run can be written");
    }
}
