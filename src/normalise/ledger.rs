//! Statements of several files become one ledger (being built)
