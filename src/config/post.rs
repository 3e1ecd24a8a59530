//! What is written for the accounting ledger: accounts, journals, and what is done where something is not known.
//!
//! ```toml
//! [post]
//! siren = "732829320"
//! through = "471000"
//! receivable = "411000"
//! bank_fee = "627100"
//! ```

use serde::{Deserialize, Serialize};

use super::values;

/// Accounts and journals of what is posted. Defaults are those of the French chart (PCG, ANC regulation 2022-06); charts differ from
/// company to company, so each can be set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostPolicy {
    /// Company name in exports; empty: the owner of the bank accounts.
    pub company: String,
    /// SIREN of the company, nine digits: it names the FEC (LPF art. A47 A-1).
    pub siren: String,
    /// Currency in which the ledger is kept. Default `EUR`.
    pub currency: String,
    /// Account of the customers. Default `411000`.
    #[serde(deserialize_with = "values::account")]
    pub receivable: String,
    /// Account that balances what is brought forward. Default `890000`, opening balance sheet.
    #[serde(deserialize_with = "values::account")]
    pub opening: String,
    /// Bank charges. Default `627000`.
    #[serde(deserialize_with = "values::account")]
    pub bank_fee: String,
    /// Cash discounts granted. Default `665000`.
    #[serde(deserialize_with = "values::account")]
    pub discount: String,
    /// VAT collected, taken back with a discount. Default `445710`.
    #[serde(deserialize_with = "values::account")]
    pub vat: String,
    /// Small differences to our loss. Default `658000`.
    #[serde(deserialize_with = "values::account")]
    pub write_off_loss: String,
    /// Small differences to our gain. Default `758000`.
    #[serde(deserialize_with = "values::account")]
    pub write_off_gain: String,
    /// Exchange losses on receivables. Default `656000`.
    #[serde(deserialize_with = "values::account")]
    pub exchange_loss: String,
    /// Exchange gains on receivables. Default `756000`.
    #[serde(deserialize_with = "values::account")]
    pub exchange_gain: String,
    /// Name of the tax rate that Xero is told for each line: as the settings of the company spell it. Default `Tax Exempt`.
    pub xero_tax_rate: String,
}

impl Default for PostPolicy {
    fn default() -> Self {
        Self {
            company: String::new(),
            siren: String::new(),
            currency: "EUR".into(),
            receivable: "411000".into(),
            opening: "890000".into(),
            bank_fee: "627000".into(),
            discount: "665000".into(),
            vat: "445710".into(),
            write_off_loss: "658000".into(),
            write_off_gain: "758000".into(),
            exchange_loss: "656000".into(),
            exchange_gain: "756000".into(),
            xero_tax_rate: "Tax Exempt".into(),
        }
    }
}
