//! What a careful accountant expects of the cases in which matchers go wrong.

use lettrage::config::{DifferencePolicy, PaysFor};
use lettrage::model::{Bucket, Currency, DifferenceKind, Discount, Flag, Money, Nature, OpenItem, Reason, Search};
use rust_decimal::Decimal;

use super::books::{Books, Run, day};

use Bucket::{Auto, NotReceivable, Review, Unmatched};

/// Books with one more customer, who has one invoice: 2026-9001 over 1,250.00, due on day 100.
fn with_vasseur() -> Books {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    books.item("2026-9001", "C90", 125_000, 100);
    books
}

fn has(run: &Run<'_>, payment: &str, flag: Flag) -> bool {
    run.verdict(payment).flags.has(flag)
}

#[test]
fn the_ordinary_case_is_automatic() {
    let mut books = with_vasseur();
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "facture 2026 9001");
    let run = books.run();
    assert_eq!(run.says("P"), (Auto, None, vec![], vec![("2026-9001", 125_000)]));
    assert_eq!(run.verdict("P").search, Search::Complete);
    // And so is all the ordinary business around it.
    for payment in &books.payments {
        assert_eq!(run.verdict(&payment.id).bucket, Auto, "{payment:?}");
    }
}

#[test]
fn two_customers_of_one_name_are_told_apart_by_a_number_only() {
    let mut books = Books::usual();
    for (id, number) in [("C91", "2026-9101"), ("C92", "2026-9102")] {
        books.customer(id, "Perdrix Martin");
        books.item(number, id, 50_000, 100);
    }
    let mut silent = books.clone();
    silent.pay("P", 50_000, 101, "PERDRIX MARTIN", "");
    let run = silent.run();
    let v = run.verdict("P");
    assert_eq!((v.bucket, v.reason), (Review, Some(Reason::Ambiguous)));
    assert!(v.flags.has(Flag::Ambiguous) && v.payer.is_none());
    books.pay("P", 50_000, 101, "PERDRIX MARTIN", "2026-9102");
    let run = books.run();
    assert_eq!(run.says("P"), (Auto, None, vec![], vec![("2026-9102", 50_000)]));
}

#[test]
fn forty_invoices_of_one_amount_are_no_evidence() {
    let mut books = Books::usual();
    for n in 0..40u64 {
        books.item(&format!("2026-8{n:03}"), &format!("C{:02}", n % 20), 30_000, 60 + n);
    }
    books.pay("nobody", 30_000, 90, "Zwingli Sutter", "");
    let mut cited = books.clone();
    books.pay("known", 30_000, 90, "Gruber Ferrand", "");
    let run = books.run();
    assert_eq!(run.verdict("nobody").bucket, Unmatched);
    assert!(has(&run, "nobody", Flag::UnknownPayer));
    // Gruber owes this amount twice (8006 and 8026).
    assert_ne!(run.verdict("known").bucket, Auto);
    cited.pay("cited", 30_000, 91, "Gruber Ferrand", "2026-8026");
    let run = cited.run();
    assert_eq!(run.says("cited"), (Auto, None, vec![], vec![("2026-8026", 30_000)]));
}

#[test]
fn forty_invoices_that_nothing_tells_apart_are_interchangeable() {
    let mut books = with_vasseur();
    for n in 0..40u64 {
        books.item(&format!("2026-8{n:03}"), "C90", 30_000, 100);
    }
    books.pay("P1", 30_000, 102, "Vasseur Tremblay", "");
    books.pay("P2", 30_000, 103, "Vasseur Tremblay", "");
    let run = books.run();
    let (one, two) = (run.says("P1"), run.says("P2"));
    assert_eq!((one.0, one.2), (Auto, vec![Flag::Interchangeable]));
    assert_eq!((two.0, two.2), (Auto, vec![Flag::Interchangeable]));
    assert_ne!(one.3, two.3, "each takes a member of its own");
}

#[test]
fn a_payment_equal_to_two_invoices_is_a_tie() {
    let mut books = with_vasseur();
    books.item("2026-9002", "C90", 125_000, 101);
    books.pay("P", 125_000, 102, "Vasseur Tremblay", "merci");
    let run = books.run();
    let v = run.verdict("P");
    assert_eq!((v.bucket, v.reason), (Review, Some(Reason::Ambiguous)));
    assert!(v.flags.has(Flag::Ambiguous) && !v.flags.has(Flag::Interchangeable));
    let rivals: Vec<_> = v.rivals.iter().flat_map(|h| run.applied(h)).collect();
    assert!(rivals.contains(&("2026-9001", 125_000)) || rivals.contains(&("2026-9002", 125_000)));
    // However low the level of the policy.
    books.policy.auto_level = 0.0;
    assert_eq!(books.run().verdict("P").bucket, Review);
}

#[test]
fn two_identical_payments_never_both_settle_one_invoice() {
    for (text, name) in [("2026-9001", "Vasseur Tremblay"), ("", "Vasseur Tremblay"), ("2026-9001", "")] {
        let mut books = with_vasseur();
        books.pay("P1", 125_000, 101, name, text);
        books.pay("P2", 125_000, 101, name, text);
        let run = books.run();
        let automatic = ["P1", "P2"]
            .into_iter()
            .filter(|p| run.verdict(p).bucket == Auto && run.says(p).3.iter().any(|a| a.1 != 0))
            .count();
        assert!(automatic <= 1, "{text:?} {name:?}");
        assert!(run.taken("2026-9001") <= 125_000);
    }
}

#[test]
fn the_second_payment_of_an_invoice_is_a_duplicate() {
    let mut books = with_vasseur();
    books.pay("P1", 125_000, 101, "Vasseur Tremblay", "2026-9001");
    books.pay("P2", 125_000, 115, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    assert_eq!(run.says("P1"), (Auto, None, vec![], vec![("2026-9001", 125_000)]));
    assert_ne!(run.verdict("P2").bucket, Auto);
    assert_eq!(run.verdict("P2").reason, Some(Reason::DuplicatePayment));
    assert!(has(&run, "P2", Flag::Duplicate));
}

#[test]
fn citing_a_settled_invoice_is_a_duplicate() {
    let mut books = with_vasseur();
    books.items.last_mut().unwrap().open_minor = 0;
    books.pay("P", 125_000, 115, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    assert_ne!(run.verdict("P").bucket, Auto);
    assert_eq!(run.verdict("P").reason, Some(Reason::DuplicatePayment));
    assert!(has(&run, "P", Flag::Duplicate));
    assert_eq!(run.taken("2026-9001"), 0);
}

#[test]
fn a_customer_number_is_not_an_invoice_number() {
    let mut books = Books::usual();
    books.customer("20260455", "Vasseur Tremblay SARL");
    books.item("2026-9001", "20260455", 125_000, 100);
    books.item("20260455", "C03", 88_000, 100);
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "KUNDENNR 20260455 RECHNUNG 2026-9001");
    books.pay("Q", 88_000, 101, "Duvivier Cordier", "FACTURE 20260455");
    let run = books.run();
    assert_eq!(run.says("P").3, vec![("2026-9001", 125_000)]);
    assert_eq!(run.says("Q").3, vec![("20260455", 88_000)]);
    assert_eq!(run.verdict("Q").bucket, Auto);
}

#[test]
fn a_date_in_the_text_is_not_an_invoice_that_looks_like_it() {
    let mut books = with_vasseur();
    books.item("20260630", "C03", 88_000, 100);
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "FACTURE 2026-9001 DU 2026-06-30");
    books.pay("Q", 125_000, 102, "Zwingli Sutter", "VIREMENT DU 30.06.2026");
    let run = books.run();
    assert_eq!(run.says("P"), (Auto, None, vec![], vec![("2026-9001", 125_000)]));
    assert_ne!(run.verdict("Q").bucket, Auto);
    assert_eq!(run.taken("20260630"), 0);
}

#[test]
fn a_number_inside_another_is_not_cited() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    books.item("F12345", "C90", 125_000, 100);
    books.item("F123456", "C90", 125_000, 101);
    books.pay("P", 125_000, 102, "Vasseur Tremblay", "F123456");
    let run = books.run();
    assert_eq!(run.says("P"), (Auto, None, vec![], vec![("F123456", 125_000)]));
}

#[test]
fn ten_payments_for_one_invoice_settle_it_and_no_more() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    books.item("2026-9001", "C90", 100_000, 100);
    for n in 0..10 {
        books.pay(&format!("P{n}"), 10_000, 100 + n, "Vasseur Tremblay", "ACOMPTE 2026-9001");
    }
    let run = books.run();
    assert!(run.taken("2026-9001") <= 100_000);
    for n in 0..10 {
        let id = format!("P{n}");
        assert_eq!(run.says(&id).3, vec![("2026-9001", 10_000)], "{id}");
        assert!(has(&run, &id, Flag::Partial) || has(&run, &id, Flag::Instalment), "{id}");
    }
}

#[test]
fn a_credit_note_larger_than_the_invoices_is_left_alone() {
    let mut books = with_vasseur();
    books.item("A0007", "C90", -300_000, 100);
    let mut both = books.clone();
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    assert_eq!(run.says("P"), (Auto, None, vec![], vec![("2026-9001", 125_000)]));
    // Together they owe the customer money: no receipt can be for both.
    both.pay("P", 125_000, 101, "Vasseur Tremblay", "2026-9001 A0007");
    let run = both.run();
    assert_eq!(run.taken("A0007"), 0);
}

#[test]
fn an_invoice_less_a_credit_note_is_netted() {
    let mut books = with_vasseur();
    books.item("A0007", "C90", -30_000, 100);
    books.pay("P", 95_000, 101, "Vasseur Tremblay", "2026-9001 ./. A0007");
    let run = books.run();
    let (bucket, _, flags, mut applied) = run.says("P");
    applied.sort_unstable();
    assert_eq!((bucket, flags), (Auto, vec![Flag::CreditNoteNetted]));
    assert_eq!(applied, vec![("2026-9001", 125_000), ("A0007", -30_000)]);
}

#[test]
fn nothing_is_worth_nothing() {
    let mut books = with_vasseur();
    books.item("2026-9009", "C90", 0, 100);
    books.pay("P", 0, 101, "Vasseur Tremblay", "2026-9009");
    books.pay("Q", 0, 101, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    assert_ne!(run.verdict("P").bucket, Auto);
    assert_ne!(run.verdict("Q").bucket, Auto);
    assert_eq!(run.taken("2026-9001"), 0);
}

#[test]
fn another_currency_is_never_applied() {
    let mut books = with_vasseur();
    books.items.last_mut().unwrap().amount.currency = Currency::parse("CHF").unwrap();
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    assert_ne!(run.verdict("P").bucket, Auto);
    assert_eq!(run.verdict("P").reason, Some(Reason::Currency));
    assert_eq!(run.taken("2026-9001"), 0);
}

#[test]
fn money_before_the_invoice_is_less_likely_its_own() {
    let probability = |at: u64| {
        let mut books = with_vasseur();
        books.pay("P", 125_000, at, "Vasseur Tremblay", "");
        let run = books.frozen();
        let run = run.run();
        run.verdict("P").probability
    };
    assert!(probability(40) < probability(101), "the invoice was issued on day 70");
}

#[test]
fn an_equal_amount_alone_is_never_automatic() {
    let mut books = with_vasseur();
    books.pay("P", 125_000, 100, "Zwingli Sutter", "merci");
    books.policy.auto_level = 0.0;
    let run = books.run();
    let v = run.verdict("P");
    assert_eq!((v.bucket, v.reason), (Review, Some(Reason::AmountOnly)));
    assert!(v.flags.has(Flag::AmountOnly) && v.flags.has(Flag::UnknownPayer));
}

#[test]
fn an_invoice_of_somebody_else_is_never_automatic() {
    let mut books = with_vasseur();
    books.policy.auto_level = 0.0;
    books.pay("P", 125_000, 101, "Gruber Ferrand", "2026-9001");
    let run = books.run();
    let v = run.verdict("P");
    assert_eq!((v.bucket, v.reason), (Review, Some(Reason::OtherParty)));
    assert!(v.flags.has(Flag::Misapplied));
    assert_eq!(run.says("P").3, vec![("2026-9001", 125_000)]);
}

#[test]
fn a_group_pays_for_its_member() {
    let mut books = with_vasseur();
    for id in ["C90", "C06"] {
        books.customers.iter_mut().find(|c| &*c.id == id).unwrap().group = "Holding".into();
    }
    books.pay("P", 125_000, 101, "Gruber Ferrand", "2026-9001");
    let run = books.run();
    assert_eq!(run.says("P"), (Auto, None, vec![], vec![("2026-9001", 125_000)]));
}

#[test]
fn a_part_leaves_the_rest_open() {
    let mut books = with_vasseur();
    books.pay("P", 70_000, 101, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    let (bucket, _, flags, applied) = run.says("P");
    assert!(matches!(bucket, Auto | Review));
    assert_eq!((flags, applied), (vec![Flag::Partial], vec![("2026-9001", 70_000)]));
    assert_eq!(run.differences("P"), [(DifferenceKind::OpenRest, 55_000)]);
}

#[test]
fn a_further_part_is_an_instalment() {
    let mut books = with_vasseur();
    books.pay("P1", 70_000, 101, "Vasseur Tremblay", "2026-9001");
    books.pay("P2", 55_000, 120, "Vasseur Tremblay", "solde 2026-9001");
    let run = books.run();
    assert_eq!(run.says("P1"), (Auto, None, vec![Flag::Partial], vec![("2026-9001", 70_000)]));
    assert_eq!(run.says("P2"), (Auto, None, vec![Flag::Instalment], vec![("2026-9001", 55_000)]));
    assert_eq!(run.taken("2026-9001"), 125_000);
}

#[test]
fn what_is_too_much_stays_on_account() {
    let mut books = with_vasseur();
    books.pay("P", 130_000, 101, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    let (bucket, _, flags, applied) = run.says("P");
    assert!(matches!(bucket, Auto | Review));
    assert_eq!((flags, applied), (vec![Flag::Overpaid], vec![("2026-9001", 125_000)]));
    assert_eq!(run.differences("P"), [(DifferenceKind::OnAccount, 5_000)]);
}

fn with_discount() -> Books {
    let mut books = with_vasseur();
    books.items.last_mut().unwrap().discount = Some(Discount { percent: Decimal::new(2, 0), until: day(80) });
    books
}

#[test]
fn a_discount_within_its_terms_is_settled() {
    let mut books = with_discount();
    books.pay("P", 122_500, 80, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    assert_eq!(run.says("P"), (Auto, None, vec![Flag::DiscountTaken], vec![("2026-9001", 125_000)]));
    assert_eq!(run.differences("P"), [(DifferenceKind::Discount, 2_500)]);
}

#[test]
fn a_discount_outside_its_terms_stays_open() {
    let mut late = with_discount();
    late.pay("P", 122_500, 81, "Vasseur Tremblay", "2026-9001");
    let mut without_terms = with_vasseur();
    without_terms.pay("P", 122_500, 75, "Vasseur Tremblay", "2026-9001");
    for books in [late, without_terms] {
        let run = books.run();
        assert_eq!(run.says("P"), (Auto, None, vec![Flag::DiscountTaken], vec![("2026-9001", 122_500)]));
        assert_eq!(run.differences("P"), [(DifferenceKind::OpenRest, 2_500)]);
    }
}

#[test]
fn a_withheld_fee_stays_open_and_is_named() {
    let mut books = with_vasseur();
    books.pay("P", 123_500, 101, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    assert_eq!(run.says("P"), (Auto, None, vec![Flag::FeeWithheld], vec![("2026-9001", 123_500)]));
    assert_eq!(run.differences("P"), [(DifferenceKind::OpenRest, 1_500)]);
}

#[test]
fn a_return_opens_the_item_again() {
    let mut books = with_vasseur();
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "2026-9001").end_to_end_id = "E2E-77".into();
    let back = books.pay("R", -125_000, 110, "Vasseur Tremblay", "REJET 2026-9001");
    back.end_to_end_id = "E2E-77".into();
    back.nature = Nature::Return;
    let mut again = books.clone();
    let run = books.run();
    assert_eq!(run.says("P").3, vec![("2026-9001", 125_000)]);
    assert_eq!(run.says("R"), (Auto, None, vec![Flag::Returned], vec![("2026-9001", -125_000)]));
    assert_eq!(run.taken("2026-9001"), 0);
    // What is paid after that is no duplicate.
    again.pay("S", 125_000, 120, "Vasseur Tremblay", "2026-9001");
    let run = again.run();
    assert_eq!(run.says("S"), (Auto, None, vec![], vec![("2026-9001", 125_000)]));
    assert_eq!(run.taken("2026-9001"), 125_000);
}

#[test]
fn a_return_of_nothing_that_is_loaded_is_said() {
    let mut books = with_vasseur();
    books.pay("R", -125_000, 110, "Vasseur Tremblay", "REJET 2026-9001").nature = Nature::Return;
    let run = books.run();
    assert_eq!(run.says("R"), (Unmatched, Some(Reason::Returned), vec![Flag::Returned], vec![]));
}

#[test]
fn own_transfers_are_nobodys_money() {
    let (one, two) = ("FR7630004999990001014357207", "FR7630003999990002007781050");
    let mut books = with_vasseur();
    for payment in &mut books.payments {
        payment.account = one.into();
    }
    // The amount of an open invoice, on purpose.
    let out = books.pay("out", -125_000, 101, "Us", "virement interne");
    (out.account, out.payer_iban) = (one.into(), two.into());
    let arrived = books.pay("in", 125_000, 102, "Us", "virement interne 2026-9001");
    (arrived.account, arrived.payer_iban) = (two.into(), one.into());
    let lonely = books.pay("lonely", 40_000, 102, "Us", "virement interne");
    (lonely.account, lonely.payer_iban) = (two.into(), one.into());
    let run = books.run();
    assert_eq!(run.says("out"), (NotReceivable, Some(Reason::OwnTransfer), vec![], vec![]));
    assert_eq!(run.says("in"), (NotReceivable, Some(Reason::OwnTransfer), vec![], vec![]));
    assert_eq!(run.says("lonely"), (NotReceivable, Some(Reason::TransferOneSided), vec![], vec![]));
}

#[test]
fn several_numbers_that_add_up_are_one_equation() {
    let mut books = with_vasseur();
    books.item("2026-9002", "C90", 34_800, 105);
    books.item("2026-9003", "C90", 99_900, 107);
    books.pay("P", 125_000 + 34_800 + 99_900, 106, "Vasseur Tremblay", "FACTURES 2026-9001, 9002 et 9003");
    let run = books.run();
    let (bucket, _, flags, mut applied) = run.says("P");
    applied.sort_unstable();
    assert_eq!((bucket, flags), (Auto, vec![]));
    assert_eq!(applied, vec![("2026-9001", 125_000), ("2026-9002", 34_800), ("2026-9003", 99_900)]);
}

#[test]
fn empty_books_decide_nothing() {
    Books::default().run();
    let mut no_items = Books::default();
    no_items.pay("P", 100, 1, "Vasseur Tremblay", "2026-9001");
    let run = no_items.run();
    assert_eq!(run.verdict("P").bucket, Unmatched);
    let mut no_payments = Books::default();
    no_payments.items.push(OpenItem::new("a", "a", Money::new(i64::MAX, Currency::EUR)));
    no_payments.run();
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let mut books = Books::default();
    books.customer("C90", "Vasseur Tremblay SARL");
    for n in 0..3 {
        books.item(&format!("2026-900{n}"), "C90", i64::MAX, 100);
    }
    books.item("A0007", "C90", i64::MIN + 1, 100);
    books.pay("P", i64::MAX, 101, "Vasseur Tremblay", "2026-9000 2026-9001 2026-9002 A0007");
    books.pay("Q", i64::MAX, 101, "Vasseur Tremblay", "");
    books.pay("R", -i64::MAX, 101, "Vasseur Tremblay", "REJET");
    let run = books.run();
    assert_eq!(run.reconciliation.verdicts.len(), 3);
}

/// The nearest candidates of a payment that was not applied, with the word of what stood in the way.
fn obstacles<'a>(run: &'a Run<'_>, payment: &str) -> Vec<(Vec<(&'a str, i64)>, &'static str)> {
    let v = run.verdict(payment);
    let named = v.chosen.iter().chain(&v.rivals).filter(|h| !h.applications.is_empty());
    named.map(|h| (run.applied(h), h.obstacle.map_or("", |o| o.word()))).collect()
}

#[test]
fn a_payment_equal_to_two_different_sets_is_a_tie() {
    let mut books = with_vasseur();
    // 425.30 + 824.70 = 511.15 + 738.85 = 1,250.00, all due together; 2026-9001 is not in these books.
    books.items.last_mut().unwrap().open_minor = 0;
    for (number, minor) in [("2026-9011", 42_530), ("2026-9012", 82_470), ("2026-9013", 51_115), ("2026-9014", 73_885)]
    {
        books.item(number, "C90", minor, 100);
    }
    let mut cited = books.clone();
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "merci");
    books.policy.auto_level = 0.5;
    let run = books.run();
    let v = run.verdict("P");
    assert_eq!(v.bucket, Review, "{v:?}");
    assert_eq!(v.reason, Some(Reason::Ambiguous));
    assert!(v.flags.has(Flag::Ambiguous));
    let mut sets: Vec<Vec<&str>> =
        obstacles(&run, "P").iter().take(2).map(|(set, _)| set.iter().map(|a| a.0).collect()).collect();
    sets.iter_mut().for_each(|set| set.sort_unstable());
    sets.sort_unstable();
    assert_eq!(sets, [["2026-9011", "2026-9012"], ["2026-9013", "2026-9014"]]);
    assert!(obstacles(&run, "P").iter().take(2).all(|o| o.1 == "rival_too_close"), "{:?}", obstacles(&run, "P"));
    // One number settles it.
    cited.pay("P", 125_000, 101, "Vasseur Tremblay", "2026-9013 etc.");
    let run = cited.run();
    let mut applied = run.says("P").3;
    applied.sort_unstable();
    assert_eq!(applied, [("2026-9013", 51_115), ("2026-9014", 73_885)]);
}

#[test]
fn of_two_identical_payments_without_text_the_second_is_a_duplicate() {
    let mut books = with_vasseur();
    books.pay("P1", 125_000, 101, "Vasseur Tremblay", "");
    books.pay("P2", 125_000, 101, "Vasseur Tremblay", "");
    let run = books.run();
    // Nothing tells the two apart, so that it does not matter which of them is the invoice's.
    let second = run.verdict("P2");
    assert_eq!((second.bucket, second.reason), (Review, Some(Reason::DuplicatePayment)), "{second:?}");
    assert!(second.flags.has(Flag::Duplicate));
    assert!(run.taken("2026-9001") <= 125_000);
    // Where two payers have them, neither is a repeat of the other: no more than one of them is sure.
    let mut two = Books::usual();
    for id in ["C91", "C92"] {
        two.customer(id, "Perdrix Martin");
    }
    two.item("2026-9001", "C91", 125_000, 100);
    two.pay("P1", 125_000, 101, "Perdrix Martin", "");
    two.pay("P2", 125_000, 101, "Perdrix Martin", "");
    let run = two.run();
    assert!(["P1", "P2"].iter().filter(|p| run.verdict(p).bucket == Auto).count() <= 1);
}

#[test]
fn an_invoice_number_that_is_a_date_is_found_when_it_is_cited_as_a_number() {
    let mut books = with_vasseur();
    books.item("20260630", "C90", 88_000, 100);
    books.pay("P", 88_000, 101, "Vasseur Tremblay", "FACTURE NR 20260630");
    let run = books.run();
    let (bucket, _, _, applied) = run.says("P");
    assert_eq!(applied, vec![("20260630", 88_000)]);
    assert!(matches!(bucket, Auto | Review));
    // The date of a letter, and the amount of another invoice: the text says nothing against the amount.
    let mut dated = with_vasseur();
    dated.item("20260630", "C03", 88_000, 100);
    dated.pay("P", 125_000, 101, "Vasseur Tremblay", "VOTRE LETTRE DU 30.06.2026");
    let run = dated.run();
    assert_eq!(run.says("P").3, vec![("2026-9001", 125_000)]);
    assert!(!has(&run, "P", Flag::Misapplied), "{:?}", run.verdict("P"));
}

#[test]
fn a_longer_number_that_holds_ours_is_another_document() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    books.item("F12345", "C90", 125_000, 100);
    books.pay("P", 98_765, 102, "Zwingli Sutter", "F1234567");
    books.pay("Q", 125_000, 103, "Zwingli Sutter", "COMMANDE 9912345678");
    let run = books.run();
    assert_ne!(run.verdict("P").bucket, Auto);
    assert_ne!(run.verdict("Q").bucket, Auto);
    assert_eq!(run.taken("F12345"), 0);
}

#[test]
fn ten_payments_for_one_invoice_may_not_exceed_it() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    books.item("2026-9001", "C90", 100_000, 100);
    for n in 0..10 {
        books.pay(&format!("P{n}"), 15_000, 100 + n, "Vasseur Tremblay", "ACOMPTE 2026-9001");
    }
    let run = books.run();
    assert!(run.taken("2026-9001") <= 100_000);
    let automatic: i64 = (0..10)
        .map(|n| format!("P{n}"))
        .filter(|id| run.verdict(id).bucket == Auto)
        .flat_map(|id| run.says(&id).3.iter().map(|a| a.1).collect::<Vec<_>>())
        .sum();
    assert_eq!(automatic, run.taken("2026-9001"));
    // Whoever comes when it is all taken is told so.
    assert!((0..10).any(|n| run.verdict(&format!("P{n}")).bucket != Auto));
}

#[test]
fn credit_notes_larger_than_all_invoices_leave_nothing_to_receive() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    books.item("2026-9001", "C90", 20_000, 100);
    books.item("2026-9002", "C90", 30_000, 100);
    books.item("A0007", "C90", -300_000, 100);
    // The whole account, its sign turned: nobody pays what he is owed.
    books.pay("P", 250_000, 101, "Vasseur Tremblay", "SOLDE COMPTE 2026-9001 2026-9002 A0007");
    let run = books.run();
    assert_ne!(run.verdict("P").bucket, Auto);
    assert!(run.verdict("P").reason.is_some());
    assert_eq!((run.taken("A0007"), run.taken("2026-9001")), (0, 0));
}

#[test]
fn a_zero_item_never_joins_a_set() {
    let mut books = with_vasseur();
    books.item("2026-9009", "C90", 0, 100);
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "2026-9001 2026-9009");
    let run = books.run();
    assert_eq!(run.says("P").3, vec![("2026-9001", 125_000)]);
    assert_eq!(run.verdict("P").bucket, Auto, "{:?}", run.verdict("P"));
}

#[test]
fn a_sum_never_mixes_currencies() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    books.item("2026-9001", "C90", 40_000, 100);
    books.item("2026-9002", "C90", 85_000, 100).amount.currency = Currency::parse("CHF").unwrap();
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "2026-9001 2026-9002");
    let run = books.run();
    let v = run.verdict("P");
    assert_ne!(v.bucket, Auto, "{v:?}");
    for h in v.chosen.iter().chain(&v.rivals) {
        assert!(run.applied(h).iter().all(|a| a.0 != "2026-9002"), "{h:?}");
    }
    assert_eq!(run.taken("2026-9002"), 0);
}

#[test]
fn money_before_its_document_is_never_automatic_unless_it_names_it() {
    let mut books = with_vasseur();
    let mut cited = books.clone();
    // Issued on day 70.
    books.pay("P", 125_000, 40, "Vasseur Tremblay", "");
    books.policy.auto_level = 0.5;
    let run = books.run();
    let v = run.verdict("P");
    assert_ne!(v.bucket, Auto, "{v:?}");
    if v.bucket == Review {
        assert_eq!(v.reason, Some(Reason::OutOfPeriod));
        assert_eq!(v.chosen.as_ref().unwrap().obstacle.map(|o| o.word()), Some("date_outside"));
    }
    cited.pay("P", 125_000, 66, "Vasseur Tremblay", "2026-9001");
    assert_eq!(cited.run().says("P").3, vec![("2026-9001", 125_000)]);
}

#[test]
fn the_obstacles_of_what_is_never_automatic_are_named() {
    let reason_and_obstacle = |books: &Books| {
        let run = books.run();
        let v = run.verdict("P");
        let obstacle = v.chosen.as_ref().and_then(|h| h.obstacle).map(|o| o.word());
        (v.bucket, v.reason, obstacle)
    };
    let mut alone = with_vasseur();
    alone.pay("P", 125_000, 100, "Zwingli Sutter", "merci");
    assert_eq!(reason_and_obstacle(&alone), (Review, Some(Reason::AmountOnly), Some("rule")));
    let mut stranger = with_vasseur();
    stranger.pay("P", 125_000, 101, "Gruber Ferrand", "2026-9001");
    assert_eq!(reason_and_obstacle(&stranger), (Review, Some(Reason::OtherParty), Some("rule")));
    let mut tie = with_vasseur();
    tie.item("2026-9002", "C90", 125_000, 101);
    tie.pay("P", 125_000, 102, "Vasseur Tremblay", "merci");
    assert_eq!(reason_and_obstacle(&tie), (Review, Some(Reason::Ambiguous), Some("rival_too_close")));
    let mut settled = with_vasseur();
    settled.items.last_mut().unwrap().open_minor = 0;
    settled.pay("P", 125_000, 115, "Vasseur Tremblay", "2026-9001");
    assert_eq!(reason_and_obstacle(&settled), (Review, Some(Reason::DuplicatePayment), Some("rule")));
    let mut small = with_vasseur();
    small.pay("P", 70_000, 101, "Vasseur Tremblay", "2026-9001");
    small.policy.partial = DifferencePolicy::Review;
    assert_eq!(reason_and_obstacle(&small), (Review, Some(Reason::ShortPay), Some("rule")));
}

#[test]
fn a_small_shortfall_is_written_off_only_where_the_policy_says_so() {
    let mut books = with_vasseur();
    books.pay("P", 124_996, 101, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    assert_eq!(run.says("P").3, vec![("2026-9001", 124_996)]);
    assert_eq!(run.differences("P"), [(DifferenceKind::OpenRest, 4)], "nothing is written off without being told to");
    books.policy.write_off_limit = Decimal::new(5, 2);
    let run = books.run();
    let (bucket, reason, flags, applied) = run.says("P");
    assert_eq!((bucket, reason), (Auto, None), "{flags:?}");
    assert!(!flags.contains(&Flag::Partial), "nothing is left of it: {flags:?}");
    assert_eq!(applied, vec![("2026-9001", 125_000)]);
    assert_eq!(run.differences("P"), [(DifferenceKind::WriteOff, 4)]);
    assert_eq!(run.taken("2026-9001"), 125_000);
    // A cent more than the limit stays open; and what is not cited is never written off.
    books.policy.write_off_limit = Decimal::new(3, 2);
    assert_eq!(books.run().differences("P"), [(DifferenceKind::OpenRest, 4)]);
    let mut silent = with_vasseur();
    silent.policy.write_off_limit = Decimal::new(5, 2);
    silent.pay("P", 124_996, 101, "Vasseur Tremblay", "merci");
    let run = silent.run();
    assert_ne!(run.verdict("P").bucket, Auto);
    assert_eq!(run.taken("2026-9001"), 0);
    // A surplus of a cent is the customer's money, not ours.
    let mut over = with_vasseur();
    over.policy.write_off_limit = Decimal::new(5, 2);
    over.pay("P", 125_001, 101, "Vasseur Tremblay", "2026-9001");
    assert_eq!(over.run().differences("P"), [(DifferenceKind::OnAccount, 1)]);
}

#[test]
fn who_pays_for_others_can_be_named_in_the_configuration() {
    let mut books = with_vasseur();
    books.pay("P", 125_000, 101, "Gruber Ferrand", "2026-9001");
    assert_eq!(books.run().verdict("P").reason, Some(Reason::OtherParty));
    books.policy.pays_for = vec![PaysFor { payer: "C06".into(), customers: vec!["C90".into(), "nobody".into()] }];
    assert_eq!(books.run().says("P"), (Auto, None, vec![], vec![("2026-9001", 125_000)]));
}
