//! Ctrl-C, as a shell sends it.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// The output of an interrupted run: exit code 130 and no file, not even a temporary one.
#[test]
fn an_interrupted_run_ends_with_130_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let invoices = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/invoices.csv");
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("lettrage"))
        .args(["match", "-", "--invoices", invoices, "--out", "out"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // More than a pipe holds: when this is through, the child is reading.
    stdin.write_all(&b"booking_date,amount\n".repeat(100_000)).unwrap();
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(output.stdout.is_empty());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "interrupted\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
