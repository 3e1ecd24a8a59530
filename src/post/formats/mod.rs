//! Entries as files: each format in a module of its own, all from the same values.
