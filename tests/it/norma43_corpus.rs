//! Every Norma 43 of the shared corpus, against the figures that another program found in it, and the example of our own.

use crate::corpus::{Known, example, walk};

#[test]
fn every_file_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "aeb43", ..Known::default() });
}

#[test]
fn our_example_is_read_as_a_person_reads_it() {
    let file = example("norma43/extracto_2026-06.n43");
    let statement = &file.statements[0];
    assert!(statement.checks.iter().all(|c| c.holds == Some(true)), "{:?}", statement.checks);
    assert_eq!(statement.closing.unwrap().amount.to_string(), "11237.65");
    assert_eq!(&*statement.owner, "TALLERES NUÑEZ SL");
    let [transfer, card] = &statement.payments[..] else { panic!("two movements") };
    assert_eq!(&*transfer.remittance, "TRANSFERENCIA DE MUEBLES PEÑA SA CONCEPTO FACTURA 2026-0412");
    assert_eq!((transfer.amount.to_string(), card.amount.to_string()), ("1250.00".into(), "-12.35".into()));
}
