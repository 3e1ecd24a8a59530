//! Sets of amounts with a given sum: all sets of a small pool by meeting in the middle, small sets of a large one.

use crate::model::stage::Searched;

/// Amounts of which every set is looked at.
const ALL_SETS: usize = 20;
/// Sets that are given back.
const MOST: usize = 200;

/// One amount of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// Minor units; credit notes are negative.
    pub(super) amount: i64,
    /// Interchangeable class: of its members only the first ones are taken, so that a set is not found once for each.
    pub(super) class: Option<u32>,
    /// Days between due date and payment: the nearest are searched first.
    pub(super) distance: i32,
}

/// Appends the sets of positions whose amounts add up to the target, and says which were looked at within so many steps. No sum of
/// any set may leave 64 bits.
pub(super) fn sums(values: &[Value], target: i64, steps: usize, found: &mut Vec<Vec<usize>>) -> Searched {
    if target == 0 {
        // Nothing is missing, or the credit notes eat up what they stand for: no set says anything.
        return Searched::AllSets;
    }
    let mut nearest: Vec<usize> = (0..values.len()).collect();
    nearest.sort_by_key(|n| (values[*n].distance, *n));
    nearest.truncate(ALL_SETS.min(2 * (steps.max(16).ilog2() as usize - 1)));
    nearest.sort_unstable();
    let mut searched = Searched::AllSets;
    let mut complete = meet_in_the_middle(values, &nearest, target, found);
    if nearest.len() < values.len() {
        let small = values.len() * values.len() / 2 <= steps;
        if small {
            small_sets(values, target, found);
        }
        searched = if small { Searched::SmallSets } else { Searched::Little };
    }
    found.iter_mut().for_each(|set| set.sort_unstable());
    found.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
    found.dedup();
    found.retain(|set| takes_the_first(values, set));
    complete &= found.len() <= MOST;
    found.truncate(MOST);
    if complete { searched } else { Searched::Little }
}

/// Whether a set takes of each class the first members only.
fn takes_the_first(values: &[Value], set: &[usize]) -> bool {
    set.iter().all(|n| {
        let Some(class) = values[*n].class else { return true };
        (0..*n).filter(|before| values[*before].class == Some(class)).all(|before| set.contains(&before))
    })
}

/// The sum of every set of some amounts, in rising order; a set is a bit mask. Each amount doubles the list: what is there, and
/// the same with the amount, are in order both, and only have to be merged.
fn all_sums(values: &[Value], of: &[usize]) -> Vec<(i64, u32)> {
    let mut sums: Vec<(i64, u32)> = vec![(0, 0)];
    let mut next = Vec::new();
    for (bit, n) in of.iter().enumerate() {
        let with = |(sum, mask): (i64, u32)| (sum + values[*n].amount, mask | 1 << bit);
        next.clear();
        next.reserve(2 * sums.len());
        let (mut left, mut right) = (sums.iter().copied().peekable(), sums.iter().copied().map(with).peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            next.extend(if a <= b { left.next() } else { right.next() });
        }
        next.extend(left.chain(right));
        std::mem::swap(&mut sums, &mut next);
    }
    sums
}

fn meet_in_the_middle(values: &[Value], of: &[usize], target: i64, found: &mut Vec<Vec<usize>>) -> bool {
    let (left_of, right_of) = of.split_at(of.len() / 2);
    let (left, right) = (all_sums(values, left_of), all_sums(values, right_of));
    let mut complete = true;
    let mut at = right.len();
    let mut start = 0;
    while start < left.len() {
        let sum = left[start].0;
        let same = left[start..].iter().take_while(|l| l.0 == sum).count();
        while at > 0 && right[at - 1].0 > target - sum {
            at -= 1;
        }
        let fitting = right[..at].iter().rev().take_while(|r| r.0 == target - sum);
        for (_, other) in fitting {
            for (_, mask) in &left[start..start + same] {
                if found.len() >= 4 * MOST {
                    complete = false;
                    return complete;
                }
                let of_left = left_of.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0);
                let of_right = right_of.iter().enumerate().filter(|(bit, _)| other & (1 << bit) != 0);
                found.push(of_left.chain(of_right).map(|(_, n)| *n).collect());
            }
        }
        start += same;
    }
    complete
}

/// Sets of one, two and three.
fn small_sets(values: &[Value], target: i64, found: &mut Vec<Vec<usize>>) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|n| (values[*n].amount, *n));
    let amount = |at: usize| values[order[at]].amount;
    let mut pairs = |from: usize, target: i64, with: Option<usize>| {
        let (mut low, mut high) = (from, order.len());
        while low + 1 < high {
            let sum = amount(low) + amount(high - 1);
            if sum < target {
                low += 1;
            } else if sum > target {
                high -= 1;
            } else {
                // Equal amounts stand together: each of them with the lower one.
                let top = amount(high - 1);
                let mut at = high;
                while at > low + 1 && amount(at - 1) == top && found.len() < 4 * MOST {
                    found.push(with.into_iter().chain([order[low], order[at - 1]]).collect());
                    at -= 1;
                }
                low += 1;
            }
        }
    };
    pairs(0, target, None);
    for (first, with) in order.iter().enumerate() {
        pairs(first + 1, target - values[*with].amount, Some(*with));
    }
    found.extend((0..values.len()).filter(|n| values[*n].amount == target).map(|n| vec![n]));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(amounts: &[i64]) -> Vec<Value> {
        amounts.iter().map(|amount| Value { amount: *amount, class: None, distance: 0 }).collect()
    }

    fn found(values: &[Value], target: i64, steps: usize) -> (Vec<Vec<usize>>, Searched) {
        let mut found = Vec::new();
        let searched = sums(values, target, steps, &mut found);
        (found, searched)
    }

    fn brute(amounts: &[i64], target: i64) -> Vec<Vec<usize>> {
        let sets = (1u32..1 << amounts.len())
            .map(|mask| (0..amounts.len()).filter(|bit| mask & (1 << bit) != 0).collect::<Vec<_>>());
        let mut sets: Vec<Vec<usize>> =
            sets.filter(|set| set.iter().map(|n| amounts[*n]).sum::<i64>() == target).collect();
        sets.sort_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
        sets
    }

    proptest! {
        #[test]
        fn every_set_is_found_and_none_that_is_none(
            amounts in prop::collection::vec(-40i64..200, 1..11), target in 1i64..400,
        ) {
            prop_assert_eq!(found(&values(&amounts), target, 100_000), (brute(&amounts, target), Searched::AllSets));
        }

        #[test]
        fn small_sets_of_a_large_pool_are_found(amounts in prop::collection::vec(1i64..3000, 30..60), a in 0usize..30, b in 0usize..30, c in 0usize..30) {
            let mut set = vec![a, b, c];
            set.sort_unstable();
            set.dedup();
            let target = set.iter().map(|n| amounts[*n]).sum();
            let (sets, searched) = found(&values(&amounts), target, 100_000);
            prop_assert!(searched < Searched::AllSets, "larger sets were not looked at");
            prop_assert!(sets.contains(&set) || sets.len() == MOST);
            for set in sets {
                prop_assert_eq!(set.iter().map(|n| amounts[*n]).sum::<i64>(), target);
            }
        }
    }

    #[test]
    fn interchangeable_amounts_are_taken_in_their_order() {
        let mut pool = values(&[500, 300, 300, 300]);
        pool[1..].iter_mut().for_each(|v| v.class = Some(7));
        assert_eq!(found(&pool, 800, 1000), (vec![vec![0, 1]], Searched::AllSets));
        assert_eq!(found(&pool, 1100, 1000), (vec![vec![0, 1, 2]], Searched::AllSets));
    }

    #[test]
    fn few_steps_search_less_and_say_so() {
        let pool = values(&(1..=20).map(|n| 1000 + n * n).collect::<Vec<_>>());
        assert_eq!(found(&pool, 5000, 100_000).1, Searched::AllSets);
        assert_eq!(found(&pool, 5000, 300).1, Searched::SmallSets);
        assert_eq!(found(&pool, 5000, 64).1, Searched::Little);
    }
}
