//! `lettrage audit`: random samples of what was applied automatically, and what a person found in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::At;
use super::parts::month;
use crate::book::Book;
use crate::book::calibration::{AUDIT, Audit, Audited, DRAW, Draw, Drawn, Sample};
use crate::book::log::Heading;
use crate::cli::{Outcome, Talk};
use crate::error::{Error, ErrorKind, Errors, printable};
use crate::model::columns::is_formula;
use crate::model::{BookPayment, Month};
use crate::read::encoding::decode_text;
use crate::report::book::draw_sample;

/// Identifiers that a message names one by one.
const NAMED: usize = 10;
/// Columns of the file that an auditor fills in; the last two are his.
const COLUMNS: [&str; 11] = [
    "payment",
    "day",
    "amount",
    "currency",
    "payer",
    "text",
    "items",
    "differences",
    "probability",
    "verdict",
    "comment",
];

/// Draws random samples of automatic applications, and records what a person found
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Draws automatic applications at random, for a person to look at each of them
    Sample(SampleArgs),
    /// Records the verdicts that a person wrote into the file of a sample
    Record(Record),
}

/// The file has the empty columns verdict (right or wrong) and comment. The draw is an entry of the log: only what was drawn counts as
/// random, and a sample counts when every row of it has a verdict.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage audit sample -n 300 -o sample.csv\nExit codes: 0 drawn; 2 wrong use, or nothing to draw from."
)]
struct SampleArgs {
    #[command(flatten)]
    at: At,
    /// How many
    #[arg(short, long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    n: u32,
    /// Only of payments booked in this month
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Option<Month>,
    /// Seed of the draw [default: the identifier of the last run]
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// The file of a sample that was drawn already, once more: the number of its operation
    #[arg(long, value_name = "OP", conflicts_with_all = ["n", "period", "seed"])]
    again: Option<u64>,
    /// File to write to; it must not exist [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Verdicts: right, ok, juste, vrai; wrong, false, faux. Rows without one are named. A later record of the same row counts.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage audit record sample.csv\nExit codes: 0 recorded; 2 a file that is none of a sample, or a row that was not drawn."
)]
struct Record {
    #[command(flatten)]
    at: At,
    /// The file of a sample, with verdicts
    file: PathBuf,
    /// Why, or who looked
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    match &args.command {
        Command::Sample(args) => sample(args, talk),
        Command::Record(args) => record(args, talk),
    }
}

fn sample(args: &SampleArgs, talk: Talk) -> Outcome {
    if let Some(path) = args.output.as_ref().filter(|p| p.exists()) {
        let error = Error::new(ErrorKind::Usage, "E0779", "this file exists already, perhaps with verdicts in it");
        return Err(error.in_file(path.display().to_string()).help("-o FILE  with another name").into());
    }
    let mut book = args.at.open()?;
    let (op, draw) = match args.again {
        Some(op) => (op, drawn_before(&book, op)?),
        None => draw(&mut book, args)?,
    };
    let bytes = file(&book, &draw)?;
    let Some(path) = &args.output else {
        crate::cli::print_with(|out| std::io::Write::write_all(out, &bytes).map_err(|e| crate::cli::output_error(&e)))?;
        return Ok(0);
    };
    let written = super::parts::put_file(path, &bytes);
    written.map_err(|e| e.help(format!("the draw is in the log:  lettrage audit sample --again {op} -o FILE")))?;
    if !talk.quiet {
        crate::cli::print(&format!(
            "{} of {} automatic applications drawn by the seed {}, op {op:04}: {}\n\
             write right or wrong behind each of them, then:  lettrage audit record {}\n",
            draw.drawn.len(),
            draw.population,
            printable(&draw.seed),
            path.display(),
            path.display()
        ))?;
    }
    Ok(0)
}

/// Draws, and writes the draw into the log.
fn draw(book: &mut Book, args: &SampleArgs) -> Result<(u64, Draw), Errors> {
    let from = book.not_audited(args.period)?;
    if from.is_empty() {
        let error = Error::new(ErrorKind::Usage, "E0775", "there is no automatic application to draw from");
        return Err(error.label("none stands, or all were drawn before").help("lettrage calibration").into());
    }
    let seed = match &args.seed {
        Some(seed) => seed.clone(),
        None => book.run_record("")?.id,
    };
    let ids: Vec<&str> = from.iter().map(|s| s.payment.as_str()).collect();
    let mut hash = blake3::Hasher::new();
    for id in &ids {
        hash.update(id.as_bytes()).update(b"\n");
    }
    let drawn = draw_sample(&ids, &seed, args.n as usize).into_iter().map(|at| Drawn {
        payment: from[at].payment.clone(),
        run: from[at].run,
        probability: from[at].probability.0,
    });
    let draw = Draw {
        seed,
        month: args.period.map_or_else(String::new, |m| m.to_string()),
        population: ids.len() as u64,
        population_hash: hash.finalize().to_hex().to_string(),
        drawn: drawn.collect(),
    };
    let summary = format!("{} of {} automatic applications", draw.drawn.len(), draw.population);
    let op = book.record_fact(&Heading { summary, payload: json!(draw), ..args.at.heading(DRAW)? })?;
    Ok((op, draw))
}

fn drawn_before(book: &Book, op: u64) -> Result<Draw, Error> {
    let sample = book.samples()?.into_iter().find(|s| s.op == op);
    sample.map(|s| s.draw).ok_or_else(|| {
        Error::new(ErrorKind::Usage, "E0711", format!("operation {op:04} has drawn no sample that is in force"))
            .help("lettrage log  lists the operations")
    })
}

/// The rows of a sample as CSV: UTF-8, `,`, LF; texts that a spreadsheet would run get a leading `'` (CWE-1236).
fn file(book: &Book, draw: &Draw) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| Error::new(ErrorKind::Io, "E0002", format!("cannot write the sample: {e}"));
    writer.write_record(COLUMNS).map_err(failed)?;
    let numbers = book.item_numbers()?;
    for drawn in &draw.drawn {
        // What was drawn and is in no statement any more stays in the sample, with what is known of it.
        let row = match book.payment(&drawn.payment) {
            Ok(payment) => row(&numbers, &payment, drawn),
            Err(_) => [drawn.payment.as_str()].into_iter().chain([""; 10]).map(str::to_string).collect(),
        };
        writer.write_record(row).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| Error::new(ErrorKind::Io, "E0002", format!("cannot write the sample: {e}")))
}

fn row(numbers: &BTreeMap<String, String>, payment: &BookPayment, drawn: &Drawn) -> Vec<String> {
    let p = &payment.payment;
    let money = |minor| crate::model::Money::new(minor, p.amount.currency).to_string();
    let (mut items, mut differences) = (Vec::new(), Vec::new());
    for d in payment.decision.iter().flat_map(|d| &d.differences) {
        differences.push(format!("{} {}", d.kind.word(), money(d.minor)));
    }
    for a in payment.decision.iter().flat_map(|d| &d.applications) {
        let number = numbers.get(&*a.item).map_or_else(String::new, |number| format!(" ({number})"));
        items.push(format!("{}{number} {}", a.item, money(a.minor)));
    }
    let text = |text: &str| {
        let one = printable(text);
        if is_formula(&one) { format!("'{one}") } else { one }
    };
    vec![
        text(&p.id),
        p.booking_date.to_string(),
        p.amount.to_string(),
        p.amount.currency.to_string(),
        text(&p.payer_name),
        text(&p.remittance),
        text(&items.join(" + ")),
        differences.join(" + "),
        crate::model::Probability(drawn.probability).to_string(),
        String::new(),
        String::new(),
    ]
}

fn record(args: &Record, talk: Talk) -> Outcome {
    let name = args.file.display().to_string();
    let rows = read(&args.file)?;
    let mut book = args.at.open()?;
    let samples = book.samples()?;
    let (mut missing, mut known): (Vec<&str>, usize) = (Vec::new(), 0);
    let mut by_sample: BTreeMap<u64, Vec<Audited>> = BTreeMap::new();
    for row in &rows {
        let of = samples.iter().find(|s| s.draw.drawn.iter().any(|d| d.payment == row.payment));
        let Some(of) = of else {
            let error = Error::new(ErrorKind::Usage, "E0777", format!("{} was not drawn", printable(&row.payment)));
            return Err(error
                .in_file(name)
                .at(row.line, 1)
                .label("only what was drawn at random counts as a sample; nothing was recorded")
                .help("lettrage audit sample  draws; its file names what was drawn")
                .into());
        };
        match row.right {
            None if of.verdicts.contains_key(&row.payment) => known += 1,
            None => missing.push(&row.payment),
            Some(right) => by_sample.entry(of.op).or_default().push(Audited {
                payment: row.payment.clone(),
                right,
                comment: row.comment.clone(),
            }),
        }
    }
    if by_sample.is_empty() {
        let error = Error::new(ErrorKind::Usage, "E0778", "there is no verdict in this file");
        return Err(error.in_file(name).help("write right or wrong into the column verdict, row by row").into());
    }
    let mut text = String::new();
    for (op, verdicts) in by_sample {
        let sample = samples.iter().find(|s| s.op == op);
        text.push_str(&put(&mut book, args, sample, Audit { sample: op, verdicts })?);
    }
    if known > 0 {
        text.push_str(&format!("{known} rows are empty and keep the verdict that was recorded before\n"));
    }
    if !missing.is_empty() {
        text.push_str(&format!("without a verdict: {}\n", listed(&missing)));
    }
    if !talk.quiet {
        crate::cli::print(&text)?;
    }
    Ok(0)
}

/// Records the verdicts on one sample, and says what they come to.
fn put(book: &mut Book, args: &Record, sample: Option<&Sample>, audit: Audit) -> Result<String, Errors> {
    let wrong: Vec<&str> = audit.verdicts.iter().filter(|v| !v.right).map(|v| v.payment.as_str()).collect();
    let summary = format!("{} verdicts on sample {:04}, {} wrong", audit.verdicts.len(), audit.sample, wrong.len());
    let heading = Heading { why: args.why.clone(), payload: json!(audit), ..args.at.heading(AUDIT)? };
    let op = book.record_fact(&Heading { summary: summary.clone(), ..heading })?;
    let mut text = format!("{summary}   op {op:04}    undo: lettrage undo {op:04}\n");
    let recorded = |payment: &str| audit.verdicts.iter().any(|v| v.payment == payment);
    let left: Vec<&str> =
        sample.map(Sample::missing).unwrap_or_default().into_iter().filter(|p| !recorded(p)).collect();
    text.push_str(&match left.len() {
        0 => "the sample is complete: it counts\n".to_string(),
        n => format!("{n} rows have no verdict yet: a sample that is recorded in part does not count as random\n"),
    });
    if !wrong.is_empty() {
        text.push_str(&format!(
            "wrong: {}\n  take each back:  lettrage reject PAYMENT --why …, or decide it by hand:  lettrage settle PAYMENT ITEM…\n",
            listed(&wrong)
        ));
    }
    Ok(text)
}

fn listed(ids: &[&str]) -> String {
    let shown: Vec<String> = ids.iter().take(NAMED).map(|id| printable(id)).collect();
    let more = if ids.len() > NAMED { format!("  and {} more", ids.len() - NAMED) } else { String::new() };
    format!("{}{more}", shown.join("  "))
}

/// A row of a file with verdicts.
struct Row {
    line: u64,
    payment: String,
    right: Option<bool>,
    comment: String,
}

/// Reads a file that came back from a person, perhaps through a spreadsheet: `,`, `;` or tab, any encoding that statements have.
/// Error: E0776 with its place.
fn read(path: &Path) -> Result<Vec<Row>, Error> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|e| Error::new(ErrorKind::Io, "E0001", format!("cannot be read: {e}")).in_file(name.clone()))?;
    let wrong =
        |line: u64, message: String| Error::new(ErrorKind::Input, "E0776", message).in_file(name.clone()).at(line, 1);
    let decoded = decode_text(&name, &bytes, None)?;
    let header = decoded.text.lines().next().unwrap_or_default();
    let of = |mark: &u8| header.bytes().filter(|b| b == mark).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(of).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(decoded.text.as_bytes());
    let unreadable = |e: csv::Error| wrong(e.position().map_or(1, csv::Position::line), format!("cannot be read: {e}"));
    let columns = reader.headers().map_err(unreadable)?.clone();
    let column = |wanted: &str| {
        columns.iter().position(|c| c.trim().trim_start_matches('\u{feff}').eq_ignore_ascii_case(wanted))
    };
    let (Some(payment), Some(verdict)) = (column("payment"), column("verdict")) else {
        let error = wrong(1, "this is no file of a sample: the columns payment and verdict are expected".into());
        return Err(error.help("lettrage audit sample -o FILE.csv  makes one"));
    };
    let comment = column("comment");
    let mut rows: Vec<Row> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(1, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let id = cell(payment).trim_start_matches('\'').to_string();
        let right = verdict_of(cell(verdict)).ok_or_else(|| {
            wrong(line, format!("{:?} is no verdict", cell(verdict)))
                .help("right (ok, juste, vrai) or wrong (false, faux)")
        })?;
        if let Some(before) = rows.iter().find(|r| r.payment == id) {
            return Err(wrong(line, format!("{} stands in line {} already", printable(&id), before.line)));
        }
        rows.push(Row { line, payment: id, right, comment: comment.map(cell).unwrap_or_default().to_string() });
    }
    Ok(rows)
}

/// What a word of the column says; `Some(None)`: nothing yet. `None`: it is no verdict.
fn verdict_of(word: &str) -> Option<Option<bool>> {
    Some(match word.to_lowercase().as_str() {
        "" => None,
        "right" | "ok" | "correct" | "true" | "juste" | "vrai" | "bon" => Some(true),
        "wrong" | "ko" | "incorrect" | "false" | "faux" => Some(false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_words_of_both_languages() {
        assert_eq!(["right", "OK", "Juste", "VRAI"].map(verdict_of), [Some(Some(true)); 4]);
        assert_eq!(["wrong", "Faux", "FALSE"].map(verdict_of), [Some(Some(false)); 3]);
        assert_eq!((verdict_of(""), verdict_of("perhaps")), (Some(None), None));
    }

    #[test]
    fn files_come_back_from_spreadsheets() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.csv");
        std::fs::write(&path, "\u{feff}payment;amount;verdict;comment\r\n'P1;1,00;juste;\r\nP2;2,00;;\r\n;;;\r\n")
            .unwrap();
        let rows = read(&path).unwrap();
        assert_eq!(
            rows.iter().map(|r| (r.payment.as_str(), r.right)).collect::<Vec<_>>(),
            [("P1", Some(true)), ("P2", None)]
        );
        for (text, line) in [
            ("", 1),
            ("a,b\n1,2\n", 1),
            ("payment,verdict\nP1,right\nP2,hm\n", 3),
            ("payment,verdict\nP1,right\nP1,wrong\n", 3),
        ] {
            std::fs::write(&path, text).unwrap();
            let Err(error) = read(&path) else { panic!("{text:?}") };
            assert_eq!((error.code(), error.line()), ("E0776", Some(line)), "{error}");
        }
    }
}
