//! The independent auditor of a book: P1 to P6, made again from its rows.
//!
//! Nothing that was summed up before is trusted. A proof that cannot be made is said to be so; it is never counted as held.

mod accounts;
mod bridge;
mod coverage;
mod decisions;
mod items;
mod pairs;
mod roll;
mod statements;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use self::accounts::{Key, Window};
use super::named;
use crate::model::money::write_minor;
use crate::model::{BookFacts, BookProofs, Currency, InLedger, Proof, ProofId};

/// Proves the identities of a book, account by account and currency by currency, or names where they fail.
pub fn prove_book(facts: &BookFacts) -> BookProofs {
    let accounts = accounts::of(facts);
    let windows: Vec<(Key<'_>, Window<'_>)> =
        accounts.iter().map(|(key, account)| (*key, Window::of(account, facts.month))).collect();
    let mut made = BookProofs::default();
    statements::prove(facts, &windows, &mut made);
    coverage::prove(facts, &windows, &mut made);
    bridge::prove(facts, &accounts, &mut made);
    items::prove(facts, &mut made);
    roll::prove(facts, &mut made);
    decisions::prove(facts, &mut made);
    made
}

/// For each payment of a book where the ledger has its bank line, by the pairs of the proof of bank and ledger (P3).
pub fn in_ledger(facts: &BookFacts) -> Vec<InLedger> {
    bridge::in_ledger(facts)
}

/// The last day that is looked at; none when everything is.
fn end(facts: &BookFacts) -> Option<NaiveDate> {
    facts.month.map(|month| month.last())
}

/// A proof that holds when nothing failed.
fn proof(
    id: ProofId,
    account: &str,
    currency: Option<Currency>,
    left: i128,
    right: Vec<(Box<str>, i128)>,
    failures: Vec<String>,
) -> Proof {
    Proof { id, account: account.into(), currency, holds: failures.is_empty(), left, right, failures: named(failures) }
}

/// A named part of a sum.
fn part(name: &str, figure: i128) -> (Box<str>, i128) {
    (name.into(), figure)
}

/// Minor units with their currency, as people write them.
fn money(minor: i128, currency: Currency) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_minor(&mut text, minor, currency);
    text.push(' ');
    text.push_str(currency.code());
    text
}

/// A bank account as messages name it: a statement may leave it empty.
fn account_name(account: &str) -> &str {
    if account.is_empty() { "the account without a name" } else { account }
}
