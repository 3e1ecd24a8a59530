//! From stated to calibrated probabilities of proposals, and how many of a number of them are to be expected wrong.
//!
//! In each band of stated probabilities the share of right ones has a beta distribution whose prior is centred on what was stated and
//! counts for `prior_strength` decisions. The means are made monotone over the bands by pooling adjacent violators (Ayer et al., 1955),
//! each weighed by its decisions and its prior. Between the bands' means the map is linear, so that without any decision it is the
//! identity.

use super::bounds::{beta_quantile, ln_beta};
use super::numeric::{exp, ln_gamma};
use crate::model::{Band, Probability, ProposalFact};

/// Ends of the bands, in millionths: those of the reliability tables (`docs/accuracy.md`), about equally wide in log-odds above one half.
const ENDS: [u32; 11] = [0, 500_000, 800_000, 900_000, 950_000, 980_000, 990_000, 995_000, 999_000, 999_900, 1_000_000];
/// Number of bands.
const BANDS: usize = ENDS.len() - 1;
/// Masses below this are left out of a distribution of counts.
const NEGLIGIBLE: f64 = 1e-13;

/// The calibration of proposals.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposals {
    counted: [Counted; BANDS],
    /// Beta parameters of each band, after pooling: right, wrong.
    pooled: [(f64, f64); BANDS],
    strength: f64,
}

/// Decided proposals of a band.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counted {
    decided: u64,
    right: u64,
    /// Sum of what was stated, in millionths.
    stated: u64,
}

impl Counted {
    /// Mean of what was stated, as a fraction; the middle of the band without decisions.
    fn mean(&self, band: usize) -> f64 {
        match self.decided {
            0 => f64::from(ENDS[band] + ENDS[band + 1]) / 2e6,
            n => self.stated as f64 / (n as f64 * 1e6),
        }
    }
}

/// How many of some proposals are to be expected wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExpectedWrong {
    /// The mean.
    pub mean: f64,
    /// At least so many, and
    pub low: u64,
    /// at most so many: in 95 of 100 such cases.
    pub high: u64,
}

impl Proposals {
    /// Learns from decided proposals.
    pub fn learn(proposals: &[ProposalFact], prior_strength: u32) -> Self {
        let mut counted = [Counted::default(); BANDS];
        for one in proposals {
            let Some(right) = one.judged() else { continue };
            let band = &mut counted[band_of(one.probability)];
            band.decided += 1;
            band.right += u64::from(right);
            band.stated += u64::from(one.probability.0);
        }
        let strength = f64::from(prior_strength);
        let own = std::array::from_fn(|n| {
            let band: &Counted = &counted[n];
            let stated = band.mean(n);
            (strength * stated + band.right as f64, strength * (1.0 - stated) + (band.decided - band.right) as f64)
        });
        Self { counted, pooled: pool(own), strength }
    }

    /// What is to be expected of a proposal with a stated probability, as a fraction.
    pub fn calibrated(&self, stated: Probability) -> f64 {
        let x = stated.fraction();
        let knots = (0..BANDS).map(|n| (self.counted[n].mean(n), self.mean(n)));
        let mut before = (0.0, 0.0);
        for knot in knots {
            if x <= knot.0 {
                return before.1 + (x - before.0) * (knot.1 - before.1) / (knot.0 - before.0);
            }
            before = knot;
        }
        // Above the last: towards certainty if the band earns it, else as far below what is stated as the band is.
        match before.1 >= before.0 {
            true => before.1 + (x - before.0) * (1.0 - before.1) / (1.0 - before.0),
            false => before.1 + (x - before.0),
        }
    }

    fn mean(&self, band: usize) -> f64 {
        let (right, wrong) = self.pooled[band];
        right / (right + wrong)
    }

    /// The bands, for people.
    pub fn bands(&self) -> Vec<Band> {
        let band = |n: usize| {
            let (right, wrong) = self.pooled[n];
            let counted = self.counted[n];
            Band {
                from: Probability(ENDS[n]),
                to: Probability(ENDS[n + 1].min(Probability::MAX.0)),
                decided: counted.decided,
                right: counted.right,
                stated: Probability::from_fraction(counted.mean(n)),
                calibrated: Probability::from_fraction(self.mean(n)),
                // So near to certainty the mean can be below 97.5 % of the distribution.
                low: Probability::from_fraction(beta_quantile(0.025, right, wrong).min(self.mean(n))),
                high: Probability::from_fraction(beta_quantile(0.975, right, wrong)),
            }
        };
        (0..BANDS).map(band).collect()
    }

    /// How many of proposals with these stated probabilities are to be expected wrong: the mean, and the middle 95 % of the
    /// distribution of their number. Within a band all share one unknown share of right ones, so that their number spreads wider than
    /// single probabilities would let it (beta-binomial).
    pub fn expected_wrong(&self, stated: impl IntoIterator<Item = Probability>) -> ExpectedWrong {
        let mut of = [(0u64, 0.0f64); BANDS];
        for one in stated {
            let (count, wrong) = &mut of[band_of(one)];
            *count += 1;
            *wrong += 1.0 - self.calibrated(one);
        }
        let mean = of.iter().map(|(_, wrong)| wrong).sum();
        let mut all = vec![1.0];
        for (band, (count, wrong)) in of.into_iter().enumerate().filter(|(_, (count, _))| *count > 0) {
            let share = (wrong / count as f64).clamp(1e-9, 1.0 - 1e-9);
            let size = self.strength + self.counted[band].decided as f64;
            all = convolved(&all, &beta_binomial(count, share * size, (1.0 - share) * size));
        }
        ExpectedWrong { mean, low: quantile(&all, 0.025), high: quantile(&all, 0.975) }
    }
}

fn band_of(probability: Probability) -> usize {
    ENDS[1..BANDS].iter().take_while(|end| probability.0 >= **end).count()
}

/// Pools neighbours whose means fall instead of rising. Each of a pool has the pool's parameters.
fn pool(own: [(f64, f64); BANDS]) -> [(f64, f64); BANDS] {
    let mean = |(right, wrong): (f64, f64)| right / (right + wrong);
    let mut blocks: Vec<((f64, f64), usize)> = Vec::new();
    for one in own {
        blocks.push((one, 1));
        while let [.., (before, n), (last, m)] = blocks[..]
            && mean(before) > mean(last)
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push(((before.0 + last.0, before.1 + last.1), n + m));
        }
    }
    let mut all = blocks.into_iter().flat_map(|(parameters, n)| std::iter::repeat_n(parameters, n));
    // Invariant: the blocks hold every band once.
    std::array::from_fn(|n| all.next().unwrap_or(own[n]))
}

/// The distribution of the number of hits in `n` trials whose common chance has the distribution Beta(a, b).
fn beta_binomial(n: u64, a: f64, b: f64) -> Vec<f64> {
    let whole = n as f64;
    let constant = ln_gamma(whole + 1.0) - ln_beta(a, b);
    let mass = |k: u64| {
        let k = k as f64;
        exp(constant - ln_gamma(k + 1.0) - ln_gamma(whole - k + 1.0) + ln_beta(a + k, b + whole - k))
    };
    // Behind the highest mass that is not negligible, none is worth its place.
    let mut masses: Vec<f64> = Vec::new();
    let mut sum = 0.0;
    for k in 0..=n {
        masses.push(mass(k));
        sum += masses[masses.len() - 1];
        if 1.0 - sum < NEGLIGIBLE && masses[masses.len() - 1] < NEGLIGIBLE {
            break;
        }
    }
    masses
}

fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut all = vec![0.0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate().filter(|(_, x)| **x > 0.0) {
        for (j, y) in b.iter().enumerate() {
            all[i + j] += x * y;
        }
    }
    let last = all.iter().rposition(|mass| *mass >= NEGLIGIBLE).unwrap_or(0);
    all.truncate(last + 1);
    all
}

/// The smallest number up to which the share `p` lies.
fn quantile(masses: &[f64], p: f64) -> u64 {
    let mut sum = 0.0;
    let reached = |mass: &f64| {
        sum += mass;
        sum >= p
    };
    masses.iter().position(reached).unwrap_or(masses.len() - 1) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decided(probability: u32, right: u64, wrong: u64) -> Vec<ProposalFact> {
        let one = |right| ProposalFact {
            probability: Probability(probability),
            level: None,
            right: Some(right),
            bulk: false,
        };
        (0..right).map(|_| one(true)).chain((0..wrong).map(|_| one(false))).collect()
    }

    #[test]
    fn without_decisions_the_map_is_the_identity_and_expects_what_is_stated() {
        let map = Proposals::learn(&[], 20);
        for p in (0..1_000_000).step_by(997).chain([999_999]) {
            assert!((map.calibrated(Probability(p)) - f64::from(p) / 1e6).abs() < 1e-12, "{p}");
        }
        let of = map.expected_wrong([900_000, 950_000, 990_000].map(Probability));
        assert!((of.mean - 0.16).abs() < 1e-12, "{of:?}");
        assert_eq!((of.low, of.high), (0, 1));
        let none = map.expected_wrong([]);
        assert_eq!((none.mean, none.low, none.high), (0.0, 0, 0));
    }

    #[test]
    fn decisions_pull_a_band_towards_what_became_of_it() {
        // 20 of prior at 0.96, 40 right and 40 wrong: (19.2 + 40) / 100.
        let map = Proposals::learn(&decided(960_000, 40, 40), 20);
        let band = map.bands()[4];
        assert_eq!((band.decided, band.right, band.stated), (80, 40, Probability(960_000)));
        // The two bands below state more than that (0.85 and 0.925, 20 each): pooled, (59.2 + 18.5 + 17) / 140.
        assert_eq!(band.calibrated, Probability(676_428));
        assert!(band.low < band.calibrated && band.calibrated < band.high);
        let few = Proposals::learn(&decided(960_000, 1, 1), 20).bands()[4].calibrated;
        assert!(few > band.calibrated && few < Probability(960_000), "two decisions say less than eighty: {few}");
        let alone = Proposals::learn(&decided(400_000, 30, 10), 20).bands()[0];
        assert_eq!(alone.calibrated, Probability::from_fraction((8.0 + 30.0) / 60.0));
        assert_eq!(alone.low, Probability::from_fraction(beta_quantile(0.025, 38.0, 22.0)));
    }

    #[test]
    fn a_bulk_of_doubtful_ones_expects_its_errors_with_an_honest_spread() {
        let map = Proposals::learn(&decided(960_000, 96, 4), 20);
        let bulk = vec![Probability(960_000); 100];
        let of = map.expected_wrong(bulk);
        assert!((of.mean - 4.0).abs() < 1e-9, "{of:?}");
        // Known share: 1 to 8 by the binomial distribution. The share itself is learned from 120 only: wider.
        assert_eq!((of.low, of.high), (0, 10));
        let half = map.expected_wrong(vec![Probability(500_000); 4000]);
        assert!(half.low < 1500 && half.high > 2000 && half.high <= 4000, "{half:?}");
    }

    #[test]
    fn counts_have_the_distribution_that_they_should() {
        // Beta(1, 1): every number is as likely as any other.
        for mass in beta_binomial(4, 1.0, 1.0) {
            assert!((mass - 0.2).abs() < 1e-12);
        }
        let both = convolved(&[0.5, 0.5], &[0.5, 0.5]);
        assert_eq!(both, [0.25, 0.5, 0.25]);
        assert_eq!((quantile(&both, 0.2), quantile(&both, 0.3), quantile(&both, 1.1)), (0, 1, 2));
    }

    proptest! {
        #[test]
        fn the_map_never_falls_and_stays_a_probability(
            facts in proptest::collection::vec((0u32..1_000_000, any::<bool>()), 0..80), strength in 1u32..200
        ) {
            let one = |(p, right): &(u32, bool)| ProposalFact {
                probability: Probability(*p), level: None, right: Some(*right), bulk: false
            };
            let map = Proposals::learn(&facts.iter().map(one).collect::<Vec<_>>(), strength);
            let mut last = 0.0;
            for p in (0..1_000_000).step_by(4_999).chain([999_999]) {
                let now = map.calibrated(Probability(p));
                prop_assert!(now >= last - 1e-12 && (0.0..=1.0).contains(&now), "{p}: {now} after {last}");
                last = now;
            }
            for band in map.bands() {
                prop_assert!(band.low <= band.calibrated && band.calibrated <= band.high, "{band:?}");
            }
        }

        #[test]
        fn what_was_accepted_in_bulk_teaches_nothing(p in 0u32..1_000_000) {
            let bulk = ProposalFact { probability: Probability(p), level: None, right: Some(true), bulk: true };
            prop_assert_eq!(Proposals::learn(&[bulk; 50], 20), Proposals::learn(&[], 20));
        }
    }
}
