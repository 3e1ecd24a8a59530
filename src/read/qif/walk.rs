//! QIF as a sequence of sections, fields and ends of records. A field is a letter and its text on one line.

use super::super::source::{Line, Lines};

/// What the records of a part of the file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// Before the first header.
    None,
    /// `!Account`: the accounts that the sections below belong to.
    Account,
    /// `!Type:Bank`, `Cash`, `CCard`, `Oth A`, `Oth L`: bookings of money.
    Transactions,
    /// `!Type:Invst`: securities.
    Investment,
    /// Lists that belong to the program: categories, classes, securities, memorized transactions.
    List,
    /// A header that nobody has described.
    Unknown,
}

impl Section {
    /// The section of a header, without its exclamation mark; `None` for a switch, which begins no section.
    fn of(header: &str) -> Option<Self> {
        let header = header.trim().to_ascii_lowercase();
        let Some(kind) = header.strip_prefix("type:") else {
            return match header.as_str() {
                "account" => Some(Self::Account),
                switch if switch.starts_with("option:") || switch.starts_with("clear:") => None,
                _ => Some(Self::Unknown),
            };
        };
        Some(match kind.trim() {
            "bank" | "cash" | "ccard" | "oth a" | "oth l" | "otha" | "othl" => Self::Transactions,
            "invst" | "port" | "401(k)/403(b)" => Self::Investment,
            "cat" | "class" | "memorized" | "security" | "prices" | "tag" | "budget" | "template" => Self::List,
            _ => Self::Unknown,
        })
    }
}

/// One step through a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'t> {
    Section(Section, Line<'t>),
    Field {
        letter: char,
        /// Trimmed.
        text: &'t str,
        line: Line<'t>,
    },
    /// `^`
    End(Line<'t>),
}

/// Walks through a file.
pub(super) fn walk<'t>(lines: Lines<'t>) -> impl Iterator<Item = Step<'t>> {
    lines.filter_map(|line| {
        let text = line.text.trim();
        let letter = text.chars().next()?;
        let rest = text[letter.len_utf8()..].trim();
        match letter {
            '!' => Section::of(rest).map(|section| Step::Section(section, line)),
            '^' => Some(Step::End(line)),
            letter => Some(Step::Field { letter, text: rest, line }),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_told_whatever_their_case_and_blanks() {
        for (header, section) in [
            ("Type:Bank ", Some(Section::Transactions)),
            ("type:oth A", Some(Section::Transactions)),
            ("Type:CCard", Some(Section::Transactions)),
            ("Account", Some(Section::Account)),
            ("Option:AutoSwitch", None),
            ("Type:Invst", Some(Section::Investment)),
            ("Type:Cat", Some(Section::List)),
            ("Type:Bill", Some(Section::Unknown)),
        ] {
            assert_eq!(Section::of(header), section, "{header}");
        }
    }
}
