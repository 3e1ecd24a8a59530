//! `lettrage score`: Holds a run against known truth

use std::collections::HashMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use csv::StringRecord;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::Outcome;
use crate::error::{Error, ErrorKind};
use crate::model::{Flag, Flags};
use crate::synth::measure::{KindScore, Measure, Ratio, Score};

/// Holds a run against known truth
///
/// Truth has the columns payment_id, item_id, applied, kind, flags. An empty item_id: the payment belongs to no item. An
/// empty applied: only the link is scored. Of interchangeable items (same customer, open amount, currency, type, due date
/// and terms) any is right, each once.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The true links
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// Folder of the run, as written by match --out
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Items, in the canonical columns; by default those that the run names
    #[arg(long, value_name = "FILE")]
    invoices: Vec<PathBuf>,
    /// What stands where in the statements (payment_id, source, position), if the run could not know the truth's payment_id
    #[arg(long, value_name = "FILE")]
    positions: Option<PathBuf>,
    /// How to print
    #[arg(short = 'O', long = "output", value_enum, default_value_t = Shape::Table)]
    output: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// Text for people
    Table,
    /// One JSON value, schema lettrage.score/1
    Json,
}

pub(super) fn run(args: &Args) -> Outcome {
    let score = measure(&args.truth, &args.run, &invoices(args)?, args.positions.as_deref())?;
    let text = match args.output {
        Shape::Table => table(&score),
        Shape::Json => serde_json::to_string_pretty(&score).map_err(|e| unreadable(&args.run, &e))? + "\n",
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        // A reader that has seen enough, as `head` has.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(0),
        Err(e) => Err(Error::new(ErrorKind::Io, "E0001", format!("cannot write the score: {e}")).into()),
        Ok(()) => Ok(0),
    }
}

/// Holds the files of a run against the truth of a file.
pub(super) fn measure(
    truth: &Path,
    run: &Path,
    invoices: &[PathBuf],
    positions: Option<&Path>,
) -> Result<Score, Error> {
    let mut measure = Measure::default();
    read_truth(truth, &mut measure)?;
    let positions = positions.map(read_positions).transpose()?;
    for path in invoices {
        read_classes(path, &mut measure)?;
    }
    let renamed = read_payments(&run.join("payments.csv"), positions.as_ref(), &mut measure)?;
    read_applications(&run.join("applications.csv"), &renamed, &mut measure)?;
    Ok(measure.score())
}

fn unreadable(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Io, "E0610", format!("cannot read: {reason}")).in_file(path.display().to_string())
}

/// A CSV file with a header, of which some columns are wanted.
struct Rows {
    path: PathBuf,
    reader: csv::Reader<File>,
    columns: Vec<usize>,
    names: &'static [&'static str],
    record: StringRecord,
}

impl Rows {
    fn open(path: &Path, names: &'static [&'static str]) -> Result<Self, Error> {
        let mut reader = csv::Reader::from_path(path).map_err(|e| unreadable(path, &e))?;
        let header = reader.headers().map_err(|e| unreadable(path, &e))?.clone();
        let find = |name: &&str| {
            let at = header.iter().position(|column| column.trim_start_matches('\u{feff}') == *name);
            at.ok_or_else(|| {
                Error::new(ErrorKind::Input, "E0611", format!("no column {name:?}"))
                    .in_file(path.display().to_string())
                    .at(1, 1)
                    .help(format!("the columns needed are {}", names.join(", ")))
            })
        };
        let columns = names.iter().map(find).collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), reader, columns, names, record: StringRecord::new() })
    }

    fn next(&mut self) -> Result<bool, Error> {
        self.reader.read_record(&mut self.record).map_err(|e| {
            let error = Error::new(ErrorKind::Input, "E0612", format!("not a readable CSV row: {e}"));
            let error = error.in_file(self.path.display().to_string());
            e.position().map_or(error.clone(), |position| error.at(position.line(), 1))
        })
    }

    fn get(&self, column: usize) -> &str {
        self.record.get(self.columns[column]).unwrap_or("")
    }

    /// An error about a value of the row at hand.
    fn bad(&self, column: usize, expected: &str) -> Error {
        let line = self.record.position().map_or(0, csv::Position::line);
        Error::new(ErrorKind::Input, "E0613", format!("{:?} is not {expected}", self.get(column)))
            .in_file(self.path.display().to_string())
            .at(line, 1)
            .context(format!("column {:?}", self.names[column]))
    }

    fn decimal(&self, column: usize) -> Result<Option<Decimal>, Error> {
        match self.get(column).trim() {
            "" => Ok(None),
            text => Decimal::from_str_exact(text)
                .map(Some)
                .map_err(|_| self.bad(column, "a decimal number such as 1250.00")),
        }
    }

    fn flags(&self, column: usize) -> Result<Flags, Error> {
        let words = self.get(column).split('|').filter(|word| !word.is_empty());
        words.map(|word| Flag::ALL.into_iter().find(|flag| flag.word() == word)).try_fold(Flags::NONE, |flags, flag| {
            flag.map(|flag| flags.with(flag)).ok_or_else(|| self.bad(column, "a list of known flags separated by |"))
        })
    }
}

fn read_truth(path: &Path, measure: &mut Measure) -> Result<(), Error> {
    let mut rows = Rows::open(path, &["payment_id", "item_id", "applied", "kind", "flags"])?;
    while rows.next()? {
        measure.truth(rows.get(0), rows.get(1), rows.decimal(2)?, rows.get(3), rows.flags(4)?);
    }
    Ok(())
}

/// Source file name and position, to the truth's payment.
type Positions = HashMap<(Box<str>, Box<str>), Box<str>>;

fn read_positions(path: &Path) -> Result<Positions, Error> {
    let mut rows = Rows::open(path, &["payment_id", "source", "position"])?;
    let mut positions = Positions::new();
    while rows.next()? {
        positions.insert((rows.get(1).into(), rows.get(2).into()), rows.get(0).into());
    }
    Ok(positions)
}

/// Reads the run's payments; gives the truth's id of those that have another.
fn read_payments(
    path: &Path,
    positions: Option<&Positions>,
    measure: &mut Measure,
) -> Result<HashMap<Box<str>, Box<str>>, Error> {
    let mut rows = Rows::open(path, &["payment_id", "source", "position", "flags", "probability"])?;
    let mut renamed = HashMap::new();
    while rows.next()? {
        let probability = match rows.get(4) {
            "" => None,
            text => Some(
                text.parse::<f64>()
                    .ok()
                    .filter(|p| (0.0..=1.0).contains(p))
                    .ok_or_else(|| rows.bad(4, "a probability from 0 to 1"))?,
            ),
        };
        let flags = rows.flags(3)?;
        let file = Path::new(rows.get(1)).file_name().and_then(|name| name.to_str()).unwrap_or("");
        match positions.and_then(|positions| positions.get(&(file.into(), rows.get(2).into()))) {
            Some(id) => {
                renamed.insert(rows.get(0).into(), id.clone());
                measure.payment(id, flags, probability);
            }
            None => measure.payment(rows.get(0), flags, probability),
        }
    }
    Ok(renamed)
}

fn read_applications(path: &Path, renamed: &HashMap<Box<str>, Box<str>>, measure: &mut Measure) -> Result<(), Error> {
    let mut rows = Rows::open(path, &["payment_id", "item_id", "applied", "currency", "decision"])?;
    while rows.next()? {
        let automatic = match rows.get(4) {
            "auto" => true,
            "review" => false,
            _ => return Err(rows.bad(4, "auto or review")),
        };
        let applied = rows.decimal(2)?.ok_or_else(|| rows.bad(2, "an amount"))?;
        let payment = renamed.get(rows.get(0)).map_or(rows.get(0), |id| id);
        measure.application(payment, rows.get(1), applied, rows.get(3), automatic);
    }
    Ok(())
}

#[derive(Deserialize)]
struct RunInputs {
    #[serde(default)]
    inputs: Vec<RunInput>,
}

#[derive(Deserialize)]
struct RunInput {
    path: String,
    role: String,
}

/// The files of items: those given, or those that the run names and that are still there.
fn invoices(args: &Args) -> Result<Vec<PathBuf>, Error> {
    if !args.invoices.is_empty() {
        return Ok(args.invoices.clone());
    }
    let path = args.run.join("run.json");
    let Ok(file) = File::open(&path) else {
        eprintln!(
            "note: {} is absent, so interchangeable items are not known; name them with --invoices",
            path.display()
        );
        return Ok(Vec::new());
    };
    let run: RunInputs = serde_json::from_reader(std::io::BufReader::new(file)).map_err(|e| unreadable(&path, &e))?;
    let mut found = Vec::new();
    for input in run.inputs.into_iter().filter(|input| input.role == "invoices") {
        // As named in the run, or beside it.
        let candidates = [PathBuf::from(&input.path), args.run.join(&input.path)];
        match candidates.into_iter().find(|path| path.is_file() && has_canonical_columns(path)) {
            Some(path) => found.push(path),
            None => eprintln!(
                "note: {} cannot be read in the canonical columns, so its interchangeable items are not known; name them with --invoices",
                input.path
            ),
        }
    }
    Ok(found)
}

const CLASS: [&str; 7] = ["item_id", "customer_id", "open_amount", "currency", "type", "due_date", "terms"];

fn has_canonical_columns(path: &Path) -> bool {
    Rows::open(path, &["item_id", "customer_id", "open_amount", "currency", "type", "due_date"]).is_ok()
}

/// Classes of interchangeable items. `terms` may be absent.
fn read_classes(path: &Path, measure: &mut Measure) -> Result<(), Error> {
    let (mut rows, with_terms) = match Rows::open(path, &CLASS) {
        Ok(rows) => (rows, true),
        Err(_) => {
            (Rows::open(path, &["item_id", "customer_id", "open_amount", "currency", "type", "due_date"])?, false)
        }
    };
    let mut class = String::new();
    while rows.next()? {
        let Some(open) = rows.decimal(2)?.filter(|open| !open.is_zero()) else { continue };
        class.clear();
        let (customer, currency, kind, due) = (rows.get(1), rows.get(3), rows.get(4), rows.get(5));
        let terms = if with_terms { rows.get(6) } else { "" };
        // Lengths keep fields apart that could run into one another.
        use std::fmt::Write as _;
        let _ = write!(class, "{}:{customer}{}:{currency}{kind} {due} {terms}", customer.len(), open.normalize());
        measure.class(rows.get(0), &class);
    }
    Ok(())
}

fn rate(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"))
}

fn interval(ratio: Ratio) -> String {
    ratio.interval().map_or_else(|| "–".to_owned(), |(low, high)| format!("{low:.4}–{high:.4}"))
}

fn table(score: &Score) -> String {
    let mut lines = vec![format!(
        "{:24}{:>9}{:>9}{:>9}{:>7}{:>8}{:>11}  {:<15}{:>9}{:>10}",
        "", "payments", "made", "right", "wrong", "missed", "precision", "95 % interval", "coverage", "proposal"
    )];
    for kind in score.kinds.iter().chain([&score.all]) {
        lines.push(kind_line(kind));
    }
    lines.push(String::new());
    let all = &score.all;
    for (name, ratio) in [
        ("automatic precision", all.precision),
        ("automatic coverage", all.coverage),
        ("  ties, misapplied apart", score.apart),
        ("proposal accuracy", all.proposal),
        ("false matches", all.false_matches),
    ] {
        let counted = format!("{} of {}", ratio.hits, ratio.of);
        lines.push(format!("{name:25}{:>8}  {:<15}  {counted}", rate(ratio.rate()), interval(ratio)));
    }
    let wrong: Vec<String> = score.wrong_amounts.iter().map(|(currency, sum)| format!("{sum} {currency}")).collect();
    lines.push(format!(
        "wrong automatic applications, by amount: {}",
        if wrong.is_empty() { "none".to_owned() } else { wrong.join(", ") }
    ));
    lines.push(format!(
        "\n{:20}{:>9}{:>9}  {:<15}{:>11}  {:<15}",
        "flag", "in truth", "recall", "95 % interval", "precision", "95 % interval"
    ));
    for flag in score.flags.iter().filter(|flag| flag.recall.of + flag.precision.of > 0) {
        let (recall, precision) = (flag.recall, flag.precision);
        lines.push(format!(
            "{:20}{:>9}{:>9}  {:<15}{:>11}  {:<15}",
            flag.flag,
            recall.of,
            rate(recall.rate()),
            interval(recall),
            rate(precision.rate()),
            interval(precision)
        ));
    }
    lines.push(format!("\n{:20}{:>9}{:>9}{:>10}  {:<15}", "probability", "n", "stated", "observed", "95 % interval"));
    for bin in &score.reliability {
        let end = if bin.to < 1.0 { format!("{} ≤ p < {}", bin.from, bin.to) } else { format!("{} ≤ p", bin.from) };
        lines.push(format!(
            "{end:20}{:>9}{:>9}{:>10}  {:<15}",
            bin.observed.of,
            rate(bin.stated),
            rate(bin.observed.rate()),
            interval(bin.observed)
        ));
    }
    if score.missing + score.unknown > 0 {
        lines.push(format!(
            "\nnote: {} payments of the truth are not in the run; {} of the run are not in the truth",
            score.missing, score.unknown
        ));
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn kind_line(kind: &KindScore) -> String {
    format!(
        "{:24}{:>9}{:>9}{:>9}{:>7}{:>8}{:>11}  {:<15}{:>9}{:>10}",
        kind.kind,
        kind.payments,
        kind.made,
        kind.right,
        kind.wrong,
        kind.missed,
        rate(kind.precision.rate()),
        interval(kind.precision),
        rate(kind.coverage.rate()),
        rate(kind.proposal.rate())
    )
}
