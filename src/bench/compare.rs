//! What changed since a saved run.

use serde::Serialize;

use super::{Bench, Row, Share, Spread};

/// Two benches side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// What makes the two hard to compare: another machine, other data.
    pub notes: Vec<String>,
    /// Every figure that both have.
    pub changes: Vec<Change>,
}

/// One figure of one size, before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The shape's word; `None` for a normal company.
    pub shape: Option<String>,
    /// Payments of the run.
    pub payments: u64,
    /// Which figure: `wall`, `peak memory`, a stage, `precision`.
    pub figure: String,
    /// In which it is measured.
    pub unit: Figure,
    /// Before: median, or rate.
    pub before: Option<f64>,
    /// After: median, or rate.
    pub after: Option<f64>,
    /// Change in percent of before; `None` where before is 0 or absent.
    pub percent: Option<f64>,
    /// What is to be thought of it.
    pub verdict: Verdict,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// A share from 0 to 1.
    Share,
    /// A number of cases.
    Count,
}

/// What is to be thought of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Exactly the same.
    Same,
    /// Slowest and fastest runs of the two overlap: it may be chance.
    WithinSpread,
    /// Smaller in every run: better, of times and bytes.
    Less,
    /// Larger in every run: worse, of times and bytes.
    More,
    /// One of the two was measured once: there is no spread to judge by.
    NoSpread,
    /// A figure of quality is not what it was.
    Changed,
}

impl Verdict {
    /// The words in tables.
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::WithinSpread => "within the spread",
            Self::Less => "less",
            Self::More => "MORE",
            Self::NoSpread => "one run only",
            Self::Changed => "CHANGED",
        }
    }
}

impl Comparison {
    /// Holds a bench against an earlier one.
    pub fn new(before: &Bench, after: &Bench) -> Self {
        let mut notes = Vec::new();
        if before.machine != after.machine {
            notes.push("the machines differ: times and memory do not compare".to_string());
        }
        if before.threads != after.threads {
            notes.push(format!("threads differ: {} before, {} now", before.threads, after.threads));
        }
        let mut changes = Vec::new();
        for row in &after.rows {
            let Some(was) = before.rows.iter().find(|was| was.is_like(row)) else {
                notes.push(format!("{}: not in the saved bench", row.name()));
                continue;
            };
            if was.data_sha256 != row.data_sha256 {
                notes.push(format!("{}: the data differ, so that no figure compares", row.name()));
            }
            compare(was, row, &mut changes);
        }
        for was in before.rows.iter().filter(|was| !after.rows.iter().any(|row| row.is_like(was))) {
            notes.push(format!("{}: in the saved bench only", was.name()));
        }
        Self { notes, changes }
    }
}

fn compare(before: &Row, after: &Row, changes: &mut Vec<Change>) {
    let mut put = |figure: &str, unit, (was, is): (Option<f64>, Option<f64>), verdict| {
        let percent = was.zip(is).filter(|(was, _)| *was != 0.0).map(|(was, is)| (is / was - 1.0) * 100.0);
        changes.push(Change {
            shape: after.shape.clone(),
            payments: after.payments,
            figure: figure.to_string(),
            unit,
            before: was,
            after: is,
            percent: percent.map(|p| (p * 100.0).round() / 100.0),
            verdict,
        });
    };
    let medians = |b: &Spread, a: &Spread| (Some(b.median), Some(a.median));
    let (b, a) = (&before.wall_seconds, &after.wall_seconds);
    put("wall", Figure::Seconds, medians(b, a), judge(b, a));
    if let (Some(b), Some(a)) = (&before.peak_memory_bytes, &after.peak_memory_bytes) {
        put("peak memory", Figure::Bytes, medians(b, a), judge(b, a));
    }
    for stage in &after.stages {
        if let Some(was) = before.stages.iter().find(|was| was.name == stage.name) {
            let (b, a) = (&was.seconds, &stage.seconds);
            put(&stage.name, Figure::Seconds, medians(b, a), judge(b, a));
        }
    }
    let (b, a) = (before.output_bytes as f64, after.output_bytes as f64);
    let verdict = if b == a { Verdict::Same } else { Verdict::Changed };
    put("written", Figure::Bytes, (Some(b), Some(a)), verdict);
    let (b, a) = (&before.quality, &after.quality);
    let shares = [
        ("precision", b.precision, a.precision),
        ("coverage", b.coverage, a.coverage),
        ("proposals", b.proposals, a.proposals),
    ];
    for (name, b, a) in shares {
        put(name, Figure::Share, (rate(b), rate(a)), same((b.hits, b.of) == (a.hits, a.of)));
    }
    put("wrong", Figure::Count, (Some(b.wrong as f64), Some(a.wrong as f64)), same(b.wrong == a.wrong));
}

fn rate(share: Share) -> Option<f64> {
    (share.of > 0).then(|| share.hits as f64 / share.of as f64)
}

fn same(same: bool) -> Verdict {
    if same { Verdict::Same } else { Verdict::Changed }
}

fn judge(before: &Spread, after: &Spread) -> Verdict {
    if before == after {
        Verdict::Same
    } else if !before.is_repeated() || !after.is_repeated() {
        Verdict::NoSpread
    } else if before.overlaps(after) {
        Verdict::WithinSpread
    } else if after.max < before.min {
        Verdict::Less
    } else {
        Verdict::More
    }
}
