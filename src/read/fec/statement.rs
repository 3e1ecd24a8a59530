//! Payments of customers as statements: one for each bank account of the ledger.

use std::collections::HashMap;

use crate::model::{Currency, Money, Nature, Note, NoteKind, Payment, Place, Position, Statement, StatementKind};
use crate::read::sheet::Sheet;

use super::customers::{Ledger, Paid, name_of};

/// Words of labels that tell of money that came back.
const RETURNED: [&str; 5] = ["impayé", "impaye", "rejet", "rejeté", "retour"];

/// The statements, and what is to be said of them.
pub(super) fn statements(ledger: &Ledger<'_>, path: &str) -> (Vec<Statement>, Vec<Note>) {
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for paid in &ledger.paid {
        let at = *places.entry(paid.bank).or_insert_with(|| {
            let mut sheet = Sheet::new(StatementKind::Statement);
            sheet.statement.account = paid.bank.into();
            sheets.push(sheet);
            sheets.len() - 1
        });
        sheets[at].book(payment(paid));
    }
    let text = "a ledger is no bank's statement: its payments are those of customers (411 against class 5) alone, without balances";
    (sheets.into_iter().map(|sheet| sheet.finish(path)).collect(), vec![Note::new(NoteKind::Said, text)])
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
