//! Rules: money that is no receipt, or that has a known home.
//!
//! ```toml
//! [[rule]]
//! id = "R12"
//! when.text = "COMMISSION MVT*"
//! when.amount = "-60 .. 0"
//! account = "627100"
//! reason = "bank charges"
//! ```

use chrono::NaiveDate;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use super::AmountTest;
use super::values;
use crate::model::Currency;

/// A payment that fulfils every condition belongs to an account of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name in the log and in reports. Two rules cannot share one.
    #[serde(deserialize_with = "values::filled")]
    pub id: String,
    /// What a payment must be like. At least one condition.
    pub when: RuleConditions,
    /// The ledger account that the money goes to.
    #[serde(deserialize_with = "values::account")]
    pub account: String,
    /// What the money is, for people.
    #[serde(deserialize_with = "values::filled")]
    pub reason: String,
    /// First booking date that it is for. Default: any.
    #[serde(default, deserialize_with = "values::optional_day", skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last booking date that it is for. Default: any.
    #[serde(default, deserialize_with = "values::optional_day", skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

/// Conditions of a rule. All that are there must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleConditions {
    /// Whole words in the remittance or the payer's name; `*` stands for any run of characters. Case and accents do not matter.
    #[serde(deserialize_with = "pattern", skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The whole name of the other side, or its IBAN where the pattern has at least four digits; `*` as in `text`.
    #[serde(deserialize_with = "pattern", skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// The amount, signed: what left the account is negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountTest>,
    /// Our own bank account: IBAN or number, or its end of at least four characters.
    #[serde(deserialize_with = "our_account", skip_serializing_if = "Option::is_none")]
    pub our_account: Option<String>,
    /// The currency of the payment.
    #[serde(deserialize_with = "currency", skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl RuleConditions {
    /// Whether there is none at all: such a rule would claim everything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is wrong with one of some rules: its index, that of the rule it clashes with, and what to say.
#[derive(Debug)]
pub(super) struct RuleFault {
    pub rule: usize,
    pub other: Option<usize>,
    pub says: String,
}

/// The first thing about rules that no single value shows.
pub(super) fn fault(rules: &[Rule]) -> Option<RuleFault> {
    rules.iter().enumerate().find_map(|(n, rule)| {
        if let Some(other) = rules[..n].iter().position(|earlier| earlier.id == rule.id) {
            return Some(RuleFault {
                rule: n,
                other: Some(other),
                says: format!("two rules have the id \"{}\"", rule.id),
            });
        }
        let says = if rule.when.is_empty() {
            format!("rule \"{}\" has no condition: it would claim every payment", rule.id)
        } else if let (Some(from), Some(to)) = (rule.from, rule.to)
            && from > to
        {
            format!("rule \"{}\" ends on {to}, before it begins on {from}", rule.id)
        } else {
            return None;
        };
        Some(RuleFault { rule: n, other: None, says })
    })
}

/// A pattern with something to look for. A longer one than any bank's text is a mistake, and matching takes time with its length.
fn pattern<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    const LONGEST: usize = 200;
    let text = values::filled(from)?;
    if !text.chars().any(char::is_alphanumeric) {
        return Err(D::Error::custom(format!("\"{text}\" is no pattern: it has neither letter nor digit to look for")));
    }
    match text.chars().count() {
        0..=LONGEST => Ok(Some(text)),
        length => Err(D::Error::custom(format!("the pattern has {length} characters: {LONGEST} are allowed"))),
    }
}

fn our_account<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    values::bank_account(from).map(Some)
}

fn currency<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = values::filled(from)?;
    match Currency::parse(&text) {
        Some(currency) => Ok(Some(currency.code().to_string())),
        None => Err(D::Error::custom(format!("\"{text}\" is not a currency: a code of three letters is expected"))),
    }
}
