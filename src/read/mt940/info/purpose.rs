//! The purpose of the German dialect: subfields of 27 characters that are one text, and the SEPA keywords in it.

use super::super::entry::real;
use super::{Info, append, single_blanks};
use crate::read::mt940::account::looks_like_iban;

/// Characters of a full subfield. A shorter one ends where its text ends, or lost the blanks at its end.
const FULL: usize = 27;

/// What a keyword begins (DFÜ-Abkommen, annex 3, field 86).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// `SVWZ`: the payer's words.
    Words,
    /// `EREF`.
    EndToEnd,
    /// `ABWA`: on whose behalf the order was given.
    Originator,
    /// `ABWE`: for whom its other side acts.
    Other,
    /// `IBAN` of the other side.
    Account,
    /// References and amounts of the banks, mandates and creditors: not the payer's words.
    Ignored,
}

/// Keywords; those that end with `+` in any place, for some banks glue them to what stands before.
const WORDS: [(&str, Word, bool); 24] = [
    ("SVWZ+", Word::Words, true),
    ("EREF+", Word::EndToEnd, true),
    ("KREF+", Word::Ignored, true),
    ("MREF+", Word::Ignored, true),
    ("CRED+", Word::Ignored, true),
    ("DEBT+", Word::Ignored, true),
    ("COAM+", Word::Ignored, true),
    ("OAMT+", Word::Ignored, true),
    ("ABWA+", Word::Originator, true),
    ("ABWE+", Word::Other, true),
    ("IBAN+", Word::Account, false),
    ("BIC+", Word::Ignored, false),
    ("PURP+", Word::Ignored, false),
    ("MDAT+", Word::Ignored, false),
    ("SQTP+", Word::Ignored, false),
    ("ORCR+", Word::Ignored, false),
    ("ORMR+", Word::Ignored, false),
    ("DDAT+", Word::Ignored, false),
    ("EREF: ", Word::EndToEnd, false),
    ("KREF: ", Word::Ignored, false),
    ("MREF: ", Word::Ignored, false),
    ("CRED: ", Word::Ignored, false),
    ("IBAN: ", Word::Account, false),
    ("BIC: ", Word::Ignored, false),
];

/// A text of subfields put together, and where a subfield that is not full ends.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) text: String,
    breaks: Vec<usize>,
    /// Number of the subfield before, and whether it is full.
    before: Option<(u8, bool)>,
}

impl Joined {
    /// Adds a subfield. A full one continues in the next without a blank.
    pub(super) fn push(&mut self, code: u8, text: &str) {
        let continues = match self.before {
            Some((before, is_full)) => is_full && (code == before + 1 || (before, code) == (29, 60)),
            None => true,
        };
        if !continues {
            if !self.text.ends_with(' ') {
                self.text.push(' ');
            }
            self.breaks.push(self.text.len());
        }
        self.text.push_str(text);
        self.before = Some((code, text.chars().count() >= FULL));
    }
}

/// Reads the purpose into `info`.
pub(super) fn read(joined: &Joined, info: &mut Info) {
    let text = joined.text.as_str();
    let found = keywords(joined);
    let mut words = String::new();
    let prefix = text[..found.first().map_or(text.len(), |(at, ..)| *at)].trim();
    // Some banks begin the purpose with the name that they give in its own subfield, too.
    if found.is_empty() || !prefix.eq_ignore_ascii_case(&info.name) {
        append(&mut words, prefix);
    }
    for (n, &(at, length, word)) in found.iter().enumerate() {
        let start = at + length;
        let end = found.get(n + 1).map_or(text.len(), |(at, ..)| *at);
        let whole = &text[start..end];
        // Identifiers end with their subfield, or with the next blank where a colon announces them; names and words go on.
        let is_colon = text[at..start].ends_with(' ');
        let (value, rest) = match word {
            Word::Words | Word::Originator | Word::Other => (whole, ""),
            Word::Account if is_colon => split_account(whole, &info.account),
            _ if is_colon => whole.trim_start().split_once(' ').unwrap_or((whole, "")),
            _ => {
                let first = end - whole.trim_start().len();
                let at = joined.breaks.partition_point(|b| *b <= first);
                joined.breaks.get(at).filter(|b| **b < end).map_or((whole, ""), |b| whole.split_at(b - start))
            }
        };
        let value = value.trim();
        match word {
            Word::Words => append(&mut words, value),
            Word::EndToEnd if info.end_to_end.is_empty() => info.end_to_end = real(value).into(),
            Word::Originator if info.ultimate_originator.is_empty() => info.ultimate_originator = value.into(),
            Word::Other if info.ultimate_other.is_empty() => info.ultimate_other = value.into(),
            Word::Account if info.account.is_empty() => {
                let number: String = value.split_whitespace().collect();
                if looks_like_iban(&number) {
                    info.account = number;
                }
            }
            _ => {}
        }
        append(&mut words, rest);
    }
    info.remittance = single_blanks(&words);
}

/// An account, blanks in it left aside, and what follows: the one that is known already, else the first word.
fn split_account<'t>(text: &'t str, known: &str) -> (&'t str, &'t str) {
    let mut rest = known.chars();
    for (at, c) in text.char_indices().filter(|(_, c)| *c != ' ') {
        match rest.next() {
            Some(expected) if expected == c => {}
            None if !known.is_empty() => return text.split_at(at),
            _ => return text.trim_start().split_once(' ').unwrap_or((text, "")),
        }
    }
    (text, "")
}

/// Keywords of a text, in its order: place, length and meaning.
fn keywords(joined: &Joined) -> Vec<(usize, usize, Word)> {
    let text = joined.text.as_str();
    let mut found: Vec<(usize, usize, Word)> = Vec::new();
    for (sign, _) in text.match_indices(['+', ':']) {
        let known = WORDS.iter().find(|(name, ..)| {
            let mark = name.trim_end().len();
            sign + 1 >= mark && text[..=sign].ends_with(name.trim_end()) && text[sign + 1 - mark..].starts_with(name)
        });
        let Some(&(name, word, anywhere)) = known else { continue };
        let at = sign + 1 - name.trim_end().len();
        let begins = at == 0 || text[..at].ends_with(' ') || joined.breaks.binary_search(&at).is_ok();
        let is_free = found.last().is_none_or(|(before, length, _)| before + length <= at);
        if is_free && (anywhere || begins) {
            found.push((at, name.len(), word));
        }
    }
    found
}
