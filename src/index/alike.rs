//! Whether two words are the same but for a letter or two.

/// Jaro–Winkler likeness from which two words count as one misspelt.
const ALIKE: f64 = 0.92;
/// Letters of a common beginning that count, and what each adds (Winkler 1990).
const PREFIX: usize = 4;
const PREFIX_WEIGHT: f64 = 0.1;

/// Whether two folded words are alike.
///
/// Nearly all pairs of words that are compared have little in common, and the likeness itself costs far more than to see that:
/// their lengths rule out most pairs, their letters most of the rest.
pub(super) fn alike(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        let shorter = a.len().min(b.len());
        if most(a, b, shorter) < ALIKE || most(a, b, in_common(a, b)) < ALIKE {
            return false;
        }
    }
    strsim::jaro_winkler(a, b) >= ALIKE
}

/// The most that the likeness of two words can be when so many of their letters match.
///
/// Jaro's likeness is (m/|a| + m/|b| + (m − t)/m) / 3 with m letters that match and t of them out of order; t is at least 0.
fn most(a: &str, b: &str, matching: usize) -> f64 {
    let matching = matching as f64;
    let jaro = (matching / a.len() as f64 + matching / b.len() as f64 + 1.0) / 3.0;
    let prefix = a.bytes().zip(b.bytes()).take(PREFIX).take_while(|(x, y)| x == y).count();
    // The tiny addition keeps rounding from making the bound less than what it bounds.
    jaro + PREFIX_WEIGHT * prefix as f64 * (1.0 - jaro) + 1e-9
}

/// No more letters of two ASCII words match than occur anywhere in the other.
fn in_common(a: &str, b: &str) -> usize {
    // Letters and digits each have a bit of their own; other characters may share one, which only makes the bound weaker.
    let bit = |c: u8| 1u64 << (c & 63);
    let letters = |word: &str| word.bytes().fold(0, |all, c| all | bit(c));
    let among = |word: &str, letters: u64| word.bytes().filter(|c| letters & bit(*c) != 0).count();
    among(a, letters(b)).min(among(b, letters(a)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_letter_apart_is_alike() {
        assert!(alike("BERTOLINI", "BERTOLINNI") && alike("MARTINEZ", "MARTINES"));
        assert!(!alike("BERTOLINI", "BERNARD") && !alike("MARTIN", "MORENO"));
    }

    proptest! {
        #[test]
        fn the_bound_rules_nothing_out_that_is_alike(a in "[A-E0-2é]{1,12}", b in "[A-E0-2é]{1,12}") {
            prop_assert_eq!(alike(&a, &b), strsim::jaro_winkler(&a, &b) >= ALIKE);
        }

        #[test]
        fn a_word_and_its_misspelling(a in "[A-Z]{4,12}", at in 0usize..12, c in "[A-Z]") {
            let mut b = a.clone();
            b.insert_str(at % a.len(), &c);
            prop_assert_eq!(alike(&a, &b), strsim::jaro_winkler(&a, &b) >= ALIKE);
        }
    }
}
