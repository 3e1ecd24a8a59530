//! `lettrage bench`: How fast, how much memory, how right: the whole job, measured on generated data

mod data;
mod machine;
mod measure;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::progress::Progress;
use super::{Outcome, Talk};
use crate::bench::{self, Bench, Comparison, Layout, Row};
use crate::error::{Error, ErrorKind, Errors};
use crate::synth::{Profile, Shape};

use super::generate::Recipe;

/// Sizes that a laptop measures in a minute.
const SIZES: &str = "1k,10k,100k";
/// Bytes of data and of outputs of one payment, as measured; for what is said about the disk.
const BYTES_EACH: u64 = 420 + 850;

/// Measures speed, memory and accuracy on generated data
///
/// Each run is the whole job in a process of its own: files are read, matched, proved, and every file of --out is written.
/// Precision and coverage are those of the run that was timed. Data is kept in --data and used again while it is unchanged;
/// a million payments are 420 MB there, and 850 MB of outputs, which are removed after each run.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage bench -O json > before.json, and later: lettrage bench --compare before.json\n\
Exit codes: 0 done, whatever changed; 2 wrong use, or a run failed; 130 interrupted."
)]
pub(super) struct Args {
    /// Numbers of payments: 500, 1k, 10k, 100k, 1m [default: 1k,10k,100k; with --shapes, none]
    #[arg(long, value_name = "SIZES", value_delimiter = ',', value_parser = bench::parse_size)]
    sizes: Vec<u64>,
    /// Also measure bad shapes, each against a normal run of as many payments; N payments each instead of the size to be feared
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, value_parser = bench::parse_size)]
    shapes: Option<Option<u64>>,
    /// Runs of each size
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    runs: u32,
    /// Runs before them that do not count
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=100))]
    warmup: u32,
    /// Say what changed since a saved bench (JSON)
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Threads of each run [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Seed of the data
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Folder in which data is kept [default: lettrage-bench in the folder for temporary files]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How to print
    #[arg(short = 'O', long = "output-format", value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write to a file as well, by its ending: .svg (a picture of time against size), .json or .md
    #[arg(short = 'o', long = "output", value_name = "FILE", value_parser = output)]
    outputs: Vec<Output>,
}

/// How a bench is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Table,
    /// One JSON value, schema lettrage.bench/1; what --compare reads
    Json,
    /// The same tables in Markdown
    Md,
}

/// What a file shall hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Picture,
    Text(Format),
}

/// A file that was asked for.
#[derive(Clone, Debug)]
struct Output {
    path: PathBuf,
    content: Content,
}

/// What a file shall hold follows from its ending.
fn output(text: &str) -> Result<Output, String> {
    let path = PathBuf::from(text);
    let content = match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Content::Picture,
        Some("json") => Content::Text(Format::Json),
        Some("md") => Content::Text(Format::Md),
        _ => return Err("expected a name that ends in .svg, .json or .md".into()),
    };
    Ok(Output { path, content })
}

pub(super) fn run(args: &Args, talk: Talk) -> Outcome {
    // What may be wrong is found before minutes are spent.
    let before = args.compare.as_deref().map(saved).transpose()?;
    let folder = args.data.clone().unwrap_or_else(|| std::env::temp_dir().join("lettrage-bench"));
    let recipes = recipes(args);
    if !talk.quiet {
        say_room(&recipes, &folder);
    }
    let progress = Progress::start(talk.progress());
    let rows = measure::rows(args, &recipes, &folder, &progress)?;
    progress.finish();
    let bench = Bench {
        schema: bench::SCHEMA.to_string(),
        program: machine::program()?,
        measured_at: machine::now(),
        machine: machine::machine(),
        threads: args.threads.map_or_else(machine::cores, u32::from),
        seed: args.seed,
        runs: args.runs,
        warmup: args.warmup,
        rows,
    };
    let comparison = before.as_ref().map(|before| Comparison::new(before, &bench));
    for output in &args.outputs {
        let text = match output.content {
            Content::Picture => bench::picture(&bench, before.as_ref()),
            Content::Text(format) => text(&bench, comparison.as_ref(), format)?,
        };
        std::fs::File::create(&output.path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| {
            Error::new(ErrorKind::Io, "E0001", format!("cannot write: {e}")).in_file(output.path.display().to_string())
        })?;
    }
    if args.format != Format::Table || !talk.quiet {
        super::print(&text(&bench, comparison.as_ref(), args.format)?)?;
    }
    Ok(0)
}

/// A bench that was saved.
fn saved(path: &Path) -> Result<Bench, Error> {
    Bench::from_json(&super::pipeline::read_text(path, "the saved bench")?, &path.display().to_string())
}

/// What is to be measured: sizes, then shapes with the normal sizes that they are held against.
fn recipes(args: &Args) -> Vec<Recipe> {
    let shapes: Vec<(Shape, u64)> =
        args.shapes.iter().flat_map(|size| Shape::ALL.map(|s| (s, size.unwrap_or(s.payments())))).collect();
    let mut sizes = args.sizes.clone();
    if sizes.is_empty() && shapes.is_empty() {
        // Invariant: the text is a constant of this file, and a test reads it.
        sizes = bench::parse_sizes(SIZES).unwrap_or_default();
    }
    sizes.extend(shapes.iter().map(|(_, size)| size));
    sizes.sort_unstable();
    sizes.dedup();
    let normal = sizes.into_iter().map(|size| Recipe { profile: Profile::new(size, args.seed), shape: None });
    let bad = shapes.into_iter().map(|(s, size)| Recipe { profile: Profile::new(size, args.seed), shape: Some(s) });
    normal.chain(bad).collect()
}

/// Says how much room will be needed, where it is more than nobody would mind.
fn say_room(recipes: &[Recipe], folder: &Path) {
    const WORTH_SAYING: u64 = 100_000_000;
    let needed: u64 = recipes.iter().map(|recipe| recipe.profile.payments * BYTES_EACH).sum();
    if needed > WORTH_SAYING {
        eprintln!(
            "note: about {} MB will be written in {}; a third of it is data and stays there for the next time",
            bench::grouped(needed / 1_000_000),
            folder.display()
        );
    }
}

fn text(bench: &Bench, comparison: Option<&Comparison>, format: Format) -> Result<String, Errors> {
    #[derive(serde::Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        bench: &'a Bench,
        #[serde(skip_serializing_if = "Option::is_none")]
        comparison: Option<&'a Comparison>,
    }
    match format {
        Format::Table => Ok(bench::render(bench, comparison, Layout::Plain)),
        Format::Md => Ok(bench::render(bench, comparison, Layout::Markdown)),
        Format::Json => match serde_json::to_string_pretty(&Document { bench, comparison }) {
            Ok(text) => Ok(text + "\n"),
            Err(e) => Err(Error::new(ErrorKind::Io, "E0002", format!("cannot write the bench: {e}")).into()),
        },
    }
}

/// A row of which nothing is measured yet.
fn empty_row(recipe: &Recipe, made: &data::Made) -> Row {
    Row {
        shape: recipe.shape.map(|shape| shape.word().to_string()),
        payments: recipe.profile.payments,
        items: made.items,
        input_bytes: made.input_bytes,
        output_bytes: 0,
        data_sha256: made.sha256.clone(),
        data_reused: made.reused,
        wall_seconds: bench::Spread::default(),
        payments_per_second: 0.0,
        stages: Vec::new(),
        peak_memory_bytes: None,
        quality: bench::Quality::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_of_a_laptop_are_sizes() {
        assert_eq!(bench::parse_sizes(SIZES), Ok(vec![1_000, 10_000, 100_000]));
    }
}
