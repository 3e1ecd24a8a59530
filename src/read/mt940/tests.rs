use std::collections::BTreeMap;

use super::*;
use crate::config::Limits;
use crate::model::{BalanceKind, CheckKind, Nature, NoteKind, Page, Payment, Position};

fn try_read(text: &str) -> Result<StatementFile, Errors> {
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    read("a.sta", text.as_bytes(), &Settings { limits: &limits, mappings: &mappings })
}

fn loaded(text: &str) -> StatementFile {
    try_read(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// One statement of an account in euro around some lines, which need not balance.
fn around(lines: &str) -> String {
    format!(
        ":20:ID\n:25:DE89370400440532013000\n:28C:1/1\n:60F:C261230EUR1000,00\n{lines}\n:62F:C261231EUR1000,00\n-\n"
    )
}

fn one(lines: &str) -> Payment {
    let mut file = loaded(&around(lines));
    assert_eq!(file.statements.len(), 1);
    file.statements[0].payments.remove(0)
}

fn says(file: &StatementFile, kind: NoteKind, part: &str) -> bool {
    file.file.notes.iter().any(|n| n.kind == kind && n.text.contains(part))
}

#[test]
fn the_clean_fixture_is_read() {
    let file = loaded(include_str!("../../../fixtures/formats/mt940/clean.sta"));
    assert_eq!((&*file.file.format, file.file.records, file.statements.len()), ("mt940", 5, 2));
    assert!(file.file.notes.is_empty(), "{:?}", file.file.notes);
    assert!(file.statements.iter().all(|s| s.balances_ok() == Some(true)));
    let (first, second) = (&file.statements[0], &file.statements[1]);
    assert_eq!((&*first.account, &*first.sequence, &*first.id), ("DE89370400440532013000", "126/1", "STARTUMS"));
    assert_eq!(first.closing.unwrap().amount, second.opening.unwrap().amount);
    let payment = &first.payments[0];
    assert_eq!(
        (&*payment.payer_name, &*payment.payer_iban),
        ("Lemaire & Fils SARL Distribution", "FR7630006000011234567890189")
    );
    assert_eq!((&*payment.remittance, &*payment.end_to_end_id), ("Rechnung 2026-0412 vom 12.06.2026", "LEM-2026-0412"));
    assert_eq!((payment.place.position, payment.nature), (Position::Line(5), Nature::Ordinary));
    assert_eq!(first.payments[1].nature, Nature::Return);
    assert_eq!(first.payments[2].nature, Nature::Charge);
    assert_eq!(&*second.payments[0].structured_references, [Box::<str>::from("RF18539007547034")]);
}

#[test]
fn the_interim_fixture_is_read() {
    let file = loaded(include_str!("../../../fixtures/formats/mt940/interim.sta"));
    let statement = &file.statements[0];
    assert_eq!((statement.kind, statement.payments.len(), statement.not_booked), (StatementKind::Interim, 2, 1));
    assert_eq!(statement.to.map(|day| day.to_string()).as_deref(), Some("2026-07-01"));
    assert!(statement.checks.iter().any(|c| c.kind == CheckKind::ControlTotal && c.holds == Some(true)));
    assert!(says(&file, NoteKind::Warning, "floor limit"));
}

#[test]
fn vector_10_the_entry_date_crosses_the_new_year() {
    let payment = one(":61:2612310102C1,00NTRFNONREF");
    assert_eq!(
        (payment.booking_date.to_string(), payment.value_date.unwrap().to_string()),
        ("2027-01-02".into(), "2026-12-31".into())
    );
}

#[test]
fn vector_11_marks_and_funds_codes() {
    for (mark, minor, nature) in [
        ("C", 20_488, Nature::Ordinary),
        ("D", -20_488, Nature::Ordinary),
        ("RC", -20_488, Nature::Reversal),
        ("RD", 20_488, Nature::Reversal),
        ("CR", 20_488, Nature::Ordinary),
        ("DR", -20_488, Nature::Ordinary),
        ("DD", -20_488, Nature::Ordinary),
        ("RCR", -20_488, Nature::Reversal),
        ("RDR", 20_488, Nature::Reversal),
    ] {
        let payment = one(&format!(":61:2612311231{mark}204,88NMSCNONREF"));
        assert_eq!((payment.amount.minor, payment.nature), (minor, nature), "{mark}");
    }
}

#[test]
fn vector_12_expected_entries_are_no_money() {
    let text = ":20:I\n:25:1/2\n:28C:1\n:34F:EURD0,00\n:13D:2612311200+0100\n:61:261231EC5,00NTRFNONREF\n:61:261231ED7,00NTRFNONREF\n:61:2612311231C1,00NTRFNONREF\n:90D:1EUR7,00\n:90C:2EUR6,00\n-\n";
    let file = loaded(text);
    let statement = &file.statements[0];
    assert_eq!((&*file.file.format, statement.kind), ("mt942", StatementKind::Interim));
    assert_eq!((statement.entries, statement.not_booked, statement.booked_minor), (3, 2, 100));
    let totals = statement.checks.iter().find(|c| c.kind == CheckKind::ControlTotal).unwrap();
    assert_eq!(totals.holds, Some(true), "{}", totals.text);
    assert!(says(&file, NoteKind::Said, "2 entries expected"));
    assert!(!says(&file, NoteKind::Warning, "floor"));
    assert!(says(&loaded(&text.replace("EURD0,00", "EUR500,")), NoteKind::Warning, "floor limit"));
}

#[test]
fn a_balance_that_holds_the_other_way_round_is_said_and_not_obeyed() {
    let text = around(":61:2612311231RC50,00NMSCNONREF").replace("C261231EUR1000", "C261231EUR1050");
    let file = loaded(&text);
    assert_eq!((file.statements[0].booked_minor, file.statements[0].balances_ok()), (-5_000, Some(false)));
    assert!(says(&file, NoteKind::Warning, "only if RC were a credit"), "{:?}", file.file.notes);
    let other = loaded(&around(":61:2612311231RC50,00NMSCNONREF"));
    assert!(!says(&other, NoteKind::Warning, "RC"));
}

#[test]
fn pages_prove_their_own_money() {
    let text = ":20:A\n:25:1/2\n:28C:7/1\n:60F:C261230EUR10,\n:61:2612311231C5,NTRFNONREF\n:62M:C261231EUR15,\n-\n\
                :20:A\n:25:1/2\n:28C:7/2\n:60M:C261231EUR15,\n:61:2612311231D3,NTRFNONREF\n:62F:C261231EUR12,\n:64:C261231EUR12,\n-\n";
    let file = loaded(text);
    assert_eq!(file.statements.len(), 2);
    assert!(file.statements.iter().all(|s| s.balances_ok() == Some(true)));
    let kinds: Vec<BalanceKind> = file.statements.iter().flat_map(|s| &s.balances).map(|b| b.kind).collect();
    use BalanceKind::{Closing, Interim, Opening, Other};
    assert_eq!(kinds, [Opening, Interim, Interim, Closing, Other]);
    let pages: Vec<_> = file.statements.iter().map(|s| (&*s.sequence, s.page)).collect();
    let page = |number, is_last| Some(Page { number, is_last });
    assert_eq!(pages, [("7", page(1, false)), ("7", page(2, true))]);
    // ABN AMRO: intermediate balances, and each message a first page. Others number what is whole.
    for (text, sequence) in
        [(text.replace("7/2", "8/1"), "8/1"), (text.replace("7/2", "8"), "8"), (text.replace(":60M:", ":60F:"), "7/2")]
    {
        let second = &loaded(&text).statements[1];
        assert_eq!((&*second.sequence, second.page), (sequence, None));
    }
}

#[test]
fn statements_without_a_reference_of_their_own_are_told_apart() {
    let text = ":20:A\n:25:1/2\n:60F:C261230EUR10,\n:62F:C261230EUR10,\n:60F:C261231EUR10,\n:62F:C261231EUR10,\n:25:3/4\n:60F:C261231USD1,\n:62F:C261231USD1,\n";
    let file = loaded(text);
    let accounts: Vec<&str> = file.statements.iter().map(|s| &*s.account).collect();
    assert_eq!(accounts, ["1/2", "1/2", "3/4"]);
}

#[test]
fn what_stands_around_messages_is_passed_over() {
    let text = "\u{1}ABNANL2A\n940\n{1:F01X}{2:O940Y}{4:\r\n:20:A\r\n:25:1/2\r\n:60F:C261230EUR10,\r\n:61:261231    C5,NTRF\r\n:86:text\r\n:62F:C261231EUR15,\r\n:86:thank you\r\n-}{5:}\u{3}\n";
    let file = loaded(text);
    assert_eq!((file.statements.len(), &*file.statements[0].payments[0].remittance), (1, "text"));
    assert!(says(&file, NoteKind::Said, "2 lines outside the messages"), "{:?}", file.file.notes);
    assert!(says(&file, NoteKind::Said, "1 line with information (:86:)"));
    assert!(says(&file, NoteKind::Assumed, "without entry date"));
    let inline = loaded("{1:F01X}{2:O942Y}{4::20:A\n:25:1/2\n:60F:C261230EUR10,\n:62F:C261230EUR10,\n-}");
    assert_eq!(inline.statements[0].kind, StatementKind::Interim);
}

#[test]
fn free_text_may_begin_a_line_like_a_tag() {
    let payment = one(
        ":61:2612311231C5,NTRFNONREF\n:86:paid at 2026-12-31T13\n:20:11 and at 13\n:45:12\n-\nor :61: so\n:KO:NR:4711",
    );
    assert_eq!(&*payment.remittance, "paid at 2026-12-31T13 :20:11 and at 13 :45:12 - or :61: so :KO:NR:4711");
}

#[test]
fn references_of_the_movement_are_kept_apart() {
    let payment = one(":61:2612311231C5,NTRFORDER 4711//BANK99\nsome words\n:86:");
    assert_eq!(
        (&*payment.end_to_end_id, &*payment.bank_reference, &*payment.remittance),
        ("ORDER 4711", "BANK99", "some words")
    );
    let payment = one(":61:2612311231C5,NTRFNONREF//NONREF");
    assert_eq!((&*payment.end_to_end_id, &*payment.bank_reference), ("", ""));
    let sns =
        one(":61:2612311231D5,NOVBNL91ABNA0417164300\njan jansen\n:86:NL91ABNA0417164300 jan jansen\n\nFactuur 12");
    assert_eq!(
        (&*sns.payer_iban, &*sns.payer_name, &*sns.remittance),
        ("NL91ABNA0417164300", "jan jansen", "Factuur 12")
    );
    let rabo = one(":61:261231D5,00N0440121470966      W.P. Jansen\n:86:one\n:86:two");
    assert_eq!((&*rabo.payer_iban, &*rabo.payer_name, &*rabo.remittance), ("0121470966", "W.P. Jansen", "one two"));
}

#[test]
fn every_error_has_its_place() {
    for (lines, code, line, column) in [
        (":61:2613311231C5,NTRF", "E0242", 5, 5),
        (":61:x", "E0242", 5, 5),
        (":61:261231123C5,NTRF", "E0242", 5, 11),
        (":61:2612311231X5,NTRF", "E0246", 5, 15),
        (":61:26123112315,NTRF", "E0246", 5, 15),
        (":61:2612311231CRRR5,NTRF", "E0246", 5, 15),
        (":61:2612311231CNTRF", "E0246", 5, 15),
        (":61:2612311231C,NTRF", "E0241", 5, 16),
        (":61:2612311231C1,234NTRF", "E0241", 5, 16),
        (":61:2612311231C1,0xNTRF", "E0241", 5, 19),
        (":61:2612311231C99999999999999999999,NTRF", "E0248", 5, 16),
    ] {
        let errors = try_read(&around(lines)).expect_err(lines);
        let first = errors.iter().next().unwrap();
        assert_eq!((first.code(), first.line(), first.column()), (code, Some(line), Some(column)), "{lines}\n{errors}");
    }
    assert_eq!(try_read(":20:A\n:25:1\n").unwrap_err().iter().next().unwrap().code(), "E0245");
    assert_eq!(
        try_read(":20:A\n:60F:C261230EUR1,\n:62F:C261230EUR1,").unwrap_err().iter().next().unwrap().code(),
        "E0244"
    );
    assert_eq!(try_read("nothing").unwrap_err().iter().next().unwrap().code(), "E0244");
}

#[test]
fn limits_are_kept() {
    let limits = Limits { records: 2, text_bytes: 100, ..Limits::default() };
    let mappings = BTreeMap::new();
    let code = |text: &str| {
        let errors = read("a", text.as_bytes(), &Settings { limits: &limits, mappings: &mappings }).unwrap_err();
        errors.iter().next().unwrap().code()
    };
    assert_eq!(code(&around(&":61:2612311231C5,NTRF\n".repeat(3))), "E0247");
    assert_eq!(code(&around(&format!(":61:2612311231C5,NTRF\n:86:{}", "x".repeat(200)))), "E0247");
}

#[test]
fn hostile_input_neither_panics_nor_takes_long() {
    let pieces = [
        ":61:", ":86:", ":20:", "-\n", "?20", "EREF+", "{4:", "é", "/NAME/", "\n", ":62F:C", "\u{1}", ":25:1",
        "261231", "C", "1,", "\r", " ",
    ];
    // A generator of no quality: any order of pieces will do.
    let mut state = 1usize;
    for _ in 0..400 {
        let mut text = around("");
        for _ in 0..60 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 33) % (text.len() + 1);
            let at = (0..=at).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
            text.insert_str(at, pieces[(state >> 20) % pieces.len()]);
        }
        let _ = try_read(&text);
    }
    let start = std::time::Instant::now();
    for piece in ["-\n", ":20:\n", ":12:00\n-\n", ":86:?20\n", "?20?21EREF+", "/NAME/"] {
        let hostile = around(&format!(":61:2612311231C5,NTRF\n:86:166?00{}", piece.repeat(300_000 / piece.len())));
        let _ = try_read(&hostile);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
