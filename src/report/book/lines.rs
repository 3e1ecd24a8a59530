//! The list of open lines and items: one row for each, with the same columns in CSV, JSON, workbooks and Markdown.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::ageing::{LINE_BUCKETS, days, is_open, item_bucket, line_band, months_carried};
use super::page::{Cell, Column, Row, Table, figures, text};
use crate::model::{BookItem, BookNote, BookPayment, Decision, DecisionKind, InputFile, Place, Standing};
use crate::report::i18n::{Lang, reason_words};
use crate::report::table::foreign;

/// Names of the columns, in their order.
pub(super) const COLUMNS: [&str; 32] = [
    "item_id",
    "side",
    "account",
    "currency",
    "amount",
    "amount_open",
    "booking_date",
    "value_date",
    "due_date",
    "age_days",
    "age_bucket",
    "party_raw",
    "party_id",
    "text",
    "reference",
    "reason",
    "reason_2",
    "status",
    "search",
    "best_candidate",
    "best_weight",
    "best_probability",
    "best_obstacle",
    "suggested_action",
    "comment",
    "hold_until",
    "months_carried",
    "source_file",
    "source_line",
    "source_sha256",
    "run_id",
    "rules_sha256",
];

/// What all rows of a list share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shared<'a> {
    pub as_of: NaiveDate,
    pub files: &'a [InputFile],
    pub rules_sha256: &'a str,
}

impl<'a> Shared<'a> {
    fn source(self, place: Place) -> [Cell<'a>; 3] {
        let file = self.files.get(place.file as usize);
        let position = place.position.to_string();
        [
            file.map_or(Cell::Nothing, |f| Cell::foreign(&*f.path)),
            Cell::words(position),
            file.map_or(Cell::Nothing, |f| Cell::foreign(&*f.sha256)),
        ]
    }
}

/// The reason that stands first: that a person set it aside, or what the last run said.
pub(super) fn reason(payment: &BookPayment) -> &'static str {
    match payment.standing {
        Standing::Held => "HELD",
        _ => proposed_reason(payment),
    }
}

/// What the last run gave as reason.
pub(super) fn proposed_reason(payment: &BookPayment) -> &'static str {
    payment.proposal.as_ref().and_then(|p| p.reason).map_or("", |r| r.code())
}

/// What to do about an open payment.
pub(super) fn action(lang: Lang, payment: &BookPayment) -> &'static str {
    let l = lang.book_labels();
    match (payment.standing, payment.proposal.as_ref().and_then(|p| p.reason)) {
        (Standing::Held, _) => l.cause_held_action,
        (Standing::New, _) => l.cause_new_action,
        (Standing::Review | Standing::Unmatched, Some(reason)) => reason_words(lang, reason).action,
        _ => "",
    }
}

/// Until when something is set aside.
pub(super) fn hold_until(decision: Option<&Decision>) -> Option<NaiveDate> {
    decision.filter(|d| d.kind == DecisionKind::Hold).and_then(|d| d.until)
}

/// Who it is about: the payer, else on whose behalf it was paid.
pub(super) fn party(payment: &BookPayment) -> &str {
    let payment = &payment.payment;
    if payment.payer_name.is_empty() { &payment.ultimate_name } else { &payment.payer_name }
}

/// Items that the first hypothesis names, or the nearest ones.
pub(super) fn nearest(payment: &BookPayment) -> String {
    payment.proposal.as_ref().map(|p| p.nearest.join("+")).unwrap_or_default()
}

/// Notes of people and the reason of a hold, in one line: `amc: asked on 2 July`.
pub(super) fn comment(notes: &[BookNote], decision: Option<&Decision>) -> String {
    let why = decision.filter(|d| !d.kind.settles() && !d.why.is_empty()).map(|d| (&*d.by, &*d.why));
    let notes = notes.iter().map(|n| (&*n.who, &*n.text));
    let said = why.into_iter().chain(notes).map(|(who, text)| format!("{}: {}", foreign(who), foreign(text)));
    said.collect::<Vec<_>>().join(" | ")
}

fn references(payment: &BookPayment) -> String {
    let payment = &payment.payment;
    let mut found: Vec<&str> = payment.structured_references.iter().map(|r| &**r).collect();
    if !payment.end_to_end_id.is_empty() {
        found.push(&payment.end_to_end_id);
    }
    found.join("|")
}

/// A payment as a row of the list.
pub(super) fn of_payment<'a>(payment: &'a BookPayment, shared: Shared<'a>) -> [Cell<'a>; COLUMNS.len()] {
    let one = &payment.payment;
    let currency = one.amount.currency;
    let amount = i128::from(one.amount.minor);
    let open = is_open(payment);
    let age = days(one.effective_date(), shared.as_of);
    let proposal = payment.proposal.as_ref();
    let held = payment.standing == Standing::Held;
    let [file, line, sha256] = shared.source(one.place);
    [
        Cell::foreign(&*one.id),
        Cell::Code("bank"),
        Cell::foreign(&*one.account),
        Cell::Words(Cow::Owned(currency.to_string())),
        Cell::Money(amount, currency),
        Cell::Money(if open { amount } else { 0 }, currency),
        Cell::Day(one.booking_date),
        Cell::day(one.value_date),
        Cell::Nothing,
        Cell::Count(age.into()),
        if open { Cell::Code(LINE_BUCKETS[line_band(age)]) } else { Cell::Nothing },
        Cell::foreign(party(payment)),
        Cell::Nothing,
        Cell::foreign(&*one.remittance),
        Cell::foreign(references(payment)),
        Cell::Code(if open { reason(payment) } else { "" }),
        Cell::Code(if held { proposed_reason(payment) } else { "" }),
        Cell::Code(payment.standing.word()),
        Cell::Code(proposal.map_or("", |p| if p.complete { "complete" } else { "stopped" })),
        Cell::foreign(nearest(payment)),
        proposal.map_or(Cell::Nothing, |p| Cell::Weight(crate::model::Weight(p.weight))),
        proposal.map_or(Cell::Nothing, |p| Cell::Probability(p.probability)),
        proposal.map_or(Cell::Nothing, |p| Cell::foreign(&*p.obstacle)),
        Cell::Code(action(Lang::En, payment)),
        Cell::foreign(comment(&payment.notes, payment.decision.as_ref())),
        Cell::day(hold_until(payment.decision.as_ref())),
        Cell::Count(months_carried(one.booking_date, shared.as_of).into()),
        file,
        line,
        sha256,
        proposal.map_or(Cell::Nothing, |p| Cell::foreign(&*p.run)),
        Cell::foreign(shared.rules_sha256),
    ]
}

/// What became of an item, in a word for files.
pub(super) fn item_status(item: &BookItem) -> &'static str {
    let decided = item.decision.as_ref().map(|d| d.kind);
    match (decided, item.item.open_minor, item.item.amount.minor) {
        _ if !item.missing_from.is_empty() && item.item.open_minor != 0 => "missing",
        (Some(DecisionKind::Hold), 1.. | ..0, _) => "held",
        (_, 0, _) => "settled",
        (_, open, amount) if open == amount => "open",
        _ => "partly_settled",
    }
}

/// An item as a row of the list.
pub(super) fn of_item<'a>(item: &'a BookItem, shared: Shared<'a>) -> [Cell<'a>; COLUMNS.len()] {
    let one = &item.item;
    let currency = one.amount.currency;
    let l = Lang::En.book_labels();
    let status = item_status(item);
    let [file, line, sha256] = shared.source(one.place);
    let mut cells = [const { Cell::Nothing }; COLUMNS.len()];
    let known = [
        Cell::foreign(&*one.id),
        Cell::Code("open_item"),
        Cell::Nothing,
        Cell::Words(Cow::Owned(currency.to_string())),
        Cell::Money(one.amount.minor.into(), currency),
        Cell::Money(one.open_minor.into(), currency),
        Cell::day(one.issue_date),
        Cell::Nothing,
        Cell::day(one.due_date),
        one.due_date.map_or(Cell::Nothing, |due| Cell::Count(days(due, shared.as_of).into())),
        Cell::Code(item_bucket(item, shared.as_of)),
        Cell::foreign(&*one.customer_name),
        Cell::foreign(&*one.customer_id),
        Cell::foreign(&*one.terms),
        Cell::foreign(&*one.number),
        Cell::Code(if status == "held" { "HELD" } else { "" }),
        Cell::Nothing,
        Cell::Code(status),
    ];
    for (cell, value) in cells.iter_mut().zip(known) {
        *cell = value;
    }
    // From here on the columns are named: most of them are of bank lines only.
    let behind = [
        ("suggested_action", Cell::Code(if status == "missing" { l.missing_action } else { "" })),
        ("comment", Cell::foreign(comment(&item.notes, item.decision.as_ref()))),
        ("hold_until", Cell::day(hold_until(item.decision.as_ref()))),
        ("source_file", file),
        ("source_line", line),
        ("source_sha256", sha256),
        ("rules_sha256", Cell::foreign(shared.rules_sha256)),
    ];
    for (name, value) in behind {
        if let Some(at) = COLUMNS.iter().position(|column| *column == name) {
            cells[at] = value;
        }
    }
    cells
}

/// Columns whose values are figures.
fn is_figure(name: &str) -> bool {
    let names = ["amount", "amount_open", "age_days", "best_weight", "best_probability", "months_carried"];
    names.contains(&name)
}

/// The list as a table.
pub(super) fn table<'a>(rows: Vec<[Cell<'a>; COLUMNS.len()]>) -> Table<'a> {
    let column = |name: &&'static str| if is_figure(name) { figures(*name) } else { text(*name) };
    let columns: Vec<Column> = COLUMNS.iter().map(column).collect();
    let rows = rows.into_iter().map(|cells| Row::of(cells.to_vec())).collect();
    Table { caption: String::new(), kind: "", columns, rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Currency, Money, OpenItem};

    fn item(open: i64) -> BookItem {
        let mut item = OpenItem::new("I", "I", Money::new(1000, Currency::EUR));
        item.open_minor = open;
        BookItem {
            item,
            listed_minor: 1000,
            listed_at: None,
            missing_from: "".into(),
            decision: None,
            notes: Vec::new(),
        }
    }

    #[test]
    fn an_item_is_in_one_state() {
        assert_eq!([1000, 400, 0].map(|open| item_status(&item(open))), ["open", "partly_settled", "settled"]);
        let gone = |open| BookItem { missing_from: "list.csv".into(), ..item(open) };
        assert_eq!([1000, 0].map(|open| item_status(&gone(open))), ["missing", "settled"]);
    }

    #[test]
    fn buckets_are_no_dates_to_a_spreadsheet() {
        for word in LINE_BUCKETS
            .into_iter()
            .chain(super::super::ageing::ITEM_BUCKETS)
            .chain([super::super::ageing::CREDIT_NOTE])
        {
            assert!(word.chars().any(char::is_alphabetic) && !word.contains(['-', '/', '.']), "{word}");
        }
    }
}
