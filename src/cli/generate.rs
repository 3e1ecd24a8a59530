//! `lettrage generate`: Makes payments and invoices whose true links are known

mod months;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Outcome;
use crate::error::{Error, ErrorKind};
use crate::model::Payment;
use crate::synth::{Camt, Profile, Shape, Table, TruthRow, World, slices};

/// Makes payments and invoices whose true links are known
///
/// Writes payments.csv (or statements), invoices.csv, customers.csv and truth.csv. The same number and seed make the same bytes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Number of payments, at most ten million; with --months in each month, about. Invoices are about 1.3 times as many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    payments: u64,
    /// A bad shape instead of a normal company: what is slow for whoever compares too much
    #[arg(long, value_name = "NAME", value_parser = shape())]
    shape: Option<Shape>,
    /// A company's months one after the other, from January 2025 on: a folder for each, with the statements of the month and the list of
    /// what is open at its end
    #[arg(long, value_name = "N", conflicts_with = "shape", value_parser = clap::value_parser!(u32).range(1..=120))]
    months: Option<u32>,
    /// Another seed makes another company
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Folder to write to; made if absent, files of the same names are replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How payments are written
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// payments.csv in the canonical columns
    Csv,
    /// camt.053.001.08 files in statements/, and positions.csv that says which payment of the truth stands where
    Camt053,
}

/// The words of the bad shapes, and a shape for each.
fn shape() -> impl TypedValueParser<Value = Shape> {
    PossibleValuesParser::new(Shape::ALL.map(Shape::word))
        // Invariant: the parser before lets only the words of shapes through.
        .map(|word| Shape::parse(&word).expect("a word of the list"))
}

pub(super) fn run(args: &Args) -> Outcome {
    if let Some(count) = args.months {
        return months::run(args, count);
    }
    let made = Recipe { profile: Profile::new(args.payments, args.seed), shape: args.shape };
    let counts = write(&made, &args.out, args.format)?;
    eprintln!(
        "{} payments, {} invoices and credit notes, {} customers in {}",
        args.payments,
        counts.items,
        counts.customers,
        args.out.display()
    );
    Ok(0)
}

/// What is made: a normal company, or one of a bad shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipe {
    pub(super) profile: Profile,
    pub(super) shape: Option<Shape>,
}

/// How much was made.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) items: u64,
    pub(super) customers: u64,
}

/// Writes what the recipe makes into a folder.
pub(super) fn write(recipe: &Recipe, out: &Path, format: Format) -> Result<Counts, Error> {
    let written = match recipe.shape {
        Some(shape) => write_shape(shape, &recipe.profile, out, format),
        None => write_world(&recipe.profile, out, format),
    };
    written.map_err(cannot_write)
}

fn cannot_write((path, e): Failed) -> Error {
    Error::new(ErrorKind::Io, "E0001", format!("cannot write: {e}")).in_file(path.display().to_string())
}

/// Where payments go.
enum Payments {
    Csv(Table<File>),
    Camt(Camt),
}

impl Payments {
    fn write(&mut self, payment: Payment) -> io::Result<()> {
        match self {
            Self::Csv(table) => table.payment(&payment),
            Self::Camt(camt) => camt.payment(payment),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(table) => table.finish(),
            Self::Camt(camt) => camt.finish(),
        }
    }
}

type Failed = (PathBuf, io::Error);

/// Remembers which file it was.
fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, Failed> {
    result.map_err(|e| (path.to_owned(), e))
}

/// The tables of a folder.
struct Tables {
    payments: Payments,
    items: Table<File>,
    customers: Table<File>,
    truth: Table<File>,
}

impl Tables {
    fn create(out: &Path, format: Format) -> Result<Self, Failed> {
        at(out, fs::create_dir_all(out))?;
        let open = |name: &str| at(&out.join(name), File::create(out.join(name)));
        let payments = match format {
            Format::Csv => Payments::Csv(at(out, Table::payments(open("payments.csv")?))?),
            Format::Camt053 => Payments::Camt(at(out, Camt::new(&out.join("statements"), &out.join("positions.csv")))?),
        };
        Ok(Self {
            payments,
            items: at(out, Table::items(open("invoices.csv")?))?,
            customers: at(out, Table::customers(open("customers.csv")?))?,
            truth: at(out, Table::truth(open("truth.csv")?))?,
        })
    }

    fn finish(self, out: &Path) -> Result<(), Failed> {
        at(out, self.payments.finish())?;
        [self.items, self.customers, self.truth].into_iter().try_for_each(|table| at(out, table.finish()))
    }
}

fn write_world(profile: &Profile, out: &Path, format: Format) -> Result<Counts, Failed> {
    let mut tables = Tables::create(out, format)?;
    let mut counts = Counts::default();
    for (n, (first, last)) in slices(profile).into_iter().enumerate() {
        let mut held: Vec<(Payment, Vec<TruthRow>)> = Vec::new();
        // Each slice makes the same world again and keeps its own days: time is spent so that memory is not.
        for part in World::new(profile) {
            if n == 0 {
                at(out, part.items.iter().try_for_each(|item| tables.items.item(item)))?;
                at(out, part.customers.iter().try_for_each(|customer| tables.customers.customer(customer)))?;
                counts.items += part.items.len() as u64;
                counts.customers += part.customers.len() as u64;
            }
            let mut rows = part.truth.into_iter().peekable();
            for payment in part.payments {
                let own: Vec<TruthRow> =
                    std::iter::from_fn(|| rows.next_if(|row| row.payment_id == payment.id)).collect();
                if payment.booking_date >= first && payment.booking_date <= last {
                    held.push((payment, own));
                }
            }
        }
        held.sort_unstable_by(|(a, _), (b, _)| (a.booking_date, &a.id).cmp(&(b.booking_date, &b.id)));
        for (payment, rows) in held {
            at(out, tables.payments.write(payment))?;
            at(out, rows.iter().try_for_each(|row| tables.truth.truth_row(row)))?;
        }
    }
    tables.finish(out)?;
    Ok(counts)
}

fn write_shape(shape: Shape, profile: &Profile, out: &Path, format: Format) -> Result<Counts, Failed> {
    let data = shape.generate(profile.payments, profile.seed);
    let mut tables = Tables::create(out, format)?;
    at(out, data.items.iter().try_for_each(|item| tables.items.item(item)))?;
    at(out, data.customers.iter().try_for_each(|customer| tables.customers.customer(customer)))?;
    at(out, data.truth.iter().try_for_each(|row| tables.truth.truth_row(row)))?;
    let counts = Counts { items: data.items.len() as u64, customers: data.customers.len() as u64 };
    at(out, data.payments.into_iter().try_for_each(|payment| tables.payments.write(payment)))?;
    tables.finish(out)?;
    Ok(counts)
}
