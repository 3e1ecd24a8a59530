//! The rules of the house, kept by a test and not by hope: who imports whom, how long a file may be, what library code may not do,
//! and that the README's commands are the ones that are run.
//!
//! A message names file, line and rule. The rules read the source as text, with comments and string contents blanked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Who may import whom. `cli` may import everything; `main.rs` and `lib.rs` belong to no room.
///
/// `config` may use `error`: a wrong configuration file is an error with a place. `engine` knows every stage but `read`:
/// no stage knows a file format.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("error", &["model"]),
    ("config", &["model", "error"]),
    ("read", BASE),
    ("normalise", BASE),
    ("index", BASE),
    ("propose", BASE),
    ("score", BASE),
    ("assign", BASE),
    ("classify", BASE),
    ("audit", &["model", "config"]),
    ("engine", &["model", "error", "config", "normalise", "index", "propose", "score", "assign", "classify"]),
    ("report", &["model", "error", "config", "receivables"]),
    ("receivables", BASE),
    ("post", BASE),
    ("sign", BASE),
    ("archive", BASE),
    ("learn", BASE),
    ("book", BASE),
    ("review", &["model", "error", "config", "book"]),
    ("serve", &["model", "error", "config", "engine", "read", "review", "book", "report", "receivables"]),
    ("synth", &["model", "config"]),
    ("bench", &["model", "error", "config", "engine", "synth"]),
];

const BASE: &[&str] = &["model", "error", "config"];

/// Names that `lib.rs` re-exports, and the room that each comes from.
const ROOT_NAMES: &[(&str, &str)] =
    &[("Error", "error"), ("ErrorKind", "error"), ("Errors", "error"), ("Request", "engine"), ("reconcile", "engine")];

const LONGEST_FILE: usize = 900;

/// The one place where a float is read: the cells of workbooks hold nothing else. It makes a text of it, and amounts are exact from there on.
const FLOATS_TO_TEXTS: &[&str] = &["src/read/xlsx/number.rs"];

/// Tests that need what no room may see: a book fed as the program feeds it, with a disk that only the book's own room can fill.
const WHOLE_PROGRAM_TESTS: &[&str] = &["src/book/tests/full_disk.rs"];

/// Files that hold nothing but a table, and may be longer.
const TABLES: &[&str] = &[];

const DEMO_COMMAND: &str =
    "cargo run --release -- match fixtures/demo/statements --invoices fixtures/demo/invoices.csv --out target/demo";
const TEST_COMMAND: &str = "cargo test";

/// One source file: as written, and with comments and strings blanked; a line of test code is marked.
struct Source {
    /// Path from the crate's root, with `/`.
    path: String,
    lines: Vec<String>,
    code: Vec<String>,
    test: Vec<bool>,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_string).collect();
        let code: Vec<String> = blank(text).lines().map(str::to_string).collect();
        let whole = path.ends_with("/tests.rs") || path.contains("/tests/");
        let test = mark_tests(&code).into_iter().map(|t| t || whole).collect();
        Self { path: path.to_string(), lines, code, test }
    }

    /// The modules that lead to this file: `src/read/camt/mod.rs` is `read`, `camt`.
    fn modules(&self) -> Vec<&str> {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut parts: Vec<&str> = inner.split('/').collect();
        if parts.last() == Some(&"mod") {
            parts.pop();
        }
        parts
    }

    /// The room that the file belongs to; `None` for `main.rs` and `lib.rs`.
    fn room(&self) -> Option<&str> {
        let room = self.modules()[0];
        (room != "main" && room != "lib").then_some(room)
    }

    fn says(&self, line: usize, rule: &str) -> String {
        format!("{}:{}: {rule}", self.path, line + 1)
    }
}

/// The text with comments and the contents of strings and characters replaced by spaces; line ends stay where they are.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => end_of_line(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => end_of_comment(&chars, at),
            '"' => end_of_string(&chars, at),
            '\'' => end_of_character(&chars, at),
            'r' if !follows_name(&chars, at) => end_of_raw_string(&chars, at),
            _ => at,
        };
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the `r` at this place is the end of a name. The one of `br"…"` is not.
fn follows_name(chars: &[char], at: usize) -> bool {
    let named = |n: usize| at.checked_sub(n).is_some_and(|i| is_name(chars[i]));
    let byte_string = at > 0 && chars[at - 1] == 'b' && !named(2);
    named(1) && !byte_string
}

fn end_of_line(chars: &[char], at: usize) -> usize {
    (at..chars.len()).find(|i| chars[*i] == '\n').unwrap_or(chars.len())
}

fn end_of_comment(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                at += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    at.min(chars.len())
}

fn end_of_string(chars: &[char], at: usize) -> usize {
    let mut at = at + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// A character literal; a lifetime is left alone.
fn end_of_character(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => (at + 3..chars.len()).find(|i| chars[*i] == '\'').map_or(chars.len(), |i| i + 1),
        (Some(_), Some('\'')) => at + 3,
        _ => at,
    }
}

/// `r"…"` and `r#"…"#`; anything else that begins with `r` is left alone.
fn end_of_raw_string(chars: &[char], at: usize) -> usize {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return at;
    }
    let closes =
        |i: usize| chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    (open + 1..chars.len()).find(|i| closes(*i)).map_or(chars.len(), |i| i + 1 + hashes)
}

/// Marks the lines of items under `#[cfg(test)]`: up to the brace that closes the item, or its semicolon.
fn mark_tests(code: &[String]) -> Vec<bool> {
    let mut marks = vec![false; code.len()];
    let mut line = 0;
    while line < code.len() {
        if !code[line].trim_start().starts_with("#[cfg(test)]") {
            line += 1;
            continue;
        }
        let mut depth = 0i32;
        let mut opened = false;
        'item: while line < code.len() {
            marks[line] = true;
            let text = code[line].trim_start().trim_start_matches("#[cfg(test)]");
            line += 1;
            for c in text.chars() {
                match c {
                    '{' => {
                        depth += 1;
                        opened = true;
                    }
                    '}' => depth -= 1,
                    ';' if !opened => break 'item,
                    _ => {}
                }
                if opened && depth == 0 {
                    break 'item;
                }
            }
        }
    }
    marks
}

/// Every name that follows `crate::` directly, or stands first in an element of `crate::{…}`, with its line.
/// A path that climbs out of its room by `super::` counts as well.
fn root_paths(source: &Source) -> Vec<(usize, String)> {
    let text = source.code.join("\n");
    let line_of = |at: usize| text[..at].matches('\n').count();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let outside = text[..at].chars().next_back().is_some_and(|c| is_name(c) || c == ':');
        if !outside {
            names_after(&text, at + "crate::".len(), &mut |place, name| found.push((line_of(place), name)));
        }
    }
    let depth = source.modules().len();
    for (at, _) in text.match_indices("super::") {
        if text[..at].ends_with("super::") || source.test[line_of(at)] {
            continue;
        }
        let climbs = text[at..].split("::").take_while(|part| *part == "super").count();
        if climbs >= depth {
            names_after(&text, at + climbs * "super::".len(), &mut |place, name| found.push((line_of(place), name)));
        }
    }
    found
}

/// The name at this place, or the first name of each element of the group that begins there.
fn names_after(text: &str, at: usize, found: &mut dyn FnMut(usize, String)) {
    let rest = &text[at..];
    if !rest.starts_with('{') {
        let name: String = rest.chars().take_while(|c| is_name(*c)).collect();
        return found(at, name);
    }
    let mut depth = 0;
    let mut first = false;
    for (offset, c) in rest.char_indices() {
        match c {
            '{' => {
                depth += 1;
                first = depth == 1;
            }
            '}' if depth == 1 => return,
            '}' => depth -= 1,
            ',' if depth == 1 => first = true,
            c if first && is_name(c) => {
                found(at + offset, rest[offset..].chars().take_while(|c| is_name(*c)).collect());
                first = false;
            }
            _ => {}
        }
    }
}

fn allowed(room: &str) -> Option<&'static [&'static str]> {
    ARROWS.iter().find(|(name, _)| *name == room).map(|(_, targets)| *targets)
}

/// Rule: only the arrows of the table. Gives the arrows between rooms that were found, for the search of circles.
fn check_imports(source: &Source, arrows: &mut BTreeMap<String, BTreeSet<String>>, wrong: &mut Vec<String>) {
    let Some(room) = source.room() else { return };
    let targets = allowed(room);
    if room != "cli" && targets.is_none() {
        wrong.push(source.says(0, &format!("room `{room}` is not in the table of who may import whom")));
        return;
    }
    for (line, name) in root_paths(source) {
        let target = ROOT_NAMES.iter().find(|(root, _)| *root == name).map_or(name.as_str(), |(_, room)| *room);
        if target == room {
            continue;
        }
        if target != "cli" && allowed(target).is_none() {
            wrong.push(source.says(line, &format!("`crate::{name}` is no room and no name that lib.rs re-exports")));
            continue;
        }
        // Tests inside a room follow the same rule, but may always build values.
        let may = targets.is_none_or(|t| t.contains(&target)) || (source.test[line] && BASE.contains(&target));
        if !may {
            wrong.push(source.says(line, &format!("room `{room}` may not import `{target}`")));
        }
        if !source.test[line] {
            arrows.entry(room.to_string()).or_default().insert(target.to_string());
        }
    }
}

/// Rule: no circle between rooms. Gives one, when there is any.
fn find_circle(arrows: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(at: &str, arrows: &BTreeMap<String, BTreeSet<String>>, path: &mut Vec<String>) -> Option<Vec<String>> {
        if let Some(start) = path.iter().position(|room| room == at) {
            let mut circle = path[start..].to_vec();
            circle.push(at.to_string());
            return Some(circle);
        }
        path.push(at.to_string());
        let found = arrows.get(at).into_iter().flatten().find_map(|next| walk(next, arrows, path));
        path.pop();
        found
    }
    arrows.keys().find_map(|room| walk(room, arrows, &mut Vec::new()))
}

/// Rules on single lines: nothing unfinished, no panic without its invariant, no float near money.
fn check_lines(source: &Source, wrong: &mut Vec<String>) {
    if source.lines.len() > LONGEST_FILE && !TABLES.contains(&source.path.as_str()) {
        wrong.push(source.says(LONGEST_FILE, &format!("a file has at most {LONGEST_FILE} lines")));
    }
    let read = source.path.starts_with("src/read/") && !FLOATS_TO_TEXTS.contains(&source.path.as_str());
    let money = source.path == "src/model/money.rs" || read;
    for (line, code) in source.code.iter().enumerate() {
        for unfinished in ["todo!", "unimplemented!", "dbg!"] {
            if has_word(code, unfinished) {
                wrong.push(source.says(line, &format!("`{unfinished}` has no place in the library")));
            }
        }
        if source.test[line] {
            continue;
        }
        let panics = code.contains(".unwrap()")
            || code.contains(".expect(")
            || has_word(code, "panic!")
            || has_word(code, "unreachable!");
        let invariant = (line.saturating_sub(3)..=line).any(|l| source.lines[l].contains("Invariant"));
        if panics && !invariant {
            wrong.push(
                source.says(line, "may panic: return an error, or state why it cannot in a comment `// Invariant: …`"),
            );
        }
        if money && ["f32", "f64"].iter().any(|float| has_word(code, float)) {
            wrong.push(source.says(line, "no float where money is read or kept"));
        }
    }
}

/// Whether the word occurs, and not as the end or the beginning of a longer name.
fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().is_some_and(is_name);
        let after = word.ends_with(is_name) && code[at + word.len()..].chars().next().is_some_and(is_name);
        !before && !after
    })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root().join("src"), &mut paths);
    paths
        .iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().components().map(|c| c.as_os_str().to_string_lossy());
            Source::new(&name.collect::<Vec<_>>().join("/"), &fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let mut arrows = BTreeMap::new();
    let mut wrong = Vec::new();
    let sources = sources();
    assert!(sources.len() > 20, "the sources were not found");
    for source in sources.iter().filter(|s| !WHOLE_PROGRAM_TESTS.contains(&s.path.as_str())) {
        check_imports(source, &mut arrows, &mut wrong);
    }
    if let Some(circle) = find_circle(&arrows) {
        wrong.push(format!("rooms import one another in a circle: {}", circle.join(" -> ")));
    }
    assert!(wrong.is_empty(), "{} broken:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn library_code_keeps_its_habits() {
    let mut wrong = Vec::new();
    for source in &sources() {
        check_lines(source, &mut wrong);
    }
    assert!(wrong.is_empty(), "{} broken:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn readme_and_ci_name_the_same_two_commands() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    // The published crate carries no .ci folder.
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap_or_else(|_| format!("{DEMO_COMMAND}\n{TEST_COMMAND}"));
    for command in [DEMO_COMMAND, TEST_COMMAND] {
        assert!(readme.lines().any(|line| line == command), "README.md: no line is exactly `{command}`");
        assert!(ci.lines().any(|line| line == command), ".ci/run: no line is exactly `{command}`");
    }
}

fn broken(path: &str, text: &str) -> Vec<String> {
    let source = Source::new(path, text);
    let mut wrong = Vec::new();
    check_imports(&source, &mut BTreeMap::new(), &mut wrong);
    check_lines(&source, &mut wrong);
    wrong
}

#[test]
fn a_wrong_arrow_is_found_however_it_is_written() {
    let wrong = "src/score/mod.rs:2: room `score` may not import `propose`";
    assert_eq!(broken("src/score/mod.rs", "\nuse crate::propose::Cited;\n"), [wrong]);
    assert_eq!(broken("src/score/mod.rs", "\nuse crate::{model::{Money, Flag}, propose::Cited};\n"), [wrong]);
    assert_eq!(broken("src/score/mod.rs", "use crate::{model::Money,\n    propose};\n"), [wrong]);
    assert_eq!(broken("src/score/mod.rs", "\nfn f() { crate::propose::all() }\n"), [wrong]);
    assert_eq!(broken("src/score/mod.rs", "\nuse super::propose;\n"), [wrong]);
    let deeper = "src/score/payer.rs:1: room `score` may not import `propose`";
    assert_eq!(broken("src/score/payer.rs", "use super::super::propose;\n"), [deeper]);
    let audit = "src/audit.rs:1: room `audit` may not import `engine`";
    assert_eq!(broken("src/audit.rs", "use crate::reconcile;\n"), [audit]);
}

#[test]
fn a_right_arrow_is_not_complained_about() {
    let text = "//! [`x`](crate::propose)\nuse crate::model::Money;\nuse super::Other;\n/* crate::assign */\nconst X: &str = \"crate::index\";\n";
    assert_eq!(broken("src/score/payer.rs", text), Vec::<String>::new());
    assert_eq!(
        broken("src/cli/explain.rs", "use crate::{engine, report, read};\nuse super::Outcome;\n"),
        Vec::<String>::new()
    );
    let test = "use crate::model::Money;\n#[cfg(test)]\nmod tests {\n    use crate::error::Error;\n}\n";
    assert_eq!(broken("src/audit.rs", test), Vec::<String>::new());
    assert_eq!(broken("src/cellar/mod.rs", "").len(), 1, "a room that nobody planned is found");
}

#[test]
fn a_circle_is_found() {
    let arrow = |from: &str, to: &str| (from.to_string(), BTreeSet::from([to.to_string()]));
    let circle = BTreeMap::from([arrow("a", "b"), arrow("b", "c"), arrow("c", "b")]);
    assert_eq!(find_circle(&circle), Some(["b", "c", "b"].map(str::to_string).to_vec()));
    assert_eq!(find_circle(&BTreeMap::from([arrow("a", "b"), arrow("b", "c")])), None);
}

#[test]
fn each_habit_is_enforced_and_only_where_it_holds() {
    let rules = |path: &str, text: &str| broken(path, text).len();
    assert_eq!(rules("src/score/a.rs", "fn f() { x.unwrap() }\n"), 1);
    assert_eq!(rules("src/score/a.rs", "// Invariant: x was just filled.\nfn f() { x.unwrap() }\n"), 0);
    assert_eq!(rules("src/score/a.rs", "fn f() { x.unwrap_or(1) }\n// x.unwrap()\n"), 0);
    assert_eq!(rules("src/score/a.rs", "fn f() { unreachable!() }\n"), 1);
    assert_eq!(rules("src/score/a.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\n    fn f() { x.unwrap() }\n}\n"), 0);
    assert_eq!(rules("src/score/a.rs", "#[cfg(test)]\nmod tests;\nfn f() { x.expect(\"y\") }\n"), 1);
    assert_eq!(rules("src/score/a.rs", "fn f() { todo!() }\n"), 1);
    assert_eq!(
        rules("src/score/a.rs", "const S: &str = r#\"todo!() \"dbg!\" \"#;\nconst C: char = '\"'; // todo!\n"),
        0
    );
    assert_eq!(rules("src/score/a.rs", "fn f<'a>(x: &'a str) { todo!() }\n"), 1);
    assert_eq!(rules("src/read/a.rs", "fn f(x: f64) {}\n"), 1);
    assert_eq!(rules("src/read/a.rs", "fn f(x: f64x) { let pdf32 = 1; }\n"), 0);
    assert_eq!(rules("src/score/a.rs", "fn f(x: f64) {}\n"), 0);
    assert_eq!(rules("src/score/a.rs", &"\n".repeat(900)), 0);
    assert_eq!(rules("src/score/a.rs", &"\n".repeat(901)), 1);
    assert_eq!(
        broken("src/score/a.rs", "\n\nfn f() { dbg!(1) }\n"),
        ["src/score/a.rs:3: `dbg!` has no place in the library"]
    );
}
