//! A ledger of Beancount: accounts opened, one transaction an entry, the closing balances asserted to the cent.
//!
//! Texts stand in quotes, where `"` and `\` are escaped. A `balance` holds at the start of its day, so those of the last day stand on
//! the next; it tolerates a difference by itself (twice half a unit of the last decimal), so the tolerance is set to nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::chart::{self, Account, Use, amount, part, place};
use super::plain_text::Tongue;
use super::text::{ISO, decimal, first_of, one_line};
use crate::model::{JournalEntry, JournalLine, Posting};

/// How it is written.
pub(super) const TONGUE: Tongue = Tongue { ending: "beancount", quoted: true, head, push, assertions };

fn head(posting: &Posting, accounts: &BTreeMap<Account<'_>, Use>) -> String {
    let from = posting.entries.iter().map(|entry| entry.date).min().map_or(posting.from, |day| day.min(posting.from));
    let from = from.format(ISO);
    let title = quoted(&first_of(&[&posting.company, "lettrage"]));
    let mut text = format!("; {} to {}, written by lettrage\n\n", posting.from, posting.to);
    text.push_str(&format!("option \"title\" {title}\noption \"operating_currency\" \"{}\"\n\n", posting.currency));
    for currency in chart::currencies(posting.entries.iter()) {
        text.push_str(&format!("{from} commodity {currency}\n  precision: {}\n", currency.decimals()));
    }
    text.push('\n');
    for (account, used) in accounts {
        text.push_str(&format!("{from} open {}\n", name(*account)));
        if !used.name.is_empty() {
            text.push_str(&format!("  name: {}\n", quoted(&used.name)));
        }
    }
    text
}

/// The account's name: `Assets:Receivable:411000:C1021`.
fn name(account: Account<'_>) -> String {
    let (root, group) = place(account.number);
    let customer = account.auxiliary;
    let below = if customer.is_empty() { String::new() } else { format!(":{}", part(customer)) };
    format!("{}:{group}:{}{below}", root.word(), part(account.number))
}

fn push(text: &mut String, entry: &JournalEntry) {
    let narration = quoted(&first_of(&[&entry.label, &entry.journal_name, &entry.journal]));
    let payee = payee(entry).map(|name| quoted(&name) + " ").unwrap_or_default();
    text.push_str(&format!("\n{} * {payee}{narration}", entry.date.format(ISO)));
    for link in links(entry) {
        text.push_str(&format!(" ^{link}"));
    }
    text.push('\n');
    for (key, found) in [
        ("key", &*entry.key),
        ("kind", entry.kind.word()),
        ("journal", &entry.journal),
        ("number", &entry.number.to_string()),
        ("document-no", &entry.document),
        ("payment", &entry.payment),
        ("reverses", &entry.reverses),
    ] {
        meta(text, 2, key, found);
    }
    day(text, 2, "document-date", Some(entry.document_date));
    for line in &entry.lines {
        push_line(text, entry, line);
    }
}

fn push_line(text: &mut String, entry: &JournalEntry, line: &JournalLine) {
    text.push_str(&format!("  {}  {}\n", name(Account::of(line)), amount(i128::from(line.minor), entry.currency)));
    meta(text, 4, "role", line.role.word());
    if line.document != entry.document {
        meta(text, 4, "document-no", &line.document);
    }
    meta(text, 4, "item", &line.item);
    if let Some(letter) = &line.letter {
        meta(text, 4, "code", &letter.code);
        day(text, 4, "code-date", Some(letter.day));
    }
    day(text, 4, "due", line.due);
    if line.label != entry.label {
        meta(text, 4, "label", &line.label);
    }
}

fn meta(text: &mut String, indent: usize, key: &str, found: &str) {
    let found = one_line(found);
    if !found.is_empty() {
        text.push_str(&format!("{:indent$}{key}: {}\n", "", quoted(&found)));
    }
}

fn day(text: &mut String, indent: usize, key: &str, day: Option<NaiveDate>) {
    if let Some(day) = day {
        text.push_str(&format!("{:indent$}{key}: {}\n", "", day.format(ISO)));
    }
}

/// Whose money it is, where all lines of customers say the same.
fn payee(entry: &JournalEntry) -> Option<String> {
    let names: BTreeSet<&str> = entry.lines.iter().map(|l| &*l.auxiliary_name).filter(|n| !n.is_empty()).collect();
    (names.len() == 1).then(|| names.first().map(|name| one_line(name))).flatten()
}

/// Links tie the transactions of one settled item together: account, customer, code.
fn links(entry: &JournalEntry) -> BTreeSet<String> {
    let lettered = entry.lines.iter().filter_map(|line| Some((line, line.letter.as_ref()?)));
    lettered.map(|(l, letter)| [&*l.account, &*l.auxiliary, &*letter.code].map(link).join("_")).collect()
}

/// A part of a link: what Beancount takes there.
fn link(text: &str) -> String {
    let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if text.chars().all(|c| allowed(&c)) { text.to_string() } else { part(text) }
}

fn assertions(posting: &Posting, accounts: &BTreeMap<Account<'_>, Use>) -> String {
    let last = posting.entries.iter().map(|entry| entry.date).max().map_or(posting.to, |day| day.max(posting.to));
    // The calendar of chrono ends in the year 262142.
    let next = last.succ_opt().unwrap_or(last).format(ISO);
    let mut text = String::from("\n; closing balances; an account of customers counts for all of them\n");
    for (account, used) in accounts {
        for (currency, sum) in &used.sums {
            let (sum, none) = (decimal(*sum, *currency), decimal(0, *currency));
            text.push_str(&format!("{next} balance {}  {sum} ~ {none} {currency}\n", name(*account)));
        }
    }
    text
}

/// A text in quotes, on one line.
fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}
