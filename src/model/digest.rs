//! Hashes as every room writes them: in lower-case hexadecimal digits, texts with their lengths.

use sha2::{Digest as _, Sha256};

/// SHA-256 of bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits, two for each.
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Hashes a text with its length in front, so that no two lists of texts read the same.
pub fn put(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_digest_and_lists_that_differ_only_in_where_they_are_cut() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-4");
        let of = |texts: &[&str]| {
            let mut hasher = blake3::Hasher::new();
            texts.iter().for_each(|text| put(&mut hasher, text));
            hasher.finalize()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    }
}
