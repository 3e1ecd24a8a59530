//! What makes a payment itself.
//!
//! No reference in a bank file is proven unique: banks repeat `AcctSvcrRef`, payers repeat `EndToEndId`. So the identity of a
//! payment without its own identifier is its account, its content and its rank among identical ones. Where it stands is
//! provenance, never identity: the same booking stands elsewhere in another delivery.

use sha2::{Digest, Sha256};

use crate::model::{Nature, Payment};

/// A fingerprint of everything that a payment says, without its identifier and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content([u8; 16]);

impl Content {
    /// The fingerprint of a payment: the first 128 bits of a SHA-256 over its fields, each with its length in front.
    pub fn of(payment: &Payment) -> Self {
        let mut hash = Sha256::new();
        let mut put = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        put(payment.account.as_bytes());
        put(payment.booking_date.to_string().as_bytes());
        put(payment.value_date.map(|d| d.to_string()).unwrap_or_default().as_bytes());
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
        let digest = hash.finalize();
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
    use chrono::NaiveDate;

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
    fn the_identifier_is_stable() {
        let id = Content::of(&payment()).identifier(&payment());
        assert!(id.starts_with("20260630-") && id.len() == 21, "{id}");
        assert_eq!(id, Content::of(&payment()).identifier(&payment()));
    }
}
