//! What rules claim, and what they cost.

use std::time::Instant;

use super::*;
use crate::config::Config;
use crate::model::Money;

fn rules(text: &str) -> Rules {
    Rules::compile(&Config::from_toml(text, "c.toml").unwrap().rule)
}

/// Rules with one condition each, in order.
fn each(conditions: &[&str]) -> Rules {
    let rule = |(n, when): (usize, &&str)| {
        format!("[[rule]]\nid = \"R{n}\"\n{when}\naccount = \"62{n}\"\nreason = \"reason {n}\"\n")
    };
    rules(&conditions.iter().enumerate().map(rule).collect::<String>())
}

fn payment(minor: i64, remittance: &str, name: &str) -> Payment {
    let day = NaiveDate::from_ymd_opt(2026, 6, 12).unwrap();
    let mut payment = Payment::new("P", day, Money::new(minor, Currency::EUR));
    (payment.remittance, payment.payer_name) = (remittance.into(), name.into());
    payment.account = "FR7630004000031234567890143".into();
    payment
}

fn claims(condition: &str, payment: &Payment) -> bool {
    each(&[condition]).of(payment) == RuleMatch::One(0)
}

#[test]
fn words_are_whole_unless_a_star_opens_them() {
    for (pattern, text, expected) in [
        ("COMMISSION MVT*", "COMMISSION MVT 06/2026", true),
        ("COMMISSION MVT*", "Commission  mvtx", true),
        ("COMMISSION MVT", "COMMISSION MVTX", false),
        ("commission mvt", "VIR COMMISSION  MVT.", true),
        ("MISSION", "COMMISSION", false),
        ("*MISSION", "COMMISSION", true),
        ("*MISS", "COMMISSION", false),
        ("*MISS*", "COMMISSION", true),
        ("frais*tenue", "FRAIS DE TENUE DE COMPTE", true),
        ("frais*tenue", "FRAIS DE TENUES", false),
        ("frais*tenue", "TENUE, FRAIS", false),
        ("A*B*A", "A B", false),
        ("A*B*A", "A B A", true),
        ("A A", "BA A A", true),
        ("AA", "AAA", false),
        ("*AA", "AAA AAAB AA", true),
        ("*AA", "AAAB", false),
        ("AB CD", "XAB CD AB CDX AB CD", true),
        ("prélèvement", "PRELEVEMENT URSSAF", true),
        ("PRELEVEMENT", "Prélèvement", true),
        ("N° 12", "N° 12 du mois", true),
        ("**FRAIS**", "LESFRAISX", true),
        ("FRAIS", "", false),
    ] {
        let condition = format!("when.text = \"{pattern}\"");
        assert_eq!(claims(&condition, &payment(-500, text, "")), expected, "{pattern} in {text}");
        assert_eq!(claims(&condition, &payment(-500, "", text)), expected, "{pattern} in the name {text}");
    }
}

#[test]
fn the_payer_is_the_whole_name_or_account() {
    let with_iban = |iban: &str| Payment { payer_iban: iban.into(), ..payment(500, "", "") };
    for (pattern, name, expected) in [
        ("URSSAF*", "Urssaf Ile-de-France", true),
        ("URSSAF", "URSSAF IDF", false),
        ("URSSAF", " urssaf ", true),
        ("*SSAF", "URSSAF", true),
        ("U*F*", "URSSAF IDF", true),
        ("U*X", "URSSAF", false),
        ("UR*RF", "URF", false),
        ("URSSAF*", "LES URSSAF", false),
        ("*URSSAF*", "LES URSSAF", true),
        ("*A*", "", false),
    ] {
        assert_eq!(
            claims(&format!("when.payer = \"{pattern}\""), &payment(500, "", name)),
            expected,
            "{pattern} {name}"
        );
        let ultimate = Payment { ultimate_name: name.into(), ..payment(500, "", "HUB") };
        assert_eq!(claims(&format!("when.payer = \"{pattern}\""), &ultimate), expected, "{pattern} {name}");
    }
    for (pattern, iban, expected) in [
        ("FR76 3000 4000 0312 3456 7890 143", "FR7630004000031234567890143", true),
        ("fr7630004*", "FR76 3000 4000 0312 3456 7890 143", true),
        ("*0143", "FR7630004000031234567890143", true),
        ("FR7630004", "FR7630004000031234567890143", false),
        // A name, not a country.
        ("FR*", "FR7630004000031234567890143", false),
    ] {
        assert_eq!(claims(&format!("when.payer = \"{pattern}\""), &with_iban(iban)), expected, "{pattern} {iban}");
    }
}

#[test]
fn every_condition_must_hold() {
    let all = r#"[[rule]]
id = "R1"
when = { text = "FRAIS", payer = "BNP*", amount = "-60..0", our_account = "0143", currency = "eur" }
account = "627100"
reason = "bank charges"
from = 2026-06-01
to = "2026-06-30"
"#;
    let rules = rules(all);
    let good = payment(-500, "FRAIS", "BNP PARIBAS");
    assert_eq!(rules.of(&good), RuleMatch::One(0));
    let changed = |change: fn(&mut Payment)| {
        let mut payment = good.clone();
        change(&mut payment);
        rules.of(&payment)
    };
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    for (what, found) in [
        ("text", changed(|p| p.remittance = "VIREMENT".into())),
        ("payer", changed(|p| p.payer_name = "SG".into())),
        ("amount", changed(|p| p.amount.minor = -6001)),
        ("sign", changed(|p| p.amount.minor = 500)),
        ("account", changed(|p| p.account = "FR7630004000031234567890144".into())),
        ("currency", changed(|p| p.amount.currency = Currency::USD)),
    ] {
        assert_eq!(found, RuleMatch::None, "{what}");
    }
    for (date, expected) in [
        (day(2026, 5, 31), RuleMatch::None),
        (day(2026, 6, 1), RuleMatch::One(0)),
        (day(2026, 6, 30), RuleMatch::One(0)),
        (day(2026, 7, 1), RuleMatch::None),
    ] {
        assert_eq!(rules.of(&Payment { booking_date: date, ..good.clone() }), expected, "{date}");
    }
}

#[test]
fn rules_that_disagree_are_a_conflict_and_those_that_agree_are_not() {
    let frais = payment(-500, "FRAIS DE VIREMENT", "");
    let two = |account: &str, reason: &str| {
        rules(&format!(
            "[[rule]]\nid = \"A\"\nwhen.text = \"NOTHING\"\naccount = \"1\"\nreason = \"x\"\n\
             [[rule]]\nid = \"B\"\nwhen.text = \"FRAIS\"\naccount = \"627\"\nreason = \"charges\"\n\
             [[rule]]\nid = \"C\"\nwhen.text = \"VIREMENT\"\naccount = \"{account}\"\nreason = \"{reason}\"\n"
        ))
    };
    assert_eq!(two("627", "charges").of(&frais), RuleMatch::One(1));
    assert_eq!(two("628", "charges").of(&frais), RuleMatch::Conflict(vec![1, 2]));
    assert_eq!(two("627", "other charges").of(&frais), RuleMatch::Conflict(vec![1, 2]));
    assert_eq!(two("628", "charges").of(&payment(-500, "FRAIS", "")), RuleMatch::One(1));
    assert_eq!(two("628", "charges").of(&payment(-500, "LOYER", "")), RuleMatch::None);
    assert_eq!(Rules::compile(&[]).of(&frais), RuleMatch::None);
}

#[test]
fn a_rule_without_a_condition_claims_nothing() {
    let mut rule = Config::from_toml(
        "[[rule]]\nid = \"A\"\nwhen.text = \"FRAIS\"\naccount = \"627\"\nreason = \"charges\"\n",
        "c.toml",
    )
    .unwrap()
    .rule
    .remove(0);
    rule.when = RuleConditions::default();
    assert_eq!(Rules::compile(&[rule]).of(&payment(-500, "FRAIS", "FRAIS")), RuleMatch::None);
}

/// What a pattern matches, by its meaning: tries every way to cut the text.
fn by_meaning(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|n| by_meaning(rest, &text[n..])),
        Some((letter, rest)) => text.first() == Some(letter) && by_meaning(rest, &text[1..]),
    }
}

/// The same for words: some part of the text, with whole words where no star opens the pattern.
fn by_meaning_in_words(pattern: &[u8], text: &[u8]) -> bool {
    let is_word = |n: Option<usize>| n.and_then(|n| text.get(n)).is_some_and(u8::is_ascii_alphanumeric);
    (0..=text.len()).any(|start| {
        (start..=text.len()).any(|end| {
            (pattern.starts_with(b"*") || !is_word(start.checked_sub(1)))
                && (pattern.ends_with(b"*") || !is_word(Some(end)))
                && by_meaning(pattern, &text[start..end])
        })
    })
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 3000, failure_persistence: None, ..Default::default() })]
    #[test]
    fn globs_mean_what_they_say(pattern in "[AB *]{1,7}", text in "[AB ]{0,10}") {
        let (pattern, text) = (squeezed(pattern.into()), squeezed(text.into()));
        if pattern.bytes().any(|b| b.is_ascii_alphanumeric()) {
            let (glob, field) = (Glob::new(&pattern), Field::new(text.clone()));
            proptest::prop_assert_eq!(
                glob.is_all_of(&field), by_meaning(pattern.as_bytes(), text.as_bytes()), "all of: {} {}", pattern, text);
            proptest::prop_assert_eq!(
                glob.is_in(&field), by_meaning_in_words(pattern.as_bytes(), text.as_bytes()), "in: {} {}", pattern, text);
        }
    }
}

/// Every pattern that makes a naive matcher try again and again, against texts as long as a reader lets through.
#[test]
fn hostile_patterns_and_texts_end_at_once() {
    let long = |unit: &str| unit.repeat(100_000 / unit.len());
    let texts = [long("A"), long("A "), long("AB"), long("A A A B "), long("é"), long("*"), long("\u{202e}A")];
    let stars = "A*".repeat(99) + "B";
    let patterns =
        ["A".repeat(200), "A".repeat(199) + "B", stars, "*A".repeat(99), "*".repeat(199) + "A", "A ".repeat(99) + "C"];
    let conditions: Vec<String> = patterns.iter().map(|p| format!("when.text = \"{p}\"")).collect();
    let payers: Vec<String> = patterns.iter().map(|p| format!("when.payer = \"{p}\"")).collect();
    let all: Vec<&str> = conditions.iter().chain(&payers).map(String::as_str).collect();
    let rules = each(&all);
    let start = Instant::now();
    for text in &texts {
        rules.of(&payment(-1, text, text));
    }
    // Far above what it takes (a hundredth of it): a matcher that tries again takes years.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Prints how long 200,000 payments and 50 rules take: `cargo test --release fifty_rules -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn fifty_rules_on_many_payments() {
    let words = ["COMMISSION", "FRAIS", "URSSAF", "LOYER", "DGFIP", "TVA", "ASSURANCE", "EDF", "ORANGE", "AGIOS"];
    let conditions: Vec<String> = (0..50)
        .map(|n| match n % 5 {
            0 => format!("when.text = \"{} MVT {n}*\"", words[n % 10]),
            1 => format!("when.text = \"{}*{n}\"\nwhen.amount = \"|x| <= {n}\"", words[n % 10]),
            2 => format!("when.payer = \"{} {n}*\"", words[n % 10]),
            3 => format!("when.text = \"*{}*\"\nwhen.amount = \"< -{n}00\"", words[n % 10]),
            _ => format!("when.payer = \"FR76{n:04}*\"\nwhen.currency = \"EUR\""),
        })
        .collect();
    let rules = each(&conditions.iter().map(String::as_str).collect::<Vec<_>>());
    let payments: Vec<Payment> = (0..200_000)
        .map(|n| {
            let text =
                format!("VIR SEPA {} Société n° {n} facture 2026-{:05} du 12/06/2026", words[n % 10], n % 100_000);
            Payment {
                payer_iban: format!("FR76{:023}", n).into(),
                ..payment((n as i64 % 2000 - 1000) * 37, &text, &format!("{} Établissements {n}", words[n % 7]))
            }
        })
        .collect();
    let start = Instant::now();
    let claimed = payments.iter().filter(|p| rules.of(p) != RuleMatch::None).count();
    println!("{} payments × {} rules: {:?}, {claimed} claimed", payments.len(), conditions.len(), start.elapsed());
    assert!(claimed > 0 && claimed < payments.len());
}
