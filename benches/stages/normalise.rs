//! Texts, names and numbers to what is compared: on one thread.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use lettrage::normalise::{keys, names, text};

use super::common::{SIZES, data, group, payments_and_bytes};

pub fn bench(c: &mut Criterion) {
    let mut group = group(c, "normalise");
    for size in SIZES {
        let data = &data(size).values;
        let bytes: usize = data.payments.iter().map(|p| p.remittance.len()).sum();
        group.throughput(payments_and_bytes(size, bytes as u64));
        group.bench_with_input(BenchmarkId::new("texts", size), &data.payments, |b, payments| {
            let mut atoms = Vec::new();
            b.iter(|| {
                for payment in payments {
                    let folded = text::fold(black_box(&payment.remittance));
                    text::atoms_into(&folded, &mut atoms);
                    black_box(&atoms);
                }
            })
        });
        let bytes: usize = data.payments.iter().map(|p| p.payer_name.len()).sum();
        group.throughput(payments_and_bytes(size, bytes as u64));
        group.bench_with_input(BenchmarkId::new("names", size), &data.payments, |b, payments| {
            b.iter(|| payments.iter().map(|p| names::tokens_and_forms(black_box(&p.payer_name)).len()).sum::<usize>())
        });
        let bytes: usize = data.items.iter().map(|i| i.number.len()).sum();
        group.throughput(payments_and_bytes(data.items.len() as u64, bytes as u64));
        group.bench_with_input(BenchmarkId::new("numbers", size), &data.items, |b, items| {
            let mut found = Vec::new();
            b.iter(|| {
                for item in items {
                    found.clear();
                    keys::number_keys(black_box(&item.number), &mut found);
                    black_box(&found);
                }
            })
        });
    }
    group.finish();
}
