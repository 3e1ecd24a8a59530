//! A customer list to customers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::error::{Collector, Error, Errors};
use crate::model::{Customer, CustomerFile, InputRole, Place, Position, distinct};

use super::amount::{Mark, NumberFormat};
use super::cells::Reader;
use super::columns::Role;
use super::date::DateOrder;
use super::detect;
use super::items::split_list;
use super::records::Row;
use super::skips::Skips;
use super::table::{self, Table};

/// Reads customers from an opened table.
pub(super) fn read(mut table: Table<'_>) -> Result<CustomerFile, Errors> {
    let format = match table.columns.has(Role::UsualFee) {
        true => detect::number_format(&mut table, &[Role::UsualFee])?,
        false => NumberFormat::new(Mark::Dot),
    };
    let mut file = table.input_file(InputRole::Customers);
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
            customers.push(customer(reader, row)?);
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
            let customer = customer(reader, row)?;
            match seen.entry(customer.id) {
                Entry::Occupied(first) => Err(repeat(&table, row, *first.get(), first.key())),
                Entry::Vacant(free) => {
                    free.insert(row.line);
                    Ok(())
                }
            }
        });
    }
    skips.say(&mut file.notes);
    file.records = customers.len() as u64;
    errors.finish(CustomerFile { file, customers })
}

fn customer(reader: &Reader<'_, '_>, row: &Row) -> Result<Customer, Error> {
    let table = reader.table;
    let column = |role| table.columns.get(role);
    let text = |role| -> Box<str> { table.cell_of(row, column(role)).into() };
    let list = |role| split_list(&table.cell_of(row, column(role)));
    let id = text(Role::Id);
    if id.is_empty() {
        return Err(table
            .fault(row, column(Role::Id).unwrap_or_default(), "E0117", "the customer has no number")
            .label("customer_id is expected here")
            .help("give the row a number, or delete it if it is no customer"));
    }
    let usual_fee = match column(Role::UsualFee) {
        Some(c) if !table.cell(row, c).is_empty() => Some(reader.decimal(row, c, &table.cell(row, c))?),
        _ => None,
    };
    Ok(Customer {
        id,
        name: text(Role::Name),
        other_names: list(Role::OtherNames),
        ibans: list(Role::Iban),
        group: text(Role::Group),
        pays_for: list(Role::PaysFor),
        usual_fee,
        vat_number: text(Role::VatNumber),
        place: Place { file: 0, position: Position::Line(row.line) },
    })
}

fn repeat(table: &Table<'_>, row: &Row, first: u32, id: &str) -> Error {
    let column = table.columns.get(Role::Id).unwrap_or_default();
    table
        .fault(row, column, "E0121", format!("the customer \"{id}\" is in the file twice"))
        .label(format!("first on line {first}"))
        .also_at(table.path, u64::from(first))
        .help("a customer_id is unique: put further names and accounts into one row, parted by |")
}
