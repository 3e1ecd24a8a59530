//! Keys: every way in which an item may be cited, as a canonical string of letters and digits.

use std::borrow::Cow;

use chrono::Datelike;

use crate::model::key::{Atom, Key, is_year, stripped, telling};
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
    if !reference.is_ascii() {
        return fold(reference).chars().filter(char::is_ascii_alphanumeric).collect();
    }
    let mut canonical = String::with_capacity(reference.len());
    canonical.extend(reference.bytes().filter(u8::is_ascii_alphanumeric).map(|b| char::from(b.to_ascii_uppercase())));
    canonical
}

/// The same, without a copy where it is canonical already.
pub fn as_canonical(reference: &str) -> Cow<'_, str> {
    match reference.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        true => Cow::Borrowed(reference),
        false => Cow::Owned(canonical(reference)),
    }
}

/// Pushes a key, given in parts.
fn push(keys: &mut Vec<Key>, parts: &[&str], class: CiteClass) {
    let key = Key::of(parts, class);
    // The first class under which a string is pushed is its strongest.
    if !keys.iter().any(|k| k.hash == key.hash) {
        keys.push(key);
    }
}

/// Pushes a run of digits under the strongest class that its length allows.
fn push_digits(keys: &mut Vec<Key>, digits: &str) {
    let bare = stripped(digits);
    for text in [digits, bare].into_iter().take(if bare.len() < digits.len() { 2 } else { 1 }) {
        if text.len() >= CORE_DIGITS {
            push(keys, &[text], CiteClass::Core);
        } else if text.len() >= TAIL_DIGITS {
            push(keys, &[text], CiteClass::Tail);
        }
    }
}

/// A document number, canonical, with its runs of letters and of digits.
struct Number {
    whole: String,
    /// Their places in the canonical string.
    atoms: Vec<Atom>,
}

impl Number {
    fn of(number: &str) -> Self {
        let folded = fold(number);
        let mut atoms = atoms(&folded);
        let mut whole = String::with_capacity(folded.len());
        for atom in &mut atoms {
            let start = whole.len();
            whole.push_str(atom.text(&folded));
            (atom.start, atom.end) = (start, whole.len());
        }
        Self { whole, atoms }
    }

    fn text(&self, atom: &Atom) -> &str {
        atom.text(&self.whole)
    }

    /// The atoms of a range, joined.
    fn join(&self, from: usize, to: usize) -> &str {
        let start = self.atoms.get(from).map_or(self.whole.len(), |a| a.start);
        let end = self.atoms.get(to).map_or(self.whole.len(), |a| a.start);
        &self.whole[start..end]
    }

    /// What begins with an atom.
    fn behind(&self, from: usize) -> &str {
        self.join(from, self.atoms.len())
    }
}

/// The keys of a document number such as `INV/2026/00123`: whole, without its prefix, without its year, without leading zeros, last digits.
pub fn number_keys(number: &str, keys: &mut Vec<Key>) {
    let number = Number::of(number);
    let Number { whole, atoms } = &number;
    let Some(first) = atoms.iter().position(|a| a.digits).filter(|_| whole.len() >= TAIL_DIGITS) else { return };
    push(keys, &[whole], CiteClass::Whole);
    let (prefix, core) = (number.join(0, first), number.behind(first));
    push_digits(keys, core);
    if first > 0 && first + 1 == atoms.len() && core.starts_with('0') {
        push(keys, &[prefix, stripped(core)], CiteClass::Core);
    }
    let years = atoms[first..].iter().filter(|a| a.digits).count() > 1;
    if years {
        // `2025/123` for `INV/2025/00123`: zeros go from each block.
        let bare = |a: &Atom| if a.digits { stripped(number.text(a)).len() } else { number.text(a).len() };
        if atoms[first..].iter().map(bare).sum::<usize>() < core.len() {
            let bare = |a: &Atom| if a.digits { stripped(number.text(a)) } else { number.text(a) };
            let blocks: String = atoms[first..].iter().map(bare).collect();
            push_digits(keys, &blocks);
            push(keys, &[prefix, &blocks], CiteClass::Core);
        }
    }
    if years && is_year(number.text(&atoms[first])) {
        push_digits(keys, number.behind(first + 1));
    }
    // The year may also come last: 0123/2026.
    let Some(last) = atoms.iter().rposition(|a| a.digits) else { return };
    let digits = number.text(&atoms[last]);
    if years && last > first && is_year(digits) {
        push_digits(keys, number.join(first, last));
    }
    // The last block may be cited whole, too: `88/1234567` by `1234567`. A year at the end would name every number of it, and
    // letters behind the digits make another number of them.
    let whole = !is_year(digits) && last + 1 == atoms.len();
    let longest = if whole { digits.len() } else { digits.len() - 1 };
    for length in (TAIL_DIGITS + 1..=LONGEST_TAIL).rev().filter(|length| *length <= longest) {
        push(keys, &[&digits[digits.len() - length..]], CiteClass::Tail);
    }
}

/// The strings under which a number is looked for with typing errors: whole, without its prefix, without its year, and its last
/// block where that is long enough to tell. Some may be given twice.
pub fn number_texts(number: &str, mut give: impl FnMut(&str)) {
    let number = Number::of(number);
    let Number { whole, atoms } = &number;
    let Some(first) = atoms.iter().position(|a| a.digits) else { return };
    give(whole);
    give(number.behind(first));
    let mut blocks = atoms.iter().filter(|a| a.digits).map(|a| number.text(a));
    let (first_block, last_block) = (blocks.next().unwrap_or_default(), blocks.next_back());
    if last_block.is_some() && is_year(first_block) {
        give(number.behind(first + 1));
    }
    if last_block.is_some_and(is_year) && atoms[atoms.len() - 1].digits {
        give(number.join(first, atoms.len() - 1));
    }
    if let Some(last) = atoms.last().filter(|a| a.digits && number.text(a).len() >= CORE_DIGITS) {
        give(number.text(last));
    }
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
    let whole = as_canonical(reference);
    if telling(&whole) >= 4 {
        push(keys, &[&whole], CiteClass::Whole);
        if whole.bytes().all(|b| b.is_ascii_digit()) && stripped(&whole).len() >= CORE_DIGITS {
            push(keys, &[stripped(&whole)], CiteClass::Whole);
        }
    }
}

/// The key of an order number.
pub fn order_keys(order: &str, keys: &mut Vec<Key>) {
    let whole = as_canonical(order);
    if telling(&whole) >= 4 {
        push(keys, &[&whole], CiteClass::Order);
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::model::key::{KeyHash, key_of};

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
