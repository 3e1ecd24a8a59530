//! Every CFONB 120 of the shared corpus, against the figures that another program found in it, and the example of our own.

use lettrage::model::Nature;

use crate::corpus::{Known, example, walk};

/// Files that do not load, and why. Each must end in an error with a place.
const NOT_LOADED: &[(&str, &str)] = &[
    (
        "cfonb120/OCA__l10n-france__test_cfonb_bad_decimal.txt",
        "made to be refused: 3 decimals are declared for EUR, so that its first movement is of 56.073 EUR",
    ),
    (
        "cfonb120/OCA__l10n-france__test_cfonb_iban_diff_04.txt",
        "made to be refused: line 11 is a movement of the account of the second statement",
    ),
    (
        "cfonb120/OCA__l10n-france__test_cfonb_iban_diff_07.txt",
        "made to be refused: line 16 closes another account than the one that line 1 opened",
    ),
    (
        "cfonb120/OCA__l10n-france__test_cfonb_inv_04_05.txt",
        "made to be refused: lines 2 and 3 have their kinds exchanged, so that the movement has text where the amount must be",
    ),
];

#[test]
fn every_file_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "cfonb120", not_loaded: NOT_LOADED, ..Known::default() });
}

#[test]
fn a_remittance_is_refused_at_its_place() {
    const REMITTANCE: &[(&str, &str)] =
        &[("cfonb240/silarhi__cfonb-parser__cfonb.240-complex-test.txt", "a remittance of bills, no statement")];
    walk(&Known { format: "cfonb240", not_loaded: REMITTANCE, ..Known::default() });
}

#[test]
fn our_example_is_read_as_a_person_reads_it() {
    let file = example("cfonb120/releve_2026-06.txt");
    let [euro, franc] = &file.statements[..] else { panic!("two statements, not {}", file.statements.len()) };
    assert_eq!((euro.balances_ok(), franc.balances_ok()), (Some(true), Some(true)));
    assert_eq!(euro.closing.unwrap().amount.to_string(), "15010.35");
    assert_eq!(
        (franc.closing.unwrap().amount.to_string(), franc.currency.unwrap().to_string()),
        ("1450000".into(), "XPF".into())
    );
    let [transfer, unpaid, supplier, fees] = &euro.payments[..] else { panic!("four movements") };
    assert_eq!((&*transfer.payer_name, &*transfer.end_to_end_id), ("SOCIÉTÉ LEFÈVRE ET FILS", "LEF-2026-118"));
    assert_eq!(
        &*transfer.remittance,
        "REGLEMENT DE VOS FACTURES 2026-0412 DU 4 MAI ET 2026-0419 DU 12 MAI 2026, MOINS AVOIR AV-031"
    );
    assert_eq!(&*transfer.payer_iban, "FR7630006000011234567890189");
    assert_eq!(
        (unpaid.nature, &*unpaid.return_reason, &*unpaid.payer_name),
        (Nature::Return, "52", "MENUISERIE DU PORT")
    );
    assert_eq!((&*supplier.payer_name, supplier.amount.to_string()), ("PAPETERIE DU CENTRE", "-320.00".into()));
    assert_eq!((&*fees.remittance, &*fees.payer_name), ("FRAIS TENUE DE COMPTE DONT TVA 2,50EUR", ""));
}
