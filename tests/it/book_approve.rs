//! Four eyes: who may approve, what voids it, what a signature is worth, and what needs an approval. Each through the binary, on the
//! sample of `lettrage init --demo`.

use std::fs;
use std::path::PathBuf;

use crate::book_walkthrough::Desk;

/// A proposal that can be accepted.
const PROPOSED: &str = "20260622-c0f8ca23d489";
/// A payment without a proposal.
const UNMATCHED: &str = "20260625-1fd53cf57efa";
/// Its bank account, and the account of the ledger that mirrors it.
const LEDGER: &str = "512100";

/// June, imported and run by amc.
fn matched() -> Desk {
    let mut desk = Desk::new();
    desk.must(0, "lettrage init --demo acme");
    desk.must(0, "cd acme");
    desk.must(0, "lettrage import inbox");
    desk.must(0, "lettrage run");
    desk
}

/// The same, with nothing left to decide: the decisions of docs/book/month.md.
fn decided() -> Desk {
    let mut desk = matched();
    for line in [
        "settle 20260605-572d77006a21 F0408=486.00 F0404=522.00 --why slip",
        "settle 20260608-e5c19e05e0be 2026-0424 --reason bank-fee --why usual",
        "settle 20260612-543a9a02aeef --reason on-account --why advance",
        "settle 20260625-e0ee4e73ec24 --account 791000 --reason insurance-refund",
        "settle 20260615-4be38db3f300 --reason on-account --why twice",
        "settle 20260617-6c9b1eaaf830 --reason on-account --why twice",
        "accept 20260624-6242adef0b58 20260622-c0f8ca23d489",
        "hold 20260616-a8f5345bca7c 20260623-b2de60602bce 20260625-1fd53cf57efa 20260625-b9d3c1903cd3 20260624-214886f7440e --until 2026-07-10 --why asked",
    ] {
        desk.must(0, &format!("lettrage {line}"));
    }
    desk
}

/// Adds to the configuration of the book.
fn configure(desk: &Desk, text: &str) {
    let before = desk.read("lettrage.toml");
    desk.write("lettrage.toml", &format!("{before}\n{text}\n"));
}

/// What is said of the last approval.
fn last(desk: &mut Desk) -> String {
    let all = desk.must(0, "lettrage approve --list");
    let first = |line: &&str| line.starts_with(|c: char| c.is_ascii_digit());
    all.lines().rfind(first).unwrap_or_else(|| panic!("{all}")).to_string()
}

fn stands(desk: &mut Desk) -> bool {
    last(desk).ends_with(": stands")
}

/// Keys outside of the book's folder.
struct Keys {
    folder: tempfile::TempDir,
}

impl Keys {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, who: &str) -> PathBuf {
        self.folder.path().join(format!("{who}.key"))
    }

    /// Makes a key; gives its public part.
    fn make(&self, desk: &Desk, who: &str) -> String {
        let done = desk.lettrage(&["keygen", "--as", who, "-o", self.path(who).to_str().unwrap()]);
        assert_eq!(done.code, 0, "{}", done.text);
        let line = done.text.lines().find(|l| l.starts_with("key = ")).unwrap();
        line.trim_start_matches("key = ").trim_matches('"').to_string()
    }

    /// Approves with a key.
    fn approve(&self, desk: &Desk, who: &str, key: &str) -> crate::book_walkthrough::Done {
        desk.lettrage(&["approve", "--as", who, "--key", self.path(key).to_str().unwrap(), "--note", "agreed with AR"])
    }
}

#[test]
fn whoever_prepared_is_refused_however_the_name_is_typed_and_another_person_is_not() {
    let mut desk = matched();
    for name in ["amc", "AMC", " amc ", "ａｍｃ", "a\u{200b}mc"] {
        let done = desk.lettrage(&["approve", "--account", LEDGER, "--as", name]);
        assert_eq!(done.code, 3, "{name:?} {}", done.text);
        assert!(done.text.starts_with("refused[C0002]: ") && done.text.contains("the approver must be another person"));
        assert!(done.text.contains("started the runs that made 40 decisions of 512100 June 2026"), "{}", done.text);
    }
    let text = desk.must(0, "lettrage approve --account 512100 --as hleroy --note \"two held items agreed with AR\"");
    assert!(text.starts_with("approved 512100 June 2026, content "), "{text}");
    assert!(text.contains(", 2 Jul 09:00. Any later change voids this.\n"), "{text}");
    assert!(text.contains("proves only that somebody typed a name") && text.contains("undecided"), "{text}");
    let log = desk.must(0, "lettrage log -n 1");
    assert!(log.contains("hleroy  approve") && log.contains("“two held items agreed with AR”"), "{log}");
    let again = desk.must(0, "lettrage approve --account 7207 --as HLEROY");
    assert!(again.contains("has approved this already, op 0004, and it stands"), "{again}");
    let status = desk.must(0, "lettrage status");
    let approved: Vec<&str> = status.lines().take(3).map(|l| l.split_whitespace().last().unwrap()).collect();
    assert_eq!(approved, ["approved", "–", "✓"], "the other account is not approved: {status}");

    // Decisions by hand come first in the message.
    desk.must(0, &format!("lettrage accept {PROPOSED} --as dp"));
    let text = desk.must(3, "lettrage approve --as DP");
    assert!(text.contains("DP made 1 decision of June 2026; the approver must be another person"), "{text}");
    // Whoever took something back has prepared, too; what is restored counts as before.
    desk.must(0, "lettrage undo --as hleroy");
    let text = desk.must(3, "lettrage approve --as hleroy");
    assert!(text.contains("hleroy took back 1 decision of June 2026"), "{text}");
    desk.must(0, "lettrage approve --as dp");
}

#[test]
fn choosing_the_files_is_preparing_unless_the_configuration_says_otherwise() {
    let mut desk = Desk::new();
    desk.must(0, "lettrage init --demo acme");
    desk.must(0, "cd acme");
    desk.must(0, "lettrage import inbox --as nightly-import");
    desk.must(0, "lettrage run");
    let text = desk.must(3, "lettrage approve --as nightly-import");
    assert!(text.contains("C0002") && text.contains("nightly-import imported 5 files of June 2026"), "{text}");
    configure(&desk, "[control]\nimporters_may_approve = true");
    desk.must(0, "lettrage approve --as nightly-import");
    assert!(stands(&mut desk));
    assert!(desk.must(3, "lettrage approve --as amc").contains("C0002"));
}

#[test]
fn every_later_change_voids_an_approval_and_is_named() {
    let mut desk = matched();
    desk.must(0, "lettrage settle F0462 --reason cancelled --why \"credit note 12\"");
    let mut changes: Vec<(String, &str)> = [
        (format!("accept {PROPOSED}"), "accept"),
        (format!("reject {PROPOSED}"), "reject"),
        (format!("hold {UNMATCHED} --until 2026-07-10 --why asked"), "hold"),
        (format!("settle {UNMATCHED} --account 471000 --reason unknown"), "settle"),
        (format!("split {UNMATCHED} on-account=960.00"), "split"),
        ("settle F0454 --reason write-off --why small".to_string(), "settle"),
        ("hold F0454 --until 2026-07-10 --why disputed".to_string(), "hold"),
        ("undo 4".to_string(), "undo"),
    ]
    .into();
    let list = desk.read("inbox/open_items_2026-06-30.csv");
    desk.write("again/list.csv", &list.replacen("2026-07-25,1488.00,1488.00", "2026-07-25,1489.00,1489.00", 1));
    let changed = desk.read("again/list.csv") != list;
    assert!(changed, "the list has an amount to change");
    changes.push(("import again/list.csv".into(), "import"));
    for (command, kind) in changes {
        desk.must(0, "lettrage approve --as hleroy");
        assert!(stands(&mut desk), "{}", last(&mut desk));
        desk.must(0, &format!("lettrage {command}"));
        let (says, seq) = (last(&mut desk), desk.must(0, "lettrage log -n 1"));
        let wanted = format!(": void: since then op {} {kind} by amc", &seq[..4]);
        assert!(says.contains(&wanted), "{command}: {says}");
        let status = desk.must(0, "lettrage status");
        assert!(status.contains("✗ hleroy, 2 Jul 09:00, June 2026"), "{command}: {status}");
        // Taken back, the content is what was approved.
        desk.must(0, &format!("lettrage undo {}", &seq[..4]));
        assert!(stands(&mut desk), "{command}, undone: {}", last(&mut desk));
    }
    // Talk about the month is no change of it, and a run that decides nothing is none.
    desk.must(0, &format!("lettrage note {UNMATCHED} \"asked again\""));
    desk.must(0, "lettrage run");
    assert!(stands(&mut desk), "{}", last(&mut desk));
    // Another decision of another month's kind: nothing of July is there, and an account is void by its own lines only.
    desk.must(0, "lettrage approve --account 512200 --as dp");
    desk.must(0, &format!("lettrage accept {PROPOSED}"));
    let list = desk.must(0, "lettrage approve --list");
    assert!(list.lines().any(|l| l.contains("dp,") && l.ends_with(": stands")), "{list}");
    assert!(list.lines().any(|l| l.contains("hleroy,") && l.contains("void: since then")), "{list}");
}

#[test]
fn the_configuration_and_what_goes_past_the_log_void_an_approval() {
    let mut desk = matched();
    let before = desk.read("lettrage.toml");
    desk.must(0, "lettrage approve --as hleroy");
    configure(&desk, "[matching]\nauto_level = 0.9999");
    assert!(last(&mut desk).ends_with(": void: lettrage.toml is another"), "{}", last(&mut desk));
    desk.write("lettrage.toml", &format!("{before}\n# a remark changes nothing\n"));
    assert!(stands(&mut desk));
    change(&desk, "UPDATE payment SET minor = minor + 1 WHERE id = '20260622-c0f8ca23d489'");
    let says = last(&mut desk);
    assert!(
        says.contains("void: ") && says.contains("P1 is false now") || says.contains("nothing in the log says why"),
        "{says}"
    );
    change(&desk, "UPDATE payment SET minor = minor - 1 WHERE id = '20260622-c0f8ca23d489'");
    desk.must(0, "lettrage undo --why \"not by me\"");
    assert!(last(&mut desk).contains("withdrawn by 0005") || last(&mut desk).contains("withdrawn by op 0005"));
    assert!(desk.must(0, "lettrage status").lines().nth(1).unwrap().ends_with('–'));
    desk.must(0, "lettrage undo 5");
    assert!(stands(&mut desk), "undoing the undo brings it back");
}

#[test]
fn a_false_proof_is_not_approved_and_an_account_that_is_right_is() {
    let mut desk = matched();
    desk.must(0, "sed -i s/48215,37/48125,37/ inbox/ledger_2026-06.csv");
    desk.must(0, "lettrage approve --as hleroy");
    desk.must(0, "lettrage import inbox/ledger_2026-06.csv");
    let says = last(&mut desk);
    assert!(says.contains("since then op 0005 import by amc") && says.contains("P3 is false now"), "{says}");
    let text = desk.must(3, "lettrage approve --as hleroy");
    assert!(text.contains("refused[C0023]: 2026-06 cannot be approved: a proof is false"), "{text}");
    assert!(text.contains("P3") && text.contains("90.00 EUR unexplained"), "{text}");
    assert!(desk.must(3, "lettrage approve --as hleroy --account 512100").contains("C0023"));
    desk.must(0, "lettrage approve --as hleroy --account 512200");
}

#[test]
fn a_close_and_the_next_month_void_nothing_and_a_change_behind_it_does() {
    let mut desk = decided();
    desk.must(0, "lettrage approve --as hleroy");
    desk.must(0, "lettrage approve --as hleroy --account 512100");
    let ready = desk.must(0, "lettrage status");
    assert!(!ready.contains("← lettrage approve"), "{ready}");
    let close = desk.must(0, "lettrage close 2026-06 --ledger-balance 512100=99107.95");
    assert!(close.contains("closed and sealed"), "{close}");
    let both = |desk: &mut Desk| {
        let list = desk.must(0, "lettrage approve --list --period 2026-06");
        list.lines().filter(|l| l.ends_with(": stands")).count()
    };
    assert_eq!(both(&mut desk), 2, "{}", desk.must(0, "lettrage approve --list"));
    // What a closed month rests on is not withdrawn in passing, nor by way of another undo.
    let text = desk.must(3, "lettrage undo 12");
    assert!(text.contains("C0001") && text.contains("lettrage reopen 2026-06"), "{text}");
    // July: what was open is decided, items are taken over, the configuration is another.
    desk.set_clock("2026-08-02");
    desk.must(0, "lettrage import july");
    configure(&desk, "[matching]\nauto_level = 0.9999");
    desk.must(0, "lettrage run");
    desk.must(0, &format!("lettrage settle {UNMATCHED} 2026-0471 --reason keep-open --why \"first half\""));
    assert_eq!(both(&mut desk), 2, "{}", desk.must(0, "lettrage approve --list"));
    let report = desk.must(0, "lettrage report --period 2026-06 -O md");
    assert!(report.contains("**status APPROVED** ✓"), "{}", &report[..600]);
    // Somebody else may approve a closed month, and who prepared it may not.
    assert!(desk.must(3, "lettrage approve --period 2026-06 --as amc").contains("C0002"));
    let text = desk.must(0, "lettrage approve --period 2026-06 --as dp");
    assert!(text.contains("approved June 2026") && !text.contains("undecided"), "{text}");
    assert_eq!(both(&mut desk), 3);
    // A line of June that gets in by another way.
    desk.must(0, "sed -i s/;1248,00;/;1284,00;/ inbox/ledger_2026-06.csv");
    desk.must(0, "lettrage import inbox/ledger_2026-06.csv");
    let list = desk.must(0, "lettrage approve --list --period 2026-06");
    assert!(list.contains("void: ledger 512100 BQ/0001 is not what was sealed"), "{list}");
    assert!(desk.must(3, "lettrage approve --period 2026-06 --as eve").contains("C0003"));
    let report = desk.must(0, "lettrage report --period 2026-06 -O md");
    assert!(report.contains("**status APPROVAL VOID** ✗"), "{}", &report[..600]);
}

#[test]
fn a_month_that_is_opened_again_is_approved_as_long_as_it_is_the_same() {
    let mut desk = decided();
    desk.must(0, "lettrage approve --as hleroy");
    desk.must(0, "lettrage close 2026-06");
    desk.must(0, "lettrage reopen 2026-06 --why \"bank corrected\"");
    assert!(stands(&mut desk), "{}", last(&mut desk));
    desk.must(0, "lettrage settle 20260623-b2de60602bce --account 471000 --reason unknown");
    assert!(last(&mut desk).contains("void: since then op"), "{}", last(&mut desk));
    desk.must(0, "lettrage close 2026-06");
    assert!(last(&mut desk).contains("void: since then op 0015 settle by amc"), "{}", last(&mut desk));
}

#[test]
fn four_eyes_keep_a_month_open_until_the_whole_of_it_is_approved() {
    let mut desk = decided();
    configure(&desk, "[control]\nfour_eyes = true");
    let status = desk.must(0, "lettrage status");
    assert!(status.contains("next: lettrage prove, then lettrage approve by another person"), "{status}");
    assert_eq!(status.matches("← lettrage approve").count(), 2, "{status}");
    let text = desk.must(3, "lettrage close 2026-06 --as hleroy");
    assert!(text.contains("refused[C0024]: 2026-06 needs four eyes: nobody has approved the whole of it"), "{text}");
    desk.must(0, "lettrage approve --account 512100 --as hleroy");
    assert!(desk.must(3, "lettrage close 2026-06").contains("nobody has approved the whole of it"));
    desk.must(0, "lettrage approve --as hleroy");
    desk.must(0, "lettrage undo 11");
    let text = desk.must(3, "lettrage close 2026-06");
    assert!(text.contains("C0011"), "what is undecided is said first: {text}");
    desk.must(0, "lettrage hold 20260624-214886f7440e 20260616-a8f5345bca7c 20260623-b2de60602bce 20260625-1fd53cf57efa 20260625-b9d3c1903cd3 --until 2026-07-11 --why asked");
    let text = desk.must(3, "lettrage close 2026-06");
    assert!(text.contains("its approval is void") && text.contains("since then op"), "{text}");
    desk.must(0, "lettrage approve --as hleroy");
    desk.must(0, "lettrage close 2026-06");
}

#[test]
fn only_who_is_listed_approves_and_with_the_key_that_is_listed() {
    let mut desk = matched();
    let keys = Keys::new();
    let [leroy, _, _] = ["hleroy", "dp", "eve"].map(|who| keys.make(&desk, who));
    let list =
        format!("[[control.approver]]\nname = \"Hleroy\"\nkey = \"{leroy}\"\n[[control.approver]]\nname = \"dp\"");
    configure(&desk, &list);
    let text = desk.must(3, "lettrage approve --as eve");
    assert!(text.contains("C0021") && text.contains("lists Hleroy, dp"), "{text}");
    let text = desk.must(3, "lettrage approve --as hleroy");
    assert!(text.contains("C0022") && text.contains("needs a signature"), "{text}");
    let refused = |who: &str, key: &str, says: &str| {
        let done = keys.approve(&desk, who, key);
        assert!(
            done.code == 3 && done.text.contains("C0020") && done.text.contains(says),
            "{who} {key}: {}",
            done.text
        );
    };
    refused("hleroy", "eve", "not the key that lettrage.toml has for hleroy");
    refused("dp", "hleroy", "lettrage.toml gives");
    let done = keys.approve(&desk, "hleroy", "hleroy");
    assert!(done.code == 0 && done.text.contains("the key that lettrage.toml has for hleroy"), "{}", done.text);
    // A listed name without a key may bring one; it is bound to that name from then on.
    let done = keys.approve(&desk, "dp", "dp");
    assert!(done.text.contains("lettrage.toml does not say whose key that is"), "{}", done.text);
    for lang in ["en", "fr"] {
        let report = desk.must(0, &format!("lettrage report -O md --lang {lang}"));
        assert!(report.contains(&leroy[..24]), "{}", &report[..900]);
    }
    // The list goes: what has signed before is remembered.
    let toml = desk.read("lettrage.toml").replace(&list, "");
    desk.write("lettrage.toml", &toml);
    let done = keys.approve(&desk, "eve", "dp");
    assert!(done.code == 3 && done.text.contains("dp has signed with"), "{}", done.text);
    // A key that is taken over later makes the signature one of another person.
    configure(&desk, &list.replace("Hleroy", "zoe"));
    let list = desk.must(0, "lettrage approve --list");
    assert!(list.contains("bad signature: the key is another person’s"), "{list}");
}

#[test]
fn a_private_key_is_nowhere_but_in_its_file() {
    let mut desk = matched();
    let keys = Keys::new();
    let done = desk.lettrage(&["keygen", "--as", "hleroy", "-o", keys.path("hleroy").to_str().unwrap()]);
    let pem = fs::read_to_string(keys.path("hleroy")).unwrap();
    let secret = pem.lines().nth(1).unwrap();
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n") && secret.len() == 64, "PKCS#8");
    assert!(!done.text.contains(&secret[24..]), "{}", done.text);
    let other = keys.make(&desk, "other");
    assert!(!done.text.contains(&other), "two keys are two");
    assert_eq!(keys.approve(&desk, "hleroy", "hleroy").code, 0);
    let list = desk.must(0, "lettrage approve --list");
    assert!(!list.contains(&secret[24..]));
    for file in ["book.db", "lettrage.toml"] {
        let bytes = fs::read(desk.path(file)).unwrap();
        assert!(!bytes.windows(40).any(|w| w == &secret.as_bytes()[24..]), "{file}");
    }
    // Never over another file, never beside a book.
    let done = desk.lettrage(&["keygen", "-o", keys.path("hleroy").to_str().unwrap()]);
    assert!(done.code == 2 && done.text.contains("E0762") && done.text.contains("never written over"), "{}", done.text);
    assert_eq!(fs::read_to_string(keys.path("hleroy")).unwrap(), pem);
    for name in ["my.key", "inbox/my.key"] {
        let done = desk.lettrage(&["keygen", "-o", name]);
        assert!(done.code == 2 && done.text.contains("E0762"), "{}", done.text);
        assert!(!desk.path(name).exists());
    }
    let done = desk.lettrage(&["approve", "--as", "dp", "--key", "lettrage.toml"]);
    // Group and world can read the configuration, where the system has such modes.
    assert!(done.code == 2 && (done.text.contains("E0761") || done.text.contains("E0760")), "{}", done.text);
    let done = keys.approve(&desk, "dp", "nobody");
    assert!(done.code == 2 && done.text.contains("E0760"), "{}", done.text);
}

#[cfg(unix)]
#[test]
fn a_key_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = matched();
    let keys = Keys::new();
    keys.make(&desk, "hleroy");
    let path = keys.path("hleroy");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o620, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let done = keys.approve(&desk, "hleroy", "hleroy");
        assert!(done.code == 2 && done.text.contains("E0761"), "{mode:o}: {}", done.text);
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(keys.approve(&desk, "hleroy", "hleroy").code, 0, "{mode:o}");
    }
}

/// Changes one row of the database by the side of the program.
fn change(desk: &Desk, sql: &str) {
    let db = rusqlite::Connection::open(desk.path("book.db")).unwrap();
    let _ = db.execute_batch("DROP TRIGGER IF EXISTS operation_is_final");
    assert_eq!(db.execute(sql, []).unwrap(), 1, "{sql}");
}

fn payload(desk: &Desk, op: i64) -> String {
    let db = rusqlite::Connection::open(desk.path("book.db")).unwrap();
    db.query_row("SELECT payload FROM operation WHERE seq = ?1", [op], |row| row.get(0)).unwrap()
}

#[test]
fn whatever_is_changed_of_a_signed_approval_makes_its_signature_bad() {
    let mut desk = matched();
    let keys = Keys::new();
    keys.make(&desk, "hleroy");
    assert_eq!(keys.approve(&desk, "hleroy", "hleroy").code, 0);
    desk.must(0, "lettrage log --verify");
    let whole = payload(&desk, 4);
    let put = |what: &str, to: &str| format!("UPDATE operation SET {what} = '{to}' WHERE seq = 4");
    let set = |path: &str, to: &str| {
        format!("UPDATE operation SET payload = json_set(payload, '$.{path}', '{to}') WHERE seq = 4")
    };
    let zero = "0".repeat(128);
    let changes = [
        (put("why", "nothing agreed"), "it is of other words"),
        (put("at", "2026-07-01T09:00:00Z"), "it is of other words"),
        (put("who", "zoe"), "it is of other words"),
        (set("content", &"0".repeat(64)), "it is of other words"),
        (set("configuration", ""), "it is of other words"),
        (set("account", "FR7630004999990001014357207"), "it is of other words"),
        (set("ledger", "512200"), "it is of other words"),
        (set("signature", &zero), "it is of other words"),
        (set("signature", "12"), "it cannot be read"),
        (set("key", ""), "it cannot be read"),
        (set("key", &format!("ed25519:{}", "1".repeat(64))), "bad signature: it"),
    ];
    for (sql, says) in changes {
        change(&desk, &sql);
        let list = desk.must(0, "lettrage approve --list");
        assert!(list.contains("bad signature: ") && list.contains(says), "{sql}: {list}");
        assert!(
            list.lines().next().unwrap().contains("void: ") && list.contains("its signature is bad"),
            "{sql}: {list}"
        );
        assert!(!desk.must(0, "lettrage report -O md").contains("**status APPROVED**"), "{sql}");
        desk.must(1, "lettrage log --verify");
        change(&desk, &put("payload", &whole));
        change(&desk, &put("why", "agreed with AR"));
        change(&desk, &put("at", "2026-07-02T09:00:00Z"));
        change(&desk, &put("who", "hleroy"));
        assert!(stands(&mut desk), "{sql}, put back");
    }
    // Without its signature it is one that anybody can have typed, and where a key is listed it does not count.
    change(&desk, "UPDATE operation SET payload = json_remove(payload, '$.key', '$.signature') WHERE seq = 4");
    let list = desk.must(0, "lettrage approve --list");
    assert!(list.contains("not signed: "), "{list}");
    let public = keys.make(&desk, "second");
    configure(&desk, &format!("[[control.approver]]\nname = \"hleroy\"\nkey = \"{public}\""));
    assert!(
        last(&mut desk).contains("lettrage.toml has a key for this name, and nothing is signed"),
        "{}",
        last(&mut desk)
    );
    // Somebody writes an approval by the preparer into the database.
    change(&desk, &put("who", "amc"));
    let says = last(&mut desk);
    assert!(says.contains("the approver has prepared it") && says.contains("and not this one"), "{says}");
}

#[test]
fn a_signed_approval_cannot_be_moved_to_another_book_nor_played_again() {
    let desk = matched();
    let keys = Keys::new();
    keys.make(&desk, "hleroy");
    assert_eq!(keys.approve(&desk, "hleroy", "hleroy").code, 0);
    let signed = payload(&desk, 4);
    // A book of the same files, made a day later, in which somebody else approves under this name.
    let mut other = Desk::new();
    other.set_clock("2026-07-03");
    other.must(0, "lettrage init --demo acme");
    other.must(0, "cd acme");
    other.set_clock("2026-07-02");
    other.must(0, "lettrage import inbox");
    other.must(0, "lettrage run");
    other.must(0, "lettrage approve --as hleroy --note \"agreed with AR\"");
    change(&other, &format!("UPDATE operation SET payload = '{signed}' WHERE seq = 4"));
    let list = other.must(0, "lettrage approve --list");
    assert!(list.contains("bad signature: it is of other words, of another book, or of another key"), "{list}");
    // In its own book, once it was withdrawn.
    let mut desk = desk;
    desk.must(0, "lettrage undo");
    desk.must(0, "lettrage approve --as hleroy --note \"agreed with AR\"");
    change(&desk, &format!("UPDATE operation SET payload = '{signed}' WHERE seq = 6"));
    assert!(last(&mut desk).contains("its signature is bad"), "{}", last(&mut desk));
}

#[test]
fn the_signed_text_is_printed_for_others_to_check() {
    let mut desk = matched();
    let keys = Keys::new();
    let public = keys.make(&desk, "hleroy");
    assert_eq!(keys.approve(&desk, "hleroy", "hleroy").code, 0);
    let text = desk.must(0, "lettrage approve --show 4");
    let words: Vec<&str> = text.lines().map(|l| l.split(' ').next().unwrap()).collect();
    assert_eq!(
        words,
        ["lettrage", "book", "after", "month", "account", "ledger", "content", "rules", "who", "when", "note"]
    );
    assert!(text.ends_with("\nwho hleroy\nwhen 2026-07-02T09:00:00Z\nnote agreed with AR\n"), "{text}");
    let list = desk.must(0, "lettrage approve --list");
    let signature = list.lines().find_map(|l| l.trim().strip_prefix("signature  ")).unwrap();
    assert!(list.contains(&format!("key        {public}")) && signature.len() == 128, "{list}");
    let bytes = |hexadecimal: &str| -> Vec<u8> {
        let pair = |n: usize| u8::from_str_radix(&hexadecimal[n..n + 2], 16).unwrap();
        (0..hexadecimal.len()).step_by(2).map(pair).collect()
    };
    // By another way than the program's own: the crate on the printed texts.
    let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes(&public[8..]).try_into().unwrap()).unwrap();
    let signature = ed25519_dalek::Signature::from_bytes(&bytes(signature).try_into().unwrap());
    key.verify_strict(text.as_bytes(), &signature).unwrap();
    assert!(key.verify_strict(text.replace("AR", "BR").as_bytes(), &signature).is_err());
    assert!(desk.must(2, "lettrage approve --show 3").contains("E0764"));
}

#[test]
fn every_form_of_the_report_says_whether_it_is_approved_and_what_that_is_worth() {
    let mut desk = matched();
    let text = |desk: &mut Desk, form: &str, lang: &str| {
        desk.must(0, &format!("lettrage report -O {form} -o out.{form} --lang {lang}"));
        let bytes = fs::read(desk.path(&format!("out.{form}"))).unwrap();
        if form != "xlsx" {
            return String::from_utf8(bytes).unwrap();
        }
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let strings = zip.by_name("xl/sharedStrings.xml").unwrap();
        std::io::read_to_string(strings).unwrap()
    };
    let words = [
        (
            "en",
            ["status NOT APPROVED", "status APPROVED", "status APPROVAL VOID"],
            "proves only that somebody typed a name",
        ),
        (
            "fr",
            ["statut : NON APPROUVÉ", "statut : APPROUVÉ", "statut : APPROBATION CADUQUE"],
            "quelqu’un a tapé un nom",
        ),
    ];
    for step in 0..3 {
        match step {
            1 => desk.must(0, "lettrage approve --as hleroy --note \"two held items\""),
            2 => desk.must(0, &format!("lettrage accept {PROPOSED}")),
            _ => String::new(),
        };
        for (lang, status, worth) in words {
            for form in ["html", "md", "xlsx"] {
                let text = text(&mut desk, form, lang);
                assert!(text.contains(status[step]), "{lang} {form} {step}");
                assert_eq!(text.contains(worth), step > 0, "{lang} {form} {step}");
                assert_eq!(text.contains("two held items"), step > 0, "{lang} {form} {step}");
            }
        }
        let json: serde_json::Value = serde_json::from_str(&text(&mut desk, "json", "fr")).unwrap();
        assert_eq!(json["approval"], ["not_approved", "approved", "void"][step]);
        assert_eq!(json["prepared"][0]["who"], "amc");
        if step > 0 {
            let one = &json["approvals"][0];
            assert_eq!([&one["who"], &one["signature"], &one["note"]], ["hleroy", "none", "two held items"]);
            assert_eq!(one["state"], ["", "standing", "void"][step]);
        }
    }
    let html = text(&mut desk, "html", "en");
    assert!(html.contains("prepared amc") && html.contains("since then op 0005 accept by amc"), "the reason is there");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let mut empty = Desk::new();
    empty.must(0, "lettrage init");
    assert!(empty.must(2, "lettrage approve --as hleroy").contains("no month to approve yet"));
    assert!(empty.must(0, "lettrage approve --list").contains("nothing is approved"));
    let mut desk = matched();
    let text = desk.must(2, "lettrage approve --as hleroy --account 512900");
    assert!(text.contains("E0763") && text.contains("FR7630004999990001014357207 (512100)"), "{text}");
    assert!(desk.must(2, "lettrage approve --as hleroy --period 2025-01").contains("E0764"));
    for note in ["a\nb", "a\u{2028}b", "a\u{1b}[31mb", &"é".repeat(501)] {
        let done = desk.lettrage(&["approve", "--as", "hleroy", "--note", note]);
        assert!(done.code == 2 && done.text.contains("E0765"), "{note:?}: {}", done.text);
        assert!(!done.text.contains('\u{1b}'));
    }
    desk.must(0, &format!("lettrage approve --as hleroy --note {}", "é".repeat(500)));
    configure(&desk, "[[control.approver]]\nname = \"hleroy\"\nkey = \"ed25519:12\"");
    assert!(desk.must(2, "lettrage status").contains("E0301"));
}
