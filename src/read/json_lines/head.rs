//! A statement's own line.

use super::super::canonical::{Fields, Head, currency, date, missing, money, word};
use super::Object;
use crate::error::Error;
use crate::model::columns::{BALANCE_KINDS, STATEMENT_KINDS};
use crate::model::{Balance, ControlTotals, Currency, Money, Page, Statement};

/// Keys of a statement's line.
pub(super) const KEYS: [&str; 18] = [
    "statement_kind",
    "statement_id",
    "statement_sequence",
    "page",
    "is_last_page",
    "account",
    "owner",
    "currency",
    "from",
    "to",
    "opening",
    "closing",
    "balances",
    "totals",
    "entries",
    "transactions",
    "not_booked",
    "booked",
];
const BALANCE_KEYS: [&str; 4] = ["kind", "amount", "currency", "date"];
const TOTAL_KEYS: [&str; 7] = ["entries", "sum", "net", "credit_entries", "credit_sum", "debit_entries", "debit_sum"];

/// Reads a statement's line. Errors: E0241 to E0244, E0248.
pub(super) fn read(object: &Object<'_>) -> Result<Head, Error> {
    let text = |name| Ok::<Box<str>, Error>(object.text(name)?.as_ref().into());
    let stated = currency(object, "currency")?;
    let balance = |inside: Option<Object<'_>>| inside.map(|o| balance(&o)).transpose();
    let (opening, closing) = (balance(object.object("opening")?)?, balance(object.object("closing")?)?);
    let balances: Vec<Balance> = object.objects("balances")?.iter().map(self::balance).collect::<Result<_, _>>()?;
    let in_currency =
        stated.or(opening.map(|b| b.amount.currency)).or(closing.map(|b| b.amount.currency)).unwrap_or(Currency::EUR);
    let totals = object.object("totals")?.map(|o| totals(&o, in_currency)).transpose()?.unwrap_or_default();
    let booked = object.text("booked")?;
    let (entries, transactions) = (count(object, "entries")?, count(object, "transactions")?);
    let not_booked = count(object, "not_booked")?;
    let small = |n: Option<u64>| n.map_or(0, |n| u32::try_from(n).unwrap_or(u32::MAX));
    let statement = Statement {
        kind: word(object, "statement_kind", &STATEMENT_KINDS)?.unwrap_or_default(),
        id: text("statement_id")?,
        sequence: text("statement_sequence")?,
        page: page(object)?,
        account: text("account")?,
        owner: text("owner")?,
        currency: stated,
        from: date(object, "from")?,
        to: date(object, "to")?,
        opening,
        closing,
        balances,
        totals,
        entries: small(entries),
        transactions: small(transactions.or(entries)),
        not_booked: small(not_booked),
        booked_minor: money(object, "booked", in_currency)?.map_or(0, i128::from),
        ..Statement::default()
    };
    Ok(Head { statement, has_booked: !booked.is_empty(), has_entries: entries.is_some() })
}

fn balance(object: &Object<'_>) -> Result<Balance, Error> {
    object.only(&BALANCE_KEYS)?;
    let Some(kind) = word(object, "kind", &BALANCE_KINDS)? else {
        return Err(missing(object, "kind", "which balance it is"));
    };
    let Some(currency) = currency(object, "currency")? else {
        return Err(missing(object, "currency", "the balance's currency"));
    };
    let Some(minor) = money(object, "amount", currency)? else {
        return Err(missing(object, "amount", "the signed balance"));
    };
    Ok(Balance { kind, amount: Money::new(minor, currency), date: date(object, "date")? })
}

fn totals(object: &Object<'_>, currency: Currency) -> Result<ControlTotals, Error> {
    object.only(&TOTAL_KEYS)?;
    Ok(ControlTotals {
        entries: count(object, "entries")?,
        sum: money(object, "sum", currency)?,
        net: money(object, "net", currency)?,
        credit_entries: count(object, "credit_entries")?,
        credit_sum: money(object, "credit_sum", currency)?,
        debit_entries: count(object, "debit_entries")?,
        debit_sum: money(object, "debit_sum", currency)?,
    })
}

/// Which part of a statement it is. Errors: E0241, E0244.
fn page(object: &Object<'_>) -> Result<Option<Page>, Error> {
    let Some(number) = count(object, "page")? else { return Ok(None) };
    let is_last = object.flag("is_last_page")?.unwrap_or_default();
    Ok(Some(Page { number: u32::try_from(number).unwrap_or(u32::MAX), is_last }))
}

/// A whole number. Error: E0241.
fn count(object: &Object<'_>, name: &'static str) -> Result<Option<u64>, Error> {
    let text = object.text(name)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        object.fault(name, "E0241", format!("not a count: \"{text}\"")).label("a whole number is expected")
    })
}
