//! From bytes to the written files of a run.

use criterion::{BenchmarkId, Criterion};
use lettrage::config::Weights;
use lettrage::read::csv;
use lettrage::synth::Dataset;

use super::common::{Data, SIZES, data, group, payments_and_bytes, settings};
use super::write::Done;

pub fn bench(c: &mut Criterion) {
    let weights = Weights::default();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut group = group(c, "whole");
    for size in SIZES {
        let data = data(size);
        group.throughput(payments_and_bytes(size, data.bytes()));
        group.bench_with_input(BenchmarkId::from_parameter(size), data, |b, data| {
            b.iter(|| run(data, &weights, folder.path()))
        });
    }
    group.finish();
}

fn run(data: &Data, weights: &Weights, out: &std::path::Path) {
    let settings = settings();
    let file = csv::read_statement("payments.csv", &data.payments, &settings).expect("readable");
    let mut statements = file.statements;
    let list = csv::read_items("invoices.csv", &data.invoices, &settings).expect("readable");
    let master = csv::read_customers("customers.csv", &data.customers, &settings).expect("readable");
    let payments = statements.iter_mut().flat_map(|s| std::mem::take(&mut s.payments)).collect();
    let read = Dataset { payments, items: list.items, customers: master.customers, ..Dataset::default() };
    Done::new(&read, weights, &[file.file, list.file, master.file], statements).write(out);
}
