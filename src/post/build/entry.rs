//! One decision as the lines of an entry. They follow from its equation:
//!
//! ```text
//! payment = Σ applied − discount − fee − write-off + on account + exchange
//! ```
//!
//! What the bank received is a debit; what is taken off an item a credit on its customer's account; what is settled without money a
//! debit on its own account. Returns have every sign the other way round, so they need no rules of their own.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::accounts::Accounts;
use super::discount::{Discounted, split};
use crate::config::UnknownVat;
use crate::model::{
    DecisionFact, DecisionKind, Difference, DifferenceKind, JournalLine, LineRole, PaymentText, PostFacts,
};

/// Characters that a label has.
const LABEL: usize = 100;

/// What an entry is made from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    pub(super) facts: &'a PostFacts,
    pub(super) accounts: Accounts<'a>,
    pub(super) payers: &'a Payers,
    /// Index of the payment.
    pub(super) payment: usize,
    /// What was decided.
    pub(super) decision: &'a DecisionFact,
    /// The account that the money is taken from.
    pub(super) from: &'a str,
}

impl Case<'_> {
    /// The lines, or why they cannot be made.
    pub(super) fn lines(&self) -> Result<Vec<JournalLine>, String> {
        let payment = &self.facts.book.payments[self.payment];
        let label = self.label();
        let mut lines = vec![self.accounts.line(LineRole::Bank, self.from, payment.minor, &label)];
        match self.decision.kind {
            DecisionKind::Outside => {
                let account = &*self.decision.account;
                if account.is_empty() {
                    let id = &payment.id;
                    return Err(format!("no account: lettrage settle {id} --account ACCOUNT --reason …"));
                }
                lines.push(self.accounts.line(LineRole::Outside, account, negative(payment.minor)?, &label));
            }
            _ => {
                self.collected(&mut lines, &label)?;
                self.items(&mut lines, &label)?;
                self.differences(&mut lines, &label)?;
            }
        }
        let lines = merged(lines);
        let sum: i128 = lines.iter().map(|l| i128::from(l.minor)).sum();
        match (sum, lines.len()) {
            (0, 2..) => Ok(lines),
            (0, _) => Err("nothing moves: the money is where it was decided to go".into()),
            _ => Err("its decision does not add up to the payment: decide it again".into()),
        }
    }

    /// What the entry says.
    pub(super) fn label(&self) -> String {
        let text = &self.facts.payments[self.payment];
        let numbers: Vec<&str> = (self.decision.applications.iter())
            .filter_map(|a| self.facts.items.get(a.item as usize))
            .map(|i| &*i.number)
            .collect();
        let what = if self.decision.kind == DecisionKind::Return { "Impayé " } else { "" };
        cut(&format!("{what}{} {}", who(text), numbers.join(" ")))
    }

    /// Cheques go through their own account on the way to the bank.
    fn collected(&self, lines: &mut Vec<JournalLine>, label: &str) -> Result<(), String> {
        let Some(account) = &self.accounts.post.collection else { return Ok(()) };
        let minor = self.facts.book.payments[self.payment].minor;
        let for_items = !self.decision.applications.is_empty() && self.decision.kind == DecisionKind::Apply;
        if !for_items || minor <= 0 || !is_of_cheques(&self.facts.payments[self.payment]) {
            return Ok(());
        }
        lines.push(self.accounts.line(
            LineRole::Collection,
            account,
            negative(minor)?,
            &cut(&format!("{label} encaissement")),
        ));
        lines.push(self.accounts.line(LineRole::Collection, account, minor, &cut(&format!("{label} remise"))));
        Ok(())
    }

    /// One line for each item.
    fn items(&self, lines: &mut Vec<JournalLine>, label: &str) -> Result<(), String> {
        for applied in &self.decision.applications {
            let (Some(item), Some(text)) =
                (self.facts.book.items.get(applied.item as usize), self.facts.items.get(applied.item as usize))
            else {
                return Err("it pays an item that the book does not have any more".into());
            };
            if item.currency != self.facts.book.payments[self.payment].currency {
                return Err(format!("item {} is in {}", item.id, item.currency));
            }
            lines.push(self.accounts.receivable(&item.id, text, negative(applied.minor)?, label));
        }
        Ok(())
    }

    fn differences(&self, lines: &mut Vec<JournalLine>, label: &str) -> Result<(), String> {
        for difference in self.decision.differences.iter().filter(|d| d.minor != 0) {
            self.difference(*difference, lines, label)?;
        }
        Ok(())
    }

    fn difference(&self, difference: Difference, lines: &mut Vec<JournalLine>, label: &str) -> Result<(), String> {
        let (post, minor) = (self.accounts.post, difference.minor);
        let given = Some(&*self.decision.account).filter(|a| !a.is_empty());
        let (role, account, minor) = match difference.kind {
            DifferenceKind::OpenRest => return Ok(()),
            DifferenceKind::Discount => return self.discount(minor, lines, label),
            DifferenceKind::OnAccount => {
                let line = self.on_account(negative(minor)?, given, label);
                lines.push(line);
                return Ok(());
            }
            DifferenceKind::Fee => (LineRole::Fee, &post.bank_fee, minor),
            DifferenceKind::WriteOff if minor > 0 => (LineRole::WriteOff, &post.write_off_loss, minor),
            DifferenceKind::WriteOff => (LineRole::WriteOff, &post.write_off_gain, minor),
            // More than the item was worth came: a gain.
            DifferenceKind::Fx if minor > 0 => (LineRole::Exchange, &post.exchange_gain, negative(minor)?),
            DifferenceKind::Fx => (LineRole::Exchange, &post.exchange_loss, negative(minor)?),
        };
        lines.push(self.accounts.line(role, given.unwrap_or(account), minor, label));
        Ok(())
    }

    /// Money on the account of the customer whose items are paid; of the payer where there are none.
    fn on_account(&self, minor: i64, given: Option<&str>, label: &str) -> JournalLine {
        let account = given.unwrap_or(&self.accounts.ledger.on_account);
        let of_items = self.decision.applications.iter().filter_map(|a| self.facts.items.get(a.item as usize));
        let customer = of_items.map(|i| (i.customer.clone(), i.name.clone())).next();
        let customer = customer.or_else(|| self.payers.of(&self.facts.payments[self.payment].payer));
        let mut line = self.accounts.line(LineRole::OnAccount, account, minor, label);
        if let Some((id, name)) = customer {
            (line.auxiliary, line.auxiliary_name) = ((*id).into(), (*name).into());
        }
        line
    }

    fn discount(&self, minor: i64, lines: &mut Vec<JournalLine>, label: &str) -> Result<(), String> {
        let given = Some(&*self.decision.account).filter(|a| !a.is_empty());
        let account = given.unwrap_or(&self.accounts.post.discount);
        let items: Vec<Discounted<'_>> = (self.decision.applications.iter())
            .filter_map(|a| {
                Some((a, self.facts.book.items.get(a.item as usize)?, self.facts.items.get(a.item as usize)?))
            })
            .map(|(a, item, text)| Discounted { text, amount: item.amount, applied: a.minor })
            .collect();
        match (split(minor, &items), self.accounts.post.unknown_vat) {
            (Some(split), _) => {
                if split.net != 0 {
                    lines.push(self.accounts.line(LineRole::Discount, account, split.net, label));
                }
                for (rate, tax) in split.vat {
                    let label = cut(&format!("{label} TVA {} %", rate.normalize()));
                    lines.push(self.accounts.line(LineRole::Vat, &self.accounts.post.vat, tax, &label));
                }
                Ok(())
            }
            (None, UnknownVat::Gross) => {
                lines.push(self.accounts.line(LineRole::Discount, account, minor, label));
                Ok(())
            }
            (None, UnknownVat::Hold) => {
                Err("a discount on an item whose VAT is not known: import it with its VAT, or [post] unknown_vat = \"gross\"".into())
            }
        }
    }
}

/// Customers by their names, without case, blanks and signs. A name that several have is nobody's.
#[derive(Debug, Default)]
pub(super) struct Payers(HashMap<String, Option<Customer>, RandomState>);

/// Number and name.
type Customer = (Arc<str>, Arc<str>);

impl Payers {
    pub(super) fn new(facts: &PostFacts) -> Self {
        let mut names: HashMap<String, Option<Customer>, RandomState> = HashMap::default();
        for item in facts.items.iter().filter(|i| !i.customer.is_empty()) {
            let one = Some((item.customer.clone(), item.name.clone()));
            let known = names.entry(folded(&item.name)).or_insert_with(|| one.clone());
            if known.as_ref().is_some_and(|(id, _)| *id != item.customer) {
                *known = None;
            }
        }
        Self(names)
    }

    fn of(&self, payer: &str) -> Option<Customer> {
        self.0.get(&folded(payer)).cloned().flatten()
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Who paid, as far as anything says it.
pub(super) fn who(text: &PaymentText) -> &str {
    let payer = text.payer.trim();
    if payer.is_empty() { text.remittance.trim() } else { payer }
}

/// A label: one line, of a length that most programs keep.
pub(super) fn cut(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() { "-".into() } else { text.chars().take(LABEL).collect() }
}

/// The opposite side.
pub(super) fn negative(minor: i64) -> Result<i64, String> {
    minor.checked_neg().ok_or_else(|| "its amount is beyond what an entry can hold".into())
}

/// Whether a receipt is a remittance of cheques, by its words.
fn is_of_cheques(text: &PaymentText) -> bool {
    let all = format!("{} {}", text.payer, text.remittance).to_uppercase();
    let plain: String = all.chars().map(|c| if matches!(c, 'È' | 'É' | 'Ê') { 'E' } else { c }).collect();
    let is = |word: &str| plain.contains(word);
    (is("REMISE") && (is("CHEQUE") || is("CHQ"))) || is("SCHECKEINREICHUNG") || is("CHEQUE DEPOSIT")
}

/// Lines of one account, item and label as one; nothing of what comes to nothing.
fn merged(lines: Vec<JournalLine>) -> Vec<JournalLine> {
    let mut kept: Vec<JournalLine> = Vec::with_capacity(lines.len());
    for line in lines {
        let same = |l: &&mut JournalLine| {
            l.account == line.account && l.item == line.item && l.label == line.label && l.auxiliary == line.auxiliary
        };
        match kept.iter_mut().find(same) {
            Some(known) => known.minor = known.minor.saturating_add(line.minor),
            None => kept.push(line),
        }
    }
    kept.retain(|l| l.minor != 0);
    kept
}
