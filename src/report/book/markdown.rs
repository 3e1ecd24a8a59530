//! The report, and tables of it, as Markdown: for tickets, wikis and reviews.

use std::io::Write;

use super::page::{Block, Page, Section, Table, sign};
use super::sections;
use super::views::BookReport;
use crate::error::Error;
use crate::report::i18n::Lang;

/// Writes the report as Markdown (GitHub flavour: tables).
///
/// # Errors
/// `E0002` when `out` cannot be written.
pub fn write_md(report: &BookReport<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let text = page(report.lang, &sections::page(report));
    super::written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

fn page(lang: Lang, page: &Page<'_>) -> String {
    let l = lang.book_labels();
    let company = if page.company.is_empty() { String::new() } else { format!("{} · ", escape(&page.company)) };
    let mut text = format!("# {company}{}\n\n{}\n\n", escape(&page.title), escape(&page.as_of));
    if let Some(approval) = &page.approval {
        let holds = approval.holds.map(|holds| format!(" {}", sign(holds))).unwrap_or_default();
        text.push_str(&format!("**{}**{holds}\n\n", escape(&approval.status)));
        approval.lines.iter().for_each(|line| text.push_str(&format!("- {}\n", escape(line))));
        text.push('\n');
    }
    for fact in &page.facts {
        text.push_str(&format!("- {}\n", escape(fact)));
    }
    for (name, hash) in &page.files {
        text.push_str(&format!("- {} {}\n", escape(name), escape(hash)));
    }
    if !page.failures.is_empty() {
        text.push_str(&format!("\n## ✗ {}\n\n", escape(l.h_fails)));
        page.failures.iter().for_each(|failure| text.push_str(&format!("- {}\n", escape(failure))));
    }
    page.sections.iter().for_each(|one| section(lang, one, &mut text));
    text.push_str(&format!("\n---\n\n{}\n\n{} {}\n", escape(l.sign_off), escape(l.sign_note), escape(l.footer)));
    text
}

fn section(lang: Lang, section: &Section<'_>, text: &mut String) {
    text.push_str(&format!("\n## {} {}\n", section.number, escape(&section.title)));
    if !section.headline.is_empty() {
        let holds = section.holds.map(|holds| format!(" {}", sign(holds))).unwrap_or_default();
        text.push_str(&format!("\n**{}**{holds}\n", escape(&section.headline)));
    }
    for block in &section.blocks {
        text.push('\n');
        match block {
            Block::Table(one) => table(lang, one, text),
            Block::Note(note) => text.push_str(&format!("{}\n", escape(note))),
            Block::Evidence(heading, evidence) => {
                text.push_str(&format!("### {}\n\n", escape(heading)));
                // An indented block has no end that a text could write.
                for line in evidence.lines() {
                    text.push_str(format!("    {line}").trim_end());
                    text.push('\n');
                }
            }
        }
    }
}

/// Appends a table; a sum is strong.
pub(super) fn table(lang: Lang, table: &Table<'_>, text: &mut String) {
    if !table.caption.is_empty() {
        text.push_str(&format!("### {}\n\n", escape(&table.caption)));
    }
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    text.push_str(&row(table.columns.iter().map(|c| escape(&c.name)).collect()));
    text.push_str(&row(table.columns.iter().map(|c| String::from(if c.figures { "---:" } else { "---" })).collect()));
    for one in &table.rows {
        let cell = |cell: &super::page::Cell<'_>| match (escape(&cell.people(lang)), one.is_sum) {
            (text, true) if !text.is_empty() => format!("**{text}**"),
            (text, _) => text,
        };
        text.push_str(&row(one.cells.iter().map(cell).collect()));
    }
}

/// A text on one line in which nothing is markup: no cell ends early, no link, image, code or HTML begins.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '#' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    // Bare addresses become links by themselves.
    escaped.replace("://", "&#58;//").replace("www.", "www&#46;").replace('@', "&#64;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escape("a|b `c` <script>\n[x](y)"), "a\\|b \\`c\\` &lt;script&gt; \\[x\\](y)");
        assert_eq!(escape("see https://evil.example"), "see https&#58;//evil.example");
        assert_eq!(escape("plain text 1 250.00"), "plain text 1 250.00");
    }
}
