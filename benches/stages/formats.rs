//! Bytes to records, format by format: each a file of so many entries that the formats' own rules make, on all threads.
//!
//! The documents are the least that a bank of the format writes: a name, a reference and an invoice number an entry.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use lettrage::read;

use super::common::{group, payments_and_bytes, settings};

/// Entries a file.
const ENTRIES: u64 = 20_000;

/// One format: its name, and a file of so many entries.
type Statement = (&'static str, fn(u64) -> Vec<u8>);

const STATEMENTS: [Statement; 8] = [
    ("MT940", mt940),
    ("CFONB 120", cfonb),
    ("CODA", coda),
    ("OFX 1", ofx),
    ("QIF", qif),
    ("BAI2", bai2),
    ("ESR", esr),
    ("JSON Lines", json_lines),
];

pub fn bench(c: &mut Criterion) {
    let settings = settings();
    let mut group = group(c, "read");
    for (name, make) in STATEMENTS {
        let bytes = make(ENTRIES);
        group.throughput(payments_and_bytes(ENTRIES, bytes.len() as u64));
        group.bench_with_input(BenchmarkId::new(name, ENTRIES), &bytes, |b, bytes| {
            b.iter(|| read::statements(name, black_box(bytes), &settings).expect("readable"))
        });
    }
    for (name, bytes) in [("FEC", fec(ENTRIES)), ("XLSX", xlsx(ENTRIES))] {
        group.throughput(payments_and_bytes(ENTRIES, bytes.len() as u64));
        group.bench_with_input(BenchmarkId::new(name, ENTRIES), &bytes, |b, bytes| {
            b.iter(|| read::items(name, black_box(bytes), &settings).expect("readable"))
        });
    }
    let invoice = ubl();
    group.throughput(payments_and_bytes(1, invoice.len() as u64));
    group.bench_function("UBL/1", |b| {
        b.iter(|| read::items("invoice.xml", black_box(&invoice), &settings).expect("readable"))
    });
    group.finish();
}

/// Cents of an entry.
fn cents(n: u64) -> u64 {
    10_000 + n * 37 % 900_000
}

fn mt940(entries: u64) -> Vec<u8> {
    let mut text = String::from(":20:STARTUMS\n:25:37040044/0532013000\n:28C:1/1\n:60F:C260601EUR0,00\n");
    for n in 0..entries {
        let (euros, cent) = (cents(n) / 100, cents(n) % 100);
        let _ = write!(
            text,
            ":61:2606150615CR{euros},{cent:02}NTRFNONREF//B{n:07}\n:86:166?00GUTSCHRIFT?20EREF+E{n}?21SVWZ+RECHNUNG \
             RE-{n:06}?30COBADEFFXXX?31DE89370400440532013000?32KUNDE {n} GMBH\n"
        );
    }
    text.push_str(":62F:C260630EUR0,00\n-\n");
    text.into_bytes()
}

fn cfonb(entries: u64) -> Vec<u8> {
    let balance =
        |kind: &str, day: &str| format!("{kind}30004    00999EUR2 00010143572  {day}{:50}{:013}{{{:16}\n", "", 0, "");
    let mut text = balance("01", "010626");
    for n in 0..entries {
        let (amount, last) = (cents(n) / 10, b"{ABCDEFGHI"[(cents(n) % 10) as usize] as char);
        let _ = writeln!(
            text,
            "04300040B1 00999EUR2 0001014357205150626  150626{:<31}  {n:07}  {amount:013}{last}{:<16}",
            "VIR SEPA CLIENT",
            format!("REF{n}")
        );
        let _ =
            writeln!(text, "05300040B1 00999EUR2 0001014357205150626     LCC{:<70}  ", format!("FACTURE FA-{n:06}"));
        let _ = writeln!(text, "05300040B1 00999EUR2 0001014357205150626     NPY{:<70}  ", format!("CLIENT {n} SARL"));
    }
    text.push_str(&balance("07", "300626"));
    text.into_bytes()
}

fn coda(entries: u64) -> Vec<u8> {
    let mut text =
        format!("0000001062672505        00000001  {:<26}KREDBEBB   00417331909 00000{:39}2\n", "ATELIERS NORD", "");
    let _ = writeln!(
        text,
        "12001BE86407051416150                  EUR0{:015}010626{:<26}{:<35}001",
        0, "ATELIERS NORD", "Zichtrekening"
    );
    for n in 0..entries {
        let (number, amount) = (n % 9999 + 1, cents(n) * 10);
        let _ = writeln!(
            text,
            "21{number:04}0000{:<21}0{amount:015}150626001500000{:<53}15062600101 0",
            format!("REF{n}"),
            format!("FACTUUR F-{n:06}")
        );
        let _ = writeln!(text, "22{number:04}0000{:<53}{:<35}{:<11}{:15}1 0", "", "", "GKCCBEBB", "");
        let _ = writeln!(
            text,
            "23{number:04}0000{:<37}{:<35}{:<43}0 0",
            "BE68539007547034                  EUR",
            format!("KLANT {n} NV"),
            ""
        );
    }
    let _ = writeln!(text, "8001BE86407051416150                  EUR0{:015}300626{:64}0", 0, "");
    let _ = writeln!(text, "9{:15}{:06}{:015}{:015}{:75}1", "", entries * 3 + 2, 0, 0, "");
    text.into_bytes()
}

fn ofx(entries: u64) -> Vec<u8> {
    let mut text = String::from(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>\
         <CURDEF>EUR<BANKACCTFROM><BANKID>30004<BRANCHID>00999<ACCTID>00010143572<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n",
    );
    for n in 0..entries {
        let (euros, cent) = (cents(n) / 100, cents(n) % 100);
        let _ = writeln!(
            text,
            "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260615<TRNAMT>{euros}.{cent:02}<FITID>F{n}<NAME>CLIENT {n} SARL<MEMO>FACTURE \
             FA-{n:06}</STMTTRN>"
        );
    }
    text.push_str("</BANKTRANLIST><LEDGERBAL><BALAMT>0.00<DTASOF>20260630</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n");
    text.into_bytes()
}

fn qif(entries: u64) -> Vec<u8> {
    let mut text = String::from("!Type:Bank\n");
    for n in 0..entries {
        let (euros, cent) = (cents(n) / 100, cents(n) % 100);
        let _ = write!(text, "D25/06/2026\nT{euros}.{cent:02}\nPCLIENT {n} SARL\nMFACTURE FA-{n:06}\n^\n");
    }
    text.into_bytes()
}

fn bai2(entries: u64) -> Vec<u8> {
    let mut text =
        String::from("01,BANK,US,260630,0800,1,,,2/\n02,US,BANK,1,260630,,USD,2/\n03,0001,USD,010,0,,,015,0,,/\n");
    let mut sum = 0;
    for n in 0..entries {
        sum += cents(n);
        let _ = writeln!(text, "16,165,{},0,B{n:07},C{n},INVOICE FA-{n:06} CUSTOMER {n} INC", cents(n));
    }
    let _ = write!(text, "49,{sum},{}/\n98,{sum},1,{}/\n99,{sum},1,{}/\n", entries + 2, entries + 4, entries + 6);
    text.into_bytes()
}

fn esr(entries: u64) -> Vec<u8> {
    let mut text = String::new();
    for n in 0..entries {
        let _ = writeln!(text, "002010121627{n:026}0{:010}0001  0001260615260615260615{n:010}0000000000000", cents(n));
    }
    text.into_bytes()
}

fn json_lines(entries: u64) -> Vec<u8> {
    let mut text = String::new();
    for n in 0..entries {
        let (euros, cent) = (cents(n) / 100, cents(n) % 100);
        let _ = writeln!(
            text,
            "{{\"payment_id\":\"P{n}\",\"account\":\"FR7630004009990001014357203\",\"booking_date\":\"2026-06-15\",\"amount\":\
             \"{euros}.{cent:02}\",\"currency\":\"EUR\",\"payer_name\":\"CLIENT {n} SARL\",\"remittance\":\"FACTURE FA-{n:06}\"}}"
        );
    }
    text.into_bytes()
}

fn fec(entries: u64) -> Vec<u8> {
    let mut text = String::from(
        "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\t\
         EcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n",
    );
    for n in 0..entries {
        let (euros, cent) = (cents(n) / 100, cents(n) % 100);
        let mut line = |account: &str, aux: &str, debit: &str, credit: &str| {
            let _ = writeln!(
                text,
                "VE\tVentes\t{n}\t20260615\t{account}\tCompte\t{aux}\t{aux}\tFA-{n:06}\t20260615\tFacture FA-{n:06}\t{debit}\t{credit}\t\t\t\
                 20260630\t\t"
            );
        };
        let amount = format!("{euros},{cent:02}");
        line("41100000", &format!("C{}", n % 997), &amount, "0,00");
        line("70600000", "", "0,00", &amount);
    }
    text.into_bytes()
}

fn xlsx(entries: u64) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0u16..).zip(["item_id", "number", "customer_name", "due_date", "amount", "currency"]) {
        sheet.write_string(0, column, name).expect("a cell");
    }
    for (row, n) in (1u32..).zip(0..entries) {
        sheet.write_string(row, 0, format!("I{n}")).expect("a cell");
        sheet.write_string(row, 1, format!("FA-{n:06}")).expect("a cell");
        sheet.write_string(row, 2, format!("Client {} SARL", n % 997)).expect("a cell");
        sheet.write_string(row, 3, "2026-06-30").expect("a cell");
        sheet.write_number(row, 4, cents(n) as f64 / 100.0).expect("a cell");
        sheet.write_string(row, 5, "EUR").expect("a cell");
    }
    book.save_to_buffer().expect("a workbook")
}

fn ubl() -> Vec<u8> {
    br#"<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>FA-000001</cbc:ID><cbc:IssueDate>2026-06-01</cbc:IssueDate><cbc:DueDate>2026-07-01</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Ateliers Nord</cbc:Name></cac:PartyName></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Client SARL</cbc:Name></cac:PartyName></cac:Party></cac:AccountingCustomerParty>
<cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">120.00</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="EUR">120.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
</Invoice>
"#
    .to_vec()
}
