//! Records in the canonical columns: exact, where the reader of CSV guesses. CSV and JSON Lines that this program wrote are read so.
//!
//! Days are `YYYY-MM-DD`, amounts plain decimals with a point. Texts are kept to the last blank. What is absent and needed is an
//! error, what stands in for the rest is said. Codes are those of the readers of lines (see the module `source`).

mod items;
mod statements;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::error::Error;
use crate::model::columns::NATURES;
use crate::model::{Currency, Money, MoneyError, Note, NoteKind, Payment, Place, Position};

pub(super) use items::Items;
pub(super) use statements::{Head, Statements};

/// A record: values by canonical name.
pub(super) trait Fields {
    /// A single value as text; empty where there is none.
    fn text(&self, name: &'static str) -> Result<Cow<'_, str>, Error>;

    /// Several texts.
    fn list(&self, name: &'static str) -> Result<Box<[Box<str>]>, Error>;

    /// Rate and tax, both as text.
    fn vat(&self, name: &'static str) -> Result<Vec<(String, String)>, Error>;

    /// An error about the value of a name; about the whole record where it has none.
    fn fault(&self, name: &'static str, code: &'static str, message: String) -> Error;

    /// Where the record begins.
    fn position(&self) -> Position;
}

/// What stands in for values that are absent, counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Absent {
    pub(super) currency: u64,
    pub(super) open: u64,
    pub(super) id: u64,
}

impl Absent {
    pub(super) fn say(&self, notes: &mut Vec<Note>) {
        let mut say = |count: u64, what: &str| {
            if count > 0 {
                let records = if count == 1 { "record" } else { "records" };
                notes.push(Note::new(NoteKind::Assumed, format!("{what} ({count} {records})")));
            }
        };
        say(self.currency, "no currency: EUR assumed");
        say(self.open, "no open_amount: taken as wholly open");
        say(self.id, "no item_id: the number is taken for it");
    }
}

/// Texts that many records share, each kept once.
#[derive(Debug, Default)]
pub(super) struct Shared(HashMap<Box<str>, Arc<str>, foldhash::fast::RandomState>);

impl Shared {
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(text.into(), Arc::clone(&new));
        new
    }
}

/// Reads a payment; its account is as written, and may be empty. Errors: E0241 to E0244, E0248.
pub(super) fn payment(fields: &impl Fields, absent: &mut Absent) -> Result<Payment, Error> {
    let currency = match currency(fields, "currency")? {
        Some(currency) => currency,
        None => {
            absent.currency += 1;
            Currency::EUR
        }
    };
    let (booked, value_date) = (date(fields, "booking_date")?, date(fields, "value_date")?);
    let Some(booking_date) = booked.or(value_date) else {
        return Err(missing(fields, "booking_date", "the day on which the bank booked it"));
    };
    let Some(amount) = money(fields, "amount", currency)? else {
        return Err(missing(fields, "amount", "the signed amount: what arrived is positive"));
    };
    let text = |name| Ok::<Box<str>, Error>(fields.text(name)?.as_ref().into());
    let end_to_end_id = fields.text("end_to_end_id")?;
    Ok(Payment {
        id: text("payment_id")?,
        account: fields.text("account")?.as_ref().into(),
        booking_date,
        value_date: value_date.filter(|_| booked.is_some()),
        amount: Money::new(amount, currency),
        payer_name: text("payer_name")?,
        ultimate_name: text("ultimate_name")?,
        payer_iban: text("payer_iban")?,
        remittance: text("remittance")?,
        structured_references: fields.list("structured_reference")?,
        end_to_end_id: if end_to_end_id.eq_ignore_ascii_case("NOTPROVIDED") {
            Box::default()
        } else {
            end_to_end_id.as_ref().into()
        },
        bank_reference: text("bank_reference")?,
        nature: word(fields, "nature", &NATURES)?.unwrap_or_default(),
        return_reason: text("return_reason")?,
        place: Place { file: 0, position: fields.position() },
    })
}

/// A needed value that is not there. Error: E0244.
pub(super) fn missing(fields: &impl Fields, name: &'static str, what: &str) -> Error {
    fields
        .fault(name, "E0244", format!("the record has no {name}"))
        .label(format!("{name} is expected: {what}"))
        .help("give the record its value, or remove the record if it is none")
}

/// A day. Error: E0242.
pub(super) fn date(fields: &impl Fields, name: &'static str) -> Result<Option<NaiveDate>, Error> {
    let text = fields.text(name)?;
    if text.is_empty() {
        return Ok(None);
    }
    day(&text).map(Some).ok_or_else(|| {
        fields
            .fault(name, "E0242", format!("there is no such date: \"{text}\""))
            .label("YYYY-MM-DD is expected, such as 2026-06-30")
    })
}

/// Four digits, two and two, of a day that exists.
fn day(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        bytes[range].iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
    };
    NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(5..7)?, number(8..10)?)
}

/// Signed minor units. Errors: E0241, E0248.
pub(super) fn money(fields: &impl Fields, name: &'static str, currency: Currency) -> Result<Option<i64>, Error> {
    let text = fields.text(name)?;
    if text.is_empty() {
        return Ok(None);
    }
    parse_money(&text, currency).map(Some).map_err(|error| money_error(fields, name, &text, currency, error))
}

fn parse_money(text: &str, currency: Currency) -> Result<i64, MoneyError> {
    // The lowest value of 64 bits has no positive counterpart, which the parser builds first.
    if text.trim().strip_prefix('-').is_some_and(|t| t.bytes().filter(u8::is_ascii_digit).eq(LOWEST.bytes())) {
        let decimals = text.split_once('.').map_or(0, |(_, d)| d.trim_end().len());
        if decimals == currency.decimals() as usize {
            return Ok(i64::MIN);
        }
    }
    Money::parse(text, currency).map(|money| money.minor)
}

/// The digits of the lowest value of 64 bits.
const LOWEST: &str = "9223372036854775808";

fn money_error(fields: &impl Fields, name: &'static str, text: &str, currency: Currency, error: MoneyError) -> Error {
    match error {
        MoneyError::NotANumber => fields
            .fault(name, "E0241", format!("not an amount: \"{text}\""))
            .label("a plain decimal is expected, such as -1250.00"),
        MoneyError::TooManyDecimals { allowed } => fields
            .fault(name, "E0241", format!("more decimals than {currency} has: \"{text}\""))
            .label(format!("{allowed} decimals are allowed; only zeros may follow them"))
            .help("amounts are never rounded in silence: correct the record"),
        MoneyError::TooLarge => fields
            .fault(name, "E0248", "the amount is too large".to_string())
            .label("beyond 92 quadrillion of the currency's smallest unit"),
    }
}

/// A currency code. Error: E0243.
pub(super) fn currency(fields: &impl Fields, name: &'static str) -> Result<Option<Currency>, Error> {
    let text = fields.text(name)?;
    if text.is_empty() {
        return Ok(None);
    }
    Currency::parse(&text).map(Some).ok_or_else(|| {
        fields
            .fault(name, "E0243", format!("not a currency: \"{text}\""))
            .label("a code of three letters is expected, such as EUR")
    })
}

/// A word of a table. Error: E0244.
pub(super) fn word<T: Copy>(
    fields: &impl Fields,
    name: &'static str,
    table: &[(T, &'static str)],
) -> Result<Option<T>, Error> {
    let text = fields.text(name)?;
    if text.is_empty() {
        return Ok(None);
    }
    let found = table.iter().find(|(_, word)| *word == text);
    found.map(|(value, _)| Some(*value)).ok_or_else(|| {
        let words: Vec<&str> = table.iter().map(|(_, word)| *word).collect();
        fields
            .fault(name, "E0244", format!("{name} is \"{text}\", which is none of its words"))
            .label(format!("one of {} is expected", words.join(", ")))
    })
}

/// A number without sign, such as a percentage, with its decimals as written. Error: E0241.
pub(super) fn decimal(fields: &impl Fields, name: &'static str, text: &str) -> Result<Decimal, Error> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.bytes().any(|b| b.is_ascii_digit());
    Decimal::from_str_exact(text).ok().filter(|_| is_plain).ok_or_else(|| {
        fields
            .fault(name, "E0241", format!("not a number: \"{text}\""))
            .label("a plain decimal without sign is expected, such as 2.5")
    })
}

/// Several texts in one, parted by `|`; a `\` in front makes a `|`, or a `\`, part of a text.
pub(super) fn split_list(text: &str) -> Box<[Box<str>]> {
    let (mut out, mut one) = (Vec::new(), String::new());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if matches!(rest.peek(), Some('|' | '\\')) => one.extend(rest.next()),
            '|' => out.push(std::mem::take(&mut one)),
            c => one.push(c),
        }
    }
    out.push(one);
    out.into_iter().filter(|t| !t.is_empty()).map(String::into_boxed_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_exact() {
        assert_eq!(day("2026-06-30"), NaiveDate::from_ymd_opt(2026, 6, 30));
        for wrong in ["2026-6-30", "30/06/2026", "2026-02-30", "2026-06-3x", "+026-06-30", "2026-06-300", "２026-1-1"]
        {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lists_keep_what_parts_them() {
        let texts = |cell| split_list(cell).iter().map(|t| t.to_string()).collect::<Vec<_>>();
        assert_eq!(texts("a|b"), ["a", "b"]);
        assert_eq!(texts(r"a\|b|c\\|d\e"), ["a|b", r"c\", r"d\e"]);
        assert_eq!(texts("||").len(), 0);
        assert_eq!(texts(r"a\"), [r"a\"]);
    }

    #[test]
    fn the_lowest_amount_is_one() {
        assert_eq!(parse_money("-92233720368547758.08", Currency::EUR), Ok(i64::MIN));
        assert_eq!(parse_money("92233720368547758.07", Currency::EUR), Ok(i64::MAX));
        assert_eq!(parse_money("92233720368547758.08", Currency::EUR), Err(MoneyError::TooLarge));
        assert_eq!(parse_money("-9223372036854775808", Currency::EUR), Err(MoneyError::TooLarge));
    }
}
