//! Every tolerance, weight and limit, with its unit, its default and the reason for it.
//!
//! The file is TOML. Unknown keys are refused: a mistyped limit must not silently stay at its default.

pub mod amount_test;
pub mod calibration;
pub mod control;
pub mod csv;
pub mod ledger;
pub mod limits;
mod places;
pub mod policy;
pub mod post;
pub mod rules;
pub mod terms;
mod values;
pub mod weights;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

pub use amount_test::AmountTest;
pub use calibration::CalibrationPolicy;
pub use control::{Approver, ControlPolicy};
pub use csv::CsvMapping;
pub use ledger::{BankLedger, LedgerPolicy};
pub use limits::Limits;
pub use policy::{DifferencePolicy, PaysFor, Policy, TextRule};
pub use post::{PostPolicy, UnknownVat};
pub use rules::{Rule, RuleConditions};
pub use terms::TermsPolicy;
pub use values::is_account;
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
    /// Money that has a known home, whatever the items say. Left out of what is written where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rule: Vec<Rule>,
    /// The general ledger. Left out of what is written where nothing is set.
    #[serde(skip_serializing_if = "is_default")]
    pub ledger: LedgerPolicy,
    /// What is written for the accounting ledger, and to which accounts. Left out likewise.
    #[serde(skip_serializing_if = "is_default")]
    pub post: PostPolicy,
    /// Who may approve, and what needs an approval. Left out likewise.
    #[serde(skip_serializing_if = "is_default")]
    pub control: ControlPolicy,
    /// What is learned from decisions about how often the matcher is right. Left out likewise.
    #[serde(skip_serializing_if = "is_default")]
    pub calibration: CalibrationPolicy,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Config {
    /// Reads a configuration. `path` is for messages. Error: E0301, with its place.
    pub fn from_toml(text: &str, path: &str) -> Result<Self, Error> {
        let wrong = |message: &str, span: Option<Range<usize>>| {
            let error = Error::new(ErrorKind::Input, "E0301", message).in_file(path);
            let error = match span {
                Some(span) => {
                    let (line, column, excerpt) = places::of(text, span.start);
                    let width = text.get(span).map_or(1, |s| s.lines().next().unwrap_or("").chars().count());
                    error.at(line, column as u64 + 1).excerpt(excerpt, column, width)
                }
                None => error,
            };
            error.help("docs/configuration.md lists every key with its default")
        };
        let config: Self = toml::from_str(text)
            .map_err(|e| wrong(e.message().lines().next().unwrap_or("not a valid configuration"), e.span()))?;
        match places::fault(&config, text) {
            None => Ok(config),
            Some(fault) => {
                let error = wrong(&fault.says, fault.span);
                Err(match fault.other {
                    Some(other) => error.also_at(path, places::of(text, other.start).0),
                    None => error,
                })
            }
        }
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
