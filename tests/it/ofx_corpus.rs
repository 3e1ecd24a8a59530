//! Every OFX file of the shared corpus, against the figures that another program found in it.

use crate::corpus::{Known, walk};

/// Files that do not load, and why. Each must end in an error with a place.
const NOT_LOADED: &[(&str, &str)] = &[(
    "ofx/OCA__bank-statement-import__test_ofx_wrong.ofx",
    "made to be wrong: CURDEF, and date and amount of one transaction, are commented out",
)];

#[test]
fn every_file_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "ofx", not_loaded: NOT_LOADED, ..Known::default() });
}
