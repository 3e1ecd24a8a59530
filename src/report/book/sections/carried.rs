//! Section 6: what was open when the month began, what became of it, and the roll-forward (identity P5).

use std::collections::{BTreeMap, BTreeSet};

use super::super::ageing::is_open;
use super::super::page::{Block, Cell, Row, Section, Table, figures, text};
use super::super::views::{BookReport, CarriedView};
use super::{hold, largest, not_shown};
use crate::model::{Currency, ProofId};
use crate::report::i18n::{self, Lang, fill, group};

/// A number of things and their sum in minor units.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    count: i128,
    minor: i128,
}

/// From what was open to what is open.
#[derive(Clone, Copy, Debug, Default)]
struct RollForward {
    start: Open,
    cleared: Open,
    new: Open,
}

/// Section 6.
pub(super) fn carried<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let title = report.month.map_or_else(
        || l.h_carried_first.to_string(),
        |month| fill(l.h_carried, &[&i18n::month(lang, month.previous())]),
    );
    let section = |headline: String, blocks: Vec<Block<'a>>| Section {
        number: 6,
        title,
        sheet: l.sheet_carried,
        headline,
        holds: hold(&report.proofs.proofs, &[ProofId::RollForward]),
        blocks,
    };
    let Some(carried) = report.carried else {
        return section(String::new(), vec![Block::Note(l.carried_unknown.to_string())]);
    };
    let mut blocks = Vec::new();
    for ((is_payment, currency), roll) in roll_forwards(report, carried) {
        let kind = if is_payment { l.payments_kind } else { l.items_kind };
        blocks.push(Block::Table(roll_table(lang, fill(l.roll_forward, &[kind, currency.code()]), currency, roll)));
    }
    let kinds: BTreeSet<(bool, Currency)> = carried.iter().map(|c| (!c.is_payment, c.currency)).collect();
    for (is_item, currency) in kinds {
        let of_it: Vec<&CarriedView> =
            carried.iter().filter(|c| c.is_payment != is_item && c.currency == currency).collect();
        blocks.push(Block::Table(list_table(lang, !is_item, currency, &of_it)));
    }
    if carried.is_empty() {
        blocks.push(Block::Note(l.carried_none.to_string()));
    }
    let open = carried.iter().filter(|c| c.open_now != 0).count();
    let number = |n: usize| group(n as i128);
    let headline = fill(l.carried_headline, &[&number(carried.len()), &number(carried.len() - open), &number(open)]);
    section(headline, blocks)
}

/// By kind (payments first) and currency. What is open and was not carried forward is new.
fn roll_forwards(report: &BookReport<'_>, carried: &[CarriedView]) -> Vec<((bool, Currency), RollForward)> {
    let mut rolls: BTreeMap<(bool, Currency), RollForward> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for one in carried {
        known.insert((one.is_payment, &*one.id));
        let roll = rolls.entry((!one.is_payment, one.currency)).or_default();
        roll.start.count += 1;
        roll.start.minor += i128::from(one.minor);
        roll.cleared.count += i128::from(one.open_now == 0);
        roll.cleared.minor += i128::from(one.minor) - i128::from(one.open_now);
    }
    let payments = report.payments.iter().filter(|p| is_open(p)).map(|p| (true, &*p.payment.id, p.payment.amount));
    let items = report.items.iter().map(|i| (false, &*i.item.id, i.item.open())).filter(|(_, _, open)| open.minor != 0);
    for (is_payment, id, amount) in payments.chain(items) {
        let roll = rolls.entry((!is_payment, amount.currency)).or_default();
        if !known.contains(&(is_payment, id)) {
            roll.new.count += 1;
            roll.new.minor += i128::from(amount.minor);
        }
    }
    rolls.into_iter().map(|((is_item, currency), roll)| ((!is_item, currency), roll)).collect()
}

fn roll_table<'a>(lang: Lang, caption: String, currency: Currency, roll: RollForward) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let cells =
        |name: &'static str, count, minor| vec![Cell::words(name), Cell::Count(count), Cell::Money(minor, currency)];
    let RollForward { start, cleared, new } = roll;
    let rows = vec![
        Row::of(cells(l.at_start, start.count, start.minor)),
        Row::of(cells(l.cleared, -cleared.count, -cleared.minor)),
        Row::of(cells(l.new, new.count, new.minor)),
        Row::sum(cells(l.at_end, start.count - cleared.count + new.count, start.minor - cleared.minor + new.minor)),
    ];
    Table { caption, kind: "", columns: vec![text(""), figures(labels.count), figures(labels.amount)], rows }
}

fn list_table<'a>(lang: Lang, is_payment: bool, currency: Currency, carried: &[&'a CarriedView]) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let money = |amount: i128| Cell::Money(amount, currency);
    let row = |one: &&'a CarriedView| {
        let amounts = [i128::from(one.minor), i128::from(one.open_now)];
        let became = if one.became.is_empty() { Cell::words(l.still_open) } else { Cell::foreign(&*one.became) };
        let name = Cell::stack(vec![Cell::foreign(&*one.id), Cell::foreign(&*one.account)]);
        (amounts, vec![name, money(amounts[0]), money(amounts[1]), became])
    };
    let mut rows = largest(carried.iter().map(row).collect(), |_, [before, now]| {
        vec![Cell::words(not_shown(lang, carried.len())), money(before), money(now), Cell::Nothing]
    });
    let sum = |of: fn(&CarriedView) -> i64| carried.iter().map(|c| i128::from(of(c))).sum::<i128>();
    let sums = [money(sum(|c| c.minor)), money(sum(|c| c.open_now))];
    rows.push(Row::sum([Cell::words(labels.total)].into_iter().chain(sums).chain([Cell::Nothing]).collect()));
    let kind = if is_payment { l.payments_kind } else { l.items_kind };
    Table {
        caption: fill(l.carried_list, &[kind, currency.code()]),
        kind: "",
        columns: vec![text(l.l_id), figures(l.open_before), figures(l.open_now), text(l.became)],
        rows,
    }
}
