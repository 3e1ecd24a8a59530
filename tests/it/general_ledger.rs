//! The general ledger as accounting programs export it: each fixture, with the sums that an accountant would check first.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use lettrage::config::Limits;
use lettrage::model::{InputRole, LedgerFile};
use lettrage::read::{self, Kind, Settings};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/ledger").join(name)
}

fn read(name: &str, bytes: &[u8]) -> LedgerFile {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    read::ledger(name, bytes, &settings).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Account: what was brought forward, what moved, how many lines moved it.
fn sums(file: &LedgerFile) -> BTreeMap<&str, (i64, i64, usize)> {
    let mut sums: BTreeMap<&str, (i64, i64, usize)> = BTreeMap::new();
    for line in &file.lines {
        let of = sums.entry(&line.account).or_default();
        match line.opening {
            true => of.0 += line.amount.minor,
            false => (of.1, of.2) = (of.1 + line.amount.minor, of.2 + 1),
        }
    }
    sums
}

fn of_file(name: &str) -> LedgerFile {
    let file = read(name, &fs::read(fixture(name)).unwrap());
    assert_eq!((file.file.role, file.file.records), (InputRole::Ledger, file.lines.len() as u64), "{name}");
    assert_eq!(file.file.sha256.len(), 64);
    file
}

#[test]
fn a_page_of_a_banks_account() {
    let file = of_file("gl_512100_2026-06.csv");
    // 50,391.78 is the balance that the page itself prints last.
    assert_eq!(sums(&file), BTreeMap::from([("512100", (4_821_537, 5_039_178 - 4_821_537, 7))]));
    let line = &file.lines[3];
    let texts = [&*line.label, &*line.text, &*line.reference, &*line.entry];
    assert_eq!(texts, ["BNP Paribas", "COMMISSION MVT MAI", "REL-0608", "BQ/000421"]);
    assert_eq!(line.place.position.to_string(), "line 5");
    assert_eq!(read::recognise(&fs::read(fixture("gl_512100_2026-06.csv")).unwrap()), Kind::Ledger);
}

#[test]
fn a_printed_ledger_with_a_heading_for_each_account() {
    let file = of_file("grand_livre.csv");
    let expected = BTreeMap::from([
        ("411000", (300_000, -30_000, 2)),
        ("419100", (-25_000, -300_000, 1)),
        ("512200", (0, 450_000, 2)),
    ]);
    assert_eq!(sums(&file), expected);
    assert_eq!(&*file.lines.last().unwrap().label, "Société Générale");
    let notes: Vec<&str> = file.file.notes.iter().map(|note| &*note.text).collect();
    assert!(notes.iter().any(|note| note.contains("3 rows name the account")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("1 row repeating the header")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("5 rows with a balance or total")), "{notes:?}");
}

#[test]
fn canonical_columns_in_a_foreign_currency() {
    let file = of_file("general_ledger.csv");
    assert_eq!(sums(&file), BTreeMap::from([("411900", (0, -538_500, 1)), ("512300", (1_050_000, 538_500 - 1250, 2))]));
    assert!(file.lines.iter().all(|line| line.amount.currency.code() == "CHF"));
}

#[test]
fn every_line_of_a_fec() {
    let file = of_file("fec_2026-06.txt");
    assert_eq!(&*file.file.format, "fec");
    let expected = BTreeMap::from([
        ("101000", (-5_000_000, 0, 0)),
        ("411000", (300_000, 120_000 - 150_000, 2)),
        ("445710", (0, -20_000, 1)),
        ("512100", (4_700_000, 150_000 - 3641, 2)),
        ("627100", (0, 3641, 1)),
        ("707000", (0, -100_000, 1)),
    ]);
    assert_eq!(sums(&file), expected);
    // Debits are credits, entry by entry and so on the whole.
    assert_eq!(file.lines.iter().map(|line| line.amount.minor).sum::<i64>(), 0);
    let line = &file.lines[6];
    let texts = [&*line.label, &*line.text, &*line.reference, &*line.entry];
    assert_eq!(texts, ["BNP Paribas", "Règlement Dupont", "REL-0612", "BQ/000046"]);
}

#[test]
fn the_year_of_a_company_is_read_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/fec");
    let mut count = 0;
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        if read::recognise(&bytes) != Kind::Fec {
            continue;
        }
        let file = read("fec.txt", &bytes);
        let rows = String::from_utf8_lossy(&bytes).lines().filter(|line| !line.trim().is_empty()).count() - 1;
        assert_eq!(file.lines.len(), rows, "{}", path.display());
        let opening: i64 = file.lines.iter().filter(|line| line.opening).map(|line| line.amount.minor).sum();
        assert_eq!((opening, file.lines.iter().map(|line| line.amount.minor).sum::<i64>()), (0, 0));
        assert!(file.lines.iter().any(|line| line.opening));
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn an_archive_may_hold_several() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["gl_512100_2026-06.csv", "fec_2026-06.txt"] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&fs::read(fixture(name)).unwrap()).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let files = read::ledgers("gl.zip", &bytes, &Settings { limits: &limits, mappings: &mappings }).unwrap();
    let found: Vec<(&str, usize)> = files.iter().map(|f| (&*f.file.path, f.lines.len())).collect();
    assert_eq!(found, [("gl.zip!gl_512100_2026-06.csv", 8), ("gl.zip!fec_2026-06.txt", 10)]);
}

#[test]
fn a_workbook_is_read_as_the_table_in_it() {
    let text = fs::read_to_string(fixture("general_ledger.csv")).unwrap();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0u32..).zip(text.lines()) {
        for (column, cell) in (0u16..).zip(line.split(',')) {
            match cell.parse::<f64>().ok().filter(|_| row > 0 && (column == 1 || column == 3)) {
                Some(number) => sheet.write_number(row, column, number).unwrap(),
                None => sheet.write_string(row, column, cell).unwrap(),
            };
        }
    }
    let (from_sheet, from_text) = (read("gl.xlsx", &workbook.save_to_buffer().unwrap()), of_file("general_ledger.csv"));
    assert_eq!(sums(&from_sheet), sums(&from_text));
    assert_eq!(from_sheet.lines[1].place.position.to_string(), "sheet 1, row 3");
    let same = |a: &LedgerFile| a.lines.iter().map(|l| (l.date, l.text.clone(), l.entry.clone())).collect::<Vec<_>>();
    assert_eq!(same(&from_sheet), same(&from_text));
}
