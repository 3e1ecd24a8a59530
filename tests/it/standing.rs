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
            known: Known {
                decided: &self.decided,
                objections: &self.objections,
                only_propose: &self.only_propose,
                ..Known::default()
            },
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
        let one = score(&data, &whole.decided);
        for parts in [2, 8] {
            let mut book = Book::of(&books);
            for part in 1..=parts {
                let result = book.run(books.payments.len() * part / parts);
                book.record(&result);
            }
            // What was left undecided, looked at again and again: the hard cases alone must not look easy.
            let more: usize = (0..3).map(|_| book.record(&book.run_all())).sum();
            let many = score(&data, &book.decided);
            let measured = format!(
                "seed {seed}, {parts} parts: precision {:.5} and {:.5}, coverage {:.4} and {:.4}, {more} by looking again",
                rate(one.precision),
                rate(many.precision),
                rate(one.coverage),
                rate(many.coverage)
            );
            println!("{measured}");
            assert!(rate(many.precision) >= rate(one.precision).min(0.9995), "{measured}");
            assert!(rate(many.coverage) >= rate(one.coverage), "{measured}");
        }
    }
}

/// Debits with the receipts that they return.
fn returns(verdicts: &[Verdict]) -> BTreeSet<(u32, u32)> {
    (0u32..).zip(verdicts).filter_map(|(n, v)| Some((n, v.returns?))).collect()
}

#[test]
fn a_return_takes_back_what_an_earlier_run_had_applied() {
    let mut found = 0;
    for seed in 1..=6 {
        let (_, books) = world(1_500, seed);
        let at_once = returns(&Book::of(&books).run_all().verdicts);
        for at in [2, 3, 5].map(|part| books.payments.len() * part / 6) {
            let mut book = Book::of(&books);
            book.record(&book.run(at));
            let result = book.run_all();
            let later = returns(&result.verdicts);
            for (debit, receipt) in at_once.iter().filter(|(debit, _)| *debit as usize >= at) {
                assert!(later.contains(&(*debit, *receipt)), "seed {seed}: {debit} returns {receipt}");
                let verdict = &result.verdicts[*debit as usize];
                let Some(of) = book.decided.iter().find(|s| s.payment == *receipt) else { continue };
                let back: Vec<Application> =
                    of.applications.iter().map(|a| Application { applied: -a.applied, ..*a }).collect();
                assert_eq!(verdict.chosen.as_ref().unwrap().applications, back);
                found += usize::from(verdict.bucket == Bucket::Auto);
            }
            // Once it stands, the return of a receipt is no return again.
            book.record(&result);
            for standing in book.decided.clone().iter().filter(|s| s.returns.is_some()) {
                let copy = books.payments[standing.payment as usize].clone();
                let mut twice = book.clone();
                twice.books.payments.push(lettrage::model::Payment { id: "again".into(), ..copy });
                let again = twice.run_all();
                assert_ne!(twice.verdict(&again, "again").returns, standing.returns);
            }
        }
    }
    println!("{found} returns of decided receipts taken back");
    assert!(found >= 10, "{found}");
}

/// The usual business, with a customer of whom one invoice is open.
fn one_open() -> Books {
    let mut books = Books::usual();
    books.customer("K1", "Zimmerli Wackernagel SA");
    books.item("2026-0901", "K1", 123_456, 100);
    books.pay("P1", 123_456, 103, "Zimmerli Wackernagel", "FACTURE 2026-0901");
    books
}

#[test]
fn a_return_gives_back_discounts_too_and_the_item_is_open_for_the_next() {
    let mut books = one_open();
    books.payments.last_mut().unwrap().amount.minor = 120_987;
    let back = books.pay("R1", -120_987, 110, "Zimmerli Wackernagel", "IMPAYE FACTURE 2026-0901");
    back.nature = Nature::Return;
    books.pay("P2", 123_456, 120, "Zimmerli Wackernagel", "FACTURE 2026-0901");
    let mut book = Book::of(&books);
    book.decide("P1", &[("2026-0901", 123_456)]);
    book.decided[0].differences = vec![Difference { kind: DifferenceKind::Discount, minor: 2_469 }];
    let result = book.run_all();
    let verdict = book.verdict(&result, "R1");
    assert_eq!(book.says(&result, "R1"), (Bucket::Auto, vec![("2026-0901", -123_456)]));
    assert_eq!(verdict.returns, Some(book.payment("P1")));
    let differences = &verdict.chosen.as_ref().unwrap().differences;
    assert_eq!(differences[..], [Difference { kind: DifferenceKind::Discount, minor: -2_469 }]);
    assert_eq!(book.says(&result, "P2"), (Bucket::Auto, vec![("2026-0901", 123_456)]));
    let outcome = result.items[book.item("2026-0901") as usize];
    assert_eq!((outcome.applied, outcome.reopened), (0, 123_456));
    // Where a person has said no to that return before, he is asked, and nothing is open again.
    book.only_propose = vec![book.payment("R1")];
    let result = book.run_all();
    assert_eq!(book.says(&result, "R1"), (Bucket::Review, vec![("2026-0901", -123_456)]));
    assert_eq!(book.verdict(&result, "P2").reason, Some(Reason::DuplicatePayment));
    // Where a person has said that the receipt is no customer's money, nothing of it comes back.
    book.decided[0] =
        Decided { outside: true, applications: Vec::new(), differences: Vec::new(), ..book.decided[0].clone() };
    assert_eq!(book.verdict(&book.run_all(), "R1").returns, None);
}

#[test]
fn a_refused_return_is_no_return_again() {
    let mut books = one_open();
    let back = books.pay("R1", -123_456, 110, "Zimmerli Wackernagel", "IMPAYE FACTURE 2026-0901");
    back.nature = Nature::Return;
    let mut book = Book::of(&books);
    // The receipt is decided in the same run, or before.
    for decided in [false, true] {
        book.objections.clear();
        if decided {
            book.decide("P1", &[("2026-0901", 123_456)]);
        }
        assert_eq!(book.says(&book.run_all(), "R1"), (Bucket::Auto, vec![("2026-0901", -123_456)]));
        book.refuse("R1", &[("2026-0901", -123_456)]);
        let result = book.run_all();
        let verdict = book.verdict(&result, "R1");
        assert_eq!((verdict.bucket, verdict.reason), (Bucket::Unmatched, Some(Reason::Returned)));
        assert_eq!((verdict.returns, &verdict.chosen), (None, &None));
        assert_eq!(result.items[book.item("2026-0901") as usize].reopened, 0);
    }
}

#[test]
fn a_receipt_that_was_taken_back_undecided_is_not_applied() {
    let mut books = one_open();
    books.pay("R1", -123_456, 104, "Zimmerli Wackernagel", "");
    books.pay("P2", 123_456, 105, "Zimmerli Wackernagel", "FACTURE 2026-0901");
    let mut book = Book::of(&books);
    let returns = Some(book.payment("P1"));
    book.decided = vec![Decided { payment: book.payment("R1"), returns, ..Decided::default() }];
    let result = book.run_all();
    assert_ne!(book.says(&result, "P1").0, Bucket::Auto);
    assert_eq!(book.says(&result, "P2"), (Bucket::Auto, vec![("2026-0901", 123_456)]));
}

#[test]
fn a_duplicate_names_the_payment_that_settled_the_item() {
    let mut books = one_open();
    books.pay("P2", 123_456, 120, "Zimmerli Wackernagel", "FACTURE 2026-0901");
    let mut book = Book::of(&books);
    book.record(&book.run(books.payments.len() - 1));
    assert!(book.decided.iter().any(|s| s.payment == book.payment("P1")));
    let result = book.run_all();
    let verdict = book.verdict(&result, "P2");
    let chosen = verdict.chosen.as_ref().unwrap();
    assert_eq!((verdict.bucket, verdict.reason), (Bucket::Review, Some(Reason::DuplicatePayment)));
    assert!(verdict.flags.has(Flag::Duplicate));
    assert_eq!(chosen.obstacle, Some(Obstacle::AlreadySettled(Some(book.payment("P1")))));
}

#[test]
fn what_a_person_refused_is_not_proposed_again_and_another_may_be() {
    let mut books = one_open();
    books.item("2026-0902", "K1", 123_456, 104);
    let mut book = Book::of(&books);
    assert_eq!(book.says(&book.run_all(), "P1"), (Bucket::Auto, vec![("2026-0901", 123_456)]));
    book.refuse("P1", &[("2026-0901", 1)]);
    let result = book.run_all();
    assert_eq!(book.says(&result, "P1").1, [("2026-0902", 123_456)]);
    let verdict = book.verdict(&result, "P1");
    let named = |h: &lettrage::model::Hypothesis| h.applications.iter().any(|a| a.item == book.item("2026-0901"));
    assert!(!verdict.chosen.iter().chain(&verdict.rivals).any(named));
    book.refuse("P1", &[("2026-0902", 123_456)]);
    assert_eq!(book.says(&book.run_all(), "P1").1, []);
}

#[test]
fn a_refused_member_of_a_class_is_not_handed_out() {
    let mut books = Books::usual();
    books.customer("K1", "Zimmerli Wackernagel SA");
    let issued = books.item("2026-0901", "K1", 123_456, 100).issue_date;
    for number in ["2026-0902", "2026-0903"] {
        books.item(number, "K1", 123_456, 100).issue_date = issued;
    }
    books.pay("P1", 123_456, 103, "Zimmerli Wackernagel", "");
    let mut book = Book::of(&books);
    let first = book.verdict(&book.run_all(), "P1").clone();
    assert!(first.flags.has(Flag::Interchangeable));
    for refused in ["2026-0901", "2026-0902", "2026-0903"] {
        book.objections.clear();
        book.refuse("P1", &[(refused, 123_456)]);
        let says = book.says(&book.run_all(), "P1").1;
        assert!(says.len() == 1 && says[0].0 != refused, "{says:?}");
    }
    // A set is another equation than its members, and a payment another one than a repeat.
    book.objections.clear();
    book.refuse("P1", &[("2026-0901", 1), ("2026-0902", 1)]);
    book.refuse("P1", &[("2026-0901", 0)]);
    assert_eq!(book.verdict(&book.run_all(), "P1").chosen, first.chosen);
}

/// Generated payments of which every seventh is under a person's no.
#[test]
fn what_is_only_proposed_is_never_automatic() {
    let mut withheld = 0;
    for seed in [3, 8] {
        let (_, books) = world(400, seed);
        let mut book = Book::of(&books);
        let before = book.run_all();
        book.only_propose = (0..books.payments.len() as u32).step_by(7).collect();
        let after = book.run_all();
        for n in &book.only_propose {
            let (before, after) = (&before.verdicts[*n as usize], &after.verdicts[*n as usize]);
            assert_ne!(after.bucket, Bucket::Auto);
            if before.bucket == Bucket::Auto && after.bucket == Bucket::Review {
                let objected = after.chosen.as_ref().unwrap().obstacle.is_some();
                assert!(after.reason.is_some() && (objected || after.returns.is_some()));
                withheld += 1;
            }
        }
    }
    assert!(withheld >= 60, "{withheld}");
    let mut book = Book::of(&one_open());
    book.only_propose = vec![book.payment("P1")];
    let result = book.run_all();
    let verdict = book.verdict(&result, "P1");
    assert_eq!((verdict.bucket, verdict.reason), (Bucket::Review, Some(Reason::WeakEvidence)));
    assert_eq!(verdict.chosen.as_ref().unwrap().obstacle, Some(Obstacle::Rule));
}

/// Whatever people decide, right or wrong: it stands, and its money is not spent again.
#[test]
fn a_persons_decision_stands_against_the_engine() {
    for seed in [3, 8, 12] {
        let (_, books) = world(300, seed);
        let mut book = Book::of(&books);
        let verdicts = book.run_all().verdicts;
        // Every fifth payment goes to the next open item of its sign, as far as it reaches; the rest is on account.
        let mut left: Vec<i64> = books.items.iter().map(|i| i.open_minor).collect();
        let mut against = 0;
        for (n, payment) in books.payments.iter().enumerate().filter(|(n, p)| n % 5 == 0 && p.amount.minor > 0) {
            let same = |i: &usize| books.items[*i].amount.currency == payment.amount.currency && left[*i] > 0;
            let Some(item) = (0..left.len()).map(|k| (k + 13 * n) % left.len()).find(same) else { continue };
            let applied = payment.amount.minor.min(left[item]);
            left[item] -= applied;
            let rest = payment.amount.minor - applied;
            let chosen = verdicts[n].chosen.as_ref();
            against += usize::from(chosen.is_some_and(|c| c.applications.iter().all(|a| a.item as usize != item)));
            book.decided.push(Decided {
                payment: n as u32,
                applications: vec![Application { item: item as u32, applied }],
                differences: (rest > 0)
                    .then_some(Difference { kind: DifferenceKind::OnAccount, minor: rest })
                    .into_iter()
                    .collect(),
                ..Decided::default()
            });
        }
        assert!(against >= 30, "{against}");
        // The checks of each run see to it that nothing is taken beyond what is open.
        let result = book.run_all();
        for (n, verdict) in result.verdicts.iter().enumerate().filter(|(_, v)| v.bucket == Bucket::Review) {
            let chosen = verdict.chosen.as_ref().unwrap();
            let takes = |a: &&Application| chosen.kind != HypothesisKind::Return && a.applied != 0;
            for a in chosen.applications.iter().filter(takes) {
                let back = result.items[a.item as usize].reopened;
                assert!(left[a.item as usize].abs() + back.abs() >= a.applied.abs(), "{}", books.payments[n].id);
            }
        }
        book.record(&result);
        book.run_all();
    }
}

#[test]
fn what_is_decided_teaches_who_pays_and_when() {
    // A factor of whom the ledger knows nothing pays for K1, always eleven days late; two invoices of one amount are open.
    let mut books = Books::usual();
    books.customer("K1", "Zimmerli Wackernagel SA");
    for (n, due) in [(0i64, 10), (1, 40), (2, 70)] {
        books.item(&format!("2026-090{n}"), "K1", 50_137 + n, due);
        books.pay(&format!("D{n}"), 50_137 + n, due + 11, "Factorco Finance", "");
    }
    books.item("2026-0911", "K1", 88_137, 60);
    books.item("2026-0912", "K1", 88_137, 100);
    books.pay("P1", 88_137, 111, "Factorco Finance", "");
    let mut book = Book::of(&books);
    let result = book.run_all();
    assert_ne!(book.says(&result, "P1").0, Bucket::Auto);
    let before = book.verdict(&result, "P1").probability;
    for n in 0..3 {
        book.decide(&format!("D{n}"), &[(&format!("2026-090{n}"), 50_137 + n)]);
    }
    let result = book.run_all();
    assert_eq!(book.says(&result, "P1"), (Bucket::Auto, vec![("2026-0912", 88_137)]));
    assert!(book.verdict(&result, "P1").probability > before);
    // What is nobody's money teaches nothing.
    book.decided.iter_mut().for_each(|s| s.outside = true);
    assert_ne!(book.says(&book.run_all(), "P1").0, Bucket::Auto);
}

#[test]
fn who_repeats_himself_soon_does_not_pay_the_next_invoice() {
    let mut books = one_open();
    books.item("2026-0902", "K1", 123_456, 110);
    books.pay("P2", 123_456, 112, "Zimmerli Wackernagel", "FACTURE 2026-0901");
    let mut book = Book::of(&books);
    book.record(&book.run(books.payments.len() - 1));
    let result = book.run_all();
    assert_eq!(book.says(&result, "P2"), (Bucket::Review, vec![("2026-0901", 0)]));
}

#[test]
fn the_rest_after_decided_parts_is_what_completes_an_item() {
    let mut books = one_open();
    books.payments.last_mut().unwrap().amount.minor = 40_000;
    books.pay("P2", 83_456, 133, "Zimmerli Wackernagel", "FACTURE 2026-0901 SOLDE");
    let mut book = Book::of(&books);
    book.decide("P1", &[("2026-0901", 40_000)]);
    let result = book.run_all();
    assert_eq!(book.says(&result, "P2"), (Bucket::Auto, vec![("2026-0901", 83_456)]));
    assert!(book.verdict(&result, "P2").flags.has(Flag::Instalment));
}

#[test]
fn what_points_nowhere_is_passed_over() {
    let book = Book::of(&one_open());
    let nowhere = Application { item: u32::MAX, applied: i64::MIN };
    let result = reconcile(&Request {
        known: Known {
            decided: &[
                Decided { payment: 9_999, applications: vec![nowhere], ..Decided::default() },
                Decided { payment: 0, applications: vec![nowhere], returns: Some(77_777), ..Decided::default() },
            ],
            objections: &[Objection { payment: u32::MAX, applications: vec![nowhere] }],
            only_propose: &[u32::MAX],
            forgotten: &[],
        },
        ..book.books.request()
    });
    assert_eq!(result.verdicts[0], Verdict::standing());
    assert_eq!(book.says(&result, "P1").0, Bucket::Auto);
}

#[test]
fn the_order_of_what_is_known_changes_nothing() {
    let (_, books) = world(600, 5);
    let mut book = Book::of(&books);
    book.record(&book.run(400));
    book.objections = (0..600).step_by(9).map(|n| Objection { payment: n, applications: Vec::new() }).collect();
    book.only_propose = (400..600).step_by(11).collect();
    let first = book.run_all();
    book.decided.reverse();
    book.objections.reverse();
    book.only_propose.reverse();
    assert_eq!(first, book.run_all());
}
