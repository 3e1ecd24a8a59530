//! Statements and items that proptest makes, as hostile as files can be, and a writer of camt.053 for them.

use std::fmt::Write as _;

use chrono::{Days, NaiveDate};
use lettrage::model::{
    Balance, BalanceKind, ControlTotals, Currency, Discount, ItemKind, Money, Nature, OpenItem, Payment, Statement,
    StatementKind, VatPart,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Pieces of texts: what parts fields, what a spreadsheet runs, what a terminal or an editor obeys, and ordinary words.
const PIECES: [&str; 36] = [
    "",
    " ",
    "  ",
    "\"",
    "\"\"",
    "\n",
    "\r\n",
    "\r",
    "\t",
    ",",
    ";",
    "|",
    "\\",
    "\\|",
    "'",
    "''=x",
    "=1+1",
    "+33 1",
    "-5",
    "@SUM(A1)",
    "{\"a\":1}",
    "<&>]]>",
    "é",
    "\u{301}",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\u{a0}",
    "😀",
    "_x000D_",
    "<r>",
    "</r>",
    "2026-0412",
    "RF18539007547034",
    "DUPONT SARL",
    "0042",
];

/// Any text that UTF-8 and XML can hold.
pub fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..5).prop_map(|pieces| pieces.concat())
}

fn boxed() -> impl Strategy<Value = Box<str>> {
    text().prop_map(String::into_boxed_str)
}

/// No empty ones: an empty text in a list is none.
fn list() -> impl Strategy<Value = Vec<Box<str>>> {
    prop::collection::vec(boxed(), 0..4).prop_map(|mut list| {
        list.retain(|text| !text.is_empty());
        list
    })
}

/// With 0, 2 and 3 decimals.
pub fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["EUR", "JPY", "TND", "CHF"]).prop_map(|code| Currency::parse(code).unwrap())
}

pub fn day() -> impl Strategy<Value = NaiveDate> {
    (0u64..800).prop_map(|days| NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(days))
}

fn minor() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -100_000_000i64..100_000_000, 1 => -9i64..9, 1 => -1_000_000_000_000_000i64..1_000_000_000_000_000]
}

fn nature() -> impl Strategy<Value = Nature> {
    prop::sample::select(vec![Nature::Ordinary, Nature::Return, Nature::Reversal, Nature::Charge, Nature::OwnTransfer])
}

prop_compose! {
    fn payment(currency: Currency)(
        minor in minor(),
        days in (day(), prop::option::of(day())),
        names in (boxed(), boxed(), boxed()),
        remittance in boxed(),
        references in list(),
        ids in (boxed(), boxed(), boxed()),
        nature in nature(),
    ) -> Payment {
        let mut payment = Payment::new("", days.0, Money::new(minor, currency));
        payment.value_date = days.1;
        (payment.payer_name, payment.ultimate_name, payment.payer_iban) = names;
        payment.remittance = remittance;
        payment.structured_references = references.into();
        (payment.end_to_end_id, payment.bank_reference, payment.return_reason) = ids;
        payment.nature = nature;
        payment
    }
}

/// Payments of one currency, some of them twins.
fn payments(currency: Currency) -> impl Strategy<Value = Vec<Payment>> {
    prop::collection::vec((payment(currency), 1usize..3), 0..6)
        .prop_map(|pairs| pairs.into_iter().flat_map(|(p, times)| vec![p; times]).collect())
}

prop_compose! {
    fn head()(
        account in 0usize..3,
        texts in (boxed(), boxed(), boxed()),
        kind in prop::sample::select(vec![StatementKind::Statement; 1]),
        known in (any::<bool>(), any::<bool>(), any::<bool>()),
        opening in minor(),
        counts in prop::option::of((0u64..90, 0i64..900)),
        days in (day(), day()),
    ) -> (Statement, (bool, bool, bool), i64) {
        let statement = Statement {
            kind,
            id: texts.0,
            sequence: texts.1,
            owner: texts.2,
            account: ["FR1420041010050500013M02606", "", "0042 | \"x\""][account].into(),
            from: Some(days.0.min(days.1)),
            to: Some(days.0.max(days.1)),
            totals: counts.map(|(n, sum)| ControlTotals { entries: Some(n), sum: Some(sum), ..Default::default() }).unwrap_or_default(),
            ..Statement::default()
        };
        (statement, known, opening)
    }
}

/// A statement whose balances, where it has them, add up.
pub fn statement() -> impl Strategy<Value = Statement> {
    currency().prop_flat_map(|currency| (head(), payments(currency))).prop_map(
        |((mut statement, known, opening), payments)| {
            let currency = payments.first().map_or(Currency::EUR, |p| p.amount.currency);
            let sum: i64 = payments.iter().map(|p| p.amount.minor).sum();
            let balance = |kind, minor, date| Balance { kind, amount: Money::new(minor, currency), date };
            let (from, to) = (statement.from, statement.to);
            statement.opening = known.0.then(|| balance(BalanceKind::Opening, opening, from));
            statement.closing = known.1.then(|| balance(BalanceKind::Closing, opening + sum, to));
            statement.balances = statement.opening.into_iter().chain(statement.closing).collect();
            if known.2 {
                statement.balances.push(balance(BalanceKind::Other, opening / 2, None));
            }
            statement.currency = Some(currency);
            statement.booked_minor = i128::from(sum);
            statement.entries = payments.len() as u32;
            statement.transactions = payments.len() as u32;
            let account = std::sync::Arc::from(&*statement.account);
            statement.payments = payments;
            for payment in &mut statement.payments {
                payment.account = std::sync::Arc::clone(&account);
            }
            statement
        },
    )
}

prop_compose! {
    pub fn item()(
        texts in (boxed(), boxed(), boxed(), boxed(), boxed()),
        lists in (list(), list()),
        days in (prop::option::of(day()), prop::option::of(day())),
        money in (currency(), 0i64..1_000_000_000_000_000, 0i64..100_000),
        is_credit in any::<bool>(),
        discount in prop::option::of((1i64..9999, 0u32..3, day())),
        vat in prop::collection::vec((0i64..9999, 0u32..3, -5i64..90_000), 0..3),
    ) -> OpenItem {
        let sign = if is_credit { -1 } else { 1 };
        let mut item = OpenItem::new(format!("{}x", texts.0), texts.1, Money::new(sign * money.1, money.0));
        if item.number.is_empty() {
            item.number = item.id.clone();
        }
        item.kind = if is_credit { ItemKind::CreditNote } else { ItemKind::Invoice };
        item.open_minor = sign * money.2;
        item.order_number = texts.2;
        item.customer_id = (*texts.3).into();
        item.seller = item.number.as_ref().into();
        item.customer_name = (*texts.4).into();
        item.terms = item.order_number.as_ref().into();
        item.payment_references = lists.0.into();
        item.customer_ibans = lists.1.into();
        (item.issue_date, item.due_date) = days;
        item.discount = discount.map(|(n, scale, until)| Discount { percent: Decimal::new(n, scale + 2), until });
        item.vat = vat.into_iter().map(|(n, scale, tax)| VatPart { rate: Decimal::new(n, scale), tax_minor: sign * tax }).collect();
        item
    }
}

/// Statements as camt.053.001.08.
pub fn camt(statements: &[Statement]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>",
    );
    for statement in statements {
        let currency = statement.currency.unwrap_or(Currency::EUR);
        let _ = write!(
            out,
            "<Stmt><Id>{}</Id><Acct><Id><Othr><Id>{}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>",
            escaped(&statement.id),
            escaped(if statement.account.is_empty() { "X" } else { &statement.account }),
        );
        for (code, balance) in [("OPBD", statement.opening), ("CLBD", statement.closing)] {
            let Some(balance) = balance else { continue };
            let _ = write!(out, "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>");
            amount(&mut out, balance.amount);
            let _ = write!(out, "<Dt><Dt>{}</Dt></Dt></Bal>", balance.date.unwrap());
        }
        statement.payments.iter().for_each(|payment| entry(&mut out, payment));
        out.push_str("</Stmt>");
    }
    out + "</BkToCstmrStmt></Document>\n"
}

fn amount(out: &mut String, money: Money) {
    let size = Money::new(money.minor.abs(), money.currency);
    let direction = if money.minor < 0 { "DBIT" } else { "CRDT" };
    let _ = write!(out, "<Amt Ccy=\"{}\">{size}</Amt><CdtDbtInd>{direction}</CdtDbtInd>", money.currency);
}

fn entry(out: &mut String, p: &Payment) {
    out.push_str("<Ntry>");
    amount(out, p.amount);
    if p.nature == Nature::Reversal {
        out.push_str("<RvslInd>true</RvslInd>");
    }
    let _ = write!(out, "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{}</Dt></BookgDt>", p.booking_date);
    if let Some(date) = p.value_date {
        let _ = write!(out, "<ValDt><Dt>{date}</Dt></ValDt>");
    }
    let _ = write!(out, "<AcctSvcrRef>{}</AcctSvcrRef><NtryDtls><TxDtls>", escaped(&p.bank_reference));
    let _ = write!(out, "<Refs><EndToEndId>{}</EndToEndId></Refs>", escaped(&p.end_to_end_id));
    let side = if p.amount.minor < 0 { "Cdtr" } else { "Dbtr" };
    let _ = write!(out, "<RltdPties><{side}><Pty><Nm>{}</Nm></Pty></{side}>", escaped(&p.payer_name));
    let _ = write!(out, "<{side}Acct><Id><Othr><Id>{}</Id></Othr></Id></{side}Acct>", escaped(&p.payer_iban));
    let _ = write!(out, "<Ultmt{side}><Pty><Nm>{}</Nm></Pty></Ultmt{side}></RltdPties>", escaped(&p.ultimate_name));
    let _ = write!(out, "<RmtInf><Ustrd>{}</Ustrd>", escaped(&p.remittance));
    for reference in &p.structured_references {
        let _ = write!(out, "<Strd><CdtrRefInf><Ref>{}</Ref></CdtrRefInf></Strd>", escaped(reference));
    }
    out.push_str("</RmtInf>");
    if p.nature == Nature::Return {
        let _ =
            write!(out, "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>{}</AddtlInf></RtrInf>", escaped(&p.return_reason));
    }
    out.push_str("</TxDtls></NtryDtls></Ntry>");
}

/// As XML: what it cannot hold as it is stands as a reference.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#13;")
}
