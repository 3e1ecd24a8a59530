//! What people correct and audit moves the level of the next run, and says so everywhere; a bulk is shown before it is taken.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A book with a generated month in it.
struct Desk(TempDir);

impl Desk {
    fn new(payments: &str) -> Self {
        Self::of_seed(payments, "12")
    }

    fn of_seed(payments: &str, seed: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.ok(&["generate", "--payments", payments, "--seed", seed, "--out", "g"]);
        desk.ok(&["init", "."]);
        desk.ok(&["import", "g/payments.csv", "g/invoices.csv", "g/customers.csv"]);
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::cargo_bin("lettrage")
            .unwrap()
            .current_dir(self.path())
            .env("SOURCE_DATE_EPOCH", "1782982800")
            .env("USER", "amc")
            .args(arguments)
            .output()
            .unwrap()
    }

    /// What a command prints that must succeed.
    fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command says that must end so.
    fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        text
    }

    fn calibration(&self) -> Value {
        serde_json::from_str(&self.ok(&["calibration", "-O", "json"])).unwrap()
    }

    fn level(&self) -> f64 {
        self.calibration()["auto_level"]["used"].as_f64().unwrap()
    }

    /// Identifiers of proposals that only the level keeps back, with a probability from 0.96 on.
    fn held_back(&self) -> Vec<String> {
        let list: Value = serde_json::from_str(&self.ok(&["list", "review", "-n", "0", "-O", "json"])).unwrap();
        // What is proved of a probability can be lower than what is stated: some state more than the level.
        let wanted =
            |row: &&Value| row["best_obstacle"] == "below_level" && row["best_probability"].as_f64().unwrap() >= 0.96;
        let rows = list["rows"].as_array().unwrap().iter().filter(wanted);
        rows.map(|row| row["item_id"].as_str().unwrap().to_string()).collect()
    }

    /// Rows of a sample's file, header first.
    fn rows(&self, file: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(self.path().join(file)).unwrap();
        reader.records().map(|r| r.unwrap().iter().map(str::to_string).collect()).collect()
    }

    /// Writes verdicts behind the first rows of a sample, as a spreadsheet in France saves them.
    fn judge(&self, from: &str, to: &str, rows: usize, verdict: impl Fn(usize) -> &'static str) {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_path(self.path().join(to)).unwrap();
        for (n, mut row) in self.rows(from).into_iter().enumerate().take(rows + 1) {
            if n > 0 {
                row[9] = verdict(n - 1).to_string();
            }
            writer.write_record(row).unwrap();
        }
        writer.flush().unwrap();
    }
}

#[test]
fn a_clerk_who_corrects_what_was_automatic_tightens_the_next_run() {
    let desk = Desk::new("2000");
    let first = desk.ok(&["run"]);
    assert!(!first.contains("auto_level"), "{first}");
    // The file of a draw is the shortest way to see what was applied; the draw is taken back.
    desk.ok(&["audit", "sample", "-n", "5000", "-o", "all.csv"]);
    desk.ok(&["undo"]);
    let mut all = desk.rows("all.csv").split_off(1);
    all.sort_by(|a, b| a[8].cmp(&b[8]));
    desk.ok(&["reject", &all[0][0], "--why", "another customer"]);
    assert_eq!(desk.level(), 0.98, "one correction proves nothing");
    let ids: Vec<&str> = all[1..6].iter().map(|row| row[0].as_str()).collect();
    desk.ok(&[&["reject"][..], &ids].concat());
    let found = desk.calibration();
    assert_eq!((found["evidence"]["wrong"].as_u64(), found["evidence"]["undone"].as_u64()), (Some(6), Some(1)));
    let used = found["auto_level"]["used"].as_f64().unwrap();
    assert!(used > 0.98 && used <= 0.99, "{found}");

    // The run says it, and so do its entry of the log, its configuration, and the report in every form and language.
    let said = "found wrong by people";
    let run = desk.ok(&["run"]);
    assert!(run.contains("auto_level 0.980 → ") && run.contains(said), "{run}");
    assert!(desk.ok(&["log", "-n", "1"]).contains(said));
    let diff = desk.run(&["diff", "3", &run_op(&run)]);
    assert!(String::from_utf8(diff.stdout).unwrap().contains("auto_level"));
    for form in ["html", "md"] {
        let report = desk.ok(&["report", "--all", "-O", form]);
        assert!(report.contains(said) && report.contains("of 1\u{202f}"), "{form}");
        let report = desk.ok(&["report", "--all", "-O", form, "--lang", "fr"]);
        assert!(report.contains("jugés faux par des personnes"), "{form}");
    }
    let report: Value = serde_json::from_str(&desk.ok(&["report", "--all", "-O", "json"])).unwrap();
    assert_eq!(report["calibration"]["evidence"]["wrong"], 6);
    assert_eq!(report["calibration"]["auto_level"]["configured"], 0.98);
    assert!(report["calibration"]["auto_level"]["why"].as_str().unwrap().contains(said), "{report}");
    assert!(desk.ok(&["explain", ids[0]]).contains(said), "{}", desk.ok(&["explain", ids[0]]));

    // Who takes the corrections back takes the lesson back. Switched off, nothing moves.
    std::fs::write(desk.path().join("off.toml"), "[calibration]\nenabled = false\n").unwrap();
    let off = desk.ok(&["calibration", "--config", "off.toml"]);
    assert!(off.contains("auto_level 0.980, as configured; calibration is switched off"), "{off}");
}

/// The operation of a run, from what it printed.
fn run_op(text: &str) -> String {
    let at = text.find("op 00").unwrap() + 3;
    text[at..at + 4].trim_start_matches('0').to_string()
}

#[test]
fn undoing_a_run_is_no_error_of_the_matcher() {
    let desk = Desk::new("300");
    desk.ok(&["run"]);
    desk.ok(&["undo"]);
    desk.ok(&["run"]);
    let found = desk.calibration();
    assert_eq!(found["evidence"]["wrong"], 0);
    assert!(found["evidence"]["automatic"].as_u64().unwrap() > 150, "{found}");
    desk.ok(&["undo"]);
    assert_eq!(desk.calibration()["evidence"]["automatic"], 0);
}

#[test]
fn only_a_complete_audit_loosens_and_an_error_in_it_does_not() {
    let desk = Desk::new("4500");
    desk.ok(&["run"]);
    let held_back = desk.held_back();
    assert!(held_back.len() >= 20, "{}", held_back.len());
    let ids: Vec<&str> = held_back.iter().map(String::as_str).collect();
    let accepted = desk.ok(&[&["accept"][..], &ids].concat());
    assert!(accepted.contains("payments"), "{accepted}");
    assert_eq!(desk.level(), 0.98, "decisions alone do not loosen");

    let drawn = desk.ok(&["audit", "sample", "-n", "3200", "-o", "s.csv"]);
    assert!(drawn.starts_with("3200 of "), "{drawn}");
    let header = desk.rows("s.csv")[0].join(",");
    assert_eq!(header, "payment,day,amount,currency,payer,text,items,differences,probability,verdict,comment");
    assert!(desk.fails(2, &["audit", "sample", "-o", "s.csv"]).contains("E0779"));
    assert!(desk.fails(2, &["audit", "record", "s.csv"]).contains("E0778"));

    // In part: it does not count.
    desk.judge("s.csv", "part.csv", 3_199, |_| "juste");
    let part = desk.ok(&["audit", "record", "part.csv"]);
    assert!(part.contains("1 rows have no verdict yet") && part.contains("does not count"), "{part}");
    let found = desk.calibration();
    assert_eq!((found["evidence"]["audited"].as_u64(), found["evidence"]["incomplete"].as_u64()), (Some(0), Some(1)));
    assert_eq!(desk.level(), 0.98);

    // Complete, and all of it right.
    desk.judge("s.csv", "all.csv", 3_200, |_| "right");
    let whole = desk.ok(&["audit", "record", "all.csv"]);
    assert!(whole.contains("the sample is complete"), "{whole}");
    let found = desk.calibration();
    assert_eq!(found["evidence"]["audited"], 3_200);
    assert_eq!(desk.level(), 0.965, "{found}");
    let run = desk.ok(&["run"]);
    assert!(run.contains("auto_level 0.980 → 0.965: 3\u{202f}200 audited at random"), "{run}");
    desk.ok(&["undo"]);

    // One of them was wrong after all: 4,742 would be needed.
    desk.judge("s.csv", "one.csv", 3_200, |n| if n == 7 { "faux" } else { "" });
    let wrong = desk.ok(&["audit", "record", "one.csv"]);
    assert!(
        wrong.contains(&format!("wrong: {}", desk.rows("s.csv")[8][0])) && wrong.contains("lettrage reject"),
        "{wrong}"
    );
    assert_eq!(desk.level(), 0.98);
    assert_eq!(desk.calibration()["to_loosen"]["audits_needed"], 4_742);
    desk.ok(&["undo"]);
    assert_eq!(desk.level(), 0.965, "an audit can be undone");
    // What was recorded right and is corrected by a person later is wrong.
    desk.ok(&["reject", &desk.rows("s.csv")[3][0], "--why", "paid twice"]);
    assert_eq!(desk.calibration()["evidence"]["audited_wrong"], 1);
    assert_eq!(desk.level(), 0.98);
    assert!(desk.ok(&["log", "--verify"]).contains("in chain ✓"));
}

#[test]
fn samples_are_drawn_as_anybody_can_draw_them_and_only_what_was_drawn_counts() {
    let desk = Desk::new("400");
    assert!(desk.fails(2, &["audit", "sample"]).contains("E0775"));
    desk.ok(&["run"]);
    let text = desk.ok(&["audit", "sample", "-n", "40", "--seed", "die"]);
    std::fs::write(desk.path().join("s.csv"), &text).unwrap();
    let rows = desk.rows("s.csv").split_off(1);
    assert_eq!(rows.len(), 40);
    // By hand: the order is that of BLAKE3 over seed|identifier.
    let key = |row: &Vec<String>| blake3::hash(format!("die|{}", row[0]).as_bytes()).to_hex().to_string();
    assert!(rows.is_sorted_by_key(key));
    // The same again is the same file; a further draw has none of it.
    let op = desk.ok(&["log", "-n", "1"])[..4].to_string();
    assert_eq!(desk.ok(&["audit", "sample", "--again", &op]), text);
    assert!(desk.fails(2, &["audit", "sample", "--again", "1"]).contains("E0711"));
    desk.ok(&["audit", "sample", "-n", "1000", "--seed", "die", "-o", "rest.csv"]);
    let rest = desk.rows("rest.csv").split_off(1);
    assert!(rest.iter().all(|row| rows.iter().all(|before| before[0] != row[0])));
    assert!(desk.fails(2, &["audit", "sample"]).contains("all were drawn"));

    // A later sample waits for the earlier one: nobody leaves a bad one lying and takes the next.
    desk.judge("rest.csv", "rest2.csv", rest.len(), |_| "ok");
    desk.ok(&["audit", "record", "rest2.csv"]);
    assert_eq!(desk.calibration()["evidence"]["audited"], 0);
    desk.judge("s.csv", "s2.csv", 40, |_| "vrai");
    desk.ok(&["audit", "record", "s2.csv"]);
    let all = (rest.len() + 40) as u64;
    assert_eq!(desk.calibration()["evidence"]["audited"].as_u64(), Some(all));

    // A payment that was not drawn, a verdict that is none, a file that is none of a sample.
    let open: Value = serde_json::from_str(&desk.ok(&["list", "review", "-n", "1", "-O", "json"])).unwrap();
    let open = open["rows"][0]["item_id"].as_str().unwrap().to_string();
    let before = desk.ok(&["log", "--verify"]);
    for (text, code) in [
        (format!("payment,verdict\n{},right\n{open},right\n", rows[0][0]), "E0777"),
        (format!("payment,verdict\n{},perhaps\n", rows[0][0]), "E0776"),
        ("a,b\n".to_string(), "E0776"),
        (String::new(), "E0776"),
        ("payment,verdict\n=cmd|'/c calc'!A1,right\n".to_string(), "E0777"),
    ] {
        std::fs::write(desk.path().join("bad.csv"), &text).unwrap();
        let said = desk.fails(2, &["audit", "record", "bad.csv"]);
        assert!(said.contains(code), "{text:?}: {said}");
    }
    assert!(desk.fails(2, &["audit", "record", "none.csv"]).contains("E0001"));
    assert_eq!(desk.ok(&["log", "--verify"]), before, "a file that is refused changes nothing");
}

/// In the book of this seed two receipts are proposed for the same item, and it is not enough for both.
#[test]
fn a_bulk_leaves_out_what_two_receipts_want() {
    let desk = Desk::of_seed("2000", "1");
    desk.ok(&["run"]);
    let shown = desk.ok(&["accept", "--above", "0.5"]);
    assert!(shown.contains(" left out: together they would take more off an item than is open"), "{shown}");
    desk.ok(&["accept", "--above", "0.5", "--yes"]);
    let shown = desk.ok(&["accept", "--above", "0.5"]);
    assert!(shown.contains("nothing to accept"), "{shown}");
}

#[test]
fn a_bulk_is_shown_before_it_is_taken_and_is_no_evidence() {
    let desk = Desk::new("600");
    desk.ok(&["run"]);
    let head = desk.ok(&["log", "--verify"]);
    let shown = desk.ok(&["accept", "--above", "0.9"]);
    for part in [
        "would accept ",
        "sum: ",
        "expected to be wrong: ",
        "stated probabilities only, no decisions yet",
        "look at these first",
        "least probable",
        "largest amount",
        "nothing accepted yet: add --yes",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(desk.ok(&["log", "--verify"]), head, "nothing is accepted");
    let dry = desk.ok(&["accept", "--above", "0.9", "--dry-run"]);
    assert_eq!(format!("{dry}nothing accepted yet: add --yes\n"), shown);
    assert!(desk.run(&["accept", "--above", "0.9", "--yes", "--dry-run"]).status.code() == Some(2));
    let done = desk.ok(&["accept", "--above", "0.9", "--yes"]);
    assert!(done.contains("expected to be wrong: ") && done.contains("undo: lettrage undo"), "{done}");
    let found = desk.calibration();
    assert!(found["evidence"]["bulk"].as_u64() > Some(3) && found["evidence"]["decided"] == 0, "{found}");
    desk.ok(&["undo"]);

    // Named one by one they are decided, and the next bulk is calibrated on them.
    let list: Value = serde_json::from_str(&desk.ok(&["list", "review", "-n", "4", "-O", "json"])).unwrap();
    let ids: Vec<&str> = list["rows"].as_array().unwrap().iter().map(|r| r["item_id"].as_str().unwrap()).collect();
    desk.ok(&["accept", ids[0]]);
    desk.ok(&["reject", ids[1], ids[2]]);
    let found = desk.calibration();
    assert_eq!((found["evidence"]["decided"].as_u64(), found["evidence"]["right"].as_u64()), (Some(3), Some(1)));
    let shown = desk.ok(&["accept", "--above", "0.9"]);
    assert!(
        shown.contains("calibrated on 3 proposals that people decided one by one, 1 of them as proposed"),
        "{shown}"
    );
    assert!(desk.ok(&["explain", ids[3]]).contains("calibrated 0."));
    // The last word counts: what was refused and then applied as proposed was right.
    desk.ok(&["undo"]);
    assert_eq!(desk.calibration()["evidence"]["decided"], 1);
}
