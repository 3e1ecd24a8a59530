//! hledger and Beancount for the tests: those of the machine, else those that can be had within a short time, else none.
//!
//! What is fetched goes to `target/tools` and stays there. Every command has a time limit, so that a machine without a network is not
//! held up.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// The program, found or fetched once; `None` after a banner that says so.
pub fn hledger() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(|| find_hledger().or_else(|| skipped("hledger", "apt-get install hledger"))).as_deref()
}

/// A Python that has Beancount, found or made once; `None` after a banner that says so.
pub fn beancount() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(|| find_beancount().or_else(|| skipped("beancount", "pip install beancount"))).as_deref()
}

/// Says loudly that a tool could not be had. Straight to standard error: what tests print is kept back when they pass.
fn skipped(tool: &str, how: &str) -> Option<PathBuf> {
    let line = "!".repeat(78);
    let text = format!(
        "\n{line}\n!! SKIPPED: {tool} is not on this machine and could not be fetched.\n!! What is exported for {tool} was NOT checked by \
         {tool} in this run.\n!! To have it checked: {how}\n{line}\n"
    );
    let _ = std::io::stderr().write_all(text.as_bytes());
    None
}

fn find_hledger() -> Option<PathBuf> {
    let works = |program: &Path| run(program, &["--version"], None, 20).is_some_and(|out| out.status.success());
    let unpacked = folder("hledger");
    let ours = unpacked.join("usr/bin/hledger");
    if let Some(found) = [PathBuf::from("hledger"), ours.clone()].into_iter().find(|program| works(program)) {
        return Some(found);
    }
    // The package alone, without installing it: that needs no rights.
    let options = ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10"];
    run("apt-get", &[&options[..], &["download", "hledger"]].concat(), Some(&unpacked), 90)?;
    let packages = std::fs::read_dir(&unpacked).ok()?.flatten().map(|entry| entry.path());
    let package = packages.into_iter().find(|path| path.extension().is_some_and(|e| e == "deb"));
    if let Some(package) = package {
        run("dpkg-deb", &["-x", package.to_str()?, "."], Some(&unpacked), 60)?;
        if works(&ours) {
            return Some(ours);
        }
    }
    // With rights, the package with all that it needs, after the list of packages; without, both fail at once.
    run("apt-get", &[&options[..], &["update"]].concat(), None, 120)?;
    run("apt-get", &[&options[..], &["install", "-y", "--no-install-recommends", "hledger"]].concat(), None, 120)?;
    Some(PathBuf::from("hledger")).filter(|program| works(program))
}

fn find_beancount() -> Option<PathBuf> {
    let works = |python: &Path| {
        run(python, &["-c", "import beancount.loader"], None, 60).is_some_and(|out| out.status.success())
    };
    let environment = folder("beancount");
    let ours = environment.join("bin/python");
    if let Some(found) = [PathBuf::from("python3"), ours.clone()].into_iter().find(|python| works(python)) {
        return Some(found);
    }
    run("python3", &["-m", "venv", environment.to_str()?], None, 90)?;
    let install =
        ["-m", "pip", "install", "--quiet", "--retries", "0", "--timeout", "10", "--prefer-binary", "beancount"];
    run(&ours, &install, None, 180)?;
    Some(ours).filter(|python| works(python))
}

/// A folder of a tool, below the folder of what is built.
fn folder(tool: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap_or(Path::new("target"));
    let folder = target.join("tools").join(tool);
    let _ = std::fs::create_dir_all(&folder);
    folder
}

/// Runs a program for so many seconds at most. `None` when it is not there, or did not end in time.
pub fn run(program: impl AsRef<Path>, arguments: &[&str], within: Option<&Path>, seconds: u64) -> Option<Output> {
    let mut command = Command::new(program.as_ref());
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("LC_ALL", "C.UTF-8").env("DEBIAN_FRONTEND", "noninteractive");
    if let Some(folder) = within {
        command.current_dir(folder);
    }
    let mut child = command.spawn().ok()?;
    let (mut out, mut err) = (child.stdout.take()?, child.stderr.take()?);
    // Both are read while it runs: a full pipe would hold it up.
    let out = thread::spawn(move || {
        let mut text = Vec::new();
        out.read_to_end(&mut text).map(|_| text).unwrap_or_default()
    });
    let err = thread::spawn(move || {
        let mut text = Vec::new();
        err.read_to_end(&mut text).map(|_| text).unwrap_or_default()
    });
    let end = Instant::now() + Duration::from_secs(seconds);
    let status = loop {
        match child.try_wait().ok()? {
            Some(status) => break status,
            None if Instant::now() < end => thread::sleep(Duration::from_millis(50)),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    };
    Some(Output { status, stdout: out.join().ok()?, stderr: err.join().ok()? })
}
