//! What a person would check in the golden files, once more by program: widths, signs, cells, limits.

use lettrage::config::PostPolicy;
use lettrage::model::{JournalEntry, JournalLine, Posting};
use lettrage::post::formats::{PostFormat, write};

use super::sample::{euros, only_new, posting};
use super::{given, written};

fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|r| r.unwrap().iter().map(str::to_string).collect()).collect()
}

/// The formats that are tables with `,`.
const TABLES: [PostFormat; 5] =
    [PostFormat::Csv, PostFormat::Odoo, PostFormat::BusinessCentral, PostFormat::QuickBooks, PostFormat::Xero];

#[test]
fn no_cell_runs_as_a_formula_and_negative_numbers_stay_numbers() {
    for format in TABLES {
        for file in written(format) {
            let rows = records(&file.bytes);
            for cell in rows.iter().flatten() {
                let number = cell.parse::<rust_decimal::Decimal>().is_ok();
                let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
                assert!(number || !formula, "{} {}: {cell:?}", format.word(), file.name);
                assert!(!cell.contains(['\t', '\r', '\n', '\u{202e}']), "{}: {cell:?}", file.name);
            }
        }
    }
    for format in [PostFormat::Fec, PostFormat::Pennylane] {
        let text = String::from_utf8(written(format)[0].bytes.clone()).unwrap();
        let mut fields = text.split("\r\n").flat_map(|line| line.split('\t'));
        assert!(!fields.any(|field| field.starts_with(['=', '+', '-', '@'])), "{}", format.word());
    }
}

/// Debits less credits of each table are nothing, and debits are those of the entries.
#[test]
fn tables_move_what_the_entries_move() {
    for (format, debit, credit) in
        [(PostFormat::Csv, 15, Some(16)), (PostFormat::QuickBooks, 3, Some(4)), (PostFormat::Xero, 5, None)]
    {
        let posting = only_new(euros());
        let files = write(format, &posting, &PostPolicy::default()).unwrap();
        let amount = |cell: &str| cell.parse::<rust_decimal::Decimal>().unwrap_or_default();
        let rows = records(&files[0].bytes);
        let sums =
            rows[1..].iter().fold(
                (rust_decimal::Decimal::ZERO, rust_decimal::Decimal::ZERO),
                |(d, c), row| match credit {
                    Some(credit) => (d + amount(&row[debit]), c + amount(&row[credit])),
                    None => (d + amount(&row[debit]).max(0.into()), c - amount(&row[debit]).min(0.into())),
                },
            );
        let expected: i64 = posting.entries.iter().flat_map(|e| &e.lines).map(|l| l.minor.max(0)).sum();
        let expected = rust_decimal::Decimal::new(expected, 2);
        assert_eq!(sums, (expected, expected), "{}", format.word());
    }
}

#[test]
fn sage_lines_have_their_columns() {
    let files = written(PostFormat::SagePnm);
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&files[0].bytes);
    let mut lines = text.split("\r\n");
    assert_eq!(lines.next(), Some("Ateliers Nörd | SARL          "));
    let lines: Vec<Vec<char>> = lines.filter(|line| !line.is_empty()).map(|line| line.chars().collect()).collect();
    assert!(lines.iter().all(|line| line.len() == 112));
    let field = |line: usize, from: usize, to: usize| lines[line][from - 1..to].iter().collect::<String>();
    assert_eq!(field(0, 1, 24), "BQ 020626RC512100       ");
    assert_eq!(field(3, 12, 51), "411000       XC1001        2026-0401    ");
    assert_eq!(field(3, 52, 83), "VIR DURAND FACT 2026-0401 150626");
    assert_eq!(field(3, 84, 112), "C             1200.00N      4");
    // The label is cut after it was folded: an emoji of four bytes is spelt in ASCII.
    assert!(files[0].bytes.is_ascii() || !files[0].bytes.contains(&0xf0));
}

#[test]
fn business_central_applies_each_line_to_its_item() {
    let rows = records(&written(PostFormat::BusinessCentral)[0].bytes);
    let find = |key: &str, account: &str| -> Vec<&Vec<String>> {
        rows.iter().filter(|row| row[2] == key && row[4] == account).collect()
    };
    let paid = &find("BQ-000001", "C1001")[0];
    assert_eq!(
        paid[1..=9].join("|"),
        "Payment|BQ-000001|Customer|C1001|VIR DURAND FACT 2026-0401||-1200.00|Invoice|2026-0401"
    );
    let settled = find("OD-000007", "C1002");
    let applied: Vec<String> = settled.iter().map(|row| row[7..=9].join("|")).collect();
    assert_eq!(applied, ["-80.00|Invoice|2026-0404", "80.00|Credit Memo|A2026-011"]);
    assert_eq!(find("OD-000008", "C1001")[0][8], "", "a reversal is applied to nothing");
    assert_eq!(find("BQ-000005", "C1004")[0][6], "CHF");
    assert_eq!(find("BQ-000001", "512100")[0][3], "G/L Account");
}

#[test]
fn odoo_gives_another_currency_as_such_and_names_each_record_once() {
    let rows = records(&written(PostFormat::Odoo)[0].bytes);
    let ids: Vec<&str> = rows[1..].iter().flat_map(|row| [&*row[0], &*row[4]]).filter(|id| !id.is_empty()).collect();
    let distinct: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len(), distinct.len());
    assert_eq!(ids.iter().filter(|id| id.matches('_').count() == 1).count(), 8, "{ids:?}");
    let francs: Vec<String> = rows.iter().filter(|row| row[11] == "CHF").map(|row| row[9..].join("|")).collect();
    assert_eq!(francs, ["||CHF|1042.52", "||CHF|-1042.52"]);
}

/// One payment of many invoices, and many payments: no file has more than 300 lines, every journal balances by itself, and each
/// account gets what the entries say.
#[test]
fn xero_files_have_at_most_300_lines() {
    let mut posting = only_new(euros());
    let template = posting.entries[1].clone();
    posting.entries = (0..40).map(|n| widened(&template, n, if n == 7 { 650 } else { 1 + n })).collect();
    let files = write(PostFormat::Xero, &posting, &PostPolicy::default()).unwrap();
    let mut journals: std::collections::BTreeMap<String, rust_decimal::Decimal> = std::collections::BTreeMap::new();
    let mut accounts: std::collections::BTreeMap<String, rust_decimal::Decimal> = std::collections::BTreeMap::new();
    let tables: Vec<_> = files.iter().filter(|file| file.name.starts_with("xero")).collect();
    assert!(tables.len() > 3);
    for file in tables {
        let rows = records(&file.bytes);
        assert!(rows.len() <= 301, "{}", file.name);
        let mut here = std::collections::BTreeSet::new();
        for row in &rows[1..] {
            let amount: rust_decimal::Decimal = row[5].parse().unwrap();
            *journals.entry(row[0].clone()).or_default() += amount;
            *accounts.entry(row[3].clone()).or_default() += amount;
            here.insert(row[0].clone());
            assert_eq!(row[4], "Tax Exempt");
        }
        assert!(here.iter().all(|journal| journals[journal].is_zero()), "{}: a journal is cut in two", file.name);
    }
    assert_eq!(journals.len(), 39 + 3);
    let bank: i64 =
        posting.entries.iter().flat_map(|e| &e.lines).filter(|l| &*l.account == "512100").map(|l| l.minor).sum();
    assert_eq!(accounts["512100"], rust_decimal::Decimal::new(bank, 2));
}

/// An entry as a template has it, with so many lines of receivables.
fn widened(template: &JournalEntry, n: usize, lines: usize) -> JournalEntry {
    let number = n as u64 + 1;
    let receivable = JournalLine { minor: -100, ..template.lines[1].clone() };
    let bank = JournalLine { minor: 100 * lines as i64, ..template.lines[0].clone() };
    let lines = std::iter::once(bank).chain(std::iter::repeat_n(receivable, lines)).collect();
    JournalEntry { key: format!("k-{number}").into(), number, lines, ..template.clone() }
}

/// What has no line of its own in an import is in `lettrage.csv`: what is lettered, and what is no longer.
#[test]
fn lettering_goes_with_every_import() {
    for format in PostFormat::ALL {
        let has = written(format).iter().any(|file| file.name == "lettrage.csv");
        assert_eq!(has, format != PostFormat::Fec, "{}", format.word());
    }
    let files = written(PostFormat::Csv);
    let rows = records(&files[1].bytes);
    assert_eq!(rows.len(), posting().lettering.len() + 1);
    let opened: Vec<&Vec<String>> = rows.iter().filter(|row| row[2] == "2026-0398").collect();
    assert_eq!(opened[0][8..].join("|"), "||AAF|2026-05-31");
}

/// The text of a line never changes how many fields or lines there are.
#[test]
fn hostile_texts_change_no_layout() {
    let count = |posting: &Posting| posting.entries.iter().map(|e| e.lines.len()).sum::<usize>();
    for format in [PostFormat::Fec, PostFormat::Pennylane] {
        let text = String::from_utf8(written(format)[0].bytes.clone()).unwrap();
        let lines: Vec<&str> = text.strip_suffix("\r\n").unwrap().split("\r\n").collect();
        assert_eq!(lines.len(), count(&given(format)) + 1);
        assert!(lines.iter().all(|line| line.split('\t').count() == 18 && !line.contains(['|', '\n', '\r'])));
    }
    for format in TABLES {
        let rows = records(&written(format)[0].bytes);
        assert_eq!(rows.len(), count(&given(format)) + 1, "{}", format.word());
    }
}
