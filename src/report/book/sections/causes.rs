//! Section 4: causes before lines.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::ageing::is_open;
use super::super::lines::reason;
use super::super::page::{Block, Cell, Row, Section, Table, figures, text};
use super::super::views::BookReport;
use crate::model::{BookPayment, Currency, Standing, Sum};
use crate::report::i18n::{Lang, ReasonWords, fill, group, reason_words};

/// Section 4.
pub(super) fn causes<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let mut found: BTreeMap<Currency, BTreeMap<&'static str, (Sum, ReasonWords)>> = BTreeMap::new();
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for payment in report.payments.iter().filter(|p| is_open(p)) {
        let (code, words) = cause(lang, payment);
        let causes = found.entry(payment.payment.amount.currency).or_default();
        causes.entry(code).or_insert((Sum::default(), words)).0.add(payment.payment.amount.minor);
        *counts.entry(code).or_default() += 1;
    }
    let mut blocks: Vec<Block<'a>> =
        found.into_iter().map(|(currency, causes)| Block::Table(table(lang, currency, causes))).collect();
    if blocks.is_empty() {
        blocks.push(Block::Note(l.none_open.to_string()));
    }
    let mut counts: Vec<(&'static str, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(code, n)| (Reverse(*n), *code));
    let parts: Vec<String> = counts.iter().map(|(code, n)| format!("{code} {}", group(i128::from(*n)))).collect();
    Section {
        number: 4,
        title: l.h_causes.to_string(),
        sheet: l.sheet_causes,
        headline: parts.join(" · "),
        holds: None,
        blocks,
    }
}

/// The code of a cause with its words.
fn cause(lang: Lang, payment: &BookPayment) -> (&'static str, ReasonWords) {
    let l = lang.book_labels();
    let proposed = payment.proposal.as_ref().and_then(|p| p.reason);
    match (payment.standing, proposed) {
        (Standing::Held, _) => {
            let words = ReasonWords { short: l.cause_held_short, meaning: l.cause_held, action: l.cause_held_action };
            (reason(payment), words)
        }
        (Standing::Review | Standing::Unmatched, Some(reason)) => (reason.code(), reason_words(lang, reason)),
        _ => {
            let words = ReasonWords { short: l.cause_new_short, meaning: l.cause_new, action: l.cause_new_action };
            ("NEW", words)
        }
    }
}

fn table<'a>(lang: Lang, currency: Currency, causes: BTreeMap<&'static str, (Sum, ReasonWords)>) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(code, (sum, _))| (Reverse(sum.credit - sum.debit), *code));
    let mut all = Sum::default();
    let mut rows = Vec::new();
    let cells = |name: Cell<'a>, sum: &Sum, meaning: Cell<'a>| {
        let money = |amount| Cell::Money(amount, currency);
        vec![name, Cell::Count(sum.count.into()), money(sum.credit), money(sum.debit), meaning]
    };
    for (code, (sum, words)) in &causes {
        all = Sum { count: all.count + sum.count, credit: all.credit + sum.credit, debit: all.debit + sum.debit };
        let name = Cell::stack(vec![Cell::Code(code), Cell::words(words.short)]);
        let meaning = Cell::stack(vec![Cell::words(words.meaning), Cell::words(format!("→ {}", words.action))]);
        rows.push(Row::of(cells(name, sum, meaning)));
    }
    rows.push(Row::sum(cells(Cell::words(labels.total), &all, Cell::Nothing)));
    let columns = vec![
        text(labels.reason),
        figures(l.lines),
        figures(labels.money_in),
        figures(labels.money_out),
        text(format!("{}, {}", labels.meaning, labels.action)),
    ];
    let caption = format!("{currency} · {}", fill(l.causes_headline, &[&group(i128::from(all.count))]));
    Table { caption, kind: "causes", columns, rows }
}
