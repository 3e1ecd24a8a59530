//! Decisions as entries of the accounting ledger.
//!
//! | file | what it does |
//! |---|---|
//! | `due` | which decisions are booked in which month, and which entries are taken back |
//! | `banks` | the account of banks that the configuration does not name |
//! | `source` | where the money is in the ledger |
//! | `entry` | one decision as lines |
//! | `discount` | discounts and the tax in them |
//! | `lettering`, `letters` | which lines settle each other, and their codes |
//! | `carried` | lines that the ledger has, repeated so that codes add up within a file |
//! | `whole` | the whole month as one journal |
//! | `key` | what names an entry |

mod accounts;
mod banks;
mod carried;
mod discount;
mod due;
mod entry;
mod key;
mod lettering;
mod letters;
mod source;
#[cfg(test)]
mod tests;
mod whole;

use std::collections::BTreeMap;

use chrono::NaiveDate;

pub use banks::give_default_banks;

use crate::config::{LedgerPolicy, PostPolicy};
use crate::error::{Error, ErrorKind};
use crate::model::{Currency, EntryKind, JournalEntry, Month, PostFacts, Posting};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Month.
    pub month: Month,
    /// Only this account of a bank, or of the ledger: its number, or the end of it.
    pub account: Option<&'a str>,
    /// Whether money of which nothing is decided goes to the suspense account.
    pub suspense: bool,
    /// Whether the format takes entries in another currency than the ledger's.
    pub takes_currencies: bool,
    /// Whether lines that the ledger has are repeated, so that codes add up within the file.
    pub carried: bool,
    /// The day on which it is made.
    pub made: NaiveDate,
    /// Whose books they are.
    pub company: &'a str,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The entries with their lettering, and what is held.
    pub posting: Posting,
    /// Decisions that the ledger has booked: by the list of items, or by an entry of its own.
    pub booked: u64,
    /// Decisions that an earlier batch has written.
    pub written: u64,
    /// Items that were settled elsewhere, as the list of items says, too: the ledger has booked them.
    pub elsewhere: u64,
    /// What is due of earlier months, by month.
    pub earlier: BTreeMap<Month, u64>,
    /// Undecided payments of the month that nothing was written of.
    pub undecided: u64,
}

/// Makes the entries that a month owes the ledger. Errors: E0301 for a currency of the configuration that is none, E0730.
pub fn build(facts: &PostFacts, post: &PostPolicy, ledger: &LedgerPolicy, asked: &Asked<'_>) -> Result<Built, Error> {
    let accounts = accounts::Accounts { post, ledger };
    let currency = currency(post)?;
    let mut found = due::find(facts, accounts, asked, currency);
    number(&mut found.entries, facts.next_number);
    let letters = found.lettering(facts, post);
    let lettering = letters.give(&mut found.entries);
    found.held.sort_by(|a, b| (a.day, &a.id).cmp(&(b.day, &b.id)));
    let posting = Posting {
        company: asked.company.into(),
        siren: post.siren.as_str().into(),
        from: asked.month.first(),
        to: asked.month.last(),
        month: Some(asked.month),
        made: asked.made,
        currency,
        entries: found.entries,
        lettering,
        held: found.held,
    };
    let posting = if asked.carried { with_carried(facts, post, ledger, posting) } else { posting };
    balanced(&posting.entries)?;
    Ok(Built {
        posting,
        booked: found.booked,
        written: found.written,
        elsewhere: found.elsewhere,
        earlier: found.earlier,
        undecided: found.undecided,
    })
}

/// A posting with the lines that the ledger has, so that its codes add up within a file.
pub fn with_carried(facts: &PostFacts, post: &PostPolicy, ledger: &LedgerPolicy, mut posting: Posting) -> Posting {
    let accounts = accounts::Accounts { post, ledger };
    let month = posting.month.unwrap_or_else(|| Month::of(posting.from));
    let carried = carried::entries(facts, accounts, &posting.lettering, &posting.entries, month);
    posting.entries.splice(0..0, carried);
    posting
}

/// Makes the whole month as one journal, whatever the ledger has and whatever was written. Errors: as for [`build`].
pub fn whole(facts: &PostFacts, post: &PostPolicy, ledger: &LedgerPolicy, asked: &Asked<'_>) -> Result<Posting, Error> {
    let posting = whole::make(facts, accounts::Accounts { post, ledger }, asked, currency(post)?);
    balanced(&posting.entries)?;
    Ok(posting)
}

/// The currency of the ledger. Error: E0301.
fn currency(post: &PostPolicy) -> Result<Currency, Error> {
    Currency::parse(&post.currency).ok_or_else(|| {
        Error::new(ErrorKind::Input, "E0301", format!("[post] currency = \"{}\" is no currency", post.currency))
            .help("three letters are expected, such as EUR")
    })
}

/// Refuses what does not balance: nothing is written then. Error: E0730.
fn balanced(entries: &[JournalEntry]) -> Result<(), Error> {
    match entries.iter().find(|e| e.imbalance() != 0 || e.lines.len() < 2) {
        None => Ok(()),
        Some(entry) => {
            let message = format!("entry {} of {} does not balance", entry.key, entry.payment);
            Err(Error::new(ErrorKind::CheckFailed, "E0730", message)
                .label("nothing was written")
                .help("this is a mistake of the program: please report it"))
        }
    }
}

/// Puts entries in their order and numbers them: by day, then by what they are about. What is taken back goes first.
fn number(entries: &mut [JournalEntry], next: u64) {
    let is_new = |e: &JournalEntry| e.kind != EntryKind::Reversal;
    entries.sort_by(|a, b| {
        (a.date, is_new(a), a.kind, &a.payment, &a.key).cmp(&(b.date, is_new(b), b.kind, &b.payment, &b.key))
    });
    for (number, entry) in (next..).zip(entries.iter_mut()) {
        entry.number = number;
        for line in entry.lines.iter_mut().filter(|l| l.document.is_empty()) {
            line.document = entry.document.clone();
        }
    }
}
