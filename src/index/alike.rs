//! Whether two words are the same but for a letter or two.

use crate::model::key::{KeyHash, key_of};

/// Jaro–Winkler likeness from which two words count as one misspelt.
const ALIKE: f64 = 0.92;
/// Letters of a common beginning that count (Winkler 1990).
const PREFIX: usize = 4;
/// What m/|a| + m/|b| must be at least, in thousandths, for m matching letters and a common beginning of so many.
///
/// Jaro's likeness is j = (m/|a| + m/|b| + (m − t)/m) / 3 with t letters out of order, and Winkler's is j + p/10 × (1 − j). So
/// j must reach (0.92 − p/10) / (1 − p/10), and the sum three times that less 1, rounded down here.
const NEEDED: [usize; PREFIX + 1] = [1760, 1733, 1700, 1657, 1600];

/// Which letters and digits are in a word: a bit for each. Other ASCII characters may share a bit, which only makes the bound
/// below weaker; any other character leaves the bound out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letters(u64);

impl Letters {
    pub(super) fn of(word: &str) -> Self {
        if word.is_ascii() { Self(word.bytes().fold(0, |all, c| all | bit(c))) } else { Self(u64::MAX) }
    }

    /// Whether another word has all of these. Always so where it contains this one.
    pub(super) fn are_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    fn is_ascii(self) -> bool {
        self.0 != u64::MAX
    }
}

/// Whether one of two folded words may begin the other, or be the other with an error, as far as their lengths and letters tell.
/// Never `false` for words that are [`alike`], [`one_edit`] apart, or of which one begins the other.
#[inline]
pub(super) fn comparable(a: (usize, Letters), b: (usize, Letters)) -> bool {
    if !a.1.is_ascii() || !b.1.is_ascii() {
        return true;
    }
    let ((la, of_a), (lb, of_b)) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    let (only_a, only_b) = (of_a.0 & !of_b.0, of_b.0 & !of_a.0);
    if only_a == 0 {
        return true;
    }
    let (only_a, only_b) = (only_a.count_ones() as usize, only_b.count_ones() as usize);
    let matching = la.min(la - only_a.min(la)).min(lb - only_b.min(lb));
    only_a == 1 && only_b <= 1 && lb - la <= 1 || 1000 * matching * (la + lb) >= NEEDED[PREFIX] * la * lb
}

fn bit(c: u8) -> u64 {
    1 << (c & 63)
}

/// Whether two folded words are alike. Each comes with its letters, which the caller keeps.
///
/// Nearly all pairs of words that are compared have little in common, and the likeness itself costs far more than to see that:
/// their lengths rule out most pairs, their letters most of the rest.
pub(super) fn alike(a: (&str, Letters), b: (&str, Letters)) -> bool {
    if a.1.is_ascii() && b.1.is_ascii() {
        let (la, lb) = (a.0.len(), b.0.len());
        let prefix = a.0.bytes().zip(b.0.bytes()).take(PREFIX).take_while(|(x, y)| x == y).count();
        let too_few = |matching: usize| 1000 * matching * (la + lb) < NEEDED[prefix] * la * lb;
        if too_few(la.min(lb)) || too_few(in_common(a, b)) {
            return false;
        }
    }
    strsim::jaro_winkler(a.0, b.0) >= ALIKE
}

/// Whether one edit makes one folded word of another: a letter left out, added, changed, or swapped with its neighbour.
///
/// The same as an optimal string alignment distance of 1, without a table of distances.
pub(super) fn one_edit(a: (&str, Letters), b: (&str, Letters)) -> bool {
    let ((a, of_a), (b, of_b)) = if a.0.len() <= b.0.len() { (a, b) } else { (b, a) };
    if !of_a.is_ascii() || !of_b.is_ascii() {
        return strsim::osa_distance(a, b) == 1;
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // A changed letter is one that the other word lacks, each way, at most.
    if b.len() - a.len() > 1 || (of_a.0 & !of_b.0).count_ones() > 1 || (of_b.0 & !of_a.0).count_ones() > 1 {
        return false;
    }
    let Some(at) = a.iter().zip(b).position(|(x, y)| x != y) else { return a.len() != b.len() };
    if a.len() != b.len() {
        return a[at..] == b[at + 1..];
    }
    let swapped = || at + 1 < a.len() && a[at] == b[at + 1] && a[at + 1] == b[at] && a[at + 2..] == b[at + 2..];
    a[at + 1..] == b[at + 1..] || swapped()
}

/// The word and each word that is left when one of its letters is left out, by hash, each once. Two words that are one edit apart
/// have one of these in common: what a typing error hides is found by look-up (Garbe's symmetric deletion).
pub(super) fn neighbourhood(word: &str, hashes: &mut Vec<u64>) {
    hashes.clear();
    hashes.push(key_of(word));
    for (at, c) in word.char_indices() {
        hashes.push(KeyHash::new().with(&word[..at]).with(&word[at + c.len_utf8()..]).finish());
    }
    hashes.sort_unstable();
    hashes.dedup();
}

/// No more letters of two ASCII words match than occur anywhere in the other; a letter that the other lacks is missing at
/// least once.
fn in_common(a: (&str, Letters), b: (&str, Letters)) -> usize {
    let found = |one: (&str, Letters), other: Letters| one.0.len() - (one.1.0 & !other.0).count_ones() as usize;
    found(a, b.1).min(found(b, a.1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alike(a: &str, b: &str) -> bool {
        super::alike((a, Letters::of(a)), (b, Letters::of(b)))
    }

    #[test]
    fn a_letter_apart_is_alike() {
        assert!(alike("BERTOLINI", "BERTOLINNI") && alike("MARTINEZ", "MARTINES"));
        assert!(!alike("BERTOLINI", "BERNARD") && !alike("MARTIN", "MORENO"));
    }

    fn one_edit(a: &str, b: &str) -> bool {
        super::one_edit((a, Letters::of(a)), (b, Letters::of(b)))
    }

    #[test]
    fn one_letter_left_out_added_changed_or_swapped() {
        for other in ["OLY", "JOLLY", "JOLI", "OJLY", "JOL", "KJOLY"] {
            assert!(one_edit("JOLY", other), "{other}");
        }
        for other in ["JOLY", "JOLLIY", "YLOJ", "JO", "LOJY", ""] {
            assert!(!one_edit("JOLY", other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn one_edit_is_a_distance_of_one(a in "[A-Cé]{0,7}", b in "[A-Cé]{0,7}") {
            prop_assert_eq!(one_edit(&a, &b), strsim::osa_distance(&a, &b) == 1);
        }

        #[test]
        fn words_one_edit_apart_share_a_neighbour(a in "[A-Cé]{1,7}", b in "[A-Cé]{1,7}") {
            let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
            neighbourhood(&a, &mut of_a);
            neighbourhood(&b, &mut of_b);
            let shared = of_a.iter().any(|hash| of_b.contains(hash));
            prop_assert!(shared || strsim::osa_distance(&a, &b) > 1);
        }

        #[test]
        fn the_bound_rules_nothing_out_that_is_alike(a in "[A-E0-2é]{1,12}", b in "[A-E0-2é]{1,12}") {
            prop_assert_eq!(alike(&a, &b), strsim::jaro_winkler(&a, &b) >= ALIKE);
        }

        #[test]
        fn what_is_not_comparable_does_not_agree(a in "[A-E0-2é]{1,9}", b in "[A-E0-2é]{1,9}") {
            let agree = alike(&a, &b) || one_edit(&a, &b) || a.starts_with(&b) || b.starts_with(&a);
            prop_assert!(!agree || comparable((a.len(), Letters::of(&a)), (b.len(), Letters::of(&b))));
        }

        #[test]
        fn a_word_and_its_misspelling(a in "[A-Z]{4,12}", at in 0usize..12, c in "[A-Z]") {
            let mut b = a.clone();
            b.insert_str(at % a.len(), &c);
            prop_assert_eq!(alike(&a, &b), strsim::jaro_winkler(&a, &b) >= ALIKE);
        }
    }
}
