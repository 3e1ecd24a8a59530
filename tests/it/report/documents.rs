//! The documentation says what the code says: tables are made from it, columns are looked up in it.

use std::fmt::Write as _;
use std::fs;

use lettrage::model::{DifferenceKind, Flag, Reason};
use lettrage::report::i18n::{
    HYPOTHESIS_KINDS, Lang, OBSTACLES, difference_effect, flag_meaning, kind_name, obstacle_text, reason_words,
};
use lettrage::report::{Format, listing};

use super::world::world;

const DIFFERENCES: [DifferenceKind; 6] = [
    DifferenceKind::OpenRest,
    DifferenceKind::OnAccount,
    DifferenceKind::Discount,
    DifferenceKind::Fee,
    DifferenceKind::WriteOff,
    DifferenceKind::Fx,
];

fn table(name: &str) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = |cells: &[&str]| rows.push(cells.iter().map(|c| c.to_string()).collect());
    match name {
        "reasons" => {
            row(&["code", "in short", "meaning", "what to do"]);
            for reason in Reason::ALL {
                let words = reason_words(Lang::En, reason);
                row(&[&format!("`{}`", reason.code()), words.short, words.meaning, words.action]);
            }
        }
        "flags" => {
            row(&["flag", "meaning"]);
            for flag in Flag::ALL {
                row(&[&format!("`{}`", flag.word()), flag_meaning(Lang::En, flag)]);
            }
        }
        "obstacles" => {
            row(&["obstacle", "meaning"]);
            for obstacle in OBSTACLES {
                row(&[&format!("`{}`", obstacle.word()), obstacle_text(Lang::En, obstacle)]);
            }
        }
        "differences" => {
            row(&["type", "what happens with it"]);
            for kind in DIFFERENCES {
                row(&[&format!("`{}`", kind.word()), &difference_effect(Lang::En, kind).replace("{}", "…")]);
            }
        }
        "kinds" => {
            row(&["kind", "what it claims"]);
            for kind in HYPOTHESIS_KINDS {
                row(&[&format!("`{}`", kind.word()), kind_name(Lang::En, kind)]);
            }
        }
        other => panic!("no table {other}"),
    }
    let mut text = String::new();
    for (n, cells) in rows.iter().enumerate() {
        writeln!(text, "| {} |", cells.join(" | ")).unwrap();
        if n == 0 {
            writeln!(text, "|{}", "---|".repeat(cells.len())).unwrap();
        }
    }
    text
}

#[test]
fn tables_of_reasons_agree_with_the_code() {
    let path = super::root().join("docs/reasons.md");
    let document = fs::read_to_string(&path).unwrap();
    let mut made = String::new();
    let mut rest = document.as_str();
    let mut tables = 0;
    while let Some(at) = rest.find("<!-- table ") {
        let (before, marked) = rest.split_at(at);
        let (marker, after) = marked.split_once("-->").unwrap();
        let name = marker.trim_start_matches("<!-- table ").trim();
        let end = after.find("<!-- end -->").unwrap();
        write!(made, "{before}{marker}-->\n{}", table(name)).unwrap();
        rest = &after[end..];
        tables += 1;
    }
    made.push_str(rest);
    assert_eq!(tables, 5);
    if super::blessing() {
        fs::write(&path, &made).unwrap();
    } else {
        assert_eq!(document, made, "docs/reasons.md is old: LETTRAGE_BLESS=1 cargo test reasons");
    }
}

#[test]
fn every_column_and_field_is_documented() {
    let document = fs::read_to_string(super::root().join("docs/outputs.md")).unwrap();
    let world = world();
    let (_dir, read) = super::written(&world, Lang::En, true);
    for name in ["applications.csv", "payments.csv", "items.csv", "unmatched.csv"] {
        let section = document.split(&format!("## {name}")).nth(1).unwrap_or_else(|| panic!("no section {name}"));
        let section = section.split("\n## ").next().unwrap();
        for column in read(name).lines().next().unwrap().split(',') {
            assert!(section.contains(&format!("`{column}`")), "{name}: {column}");
        }
    }
    let run: serde_json::Value = serde_json::from_str(&read("run.json")).unwrap();
    for field in run.as_object().unwrap().keys() {
        assert!(document.contains(&format!("`{field}`")), "run.json: {field}");
    }
    let mut out = Vec::new();
    listing(&world.run(Lang::En, false), Format::Csv, &mut out).unwrap();
    assert!(!out.is_empty());
}
