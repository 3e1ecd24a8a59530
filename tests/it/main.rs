//! The one integration binary: linking is dear. One module a subject.

mod camt_corpus;
mod errors_camt;
mod inspect;
