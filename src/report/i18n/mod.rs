//! The words of the reports, in English and French.
//!
//! Both languages stand side by side in one table, so that the compiler refuses a message that lacks one of them.
//! Codes and words of files (`SHORT_PAY`, `auto`, `overpaid`) are never translated: programs read them.

/// A table of labels: name, English, French.
macro_rules! labels {
    ($type:ident, $table:ident; $($name:ident: $english:literal, $french:literal;)*) => {
        /// The labels of one language; `{}` stands for a figure.
        #[allow(missing_docs, reason = "each label is its own documentation: the English text below")]
        #[derive(Debug)]
        pub struct $type { $(pub $name: &'static str,)* }
        pub(super) static EN: $type = $type { $($name: $english,)* };
        pub(super) static FR: $type = $type { $($name: $french,)* };
        /// Every label: name, English, French.
        pub const $table: &[(&str, &str, &str)] = &[$((stringify!($name), $english, $french),)*];
    };
}

mod approval;
mod book;
mod evidence;
mod labels;
mod numbers;
mod reasons;

pub use approval::{APPROVAL_LABELS, ApprovalLabels};
pub use book::{
    BOOK_LABELS, BookLabels, author_name, book_part_name, bridge_name, decision_name, month, operation_name,
    proof_short, role_name, standing_name, standing_word,
};
pub use evidence::{
    HYPOTHESIS_KINDS, OBSTACLES, bucket_name, claim, difference_effect, difference_name, due_rule, field_name,
    kind_name, level_text, obstacle_text, set_text,
};
pub use labels::{LABELS, Labels, part_name};
pub use numbers::{date, group, minor, percent};
pub use reasons::{ReasonWords, flag_meaning, reason_words};

use serde::{Deserialize, Serialize};

/// The language of a report. Files for programs (CSV, JSON) do not depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Lang {
    /// The language tag: `en`, `fr`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// One of two texts.
    pub(crate) fn pick(self, english: &'static str, french: &'static str) -> &'static str {
        match self {
            Self::En => english,
            Self::Fr => french,
        }
    }

    /// What stands between a name and what is said of it: French puts a blank before a colon.
    pub(crate) fn colon(self) -> &'static str {
        self.pick(": ", " : ")
    }

    /// The labels of a book, in this language.
    pub fn book_labels(self) -> &'static BookLabels {
        match self {
            Self::En => &book::EN,
            Self::Fr => &book::FR,
        }
    }

    /// The labels of this language.
    pub fn labels(self) -> &'static Labels {
        match self {
            Self::En => &labels::EN,
            Self::Fr => &labels::FR,
        }
    }
}

/// A message with its `{}` filled in, in order. Languages keep the order of the figures.
pub(crate) fn fill(message: &str, values: &[&str]) -> String {
    let mut text = String::with_capacity(message.len() + 16);
    let mut values = values.iter();
    let mut rest = message;
    while let Some(at) = rest.find("{}") {
        text.push_str(&rest[..at]);
        text.push_str(values.next().copied().unwrap_or(""));
        rest = &rest[at + 2..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Flag, Reason};

    /// Words that are the same in both languages.
    const SAME: [&str; 7] = ["AUTO", "date", "type", "format", "version", "transactions", "obstacle"];

    #[test]
    fn every_label_is_in_both_languages_with_the_same_figures() {
        for (name, english, french) in LABELS.iter().chain(BOOK_LABELS) {
            assert!(!english.is_empty() && !french.is_empty(), "{name} is empty");
            assert_eq!(english.matches("{}").count(), french.matches("{}").count(), "{name}: figures differ");
            // Labels enter the pictures as they are.
            assert!(!english.contains(['<', '&', '"']) && !french.contains(['<', '&', '"']), "{name} is markup");
            assert!(english != french || SAME.contains(english), "{name} is not translated: {english}");
        }
    }

    #[test]
    fn every_reason_and_flag_has_words_in_both_languages() {
        for reason in Reason::ALL {
            let (english, french) = (reason_words(Lang::En, reason), reason_words(Lang::Fr, reason));
            assert_ne!(english.meaning, french.meaning);
            assert_ne!(english.action, french.action);
            assert!(!english.short.is_empty() && !french.short.is_empty());
            assert!(!english.short.contains(['<', '&']) && !french.short.contains(['<', '&']));
        }
        for flag in Flag::ALL {
            assert_ne!(flag_meaning(Lang::En, flag), flag_meaning(Lang::Fr, flag));
        }
    }

    #[test]
    fn figures_are_filled_in_order() {
        assert_eq!(fill("{} of {}", &["1", "2"]), "1 of 2");
        assert_eq!(fill("{} of {}", &["{}", "2"]), "{} of 2");
    }
}
