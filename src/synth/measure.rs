//! The measure of a run against truth: how often it was right, how often it was sure, and whether it was as sure as it should be.
//!
//! Everything is counted together, so that no figure can be bought with another: precision, coverage, proposals, false
//! matches, flags, reliability. Intervals are Wilson's at 95 % (E. B. Wilson, 1927), which hold near 0 and 1 too.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use serde::Serialize;

use crate::model::{Flag, Flags};

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Where the bins of reliability are split.
const SPLITS: [f64; 8] = [0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999];

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// Cases that count.
    pub hits: u64,
    /// Cases in all.
    pub of: u64,
}

impl Ratio {
    fn add(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.of += 1;
    }

    /// The share; `None` of nothing.
    pub fn rate(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// Wilson's interval at 95 %; `None` of nothing.
    pub fn interval(self) -> Option<(f64, f64)> {
        const Z: f64 = 1.959_963_984_540_054;
        let (p, n) = (self.rate()?, self.of as f64);
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        Some((((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0)))
    }
}

impl Serialize for Ratio {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            hits: u64,
            of: u64,
            rate: Option<f64>,
            low: Option<f64>,
            high: Option<f64>,
        }
        let interval = self.interval();
        let (low, high) = (interval.map(|i| i.0), interval.map(|i| i.1));
        Shown { hits: self.hits, of: self.of, rate: self.rate(), low, high }.serialize(serializer)
    }
}

/// The figures of one kind of payment, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KindScore {
    /// The word in the truth file; `all` for the sum.
    pub kind: Box<str>,
    /// Payments that truth tells of.
    pub payments: u64,
    /// Automatic applications, right or wrong.
    pub made: u64,
    /// Of these, right.
    pub right: u64,
    /// Of these, wrong.
    pub wrong: u64,
    /// True links without a right automatic application.
    pub missed: u64,
    /// Automatic applications that are right.
    pub precision: Ratio,
    /// Payments whose whole set was applied automatically and right, over those that belong to items. In `all`, payments
    /// flagged `ambiguous` or `misapplied` stand apart.
    pub coverage: Ratio,
    /// Payments whose first proposal is exactly right; where there is nothing, proposing nothing is right.
    pub proposal: Ratio,
    /// Payments of no item that were applied automatically all the same.
    pub false_matches: Ratio,
}

/// How well a flag is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FlagScore {
    /// The flag's word.
    pub flag: &'static str,
    /// Payments with the flag in the run that have it in truth.
    pub precision: Ratio,
    /// Payments with the flag in truth that have it in the run.
    pub recall: Ratio,
}

/// One bin of reliability: what was stated, and what came true.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Lower end, included.
    pub from: f64,
    /// Upper end, not included, but for 1.
    pub to: f64,
    /// Mean of the stated probabilities; `None` of nothing.
    pub stated: Option<f64>,
    /// Proposals that were exactly right.
    pub observed: Ratio,
}

/// All measures of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// `lettrage.score/1`.
    pub schema: &'static str,
    /// Everything together.
    pub all: KindScore,
    /// Coverage of the payments that `all` leaves out: flagged `ambiguous` or `misapplied`.
    pub apart: Ratio,
    /// By kind, in alphabetical order.
    pub kinds: Vec<KindScore>,
    /// By flag, in the order of the vocabulary.
    pub flags: Vec<FlagScore>,
    /// Reliability of the probability of proposals.
    pub reliability: Vec<Bin>,
    /// Money in wrong automatic applications, by currency, without sign.
    pub wrong_amounts: BTreeMap<Box<str>, Decimal>,
    /// Payments of the truth that the run does not have: scored as without a proposal.
    pub missing: u64,
    /// Payments of the run that the truth does not tell of: not scored.
    pub unknown: u64,
    /// Items that are interchangeable with another.
    pub interchangeable: u64,
}

#[derive(Debug)]
struct Row {
    item: u32,
    applied: Decimal,
    currency: u32,
    automatic: bool,
    right: bool,
}

#[derive(Debug, Default)]
struct Case {
    kind: u32,
    truth: Flags,
    links: Vec<(u32, Option<Decimal>)>,
    seen: bool,
    given: Flags,
    probability: Option<f64>,
    rows: Vec<Row>,
}

/// Names to small numbers.
#[derive(Debug, Default)]
struct Names {
    numbers: Map<Box<str>, u32>,
    names: Vec<Box<str>>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }
}

/// Gathers truth and run, then measures. Truth comes first, row by row.
#[derive(Debug, Default)]
pub struct Measure {
    payments: Names,
    cases: Vec<Case>,
    items: Names,
    kinds: Names,
    currencies: Names,
    classes: Map<u32, u32>,
    class_names: Names,
    unknown: u64,
}

impl Measure {
    /// A true link. `item` empty: the payment belongs to no item. `applied` absent: only the link is scored.
    pub fn truth(&mut self, payment: &str, item: &str, applied: Option<Decimal>, kind: &str, flags: Flags) {
        let case = self.payments.number(payment) as usize;
        if case == self.cases.len() {
            let kind = self.kinds.number(kind);
            self.cases.push(Case { kind, ..Case::default() });
        }
        let case = &mut self.cases[case];
        case.truth = case.truth.union(flags);
        if !item.is_empty() {
            case.links.push((self.items.number(item), applied));
        }
    }

    /// Says that items of the same class are interchangeable.
    pub fn class(&mut self, item: &str, class: &str) {
        let class = self.class_names.number(class);
        self.classes.insert(self.items.number(item), class);
    }

    /// A payment of the run: its flags, and the probability of its proposal.
    pub fn payment(&mut self, payment: &str, flags: Flags, probability: Option<f64>) {
        match self.payments.numbers.get(payment) {
            Some(&case) => {
                let case = &mut self.cases[case as usize];
                (case.seen, case.given, case.probability) = (true, flags, probability);
            }
            None => self.unknown += 1,
        }
    }

    /// An application of the run, automatic or proposed.
    pub fn application(&mut self, payment: &str, item: &str, applied: Decimal, currency: &str, automatic: bool) {
        if let Some(&case) = self.payments.numbers.get(payment) {
            let row = Row {
                item: self.items.number(item),
                applied,
                currency: self.currencies.number(currency),
                automatic,
                right: false,
            };
            self.cases[case as usize].rows.push(row);
        }
    }

    /// The measures.
    pub fn score(mut self) -> Score {
        let sizes = self.class_sizes();
        self.judge(&sizes);
        let mut all = KindScore { kind: "all".into(), ..KindScore::default() };
        let empty = |kind: Box<str>| KindScore { kind, ..KindScore::default() };
        let mut kinds: Vec<KindScore> = self.kinds.names.iter().cloned().map(empty).collect();
        let mut apart = Ratio::default();
        let mut wrong_amounts: BTreeMap<Box<str>, Decimal> = BTreeMap::new();
        for case in &self.cases {
            let set_apart = case.truth.has(Flag::Ambiguous) || case.truth.has(Flag::Misapplied);
            count(&mut kinds[case.kind as usize], case, true);
            count(&mut all, case, !set_apart);
            if set_apart && !case.links.is_empty() {
                apart.add(case.is_covered());
            }
            for row in case.rows.iter().filter(|row| row.automatic && !row.right) {
                let sum = wrong_amounts.entry(self.currencies.names[row.currency as usize].clone()).or_default();
                *sum = sum.saturating_add(row.applied.abs());
            }
        }
        kinds.sort_by(|a, b| a.kind.cmp(&b.kind));
        Score {
            schema: "lettrage.score/1",
            all,
            apart,
            kinds,
            flags: Flag::ALL.map(|flag| self.flag(flag)).to_vec(),
            reliability: self.reliability(),
            wrong_amounts,
            missing: self.cases.iter().filter(|case| !case.seen).count() as u64,
            unknown: self.unknown,
            interchangeable: self.classes.values().filter(|class| sizes[**class as usize] > 1).count() as u64,
        }
    }

    fn class_sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.class_names.names.len()];
        for class in self.classes.values() {
            sizes[*class as usize] += 1;
        }
        sizes
    }

    /// Marks the rows that are right. First those that name the very item, then those that name another of its class, each
    /// member standing for one true item only; automatic ones before proposals.
    fn judge(&mut self, sizes: &[u32]) {
        let mut open: Vec<Vec<bool>> = self.cases.iter().map(|case| vec![true; case.links.len()]).collect();
        let mut stands_for: Map<u32, u32> = Map::default();
        let mut stood_by: Map<u32, u32> = Map::default();
        for (case, open) in self.cases.iter_mut().zip(&mut open) {
            for row in &mut case.rows {
                let found = (0..case.links.len())
                    .find(|&n| open[n] && case.links[n].0 == row.item && row.agrees(case.links[n].1));
                if let Some(n) = found {
                    (open[n], row.right) = (false, true);
                    stands_for.insert(row.item, row.item);
                    stood_by.insert(row.item, row.item);
                }
            }
        }
        let class = |item: u32| self.classes.get(&item).filter(|class| sizes[**class as usize] > 1);
        for automatic in [true, false] {
            for (case, open) in self.cases.iter_mut().zip(&mut open) {
                for row in case.rows.iter_mut().filter(|row| !row.right && row.automatic == automatic) {
                    let Some(own) = class(row.item) else { continue };
                    let fits = |&n: &usize| {
                        let (item, applied) = case.links[n];
                        let free = !stands_for.contains_key(&row.item) && !stood_by.contains_key(&item);
                        let same = stands_for.get(&row.item) == Some(&item);
                        open[n] && class(item) == Some(own) && row.agrees(applied) && (free || same)
                    };
                    if let Some(n) = (0..case.links.len()).find(fits) {
                        (open[n], row.right) = (false, true);
                        stands_for.insert(row.item, case.links[n].0);
                        stood_by.insert(case.links[n].0, row.item);
                    }
                }
            }
        }
    }

    fn flag(&self, flag: Flag) -> FlagScore {
        let mut score = FlagScore { flag: flag.word(), precision: Ratio::default(), recall: Ratio::default() };
        for case in &self.cases {
            if case.given.has(flag) {
                score.precision.add(case.truth.has(flag));
            }
            if case.truth.has(flag) {
                score.recall.add(case.given.has(flag));
            }
        }
        score
    }

    fn reliability(&self) -> Vec<Bin> {
        let mut sums = [(0.0, Ratio::default()); SPLITS.len() + 1];
        for case in self.cases.iter().filter(|case| !case.rows.is_empty()) {
            if let Some(p) = case.probability {
                let (stated, observed) = &mut sums[SPLITS.iter().filter(|split| p >= **split).count()];
                *stated += p;
                observed.add(case.is_proposed());
            }
        }
        let end = |n: usize| SPLITS.get(n).copied().unwrap_or(1.0);
        let bin = |(n, (stated, observed)): (usize, (f64, Ratio))| Bin {
            from: if n == 0 { 0.0 } else { SPLITS[n - 1] },
            to: end(n),
            stated: (observed.of > 0).then(|| stated / observed.of as f64),
            observed,
        };
        sums.into_iter().enumerate().map(bin).collect()
    }
}

impl Row {
    fn agrees(&self, applied: Option<Decimal>) -> bool {
        applied.is_none_or(|applied| applied == self.applied)
    }
}

impl Case {
    /// The proposal is the truth, whole and nothing else.
    fn is_proposed(&self) -> bool {
        self.rows.len() == self.links.len() && self.rows.iter().all(|row| row.right)
    }

    fn is_covered(&self) -> bool {
        self.is_proposed() && self.rows.iter().all(|row| row.automatic)
    }
}

fn count(score: &mut KindScore, case: &Case, in_coverage: bool) {
    let made = case.rows.iter().filter(|row| row.automatic).count() as u64;
    let right = case.rows.iter().filter(|row| row.automatic && row.right).count() as u64;
    score.payments += 1;
    score.made += made;
    score.right += right;
    score.wrong += made - right;
    score.missed += case.links.len() as u64 - right;
    score.precision.hits += right;
    score.precision.of += made;
    score.proposal.add(case.is_proposed());
    if case.links.is_empty() {
        score.false_matches.add(made > 0);
    } else if in_coverage {
        score.coverage.add(case.is_covered());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(cents: i64) -> Decimal {
        Decimal::new(cents, 2)
    }

    #[test]
    fn wilson_agrees_with_published_figures() {
        // Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
        let (low, high) = Ratio { hits: 81, of: 263 }.interval().unwrap();
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
        let (low, high) = Ratio { hits: 0, of: 20 }.interval().unwrap();
        assert!(low == 0.0 && (high - 0.1611).abs() < 5e-5, "{low} {high}");
        assert_eq!(Ratio::default().interval(), None);
    }

    #[test]
    fn every_measure_counts_what_it_says() {
        let mut m = Measure::default();
        let partial = Flags::from(Flag::Partial);
        m.truth("right", "A", Some(eur(100)), "single", Flags::NONE);
        m.truth("wrong amount", "B", Some(eur(100)), "partial", partial);
        m.truth("half", "C", None, "lump", Flags::NONE);
        m.truth("half", "D", None, "lump", Flags::NONE);
        m.truth("stranger", "", None, "none", Flags::NONE);
        m.truth("false", "", None, "none", Flags::NONE);
        m.truth("tie", "E", None, "tie", Flag::Ambiguous.into());
        for (id, flags, p) in [
            ("right", partial, Some(0.9995)),
            ("wrong amount", partial, Some(0.97)),
            ("half", Flags::NONE, Some(0.9995)),
            ("stranger", Flags::NONE, None),
            ("false", Flags::NONE, Some(0.9)),
            ("nobody", Flags::NONE, None),
        ] {
            m.payment(id, flags, p);
        }
        m.application("right", "A", eur(100), "EUR", true);
        m.application("wrong amount", "B", eur(99), "EUR", true);
        m.application("half", "C", eur(1), "EUR", true);
        m.application("false", "Z", eur(-500), "CHF", true);
        let score = m.score();
        assert_eq!((score.all.made, score.all.right, score.all.wrong, score.all.missed), (4, 2, 2, 3));
        assert_eq!(score.all.coverage, Ratio { hits: 1, of: 3 });
        assert_eq!(score.apart, Ratio { hits: 0, of: 1 });
        assert_eq!(score.all.proposal, Ratio { hits: 2, of: 6 });
        assert_eq!(score.all.false_matches, Ratio { hits: 1, of: 2 });
        assert_eq!((score.missing, score.unknown), (1, 1));
        assert_eq!(score.wrong_amounts.get("CHF"), Some(&eur(500)));
        assert_eq!(score.flags[0].precision, Ratio { hits: 1, of: 2 });
        assert_eq!(score.flags[0].recall, Ratio { hits: 1, of: 1 });
        assert_eq!(score.reliability[7].observed, Ratio { hits: 1, of: 2 });
        assert_eq!(
            score.reliability[3].observed,
            Ratio { hits: 0, of: 1 },
            "a probability on the split belongs above it"
        );
        assert!((score.reliability[7].stated.unwrap() - 0.9995).abs() < 1e-9);
    }

    #[test]
    fn a_member_of_a_class_stands_for_one_true_item_only() {
        let rights = |rows: &[(&str, &str)]| {
            let mut m = Measure::default();
            m.truth("p", "A", Some(eur(100)), "k", Flags::NONE);
            m.truth("q", "B", Some(eur(100)), "k", Flags::NONE);
            for item in ["A", "B", "C"] {
                m.class(item, "same");
            }
            for (payment, item) in rows {
                m.application(payment, item, eur(100), "EUR", true);
            }
            m.score().all.right
        };
        assert_eq!(rights(&[("p", "B"), ("q", "A")]), 2, "swapped");
        assert_eq!(rights(&[("p", "C"), ("q", "C")]), 1, "the same one twice");
        assert_eq!(rights(&[("p", "B"), ("q", "B")]), 1, "the other's own");
        assert_eq!(rights(&[("p", "C"), ("q", "B")]), 2, "a third");
    }
}
