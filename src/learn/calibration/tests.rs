//! The level: what raises it, what lowers it, and what must not.

use proptest::prelude::*;

use super::*;
use crate::model::{AutomaticFact, LevelReason, ProposalFact};

const START: Probability = Probability(980_000);

fn automatic(n: u64, probability: u32) -> Vec<AutomaticFact> {
    (0..n)
        .map(|_| AutomaticFact { probability: Probability(probability), run: 3, wrong: None, audited: None })
        .collect()
}

fn wrong(n: u64, probability: u32) -> Vec<AutomaticFact> {
    automatic(n, probability).into_iter().map(|a| AutomaticFact { wrong: Some(9), ..a }).collect()
}

fn audited(n: u64, right: bool, probability: u32) -> Vec<AutomaticFact> {
    let of = |a: AutomaticFact| AutomaticFact { audited: Some(right), wrong: (!right).then_some(9), ..a };
    automatic(n, probability).into_iter().map(of).collect()
}

/// Proposals that nothing but the level kept from being automatic.
fn proposals(n: u64, right: Option<bool>, probability: u32) -> Vec<ProposalFact> {
    let p = Probability(probability);
    (0..n).map(|_| ProposalFact { probability: p, level: Some(p), right, bulk: false }).collect()
}

fn evidence(automatic: &[&[AutomaticFact]], proposals: &[&[ProposalFact]]) -> CalibrationEvidence {
    CalibrationEvidence {
        automatic: automatic.concat(),
        proposals: proposals.concat(),
        ..CalibrationEvidence::default()
    }
}

fn chosen(evidence: &CalibrationEvidence) -> Calibration {
    calibrate(evidence, &CalibrationPolicy::default(), START).0
}

#[test]
fn without_evidence_the_level_is_the_configured_one() {
    let found = chosen(&CalibrationEvidence::default());
    assert_eq!((found.level.used, found.level.reason), (START, LevelReason::Configured));
    assert_eq!(found.next.audits_needed, 2_995);
    // However many nobody has complained about: silence is no evidence.
    let silent = chosen(&evidence(&[&automatic(100_000, 999_000)], &[&proposals(500, Some(true), 970_000)]));
    assert_eq!((silent.level.used, silent.next.audited), (START, 0));
}

#[test]
fn three_corrections_of_412_raise_it_above_them_and_one_does_not() {
    let right = automatic(409, 999_950);
    let found = chosen(&evidence(&[&right, &wrong(3, 986_000)], &[])).level;
    assert_eq!(found.used, Probability(990_000), "the lowest of the fixed levels without them");
    let reason = LevelReason::Tightened { wrong: 3, of: 412, from: START, below: None };
    assert_eq!(found.reason, reason);
    assert_eq!(chosen(&evidence(&[&right, &wrong(1, 986_000)], &[])).level.used, START);
    assert_eq!(chosen(&evidence(&[&wrong(1, 986_000)], &[])).level.used, START, "one of one");
    // Errors at the very top leave no level that meets the target: the highest is used.
    assert_eq!(chosen(&evidence(&[&right, &wrong(9, 999_999)], &[])).level.used, Probability::MAX);
}

#[test]
fn what_is_applied_after_the_errors_and_seen_by_nobody_does_not_lower_it_again() {
    let later = automatic(50_000, 999_000).into_iter().map(|a| AutomaticFact { run: 12, ..a }).collect::<Vec<_>>();
    let found = chosen(&evidence(&[&automatic(409, 999_950), &wrong(3, 986_000), &later], &[])).level;
    assert_eq!(found.used, Probability(990_000));
    // The same errors among as many that were there before them are within the target.
    let parts = [automatic(50_000, 999_000), automatic(200, 986_000), wrong(3, 986_000)];
    let before = chosen(&evidence(&[&parts.concat()], &[])).level;
    assert_eq!(before.used, START);
}

#[test]
fn a_slice_that_is_worse_than_it_states_is_left_out_though_the_whole_meets_the_target() {
    // 8 of 60 wrong where 1.8 % are stated, among 50,000 right ones: 0.16 of 1,000 in all.
    let parts = [automatic(52, 982_000), wrong(8, 982_000), automatic(50_000, 999_990)];
    let found = chosen(&evidence(&[&parts.concat()], &[])).level;
    assert_eq!(found.used, Probability(985_000));
    let LevelReason::Tightened { wrong: 8, of: 60, below: Some(Probability(985_000)), .. } = found.reason else {
        panic!("{:?}", found.reason)
    };
    // One of 60 is what 1.8 % make of 60.
    let parts = [automatic(59, 982_000), wrong(1, 982_000), automatic(50_000, 999_990)];
    assert_eq!(chosen(&evidence(&[&parts.concat()], &[])).level.used, START);
}

#[test]
fn an_audit_of_2995_without_an_error_loosens_as_far_as_its_proposals_go() {
    let decided = proposals(30, Some(true), 970_000);
    let found = chosen(&evidence(&[&audited(2_995, true, 999_000)], &[&decided]));
    assert_eq!(found.level.used, Probability(965_000));
    let LevelReason::Loosened { audited: 2_995, decided: 30, wrong: 0, bound } = found.level.reason else {
        panic!("{:?}", found.level.reason)
    };
    assert!(bound >= Probability(999_000), "{bound}");
    // The next step would have the same 30 in it, and none of its own.
    assert_eq!((found.next.to, found.next.decided, found.next.own), (Some(Probability(950_000)), 30, 0));
    let short = chosen(&evidence(&[&audited(2_994, true, 999_000)], &[&decided]));
    assert_eq!(short.level.used, START);
    assert_eq!((short.next.audited, short.next.audits_needed), (2_994, 2_995));
}

#[test]
fn an_audit_does_not_loosen_for_a_band_that_is_wrong_undecided_or_hardly_known() {
    let sample = audited(3_000, true, 999_000);
    let level = |proposals: &[&[ProposalFact]]| chosen(&evidence(&[&sample], proposals)).level.used;
    assert_eq!(level(&[]), START, "no proposal");
    assert_eq!(level(&[&proposals(19, Some(true), 970_000)]), START, "too few");
    assert_eq!(level(&[&proposals(40, Some(true), 970_000), &proposals(1, Some(false), 970_000)]), START, "one wrong");
    assert_eq!(level(&[&proposals(40, Some(true), 970_000), &proposals(10, None, 970_000)]), START, "a fifth open");
    let bulk: Vec<ProposalFact> =
        proposals(40, Some(true), 970_000).into_iter().map(|p| ProposalFact { bulk: true, ..p }).collect();
    assert_eq!(level(&[&bulk]), START, "accepted unseen");
    // Half of what is automatic was not there when the sample was drawn; the band's proposals are as many as before.
    let grown = chosen(&evidence(&[&sample, &automatic(3_000, 999_000)], &[&proposals(40, Some(true), 970_000)]));
    assert!(grown.level.used < START && grown.next.together >= 3_000, "{:?}", grown.next);
}

#[test]
fn an_error_in_the_audit_asks_for_a_larger_one() {
    let decided = proposals(40, Some(true), 970_000);
    let found = chosen(&evidence(&[&audited(3_000, true, 999_000), &audited(1, false, 999_000)], &[&decided]));
    assert_eq!((found.level.used, found.next.audits_needed), (START, 4_742));
    let larger = chosen(&evidence(&[&audited(4_741, true, 999_000), &audited(1, false, 999_000)], &[&decided]));
    assert!(larger.level.used < START, "{:?}", larger.level);
}

#[test]
fn a_tightened_level_is_released_by_an_audit_and_the_decisions_on_what_it_holds_back() {
    let errors = [automatic(409, 999_950), wrong(3, 986_000)].concat();
    let held_back = proposals(60, Some(true), 986_000);
    let small = chosen(&evidence(&[&errors, &audited(3_000, true, 999_000)], &[&held_back]));
    assert_eq!(small.level.used, Probability(990_000), "three errors ask for more than 3,000");
    let large = chosen(&evidence(&[&errors, &audited(9_000, true, 999_000)], &[&held_back]));
    assert!(large.level.used <= Probability(985_000), "{:?} {:?}", large.level, large.next);
}

#[test]
fn it_never_goes_below_its_floor_nor_moves_when_it_is_switched_off() {
    let decided = [970_000, 955_000, 930_000, 910_000, 700_000].map(|p| proposals(200, Some(true), p));
    let all = evidence(&[&audited(9_000, true, 999_000)], &[&decided.concat()]);
    assert_eq!(chosen(&all).level.used, Probability(900_000), "{:?}", chosen(&all).next);
    assert_eq!(chosen(&all).next.to, None);
    let off = CalibrationPolicy { enabled: false, ..CalibrationPolicy::default() };
    let found = calibrate(&all, &off, START).0.level;
    assert_eq!((found.used, found.reason), (START, LevelReason::Off));
    let own = calibrate(&all, &CalibrationPolicy::default(), Probability(700_000)).0.level;
    assert_eq!(own.used, Probability(700_000), "below the floor only by a person's own choice");
}

fn facts() -> impl Strategy<Value = Vec<AutomaticFact>> {
    let one = (980_000u32..1_000_000, 1u64..6, proptest::option::weighted(0.05, 6u64..12))
        .prop_map(|(p, run, wrong)| AutomaticFact { probability: Probability(p), run, wrong, audited: None });
    proptest::collection::vec(one, 0..600)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_more_error_never_lowers_the_level(facts in facts(), at in any::<prop::sample::Index>(), op in 6u64..12) {
        let before = chosen(&evidence(&[&facts], &[])).level.used;
        let mut more = facts;
        if !more.is_empty() {
            let one = at.index(more.len());
            more[one].wrong.get_or_insert(op);
        }
        prop_assert!(chosen(&evidence(&[&more], &[])).level.used >= before);
    }

    #[test]
    fn without_a_complete_audit_nothing_loosens(facts in facts(), n in 0u64..300) {
        let decided = proposals(n, Some(true), 960_000);
        prop_assert!(chosen(&evidence(&[&facts], &[&decided])).level.used >= START);
    }

    #[test]
    fn order_plays_no_part(facts in facts()) {
        let mut turned = facts.clone();
        turned.reverse();
        prop_assert_eq!(chosen(&evidence(&[&facts], &[])), chosen(&evidence(&[&turned], &[])));
    }
}
