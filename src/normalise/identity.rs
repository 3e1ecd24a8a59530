//! What makes a payment itself.
//!
//! No reference in a bank file is proven unique: banks repeat `AcctSvcrRef`, payers repeat `EndToEndId`. So the identity of a
//! payment without its own identifier is its account, its content and its rank among identical ones. Where it stands is
//! provenance, never identity: the same booking stands elsewhere in another delivery.

use chrono::{Datelike as _, NaiveDate};
use sha2::{Digest as _, Sha256};

use crate::model::{Nature, Payment};

/// A fingerprint of everything that a payment says, without its identifier and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content([u8; 16]);

impl Content {
    /// The fingerprint of a payment: the first 128 bits of a SHA-256 over its fields, each with its length in front.
    pub fn of(payment: &Payment) -> Self {
        let mut text: Vec<u8> = Vec::with_capacity(512);
        let mut put = |bytes: &[u8]| {
            text.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            text.extend_from_slice(bytes);
        };
        put(payment.account.as_bytes());
        put(day(payment.booking_date).as_bytes());
        put(payment.value_date.map(day).unwrap_or_default().as_bytes());
        put(&payment.amount.minor.to_le_bytes());
        put(payment.amount.currency.code().as_bytes());
        put(payment.payer_name.as_bytes());
        put(payment.ultimate_name.as_bytes());
        put(payment.payer_iban.as_bytes());
        put(payment.remittance.as_bytes());
        put(&(payment.structured_references.len() as u64).to_le_bytes());
        for reference in &payment.structured_references {
            put(reference.as_bytes());
        }
        put(payment.end_to_end_id.as_bytes());
        put(payment.bank_reference.as_bytes());
        put(nature_word(payment.nature).as_bytes());
        let digest = Sha256::digest(&text);
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        Self(first)
    }

    /// The derived identifier without a rank: `20260630-` and twelve hexadecimal digits.
    pub fn identifier(self, payment: &Payment) -> String {
        use std::fmt::Write as _;
        let mut id = payment.booking_date.format("%Y%m%d-").to_string();
        for byte in &self.0[..6] {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        id
    }
}

/// A day as `2026-06-30`, like the date's own `Display`, which takes longer than the rest of the fingerprint together.
fn day(date: NaiveDate) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    if !(0..=9999).contains(&year) {
        return date.to_string();
    }
    let digit = |n: u32| char::from(b'0' + (n % 10) as u8);
    let year = year.unsigned_abs();
    let mut out = String::with_capacity(10);
    out.extend([1000, 100, 10, 1].map(|unit| digit(year / unit)));
    for part in [month, day] {
        out.extend(['-', digit(part / 10), digit(part)]);
    }
    out
}

/// Part of the fingerprint: it must never change, whatever the type is called.
fn nature_word(nature: Nature) -> &'static str {
    match nature {
        Nature::Ordinary => "ordinary",
        Nature::Return => "return",
        Nature::Reversal => "reversal",
        Nature::Charge => "charge",
        Nature::OwnTransfer => "own_transfer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Currency, Money, Place, Position};

    fn payment() -> Payment {
        let mut p = Payment::new("", NaiveDate::from_ymd_opt(2026, 6, 30).unwrap(), Money::new(125_000, Currency::EUR));
        p.remittance = "FAC 17".into();
        p
    }

    #[test]
    fn the_place_is_no_part_of_it_and_every_field_is() {
        let content = Content::of(&payment());
        let mut moved = payment();
        moved.place = Place { file: 3, position: Position::Line(7) };
        moved.id = "x".into();
        assert_eq!(Content::of(&moved), content);
        let change: [fn(&mut Payment); 12] = [
            |p| p.account = "a".into(),
            |p| p.booking_date = NaiveDate::MIN,
            |p| p.value_date = Some(p.booking_date),
            |p| p.amount.minor = -p.amount.minor,
            |p| p.payer_name = "a".into(),
            |p| p.ultimate_name = "a".into(),
            |p| p.payer_iban = "a".into(),
            |p| p.remittance = "FAC 18".into(),
            |p| p.structured_references = vec!["a".into()].into(),
            |p| p.end_to_end_id = "a".into(),
            |p| p.bank_reference = "a".into(),
            |p| p.nature = Nature::Charge,
        ];
        for change in change {
            let mut changed = payment();
            change(&mut changed);
            assert_ne!(Content::of(&changed), content, "{changed:?}");
        }
        // A text that moves to the next field is another content.
        let (mut a, mut b) = (payment(), payment());
        a.payer_name = "x".into();
        b.ultimate_name = "x".into();
        assert_ne!(Content::of(&a), Content::of(&b));
    }

    #[test]
    fn days_are_written_as_the_calendar_writes_them() {
        let dates = [(2026, 6, 30), (0, 1, 1), (9999, 12, 31), (10000, 1, 1), (-1, 10, 9), (987, 11, 10)];
        for date in dates.map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap()) {
            assert_eq!(day(date), date.to_string());
        }
    }

    #[test]
    fn the_identifier_is_stable() {
        let id = Content::of(&payment()).identifier(&payment());
        assert!(id.starts_with("20260630-") && id.len() == 21, "{id}");
        assert_eq!(id, Content::of(&payment()).identifier(&payment()));
    }
}
