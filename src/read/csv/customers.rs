//! A customer list to customers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::error::{Collector, Error, Errors};
use crate::model::{Customer, CustomerFile, InputRole, Place, Position};

use super::amount::{Mark, NumberFormat};
use super::cells::Reader;
use super::columns::Role;
use super::date::DateOrder;
use super::detect;
use super::items::{row_at, split_list};
use super::records::Row;
use super::skips::Skips;
use super::table::{self, Table};

/// Reads customers from an opened table.
pub(super) fn read(mut table: Table<'_>, sha256: Box<str>, bytes: u64) -> Result<CustomerFile, Errors> {
    let format = match table.columns.has(Role::UsualFee) {
        true => detect::number_format(&mut table, &[Role::UsualFee])?,
        false => NumberFormat::new(Mark::Dot),
    };
    let mut file = table.input_file(InputRole::Customers, sha256, bytes);
    let reader = Reader::new(&table, format, DateOrder::YearMonthDay);
    let mut errors = Collector::default();
    let mut customers: Vec<Customer> = Vec::new();
    let mut seen: HashMap<Box<str>, u32> = HashMap::new();
    let mut skips = Skips::default();
    table.each(&mut errors, |row, rows| {
        if row.is_blank(table.text) {
            return Ok(());
        }
        if row.loose {
            skips.loose(row.line);
        }
        table::check_row(&table, row, rows)?;
        let customer = customer(&reader, row)?;
        match seen.entry(customer.id.clone()) {
            Entry::Occupied(first) => return Err(repeat(&table, row.line, *first.get(), &customer.id)),
            Entry::Vacant(free) => free.insert(row.line),
        };
        customers.push(customer);
        Ok(())
    });
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

fn repeat(table: &Table<'_>, line: u32, first: u32, id: &str) -> Error {
    let message = format!("the customer \"{id}\" is in the file twice");
    let column = table.columns.get(Role::Id).unwrap_or_default();
    let error = match row_at(table, line) {
        Some(row) => table.fault(&row, column, "E0121", message),
        None => table.header_fault(column, "E0121", message),
    };
    error
        .label(format!("first on line {first}"))
        .also_at(table.path, u64::from(first))
        .help("a customer_id is unique: put further names and accounts into one row, parted by |")
}
