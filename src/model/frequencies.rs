//! Frequencies: the chance part of the weights, as measured in the data at hand.

use std::collections::BTreeMap;

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
    /// Mean density, per day, of the delays between random receipts and open items, if everybody paid after everybody's habit.
    pub dates: f64,
    /// Probabilities that were estimated from the data at hand, by their names in the weights; they stand instead of the assumed.
    #[serde(default)]
    pub estimated: BTreeMap<String, Vec<f64>>,
}

/// Figures as they are written to a file and read again: nine decimals, which every reader of JSON gives back exactly. A share
/// that would be written as nothing stays the least that is written.
pub fn as_written<'a>(figures: impl IntoIterator<Item = &'a mut f64>) {
    for figure in figures {
        *figure = ((*figure * 1e9).round() / 1e9).max(1e-9);
    }
}
