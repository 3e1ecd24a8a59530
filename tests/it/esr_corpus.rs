//! Every file of Swiss slips in the shared corpus, against the figures that another program found in it, and the example of our own.

use lettrage::model::{CheckKind, Nature, StatementKind};

use crate::corpus::{Known, example, loaded, walk};

/// The manifest's figures for balances are about the total record, which is no balance: a control total here, see below.
const TOTALS: &str = "a notification has no balances; the manifest means the total record";

/// Figures of the manifest that are not ours, and why.
const OTHER_FIGURES: &[(&str, &str, &str)] = &[
    ("esr-v11/OCA__l10n-switzerland__sample.v11", "balances", TOTALS),
    ("esr-v11/OCA__l10n-switzerland__sample__f4c4dd89.v11", "balances", TOTALS),
    ("esr-v11/OCA__l10n-switzerland__test.v11", "balances", TOTALS),
    ("esr-v11/OCA__l10n-switzerland__test1.v11", "balances", TOTALS),
    ("esr-v11/OCA__l10n-switzerland__test__f8821ef7.v11", "balances", TOTALS),
    ("esr-v11/OCA__l10n-switzerland__test_part_1.v11", "balances", TOTALS),
    ("esr-v11/OCA__l10n-switzerland__test_part_2.v11", "balances", TOTALS),
    ("esr-v11/OCA__l10n-switzerland__vesr.V11", "balances", TOTALS),
    (
        "esr-v11/OCA__l10n-switzerland__vesr.V11",
        "statements",
        "two customer numbers, 01-162-8 and 01-52600-0, each with its own total: two notifications",
    ),
];

#[test]
fn every_file_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "esr-v11", other_figures: OTHER_FIGURES, ..Known::default() });
}

#[test]
fn totals_hold_but_in_three_edited_files() {
    let Some(files) = loaded("esr-v11") else { return };
    for (path, file) in files {
        let holds: Vec<Option<bool>> = file
            .statements
            .iter()
            .map(|s| s.checks.iter().find(|c| c.kind == CheckKind::ControlTotal).and_then(|c| c.holds))
            .collect();
        // Somebody changed the amount of the slip to 5415.00 and left the total at 541.50.
        let edited = path.contains("sample") || path.contains("test1.v11");
        let expected = if path.ends_with("vesr.V11") { vec![Some(true), Some(true)] } else { vec![Some(!edited)] };
        assert_eq!(holds, expected, "{path}");
    }
}

#[test]
fn our_example_is_read_as_a_person_reads_it() {
    let file = example("esr/esr_2026-06.v11");
    let [francs, euros] = &file.statements[..] else { panic!("two notifications") };
    assert_eq!((francs.kind, &*francs.account), (StatementKind::Notification, "01-99999-9"));
    assert_eq!((euros.currency.unwrap().to_string(), &*euros.account), ("EUR".into(), "03-99999-9"));
    assert!(file.statements.iter().all(|s| s.checks.iter().all(|c| c.holds != Some(false))));
    let [paid, taken_back, corrected] = &francs.payments[..] else { panic!("three slips") };
    assert_eq!(paid.structured_references[..], ["210000000003139471430009017".into()]);
    assert_eq!((paid.amount.to_string(), paid.booking_date.to_string()), ("1250.00".into(), "2026-06-03".into()));
    assert_eq!((taken_back.nature, taken_back.amount.to_string()), (Nature::Reversal, "-80.00".into()));
    assert_eq!(corrected.amount.to_string(), "80.50");
    assert_eq!(euros.payments[0].amount.to_string(), "99.95");
}
