//! What the report of a book is made of: plain values that the caller collects.

use chrono::NaiveDate;

use crate::model::{
    AccountStatus, ApprovalView, BookItem, BookPayment, BookProofs, CalibrationRecord, Currency, InputFile, Month,
    Operation, Preparer,
};
use crate::report::Lang;

/// Everything that the report of a book needs.
#[derive(Clone, Copy, Debug)]
pub struct BookReport<'a> {
    /// Whose book it is.
    pub company: &'a str,
    /// The month that is reported; `None`: the whole book.
    pub month: Option<Month>,
    /// The day on which ages are counted.
    pub as_of: NaiveDate,
    /// Language of what people read. Files for programs (CSV, JSON) do not depend on it.
    pub lang: Lang,
    /// When the report was made, with its time zone, as it is to be printed; empty leaves it out, so that a report made again is the
    /// same to the byte.
    pub made_at: &'a str,
    /// The last run; `None` before the first.
    pub run: Option<&'a str>,
    /// On what the last run was calibrated; `None` where it does not say.
    pub calibration: Option<CalibrationRecord>,
    /// SHA-256 of the configuration with its rules, in hexadecimal.
    pub rules_sha256: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// Hash of the last entry of the log.
    pub log_head: &'a str,
    /// Seal of the month, where it is closed.
    pub seal: Option<&'a str>,
    /// Who prepared the month, and who approved it; of the whole book nothing is said.
    pub control: ControlView<'a>,
    /// What each account and currency holds of the month's payments, by standing.
    pub accounts: &'a [AccountStatus],
    /// Every proof, those of single accounts among them; bank and ledger beside each other; and what could not be proved.
    pub proofs: &'a BookProofs,
    /// Payments: all that are open at the as-of date, and the month's decided ones. `place.file` counts in `files`.
    pub payments: &'a [BookPayment],
    /// Items that are open, settled by a person without a payment, or asked about because no list has them any more.
    pub items: &'a [BookItem],
    /// Money on customers' accounts, by currency: positive, in minor units.
    pub on_account: &'a [(Currency, i128)],
    /// What was open when the month began; `None` where no month before was closed.
    pub carried: Option<&'a [CarriedView]>,
    /// Entries of the log of the month. Those of imports and runs are left out of the section on people.
    pub operations: &'a [Operation],
    /// Files that were imported.
    pub files: &'a [InputFile],
    /// Rules in force.
    pub rules: &'a [RuleView],
    /// What was drawn for the auditor.
    pub sample: SampleView<'a>,
}

/// Four eyes: who prepared, who approved.
#[derive(Clone, Copy, Debug, Default)]
pub struct ControlView<'a> {
    /// Those with the most decisions first.
    pub prepared: &'a [Preparer],
    /// Oldest first, with what has become of each.
    pub approvals: &'a [ApprovalView],
}

/// Something that was open when the month began, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedView {
    /// Identifier of the payment or item.
    pub id: Box<str>,
    /// Whether it is a payment; otherwise an item.
    pub is_payment: bool,
    /// Bank account of a payment; empty for items.
    pub account: Box<str>,
    /// Currency.
    pub currency: Currency,
    /// What was open at the start, in minor units.
    pub minor: i64,
    /// What is open of it at the as-of date.
    pub open_now: i64,
    /// What became of it: `matched with 2026-0412, op 190`. Empty: nothing, it is as open as it was.
    pub became: Box<str>,
}

/// A rule of the configuration, as the report shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleView {
    /// Its identifier.
    pub id: Box<str>,
    /// Its conditions, as they stand in the configuration.
    pub what: Box<str>,
    /// The ledger account that it books to.
    pub account: Box<str>,
    /// Its reason.
    pub reason: Box<str>,
    /// Payments that it decided in the month.
    pub used: u64,
}

/// Decisions of the engine, drawn for the auditor; see [`draw_sample`](super::draw_sample).
#[derive(Clone, Copy, Debug)]
pub struct SampleView<'a> {
    /// The seed that they were drawn with.
    pub seed: &'a str,
    /// How many decisions they were drawn from.
    pub drawn_from: usize,
    /// What was drawn, in the order of the draw.
    pub drawn: &'a [Sampled],
}

/// One decision of the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sampled {
    /// The payment with its decision.
    pub payment: BookPayment,
    /// The full evidence in text, as `explain` prints it.
    pub evidence: String,
}
