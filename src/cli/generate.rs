//! `lettrage generate`: Makes payments and invoices whose true links are known

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Outcome;
use crate::error::{Error, ErrorKind};
use crate::model::Payment;
use crate::synth::{Camt, Profile, Table, TruthRow, World, slices};

/// Makes payments and invoices whose true links are known
///
/// Writes payments.csv (or statements), invoices.csv, customers.csv and truth.csv. The same number and seed make the same bytes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Number of payments, at most ten million; invoices are about 1.3 times as many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    payments: u64,
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
enum Format {
    /// payments.csv in the canonical columns
    Csv,
    /// camt.053.001.08 files in statements/, and positions.csv that says which payment of the truth stands where
    Camt053,
}

pub(super) fn run(args: &Args) -> Outcome {
    let profile = Profile::new(args.payments, args.seed);
    let said = write_all(&profile, &args.out, args.format).map_err(|(path, e)| {
        Error::new(ErrorKind::Io, "E0001", format!("cannot write: {e}")).in_file(path.display().to_string())
    })?;
    eprintln!("{said}");
    Ok(0)
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

fn write_all(profile: &Profile, out: &Path, format: Format) -> Result<String, Failed> {
    at(out, fs::create_dir_all(out))?;
    let open = |name: &str| at(&out.join(name), File::create(out.join(name)));
    let mut payments = match format {
        Format::Csv => Payments::Csv(at(out, Table::payments(open("payments.csv")?))?),
        Format::Camt053 => Payments::Camt(at(out, Camt::new(&out.join("statements"), &out.join("positions.csv")))?),
    };
    let mut items = at(out, Table::items(open("invoices.csv")?))?;
    let mut customers = at(out, Table::customers(open("customers.csv")?))?;
    let mut truth = at(out, Table::truth(open("truth.csv")?))?;
    let (mut item_count, mut customer_count) = (0_u64, 0_u64);
    for (n, (first, last)) in slices(profile).into_iter().enumerate() {
        let mut held: Vec<(Payment, Vec<TruthRow>)> = Vec::new();
        // Each slice makes the same world again and keeps its own days: time is spent so that memory is not.
        for part in World::new(profile) {
            if n == 0 {
                at(out, part.items.iter().try_for_each(|item| items.item(item)))?;
                at(out, part.customers.iter().try_for_each(|customer| customers.customer(customer)))?;
                item_count += part.items.len() as u64;
                customer_count += part.customers.len() as u64;
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
            at(out, payments.write(payment))?;
            at(out, rows.iter().try_for_each(|row| truth.truth_row(row)))?;
        }
    }
    at(out, payments.finish())?;
    for table in [items, customers, truth] {
        at(out, table.finish())?;
    }
    Ok(format!(
        "{} payments, {item_count} invoices and credit notes, {customer_count} customers in {}",
        profile.payments,
        out.display()
    ))
}
