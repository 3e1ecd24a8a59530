//! The canonical columns: what a payment, an invoice and a statement are called in files that this program writes.
//!
//! Shared by those who write such files and those who read them, so that neither knows a name that the other does not.

use super::{BalanceKind, ItemKind, Nature, StatementKind};

/// A payment's columns in CSV and XLSX, and its keys in JSON Lines, in their order.
///
/// The last three are those of the statement that it is on; in JSON Lines they stand in the statement's own line.
pub const PAYMENT: [&str; 19] = [
    "payment_id",
    "account",
    "booking_date",
    "value_date",
    "amount",
    "currency",
    "payer_name",
    "ultimate_name",
    "payer_iban",
    "remittance",
    "structured_reference",
    "end_to_end_id",
    "bank_reference",
    "nature",
    "return_reason",
    "balance",
    "statement_kind",
    "statement_id",
    "statement_sequence",
];

/// An item's columns in CSV and XLSX, and its keys in JSON Lines, in their order.
pub const ITEM: [&str; 18] = [
    "item_id",
    "number",
    "payment_reference",
    "order_number",
    "customer_id",
    "customer_name",
    "customer_iban",
    "issue_date",
    "due_date",
    "amount",
    "open_amount",
    "currency",
    "type",
    "terms",
    "discount_percent",
    "discount_until",
    "vat",
    "seller",
];

/// Whether a line is the header of a file in the canonical columns: all of them, in their order.
pub fn is_header(line: &str, names: &[&str]) -> bool {
    let mut found = line.trim_end_matches('\r').split(',');
    names.iter().all(|name| found.next() == Some(name)) && found.next().is_none()
}

/// Marks of a line of JSON Lines: what it is, and in which version of the schema.
pub const PAYMENT_SCHEMA: &str = "lettrage.payment/1";
/// See [`PAYMENT_SCHEMA`].
pub const ITEM_SCHEMA: &str = "lettrage.invoice/1";
/// See [`PAYMENT_SCHEMA`].
pub const STATEMENT_SCHEMA: &str = "lettrage.statement/1";

/// Every nature with its word in files.
pub const NATURES: [(Nature, &str); 5] = [
    (Nature::Ordinary, "ordinary"),
    (Nature::Return, "return"),
    (Nature::Reversal, "reversal"),
    (Nature::Charge, "charge"),
    (Nature::OwnTransfer, "own_transfer"),
];

/// Every kind of statement with its word in files.
pub const STATEMENT_KINDS: [(StatementKind, &str); 3] = [
    (StatementKind::Statement, "statement"),
    (StatementKind::Interim, "interim"),
    (StatementKind::Notification, "notification"),
];

/// Every kind of item with its word in files.
pub const ITEM_KINDS: [(ItemKind, &str); 2] = [(ItemKind::Invoice, "invoice"), (ItemKind::CreditNote, "credit_note")];

/// Every kind of balance with its word in files.
pub const BALANCE_KINDS: [(BalanceKind, &str); 5] = [
    (BalanceKind::Opening, "opening"),
    (BalanceKind::PreviousClosing, "previous_closing"),
    (BalanceKind::Closing, "closing"),
    (BalanceKind::Interim, "interim"),
    (BalanceKind::Other, "other"),
];

/// The word of a value in one of these tables; each table has every value.
pub fn word<T: PartialEq>(table: &[(T, &'static str)], value: T) -> &'static str {
    table.iter().find(|(known, _)| *known == value).map_or("", |(_, word)| word)
}

/// First characters that spreadsheets take for a formula, or skip on the way to one (CWE-1236).
pub const FORMULA: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0'];

/// Whether a spreadsheet would run a text as a formula. In CSV such a text is written with a leading `'`, and read without it.
pub fn is_formula(text: &str) -> bool {
    // The characters are single bytes.
    let first = text.bytes().find(|byte| *byte != b'\'');
    first.is_some_and(|byte| FORMULA.contains(&char::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_words_are_distinct() {
        for names in [&PAYMENT[..], &ITEM] {
            let mut sorted = names.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), names.len());
        }
        for (kind, found) in STATEMENT_KINDS {
            assert_eq!(kind.word(), found);
        }
        for (kind, found) in ITEM_KINDS {
            assert_eq!(kind.word(), found);
        }
        assert_eq!(word(&NATURES, Nature::OwnTransfer), "own_transfer");
    }
}
