//! One movement or one detail of it: records 21, 22, 23 and the information 31, 32, 33 below, and what they say of a payment.

use crate::model::{Nature, Payment};
use crate::read::fixed::{Record, glue_all};

/// A movement or a detail while its records are read.
#[derive(Debug)]
pub(super) struct Item<'t> {
    /// Amount, days, reference and place are set.
    pub(super) payment: Payment,
    /// First digit of the movement's code: what sort of amount it is (see [`Item::is_part`]).
    pub(super) kind: &'t str,
    /// Three digits that name the structure of the communication; empty for free text.
    structure: &'t str,
    /// Pieces of the communication, and the widths of their fields.
    communication: Vec<(&'t str, usize)>,
    /// Further information of the bank.
    information: Vec<(&'t str, usize)>,
    /// The name of the counterparty from structured information.
    informed_name: &'t str,
    /// The text below goes on with structured information that is not text (address of the counterparty).
    is_address: bool,
    pub(super) bytes: usize,
}

/// What the communication of a movement was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// A structured communication whose check digits are wrong.
    Reference,
    /// A structure that is not read: its text is kept.
    Structure,
}

impl<'t> Item<'t> {
    /// Begins with a record 21.
    pub(super) fn new(payment: Payment, record: &Record<'t>) -> Self {
        let mut item = Self {
            payment,
            kind: record.columns(54, 54),
            structure: "",
            communication: Vec::new(),
            information: Vec::new(),
            informed_name: "",
            is_address: false,
            bytes: record.text.len(),
        };
        if record.columns(62, 62) == "1" {
            item.structure = record.columns(63, 65);
            item.communication.push((record.columns(66, 115), 50));
        } else {
            item.communication.push((record.columns(63, 115), 53));
        }
        item
    }

    /// Whether it is a part of a single amount (gross amount, charges) and no payment of its own: codes 8 and 9 are the details of
    /// simple amounts with details, 3 and 7.
    pub(super) fn is_part(&self) -> bool {
        matches!(self.kind, "8" | "9")
    }

    /// 22: communication, reference of the customer, return.
    pub(super) fn second(&mut self, record: &Record<'t>) {
        self.bytes = self.bytes.saturating_add(record.text.len());
        self.communication.push((record.columns(11, 63), 53));
        let reference = record.columns(64, 98).trim();
        if !is_none(reference) {
            self.payment.end_to_end_id = reference.into();
        }
        if !matches!(record.columns(113, 113), "" | " " | "0") {
            self.payment.nature = Nature::Return;
            self.payment.return_reason = record.columns(114, 117).trim().into();
        }
    }

    /// 23: the other side, and the end of the communication.
    pub(super) fn third(&mut self, record: &Record<'t>) {
        self.bytes = self.bytes.saturating_add(record.text.len());
        // Number and currency stand in one field; the number ends at the first blank.
        let account = record.columns(11, 47).split_whitespace().next().unwrap_or_default();
        self.payment.payer_iban = if is_none(account) { Box::default() } else { account.into() };
        self.payment.payer_name = record.columns(48, 82).trim().into();
        self.communication.push((record.columns(83, 125), 43));
    }

    /// 31, 32, 33: information, free or structured. Structure 001 is the name and the address of the other side.
    pub(super) fn information(&mut self, record: &Record<'t>) {
        self.bytes = self.bytes.saturating_add(record.text.len());
        match record.columns(2, 2) {
            "1" if record.columns(40, 43) == "1001" => {
                self.informed_name = record.columns(44, 113).trim();
                self.is_address = true;
            }
            "1" => {
                self.is_address = false;
                let structured = record.columns(40, 40) == "1";
                let (first, width) = if structured { (44, 70) } else { (41, 73) };
                self.information.push((record.columns(first, 113), width));
            }
            _ if self.is_address => {}
            "2" => self.information.push((record.columns(11, 115), 105)),
            _ => self.information.push((record.columns(11, 100), 90)),
        }
    }

    /// The finished payment, and what is odd in its communication.
    pub(super) fn payment(self) -> (Payment, Option<Odd>) {
        let Self { mut payment, structure, communication, information, informed_name, .. } = self;
        if payment.payer_name.is_empty() {
            payment.payer_name = informed_name.into();
        }
        let mut odd = None;
        let words = match structure {
            "" => glue_all(communication),
            "101" | "102" => {
                let digits = communication.first().map_or("", |(text, _)| text).trim();
                match ogm(digits) {
                    Some(reference) => {
                        payment.structured_references = [reference.into()].into();
                        // Behind the twelve digits stands nothing.
                        String::new()
                    }
                    None => {
                        odd = Some(Odd::Reference);
                        digits.into()
                    }
                }
            }
            "127" => direct_debit(&communication, &mut payment),
            _ => {
                odd = Some(Odd::Structure);
                glue_all(communication)
            }
        };
        let pieces = std::iter::once((&*words, usize::MAX)).chain(information);
        payment.remittance = glue_all(pieces).into();
        (payment, odd)
    }
}

/// A communication of twelve digits with its check, as it is printed: `+++010/8068/17183+++`. The last two digits are the
/// first ten modulo 97, 97 for none.
fn ogm(text: &str) -> Option<String> {
    let digits = text.get(..12).filter(|d| d.bytes().all(|b| b.is_ascii_digit()) && text.len() == 12)?;
    let (payload, check): (u64, u64) = (digits[..10].parse().ok()?, digits[10..].parse().ok()?);
    let expected = if payload % 97 == 0 { 97 } else { payload % 97 };
    (check == expected).then(|| format!("+++{}/{}/{}+++", &digits[..3], &digits[3..7], &digits[7..]))
}

/// Structure 127, a European direct debit: day of settlement (6), type, scheme, reason of non-payment (1 each), identifier of the
/// creditor (35), mandate (35), communication (62), kind of return (1) and its reason (4). Returns the communication.
fn direct_debit(communication: &[(&str, usize)], payment: &mut Payment) -> String {
    let mut characters: Vec<char> = Vec::with_capacity(150);
    for (piece, width) in communication {
        characters.extend(piece.chars().chain(std::iter::repeat(' ')).take(*width));
    }
    let part = |from: usize, to: usize| -> String {
        let end = to.min(characters.len());
        characters[from.min(end)..end].iter().collect::<String>().trim().into()
    };
    let (unpaid, kind, reason) = (part(8, 9), part(141, 142), part(142, 146));
    if !matches!(&*unpaid, "" | "0") || !matches!(&*kind, "" | "0") {
        payment.nature = Nature::Return;
        if payment.return_reason.is_empty() {
            payment.return_reason = reason.into();
        }
    }
    part(79, 141)
}

/// What banks write where there is no reference or account.
fn is_none(text: &str) -> bool {
    text.bytes().all(|b| b == b'0') || ["NOTPROVIDED", "NONREF"].iter().any(|none| text.eq_ignore_ascii_case(none))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn belgian_communications_are_checked() {
        assert_eq!(ogm("010806817183").as_deref(), Some("+++010/8068/17183+++"));
        assert_eq!(ogm("000000009797").as_deref(), Some("+++000/0000/09797+++"));
        assert_eq!(ogm("123456789002").as_deref(), Some("+++123/4567/89002+++"));
        assert_eq!(ogm("202600012320").as_deref(), Some("+++202/6000/12320+++"));
        for text in ["010806817184", "01080681718", "0108068171833", "01080681718x", "", "000000000000"] {
            assert_eq!(ogm(text), None, "{text}");
        }
        let valid = "010806817183";
        for (at, digit) in valid.char_indices() {
            let other = if digit == '9' { "0" } else { "9" };
            let changed = format!("{}{other}{}", &valid[..at], &valid[at + 1..]);
            assert_eq!(ogm(&changed), None, "{changed}");
        }
    }
}
