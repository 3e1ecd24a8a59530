//! A process that works in a book is killed at random moments. Then the book is as it was before the operation, or as it is after the
//! whole of it; it is sound, its log holds, its proofs are true; and the same command goes through.
//!
//! `LETTRAGE_KILLS` sets how many times, `LETTRAGE_KILL_SEED` another seed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lettrage::audit::prove_book;
use lettrage::book::Book;
use lettrage::book::query::Selection;
use lettrage::config::LedgerPolicy;
use lettrage::model::{Bucket, Standing};

/// How long a killed process may take to end, and a command to be done.
const PATIENCE: Duration = Duration::from_secs(120);

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): the same seed kills at the same moments.
struct Rng(u64);

impl Rng {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

fn kills() -> usize {
    std::env::var("LETTRAGE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(44)
}

fn seed() -> u64 {
    std::env::var("LETTRAGE_KILL_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// The program, at a fixed time and in quiet.
fn command(folder: &Path, args: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lettrage"));
    command.args(args).current_dir(folder).env("SOURCE_DATE_EPOCH", "1783000000").env("USER", "anna");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn to_the_end(folder: &Path, args: &[String]) {
    let output = command(folder, args).stderr(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// What a book says: its state, and the hash of the last entry of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    state: String,
    head: String,
}

/// Waits until nobody has the lock of a book. A process that another test starts at the moment has copies of this one's files until it
/// runs its own program; a lock that was given back lasts as long.
pub fn at_rest(folder: &Path) {
    let Ok(lock) = fs::File::options().write(true).open(folder.join("book.lock")) else { return };
    let began = Instant::now();
    while lock.try_lock().is_err() {
        assert!(began.elapsed() < PATIENCE, "{} stays locked", folder.display());
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Opens a book and holds everything against everything.
fn sound(folder: &Path, what: &str) -> Told {
    at_rest(folder);
    let told = told(folder, what);
    at_rest(folder);
    told
}

fn told(folder: &Path, what: &str) -> Told {
    let book = Book::open(folder).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert_eq!(book.integrity().unwrap(), Vec::<String>::new(), "{what}");
    assert_eq!(book.wrong_figures().unwrap(), Vec::<String>::new(), "{what}");
    let entries = book.verify_log().unwrap_or_else(|e| panic!("{what}: {e}"));
    let last = book.operations(1).unwrap();
    assert_eq!(last.first().map_or(0, |o| o.seq), entries, "{what}");
    let proofs = prove_book(&book.facts(None, &LedgerPolicy::default()).unwrap());
    let failed: Vec<_> = proofs.failed().collect();
    assert!(failed.is_empty(), "{what}: {failed:?}");
    let head = last.first().map(|o| o.hash.to_string()).unwrap_or_default();
    Told { state: book.state().unwrap(), head }
}

/// An operation that is killed: the book before it, the command, what it gives when nobody kills it, and how long it takes.
struct Trial {
    name: &'static str,
    start: PathBuf,
    args: Vec<String>,
    before: Told,
    after: Told,
    takes: Duration,
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_string).collect()
}

/// Makes the books that operations start from, and runs each operation once to the end.
struct Stage {
    root: PathBuf,
    trials: Vec<Trial>,
}

impl Stage {
    fn book(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn try_out(&mut self, name: &'static str, start: &str, args: Vec<String>) {
        let (start, end) = (self.book(start), self.root.join(format!("done-{}", self.trials.len())));
        copy(&start, &end);
        let began = Instant::now();
        to_the_end(&end, &args);
        let takes = began.elapsed();
        let (before, after) = (sound(&start, name), sound(&end, name));
        assert_ne!(before, after, "{name} does nothing");
        self.trials.push(Trial { name, start, args, before, after, takes });
    }

    /// A book after another one and some commands.
    fn then(&self, from: &str, to: &str, commands: &[&str]) {
        copy(&self.book(from), &self.book(to));
        for args in commands {
            to_the_end(&self.book(to), &words(args));
        }
    }

    fn of(root: &Path) -> Self {
        let mut stage = Self { root: root.to_path_buf(), trials: Vec::new() };
        to_the_end(root, &words("generate --payments 300 --seed 11 --out data"));
        let payments = fs::read_to_string(root.join("data/payments.csv")).unwrap();
        let mut lines = payments.lines();
        let heading = lines.next().unwrap();
        let rows: Vec<&str> = lines.collect();
        let (early, late) = rows.split_at(rows.len() * 2 / 3);
        let write = |name: &str, rows: &[&str]| {
            fs::write(root.join("data").join(name), format!("{heading}\n{}\n", rows.join("\n")))
        };
        write("early.csv", early).unwrap();
        write("late.csv", late).unwrap();
        to_the_end(root, &words("init new"));
        let import = "import ../data/early.csv ../data/invoices.csv ../data/customers.csv";
        stage.then("new", "full", &[import]);
        stage.then("full", "ran", &["run"]);
        let (review, open, matched, item) = stage.subjects();
        stage.then(
            "ran",
            "decided",
            &["accept --above 0.5 --yes", &format!("hold {open} --until 2030-01-01 --why asked")],
        );
        stage.try_out("import", "new", words(import));
        stage.try_out("run", "full", words("run"));
        stage.try_out("import of more", "ran", words("import ../data/late.csv"));
        stage.try_out("accept", "ran", words(&format!("accept {review}")));
        stage.try_out("accept --above", "ran", words("accept --above 0.5 --yes"));
        stage.try_out("settle", "ran", words(&format!("settle {open} --reason on-account")));
        stage.try_out("settle an item", "ran", words(&format!("settle {item} --reason cancelled")));
        stage.try_out("hold", "ran", words(&format!("hold {open} {matched} --until 2030-01-01 --why asked")));
        stage.try_out("note", "ran", words(&format!("note {open} remember")));
        stage.try_out("undo of decisions", "decided", words("undo"));
        stage.try_out("undo back to the import", "decided", words("undo --to 2"));
        stage.try_out("undo of everything", "decided", words("undo --to 1"));
        stage
    }

    /// A payment in review, one without a proposal, a matched one, and an open item.
    fn subjects(&self) -> (String, String, String, String) {
        let book = Book::open(&self.book("ran")).unwrap();
        let first = |standing| {
            let selection = Selection { standings: vec![standing], ..Selection::default() };
            let found = book.payments(&selection).unwrap().rows;
            found.into_iter().find(|p| p.payment.amount.minor > 0).unwrap()
        };
        let review = first(Standing::Review);
        assert_eq!(review.proposal.unwrap().bucket, Bucket::Review);
        let item = book.items(&Selection::default(), false).unwrap().rows.remove(0).item.id.to_string();
        let id = |standing| first(standing).payment.id.to_string();
        let found = (review.payment.id.to_string(), id(Standing::Unmatched), id(Standing::Matched), item);
        drop(book);
        at_rest(&self.book("ran"));
        found
    }
}

/// When a process was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fell {
    /// Before anything was written to the file.
    Reading,
    /// While the journal had something in it, and the operation was not in the book yet.
    Writing,
    /// The operation was in the book, and the process had not ended.
    Written,
    /// The process had ended by itself.
    Ended,
}

fn journal(folder: &Path) -> u64 {
    fs::metadata(folder.join("book.db-wal")).map_or(0, |m| m.len())
}

/// Starts an operation and kills it: after a part of the time that it takes, or when it has begun to write and a little later.
fn kill(child: &mut Child, folder: &Path, trial: &Trial, rng: &mut Rng) -> bool {
    let share = |of: Duration, rng: &mut Rng| of.mul_f64(rng.below(1_000_000) as f64 / 1e6);
    if rng.below(2) == 0 {
        std::thread::sleep(share(trial.takes.mul_f64(1.05), rng));
    } else {
        let began = Instant::now();
        while journal(folder) == 0 && child.try_wait().unwrap().is_none() && began.elapsed() < PATIENCE {
            std::hint::spin_loop();
        }
        let later = share(Duration::from_millis(if rng.below(3) == 0 { 40 } else { 4 }), rng);
        let from = Instant::now();
        while from.elapsed() < later {
            std::hint::spin_loop();
        }
    }
    // An error says that the process is gone.
    let _ = child.kill();
    child.wait().unwrap().code().is_none()
}

fn one(trial: &Trial, folder: &Path, rng: &mut Rng, n: usize) -> Fell {
    copy(&trial.start, folder);
    let mut child = command(folder, &trial.args).spawn().unwrap();
    let killed = kill(&mut child, folder, trial, rng);
    let had_written = journal(folder) > 0;
    let what = format!("kill {n}, {}", trial.name);
    let found = sound(folder, &what);
    assert!(found == trial.before || found == trial.after, "{what}: neither before nor after: {}", found.head);
    if found == trial.before {
        assert!(killed, "{what}: it ended, and nothing was done");
        // What was lost is what nobody was told of; the same command makes it whole.
        to_the_end(folder, &trial.args);
        assert_eq!(sound(folder, &what), trial.after, "{what}: done again");
    }
    fs::remove_dir_all(folder).unwrap();
    match (killed, found == trial.after, had_written) {
        (false, ..) => Fell::Ended,
        (_, true, _) => Fell::Written,
        (_, false, true) => Fell::Writing,
        (_, false, false) => Fell::Reading,
    }
}

#[test]
fn a_killed_process_leaves_the_book_as_before_or_as_after() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::of(folder.path());
    let mut rng = Rng::new(seed());
    let mut counts: BTreeMap<Fell, usize> = BTreeMap::new();
    let mut by_name: BTreeMap<&str, BTreeMap<Fell, usize>> = BTreeMap::new();
    let kills = kills();
    for n in 0..kills {
        let trial = &stage.trials[n % stage.trials.len()];
        // Beside the other books: paths of files in commands are relative.
        let fell = one(trial, &folder.path().join("trial"), &mut rng, n);
        *counts.entry(fell).or_default() += 1;
        *by_name.entry(trial.name).or_default().entry(fell).or_default() += 1;
    }
    println!("{kills} kills, seed {}: {counts:?}", seed());
    for trial in &stage.trials {
        println!("  {:<24} {:>6.0?} ms  {:?}", trial.name, trial.takes.as_millis(), by_name.get(trial.name));
    }
    let of = |fell| counts.get(&fell).copied().unwrap_or(0);
    let inside = of(Fell::Reading) + of(Fell::Writing) + of(Fell::Written);
    assert!(inside * 2 >= kills, "only {inside} of {kills} kills fell inside an operation");
    assert!((of(Fell::Writing) + of(Fell::Written)) * 8 >= kills, "too few kills fell on writing: {counts:?}");
}

#[test]
fn a_killed_init_leaves_a_book_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = Rng::new(seed());
    let args = words("init --demo acme");
    let began = Instant::now();
    to_the_end(folder.path(), &args);
    let takes = began.elapsed();
    let whole = sound(&folder.path().join("acme"), "init");
    fs::remove_dir_all(folder.path().join("acme")).unwrap();
    let (mut none, mut made) = (0, 0);
    for n in 0..(kills() / 4).max(8) {
        let at = folder.path().join("acme");
        let mut child = command(folder.path(), &args).spawn().unwrap();
        if rng.below(2) == 0 {
            std::thread::sleep(takes.mul_f64(rng.below(1_000_000) as f64 / 1e6));
        } else {
            let began = Instant::now();
            while !at.join("book.db.new").exists() && child.try_wait().unwrap().is_none() && began.elapsed() < PATIENCE
            {
                std::hint::spin_loop();
            }
            std::thread::sleep(Duration::from_micros(rng.below(6_000)));
        }
        let _ = child.kill();
        child.wait().unwrap();
        if at.join("book.db").exists() {
            made += 1;
        } else {
            none += 1;
            assert!(Book::open(&at).is_err());
            to_the_end(folder.path(), &args);
        }
        assert_eq!(sound(&at, &format!("init {n}")), whole);
        to_the_end(&at, &words("import inbox"));
        fs::remove_dir_all(&at).unwrap();
    }
    println!("init killed: {none} times without a book, {made} times with a whole one");
    assert!(none > 0, "no kill fell inside");
}
