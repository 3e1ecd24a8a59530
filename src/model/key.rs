//! Keys, atoms and name tokens: the currency in which folded text is compared.

use super::stage::CiteClass;

/// A run of letters, or of digits, in a folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Atom {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Digits or letters.
    pub digits: bool,
    /// Nothing stands between it and the atom before.
    pub glued: bool,
}

impl Atom {
    /// The atom's text.
    pub fn text<'t>(&self, folded: &'t str) -> &'t str {
        &folded[self.start..self.end]
    }
}

/// A key under which an item is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Hash of the canonical string.
    pub hash: u64,
    /// How an item is cited that is found by it.
    pub class: CiteClass,
    /// Digits in it; a key with letters counts three digits for them.
    pub digits: u8,
    /// How it begins, as [`start_of`] has it.
    pub start: u16,
    /// Its characters, 255 for more.
    pub length: u8,
    /// Whether it has letters.
    pub letters: bool,
}

impl Key {
    /// The key of a canonical string that is given in parts.
    pub fn of(parts: &[&str], class: CiteClass) -> Self {
        let hash = parts.iter().fold(KeyHash::new(), |hash, part| hash.with(part)).finish();
        let length = parts.iter().map(|part| part.len()).sum();
        let mut bytes = parts.iter().flat_map(|part| part.bytes());
        let first = std::array::from_fn(|_| bytes.next().unwrap_or_default());
        let letters = parts.iter().any(|part| !part.bytes().all(|b| b.is_ascii_digit()));
        let (digits, start) = (telling_together(parts), start_of(first, length));
        Self { hash, class, digits, start, length: length.min(255) as u8, letters }
    }
}

/// The first four characters of a canonical string (zeros behind the last one) and its length, as a hash of 16 bits: numbers of
/// a series begin alike, and most other strings begin otherwise.
pub fn start_of(first: [u8; 4], length: usize) -> u16 {
    let hash = (u32::from_be_bytes(first) ^ (length as u32).wrapping_mul(0x85eb_ca6b)).wrapping_mul(0x9e37_79b1);
    (hash >> 16) as u16
}

/// A running hash of a canonical string: the same whether its atoms are hashed one by one or at once.
#[derive(Clone, Copy, Debug)]
pub struct KeyHash(u64);

impl KeyHash {
    /// The hash of nothing.
    pub fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// The hash with more text.
    #[must_use]
    pub fn with(self, text: &str) -> Self {
        self.with_bytes(text.as_bytes())
    }

    /// The hash with more text, in ASCII.
    #[must_use]
    pub fn with_bytes(self, text: &[u8]) -> Self {
        Self(text.iter().fold(self.0, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3)))
    }

    /// The finished hash, its bits well mixed.
    pub fn finish(self) -> u64 {
        let h = self.0 ^ (self.0 >> 32);
        let h = h.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        h ^ (h >> 29)
    }
}

/// The hash of a canonical string.
pub fn key_of(canonical: &str) -> u64 {
    KeyHash::new().with(canonical).finish()
}

/// Digits without their leading zeros; a lone zero stays.
pub fn stripped(digits: &str) -> &str {
    let text = digits.trim_start_matches('0');
    if text.is_empty() { &digits[digits.len().saturating_sub(1)..] } else { text }
}

/// Whether four digits read as a year of our time.
pub fn is_year(text: &str) -> bool {
    text.len() == 4 && (text.starts_with("19") || text.starts_with("20"))
}

/// How telling a canonical string is: its digits, and three for any letters.
pub fn telling(canonical: &str) -> u8 {
    telling_together(&[canonical])
}

/// The same for a string that is given in parts.
pub fn telling_together(parts: &[&str]) -> u8 {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let digits = parts.iter().flat_map(|part| part.bytes()).filter(u8::is_ascii_digit).count();
    let letters = if digits < length { 3 } else { 0 };
    (digits + letters).min(255) as u8
}

/// How much a token may say at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenSort {
    /// A proper name: as much as it is rare.
    Proper,
    /// A word of the trade: little.
    Trade,
    /// A legal form or an article: nothing.
    Legal,
}

/// A token of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameToken {
    /// Folded text.
    pub text: Box<str>,
    /// How much it may say.
    pub sort: TokenSort,
}

impl Default for KeyHash {
    fn default() -> Self {
        Self::new()
    }
}
