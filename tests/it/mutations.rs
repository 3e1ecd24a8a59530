//! Every reader against damaged input: fixtures with bits turned, parts cut, doubled, moved or taken from elsewhere, numbers and
//! lengths at their extremes, hostile text and nesting. Seeded, so that a failure comes back; in `cargo test`, so that no
//! toolchain but the stable one is needed. The fuzz targets in `fuzz/` go on where this ends.
//!
//! A failure names the input, which is then stored below `target/tmp`. Put it into `fixtures/fuzz/TARGET/` when it is mended.
//! `LETTRAGE_MUTATIONS=100000` walks longer.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use lettrage::synth::Rng;

use crate::hostile::{TARGETS, Target, packed};

/// Mutations of each target. All of them together take some seconds.
const MUTATIONS: usize = 2000;

/// Seeds are cut to this: short ones reach more places in the same time.
const SEED_BYTES: usize = 4000;

/// No mutation makes more of an input than this.
const MOST_BYTES: usize = 16 << 10;

/// Texts that readers have to get wrong before they get them right.
const NASTY: &[&str] = &[
    "99999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "92233720368547758.08",
    "0.001",
    "-0",
    "1e9",
    "NaN",
    "1,000",
    "1.000",
    "0,00",
    "00000000",
    "99999999",
    "20260230",
    "30022026",
    "2026-02-30",
    "0000-00-00",
    "+262142-12-31",
    "01/02/03",
    "12/ 5'05",
    "XXX",
    "EURO",
    "\u{feff}",
    "\u{202e}",
    "\u{0}",
    "\r",
    "\n\n",
    "\t",
    ";;;;",
    "\"",
    "\"\"\"",
    "'",
    "<",
    "</",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "<!--",
    "]]>",
    "<![CDATA[",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "&",
    "^",
    "!Type:Bank\n",
    ":61:",
    ":86:",
    "-}",
    "{4:",
    "é",
    "\u{1f4b6}",
    "ß",
    "İ",
    "10000000",
    "88,",
    "/",
    "=1+1",
    "{\"a\":",
    "[[[[[[[[",
    "}}}}",
];

/// Bytes that no encoding likes.
const BYTES: &[&[u8]] =
    &[b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf0\x90", b"\x00", b"\x1a", b"\x80", b"\xef\xbb\xbf"];

/// What stands in for a reader's fixture where there is none.
const ANY: &[&[u8]] =
    &[b"Date;Amount;Currency\n2026-06-01;12.50;EUR\n", b"<?xml version=\"1.0\"?><a><b c=\"d\">1</b></a>"];

const CAMT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>
<Stmt><Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">105.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-02</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-06-02</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy="EUR">3.00</Amt><RltdPties><Dbtr><Pty><Nm>A &amp; B</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>F 2026-1</Ustrd></RmtInf></TxDtls><TxDtls><Amt Ccy="EUR">4.00</Amt><RmtInf><Strd><CdtrRefInf><Ref>RF741</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">2.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-06-02T10:00:00+02:00</DtTm></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"#;

/// Both sorts of lines; `!` chooses the reader of items ([`crate::hostile`]).
const LINES: &[&str] = &[
    "{\"payment_id\":\"P1\",\"booking_date\":\"2026-06-01\",\"amount\":\"12.50\",\"currency\":\"EUR\",\"remittance\":\"F 1\"}\n{\"payment_id\":\"P2\",\"booking_date\":\"2026-06-02\",\"amount\":\"-3\",\"currency\":\"EUR\"}\n",
    "!{\"item_id\":\"1\",\"number\":\"F 1\",\"amount\":\"12.50\",\"currency\":\"EUR\"}\n",
];

const CII: &str = r#"<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"><rsm:ExchangedDocument><ram:ID>F-1</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">20260601</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>S</ram:Name></ram:SellerTradeParty><ram:BuyerTradeParty><ram:Name>B</ram:Name></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode><ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>10.00</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">2.00</ram:TaxTotalAmount><ram:GrandTotalAmount>12.00</ram:GrandTotalAmount><ram:DuePayableAmount>12.00</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"#;

const UBL: &str = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>F-1</cbc:ID><cbc:IssueDate>2026-06-01</cbc:IssueDate><cbc:DueDate>2026-07-01</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>S</cbc:Name></cac:PartyName></cac:Party></cac:AccountingSupplierParty><cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>B</cbc:Name></cac:PartyName></cac:Party></cac:AccountingCustomerParty><cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">12.00</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="EUR">12.00</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>"#;

/// A PDF with an invoice attached, as Factur-X does it (ISO 32000-1, 7.11.4).
fn pdf() -> Vec<u8> {
    let stream =
        format!("<< /Type /EmbeddedFile /Subtype /text#2Fxml /Length {} >>\nstream\n{CII}\nendstream", CII.len());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /AF [3 0 R] /Names << /EmbeddedFiles << /Names [(factur-x.xml) 3 0 R] >> >> >>",
        "<< /Type /Pages /Kids [] /Count 0 >>",
        "<< /Type /Filespec /F (factur-x.xml) /UF (factur-x.xml) /AFRelationship /Data /EF << /F 4 0 R >> >>",
        &stream,
    ];
    let mut out = String::from("%PDF-1.7\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (n, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", out.len());
        out += &format!("{} 0 obj\n{object}\nendobj\n", n + 1);
    }
    let at = out.len();
    out += &format!("xref\n0 5\n{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n");
    out.into_bytes()
}

/// Sheets that become a workbook.
const SHEET: &[u8] = br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:D3"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>number</t></is></c><c r="B1" t="inlineStr"><is><t>amount</t></is></c><c r="C1" t="inlineStr"><is><t>booking_date</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>F-1</t></is></c><c r="B2"><v>12.5</v></c><c r="C2"><v>46174</v></c></row><row r="3"><c r="A3" t="str"><f>A2</f><v>F-2</v></c><c r="B3"><v>-7</v></c><c r="C3"><v>46175.5</v></c></row></sheetData></worksheet>"#;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Every file below a folder, in order.
fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    files_below(&fixtures(), &mut files);
    let inside = |path: &Path| format!("/{}", path.strip_prefix(fixtures()).unwrap().display());
    let mut seeds: Vec<Vec<u8>> = files
        .iter()
        .filter(|path| path.extension().is_none_or(|e| e != "err" && e != "toml" && e != "md"))
        .filter(|path| target.seeds.iter().any(|part| inside(path).contains(part)))
        .map(|path| fs::read(path).unwrap())
        .filter(|bytes| !bytes.is_empty())
        .collect();
    match target.name {
        "camt" => seeds.push(CAMT.into()),
        "json_lines" => seeds.extend(LINES.iter().map(|lines| lines.as_bytes().to_vec())),
        "ubl" => seeds.push(UBL.into()),
        "cii" => seeds.push(CII.into()),
        "pdf" => seeds.push(pdf()),
        "xlsx" => seeds.push(SHEET.to_vec()),
        "container" => seeds.push(packed(&[("a.csv", ANY[0]), ("b.xml", CAMT.as_bytes())])),
        _ => {}
    }
    if seeds.is_empty() {
        seeds.extend(ANY.iter().map(|bytes| bytes.to_vec()));
    }
    for seed in seeds.iter_mut().filter(|s| s.len() > SEED_BYTES) {
        // What ends with its directory cannot be cut.
        if !seed.starts_with(b"PK") && !seed.starts_with(b"%PDF") {
            cut(seed, target.name == "fec");
        }
    }
    seeds
}

/// Cuts a seed at the end of a line. In a ledger the last entry goes with it, since without all of its lines it does not balance.
fn cut(seed: &mut Vec<u8>, is_ledger: bool) {
    seed.truncate(SEED_BYTES);
    seed.truncate(seed.iter().rposition(|b| *b == b'\n').map_or(SEED_BYTES, |n| n + 1));
    if is_ledger {
        let number = |line: &[u8]| line.split(|b| *b == b'\t' || *b == b'|').nth(2).map(<[u8]>::to_vec);
        let lines: Vec<&[u8]> = seed.split_inclusive(|b| *b == b'\n').collect();
        let last = lines.last().and_then(|line| number(line));
        let kept = lines.iter().take_while(|line| number(line) != last).map(|line| line.len()).sum();
        seed.truncate(kept);
    }
}

/// A number below `n`, 0 where `n` is 0.
fn below(rng: &mut Rng, n: usize) -> usize {
    rng.below(n as u64) as usize
}

/// A place between bytes, and one not far behind it.
fn range(rng: &mut Rng, length: usize) -> (usize, usize) {
    let from = below(rng, length + 1);
    let most = [1, 4, 16, 64, 256, 2048][below(rng, 6)];
    (from, (from + below(rng, most + 1)).min(length))
}

/// A range of whole lines.
fn lines(rng: &mut Rng, bytes: &[u8]) -> (usize, usize) {
    let (from, to) = range(rng, bytes.len());
    let start = bytes[..from].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
    let end = bytes[to..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| n + to + 1);
    (start, end)
}

/// A range of digits, where there is one behind some place.
fn number(rng: &mut Rng, bytes: &[u8]) -> (usize, usize) {
    let from = below(rng, bytes.len() + 1);
    let is_digit = |b: &u8| b.is_ascii_digit();
    let Some(start) = bytes[from..].iter().position(is_digit).map(|n| n + from) else { return (from, from) };
    let length = bytes[start..].iter().position(|b| !is_digit(b)).unwrap_or(bytes.len() - start);
    (start, start + length)
}

/// One damage. `other` is another seed, to take parts from.
fn mutate(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    let length = bytes.len();
    match below(rng, 14) {
        0 if length > 0 => bytes[below(rng, length)] ^= 1 << below(rng, 8),
        1 if length > 0 => bytes[below(rng, length)] = rng.next_u64() as u8,
        2 => bytes.truncate(below(rng, length + 1)),
        3 => {
            let (from, to) = range(rng, length);
            bytes.drain(from..to);
        }
        4 => {
            let (from, to) = range(rng, length);
            let part = bytes[from..to].to_vec();
            let times = 1 + below(rng, 4);
            bytes.splice(to..to, part.repeat(times));
        }
        5 => {
            let (from, to) = lines(rng, bytes);
            let part: Vec<u8> = bytes.drain(from..to).collect();
            let at = below(rng, bytes.len() + 1);
            bytes.splice(at..at, part);
        }
        6 => {
            let (from, to) = lines(rng, bytes);
            let part = bytes[from..to].to_vec();
            let times = 1 + below(rng, 30);
            bytes.splice(to..to, part.repeat(times));
        }
        7 => {
            let ((from, to), (start, end)) = (range(rng, length), range(rng, other.len()));
            bytes.splice(from..to, other[start..end].iter().copied());
        }
        8 | 9 => {
            let at = below(rng, length + 1);
            bytes.splice(at..at, NASTY[below(rng, NASTY.len())].bytes());
        }
        10 | 11 => {
            let (from, to) = number(rng, bytes);
            bytes.splice(from..to, NASTY[below(rng, 24)].bytes());
        }
        12 => {
            let at = below(rng, length + 1);
            bytes.splice(at..at, BYTES[below(rng, BYTES.len())].iter().copied());
        }
        _ => {
            // The same opening over and over: nesting, and searches for an end that never comes.
            let (from, to) = range(rng, length.min(64));
            let part = bytes[from..to].to_vec();
            let at = below(rng, length + 1);
            bytes.splice(at..at, part.repeat(200));
        }
    }
    bytes.truncate(MOST_BYTES);
}

/// Checks an input; a panic becomes a message that names the input, which is stored.
fn survive(target: &Target, what: &str, bytes: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| target.check(bytes))).unwrap_or_else(|_| {
        let stored = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{}", target.name, what.replace(' ', "-")));
        fs::write(&stored, bytes).unwrap();
        panic!("{}: {what} breaks a promise (see above); the input is {}", target.name, stored.display());
    })
}

fn walk(name: &str) {
    let target = Target::named(name);
    let seeds = seeds(target);
    let count = std::env::var("LETTRAGE_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(MUTATIONS);
    let mut sound = Vec::new();
    for (n, seed) in seeds.iter().enumerate() {
        if survive(target, &format!("seed {n}"), seed) {
            sound.push(seed);
        }
    }
    let mut rng = Rng::new(0x1e77_7a6e);
    let mut loaded = 0;
    for n in 0..count {
        // What loads leads furthest; what is refused already leads to other places.
        let mut bytes = match n % 4 {
            0..3 if !sound.is_empty() => sound[n % sound.len()].clone(),
            _ => seeds[n % seeds.len()].clone(),
        };
        let other = &seeds[below(&mut rng, seeds.len())];
        for _ in 0..1 + below(&mut rng, 3) {
            mutate(&mut rng, &mut bytes, other);
        }
        loaded += usize::from(survive(target, &format!("mutation {n}"), &bytes));
    }
    assert!(sound.is_empty() || count < 200 || loaded > 0, "{name}: no mutation gets past the first check");
    println!("{name}: {count} mutations of {} seeds, {loaded} still load", seeds.len());
}

/// Long inputs of one thing repeated: what is not linear does not come back from these.
fn long(name: &str) {
    const LONG: usize = 128 << 10;
    let target = Target::named(name);
    let seeds = seeds(target);
    let mut pieces: Vec<Vec<u8>> =
        vec![b"<".to_vec(), b"<a>".to_vec(), b"\"".to_vec(), b"\n".to_vec(), b"1".to_vec(), b"&".to_vec()];
    pieces.extend([
        b";1,\"".to_vec(),
        b"<a b=\"".to_vec(),
        b"[".to_vec(),
        "é".into(),
        b" ".to_vec(),
        b"{\"a\":".to_vec(),
    ]);
    let seed = seeds.iter().find(|s| !s.starts_with(b"PK")).unwrap_or(&seeds[0]);
    let line = |n: usize| seed.split_inclusive(|b| *b == b'\n').nth(n).unwrap_or(b"x").to_vec();
    pieces.extend([line(0), line(1), line(3), seed.clone()]);
    for (n, piece) in pieces.iter().enumerate() {
        let many = piece.repeat(LONG / piece.len().max(1));
        survive(target, &format!("piece {n}"), &many);
        // Behind a beginning that the reader knows.
        let start = &seed[..seed.len().min(400)];
        survive(target, &format!("piece {n} behind a beginning"), &[start, &many].concat());
    }
}

macro_rules! targets {
    ($($name:ident),+ $(,)?) => {
        /// Damaged fixtures.
        mod damaged {
            $(#[test] fn $name() { super::walk(stringify!($name)); })+
        }
        /// Long monotonous inputs.
        mod monotonous {
            $(#[test] fn $name() { super::long(stringify!($name)); })+
        }
        const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

targets!(
    camt,
    mt940,
    cfonb,
    coda,
    norma43,
    ofx,
    qif,
    bai2,
    esr,
    csv_statement,
    csv_items,
    csv_customers,
    ledger,
    xlsx,
    fec,
    ubl,
    cii,
    pdf,
    json_lines,
    container
);

#[test]
fn every_target_is_walked_and_has_a_fuzz_target() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    let names: Vec<&str> = TARGETS.iter().map(|t| t.name).collect();
    assert_eq!(names, NAMES);
    for name in names {
        assert!(fuzz.join(format!("fuzz_targets/{name}.rs")).is_file(), "fuzz_targets/{name}.rs is missing");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in fuzz/Cargo.toml");
    }
}

/// Inputs that once broke a promise: `fixtures/fuzz/TARGET/…`.
#[test]
fn found_inputs_are_survived() {
    for target in TARGETS {
        let mut files = Vec::new();
        files_below(&fixtures().join("fuzz").join(target.name), &mut files);
        for path in files {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            survive(target, &name, &fs::read(&path).unwrap());
        }
    }
}
