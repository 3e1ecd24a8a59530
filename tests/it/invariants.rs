//! The seven invariants of the matcher (docs/matching.md), on small worlds made to collide: few customers, few amounts, ties,
//! duplicates, credit notes, several currencies, debits.

use std::sync::OnceLock;

use chrono::Days;
use lettrage::config::Policy;
use lettrage::model::{
    Bucket, Currency, DifferenceKind, Flag, Hypothesis, HypothesisKind, Money, Nature, Payment, Search, Verdict,
};
use lettrage::synth::{Profile, generate};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};
use rayon::{ThreadPool, ThreadPoolBuilder};
use rust_decimal::Decimal;

use super::books::{Books, Decision, NAMES, Run, day};

/// Amounts of the worlds: few, so that they meet; a sum of two is an amount again. Every usual discount is a whole number of
/// cents of each, so that rounding does not depend on the scale.
const AMOUNTS: [i64; 6] = [10_000, 12_600, 22_600, 33_400, 99_800, 120_000];

/// So many cases, the same ones each time; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` look further.
fn cases(n: u32) -> ProptestConfig {
    let wished = ProptestConfig::default();
    let given = |name: &str| std::env::var_os(name).is_some();
    ProptestConfig {
        cases: if given("PROPTEST_CASES") { wished.cases } else { n },
        rng_seed: if given("PROPTEST_RNG_SEED") { wished.rng_seed } else { RngSeed::Fixed(2026) },
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        max_shrink_iters: 200,
        ..wished
    }
}

#[derive(Clone, Debug)]
struct ItemSeed {
    customer: usize,
    amount: usize,
    due: u64,
    credit: bool,
    settled: bool,
    foreign: bool,
}

#[derive(Clone, Debug)]
struct PaymentSeed {
    /// Items that it is for; taken modulo their number.
    items: Vec<usize>,
    off: i64,
    at: u64,
    named: bool,
    cites: bool,
    twice: bool,
    debit: bool,
}

fn item_seed() -> impl Strategy<Value = ItemSeed> {
    let rarely = || prop::bool::weighted(0.12);
    (0..4usize, 0..AMOUNTS.len(), prop_oneof![Just(40u64), Just(60), 30..120u64], rarely(), rarely(), rarely())
        .prop_map(|(customer, amount, due, credit, settled, foreign)| ItemSeed {
            customer,
            amount,
            due,
            credit,
            settled,
            foreign,
        })
}

fn payment_seed() -> impl Strategy<Value = PaymentSeed> {
    let off = prop_oneof![6 => Just(0i64), 1 => Just(-1_500), 1 => Just(-200), 1 => Just(4_321), 1 => -900..900i64];
    // Round to half the currency, or not even to five cents: what looks like a round fee does so at ten times the amount too.
    let off = off.prop_map(|off| if off % 50 != 0 && off % 5 == 0 { off + 1 } else { off });
    let items = prop_oneof![4 => prop::collection::vec(0..12usize, 1), 1 => prop::collection::vec(0..12usize, 2..4)];
    (
        items,
        off,
        20..140u64,
        prop::bool::weighted(0.8),
        any::<bool>(),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(items, off, at, named, cites, twice, debit)| PaymentSeed {
            items,
            off,
            at,
            named,
            cites,
            twice,
            debit,
        })
}

/// A world of its own: `offset` keeps customers, numbers and amounts of two worlds apart.
fn build(items: &[ItemSeed], payments: &[PaymentSeed], offset: usize) -> Books {
    let mut books = Books::default();
    let customer = |n: usize| format!("C{:02}", n + offset);
    for n in 0..4 {
        books.customer(&customer(n), &format!("{} SARL", NAMES[n + offset])).ibans =
            vec![format!("DE{:020}", 17 + n + offset).into()].into();
    }
    for (n, seed) in items.iter().enumerate() {
        let minor = (AMOUNTS[seed.amount] + 7 * offset as i64) * if seed.credit { -1 } else { 1 };
        // No block of digits is shared between worlds: what shares a key with another item is rarer by it.
        let number = format!("R{}-{:05}", 7 + offset, 40_310 + 1_000 * offset + 13 * n);
        let item = books.item(&number, &customer(seed.customer), minor, seed.due);
        if seed.settled {
            item.open_minor = 0;
        }
        if seed.foreign {
            item.amount.currency = Currency::parse("CHF").unwrap();
        }
    }
    for (n, seed) in payments.iter().enumerate() {
        let mut of: Vec<usize> = seed.items.iter().map(|i| i % items.len()).collect();
        of.sort_unstable();
        of.dedup();
        let total: i64 = of.iter().map(|i| books.items[*i].amount.minor).sum::<i64>() + seed.off;
        let minor = total.abs().max(1) * if seed.debit { -1 } else { 1 };
        let name = if seed.named { NAMES[items[of[0]].customer + offset] } else { "" };
        let numbers: Vec<String> = of.iter().map(|i| books.items[*i].number.to_string()).collect();
        let text = if seed.cites { numbers.join(" ") } else { String::new() };
        for k in 0..=usize::from(seed.twice) {
            let payment = books.pay(&format!("P{offset}-{n}-{k}"), minor, seed.at, name, &text);
            if seed.debit {
                payment.nature = Nature::Return;
            }
        }
    }
    books.as_of = Some(day(200));
    books
}

fn world() -> impl Strategy<Value = Books> {
    (prop::collection::vec(item_seed(), 1..=12), prop::collection::vec(payment_seed(), 1..=8))
        .prop_map(|(items, payments)| build(&items, &payments, 0))
}

/// Two worlds in one, which share nothing: the first payments and items are those of the first.
fn two_worlds() -> impl Strategy<Value = (Books, usize, usize)> {
    let seeds = || (prop::collection::vec(item_seed(), 1..=6), prop::collection::vec(payment_seed(), 1..=5));
    (seeds(), seeds()).prop_map(|(a, b)| {
        let mut books = build(&a.0, &a.1, 0);
        let (payments, items) = (books.payments.len(), books.items.len());
        let other = build(&b.0, &b.1, 8);
        books.payments.extend(other.payments);
        books.items.extend(other.items);
        books.customers.extend(other.customers);
        (books, payments, items)
    })
}

/// A slice of the generator's worlds, as books.
fn generated(payments: u64, seed: u64) -> Books {
    let data = generate(&Profile::new(payments, seed));
    Books { payments: data.payments, items: data.items, customers: data.customers, ..Books::default() }
}

pub(super) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    static POOLS: OnceLock<Vec<(usize, ThreadPool)>> = OnceLock::new();
    let pools = POOLS.get_or_init(|| {
        [1, 2, 4].map(|n| (n, ThreadPoolBuilder::new().num_threads(n).build().unwrap())).into_iter().collect()
    });
    pools.iter().find(|(n, _)| *n == threads).unwrap().1.install(work)
}

/// Money is conserved, in what was chosen and in every rival.
pub(super) fn check_money(run: &Run<'_>) {
    for (payment, verdict) in run.books.payments.iter().zip(&run.reconciliation.verdicts) {
        let amount = payment.amount.minor;
        assert_eq!(verdict.bucket == Bucket::Auto, verdict.chosen.is_some() && verdict.bucket != Bucket::Review);
        assert_eq!(verdict.bucket == Bucket::Auto, verdict.reason.is_none(), "{payment:?} {verdict:?}");
        for h in verdict.chosen.iter().chain(&verdict.rivals) {
            check_equation(run, h, amount);
        }
    }
}

fn check_equation(run: &Run<'_>, h: &Hypothesis, amount: i64) {
    if matches!(h.kind, HypothesisKind::None | HypothesisKind::Unlisted) {
        assert!(h.applications.is_empty());
        return;
    }
    let mut sum: i64 = h.applications.iter().map(|a| a.applied).sum();
    for d in &h.differences {
        sum += match d.kind {
            DifferenceKind::OpenRest => 0,
            DifferenceKind::OnAccount | DifferenceKind::Fx => d.minor,
            DifferenceKind::Discount | DifferenceKind::Fee | DifferenceKind::WriteOff => -d.minor,
        };
    }
    assert_eq!(sum, amount, "{h:?}");
    let mut items: Vec<u32> = h.applications.iter().map(|a| a.item).collect();
    items.dedup();
    assert_eq!(items.len(), h.applications.len(), "an item is named once: {h:?}");
    for a in h.applications.iter().filter(|_| h.kind != HypothesisKind::Return) {
        let open = run.books.items[a.item as usize].open_minor;
        assert!(a.applied.abs() <= open.abs() && (a.applied == 0 || a.applied.signum() == open.signum()), "{h:?}");
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn one_money_is_conserved(books in world()) {
        // `run` has the auditor prove every identity.
        check_money(&books.run());
    }

    #[test]
    fn two_threads_and_order_change_nothing(books in world(), turn in 0..12usize) {
        let one = on_threads(1, || books.run().reconciliation);
        for threads in [2, 4] {
            prop_assert_eq!(&one, &on_threads(threads, || books.run().reconciliation));
        }
        let mut turned = books.clone();
        turned.payments.reverse();
        turned.items.reverse();
        turned.customers.reverse();
        let (payments, items) = (turned.payments.len(), turned.items.len());
        turned.payments.rotate_left(turn % payments);
        turned.items.rotate_left(turn % items);
        prop_assert_eq!(books.run().decisions(), turned.run().decisions());
    }

    #[test]
    fn three_what_takes_no_part_changes_nothing((books, payments, items) in two_worlds(), which in any::<prop::sample::Index>()) {
        let books = books.frozen();
        let mut less = books.clone();
        less.payments.remove(payments + which.index(books.payments.len() - payments));
        let mut fewer = books.clone();
        fewer.items.remove(items + which.index(books.items.len() - items));
        let before = books.run().decisions();
        for changed in [less, fewer] {
            let after = changed.run().decisions();
            for payment in &books.payments[..payments] {
                prop_assert_eq!(&before[&*payment.id], &after[&*payment.id]);
            }
        }
    }

    #[test]
    fn four_a_second_identical_item_is_no_confident_choice(books in world(), apart in 0..3u64) {
        let before = books.run();
        for (payment, verdict) in books.payments.iter().zip(&before.reconciliation.verdicts) {
            let Some(chosen) = verdict.chosen.as_ref().filter(|_| payment.remittance.is_empty()) else { continue };
            let [application] = chosen.applications[..] else { continue };
            // A payment that cites the item tells the two apart, for itself and so for the others.
            if disputed(&before, application.item, payment) {
                continue;
            }
            let mut twin = books.items[application.item as usize].clone();
            twin.id = "twin".into();
            twin.number = "R9-77777".into();
            twin.due_date = twin.due_date.map(|d| d + Days::new(apart));
            let mut more = books.clone();
            more.items.push(twin);
            let run = more.run();
            let after = run.verdict(&payment.id);
            let tie = after.flags.has(Flag::Interchangeable) || after.flags.has(Flag::Returned);
            prop_assert!(after.bucket != Bucket::Auto || tie, "{after:?}");
        }
    }

    #[test]
    fn five_more_evidence_never_lowers_a_probability(books in world(), which in any::<prop::sample::Index>()) {
        let books = books.frozen();
        let run = books.run();
        let at = which.index(books.payments.len());
        let verdict = &run.reconciliation.verdicts[at];
        let Some(chosen) = &verdict.chosen else { return Ok(()) };
        let [application] = chosen.applications[..] else { return Ok(()) };
        // An equal amount alone does not compete, and any member of a class will do: other questions.
        let competes = matches!(chosen.kind, HypothesisKind::Cited | HypothesisKind::PayerAmount);
        if chosen.flags.has(Flag::Interchangeable) || !competes {
            return Ok(());
        }
        let item = &books.items[application.item as usize];
        let mut cited = books.clone();
        cited.payments[at].remittance = format!("{} / {}", books.payments[at].remittance, item.number).into();
        let mut known = books.clone();
        let owner = books.customers.iter().find(|c| *c.id == *item.customer_id).unwrap();
        known.payments[at].payer_iban = owner.ibans[0].clone();
        // A known payer may also have paid a settled item of that amount again: something new to weigh, not the same.
        let settled = books.items.iter().any(|i| i.is_settled());
        for (what, more) in [("number", cited), ("account", known)].into_iter().filter(|m| m.0 == "number" || !settled) {
            let run = more.run();
            let after = &run.reconciliation.verdicts[at];
            let same = |h: &&Hypothesis| h.applications == chosen.applications && h.kind != HypothesisKind::Duplicate;
            let p = after.chosen.iter().chain(&after.rivals).find(same).map_or(0, |h| h.probability.0);
            // Who is known to owe more invoices may pay for one that is not listed: that much is lost when an unknown payer
            // becomes a known one, and no more. And a millionth for rounding.
            // A payment that cites to the cent also teaches how its payer pays, and so shifts a little what its rivals may be.
            let grown = if what == "account" { 1.0 + f64::from(books.items.len() as u32 + 1).log2() / 4.0 } else { 1.25 };
            let odds = |p: u32| f64::from(p) / f64::from(1_000_000 - p.min(999_999));
            let before = chosen.probability.0;
            prop_assert!(odds(p + 2) * grown >= odds(before), "{what}: {before} -> {p}");
        }
    }

    #[test]
    fn six_scale_and_calendar_change_nothing(books in world()) {
        let before = books.run().decisions();
        let mut later = books.clone();
        let days = Days::new(28);
        later.as_of = later.as_of.map(|d| d + days);
        for p in &mut later.payments {
            p.booking_date = p.booking_date + days;
        }
        for i in &mut later.items {
            i.due_date = i.due_date.map(|d| d + days);
            i.issue_date = i.issue_date.map(|d| d + days);
        }
        prop_assert_eq!(&before, &later.run().decisions());
        let mut larger = books.clone();
        let ten = Decimal::TEN;
        larger.policy.fee_limit *= ten;
        larger.payments.iter_mut().for_each(|p| p.amount = Money::new(p.amount.minor * 10, p.amount.currency));
        for i in &mut larger.items {
            i.amount.minor *= 10;
            i.open_minor *= 10;
        }
        let after = larger.run().decisions();
        for (id, before) in &before {
            prop_assert_eq!(decided(before, 10), decided(&after[id], 1), "{}", id);
        }
    }

    #[test]
    fn seven_a_limit_is_reported(books in world()) {
        check_limits(&books);
    }
}

/// Runs with each limit so low that it is reached: whoever is decided otherwise for it says that the search was stopped.
pub(super) fn check_limits(books: &Books) {
    let free = books.run();
    let check = |policy: Policy, is_said: &dyn Fn(&Verdict, &Verdict) -> bool| {
        let limited = Books { policy, ..books.clone() };
        let limited = limited.run();
        check_money(&limited);
        for (free, limited) in free.reconciliation.verdicts.iter().zip(&limited.reconciliation.verdicts) {
            assert!(limited.search == Search::Stopped || is_said(free, limited), "{free:?} {limited:?}");
            if free.search == Search::Complete && limited.search == Search::Stopped && limited.bucket == Bucket::Auto {
                // A bound may only claim less.
                assert!(limited.probability <= free.probability || limited.chosen != free.chosen);
            }
        }
    };
    // None of the items, and equations that are not listed, are always there.
    let named = |h: &&Hypothesis| !matches!(h.kind, HypothesisKind::None | HypothesisKind::Unlisted);
    check(Policy { candidates: 1, ..Policy::default() }, &|free, _| all(free).filter(named).count() <= 1);
    // An equal amount alone gives way to whatever was chosen elsewhere: it has no part in the search that stopped.
    let alone = |v: &Verdict| all(v).any(|h| h.kind == HypothesisKind::AmountOnly);
    check(Policy { component_steps: 1, ..Policy::default() }, &|free, limited| {
        free.probability == limited.probability || alone(free) || limited.returns.is_some()
    });
    // A sum that is no longer found.
    let sums =
        |v: &Verdict| all(v).filter(|h| h.kind == HypothesisKind::ExactSum).map(|h| h.applications.clone()).collect();
    check(Policy { sum_steps: 1, ..Policy::default() }, &|free, limited| {
        let (before, after): (Vec<_>, Vec<_>) = (sums(free), sums(limited));
        before.iter().all(|set| after.contains(set))
    });
}

/// Every hypothesis of a payment, chosen or not.
pub(super) fn all(verdict: &Verdict) -> impl Iterator<Item = &Hypothesis> {
    verdict.chosen.iter().chain(&verdict.rivals)
}

/// Whether any other payment might be for an item.
pub(super) fn disputed(run: &Run<'_>, item: u32, payment: &Payment) -> bool {
    (run.books.payments.iter().zip(&run.reconciliation.verdicts))
        .filter(|(p, _)| p.id != payment.id)
        .flat_map(|(_, v)| v.chosen.iter().chain(&v.rivals))
        .any(|h| h.applications.iter().any(|a| a.item == item))
}

/// What was decided, without figures that are not decisions.
pub(super) fn decided(d: &Decision, factor: i64) -> String {
    let applied: Vec<_> =
        d.chosen.iter().flat_map(|c| &c.applied).map(|(item, minor)| (item, minor * factor)).collect();
    let differences: Vec<_> =
        d.chosen.iter().flat_map(|c| &c.differences).map(|(kind, minor)| (kind, minor * factor)).collect();
    format!("{:?} {:?} {:?} {applied:?} {differences:?}", d.bucket, d.reason, d.flags)
}

#[test]
fn generated_worlds_keep_the_books_straight_on_any_threads() {
    for seed in [5, 6] {
        let books = generated(400, seed);
        let run = on_threads(1, || books.run().reconciliation);
        check_money(&Run { books: &books, reconciliation: run.clone() });
        assert_eq!(run, on_threads(4, || books.run().reconciliation));
        let mut turned = books.clone();
        turned.payments.reverse();
        turned.items.rotate_left(77);
        turned.customers.reverse();
        assert_eq!(books.run().decisions(), turned.run().decisions());
    }
}

#[test]
fn a_component_that_is_too_large_is_reported() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur SARL");
    books.item("2026-9001", "C90", 125_000, 100);
    books.item("2026-9002", "C90", 125_000, 102);
    for n in 0..4 {
        books.pay(&format!("P{n}"), 125_000, 100 + n, "Vasseur", "");
    }
    books.policy.component_steps = 1;
    let run = books.run();
    for n in 0..4 {
        let v = run.verdict(&format!("P{n}"));
        assert_eq!(v.search, Search::Stopped);
        assert_ne!(v.bucket, Bucket::Auto);
    }
}
