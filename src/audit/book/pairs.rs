//! Lines of the bank and of the ledger that are the same: one to one, by equal amount, the nearest in days.
//!
//! Which of several equal lines are paired changes no sum. It changes which ones are named as missing; so a line that names the
//! other goes first, then the nearest day.

use chrono::NaiveDate;

/// Days between two lines that can be the same.
pub(super) const DAYS: i64 = 31;
/// Pairs of one amount among which words are looked for: beyond that, days decide alone.
const WORDED: usize = 10_000;
/// Characters from which a name says something.
const TELLING: usize = 4;

/// One line of either side.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    pub(super) day: NaiveDate,
    pub(super) minor: i64,
    /// The payment's identifier, or the entry's name.
    pub(super) name: &'a str,
    /// The ledger's label; empty for a payment.
    pub(super) text: &'a str,
    /// What a label may name: the payment itself and its items. Empty for the ledger.
    pub(super) names: Vec<&'a str>,
}

/// For each line of one side its partner on the other, if it has one.
type Partners = Vec<Option<usize>>;

/// For each line of the bank and of the ledger its partner.
pub(super) fn pair(bank: &[Line<'_>], ledger: &[Line<'_>]) -> (Partners, Partners) {
    let mut paired = (vec![None; bank.len()], vec![None; ledger.len()]);
    let (left, right) = (sorted(bank), sorted(ledger));
    let (mut left, mut right) = (&left[..], &right[..]);
    while let (Some(b), Some(l)) = (left.first(), right.first()) {
        let (minor, other) = (bank[*b].minor, ledger[*l].minor);
        let of_bank = left.iter().take_while(|n| bank[**n].minor == minor).count();
        let of_ledger = right.iter().take_while(|n| ledger[**n].minor == other).count();
        if minor == other {
            equal(bank, &left[..of_bank], ledger, &right[..of_ledger], &mut paired);
        }
        if minor <= other {
            left = &left[of_bank..];
        }
        if other <= minor {
            right = &right[of_ledger..];
        }
    }
    paired
}

/// Positions by amount, then day, then name.
fn sorted(lines: &[Line<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&lines[*a], &lines[*b]);
        (a.minor, a.day, a.name).cmp(&(b.minor, b.day, b.name))
    });
    order
}

/// Pairs lines of one amount.
fn equal(bank: &[Line<'_>], left: &[usize], ledger: &[Line<'_>], right: &[usize], paired: &mut (Partners, Partners)) {
    let (mut left, mut right) = (left.to_vec(), right.to_vec());
    if left.len() + right.len() > 2 && left.len() * right.len() <= WORDED {
        for b in &left {
            let line = &bank[*b];
            let named = right.iter().filter(|l| paired.1[**l].is_none() && line.is_named_by(&ledger[**l]));
            if let Some(l) = named.min_by_key(|l| line.away(&ledger[**l])) {
                (paired.0[*b], paired.1[*l]) = (Some(*l), Some(*b));
            }
        }
    }
    for days in 0..=DAYS {
        // The ledger books on the day, before, or after.
        for shift in [days, -days] {
            left.retain(|b| paired.0[*b].is_none());
            right.retain(|l| paired.1[*l].is_none());
            if left.is_empty() || right.is_empty() {
                return;
            }
            let mut at = 0;
            for b in &left {
                let wanted = bank[*b].day - chrono::TimeDelta::days(shift);
                while at < right.len() && ledger[right[at]].day < wanted {
                    at += 1;
                }
                if at < right.len() && ledger[right[at]].day == wanted {
                    (paired.0[*b], paired.1[right[at]]) = (Some(right[at]), Some(*b));
                    at += 1;
                }
            }
        }
    }
}

impl Line<'_> {
    fn away(&self, other: &Line<'_>) -> i64 {
        (self.day - other.day).num_days().abs()
    }

    fn is_named_by(&self, ledger: &Line<'_>) -> bool {
        let says = |name: &&str| name.len() >= TELLING && (ledger.text.contains(name) || ledger.name.contains(name));
        self.away(ledger) <= DAYS && self.names.iter().any(says)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(day: u32, minor: i64, name: &'static str) -> Line<'static> {
        let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap() + chrono::Days::new(u64::from(day));
        Line { day, minor, name, text: "", names: vec![name] }
    }

    fn alone(bank: &[Line<'static>], ledger: &[Line<'static>]) -> (Vec<&'static str>, Vec<&'static str>) {
        let (left, right) = pair(bank, ledger);
        assert!(left.iter().enumerate().all(|(b, l)| l.is_none_or(|l| right[l] == Some(b))), "one to one");
        assert_eq!(left.iter().flatten().count(), right.iter().flatten().count(), "one to one");
        let of = |lines: &[Line<'static>], paired: Partners| {
            lines.iter().zip(paired).filter(|(_, p)| p.is_none()).map(|(l, _)| l.name).collect()
        };
        (of(bank, left), of(ledger, right))
    }

    #[test]
    fn the_nearest_of_equal_lines_is_the_partner() {
        let bank = [line(0, 500, "B1"), line(30, 500, "B2"), line(60, 500, "B3"), line(60, -500, "B4")];
        // Paired in their order, the first would take what is the second's.
        let ledger = [line(29, 500, "L2"), line(62, 500, "L3"), line(62, 501, "L5")];
        assert_eq!(alone(&bank, &ledger), (vec!["B1", "B4"], vec!["L5"]));
        assert_eq!(alone(&[line(0, 5, "B")], &[line(31, 5, "L")]), (vec![], vec![]));
        assert_eq!(alone(&[line(0, 5, "B")], &[line(32, 5, "L")]), (vec!["B"], vec!["L"]));
        assert_eq!(alone(&[], &[line(0, 5, "L")]), (vec![], vec!["L"]));
    }

    #[test]
    fn a_line_that_names_the_other_goes_first() {
        let bank = [line(0, 500, "2026-0412"), line(9, 500, "2026-0413")];
        let mut ledger = [line(9, 500, "BQ 7")];
        assert_eq!(alone(&bank, &ledger).0, ["2026-0412"]);
        ledger[0].text = "Règlement 2026-0412";
        assert_eq!(alone(&bank, &ledger).0, ["2026-0413"]);
    }
}
