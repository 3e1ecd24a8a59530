//! What the journals of hledger and Beancount have in common: a file that stands for itself, or a part with a file that checks it.

use std::collections::BTreeMap;

use super::PostFile;
use super::chart::{self, Account, Use};
use super::csv;
use crate::model::{EntryKind, JournalEntry, Posting};

/// How one of the two programs writes.
pub(super) struct Tongue {
    /// Ending of its files.
    pub(super) ending: &'static str,
    /// Whether the name of a file that is included stands in quotes.
    pub(super) quoted: bool,
    /// What stands before the entries: accounts and currencies.
    pub(super) head: fn(&Posting, &BTreeMap<Account<'_>, Use>) -> String,
    /// Appends an entry.
    pub(super) push: fn(&mut String, &JournalEntry),
    /// The closing balances, asserted.
    pub(super) assertions: fn(&Posting, &BTreeMap<Account<'_>, Use>) -> String,
}

/// The journal. With what is brought forward in it the file stands for itself, and asserts its balances. Without, it is a part of a
/// larger one: the assertions are in a file of their own, which includes it.
pub(super) fn write(posting: &Posting, tongue: &Tongue) -> Vec<PostFile> {
    let accounts = chart::accounts(posting.entries.iter());
    let mut text = (tongue.head)(posting, &accounts);
    let mut entries: Vec<&JournalEntry> = posting.entries.iter().collect();
    entries.sort_by_key(|entry| (entry.date, entry.kind != EntryKind::Carried, entry.number));
    for entry in &entries {
        (tongue.push)(&mut text, entry);
    }
    let asserted = (tongue.assertions)(posting, &accounts);
    let name = format!("journal.{}", tongue.ending);
    if entries.iter().any(|entry| entry.kind == EntryKind::Carried) {
        text.push_str(&asserted);
        return vec![PostFile::new(name, text)];
    }
    let included = if tongue.quoted { format!("\"{name}\"") } else { name.clone() };
    let check = format!("; Checks what {name} adds to each account.\ninclude {included}\n{asserted}");
    vec![PostFile::new(name, text), PostFile::new(format!("check.{}", tongue.ending), check), csv::lettering(posting)]
}
