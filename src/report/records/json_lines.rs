//! Records as JSON Lines: statements, each before its payments; or invoices.
//!
//! Amounts are texts, since a JSON number passes through a float in most readers. What is not known is left out.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Cell, Records, Rows};
use crate::model::columns::{self, BALANCE_KINDS, ITEM_SCHEMA, PAYMENT, PAYMENT_SCHEMA, STATEMENT_SCHEMA};
use crate::model::{Balance, ControlTotals, Currency, Money, Statement};

/// Columns at the end of [`PAYMENT`] that the statement's own line tells.
const OF_STATEMENT: usize = 4;

pub(super) fn write(rows: &Rows<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    if let Records::Items(_) = rows.records {
        let names = rows.names();
        rows.each(|cells| line(&mut out, record(ITEM_SCHEMA, names, cells)))?;
    }
    for (one, payments) in rows.statements() {
        line(&mut out, statement(one))?;
        for payment in payments {
            let names = &PAYMENT[..PAYMENT.len() - OF_STATEMENT];
            line(&mut out, record(PAYMENT_SCHEMA, names, &super::payment(payment, None, None)))?;
        }
    }
    out.flush()
}

fn line(out: &mut dyn Write, object: Vec<(&'static str, Value)>) -> io::Result<()> {
    // Member by member: a map would put the names in another order.
    let mut text = String::from("{");
    for (n, (name, value)) in object.iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        // Names are our own: nothing in them is escaped.
        text.push_str(&format!("{comma}\"{name}\":{value}"));
    }
    text.push_str("}\n");
    out.write_all(text.as_bytes())
}

fn record(schema: &'static str, names: &[&'static str], cells: &[Cell<'_>]) -> Vec<(&'static str, Value)> {
    let known = names.iter().zip(cells).filter_map(|(name, cell)| Some((*name, value(cell)?)));
    std::iter::once(("schema", schema.into())).chain(known).collect()
}

fn value(cell: &Cell<'_>) -> Option<Value> {
    Some(match *cell {
        Cell::Nothing => return None,
        Cell::Text(text) => text.into(),
        Cell::Word(word) => word.into(),
        Cell::List(list) => list.iter().map(|text| Value::from(&**text)).collect(),
        Cell::Date(date) => date.to_string().into(),
        Cell::Money(minor, currency) => decimal(minor, currency),
        Cell::Currency(currency) => currency.code().into(),
        Cell::Decimal(number) => number.to_string().into(),
        Cell::Vat(parts, currency) => parts
            .iter()
            .map(|part| json!({ "rate": part.rate.to_string(), "tax": decimal(part.tax_minor, currency) }))
            .collect(),
    })
}

fn decimal(minor: i64, currency: Currency) -> Value {
    Money::new(minor, currency).to_string().into()
}

/// A statement's own line: everything that its payments do not say.
fn statement(s: &Statement) -> Vec<(&'static str, Value)> {
    let mut out: Vec<(&'static str, Value)> = vec![("schema", STATEMENT_SCHEMA.into())];
    let mut put = |name, value: Option<Value>| out.extend(value.map(|value| (name, value)));
    let text = |text: &str| (!text.is_empty()).then(|| Value::from(text));
    put("statement_kind", Some(s.kind.word().into()));
    put("statement_id", text(&s.id));
    put("statement_sequence", text(&s.sequence));
    put("page", s.page.map(|p| p.number.into()));
    put("is_last_page", s.page.map(|p| p.is_last.into()));
    put("account", text(&s.account));
    put("owner", text(&s.owner));
    put("currency", s.currency.map(|c| c.code().into()));
    put("from", s.from.map(|d| d.to_string().into()));
    put("to", s.to.map(|d| d.to_string().into()));
    put("opening", s.opening.map(|b| balance(&b)));
    put("closing", s.closing.map(|b| balance(&b)));
    put("balances", (!s.balances.is_empty()).then(|| s.balances.iter().map(balance).collect()));
    let currency = s.currency.unwrap_or(Currency::EUR);
    put("totals", totals(&s.totals, currency));
    put("entries", Some(s.entries.into()));
    put("transactions", Some(s.transactions.into()));
    put("not_booked", Some(s.not_booked.into()));
    // A sum beyond 64 bits is that of the payments: it is not said twice.
    put("booked", i64::try_from(s.booked_minor).ok().map(|minor| decimal(minor, currency)));
    out
}

fn balance(b: &Balance) -> Value {
    let mut out = Map::new();
    out.insert("kind".into(), columns::word(&BALANCE_KINDS, b.kind).into());
    out.insert("amount".into(), b.amount.to_string().into());
    out.insert("currency".into(), b.amount.currency.code().into());
    if let Some(date) = b.date {
        out.insert("date".into(), date.to_string().into());
    }
    out.into()
}

fn totals(t: &ControlTotals, currency: Currency) -> Option<Value> {
    let mut out = Map::new();
    let mut put = |name: &str, value: Option<Value>| out.extend(value.map(|value| (name.to_string(), value)));
    let money = |minor: Option<i64>| minor.map(|minor| decimal(minor, currency));
    put("entries", t.entries.map(Value::from));
    put("sum", money(t.sum));
    put("net", money(t.net));
    put("credit_entries", t.credit_entries.map(Value::from));
    put("credit_sum", money(t.credit_sum));
    put("debit_entries", t.debit_entries.map(Value::from));
    put("debit_sum", money(t.debit_sum));
    (!out.is_empty()).then(|| out.into())
}
