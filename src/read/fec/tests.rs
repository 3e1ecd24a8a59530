use std::collections::BTreeMap;

use super::*;
use crate::config::Limits;
use crate::error::Error;
use crate::model::{Flag, Flags, ItemKind, Nature, Position};

const YEAR: &str = include_str!("../../../fixtures/formats/fec/999999999FEC20251231.txt");

const HEADER: &str = "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|\
    EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise";

/// A line: journal, entry, day, account, customer, document, label, debit, credit, lettering.
fn line(parts: [&str; 10]) -> String {
    let [journal, number, day, account, customer, piece, label, debit, credit, lettering] = parts;
    format!(
        "{journal}|x|{number}|{day}|{account}|Compte|{customer}|{customer} SA|{piece}|{day}|{label}|{debit}|{credit}|{lettering}|||"
    ) + "|"
}

fn fec(lines: &[[&str; 10]]) -> String {
    let mut text = HEADER.to_string();
    for parts in lines {
        text.push('\n');
        text.push_str(&line(*parts));
    }
    text
}

/// Debit and credit of two accounts: an entry.
fn entry<'a>(
    journal: &'a str,
    number: &'a str,
    accounts: [&'a str; 2],
    customer: &'a str,
    piece: &'a str,
    amount: &'a str,
    lettering: &'a str,
) -> [[&'a str; 10]; 2] {
    let [debit, credit] = accounts;
    let of = |account: &str| if account.starts_with('4') { (customer, lettering) } else { ("", "") };
    let ((dc, dl), (cc, cl)) = (of(debit), of(credit));
    [
        [journal, number, "20250110", debit, dc, piece, "Libellé", amount, "0,00", dl],
        [journal, number, "20250110", credit, cc, piece, "Libellé", "0,00", amount, cl],
    ]
}

fn settings<T>(read: impl FnOnce(&Settings<'_>) -> T) -> T {
    read(&Settings { limits: &Limits::default(), mappings: &BTreeMap::new() })
}

fn items(text: &str) -> ItemFile {
    settings(|s| read_items("f", text.as_bytes(), s)).unwrap()
}

fn paid(text: &str) -> StatementFile {
    settings(|s| payments("f", text.as_bytes(), s)).unwrap()
}

fn linked(text: &str) -> Vec<(String, String, i64)> {
    let links = settings(|s| links("f", text.as_bytes(), s)).unwrap();
    links.iter().map(|l| (l.payment_id.to_string(), l.item_id.to_string(), l.applied.map_or(0, |a| a.minor))).collect()
}

fn open(text: &str) -> Vec<(String, i64)> {
    items(text).items.iter().map(|item| (item.number.to_string(), item.open_minor)).collect()
}

fn error(text: &str) -> Error {
    settings(|s| read_items("f", text.as_bytes(), s)).unwrap_err().iter().next().unwrap().clone()
}

fn notes(text: &str) -> String {
    items(text).file.notes.iter().map(|n| format!("{}: {}\n", n.kind.word(), n.text)).collect()
}

/// A sale of 120,00 with this lettering.
fn sale(lettering: &'static str) -> Vec<[&'static str; 10]> {
    entry("VE", "1", ["411000", "706000"], "C1", "F1", "120,00", lettering).to_vec()
}

fn and(mut lines: Vec<[&'static str; 10]>, more: [[&'static str; 10]; 2]) -> Vec<[&'static str; 10]> {
    lines.extend(more);
    lines
}

#[test]
fn a_year_gives_items_payments_and_links() {
    let file = items(YEAR);
    assert_eq!((&*file.file.format, file.file.records), ("fec", 53));
    let first = &file.items[0];
    assert_eq!((&*first.id, &*first.number, &*first.customer_id), ("AN/000001/3/FA2024-0911", "FA2024-0911", "C1001"));
    assert_eq!((&*first.customer_name, first.amount.minor, first.open_minor), ("Durand Métallerie SARL", 148_800, 0));
    // Carried over from the year before, with its own date.
    assert_eq!(first.issue_date.unwrap().to_string(), "2024-11-15");
    let credit = file.items.iter().find(|item| &*item.number == "AV2025-0001").unwrap();
    assert_eq!((credit.kind, credit.amount.minor, credit.is_settled()), (ItemKind::CreditNote, -12_000, true));
    let statement = &paid(YEAR).statements[0];
    assert_eq!((&*statement.account, statement.payments.len() as u32), ("512000", statement.entries));
    let back = statement.payments.iter().find(|p| p.amount.minor < 0).unwrap();
    assert_eq!((back.nature, &*back.payer_name), (Nature::Return, "Durand Métallerie SARL"));
    // Everything that was lettered is told, with payments and items that exist.
    let links = linked(YEAR);
    for (payment, item, _) in &links {
        assert!(statement.payments.iter().any(|p| *p.id == **payment), "{payment}");
        assert!(item.is_empty() || file.items.iter().any(|i| *i.id == **item), "{item}");
    }
    // The ledger's own sum: what is open less what payments nobody lettered paid is the balance of 411.
    let balance: i64 = YEAR
        .lines()
        .filter_map(|l| {
            let fields: Vec<&str> = l.split('\t').collect();
            let cents = |text: &str| text.replace(',', "").parse::<i64>().unwrap();
            fields[4].starts_with("411").then(|| cents(fields[11]) - cents(fields[12]))
        })
        .sum();
    let is_unlettered = |payment: &crate::model::Payment| {
        let Position::Line(line) = payment.place.position else { return false };
        YEAR.lines().nth(line as usize - 1).unwrap().split('\t').nth(13) == Some("")
    };
    let unlettered: i64 = statement.payments.iter().filter(|p| is_unlettered(p)).map(|p| p.amount.minor).sum();
    assert!(unlettered > 0);
    let open: i64 = file.items.iter().map(|item| item.open_minor).sum();
    assert_eq!(open - unlettered, balance);
}

#[test]
fn encodings_line_ends_separators_and_column_variants_say_the_same() {
    let plain = items(YEAR).items;
    let latin: Vec<u8> = encoding_rs::Encoding::for_label(b"iso-8859-15").unwrap().encode(YEAR).0.into_owned();
    let file = settings(|s| read_items("f", &latin, s)).unwrap();
    assert_eq!(file.items, plain);
    assert!(file.file.notes.iter().any(|n| n.text.contains("ISO-8859-15")), "{:?}", file.file.notes);
    assert_eq!(items(&format!("\u{feff}{YEAR}")).items, plain);
    assert_eq!(items(&YEAR.replace("\r\n", "\r")).items, plain);
    assert_eq!(items(&YEAR.replace('\t', "|")).items, plain);
    // Cash-basis variants add columns behind the 18; so may anybody.
    let more: String = YEAR
        .lines()
        .map(|l| {
            if l.starts_with("Journal") {
                format!("{l}\tDateRglt\tModeRglt\tNatOp\n")
            } else {
                format!("{l}\t\tVIR\t\n")
            }
        })
        .collect();
    assert_eq!(items(&more).items, plain);
    // Montant and Sens instead of Debit and Credit.
    let signed = |debit: &str, credit: &str| {
        YEAR.lines()
            .map(|l| {
                let mut f: Vec<String> = l.split('\t').map(str::to_string).collect();
                if f[11] == "Debit" {
                    (f[11], f[12]) = ("Montant".into(), "Sens".into());
                } else if f[11] == "0,00" {
                    (f[11], f[12]) = (f[12].clone(), credit.to_string());
                } else {
                    f[12] = debit.to_string();
                }
                f.join("\t") + "\n"
            })
            .collect::<String>()
    };
    assert_eq!(items(&signed("D", "C")).items, plain);
    assert_eq!(items(&signed("+1", "-1")).items, plain);
}

#[test]
fn amounts_may_have_a_point_and_a_sign_on_either_side() {
    let debit = |amount: &'static str, credit: &'static str| {
        fec(&[
            ["VE", "1", "20250110", "411000", "C1", "F1", "x", amount, "0,00", ""],
            ["VE", "1", "20250110", "706000", "", "F1", "x", "0,00", credit, ""],
        ])
    };
    for (amount, credit) in
        [("1250,5", "1250,50"), ("1250.50", "1250,50"), ("+1250,50", "1250,50+"), ("1250,500", "1250,50")]
    {
        assert_eq!(open(&debit(amount, credit)), [("F1".to_string(), 125_050)], "{amount}");
    }
    for (amount, credit) in [("-1250,50", "-1250,50"), ("1250,50-", "1250,50-")] {
        assert_eq!(open(&debit(amount, credit)), [("F1".to_string(), -125_050)], "{amount}");
    }
    assert!(
        notes(&debit("1250.50", "1250,50"))
            .contains("warning: decimal point where the law has a comma (line 2, column 54)")
    );
    for bad in ["1 250,50", "1.250,50", "12,505", "--1,00", "1,00€", "99999999999999999999", "+-1"] {
        assert_eq!(error(&debit(bad, "0,00")).code(), "E0241", "{bad}");
    }
}

/// Domain vector 26.
#[test]
fn what_the_law_forbids_is_reported_with_line_and_column() {
    let good = fec(&sale(""));
    let at = |text: &str| {
        let error = error(text);
        (error.code(), error.line(), error.column())
    };
    // A separator inside of a label.
    assert_eq!(at(&good.replacen("Libellé", "Lib|ellé", 1)), ("E0522", Some(2), Some(52)));
    let tabs = good.replace('|', "\t");
    assert_eq!(at(&tabs.replacen("Libellé", "Lib\tellé", 1)), ("E0522", Some(2), Some(52)));
    let bar = notes(&tabs.replacen("Libellé", "Lib|ellé", 1));
    assert!(bar.contains("'|' inside a text") && bar.contains("(line 2, column 55)"), "{bar}");
    assert_eq!(at(&good.replacen("120,00|0,00", "120,00|120,00", 1)), ("E0523", Some(2), Some(67)));
    assert_eq!(at(&good.replacen("120,00|0,00", "|", 1)), ("E0523", Some(2), Some(60)));
    assert_eq!(at(&good.replacen("0,00|120,00", "0,00|119,99", 1)), ("E0524", Some(2), Some(1)));
    assert_eq!(at(&good.replacen("VE|x|1|20250110", "VE|x|1|18990110", 1)), ("E0242", Some(2), Some(8)));
    assert_eq!(at(&good.replacen("VE|x|1|20250110", "VE|x|1|20250230", 1)), ("E0242", Some(2), Some(8)));
    assert_eq!(at(&good.replacen("VE|x|1|", "VE|x||", 1)), ("E0525", Some(2), Some(6)));
    assert_eq!(at(&good.replacen("|411000|", "||", 1)), ("E0525", Some(2), Some(17)));
    assert_eq!(at(&good.replacen("EcritureNum", "Numero", 1)), ("E0521", Some(1), Some(1)));
    assert_eq!(at(HEADER), ("E0522", Some(1), Some(1)));
    // No money hangs on these: they are said.
    assert!(
        notes(&good.replacen("F1|20250110", "F1|18991231", 1))
            .contains("warning: PieceDate is no day, and left out (line 2, column 43)")
    );
    assert!(notes(&good.replacen("Libellé", "", 1)).contains("warning: EcritureLib is empty (line 2, column 52)"));
    assert!(notes(&good.replacen("120,00|0,00", "120,00|", 1)).contains("is left empty"));
    let trailing: String =
        good.lines().enumerate().map(|(n, l)| if n == 0 { format!("{l}\n") } else { format!("{l}|\n") }).collect();
    assert!(notes(&trailing).contains("a separator at the end of a line (2 times, first line 2"));
}

#[test]
fn lettering_settles_what_balances_and_leaves_the_rest_open() {
    let pay = |number, amount, lettering| entry("BQ", number, ["512000", "411000"], "C1", "B1", amount, lettering);
    let text = fec(&and(sale("A"), pay("2", "120,00", "A")));
    assert_eq!(open(&text), [("F1".to_string(), 0)]);
    assert_eq!(linked(&text), [("BQ/2".to_string(), "VE/1/1/F1".to_string(), 12_000)]);
    // In parts: what is left is open.
    let part = fec(&and(and(sale("a"), pay("2", "50,00", "a")), pay("3", "20,00", "a")));
    assert_eq!(open(&part), [("F1".to_string(), 5_000)]);
    let parts = [("BQ/2".to_string(), "VE/1/1/F1".to_string(), 5_000), ("BQ/3".into(), "VE/1/1/F1".into(), 2_000)];
    assert_eq!(linked(&part), parts);
    assert!(notes(&part).contains("1 lettered groups do not add up"));
    // The code of another customer is another group.
    let other = fec(&and(sale("A"), entry("BQ", "2", ["512000", "411000"], "C2", "B1", "120,00", "A")));
    assert_eq!((open(&other), linked(&other).len()), (vec![("F1".to_string(), 12_000)], 0));
    // Not lettered: open, and said.
    let none = fec(&and(sale(""), pay("2", "120,00", "")));
    assert_eq!((open(&none), linked(&none).len()), (vec![("F1".to_string(), 12_000)], 0));
    assert!(notes(&none).contains("warning: 1 payments of customers are not lettered"));
}

#[test]
fn credit_notes_returns_and_several_of_both_are_linked() {
    let pay = |number, amount| entry("BQ", number, ["512000", "411000"], "C1", "B1", amount, "A");
    let credit = entry("VE", "9", ["706000", "411000"], "C1", "AV1", "20,00", "A");
    let netted = linked(&fec(&and(and(sale("A"), credit), pay("2", "100,00"))));
    let id = |payment: &str, item: &str, minor| (payment.to_string(), item.to_string(), minor);
    assert_eq!(netted, [id("BQ/2", "VE/9/2/AV1", -2_000), id("BQ/2", "VE/1/1/F1", 12_000)]);
    // Paid, returned, paid again: the first payment and its return belong to nothing.
    let back = entry("BQ", "3", ["411000", "512000"], "C1", "B1", "120,00", "A");
    let again = linked(&fec(&and(and(and(sale("A"), pay("2", "120,00")), back), pay("4", "120,00"))));
    assert_eq!(again, [id("BQ/4", "VE/1/1/F1", 12_000), id("BQ/3", "", 0)]);
    // Two of each, whose amounts tell nothing: told, and marked.
    let second = entry("VE", "5", ["411000", "706000"], "C1", "F2", "80,00", "A");
    let text = fec(&and(and(and(sale("A"), second), pay("6", "150,00")), pay("7", "50,00")));
    let links = settings(|s| links("f", text.as_bytes(), s)).unwrap();
    assert!(
        links.iter().all(|l| l.flags == Flags::from(Flag::Ambiguous) && l.kind == "several payments, several items")
    );
    assert_eq!(links.iter().map(|l| l.applied.unwrap().minor).sum::<i64>(), 20_000);
    // A credit note against an invoice, without money.
    let offset = fec(&and(and(Vec::new(), entry("VE", "1", ["411000", "706000"], "C1", "F1", "20,00", "A")), credit));
    assert_eq!((open(&offset), linked(&offset).len()), (vec![("F1".to_string(), 0), ("AV1".to_string(), 0)], 0));
}

#[test]
fn accounts_say_what_a_line_is() {
    // A sale paid at once: invoice and payment in one entry.
    let cash = [
        ["CA", "1", "20250110", "411000", "C1", "T1", "x", "60,00", "0,00", "A"],
        ["CA", "1", "20250110", "707000", "", "T1", "x", "0,00", "60,00", ""],
        ["CA", "1", "20250110", "411000", "C1", "T1", "x", "0,00", "60,00", "A"],
        ["CA", "1", "20250110", "530000", "", "T1", "x", "60,00", "0,00", ""],
    ];
    assert_eq!(linked(&fec(&cash)), [("CA/1".to_string(), "CA/1/1/T1".to_string(), 6_000)]);
    // An opening entry holds the bank too, and is no payment.
    let opening = [
        ["AN", "1", "20250101", "411000", "C1", "F0", "x", "60,00", "0,00", ""],
        ["AN", "1", "20250101", "512000", "", "AN", "x", "40,00", "0,00", ""],
        ["AN", "1", "20250101", "101000", "", "AN", "x", "0,00", "100,00", ""],
    ];
    assert_eq!(open(&fec(&opening)), [("F0".to_string(), 6_000)]);
    assert_eq!(paid(&fec(&opening)).statements.len(), 0);
    // The same without a word, as the first entry.
    let silent = opening.map(|mut parts| {
        parts[0] = "OD";
        parts
    });
    assert_eq!(open(&fec(&silent)), [("F0".to_string(), 6_000)]);
    // A loss, suppliers and doubtful customers.
    let mut loss = sale("").to_vec();
    loss.extend(entry("OD", "2", ["654000", "411000"], "C1", "OD1", "120,00", ""));
    loss.extend(entry("AC", "3", ["607000", "401000"], "F1", "X1", "10,00", ""));
    loss.extend(entry("OD", "4", ["416000", "706000"], "C1", "X2", "10,00", ""));
    let said = notes(&fec(&loss));
    for part in ["1 credits of 411 are neither", "1 lines of suppliers", "warning: 1 lines of doubtful"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // Without an auxiliary account the account itself is the customer.
    let account = fec(&sale("")).replace("C1|C1 SA", "|").replace("411000", "411DUP");
    assert_eq!(&*items(&account).items[0].customer_id, "411DUP");
}

#[test]
fn several_customers_in_one_entry_are_several_payments_with_identifiers_of_their_own() {
    let lines = [
        ["BQ", "1", "20250110", "512000", "", "B1", "x", "100,00", "0,00", ""],
        ["BQ", "1", "20250110", "411000", "C1", "B1", "x", "0,00", "30,00", ""],
        ["BQ", "1", "20250110", "411000", "C2", "B1", "x", "0,00", "50,00", ""],
        ["BQ", "1", "20250110", "411000", "C1", "B1", "x", "0,00", "20,00", ""],
    ];
    let file = paid(&fec(&lines));
    let found: Vec<(&str, i64)> = file.statements[0].payments.iter().map(|p| (&*p.id, p.amount.minor)).collect();
    assert_eq!(found, [("BQ/1/1", 5_000), ("BQ/1/2", 5_000)]);
}

/// One code for everything of one customer, and no two amounts alike: still in time that grows with the input.
#[test]
fn a_group_of_thousands_is_settled_at_once() {
    let mut text = HEADER.to_string();
    for n in 0..20_000 {
        let (sale, bank) = (format!("{n},10"), format!("{n},07"));
        let (number, other) = (format!("{n}"), format!("{}", n + 100_000));
        for lines in [
            entry("VE", &number, ["411000", "706000"], "C1", "F1", &sale, "A"),
            entry("BQ", &other, ["512000", "411000"], "C1", "B1", &bank, "A"),
        ] {
            for parts in lines {
                text.push('\n');
                text.push_str(&line(parts));
            }
        }
    }
    let began = std::time::Instant::now();
    assert!(linked(&text).len() >= 20_000);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

/// Lines of anything: an answer, never a panic, and in time that grows with the input.
#[test]
fn mutated_files_never_panic() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..300 {
        let mut bytes = YEAR.as_bytes()[..3_000].to_vec();
        for _ in 0..4 {
            let at = random(bytes.len());
            bytes[at] = [b'\t', b'|', b'\n', b'-', b'9', b',', 0xff, 0][random(8)];
        }
        settings(|s| {
            let _ = read_items("f", &bytes, s);
            let _ = payments("f", &bytes, s);
            let _ = links("f", &bytes, s);
        });
    }
}

/// Many companies enter bank lines against 471 first. What is moved from there to a customer is his payment; a difference of conversion
/// (476, 477) is none.
#[test]
fn money_that_waited_on_471_is_a_payment() {
    let sale = entry("VE", "1", ["411000", "706000"], "C1", "F1", "100,00", "AAA");
    let bank = entry("BQ", "2", ["512000", "471000"], "", "REF", "100,00", "");
    let moved = entry("OD", "3", ["471000", "411000"], "C1", "REF", "100,00", "AAA");
    let rate = entry("OD", "4", ["411000", "477000"], "C1", "REF2", "7,00", "");
    let text = fec(&[sale, bank, moved, rate].concat());
    let links = settings(|s| links("f", text.as_bytes(), s)).unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!((&*links[0].payment_id, &*links[0].item_id), ("OD/3", "VE/1/1/F1"));
    let statements = paid(&text).statements;
    assert_eq!(statements.iter().map(|s| &*s.account).collect::<Vec<_>>(), ["471000"]);
    assert_eq!(statements[0].payments.len(), 1);
    assert_eq!(items(&text).items.len(), 2);
}
