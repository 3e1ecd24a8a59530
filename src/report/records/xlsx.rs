//! Records as a workbook: one sheet, texts as texts (never formulas), dates as dates, money as numbers with its decimals.

use std::io::Write;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::super::sheet::{MOST_ROWS, money_pattern, put_date, put_money, put_text, without_time};
use super::{Cell, Records, Rows};
use crate::error::{Error, ErrorKind};
use crate::model::Currency;

/// Rows of the header and columns that stay in sight.
const FROZEN: (u32, u16) = (1, 1);

/// Writes the workbook. Gives what is written otherwise than wanted. Errors: E0002, E0405.
pub(super) fn write(rows: &Rows<'_>, out: &mut dyn Write) -> Result<Vec<String>, Error> {
    let (name, count) = match rows.records {
        Records::Payments { payments, .. } => ("payments", payments.len()),
        Records::Items(items) => ("invoices", items.len()),
    };
    if count >= MOST_ROWS as usize {
        let message = format!("{count} rows are more than a sheet of Excel holds ({})", MOST_ROWS - 1);
        return Err(Error::new(ErrorKind::Refused, "E0405", message).help("write .csv or .jsonl"));
    }
    let mut sheet = Sheet { sheet: Worksheet::new(), row: 0, as_text: 0, plain: Format::new(), money: Vec::new() };
    let written = sheet.fill(name, rows);
    let as_text = sheet.as_text;
    written.map_err(|e| cannot_hold(&e, sheet.row))?;
    let mut workbook = Workbook::new();
    without_time(&mut workbook).map_err(|e| cannot_hold(&e, 0))?;
    workbook.push_worksheet(sheet.sheet);
    let bytes = workbook.save_to_buffer().map_err(|e| cannot_hold(&e, 0))?;
    out.write_all(&bytes).map_err(|e| super::cannot_write(&e))?;
    Ok(match as_text {
        0 => Vec::new(),
        1 => vec!["1 amount has more than 15 digits and is written as a text: Excel would round it".into()],
        n => vec![format!("{n} amounts have more than 15 digits and are written as texts: Excel would round them")],
    })
}

fn cannot_hold(error: &XlsxError, row: u32) -> Error {
    let message = match error {
        XlsxError::MaxStringLengthExceeded => {
            format!("row {} has a text of more than 32,767 characters, the most that a cell of Excel holds", row + 1)
        }
        other => format!("the workbook cannot be made: {other}"),
    };
    Error::new(ErrorKind::Refused, "E0405", message).help("write .csv or .jsonl")
}

/// A sheet that is being filled.
struct Sheet {
    sheet: Worksheet,
    row: u32,
    /// Amounts with too many digits.
    as_text: u64,
    plain: Format,
    /// Formats by decimals.
    money: Vec<(u32, Format)>,
}

impl Sheet {
    fn fill(&mut self, name: &str, rows: &Rows<'_>) -> Result<(), XlsxError> {
        self.sheet.set_name(name)?;
        let heading = Format::new().set_bold();
        for (column, name) in (0..).zip(rows.names()) {
            self.sheet.write_string_with_format(0, column, *name, &heading)?;
            self.sheet.set_column_width(column, 14)?;
        }
        self.sheet.set_freeze_panes(FROZEN.0, FROZEN.1)?;
        let day = Format::new().set_num_format("yyyy-mm-dd");
        rows.each(|cells| {
            self.row += 1;
            (0..).zip(cells).try_for_each(|(column, cell)| self.put(column, cell, &day))
        })
    }

    fn put(&mut self, column: u16, cell: &Cell<'_>, day: &Format) -> Result<(), XlsxError> {
        let row = self.row;
        match *cell {
            Cell::Nothing => {}
            Cell::Text(text) => self.text(column, text)?,
            Cell::Word(word) => drop(self.sheet.write_string(row, column, word)?),
            Cell::List(list) => self.text(column, &Cell::joined(list))?,
            Cell::Currency(currency) => drop(self.sheet.write_string(row, column, currency.code())?),
            // A text: a number would lose the zeros behind the decimal point.
            Cell::Decimal(value) => drop(self.sheet.write_string(row, column, value.to_string())?),
            Cell::Vat(parts, currency) => drop(self.sheet.write_string(row, column, Cell::vat(parts, currency))?),
            Cell::Date(date) => put_date(&mut self.sheet, (row, column), date, day)?,
            Cell::Money(minor, currency) => self.money(column, minor, currency)?,
        }
        Ok(())
    }

    fn text(&mut self, column: u16, text: &str) -> Result<(), XlsxError> {
        put_text(&mut self.sheet, (self.row, column), text, &self.plain)
    }

    fn money(&mut self, column: u16, minor: i64, currency: Currency) -> Result<(), XlsxError> {
        let decimals = currency.decimals();
        let known = self.money.iter().position(|(d, _)| *d == decimals).unwrap_or_else(|| {
            self.money.push((decimals, Format::new().set_num_format(money_pattern(decimals))));
            self.money.len() - 1
        });
        let amount = (i128::from(minor), currency);
        let as_text = put_money(&mut self.sheet, (self.row, column), amount, &self.money[known].1)?;
        self.as_text += u64::from(as_text);
        Ok(())
    }
}
