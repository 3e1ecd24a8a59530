//! Whether two words are the same but for a letter or two.

/// Jaro–Winkler likeness from which two words count as one misspelt.
const ALIKE: f64 = 0.92;
/// Letters of a common beginning that count, and what each adds (Winkler 1990).
const PREFIX: usize = 4;
const PREFIX_WEIGHT: f64 = 0.1;

/// Whether two folded words are alike.
pub(super) fn alike(a: &str, b: &str) -> bool {
    most(a, b) >= ALIKE && strsim::jaro_winkler(a, b) >= ALIKE
}

/// The most that the likeness of two words can be: what their lengths and letters allow, whatever the order of the letters.
///
/// Nearly all pairs of words that are compared have little in common, and the likeness itself costs ten times as much. Jaro's
/// likeness is (m/|a| + m/|b| + (m − t)/m) / 3 with m letters that match and t of them out of order. No more letters of a word
/// match than occur anywhere in the other, and t is at least 0.
fn most(a: &str, b: &str) -> f64 {
    if !a.is_ascii() || !b.is_ascii() || a.is_empty() || b.is_empty() {
        return 1.0;
    }
    // Letters and digits each have a bit of their own; other characters may share one, which only makes the bound weaker.
    let bit = |c: u8| 1u64 << (c & 63);
    let letters = |word: &str| word.bytes().fold(0, |all, c| all | bit(c));
    let among = |word: &str, letters: u64| word.bytes().filter(|c| letters & bit(*c) != 0).count();
    let matching = among(a, letters(b)).min(among(b, letters(a))) as f64;
    let jaro = (matching / a.len() as f64 + matching / b.len() as f64 + 1.0) / 3.0;
    let prefix = a.bytes().zip(b.bytes()).take(PREFIX).take_while(|(x, y)| x == y).count();
    // The tiny addition keeps rounding from making the bound less than what it bounds.
    jaro + PREFIX_WEIGHT * prefix as f64 * (1.0 - jaro) + 1e-9
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
        fn the_bound_is_never_below_the_likeness(a in "[A-E0-2é]{1,12}", b in "[A-E0-2é]{1,12}") {
            prop_assert!(most(&a, &b) >= strsim::jaro_winkler(&a, &b));
        }
    }
}
