//! A month as one journal that needs no other: balances brought forward, every bank line, and the lettering of what it settles.
//!
//! It takes no notice of what the ledger has or of what was written. So each account must come out at what the book says: the bank's at
//! the closing balance of its statement, the customers' at what is open, the suspense account at what nobody has decided.

use std::collections::HashMap;

use chrono::NaiveDate;
use foldhash::fast::RandomState;

use super::accounts::Accounts;
use super::carried;
use super::due::{of_payment, suspense};
use super::entry::{Case, Payers, cut, negative, who};
use super::lettering::{Lettering, Open};
use super::letters::Codes;
use super::source::unmirrored;
use super::{Asked, key};
use crate::config::{PostPolicy, UnknownVat, is_account};
use crate::model::{
    BankLedger, BookFacts, Currency, DecisionFact, DecisionKind, DifferenceKind, EntryKind, HeldEntry, JournalEntry,
    LineRole, Month, PostFacts, Posting, Statement, StatementKind,
};

/// What is in the journal so far.
struct Whole<'a> {
    facts: &'a PostFacts,
    accounts: Accounts<'a>,
    asked: &'a Asked<'a>,
    currency: Currency,
    payers: Payers,
    entries: Vec<JournalEntry>,
    held: Vec<HeldEntry>,
    /// What the entries take off each item.
    taken: Vec<i64>,
    keys: HashMap<usize, Box<str>, RandomState>,
}

pub(super) fn make(facts: &PostFacts, accounts: Accounts<'_>, asked: &Asked<'_>, currency: Currency) -> Posting {
    // A month that is looked at as a whole is not held up by a tax that nobody knows.
    let post = PostPolicy { unknown_vat: UnknownVat::Gross, ..accounts.post.clone() };
    let accounts = Accounts { post: &post, ledger: accounts.ledger };
    let mut whole = Whole {
        facts,
        accounts,
        asked,
        currency,
        payers: Payers::new(facts),
        entries: Vec::new(),
        held: Vec::new(),
        taken: vec![0; facts.book.items.len()],
        keys: HashMap::default(),
    };
    let banks: Vec<&BankLedger> = facts.book.banks.iter().filter(|b| whole.is_asked(b)).collect();
    whole.unmirrored();
    for bank in &banks {
        whole.lines(bank);
    }
    whole.settled();
    let open = open_at(facts, asked.month);
    let mut before = whole.brought(&banks, &open);
    whole.number(&mut before)
}

impl Whole<'_> {
    fn is_asked(&self, bank: &BankLedger) -> bool {
        let named = self.asked.account.is_none_or(|a| is_account(a, &bank.bank) || bank.account.ends_with(a));
        named && (self.asked.takes_currencies || bank.currency == self.currency)
    }

    fn is_of_month(&self, day: NaiveDate) -> bool {
        Month::of(day) == self.asked.month
    }

    fn hold(&mut self, n: usize, why: String) {
        let payment = &self.facts.book.payments[n];
        self.held.push(HeldEntry {
            id: payment.id.clone(),
            day: payment.booked,
            minor: payment.minor,
            currency: payment.currency,
            why: why.into(),
        });
    }

    /// Payments of accounts that the ledger does not mirror, or whose currency the format does not take, are left out, and said.
    fn unmirrored(&mut self) {
        for (n, payment) in
            self.facts.book.payments.iter().enumerate().filter(|(_, p)| self.asked.month == Month::of(p.booked))
        {
            let is_of = |b: &&BankLedger| b.bank == payment.account && b.currency == payment.currency;
            match self.facts.book.banks.iter().find(is_of) {
                None => self.hold(n, unmirrored(&payment.account)),
                Some(bank) if bank.currency != self.currency && !self.asked.takes_currencies => {
                    self.hold(
                        n,
                        format!("in {}, without a rate: the format takes {} only", bank.currency, self.currency),
                    );
                }
                Some(_) => {}
            }
        }
    }

    /// Every line of an account: by its decision, or on the suspense account.
    fn lines(&mut self, bank: &BankLedger) {
        for (n, payment) in self.facts.book.payments.iter().enumerate() {
            if payment.account != bank.bank || payment.currency != bank.currency || !self.is_of_month(payment.booked) {
                continue;
            }
            let decision = payment.decision.as_ref().filter(|d| d.kind.settles());
            if let Some(decision) = decision {
                match self.decided(n, decision, bank) {
                    Ok(()) => continue,
                    Err(why) => self.hold(n, format!("{why} (on {} here)", self.accounts.ledger.suspense)),
                }
            }
            match suspense(self.facts, self.accounts, n, &bank.account) {
                Err(why) => self.hold(n, why),
                Ok((lines, label)) => {
                    let key = key::of_suspense(&payment.id, payment.minor, 0);
                    let day = payment.booked;
                    self.entries.push(of_payment(self.facts, self.accounts.post, n, key, day, &label, true, lines));
                }
            }
        }
    }

    fn decided(&mut self, n: usize, decision: &DecisionFact, bank: &BankLedger) -> Result<(), String> {
        let from = &*bank.account;
        let (facts, accounts, payers) = (self.facts, self.accounts, &self.payers);
        let case = Case { facts, accounts, payers, payment: n, decision, from };
        let lines = case.lines()?;
        let payment = &facts.book.payments[n];
        let key = key::of_decision(&facts.book, &payment.id, decision, 0);
        self.keys.insert(n, key.clone());
        let entry = of_payment(facts, accounts.post, n, key, payment.booked, &case.label(), true, lines);
        self.entries.push(entry);
        self.take(decision);
        Ok(())
    }

    fn take(&mut self, decision: &DecisionFact) {
        for applied in &decision.applications {
            if let Some(sum) = self.taken.get_mut(applied.item as usize) {
                *sum = sum.saturating_add(applied.minor);
            }
        }
    }

    /// Items that were written off, or settled to an account that somebody named, in the month.
    fn settled(&mut self) {
        if self.asked.account.is_some() {
            return;
        }
        for (n, item) in self.facts.book.items.iter().enumerate() {
            let Some(decision) = settled_in(self.facts, n, self.asked.month) else { continue };
            let account = match (&*decision.account, &*decision.reason) {
                ("", "write-off") if item.amount > 0 => &self.accounts.post.bad_debt,
                ("", "small-difference") if item.amount > 0 => &self.accounts.post.write_off_loss,
                ("", "write-off" | "small-difference") => &self.accounts.post.write_off_gain,
                // What the ledger settles itself is as open here as before it did.
                ("", _) => continue,
                (given, _) => given,
            };
            let (text, day) = (&self.facts.items[n], day_of(decision, self.asked.month));
            let minor = decision.applications.iter().fold(0i64, |sum, a| sum.saturating_add(a.minor));
            let label = cut(&format!("{} {} {}", decision.reason, text.name, text.number));
            let Ok(credit) = negative(minor) else { continue };
            let lines = vec![
                self.accounts.line(LineRole::WriteOff, account, minor, &label),
                self.accounts.receivable(&item.id, text, credit, &label),
            ];
            let post = self.accounts.post;
            self.entries.push(JournalEntry {
                key: key::of_decision(&self.facts.book, &item.id, decision, 0),
                kind: EntryKind::Settlement,
                journal: post.other_journal.as_str().into(),
                journal_name: post.other_journal_name.as_str().into(),
                number: 0,
                date: day,
                document: text.number.clone(),
                document_date: item.issued.unwrap_or(day),
                label: label.as_str().into(),
                currency: item.currency,
                payment: Box::default(),
                reverses: Box::default(),
                lines,
            });
            let decision = decision.clone();
            self.take(&decision);
        }
    }

    /// What is brought forward: banks, items, money on account, money that waits.
    fn brought(&self, banks: &[&BankLedger], open: &[i64]) -> Vec<JournalEntry> {
        let first = self.asked.month.first();
        let mut brought: Vec<JournalEntry> = Vec::new();
        let mut add = |what: &str, of: &str, line, date, issued, currency, label: &str| {
            let entry = carried::entry(self.accounts, what, of, vec![line], 0, date, issued, currency, label);
            brought.extend(entry);
        };
        for bank in banks {
            let opening = first.pred_opt().and_then(|day| balance_at(&self.facts.book, bank, day)).unwrap_or(0);
            if opening != 0 {
                let label = cut(&format!("Report {}", bank.bank));
                let line = self.accounts.line(LineRole::Bank, &bank.account, opening, &label);
                add("bank", &bank.bank, line, first, None, bank.currency, &label);
            }
        }
        let takes = |c: Currency| self.asked.takes_currencies || c == self.currency;
        for (n, item) in self.facts.book.items.iter().enumerate().filter(|(_, i)| takes(i.currency)) {
            let minor = open[n].saturating_add(self.taken[n]);
            if minor != 0 {
                let text = &self.facts.items[n];
                let label = cut(&format!("{} {}", text.name, text.number));
                let line = self.accounts.receivable(&item.id, text, minor, &label);
                let day = item.issued.unwrap_or(first).clamp(first, self.asked.month.last());
                add("item", &item.id, line, day, item.issued, item.currency, &label);
            }
        }
        let is_of = |n: usize| {
            let payment = &self.facts.book.payments[n];
            banks.iter().any(|b| b.bank == payment.account && b.currency == payment.currency)
        };
        for (n, payment) in self.facts.book.payments.iter().enumerate().filter(|(n, p)| p.booked < first && is_of(*n)) {
            let label = cut(&format!("Report {}", who(&self.facts.payments[n])));
            let (role, account, minor) = match payment.decision.as_ref().filter(|d| d.kind.settles()) {
                None => (LineRole::Suspense, &self.accounts.ledger.suspense, payment.minor),
                // Where its own month has put it, too.
                Some(decision) if decision.kind == DecisionKind::Outside && decision.account.is_empty() => {
                    (LineRole::Suspense, &self.accounts.ledger.suspense, payment.minor)
                }
                Some(decision) => (LineRole::OnAccount, &self.accounts.ledger.on_account, on_account(decision)),
            };
            if let Ok(credit) = negative(minor)
                && credit != 0
            {
                let line = self.accounts.line(role, account, credit, &label);
                add("payment", &payment.id, line, first, Some(payment.booked), payment.currency, &label);
            }
        }
        brought
    }

    fn number(mut self, before: &mut Vec<JournalEntry>) -> Posting {
        super::number(before, 1);
        super::number(&mut self.entries, before.len() as u64 + 1);
        let open = open_at(self.facts, self.asked.month);
        let mut counterparts = HashMap::default();
        let mut reopening = std::collections::HashSet::default();
        for (n, payment) in self.facts.book.payments.iter().enumerate() {
            let (Some(key), Some(decision)) = (self.keys.get(&n), &payment.decision) else { continue };
            if decision.kind == DecisionKind::Return {
                reopening.insert(key.clone());
            }
            if let Some(other) = decision.returns.and_then(|r| self.keys.get(&(r as usize))) {
                counterparts.insert(key.clone(), other.clone());
            }
        }
        let letters = Lettering {
            letters: &[],
            codes: Codes::default(),
            counterparts,
            reopening,
            of_ledger: Vec::new(),
            open: self
                .facts
                .book
                .items
                .iter()
                .zip(&open)
                .map(|(i, left)| (i.id.clone(), Open { left: *left }))
                .collect(),
        };
        let lettering = letters.give(&mut self.entries);
        let own: HashMap<&str, _, RandomState> =
            lettering.iter().filter(|c| c.key.is_empty()).map(|c| (&*c.item, &c.letter)).collect();
        for line in before.iter_mut().flat_map(|e| &mut e.lines).filter(|l| !l.item.is_empty()) {
            line.letter = own.get(&*line.item).and_then(|l| (*l).clone());
        }
        let mut entries = std::mem::take(before);
        entries.append(&mut self.entries);
        Posting {
            company: self.asked.company.into(),
            siren: self.accounts.post.siren.as_str().into(),
            from: self.asked.month.first(),
            to: self.asked.month.last(),
            month: Some(self.asked.month),
            made: self.asked.made,
            currency: self.currency,
            entries,
            lettering,
            held: self.held,
        }
    }
}

/// Money on a customer's account that the ledger has not booked.
fn on_account(decision: &DecisionFact) -> i64 {
    let booked = !decision.applications.is_empty() && decision.applications.iter().all(|a| a.taken_over);
    let of = decision.differences.iter().filter(|d| d.kind == DifferenceKind::OnAccount && !booked);
    of.fold(0, |sum, d| sum.saturating_add(d.minor))
}

/// What is open of each item at the end of a month: what was taken later is given back.
fn open_at(facts: &PostFacts, month: Month) -> Vec<i64> {
    let last = month.last();
    let mut open: Vec<i64> = facts.book.items.iter().map(|i| i.open).collect();
    let mut give = |decision: &DecisionFact| {
        for applied in &decision.applications {
            if let Some(open) = open.get_mut(applied.item as usize) {
                *open = open.saturating_add(applied.minor);
            }
        }
    };
    for payment in facts.book.payments.iter().filter(|p| p.booked > last) {
        payment.decision.iter().for_each(&mut give);
    }
    for (n, item) in facts.book.items.iter().enumerate() {
        let later = settle_day(facts, n).is_some_and(|day| Month::of(day) > month);
        item.decision.iter().filter(|_| later).for_each(&mut give);
    }
    for (item, open) in facts.book.items.iter().zip(&mut open) {
        if item.issued.is_some_and(|day| day > last) {
            *open = 0;
        }
    }
    open
}

/// The day on which an item was settled without a payment, not behind the last month that has payments.
fn settle_day(facts: &PostFacts, n: usize) -> Option<NaiveDate> {
    let decision = facts.book.items[n].decision.as_ref().filter(|d| d.kind == DecisionKind::Settle)?;
    let day: NaiveDate = decision.at.get(..10)?.parse().ok()?;
    Some(facts.book.payments.last().map_or(day, |p| day.min(Month::of(p.booked).last())))
}

fn settled_in(facts: &PostFacts, n: usize, month: Month) -> Option<&DecisionFact> {
    settle_day(facts, n).filter(|day| Month::of(*day) == month)?;
    facts.book.items[n].decision.as_ref()
}

fn day_of(decision: &DecisionFact, month: Month) -> NaiveDate {
    let day = decision.at.get(..10).and_then(|d| d.parse().ok()).unwrap_or(month.last());
    day.clamp(month.first(), month.last())
}

/// The bank's balance at the end of a day, from the closing balance that is nearest before it, else from the first one after it.
fn balance_at(facts: &BookFacts, bank: &BankLedger, day: NaiveDate) -> Option<i64> {
    let is_of = |s: &&Statement| !s.is_copy && *s.account == *bank.bank && s.currency == Some(bank.currency);
    let closing = |s: &Statement| {
        let closing = s.closing.filter(|b| s.kind == StatementKind::Statement && b.amount.currency == bank.currency)?;
        Some((s.to.max(closing.date)?, closing.amount.minor))
    };
    let opening = |s: &Statement| {
        let opening = s.opening.filter(|b| b.amount.currency == bank.currency)?;
        Some((s.from.or(opening.date)?.pred_opt()?, opening.amount.minor))
    };
    let statements = || facts.statements.iter().filter(is_of);
    let mut stated: Vec<(NaiveDate, i64)> = statements().filter_map(closing).collect();
    stated.sort_by_key(|(day, _)| *day);
    let sum = |from: NaiveDate, to: NaiveDate| {
        let of = facts.payments.iter().filter(|p| p.account == bank.bank && p.currency == bank.currency);
        of.filter(|p| p.booked > from && p.booked <= to).fold(0i64, |sum, p| sum.saturating_add(p.minor))
    };
    if let Some((stated_day, minor)) = stated.iter().rfind(|(stated, _)| *stated <= day) {
        return Some(minor.saturating_add(sum(*stated_day, day)));
    }
    if let Some((stated_day, minor)) = stated.first() {
        return Some(minor.saturating_sub(sum(day, *stated_day)));
    }
    let mut openings: Vec<(NaiveDate, i64)> = statements().filter_map(opening).collect();
    openings.sort_by_key(|(day, _)| *day);
    let (stated_day, minor) = openings.first()?;
    match *stated_day <= day {
        true => Some(minor.saturating_add(sum(*stated_day, day))),
        false => Some(minor.saturating_sub(sum(day, *stated_day))),
    }
}
