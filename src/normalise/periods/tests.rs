//! Every shape of a date, and what only looks like one.

use chrono::{Datelike, NaiveDate};

use super::*;
use crate::normalise::text;

/// What a text names, with the payment on 20 June 2026: `I` for issue, `D` for due, and the first and the last day.
fn named_by(payer: &str, raw: &str) -> String {
    let folded = text::fold(raw);
    let atoms = text::atoms(&folded);
    let taken = vec![false; atoms.len()];
    let payer = text::fold(payer);
    let day = NaiveDate::from_ymd_opt(2026, 6, 20).unwrap();
    let found = find(&Text { folded: &folded, atoms: &atoms, taken: &taken, payer: &payer, day });
    let written = |n: &NamedPeriod| {
        let role = match n.role {
            DateRole::Any => "",
            DateRole::Issue => "I ",
            DateRole::Due => "D ",
        };
        let date = |day| NaiveDate::from_num_days_from_ce_opt(day).unwrap().format("%y%m%d").to_string();
        match n.is_day() {
            true => format!("{role}{}", date(n.from)),
            false => format!("{role}{}-{}", date(n.from), date(n.to)),
        }
    };
    found.iter().map(written).collect::<Vec<_>>().join(", ")
}

fn check(cases: &[(&str, &str)]) {
    for (raw, expected) in cases {
        assert_eq!(named_by("Vasseur SARL", raw), *expected, "{raw}");
    }
}

#[test]
fn days_are_found_in_every_usual_shape() {
    check(&[
        ("RE 17036 VOM 01.02.2026", "I 260201"),
        ("FACT FA-10359 DU 24/11/25", "I 251124"),
        ("FACT 10359 DU 241125", "I 251124"),
        ("RNr 28562 v. 01.05.26", "I 260501"),
        ("Rechnung 28562 01052026", "260501"),
        ("factuur 88 dd 20260501", "I 260501"),
        ("factuur dd 260501", "I 260501"),
        ("inv dated 2026-05-01", "I 260501"),
        ("1. 5. 2026", "260501"),
        ("01 05 2026", "260501"),
        ("fattura del 1/5/2026", "I 260501"),
        ("invoice of May 3, 2026", "260503"),
        ("facture du 1er juin 2026", "I 260601"),
        ("Rg. vom 3. März 2026", "I 260303"),
        ("facture du 24/11", "I 251124"),
        ("Rg vom 01.02.", "I 260201"),
        ("factura 05/31/2026", "260531"),
        ("PO 12 10-05-26", "260510"),
    ]);
}

#[test]
fn the_word_before_a_date_says_whose_it_is() {
    check(&[
        ("ECH 31/12/25", "D 251231"),
        ("échéance du 30/06/26", "D 260630"),
        ("fällig am 15.06.2026", "D 260615"),
        ("due date 2026-06-15", "D 260615"),
        ("vervaldatum 15-06-2026", "D 260615"),
        ("scadenza 31/05/2026", "D 260531"),
        ("vto. 31/05/26", "D 260531"),
        ("ech 30/06", "D 260630"),
        ("FA 10359 DU 24/11/25 ECH 31/12/25", "I 251124, D 251231"),
    ]);
}

#[test]
fn months_are_found_in_six_languages() {
    check(&[
        ("Miete Juni 2026", "260601-260630"),
        ("abonnement mei", "260501-260531"),
        ("JUIN 2026", "260601-260630"),
        ("06/2026", "260601-260630"),
        ("06.2026", "260601-260630"),
        ("2026-06", "260601-260630"),
        ("04/26 KELLER", "260401-260430"),
        ("Kd 20417 Juni", "260601-260630"),
        ("loyer août", "250801-250831"),
        ("Juli", "260701-260731"),
        ("cuota septiembre 2025", "250901-250930"),
        ("canone mag 2026", "260501-260531"),
        ("huur mrt 2026", "260301-260331"),
        ("DEZ 25", "251201-251231"),
        ("Abo März", "260301-260331"),
        ("JUN", "260601-260630"),
        ("MAI'26", "260501-260531"),
        ("facture 202605", "260501-260531"),
        ("ech juin 2026", "D 260601-260630"),
    ]);
}

#[test]
fn lists_ranges_quarters_and_weeks_are_found() {
    check(&[
        ("Mai/Juni 2026", "260501-260531, 260601-260630"),
        ("Mai und Juni", "260501-260531, 260601-260630"),
        ("Dez 2025", "251201-251231"),
        ("loyers nov/déc/janv 2026", "251101-251130, 251201-251231, 260101-260131"),
        ("janvier à mars 2026", "260101-260331"),
        ("Jan - März 2026", "260101-260331"),
        ("Q2 2026", "260401-260630"),
        ("Q1", "260101-260331"),
        ("2Q 2026", "260401-260630"),
        ("T1 2026", "260101-260331"),
        ("2e trimestre 2026", "260401-260630"),
        ("1. Quartal 2026", "260101-260331"),
        ("kwartaal 2", "260401-260630"),
        ("KW 23", "260601-260607"),
        ("KW23/2026", "260601-260607"),
        ("semaine 22", "260525-260531"),
        ("du 01/04/26 au 30/04/26", "260401-260430"),
        ("01.05.2026 - 31.05.2026", "260501-260531"),
    ]);
}

#[test]
fn what_only_looks_like_a_date_is_left_alone() {
    let none = [
        "",
        "31.02.2026",
        "30/02/26",
        "montant 1.250,00",
        "12.05 EUR",
        "du 12.05 EUR",
        "tel 06/12/05/26/33",
        "tel. 01052026",
        "+49 30 01052026",
        "030 010526",
        "06 12 05 26 78",
        "FR76 3000 4012 0526 0000",
        "DE89370400440532013000",
        "RE-2026-0412",
        "RE 2026/0605",
        "FA 010526B",
        "F010526",
        "01.05.2026.17",
        "0105202612",
        "01.05.1997",
        "13/2026",
        "KW 60",
        "Q5 2026",
        "T2",
        "Gate T2 Paris",
        "Stadtwerke Mainz",
        "Marseille",
        "Vista del mar 3",
        "set de table",
        "we may pay later",
        "two months ago paid",
        "Lieferung Mars Riegel",
        "17036",
        "2026",
        "Zahlung 18.06.2026",
        "notre reglement du 19/06/2026",
    ];
    check(&none.map(|raw| (raw, "")));
}

#[test]
fn words_of_the_payers_name_are_no_months() {
    assert_eq!(named_by("Mars Wrigley France", "MARS"), "");
    assert_eq!(named_by("Mars Wrigley France", "MARS 2026"), "260301-260331");
    assert_eq!(named_by("Thomas Mai", "Thomas Mai"), "");
    assert_eq!(named_by("Thomas Weber", "Thomas Weber Mai"), "260501-260531");
    assert_eq!(named_by("April GmbH", "April Beitrag Juni"), "260601-260630");
}

#[test]
fn what_is_cited_is_no_date() {
    let folded = text::fold("RE 01052026 vom 02.06.2026");
    let atoms = text::atoms(&folded);
    let mut taken = vec![false; atoms.len()];
    taken[1] = true;
    let day = NaiveDate::from_ymd_opt(2026, 6, 20).unwrap();
    let found = find(&Text { folded: &folded, atoms: &atoms, taken: &taken, payer: "", day });
    let issued = NaiveDate::from_ymd_opt(2026, 6, 2).unwrap().num_days_from_ce();
    assert_eq!(found, [NamedPeriod { from: issued, to: issued, role: DateRole::Issue }]);
}

#[test]
fn a_list_of_many_dates_names_none() {
    let many: Vec<String> = (1..=9).map(|day| format!("0{day}.05.2026")).collect();
    assert_eq!(named_by("", &many.join(" ")), "");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_fail(raw in "([0-9]{1,8}|[./ -]|MAI|JUIN|KW|Q|T|ER|BIS|DU|ECH|[A-Zé+]){0,24}") {
        named_by("Mai", &raw);
    }
}
