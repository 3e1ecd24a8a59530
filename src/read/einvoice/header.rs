//! From what an invoice says to values: amounts, days, percentages.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::draft::{Draft, Found, Party};
use super::terms;
use super::xml::Xml;
use crate::error::{Collector, Error, Errors};
use crate::model::{Currency, Discount, Money, MoneyError, Note, NoteKind};

/// In which vocabulary an invoice is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// UBL 2.1, `Invoice`.
    Ubl,
    /// UBL 2.1, `CreditNote`.
    UblCreditNote,
    /// UN/CEFACT Cross Industry Invoice, D16B.
    Cii,
    /// The Cross Industry Document of ZUGFeRD 1.
    Zugferd1,
}

impl Syntax {
    /// The word in reports: `ubl`, `cii`, `zugferd-1`.
    pub fn format(self) -> &'static str {
        match self {
            Self::Ubl | Self::UblCreditNote => "ubl",
            Self::Cii => "cii",
            Self::Zugferd1 => "zugferd-1",
        }
    }
}

/// A day on which a part of an invoice is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instalment {
    /// The day.
    pub due: NaiveDate,
    /// How much, where the document says.
    pub amount: Option<Money>,
}

/// What an invoice says about who owes what to whom. Texts are in one line; an empty one means that the document does not say.
///
/// Amounts have the sign of the document: a credit note is positive here (EN 16931), and becomes negative as an open item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its vocabulary.
    pub syntax: Syntax,
    /// Specification that it follows (BT-24): `urn:cen.eu:en16931:2017`.
    pub profile: Box<str>,
    /// Number (BT-1).
    pub number: Box<str>,
    /// Type (BT-3, UNTDID 1001): `380`, `381`.
    pub type_code: Box<str>,
    /// Date of issue (BT-2).
    pub issue: Option<NaiveDate>,
    /// Due dates (BT-9), earliest first; several are instalments.
    pub due: Vec<Instalment>,
    /// Currency (BT-5).
    pub currency: Currency,
    /// Amount with VAT (BT-112).
    pub total: Option<Money>,
    /// Paid in advance (BT-113).
    pub prepaid: Option<Money>,
    /// Amount due for payment (BT-115). `None` only where the profile has no such element (ZUGFeRD 1 BASIC).
    pub payable: Option<Money>,
    /// Rounding of the amount due (BT-114).
    pub rounding: Option<Money>,
    /// Seller's name (BT-27).
    pub seller: Box<str>,
    /// Seller's VAT number, else legal registration, else identifier.
    pub seller_id: Box<str>,
    /// Buyer's name (BT-44).
    pub buyer: Box<str>,
    /// The buyer's number with the seller (BT-46), else its legal registration, else its VAT number.
    pub buyer_id: Box<str>,
    /// Who is to be paid, if it is not the seller (BT-59).
    pub payee: Box<str>,
    /// Accounts to pay to (BT-84), as written.
    pub accounts: Vec<Box<str>>,
    /// What the buyer is asked to quote (BT-83).
    pub payment_references: Vec<Box<str>>,
    /// Preceding invoices (BT-25).
    pub prior_invoices: Vec<Box<str>>,
    /// The buyer's order (BT-13), or that of all lines which name one.
    pub order: Box<str>,
    /// Payment terms (BT-20), without structured parts.
    pub terms: Box<str>,
    /// Cash discount from structured terms.
    pub discount: Option<Discount>,
    /// VAT by rate (BG-23): rate in percent, tax in minor units of the document's currency.
    pub vat: Vec<(Decimal, i64)>,
}

/// Reads the values of a draft. Errors: E0502 to E0504.
pub(super) fn conclude(
    xml: &Xml<'_>,
    mut draft: Draft,
    syntax: Syntax,
    notes: &mut Vec<Note>,
) -> Result<Header, Errors> {
    let mut values = Values { xml, syntax, currency: Currency::EUR, errors: Collector::default(), notes };
    let number = values.number(draft.number.as_ref());
    let Some(currency) = values.document_currency(draft.currency.as_ref()) else {
        return Err(values.errors.finish(()).err().unwrap_or_else(|| missing(xml, syntax, Needed::Currency).into()));
    };
    values.currency = currency;
    let total = values.amount(&draft.total);
    let prepaid = values.amount(&draft.prepaid);
    let rounding = values.amount(&draft.rounding);
    let payable = values.amount(&draft.payable);
    if draft.payable.is_empty() && (syntax != Syntax::Zugferd1 || draft.total.is_empty()) {
        values.errors.push(missing(xml, syntax, Needed::Payable));
    }
    let issue = draft.issue.as_ref().and_then(|found| values.day(found, "date of issue"));
    let mut due: Vec<Instalment> = Vec::new();
    for found in &draft.due {
        due.extend(values.day(found, "due date").map(|due| Instalment { due, amount: None }));
    }
    for terms in &draft.terms {
        if let Some(day) = terms.due.as_ref().and_then(|found| values.day(found, "due date")) {
            let part = terms.part.as_ref().and_then(|found| values.lenient(found));
            due.push(Instalment { due: day, amount: part.filter(|part| Some(*part) != payable) });
        }
    }
    due.sort_by_key(|instalment| instalment.due);
    due.dedup();
    let vat = values.vat(&draft);
    let (text, discount) = terms::conclude(&draft.terms, issue, payable.or(total), &mut values);
    let Values { errors, .. } = values;
    let order = draft.order();
    let boxed = |list: Vec<String>| list.into_iter().map(Box::from).collect();
    errors.finish(Header {
        syntax,
        profile: draft.profile.into(),
        number: number.into(),
        type_code: draft.type_code.map(|found| found.text).unwrap_or_default().into(),
        issue,
        due,
        currency,
        total,
        prepaid,
        payable,
        rounding,
        seller: name(&draft.seller),
        seller_id: first([&draft.seller.vat, &draft.seller.legal_id, &draft.seller.id]),
        buyer: name(&draft.buyer),
        buyer_id: first([&draft.buyer.id, &draft.buyer.legal_id, &draft.buyer.vat]),
        payee: name(&draft.payee),
        accounts: boxed(draft.accounts),
        payment_references: boxed(draft.payment_references),
        prior_invoices: boxed(draft.prior),
        order: order.into(),
        terms: text,
        discount,
        vat,
    })
}

fn name(party: &Party) -> Box<str> {
    first([&party.name, &party.trade_name, ""])
}

fn first(texts: [&str; 3]) -> Box<str> {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().into()
}

/// The error for an element that is not there: at the end, with the path that it should have. Error: E0502.
fn missing(xml: &Xml<'_>, syntax: Syntax, needed: Needed) -> Error {
    let (what, ubl, cii) = match needed {
        Needed::Number => ("number (BT-1)", "ID", "ExchangedDocument/ID"),
        Needed::Currency => ("currency (BT-5)", "DocumentCurrencyCode", "InvoiceCurrencyCode"),
        Needed::Payable => ("payable amount (BT-115)", "LegalMonetaryTotal/PayableAmount", "DuePayableAmount"),
    };
    let path = match syntax {
        Syntax::Ubl | Syntax::UblCreditNote => ubl,
        Syntax::Cii | Syntax::Zugferd1 => cii,
    };
    let error = xml.error("E0502", format!("the invoice has no {what}"));
    xml.place(error, xml.end(), 1).label(format!("the document ends here without {path}")).help(
        "an invoice of EN 16931 must have it: ask its issuer for a correct one, or enter it in a list of open items",
    )
}

/// What an invoice is refused without.
#[derive(Clone, Copy)]
enum Needed {
    Number,
    Currency,
    Payable,
}

/// Reads values, noting what cannot be read.
pub(super) struct Values<'x, 'a, 'n> {
    pub(super) xml: &'x Xml<'a>,
    syntax: Syntax,
    currency: Currency,
    errors: Collector,
    pub(super) notes: &'n mut Vec<Note>,
}

/// Help for what only the issuer can put right.
const ASK: &str = "ask the issuer for a correct invoice; what is guessed here would be wrong money later";

impl Values<'_, '_, '_> {
    fn at(&self, error: Error, found: &Found) -> Error {
        self.xml.place(error, found.at, found.text.chars().take_while(|c| *c != '\n').count()).context(&*found.path)
    }

    fn number(&mut self, found: Option<&Found>) -> String {
        let number = found.map(|f| super::xml::in_one_line(&f.text).into_owned()).unwrap_or_default();
        if number.is_empty() {
            let error = missing(self.xml, self.syntax, Needed::Number);
            self.errors.push(error);
        }
        number
    }

    fn document_currency(&mut self, found: Option<&Found>) -> Option<Currency> {
        let Some(found) = found.filter(|found| !found.text.is_empty()) else {
            let error = missing(self.xml, self.syntax, Needed::Currency);
            self.errors.push(error);
            return None;
        };
        let currency = Currency::parse(&found.text);
        if currency.is_none() {
            let error = self.xml.error("E0504", format!("\"{}\" is not a currency code", found.text));
            let error = self.at(error, found).label("expected three letters such as EUR").help(ASK);
            self.errors.push(error);
        }
        currency
    }

    /// The amount in the document's currency. Errors: E0503, E0504.
    fn amount(&mut self, all: &[Found]) -> Option<Money> {
        let code = self.currency.code().to_string();
        let mut own = all.iter().filter(|f| f.currency.is_empty() || f.currency == code);
        let Some(found) = own.next() else {
            if let Some(other) = all.first() {
                let message = format!("an amount in {} in an invoice in {code}", other.currency);
                let error = self.xml.error("E0504", message);
                let error = self.at(error, other).label("expected the currency of the document").help(ASK);
                self.errors.push(error);
            }
            return None;
        };
        let amount = self.money(found)?;
        if let Some(second) = own.next()
            && self.money(second).is_some_and(|other| other != amount)
        {
            let error =
                self.xml.error("E0503", format!("the amount is given twice: {} and {}", found.text, second.text));
            let error = self.at(error, second).label("expected one amount only").help(ASK);
            self.errors.push(error);
        }
        Some(amount)
    }

    fn money(&mut self, found: &Found) -> Option<Money> {
        let currency = self.currency;
        let (message, label) = match Money::parse(&found.text, currency) {
            Ok(amount) => return Some(amount),
            Err(MoneyError::NotANumber) => (
                format!("\"{}\" is not an amount", found.text),
                "expected a plain decimal such as 1250.00: digits, one point, nothing else".to_string(),
            ),
            Err(MoneyError::TooManyDecimals { allowed }) => (
                format!("{} has more decimals than {currency} has", found.text),
                format!("{currency} has {allowed}; more are refused, because rounding would change money"),
            ),
            Err(MoneyError::TooLarge) => {
                (format!("{} is too large for an amount", found.text), "expected at most 18 digits".to_string())
            }
        };
        let error = self.xml.error("E0503", message);
        let error = self.at(error, found).label(label).help(ASK);
        self.errors.push(error);
        None
    }

    /// An amount that is only a help: what cannot be read is not there.
    pub(super) fn lenient(&self, found: &Found) -> Option<Money> {
        if !found.currency.is_empty() && found.currency != self.currency.code() {
            return None;
        }
        Money::parse(&found.text, self.currency).ok()
    }

    /// A day, or a warning: a wrong day is no wrong money.
    pub(super) fn day(&mut self, found: &Found, what: &str) -> Option<NaiveDate> {
        let day = day(&found.text);
        if day.is_none() && !found.text.is_empty() {
            let line = self.xml.line(found.at);
            let shown: String = found.text.chars().take(40).collect();
            self.warn(format!("line {line}: \"{shown}\" is no day, so the {what} is left out"));
        }
        day
    }

    /// VAT by rate; a part that cannot be read is left out, and said.
    fn vat(&mut self, draft: &Draft) -> Vec<(Decimal, i64)> {
        let (mut out, mut left_out) = (Vec::new(), 0);
        for part in &draft.vat {
            if !part.tax_kind.is_empty() && !part.tax_kind.eq_ignore_ascii_case("VAT") {
                continue;
            }
            let tax = part.tax.as_ref().and_then(|found| self.lenient(found));
            // An exempt part need not have a rate.
            let rate = part.rate.as_ref().map_or(Some(Decimal::ZERO), |f| Decimal::from_str_exact(&f.text).ok());
            match (rate, tax) {
                (Some(rate), Some(tax)) if part.rate.is_some() || tax.is_zero() => {
                    out.push((rate.normalize(), tax.minor))
                }
                _ => left_out += 1,
            }
        }
        if left_out > 0 {
            self.warn(format!("the VAT of {left_out} rate{} cannot be read", if left_out == 1 { "" } else { "s" }));
        }
        out
    }

    pub(super) fn warn(&mut self, text: String) {
        self.notes.push(Note::new(NoteKind::Warning, text));
    }
}

/// `2026-06-30`, also with a zone or time behind it, or `20260630` (format 102).
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let digits = |range: std::ops::Range<usize>| {
        text.get(range)
            .filter(|part| part.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|part| part.parse::<u32>().ok())
    };
    let (year, month, day, end) = match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', ..] => (digits(0..4)?, digits(5..7)?, digits(8..10)?, 10),
        _ => (digits(0..4)?, digits(4..6)?, digits(6..8)?, 8),
    };
    // Behind a date in eight digits may stand a time in four or six (formats 203 and 204).
    let rest = text.get(end..)?;
    let is_time =
        rest.is_empty() || rest.starts_with(['T', 'Z', '+', '-']) || (end == 8 && matches!(rest.len(), 4 | 6));
    if !is_time {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}
