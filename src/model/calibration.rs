//! What decisions of people say about probabilities, and the level of what is automatic that follows from it.
//!
//! Evidence is plain facts of a book; the rest is what `learn` makes of it. Probabilities are millionths everywhere, rounded once.

use serde::{Deserialize, Serialize};

use super::{Month, Probability};

/// A proposal of a run: what it stated, and what a person made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProposalFact {
    /// Probability that the run stated.
    pub probability: Probability,
    /// The level from which it would have been automatic, where nothing but the level objected: what was proved of its probability.
    pub level: Option<Probability>,
    /// Whether what stands by a person's last word is what was proposed; `None`: nobody has decided.
    pub right: Option<bool>,
    /// It was accepted in bulk and not changed since: nobody has looked at it by itself, and it is no evidence.
    pub bulk: bool,
}

impl ProposalFact {
    /// What a person found, where one has looked.
    pub fn judged(self) -> Option<bool> {
        self.right.filter(|_| !self.bulk)
    }
}

/// An application that the matcher made by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutomaticFact {
    /// Probability that the run stated.
    pub probability: Probability,
    /// Operation of the run.
    pub run: u64,
    /// The operation by which a person showed that it was wrong. `None` says nothing: most are never looked at.
    pub wrong: Option<u64>,
    /// Drawn at random, in a sample that counts: whether it was found right, and is not known wrong since.
    pub audited: Option<bool>,
}

/// A random sample of automatic applications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawFact {
    /// Operation that drew it.
    pub op: u64,
    /// Who drew it.
    pub who: Box<str>,
    /// When.
    pub at: Box<str>,
    /// Seed of the draw.
    pub seed: Box<str>,
    /// The month that it was drawn from; `None`: the whole book.
    pub month: Option<Month>,
    /// How many applications it was drawn from.
    pub population: u64,
    /// How many were drawn.
    pub drawn: u64,
    /// How many of them have a verdict.
    pub recorded: u64,
    /// How many of them are known to be wrong.
    pub wrong: u64,
    /// Whether it counts: it is complete, and so is every sample that was drawn before it.
    pub counts: bool,
}

/// What a book knows of right and wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalibrationEvidence {
    /// Proposals that somebody decided, and those that only the level kept from being automatic.
    pub proposals: Vec<ProposalFact>,
    /// Automatic applications.
    pub automatic: Vec<AutomaticFact>,
    /// Samples that are in force, in the order in which they were drawn.
    pub draws: Vec<DrawFact>,
    /// Samples that were drawn and taken back: whoever draws until the sample pleases has many of them.
    pub draws_undone: u64,
}

/// Evidence, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceCounts {
    /// Proposals that people decided one by one.
    pub decided: u64,
    /// Those of them that were right.
    pub right: u64,
    /// Proposals accepted in bulk: no evidence.
    pub bulk: u64,
    /// Automatic applications.
    pub automatic: u64,
    /// Those of them that people found wrong.
    pub wrong: u64,
    /// Automatic applications audited in samples that count.
    pub audited: u64,
    /// Those of them that are wrong.
    pub audited_wrong: u64,
    /// Samples in force that do not count, because one is not complete.
    pub incomplete: u64,
    /// Samples that were taken back.
    pub undone: u64,
}

/// A band of stated probabilities, and what became of the proposals in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// From this probability.
    pub from: Probability,
    /// Below this one; of the last band, up to it.
    pub to: Probability,
    /// Proposals that people decided one by one.
    pub decided: u64,
    /// Those of them that were right.
    pub right: u64,
    /// Mean of what was stated; the middle of the band without decisions.
    pub stated: Probability,
    /// What is to be expected of such a proposal.
    pub calibrated: Probability,
    /// Lower end of its 95 % credible interval.
    pub low: Probability,
    /// Upper end.
    pub high: Probability,
}

/// Why a run uses the level that it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum LevelReason {
    /// Calibration is switched off.
    Off,
    /// Nothing says otherwise than the configuration.
    Configured,
    /// Too many automatic applications were found wrong.
    Tightened {
        /// Applications that people found wrong.
        wrong: u64,
        /// Of how many.
        of: u64,
        /// Whose probability was at least this,
        from: Probability,
        /// and below this; `None`: all that are above.
        below: Option<Probability>,
    },
    /// An audited random sample is large enough for the precision that is claimed.
    Loosened {
        /// Automatic applications audited.
        audited: u64,
        /// Proposals that people decided in the band that becomes automatic.
        decided: u64,
        /// How many of both are wrong.
        wrong: u64,
        /// What is right at least, one-sided 95 %.
        bound: Probability,
    },
}

/// The level from which applications are automatic, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelChoice {
    /// What the configuration says.
    pub configured: Probability,
    /// What the next run uses.
    pub used: Probability,
    /// Why.
    #[serde(flatten)]
    pub reason: LevelReason,
}

impl LevelChoice {
    /// Whether decisions have moved it.
    pub fn moved(&self) -> bool {
        matches!(self.reason, LevelReason::Tightened { .. } | LevelReason::Loosened { .. })
    }
}

/// What the next step of loosening would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelStep {
    /// The level that it would lead to; `None` at the lowest that is allowed.
    pub to: Option<Probability>,
    /// Automatic applications above the level in use that were audited in samples that count.
    pub audited: u64,
    /// Those of them that are wrong.
    pub audited_wrong: u64,
    /// How many audited ones the target takes, with as many wrong.
    pub audits_needed: u64,
    /// Proposals that would become automatic.
    pub proposals: u64,
    /// Those of them that people decided one by one.
    pub decided: u64,
    /// Those of these that lie in the step itself, and not in one that was taken already.
    pub own: u64,
    /// Wrong ones in the band: of the proposals, and of what was automatic there before.
    pub wrong: u64,
    /// What the evidence of both together amounts to: as many looked at in proportion.
    pub together: u64,
    /// How many that takes, with as many wrong.
    pub together_needed: u64,
}

/// What all of it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calibration {
    /// The evidence, counted.
    pub counts: EvidenceCounts,
    /// Stated and calibrated probabilities of proposals, by band.
    pub bands: Vec<Band>,
    /// The level of the next run.
    pub level: LevelChoice,
    /// What it would take to loosen it further.
    pub next: LevelStep,
}

/// What a run was calibrated on, as its entry of the log keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalibrationRecord {
    /// The evidence when the run began.
    #[serde(rename = "evidence")]
    pub counts: EvidenceCounts,
    /// The level that the run used.
    #[serde(rename = "auto_level")]
    pub level: LevelChoice,
}

impl Calibration {
    /// What a run keeps of it.
    pub fn record(&self) -> CalibrationRecord {
        CalibrationRecord { counts: self.counts, level: self.level }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let p = Probability(980_000);
        let reasons = [
            LevelReason::Off,
            LevelReason::Configured,
            LevelReason::Tightened { wrong: 3, of: 412, from: p, below: Some(p) },
            LevelReason::Loosened { audited: 3_000, decided: 40, wrong: 1, bound: p },
        ];
        for reason in reasons {
            let counts = EvidenceCounts { wrong: 7, audited: 9, ..EvidenceCounts::default() };
            let record = CalibrationRecord { counts, level: LevelChoice { configured: p, used: p, reason } };
            let text = serde_json::to_string(&record).unwrap();
            assert_eq!(serde_json::from_str::<CalibrationRecord>(&text).unwrap(), record, "{text}");
        }
    }
}
