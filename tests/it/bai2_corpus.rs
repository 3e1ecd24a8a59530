//! Every BAI2 of the shared corpus, against the figures that another program found in it, and the example of our own.

use lettrage::model::CheckKind;

use crate::corpus::{Known, example, loaded, walk};

/// Figures of the manifest that are not ours, and why.
const OTHER_FIGURES: &[(&str, &str, &str)] = &[(
    "bai2/moov-io__bai2__example.txt",
    "balances",
    "010,500000 is 5,000.00 dollars: amounts are in cents, which the manifest did not divide",
)];

#[test]
fn every_file_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "bai2", other_figures: OTHER_FIGURES, ..Known::default() });
}

#[test]
fn trailers_hold_but_in_the_invented_example() {
    let Some(files) = loaded("bai2") else { return };
    for (path, file) in files {
        let checks = file.statements.iter().flat_map(|s| &s.checks).filter(|c| c.kind == CheckKind::ControlTotal);
        let wrong: Vec<&str> = checks.filter(|c| c.holds == Some(false)).map(|c| &*c.text).collect();
        assert_eq!(wrong.is_empty(), !path.ends_with("example.txt"), "{path}: {wrong:?}");
    }
}

#[test]
fn our_example_is_read_as_a_person_reads_it() {
    let file = example("bai2/balance_2026-06-30.bai");
    let statement = &file.statements[0];
    assert!(statement.checks.iter().all(|c| c.holds == Some(true)), "{:?}", statement.checks);
    assert_eq!(statement.closing.unwrap().amount.to_string(), "11234.50");
    let [wire, fee] = &statement.payments[..] else { panic!("two transactions") };
    assert_eq!((wire.amount.to_string(), fee.amount.to_string()), ("1250.00".into(), "-15.50".into()));
    assert_eq!(&*wire.remittance, "ACME INC, INVOICES 2026-0412 AND 2026-0419, LESS CREDIT NOTE 31/A");
    assert_eq!((&*wire.bank_reference, &*wire.end_to_end_id), ("FT260630001", "ACME-77"));
}
