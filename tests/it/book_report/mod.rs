//! The report and the listings of a book made by hand, held against golden files; `LETTRAGE_BLESS=1` rewrites those. Read them
//! before committing.

mod world;

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use calamine::{Data, Reader, Xlsx};
use lettrage::Error;
use lettrage::model::*;
use lettrage::report::Lang;
use lettrage::report::book::*;

use world::{HOSTILE, World, day, world};

fn golden(name: &str, found: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/report/book").join(name);
    if std::env::var_os("LETTRAGE_BLESS").is_some_and(|v| v == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected != found {
        let line = expected.lines().zip(found.lines()).position(|(a, b)| a != b);
        let show = |text: &str| line.and_then(|n| text.lines().nth(n)).unwrap_or("(length differs)").to_string();
        panic!("{name} differs at line {line:?}\n  golden {}\n  found  {}", show(&expected), show(found));
    }
}

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), Error>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    out
}

fn text(write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), Error>) -> String {
    String::from_utf8(written(write)).unwrap()
}

fn html(world: &World, lang: Lang) -> String {
    text(|out| write_html(&world.report(lang), out))
}

fn options<'a>(world: &'a World, lang: Lang, width: Option<usize>) -> ListOptions<'a> {
    ListOptions {
        lang,
        width,
        as_of: day(6, 30),
        files: &world.files,
        rules_sha256: "51d0e2",
        totals: None,
        all: "-o unmatched.xlsx",
        excel: None,
    }
}

fn open_payments(world: &World) -> Vec<BookPayment> {
    world.payments.iter().filter(|p| !p.standing.is_decided()).cloned().collect()
}

fn status_text(world: &World, lang: Lang, width: Option<usize>) -> String {
    let options = StatusOptions {
        lang,
        width,
        month: Month::parse("2026-06"),
        seal: None,
        run: Some("7f3a9c51d0e2"),
        oldest_days: Some(121),
        approvals: &world.approvals,
        next: "lettrage list review",
    };
    status(&world.accounts, &options)
}

#[test]
fn every_form_is_as_read_by_a_person() {
    let world = world();
    for (lang, tag) in [(Lang::En, "en"), (Lang::Fr, "fr")] {
        golden(&format!("report.{tag}.html"), &html(&world, lang));
        golden(&format!("report.{tag}.md"), &text(|out| write_md(&world.report(lang), out)));
        golden(&format!("status.{tag}.txt"), &status_text(&world, lang, None));
        golden(&format!("prove.{tag}.txt"), &proofs(&world.proofs, lang, None));
        golden(&format!("log.{tag}.txt"), &log(&world.operations, lang, None));
        let open = open_payments(&world);
        golden(&format!("list.{tag}.txt"), &list_payments(&open, &options(&world, lang, None)));
        golden(&format!("items.{tag}.txt"), &list_items(&world.items, &options(&world, lang, None)));
    }
    golden("report.csv", &text(|out| write_csv(&world.report(Lang::En), None, out)));
    golden("report.fr.csv", &text(|out| write_csv(&world.report(Lang::Fr), Some(Lang::Fr), out)));
    golden("report.json", &text(|out| write_json(&world.report(Lang::En), out)));
    let list = |format| {
        let open = open_payments(&world);
        text(|out| write_list(List::Payments(&open), format, &options(&world, Lang::En, None), out))
    };
    golden("list.md", &list(ListFormat::Md));
    golden("list.json", &list(ListFormat::Json));
}

/// Figures of the cells of a row, in cents; `None` where a cell holds none.
fn figures(row: &str) -> Vec<Option<i128>> {
    let cells = row.split("<td").skip(1).map(|cell| {
        let figure = cell.strip_prefix(" class=\"f\">")?.split("</td>").next()?.split("<br>").next()?;
        let plain = figure.replace('\u{202f}', "").replace('−', "-").replace(['.', ','], "");
        plain.parse().ok()
    });
    cells.collect()
}

/// Adds the rows of every table that ends in a sum. Gives how many figures were compared.
fn tables_add_up(html: &str) -> usize {
    let mut compared = 0;
    for table in html.split("<tbody>").skip(1).map(|t| t.split("</tbody>").next().unwrap()) {
        let mut sums: Vec<i128> = Vec::new();
        for row in table.split("<tr").skip(1) {
            let found = figures(row);
            sums.resize(found.len().max(sums.len()), 0);
            if row.starts_with(" class=\"sum\"") {
                for (stated, made) in found.iter().zip(&sums).filter_map(|(s, m)| Some(((*s)?, *m))) {
                    assert_eq!(stated, made, "{table}");
                    compared += 1;
                }
                sums.fill(0);
            } else {
                found.iter().zip(&mut sums).for_each(|(one, sum)| *sum += one.unwrap_or(0));
            }
        }
    }
    compared
}

#[test]
fn every_table_adds_up_to_its_sum() {
    for lang in [Lang::En, Lang::Fr] {
        let found = html(&world(), lang);
        assert!(tables_add_up(&found) > 40, "only {} figures were compared", tables_add_up(&found));
        // The aged balance stands in one row: bands, open invoices, credit notes, on account, balance.
        let ages: Vec<&str> = found.split("<table class=\"ages\">").skip(1).collect();
        assert_eq!(ages.len(), 2, "one for each currency");
        for table in ages {
            let row: Vec<i128> =
                figures(table.split("<tbody>").nth(1).unwrap()).into_iter().take(10).flatten().collect();
            assert_eq!(row.len(), 10);
            assert_eq!(row[..6].iter().sum::<i128>(), row[6]);
            assert_eq!(row[6..9].iter().sum::<i128>(), row[9]);
        }
    }
}

#[test]
fn tables_that_are_cut_still_add_up_and_say_so() {
    let mut world = world();
    let one = world.payments.iter().find(|p| &*p.payment.id == "P-06").unwrap().clone();
    for n in 0..2_100i64 {
        let mut more = one.clone();
        more.payment.id = format!("M-{n:05}").into();
        more.payment.amount.minor = 100 + n;
        world.payments.push(more);
    }
    world.count();
    let found = html(&world, Lang::En);
    assert!(tables_add_up(&found) > 40);
    assert!(found.contains("The 2\u{202f}000 largest of 2\u{202f}106 are shown"));
    assert!(found.contains("M-02099") && !found.contains("M-00000"));
    let csv = text(|out| write_csv(&world.report(Lang::En), None, out));
    assert!(csv.contains("M-00000"), "the CSV has all of them");
}

#[test]
fn page_one_names_what_the_figures_rest_on() {
    let found = html(&world(), Lang::En);
    let page_one = found.split("</header>").next().unwrap();
    for wanted in [
        "June 2026",
        "as of 30 Jun 2026",
        "Europe/Paris",
        "7f3a9c51d0e2",
        "51d0e2aa51d0",
        "lettrage 0.1.0",
        "9b1c4e00",
        "aaaaaaaaaaaa",
    ] {
        assert!(page_one.contains(wanted), "{wanted}");
    }
    let numbers: Vec<&str> = found.split("<span class=\"n\">").skip(1).map(|s| s.split('<').next().unwrap()).collect();
    assert_eq!(numbers, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
}

#[test]
fn the_page_runs_nothing_and_fetches_nothing() {
    for lang in [Lang::En, Lang::Fr] {
        let found = html(&world(), lang);
        for forbidden in
            ["<script", "https://", "src=", "href=", "@import", "url(", "onload", "<b>", "\u{1b}", "\u{202e}"]
        {
            assert!(!found.contains(forbidden), "{forbidden}");
        }
        assert!(found.contains("&#60;script&#62;alert(1)") && found.contains("ATELIERS NORD &#60;&#38; fils&#62;"));
        assert!(found.contains(&format!("<html lang=\"{}\">", lang.tag())) && found.contains("size: A4"));
    }
}

#[test]
fn french_people_read_french() {
    let found = html(&world(), Lang::Fr);
    assert!(found.contains("État de rapprochement · juin 2026") && found.contains("198\u{202f}384,63"));
    assert!(!found.contains("384.63") && found.contains("30/06/2026"));
    let proved = proofs(&world().proofs, Lang::Fr, None);
    assert!(proved.contains("198 384,63") && proved.contains("lettré, à comptabiliser"), "{proved}");
}

#[test]
fn what_does_not_hold_stands_first() {
    let mut world = world();
    world.proofs.proofs[1].holds = false;
    world.proofs.proofs[1].failures = vec![format!("P-06 is in two places {HOSTILE}").into()];
    world.accounts[0].checks[0].holds = Some(false);
    world.proofs.bridges[0].unexplained = 100;
    world.accounts[1].sums[3].count += 1;
    world.carried.as_mut().unwrap()[0].open_now = 1;
    let found = html(&world, Lang::En);
    let (failed, first) = (found.find("class=\"failed\"").unwrap(), found.find("id=\"s1\"").unwrap());
    assert!(failed < first);
    let failures = &found[failed..first];
    for wanted in [
        "P-06 is in two places",
        "opening + entries = closing",
        "1.00 is stated, its rows make 0.00",
        "P-08 was carried forward",
    ] {
        assert!(failures.contains(wanted), "{wanted}: {failures}");
    }
    assert!(failures.contains("USD: 2 open lines of this month are counted, 1 are listed"), "{failures}");
    assert!(html(&world::world(), Lang::En).find("class=\"failed\"").is_none(), "what fits is not complained about");
    assert!(status_text(&world, Lang::En, None).contains("✗ check failed: balance"));
    let printed = proofs(&world.proofs, Lang::En, Some(90));
    assert!(printed.contains("✗ P-06 is in two places"), "{printed}");
}

fn rows(csv: &str, delimiter: u8) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = |r: csv::StringRecord| header.iter().map(String::from).zip(r.iter().map(String::from)).collect();
    reader.records().map(|r| row(r.unwrap())).collect()
}

#[test]
fn no_text_of_the_csv_is_a_formula_and_numbers_stay_numbers() {
    let world = world();
    let numbers = ["amount", "amount_open", "age_days", "best_weight", "best_probability", "months_carried"];
    for (excel, delimiter) in [(None, b','), (Some(Lang::Fr), b';')] {
        let bytes = written(|out| write_csv(&world.report(Lang::En), excel, out));
        assert_eq!(bytes.starts_with("\u{feff}".as_bytes()), excel.is_some());
        let found = rows(String::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}'), delimiter);
        assert_eq!(found.len(), 7 + 7, "open lines and open items");
        for (name, cell) in found.iter().flatten().filter(|(_, cell)| !cell.is_empty()) {
            if numbers.contains(&name.as_str()) {
                let number = if excel.is_some() { cell.replace(',', ".") } else { cell.clone() };
                assert!(number.parse::<f64>().is_ok(), "{name}: {cell}");
            } else {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell}");
            }
        }
        let hostile = found.iter().find(|r| r["item_id"] == "'-P-10").unwrap();
        assert_eq!(hostile["party_raw"], format!("'{HOSTILE}"));
        let date = if excel.is_some() { "12/04/2026" } else { "2026-04-12" };
        assert_eq!((&*hostile["booking_date"], &*hostile["age_bucket"]), (date, "61 to 90"));
        let debit = found.iter().find(|r| r["item_id"] == "P-11").unwrap();
        assert_eq!(debit["amount"], if excel.is_some() { "-95,00" } else { "-95.00" });
        assert_eq!((&*debit["months_carried"], &*debit["reason"]), ("3", "NOT_IN_BOOKS"));
    }
}

#[test]
fn the_list_has_the_same_columns_in_every_form() {
    let world = world();
    let csv = text(|out| write_csv(&world.report(Lang::En), None, out));
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let open = open_payments(&world);
    let list = |format| text(|out| write_list(List::Payments(&open), format, &options(&world, Lang::En, None), out));
    let first = list(ListFormat::Jsonl).lines().next().unwrap().to_string();
    let mut at = 0;
    for name in &header {
        // Names stand in the same order in the text itself: a parsed object would forget it.
        let found = first[at..].find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("{name} after {at}: {first}"));
        at += found;
    }
    let document: serde_json::Value = serde_json::from_str(&list(ListFormat::Json)).unwrap();
    assert_eq!(document["schema"], "lettrage.list/1");
    assert_eq!(document["rows"].as_array().unwrap().len(), open.len());
    assert_eq!(document["rows"][0].as_object().unwrap().len(), header.len());
    let lines: Vec<serde_json::Value> =
        list(ListFormat::Jsonl).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(document["rows"].as_array().unwrap(), &lines);
    assert_eq!(list(ListFormat::Csv).lines().next().unwrap(), header.join(","));
}

#[test]
fn money_of_the_json_is_text_and_adds_up() {
    let world = world();
    let document: serde_json::Value =
        serde_json::from_str(&text(|out| write_json(&world.report(Lang::En), out))).unwrap();
    assert_eq!(document["schema"], BOOK_SCHEMA);
    let cents = |value: &serde_json::Value| Money::parse(value.as_str().unwrap(), Currency::EUR).unwrap().minor;
    let of = |side: &str, key: &str, list: &str| -> i64 {
        let rows = document[list].as_array().unwrap().iter();
        rows.filter(|r| r["side"] == side && r["currency"] == "EUR").map(|r| cents(&r[key])).sum()
    };
    assert_eq!(of("bank", "amount_open", "open"), of("bank", "amount", "ageing"));
    assert_eq!(of("open_item", "amount_open", "open"), of("open_item", "amount", "ageing"));
    assert_eq!(document["proofs"].as_array().unwrap().len(), world.proofs.proofs.len());
    assert_eq!(document["bridges"][0]["unexplained"], "0.00");
    assert_eq!(document["inputs"][0]["role"], "statement");
    assert_eq!(document["on_account"][0]["amount"], "50.00");
    fn no_money_as_number(value: &serde_json::Value, key: &str) {
        match value {
            serde_json::Value::Object(fields) => fields.iter().for_each(|(k, v)| no_money_as_number(v, k)),
            serde_json::Value::Array(all) => all.iter().for_each(|v| no_money_as_number(v, key)),
            serde_json::Value::Number(_) => {
                let names = ["amount", "balance", "money", "open_", "adjusted", "unexplained"];
                assert!(!names.iter().any(|n| key.starts_with(n)), "{key}");
            }
            _ => {}
        }
    }
    no_money_as_number(&document, "");
}

fn workbook(world: &World, lang: Lang) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(written(|out| write_xlsx(&world.report(lang), out)))).unwrap()
}

#[test]
fn amounts_of_the_workbook_are_numbers_dates_are_dates_and_texts_are_texts() {
    let world = world();
    let mut book = workbook(&world, Lang::En);
    let names = book.sheet_names().to_vec();
    let wanted = [
        "Proof",
        "Where",
        "Ageing",
        "Reasons",
        "Open payments",
        "Open items",
        "Carried",
        "Decisions",
        "Differences",
        "Inputs",
        "Rules",
        "Sample",
    ];
    assert_eq!(names, wanted);
    let sheet = book.worksheet_range("Open payments").unwrap();
    let header: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let hostile = sheet.rows().find(|r| r[0] == Data::String("-P-10".into())).unwrap();
    assert_eq!(hostile[column("party_raw")], Data::String(HOSTILE.into()), "a text, and no formula");
    assert_eq!(hostile[column("amount")], Data::Float(19.99));
    assert!(matches!(hostile[column("booking_date")], Data::DateTime(_)));
    let sum: f64 = sheet
        .rows()
        .skip(1)
        .filter_map(|r| if let Data::Float(n) = r[column("amount_open")] { Some(n) } else { None })
        .sum();
    assert_eq!(sum, 2140.0 + 980.0 + 180.0 + 77.0 + 19.99 - 95.0 + 4105.0);
    for name in &names {
        let formulas = book.worksheet_formula(name).unwrap();
        assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "{name}");
    }
    let proof = book.worksheet_range("Proof").unwrap();
    let adjusted = proof.rows().find(|r| r[0] == Data::String("adjusted".into())).unwrap();
    assert_eq!((&adjusted[2], &adjusted[5]), (&Data::Float(189_948.13), &Data::Float(189_948.13)));
    assert_eq!(workbook(&world, Lang::Fr).sheet_names()[0], "Preuve");
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let (one, other) = (world(), world());
    type Write = fn(&BookReport<'_>, &mut dyn std::io::Write) -> Result<(), Error>;
    let forms: [Write; 5] = [write_html, write_xlsx, write_json, write_md, |r, out| write_csv(r, Some(Lang::Fr), out)];
    for form in forms {
        assert_eq!(written(|out| form(&one.report(Lang::En), out)), written(|out| form(&other.report(Lang::En), out)));
    }
}

#[test]
fn an_empty_book_has_a_report_and_listings() {
    let empty = World::default();
    let found = html(&empty, Lang::En);
    for wanted in
        ["no proof was made", "No line.", "Nothing is open.", "Nothing was imported.", "nothing to carry forward"]
    {
        assert!(found.contains(wanted), "{wanted}");
    }
    assert!(!found.contains("class=\"failed\""));
    assert_eq!(workbook(&empty, Lang::Fr).sheet_names().len(), 12);
    assert_eq!(text(|out| write_csv(&empty.report(Lang::En), None, out)).lines().count(), 1);
    assert_eq!(list_payments(&[], &options(&empty, Lang::En, None)), "nothing to list\n");
    assert_eq!(list_items(&[], &options(&empty, Lang::Fr, None)), "rien à lister\n");
    assert_eq!(log(&[], Lang::En, None), "the log is empty\n");
    assert_eq!(proofs(&BookProofs::default(), Lang::En, None), "no proof was made\n");
    assert!(status_text(&empty, Lang::En, None).starts_with("June 2026: the book has no payments yet\n"));
    let json = text(|out| write_list(List::Items(&[]), ListFormat::Json, &options(&empty, Lang::En, None), out));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["rows"], serde_json::json!([]));
}

#[test]
fn the_terminal_obeys_nothing_that_a_bank_wrote() {
    let world = world();
    let open = open_payments(&world);
    for lang in [Lang::En, Lang::Fr] {
        for width in [None, Some(100)] {
            let options = options(&world, lang, width);
            let texts = [
                list_payments(&open, &options),
                list_items(&world.items, &options),
                log(&world.operations, lang, width),
                status_text(&world, lang, width),
                proofs(&world.proofs, lang, width),
            ];
            for found in texts {
                let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
                assert!(!found.chars().any(obeyed), "{found:?}");
            }
        }
    }
}

#[test]
fn a_narrow_terminal_shortens_the_text_and_nothing_else() {
    let world = world();
    let open = open_payments(&world);
    let whole = list_payments(&open, &options(&world, Lang::En, None));
    let narrow = list_payments(&open, &options(&world, Lang::En, Some(150)));
    assert!(whole.contains("alert(1)</script>") && !narrow.contains("alert(1)</script>"));
    assert!(narrow.contains('…') && !whole.contains('…'));
    for row in &open {
        assert!(narrow.contains(&*row.payment.id) && whole.contains(&*row.payment.id));
    }
    for amount in ["2 140.00", "4 105.00", "−95.00", "19.99"] {
        assert!(narrow.contains(amount), "{amount}");
    }
    let last = "7 lines: 3 396.99 in, −95.00 out EUR · 4 105.00 in, 0.00 out USD (4 new, 3 carried)";
    assert_eq!(whole.lines().last(), Some(last));
    let folded = proofs(&world.proofs, Lang::En, Some(60));
    let figures = |line: &&str| !line.contains('│') && line.chars().count() > 60;
    assert_eq!(folded.lines().find(figures), None, "{folded}");
}

#[test]
fn what_is_left_out_is_said() {
    let world = world();
    let open = open_payments(&world);
    let mut sum = Sum::default();
    (0..15).for_each(|_| sum.add(1_000));
    let totals = [(Currency::EUR, sum)];
    let options = ListOptions { totals: Some(&totals), ..options(&world, Lang::En, None) };
    let found = list_payments(&open[..2], &options);
    let last = "15 lines: 150.00 in, 0.00 out EUR, 2 shown; all of them: -o unmatched.xlsx";
    assert_eq!(found.lines().last(), Some(last));
}

#[test]
fn markdown_of_hostile_texts_is_text() {
    let world = world();
    let found = text(|out| write_md(&world.report(Lang::En), out));
    assert!(!found.contains("<script") && !found.replace("\\]", "").contains("](http") && !found.contains("http://"));
    assert!(found.contains("\\[a\\]") && found.contains("\\`x\\`"));
    // A table keeps its number of cells, whatever its texts hold.
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    let lines: Vec<&str> = found.lines().collect();
    let mut tables = 0;
    for (n, line) in lines.iter().enumerate().filter(|(_, l)| l.starts_with("| ---")) {
        tables += 1;
        let rows = lines[n + 1..].iter().take_while(|l| l.starts_with('|'));
        rows.for_each(|row| assert_eq!(bars(row), bars(line), "{row}"));
    }
    assert!(tables > 12, "{tables}");
}
