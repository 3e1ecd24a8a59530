//! Each stage of the matcher, measured within whole runs on all threads: stages hand values on that only a run has.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use lettrage::config::{Policy, Weights};
use lettrage::engine::STAGES;
use lettrage::reconcile;

use super::common::{SIZES, data, group, time_of};

pub fn bench(c: &mut Criterion) {
    let (policy, weights) = (Policy::default(), Weights::default());
    for stage in STAGES {
        let mut group = group(c, stage);
        for size in SIZES {
            let request = data(size).request(&policy, &weights);
            group.throughput(Throughput::Elements(size));
            group.bench_with_input(BenchmarkId::from_parameter(size), &request, |b, request| {
                b.iter_custom(|runs| (0..runs).map(|_| time_of(stage, request).0).sum::<Duration>())
            });
        }
        group.finish();
    }
    let mut group = group(c, "reconcile");
    for size in SIZES {
        let request = data(size).request(&policy, &weights);
        group.throughput(Throughput::Elements(size));
        group.bench_with_input(BenchmarkId::from_parameter(size), &request, |b, request| b.iter(|| reconcile(request)));
    }
    group.finish();
}
