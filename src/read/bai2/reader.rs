//! Records in their order: file, group, account, transactions, and the trailers that count and add them up.

use chrono::NaiveDate;

use super::fields::{Field, Fields};
use crate::config::Limits;
use crate::error::{Collector, Error, Errors};
use crate::model::{
    Balance, BalanceKind, Check, CheckKind, Currency, InputRole, Money, MoneyError, NoteKind, Payment, Place, Position,
    Statement, StatementFile, StatementKind,
};
use crate::read::fixed::{Oddities, Order, day, implied, is_void};
use crate::read::sheet::Sheet;
use crate::read::source::{Line, Source};

/// Length of a line where the file header does not say it.
const LINE: usize = 80;

/// What a group says of its accounts.
#[derive(Clone, Copy, Debug)]
struct Group {
    day: Option<NaiveDate>,
    currency: Option<Currency>,
    kind: StatementKind,
    /// Deleted or a test: no money.
    is_void: bool,
    /// Its day or its currency was refused: what lacks them is passed over.
    is_refused: bool,
    tally: Tally,
}

/// Sum and count for a trailer, as the bank reckons: amounts as written, whatever their direction.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    sum: i128,
    records: u64,
    /// Accounts of a group, groups of a file.
    parts: u64,
}

/// An account whose trailer has not come yet.
struct Account {
    sheet: Sheet,
    currency: Currency,
    tally: Tally,
    /// Whether it lists transactions: summaries without any are totals of nothing here.
    has_transactions: bool,
}

pub(super) struct Reader<'t> {
    source: &'t Source<'t>,
    limits: &'t Limits,
    errors: Collector,
    oddities: Oddities,
    statements: Vec<Statement>,
    group: Option<Group>,
    account: Option<Account>,
    /// What opens an account was refused, or is missing and was said to be: what belongs to it is passed over.
    is_lost: bool,
    file: Tally,
    line_length: usize,
    version: &'t str,
    transactions: u64,
}

impl<'t> Reader<'t> {
    pub(super) fn new(source: &'t Source<'t>, limits: &'t Limits) -> Self {
        Self {
            source,
            limits,
            errors: Collector::default(),
            oddities: Oddities::default(),
            statements: Vec::new(),
            group: None,
            account: None,
            is_lost: false,
            file: Tally::default(),
            line_length: LINE,
            version: "2",
            transactions: 0,
        }
    }

    /// Takes a record with its continuations. False when there are more transactions than allowed.
    pub(super) fn take(&mut self, lines: &[Line<'t>]) -> bool {
        let Some(first) = lines.first().copied() else { return true };
        let fields = Fields::new(lines);
        let count = lines.len() as u64;
        let bytes: usize = lines.iter().map(|line| line.text.len()).sum();
        let taken = match first.text.get(..3) {
            _ if bytes > self.limits.text_bytes as usize => Err(self
                .source
                .fault(first, 0, 1, "E0247", format!("a record has more than {} bytes", self.limits.text_bytes))
                .help("raise  text_bytes  under [limits] in the configuration if the file is genuine")),
            Some("01,") => {
                self.file.records += count;
                self.header(fields);
                Ok(())
            }
            Some("02,") => self.group(fields, count, first),
            Some("03,") => self.account(fields, count, first),
            Some("16,") => self.transaction(fields, count, first),
            Some("49,") => self.account_trailer(fields, count, first),
            Some("98,") => self.group_trailer(fields, count, first),
            Some("99,") => self.file_trailer(fields, count, first),
            _ => Err(self
                .source
                .fault(first, 0, 2, "E0244", "a record of no known kind")
                .label("01, 02, 03, 16, 49, 88, 98 and 99 are known, with a comma behind")),
        };
        if let Err(error) = taken {
            self.errors.push(error);
        }
        self.transactions <= self.limits.records
    }

    fn fault(&self, field: Field<'t>, code: &'static str, message: impl Into<Box<str>>) -> Error {
        self.source.fault(field.line, field.start, field.width(), code, message)
    }

    /// 01: only the length of lines and the version matter.
    fn header(&mut self, mut fields: Fields<'_, 't>) {
        (0..5).for_each(|_| {
            fields.next();
        });
        self.line_length = fields.next().text.parse().ok().filter(|n| *n > 0).unwrap_or(LINE);
        fields.next();
        let version = fields.next().text;
        if matches!(version, "2" | "3") {
            self.version = version;
        }
    }

    /// 02: a group of accounts of one day. Errors: E0242, E0243.
    fn group(&mut self, mut fields: Fields<'_, 't>, count: u64, first: Line<'t>) -> Result<(), Error> {
        self.close_account();
        let place = Position::Line(first.number);
        fields.next();
        fields.next();
        let (status, date, _time, code, modifier) =
            (fields.next(), fields.next(), fields.next(), fields.next(), fields.next());
        let is_void = matches!(status.text, "2" | "4");
        match status.text {
            "2" => self.oddities.add(
                NoteKind::Said,
                "a group that deletes what was sent before (status 2): no money",
                place,
            ),
            "3" => {
                let what = "a group that corrects what was sent before (status 3): read as it is";
                self.oddities.add(NoteKind::Warning, what, place);
            }
            "4" => self.oddities.add(NoteKind::Said, "a group marked as a test (status 4): no money", place),
            _ => {}
        }
        // 1 and 3 are previews, of the day before and of this day.
        let kind = if matches!(modifier.text, "1" | "3") {
            self.oddities.add(NoteKind::Said, "a group of interim data (modifier 1 or 3)", place);
            StatementKind::Interim
        } else {
            StatementKind::Statement
        };
        let mut group = Group {
            day: None,
            currency: None,
            kind,
            is_void,
            is_refused: false,
            tally: Tally { records: count, ..Tally::default() },
        };
        self.is_lost = false;
        let date = self.day(date);
        let currency = if code.text.is_empty() { Ok(None) } else { self.currency(code).map(Some) };
        if let (Ok(date), Ok(currency)) = (&date, &currency) {
            (group.day, group.currency) = (*date, *currency);
        }
        group.is_refused = date.is_err() || currency.is_err();
        self.group = Some(group);
        date.and(currency).map(|_| ())
    }

    /// A record that belongs to another one that is not there; said once. Error: E0244.
    fn outside(&mut self, first: Line<'t>, what: &'static str, expected: &'static str) -> Result<(), Error> {
        if std::mem::replace(&mut self.is_lost, true) {
            return Ok(());
        }
        Err(self.source.fault(first, 0, 2, "E0244", what).label(expected))
    }

    fn day(&mut self, field: Field<'t>) -> Result<Option<NaiveDate>, Error> {
        if is_void(field.text) {
            return Ok(None);
        }
        let day = day(field.text, Order::YearMonthDay).ok_or_else(|| {
            self.fault(field, "E0242", format!("\"{}\" is not a day", field.text))
                .label("year, month and day are expected, two digits each")
        })?;
        Ok(Some(self.oddities.straighten(day, Position::Line(field.line.number))))
    }

    fn currency(&self, field: Field<'t>) -> Result<Currency, Error> {
        Currency::parse(field.text).ok_or_else(|| {
            self.fault(field, "E0243", format!("\"{}\" is not a currency", field.text))
                .label("three letters of ISO 4217 are expected")
        })
    }

    /// An amount of implied decimals, with or without a sign. Errors: E0241, E0248.
    fn amount(&self, field: Field<'t>, currency: Currency, may_be_signed: bool) -> Result<Money, Error> {
        let (negative, digits) = match field.text.as_bytes().first() {
            Some(b'-') if may_be_signed => (true, &field.text[1..]),
            Some(b'+') if may_be_signed => (false, &field.text[1..]),
            _ => (false, field.text),
        };
        match implied(digits, currency.decimals(), currency) {
            Ok(amount) => Ok(if negative { -amount } else { amount }),
            Err(MoneyError::TooLarge) => Err(self.fault(field, "E0248", "the amount is too large")),
            Err(_) if field.text.is_empty() => {
                Err(self.fault(field, "E0241", "the amount is missing").label("digits are expected here"))
            }
            Err(_) => {
                let label = if may_be_signed {
                    "digits are expected, with a sign or without"
                } else {
                    "only digits are expected"
                };
                Err(self.fault(field, "E0241", format!("\"{}\" is not an amount", field.text)).label(label))
            }
        }
    }

    /// 03: an account with its balances and summaries. Errors: E0241, E0243, E0244, E0248.
    fn account(&mut self, mut fields: Fields<'_, 't>, count: u64, first: Line<'t>) -> Result<(), Error> {
        self.close_account();
        let place = Position::Line(first.number);
        let Some(group) = self.group else {
            return self.outside(first, "an account outside of a group", "a group header (02) is expected above it");
        };
        self.is_lost = true;
        let (number, code) = (fields.next(), fields.next());
        let currency = match (code.text, group.currency) {
            ("", Some(currency)) => currency,
            ("", None) => {
                self.oddities.add(NoteKind::Assumed, "an account without a currency: USD, as the format says", place);
                Currency::USD
            }
            _ => self.currency(code)?,
        };
        let mut sheet = Sheet::new(group.kind);
        sheet.statement.account = number.text.into();
        sheet.statement.currency = Some(currency);
        sheet.statement.from = group.day;
        sheet.statement.to = group.day;
        let mut account =
            Account { sheet, currency, tally: Tally { records: count, ..Tally::default() }, has_transactions: false };
        let read = self.summaries(&mut fields, &mut account, group.day, place);
        self.account = Some(account);
        self.is_lost = false;
        read
    }

    /// Type, amount, count and funds type, again and again. Types 010 and 015 are the ledger's balances, 100 and 400 the totals.
    fn summaries(
        &mut self,
        fields: &mut Fields<'_, 't>,
        account: &mut Account,
        day: Option<NaiveDate>,
        place: Position,
    ) -> Result<(), Error> {
        while fields.has_more() {
            let (code, amount) = (fields.next(), fields.next());
            let (number, funds) = (fields.next(), fields.next());
            self.skip_funds(fields, funds)?;
            if code.text.is_empty() || amount.text.is_empty() {
                continue;
            }
            let money = self.amount(amount, account.currency, true)?;
            account.tally.sum += i128::from(money.minor);
            let items = number.text.parse().ok();
            let totals = &mut account.sheet.statement.totals;
            match code.text {
                "010" => account.sheet.balance(Balance { kind: BalanceKind::Opening, amount: money, date: day }),
                "015" => account.sheet.balance(Balance { kind: BalanceKind::Closing, amount: money, date: day }),
                "100" => (totals.credit_sum, totals.credit_entries) = (Some(money.minor), items),
                // Banks write the total of debits with and without a minus.
                "400" => (totals.debit_sum, totals.debit_entries) = (money.minor.checked_abs(), items),
                code if code < "100" => {
                    account.sheet.balance(Balance { kind: BalanceKind::Other, amount: money, date: day });
                }
                _ => {
                    let what =
                        "a summary of other transactions than all credits (100) and all debits (400), passed over";
                    self.oddities.add(NoteKind::Said, what, place);
                }
            }
        }
        Ok(())
    }

    /// What follows a funds type: V has day and time, S three amounts, D pairs of days and amounts. Returns the day of value.
    /// Error: E0244 for a distribution without a number.
    fn skip_funds(&mut self, fields: &mut Fields<'_, 't>, funds: Field<'t>) -> Result<Option<NaiveDate>, Error> {
        match funds.text {
            "V" => {
                let date = fields.next();
                fields.next();
                self.day(date)
            }
            "S" => {
                (0..3).for_each(|_| {
                    fields.next();
                });
                Ok(None)
            }
            "D" => {
                let number = fields.next();
                let pairs: u32 = number.text.parse().map_err(|_| {
                    self.fault(number, "E0244", "a distribution of funds without its number of parts")
                        .label("a number is expected behind D")
                })?;
                for _ in 0..pairs {
                    if !fields.has_more() {
                        break;
                    }
                    fields.next();
                    fields.next();
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// 16: one transaction. Its amount has no sign: the type says which way it went. Errors: E0241, E0244, E0246, E0248.
    fn transaction(&mut self, mut fields: Fields<'_, 't>, count: u64, first: Line<'t>) -> Result<(), Error> {
        self.transactions += 1;
        let place = Position::Line(first.number);
        let Some((group, currency)) = self.group.zip(self.account.as_ref().map(|account| account.currency)) else {
            return self.outside(first, "a transaction outside of an account", "an account (03) is expected above it");
        };
        let (code, amount, funds) = (fields.next(), fields.next(), fields.next());
        let valued = self.skip_funds(&mut fields, funds)?;
        let (bank, customer) = (fields.next(), fields.next());
        if let Some(account) = &mut self.account {
            account.tally.records += count;
            account.has_transactions = true;
        }
        if code.text == "890" {
            self.oddities.add(NoteKind::Said, "a transaction of type 890, which moves no money", place);
            if let Some(account) = &mut self.account {
                account.sheet.not_booked(Money::new(0, currency));
            }
            return Ok(());
        }
        let credit = match code.text.parse::<u16>() {
            Ok(100..=399) => true,
            Ok(400..=699) => false,
            _ => {
                return Err(self
                    .fault(code, "E0246", format!("type \"{}\" does not say the direction of the money", code.text))
                    .label("100 to 399 are credits, 400 to 699 are debits, 890 is no money"));
            }
        };
        let money = self.amount(amount, currency, false)?;
        let Some(booked) = group.day.or(valued) else {
            if group.is_refused {
                return Ok(());
            }
            return Err(self
                .source
                .fault(first, 0, 2, "E0242", "a transaction without a day")
                .label("neither its group (02) nor its funds type (V) has one"));
        };
        let mut payment = Payment::new("", booked, if credit { money } else { -money });
        payment.value_date = valued;
        payment.place = Place { file: 0, position: place };
        payment.bank_reference = reference(bank).into();
        payment.end_to_end_id = reference(customer).into();
        payment.remittance = fields.text(self.line_length).into();
        let Some(account) = &mut self.account else { return Ok(()) };
        account.tally.sum += i128::from(money.minor);
        if group.is_void {
            account.sheet.not_booked(payment.amount);
        } else {
            account.sheet.book(payment);
        }
        Ok(())
    }

    /// 49: sum and records of the account.
    fn account_trailer(&mut self, mut fields: Fields<'_, 't>, count: u64, first: Line<'t>) -> Result<(), Error> {
        let Some(mut account) = self.account.take() else {
            return self.outside(
                first,
                "the end of an account where none is open",
                "an account (03) is expected above it",
            );
        };
        account.tally.records += count;
        let (currency, tally) = (account.currency, account.tally);
        let claimed = self.claims(&mut fields, currency, false);
        if let Ok(claimed) = &claimed {
            let scope = format!("account {} (line {})", account.sheet.statement.account, first.number);
            account.sheet.statement.checks.push(check(&scope, currency, *claimed, tally));
        }
        self.account = Some(account);
        self.close_account();
        if let (Some(group), Ok(claimed)) = (&mut self.group, &claimed) {
            // A group adds up what its accounts claim.
            group.tally.sum += i128::from(claimed.sum) - tally.sum;
        }
        claimed.map(|_| ())
    }

    /// 98: sum, accounts and records of the group.
    fn group_trailer(&mut self, mut fields: Fields<'_, 't>, count: u64, first: Line<'t>) -> Result<(), Error> {
        self.close_account();
        let Some(mut group) = self.group.take() else {
            let expected = "a group header (02) is expected above it";
            return self.outside(first, "the end of a group where none is open", expected);
        };
        group.tally.records += count;
        self.file.records += group.tally.records;
        self.file.parts += 1;
        let currency = group.currency.unwrap_or(Currency::USD);
        let claimed = self.claims(&mut fields, currency, true)?;
        self.file.sum += i128::from(claimed.sum);
        let check = check(&format!("group (line {})", first.number), currency, claimed, group.tally);
        if let Some(statement) = self.statements.last_mut() {
            statement.checks.push(check);
        }
        Ok(())
    }

    /// 99: sum, groups and records of the file.
    fn file_trailer(&mut self, mut fields: Fields<'_, 't>, count: u64, first: Line<'t>) -> Result<(), Error> {
        self.close_account();
        if let Some(group) = self.group.take() {
            self.oddities.add(NoteKind::Warning, "a group without an end (record 98)", Position::Line(first.number));
            self.file.records += group.tally.records;
            self.file.parts += 1;
            self.file.sum += group.tally.sum;
        }
        self.file.records += count;
        let Some(currency) = self.statements.last().and_then(|s| s.currency) else { return Ok(()) };
        let claimed = self.claims(&mut fields, currency, true)?;
        let check = check(&format!("file (line {})", first.number), currency, claimed, self.file);
        if let Some(statement) = self.statements.last_mut() {
            statement.checks.push(check);
        }
        Ok(())
    }

    /// The fields of a trailer: sum, parts where it has them, records.
    fn claims(&self, fields: &mut Fields<'_, 't>, currency: Currency, has_parts: bool) -> Result<Claims, Error> {
        let sum = self.amount(fields.next(), currency, true)?.minor;
        let mut number = |what: &str| -> Result<Option<u64>, Error> {
            let field = fields.next();
            if field.text.is_empty() {
                return Ok(None);
            }
            field.text.parse().map(Some).map_err(|_| {
                self.fault(field, "E0241", format!("the number of {what} is not a number"))
                    .label("only digits are expected")
            })
        };
        let parts = if has_parts { number("parts")? } else { None };
        Ok(Claims { sum, parts, records: number("records")? })
    }

    /// The account is complete.
    fn close_account(&mut self) {
        let Some(mut account) = self.account.take() else { return };
        if !account.has_transactions {
            account.sheet.statement.totals = crate::model::ControlTotals::default();
        }
        if let Some(group) = &mut self.group {
            group.tally.parts += 1;
            group.tally.records += account.tally.records;
            group.tally.sum += account.tally.sum;
        }
        self.statements.push(account.sheet.finish(self.source.path));
    }

    pub(super) fn finish(mut self) -> Result<StatementFile, Errors> {
        if self.account.is_some() || self.group.is_some() {
            let last = u32::try_from(self.source.lines().count()).unwrap_or(u32::MAX);
            self.oddities.add(
                NoteKind::Warning,
                "a group without an end: the file may be cut off",
                Position::Line(last),
            );
            self.close_account();
        }
        let records = self.statements.iter().map(|s| s.payments.len() as u64).sum();
        let file = self.source.file(
            InputRole::Statement,
            "bai2",
            &format!("bai {}", self.version),
            records,
            self.oddities.notes(),
        );
        self.errors.finish(StatementFile { file, statements: self.statements })
    }
}

/// What a trailer claims.
#[derive(Clone, Copy, Debug)]
struct Claims {
    sum: i64,
    parts: Option<u64>,
    records: Option<u64>,
}

/// Holds a trailer against what was read.
fn check(scope: &str, currency: Currency, claimed: Claims, found: Tally) -> Check {
    let money =
        |minor: i128| i64::try_from(minor).map_or_else(|_| minor.to_string(), |m| Money::new(m, currency).to_string());
    let mut wrong = Vec::new();
    if i128::from(claimed.sum) != found.sum {
        wrong.push(format!("sum {} where the records have {}", money(i128::from(claimed.sum)), money(found.sum)));
    }
    if claimed.parts.is_some_and(|n| n != found.parts) {
        wrong.push(format!("{} parts where there are {}", claimed.parts.unwrap_or_default(), found.parts));
    }
    if claimed.records.is_some_and(|n| n != found.records) {
        wrong.push(format!("{} records where there are {}", claimed.records.unwrap_or_default(), found.records));
    }
    let text = if wrong.is_empty() { "the trailer agrees with its records".to_string() } else { wrong.join("; ") };
    Check { kind: CheckKind::ControlTotal, scope: scope.into(), holds: Some(wrong.is_empty()), text: text.into() }
}

/// A reference, unless it is zeros or a word for none.
fn reference<'t>(field: Field<'t>) -> &'t str {
    let none =
        is_void(field.text) || ["NOTPROVIDED", "NONREF"].iter().any(|none| field.text.eq_ignore_ascii_case(none));
    if none { "" } else { field.text }
}
