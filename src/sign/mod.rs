//! Signatures of approvals: what is signed, with which key, and whether it holds.
//!
//! On one machine a name at the command line proves nothing: whoever can write to the book can type any name. A signature proves more:
//! whoever approved had the private key. The algorithm is Ed25519 (RFC 8032), from the crate `ed25519-dalek`; none of it is made here.
//! This room knows no file and no clock, and draws no random numbers: bytes and texts come in as values.
//!
//! | file | what it holds |
//! |---|---|
//! | [`key`] | private keys: from random bytes, to a file's text and back (PKCS#8, RFC 8410) |
//! | [`words`] | the text that is signed; signing and checking |

pub mod key;
pub mod words;

pub use key::SecretKey;
pub use words::{sign, text, verify};
