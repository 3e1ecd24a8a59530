//! Whether identifiers are all different, which nearly all lists answer with yes.

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use rayon::prelude::*;

/// Whether no two texts are equal. Rarely false although they differ: who needs certainty goes on to [`repeated`].
///
/// Only hashes are kept and sorted, which takes a fraction of the time and memory of a table of the texts.
pub(crate) fn all_differ<'a>(texts: impl ParallelIterator<Item = &'a str>) -> bool {
    // Fixed, because the answer must not hang on chance; texts made to collide only take the longer way.
    let state = foldhash::fast::FixedState::with_seed(0);
    let mut hashes: Vec<u64> = texts.map(|text| state.hash_one(text)).collect();
    hashes.par_sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

/// Records whose identifier another one before them has: the indices of both, in the order of the later.
pub(crate) fn repeated<T: Sync>(records: &[T], id: impl Fn(&T) -> &str + Sync) -> Vec<(usize, usize)> {
    if all_differ(records.par_iter().map(&id)) {
        return Vec::new();
    }
    let mut seen: HashMap<&str, usize, foldhash::fast::RandomState> = HashMap::default();
    let mut out = Vec::new();
    for (n, record) in records.iter().enumerate() {
        match seen.get(id(record)) {
            Some(first) => out.push((n, *first)),
            None => {
                seen.insert(id(record), n);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_repeat_is_found_with_its_first() {
        let texts = ["a", "b", "a", "", "c", "a", ""];
        assert_eq!(repeated(&texts, |t| t), [(2, 0), (5, 0), (6, 3)]);
        assert_eq!(repeated(&texts[..2], |t| t), []);
        assert!(all_differ(["a", "b"].into_par_iter()) && !all_differ(["a", "a"].into_par_iter()));
    }
}
