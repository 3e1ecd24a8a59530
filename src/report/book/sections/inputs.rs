//! Sections 9 to 11: what was imported, the rules in force with the level of what is automatic, and the sample for the auditor.

use super::super::calibration::{calibrated_on, level_words};
use super::super::page::{Block, Cell, Row, Section, Table, figures, text};
use super::super::views::{BookReport, RuleView, Sampled};
use super::decided::equation;
use crate::error::printable;
use crate::model::{InputFile, NoteKind};
use crate::report::i18n::{Labels, Lang, date, fill, group, minor, role_name};
use crate::report::table::foreign;

/// Section 9.
pub(super) fn inputs<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let labels = lang.labels();
    let row = |file: &'a InputFile| {
        let mut name = vec![Cell::foreign(&*file.path), Cell::foreign(&*file.sha256)];
        name.extend(
            file.notes
                .iter()
                .map(|n| Cell::words(format!("{}{}{}", note_kind(labels, n.kind), lang.colon(), foreign(&n.text)))),
        );
        let format = if file.version.is_empty() { &file.format } else { &file.version };
        Row::of(vec![
            Cell::stack(name),
            Cell::foreign(role_name(lang, file.role.word())),
            Cell::foreign(&**format),
            Cell::Count(file.records.into()),
            Cell::Count(file.bytes.into()),
        ])
    };
    let mut rows: Vec<Row<'a>> = report.files.iter().map(row).collect();
    let sum = |of: fn(&InputFile) -> u64| Cell::Count(report.files.iter().map(|f| i128::from(of(f))).sum());
    let blocks = if rows.is_empty() {
        vec![Block::Note(l.inputs_none.to_string())]
    } else {
        let total = [Cell::words(labels.total), Cell::Nothing, Cell::Nothing, sum(|f| f.records), sum(|f| f.bytes)];
        rows.push(Row::sum(total.to_vec()));
        let columns = vec![
            text(format!("{}, sha256, {}", labels.file, l.notes)),
            text(labels.role),
            text(labels.format),
            figures(labels.records),
            figures(labels.bytes),
        ];
        vec![Block::Table(Table { caption: String::new(), kind: "inputs", columns, rows })]
    };
    Section {
        number: 9,
        title: l.h_inputs.to_string(),
        sheet: l.sheet_inputs,
        headline: fill(l.inputs_headline, &[&group(report.files.len() as i128)]),
        holds: None,
        blocks,
    }
}

fn note_kind(labels: &Labels, kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Assumed => labels.note_assumed,
        NoteKind::Said => labels.note_said,
        NoteKind::Warning => labels.note_warning,
    }
}

/// Section 10.
pub(super) fn rules<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let labels = lang.labels();
    let row = |rule: &'a RuleView| {
        Row::of(vec![
            Cell::foreign(&*rule.id),
            Cell::foreign(&*rule.what),
            Cell::foreign(&*rule.account),
            Cell::foreign(&*rule.reason),
            Cell::Count(rule.used.into()),
        ])
    };
    let mut rows: Vec<Row<'a>> = report.rules.iter().map(row).collect();
    let mut blocks = if rows.is_empty() {
        vec![Block::Note(l.rules_none.to_string())]
    } else {
        let used = report.rules.iter().map(|r| i128::from(r.used)).sum();
        let mut total = vec![Cell::Nothing; 5];
        (total[0], total[4]) = (Cell::words(labels.total), Cell::Count(used));
        rows.push(Row::sum(total));
        let columns =
            vec![text(l.rule), text(l.condition), text(l.ledger_account), text(labels.reason), figures(l.used)];
        vec![Block::Table(Table { caption: String::new(), kind: "", columns, rows })]
    };
    if let Some(record) = &report.calibration {
        blocks.push(Block::Note(format!("{}.", level_words(lang, &record.level))));
        blocks.push(Block::Note(calibrated_on(lang, record)));
    }
    Section {
        number: 10,
        title: l.h_rules.to_string(),
        sheet: l.sheet_rules,
        headline: fill(l.rules_headline, &[&group(report.rules.len() as i128)]),
        holds: None,
        blocks,
    }
}

/// Section 11.
pub(super) fn sample<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let sample = report.sample;
    let number = |n: usize| group(n as i128);
    let mut blocks = Vec::new();
    let headline = if sample.drawn.is_empty() {
        blocks.push(Block::Note(l.sample_none.to_string()));
        String::new()
    } else {
        blocks.push(Block::Note(fill(l.sample_how, &[&number(sample.drawn.len())])));
        let figures = [&*number(sample.drawn.len()), &*number(sample.drawn_from), &*foreign(sample.seed)];
        fill(l.sample_headline, &figures)
    };
    blocks.extend(sample.drawn.iter().map(|one| Block::Evidence(heading(lang, one), evidence(&one.evidence))));
    Section { number: 11, title: l.h_sample.to_string(), sheet: l.sheet_sample, headline, holds: None, blocks }
}

fn heading(lang: Lang, one: &Sampled) -> String {
    let payment = &one.payment.payment;
    let amount = minor(lang, payment.amount.minor.into(), payment.amount.currency);
    let to = one.payment.decision.as_ref().map(|d| equation(lang, d, payment.amount.currency)).unwrap_or_default();
    let day = date(lang, payment.booking_date);
    foreign(&format!("{} · {day} · {amount} {} · {to}", payment.id, payment.amount.currency))
}

/// Evidence keeps its lines: its bars stand one below the other.
fn evidence(text: &str) -> String {
    text.lines().map(|line| printable(line.trim_end())).collect::<Vec<_>>().join("\n")
}
