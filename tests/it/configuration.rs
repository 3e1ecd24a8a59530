//! Every key of the configuration is documented with its default, read from a file, and refused with its place when it is wrong.

use std::fs;
use std::path::Path;

use lettrage::config::{BankLedger, Config, DifferencePolicy, LedgerPolicy, Rule, RuleConditions};
use rust_decimal::Decimal;

fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md")).unwrap()
}

/// The rows of the first table after a heading: its cells, without the first and the last bar.
fn table<'a>(text: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let section = text.split_once(heading).unwrap_or_else(|| panic!("no heading {heading}")).1;
    let section = section.split("\n## ").next().unwrap().split("\n### ").next().unwrap();
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
        ("## `[control]`", keys(&config.control)),
        ("## `[calibration]`", keys(&config.calibration)),
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

/// Rules and ledger with every key.
const LEDGER: &str = r#"
[[rule]]
id = "R12"
when.text = "COMMISSION MVT*"
when.payer = "BNP*"
when.amount = "|x| <= 60, < 0"
when.our_account = "FR7630004000031234567890143"
when.currency = "eur"
account = "627100"
reason = "bank charges"
from = "2026-01-01"
to = 2026-12-31

[ledger]
receivable = "4111"
receivable_balance = "1482907.33"
receivable_at = "2026-06-30"
on_account = "4197"
suspense = "4712"

[[ledger.bank]]
account = "512100"
bank = "FR7630004000031234567890143"
balance = "-163073.45"
at = "2026-06-30"
booked_until = "2026-05-31"
"#;

#[test]
fn rules_and_ledger_are_read_with_every_key_that_is_documented() {
    let config = Config::from_toml(LEDGER, "c.toml").unwrap();
    let text = document();
    let rule = &config.rule[0];
    let documented = |heading: &str| -> Vec<String> {
        let mut names: Vec<String> = table(&text, heading).iter().map(|row| word(row[0]).to_string()).collect();
        names.sort_unstable();
        names
    };
    let named = |value: &[(String, serde_json::Value)]| -> Vec<String> {
        let mut names: Vec<String> = value.iter().map(|(key, _)| key.clone()).collect();
        names.sort_unstable();
        names
    };
    for (heading, given) in [
        ("## `[[rule]]`", keys(rule)),
        ("### `when`", keys(&rule.when)),
        ("## `[ledger]`", keys(&config.ledger)),
        ("### `[[ledger.bank]]`", keys(&config.ledger.bank[0])),
    ] {
        assert_eq!(named(&given), documented(heading), "{heading}");
    }
    let day = |text: &str| Some(text.parse().unwrap());
    let expected = Rule {
        id: "R12".to_string(),
        when: RuleConditions {
            text: Some("COMMISSION MVT*".to_string()),
            payer: Some("BNP*".to_string()),
            amount: Some("|x| <= 60, < 0".to_string().try_into().unwrap()),
            our_account: Some("FR7630004000031234567890143".to_string()),
            currency: Some("EUR".to_string()),
        },
        account: "627100".to_string(),
        reason: "bank charges".to_string(),
        from: day("2026-01-01"),
        to: day("2026-12-31"),
    };
    assert_eq!(*rule, expected);
    let bank = BankLedger {
        account: "512100".to_string(),
        bank: "FR7630004000031234567890143".to_string(),
        balance: Some(Decimal::new(-16_307_345, 2)),
        at: day("2026-06-30"),
        booked_until: day("2026-05-31"),
    };
    let expected = LedgerPolicy {
        receivable: "4111".to_string(),
        receivable_balance: Some(Decimal::new(148_290_733, 2)),
        receivable_at: day("2026-06-30"),
        on_account: "4197".to_string(),
        suspense: "4712".to_string(),
        bank: vec![bank],
    };
    assert_eq!(config.ledger, expected);
    assert!(config.ledger.bank_of("FR76 3000 4000 0312 3456 7890 143").is_some());
    assert!(config.ledger.bank_of("FR7630004000031234567890144").is_none());
    // What is written is read again, and says the same.
    let written = toml::to_string(&config).unwrap();
    assert_eq!(Config::from_toml(&written, "written.toml").unwrap(), config);
}

#[test]
fn defaults_of_the_ledger_are_documented() {
    let text = document();
    let rows = table(&text, "## `[ledger]`");
    let default = keys(&LedgerPolicy::default());
    for row in &rows {
        let found = default.iter().find(|(key, _)| key == word(row[0])).map(|(_, value)| value);
        let expected = match found {
            Some(serde_json::Value::String(text)) => text,
            _ => "none",
        };
        assert_eq!(word(row[2]), expected, "{row:?}");
    }
    // A run whose configuration has neither is what it was before there were any.
    let written = keys(&Config::default());
    assert!(written.iter().all(|(key, _)| key != "rule" && key != "ledger"), "{written:?}");
}

#[test]
fn rules_and_ledgers_that_make_no_sense_are_refused_where_they_stand() {
    let wrong = [
        ("when.text = \"COMMISSION MVT*\"", "when.text = \"**\"", 4, "neither letter nor digit"),
        ("when.text = \"COMMISSION MVT*\"", "when.text = \"\"", 4, "is empty"),
        ("when.payer = \"BNP*\"", "when.payer = 5", 5, "expected a string"),
        ("when.amount = \"|x| <= 60, < 0\"", "when.amount = \"=< 60\"", 6, "\"=< 60\" is no condition on an amount"),
        ("when.amount = \"|x| <= 60, < 0\"", "when.amount = \"<= 60,5\"", 6, "\"5\" is no condition"),
        ("when.amount = \"|x| <= 60, < 0\"", "when.amount = \"> 5, < 5\"", 6, "no amount is all of"),
        ("when.our_account = \"FR7630004000031234567890143\"", "when.our_account = \"143\"", 7, "not enough"),
        ("when.our_account", "when.account", 7, "unknown field `account`"),
        ("when.currency = \"eur\"", "when.currency = \"euro\"", 8, "not a currency"),
        ("account = \"627100\"", "account = \"bank charges\"", 9, "not the number of a ledger account"),
        ("account = \"627100\"", "", 2, "missing field `account`"),
        ("reason = \"bank charges\"", "reason = \" \"", 10, "is empty"),
        ("from = \"2026-01-01\"", "from = \"01/01/2026\"", 11, "is not a day"),
        ("from = \"2026-01-01\"", "from = \"2027-01-01\"", 3, "before it begins"),
        ("to = 2026-12-31", "until = \"2026-12-31\"", 12, "unknown field `until`"),
        ("to = 2026-12-31", "to = 2026-12-31T00:00:00", 12, "is not a day"),
        ("receivable = \"4111\"", "receivable = \"\"", 15, "is empty"),
        ("receivable_balance = \"1482907.33\"", "receivable_balance = 1482907.33", 16, "expected a string"),
        ("receivable_balance = \"1482907.33\"", "receivable_balance = \"1,482\"", 16, "not an amount"),
        ("receivable_balance = \"1482907.33\"", "", 17, "without receivable_balance"),
        ("receivable_at = \"2026-06-30\"", "", 16, "without receivable_at"),
        ("bank = \"FR7630004000031234567890143\"\nbal", "bank = \"1\"\nbal", 23, "not enough"),
        ("at = \"2026-06-30\"\nbooked", "booked", 22, "balance without at"),
        ("balance = \"-163073.45\"", "", 22, "at without balance"),
        ("booked_until = \"2026-05-31\"", "booked_until = \"2026-07-01\"", 22, "after the day of the balance"),
    ];
    for (old, new, line, says) in wrong {
        assert!(LEDGER.contains(old), "{old}");
        let error = Config::from_toml(&LEDGER.replacen(old, new, 1), "c.toml").unwrap_err();
        assert_eq!((error.code(), error.line()), ("E0301", Some(line)), "{old} -> {new}: {error}");
        assert!(error.message().contains(says), "{old} -> {new}: {error}");
    }
    let nothing = "[[rule]]\nid = \"R1\"\nwhen = {}\naccount = \"627100\"\nreason = \"x\"\n";
    let error = Config::from_toml(nothing, "c.toml").unwrap_err();
    assert!(error.line() == Some(2) && error.message().contains("has no condition"), "{error}");
}

#[test]
fn two_of_a_name_are_refused_with_both_places() {
    let rule = "[[rule]]\nid = \"R1\"\nwhen.text = \"A\"\naccount = \"1\"\nreason = \"x\"\n";
    let error = Config::from_toml(&format!("{rule}\n{rule}"), "c.toml").unwrap_err().to_string();
    let expected = "\
error[E0301]: two rules have the id \"R1\"
  --> c.toml:8:6
  |
8 | id = \"R1\"
  |      ^^^^
  |
  = also: c.toml:2
  = help: docs/configuration.md lists every key with its default";
    assert_eq!(error, expected);
    let bank = |account: &str, bank: &str| format!("[[ledger.bank]]\naccount = \"{account}\"\nbank = \"{bank}\"\n");
    for (second, says) in [
        (bank("512200", "FR76 3000 4000 0312 3456 7890 143"), "two ledger accounts mirror the bank account"),
        (bank("512200", "0143"), "two ledger accounts mirror the bank account"),
        (bank("512100", "FR7630004000031234567890144"), "mirrors two bank accounts"),
    ] {
        let text = bank("512100", "FR7630004000031234567890143") + &second;
        let error = Config::from_toml(&text, "c.toml").unwrap_err();
        assert!(error.line() == Some(5) && error.message().contains(says), "{error}");
        assert!(error.to_string().contains("also: c.toml:2"), "{error}");
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
