//! The French chart of accounts as a tree, for programs of plain-text accounting: `411000` of customer `C1021` is
//! `assets:receivable:411000:C1021`.
//!
//! Numbers only: they stay what they are when a customer or an account is renamed, so that the files of two months fit together. The
//! names stand beside the declaration of the account.

use std::collections::{BTreeMap, BTreeSet};

use super::text::{decimal, first_of};
use crate::model::{Currency, JournalEntry, JournalLine};

/// The five roots that these programs know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    Assets,
    Liabilities,
    Equity,
    Income,
    Expenses,
}

impl Root {
    /// As Beancount writes it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Assets => "Assets",
            Self::Liabilities => "Liabilities",
            Self::Equity => "Equity",
            Self::Income => "Income",
            Self::Expenses => "Expenses",
        }
    }
}

/// Beginnings of account numbers, with where they belong (PCG, ANC regulation 2022-06). The longest that fits counts.
const CLASSES: [(&str, Root, &str); 28] = [
    ("1", Root::Equity, "Capital"),
    ("16", Root::Liabilities, "Loans"),
    ("17", Root::Liabilities, "Loans"),
    ("2", Root::Assets, "Fixed"),
    ("3", Root::Assets, "Stock"),
    ("40", Root::Liabilities, "Payable"),
    ("409", Root::Assets, "Supplier-Advances"),
    ("41", Root::Assets, "Receivable"),
    ("419", Root::Liabilities, "Customer-Advances"),
    ("42", Root::Liabilities, "Staff"),
    ("43", Root::Liabilities, "Social"),
    ("44", Root::Liabilities, "Tax"),
    ("45", Root::Liabilities, "Group"),
    ("46", Root::Liabilities, "Other"),
    ("47", Root::Liabilities, "Suspense"),
    ("48", Root::Liabilities, "Accruals"),
    ("49", Root::Assets, "Impairment"),
    ("50", Root::Assets, "Securities"),
    ("51", Root::Assets, "Bank"),
    ("511", Root::Assets, "Collection"),
    ("519", Root::Liabilities, "Overdraft"),
    ("52", Root::Assets, "Bank"),
    ("53", Root::Assets, "Cash"),
    ("54", Root::Assets, "Cash"),
    ("58", Root::Assets, "Transfers"),
    ("6", Root::Expenses, "Charges"),
    ("7", Root::Income, "Products"),
    ("89", Root::Equity, "Opening"),
];

/// Where an account belongs: root and group. What the chart does not know is equity.
pub(super) fn place(account: &str) -> (Root, &'static str) {
    let fitting = CLASSES.iter().filter(|(beginning, ..)| account.starts_with(beginning));
    fitting
        .max_by_key(|(beginning, ..)| beginning.len())
        .map_or((Root::Equity, "Other"), |(_, root, group)| (*root, group))
}

/// An account of the ledger, with the customer where it is one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Account<'a> {
    pub(super) number: &'a str,
    pub(super) auxiliary: &'a str,
}

impl<'a> Account<'a> {
    pub(super) fn of(line: &'a JournalLine) -> Self {
        Self { number: &line.account, auxiliary: &line.auxiliary }
    }

    /// The account of all customers, for one of theirs.
    pub(super) fn parent(self) -> Option<Self> {
        (!self.auxiliary.is_empty()).then_some(Self { auxiliary: "", ..self })
    }
}

/// What one account does in a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Use {
    pub(super) name: String,
    /// Sums by currency: what the account holds when the file ends. An account of customers counts for all of them.
    pub(super) sums: BTreeMap<Currency, i128>,
}

/// Every account of some entries, in the order of numbers and customers.
pub(super) fn accounts<'a>(entries: impl Iterator<Item = &'a JournalEntry>) -> BTreeMap<Account<'a>, Use> {
    let mut uses: BTreeMap<Account<'a>, Use> = BTreeMap::new();
    for entry in entries {
        for line in &entry.lines {
            let account = Account::of(line);
            let name = if line.auxiliary.is_empty() { &line.account_name } else { &line.auxiliary_name };
            add(&mut uses, account, name, entry.currency, line.minor);
            if let Some(parent) = account.parent() {
                add(&mut uses, parent, &line.account_name, entry.currency, line.minor);
            }
        }
    }
    uses
}

fn add<'a>(uses: &mut BTreeMap<Account<'a>, Use>, account: Account<'a>, name: &str, currency: Currency, minor: i64) {
    let used = uses.entry(account).or_default();
    if used.name.is_empty() {
        used.name = first_of(&[name]);
    }
    *used.sums.entry(currency).or_default() += i128::from(minor);
}

/// Every currency of some entries.
pub(super) fn currencies<'a>(entries: impl Iterator<Item = &'a JournalEntry>) -> BTreeSet<Currency> {
    entries.map(|entry| entry.currency).collect()
}

/// An amount with its currency: `-1250.00 EUR`.
pub(super) fn amount(minor: i128, currency: Currency) -> String {
    format!("{} {currency}", decimal(minor, currency))
}

/// A number or a customer as a part of an account's name: letters, digits and hyphens, with an upper-case letter or a digit first.
///
/// Two that differ stay different: what had to be changed gets a mark that is made of the original.
pub(super) fn part(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let begins = text.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
    if begins && text.chars().all(allowed) && !is_marked(text) {
        return text.to_string();
    }
    let plain: String = deunicode::deunicode(text).chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    let begins = plain.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
    format!("{}{plain}-x{:016x}", if begins { "" } else { "X" }, fnv(text))
}

/// Whether a text looks as if it had been changed: then it is changed, too, so that it is nobody else's.
fn is_marked(text: &str) -> bool {
    let digest = text.rsplit_once("-x").map_or("", |(_, digest)| digest);
    digest.len() == 16 && digest.bytes().all(|b| b.is_ascii_hexdigit())
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_stand_where_the_chart_puts_them() {
        for (account, root, group) in [
            ("101300", Root::Equity, "Capital"),
            ("164000", Root::Liabilities, "Loans"),
            ("401000", Root::Liabilities, "Payable"),
            ("411000", Root::Assets, "Receivable"),
            ("419100", Root::Liabilities, "Customer-Advances"),
            ("445710", Root::Liabilities, "Tax"),
            ("471000", Root::Liabilities, "Suspense"),
            ("512100", Root::Assets, "Bank"),
            ("511200", Root::Assets, "Collection"),
            ("580000", Root::Assets, "Transfers"),
            ("627000", Root::Expenses, "Charges"),
            ("758000", Root::Income, "Products"),
            ("890000", Root::Equity, "Opening"),
            ("801000", Root::Equity, "Other"),
            ("BANK", Root::Equity, "Other"),
        ] {
            assert_eq!(place(account), (root, group), "{account}");
        }
    }

    #[test]
    fn parts_of_names_are_plain_and_stay_different() {
        assert_eq!(part("C1021"), "C1021");
        assert_eq!(part("512-100"), "512-100");
        let changed = ["c1021", "C 1021", "C:1021", "Ç1021", "-C1021", "é", "", ";", "C1021-x0123456789abcdef"];
        let mut seen = BTreeSet::from([part("C1021")]);
        for text in changed {
            let part = part(text);
            assert!(part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{part}");
            assert!(part.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()), "{part}");
            assert!(seen.insert(part), "{text}");
        }
    }
}
