//! Words that announce parts of a plain text, as some banks write them, and lines that begin with two digits (`:NS:`).

use super::super::fields::Field;
use super::{Info, append, single_blanks};
use crate::read::mt940::account::is_iban;

/// Reads a text of one of these banks; `None`: plain text.
pub(super) fn read(text: &str) -> Option<Info> {
    polish(text).or_else(|| dutch(text))
}

/// `…; Z RACH.: account; OD: name; TYT.: words; TNR: number` (mBank): from or to an account, whose, title, number.
fn polish(text: &str) -> Option<Info> {
    if !text.contains("TYT.:") || !text.contains(';') {
        return None;
    }
    let mut info = Info::default();
    for (n, part) in text.split(';').enumerate() {
        let (label, value) = part.split_once(':').map_or(("", part), |(label, value)| (label.trim(), value));
        let value = single_blanks(value);
        match label {
            "Z RACH." | "NA RACH." => info.account = value.replace(' ', ""),
            "OD" | "DLA" => info.name = value,
            "TYT." => append(&mut info.remittance, &value),
            "TNR" => {}
            _ if n == 0 => info.label = part.trim().into(),
            _ => append(&mut info.remittance, part),
        }
    }
    Some(info)
}

/// `words REK: IBAN/NAAM: name` (Knab).
fn dutch(text: &str) -> Option<Info> {
    let (words, rest) = text.rsplit_once("REK: ")?;
    let (account, name) = rest.split_once("/NAAM: ")?;
    let (account, name) = (account.trim().into(), name.trim().into());
    Some(Info { remittance: words.trim().into(), account, name, ..Info::default() })
}

/// `:NS:`: 01 to 14 are the purpose, 15 and 16 the other side, 17 what the bank calls it; the others are numbers.
pub(super) fn numbered(field: &Field<'_>) -> Info {
    let mut info = Info::default();
    for line in field.lines() {
        let Some((number, text)) = line.split_at_checked(2) else { continue };
        match number.parse::<u8>() {
            Ok(1..=14) => append(&mut info.remittance, text),
            Ok(15 | 16) => append(&mut info.name, text),
            Ok(17) => append(&mut info.label, text),
            Ok(34) if is_iban(text.trim()) => info.account = text.trim().into(),
            _ => {}
        }
    }
    info
}
