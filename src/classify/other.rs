//! Money that is no receipt: payments made, charges, own transfers, returns.

use crate::model::stage::ReturnLink;
use crate::model::{
    Application, Bucket, Difference, DifferenceKind, Flag, Flags, Hypothesis, HypothesisKind, Nature, Probability,
    Reason, Search, Verdict, Weight,
};

/// What decides about a booked transaction that is no receipt of a customer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Movement {
    /// What the bank says.
    pub nature: Nature,
    /// Money that left.
    pub debit: bool,
    /// Its words speak of charges.
    pub charge: bool,
    /// The other side is an account of the company's own; `Some(true)` when the other leg was found.
    pub own_transfer: Option<bool>,
    /// A rule of the policy names it.
    pub by_rule: bool,
}

fn plain(bucket: Bucket, reason: Reason) -> Verdict {
    Verdict {
        bucket,
        reason: Some(reason),
        flags: Flags::NONE,
        payer: None,
        chosen: None,
        rivals: Vec::new(),
        probability: Probability::MAX,
        margin: Weight(0),
        search: Search::Complete,
        examined: 0,
        returns: None,
    }
}

/// The verdict for money that is not a customer's; `None` when it may be.
pub fn not_receivable(movement: Movement) -> Option<Verdict> {
    let reason = match movement {
        Movement { own_transfer: Some(true), .. } => Reason::OwnTransfer,
        Movement { own_transfer: Some(false), .. } => Reason::TransferOneSided,
        Movement { nature: Nature::Charge, .. } | Movement { debit: true, charge: true, .. } => Reason::NotInBooksFee,
        Movement { by_rule: true, .. } => Reason::NotInBooks,
        // A return of an earlier receipt that is not among the loaded ones is a case for a person, not "not a customer's".
        Movement { debit: true, nature: Nature::Return | Nature::Reversal, .. } => {
            let mut verdict = plain(Bucket::Unmatched, Reason::Returned);
            verdict.flags = Flag::Returned.into();
            verdict.probability = Probability(0);
            return Some(verdict);
        }
        // A credit that the bank marks so is our own payment coming back.
        Movement { nature: Nature::Return | Nature::Reversal, .. } => Reason::NotInBooks,
        Movement { debit: true, .. } => Reason::NotInBooks,
        _ => return None,
    };
    Some(plain(Bucket::NotReceivable, reason))
}

/// The verdict for a debit that returns an earlier receipt: it takes back what the receipt had applied. Where the receipt was
/// not applied automatically, the money leaves the customer's account again.
pub fn returned(link: ReturnLink, amount: i64, receipt: &Verdict, auto_level: f64) -> Verdict {
    let applied: Vec<Application> = match (&receipt.chosen, receipt.bucket) {
        (Some(chosen), Bucket::Auto) => {
            chosen.applications.iter().map(|a| Application { item: a.item, applied: -a.applied }).collect()
        }
        _ => Vec::new(),
    };
    // What the receipt settled besides is taken back with it; an open rest was never settled.
    let mut differences: Vec<Difference> = (receipt.chosen.iter())
        .filter(|_| !applied.is_empty())
        .flat_map(|chosen| &chosen.differences)
        .filter(|d| d.kind != DifferenceKind::OpenRest)
        .map(|d| Difference { kind: d.kind, minor: -d.minor })
        .collect();
    if link.fee != 0 {
        differences.push(Difference { kind: DifferenceKind::Fee, minor: link.fee });
    }
    let explained = applied.iter().map(|a| a.applied).sum::<i64>()
        + differences.iter().map(|d| d.kind.factor() * d.minor).sum::<i64>();
    if amount != explained {
        differences.push(Difference { kind: DifferenceKind::OnAccount, minor: amount - explained });
    }
    let probability = Probability::from_fraction(link.probability);
    let sure = link.probability >= auto_level;
    let mut verdict = plain(if sure { Bucket::Auto } else { Bucket::Review }, Reason::Returned);
    verdict.reason = (!sure).then_some(Reason::Returned);
    verdict.flags = Flag::Returned.into();
    verdict.payer = receipt.payer;
    verdict.returns = Some(link.receipt);
    verdict.probability = probability;
    verdict.examined = 1;
    verdict.chosen = Some(Hypothesis {
        payer: receipt.payer,
        applications: applied,
        differences,
        probability,
        flags: Flag::Returned.into(),
        ..Hypothesis::unweighed(HypothesisKind::Return)
    });
    verdict
}
