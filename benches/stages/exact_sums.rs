//! The search for items that add up: every payment is a lump sum that names nothing, of a customer with thirty open items.

use std::time::Duration;

use chrono::{Days, NaiveDate};
use criterion::{BenchmarkId, Criterion, Throughput};
use lettrage::config::{Policy, Weights};
use lettrage::model::{Currency, Customer, Money, OpenItem, Payment};
use lettrage::synth::{Dataset, Rng};

use super::common::{SEED, SIZES, group, request, time_of};

/// Open items of each customer, and payments of each.
const ITEMS: usize = 30;
const PAYMENTS: u64 = 4;

pub fn bench(c: &mut Criterion) {
    let (policy, weights) = (Policy::default(), Weights::default());
    let mut group = group(c, "exact sums");
    for size in SIZES {
        let data = lump_sums(size);
        let request = request(&data, &policy, &weights);
        group.throughput(Throughput::Elements(size));
        group.bench_with_input(BenchmarkId::from_parameter(size), &request, |b, request| {
            b.iter_custom(|runs| (0..runs).map(|_| time_of("propose", request).0).sum::<Duration>())
        });
    }
    group.finish();
}

/// Customers known by account, and payments of two to six of their items.
fn lump_sums(payments: u64) -> Dataset {
    let mut rng = Rng::new(SEED);
    let mut data = Dataset::default();
    let day = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day");
    for n in 0..payments {
        if n % PAYMENTS == 0 {
            let iban: Box<str> = format!("DE00{:018}", n).into();
            let id: Box<str> = format!("C{n:07}").into();
            let name: Box<str> = format!("Company {n}").into();
            for item in 0..ITEMS {
                let amount = Money::new(rng.between(1_000, 500_000), Currency::EUR);
                let number = format!("R{n:07}-{item:02}");
                let issued = day - Days::new(10 + rng.below(60));
                data.items.push(OpenItem {
                    customer_id: (&*id).into(),
                    customer_name: (&*name).into(),
                    customer_ibans: [iban.clone()].into(),
                    issue_date: Some(issued),
                    due_date: Some(issued + Days::new(30)),
                    ..OpenItem::new(format!("I{number}"), number, amount)
                });
            }
            data.customers.push(Customer { id, name, ibans: Box::from([iban]), ..Customer::default() });
        }
        let customer = data.customers.last().expect("one was just made");
        let items = &data.items[data.items.len() - ITEMS..];
        let paid = 2 + rng.index(5);
        let first = rng.index(ITEMS - paid);
        let amount = items[first..first + paid].iter().map(|item| item.open_minor).sum();
        data.payments.push(Payment {
            payer_name: customer.name.clone(),
            payer_iban: customer.ibans[0].clone(),
            ..Payment::new(format!("P{n:07}"), day + Days::new(rng.below(30)), Money::new(amount, Currency::EUR))
        });
    }
    data
}
