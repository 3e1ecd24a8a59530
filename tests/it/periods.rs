//! Months and dates that payers name instead of numbers, in whole runs.

use lettrage::model::{Bucket, Flag, Level};

use super::books::{Books, Run, day};

use Bucket::Auto;

/// First days of the months from January to June 2026, as days of the books.
const FIRSTS: [u64; 6] = [0, 31, 59, 90, 120, 151];

/// Books with a tenant who owes six monthly rents of 940.00, each issued on the first and due on the fifteenth.
fn with_tenant() -> Books {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    for (n, first) in (1..).zip(FIRSTS) {
        let item = books.item(&format!("2026-900{n}"), "C90", 94_000, first + 14);
        item.issue_date = Some(day(first));
    }
    books
}

/// What the level of the named date is in what was chosen.
fn level(run: &Run<'_>, payment: &str) -> Option<Level> {
    let chosen = run.verdict(payment).chosen.as_ref()?;
    chosen.terms.iter().map(|t| t.level).find(|l| matches!(l, Level::DateNamed(_) | Level::OtherDateNamed))
}

#[test]
fn a_month_that_is_named_picks_the_months_invoice() {
    // All six are open, and between two due dates nobody can know which is meant, unless the text says it.
    for (text, at, number) in [
        ("loyer avril 2026", 121, "2026-9004"),
        ("Miete Mai", 130, "2026-9005"),
        ("rent 05/2026", 130, "2026-9005"),
        ("huur april", 121, "2026-9004"),
        ("facture du 01/06/26", 160, "2026-9006"),
        ("FACT ECH 15/05/2026", 144, "2026-9005"),
    ] {
        let mut books = with_tenant();
        books.pay("P", 94_000, at, "Vasseur Tremblay", text);
        let run = books.run();
        assert_eq!(run.says("P"), (Auto, None, vec![], vec![(number, 94_000)]), "{text}");
        assert_eq!(level(&run, "P"), Some(Level::DateNamed(1)), "{text}");
        let mut silent = with_tenant();
        silent.pay("P", 94_000, at, "Vasseur Tremblay", "virement");
        assert_ne!(silent.run().verdict("P").bucket, Auto, "{text}");
    }
}

#[test]
fn a_date_that_is_nobodys_says_nothing() {
    let decided = |text: &str| {
        let mut books = with_tenant();
        books.pay("P", 94_000, 166, "Vasseur Tremblay", text);
        let run = books.run();
        let v = run.verdict("P");
        (v.bucket, v.chosen.clone().map(|c| (c.applications, c.terms, c.probability)))
    };
    let silent = decided("loyer");
    // The contract, the order, an impossible day, an amount.
    for text in ["loyer contrat du 17.03.2024", "commande du 23/02/2026", "31.02.2026", "940.00 EUR"] {
        assert_eq!(decided(text), silent, "{text}");
    }
}

#[test]
fn a_date_that_several_items_share_breaks_no_tie() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    for (number, due) in [("2026-9001", 100), ("2026-9002", 104)] {
        let item = books.item(number, "C90", 51_000, due);
        item.issue_date = Some(day(90));
    }
    books.pay("P", 51_000, 103, "Vasseur Tremblay", "facture du 01/04/2026");
    let run = books.run();
    assert!(run.verdict("P").flags.has(Flag::Ambiguous) && run.verdict("P").bucket != Auto);
}

#[test]
fn a_named_date_tells_apart_what_is_due_on_one_day() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    for (number, issued) in [("2026-9001", 60), ("2026-9002", 75)] {
        let item = books.item(number, "C90", 51_000, 120);
        item.issue_date = Some(day(issued));
    }
    books.pay("P", 51_000, 121, "Vasseur Tremblay", "facture du 17/03/2026");
    let run = books.run();
    assert_eq!(run.says("P").3, [("2026-9002", 51_000)]);
    assert!(!run.verdict("P").flags.has(Flag::Interchangeable));
}

#[test]
fn the_month_of_a_sum_finds_its_invoices() {
    let mut books = Books::usual();
    books.customer("C90", "Vasseur Tremblay SARL");
    let mut june = 0;
    for n in 0..24u64 {
        let (issued, amount) = (95 + 3 * n, 10_000 + 100 * (n as i64 * 37 % 23));
        books.item(&format!("2026-90{n:02}"), "C90", amount, issued + 45).issue_date = Some(day(issued));
        if (151..181).contains(&issued) {
            june += amount;
        }
    }
    let mut silent = books.clone();
    books.pay("P", june, 190, "Vasseur Tremblay", "FACTURES JUIN");
    let run = books.run();
    let (_, _, _, items) = run.says("P");
    assert_eq!(items.iter().map(|i| i.1).sum::<i64>(), june);
    assert_eq!(items.first().map(|i| i.0), Some("2026-9019"), "the first of June is day 151");
    assert!(items.len() == 5 && level(&run, "P") == Some(Level::DateNamed(5)));
    silent.pay("P", june, 190, "Vasseur Tremblay", "FACTURES");
    assert!(silent.run().verdict("P").probability < run.verdict("P").probability);
}

#[test]
fn the_month_of_what_is_settled_is_left_to_a_person() {
    let mut books = with_tenant();
    for number in ["2026-9001", "2026-9002", "2026-9003", "2026-9004", "2026-9005"] {
        let item = books.items.iter_mut().find(|i| &*i.id == number).unwrap();
        item.open_minor = 0;
    }
    let mut june = books.clone();
    june.pay("P", 94_000, 166, "Vasseur Tremblay", "loyer juin");
    assert_eq!(june.run().says("P"), (Auto, None, vec![], vec![("2026-9006", 94_000)]));
    // May was paid: twice, or is June meant?
    books.pay("P", 94_000, 166, "Vasseur Tremblay", "loyer mai 2026");
    assert_ne!(books.run().verdict("P").bucket, Auto);
}

#[test]
fn a_number_that_is_cited_names_no_date() {
    let mut books = with_tenant();
    books.item("01042026", "C90", 94_000, 165);
    books.pay("P", 94_000, 166, "Vasseur Tremblay", "facture 01042026");
    let run = books.run();
    assert_eq!(run.says("P"), (Auto, None, vec![], vec![("01042026", 94_000)]));
    assert_eq!(level(&run, "P"), None);
}
