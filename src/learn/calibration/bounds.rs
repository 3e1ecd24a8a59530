//! The beta distribution, and the exact bounds of a share that follow from it.

use super::numeric::{exp, ln, ln_gamma};

/// Steps of the continued fraction. It converges within some multiple of the square root of the parameters.
const STEPS: u32 = 20_000;
/// Halvings of a quantile: more than the bits of a fraction.
const HALVINGS: u32 = 60;

/// The confidence of bounds that automatic work rests on: one-sided 95 %.
pub const ONE_SIDED: f64 = 0.05;

/// Logarithm of the beta function.
pub(super) fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// The regularised incomplete beta function: the share of Beta(a, b) below `x`. `a` and `b` are positive.
///
/// By its continued fraction (DLMF 8.17.22) with the method of Lentz, on the side where it converges fast.
pub fn beta_share(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = exp(a * ln(x) + b * ln(1.0 - x) - ln_beta(a, b));
    let share = if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    };
    share.clamp(0.0, 1.0)
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let safe = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    let mut product = d;
    for m in 1..=STEPS {
        let m = f64::from(m);
        for step in [
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        ] {
            d = 1.0 / safe(1.0 + step * d);
            c = safe(1.0 + step / c);
            product *= d * c;
        }
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    product
}

/// Below which value the share `p` of Beta(a, b) lies.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if beta_share(middle, a, b) < p { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// The probability of at least `k` hits in `n` trials of which each hits with probability `p`.
pub fn at_least(k: u64, n: u64, p: f64) -> f64 {
    match k {
        0 => 1.0,
        k if k > n => 0.0,
        k => beta_share(p, k as f64, (n - k + 1) as f64),
    }
}

/// What is right at least when `wrong` of `n` drawn at random were wrong: the exact one-sided 95 % bound (Clopper and Pearson, 1934).
pub fn right_at_least(wrong: u64, n: u64) -> f64 {
    if wrong >= n {
        return 0.0;
    }
    beta_quantile(ONE_SIDED, (n - wrong) as f64, (wrong + 1) as f64)
}

/// Whether `wrong` of `n` show that at least `target` is right: the same bound, asked the other way round, without a quantile.
pub fn shows(wrong: u64, n: u64, target: f64) -> bool {
    // At most `wrong` wrong ones, if exactly the target were right, would be that rare.
    n > wrong && 1.0 - at_least(wrong + 1, n, 1.0 - target) <= ONE_SIDED
}

/// The smallest number to be drawn that shows `target` with so many wrong ones.
pub fn needed(wrong: u64, target: f64) -> u64 {
    let mut high = wrong + 1;
    while !shows(wrong, high, target) && high < 1 << 40 {
        high *= 2;
    }
    let mut low = high / 2;
    while low + 1 < high {
        let middle = low.midpoint(high);
        if shows(wrong, middle, target) { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(found: f64, known: f64) {
        assert!((found - known).abs() < 5e-9, "{found} is not {known}");
    }

    #[test]
    fn the_beta_distribution_has_its_known_values() {
        // Closed forms: Beta(1, 1) is uniform, Beta(a, 1) is x^a, Beta(2, 2) is 3x² − 2x³, Beta(½, ½) is the arcsine law.
        close(beta_share(0.3, 1.0, 1.0), 0.3);
        close(beta_share(0.9, 5.0, 1.0), 0.590_49);
        close(beta_share(0.25, 2.0, 2.0), 0.156_25);
        close(beta_share(0.25, 0.5, 0.5), 1.0 / 3.0);
        close(beta_quantile(0.5, 3.0, 3.0), 0.5);
        close(beta_quantile(0.05, 10.0, 1.0), 0.741_134_449);
        close(beta_quantile(0.975, 1.0, 9.0), 0.336_267_117);
        assert_eq!((beta_share(-1.0, 2.0, 3.0), beta_share(2.0, 2.0, 3.0)), (0.0, 1.0));
    }

    #[test]
    fn bounds_are_those_of_clopper_and_pearson() {
        // With no error, the bound is the n-th root of 0.05.
        close(right_at_least(0, 10), 0.741_134_449);
        close(right_at_least(0, 100), 0.970_486_950);
        // Tables of the binomial distribution: 1 of 10 and 2 of 20, one-sided 95 % (two-sided 90 %).
        close(right_at_least(1, 10), 0.605_836_698);
        assert!((right_at_least(2, 20) - 0.717_381_475).abs() < 5e-9);
        assert_eq!((right_at_least(0, 0), right_at_least(3, 3)), (0.0, 0.0));
    }

    #[test]
    fn audits_that_999_of_1000_takes() {
        // 0.999^2994 = 0.05003, 0.999^2995 = 0.04998. With errors: the exact counterparts of the "rule of three".
        assert_eq!([0, 1, 2, 3].map(|k| needed(k, 0.999)), [2_995, 4_742, 6_294, 7_752]);
        assert_eq!((needed(0, 0.99), needed(0, 0.95), needed(1, 0.95)), (299, 59, 93));
        assert!(shows(0, 2_995, 0.999) && !shows(0, 2_994, 0.999) && !shows(0, 0, 0.5));
    }

    #[test]
    fn tails_are_those_of_the_binomial_distribution() {
        close(at_least(1, 10, 0.1), 1.0 - 0.348_678_440_1);
        close(at_least(3, 10, 0.5), 0.945_312_5);
        assert_eq!((at_least(0, 5, 0.1), at_least(6, 5, 0.1)), (1.0, 0.0));
    }

    proptest! {
        #[test]
        fn quantiles_turn_shares_round(p in 0.001f64..0.999, a in 0.01f64..3000.0, b in 0.01f64..3000.0) {
            let x = beta_quantile(p, a, b);
            // Where the distribution has nearly all of it at an end, the next floating-point number is another share.
            prop_assume!(x > 1e-9 && x < 1.0 - 1e-9);
            prop_assert!((beta_share(x, a, b) - p).abs() < 1e-5, "{x}");
        }

        #[test]
        fn a_bound_is_shown_by_its_own_count(wrong in 0u64..6, more in 0u64..400) {
            let n = wrong + 1 + more;
            let bound = right_at_least(wrong, n);
            prop_assert!(shows(wrong, n, bound - 1e-6) && !shows(wrong, n, bound + 1e-6));
        }
    }
}
