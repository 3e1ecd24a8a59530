//! The account of the ledger for banks that no `[[ledger.bank]]` names.

use std::collections::BTreeSet;

use crate::config::PostPolicy;
use crate::model::{BankLedger, PostFacts};

/// Gives the account of `[post] bank` to every bank account that no `[[ledger.bank]]` names, as long as no general ledger was imported:
/// with one, it must be said which of its accounts is which, or a line that it has would be booked twice.
///
/// Returns those bank accounts, in their order; an empty one stands for statements that name none.
pub fn give_default_banks(facts: &mut PostFacts, post: &PostPolicy) -> Vec<Box<str>> {
    if !facts.book.ledger.is_empty() {
        return Vec::new();
    }
    let named: BTreeSet<_> = facts.book.banks.iter().map(|b| (b.bank.clone(), b.currency)).collect();
    let all: BTreeSet<_> = facts.book.payments.iter().map(|p| (p.account.clone(), p.currency)).collect();
    let mut given: Vec<Box<str>> = Vec::new();
    for (bank, currency) in all.difference(&named) {
        given.push((&**bank).into());
        facts.book.banks.push(BankLedger {
            account: post.bank.as_str().into(),
            bank: bank.clone(),
            currency: *currency,
            stated: None,
            booked_until: None,
        });
    }
    given.dedup();
    given
}
