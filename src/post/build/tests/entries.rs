//! Typical entries, one after the other: amounts in euro.

use super::*;
use crate::config::UnknownVat;
use DifferenceKind::{Discount, Fee, Fx, OnAccount, WriteOff};

/// One payment with one decision; its only entry.
fn case(invoice: i64, paid: i64, taken: i64, differences: &[(DifferenceKind, i64)]) -> Vec<String> {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", invoice);
    shop.paid("P1", 3, paid, applied(&[(item, taken)], differences));
    only(&shop.build())
}

#[test]
fn an_exact_payment_is_bank_to_customer_and_lettered() {
    assert_eq!(case(120_000, 120_000, 120_000, &[]), ["512100 1200.00", "411000/C1 -1200.00 F1 AAA"]);
}

#[test]
fn a_fee_goes_to_627_and_the_item_is_settled_whole() {
    assert_eq!(
        case(120_000, 118_800, 120_000, &[(Fee, 1_200)]),
        ["512100 1188.00", "411000/C1 -1200.00 F1 AAA", "627000 12.00"]
    );
}

#[test]
fn a_small_difference_goes_to_658_or_758() {
    assert_eq!(
        case(120_000, 119_960, 120_000, &[(WriteOff, 40)]),
        ["512100 1199.60", "411000/C1 -1200.00 F1 AAA", "658000 0.40"]
    );
    assert_eq!(
        case(120_000, 120_040, 120_000, &[(WriteOff, -40)]),
        ["512100 1200.40", "411000/C1 -1200.00 F1 AAA", "758000 -0.40"]
    );
}

#[test]
fn a_surplus_goes_to_4191_of_the_customer() {
    assert_eq!(
        case(120_000, 125_000, 120_000, &[(OnAccount, 5_000)]),
        ["512100 1250.00", "411000/C1 -1200.00 F1 AAA", "4191/C1 -50.00"]
    );
}

#[test]
fn a_discount_goes_to_665_without_its_tax_which_goes_to_44571() {
    assert_eq!(
        case(120_000, 117_600, 120_000, &[(Discount, 2_400)]),
        ["512100 1176.00", "411000/C1 -1200.00 F1 AAA", "665000 20.00", "445710 4.00"]
    );
}

#[test]
fn a_discount_without_a_known_tax_waits_or_is_entered_gross() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 120_000);
    shop.facts.items[0].vat = [].into();
    shop.paid("P1", 3, 117_600, applied(&[(item, 120_000)], &[(Discount, 2_400)]));
    assert!(held(&shop.build()).contains("VAT is not known"));
    shop.post.unknown_vat = UnknownVat::Gross;
    assert_eq!(only(&shop.build()), ["512100 1176.00", "411000/C1 -1200.00 F1 AAA", "665000 24.00"]);
}

#[test]
fn exchange_differences_go_to_656_and_756() {
    assert_eq!(
        case(120_000, 119_000, 120_000, &[(Fx, -1_000)]),
        ["512100 1190.00", "411000/C1 -1200.00 F1 AAA", "656000 10.00"]
    );
    assert_eq!(
        case(120_000, 121_000, 120_000, &[(Fx, 1_000)]),
        ["512100 1210.00", "411000/C1 -1200.00 F1 AAA", "756000 -10.00"]
    );
}

#[test]
fn what_nobody_knows_goes_to_471_when_asked_and_is_taken_from_there_later() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 30_000);
    let n = shop.pay("P1", 3, 30_000);
    assert_eq!((shop.build().posting.entries.len(), shop.build().undecided), (0, 1));
    shop.suspense = true;
    let built = shop.post();
    assert_eq!(only(&built), ["512100 300.00", "471 -300.00"]);
    assert_eq!(shop.build().posting.entries, [], "it is written once");
    shop.decide(n, applied(&[(item, 30_000)], &[]));
    let built = shop.post();
    assert_eq!(only(&built), ["471 300.00", "411000/C1 -300.00 F1 AAA"]);
    assert_eq!(&*built.posting.entries[0].journal, "OD");
    // Undone, it waits on 471 again.
    shop.undo(n);
    assert_eq!(only(&shop.post()), ["471 -300.00", "411000/C1 300.00 F1 AAB"]);
    assert_eq!(shop.build().posting.entries, []);
}

#[test]
fn money_on_account_without_an_item_goes_to_the_customer_that_the_payer_is() {
    let mut shop = Shop::new();
    shop.item("F1", "C1", 30_000);
    let n = shop.paid("P1", 3, 50_000, applied(&[], &[(OnAccount, 50_000)]));
    assert_eq!(only(&shop.build()), ["512100 500.00", "4191 -500.00"]);
    shop.facts.payments[n].payer = "CLIENT  c1".into();
    assert_eq!(only(&shop.build()), ["512100 500.00", "4191/C1 -500.00"]);
    shop.item("F2", "C9", 1_000);
    shop.facts.items[1].name = "Client C1".into();
    assert_eq!(only(&shop.build()), ["512100 500.00", "4191 -500.00"], "two customers have the name");
}

#[test]
fn an_unpaid_direct_debit_reopens_the_item_and_its_fee_goes_to_627() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 120_000);
    let receipt = shop.paid("P1", 3, 120_000, applied(&[(item, 120_000)], &[]));
    shop.post();
    let back = DecisionFact {
        kind: DecisionKind::Return,
        returns: Some(receipt as u32),
        ..applied(&[(item, -120_000)], &[(Fee, 1_200)])
    };
    shop.paid("P2", 10, -121_200, back);
    assert_eq!(only(&shop.post()), ["512100 -1212.00", "411000/C1 1200.00 F1 AAB", "627000 12.00"]);
}

#[test]
fn cheques_go_through_5112_where_it_is_set() {
    let mut shop = Shop::new();
    let items = [shop.item("F1", "C1", 48_600), shop.item("F2", "C2", 52_200)];
    let n = shop.paid("P1", 5, 100_800, applied(&[(items[0], 48_600), (items[1], 52_200)], &[]));
    shop.facts.payments[n].remittance = "REMISE CHÈQUES BORDEREAU 0000418".into();
    let plain = ["512100 1008.00", "411000/C1 -486.00 F1 AAA", "411000/C2 -522.00 F2 AAA"];
    assert_eq!(only(&shop.build()), plain);
    shop.post.collection = Some("511200".into());
    assert_eq!(
        only(&shop.build()),
        ["512100 1008.00", "511200 -1008.00", "511200 1008.00", "411000/C1 -486.00 F1 AAA", "411000/C2 -522.00 F2 AAA"]
    );
    shop.facts.payments[n].remittance = "VIREMENT".into();
    assert_eq!(only(&shop.build()), plain);
}

#[test]
fn an_item_is_written_off_to_654_or_658_and_what_was_settled_elsewhere_is_not_ours() {
    let settle = |reason: &str, account: &str| {
        let mut shop = Shop::new();
        let item = shop.item("F1", "C1", 120_000);
        shop.pay("P1", 3, 5);
        let decision = DecisionFact {
            kind: DecisionKind::Settle,
            reason: reason.into(),
            account: account.into(),
            ..applied(&[(item, 120_000)], &[])
        };
        shop.facts.book.items[0].decision = Some(decision);
        shop
    };
    assert_eq!(only(&settle("write-off", "").build()), ["654000 1200.00", "411000/C1 -1200.00 F1 AAA"]);
    assert_eq!(only(&settle("small-difference", "").build()), ["658000 1200.00", "411000/C1 -1200.00 F1 AAA"]);
    assert_eq!(only(&settle("cancelled", "709000").build()), ["709000 1200.00", "411000/C1 -1200.00 F1 AAA"]);
    let mut shop = settle("cancelled", "");
    assert!(held(&shop.build()).starts_with("cancelled: what settled it is entered in the ledger itself"));
    shop.facts.book.items[0].missing = true;
    let built = shop.build();
    assert_eq!((built.posting.entries.len(), built.posting.held.len(), built.elsewhere), (0, 0, 1));
    // Written once, and taken back when it is undone.
    let mut shop = settle("write-off", "");
    let built = shop.post();
    assert_eq!((built.posting.entries[0].date, &*built.posting.entries[0].journal), (day(30), "OD"));
    assert_eq!((shop.build().posting.entries.len(), shop.build().written), (0, 1));
    shop.facts.book.items[0].decision = None;
    assert_eq!(only(&shop.build()), ["654000 -1200.00", "411000/C1 1200.00 F1 AAB"]);
}

#[test]
fn money_with_a_known_home_goes_there_and_without_one_it_waits() {
    let mut shop = Shop::new();
    shop.paid("P1", 3, -2_460, outside("627100"));
    assert_eq!(only(&shop.build()), ["512100 -24.60", "627100 24.60"]);
    let mut shop = Shop::new();
    shop.paid("P1", 3, -2_460, outside(""));
    assert!(held(&shop.build()).contains("lettrage settle P1 --account"));
}

#[test]
fn an_account_that_was_named_takes_the_difference() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 120_000);
    let decision = DecisionFact { account: "627800".into(), ..applied(&[(item, 120_000)], &[(Fee, 1_200)]) };
    shop.paid("P1", 3, 118_800, decision);
    assert_eq!(only(&shop.build())[2], "627800 12.00");
}

#[test]
fn a_credit_note_is_taken_with_its_own_sign() {
    let mut shop = Shop::new();
    let items = [shop.item("F1", "C1", 120_000), shop.item("A1", "C1", -20_000)];
    shop.paid("P1", 3, 100_000, applied(&[(items[0], 120_000), (items[1], -20_000)], &[]));
    assert_eq!(only(&shop.build()), ["512100 1000.00", "411000/C1 -1200.00 F1 AAA", "411000/C1 200.00 A1 AAB"]);
}

#[test]
fn customers_may_have_accounts_of_their_own() {
    let mut shop = Shop::new();
    shop.post.receivable = "411{customer}".into();
    let item = shop.item("F1", "dup-ont", 120_000);
    shop.paid("P1", 3, 120_000, applied(&[(item, 120_000)], &[]));
    let built = shop.build();
    assert_eq!(only(&built), ["512100 1200.00", "411DUPONT -1200.00 F1 AAA"]);
    assert_eq!(&*built.posting.entries[0].lines[1].account_name, "Client dup-ont");
}

#[test]
fn another_currency_waits_where_the_format_cannot_have_it() {
    let mut shop = Shop::new();
    let chf = Currency::CHF;
    let item = shop.item("F1", "C1", 98_000);
    let n = shop.paid("P1", 3, 98_000, applied(&[(item, 98_000)], &[]));
    shop.facts.book.items[0].currency = chf;
    shop.facts.book.payments[n].currency = chf;
    shop.facts.book.banks[0].currency = chf;
    assert!(held(&shop.build()).contains("without a rate"));
    shop.currencies = true;
    assert_eq!(shop.build().posting.entries[0].currency, chf);
}

#[test]
fn a_bank_account_that_nothing_mirrors_waits() {
    let mut shop = Shop::new();
    shop.facts.book.banks.clear();
    shop.paid("P1", 3, -2_460, outside("627100"));
    assert!(held(&shop.build()).contains("[[ledger.bank]]"));
}

#[test]
fn names_are_built_in_and_can_be_set() {
    let mut shop = Shop::new();
    shop.post.names.insert("512100".into(), "BNP Paribas".into());
    shop.paid("P1", 3, -2_460, outside("627100"));
    let built = shop.build();
    let names: Vec<&str> = built.posting.entries[0].lines.iter().map(|l| &*l.account_name).collect();
    assert_eq!(names, ["BNP Paribas", "Services bancaires"]);
}
