//! Records as CSV: comma, UTF-8, LF, RFC 4180; texts that a spreadsheet would run begin with `'`.

use std::io::{self, Write};

use super::super::csv::Row;
use super::super::rows::push_date;
use super::{Cell, Rows};

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

pub(super) fn write(rows: &Rows<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = rows.names().join(",").into_bytes();
    text.push(b'\n');
    rows.each(|cells| {
        push(cells, &mut text);
        if text.len() >= BUFFER {
            out.write_all(&text)?;
            text.clear();
        }
        Ok(())
    })
    .and_then(|()| out.write_all(&text))
}

fn push(cells: &[Cell<'_>], text: &mut Vec<u8>) {
    let mut row = Row::new(text);
    for cell in cells {
        match *cell {
            Cell::Nothing => row.word(""),
            Cell::Text(text) => row.text(text),
            Cell::Word(word) => row.word(word),
            Cell::List(list) => row.text(&Cell::joined(list)),
            Cell::Date(date) => row.cell(|text| push_date(text, date)),
            Cell::Money(minor, currency) => row.minor(i128::from(minor), currency),
            Cell::Currency(currency) => row.currency(currency),
            Cell::Decimal(value) => row.word(&value.to_string()),
            Cell::Vat(parts, currency) => row.word(&Cell::vat(parts, currency)),
        };
    }
    row.end();
}
