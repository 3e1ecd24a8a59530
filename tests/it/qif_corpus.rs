//! Every QIF file of the shared corpus, against the figures that another program found in it.

use std::collections::BTreeMap;

use lettrage::config::Limits;
use lettrage::read::{self, Settings};

use crate::corpus::{Known, rows, shared, walk};

/// Files that do not load, and why. Each must end in an error with a place.
const NOT_LOADED: &[(&str, &str)] = &[
    ("qif/reubano__csv2ofx__example.qif", "its only date, 6/ 3/94, is 6 March or 3 June"),
    ("qif/reubano__csv2ofx__transaction_example.qif", "its dates, 6/ 1/94 to 6/ 3/94, are three months or three days"),
    ("qif/reubano__csv2ofx__transfer_example.qif", "its only date, 6/12/10, is 6 December or 12 June"),
];

/// The manifest counts lines with `^`, and with them the ends of `!Account` records, which are no transactions.
const ACCOUNT_RECORDS: &str = "the manifest counts the ends of !Account records too";
/// The manifest counts `!Type:` lines; we count accounts.
const SECTIONS: &str = "sections of one account are one statement: a second header says nothing of another account";
const SECURITIES: &str = "it holds securities only (!Type:Invst), which are left out and said";

/// Figures of the manifest that are not ours, and why.
const OTHER_FIGURES: &[(&str, &str, &str)] = &[
    ("qif/reubano__csv2ofx__creditunion.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__custom_example.qif", "statements", SECTIONS),
    ("qif/reubano__csv2ofx__custom_example.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__default.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__default_w_splits.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__investment_example.qif", "statements", SECURITIES),
    ("qif/reubano__csv2ofx__investment_example.qif", "entries", SECURITIES),
    ("qif/reubano__csv2ofx__mint.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__mint_alt.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__mint_example.qif", "statements", SECTIONS),
    ("qif/reubano__csv2ofx__mint_example.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__mint_extra.qif", "entries", ACCOUNT_RECORDS),
    (
        "qif/reubano__csv2ofx__mint_transfer_example.qif",
        "entries",
        "its lines end in CR, which the manifest does not count as lines",
    ),
    ("qif/reubano__csv2ofx__split_example.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__stripe-all.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__stripe-default.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__ubs-ch-fr.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__xero.qif", "statements", SECTIONS),
    ("qif/reubano__csv2ofx__xero.qif", "entries", ACCOUNT_RECORDS),
    ("qif/reubano__csv2ofx__xero_example.qif", "statements", SECTIONS),
    ("qif/reubano__csv2ofx__xero_example.qif", "entries", ACCOUNT_RECORDS),
];

/// Transactions by a count that shares nothing with the reader: `^` in sections of bookings. Lines may end in CR.
fn counted(text: &str) -> u64 {
    let (mut inside, mut ends) = (false, 0);
    for line in text.split(['\n', '\r']).map(str::trim) {
        match line {
            "^" if inside => ends += 1,
            header if header.starts_with('!') => inside = header.starts_with("!Type:") && !header.contains("Invst"),
            _ => {}
        }
    }
    ends
}

#[test]
fn every_file_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "qif", not_loaded: NOT_LOADED, other_figures: OTHER_FIGURES, ..Known::default() });
}

#[test]
fn where_the_manifest_counts_otherwise_a_count_of_our_own_agrees() {
    let Some(shared) = shared() else {
        eprintln!("skipped: no shared corpus (set LETTRAGE_SHARED)");
        return;
    };
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    for row in rows(&shared, "qif") {
        let path = &row["local_path"];
        let bytes = std::fs::read(shared.join("corpus").join(path)).unwrap();
        let Ok(files) = read::statements(path, &bytes, &settings) else { continue };
        let entries: u64 = files[0].statements.iter().map(|s| u64::from(s.entries)).sum();
        assert_eq!(entries, counted(&String::from_utf8_lossy(&bytes)), "{path}");
    }
}
