//! The policy: what may be decided without a person.

use rust_decimal::Decimal;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// What to do with a difference of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferencePolicy {
    /// Apply what arrived; automatic when the probability allows.
    Auto,
    /// Always ask a person.
    Review,
}

/// A text that marks money which is not a receipt, such as a bank's own bookings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextRule {
    /// Text to find, as whole words, in the remittance or the payer's name; case and accents do not matter.
    pub text: String,
    /// What it is, for people: it decides nothing, and stands in `run.json` with the rest of the configuration.
    #[serde(default)]
    pub reason: String,
}

/// A customer who pays for others: a parent company, a purchasing association.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaysFor {
    /// The payer's customer number.
    pub payer: String,
    /// Numbers of the customers whose items it pays.
    pub customers: Vec<String>,
}

/// How the matcher decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Probability from which an application is automatic, as a fraction of one, at least 0.5. Default 0.98, chosen by measurement
    /// (`docs/accuracy.md`); never derived from the batch at hand.
    #[serde(deserialize_with = "auto_level")]
    pub auto_level: f64,
    /// Probability from which an hypothesis is proposed to a person. Default 0.2: below it a proposal wastes more time than it saves.
    #[serde(deserialize_with = "fraction")]
    pub review_level: f64,
    /// Short payment of a cited item: applied with what arrived, the rest stays open. Default `auto`.
    pub partial: DifferencePolicy,
    /// Short by what looks like a bank fee: applied with what arrived, the rest stays open. Default `auto`.
    pub fee: DifferencePolicy,
    /// Discount within its terms: settled. Default `auto`.
    pub discount: DifferencePolicy,
    /// Surplus: on the customer's account. Default `auto`.
    pub overpaid: DifferencePolicy,
    /// Largest difference that is looked on as a bank fee, in major units. Default 50.
    #[serde(deserialize_with = "not_negative")]
    pub fee_limit: Decimal,
    /// Largest shortfall of a cited item that is settled as `write_off`, in major units. Default 0: nothing is written off.
    #[serde(deserialize_with = "not_negative")]
    pub write_off_limit: Decimal,
    /// Customers who pay for others, besides those that the master file names.
    pub pays_for: Vec<PaysFor>,
    /// Days after a receipt in which a debit may be its return. Default 400: a direct debit can come back for 13 months.
    pub return_days: u32,
    /// Texts of money that is not a customer's.
    pub not_receivable: Vec<TextRule>,
    /// Steps that the joint choice of one component may take. Default 50,000: beyond it almost nothing is solved that was not before.
    pub component_steps: u32,
    /// Steps that the search for items which add up may take for one payer of one payment. Default 20,000: every set of 20 items, every
    /// pair and triple of 200.
    pub sum_steps: u32,
    /// Candidates that are weighed for one payment. Default 64.
    pub candidates: u32,
    /// Estimate the probabilities behind the weights from the data at hand, where there is enough of it. Default true; `--weights`
    /// freezes them whatever stands here.
    pub estimate: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            auto_level: 0.98,
            review_level: 0.2,
            partial: DifferencePolicy::Auto,
            fee: DifferencePolicy::Auto,
            discount: DifferencePolicy::Auto,
            overpaid: DifferencePolicy::Auto,
            fee_limit: Decimal::new(50, 0),
            write_off_limit: Decimal::ZERO,
            pays_for: Vec::new(),
            return_days: 400,
            not_receivable: Vec::new(),
            component_steps: 50_000,
            sum_steps: 20_000,
            candidates: 64,
            estimate: true,
        }
    }
}

/// A probability: the comparison is false for NaN too.
fn fraction<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(from)?;
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(D::Error::custom(format!("{value} is no probability: a fraction from 0 to 1 is expected, such as 0.995")))
}

/// Below one half, two rivals could both be sure.
fn auto_level<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let value = fraction(from)?;
    if value >= 0.5 {
        return Ok(value);
    }
    Err(D::Error::custom(format!("auto_level {value} would apply what is more likely wrong than right: at least 0.5")))
}

fn not_negative<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    let value = <Decimal as Deserialize>::deserialize(from)?;
    if value >= Decimal::ZERO {
        return Ok(value);
    }
    Err(D::Error::custom(format!("{value} is negative: an amount of 0 or more is expected")))
}
