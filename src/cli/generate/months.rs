//! `lettrage generate --months`: the months of a company, as its accountant gets them.

use std::fs::{self, File};
use std::path::Path;

use super::{Args, Failed, Format, at, cannot_write};
use crate::cli::Outcome;
use crate::error::{Error, ErrorKind};
use crate::synth::{Camt, Months, Profile, Table};

/// Payments of all months together: they are held in memory.
const MOST: u64 = 2_000_000;

pub(super) fn run(args: &Args, months: u32) -> Outcome {
    let profile = Profile::of_months(months, args.payments, args.seed);
    if profile.payments > MOST {
        let message = format!("{months} months of {} payments are too many", args.payments);
        let error = Error::new(ErrorKind::Usage, "E0774", message);
        return Err(error.help(format!("at most {MOST} payments in all months together, and two months more")).into());
    }
    let world = Months::new(&profile);
    write(&world, &args.out, args.format).map_err(cannot_write)?;
    let (payments, items) = world.sizes();
    eprintln!(
        "{months} months, {payments} payments, {items} invoices and credit notes, {} customers in {}",
        world.customers.len(),
        args.out.display()
    );
    Ok(0)
}

fn write(world: &Months, out: &Path, format: Format) -> Result<(), Failed> {
    at(out, fs::create_dir_all(out))?;
    let open = |path: &Path| at(path, File::create(path));
    let mut customers = at(out, Table::customers(open(&out.join("customers.csv"))?))?;
    at(out, world.customers.iter().try_for_each(|customer| customers.customer(customer)))?;
    at(out, customers.finish())?;
    let mut truth = at(out, Table::truth(open(&out.join("truth.csv"))?))?;
    let mut camt: Option<Camt> = None;
    for n in 0..world.count() {
        let month = world.month(n);
        let folder = out.join(month.first.format("%Y-%m").to_string());
        at(&folder, fs::create_dir_all(&folder))?;
        let mut items = at(&folder, Table::items(open(&folder.join(format!("open_items_{}.csv", month.last)))?))?;
        at(&folder, month.open.iter().try_for_each(|item| items.item(item)))?;
        at(&folder, items.finish())?;
        match (format, &mut camt) {
            (Format::Csv, _) => {
                let mut payments = at(&folder, Table::payments(open(&folder.join("payments.csv"))?))?;
                at(&folder, month.payments.iter().try_for_each(|payment| payments.payment(payment)))?;
                at(&folder, payments.finish())?;
            }
            (Format::Camt053, None) => camt = Some(at(out, Camt::new(&folder, &out.join("positions.csv")))?),
            (Format::Camt053, Some(camt)) => at(&folder, camt.move_to(&folder))?,
        }
        if let Some(camt) = &mut camt {
            at(&folder, month.payments.iter().try_for_each(|payment| camt.payment(payment.clone())))?;
        }
        for payment in month.payments {
            at(out, world.truth(&payment.id).iter().try_for_each(|row| truth.truth_row(row)))?;
        }
    }
    if let Some(camt) = camt {
        at(out, camt.finish())?;
    }
    at(out, truth.finish())
}
