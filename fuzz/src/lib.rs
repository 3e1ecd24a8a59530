//! What the fuzz targets share: the promises that every reader keeps, from the tests of the crate.

#[path = "../../tests/it/hostile.rs"]
pub mod hostile;

/// Reads the bytes with the reader of that name, and panics where it breaks a promise.
pub fn survive(name: &str, bytes: &[u8]) {
    hostile::Target::named(name).check(bytes);
}
