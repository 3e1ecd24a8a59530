//! Every CODA of the shared corpus, against the figures that another program found in it, and the example of our own.

use crate::corpus::{Known, example, walk};

#[test]
fn every_file_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "coda", ..Known::default() });
}

#[test]
fn our_example_is_read_as_a_person_reads_it() {
    let file = example("coda/extrait_2026-06.cod");
    let statement = &file.statements[0];
    assert!(statement.checks.iter().all(|c| c.holds == Some(true)), "{:?}", statement.checks);
    assert_eq!(statement.closing.unwrap().amount.to_string(), "2405.50");
    assert_eq!((statement.entries, statement.transactions, &*statement.sequence), (4, 5, "118"));
    let [structured, free, batch_a, batch_b, costs] = &statement.payments[..] else { panic!("five payments") };
    assert_eq!(structured.structured_references[..], ["+++202/6000/12320+++".into()]);
    assert_eq!((&*structured.payer_name, &*structured.payer_iban), ("PEETERS BVBA", "BE68539007547034"));
    assert_eq!(
        &*free.remittance,
        "BETALING VAN UW FACTUREN 2026-0412 VAN 4 MEI EN 2026-0419 VAN 12 MEI, MIN CREDITNOTA 2026-C031"
    );
    assert_eq!(&*free.end_to_end_id, "JANSSENS-77");
    assert_eq!((batch_a.amount.to_string(), batch_b.amount.to_string()), ("200.00".into(), "300.00".into()));
    assert_eq!((&*costs.remittance, costs.amount.to_string()), ("KOSTEN REKENING", "-4.50".into()));
}
