//! The list of open lines and items as CSV: for programs, or as a French Excel opens it.

use std::io::{self, Write};

use super::ageing::is_open;
use super::lines::{COLUMNS, Shared, of_item, of_payment};
use super::page::Cell;
use super::views::BookReport;
use crate::error::Error;
use crate::model::columns::is_formula;
use crate::model::money::write_minor;
use crate::report::Lang;

/// Excel takes a file for UTF-8 when it begins with this mark, and for the code page of the machine otherwise.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Writes every open bank line and every open item: UTF-8, `,`, LF, plain decimals, ISO dates. With `excel` French: `;`, decimal
/// comma, `dd/mm/yyyy`, a byte order mark and CRLF, as a French Excel opens it by a double click.
///
/// A text that a spreadsheet would run as a formula gets a leading `'` (CWE-1236); a negative number is a number.
///
/// # Errors
/// `E0002` when `out` cannot be written.
pub fn write_csv(report: &BookReport<'_>, excel: Option<Lang>, out: &mut dyn Write) -> Result<(), Error> {
    let shared = Shared { as_of: report.as_of, files: report.files, rules_sha256: report.rules_sha256 };
    let payments = report.payments.iter().filter(|p| is_open(p)).map(|p| of_payment(p, shared));
    let items = report.items.iter().filter(|i| i.item.open_minor != 0).map(|i| of_item(i, shared));
    super::written(write_rows(payments.chain(items), excel, out))
}

/// Writes rows of the list.
pub(super) fn write_rows<'a>(
    rows: impl Iterator<Item = [Cell<'a>; COLUMNS.len()]>,
    excel: Option<Lang>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let french = excel == Some(Lang::Fr);
    if excel.is_some() {
        out.write_all(BOM)?;
    }
    let end = if excel.is_some() { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
    let mut builder = ::csv::WriterBuilder::new();
    let mut writer = builder.delimiter(if french { b';' } else { b',' }).terminator(end).from_writer(&mut *out);
    writer.write_record(COLUMNS)?;
    let mut text = String::new();
    for row in rows {
        for cell in &row {
            text.clear();
            push(cell, french, &mut text);
            writer.write_field(&text)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    drop(writer);
    out.flush()
}

/// Appends a cell as a program, or a French Excel, reads it. Writing to a String cannot fail.
pub(super) fn push(cell: &Cell<'_>, french: bool, text: &mut String) {
    use std::fmt::Write as _;
    let start = text.len();
    let is_number = match cell {
        Cell::Money(minor, currency) => write_minor(text, *minor, *currency).is_ok(),
        Cell::Probability(probability) => write!(text, "{probability}").is_ok(),
        Cell::Weight(weight) => write!(text, "{weight}").is_ok(),
        Cell::Nothing => false,
        Cell::Foreign(given) => {
            text.push_str(if is_formula(given) { "'" } else { "" });
            text.push_str(given);
            false
        }
        Cell::Words(word) => {
            text.push_str(word);
            false
        }
        Cell::Code(code) => {
            text.push_str(code);
            false
        }
        Cell::Count(count) => {
            let _ = write!(text, "{count}");
            false
        }
        Cell::Day(day) => {
            let pattern = if french { "%d/%m/%Y" } else { "%Y-%m-%d" };
            let _ = write!(text, "{}", day.format(pattern));
            false
        }
        Cell::Holds(holds) => {
            text.push_str(if *holds { "true" } else { "false" });
            false
        }
        Cell::Stack(cells) => {
            cells.first().into_iter().for_each(|first| push(first, french, text));
            false
        }
    };
    if is_number && french {
        let figure = text.split_off(start).replace('.', ",");
        text.push_str(&figure);
    }
}
