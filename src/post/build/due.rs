//! Which decisions are booked in which month, and which entries are taken back.
//!
//! A payment is booked in the month in which the bank booked it; where that month was closed before it was decided, in the first one
//! that was open. An entry that was written for a decision which does not stand any more is taken back by an entry of its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use foldhash::fast::RandomState;

use super::accounts::Accounts;
use super::entry::{Case, Payers, cut, negative, who};
use super::lettering::{Lettering, OfLedger, Open};
use super::letters::Codes;
use super::source::{Source, Sources, agrees, unmirrored};
use super::{Asked, key};
use crate::config::{PostPolicy, is_account};
use crate::model::{
    Currency, DecisionFact, DecisionKind, EntryKind, HeldEntry, InLedger, JournalEntry, JournalLine, LetteringChange,
    LineRole, Month, PostFacts, Written,
};

/// What is due.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) entries: Vec<JournalEntry>,
    pub(super) held: Vec<HeldEntry>,
    pub(super) booked: u64,
    pub(super) written: u64,
    pub(super) elsewhere: u64,
    pub(super) earlier: BTreeMap<Month, u64>,
    pub(super) undecided: u64,
    /// By the key of an entry the one that it takes back.
    counterparts: HashMap<Box<str>, Box<str>, RandomState>,
    reopening: HashSet<Box<str>, RandomState>,
    of_ledger: Vec<OfLedger>,
    /// What is booked off each item, by its index, and not in the listed amount.
    taken: HashMap<u32, i64, RandomState>,
    /// By payment the key of its standing entry, written or new.
    keys: HashMap<usize, Box<str>, RandomState>,
}

/// Everything that finding needs.
struct Finder<'a> {
    facts: &'a PostFacts,
    accounts: Accounts<'a>,
    asked: &'a Asked<'a>,
    currency: Currency,
    sources: Sources<'a>,
    payers: Payers,
    written: HashMap<&'a str, Vec<&'a Written>, RandomState>,
    /// Lines that carry a code of an earlier batch: the key of the entry, and the item.
    lettered: HashSet<(&'a str, &'a str), RandomState>,
    found: Found,
}

pub(super) fn find<'a>(
    facts: &'a PostFacts,
    accounts: Accounts<'a>,
    asked: &'a Asked<'a>,
    currency: Currency,
) -> Found {
    let mut written: HashMap<&str, Vec<&Written>, RandomState> = HashMap::default();
    for one in &facts.written {
        written.entry(&one.subject).or_default().push(one);
    }
    let (sources, payers) = (Sources::new(facts, accounts), Payers::new(facts));
    let lettered = facts.letters.iter().map(|l| (&*l.key, &*l.item)).collect();
    let mut finder =
        Finder { facts, accounts, asked, currency, sources, payers, written, lettered, found: Found::default() };
    for n in 0..facts.book.payments.len() {
        finder.payment(n);
    }
    for n in 0..facts.book.items.len() {
        finder.item(n);
    }
    finder.gone();
    finder.returns();
    finder.found
}

impl<'a> Finder<'a> {
    /// Entries that were written about something.
    fn before(&self, subject: &str) -> Vec<&'a Written> {
        self.written.get(subject).cloned().unwrap_or_default()
    }

    /// Entries that were written about a payment. What waits with another amount than the bank says now is taken back.
    fn before_payment(&mut self, n: usize) -> Vec<&'a Written> {
        let payment = &self.facts.book.payments[n];
        let mut before = self.before(&payment.id);
        let waits_with = |w: &Written| {
            let entry = w.entry.as_ref().filter(|_| w.suspense)?;
            entry.lines.iter().find(|l| l.role == LineRole::Bank).map(|l| l.minor)
        };
        let is_stale = |w: &&Written| waits_with(w).is_some_and(|minor| minor != payment.minor);
        let stale: Vec<&Written> = before.iter().copied().filter(is_stale).collect();
        for one in stale {
            let stands = !before.iter().any(|w| w.reverses == one.key);
            if let Some(entry) = one.entry.as_ref().filter(|_| stands)
                && self.is_asked(n)
                && self.is_due(self.month_of(entry.date, u64::MAX))
            {
                let entry = reversed(entry, self.date(entry.date));
                self.found.entries.push(entry);
            }
            before.retain(|w| w.key != one.key);
        }
        before
    }

    /// The month in which something of a day is booked.
    fn month_of(&self, day: NaiveDate, op: u64) -> Month {
        let closed = self.facts.closed.iter().filter(|(_, close)| *close < op).map(|(month, _)| month.next()).max();
        closed.map_or(Month::of(day), |open| open.max(Month::of(day)))
    }

    /// The accounting date of something of a day.
    fn date(&self, day: NaiveDate) -> NaiveDate {
        day.clamp(self.asked.month.first(), self.asked.month.last())
    }

    /// Whether a bank account was asked for.
    fn is_asked(&self, payment: usize) -> bool {
        let Some(account) = self.asked.account else { return true };
        let of_bank = &self.facts.book.payments[payment].account;
        is_account(account, of_bank) || self.sources.bank(payment).is_some_and(|b| b.ends_with(account))
    }

    /// Whether something is due in this month; counts what is due in an earlier one.
    fn is_due(&mut self, month: Month) -> bool {
        if month < self.asked.month {
            *self.found.earlier.entry(month).or_default() += 1;
        }
        month == self.asked.month
    }

    fn hold(&mut self, payment: usize, why: String) {
        let payment = &self.facts.book.payments[payment];
        self.found.held.push(HeldEntry {
            id: payment.id.clone(),
            day: payment.booked,
            minor: payment.minor,
            currency: payment.currency,
            why: why.into(),
        });
    }

    fn payment(&mut self, n: usize) {
        let payment = &self.facts.book.payments[n];
        let before = self.before_payment(n);
        let decision = payment.decision.as_ref().filter(|d| d.kind.settles());
        let standing = decision.map(|d| self.key_of(&payment.id, d, &before));
        if !self.is_asked(n) {
            // What is open of an item does not depend on what is asked for.
            if let (Some(decision), Some((key, true))) = (decision, standing) {
                self.take(decision);
                self.found.keys.insert(n, key);
            }
            return;
        }
        self.take_back(&before, standing.as_ref().map(|(key, _)| &**key));
        match (decision, standing) {
            (Some(decision), Some((key, written))) => self.decided(n, decision, key, written, &before),
            _ => self.waiting(n, &before),
        }
    }

    /// The key of a decision, and whether an entry with it stands. An entry that was taken back is booked anew under another key.
    fn key_of(&self, subject: &str, decision: &DecisionFact, before: &[&Written]) -> (Box<str>, bool) {
        let mut again = 0;
        loop {
            let key = key::of_decision(&self.facts.book, subject, decision, again);
            if !before.iter().any(|w| w.key == key) {
                return (key, false);
            }
            if !before.iter().any(|w| w.reverses == key) {
                return (key, true);
            }
            again += 1;
        }
    }

    /// Takes back what was written for a decision that does not stand any more.
    fn take_back(&mut self, before: &[&Written], standing: Option<&str>) {
        for written in before.iter().filter(|w| !w.suspense && w.reverses.is_empty() && Some(&*w.key) != standing) {
            if before.iter().any(|w| w.reverses == written.key) {
                continue;
            }
            let Some(entry) = &written.entry else { continue };
            let open = self.facts.closed.last().map(|(month, _)| month.next());
            let of = Month::of(entry.date);
            if !self.is_due(open.map_or(of, |open| open.max(of))) {
                continue;
            }
            let reversal = reversed(entry, self.date(entry.date));
            self.found.counterparts.insert(reversal.key.clone(), written.key.clone());
            self.found.reopening.insert(reversal.key.clone());
            self.found.entries.push(reversal);
        }
    }

    fn decided(&mut self, n: usize, decision: &'a DecisionFact, key: Box<str>, written: bool, before: &[&Written]) {
        let payment = &self.facts.book.payments[n];
        if written {
            self.found.written += u64::from(self.month_of(payment.booked, decision.op) == self.asked.month);
            self.take(decision);
            self.found.keys.insert(n, key);
            return;
        }
        let taken_over = decision.applications.iter().filter(|a| a.taken_over).count();
        let is_due = self.month_of(payment.booked, decision.op) == self.asked.month;
        if taken_over > 0 && taken_over == decision.applications.len() {
            self.found.booked += u64::from(is_due);
            return;
        }
        if !self.is_due(self.month_of(payment.booked, decision.op)) {
            return;
        }
        if taken_over > 0 {
            return self
                .hold(n, "the ledger has booked some of its items, by the last list, and not the others".into());
        }
        if payment.currency != self.currency && !self.asked.takes_currencies {
            let why = format!(
                "in {}, without a rate: the format takes {} only (csv, hledger, beancount, odoo and bc take it)",
                payment.currency, self.currency
            );
            return self.hold(n, why);
        }
        let source = self.sources.of(n, before);
        let applied: i128 = decision.applications.iter().map(|a| i128::from(a.minor)).sum();
        if let Err(why) = agrees(decision.kind, applied, &source) {
            return self.hold(n, why);
        }
        match source {
            Source::Held(why) => self.hold(n, why),
            Source::Customer(..) => self.of_ledger(n, decision),
            Source::Elsewhere(..) => self.found.booked += 1,
            Source::Account(from) if decision.kind == DecisionKind::Outside && *from == *decision.account => {
                self.found.booked += 1;
            }
            Source::Account(from) => self.enter(n, decision, key, &from),
        }
    }

    /// Makes the entry of a decision.
    fn enter(&mut self, n: usize, decision: &'a DecisionFact, key: Box<str>, from: &str) {
        let is_bank = self.sources.bank(n) == Some(from);
        let case =
            Case { facts: self.facts, accounts: self.accounts, payers: &self.payers, payment: n, decision, from };
        let (lines, label) = (case.lines(), case.label());
        match lines {
            Err(why) => self.hold(n, why),
            Ok(lines) => {
                self.take(decision);
                if decision.kind == DecisionKind::Return {
                    self.found.reopening.insert(key.clone());
                }
                self.found.keys.insert(n, key.clone());
                let date = self.date(self.facts.book.payments[n].booked);
                let entry = of_payment(self.facts, self.accounts.post, n, key, date, &label, is_bank, lines);
                self.found.entries.push(entry);
            }
        }
    }

    /// What is booked off items.
    fn take(&mut self, decision: &DecisionFact) {
        for applied in decision.applications.iter().filter(|a| !a.taken_over) {
            let sum = self.found.taken.entry(applied.item).or_default();
            *sum = sum.saturating_add(applied.minor);
        }
    }

    /// The ledger has booked the receipt on the customer's account: what is left is its code, where it is about one item.
    fn of_ledger(&mut self, n: usize, decision: &DecisionFact) {
        self.found.booked += 1;
        self.take(decision);
        let [applied] = *decision.applications else { return };
        let Some(InLedger::Line(line)) = self.facts.in_ledger.get(n) else { return };
        let (Some(item), Some(text), Some(line)) = (
            self.facts.book.items.get(applied.item as usize),
            self.facts.items.get(applied.item as usize),
            self.facts.book.ledger.get(*line as usize),
        ) else {
            return;
        };
        let known = self.lettered.contains(&(&*line.name, &*item.id));
        if decision.kind != DecisionKind::Apply || known {
            return;
        }
        let shape = self.accounts.receivable(&item.id, text, applied.minor.saturating_neg(), "");
        let change = LetteringChange {
            account: shape.account,
            auxiliary: shape.auxiliary,
            document: text.number.clone(),
            item: item.id.clone(),
            key: line.name.clone(),
            minor: shape.minor,
            currency: item.currency,
            letter: None,
            before: None,
        };
        self.found.of_ledger.push(OfLedger { line: change, day: line.date });
    }

    /// A payment of which nothing is decided.
    fn waiting(&mut self, n: usize, before: &[&Written]) {
        let payment = &self.facts.book.payments[n];
        if Month::of(payment.booked) != self.asked.month {
            return;
        }
        let waits = before.iter().any(|w| w.suspense && !before.iter().any(|other| other.reverses == w.key));
        if waits || self.facts.in_ledger.get(n).is_some_and(|l| *l != InLedger::No) {
            return;
        }
        if !self.asked.suspense {
            self.found.undecided += 1;
            return;
        }
        let Some(bank) = self.sources.bank(n) else {
            return self.hold(n, unmirrored(&payment.account));
        };
        if payment.currency != self.currency && !self.asked.takes_currencies {
            return self
                .hold(n, format!("in {}, without a rate: the format takes {} only", payment.currency, self.currency));
        }
        let again = before.iter().filter(|w| w.suspense).count();
        match suspense(self.facts, self.accounts, n, bank) {
            Err(why) => self.hold(n, why),
            Ok((lines, label)) => {
                let key = key::of_suspense(&payment.id, payment.minor, again);
                let entry = of_payment(self.facts, self.accounts.post, n, key, payment.booked, &label, true, lines);
                self.found.entries.push(entry);
            }
        }
    }

    /// An item that was settled without a payment.
    fn item(&mut self, n: usize) {
        let item = &self.facts.book.items[n];
        let before: Vec<&Written> =
            self.before(&item.id).into_iter().filter(|w| w.kind != EntryKind::Payment).collect();
        let decision = item.decision.as_ref().filter(|d| d.kind == DecisionKind::Settle);
        if decision.is_none() && before.is_empty() {
            return;
        }
        let standing = decision.map(|d| self.key_of(&item.id, d, &before));
        self.take_back(&before, standing.as_ref().map(|(key, _)| &**key));
        let (Some(decision), Some((key, written))) = (decision, standing) else { return };
        if self.asked.account.is_some() {
            return;
        }
        let day = decision.at.get(..10).and_then(|d| d.parse().ok()).unwrap_or(self.asked.month.last());
        let last = self.facts.book.payments.last().map_or(day, |p| Month::of(p.booked).last());
        let month = self.month_of(day.min(last), decision.op);
        if written {
            self.found.written += u64::from(month == self.asked.month);
            return self.take(decision);
        }
        if decision.applications.iter().all(|a| a.taken_over) {
            self.found.booked += u64::from(month == self.asked.month);
            return;
        }
        if !self.is_due(month) {
            return;
        }
        self.settle(n, decision, key, self.date(day));
    }

    /// The entry of an item that was settled without a payment.
    fn settle(&mut self, n: usize, decision: &DecisionFact, key: Box<str>, date: NaiveDate) {
        let (item, text) = (&self.facts.book.items[n], &self.facts.items[n]);
        let minor: i64 = decision.applications.iter().fold(0, |sum, a| sum.saturating_add(a.minor));
        let hold =
            |why: &str| HeldEntry { id: item.id.clone(), day: date, minor, currency: item.currency, why: why.into() };
        if item.currency != self.currency && !self.asked.takes_currencies {
            return self.found.held.push(hold("in another currency than the ledger's, without a rate"));
        }
        let post = self.accounts.post;
        let account = match (&*decision.account, &*decision.reason) {
            ("", "write-off") if minor > 0 => &post.bad_debt,
            ("", "write-off" | "small-difference") if minor < 0 => &post.write_off_gain,
            ("", "small-difference") => &post.write_off_loss,
            ("", _) if item.missing => {
                self.found.elsewhere += 1;
                return;
            }
            ("", _) => {
                let why = format!(
                    "{}: what settled it is entered in the ledger itself, whose last list still has it; --account says where it goes otherwise",
                    if decision.reason.is_empty() { "settled elsewhere" } else { &decision.reason }
                );
                return self.found.held.push(hold(&why));
            }
            (given, _) => given,
        };
        let label = cut(&format!("{} {} {}", decision.reason, text.name, text.number));
        let Ok(credit) = negative(minor) else { return };
        let lines = vec![
            self.accounts.line(LineRole::WriteOff, account, minor, &label),
            self.accounts.receivable(&item.id, text, credit, &label),
        ];
        self.take(decision);
        self.found.entries.push(JournalEntry {
            key,
            kind: EntryKind::Settlement,
            journal: post.other_journal.as_str().into(),
            journal_name: post.other_journal_name.as_str().into(),
            number: 0,
            date,
            document: text.number.clone(),
            document_date: item.issued.unwrap_or(date),
            label: label.as_str().into(),
            currency: item.currency,
            payment: Box::default(),
            reverses: Box::default(),
            lines,
        });
    }

    /// What was written about something that the book does not have any more.
    fn gone(&mut self) {
        if self.asked.account.is_some() {
            return;
        }
        let facts = self.facts;
        let here: HashSet<&str, RandomState> =
            facts.book.payments.iter().map(|p| &*p.id).chain(facts.book.items.iter().map(|i| &*i.id)).collect();
        let mut gone: Vec<&str> = self.written.keys().filter(|s| !here.contains(**s)).copied().collect();
        gone.sort_unstable();
        for subject in gone {
            let mut before = self.before(subject);
            self.take_back(&before, None);
            // Money that waits and never came.
            before.retain(|w| w.suspense || !w.reverses.is_empty());
            let waits: Vec<&Written> = before.iter().filter(|w| w.suspense).copied().collect();
            for one in waits {
                let Some(entry) = one.entry.as_ref().filter(|_| !before.iter().any(|w| w.reverses == one.key)) else {
                    continue;
                };
                if self.is_due(Month::of(entry.date)) {
                    let entry = reversed(entry, self.date(entry.date));
                    self.found.entries.push(entry);
                }
            }
        }
    }

    /// A return and the receipt that it takes back are counterparts.
    fn returns(&mut self) {
        for (n, payment) in self.facts.book.payments.iter().enumerate() {
            let Some(receipt) = payment.decision.as_ref().and_then(|d| d.returns) else { continue };
            if let (Some(key), Some(other)) = (self.found.keys.get(&n), self.found.keys.get(&(receipt as usize))) {
                self.found.counterparts.insert(key.clone(), other.clone());
            }
        }
    }
}

impl Found {
    /// What the codes are made from.
    pub(super) fn lettering<'f>(&mut self, facts: &'f PostFacts, post: &PostPolicy) -> Lettering<'f> {
        let mut open = HashMap::default();
        for (n, item) in (0u32..).zip(&facts.book.items) {
            let taken = self.taken.get(&n).copied().unwrap_or(0);
            open.insert(item.id.clone(), Open { left: item.listed.saturating_sub(taken) });
        }
        Lettering {
            letters: &facts.letters,
            codes: Codes::behind(&facts.letters, &facts.ledger_letters, post.letter_after.as_deref()),
            counterparts: std::mem::take(&mut self.counterparts),
            reopening: std::mem::take(&mut self.reopening),
            of_ledger: std::mem::take(&mut self.of_ledger),
            open,
        }
    }
}

/// An entry about a payment.
#[expect(clippy::too_many_arguments, reason = "each is a field of the entry")]
pub(super) fn of_payment(
    facts: &PostFacts,
    post: &PostPolicy,
    n: usize,
    key: Box<str>,
    date: NaiveDate,
    label: &str,
    is_bank: bool,
    lines: Vec<JournalLine>,
) -> JournalEntry {
    let (payment, text) = (&facts.book.payments[n], &facts.payments[n]);
    let (journal, name) = match is_bank {
        true => (&post.journal, &post.journal_name),
        false => (&post.other_journal, &post.other_journal_name),
    };
    JournalEntry {
        key,
        kind: EntryKind::Payment,
        journal: journal.as_str().into(),
        journal_name: name.as_str().into(),
        number: 0,
        date,
        document: if text.reference.is_empty() { payment.id.clone() } else { text.reference.clone() },
        document_date: payment.booked,
        label: label.into(),
        currency: payment.currency,
        payment: payment.id.clone(),
        reverses: Box::default(),
        lines,
    }
}

/// Lines and label of money that waits.
pub(super) fn suspense(
    facts: &PostFacts,
    accounts: Accounts<'_>,
    n: usize,
    bank: &str,
) -> Result<(Vec<JournalLine>, String), String> {
    let minor = facts.book.payments[n].minor;
    if minor == 0 {
        return Err("nothing moves".into());
    }
    let label = cut(&format!("A identifier {}", who(&facts.payments[n])));
    let lines = vec![
        accounts.line(LineRole::Bank, bank, minor, &label),
        accounts.line(LineRole::Suspense, &accounts.ledger.suspense, negative(minor)?, &label),
    ];
    Ok((lines, label))
}

/// The entry with debits and credits exchanged.
fn reversed(entry: &JournalEntry, date: NaiveDate) -> JournalEntry {
    let label: Box<str> = cut(&format!("Contre-passation {}", entry.label)).into();
    let line = |l: &JournalLine| JournalLine {
        minor: l.minor.saturating_neg(),
        label: label.clone(),
        letter: None,
        ..l.clone()
    };
    JournalEntry {
        key: key::of_reversal(&entry.key),
        kind: EntryKind::Reversal,
        number: 0,
        date,
        label: label.clone(),
        reverses: entry.key.clone(),
        lines: entry.lines.iter().map(line).collect(),
        ..entry.clone()
    }
}
