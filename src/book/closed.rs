//! The lock on closed months.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Transaction};

use super::store::{Book, Told as _};
use crate::error::{Error, ErrorKind};
use crate::model::{Month, Payment};

/// Months are closed in order, so the last one that is says of each day whether it is.
const LAST: &str = "SELECT month FROM period ORDER BY month DESC LIMIT 1";

impl Book {
    /// The last month that is closed. Error: E0706.
    pub fn closed_through(&self) -> Result<Option<Month>, Error> {
        let month: Option<String> = self.db.query_row(LAST, [], |row| row.get(0)).optional().told()?;
        Ok(month.as_deref().and_then(Month::parse))
    }
}

fn closed_through(tx: &Transaction<'_>) -> Result<Option<Month>, Error> {
    let month: Option<String> =
        tx.prepare_cached(LAST).and_then(|mut get| get.query_row([], |row| row.get(0)).optional()).told()?;
    Ok(month.as_deref().and_then(Month::parse))
}

/// Refuses to touch money of a closed month. Error: C0001.
pub(super) fn refuse_if_closed(tx: &Transaction<'_>, payment: &Payment, why: &str) -> Result<(), Error> {
    refuse_day(tx, &payment.id, payment.booking_date, why)
}

/// The same, by the day on which the bank booked it. Error: C0001.
pub(super) fn refuse_day(tx: &Transaction<'_>, id: &str, booked: NaiveDate, why: &str) -> Result<(), Error> {
    let month = Month::of(booked);
    let Some(last) = closed_through(tx)?.filter(|closed| month <= *closed) else { return Ok(()) };
    // Months are opened again from the last one.
    Err(Error::new(
        ErrorKind::Refused,
        "C0001",
        format!("{month} is closed: payment {id} was booked on {booked}, and {why}"),
    )
    .label("nothing was changed")
    .help(format!("if the month must change:  lettrage reopen {last} --why …")))
}
