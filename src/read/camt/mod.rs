//! camt.053 (being built)
