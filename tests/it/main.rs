//! The one integration binary: linking is dear, so every integration test is a module of it.

mod accuracy_floor;
mod bench;
mod books;
mod camt05x_corpus;
mod camt_corpus;
mod command;
mod configuration;
mod corpus;
mod csv_corpus;
mod csv_reading;
mod demo_fixture;
mod demo_run;
mod determinism;
mod edge_cases;
mod errors_csv;
mod errors_formats;
mod estimates;
mod house;
mod inspect;
#[cfg(unix)]
mod interrupt;
mod invariants;
mod invariants_generated;
mod once;
mod payers;
mod periods;
mod references;
mod report;
mod synth;
