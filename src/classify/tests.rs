//! Each rule that keeps a decision from being automatic, on a receipt that would be automatic without it.

use super::*;
use crate::model::sample::{Ledger, cite, draft, item, known, receipt};
use crate::model::stage::ItemFacts;
use crate::model::{Field, Flags as FlagSet};

/// A receipt of 1,000.00 from customer 0, whose first item it cites; the chosen draft stands first.
struct World {
    ledger: Ledger,
    facts: ReceiptFacts,
    drafts: Vec<Draft>,
    /// Of the chosen draft.
    terms: Vec<Term>,
    probabilities: Vec<f64>,
    policy: Policy,
    near_numbers: bool,
}

fn world() -> World {
    let mut chosen = draft(HypothesisKind::Cited, &[(0, 100_000)]);
    chosen.weight = Weight(30_000);
    World {
        ledger: Ledger::of(&[item(0, 100_000), item(0, 100_000), item(1, 100_000), item(2, 0)]),
        facts: ReceiptFacts { cites: vec![cite(0, CiteClass::Whole)], payer: known(0), ..receipt(100_000) },
        drafts: vec![chosen, draft(HypothesisKind::None, &[]), draft(HypothesisKind::Unlisted, &[])],
        terms: Vec::new(),
        probabilities: vec![0.999, 0.0005, 0.0005],
        policy: Policy::default(),
        near_numbers: false,
    }
}

impl World {
    fn flag(mut self, flag: Flag) -> Self {
        let chosen = &mut self.drafts[0];
        chosen.flags = chosen.flags.with(flag);
        self
    }

    fn term(mut self, field: Field, level: Level) -> Self {
        self.terms.push(Term { field, level, weight: Weight(0) });
        self
    }

    fn decide(&self) -> Verdict {
        decide(&Case {
            facts: &self.facts,
            drafts: &self.drafts,
            terms: &|n| if n == 0 { self.terms.clone() } else { Vec::new() },
            chosen: 0,
            probabilities: &self.probabilities,
            proved: &self.probabilities,
            margin: Weight(7_000),
            search: Search::Complete,
            ledger: self.ledger.facts(),
            policy: &self.policy,
            taken_by: &|_| None,
            near_numbers: &|_, _| self.near_numbers,
            day_in_number: &|_| None,
            batch: false,
            prepayment: false,
            nothing_open: false,
            all_evidence: false,
        })
    }

    /// Why it is not automatic: the reason and the obstacle.
    #[track_caller]
    fn objection(&self) -> (Reason, Obstacle) {
        let verdict = self.decide();
        assert_eq!(verdict.bucket, Bucket::Review, "{verdict:?}");
        (verdict.reason.unwrap(), verdict.chosen.unwrap().obstacle.unwrap())
    }

    #[track_caller]
    fn automatic(&self) -> FlagSet {
        let verdict = self.decide();
        assert_eq!((verdict.bucket, verdict.reason), (Bucket::Auto, None), "{verdict:?}");
        assert_eq!(verdict.chosen.unwrap().obstacle, None);
        verdict.flags
    }
}

#[test]
fn nothing_objects_to_what_is_sure() {
    assert_eq!(world().automatic(), FlagSet::NONE);
    let verdict = world().decide();
    assert_eq!((verdict.payer, verdict.probability), (Some(0), Probability(999_000)));
    assert!(verdict.rivals.is_empty(), "rivals of automatic decisions are kept on demand only");
}

#[test]
fn a_probability_below_the_level_is_a_proposal() {
    let mut w = world();
    w.policy.auto_level = 0.9995;
    assert_eq!(w.objection(), (Reason::WeakEvidence, Obstacle::BelowLevel(Probability(999_000))));
    w.policy.auto_level = 0.999;
    w.automatic();
}

#[test]
fn some_flags_are_never_automatic_however_sure() {
    for (flag, reason) in [
        (Flag::AmountOnly, Reason::AmountOnly),
        (Flag::Duplicate, Reason::DuplicatePayment),
        (Flag::Misapplied, Reason::OtherParty),
    ] {
        let mut w = world().flag(flag);
        w.policy.auto_level = 0.5;
        w.probabilities[0] = 0.999_999;
        assert_eq!(w.objection(), (reason, Obstacle::Rule));
    }
}

#[test]
fn each_difference_asks_when_the_policy_says_so() {
    type Set = fn(&mut Policy);
    let cases: [(Flag, Set, Reason); 4] = [
        (Flag::Partial, |p| p.partial = DifferencePolicy::Review, Reason::ShortPay),
        (Flag::FeeWithheld, |p| p.fee = DifferencePolicy::Review, Reason::FeeWithheld),
        (Flag::DiscountTaken, |p| p.discount = DifferencePolicy::Review, Reason::DiscountTaken),
        (Flag::Overpaid, |p| p.overpaid = DifferencePolicy::Review, Reason::OverPay),
    ];
    for (flag, set, reason) in cases {
        assert!(world().flag(flag).automatic().has(flag));
        let mut w = world().flag(flag);
        set(&mut w.policy);
        assert_eq!(w.objection(), (reason, Obstacle::Rule));
        let mut other = world();
        set(&mut other.policy);
        other.automatic();
    }
}

#[test]
fn a_tie_is_never_automatic() {
    let mut w = world();
    let mut rival = draft(HypothesisKind::PayerAmount, &[(1, 100_000)]);
    rival.weight = Weight(28_500);
    w.drafts.push(rival);
    w.policy.auto_level = 0.5;
    w.probabilities = vec![0.7, 0.05, 0.05, 0.2];
    assert_eq!(w.objection(), (Reason::Ambiguous, Obstacle::RivalTooClose(Weight(1_500))));
    assert!(w.decide().flags.has(Flag::Ambiguous));
    // From a quarter of the proposal's probability on.
    w.probabilities = vec![0.8, 0.02, 0.02, 0.16];
    assert!(!w.automatic().has(Flag::Ambiguous));
    // "The same again" is no rival: it takes nothing.
    w.probabilities = vec![0.7, 0.05, 0.05, 0.2];
    w.drafts[3] = draft(HypothesisKind::Duplicate, &[(1, 0)]);
    w.automatic();
}

#[test]
fn customers_that_do_not_belong_together_are_never_paid_at_once() {
    let both = || {
        let mut w = world().flag(Flag::MultiCustomer);
        w.drafts[0].applications = draft(HypothesisKind::Cited, &[(0, 50_000), (2, 50_000)]).applications;
        w
    };
    assert_eq!(both().objection(), (Reason::MultiParty, Obstacle::Rule));
    let mut group = both();
    group.ledger.pays_for[0].push(1);
    group.automatic();
    // Nobody is recognised: nothing says that they belong together.
    group.facts.payer = Default::default();
    assert_eq!(group.objection(), (Reason::MultiParty, Obstacle::Rule));
}

#[test]
fn money_before_its_invoice_must_name_it() {
    let early = |cites| world().term(Field::Date, Level::BeforeIssue(12)).term(Field::Reference, cites);
    assert_eq!(early(Level::NothingCited).objection(), (Reason::OutOfPeriod, Obstacle::DateOutside(-12)));
    assert_eq!(early(Level::OthersCited(1)).objection(), (Reason::OutOfPeriod, Obstacle::DateOutside(-12)));
    early(Level::CitedWhole(1)).automatic();
    world().term(Field::Date, Level::DaysFromDue(-40)).term(Field::Reference, Level::NothingCited).automatic();
}

#[test]
fn an_item_of_somebody_else_is_misapplied() {
    let stranger = world().term(Field::Payer, Level::PayerOther);
    assert_eq!(stranger.objection(), (Reason::OtherParty, Obstacle::Rule));
    // The payer's own item is proposed, and the text cites one of a stranger.
    let mut w = world();
    w.facts.cites = vec![cite(2, CiteClass::Whole)];
    w.drafts[0].kind = HypothesisKind::PayerAmount;
    assert_eq!(w.objection(), (Reason::OtherParty, Obstacle::Rule));
    // One typing error away from the proposed number, that is what happened.
    w.near_numbers = true;
    assert_eq!(w.automatic(), Flag::FuzzyReference.into());
    // And whom the payer pays for is no stranger.
    w.near_numbers = false;
    w.ledger.pays_for[0].push(1);
    assert_eq!(w.automatic(), FlagSet::NONE);
}

#[test]
fn an_item_that_is_cited_with_an_error_only_says_so() {
    let mut w = world();
    w.facts.cites = vec![cite(0, CiteClass::Near)];
    assert_eq!(w.automatic(), Flag::FuzzyReference.into());
    // Last digits beside it do not heal the number; the whole number does.
    w.facts.cites.push(cite(0, CiteClass::Tail));
    assert_eq!(w.automatic(), Flag::FuzzyReference.into());
    w.facts.cites.push(cite(0, CiteClass::Core));
    assert_eq!(w.automatic(), FlagSet::NONE);
    // A stranger's number where the payer's is nearly named: an error, too.
    w.facts.cites = vec![cite(2, CiteClass::Whole), Cite { place: 2, ..cite(0, CiteClass::Near) }];
    assert_eq!(w.automatic(), Flag::FuzzyReference.into());
    // What the place nearly names besides is no excuse.
    w.facts.cites = vec![cite(2, CiteClass::Whole), Cite { place: 2, ..cite(1, CiteClass::Near) }];
    w.drafts[0].kind = HypothesisKind::PayerAmount;
    assert_eq!(w.objection(), (Reason::OtherParty, Obstacle::Rule));
}

#[test]
fn a_faint_likeness_leaves_the_amount_alone() {
    let mut w = world();
    w.facts.cites.clear();
    w.drafts[0].kind = HypothesisKind::PayerAmount;
    w.facts.payer.candidates[0].mark = PayerMark::Name;
    w.facts.payer.candidates[0].likeness = 0.9;
    w.automatic();
    w.facts.payer.candidates[0].likeness = 0.8;
    assert_eq!(w.objection(), (Reason::AmountOnly, Obstacle::Rule));
}

#[test]
fn a_further_part_of_an_item_is_an_instalment() {
    let mut w = world();
    w.ledger.items[0] = ItemFacts { amount: 300_000, ..w.ledger.items[0] };
    assert_eq!(w.automatic(), Flag::Instalment.into());
}

#[test]
fn below_the_level_of_review_nothing_is_proposed() {
    let mut w = world();
    w.probabilities = vec![0.19, 0.5, 0.31];
    let verdict = w.decide();
    assert_eq!((verdict.bucket, verdict.reason), (Bucket::Unmatched, Some(Reason::NoCandidate)));
    assert_eq!((verdict.chosen.clone(), verdict.probability), (None, Probability(810_000)));
    assert_eq!(verdict.rivals.len(), 3, "what was weighed is shown");
    w.facts.payer = Default::default();
    w.facts.cites.clear();
    let verdict = w.decide();
    assert_eq!((verdict.reason, verdict.flags), (Some(Reason::UnknownPayer), Flag::UnknownPayer.into()));
}
