//! Payments and items as rows.

use std::sync::Arc;

use rusqlite::{Row, Transaction, params};

use super::codec;
use super::store::Told as _;
use crate::error::Error;
use crate::model::{ItemKind, Money, Nature, OpenItem, Payment, Place, Position};

/// The columns of a payment, in the order in which [`payment`] reads them.
pub(super) const PAYMENT: &str = "p.n, p.id, p.account, p.booked, p.valued, p.minor, p.currency, p.payer_name, p.ultimate_name, \
    p.payer_iban, p.remittance, p.structured_references, p.end_to_end_id, p.bank_reference, p.nature, p.return_reason, p.file, p.position";
/// How many they are.
pub(super) const PAYMENT_COLUMNS: usize = 18;

/// The columns of an item, in the order in which [`item`] reads them.
pub(super) const ITEM: &str = "i.n, i.id, i.number, i.seller, i.payment_references, i.order_number, i.customer_id, i.customer_name, \
    i.customer_ibans, i.issued, i.due, i.minor, i.open, i.currency, i.kind, i.terms, i.due_rule, i.discount, i.vat, i.file, i.position";
/// How many they are.
pub(super) const ITEM_COLUMNS: usize = 21;

/// Texts that many rows have, each kept once.
#[derive(Debug, Default)]
pub(super) struct Shared(std::collections::HashSet<Arc<str>, foldhash::fast::RandomState>);

impl Shared {
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        self.0.insert(new.clone());
        new
    }
}

/// Reads a payment: its number and its value. `place.file` is the number of its file.
pub(super) fn payment(row: &Row<'_>, shared: &mut Shared) -> Result<(i64, Payment), Error> {
    let text = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str()?)).told();
    let payment = Payment {
        id: text(1)?.into(),
        account: shared.text(text(2)?),
        booking_date: codec::day(text(3)?)?,
        value_date: codec::optional_day(row.get_ref(4).and_then(|v| Ok(v.as_str_or_null()?)).told()?)?,
        amount: Money::new(row.get(5).told()?, codec::currency(text(6)?)?),
        payer_name: text(7)?.into(),
        ultimate_name: text(8)?.into(),
        payer_iban: text(9)?.into(),
        remittance: text(10)?.into(),
        structured_references: codec::from_list(text(11)?)?.into(),
        end_to_end_id: text(12)?.into(),
        bank_reference: text(13)?.into(),
        nature: nature(text(14)?)?,
        return_reason: text(15)?.into(),
        place: Place { file: row.get(16).told()?, position: position(text(17)?)? },
    };
    Ok((row.get(0).told()?, payment))
}

/// Writes a payment: a new row, or over the one of that number.
pub(super) fn put_payment(tx: &Transaction<'_>, n: Option<i64>, payment: &Payment, file: i64) -> Result<(), Error> {
    let p = payment;
    let references = codec::list(&p.structured_references)?;
    let value = p.value_date.map(|day| day.to_string());
    let booked = p.booking_date.to_string();
    let position = position_text(p.place.position);
    let nature = nature_word(p.nature);
    let values = params![
        n,
        &*p.id,
        &*p.account,
        booked,
        value,
        p.amount.minor,
        p.amount.currency.code(),
        &*p.payer_name,
        &*p.ultimate_name,
        &*p.payer_iban,
        &*p.remittance,
        references,
        &*p.end_to_end_id,
        &*p.bank_reference,
        nature,
        &*p.return_reason,
        file,
        position
    ];
    let sql = match n {
        None => {
            "INSERT INTO payment (n, id, account, booked, valued, minor, currency, payer_name, ultimate_name, payer_iban, remittance, \
             structured_references, end_to_end_id, bank_reference, nature, return_reason, file, position, present) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, 1)"
        }
        Some(_) => {
            "UPDATE payment SET id = ?2, account = ?3, booked = ?4, valued = ?5, minor = ?6, currency = ?7, payer_name = ?8, \
             ultimate_name = ?9, payer_iban = ?10, remittance = ?11, structured_references = ?12, end_to_end_id = ?13, \
             bank_reference = ?14, nature = ?15, return_reason = ?16, file = ?17, position = ?18, present = 1 WHERE n = ?1"
        }
    };
    tx.prepare_cached(sql).and_then(|mut put| put.execute(values)).told()?;
    Ok(())
}

/// Reads an item: its number and its value, with what is open in the book now.
pub(super) fn item(row: &Row<'_>, shared: &mut Shared) -> Result<(i64, OpenItem), Error> {
    let text = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str()?)).told();
    let optional = |n: usize| row.get_ref(n).and_then(|v| Ok(v.as_str_or_null()?)).told();
    let currency = codec::currency(text(13)?)?;
    let ibans = codec::from_list(text(8)?)?;
    let item = OpenItem {
        id: text(1)?.into(),
        number: text(2)?.into(),
        seller: shared.text(text(3)?),
        payment_references: codec::from_list(text(4)?)?.into(),
        order_number: text(5)?.into(),
        customer_id: shared.text(text(6)?),
        customer_name: shared.text(text(7)?),
        customer_ibans: ibans.into(),
        issue_date: codec::optional_day(optional(9)?)?,
        due_date: codec::optional_day(optional(10)?)?,
        amount: Money::new(row.get(11).told()?, currency),
        open_minor: row.get(12).told()?,
        kind: if text(14)? == ItemKind::CreditNote.word() { ItemKind::CreditNote } else { ItemKind::Invoice },
        terms: shared.text(text(15)?),
        due_rule: present(text(16)?).map(|t| codec::from_json(t, "payment terms")).transpose()?,
        discount: present(text(17)?).map(|t| codec::from_json(t, "a discount")).transpose()?,
        vat: present(text(18)?).map(|t| codec::from_json::<Vec<_>>(t, "VAT")).transpose()?.unwrap_or_default().into(),
        place: Place { file: row.get(19).told()?, position: position(text(20)?)? },
    };
    Ok((row.get(0).told()?, item))
}

/// Writes what a list says of an item: a new row, or over the one of that number. `open` is for the caller to put right.
pub(super) fn put_item(tx: &Transaction<'_>, n: Option<i64>, item: &OpenItem, file: i64) -> Result<(), Error> {
    let i = item;
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
    let rule = i.due_rule.map(|rule| codec::json(&rule)).transpose()?.unwrap_or_default();
    let discount = i.discount.map(|discount| codec::json(&discount)).transpose()?.unwrap_or_default();
    let vat = if i.vat.is_empty() { String::new() } else { codec::json(&i.vat)? };
    let (references, ibans) = (codec::list(&i.payment_references)?, codec::list(&i.customer_ibans)?);
    let position = position_text(i.place.position);
    let values = params![
        n,
        &*i.id,
        &*i.number,
        &*i.seller,
        references,
        &*i.order_number,
        &*i.customer_id,
        &*i.customer_name,
        ibans,
        day(i.issue_date),
        day(i.due_date),
        i.amount.minor,
        i.open_minor,
        i.amount.currency.code(),
        i.kind.word(),
        &*i.terms,
        rule,
        discount,
        vat,
        file,
        position
    ];
    let sql = match n {
        None => {
            "INSERT INTO item (n, id, number, seller, payment_references, order_number, customer_id, customer_name, customer_ibans, \
             issued, due, minor, listed, open, currency, kind, terms, due_rule, discount, vat, file, position, present) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, 1)"
        }
        Some(_) => {
            "UPDATE item SET id = ?2, number = ?3, seller = ?4, payment_references = ?5, order_number = ?6, customer_id = ?7, \
             customer_name = ?8, customer_ibans = ?9, issued = ?10, due = ?11, minor = ?12, listed = ?13, currency = ?14, kind = ?15, \
             terms = ?16, due_rule = ?17, discount = ?18, vat = ?19, file = ?20, position = ?21, missing = NULL, present = 1 WHERE n = ?1"
        }
    };
    tx.prepare_cached(sql).and_then(|mut put| put.execute(values)).told()?;
    Ok(())
}

fn present(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn nature_word(nature: Nature) -> &'static str {
    match nature {
        Nature::Ordinary => "ordinary",
        Nature::Return => "return",
        Nature::Reversal => "reversal",
        Nature::Charge => "charge",
        Nature::OwnTransfer => "own_transfer",
    }
}

fn nature(word: &str) -> Result<Nature, Error> {
    let all = [Nature::Ordinary, Nature::Return, Nature::Reversal, Nature::Charge, Nature::OwnTransfer];
    all.into_iter().find(|n| nature_word(*n) == word).ok_or_else(|| codec::broken("what a payment is", word))
}

/// A position as text: `line 12`, `entry 1.3.0`, `record 4`, `row 1.12`.
fn position_text(position: Position) -> String {
    match position {
        Position::None => String::new(),
        Position::Line(line) => format!("line {line}"),
        Position::Entry { statement, entry, detail } => format!("entry {statement}.{entry}.{detail}"),
        Position::Record(record) => format!("record {record}"),
        Position::Row { sheet, row } => format!("row {sheet}.{row}"),
    }
}

fn position(text: &str) -> Result<Position, Error> {
    let read = || {
        let (what, numbers) = text.split_once(' ')?;
        let numbers: Vec<u32> = numbers.split('.').map(|n| n.parse().ok()).collect::<Option<_>>()?;
        match (what, &*numbers) {
            ("line", [line]) => Some(Position::Line(*line)),
            ("entry", [statement, entry, detail]) => {
                Some(Position::Entry { statement: *statement, entry: *entry, detail: *detail })
            }
            ("record", [record]) => Some(Position::Record(*record)),
            ("row", [sheet, row]) => Some(Position::Row { sheet: *sheet, row: *row }),
            _ => None,
        }
    };
    if text.is_empty() { Ok(Position::None) } else { read().ok_or_else(|| codec::broken("a position", text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_natures_read_back() {
        let positions = [
            Position::None,
            Position::Line(7),
            Position::Entry { statement: 1, entry: 2, detail: 0 },
            Position::Record(9),
            Position::Row { sheet: 1, row: 12 },
        ];
        for one in positions {
            assert_eq!(position(&position_text(one)).unwrap(), one);
        }
        for wrong in ["line", "line x", "entry 1.2", "place 3"] {
            assert!(position(wrong).is_err(), "{wrong}");
        }
        assert!(nature("strange").is_err());
    }
}
