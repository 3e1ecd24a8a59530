//! Which statements are of the same account, however it is written.
//!
//! Accounts compare without blanks. A national number is the IBAN that it is part of, when there is exactly one such IBAN among
//! the statements (MT940 `:25:` has bank and account, CFONB 120 bank, branch and account, OFX either).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::delivered::Delivered;
use crate::model::{InputFile, Note, NoteKind};

/// Digits that a number must have, zeros in front aside, to be looked for in an IBAN.
const TELLING: usize = 6;

/// Numbers the accounts, and writes a national number as the IBAN that it is.
pub(super) fn unify(delivered: &mut [Delivered], files: &mut [InputFile]) {
    let mut numbers: BTreeMap<Box<str>, u32> = BTreeMap::new();
    for one in delivered.iter_mut().filter(|d| !d.statement.account.is_empty()) {
        let next = numbers.len() as u32;
        one.account = Some(*numbers.entry(bare(&one.statement.account)).or_insert(next));
    }
    let ibans: Vec<(&str, u32)> = numbers.iter().filter(|(a, _)| is_iban(a)).map(|(a, n)| (&**a, *n)).collect();
    let mut same: BTreeMap<u32, (u32, &str)> = BTreeMap::new();
    for (number, at) in numbers.iter().filter(|(a, _)| !is_iban(a)) {
        let mut fitting = ibans.iter().filter(|(iban, _)| is_part_of(number, iban));
        if let (Some((iban, n)), None) = (fitting.next(), fitting.next()) {
            same.insert(*at, (*n, iban));
        }
    }
    let mut said: BTreeMap<(u32, Box<str>), &str> = BTreeMap::new();
    for one in delivered {
        let Some((number, iban)) = one.account.and_then(|n| same.get(&n)) else { continue };
        // Identifiers are derived from what the file says, whatever else is in the run.
        if one.statement.payments.iter().any(|p| p.id.is_empty()) {
            one.contents();
        }
        one.account = Some(*number);
        let before = std::mem::replace(&mut one.statement.account, (*iban).into());
        let shared: Arc<str> = (*iban).into();
        for payment in &mut one.statement.payments {
            payment.account = Arc::clone(&shared);
        }
        said.insert((one.file, before), iban);
    }
    for ((file, before), iban) in said {
        let text = format!("account {before} is taken to be {iban}, the only IBAN of the run with that number in it");
        files[file as usize].notes.push(Note::new(NoteKind::Assumed, text));
    }
}

/// An account without blanks and in capitals; separators inside stay, because they divide bank and account.
fn bare(account: &str) -> Box<str> {
    account.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect::<String>().into()
}

/// Country, check digits and 11 to 30 letters or digits (ISO 13616).
pub(super) fn is_iban(account: &str) -> bool {
    let b = account.as_bytes();
    (15..=34).contains(&b.len())
        && b[..2].iter().all(u8::is_ascii_uppercase)
        && b[2..4].iter().all(u8::is_ascii_digit)
        && b[4..].iter().all(u8::is_ascii_alphanumeric)
}

/// Whether a national number, with or without its bank, is what an IBAN has behind its check digits.
fn is_part_of(number: &str, iban: &str) -> bool {
    let national = &iban[4..];
    let mut parts: Vec<&str> = number.split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty()).collect();
    // A currency behind the number (MT940 `:25:`).
    if let Some(last) = parts.last_mut() {
        let digits = last.trim_end_matches(|c: char| c.is_ascii_uppercase());
        match (digits.len(), last.len() - digits.len()) {
            (0, 3) => {
                parts.pop();
            }
            (1.., 3) => *last = digits,
            _ => {}
        }
    }
    let joined = parts.concat();
    if joined.trim_start_matches('0').len() < TELLING {
        return false;
    }
    if joined.len() >= 8 && national.contains(&*joined) {
        return true;
    }
    match parts.as_slice() {
        [only] => ends_with(national, only),
        [bank, .., account] => national.strip_prefix(bank).is_some_and(|rest| is_filled_by(rest, account)),
        [] => false,
    }
}

/// Whether an account is all that a place in an IBAN holds: zeros in front, and up to two check digits behind, as in France.
fn is_filled_by(place: &str, account: &str) -> bool {
    let (place, account) = (place.trim_start_matches('0'), account.trim_start_matches('0'));
    !account.is_empty() && place.strip_prefix(account).is_some_and(|behind| matches!(behind.len(), 0 | 2))
}

/// Whether an IBAN ends with an account, two check digits aside.
fn ends_with(national: &str, account: &str) -> bool {
    let account = account.trim_start_matches('0');
    let behind = national.len().saturating_sub(2);
    account.len() >= TELLING && (national.ends_with(account) || national[..behind].ends_with(account))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn national_numbers_are_found_in_their_iban() {
        let german = "DE89370400440532013000";
        for number in
            ["37040044/0532013000", "37040044/532013000", "37040044/532013000EUR", "370400440532013000", "532013000"]
        {
            assert!(is_part_of(number, german), "{number}");
        }
        for number in ["37040045/0532013000", "37040044/0532013001", "013000", "3000", "", "EUR", "/"] {
            assert!(!is_part_of(number, german), "{number}");
        }
        let french = "FR1420041010050500013M02606";
        for number in ["20041/01005/0500013M026", "20041010050500013M02606", "0500013M026", "20041-0500013M026"] {
            assert!(is_part_of(number, french) != number.contains('-'), "{number}");
        }
        assert!(!is_part_of("20041/01005/0500013M027", french));
    }
}
