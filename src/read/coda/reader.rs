//! Records in their order: header, old balance, movements, new balance, trailer.

use chrono::NaiveDate;

use super::LENGTH;
use super::entry::Entry;
use super::item::Item;
use crate::config::Limits;
use crate::error::{Collector, Error, Errors};
use crate::model::{
    Balance, BalanceKind, Currency, InputRole, Money, NoteKind, Payment, Place, Position, Statement, StatementFile,
    StatementKind,
};
use crate::read::fixed::{Oddities, Order, Record, day, implied, is_void};
use crate::read::sheet::Sheet;
use crate::read::source::Source;

/// Up to where records must reach; what is behind may be missing, for editors cut blanks.
const NEEDED: [(&str, usize); 6] = [("1", 64), ("21", 121), ("22", 10), ("23", 10), ("8", 63), ("9", 52)];

/// What is open between an old balance and the trailer.
struct Block<'t> {
    sheet: Sheet,
    currency: Currency,
    /// Account and currency, as written in 37 columns.
    account: &'t str,
    entry: Option<Entry<'t>>,
    /// A movement was refused: what belongs to it is passed over with it.
    is_refused: bool,
}

pub(super) struct Reader<'t> {
    source: &'t Source<'t>,
    limits: &'t Limits,
    errors: Collector,
    oddities: Oddities,
    statements: Vec<Statement>,
    block: Option<Block<'t>>,
    is_duplicate: bool,
    /// What opens a statement was refused, or is missing and was said to be: what belongs to it is passed over.
    is_lost: bool,
    /// Records of the statement, without header and trailer.
    records: u64,
    movements: u64,
}

impl<'t> Reader<'t> {
    pub(super) fn new(source: &'t Source<'t>, limits: &'t Limits) -> Self {
        Self {
            source,
            limits,
            errors: Collector::default(),
            oddities: Oddities::default(),
            statements: Vec::new(),
            block: None,
            is_duplicate: false,
            is_lost: false,
            records: 0,
            movements: 0,
        }
    }

    /// Takes a record. False when there are more movements than allowed.
    pub(super) fn take(&mut self, record: Record<'t>) -> bool {
        // The trailer counts neither itself, nor the header, nor free messages.
        if matches!(record.columns(1, 1), "1" | "2" | "3" | "8") {
            self.records += 1;
        }
        let taken = self.whole(&record).and_then(|()| match (record.columns(1, 1), record.columns(2, 2)) {
            ("0", _) => self.header(&record),
            ("1", _) => self.opening(&record),
            ("2", "1") => self.movement(&record),
            ("2", "2" | "3") | ("3", "1" | "2" | "3") => self.continuation(&record),
            ("4", _) => {
                self.oddities.add(
                    NoteKind::Said,
                    "a free message of the bank (record 4), passed over",
                    record.position,
                );
                Ok(())
            }
            ("8", _) => self.closing(&record),
            ("9", _) => self.trailer(&record),
            _ => Err(record
                .fault(self.source, (1, 2), "E0244", "a record of no known kind")
                .label("0, 1, 21 to 23, 31 to 33, 4, 8 and 9 are known")
                .help("every record has 128 characters: one that lost or won some moves all behind it")),
        });
        if let Err(error) = taken {
            self.errors.push(error);
            if let Some(block) = self.block.as_mut().filter(|_| record.columns(1, 2) == "21") {
                block.is_refused = true;
            }
        }
        self.movements <= self.limits.records
    }

    /// Error: E0245 for a record that is too short or too long.
    fn whole(&self, record: &Record<'t>) -> Result<(), Error> {
        let length = record.length();
        let needed = NEEDED.iter().find(|(kind, _)| record.text.starts_with(kind)).map_or(2, |(_, needed)| *needed);
        if length < needed {
            return Err(record
                .fault(self.source, (length + 1, 1), "E0245", format!("a record of {length} characters"))
                .label(format!("ends here; {LENGTH} are expected, and {needed} are needed"))
                .help("the file may be cut off, or changed on its way: fetch it again"));
        }
        if length > LENGTH {
            return Err(record
                .fault(self.source, (LENGTH + 1, length - LENGTH), "E0245", format!("a record of {length} characters"))
                .label(format!("{LENGTH} are expected"))
                .help("the file may have been changed on its way: fetch it again"));
        }
        Ok(())
    }

    /// 0: begins a statement. Version 1 is of the time before the euro. Error: E0244.
    fn header(&mut self, record: &Record<'t>) -> Result<(), Error> {
        if self.block.is_some() {
            self.oddities.add(NoteKind::Warning, "a statement without a trailer (record 9)", record.position);
            self.close();
        }
        self.records = 0;
        self.is_lost = false;
        self.is_duplicate = record.columns(17, 17) == "D";
        if self.is_duplicate {
            let what = "a statement marked as a duplicate (D): it creates no payments";
            self.oddities.add(NoteKind::Said, what, record.position);
        }
        match record.columns(128, 128) {
            "2" | "" | " " => Ok(()),
            version => Err(record
                .fault(self.source, (128, 1), "E0244", format!("CODA of version {version}"))
                .label("version 2 is read")
                .help("ask the bank for CODA 2, or for camt.053")),
        }
    }

    /// 1: the old balance. Errors: E0241 to E0243.
    fn opening(&mut self, record: &Record<'t>) -> Result<(), Error> {
        if self.block.is_some() {
            self.oddities.add(NoteKind::Warning, "a statement without a trailer (record 9)", record.position);
            self.close();
        }
        self.is_lost = true;
        let account = record.columns(6, 42);
        let (number, code, at) = match record.columns(2, 2) {
            // Twelve digits, a blank, the currency; the other forms have an IBAN or a foreign number in 34 characters.
            "0" => (record.columns(6, 17), record.columns(19, 21), 19),
            _ => (record.columns(6, 39), record.columns(40, 42), 40),
        };
        let currency = Currency::parse(code).ok_or_else(|| {
            record
                .fault(self.source, (at, 3), "E0243", format!("\"{}\" is not a currency", code.trim()))
                .label("the currency of the account is expected")
        })?;
        let mut sheet = Sheet::new(StatementKind::Statement);
        let s = &mut sheet.statement;
        s.account = number.trim().into();
        s.owner = record.columns(65, 90).trim().into();
        s.currency = Some(currency);
        s.is_copy = self.is_duplicate;
        s.sequence = [record.columns(126, 128), record.columns(3, 5)]
            .into_iter()
            .map(str::trim)
            .find(|n| !is_void(n))
            .unwrap_or_default()
            .into();
        self.block = Some(Block { sheet, currency, account, entry: None, is_refused: false });
        self.is_lost = false;
        let amount = self.amount(record, 43, "the old balance", currency)?;
        let date = self.day_or_none(record, 59, "the day of the old balance")?;
        if let Some(block) = &mut self.block {
            block.sheet.balance(Balance { kind: BalanceKind::Opening, amount, date });
        }
        Ok(())
    }

    /// A record that belongs to a statement where none is open; said once. Error: E0244.
    fn outside(&mut self, record: &Record<'t>, what: &str) -> Result<(), Error> {
        if std::mem::replace(&mut self.is_lost, true) {
            return Ok(());
        }
        Err(record
            .fault(self.source, (1, 2), "E0244", format!("{what} where no statement is open"))
            .label("an old balance (record 1) is expected above it"))
    }

    /// Sign and amount, with the sign at a column. Errors: E0241, E0246, E0248.
    fn amount(&self, record: &Record<'t>, at: usize, what: &str, currency: Currency) -> Result<Money, Error> {
        let digits = record.columns(at + 1, at + 15);
        let amount = implied(digits, 3, currency).map_err(|why| {
            record.not_money(self.source, (at + 1, 15), &format!("the amount of {what}"), currency, why)
        })?;
        match record.columns(at, at) {
            "0" => Ok(amount),
            "1" => Ok(-amount),
            _ => Err(record
                .fault(self.source, (at, 1), "E0246", format!("the sign of {what} cannot be told"))
                .label("0 is credit, 1 is debit")),
        }
    }

    fn day_or_none(&mut self, record: &Record<'t>, at: usize, what: &str) -> Result<Option<NaiveDate>, Error> {
        let text = record.columns(at, at + 5);
        if is_void(text) {
            return Ok(None);
        }
        let day = day(text, Order::DayMonthYear)
            .ok_or_else(|| record.not_a_day(self.source, at, what, Order::DayMonthYear))?;
        Ok(Some(self.oddities.straighten(day, record.position)))
    }

    /// 21: a movement, or a detail of the movement above.
    fn movement(&mut self, record: &Record<'t>) -> Result<(), Error> {
        self.movements += 1;
        let (number, detail) = (record.columns(3, 6), record.columns(7, 10));
        let Some(block) = &mut self.block else { return self.outside(record, "a movement") };
        let currency = block.currency;
        let is_movement = is_void(detail);
        if is_movement {
            self.book();
        } else if let Some(block) = self.block.as_ref().filter(|block| !block.is_refused)
            && block.entry.as_ref().is_none_or(|entry| entry.number != number)
        {
            return Err(record
                .fault(
                    self.source,
                    (3, 8),
                    "E0244",
                    format!("detail {detail} of movement {number}, which is not above it"),
                )
                .label("the movement itself has the detail 0000")
                .help("records are missing or in another order: fetch the file again"));
        }
        let amount = self.amount(record, 32, "the movement", currency)?;
        let booked = self.day_or_none(record, 116, "the day of booking")?;
        let valued = self.day_or_none(record, 48, "the day of value")?;
        let booked =
            booked.ok_or_else(|| record.not_a_day(self.source, 116, "the day of booking", Order::DayMonthYear))?;
        let mut payment = Payment::new("", booked, amount);
        payment.value_date = valued;
        payment.bank_reference = record.columns(11, 31).trim().into();
        payment.place = Place { file: 0, position: record.position };
        let item = Item::new(payment, record);
        let Some(block) = &mut self.block else { return Ok(()) };
        match &mut block.entry {
            Some(entry) if !is_movement => entry.details.push(item),
            _ if is_movement => {
                block.entry = Some(Entry { number, item, details: Vec::new() });
                block.is_refused = false;
            }
            _ => {}
        }
        Ok(())
    }

    /// 22, 23 and 31 to 33 go on with the movement or detail above. Error: E0244, E0247.
    fn continuation(&mut self, record: &Record<'t>) -> Result<(), Error> {
        let number = record.columns(3, 6);
        let entry = match &mut self.block {
            None => return self.outside(record, "a part of a movement"),
            Some(block) if block.is_refused => return Ok(()),
            Some(Block { entry: Some(entry), .. }) if entry.number == number => entry,
            _ => {
                return Err(record
                    .fault(
                        self.source,
                        (3, 4),
                        "E0244",
                        format!("a record of movement {number}, which is not above it"),
                    )
                    .label("a record 21 with this number is expected above")
                    .help("records are missing or in another order: fetch the file again"));
            }
        };
        let item = entry.last();
        match record.columns(1, 2) {
            "22" => item.second(record),
            "23" => item.third(record),
            _ => item.information(record),
        }
        if item.bytes > self.limits.text_bytes as usize {
            if let Some(block) = &mut self.block {
                block.is_refused = true;
            }
            let message = format!("a movement has more than {} bytes of text", self.limits.text_bytes);
            return Err(record
                .fault(self.source, (1, 2), "E0247", message)
                .help("raise  text_bytes  under [limits] in the configuration if the file is genuine"));
        }
        Ok(())
    }

    /// 8: the new balance, of the same account. Errors: E0241, E0242, E0244, E0246.
    fn closing(&mut self, record: &Record<'t>) -> Result<(), Error> {
        self.book();
        let Some(block) = &self.block else { return self.outside(record, "a new balance") };
        let (currency, account) = (block.currency, record.columns(5, 41));
        if account.trim_end() != block.account.trim_end() {
            let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let message = format!("a new balance of account {}, which is not the one that was opened", plain(account));
            return Err(record
                .fault(self.source, (5, 37), "E0244", message)
                .label(format!("{} is expected", plain(block.account))));
        }
        let amount = self.amount(record, 42, "the new balance", currency)?;
        let date = self.day_or_none(record, 58, "the day of the new balance")?;
        if let Some(block) = &mut self.block {
            block.sheet.balance(Balance { kind: BalanceKind::Closing, amount, date });
        }
        Ok(())
    }

    /// 9: totals of the statement. Errors: E0241, E0244.
    fn trailer(&mut self, record: &Record<'t>) -> Result<(), Error> {
        self.book();
        let Some(block) = &self.block else { return self.outside(record, "a trailer") };
        let currency = block.currency;
        let sum = |at: usize, what: &str| {
            implied(record.columns(at, at + 14), 3, currency)
                .map_err(|why| record.not_money(self.source, (at, 15), what, currency, why))
        };
        let debits = sum(23, "the sum of debits");
        let credits = sum(38, "the sum of credits");
        let records = record.columns(17, 22).trim().parse::<u64>().ok();
        if records.is_some_and(|claimed| claimed != self.records) {
            let what = "a trailer that counts another number of records than the statement has";
            self.oddities.add(NoteKind::Warning, what, record.position);
        }
        let sums = (debits, credits);
        if let (Ok(debits), Ok(credits), Some(block)) = (&sums.0, &sums.1, &mut self.block) {
            block.sheet.statement.totals.debit_sum = Some(debits.minor);
            block.sheet.statement.totals.credit_sum = Some(credits.minor);
        }
        self.close();
        sums.0.and(sums.1).map(|_| ())
    }

    /// The movement above is complete.
    fn book(&mut self) {
        let Some(block) = &mut self.block else { return };
        if let Some(entry) = block.entry.take() {
            entry.book(self.source.path, &mut block.sheet, &mut self.oddities);
        }
    }

    /// The statement is complete. A duplicate tells of money that another file has.
    fn close(&mut self) {
        self.book();
        let Some(mut block) = self.block.take() else { return };
        if block.sheet.statement.is_copy {
            block.sheet.statement.payments.clear();
        }
        self.statements.push(block.sheet.finish(self.source.path));
    }

    pub(super) fn finish(mut self) -> Result<StatementFile, Errors> {
        if self.block.is_some() {
            let last = u32::try_from(self.source.lines().count()).unwrap_or(u32::MAX);
            self.oddities.add(NoteKind::Warning, "a statement without a trailer (record 9)", Position::Line(last));
            self.close();
        }
        if self.statements.is_empty() && self.errors.is_empty() {
            self.errors.push(
                self.source
                    .fault_at_end("E0245", "the file ends before the old balance")
                    .help("the file may be cut off: fetch it again"),
            );
        }
        let records = self.statements.iter().map(|s| s.payments.len() as u64).sum();
        let file = self.source.file(InputRole::Statement, "coda", "coda 2", records, self.oddities.notes());
        self.errors.finish(StatementFile { file, statements: self.statements })
    }
}
