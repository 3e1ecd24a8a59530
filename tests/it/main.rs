//! The one integration binary: linking is dear. One module a subject.

mod csv_corpus;
mod csv_reading;
mod errors_csv;
