//! Mappings that ship with the program, for bank exports of which detection alone would read a column wrongly or not at all.
//!
//! `presets.toml` holds them: a name, the bank, what the export is recognised by, and a mapping like a user's `[csv.NAME]`. A user's own
//! mapping always wins. Which preset a file is for is decided once, from its first records.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::config::csv::{CsvKind, CsvMapping};

use super::amount;
use super::columns::{is_named, key};
use super::date::{self, Written};
use super::records::{Records, Row};

/// Records among which a header is looked for, or that must have a shape.
const WITHIN: usize = 80;

/// One export of one bank.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Preset {
    /// The bank, as it calls itself.
    pub bank: String,
    /// Headers that are all there, in the form of [`key`].
    #[serde(default)]
    header: Vec<String>,
    /// For exports without a header: what each column of every row holds.
    #[serde(default)]
    rows: Vec<Shape>,
    /// How it is read.
    pub mapping: CsvMapping,
}

/// What a cell without a header holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Shape {
    /// `17 Jun 2026`
    DateWithNamedMonth,
    /// Two to four capital letters, perhaps with a hyphen behind.
    Code,
    /// An amount with decimals, or nothing; one cell of this shape in a row is filled.
    AmountOrNothing,
    Anything,
    Nothing,
}

static PRESETS: LazyLock<BTreeMap<String, Preset>> = LazyLock::new(|| {
    // Invariant: the table is part of the program, and a test reads it.
    toml::from_str(include_str!("presets.toml")).unwrap_or_default()
});

/// A name and its preset.
pub(super) type Named = (&'static str, &'static Preset);

/// The preset that a text is for, with one of some delimiters.
pub(super) fn find(text: &str, kind: CsvKind, delimiters: &[u8]) -> Option<(Named, u8)> {
    let of_kind = || PRESETS.iter().filter(move |(_, p)| p.mapping.kind == kind).map(|(n, p)| (n.as_str(), p));
    delimiters.iter().find_map(|delimiter| {
        let (mut records, mut row) = (Records::new(text, *delimiter), Row::default());
        let (mut number, mut shaped): (usize, Vec<Named>) =
            (0, of_kind().filter(|(_, p)| !p.rows.is_empty()).collect());
        while number < WITHIN && records.next(&mut row).ok()? {
            number += 1;
            shaped.retain(|(_, p)| has_shape(text, &row, &p.rows));
            if row.fields.len() < 2 {
                continue;
            }
            let keys: Vec<String> = (0..row.fields.len()).map(|n| key(&row.get(text, n)).0).collect();
            let has = |name: &String| keys.iter().any(|k| is_named(k, name));
            let found = of_kind().find(|(_, p)| !p.header.is_empty() && p.header.iter().all(has));
            if let Some(found) = found {
                return Some((found, *delimiter));
            }
        }
        shaped.first().filter(|_| number > 0).map(|named| (*named, *delimiter))
    })
}

fn has_shape(text: &str, row: &Row, shapes: &[Shape]) -> bool {
    let amounts = |cell: &str| cell.contains(['.', ',']) && amount::parts(cell).is_some();
    let fits = |(n, shape): (usize, &Shape)| {
        let cell = row.get(text, n);
        match shape {
            Shape::DateWithNamedMonth => {
                matches!(date::written(&cell), Some(Written::Plain { year_first: false, .. }))
            }
            Shape::Code => {
                let code = cell.strip_suffix('-').unwrap_or(&cell);
                (2..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase())
            }
            Shape::AmountOrNothing => cell.is_empty() || amounts(&cell),
            Shape::Anything => true,
            Shape::Nothing => cell.is_empty(),
        }
    };
    let filled = shapes
        .iter()
        .enumerate()
        .filter(|(n, s)| **s == Shape::AmountOrNothing && !row.get(text, *n).is_empty())
        .count();
    row.fields.len() == shapes.len() && shapes.iter().enumerate().all(fits) && filled == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_every_preset_says_what_it_is_recognised_by() {
        let read: Result<BTreeMap<String, Preset>, _> = toml::from_str(include_str!("presets.toml"));
        let presets = read.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(presets.len(), PRESETS.len());
        assert!(presets.len() > 4);
        for (name, preset) in &presets {
            assert_ne!(preset.header.is_empty(), preset.rows.is_empty(), "{name}");
            assert!(!preset.bank.is_empty() && preset.mapping.files.is_empty(), "{name}");
            for header in &preset.header {
                assert_eq!(key(header).0, *header, "{name}: not in the form in which headers are compared");
            }
        }
    }

    #[test]
    fn a_shape_must_be_that_of_every_row() {
        let row = "17 Jun 2026,ICT, , 1250.00,DUPONT,2026-0412,,\n";
        let found = |text: &str| find(text, CsvKind::Payments, b";,").map(|((name, _), _)| name);
        assert_eq!(found(row), Some("dbs-rows"));
        assert_eq!(found(&format!("{row}17 Jun 2026,ICT,1.00,1250.00,DUPONT,2026-0412,,\n")), None);
        assert_eq!(found("2026-06-17,ICT, , 1250.00,DUPONT,2026-0412,,\n"), None);
        assert_eq!(found(""), None);
    }
}
