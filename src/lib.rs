//! Lettrage ties bank payments to the open invoices that they settle.

pub mod audit;
pub mod cli;
pub mod config;
pub mod engine;
pub mod error;
pub mod model;
pub mod normalise;
pub mod read;
pub mod report;
pub mod synth;

mod assign;
mod classify;
mod index;
mod propose;
mod score;

pub use engine::{Request, reconcile};
pub use error::{Error, ErrorKind, Errors};
