//! Where the money of a payment is in the ledger: the account from which an entry takes it.

use std::collections::HashMap;

use chrono::NaiveDate;
use foldhash::fast::RandomState;

use super::accounts::Accounts;
use crate::model::{DecisionKind, InLedger, LedgerFact, LineRole, PostFacts, Written};

/// Where the money is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// On this account.
    Account(Box<str>),
    /// The ledger has booked it on a customer's account by itself: the entry's name, and the sum on these accounts (credit negative).
    Customer(Box<str>, i64),
    /// The ledger has booked it elsewhere: the entry's name, and the account.
    Elsewhere(Box<str>, Box<str>),
    /// It cannot be told; why.
    Held(String),
}

/// Entries of the ledger by name and day.
pub(super) struct Sources<'a> {
    facts: &'a PostFacts,
    accounts: Accounts<'a>,
    entries: HashMap<(&'a str, NaiveDate), Vec<u32>, RandomState>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(facts: &'a PostFacts, accounts: Accounts<'a>) -> Self {
        let mut entries: HashMap<_, Vec<u32>, RandomState> = HashMap::default();
        for (n, line) in (0u32..).zip(&facts.book.ledger).filter(|(_, l)| !l.opening) {
            entries.entry((&*line.name, line.date)).or_default().push(n);
        }
        Self { facts, accounts, entries }
    }

    /// The ledger account that mirrors the bank account of a payment.
    pub(super) fn bank(&self, payment: usize) -> Option<&'a str> {
        let payment = &self.facts.book.payments[payment];
        let banks = self.facts.book.banks.iter();
        banks.clone().find(|b| b.bank == payment.account && b.currency == payment.currency).map(|b| &*b.account)
    }

    /// Where the money of a payment is. `before` are the entries that were written about it.
    pub(super) fn of(&self, payment: usize, before: &[&Written]) -> Source {
        if let Some(account) = remembered(before) {
            return Source::Account(account);
        }
        let Some(bank) = self.bank(payment) else {
            let account = &self.facts.book.payments[payment].account;
            return Source::Held(unmirrored(account));
        };
        match self.facts.in_ledger.get(payment).copied().unwrap_or_default() {
            InLedger::No => Source::Account(bank.into()),
            InLedger::Balance => self.through("the ledger's balance has it, and none of its lines was imported"),
            InLedger::Line(n) => match self.facts.book.ledger.get(n as usize) {
                Some(line) => self.beside(line),
                None => Source::Account(bank.into()),
            },
        }
    }

    /// Only the bank's side of an entry is known.
    fn through(&self, why: &str) -> Source {
        match &self.accounts.post.through {
            Some(account) => Source::Account(account.as_str().into()),
            None => Source::Held(format!(
                "{why}: [post] through = \"471000\" says against which account it enters bank lines"
            )),
        }
    }

    /// What stands beside the bank's line in its entry.
    fn beside(&self, line: &LedgerFact) -> Source {
        let of_entry = self.entries.get(&(&*line.name, line.date)).map_or(&[][..], Vec::as_slice);
        let lines: Vec<&LedgerFact> = of_entry
            .iter()
            .map(|n| &self.facts.book.ledger[*n as usize])
            .filter(|l| l.currency == line.currency)
            .collect();
        let is_bank = |l: &&&LedgerFact| self.facts.book.banks.iter().any(|b| b.account == l.account);
        let mut others: Vec<&LedgerFact> = lines.iter().filter(|l| !is_bank(l)).copied().collect();
        let sum: i128 = lines.iter().map(|l| i128::from(l.minor)).sum();
        if others.is_empty() || sum != 0 {
            return self.through("the ledger has the bank's line, and the other side of its entry was not imported");
        }
        // An entry of a whole day has many sides: that with the same amount is this line's.
        let several = lines.iter().filter(is_bank).count() > 1;
        if several {
            let opposite: Vec<&LedgerFact> =
                others.iter().filter(|l| i128::from(l.minor) == -i128::from(line.minor)).copied().collect();
            if !opposite.is_empty() {
                others = opposite;
            }
        }
        let first = others[0];
        let same_account = others.iter().all(|l| l.account == first.account);
        let of_customers: Vec<i64> =
            others.iter().filter(|l| self.accounts.ledger.is_receivable(&l.account)).map(|l| l.minor).collect();
        if same_account && self.accounts.waits(&first.account) {
            Source::Account(first.account.clone())
        } else if !of_customers.is_empty() {
            // Of several receipts in one entry, all on customers' accounts, each is booked with its own amount.
            let all = several && of_customers.len() == others.len();
            let sum = of_customers.iter().fold(0i64, |a, b| a.saturating_add(*b));
            Source::Customer(line.name.clone(), if all { line.minor.saturating_neg() } else { sum })
        } else if same_account || !several {
            Source::Elsewhere(line.name.clone(), first.account.clone())
        } else {
            Source::Held(format!("the ledger's entry {} has several other sides: enter this one by hand", line.name))
        }
    }
}

/// The account that the last entry about this payment took the money from, or put it to wait on.
fn remembered(before: &[&Written]) -> Option<Box<str>> {
    let reversed = |w: &Written| before.iter().any(|other| *other.reverses == *w.key);
    let line = |w: &&Written, role: LineRole| {
        let entry = w.entry.as_ref()?;
        entry.lines.iter().find(|l| l.role == role).map(|l| l.account.clone())
    };
    let waits = before.iter().filter(|w| w.suspense && !reversed(w)).find_map(|w| line(w, LineRole::Suspense));
    waits.or_else(|| {
        before.iter().filter(|w| !w.suspense && w.reverses.is_empty()).rev().find_map(|w| line(w, LineRole::Bank))
    })
}

/// Says that no account of the ledger is known for an account of a bank.
pub(super) fn unmirrored(account: &str) -> String {
    if account.is_empty() {
        return "its statement names no bank account, and the ledger has several: which of them it is cannot be told"
            .into();
    }
    format!("no ledger account mirrors {account}: add a [[ledger.bank]]")
}

/// Whether a decision says the same as an entry of the ledger; else what differs.
pub(super) fn agrees(kind: DecisionKind, applied: i128, source: &Source) -> Result<(), String> {
    let for_items = matches!(kind, DecisionKind::Apply | DecisionKind::Return);
    match source {
        Source::Customer(name, sum) if for_items && applied != 0 && i128::from(*sum) != -applied => {
            Err(format!("the ledger has booked another amount on customers' accounts ({name}): correct one of the two"))
        }
        Source::Customer(name, _) if !for_items => Err(format!(
            "the ledger has it on a customer's account ({name}), and it was decided to be no customer's money"
        )),
        Source::Elsewhere(name, account) if for_items => {
            Err(format!("the ledger has it on {account} ({name}), and it was decided to be a customer's money"))
        }
        _ => Ok(()),
    }
}
