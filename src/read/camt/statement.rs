//! One `Stmt`: what it claims about itself, its entries one by one, and what comes of holding both together.

use std::sync::Arc;

use chrono::NaiveDate;

use super::draft::{Account, Entry, Field};
use super::entry::{Division, Frame, Holder, divide, in_account_currency, signed};
use super::fields::Leaf;
use super::header::Pagination;
use super::names_of;
use super::tag::Tag::{self, *};
use super::xml::Xml;
use crate::error::Collector;
use crate::model::{
    Balance, BalanceKind, Check, CheckKind, ControlTotals, Currency, Money, Note, NoteKind, Page, Payment, Statement,
    StatementKind,
};
use crate::read::checks::{self, Tally};

/// Something that happened to several entries, said once.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    times: u32,
    first: u32,
}

impl Seen {
    fn at(&mut self, entry: u32) {
        if self.times == 0 {
            self.first = entry;
        }
        self.times += 1;
    }
}

/// What is odd in a statement, by kind.
#[derive(Debug, Default)]
struct Oddities {
    without_status: Seen,
    unknown_status: Seen,
    not_booked: Seen,
    without_booking_date: Seen,
    without_any_date: Seen,
    without_amount: Seen,
    negative: Seen,
    foreign: Seen,
    converted: Seen,
    direction_of_details: Seen,
    opposite_details: Seen,
    batch_without_details: Seen,
}

/// A balance while its elements come in.
#[derive(Debug, Default)]
struct BalanceDraft {
    kind: Option<BalanceKind>,
    amount: Option<Money>,
    credit: Option<bool>,
    date: Option<NaiveDate>,
}

/// The totals as written; they are read once the currency is certain.
#[derive(Debug, Default)]
struct TotalsDraft<'a> {
    all: (Field<'a>, Field<'a>),
    credits: (Field<'a>, Field<'a>),
    debits: (Field<'a>, Field<'a>),
    net: Field<'a>,
    net_credit: Option<bool>,
}

/// A statement while it is read.
#[derive(Debug, Default)]
pub(super) struct Draft<'a> {
    kind: StatementKind,
    number: u32,
    id: Field<'a>,
    electronic: Field<'a>,
    legal: Field<'a>,
    created: Option<NaiveDate>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    copy: Field<'a>,
    pages: Pagination,
    pub(super) account: Account<'a>,
    stated_currency: Option<Currency>,
    /// That of the first entry, where the statement has neither account currency nor balance.
    entry_currency: Option<Currency>,
    owner: Field<'a>,
    balances: Vec<Balance>,
    balance: BalanceDraft,
    balances_without_direction: u32,
    totals: TotalsDraft<'a>,
    entries: u32,
    transactions: u32,
    all: Tally,
    booked: Tally,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    payments: Vec<Payment>,
    checks: Vec<Check>,
    odd: Oddities,
}

impl<'a> Draft<'a> {
    pub(super) fn new(kind: StatementKind, number: u32) -> Self {
        Self { kind, number, ..Self::default() }
    }

    /// The account's currency as far as it is known: as stated, else that of the first balance, else of the first entry.
    pub(super) fn currency(&self) -> Option<Currency> {
        self.stated_currency.or_else(|| self.balances.first().map(|b| b.amount.currency)).or(self.entry_currency)
    }

    /// Whether the statement creates money: a copy (`CpyDplctInd`) does not.
    fn is_copy(&self) -> bool {
        matches!(&*self.copy, "COPY" | "DUPL" | "CODU")
    }

    /// Takes an element below `Stmt` that is not inside a balance or an entry.
    pub(super) fn leaf(&mut self, path: &[Tag], leaf: &mut Leaf<'_, 'a>) {
        match path {
            [Id] => self.id = leaf.text(),
            [ElctrncSeqNb] => self.electronic = leaf.text(),
            [LglSeqNb] => self.legal = leaf.text(),
            // Times of creation and period are help only: a strange one is no reason to refuse the money.
            [CreDtTm] => self.created = super::draft::day(leaf.xml.value()),
            [FrToDt, FrDtTm] => self.from = super::draft::day(leaf.xml.value()),
            [FrToDt, ToDtTm] => self.to = super::draft::day(leaf.xml.value()),
            [CpyDplctInd] => self.copy = leaf.text(),
            [StmtPgntn, rest @ ..] => self.pages.leaf(rest, leaf),
            [Acct, Ccy] => self.stated_currency = Currency::parse(leaf.xml.value()),
            [Acct, Ownr, Nm] | [Acct, Ownr, Pty, Nm] => self.owner = leaf.text(),
            [Acct, rest @ ..] => self.account.leaf(rest, || leaf.text()),
            [TxsSummry, TtlNtries, NbOfNtries] => self.totals.all.0 = leaf.text(),
            [TxsSummry, TtlNtries, Sum] => self.totals.all.1 = leaf.text(),
            // Regrouped from .04 on.
            [TxsSummry, TtlNtries, TtlNetNtryAmt] | [TxsSummry, TtlNtries, TtlNetNtry, Amt] => {
                self.totals.net = leaf.text();
            }
            [TxsSummry, TtlNtries, CdtDbtInd] | [TxsSummry, TtlNtries, TtlNetNtry, CdtDbtInd] => {
                self.totals.net_credit = match leaf.xml.value() {
                    "CRDT" => Some(true),
                    "DBIT" => Some(false),
                    _ => None,
                };
            }
            [TxsSummry, TtlCdtNtries, NbOfNtries] => self.totals.credits.0 = leaf.text(),
            [TxsSummry, TtlCdtNtries, Sum] => self.totals.credits.1 = leaf.text(),
            [TxsSummry, TtlDbtNtries, NbOfNtries] => self.totals.debits.0 = leaf.text(),
            [TxsSummry, TtlDbtNtries, Sum] => self.totals.debits.1 = leaf.text(),
            _ => {}
        }
    }

    /// Takes an element below `Bal`.
    pub(super) fn balance_leaf(&mut self, path: &[Tag], leaf: &mut Leaf<'_, 'a>) {
        match path {
            // The second form is that of .01.
            [Tp, CdOrPrtry, Cd] | [Tp, Cd] => {
                self.balance.kind = Some(match leaf.xml.value() {
                    "OPBD" => BalanceKind::Opening,
                    "PRCD" => BalanceKind::PreviousClosing,
                    "CLBD" => BalanceKind::Closing,
                    "ITBD" => BalanceKind::Interim,
                    _ => BalanceKind::Other,
                });
            }
            [Amt] => self.balance.amount = leaf.amount(),
            [CdtDbtInd] => self.balance.credit = leaf.direction(),
            [Dt, Dt] | [Dt, DtTm] if self.balance.date.is_none() => self.balance.date = leaf.day(),
            _ => {}
        }
    }

    /// A balance is complete.
    pub(super) fn balance_ends(&mut self) {
        let draft = std::mem::take(&mut self.balance);
        let Some(amount) = draft.amount else { return };
        if draft.credit.is_none() && amount.minor > 0 {
            self.balances_without_direction += 1;
        }
        self.balances.push(Balance {
            kind: draft.kind.unwrap_or(BalanceKind::Other),
            amount: signed(amount, draft.credit.unwrap_or(true)),
            date: draft.date,
        });
    }

    /// An entry is complete: it becomes payments, if it is booked.
    pub(super) fn entry_ends(&mut self, entry: &Entry<'a>, xml: &Xml<'a>, errors: &mut Collector) {
        self.entries += 1;
        let number = self.entries;
        self.transactions =
            self.transactions.saturating_add(u32::try_from(entry.transactions.len().max(1)).unwrap_or(1));
        let booked = self.is_booked(entry, number);
        if !booked {
            self.odd.not_booked.at(number);
        }
        if entry.is_refused {
            return;
        }
        let Some(mut amount) = entry.amount else {
            // None at all moves nothing, and is said.
            self.odd.without_amount.at(number);
            return;
        };
        let Some(credit) = self.direction(entry, number) else {
            let error = xml.error("E0224", "an entry has no direction");
            errors.push(
                xml.at(error, entry.at, "<Ntry>".len())
                    .label("expected CdtDbtInd with CRDT or DBIT in it")
                    .help("without it nobody can say whether this money arrived or left: ask the bank"),
            );
            return;
        };
        self.entry_currency.get_or_insert(amount.currency);
        if let Some(currency) = self.currency().filter(|c| *c != amount.currency) {
            match in_account_currency(entry, currency) {
                Some(converted) => {
                    amount = converted;
                    self.odd.converted.at(number);
                }
                None => self.odd.foreign.at(number),
            }
        }
        if amount.minor < 0 {
            self.odd.negative.at(number);
        }
        let total = signed(amount, credit);
        let own = self.currency().is_none_or(|c| c == total.currency);
        if own {
            self.all.add(total);
        }
        if !booked {
            return;
        }
        if own {
            self.booked.add(total);
        }
        let Some(day) = self.booking_day(entry, number) else {
            let error = xml.error("E0223", "an entry has no date, and neither has its statement");
            errors.push(
                xml.at(error, entry.at, "<Ntry>".len())
                    .label("expected BookgDt or ValDt in it")
                    .help("ask the bank for a file with booking dates"),
            );
            return;
        };
        self.first_day = Some(self.first_day.map_or(day, |d| d.min(day)));
        self.last_day = Some(self.last_day.map_or(day, |d| d.max(day)));
        self.book(entry, total, credit, day, number);
    }

    /// Makes the payments of a booked entry.
    fn book(&mut self, entry: &Entry<'a>, total: Money, credit: bool, day: NaiveDate, number: u32) {
        let (division, odd) = divide(entry, total, credit);
        if let Some(text) = odd {
            self.checks.push(Check {
                kind: CheckKind::Batch,
                scope: format!("{}/Ntry[{number}]", self.element()).into(),
                holds: Some(false),
                text: text.into(),
            });
        }
        if entry.transactions.is_empty() && entry.batch_size > 1 {
            self.odd.batch_without_details.at(number);
        }
        let opposite = entry.transactions.iter().all(|tx| tx.common.credit == Some(!credit));
        if opposite && !entry.transactions.is_empty() && division != Division::Whole {
            self.odd.opposite_details.at(number);
        }
        if self.is_copy() {
            return;
        }
        let holder = Holder { account: self.account.number(), owner: &self.owner };
        let frame = Frame { entry, holder, booked: day, statement: self.number, number };
        match division {
            Division::One => self.payments.push(frame.payment(entry.transactions.first(), total, 0)),
            Division::Whole => self.payments.push(frame.whole(total)),
            Division::Each(parts) => each(&frame, &parts, total.currency, &mut self.payments),
            Division::EachAndCharge(parts, charge) => {
                each(&frame, &parts, total.currency, &mut self.payments);
                self.payments.push(frame.charge(Money::new(charge, total.currency)));
            }
        }
    }

    /// The statement as element paths name it: `Stmt[1]`, `Rpt[1]`, `Ntfctn[1]`.
    fn element(&self) -> String {
        format!("{}[{}]", names_of(self.kind).1, self.number)
    }

    /// Only `BOOK` moves money. Version .01 knows nothing else, and banks leave it out elsewhere too.
    fn is_booked(&mut self, entry: &Entry<'a>, number: u32) -> bool {
        match &*entry.status {
            "BOOK" => true,
            "" => {
                self.odd.without_status.at(number);
                true
            }
            "PDNG" | "INFO" | "FUTR" => false,
            _ => {
                self.odd.unknown_status.at(number);
                false
            }
        }
    }

    /// True for credit. Where the entry does not say, its transactions may, when they agree.
    fn direction(&mut self, entry: &Entry<'a>, number: u32) -> Option<bool> {
        if entry.common.credit.is_some() {
            return entry.common.credit;
        }
        let first = entry.transactions.first()?.common.credit?;
        let agreed = entry.transactions.iter().all(|tx| tx.common.credit == Some(first));
        if agreed {
            self.odd.direction_of_details.at(number);
        }
        agreed.then_some(first)
    }

    fn booking_day(&mut self, entry: &Entry<'a>, number: u32) -> Option<NaiveDate> {
        if entry.booked.is_some() {
            return entry.booked;
        }
        if entry.value.is_some() {
            self.odd.without_booking_date.at(number);
            return entry.value;
        }
        let of_statement = self.to.or_else(|| self.closing().and_then(|b| b.date)).or(self.created);
        if of_statement.is_some() {
            self.odd.without_any_date.at(number);
        }
        of_statement
    }

    fn find(&self, kind: BalanceKind) -> Option<Balance> {
        self.balances.iter().copied().find(|b| b.kind == kind)
    }

    fn closing(&self) -> Option<Balance> {
        self.find(BalanceKind::Closing)
    }

    /// The statement is complete. What is odd in it goes to `notes`. `page` is that of the message around it.
    pub(super) fn finish(mut self, path: &str, page: Option<Page>, notes: &mut Vec<Note>) -> Statement {
        let currency = self.currency();
        self.say(currency, notes);
        let totals = currency.map(|c| self.control_totals(c)).unwrap_or_default();
        let account: Box<str> = self.account.number().into();
        let shared: Arc<str> = (&*account).into();
        for payment in &mut self.payments {
            payment.account = Arc::clone(&shared);
        }
        let booked_minor = self.booked.net();
        let mut statement = Statement {
            kind: self.kind,
            page: None,
            id: (&*self.id).into(),
            sequence: (if self.electronic.is_empty() { &*self.legal } else { &*self.electronic }).into(),
            account,
            owner: (&*self.owner).into(),
            currency,
            is_copy: self.is_copy(),
            from: self.from.or(self.first_day).or(self.find(BalanceKind::Opening).and_then(|b| b.date)),
            to: self.to.or(self.last_day).or(self.closing().and_then(|b| b.date)),
            opening: self.find(BalanceKind::Opening).or_else(|| self.find(BalanceKind::PreviousClosing)),
            closing: self.closing(),
            totals,
            entries: self.entries,
            transactions: self.transactions,
            not_booked: self.odd.not_booked.times,
            booked_minor,
            payments: std::mem::take(&mut self.payments),
            checks: std::mem::take(&mut self.checks),
            balances: std::mem::take(&mut self.balances),
        };
        let scope: Box<str> = format!("{path}: statement {} of {}", statement.id, statement.account).into();
        for check in &mut statement.checks {
            check.scope = format!("{path}: {}", check.scope).into();
        }
        let odd = &self.odd;
        let balance = checks::balance(&statement, &scope, odd.without_amount.times == 0);
        // A message of several pages may cut a statement; where its balances add up, this one is whole.
        let may_be_cut = self.kind == StatementKind::Statement && balance.holds != Some(true);
        statement.page = self.pages.page().or(page.filter(|_| may_be_cut));
        if let Some(page) = statement.page {
            notes
                .push(Note::new(NoteKind::Said, format!("{} is page {} of a longer one", self.element(), page.number)));
        }
        statement.checks.insert(0, balance);
        if odd.foreign.times == 0 && odd.without_amount.times == 0 {
            statement.checks.extend(checks::totals(&statement, &scope, &self.all, &self.booked));
        }
        statement
    }

    fn control_totals(&self, currency: Currency) -> ControlTotals {
        let count = |text: &str| text.parse::<u64>().ok();
        // Sums have no sign in the standard; some banks write one.
        let sum = |text: &str| Money::parse(text, currency).ok().map(|m| m.minor.saturating_abs());
        let totals = &self.totals;
        let net =
            Money::parse(&totals.net, currency).ok().zip(totals.net_credit).map(|(m, credit)| signed(m, credit).minor);
        ControlTotals {
            entries: count(&totals.all.0),
            sum: sum(&totals.all.1),
            net,
            credit_entries: count(&totals.credits.0),
            credit_sum: sum(&totals.credits.1),
            debit_entries: count(&totals.debits.0),
            debit_sum: sum(&totals.debits.1),
        }
    }

    /// Says what was assumed, left out or is odd.
    fn say(&self, currency: Option<Currency>, notes: &mut Vec<Note>) {
        use NoteKind::{Assumed, Said, Warning};
        let odd = &self.odd;
        let element = self.element();
        let mut say = |kind, seen: Seen, what: &str| {
            if seen.times > 0 {
                let entries = if seen.times == 1 { "entry" } else { "entries" };
                let place = format!("{element}/Ntry[{}]", seen.first);
                notes.push(Note::new(kind, format!("{} {entries} {what} (first: {place})", seen.times)));
            }
        };
        say(Said, odd.not_booked, "not booked (pending, information or future): no money");
        say(Warning, odd.unknown_status, "with an unknown status: taken as not booked");
        say(Assumed, odd.without_status, "without a status: taken as booked");
        say(Assumed, odd.without_booking_date, "without a booking date: the value date is taken");
        say(Warning, odd.without_any_date, "without any date: the statement's date is taken");
        say(Warning, odd.without_amount, "without an amount: left out");
        say(Warning, odd.negative, "with a negative amount, which the standard forbids: taken as money that left");
        say(Warning, odd.foreign, "in another currency than the account: not part of the balance check");
        say(Said, odd.converted, "in another currency than the account: the amount in the account's currency is taken");
        say(Assumed, odd.direction_of_details, "without a direction: that of the transactions is taken");
        say(Warning, odd.opposite_details, "whose transactions have the other direction: that of the entry is taken");
        say(Said, odd.batch_without_details, "of several transactions without their details: one payment each");
        if self.balances_without_direction > 0 {
            let text =
                format!("{} balances without CdtDbtInd in {element}: taken as credit", self.balances_without_direction);
            notes.push(Note::new(Warning, text));
        }
        if self.is_copy() {
            let text = format!("{element} is a copy ({}): it creates no payments", self.copy);
            notes.push(Note::new(Said, text));
        }
        if let (None, Some(currency)) = (self.stated_currency, currency) {
            notes.push(Note::new(Assumed, format!("account currency {currency} in {element}, from its amounts")));
        }
    }
}

fn each(frame: &Frame<'_, '_>, parts: &[i64], currency: Currency, payments: &mut Vec<Payment>) {
    for (n, (tx, part)) in (1u32..).zip(frame.entry.transactions.iter().zip(parts)) {
        payments.push(frame.payment(Some(tx), Money::new(*part, currency), n));
    }
}
