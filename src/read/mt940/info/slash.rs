//! Keywords between slashes: `/TRTP/…/IBAN/…/NAME/…/REMI/…/EREF/…`, as Dutch banks and SWIFT write them.
//!
//! Values may hold slashes, so a text is cut at known keywords only.

use super::super::entry::real;
use super::{Info, append};
use crate::read::mt940::account::looks_like_iban;

/// Keywords that begin a value (formats of ABN AMRO, ING, Rabobank; SEPA codewords of Betaalvereniging Nederland).
const KEYS: [&str; 32] = [
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "PREF", "MARF", "CSID", "CNTP", "ORDP", "BENM", "RTRN", "ISDT",
    "ULTD", "ULTB", "ULTC", "UDTR", "UCRD", "ADDR", "ID", "PURP", "SVCL", "TRCD", "OCMT", "CHGS", "EXCH", "ACCW",
    "SWOC", "SWOD", "BUSP", "RREF",
];

/// Reads the text of `:86:` if it begins with such a keyword.
pub(super) fn read(text: &str) -> Option<Info> {
    let text = text.trim();
    let parts = split(text)?;
    let mut info = Info::default();
    let mut is_ultimate = false;
    for (key, raw) in parts {
        let value = raw.trim_matches(|c: char| c == '/' || c.is_whitespace());
        match key {
            "ORDP" | "BENM" => is_ultimate = false,
            "ULTD" | "UDTR" | "ULTB" | "ULTC" | "UCRD" => {
                is_ultimate = true;
                append(&mut info.ultimate_originator, value);
            }
            "NAME" if is_ultimate => append(&mut info.ultimate_originator, value),
            "NAME" if info.name.is_empty() => info.name = value.into(),
            "IBAN" | "ACCW" if info.account.is_empty() => info.account = account(value),
            "CNTP" => counterparty(raw, &mut info),
            "REMI" => remittance(value, &mut info),
            "EREF" if info.end_to_end.is_empty() => info.end_to_end = real(value).into(),
            "TRTP" => info.label = value.into(),
            "RTRN" => {
                info.is_return = true;
                info.reason = value.into();
            }
            _ => {}
        }
    }
    Some(info)
}

/// Keywords with what follows each, in the order of the text. `None` if the text does not begin with one.
fn split(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut parts: Vec<(&str, &str)> = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut from = 0;
    while let Some(at) = text[from..].find('/').map(|n| n + from) {
        from = at + 1;
        let Some(key) = key_at(text, from) else { continue };
        match open {
            Some((before, start)) => parts.push((before, &text[start.min(at)..at])),
            None if at == 0 => {}
            None => return None,
        }
        // The slash behind a keyword may begin the next one: `/ORDP//NAME/`, and also `/BENM/NAME/`.
        from += key.len();
        open = Some((key, from + 1));
    }
    let (key, start) = open?;
    parts.push((key, text.get(start..).unwrap_or_default()));
    Some(parts)
}

fn key_at(text: &str, from: usize) -> Option<&'static str> {
    KEYS.into_iter().find(|key| text[from..].starts_with(key) && text[from + key.len()..].starts_with('/'))
}

/// IBAN, bank, name and city (ING).
fn counterparty(raw: &str, info: &mut Info) {
    let mut parts = raw.splitn(4, '/').map(str::trim);
    let mut next = || parts.next().unwrap_or_default();
    let (number, _bank, name) = (next(), next(), next());
    if info.account.is_empty() {
        info.account = account(number);
    }
    if info.name.is_empty() {
        info.name = name.into();
    }
}

/// Free text, perhaps behind `USTD/`, or a structured reference behind `STRD/` and its issuer.
fn remittance(value: &str, info: &mut Info) {
    if let Some(structured) = value.strip_prefix("STRD/") {
        let reference = structured.rsplit('/').next().unwrap_or_default().trim();
        if !reference.is_empty() {
            info.structured.push(reference.into());
        }
        return;
    }
    let words = value.strip_prefix("USTD/").unwrap_or(value);
    append(&mut info.remittance, words.trim_matches('/'));
}

/// An account without what Dutch banks put behind it.
fn account(value: &str) -> String {
    let first = value.split([' ', ',']).next().unwrap_or_default();
    if looks_like_iban(first) { first.into() } else { value.split_whitespace().collect() }
}
