//! Encodings (being built)
