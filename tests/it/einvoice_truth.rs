//! Every electronic invoice of the shared collection, against the header fields that another program found in it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;
use lettrage::config::Limits;
use lettrage::model::ItemKind;
use lettrage::read::einvoice::{self, Header, Syntax};
use lettrage::read::{self, Settings};
use rust_decimal::Decimal;

use crate::corpus::{Row, shared};

/// Columns where the table is not what the document says: file, column, reason.
const OTHERWISE: &[(&str, &str, &str)] = &[];

fn rows(shared: &std::path::Path) -> Vec<Row> {
    let mut truth = csv::Reader::from_path(shared.join("einvoice/header_truth.csv")).unwrap();
    truth.deserialize().map(Result::unwrap).collect()
}

/// What the document says, by the columns of the table; amounts as numbers, days as eight digits.
fn found(header: &Header) -> BTreeMap<&'static str, String> {
    let day = |date: Option<NaiveDate>| date.map_or(String::new(), |d| d.format("%Y%m%d").to_string());
    let money = |amount: Option<lettrage::model::Money>| {
        amount.map_or(String::new(), |a| a.to_decimal().normalize().to_string())
    };
    let first = |list: &[Box<str>]| list.first().map_or(String::new(), ToString::to_string);
    let syntax = match header.syntax {
        Syntax::Ubl => "UBL Invoice",
        Syntax::UblCreditNote => "UBL CreditNote",
        Syntax::Cii => "CII D16B",
        Syntax::Zugferd1 => "CII (ZUGFeRD 1)",
    };
    BTreeMap::from([
        ("syntax", syntax.to_string()),
        ("profile", header.profile.to_string()),
        ("number", header.number.to_string()),
        ("type_code", header.type_code.to_string()),
        ("issue", day(header.issue)),
        ("due", day(header.due.last().map(|due| due.due))),
        ("currency", header.currency.to_string()),
        ("total", money(header.total)),
        ("prepaid", money(header.prepaid)),
        ("payable", money(header.payable)),
        ("seller", header.seller.to_string()),
        ("buyer", header.buyer.to_string()),
        ("payee", header.payee.to_string()),
        ("iban", first(&header.accounts)),
        ("pay_ref", first(&header.payment_references)),
        ("prior_invoice", first(&header.prior_invoices)),
        ("order_ref", header.order.to_string()),
    ])
}

fn expected(column: &str, cell: &str) -> String {
    match column {
        "issue" | "due" => cell.replace('-', ""),
        "total" | "prepaid" | "payable" if !cell.is_empty() => cell.parse::<Decimal>().unwrap().normalize().to_string(),
        _ => cell.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

#[test]
fn all_load_with_the_header_fields_of_the_table() {
    let Some(shared) = shared() else {
        eprintln!("skipped: no shared collection of invoices (set LETTRAGE_SHARED)");
        return;
    };
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let (mut loaded, mut compared, mut wrong) = (0, 0, Vec::new());
    let rows = rows(&shared);
    for row in &rows {
        let name = &row["file"];
        let path: PathBuf = shared.join("einvoice").join(name);
        let bytes = std::fs::read(path).unwrap();
        let kind = read::recognise(&bytes);
        let header = match einvoice::header(name, &bytes, &kind, &settings) {
            Ok(header) => header,
            Err(errors) => {
                wrong.push(format!("{name}:\n{errors}"));
                continue;
            }
        };
        loaded += 1;
        for (column, value) in found(&header) {
            let cell = expected(column, &row[column]);
            let excused = OTHERWISE.iter().any(|(file, other, _)| *file == name && *other == column);
            compared += 1;
            if cell != value && !excused {
                wrong.push(format!("{name}: {column} is {value:?} here, {cell:?} in the table"));
            }
        }
        let file = einvoice::read(name, &bytes, &kind, &settings).unwrap();
        wrong.extend(item_differs(name, &header, &file.items[0]));
    }
    println!("{loaded} of {} invoices load, {compared} fields compared", rows.len());
    assert!(rows.len() >= 52, "the collection is whole");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Holds the item against the table's fields: what is open is the payable amount, signed by the kind of the document.
fn item_differs(name: &str, header: &Header, item: &lettrage::model::OpenItem) -> Vec<String> {
    let is_credit = header.type_code.as_ref() == "381";
    let turn = |minor: i64| if is_credit { -minor } else { minor };
    let open = header.payable.or(header.total).map(|a| turn(a.minor));
    let amount = header.total.map(|a| turn(a.minor));
    let kind = if amount < Some(0) || is_credit { ItemKind::CreditNote } else { ItemKind::Invoice };
    let mut wrong = Vec::new();
    let mut hold = |what: &str, holds: bool| {
        if !holds {
            wrong.push(format!("{name}: the item's {what} is another: {item:?}"));
        }
    };
    hold("open amount", Some(item.open_minor) == open);
    hold("amount", Some(item.amount.minor) == amount);
    hold("kind", item.kind == kind);
    hold("number", item.number == header.number && item.id == header.number);
    hold("customer", *item.customer_name == *header.buyer);
    hold("due date", item.due_date == header.due.last().map(|due| due.due));
    hold("reference", *item.payment_references == *header.payment_references);
    wrong
}

/// Real PDFs with bytes changed, and cut off: an answer within a second each, never a panic.
#[test]
fn damaged_pdfs_of_the_collection_end_in_an_answer() {
    let Some(shared) = shared() else {
        eprintln!("skipped: no shared collection of invoices (set LETTRAGE_SHARED)");
        return;
    };
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let (mut tries, mut slowest) = (0, std::time::Duration::ZERO);
    for row in rows(&shared).iter().filter(|row| row["file"].ends_with(".pdf")) {
        let whole = std::fs::read(shared.join("einvoice").join(&row["file"])).unwrap();
        for round in 0..12 {
            let mut bytes = whole.clone();
            for _ in 0..=round * 20 {
                let at = random(bytes.len());
                bytes[at] = random(256) as u8;
            }
            if round % 4 == 3 {
                bytes.truncate(random(bytes.len()));
            }
            let began = std::time::Instant::now();
            let _ = einvoice::read(&row["file"], &bytes, &read::Kind::Pdf, &settings);
            slowest = slowest.max(began.elapsed());
            tries += 1;
        }
    }
    println!("{tries} damaged PDFs, the slowest in {slowest:?}");
    assert!(slowest.as_secs() < 20, "{slowest:?}");
}
