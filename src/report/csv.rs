//! The CSV files: UTF-8 without a byte order mark, `,`, LF, quoted where RFC 4180 asks for it, plain decimals.
//!
//! Texts of bank files are hostile: a cell that a spreadsheet would run as a formula is written with a leading `'`
//! (CWE-1236, OWASP ASVS 5.0 1.2.10). Only texts are treated so; a negative amount begins with `-` by right. The treatment can be
//! undone: take one `'` off every text whose first character other than `'` is one of [`FORMULA`].

use std::fmt::Write as _;
use std::io::{self, Write};

use chrono::NaiveDate;

use super::i18n::{Lang, reason_words};
use super::view::{ItemStatus, View, applied, at, candidate, candidates, differences, obstacle, source};
use crate::model::money::write_minor;
use crate::model::{Bucket, Currency};

/// First characters that spreadsheets take for a formula, or skip on the way to one.
pub(super) const FORMULA: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0'];

const APPLICATIONS: &str = "payment_id,item_id,item_number,customer_id,applied,currency,decision,probability,weight";
const PAYMENTS: &str = "payment_id,source,position,booking_date,value_date,amount,currency,payer_name,payer_iban,remittance,bucket,reason,flags,customer_id,applied,differences,probability,margin,search,returns_payment_id";
const ITEMS: &str = "item_id,number,customer_id,type,open_before,applied,open_after,currency,status";
const UNMATCHED: &str = "payment_id,booking_date,amount,currency,payer_name,remittance,bucket,reason,flags,age_days,candidate_1,probability_1,obstacle_1,candidate_2,probability_2,obstacle_2,candidate_3,probability_3,obstacle_3,search,suggested_action";

/// Writes rows field by field, with one buffer for everything that is not a text already.
struct Rows<W: Write> {
    csv: ::csv::Writer<W>,
    buffer: String,
}

impl<W: Write> Rows<W> {
    fn new(out: W, header: &str) -> io::Result<Self> {
        let csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::Any(b'\n')).flexible(true).from_writer(out);
        let mut rows = Self { csv, buffer: String::new() };
        for name in header.split(',') {
            rows.word(name)?;
        }
        rows.end()?;
        Ok(rows)
    }

    /// A word of our own: needs no treatment.
    fn word(&mut self, word: &str) -> io::Result<()> {
        self.csv.write_field(word).map_err(io::Error::other)
    }

    /// A text from a file.
    fn text(&mut self, text: &str) -> io::Result<()> {
        if text.trim_start_matches('\'').starts_with(FORMULA) {
            self.buffer.clear();
            self.buffer.push('\'');
            self.buffer.push_str(text);
            self.flush_buffer()
        } else {
            self.word(text)
        }
    }

    /// Anything that prints itself, and nothing for nothing.
    fn show(&mut self, value: impl std::fmt::Display) -> io::Result<()> {
        self.buffer.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.buffer, "{value}");
        self.flush_buffer()
    }

    fn date(&mut self, date: Option<NaiveDate>) -> io::Result<()> {
        match date {
            Some(date) => self.show(date),
            None => self.word(""),
        }
    }

    fn minor(&mut self, minor: i128, currency: Currency) -> io::Result<()> {
        self.buffer.clear();
        let _ = write_minor(&mut self.buffer, minor, currency);
        self.flush_buffer()
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        self.csv.write_field(&self.buffer).map_err(io::Error::other)
    }

    fn end(&mut self) -> io::Result<()> {
        self.csv.write_record(None::<&[u8]>).map_err(io::Error::other)
    }

    fn finish(mut self) -> io::Result<()> {
        self.csv.flush()
    }
}

/// `applications.csv`: what was applied, and the first proposal of what waits for review.
pub(super) fn write_applications(view: &View<'_>, out: impl Write) -> io::Result<()> {
    let run = view.run;
    let mut rows = Rows::new(out, APPLICATIONS)?;
    for (_, payment, verdict) in view.decided() {
        // A return takes back what its receipt applied. The receipt's rows stay, as in a ledger; the link is in payments.csv.
        let (Some(chosen), Bucket::Auto | Bucket::Review, None) = (&verdict.chosen, verdict.bucket, verdict.returns)
        else {
            continue;
        };
        let mut applications: Vec<_> =
            // An item may be named and nothing taken off it: what was paid before, when it is paid again.
            chosen.applications.iter().filter(|a| a.applied != 0).filter_map(|a| Some((run.items.get(a.item as usize)?, a))).collect();
        applications.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        for (item, application) in applications {
            let payers = &run.reconciliation.item_payers;
            let customer = at(&run.reconciliation.payers, payers.get(application.item as usize).copied().flatten());
            rows.text(&payment.id)?;
            rows.text(&item.id)?;
            rows.text(&item.number)?;
            rows.text(customer.map_or(&*item.customer_id, |c| &*c.id))?;
            rows.minor(i128::from(application.applied), item.amount.currency)?;
            rows.word(item.amount.currency.code())?;
            rows.word(verdict.bucket.word())?;
            rows.show(chosen.probability)?;
            rows.show(chosen.weight)?;
            rows.end()?;
        }
    }
    rows.finish()
}

/// `payments.csv`: one row a booked transaction.
pub(super) fn write_payments(view: &View<'_>, out: impl Write) -> io::Result<()> {
    let run = view.run;
    let mut rows = Rows::new(out, PAYMENTS)?;
    for (_, payment, verdict) in view.decided() {
        let currency = payment.amount.currency;
        rows.text(&payment.id)?;
        rows.text(source(run, payment))?;
        rows.show(payment.place.position)?;
        rows.date(Some(payment.booking_date))?;
        rows.date(payment.value_date)?;
        rows.minor(i128::from(payment.amount.minor), currency)?;
        rows.word(currency.code())?;
        rows.text(&payment.payer_name)?;
        rows.text(&payment.payer_iban)?;
        rows.text(&payment.remittance)?;
        rows.word(verdict.bucket.word())?;
        rows.word(verdict.reason.map_or("", |r| r.code()))?;
        rows.show(verdict.flags)?;
        rows.text(at(&run.reconciliation.payers, verdict.payer).map_or("", |p| &*p.id))?;
        rows.minor(applied(verdict), currency)?;
        rows.buffer.clear();
        if let Some(chosen) = &verdict.chosen {
            differences(chosen, currency, &mut rows.buffer);
        }
        rows.flush_buffer()?;
        rows.show(verdict.probability)?;
        rows.show(verdict.margin)?;
        rows.word(verdict.search.word())?;
        rows.text(at(run.payments, verdict.returns).map_or("", |p| &*p.id))?;
        rows.end()?;
    }
    rows.finish()
}

/// `items.csv`: one row an item.
pub(super) fn write_items(view: &View<'_>, out: impl Write) -> io::Result<()> {
    let mut rows = Rows::new(out, ITEMS)?;
    for (item, outcome) in view.items() {
        let currency = item.amount.currency;
        rows.text(&item.id)?;
        rows.text(&item.number)?;
        rows.text(&item.customer_id)?;
        rows.word(item.kind.word())?;
        rows.minor(i128::from(item.open_minor), currency)?;
        rows.minor(i128::from(outcome.applied), currency)?;
        rows.minor(i128::from(item.open_minor) - i128::from(outcome.applied), currency)?;
        rows.word(currency.code())?;
        rows.word(ItemStatus::of(item, outcome).word())?;
        rows.end()?;
    }
    rows.finish()
}

/// `unmatched.csv`: what is unmatched or waits for review, with the nearest candidates and what to do.
pub(super) fn write_unmatched(view: &View<'_>, out: impl Write) -> io::Result<()> {
    const CANDIDATES: usize = 3;
    let run = view.run;
    let mut rows = Rows::new(out, UNMATCHED)?;
    for (_, payment, verdict) in view.to_look_at() {
        rows.text(&payment.id)?;
        rows.date(Some(payment.booking_date))?;
        rows.minor(i128::from(payment.amount.minor), payment.amount.currency)?;
        rows.word(payment.amount.currency.code())?;
        rows.text(&payment.payer_name)?;
        rows.text(&payment.remittance)?;
        rows.word(verdict.bucket.word())?;
        rows.word(verdict.reason.map_or("", |r| r.code()))?;
        rows.show(verdict.flags)?;
        rows.show((run.as_of - payment.effective_date()).num_days())?;
        let mut shown = 0;
        for hypothesis in candidates(verdict).take(CANDIDATES) {
            shown += 1;
            rows.text(&candidate(run, hypothesis))?;
            rows.show(hypothesis.probability)?;
            rows.word(&hypothesis.obstacle.map(|o| obstacle(run, payment, o)).unwrap_or_default())?;
        }
        for _ in shown * 3..CANDIDATES * 3 {
            rows.word("")?;
        }
        rows.word(verdict.search.word())?;
        rows.word(verdict.reason.map_or("", |r| reason_words(Lang::En, r).action))?;
        rows.end()?;
    }
    rows.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut out = Vec::new();
        let mut rows = Rows::new(&mut out, "a").unwrap();
        rows.text(text).unwrap();
        rows.end().unwrap();
        rows.finish().unwrap();
        String::from_utf8(out).unwrap().strip_prefix("a\n").unwrap().trim_end_matches('\n').to_string()
    }

    #[test]
    fn a_formula_becomes_a_text_that_can_be_turned_back() {
        for hostile in ["=1+1", "+33 1 42", "-", "@SUM(A1)", "\tx", "\rx", "'=1", "''@"] {
            let written = cell(hostile);
            let read = written.trim_matches('"').strip_prefix('\'').unwrap();
            assert_eq!(read, hostile);
        }
        for harmless in ["DUPONT", "'t Hof BV", "1-2", ""] {
            assert_eq!(cell(harmless).trim_matches('"'), harmless);
        }
    }

    #[test]
    fn quotes_follow_rfc_4180() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
    }
}
