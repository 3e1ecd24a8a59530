//! Listings of payments and items: aligned columns for the terminal, and the whole list for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use chrono::NaiveDate;
use serde::Serialize;

use super::ageing::{days, months_carried};
use super::aligned::Aligned;
use super::json::{Decimal, ListRow};
use super::lines::{COLUMNS, Shared, comment, hold_until, item_status, nearest, of_item, of_payment, party, reason};
use super::page::Cell;
use super::{csv, markdown};
use crate::error::Error;
use crate::model::{BookItem, BookPayment, Currency, InputFile, Sum};
use crate::report::Lang;
use crate::report::i18n::{date, fill, group, minor, standing_word};
use crate::report::table::{foreign, plain};

/// Name and version of the format of a list in JSON.
pub const LIST_SCHEMA: &str = "lettrage.list/1";

/// What is listed.
#[derive(Clone, Copy, Debug)]
pub enum List<'a> {
    /// Payments, in the order that they are given in.
    Payments(&'a [BookPayment]),
    /// Items, in the order that they are given in.
    Items(&'a [BookItem]),
}

/// The form of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// Aligned columns, for people.
    #[default]
    Table,
    /// One JSON document.
    Json,
    /// One row a line, as JSON.
    Jsonl,
    /// All columns of the item list.
    Csv,
    /// A Markdown table, for people.
    Md,
}

/// How a list is written.
#[derive(Clone, Copy, Debug)]
pub struct ListOptions<'a> {
    /// Language of what people read; files for programs do not depend on it.
    pub lang: Lang,
    /// Width of the terminal; `None`: nothing is shortened.
    pub width: Option<usize>,
    /// The day on which ages are counted.
    pub as_of: NaiveDate,
    /// Files of the book; `place.file` counts in them.
    pub files: &'a [InputFile],
    /// SHA-256 of the configuration with its rules.
    pub rules_sha256: &'a str,
    /// Sums of everything that fits the filter, by currency; `None`: of the rows that are given, which then are all. Of items, what is
    /// open counts.
    pub totals: Option<&'a [(Currency, Sum)]>,
    /// How to see all rows and columns, such as `-o unmatched.xlsx`; empty: nothing is said.
    pub all: &'a str,
    /// CSV for the Excel of this language.
    pub excel: Option<Lang>,
}

impl<'a> ListOptions<'a> {
    fn shared(&self) -> Shared<'a> {
        Shared { as_of: self.as_of, files: self.files, rules_sha256: self.rules_sha256 }
    }
}

/// Writes a list in one format.
///
/// # Errors
/// `E0002` when `out` cannot be written.
pub fn write_list(
    list: List<'_>,
    format: ListFormat,
    options: &ListOptions<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let written = match format {
        ListFormat::Table => out.write_all(table(list, options).as_bytes()).and_then(|()| out.flush()),
        ListFormat::Json => json(list, options, out),
        ListFormat::Jsonl => jsonl(list, options, out),
        ListFormat::Csv => csv::write_rows(rows(list, options), options.excel, out),
        ListFormat::Md => out.write_all(md(list, options).as_bytes()).and_then(|()| out.flush()),
    };
    super::written(written)
}

/// Payments in aligned columns; the last line sums up all of them and says what is left out.
pub fn list_payments(payments: &[BookPayment], options: &ListOptions<'_>) -> String {
    table(List::Payments(payments), options)
}

/// Items in aligned columns; the last line sums up all of them and says what is left out.
pub fn list_items(items: &[BookItem], options: &ListOptions<'_>) -> String {
    table(List::Items(items), options)
}

fn rows<'a>(list: List<'a>, options: &ListOptions<'a>) -> Box<dyn Iterator<Item = [Cell<'a>; COLUMNS.len()]> + 'a> {
    let shared = options.shared();
    match list {
        List::Payments(payments) => Box::new(payments.iter().map(move |p| of_payment(p, shared))),
        List::Items(items) => Box::new(items.iter().map(move |i| of_item(i, shared))),
    }
}

fn aligned(list: List<'_>, options: &ListOptions<'_>) -> Aligned {
    match list {
        List::Payments(payments) => payments_aligned(payments, options),
        List::Items(items) => items_aligned(items, options),
    }
}

fn table(list: List<'_>, options: &ListOptions<'_>) -> String {
    let last = last_line(list, options);
    match list {
        List::Payments([]) | List::Items([]) => format!("{last}\n"),
        _ => format!("{}{last}\n", aligned(list, options).lines(options.width)),
    }
}

fn payments_aligned(payments: &[BookPayment], options: &ListOptions<'_>) -> Aligned {
    let (lang, l) = (options.lang, options.lang.book_labels());
    let labels = lang.labels();
    let header = [
        l.l_id,
        &format!(">{}", labels.date),
        &format!(">{}", labels.amount),
        labels.currency,
        l.l_account,
        l.l_text,
        l.standing,
        labels.reason,
        &format!(">{}", l.age),
        l.l_nearest,
        l.l_obstacle,
    ];
    let mut table = Aligned::new(&header, 5);
    let decimals = payments.iter().map(|p| p.payment.amount.currency.decimals()).max().unwrap_or(0);
    for payment in payments {
        let one = &payment.payment;
        let text = [party(payment), &one.remittance].map(foreign).join(" ");
        table.row(vec![
            foreign(&one.id),
            date(lang, one.booking_date),
            money(lang, one.amount.minor, one.amount.currency, decimals),
            one.amount.currency.to_string(),
            foreign(&one.account),
            text.trim().to_string(),
            standing_word(lang, payment.standing).to_string(),
            reason(payment).to_string(),
            fill(l.days, &[&group(days(one.effective_date(), options.as_of).into())]).replace(' ', ""),
            foreign(&nearest(payment)),
            payment.proposal.as_ref().map(|p| foreign(&p.obstacle)).unwrap_or_default(),
        ]);
    }
    // What is the same in every row is said once, in the last line or by the command.
    let one = |of: &dyn Fn(&BookPayment) -> String| payments.iter().map(of).collect::<BTreeSet<_>>().len() < 2;
    let mut constant = Vec::new();
    if one(&|p| p.payment.amount.currency.to_string()) {
        constant.push(3);
    }
    if one(&|p| p.payment.account.to_string()) {
        constant.push(4);
    }
    if one(&|p| p.standing.word().to_string()) {
        constant.push(6);
    }
    table.without_empty(&constant)
}

fn items_aligned(items: &[BookItem], options: &ListOptions<'_>) -> Aligned {
    let (lang, l) = (options.lang, options.lang.book_labels());
    let labels = lang.labels();
    let header = [
        l.l_id,
        l.l_number,
        l.l_customer,
        &format!(">{}", l.l_due),
        &format!(">{}", l.age),
        &format!(">{}", labels.amount),
        &format!(">{}", l.l_open),
        labels.currency,
        l.standing,
        labels.note_said,
    ];
    let mut table = Aligned::new(&header, 2);
    let decimals = items.iter().map(|i| i.item.amount.currency.decimals()).max().unwrap_or(0);
    for item in items {
        let one = &item.item;
        let age = |due: NaiveDate| match days(due, options.as_of) {
            _ if one.open_minor == 0 => String::new(),
            ..=0 => labels.not_due.to_string(),
            days => fill(l.days, &[&group(days.into())]).replace(' ', ""),
        };
        let held = hold_until(item.decision.as_ref()).map(|until| fill(l.held_until, &[&date(lang, until)]));
        let said = [held.unwrap_or_default(), comment(&item.notes, item.decision.as_ref())];
        table.row(vec![
            foreign(&one.id),
            if one.number == one.id { String::new() } else { foreign(&one.number) },
            foreign(&format!("{} {}", one.customer_id, one.customer_name)),
            one.due_date.map(|d| date(lang, d)).unwrap_or_default(),
            one.due_date.map(age).unwrap_or_default(),
            money(lang, one.amount.minor, one.amount.currency, decimals),
            money(lang, one.open_minor, one.amount.currency, decimals),
            one.amount.currency.to_string(),
            item_status(item).replace('_', " "),
            said.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · "),
        ]);
    }
    let currencies: BTreeSet<Currency> = items.iter().map(|i| i.item.amount.currency).collect();
    table.without_empty(if currencies.len() < 2 { &[7] } else { &[] })
}

/// An amount with room behind it where other currencies have more decimals, so that decimal marks stand below one another.
fn money(lang: Lang, amount: i64, currency: Currency, most: u32) -> String {
    let room = |decimals: u32| if decimals == 0 { 0 } else { decimals as usize + 1 };
    let text = plain(&minor(lang, amount.into(), currency));
    format!("{text}{}", " ".repeat(room(most).saturating_sub(room(currency.decimals()))))
}

/// Sums of the rows that are given.
fn sums(list: List<'_>) -> BTreeMap<Currency, Sum> {
    let mut sums: BTreeMap<Currency, Sum> = BTreeMap::new();
    let mut add = |currency, minor| sums.entry(currency).or_default().add(minor);
    match list {
        List::Payments(all) => all.iter().for_each(|p| add(p.payment.amount.currency, p.payment.amount.minor)),
        List::Items(all) => all.iter().for_each(|i| add(i.item.amount.currency, i.item.open_minor)),
    }
    sums
}

/// `15 lines: 7 092.44 in, −1 483.20 out EUR (13 new, 2 carried), 5 shown; all of them: -o unmatched.xlsx`.
fn last_line(list: List<'_>, options: &ListOptions<'_>) -> String {
    let (lang, l) = (options.lang, options.lang.book_labels());
    let totals: BTreeMap<Currency, Sum> = match options.totals {
        Some(totals) => totals.iter().copied().collect(),
        None => sums(list),
    };
    let all: u64 = totals.values().map(|s| s.count).sum();
    if all == 0 {
        return l.l_nothing.to_string();
    }
    let (shown, one, many) = match list {
        List::Payments(rows) => (rows.len(), l.l_one_line, l.l_more_lines),
        List::Items(rows) => (rows.len(), l.l_one_item, l.l_more_items),
    };
    let number = |n: u64| plain(&group(i128::from(n)));
    let sum = |(currency, sum): (&Currency, &Sum)| {
        let money = |amount| plain(&minor(lang, amount, *currency));
        format!("{} {currency}", fill(l.l_money, &[&money(sum.credit), &money(sum.debit)]))
    };
    let count = if all == 1 { one.to_string() } else { fill(many, &[&number(all)]) };
    let sums: Vec<String> = totals.iter().map(sum).collect();
    let mut text = format!("{count}{}{}", lang.colon(), sums.join(" · "));
    if let (List::Payments(rows), None) = (list, options.totals) {
        let carried = rows.iter().filter(|p| months_carried(p.payment.booking_date, options.as_of) > 0).count() as u64;
        text.push_str(&format!(" ({})", fill(l.l_ages, &[&number(all.saturating_sub(carried)), &number(carried)])));
    }
    if (shown as u64) < all {
        text.push_str(&format!(", {}", fill(l.l_shown, &[&number(shown as u64)])));
        if !options.all.is_empty() {
            text.push_str(&format!("; {}", fill(l.l_all, &[&foreign(options.all)])));
        }
    }
    text
}

fn md(list: List<'_>, options: &ListOptions<'_>) -> String {
    let last = markdown::escape(&last_line(list, options));
    let table = match list {
        List::Payments([]) | List::Items([]) => return format!("{last}\n"),
        _ => aligned(list, options),
    };
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = String::new();
    for (n, cells) in table.rows.iter().enumerate() {
        text.push_str(&row(cells.iter().map(|c| markdown::escape(c.trim())).collect()));
        if n == 0 {
            text.push_str(&row(table.right.iter().map(|r| String::from(if *r { "---:" } else { "---" })).collect()));
        }
    }
    format!("{text}\n{last}\n")
}

#[derive(Serialize)]
struct Head {
    schema: &'static str,
    as_of: NaiveDate,
    totals: Vec<Total>,
}

#[derive(Serialize)]
struct Total {
    currency: Currency,
    count: u64,
    money_in: Decimal,
    money_out: Decimal,
}

/// One document: the head, and then one row a line.
fn json(list: List<'_>, options: &ListOptions<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = options.totals.map_or_else(|| sums(list), |totals| totals.iter().copied().collect());
    let total = |(currency, sum): (Currency, Sum)| Total {
        currency,
        count: sum.count,
        money_in: Decimal(sum.credit, currency),
        money_out: Decimal(sum.debit, currency),
    };
    let head = Head { schema: LIST_SCHEMA, as_of: options.as_of, totals: totals.into_iter().map(total).collect() };
    let head = serde_json::to_string(&head)?;
    write!(out, "{},\"rows\":[", head.trim_end_matches('}'))?;
    for (n, row) in rows(list, options).enumerate() {
        out.write_all(if n == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &ListRow(row))?;
    }
    out.write_all(b"\n]}\n")?;
    out.flush()
}

fn jsonl(list: List<'_>, options: &ListOptions<'_>, out: &mut dyn Write) -> io::Result<()> {
    for row in rows(list, options) {
        serde_json::to_writer(&mut *out, &ListRow(row))?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
