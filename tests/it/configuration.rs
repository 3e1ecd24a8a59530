//! Every key of the configuration is documented with its default, read from a file, and refused with its place when it is wrong.

use std::fs;
use std::path::Path;

use lettrage::config::{Config, DifferencePolicy};
use rust_decimal::Decimal;

fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md")).unwrap()
}

/// The rows of the first table after a heading: its cells, without the first and the last bar.
fn table<'a>(text: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let section = text.split_once(heading).unwrap_or_else(|| panic!("no heading {heading}")).1;
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|l| l.starts_with("| `"));
    rows.map(|l| l.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

/// A cell without its code marks.
fn word(cell: &str) -> &str {
    cell.trim_matches('`')
}

/// The keys that a value has as JSON: all of them, since none is left out when it is written.
fn keys(value: &impl serde::Serialize) -> Vec<(String, serde_json::Value)> {
    match serde_json::to_value(value).unwrap() {
        serde_json::Value::Object(map) => map.into_iter().collect(),
        other => panic!("{other} has no keys"),
    }
}

#[test]
fn every_key_is_documented_with_its_default() {
    let text = document();
    let config = Config::default();
    for (heading, keys) in [
        ("## `[matching]`", keys(&config.matching)),
        ("## `[limits]`", keys(&config.limits)),
        ("## `[terms]`", keys(&config.terms)),
    ] {
        let rows = table(&text, heading);
        let documented: Vec<&str> = rows.iter().map(|row| word(row[0])).collect();
        for (key, value) in &keys {
            let Some(row) = rows.iter().find(|row| word(row[0]) == key) else { panic!("{heading}: {key} is missing") };
            assert!(row.len() == 4 && row[3].len() >= 10, "{key}: unit, default and effect: {row:?}");
            let default = word(row[2]).replace(',', "");
            let expected = match value {
                serde_json::Value::Array(list) if list.is_empty() => "none".to_string(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(default, expected, "default of {key}");
        }
        assert_eq!(documented.len(), keys.len(), "{heading} names what there is not: {documented:?}");
    }
    let mapping = keys(&lettrage::config::CsvMapping::default());
    let rows = table(&text, "## `[csv.NAME]`");
    let documented: Vec<&str> = rows.iter().map(|row| word(row[0])).collect();
    for (key, _) in &mapping {
        assert!(documented.contains(&&**key), "[csv.NAME]: {key} is missing");
    }
    assert_eq!(documented.len(), mapping.len(), "{documented:?}");
}

#[test]
fn every_key_is_read_from_a_file() {
    let text = r#"
[matching]
auto_level = 0.999
review_level = 0.3
partial = "review"
fee = "review"
discount = "review"
overpaid = "review"
fee_limit = "25.00"
write_off_limit = "0.05"
return_days = 60
sum_steps = 100
component_steps = 200
candidates = 30
estimate = false

[[matching.not_receivable]]
text = "CREDIT TVA"
reason = "VAT credit paid back"

[[matching.pays_for]]
payer = "C1"
customers = ["C2", "C3"]

[limits]
file_bytes = 1
inflate_ratio = 2
members = 3
depth = 4
attributes = 5
text_bytes = 6
field_bytes = 7
records = 8

[terms]
end_of_month = "month_first"

[csv.bank]
kind = "payments"
files = ["B*.csv"]
sheet = "Open items"
delimiter = ";"
encoding = "windows-1252"
skip_lines = 2
header = true
decimal = ","
grouping = "."
date = "DD/MM/YYYY"
currency = "EUR"
account = "FR7630004999990001014357207"
columns = { booking_date = "Date", amount = 2, remittance = ["A", "B"] }
sign_column = "Sens"
debit_words = ["D"]
status_column = "Etat"
booked_words = ["C"]
negate = true
repair_float = true
decimals = 2
"#;
    let config = Config::from_toml(text, "c.toml").unwrap();
    let matching = &config.matching;
    let figures = (matching.auto_level, matching.review_level, matching.fee_limit, matching.write_off_limit);
    assert_eq!(figures, (0.999, 0.3, Decimal::new(2500, 2), Decimal::new(5, 2)));
    let steps = (matching.return_days, matching.sum_steps, matching.component_steps, matching.candidates);
    assert_eq!((steps, matching.estimate), ((60, 100, 200, 30), false));
    let differences = [matching.partial, matching.fee, matching.discount, matching.overpaid];
    assert_eq!(differences, [DifferencePolicy::Review; 4]);
    assert_eq!((&*matching.not_receivable[0].text, &*matching.pays_for[0].payer), ("CREDIT TVA", "C1"));
    assert_eq!(matching.pays_for[0].customers, ["C2", "C3"]);
    // The text above leaves no key out: all differ from their defaults.
    let (given, default) = (keys(matching), keys(&Config::default().matching));
    for ((key, given), (_, default)) in given.iter().zip(&default) {
        assert_ne!(given, default, "{key} stayed at its default");
    }
    for ((key, given), (_, default)) in keys(&config.limits).iter().zip(&keys(&Config::default().limits)) {
        assert_ne!(given, default, "{key} stayed at its default");
    }
    let mapping = keys(&config.csv["bank"]);
    let default = keys(&lettrage::config::CsvMapping::default());
    for ((key, given), (_, default)) in mapping.iter().zip(&default).filter(|(given, _)| given.0 != "kind") {
        assert_ne!(given, default, "{key} stayed at its default");
    }
}

#[test]
fn what_is_wrong_is_refused_where_it_stands() {
    let wrong = [
        ("matching", "auto_level = 1.5"),
        ("matching", "auto_level = 0.4"),
        ("matching", "auto_level = \"high\""),
        ("matching", "review_level = -0.1"),
        ("matching", "partial = \"sometimes\""),
        ("matching", "fee = true"),
        ("matching", "discount = \"\""),
        ("matching", "overpaid = 1"),
        ("matching", "fee_limit = \"-1\""),
        ("matching", "write_off_limit = \"-0.01\""),
        ("matching", "write_off_limit = \"a little\""),
        ("matching", "return_days = -3"),
        ("matching", "not_receivable = [{ txt = \"A\" }]"),
        ("matching", "pays_for = [{ payer = \"C1\" }]"),
        ("matching", "pays_for = [{ payer = \"C1\", customers = \"C2\" }]"),
        ("matching", "sum_steps = 1.5"),
        ("matching", "component_steps = -1"),
        ("matching", "candidates = \"many\""),
        ("matching", "estimate = \"yes\""),
        ("matching", "writeoff_limit = 1"),
        ("limits", "file_bytes = -1"),
        ("limits", "records = \"all\""),
        ("limits", "rows = 3"),
        ("csv.x", "kind = \"orders\""),
        ("csv.x", "delimiter = \"ab\""),
        ("csv.x", "columns = { amount = 1.5 }"),
        ("csv.x", "separator = \";\""),
    ];
    for (table, line) in wrong {
        let error = Config::from_toml(&format!("[{table}]\n{line}\n"), "c.toml").unwrap_err();
        assert_eq!((error.code(), error.line()), ("E0301", Some(2)), "{table}.{line}: {error}");
        assert!(!error.message().is_empty() && error.to_string().contains("c.toml"), "{error}");
    }
}
