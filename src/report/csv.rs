//! The CSV files: UTF-8 without a byte order mark, `,`, LF, quoted where RFC 4180 asks for it, plain decimals.
//!
//! Texts of bank files are hostile: a cell that a spreadsheet would run as a formula is written with a leading `'`
//! (CWE-1236, OWASP ASVS 5.0 1.2.10). Only texts are treated so; a negative amount begins with `-` by right. The treatment can be
//! undone: take one `'` off every text whose first character other than `'` is one of [`crate::model::columns::FORMULA`].

use std::io::{self, Write};

use chrono::NaiveDate;

use super::i18n::{Lang, reason_words};
use super::rows::{
    has_any, push_date, push_minor, push_number, push_position, push_probability, push_weight, write_rows,
};
use super::view::{
    Decided, ItemStatus, View, applied, at, candidates, push_candidate, push_differences, push_obstacle, source,
};
use crate::model::columns::is_formula;
use crate::model::{Bucket, Currency, Flags, ItemOutcome, OpenItem, Probability};

const APPLICATIONS: &str = "payment_id,item_id,item_number,customer_id,applied,currency,decision,probability,weight";
const PAYMENTS: &str = "payment_id,source,position,booking_date,value_date,amount,currency,payer_name,payer_iban,remittance,bucket,reason,flags,customer_id,applied,differences,probability,margin,search,returns_payment_id";
const ITEMS: &str = "item_id,number,customer_id,type,open_before,applied,open_after,currency,status";
const UNMATCHED: &str = "payment_id,booking_date,amount,currency,payer_name,remittance,bucket,reason,flags,age_days,candidate_1,probability_1,obstacle_1,candidate_2,probability_2,obstacle_2,candidate_3,probability_3,obstacle_3,search,suggested_action";

/// Characters that a cell is quoted for (RFC 4180, section 2).
const QUOTED_FOR: [u8; 4] = [b',', b'"', b'\r', b'\n'];

/// One row, cell by cell.
pub(super) struct Row<'t> {
    text: &'t mut Vec<u8>,
}

impl<'t> Row<'t> {
    pub(super) fn new(text: &'t mut Vec<u8>) -> Self {
        Self { text }
    }

    /// A cell that prints itself, in characters for which nothing is quoted.
    #[inline]
    pub(super) fn cell(&mut self, push: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        push(self.text);
        self.text.push(b',');
        self
    }

    pub(super) fn currency(&mut self, currency: Currency) -> &mut Self {
        self.cell(|text| text.extend_from_slice(&currency.letters()))
    }

    /// A word of our own: begins no formula.
    pub(super) fn word(&mut self, word: &str) -> &mut Self {
        self.cell(|text| push_quoted(text, "", word))
    }

    /// A text from a file.
    pub(super) fn text(&mut self, given: &str) -> &mut Self {
        self.cell(|text| push_quoted(text, if is_formula(given) { "'" } else { "" }, given))
    }

    pub(super) fn date(&mut self, date: Option<NaiveDate>) -> &mut Self {
        self.cell(|text| {
            if let Some(date) = date {
                push_date(text, date);
            }
        })
    }

    pub(super) fn minor(&mut self, minor: i128, currency: Currency) -> &mut Self {
        self.cell(|text| push_minor(text, minor, currency))
    }

    fn probability(&mut self, probability: Probability) -> &mut Self {
        self.cell(|text| push_probability(text, probability))
    }

    fn flags(&mut self, flags: Flags) -> &mut Self {
        self.cell(|text| {
            for (n, flag) in flags.iter().enumerate() {
                text.extend_from_slice(if n > 0 { b"|" } else { b"" });
                text.extend_from_slice(flag.word().as_bytes());
            }
        })
    }

    /// Ends a row in place of a further cell.
    pub(super) fn end(self) {
        self.text.pop();
        self.text.push(b'\n');
    }
}

/// Appends a cell: what is put before a text, and the text, quoted where it has to be.
fn push_quoted(text: &mut Vec<u8>, before: &str, cell: &str) {
    if !has_any(cell.as_bytes(), QUOTED_FOR) {
        text.extend_from_slice(before.as_bytes());
        text.extend_from_slice(cell.as_bytes());
        return;
    }
    text.push(b'"');
    text.extend_from_slice(before.as_bytes());
    for byte in cell.bytes() {
        if byte == b'"' {
            text.push(byte);
        }
        text.push(byte);
    }
    text.push(b'"');
}

pub(super) fn write_header(out: &mut dyn Write, header: &str) -> io::Result<()> {
    out.write_all(header.as_bytes())?;
    out.write_all(b"\n")
}

/// `applications.csv`: what was applied, and the first proposal of what waits for review.
pub(super) fn write_applications(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_header(out, APPLICATIONS)?;
    write_rows(view.order(), out, |_, n, text| push_applications(view, view.one(*n), text))
}

fn push_applications(view: &View<'_>, (payment, verdict): Decided<'_>, text: &mut Vec<u8>) {
    let run = view.run;
    // A return takes back what its receipt applied. The receipt's rows stay, as in a ledger; the link is in payments.csv.
    let (Some(chosen), Bucket::Auto | Bucket::Review, None) = (&verdict.chosen, verdict.bucket, verdict.returns) else {
        return;
    };
    // An item may be named and nothing taken off it: what was paid before, when it is paid again.
    let applied = chosen.applications.iter().filter(|a| a.applied != 0);
    let mut applications: Vec<_> = applied.filter_map(|a| Some((run.items.get(a.item as usize)?, a))).collect();
    applications.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    for (item, application) in applications {
        let payers = &run.reconciliation.item_payers;
        let customer = at(&run.reconciliation.payers, payers.get(application.item as usize).copied().flatten());
        let mut row = Row::new(text);
        row.text(&payment.id).text(&item.id).text(&item.number);
        row.text(customer.map_or(&*item.customer_id, |c| &*c.id));
        row.minor(i128::from(application.applied), item.amount.currency);
        row.currency(item.amount.currency).word(verdict.bucket.word());
        row.probability(chosen.probability).cell(|text| push_weight(text, chosen.weight));
        row.end();
    }
}

/// `payments.csv`: one row a booked transaction.
pub(super) fn write_payments(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_header(out, PAYMENTS)?;
    write_rows(view.order(), out, |_, n, text| push_payment(view, view.one(*n), text))
}

fn push_payment(view: &View<'_>, (payment, verdict): Decided<'_>, text: &mut Vec<u8>) {
    let run = view.run;
    let currency = payment.amount.currency;
    let mut row = Row::new(text);
    row.text(&payment.id).text(source(run, payment));
    row.cell(|text| push_position(text, payment.place.position));
    row.date(Some(payment.booking_date)).date(payment.value_date);
    row.minor(i128::from(payment.amount.minor), currency).currency(currency);
    row.text(&payment.payer_name).text(&payment.payer_iban).text(&payment.remittance);
    row.word(verdict.bucket.word()).word(verdict.reason.map_or("", |r| r.code())).flags(verdict.flags);
    row.text(at(&run.reconciliation.payers, verdict.payer).map_or("", |p| &*p.id));
    row.minor(applied(verdict), currency);
    row.cell(|text| {
        if let Some(chosen) = &verdict.chosen {
            push_differences(chosen, currency, text);
        }
    });
    row.probability(verdict.probability).cell(|text| push_weight(text, verdict.margin));
    row.word(verdict.search.word());
    row.text(at(run.payments, verdict.returns).map_or("", |p| &*p.id));
    row.end();
}

/// `items.csv`: one row an item.
pub(super) fn write_items(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_header(out, ITEMS)?;
    write_rows(&view.items(), out, |_, n, text| push_item(view.item(*n), text))
}

fn push_item((item, outcome): (&OpenItem, ItemOutcome), text: &mut Vec<u8>) {
    let currency = item.amount.currency;
    let (open, applied) = (i128::from(item.open_minor), i128::from(outcome.applied));
    let mut row = Row::new(text);
    row.text(&item.id).text(&item.number).text(&item.customer_id).word(item.kind.word());
    row.minor(open, currency).minor(applied, currency).minor(open - applied, currency).currency(currency);
    row.word(ItemStatus::of(item, outcome).word());
    row.end();
}

/// `unmatched.csv`: what is unmatched or waits for review, with the nearest candidates and what to do.
pub(super) fn write_unmatched(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_header(out, UNMATCHED)?;
    write_rows(view.order_to_look_at(), out, |_, n, text| push_unmatched(view, view.one(*n), text))
}

fn push_unmatched(view: &View<'_>, (payment, verdict): Decided<'_>, text: &mut Vec<u8>) {
    const CANDIDATES: usize = 3;
    let run = view.run;
    let mut row = Row::new(text);
    row.text(&payment.id).date(Some(payment.booking_date));
    row.minor(i128::from(payment.amount.minor), payment.amount.currency).currency(payment.amount.currency);
    row.text(&payment.payer_name).text(&payment.remittance);
    row.word(verdict.bucket.word()).word(verdict.reason.map_or("", |r| r.code())).flags(verdict.flags);
    let age = (run.as_of - payment.effective_date()).num_days();
    row.cell(|text| {
        text.extend_from_slice(if age < 0 { b"-" } else { b"" });
        push_number(text, age.unsigned_abs());
    });
    let mut shown = 0;
    let mut words = String::new();
    for hypothesis in candidates(verdict).take(CANDIDATES) {
        shown += 1;
        words.clear();
        push_candidate(run, hypothesis, &mut words);
        row.text(&words).probability(hypothesis.probability);
        words.clear();
        if let Some(found) = hypothesis.obstacle {
            push_obstacle(run, payment, found, &mut words);
        }
        row.word(&words);
    }
    for _ in shown * 3..CANDIDATES * 3 {
        row.word("");
    }
    row.word(verdict.search.word()).word(verdict.reason.map_or("", |r| reason_words(Lang::En, r).action));
    row.end();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(text: &str) -> String {
        let mut written = Vec::new();
        let mut row = Row::new(&mut written);
        row.text(text);
        row.end();
        String::from_utf8(written).unwrap().strip_suffix('\n').unwrap().to_string()
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

    proptest! {
        #[test]
        fn rows_are_as_the_csv_crate_writes_them(cells in proptest::collection::vec("[a-c,\"\r\n =é'|]{0,6}", 2..5)) {
            let mut written = Vec::new();
            let mut row = Row::new(&mut written);
            for cell in &cells {
                row.word(cell);
            }
            row.end();
            let mut other = ::csv::WriterBuilder::new().terminator(::csv::Terminator::Any(b'\n')).from_writer(Vec::new());
            other.write_record(&cells).unwrap();
            prop_assert_eq!(written, other.into_inner().unwrap());
        }
    }

    #[test]
    fn quotes_follow_rfc_4180() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
    }
}
