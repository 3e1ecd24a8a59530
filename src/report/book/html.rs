//! The report as one HTML file: prints on A4, runs nothing, fetches nothing, and is readable without colour.
//!
//! The template escapes every text; nothing passes as it is.

use std::io::Write;

use askama::Template;

use super::page::{ApprovalBlock, Block, Cell, Page, Section, Table};
use super::sections;
use super::views::BookReport;
use crate::error::Error;
use crate::report::i18n::{BookLabels, Lang};

#[derive(Template)]
#[template(path = "book.html", config = "src/report/askama.toml")]
struct Document {
    l: &'static BookLabels,
    lang: &'static str,
    company: String,
    title: String,
    as_of: String,
    approval: Option<ApprovalBlock>,
    facts: Vec<String>,
    files: Vec<(String, String)>,
    failures: Vec<String>,
    sections: Vec<Part>,
}

struct Part {
    number: u8,
    title: String,
    headline: String,
    holds: Option<bool>,
    blocks: Vec<HtmlBlock>,
}

enum HtmlBlock {
    Table(HtmlTable),
    Note(String),
    Evidence(String, String),
}

struct HtmlTable {
    caption: String,
    kind: &'static str,
    columns: Vec<(String, bool)>,
    rows: Vec<(bool, Vec<HtmlCell>)>,
}

struct HtmlCell {
    figure: bool,
    /// Lines, each with its class.
    lines: Vec<(&'static str, String)>,
}

/// Writes the report as HTML.
///
/// # Errors
/// `E0002` when `out` cannot be written.
pub fn write_html(report: &BookReport<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let document = document(report.lang, sections::page(report));
    super::written(document.write_into(out).and_then(|()| out.flush()))
}

fn document(lang: Lang, page: Page<'_>) -> Document {
    Document {
        l: lang.book_labels(),
        lang: lang.tag(),
        company: page.company,
        title: page.title,
        as_of: page.as_of,
        approval: page.approval,
        facts: page.facts,
        files: page.files,
        failures: page.failures,
        sections: page.sections.into_iter().map(|s| part(lang, s)).collect(),
    }
}

fn part(lang: Lang, section: Section<'_>) -> Part {
    let block = |block: Block<'_>| match block {
        Block::Table(one) => HtmlBlock::Table(table(lang, one)),
        Block::Note(text) => HtmlBlock::Note(text),
        Block::Evidence(heading, text) => HtmlBlock::Evidence(heading, text),
    };
    Part {
        number: section.number,
        title: section.title,
        headline: section.headline,
        holds: section.holds,
        blocks: section.blocks.into_iter().map(block).collect(),
    }
}

fn table(lang: Lang, table: Table<'_>) -> HtmlTable {
    let columns: Vec<(String, bool)> = table.columns.into_iter().map(|c| (c.name.into_owned(), c.figures)).collect();
    let cells = |cells: Vec<Cell<'_>>| {
        let cell = |(cell, column): (&Cell<'_>, &(String, bool))| html_cell(lang, cell, column.1);
        cells.iter().zip(&columns).map(cell).collect()
    };
    let rows = table.rows.into_iter().map(|row| (row.is_sum, cells(row.cells))).collect();
    HtmlTable { caption: table.caption, kind: table.kind, columns, rows }
}

fn html_cell(lang: Lang, cell: &Cell<'_>, figure: bool) -> HtmlCell {
    let lines = match cell {
        Cell::Nothing => Vec::new(),
        Cell::Stack(cells) => {
            let line = |(n, cell): (usize, &Cell<'_>)| (if n == 0 { class(cell) } else { "small" }, cell.people(lang));
            cells.iter().enumerate().map(line).collect()
        }
        one => vec![(class(one), one.people(lang))],
    };
    HtmlCell { figure, lines }
}

fn class(cell: &Cell<'_>) -> &'static str {
    match cell {
        Cell::Code(_) => "code",
        Cell::Holds(true) => "good",
        Cell::Holds(false) => "bad",
        _ => "",
    }
}
