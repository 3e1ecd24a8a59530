//! The month of `docs/book/month.md`, from import to close and the next month's opening, and `docs/book/control.md`, from the matched
//! month into the ledger and the archive: each command of the documents is run, and must end and say as the document says. A refusal
//! that does not refuse fails here.
//!
//! In a `console` block a line `$ …` is a command, what follows is what it prints, a line `…` stands for any lines, `…` in a line for any text, and `exit N` for the
//! exit code where it is not 0. A block `csv NAME` is a file that is there from then on. `<!-- clock DAY -->` sets the day; the program reads it from `SOURCE_DATE_EPOCH`. Identifiers of runs,
//! hashes and seals may be others. `LETTRAGE_BLESS=1` rewrites what is printed; then a person reads it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

use super::plain_text_accounting::tools;

/// Stands for the exit code of a program that is not there.
const SKIPPED: i32 = -2;

fn document(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/book").join(name)
}

/// A folder in which the commands of a document run, one after the other.
pub struct Desk {
    _folder: tempfile::TempDir,
    at: PathBuf,
    clock: i64,
}

/// What a command did.
#[derive(Debug, PartialEq, Eq)]
pub struct Done {
    pub code: i32,
    pub text: String,
}

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().to_path_buf();
        let mut desk = Self { _folder: folder, at, clock: 0 };
        desk.set_clock("2026-07-02");
        desk
    }

    pub fn set_clock(&mut self, day: &str) {
        let day: chrono::NaiveDate = day.parse().unwrap_or_else(|e| panic!("clock {day}: {e}"));
        self.clock = day.and_hms_opt(9, 0, 0).unwrap().and_utc().timestamp();
    }

    /// A file beside the book.
    pub fn path(&self, name: &str) -> PathBuf {
        self.at.join(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn write(&self, name: &str, text: &str) {
        if let Some(folder) = self.path(name).parent() {
            std::fs::create_dir_all(folder).unwrap();
        }
        std::fs::write(self.path(name), text).unwrap_or_else(|e| panic!("{name}: {e}"));
    }

    /// Runs a line of the document.
    pub fn run(&mut self, line: &str) -> Done {
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["cd", to] => {
                self.at = self.at.join(to);
                assert!(self.at.is_dir(), "{line}");
                Done { code: 0, text: String::new() }
            }
            ["sed", "-i", change, file] => {
                self.edit(file, change);
                Done { code: 0, text: String::new() }
            }
            ["mkdir", name] => {
                std::fs::create_dir(self.path(name)).unwrap();
                Done { code: 0, text: String::new() }
            }
            ["cp", from, to] => {
                let to = if self.path(to).is_dir() {
                    format!("{to}/{}", from.rsplit('/').next().unwrap())
                } else {
                    (*to).into()
                };
                std::fs::copy(self.path(from), self.path(&to)).unwrap_or_else(|e| panic!("{line}: {e}"));
                Done { code: 0, text: String::new() }
            }
            ["printf", byte, "|", "dd", of, "bs=1", seek, "conv=notrunc", "status=none"] => {
                self.overwrite(of.trim_start_matches("of="), seek.trim_start_matches("seek="), byte);
                Done { code: 0, text: String::new() }
            }
            ["hledger", arguments @ ..] => self.tool(tools::hledger(), arguments),
            ["bean-check", arguments @ ..] => {
                self.tool(tools::beancount(), &[&["-m", "beancount.scripts.check"], arguments].concat())
            }
            ["lettrage", arguments @ ..] => self.lettrage(arguments),
            _ => panic!("not a command of the document: {line}"),
        }
    }

    /// `s/from/to/` with any character between the parts, once, as plain text. The file may be in any encoding: bytes are kept.
    fn edit(&self, file: &str, change: &str) {
        let parts: Vec<&str> = change.split(change.chars().nth(1).unwrap_or('/')).collect();
        let ["s", from, to, ""] = parts.as_slice() else { panic!("{change}: s/from/to/ is expected") };
        let before: String = std::fs::read(self.path(file)).unwrap().into_iter().map(char::from).collect();
        let after = before.replacen(from, &to.replace("\\n", "\n"), 1);
        assert_ne!(before, after, "{file}: {change} changes nothing");
        let bytes: Vec<u8> = after.chars().map(|c| u8::try_from(c).expect("a byte")).collect();
        std::fs::write(self.path(file), bytes).unwrap();
    }

    /// Writes one byte over another.
    fn overwrite(&self, file: &str, at: &str, byte: &str) {
        let mut bytes = std::fs::read(self.path(file)).unwrap();
        let at: usize = at.parse().unwrap_or_else(|e| panic!("{file} at {at}: {e}"));
        let [byte] = byte.as_bytes() else { panic!("{byte}: one byte is expected") };
        assert_ne!(bytes[at], *byte, "{file}: the byte at {at} is {byte} already");
        bytes[at] = *byte;
        std::fs::write(self.path(file), bytes).unwrap();
    }

    /// Another program; where it cannot be had, its banner has said so, and what the document shows is left as it is.
    fn tool(&self, program: Option<&Path>, arguments: &[&str]) -> Done {
        let Some(program) = program else { return Done { code: SKIPPED, text: String::new() } };
        let done =
            tools::run(program, arguments, Some(&self.at), 120).unwrap_or_else(|| panic!("{arguments:?} did not end"));
        let text = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8")).concat();
        Done { code: done.status.code().unwrap_or(-1), text }
    }

    pub fn lettrage(&self, arguments: &[&str]) -> Done {
        let output = Command::cargo_bin("lettrage")
            .unwrap()
            .current_dir(&self.at)
            .env("SOURCE_DATE_EPOCH", self.clock.to_string())
            .env("USER", "amc")
            .env("NO_COLOR", "1")
            .args(arguments)
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8")).concat();
        Done { code: output.status.code().unwrap_or(-1), text: text.replace('\\', "/") }
    }

    /// Runs a command that must end so; gives what it said.
    pub fn must(&mut self, code: i32, line: &str) -> String {
        let done = self.run(line);
        assert_eq!(done.code, code, "{line}\n{}", done.text);
        done.text
    }
}

/// Words of a command line; quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("there is one").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What may be another with each version: twelve or more hexadecimal digits that do not follow a `-`, as those of payments do.
fn masked(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_hexdigit() {
            digits.push(c);
            continue;
        }
        if digits.len() >= 12 && !out.ends_with('-') {
            out.push('#')
        } else {
            out.push_str(&digits)
        }
        digits.clear();
        out.push(c);
    }
    out.trim_end().to_string()
}

/// Whether the text is what was expected, where a line `…` stands for any lines.
fn fits(expected: &[&str], found: &[&str]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((&"…", rest)) => (0..=found.len()).any(|n| fits(rest, &found[n..])),
        Some((line, rest)) => found.split_first().is_some_and(|(is, left)| line_fits(line, is) && fits(rest, left)),
    }
}

/// Whether a line is the one that was expected, where `…` stands for any text.
fn line_fits(expected: &str, found: &str) -> bool {
    let mut parts = expected.split('…');
    let Some(mut left) = parts.next().and_then(|first| found.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return left.is_empty() };
    for part in between {
        let Some((_, after)) = left.split_once(part) else { return false };
        left = after;
    }
    left.ends_with(last)
}

fn compare(line: &str, expected: &str, done: &Done) -> Result<(), String> {
    if done.code == SKIPPED {
        return Ok(());
    }
    let mut lines: Vec<&str> = expected.lines().collect();
    let code: i32 = match lines.last().and_then(|l| l.strip_prefix("exit ")) {
        Some(code) => code.parse().unwrap_or_else(|e| panic!("{line}: exit {code}: {e}")),
        None => 0,
    };
    lines.retain(|l| !l.starts_with("exit "));
    if code != done.code {
        return Err(format!("$ {line}\nended with {} and not with {code}:\n{}", done.code, done.text));
    }
    let (wanted, found) = (masked(&lines.join("\n")), masked(&done.text));
    if fits(&wanted.lines().collect::<Vec<_>>(), &found.lines().collect::<Vec<_>>()) {
        return Ok(());
    }
    Err(format!("$ {line}\nthe document says:\n{wanted}\n--- and it printed:\n{found}"))
}

/// Runs a document from its first command to its last. With `LETTRAGE_BLESS` what is printed is written into it instead of compared.
fn walk(name: &str, least: usize) {
    let path = document(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let bless = std::env::var_os("LETTRAGE_BLESS").is_some();
    let (mut desk, mut again, mut failures) = (Desk::new(), String::new(), Vec::new());
    let mut lines = text.lines().peekable();
    let mut commands = 0;
    let mut inside = false;
    while let Some(line) = lines.next() {
        // Writing to a string cannot fail.
        let _ = writeln!(again, "{line}");
        if let Some(day) = line.strip_prefix("<!-- clock ") {
            desk.set_clock(day.trim_end_matches("-->").trim());
        }
        inside = if line.starts_with("```") { line == "```console" } else { inside };
        if let Some(name) = line.strip_prefix("```csv ") {
            let rows: Vec<&str> = std::iter::from_fn(|| lines.next_if(|l| !l.starts_with("```"))).collect();
            desk.write(name, &(rows.join("\n") + "\n"));
            let _ = writeln!(again, "{}", rows.join("\n"));
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| inside) else { continue };
        commands += 1;
        let mut expected = String::new();
        while let Some(said) = lines.next_if(|l| !l.starts_with("$ ") && !l.starts_with("```")) {
            let _ = writeln!(expected, "{said}");
        }
        let done = desk.run(command);
        match compare(command, &expected, &done) {
            Err(failure) => {
                again.push_str(&done.text);
                if done.code != 0 {
                    let _ = writeln!(again, "exit {}", done.code);
                }
                failures.push(failure);
            }
            Ok(()) => again.push_str(&expected),
        }
    }
    assert!(commands > least, "{commands} commands: this is not the whole of {name}");
    if bless {
        std::fs::write(&path, again).unwrap();
        return;
    }
    assert!(failures.is_empty(), "{} of {commands} commands:\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn the_month_runs_as_the_document_shows_it() {
    walk("month.md", 40);
}

#[test]
fn the_month_goes_into_the_ledger_as_the_document_shows_it() {
    walk("control.md", 30);
}

#[test]
fn what_may_be_elided_is_elided_and_nothing_else() {
    assert!(fits(&["a", "…", "d"], &["a", "b", "c", "d"]) && fits(&["…"], &[]) && fits(&[], &[]));
    assert!(!fits(&["a", "…", "d"], &["a", "b"]) && !fits(&["a"], &["a", "b"]) && !fits(&["a", "b"], &["a"]));
    assert!(line_fits("a … c", "a b c") && line_fits("a …", "a ") && line_fits("…b…", "abc") && line_fits("a", "a"));
    assert!(!line_fits("a … c", "a b d") && !line_fits("a", "ab") && !line_fits("…b…", "ac") && !line_fits("a…a", "a"));
    assert_eq!(masked("run e29a29603d21, P 20260601-add91847a656"), "run #, P 20260601-add91847a656");
    let done = Done { code: 3, text: "refused".into() };
    assert!(compare("x", "refused\nexit 3\n", &done).is_ok());
    assert!(compare("x", "refused\n", &done).is_err() && compare("x", "…\nexit 0\n", &done).is_err());
}

/// What the document must show, whoever rewrites it: a month that closes, and every refusal with its exit code.
#[test]
fn the_document_shows_a_close_and_each_refusal() {
    let text = std::fs::read_to_string(document("month.md")).unwrap();
    let said = |command: &str, what: &str, code: i32| {
        let ends = if code == 0 { String::new() } else { format!("\nexit {code}\n") };
        let shown = text.split("\n$ ").filter(|c| c.starts_with(command)).any(|c| {
            let output = c.split("\n```").next().unwrap_or_default().to_string() + "\n";
            output.contains(what) && if code == 0 { !output.contains("\nexit ") } else { output.contains(&ends) }
        });
        assert!(shown, "{command} that says {what:?} and ends with {code}");
    };
    said("lettrage import inbox", "imported 67 payments and 96 items", 0);
    said("lettrage run", "decided 35 by matching, 15 by rule, 5 as no customer's money; 6 to review, 6 unmatched", 0);
    said("lettrage prove --period 2026-06", "unexplained difference 0.00 ✓", 0);
    said("lettrage close 2026-06", "refused[C0011]", 3);
    said("lettrage prove --period 2026-06", "unexplained difference 90.00 ✗", 1);
    said("lettrage close 2026-06", "refused[C0010]", 3);
    said("lettrage close 2026-06", "2026-06 closed and sealed", 0);
    said("lettrage settle 20260601", "refused[C0001]", 3);
    said("lettrage undo 10", "refused[C0001]", 3);
    said("lettrage import inbox/SG_juin_2026.csv", "refused[C0001]", 3);
    said("lettrage close 2026-06", "refused[C0014]", 3);
    said("lettrage check --only drift", "refused[C0003]", 3);
    said("lettrage import july", "45 items: the ledger has booked what was decided here", 0);
    said("lettrage prove --period 2026-07", "= 34 open at start − 10 cleared + 6 new", 0);
    said("lettrage close 2026-07", "refused[C0011]", 3);
    let exits = text.lines().filter(|l| l.starts_with("exit ")).count();
    assert_eq!(exits, 9, "commands that end with another code than 0: those above and no others");
}
