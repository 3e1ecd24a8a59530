//! The report as sections of typed cells, before it becomes HTML, a workbook or Markdown.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::model::{Currency, Probability, Weight};
use crate::report::i18n::{Lang, date, group, minor};
use crate::report::table::foreign;

/// One value, with what it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Nothing,
    /// A text of a bank, a file or a person: hostile.
    Foreign(Cow<'a, str>),
    /// Words of our own, in the language of the report.
    Words(Cow<'static, str>),
    /// A word that programs read, too.
    Code(&'static str),
    /// A number of things.
    Count(i128),
    /// Signed minor units.
    Money(i128, Currency),
    Day(NaiveDate),
    Probability(Probability),
    Weight(Weight),
    /// Whether something holds.
    Holds(bool),
    /// Several values, one below the other; the first counts.
    Stack(Vec<Cell<'a>>),
}

impl<'a> Cell<'a> {
    pub(super) fn foreign(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Foreign(text) }
    }

    pub(super) fn words(text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Words(text) }
    }

    pub(super) fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Nothing, Self::Day)
    }

    /// Those of several values that say something.
    pub(super) fn stack(cells: Vec<Self>) -> Self {
        let mut cells: Vec<Self> = cells.into_iter().filter(|c| *c != Self::Nothing).collect();
        match cells.len() {
            0 => Self::Nothing,
            1 => cells.swap_remove(0),
            _ => Self::Stack(cells),
        }
    }

    /// The value as people of a language write it. Foreign texts are one harmless line; what a form reads as markup is its own concern.
    pub(super) fn people(&self, lang: Lang) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Foreign(text) => foreign(text),
            Self::Words(text) => text.to_string(),
            Self::Code(code) => (*code).to_string(),
            Self::Count(count) => group(*count),
            Self::Money(amount, currency) => minor(lang, *amount, *currency),
            Self::Day(day) => date(lang, *day),
            Self::Probability(probability) => short_probability(lang, *probability),
            Self::Weight(weight) => weight.to_string().replace('-', "−").replace('.', lang.pick(".", ",")),
            Self::Holds(holds) => sign(*holds).to_string(),
            Self::Stack(cells) => cells.iter().map(|c| c.people(lang)).collect::<Vec<_>>().join(" · "),
        }
    }
}

/// Four decimals, rounded down: `0.9996`.
pub(super) fn short_probability(lang: Lang, probability: Probability) -> String {
    let mut text = probability.to_string().replace('.', lang.pick(".", ","));
    text.truncate(text.len().saturating_sub(2));
    text
}

/// The sign of what holds or does not.
pub(super) fn sign(holds: bool) -> &'static str {
    if holds { "✓" } else { "✗" }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub name: Cow<'static, str>,
    /// Figures stand on the right.
    pub figures: bool,
}

/// A column of texts.
pub(super) fn text(name: impl Into<Cow<'static, str>>) -> Column {
    Column { name: name.into(), figures: false }
}

/// A column of figures.
pub(super) fn figures(name: impl Into<Cow<'static, str>>) -> Column {
    Column { name: name.into(), figures: true }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row<'a> {
    pub cells: Vec<Cell<'a>>,
    /// It is the sum of the rows since the last sum.
    pub is_sum: bool,
}

impl<'a> Row<'a> {
    pub(super) fn of(cells: Vec<Cell<'a>>) -> Self {
        Self { cells, is_sum: false }
    }

    pub(super) fn sum(cells: Vec<Cell<'a>>) -> Self {
        Self { cells, is_sum: true }
    }
}

/// A table with what it is of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table<'a> {
    /// What it is of; empty where the section's name says it.
    pub caption: String,
    /// How it is laid out on a page: `bridge`, `items`, or empty.
    pub kind: &'static str,
    pub columns: Vec<Column>,
    pub rows: Vec<Row<'a>>,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block<'a> {
    Table(Table<'a>),
    /// A sentence.
    Note(String),
    /// Text as it stands, line by line, under a heading.
    Evidence(String, String),
}

/// A numbered part of the report.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Section<'a> {
    pub number: u8,
    pub title: String,
    /// Name of its sheet in a workbook.
    pub sheet: &'static str,
    /// Its figures in one line, beside the title; empty where it has none.
    pub headline: String,
    /// Whether what it proves holds, where it proves something.
    pub holds: Option<bool>,
    pub blocks: Vec<Block<'a>>,
}

/// What page 1 says of four eyes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ApprovalBlock {
    /// `status APPROVED`.
    pub status: String,
    /// Whether an approval stands (true), or stood (false).
    pub holds: Option<bool>,
    pub lines: Vec<String>,
}

/// The whole report.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Page<'a> {
    pub company: String,
    pub title: String,
    pub as_of: String,
    /// Who prepared and who approved; none of the whole book.
    pub approval: Option<ApprovalBlock>,
    /// What page 1 says of the month, the run, the rules, the program and the log.
    pub facts: Vec<String>,
    /// Names of the input files with their hashes, for page 1.
    pub files: Vec<(String, String)>,
    /// What does not hold; stands before everything else.
    pub failures: Vec<String>,
    pub sections: Vec<Section<'a>>,
}
