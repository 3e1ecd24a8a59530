//! Section 7: what people decided, by whom and why.

use std::collections::{BTreeMap, BTreeSet};

use super::super::page::{Block, Cell, Row, Section, Table, figures, text};
use super::super::views::BookReport;
use super::{largest, not_shown};
use crate::model::{Author, Currency, Decision, DifferenceKind, Operation};
use crate::report::i18n::{Lang, decision_name, difference_name, fill, group, minor, operation_name};

/// A decision of a person with what it is about.
struct Decided<'a> {
    decision: &'a Decision,
    /// The payment, or the item where there is none.
    about: &'a str,
    /// The payer or the customer.
    party: &'a str,
    currency: Currency,
    /// The payment's amount; nothing for a decision about an item.
    minor: Option<i64>,
}

/// Section 7.
pub(super) fn by_people<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let decided = decided(report);
    let mut blocks = Vec::new();
    let currencies: BTreeSet<Currency> = decided.iter().map(|d| d.currency).collect();
    for currency in &currencies {
        let of_it = decided.iter().filter(|d| d.currency == *currency);
        blocks.push(Block::Table(by_whom(lang, *currency, of_it)));
    }
    for currency in &currencies {
        let of_it = decided.iter().filter(|d| d.currency == *currency);
        blocks.push(Block::Table(list(lang, *currency, of_it.collect())));
    }
    let operations: Vec<&Operation> =
        report.operations.iter().filter(|o| !matches!(&*o.kind, "import" | "run")).collect();
    if !operations.is_empty() {
        blocks.push(Block::Table(log(lang, &operations)));
    }
    if blocks.is_empty() {
        blocks.push(Block::Note(l.people_none.to_string()));
    }
    let people: BTreeSet<&str> = decided.iter().map(|d| &*d.decision.by).collect();
    let headline = fill(l.people_headline, &[&group(decided.len() as i128), &group(people.len() as i128)]);
    Section { number: 7, title: l.h_people.to_string(), sheet: l.sheet_people, headline, holds: None, blocks }
}

fn decided<'a>(report: &'a BookReport<'a>) -> Vec<Decided<'a>> {
    let payments = report.payments.iter().filter_map(|p| {
        let party = super::super::lines::party(p);
        let (about, amount) = (&*p.payment.id, p.payment.amount);
        let decision = p.decision.as_ref()?;
        Some(Decided { decision, about, party, currency: amount.currency, minor: Some(amount.minor) })
    });
    let items = report.items.iter().filter_map(|i| {
        let (about, party) = (&*i.item.id, &*i.item.customer_name);
        let decision = i.decision.as_ref()?;
        Some(Decided { decision, about, party, currency: i.item.amount.currency, minor: None })
    });
    let mut found: Vec<Decided<'a>> = payments.chain(items).filter(|d| d.decision.author == Author::Person).collect();
    found.sort_by_key(|d| (d.decision.op, d.about));
    found
}

fn by_whom<'d, 'a: 'd>(lang: Lang, currency: Currency, decided: impl Iterator<Item = &'d Decided<'a>>) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let mut found: BTreeMap<(&'a str, &'static str), (i128, i128)> = BTreeMap::new();
    for one in decided {
        let key = (&*one.decision.by, decision_name(lang, one.decision.kind));
        let (count, minor) = found.entry(key).or_default();
        *count += 1;
        *minor += i128::from(one.minor.unwrap_or(0));
    }
    let sums = found.values().fold((0, 0), |sums, (count, minor)| (sums.0 + count, sums.1 + minor));
    let mut rows: Vec<Row<'a>> = Vec::new();
    for ((who, what), (count, minor)) in found {
        let money = Cell::Money(minor, currency);
        rows.push(Row::of(vec![Cell::foreign(who), Cell::words(what), Cell::Count(count), money]));
    }
    let money = Cell::Money(sums.1, currency);
    rows.push(Row::sum(vec![Cell::words(labels.total), Cell::Nothing, Cell::Count(sums.0), money]));
    Table {
        caption: fill(l.by_whom, &[currency.code()]),
        kind: "",
        columns: vec![text(l.who), text(l.what), figures(labels.count), figures(l.amount_bank)],
        rows,
    }
}

fn list<'a>(lang: Lang, currency: Currency, decided: Vec<&Decided<'a>>) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let row = |one: &&Decided<'a>| {
        let decision = one.decision;
        let what = [Cell::words(decision_name(lang, decision.kind)), Cell::foreign(&*decision.reason)];
        let cells = vec![
            Cell::stack(vec![Cell::Count(decision.op.into()), Cell::foreign(short_time(&decision.at))]),
            Cell::foreign(&*decision.by),
            Cell::stack(what.to_vec()),
            Cell::stack(vec![Cell::foreign(one.about), Cell::foreign(one.party)]),
            one.minor.map_or(Cell::Nothing, |minor| Cell::Money(minor.into(), currency)),
            Cell::foreign(equation(lang, decision, currency)),
            Cell::foreign(&*decision.why),
        ];
        ([i128::from(one.minor.unwrap_or(0))], cells)
    };
    // The order is that of the log as long as all of them are shown.
    let all = decided.len();
    let mut rows: Vec<Row<'a>> = if all <= super::SHOWN {
        decided.iter().map(|one| Row::of(row(one).1)).collect()
    } else {
        largest(decided.iter().map(row).collect(), |_, [rest]| {
            let mut cells = vec![Cell::Nothing; 7];
            (cells[3], cells[4]) = (Cell::words(not_shown(lang, all)), Cell::Money(rest, currency));
            cells
        })
    };
    let sum = decided.iter().map(|d| i128::from(d.minor.unwrap_or(0))).sum();
    let mut cells = vec![Cell::Nothing; 7];
    (cells[0], cells[4]) = (Cell::words(labels.total), Cell::Money(sum, currency));
    rows.push(Row::sum(cells));
    let columns = vec![
        text(l.op),
        text(l.who),
        text(l.what),
        text(l.subject),
        figures(l.amount_bank),
        text(l.to_items),
        text(l.why),
    ];
    Table { caption: fill(l.decisions, &[currency.code()]), kind: "decisions", columns, rows }
}

/// What a decision takes off which item, and its differences: `2026-0412 1 275.00 − bank fee 25.00`.
pub(super) fn equation(lang: Lang, decision: &Decision, currency: Currency) -> String {
    let money = |amount: i64| minor(lang, i128::from(amount).abs(), currency);
    let sign = |text: &str, negative| match (text.is_empty(), negative) {
        (true, false) => "",
        (true, true) => "−",
        (false, false) => " + ",
        (false, true) => " − ",
    };
    let mut text = String::new();
    for one in &decision.applications {
        let sign = sign(&text, one.minor < 0);
        text = format!("{text}{sign}{} {}", one.item, money(one.minor));
    }
    for one in &decision.differences {
        if one.kind == DifferenceKind::OpenRest {
            continue;
        }
        let sign = sign(&text, i128::from(one.minor) * i128::from(one.kind.factor()) < 0);
        text = format!("{text}{sign}{} {}", difference_name(lang, one.kind), money(one.minor));
    }
    if !decision.returns.is_empty() {
        text = format!("{text} ↩ {}", decision.returns);
    }
    if !decision.account.is_empty() {
        text = format!("{text} → {}", decision.account);
    }
    text.trim().to_string()
}

fn log<'a>(lang: Lang, operations: &[&'a Operation]) -> Table<'a> {
    let l = lang.book_labels();
    let row = |one: &&'a Operation| {
        let undone = one.undone_by.map(|by| fill(l.undone, &[&by.to_string()]));
        Row::of(vec![
            Cell::stack(vec![Cell::Count(one.seq.into()), Cell::foreign(short_time(&one.at))]),
            Cell::foreign(&*one.who),
            Cell::foreign(operation_name(lang, &one.kind)),
            Cell::stack(vec![Cell::foreign(&*one.summary), undone.map_or(Cell::Nothing, Cell::words)]),
            Cell::foreign(&*one.why),
        ])
    };
    let columns = vec![text(l.op), text(l.who), text(l.what), text(l.subject), text(l.why)];
    Table { caption: l.operations.to_string(), kind: "log", columns, rows: operations.iter().map(row).collect() }
}

/// A time of the log as people read it: `2026-07-02 08:51`.
pub(in crate::report::book) fn short_time(at: &str) -> String {
    match at.split_once('T') {
        Some((day, time)) => format!("{day} {}", time.get(..5).unwrap_or(time)),
        None => at.to_string(),
    }
}
