//! Xero: import of manual journals. Lines of one narration and day are one journal; debits are positive, credits negative.
//!
//! A file holds 300 lines, so there are as many files as are needed, each entry whole in one of them. An entry of more lines is written
//! as several journals, each with its share of the largest line: together they move what the entry moves.

use super::text::{Table, cut, decimal, first_of, one_line};
use super::{PostFile, booked, csv};
use crate::config::PostPolicy;
use crate::model::{JournalEntry, JournalLine, Posting};

const COLUMNS: [&str; 10] = [
    "*Narration",
    "*Date",
    "Description",
    "*AccountCode",
    "*TaxRate",
    "*Amount",
    "TrackingName1",
    "TrackingOption1",
    "TrackingName2",
    "TrackingOption2",
];

/// Lines that one import takes.
const LINES: usize = 300;
/// Characters of a label in a narration: enough to find the entry, and never too many.
const LABEL: usize = 200;

/// One journal of Xero: the narration, and lines with their amounts.
struct Journal<'a> {
    entry: &'a JournalEntry,
    narration: String,
    lines: Vec<(&'a JournalLine, i128)>,
}

pub(super) fn write(posting: &Posting, policy: &PostPolicy) -> Vec<PostFile> {
    let journals: Vec<Journal<'_>> = booked(posting).flat_map(journals).collect();
    let mut files: Vec<Vec<Journal<'_>>> = vec![Vec::new()];
    let mut lines = 0;
    for journal in journals {
        if lines + journal.lines.len() > LINES {
            files.push(Vec::new());
            lines = 0;
        }
        lines += journal.lines.len();
        if let Some(file) = files.last_mut() {
            file.push(journal);
        }
    }
    let several = files.len() > 1;
    let mut written: Vec<PostFile> = files
        .iter()
        .enumerate()
        .map(|(n, journals)| {
            let number = if several { format!("_{:02}", n + 1) } else { String::new() };
            PostFile::new(format!("xero_manual_journals{number}.csv"), table(journals, policy))
        })
        .collect();
    written.push(csv::lettering(posting));
    written
}

fn table(journals: &[Journal<'_>], policy: &PostPolicy) -> Vec<u8> {
    let mut table = Table::new(&COLUMNS, "\r\n");
    for journal in journals {
        for (line, minor) in &journal.lines {
            table
                .text(&journal.narration)
                .day(Some(journal.entry.date), "%d/%m/%Y")
                .text(&description(journal.entry, line));
            table.text(&line.account).text(&policy.xero_tax_rate);
            table.word(&decimal(*minor, journal.entry.currency));
            table.word("").word("").word("").word("").end();
        }
    }
    table.into_bytes()
}

/// The journals of an entry: one, or several where it has too many lines.
fn journals(entry: &JournalEntry) -> Vec<Journal<'_>> {
    let label = cut(&one_line(&entry.label), LABEL);
    let narration = one_line(&format!("{}-{:06} {label} [{}]", entry.journal, entry.number, entry.key));
    if entry.lines.len() <= LINES {
        let lines = entry.lines.iter().map(|line| (line, i128::from(line.minor))).collect();
        return vec![Journal { entry, narration, lines }];
    }
    let largest = (0..entry.lines.len()).max_by_key(|n| (entry.lines[*n].minor.unsigned_abs(), usize::MAX - n));
    let hub = &entry.lines[largest.unwrap_or(0)];
    let others: Vec<&JournalLine> =
        entry.lines.iter().enumerate().filter(|(n, _)| Some(*n) != largest).map(|(_, line)| line).collect();
    let parts = others.len().div_ceil(LINES - 1);
    others
        .chunks(LINES - 1)
        .enumerate()
        .map(|(n, chunk)| {
            let mut lines: Vec<(&JournalLine, i128)> =
                chunk.iter().map(|line| (*line, i128::from(line.minor))).collect();
            // The shares of all parts add up to the line itself, for the entry balances.
            let share: i128 = -lines.iter().map(|(_, minor)| minor).sum::<i128>();
            if share != 0 {
                lines.push((hub, share));
            }
            Journal { entry, narration: format!("{narration} ({}/{parts})", n + 1), lines }
        })
        .collect()
}

/// Customer, document and label: Xero's manual journals have a column for none of them.
fn description(entry: &JournalEntry, line: &JournalLine) -> String {
    let label = first_of(&[&line.label, &entry.label]);
    let parts = [&*line.auxiliary_name, &*line.document, &*label].map(one_line);
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
}
