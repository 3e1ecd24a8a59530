//! The one integration binary: linking is dear, so every integration test is a module of it.

mod camt_corpus;
mod csv_corpus;
mod demo_fixture;
mod errors_camt;
mod house;
mod report;
mod synth;
