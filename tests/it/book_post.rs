//! `lettrage post` on the month of the demo, as somebody at the keyboard has it: dry, written, confirmed, taken back.

use std::collections::BTreeMap;

use super::book_walkthrough::Desk;

/// The demo with June decided as in `docs/book/month.md`.
fn june() -> Desk {
    let mut desk = Desk::new();
    desk.must(0, "lettrage init --demo acme");
    desk.must(0, "cd acme");
    desk.must(0, "lettrage import inbox");
    desk.must(0, "lettrage run");
    for line in [
        "lettrage settle 20260605-572d77006a21 F0408=486.00 F0404=522.00",
        "lettrage settle 20260608-e5c19e05e0be 2026-0424 --reason bank-fee",
        "lettrage settle 20260612-543a9a02aeef --reason on-account",
        "lettrage settle 20260625-e0ee4e73ec24 --account 791000 --reason insurance-refund",
        "lettrage settle 20260615-4be38db3f300 --reason on-account",
        "lettrage settle 20260617-6c9b1eaaf830 --reason on-account",
        "lettrage accept 20260624-6242adef0b58",
        "lettrage accept 20260622-c0f8ca23d489",
    ] {
        desk.must(0, line);
    }
    desk
}

/// Rows of a CSV file by the names of its columns.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// An amount in cents, exactly.
fn cents(text: &str) -> i64 {
    let plain: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    if plain.is_empty() { 0 } else { plain.parse().unwrap_or_else(|e| panic!("{text}: {e}")) }
}

fn minor(row: &BTreeMap<String, String>) -> i64 {
    cents(&row["debit"]) - cents(&row["credit"])
}

fn keys(journal: &str) -> Vec<String> {
    let mut keys: Vec<String> = rows(journal).iter().map(|r| r["key"].clone()).collect();
    keys.dedup();
    keys
}

/// An answer that takes everything but the first entry.
fn answer(journal: &str) -> String {
    let mut text = "status;key;message\n".to_string();
    for (n, key) in keys(journal).iter().enumerate() {
        text.push_str(&if n == 0 { format!("rejeté;{key};période close\n") } else { format!("ok;{key};\n") });
    }
    text
}

#[test]
fn the_month_is_shown_written_once_confirmed_and_what_was_refused_is_due_again() {
    let mut desk = june();
    let before = desk.must(0, "lettrage log");
    let dry = desk.must(0, "lettrage post");
    assert!(
        dry.starts_with(
            "would write 57 entries, 101\u{202f}078.81 EUR, and the lettering of 93 lines to post/2026-06/\n"
        ),
        "{dry}"
    );
    assert!(dry.ends_with("nothing written: add --write. Writing twice is safe: each entry has a key.\n"), "{dry}");
    assert!(dry.contains("no account: lettrage settle 20260619-ec679da9d27e --account"), "{dry}");
    assert!(!desk.path("post").exists() && desk.must(0, "lettrage log") == before, "dry is dry");

    let wrote = desk.must(0, "lettrage post --write");
    assert!(wrote.contains("post/2026-06/journal.csv"), "{wrote}");
    let journal = desk.read("post/2026-06/journal.csv");
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows(&journal) {
        *sums.entry(row["key"].clone()).or_default() += minor(&row);
    }
    assert_eq!((sums.len(), sums.values().filter(|s| **s != 0).count()), (57, 0));

    let again = desk.must(0, "lettrage post --write");
    assert!(
        again.starts_with("nothing new to write of 2026-06: op 0012 wrote 57 entries on 2026-07-02 (csv)"),
        "{again}"
    );
    desk.must(0, "lettrage post --again 12 --out copy");
    assert_eq!(desk.read("copy/journal.csv"), journal);
    assert_eq!(desk.read("copy/lettrage.csv"), desk.read("post/2026-06/lettrage.csv"));
    // The same entries in another format: what a batch in that format has.
    desk.must(0, "lettrage post --again 12 --format fec --out again");
    desk.must(0, "lettrage undo 12");
    desk.must(0, "lettrage post --format fec --write --out first");
    let fec = |folder: &str| {
        let files = std::fs::read_dir(desk.path(folder)).unwrap().map(|f| f.unwrap().path());
        files.map(|f| (f.file_name().unwrap().to_owned(), std::fs::read(f).unwrap())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(fec("again"), fec("first"));
    desk.must(0, "lettrage undo");
    desk.must(0, "lettrage undo 13");

    let first = keys(&journal)[0].clone();
    desk.write("ack.csv", &answer(&journal));
    let told = desk.must(1, "lettrage post --confirm ack.csv");
    assert!(
        told.starts_with(&format!("56 of 57 taken by the ERP; refused: {first}, période close (ack.csv:2)\n")),
        "{told}"
    );
    let refused = desk.must(3, "lettrage undo 12");
    assert!(
        refused.contains("refused[C0018]: operation 0012 cannot be withdrawn: the ledger has taken 56 of its entries"),
        "{refused}"
    );
    let second = desk.must(0, "lettrage post --write");
    assert!(second.starts_with("wrote 1 entry, "), "{second}");
    assert_eq!(keys(&desk.read("post/2026-06/2/journal.csv")), std::slice::from_ref(&first));
    desk.write("ack2.csv", &format!("key,status\n{first},gebucht\n"));
    assert!(desk.must(0, "lettrage post --confirm ack2.csv").starts_with("1 of 1 taken by the ERP\n"));
    assert!(desk.must(0, "lettrage doctor").contains("posted         ok"));
}

#[test]
fn a_posted_decision_that_is_undone_is_taken_back_and_a_batch_can_be_withdrawn() {
    let mut desk = june();
    desk.must(0, "lettrage post --write");
    desk.must(0, "lettrage undo 5");
    let shown = desk.must(0, "lettrage post --write");
    assert!(shown.contains("takes back what was written for decisions that do not stand any more"), "{shown}");
    let rows = rows(&desk.read("post/2026-06/2/journal.csv"));
    let mut by_account: BTreeMap<&str, i64> = BTreeMap::new();
    for row in &rows {
        *by_account.entry(&row["account"]).or_default() += minor(row);
    }
    // The fee comes back from 627 to the customer, whose invoice is paid in part again.
    assert_eq!(by_account, BTreeMap::from([("411000", 1_500), ("471000", 0), ("627100", -1_500)]));
    let reversal = rows.iter().find(|r| r["kind"] == "reversal").unwrap();
    assert!(keys(&desk.read("post/2026-06/journal.csv")).contains(&reversal["reverses"]));
    let withdrawn = desk.must(3, "lettrage undo 12");
    assert!(
        withdrawn.contains("refused[C0009]: operation 0012 cannot be undone: operation 0014 has posted behind it"),
        "{withdrawn}"
    );
    desk.must(0, "lettrage undo 14");
    desk.must(0, "lettrage undo 12");
    let due = desk.must(0, "lettrage post");
    assert!(due.starts_with("would write 57 entries, "), "{due}");
    // Brought back as long as nothing was written instead.
    desk.must(0, "lettrage post --write");
    let back = desk.must(3, "lettrage undo 16");
    assert!(back.contains("refused[C0009]: operation 0012 cannot be brought back"), "{back}");
}

#[test]
fn a_batch_that_the_ledger_has_taken_is_not_withdrawn_by_undoing_an_undo_either() {
    let mut desk = june();
    desk.must(0, "lettrage post --write");
    desk.must(0, "lettrage undo 12");
    desk.must(0, "lettrage undo 13");
    let taken = answer(&desk.read("post/2026-06/journal.csv"));
    desk.write("ack.csv", &taken);
    desk.must(1, "lettrage post --confirm ack.csv");
    assert!(desk.must(3, "lettrage undo 14").contains("refused[C0018]"));
    // The answer itself can be taken back; then the batch can.
    desk.must(0, "lettrage undo 15");
    desk.must(0, "lettrage undo 14");
    assert!(desk.must(0, "lettrage post").starts_with("would write 57 entries"));
}

#[test]
fn the_whole_month_ends_with_the_balances_of_statements_and_items() {
    let mut desk = june();
    let told = desk.must(0, "lettrage post --whole --write");
    assert!(told.contains("not for the ledger"), "{told}");
    let all = rows(&desk.read("post/2026-06/whole/journal.csv"));
    let sum = |account: &str, currency: &str| -> i64 {
        all.iter().filter(|r| r["account"].starts_with(account) && r["currency"] == currency).map(minor).sum()
    };
    // Closing balances of the statements, as `lettrage status` has them.
    assert_eq!((sum("512100", "EUR"), sum("512200", "EUR")), (10_316_443, 1_742_364));
    let items = rows(&desk.must(0, "lettrage list items -O csv -n 0"));
    for currency in ["EUR", "CHF"] {
        let open: i64 = items.iter().filter(|i| i["currency"] == currency).map(|i| cents(&i["amount_open"])).sum();
        assert!(open != 0);
        assert_eq!(sum("411", currency), open, "{currency}");
    }
    // P4: open − on account.
    let proofs = desk.must(0, "lettrage prove --period 2026-06");
    let plain = proofs.replace(['\u{202f}', '\u{a0}'], " ");
    assert!(plain.contains("P4 sub-ledger    EUR: 37 460.00"), "{proofs}");
    assert_eq!(sum("411", "EUR") + sum("4191", "EUR"), 3_746_000);
    assert_eq!(sum("", "EUR"), 0);
    // It is no batch: everything is still due.
    assert!(desk.must(0, "lettrage post").starts_with("would write 57 entries"));
}

#[test]
fn codes_in_a_file_add_up_and_go_on_behind_those_of_an_imported_fec() {
    let mut desk = june();
    desk.must(0, "lettrage post --format fec --out fec --write");
    let name = std::fs::read_dir(desk.path("fec"))
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .find(|n| n.contains("FEC") && !n.contains("description"))
        .unwrap();
    let text = desk.read(&format!("fec/{name}"));
    let (mut sums, mut entries) = (BTreeMap::<(String, String), i64>::new(), BTreeMap::<String, i64>::new());
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let minor = cents(cells[11]) - cents(cells[12]);
        *entries.entry(format!("{} {}", cells[0], cells[2])).or_default() += minor;
        if !cells[13].is_empty() {
            *sums.entry((cells[6].to_string(), cells[13].to_string())).or_default() += minor;
        }
    }
    assert!(entries.values().all(|s| *s == 0) && entries.len() > 90, "{entries:?}");
    for ((customer, code), sum) in &sums {
        assert_eq!(*sum == 0, code.chars().all(char::is_uppercase), "{customer} {code} {sum}");
    }
    // Taken back, and imported as the ledger that had these codes: the next ones begin behind them.
    desk.must(0, "lettrage undo");
    desk.must(0, &format!("lettrage import fec/{name} --kind ledger"));
    let due = desk.must(0, "lettrage post --out next --write");
    assert!(due.contains("wrote"), "{due}");
    let codes = rows(&desk.read("next/lettrage.csv"));
    assert!(!codes.is_empty());
    for row in codes.iter().filter(|r| !r["code"].is_empty()) {
        let key = (row["auxiliary"].clone(), row["code"].to_uppercase());
        assert!(!sums.keys().any(|(c, code)| (c.clone(), code.to_uppercase()) == key), "{key:?} was used");
    }
}

#[test]
fn what_cannot_be_done_is_refused_with_its_code_and_changes_nothing() {
    let mut desk = june();
    desk.write("post/june/journal.csv", "somebody else's");
    let error = desk.must(2, "lettrage post --write --out post/june");
    assert!(error.contains("error[E0731]") && error.contains("journal.csv"), "{error}");
    assert_eq!(desk.read("post/june/journal.csv"), "somebody else's");
    for (file, text, code) in [
        ("a.csv", "", "E0732"),
        ("b.csv", "a;b\n1;2\n", "E0732"),
        ("c.csv", "key;status\nL1;peut-être\n", "E0733"),
        ("d.csv", "key;status;amount\nL1;ok;12x\n", "E0734"),
        ("e.csv", "key;status\nL1;ok\n", "E0735"),
        ("f.csv", "\u{0}\u{1}\u{2};;;;\n\"", "E0732"),
    ] {
        desk.write(file, text);
        let error = desk.must(2, &format!("lettrage post --confirm {file}"));
        assert!(error.contains(code) && error.contains(file), "{file}: {error}");
    }
    desk.must(2, "lettrage post --confirm nowhere.csv");
    assert!(desk.must(2, "lettrage post --again 3").contains("error[E0711]"));
    desk.must(2, "lettrage post --format tra");
    assert!(desk.must(0, "lettrage post --period 2026-01").contains("nothing to write of 2026-01"));
    // Without the account through which bank lines are entered, everything that the ledger has waits.
    let toml = desk.read("lettrage.toml");
    assert!(toml.contains("through = \"471000\"\n"));
    desk.write("lettrage.toml", &toml.replace("through = \"471000\"\n", ""));
    let held = desk.must(0, "lettrage post");
    assert!(held.contains("would write 6 entries") && held.contains("[post] through"), "{held}");
}

#[test]
fn stored_entries_are_held_against_the_log() {
    let mut desk = june();
    desk.must(0, "lettrage post --write");
    let db = rusqlite::Connection::open(desk.path("book.db")).unwrap();
    db.execute_batch(
        "DROP TRIGGER posting_is_final; UPDATE posting SET entry = replace(entry, '124800', '124900') WHERE n = 0;",
    )
    .unwrap();
    drop(db);
    let told = desk.must(1, "lettrage doctor");
    assert!(
        told.contains("posted         WRONG  the entries of operation 0012 are not those that were written"),
        "{told}"
    );
}

#[test]
fn undecided_money_is_entered_on_the_suspense_account_and_decided_from_there() {
    let mut desk = june();
    // Three receipts of the last days are not in the ledger of June, and not decided.
    desk.must(0, "lettrage post --suspense --write");
    let waiting: Vec<_> =
        rows(&desk.read("post/2026-06/journal.csv")).into_iter().filter(|r| r["role"] == "suspense").collect();
    assert_eq!(waiting.len(), 3, "{waiting:?}");
    assert!(waiting.iter().all(|r| r["account"] == "471000"));
    desk.must(0, "lettrage settle 20260625-b9d3c1903cd3 --account 758000 --reason found");
    desk.must(0, "lettrage post --write");
    let rows = rows(&desk.read("post/2026-06/2/journal.csv"));
    let told: Vec<(&str, i64)> = rows.iter().map(|r| (&*r["account"], minor(r))).collect();
    assert_eq!(told, [("471000", 70_200), ("758000", -70_200)]);
}

#[test]
fn a_book_of_a_bank_that_nobody_configured_is_posted_to_the_account_of_the_chart() {
    let mut desk = Desk::new();
    desk.must(0, "lettrage init plain");
    desk.must(0, "cd plain");
    desk.write("payments.csv", "booking_date,amount,remittance\n2026-06-03,1248.00,FACTURE 2026-0412\n");
    desk.write("invoices.csv", "item_id,number,customer_id,customer_name,amount\nF0412,2026-0412,C1,Durand,1248.00\n");
    desk.must(0, "lettrage import payments.csv invoices.csv");
    desk.must(0, "lettrage run");
    let text = desk.must(0, "lettrage post --write --out posted");
    assert!(text.contains("512000 stands for a bank account that its statements do not name"), "{text}");
    let journal = rows(&desk.read("posted/journal.csv"));
    let lines: Vec<(&str, i64, &str)> =
        journal.iter().map(|row| (&*row["account"], minor(row), &*row["code"])).collect();
    assert_eq!(lines, [("512000", 124_800, ""), ("411000", -124_800, "AAA")]);
    // With a general ledger it must be said which account the bank's is: a line that it has would be booked twice.
    desk.write("ledger.csv", "Journal;N° écriture;Date;N° compte;Intitulé;N° pièce;Libellé;Débit;Crédit;Devise\nBQ;1;03/06/2026;512300;Banque;1;DURAND;1248,00;;EUR\n");
    desk.must(0, "lettrage import ledger.csv");
    desk.must(0, "lettrage undo 4");
    let text = desk.must(0, "lettrage post");
    assert!(text.contains("nothing to write") && text.contains("names no bank account"), "{text}");
}
