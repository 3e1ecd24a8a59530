//! Expectation and maximisation: the probabilities behind the weights, corrected by the data at hand.
//!
//! Each receipt of a sample is weighed on its own; the share that each draft then has counts for what was observed in it. The
//! counts, and the assumed probabilities as so many receipts more, give new probabilities; after a few rounds they stand.
//! Counts are whole millionths, so that no thread order can change a sum.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::config::Weights;
use crate::model::frequencies::as_written;
use crate::model::stage::{CiteClass, Draft, ReceiptFacts, Searched};
use crate::model::{Field, HypothesisKind, Level, Term};

use super::{Scorer, Scratch};

/// Receipts from which there is enough to estimate anything.
pub const ENOUGH: usize = 500;
/// Receipts that are looked at: more would not change the figures.
pub const SAMPLE: usize = 10_000;
/// Receipts that the assumed probabilities are worth.
const ASSUMED: f64 = 300.0;
/// Rounds of expectation and maximisation.
const ROUNDS: usize = 3;
/// How many times more or less than assumed a probability may become.
const FARTHEST: f64 = 8.0;
/// Parts of a receipt in which counts are kept.
const PARTS: f64 = 1e6;

/// Probabilities that are shares of one whole: what is more of one is less of the others.
///
/// Three stay as assumed. What an equation that is not listed explains, and what belongs to no item at all, the data cannot
/// tell apart: `prior_unlisted` and `prior_none` would take from each other. `cites_nothing` is weighed against them, so it
/// stays with them.
const WHOLES: [&[&str]; 4] = [
    &["prior_one", "prior_several", "prior_duplicate"],
    &["cites_whole", "cites_core", "cites_order", "cites_tail"],
    &["payer_iban", "payer_for_other", "payer_unknown", "payer_other"],
    &["amount_equal", "amount_fee", "amount_part", "amount_over"],
];

/// Counts whole payments of items with a discount on offer: no probability of its own.
const WHOLE_DESPITE_TERMS: &str = "whole";

/// A receipt that is looked at.
#[derive(Debug)]
pub struct Sample<'a> {
    /// What is known of it.
    pub facts: &'a ReceiptFacts,
    /// What was proposed for it.
    pub drafts: Vec<Draft>,
    /// Which sets of the likely payers' items were looked at.
    pub searched: Searched,
}

/// Who paid, of a receipt whose decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidBy {
    /// The customer.
    Itself,
    /// Somebody who is known to pay for him.
    ForOther,
    /// Somebody whom nobody knows.
    Unknown,
    /// Another customer.
    Other,
}

/// How the amount of a receipt whose decision stands compares with its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paid {
    /// All that was open.
    Whole,
    /// Less a discount.
    LessDiscount,
    /// Less a fee.
    LessFee,
    /// A part.
    Part,
    /// Too much.
    Over,
}

/// What was observed of a receipt whose decision stands: it counts as it is, and has not to be guessed.
#[derive(Clone, Copy, Debug)]
pub struct Sure {
    /// It pays several items.
    pub several: bool,
    /// How it cites one of them best.
    pub cited: Option<CiteClass>,
    /// Who paid.
    pub payer: PaidBy,
    /// How much.
    pub paid: Paid,
    /// A discount was on offer.
    pub has_terms: bool,
}

impl Sure {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        let cited = match self.cited {
            Some(CiteClass::Structured | CiteClass::Whole) => "cites_whole",
            Some(CiteClass::Core) => "cites_core",
            Some(CiteClass::Order) => "cites_order",
            Some(CiteClass::Tail) => "cites_tail",
            Some(CiteClass::Near) | None => "cites_nothing",
        };
        let payer = match self.payer {
            PaidBy::Itself => "payer_iban",
            PaidBy::ForOther => "payer_for_other",
            PaidBy::Unknown => "payer_unknown",
            PaidBy::Other => "payer_other",
        };
        let paid = match self.paid {
            Paid::Whole => Some("amount_equal"),
            Paid::LessDiscount if self.has_terms => Some("amount_discount"),
            Paid::LessDiscount => None,
            Paid::LessFee => Some("amount_fee"),
            Paid::Part => Some("amount_part"),
            Paid::Over => Some("amount_over"),
        };
        let despite = (self.paid == Paid::Whole && self.has_terms).then_some(WHOLE_DESPITE_TERMS);
        let start = if self.several { "prior_several" } else { "prior_one" };
        [start, cited, payer].into_iter().chain(paid).chain(despite)
    }
}

/// Expected receipts by what was observed.
type Counts = BTreeMap<&'static str, i64>;

/// The probabilities that a sample of receipts with their drafts bears out, and one of receipts whose decisions stand, by name.
/// Each of the latter stands for so many receipts. `scorer` holds the assumed ones.
pub fn estimate(
    scorer: &Scorer<'_>,
    sample: &mut [Sample<'_>],
    (sure, weight): (&[Sure], f64),
) -> BTreeMap<String, Vec<f64>> {
    let mut certain = Counts::new();
    sure.iter()
        .flat_map(Sure::names)
        .for_each(|name| *certain.entry(name).or_default() += (PARTS * weight).round() as i64);
    let assumed = scorer.weights;
    let mut weights = assumed.clone();
    let mut estimated = BTreeMap::new();
    for _ in 0..ROUNDS {
        let scorer = Scorer { weights: &weights, ..*scorer };
        let add = |mut all: Counts, counts: Counts| {
            counts.into_iter().for_each(|(name, n)| *all.entry(name).or_default() += n);
            all
        };
        let counts = (sample.par_iter_mut())
            .map_init(Scratch::default, |scratch, receipt| expected(&scorer, receipt, scratch))
            .reduce(Counts::new, add);
        let counts = add(certain.clone(), counts);
        estimated = maximise(assumed, &counts);
        // What was estimated has the names and the shape of the weights.
        let _ = weights.take(&estimated);
    }
    estimated
}

/// What was observed in the drafts of one receipt, each draft as often as it is likely.
fn expected(scorer: &Scorer<'_>, Sample { facts, drafts, searched }: &mut Sample<'_>, scratch: &mut Scratch) -> Counts {
    let proposed = drafts.len();
    let mut names: Vec<(usize, &'static str)> = Vec::new();
    scorer.weigh_telling(facts, drafts, *searched, scratch, |n, draft, terms| match draft.kind {
        HypothesisKind::None | HypothesisKind::Unlisted => {}
        HypothesisKind::Duplicate => names.push((n, "prior_duplicate")),
        _ => observed(scorer, draft, terms, |name| names.push((n, name))),
    });
    let weight = |d: &Draft| d.weight.bits();
    let best = drafts.iter().map(weight).fold(f64::NEG_INFINITY, f64::max);
    let odds = |d: &Draft| (weight(d) - best).exp2();
    let total: f64 = drafts.iter().map(odds).sum();
    let parts: Vec<i64> = drafts.iter().map(|d| (odds(d) / total * PARTS).round() as i64).collect();
    let mut counts = Counts::new();
    names.into_iter().for_each(|(n, name)| *counts.entry(name).or_default() += parts[n]);
    // Weighing adds an equation that is not listed: it is added anew each time.
    drafts.truncate(proposed);
    counts
}

/// Names of the probabilities behind the terms of an equation.
fn observed(scorer: &Scorer<'_>, draft: &Draft, terms: &[Term], mut count: impl FnMut(&'static str)) {
    count(if draft.applications.len() > 1 { "prior_several" } else { "prior_one" });
    let has_terms = draft.applications.iter().any(|a| scorer.ledger.item(a.item).discount.is_some());
    for term in terms {
        match (term.field, term.level) {
            (Field::Reference, Level::CitedStructured(_) | Level::CitedWhole(_)) => count("cites_whole"),
            (Field::Reference, Level::CitedCore(_)) => count("cites_core"),
            (Field::Reference, Level::CitedOrder(_)) => count("cites_order"),
            (Field::Reference, Level::CitedTail(_)) => count("cites_tail"),
            (Field::Reference, Level::NothingCited | Level::OthersCited(_)) => count("cites_nothing"),
            (Field::Payer, Level::PayerIban | Level::PayerName | Level::PayerIbanAndName) => count("payer_iban"),
            (Field::Payer, Level::PayerForOther) => count("payer_for_other"),
            (Field::Payer, Level::PayerUnknown) => count("payer_unknown"),
            (Field::Payer, Level::PayerOther) => count("payer_other"),
            (Field::Amount, Level::AmountEqual) => {
                count("amount_equal");
                if has_terms {
                    count(WHOLE_DESPITE_TERMS);
                }
            }
            (Field::Amount, Level::AmountLessDiscount(_)) if has_terms => count("amount_discount"),
            (Field::Amount, Level::AmountLessFee(_)) => count("amount_fee"),
            (Field::Amount, Level::AmountShort(_) | Level::AmountCompletes(_)) => count("amount_part"),
            (Field::Amount, Level::AmountOver(_)) => count("amount_over"),
            _ => {}
        }
    }
}

/// The probabilities that make the counts likeliest, with the assumed ones as [`ASSUMED`] receipts more, within bounds.
fn maximise(assumed: &Weights, counts: &Counts) -> BTreeMap<String, Vec<f64>> {
    let mut given = assumed.clone();
    let given: BTreeMap<&str, f64> = given.estimable().into_iter().map(|(name, value)| (name, *value)).collect();
    let counted = |name: &str| counts.get(name).copied().unwrap_or(0) as f64 / PARTS;
    // An account and a name are one fact, and what is known of their shares is how both together fare.
    let known = given["payer_iban"] + given["payer_name"];
    let of = |name: &str| if name == "payer_iban" { known } else { given[name] };
    let within = |given: f64, p: f64| p.clamp(given / FARTHEST, (given * FARTHEST).min(1.0));
    let mut estimated = BTreeMap::new();
    for names in WHOLES {
        let whole: f64 = names.iter().map(|name| of(name)).sum();
        let all: f64 = names.iter().map(|name| counted(name)).sum();
        for name in names {
            let p = whole * (counted(name) + ASSUMED * of(name) / whole) / (all + ASSUMED);
            estimated.insert((*name).to_string(), vec![within(of(name), p)]);
        }
    }
    let known_now = estimated["payer_iban"][0];
    for name in ["payer_iban", "payer_name"] {
        estimated.insert(name.to_string(), vec![(known_now * given[name] / known).min(1.0)]);
    }
    let taken = counted("amount_discount");
    let discount = given["amount_discount"];
    let p = (taken + ASSUMED * discount) / (taken + counted(WHOLE_DESPITE_TERMS) + ASSUMED);
    // Neither is ever impossible.
    estimated.insert("amount_discount".to_string(), vec![within(discount, p).min((1.0 + discount) / 2.0)]);
    as_written(estimated.values_mut().flatten());
    estimated
}
