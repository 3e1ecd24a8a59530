//! The level from which applications are automatic: tightened by errors that people find, loosened by audits alone.
//!
//! Nobody looks at most of what is automatic, so silence is no evidence of being right. Errors that are found may raise the level at
//! once; to lower it again takes a random sample in which everything was looked at.

use super::bounds::{at_least, needed, right_at_least, shows};
use crate::config::CalibrationPolicy;
use crate::model::{
    AutomaticFact, CalibrationEvidence, LevelChoice, LevelReason, LevelStep, Probability, ProposalFact,
};

/// Levels that may be used, in millionths: fixed beforehand, because a level just above the last error would flatter itself.
const LEVELS: [u32; 22] = [
    500_000, 600_000, 700_000, 800_000, 850_000, 900_000, 925_000, 950_000, 965_000, 980_000, 985_000, 990_000,
    993_000, 995_000, 997_000, 998_000, 999_000, 999_500, 999_900, 999_950, 999_990, 999_999,
];
/// Share of wrong automatic applications that was measured: 22 of 329,968 on six sets (`docs/accuracy.md`).
const MEASURED_WRONG: f64 = 22.0 / 329_968.0;
/// Chance below which errors in a slice above the level are more than what was stated explains.
const UNLIKELY: f64 = 0.01;
/// Proposals that people must have decided one by one in what a step would make automatic.
pub const FEWEST_DECIDED: u64 = 20;

/// Chooses the level of the next run, and says what a further step down would take.
pub fn choose(
    evidence: &CalibrationEvidence,
    policy: &CalibrationPolicy,
    configured: Probability,
) -> (LevelChoice, LevelStep) {
    let of = |used, reason| LevelChoice { configured, used, reason };
    if !policy.enabled {
        return (of(configured, LevelReason::Off), step(evidence, policy, (configured, configured), None));
    }
    let tight = tightened(&evidence.automatic, policy, configured);
    let (mut level, mut last) = (tight.used, None);
    loop {
        let next = below(level, tight.used, policy, configured);
        let asked = step(evidence, policy, (tight.used, level), next);
        if next.is_none() || !allows(&asked, policy) {
            let reason = last.map_or(tight.reason, |step| loosened(&step));
            return (of(level, reason), asked);
        }
        (level, last) = (next.unwrap_or(level), Some(asked));
    }
}

/// The lowest level at which the errors that people found leave what is automatic within the target.
fn tightened(automatic: &[AutomaticFact], policy: &CalibrationPolicy, configured: Probability) -> LevelChoice {
    let above = LEVELS.into_iter().filter(|level| *level > configured.0).map(Probability);
    let levels: Vec<Probability> = std::iter::once(configured).chain(above).collect();
    let too_many = |from: Probability| worst_estimate(automatic, policy, from) > 1.0 - policy.target;
    let worse_below = |from: Probability| {
        let mut ends = levels.iter().copied().filter(|to| *to > from);
        ends.find(|to| slice_is_worse(automatic, policy, from, *to))
    };
    let holds = |level: &&Probability| !too_many(**level) && worse_below(**level).is_none();
    let used = levels.iter().find(holds).copied().unwrap_or(Probability::MAX.max(configured));
    let below = if too_many(configured) { None } else { worse_below(configured) };
    let (wrong, of) = counted(automatic, configured, below.unwrap_or(Probability(u32::MAX)));
    let reason = match used == configured {
        true => LevelReason::Configured,
        false => LevelReason::Tightened { wrong, of, from: configured, below },
    };
    LevelChoice { configured, used, reason }
}

/// Wrong ones, and all, whose probability is in a range.
fn counted(automatic: &[AutomaticFact], from: Probability, below: Probability) -> (u64, u64) {
    let within = automatic.iter().filter(|a| (from..below).contains(&a.probability));
    within.fold((0, 0), |(wrong, all), a| (wrong + u64::from(a.wrong.is_some()), all + 1))
}

/// The posterior mean of the share of wrong ones at and above a level, where it was highest: after each error that was found, over
/// what had been applied until then. What is applied later and looked at by nobody does not lower it.
fn worst_estimate(automatic: &[AutomaticFact], policy: &CalibrationPolicy, level: Probability) -> f64 {
    let above = || automatic.iter().filter(|a| a.probability >= level);
    let mut runs: Vec<u64> = above().map(|a| a.run).collect();
    let mut found: Vec<u64> = above().filter_map(|a| a.wrong).collect();
    runs.sort_unstable();
    found.sort_unstable();
    let strength = f64::from(policy.automatic_strength);
    let prior = MEASURED_WRONG.min(1.0 - policy.target) * strength;
    let estimate = |(n, op): (usize, &u64)| {
        let applied = runs.partition_point(|run| run < op).max(n + 1);
        (prior + (n + 1) as f64) / (strength + applied as f64)
    };
    found.iter().enumerate().map(estimate).fold(prior / strength, f64::max)
}

/// Whether more of what is automatic between two levels is wrong than its probabilities, or the target, explain by chance.
fn slice_is_worse(
    automatic: &[AutomaticFact],
    policy: &CalibrationPolicy,
    from: Probability,
    below: Probability,
) -> bool {
    let (wrong, of) = counted(automatic, from, below);
    // A single error proves nothing, however unlikely it was.
    if wrong < 2 {
        return false;
    }
    let within = automatic.iter().filter(|a| (from..below).contains(&a.probability));
    let missing: u64 = within.map(|a| u64::from(1_000_000 - a.probability.0)).sum();
    let stated = missing as f64 / (of as f64 * 1e6);
    at_least(wrong, of, stated.max(1.0 - policy.target)) < UNLIKELY
}

/// The next level below one that may be used.
fn below(
    level: Probability,
    tight: Probability,
    policy: &CalibrationPolicy,
    configured: Probability,
) -> Option<Probability> {
    // What errors have raised is given back no further than to where it was; a configuration below the floor is a person's choice.
    let floor = if tight > configured { configured } else { Probability::from_fraction(policy.floor).min(configured) };
    let known = LEVELS.into_iter().map(Probability).chain([configured, floor]);
    known.filter(|l| *l < level && *l < tight && *l >= floor).max()
}

/// The evidence for applying everything from a level on by itself, instead of from `tight` on, and after a first step from `level` on.
fn step(
    evidence: &CalibrationEvidence,
    policy: &CalibrationPolicy,
    (tight, level): (Probability, Probability),
    to: Option<Probability>,
) -> LevelStep {
    let above = || evidence.automatic.iter().filter(|a| a.probability >= tight);
    let audits: Vec<bool> = above().filter_map(|a| a.audited).collect();
    let (audited, audited_wrong) = (audits.len() as u64, audits.iter().filter(|right| !**right).count() as u64);
    let band = to.unwrap_or(tight)..tight;
    let within = |p: &&ProposalFact| p.level.is_some_and(|level| band.contains(&level));
    let proposals: Vec<&ProposalFact> = evidence.proposals.iter().filter(within).collect();
    let before: Vec<&AutomaticFact> = evidence.automatic.iter().filter(|a| band.contains(&a.probability)).collect();
    let decided = proposals.iter().filter(|p| p.judged().is_some()).count() as u64;
    let own = proposals.iter().filter(|p| p.judged().is_some() && p.level.is_some_and(|at| at < level));
    let own = own.count() as u64;
    let wrong = proposals.iter().filter(|p| p.right == Some(false)).count()
        + before.iter().filter(|a| a.wrong.is_some()).count();
    let looked_at = decided + before.iter().filter(|a| a.audited.is_some()).count() as u64;
    let in_band = (proposals.len() + before.len()) as u64;
    let together = in_proportion((audited, above().count() as u64), (looked_at, in_band));
    let wrong = wrong as u64;
    LevelStep {
        to,
        audited,
        audited_wrong,
        audits_needed: needed(audited_wrong, policy.target),
        proposals: proposals.len() as u64,
        decided,
        own,
        wrong,
        together,
        together_needed: needed(audited_wrong + wrong, policy.target),
    }
}

/// What two samples amount to when both speak for their part of the whole alike: the smaller share of the two, of the whole.
///
/// Counting all errors of both against that many is on the safe side: leaving out of the better covered part what the other lacks
/// would leave out errors, too. With equal shares the number of errors spreads less than if all had the mean chance (Hoeffding, 1956),
/// so that the bound for one sample holds for both together.
fn in_proportion((a, all_a): (u64, u64), (b, all_b): (u64, u64)) -> u64 {
    if all_a == 0 || all_b == 0 {
        return 0;
    }
    let whole = u128::from(all_a) + u128::from(all_b);
    let of = |n: u64, all: u64| u128::from(n) * whole / u128::from(all);
    u64::try_from(of(a, all_a).min(of(b, all_b))).unwrap_or(u64::MAX)
}

/// Whether the evidence is enough for a step.
fn allows(step: &LevelStep, policy: &CalibrationPolicy) -> bool {
    // People decide the easy ones first: the band counts when hardly any is left.
    let nearly_all = step.decided * 10 >= step.proposals * 9;
    shows(step.audited_wrong, step.audited, policy.target)
        && step.own >= FEWEST_DECIDED
        && nearly_all
        && shows(step.audited_wrong + step.wrong, step.together, policy.target)
}

fn loosened(step: &LevelStep) -> LevelReason {
    let wrong = step.audited_wrong + step.wrong;
    LevelReason::Loosened {
        audited: step.audited,
        decided: step.decided,
        wrong,
        bound: Probability::from_fraction(right_at_least(wrong, step.together)),
    }
}
