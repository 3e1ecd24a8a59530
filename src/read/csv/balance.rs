//! The running balance: the only proof that a CSV statement has of its own signs.

/// In which order of the rows a running balance adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Running {
    /// Oldest first; each balance is the one after its row.
    OldestFirst,
    /// Newest first; each balance is the one after its row.
    NewestFirst,
    /// Oldest first; each balance is the one before its row.
    Before,
    /// It does not add up, or there are fewer than two balances.
    No,
}

/// Checks amounts against the balances beside them. Rows may lack a balance; every pair of neighbours that have one must agree.
pub(super) fn running(amounts: &[i64], balances: &[Option<i64>]) -> Running {
    let candidates = [Running::OldestFirst, Running::NewestFirst, Running::Before];
    candidates.into_iter().find(|order| holds(amounts, balances, *order)).unwrap_or(Running::No)
}

fn holds(amounts: &[i64], balances: &[Option<i64>], order: Running) -> bool {
    let (mut last, mut moved, mut steps): (Option<i64>, i128, usize) = (None, 0, 0);
    for (amount, balance) in amounts.iter().zip(balances) {
        let amount = i128::from(*amount);
        if order == Running::OldestFirst {
            moved += amount;
        }
        if let Some(balance) = *balance {
            if let Some(before) = last {
                let expected =
                    if order == Running::NewestFirst { i128::from(before) - moved } else { i128::from(before) + moved };
                if expected != i128::from(balance) {
                    return false;
                }
                steps += 1;
            }
            (last, moved) = (Some(balance), 0);
        }
        if order != Running::OldestFirst {
            moved += amount;
        }
    }
    steps > 0
}

/// Balances before the first and after the last booking in time, once the order is known. `None` on overflow or without balances.
pub(super) fn ends(amounts: &[i64], balances: &[Option<i64>], order: Running) -> Option<(i64, i64)> {
    let known = balances.iter().position(Option::is_some)?;
    let at = i128::from(balances[known]?);
    let sum = |range: &[i64]| range.iter().map(|a| i128::from(*a)).sum::<i128>();
    let all = sum(amounts);
    let opening = match order {
        Running::OldestFirst => at - sum(&amounts[..=known]),
        Running::Before => at - sum(&amounts[..known]),
        // Everything from this row down is older, and makes up the balance together with the opening.
        Running::NewestFirst => at - sum(&amounts[known..]),
        Running::No => return None,
    };
    Some((i64::try_from(opening).ok()?, i64::try_from(opening + all).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_order_is_recognised_and_gives_the_same_ends() {
        let known = |list: &[i64]| list.iter().map(|b| Some(*b)).collect::<Vec<_>>();
        let oldest = ([100, -30, 5], known(&[1100, 1070, 1075]));
        let newest = ([5, -30, 100], known(&[1075, 1070, 1100]));
        let before = ([100, -30, 5], known(&[1000, 1100, 1070]));
        for (rows, order) in [(oldest, Running::OldestFirst), (newest, Running::NewestFirst), (before, Running::Before)]
        {
            assert_eq!(running(&rows.0, &rows.1), order);
            assert_eq!(ends(&rows.0, &rows.1, order), Some((1000, 1075)));
        }
    }

    #[test]
    fn gaps_are_bridged_and_contradictions_seen() {
        assert_eq!(running(&[1, 2, 3], &[Some(11), None, Some(16)]), Running::OldestFirst);
        assert_eq!(running(&[1, 2, 3], &[Some(11), None, Some(17)]), Running::No);
        assert_eq!(running(&[1], &[Some(11)]), Running::No);
    }
}
