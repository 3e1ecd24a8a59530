//! The probabilities behind the weights. Every run writes the ones it used; a file of them freezes them.

use serde::{Deserialize, Serialize};

/// What is assumed about payments that truly are for an item, and about chance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {}
