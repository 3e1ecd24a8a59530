//! A bounded list of equations for each payment, from generators that each have one job.

mod cited;
mod fit;
mod payer;
mod repeat;
pub mod returns;

use crate::config::Policy;
use crate::model::stage::{BEFORE_THE_RUN, Draft, LedgerFacts, NO_CLASS, ReceiptFacts};
use crate::model::{Hypothesis, HypothesisKind};

/// What the generators add to.
pub struct Proposals<'a> {
    /// The receipt.
    pub facts: &'a ReceiptFacts,
    /// The ledger.
    pub ledger: LedgerFacts<'a>,
    /// The policy.
    pub policy: &'a Policy,
    /// Largest difference that is looked on as a bank fee, in minor units of the payment's currency.
    pub fee_limit: i64,
    /// What was proposed.
    pub drafts: Vec<Draft>,
    /// Whether a cap cut the list.
    pub capped: bool,
}

impl Proposals<'_> {
    /// Adds a draft, unless its equation was proposed before or the list is full.
    fn push(&mut self, draft: Draft) {
        let same = |d: &Draft| {
            let equal_items = d.hypothesis.applications == draft.hypothesis.applications;
            equal_items
                && (d.hypothesis.kind == HypothesisKind::Duplicate)
                    == (draft.hypothesis.kind == HypothesisKind::Duplicate)
        };
        if self.drafts.iter().any(same) {
            return;
        }
        if self.drafts.len() >= self.policy.candidates as usize {
            self.capped = true;
            return;
        }
        self.drafts.push(draft);
    }
}

/// Proposes what may explain a receipt, and says whether a cap cut the list. `fee_limit` is in minor units of the receipt's
/// currency. The last two drafts are always "none of the loaded items" and "an equation not listed".
pub fn propose<'a>(
    facts: &'a ReceiptFacts,
    ledger: LedgerFacts<'a>,
    policy: &'a Policy,
    fee_limit: i64,
) -> (Vec<Draft>, bool) {
    let mut proposals = Proposals { facts, ledger, policy, fee_limit, drafts: Vec::new(), capped: facts.capped };
    cited::propose(&mut proposals);
    payer::propose(&mut proposals);
    repeat::propose(&mut proposals);
    let Proposals { mut drafts, capped, .. } = proposals;
    for kind in [HypothesisKind::None, HypothesisKind::Unlisted] {
        drafts.push(Draft {
            hypothesis: Hypothesis::unweighed(kind),
            class: NO_CLASS,
            holds: Vec::new(),
            after: BEFORE_THE_RUN,
        });
    }
    (drafts, capped)
}
