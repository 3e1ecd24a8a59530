//! Microsoft Dynamics 365 Business Central: general journal lines (table 81), with the captions of its fields.
//!
//! A line of a customer's account is of the type Customer, one for each item, and applied to it where it takes something off it: a
//! credit to an invoice, a debit to a credit memo. Everything else is of the type G/L Account.

use super::text::{ISO, Table, cut, decimal, first_of, one_line, whole};
use super::{PostFile, PostFormat, booked, csv};
use crate::error::Error;
use crate::model::{EntryKind, ItemKind, JournalEntry, JournalLine, LineRole, Posting};

const COLUMNS: [&str; 15] = [
    "Posting Date",
    "Document Type",
    "Document No.",
    "Account Type",
    "Account No.",
    "Description",
    "Currency Code",
    "Amount",
    "Applies-to Doc. Type",
    "Applies-to Doc. No.",
    "External Document No.",
    "Document Date",
    "Due Date",
    "Payment Reference",
    "Message to Recipient",
];

/// Lengths of the fields: `Code[20]`, `Text[100]`, `Code[35]`, `Code[50]`, `Text[140]`.
const NUMBER: usize = 20;
const DESCRIPTION: usize = 100;
const EXTERNAL: usize = 35;
const REFERENCE: usize = 50;
const MESSAGE: usize = 140;

pub(super) fn write(posting: &Posting) -> Result<Vec<PostFile>, Error> {
    let mut table = Table::new(&COLUMNS, "\r\n");
    for entry in booked(posting) {
        for line in &entry.lines {
            push(&mut table, posting, entry, line)?;
        }
    }
    Ok(vec![PostFile::new("bc_general_journal.csv", table.into_bytes()), csv::lettering(posting)])
}

fn push(table: &mut Table, posting: &Posting, entry: &JournalEntry, line: &JournalLine) -> Result<(), Error> {
    let number = |text: &str, what: &str| whole(text, NUMBER, what, PostFormat::BusinessCentral, &entry.key);
    let customer = is_customer(line);
    let label = first_of(&[&line.label, &entry.label]);
    table.day(Some(entry.date), ISO).word(document_type(entry));
    table.text(&number(&format!("{}-{:06}", entry.journal, entry.number), "number")?);
    if customer {
        table.word("Customer").text(&number(&line.auxiliary, "customer")?);
    } else {
        table.word("G/L Account").text(&number(&line.account, "account")?);
    }
    table.text(&cut(&label, DESCRIPTION));
    // The ledger's own currency has no code here.
    table.word(if entry.currency == posting.currency { "" } else { entry.currency.code() });
    table.word(&decimal(i128::from(line.minor), entry.currency));
    match applies_to(entry, line) {
        Some(kind) => table.word(kind).text(&number(&line.document, "document")?),
        None => table.word("").word(""),
    };
    table.text(&cut(&one_line(&entry.document), EXTERNAL)).day(Some(entry.document_date), ISO);
    table.day(if customer { line.due } else { None }, ISO);
    table.text(&cut(&one_line(&entry.key), REFERENCE)).text(&cut(&label, MESSAGE)).end();
    Ok(())
}

fn is_customer(line: &JournalLine) -> bool {
    line.role == LineRole::Receivable && !line.auxiliary.is_empty()
}

/// One type for all lines of a document, or Business Central balances each type by itself. A payment of a customer has to be a credit;
/// anything else goes without a type.
fn document_type(entry: &JournalEntry) -> &'static str {
    let mut customers = entry.lines.iter().filter(|line| is_customer(line)).peekable();
    let paid = customers.peek().is_some() && customers.all(|line| line.minor < 0);
    if entry.kind == EntryKind::Payment && paid { "Payment" } else { "" }
}

/// What the line is applied to. A debit on an invoice (a return, a reversal) opens it again: Business Central wants the application
/// undone first, so none is given.
fn applies_to(entry: &JournalEntry, line: &JournalLine) -> Option<&'static str> {
    if !is_customer(line) || line.document.is_empty() || entry.kind == EntryKind::Reversal {
        return None;
    }
    match line.item_kind? {
        ItemKind::Invoice if line.minor < 0 => Some("Invoice"),
        ItemKind::CreditNote if line.minor > 0 => Some("Credit Memo"),
        ItemKind::Invoice | ItemKind::CreditNote => None,
    }
}
