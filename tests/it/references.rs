//! How a careful accountant reads the numbers of a remittance text: misspelt, short, in lists, or not meant at all.

use lettrage::model::{Bucket, Flag};

use super::books::{Books, Run};

use Bucket::Auto;

/// Books with two more customers: Vasseur owes 2026-9001 over 1,250.00, 2026-9012 over 817.40 and 2026-9178 over 333.21, Wolkenstein
/// owes 2026-9002 over 990.05 and a bill that is numbered like a day, 20260410, over 456.78.
fn books() -> Books {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    books.item("2026-9001", "C90", 125_000, 100);
    books.item("2026-9012", "C90", 81_740, 100);
    books.item("2026-9178", "C90", 33_321, 100);
    books.customer("C91", "Wolkenstein Zeidler GmbH");
    books.item("2026-9002", "C91", 99_005, 100);
    books.item("20260410", "C91", 45_678, 100);
    books
}

/// What Vasseur's payment of an amount with a text settles, and the bucket.
fn reads(minor: i64, text: &str) -> (Bucket, Vec<String>, bool) {
    let mut books = books();
    books.pay("P", minor, 101, "Vasseur Tremblay", text);
    let run = books.run();
    let (bucket, _, _, applied) = run.says("P");
    let fuzzy = has(&run, "P", Flag::FuzzyReference);
    (bucket, applied.into_iter().map(|(item, _)| item.to_string()).collect(), fuzzy)
}

fn has(run: &Run<'_>, payment: &str, flag: Flag) -> bool {
    run.verdict(payment).flags.has(flag)
}

fn auto(items: &[&str], fuzzy: bool) -> (Bucket, Vec<String>, bool) {
    (Auto, items.iter().map(|i| i.to_string()).collect(), fuzzy)
}

#[test]
fn a_number_with_a_typing_error_is_read_and_flagged() {
    for text in
        ["2026-90O1", "Facture 2026-901", "RE 2026-99001", "fact. 2026-9010", "2026/9O01 MERCI", "F2026-9 0 0 7"]
    {
        assert_eq!(reads(125_000, text), auto(&["2026-9001"], true), "{text}");
    }
    assert_eq!(reads(125_000, "2026-9001"), auto(&["2026-9001"], false));
}

#[test]
fn one_wrong_number_in_a_list_does_not_spoil_it() {
    assert_eq!(reads(206_740, "2026-9001, 2026-90I2"), auto(&["2026-9001", "2026-9012"], true));
    assert_eq!(reads(240_061, "2026-9001 + 9012 + 2026-9187"), auto(&["2026-9001", "2026-9012", "2026-9178"], true));
    assert_eq!(reads(240_061, "2026-9001/12/178"), auto(&["2026-9001", "2026-9012", "2026-9178"], false));
}

#[test]
fn the_number_of_a_stranger_gives_way_to_the_misspelt_one_that_fits() {
    // 2026-9002 exists: of somebody else, over another amount.
    assert_eq!(reads(125_000, "2026-9002"), auto(&["2026-9001"], true));
    // Where the stranger's fits and nothing of the payer's does, it is no typing error.
    let mut books = books();
    books.pay("P", 99_005, 101, "Vasseur Tremblay", "2026-9002");
    let run = books.run();
    assert!(has(&run, "P", Flag::Misapplied) && !has(&run, "P", Flag::FuzzyReference));
}

#[test]
fn the_payers_own_number_gives_way_too_where_only_the_other_fits() {
    let mut books = books();
    books.item("2026-9003", "C90", 71_111, 100);
    books.pay("P", 71_111, 101, "Vasseur Tremblay", "2026-9001");
    let run = books.run();
    let (_, _, flags, applied) = run.says("P");
    assert_eq!(applied, [("2026-9003", 71_111)]);
    assert_eq!(flags, [Flag::FuzzyReference]);
}

#[test]
fn a_misspelt_number_alone_is_no_evidence_for_an_amount() {
    // An invoice that is not loaded bears a number beside one that is.
    let mut books = books();
    books.pay("P", 57_319, 101, "Fremder Zahler", "2026-9003");
    assert_ne!(books.run().verdict("P").bucket, Auto);
}

#[test]
fn short_numbers_mean_the_payers_items() {
    // 0178 is a number of the ordinary business, of another customer.
    assert_eq!(reads(33_321, "rechnung 178"), auto(&["2026-9178"], false));
    assert_eq!(reads(33_321, "9178"), auto(&["2026-9178"], false));
}

#[test]
fn a_date_is_not_the_invoice_that_bears_its_number() {
    for text in ["vom 20260410", "rechnung vom 10.04.2026", "2026-04-10", "10.04."] {
        assert_eq!(reads(125_000, text), auto(&["2026-9001"], false), "{text}");
    }
    // But it is, where nothing speaks for a date and everything for the invoice.
    let mut books = books();
    books.pay("P", 45_678, 101, "Wolkenstein Zeidler", "RECHNUNG 20260410");
    assert_eq!(books.run().says("P").3, [("20260410", 45_678)]);
}

#[test]
fn what_only_looks_like_a_number_is_not_one() {
    let mut books = books();
    books.customer("C92", "Ypsilanti Quast");
    for number in ["0612345678", "732829320", "370400440532"] {
        books.item(number, "C92", 77_000, 100);
    }
    let texts = ["TEL 06 12 34 56 78", "SIREN 732829320", "IBAN DE89 3704 0044 0532 0130 00", "1.250,00 EUR"];
    for (n, text) in texts.into_iter().enumerate() {
        let mut books = books.clone();
        books.pay("P", 125_000, 101 + n as u64, "Vasseur Tremblay", text);
        let run = books.run();
        assert_eq!(run.says("P"), (Auto, None, vec![], vec![("2026-9001", 125_000)]), "{text}");
    }
}

#[test]
fn a_customers_own_number_is_not_a_strangers_invoice() {
    let mut books = books();
    books.customer("471199", "Xanthos Brill");
    books.item("2026-9301", "471199", 64_128, 100);
    books.item("471199", "C91", 12_345, 100);
    books.pay("P", 64_128, 101, "Xanthos Brill", "471199");
    let run = books.run();
    assert_eq!(run.says("P").3, [("2026-9301", 64_128)]);
    assert!(!has(&run, "P", Flag::Misapplied));
    // The invoice of that number is found all the same by who owes it.
    let mut other = books.clone();
    other.pay("Q", 12_345, 101, "Wolkenstein Zeidler", "471199");
    assert_eq!(other.run().says("Q").3, [("471199", 12_345)]);
}

#[test]
fn a_reference_with_check_digits_carries_the_number() {
    // ISO 11649: 20269001 with its check digits.
    let value: u128 = "20269001271500".parse().unwrap();
    let reference = format!("RF{:02}20269001", 98 - value % 97);
    assert_eq!(reads(125_000, &reference), auto(&["2026-9001"], false), "{reference}");
    let mut books = books();
    books.pay("P", 125_000, 101, "Vasseur Tremblay", "").structured_references = [reference.into()].into();
    assert_eq!(books.run().says("P").3, [("2026-9001", 125_000)]);
}

#[test]
fn instalments_complete_one_another_by_misspelt_numbers_too() {
    let mut books = books();
    books.pay("P1", 50_011, 101, "Vasseur Tremblay", "2026-90O1");
    books.pay("P2", 74_989, 130, "Vasseur Tremblay", "2026-9O01 rest");
    let run = books.run();
    for payment in ["P1", "P2"] {
        assert_eq!(run.says(payment).3[0].0, "2026-9001");
        assert!(has(&run, payment, Flag::FuzzyReference), "{payment}");
    }
    assert!(has(&run, "P2", Flag::Instalment));
}

#[test]
fn a_hostile_text_costs_little() {
    let mut books = books();
    books.pay("P", 125_000, 101, "Vasseur Tremblay", &"2026-9".repeat(20_000));
    books.pay("Q", 125_001, 101, "Vasseur Tremblay", &"1 ".repeat(50_000));
    let began = std::time::Instant::now();
    books.run();
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}
