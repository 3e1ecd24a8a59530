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

/// What decisions show.
#[derive(Default)]
pub(super) struct Shown {
    /// Every receipt.
    pub(super) decided: Vec<Decided>,
    /// Some of them, spread evenly: as many as their share of all receipts in a sample.
    pub(super) sure: Vec<Sure>,
}

/// Looks at what is decided; `payers` are recognised for each, `receipts` is how many are not decided.
pub(super) fn look(
    request: &Request<'_>,
    (facts, index, standing): (&Facts, &Indices, &Standings<'_>),
    taught: &[Taught],
    payers: &[(f64, PaidBy)],
    receipts: usize,
) -> Shown {
    let paid = |taught: &Taught| payment(request, facts.payment_order[taught.payment as usize]);
    let decided = (taught.iter().zip(payers))
        .map(|(taught, (recognised, _))| Decided { amount: paid(taught).amount.minor, recognised: *recognised })
        .collect();
    // What is frozen or not to be estimated needs no sample.
    let estimates = request.weights.frequencies.is_none() && request.policy.estimate;
    let size = if estimates { share(taught.len(), receipts) } else { 0 };
    let sure = (0..size)
        .into_par_iter()
        .map_init(Buffers::default, |buffers, n| {
            let at = n * taught.len() / size;
            let (taught, payer) = (&taught[at], payers[at].1);
            let applications = standing.applied(taught.payment);
            let mut cites = Vec::new();
            cite(paid(taught), index, buffers, &mut cites);
            let own = cites.iter().filter(|c| applications.iter().any(|a| a.item == c.item));
            let items = || applications.iter().map(|a| item(request, facts.item_order[a.item as usize]));
            Sure {
                several: taught.is_list,
                cited: own.map(|c| c.class).min().filter(|class| *class != CiteClass::Near),
                payer,
                paid: how_much(request, (facts, standing), taught),
                has_terms: items().any(|i| i.discount.is_some()),
            }
        })
        .collect();
    Shown { decided, sure }
}

/// How many of a sample of all receipts are decided ones.
fn share(decided: usize, receipts: usize) -> usize {
    let all = decided + receipts;
    (decided * all.min(SAMPLE)).checked_div(all).unwrap_or(0)
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
