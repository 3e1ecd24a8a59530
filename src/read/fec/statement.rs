//! Payments of customers as statements: one for each bank account of the ledger.

use crate::model::{Currency, Money, Nature, Note, NoteKind, Payment, Place, Position, Statement, StatementKind};
use crate::read::sheet::Sheet;

use super::customers::{Ledger, Paid, name_of};

/// Words of labels that tell of money that came back.
const RETURNED: [&str; 5] = ["impayé", "impaye", "rejet", "rejeté", "retour"];

/// The statements, and what is to be said of them.
pub(super) fn statements(ledger: &Ledger<'_>, path: &str) -> (Vec<Statement>, Vec<Note>) {
    let mut sheets: Vec<(&str, Sheet)> = Vec::new();
    for paid in &ledger.paid {
        let at = sheets.iter().position(|(bank, _)| *bank == paid.bank).unwrap_or_else(|| {
            let mut sheet = Sheet::new(StatementKind::Statement);
            sheet.statement.account = paid.bank.into();
            sheets.push((paid.bank, sheet));
            sheets.len() - 1
        });
        sheets[at].1.book(payment(paid));
    }
    let text = "a ledger is no bank's statement: its payments are those of customers (411 against class 5) alone, without balances";
    (sheets.into_iter().map(|(_, sheet)| sheet.finish(path)).collect(), vec![Note::new(NoteKind::Said, text)])
}

fn payment(paid: &Paid<'_>) -> Payment {
    let row = &paid.row;
    let mut payment = Payment::new(&*paid.id, row.date, Money::new(paid.minor(), Currency::EUR));
    payment.payer_name = name_of(row).into();
    payment.remittance = match (row.label, row.piece) {
        (label, piece) if label.contains(piece) => label.into(),
        ("", piece) => piece.into(),
        (label, piece) => format!("{label} {piece}").into(),
    };
    let label = row.label.to_lowercase();
    if payment.amount.minor < 0 && RETURNED.iter().any(|word| label.contains(word)) {
        payment.nature = Nature::Return;
    }
    payment.place = Place { file: 0, position: Position::Line(row.line.number) };
    payment
}
