//! The rules of the ledger, each with the smallest files that show it.

use super::*;
use crate::model::{Balance, BalanceKind, Currency, InputRole, Money, Position};

fn balance(kind: BalanceKind, minor: i64) -> Option<Balance> {
    Some(Balance { kind, amount: Money::new(minor, Currency::EUR), date: None })
}

/// A statement of account A with rows (identifier, minor units, text).
fn statement(id: &str, opening: Option<i64>, rows: &[(&str, i64, &str)]) -> Statement {
    let day = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
    let payments: Vec<Payment> = (1u32..)
        .zip(rows)
        .map(|(line, (id, minor, text))| {
            let mut p = Payment::new(*id, day, Money::new(*minor, Currency::EUR));
            p.account = "A".into();
            p.remittance = (*text).into();
            p.place.position = Position::Line(line);
            p
        })
        .collect();
    let sum: i64 = rows.iter().map(|r| r.1).sum();
    Statement {
        id: id.into(),
        account: "A".into(),
        currency: Some(Currency::EUR),
        opening: opening.and_then(|o| balance(BalanceKind::Opening, o)),
        closing: opening.and_then(|o| balance(BalanceKind::Closing, o + sum)),
        entries: rows.len() as u32,
        transactions: rows.len() as u32,
        booked_minor: i128::from(sum),
        payments,
        ..Statement::default()
    }
}

fn file(path: &str, statements: Vec<Statement>) -> StatementFile {
    let file = InputFile {
        path: path.into(),
        role: InputRole::Statement,
        format: "csv".into(),
        version: Box::default(),
        sha256: Box::default(),
        bytes: 0,
        records: 0,
        notes: Vec::new(),
    };
    StatementFile { file, statements }
}

fn rows(path: &str, rows: &[(&str, i64, &str)]) -> StatementFile {
    file(path, vec![statement("", None, rows)])
}

fn sums_agree(ledger: &Ledger) {
    let booked: i128 = ledger.statements.iter().map(|s| s.booked_minor).sum();
    assert_eq!(booked, ledger.payments.iter().map(|p| i128::from(p.amount.minor)).sum());
    assert!(ledger.statements.iter().all(|s| s.balances_ok() != Some(false)));
    let mut ids: Vec<&str> = ledger.payments.iter().map(|p| &*p.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ledger.payments.len());
}

#[test]
fn identifiers_of_files_and_derived_ones_stay_apart() {
    let derived = gather(vec![file("a.csv", vec![statement("", None, &[("", 5, "x")])])]).unwrap();
    let taken = derived.payments[0].id.clone();
    // A file that uses for another row what would be derived: the derived one takes the next rank.
    let rows = [("", 5, "x"), (&*taken, 7, "y")];
    let ledger = gather(vec![file("a.csv", vec![statement("", None, &rows)])]).unwrap();
    let ids: Vec<&str> = ledger.payments.iter().map(|p| &*p.id).collect();
    assert_eq!(ids, [format!("{taken}-2").as_str(), &*taken]);
}

#[test]
fn identical_rows_of_one_file_are_two_and_the_same_file_again_adds_none() {
    let twins = [("", 500, "card"), ("", 500, "card")];
    let once = gather(vec![rows("a", &twins)]).unwrap();
    assert_eq!(once.payments.len(), 2);
    assert_eq!(*once.payments[1].id, format!("{}-2", once.payments[0].id));
    let again = gather(vec![rows("a", &twins), rows("b", &twins)]).unwrap();
    assert_eq!(again.payments, once.payments);
    assert_eq!(again.files[1].notes[0].text, "2 rows repeat some of a and count once (line 1, line 2)".into());
    sums_agree(&again);
    // A third one in the second file is new.
    let third = gather(vec![rows("a", &twins), rows("b", &[twins[0], twins[0], twins[0]])]).unwrap();
    assert_eq!(third.payments.len(), 3);
    assert!(third.payments[2].id.ends_with("-3"));
    sums_agree(&third);
}

#[test]
fn statements_that_chain_have_their_own_rows() {
    let row = [("", 500, "rent")];
    let ledger = gather(vec![
        file("june", vec![statement("6", Some(100), &row)]),
        file("july", vec![statement("7", Some(600), &row)]),
    ])
    .unwrap();
    assert_eq!(ledger.payments.len(), 2);
    assert!(ledger.checks.iter().any(|c| c.holds == Some(true)), "{:?}", ledger.checks);
    sums_agree(&ledger);
}

#[test]
fn a_statement_delivered_twice_counts_once() {
    let one = || statement("6", Some(100), &[("", 500, "rent")]);
    let ledger = gather(vec![file("a", vec![one()]), file("b", vec![one()])]).unwrap();
    assert_eq!((ledger.payments.len(), ledger.statements.len()), (1, 1));
    assert!(ledger.files[1].notes[0].text.contains("repeats that of a"));
    let same_file = gather(vec![file("a", vec![one(), one()])]).unwrap();
    assert_eq!(same_file.payments.len(), 1);
    sums_agree(&ledger);
}

#[test]
fn overlapping_statements_keep_their_equation() {
    let with_opening = |opening| {
        let ledger = gather(vec![
            file("a", vec![statement("6", Some(100), &[("", 500, "x"), ("", 700, "y")])]),
            file("b", vec![statement("7", Some(opening), &[("", 700, "y"), ("", 900, "z")])]),
        ])
        .unwrap();
        assert_eq!(ledger.payments.len(), 3);
        sums_agree(&ledger);
        ledger.checks.iter().any(|c| c.holds == Some(false))
    };
    // The second reaches back by 700, and opens with as much less than the first closes with.
    assert!(!with_opening(600));
    assert!(with_opening(601), "the openings do not follow");
}

#[test]
fn copies_create_nothing() {
    let mut copy = statement("6", Some(100), &[]);
    copy.is_copy = true;
    copy.booked_minor = 500;
    let ledger = gather(vec![file("a", vec![copy])]).unwrap();
    assert!(ledger.statements.is_empty() && ledger.payments.is_empty());
}

#[test]
fn own_identifiers_are_unique_or_refused_with_both_places() {
    let first = [("P1", 500, "x"), ("P2", 500, "x")];
    let ledger = gather(vec![rows("a", &first), rows("b", &[first[0]])]).unwrap();
    assert_eq!((ledger.payments.len(), ledger.files[1].records), (2, 0));
    sums_agree(&ledger);
    for files in [
        vec![rows("a", &[first[0], first[0]])],
        vec![rows("a", &first), rows("b", &[("P9", 1, "n"), ("P1", 501, "x")])],
    ] {
        let errors = gather(files).unwrap_err();
        let error = errors.iter().next().unwrap();
        assert_eq!((error.code(), error.line()), ("E0231", Some(2)));
        assert!(error.to_string().contains("also: a:1"), "{error}");
    }
}

#[test]
fn a_derived_identifier_gives_way_to_one_of_a_file() {
    let derived = gather(vec![rows("a", &[("", 500, "x")])]).unwrap().payments.remove(0).id;
    let ledger = gather(vec![rows("a", &[("", 500, "x"), (&derived, 1, "other")])]).unwrap();
    sums_agree(&ledger);
}

#[test]
fn gaps_are_alerts() {
    let (mut a, mut b) = (statement("6", Some(100), &[("", 500, "x")]), statement("8", Some(700), &[("", 1, "y")]));
    a.sequence = "6".into();
    b.sequence = "8".into();
    let ledger = gather(vec![file("a", vec![a, b])]).unwrap();
    let check = ledger.checks.last().unwrap();
    assert_eq!(check.holds, Some(false));
    assert!(
        check.text.contains("closes with 6.00") && check.text.contains("number 6 is followed by 8"),
        "{}",
        check.text
    );
}

/// The same file as another format.
fn as_format(mut file: StatementFile, format: &str) -> StatementFile {
    file.file.format = format.into();
    file
}

/// Whole days around the rows: the statement covers its day.
fn covering(mut file: StatementFile, kind: StatementKind) -> StatementFile {
    for s in &mut file.statements {
        s.kind = kind;
        (s.from, s.to) = (s.payments.first().map(|p| p.booking_date), s.payments.first().map(|p| p.booking_date));
    }
    file
}

fn amounts(ledger: &Ledger) -> Vec<i64> {
    let mut amounts: Vec<i64> = ledger.payments.iter().map(|p| p.amount.minor).collect();
    amounts.sort_unstable();
    amounts
}

fn notes(ledger: &Ledger) -> String {
    ledger.files.iter().flat_map(|f| &f.notes).map(|n| format!("{}: {}\n", n.kind.word(), n.text)).collect()
}

#[test]
fn the_same_day_in_another_format_counts_once() {
    let camt = || as_format(rows("a.xml", &[("", 500, "x"), ("", 500, "x"), ("", 900, "y")]), "camt.053");
    let csv = |list: &[(&str, i64, &str)]| rows("b.csv", list);
    let same = [("", 900, "B"), ("", 500, "A"), ("", 500, "A")];
    for files in [vec![camt(), csv(&same)], vec![csv(&same), camt()]] {
        let ledger = gather(files).unwrap();
        assert_eq!((amounts(&ledger), ledger.statements.len()), (vec![500, 500, 900], 1));
        assert!(ledger.payments.iter().all(|p| *p.remittance == *"x" || *p.remittance == *"y"));
        assert!(
            notes(&ledger).contains("note: 3 rows of the same account, days and amounts as in a.xml"),
            "{}",
            notes(&ledger)
        );
        sums_agree(&ledger);
    }
    // A third one, and one that the statement does not have: they count beside, and both sides are named.
    let ledger = gather(vec![camt(), csv(&[("", 500, "A"), ("", 500, "A"), ("", 500, "A"), ("", 70, "C")])]).unwrap();
    assert_eq!(amounts(&ledger), [70, 500, 500, 500, 900]);
    let said = notes(&ledger);
    assert!(said.contains("warning: 2 rows with account, day and amount of rows in a.xml"), "{said}");
    assert!(said.contains("warning: 2 rows of days that a.xml tells of, but not of these"), "{said}");
    sums_agree(&ledger);
}

#[test]
fn of_equal_amounts_the_same_payer_is_the_same_payment() {
    let named = |file: StatementFile, names: &[&str]| {
        let mut file = file;
        for (payment, name) in file.statements[0].payments.iter_mut().zip(names) {
            payment.payer_name = (*name).into();
        }
        file
    };
    let camt = named(as_format(rows("a.xml", &[("", 500, "x")]), "camt.053"), &["Dupont SA"]);
    let csv = named(rows("b.csv", &[("", 500, "1"), ("", 500, "2")]), &["Martin", "DUPONT SA"]);
    let ledger = gather(vec![csv, camt]).unwrap();
    let mut names: Vec<&str> = ledger.payments.iter().map(|p| &*p.payer_name).collect();
    names.sort_unstable();
    assert_eq!(names, ["Dupont SA", "Martin"]);
}

#[test]
fn a_statement_with_the_same_balances_counts_once_whatever_its_days() {
    let dated = |days: u64, file: StatementFile| {
        let mut file = covering(file, StatementKind::Statement);
        let s = &mut file.statements[0];
        s.from = s.from.and_then(|d| d.checked_sub_days(chrono::Days::new(2)));
        for payment in &mut s.payments {
            payment.booking_date = payment.booking_date - chrono::Days::new(days);
        }
        file
    };
    let camt = as_format(
        dated(0, file("a.xml", vec![statement("7", Some(100), &[("", 500, "x"), ("", 7, "z")])])),
        "camt.053",
    );
    let mt =
        as_format(dated(1, file("b.sta", vec![statement("", Some(100), &[("", 300, "p"), ("", 207, "q")])])), "mt940");
    let ledger = gather(vec![mt, camt]).unwrap();
    assert_eq!(amounts(&ledger), [7, 500]);
    assert!(notes(&ledger).contains("is that of a.xml in another format"), "{}", notes(&ledger));
    assert!(ledger.checks.iter().all(|c| c.holds != Some(false)));
    sums_agree(&ledger);
}

#[test]
fn a_bank_that_changes_its_format_within_a_day_loses_nothing() {
    let mt = as_format(file("a.sta", vec![statement("1", Some(100), &[("", 500, "x")])]), "mt940");
    let camt = as_format(file("b.xml", vec![statement("2", Some(600), &[("", 500, "x")])]), "camt.053");
    let ledger = gather(vec![mt, camt]).unwrap();
    assert_eq!(amounts(&ledger), [500, 500]);
    sums_agree(&ledger);
}

#[test]
fn a_batch_and_its_rows_in_another_format_are_the_same_money() {
    let camt = as_format(rows("a.xml", &[("", 600, "batch"), ("", 50, "x")]), "camt.053");
    let csv = rows("b.csv", &[("", 100, "1"), ("", 200, "2"), ("", 300, "3"), ("", 50, "4")]);
    let ledger = gather(vec![camt, csv]).unwrap();
    assert_eq!(amounts(&ledger), [50, 600]);
    assert!(notes(&ledger).contains("warning: 3 rows that add up to what a.xml has"), "{}", notes(&ledger));
    sums_agree(&ledger);
}

#[test]
fn notifications_are_money_only_where_no_statement_tells() {
    let notice =
        |list: &[(&str, i64, &str)]| as_format(covering(rows("n.xml", list), StatementKind::Notification), "camt.054");
    let alone = gather(vec![notice(&[("", 500, "x"), ("", 500, "x")])]).unwrap();
    assert_eq!(amounts(&alone), [500, 500]);
    assert!(notes(&alone).contains("warning: 2 entries of days without a statement: money, but nothing proves"));
    sums_agree(&alone);
    let statement = || {
        let file = file("s.xml", vec![statement("7", Some(100), &[("", 900, "y")])]);
        as_format(covering(file, StatementKind::Statement), "camt.053")
    };
    let ledger = gather(vec![notice(&[("", 500, "x")]), statement()]).unwrap();
    assert_eq!(amounts(&ledger), [900]);
    assert!(notes(&ledger).contains("fits no entry of the statement that covers the day: no money"));
    // Rows of slips that only together are the entry.
    let ledger = gather(vec![notice(&[("", 400, "1"), ("", 500, "2")]), statement()]).unwrap();
    assert_eq!(amounts(&ledger), [400, 500]);
    assert_eq!(ledger.statements.len(), 1);
    sums_agree(&ledger);
}

#[test]
fn interim_reports_are_provisional() {
    let report = as_format(covering(rows("r.xml", &[("", 500, "x")]), StatementKind::Interim), "camt.052");
    let ledger = gather(vec![report.clone()]).unwrap();
    assert_eq!(amounts(&ledger), [500]);
    assert!(
        notes(&ledger).contains("warning: 1 payment from an interim report, of days without a statement: provisional")
    );
    let of_day = file("s.xml", vec![statement("7", Some(100), &[("", 900, "y")])]);
    let of_day = as_format(covering(of_day, StatementKind::Statement), "camt.053");
    let ledger = gather(vec![report, of_day]).unwrap();
    assert_eq!(amounts(&ledger), [900]);
    assert!(notes(&ledger).contains("warning: 1 interim entry of days that a statement covers, but not in it"));
    sums_agree(&ledger);
}

#[test]
fn pages_become_one_statement() {
    use crate::model::Page;
    let page = |number, is_last, opening: Option<i64>, closing: Option<i64>, row: (&'static str, i64, &'static str)| {
        let mut s = statement("S", None, &[row]);
        s.page = Some(Page { number, is_last });
        s.opening = opening.and_then(|o| balance(BalanceKind::Opening, o));
        s.closing = closing.and_then(|c| balance(BalanceKind::Closing, c));
        let interim = |minor| balance(BalanceKind::Interim, minor);
        let first = if number == 1 { s.opening } else { interim(600) };
        let last = if is_last { s.closing } else { interim(600) };
        s.balances = first.into_iter().chain(last).collect();
        file(&format!("p{number}.xml"), vec![s])
    };
    let first = || page(1, false, Some(100), None, ("", 500, "x"));
    let second = || page(2, true, None, Some(1_100), ("", 500, "x"));
    let ledger = gather(vec![second(), first()]).unwrap();
    // Two identical rows of one statement are two.
    assert_eq!((amounts(&ledger), ledger.statements.len()), (vec![500, 500], 1));
    assert_eq!(ledger.statements[0].balances_ok(), Some(true));
    assert!(ledger.checks.iter().any(|c| c.text.contains("2 pages: opening 1.00")), "{:?}", ledger.checks);
    assert!(ledger.checks.iter().all(|c| c.holds != Some(false)), "{:?}", ledger.checks);
    sums_agree(&ledger);
    let ledger = gather(vec![second()]).unwrap();
    assert!(
        ledger.checks.iter().any(|c| c.holds == Some(false) && c.text.contains("page 1 of a statement is missing"))
    );
}

#[test]
fn a_national_number_is_its_iban() {
    let on = |account: &str, mut file: StatementFile| {
        file.statements[0].account = account.into();
        for payment in &mut file.statements[0].payments {
            payment.account = account.into();
        }
        file
    };
    let camt = on("DE89370400440532013000", as_format(rows("a.xml", &[("", 500, "x")]), "camt.053"));
    let mt = on("37040044/0532013000", as_format(rows("b.sta", &[("", 500, "y")]), "mt940"));
    let ledger = gather(vec![mt, camt]).unwrap();
    assert_eq!(amounts(&ledger), [500]);
    assert!(notes(&ledger).contains("37040044/0532013000 is taken to be DE89370400440532013000"));
}

/// A file of account A with rows (day of June, minor units, text).
fn dated(path: &str, list: &[(u32, i64, &str)]) -> StatementFile {
    let mut file = rows(path, &list.iter().map(|(_, minor, text)| ("", *minor, *text)).collect::<Vec<_>>());
    let s = &mut file.statements[0];
    for (payment, (day, ..)) in s.payments.iter_mut().zip(list) {
        payment.booking_date = NaiveDate::from_ymd_opt(2026, 6, *day).unwrap();
    }
    s.from = s.payments.iter().map(|p| p.booking_date).min();
    s.to = s.payments.iter().map(|p| p.booking_date).max();
    file
}

/// The same with a text in front of each of its rows.
fn prefixed(mut file: StatementFile, path: &str) -> StatementFile {
    file.file.path = path.into();
    for payment in &mut file.statements[0].payments {
        payment.remittance = format!("VIR {}", payment.remittance).into();
    }
    file
}

/// The same without an account.
fn unnamed(mut file: StatementFile, path: &str) -> StatementFile {
    file.file.path = path.into();
    file.statements[0].account = Box::default();
    for payment in &mut file.statements[0].payments {
        payment.account = "".into();
    }
    file
}

const WEEK: [(u32, i64, &str); 5] = [(1, 500, "a"), (2, 500, "b"), (2, 500, "c"), (3, 700, "d"), (5, 900, "e")];

#[test]
fn the_same_rows_in_other_words_count_once_in_any_order() {
    let a = || dated("a", &WEEK);
    let b = || prefixed(a(), "b");
    for files in [vec![a(), b()], vec![b(), a()], vec![a(), b(), a()], vec![a(), b(), prefixed(b(), "c")]] {
        let ledger = gather(files).unwrap();
        // Twins of one file stay two.
        assert_eq!(amounts(&ledger), [500, 500, 500, 700, 900]);
        let said = notes(&ledger);
        assert!(said.contains("note: 5 rows of the same account, days and amounts as in"), "{said}");
        assert!(said.contains("in other words: counted once, as there (line 1, line 2, line 3, …)"), "{said}");
        assert!(!said.contains("warning"), "{said}");
        sums_agree(&ledger);
    }
    // A part of the other file, and one of days that begin and end elsewhere.
    let part = gather(vec![a(), prefixed(dated("b", &WEEK[1..4]), "b")]).unwrap();
    assert_eq!(amounts(&part), [500, 500, 500, 700, 900]);
}

#[test]
fn days_that_both_tell_of_whole_decide() {
    let a = dated("a", &[(1, 1, "z"), (2, 500, "a"), (2, 500, "b"), (3, 700, "c"), (4, 800, "d"), (5, 5, "y")]);
    let b = dated("b", &[(1, 2, "k"), (2, 500, "a"), (2, 500, "b"), (3, 700, "c"), (4, 800, "d"), (9, 6, "f")]);
    for files in [vec![a.clone(), prefixed(b.clone(), "b")], vec![prefixed(b, "b"), a]] {
        let ledger = gather(files).unwrap();
        assert_eq!(amounts(&ledger), [1, 2, 5, 6, 500, 500, 700, 800], "{}", notes(&ledger));
        sums_agree(&ledger);
    }
}

#[test]
fn some_rows_in_other_words_are_only_probable() {
    let a = dated("a", &WEEK);
    let b = prefixed(dated("b", &[WEEK[0], WEEK[1], (2, 510, "n"), WEEK[3], (5, 901, "m")]), "b");
    for files in [vec![a.clone(), b.clone()], vec![b, a]] {
        let ledger = gather(files).unwrap();
        assert_eq!(ledger.payments.len(), 10);
        let said = notes(&ledger);
        assert!(said.contains("warning: 3 rows with account, day and amount of rows in"), "{said}");
        assert!(said.contains("probable duplicates, but the files differ, and all count (line 1"), "{said}");
        sums_agree(&ledger);
    }
    // Two files of one row each: too little to tell.
    let ledger = gather(vec![rows("a", &[("", 500, "x")]), rows("b", &[("", 500, "y")])]).unwrap();
    assert_eq!(amounts(&ledger), [500, 500]);
    assert!(notes(&ledger).contains("warning: 1 row with account"), "{}", notes(&ledger));
}

#[test]
fn identifiers_in_one_of_two_files_are_those_that_count() {
    let own = |mut file: StatementFile| {
        for (n, payment) in file.statements[0].payments.iter_mut().enumerate() {
            payment.id = format!("P{n}").into();
        }
        file.file.path = "own".into();
        file
    };
    let a = || dated("a", &WEEK);
    for other in [own(a()), own(prefixed(a(), "b"))] {
        for files in [vec![a(), other.clone()], vec![other.clone(), a()]] {
            let ledger = gather(files).unwrap();
            assert_eq!(amounts(&ledger), [500, 500, 500, 700, 900]);
            let ids: Vec<&str> = ledger.payments.iter().map(|p| &*p.id).collect();
            assert_eq!(ids, ["P0", "P1", "P2", "P3", "P4"]);
            sums_agree(&ledger);
        }
    }
    // Identifiers in both files tell payments apart.
    let mut second = own(prefixed(a(), "b"));
    second.statements[0].payments.iter_mut().for_each(|p| p.id = format!("Q{}", p.id).into());
    assert_eq!(gather(vec![own(a()), second]).unwrap().payments.len(), 10);
}

#[test]
fn rows_of_one_file_are_never_merged_by_what_others_say() {
    // The third file has both wordings of the first two.
    let a = dated("a", &[(1, 500, "a"), (1, 600, "b"), (1, 700, "c")]);
    let b = prefixed(a.clone(), "b");
    let both = dated("c", &[(1, 500, "a"), (1, 500, "VIR a"), (1, 600, "b"), (1, 700, "c")]);
    for files in [vec![a.clone(), b.clone(), both.clone()], vec![both.clone(), b.clone(), a.clone()], vec![b, both, a]]
    {
        let ledger = gather(files).unwrap();
        assert_eq!(amounts(&ledger), [500, 500, 600, 700], "{}", notes(&ledger));
        sums_agree(&ledger);
    }
}

#[test]
fn statements_that_chain_are_different_in_other_words_too() {
    let june = statement("6", Some(100), &[("", 500, "x"), ("", 600, "y"), ("", 700, "z")]);
    let july = statement("7", Some(1_900), &[("", 500, "p"), ("", 600, "q"), ("", 700, "r")]);
    let ledger = gather(vec![file("june", vec![june]), file("july", vec![july])]).unwrap();
    assert_eq!(ledger.payments.len(), 6);
    assert!(!notes(&ledger).contains("duplicates"));
    sums_agree(&ledger);
}

#[test]
fn a_statement_without_account_is_that_of_the_only_account_with_its_rows() {
    let a = || dated("a", &WEEK);
    let b = || unnamed(prefixed(a(), "b"), "b");
    for files in [vec![a(), b()], vec![b(), a()], vec![as_format(b(), "camt.053"), a()]] {
        let ledger = gather(files).unwrap();
        assert_eq!(amounts(&ledger), [500, 500, 500, 700, 900]);
        assert!(ledger.payments.iter().all(|p| &*p.account == "A"));
        let said = notes(&ledger);
        assert!(said.contains("no account is named, and all 5 rows have day and amount of rows of A in a"), "{said}");
        sums_agree(&ledger);
    }
    // A twin more than the account has: no row is lost, and it is said.
    let mut more = WEEK.to_vec();
    more.push((2, 500, "f"));
    let ledger = gather(vec![a(), unnamed(dated("b", &more), "b")]).unwrap();
    assert_eq!(ledger.payments.len(), 11);
    assert!(notes(&ledger).contains("warning: no account is named, and 5 of 6 rows"), "{}", notes(&ledger));
    sums_agree(&ledger);
    // Two accounts with the same rows: which one is meant cannot be told.
    let mut other = a();
    other.statements[0].account = "B".into();
    other.statements[0].payments.iter_mut().for_each(|p| p.account = "B".into());
    let ledger = gather(vec![a(), other, b()]).unwrap();
    assert_eq!(ledger.payments.len(), 15);
    assert!(notes(&ledger).contains("probable duplicates"), "{}", notes(&ledger));
    // Two rows are no sign.
    assert_eq!(gather(vec![a(), unnamed(dated("b", &WEEK[..2]), "b")]).unwrap().payments.len(), 7);
}
