//! What stands in an invoice, as written, with the place of everything that money or a date is made of.

/// A text of the document, and where it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) text: String,
    /// Byte offset.
    pub(super) at: usize,
    /// Elements down to it: `/Invoice/LegalMonetaryTotal/PayableAmount`.
    pub(super) path: String,
    /// The attribute `currencyID`, in upper case; empty where there is none.
    pub(super) currency: String,
}

/// A party, with all that names it.
#[derive(Debug, Default)]
pub(super) struct Party {
    /// The registered name (BT-27, BT-44), or the only one.
    pub(super) name: String,
    /// The trading name, where it is another element.
    pub(super) trade_name: String,
    /// Identifier (BT-29, BT-46): for a buyer, its customer number.
    pub(super) id: String,
    /// Legal registration (BT-30, BT-47).
    pub(super) legal_id: String,
    /// VAT number (BT-31, BT-48).
    pub(super) vat: String,
}

impl Party {
    /// Keeps the first text of an element that stands there once.
    pub(super) fn keep(slot: &mut String, text: &str) {
        if slot.is_empty() {
            super::xml::in_one_line(text).as_ref().clone_into(slot);
        }
    }
}

/// One set of payment terms: text, and what is structured in it.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pub(super) text: String,
    pub(super) due: Option<Found>,
    /// The part that is due then, where it is not all.
    pub(super) part: Option<Found>,
    pub(super) discount: RawDiscount,
}

/// A cash discount, as written.
#[derive(Debug, Default)]
pub(super) struct RawDiscount {
    pub(super) percent: Option<Found>,
    /// What the percentage is of, where it is said.
    pub(super) base: Option<Found>,
    /// Days from `from`, or from the issue.
    pub(super) period: Option<Found>,
    /// Unit of the period, `DAY` or nothing for days.
    pub(super) unit: String,
    pub(super) from: Option<Found>,
    pub(super) until: Option<Found>,
}

/// The VAT of one rate, as written.
#[derive(Debug, Default)]
pub(super) struct RawVat {
    pub(super) rate: Option<Found>,
    pub(super) tax: Option<Found>,
    /// The kind of tax, where it is said: anything but `VAT` is none.
    pub(super) tax_kind: String,
}

/// Everything of a document that is read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) profile: String,
    pub(super) number: Option<Found>,
    pub(super) type_code: Option<Found>,
    pub(super) issue: Option<Found>,
    pub(super) currency: Option<Found>,
    /// Due date of the whole document (UBL); those of instalments are in the terms.
    pub(super) due: Vec<Found>,
    /// With VAT (BT-112). Several only where they are in different currencies.
    pub(super) total: Vec<Found>,
    pub(super) prepaid: Vec<Found>,
    pub(super) rounding: Vec<Found>,
    pub(super) payable: Vec<Found>,
    pub(super) seller: Party,
    pub(super) buyer: Party,
    pub(super) payee: Party,
    /// Accounts to pay to (BT-84).
    pub(super) accounts: Vec<String>,
    /// What the buyer is asked to quote (BT-83).
    pub(super) payment_references: Vec<String>,
    /// Preceding invoices (BT-25).
    pub(super) prior: Vec<String>,
    pub(super) order: String,
    /// Orders that lines name (extended profiles).
    pub(super) line_orders: Vec<String>,
    pub(super) terms: Vec<Terms>,
    pub(super) vat: Vec<RawVat>,
}

impl Draft {
    /// The order of the document, else the one that all lines which name one name.
    pub(super) fn order(&mut self) -> String {
        match (&*self.order, self.line_orders.len()) {
            ("", 1) => self.line_orders.remove(0),
            _ => std::mem::take(&mut self.order),
        }
    }
}

/// Adds a text to a list that holds each once.
pub(super) fn add(list: &mut Vec<String>, text: &str) {
    let text = super::xml::in_one_line(text);
    if !text.is_empty() && !list.iter().any(|known| **known == *text) {
        list.push(text.into_owned());
    }
}
