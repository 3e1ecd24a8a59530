//! Bad shapes: how many steps the searches take on them, and that what a budget cut off is said. Steps, not seconds: they are the
//! same on every machine, however busy it is.

use crate::config::{Policy, Weights};
use crate::engine::{Request, reconcile};
use crate::model::{Known, Reconciliation, Search, steps};
use crate::synth::{Dataset, Profile, Shape, generate};

/// Twice as large a ledger may take so many times the steps: twice, and something for what has a logarithm in it.
const DOUBLED: f64 = 2.2;

/// Reconciles, and counts the steps.
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
        known: Known::default(),
    };
    steps::of(|| reconcile(&request))
}

fn steps_of(shape: Shape, payments: u64) -> u64 {
    run(&shape.generate(payments, 1), &Policy::default()).1
}

fn stopped(run: &Reconciliation) -> usize {
    run.verdicts.iter().filter(|verdict| verdict.search == Search::Stopped).count()
}

/// Payments from which a shape's budgets are spent, so that what is left grows with the payments alone.
fn doubles(shape: Shape, payments: u64, most: f64) {
    let (once, twice) = (steps_of(shape, payments), steps_of(shape, 2 * payments));
    let times = twice as f64 / once as f64;
    println!("{}: {once} steps for {payments} payments, {times:.2} times as many for twice as many", shape.word());
    assert!(once >= payments, "{shape:?}: {once} steps are no count of what was done");
    assert!(times <= most, "{shape:?}: {once} steps become {twice}: {times:.2} times");
}

#[test]
fn one_customer_with_everything_takes_twice_the_steps_when_twice_as_large() {
    doubles(Shape::OneCustomer, 900, DOUBLED);
}

#[test]
fn one_amount_takes_twice_the_steps_when_twice_as_large() {
    doubles(Shape::OneAmount, 1_500, DOUBLED);
}

#[test]
fn one_invoice_that_all_cite_takes_twice_the_steps_when_twice_as_large() {
    doubles(Shape::OneInvoice, 1_500, DOUBLED);
}

#[test]
fn long_texts_take_twice_the_steps_when_twice_as_many() {
    doubles(Shape::LongTexts, 100, DOUBLED);
}

#[test]
fn one_component_takes_twice_the_steps_when_twice_as_large() {
    doubles(Shape::OneComponent, 1_500, DOUBLED);
}

#[test]
fn one_name_of_all_is_bounded() {
    // Not near-linear: whoever was learned under the name is looked at once for each payment of that name.
    doubles(Shape::OneName, 400, 4.2);
}

#[test]
fn without_texts_the_steps_stay_near_those_of_a_normal_ledger() {
    // The world itself grows faster than its payments as long as it is small, so that doubling would say nothing.
    let normal = run(&generate(&Profile::new(2_000, 1)), &Policy::default()).1;
    let silent = steps_of(Shape::NoTexts, 2_000);
    assert!(silent <= 5 * normal, "{silent} steps, and {normal} with texts");
}

#[test]
fn the_budget_of_a_component_bounds_its_steps_and_is_said() {
    let data = Shape::OneComponent.generate(400, 1);
    let with = |component_steps| run(&data, &Policy { component_steps, ..Policy::default() });
    let ((wide, many), (tight, few)) = (with(50_000), with(2_000));
    let spent = many - few;
    assert!((24_000..=50_000).contains(&spent), "{spent} of 48,000 steps fewer");
    assert!(stopped(&wide) >= 390 && stopped(&tight) >= 390, "{} {}", stopped(&wide), stopped(&tight));
}

#[test]
fn the_budget_of_sums_bounds_their_steps_and_is_said() {
    let data = Shape::OneCustomer.generate(200, 1);
    let with = |sum_steps| run(&data, &Policy { sum_steps, ..Policy::default() });
    let ((wide, many), (tight, few)) = (with(20_000), with(64));
    // At most two searches of a payment: with what it names, and without.
    assert!(many - few <= 2 * 200 * 20_000 && few < many / 2, "{many} steps, {few} with a small budget");
    // The customer has more items than any budget goes through.
    assert!(stopped(&wide) >= 90 && stopped(&tight) >= 90, "{} {}", stopped(&wide), stopped(&tight));
}
