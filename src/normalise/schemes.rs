//! Payment references with check digits: what they carry inside. Valid means well-formed, not yet ours.

use crate::model::luhn::luhn;

/// Shortest reference without a prefix that is taken apart.
const SHORTEST: usize = 6;

/// Lengths of the references without a prefix whose check leaves little to chance: of Belgium, and of Switzerland.
pub const NATIONAL_LENGTHS: [usize; 2] = [12, 27];

/// The part of a valid reference that its maker chose, without scheme and check digits; `None` where no check holds.
///
/// RF (ISO 11649, mod 97), QRR (Swiss payment standards, modulo 10 recursive), OGM (Belgium, mod 97), and the national numbers
/// of Finland, Estonia (7-3-1), Norway and Sweden (modulo 10, Norway also 11), whose last digit is the check.
pub fn payload(canonical: &str) -> Option<&str> {
    if !canonical.is_ascii() {
        return None;
    }
    if let Some(inside) = creditor_reference(canonical) {
        return Some(inside);
    }
    let digits = canonical.as_bytes();
    if digits.len() < SHORTEST || !digits.iter().all(u8::is_ascii_digit) || digits.iter().all(|d| *d == b'0') {
        return None;
    }
    let last = digits.len() - 1;
    let valid = match digits.len() {
        27 => recursive(digits),
        12 if belgian(canonical) => return Some(&canonical[..10]),
        len => len <= 25 && (luhn(digits) || seven_three_one(digits) || modulo_11(digits)),
    };
    valid.then_some(&canonical[..last])
}

/// Whether a reference is one that is made for machines only: its check leaves one of a hundred random strings, or its length none.
pub fn is_strict(canonical: &str) -> bool {
    creditor_reference(canonical).is_some()
        || NATIONAL_LENGTHS.contains(&canonical.len())
            && canonical.bytes().all(|b| b.is_ascii_digit())
            && if canonical.len() == 12 { belgian(canonical) } else { recursive(canonical.as_bytes()) }
}

/// What an RF reference carries.
fn creditor_reference(canonical: &str) -> Option<&str> {
    let valid = canonical.starts_with("RF")
        && (5..=25).contains(&canonical.len())
        && canonical.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && canonical.as_bytes()[2..4].iter().all(u8::is_ascii_digit)
        && super::otherwise::passes_mod_97(canonical);
    valid.then(|| &canonical[4..])
}

fn value(digit: u8) -> u32 {
    u32::from(digit.wrapping_sub(b'0'))
}

/// Modulo 10, recursive: the table of the Swiss payment standards.
fn recursive(digits: &[u8]) -> bool {
    const TABLE: [u32; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let Some((check, rest)) = digits.split_last() else { return false };
    let carry = rest.iter().fold(0, |carry, d| TABLE[((carry + value(*d)) % 10) as usize]);
    (10 - carry) % 10 == value(*check)
}

/// The last two of twelve digits are the first ten modulo 97, 97 for 0.
fn belgian(text: &str) -> bool {
    let (Ok(number), Ok(check)) = (text[..10].parse::<u64>(), text[10..].parse::<u64>()) else { return false };
    check == if number % 97 == 0 { 97 } else { number % 97 }
}

fn seven_three_one(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 3] = [7, 3, 1];
    let Some((check, rest)) = digits.split_last() else { return false };
    let sum: u32 = rest.iter().rev().enumerate().map(|(n, d)| value(*d) * WEIGHTS[n % 3]).sum();
    (10 - sum % 10) % 10 == value(*check)
}

/// Weights 2 to 7 from the right; 11 is 0, and 10 is no digit.
fn modulo_11(digits: &[u8]) -> bool {
    let Some((check, rest)) = digits.split_last() else { return false };
    let sum: u32 = rest.iter().rev().enumerate().map(|(n, d)| value(*d) * (2 + n as u32 % 6)).sum();
    (11 - sum % 11) % 11 == value(*check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_references_carry_what_was_put_in() {
        // The examples of the standards, and numbers computed with their rules.
        let cases = [
            ("RF18539007547034", "539007547034"),
            ("RF98INV2026000123", "INV2026000123"),
            ("210000000003139471430009017", "21000000000313947143000901"),
            ("010806817183", "0108068171"),
            ("202600012320", "2026000123"),
            ("20260001230", "2026000123"),
            ("12345674", "1234567"),
            ("12345682", "1234568"),
        ];
        for (reference, inside) in cases {
            assert_eq!(payload(reference), Some(inside), "{reference}");
        }
    }

    #[test]
    fn a_wrong_check_digit_carries_nothing() {
        for reference in
            ["RF17539007547034", "210000000003139471430009018", "000000000000000000000000000", "RF18", "1234", ""]
        {
            assert_eq!(payload(reference), None, "{reference}");
        }
        assert!(is_strict("RF18539007547034") && !is_strict("12345674") && !is_strict("RF17539007547034"));
    }
}
