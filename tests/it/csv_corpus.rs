//! Every CSV statement of the corpus, read without configuration and held against the corpus' manifest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lettrage::config::Limits;
use lettrage::error::Errors;
use lettrage::model::StatementFile;
use lettrage::read::{Settings, csv};

/// The shared folder, if this machine has it.
fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("LETTRAGE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    path.join("corpus/manifest.csv").is_file().then_some(path)
}

fn read(path: &str, bytes: &[u8]) -> Result<StatementFile, Errors> {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    csv::read_statement(path, bytes, &Settings { limits: &limits, mappings: &mappings })
}

/// Path below `corpus`, and number of entries, of each CSV file.
fn manifest(shared: &Path) -> Vec<(String, u32)> {
    let mut reader = ::csv::Reader::from_path(shared.join("corpus/manifest.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    rows.into_iter()
        .filter(|r| r["format"] == "csv")
        .map(|r| (r["local_path"].clone(), r["n_entries"].parse().unwrap_or(0)))
        .collect()
}

/// What differs from the manifest, and why.
enum Exception {
    /// The manifest counts otherwise: entries counted by hand in the file.
    Counted(u32),
    /// Refused, with this error.
    Refused(&'static str),
}
use Exception::{Counted, Refused};

const FEWER: &str = "every line below the header is a booking, as the running balance shows: the manifest counts fewer";
const HEADERLESS: &str = "the file has no header: the manifest takes its first booking for one";
const PREAMBLE: &str = "the manifest counts lines above the header, or headings, as entries";
const TEXT_ROWS: &str = "the manifest counts lines of text below a booking as entries of their own";
const MASKED: &str = "amounts are masked: X.XX";
const NO_SIGN: &str = "nothing says which way the money went";

/// Part of the path, what happens instead, why.
#[rustfmt::skip]
const EXCEPTIONS: &[(&str, Exception, &str)] = &[
    ("kontocast__dkb.csv", Counted(3), "two lines above the header: the manifest takes one booking for it"),
    ("activity_en.csv", Counted(76), FEWER),
    ("empty_lines_statement.csv", Counted(3), "the manifest counts an empty row"),
    ("error_value_statement.csv", Refused("E0105"), "the date 12/15/2018/23 is wrong on purpose"),
    ("meta_data_separated_credit_debit.csv", Counted(4), PREAMBLE),
    ("original_currency_no_header.csv", Refused("E0102"), "no header and two amounts: which one moved is not said"),
    ("sample_statement_en_with_header.csv", Counted(2), PREAMBLE),
    ("import__statement_en.csv", Counted(19), FEWER),
    ("statement_en__99f09ce8.csv", Counted(19), FEWER),
    ("statement_es__fe3a9cc4.csv", Counted(4), FEWER),
    ("UBS_export.csv", Counted(6), "the manifest leaves a booking out: the running balance proves all six"),
    ("raiffeisen_details.csv", Counted(7), TEXT_ROWS),
    ("bunq-statement.csv", Counted(7), "the manifest takes the header for a preamble and a booking for the header"),
    ("TransactionHistory_20180418043121.csv", Counted(8), TEXT_ROWS),
    ("TransactionHistory_20180418043121__1b1469de.csv", Refused("E0106"), MASKED),
    ("TransactionHistory_20180418043121__ebbdb692.csv", Refused("E0106"), MASKED),
    ("test01-raiffeisen.csv", Counted(73), HEADERLESS),
    ("dba33fceecd62c3c727893361e0ba4d3", Counted(1), HEADERLESS),
    ("bank2ynab__statement_1.csv", Refused("E0102"), NO_SIGN),
    ("test_row_format_CD_flag.csv", Refused("E0126"), "the column with the direction holds EUR in three rows"),
    ("test_headers.csv", Counted(73), "the manifest counts two footers and a remark"),
    ("Knab_transactieoverzicht_ok.csv", Counted(27), PREAMBLE),
    ("NL00ASNB9999999999_20220717204133.csv", Counted(11), HEADERLESS),
    ("swedbank.csv", Counted(5), "the manifest counts some of the balance and turnover rows"),
    ("easybank-giro.csv", Counted(10), HEADERLESS),
    ("nblock__ofxstatement-austrian__raiffeisen.csv", Counted(7), HEADERLESS),
    ("csv2ofx__amazon", Refused("E0102"), "a list of orders, not a statement: no amount moved"),
    ("csv2ofx__dbs.csv", Counted(9), PREAMBLE),
    ("mint_extra.csv", Counted(4), "the header is there again at the end: the manifest loses rows"),
    ("mint_headerless.csv", Counted(4), HEADERLESS),
    ("schwab-checking-baltest-case1__a14c63d9.csv", Counted(4), PREAMBLE),
    ("schwab-checking-baltest-case2__3bb40b28.csv", Counted(4), PREAMBLE),
    ("schwab-checking-baltest-case3__14ee1bd9.csv", Counted(4), PREAMBLE),
    ("schwab-checking-baltest-case4__37093b96.csv", Counted(4), PREAMBLE),
    ("schwab-checking-baltest-case5__af53e349.csv", Counted(4), PREAMBLE),
    ("schwab-checking-baltest-case6__8891be11.csv", Counted(4), PREAMBLE),
    ("schwab-checking-baltest-case7__a99eaa97.csv", Counted(2), PREAMBLE),
    ("xero.csv", Refused("E0102"), "a journal of double entries, not a statement: every amount is there twice"),
    ("hledger__sample.csv", Refused("E0102"), "dates as 10/2009/09, and two columns of money without a header"),
    ("hledger__sample.journal.csv", Refused("E0111"), "a journal, not a statement: amount and credit contradict each other"),
    ("hledger__sample.tsv", Refused("E0102"), "dates as 10/2009/09, and two columns of money without a header"),
    ("hledger__sample__bd704c12.csv", Counted(2), HEADERLESS),
    ("csv_delimiter.csv", Counted(2), PREAMBLE),
];

fn exception(path: &str) -> Option<&'static (&'static str, Exception, &'static str)> {
    // The longest name that fits: `raiffeisen.csv` is the end of several.
    EXCEPTIONS.iter().filter(|(part, ..)| path.contains(part)).max_by_key(|(part, ..)| part.len())
}

#[test]
fn every_csv_statement_of_the_corpus_loads_or_says_why_not() {
    let Some(shared) = shared() else {
        println!("skipped: the shared corpus is not on this machine");
        return;
    };
    let files = manifest(&shared);
    assert!(files.len() > 100, "the manifest lists {} CSV files", files.len());
    let (mut loaded, mut as_listed) = (0, 0);
    let mut wrong = Vec::new();
    for (path, listed) in &files {
        let bytes = std::fs::read(shared.join("corpus").join(path)).unwrap();
        let result = read(path, &bytes);
        if let Err(errors) = &result {
            for error in errors.iter() {
                assert!(error.line().is_some() && error.column().is_some(), "no place: {error}");
                assert!(error.to_string().contains("help:"), "no help: {error}");
            }
        }
        let entries = result.as_ref().map(|f| f.statements.iter().map(|s| s.entries).sum::<u32>());
        match (entries, exception(path)) {
            (Ok(n), None) if n == *listed => (loaded, as_listed) = (loaded + 1, as_listed + 1),
            (Ok(n), Some((_, Counted(counted), _))) if n == *counted => loaded += 1,
            (Err(errors), Some((_, Refused(code), _))) if errors.iter().next().is_some_and(|e| e.code() == *code) => {}
            (Ok(n), _) => wrong.push(format!("{path}: {n} entries, listed {listed}")),
            (Err(errors), _) => wrong.push(format!("{path}: {errors}")),
        }
    }
    let share = 100.0 * f64::from(loaded) / files.len() as f64;
    println!(
        "{loaded} of {} files load with the right count ({share:.1} %); {as_listed} as the manifest counts",
        files.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(share >= 91.0, "{share:.1} %");
}

#[test]
fn each_exception_is_of_a_file_that_exists() {
    let Some(shared) = shared() else {
        println!("skipped: the shared corpus is not on this machine");
        return;
    };
    let files = manifest(&shared);
    for (part, ..) in EXCEPTIONS {
        assert!(files.iter().any(|(path, _)| path.contains(part)), "{part}");
    }
}

/// Sums reckoned by hand from the files, in minor units, one a statement: signs, marks and columns were understood.
#[test]
fn sums_are_those_of_the_files() {
    let Some(shared) = shared() else {
        println!("skipped: the shared corpus is not on this machine");
        return;
    };
    let expected: &[(&str, &[i128])] = &[
        ("Chinozilla__kontocast__dkb.csv", &[179_749]),
        ("nblock__ofxstatement-austrian__ing-diba.csv", &[-99_203]),
        ("OCA__l10n-switzerland__UBS_export.csv", &[53_740]),
        ("OCA__bank-statement-import__debit_credit.csv", &[150_000]),
        ("OCA__bank-statement-import__meta_data_separated_credit_debit.csv", &[106_932]),
        ("reubano__csv2ofx__mint_extra.csv", &[-300_000]),
        ("reubano__csv2ofx__sumup.csv", &[-179_012]),
        ("kedder__ofxstatement-lithuanian__swedbank.csv", &[105_846]),
        ("bank2ynab__bank2ynab__W80844_EBH_201945.202122.csv", &[94_000]),
        ("reubano__csv2ofx__schwab-checking-baltest-case1.csv", &[-21_527]),
        ("bank2ynab__bank2ynab__MS_JANE_SMITH_01-12-2019_14-12-2019.csv", &[-28_580]),
        ("simonmichael__hledger__ynab4-rtl.csv", &[-4_750, -93_210]),
        ("xkikeg__okane__label_credit_debit.csv", &[205_500]),
    ];
    for (name, sums) in expected {
        let path = format!("csv/{name}");
        let file = read(&path, &std::fs::read(shared.join("corpus").join(&path)).unwrap()).unwrap();
        let found: Vec<i128> = file.statements.iter().map(|s| s.booked_minor).collect();
        assert_eq!(found, *sums, "{name}");
        // Two files state balances that their bookings do not make: rows were taken out of one, the other misses two cents.
        let edited = [
            "kedder__ofxstatement-lithuanian__swedbank.csv",
            "OCA__bank-statement-import__meta_data_separated_credit_debit.csv",
        ];
        for statement in &file.statements {
            assert_eq!(statement.balances_ok() == Some(false), edited.contains(name), "{name}");
        }
    }
}
