//! A statement that a bank delivers in several pages becomes one: opening of the first, closing of the last.

use std::collections::BTreeMap;

use super::delivered::Delivered;
use crate::model::money::write_minor;
use crate::model::{Balance, BalanceKind, Check, CheckKind, InputFile, Note, NoteKind, Page, Statement, StatementKind};

/// Joins the pages that belong together. Those of which some are missing stay what they are, and a check says so.
///
/// Pages belong together with the same account, currency, and number, or identifier where there is no number.
pub(super) fn join(delivered: Vec<Delivered>, files: &mut [InputFile], checks: &mut Vec<Check>) -> Vec<Delivered> {
    if delivered.iter().all(|d| d.statement.page.is_none()) {
        return delivered;
    }
    let mut kept: Vec<Option<Delivered>> = Vec::with_capacity(delivered.len());
    let mut books: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for one in delivered {
        let s = &one.statement;
        if s.page.is_some() && one.kind() == StatementKind::Statement {
            let name = if s.sequence.is_empty() { s.id.clone() } else { s.sequence.clone() };
            books.entry((s.account.clone(), s.currency, one.class, name)).or_default().push(kept.len());
        }
        kept.push(Some(one));
    }
    for mut places in books.into_values() {
        places.sort_by_key(|n| kept[*n].as_ref().and_then(|d| d.statement.page));
        let numbers: Vec<Page> = places.iter().filter_map(|n| kept[*n].as_ref()?.statement.page).collect();
        match (missing(&numbers), &kept[places[0]]) {
            (Some(missing), Some(first)) => {
                let scope = scope(&first.statement, &files[first.file as usize].path);
                let text = format!("{missing}: entries may be missing too");
                checks.push(Check {
                    kind: CheckKind::Continuity,
                    scope,
                    holds: Some(false),
                    text: text.clone().into(),
                });
                files[first.file as usize].notes.push(Note::new(NoteKind::Warning, text));
            }
            _ => {
                let first = places[0];
                let pages: Vec<Delivered> = places.into_iter().filter_map(|n| kept[n].take()).collect();
                kept[first] = whole(pages, files);
            }
        }
    }
    kept.into_iter().flatten().collect()
}

fn scope(statement: &Statement, path: &str) -> Box<str> {
    let name = if statement.id.is_empty() { &statement.sequence } else { &statement.id };
    format!("{path}: statement {name} of {}", statement.account).into()
}

/// Which page is missing, or there twice. The pages are in order.
fn missing(pages: &[Page]) -> Option<String> {
    for (expected, page) in (1..).zip(pages) {
        if page.number > expected {
            return Some(format!("page {expected} of a statement is missing"));
        }
        if page.number < expected {
            return Some(format!("page {} of a statement is there twice with different content", page.number));
        }
    }
    let last = pages.last().filter(|last| !last.is_last)?;
    Some(format!("page {} of a statement is missing", last.number + 1))
}

/// Puts pages together; they are in order and complete.
fn whole(pages: Vec<Delivered>, files: &mut [InputFile]) -> Option<Delivered> {
    let mut pages = pages.into_iter();
    let mut whole = pages.next()?;
    let totals = whole.statement.totals;
    let (mut sum_of_claims, mut same_claims) = (totals.entries, true);
    let mut broken = None;
    let mut end = booked(&whole.statement).last();
    let mut count = 1;
    for page in pages {
        count += 1;
        let s = &page.statement;
        let start = booked(s).next();
        if let (Some(end), Some(start)) = (end, start)
            && [end.kind, start.kind] == [BalanceKind::Interim; 2]
            && end.amount != start.amount
        {
            let text = format!("page {count} begins with {}, the one before ends with {}", start.amount, end.amount);
            broken.get_or_insert(text);
        }
        end = booked(s).last();
        same_claims &= s.totals == totals;
        sum_of_claims = sum_of_claims.zip(s.totals.entries).map(|(a, b)| a + b);
        if page.file != whole.file {
            let path = &files[whole.file as usize].path;
            let text = format!("page {count} of statement {} of {} belongs to that of {path}", s.id, s.account);
            files[page.file as usize].notes.push(Note::new(NoteKind::Said, text));
        }
        append(&mut whole.statement, page.statement);
    }
    let s = &mut whole.statement;
    s.page = None;
    let scope = scope(s, &files[whole.file as usize].path);
    s.checks.retain(|c| c.kind == CheckKind::Batch);
    let check = |kind, holds, text: String| Check { kind, scope: scope.clone(), holds, text: text.into() };
    let balance = balance(s, count);
    s.checks.insert(0, check(CheckKind::Balance, balance.0, balance.1));
    if let Some(text) = broken {
        s.checks.push(check(CheckKind::Continuity, Some(false), text));
    }
    // Banks repeat the totals of the whole on each page, or give each page its own.
    if let Some(claimed) = if same_claims { totals.entries } else { sum_of_claims } {
        let holds = claimed == u64::from(s.entries) || sum_of_claims == Some(u64::from(s.entries));
        let text = format!("{count} pages claim {claimed} entries and have {}", s.entries);
        s.checks.push(check(CheckKind::ControlTotal, Some(holds), text));
    }
    // They are made again, of all pages.
    whole.contents.take();
    Some(whole)
}

/// The booked balances of a page, in order.
fn booked(s: &Statement) -> impl Iterator<Item = Balance> {
    s.balances.iter().copied().filter(|b| b.kind != BalanceKind::Other)
}

fn append(whole: &mut Statement, page: Statement) {
    whole.from = whole.from.into_iter().chain(page.from).min();
    whole.to = whole.to.into_iter().chain(page.to).max();
    whole.opening = whole.opening.or(page.opening);
    whole.closing = page.closing.or(whole.closing);
    whole.balances.extend(page.balances);
    whole.entries += page.entries;
    whole.transactions += page.transactions;
    whole.not_booked += page.not_booked;
    whole.booked_minor += page.booked_minor;
    whole.payments.extend(page.payments);
    whole.entry_references.extend(page.entry_references);
    whole.checks.extend(page.checks.into_iter().filter(|c| c.kind == CheckKind::Batch));
}

/// Opening of the first page + booked entries of all = closing of the last.
fn balance(s: &Statement, pages: usize) -> (Option<bool>, String) {
    let (Some(opening), Some(closing), Some(holds)) = (s.opening, s.closing, s.balances_ok()) else {
        return (None, format!("{pages} pages without an opening and a closing balance in one currency"));
    };
    let mut booked = String::new();
    // Writing to a string cannot fail.
    let _ = write_minor(&mut booked, s.booked_minor, opening.amount.currency);
    let text =
        format!("{pages} pages: opening {} + booked entries {booked}, closing {}", opening.amount, closing.amount);
    (Some(holds), text)
}
