//! Sections 3 and 5: what is open by age, and each open line with what is known of it.

use super::super::ageing::{self, days, is_open};
use super::super::lines::{action, comment, hold_until, nearest, party, proposed_reason, reason};
use super::super::page::{Block, Cell, Row, Section, Table, figures, short_probability, text};
use super::super::views::BookReport;
use super::{count, currencies, in_and_out, largest, not_shown};
use crate::model::{BookItem, BookPayment, Currency, DecisionKind, Standing, Sum};
use crate::report::ageing::Ageing;
use crate::report::i18n::{Lang, date, fill, group, standing_name, standing_word};

/// Section 3.
pub(super) fn ages<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let lines = ageing::lines(report.payments, report.as_of);
    let items = ageing::items(report);
    let mut blocks: Vec<Block<'a>> = lines.iter().map(|(c, sums)| Block::Table(lines_table(lang, *c, sums))).collect();
    if lines.is_empty() {
        blocks.push(Block::Note(l.no_open_lines.to_string()));
    }
    if items.is_empty() {
        blocks.push(Block::Note(l.no_open_items.to_string()));
    } else {
        blocks.push(Block::Note(fill(lang.labels().ageing_intro, &[&date(lang, report.as_of)])));
        blocks.extend(items.iter().map(|(c, ageing)| Block::Table(items_table(lang, *c, ageing))));
    }
    let open = report.payments.iter().filter(|p| is_open(p)).count();
    let open_items = report.items.iter().filter(|i| i.item.open_minor != 0).count();
    Section {
        number: 3,
        title: l.h_age.to_string(),
        sheet: l.sheet_age,
        headline: fill(l.open_headline, &[&group(open as i128), &group(open_items as i128)]),
        holds: None,
        blocks,
    }
}

fn lines_table<'a>(lang: Lang, currency: Currency, sums: &[Sum]) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let names = [l.days_0_7, l.days_8_30, labels.days_31_60, labels.days_61_90, labels.days_over_90];
    let cells = |name: &'static str, sum: Sum| {
        vec![
            Cell::words(name),
            Cell::Count(sum.count.into()),
            Cell::Money(sum.credit, currency),
            Cell::Money(sum.debit, currency),
        ]
    };
    let mut rows: Vec<Row<'a>> = names.into_iter().zip(sums).map(|(name, sum)| Row::of(cells(name, *sum))).collect();
    let all = sums.iter().fold(Sum::default(), |all, sum| Sum {
        count: all.count + sum.count,
        credit: all.credit + sum.credit,
        debit: all.debit + sum.debit,
    });
    rows.push(Row::sum(cells(labels.total, all)));
    let columns = vec![text(l.age), figures(l.lines), figures(labels.money_in), figures(labels.money_out)];
    Table { caption: fill(l.bank_lines, &[currency.code()]), kind: "", columns, rows }
}

/// One row of bands: they add up to the open invoices, and these with credit notes and money on account to the balance.
fn items_table<'a>(lang: Lang, currency: Currency, ageing: &Ageing) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let names = [
        labels.not_due,
        labels.days_1_30,
        labels.days_31_60,
        labels.days_61_90,
        labels.days_over_90,
        labels.no_due_date,
        labels.open_invoices,
        labels.credit_notes,
        labels.on_account,
        labels.balance,
    ];
    let sums = ageing.bands.into_iter().chain([ageing.invoices(), ageing.credit_notes]);
    let mut cells: Vec<Cell<'a>> =
        sums.map(|sum| Cell::Stack(vec![Cell::Money(sum.minor, currency), Cell::Count(sum.count.into())])).collect();
    cells.extend([Cell::Money(ageing.on_account, currency), Cell::Money(ageing.balance(), currency)]);
    Table {
        caption: fill(l.open_items, &[currency.code()]),
        kind: "ages",
        columns: names.into_iter().map(figures).collect(),
        rows: vec![Row::of(cells)],
    }
}

/// Section 5.
pub(super) fn items<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let open: Vec<&BookPayment> = report.payments.iter().filter(|p| is_open(p)).collect();
    let mut blocks = Vec::new();
    for currency in currencies(open.iter().map(|p| &p.payment.amount.currency)) {
        let of_it = open.iter().copied().filter(|p| p.payment.amount.currency == currency);
        blocks.push(Block::Table(payments_table(report, currency, of_it.collect())));
    }
    let is_open = |i: &&BookItem| i.item.open_minor != 0;
    let held = |i: &BookItem| i.decision.as_ref().is_some_and(|d| d.kind == DecisionKind::Hold);
    let missing = |i: &BookItem| !i.missing_from.is_empty();
    let asked: Vec<&BookItem> = report.items.iter().filter(is_open).filter(|i| missing(i)).collect();
    let held: Vec<&BookItem> = report.items.iter().filter(is_open).filter(|i| held(i) && !missing(i)).collect();
    for (caption, items) in [(l.missing_items, asked), (l.held_items, held)] {
        for currency in currencies(items.iter().map(|i| &i.item.amount.currency)) {
            let of_it = items.iter().copied().filter(|i| i.item.amount.currency == currency);
            blocks.push(Block::Table(asked_table(report, caption, currency, of_it.collect())));
        }
    }
    if blocks.is_empty() {
        blocks.push(Block::Note(l.none_open.to_string()));
    }
    let by_standing = Standing::ALL.into_iter().filter(|s| !s.is_decided()).filter_map(|standing| {
        let n = open.iter().filter(|p| p.standing == standing).count();
        (n > 0).then(|| format!("{} {}", group(n as i128), standing_name(lang, standing)))
    });
    let parts: Vec<String> = by_standing.collect();
    let headline =
        if parts.is_empty() { String::new() } else { format!("{} = {}", group(open.len() as i128), parts.join(" + ")) };
    Section { number: 5, title: l.h_items.to_string(), sheet: l.sheet_payments, headline, holds: None, blocks }
}

fn payments_table<'a>(report: &'a BookReport<'a>, currency: Currency, open: Vec<&'a BookPayment>) -> Table<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let labels = lang.labels();
    let all = open.len();
    let mut sum = Sum::default();
    open.iter().for_each(|p| sum.add(p.payment.amount.minor));
    let rows = open.iter().map(|p| ([i128::from(p.payment.amount.minor)], payment_row(report, p))).collect();
    let mut rows = largest(rows, |_, [rest]| {
        vec![
            Cell::Nothing,
            Cell::Money(rest, currency),
            Cell::words(not_shown(lang, all)),
            Cell::Nothing,
            Cell::Nothing,
            Cell::Nothing,
        ]
    });
    rows.push(Row::sum(vec![
        Cell::words(labels.total),
        Cell::Money(sum.credit + sum.debit, currency),
        Cell::words(in_and_out(lang, sum.credit, sum.debit, currency)),
        Cell::Nothing,
        Cell::Nothing,
        Cell::Nothing,
    ]));
    let columns = vec![
        text(labels.date),
        figures(labels.amount),
        text(l.who_text),
        text(labels.reason),
        text(l.nearest),
        text(l.what_to_do),
    ];
    let caption = format!("{currency} · {}", lines_of(lang, all));
    Table { caption, kind: "items", columns, rows }
}

fn lines_of(lang: Lang, n: usize) -> String {
    let l = lang.book_labels();
    if n == 1 { l.l_one_line.to_string() } else { fill(l.l_more_lines, &[&group(n as i128)]) }
}

fn payment_row<'a>(report: &'a BookReport<'a>, payment: &'a BookPayment) -> Vec<Cell<'a>> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let one = &payment.payment;
    let age = days(one.effective_date(), report.as_of);
    let why = if payment.standing == Standing::Held { proposed_reason(payment) } else { "" };
    let proposal = payment.proposal.as_ref().filter(|p| !p.nearest.is_empty()).map(|p| {
        vec![
            Cell::foreign(nearest(payment)),
            Cell::words(short_probability(lang, p.probability)),
            Cell::foreign(&*p.obstacle),
        ]
    });
    let held = (payment.standing == Standing::Held).then(|| match hold_until(payment.decision.as_ref()) {
        Some(until) => fill(l.held_until, &[&date(lang, until)]),
        None => l.held_open_end.to_string(),
    });
    vec![
        Cell::stack(vec![Cell::Day(one.booking_date), Cell::words(fill(l.days, &[&group(age.into())]))]),
        Cell::Money(one.amount.minor.into(), one.amount.currency),
        Cell::stack(vec![Cell::foreign(party(payment)), Cell::foreign(&*one.remittance), Cell::foreign(&*one.id)]),
        Cell::stack(vec![
            Cell::words(reason(payment)),
            Cell::words(why),
            Cell::words(standing_word(lang, payment.standing)),
        ]),
        Cell::stack(proposal.unwrap_or_default()),
        Cell::stack(vec![
            Cell::words(action(lang, payment)),
            held.map_or(Cell::Nothing, Cell::words),
            Cell::foreign(comment(&payment.notes, payment.decision.as_ref())),
        ]),
    ]
}

/// Items that a person set aside, and those that no list has any more.
fn asked_table<'a>(
    report: &'a BookReport<'a>,
    caption: &str,
    currency: Currency,
    items: Vec<&'a BookItem>,
) -> Table<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let labels = lang.labels();
    let all = items.len();
    let sum: i128 = items.iter().map(|i| i128::from(i.item.open_minor)).sum();
    let row = |item: &&'a BookItem| {
        let missing = !item.missing_from.is_empty();
        let held = hold_until(item.decision.as_ref()).map(|until| fill(l.held_until, &[&date(lang, until)]));
        let cells = vec![
            Cell::foreign(&*item.item.number),
            Cell::foreign(&*item.item.customer_name),
            Cell::day(item.item.due_date),
            Cell::Money(item.item.open_minor.into(), currency),
            Cell::stack(vec![
                if missing {
                    Cell::words(fill(l.missing_from, &[&crate::report::table::foreign(&item.missing_from)]))
                } else {
                    Cell::Nothing
                },
                held.map_or(Cell::Nothing, Cell::words),
                Cell::words(if missing { l.missing_action } else { "" }),
                Cell::foreign(comment(&item.notes, item.decision.as_ref())),
            ]),
        ];
        ([i128::from(item.item.open_minor)], cells)
    };
    let mut rows = largest(items.iter().map(row).collect(), |_, [rest]| {
        let words = Cell::words(not_shown(lang, all));
        vec![words, Cell::Nothing, Cell::Nothing, Cell::Money(rest, currency), Cell::Nothing]
    });
    let total = Cell::words(labels.total);
    rows.push(Row::sum(vec![total, count(all), Cell::Nothing, Cell::Money(sum, currency), Cell::Nothing]));
    let columns = vec![text(l.l_item), text(l.l_customer), text(l.l_due), figures(l.l_open), text(l.what_to_do)];
    Table { caption: format!("{caption} · {currency}"), kind: "", columns, rows }
}
