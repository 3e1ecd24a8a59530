//! The canonical CSV tables.

use std::fmt::Write as _;
use std::io::{self, Write};

use chrono::NaiveDate;

use super::{Profile, TruthRow, World};
use crate::model::{Currency, Customer, Money, OpenItem, Payment, money};

/// Payments that are held in memory at a time, so that statements come out in the order of time.
const HELD: u64 = 250_000;

/// The spans of days into which a world is cut so that no more than about 250,000 payments are held at a time. First and last day included.
pub fn slices(profile: &Profile) -> Vec<(NaiveDate, NaiveDate)> {
    let (first, last) = World::new(profile).window();
    let days = (last - first).num_days() + 1;
    let count = profile.payments.div_ceil(HELD).clamp(1, days as u64) as i64;
    let day = |n: i64| first + chrono::TimeDelta::days(days * n / count);
    (0..count).map(|n| (day(n), day(n + 1) - chrono::TimeDelta::days(1))).collect()
}

/// A CSV table: a header, and rows of the model's values.
pub struct Table<W: Write> {
    out: csv::Writer<W>,
    field: String,
}

impl<W: Write> Table<W> {
    /// A table of payments.
    pub fn payments(out: W) -> io::Result<Self> {
        Self::new(
            out,
            "payment_id,booking_date,value_date,amount,currency,payer_name,payer_iban,remittance,structured_reference,end_to_end_id",
        )
    }

    /// A table of items.
    pub fn items(out: W) -> io::Result<Self> {
        Self::new(
            out,
            "item_id,number,payment_reference,customer_id,customer_name,customer_iban,issue_date,due_date,amount,open_amount,currency,type,\
             order_number,terms,discount_percent,discount_until,vat",
        )
    }

    /// A table of customers.
    pub fn customers(out: W) -> io::Result<Self> {
        Self::new(out, "customer_id,name,other_names,ibans,group,pays_for,usual_fee,vat_number")
    }

    /// A table of true links.
    pub fn truth(out: W) -> io::Result<Self> {
        Self::new(out, "payment_id,item_id,applied,kind,flags")
    }

    /// A table with any header, its columns separated by commas.
    pub fn new(out: W, header: &str) -> io::Result<Self> {
        let mut table =
            Self { out: csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out), field: String::new() };
        for column in header.split(',') {
            table.text(column)?;
        }
        table.end()?;
        Ok(table)
    }

    /// Writes what is held back.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes a payment.
    pub fn payment(&mut self, payment: &Payment) -> io::Result<()> {
        self.text(&payment.id)?;
        self.date(Some(payment.booking_date))?;
        self.date(payment.value_date)?;
        self.money(Some(payment.amount))?;
        self.text(payment.amount.currency.code())?;
        self.text(&payment.payer_name)?;
        self.text(&payment.payer_iban)?;
        self.text(&payment.remittance)?;
        self.list(&payment.structured_references)?;
        self.text(&payment.end_to_end_id)?;
        self.end()
    }

    /// Writes an item.
    pub fn item(&mut self, item: &OpenItem) -> io::Result<()> {
        self.text(&item.id)?;
        self.text(&item.number)?;
        self.list(&item.payment_references)?;
        self.text(&item.customer_id)?;
        self.text(&item.customer_name)?;
        self.list(&item.customer_ibans)?;
        self.date(item.issue_date)?;
        self.date(item.due_date)?;
        self.money(Some(item.amount))?;
        self.money(Some(item.open()))?;
        self.text(item.amount.currency.code())?;
        self.text(item.kind.word())?;
        self.text(&item.order_number)?;
        self.text(&item.terms)?;
        self.shown(item.discount.map(|discount| discount.percent))?;
        self.date(item.discount.map(|discount| discount.until))?;
        self.vat(item)?;
        self.end()
    }

    /// Writes a customer.
    pub fn customer(&mut self, customer: &Customer) -> io::Result<()> {
        self.text(&customer.id)?;
        self.text(&customer.name)?;
        self.list(&customer.other_names)?;
        self.list(&customer.ibans)?;
        self.text(&customer.group)?;
        self.list(&customer.pays_for)?;
        self.shown(customer.usual_fee)?;
        self.text(&customer.vat_number)?;
        self.end()
    }

    /// Writes a true link.
    pub fn truth_row(&mut self, row: &TruthRow) -> io::Result<()> {
        self.text(&row.payment_id)?;
        self.text(&row.item_id)?;
        self.money(row.applied)?;
        self.text(row.kind)?;
        self.shown((!row.flags.is_empty()).then_some(row.flags))?;
        self.end()
    }

    /// Writes a row of plain texts.
    pub fn row(&mut self, fields: &[&str]) -> io::Result<()> {
        for field in fields {
            self.text(field)?;
        }
        self.end()
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.out.write_field(text).map_err(io::Error::other)
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.write_record(None::<&[u8]>).map_err(io::Error::other)
    }

    /// Writes a field with what `fill` puts into it.
    fn fill(&mut self, fill: impl FnOnce(&mut String) -> std::fmt::Result) -> io::Result<()> {
        self.field.clear();
        fill(&mut self.field).map_err(io::Error::other)?;
        self.out.write_field(&self.field).map_err(io::Error::other)
    }

    fn shown(&mut self, value: Option<impl std::fmt::Display>) -> io::Result<()> {
        self.fill(|field| value.map_or(Ok(()), |value| write!(field, "{value}")))
    }

    fn date(&mut self, date: Option<NaiveDate>) -> io::Result<()> {
        self.shown(date)
    }

    fn money(&mut self, money: Option<Money>) -> io::Result<()> {
        self.shown(money)
    }

    fn list(&mut self, texts: &[Box<str>]) -> io::Result<()> {
        self.fill(|field| {
            for (n, text) in texts.iter().enumerate() {
                field.push_str(if n > 0 { "|" } else { "" });
                field.push_str(text);
            }
            Ok(())
        })
    }

    fn vat(&mut self, item: &OpenItem) -> io::Result<()> {
        let currency: Currency = item.amount.currency;
        self.fill(|field| {
            for (n, part) in item.vat.iter().enumerate() {
                write!(field, "{}{}:", if n > 0 { "|" } else { "" }, part.rate)?;
                money::write_minor(field, i128::from(part.tax_minor), currency)?;
            }
            Ok(())
        })
    }
}
