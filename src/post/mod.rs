//! From decisions to the accounting ledger: entries that balance, lettering codes, and the files that accounting programs take.
//!
//! | folder | what it holds |
//! |---|---|
//! | [`ack`] | what the ledger answers |
//! | [`build`] | decisions to entries, lettering |
//! | [`formats`] | entries to files: journal CSV, FEC, hledger, beancount and the formats of accounting programs |

pub mod ack;
pub mod build;
pub mod formats;
