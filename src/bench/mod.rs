//! The bench command's core: what was measured, as values; spreads; what changed since a saved run; text and picture.
//!
//! Nothing is measured here: the command runs the program on generated data and fills a [`Bench`]. Time never comes alone: each
//! row holds precision and coverage of the very run that was timed.

mod compare;
mod picture;
mod sizes;
mod spread;
mod table;
mod text;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::synth::Shape;
use crate::synth::measure::{Ratio, Score};

pub use compare::{Change, Comparison, Figure, Verdict};
pub use picture::picture;
pub use sizes::{parse_size, parse_sizes};
pub use spread::Spread;
pub use text::{Layout, grouped, render};

/// The schema of a saved bench.
pub const SCHEMA: &str = "lettrage.bench/1";

/// A sitting: every size that was measured, by one program on one machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bench {
    /// `lettrage.bench/1`.
    pub schema: String,
    /// The program that was measured.
    pub program: Program,
    /// When the sitting began, UTC.
    pub measured_at: String,
    /// Where it ran.
    pub machine: Machine,
    /// Threads of each run.
    pub threads: u32,
    /// Seed of the data.
    pub seed: u64,
    /// Runs that count, of each size.
    pub runs: u32,
    /// Runs before them that do not.
    pub warmup: u32,
    /// What was measured, in the order of measuring.
    pub rows: Vec<Row>,
}

/// A program, by version and content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Version, such as `0.1.0`.
    pub version: String,
    /// SHA-256 of the executable: two builds of a version are two programs.
    pub sha256: String,
}

/// A machine, as far as it tells of itself; `unknown` where it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Model of the processor.
    pub cpu: String,
    /// Cores that this process may use.
    pub cores: u32,
    /// Bytes of memory.
    pub memory_bytes: Option<u64>,
    /// Operating system and kernel.
    pub os: String,
}

/// One size of one kind of data, measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The word of a bad shape; `None` for a normal company.
    pub shape: Option<String>,
    /// Payments.
    pub payments: u64,
    /// Invoices and credit notes.
    pub items: u64,
    /// Bytes of the files that are read.
    pub input_bytes: u64,
    /// Bytes of the files that are written.
    pub output_bytes: u64,
    /// SHA-256 over the data files.
    pub data_sha256: String,
    /// Whether the data was there already.
    pub data_reused: bool,
    /// Seconds from the start of the process to its end.
    pub wall_seconds: Spread,
    /// Payments over the median of the seconds.
    pub payments_per_second: f64,
    /// Seconds of each stage, in order; the last is what no stage accounts for: starting, and giving memory back.
    pub stages: Vec<Stage>,
    /// The most memory that the process held, in bytes; `None` where the system does not tell.
    pub peak_memory_bytes: Option<Spread>,
    /// How good the run was.
    pub quality: Quality,
}

/// The time of one stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Seconds.
    pub seconds: Spread,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Cases that count.
    pub hits: u64,
    /// Cases in all.
    pub of: u64,
    /// The share; `None` of nothing.
    pub rate: Option<f64>,
}

impl From<Ratio> for Share {
    fn from(ratio: Ratio) -> Self {
        Self { hits: ratio.hits, of: ratio.of, rate: ratio.rate() }
    }
}

/// What `lettrage score` says of the run, in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Automatic applications that are right.
    pub precision: Share,
    /// Payments whose whole set was applied automatically and right.
    pub coverage: Share,
    /// Payments whose first proposal is exactly right.
    pub proposals: Share,
    /// Automatic applications that are wrong.
    pub wrong: u64,
}

impl From<&Score> for Quality {
    fn from(score: &Score) -> Self {
        let all = &score.all;
        Self {
            precision: all.precision.into(),
            coverage: all.coverage.into(),
            proposals: all.proposal.into(),
            wrong: all.wrong,
        }
    }
}

/// What a run tells of itself, for whoever started it: `match` writes it where its hidden `--timings` says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Seconds of each stage, in the order in which they began; a name may come again.
    pub stages: Vec<(String, f64)>,
    /// The most memory that the process held so far, in bytes.
    pub peak_memory_bytes: Option<u64>,
}

/// Name of what no stage accounts for.
pub const REST: &str = "start and end";

impl Row {
    /// Sets times and memory from the runs: wall seconds of each, and what each told of itself.
    pub fn set_times(&mut self, runs: &[(f64, Timings)]) {
        let wall: Vec<f64> = runs.iter().map(|(wall, _)| *wall).collect();
        self.wall_seconds = Spread::of(&wall);
        self.payments_per_second = (self.payments as f64 / self.wall_seconds.median.max(1e-9)).round();
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in runs.iter().flat_map(|(_, told)| &told.stages) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        let spent = |told: &Timings, name: &str| -> f64 {
            told.stages.iter().filter(|(n, _)| n == name).map(|(_, seconds)| seconds).sum()
        };
        let stage = |name: &str, seconds: Vec<f64>| Stage { name: name.to_string(), seconds: Spread::of(&seconds) };
        self.stages =
            names.iter().map(|name| stage(name, runs.iter().map(|(_, told)| spent(told, name)).collect())).collect();
        let rest = runs.iter().map(|(wall, told)| (wall - told.stages.iter().map(|s| s.1).sum::<f64>()).max(0.0));
        self.stages.push(stage(REST, rest.collect()));
        let memory: Option<Vec<f64>> = runs.iter().map(|(_, told)| told.peak_memory_bytes.map(|b| b as f64)).collect();
        self.peak_memory_bytes = memory.map(|memory| Spread::of(&memory));
    }

    /// Whether the other row is of the same kind and size.
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.shape, self.payments) == (&other.shape, other.payments)
    }

    /// What it is of, in words: `10,000`, or `one-name 10,000`.
    pub fn name(&self) -> String {
        let payments = grouped(self.payments);
        self.shape.as_ref().map_or(payments.clone(), |shape| format!("{shape} {payments}"))
    }
}

impl Bench {
    /// Reads a saved bench. `path` is for messages.
    pub fn from_json(text: &str, path: &str) -> Result<Self, Error> {
        let help = "a bench is saved with  lettrage bench -O json > FILE";
        let wrong = |message: String| Error::new(ErrorKind::Input, "E0621", message).in_file(path).help(help);
        #[derive(Deserialize)]
        struct Head {
            schema: Option<String>,
        }
        let place = |e: serde_json::Error| {
            let error = wrong(format!("not a saved bench: {e}"));
            if e.line() > 0 { error.at(e.line() as u64, e.column().max(1) as u64) } else { error }
        };
        let head: Head = serde_json::from_str(text).map_err(place)?;
        match head.schema.as_deref() {
            Some(SCHEMA) => serde_json::from_str(text).map_err(place),
            Some(other) => Err(wrong(format!("not a saved bench: its schema is {other:?}, not {SCHEMA:?}"))),
            None => Err(wrong(format!("not a saved bench: it has no \"schema\": {SCHEMA:?}"))),
        }
    }

    /// Each bad shape with the normal run of as many payments.
    pub fn shapes(&self) -> impl Iterator<Item = (&Row, Option<&Row>)> {
        let normal = |payments| self.rows.iter().find(move |row| row.shape.is_none() && row.payments == payments);
        self.rows.iter().filter(|row| row.shape.is_some()).map(move |row| (row, normal(row.payments)))
    }
}

/// What a bad shape is, in a few words, for tables.
pub fn says(shape: Shape) -> &'static str {
    match shape {
        Shape::OneCustomer => "one customer has all items",
        Shape::OneAmount => "all items are of one amount",
        Shape::OneInvoice => "all payments cite the same invoice",
        Shape::LongTexts => "texts of 10,000 characters full of digits",
        Shape::OneName => "all customers have the same name",
        Shape::NoTexts => "no payment has a text",
        Shape::OneComponent => "all payments compete with one another",
    }
}

#[cfg(test)]
mod tests;
