//! The whole program: the same bytes on any number of threads, the same applications whatever the order of rows and files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn lettrage() -> Command {
    Command::cargo_bin("lettrage").unwrap()
}

/// The files of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        files.insert(path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
    }
    files
}

/// Runs `match` in a folder and reads what it wrote. The folder of the output has the same name each time: it may be printed.
fn run(folder: &Path, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let out = folder.join("out");
    let _ = fs::remove_dir_all(&out);
    lettrage().current_dir(folder).arg("match").args(arguments).args(["--out", "out"]).assert().success();
    files(&out)
}

fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>, what: &str) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{what}");
    for (name, bytes) in a {
        assert!(bytes == &b[name], "{what}: {name} differs");
    }
}

/// The rows of a table that must not depend on the order of the input.
fn sorted_rows(csv: &[u8]) -> Vec<String> {
    let mut rows: Vec<String> = String::from_utf8(csv.to_vec()).unwrap().lines().map(str::to_owned).collect();
    rows.sort();
    rows
}

fn copy_demo(to: &Path) {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    fs::create_dir(to.join("statements")).unwrap();
    for entry in fs::read_dir(demo.join("statements")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join("statements").join(path.file_name().unwrap())).unwrap();
    }
    for name in ["invoices.csv", "customers.csv"] {
        fs::copy(demo.join(name), to.join(name)).unwrap();
    }
}

const DEMO: [&str; 7] =
    ["statements", "--invoices", "invoices.csv", "--customers", "customers.csv", "--evidence", "all"];

#[test]
fn the_demo_is_the_same_on_any_threads() {
    let folder = tempfile::tempdir().unwrap();
    copy_demo(folder.path());
    let with = |threads: &str| run(folder.path(), &[&DEMO[..], &["--threads", threads]].concat());
    let one = with("1");
    assert!(one.contains_key("applications.csv") && one.contains_key("run.json") && one.contains_key("report.html"));
    for threads in ["2", "4"] {
        assert_same(&one, &with(threads), threads);
    }
}

/// Writes the rows of a CSV file in another order, into so many files that share its header.
fn split(path: &Path, parts: usize) -> Vec<PathBuf> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let mut rows: Vec<&str> = lines.collect();
    rows.reverse();
    let half = rows.len() / 3;
    rows.rotate_left(half);
    (0..parts)
        .map(|n| {
            let part = path.with_extension(format!("{n}.csv"));
            let body: Vec<&str> = rows.iter().skip(n).step_by(parts).copied().collect();
            fs::write(&part, format!("{header}\n{}\n", body.join("\n"))).unwrap();
            part
        })
        .collect()
}

#[test]
fn shuffled_rows_and_split_files_give_the_same_applications() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    lettrage()
        .current_dir(path)
        .args(["generate", "--payments", "1000", "--seed", "9", "--out", "world"])
        .assert()
        .success();
    let world = path.join("world");
    let base = ["world/payments.csv", "--invoices", "world/invoices.csv", "--customers", "world/customers.csv"];
    let whole = run(path, &base);
    for threads in ["1", "2", "4"] {
        assert_same(&whole, &run(path, &[&base[..], &["--threads", threads]].concat()), threads);
    }
    assert!(sorted_rows(&whole["applications.csv"]).len() > 400, "most of it is applied or proposed");

    let payments = split(&world.join("payments.csv"), 3);
    let invoices = split(&world.join("invoices.csv"), 2);
    let customers = split(&world.join("customers.csv"), 1);
    let text = |paths: &[PathBuf]| paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>();
    let (payments, invoices, customers) = (text(&payments), text(&invoices), text(&customers));
    let mut arguments: Vec<&str> = payments.iter().map(String::as_str).collect();
    arguments.push("--invoices");
    arguments.extend(invoices.iter().map(String::as_str));
    arguments.extend(["--customers", &customers[0]]);
    let parted = run(path, &arguments);
    for name in ["applications.csv", "items.csv"] {
        assert_eq!(sorted_rows(&whole[name]), sorted_rows(&parted[name]), "{name}");
    }
}
