//! The book: a company's receivables from month to month, in one SQLite file.
//!
//! A book is a folder with `lettrage.toml` and `book.db`. It feeds the matcher and records what it decided; it decides nothing
//! itself. What is in it follows from two things alone: the files that were imported, and the log of operations. Payments are what
//! all imported statement files together give; items are what the lists give one after the other; where each of them stands is the
//! decision that its last operation left. So an operation can be undone, and undoing all of them gives back the first state.
//!
//! | file | what it holds |
//! |---|---|
//! | [`store`] | the database file: opening, locking, migrations, transactions |
//! | [`log`] | operations, chained by hash; what stands after each |
//! | `force` | which operations are in force, by the log |
//! | [`import`] | files, payments, items, customers, ledger lines |
//! | [`lists`] | what a further list of items changes |
//! | [`runs`] | what the matcher is given, and what it said |
//! | [`learned`] | what decisions teach about payers, and what was forgotten |
//! | [`decide`] | decisions of people |
//! | [`calibration`] | what is known of right and wrong: corrections, samples, audits |
//! | [`undo`] | taking operations back |
//! | [`query`] | where payments and items stand |
//! | [`facts`] | every row, for the auditor |
//! | [`period`] | closing a month, opening it again, what changed since |
//! | [`posting`] | what was written for the ledger, and what the ledger said of it |
//! | [`snapshot`] | a copy at one moment, for an archive |
//! | [`export`] | the log as text, and rows as they were read |
//! | [`content`] | what a month holds, and who prepared it: what is approved |
//! | [`approval`] | approvals |
//! | [`state`] | the whole state as text: for seals, tests and comparisons |

pub mod approval;
pub mod calibration;
mod closed;
pub mod codec;
pub mod content;
pub mod decide;
pub mod export;
pub mod facts;
mod force;
pub mod import;
pub mod learned;
pub mod lists;
pub mod log;
pub mod period;
pub mod posting;
pub mod query;
mod rows;
pub mod runs;
mod seal;
pub mod snapshot;
pub mod state;
pub mod store;
pub mod undo;

#[cfg(test)]
mod tests;

pub use store::Book;
