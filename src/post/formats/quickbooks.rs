//! QuickBooks Online: import of journal entries. One number an entry, debit or credit and never a sign, a name on customers' lines.
//!
//! Accounts are called by name there, so the name goes into the file. Days are `MM/DD/YYYY`, which is to be chosen in the import, too.

use super::text::{Table, debit_credit, first_of, one_line, whole};
use super::{PostFile, PostFormat, booked, csv};
use crate::error::{Error, ErrorKind};
use crate::model::{JournalEntry, JournalLine, LineRole, Posting};

const COLUMNS: [&str; 7] = ["JournalNo", "JournalDate", "AccountName", "Debits", "Credits", "Description", "Name"];

/// Characters of a journal number.
const NUMBER: usize = 21;
/// Characters of names of accounts and customers.
const NAME: usize = 100;

const DAY: &str = "%m/%d/%Y";

pub(super) fn write(posting: &Posting) -> Result<Vec<PostFile>, Error> {
    let mut table = Table::new(&COLUMNS, "\r\n");
    for entry in booked(posting) {
        for line in &entry.lines {
            push(&mut table, entry, line)?;
        }
    }
    Ok(vec![PostFile::new("quickbooks_journal.csv", table.into_bytes()), csv::lettering(posting)])
}

fn push(table: &mut Table, entry: &JournalEntry, line: &JournalLine) -> Result<(), Error> {
    let whole = |text: &str, most, what| whole(text, most, what, PostFormat::QuickBooks, &entry.key);
    let number = whole(&format!("{}-{:06}", entry.journal, entry.number), NUMBER, "number")?;
    let account = whole(&first_of(&[&line.account_name, &line.account]), NAME, "account")?;
    let [debit, credit] = debit_credit(line.minor, entry.currency, "");
    table.text(&number).day(Some(entry.date), DAY).text(&account).word(&debit).word(&credit);
    table.text(&description(entry, line)).text(&whole(&name(entry, line)?, NAME, "customer")?).end();
    Ok(())
}

/// The label, and the document that the line is about: QuickBooks has no column for it.
fn description(entry: &JournalEntry, line: &JournalLine) -> String {
    let label = first_of(&[&line.label, &entry.label]);
    let document = one_line(&line.document);
    if document.is_empty() || label.contains(&document) { label } else { format!("{label} [{document}]") }
}

/// Who a line is about. QuickBooks refuses lines of receivables without.
fn name(entry: &JournalEntry, line: &JournalLine) -> Result<String, Error> {
    let name = first_of(&[&line.auxiliary_name, &line.auxiliary]);
    if name.is_empty() && line.role == LineRole::Receivable {
        let message =
            format!("quickbooks wants a customer on lines of receivables, and entry {} has one without", entry.key);
        return Err(Error::new(ErrorKind::Input, "E0744", message)
            .help("import the list of customers, or name the customer in the list of open items"));
    }
    Ok(name)
}
