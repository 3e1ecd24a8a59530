//! Frequencies: the chance part of the weights, as measured in the data at hand.

use serde::{Deserialize, Serialize};

/// How often things agree by chance. Every run writes the ones it used; frozen weights carry them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frequencies {
    /// Open items among which a payment would have to find its own by chance.
    pub open_items: f64,
    /// Share of receipts whose payer nobody recognises.
    pub unknown_payers: f64,
    /// Share of the receipts that certainly pay what they cite whose payer nobody recognises; absent where none was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_of_confirmed: Option<f64>,
    /// Share of receipts by the number of zeros at the end of their amount in minor units.
    pub zeros: Vec<f64>,
    /// Share of random pairs of receipt and open item by class of delay.
    pub delay: Vec<f64>,
    /// Share of random pairs in which the receipt comes before the document.
    pub before_issue: f64,
}
