//! `journal.csv` and `lettrage.csv`: everything that is known of a line, and what is lettered. UTF-8 without a mark, `,`, LF, plain
//! decimals with a point, ISO days.

use super::PostFile;
use super::text::{ISO, Table, debit_credit};
use crate::model::{JournalEntry, JournalLine, Posting};

const JOURNAL: [&str; 25] = [
    "key",
    "line",
    "kind",
    "journal",
    "number",
    "date",
    "account",
    "account_name",
    "auxiliary",
    "auxiliary_name",
    "document",
    "document_date",
    "due",
    "entry_label",
    "label",
    "debit",
    "credit",
    "currency",
    "role",
    "item",
    "item_kind",
    "code",
    "lettering_date",
    "payment",
    "reverses",
];

const LETTERING: [&str; 12] = [
    "account",
    "auxiliary",
    "document",
    "item",
    "key",
    "debit",
    "credit",
    "currency",
    "code",
    "lettering_date",
    "code_before",
    "lettering_date_before",
];

pub(super) fn write(posting: &Posting) -> Vec<PostFile> {
    vec![journal(posting), lettering(posting)]
}

fn journal(posting: &Posting) -> PostFile {
    let mut table = Table::new(&JOURNAL, "\n");
    for entry in &posting.entries {
        for (n, line) in entry.lines.iter().enumerate() {
            push(&mut table, entry, line, n + 1);
        }
    }
    PostFile::new("journal.csv", table.into_bytes())
}

fn push(table: &mut Table, entry: &JournalEntry, line: &JournalLine, rank: usize) {
    let [debit, credit] = debit_credit(line.minor, entry.currency, "");
    table
        .text(&entry.key)
        .word(&rank.to_string())
        .word(entry.kind.word())
        .text(&entry.journal)
        .word(&entry.number.to_string());
    table.day(Some(entry.date), ISO).text(&line.account).text(&line.account_name);
    table.text(&line.auxiliary).text(&line.auxiliary_name).text(&line.document).day(Some(entry.document_date), ISO);
    table.day(line.due, ISO).text(&entry.label).text(&line.label).word(&debit).word(&credit);
    table.word(entry.currency.code()).word(line.role.word());
    table.text(&line.item).word(line.item_kind.map_or("", |k| k.word()));
    table.text(line.letter.as_ref().map_or("", |l| &l.code)).day(line.letter.as_ref().map(|l| l.day), ISO);
    table.text(&entry.payment).text(&entry.reverses).end();
}

/// `lettrage.csv`: the lines whose lettering changes, in the ledger and in what is written now.
pub(super) fn lettering(posting: &Posting) -> PostFile {
    let mut table = Table::new(&LETTERING, "\n");
    for change in &posting.lettering {
        let [debit, credit] = debit_credit(change.minor, change.currency, "");
        table.text(&change.account).text(&change.auxiliary).text(&change.document).text(&change.item);
        table.text(&change.key).word(&debit).word(&credit).word(change.currency.code());
        for letter in [&change.letter, &change.before] {
            let letter = letter.as_ref();
            table.text(letter.map_or("", |l| &l.code)).day(letter.map(|l| l.day), ISO);
        }
        table.end();
    }
    PostFile::new("lettrage.csv", table.into_bytes())
}
