//! Customers, as master data tells of them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Place;

/// A customer of the master file. Everything but the number may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Customer number, as items cite it.
    pub id: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// Other names under which the customer pays.
    pub other_names: Box<[Box<str>]>,
    /// Accounts that the customer pays from.
    pub ibans: Box<[Box<str>]>,
    /// Name of the group: its members may pay for one another.
    pub group: Box<str>,
    /// Numbers of the customers that this one is known to pay for.
    pub pays_for: Box<[Box<str>]>,
    /// Fee that is usually withheld from this payer's transfers, in major units of the payment's currency.
    pub usual_fee: Option<Decimal>,
    /// VAT number.
    pub vat_number: Box<str>,
    /// Where it was read.
    pub place: Place,
}
