//! Norma 43: the Spanish account statement, records of 80 characters.
//!
//! "Información normalizada de cuenta corriente", Cuaderno 43 of AEB, CECA and UNACC. An account goes from 11 to 33, the file ends
//! with 88. Columns, from 1:
//!
//! | record | columns |
//! |---|---|
//! | 11 account | 3–6 bank, 7–10 branch, 11–20 account, 21–26 first day, 27–32 last day, 33 sign, 34–47 opening balance, 48–50 currency, 52–77 owner |
//! | 22 movement | 11–16 day of booking, 17–22 day of value, 28 sign, 29–42 amount, 43–52 document, 53–64 and 65–80 references |
//! | 23 concept | 5–42 and 43–80 text |
//! | 24 equivalent | amount in another currency |
//! | 33 end of account | 21–25 debits, 26–39 their sum, 40–44 credits, 45–58 their sum, 59 sign, 60–73 closing balance, 74–76 currency |
//! | 88 end of file | 21–26 records |
//!
//! Days are YYMMDD, amounts have 14 digits with two decimals, currencies are numbers of ISO 4217, and 1 is debit, 2 is credit.

use chrono::NaiveDate;

use super::Settings;
use super::fixed::{Oddities, Order, Record, Records, day, glue_all, implied, is_void};
use super::iban::compose;
use super::sheet::Sheet;
use super::source::Source;
use crate::error::{Collector, Error, Errors};
use crate::model::{
    Balance, BalanceKind, Currency, InputRole, Money, Note, NoteKind, Payment, Place, Position, Statement,
    StatementFile, StatementKind,
};

/// Characters of a record.
const LENGTH: usize = 80;

/// Up to where records must reach.
const NEEDED: [(&str, usize); 5] = [("11", 50), ("22", 42), ("23", 4), ("33", 76), ("88", 26)];

/// Characters of half a concept.
const CONCEPT: usize = 38;

/// Reads a Norma 43. Errors: E0241 to E0248 (see `source`), all that are found.
pub fn read(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let source = Source::decode(path, bytes, None)?;
    let mut reader = Reader {
        source: &source,
        errors: Collector::default(),
        oddities: Oddities::default(),
        statements: Vec::new(),
        open: None,
        is_lost: false,
        records: 0,
        movements: 0,
        has_end: false,
        text_bytes: settings.limits.text_bytes as usize,
        computed: None,
    };
    let begins = |rest: &str| matches!(rest.get(..2), Some("11" | "22" | "23" | "24" | "33" | "88"));
    for record in Records::new(&source, LENGTH, begins) {
        if let Err(error) = reader.record(&record) {
            reader.errors.push(error);
        }
        if reader.movements > settings.limits.records {
            return Err(source.too_many(record.line(), settings.limits).into());
        }
    }
    reader.finish()
}

/// An account whose end has not come yet.
struct Open<'t> {
    sheet: Sheet,
    currency: Currency,
    /// Bank, branch and account, as written in 18 columns.
    account: &'t str,
    movement: Option<Movement<'t>>,
    /// A movement was refused: its concepts are passed over with it.
    is_refused: bool,
}

/// A movement whose concepts may follow.
struct Movement<'t> {
    payment: Payment,
    concepts: Vec<(&'t str, usize)>,
    bytes: usize,
}

struct Reader<'t> {
    source: &'t Source<'t>,
    errors: Collector,
    oddities: Oddities,
    statements: Vec<Statement>,
    open: Option<Open<'t>>,
    /// What opens an account was refused, or is missing and was said to be: what belongs to it is passed over.
    is_lost: bool,
    records: u64,
    movements: u64,
    has_end: bool,
    text_bytes: usize,
    /// The first account whose IBAN was computed.
    computed: Option<String>,
}

impl<'t> Reader<'t> {
    fn record(&mut self, record: &Record<'t>) -> Result<(), Error> {
        let kind = record.columns(1, 2);
        let length = record.length();
        let needed = NEEDED.iter().find(|(known, _)| *known == kind).map_or(2, |(_, needed)| *needed);
        if kind != "88" {
            self.records += 1;
        }
        if length < needed || length > LENGTH {
            if let Some(open) = self.open.as_mut().filter(|_| kind == "22") {
                open.is_refused = true;
            }
            let (at, label) = match length < needed {
                true => (length + 1, format!("ends here; {LENGTH} are expected, and {needed} are needed")),
                false => (LENGTH + 1, format!("{LENGTH} are expected")),
            };
            return Err(record
                .fault(self.source, (at, 1), "E0245", format!("a record of {length} characters"))
                .label(label)
                .help("the file may be cut off, or changed on its way: fetch it again"));
        }
        match kind {
            "11" => self.account(record),
            "22" => {
                self.movements += 1;
                self.book();
                let taken = self.movement(record);
                if let Some(open) = &mut self.open {
                    open.is_refused = taken.is_err();
                }
                taken
            }
            "23" => self.concept(record),
            "24" => {
                let what = "an amount in another currency (record 24), passed over";
                self.oddities.add(NoteKind::Said, what, record.position);
                Ok(())
            }
            "33" => self.end_of_account(record),
            "88" => {
                self.end_of_file(record);
                Ok(())
            }
            _ => Err(record
                .fault(self.source, (1, 2), "E0244", "a record of no known kind")
                .label("11, 22, 23, 24, 33 and 88 are known")
                .help("every record has 80 characters: one that lost or won some moves all behind it")),
        }
    }

    /// 11: opens an account. Errors: E0241 to E0243, E0246, E0248.
    fn account(&mut self, record: &Record<'t>) -> Result<(), Error> {
        if self.open.is_some() {
            self.oddities.add(NoteKind::Warning, "an account without an end (record 33)", record.position);
            self.close();
        }
        self.is_lost = true;
        let account = record.columns(3, 20);
        let currency = self.currency(record, 48)?;
        self.is_lost = false;
        let mut sheet = Sheet::new(StatementKind::Statement);
        let s = &mut sheet.statement;
        s.account = match iban(account) {
            Some(iban) => {
                self.computed.get_or_insert_with(|| iban.clone());
                iban.into()
            }
            None => account.trim().into(),
        };
        s.owner = record.columns(52, 77).trim().into();
        s.currency = Some(currency);
        self.open = Some(Open { sheet, currency, account, movement: None, is_refused: false });
        let from = self.day_or_none(record, 21, "the first day")?;
        let to = self.day_or_none(record, 27, "the last day")?;
        let amount = self.amount(record, 33, "the opening balance", currency)?;
        if let Some(open) = &mut self.open {
            open.sheet.statement.from = from;
            open.sheet.statement.to = to;
            open.sheet.balance(Balance { kind: BalanceKind::Opening, amount, date: from });
        }
        Ok(())
    }

    /// A record that belongs to an account where none is open; said once. Error: E0244.
    fn outside(&mut self, record: &Record<'t>, what: &str) -> Result<(), Error> {
        if std::mem::replace(&mut self.is_lost, true) {
            return Ok(());
        }
        Err(record
            .fault(self.source, (1, 2), "E0244", format!("{what} where no account is open"))
            .label("a record 11 is expected above it"))
    }

    /// A currency by its number of ISO 4217. Error: E0243.
    fn currency(&self, record: &Record<'t>, at: usize) -> Result<Currency, Error> {
        let text = record.columns(at, at + 2);
        text.parse::<u16>()
            .ok()
            .and_then(iso_currency::Currency::from_numeric)
            .and_then(|found| Currency::parse(found.code()))
            .ok_or_else(|| {
                record
                    .fault(self.source, (at, 3), "E0243", format!("\"{text}\" is not the number of a currency"))
                    .label("three digits of ISO 4217 are expected, as 978 for EUR")
            })
    }

    /// Sign and amount, with the sign at a column. Errors: E0241, E0246, E0248.
    fn amount(&self, record: &Record<'t>, at: usize, what: &str, currency: Currency) -> Result<Money, Error> {
        let amount = implied(record.columns(at + 1, at + 14), 2, currency).map_err(|why| {
            record.not_money(self.source, (at + 1, 14), &format!("the amount of {what}"), currency, why)
        })?;
        match record.columns(at, at) {
            "1" => Ok(-amount),
            "2" => Ok(amount),
            _ => Err(record
                .fault(self.source, (at, 1), "E0246", format!("the sign of {what} cannot be told"))
                .label("1 is debit, 2 is credit")),
        }
    }

    fn day_or_none(&mut self, record: &Record<'t>, at: usize, what: &str) -> Result<Option<NaiveDate>, Error> {
        let text = record.columns(at, at + 5);
        if is_void(text) {
            return Ok(None);
        }
        let day = day(text, Order::YearMonthDay)
            .ok_or_else(|| record.not_a_day(self.source, at, what, Order::YearMonthDay))?;
        Ok(Some(self.oddities.straighten(day, record.position)))
    }

    /// 22: one movement, which is one payment.
    fn movement(&mut self, record: &Record<'t>) -> Result<(), Error> {
        let Some(currency) = self.open.as_ref().map(|open| open.currency) else {
            return self.outside(record, "a movement");
        };
        let amount = self.amount(record, 28, "the movement", currency)?;
        let booked = self
            .day_or_none(record, 11, "the day of booking")?
            .ok_or_else(|| record.not_a_day(self.source, 11, "the day of booking", Order::YearMonthDay))?;
        let mut payment = Payment::new("", booked, amount);
        payment.value_date = self.day_or_none(record, 17, "the day of value")?;
        payment.place = Place { file: 0, position: record.position };
        let numbers = [record.columns(43, 52), record.columns(53, 64), record.columns(65, 80)];
        let numbers: Vec<&str> = numbers.into_iter().map(str::trim).filter(|n| !is_void(n)).collect();
        payment.bank_reference = numbers.join(" ").into();
        if let Some(open) = &mut self.open {
            open.movement = Some(Movement { payment, concepts: Vec::new(), bytes: 0 });
        }
        Ok(())
    }

    /// 23: text of the movement above. Errors: E0244, E0247.
    fn concept(&mut self, record: &Record<'t>) -> Result<(), Error> {
        let movement = match &mut self.open {
            None => return self.outside(record, "a concept"),
            Some(open) if open.is_refused => return Ok(()),
            Some(Open { movement: Some(movement), .. }) => movement,
            _ => {
                return Err(record
                    .fault(self.source, (1, 2), "E0244", "a concept where no movement is above it")
                    .label("a record 22 is expected above it"));
            }
        };
        movement.bytes = movement.bytes.saturating_add(record.text.len());
        movement.concepts.push((record.columns(5, 42), CONCEPT));
        movement.concepts.push((record.columns(43, 80), CONCEPT));
        if movement.bytes > self.text_bytes {
            if let Some(open) = &mut self.open {
                open.is_refused = true;
                open.movement = None;
            }
            let message = format!("a movement has more than {} bytes of text", self.text_bytes);
            return Err(record
                .fault(self.source, (1, 2), "E0247", message)
                .help("raise  text_bytes  under [limits] in the configuration if the file is genuine"));
        }
        Ok(())
    }

    /// 33: totals and closing balance of the account. Errors: E0241, E0243, E0244, E0246.
    fn end_of_account(&mut self, record: &Record<'t>) -> Result<(), Error> {
        self.book();
        let Some(open) = &self.open else { return self.outside(record, "the end of an account") };
        let (account, currency) = (open.account, open.currency);
        let ended = self.totals(record, account, currency);
        self.close();
        ended
    }

    fn totals(&mut self, record: &Record<'t>, account: &str, currency: Currency) -> Result<(), Error> {
        let found = record.columns(3, 20);
        if found != account {
            return Err(record
                .fault(
                    self.source,
                    (3, 18),
                    "E0244",
                    format!("the end of account {found}, which is not the one that was opened"),
                )
                .label(format!("{account} is expected")));
        }
        let other = self.currency(record, 74)?;
        if other != currency {
            return Err(record
                .fault(
                    self.source,
                    (74, 3),
                    "E0243",
                    format!("a closing balance in {other} on an account in {currency}"),
                )
                .label(format!("{currency} is expected")));
        }
        let count = |at: usize| {
            record.columns(at, at + 4).parse::<u64>().map_err(|_| {
                record
                    .fault(self.source, (at, 5), "E0241", "a number of movements is not a number")
                    .label("five digits are expected")
            })
        };
        let sum = |at: usize, what: &str| {
            implied(record.columns(at, at + 13), 2, currency)
                .map_err(|why| record.not_money(self.source, (at, 14), what, currency, why))
        };
        let (debits, credits) = (count(21)?, count(40)?);
        let (debit, credit) = (sum(26, "the sum of debits")?, sum(45, "the sum of credits")?);
        let amount = self.amount(record, 59, "the closing balance", currency)?;
        if let Some(open) = &mut self.open {
            let totals = &mut open.sheet.statement.totals;
            (totals.debit_entries, totals.credit_entries) = (Some(debits), Some(credits));
            (totals.debit_sum, totals.credit_sum) = (Some(debit.minor), Some(credit.minor));
            let date = open.sheet.statement.to;
            open.sheet.balance(Balance { kind: BalanceKind::Closing, amount, date });
        }
        Ok(())
    }

    /// 88: the number of records above it.
    fn end_of_file(&mut self, record: &Record<'t>) {
        self.has_end = true;
        if record.columns(21, 26).trim().parse::<u64>().is_ok_and(|claimed| claimed != self.records) {
            let what = "an end of the file (88) that counts another number of records than the file has";
            self.oddities.add(NoteKind::Warning, what, record.position);
        }
    }

    /// The movement above is complete.
    fn book(&mut self) {
        let Some(open) = &mut self.open else { return };
        if let Some(Movement { mut payment, concepts, .. }) = open.movement.take() {
            payment.remittance = glue_all(concepts).into();
            if payment.remittance.is_empty() {
                payment.remittance = payment.bank_reference.clone();
            }
            open.sheet.book(payment);
        }
    }

    fn close(&mut self) {
        self.book();
        if let Some(open) = self.open.take() {
            self.statements.push(open.sheet.finish(self.source.path));
        }
    }

    fn finish(mut self) -> Result<StatementFile, Errors> {
        let last = Position::Line(u32::try_from(self.source.lines().count()).unwrap_or(u32::MAX));
        if self.open.is_some() {
            self.oddities.add(NoteKind::Warning, "an account without an end (record 33)", last);
            self.close();
        }
        if !self.has_end {
            self.oddities.add(NoteKind::Warning, "a file without an end (record 88): it may be cut off", last);
        }
        let mut notes = Vec::new();
        if let Some(iban) = self.computed {
            let text = format!("account {iban}: its IBAN was computed from bank, branch and number");
            notes.push(Note::new(NoteKind::Assumed, text));
        }
        notes.extend(self.oddities.notes());
        let records = self.statements.iter().map(|s| s.payments.len() as u64).sum();
        let file = self.source.file(InputRole::Statement, "norma43", "", records, notes);
        self.errors.finish(StatementFile { file, statements: self.statements })
    }
}

/// The IBAN of a Spanish account: bank and branch (4 each), two check digits, account (10). The record leaves out the check digits.
fn iban(account: &str) -> Option<String> {
    if account.len() != 18 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (office, number) = account.split_at(8);
    let national = format!("{office}{}{}{number}", check(&format!("00{office}")), check(number));
    compose("ES", &national)
}

/// The check digit of ten digits: 11 less their weighted sum modulo 11, where 10 becomes 1 and 11 becomes 0.
fn check(digits: &str) -> u32 {
    const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    match 11 - sum % 11 {
        10 => 1,
        11 => 0,
        check => check,
    }
}

#[cfg(test)]
mod tests;
