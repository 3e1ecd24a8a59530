//! From decisions to the accounting ledger: entries that balance, lettering codes, and the files that accounting programs take.
//!
//! | folder | what it holds |
//! |---|---|
//! | [`build`] | decisions to entries, lettering |
//! | [`formats`] | entries to files: journal CSV, FEC, hledger, beancount and the formats of accounting programs |

pub mod build;
pub mod formats;
