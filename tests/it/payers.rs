//! Who paid: what the text and the other receipts of a run say of a payer whom the ledger does not know.

use lettrage::model::{Bucket, Flag};

use super::books::{Books, Run};

/// The ordinary business, and a customer of its own with six invoices: 2026-9001 and on, all of different amounts.
fn with_vasseur() -> Books {
    let mut books = Books::usual();
    books.customer("C9017", "Vasseur Tremblay SARL");
    for n in 0..6 {
        books.item(&format!("2026-900{}", n + 1), "C9017", AMOUNTS[n as usize], 90 + n);
    }
    books
}

const AMOUNTS: [i64; 6] = [125_011, 87_213, 99_119, 143_323, 77_741, 65_909];

/// One payment for each of the first invoices, cited to the cent, from this name and account.
fn cited(books: &mut Books, count: usize, name: &str, account: &str) {
    for (n, amount) in AMOUNTS.into_iter().enumerate().take(count) {
        let payment = books.pay(&format!("L{n}"), amount, 95 + n as u64, name, &format!("2026-900{}", n + 1));
        payment.payer_iban = account.into();
    }
}

fn payer(run: &Run<'_>, payment: &str) -> Option<String> {
    run.verdict(payment).payer.map(|n| run.reconciliation.payers[n as usize].id.to_string())
}

#[test]
fn an_account_is_learned_from_receipts_that_cite_to_the_cent() {
    let pay = |lessons| {
        let mut books = with_vasseur();
        cited(&mut books, lessons, "Kreditwerk Tresor", "CH5604835012345678009");
        books.pay("P", AMOUNTS[5], 101, "KWT AG", "").payer_iban = "CH56 0483 5012 3456 7800 9".into();
        books
    };
    let (without, with) = (pay(0), pay(3));
    let run = without.run();
    assert!(run.verdict("P").flags.has(Flag::AmountOnly) && payer(&run, "P").is_none());
    let run = with.run();
    assert_eq!(payer(&run, "P").as_deref(), Some("C9017"));
    assert_eq!(run.says("P"), (Bucket::Auto, None, vec![], vec![("2026-9006", AMOUNTS[5])]));
}

#[test]
fn a_receipt_does_not_teach_itself() {
    let mut books = with_vasseur();
    cited(&mut books, 1, "Kreditwerk Tresor", "CH5604835012345678009");
    let run = books.run();
    assert_eq!(run.verdict("L0").bucket, Bucket::Auto);
    assert!(run.verdict("L0").flags.has(Flag::UnknownPayer), "what it cites says nothing of who it is");
}

#[test]
fn who_paid_for_a_customer_several_times_may_do_so_again() {
    let misapplied = |times| {
        let mut books = with_vasseur();
        cited(&mut books, times, "Gruber Ferrand", "");
        books.run().verdict("L0").flags.has(Flag::Misapplied)
    };
    assert!(misapplied(1) && misapplied(2), "a receipt and one other are not several");
    assert!(!misapplied(3));
}

#[test]
fn the_text_says_for_whom_a_stranger_pays() {
    for text in
        ["Kundennr. 9017", "C9017", "Ihr Konto C-9017", "im Auftrag von Vasseur Tremblay", "POUR VASSEUR TREMBLAY"]
    {
        let mut books = with_vasseur();
        books.pay("P", AMOUNTS[2], 93, "Treuhand Seeland", text).payer_iban = "CH5604835012345678009".into();
        let run = books.run();
        let verdict = run.verdict("P");
        assert!(!verdict.flags.has(Flag::AmountOnly) && !verdict.flags.has(Flag::UnknownPayer), "{text}: {verdict:?}");
        assert_eq!(run.says("P").3, vec![("2026-9003", AMOUNTS[2])], "{text}");
    }
}

#[test]
fn the_text_may_name_another_than_the_payer() {
    let mut books = with_vasseur();
    books.pay("P", AMOUNTS[2], 93, "Gruber Ferrand", "2026-9003 client C9017");
    let run = books.run();
    assert!(!run.verdict("P").flags.has(Flag::Misapplied), "Gruber says that he pays for Vasseur");
    assert_eq!(run.says("P").3, vec![("2026-9003", AMOUNTS[2])]);
}
