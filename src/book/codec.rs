//! Values as the database holds them: texts that people can read with any tool, lists as JSON, large content compressed.

use std::io::{Read as _, Write as _};

use chrono::NaiveDate;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};
use crate::model::{Currency, Difference, DifferenceKind, Money};

/// Bytes that a compressed value may have unpacked: what a program that writes books can make, and not more.
const LARGEST: u64 = 8 << 30;

/// An error for a value that this program cannot have written.
pub(super) fn broken(what: &str, found: &str) -> Error {
    let shown: String = found.chars().take(80).collect();
    Error::new(ErrorKind::Input, "E0705", format!("the book is damaged: {what} cannot be read"))
        .label(format!("found {shown:?}"))
        .help("lettrage doctor  says what is wrong; put back a copy of book.db")
}

/// Compresses bytes. Writing to memory cannot fail; a failure would be said as a damaged value.
pub(super) fn pack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(|e| broken("a value to compress", &e.to_string()))
}

/// Unpacks what [`pack`] made.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(4));
    ZlibDecoder::new(bytes)
        .take(LARGEST)
        .read_to_end(&mut out)
        .map_err(|e| broken("a compressed value", &e.to_string()))?;
    Ok(out)
}

/// A value as compressed JSON.
pub(super) fn pack_json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    pack(&serde_json::to_vec(value).map_err(|e| broken("a value to store", &e.to_string()))?)
}

/// Reads what [`pack_json`] made.
pub(super) fn unpack_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(&unpack(bytes)?).map_err(|e| broken("the content of a file", &e.to_string()))
}

/// A value as JSON; nothing for what is empty.
pub(super) fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| broken("a value to store", &e.to_string()))
}

/// Reads JSON.
pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|_| broken(what, text))
}

/// A list of texts: JSON, or nothing for none.
pub(super) fn list(texts: &[Box<str>]) -> Result<String, Error> {
    if texts.is_empty() { Ok(String::new()) } else { json(&texts) }
}

/// Reads a list of texts.
pub(super) fn from_list(text: &str) -> Result<Vec<Box<str>>, Error> {
    if text.is_empty() { Ok(Vec::new()) } else { from_json(text, "a list of texts") }
}

/// Typed differences: `fee:2500|discount:1240`, in minor units.
pub(super) fn differences(differences: &[Difference]) -> String {
    let parts: Vec<String> = differences.iter().map(|d| format!("{}:{}", d.kind.word(), d.minor)).collect();
    parts.join("|")
}

/// Reads typed differences.
pub(super) fn from_differences(text: &str) -> Result<Vec<Difference>, Error> {
    let of = |part: &str| {
        let (kind, minor) = part.split_once(':')?;
        let kind = DifferenceKind::ALL.into_iter().find(|k| k.word() == kind)?;
        Some(Difference { kind, minor: minor.parse().ok()? })
    };
    let parts = text.split('|').filter(|part| !part.is_empty());
    parts.map(|part| of(part).ok_or_else(|| broken("a difference", text))).collect()
}

/// A day.
pub(super) fn day(text: &str) -> Result<NaiveDate, Error> {
    text.parse().map_err(|_| broken("a day", text))
}

/// A day that may be absent.
pub(super) fn optional_day(text: Option<&str>) -> Result<Option<NaiveDate>, Error> {
    text.map(day).transpose()
}

/// A currency.
pub(super) fn currency(text: &str) -> Result<Currency, Error> {
    Currency::parse(text).ok_or_else(|| broken("a currency", text))
}

/// Minor units as people write them; as a plain number for a code that is no currency.
pub(super) fn money(minor: i64, currency: &str) -> String {
    Currency::parse(currency).map_or_else(|| minor.to_string(), |c| Money::new(minor, c).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_read_back_and_nonsense_is_told() {
        let all: Vec<Difference> =
            DifferenceKind::ALL.into_iter().map(|kind| Difference { kind, minor: -25 }).collect();
        assert_eq!(from_differences(&differences(&all)).unwrap(), all);
        assert_eq!(from_differences("").unwrap(), []);
        for wrong in ["fee", "fee:", "fees:1", "fee:1.5", "fee:1|x"] {
            assert_eq!(from_differences(wrong).unwrap_err().code(), "E0705", "{wrong}");
        }
    }

    #[test]
    fn what_is_packed_unpacks_and_garbage_is_an_error() {
        let texts: Vec<Box<str>> = vec!["é".into(), "\u{0}".into()];
        assert_eq!(unpack_json::<Vec<Box<str>>>(&pack_json(&texts).unwrap()).unwrap(), texts);
        assert_eq!(from_list(&list(&texts).unwrap()).unwrap(), texts);
        assert!(unpack_json::<Vec<Box<str>>>(b"garbage").is_err());
        assert!(unpack_json::<Vec<Box<str>>>(&pack(b"{}").unwrap()).is_err());
    }
}
