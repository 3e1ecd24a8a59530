//! `GrpHdr`: what a message says about itself, before its statements.

use super::fields::Leaf;
use super::tag::Tag::{self, *};
use crate::model::{Note, NoteKind, Page};

/// A page as its elements come in (`StmtPgntn` of a statement, `MsgPgntn` of a message).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pagination {
    number: Option<u32>,
    is_last: Option<bool>,
}

impl Pagination {
    /// Takes an element below it.
    pub(super) fn leaf(&mut self, path: &[Tag], leaf: &Leaf<'_, '_>) {
        match path {
            [PgNb] => self.number = leaf.xml.value().parse().ok(),
            [LastPgInd] => self.is_last = Some(matches!(leaf.xml.value(), "true" | "1" | "YES")),
            _ => {}
        }
    }

    /// The page, where it is one of several: the first that is the last one is the whole.
    pub(super) fn page(self) -> Option<Page> {
        let (number, is_last) = (self.number?, self.is_last?);
        (number > 0 && !(number == 1 && is_last)).then_some(Page { number, is_last })
    }
}

/// The group header of a message.
#[derive(Debug, Default)]
pub(super) struct Header {
    pages: Pagination,
    is_test: bool,
}

impl Header {
    /// Takes an element below the message that is in none of its statements.
    pub(super) fn leaf(&mut self, path: &[Tag], leaf: &Leaf<'_, '_>) {
        match path {
            [GrpHdr, MsgPgntn, rest @ ..] => self.pages.leaf(rest, leaf),
            // Swiss banks write `SPS/1.7/PROD` or `SPS/1.7/TEST` (SIX, Swiss Payment Standards, level A).
            [GrpHdr, AddtlInf] => {
                self.is_test |= leaf.xml.value().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "TEST");
            }
            _ => {}
        }
    }

    /// The page of the message, where it comes in several.
    pub(super) fn page(&self) -> Option<Page> {
        self.pages.page()
    }

    /// Says what a person should know of the message.
    pub(super) fn say(&self, notes: &mut Vec<Note>) {
        if self.is_test {
            let text = "the bank marks this message as a test (GrpHdr/AddtlInf): its money may not be real";
            notes.push(Note::new(NoteKind::Warning, text));
        }
    }
}
