//! Each term on a tiny ledger: its sign, its rough size, and what it is weighed against.

use super::chance::{ZEROS, zeros_of};
use super::habit::{Observed, Seen};
use super::*;
use crate::model::sample::{Ledger, TERM, TODAY, cite, draft, item, known, receipt};
use crate::model::stage::{
    Cite, CiteClass, DateRole, Instalment, ItemFacts, NO_CLASS, NamedPeriod, Pattern, PayerCandidate, PayerView,
};
use crate::model::{Difference, Flag};

/// Chance in a ledger of a thousand open items.
fn chance() -> Frequencies {
    let mut zeros = vec![1e-3; ZEROS];
    zeros[..6].copy_from_slice(&[0.70, 0.10, 0.10, 0.05, 0.03, 0.01]);
    Frequencies { open_items: 1000.0, unknown_payers: 0.1, zeros, dates: 0.01, ..Frequencies::default() }
}

/// Weighs with default weights against [`chance`].
fn with<T>(ledger: &Ledger, look: impl FnOnce(&Scorer<'_>) -> T) -> T {
    let (weights, chance) = (Weights::default(), chance());
    let habits = Habits::of(&weights, &[]);
    // Any other item would fit into any surplus.
    let least_open = vec![0; ledger.open_of.len()];
    look(&Scorer {
        weights: &weights,
        chance: &chance,
        habits: &habits,
        spreads: &Spreads::default(),
        ledger: ledger.facts(),
        open_of: &ledger.open_of,
        least_open: &least_open,
    })
}

/// Some items, with their customers in a buffer.
fn settled<'a>(ledger: &Ledger, items: &'a [u32], customers: &'a mut Vec<u32>) -> Settled<'a> {
    customers.extend(items.iter().map(|n| ledger.items[*n as usize].customer));
    customers.sort_unstable();
    customers.dedup();
    Settled { items, customers }
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 0.05, "{found} bits, expected about {expected}");
}

/// The reference's bits for the first items of a ledger, cited so.
fn cited(cites: &[Cite], items: &[u32]) -> (Level, f64) {
    let ledger = Ledger::of(&[item(0, 10_000), item(0, 20_000), item(1, 30_000)]);
    let facts = ReceiptFacts { cites: cites.to_vec(), ..receipt(10_000) };
    with(&ledger, |s| {
        let term = s.cited(&facts, items, &mut Memo::default());
        (term.level, term.weight.bits())
    })
}

#[test]
fn a_citation_weighs_by_its_class() {
    // log2 of how often it is cited so ÷ (how often such a key strays ÷ 1000 items).
    let bits = |class| cited(&[cite(0, class)], &[0]).1;
    near(bits(CiteClass::Structured), (0.65f64 / 0.002 * 1000.0).log2());
    near(bits(CiteClass::Whole), 15.99);
    near(bits(CiteClass::Core), 12.87);
    near(bits(CiteClass::Tail), 9.97);
    near(bits(CiteClass::Order), 9.23);
}

#[test]
fn a_key_that_is_shared_or_short_weighs_less() {
    let whole = cite(0, CiteClass::Whole);
    let (_, alone) = cited(&[whole], &[0]);
    near(alone - cited(&[Cite { sharing: 8, ..whole }], &[0]).1, 3.0);
    // Two digits short of six: it strays five times as often for each.
    near(alone - cited(&[Cite { digits: 4, ..whole }], &[0]).1, 25f64.log2());
}

#[test]
fn what_is_not_cited_is_a_little_against_it() {
    let (level, bits) = cited(&[], &[0]);
    assert_eq!(level, Level::NothingCited);
    near(bits, 0.2f64.log2());
    assert_eq!(cited(&[cite(1, CiteClass::Whole)], &[0]), (Level::OthersCited(1), bits));
    // One of two is left out.
    let (level, both) = cited(&[cite(0, CiteClass::Whole)], &[0, 1]);
    assert_eq!(level, Level::CitedWhole(1));
    near(both - cited(&[cite(0, CiteClass::Whole)], &[0]).1, 0.03f64.log2());
}

#[test]
fn an_old_number_of_a_standing_order_says_something() {
    let settled = ItemFacts { open: 0, ..item(0, 10_000) };
    let ledger = Ledger::of(&[item(0, 10_000), settled, ItemFacts { open: 0, ..item(1, 10_000) }, item(0, 10_001)]);
    let bits = |cited: u32, paid: u32| {
        let facts = ReceiptFacts { cites: vec![cite(cited, CiteClass::Whole)], ..receipt(10_000) };
        with(&ledger, |s| s.cited(&facts, &[paid], &mut Memo::default()).weight.bits())
    };
    // As much as the number would of its own item, one time in a hundred.
    near(bits(1, 0) - bits(0, 0), 0.01f64.log2());
    // Somebody else's number, or one of another amount, does not.
    near(bits(2, 0), 0.2f64.log2());
    near(bits(1, 3), 0.2f64.log2());
}

/// The payer's level and bits for an item of customer 0, who has so many open items.
fn paid_by(payer: PayerView, open_of: u32, pays_for: bool) -> (Level, f64) {
    let mut ledger = Ledger::of(&[item(0, 10_000), item(1, 20_000)]);
    ledger.open_of[0] = open_of;
    if pays_for {
        ledger.pays_for[1].push(0);
    }
    let facts = ReceiptFacts { payer, ..receipt(10_000) };
    with(&ledger, |s| {
        let term = s.paid_by(&facts, &[0], &mut Memo::default());
        (term.level, term.weight.bits())
    })
}

#[test]
fn a_payer_weighs_by_how_few_items_are_his() {
    let (level, rare) = paid_by(known(0), 1, false);
    assert_eq!(level, Level::PayerIbanAndName);
    // Nine in ten pay so, and nine in ten of all payers are known.
    near(rare, (0.9f64 / 0.9 * 0.99 * 1000.0).log2());
    near(rare - paid_by(known(0), 100, false).1, 100f64.log2());
}

#[test]
fn another_payer_is_against_it_unless_he_pays_for_the_customer() {
    let (level, bits) = paid_by(known(1), 1, false);
    assert_eq!(level, Level::PayerOther);
    // One in a hundred that it is nobody known, who pays in eight cases of a hundred, as often as chance has it in ten.
    near(bits, (0.002f64 / 0.9 * 0.99 + 0.01 / 0.1 * 0.08).log2());
    let (level, bits) = paid_by(known(1), 1, true);
    assert_eq!(level, Level::PayerForOther);
    near(bits, (0.02f64 / 0.9 * 0.99 * 1000.0).log2());
    let (level, bits) = paid_by(Default::default(), 1, false);
    assert_eq!(level, Level::PayerUnknown);
    near(bits, 0.8f64.log2());
}

#[test]
fn nobody_known_speaks_for_none_of_the_items() {
    let ledger = Ledger::of(&[item(0, 10_000)]);
    with(&ledger, |s| {
        near(s.paid_by_nobody(&receipt(10_000)).weight.bits(), 5f64.log2());
        let facts = ReceiptFacts { payer: known(0), ..receipt(10_000) };
        near(s.paid_by_nobody(&facts).weight.bits(), (0.99 * 0.5f64 / 0.9 + 0.01 * 0.5 / 0.1).log2());
    });
}

/// The amount's level and bits for one item; a difference comes with its flag.
fn amount(item: ItemFacts, paid: i64, difference: Option<(DifferenceKind, i64, Flag)>) -> (Level, f64) {
    let ledger = Ledger::of(&[item]);
    let mut draft = draft(HypothesisKind::Cited, &[(0, paid)]);
    if let Some((kind, minor, flag)) = difference {
        draft.difference = Some(Difference { kind, minor });
        draft.flags = flag.into();
    }
    with(&ledger, |s| {
        let term = s.amount(&receipt(paid), &draft, &mut Memo::default());
        (term.level, term.weight.bits())
    })
}

#[test]
fn an_equal_amount_weighs_by_how_rare_it_is() {
    let (level, odd) = amount(item(0, 124_837), 124_837, None);
    assert_eq!(level, Level::AmountEqual);
    assert!((18.0..22.0).contains(&odd), "{odd}");
    let (_, round) = amount(item(0, 100_000), 100_000, None);
    assert!((5.0..11.0).contains(&round), "{round}");
}

#[test]
fn parts_and_surpluses_say_little() {
    let rest = |short| Some((DifferenceKind::OpenRest, short, Flag::Partial));
    let (level, part) = amount(item(0, 124_837), 50_037, rest(74_800));
    assert_eq!(level, Level::AmountShort(74_800));
    assert!((-5.0..0.0).contains(&part), "{part}");
    let surplus = |over| Some((DifferenceKind::OnAccount, over, Flag::Overpaid));
    let (level, over) = amount(item(0, 124_837), 125_037, surplus(200));
    assert_eq!(level, Level::AmountOver(200));
    assert!((-5.0..0.0).contains(&over), "{over}");
    let (_, double) = amount(item(0, 124_837), 250_001, surplus(125_164));
    assert!(double < over - 2.0, "more than the double is mostly for other items: {double}");
}

#[test]
fn a_round_fee_is_likelier_than_an_odd_one() {
    let fee = |short| Some((DifferenceKind::OpenRest, short, Flag::FeeWithheld));
    let (level, round) = amount(item(0, 540_003), 538_503, fee(1_500));
    assert_eq!(level, Level::AmountLessFee(1_500));
    let (_, odd) = amount(item(0, 540_003), 538_566, fee(1_437));
    assert!(0.0 < odd && odd + 5.0 < round, "{odd} {round}");
}

#[test]
fn a_discount_in_time_is_likelier_than_a_late_one_and_that_than_one_without_terms() {
    let terms = ItemFacts { discount: Some((TODAY, 2_000)), ..item(0, 100_037) };
    let settled = Some((DifferenceKind::Discount, 2_000, Flag::DiscountTaken));
    let open = Some((DifferenceKind::OpenRest, 2_000, Flag::DiscountTaken));
    let (_, in_time) = amount(terms, 98_037, settled);
    let (_, late) = amount(terms, 98_037, open);
    let (_, unknown) = amount(item(0, 100_037), 98_037, open);
    near(in_time - late, 2.0);
    assert!(late > unknown + 3.0 && unknown > 0.0, "{late} {unknown}");
    // Where a discount was offered, the whole amount is no matter of course.
    assert!(amount(terms, 100_037, None).1 < amount(item(0, 100_037), 100_037, None).1);
}

#[test]
fn parts_that_complete_one_another_are_as_telling_as_an_equal_amount() {
    let ledger = Ledger::of(&[item(0, 124_837)]);
    let mut part = draft(HypothesisKind::Cited, &[(0, 50_037)]);
    part.difference = Some(Difference { kind: DifferenceKind::OpenRest, minor: 74_800 });
    let plan = |rest| Instalment { item: 0, receipts: 2, rest };
    let bits = |instalment| {
        let facts = ReceiptFacts { instalment, ..receipt(50_037) };
        with(&ledger, |s| s.amount(&facts, &part, &mut Memo::default()).weight.bits())
    };
    let (alone, whole, less_fee) = (bits(None), bits(Some(plan(0))), bits(Some(plan(1_200))));
    assert!(whole > 10.0 && whole > alone + 10.0, "{alone} {whole}");
    assert!(alone < whole && less_fee < whole, "{less_fee} {whole}");
    // A plan for another item says nothing about this one.
    near(bits(Some(Instalment { item: 7, receipts: 2, rest: 0 })), alone);
}

/// The date's level and bits for items that are due, and were issued, so many days before the receipt.
fn date(items: &[(Option<i32>, Option<i32>)]) -> (Level, f64) {
    let dated = |(due, issue): &(Option<i32>, Option<i32>)| ItemFacts {
        due: due.map(|d| TODAY - d),
        issue: issue.map(|d| TODAY - d),
        ..item(0, 10_000)
    };
    let ledger = Ledger::of(&items.iter().map(dated).collect::<Vec<_>>());
    let numbers: Vec<u32> = (0..items.len() as u32).collect();
    with(&ledger, |s| {
        let term = s.date(&receipt(10_000), &numbers, &mut Memo::default());
        (term.level, term.weight.bits())
    })
}

#[test]
fn a_usual_delay_speaks_for_it_and_an_unusual_one_against_it() {
    let (level, usual) = date(&[(Some(0), Some(TERM))]);
    assert_eq!(level, Level::DaysFromDue(0));
    // One in ten pays on the due date or the day after, somewhat fewer before, against a hundredth a day by chance.
    assert!(usual < (0.10f64 / 2.0 / 0.01).log2() && usual > (0.08f64 / 3.0 / 0.01).log2(), "{usual}");
    let (_, late) = date(&[(Some(400), Some(430))]);
    assert!(late < -6.0, "{late}");
    let (level, early) = date(&[(Some(-40), Some(-12))]);
    assert_eq!(level, Level::BeforeIssue(12));
    // One in a hundred, half of them in the week before.
    near(early, (0.01f64 / 7.0 / (1.0f64 + 12.0 / 7.0).powi(2) / 0.01).log2());
    assert_eq!(date(&[(None, None)]), (Level::DateUnknown, 0.0));
    // Several items: the mean. Without a due date, the document's counts.
    near(date(&[(Some(0), Some(30)), (Some(400), Some(430))]).1, (usual + late) / 2.0);
    assert_eq!(date(&[(None, Some(20))]).0, Level::DaysFromDue(20));
}

#[test]
fn whose_habit_is_his_own_says_more() {
    let seen = (0..9).map(|payment| Seen { payment: 100 + payment, item: 100 + payment, delay: 20 }).collect();
    let observed = [Observed { seen, receipts: (100..109).map(|n| (n, true)).collect() }, Observed::default()];
    let (weights, chance) = (Weights::default(), chance());
    let habits = Habits::of(&weights, &observed);
    let due = |customer, days| ItemFacts { due: Some(TODAY - days), ..item(customer, 10_000) };
    let ledger = Ledger::of(&[due(0, 20), due(0, 50), due(1, 20), due(1, 21)]);
    let scorer = Scorer {
        weights: &weights,
        chance: &chance,
        habits: &habits,
        spreads: &Spreads::default(),
        ledger: ledger.facts(),
        open_of: &ledger.open_of,
        least_open: &[0, 0],
    };
    let bits = |payer: PayerView, n| {
        let facts = ReceiptFacts { payer, ..receipt(10_000) };
        scorer.date(&facts, &[n], &mut Memo::default()).weight.bits()
    };
    assert!(bits(known(0), 0) - bits(known(0), 1) > 6.0);
    assert!(bits(known(0), 0) > bits(known(1), 2) + 2.0);
    // Two who share an account: the habit of one does not choose between their invoices.
    let half = |customer| PayerCandidate { probability: 0.5, ..known(customer).candidates[0] };
    let either = || PayerView { candidates: vec![half(0), half(1)] };
    near(bits(either(), 0), bits(either(), 2));
    // He pays lists: a single item is less likely, several are more.
    let start = |items: &[u32]| {
        let facts = ReceiptFacts { payer: known(0), ..receipt(10_000) };
        let draft = draft(HypothesisKind::Cited, &[]);
        let customers = &mut Vec::new();
        let settled = settled(&ledger, items, customers);
        let start = |term: Term| term.weight.bits();
        start(scorer.start_of_payer(&facts, settled, &draft, true, &mut Memo::default()))
            - start(scorer.start(&facts, settled, &draft, true, &mut Memo::default()))
    };
    assert!(start(&[0]) < 0.0 && start(&[0, 1]) > 0.0);
}

#[test]
fn every_further_item_makes_an_equation_less_likely() {
    let mut ledger = Ledger::of(&[item(0, 10_000), item(0, 20_000), item(1, 30_000)]);
    ledger.open_of[0] = 9;
    ledger.classes.push(vec![0, 1, 2, 0]);
    let bits = |items: &[u32], class, pattern| {
        let draft = Draft { class, pattern, ..draft(HypothesisKind::Cited, &[]) };
        with(&ledger, |s| {
            s.start(&receipt(1), settled(&ledger, items, &mut Vec::new()), &draft, true, &mut Memo::default())
                .weight
                .bits()
        })
    };
    let one = bits(&[0], NO_CLASS, Pattern::Any);
    near(one, (0.6f64 / 1000.0).log2());
    // Any two of the customer's nine; two of ten, whose customers have nothing to do with one another.
    let two = 0.18 * 0.35 * 2f64.powf(-2.2) / 0.4905;
    near(bits(&[0, 1], NO_CLASS, Pattern::Any), (two / 1000.0 * 2.0 / 8.0).log2());
    near(bits(&[0, 2], NO_CLASS, Pattern::Any), (two / 1000.0 * 2.0 / 9.0 * 0.003 / 1000.0).log2());
    near(bits(&[0], 0, Pattern::Any) - one, 2.0);
    // What is no accident is likelier than any other set: everything that is open, in one payment of ten for several.
    near(bits(&[0, 1], NO_CLASS, Pattern::AllOpen), ((two * 2.0 / 8.0 + 0.18 * 0.1 * 9.0) / 1000.0).log2());
}

#[test]
fn what_belongs_together_is_paid_together() {
    let mut ledger = Ledger::of(&[item(0, 10_000), item(1, 30_000)]);
    let bits = |ledger: &Ledger| {
        let draft = draft(HypothesisKind::Cited, &[]);
        with(ledger, |s| {
            s.start(&receipt(1), settled(ledger, &[0, 1], &mut Vec::new()), &draft, true, &mut Memo::default())
                .weight
                .bits()
        })
    };
    let strangers = bits(&ledger);
    ledger.pays_for[0].push(1);
    near(bits(&ledger) - strangers, (0.1f64 / (0.003 / 1000.0)).log2());
}

#[test]
fn room_for_the_unlisted_grows_with_what_the_payer_owes() {
    let start = |open| {
        let mut ledger = Ledger::of(&[item(0, 10_000)]);
        ledger.open_of[0] = open;
        let facts = ReceiptFacts { payer: known(0), ..receipt(10_000) };
        let of = |searched| {
            let mut terms = Vec::new();
            with(&ledger, |s| s.unlisted(&facts, searched, &mut terms));
            terms[0].weight.bits()
        };
        near(of(Searched::AllSets) - of(Searched::Little), NOT_IN_ANY_SET.log2());
        of(Searched::Little)
    };
    near(start(0), 0.05f64.log2());
    near(start(15) - start(0), 1.0);
}

#[test]
fn weights_are_the_sums_of_their_terms_and_the_true_equation_wins() {
    let ledger = Ledger::of(&[item(0, 124_837), item(1, 124_837)]);
    let facts = ReceiptFacts { payer: known(0), cites: vec![cite(0, CiteClass::Whole)], ..receipt(124_837) };
    let mut drafts = vec![
        draft(HypothesisKind::Cited, &[(0, 124_837)]),
        draft(HypothesisKind::AmountOnly, &[(1, 124_837)]),
        draft(HypothesisKind::Duplicate, &[(0, 0)]),
        draft(HypothesisKind::None, &[]),
        draft(HypothesisKind::Unlisted, &[]),
    ];
    let mut scratch = Scratch::default();
    with(&ledger, |s| s.weigh(&facts, &mut drafts, Searched::Little, &mut scratch));
    for n in 0..drafts.len() {
        let terms = with(&ledger, |s| s.terms(&facts, &drafts, n, Searched::Little, &mut scratch));
        let sum: Weight = terms.iter().map(|t| t.weight).sum();
        assert!(!terms.is_empty() && sum == drafts[n].weight, "{terms:?}");
    }
    let weight = |n: usize| drafts[n].weight;
    assert!((1..drafts.len()).all(|n| weight(0) > weight(n) + Weight(4_000)), "{drafts:?}");
}

#[test]
fn zeros_at_the_end_of_an_amount_are_counted() {
    assert_eq!([0, 7, 10, 124_800, -5_000, i64::MIN].map(zeros_of), [0, 0, 1, 2, 3, 0]);
    assert_eq!(zeros_of(10i64.pow(18)), ZEROS - 1, "the last class holds all that are rounder");
}

#[test]
fn chance_is_measured_and_never_nothing() {
    let habits = Habits::of(&Weights::default(), &[]);
    let empty = measure(&habits, &[], |_| true, &[], &Decided::default());
    assert_eq!((empty.open_items, empty.unknown_payers), (0.0, 0.5));
    assert!(empty.zeros.iter().chain([&empty.dates]).all(|share| *share > 0.0));
    let items = [item(0, 10_000), item(0, 0)];
    let receipts = [receipt(10_000), ReceiptFacts { payer: known(0), ..receipt(123) }];
    let found = measure(&habits, &items, |n| n == 0, &receipts, &Decided::default());
    assert_eq!(found.open_items, 1.0);
    near(found.unknown_payers, 0.5);
    // What is decided happened as well: four receipts of whole hundreds, one of whose payers in two nobody knows.
    let decided = Decided { amounts: vec![10_000; 4], unknown: 0.5 };
    let more = measure(&habits, &items, |_| true, &receipts, &decided);
    assert_eq!(more.open_items, 2.0);
    near(more.unknown_payers, (1.01 + 2.0 + 1.0) / 8.0);
    assert!(more.zeros[4] > found.zeros[4] && more.zeros[0] < found.zeros[0]);
    // Both come on the day on which the only open item is due: the date says nothing then.
    near(found.dates.log2(), habits.of_anybody(0).log2());
    near(found.zeros.iter().sum(), 1.0);
}

/// The bits of the named dates for some items of the first customer, whose items were issued so many days ago and are due
/// so many days ago. The text names days from so many to so many days ago.
fn named(dates: &[(i32, i32)], named: (i32, i32, DateRole), items: &[u32], pattern: Pattern) -> Option<(Level, f64)> {
    let dated =
        |(issue, due): &(i32, i32)| ItemFacts { issue: Some(TODAY - issue), due: Some(TODAY - due), ..item(0, 10_000) };
    let ledger = Ledger::of(&dates.iter().map(dated).collect::<Vec<_>>());
    let named = vec![NamedPeriod { from: TODAY - named.0, to: TODAY - named.1, role: named.2 }];
    let facts = ReceiptFacts { named, ..receipt(10_000) };
    let mut customers = Vec::new();
    let term = with(&ledger, |s| {
        let settled = settled(&ledger, items, &mut customers);
        s.named(&facts, settled, HypothesisKind::PayerAmount, pattern, &mut Memo::default())
    });
    term.map(|term| (term.level, term.weight.bits()))
}

/// Six monthly items: issued 10, 40, 70 ... days ago, due ten days after that.
const MONTHLY: [(i32, i32); 6] = [(10, 0), (40, 30), (70, 60), (100, 90), (130, 120), (160, 150)];

#[test]
fn a_named_date_weighs_by_how_few_items_have_it() {
    let of = |period, n| named(&MONTHLY, period, &[n], Pattern::Any);
    let month = (75, 46, DateRole::Any);
    let (level, bits) = of(month, 2).unwrap();
    assert_eq!(level, Level::DateNamed(1));
    near(bits, (0.98f64 * 6.0 + 0.02).log2());
    let (level, bits) = of(month, 3).unwrap();
    assert_eq!(level, Level::OtherDateNamed);
    near(bits, 0.02f64.log2());
    near(of((70, 70, DateRole::Issue), 2).unwrap().1, (0.95f64 * 6.0 + 0.05).log2());
    // A period that holds one item by its issue and another one by its due date speaks for the first.
    let between = (65, 35, DateRole::Any);
    near(of(between, 1).unwrap().1, (0.98f64 * 0.8 * 6.0 + 0.02).log2());
    near(of(between, 2).unwrap().1, (0.98f64 * 0.2 * 6.0 + 0.02).log2());
    // Unless it is said whose date it is.
    near(of((65, 35, DateRole::Due), 2).unwrap().1, (0.98f64 * 6.0 + 0.02).log2());
    near(of((65, 35, DateRole::Due), 1).unwrap().1, 0.02f64.log2());
}

#[test]
fn a_date_that_all_items_have_or_none_says_nothing() {
    let of_one_day = [(30, 0); 30];
    assert_eq!(named(&of_one_day, (30, 30, DateRole::Issue), &[7], Pattern::Any), None);
    assert_eq!(named(&MONTHLY, (400, 371, DateRole::Any), &[2], Pattern::Any), None);
    // Issued after the payment: nobody pays it yet, so it is none of those that are meant by chance.
    let future = [(10, 0), (40, 30), (-20, -30)];
    near(named(&future, (40, 40, DateRole::Any), &[1], Pattern::Any).unwrap().1, (0.95f64 * 2.0 + 0.05).log2());
}

#[test]
fn several_items_in_a_named_period_are_one_set_of_many() {
    let both = (100, 70, DateRole::Issue);
    let of = |items: &[u32], pattern| named(&MONTHLY, both, items, pattern).map(|(_, bits)| bits);
    // One of the fifteen pairs; or one of the three periods in which the customer has so many.
    near(of(&[2, 3], Pattern::Any).unwrap(), (0.98f64 * 15.0 + 0.02).log2());
    near(of(&[2, 3], Pattern::Named).unwrap(), (0.98f64 * 3.0 + 0.02).log2());
    near(of(&[3, 4], Pattern::Any).unwrap(), (0.98f64 * 0.1 + 0.02).log2());
    // A day beside a list may be that of one of its items.
    assert_eq!(named(&MONTHLY, (70, 70, DateRole::Issue), &[2, 3], Pattern::Any), None);
}

#[test]
fn the_settled_item_of_a_named_month_weakens_the_open_one() {
    let paid = ItemFacts { open: 0, amount: 10_000, issue: Some(TODAY - 40), due: Some(TODAY - 30), ..item(0, 0) };
    let ledger = Ledger::of(&[item(0, 10_000), paid]);
    let named = vec![NamedPeriod { from: TODAY - 45, to: TODAY - 35, role: DateRole::Any }];
    let facts = ReceiptFacts { named, settled_equal: vec![1], ..receipt(10_000) };
    with(&ledger, |s| {
        let bits = |n, kind| {
            let mut customers = Vec::new();
            let settled = settled(&ledger, std::slice::from_ref(&n), &mut customers);
            let named = s.named(&facts, settled, kind, Pattern::Any, &mut Memo::default());
            named.map(|t| t.weight.bits())
        };
        near(bits(0, HypothesisKind::PayerAmount).unwrap(), 0.02f64.log2());
        near(bits(1, HypothesisKind::Duplicate).unwrap(), (0.98f64 * 2.0 + 0.02).log2());
    });
}
