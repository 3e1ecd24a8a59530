//! The habit of paying: how many days after the due date a customer pays, as a smooth density.
//!
//! A customer's next delay lies near one of those that are known of him. How near is one of a few scales of scatter; which of
//! them is his, his own delays say, each foretold by the others, beside the share of customers that have that scale. The less
//! is known of him, the more the density is that of everybody. No scale is finer than [`SCATTER`]'s first: the bank's day, a
//! weekend and the value date move a payment by a day or two, and that must not tell two invoices apart.

use rayon::prelude::*;

use crate::config::Weights;
use crate::config::weights::SCATTER;

/// Days for which densities are tabulated; beyond them they are as at the end.
const EARLIEST: i32 = -400;
const LATEST: i32 = 800;
/// Days over which the open classes at both ends are spread.
const OPEN_BELOW: i32 = 60;
const OPEN_ABOVE: i32 = 365;
/// Days before the document within which half of those come that come before it; the others thin out with their square.
const JUST_BEFORE: f64 = 7.0;
/// Days over which everybody's density is smoothed, each way.
const NEAR: i32 = 40;
/// Delays of one customer that are kept: more would not change the density.
pub const KEPT: usize = 16;
/// Known delays that everybody's distribution is worth against a customer's own.
const EVERYBODY: f64 = 0.3;
/// Share of a customer's payments that follow no habit, however many are known.
const NO_RULE: f64 = 0.02;
/// Receipts that the share of lists of everybody is worth against a customer's own.
const EVERYBODY_LISTS: f64 = 4.0;
/// Scales, and one for no habit at all.
const KINDS: usize = SCATTER.len() + 1;

/// A delay that is known of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// The receipt by which it is known: it must not speak for itself.
    pub payment: u32,
    /// The item that it settles: if another receipt is for that item, this one is not.
    pub item: u32,
    /// Days from the due date to the receipt.
    pub delay: i32,
}

/// What is known of one customer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Delays, in the order of their receipts.
    pub seen: Vec<Seen>,
    /// Confirmed receipts in their order, and whether they settle several items.
    pub receipts: Vec<(u32, bool)>,
}

/// What the delays of a customer say of his scatter where some of them do not count: customer, those that do not as a bit mask,
/// probability of each scale. It is dear, and the hypotheses of one payment leave out the same ones.
#[derive(Debug, Default)]
pub struct Scatters(Vec<((u32, u32), [f64; KINDS])>);

impl Scatters {
    /// Forgets everything: the next payment begins.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// The density of delays of every customer.
#[derive(Clone, Debug)]
pub struct Habits {
    /// Everybody's density, from [`EARLIEST`] on.
    everybody: Vec<f64>,
    before_issue: f64,
    /// Density of the distance between two delays of one customer, for each distance on each scale.
    kernels: Vec<[f64; SCATTER.len()]>,
    /// Share of customers with each scale; the last have no habit.
    scatter: [f64; KINDS],
    lists: f64,
    of: Vec<Habit>,
}

#[derive(Clone, Debug, Default)]
struct Habit {
    seen: Vec<Seen>,
    /// Probability of each scale.
    scatter: [f64; KINDS],
    receipts: Vec<(u32, bool)>,
    /// Of the receipts, those that settle several items.
    lists: usize,
}

impl Habits {
    /// Habits of customers of which this is known; `weights` hold everybody's.
    pub fn of(weights: &Weights, observed: &[Observed]) -> Self {
        let mut scatter = [0.0; KINDS];
        let total: f64 = weights.scatter.iter().sum();
        scatter.iter_mut().zip(&weights.scatter).for_each(|(share, given)| *share = given / total);
        let mut habits = Self {
            everybody: everybody(weights),
            before_issue: weights.before_issue,
            kernels: kernels(),
            scatter,
            lists: weights.lists,
            of: Vec::new(),
        };
        habits.of = observed.par_iter().map(|o| habits.habit(o)).collect();
        habits
    }

    fn habit(&self, observed: &Observed) -> Habit {
        let seen = spread(&observed.seen);
        Habit {
            scatter: self.scatter_of(&seen),
            lists: lists_of(&observed.receipts),
            receipts: observed.receipts.clone(),
            seen,
        }
    }

    /// Share of everybody's receipts that settle several items.
    pub fn lists_of_anybody(&self) -> f64 {
        self.lists
    }

    /// Share of a customer's receipts that settle several items. What is known by `payment` itself does not count.
    pub fn lists(&self, customer: u32, payment: u32) -> f64 {
        let Some(habit) = self.of.get(customer as usize) else { return self.lists };
        let own = habit.receipts.binary_search_by_key(&payment, |r| r.0).ok().map(|n| habit.receipts[n].1);
        let lists = habit.lists - usize::from(own == Some(true));
        let all = habit.receipts.len() - usize::from(own.is_some());
        (lists as f64 + EVERYBODY_LISTS * self.lists) / (all as f64 + EVERYBODY_LISTS)
    }

    /// Density, per day, of a delay of anybody.
    pub fn of_anybody(&self, delay: i32) -> f64 {
        self.everybody[(delay.clamp(EARLIEST, LATEST) - EARLIEST) as usize]
    }

    /// Density, per day, of a payment so many days before the document.
    pub fn before_issue(&self, days: i32) -> f64 {
        self.before_issue / JUST_BEFORE / (1.0 + f64::from(days.max(0)) / JUST_BEFORE).powi(2)
    }

    /// Density, per day, of a delay of a customer, if `payment` is for `item`. What is known by either does not count. `memo` is of
    /// this payment.
    pub fn density(&self, customer: u32, delay: i32, payment: u32, item: u32, memo: &mut Scatters) -> f64 {
        let Some(habit) = self.of.get(customer as usize).filter(|h| !h.seen.is_empty()) else {
            return self.of_anybody(delay);
        };
        let counts = |s: &&Seen| s.payment != payment && s.item != item;
        let left_out = habit.seen.iter().enumerate().filter(|(_, s)| !counts(s)).fold(0, |mask, (n, _)| mask | 1 << n);
        if left_out == 0 {
            return self.foretold(habit.seen.iter(), habit.seen.len(), &habit.scatter, delay);
        }
        let others = || habit.seen.iter().filter(counts);
        let many = habit.seen.len() - u32::count_ones(left_out) as usize;
        let scatter_of = || self.scatter_of(&others().copied().collect::<Vec<Seen>>());
        let scatter = super::remembered(&mut memo.0, (customer, left_out), scatter_of);
        self.foretold(others(), many, &scatter, delay)
    }

    /// Density of the delays of a run of payments of one customer, one after the other, as log2: each foretold by what is
    /// known of him and by those before it.
    pub fn log2_of_run(&self, customer: u32, delays: &[i32]) -> f64 {
        let known = self.of.get(customer as usize).map_or(&[][..], |habit| &habit.seen);
        let shares = self.of.get(customer as usize).map_or(&self.scatter, |habit| &habit.scatter);
        let mut seen = known.to_vec();
        let mut log2 = [0.0; KINDS];
        for delay in delays {
            let near = self.near(seen.iter(), seen.len(), *delay);
            log2.iter_mut().zip(near).for_each(|(log2, near)| *log2 += near.log2());
            seen.push(Seen { payment: 0, item: 0, delay: *delay });
        }
        let best = log2.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        best + log2.iter().zip(shares).map(|(l, share)| share * (l - best).exp2()).sum::<f64>().log2()
    }

    /// Probability of each scale, from delays that are each foretold by the others.
    pub fn scatter_of(&self, seen: &[Seen]) -> [f64; KINDS] {
        if seen.len() < 2 {
            return self.scatter;
        }
        let mut log2 = [0.0; KINDS];
        for (n, one) in seen.iter().enumerate() {
            let others = seen[..n].iter().chain(&seen[n + 1..]);
            let near = self.near(others, seen.len() - 1, one.delay);
            log2.iter_mut().zip(near).for_each(|(log2, near)| *log2 += near.log2());
        }
        let best = log2.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut shares = self.scatter;
        shares.iter_mut().zip(&log2).for_each(|(share, l)| *share *= (l - best).exp2());
        let total: f64 = shares.iter().sum();
        shares.map(|share| share / total)
    }

    /// Density of a delay after so many known ones.
    fn foretold<'s>(
        &self,
        seen: impl Iterator<Item = &'s Seen>,
        many: usize,
        scatter: &[f64; KINDS],
        delay: i32,
    ) -> f64 {
        let habit: f64 = scatter.iter().zip(self.near(seen, many, delay)).map(|(share, near)| share * near).sum();
        (1.0 - NO_RULE) * habit + NO_RULE * self.of_anybody(delay)
    }

    /// Density of a delay near so many known ones, on each scale; the last has no habit.
    fn near<'s>(&self, seen: impl Iterator<Item = &'s Seen>, many: usize, delay: i32) -> [f64; KINDS] {
        let anybody = self.of_anybody(delay);
        let farthest = self.kernels.len() as u32 - 1;
        let mut sums = [0.0; SCATTER.len()];
        for seen in seen {
            let kernels = &self.kernels[seen.delay.abs_diff(delay).min(farthest) as usize];
            sums.iter_mut().zip(kernels).for_each(|(sum, kernel)| *sum += kernel);
        }
        let mut near = [anybody; KINDS];
        for (near, sum) in near.iter_mut().zip(sums) {
            *near = (sum + EVERYBODY * anybody) / (many as f64 + EVERYBODY);
        }
        near
    }
}

fn lists_of(receipts: &[(u32, bool)]) -> usize {
    receipts.iter().filter(|r| r.1).count()
}

/// The delays that are kept of many: evenly spread over time.
fn spread(seen: &[Seen]) -> Vec<Seen> {
    let kept = seen.len().min(KEPT);
    (0..kept).map(|n| seen[n * seen.len() / kept]).collect()
}

/// Everybody's density for each day: as smooth as the steadiest customer's, so that no bound of a class tells two invoices
/// apart that are due a day from each other.
fn everybody(weights: &Weights) -> Vec<f64> {
    let steps = by_classes(weights);
    let kernel = kernel(SCATTER[0]);
    let near = &kernel[..=NEAR as usize];
    let whole: f64 = near[0] + 2.0 * near[1..].iter().sum::<f64>();
    let at = |day: i32| steps[day.clamp(0, steps.len() as i32 - 1) as usize];
    let both = |day: i32, d: i32| if d == 0 { at(day) } else { at(day - d) + at(day + d) };
    let smooth = |day: i32| near.iter().zip(0i32..).map(|(share, d)| share * both(day, d)).sum::<f64>() / whole;
    (0..steps.len() as i32).map(smooth).collect()
}

/// Everybody's density as the classes say: between the middles of two it changes evenly, on the scale of logarithms.
fn by_classes(weights: &Weights) -> Vec<f64> {
    let classes = weights.delay.len();
    let total: f64 = weights.delay.iter().sum();
    let mut middles = Vec::with_capacity(classes);
    for (n, share) in weights.delay.iter().enumerate() {
        let bound = |n: usize| weights.delay_bounds.get(n).copied();
        // Without bounds, there is one class for everything.
        let last = bound(n).unwrap_or_else(|| weights.delay_bounds.last().map_or(0, |b| b.saturating_add(OPEN_ABOVE)));
        let before = n.checked_sub(1).and_then(bound).unwrap_or_else(|| last.saturating_sub(OPEN_BELOW));
        let width = f64::from(last.saturating_sub(before).max(1));
        let middle = f64::from(last) - (width - 1.0) / 2.0;
        middles.push((middle, (share / total / width).log2()));
    }
    (EARLIEST..=LATEST).map(|day| between(&middles, f64::from(day)).exp2()).collect()
}

fn between(points: &[(f64, f64)], x: f64) -> f64 {
    let after = points.partition_point(|p| p.0 <= x);
    match (after.checked_sub(1).map(|n| points[n]), points.get(after)) {
        (Some((_, y)), None) => y,
        (None, Some((_, y))) => *y,
        (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        (None, None) => 0.0,
    }
}

/// The kernels of all scales, by distance.
fn kernels() -> Vec<[f64; SCATTER.len()]> {
    let of = SCATTER.map(kernel);
    (0..of[0].len()).map(|days| std::array::from_fn(|kind| of[kind][days])).collect()
}

/// Student's t with three degrees of freedom, by the day: a peak that is flat for a day or two, and tails that a single late
/// payment does not surprise.
fn kernel(scale: f64) -> Vec<f64> {
    let shape = |days: i32| (1.0 + (f64::from(days) / scale).powi(2) / 3.0).powi(-2);
    let days = LATEST - EARLIEST;
    let total: f64 = shape(0) + 2.0 * (1..=days).map(shape).sum::<f64>();
    (0..=days).map(|d| shape(d) / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn habits(delays: &[i32]) -> Habits {
        let seen = (0u32..).zip(delays).map(|(n, delay)| Seen { payment: n, item: n, delay: *delay }).collect();
        Habits::of(&Weights::default(), &[Observed { seen, receipts: Vec::new() }])
    }

    #[test]
    fn densities_are_densities() {
        let sum: f64 = (EARLIEST..=LATEST).map(|d| habits(&[]).of_anybody(d)).sum();
        // What lies beyond the open classes is not cut off.
        assert!((0.9..1.1).contains(&sum), "{sum}");
        for scale in SCATTER {
            let kernel = kernel(scale);
            let sum = kernel[0] + 2.0 * kernel[1..].iter().sum::<f64>();
            assert!((sum - 1.0).abs() < 1e-9 && kernel.is_sorted_by(|a, b| a >= b));
        }
        let one: f64 =
            (EARLIEST..=LATEST).map(|d| habits(&[3, 4, 3]).density(0, d, 99, 99, &mut Scatters::default())).sum();
        assert!((0.95..1.05).contains(&one), "{one}");
    }

    #[test]
    fn a_steady_payer_tells_june_from_july() {
        let steady = habits(&[3, 2, 4, 3, 3, 2]);
        let odds = |h: &Habits, d: i32| {
            (h.density(0, 3, 99, 99, &mut Scatters::default()) / h.density(0, d, 99, 99, &mut Scatters::default()))
                .log2()
        };
        assert!(odds(&steady, 33) > 6.0 && odds(&steady, -27) > 6.0, "{} {}", odds(&steady, 33), odds(&steady, -27));
        let erratic = habits(&[3, 40, -20, 61, 12, 30]);
        assert!(odds(&erratic, 33) < 2.5, "{}", odds(&erratic, 33));
        // Nobody knows him: everybody's density.
        assert_eq!(steady.density(7, 3, 99, 99, &mut Scatters::default()), steady.of_anybody(3));
    }

    #[test]
    fn a_day_or_two_is_no_evidence() {
        let steady = habits(&[3; KEPT]);
        for d in -10..20 {
            for apart in [1, 2] {
                let bits = (steady.density(0, d, 99, 99, &mut Scatters::default())
                    / steady.density(0, d + apart, 99, 99, &mut Scatters::default()))
                .log2();
                assert!(bits.abs() < 1.7, "{d} and {apart} more: {bits}");
            }
        }
    }

    #[test]
    fn nor_is_it_where_everybody_pays_on_one_day() {
        let mut weights = Weights::default();
        weights.delay.iter_mut().for_each(|share| *share /= 8.0);
        weights.delay[6] = 0.9;
        let habits = Habits::of(&weights, &[]);
        for d in -30..30 {
            let bits = (habits.of_anybody(d) / habits.of_anybody(d + 2)).log2();
            assert!(bits.abs() < 1.7, "{d}: {bits}");
        }
    }

    #[test]
    fn a_receipt_does_not_speak_for_itself() {
        let two = habits(&[3, 40]);
        assert_eq!(
            two.density(0, 40, 1, 99, &mut Scatters::default()),
            habits(&[3]).density(0, 40, 99, 99, &mut Scatters::default())
        );
        // Nor for another receipt that is for its item.
        assert_eq!(
            two.density(0, 40, 99, 1, &mut Scatters::default()),
            habits(&[3]).density(0, 40, 99, 99, &mut Scatters::default())
        );
        let alone = habits(&[40]);
        assert!((alone.density(0, 40, 0, 99, &mut Scatters::default()) / alone.of_anybody(40) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn lists_are_a_habit_too() {
        let customer =
            |lists: &[bool]| Observed { seen: Vec::new(), receipts: (0..).zip(lists.iter().copied()).collect() };
        let habits = Habits::of(&Weights::default(), &[customer(&[true; 9]), customer(&[false; 9]), customer(&[])]);
        assert!(habits.lists(0, 99) > 0.7 && habits.lists(1, 99) < 0.1);
        assert_eq!((habits.lists(2, 99), habits.lists(7, 99)), (habits.lists_of_anybody(), habits.lists_of_anybody()));
        // Nor does a list speak for itself.
        assert!(habits.lists(0, 3) < habits.lists(0, 99) && habits.lists(1, 3) > habits.lists(1, 99));
    }

    #[test]
    fn bounds_without_sense_do_no_harm() {
        for (bounds, shares) in [(vec![], vec![1.0]), (vec![i32::MIN, i32::MAX], vec![0.2, 0.5, 0.3])] {
            let weights = Weights { delay_bounds: bounds, delay: shares, ..Weights::default() };
            let habits = Habits::of(&weights, &[]);
            assert!((EARLIEST..=LATEST).all(|d| habits.of_anybody(d) > 0.0 && habits.of_anybody(d) <= 1.0));
        }
    }
}
