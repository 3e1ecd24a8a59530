//! What the report holds against itself before it is printed: sums against their rows, listings against what is counted.

use std::collections::BTreeMap;

use super::ageing::{is_of, is_open};
use super::views::BookReport;
use crate::model::{Bridge, Currency, Standing, Sum};
use crate::report::i18n::{Lang, fill, group, minor};
use crate::report::table::foreign;

/// Everything that does not fit together, as sentences; empty when all of it does.
pub(super) fn failures(report: &BookReport<'_>) -> Vec<String> {
    let mut found: Vec<String> = report.proofs.bridges.iter().flat_map(|b| of_bridge(report.lang, b)).collect();
    found.extend(of_listings(report));
    found.extend(of_carried(report));
    found
}

fn of_bridge(lang: Lang, bridge: &Bridge) -> Vec<String> {
    let l = lang.book_labels();
    let money = |amount| minor(lang, amount, bridge.currency);
    let sum = |start: i128, left: bool| {
        start + bridge.groups.iter().filter(|g| g.kind.is_left() == left).map(|g| g.sum).sum::<i128>()
    };
    let name = |side: &str| format!("P3 {} {side}", foreign(&bridge.account));
    let stated = [
        (name(l.bank_side), bridge.adjusted_left, sum(bridge.at_bank.1, true)),
        (name(l.ledger_side), bridge.adjusted_right, sum(bridge.in_ledger.1, false)),
        (name("="), bridge.unexplained, bridge.adjusted_left - bridge.adjusted_right),
    ];
    let wrong = stated.into_iter().filter(|(_, stated, made)| stated != made);
    wrong.map(|(name, stated, made)| fill(l.check_sum, &[&name, &money(stated), &money(made)])).collect()
}

/// The open lines of the month, as counted by account and as listed.
fn of_listings(report: &BookReport<'_>) -> Vec<String> {
    let l = report.lang.book_labels();
    let mut pairs: BTreeMap<(&str, Currency), (Sum, Sum)> = BTreeMap::new();
    for account in report.accounts {
        let counted = &mut pairs.entry((&account.account, account.currency)).or_default().0;
        for (_, sum) in Standing::ALL.iter().zip(&account.sums).filter(|(s, _)| !s.is_decided()) {
            counted.count += sum.count;
            counted.credit += sum.credit;
            counted.debit += sum.debit;
        }
    }
    let of_month = |p: &&crate::model::BookPayment| is_open(p) && is_of(report.month, p.payment.booking_date);
    for payment in report.payments.iter().filter(of_month).map(|p| &p.payment) {
        pairs.entry((&payment.account, payment.amount.currency)).or_default().1.add(payment.amount.minor);
    }
    let says = |((account, currency), (counted, listed)): ((&str, Currency), (Sum, Sum))| {
        let name = format!("{} {currency}", foreign(account));
        let (money, number) = (|s: Sum| minor(report.lang, s.credit + s.debit, currency), |n| group(i128::from(n)));
        if counted.count != listed.count {
            return Some(fill(l.check_open, &[&name, &number(counted.count), &number(listed.count)]));
        }
        (counted != listed).then(|| fill(l.check_open_money, &[&name, &money(counted), &money(listed)]))
    };
    pairs.into_iter().filter_map(says).collect()
}

/// What is said to be open of what was carried forward, and what the listings say of it.
fn of_carried(report: &BookReport<'_>) -> Vec<String> {
    let l = report.lang.book_labels();
    let payments: BTreeMap<&str, i64> =
        report.payments.iter().filter(|p| is_open(p)).map(|p| (&*p.payment.id, p.payment.amount.minor)).collect();
    let items: BTreeMap<&str, i64> = report.items.iter().map(|i| (&*i.item.id, i.item.open_minor)).collect();
    let says = |one: &super::CarriedView| {
        let listed = if one.is_payment { &payments } else { &items };
        let listed = listed.get(&*one.id).copied().unwrap_or(0);
        let money = |amount: i64| minor(report.lang, i128::from(amount), one.currency);
        (listed != one.open_now)
            .then(|| fill(l.check_carried, &[&foreign(&one.id), &money(one.open_now), &money(listed)]))
    };
    report.carried.unwrap_or_default().iter().filter_map(says).collect()
}
