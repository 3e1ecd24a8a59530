//! Odoo: journal entries (`account.move`) as its own import takes them, with the technical names of the fields.
//!
//! Entry and lines have external identifiers, so that a second import changes what the first has made instead of booking it again.
//! What is said of an entry stands on its first line only. An entry in another currency gives the amount in that currency alone: Odoo
//! (from 16 on) works out debit and credit with its own rate of the day.

use super::PostFile;
use super::text::{ISO, Table, debit_credit, decimal, first_of};
use super::{booked, csv, identifier};
use crate::model::{JournalEntry, JournalLine, Posting};

const COLUMNS: [&str; 13] = [
    "id",
    "journal_id",
    "date",
    "ref",
    "line_ids/id",
    "line_ids/account_id",
    "line_ids/partner_id",
    "line_ids/name",
    "line_ids/date_maturity",
    "line_ids/debit",
    "line_ids/credit",
    "line_ids/currency_id",
    "line_ids/amount_currency",
];

pub(super) fn write(posting: &Posting) -> Vec<PostFile> {
    let mut table = Table::new(&COLUMNS, "\n");
    for entry in booked(posting) {
        for (n, line) in entry.lines.iter().enumerate() {
            push(&mut table, posting, entry, n, line);
        }
    }
    vec![PostFile::new("odoo_account_move.csv", table.into_bytes()), csv::lettering(posting)]
}

fn push(table: &mut Table, posting: &Posting, entry: &JournalEntry, n: usize, line: &JournalLine) {
    // No dot: what stands before one would be taken for the name of a module.
    let id = format!("lettrage_{}", identifier(&entry.key));
    if n == 0 {
        table.word(&id).text(&entry.journal).day(Some(entry.date), ISO);
        table.text(&first_of(&[&entry.document, &entry.key]));
    } else {
        table.word("").word("").word("").word("");
    }
    table.word(&format!("{id}_{}", n + 1)).text(&line.account).text(&line.auxiliary);
    table.text(&first_of(&[&line.label, &entry.label])).day(line.due, ISO);
    if entry.currency == posting.currency {
        let [debit, credit] = debit_credit(line.minor, entry.currency, &decimal(0, entry.currency));
        table.word(&debit).word(&credit).word("").word("");
    } else {
        table.word("").word("").word(entry.currency.code()).word(&decimal(i128::from(line.minor), entry.currency));
    }
    table.end();
}
