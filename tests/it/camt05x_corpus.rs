//! Every camt.052 and camt.054 file of the shared corpus, against the figures that another program found in it.

use crate::camt_corpus::counted;
use crate::corpus::{Known, walk};

/// Figures of the manifest that are not ours, and why.
const OTHER_FIGURES: &[(&str, &str, &str)] = &[(
    "camt.052/genkgo__camt__camt052.v1__05f07d46.xml",
    "details",
    "in version .01 TxDtls stands directly in Ntry; the manifest counts only those in NtryDtls",
)];

#[test]
fn every_intraday_report_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "camt.052", other_figures: OTHER_FIGURES, counted: Some(counted), ..Known::default() });
}

#[test]
fn every_notification_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "camt.054", counted: Some(counted), ..Known::default() });
}
