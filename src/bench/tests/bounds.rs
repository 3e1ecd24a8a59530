//! Bad shapes take no more steps than their bound, and about twice as many when they are twice as large.

use crate::config::{Policy, Weights};
use crate::engine::{Request, reconcile};
use crate::model::{Reconciliation, Search, steps};
use crate::synth::{Dataset, Profile, Shape, generate};

fn run(data: &Dataset, policy: &Policy) -> (Reconciliation, u64) {
    let weights = Weights::default();
    let request = Request {
        payments: &data.payments,
        items: &data.items,
        customers: &data.customers,
        policy,
        weights: &weights,
        as_of: None,
        all_evidence: false,
    };
    steps::of(|| reconcile(&request))
}

#[test]
fn print_all() {
    for n in [300, 600, 1200, 2400] {
        let normal = run(&generate(&Profile::new(n, 1)), &Policy::default()).1;
        println!("normal {n} {normal} {}", normal / n);
        for shape in Shape::ALL {
            if shape == Shape::LongTexts && n > 600 {
                continue;
            }
            let (r, s) = run(&shape.generate(n, 1), &Policy::default());
            let stopped = r.verdicts.iter().filter(|v| v.search == Search::Stopped).count();
            println!(
                "  {} {n} {s} each {} times {:.1} stopped {stopped}",
                shape.word(),
                s / n,
                s as f64 / normal as f64
            );
        }
    }
}
