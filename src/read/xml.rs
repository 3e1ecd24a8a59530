//! What every reader of XML has to say and to decide alike, whatever the message.

use quick_xml::errors::{Error as XmlError, IllFormedError};

use crate::error::Error;

/// The error for XML that is not well-formed. `place` builds one from a code, a message and the characters that are meant;
/// `damaged` is the help where nothing better is known.
///
/// Errors: E0201, E0203.
pub(super) fn not_well_formed(
    error: &XmlError,
    damaged: &str,
    place: impl FnOnce(&'static str, String, usize) -> Error,
) -> Error {
    match error {
        XmlError::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            let message = format!("not well-formed XML: </{found}> where <{expected}> is open");
            place("E0201", message, found.chars().count() + 3).label(format!("expected </{expected}>")).help(damaged)
        }
        XmlError::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
            let message = format!("not well-formed XML: </{found}> closes nothing");
            place("E0201", message, found.chars().count() + 3).help(damaged)
        }
        XmlError::IllFormed(IllFormedError::UnclosedReference) => {
            place("E0203", "not well-formed XML: '&' that begins no reference".into(), 1)
                .help("an '&' inside a text must be written &amp;")
        }
        XmlError::Syntax(what) => place("E0201", format!("the file ends inside a tag: {what}"), 1)
            .help("the file is cut off: fetch it again, whole"),
        other => place("E0201", format!("not well-formed XML: {other}"), 1).help(damaged),
    }
}

/// The character of a numeric reference (`#233`, `#xE9`), if XML 1.0 allows it.
pub(super) fn character(reference: &str) -> Option<char> {
    let number = reference.strip_prefix('#')?;
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
    if digits.starts_with('+') {
        return None;
    }
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
        .filter(|c| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}')))
}
