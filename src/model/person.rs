//! When two names mean one person.

use unicode_normalization::UnicodeNormalization as _;

/// Whether two names at the command line are one person's: letter case, blanks, the way in which accents and wide letters are encoded,
/// and characters that nobody sees make no difference. `AMC`, ` amc ` and `ａｍｃ` are one.
///
/// Letters of two alphabets that look alike stay different: only a list of approvers with their keys keeps those out.
pub fn same_person(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}

/// A name as it is compared: compatibility composition (Unicode annex 15), both case mappings, so that `ß` is `ss`, and blanks as one.
fn folded(name: &str) -> String {
    let seen: String = name.nfkc().filter(|c| !is_unseen(*c)).collect();
    let lower = seen.to_uppercase().to_lowercase();
    // A sigma at the end of a word has a lower case of its own.
    let lower: String = lower.replace('ς', "σ").nfkc().collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that are not drawn (Default_Ignorable_Code_Point of Unicode, as far as names could hold them).
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_one_however_the_name_is_typed() {
        for other in ["amc", "AMC", " amc\t", "ａｍｃ", "a\u{200b}mc", "amc\u{feff}", "\u{202e}Amc\u{202c}"] {
            assert!(same_person("amc", other), "{other:?}");
        }
        assert!(same_person("Hélène Leroy", "he\u{301}LE\u{300}NE  leroy"));
        assert!(same_person("Groß", "GROSS") && same_person("ΟΔΟΣ", "οδος") && same_person("ﬁlip", "Filip"));
        for other in ["amd", "a mc", "amc2", "", "àmc"] {
            assert!(!same_person("amc", other), "{other:?}");
        }
    }
}
