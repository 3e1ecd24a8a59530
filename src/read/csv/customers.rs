//! A customer list to customers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::error::{Collector, Error, Errors};
use crate::model::{Customer, CustomerFile, InputRole, Place, distinct};

use super::amount::{Mark, NumberFormat};
use super::cells::Reader;
use super::columns::Role;
use super::date::DateOrder;
use super::detect;
use super::items::split_list;
use super::records::Row;
use super::skips::Skips;
use super::table::{self, Table};

/// The columns of a customer list, looked up once.
struct Columns {
    id: Option<usize>,
    name: Option<usize>,
    other_names: Option<usize>,
    ibans: Option<usize>,
    group: Option<usize>,
    pays_for: Option<usize>,
    usual_fee: Option<usize>,
    vat_number: Option<usize>,
}

impl Columns {
    fn of(table: &Table<'_>) -> Self {
        let get = |role| table.columns.get(role);
        Self {
            id: get(Role::Id),
            name: get(Role::Name),
            other_names: get(Role::OtherNames),
            ibans: get(Role::Iban),
            group: get(Role::Group),
            pays_for: get(Role::PaysFor),
            usual_fee: get(Role::UsualFee),
            vat_number: get(Role::VatNumber),
        }
    }
}

/// Reads customers from an opened table.
pub(super) fn read(mut table: Table<'_>) -> Result<CustomerFile, Errors> {
    let format = match table.columns.has(Role::UsualFee) {
        true => detect::number_format(&mut table, &[Role::UsualFee])?,
        false => NumberFormat::new(Mark::Dot),
    };
    let mut file = table.input_file(InputRole::Customers);
    let columns = Columns::of(&table);
    let reader = || Reader::new(&table, format, DateOrder::YearMonthDay);
    let mut errors = Collector::default();
    let (_, customers, skips) = table.each(
        &mut errors,
        || (reader(), Vec::new(), Skips::default()),
        |(reader, customers, skips), row, rows| {
            if row.is_blank(table.text) {
                return Ok(());
            }
            if row.loose {
                skips.loose(row.line);
            }
            table::check_row(&table, row, rows)?;
            customers.push(customer(reader, &columns, row)?);
            Ok(())
        },
        |(_, customers, skips), (_, more, said), left| {
            table::add(customers, more, left);
            skips.absorb(said);
        },
    );
    if !distinct::repeated(&customers, |c| &c.id).is_empty() {
        // The errors are wanted in the order of the rows.
        errors = Collector::default();
        table.each_in_one(&mut errors, (reader(), HashMap::new()), |(reader, seen), row, rows| {
            if row.is_blank(table.text) {
                return Ok(());
            }
            table::check_row(&table, row, rows)?;
            let customer = customer(reader, &columns, row)?;
            match seen.entry(customer.id) {
                Entry::Occupied(first) => Err(repeat(&table, row, *first.get(), first.key())),
                Entry::Vacant(free) => {
                    free.insert(row.line);
                    Ok(())
                }
            }
        });
    }
    skips.say(table.place_word(), &mut file.notes);
    file.records = customers.len() as u64;
    errors.finish(CustomerFile { file, customers })
}

fn customer(reader: &Reader<'_, '_>, columns: &Columns, row: &Row) -> Result<Customer, Error> {
    let table = reader.table;
    let text = |column| -> Box<str> { table.cell_of(row, column).into() };
    let list = |column| split_list(&table.cell_of(row, column));
    let id = text(columns.id);
    if id.is_empty() {
        return Err(table
            .fault(row, columns.id.unwrap_or_default(), "E0117", "the customer has no number")
            .label("customer_id is expected here")
            .help("give the row a number, or delete it if it is no customer"));
    }
    let usual_fee = match columns.usual_fee {
        Some(c) if !table.cell(row, c).is_empty() => Some(reader.decimal(row, c, &table.cell(row, c))?),
        _ => None,
    };
    Ok(Customer {
        id,
        name: text(columns.name),
        other_names: list(columns.other_names),
        ibans: list(columns.ibans),
        group: text(columns.group),
        pays_for: list(columns.pays_for),
        usual_fee,
        vat_number: text(columns.vat_number),
        place: Place { file: 0, position: table.position(row) },
    })
}

fn repeat(table: &Table<'_>, row: &Row, first: u32, id: &str) -> Error {
    let column = table.columns.get(Role::Id).unwrap_or_default();
    table
        .fault(row, column, "E0121", format!("the customer \"{id}\" is in the file twice"))
        .label(format!("first on {} {first}", table.place_word()))
        .also_at(table.path, u64::from(first))
        .help("a customer_id is unique: put further names and accounts into one row, parted by |")
}
