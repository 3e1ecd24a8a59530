//! How the decisions of people correct probabilities and the level of what is automatic.
//!
//! ```toml
//! [calibration]
//! target = 0.9995
//! ```

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// What is learned from decisions about how often the matcher is right (`docs/book/calibration.md`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CalibrationPolicy {
    /// Whether decisions move `auto_level` at all. Default true.
    pub enabled: bool,
    /// Share of the automatic applications that is to be right. Default 0.999, what `auto_level` was chosen for.
    #[serde(deserialize_with = "target")]
    pub target: f64,
    /// How many decided proposals of a band the stated probability counts for. Default 20: as many decisions weigh as much as it.
    #[serde(deserialize_with = "strength")]
    pub prior_strength: u32,
    /// How many automatic applications the measured error rate counts for. Default 2,000: one correction alone then changes nothing.
    #[serde(deserialize_with = "strength")]
    pub automatic_strength: u32,
    /// The lowest level to which an audit may loosen. Default 0.9.
    #[serde(deserialize_with = "floor")]
    pub floor: f64,
}

impl Default for CalibrationPolicy {
    fn default() -> Self {
        Self { enabled: true, target: 0.999, prior_strength: 20, automatic_strength: 2_000, floor: 0.9 }
    }
}

/// A share that can be reached: 1 would take infinitely many audits. The comparison is false for NaN too.
fn target<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(from)?;
    if (0.5..=0.999_999).contains(&value) {
        return Ok(value);
    }
    Err(D::Error::custom(format!("{value} is no share to be reached: 0.5 to 0.999999 is expected, such as 0.999")))
}

fn strength<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let value = u32::deserialize(from)?;
    if (1..=1_000_000).contains(&value) {
        return Ok(value);
    }
    Err(D::Error::custom(format!("{value} is out of bounds: 1 to 1000000 is expected")))
}

/// Below one half, two rivals could both be sure.
fn floor<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(from)?;
    if (0.5..=0.999_999).contains(&value) {
        return Ok(value);
    }
    Err(D::Error::custom(format!("{value} is no lowest level: 0.5 to 0.999999 is expected, such as 0.9")))
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn what_makes_no_sense_is_refused_where_it_stands() {
        for line in ["target = 1.0", "target = nan", "prior_strength = 0", "automatic_strength = 1e9", "floor = 0.2"] {
            let error = Config::from_toml(&format!("[calibration]\n{line}\n"), "c.toml").unwrap_err();
            assert_eq!((error.code(), error.line()), ("E0301", Some(2)), "{error}");
        }
        let config = Config::from_toml("[calibration]\nenabled = false\ntarget = 0.99\n", "c.toml").unwrap();
        assert_eq!((config.calibration.enabled, config.calibration.target), (false, 0.99));
    }
}
