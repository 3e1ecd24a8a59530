//! `archive` and `verify` through the program, on the demo month: what is written verifies in an empty folder, any byte that changes is
//! found, and an archive that somebody made sound again from the outside is found by what is computed again.

use std::path::Path;

use assert_cmd::Command;
use lettrage::archive::manifest::Listed;
use lettrage::archive::{self, Entry, Manifest};
use lettrage::model::digest;
use rusqlite::Connection;

use super::book_walkthrough::{Desk, Done};

/// The demo month, decided and held, up to its close.
fn decided() -> Desk {
    let mut desk = Desk::new();
    for line in [
        "lettrage init --demo acme",
        "cd acme",
        "lettrage import inbox",
        "lettrage run",
        "lettrage settle 20260605-572d77006a21 F0408=486.00 F0404=522.00 --why \"paying-in slip 0000418\"",
        "lettrage settle 20260608-e5c19e05e0be 2026-0424 --reason bank-fee --why \"as in May\"",
        "lettrage settle 20260612-543a9a02aeef --reason on-account --why advance",
        "lettrage settle 20260625-e0ee4e73ec24 --account 791000 --reason insurance-refund --why contract",
        "lettrage settle 20260615-4be38db3f300 --reason on-account --why twice",
        "lettrage settle 20260617-6c9b1eaaf830 --reason on-account --why twice",
        "lettrage accept 20260624-6242adef0b58 --why \"oldest first\"",
        "lettrage reject 20260624-214886f7440e --why \"no customer\"",
        "lettrage undo",
        "lettrage hold 20260616-a8f5345bca7c 20260623-b2de60602bce 20260625-1fd53cf57efa 20260625-b9d3c1903cd3 20260622-c0f8ca23d489 \
         20260624-214886f7440e --until 2026-07-10 --why \"asked the payers\"",
    ] {
        desk.must(0, line);
    }
    desk
}

fn archived() -> (Desk, Vec<u8>) {
    let mut desk = decided();
    desk.must(0, "lettrage close 2026-06 --as hleroy");
    let said = desk.must(0, "lettrage archive 2026-06");
    assert!(
        said.starts_with("sealed. archive/2026-06.zip: 5 inputs, 9 rules, log, report, manifest\nsha256 "),
        "{said}"
    );
    let bytes = std::fs::read(desk.path("archive/2026-06.zip")).unwrap();
    assert!(said.contains(&digest::sha256(&bytes)), "{said}");
    (desk, bytes)
}

/// Runs `verify` in an empty folder that holds nothing but the file, without any other book, and looks that nothing is left behind.
fn verify(bytes: &[u8], more: &[&str]) -> Done {
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("june.zip"), bytes).unwrap();
    let output = Command::cargo_bin("lettrage")
        .unwrap()
        .current_dir(folder.path())
        .env_clear()
        .env("TMPDIR", temporary.path())
        .env("NO_COLOR", "1")
        .args(["verify", "june.zip"])
        .args(more)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8")).concat();
    let names = |path: &Path| std::fs::read_dir(path).unwrap().count();
    assert_eq!((names(folder.path()), names(temporary.path())), (1, 0), "something was left behind:\n{text}");
    Done { code: output.status.code().unwrap_or(-1), text }
}

/// The entries of an archive, changed, with a manifest and digests that are right again.
fn forged(bytes: &[u8], change: impl FnOnce(&mut Manifest, &mut Vec<Entry>)) -> Vec<u8> {
    let opened = archive::open(bytes);
    assert_eq!(opened.findings, []);
    let mut entries: Vec<Entry> = opened.entries.into_iter().map(|e| Entry::new(e.path, e.bytes)).collect();
    let mut manifest = Manifest::read(&entries.remove(0).bytes).unwrap();
    change(&mut manifest, &mut entries);
    manifest.entries = entries.iter().map(Listed::of).collect();
    entries.insert(0, Entry::new(archive::MANIFEST, manifest.to_bytes()));
    archive::pack(&entries).unwrap()
}

fn entry<'a>(entries: &'a mut [Entry], path: &str) -> &'a mut Vec<u8> {
    &mut entries.iter_mut().find(|e| e.path == path).unwrap_or_else(|| panic!("{path}")).bytes
}

/// Changes the database by SQL, without the triggers that would refuse it; they are put back.
fn with_db(db: &mut Vec<u8>, change: impl FnOnce(&Connection)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    std::fs::write(&path, &db).unwrap();
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    let triggers: Vec<(String, String)> = connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    triggers.iter().for_each(|(name, _)| connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    change(&connection);
    triggers.iter().for_each(|(_, sql)| connection.execute_batch(sql).unwrap());
    drop(connection);
    *db = std::fs::read(&path).unwrap();
}

fn sql(bytes: &[u8], statement: &str) -> Vec<u8> {
    forged(bytes, |_, entries| {
        with_db(entry(entries, "book.db"), |db| assert!(db.execute(statement, []).unwrap() > 0, "{statement}"));
    })
}

fn replaced(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).unwrap_or_else(|| panic!("no {from}"));
    bytes.splice(at..at + from.len(), to.bytes());
}

#[track_caller]
fn refused(bytes: &[u8], what: &[&str]) -> String {
    let done = verify(bytes, &[]);
    assert_eq!(done.code, 1, "{}", done.text);
    assert!(done.text.lines().last().is_some_and(|l| l.starts_with("refused: ")), "{}", done.text);
    for part in what {
        assert!(done.text.contains(part), "{part}:\n{}", done.text);
    }
    done.text
}

#[test]
fn an_archive_verifies_with_nothing_but_the_file() {
    let (desk, bytes) = archived();
    let done = verify(&bytes, &[]);
    assert_eq!(done.code, 0, "{}", done.text);
    let last = "ok: 5 inputs, 9 rules, 14 log entries in chain, report re-made byte for byte, not approved";
    assert_eq!(done.text.lines().last(), Some(last), "{}", done.text);
    assert!(done.text.contains("read again they give the 67 payments and 96 items of the book"), "{}", done.text);
    assert!(done.text.contains("2026-06 is as it was sealed"), "{}", done.text);
    let quiet = verify(&bytes, &["-q"]);
    assert_eq!((quiet.code, quiet.text.as_str()), (0, ""));
    let json: serde_json::Value = serde_json::from_str(&verify(&bytes, &["-O", "json"]).text).unwrap();
    assert_eq!((&json["schema"], &json["holds"]), (&"lettrage.verify/1".into(), &true.into()));
    // The report in it is the one that `report` writes.
    let done = desk.lettrage(&["report", "--period", "2026-06", "-o", "june.html"]);
    assert_eq!(done.code, 0, "{}", done.text);
    let opened = archive::open(&bytes);
    assert_eq!(opened.entry("report.html").unwrap(), desk.read("june.html").as_bytes());
    for name in
        ["BNP_2026-06.xml", "SG_juin_2026.csv", "customers.csv", "ledger_2026-06.csv", "open_items_2026-06-30.csv"]
    {
        let entry = opened.entries.iter().find(|e| e.path.ends_with(name)).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(entry.bytes, std::fs::read(desk.path("inbox").join(name)).unwrap(), "{name}");
    }
}

#[test]
fn the_same_book_is_the_same_archive_and_another_is_not_overwritten() {
    let (mut desk, bytes) = archived();
    desk.must(0, "lettrage archive 2026-06 -o again.zip");
    assert_eq!(std::fs::read(desk.path("again.zip")).unwrap(), bytes);
    // Later, and by another person: the archive that is there is the one.
    desk.set_clock("2026-07-05");
    let said = desk.must(0, "lettrage archive --as hleroy");
    assert!(said.contains("is there already, made 2026-07-02T09:00:00Z by amc"), "{said}");
    assert_eq!(std::fs::read(desk.path("archive/2026-06.zip")).unwrap(), bytes);
    desk.must(0, "lettrage note 20260624-214886f7440e \"ask again\"");
    let said = desk.must(3, "lettrage archive 2026-06");
    assert!(said.contains("refused[C0019]") && said.contains("log of 14 entries"), "{said}");
    assert_eq!(std::fs::read(desk.path("archive/2026-06.zip")).unwrap(), bytes);
    desk.must(0, "lettrage archive 2026-06 --replace --lang fr");
    let replaced = std::fs::read(desk.path("archive/2026-06.zip")).unwrap();
    assert_ne!(replaced, bytes);
    assert_eq!(verify(&replaced, &[]).code, 0);
    assert!(String::from_utf8_lossy(archive::open(&replaced).entry("report.html").unwrap()).contains("lang=\"fr\""));
    // What is no archive is not overwritten either.
    desk.write("letter.zip", "dear customer");
    let said = desk.must(3, "lettrage archive 2026-06 -o letter.zip");
    assert!(said.contains("C0019") && said.contains("no sound archive"), "{said}");
    assert_eq!(desk.read("letter.zip"), "dear customer");
}

#[test]
fn a_month_that_is_open_is_a_draft_and_says_so() {
    let mut desk = decided();
    let said = desk.must(0, "lettrage archive");
    assert!(said.starts_with("DRAFT: 2026-06 is not closed. archive/2026-06.zip"), "{said}");
    let bytes = std::fs::read(desk.path("archive/2026-06.zip")).unwrap();
    let done = verify(&bytes, &[]);
    assert_eq!(done.code, 0, "{}", done.text);
    assert!(done.text.lines().last().unwrap().starts_with("ok, but a DRAFT: 2026-06 is not closed"), "{}", done.text);
    // It cannot be made to look closed.
    let closed = forged(&bytes, |manifest, _| {
        manifest.closed = true;
        manifest.seal = Some("641f942694ad".into());
    });
    refused(&closed, &["the manifest says closed with seal 641f942694ad, and the book open"]);
    let closed = desk.must(0, "lettrage close 2026-06");
    assert!(closed.contains("sealed"), "{closed}");
    desk.must(3, "lettrage archive 2026-06");
}

#[test]
fn what_cannot_be_archived_or_verified_is_told() {
    let mut desk = Desk::new();
    desk.must(0, "lettrage init --demo acme");
    desk.must(0, "cd acme");
    assert!(desk.must(2, "lettrage archive").contains("E0750"));
    desk.must(0, "lettrage import inbox");
    assert!(desk.must(2, "lettrage archive 2031-01").contains("E0751"));
    assert!(desk.must(2, "lettrage verify nothing.zip").contains("E0002"));
    assert!(desk.must(2, "lettrage verify inbox").contains("E0002"));
    desk.must(0, "lettrage archive --ledger-balance 512100=163073.45");
    let bytes = std::fs::read(desk.path("archive/2026-06.zip")).unwrap();
    let done = verify(&bytes, &[]);
    assert_eq!(done.code, 0, "a draft with a false proof is a true archive\n{}", done.text);
    assert!(done.text.contains("is false"), "{}", done.text);
    let (sha256, other) = (digest::sha256(&bytes), digest::sha256(b""));
    assert!(verify(&bytes, &["--sha256", &sha256]).text.contains("it is the file whose SHA-256 was noted"));
    let done = verify(&bytes, &["--sha256", &other]);
    assert!(done.code == 1 && done.text.contains("the file is another"), "{}", done.text);
    let done = verify(&bytes, &["--sha256", "12ab"]);
    assert!(done.code == 2 && done.text.contains("E0754"), "{}", done.text);
    let large = std::fs::File::create(desk.path("large.zip")).unwrap();
    large.set_len(3 << 30).unwrap();
    assert!(desk.must(2, "lettrage verify large.zip").contains("E0753"));
}

#[test]
fn an_archive_of_a_damaged_book_says_so_at_once() {
    let (mut desk, _) = archived();
    let db = Connection::open(desk.path("book.db")).unwrap();
    assert_eq!(db.execute("UPDATE payment SET minor = minor + 100 WHERE id = '20260616-a8f5345bca7c'", []).unwrap(), 1);
    drop(db);
    let said = desk.must(1, "lettrage archive 2026-06 --replace");
    assert!(said.contains("E0755") && said.contains("20260616-a8f5345bca7c"), "{said}");
}

#[test]
fn any_byte_that_changes_is_refused_with_what_changed() {
    let (_, bytes) = archived();
    let names: Vec<String> = archive::open(&bytes).entries.into_iter().map(|e| e.path).collect();
    let named = |text: &str| {
        let parts = ["comment:", "directory:", "end record:"];
        names.iter().any(|n| text.contains(n)) || parts.iter().any(|p| text.contains(p))
    };
    let directory = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    let first = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let spread = (0..first).step_by(first / 600);
    let mut count = 0;
    for at in spread.chain(first..bytes.len()) {
        let mut other = bytes.clone();
        other[at] ^= 0x20;
        let mut opened = archive::open(&other);
        archive::check(&mut opened);
        let text: String = opened.findings.iter().map(|f| format!("{}: {}\n", f.of, f.says)).collect();
        assert!(named(&text), "byte {at}: {text}");
        count += 1;
    }
    assert!(count > 1500 && directory > first, "{count} positions");
    // Some of them through the program, and files that were cut off.
    for at in (0..bytes.len()).step_by(bytes.len() / 24) {
        let mut other = bytes.clone();
        other[at] ^= 1;
        let text = refused(&other, &["WRONG"]);
        assert!(named(&text), "byte {at}: {text}");
        refused(&bytes[..at], &["WRONG"]);
    }
    refused(&[&bytes[..], b"\n"].concat(), &["1 bytes were put behind its end"]);
    refused(&[b"#!/bin/sh\n", &bytes[..]].concat(), &["10 bytes were put in front of it"]);
}

#[test]
fn a_changed_text_is_named_with_its_line() {
    let (_, bytes) = archived();
    let text = forged(&bytes, |_, entries| replaced(entry(entries, "rules.json"), "627100", "627200"));
    refused(&text, &["rules.json: made again it is another, line 2: expected", "627200"]);
    let text = forged(&bytes, |_, entries| replaced(entry(entries, "report.html"), "ATELIERS NORD", "ATELIERS SUD"));
    let missing = verify(&text, &[]).text;
    assert!(missing.contains("report.html: made again it is another, line"), "{missing}");
    let text = forged(&bytes, |_, entries| replaced(entry(entries, "configuration.toml"), "627100", "627200"));
    refused(&text, &["configuration.json is not what configuration.toml gives"]);
    let text = forged(&bytes, |_, entries| entry(entries, "configuration.toml").extend(b"nonsense = 1\n"));
    refused(&text, &["configuration.toml: "]);
    let text = forged(&bytes, |_, entries| replaced(entry(entries, "proofs.json"), "103164.43", "103164.44"));
    refused(&text, &["P1 FR7630004999990001014357207 EUR: ", "103164.44 holds in proofs.json, and"]);
    let text = forged(&bytes, |_, entries| replaced(entry(entries, "log.jsonl"), "as in May", "as in Mai"));
    refused(
        &text,
        &["log.jsonl line ", "its words are not those that were written", "its log and log.jsonl differ in line"],
    );
    let text = forged(&bytes, |manifest, _| manifest.made.by = "hleroy".into());
    assert_eq!(verify(&text, &[]).code, 0, "who made it is nothing that the book can contradict");
    for change in [
        (|m: &mut Manifest| *m.counts.get_mut("payments").unwrap() = 66) as fn(&mut Manifest),
        |m| m.company = "Somebody else".into(),
        |m| m.month = "2026-05".into(),
        |m| m.log_head = "0".repeat(64),
        |m| m.log_entries = 13,
        |m| m.configuration_sha256 = "0".repeat(64),
        |m| m.inputs[0].received_as = "other.xml".into(),
        |m| m.made.language = "xx".into(),
        |m| m.month = "June".into(),
    ] {
        refused(&forged(&bytes, |manifest, _| change(manifest)), &["manifest"]);
    }
}

#[test]
fn a_decision_changed_in_the_database_is_found_by_the_chain() {
    let (_, bytes) = archived();
    let changed = sql(
        &bytes,
        "UPDATE application SET minor = minor + 100 WHERE decision = (SELECT min(decision) FROM application)",
    );
    refused(&changed, &["its decisions are not those that were made"]);
    refused(&sql(&bytes, "UPDATE decision SET account = '999' WHERE n = 5"), &["its decisions are not those"]);
    refused(
        &sql(&bytes, "UPDATE operation SET why = 'as in June' WHERE why = 'as in May'"),
        &["its words are not those", "log.jsonl differ in line"],
    );
    refused(
        &sql(&bytes, "UPDATE payment SET decision = NULL WHERE id = '20260608-e5c19e05e0be'"),
        &["20260608-e5c19e05e0be"],
    );
    refused(&sql(&bytes, "DELETE FROM operation WHERE seq = 14"), &["the manifest says 14"]);
}

#[test]
fn rows_that_no_chain_holds_are_found_by_reading_the_inputs_again() {
    let (_, bytes) = archived();
    let payment = "payment 20260616-a8f5345bca7c: the files together give 2026-06-16 1104.00 EUR";
    refused(&sql(&bytes, "UPDATE payment SET minor = minor + 100 WHERE id = '20260616-a8f5345bca7c'"), &[payment]);
    refused(&sql(&bytes, "UPDATE payment SET payer_name = 'X' WHERE id = '20260616-a8f5345bca7c'"), &[payment]);
    refused(
        &sql(&bytes, "UPDATE payment SET present = 0 WHERE id = '20260624-214886f7440e'"),
        &["payment 20260624-214886f7440e"],
    );
    refused(&sql(&bytes, "UPDATE item SET minor = minor + 1 WHERE id = 'F0464'"), &["item F0464: it reads"]);
    refused(&sql(&bytes, "UPDATE item SET listed = listed + 1, open = open + 1 WHERE id = 'F0464'"), &["item F0464"]);
    refused(&sql(&bytes, "UPDATE ledger_line SET minor = minor + 1 WHERE n = 7"), &["its ledger line 7 reads"]);
    refused(
        &sql(&bytes, "UPDATE statement SET body = replace(body, '10316443', '10316444')"),
        &["the statements of the book are not what"],
    );
    refused(
        &sql(&bytes, "UPDATE finding SET holds = 1, text = 'fine' WHERE n = 1"),
        &["the checks of the statements are not"],
    );
    refused(
        &sql(&bytes, "UPDATE customer SET body = replace(body, 'SARL', 'SAS')"),
        &["is another than the lists say"],
    );
    refused(
        &sql(&bytes, "UPDATE seal_line SET text = replace(text, '1104.00', '1204.00')"),
        &["sealed 2026-06 is another"],
    );
    refused(&sql(&bytes, "UPDATE period SET seal = 'abc'"), &["and the book closed with seal abc"]);
}

#[test]
fn inputs_that_were_exchanged_are_found_however_deep() {
    let (_, bytes) = archived();
    let path = "inputs/02-SG_juin_2026.csv";
    let exchanged = |entries: &mut Vec<Entry>| replaced(entry(entries, path), "1104,00", "1204,00");
    // The file alone.
    let alone = forged(&bytes, |_, entries| exchanged(entries));
    refused(&alone, &[path, "the book has imported a file with SHA-256"]);
    // The file, and the bytes that the database keeps of it.
    let pack = |bytes: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, bytes).unwrap();
        encoder.finish().unwrap()
    };
    let both = forged(&bytes, |_, entries| {
        let was = digest::sha256(entry(entries, path));
        exchanged(entries);
        let content = entry(entries, path).clone();
        with_db(entry(entries, "book.db"), |db| {
            let n = db.execute("UPDATE original SET bytes = ?1 WHERE sha256 = ?2", (pack(&content), was)).unwrap();
            assert_eq!(n, 1);
        });
    });
    refused(&both, &["book.db: the original", "has SHA-256"]);
    // With every hash of the file put right, too: the log has another, and the payment is not what the book has.
    let deep = forged(&bytes, |_, entries| {
        let was = digest::sha256(entry(entries, path));
        exchanged(entries);
        let content = entry(entries, path).clone();
        let is = digest::sha256(&content);
        with_db(entry(entries, "book.db"), |db| {
            db.execute("UPDATE original SET bytes = ?1, sha256 = ?2 WHERE sha256 = ?3", (pack(&content), &is, &was))
                .unwrap();
            db.execute("UPDATE file SET original = ?1, sha256 = ?1 WHERE original = ?2", (&is, &was)).unwrap();
        });
    });
    refused(&deep, &["entry 2 of the log has not imported it with SHA-256", "payment 20260616-a8f5345bca7c"]);
    // An input more, and one less.
    let more = forged(&bytes, |_, entries| entries.insert(0, Entry::new("inputs/06-more.csv", "x")));
    refused(&more, &["inputs/06-more.csv: the manifest does not name it as an input"]);
    let less = forged(&bytes, |manifest, entries| {
        entries.retain(|e| e.path != path);
        manifest.inputs.retain(|i| i.path != path);
    });
    refused(&less, &["and it is not among the inputs"]);
}

/// The chain of a database, computed again after a change: what somebody who knows how it is made can do.
fn chained_again(db: &Connection) {
    let put = |hasher: &mut blake3::Hasher, text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    let mut previous = blake3::hash(b"lettrage book").to_hex().to_string();
    let count: i64 = db.query_row("SELECT count(*) FROM operation", [], |r| r.get(0)).unwrap();
    for seq in 1..=count {
        let fields = "seq, at, who, kind, summary, why, run, rules, payload, details";
        let sql = format!("SELECT {fields} FROM operation WHERE seq = ?1");
        let mut hasher = blake3::Hasher::new();
        db.query_row(&sql, [seq], |row| {
            put(&mut hasher, &row.get::<_, i64>(0)?.to_string());
            (1..10).try_for_each(|n| row.get::<_, String>(n).map(|text| put(&mut hasher, &text)))
        })
        .unwrap();
        put(&mut hasher, &previous);
        let hash = hasher.finalize().to_hex().to_string();
        db.execute("UPDATE operation SET previous = ?1, hash = ?2 WHERE seq = ?3", (&previous, &hash, seq)).unwrap();
        previous = hash;
    }
}

#[test]
fn a_log_with_its_chain_computed_again_is_found_by_what_rests_on_it() {
    let (_, bytes) = archived();
    let change = |db: &Connection| {
        assert_eq!(db.execute("UPDATE operation SET who = 'hleroy' WHERE why = 'as in May'", []).unwrap(), 1);
        chained_again(db);
    };
    // Only in the database.
    let changed = forged(&bytes, |_, entries| with_db(entry(entries, "book.db"), change));
    refused(&changed, &["its log and log.jsonl differ in line"]);
    // In the database, in the text and in the manifest: the report names another head.
    let changed = forged(&bytes, |manifest, entries| {
        let mut rows = Vec::new();
        with_db(entry(entries, "book.db"), |db| {
            change(db);
            let mut select = db.prepare("SELECT who, previous, hash FROM operation ORDER BY seq").unwrap();
            let found = select.query_map([], |r| Ok([r.get::<_, String>(0)?, r.get(1)?, r.get(2)?])).unwrap();
            rows.extend(found.map(Result::unwrap));
        });
        let text = String::from_utf8(entry(entries, "log.jsonl").clone()).unwrap();
        let mut rows = rows.into_iter();
        let mut again = String::new();
        for line in text.lines() {
            let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
            if value["entry"].is_object() {
                let [who, previous, hash] = rows.next().unwrap();
                manifest.log_head = hash.clone();
                for (name, is) in [("who", who), ("previous", previous), ("hash", hash)] {
                    value["entry"][name] = is.into();
                }
            }
            again.push_str(&format!("{value}\n"));
        }
        *entry(entries, "log.jsonl") = again.into_bytes();
    });
    let said = refused(&changed, &["report.html: made again it is another", "report.json: made again it is another"]);
    assert!(said.contains("14 entries in chain, computed from log.jsonl alone"), "{said}");
}

#[test]
fn a_report_of_another_version_is_not_compared_and_that_is_said() {
    let (_, bytes) = archived();
    let other = forged(&bytes, |manifest, _| manifest.version = "9.9.9".into());
    let done = verify(&other, &[]);
    assert_eq!(done.code, 0, "{}", done.text);
    let said = format!("made by version 9.9.9, this is {}: not compared byte for byte", env!("CARGO_PKG_VERSION"));
    assert!(done.text.contains(&said) && done.text.contains("not read again"), "{}", done.text);
    let last = done.text.lines().last().unwrap();
    assert!(last.contains("report made by version 9.9.9: not compared") && !last.contains("re-made"), "{last}");
    // What does not hang on the version is checked all the same.
    let forged_too =
        forged(&sql(&bytes, "UPDATE decision SET account = '999' WHERE n = 5"), |m, _| m.version = "9.9.9".into());
    refused(&forged_too, &["its decisions are not those"]);
    let proofs = forged(&bytes, |manifest, entries| {
        manifest.version = "9.9.9".into();
        replaced(entry(entries, "proofs.json"), "103164.43", "103164.44");
    });
    refused(&proofs, &["P1 FR7630004999990001014357207 EUR"]);
}

#[test]
fn approvals_are_judged_from_the_file_alone() {
    let mut desk = decided();
    desk.must(0, "lettrage approve --period 2026-06 --as hleroy --note \"two held items agreed\"");
    desk.must(0, "lettrage close 2026-06 --as hleroy");
    desk.must(0, "lettrage archive 2026-06");
    let bytes = std::fs::read(desk.path("archive/2026-06.zip")).unwrap();
    let done = verify(&bytes, &[]);
    assert_eq!(done.code, 0, "{}", done.text);
    let last = done.text.lines().last().unwrap();
    assert!(last.ends_with("approved by hleroy 2 Jul 09:00 (not signed)"), "{last}");
    assert!(done.text.contains("two held items agreed"), "{}", done.text);
    // A book that needs four eyes, and was closed without: somebody made it look so.
    let forged = forged(&bytes, |_, entries| {
        entry(entries, "configuration.toml").extend(b"\n[control]\nfour_eyes = true\n");
        with_db(entry(entries, "book.db"), |db| {
            assert_eq!(db.execute("UPDATE operation SET kind = 'note' WHERE kind = 'approve'", []).unwrap(), 1);
            chained_again(db);
        });
    });
    refused(&forged, &["configuration.json is not what configuration.toml gives", "log.jsonl differ in line"]);
}

#[test]
fn a_signed_approval_says_so_and_another_signature_is_refused() {
    let mut desk = decided();
    desk.must(0, "lettrage keygen --as hleroy -o ../hleroy.key");
    desk.must(0, "lettrage approve --period 2026-06 --as hleroy --key ../hleroy.key");
    desk.must(0, "lettrage close 2026-06 --as hleroy");
    desk.must(0, "lettrage archive 2026-06");
    let bytes = std::fs::read(desk.path("archive/2026-06.zip")).unwrap();
    let done = verify(&bytes, &[]);
    assert_eq!(done.code, 0, "{}", done.text);
    assert!(
        done.text
            .lines()
            .last()
            .unwrap()
            .ends_with("approved by hleroy 2 Jul 09:00 (signed with a key that is not listed)"),
        "{}",
        done.text
    );
    // The chain can be computed again by anybody; the signature cannot.
    let other = forged(&bytes, |_, entries| {
        with_db(entry(entries, "book.db"), |db| {
            assert_eq!(db.execute("UPDATE operation SET who = 'boss' WHERE kind = 'approve'", []).unwrap(), 1);
            chained_again(db);
        });
    });
    refused(&other, &["approvals      WRONG", "boss"]);
}

#[test]
fn a_hostile_database_is_refused_before_it_is_used() {
    let (_, bytes) = archived();
    let with = |script: &str| {
        forged(&bytes, |_, entries| with_db(entry(entries, "book.db"), |db| db.execute_batch(script).unwrap()))
    };
    let endless = "DROP VIEW current_ledger_line; CREATE VIEW current_ledger_line AS WITH RECURSIVE n(x) AS \
                   (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n";
    refused(
        &with(endless),
        &["book.db: its view current_ledger_line is missing or another", "not made: book.db cannot be used"],
    );
    refused(&with("CREATE TABLE more (a INTEGER)"), &["a table more that this program does not make"]);
    refused(&with("PRAGMA user_version = 99"), &["book.db cannot be opened"]);
    refused(&with("PRAGMA application_id = 1"), &["this is no book of lettrage"]);
    let text = forged(&bytes, |_, entries| *entry(entries, "book.db") = b"not a database at all".to_vec());
    refused(&text, &["book.db cannot be opened"]);
    let zeroed = forged(&bytes, |_, entries| entry(entries, "book.db")[20_000..90_000].fill(0));
    refused(&zeroed, &["book.db"]);
    // Values that no program writes: an answer, and no panic.
    for change in [
        "UPDATE payment SET minor = 9223372036854775807",
        "UPDATE item SET minor = -9223372036854775808, open = 9223372036854775807",
        "UPDATE application SET minor = 9223372036854775807 WHERE decision > 0",
        "UPDATE payment SET booked = 'yesterday' WHERE n = 1",
        "UPDATE payment SET booked = '9999-12-31'",
        "UPDATE decision SET differences = 'fee:x' WHERE n = 3",
        "UPDATE evidence SET body = '{}' WHERE payment > 0",
        "UPDATE run SET weights = 'x', configuration = '{}'",
        "UPDATE file SET content = x'00', notes = 'x' WHERE n > 0",
        "UPDATE original SET bytes = x'00'",
        "UPDATE period SET month = '9999-99'",
        "UPDATE operation SET payload = '{' WHERE seq = 2",
        "UPDATE statement SET body = '[]'",
    ] {
        let text = refused(&sql(&bytes, change), &["WRONG"]);
        assert!(!text.contains("panicked"), "{change}:\n{text}");
    }
}

#[test]
fn what_pretends_to_be_an_archive_is_told_for_what_it_is() {
    refused(b"", &["it is empty"]);
    refused(b"PK", &["it is cut off after 2 bytes"]);
    refused(b"a letter, and no archive", &["it is no archive of lettrage"]);
    refused(&vec![0; 1 << 20], &["it is no archive of lettrage"]);
    let mut other = Vec::new();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(&mut other));
    for name in ["manifest.json", "../../../outside.txt"] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, &vec![b'0'; 1 << 20]).unwrap();
    }
    writer.finish().unwrap();
    refused(&other, &["another program wrote it", "../../../outside.txt: its name leads out of the folder"]);
    let packed = archive::pack(&[Entry::new("manifest.json", "{\"schema\":\"lettrage.archive/1\"}")]).unwrap();
    refused(&packed, &["manifest.json: it cannot be read as a manifest: missing field"]);
    let deep = "[".repeat(200_000);
    refused(&archive::pack(&[Entry::new("manifest.json", deep)]).unwrap(), &["manifest.json: it cannot be read"]);
}

#[test]
fn a_second_month_with_lists_that_changed_verifies_too() {
    let (mut desk, _) = archived();
    desk.set_clock("2026-08-02");
    for line in [
        "lettrage import july",
        "lettrage run",
        "lettrage settle F0462 --reason cancelled --why \"credit note A2026-024\"",
    ] {
        desk.must(0, line);
    }
    // July as a draft, and June again with what came later.
    for (month, file) in [("2026-07", "july.zip"), ("2026-06", "june.zip")] {
        desk.must(0, &format!("lettrage archive {month} -o {file}"));
        let done = verify(&std::fs::read(desk.path(file)).unwrap(), &[]);
        assert_eq!(done.code, 0, "{month}\n{}", done.text);
        assert!(done.text.contains("9 files as they were received; read again"), "{}", done.text);
    }
    // An import that is undone stays among the inputs, and counts no more.
    desk.write("late.csv", "item_id,number,amount,currency\nX1,2026-9001,10.00,EUR\n");
    desk.must(0, "lettrage import late.csv --kind invoices --added");
    desk.must(0, "lettrage undo");
    desk.must(0, "lettrage archive 2026-07 -o undone.zip");
    let bytes = std::fs::read(desk.path("undone.zip")).unwrap();
    assert_eq!(verify(&bytes, &[]).code, 0);
    let manifest = Manifest::read(archive::open(&bytes).entry("manifest.json").unwrap()).unwrap();
    assert_eq!((manifest.inputs.len(), manifest.inputs.last().unwrap().in_force), (10, false));
}
