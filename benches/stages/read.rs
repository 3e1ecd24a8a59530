//! Bytes to records: the canonical tables and camt.053, on all threads.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use lettrage::read::{camt, csv};
use lettrage::synth::Camt;

use super::common::{Data, SIZES, data, group, payments_and_bytes, settings};

pub fn bench(c: &mut Criterion) {
    let settings = settings();
    let mut csv_group = group(c, "read CSV");
    for size in SIZES {
        let data = data(size);
        csv_group.throughput(payments_and_bytes(size, data.payments.len() as u64));
        csv_group.bench_with_input(BenchmarkId::new("payments", size), &data.payments, |b, bytes| {
            b.iter(|| csv::read_statement("payments.csv", black_box(bytes), &settings).expect("readable"))
        });
        csv_group.throughput(payments_and_bytes(data.values.items.len() as u64, data.invoices.len() as u64));
        csv_group.bench_with_input(BenchmarkId::new("invoices", size), &data.invoices, |b, bytes| {
            b.iter(|| csv::read_items("invoices.csv", black_box(bytes), &settings).expect("readable"))
        });
    }
    csv_group.finish();
    let mut camt_group = group(c, "read camt.053");
    for size in SIZES {
        let documents = camt_documents(data(size));
        camt_group.throughput(payments_and_bytes(size, documents.iter().map(|d| d.len() as u64).sum()));
        camt_group.bench_with_input(BenchmarkId::from_parameter(size), &documents, |b, documents| {
            b.iter(|| {
                for document in documents {
                    camt::read("statement.xml", black_box(document), &settings).expect("readable");
                }
            })
        });
    }
    camt_group.finish();
}

/// The payments as camt.053 documents.
fn camt_documents(data: &Data) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let statements = folder.path().join("statements");
    let mut camt = Camt::new(&statements, &folder.path().join("positions.csv")).expect("a place to write to");
    data.values.payments.iter().cloned().for_each(|p| camt.payment(p).expect("a statement"));
    camt.finish().expect("the last statement");
    let mut paths: Vec<_> =
        std::fs::read_dir(&statements).expect("the folder").map(|e| e.expect("a file").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a statement")).collect()
}
