//! Section 8: differences settled, items settled without a payment, and money outside the receivables, by account.

use std::collections::BTreeMap;

use super::super::page::{Block, Cell, Row, Section, Table, figures, text};
use super::super::views::BookReport;
use crate::model::{Currency, Decision, DecisionKind, DifferenceKind, Standing};
use crate::report::i18n::{Lang, author_name, difference_name, fill};

/// Account, what it is, and the reason that was given.
type Key<'a> = (&'a str, &'static str, &'a str);
/// Number, what came in or was gained, what went out or was lost.
type Sums = (i128, i128, i128);
type Found<'a> = BTreeMap<Currency, BTreeMap<Key<'a>, Sums>>;

/// Section 8.
pub(super) fn differences<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let tables = [
        (settled(report), l.settled_differences, l.effect, false),
        (settled_items(report), l.settled_items, l.settled, false),
        (outside(report), l.outside_money, "", true),
    ];
    let mut blocks = Vec::new();
    for (found, caption, amount, two) in tables {
        for (currency, sums) in found {
            let caption = fill(caption, &[currency.code()]);
            blocks.push(Block::Table(table(lang, caption, (!two).then_some(amount), currency, sums)));
        }
    }
    if blocks.is_empty() {
        blocks.push(Block::Note(l.differences_none.to_string()));
    }
    Section {
        number: 8,
        title: l.h_differences.to_string(),
        sheet: l.sheet_differences,
        headline: String::new(),
        holds: None,
        blocks,
    }
}

fn add<'a>(found: &mut Found<'a>, currency: Currency, key: Key<'a>, minor: i128) {
    let sums = found.entry(currency).or_default().entry(key).or_default();
    sums.0 += 1;
    *if minor < 0 { &mut sums.2 } else { &mut sums.1 } += minor;
}

/// What was gained or lost by settling differences: a fee that was kept back is lost, and so is a discount.
fn settled<'a>(report: &'a BookReport<'a>) -> Found<'a> {
    let mut found = Found::new();
    let decided = report.payments.iter().filter(|p| p.standing.is_decided());
    for (payment, decision) in decided.filter_map(|p| Some((p, p.decision.as_ref()?))) {
        for one in &decision.differences {
            // What stays open, and what is on a customer's account, is not settled.
            if matches!(one.kind, DifferenceKind::OpenRest | DifferenceKind::OnAccount) {
                continue;
            }
            let name = difference_name(report.lang, one.kind);
            let effect = i128::from(one.minor) * i128::from(one.kind.factor());
            add(&mut found, payment.payment.amount.currency, (&decision.account, name, reason(decision)), effect);
        }
    }
    found
}

/// Items that people settled without a payment of the book.
fn settled_items<'a>(report: &'a BookReport<'a>) -> Found<'a> {
    let mut found = Found::new();
    for (item, decision) in report.items.iter().filter_map(|i| Some((i, i.decision.as_ref()?))) {
        if decision.kind == DecisionKind::Settle {
            let minor = decision.applications.iter().map(|a| i128::from(a.minor)).sum();
            let by = author_name(report.lang, decision.author);
            add(&mut found, item.item.amount.currency, (&decision.account, by, reason(decision)), minor);
        }
    }
    found
}

/// Money that is no customer's, or that a rule sends to its account.
fn outside<'a>(report: &'a BookReport<'a>) -> Found<'a> {
    let mut found = Found::new();
    let is_outside = |s: Standing| matches!(s, Standing::ByRule | Standing::Outside);
    for payment in report.payments.iter().filter(|p| is_outside(p.standing)) {
        let Some(decision) = &payment.decision else { continue };
        let by = author_name(report.lang, decision.author);
        let amount = payment.payment.amount;
        add(&mut found, amount.currency, (&decision.account, by, reason(decision)), amount.minor.into());
    }
    found
}

fn reason(decision: &Decision) -> &str {
    if decision.reason.is_empty() { &decision.why } else { &decision.reason }
}

/// One amount column with the given name, or two for what came in and went out.
fn table<'a>(
    lang: Lang,
    caption: String,
    amount: Option<&'static str>,
    currency: Currency,
    found: BTreeMap<Key<'a>, Sums>,
) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let cells = |start: [Cell<'a>; 3], (count, credit, debit): Sums| {
        let mut cells = start.to_vec();
        cells.push(Cell::Count(count));
        match amount {
            Some(_) => cells.push(Cell::Money(credit + debit, currency)),
            None => cells.extend([Cell::Money(credit, currency), Cell::Money(debit, currency)]),
        }
        cells
    };
    let sums = found.values().fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    let mut rows = Vec::new();
    for ((account, what, reason), sums) in found {
        let account = if account.is_empty() { Cell::words(l.default_account) } else { Cell::foreign(account) };
        let reason = if reason.is_empty() { Cell::words(l.no_reason) } else { Cell::foreign(reason) };
        rows.push(Row::of(cells([account, Cell::words(what), reason], sums)));
    }
    rows.push(Row::sum(cells([Cell::words(labels.total), Cell::Nothing, Cell::Nothing], sums)));
    let mut columns = vec![text(l.ledger_account), text(l.what), text(labels.reason), figures(labels.count)];
    match amount {
        Some(name) => columns.push(figures(name)),
        None => columns.extend([figures(labels.money_in), figures(labels.money_out)]),
    }
    Table { caption, kind: "", columns, rows }
}
