//! The details of a movement (records 05), gathered in order and turned into the fields of a payment.

use crate::model::{Nature, Payment};
use crate::read::fixed::glue;
use crate::read::iban::is_iban;

/// Characters of a detail's text.
const WIDTH: usize = 70;

/// Characters of the first half of a text that holds two.
const HALF: usize = 35;

/// What the details of one movement say, by qualifier; a qualifier that comes again goes on.
#[derive(Debug, Default)]
pub(super) struct Details<'t> {
    /// `LIB`, and what has a qualifier that is not known: the bank's words.
    label: Vec<&'t str>,
    /// `LCC`, `LC2`: the payer's words.
    message: Vec<&'t str>,
    /// `LCS`: the payer's structured words.
    structured: Vec<&'t str>,
    /// `NPY`, `NPO`: payer and who is behind it.
    payer: Vec<&'t str>,
    ultimate_payer: Vec<&'t str>,
    /// `NBE`, `NBU`: payee and who is behind it.
    payee: Vec<&'t str>,
    ultimate_payee: Vec<&'t str>,
    /// `IPY`, `IBE`: identifiers of both.
    payer_id: Vec<&'t str>,
    payee_id: Vec<&'t str>,
    /// `RCN`: reference from client to client, and the purpose.
    client: Vec<&'t str>,
    /// `REF`.
    references: Vec<&'t str>,
    /// Bytes of the records taken so far: a movement has a limit.
    pub(super) bytes: usize,
}

/// What became of a detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Known,
    /// The qualifier is not known: kept as the bank's words.
    Unknown,
    /// An amount that a payment has no place for (`MMO` in another currency, `FEE` charges).
    Amount,
}

impl<'t> Details<'t> {
    /// Takes the text of one record 05.
    pub(super) fn take(&mut self, qualifier: &str, text: &'t str) -> Taken {
        let list = match qualifier {
            "LIB" => &mut self.label,
            "LCC" | "LC2" => &mut self.message,
            "LCS" => &mut self.structured,
            "NPY" => &mut self.payer,
            "NPO" => &mut self.ultimate_payer,
            "NBE" => &mut self.payee,
            "NBU" => &mut self.ultimate_payee,
            "IPY" => &mut self.payer_id,
            "IBE" => &mut self.payee_id,
            "RCN" => &mut self.client,
            "REF" => &mut self.references,
            "MMO" | "FEE" => return Taken::Amount,
            _ => {
                self.label.push(text);
                return Taken::Unknown;
            }
        };
        list.push(text);
        Taken::Known
    }

    /// Completes a payment whose amount and nature are set. `label` is that of the movement, `zone` its zone of reference.
    ///
    /// The other side is the payer of what arrived and the payee of what left. What comes back has the parties of the payment
    /// that it undoes. The payer's words are the remittance; the bank's label stands in where there are none, and in front where
    /// no name is given, because French banks write the name there.
    pub(super) fn describe(self, payment: &mut Payment, label: &str, zone: &str) {
        let arrived = payment.amount.minor >= 0;
        let is_payer = arrived != (payment.nature == Nature::Return);
        let sides = [
            (glue(self.payer, WIDTH), glue(self.ultimate_payer, WIDTH), self.payer_id),
            (glue(self.payee, WIDTH), glue(self.ultimate_payee, WIDTH), self.payee_id),
        ];
        let [payer, payee] = sides;
        let (name, ultimate, identifiers) = if is_payer { payer } else { payee };
        if let Some(iban) = identifiers.iter().map(|text| halves(text).0).find(|text| is_iban(text)) {
            payment.payer_iban = iban.into();
        }
        let (references, purposes): (Vec<&str>, Vec<&str>) = self.client.iter().map(|text| halves(text)).unzip();
        if let Some(reference) = references.into_iter().find(|text| is_reference(text)) {
            payment.end_to_end_id = reference.into();
        }
        payment.structured_references = self
            .structured
            .iter()
            .map(|text| halves(text).0)
            .filter(|text| is_reference(text))
            .map(Into::into)
            .collect();
        let numbers = std::iter::once(zone).chain(self.references).map(str::trim).filter(|t| is_reference(t));
        payment.bank_reference = glue(numbers, WIDTH).into();
        // A purpose is a text of its own, even behind a message that fills its field.
        let words = glue([&*glue(self.message, WIDTH), &*glue(purposes, HALF)], usize::MAX);
        let bank = || glue(std::iter::once(label).chain(self.label), WIDTH);
        payment.remittance = match (words.is_empty(), name.is_empty()) {
            (true, _) => bank(),
            (false, true) => glue([&*bank(), &*words], usize::MAX),
            (false, false) => words,
        }
        .into();
        payment.payer_name = name.into();
        payment.ultimate_name = ultimate.into();
    }
}

/// The two halves of a text of 35 characters each. Where a word runs over the middle the text is one, and all in the first.
fn halves(text: &str) -> (&str, &str) {
    let middle = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    let at = middle(HALF);
    let is_solid = |part: Option<char>| part.is_some_and(|c| c != ' ');
    if is_solid(text[..at].chars().next_back()) && is_solid(text[at..].chars().next()) && text[..at].contains(' ') {
        return (text.trim(), "");
    }
    (text[..at].trim(), text[at..].trim())
}

/// Whether a text is a reference, and not a word or zeros for none.
fn is_reference(text: &str) -> bool {
    !text.bytes().all(|b| matches!(b, b'0' | b' '))
        && !["NOTPROVIDED", "NONREF", "NOT PROVIDED"].iter().any(|none| text.eq_ignore_ascii_case(none))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::model::{Currency, Money};

    fn payment(minor: i64, nature: Nature, records: &[(&str, &str)]) -> Payment {
        let mut details = Details::default();
        for (qualifier, text) in records {
            details.take(qualifier, text);
        }
        let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let mut payment = Payment::new("", day, Money::new(minor, Currency::EUR));
        payment.nature = nature;
        details.describe(&mut payment, "VIR SEPA", "");
        payment
    }

    #[test]
    fn every_qualifier_has_its_field() {
        let client = format!("{:35}{:35}", "CMD-4711", "ACHAT JUIN");
        let id = format!("{:35}{:35}", "FR7630006000011234567890189", "IBAN");
        let first = "X".repeat(70);
        let p = payment(
            100,
            Nature::Ordinary,
            &[
                ("NPY", "DUPONT SARL"),
                ("NPO", "HOLDING DUPONT"),
                ("NBE", "NOUS"),
                ("IPY", &id),
                ("LCC", &first),
                ("LC2", "FACT 2026-0412"),
                ("LCS", "RF18539007547034"),
                ("RCN", &client),
                ("REF", "MSG 42/1"),
                ("LIB", "LIGNE DE LA BANQUE"),
            ],
        );
        assert_eq!((&*p.payer_name, &*p.ultimate_name), ("DUPONT SARL", "HOLDING DUPONT"));
        assert_eq!(&*p.payer_iban, "FR7630006000011234567890189");
        assert_eq!(&*p.remittance, format!("{first}FACT 2026-0412 ACHAT JUIN"));
        assert_eq!((&*p.end_to_end_id, &*p.bank_reference), ("CMD-4711", "MSG 42/1"));
        assert_eq!(p.structured_references[..], ["RF18539007547034".into()]);
    }

    #[test]
    fn the_other_side_depends_on_direction_and_return() {
        let both = [("NPY", "PAYER"), ("NBE", "PAYEE")];
        let name = |minor, nature| payment(minor, nature, &both).payer_name;
        assert_eq!(&*name(100, Nature::Ordinary), "PAYER");
        assert_eq!(&*name(-100, Nature::Ordinary), "PAYEE");
        assert_eq!(&*name(-100, Nature::Return), "PAYER");
        assert_eq!(&*name(100, Nature::Return), "PAYEE");
    }

    #[test]
    fn the_banks_words_stand_in() {
        let remittance = |records| payment(1, Nature::Ordinary, records).remittance;
        assert_eq!(&*remittance(&[]), "VIR SEPA");
        assert_eq!(&*remittance(&[("LIB", "DUPONT"), ("ZZZ", "SUITE")]), "VIR SEPA DUPONT SUITE");
        assert_eq!(&*remittance(&[("LCC", "FACT 12")]), "VIR SEPA FACT 12");
        assert_eq!(&*remittance(&[("LCC", "FACT 12"), ("NPY", "DUPONT")]), "FACT 12");
        assert_eq!(&*remittance(&[("NPY", "DUPONT")]), "VIR SEPA");
    }

    #[test]
    fn what_is_no_reference_is_left_out() {
        let p = payment(1, Nature::Ordinary, &[("RCN", "NOTPROVIDED"), ("LCS", "   "), ("REF", "0000")]);
        assert_eq!((&*p.end_to_end_id, &*p.bank_reference, p.structured_references.len()), ("", "", 0));
    }

    #[test]
    fn a_text_over_the_middle_is_one() {
        let text = format!("{:30}{}", "FACTURES", "2026-0412 ET 2026-0413");
        assert_eq!(halves(&text), (&*text, ""));
        let text = format!("{}{}", "R".repeat(35), "MOTIF");
        assert_eq!(halves(&text), (&*"R".repeat(35), "MOTIF"));
    }
}
