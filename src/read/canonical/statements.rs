//! Canonical payments to statements: as their own lines tell, or as what stands on each payment tells.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Absent, Fields, money, payment, word};
use crate::error::Error;
use crate::model::columns::STATEMENT_KINDS;
use crate::model::{
    Balance, BalanceKind, Check, CheckKind, Currency, Money, Note, NoteKind, Payment, Statement, StatementKind,
};
use crate::read::checks::{self, Tally};

/// What the payments of a statement share. Without an identifier, one account and currency are one statement, as in any CSV.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    account: Box<str>,
    kind: StatementKind,
    id: Box<str>,
    sequence: Box<str>,
    currency: Option<Currency>,
}

/// A statement as its own line tells of it.
#[derive(Clone, Debug)]
pub(in crate::read) struct Head {
    /// Everything but payments and checks.
    pub(in crate::read) statement: Statement,
    /// Whether the line says what the booked entries add up to, and how many entries there are.
    pub(in crate::read) has_booked: bool,
    pub(in crate::read) has_entries: bool,
}

/// A statement while its payments are read.
#[derive(Debug)]
struct Open {
    head: Head,
    account: Arc<str>,
    /// The running balance behind each payment, in the currency of the first.
    balances: Vec<Option<i64>>,
    /// The last of them, with its currency.
    running: Option<(Currency, i64)>,
    /// Whether it has a line of its own, which knows the balances.
    has_line: bool,
}

/// Statements while a file is read.
#[derive(Debug, Default)]
pub(in crate::read) struct Statements {
    open: Vec<Open>,
    by_key: HashMap<Key, usize, foldhash::fast::RandomState>,
    last: Option<(Key, usize)>,
    /// The statement whose line came last.
    current: Option<usize>,
    pub(in crate::read) absent: Absent,
}

impl Statements {
    /// Begins a statement that has a line of its own.
    pub(in crate::read) fn begin(&mut self, head: Head) {
        self.current = Some(self.open.len());
        let account = (&*head.statement.account).into();
        self.open.push(Open { head, account, balances: Vec::new(), running: None, has_line: true });
    }

    /// How many payments were read.
    pub(in crate::read) fn payments(&self) -> u64 {
        self.open.iter().map(|o| o.head.statement.payments.len() as u64).sum()
    }

    /// Reads a payment of the statement that was begun last, or of the one that it names. Errors: E0241 to E0244, E0248.
    pub(in crate::read) fn read(&mut self, fields: &impl Fields) -> Result<(), Error> {
        let mut one = payment(fields, &mut self.absent)?;
        let balance = money(fields, "balance", one.amount.currency)?;
        let at = match self.current {
            Some(at) => {
                let account = &self.open[at].account;
                if !one.account.is_empty() && one.account != *account {
                    let message = format!("a payment of the account \"{}\" on a statement of another", one.account);
                    let error = fields.fault("account", "E0244", message);
                    return Err(error
                        .label(format!("the statement above is of \"{account}\""))
                        .help("put the payment below its own statement"));
                }
                at
            }
            None => self.place(fields, &one, balance)?,
        };
        let open = &mut self.open[at];
        one.account = Arc::clone(&open.account);
        if let Some(balance) = balance {
            open.running = Some((one.amount.currency, balance));
        }
        open.balances.push(balance);
        open.head.statement.payments.push(one);
        Ok(())
    }

    /// The statement of a payment that stands below no line of one, begun if there is none yet.
    ///
    /// A file that says which statement each payment is of has the payments of a statement together, and there may be several
    /// of one account: a break in the running balance parts them. Any other file is one statement an account and currency.
    fn place(&mut self, fields: &impl Fields, one: &Payment, balance: Option<i64>) -> Result<usize, Error> {
        let (id, sequence) = (fields.text("statement_id")?, fields.text("statement_sequence")?);
        let stated = word(fields, "statement_kind", &STATEMENT_KINDS)?;
        let kind = stated.unwrap_or_default();
        let currency = (id.is_empty() && sequence.is_empty()).then_some(one.amount.currency);
        if let Some((last, at)) = &self.last
            && last.currency == currency
            && last.kind == kind
            && *last.account == *one.account
            && *last.id == *id
            && *last.sequence == *sequence
            && (stated.is_none() || self.open[*at].goes_on(one, balance))
        {
            return Ok(*at);
        }
        let key =
            Key { account: (&*one.account).into(), kind, id: (*id).into(), sequence: (*sequence).into(), currency };
        let next = self.open.len();
        let at = match stated {
            Some(_) => next,
            None => *self.by_key.entry(key.clone()).or_insert(next),
        };
        if at == next {
            let statement = Statement {
                kind,
                id: key.id.clone(),
                sequence: key.sequence.clone(),
                account: key.account.clone(),
                ..Statement::default()
            };
            let head = Head { statement, has_booked: false, has_entries: false };
            let account = Arc::clone(&one.account);
            self.open.push(Open { head, account, balances: Vec::new(), running: None, has_line: false });
        }
        self.last = Some((key, at));
        Ok(at)
    }

    /// The statements, with their checks. `path` is for the scope of these.
    pub(in crate::read) fn finish(self, path: &str, notes: &mut Vec<Note>) -> Vec<Statement> {
        self.absent.say(notes);
        self.open.into_iter().map(|open| open.finish(path, notes)).collect()
    }
}

impl Open {
    /// Whether a payment with its running balance continues those that are there.
    fn goes_on(&self, one: &Payment, balance: Option<i64>) -> bool {
        let Money { minor, currency } = one.amount;
        match (self.running, balance) {
            (Some((own, before)), Some(behind)) => own == currency && before.checked_add(minor) == Some(behind),
            (Some((own, _)), None) => own != currency,
            (None, Some(_)) => self.head.statement.payments.iter().all(|p| p.amount.currency != currency),
            (None, None) => true,
        }
    }

    fn finish(self, path: &str, notes: &mut Vec<Note>) -> Statement {
        let Self { head: Head { mut statement, has_booked, has_entries }, balances, has_line, .. } = self;
        let scope = scope(path, &statement);
        let mut refuted = None;
        if !has_line {
            match ends(&statement, &balances) {
                Ok(Some((opening, closing))) => {
                    statement.opening = Some(opening);
                    statement.closing = Some(closing);
                    statement.balances = vec![opening, closing];
                }
                Ok(None) => {}
                Err(rows) => {
                    let text = format!("the running balance does not add up row by row ({rows} rows): not used");
                    notes.push(Note::new(NoteKind::Warning, text.clone()));
                    refuted = Some(text);
                }
            }
        }
        let payments = &statement.payments;
        let own = statement.opening.map(|b| b.amount.currency).or(payments.first().map(|p| p.amount.currency));
        statement.currency = statement.currency.or(own);
        let mut tally = Tally::default();
        for payment in payments.iter().filter(|p| Some(p.amount.currency) == statement.currency) {
            tally.add(payment.amount);
        }
        if !has_booked {
            statement.booked_minor = tally.net();
        }
        if !has_entries {
            let count = u32::try_from(payments.len()).unwrap_or(u32::MAX);
            (statement.entries, statement.transactions, statement.not_booked) = (count, count, 0);
        }
        let days = || payments.iter().map(|p| p.booking_date);
        statement.from = statement.from.or(days().min());
        statement.to = statement.to.or(days().max());
        statement.checks.push(match refuted {
            Some(text) => {
                Check { kind: CheckKind::Balance, scope: scope.clone().into(), holds: None, text: text.into() }
            }
            None => checks::balance(&statement, &scope, true),
        });
        if has_booked && statement.booked_minor != tally.net() {
            let text = "the booked entries are said to add up to another sum than the payments do";
            let scope = scope.clone().into();
            statement.checks.push(Check { kind: CheckKind::Batch, scope, holds: Some(false), text: text.into() });
        }
        // Batches and pending entries are no longer there to be counted: only where each entry is a payment.
        if statement.entries as usize == statement.payments.len() {
            statement.checks.extend(checks::totals(&statement, &scope, &tally, &tally));
        }
        statement.payments.shrink_to_fit();
        statement
    }
}

fn scope(path: &str, statement: &Statement) -> String {
    let name = match (&*statement.id, &*statement.sequence) {
        ("", "") => "statement".to_string(),
        ("", sequence) => format!("statement {sequence}"),
        (id, _) => format!("statement {id}"),
    };
    format!("{path}: {name} of {}", statement.account)
}

/// Opening and closing balance from the running one. Fails with the number of rows that have a balance where it does not add up.
fn ends(statement: &Statement, balances: &[Option<i64>]) -> Result<Option<(Balance, Balance)>, usize> {
    let known = balances.iter().flatten().count();
    let Some(first) = balances.iter().position(Option::is_some) else { return Ok(None) };
    let currency: Currency = statement.payments[first].amount.currency;
    let own = || statement.payments.iter().zip(balances).filter(|(p, _)| p.amount.currency == currency);
    // What was booked before the first balance that is known belongs to the opening too.
    let mut before: i128 = 0;
    let mut opening: Option<i128> = None;
    for (payment, balance) in own() {
        before += i128::from(payment.amount.minor);
        let Some(balance) = balance.map(i128::from) else { continue };
        let start = balance - before;
        if *opening.get_or_insert(start) != start {
            return Err(known);
        }
    }
    let all: i128 = own().map(|(p, _)| i128::from(p.amount.minor)).sum();
    let opening = opening.unwrap_or_default();
    let closing = opening + all;
    let balance = |kind, minor: i128| {
        let minor = i64::try_from(minor).map_err(|_| known);
        minor.map(|minor| Balance { kind, amount: Money::new(minor, currency), date: None })
    };
    Ok(Some((balance(BalanceKind::Opening, opening)?, balance(BalanceKind::Closing, closing)?)))
}
