//! The reports of a hand-made run, held against golden files; `LETTRAGE_BLESS=1` rewrites those. Read them before committing.

mod documents;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use lettrage::model::*;
use lettrage::report::{self, Document, Format, Lang, PaymentEntry, explain, summary, write_all};

use world::{World, world};

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn blessing() -> bool {
    std::env::var_os("LETTRAGE_BLESS").is_some_and(|v| v == "1")
}

fn golden(name: &str, found: &str) {
    let path = root().join("fixtures/report").join(name);
    if blessing() {
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

/// A report without the values of configuration and weights: their defaults change by measurement, and other tests look at them.
fn without_settings(text: &str, run_json: &str) -> String {
    let document: Document = serde_json::from_str(run_json).unwrap();
    let mut text = text.to_string();
    for digest in [&document.config_sha256, &document.weights_sha256] {
        text = text.replace(&**digest, "DIGEST").replace(&digest[..12], "DIGEST");
    }
    for (start, end) in [("  \"config_sha256\"", "  \"statements\""), ("<dl class=\"settings\">", "</dl>")] {
        if let Some((before, rest)) = text.split_once(start) {
            let (_, after) = rest.split_once(end).unwrap();
            text = format!("{before}{start} …\n{end}{after}");
        }
    }
    text
}

fn written(world: &World, lang: Lang, all_evidence: bool) -> (tempfile::TempDir, impl Fn(&str) -> String + use<>) {
    let dir = tempfile::tempdir().unwrap();
    write_all(&world.run(lang, all_evidence), dir.path()).unwrap();
    let path = dir.path().to_path_buf();
    (dir, move |name: &str| fs::read_to_string(path.join(name)).unwrap())
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn listed(world: &World, format: Format) -> String {
    let mut out = Vec::new();
    report::listing(&world.run(Lang::En, true), format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn rows(csv: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect()
}

fn index_of(world: &World, id: &str) -> usize {
    world.payments.iter().position(|p| &*p.id == id).unwrap()
}

#[test]
fn every_file_is_as_read_by_a_person() {
    let world = world();
    let (dir, read) = written(&world, Lang::En, true);
    let all =
        ["applications.csv", "evidence.jsonl", "items.csv", "payments.csv", "report.html", "run.json", "unmatched.csv"];
    assert_eq!(names(dir.path()), all);
    for name in all {
        golden(name, &without_settings(&read(name), &read("run.json")));
    }
    let (_dir, french) = written(&world, Lang::Fr, false);
    golden("report.fr.html", &without_settings(&french("report.html"), &french("run.json")));
    for (lang, tag) in [(Lang::En, "en"), (Lang::Fr, "fr")] {
        let run = world.run(lang, true);
        golden(&format!("summary.{tag}.txt"), &summary(&run, None, false));
        for id in ["P-02", "P-07", "P-08", "P-06", "P-12"] {
            golden(&format!("explain.{id}.{tag}.txt"), &explain(&run, index_of(&world, id), id != "P-07"));
        }
    }
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let (straight, reversed) = (world(), world().reversed());
    let (_a, one) = written(&straight, Lang::En, true);
    let (_b, other) = written(&reversed, Lang::En, true);
    for name in
        ["applications.csv", "payments.csv", "items.csv", "unmatched.csv", "run.json", "evidence.jsonl", "report.html"]
    {
        assert_eq!(one(name), other(name), "{name}");
    }
}

#[test]
fn buckets_of_every_file_add_up_to_the_statements() {
    let world = world();
    let (_dir, read) = written(&world, Lang::En, false);
    let document: Document = serde_json::from_str(&read("run.json")).unwrap();
    let cents = |text: &str| Money::parse(text, Currency::EUR).unwrap().minor;
    for (currency, statement) in ["EUR", "USD"].iter().zip(&world.statements) {
        let payments = rows(&read("payments.csv"));
        let of_currency: Vec<_> = payments.iter().filter(|r| &r[6] == *currency).collect();
        let sum: i64 = of_currency.iter().map(|r| cents(&r[5])).sum();
        assert_eq!(i128::from(sum), statement.booked_minor);
        let totals: Vec<_> = document.totals.iter().filter(|t| t.currency == *currency).collect();
        assert_eq!(totals.iter().map(|t| t.count).sum::<u64>(), of_currency.len() as u64);
        assert_eq!(totals.iter().map(|t| cents(&t.money_in) + cents(&t.money_out)).sum::<i64>(), sum);
    }
    // A receipt's rows stay when it comes back; the return has none, and the item is open again.
    let applications = rows(&read("applications.csv"));
    assert!(applications.iter().any(|r| &r[0] == "P-01") && !applications.iter().any(|r| &r[0] == "P-06"));
    let items = rows(&read("items.csv"));
    let reopened = items.iter().find(|r| &r[0] == "I-03").unwrap();
    assert_eq!((&reopened[5], &reopened[6], &reopened[8]), ("0.00", "450.00", "reopened"));
    for row in &items {
        assert_eq!(cents(&row[4]) - cents(&row[5]), cents(&row[6]), "{row:?}");
    }
}

#[test]
fn no_text_cell_is_a_formula_and_numbers_stay_numbers() {
    let world = world();
    let (_dir, read) = written(&world, Lang::En, false);
    let numbers = ["amount", "applied", "open_before", "open_after", "weight", "margin", "age_days"];
    for name in ["applications.csv", "payments.csv", "items.csv", "unmatched.csv"] {
        let text = read(name);
        let header = text.lines().next().unwrap().split(',').collect::<Vec<_>>();
        for row in rows(&text) {
            for (column, cell) in header.iter().zip(&row) {
                let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                if numbers.contains(column) {
                    assert!(cell.parse::<f64>().is_ok(), "{name} {column}: {cell}");
                } else {
                    assert!(!formula, "{name} {column}: {cell}");
                }
            }
        }
    }
    assert!(read("payments.csv").contains("'=cmd|'/c calc'!A1"));
    assert!(read("payments.csv").contains("'-P-13,"));
}

#[test]
fn the_report_runs_nothing_and_fetches_nothing() {
    let world = world();
    for lang in [Lang::En, Lang::Fr] {
        let (_dir, read) = written(&world, lang, false);
        let html = read("report.html");
        for forbidden in ["<script", "http://", "https://", "src=", "@import", "url(", "onload", "\u{1b}"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        assert!(html.contains("&#60;script&#62;alert(1)"));
        assert!(html.contains(&format!("<html lang=\"{}\">", lang.tag())));
        let failed = html.find("class=\"failed\"").unwrap();
        assert!(failed < html.find("class=\"n\">1</span>").unwrap(), "what fails stands first");
    }
}

#[test]
fn french_people_read_french_numbers() {
    let world = world();
    let (_dir, read) = written(&world, Lang::Fr, false);
    let html = read("report.html");
    assert!(html.contains("État de lettrage / rapprochement"));
    assert!(html.contains("184\u{202f}220,15") && !html.contains("220.15<"));
    assert!(summary(&world.run(Lang::Fr, false), None, false).contains("4 918,15"), "terminals get a plain blank");
}

#[test]
fn json_follows_its_schema_and_money_is_text() {
    let world = world();
    let (_dir, read) = written(&world, Lang::En, true);
    let text = read("run.json");
    let document: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(document.schema, "lettrage.run/1");
    let buckets: Vec<_> = document.payments.iter().map(|p| &*p.bucket).collect();
    assert!(!buckets.is_empty() && buckets.iter().all(|b| ["review", "unmatched"].contains(b)));
    // What was read is what was written: no field is lost on the way.
    let again: serde_json::Value = serde_json::to_value(&document).unwrap();
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(&text).unwrap());
    let evidence = read("evidence.jsonl");
    let lines: Vec<PaymentEntry> = evidence.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), world.payments.len());
    // Payments are written without serde, and byte for byte as it would.
    for (line, written) in lines.iter().zip(evidence.lines()) {
        assert_eq!(serde_json::to_string(line).unwrap(), written);
    }
    let rows = text.split_once("\"payments\": [\n").unwrap().1.strip_suffix("\n  ]\n}\n").unwrap();
    for (payment, written) in document.payments.iter().zip(rows.split(",\n")) {
        assert_eq!(serde_json::to_string(payment).unwrap(), written.trim_start());
    }
    for line in &lines {
        for hypothesis in &line.hypotheses {
            let terms: f64 = hypothesis.terms.iter().map(|t| t.weight).sum();
            assert!((terms - hypothesis.weight).abs() < 1e-9, "{} {}", line.payment_id, hypothesis.rank);
        }
    }
    assert!(serde_json::from_str::<Document>(&text.replacen("\"run_id\"", "\"run_idd\"", 1)).is_err());
}

#[test]
fn configuration_and_weights_are_written_whole() {
    let world = world();
    let (_dir, read) = written(&world, Lang::En, false);
    let document: Document = serde_json::from_str(&read("run.json")).unwrap();
    assert_eq!(document.config, serde_json::to_value(&world.config).unwrap());
    assert_eq!(document.weights, serde_json::to_value(&world.weights).unwrap());
    let html = read("report.html");
    for (room, value) in [("matching", &document.config["matching"]), ("weights", &document.weights)] {
        for name in value.as_object().unwrap().keys() {
            assert!(html.contains(&format!("<dt>{room}.{name}")), "{room}.{name}");
        }
    }
}

#[test]
fn every_field_of_the_json_is_in_its_schema() {
    let world = world();
    let (_dir, read) = written(&world, Lang::En, false);
    let schema: serde_json::Value = serde_json::from_str(&report::schema()).unwrap();
    let document: serde_json::Value = serde_json::from_str(&read("run.json")).unwrap();
    conforms(&schema, &schema, &document, "run");
}

/// The part of JSON Schema that ours uses: references, properties, required, items, types.
fn conforms(whole: &serde_json::Value, schema: &serde_json::Value, value: &serde_json::Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = whole.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        return conforms(whole, target, value, place);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let choice = if value.is_null() { choices.iter().find(|c| c["type"] == "null") } else { choices.first() };
        return conforms(whole, choice.unwrap(), value, place);
    }
    let kind = match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "boolean",
        serde_json::Value::Number(n) if n.is_f64() => "number",
        serde_json::Value::Number(_) => "integer",
        serde_json::Value::String(_) => "string",
        serde_json::Value::Array(_) => "array",
        serde_json::Value::Object(_) => "object",
    };
    let fits = |t: &serde_json::Value| t == kind || (t == "number" && kind == "integer");
    match &schema["type"] {
        serde_json::Value::Null => return,
        serde_json::Value::Array(kinds) => assert!(kinds.iter().any(fits), "{place} is {kind}"),
        one => assert!(fits(one), "{place} is {kind}, not {one}"),
    }
    if let (Some(fields), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        for (name, field) in fields {
            let of = known.get(name).unwrap_or_else(|| panic!("{place}.{name} is not in the schema"));
            conforms(whole, of, field, &format!("{place}.{name}"));
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(fields.contains_key(name.as_str().unwrap()), "{place} lacks {name}");
        }
    }
    for (n, element) in value.as_array().into_iter().flatten().enumerate() {
        conforms(whole, &schema["items"], element, &format!("{place}[{n}]"));
    }
}

#[test]
fn listings_are_the_files() {
    let world = world();
    let (_dir, read) = written(&world, Lang::En, true);
    assert_eq!(listed(&world, Format::Json), read("run.json"));
    assert_eq!(listed(&world, Format::Csv), read("payments.csv"));
    assert_eq!(listed(&world, Format::Jsonl), read("evidence.jsonl"));
    assert_eq!(listed(&world, Format::Table), summary(&world.run(Lang::En, true), None, false));
}

#[test]
fn an_explanation_fits_a_terminal_of_eighty_columns() {
    let world = world();
    for lang in [Lang::En, Lang::Fr] {
        let run = world.run(lang, true);
        for text in (0..world.payments.len()).map(|n| explain(&run, n, true)) {
            // Only what is one word is longer than a line.
            let long = |l: &&str| l.chars().count() > 80 && l.split_whitespace().all(|w| w.chars().count() < 60);
            assert_eq!(text.lines().find(long), None, "{text}");
        }
    }
}

#[test]
fn the_terminal_obeys_nothing_that_a_bank_wrote() {
    let world = world();
    for lang in [Lang::En, Lang::Fr] {
        let run = world.run(lang, true);
        let texts = (0..world.payments.len()).map(|n| explain(&run, n, true)).chain([summary(&run, None, false)]);
        for text in texts {
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        }
        assert_eq!(explain(&run, usize::MAX, true), "");
    }
    let coloured = summary(&world.run(Lang::En, false), None, true);
    let plain = summary(&world.run(Lang::En, false), None, false);
    let stripped =
        ["\u{1b}[0m", "\u{1b}[32m", "\u{1b}[1;31m", "\u{1b}[1m"].iter().fold(coloured.clone(), |t, c| t.replace(c, ""));
    assert_ne!(coloured, plain);
    assert_eq!(stripped, plain, "colour adds nothing but colour");
    assert!(plain.starts_with("✗ check failed"), "what fails stands first");
}

#[test]
fn a_narrow_terminal_gets_folded_lines_and_whole_figures() {
    let world = world();
    let text = summary(&world.run(Lang::En, false), Some(90), false);
    assert!(text.lines().all(|l| l.chars().count() <= 90), "{text}");
    assert!(text.contains("4 918.15"));
}

#[test]
fn printed_bars_add_up_to_the_printed_weight() {
    let world = world();
    let text = explain(&world.run(Lang::En, true), index_of(&world, "P-02"), false);
    let figures: Vec<i64> = text
        .lines()
        .filter(|l| l.starts_with("  ") && (l.contains('│')))
        .map(|l| {
            let figure = l.split_whitespace().find(|w| w.starts_with(['+', '−']) && w.contains('.')).unwrap();
            figure.replace('−', "-").replace(['.', '+'], "").parse().unwrap()
        })
        .collect();
    assert_eq!(figures.len(), 6, "{text}");
    assert_eq!(figures[..5].iter().sum::<i64>(), figures[5], "{text}");
}

#[test]
fn nothing_is_half_written_and_nothing_stale_stays() {
    let world = world();
    let (dir, _read) = written(&world, Lang::En, true);
    write_all(&world.run(Lang::En, false), dir.path()).unwrap();
    assert!(!names(dir.path()).contains(&"evidence.jsonl".to_string()), "it spoke of another run");

    // A folder stands where a file should go: the rename fails, and no temporary file stays behind.
    let blocked = tempfile::tempdir().unwrap();
    fs::create_dir_all(blocked.path().join("applications.csv/inside")).unwrap();
    let error = write_all(&world.run(Lang::En, false), blocked.path()).unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), ("E0002", 2));
    assert!(error.path().unwrap().ends_with("applications.csv"));
    assert_eq!(names(blocked.path()), ["applications.csv"]);

    let file = blocked.path().join("file");
    fs::write(&file, "x").unwrap();
    assert_eq!(write_all(&world.run(Lang::En, false), &file).unwrap_err().code(), "E0002");
}

#[test]
fn above_two_thousand_the_report_shows_the_largest_and_says_so() {
    let mut world = world();
    let (payment, verdict) = (world.payments[11].clone(), world.reconciliation.verdicts[11].clone());
    for n in 0..2_100i64 {
        let mut more = payment.clone();
        more.id = format!("M-{n:05}").into();
        more.amount.minor = 100 + n;
        world.payments.push(more);
        world.reconciliation.verdicts.push(verdict.clone());
    }
    let (_dir, read) = written(&world, Lang::En, false);
    let html = read("report.html");
    assert_eq!(html.matches("class=\"small id\"").count(), 2_000);
    assert!(html.contains("2\u{202f}000 largest of 2\u{202f}105 are shown") && html.contains("unmatched.csv"));
    assert!(html.contains("M-02099") && !html.contains("M-00000<"));
    assert_eq!(rows(&read("unmatched.csv")).len(), 2_105);
}

/// Figures of a row of an HTML table, in cents: whatever stands in cells of class `f`.
fn figures(row: &str) -> Vec<i64> {
    let cells = row.split("<td class=\"f\">").skip(1).filter_map(|c| c.split("</td>").next()).filter(|c| !c.is_empty());
    cells.map(|c| c.replace('\u{202f}', "").replace('−', "-").replace('.', "").parse().unwrap()).collect()
}

#[test]
fn every_sum_of_the_report_is_the_sum_of_its_rows() {
    let mut world = world();
    // A second account of the same currency, so that accounts have a sum as well.
    world.payments[10].account = "SECOND".into();
    let (_dir, read) = written(&world, Lang::En, false);
    let html = read("report.html");
    let mut checked = 0;
    for table in html.split("<table").skip(1).map(|t| t.split("</table>").next().unwrap()) {
        if !table.contains("class=\"sum\"") {
            continue;
        }
        let mut sums: Vec<i64> = Vec::new();
        for row in table.split("<tr").skip(1) {
            let found = figures(row);
            if row.starts_with(" class=\"sum\"") {
                // The last cell of the accounts' rows is what statements say: the second account has no statement.
                let compared = if row.contains("class=\"f c\"") { 5 } else { found.len() };
                assert_eq!(found[..compared], sums[..compared], "{row}");
                checked += 1;
                sums.clear();
            } else {
                sums.resize(found.len().max(sums.len()), 0);
                sums.iter_mut().zip(&found).for_each(|(sum, value)| *sum += value);
            }
        }
    }
    assert_eq!(checked, 1 + 2 + 2, "accounts, two currencies of buckets, two of causes");
    let first_heading = html.split("largest first · ").nth(1).unwrap().split("</p>").next().unwrap();
    assert_eq!(first_heading, "4 EUR: 3\u{202f}610.25 in, 0.00 out · 1 USD: 980.00 in, 0.00 out");
}

#[test]
fn a_proof_that_fails_stands_first_everywhere() {
    let mut world = world();
    world.checks.clear();
    world.proofs.remove(0);
    let proof = &mut world.proofs[0];
    proof.holds = false;
    proof.left += 1;
    proof.failures.push("P-99 is in no bucket".into());
    let (_dir, read) = written(&world, Lang::En, false);
    let html = read("report.html");
    let failed = html.find("class=\"failed\"").unwrap();
    assert!(failed < html.find("class=\"n\">1</span>").unwrap());
    assert!(html.contains("P-99 is in no bucket"));
    let text = summary(&world.run(Lang::En, false), None, false);
    assert!(
        text.starts_with("✗ proof failed: P2 EUR") && text.lines().next().unwrap().contains("P-99 is in no bucket")
    );
    world.proofs[0].holds = true;
    let (_dir, read) = written(&world, Lang::En, false);
    assert!(!read("report.html").contains("class=\"failed\""));
}

#[test]
fn the_schema_command_prints_the_schema_and_names_what_it_has() {
    let lettrage = || assert_cmd::Command::cargo_bin("lettrage").unwrap();
    let printed = lettrage().args(["schema", "run"]).assert().success().get_output().stdout.clone();
    assert_eq!(String::from_utf8(printed).unwrap().trim_end(), report::schema());
    let refused = lettrage().args(["schema", "runs"]).assert().code(2).get_output().stderr.clone();
    assert!(String::from_utf8(refused).unwrap().contains("[possible values: run]"));
}

#[test]
fn an_item_that_is_named_and_not_touched_is_no_application() {
    let mut world = world();
    let named = world.reconciliation.verdicts.iter().filter_map(|v| v.chosen.as_ref()).map(|c| c.applications.len());
    assert!(named.sum::<usize>() > 0);
    for chosen in world.reconciliation.verdicts.iter_mut().filter_map(|v| v.chosen.as_mut()) {
        chosen.applications.iter_mut().for_each(|a| a.applied = 0);
    }
    let (_dir, read) = written(&world, Lang::En, false);
    assert_eq!(read("applications.csv").lines().count(), 1);
}

#[test]
fn files_stand_for_accounts_that_they_do_not_name() {
    let mut world = world();
    world.payments.iter_mut().for_each(|p| p.account = "".into());
    let text = summary(&world.run(Lang::En, false), None, false);
    assert!(text.contains("June.xml") || text.contains(".csv ") || text.contains(".xml "), "{text}");
    assert!(!text.contains("(no account)"), "{text}");
}

#[test]
fn a_run_without_anything_is_still_a_report() {
    let mut world = world();
    world.payments.clear();
    world.items.clear();
    world.reconciliation.verdicts.clear();
    world.reconciliation.items.clear();
    world.reconciliation.item_payers.clear();
    world.statements.clear();
    let (_dir, read) = written(&world, Lang::En, true);
    assert_eq!(read("payments.csv").lines().count(), 1);
    assert!(serde_json::from_str::<Document>(&read("run.json")).unwrap().payments.is_empty());
    assert!(read("report.html").contains("Nothing is unmatched"));
}
