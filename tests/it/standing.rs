//! What a book knows: decisions that stand, refused equations, and payments that are proposed at best.

use std::collections::{BTreeMap, BTreeSet};

use lettrage::model::{
    Application, Bucket, Decided, Difference, DifferenceKind, Flag, HypothesisKind, Known, Nature, Objection, Obstacle,
    OpenItem, Reason, Reconciliation, Verdict,
};
use lettrage::synth::measure::{KindScore, Measure, Ratio};
use lettrage::synth::{Dataset, Profile, generate};
use lettrage::{Request, reconcile};
use rust_decimal::Decimal;

use super::books::Books;

/// Books that keep what was decided: the least of a book that a matcher needs.
#[derive(Clone)]
struct Book {
    books: Books,
    decided: Vec<Decided>,
    objections: Vec<Objection>,
    only_propose: Vec<u32>,
}

impl Book {
    fn of(books: &Books) -> Self {
        let (decided, objections, only_propose) = (Vec::new(), Vec::new(), Vec::new());
        Self { books: books.clone(), decided, objections, only_propose }
    }

    /// The items as they are open after what is decided.
    fn items(&self) -> Vec<OpenItem> {
        let mut items = self.books.items.clone();
        for a in self.decided.iter().flat_map(|s| &s.applications) {
            items[a.item as usize].open_minor -= a.applied;
        }
        items
    }

    /// Runs on the first payments.
    fn run(&self, payments: usize) -> Reconciliation {
        let result = reconcile(&Request {
            payments: &self.books.payments[..payments],
            items: &self.items(),
            known: Known { decided: &self.decided, objections: &self.objections, only_propose: &self.only_propose },
            ..self.books.request()
        });
        self.check(&result);
        result
    }

    fn run_all(&self) -> Reconciliation {
        self.run(self.books.payments.len())
    }

    /// What must hold of every run: equations to the minor unit; nothing beyond what is open, but for what the run itself took back;
    /// nothing about what is decided.
    fn check(&self, result: &Reconciliation) {
        let mut applied = vec![(0i64, 0i64); self.books.items.len()];
        for (payment, verdict) in self.books.payments.iter().zip(&result.verdicts) {
            for h in verdict.chosen.iter().chain(&verdict.rivals).filter(|h| !h.applications.is_empty()) {
                assert!(h.equation_holds(payment.amount.minor), "{}: {h:?}", payment.id);
            }
            for a in verdict.chosen.iter().filter(|_| verdict.bucket == Bucket::Auto).flat_map(|c| &c.applications) {
                let of = &mut applied[a.item as usize];
                *(if verdict.returns.is_some() { &mut of.1 } else { &mut of.0 }) += a.applied;
            }
        }
        for ((item, outcome), (paid, back)) in self.items().iter().zip(&result.items).zip(applied) {
            assert_eq!(outcome.applied, paid + back, "{}", item.id);
            let open = item.open_minor;
            let (left, listed) = (i128::from(open) - i128::from(paid + back), i128::from(item.amount.minor));
            // What is left is between nothing and the whole, and of the item's sign.
            assert!(left * listed >= 0 && left.abs() <= listed.abs(), "{}: {paid} and {back} of {open}", item.id);
        }
        for standing in self.decided.iter().filter(|s| (s.payment as usize) < result.verdicts.len()) {
            assert_eq!(result.verdicts[standing.payment as usize], Verdict::standing());
        }
    }

    /// Lets the automatic decisions of a run stand.
    fn record(&mut self, result: &Reconciliation) -> usize {
        let before = self.decided.len();
        let known: BTreeSet<u32> = self.decided.iter().map(|s| s.payment).collect();
        for (n, verdict) in (0u32..).zip(&result.verdicts).filter(|(n, _)| !known.contains(n)) {
            if let Some(standing) = standing(n, verdict) {
                self.decided.push(standing);
            }
        }
        self.decided.len() - before
    }

    /// A decision of a person.
    fn decide(&mut self, payment: &str, applications: &[(&str, i64)]) {
        let applications =
            applications.iter().map(|(id, applied)| Application { item: self.item(id), applied: *applied }).collect();
        self.decided.push(Decided { payment: self.payment(payment), applications, ..Decided::default() });
    }

    fn refuse(&mut self, payment: &str, items: &[(&str, i64)]) {
        let applications = items.iter().map(|(id, a)| Application { item: self.item(id), applied: *a }).collect();
        self.objections.push(Objection { payment: self.payment(payment), applications });
    }

    fn payment(&self, id: &str) -> u32 {
        self.books.payments.iter().position(|p| &*p.id == id).unwrap() as u32
    }

    fn item(&self, id: &str) -> u32 {
        self.books.items.iter().position(|i| &*i.id == id).unwrap() as u32
    }

    fn verdict<'a>(&self, result: &'a Reconciliation, payment: &str) -> &'a Verdict {
        &result.verdicts[self.payment(payment) as usize]
    }

    /// Bucket of a payment, and what its equation takes from which item.
    fn says(&self, result: &Reconciliation, payment: &str) -> (Bucket, Vec<(&str, i64)>) {
        let verdict = self.verdict(result, payment);
        let applied = verdict.chosen.iter().flat_map(|c| &c.applications);
        let named = applied.map(|a| (&*self.books.items[a.item as usize].id, a.applied)).collect();
        (verdict.bucket, named)
    }
}

/// What a run decided by itself, as it stands from then on.
fn standing(payment: u32, verdict: &Verdict) -> Option<Decided> {
    let outside = verdict.bucket == Bucket::NotReceivable;
    let chosen = verdict.chosen.as_ref().filter(|_| verdict.bucket == Bucket::Auto);
    (outside || chosen.is_some()).then(|| Decided {
        payment,
        applications: chosen.map_or_else(Vec::new, |c| c.applications.clone()),
        differences: chosen.map_or_else(Vec::new, |c| c.differences.clone()),
        returns: verdict.returns,
        outside,
    })
}

fn world(payments: u64, seed: u64) -> (Dataset, Books) {
    let data = generate(&Profile::new(payments, seed));
    let (payments, items, customers) = (data.payments.clone(), data.items.clone(), data.customers.clone());
    (data, Books { payments, items, customers, ..Books::default() })
}

/// Holds automatic applications against the truth.
fn score(data: &Dataset, decided: &[Decided]) -> KindScore {
    let decimal = |minor, decimals| Decimal::new(minor, decimals);
    let mut measure = Measure::default();
    for row in &data.truth {
        let applied = row.applied.map(|m| decimal(m.minor, m.currency.decimals()));
        measure.truth(&row.payment_id, &row.item_id, applied, row.kind, row.flags);
    }
    for item in data.items.iter().filter(|i| i.open_minor != 0) {
        let (currency, kind) = (item.amount.currency, item.kind.word());
        let what = format!("{}|{}|{currency}|{kind}|{:?}", item.customer_id, item.open_minor, item.due_date);
        measure.class(&item.id, &format!("{what}|{}", item.terms));
    }
    let by_payment: BTreeMap<u32, &Decided> = decided.iter().map(|s| (s.payment, s)).collect();
    for (n, payment) in (0u32..).zip(&data.payments) {
        measure.payment(&payment.id, Default::default(), None);
        for a in by_payment.get(&n).into_iter().filter(|s| s.returns.is_none()).flat_map(|s| &s.applications) {
            let currency = payment.amount.currency;
            let applied = decimal(a.applied, currency.decimals());
            measure.application(&payment.id, &data.items[a.item as usize].id, applied, currency.code(), true);
        }
    }
    measure.score().all
}

fn rate(ratio: Ratio) -> f64 {
    ratio.rate().unwrap_or(0.0)
}

#[test]
fn a_year_in_parts_is_decided_as_well_as_at_once() {
    for seed in 1..=3 {
        let (data, books) = world(2_000, seed);
        let mut whole = Book::of(&books);
        whole.record(&whole.run_all());
        for parts in [2, 8] {
            let mut book = Book::of(&books);
            for part in 1..=parts {
                let result = book.run(books.payments.len() * part / parts);
                book.record(&result);
            }
            let again = book.clone().record(&book.run_all());
            let (one, more) = (score(&data, &whole.decided), score(&data, &book.decided));
            println!(
                "seed {seed}, {parts} parts: precision {:.5} {:.5}, coverage {:.4} {:.4}, decided {} {}, then {again}",
                rate(one.precision),
                rate(more.precision),
                rate(one.coverage),
                rate(more.coverage),
                whole.decided.len(),
                book.decided.len(),
            );
        }
    }
}
