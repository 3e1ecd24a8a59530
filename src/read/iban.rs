//! IBANs that a reader computes from a national account number, and their check digits (ISO 13616, ISO 7064 mod 97-10).

/// The IBAN of a country's account number in its national form, keys included. `None` for what is not digits and letters.
pub(super) fn compose(country: &str, national: &str) -> Option<String> {
    let national = national.to_ascii_uppercase();
    let check = 98 - mod_97(&[&national, country, "00"])?;
    Some(format!("{country}{check:02}{national}"))
}

/// Whether a text is an IBAN with valid check digits, written without blanks (15 to 34 characters).
pub(super) fn is_iban(text: &str) -> bool {
    let b = text.as_bytes();
    (15..=34).contains(&b.len())
        && b[..2].iter().all(u8::is_ascii_uppercase)
        && b[2..4].iter().all(u8::is_ascii_digit)
        && mod_97(&[&text[4..], &text[..4]]) == Some(1)
}

/// Digits and letters (A = 10 … Z = 35), one part behind the other, modulo 97.
fn mod_97(parts: &[&str]) -> Option<u64> {
    parts.iter().flat_map(|part| part.chars()).try_fold(0u64, |rest, c| {
        let value = u64::from(c.to_digit(36)?);
        Some((if value < 10 { rest * 10 } else { rest * 100 } + value) % 97)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ibans_are_composed() {
        assert_eq!(compose("FR", "30006000011234567890189").as_deref(), Some("FR7630006000011234567890189"));
        assert_eq!(compose("ES", "21000418450200051332").as_deref(), Some("ES9121000418450200051332"));
        assert_eq!(compose("FR", "3000é"), None);
    }

    #[test]
    fn ibans_are_told_by_their_check_digits() {
        assert!(is_iban("FR7630006000011234567890189"));
        for text in [
            "FR7630006000011234567890188",
            "FR76",
            "DUPONT SARL LYON",
            "fr7630006000011234567890189",
            "éFR763000600001",
        ] {
            assert!(!is_iban(text), "{text}");
        }
    }
}
