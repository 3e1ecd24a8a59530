//! Importing into a book, as people do it: twice, overlapping, in two formats, with a broken file, and lists again.

use super::book_walkthrough::Desk;

const BNP: &str = "FR7630004999990001014357207";
const ITEMS: &str = "item_id,number,customer_name,issue_date,due_date,amount,open_amount,currency\n\
A1,2026-0901,Alpha SARL,2026-05-01,2026-06-01,10.00,10.00,EUR\n\
A2,2026-0902,Beta SARL,2026-05-01,2026-06-01,20.00,20.00,EUR\n\
A3,2026-0903,Gamma SARL,2026-05-01,2026-06-01,30.00,30.00,EUR\n";

/// An empty book, and a folder of the demo's files beside it.
fn empty() -> Desk {
    let mut desk = Desk::new();
    desk.must(0, "lettrage init --demo sample");
    desk.must(0, "lettrage init book");
    desk.must(0, "cd book");
    desk
}

/// Identifiers and amounts of all payments.
fn payments(desk: &mut Desk) -> Vec<(String, String)> {
    let text = desk.must(0, "lettrage list unmatched -O csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| (row[0].to_string(), row[4].to_string())).collect()
}

#[test]
fn the_same_file_twice_adds_nothing_and_says_so() {
    let mut desk = empty();
    assert!(desk.must(0, "lettrage import ../sample/inbox/BNP_2026-06.xml").contains("47 new payments"));
    let before = payments(&mut desk);
    let text = desk.must(0, "lettrage import ../sample/inbox/BNP_2026-06.xml");
    assert!(text.contains("imported already, op 0002") && text.contains("nothing new"), "{text}");
    // Another name is no other file.
    std::fs::copy(desk.path("../sample/inbox/BNP_2026-06.xml"), desk.path("again.xml")).unwrap();
    assert!(desk.must(0, "lettrage import again.xml").contains("nothing new"));
    assert_eq!(payments(&mut desk), before);
    assert_eq!(before.len(), 47);
}

#[test]
fn a_statement_in_a_second_format_adds_nothing() {
    let mut desk = empty();
    desk.must(0, "lettrage import ../sample/july/BNP_2026-07.xml");
    let before = payments(&mut desk);
    desk.write("bnp.csv", &as_export(&desk.read("../sample/july/BNP_2026-07.xml")));
    let text = desk.must(0, "lettrage import bnp.csv");
    assert!(text.contains("0 new payments   16 known") && text.contains("counted once"), "{text}");
    assert_eq!(payments(&mut desk), before);
    // The other way round as well: who brings the money first does not matter for how much there is.
    let mut desk = empty();
    desk.write("bnp.csv", &as_export(&desk.read("../sample/july/BNP_2026-07.xml")));
    desk.must(0, "lettrage import bnp.csv");
    desk.must(0, "lettrage import ../sample/july/BNP_2026-07.xml");
    let amounts = |found: Vec<(String, String)>| {
        let mut amounts: Vec<String> = found.into_iter().map(|(_, amount)| amount).collect();
        amounts.sort();
        amounts
    };
    assert_eq!(amounts(payments(&mut desk)), amounts(before));
}

/// The entries of a camt message as the bank's website exports them.
fn as_export(xml: &str) -> String {
    let between = |text: &str, from: &str, to: &str| -> String {
        text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or_else(String::new, |(v, _)| v.into())
    };
    let mut csv = String::from("IBAN;Date;Libellé;Montant;Devise\n");
    for entry in xml.split("<Ntry>").skip(1) {
        let sign = if entry.contains("<CdtDbtInd>DBIT") { "-" } else { "" };
        let amount = between(entry, "<Amt Ccy=\"EUR\">", "</Amt>").replace('.', ",");
        let day = between(entry, "<BookgDt><Dt>", "</Dt>");
        let text = [between(entry, "<AddtlNtryInf>", "<"), between(entry, "<Ustrd>", "<")].join(" ");
        csv.push_str(&format!("{BNP};{day};{};{sign}{amount};EUR\n", text.trim()));
    }
    csv
}

#[test]
fn overlapping_exports_count_once_and_twins_stay() {
    let mut desk = empty();
    let head = "IBAN;Date;Libellé;Montant;Solde\n";
    let row = |day: &str, name: &str, amount: &str, balance: &str| {
        format!("{BNP};{day};VIR RECU DE: {name};{amount};{balance}\n")
    };
    let (a, b) = (row("01/06/2026", "ALPHA", "10,00", "110,00"), row("01/06/2026", "ALPHA", "10,00", "120,00"));
    let c = row("02/06/2026", "BETA", "-5,00", "115,00");
    desk.write("first.csv", &format!("{head}{a}{b}{c}"));
    let d = row("03/06/2026", "GAMMA", "7,00", "122,00");
    desk.write("second.csv", &format!("{head}{c}{d}"));
    assert!(desk.must(0, "lettrage import first.csv").contains("3 new payments"), "two twins and another");
    let text = desk.must(0, "lettrage import second.csv");
    assert!(text.contains("1 new payments   1 known") && text.contains("repeats one of first.csv"), "{text}");
    assert!(!text.contains("false:"), "an export that reaches back still follows: {text}");
    let amounts: Vec<String> = payments(&mut desk).into_iter().map(|(_, amount)| amount).collect();
    assert_eq!(amounts, ["10.00", "10.00", "-5.00", "7.00"]);
    desk.must(0, "lettrage check --only statements");
}

#[test]
fn a_month_without_its_statement_does_not_follow() {
    let mut desk = empty();
    desk.must(0, "lettrage import ../sample/inbox/BNP_2026-06.xml");
    let july = desk.read("../sample/july/BNP_2026-07.xml");
    desk.write("july.xml", &july.replace("103164.43", "103264.43").replace("112246.95", "112346.95"));
    let text = desk.must(0, "lettrage import july.xml");
    assert!(text.contains("false:") && text.contains("closes with 103164.43"), "{text}");
    let text = desk.must(1, "lettrage check --only statements");
    assert!(text.contains("100.00 EUR is missing"), "{text}");
}

#[test]
fn a_list_again_updates_says_and_asks() {
    let mut desk = empty();
    desk.write("items.csv", ITEMS);
    assert!(desk.must(0, "lettrage import items.csv").contains("3 new items"));
    let again: String = ITEMS
        .replace("20.00,20.00", "20.00,15.00")
        .lines()
        .filter(|l| !l.starts_with("A3"))
        .fold(String::new(), |text, line| text + line + "\n");
    desk.write("items_2.csv", &again);
    let before = std::fs::read(desk.path("book.db")).unwrap();
    let text = desk.must(0, "lettrage import items_2.csv --dry-run");
    assert!(text.contains("would import 0 payments and 0 items; nothing was changed"), "{text}");
    assert_eq!(std::fs::read(desk.path("book.db")).unwrap(), before, "--dry-run leaves every byte as it is");
    let text = desk.must(0, "lettrage import items_2.csv");
    assert!(text.contains("A2 open: 20.00 -> 15.00"), "{text}");
    assert!(text.contains("ask: 1 open item is not in this list: A3"), "{text}");
    let items = desk.must(0, "lettrage list items");
    assert!(items.contains("A3") && items.contains("15.00"), "what vanished stays open: {items}");
    let text = desk.must(1, "lettrage check --only openitems --strict");
    assert!(text.contains("? A3 30.00 EUR"), "{text}");
    desk.must(0, "lettrage settle A3 --reason paid-elsewhere --why 'paid in cash'");
    desk.must(0, "lettrage check --only openitems --strict");
    assert!(!desk.must(0, "lettrage list items").contains("A3"));
    // Undoing the list gives back what was.
    desk.must(0, "lettrage undo --to 2");
    let items = desk.must(0, "lettrage list items");
    assert!(items.contains("A3") && !items.contains("15.00"), "{items}");
}

#[test]
fn a_broken_file_beside_a_good_one_imports_nothing() {
    let mut desk = empty();
    desk.write("in/items.csv", ITEMS);
    desk.write("in/broken.csv", "Date;Libellé;Montant\n01/06/2026;VIR;abc\n");
    let text = desk.must(2, "lettrage import in");
    assert!(text.contains("E0106") && text.contains("broken.csv:2:16"), "{text}");
    assert!(desk.must(0, "lettrage list items").contains("nothing to list"));
    assert!(!desk.must(0, "lettrage log").contains("import"));
}

#[test]
fn a_fec_brings_its_items_and_its_ledger() {
    let mut desk = empty();
    let fec = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/formats/fec/999999999FEC20251231.txt");
    std::fs::copy(fec, desk.path("999999999FEC20251231.txt")).unwrap();
    let text = desk.must(0, "lettrage import 999999999FEC20251231.txt");
    assert!(text.contains("53 new items") && text.contains("255 new ledger lines"), "{text}");
    // Three receipts in it are not lettered: the balance of 411 is smaller by them than the items are.
    let text = desk.must(1, "lettrage check --only openitems");
    assert!(text.contains("411… accounts hold 16329.62 EUR, the items listed 20997.64 EUR"), "{text}");
}

#[test]
fn what_a_closed_month_was_made_of_is_watched_in_the_file_itself() {
    let mut desk = empty();
    desk.must(0, "lettrage import ../sample/july/BNP_2026-07.xml");
    let text = desk.must(0, "lettrage list unmatched -O csv");
    let ids: Vec<&str> = text.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
    desk.must(0, &format!("lettrage settle {} --account 471000 --reason unknown", ids[0]));
    desk.set_clock("2026-08-02");
    desk.must(0, &format!("lettrage hold {} --until 2026-08-15 --why asked", ids[1..].join(" ")));
    desk.must(0, "lettrage close 2026-07");
    desk.must(0, "lettrage check --only drift");
    let change = |desk: &Desk, sql: &str| {
        let db = rusqlite::Connection::open(desk.path("book.db")).unwrap();
        let rows = db.execute(sql, []).unwrap();
        assert_eq!(rows, 1, "{sql}");
    };
    change(&desk, "UPDATE payment SET minor = minor + 100 WHERE booked = '2026-07-01'");
    let text = desk.must(3, "lettrage check --only drift");
    assert!(text.contains("2026-07, sealed") && text.contains("1590.00") && text.contains("1591.00"), "{text}");
    assert!(desk.must(3, "lettrage close 2026-08").contains("C0003"));
    change(&desk, "UPDATE payment SET minor = minor - 100 WHERE booked = '2026-07-01'");
    desk.must(0, "lettrage check --only drift");
    change(&desk, "UPDATE period SET seal = 'a'");
    assert!(desk.must(3, "lettrage check --only drift").contains("seal"));
}
