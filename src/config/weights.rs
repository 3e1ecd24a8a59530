//! The probabilities behind the weights. Every run writes the ones it used; a file of them freezes them.
//!
//! A weight is `log2(P(observation | hypothesis true) / P(observation | chance))`. The true part stands here, with where it
//! comes from; the chance part is taken from the data at hand (how many items share a key, an amount, a name).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::model::Frequencies;

/// Scales of scatter of a customer's delays, in days. The finest is as wide as weekends and value dates make it.
pub const SCATTER: [f64; 5] = [3.0, 5.0, 9.0, 16.0, 30.0];

/// What is assumed about payments that truly are for an item. All figures are probabilities, unless the text says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// A payment is for one open item.
    pub prior_one: f64,
    /// A payment is for several open items; spread over their number.
    pub prior_several: f64,
    /// A payment is for an item that was already settled.
    pub prior_duplicate: f64,
    /// A payment is for no loaded item.
    pub prior_none: f64,
    /// A payment is explained by an equation that no generator lists.
    pub prior_unlisted: f64,
    /// Items of several customers that are not known to belong together.
    pub several_customers: f64,

    /// A true payment cites its item by a structured reference, or by its whole number or payment reference.
    pub cites_whole: f64,
    /// ... by the number without prefix, year or leading zeros.
    pub cites_core: f64,
    /// ... by the customer's order number.
    pub cites_order: f64,
    /// ... by last digits.
    pub cites_tail: f64,
    /// ... by its number with one typing error, or cut.
    pub cites_near: f64,
    /// A true payment cites nothing that is known.
    pub cites_nothing: f64,
    /// Expected number of whole numbers in a payment's text that are not meant as what is paid. This figure and the four below it are
    /// for keys of six digits and more; a shorter key of any class strays five times as often for each digit that it lacks.
    pub stray_whole: f64,
    /// ... of structured references.
    pub stray_structured: f64,
    /// ... of cores.
    pub stray_core: f64,
    /// ... of order numbers.
    pub stray_order: f64,
    /// ... of last digits.
    pub stray_tail: f64,
    /// ... of numbers that look like ours with one typing error, for each number of ours that lies so near.
    pub stray_near: f64,

    /// The customer pays from an account that master data knows.
    pub payer_iban: f64,
    /// The customer pays under a name that is recognised.
    pub payer_name: f64,
    /// Somebody of the customer's group, or known to pay for it, pays.
    pub payer_for_other: f64,
    /// The customer pays, and account and name are not recognised.
    pub payer_unknown: f64,
    /// Another known customer pays.
    pub payer_other: f64,
    /// A payment that belongs to no item comes from a payer who is not recognised.
    pub none_unknown: f64,

    /// The amount is what is open, to the cent.
    pub amount_equal: f64,
    /// The amount is what is open less the cash discount, where terms are known.
    pub amount_discount: f64,
    /// The amount is short by a bank fee.
    pub amount_fee: f64,
    /// The amount is part of what is open; spread evenly below it.
    pub amount_part: f64,
    /// The amount is more than is open; spread evenly above it, up to the double.
    pub amount_over: f64,

    /// Days from due date to payment: upper bounds of all but the last class.
    pub delay_bounds: Vec<i32>,
    /// Probability of each class of delay for true pairs: one more than bounds.
    pub delay: Vec<f64>,
    /// A payment arrives before the document is issued.
    pub before_issue: f64,
    /// Share of customers whose delays scatter by so many days, for each of [`SCATTER`]; the last figure: of those that pay
    /// without any habit.
    pub scatter: Vec<f64>,
    /// A payment of a customer settles several items, before anything is known of his habit.
    pub lists: f64,

    /// A day that the text names, and that is the date of an item of the customer, is the date of what is paid.
    pub names_day: f64,
    /// A month, quarter or week that the text names, and in which an item of the customer lies, is that of what is paid.
    pub names_period: f64,
    /// What is named is the date of the document; otherwise the due date.
    pub names_issue: f64,

    /// The chance part. Absent, it is measured in the data at hand; a run writes the one it used.
    pub frequencies: Option<Frequencies>,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            // Shares of kinds of payment: experience of receivables departments as rebuilt in published samples; 1:1 dominates,
            // lump sums are one in five or six, and one in twelve has nothing to do with the ledger.
            prior_one: 0.60,
            prior_several: 0.18,
            prior_duplicate: 0.01,
            prior_none: 0.08,
            prior_unlisted: 0.05,
            several_customers: 0.003,
            // Business payers quote the number printed on the invoice in about two cases of three.
            cites_whole: 0.65,
            cites_core: 0.15,
            cites_order: 0.03,
            cites_tail: 0.05,
            // Typing errors in hand-copied numbers: one in twenty or thirty.
            cites_near: 0.04,
            cites_nothing: 0.20,
            // A number of ours that is not what is paid: statements of account, corrections, neighbours of credit notes.
            stray_whole: 0.01,
            stray_structured: 0.002,
            stray_core: 0.02,
            stray_order: 0.05,
            stray_tail: 0.05,
            // Numbers that run on are one error away from some number of ours nearly always: how many is counted in the data.
            stray_near: 0.30,
            payer_iban: 0.60,
            payer_name: 0.30,
            payer_for_other: 0.02,
            payer_unknown: 0.08,
            payer_other: 0.002,
            none_unknown: 0.50,
            amount_equal: 0.86,
            amount_discount: 0.40,
            amount_fee: 0.02,
            amount_part: 0.05,
            amount_over: 0.02,
            // Most pay in the week after the due date, many a little earlier, one in eight more than a month late.
            delay_bounds: vec![-60, -30, -15, -8, -4, -1, 1, 4, 7, 14, 21, 30, 45, 60, 90, 180, 365],
            delay: vec![
                0.01, 0.025, 0.045, 0.07, 0.07, 0.08, 0.10, 0.14, 0.10, 0.10, 0.07, 0.05, 0.05, 0.025, 0.025, 0.018,
                0.012, 0.01,
            ],
            before_issue: 0.01,
            // Payment runs of companies are weekly or on fixed days; one payer in five has no habit.
            scatter: vec![0.25, 0.20, 0.15, 0.10, 0.10, 0.20],
            // As prior_several among the payments for open items.
            lists: 0.23,
            // Dates of orders and contracts are seldom those of another item by accident; one payer in fifty leaves last month.s word in.
            names_day: 0.95,
            names_period: 0.98,
            names_issue: 0.80,
            frequencies: None,
        }
    }
}

impl Weights {
    /// Reads weights as a run wrote them: JSON, either alone or a whole `run.json`. `path` is for messages.
    pub fn from_json(text: &str, path: &str) -> Result<Self, Error> {
        let wrong = |e: serde_json::Error| {
            Error::new(ErrorKind::Input, "E0302", format!("not a file of weights: {e}"))
                .in_file(path)
                .at(e.line() as u64, e.column() as u64)
                .help("take the object \"weights\" of a run.json, or the run.json itself")
        };
        let value: serde_json::Value = serde_json::from_str(text).map_err(wrong)?;
        let inner = value.get("weights").cloned().unwrap_or(value);
        let weights: Self = serde_json::from_value(inner).map_err(wrong)?;
        weights.check(path)?;
        Ok(weights)
    }

    /// The single probabilities that the data at hand may correct, by their names.
    pub fn estimable(&mut self) -> [(&'static str, &mut f64); 19] {
        [
            ("prior_one", &mut self.prior_one),
            ("prior_several", &mut self.prior_several),
            ("prior_duplicate", &mut self.prior_duplicate),
            ("prior_none", &mut self.prior_none),
            ("cites_whole", &mut self.cites_whole),
            ("cites_core", &mut self.cites_core),
            ("cites_order", &mut self.cites_order),
            ("cites_tail", &mut self.cites_tail),
            ("cites_nothing", &mut self.cites_nothing),
            ("payer_iban", &mut self.payer_iban),
            ("payer_name", &mut self.payer_name),
            ("payer_for_other", &mut self.payer_for_other),
            ("payer_unknown", &mut self.payer_unknown),
            ("payer_other", &mut self.payer_other),
            ("amount_equal", &mut self.amount_equal),
            ("amount_discount", &mut self.amount_discount),
            ("amount_fee", &mut self.amount_fee),
            ("amount_part", &mut self.amount_part),
            ("amount_over", &mut self.amount_over),
        ]
    }

    /// Takes estimated probabilities instead of the assumed ones. Refuses, by its name, what is no probability or not here.
    pub fn take(&mut self, estimated: &BTreeMap<String, Vec<f64>>) -> Result<(), String> {
        for (name, values) in estimated {
            let valid = values.iter().all(|p| *p > 0.0 && *p <= 1.0);
            let place: Vec<&mut f64> = match name.as_str() {
                "delay" => self.delay.iter_mut().collect(),
                "before_issue" => vec![&mut self.before_issue],
                "lists" => vec![&mut self.lists],
                "names_day" => vec![&mut self.names_day],
                "names_period" => vec![&mut self.names_period],
                "names_issue" => vec![&mut self.names_issue],
                "scatter" => self.scatter.iter_mut().collect(),
                _ => self.estimable().into_iter().filter(|(n, _)| n == name).map(|(_, place)| place).collect(),
            };
            if !valid || place.is_empty() || place.len() != values.len() {
                return Err(name.clone());
            }
            place.into_iter().zip(values).for_each(|(place, value)| *place = *value);
        }
        Ok(())
    }

    /// These weights as a run used them: with what it measured and estimated, each figure in one place.
    pub fn used(mut self, mut frequencies: Frequencies) -> Self {
        // What a run wrote itself is valid; what was read was checked.
        let _ = self.take(&std::mem::take(&mut frequencies.estimated));
        self.frequencies = Some(frequencies);
        self
    }

    /// Refuses weights that are no probabilities, because every result would be nonsense.
    fn check(&self, path: &str) -> Result<(), Error> {
        let wrong = |what: String| {
            Err(Error::new(ErrorKind::Input, "E0303", what)
                .in_file(path)
                .help("each figure is a probability above 0 and at most 1; take a run.json as the model"))
        };
        // Everything but the bounds of delay is a probability: walk them as the file names them.
        let value = serde_json::to_value(self).unwrap_or_default();
        for (name, value) in value.as_object().into_iter().flatten() {
            let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            let valid = |v: &serde_json::Value| v.as_f64().is_some_and(|p| p > 0.0 && p <= 1.0);
            if name != "delay_bounds" && name != "frequencies" && !values.iter().all(valid) {
                return wrong(format!("{name} is not a probability"));
            }
        }
        if self.delay.len() != self.delay_bounds.len() + 1 || !self.delay_bounds.is_sorted() {
            return wrong("delay needs one figure more than delay_bounds, and bounds that rise".to_string());
        }
        if self.scatter.len() != SCATTER.len() + 1 {
            return wrong(format!("scatter needs {} figures", SCATTER.len() + 1));
        }
        if let Some(chance) = &self.frequencies {
            let mut shares = (chance.zeros.iter())
                .chain([&chance.unknown_payers, &chance.dates])
                .chain(&chance.unknown_of_confirmed);
            if chance.open_items < 0.0 || !shares.all(|share| *share > 0.0 && *share <= 1.0) {
                return wrong("frequencies holds what is no share of anything".to_string());
            }
            if let Err(name) = self.clone().take(&chance.estimated) {
                return wrong(format!("frequencies.estimated.{name} is not what the weights have"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut Weights);

    fn estimated(weights: &mut Weights) -> &mut BTreeMap<String, Vec<f64>> {
        &mut weights.frequencies.as_mut().unwrap().estimated
    }

    /// The message about weights that were changed in the file; none when they are read.
    fn refused(change: Change) -> Option<String> {
        let mut weights = Weights { frequencies: Some(Frequencies::default()), ..Weights::default() };
        let chance = weights.frequencies.as_mut().unwrap();
        chance.zeros = vec![0.5, 0.5];
        (chance.unknown_payers, chance.dates) = (0.1, 0.01);
        chance.estimated.insert("cites_core".to_string(), vec![0.2]);
        change(&mut weights);
        let text = serde_json::to_string(&weights).unwrap();
        match Weights::from_json(&text, "w.json") {
            Ok(read) => {
                assert_eq!(read, weights);
                None
            }
            Err(error) => {
                assert_eq!(error.code(), "E0303");
                Some(error.to_string())
            }
        }
    }

    #[test]
    fn weights_that_a_run_wrote_are_read_again() {
        assert_eq!(refused(|_| {}), None);
    }

    #[test]
    fn weights_that_are_no_probabilities_are_refused_by_name() {
        let changes: [(Change, &str); 8] = [
            (|w| w.prior_one = 0.0, "prior_one"),
            (|w| w.delay[3] = 1.5, "delay"),
            (|w| w.delay_bounds.push(400), "delay_bounds"),
            (|w| w.frequencies.as_mut().unwrap().zeros[1] = 0.0, "frequencies"),
            (|w| w.frequencies.as_mut().unwrap().unknown_payers = -0.1, "frequencies"),
            (|w| w.scatter.truncate(3), "scatter"),
            (|w| drop(estimated(w).insert("cites_core".to_string(), vec![1.5])), "frequencies.estimated.cites_core"),
            (|w| drop(estimated(w).insert("sites".to_string(), vec![0.5])), "frequencies.estimated.sites"),
        ];
        for (change, name) in changes {
            let said = refused(change).unwrap_or_else(|| panic!("{name} was taken"));
            assert!(said.contains(name), "{said}");
        }
    }
}
