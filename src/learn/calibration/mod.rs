//! How far stated probabilities can be trusted, learned from what people decided.
//!
//! Three kinds of evidence, each for what it can show (`docs/book/calibration.md`):
//!
//! - proposals that people decided one by one correct the probabilities of proposals ([`bands`]);
//! - automatic applications that people found wrong may raise the level of what is automatic;
//! - random samples of automatic applications, audited to the last one, may lower it ([`level`]).
//!
//! Pure functions of facts. Results are the same on every machine: `numeric` says why.

pub mod bands;
pub mod bounds;
pub mod level;
mod numeric;
#[cfg(test)]
mod tests;

pub use bands::{ExpectedWrong, Proposals};

use crate::config::CalibrationPolicy;
use crate::model::{Calibration, CalibrationEvidence, EvidenceCounts, Probability};

/// What evidence comes to. `configured` is `auto_level` as the configuration has it.
pub fn calibrate(
    evidence: &CalibrationEvidence,
    policy: &CalibrationPolicy,
    configured: Probability,
) -> (Calibration, Proposals) {
    let proposals = Proposals::learn(&evidence.proposals, policy.prior_strength);
    let (level, next) = level::choose(evidence, policy, configured);
    (Calibration { counts: counts(evidence), bands: proposals.bands(), level, next }, proposals)
}

fn counts(evidence: &CalibrationEvidence) -> EvidenceCounts {
    let judged = || evidence.proposals.iter().filter_map(|p| p.judged());
    let audits = || evidence.automatic.iter().filter_map(|a| a.audited);
    EvidenceCounts {
        decided: judged().count() as u64,
        right: judged().filter(|right| *right).count() as u64,
        bulk: evidence.proposals.iter().filter(|p| p.bulk).count() as u64,
        automatic: evidence.automatic.len() as u64,
        wrong: evidence.automatic.iter().filter(|a| a.wrong.is_some()).count() as u64,
        audited: audits().count() as u64,
        audited_wrong: audits().filter(|right| !right).count() as u64,
        incomplete: evidence.draws.iter().filter(|d| !d.counts).count() as u64,
        undone: evidence.draws_undone,
    }
}
