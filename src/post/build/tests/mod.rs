//! Small books by hand, and what is posted of them.

mod entries;
mod lettering;
mod month;
mod sequences;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Asked, Built, build};
use crate::config::{LedgerPolicy, PostPolicy};
use crate::model::{
    ApplicationFact, Author, BankLedger, BookFacts, Currency, DecisionFact, DecisionKind, Difference, DifferenceKind,
    EntryKind, InLedger, ItemFact, ItemKind, ItemText, JournalEntry, LedgerFact, Month, PaymentFact, PaymentText,
    PostFacts, Standing, VatPart, Written,
};

pub(super) const BANK: &str = "FR7630004000031234567890143";

pub(super) fn june() -> Month {
    Month { year: 2026, month: 6 }
}

pub(super) fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, n).unwrap()
}

/// A book with its configuration.
#[derive(Clone, Debug)]
pub(super) struct Shop {
    pub(super) facts: PostFacts,
    pub(super) post: PostPolicy,
    pub(super) ledger: LedgerPolicy,
    pub(super) suspense: bool,
    pub(super) currencies: bool,
    pub(super) carried: bool,
    pub(super) account: Option<&'static str>,
}

impl Shop {
    pub(super) fn new() -> Self {
        let bank = BankLedger {
            account: "512100".into(),
            bank: BANK.into(),
            currency: Currency::EUR,
            stated: None,
            booked_until: None,
        };
        let book = BookFacts { banks: vec![bank], receivable: "411".into(), ..BookFacts::default() };
        Self {
            facts: PostFacts { book, next_number: 1, ..PostFacts::default() },
            post: PostPolicy::default(),
            ledger: LedgerPolicy::default(),
            suspense: false,
            currencies: false,
            carried: false,
            account: None,
        }
    }

    /// An open invoice (or credit note) of a customer, with VAT of 20 % in it.
    pub(super) fn item(&mut self, id: &str, customer: &str, minor: i64) -> u32 {
        self.facts.book.items.push(ItemFact {
            id: id.into(),
            currency: Currency::EUR,
            amount: minor,
            listed: minor,
            open: minor,
            issued: NaiveDate::from_ymd_opt(2026, 5, 4),
            missing: false,
            asked: false,
            decision: None,
        });
        self.facts.items.push(ItemText {
            number: format!("2026-{id}").into(),
            customer: customer.into(),
            name: format!("Client {customer}").into(),
            kind: if minor < 0 { ItemKind::CreditNote } else { ItemKind::Invoice },
            due: Some(day(4)),
            vat: [VatPart { rate: Decimal::from(20), tax_minor: minor / 6 }].into(),
            has_discount: false,
        });
        (self.facts.items.len() - 1) as u32
    }

    /// A payment of which nothing is decided.
    pub(super) fn pay(&mut self, id: &str, on: u32, minor: i64) -> usize {
        self.facts.book.payments.push(PaymentFact {
            id: id.into(),
            account: BANK.into(),
            booked: day(on),
            currency: Currency::EUR,
            minor,
            standing: Standing::New,
            decision: None,
        });
        self.facts.payments.push(PaymentText { payer: format!("PAYER {id}").into(), ..PaymentText::default() });
        self.facts.in_ledger.push(InLedger::No);
        self.facts.payments.len() - 1
    }

    pub(super) fn decide(&mut self, payment: usize, decision: DecisionFact) {
        self.undo(payment);
        for a in &decision.applications {
            self.facts.book.items[a.item as usize].open -= a.minor;
        }
        self.facts.book.payments[payment].decision = Some(decision);
        self.facts.book.payments[payment].standing = Standing::Matched;
    }

    pub(super) fn undo(&mut self, payment: usize) {
        if let Some(decision) = self.facts.book.payments[payment].decision.take() {
            for a in decision.applications {
                self.facts.book.items[a.item as usize].open += a.minor;
            }
        }
    }

    /// A payment with what was decided about it.
    pub(super) fn paid(&mut self, id: &str, on: u32, minor: i64, decision: DecisionFact) -> usize {
        let n = self.pay(id, on, minor);
        self.decide(n, decision);
        n
    }

    /// A line of the ledger.
    pub(super) fn ledger(&mut self, name: &str, account: &str, on: u32, minor: i64) -> u32 {
        self.facts.book.ledger.push(LedgerFact {
            name: name.into(),
            account: account.into(),
            date: day(on),
            minor,
            currency: Currency::EUR,
            text: "".into(),
            opening: false,
        });
        (self.facts.book.ledger.len() - 1) as u32
    }

    pub(super) fn try_build(&self, month: Month) -> Built {
        let asked = Asked {
            month,
            account: self.account,
            suspense: self.suspense,
            takes_currencies: self.currencies,
            carried: self.carried,
            made: day(30),
            company: "Ateliers Nord SARL",
        };
        let built = build(&self.facts, &self.post, &self.ledger, &asked).unwrap();
        for entry in &built.posting.entries {
            assert_eq!(entry.imbalance(), 0, "{entry:?}");
            assert!(entry.lines.len() > 1 && entry.lines.iter().all(|l| l.minor != 0), "{entry:?}");
        }
        built
    }

    pub(super) fn build(&self) -> Built {
        self.try_build(june())
    }

    /// What the book remembers when a posting was written.
    pub(super) fn write(&mut self, built: &Built) {
        let op = 100 + self.facts.written.len() as u64;
        for entry in built.posting.entries.iter().filter(|e| e.kind != EntryKind::Carried) {
            let item = entry.lines.iter().find(|l| !l.item.is_empty()).map_or("", |l| &*l.item);
            self.facts.written.push(Written {
                op,
                key: entry.key.clone(),
                kind: entry.kind,
                suspense: entry.kind == EntryKind::Payment
                    && entry.lines.iter().any(|l| l.role == crate::model::LineRole::Suspense),
                subject: if entry.payment.is_empty() { item.into() } else { entry.payment.clone() },
                reverses: entry.reverses.clone(),
                entry: Some(entry.clone()),
            });
            self.facts.next_number = self.facts.next_number.max(entry.number + 1);
        }
        self.facts.letters.extend(built.posting.lettering.iter().cloned());
    }

    /// Posts June: what is due, written.
    pub(super) fn post(&mut self) -> Built {
        let built = self.build();
        self.write(&built);
        built
    }
}

/// A decision that takes amounts off items, with differences.
pub(super) fn applied(items: &[(u32, i64)], differences: &[(DifferenceKind, i64)]) -> DecisionFact {
    DecisionFact {
        kind: DecisionKind::Apply,
        author: Author::Person,
        by: "amc".into(),
        at: "2026-07-02T08:51:07Z".into(),
        run: "".into(),
        op: 9,
        applications: items
            .iter()
            .map(|(item, minor)| ApplicationFact { item: *item, minor: *minor, taken_over: false })
            .collect(),
        differences: differences.iter().map(|(kind, minor)| Difference { kind: *kind, minor: *minor }).collect(),
        returns: None,
        account: "".into(),
        reason: "".into(),
        until: None,
    }
}

pub(super) fn outside(account: &str) -> DecisionFact {
    DecisionFact { kind: DecisionKind::Outside, account: account.into(), ..applied(&[], &[]) }
}

/// The lines of an entry in short: `512100 1200.00`, `411000/C1 -1200.00 F1 AAA`.
pub(super) fn short(entry: &JournalEntry) -> Vec<String> {
    let line = |l: &crate::model::JournalLine| {
        let customer = if l.auxiliary.is_empty() { String::new() } else { format!("/{}", l.auxiliary) };
        let letter = l.letter.as_ref().map_or(String::new(), |l| format!(" {}", l.code));
        let item = if l.item.is_empty() { String::new() } else { format!(" {}", l.item) };
        let amount = crate::model::Money::new(l.minor, entry.currency);
        format!("{}{customer} {amount}{item}{letter}", l.account)
    };
    entry.lines.iter().map(line).collect()
}

/// The only entry of a posting, in short.
pub(super) fn only(built: &Built) -> Vec<String> {
    assert_eq!(built.posting.entries.len(), 1, "{:?} {:?}", built.posting.entries, built.posting.held);
    short(&built.posting.entries[0])
}

/// Why the only thing that is held is held.
pub(super) fn held(built: &Built) -> &str {
    assert_eq!((built.posting.entries.len(), built.posting.held.len()), (0, 1), "{:?}", built.posting);
    &built.posting.held[0].why
}
