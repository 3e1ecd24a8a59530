//! Account numbers and payment references with right check digits.
//!
//! Sources: IBAN ISO 13616 (modulo 97), RF ISO 11649, Belgian OGM/VCS (modulo 97), Swiss QRR (modulo 10 recursive), French RIB key.

use super::rng::Rng;

/// Remainder by 97 of digits and letters, a letter standing for its number (A = 10 … Z = 35).
fn modulo_97(text: &str) -> u32 {
    text.bytes().fold(0, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        b'A'..=b'Z' => (rest * 100 + u32::from(b - b'A') + 10) % 97,
        _ => rest,
    })
}

fn check_digits(payload: &str, head: &str) -> u32 {
    98 - modulo_97(&format!("{payload}{head}00"))
}

/// An IBAN of one of the countries that the generator knows; others are treated as Germany.
pub(super) fn iban(rng: &mut Rng, country: &str) -> Box<str> {
    let (country, body) = match country {
        "FR" => {
            let (bank, branch, account) = (rng.between(10_000, 49_999), rng.below(99_999), rng.below(99_999_999_999));
            // RIB key: what makes 89 bank + 15 branch + 3 account divisible by 97.
            let key = 97 - (89 * bank as u64 + 15 * branch + 3 * account) % 97;
            ("FR", format!("{bank:05}{branch:05}{account:011}{key:02}"))
        }
        "GB" => ("GB", format!("{}{}", rng.pick(&["BARC", "LOYD", "NWBK", "HBUK"]), rng.digits(14))),
        "NL" => ("NL", format!("{}{}", rng.pick(&["ABNA", "INGB", "RABO", "TRIO"]), rng.digits(10))),
        "ES" => ("ES", rng.digits(20)),
        "IT" => ("IT", format!("{}{}", rng.pick(&["A", "K", "X", "V"]), rng.digits(22))),
        _ => ("DE", rng.digits(18)),
    };
    format!("{country}{:02}{body}", check_digits(&body, country)).into()
}

/// An ISO 11649 creditor reference: `RF`, two check digits, 1 to 21 letters or digits.
pub(super) fn rf(payload: &str) -> String {
    let payload: String = payload.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let start = payload.len().saturating_sub(21);
    format!("RF{:02}{}", check_digits(&payload[start..], "RF"), &payload[start..])
}

/// A Belgian structured communication: ten digits and their remainder by 97, printed `+++ddd/dddd/ddddd+++`.
pub(super) fn ogm(number: u64) -> String {
    let number = number % 10_000_000_000;
    let check = match number % 97 {
        0 => 97,
        rest => rest,
    };
    let digits = format!("{number:010}{check:02}");
    format!("+++{}/{}/{}+++", &digits[..3], &digits[3..7], &digits[7..])
}

/// A Swiss QR reference: 26 digits and one check digit, modulo 10 recursive.
pub(super) fn qrr(customer: u64, number: u64) -> String {
    const TABLE: [usize; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let digits = format!("21{:012}{:012}", customer % 1_000_000_000_000, number % 1_000_000_000_000);
    let carry = digits.bytes().fold(0, |carry, b| TABLE[(carry + usize::from(b - b'0')) % 10]);
    format!("{digits}{}", (10 - carry) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_published_examples() {
        assert_eq!(rf("539007547034"), "RF18539007547034");
        assert_eq!(rf("INV2026000123"), "RF98INV2026000123");
        assert_eq!(ogm(108_068_171), "+++010/8068/17183+++");
        assert_eq!(ogm(97), "+++000/0000/09797+++");
        assert_eq!(check_digits("30006000011234567890189", "FR"), 76);
    }

    #[test]
    fn a_qr_reference_has_the_carry_rule() {
        assert_eq!(qrr(313, 947_143_000_901), "210000000003139471430009017");
    }

    #[test]
    fn accounts_have_the_length_of_their_country_and_pass_the_check() {
        let mut rng = Rng::new(1);
        for (country, length) in [("FR", 27), ("DE", 22), ("GB", 22), ("NL", 18), ("ES", 24), ("IT", 27)] {
            let iban = iban(&mut rng, country);
            assert_eq!(iban.len(), length, "{iban}");
            assert_eq!(modulo_97(&format!("{}{}", &iban[4..], &iban[..4])), 1, "{iban}");
        }
    }
}
