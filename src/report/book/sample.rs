//! The auditor's sample: drawn from a seed, so that anybody can draw it again.

use std::cmp::Ordering;

/// Draws `n` of the identifiers: those whose BLAKE3 over `seed|identifier` (both as UTF-8) is smallest, smallest first. Gives their
/// positions in `ids`.
///
/// The draw depends on the set of identifiers alone, not on their order, and a larger sample begins with the smaller one. By hand:
/// `printf '%s' 'SEED|IDENTIFIER' | b3sum` for each of them, sort the lines, keep the first `n`.
pub fn draw_sample(ids: &[&str], seed: &str, n: usize) -> Vec<usize> {
    let key = |id: &str| {
        let mut hash = blake3::Hasher::new();
        hash.update(seed.as_bytes()).update(b"|").update(id.as_bytes());
        *hash.finalize().as_bytes()
    };
    let mut keyed: Vec<([u8; 32], usize)> = ids.iter().enumerate().map(|(at, id)| (key(id), at)).collect();
    let order = |a: &([u8; 32], usize), b: &([u8; 32], usize)| -> Ordering {
        a.0.cmp(&b.0).then_with(|| ids[a.1].cmp(ids[b.1])).then(a.1.cmp(&b.1))
    };
    if n < keyed.len() && n > 0 {
        keyed.select_nth_unstable_by(n - 1, order);
    }
    keyed.truncate(n);
    keyed.sort_unstable_by(order);
    keyed.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn<'a>(ids: &[&'a str], seed: &str, n: usize) -> Vec<&'a str> {
        draw_sample(ids, seed, n).into_iter().map(|at| ids[at]).collect()
    }

    #[test]
    fn the_draw_is_the_one_that_b3sum_gives() {
        // What a person gets who hashes each line and sorts.
        let ids = ["P-1", "P-2", "P-3", "P-4", "P-5"];
        let mut by_hand: Vec<(String, &str)> =
            ids.iter().map(|id| (blake3::hash(format!("7f3a9c|{id}").as_bytes()).to_hex().to_string(), *id)).collect();
        by_hand.sort();
        let expected: Vec<&str> = by_hand.iter().take(3).map(|(_, id)| *id).collect();
        assert_eq!(drawn(&ids, "7f3a9c", 3), expected);
        assert_ne!(drawn(&ids, "7f3a9d", 5), drawn(&ids, "7f3a9c", 5), "another seed draws otherwise");
        assert_eq!(drawn(&ids, "x", 9).len(), 5);
        assert!(draw_sample(&ids, "x", 0).is_empty() && draw_sample(&[], "x", 3).is_empty());
    }

    proptest! {
        #[test]
        fn order_plays_no_part_and_a_larger_sample_begins_with_the_smaller(
            ids in proptest::collection::btree_set("[a-z0-9|]{1,6}", 0..40), seed in "[a-f0-9]{0,8}", n in 0usize..40
        ) {
            let straight: Vec<&str> = ids.iter().map(String::as_str).collect();
            let reversed: Vec<&str> = ids.iter().rev().map(String::as_str).collect();
            prop_assert_eq!(drawn(&straight, &seed, n), drawn(&reversed, &seed, n));
            let all = drawn(&straight, &seed, ids.len());
            prop_assert_eq!(&all[..n.min(all.len())], &drawn(&straight, &seed, n)[..]);
        }
    }
}
