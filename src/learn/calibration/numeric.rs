//! Logarithm, exponential and the logarithm of the gamma function from the four basic operations alone.
//!
//! IEEE 754 fixes what `+ − × ÷` give to the last bit, and says nothing of the functions of a C library, which differ between
//! machines. What is computed here is the same everywhere.

use std::f64::consts::LN_2;

/// `LN_2` in two parts: the first has so few bits that small multiples of it are exact (Cody and Waite, 1980).
const LN_2_HIGH: f64 = 0.693_145_751_953_125;
const LN_2_LOW: f64 = 1.428_606_820_309_417_2e-6;

/// Natural logarithm of a positive finite number; of anything else minus infinity.
///
/// `x = m · 2^e` with `m` near 1, and `ln m = 2 artanh((m − 1) / (m + 1))` by its series.
pub(super) fn ln(x: f64) -> f64 {
    if !(x > 0.0 && x.is_finite()) {
        return f64::NEG_INFINITY;
    }
    // Numbers too small for the usual form are brought into it.
    let (x, shift) = if x < f64::MIN_POSITIVE { (x * (1u64 << 54) as f64, -54) } else { (x, 0) };
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let mut m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    if m > std::f64::consts::SQRT_2 {
        m /= 2.0;
        exponent += 1;
    }
    let z = (m - 1.0) / (m + 1.0);
    let square = z * z;
    // |z| is at most 0.172: the term of z^27 is below 1e-21.
    let series = (0..14).rev().fold(0.0, |sum, k| sum * square + 1.0 / f64::from(2 * k + 1));
    f64::from(exponent + shift) * LN_2 + 2.0 * z * series
}

/// `e` to the power of a number; 0 below −700, and capped above 700.
pub(super) fn exp(x: f64) -> f64 {
    if x < -700.0 || x.is_nan() {
        return 0.0;
    }
    let x = x.min(700.0);
    let k = (x / LN_2 + 0.5).floor();
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    // |r| is at most 0.35: the term of r^17 is below 1e-22.
    let series = (1..=16).rev().fold(1.0, |sum, n| 1.0 + sum * r / f64::from(n));
    // Invariant: k is between −1011 and 1011, so that the exponent is that of a normal number.
    series * f64::from_bits(((k as i64 + 1023) as u64) << 52)
}

/// Logarithm of the gamma function of a positive number, by Stirling's series (Abramowitz and Stegun, 6.1.41) from 12 on.
pub(super) fn ln_gamma(x: f64) -> f64 {
    const SERIES: [f64; 6] = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0];
    const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;
    let (mut x, mut product) = (x, 1.0);
    while x < 12.0 {
        product *= x;
        x += 1.0;
    }
    let square = x * x;
    let series = SERIES.iter().rev().fold(0.0, |sum, c| sum / square + c) / x;
    (x - 0.5) * ln(x) - x + HALF_LN_TAU + series - ln(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_known_values() {
        let close = |found: f64, known: f64| {
            let off = (found - known).abs() / known.abs().max(1.0);
            assert!(off < 4e-15, "{found} is not {known}");
        };
        // Abramowitz and Stegun, tables 4.2 and 4.4; DLMF 5.4.
        close(ln(2.0), std::f64::consts::LN_2);
        close(ln(10.0), std::f64::consts::LN_10);
        close(ln(0.001), -6.907_755_278_982_137);
        close(ln(1e-310), -713.801_378_828_154_7);
        close(exp(1.0), std::f64::consts::E);
        close(exp(-0.5), 0.606_530_659_712_633_4);
        close(exp(0.0), 1.0);
        close(ln(exp(-650.0)), -650.0);
        close(ln_gamma(0.5), 0.572_364_942_924_700_1);
        close(ln_gamma(1.0), 0.0);
        close(ln_gamma(11.0), 15.104_412_573_075_516);
        close(ln_gamma(101.0), 363.739_375_555_563_5);
        close(ln_gamma(1e-6), 13.815_509_980_749_432);
        assert_eq!((ln(0.0), ln(-1.0), exp(-1e9)), (f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0));
    }

    #[test]
    fn they_agree_with_the_library_to_some_last_bits() {
        let mut x = 1e-12;
        while x < 1e6 {
            assert!((ln(x) - f64::ln(x)).abs() <= 4e-15 * f64::ln(x).abs().max(1.0), "ln {x}");
            assert!((exp(-x.min(700.0)) / f64::exp(-x.min(700.0)) - 1.0).abs() < 1e-13, "exp −{x}");
            x *= 1.37;
        }
    }
}
