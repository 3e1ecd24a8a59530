//! Swiss payment slips with reference that were paid in (ESR, in French BVR, in English ISR): the files `.v11` of PostFinance.
//!
//! "Recordstrukturen", PostFinance, sections 2.1 to 2.4. A record is a slip, the last one of a customer number is a total. Type 3 has
//! 100 characters, type 4 has 126 or 200. Columns, from 1:
//!
//! | | type 3 | type 4 |
//! |---|---|---|
//! | kind: credit, reversal, correction | 3: 2, 5, 8 | 3: 1, 2, 3 |
//! | delivery: original, repeated, test | | 6: 1, 2, 3 |
//! | customer number | 4–12 | 7–15 |
//! | reference | 13–39 | 16–42 |
//! | currency | by the customer number: 03 is EUR, 01 is CHF | 43–45 |
//! | amount | 40–49 | 46–57 |
//! | days of payment, processing, credit | 60–65, 66–71, 72–77 (YYMMDD) | 93–100, 101–108, 109–116 (YYYYMMDD) |
//! | price | 97–100 | 121–126 |
//! | total: code, sum, count | 1–3 999 or 995, 40–51, 52–63 | 1–3 98x or 99x, 46–57, 58–69 |

use chrono::NaiveDate;

use super::Settings;
use super::fixed::{Day, Oddities, Order, Record, day, implied, is_void};
use super::sheet::Sheet;
use super::source::Source;
use crate::error::{Collector, Error, Errors};
use crate::model::{
    Currency, InputRole, Nature, Note, NoteKind, Payment, Place, Statement, StatementFile, StatementKind,
};

/// First column and width of a field.
type Field = (usize, usize);

/// Where the fields of a type stand.
#[derive(Debug)]
struct Layout {
    needed: usize,
    customer: Field,
    reference: Field,
    amount: Field,
    /// Credit, processing, payment: the first that is filled is the day of booking.
    days: [usize; 3],
    day_width: usize,
    price: Field,
    /// Digits of column 3 for a credit, a reversal and a correction.
    kinds: [&'static str; 3],
    total: Field,
    count: Field,
}

const TYPE_3: Layout = Layout {
    needed: 77,
    customer: (4, 9),
    reference: (13, 27),
    amount: (40, 10),
    days: [72, 66, 60],
    day_width: 6,
    price: (97, 4),
    kinds: ["2", "5", "8"],
    total: (40, 12),
    count: (52, 12),
};

const TYPE_4: Layout = Layout {
    needed: 116,
    customer: (7, 9),
    reference: (16, 27),
    amount: (46, 12),
    days: [109, 101, 93],
    day_width: 8,
    price: (121, 6),
    kinds: ["1", "2", "3"],
    total: (46, 12),
    count: (58, 12),
};

/// Characters of a record of type 3, without blanks behind it.
const TYPE_3_LENGTH: usize = 100;

/// Up to where a total must reach: its count ends there, in both types.
const TOTAL_NEEDED: usize = 63;

/// Reads a file of slips. One customer number up to its total is one notification: it tells of receipts that the account's statement
/// has in one sum.
///
/// Errors: E0241 to E0248 (see `source`), all that are found.
pub fn read(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let source = Source::decode(path, bytes, None)?;
    let mut reader = Reader {
        source: &source,
        errors: Collector::default(),
        oddities: Oddities::default(),
        statements: Vec::new(),
        open: None,
        slips: 0,
    };
    for line in source.lines() {
        let record = Record::of_line(line);
        if record.text.is_empty() {
            continue;
        }
        if let Err(error) = reader.record(&record) {
            reader.errors.push(error);
        }
        if reader.slips > settings.limits.records {
            return Err(source.too_many(line, settings.limits).into());
        }
    }
    reader.finish()
}

/// A customer number whose total has not come yet.
struct Open<'t> {
    customer: &'t str,
    currency: Currency,
    sheet: Sheet,
}

struct Reader<'t> {
    source: &'t Source<'t>,
    errors: Collector,
    oddities: Oddities,
    statements: Vec<Statement>,
    open: Option<Open<'t>>,
    slips: u64,
}

fn of<'t>(record: &Record<'t>, (first, width): Field) -> &'t str {
    record.columns(first, first + width - 1)
}

impl<'t> Reader<'t> {
    fn record(&mut self, record: &Record<'t>) -> Result<(), Error> {
        // Type 3 has 100 characters; the totals of type 4 are shorter than its slips, and have a currency.
        let is_type_4 =
            record.length() > TYPE_3_LENGTH || record.columns(43, 45).bytes().all(|b| b.is_ascii_alphabetic());
        let layout = if is_type_4 { &TYPE_4 } else { &TYPE_3 };
        let is_total = match is_type_4 {
            false => matches!(record.columns(1, 3), "999" | "995"),
            true => matches!(record.columns(1, 2), "98" | "99"),
        };
        let (length, needed) = (record.length(), if is_total { TOTAL_NEEDED } else { layout.needed });
        if length < needed {
            return Err(record
                .fault(self.source, (length + 1, 1), "E0245", format!("a record of {length} characters"))
                .label(format!("ends here, and {needed} are needed"))
                .help("the file may be cut off, or changed on its way: fetch it again"));
        }
        let customer = of(record, layout.customer);
        if !customer.bytes().all(|b| b.is_ascii_digit()) {
            return Err(record
                .fault(self.source, layout.customer, "E0244", "the customer number is not a number")
                .label("nine digits are expected, as 010891234 for 01-89123-4"));
        }
        let currency = if is_type_4 {
            let code = record.columns(43, 45);
            Currency::parse(code).ok_or_else(|| {
                record
                    .fault(self.source, (43, 3), "E0243", format!("\"{}\" is not a currency", code.trim()))
                    .label("CHF or EUR is expected")
            })?
        } else {
            let what = "a record of type 3, which does not say its currency: CHF, or EUR for customer numbers of 03";
            self.oddities.add(NoteKind::Assumed, what, record.position);
            if customer.starts_with("03") { Currency::EUR } else { Currency::CHF }
        };
        self.turn_to(customer, currency);
        if is_total { self.total(record, layout, currency) } else { self.slip(record, layout, currency, is_type_4) }
    }

    /// Opens a notification for a customer number, unless it is the one that is open.
    fn turn_to(&mut self, customer: &'t str, currency: Currency) {
        if self.open.as_ref().is_some_and(|open| (open.customer, open.currency) == (customer, currency)) {
            return;
        }
        self.close();
        let mut sheet = Sheet::new(StatementKind::Notification);
        sheet.statement.account = printed(customer).into();
        sheet.statement.currency = Some(currency);
        self.open = Some(Open { customer, currency, sheet });
    }

    /// One slip. Errors: E0241, E0242, E0246, E0248.
    fn slip(&mut self, record: &Record<'t>, layout: &Layout, currency: Currency, is_type_4: bool) -> Result<(), Error> {
        self.slips += 1;
        let amount = implied(of(record, layout.amount), 2, currency)
            .map_err(|why| record.not_money(self.source, layout.amount, "the amount of the slip", currency, why))?;
        let kind = record.columns(3, 3);
        let [credit, reversal, correction] = layout.kinds;
        let (amount, nature) = match kind {
            _ if kind == credit => (amount, Nature::Ordinary),
            _ if kind == reversal => (-amount, Nature::Reversal),
            // A correction credits what was not credited before.
            _ if kind == correction => (amount, Nature::Ordinary),
            _ => {
                return Err(record
                    .fault(self.source, (3, 1), "E0246", "the kind of the transaction is not known")
                    .label(format!("{credit} credit, {reversal} reversal and {correction} correction are known")));
            }
        };
        let booked = self.booking_day(record, layout)?;
        let mut payment = Payment::new("", booked, amount);
        payment.value_date = Some(booked);
        payment.nature = nature;
        payment.place = Place { file: 0, position: record.position };
        let reference = of(record, layout.reference);
        if is_reference(reference, of(record, layout.customer)) {
            payment.structured_references = [reference.into()].into();
        } else if !is_void(reference) {
            let what = "a reference whose check digit is wrong, kept as text";
            self.oddities.add(NoteKind::Warning, what, record.position);
            payment.remittance = reference.into();
        }
        if !is_void(of(record, layout.price)) {
            let what = "a slip with a price of the post, which is charged apart and no part of the amount";
            self.oddities.add(NoteKind::Said, what, record.position);
        }
        let is_test = is_type_4 && record.columns(6, 6) == "3";
        if is_type_4 && record.columns(6, 6) == "2" {
            self.oddities.add(NoteKind::Warning, "a slip that was delivered again (reconstruction)", record.position);
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        if is_test {
            self.oddities.add(NoteKind::Said, "a slip marked as a test: no money", record.position);
            open.sheet.not_booked(amount);
        } else {
            open.sheet.book(payment);
        }
        Ok(())
    }

    /// The day of credit, else that of processing, else that of payment. Error: E0242.
    fn booking_day(&mut self, record: &Record<'t>, layout: &Layout) -> Result<NaiveDate, Error> {
        let filled = layout.days.into_iter().find(|first| !is_void(of(record, (*first, layout.day_width))));
        let first = filled.unwrap_or(layout.days[0]);
        let text = of(record, (first, layout.day_width));
        // Eight digits begin with the century.
        let six = text.get(layout.day_width - 6..).unwrap_or_default();
        let found = if layout.day_width == 8 && !text.starts_with("20") { None } else { day(six, Order::YearMonthDay) };
        let found = found.ok_or_else(|| {
            record
                .fault(
                    self.source,
                    (first, layout.day_width),
                    "E0242",
                    format!("the day of credit \"{}\" is no day", text.trim()),
                )
                .label("year, month and day are expected, in digits")
        })?;
        if first != layout.days[0] && matches!(found, Day::Real(_)) {
            let what = "a slip without a day of credit: that of processing or payment is taken";
            self.oddities.add(NoteKind::Assumed, what, record.position);
        }
        Ok(self.oddities.straighten(found, record.position))
    }

    /// The total of a customer number: sum and count. Totals of reversals (995, 982, 992) stand apart from those of credits; where
    /// there is none, reversals are taken off the sum. Errors: E0241, E0248.
    fn total(&mut self, record: &Record<'t>, layout: &Layout, currency: Currency) -> Result<(), Error> {
        let sum = implied(of(record, layout.total), 2, currency)
            .map_err(|why| record.not_money(self.source, layout.total, "the total", currency, why))?;
        let count = of(record, layout.count);
        let count: u64 = count.trim().parse().map_err(|_| {
            record
                .fault(self.source, layout.count, "E0241", "the number of slips is not a number")
                .label("only digits may stand here")
        })?;
        let Some(open) = &mut self.open else { return Ok(()) };
        let totals = &mut open.sheet.statement.totals;
        if matches!(record.columns(1, 3), "995" | "982" | "992") {
            totals.debit_sum = Some(sum.minor);
            totals.debit_entries = Some(count);
            totals.credit_sum = totals.net.take();
            totals.credit_entries = totals.entries.take();
        } else if totals.debit_sum.is_some() {
            totals.credit_sum = Some(sum.minor);
            totals.credit_entries = Some(count);
        } else {
            totals.net = Some(sum.minor);
            totals.entries = Some(count);
        }
        Ok(())
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.statements.push(open.sheet.finish(self.source.path));
        }
    }

    fn finish(mut self) -> Result<StatementFile, Errors> {
        self.close();
        let text = "slips that were paid in, without balances: the account's statement has them in one sum";
        let mut notes = vec![Note::new(NoteKind::Said, text)];
        notes.extend(self.oddities.notes());
        let records = self.statements.iter().map(|s| s.payments.len() as u64).sum();
        let file = self.source.file(InputRole::Statement, "esr", "", records, notes);
        self.errors.finish(StatementFile { file, statements: self.statements })
    }
}

/// A customer number as it is printed: 010891234 is 01-89123-4.
fn printed(customer: &str) -> String {
    match (customer.get(..2), customer.get(2..8), customer.get(8..)) {
        (Some(kind), Some(number), Some(check)) => {
            let number = number.trim_start_matches('0');
            format!("{kind}-{}-{check}", if number.is_empty() { "0" } else { number })
        }
        _ => customer.into(),
    }
}

/// Whether 27 digits are a reference: not zeros alone, and with a valid last digit (modulo 10, recursive). The references of old
/// customer numbers of five digits have no check digit.
fn is_reference(reference: &str, customer: &str) -> bool {
    const CARRY: [u8; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    if is_void(reference) || !reference.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    // The check digit itself brings the carry back to zero.
    let carry = reference.bytes().fold(0, |carry, b| CARRY[usize::from((carry + (b - b'0')) % 10)]);
    carry == 0 || customer.starts_with("0000")
}

#[cfg(test)]
mod tests;
