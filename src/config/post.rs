//! What is written for the accounting ledger: accounts, journals, and what is done where something is not known.
//!
//! ```toml
//! [post]
//! siren = "732829320"
//! through = "471000"
//! receivable = "411000"
//! bank_fee = "627100"
//! ```

use std::collections::BTreeMap;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use super::values;

/// What becomes of a cash discount on an item of which nobody knows the VAT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownVat {
    /// The entry waits.
    #[default]
    Hold,
    /// All of it goes to the account of discounts.
    Gross,
}

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
    /// Account of banks that no `[[ledger.bank]]` names, as long as no general ledger was imported. Default `512000`.
    #[serde(deserialize_with = "values::account")]
    pub bank: String,
    /// Account of the customers. Default `411000`. With `{customer}` in it (`411{customer}`) each customer has an account of its own.
    #[serde(deserialize_with = "receivable")]
    pub receivable: String,
    /// Account against which the ledger enters bank lines before anybody knows what they are, such as `471000`. Without it a bank line
    /// that the ledger has, and of which only the bank's side was imported, cannot be booked.
    #[serde(deserialize_with = "optional_account", skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// Account of cheques on their way to the bank, such as `511200`: remittances of cheques go through it. Default: none.
    #[serde(deserialize_with = "optional_account", skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// Discounts on items without VAT. Default `hold`.
    pub unknown_vat: UnknownVat,
    /// Codes of lettering begin behind this one, such as `ACF`. Default: behind those that are known.
    #[serde(deserialize_with = "optional_code", skip_serializing_if = "Option::is_none")]
    pub letter_after: Option<String>,
    /// Code and name of the journal of the bank. Default `BQ`, `Banque`.
    #[serde(deserialize_with = "values::filled")]
    pub journal: String,
    /// Its name.
    #[serde(deserialize_with = "values::filled")]
    pub journal_name: String,
    /// Code and name of the journal of entries that move no bank account. Default `OD`, `Opérations diverses`.
    #[serde(deserialize_with = "values::filled")]
    pub other_journal: String,
    /// Its name.
    #[serde(deserialize_with = "values::filled")]
    pub other_journal_name: String,
    /// Code and name of the journal of what is brought forward. Default `AN`, `À nouveaux`.
    #[serde(deserialize_with = "values::filled")]
    pub opening_journal: String,
    /// Its name.
    #[serde(deserialize_with = "values::filled")]
    pub opening_journal_name: String,
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
    /// Items that are written off without a payment. Default `654000`, irrecoverable receivables.
    #[serde(deserialize_with = "values::account")]
    pub bad_debt: String,
    /// Exchange losses on receivables. Default `656000`.
    #[serde(deserialize_with = "values::account")]
    pub exchange_loss: String,
    /// Exchange gains on receivables. Default `756000`.
    #[serde(deserialize_with = "values::account")]
    pub exchange_gain: String,
    /// Name of the tax rate that Xero is told for each line: as the settings of the company spell it. Default `Tax Exempt`.
    pub xero_tax_rate: String,
    /// Names of accounts, over those that are built in: `512100 = "BNP Paribas"`.
    pub names: BTreeMap<String, String>,
}

impl Default for PostPolicy {
    fn default() -> Self {
        Self {
            company: String::new(),
            siren: String::new(),
            currency: "EUR".into(),
            bank: "512000".into(),
            receivable: "411000".into(),
            through: None,
            collection: None,
            unknown_vat: UnknownVat::Hold,
            letter_after: None,
            journal: "BQ".into(),
            journal_name: "Banque".into(),
            other_journal: "OD".into(),
            other_journal_name: "Opérations diverses".into(),
            opening_journal: "AN".into(),
            opening_journal_name: "À nouveaux".into(),
            opening: "890000".into(),
            bank_fee: "627000".into(),
            discount: "665000".into(),
            vat: "445710".into(),
            write_off_loss: "658000".into(),
            write_off_gain: "758000".into(),
            exchange_loss: "656000".into(),
            exchange_gain: "756000".into(),
            xero_tax_rate: "Tax Exempt".into(),
            bad_debt: "654000".into(),
            names: BTreeMap::new(),
        }
    }
}

/// The place of the customer's number in the account of receivables.
const CUSTOMER: &str = "{customer}";

impl PostPolicy {
    /// Whether each customer has an account of its own.
    pub fn customers_have_accounts(&self) -> bool {
        self.receivable.contains(CUSTOMER)
    }

    /// The account of a customer: the number with nothing but letters and digits in it.
    pub fn receivable_of(&self, customer: &str) -> String {
        if !self.customers_have_accounts() {
            return self.receivable.clone();
        }
        let plain: String = customer.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        self.receivable.replace(CUSTOMER, &plain.to_ascii_uppercase())
    }
}

fn receivable<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = values::account(from)?;
    match text.replacen(CUSTOMER, "", 1).contains(['{', '}']) {
        true => Err(D::Error::custom(format!(
            "\"{text}\" has braces: {{customer}}, once, stands for the customer's number"
        ))),
        false => Ok(text),
    }
}

fn optional_account<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    values::account(from).map(Some)
}

fn optional_code<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = values::filled(from)?;
    match text.len() <= 6 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
        true => Ok(Some(text.to_ascii_uppercase())),
        false => Err(D::Error::custom(format!("\"{text}\" is no code of lettering, such as ACF"))),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn read(line: &str) -> Result<Config, crate::error::Error> {
        Config::from_toml(&format!("[post]\n{line}\n"), "c.toml")
    }

    #[test]
    fn customers_may_have_one_account_or_each_his_own() {
        let one = read("").unwrap().post;
        assert_eq!((one.receivable_of("C 1"), one.customers_have_accounts()), ("411000".to_string(), false));
        let own = read("receivable = \"411{customer}\"").unwrap().post;
        assert_eq!((own.receivable_of("dup-ont 7"), own.customers_have_accounts()), ("411DUPONT7".to_string(), true));
    }

    #[test]
    fn what_makes_no_sense_is_refused_where_it_stands() {
        for line in [
            "receivable = \"411{client}\"",
            "receivable = \"{customer}{customer}\"",
            "through = \"\"",
            "collection = \"51 12\"",
            "letter_after = \"A1\"",
            "letter_after = \"ABCDEFG\"",
            "unknown_vat = \"guess\"",
            "journal = \" \"",
            "account = \"411000\"",
        ] {
            let error = read(line).unwrap_err();
            assert_eq!((error.code(), error.line()), ("E0301", Some(2)), "{line}: {error}");
        }
        assert_eq!(read("letter_after = \"acf\"").unwrap().post.letter_after.as_deref(), Some("ACF"));
    }
}
