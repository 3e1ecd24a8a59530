//! A bounded list of equations for each payment, from generators that each have one job.

mod cited;
mod fit;
mod payer;
mod repeat;
pub mod returns;
mod sums;

use crate::config::Policy;
use crate::model::HypothesisKind;
use crate::model::stage::{Draft, LedgerFacts, ReceiptFacts, Searched};

/// How large differences may be, in minor units of the payment's currency.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Largest difference that is looked on as a bank fee.
    pub fee: i64,
    /// Largest shortfall of cited items that is written off.
    pub write_off: i64,
}

/// What the generators add to.
pub struct Proposals<'a> {
    /// The receipt.
    pub facts: &'a ReceiptFacts,
    /// The ledger.
    pub ledger: LedgerFacts<'a>,
    /// The policy.
    pub policy: &'a Policy,
    /// How large differences may be.
    pub limits: Limits,
    /// What was proposed.
    pub drafts: Vec<Draft>,
    /// Whether a cap cut the list.
    pub capped: bool,
    /// Which sets of the likely payers' items were looked at.
    pub searched: Searched,
}

/// What was proposed for a receipt.
#[derive(Debug, Default)]
pub struct Proposed {
    /// Equations; the last two are always "none of the loaded items" and "an equation not listed".
    pub drafts: Vec<Draft>,
    /// Whether a cap cut the list.
    pub capped: bool,
    /// Which sets of the likely payers' items were looked at: the more, the less can be missing from the list.
    pub searched: Searched,
}

impl Proposals<'_> {
    /// Adds a draft, unless its equation was proposed before, a person refused it, or the list is full.
    fn push(&mut self, draft: Draft) {
        let same = |d: &Draft| {
            d.applications == draft.applications
                && (d.kind == HypothesisKind::Duplicate) == (draft.kind == HypothesisKind::Duplicate)
        };
        if self.drafts.iter().any(same) || self.facts.refuses_equation(&draft.applications) {
            return;
        }
        if self.drafts.len() >= self.policy.candidates as usize {
            self.capped = true;
            return;
        }
        self.drafts.push(draft);
    }
}

/// Buffers of one thread, used again for each receipt.
#[derive(Debug, Default)]
pub struct Buffers {
    drafts: Vec<Draft>,
    sums: sums::Buffers,
}

/// Proposes what may explain a receipt.
pub fn propose<'a>(
    facts: &'a ReceiptFacts,
    ledger: LedgerFacts<'a>,
    policy: &'a Policy,
    limits: Limits,
    buffers: &mut Buffers,
) -> Proposed {
    let searched = Searched::Little;
    let capped = facts.capped;
    let drafts = std::mem::take(&mut buffers.drafts);
    let mut proposals = Proposals { facts, ledger, policy, limits, drafts, capped, searched };
    cited::propose(&mut proposals);
    payer::propose(&mut proposals);
    sums::propose(&mut proposals, &mut buffers.sums);
    repeat::propose(&mut proposals);
    let Proposals { drafts: mut found, capped, searched, .. } = proposals;
    // All proposals are held for long: no more room than they need, with one more for the equation that weighing may add.
    let mut drafts = Vec::with_capacity(found.len() + 3);
    drafts.append(&mut found);
    drafts.extend([HypothesisKind::None, HypothesisKind::Unlisted].map(Draft::unweighed));
    buffers.drafts = found;
    Proposed { drafts, capped, searched }
}

/// Adds a number where it is not there yet; the first ones stay in front.
fn push_new(numbers: &mut Vec<u32>, number: u32) {
    if !numbers.contains(&number) {
        numbers.push(number);
    }
}
