//! What only looks like a reference: dates, amounts, accounts, telephone, tax, mandate and customer numbers.
//!
//! An item may bear such a number all the same. So nothing is thrown away: it is marked, and who looks for references takes it
//! for no more than last digits.

use chrono::{Datelike, NaiveDate};

use crate::model::Payment;
use crate::model::key::Atom;

/// Days before and after the payment in which a run of eight digits is a date rather than a number.
const DATE_DAYS: std::ops::RangeInclusive<i64> = -200..=45;
/// The same for a run of six digits, which more numbers have.
const SHORT_DATE_DAYS: std::ops::RangeInclusive<i64> = -60..=15;
/// Years before and after the payment in which three groups of digits are a date.
const DATE_YEARS: i32 = 3;
/// Groups in which a telephone number may be written, and one more.
const GROUPS: usize = 9;
/// Digits of a telephone number with its country (ITU-T E.164).
const TELEPHONE: std::ops::RangeInclusive<usize> = 9..=15;

/// Marks the atoms of a folded text that read as something else than a reference, into a buffer that is used again.
pub fn mark(folded: &str, atoms: &[Atom], payment: &Payment, otherwise: &mut Vec<bool>) {
    otherwise.clear();
    otherwise.resize(atoms.len(), false);
    let text = Text { folded, atoms, payment };
    let mut at = 0;
    while at < atoms.len() {
        let length = if atoms[at].digits {
            text.date(at).or_else(|| text.amount(at)).or_else(|| text.telephone(at)).unwrap_or(0)
        } else {
            text.iban(at).unwrap_or(0)
        };
        otherwise[at..at + length].fill(true);
        if !atoms[at].digits && length == 0 {
            let (from, to) = text.named(at);
            otherwise[from..to].fill(true);
        }
        at += length.max(1);
    }
}

#[derive(Clone, Copy)]
struct Text<'t> {
    folded: &'t str,
    atoms: &'t [Atom],
    payment: &'t Payment,
}

impl Text<'_> {
    fn of(&self, at: usize) -> &str {
        self.atoms[at].text(self.folded)
    }

    fn is_digits(&self, at: usize) -> bool {
        self.atoms.get(at).is_some_and(|a| a.digits)
    }

    /// What stands between an atom and the next one.
    fn between(&self, at: usize) -> &str {
        let end = self.atoms.get(at + 1).map_or(self.folded.len(), |next| next.start);
        &self.folded[self.atoms[at].end..end]
    }

    fn before(&self, at: usize) -> Option<u8> {
        self.atoms[at].start.checked_sub(1).map(|n| self.folded.as_bytes()[n])
    }

    /// Atoms from one on that are one run of digits, however it is grouped, and how many digits they have.
    fn digits_from(&self, at: usize, gap: usize) -> (usize, usize) {
        let mut end = at;
        let mut digits = 0;
        while end - at < GROUPS && self.is_digits(end) && (end == at || self.between(end - 1).len() <= gap) {
            digits += self.of(end).len();
            end += 1;
        }
        (end, digits)
    }

    /// A date that begins with an atom: how many atoms it has. `04.09.2025`, `04/09/25`, `2025-09-04`, `04.09.`, `20250904`,
    /// `04092025`, `040925`.
    fn date(&self, at: usize) -> Option<usize> {
        if self.atoms[at].glued && self.is_digits(at) && !self.glued_to_word(at) {
            return None;
        }
        self.grouped_date(at).or_else(|| self.run_date(at))
    }

    /// Words are often written to what follows: `DU04.09.2025`. One or two letters before digits are a number's prefix.
    fn glued_to_word(&self, at: usize) -> bool {
        at > 0 && (is_date_word(self.of(at - 1)) || self.of(at - 1).len() > 3)
    }

    fn grouped_date(&self, at: usize) -> Option<usize> {
        let separator = self.between(at);
        if !matches!(separator, "." | "/" | "-") || !self.is_digits(at + 1) {
            return None;
        }
        let (first, second) = (self.of(at), self.of(at + 1));
        if self.between(at + 1) == separator && self.is_digits(at + 2) {
            let third = self.of(at + 2);
            let date = match (first.len(), second.len(), third.len()) {
                (1 | 2, 1 | 2, 2 | 4) => date_of(third, second, first).or_else(|| date_of(third, first, second)),
                (4, 1 | 2, 1 | 2) => date_of(first, second, third),
                _ => None,
            };
            let ends = self.atoms.get(at + 3).is_none_or(|next| !next.glued);
            return date.filter(|d| ends && (d.year() - self.year()).abs() <= DATE_YEARS).map(|_| 3);
        }
        // A month: `06/2026`, `2026-06`; a third group behind it would make it a number.
        let year =
            |text: &str| text.len() == 4 && text.parse::<i32>().is_ok_and(|y| (y - self.year()).abs() <= DATE_YEARS);
        let month = |text: &str| text.len() == 2 && text.parse::<u32>().is_ok_and(|m| (1..=12).contains(&m));
        let alone = at == 0 || !matches!(self.between(at - 1), "." | "/" | "-") || !self.is_digits(at - 1);
        let ends = self.atoms.get(at + 2).is_none_or(|next| !next.digits || self.between(at + 1).len() > 1)
            && self.atoms.get(at + 2).is_none_or(|next| !next.glued);
        if alone && ends && separator != "." && (month(first) && year(second) || year(first) && month(second)) {
            return Some(2);
        }
        // `04.09.`: the second point makes it a date.
        let short = separator == "." && first.len() <= 2 && second.len() == 2 && self.between(at + 1).starts_with('.');
        (short && date_of(&self.year().to_string(), second, first).is_some()).then_some(2)
    }

    fn run_date(&self, at: usize) -> Option<usize> {
        let run = self.of(at);
        let (days, dates) = match run.len() {
            8 => (DATE_DAYS, [date_of(&run[..4], &run[4..6], &run[6..]), date_of(&run[4..], &run[2..4], &run[..2])]),
            6 => (
                SHORT_DATE_DAYS,
                [date_of(&run[4..], &run[2..4], &run[..2]), date_of(&run[..2], &run[2..4], &run[4..])],
            ),
            _ => return None,
        };
        if self.atoms.get(at + 1).is_some_and(|next| next.glued) {
            return None;
        }
        let word = (at > 0 && !self.atoms[at - 1].digits).then(|| self.of(at - 1));
        let named = word.is_some_and(is_date_word);
        if word.is_some_and(is_invoice_word) {
            return None;
        }
        let near = |d: &NaiveDate| days.contains(&(*d - self.payment.booking_date).num_days());
        // Six digits are a date only where a word says so, or one of the last weeks.
        dates.into_iter().flatten().any(|d| named || near(&d)).then_some(1)
    }

    fn year(&self) -> i32 {
        self.payment.booking_date.year()
    }

    /// An amount that begins with an atom: `1.234,56`, `1 234,56 EUR`, `99,90` where that is what was paid.
    fn amount(&self, at: usize) -> Option<usize> {
        if self.atoms[at].glued && !self.is_currency(at.wrapping_sub(1)) {
            return None;
        }
        let mut end = at + 1;
        let mut thousands = "";
        while self.is_digits(end) && self.of(end).len() == 3 && self.of(at).len() <= 3 {
            let separator = self.between(end - 1);
            if !matches!(separator, "." | "," | " " | "'") || (!thousands.is_empty() && separator != thousands) {
                break;
            }
            thousands = separator;
            end += 1;
        }
        let point = self.between(end - 1);
        let decimals = matches!(point, "." | ",")
            && point != thousands
            && self.is_digits(end)
            && self.of(end).len() == 2
            && self.atoms.get(end + 1).is_none_or(|next| !next.glued || self.is_currency(end + 1))
            && !self.between(end).starts_with(['.', '/', '-']);
        end += usize::from(decimals);
        let currency = self.is_currency(end) && self.between(end - 1).len() <= 1
            || at > 0 && self.is_currency(at - 1) && self.between(at - 1).len() <= 1;
        let is_paid = || {
            let digits: String = (at..end).map(|n| self.of(n)).collect();
            digits.parse::<i64>().is_ok_and(|n| n == self.payment.amount.minor.abs())
        };
        let paid = decimals && is_paid();
        let plain = thousands.is_empty();
        (currency && (decimals || plain && end == at + 1) || paid || decimals && !plain).then_some(end - at)
    }

    fn is_currency(&self, at: usize) -> bool {
        self.atoms.get(at).is_some_and(|a| {
            matches!(
                a.text(self.folded),
                "EUR" | "EURO" | "EUROS" | "CHF" | "USD" | "GBP" | "SEK" | "NOK" | "DKK" | "PLN"
            )
        })
    }

    /// A telephone number that begins with an atom: `+49 30 1234567`, `06 12 34 56 78`.
    fn telephone(&self, at: usize) -> Option<usize> {
        let first = self.of(at);
        let (plus, zero) =
            (self.before(at) == Some(b'+') && first.len() <= 3, first.len() == 2 && first.starts_with('0'));
        if !plus && !zero {
            return None;
        }
        let (end, digits) = self.digits_from(at, 1);
        // A plus may as well join the numbers of a list: those are not grouped.
        let international = plus && end - at > 1 && TELEPHONE.contains(&digits);
        let french = zero && end - at == 5 && (at..end).all(|n| self.of(n).len() == 2);
        (french || international).then_some(end - at)
    }

    /// An account number that begins with two letters: how many atoms it has.
    fn iban(&self, at: usize) -> Option<usize> {
        let country = self.of(at);
        if country.len() != 2 || !self.is_digits(at + 1) || !self.atoms[at + 1].glued || self.of(at + 1).len() < 2 {
            return None;
        }
        let length = iban_length(country)?;
        let mut text = String::new();
        let mut best = None;
        for end in at..self.atoms.len() {
            if end > at && self.between(end - 1).len() > 1 {
                break;
            }
            text.push_str(self.of(end));
            if text.len() > length {
                break;
            }
            if length == text.len() && passes_mod_97(&text) {
                best = Some(end + 1 - at);
            }
        }
        best
    }

    /// What a word says that the number behind it is: the atoms of that number.
    fn named(&self, at: usize) -> (usize, usize) {
        let none = (at, at);
        let word = self.of(at);
        // Few words stand before a number: that is asked first, because it costs less than to know the word.
        if !(at + 1..=at + 3).any(|next| self.is_digits(next)) {
            return none;
        }
        let telephone = matches!(
            word,
            "TEL"
                | "TELEFON"
                | "TELEPHONE"
                | "PHONE"
                | "MOBILE"
                | "MOBIL"
                | "FAX"
                | "GSM"
                | "FON"
                | "PORTABLE"
                | "HANDY"
        );
        let other = matches!(
            word,
            "TVA"
                | "VAT"
                | "UST"
                | "USTID"
                | "USTIDNR"
                | "SIREN"
                | "SIRET"
                | "NIF"
                | "BTW"
                | "PIVA"
                | "MWST"
                | "MANDAT"
                | "MANDATE"
                | "MANDATO"
                | "RUM"
                | "MREF"
                | "ICS"
                | "CLIENT"
                | "CLIENTE"
                | "KUNDE"
                | "KUNDEN"
                | "KUNDENNR"
                | "KUNDENNUMMER"
                | "KDNR"
                | "CUSTOMER"
                | "CUST"
                | "KLANT"
                | "KLANTNR"
                | "KLANTNUMMER"
                | "KUNDENR"
                | "KUNDNR"
                | "KD"
                | "VERTRAG"
                | "VERTRAGSNR"
                | "VERTRAGSNUMMER"
                | "WARTUNGSVERTRAG"
                | "CONTRAT"
                | "CONTRACT"
                | "CONTRATO"
                | "CONTRATTO"
                | "OVEREENKOMST"
                | "DOSSIER"
                | "POLICE"
                | "PLZ"
        );
        if !telephone && !other {
            return none;
        }
        let mut from = at + 1;
        while let Some(next) = self.atoms.get(from) {
            let skip = matches!(
                self.of(from),
                "NR" | "NO"
                    | "N"
                    | "NUM"
                    | "NUMMER"
                    | "NUMERO"
                    | "ID"
                    | "CODE"
                    | "REF"
                    | "DE"
                    | "FR"
                    | "BE"
                    | "C"
                    | "K"
                    | "D"
            );
            if next.digits || !skip || self.between(from - 1).len() > 3 {
                break;
            }
            from += 1;
        }
        if !self.is_digits(from) || self.between(from - 1).len() > 3 {
            return none;
        }
        // A telephone number is grouped; of the others only the next number is meant.
        let end = if telephone { self.digits_from(from, 2).0 } else { from + 1 };
        (from, end)
    }
}

/// The date of year, month and day in digits; a year of two digits is of this century.
fn date_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let year: i32 = year.parse().ok()?;
    of_our_time(if year < 100 { 2000 + year } else { year }, month, day)
}

/// The date of a whole year, and month and day in digits, where it is one of our time.
pub(super) fn of_our_time(year: i32, month: &str, day: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?).filter(|d| (1990..2100).contains(&d.year()))
}

fn is_date_word(word: &str) -> bool {
    matches!(
        word,
        "DU" | "DATE"
            | "DATED"
            | "VOM"
            | "DATUM"
            | "DEL"
            | "VAN"
            | "LE"
            | "AM"
            | "PER"
            | "FECHA"
            | "DATA"
            | "ECHEANCE"
            | "FALLIG"
            | "DUE"
            | "VALUTA"
    )
}

fn is_invoice_word(word: &str) -> bool {
    matches!(
        word,
        "FACTURE"
            | "FACT"
            | "FAC"
            | "FA"
            | "FT"
            | "FRA"
            | "FATTURA"
            | "FATT"
            | "FACTUUR"
            | "FACTURA"
            | "INV"
            | "INVOICE"
            | "RE"
            | "RG"
            | "RNR"
            | "RECHNUNG"
            | "RECHNUNGSNR"
            | "NR"
            | "NO"
            | "N"
            | "NUM"
            | "NUMERO"
            | "NUMMER"
            | "REF"
            | "REFERENCE"
            | "RECEIPT"
            | "NUMBER"
            | "FAKTURA"
    )
}

/// Characters of a country's account numbers (ISO 13616, the registry of SWIFT); none for letters that are no country there.
fn iban_length(country: &str) -> Option<usize> {
    Some(match country {
        "NO" => 15,
        "BE" => 16,
        "DK" | "FI" | "NL" => 18,
        "SI" => 19,
        "AT" | "EE" | "LT" | "LU" => 20,
        "CH" | "HR" | "LI" | "LV" => 21,
        "BG" | "DE" | "GB" | "IE" => 22,
        "AD" | "CZ" | "ES" | "RO" | "SE" | "SK" => 24,
        "PT" => 25,
        "FR" | "GR" | "IT" | "MC" | "SM" => 27,
        "CY" | "HU" | "PL" => 28,
        "MT" => 31,
        _ => return None,
    })
}

/// Whether capitals and digits pass the check of ISO 13616 and ISO 11649: mod 97 of the text, its first four at the end, is 1.
pub(super) fn passes_mod_97(text: &str) -> bool {
    let value = |c: u8| if c.is_ascii_digit() { u32::from(c - b'0') } else { u32::from(c - b'A') + 10 };
    let bytes = text.as_bytes();
    let rest = bytes[4..].iter().chain(&bytes[..4]).fold(0u32, |rest, c| {
        let value = value(*c);
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Currency, Money};
    use crate::normalise::text::atoms;

    /// The atoms of a text that read as something else; 1,234.56 EUR were paid on 10 September 2025.
    fn marked(text: &str) -> String {
        let day = NaiveDate::from_ymd_opt(2025, 9, 10).unwrap();
        let payment = Payment::new("P", day, Money::new(123_456, Currency::EUR));
        let (atoms, mut otherwise) = (atoms(text), Vec::new());
        mark(text, &atoms, &payment, &mut otherwise);
        assert_eq!(otherwise.len(), atoms.len());
        let of = atoms.iter().zip(&otherwise).filter(|(_, marked)| **marked).map(|(a, _)| a.text(text));
        of.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn dates_in_all_shapes() {
        let shapes = ["04.09.2025", "04/09/25", "2025-09-04", "4.9.25", "04.09.", "20250904", "04092025", "DU 040925"];
        for shape in shapes {
            let text = format!("ACME {shape} MERCI");
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            assert_eq!(digits(&marked(&text)), digits(shape), "{shape}");
        }
    }

    #[test]
    fn numbers_that_are_no_dates() {
        for text in [
            "2026-0412",
            "FACTURE 20250904",
            "20199904",
            "25-28912",
            "20150904",
            "12345678",
            "AB2025-09-04X",
            "1.2.3.4",
        ] {
            assert_eq!(marked(text), "", "{text}");
        }
    }

    #[test]
    fn amounts_and_what_was_paid() {
        assert_eq!(marked("TOTAL 1.234,56"), "1 234 56");
        assert_eq!(marked("TOTAL 12'345.60 CHF"), "12 345 60");
        assert_eq!(marked("EUR 1500 FACTURE 1501"), "1500");
        assert_eq!(marked("1234,56"), "1234 56");
        assert_eq!(marked("2026.041"), "");
        assert_eq!(marked("1234.50"), "", "another amount may be a number");
    }

    #[test]
    fn accounts_and_telephones() {
        assert_eq!(marked("IBAN DE89 3704 0044 0532 0130 00 RE 4711"), "DE 89 3704 0044 0532 0130 00");
        assert_eq!(marked("DE89370400440532013000"), "DE 89370400440532013000");
        assert_eq!(marked("DE88370400440532013000"), "", "the check fails");
        assert_eq!(marked("TEL 0612345678"), "0612345678");
        assert_eq!(marked("06 12 34 56 78"), "06 12 34 56 78");
        assert_eq!(marked("+49 30 81362346 RE 25-35035"), "49 30 81362346");
        assert_eq!(marked("+ 12345678 + 23456789"), "", "a list");
        assert_eq!(marked("+12345678+23456789"), "", "a list");
    }

    #[test]
    fn what_a_word_says() {
        assert_eq!(marked("SIREN 732829320 FACT 4711"), "732829320");
        assert_eq!(marked("TVA FR83404833048"), "83404833048");
        assert_eq!(marked("KUNDENNR. 47110815 RE 4712"), "47110815");
        assert_eq!(marked("CLIENT C1234567"), "1234567");
        assert_eq!(marked("MANDAT NR 123456"), "123456");
        assert_eq!(marked("CLIENT DUPONT 123456"), "");
    }
}
