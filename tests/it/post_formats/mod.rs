//! Every export format on one posting made by hand, held against golden files, and the errors of what a format cannot hold.
//!
//! `LETTRAGE_BLESS=1` rewrites the golden files; look at the difference before you commit it.

mod layouts;
mod sample;

use std::path::{Path, PathBuf};

use lettrage::config::PostPolicy;
use lettrage::error::ErrorKind;
use lettrage::model::{Currency, Posting};
use lettrage::post::formats::{PostFile, PostFormat, write};

use sample::{day, euros, only_new, posting};

fn golden_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/post").join(name)
}

/// What a format is given: all that it can hold.
fn given(format: PostFormat) -> Posting {
    let posting = if format.takes_currencies() { posting() } else { euros() };
    if format.carries_items() { posting } else { only_new(posting) }
}

fn written(format: PostFormat) -> Vec<PostFile> {
    write(format, &given(format), &PostPolicy::default()).unwrap()
}

fn compare(folder: &str, files: &[PostFile]) {
    let folder = golden_folder(folder);
    if std::env::var_os("LETTRAGE_BLESS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for file in files {
            std::fs::write(folder.join(&file.name), &file.bytes).unwrap();
        }
    }
    let mut expected: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let mut found: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "{}", folder.display());
    for file in files {
        let golden = std::fs::read(folder.join(&file.name)).unwrap();
        let is = String::from_utf8_lossy(&file.bytes);
        assert!(
            golden == file.bytes,
            "{}/{} is another: LETTRAGE_BLESS=1 rewrites it\n{is}",
            folder.display(),
            file.name
        );
    }
}

#[test]
fn every_format_writes_its_golden_files() {
    for format in PostFormat::ALL {
        compare(format.word(), &written(format));
    }
    // A journal that begins with what is brought forward stands for itself, and asserts its own balances.
    for format in [PostFormat::Hledger, PostFormat::Beancount] {
        let files = write(format, &posting(), &PostPolicy::default()).unwrap();
        compare(&format!("{}-whole", format.word()), &files);
    }
}

#[test]
fn words_are_read_back_and_distinct() {
    for format in PostFormat::ALL {
        assert_eq!(PostFormat::parse(format.word()), Some(format));
    }
    assert_eq!(PostFormat::parse("excel"), None);
    assert_eq!(PostFormat::parse(""), None);
}

#[test]
fn the_same_posting_gives_the_same_bytes() {
    for format in PostFormat::ALL {
        assert_eq!(written(format), written(format));
    }
}

#[test]
fn a_period_without_entries_gives_files_that_say_so() {
    for format in PostFormat::ALL {
        let mut nothing = euros();
        nothing.entries.clear();
        nothing.lettering.clear();
        let files = write(format, &nothing, &PostPolicy::default()).unwrap();
        assert!(!files.is_empty(), "{}", format.word());
        assert!(files.iter().all(|file| !file.bytes.is_empty()), "{}", format.word());
    }
}

/// What the ledger has already is in a FEC, and in no file that a program is to import.
#[test]
fn what_the_ledger_has_already_is_not_imported_again() {
    for format in PostFormat::ALL {
        let files = write(format, &euros(), &PostPolicy::default()).unwrap();
        let has = String::from_utf8_lossy(&files[0].bytes).contains("Report au 01/06/2026");
        let keeps = matches!(format, PostFormat::Csv | PostFormat::Fec | PostFormat::Hledger | PostFormat::Beancount);
        assert_eq!(has, keeps, "{}", format.word());
    }
}

#[test]
fn an_entry_that_is_none_is_refused_by_every_format() {
    for format in PostFormat::ALL {
        let mut unbalanced = given(format);
        unbalanced.entries[1].lines[0].minor += 1;
        let mut empty = given(format);
        empty.entries[1].lines.clear();
        let mut nothing = given(format);
        for line in &mut nothing.entries[1].lines {
            line.minor = 0;
        }
        for wrong in [unbalanced, empty, nothing] {
            let error = write(format, &wrong, &PostPolicy::default()).unwrap_err();
            assert_eq!((error.code(), error.kind()), ("E0740", ErrorKind::CheckFailed), "{}", format.word());
        }
    }
}

#[test]
fn another_currency_is_refused_where_a_file_holds_one() {
    for format in PostFormat::ALL {
        let result = write(format, &posting(), &PostPolicy::default());
        match (format.takes_currencies(), result) {
            (true, result) => assert!(result.is_ok(), "{}", format.word()),
            (false, result) => {
                let error = result.unwrap_err();
                assert_eq!(error.code(), "E0742");
                assert!(error.message().contains("demo-0005 is in CHF"), "{}", error.message());
            }
        }
    }
}

#[test]
fn a_fec_wants_the_number_of_the_company() {
    for (siren, says) in [
        ("", "the SIREN of the company is not known"),
        ("73282932", "nine digits"),
        ("73282932A", "nine digits"),
        ("732829321", "check digit"),
        ("73282932000074", "nine digits"),
    ] {
        let wrong = Posting { siren: siren.into(), ..euros() };
        let error = write(PostFormat::Fec, &wrong, &PostPolicy::default()).unwrap_err();
        assert_eq!(error.code(), "E0741");
        assert!(error.message().contains(says), "{siren}: {}", error.message());
        assert!(error.to_string().contains("siren = "), "{error}");
    }
    let configured = PostPolicy { siren: "732 829 320".into(), ..PostPolicy::default() };
    let files = write(PostFormat::Fec, &Posting { siren: "".into(), ..euros() }, &configured).unwrap();
    assert_eq!(files[0].name, "732829320FEC20260630.txt");
}

#[test]
fn a_fec_refuses_accounts_outside_the_chart_and_codes_that_do_not_add_up() {
    let mut foreign = euros();
    foreign.entries[1].lines[0].account = "BANK".into();
    let error = write(PostFormat::Fec, &foreign, &PostPolicy::default()).unwrap_err();
    assert_eq!(error.code(), "E0744");

    let mut alone = euros();
    alone.entries.retain(|entry| &*entry.key != "demo-0001");
    let error = write(PostFormat::Fec, &alone, &PostPolicy::default()).unwrap_err();
    assert_eq!(error.code(), "E0745");
    assert!(error.message().contains("code AAA on account 411000 C1001 do not add up: 1200.00"), "{}", error.message());

    let mut twice = euros();
    twice.entries[2].number = twice.entries[1].number;
    let error = write(PostFormat::Fec, &twice, &PostPolicy::default()).unwrap_err();
    assert_eq!(error.code(), "E0740");
}

#[test]
fn an_identifier_that_is_too_long_is_refused_and_a_label_is_cut() {
    let long = "2026-".repeat(9);
    for format in [PostFormat::BusinessCentral, PostFormat::SagePnm, PostFormat::QuickBooks] {
        let mut wrong = only_new(euros());
        for line in &mut wrong.entries[0].lines {
            line.account = long.clone().into();
            line.account_name = long.repeat(4).into();
        }
        let error = write(format, &wrong, &PostPolicy::default()).unwrap_err();
        assert_eq!(error.code(), "E0743", "{}", format.word());
        assert!(error.message().contains("demo-0001"), "{}", error.message());

        let mut label = only_new(euros());
        label.entries[0].label = "é".repeat(5_000).into();
        assert!(write(format, &label, &PostPolicy::default()).is_ok());
    }
}

#[test]
fn quickbooks_wants_a_customer_on_receivables() {
    let mut nameless = only_new(euros());
    for line in &mut nameless.entries[0].lines {
        (line.auxiliary, line.auxiliary_name) = ("".into(), "".into());
    }
    let error = write(PostFormat::QuickBooks, &nameless, &PostPolicy::default()).unwrap_err();
    assert_eq!(error.code(), "E0744");
}

#[test]
fn sage_refuses_currencies_without_two_decimals() {
    let mut yen = only_new(euros());
    yen.currency = Currency::parse("JPY").unwrap();
    for entry in &mut yen.entries {
        entry.currency = yen.currency;
    }
    let error = write(PostFormat::SagePnm, &yen, &PostPolicy::default()).unwrap_err();
    assert_eq!(error.code(), "E0742");
    // All others write yen without decimals.
    let journal = write(PostFormat::Csv, &yen, &PostPolicy::default()).unwrap();
    assert!(String::from_utf8_lossy(&journal[0].bytes).contains(",117600,,JPY,bank,"));
    assert_eq!(yen.made, day(7, 2));
}
