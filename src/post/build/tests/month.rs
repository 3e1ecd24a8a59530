//! What is due when, and what the ledger has already.

use super::*;

/// A book with one receipt of 1,200 that settles an item, and lines of the ledger beside the bank's.
fn with_ledger(others: &[(&str, i64)], decision: impl Fn(u32) -> DecisionFact) -> Shop {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 120_000);
    let n = shop.paid("P1", 3, 120_000, decision(item));
    let line = shop.ledger("BQ/0001", "512100", 3, 120_000);
    for (account, minor) in others {
        shop.ledger("BQ/0001", account, 3, *minor);
    }
    shop.facts.in_ledger[n] = InLedger::Line(line);
    shop
}

fn settles(item: u32) -> DecisionFact {
    applied(&[(item, 120_000)], &[])
}

#[test]
fn money_that_the_ledger_has_on_471_is_taken_from_there() {
    assert_eq!(
        only(&with_ledger(&[("471000", -120_000)], settles).build()),
        ["471000 1200.00", "411000/C1 -1200.00 F1 AAA"]
    );
    assert_eq!(only(&with_ledger(&[("419100", -120_000)], settles).build())[0], "419100 1200.00");
}

#[test]
fn the_banks_side_alone_needs_an_account_through_which_it_was_entered() {
    let mut shop = with_ledger(&[], settles);
    assert!(held(&shop.build()).contains("[post] through"));
    shop.post.through = Some("471500".into());
    assert_eq!(only(&shop.build())[0], "471500 1200.00");
    shop.facts.in_ledger[0] = InLedger::Balance;
    assert_eq!(only(&shop.build())[0], "471500 1200.00");
}

#[test]
fn a_customer_whom_the_ledger_has_booked_is_only_lettered_and_once() {
    let mut shop = with_ledger(&[("411000", -120_000)], settles);
    let built = shop.post();
    assert_eq!((built.posting.entries.len(), built.booked), (0, 1));
    let codes: Vec<(&str, i64, &str)> = (built.posting.lettering.iter())
        .map(|c| (&*c.key, c.minor, c.letter.as_ref().map_or("", |l| &*l.code)))
        .collect();
    assert_eq!(codes, [("", 120_000, "AAA"), ("BQ/0001", -120_000, "AAA")]);
    assert_eq!(shop.build().posting.lettering, []);
}

#[test]
fn what_the_ledger_has_booked_otherwise_is_held_and_what_it_has_booked_elsewhere_left_out() {
    assert!(
        held(&with_ledger(&[("411000", -100_000), ("627000", -20_000)], settles).build()).contains("another amount")
    );
    assert!(held(&with_ledger(&[("706000", -120_000)], settles).build()).contains("on 706000 (BQ/0001)"));
    let built = with_ledger(&[("627000", -120_000)], |_| outside("627100")).build();
    assert_eq!((built.posting.entries.len(), built.posting.held.len(), built.booked), (0, 0, 1));
    assert!(held(&with_ledger(&[("411000", -120_000)], |_| outside("627100")).build()).contains("no customer's money"));
    let built = with_ledger(&[("471000", -120_000)], |_| outside("471000")).build();
    assert_eq!((built.posting.entries.len(), built.posting.held.len(), built.booked), (0, 0, 1));
}

#[test]
fn one_entry_for_many_bank_lines_is_told_apart_by_amounts() {
    let mut shop = with_ledger(&[("471000", -120_000), ("627000", 900)], settles);
    shop.ledger("BQ/0001", "512100", 3, -900);
    assert_eq!(only(&shop.build())[0], "471000 1200.00");
}

#[test]
fn what_a_list_of_items_says_is_booked_is_left_out() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 120_000);
    let n = shop.paid("P1", 3, 120_000, settles(item));
    shop.facts.book.payments[n].decision.as_mut().unwrap().applications[0].taken_over = true;
    let built = shop.build();
    assert_eq!((built.posting.entries.len(), built.booked), (0, 1));
}

#[test]
fn a_decision_on_a_closed_month_is_booked_in_the_first_open_one() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 120_000);
    shop.paid("P1", 3, 120_000, settles(item));
    // Closed by operation 5, decided by operation 9.
    shop.facts.closed = vec![(june(), 5)];
    let built = shop.build();
    assert_eq!((built.posting.entries.len(), built.earlier.len()), (0, 0));
    let july = shop.try_build(june().next());
    assert_eq!(july.posting.entries[0].date, june().next().first());
    assert_eq!(july.posting.entries[0].document_date, day(3));
    // Decided before the close: it is June's, and July only says that it is missing.
    shop.facts.closed = vec![(june(), 50)];
    assert_eq!(shop.build().posting.entries.len(), 1);
    let july = shop.try_build(june().next());
    assert_eq!((july.posting.entries.len(), july.earlier[&june()]), (0, 1));
}

#[test]
fn one_account_can_be_posted_alone() {
    let mut shop = Shop::new();
    shop.paid("P1", 3, -2_460, outside("627100"));
    for (account, entries) in [("0143", 1), ("512100", 1), ("512200", 0), ("9999", 0)] {
        shop.account = Some(account);
        assert_eq!(shop.build().posting.entries.len(), entries, "{account}");
    }
}

#[test]
fn numbers_go_on_and_keys_stay() {
    let mut shop = Shop::new();
    let n = shop.paid("P1", 3, -2_460, outside("627100"));
    shop.paid("P2", 2, -100, outside("627100"));
    let first = shop.build();
    assert_eq!(first, shop.build());
    shop.write(&first);
    assert_eq!(
        first.posting.entries.iter().map(|e| (&*e.payment, e.number)).collect::<Vec<_>>(),
        [("P2", 1), ("P1", 2)]
    );
    assert_eq!((shop.build().posting.entries.len(), shop.build().written), (0, 2));
    // Another account: the old entry is taken back, the new one follows.
    shop.decide(n, outside("627200"));
    let second = shop.post();
    let told: Vec<_> = second.posting.entries.iter().map(|e| (e.number, e.kind, short(e)[0].clone())).collect();
    let back = (3, EntryKind::Reversal, "512100 24.60".to_string());
    assert_eq!(told, [back, (4, EntryKind::Payment, "512100 -24.60".to_string())]);
    assert_eq!(second.posting.entries[0].reverses, first.posting.entries[1].key);
    // Back to the first account: that is booked anew, under a key of its own.
    shop.decide(n, outside("627100"));
    let third = shop.post();
    let keys: std::collections::HashSet<_> =
        [&first, &second, &third].iter().flat_map(|b| b.posting.entries.iter().map(|e| e.key.clone())).collect();
    assert_eq!((third.posting.entries.len(), keys.len()), (2, 6));
    assert_eq!(shop.build().posting.entries, []);
}

#[test]
fn what_is_in_the_book_no_more_is_taken_back() {
    let mut shop = Shop::new();
    shop.suspense = true;
    shop.paid("P1", 3, -2_460, outside("627100"));
    shop.pay("P2", 4, 500);
    shop.post();
    shop.facts.book.payments.clear();
    shop.facts.payments.clear();
    shop.facts.in_ledger.clear();
    let built = shop.post();
    let kinds: Vec<_> = built.posting.entries.iter().map(|e| (e.kind, &*e.payment)).collect();
    assert_eq!(kinds, [(EntryKind::Reversal, "P1"), (EntryKind::Reversal, "P2")]);
    assert_eq!(shop.build().posting.entries, []);
}

#[test]
fn money_that_waits_with_another_amount_is_taken_back() {
    let mut shop = Shop::new();
    shop.suspense = true;
    let n = shop.pay("P1", 4, 500);
    shop.post();
    shop.facts.book.payments[n].minor = 700;
    let told: Vec<_> = shop.post().posting.entries.iter().map(|e| (e.kind, short(e)[0].clone())).collect();
    assert_eq!(
        told,
        [(EntryKind::Reversal, "512100 -5.00".to_string()), (EntryKind::Payment, "512100 7.00".to_string())]
    );
    assert_eq!(shop.build().posting.entries, []);
    shop.decide(n, outside("758000"));
    assert_eq!(only(&shop.post()), ["471 7.00", "758000 -7.00"]);
}
