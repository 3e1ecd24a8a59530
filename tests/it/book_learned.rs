//! What a book learns of payers, through the program: a stranger who was settled once is known the next time, until he is forgotten.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// In June a stranger pays 960.00 of F0395, which leaves 390.00; in July the same stranger pays that, and says nothing.
const JUNE: &str = "20260625-1fd53cf57efa";
const JULY: &str = "payment_id,booking_date,amount,currency,payer_name,payer_iban,remittance\n\
J1,2026-07-06,390.00,EUR,SCI LES GLYCINES,FR76 9999 0012 0000 0881 0057 207,REGLEMENT SOLDE\n";

struct Demo {
    _folder: tempfile::TempDir,
    book: PathBuf,
}

impl Demo {
    /// The demo's June, imported and run.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("acme");
        run(folder.path(), &["init", "--demo", "acme"], 0);
        run(&book, &["import", "inbox"], 0);
        run(&book, &["run"], 0);
        fs::write(folder.path().join("july.csv"), JULY).unwrap();
        Self { _folder: folder, book }
    }

    fn says(&self, arguments: &[&str]) -> String {
        run(&self.book, arguments, 0)
    }

    fn settle(&self) -> String {
        self.says(&["settle", JUNE, "F0395", "--reason", "keep-open", "--why", "the landlord pays"])
    }

    /// Facts as CSV: identifier, and the rest of the line.
    fn facts(&self) -> Vec<(String, String)> {
        let text = self.says(&["learned", "--all", "-O", "csv"]);
        text.lines()
            .skip(1)
            .map(|line| line.split_once(',').unwrap())
            .map(|(id, rest)| (id.into(), rest.into()))
            .collect()
    }

    /// Imports July and runs: where its payment stands.
    fn july(&self) -> String {
        if !self.says(&["list", "open"]).contains("J1") {
            self.says(&["import", "../july.csv"]);
        }
        self.says(&["run"]);
        let explained = self.says(&["explain", "J1"]);
        explained.lines().find_map(|line| line.strip_prefix("stands    ")).unwrap().to_string()
    }
}

/// Runs the program early in July: standard output, and standard error where it fails.
fn run(folder: &Path, arguments: &[&str], code: i32) -> String {
    let mut command = Command::cargo_bin("lettrage").unwrap();
    command.args(arguments).current_dir(folder).env("SOURCE_DATE_EPOCH", "1782982800").env("USER", "amc");
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}{err}");
    if code == 0 { out } else { err }
}

#[test]
fn a_stranger_who_was_settled_once_is_decided_the_next_time() {
    let demo = Demo::new();
    assert_ne!(demo.july(), "matched", "nobody knows him");
    demo.settle();
    let facts = demo.facts();
    assert_eq!(facts.len(), 2, "{facts:?}");
    assert!(facts[0].1.starts_with("iban,account,FR7699990012000008810057207,"), "{facts:?}");
    assert!(facts[0].1.ends_with(&format!("confirmed,true,,1,1,2026-06-25,2026-06-25,{JUNE}@6")), "{facts:?}");
    assert!(facts[1].1.starts_with("name,name,SCI LES GLYCINES,SCI LES GLYCINES,C1016,"), "{facts:?}");
    assert_eq!(demo.july(), "matched");
    let explained = demo.says(&["explain", "J1"]);
    assert!(
        explained
            .contains(&format!("learned   account FR7699990012000008810057207 pays for C1016   fact {}", facts[0].0))
    );
    assert!(explained.contains(&format!("          {JUNE}  2026-06-25  op 0006  amc")), "{explained}");
    let text = demo.says(&["learned"]);
    assert!(text.contains("pays for C1016 Électricité Wattrelos SARL   confirmed, in use\n"), "{text}");
    assert!(text.contains("J1  2026-07-06  op 0007  the matcher\n") && text.ends_with("2 facts, 2 in use\n"), "{text}");
}

#[test]
fn a_run_says_how_many_facts_it_used() {
    let demo = Demo::new();
    assert!(!demo.says(&["run"]).contains("learned"), "nothing was learned");
    demo.settle();
    demo.says(&["import", "../july.csv"]);
    let text = demo.says(&["run", "--out", "run.json"]);
    let line =
        "learned facts in use: 2; 1 of the decided and 0 of the proposed payments rest on one: lettrage learned\n";
    assert!(text.contains(line), "{text}");
    let document: serde_json::Value = serde_json::from_slice(&fs::read(demo.book.join("run.json")).unwrap()).unwrap();
    assert_eq!(document["learned"], serde_json::json!({ "facts": 2, "forgotten": 0, "decided": 1, "proposed": 0 }));
}

#[test]
fn what_is_forgotten_is_not_used_and_comes_back_when_recalled() {
    let demo = Demo::new();
    demo.settle();
    let before = demo.facts();
    let ids: Vec<&str> = before.iter().map(|(id, _)| &**id).collect();
    let said = demo.says(&["learned", "forget", &ids[0][..8], ids[1], ids[0], "--why", "he moved out"]);
    assert_eq!(said.lines().count(), 3, "{said}");
    assert!(demo.facts().iter().all(|(_, rest)| rest.contains(",forgotten,false,")));
    assert_ne!(demo.july(), "matched", "the decision that stands does not teach it either");
    assert!(run(&demo.book, &["learned", "forget", ids[0]], 2).contains("E0771"));
    demo.says(&["learned", "recall", ids[0], ids[1]]);
    assert!(run(&demo.book, &["learned", "recall", ids[0]], 2).contains("E0772"));
    assert_eq!(demo.facts(), before);
    assert_eq!(demo.july(), "matched");
    assert!(demo.says(&["log", "--verify"]).contains("in chain ✓"));
}

#[test]
fn undoing_takes_facts_away_and_undoing_a_forget_brings_them_back() {
    let demo = Demo::new();
    demo.settle();
    let before = demo.facts();
    demo.says(&["learned", "forget", &before[0].0]);
    assert!(demo.facts()[0].1.contains(",forgotten,"));
    demo.says(&["undo"]);
    assert_eq!(demo.facts(), before);
    demo.says(&["learned", "forget", &before[0].0]);
    demo.says(&["undo", "4"]);
    let left = demo.facts();
    assert_eq!(left.len(), 1, "what was forgotten stays listed, so that it can be recalled: {left:?}");
    assert!(left[0].1.contains(",forgotten,false,,0,0,,,"), "{left:?}");
    assert!(demo.says(&["learned"]).contains("no decision teaches it any more"));
}

#[test]
fn the_matcher_does_not_confirm_itself() {
    let demo = Demo::new();
    fs::write(
        demo.book.join("more.csv"),
        JULY.replace("390.00", "1350.00").replace("REGLEMENT SOLDE", "FACTURE 2026-0395"),
    )
    .unwrap();
    demo.says(&["import", "more.csv"]);
    demo.says(&["run"]);
    assert!(demo.says(&["explain", "J1"]).contains("stands    matched"), "he cites the number");
    let facts = demo.facts();
    assert_eq!(facts.len(), 2, "{facts:?}");
    assert!(facts.iter().all(|(_, rest)| rest.contains(",seen,false,")), "{facts:?}");
    assert_eq!(demo.says(&["learned"]), "0 facts, 0 in use; 2 that only the matcher has decided: --all\n");
    assert!(demo.says(&["learned", "--all", "--customer", "C1016"]).contains("the matcher\n"));
    assert_eq!(demo.says(&["learned", "--all", "--customer", "C1001"]), "0 facts, 0 in use\n");
}

#[test]
fn a_fee_that_was_decided_once_is_doubtful_and_one_of_the_customer_file_is_no_news() {
    let demo = Demo::new();
    demo.says(&["settle", "20260608-e5c19e05e0be", "2026-0424", "--reason", "bank-fee"]);
    assert!(demo.facts().is_empty(), "the file knows the fee of Helvetia's bank");
    demo.says(&["settle", JUNE, "F0395", "--reason", "bank-fee"]);
    let facts = demo.facts();
    let (_, fee) = facts.iter().find(|(_, rest)| rest.starts_with("fee,")).unwrap();
    assert!(
        fee.starts_with("fee,fee,390.00 EUR,390.00 EUR,C1016,") && fee.contains(",doubtful,false,once is not"),
        "{fee}"
    );
}

#[test]
fn wrong_names_and_hostile_texts_are_told() {
    let demo = Demo::new();
    for (arguments, code) in [(["learned", "forget", "zz"], "E0770"), (["learned", "recall", ""], "E0770")] {
        assert!(run(&demo.book, &arguments, 2).contains(code), "{arguments:?}");
    }
    fs::write(
        demo.book.join("bad.csv"),
        "payment_id,booking_date,amount,currency,payer_name,payer_iban,remittance\n\
         J9,2026-07-06,390.00,EUR,=HYPERLINK \u{1b}[31mRED \u{202e}evil,=1+1,x\n",
    )
    .unwrap();
    demo.says(&["import", "bad.csv"]);
    demo.says(&["settle", "J9", "F0395", "--reason", "keep-open"]);
    let csv = demo.says(&["learned", "-O", "csv"]);
    assert!(!csv.contains(",=") && csv.contains("'=HYPERLINK"), "{csv}");
    let table = demo.says(&["learned"]);
    assert!(!table.contains('\u{1b}') && !table.contains('\u{202e}'), "{table:?}");
    serde_json::from_str::<serde_json::Value>(&demo.says(&["learned", "-O", "json"])).unwrap();
}
