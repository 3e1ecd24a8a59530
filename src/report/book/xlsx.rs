//! The report as a workbook: a sheet for each section, and the lists of open lines and items with all their columns.
//!
//! Amounts are numbers, dates are dates. Texts are texts whatever they begin with: those that look like a formula also carry Excel's
//! own mark of a text, so that editing the cell does not make them one.

use std::io::Write;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::ageing::is_open;
use super::lines::{self, Shared, of_item, of_payment};
use super::page::{Block, Cell, Page, Section, Table};
use super::sections;
use super::views::BookReport;
use crate::error::{Error, ErrorKind};
use crate::model::Currency;
use crate::model::columns::is_formula;
use crate::report::Lang;
use crate::report::sheet::{MOST_ROWS, money_pattern, put_date, put_money, put_text, without_time};

/// Characters that a cell of Excel holds.
const LONGEST_TEXT: usize = 32_767;
/// Widths of columns, in characters.
const WIDTHS: (usize, usize) = (6, 48);
/// Number of the section whose sheet is the list of open lines, with all their columns.
const OPEN_LINES: u8 = 5;
/// Excel's number of A4 among paper sizes.
const A4: u8 = 9;

/// Writes the report as a workbook.
///
/// # Errors
/// `E0002` when `out` cannot be written, `E0405` when a list is too long for a sheet.
pub fn write_xlsx(report: &BookReport<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let shared = Shared { as_of: report.as_of, files: report.files, rules_sha256: report.rules_sha256 };
    let payments = report.payments.iter().filter(|p| is_open(p)).map(|p| of_payment(p, shared)).collect();
    let items = report.items.iter().filter(|i| i.item.open_minor != 0).map(|i| of_item(i, shared)).collect();
    let (payments, items) = (lines::table(payments), lines::table(items));
    for list in [&payments, &items] {
        if list.rows.len() >= MOST_ROWS as usize {
            let message = format!("{} rows are more than a sheet of Excel holds ({})", list.rows.len(), MOST_ROWS - 1);
            return Err(Error::new(ErrorKind::Refused, "E0405", message).help("write csv or json"));
        }
    }
    let bytes = workbook(report.lang, &sections::page(report), &payments, &items).map_err(|error| {
        Error::new(ErrorKind::Refused, "E0405", format!("the workbook cannot be made: {error}"))
            .help("write csv or json")
    })?;
    super::written(out.write_all(&bytes).and_then(|()| out.flush()))
}

fn workbook(lang: Lang, page: &Page<'_>, payments: &Table<'_>, items: &Table<'_>) -> Result<Vec<u8>, XlsxError> {
    let l = lang.book_labels();
    let mut workbook = Workbook::new();
    without_time(&mut workbook)?;
    for section in &page.sections {
        if section.number == OPEN_LINES {
            workbook.push_worksheet(list(lang, l.sheet_payments, payments)?);
            workbook.push_worksheet(list(lang, l.sheet_items, items)?);
            continue;
        }
        let mut sheet = Sheet::new(lang, section.sheet)?;
        if section.number == 1 {
            sheet.page_one(page)?;
        }
        sheet.section(section)?;
        workbook.push_worksheet(sheet.finish()?);
    }
    workbook.save_to_buffer()
}

/// A list with its header in the first row, to be sorted and filtered.
fn list(lang: Lang, name: &str, table: &Table<'_>) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new(lang, name)?;
    sheet.table(table)?;
    sheet.sheet.set_freeze_panes(1, 1)?;
    let last = (sheet.row.saturating_sub(1), table.columns.len().saturating_sub(1) as u16);
    sheet.sheet.autofilter(0, 0, last.0, last.1)?;
    sheet.finish()
}

/// A sheet that is being filled from the top.
struct Sheet {
    lang: Lang,
    sheet: Worksheet,
    row: u32,
    widths: Vec<usize>,
    formats: Formats,
}

/// Formats by decimals and strength, as they are needed.
struct Formats {
    plain: Format,
    strong: Format,
    mark: Format,
    dates: [Format; 2],
    money: Vec<((u32, bool), Format)>,
}

impl Formats {
    fn new(lang: Lang) -> Self {
        let day = lang.pick("yyyy-mm-dd", "dd/mm/yyyy");
        Self {
            plain: Format::new(),
            strong: Format::new().set_bold(),
            mark: Format::new().set_quote_prefix(),
            dates: [Format::new().set_num_format(day), Format::new().set_num_format(day).set_bold()],
            money: Vec::new(),
        }
    }

    fn money(&mut self, currency: Currency, strong: bool) -> Format {
        let key = (currency.decimals(), strong);
        let at = self.money.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            let format = Format::new().set_num_format(money_pattern(key.0));
            self.money.push((key, if strong { format.set_bold() } else { format }));
            self.money.len() - 1
        });
        self.money[at].1.clone()
    }
}

impl Sheet {
    fn new(lang: Lang, name: &str) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        Ok(Self { lang, sheet, row: 0, widths: Vec::new(), formats: Formats::new(lang) })
    }

    fn finish(mut self) -> Result<Worksheet, XlsxError> {
        for (column, width) in (0..).zip(&self.widths) {
            self.sheet.set_column_width(column, (width + 2).clamp(WIDTHS.0, WIDTHS.1) as f64)?;
        }
        Ok(self.sheet)
    }

    /// A text over the whole width, which sets no width itself.
    fn line(&mut self, text: &str, strong: bool) -> Result<(), XlsxError> {
        let format = if strong { &self.formats.strong } else { &self.formats.plain };
        put_text(&mut self.sheet, (self.row, 0), bounded(text), format)?;
        self.row += 1;
        Ok(())
    }

    fn page_one(&mut self, page: &Page<'_>) -> Result<(), XlsxError> {
        let title =
            if page.company.is_empty() { page.title.clone() } else { format!("{} · {}", page.company, page.title) };
        self.line(&title, true)?;
        self.line(&page.as_of, false)?;
        if let Some(approval) = &page.approval {
            self.line(&approval.status, true)?;
            approval.lines.iter().try_for_each(|line| self.line(line, false))?;
        }
        for fact in &page.facts {
            self.line(fact, false)?;
        }
        for (name, hash) in &page.files {
            self.line(&format!("{name} {hash}"), false)?;
        }
        for failure in &page.failures {
            self.line(&format!("✗ {failure}"), true)?;
        }
        self.row += 1;
        Ok(())
    }

    fn section(&mut self, section: &Section<'_>) -> Result<(), XlsxError> {
        self.line(&section.title, true)?;
        if !section.headline.is_empty() {
            self.line(&section.headline, false)?;
        }
        for block in &section.blocks {
            self.row += 1;
            match block {
                Block::Table(table) => self.table(table)?,
                Block::Note(text) => self.line(text, false)?,
                Block::Evidence(heading, text) => {
                    self.line(heading, true)?;
                    for line in text.lines() {
                        self.line(line, false)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn table(&mut self, table: &Table<'_>) -> Result<(), XlsxError> {
        if !table.caption.is_empty() {
            self.line(&table.caption, true)?;
        }
        for (at, column) in (0..).zip(&table.columns) {
            self.sheet.write_string_with_format(self.row, at, &*column.name, &self.formats.strong)?;
            self.widen(at, column.name.chars().count());
        }
        self.row += 1;
        for row in &table.rows {
            for (at, cell) in (0..).zip(&row.cells) {
                self.put(at, cell, row.is_sum)?;
            }
            self.row += 1;
        }
        Ok(())
    }

    fn widen(&mut self, column: u16, width: usize) {
        let column = usize::from(column);
        self.widths.resize(self.widths.len().max(column + 1), 0);
        self.widths[column] = self.widths[column].max(width);
    }

    fn put(&mut self, column: u16, cell: &Cell<'_>, strong: bool) -> Result<(), XlsxError> {
        let place = (self.row, column);
        let number = if strong { &self.formats.strong } else { &self.formats.plain };
        match cell {
            Cell::Nothing | Cell::Code("") => return Ok(()),
            Cell::Money(minor, currency) => {
                let format = self.formats.money(*currency, strong);
                put_money(&mut self.sheet, place, (*minor, *currency), &format)?;
            }
            Cell::Count(count) if count.unsigned_abs() < 1 << 50 => {
                self.sheet.write_number_with_format(place.0, place.1, *count as f64, number)?;
            }
            Cell::Probability(probability) => {
                self.sheet.write_number_with_format(place.0, place.1, probability.fraction(), number)?;
            }
            Cell::Weight(weight) => {
                self.sheet.write_number_with_format(place.0, place.1, f64::from(weight.0) / 1000.0, number)?;
            }
            Cell::Day(day) => put_date(&mut self.sheet, place, *day, &self.formats.dates[usize::from(strong)])?,
            // The aged balance: the amount is what counts, its number stands in the next form.
            Cell::Stack(cells) if matches!(cells.first(), Some(Cell::Money(..))) => {
                return self.put(column, &cells[0], strong);
            }
            other => {
                let text = other.people(self.lang);
                let format = match (is_formula(&text), strong) {
                    (true, _) => &self.formats.mark,
                    (false, true) => &self.formats.strong,
                    (false, false) => &self.formats.plain,
                };
                put_text(&mut self.sheet, place, bounded(&text), format)?;
            }
        }
        self.widen(column, cell.people(self.lang).chars().count());
        Ok(())
    }
}

/// As much of a text as a cell surely holds: Excel counts units of UTF-16, of which a character has one or two.
fn bounded(text: &str) -> &str {
    text.char_indices().nth(LONGEST_TEXT / 2).map_or(text, |(end, _)| &text[..end])
}
