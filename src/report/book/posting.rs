//! What is posted, in short: accounts with their sums, and what has to wait.

use std::collections::BTreeMap;

use super::aligned::Aligned;
use crate::error::printable;
use crate::model::{Currency, EntryKind, JournalEntry, LineRole, Posting};
use crate::report::Lang;
use crate::report::i18n;

/// Reasons that are listed one by one; the rest is counted.
const SHOWN: usize = 20;

/// Sums of debits by currency, of what is to be booked: `21 480.30 EUR`.
pub fn posting_sum(posting: &Posting) -> String {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for entry in own(posting) {
        let debits = entry.lines.iter().filter(|l| l.minor > 0).map(|l| i128::from(l.minor));
        *sums.entry(entry.currency).or_default() += debits.sum::<i128>();
    }
    if sums.is_empty() {
        sums.insert(posting.currency, 0);
    }
    let shown: Vec<String> =
        sums.into_iter().map(|(currency, minor)| format!("{} {currency}", amount(minor, currency))).collect();
    shown.join(" and ")
}

/// A table of the accounts, and the list of what is held. Empty where there is nothing of either. A `whole` journal is shown with what it
/// brings forward, and the balances that it ends with; of others only what the ledger is to book.
pub fn posting_tables(posting: &Posting, whole: bool, width: Option<usize>) -> String {
    let mut text = accounts(posting, whole, width);
    if !posting.held.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&held(posting, width));
    }
    text
}

fn own(posting: &Posting) -> impl Iterator<Item = &JournalEntry> {
    posting.entries.iter().filter(|e| e.kind != EntryKind::Carried)
}

fn amount(minor: i128, currency: Currency) -> String {
    i18n::minor(Lang::En, minor, currency)
}

fn accounts(posting: &Posting, whole: bool, width: Option<usize>) -> String {
    let mut sums: BTreeMap<(&str, Currency), (&str, u64, i128, i128)> = BTreeMap::new();
    for entry in posting.entries.iter().filter(|e| whole || e.kind != EntryKind::Carried) {
        for line in &entry.lines {
            let name =
                if line.role == LineRole::Receivable && line.auxiliary.is_empty() { "" } else { &*line.account_name };
            let sum = sums.entry((&line.account, entry.currency)).or_insert((name, 0, 0, 0));
            sum.1 += 1;
            if line.minor > 0 { sum.2 += i128::from(line.minor) } else { sum.3 -= i128::from(line.minor) }
        }
    }
    if sums.is_empty() {
        return String::new();
    }
    let mut table = Aligned::new(&["account", "name", ">lines", ">debit", ">credit", ">balance", "currency"], 1);
    for ((account, currency), (name, lines, debit, credit)) in sums {
        let figure = |minor: i128| if minor == 0 { String::new() } else { amount(minor, currency) };
        let cells = [printable(account), printable(name), lines.to_string(), figure(debit), figure(credit)];
        table.row(cells.into_iter().chain([amount(debit - credit, currency), currency.to_string()]).collect());
    }
    table.without_empty(if whole { &[] } else { &[5] }).lines(width)
}

fn held(posting: &Posting, width: Option<usize>) -> String {
    let mut table = Aligned::new(&["held", "date", ">amount", "currency", "why"], 4);
    for one in posting.held.iter().take(SHOWN) {
        table.row(vec![
            printable(&one.id),
            i18n::date(Lang::En, one.day),
            amount(i128::from(one.minor), one.currency),
            one.currency.to_string(),
            printable(&one.why),
        ]);
    }
    let mut text = table.lines(width);
    if let Some(more) = posting.held.len().checked_sub(SHOWN).filter(|n| *n > 0) {
        text.push_str(&format!("… and {more} more\n"));
    }
    text
}
