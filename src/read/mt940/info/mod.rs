//! `:86:`, what the bank tells of a movement, in the dialects of banks (`dk`, `slash`, `labels`, `plain`).

mod dk;
mod labels;
mod plain;
mod purpose;
mod slash;

use super::account::looks_like_iban;
use super::fields::{Field, Tag};

/// What `:86:` says. Empty where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Info {
    /// The other side.
    pub(super) name: String,
    pub(super) account: String,
    /// On whose behalf the originator of the order acted, and for whom its other side (`ABWA`, `ABWE`; `ULTD`, `ULTB`).
    pub(super) ultimate_originator: String,
    pub(super) ultimate_other: String,
    /// The payer's words.
    pub(super) remittance: String,
    /// What the bank calls the movement: used where the payer says nothing.
    pub(super) label: String,
    pub(super) end_to_end: String,
    pub(super) structured: Vec<Box<str>>,
    /// The German transaction code (Geschäftsvorfallcode), three digits.
    pub(super) code: Option<u16>,
    /// The bank says that something came back.
    pub(super) is_return: bool,
    /// Why.
    pub(super) reason: String,
}

impl Info {
    /// What a further `:86:` of the same movement adds.
    fn add(&mut self, other: Self) {
        let fill = |mine: &mut String, other: String| {
            if mine.is_empty() {
                *mine = other;
            }
        };
        fill(&mut self.name, other.name);
        fill(&mut self.account, other.account);
        fill(&mut self.ultimate_originator, other.ultimate_originator);
        fill(&mut self.ultimate_other, other.ultimate_other);
        fill(&mut self.label, other.label);
        fill(&mut self.end_to_end, other.end_to_end);
        fill(&mut self.reason, other.reason);
        append(&mut self.remittance, &other.remittance);
        self.structured.extend(other.structured);
        self.code = self.code.or(other.code);
        self.is_return |= other.is_return;
    }
}

/// Reads the information fields of one movement.
pub(super) fn read(fields: &[Field<'_>]) -> Info {
    let mut info = Info::default();
    for field in fields {
        info.add(match field.tag {
            Tag::Numbered => labels::numbered(field),
            _ => one(field),
        });
    }
    info
}

fn one(field: &Field<'_>) -> Info {
    let joined = glue(field);
    if let Some(info) = dk::read(&joined) {
        return info;
    }
    if let Some(info) = slash::read(&joined) {
        return info;
    }
    let text = plain::join(field.lines());
    labels::read(&text).unwrap_or_else(|| Info { remittance: text, ..Info::default() })
}

/// Lines as one text: structured texts are cut wherever a line is full, even inside a keyword. A line that is one character short of
/// full lost the blank at its end on the way.
fn glue(field: &Field<'_>) -> String {
    let mut text = String::with_capacity(field.text.len());
    let mut is_short = false;
    for line in field.lines() {
        if is_short {
            text.push(' ');
        }
        text.push_str(line);
        is_short = line.chars().count() == plain::FULL - 1;
    }
    text
}

/// A text with one blank where it has several.
fn single_blanks(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        append(&mut found, word);
    }
    found
}

/// Adds a text behind another, with one blank between them.
fn append(text: &mut String, more: &str) {
    let more = more.trim();
    if !more.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(more);
    }
}

/// An account number without blanks; of a German one the bank in front of it.
fn account(bank: &str, number: &str) -> String {
    let number: String = number.split_whitespace().collect();
    let bank = bank.trim();
    if number.is_empty() || looks_like_iban(&number) || bank.is_empty() {
        return number;
    }
    format!("{bank}/{number}")
}

#[cfg(test)]
mod tests;
