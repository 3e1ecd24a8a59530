use std::collections::BTreeMap;

use chrono::NaiveDate;
use lopdf::{Document, Object, Stream, dictionary};
use rust_decimal::Decimal;

use super::*;
use crate::config::Limits;
use crate::model::{ItemKind, OpenItem};

const UBL: &str = include_str!("../../../fixtures/formats/einvoice/invoice.ubl.xml");
const CII: &str = include_str!("../../../fixtures/formats/einvoice/credit_note.cii.xml");

fn with<T>(limits: &Limits, read: impl FnOnce(&Settings<'_>) -> T) -> T {
    read(&Settings { limits, mappings: &BTreeMap::new() })
}

fn try_read(bytes: &[u8]) -> Result<ItemFile, Errors> {
    with(&Limits::default(), |settings| read("i.xml", bytes, &recognise(bytes), settings))
}

fn item(text: &str) -> OpenItem {
    try_read(text.as_bytes()).unwrap().items.remove(0)
}

fn notes(text: &str) -> String {
    let file = try_read(text.as_bytes()).unwrap().file;
    file.notes.iter().map(|n| format!("{}: {}\n", n.kind.word(), n.text)).collect()
}

fn error(text: &str) -> Error {
    try_read(text.as_bytes()).unwrap_err().iter().next().unwrap().clone()
}

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

#[test]
fn an_invoice_of_ubl_becomes_an_item_with_its_payable_amount() {
    let item = item(UBL);
    assert_eq!((&*item.id, &*item.number, item.kind), ("2026-0412", "2026-0412", ItemKind::Invoice));
    assert_eq!((item.amount.minor, item.open_minor), (130_550, 100_550));
    assert_eq!((&*item.customer_id, &*item.customer_name), ("C1001", "Durand Métallerie & Fils"));
    assert_eq!((item.issue_date, item.due_date), (day(2026, 6, 1), day(2026, 7, 1)));
    assert_eq!(*item.payment_references, ["RF332348236".into()]);
    assert_eq!((&*item.order_number, &*item.terms, &*item.seller), ("BC-7781", "30 jours net", "FR00999999990"));
    let discount = item.discount.unwrap();
    assert_eq!((discount.percent, Some(discount.until)), (Decimal::TWO, day(2026, 6, 15)));
    let vat: Vec<(String, i64)> = item.vat.iter().map(|v| (v.rate.to_string(), v.tax_minor)).collect();
    assert_eq!(vat, [("20".to_string(), 20_000), ("5.5".to_string(), 550)]);
    assert_eq!(item.place.position, Position::Line(52));
}

#[test]
fn a_credit_note_of_cii_is_negative_and_says_what_it_takes_back() {
    let item = item(CII);
    assert_eq!((item.kind, item.amount.minor, item.open_minor), (ItemKind::CreditNote, -12_000, -12_000));
    assert_eq!((item.vat[0].tax_minor, item.issue_date), (-2_000, day(2026, 6, 15)));
    assert!(notes(CII).contains("it takes back, wholly or in part, 2026-0412"));
    // What it takes back is not its own reference: who pays that invoice does not mean the credit note.
    assert_eq!(*item.payment_references, ["AV-2026-009".into()]);
}

/// Domain vector 23.
#[test]
fn a_payable_amount_that_is_negative_zero_or_missing() {
    let with = |payable: &str, prepaid: &str| {
        UBL.replace(">1005.50</cbc:Pay", &format!(">{payable}</cbc:Pay"))
            .replace(">300.00</cbc:Pre", &format!(">{prepaid}</cbc:Pre"))
    };
    let balance = item(&with("-94.50", "1400.00"));
    assert_eq!((balance.kind, balance.amount.minor, balance.open_minor), (ItemKind::CreditNote, -9_450, -9_450));
    let settled = item(&with("0.00", "1305.50"));
    assert_eq!((settled.is_settled(), settled.amount.minor), (true, 130_550));
    let missing = error(&UBL.replace("<cbc:PayableAmount currencyID=\"EUR\">1005.50</cbc:PayableAmount>", ""));
    assert_eq!(missing.code(), "E0502");
    assert!(missing.message().contains("BT-115"));
    assert!(notes(&with("1005.49", "300.00")).contains("warning: 1005.49 is payable, which is not total less prepaid"));
}

#[test]
fn signs_follow_the_kind_and_a_corrective_invoice_may_be_negative() {
    let typed = |code: &str| UBL.replace(">380<", &format!(">{code}<"));
    for code in ["381", "396", "261"] {
        assert_eq!(item(&typed(code)).open_minor, -100_550, "{code}");
    }
    for code in ["380", "384", "386", "389", "751"] {
        assert_eq!(item(&typed(code)).open_minor, 100_550, "{code}");
    }
    let negative =
        typed("384").replace(">1305.50<", ">-1305.50<").replace(">300.00<", ">0<").replace(">1005.50<", ">-1305.50<");
    let negative = item(&negative);
    assert_eq!((negative.kind, negative.amount.minor, negative.open_minor), (ItemKind::CreditNote, -130_550, -130_550));
    let both = CII.replace(">120.00<", ">-120.00<");
    assert_eq!(item(&both).open_minor, -12_000);
    assert!(notes(&both).contains("warning: a credit note with a negative amount"));
    assert!(notes(&typed("393")).contains("the factor is paid"));
    assert!(notes(&typed("325")).contains("pro forma"));
}

#[test]
fn amounts_are_read_to_the_cent_or_refused_with_their_place() {
    assert_eq!(item(&UBL.replace(">1005.50<", ">1005.5000<")).open_minor, 100_550);
    let excess = error(&UBL.replace(">1005.50<", ">1005.505<"));
    assert_eq!((excess.code(), excess.line(), excess.column()), ("E0503", Some(52), Some(41)));
    assert!(excess.to_string().contains("/Invoice/LegalMonetaryTotal/PayableAmount"));
    assert_eq!(error(&UBL.replace(">1005.50<", ">1.005,50<")).code(), "E0503");
    assert_eq!(
        error(&UBL.replace("PayableAmount currencyID=\"EUR\"", "PayableAmount currencyID=\"USD\"")).code(),
        "E0504"
    );
    assert_eq!(error(&UBL.replace(">EUR<", ">Euro<")).code(), "E0504");
    let twice = CII.replace(
        "<ram:DuePayableAmount>120.00</ram:DuePayableAmount>",
        "<ram:DuePayableAmount>120.00</ram:DuePayableAmount><ram:DuePayableAmount>12.00</ram:DuePayableAmount>",
    );
    assert!(error(&twice).message().contains("given twice"));
}

#[test]
fn instalments_keep_the_last_day_and_structured_discounts_are_read() {
    let terms = "<ram:SpecifiedTradePaymentTerms><ram:Description>1/2</ram:Description><ram:DueDateDateTime>\
        <udt:DateTimeString format=\"102\">20260715</udt:DateTimeString></ram:DueDateDateTime>\
        <ram:PartialPaymentAmount>60.00</ram:PartialPaymentAmount></ram:SpecifiedTradePaymentTerms>\
        <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format=\"102\">20260815</udt:DateTimeString>\
        </ram:DueDateDateTime><ram:PartialPaymentAmount>60.00</ram:PartialPaymentAmount>\
        <ram:ApplicableTradePaymentDiscountTerms><ram:BasisPeriodMeasure unitCode=\"DAY\">10</ram:BasisPeriodMeasure>\
        <ram:CalculationPercent>3.0</ram:CalculationPercent></ram:ApplicableTradePaymentDiscountTerms>\
        </ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeader";
    let text = CII.replacen("<ram:SpecifiedTradeSettlementHeader", terms, 1).replace(">381<", ">380<");
    let item = item(&text);
    assert_eq!(item.due_date, day(2026, 8, 15));
    assert!(notes(&text).contains("due on 2 days, of which the last counts: 60.00 on 2026-07-15, 60.00 on 2026-08-15"));
    let discount = item.discount.unwrap();
    assert_eq!((discount.percent, Some(discount.until)), (Decimal::from(3), day(2026, 6, 25)));
    // Of a part of the amount, or in months: left out, and said.
    for (from, to) in [
        ("unitCode=\"DAY\"", "unitCode=\"MON\""),
        ("<ram:CalculationPercent>", "<ram:BasisAmount>60</ram:BasisAmount><ram:CalculationPercent>"),
    ] {
        let odd = text.replace(from, to);
        assert!(
            self::item(&odd).discount.is_none()
                && notes(&odd).contains("a cash discount of the payment terms is left out"),
            "{to}"
        );
    }
    assert!(notes(&UBL.replace("PROZENT=2.00", "PROZENT=zwei")).contains("is left out"));
}

#[test]
fn the_order_of_all_lines_is_that_of_the_document() {
    let line = |order: &str| {
        format!(
            "<cac:InvoiceLine><cac:OrderLineReference><cbc:LineID>1</cbc:LineID><cac:OrderReference><cbc:ID>{order}</cbc:ID>\
            </cac:OrderReference></cac:OrderLineReference></cac:InvoiceLine>"
        )
    };
    let text = |orders: &[&str], header: &str| {
        let lines: String = orders.iter().map(|order| line(order)).collect();
        UBL.replace("</Invoice>", &format!("{lines}</Invoice>")).replace("<cbc:ID>BC-7781</cbc:ID>", header)
    };
    let order = |orders: &[&str], header: &str| item(&text(orders, header)).order_number.to_string();
    assert_eq!(order(&["B1", "B1"], ""), "B1");
    assert_eq!(order(&["B1", "B2"], ""), "");
    assert_eq!(order(&["B1"], "<cbc:ID>BC</cbc:ID>"), "BC");
    assert_eq!(order(&["B1"], "<cbc:ID>n/a</cbc:ID>"), "");
}

#[test]
fn what_is_no_invoice_of_the_standard_is_refused() {
    assert_eq!(error("<Invoice xmlns='http://www.ebinterface.at/schema/6p1/'><ID>1</ID></Invoice>").code(), "E0501");
    assert_eq!(error("<Invoice/>").code(), "E0501");
    assert_eq!(error(&UBL.replace("<cbc:ID>2026-0412</cbc:ID>", "")).code(), "E0502");
    assert_eq!(error(&UBL.replace(">EUR</cbc:Doc", "></cbc:Doc")).code(), "E0502");
}

/// Domain vector 24: refused in bounded time and memory.
#[test]
fn hostile_xml_is_refused() {
    let root = "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'";
    assert_eq!(error("<!DOCTYPE x [<!ENTITY a 'b'>]><Invoice/>").code(), "E0204");
    assert_eq!(error(&format!("{root}>{}", "<a>".repeat(10_000))).code(), "E0205");
    let attributes: String = (0..100_000).map(|n| format!(" a{n}='1'")).collect();
    assert_eq!(error(&format!("{root}><a{attributes}/></Invoice>")).code(), "E0205");
    assert_eq!(error(&format!("{root}><ID>{}</ID></Invoice>", "x".repeat(200_000))).code(), "E0205");
    // A document inside the document may be long: nothing of it is kept.
    let attached = UBL.replace("cGxhbg==", &"cGxhbg==".repeat(100_000));
    assert_eq!(item(&attached).open_minor, 100_550);
    for cut in 0..UBL.len() {
        assert!(try_read(&UBL.as_bytes()[..cut]).is_err() || cut > UBL.len() - 2);
    }
}

#[test]
fn days_are_read_in_both_ways() {
    for text in ["2026-06-30", "20260630", "2026-06-30Z", "2026-06-30+02:00", "2026-06-30T10:00:00", "202606301000"] {
        assert_eq!(header::day(text), day(2026, 6, 30), "{text}");
    }
    for text in ["", "2026-02-30", "20261301", "30.06.2026", "2026-6-3", "２０２６0630", "+0260630"] {
        assert_eq!(header::day(text), None, "{text}");
    }
    assert!(
        notes(&UBL.replace("2026-07-01", "2026-02-30"))
            .contains("line 8: \"2026-02-30\" is no day, so the due date is left out")
    );
}

/// A PDF with files inside: the names and their contents.
fn pdf_with(files: &[(&str, &[u8])], compress: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let mut names = Vec::new();
    for (name, content) in files {
        let mut stream = Stream::new(dictionary! { "Type" => "EmbeddedFile" }, content.to_vec());
        if compress {
            stream.compress().unwrap();
        }
        let stream = document.add_object(stream);
        let specification = document.add_object(dictionary! {
            "Type" => "Filespec", "F" => Object::string_literal(*name), "UF" => Object::string_literal(*name),
            "EF" => dictionary! { "F" => stream },
        });
        names.extend([Object::string_literal(*name), Object::Reference(specification)]);
    }
    let pages = document.add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => pages, "Names" => dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } },
    });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn pdf_error(bytes: &[u8], limits: &Limits) -> Error {
    with(limits, |settings| read("i.pdf", bytes, &Kind::Pdf, settings)).unwrap_err().iter().next().unwrap().clone()
}

#[test]
fn the_invoice_inside_of_a_pdf_is_read() {
    let bytes = pdf_with(&[("terms.txt", b"hello"), ("factur-x.xml", UBL.as_bytes())], true);
    let file = try_read(&bytes).unwrap();
    assert_eq!((file.items[0].open_minor, &*file.file.format), (100_550, "ubl in PDF"));
    assert_eq!(file.items[0].place.position, Position::None);
    // Any name will do, the names of the specifications come first, and a second invoice is said.
    let other = pdf_with(&[("a.xml", CII.as_bytes()), ("XRechnung.xml", UBL.as_bytes())], false);
    assert_eq!(try_read(&other).unwrap().items[0].open_minor, 100_550);
    assert_eq!(try_read(&pdf_with(&[("bill.dat", CII.as_bytes())], false)).unwrap().items[0].open_minor, -12_000);
    // The item of the PDF is that of its XML, so that both in one folder count once.
    let (mut inside, outside) = (try_read(&bytes).unwrap().items.remove(0), item(UBL));
    inside.place = outside.place;
    assert_eq!(inside, outside);
}

#[test]
fn pdfs_that_hold_no_invoice_or_a_bomb_are_refused() {
    let limits = Limits::default();
    let nothing = pdf_error(&pdf_with(&[], false), &limits);
    assert_eq!(nothing.code(), "E0513");
    let letter = pdf_error(&pdf_with(&[("letter.xml", b"<letter/>")], false), &limits);
    assert!(letter.to_string().contains("letter.xml"), "{letter}");
    let bomb = pdf_with(&[("factur-x.xml", &vec![b' '; 8 << 20])], true);
    let small = Limits { file_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(pdf_error(&bomb, &small).code(), "E0514");
    assert_eq!(pdf_error(&bomb, &Limits { inflate_ratio: 10, ..Limits::default() }).code(), "E0514");
    assert_eq!(pdf_error(b"%PDF-1.7\nnothing", &limits).code(), "E0511");
    assert_eq!(pdf_error(&pdf_with(&[("factur-x.xml", b"<!DOCTYPE x><Invoice/>")], false), &limits).code(), "E0204");
}

/// Bytes changed at random places, and files cut off: an answer, never a panic.
#[test]
fn mutated_pdfs_never_panic() {
    let whole = pdf_with(&[("factur-x.xml", UBL.as_bytes()), ("b.xml", CII.as_bytes())], true);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let began = std::time::Instant::now();
    for round in 0..600 {
        let mut bytes = whole.clone();
        for _ in 0..=round % 8 {
            let at = random(bytes.len());
            bytes[at] = random(256) as u8;
        }
        if round % 5 == 0 {
            bytes.truncate(random(bytes.len()));
        }
        let _ = with(&Limits::default(), |settings| read("i.pdf", &bytes, &Kind::Pdf, settings));
    }
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}
