//! What a book knows of right and wrong: proposals that people decided, automatic applications that they corrected, audited samples.
//!
//! A person's word on a payment is the last decision of a person on it that is in force and is not a hold. It is held against the last word of
//! the engine before a person *first* decided: so a proposal that was refused stays a wrong one, whatever a later run proposed.
//! Draws and audits are payloads of operations: what is undone does not count.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::codec;
use super::log::{Entry, Heading};
use super::query::LAST_RUN;
use super::runs::Kept;
use super::store::{Book, Told as _};
use crate::error::{Error, Errors};
use crate::model::{
    AutomaticFact, Bucket, CalibrationEvidence, CalibrationRecord, DecisionKind, Difference, DifferenceKind, DrawFact,
    Month, Obstacle, Probability, ProposalFact,
};

/// Kind of the operation that draws a sample.
pub const DRAW: &str = "sample";
/// Kind of the operation that records verdicts on one.
pub const AUDIT: &str = "audit";
/// Below this probability a proposal that nobody decided cannot become automatic: its evidence need not be read. Millionths.
const LEAST_LEVEL: u32 = 500_000;

/// A sample, as the payload of its operation keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// Seed of the draw.
    pub seed: String,
    /// The month that it was drawn from, as `2026-06`; empty: the whole book.
    pub month: String,
    /// How many applications it was drawn from.
    pub population: u64,
    /// BLAKE3 over the sorted identifiers that it was drawn from, each with a line end, in hexadecimal.
    pub population_hash: String,
    /// What was drawn, in the order of the draw.
    pub drawn: Vec<Drawn>,
}

/// An application that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The payment's identifier.
    pub payment: String,
    /// Operation of the run that applied it.
    pub run: u64,
    /// Probability that was stated, in millionths.
    pub probability: u32,
}

/// Verdicts on a sample, as the payload of their operation keeps them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// Operation that drew the sample.
    pub sample: u64,
    /// A verdict for each of some of its payments.
    pub verdicts: Vec<Audited>,
}

/// A verdict on an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audited {
    /// The payment's identifier.
    pub payment: String,
    /// Whether the application is right.
    pub right: bool,
    /// What the auditor remarked.
    pub comment: String,
}

/// An automatic application that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The payment's identifier.
    pub payment: String,
    /// Operation of the run that applied it.
    pub run: u64,
    /// Probability that was stated.
    pub probability: Probability,
}

/// A sample with its operation and its verdicts: the last one of each payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Operation that drew it.
    pub op: u64,
    /// Who drew it.
    pub who: String,
    /// When.
    pub at: String,
    /// What was drawn.
    pub draw: Draw,
    /// Verdicts by payment: whether it is right, and the operation that says so.
    pub verdicts: BTreeMap<String, (bool, u64)>,
}

impl Sample {
    /// Identifiers of what has no verdict yet, in the order of the draw.
    pub fn missing(&self) -> Vec<&str> {
        self.draw.drawn.iter().map(|d| d.payment.as_str()).filter(|p| !self.verdicts.contains_key(*p)).collect()
    }
}

/// What a decision comes to: kind, items with what is taken off each, differences, and the receipt that is taken back.
type Equation = (DecisionKind, Vec<(i64, i64)>, Vec<(DifferenceKind, i64)>, Option<i64>);

/// A decision on a payment.
struct Made {
    n: i64,
    op: i64,
    kind: DecisionKind,
    returns: Option<i64>,
    differences: String,
    /// By a bulk accept.
    bulk: bool,
}

/// By payment: decisions of people in force, oldest first.
type Decisions = HashMap<i64, Vec<Made>, RandomState>;

/// What people said of a payment: the operation of the first word, and the last word.
struct Word<'m> {
    first: i64,
    last: &'m Made,
}

fn word(made: &[Made]) -> Option<Word<'_>> {
    let mut words = made.iter().filter(|m| m.kind != DecisionKind::Hold);
    let first = words.next()?;
    let last = words.next_back().unwrap_or(first);
    // A hold takes back what was decided, and says nothing instead; a refusal stays one.
    let held = made.last().is_some_and(|m| m.kind == DecisionKind::Hold);
    (!held || last.kind == DecisionKind::Reject).then_some(Word { first: first.op, last })
}

impl Book {
    /// Everything that probabilities and the level are calibrated on. Errors: E0705, E0706.
    pub fn calibration_evidence(&self) -> Result<CalibrationEvidence, Error> {
        let decisions = self.decisions_in_force()?;
        let mut evidence = CalibrationEvidence::default();
        let samples = self.samples()?;
        let mut automatic = self.automatic_facts(&decisions)?;
        evidence.draws_undone = self.count_undone(DRAW)?;
        let mut complete = true;
        for sample in &samples {
            let fact = into_draw(sample, &mut automatic, &mut complete);
            evidence.draws.push(fact);
        }
        evidence.automatic = automatic.into_values().collect();
        evidence.proposals = self.proposal_facts(&decisions)?;
        Ok(evidence)
    }

    /// Decisions of people that are in force, by payment.
    fn decisions_in_force(&self) -> Result<Decisions, Error> {
        let bulks = self.bulk_accepts()?;
        let sql = "SELECT d.payment, d.n, d.op, d.kind, d.returns, d.differences FROM decision d \
                   JOIN operation o ON o.seq = d.op JOIN payment p ON p.n = d.payment \
                   WHERE o.undone_by IS NULL AND p.present = 1 AND d.author = 'person' ORDER BY d.n";
        let mut select = self.db.prepare(sql).told()?;
        let mut rows = select.query([]).told()?;
        let mut all = Decisions::default();
        while let Some(row) = rows.next().told()? {
            let kind: String = row.get(3).told()?;
            let op: i64 = row.get(2).told()?;
            all.entry(row.get(0).told()?).or_default().push(Made {
                n: row.get(1).told()?,
                op,
                kind: DecisionKind::parse(&kind).ok_or_else(|| codec::broken("a decision", &kind))?,
                returns: row.get(4).told()?,
                differences: row.get(5).told()?,
                bulk: bulks.contains(&op),
            });
        }
        Ok(all)
    }

    /// Operations that accepted by probability, and not by name.
    fn bulk_accepts(&self) -> Result<Vec<i64>, Error> {
        let mut select = self.db.prepare("SELECT seq, payload FROM operation WHERE kind = 'accept'").told()?;
        let mut rows = select.query([]).told()?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().told()? {
            let payload: serde_json::Value = codec::from_json(&row.get::<_, String>(1).told()?, "an entry of the log")?;
            if !payload["above"].is_null() {
                found.push(row.get(0).told()?);
            }
        }
        Ok(found)
    }

    fn count_undone(&self, kind: &str) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM operation WHERE kind = ?1 AND undone_by IS NOT NULL";
        self.db.query_row(sql, [kind], |row| row.get::<_, i64>(0)).told().map(i64::unsigned_abs)
    }

    /// Automatic applications, by payment and run: those in force, and those of an undone run about which a person decided before any
    /// other run had a word.
    fn automatic_facts(&self, decisions: &Decisions) -> Result<BTreeMap<(String, u64), AutomaticFact>, Error> {
        let sql = "SELECT p.id, p.n, d.n, d.op, d.kind, d.returns, d.differences, d.probability, o.undone_by IS NOT NULL, \
                   (SELECT min(v.run) FROM verdict v WHERE v.payment = p.n AND v.run > d.op) \
                   FROM decision d JOIN payment p ON p.n = d.payment JOIN operation o ON o.seq = d.op \
                   WHERE d.author = 'engine' AND d.kind IN ('apply', 'return') AND p.present = 1 ORDER BY d.n";
        let mut select = self.db.prepare(sql).told()?;
        let mut rows = select.query([]).told()?;
        let mut facts = BTreeMap::new();
        while let Some(row) = rows.next().told()? {
            let (n, op): (i64, i64) = (row.get(1).told()?, row.get(3).told()?);
            let word = decisions.get(&n).and_then(|made| word(made)).filter(|w| w.first > op);
            let undone: bool = row.get(8).told()?;
            let next: Option<i64> = row.get(9).told()?;
            // After an undone run the next word must be a person's: another run's would count instead.
            if undone && word.as_ref().is_none_or(|w| next.is_some_and(|next| next <= w.first)) {
                continue;
            }
            let kind: String = row.get(4).told()?;
            let engine = Made {
                n: row.get(2).told()?,
                op,
                kind: DecisionKind::parse(&kind).ok_or_else(|| codec::broken("a decision", &kind))?,
                returns: row.get(5).told()?,
                differences: row.get(6).told()?,
                bulk: false,
            };
            let wrong = match word {
                Some(w) if self.equation(&engine)? != self.equation(w.last)? => Some(w.first.unsigned_abs()),
                _ => None,
            };
            let fact = AutomaticFact {
                probability: Probability(row.get::<_, Option<u32>>(7).told()?.unwrap_or(0)),
                run: op.unsigned_abs(),
                wrong,
                audited: None,
            };
            facts.insert((row.get(0).told()?, op.unsigned_abs()), fact);
        }
        Ok(facts)
    }

    fn equation(&self, made: &Made) -> Result<Equation, Error> {
        let mut select =
            self.db.prepare_cached("SELECT item, minor FROM application WHERE decision = ?1 AND minor <> 0").told()?;
        let rows = select.query_map([made.n], |r| Ok((r.get(0)?, r.get(1)?)));
        let mut applications: Vec<(i64, i64)> = rows.and_then(Iterator::collect).told()?;
        applications.sort_unstable();
        Ok((made.kind, applications, differences(&codec::from_differences(&made.differences)?), made.returns))
    }

    /// Proposals that people decided, and those that only the level keeps from being automatic.
    fn proposal_facts(&self, decisions: &Decisions) -> Result<Vec<ProposalFact>, Error> {
        let mut facts = Vec::new();
        let mut words: Vec<(i64, Word<'_>)> =
            decisions.iter().filter_map(|(n, made)| Some((*n, word(made)?))).collect();
        words.sort_unstable_by_key(|(n, _)| *n);
        for (payment, word) in words {
            let Some((kept, probability)) = self.proposed_before(payment, word.first)? else { continue };
            let Some(proposed) = proposed(&kept) else { continue };
            let right = self.equation(word.last)? == proposed;
            facts.push(ProposalFact {
                probability,
                level: level(&kept),
                right: Some(right),
                bulk: right && word.last.bulk,
            });
        }
        let sql = format!(
            "SELECT v.probability, e.body FROM payment p JOIN verdict v ON v.payment = p.n AND v.run = {LAST_RUN} \
             JOIN evidence e ON e.payment = v.payment AND e.run = v.run \
             WHERE p.present = 1 AND p.decision IS NULL AND v.bucket = 'review' AND v.probability >= ?1"
        );
        let mut select = self.db.prepare(&sql).told()?;
        let mut rows = select.query([LEAST_LEVEL]).told()?;
        while let Some(row) = rows.next().told()? {
            let kept: Kept = codec::from_json(&row.get::<_, String>(1).told()?, "a verdict")?;
            let Some(level) = level(&kept) else { continue };
            let probability = Probability(row.get(0).told()?);
            facts.push(ProposalFact { probability, level: Some(level), right: None, bulk: false });
        }
        Ok(facts)
    }

    /// What the last run in force before an operation proposed for a payment, unless it decided by itself.
    fn proposed_before(&self, payment: i64, op: i64) -> Result<Option<(Kept, Probability)>, Error> {
        let sql = "SELECT v.bucket, v.probability, e.body, EXISTS (SELECT 1 FROM decision d WHERE d.op = v.run AND d.payment = v.payment) \
                   FROM verdict v JOIN evidence e ON e.payment = v.payment AND e.run = v.run JOIN operation o ON o.seq = v.run \
                   WHERE v.payment = ?1 AND v.run < ?2 AND o.undone_by IS NULL ORDER BY v.run DESC LIMIT 1";
        let mut select = self.db.prepare_cached(sql).told()?;
        let mut rows = select.query(params![payment, op]).told()?;
        let Some(row) = rows.next().told()? else { return Ok(None) };
        let bucket: String = row.get(0).told()?;
        let decided: bool = row.get(3).told()?;
        if decided || ![Bucket::Review.word(), Bucket::Auto.word()].contains(&bucket.as_str()) {
            return Ok(None);
        }
        let kept = codec::from_json(&row.get::<_, String>(2).told()?, "a verdict")?;
        Ok(Some((kept, Probability(row.get(1).told()?))))
    }

    /// Automatic applications that stand and were not drawn yet, of a month or of all: what a sample is drawn from. Errors: E0705,
    /// E0706.
    pub fn not_audited(&self, month: Option<Month>) -> Result<Vec<Standing>, Error> {
        let samples = self.samples()?;
        let drawn: std::collections::BTreeSet<&str> =
            samples.iter().flat_map(|s| &s.draw.drawn).map(|d| d.payment.as_str()).collect();
        let sql = "SELECT p.id, d.op, coalesce(d.probability, 0) FROM payment p JOIN decision d ON d.n = p.decision \
                   WHERE p.present = 1 AND d.author = 'engine' AND d.kind IN ('apply', 'return') \
                   AND (?1 IS NULL OR p.booked BETWEEN ?1 AND ?2) ORDER BY p.id";
        let (first, last) = (month.map(|m| m.first().to_string()), month.map(|m| m.last().to_string()));
        let mut select = self.db.prepare(sql).told()?;
        let rows = select.query_map(params![first, last], |row| {
            Ok(Standing {
                payment: row.get(0)?,
                run: row.get::<_, i64>(1)?.unsigned_abs(),
                probability: Probability(row.get(2)?),
            })
        });
        let mut all: Vec<Standing> = rows.and_then(Iterator::collect).told()?;
        all.retain(|s| !drawn.contains(s.payment.as_str()));
        Ok(all)
    }

    /// Samples in force with their verdicts in force, in the order in which they were drawn. Errors: E0705, E0706.
    pub fn samples(&self) -> Result<Vec<Sample>, Error> {
        let sql = "SELECT seq, who, at, kind, payload FROM operation WHERE kind IN (?1, ?2) AND undone_by IS NULL ORDER BY seq";
        let mut select = self.db.prepare_cached(sql).told()?;
        let mut rows = select.query([DRAW, AUDIT]).told()?;
        let mut samples: Vec<Sample> = Vec::new();
        while let Some(row) = rows.next().told()? {
            let op = row.get::<_, i64>(0).told()?.unsigned_abs();
            let (kind, payload): (String, String) = (row.get(3).told()?, row.get(4).told()?);
            if kind == DRAW {
                let draw = codec::from_json(&payload, "a sample")?;
                let (who, at) = (row.get(1).told()?, row.get(2).told()?);
                samples.push(Sample { op, who, at, draw, verdicts: BTreeMap::new() });
                continue;
            }
            let audit: Audit = codec::from_json(&payload, "an audit")?;
            // Verdicts on a sample that was undone since are of nothing.
            let Some(sample) = samples.iter_mut().find(|s| s.op == audit.sample) else { continue };
            sample.verdicts.extend(audit.verdicts.into_iter().map(|v| (v.payment, (v.right, op))));
        }
        Ok(samples)
    }

    /// Numbers of items by their identifiers, where they are not the same. Error: E0706.
    pub fn item_numbers(&self) -> Result<BTreeMap<String, String>, Error> {
        let mut select = self.db.prepare("SELECT id, number FROM item WHERE number <> '' AND number <> id").told()?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.and_then(Iterator::collect).told()
    }

    /// Who has paid before: accounts and names of payers of whom a payment was applied to items. Errors: E0705, E0706.
    pub fn known_payers(&self) -> Result<std::collections::BTreeSet<String>, Error> {
        let sql = "SELECT DISTINCT p.payer_iban, p.payer_name FROM payment p JOIN decision d ON d.n = p.decision \
                   WHERE p.present = 1 AND d.kind = 'apply'";
        let mut select = self.db.prepare(sql).told()?;
        let rows = select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
        let all: Vec<(String, String)> = rows.and_then(Iterator::collect).told()?;
        Ok(all.into_iter().flat_map(|(iban, name)| [iban, name.to_uppercase()]).filter(|t| !t.is_empty()).collect())
    }

    /// Writes an entry of the log that holds a draw or an audit, and changes nothing else. Error: E0706.
    pub fn record_fact(&mut self, heading: &Heading) -> Result<u64, Errors> {
        let tx = self.begin()?;
        let entry = Entry::begin(&tx)?;
        let op = entry.finish(heading)?;
        tx.commit().told()?;
        Ok(op)
    }

    /// What a run was calibrated on, by its identifier; none where the run does not say, or is not there. Errors: E0705, E0706.
    pub fn calibration_of_run(&self, run: &str) -> Result<Option<CalibrationRecord>, Error> {
        let sql =
            "SELECT o.payload FROM run r JOIN operation o ON o.seq = r.op WHERE r.id = ?1 ORDER BY r.op DESC LIMIT 1";
        self.calibration_in(sql, params![run])
    }

    /// What the run of an operation was calibrated on. Errors: E0705, E0706.
    pub fn calibration_of_operation(&self, op: u64) -> Result<Option<CalibrationRecord>, Error> {
        let op = i64::try_from(op).unwrap_or(i64::MAX);
        self.calibration_in("SELECT payload FROM operation WHERE seq = ?1 AND kind = 'run'", params![op])
    }

    fn calibration_in(&self, sql: &str, of: &[&dyn rusqlite::ToSql]) -> Result<Option<CalibrationRecord>, Error> {
        let mut select = self.db.prepare_cached(sql).told()?;
        let mut rows = select.query(of).told()?;
        let Some(row) = rows.next().told()? else { return Ok(None) };
        let mut payload: serde_json::Value = codec::from_json(&row.get::<_, String>(0).told()?, "an entry of the log")?;
        let kept = payload["calibration"].take();
        if kept.is_null() {
            return Ok(None);
        }
        serde_json::from_value(kept).map(Some).map_err(|e| codec::broken("a calibration", &e.to_string()))
    }
}

/// The equation that a verdict proposed.
fn proposed(kept: &Kept) -> Option<Equation> {
    let chosen = kept.chosen.as_ref()?;
    let kind = if kept.returns.is_some() { DecisionKind::Return } else { DecisionKind::Apply };
    let taken = chosen.applications.iter().filter(|a| a.applied != 0);
    let mut applications: Vec<(i64, i64)> = taken.map(|a| (i64::from(a.item), a.applied)).collect();
    applications.sort_unstable();
    Some((kind, applications, differences(&chosen.differences), kept.returns.map(i64::from)))
}

/// Differences as decisions keep them: what stays open of an item is no term of the equation.
fn differences(all: &[Difference]) -> Vec<(DifferenceKind, i64)> {
    let kept = all.iter().filter(|d| d.kind != DifferenceKind::OpenRest && d.minor != 0);
    let mut kept: Vec<(DifferenceKind, i64)> = kept.map(|d| (d.kind, d.minor)).collect();
    kept.sort_unstable();
    kept
}

/// The level from which a proposal would have been automatic, where only the level objected.
fn level(kept: &Kept) -> Option<Probability> {
    match kept.chosen.as_ref()?.obstacle {
        Some(Obstacle::BelowLevel(proved)) => Some(proved),
        _ => None,
    }
}

/// Puts the verdicts of a sample into the facts, and says how far it counts.
fn into_draw(sample: &Sample, automatic: &mut BTreeMap<(String, u64), AutomaticFact>, complete: &mut bool) -> DrawFact {
    *complete &= sample.missing().is_empty();
    let mut wrong = 0;
    for drawn in &sample.draw.drawn {
        let verdict = sample.verdicts.get(&drawn.payment).copied();
        // What was drawn counts even where its run was undone since: the sample would be no random one without it.
        let fact = automatic.entry((drawn.payment.clone(), drawn.run)).or_insert(AutomaticFact {
            probability: Probability(drawn.probability),
            run: drawn.run,
            wrong: None,
            audited: None,
        });
        // Recorded wrong, or corrected by a person: either is known, whether the sample is complete or not.
        if let Some((false, op)) = verdict {
            fact.wrong = Some(fact.wrong.map_or(op, |before| before.min(op)));
        }
        if complete.then_some(verdict).flatten().is_some() {
            fact.audited = Some(fact.wrong.is_none());
        }
        wrong += u64::from(fact.wrong.is_some());
    }
    DrawFact {
        op: sample.op,
        who: sample.who.as_str().into(),
        at: sample.at.as_str().into(),
        seed: sample.draw.seed.as_str().into(),
        month: Month::parse(&sample.draw.month),
        population: sample.draw.population,
        drawn: sample.draw.drawn.len() as u64,
        recorded: (sample.draw.drawn.len() - sample.missing().len()) as u64,
        wrong,
        counts: *complete,
    }
}
