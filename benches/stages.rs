//! The stages of a run and the whole, on generated data of a fixed seed.
//!
//! `cargo bench` measures; `cargo bench -- --test` runs each once. Figures are payments, rows or bytes a second.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use lettrage::config::{Config, CsvMapping, Limits, Policy, Weights};
use lettrage::model::{Check, InputFile, Statement};
use lettrage::read::{Settings, camt, csv};
use lettrage::report::{self, Inputs, Lang, Run};
use lettrage::synth::{Camt, Dataset, Profile, Table, generate};
use lettrage::{Request, audit, reconcile};

/// The seed of every bench, so that figures can be compared.
const SEED: u64 = 1;

type Group<'a> = BenchmarkGroup<'a, criterion::measurement::WallTime>;

fn group<'a>(c: &'a mut Criterion, name: &str) -> Group<'a> {
    let mut group = c.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    group
}

/// A table in memory.
fn table(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("writing to memory cannot fail");
    bytes
}

fn payments_csv(data: &Dataset) -> Vec<u8> {
    table(|out| {
        let mut table = Table::payments(out)?;
        data.payments.iter().try_for_each(|p| table.payment(p))?;
        table.finish()
    })
}

fn invoices_csv(data: &Dataset) -> Vec<u8> {
    table(|out| {
        let mut table = Table::items(out)?;
        data.items.iter().try_for_each(|i| table.item(i))?;
        table.finish()
    })
}

/// The payments as camt.053 documents.
fn camt_documents(data: &Dataset) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let statements = folder.path().join("statements");
    let mut camt = Camt::new(&statements, &folder.path().join("positions.csv")).expect("a place to write to");
    data.payments.iter().cloned().for_each(|p| camt.payment(p).expect("a statement"));
    camt.finish().expect("the last statement");
    let mut paths: Vec<_> =
        std::fs::read_dir(&statements).expect("the folder").map(|e| e.expect("a file").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a statement")).collect()
}

/// Bytes to records, on one thread.
fn reading(c: &mut Criterion) {
    let data = generate(&Profile::new(10_000, SEED));
    let (limits, mappings) = (Limits::default(), BTreeMap::<String, CsvMapping>::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let mut group = group(c, "read");
    let bytes = payments_csv(&data);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("payments.csv 10k", |b| {
        b.iter(|| csv::read_statement("payments.csv", black_box(&bytes), &settings).expect("readable"))
    });
    let bytes = invoices_csv(&data);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("invoices.csv 13k", |b| {
        b.iter(|| csv::read_items("invoices.csv", black_box(&bytes), &settings).expect("readable"))
    });
    let documents = camt_documents(&data);
    group.throughput(Throughput::Bytes(documents.iter().map(|d| d.len() as u64).sum()));
    group.bench_function("camt.053 10k", |b| {
        b.iter(|| {
            for document in &documents {
                camt::read("statement.xml", black_box(document), &settings).expect("readable");
            }
        })
    });
    group.finish();
}

fn request<'a>(data: &'a Dataset, policy: &'a Policy, weights: &'a Weights) -> Request<'a> {
    Request {
        payments: &data.payments,
        items: &data.items,
        customers: &data.customers,
        policy,
        weights,
        as_of: None,
        all_evidence: false,
    }
}

/// Values to a value: everything between reading and writing, on all threads.
fn matching(c: &mut Criterion) {
    let (policy, weights) = (Policy::default(), Weights::default());
    let mut group = group(c, "match");
    for payments in [1_000, 10_000] {
        let data = generate(&Profile::new(payments, SEED));
        group.throughput(Throughput::Elements(payments));
        group.bench_with_input(BenchmarkId::from_parameter(payments), &data, |b, data| {
            b.iter(|| reconcile(&request(black_box(data), &policy, &weights)))
        });
    }
    group.finish();
}

/// From bytes to the written files of a run.
fn whole(c: &mut Criterion) {
    const PAYMENTS: u64 = 10_000;
    let data = generate(&Profile::new(PAYMENTS, SEED));
    let (payments, invoices) = (payments_csv(&data), invoices_csv(&data));
    let config = Config::default();
    let weights = Weights::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let out = tempfile::tempdir().expect("a temporary folder");
    let mut group = group(c, "whole");
    group.throughput(Throughput::Elements(PAYMENTS));
    group.bench_function("10k", |b| {
        b.iter(|| {
            let file = csv::read_statement("payments.csv", &payments, &settings).expect("readable");
            let mut statements = file.statements;
            let list = csv::read_items("invoices.csv", &invoices, &settings).expect("readable");
            let read: Vec<_> = statements.iter_mut().flat_map(|s| std::mem::take(&mut s.payments)).collect();
            let read =
                Dataset { payments: read, items: list.items, customers: data.customers.clone(), ..Dataset::default() };
            write(&read, &[file.file, list.file], &statements, &config, &weights, out.path())
        })
    });
    group.finish();
}

fn write(
    data: &Dataset,
    files: &[InputFile],
    statements: &[Statement],
    config: &Config,
    weights: &Weights,
    out: &std::path::Path,
) {
    let reconciliation = reconcile(&request(data, &config.matching, weights));
    let checks: Vec<Check> = statements.iter().flat_map(|s| s.checks.iter().cloned()).collect();
    let proofs = audit::prove(&audit::Books {
        statements,
        checks: &checks,
        payments: &data.payments,
        items: &data.items,
        reconciliation: &reconciliation,
    });
    let run = Run {
        version: "bench",
        as_of: reconciliation.as_of,
        id: "bench",
        command: Inputs::default(),
        files,
        statements,
        checks: &checks,
        notes: &[],
        passed_over: &[],
        payments: &data.payments,
        items: &data.items,
        reconciliation: &reconciliation,
        proofs: &proofs,
        config,
        weights,
        lang: Lang::En,
        all_evidence: false,
        out: None,
    };
    report::write_all(&run, out).expect("a run can be written");
}

criterion_group!(stages, reading, matching, whole);
criterion_main!(stages);
