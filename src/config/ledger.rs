//! The general ledger: which of its accounts mirror what, and the balances that the proofs are held against.
//!
//! ```toml
//! [ledger]
//! receivable_balance = "1482907.33"
//! receivable_at = "2026-06-30"
//!
//! [[ledger.bank]]
//! account = "512100"
//! bank = "FR7630004000031234567890143"
//! balance = "163073.45"
//! at = "2026-06-30"
//! ```

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::values;

/// Accounts and balances of the general ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerPolicy {
    /// How the numbers of the receivable accounts begin. Default `411`, the customers of the French chart.
    #[serde(deserialize_with = "values::account")]
    pub receivable: String,
    /// Balance of the receivable accounts when the list of items was extracted, in major units; debit is positive.
    #[serde(deserialize_with = "values::optional_decimal", skip_serializing_if = "Option::is_none")]
    pub receivable_balance: Option<Decimal>,
    /// The day of that balance.
    #[serde(deserialize_with = "values::optional_day", skip_serializing_if = "Option::is_none")]
    pub receivable_at: Option<NaiveDate>,
    /// Where money of a customer goes that pays no item. Default `4191`, advances received.
    #[serde(deserialize_with = "values::account")]
    pub on_account: String,
    /// Where money goes of which nobody knows whose it is. Default `471`.
    #[serde(deserialize_with = "values::account")]
    pub suspense: String,
    /// The accounts that mirror bank accounts.
    pub bank: Vec<BankLedger>,
}

impl Default for LedgerPolicy {
    fn default() -> Self {
        Self {
            receivable: "411".to_string(),
            receivable_balance: None,
            receivable_at: None,
            on_account: "4191".to_string(),
            suspense: "471".to_string(),
            bank: Vec::new(),
        }
    }
}

/// A ledger account and the bank account that it mirrors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankLedger {
    /// The account of the ledger.
    #[serde(deserialize_with = "values::account")]
    pub account: String,
    /// The bank account as its statements name it: IBAN or number, or its end of at least four characters.
    #[serde(deserialize_with = "values::bank_account")]
    pub bank: String,
    /// Balance of the ledger account, in major units; debit is positive. A general ledger that is imported goes first.
    #[serde(default, deserialize_with = "values::optional_decimal", skip_serializing_if = "Option::is_none")]
    pub balance: Option<Decimal>,
    /// The day of that balance.
    #[serde(default, deserialize_with = "values::optional_day", skip_serializing_if = "Option::is_none")]
    pub at: Option<NaiveDate>,
    /// Lines of the bank up to this day are in that balance. Default: all up to `at`.
    #[serde(default, deserialize_with = "values::optional_day", skip_serializing_if = "Option::is_none")]
    pub booked_until: Option<NaiveDate>,
}

impl LedgerPolicy {
    /// Whether a ledger account is one of the receivables.
    pub fn is_receivable(&self, account: &str) -> bool {
        account.starts_with(&self.receivable)
    }

    /// The ledger account that mirrors an account of a statement.
    pub fn bank_of(&self, account: &str) -> Option<&BankLedger> {
        self.bank.iter().find(|bank| values::is_account(&bank.bank, account))
    }
}

/// What is wrong with the ledger's settings: the index of the bank entry, or none for `[ledger]` itself.
#[derive(Debug)]
pub(super) struct LedgerFault {
    pub bank: Option<usize>,
    pub other: Option<usize>,
    pub says: String,
}

/// The first thing that no single value shows.
pub(super) fn fault(ledger: &LedgerPolicy) -> Option<LedgerFault> {
    let dated = |balance: Option<Decimal>, at: Option<NaiveDate>, names: [&str; 2]| match (balance, at) {
        (Some(_), None) => Some(format!("{} without {}: the day of the balance is needed", names[0], names[1])),
        (None, Some(_)) => Some(format!("{} without {}: a day without the balance says nothing", names[1], names[0])),
        _ => None,
    };
    if let Some(says) = dated(ledger.receivable_balance, ledger.receivable_at, ["receivable_balance", "receivable_at"])
    {
        return Some(LedgerFault { bank: None, other: None, says });
    }
    ledger.bank.iter().enumerate().find_map(|(n, bank)| {
        let fault = |other, says| Some(LedgerFault { bank: Some(n), other, says });
        let clashes = |earlier: &BankLedger| {
            values::is_account(&earlier.bank, &bank.bank) || values::is_account(&bank.bank, &earlier.bank)
        };
        if let Some(other) = ledger.bank[..n].iter().position(clashes) {
            return fault(Some(other), format!("two ledger accounts mirror the bank account {}", bank.bank));
        }
        if let Some(other) = ledger.bank[..n].iter().position(|earlier| earlier.account == bank.account) {
            return fault(Some(other), format!("the ledger account {} mirrors two bank accounts", bank.account));
        }
        if let Some(says) = dated(bank.balance, bank.at, ["balance", "at"]) {
            return fault(None, says);
        }
        match (bank.booked_until, bank.at) {
            (Some(until), Some(at)) if until > at => {
                fault(None, format!("booked_until is {until}, after the day of the balance, {at}"))
            }
            _ => None,
        }
    })
}
