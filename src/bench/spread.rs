//! A figure that was measured several times.

use serde::{Deserialize, Serialize};

/// Median, smallest and largest of some measurements, and all of them in the order of measuring.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The middle one; of an even number, the mean of the two in the middle.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// All of them.
    pub all: Vec<f64>,
}

impl Spread {
    /// The spread of measurements; zeros of none. Kept to a millionth: clocks tell no more.
    pub fn of(measured: &[f64]) -> Self {
        let all: Vec<f64> = measured.iter().map(|v| (v * 1e6).round() / 1e6).collect();
        let mut sorted = all.clone();
        sorted.sort_by(f64::total_cmp);
        let (Some(&min), Some(&max)) = (sorted.first(), sorted.last()) else { return Self::default() };
        let half = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 };
        Self { median, min, max, all }
    }

    /// Whether the two have any value in common between smallest and largest.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.min <= other.max && other.min <= self.max
    }

    /// Whether there is anything to tell chance from change with.
    pub fn is_repeated(&self) -> bool {
        self.all.len() > 1
    }
}
