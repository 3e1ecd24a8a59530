//! Private keys, and the file that holds one: PKCS#8 in PEM, as RFC 8410 (section 7) lays it out for Ed25519.
//!
//! It is the form that `openssl genpkey -algorithm ed25519` writes, so keys may come from there, and OpenSSL reads ours.

use std::fmt;

use ed25519_dalek::SigningKey;

use crate::error::{Error, ErrorKind};
use crate::model::PublicKey;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// What stands before the 32 bytes of the seed: `SEQUENCE { INTEGER 0, SEQUENCE { OID 1.3.101.112 }, OCTET STRING { OCTET STRING (32) } }`.
const HEAD: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// Bytes of the whole: a multiple of three, so that its base64 has no padding.
const WHOLE: usize = HEAD.len() + 32;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A private key. It is wiped from memory when it goes, and nothing prints it.
pub struct SecretKey(pub(super) SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey of {}", self.public())
    }
}

impl SecretKey {
    /// The key of a seed: 32 bytes from a good source of random numbers.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// The text of a key file. Whoever has it can sign.
    pub fn to_pem(&self) -> String {
        let mut bytes = [0; WHOLE];
        bytes[..HEAD.len()].copy_from_slice(&HEAD);
        bytes[HEAD.len()..].copy_from_slice(self.0.as_bytes());
        format!("{BEGIN}\n{}\n{END}\n", base64(&bytes))
    }

    /// Reads a key file. What stands before and behind the key is passed over, as PEM allows. `path` is for messages.
    ///
    /// Error: E0760 for what is no private key of Ed25519; its text never shows what the file holds.
    pub fn from_pem(text: &str, path: &str) -> Result<Self, Error> {
        let wrong = |says: &str| {
            Error::new(ErrorKind::Input, "E0760", "this is no private key of Ed25519")
                .in_file(path)
                .label(says.to_string())
                .help("lettrage keygen  makes one; so does  openssl genpkey -algorithm ed25519")
        };
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") {
            return Err(wrong("it is encrypted, and lettrage asks for no passphrase").help(
                "openssl pkey -in FILE -out PLAIN  takes the passphrase off; protect the file by its owner and mode",
            ));
        }
        if text.contains("BEGIN PUBLIC KEY") {
            return Err(wrong("it is a public key: the private one signs"));
        }
        let inner = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map(|(inner, _)| inner);
        let inner = inner.ok_or_else(|| wrong("there is no block PRIVATE KEY (PKCS#8) in it"))?;
        let bytes = from_base64(inner).ok_or_else(|| wrong("its block is no base64"))?;
        let seed = bytes.strip_prefix(&HEAD).and_then(|seed| <[u8; 32]>::try_from(seed).ok());
        seed.map(Self::from_seed).ok_or_else(|| wrong("its block is no key of Ed25519 as RFC 8410 writes it"))
    }
}

/// Base64 of a number of bytes that three divides.
fn base64(bytes: &[u8; WHOLE]) -> String {
    let mut text = String::with_capacity(WHOLE / 3 * 4);
    for three in bytes.chunks_exact(3) {
        let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        for shift in [18, 12, 6, 0] {
            text.push(char::from(ALPHABET[(bits >> shift & 63) as usize]));
        }
    }
    text
}

/// Bytes of base64 without padding, whatever white space is in it; more than a key has is none.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().filter(|b| !b.is_ascii_whitespace());
    let digits: Vec<u32> =
        digits.map(|b| ALPHABET.iter().position(|a| *a == b).map(|n| n as u32)).collect::<Option<_>>()?;
    if digits.len() != WHOLE / 3 * 4 {
        return None;
    }
    let three = |four: &[u32]| four.iter().fold(0u32, |bits, digit| bits << 6 | digit).to_be_bytes();
    Some(digits.chunks_exact(4).flat_map(|four| three(four).into_iter().skip(1)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_8410_is_read_and_written() {
        // RFC 8410, section 10.3.
        let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
        let key = SecretKey::from_pem(pem, "key").unwrap();
        // The public key of section 10.1 belongs to it.
        let public = "ed25519:19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
        assert_eq!(key.public().to_string(), public);
        assert_eq!(key.to_pem(), pem);
        let dos = format!("made by amc\r\n{}", pem.replace('\n', "\r\n"));
        assert_eq!(SecretKey::from_pem(&dos, "key").unwrap().public(), key.public());
        assert!(!format!("{key:?}").contains("d4ee72db"), "nothing prints a private key");
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        let good = SecretKey::from_seed([7; 32]).to_pem();
        let secret = good.lines().nth(1).unwrap().to_string();
        let wrong = [
            String::new(),
            secret.clone(),
            good.replace(&secret, &secret[..60]),
            good.replace(&secret, &format!("{secret}AAAA")),
            good.replace("MC4C", "MC4D"),
            good.replace("MC4C", "MC4*"),
            good.replace("PRIVATE", "ENCRYPTED PRIVATE"),
            good.replace("PRIVATE", "PUBLIC"),
            good.replace("END", "ENDE"),
        ];
        for text in wrong {
            let error = SecretKey::from_pem(&text, "hleroy.key").unwrap_err();
            assert_eq!(error.code(), "E0760", "{text}");
            assert!(!error.to_string().contains(&secret[25..40]), "{error}");
        }
    }
}
