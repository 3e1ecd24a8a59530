//! Codes of items from the first part to the last, and of what comes back.

use super::*;

/// Codes of a posting: item, key's place (own line, or the payment of the entry), code, code before.
fn codes(shop: &Shop, built: &Built) -> Vec<String> {
    let of = |key: &str| {
        let written = shop.facts.written.iter().find(|w| *w.key == *key);
        written.map_or(if key.is_empty() { "own".to_string() } else { key.to_string() }, |w| {
            if w.reverses.is_empty() { w.subject.to_string() } else { format!("-{}", w.subject) }
        })
    };
    let code = |l: &Option<crate::model::LetterCode>| l.as_ref().map_or("–".to_string(), |l| l.code.to_string());
    let mut told: Vec<String> = (built.posting.lettering.iter())
        .map(|c| format!("{} {} {} {} {}", c.item, of(&c.key), c.minor, code(&c.letter), code(&c.before)))
        .collect();
    told.sort();
    told
}

#[test]
fn a_part_is_in_lower_case_until_nothing_is_open() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 1_000);
    shop.paid("P1", 3, 400, applied(&[(item, 400)], &[]));
    let built = shop.post();
    assert_eq!(codes(&shop, &built), ["F1 P1 -400 aaa –", "F1 own 1000 aaa –"]);
    shop.paid("P2", 9, 100, applied(&[(item, 100)], &[]));
    let built = shop.post();
    // The day is that of the last part.
    assert_eq!(codes(&shop, &built), ["F1 P1 -400 aaa aaa", "F1 P2 -100 aaa –", "F1 own 1000 aaa aaa"]);
    assert!(built.posting.lettering.iter().all(|c| c.letter.as_ref().unwrap().day == day(9)));
    shop.paid("P3", 12, 500, applied(&[(item, 500)], &[]));
    let built = shop.post();
    assert_eq!(
        codes(&shop, &built),
        ["F1 P1 -400 AAA aaa", "F1 P2 -100 AAA aaa", "F1 P3 -500 AAA –", "F1 own 1000 AAA aaa"]
    );
}

#[test]
fn a_receipt_and_its_return_leave_the_item_and_share_a_code() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 1_000);
    let receipt = shop.paid("P1", 3, 1_000, applied(&[(item, 1_000)], &[]));
    shop.post();
    let back =
        DecisionFact { kind: DecisionKind::Return, returns: Some(receipt as u32), ..applied(&[(item, -1_000)], &[]) };
    shop.paid("P2", 10, -1_000, back);
    let built = shop.post();
    assert_eq!(codes(&shop, &built), ["F1 P1 -1000 AAB AAA", "F1 P2 1000 AAB –", "F1 own 1000 – AAA"]);
    // Paid again: a code that was taken off is not given again.
    shop.paid("P3", 20, 1_000, applied(&[(item, 1_000)], &[]));
    let built = shop.post();
    assert_eq!(codes(&shop, &built), ["F1 P3 -1000 AAC –", "F1 own 1000 AAC –"]);
}

#[test]
fn a_return_in_the_same_batch_never_letters_the_item() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 1_000);
    let receipt = shop.paid("P1", 3, 1_000, applied(&[(item, 1_000)], &[]));
    let back =
        DecisionFact { kind: DecisionKind::Return, returns: Some(receipt as u32), ..applied(&[(item, -1_000)], &[]) };
    shop.paid("P2", 10, -1_000, back);
    let built = shop.post();
    assert_eq!(codes(&shop, &built), ["F1 P1 -1000 AAA –", "F1 P2 1000 AAA –"]);
}

#[test]
fn a_return_of_a_receipt_that_the_ledger_booked_opens_the_item_with_its_own_line() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 1_000);
    let receipt = shop.paid("P1", 3, 1_000, applied(&[(item, 1_000)], &[]));
    shop.facts.book.payments[receipt].decision.as_mut().unwrap().applications[0].taken_over = true;
    shop.facts.book.items[0].listed = 0;
    let back =
        DecisionFact { kind: DecisionKind::Return, returns: Some(receipt as u32), ..applied(&[(item, -1_000)], &[]) };
    shop.paid("P2", 10, -1_000, back);
    let built = shop.post();
    assert_eq!((only(&built)[1].as_str(), built.posting.lettering.len()), ("411000/C1 10.00 F1", 0));
}

#[test]
fn a_later_list_does_not_break_a_code() {
    let mut shop = Shop::new();
    let item = shop.item("F1", "C1", 1_000);
    let n = shop.paid("P1", 3, 400, applied(&[(item, 400)], &[]));
    shop.post();
    // The ledger has taken the part over: the next list has the rest.
    shop.facts.book.payments[n].decision.as_mut().unwrap().applications[0].taken_over = true;
    shop.facts.book.items[0].listed = 600;
    shop.paid("P2", 9, 600, applied(&[(item, 600)], &[]));
    let built = shop.post();
    assert_eq!(codes(&shop, &built), ["F1 P1 -400 AAA aaa", "F1 P2 -600 AAA –", "F1 own 1000 AAA aaa"]);
}

#[test]
fn codes_begin_behind_those_of_the_ledger_for_each_customer() {
    let mut shop = Shop::new();
    shop.facts.ledger_letters = vec![("411000".into(), "C1".into(), "ABF".into())];
    let items = [shop.item("F1", "C1", 100), shop.item("F2", "C2", 100)];
    shop.paid("P1", 3, 200, applied(&[(items[0], 100), (items[1], 100)], &[]));
    assert_eq!(only(&shop.build())[1..], ["411000/C1 -1.00 F1 ABG", "411000/C2 -1.00 F2 AAA"]);
    shop.post.letter_after = Some("ACF".into());
    assert_eq!(only(&shop.build())[1..], ["411000/C1 -1.00 F1 ACG", "411000/C2 -1.00 F2 ACG"]);
}

#[test]
fn within_a_file_with_what_is_carried_every_code_adds_up() {
    let mut shop = Shop::new();
    shop.carried = true;
    let items = [shop.item("F1", "C1", 1_000), shop.item("F2", "C1", 700)];
    let receipt = shop.paid("P1", 3, 400, applied(&[(items[0], 400)], &[]));
    shop.paid("P2", 4, 700, applied(&[(items[1], 700)], &[]));
    adds_up(&shop.post(), &[("F1", 600)]);
    shop.paid("P3", 9, 600, applied(&[(items[0], 600)], &[]));
    adds_up(&shop.post(), &[]);
    shop.paid(
        "P4",
        12,
        -400,
        DecisionFact { kind: DecisionKind::Return, returns: Some(receipt as u32), ..applied(&[(items[0], -400)], &[]) },
    );
    adds_up(&shop.post(), &[("F1", 400)]);
    assert_eq!(shop.build().posting.entries, []);
}

/// Upper-case codes come to nothing in the file; lower-case ones to what is open.
fn adds_up(built: &Built, open: &[(&str, i64)]) {
    let mut sums: std::collections::BTreeMap<(String, String), (i64, String)> = Default::default();
    for line in built.posting.entries.iter().flat_map(|e| &e.lines) {
        if let Some(letter) = &line.letter {
            let sum = sums.entry((line.auxiliary.to_string(), letter.code.to_string())).or_default();
            sum.0 += line.minor;
            sum.1 = line.item.to_string();
        }
    }
    let left: Vec<(&str, i64)> =
        sums.values().filter(|(sum, _)| *sum != 0).map(|(sum, item)| (&**item, *sum)).collect();
    assert_eq!(left, open, "{:#?}", built.posting);
    for ((_, code), (sum, _)) in &sums {
        assert_eq!(code.chars().all(char::is_uppercase), *sum == 0, "{code}");
    }
    let carried = built.posting.entries.iter().filter(|e| e.kind == EntryKind::Carried);
    let accounts: std::collections::BTreeSet<&str> = carried.flat_map(|e| &e.lines).map(|l| &*l.account).collect();
    assert!(accounts.iter().all(|a| ["411000", "890000"].contains(a)), "{accounts:?}");
}
