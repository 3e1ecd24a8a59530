//! Every QIF file of the shared corpus, against the figures that another program found in it.

use crate::corpus::{Known, walk};

#[test]
fn every_file_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "qif", ..Known::default() });
}
