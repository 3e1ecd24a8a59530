//! What decisions that stand show of how people pay: it is counted as it is, so that the hard cases that are left do not look like
//! all cases.

use rayon::prelude::*;

use crate::model::DifferenceKind;
use crate::model::stage::CiteClass;
use crate::score::Decided;
use crate::score::estimate::{Paid, PaidBy, SAMPLE, Sure};

use super::Request;
use super::cites::cite;
use super::facts::{Buffers, Facts, Indices, item, minor, payment};
use super::standing::{Standings, Taught};

/// Decided receipts whose texts and payers are looked at: more would cost more than they tell.
const LOOKED_AT: usize = 3_000;

/// What decisions show.
#[derive(Default)]
pub(super) struct Shown {
    /// All of them: what chance does.
    pub(super) decided: Decided,
    /// Some of them, spread evenly: how people pay.
    pub(super) sure: Vec<Sure>,
    /// How many receipts each of those stands for among a sample of all receipts.
    pub(super) weight: f64,
}

impl Shown {
    /// How many receipts of a sample are decided ones.
    pub(super) fn of_sample(&self) -> usize {
        (self.sure.len() as f64 * self.weight).round() as usize
    }
}

/// Places of the decided receipts that are looked at.
pub(super) fn sample(request: &Request<'_>, taught: usize) -> Vec<usize> {
    // What is frozen needs none.
    let size = if request.weights.frequencies.is_some() { 0 } else { taught.min(LOOKED_AT) };
    (0..size).map(|n| n * taught / size).collect()
}

/// Looks at what is decided: at `sample`, for which `payers` are recognised. `receipts` is how many are not decided.
pub(super) fn look(
    request: &Request<'_>,
    (facts, index, standing): (&Facts, &Indices, &Standings<'_>),
    (taught, receipts): (&[Taught], usize),
    sample: &[usize],
    payers: &[(f64, PaidBy)],
) -> Shown {
    if sample.is_empty() {
        return Shown::default();
    }
    let paid = |taught: &Taught| payment(request, facts.payment_order[taught.payment as usize]);
    let unknown: f64 = payers.iter().map(|(recognised, _)| 1.0 - recognised).sum();
    let decided = Decided {
        amounts: taught.iter().map(|taught| paid(taught).amount.minor).collect(),
        unknown: unknown / sample.len() as f64,
    };
    let all = taught.len() + receipts;
    let of_sample = taught.len() as f64 * all.min(SAMPLE) as f64 / all as f64;
    let estimates = if request.policy.estimate { sample } else { &[] };
    let sure = (estimates.par_iter().zip(payers))
        .map_init(Buffers::default, |buffers, (at, (_, payer))| {
            let taught = &taught[*at];
            let applications = standing.applied(taught.payment);
            let mut cites = Vec::new();
            cite(paid(taught), index, buffers, &mut cites);
            let own = cites.iter().filter(|c| applications.iter().any(|a| a.item == c.item));
            let mut items = applications.iter().map(|a| item(request, facts.item_order[a.item as usize]));
            Sure {
                several: taught.is_list,
                cited: own.map(|c| c.class).min().filter(|class| *class != CiteClass::Near),
                payer: *payer,
                paid: how_much(request, (facts, standing), taught),
                has_terms: items.any(|i| i.discount.is_some()),
            }
        })
        .collect();
    Shown { decided, sure, weight: of_sample / sample.len() as f64 }
}

/// How the amount of a decided receipt compares with its items.
fn how_much(request: &Request<'_>, (facts, standing): (&Facts, &Standings<'_>), taught: &Taught) -> Paid {
    let differences = standing.decision(taught.payment).map_or(&[][..], |s| &s.differences);
    let currency = payment(request, facts.payment_order[taught.payment as usize]).amount.currency;
    let has = |kind: DifferenceKind| differences.iter().find(|d| d.kind == kind).map(|d| d.minor);
    let is_part = || match standing.applied(taught.payment)[..] {
        [one] => one.applied.unsigned_abs() < facts.items[one.item as usize].amount.unsigned_abs(),
        _ => false,
    };
    if has(DifferenceKind::OnAccount).is_some() {
        Paid::Over
    } else if has(DifferenceKind::Discount).is_some() {
        Paid::LessDiscount
    } else if has(DifferenceKind::Fee).or(has(DifferenceKind::WriteOff)).is_some() {
        Paid::LessFee
    } else if let Some(short) = has(DifferenceKind::OpenRest) {
        if short <= minor(request.policy.fee_limit, currency) { Paid::LessFee } else { Paid::Part }
    } else if is_part() {
        Paid::Part
    } else {
        Paid::Whole
    }
}
