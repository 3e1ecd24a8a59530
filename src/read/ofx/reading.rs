//! From tags to statements.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::markup::{Open, Token};
use super::sheets::Draft;
use super::tag::{self, Tag};
use super::transaction::{Field, Transaction, day};
use super::{Document, Survey};
use crate::error::{Collector, Error, Errors, SHOWN};
use crate::model::{BalanceKind, Currency, Money, Note, NoteKind, Statement};
use crate::read::amounts;
use crate::read::remarks::Remarks;

const EXPECTED_CURRENCY: &str = "expected three letters of ISO 4217, such as EUR";

/// The state of reading one file.
pub(super) struct Reading<'a> {
    document: &'a Document<'a>,
    survey: Survey<'a>,
    /// Open aggregates, outermost first, with their names.
    stack: Vec<(Tag, &'a str)>,
    /// The leaf that was opened last: its closing tag says nothing.
    leaf: &'a str,
    statement: Option<Draft<'a>>,
    transaction: Option<Transaction<'a>>,
    /// The code of a reply's status, until its severity is known.
    status: Cow<'a, str>,
    records: u64,
    statements: Vec<Statement>,
    remarks: Remarks,
    errors: Collector,
    faults: usize,
}

impl<'a> Reading<'a> {
    pub(super) fn new(document: &'a Document<'a>, survey: Survey<'a>) -> Self {
        Self {
            document,
            survey,
            stack: Vec::new(),
            leaf: "",
            statement: None,
            transaction: None,
            status: Cow::Borrowed(""),
            records: 0,
            statements: Vec::new(),
            remarks: Remarks::default(),
            errors: Collector::default(),
            faults: 0,
        }
    }

    /// Reads the whole file. An error returned ends the reading; others are collected.
    pub(super) fn run(&mut self) -> Result<(), Errors> {
        let mut markup = self.document.markup();
        loop {
            let step = markup.next().map_err(|broken| self.document.broken(broken));
            let fatal = match step {
                Ok(Some(Token::Open(open))) => self.open(open).err(),
                Ok(Some(Token::Close { name, line, .. })) => {
                    self.close(name, line);
                    None
                }
                Ok(None) => match self.cut_off() {
                    Some(error) => Some(error),
                    None => return Ok(()),
                },
                Err(error) => Some(error),
            };
            if let Some(fatal) = fatal {
                let mut errors = std::mem::take(&mut self.errors);
                errors.push(fatal);
                return errors.finish(());
            }
        }
    }

    /// What was read and what is to be said of it; else the errors.
    pub(super) fn finish(self) -> Result<(Vec<Statement>, Vec<Note>), Errors> {
        let notes = self.remarks.notes().collect();
        self.errors.finish((self.statements, notes))
    }

    /// A file that ends inside an element has lost something.
    fn cut_off(&self) -> Option<Error> {
        let (_, name) = self.stack.last()?;
        let error = match &self.transaction {
            Some(t) => self.document.fault(t.at, 9, "E0245", "the file is cut off in this transaction"),
            None => self
                .document
                .source
                .fault_at_end("E0245", format!("the file is cut off: <{name}> is not closed at its end"))
                .context("</OFX> is missing"),
        };
        Some(error.help("fetch the file again: transactions may be missing at its end"))
    }

    fn top(&self) -> Option<Tag> {
        self.stack.last().map(|(tag, _)| *tag)
    }

    fn is_inside(&self, tag: Tag) -> bool {
        self.stack.iter().any(|(t, _)| *t == tag)
    }

    fn open(&mut self, open: Open<'a>) -> Result<(), Error> {
        let name = capitals(open.name);
        let tag = tag::of(&name);
        let is_aggregate = match tag {
            // `CURRENCY` is a leaf elsewhere, and holds then a text.
            Tag::Other | Tag::Currency | Tag::Original => {
                open.value.is_empty() && !tag::is_leaf(&name) && self.survey.closed.contains(open.name)
            }
            _ => true,
        };
        if !is_aggregate {
            self.leaf = open.name;
            self.take(&name, open.value, open.value_at, open.line);
            return Ok(());
        }
        // The same aggregate inside itself: the first was never closed.
        if matches!(tag, Tag::Statement | Tag::Transaction | Tag::Investment) && self.is_inside(tag) {
            self.remarks.add(
                NoteKind::Warning,
                "elements that were never closed, ended where the next one begins",
                open.line,
            );
            let at = self.stack.iter().rposition(|(t, _)| *t == tag).unwrap_or(0);
            self.pop_to(at);
        }
        self.enter(tag, &open)?;
        if open.is_closed {
            self.leave(tag);
            return Ok(());
        }
        self.stack.push((tag, open.name));
        let deepest = self.document.settings.limits.depth;
        if self.stack.len() > deepest as usize {
            let error = self.document.fault(
                open.at,
                open.name.len() + 2,
                "E0247",
                format!("more than {deepest} nested elements"),
            );
            return Err(error.help("raise  depth  under [limits] in the configuration if the file is genuine"));
        }
        Ok(())
    }

    fn enter(&mut self, tag: Tag, open: &Open<'a>) -> Result<(), Error> {
        match tag {
            Tag::Investment => {
                self.remarks.add(NoteKind::Warning, "statements of investment accounts left out", open.line);
            }
            Tag::InvestmentTransaction => {
                self.remarks.add(NoteKind::Said, "transactions in securities left out", open.line);
            }
            Tag::Order => self.remarks.add(
                NoteKind::Warning,
                "orders of transfers and payments left out: they are no bookings",
                open.line,
            ),
            Tag::Statement => self.statement = Some(Draft::new(open.line)),
            Tag::Ledger | Tag::Available => {
                if let Some(statement) = &mut self.statement {
                    statement.balance = super::sheets::Found::default();
                }
            }
            Tag::Status => self.status = Cow::Borrowed(""),
            Tag::Transaction if self.is_inside(Tag::Investment) => {
                self.remarks.add(NoteKind::Warning, "cash transactions of investment accounts left out", open.line);
            }
            Tag::Transaction => {
                self.records += 1;
                let limits = self.document.settings.limits;
                if self.records > limits.records {
                    let message = format!("more than {} entries in one file", limits.records);
                    let error = self.document.fault(open.at, open.name.len() + 2, "E0247", message);
                    return Err(
                        error.help("raise  records  under [limits] in the configuration if the file is genuine")
                    );
                }
                self.transaction = Some(Transaction { at: open.at, line: open.line, ..Transaction::default() });
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &'a str, line: u32) {
        match self.stack.iter().rposition(|(_, open)| open.eq_ignore_ascii_case(name)) {
            Some(at) => {
                if at + 1 < self.stack.len() && self.stack[at + 1..].iter().any(|(tag, _)| *tag != Tag::Other) {
                    let what = "elements that were never closed, ended where the one around them ends";
                    self.remarks.add(NoteKind::Warning, what, line);
                }
                self.pop_to(at);
            }
            None if name.eq_ignore_ascii_case(self.leaf) => {}
            None => self.remarks.add(NoteKind::Said, "closing tags without an opening one passed over", line),
        }
        self.leaf = "";
    }

    /// Ends the open aggregates from the innermost to that at `at`.
    fn pop_to(&mut self, at: usize) {
        while self.stack.len() > at {
            if let Some((tag, _)) = self.stack.pop() {
                self.leave(tag);
            }
        }
    }

    /// One leaf, in the aggregate that it stands in.
    fn take(&mut self, name: &str, text: Cow<'a, str>, at: usize, line: u32) {
        let parent = self.top();
        if parent == Some(Tag::Status) {
            self.status_leaf(name, text, line);
            return;
        }
        let Some(statement) = &mut self.statement else { return };
        if let Some(transaction) = &mut self.transaction {
            match parent {
                Some(Tag::Transaction) => transaction.leaf(name, text, at),
                Some(Tag::AccountTo) => transaction.other.leaf(name, text),
                Some(Tag::Payee) if name == "NAME" => transaction.payee = text,
                Some(Tag::Currency) if name == "CURSYM" => transaction.currency = Field { text, at },
                Some(Tag::Original) if name == "CURSYM" => transaction.original = Field { text, at },
                _ => {}
            }
            return;
        }
        match parent {
            Some(Tag::AccountFrom) => statement.account.leaf(name, text),
            Some(Tag::Ledger | Tag::Available) => statement.balance_leaf(name, text, at),
            Some(Tag::Statement) if name == "CURDEF" => match Currency::parse(&text) {
                Some(currency) => statement.currency = Some(currency),
                None if text.is_empty() => {}
                None => {
                    statement.lacks_currency = true;
                    self.fault(at, &text, "E0243", "not a currency", EXPECTED_CURRENCY);
                }
            },
            Some(Tag::List) if matches!(name, "DTSTART" | "DTEND") && !text.is_empty() => match day(&text) {
                Some(day) if name == "DTSTART" => statement.from = Some(statement.from.map_or(day, |d| d.min(day))),
                Some(day) => statement.to = Some(statement.to.map_or(day, |d| d.max(day))),
                None => self.remarks.add(NoteKind::Said, "days of a period (DTSTART, DTEND) that are none", line),
            },
            _ => {}
        }
    }

    fn status_leaf(&mut self, name: &str, text: Cow<'a, str>, line: u32) {
        match name {
            "CODE" => self.status = text,
            "SEVERITY" if text.eq_ignore_ascii_case("ERROR") => {
                let what = match &*self.status {
                    "2003" => "replies of the bank with the error 2003, account not found",
                    _ => "replies of the bank with an error (STATUS): something may be missing",
                };
                self.remarks.add(NoteKind::Warning, what, line);
            }
            _ => {}
        }
    }

    fn leave(&mut self, tag: Tag) {
        match tag {
            Tag::Transaction => {
                let pending = self.is_inside(Tag::Pending);
                if let Some(transaction) = self.transaction.take() {
                    self.transaction_ends(&transaction, pending);
                }
            }
            Tag::Ledger => self.balance_ends(BalanceKind::Closing),
            Tag::Available => self.balance_ends(BalanceKind::Other),
            Tag::Statement => {
                if let Some(statement) = self.statement.take() {
                    if statement.account.name().is_empty() {
                        self.remarks.add(
                            NoteKind::Warning,
                            "statements that do not say which account they are of",
                            statement.line,
                        );
                    }
                    statement.finish(self.document.source.path, &mut self.statements);
                }
            }
            _ => {}
        }
    }

    fn transaction_ends(&mut self, t: &Transaction<'a>, pending: bool) {
        // A transaction outside of a statement is of no known account: it is part of an order, which is said.
        if self.statement.is_none() {
            return;
        }
        let (Some(amount), Some(booked)) = (self.transaction_amount(t), self.booking_day(t)) else { return };
        let value = match t.available.is_empty() {
            true => None,
            false => self.day_of(&t.available, "DTAVAIL"),
        };
        if !t.original.is_empty() {
            self.remarks.add(
                NoteKind::Said,
                "amounts that the bank has converted from another currency (ORIGCURRENCY)",
                t.line,
            );
        }
        if t.is_contradictory(amount) {
            let what = "transactions whose type (TRNTYPE) contradicts their sign, taken by the sign";
            self.remarks.add(NoteKind::Warning, what, t.line);
        }
        let Some(statement) = &mut self.statement else { return };
        if pending {
            statement.not_booked(amount);
            self.remarks.add(NoteKind::Said, "pending transactions, which are no money yet", t.line);
        } else if !t.corrects.is_empty() && t.is_deletion() {
            statement.not_booked(amount);
            self.remarks.add(
                NoteKind::Warning,
                "transactions that delete an earlier one (CORRECTACTION), not booked",
                t.line,
            );
        } else {
            if !t.corrects.is_empty() {
                let what = "transactions that replace an earlier one (CORRECTFITID): see that it is not counted twice";
                self.remarks.add(NoteKind::Warning, what, t.line);
            }
            if statement.currency.is_some_and(|own| own != amount.currency) {
                let what = "transactions in another currency than the account, put into a statement of their own";
                self.remarks.add(NoteKind::Warning, what, t.line);
            }
            statement.book(t.payment(booked, value, amount));
        }
    }

    /// `TRNAMT` in the currency it is in. `None`: refused, and said.
    fn transaction_amount(&mut self, t: &Transaction<'a>) -> Option<Money> {
        let currency = match t.currency.is_empty() {
            true => self.own_currency(t.at, 9)?,
            false => match Currency::parse(&t.currency.text) {
                Some(currency) => currency,
                None => {
                    self.fault(t.currency.at, &t.currency.text, "E0243", "not a currency", EXPECTED_CURRENCY);
                    return None;
                }
            },
        };
        if t.amount.is_empty() {
            self.push(|d| {
                d.fault(t.at, 9, "E0244", "the transaction has no amount (TRNAMT)")
                    .help("the file is incomplete: export it again, or take the transaction out if it is none")
            });
            return None;
        }
        self.money(&t.amount, currency)
    }

    /// The currency of the statement. That it has none is said once. `at`: what needs it.
    fn own_currency(&mut self, at: usize, width: usize) -> Option<Currency> {
        let statement = self.statement.as_mut()?;
        if statement.currency.is_none() && !std::mem::replace(&mut statement.lacks_currency, true) {
            self.push(|d| {
                d.fault(at, width, "E0243", "the statement does not say which currency it is in")
                    .label("no CURDEF up to here")
                    .help("ask the bank, or put  <CURDEF>EUR  below <STMTRS> if you know it")
            });
            return None;
        }
        statement.currency
    }

    fn booking_day(&mut self, t: &Transaction<'a>) -> Option<NaiveDate> {
        if !t.posted.is_empty() {
            return self.day_of(&t.posted, "DTPOSTED");
        }
        for (field, what) in [
            (&t.user, "transactions without DTPOSTED, booked on the day that the customer acted (DTUSER)"),
            (&t.available, "transactions without DTPOSTED, booked on the day that the money is available (DTAVAIL)"),
        ] {
            if !field.is_empty() {
                self.remarks.add(NoteKind::Assumed, what, t.line);
                return self.day_of(field, "date");
            }
        }
        self.push(|d| {
            d.fault(t.at, 9, "E0244", "the transaction has no date (DTPOSTED)")
                .help("the file is incomplete: export it again, or take the transaction out if it is none")
        });
        None
    }

    fn day_of(&mut self, field: &Field<'_>, name: &str) -> Option<NaiveDate> {
        let found = day(&field.text);
        if found.is_none() {
            let message = format!("no such day in {name}");
            self.fault(field.at, &field.text, "E0242", message, "expected YYYYMMDD, a time and a zone may follow");
        }
        found
    }

    fn balance_ends(&mut self, kind: BalanceKind) {
        if self.is_inside(Tag::Investment) {
            return;
        }
        let Some(statement) = &mut self.statement else { return };
        let found = std::mem::take(&mut statement.balance);
        // Programs write the elements without content where they know no balance.
        if found.amount.is_empty() {
            return;
        }
        let line = statement.line;
        let width = found.amount.text.chars().count();
        let Some(currency) = self.own_currency(found.amount.at, width) else { return };
        let date = match &*found.date.text {
            text if text.bytes().all(|b| b == b'0') => None,
            text => {
                let date = day(text);
                if date.is_none() {
                    self.remarks.add(NoteKind::Said, "balances with a date that is none, in statements", line);
                }
                date
            }
        };
        if let Some(amount) = self.money(&found.amount, currency)
            && let Some(statement) = &mut self.statement
        {
            statement.add_balance(kind, amount, date);
        }
    }

    /// An amount with its sign. `None`: refused, and said.
    fn money(&mut self, field: &Field<'_>, currency: Currency) -> Option<Money> {
        match amounts::money(&field.text, self.survey.mark, currency) {
            Ok(money) => Some(money),
            Err(refused) => {
                let width = field.text.chars().take(120).count();
                self.push(|d| {
                    let error = d.fault(field.at, width, refused.code, refused.message).label(refused.label);
                    refused.help.into_iter().fold(error, Error::help)
                });
                None
            }
        }
    }

    fn fault(
        &mut self,
        at: usize,
        text: &str,
        code: &'static str,
        message: impl Into<Box<str>>,
        label: impl Into<Box<str>>,
    ) {
        let width = text.chars().take(120).count();
        self.push(|d| d.fault(at, width, code, message).label(label));
    }

    /// Keeps an error. To find its place the file is walked through, so only those that are shown are built with it.
    fn push(&mut self, error: impl FnOnce(&Document<'_>) -> Error) {
        self.faults += 1;
        if self.faults <= SHOWN {
            self.errors.push(error(self.document));
        } else {
            self.errors.push(Error::new(crate::error::ErrorKind::Input, "E0244", ""));
        }
    }
}

/// A name in capitals: SGML does not tell them apart.
fn capitals(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_lowercase()) {
        Cow::Owned(name.to_ascii_uppercase())
    } else {
        Cow::Borrowed(name)
    }
}
