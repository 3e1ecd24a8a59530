//! The report's sections, numbered as the documentation numbers them. Every table ends in the sum of its rows.

mod carried;
mod causes;
mod decided;
mod differences;
mod inputs;
mod open;
mod proof;

use std::collections::BTreeSet;

use super::calibration::level_words;
use super::check;
use super::page::{Cell, Page, Row};
use super::views::BookReport;
use crate::model::{Currency, Proof, ProofId};
use crate::report::i18n::{self, Lang, date, fill, group, minor};
use crate::report::table::foreign;
use crate::report::view::file_name;

pub(super) use decided::short_time;
pub(super) use proof::{bridge_table, proof_figures, proof_title};

/// Rows that a table on paper shows. All of them are in the workbook, the CSV and the JSON.
const SHOWN: usize = 2000;
/// Input files that page 1 names.
const FILES_ON_PAGE_ONE: usize = 12;

/// The whole report.
pub(super) fn page<'a>(report: &'a BookReport<'a>) -> Page<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let title = report.month.map_or_else(
        || format!("{} · {}", l.title, l.whole_book),
        |month| fill(l.title_month, &[&i18n::month(lang, month)]),
    );
    let named = report.files.iter().take(FILES_ON_PAGE_ONE);
    let mut files: Vec<(String, String)> =
        named.map(|f| (foreign(file_name(&f.path)), short(&f.sha256).to_string())).collect();
    if report.files.len() > FILES_ON_PAGE_ONE {
        let more = (report.files.len() - FILES_ON_PAGE_ONE).to_string();
        files.push((fill(l.inputs_more, &[&more]), String::new()));
    }
    Page {
        company: foreign(report.company),
        title,
        as_of: fill(l.as_of, &[&date(lang, report.as_of)]),
        approval: report.month.map(|_| super::approvals::block(lang, report.control)),
        facts: facts(report),
        files,
        failures: failures(report),
        sections: vec![
            proof::proof(report),
            proof::destinations(report),
            open::ages(report),
            causes::causes(report),
            open::items(report),
            carried::carried(report),
            decided::by_people(report),
            differences::differences(report),
            inputs::inputs(report),
            inputs::rules(report),
            inputs::sample(report),
        ],
    }
}

fn facts(report: &BookReport<'_>) -> Vec<String> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let month = report.month.map(|month| {
        let name = i18n::month(lang, month);
        match report.seal {
            Some(seal) => fill(l.closed_month, &[&name, short(seal)]),
            None => fill(l.open_month, &[&name]),
        }
    });
    let made =
        if report.made_at.is_empty() { l.times_utc.to_string() } else { fill(l.made_at, &[&foreign(report.made_at)]) };
    let run = report.run.map_or_else(|| l.no_run.to_string(), |run| fill(l.run, &[&foreign(run)]));
    let facts = [
        Some(run),
        report.calibration.map(|c| level_words(lang, &c.level)),
        Some(fill(l.rules_hash, &[short(report.rules_sha256)])),
        Some(fill(l.program, &[report.version])),
        Some(fill(l.head, &[report.log_head])),
        Some(fill(l.inputs_hash, &[&group(report.files.len() as i128), short(&inputs_hash(report))])),
        month,
        Some(made),
    ];
    facts.into_iter().flatten().collect()
}

/// SHA-256 over the lines `role sha256` of all input files, sorted: one figure for what was imported.
pub(super) fn inputs_hash(report: &BookReport<'_>) -> String {
    let mut lines: Vec<String> = report.files.iter().map(|f| format!("{} {}\n", f.role.word(), f.sha256)).collect();
    lines.sort_unstable();
    crate::model::digest::sha256(lines.concat().as_bytes())
}

/// The first twelve characters of a hash: as much as people compare.
fn short(hash: &str) -> &str {
    hash.char_indices().nth(12).map_or(hash, |(end, _)| &hash[..end])
}

/// What does not hold: checks of statements, proofs, and what the report finds about itself.
fn failures(report: &BookReport<'_>) -> Vec<String> {
    let lang = report.lang;
    let labels = lang.labels();
    let mut found = Vec::new();
    for check in report.accounts.iter().flat_map(|a| &a.checks).filter(|c| c.holds == Some(false)) {
        let kind = crate::report::summary::check_name(labels, check.kind);
        found.push(fill(labels.failed_line, &[kind, &foreign(&check.scope), &foreign(&check.text)]));
    }
    for proof in report.proofs.failed() {
        let mut text = format!("{}{}{}", proof_title(lang, proof), lang.colon(), proof_figures(lang, proof));
        proof.failures.iter().for_each(|failure| text = format!("{text}; {}", foreign(failure)));
        found.push(fill(labels.proof_failed_line, &[&text]));
    }
    found.extend(check::failures(report));
    found
}

/// Whether all proofs of some identities hold; `None` where there is none of them.
fn hold(proofs: &[Proof], ids: &[ProofId]) -> Option<bool> {
    let mut of_them = proofs.iter().filter(|p| ids.contains(&p.id)).peekable();
    of_them.peek()?;
    Some(of_them.all(|p| p.holds))
}

/// A number of things.
fn count(n: usize) -> Cell<'static> {
    Cell::Count(n as i128)
}

/// The currencies of some values, in order.
fn currencies<'a>(of: impl Iterator<Item = &'a Currency>) -> BTreeSet<Currency> {
    of.copied().collect()
}

/// The largest rows of many with their amounts, and one row for all others, so that a table still adds up. `others` makes that row of
/// their number and their sums.
fn largest<'a, const N: usize>(
    mut rows: Vec<([i128; N], Vec<Cell<'a>>)>,
    others: impl FnOnce(usize, [i128; N]) -> Vec<Cell<'a>>,
) -> Vec<Row<'a>> {
    // The order of equal amounts is that of the list.
    let size = |amounts: &[i128; N]| amounts.iter().map(|a| a.unsigned_abs()).max().unwrap_or(0);
    rows.sort_by_key(|(amounts, _)| std::cmp::Reverse(size(amounts)));
    let rest = rows.split_off(rows.len().min(SHOWN));
    let mut shown: Vec<Row<'a>> = rows.into_iter().map(|(_, cells)| Row::of(cells)).collect();
    if !rest.is_empty() {
        let sums = rest.iter().fold([0; N], |sums, (amounts, _)| std::array::from_fn(|n| sums[n] + amounts[n]));
        shown.push(Row::of(others(rest.len(), sums)));
    }
    shown
}

/// What stands in the row of what is not shown.
fn not_shown(lang: Lang, all: usize) -> String {
    let number = |n: usize| group(n as i128);
    fill(lang.book_labels().items_cut, &[&number(SHOWN), &number(all)])
}

/// `7 092.44 in, −1 483.20 out`.
fn in_and_out(lang: Lang, credit: i128, debit: i128, currency: Currency) -> String {
    let money = |amount| minor(lang, amount, currency);
    fill(lang.book_labels().l_money, &[&money(credit), &money(debit)])
}
