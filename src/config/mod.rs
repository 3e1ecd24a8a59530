//! Every tolerance, weight and limit, with its unit, its default and the reason for it.
//!
//! The file is TOML. Unknown keys are refused: a mistyped limit must not silently stay at its default.

pub mod csv;
pub mod limits;
pub mod policy;
pub mod terms;
pub mod weights;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

pub use csv::CsvMapping;
pub use limits::Limits;
pub use policy::{DifferencePolicy, PaysFor, Policy, TextRule};
pub use terms::TermsPolicy;
pub use weights::Weights;

/// The whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How the matcher decides.
    pub matching: Policy,
    /// Caps on what is read.
    pub limits: Limits,
    /// Payment terms.
    pub terms: TermsPolicy,
    /// How to read CSV files whose columns are not found by themselves, by a name of the user's choice.
    pub csv: BTreeMap<String, CsvMapping>,
}

impl Config {
    /// Reads a configuration. `path` is for messages.
    pub fn from_toml(text: &str, path: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|e| {
            let message = e.message().lines().next().unwrap_or("not a valid configuration").to_string();
            let error = Error::new(ErrorKind::Input, "E0301", message).in_file(path);
            let error = match e.span() {
                Some(span) => {
                    let before = &text[..span.start.min(text.len())];
                    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
                    let line = text[line_start..].lines().next().unwrap_or("");
                    let start = text[line_start..span.start.min(text.len())].chars().count();
                    let width = text.get(span).map_or(1, |s| s.lines().next().unwrap_or("").chars().count());
                    let number = before.matches('\n').count() as u64 + 1;
                    error.at(number, start as u64 + 1).excerpt(line, start, width)
                }
                None => error,
            };
            error.help("docs/configuration.md lists every key with its default")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_amounts_that_make_no_sense_are_refused_where_they_stand() {
        for line in
            ["auto_level = 1.5", "auto_level = nan", "auto_level = 0.4", "review_level = -0.1", "fee_limit = \"-1\""]
        {
            let error = Config::from_toml(&format!("[matching]\n{line}\n"), "c.toml").unwrap_err();
            assert_eq!((error.code(), error.line()), ("E0301", Some(2)), "{error}");
        }
        let config = Config::from_toml("[matching]\nauto_level = 0.999\nfee_limit = \"25.00\"\n", "c.toml").unwrap();
        assert_eq!(config.matching.auto_level, 0.999);
    }
}
