//! Canonical records to open items.

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Absent, Fields, Shared, currency, date, decimal, missing, money, parse_money, word};
use crate::error::{Collector, Error};
use crate::model::columns::ITEM_KINDS;
use crate::model::{Currency, Discount, ItemKind, Money, OpenItem, Place, VatPart, distinct};

/// The accounts that one cell names.
type Ibans = Box<[Box<str>]>;

/// Items while a file is read.
#[derive(Debug, Default)]
pub(in crate::read) struct Items {
    pub(in crate::read) items: Vec<OpenItem>,
    pub(in crate::read) absent: Absent,
    texts: Shared,
    ibans: HashMap<Ibans, Arc<[Box<str>]>, foldhash::fast::RandomState>,
}

impl Items {
    /// Reads one item. Errors: E0241 to E0244, E0248.
    pub(in crate::read) fn read(&mut self, fields: &impl Fields) -> Result<(), Error> {
        let (id, number) = (fields.text("item_id")?, fields.text("number")?);
        if id.is_empty() && number.is_empty() {
            return Err(missing(fields, "item_id", "an identifier, or at least a number"));
        }
        self.absent.id += u64::from(id.is_empty());
        let currency = currency(fields, "currency")?.unwrap_or_else(|| {
            self.absent.currency += 1;
            Currency::EUR
        });
        let (amount, open, kind) = self.money(fields, currency)?;
        let ibans = fields.list("customer_iban")?;
        let ibans = match self.ibans.get(&ibans) {
            Some(known) => Arc::clone(known),
            None => {
                let new: Arc<[Box<str>]> = ibans.to_vec().into();
                self.ibans.insert(ibans, Arc::clone(&new));
                new
            }
        };
        let item = OpenItem {
            number: if number.is_empty() { &id } else { &number }.as_ref().into(),
            id: if id.is_empty() { &number } else { &id }.as_ref().into(),
            payment_references: fields.list("payment_reference")?,
            seller: self.texts.get(&fields.text("seller")?),
            order_number: fields.text("order_number")?.as_ref().into(),
            customer_id: self.texts.get(&fields.text("customer_id")?),
            customer_name: self.texts.get(&fields.text("customer_name")?),
            customer_ibans: ibans,
            issue_date: date(fields, "issue_date")?,
            due_date: date(fields, "due_date")?,
            amount: Money::new(amount, currency),
            open_minor: open,
            kind,
            terms: self.texts.get(&fields.text("terms")?),
            // What the terms come to is worked out for all items of a run alike.
            due_rule: None,
            discount: discount(fields)?,
            vat: vat(fields, currency)?,
            place: Place { file: 0, position: fields.position() },
        };
        self.items.push(item);
        Ok(())
    }

    /// Amount, what is open, and the kind. Errors: E0241, E0244, E0248.
    fn money(&mut self, fields: &impl Fields, currency: Currency) -> Result<(i64, i64, ItemKind), Error> {
        let (amount, open) = (money(fields, "amount", currency)?, money(fields, "open_amount", currency)?);
        self.absent.open += u64::from(open.is_none());
        let Some((amount, open)) = amount.or(open).zip(open.or(amount)) else {
            return Err(missing(fields, "amount", "the amount of the document"));
        };
        let opposite = |name, message: &str, label: &str| {
            Err(fields.fault(name, "E0244", message.to_string()).label(label.to_string()))
        };
        match word(fields, "type", &ITEM_KINDS)? {
            Some(ItemKind::CreditNote) if amount > 0 || open > 0 => {
                let name = if amount > 0 { "amount" } else { "open_amount" };
                opposite(
                    name,
                    "a credit note with a positive amount",
                    "the type says credit_note: what we owe is negative",
                )
            }
            Some(ItemKind::Invoice) if amount < 0 || open < 0 => {
                let name = if amount < 0 { "amount" } else { "open_amount" };
                opposite(name, "an invoice with a negative amount", "the type says invoice")
            }
            None if amount.signum() * open.signum() < 0 => {
                opposite("open_amount", "what is open has the other sign than the amount", "both have one sign")
            }
            Some(kind) => Ok((amount, open, kind)),
            None if amount < 0 || open < 0 => Ok((amount, open, ItemKind::CreditNote)),
            None => Ok((amount, open, ItemKind::Invoice)),
        }
    }

    /// Errors for identifiers that the file has twice; `again` makes one from the later item and the first. Error: E0244.
    pub(in crate::read) fn repeats(&self, errors: &mut Collector, again: impl Fn(&OpenItem, &OpenItem) -> Error) {
        for (place, first) in distinct::repeated(&self.items, |item| &item.id) {
            errors.push(again(&self.items[place], &self.items[first]));
        }
    }
}

fn discount(fields: &impl Fields) -> Result<Option<Discount>, Error> {
    let text = fields.text("discount_percent")?;
    let until = date(fields, "discount_until")?;
    if text.is_empty() {
        return Ok(None);
    }
    let percent = decimal(fields, "discount_percent", &text)?;
    if percent >= Decimal::ONE_HUNDRED {
        let error = fields.fault("discount_percent", "E0244", "a discount of 100 percent or more".to_string());
        return Err(error.label("a percentage below 100 is expected: 2 means two percent"));
    }
    match until {
        Some(until) => Ok(Some(Discount { percent, until })),
        None if percent.is_zero() => Ok(None),
        None => Err(missing(fields, "discount_until", "the last day on which the discount may be taken")),
    }
}

fn vat(fields: &impl Fields, currency: Currency) -> Result<Box<[VatPart]>, Error> {
    let parts = fields.vat("vat")?;
    let read = |(rate, tax): (String, String)| {
        let rate = decimal(fields, "vat", &rate)?;
        let tax_minor =
            parse_money(&tax, currency).map_err(|error| super::money_error(fields, "vat", &tax, currency, error))?;
        Ok(VatPart { rate, tax_minor })
    };
    parts.into_iter().map(read).collect()
}
