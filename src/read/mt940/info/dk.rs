//! The German dialect (DFÜ-Abkommen, annex 3): three digits of transaction code, and subfields of two digits behind a separator.
//!
//! The separator is the fourth character, most often `?`. Banks of Austria, Luxembourg, the Netherlands, Poland and Romania write the
//! same with `?`, `>` or `+`, and with the separator on a line of its own.

use super::purpose::{self, Joined};
use super::{Info, account, append, single_blanks};

/// Characters that separate subfields. Others of the fourth place belong to plain text: `025-Comision`, `911 TRANSAKCJA`.
const SEPARATORS: &str = "?>+<^~|§$%&#@!*=\\";

/// Codes of things that came back: direct debits returned (108, 109), a transfer returned (159).
const RETURNS: [u16; 3] = [108, 109, 159];

/// Reads the text of `:86:` if it is of this dialect.
pub(super) fn read(text: &str) -> Option<Info> {
    let text = text.trim_start();
    let code = text.get(..3).filter(|c| c.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let separator = text[3..].chars().next().filter(|c| SEPARATORS.contains(*c))?;
    let subfields = split(&text[3..], separator);
    if subfields.is_empty() || (separator != '?' && subfields.len() < 2) {
        return None;
    }
    let mut info = Info { code: Some(code), is_return: RETURNS.contains(&code), ..Info::default() };
    let (mut words, mut name) = (Joined::default(), Joined::default());
    let (mut bank, mut number, mut key) = ("", String::new(), "");
    for (kind, value) in subfields {
        match kind {
            0 => append(&mut info.label, value),
            20..=29 | 60..=69 => words.push(kind, value),
            30 => bank = value,
            31 => number = account(bank, value),
            32 | 33 => name.push(kind, value),
            34 => key = value.trim(),
            // Luxembourg and Poland: the IBAN beside a national number.
            38 => info.account = account("", value),
            _ => {}
        }
    }
    if info.account.is_empty() {
        info.account = number;
    }
    info.name = single_blanks(name.text.trim_matches(|c: char| c == '/' || c.is_whitespace()));
    purpose::read(&words, &mut info);
    if info.is_return && key.len() == 3 && key.starts_with('9') {
        info.reason = key.into();
    }
    Some(info)
}

/// The subfields of a text that begins with a separator. A separator without a known number behind it is a character of the text.
fn split(text: &str, separator: char) -> Vec<(u8, &str)> {
    let number = |at: usize| {
        let digits = text.get(at..at + 2).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
        digits.parse::<u8>().ok().filter(|n| matches!(n, 0 | 10 | 20..=39 | 60..=79))
    };
    let mut found: Vec<(u8, &str)> = Vec::new();
    let mut open: Option<(u8, usize)> = None;
    for (at, _) in text.match_indices(separator) {
        let behind = at + separator.len_utf8();
        // `SVWZ+` where `+` is the separator too.
        let is_keyword =
            separator == '+' && ["SVWZ", "EREF", "MREF", "KREF", "CRED"].iter().any(|k| text[..at].ends_with(k));
        let Some(kind) = number(behind).filter(|_| !is_keyword) else { continue };
        if let Some((kind, from)) = open {
            found.push((kind, &text[from..at]));
        } else if at != 0 {
            return Vec::new();
        }
        open = Some((kind, behind + 2));
    }
    found.extend(open.map(|(kind, from)| (kind, &text[from..])));
    found
}
