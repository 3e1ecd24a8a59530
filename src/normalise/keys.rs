//! Keys: every way in which an item may be cited, as a canonical string of letters and digits.

use chrono::Datelike;

use crate::model::key::{Atom, Key, is_year, key_of, stripped, telling};
use crate::model::stage::{CiteClass, Day};

use super::otherwise::of_our_time;
use super::text::{atoms, fold};

/// Shortest number of digits that can be cited as a core; shorter ones are last digits.
const CORE_DIGITS: usize = 5;
/// Shortest tail.
const TAIL_DIGITS: usize = 3;
/// Longest tail.
const LONGEST_TAIL: usize = 8;

/// The canonical string of a reference: its letters and digits, folded.
pub fn canonical(reference: &str) -> String {
    fold(reference).chars().filter(char::is_ascii_alphanumeric).collect()
}

fn push(keys: &mut Vec<Key>, canonical: &str, class: CiteClass) {
    let hash = key_of(canonical);
    // The first class under which a string is pushed is its strongest.
    if !keys.iter().any(|k| k.hash == hash) {
        keys.push(Key { hash, class, digits: telling(canonical) });
    }
}

/// Pushes a run of digits under the strongest class that its length allows.
fn push_digits(keys: &mut Vec<Key>, digits: &str) {
    for text in [digits, stripped(digits)] {
        if text.len() >= CORE_DIGITS {
            push(keys, text, CiteClass::Core);
        } else if text.len() >= TAIL_DIGITS {
            push(keys, text, CiteClass::Tail);
        }
    }
}

/// The keys of a document number such as `INV/2026/00123`: whole, without its prefix, without its year, without leading zeros, last digits.
pub fn number_keys(number: &str, keys: &mut Vec<Key>) {
    let folded = fold(number);
    let atoms = atoms(&folded);
    let join = |atoms: &[Atom]| atoms.iter().map(|a| a.text(&folded)).collect::<String>();
    let whole = join(&atoms);
    if whole.len() < TAIL_DIGITS || !atoms.iter().any(|a| a.digits) {
        return;
    }
    push(keys, &whole, CiteClass::Whole);
    let first = atoms.iter().position(|a| a.digits).unwrap_or(0);
    let core = join(&atoms[first..]);
    if first > 0 {
        push_digits(keys, &core);
        let prefix = join(&atoms[..first]);
        let last = &atoms[first..];
        if last.len() == 1 && last[0].text(&folded).starts_with('0') {
            push(keys, &format!("{prefix}{}", stripped(last[0].text(&folded))), CiteClass::Core);
        }
    } else {
        push_digits(keys, &core);
    }
    let years = atoms[first..].iter().filter(|a| a.digits).count() > 1;
    if years {
        // `2025/123` for `INV/2025/00123`: zeros go from each block.
        let bare =
            |a: &Atom| if a.digits { stripped(a.text(&folded)).to_string() } else { a.text(&folded).to_string() };
        let blocks: String = atoms[first..].iter().map(bare).collect();
        if blocks.len() < core.len() {
            push_digits(keys, &blocks);
            push(keys, &format!("{}{blocks}", join(&atoms[..first])), CiteClass::Core);
        }
    }
    if years && is_year(atoms[first].text(&folded)) {
        push_digits(keys, &join(&atoms[first + 1..]));
    }
    // The year may also come last: 0123/2026.
    let Some(last) = atoms.iter().rposition(|a| a.digits) else { return };
    if years && last > first && is_year(atoms[last].text(&folded)) {
        push_digits(keys, &join(&atoms[first..last]));
    }
    let digits = atoms[last].text(&folded);
    // The last block may be cited whole, too: `88/1234567` by `1234567`. A year at the end would name every number of it, and
    // letters behind the digits make another number of them.
    let whole = !is_year(digits) && last + 1 == atoms.len();
    let longest = if whole { digits.len() } else { digits.len() - 1 };
    for length in (TAIL_DIGITS + 1..=LONGEST_TAIL).rev().filter(|length| *length <= longest) {
        push(keys, &digits[digits.len() - length..], CiteClass::Tail);
    }
}

/// The strings under which a number is looked for with typing errors: whole, without its prefix, without its year, and its last
/// block where that is long enough to tell.
pub fn number_texts(number: &str) -> Vec<String> {
    let folded = fold(number);
    let atoms = atoms(&folded);
    let join = |atoms: &[Atom]| atoms.iter().map(|a| a.text(&folded)).collect::<String>();
    let mut texts = vec![join(&atoms)];
    let Some(first) = atoms.iter().position(|a| a.digits) else { return Vec::new() };
    texts.push(join(&atoms[first..]));
    let blocks: Vec<&str> = atoms.iter().filter(|a| a.digits).map(|a| a.text(&folded)).collect();
    if blocks.len() > 1 && is_year(blocks[0]) {
        texts.push(join(&atoms[first + 1..]));
    }
    if blocks.len() > 1 && is_year(blocks[blocks.len() - 1]) && atoms[atoms.len() - 1].digits {
        texts.push(join(&atoms[first..atoms.len() - 1]));
    }
    if let Some(last) = atoms.last().filter(|a| a.digits && a.text(&folded).len() >= CORE_DIGITS) {
        texts.push(last.text(&folded).to_string());
    }
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The day as which a canonical number reads: `20250904` or `04092025`.
pub fn day_in_number(canonical: &str) -> Option<Day> {
    if canonical.len() != 8 || !canonical.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (first, last) = (&canonical[..4], &canonical[4..]);
    let date = of_our_time(first.parse().ok()?, &last[..2], &last[2..])
        .or_else(|| of_our_time(last.parse().ok()?, &first[2..], &first[..2]));
    date.map(|d| d.num_days_from_ce())
}

/// The keys of a payment reference: whole only, with and without leading zeros.
pub fn reference_keys(reference: &str, keys: &mut Vec<Key>) {
    let whole = canonical(reference);
    if telling(&whole) >= 4 {
        push(keys, &whole, CiteClass::Whole);
        if whole.bytes().all(|b| b.is_ascii_digit()) && stripped(&whole).len() >= CORE_DIGITS {
            push(keys, stripped(&whole), CiteClass::Whole);
        }
    }
}

/// The key of an order number.
pub fn order_keys(order: &str, keys: &mut Vec<Key>) {
    let whole = canonical(order);
    if telling(&whole) >= 4 {
        push(keys, &whole, CiteClass::Order);
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::model::key::KeyHash;

    fn found(number: &str, text: &str) -> Option<CiteClass> {
        let mut keys = Vec::new();
        number_keys(number, &mut keys);
        keys.iter().find(|k| k.hash == key_of(text)).map(|k| k.class)
    }

    #[test]
    fn a_number_is_found_under_each_of_its_shapes() {
        assert_eq!(found("INV/2026/00123", "INV202600123"), Some(CiteClass::Whole));
        assert_eq!(found("INV/2026/00123", "202600123"), Some(CiteClass::Core));
        assert_eq!(found("INV/2026/00123", "00123"), Some(CiteClass::Core));
        assert_eq!(found("INV/2026/00123", "123"), Some(CiteClass::Tail));
        assert_eq!(found("2026-0412", "20260412"), Some(CiteClass::Whole));
        assert_eq!(found("2026-0412", "0412"), Some(CiteClass::Tail));
        assert_eq!(found("INV/2026/00123", "INV2026123"), Some(CiteClass::Core));
        assert_eq!(found("INV/2026/00123", "2026123"), Some(CiteClass::Core));
        assert_eq!(found("F000077", "F77"), Some(CiteClass::Core));
        assert_eq!(found("RE-12345/2026", "12345"), Some(CiteClass::Core));
        assert_eq!(found("2026-0412", "412"), Some(CiteClass::Tail));
        assert_eq!(found("2026-0412", "2026"), None);
        assert_eq!(found("88/1234567", "1234567"), Some(CiteClass::Tail));
        assert_eq!(found("RE-12345/2026", "2026"), None);
    }

    #[test]
    fn each_scheme_of_numbering_has_its_shapes() {
        use CiteClass::{Core, Tail, Whole};
        let cases: [(&str, &str, Option<CiteClass>); 19] = [
            // The year first, the year last, no year.
            ("2026/0123", "123", Some(Tail)),
            ("2026-12345", "12345", Some(Core)),
            ("0123/2026", "0123", Some(Tail)),
            ("0123/2026", "2026", None),
            ("1999", "1999", Some(Whole)),
            // Leading zeros, with and without a prefix.
            ("00012345", "12345", Some(Core)),
            ("FA00077", "00077", Some(Core)),
            ("FA00077", "FA77", Some(Core)),
            ("FA00077", "77", None),
            // Letters behind the digits belong to the number: without them it is another.
            ("4711B", "4711B", Some(Whole)),
            ("4711B", "4711", None),
            // Last digits of long numbers: four to eight of them.
            ("2026123456", "23456", Some(Tail)),
            ("2026123456", "456", None),
            ("2026123456", "026123456", None),
            // However it is written.
            ("fac 2026.0412", "FAC20260412", Some(Whole)),
            ("fac 2026.0412", "20260412", Some(Core)),
            ("Rg.-Nr. 88/1234567", "881234567", Some(Core)),
            ("Rg.-Nr. 88/1234567", "234567", Some(Tail)),
            ("Rg.-Nr. 88/1234567", "1234567", Some(Tail)),
        ];
        for (number, text, class) in cases {
            assert_eq!(found(number, text), class, "{number} cited as {text}");
        }
    }

    #[test]
    fn what_is_too_short_or_has_no_digit_is_no_key() {
        for number in ["", "12", "F7", "ACME", "- / -"] {
            let mut keys = Vec::new();
            number_keys(number, &mut keys);
            assert!(keys.is_empty(), "{number}: {keys:?}");
        }
        // With its prefix it is long enough, its digits alone are not.
        assert_eq!((found("F17", "F17"), found("F17", "17")), (Some(CiteClass::Whole), None));
    }

    #[test]
    fn references_and_orders_are_cited_whole() {
        let keys = |make: fn(&str, &mut Vec<Key>), text: &str| {
            let mut keys = Vec::new();
            make(text, &mut keys);
            keys
        };
        let has = |keys: &[Key], text: &str, class| keys.iter().any(|k| k.hash == key_of(text) && k.class == class);
        let rf = keys(reference_keys, "RF18 5390 0754 7034");
        assert!(rf.len() == 1 && has(&rf, "RF18539007547034", CiteClass::Whole));
        let padded = keys(reference_keys, "00000 12345");
        assert!(has(&padded, "0000012345", CiteClass::Whole) && has(&padded, "12345", CiteClass::Whole));
        assert!(!has(&keys(reference_keys, "0012"), "12", CiteClass::Whole), "too little is left");
        assert!(keys(reference_keys, "123").is_empty() && keys(order_keys, "123").is_empty());
        let order = keys(order_keys, "PO-4711");
        assert!(order.len() == 1 && has(&order, "PO4711", CiteClass::Order));
    }

    #[test]
    fn the_strongest_class_of_a_key_is_kept() {
        let mut keys = Vec::new();
        number_keys("12345678", &mut keys);
        let same: Vec<CiteClass> = keys.iter().filter(|k| k.hash == key_of("12345678")).map(|k| k.class).collect();
        assert_eq!(same, [CiteClass::Whole]);
    }

    #[test]
    fn a_number_may_read_as_a_day() {
        let day = NaiveDate::from_ymd_opt(2025, 9, 4).map(|d| d.num_days_from_ce());
        assert_eq!((day_in_number("20250904"), day_in_number("04092025")), (day, day));
        for other in ["20251304", "2025090", "F20250904", "31022025", "00000000"] {
            assert_eq!(day_in_number(other), None, "{other}");
        }
    }

    #[test]
    fn the_hash_of_parts_is_the_hash_of_the_whole() {
        assert_eq!(KeyHash::new().with("INV").with("2026").finish(), key_of("INV2026"));
    }
}
