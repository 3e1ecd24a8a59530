//! Records in their order: balances open and close a statement, movements and their details stand between them.

use super::amount::{Bad, signed};
use super::detail::{Details, Taken};
use super::{LENGTH, rib};
use crate::config::Limits;
use crate::error::{Collector, Error, Errors};
use crate::model::{
    Balance, BalanceKind, Currency, InputRole, Money, Nature, Note, NoteKind, Payment, Place, Position, Statement,
    StatementFile, StatementKind,
};
use crate::read::fixed::{Oddities, Order, Record, Records, day, is_void};
use crate::read::sheet::Sheet;
use crate::read::source::Source;

/// Up to where balances and movements must reach: the amount ends there.
const WITH_AMOUNT: usize = 104;

/// Up to where a detail must reach: its qualifier ends there.
const WITH_QUALIFIER: usize = 48;

/// Columns of the amount, as first and width.
const AMOUNT: (usize, usize) = (91, 14);

/// Columns of the account number.
const ACCOUNT: (usize, usize) = (22, 11);

/// In which currency and with how many decimals amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Terms {
    currency: Currency,
    decimals: u32,
}

/// Bank, branch and number, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Account<'t> {
    bank: &'t str,
    branch: &'t str,
    number: &'t str,
}

impl<'t> Account<'t> {
    fn of(record: &Record<'t>) -> Self {
        Self { bank: record.columns(3, 7), branch: record.columns(12, 16), number: record.columns(22, 32).trim() }
    }

    /// Whether two records are of one account. Banks write a code of another institution in front of a movement at times.
    fn is(&self, other: &Self) -> bool {
        self.branch == other.branch && self.number == other.number
    }
}

/// A movement with what was read below it.
struct Movement<'t> {
    payment: Payment,
    label: &'t str,
    zone: &'t str,
    details: Details<'t>,
    /// The record of the last detail, to see one that is repeated.
    last: &'t str,
}

/// What is open between two balances.
struct Block<'t> {
    sheet: Sheet,
    account: Account<'t>,
    terms: Terms,
    /// Whether a movement was refused last: what belongs to it is passed over with it.
    is_refused: bool,
    movement: Option<Movement<'t>>,
    /// Details in front of the first movement.
    early: Vec<Record<'t>>,
}

pub(super) struct Reader<'t> {
    source: &'t Source<'t>,
    limits: &'t Limits,
    errors: Collector,
    oddities: Oddities,
    statements: Vec<Statement>,
    block: Option<Block<'t>>,
    /// Movements so far.
    movements: u64,
    /// The first account whose IBAN was computed.
    computed: Option<String>,
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
            movements: 0,
            computed: None,
        }
    }

    /// Takes a record; `below` are those that follow. False when there are more movements than allowed.
    pub(super) fn take<F: Fn(&str) -> bool + Clone>(&mut self, record: Record<'t>, below: &Records<'t, F>) -> bool {
        let taken = self.whole(&record).and_then(|()| match record.columns(1, 2) {
            "01" => self.opening(record, below),
            "04" => self.movement(record, below),
            "05" => self.detail(record),
            _ => self.closing(record, below),
        });
        if let Err(error) = taken {
            self.errors.push(error);
            if let Some(block) = self.block.as_mut().filter(|_| record.columns(1, 2) == "04") {
                block.is_refused = true;
            }
        }
        self.movements <= self.limits.records
    }

    /// Whether a record is of a known kind and long enough. Errors: E0244, E0245.
    fn whole(&self, record: &Record<'t>) -> Result<(), Error> {
        let needed = match record.columns(1, 2) {
            "01" | "04" | "07" => WITH_AMOUNT,
            "05" => WITH_QUALIFIER,
            _ => {
                return Err(record
                    .fault(self.source, (1, 2), "E0244", "a record of no known kind")
                    .label("01 old balance, 04 movement, 05 detail and 07 new balance are known")
                    .help("every record has 120 characters: one that lost or won some moves all behind it"));
            }
        };
        let length = record.length();
        if length < needed {
            let lacks = if needed == WITH_AMOUNT { "its whole amount" } else { "its qualifier" };
            return Err(record
                .fault(
                    self.source,
                    (length + 1, 1),
                    "E0245",
                    format!("a record of {length} characters, without {lacks}"),
                )
                .label(format!("nothing but blanks from here on; it is expected up to column {needed}"))
                .help("the file may be cut off, or changed on its way: fetch it again"));
        }
        if length > LENGTH {
            return Err(record
                .fault(self.source, (LENGTH + 1, length - LENGTH), "E0245", format!("a record of {length} characters"))
                .label(format!("{LENGTH} are expected, and no other record begins here"))
                .help("the file may have been changed on its way: fetch it again"));
        }
        Ok(())
    }

    /// 01: closes what is still open and opens a statement.
    fn opening<F: Fn(&str) -> bool + Clone>(
        &mut self,
        record: Record<'t>,
        below: &Records<'t, F>,
    ) -> Result<(), Error> {
        if self.block.is_some() {
            self.oddities.add(NoteKind::Warning, "a statement without a new balance (07)", record.position);
        }
        self.close();
        self.open(&record, below)?;
        let balance = self.balance(&record, BalanceKind::Opening)?;
        if let (Some(block), Some(balance)) = (&mut self.block, balance) {
            block.sheet.balance(balance);
        }
        Ok(())
    }

    fn open<F: Fn(&str) -> bool + Clone>(&mut self, record: &Record<'t>, below: &Records<'t, F>) -> Result<(), Error> {
        let account = Account::of(record);
        let mut sheet = Sheet::new(StatementKind::Statement);
        sheet.statement.account = match rib::iban(account.bank, account.branch, account.number) {
            Some(iban) => {
                self.computed.get_or_insert_with(|| iban.clone());
                iban.into()
            }
            None => [account.bank.trim(), account.branch.trim(), account.number].join(" ").trim().into(),
        };
        let stated = match self.terms(record)? {
            Some(terms) => Some(terms),
            None if record.columns(1, 2) == "07" => None,
            None => self.terms_below(below),
        };
        let terms = stated.unwrap_or_else(|| {
            let what = "no currency in the statement: taken as EUR with 2 decimals";
            self.oddities.add(NoteKind::Assumed, what, record.position);
            Terms { currency: Currency::EUR, decimals: 2 }
        });
        sheet.statement.currency = Some(terms.currency);
        self.block = Some(Block { sheet, account, terms, is_refused: false, movement: None, early: Vec::new() });
        Ok(())
    }

    /// What the other records of a statement say: one large bank leaves currency and decimals out of the balances alone.
    fn terms_below<F: Fn(&str) -> bool + Clone>(&self, below: &Records<'t, F>) -> Option<Terms> {
        for next in below.clone() {
            let kind = next.columns(1, 2);
            let found = if kind == "01" { None } else { self.terms(&next).ok().flatten() };
            if found.is_some() || matches!(kind, "01" | "07") {
                return found;
            }
        }
        None
    }

    /// Currency and decimals of a record; `None` where it leaves out the currency. Errors: E0241, E0243.
    fn terms(&self, record: &Record<'t>) -> Result<Option<Terms>, Error> {
        let code = record.columns(17, 19);
        if code.trim().is_empty() {
            return Ok(None);
        }
        let currency = Currency::parse(code).ok_or_else(|| {
            record
                .fault(self.source, (17, 3), "E0243", format!("\"{}\" is not a currency", code.trim()))
                .label("three letters of ISO 4217 are expected")
        })?;
        let decimals = match record.columns(20, 20) {
            "" | " " => currency.decimals(),
            digit => digit.parse().map_err(|_| {
                record
                    .fault(self.source, (20, 1), "E0241", "the number of decimals is not a digit")
                    .label("one digit is expected, as 2 for euros")
            })?,
        };
        Ok(Some(Terms { currency, decimals }))
    }

    /// The amount of a record, in the terms it states or else in those of its statement. Errors: E0241, E0243, E0248.
    fn amount(&mut self, record: &Record<'t>, what: &str) -> Result<Option<Money>, Error> {
        let Some(of) = self.block.as_ref().map(|block| block.terms) else { return Ok(None) };
        let stated = self.terms(record)?;
        if let Some(other) = stated.filter(|stated| stated.currency != of.currency) {
            let message = format!("{what} in {} in a statement in {}", other.currency, of.currency);
            return Err(record
                .fault(self.source, (17, 3), "E0243", message)
                .label(format!("{} is expected, the currency of the account", of.currency)));
        }
        if stated.is_none() {
            self.oddities.add(
                NoteKind::Assumed,
                "a record without currency and decimals, taken as the rest of its statement",
                record.position,
            );
        }
        let terms = stated.unwrap_or(of);
        match signed(record.columns(91, 104), terms.decimals, terms.currency) {
            Ok((amount, is_national)) => {
                if is_national {
                    let what = "an amount that ends in é or è, read as { (+0) or } (−0)";
                    self.oddities.add(NoteKind::Assumed, what, record.position);
                }
                Ok(Some(amount))
            }
            Err(Bad::Empty) => Err(record
                .fault(self.source, AMOUNT, "E0241", format!("{what} has no amount"))
                .label("14 characters are expected here")),
            Err(Bad::NoSign) => Err(record
                .fault(self.source, (104, 1), "E0241", format!("{what} has an amount without a sign"))
                .label("the last character is digit and sign: { and A to I for plus, } and J to R for minus")
                .help("if the record has lost or won a character, the file was changed on its way: fetch it again")),
            Err(Bad::Money(why)) => {
                Err(record.not_money(self.source, AMOUNT, &format!("the amount of {what}"), terms.currency, why))
            }
        }
    }

    fn balance(&mut self, record: &Record<'t>, kind: BalanceKind) -> Result<Option<Balance>, Error> {
        let what = if kind == BalanceKind::Opening { "the old balance" } else { "the new balance" };
        let date = match record.columns(35, 40) {
            text if is_void(text) => None,
            text => {
                let day = day(text, Order::DayMonthYear).ok_or_else(|| {
                    record.not_a_day(self.source, 35, &format!("the day of {what}"), Order::DayMonthYear)
                })?;
                Some(self.oddities.straighten(day, record.position))
            }
        };
        Ok(self.amount(record, what)?.map(|amount| Balance { kind, amount, date }))
    }

    /// 04: one movement, which is one payment.
    fn movement<F: Fn(&str) -> bool + Clone>(
        &mut self,
        record: Record<'t>,
        below: &Records<'t, F>,
    ) -> Result<(), Error> {
        self.movements += 1;
        self.book();
        if self.block.is_none() {
            self.oddities.add(NoteKind::Warning, "movements without an old balance (01) above them", record.position);
            self.open(&record, below)?;
        }
        self.same_account(&record, "a movement")?;
        let booked = day(record.columns(35, 40), Order::DayMonthYear)
            .ok_or_else(|| record.not_a_day(self.source, 35, "the day of booking", Order::DayMonthYear))?;
        let valued = match record.columns(43, 48) {
            text if is_void(text) => None,
            text => Some(
                day(text, Order::DayMonthYear)
                    .ok_or_else(|| record.not_a_day(self.source, 43, "the day of value", Order::DayMonthYear))?,
            ),
        };
        let amount = self.amount(&record, "a movement")?;
        let booked = self.oddities.straighten(booked, record.position);
        let Some(amount) = amount else { return Ok(()) };
        let mut payment = Payment::new("", booked, amount);
        payment.value_date = valued.map(|day| self.oddities.straighten(day, record.position));
        payment.place = Place { file: 0, position: record.position };
        let reason = record.columns(41, 42);
        if !is_void(reason) {
            payment.nature = Nature::Return;
            payment.return_reason = reason.trim().into();
        }
        let zone = match record.columns(105, 120).trim() {
            "" => record.columns(82, 88).trim(),
            zone => zone,
        };
        let label = record.columns(49, 79);
        let movement = Movement { payment, label, zone, details: Details::default(), last: "" };
        let Some(block) = &mut self.block else { return Ok(()) };
        block.movement = Some(movement);
        block.is_refused = false;
        for early in std::mem::take(&mut block.early) {
            let what = "a detail (05) in front of the first movement, taken for that one";
            self.oddities.add(NoteKind::Warning, what, early.position);
            self.detail(early)?;
        }
        Ok(())
    }

    /// 05: goes on with the movement above it.
    fn detail(&mut self, record: Record<'t>) -> Result<(), Error> {
        self.same_account(&record, "a detail")?;
        let Some(block) = &mut self.block else {
            return Err(record
                .fault(self.source, (1, 2), "E0244", "a detail where no statement is open")
                .label("an old balance (01) and a movement (04) are expected above it"));
        };
        if block.is_refused {
            return Ok(());
        }
        let Some(movement) = &mut block.movement else {
            block.early.push(record);
            return Ok(());
        };
        if record.text == movement.last {
            self.oddities.add(
                NoteKind::Said,
                "a detail (05) that repeats the one above it, taken once",
                record.position,
            );
            return Ok(());
        }
        movement.last = record.text;
        movement.details.bytes = movement.details.bytes.saturating_add(record.text.len());
        match movement.details.take(record.columns(46, 48), record.columns(49, 118)) {
            Taken::Known => {}
            Taken::Unknown => {
                self.oddities.add(
                    NoteKind::Said,
                    "a detail (05) with a qualifier that is not known, kept as text of the bank",
                    record.position,
                );
            }
            Taken::Amount => {
                let what = "a detail (05) with an original amount (MMO) or charges (FEE), passed over";
                self.oddities.add(NoteKind::Said, what, record.position);
            }
        }
        if movement.details.bytes > self.limits.text_bytes as usize {
            block.is_refused = true;
            block.movement = None;
            let message = format!("the details of a movement have more than {} bytes", self.limits.text_bytes);
            return Err(record
                .fault(self.source, (49, 1), "E0247", message)
                .help("raise  text_bytes  under [limits] in the configuration if the file is genuine"));
        }
        Ok(())
    }

    /// 07: closes the statement.
    fn closing<F: Fn(&str) -> bool + Clone>(
        &mut self,
        record: Record<'t>,
        below: &Records<'t, F>,
    ) -> Result<(), Error> {
        if self.block.is_none() {
            self.oddities.add(NoteKind::Warning, "a new balance (07) without an old one (01)", record.position);
            self.open(&record, below)?;
        }
        let closed = self.same_account(&record, "a new balance").and_then(|()| {
            let balance = self.balance(&record, BalanceKind::Closing)?;
            if let (Some(block), Some(balance)) = (&mut self.block, balance) {
                block.sheet.balance(balance);
            }
            Ok(())
        });
        self.close();
        closed
    }

    /// A record between two balances must be of their account. Error: E0244.
    fn same_account(&mut self, record: &Record<'t>, what: &str) -> Result<(), Error> {
        let Some(block) = &self.block else { return Ok(()) };
        let (of, found) = (block.account, Account::of(record));
        if !of.is(&found) {
            let message = format!(
                "{what} on account {} {} in the statement of {} {}",
                found.branch, found.number, of.branch, of.number
            );
            let place = if of.branch == found.branch { ACCOUNT } else { (12, 5) };
            return Err(record
                .fault(self.source, place, "E0244", message)
                .label("the branch and the number of the balance above are expected")
                .help("a new balance (07) must close one account before the next begins: fetch the file again"));
        }
        if of.bank != found.bank {
            let what = "a record with another bank code than its statement; branch and account are the same";
            self.oddities.add(NoteKind::Warning, what, record.position);
        }
        Ok(())
    }

    /// The movement above is complete.
    fn book(&mut self) {
        let Some(block) = &mut self.block else { return };
        if let Some(Movement { mut payment, label, zone, details, .. }) = block.movement.take() {
            details.describe(&mut payment, label, zone);
            block.sheet.book(payment);
        }
    }

    /// The statement is complete.
    fn close(&mut self) {
        self.book();
        let Some(block) = self.block.take() else { return };
        if let Some(early) = block.early.first() {
            let what = "a detail (05) in a statement without movements, passed over";
            self.oddities.add(NoteKind::Warning, what, early.position);
        }
        self.statements.push(block.sheet.finish(self.source.path));
    }

    pub(super) fn finish(mut self) -> Result<StatementFile, Errors> {
        if self.block.is_some() {
            let last = u32::try_from(self.source.lines().count()).unwrap_or(u32::MAX);
            self.oddities.add(NoteKind::Warning, "a statement without a new balance (07)", Position::Line(last));
        }
        self.close();
        let mut notes = Vec::new();
        if let Some(iban) = self.computed {
            let text = format!("account {iban}: its IBAN was computed from bank, branch and number");
            notes.push(Note::new(NoteKind::Assumed, text));
        }
        notes.extend(self.oddities.notes());
        let records = self.statements.iter().map(|s| s.payments.len() as u64).sum();
        let file = self.source.file(InputRole::Statement, "cfonb120", "", records, notes);
        self.errors.finish(StatementFile { file, statements: self.statements })
    }
}
