//! Text folded once: upper case, no accents, split into atoms of letters and of digits.

use std::borrow::Cow;

use crate::model::key::Atom;

/// Folds a text to upper-case ASCII letters, digits and punctuation. Accents go (`é` is `E`), ligatures open (`œ` is `OE`),
/// other scripts are transliterated. ASCII text is folded without allocation where it is upper case already.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|b| b.is_ascii_lowercase()) {
            true => Cow::Owned(text.to_ascii_uppercase()),
            false => Cow::Borrowed(text),
        };
    }
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    Cow::Owned(folded)
}

/// Folds a text behind what is in a buffer.
pub fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        let start = folded.len();
        folded.push_str(text);
        folded[start..].make_ascii_uppercase();
        return;
    }
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_uppercase());
        } else {
            folded.extend(deunicode::deunicode_char(c).unwrap_or(" ").chars().map(|c| c.to_ascii_uppercase()));
        }
    }
}

/// Splits a folded text into atoms, into a buffer that is used again.
pub fn atoms_into(folded: &str, atoms: &mut Vec<Atom>) {
    atoms.clear();
    let bytes = folded.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let (start, digits) = (at, bytes[at].is_ascii_digit());
        let rest = &bytes[at..];
        at += match digits {
            true => rest.iter().take_while(|b| b.is_ascii_digit()).count(),
            false => rest.iter().take_while(|b| b.is_ascii_alphabetic()).count(),
        };
        let glued = atoms.last().is_some_and(|last| last.end == start);
        atoms.push(Atom { start, end: at, digits, glued });
    }
}

/// Splits a folded text into atoms.
pub fn atoms(folded: &str) -> Vec<Atom> {
    let mut atoms = Vec::new();
    atoms_into(folded, &mut atoms);
    atoms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_accents_case_and_scripts() {
        assert_eq!(fold("Société Œuvre"), "SOCIETE OEUVRE");
        assert_eq!(fold("Müller & Söhne"), "MULLER & SOHNE");
        assert_eq!(fold("Straße"), "STRASSE");
        assert_eq!(fold("ABC 12"), "ABC 12");
    }

    #[test]
    fn atoms_split_where_letters_meet_digits() {
        let folded = fold("Fac.2026/0412 INV77");
        let texts: Vec<_> = atoms(&folded).iter().map(|a| (a.text(&folded).to_string(), a.glued)).collect();
        let expected = [("FAC", false), ("2026", false), ("0412", false), ("INV", false), ("77", true)];
        assert_eq!(texts, expected.map(|(t, g)| (t.to_string(), g)));
    }
}
