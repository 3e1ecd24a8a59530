//! CSV (being built)
