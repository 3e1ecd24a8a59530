//! The matcher on ledgers of a bad shape, at the size to be feared; `lettrage bench --shapes` holds whole runs against normal ones.

use criterion::{BenchmarkId, Criterion, Throughput};
use lettrage::config::{Policy, Weights};
use lettrage::reconcile;
use lettrage::synth::Shape;

use super::common::{SEED, group, request};

pub fn bench(c: &mut Criterion) {
    let (policy, weights) = (Policy::default(), Weights::default());
    let mut group = group(c, "shape");
    for shape in Shape::ALL {
        let data = shape.generate(shape.payments(), SEED);
        let request = request(&data, &policy, &weights);
        group.throughput(Throughput::Elements(shape.payments()));
        group.bench_with_input(BenchmarkId::from_parameter(shape.word()), &request, |b, request| {
            b.iter(|| reconcile(request))
        });
    }
    group.finish();
}
