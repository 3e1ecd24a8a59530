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

/// What is known of a receipt that comes back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Returned<'a> {
    /// Who had paid.
    pub payer: Option<u32>,
    /// What it had taken off which items, items in canonical order: nothing where it was not applied.
    pub applications: &'a [Application],
    /// The differences of its equation.
    pub differences: &'a [Difference],
}

impl<'a> From<&'a Verdict> for Returned<'a> {
    /// What this run did with a receipt: only what was applied automatically is taken back.
    fn from(receipt: &'a Verdict) -> Self {
        match &receipt.chosen {
            Some(chosen) if receipt.bucket == Bucket::Auto => {
                Self { payer: receipt.payer, applications: &chosen.applications, differences: &chosen.differences }
            }
            _ => Self { payer: receipt.payer, ..Self::default() },
        }
    }
}

/// The verdict for a debit that returns an earlier receipt: it takes back what the receipt had applied. Where nothing had been
/// applied, the money leaves the customer's account again. `sure`: nobody needs to confirm it.
pub fn returned(link: ReturnLink, amount: i64, receipt: Returned<'_>, sure: bool) -> Verdict {
    let applied: Vec<Application> = receipt
        .applications
        .iter()
        .map(|a| Application { item: a.item, applied: a.applied.saturating_neg() })
        .collect();
    // What the receipt settled besides is taken back with it; an open rest was never settled.
    let mut differences: Vec<Difference> = (receipt.differences.iter())
        .filter(|_| !applied.is_empty())
        .filter(|d| d.kind != DifferenceKind::OpenRest)
        .map(|d| Difference { kind: d.kind, minor: d.minor.saturating_neg() })
        .collect();
    if link.fee != 0 {
        differences.push(Difference { kind: DifferenceKind::Fee, minor: link.fee });
    }
    let terms = applied.iter().map(|a| i128::from(a.applied));
    let explained: i128 =
        terms.chain(differences.iter().map(|d| i128::from(d.kind.factor()) * i128::from(d.minor))).sum();
    // What is applied adds up in 64 bits wherever it comes from a run; a decision may say anything.
    match i64::try_from(i128::from(amount) - explained) {
        Ok(0) | Err(_) => {}
        Ok(minor) => differences.push(Difference { kind: DifferenceKind::OnAccount, minor }),
    }
    let probability = Probability::from_fraction(link.probability);
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
