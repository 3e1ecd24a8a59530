//! `lettrage inspect --raw`: the bytes of a payment, in every format that has records.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use assert_cmd::Command;
use lettrage::config::Limits;
use lettrage::model::Position;
use lettrage::read::{self, Settings};

fn raw(bytes: &[u8], position: Position) -> Option<(Vec<u8>, String)> {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let found = read::raw::raw("f", bytes, "f", position, &settings).unwrap();
    found.map(|raw| (raw.bytes, raw.encoding.to_string()))
}

fn text(bytes: &[u8], position: Position) -> String {
    String::from_utf8(raw(bytes, position).unwrap().0).unwrap()
}

fn at(statement: u32, entry: u32) -> Position {
    Position::Entry { statement, entry, detail: 1 }
}

const CAMT: &str = "<?xml version=\"1.0\" encoding=\"ENC\"?>\r\n<n:Document xmlns:n=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">\
<n:BkToCstmrStmt><n:Stmt><n:Ntry>é1</n:Ntry><n:Ntry/></n:Stmt><n:Stmt><n:Ntry a='1' >\r\n é2 <Ntry>inside</Ntry></n:Ntry >\
</n:Stmt></n:BkToCstmrStmt></n:Document>";

#[test]
fn an_entry_of_xml_is_its_element_in_any_encoding() {
    let utf8 = CAMT.replace("ENC", "UTF-8");
    let wanted = "<n:Ntry a='1' >\r\n é2 <Ntry>inside</Ntry></n:Ntry >";
    assert_eq!(text(utf8.as_bytes(), at(2, 1)), wanted);
    assert_eq!(text(utf8.as_bytes(), at(1, 1)), "<n:Ntry>é1</n:Ntry>");
    assert_eq!(raw(utf8.as_bytes(), at(2, 2)), None);
    assert_eq!(text(&[b"\xef\xbb\xbf", utf8.as_bytes()].concat(), at(2, 1)), wanted);
    let latin: Vec<u8> = CAMT.replace("ENC", "ISO-8859-1").chars().map(|c| c as u8).collect();
    let (bytes, encoding) = raw(&latin, at(2, 1)).unwrap();
    assert_eq!(bytes, wanted.chars().map(|c| c as u8).collect::<Vec<_>>());
    assert_eq!(encoding, "windows-1252");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let utf16 = [&b"\xff\xfe"[..], &wide(&CAMT.replace("ENC", "UTF-16"))].concat();
    assert_eq!(raw(&utf16, at(2, 1)).unwrap().0, wide(wanted));
}

#[test]
fn lines_are_taken_with_those_that_continue_them() {
    let line = |n| Position::Line(n);
    let swift = ":20:X\r\n:25:1/2\r\n:60F:C260601EUR1,00\r\n:61:2606010601C5,NTRFA\r\nmore\r\n:86:VIR\r\n of :61: two\r\n:61:2606020602C6,NTRFB\r\n:62F:C260602EUR12,\r\n-\r\n";
    assert_eq!(text(swift.as_bytes(), line(4)), ":61:2606010601C5,NTRFA\r\nmore\r\n:86:VIR\r\n of :61: two\r\n");
    assert_eq!(text(swift.as_bytes(), line(8)), ":61:2606020602C6,NTRFB\r\n");
    let csv = "Date,Amount,Text\r\n2026-06-01,1.00,\"a\r\nb, \"\"c\"\"\"\r\n2026-06-02,2.00,d";
    assert_eq!(text(csv.as_bytes(), line(2)), "2026-06-01,1.00,\"a\r\nb, \"\"c\"\"\"\r\n");
    assert_eq!(text(csv.as_bytes(), line(4)), "2026-06-02,2.00,d");
    assert_eq!(raw(csv.as_bytes(), line(3)), None, "no record begins inside a text");
    let json = "{\"booking_date\":\"2026-06-01\",\"amount\":1}\n\n{\"booking_date\":\"2026-06-02\",\"amount\":2}\n";
    assert_eq!(text(json.as_bytes(), line(3)), "{\"booking_date\":\"2026-06-02\",\"amount\":2}\n");
    assert_eq!(raw(json.as_bytes(), line(9)), None);
    let qif = "!Type:Bank\nD6/1/26\nT5\n^\nD6/2/26\nT6\n^\n";
    assert_eq!(text(qif.as_bytes(), line(2)), "D6/1/26\nT5\n^\n");
    let bai = "01,A,B,260601,0000,1,,,2/\n02,A,B,1,260601,,EUR,2/\n03,1,EUR,010,500,,/\n16,195,500,,X/\n88,more\n16,195,6,,Y/\n49,0,3/\n";
    assert_eq!(text(bai.as_bytes(), line(4)), "16,195,500,,X/\n88,more\n");
    let ofx = "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKTRANLIST>\n<STMTTRN><FITID>1\n<NAME>A\n<STMTTRN><FITID>2\n</STMTTRN></BANKTRANLIST></OFX>";
    assert_eq!(text(ofx.as_bytes(), line(5)), "<STMTTRN><FITID>1\n<NAME>A\n");
    assert_eq!(text(ofx.as_bytes(), line(7)), "<STMTTRN><FITID>2\n</STMTTRN>");
}

#[test]
fn records_of_fixed_length_are_counted() {
    let record = |kind: &str, n: u32| format!("{:<120}", format!("{kind}30004    00001EUR2 00012345678  010626{n}"));
    let whole =
        [record("01", 0), record("04", 1), record("05", 2), record("05", 3), record("04", 4), record("07", 5)].concat();
    assert_eq!(text(whole.as_bytes(), Position::Record(2)), whole[120..480]);
    assert_eq!(text(whole.as_bytes(), Position::Record(5)), whole[480..600]);
    assert_eq!(raw(whole.as_bytes(), Position::Record(9)), None);
    let lines = whole.as_bytes().chunks(120).map(|r| String::from_utf8_lossy(r) + "\n").collect::<String>();
    assert_eq!(text(lines.as_bytes(), Position::Line(2)).lines().count(), 3);
}

fn lettrage(arguments: &[&str], folder: &Path) -> assert_cmd::assert::Assert {
    Command::cargo_bin("lettrage").unwrap().args(arguments).current_dir(folder).assert()
}

#[test]
fn the_command_prints_exactly_the_bytes_and_says_where_they_are_from() {
    let folder = tempfile::tempdir().unwrap();
    // Windows-1252, inside an archive.
    let bank =
        b"Date;Libell\xe9;Montant\r\n02/06/2026;\"Caf\xe9 \xab \r\nNo\xebl \xbb\";1.250,00\r\n03/06/2026;VIR;-3,50\r\n";
    let mut zip = zip::ZipWriter::new(fs::File::create(folder.path().join("june.zip")).unwrap());
    zip.start_file("bank.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(bank).unwrap();
    zip.finish().unwrap();
    let listed = lettrage(&["convert", "june.zip", "-o", "-", "-O", "csv"], folder.path()).success();
    let listed = String::from_utf8(listed.get_output().stdout.clone()).unwrap();
    let id = listed.lines().nth(1).unwrap().split(',').next().unwrap().to_string();
    let run = lettrage(&["inspect", "june.zip", "--raw", &id], folder.path()).success();
    assert_eq!(run.get_output().stdout, b"02/06/2026;\"Caf\xe9 \xab \r\nNo\xebl \xbb\";1.250,00\r\n");
    let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(said.starts_with("june.zip!bank.csv, line 2: csv, ") && said.ends_with(", 39 bytes\n"), "{said}");
    let wrong = lettrage(&["inspect", "june.zip", "--raw", &format!("{id}x")], folder.path()).code(2);
    assert!(String::from_utf8(wrong.get_output().stderr.clone()).unwrap().contains(&format!("did you mean {id}?")));
    let piped =
        Command::cargo_bin("lettrage").unwrap().args(["inspect", "-", "--raw", "x"]).write_stdin("").assert().code(2);
    assert!(String::from_utf8(piped.get_output().stderr.clone()).unwrap().contains("E0408"));
}

/// Every payment of every format's example is found again, and its bytes begin as a record of that format does.
#[test]
fn every_payment_of_the_examples_has_its_bytes() {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let mut seen = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let (shown, bytes) = (entry.display().to_string(), fs::read(&entry).unwrap());
            let Ok(files) = read::statements(&shown, &bytes, &settings) else { continue };
            for file in files.iter().filter(|f| &*f.file.format != "xlsx") {
                for payment in file.statements.iter().flat_map(|s| &s.payments) {
                    let position = payment.place.position;
                    let found = read::raw::raw(&shown, &bytes, &file.file.path, position, &settings).unwrap();
                    let found = found.unwrap_or_else(|| panic!("{shown}: nothing at {position}")).bytes;
                    let starts: &[&str] = match &*file.file.format {
                        "camt.053" | "camt.052" | "camt.054" => &["<"],
                        "mt940" | "mt942" => &[":61:"],
                        "cfonb120" => &["04"],
                        "coda" => &["21"],
                        "norma43" => &["22"],
                        "bai2" => &["16,"],
                        "ofx" => &["<STMTTRN>", "<stmttrn>"],
                        _ => &[""],
                    };
                    let text = String::from_utf8_lossy(&found);
                    assert!(starts.iter().any(|start| text.starts_with(start)), "{shown}, {position}: {text}");
                    *seen.entry(file.file.format.to_string()).or_insert(0) += 1;
                }
            }
        }
    }
    println!("payments with their bytes: {seen:?}");
    assert!(seen.len() >= 3, "{seen:?}");
}
