//! The check digit of cards, of the SIREN and of references: ISO/IEC 7812-1, annex B.

/// Whether ASCII digits end with the right check digit: every second one from the right counts double.
pub fn luhn(digits: &[u8]) -> bool {
    let value = |digit: u8| u32::from(digit.wrapping_sub(b'0'));
    let sum: u32 = (digits.iter().rev().enumerate())
        .map(|(n, d)| if n % 2 == 1 { value(*d) * 2 / 10 + value(*d) * 2 % 10 } else { value(*d) })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_holds_and_its_neighbours_do_not() {
        assert!(luhn(b"79927398713") && luhn(b"732829320"));
        assert!(!luhn(b"79927398710") && !luhn(b"732829321"));
    }
}
