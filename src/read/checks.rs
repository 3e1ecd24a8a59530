//! A statement held against what it claims for itself: the balance equation and its own totals.

use crate::model::money::write_minor;
use crate::model::{Check, CheckKind, ControlTotals, Currency, Money, Statement};

/// Counts and sums of entries, in minor units of the account's currency.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    credits: (u64, i128),
    debits: (u64, i128),
}

impl Tally {
    pub(super) fn add(&mut self, amount: Money) {
        let side = if amount.minor < 0 { &mut self.debits } else { &mut self.credits };
        side.0 += 1;
        side.1 += i128::from(amount.minor).abs();
    }

    /// Credits less debits.
    pub(super) fn net(&self) -> i128 {
        self.credits.1 - self.debits.1
    }
}

/// Opening balance + booked entries = closing balance. `complete` is false where an entry has no amount.
pub(super) fn balance(statement: &Statement, scope: &str, complete: bool) -> Check {
    let check = |holds, text: String| Check { kind: CheckKind::Balance, scope: scope.into(), holds, text: text.into() };
    let (Some(opening), Some(closing)) = (statement.opening, statement.closing) else {
        let missing = match (statement.opening, statement.closing) {
            (None, None) => "no opening and no closing balance",
            (None, _) => "no opening balance",
            _ => "no closing balance",
        };
        return check(None, format!("{missing}: whether the entries are complete cannot be checked"));
    };
    if opening.amount.currency != closing.amount.currency {
        let (from, to) = (opening.amount.currency, closing.amount.currency);
        return check(Some(false), format!("opening balance in {from}, closing balance in {to}"));
    }
    if !complete {
        return check(None, "an entry has no amount: the sum of the entries is not known".to_string());
    }
    let currency = opening.amount.currency;
    let expected = i128::from(opening.amount.minor) + statement.booked_minor;
    let difference = i128::from(closing.amount.minor) - expected;
    let text = format!(
        "opening {} + booked entries {} = {}, closing {}",
        opening.amount,
        decimal(statement.booked_minor, currency),
        decimal(expected, currency),
        closing.amount
    );
    match difference {
        0 => check(Some(true), text),
        _ => check(Some(false), format!("{text}: difference {} {currency}", decimal(difference, currency))),
    }
}

/// Holds the totals against the entries; `None` where it claims none. Banks differ in whether they count what is not booked:
/// either fits.
pub(super) fn totals(statement: &Statement, scope: &str, all: &Tally, booked: &Tally) -> Option<Check> {
    let totals = &statement.totals;
    if *totals == ControlTotals::default() {
        return None;
    }
    let currency = statement.currency?;
    let wrong = |tally: &Tally| {
        let mut wrong = Vec::new();
        let mut hold = |name: &str, claimed: Option<i128>, found: i128, is_money: bool| {
            let show = |n| if is_money { decimal(n, currency) } else { n.to_string() };
            if let Some(claimed) = claimed.filter(|c| *c != found) {
                wrong.push(format!("{name} {} where the entries have {}", show(claimed), show(found)));
            }
        };
        let ((credits, credit_sum), (debits, debit_sum)) = (tally.credits, tally.debits);
        hold("number of entries", totals.entries.map(i128::from), i128::from(credits + debits), false);
        hold("sum", totals.sum.map(i128::from), credit_sum + debit_sum, true);
        hold("net", totals.net.map(i128::from), credit_sum - debit_sum, true);
        hold("number of credits", totals.credit_entries.map(i128::from), i128::from(credits), false);
        hold("sum of credits", totals.credit_sum.map(i128::from), credit_sum, true);
        hold("number of debits", totals.debit_entries.map(i128::from), i128::from(debits), false);
        hold("sum of debits", totals.debit_sum.map(i128::from), debit_sum, true);
        wrong
    };
    let problems = wrong(all);
    let holds = problems.is_empty() || wrong(booked).is_empty();
    let text = if holds { "the statement's own totals agree with its entries".into() } else { problems.join("; ") };
    Some(Check { kind: CheckKind::ControlTotal, scope: scope.into(), holds: Some(holds), text: text.into() })
}

/// Minor units as a decimal with the currency's places.
fn decimal(minor: i128, currency: Currency) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_minor(&mut text, minor, currency);
    text
}
