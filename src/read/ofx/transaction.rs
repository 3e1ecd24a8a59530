//! One `STMTTRN`, as it is found and as a payment.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::account::Account;
use crate::model::{Money, Nature, Payment, Place, Position};

/// A leaf's text and where it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Field<'t> {
    pub(super) text: Cow<'t, str>,
    /// Byte offset.
    pub(super) at: usize,
}

impl Field<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// What stands in a transaction.
#[derive(Clone, Debug, Default)]
pub(super) struct Transaction<'t> {
    /// Byte offset and line of its tag.
    pub(super) at: usize,
    pub(super) line: u32,
    pub(super) kind: Cow<'t, str>,
    /// `DTPOSTED`; `DTTRAN` where it is pending.
    pub(super) posted: Field<'t>,
    /// `DTUSER`: when the customer acted.
    pub(super) user: Field<'t>,
    /// `DTAVAIL`: when the money can be used.
    pub(super) available: Field<'t>,
    pub(super) amount: Field<'t>,
    pub(super) id: Cow<'t, str>,
    pub(super) corrects: Cow<'t, str>,
    pub(super) correction: Cow<'t, str>,
    pub(super) check: Cow<'t, str>,
    pub(super) reference: Cow<'t, str>,
    pub(super) name: Cow<'t, str>,
    pub(super) long_name: Cow<'t, str>,
    pub(super) payee: Cow<'t, str>,
    pub(super) memo: Cow<'t, str>,
    pub(super) other: Account<'t>,
    /// `CURRENCY/CURSYM`.
    pub(super) currency: Field<'t>,
    /// `ORIGCURRENCY/CURSYM`.
    pub(super) original: Field<'t>,
}

impl<'t> Transaction<'t> {
    /// Takes a leaf directly below `STMTTRN`. `name` is in capitals.
    pub(super) fn leaf(&mut self, name: &str, text: Cow<'t, str>, at: usize) {
        match name {
            "TRNTYPE" => self.kind = text,
            "DTPOSTED" | "DTTRAN" => self.posted = Field { text, at },
            "DTUSER" => self.user = Field { text, at },
            "DTAVAIL" => self.available = Field { text, at },
            "TRNAMT" => self.amount = Field { text, at },
            "FITID" => self.id = text,
            "CORRECTFITID" => self.corrects = text,
            "CORRECTACTION" => self.correction = text,
            "CHECKNUM" => self.check = text,
            "REFNUM" => self.reference = text,
            "NAME" => self.name = text,
            "EXTDNAME" => self.long_name = text,
            "MEMO" => self.memo = text,
            _ => {}
        }
    }

    /// Whether type and sign contradict each other.
    pub(super) fn is_contradictory(&self, amount: Money) -> bool {
        match &*self.kind.to_ascii_uppercase() {
            "CREDIT" | "DEP" | "DIRECTDEP" => amount.minor < 0,
            "DEBIT" | "CHECK" | "PAYMENT" | "DIRECTDEBIT" | "FEE" | "SRVCHG" => amount.minor > 0,
            _ => false,
        }
    }

    pub(super) fn is_deletion(&self) -> bool {
        self.correction.eq_ignore_ascii_case("DELETE")
    }

    fn nature(&self) -> Nature {
        match &*self.kind.to_ascii_uppercase() {
            "FEE" | "SRVCHG" | "INT" => Nature::Charge,
            _ => Nature::Ordinary,
        }
    }

    /// The other side's name: the long one where `NAME`, which has 32 characters, is only its beginning.
    fn payer(&self) -> &str {
        let name = if self.name.is_empty() { &self.payee } else { &self.name };
        if name.is_empty() || self.long_name.starts_with(&**name) { &self.long_name } else { name }
    }

    /// The words that came with the money. Banks that have one label put it into `NAME`: one with a digit in it is more than a
    /// name, and where there is no `MEMO` it is all there is.
    fn remittance(&self) -> String {
        let name = self.payer();
        let mut out = String::from(&*self.memo);
        let is_label = self.memo.is_empty() || name.bytes().any(|b| b.is_ascii_digit());
        if is_label && !name.is_empty() && !out.contains(name) {
            // A memo often repeats the cut name in full.
            out = if out.is_empty() { name.into() } else { format!("{name} {out}") };
        }
        if !self.check.is_empty() && !out.contains(&*self.check) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&self.check);
        }
        out
    }

    /// The payment. The identifier stays empty: banks give the same `FITID` twice, and another one at each download.
    pub(super) fn payment(&self, booked: NaiveDate, value: Option<NaiveDate>, amount: Money) -> Payment {
        let reference = if self.id.is_empty() { &self.reference } else { &self.id };
        Payment {
            value_date: value,
            payer_name: self.payer().into(),
            payer_iban: self.other.name(),
            remittance: self.remittance().into(),
            bank_reference: (&**reference).into(),
            nature: self.nature(),
            place: Place { file: 0, position: Position::Line(self.line) },
            ..Payment::new("", booked, amount)
        }
    }
}

/// The day of `YYYYMMDD[HHMMSS[.XXX]][[offset:zone]]`, as written: converting the offset would move it (OFX 1.6, section 3.2.8).
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let (date, rest) = text.split_at_checked(8)?;
    let time = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[', ' ', '+', '-', 'Z']);
    if !date.bytes().all(|b| b.is_ascii_digit()) || !matches!(time, 0 | 2 | 4 | 6) || !ends(&rest[time..]) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(date[..4].parse().ok()?, date[4..6].parse().ok()?, date[6..].parse().ok()?)?;
    // Programs write the year 1 where they know none.
    (1900..=2200).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_written_one_whatever_the_zone() {
        let expected = NaiveDate::from_ymd_opt(2026, 6, 1);
        for text in [
            "20260601",
            "20260601235959",
            "20260601235959.999[-11:SST]",
            "202606012359",
            "20260601000000[+14:LINT]",
            "20260601 000000",
        ] {
            assert_eq!(day(text), expected, "{text}");
        }
        for text in [
            "",
            "2026-06-01",
            "20260230",
            "2026060",
            "202606011",
            "20260601x",
            "0000000é",
            "01/06/2026",
            "00000000",
            "00010101",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn one_label_is_searched_for_references_and_a_name_is_not_repeated() {
        let of = |name: &'static str, memo: &'static str, check: &'static str| {
            let mut t = Transaction::default();
            for (leaf, value) in [("NAME", name), ("MEMO", memo), ("CHECKNUM", check)] {
                t.leaf(leaf, value.into(), 0);
            }
            (t.payer().to_string(), t.remittance())
        };
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        assert_eq!(of("DUPONT SARL", "FAC 12", ""), pair("DUPONT SARL", "FAC 12"));
        assert_eq!(of("VIR DUPONT FAC 12", "", ""), pair("VIR DUPONT FAC 12", "VIR DUPONT FAC 12"));
        assert_eq!(of("VIR DUPONT 12", "JUIN", ""), pair("VIR DUPONT 12", "VIR DUPONT 12 JUIN"));
        assert_eq!(of("VIR 12", "VIR 12 JUIN", "558"), pair("VIR 12", "VIR 12 JUIN 558"));
        assert_eq!(of("", "", "558"), pair("", "558"));
        assert_eq!(of("", "Check 558", "558"), pair("", "Check 558"));
    }
}
