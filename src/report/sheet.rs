//! Cells of workbooks: texts that are never formulas, dates that are dates, money as numbers with its decimals.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::model::Currency;
use crate::model::money::write_minor;

/// Excel keeps 15 digits of a number: beyond them an amount would change, and is written as a text.
const MOST_DIGITS: u128 = 999_999_999_999_999;
/// A sheet has so many rows, the header among them.
pub(super) const MOST_ROWS: u32 = 1 << 20;

/// The same content gives the same bytes: no time of writing.
pub(super) fn without_time(workbook: &mut Workbook) -> Result<(), XlsxError> {
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    Ok(())
}

/// Writes a text as a text, whatever it begins with.
pub(super) fn put_text(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    // The writer takes such a text for markup of its own, and would put it into the file as it is: in two parts it is a text.
    if text.starts_with("<r>") && text.ends_with("</r>") {
        // It leaves the escapes of such parts to its caller: `_x000D_` would be read as a line break (ECMA-376 part 1, 22.9.2.19).
        let text = text.replace("_x", "_x005F_x");
        let plain = Format::new();
        let parts = [(&plain, &text[..1]), (&plain, &text[1..])];
        sheet.write_rich_string_with_format(row, column, &parts, format)?;
    } else {
        sheet.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

/// Writes a date as a date, as far as Excel's calendar has it.
pub(super) fn put_date(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    date: NaiveDate,
    format: &Format,
) -> Result<(), XlsxError> {
    // Excel's calendar begins in 1900, and its first two months are a day off.
    if (1901..=9999).contains(&date.year()) {
        let date = ExcelDateTime::from_ymd(date.year() as u16, date.month() as u8, date.day() as u8)?;
        sheet.write_datetime_with_format(row, column, &date, format)?;
    } else {
        sheet.write_string(row, column, date.to_string())?;
    }
    Ok(())
}

/// Writes an amount as a number. Gives whether it had to be a text: a number of Excel would round it.
pub(super) fn put_money(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (minor, currency): (i128, Currency),
    format: &Format,
) -> Result<bool, XlsxError> {
    if minor.unsigned_abs() > MOST_DIGITS {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = write_minor(&mut text, minor, currency);
        sheet.write_string(row, column, text)?;
        return Ok(true);
    }
    // Both are whole numbers that a float holds, so the quotient is the float nearest to the amount: it shows the same digits.
    let amount = minor as f64 / 10_f64.powi(currency.decimals() as i32);
    sheet.write_number_with_format(row, column, amount, format)?;
    Ok(false)
}

/// How amounts of so many decimals are shown.
pub(super) fn money_pattern(decimals: u32) -> String {
    let point = if decimals > 0 { "." } else { "" };
    format!("#,##0{point}{}", "0".repeat(decimals as usize))
}
