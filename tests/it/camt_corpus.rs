//! Every camt.053 file of the shared corpus, against the figures that another program found in it.

use crate::corpus::{Known, walk};

/// Files that do not load, and why. Each must end in an error with a place.
const NOT_LOADED: &[(&str, &str)] = &[
    (
        "camt.053/svapnil__iso20022.js__abn_amro_example_camt.xml",
        "not well-formed: two <Rsn> are opened and never closed",
    ),
    (
        "camt.053/svapnil__iso20022.js__mercury_camt053_v2_1.excerpt.xml",
        "not well-formed: a JSON-escaped string, with attributes like Ccy=\\\"DKK\\\"",
    ),
];

/// Figures of the manifest that are not ours, and why.
const OTHER_FIGURES: &[(&str, &str, &str)] = &[
    (
        "camt.053/OCA__bank-statement-import__test-camt053.zip",
        "balances",
        "the manifest gives none for an archive; its members have them",
    ),
    (
        "camt.053/OCA__bank-statement-import__test-camt053-wrong-amount",
        "details",
        "its entry has no amount, and the manifest does not count the transaction in it",
    ),
];

/// Transactions by a count of tags that shares nothing with the reader: an entry has as many as it has `TxDtls`, at least one.
pub fn counted(text: &str) -> (u64, u64) {
    let (mut transactions, mut details, mut open) = (0, 0, 0);
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with("!--") {
            rest = rest.find("-->").map_or("", |n| &rest[n..]);
            continue;
        }
        let name = rest.split([' ', '>', '\n', '\t', '\r']).next().unwrap_or_default();
        let (closing, name) = name.strip_prefix('/').map_or((false, name), |n| (true, n));
        match (closing, name.rsplit(':').next().unwrap_or_default()) {
            (false, "Ntry") => open = 0,
            (true, "Ntry") => transactions += open.max(1),
            (false, "TxDtls") => {
                open += 1;
                details += 1;
            }
            _ => {}
        }
    }
    (transactions, details)
}

#[test]
fn every_well_formed_file_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "camt.053", not_loaded: NOT_LOADED, other_figures: OTHER_FIGURES, counted: Some(counted) });
}
