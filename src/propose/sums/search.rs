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

/// The sum of a set, and the set as a bit mask.
type Sum = (i64, u32);

/// Buffers of one thread, used again for each search.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    nearest: Vec<usize>,
    left: Vec<Sum>,
    right: Vec<Sum>,
    next: Vec<Sum>,
    /// Amounts with their positions, in rising order.
    rising: Vec<(i64, usize)>,
    amounts: Amounts,
}

/// Amounts by a hash of few bits: what is not among them is nearly always known at once.
#[derive(Debug, Default)]
struct Amounts {
    bits: Vec<u64>,
}

impl Amounts {
    /// Bits of the hash: two hundred amounts leave nearly all places empty.
    const BITS: u32 = 15;

    /// Word and bit of an amount.
    fn place(amount: i64) -> (usize, u64) {
        // Multiplied by 2^64 divided by the golden ratio, the highest bits depend on all.
        let hash = (amount as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS);
        (hash as usize / 64, 1 << (hash % 64))
    }

    fn add(&mut self, rising: &[(i64, usize)]) {
        self.bits.resize((1 << Self::BITS) / 64, 0);
        for (amount, _) in rising {
            let (word, bit) = Self::place(*amount);
            self.bits[word] |= bit;
        }
    }

    fn remove(&mut self, rising: &[(i64, usize)]) {
        rising.iter().for_each(|(amount, _)| self.bits[Self::place(*amount).0] = 0);
    }

    /// Whether two of some amounts in rising order may add up to a target: the smaller one is at most half of it, and no less than
    /// what the greatest leaves.
    fn may_add_up(&self, rising: &[(i64, usize)], target: i64) -> bool {
        let [.., (second, _), (greatest, _)] = rising else { return false };
        if second + greatest < target {
            return false;
        }
        let from = rising.partition_point(|(amount, _)| amount + greatest < target);
        let smaller = rising[from..].iter().map(|(amount, _)| *amount).take_while(|amount| amount + amount <= target);
        smaller.fold(false, |any, amount| {
            let (word, bit) = Self::place(target - amount);
            any | (self.bits[word] & bit != 0)
        })
    }
}

/// Appends the sets of positions whose amounts add up to the target, and says which were looked at within so many steps. No sum of
/// any set may leave 64 bits.
pub(super) fn sums(
    values: &[Value],
    target: i64,
    steps: usize,
    buffers: &mut Buffers,
    found: &mut Vec<Vec<usize>>,
) -> Searched {
    if target == 0 {
        // Nothing is missing, or the credit notes eat up what they stand for: no set says anything.
        return Searched::AllSets;
    }
    find_nearest(values, ALL_SETS.min(2 * (steps.max(16).ilog2() as usize - 1)), &mut buffers.nearest);
    let mut searched = Searched::AllSets;
    let mut complete = meet_in_the_middle(values, target, buffers, found);
    if buffers.nearest.len() < values.len() {
        let small = values.len() * values.len() / 2 <= steps;
        if small {
            small_sets(values, target, buffers, found);
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

/// The positions of so many values whose distance is least, in rising order.
fn find_nearest(values: &[Value], many: usize, nearest: &mut Vec<usize>) {
    nearest.clear();
    nearest.extend(0..values.len());
    if values.len() > many {
        nearest.select_nth_unstable_by_key(many, |n| (values[*n].distance, *n));
        nearest.truncate(many);
        nearest.sort_unstable();
    }
}

/// Whether a set takes of each class the first members only.
fn takes_the_first(values: &[Value], set: &[usize]) -> bool {
    set.iter().all(|n| {
        let Some(class) = values[*n].class else { return true };
        (0..*n).filter(|before| values[*before].class == Some(class)).all(|before| set.contains(&before))
    })
}

/// The sum of every set of some amounts that may become part of the target, in rising order. Each amount doubles the list: what is
/// there, and the same with the amount, are in order both, and only have to be merged. A sum above `most` is one that no further
/// amount brings back; one that all that is `left` (and whatever of these amounts comes later) does not bring up to the target is
/// too small.
fn all_sums(
    values: &[Value],
    of: &[usize],
    (target, most, mut left): (i64, i64, i64),
    sums: &mut Vec<Sum>,
    next: &mut Vec<Sum>,
) {
    sums.clear();
    sums.push((0, 0));
    left += of.iter().map(|n| values[*n].amount.max(0)).sum::<i64>();
    for (bit, n) in of.iter().enumerate() {
        let amount = values[*n].amount;
        left -= amount.max(0);
        let with = |(sum, mask): Sum| (sum + amount, mask | 1 << bit);
        // In rising order, so that what is too much is at the end.
        let more = &sums[..sums.partition_point(|(sum, _)| *sum <= most.saturating_sub(amount))];
        next.clear();
        let mut at = 0;
        for more in more.iter().copied().map(with) {
            while at < sums.len() && sums[at] <= more {
                next.push(sums[at]);
                at += 1;
            }
            next.push(more);
        }
        next.extend_from_slice(&sums[at..]);
        next.drain(..next.partition_point(|(sum, _)| *sum < target - left));
        std::mem::swap(sums, next);
    }
}

fn meet_in_the_middle(values: &[Value], target: i64, buffers: &mut Buffers, found: &mut Vec<Vec<usize>>) -> bool {
    let Buffers { nearest, left, right, next, .. } = buffers;
    let (left_of, right_of) = nearest.split_at(nearest.len() / 2);
    // Whatever is added to a sum, it cannot fall by more than all credit notes.
    let most = target - nearest.iter().map(|n| values[*n].amount.min(0)).sum::<i64>();
    let invoices = |of: &[usize]| of.iter().map(|n| values[*n].amount.max(0)).sum::<i64>();
    all_sums(values, left_of, (target, most, invoices(right_of)), left, next);
    all_sums(values, right_of, (target, most, invoices(left_of)), right, next);
    crate::model::steps::count(left.len() + right.len());
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
                    return false;
                }
                let of_left = left_of.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0);
                let of_right = right_of.iter().enumerate().filter(|(bit, _)| other & (1 << bit) != 0);
                found.push(of_left.chain(of_right).map(|(_, n)| *n).collect());
            }
        }
        start += same;
    }
    true
}

/// Sets of one, two and three.
fn small_sets(values: &[Value], target: i64, buffers: &mut Buffers, found: &mut Vec<Vec<usize>>) {
    let Buffers { rising, amounts, .. } = buffers;
    rising.clear();
    rising.extend(values.iter().enumerate().map(|(n, value)| (value.amount, n)));
    rising.sort_unstable();
    amounts.add(rising);
    pairs(rising, target, None, found);
    let mut high = rising.len();
    for (first, (amount, with)) in rising.iter().enumerate() {
        let Some((least, _)) = rising.get(first + 1).filter(|next| amount + 2 * next.0 <= target) else { break };
        // The greatest that may stand beside the two smallest: it falls from one first amount to the next.
        while high > first && rising[high - 1].0 > target - amount - least {
            high -= 1;
        }
        let others = &rising[first + 1..high.max(first + 1)];
        if amounts.may_add_up(others, target - amount) {
            pairs(others, target - amount, Some(*with), found);
        }
    }
    amounts.remove(rising);
    found.extend((0..values.len()).filter(|n| values[*n].amount == target).map(|n| vec![n]));
}

/// Sets of two of some amounts in rising order, each with a further position.
fn pairs(rising: &[(i64, usize)], target: i64, with: Option<usize>, found: &mut Vec<Vec<usize>>) {
    let (mut low, mut high) = (0, rising.len());
    if high < 2 || rising[high - 1].0 + rising[high - 2].0 < target {
        return;
    }
    while low + 1 < high {
        let top = rising[high - 1].0;
        let sum = rising[low].0 + top;
        if sum < target {
            low += 1;
        } else if sum > target {
            high -= 1;
        } else {
            // Equal amounts stand together: each of them with the lower one.
            let mut at = high;
            while at > low + 1 && rising[at - 1].0 == top && found.len() < 4 * MOST {
                found.push(with.into_iter().chain([rising[low].1, rising[at - 1].1]).collect());
                at -= 1;
            }
            low += 1;
        }
    }
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
        let searched = sums(values, target, steps, &mut Buffers::default(), &mut found);
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
