//! A journal of hledger: accounts and commodities declared, one transaction an entry, the closing balances asserted.
//!
//! What a journal would read as syntax is written as something else: `;` and `|` in a description, `,` in a tag, brackets (a date in
//! brackets moves a posting), two blanks in a row.

use std::collections::BTreeMap;

use super::chart::{self, Account, Use, amount, part, place};
use super::plain_text::Tongue;
use super::text::{ISO, first_of, one_line};
use crate::model::{EntryKind, JournalEntry, JournalLine, Posting};

/// How it is written.
pub(super) const TONGUE: Tongue = Tongue { ending: "hledger", quoted: false, head, push, assertions };

fn head(posting: &Posting, accounts: &BTreeMap<Account<'_>, Use>) -> String {
    let company = plain(&posting.company);
    let mut text = format!("; {company}, {} to {}, written by lettrage\n\n", posting.from, posting.to);
    text.push_str("decimal-mark .\n");
    for currency in chart::currencies(posting.entries.iter()) {
        // hledger wants a decimal mark in the sample, also where there are no decimals.
        let decimals = "0".repeat(currency.decimals() as usize);
        text.push_str(&format!("commodity 1000.{decimals} {currency}\n"));
    }
    text.push('\n');
    for (account, used) in accounts {
        text.push_str(&format!("account {}", name(*account)));
        let label = value(&used.name);
        if !label.is_empty() {
            text.push_str(&format!("  ; name:{label}"));
        }
        text.push('\n');
    }
    text
}

/// The account's name: `assets:receivable:411000:C1021`.
fn name(account: Account<'_>) -> String {
    let (root, group) = place(account.number);
    let class = format!("{}:{group}", root.word()).to_ascii_lowercase();
    let mut name = format!("{class}:{}", part(account.number));
    if !account.auxiliary.is_empty() {
        name.push(':');
        name.push_str(&part(account.auxiliary));
    }
    name
}

fn push(text: &mut String, entry: &JournalEntry) {
    let description = plain(&first_of(&[&entry.label, &entry.journal_name, &entry.journal]));
    text.push_str(&format!("\n{} * ({}) {description}\n", entry.date.format(ISO), code(entry)));
    for (tag, found) in [
        ("key", &*entry.key),
        ("kind", entry.kind.word()),
        ("journal", &entry.journal),
        ("document-no", &entry.document),
        ("document-date", &entry.document_date.format(ISO).to_string()),
        ("payment", &entry.payment),
        ("reverses", &entry.reverses),
    ] {
        let found = value(found);
        if !found.is_empty() {
            text.push_str(&format!("    ; {tag}:{found}\n"));
        }
    }
    for line in &entry.lines {
        let tags = tags(entry, line);
        text.push_str(&format!("    {}  {}", name(Account::of(line)), amount(i128::from(line.minor), entry.currency)));
        text.push_str(if tags.is_empty() { "" } else { "  ; " });
        text.push_str(&tags);
        text.push('\n');
    }
}

/// The transaction's code: journal and number, without a bracket that would end it.
fn code(entry: &JournalEntry) -> String {
    let journal: String = one_line(&entry.journal).chars().filter(char::is_ascii_alphanumeric).collect();
    if entry.kind == EntryKind::Carried { journal } else { format!("{journal}{:06}", entry.number) }
}

fn tags(entry: &JournalEntry, line: &JournalLine) -> String {
    let mut tags = Vec::new();
    let mut tag = |name: &str, text: &str| {
        let text = value(text);
        if !text.is_empty() {
            tags.push(format!("{name}:{text}"));
        }
    };
    tag("role", line.role.word());
    if line.document != entry.document {
        tag("document-no", &line.document);
    }
    tag("item", &line.item);
    if let Some(letter) = &line.letter {
        tag("code", &letter.code);
        tag("code-date", &letter.day.format(ISO).to_string());
    }
    if let Some(due) = line.due {
        tag("due", &due.format(ISO).to_string());
    }
    if line.label != entry.label {
        tag("label", &line.label);
    }
    tags.join(", ")
}

/// Closing balances, as a transaction that moves nothing. `=*` is the balance of an account with all below it, in that currency.
fn assertions(posting: &Posting, accounts: &BTreeMap<Account<'_>, Use>) -> String {
    let last = posting.entries.iter().map(|entry| entry.date).max().map_or(posting.to, |day| day.max(posting.to));
    let mut text = format!("\n{} * closing balances\n", last.format(ISO));
    let before = text.len();
    for (account, used) in accounts {
        for (currency, sum) in &used.sums {
            let (nothing, sum) = (amount(0, *currency), amount(*sum, *currency));
            text.push_str(&format!("    {}  {nothing} =* {sum}\n", name(*account)));
        }
    }
    if text.len() == before { String::new() } else { text }
}

/// A description: `;` begins a comment, `|` parts payee and note.
fn plain(text: &str) -> String {
    one_line(&text.replace([';', '|'], "/").replace('[', "(").replace(']', ")"))
}

/// The value of a tag: it ends at a comma.
fn value(text: &str) -> String {
    one_line(&plain(text).replace(',', " "))
}
